"""The parts of a lot's summary that speak of the lot as a whole: circumstances, plan, what is not said, the record."""

from gpu_inspector.records import lot_beside, lot_words, words
from gpu_inspector.records.lot import LotSummary
from gpu_inspector.records.papers_words import declared_fields
from gpu_inspector.report import blocks, sections
from gpu_inspector.report.binding import NOT_MODIFIED
from gpu_inspector.report.layout import BODY, Sheet, beside, gap, lines
from gpu_inspector.report.sections import facts, section
from gpu_inspector.report.text import printable, shorten

PLAN = "Sampling plan and what it allows to be said"
NOT_SAID = "What this summary does not say"
DECLARANT = (
    "Data of the declarant, as the papers say. Nothing here was seen or measured by this program; what it holds against"
    " a card stands in that card's own report."
)
DRAWN = 400
"""Runs of drawn pieces on paper; the attached record has all."""
LIMITS = (
    "The results relate only to the cards examined, as they were at the times stated.",
    "This summary is not to be copied except in full. It does not take the place of the cards' own reports.",
)


def circumstances(sheet: Sheet, summary: LotSummary) -> None:
    """Who examined what, for which file, where and when, and what the papers say of the goods."""
    section(sheet, sections.CIRCUMSTANCES)
    lot, half = summary.lot, sheet.width / 2
    case = lot.case
    who = (("Case", case.number), ("Office", case.office), ("Inspector", case.inspector), ("Place", case.place))
    offset = summary.utc_offset_minutes
    when = (
        ("Local time", words.local_time(lot_words.utc(summary.made_at), offset)),
        ("Time in UTC", words.utc_time(lot_words.utc(summary.made_at))),
        ("Lot opened", words.local_time(lot_words.utc(lot.opened_at), lot.utc_offset_minutes)),
        ("Examined", _period(summary)),
    )
    columns = (facts(who, 0, half - 14, label=66, limit=120), facts(when, half, half, label=66))
    sheet.place(beside(columns), keep=False)
    note = shorten(case.note, sections.NOTE_LIMIT)
    pairs = [("Lot", lot.name), ("Id of lot", lot.id), ("Seals", case.seals)]
    pairs += [
        ("Note" if not index else "", part) for index, part in enumerate(note.splitlines()[: sections.NOTE_LINES])
    ]
    sheet.place(facts(pairs, 0, sheet.width, label=66, limit=2 * sections.NOTE_LIMIT), keep=False)
    if lot.declaration.empty:
        return
    section(sheet, "The declarant's data")
    sheet.place([*lines(DECLARANT, BODY, 0, sheet.width), gap(3)])
    declared = declared_fields(lot.declaration, str)
    blocks.untitled(
        sheet,
        [(label, value or (NOT_MODIFIED if name == "modified" else "")) for name, label, value in declared],
    )


def _period(summary: LotSummary) -> str:
    """From the first to the last judgement of a member."""
    moments = sorted(lot_words.utc(one.made_at) for one in summary.members)
    if not moments:
        return "no card"
    return " to ".join(dict.fromkeys(words.utc_time(one) for one in (moments[0], moments[-1])))


def plan(sheet: Sheet, summary: LotSummary) -> None:
    """Rule, numbers and bound, and what the statement rests on."""
    section(sheet, PLAN)
    statement = summary.statement
    pairs = [
        *lot_words.plan_pairs(summary.lot, summary.members, statement),
        ("Deviating", f"{statement.deviating:,} (contradicted, or unexplained deviation)"),
        ("Undecided", f"{statement.undecided:,} (inconclusive)"),
        ("Bound", lot_words.bound(statement)),
        ("Statement", statement.text),
    ]
    if summary.lot.drawn:
        pairs.append(("Pieces drawn", lot_words.numbers(summary.lot.drawn, DRAWN)))
    sheet.place(facts(pairs, 0, sheet.width, label=118, limit=DRAWN * 8), keep=False)
    rests = lot_words.rests_on(summary.lot, summary.members, statement)
    near = (printable(shorten(one, 2000)) for one in lot_beside.sentences(summary))
    sheet.place([gap(3), *sections.bullets(sheet.width, (*near, *rests))])


def not_said(sheet: Sheet) -> None:
    """What nobody may read into it."""
    section(sheet, NOT_SAID)
    sheet.place(sections.bullets(sheet.width, (*lot_words.NOT_SAID, *LIMITS)))


def record(sheet: Sheet, summary: LotSummary, digest: str) -> None:
    """What is attached (its SHA-256 is `digest`), where the ledger stood, and how to hold it against the reports."""
    section(sheet, sections.RECORD)
    pairs = (
        ("Summary", summary.id),
        ("SHA-256 of record", words.spaced(digest)),
        ("Ledger", f"{summary.ledger_rows:,} rows when this summary was made"),
        ("Digest of last row", words.spaced(shorten(summary.ledger_digest, 64))),
        (
            "Program",
            f"GPU Inspector {shorten(summary.tool_version, 60)}; after the + a digest of what decides and draws",
        ),
        ("Reference data", f"{shorten(summary.reference_version, 60)}; its date, and after the + its digest"),
        (
            "To check",
            "gpu-inspector verify FILE. It tests the signature over every byte, takes the attached record (lot.json)"
            " out, makes the statement from its cards again and draws these pages again.",
        ),
        (
            "Each card's report",
            "gpu-inspector verify FILE --reports FOLDER holds each row of the table against the signed reports in a"
            " folder: the digest at the foot of a report's pages is the one in the table. A report is checked by itself"
            " with gpu-inspector verify REPORT.",
        ),
    )
    sheet.place(facts(pairs, 0, sheet.width, label=104, limit=700), keep=False)
