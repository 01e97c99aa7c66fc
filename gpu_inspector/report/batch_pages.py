"""The parts of a batch's summary around its table: counts, what deserves a look with reasons, limits, the record."""

from gpu_inspector.language import N_, _, counted, number, said, sentences, told
from gpu_inspector.records import batch_words, lot_words, words
from gpu_inspector.records.batch import BatchSummary
from gpu_inspector.records.lot import Member
from gpu_inspector.records.papers_words import declared_fields
from gpu_inspector.report import blocks, code, lot_cells, lot_first, sections, spoken
from gpu_inspector.report.binding import NOT_MODIFIED
from gpu_inspector.report.layout import BLACK, BODY, GREY, STRONG, Row, Sheet, Style, beside, gap, joined, lines, rule
from gpu_inspector.report.lot_cells import Detail, short
from gpu_inspector.report.sections import facts, section
from gpu_inspector.report.summary import CORNER
from gpu_inspector.report.text import colon, shorten

DEVIATING = N_("Cards that deviate, with their reasons")
DEFECTIVE = N_("Cards with a defect, with their reasons; a defect is no sign of forgery")
NONE_DEVIATES = N_("No contradiction and no unexplained deviation was found in what was judged.")
UNREAD = N_("What could not be judged, and why")
UNDECIDED = N_("What keeps cards undecided")
EARLIER = N_("Judged in an earlier run, and gone or changed since")
REPLACED = N_("Judged anew outside of the batch since")
LEFT_OUT = N_("Left out, and why")
NOT_SAID = N_("What this summary does not say")
TO_CHECK = N_(
    "gpu-inspector verify FILE. It tests the signature over every byte, takes the attached record (batch.json) out,"
    " derives each inspection's id from it again and draws these pages again."
)
BESIDE = N_(
    "gpu-inspector ledger verify --report FILE holds every row against the ledger; gpu-inspector verify FILE --reports"
    " FOLDER holds it against the signed reports in a folder. gpu-inspector report NUMBER FILE makes the report of one"
    " row."
)
LISTED = 300
"""Entries of each list on paper; the attached record has all."""
OPEN = 40
_FULL = Detail(LISTED, 4, LISTED, 300)
_TITLE = Style(size=19, font=STRONG.font, leading=1.25)
_UNDER = Style(size=10, font=STRONG.font, colour=GREY)
_LABEL = 66.0


def head(sheet: Sheet, summary: BatchSummary, members: tuple[Member, ...], digest: str) -> None:
    """Title and who looked, how many have which answer, and where the evidence comes from."""
    width = sheet.width
    title = _title(width, summary, members, digest)
    sheet.title(_(batch_words.TITLE), [title])
    rows = [gap(4), rule(0, width, 1.4, BLACK), gap(5), *spoken.note(width)]
    pairs = ((_("Queue"), batch_words.source(summary)), (_("Judged"), batch_words.examined(summary)))
    rows += [*facts(pairs, 0, width, label=_LABEL), gap(4), lot_first.counts(width, members), gap(6)]
    rows += sections.bullets(width, _said(summary, members))
    sheet.place(rows, keep=False)


def _title(width: float, summary: BatchSummary, members: tuple[Member, ...], digest: str) -> Row:
    room = width - CORNER - 12
    case = summary.terms.case
    nature = lot_words.nature_title(members)
    who = (
        (_("Case"), short(case.number, 90)),
        (_("Office, place"), short(", ".join(filter(None, (case.office, case.place))), 120)),
        (_("Inspector"), short(case.inspector, 90)),
        (_("Time"), lot_words.moment(summary.made_at, summary.utc_offset_minutes)),
    )
    left = joined(
        (
            *lines(_(batch_words.TITLE), _TITLE, 0, room),
            *lines(short(summary.terms.name, 90), _UNDER, 0, room),
            *(lines(nature, _UNDER, 0, room) if nature else ()),
            gap(3),
            *facts(who, 0, room, label=_LABEL),
        )
    )
    right = code.corner(f"GPU Inspector batch summary {shorten(summary.id, 36)} SHA-256 {digest}", width - CORNER)
    return Row(max(left.height, right.height), (*left.marks, *right.marks))


def _said(summary: BatchSummary, members: tuple[Member, ...]) -> tuple[str, ...]:
    natures = lot_words.natures(members, lambda text: short(text, 60)) if members else ()
    return (*(short(one, 420) for one in natures), _(batch_words.NO_LOT), _(batch_words.COUNTED))


def deviating(sheet: Sheet, members: tuple[Member, ...]) -> None:
    """Every card that deviates, and every one with a defect, with reasons; that there is none, where there is none."""
    found = lot_words.deviating(members)
    section(sheet, colon(_(DEVIATING), number(len(found))))
    if not found:
        sheet.place(lines(_(NONE_DEVIATES) if members else _("Nothing was judged."), BODY, 0, sheet.width))
    _named(sheet, found)
    if defects := lot_words.defective(members):
        section(sheet, colon(_(DEFECTIVE), number(len(defects))))
        _named(sheet, defects)


def _named(sheet: Sheet, found: tuple[Member, ...]) -> None:
    rows = [joined((lot_cells.named(sheet.width, one, _FULL), gap(3))) for one in found[:LISTED]]
    sheet.place(rows, keep=False)
    if rest := [one.number for one in found[LISTED:]]:
        text = counted(
            "{number} more, No. {numbers}; the attached record has their reasons.",
            "{number} more, No. {numbers}; the attached record has their reasons.",
            len(rest),
            numbers=lot_words.numbers(rest),
        )
        sheet.place(lines(text, BODY, 0, sheet.width))


