"""The report's letters: Open Sans from its package, embedded in every file, so that all readers show the same page."""

from functools import cache

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


@cache
def face(name: str) -> TTFont:
    """A font by name, read and registered once. Raises ReportError where its file is missing or damaged."""
    try:
        font = TTFont(name, str(_FILES[name]))
    except (TTFError, OSError) as error:
        raise ReportError(
            f"The font {name} cannot be read ({error}).", "Install GPU Inspector again from a whole package."
        ) from error
    pdfmetrics.registerFont(font)
    return font


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
