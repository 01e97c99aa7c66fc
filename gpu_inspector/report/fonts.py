"""The report's letters: Open Sans from its package, embedded in every file, so that all readers show the same page.

A text is set in one of the two weights; what Open Sans has not is Chinese or Japanese and is set in the fonts of
`letters`, run by run. Those are read only where a text wants them.
"""

import hashlib
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from itertools import count
from pathlib import Path

from gpu_inspector.errors import ReportError
from gpu_inspector.report import letters
from gpu_inspector.report.deferred import postpone

# reportlab loads the whole of Pillow for pictures; its table of camera tags alone costs 20 ms and is never asked for.
postpone("PIL.ExifTags")

from reportlab.pdfbase import pdfmetrics  # noqa: E402, TID251
from reportlab.pdfbase.ttfonts import TTFError, TTFont  # noqa: E402, TID251
from ttf_opensans import OPENSANS_REGULAR, OPENSANS_SEMIBOLD  # noqa: E402

REGULAR = "OpenSans-Regular"
BOLD = "OpenSans-SemiBold"

_FILES = {REGULAR: OPENSANS_REGULAR.path, BOLD: OPENSANS_SEMIBOLD.path}
DIGESTS = {
    REGULAR: "037236ed4bf58a85f67074c165d308260fd6be01c86d7df4e79ea16eb273f8c5",
    BOLD: "5e8d9e1a89083cd1b0849993fe2f3acc9aa33b7f439f7e8616872f6897f30684",
}
"""SHA-256 of the files of the pinned package: with other letters a report could not be drawn again byte for byte."""
_STYLES = {REGULAR: "Regular", BOLD: "SemiBold"}
_WEIGHTS = {"Regular": letters.REGULAR, "SemiBold": letters.BOLD}
_AGAIN = "Install GPU Inspector again from a whole package."
_UNREADABLE = (TTFError, OSError, struct.error, LookupError, ValueError, ArithmeticError, TypeError, AssertionError)
"""What reading a font ends in: a file that is cut inside of a table is none of the reader's own errors."""
_SPOKEN = "Ag0Äéñ€ΩЯ"
"""Latin, Greek and Cyrillic."""


@cache
def face(name: str) -> TTFont:
    """A font by name, read and registered once. Raises ReportError where its file is missing or damaged."""
    try:
        font = TTFont(name, str(_FILES[name]))
    except _UNREADABLE as error:
        raise ReportError(f"The font {name} cannot be read ({error}).", _AGAIN) from error
    pdfmetrics.registerFont(font)
    return font


def path_of(name: str) -> Path:
    """The font's file."""
    return Path(str(_FILES[name]))


@cache
def knows(character: str) -> bool:
    """Whether both weights of Open Sans have it: a text must not change when it is set bold."""
    return all(ord(character) in face(name).face.charToGlyph for name in _FILES)


def prints(character: str) -> bool:
    """Whether it can be printed at all. Raises ReportError where a font is missing or damaged."""
    return knows(character) or letters.covers(character)


class _Advances(dict[str, float]):
    """The width of each character that was asked for, in units of the font size."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._metrics = face(name).face

    def __missing__(self, character: str) -> float:
        metrics = self._metrics
        found: float
        if letters.is_wide(character) and not knows(character):
            found = letters.advance(character)
        else:
            found = metrics.charWidths.get(ord(character), metrics.defaultWidth) / 1000
        self[character] = found
        return found


@cache
def _advances(name: str) -> _Advances:
    return _Advances(name)


def advance(name: str, character: str) -> float:
    """The width of one character, in units of the font size."""
    return _advances(name)[character]


def width(name: str, size: float, text: str) -> float:
    """The width of a line in points."""
    return size * sum(map(_advances(name).__getitem__, text))


def alone(text: str) -> bool:
    """Whether Open Sans has all of it."""
    return text.isascii() or all(map(knows, text))


def runs(name: str, text: str, shape: str = "") -> list[tuple[str, str]]:
    """The text in parts, each with the name of the font that has its letters. `shape` as `letters.shape_of` says."""
    if alone(text):
        return [(name, text)]
    shape = shape or letters.shape_of(text)
    found: list[tuple[str, str]] = []
    for one in text:
        of = name if knows(one) or not letters.covers(one) else f"{letters.face_of(one, shape)}-{_STYLES[name]}"
        if found and found[-1][0] == of:
            found[-1] = (of, found[-1][1] + one)
        else:
            found.append((of, one))
    return found


_numbers = count(1)


@contextmanager
def of_document(texts: Iterable[tuple[str, str, str]]) -> Iterator[Mapping[str, str]]:
    """Fonts with the Chinese and Japanese letters of these texts (font, text, shape), for one document.

    The names by which `runs` calls them -> those that the drawing library knows them by inside of the block.
    """
    wanted: dict[str, set[str]] = {}
    for name, text, shape in texts:
        if not text.isascii():
            for of, part in runs(name, text, shape):
                if of not in _FILES:
                    wanted.setdefault(of, set()).update(part)
    own = [(of, _registered(of, found)) for of, found in sorted(wanted.items())]
    try:
        yield {of: font.fontName for of, font in own}
    finally:
        for _of, font in own:
            del pdfmetrics._fonts[font.fontName]


def made(name: str, found: Iterable[str]) -> bytes:
    """A font file of these letters alone, by a name that `runs` gives."""
    face, _, style = name.partition("-")
    return letters.font(face, _WEIGHTS[style], found)


def _registered(name: str, found: set[str]) -> TTFont:
    """The name is this document's alone: another thread may draw another one."""
    font = TTFont(f"{name} {next(_numbers)}", BytesIO(made(name, found)), asciiReadable=False)
    pdfmetrics._fonts[font.fontName] = font  # registerFont would give the font of another document, by the face's name
    return font


def amiss() -> str:
    """ "" where all fonts are the known ones and load; else the sentence what is wrong, and what to do."""
    for name, known in DIGESTS.items():
        try:
            found = hashlib.sha256(_FILES[name].read_bytes()).hexdigest()
            face(name)
        except OSError as error:
            return f"The font {name} cannot be read ({error.strerror}). {_AGAIN}"
        except ReportError as error:
            return str(error)
        if found != known:
            return f"The font {name} is another file than the one that reports are drawn with. {_AGAIN}"
    return letters.amiss() if all(map(knows, _SPOKEN)) else f"The report's fonts lack letters. {_AGAIN}"
