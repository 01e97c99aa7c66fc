"""Chinese and Japanese letters: Noto Sans from its package, read only when a text has one of them.

The package's files are variable fonts of many megabytes, whose own weight is the thinnest. So each letter that a
document shows is drawn once at the wanted weight, kept in memory, and those of one document become a small font that is
embedded in it. What is drawn depends on the letters alone: it is the same in every process and on every machine.

One code point may have two shapes, since Unicode unifies the characters that Chinese and Japanese share (直, 骨, 角 are
written otherwise in Japan). Which shape is meant cannot be seen from the code: pages in one of the two languages take
its own, in all others a text with kana is Japanese, and any other is set in the Chinese shapes.
"""

import hashlib
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gpu_inspector.errors import ReportError
from gpu_inspector.language import current, letters

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

CHINESE, JAPANESE = "NotoSansSC", "NotoSansJP"
_LANGUAGES = {CHINESE: letters.CHINESE, JAPANESE: letters.JAPANESE}
DIGESTS = {
    CHINESE: "a3041811a78c361b1de50f953c805e0244951c21c5bd412f7232ef0d899af0da",
    JAPANESE: "c2f3b4d463500a2ddcd3849cded1fceeb9fd6d1c32e6cbecd568453ba50fc68f",
}
"""SHA-256 of the files of the pinned package, as with the other fonts."""
REGULAR, BOLD = 400, 600
"""Weights on the font's axis: those of the Latin letters beside them."""
_STYLES = {REGULAR: "Regular", BOLD: "SemiBold"}
MOST = 6000
"""Different letters of one document; what comes after them is shown by its code point. A shipment's names have some
hundreds, a forged record could have every letter that there is."""
_AGAIN = "Install GPU Inspector again from a whole package."
_KANA = (range(0x3041, 0x3097), range(0x309D, 0x3100), range(0x31F0, 0x3200), range(0xFF66, 0xFFA0))
_RANGES = (
    range(0x3001, 0x302A),
    range(0x3030, 0x3100),
    range(0x31F0, 0x3200),
    range(0x3400, 0x4DC0),
    range(0x4E00, 0xA000),
    range(0xFF01, 0xFFA0),
    range(0xFFE0, 0xFFE7),
)
"""Punctuation, kana, ideographs, and full-width forms. Radicals and compatibility ideographs look like others and are
other code points, as a forger may want them; those beyond the first plane have no place in a PDF's simple fonts."""
_SYMBOLS = frozenset("→←↑↓※○●①②③④⑤⑥⑦⑧⑨℃")
"""What only texts in these languages are set with."""
_HALF = range(0xFF61, 0xFFA0)

_LOCK = threading.RLock()
_seen: ContextVar[set[str] | None] = ContextVar("letters", default=None)
"""The letters of the document that is laid out in this thread."""


@contextmanager
def document() -> Iterator[None]:
    """Inside of it one document is laid out, which has MOST of these letters at most."""
    token = _seen.set(set())
    try:
        yield
    finally:
        _seen.reset(token)


def covers(character: str) -> bool:
    """Whether it is such a letter, and can be printed in the document at hand. Raises ReportError without the fonts."""
    if not _eligible(character) or not any(ord(character) in _table(face) for face in _LANGUAGES):
        return False
    seen = _seen.get()
    if seen is None or character in seen:
        return True
    if len(seen) >= MOST:
        return False
    seen.add(character)
    return True


def _eligible(character: str) -> bool:
    code = ord(character)
    if code < 0x2103:
        return False
    return any(code in one for one in _RANGES) or (character in _SYMBOLS and current() in ("ja", "zh-Hans"))


def is_wide(character: str) -> bool:
    """Whether a line may be broken on either side of it, as Chinese and Japanese break lines; no font is read."""
    code = ord(character)
    return code >= 0x2103 and any(code in one for one in _RANGES)


def shape_of(text: str) -> str:
    """Whose shapes a text has: see above."""
    language = current()
    if language == "ja":
        return JAPANESE
    if language != "zh-Hans" and any(ord(one) in kana for one in text for kana in _KANA):
        return JAPANESE
    return CHINESE


def face_of(character: str, shape: str) -> str:
    """The font that has this letter: that of the wanted shapes, or the other one."""
    if ord(character) in _table(shape):
        return shape
    return JAPANESE if shape == CHINESE else CHINESE


def advance(character: str) -> float:
    """The width of one letter, in units of the font size; in both fonts and weights alike."""
    return 0.5 if ord(character) in _HALF else 1.0


def file_of(face: str) -> Path:
    """The font's file. Raises ReportError where its package is missing."""
    path = letters.font(_LANGUAGES[face])
    if path is None:
        raise ReportError("The fonts for Chinese and Japanese are missing.", _AGAIN)
    return path


