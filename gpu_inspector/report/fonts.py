"""The report's letters: Open Sans from its package, embedded in every file, so that all readers show the same page."""

import hashlib
import struct
from functools import cache
from pathlib import Path

from gpu_inspector.errors import ReportError
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
    """Whether both weights can print it: a text must not change when it is set bold."""
    return all(ord(character) in face(name).face.charToGlyph for name in _FILES)


class _Advances(dict[str, float]):
    """The width of each character that was asked for, in units of the font size."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._metrics = face(name).face

    def __missing__(self, character: str) -> float:
        metrics = self._metrics
        found: float = metrics.charWidths.get(ord(character), metrics.defaultWidth) / 1000
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
    return "" if all(map(knows, _SPOKEN)) else f"The report's fonts lack letters. {_AGAIN}"
