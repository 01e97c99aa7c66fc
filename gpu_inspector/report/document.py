"""The report's pages, drawn from the record alone: who draws them again gets the same bytes.

`draw` takes the inspection, its place in the ledger and the signer's fingerprint, and looks at nothing else: no
clock, no settings, no environment. That is how `verify` can tell a page that does not show its own record.
"""

from collections.abc import Mapping
from typing import Literal

from gpu_inspector.errors import CaptureError, ReportError
from gpu_inspector.language import ENGLISH, _, said
from gpu_inspector.records import canonical, words
from gpu_inspector.records.declaration import Case
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.report import (
    annex,
    binding,
    cards,
    control_chart,
    earlier,
    pictures,
    scope,
    sections,
    server_pages,
    summary,
)
from gpu_inspector.report.layout import Sheet
from gpu_inspector.report.paint import Frame, paint
from gpu_inspector.report.spoken import pages_in
from gpu_inspector.report.text import printable, shorten

Paper = Literal["a4", "letter"]

SHOWN_DIGITS = 16
"""Digits of the row's digest at the foot of every page."""


def draw(
    inspection: Inspection,
    entry: LedgerEntry,
    *,
    signer: str = "",
    page: Paper = "a4",
    record: bytes | None = None,
    photographs: Mapping[str, bytes] = pictures.NOTHING,
    language: str = ENGLISH,
) -> bytes:
    """The unsigned PDF. `signer` is the SHA-256 fingerprint of the certificate that will sign it.

    `record` are the inspection's own bytes, where it was stored by an earlier version, which wrote fewer fields.
    `photographs` are the pictures that are at hand, SHA-256 -> bytes; only those that the record names are used, and
    each only where it has its digest. `language` is that of the pages, a tag of `language.NAMES`.

    Raises ReportError where the fonts or the language are missing, or a record (a forged one) can be neither drawn nor
    hashed.
    Raises DataError where the program's own table of trials, which every report prints, is missing.
    """
    try:
        digest = canonical.digest(canonical.encode(inspection) if record is None else record)
    except (CaptureError, ValueError) as error:
        raise ReportError(f"The inspection holds a value that no record can hold ({error}).") from error
    with pages_in(language):
        return _pages(inspection, entry, digest, signer=signer, page=page, photographs=photographs)


def _pages(
    inspection: Inspection,
    entry: LedgerEntry,
    digest: str,
    *,
    signer: str,
    page: Paper,
    photographs: Mapping[str, bytes],
) -> bytes:
    sheet = Sheet(page)
    summary.summary(sheet, inspection, entry)
    sheet.turn()
    sections.circumstances(sheet, inspection, entry)
    several = len(inspection.judgement.cards) > 1
    if several or not inspection.judgement.cards:
        cards.overview(sheet, inspection)
    for index in range(len(inspection.judgement.cards)):
        if index:
            sheet.turn()
        cards.card(sheet, inspection, index)
    binding.declared(sheet, inspection.declaration)
    binding.binding(sheet, inspection)
    earlier.earlier(sheet, inspection)
    sections.not_examined(sheet, inspection)
    scope.scope(sheet, inspection)
    sections.bench(sheet, inspection.evidence)
    control_chart.control_card(sheet, inspection)
    server_pages.server(sheet, inspection)
    taken = inspection.case.photographs
    annex.annex(sheet, taken, pictures.shown(taken, photographs))
    scope.trials(sheet, inspection)
    sections.record(sheet, inspection, entry, digest)
    sections.end(sheet, inspection, signer)
    return paint(sheet, _frame(inspection, entry))


def _frame(inspection: Inspection, entry: LedgerEntry) -> Frame:
    case = case_of(inspection.case)
    title = said("{title} No. {seq}", title=_(words.TITLES[inspection.evidence.origin]), seq=entry.seq)
    return Frame(
        title=f"GPU Inspector: {title}",
        subject=printable(case),
        author=printable(shorten(inspection.case.inspector, 120)) or _("not stated"),
        made_at=inspection.made_at,
        identifier=canonical.digest(entry.digest.encode())[:32],
        head_left=f"GPU Inspector · {title}",
        head_right=case,
        foot=said(
            "Report No. {seq} · digest {digest}… · Inspection {id}",
            seq=entry.seq,
            digest=entry.digest[:SHOWN_DIGITS],
            id=shorten(inspection.id, 40),
        ),
        watermark=_(words.WATERMARKS.get(inspection.evidence.origin, "")),
    )


def case_of(case: Case) -> str:
    """The number of the case, as it stands at the head of each page."""
    return said("Case {number}", number=shorten(case.number, 60)) if case.number else _("No case number")
