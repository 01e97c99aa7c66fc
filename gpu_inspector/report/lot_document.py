"""The pages of a lot's summary, drawn from its record alone: who draws them again gets the same bytes.

As `document` draws an inspection: no clock, no settings, no environment. That is how `verify` can tell a page that does
not show its own record. A record of many thousand cards, or one with endless texts, is cut where it is said, so that
the summary of any lot has an end.
"""

from gpu_inspector.errors import CaptureError, ReportError
from gpu_inspector.language import ENGLISH, N_, _, said
from gpu_inspector.records import canonical, lot_words
from gpu_inspector.records.hall import MOST_NODES
from gpu_inspector.records.lot import LotSummary
from gpu_inspector.report import hall_pages, lot_first, lot_pages, lot_rows, sections
from gpu_inspector.report.document import SHOWN_DIGITS, Paper, case_of
from gpu_inspector.report.layout import Sheet
from gpu_inspector.report.paint import Frame, paint
from gpu_inspector.report.spoken import pages_in
from gpu_inspector.report.text import printable, shorten

_PARTS = N_("Open several lots, one for each part of the shipment.")
MOST = 8_000
"""Cards of one summary: their table then has some two hundred and fifty pages, and no file has more than 400."""


def draw(
    summary: LotSummary,
    *,
    signer: str = "",
    page: Paper = "a4",
    record: bytes | None = None,
    language: str = ENGLISH,
) -> bytes:
    """The unsigned PDF. `signer` is the SHA-256 fingerprint of the certificate that will sign it.

    `record` are the summary's own bytes, where an earlier version wrote it, with fewer fields. `language` is that of
    the pages, a tag of `language.NAMES`.

    Raises ReportError where the fonts or the language are missing, there are more than MOST cards, or a record (a
    forged one) can be neither drawn nor hashed.
    """
    try:
        digest = canonical.digest(canonical.encode(summary) if record is None else record)
    except (CaptureError, ValueError) as error:
        raise ReportError(f"The summary holds a value that no record can hold ({error}).") from error
    nodes = len(summary.hall.places) + len(summary.hall.gaps) if summary.hall is not None else 0
    if nodes > 2 * MOST_NODES:
        raise ReportError(f"The hall has more than the {MOST_NODES:,} nodes that one summary has room for.", _PARTS)
    if len(summary.members) > MOST:
        raise ReportError(
            f"The lot has {len(summary.members):,} examined cards, and one summary has room for {MOST:,}.",
            _PARTS,
        )
    with pages_in(language):
        return _pages(summary, digest, signer, page)


def _pages(summary: LotSummary, digest: str, signer: str, page: Paper) -> bytes:
    sheet = Sheet(page)
    lot_first.first(sheet, summary, digest)
    sheet.turn()
    hall_pages.pages(sheet, summary)
    lot_pages.circumstances(sheet, summary)
    lot_pages.plan(sheet, summary)
    lot_rows.deviating(sheet, summary)
    lot_rows.twice(sheet, summary)
    lot_rows.members(sheet, summary)
    lot_pages.not_said(sheet)
    lot_pages.record(sheet, summary, digest)
    sections.closed(sheet, summary.lot.case, signer, _("End of summary"))
    return paint(sheet, _frame(summary, digest))


def _frame(summary: LotSummary, digest: str) -> Frame:
    lot = summary.lot
    case, what = case_of(lot.case), _(lot_words.TITLE)
    name = shorten(lot.name, 60) or _("without a name")
    return Frame(
        title=printable(f"GPU Inspector: {what}, {name}"),
        subject=printable(case),
        author=printable(shorten(lot.case.inspector, 120)) or _("not stated"),
        made_at=lot_words.utc(summary.made_at),
        identifier=digest[:32],
        head_left=f"GPU Inspector · {what}: {name}",
        head_right=case,
        foot=said(
            "Lot summary · SHA-256 of record {digest}… · {id}",
            digest=digest[:SHOWN_DIGITS],
            id=shorten(summary.id, 40),
        ),
        watermark=lot_words.watermark(summary.members),
    )
