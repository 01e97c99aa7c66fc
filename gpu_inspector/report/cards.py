"""What the report says of one card: its three headlines, the three columns, and every finding with its reasons."""

from collections.abc import Iterable

from gpu_inspector.language import ENGLISH, _, counted, current, said
from gpu_inspector.records import columns, words
from gpu_inspector.records.evidence import CardEvidence, Origin
from gpu_inspector.records.inspection import CardJudgement, Inspection
from gpu_inspector.records.reserve import answers_of
from gpu_inspector.report import roomy, signs
from gpu_inspector.report.control_pages import control
from gpu_inspector.report.findings_pages import findings
from gpu_inspector.report.firmware_pages import firmware
from gpu_inspector.report.foreign_pages import foreign
from gpu_inspector.report.layout import (
    BLACK,
    BODY,
    LABEL,
    LINE,
    PALE,
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
    over,
    rule,
)
from gpu_inspector.report.measured import measured
from gpu_inspector.report.papers_pages import papers
from gpu_inspector.report.ranking import ranking
from gpu_inspector.report.sections import section
from gpu_inspector.report.seen_pages import seen as by_eye
from gpu_inspector.report.text import printable, shorten

_HEADING = Style(size=9.5, font=STRONG.font)
_NAME_LIMIT = 100
"""Characters of one name inside a headline's sentence, so that no name crowds out what the sentence says."""
_FORGERIES = 30
"""Known forgeries named at most: more than the table has, fewer than a forged record might."""
_SHARES = ((0.46, 0.26, 0.28), (0.40, 0.30, 0.30), (0.36, 0.33, 0.31), (0.33, 0.30, 0.37), (0.33, 0.37, 0.30))
"""Of the width, for the three headlines."""
_VALUE_LIMIT = 160
"""Characters of one value in its narrow column."""


def overview(sheet: Sheet, inspection: Inspection) -> None:
    """All cards of the inspection with their headlines, and the gravest of them."""
    judgement = inspection.judgement
    shape, colour = signs.gravest(judgement.cards, judgement.verdict, inspection.evidence.origin)
    verdict = _gravest_words(inspection)
    section(sheet, _("All cards"))
    sheet.place([signs.signed(shape, colour, lines(verdict, _HEADING, 16, sheet.width - 16), 9), gap(4)])
    head, *rows = _table(sheet.width, tuple(enumerate(judgement.cards, 1)))
    sheet.place(rows, head=[head], keep=False)


def _gravest_words(inspection: Inspection) -> str:
    judgement = inspection.judgement
    return counted(
        "{verdict} is the gravest identity headline of {number} cards",
        "{verdict} is the gravest identity headline of {number} cards",
        len(judgement.cards),
        verdict=_(words.IDENTITIES[judgement.verdict]),
    )


def shortlist(width: float, inspection: Inspection, most: int) -> list[Row]:
    """The gravest headline, and so many of the cards, the gravest first."""
    judgement = inspection.judgement
    if not judgement.cards:
        return lines(_("No card was judged."), BODY, 0, width)
    shape, colour = signs.gravest(judgement.cards, judgement.verdict, inspection.evidence.origin)
    verdict = _gravest_words(inspection)
    order = list(signs.IDENTITIES)
    numbered = sorted(enumerate(judgement.cards, 1), key=lambda one: -order.index(one[1].identity))
    rows = [signs.signed(shape, colour, lines(verdict, _HEADING, 16, width - 16), 9), gap(3)]
    rows += _table(width, tuple(numbered[:most]))
    if len(numbered) > most:
        more = counted(
            "{number} more card stands on the following pages.",
            "{number} more cards stand on the following pages.",
            len(numbered) - most,
        )
        rows += lines(more, SMALL, 0, width)
    return rows


