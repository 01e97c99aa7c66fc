"""The parts of a batch's summary around its table: counts, what deserves a look with reasons, limits, the record."""

from gpu_inspector.records import batch_words, lot_words, words
from gpu_inspector.records.batch import BatchSummary
from gpu_inspector.records.lot import Member
from gpu_inspector.records.papers_words import declared_fields
from gpu_inspector.report import blocks, code, lot_cells, lot_first, sections
from gpu_inspector.report.binding import NOT_MODIFIED
from gpu_inspector.report.layout import BLACK, BODY, GREY, STRONG, Row, Sheet, Style, beside, gap, joined, lines, rule
from gpu_inspector.report.lot_cells import Detail, short
from gpu_inspector.report.sections import facts, section
from gpu_inspector.report.summary import CORNER
from gpu_inspector.report.text import shorten

DEVIATING = "Cards that deviate, with their reasons"
DEFECTIVE = "Cards with a defect, with their reasons; a defect is no sign of forgery"
NONE_DEVIATES = "No contradiction and no unexplained deviation was found in what was judged."
UNREAD = "What could not be judged, and why"
UNDECIDED = "What keeps cards undecided"
EARLIER = "Judged in an earlier run, and gone or changed since"
REPLACED = "Judged anew outside of the batch since"
LEFT_OUT = "Left out, and why"
NOT_SAID = "What this summary does not say"
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
    sheet.title(batch_words.TITLE, [title])
    rows = [gap(4), rule(0, width, 1.4, BLACK), gap(5)]
    pairs = (("Queue", batch_words.source(summary)), ("Judged", batch_words.examined(summary)))
    rows += [*facts(pairs, 0, width, label=_LABEL), gap(4), lot_first.counts(width, members), gap(6)]
    rows += sections.bullets(width, _said(summary, members))
    sheet.place(rows, keep=False)


def _title(width: float, summary: BatchSummary, members: tuple[Member, ...], digest: str) -> Row:
    room = width - CORNER - 12
    case = summary.terms.case
    nature = lot_words.nature_title(members)
    who = (
        ("Case", short(case.number, 90)),
        ("Office, place", short(", ".join(filter(None, (case.office, case.place))), 120)),
        ("Inspector", short(case.inspector, 90)),
        ("Time", lot_words.moment(summary.made_at, summary.utc_offset_minutes)),
    )
    left = joined(
        (
            *lines(batch_words.TITLE, _TITLE, 0, room),
            *lines(short(summary.terms.name, 90), _UNDER, 0, room),
            *(lines(nature, _UNDER, 0, room) if nature else ()),
            gap(3),
            *facts(who, 0, room, label=_LABEL),
        )
    )
    said = f"GPU Inspector batch summary {shorten(summary.id, 36)} SHA-256 {digest}"
    right = code.corner(said, width - CORNER)
    return Row(max(left.height, right.height), (*left.marks, *right.marks))


def _said(summary: BatchSummary, members: tuple[Member, ...]) -> tuple[str, ...]:
    natures = lot_words.natures(members, lambda text: short(text, 60)) if members else ()
    return (*(short(one, 420) for one in natures), batch_words.NO_LOT, batch_words.COUNTED)


def deviating(sheet: Sheet, members: tuple[Member, ...]) -> None:
    """Every card that deviates, and every one with a defect, with reasons; that there is none, where there is none."""
    found = lot_words.deviating(members)
    section(sheet, f"{DEVIATING}: {len(found):,}")
    if not found:
        sheet.place(lines(NONE_DEVIATES if members else "Nothing was judged.", BODY, 0, sheet.width))
    _named(sheet, found)
    if defects := lot_words.defective(members):
        section(sheet, f"{DEFECTIVE}: {len(defects):,}")
        _named(sheet, defects)


def _named(sheet: Sheet, found: tuple[Member, ...]) -> None:
    rows = [joined((lot_cells.named(sheet.width, one, _FULL), gap(3))) for one in found[:LISTED]]
    sheet.place(rows, keep=False)
    if rest := [one.number for one in found[LISTED:]]:
        text = f"{len(rest):,} more, No. {lot_words.numbers(rest)}; the attached record has their reasons."
        sheet.place(lines(text, BODY, 0, sheet.width))


def unread(sheet: Sheet, summary: BatchSummary) -> None:
    """What could not be judged in the last run; nothing where there is none."""
    if not summary.unread:
        return
    section(sheet, f"{UNREAD}: {len(summary.unread):,}")
    _pairs(sheet, [(one.item, one.reason) for one in summary.unread[:LISTED]], len(summary.unread) - LISTED)


def _pairs(sheet: Sheet, pairs: list[tuple[str, str]], more: int) -> None:
    told = ((short(name, 120), short(text, 300)) for name, text in pairs)
    sheet.place(facts(told, 0, sheet.width, label=170), keep=False)
    if more > 0:
        sheet.place(lines(f"{more:,} more stand in the attached record.", BODY, 0, sheet.width))


