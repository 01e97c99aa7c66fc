"""Bar codes on a photographed label: what a scanner would have typed, read at whatever angle it was taken.

A reader of codes errs: on 500 generated pictures of little damage with 1234 codes, zxing-cpp 3.1 alone told ten wrong
texts, seven of them with a checksum that held. So every code is read again several times, each time from another
drawing of the same place, and is sure only where these readings agree and the bars are where the text has them. Any
other is shown to the inspector, who holds it against the label.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from gpu_inspector.records.appearance import LabelCode, Sure

if TYPE_CHECKING:
    from PIL import Image

    from gpu_inspector.workflow.barcode_reads import Place, Read

MOST = 12
"""Codes of one picture; a label has four."""
LONGEST = 120
"""Characters of one code's text; a serial has twenty."""
SIDE = 3000
"""Pixels of the longer side that is looked at; finer print of a label is read at this size, too."""
AGREE = 4
"""Readings of a code of bars, out of seven, that must say the same for it to be sure."""
AGREE_SQUARE = 2
"""Likewise of a square code, out of four: it mends its own errors, and tells how much it had to."""
SPARE = 0.2
"""Share of a square code's error correction that must be left unused."""
CHECKED = frozenset({"Code 128", "Code 93", "EAN-13", "UPC-A"})
"""Codes of bars that carry a check which every reading holds them against. Code 39, ITF and Codabar need not."""
SQUARE = frozenset({"QR Code", "Data Matrix", "Aztec", "PDF417"})


def read(picture: "Image.Image") -> tuple[LabelCode, ...]:
    """The codes of a picture, those that are sure first, each once; () where there is none.

    `photograph` of each is "". Raises what Pillow and zxing-cpp raise on a picture that they cannot handle.
    """
    from gpu_inspector.workflow.barcode_proof import bars_fit
    from gpu_inspector.workflow.barcode_reads import reads_of

    grey = picture.convert("L")
    grey.thumbnail((SIDE, SIDE))
    found = []
    for group in _places(reads_of(grey)):
        code, place = _agreed(group)
        if code.sure and code.kind in CHECKED and not bars_fit(grey, place, code.kind, code.text):
            code = replace(code, sure=Sure.NOT)
        if code.text:
            found.append(code)
    found.sort(key=lambda code: not code.sure)
    once: dict[tuple[str, str], LabelCode] = {}
    for code in found:
        once.setdefault((code.kind, code.text), code)
    return tuple(once.values())[:MOST]


def texts(picture: "Image.Image") -> tuple[str, ...]:
    """All that any single reading of a square code says, each once, the whole picture's first.

    Without a vote: for texts that are held against a record which tells a wrong one (`workflow/tagging.py`). Raises
    what `read` raises.
    """
    from gpu_inspector.workflow.barcode_reads import reads_of

    grey = picture.convert("L")
    grey.thumbnail((SIDE, SIDE))
    return tuple(dict.fromkeys(one.text for one in reads_of(grey) if one.kind in SQUARE))


def _places(reads: "list[Read]") -> "list[list[Read]]":
    """The readings by the place that they were read at: two of one place are readings of the same code."""
    groups: list[list[Read]] = []
    for one in sorted(reads, key=lambda read: -read.place.area):
        for group in groups:
            if any(one.place.meets(other.place) for other in group[:8]):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def _agreed(group: "list[Read]") -> "tuple[LabelCode, Place]":
    """What the readings of one place say, and where; sure where enough say it, and hardly one says another thing."""
    votes: dict[tuple[str, str], set[str]] = {}
    for one in group:
        votes.setdefault((one.kind, one.text), set()).add(one.way)
    ranked = sorted(votes.items(), key=lambda item: (-len(item[1]), item[0]))
    (kind, text), ways = ranked[0]
    rival = len(ranked[1][1]) if len(ranked) > 1 else 0
    place = next(one.place for one in group if (one.kind, one.text) == (kind, text))  # the largest
    if kind in SQUARE:
        spare = max(one.spare for one in group if one.text == text)
        sure = len(ways) >= AGREE_SQUARE and rival == 0 and spare >= SPARE
    else:
        sure = kind in CHECKED and len(ways) >= AGREE and rival <= 1
    sure = sure and len(text) <= LONGEST  # what was cut is not what the code says
    return LabelCode(kind=kind, text=_text(text), sure=Sure.CHECKSUM if sure else Sure.NOT), place


def _text(text: str) -> str:
    whole = text.encode("utf-8", "replace").decode("utf-8").strip()
    whole = whole if len(whole) <= LONGEST else f"{whole[: LONGEST - 1]}…"
    return "".join(one if one.isprintable() else " " for one in whole)
