"""The parts of a lot's summary that speak of the lot as a whole: circumstances, plan, what is not said, the record."""

from gpu_inspector.language import N_, _, number, said, told
from gpu_inspector.records import lot_beside, lot_words, words
from gpu_inspector.records.lot import LotSummary
from gpu_inspector.records.papers_words import declared_fields
from gpu_inspector.report import blocks, sections
from gpu_inspector.report.binding import NOT_MODIFIED
from gpu_inspector.report.layout import BODY, Sheet, beside, gap, lines
from gpu_inspector.report.sections import facts, section
from gpu_inspector.report.text import printable, shorten

PLAN = N_("Sampling plan and what it allows to be said")
NOT_SAID = N_("What this summary does not say")
DECLARANT = N_(
    "Data of the declarant, as the papers say. Nothing here was seen or measured by this program; what it holds against"
    " a card stands in that card's own report."
)
TO_CHECK = N_(
    "gpu-inspector verify FILE. It tests the signature over every byte, takes the attached record (lot.json) out, makes"
    " the statement from its cards again and draws these pages again."
)
EACH = N_(
    "gpu-inspector verify FILE --reports FOLDER holds each row of the table against the signed reports in a folder: the"
    " digest at the foot of a report's pages is the one in the table. A report is checked by itself with gpu-inspector"
    " verify REPORT."
)
DRAWN = 400
"""Runs of drawn pieces on paper; the attached record has all."""
LIMITS = (
    N_("The results relate only to the cards examined, as they were at the times stated."),
    N_("This summary is not to be copied except in full. It does not take the place of the cards' own reports."),
)


def circumstances(sheet: Sheet, summary: LotSummary) -> None:
    """Who examined what, for which file, where and when, and what the papers say of the goods."""
    section(sheet, _(sections.CIRCUMSTANCES))
    lot, half = summary.lot, sheet.width / 2
    case = lot.case
    who = (
        (_("Case"), case.number),
        (_("Office"), case.office),
        (_("Inspector"), case.inspector),
        (_("Place"), case.place),
    )
    offset = summary.utc_offset_minutes
    when = (
        (_("Local time"), words.local_time(lot_words.utc(summary.made_at), offset)),
        (_("Time in UTC"), words.utc_time(lot_words.utc(summary.made_at))),
        (_("Lot opened"), words.local_time(lot_words.utc(lot.opened_at), lot.utc_offset_minutes)),
        (_("Examined"), _period(summary)),
    )
    columns = (facts(who, 0, half - 14, label=66, limit=120), facts(when, half, half, label=66))
    sheet.place(beside(columns), keep=False)
    note = shorten(case.note, sections.NOTE_LIMIT)
    pairs = [(_("Lot"), lot.name), (_("Id of lot"), lot.id), (_("Seals"), case.seals)]
    pairs += [
        (_("Note") if not index else "", part) for index, part in enumerate(note.splitlines()[: sections.NOTE_LINES])
    ]
    sheet.place(facts(pairs, 0, sheet.width, label=66, limit=2 * sections.NOTE_LIMIT), keep=False)
    if lot.declaration.empty:
        return
    section(sheet, _("The declarant's data"))
    sheet.place([*lines(_(DECLARANT), BODY, 0, sheet.width), gap(3)])
    declared = declared_fields(lot.declaration, str)
    blocks.untitled(
        sheet,
        [(label, value or (_(NOT_MODIFIED) if name == "modified" else "")) for name, label, value in declared],
    )


def _period(summary: LotSummary) -> str:
    """From the first to the last judgement of a member."""
    moments = sorted(lot_words.utc(one.made_at) for one in summary.members)
    if not moments:
        return _("no card")
    first, last = words.utc_time(moments[0]), words.utc_time(moments[-1])
    return first if first == last else said("{first} to {last}", first=first, last=last)


def plan(sheet: Sheet, summary: LotSummary) -> None:
    """Rule, numbers and bound, and what the statement rests on."""
    section(sheet, _(PLAN))
    statement = summary.statement
    pairs = [
        *lot_words.plan_pairs(summary.lot, summary.members, statement),
        (
            _("Deviating"),
            said("{number} (contradicted, or unexplained deviation)", number=number(statement.deviating)),
        ),
        (_("Undecided"), said("{number} (inconclusive)", number=number(statement.undecided))),
        (_("Bound"), lot_words.bound(statement)),
        (_("Statement"), told(statement.text)),
    ]
    if summary.lot.drawn:
        pairs.append((_("Pieces drawn"), lot_words.numbers(summary.lot.drawn, DRAWN)))
    sheet.place(facts(pairs, 0, sheet.width, label=118, limit=DRAWN * 8), keep=False)
    rests = lot_words.rests_on(summary.lot, summary.members, statement)
    near = (printable(shorten(one, 2000)) for one in lot_beside.sentences(summary))
    sheet.place([gap(3), *sections.bullets(sheet.width, (*near, *rests))])


def not_said(sheet: Sheet) -> None:
    """What nobody may read into it."""
    section(sheet, _(NOT_SAID))
    sheet.place(sections.bullets(sheet.width, map(_, (*lot_words.NOT_SAID, *LIMITS))))


def record(sheet: Sheet, summary: LotSummary, digest: str) -> None:
    """What is attached (its SHA-256 is `digest`), where the ledger stood, and how to hold it against the reports."""
    section(sheet, _(sections.RECORD))
    pairs = (
        (_("Summary"), summary.id),
        (_("SHA-256 of record"), words.spaced(digest)),
        (_("Ledger"), said("{number} rows when this summary was made", number=number(summary.ledger_rows))),
        (_("Digest of last row"), words.spaced(shorten(summary.ledger_digest, 64))),
        (
            _("Program"),
            said(
                "GPU Inspector {tool_version}; after the + a digest of what decides and draws",
                tool_version=shorten(summary.tool_version, 60),
            ),
        ),
        (
            _("Reference data"),
            said(
                "{reference_version}; its date, and after the + its digest",
                reference_version=shorten(summary.reference_version, 60),
            ),
        ),
        (_("To check"), _(TO_CHECK)),
        (_("Each card's report"), _(EACH)),
    )
    sheet.place(facts(pairs, 0, sheet.width, label=104, limit=700), keep=False)
