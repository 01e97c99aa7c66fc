"""The report's section of a card's control class: two lines, as codified and as enforced, and all that they rest on.

A notification for a licence exception asks for TPP, performance density and how the item is marketed; whoever reads
"controlled" asks for value, limit and margin. So all of it stands here, each with its source, and with the day and the
citation of the rule. A record that is drawn here may be forged: every list is cut, every text is bounded.
"""

from gpu_inspector.language import N_, _, counted, day, listed, said, sentences
from gpu_inspector.records import control_table as table
from gpu_inspector.records.control import NO_ADVICE, ControlClass
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.report import blocks, sections
from gpu_inspector.report.layout import (
    BLACK,
    BODY,
    LABEL,
    SMALL,
    STRONG,
    Box,
    Row,
    Sheet,
    Style,
    beside,
    gap,
    joined,
    lines,
)
from gpu_inspector.report.text import printable, shorten

TITLE = N_("Control class")
INPUTS = N_("What was compared")
OVERLAYS = N_("Rules beside the class")
RESTS = N_("What it rests on")
_LISTED = 20
"""Entries of one list on paper; the attached record has all."""
_RULE = 1500
"""Characters of what a rule says of licences."""
_SHORT_FACT = 160
"""Characters of one fact in a panel, which no page break divides."""
_OVERLAY = (120, 900, 160, 60)
"""Characters of each cell of a rule beside the class, likewise."""
_ENTRY = Style(size=13, font=STRONG.font)
_PAD = 8.0
_LABEL_ROOM = 62.0


def control(sheet: Sheet, judged: CardJudgement) -> None:
    """The whole section; nothing for a record of a version that applied no rules."""
    found = judged.control_class
    if found is None:
        return
    product = _text(found.product) or _("this card")
    exported = (
        said(
            "For {product}, exported on {day} to {destination}.",
            product=product,
            day=day(found.on),
            destination=_text(found.destination),
        )
        if found.destination
        else said(
            "For {product}, exported on {day} to a destination that was not named.", product=product, day=day(found.on)
        )
    )
    rows = [
        *lines(exported, BODY, 0, sheet.width),
        *lines(sentences(_(NO_ADVICE), _(table.ONE_BY_ONE)), BODY, 0, sheet.width),
        gap(4),
        _two_lines(sheet.width, found),
    ]
    sections.section(sheet, _(TITLE), sum(row.height for row in rows))
    sheet.place(rows)
    _licences(sheet, found)
    _inputs(sheet, found)
    blocks.titled(sheet, _(RESTS), list(table.facts_of(found, _text)))
    sheet.place(lines(_(table.NAC_NEEDS), SMALL, 0, sheet.width))
    sheet.place([gap(2), *lines(_(table.MEASURED_RULE), SMALL, 0, sheet.width)])
    for title, texts in table.sentences(found, _text):
        shown = [("–", one) for one in texts[:_LISTED]]
        rows = sections.facts(shown, 0, sheet.width, label=9, limit=700)
        if len(texts) > _LISTED:
            rows += lines(blocks.more(len(texts) - _LISTED), SMALL, 0, sheet.width)
        blocks.heading(sheet, title, sum(row.height for row in rows[:4]))
        sheet.place(rows, keep=False)
    _overlays(sheet, found)


def _two_lines(width: float, found: ControlClass) -> Row:
    """Two panels side by side, of one height: neither stands for the other."""
    room = (width - 8) / 2
    bodies = [
        _panel(place * (room + 8), room, reading) for place, reading in enumerate(table.readings_of(found, _rule))
    ]
    height = max(body.height for body in bodies)
    frames = [Box(place * (room + 8), 0, room, height, 0.9, BLACK) for place in range(len(bodies))]
    return Row(height, (*frames, *(mark for body in bodies for mark in body.marks)))


def _panel(left: float, room: float, reading: table.Reading) -> Row:
    start, inner = left + _PAD, room - 2 * _PAD
    rows = [
        gap(6),
        *lines(reading.name, LABEL, start, inner),
        gap(1),
        *lines(shorten(reading.headline, 40), _ENTRY, start, inner),
        gap(2),
    ]
    for label, value in (one for one in reading.facts if one[0]):
        cell = lines(
            shorten(value, _SHORT_FACT) or _("not stated"),
            BODY if value else SMALL,
            start + _LABEL_ROOM,
            inner - _LABEL_ROOM,
        )
        rows += [*beside((lines(label, LABEL, start, _LABEL_ROOM - 4), cell)), gap(1)]
    return joined((*rows, gap(6)))


def _licences(sheet: Sheet, found: ControlClass) -> None:
    """What each rule says of licences for this destination: sentences, which a panel has no room for."""
    readings = table.readings_of(found, _rule)
    pairs = [(_(label), reading.words) for label, reading in zip(_LICENCES, readings, strict=True) if reading.words]
    if pairs:
        rows = sections.facts(pairs, 0, sheet.width, label=118, limit=_RULE)
        sheet.place([gap(4), *rows], keep=False)


def _inputs(sheet: Sheet, found: ControlClass) -> None:
    """Value, limit, margin and source of each figure that a rule asks for."""
    inputs = table.inputs_of(found, _text)
    if not inputs:
        return
    short = {_(name): _(word) for name, word in _SHORT.items()}
    rows = [(*one.cells, listed([short.get(name, name) for name in one.of])) for one in inputs[:_LISTED]]
    more = len(inputs) - len(rows)
    foot = (
        counted(
            "{number} more comparison stands in the attached record.",
            "{number} more comparisons stand in the attached record.",
            more,
        )
        if more
        else ""
    )
    titles = (*map(_, table.HEADINGS), _("Asked for by"))
    shares = (0.17, 0.11, 0.11, 0.15, 0.1, 0.24, 0.12)
    blocks.table(sheet, titles, rows, shares, foot, title=_(INPUTS), limit=160)


_LICENCES = (N_("Licence, as codified"), N_("Licence, as enforced"))
_SHORT = {table.CODIFIED: N_("codified"), table.ENFORCED: N_("enforced")}


def _overlays(sheet: Sheet, found: ControlClass) -> None:
    """Licence review, duty, letters, and other countries' lists: none of them is the class, each may decide."""
    rows = [
        tuple(shorten(cell, most) for cell, most in zip(row, _OVERLAY, strict=True))
        for row in table.overlays_of(found, _rule)
    ]
    if not rows:
        return
    more = len(rows) - _LISTED
    foot = blocks.more(more)
    shares = (0.24, 0.4, 0.23, 0.13)
    blocks.table(
        sheet, [_(one) for one in table.OVERLAY_HEADINGS], rows[:_LISTED], shares, foot, title=_(OVERLAYS), limit=900
    )


def _rule(text: str) -> str:
    """What a rule says of licences takes a few sentences."""
    return shorten(printable(text), _RULE)


def _text(text: str) -> str:
    return shorten(printable(text), 400)