def undecided(sheet: Sheet, summary: BatchSummary) -> None:
    """Each reason once, with the cards that it keeps from an answer; nothing where all are decided."""
    found = batch_words.undecided(summary)
    if not found:
        return
    section(sheet, UNDECIDED)
    rows: list[Row] = []
    for one in found[:OPEN]:
        count = len(one.cards)
        which = f"({count:,} {'card' if count == 1 else 'cards'}, No. {lot_words.numbers(one.cards, 6)})"
        label = lines(short(", ".join(one.checks), 160), STRONG, 0, 166)
        rows += [
            *beside((label, lines(f"{short(one.text, 300)} {which}", BODY, 170, sheet.width - 170))),
            gap(2),
        ]
    sheet.place(rows, keep=False)
    if len(found) > OPEN:
        more = f"{len(found) - OPEN:,} more reasons stand in the attached record."
        sheet.place(lines(more, BODY, 0, sheet.width))


def earlier(sheet: Sheet, summary: BatchSummary) -> None:
    """Contents that are not what lies there now; nothing where there is none."""
    for title, told in ((EARLIER, batch_words.earlier(summary)), (REPLACED, batch_words.replaced(summary))):
        found = list(told)
        if not found:
            continue
        section(sheet, f"{title}: {len(found):,}")
        _pairs(sheet, [(row.item, f"Row {row.seq}: {why}") for row, why in found[:LISTED]], len(found) - LISTED)


def left_out(sheet: Sheet, summary: BatchSummary) -> None:
    """Pipes, devices, links that lead nowhere, folders that were not looked into, names of unfinished files."""
    count = len(summary.left_out) + summary.left_out_more
    if not count:
        return
    section(sheet, f"{LEFT_OUT}: {count:,}")
    _pairs(sheet, [(one.item, one.reason) for one in summary.left_out[:LISTED]], count - LISTED)


def circumstances(sheet: Sheet, summary: BatchSummary) -> None:
    """Who, for which file, where, and what the papers say, under which everything was judged."""
    section(sheet, sections.CIRCUMSTANCES)
    terms = summary.terms
    case = terms.case
    pairs = [
        ("Batch", terms.name),
        ("Id of batch", summary.batch),
        ("Case", case.number),
        ("Office", case.office),
        ("Inspector", case.inspector),
        ("Place", case.place),
        ("Seals", case.seals),
        ("Exhibit", case.binding.exhibit),
        ("Measured", f"profile {terms.profile}" if terms.profile else "nothing: claims alone were judged"),
    ]
    note = shorten(case.note, sections.NOTE_LIMIT)
    pairs += [
        ("Note" if not index else "", part) for index, part in enumerate(note.splitlines()[: sections.NOTE_LINES])
    ]
    sheet.place(facts(pairs, 0, sheet.width, label=_LABEL, limit=2 * sections.NOTE_LIMIT), keep=False)
    if terms.declaration.empty:
        return
    section(sheet, "The declarant's data")
    declared = declared_fields(terms.declaration, str)
    blocks.untitled(
        sheet,
        [(label, value or (NOT_MODIFIED if name == "modified" else "")) for name, label, value in declared],
    )


def not_said(sheet: Sheet) -> None:
    """What nobody may read into it."""
    section(sheet, NOT_SAID)
    sheet.place(sections.bullets(sheet.width, batch_words.NOT_SAID))


def record(sheet: Sheet, summary: BatchSummary, digest: str) -> None:
    """What is attached (its SHA-256 is `digest`), where the ledger stood, and how to hold it against the reports."""
    section(sheet, sections.RECORD)
    pairs = (
        ("Summary", summary.id),
        ("SHA-256 of record", words.spaced(digest)),
        ("Ledger", f"{summary.ledger_rows:,} rows when this summary was made"),
        ("Digest of last row", words.spaced(shorten(summary.ledger_digest, 64))),
        ("Judged by", "; ".join(shorten(one, 60) for one in summary.versions[:8]) or "nothing was judged"),
        (
            "Summary by",
            f"GPU Inspector {shorten(summary.tool_version, 60)}, data {shorten(summary.reference_version, 60)}",
        ),
        (
            "To check",
            "gpu-inspector verify FILE. It tests the signature over every byte, takes the attached record (batch.json)"
            " out, derives each inspection's id from it again and draws these pages again.",
        ),
        (
            "Ledger and reports",
            "gpu-inspector ledger verify --report FILE holds every row against the ledger; gpu-inspector verify FILE"
            " --reports FOLDER holds it against the signed reports in a folder. gpu-inspector report NUMBER FILE makes"
            " the report of one row.",
        ),
    )
    sheet.place(facts(pairs, 0, sheet.width, label=104, limit=700), keep=False)