@cache
def _opened(face: str) -> "TTFont":
    from fontTools.ttLib import TTFont, TTLibError

    try:
        return TTFont(file_of(face), lazy=True, recalcBBoxes=False, recalcTimestamp=False)
    except (TTLibError, OSError) as error:
        raise ReportError(f"The font {face} cannot be read ({error}).", _AGAIN) from error


@cache
def _table(face: str) -> dict[int, str]:
    """Code -> the glyph's name."""
    with _LOCK, _readable(face):
        return dict(_opened(face).getBestCmap())


@contextmanager
def _readable(face: str) -> Iterator[None]:
    """What a damaged font ends in becomes a sentence: it is read piece by piece, long after it was opened."""
    try:
        yield
    except ReportError:
        raise
    except (OSError, LookupError, ValueError, ArithmeticError, TypeError, AttributeError, AssertionError) as error:
        raise ReportError(f"The font {face} cannot be read ({type(error).__name__}).", _AGAIN) from error


_drawn: dict[tuple[str, int], dict[str, tuple[bytes, int]]] = {}
"""Face and weight -> letter -> its outlines, and where they begin: drawn once, for a batch of reports and for `verify`
that comes after. Both fonts whole are some tens of megabytes."""


def font(face: str, weight: int, letters: Iterable[str]) -> bytes:
    """A TrueType font of these letters alone, the same bytes each time. Raises ReportError."""
    wanted = sorted(set(letters))
    with _LOCK:
        known = _drawn.setdefault((face, weight), {})
        missing = [one for one in wanted if one not in known]
        if missing:
            with _readable(face):
                known.update(_outlines(face, weight, missing))
        return _file(face, weight, {one: known[one] for one in wanted})


def _outlines(face: str, weight: int, letters: list[str]) -> dict[str, tuple[bytes, int]]:
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    table = _table(face)
    glyphs = _opened(face).getGlyphSet(location={"wght": weight})
    found: dict[str, tuple[bytes, int]] = {}
    for letter in letters:
        pen = TTGlyphPen(None)
        glyphs[table[ord(letter)]].draw(pen)
        glyph: Any = pen.glyph()
        glyph.recalcBounds(None)
        found[letter] = glyph.compile(None, recalcBBoxes=False), getattr(glyph, "xMin", 0)
    return found


def _file(face: str, weight: int, letters: dict[str, tuple[bytes, int]]) -> bytes:
    """As small as a PDF allows: no rules of layout, no hints. Sizes of the whole font stand for those of the part."""
    from io import BytesIO

    from fontTools.fontBuilder import FontBuilder
    from fontTools.ttLib import newTable
    from fontTools.ttLib.tables._g_l_y_f import Glyph

    whole = _opened(face)
    names = {letter: f"u{ord(letter):04X}" for letter in letters}
    made = FontBuilder(whole["head"].unitsPerEm, isTTF=True)
    made.font.recalcBBoxes = made.font.recalcTimestamp = False
    made.setupGlyphOrder([".notdef", *names.values()])
    made.setupCharacterMap({ord(letter): name for letter, name in names.items()})
    outlines = {".notdef": Glyph(b""), **{names[one]: Glyph(data) for one, (data, _left) in letters.items()}}
    made.font["loca"], made.font["glyf"] = newTable("loca"), newTable("glyf")
    made.font["glyf"].glyphs, made.font["glyf"].glyphOrder = outlines, list(outlines)
    unit = whole["head"].unitsPerEm
    sizes = {names[one]: (round(advance(one) * unit), left) for one, (_data, left) in letters.items()}
    made.setupHorizontalMetrics({".notdef": (unit, 0), **sizes})
    made.setupHorizontalHeader(ascent=880, descent=-120)
    style = _STYLES[weight]
    made.setupNameTable({"familyName": face, "styleName": style, "psName": f"{face}-{style}"}, mac=False)
    made.setupOS2(sTypoAscender=880, sTypoDescender=-120, sCapHeight=733, usWeightClass=weight, fsType=0)
    made.setupPost(keepGlyphNames=False)
    made.setupMaxp()
    for name in ("xMin", "yMin", "xMax", "yMax"):
        setattr(made.font["head"], name, getattr(whole["head"], name))
    made.font["head"].created = made.font["head"].modified = 0
    for name in ("maxPoints", "maxContours"):
        setattr(made.font["maxp"], name, getattr(whole["maxp"], name))
    target = BytesIO()
    made.font.save(target, reorderTables=False)
    return target.getvalue()


def amiss() -> str:
    """ "" where both fonts are the known ones; else the sentence what is wrong, and what to do."""
    for face, known in DIGESTS.items():
        try:
            with file_of(face).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            return f"The font {face} cannot be read ({error.strerror}). {_AGAIN}"
        except ReportError as error:
            return str(error)
        if found != known:
            return f"The font {face} is another file than the one that reports are drawn with. {_AGAIN}"
    return ""