def _table(width: float, numbered: tuple[tuple[int, CardJudgement], ...]) -> list[Row]:
    """A head, and a row for each numbered card."""
    places = (0.0, width * 0.45, width * 0.68, width * 0.84)
    rooms = (places[1] - 6, places[2] - places[1] - 6, places[3] - places[2] - 6, width - places[3])
    titles = _table_row((_("Card"), _("Identity"), _("Condition"), _("Control class")), places, rooms, LABEL)
    rows = [joined((titles, rule(0, width)))]
    for number, card in numbered:
        name = f"{number}. {shorten(card.label, 60)}: {shorten(card.product, 80)}"
        texts = (name, _(words.IDENTITIES[card.identity]), _(card.condition.value), _class_of(card))
        rows.append(joined((gap(2), _table_row(texts, places, rooms, BODY), gap(2), rule(0, width))))
    return rows


def _class_of(card: CardJudgement) -> str:
    """As codified; where the enforced rule comes to another entry, both."""
    found = card.control_class
    if found is None or found.enforced.entry == card.control:
        return shorten(card.control, 60)
    return said(
        "{codified}; enforced: {enforced}",
        codified=shorten(card.control, 30),
        enforced=shorten(found.enforced.entry, 30),
    )


def _table_row(texts: Iterable[str], places: tuple[float, ...], rooms: tuple[float, ...], style: Style) -> Row:
    cells = zip(texts, places, rooms, strict=True)
    return joined(beside([lines(text, style, place, room) for text, place, room in cells]))


def card(sheet: Sheet, inspection: Inspection, index: int) -> None:
    """Everything about one card."""
    judged = inspection.judgement.cards[index]
    several = len(inspection.judgement.cards) > 1
    title = f"{shorten(judged.product or _('unnamed card'), 70)}, {shorten(judged.label, 40)}"
    if several:
        count = len(inspection.judgement.cards)
        title = said("Card {number} of {count}: {title}", number=index + 1, count=count, title=title)
    section(sheet, title)
    if several:  # of one card they stand on the first page
        sheet.place([headlines(sheet.width, judged, inspection.evidence.origin), gap(4)])
    if passing := words.passing(judged.would_pass, _name, _FORGERIES):
        sheet.place([*lines(passing, BODY, 0, sheet.width), gap(4)])
    seen = evidence_of(inspection, index)
    _columns(sheet, inspection, seen)
    papers(sheet, inspection.declaration, judged)
    control(sheet, judged)
    by_eye(sheet, seen, inspection.evidence.origin, judged.findings, inspection.case.photographs)
    ranking(sheet, judged)
    measured(sheet, seen, inspection.evidence.origin, judged.findings)
    firmware(sheet, seen)
    foreign(sheet, seen)
    findings(sheet, judged, inspection.evidence.origin)


def evidence_of(inspection: Inspection, index: int) -> CardEvidence | None:
    """The evidence of the judged card: the one of its label, in its place."""
    label = inspection.judgement.cards[index].label
    same = [card for card in inspection.evidence.cards if card.label == label]
    earlier = sum(card.label == label for card in inspection.judgement.cards[:index])
    return same[earlier] if earlier < len(same) else None


def _name(text: str) -> str:
    """A name inside a sentence: bounded as it will stand there, code points included."""
    return shorten(printable(text), _NAME_LIMIT)


def _value(text: str) -> str:
    return shorten(text, _VALUE_LIMIT)


def headlines(width: float, judged: CardJudgement, origin: Origin, longest: int = _NAME_LIMIT) -> Row:
    """The three panels of one card; a name in them has at most `longest` characters."""

    def name(text: str) -> str:
        return shorten(printable(text), longest)

    space = 7.0
    answers = answers_of(judged, origin, name)

    def divided(shares: tuple[float, float, float]) -> list[tuple[float, float, Row]]:
        bodies = []
        left = 0.0
        for place, (answer, share) in enumerate(zip(answers, shares, strict=True)):
            room = width * share - (space if place else 0)
            look = signs.headline(judged, origin, answer.question)
            bodies.append((left, room, _panel(left, room, answer.asked, answer.word, answer.meaning, look)))
            left += room + space
        return bodies

    # What is short in English may be long elsewhere: of some divisions the lowest is taken there.
    bodies = min(map(divided, _SHARES if current() != ENGLISH else _SHARES[:1]), key=_height)
    height = _height(bodies)
    frames = [
        Box(left, 0, room, height, 1.3 if left == 0 else 0.7, BLACK if left == 0 else LINE)
        for left, room, _body in bodies
    ]
    return Row(height, (*frames, *(mark for _left, _room, body in bodies for mark in body.marks)))


