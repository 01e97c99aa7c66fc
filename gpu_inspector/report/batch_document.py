"""The pages of a batch's summary, drawn from its record alone: who draws them again gets the same bytes.

As `lot_document` draws a lot. What deserves a look stands first, with reasons; the table of all is compact, and of a
batch that is larger than a table can be read, the attached record alone has the rest.
"""

from gpu_inspector.errors import CaptureError, ReportError
from gpu_inspector.language import ENGLISH, _, said
from gpu_inspector.records import batch_words, canonical, lot_words
from gpu_inspector.records.batch import BatchSummary
from gpu_inspector.report import batch_pages, batch_table, sections
from gpu_inspector.report.document import SHOWN_DIGITS, Paper, case_of
from gpu_inspector.report.layout import Sheet
from gpu_inspector.report.paint import Frame, paint
from gpu_inspector.report.spoken import pages_in
from gpu_inspector.report.text import printable, shorten


def draw(
    summary: BatchSummary,
    *,
    signer: str = "",
    page: Paper = "a4",
    record: bytes | None = None,
    language: str = ENGLISH,
) -> bytes:
    """The unsigned PDF. `signer` is the SHA-256 fingerprint of the certificate that will sign it.

    `record` are the summary's own bytes, `language` is that of the pages, a tag of `language.NAMES`. Raises ReportError
    where the fonts or the language are missing, or a record (a forged one) can be neither drawn nor hashed.
    """
    try:
        digest = canonical.digest(canonical.encode(summary) if record is None else record)
    except (CaptureError, ValueError) as error:
        raise ReportError(f"The summary holds a value that no record can hold ({error}).") from error
    with pages_in(language):
        return _pages(summary, digest, signer, page)


def _pages(summary: BatchSummary, digest: str, signer: str, page: Paper) -> bytes:
    members = batch_words.members(summary)
    sheet = Sheet(page)
    batch_pages.head(sheet, summary, members, digest)
    batch_pages.deviating(sheet, members)
    batch_pages.unread(sheet, summary)
    batch_pages.undecided(sheet, summary)
    batch_pages.earlier(sheet, summary)
    batch_table.all_cards(sheet, summary, members)
    batch_pages.left_out(sheet, summary)
    batch_pages.circumstances(sheet, summary)
    batch_pages.not_said(sheet)
    batch_pages.record(sheet, summary, digest)
    sections.closed(sheet, summary.terms.case, signer, _("End of summary"))
    case = summary.terms.case
    name = shorten(summary.terms.name, 60)
    told, what = case_of(case), _(batch_words.TITLE)
    frame = Frame(
        title=printable(f"GPU Inspector: {what}, {name}"),
        subject=printable(told),
        author=printable(shorten(case.inspector, 120)) or _("not stated"),
        made_at=lot_words.utc(summary.made_at),
        identifier=digest[:32],
        head_left=f"GPU Inspector · {what}: {name}",
        head_right=told,
        foot=said(
            "Batch summary · SHA-256 of record {digest}… · {id}",
            digest=digest[:SHOWN_DIGITS],
            id=shorten(summary.id, 40),
        ),
        watermark=lot_words.watermark(members),
    )
    return paint(sheet, frame)
