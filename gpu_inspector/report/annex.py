"""The photographs on paper: upright, two on a page, each with its number, its words and the digest of its file."""

from gpu_inspector.language import N_, _, counted, number, said, sentences, told
from gpu_inspector.records import seen_words, words
from gpu_inspector.records.appearance import LabelCode
from gpu_inspector.records.declaration import SHOWS, Photograph
from gpu_inspector.records.label_codes import codes_on, spoken
from gpu_inspector.report import sections
from gpu_inspector.report.layout import (
    BODY,
    GREY,
    LINE,
    STRONG,
    Box,
    Picture,
    Row,
    Sheet,
    Style,
    gap,
    joined,
    lines,
    over,
)
from gpu_inspector.report.pictures import LISTED, Shown
from gpu_inspector.report.text import colon, shorten

TITLE = N_("Annex: photographs")
ORIGIN = N_(
    "Each picture is the file that was kept: a JPEG stands here byte for byte, so that it can be taken out of this "
    "file (pdfimages -all) and compared with its digest; of any other file the pixels stand here, and the file is "
    "attached. The times are the cameras' own."
)
_SUB = Style(size=8.5, font=STRONG.font, colour=GREY)
_LABEL_ROOM = 118.0
_LEAST = 120.0
"""Points: no picture is printed less high, however many words stand below it."""
_SPARE = 16.0
_A_PAGE = 2
_TURNED = (5, 6, 7, 8)


def annex(sheet: Sheet, photographs: tuple[Photograph, ...], shown: tuple[Shown, ...]) -> None:
    """The section; nothing where the case has no photographs. `shown` are the first of `photographs`."""
    if not photographs:
        return
    sheet.turn()
    sections.section(sheet, _(TITLE))
    sheet.place([*lines(_(ORIGIN), BODY, 0, sheet.width), gap(4)])
    halves = (sheet.left / 2, sheet.capacity / 2)
    for place, one in enumerate(shown, 1):
        _one(
            sheet,
            said("Photograph {number} of {count}", number=place, count=len(photographs)),
            one,
            halves[place > _A_PAGE],
        )
    if len(photographs) > LISTED:
        rest = counted(
            "{number} more photograph stands in the attached record.",
            "{number} more photographs stand in the attached record.",
            len(photographs) - LISTED,
        )
        sheet.place([gap(4), *lines(rest, BODY, 0, sheet.width)])


def _one(sheet: Sheet, name: str, one: Shown, half: float) -> None:
    """One photograph and its facts, in half a page where that is enough."""
    photograph = one.photograph
    shows = _(SHOWS[photograph.shows]) if photograph.shows in SHOWS else photograph.shows
    title = lines(colon(name, shorten(shows, 60)), _SUB, 0, sheet.width)
    below = sections.facts(_facts(photograph), 0, sheet.width, label=_LABEL_ROOM)
    used = sum(row.height for row in (*title, *below)) + _SPARE
    if one.image is not None:
        middle = _picture(sheet, one, max(half - used, _LEAST), shows)
    else:
        middle = _placeholder(sheet, told(one.words))
    sheet.place([*title, gap(2), middle, gap(3), *below, gap(7)])


def _picture(sheet: Sheet, one: Shown, room: float, shows: str) -> Row:
    """As large as the width and half a page allow."""
    image, orientation = one.image, one.orientation
    assert image is not None
    wide, high = (image.height, image.width) if orientation in _TURNED else (image.width, image.height)
    scale = min(sheet.width / wide, room / high)
    width, height = wide * scale, high * scale
    left = (sheet.width - width) / 2
    caption = shorten(one.photograph.caption, 200)
    shown = sentences(said("Photograph: {shows}.", shows=shorten(shows, 60)), caption).strip()
    mark = Picture(left, 0, width, height, image, orientation, shown)
    return Row(height, (mark, Box(left, 0, width, height, 0.4, LINE)))


def _placeholder(sheet: Sheet, text: str) -> Row:
    inner = joined((gap(8), *lines(text, BODY, 10, sheet.width - 20), gap(8)))
    return over((Box(0, 0, sheet.width, inner.height, 0.6, LINE),), inner)


def _facts(photograph: Photograph) -> list[tuple[str, str]]:
    pairs = [
        (_("Caption"), photograph.caption),
        (
            _("File"),
            said("{name}, {number} bytes", name=shorten(photograph.name, 120), number=number(photograph.size_bytes)),
        ),
        (_("Camera's time"), photograph.taken_at),
        (_("SHA-256"), words.spaced(shorten(photograph.sha256, 64))),
    ]
    if photograph.orientation != 1:
        pairs.append((_("Way up"), said("Exif orientation {number}", number=photograph.orientation)))
    if photograph.location_removed:
        pairs.append((_("Changed"), _("What could tell where it was taken was cut out; no pixel was changed.")))
    if photograph.original_sha256:
        pairs.append((_("SHA-256 before"), words.spaced(shorten(photograph.original_sha256, 64))))
    if photograph.codes:
        pairs.append((_("Codes on it"), "; ".join(_code_words(code) for code in codes_on(photograph))))
    return pairs


def _code_words(code: LabelCode) -> str:
    """A code, and why it may be believed."""
    return f"{spoken(code)} ({_(seen_words.SURE[code.sure])})"
