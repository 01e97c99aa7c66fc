"""The cards of a lot on the following pages: those that deviate with all their reasons, one number twice, and all."""

from gpu_inspector.language import N_, _, counted, moment, number, said, sentences
from gpu_inspector.records import lot_words, words
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.lot import LotSummary, Member
from gpu_inspector.report import blocks, lot_cells, roomy, signs
from gpu_inspector.report.document import SHOWN_DIGITS
from gpu_inspector.report.layout import (
    BODY,
    LABEL,
    SMALL,
    STRONG,
    Row,
    Sheet,
    Style,
    beside,
    gap,
    joined,
    lines,
    rule,
)
from gpu_inspector.report.lot_cells import Detail, clipped, short
from gpu_inspector.report.sections import section

DEVIATING = N_("Cards that deviate, with their reasons")
DEFECTIVE = N_("Cards with a defect, with their reasons")
TWICE = N_("One number on several cards of the lot")
ALL = N_("All cards that were examined")
LISTED = 150
"""Cards that are named with their reasons; the table has a row for every card."""
NUMBERS = 200
"""Numbers that several cards bear."""
_FULL = Detail(LISTED, 6, NUMBERS, 300)
_SMALL = Style(size=7.5)
_SMALL_STRONG = Style(size=7.5, font=STRONG.font)
_HEAD = (
    *(N_("No."), N_("Card"), N_("Identity"), N_("Condition")),
    *(N_("Control class"), N_("Report"), N_("Digest"), N_("Judged (UTC)")),
)
_SHARES = (0.055, 0.250, 0.165, 0.110, 0.110, 0.065, 0.155, 0.09)
_ORIGINS = {
    Origin.SIMULATION.value: N_("SIMULATION"),
    Origin.SAMPLE.value: N_("SAMPLE"),
    Origin.FILE.value: N_("file of unknown origin"),
    Origin.SEEN.value: N_("by eye only"),
}


def deviating(sheet: Sheet, summary: LotSummary) -> None:
    """Every card that deviates, and every one with a defect; nothing where there is none."""
    for title, found in (
        (DEVIATING, lot_words.deviating(summary.members)),
        (DEFECTIVE, lot_words.defective(summary.members)),
    ):
        if not found:
            continue
        section(sheet, _(title))
        rows = [joined((lot_cells.named(sheet.width, one, _FULL), gap(3))) for one in found[:LISTED]]
        sheet.place(rows, keep=False)
        rest = [one.number for one in found[LISTED:]]
        if rest:
            more = counted(
                "{number} more, No. {numbers}, stand in the table of all cards.",
                "{number} more, No. {numbers}, stand in the table of all cards.",
                len(rest),
                numbers=lot_words.numbers(rest),
            )
            sheet.place(lines(more, BODY, 0, sheet.width))


def twice(sheet: Sheet, summary: LotSummary) -> None:
    """The numbers that several members bear; what was compared where none does."""
    section(sheet, _(TWICE))
    bearing = sum(bool(one.numbers) for one in summary.members)
    compared = sentences(
        said(
            "{bearing} of {count} cards bear a number of their own that could be compared.",
            bearing=number(bearing),
            count=number(len(summary.members)),
        ),
        _("Simulations, samples and numbers that were masked or painted over are not compared."),
    )
    if not summary.twice:
        sheet.place(lines(sentences(_("None was found."), compared), BODY, 0, sheet.width))
        return
    sheet.place([*lines(sentences(compared, _(lot_words.TWICE_MEANS)), BODY, 0, sheet.width), gap(3)])
    rows = [
        (
            _(lot_words.KINDS.get(one.kind, "")) or short(one.kind, 30),
            short(one.value, 80),
            lot_words.numbers(one.members),
        )
        for one in summary.twice[:NUMBERS]
    ]
    left = len(summary.twice) - NUMBERS
    foot = blocks.more(left)
    blocks.table(sheet, (_("Kind"), _("Number"), _("Cards No.")), rows, (0.16, 0.44, 0.40), foot, limit=400)


def members(sheet: Sheet, summary: LotSummary) -> None:
    """A row for each member, over as many pages as it takes; the head stands on each."""
    section(sheet, _(ALL))
    if not summary.members:
        sheet.place(lines(_("No card was examined."), BODY, 0, sheet.width))
        return
    names = [_(one) for one in _HEAD]
    answers = [("", "", word, state, "", "", "", "") for word, state in _answers(summary)]
    places, rooms = roomy.columns(_SHARES, sheet.width, 5, names, answers, _SMALL_STRONG)
    titles = beside([lines(text, LABEL, place, room) for text, place, room in zip(names, places, rooms, strict=True)])
    head = [gap(3), joined(titles), gap(1), rule(0, sheet.width)]
    body = [_row(one, places, rooms, sheet.width) for one in summary.members]
    sheet.place(body, head=head, keep=False)
    foot = _(
        "The digest is that of the inspection's row in the ledger, in its first digits, as it stands at the foot of"
        " each page of the card's own report; the attached record has it whole."
    )
    sheet.place([gap(2), *lines(foot, SMALL, 0, sheet.width)])


def _answers(summary: LotSummary) -> set[tuple[str, str]]:
    """The words of the answers that there are, the first with room for its sign."""
    return {(_(words.IDENTITIES[one.identity]), _(one.condition.value)) for one in summary.members}


def _row(member: Member, places: list[float], rooms: list[float], width: float) -> Row:
    texts = (
        str(member.number),
        short(member.product, 60),
        _(words.IDENTITIES[member.identity]),
        _(member.condition.value),
        words.control_word(member.control, lambda text: short(text, 40)),
        f"{member.seq}{f'/{member.card + 1}' if member.card else ''}",
        member.digest[:SHOWN_DIGITS],
        moment(lot_words.utc(member.made_at), seconds=False),
    )
    style = _SMALL_STRONG if member.identity in lot_words.DEVIATING else _SMALL
    cells = [
        clipped(text, style, place, room, 2) if place != places[2] else []
        for text, place, room in zip(texts, places, rooms, strict=True)
    ]
    cells[1] = [*clipped(texts[1], style, places[1], rooms[1], 1), *_called(member, places[1], rooms[1])]
    cells[6] = clipped(texts[6], _SMALL, places[6], rooms[6], 2)  # in bold, sixteen digits would take two lines
    shape, colour = lot_cells.look(member)
    answer = clipped(texts[2], style, places[2] + 11, rooms[2] - 11, 2)
    cells[2] = [signs.signed(shape, colour, answer, 6.5, places[2])]
    return joined((gap(1.2), _level(cells), gap(1.2), rule(0, width, 0.3)))


def _called(member: Member, place: float, room: float) -> list[Row]:
    """Its label, and what it was where it was no card of this machine."""
    nature = (
        _(_ORIGINS[member.origin])
        if member.origin in _ORIGINS
        else ("" if member.origin == Origin.MACHINE else short(member.origin, 30))
    )
    piece = said("piece {number}", number=member.piece) if member.piece is not None else ""
    text = ", ".join(filter(None, (nature, piece, lot_cells.called(member, 40))))
    return clipped(text, SMALL, place, room, 1)


def _level(cells: list[list[Row]]) -> Row:
    """Cells of which some are one row of several lines."""
    whole = [joined(cell) for cell in cells]
    return Row(max(row.height for row in whole), tuple(mark for row in whole for mark in row.marks))