def unread(sheet: Sheet, summary: BatchSummary) -> None:
    """What could not be judged in the last run; nothing where there is none."""
    if not summary.unread:
        return
    section(sheet, colon(_(UNREAD), number(len(summary.unread))))
    _pairs(sheet, [(one.item, told(one.reason)) for one in summary.unread[:LISTED]], len(summary.unread) - LISTED)


def _pairs(sheet: Sheet, pairs: list[tuple[str, str]], more: int) -> None:
    shown = ((short(name, 120), short(text, 300)) for name, text in pairs)
    sheet.place(facts(shown, 0, sheet.width, label=170), keep=False)
    if more > 0:
        sheet.place(lines(blocks.more(more), BODY, 0, sheet.width))


def undecided(sheet: Sheet, summary: BatchSummary) -> None:
    """Each reason once, with the cards that it keeps from an answer; nothing where all are decided."""
    found = batch_words.undecided(summary)
    if not found:
        return
    section(sheet, _(UNDECIDED))
    rows: list[Row] = []
    for one in found[:OPEN]:
        count = len(one.cards)
        numbers = lot_words.numbers(one.cards, 6)
        which = counted("({number} card, No. {numbers})", "({number} cards, No. {numbers})", count, numbers=numbers)
        label = lines(short(", ".join(one.checks), 160), STRONG, 0, 166)
        rows += [
            *beside((label, lines(sentences(short(told(one.text), 300), which), BODY, 170, sheet.width - 170))),
            gap(2),
        ]
    sheet.place(rows, keep=False)
    if len(found) > OPEN:
        more = counted(
            "{number} more reason stands in the attached record.",
            "{number} more reasons stand in the attached record.",
            len(found) - OPEN,
        )
        sheet.place(lines(more, BODY, 0, sheet.width))


def earlier(sheet: Sheet, summary: BatchSummary) -> None:
    """Contents that are not what lies there now; nothing where there is none."""
    for title, rows in ((EARLIER, batch_words.earlier(summary)), (REPLACED, batch_words.replaced(summary))):
        found = list(rows)
        if not found:
            continue
        section(sheet, colon(_(title), number(len(found))))
        pairs = [(row.item, said("Row {row}: {reason}", row=row.seq, reason=told(why))) for row, why in found[:LISTED]]
        _pairs(sheet, pairs, len(found) - LISTED)


def left_out(sheet: Sheet, summary: BatchSummary) -> None:
    """Pipes, devices, links that lead nowhere, folders that were not looked into, names of unfinished files."""
    count = len(summary.left_out) + summary.left_out_more
    if not count:
        return
    section(sheet, colon(_(LEFT_OUT), number(count)))
    _pairs(sheet, [(one.item, told(one.reason)) for one in summary.left_out[:LISTED]], count - LISTED)


def circumstances(sheet: Sheet, summary: BatchSummary) -> None:
    """Who, for which file, where, and what the papers say, under which everything was judged."""
    section(sheet, _(sections.CIRCUMSTANCES))
    terms = summary.terms
    case = terms.case
    pairs = [
        (_("Batch"), terms.name),
        (_("Id of batch"), summary.batch),
        (_("Case"), case.number),
        (_("Office"), case.office),
        (_("Inspector"), case.inspector),
        (_("Place"), case.place),
        (_("Seals"), case.seals),
        (_("Exhibit"), case.binding.exhibit),
        (
            _("Measured"),
            said("profile {name}", name=terms.profile) if terms.profile else _("nothing: claims alone were judged"),
        ),
    ]
    note = shorten(case.note, sections.NOTE_LIMIT)
    pairs += [
        (_("Note") if not index else "", part) for index, part in enumerate(note.splitlines()[: sections.NOTE_LINES])
    ]
    sheet.place(facts(pairs, 0, sheet.width, label=_LABEL, limit=2 * sections.NOTE_LIMIT), keep=False)
    if terms.declaration.empty:
        return
    section(sheet, _("The declarant's data"))
    declared = declared_fields(terms.declaration, str)
    blocks.untitled(
        sheet,
        [(label, value or (_(NOT_MODIFIED) if name == "modified" else "")) for name, label, value in declared],
    )


def not_said(sheet: Sheet) -> None:
    """What nobody may read into it."""
    section(sheet, _(NOT_SAID))
    sheet.place(sections.bullets(sheet.width, map(_, batch_words.NOT_SAID)))


def record(sheet: Sheet, summary: BatchSummary, digest: str) -> None:
    """What is attached (its SHA-256 is `digest`), where the ledger stood, and how to hold it against the reports."""
    section(sheet, _(sections.RECORD))
    pairs = (
        (_("Summary"), summary.id),
        (_("SHA-256 of record"), words.spaced(digest)),
        (_("Ledger"), said("{number} rows when this summary was made", number=number(summary.ledger_rows))),
        (_("Digest of last row"), words.spaced(shorten(summary.ledger_digest, 64))),
        (_("Judged by"), "; ".join(shorten(one, 60) for one in summary.versions[:8]) or _("nothing was judged")),
        (
            _("Summary by"),
            said(
                "GPU Inspector {tool_version}, data {reference_version}",
                tool_version=shorten(summary.tool_version, 60),
                reference_version=shorten(summary.reference_version, 60),
            ),
        ),
        (_("To check"), _(TO_CHECK)),
        (_("Ledger and reports"), _(BESIDE)),
    )
    sheet.place(facts(pairs, 0, sheet.width, label=104, limit=700), keep=False)