def _height(bodies: list[tuple[float, float, Row]]) -> float:
    return max(body.height for _left, _room, body in bodies)


def _panel(left: float, room: float, question: str, word: str, meaning: str, look: signs.Look) -> Row:
    pad = 8.0
    big = Style(size=11.5, font=STRONG.font, colour=look[1])
    inner = room - 2 * pad
    heading = signs.signed(look[0], look[1], lines(word, big, left + pad + 16, inner - 16), 11, left + pad)
    return joined(
        (
            gap(6),
            *lines(question, SMALL, left + pad, inner),
            gap(1),
            heading,
            gap(2),
            *lines(meaning, BODY, left + pad, inner),
            gap(7),
        )
    )


def _columns(sheet: Sheet, inspection: Inspection, evidence: CardEvidence | None) -> None:
    pad = 5.0
    found = columns.lines_of(evidence, inspection.declaration, _value, inspection.evidence.origin)
    first = roomy.label_room((_(line.label) for line in found), 92.0 - 2 * pad, sheet.width) + 2 * pad
    places = (0.0, first, first + (sheet.width - first) * 0.24, first + (sheet.width - first) * 0.63)
    edges = (*places[1:], sheet.width)
    rooms = tuple(edge - place - 2 * pad for place, edge in zip(places, edges, strict=True))
    starts = tuple(place + pad for place in places)
    names, sayers = zip(("", ""), *((_(one), _(who)) for one, who in columns.HEADINGS), strict=True)
    titles = _table_row(names, starts, rooms, _HEADING)
    top = joined((gap(4), titles, _table_row(sayers, starts, rooms, SMALL), gap(3)))
    head = [gap(6), over((Box(0, 0, sheet.width, top.height, 0, LINE, PALE),), top), rule(0, sheet.width, 0.9, BLACK)]
    rows = []
    for line in found:
        claimed = [row for text in line.claimed for row in lines(text, _faint(text), starts[2], rooms[2])]
        if line.differ:
            claimed += lines(_(columns.DIFFER), Style(size=7.5, font=STRONG.font), starts[2], rooms[2])
        cells = beside(
            (
                lines(_(line.label), LABEL, starts[0], rooms[0]),
                lines(line.declared, _faint(line.declared), starts[1], rooms[1]),
                claimed,
                lines(line.measured, STRONG if line.amiss else _faint(line.measured), starts[3], rooms[3]),
            )
        )
        rows.append(joined((gap(1.6), *cells, gap(1.8), rule(0, sheet.width, 0.4))))
    seen_only = inspection.evidence.origin is Origin.SEEN
    key = _(columns.ONLY_SEEN) if seen_only else f"{columns.CLAIM_ONLY}  {_(columns.CLAIM_ONLY_MEANING)}"
    rows[-1:] = [joined((*rows[-1:], gap(2), *lines(key, SMALL, pad, sheet.width - pad)))]
    sheet.place(rows, head=head, keep=False)


def _faint(text: str) -> Style:
    none_at_all = [_(one) for one in (columns.NOT_DECLARED, columns.NOT_ASKED, columns.NOT_CLAIMED, columns.CLAIM_ONLY)]
    nothing = text in none_at_all or text.startswith(_(columns.NOT_MEASURED))
    return SMALL if nothing else BODY
