"""Bar codes on a photographed label: what a scanner would have typed, read at whatever angle it was taken."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

MOST = 12
"""Codes of one picture; a label has four."""
LONGEST = 120
"""Characters of one code's text; a serial has twenty."""
SIDE = 3000
"""Pixels of the longer side that is looked at; finer print of a label is read at this size, too."""
_TILTS = (0, 20, -20, 40, -40)
"""Degrees that a picture is turned by until a code is found: a code of bars is only read along its whole length."""


def codes_in(picture: "Image.Image") -> tuple[str, ...]:
    """Each as "Code 128: 0325219012345", in reading order of the finder; () where there is none.

    Raises what Pillow and zxing-cpp raise on a picture that they cannot handle.
    """
    import zxingcpp

    grey = picture.convert("L")
    grey.thumbnail((SIDE, SIDE))
    for tilt in _TILTS:
        turned = grey.rotate(tilt, expand=True, fillcolor=255) if tilt else grey
        kinds = zxingcpp.barcode_formats_from_str("AllLinear" if tilt else "AllReadable")
        found = [
            f"{code.format}: {_text(code.text)}"
            for code in zxingcpp.read_barcodes(
                turned, formats=kinds, try_invert=False, text_mode=zxingcpp.TextMode.Plain
            )
            if code.valid and code.text.strip()
        ]
        if found:
            return tuple(dict.fromkeys(found))[:MOST]
    return ()


def text_of(code: str) -> str:
    """What the code says, without the name of its kind."""
    return code.partition(": ")[2]


def _text(text: str) -> str:
    whole = text.encode("utf-8", "replace").decode("utf-8").strip()
    return "".join(one if one.isprintable() else " " for one in whole)[:LONGEST]
