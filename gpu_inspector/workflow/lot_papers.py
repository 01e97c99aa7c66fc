"""A lot's summary becomes a signed file, as an inspection becomes a report: drawn, signed, written, stamped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector.errors import ReportError
from gpu_inspector.language import ENGLISH, N_
from gpu_inspector.records import canonical
from gpu_inspector.records.lot import LotSummary
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.workflow import signing, upgrading

if TYPE_CHECKING:
    from gpu_inspector.report.document import Paper
    from gpu_inspector.report.identity import SigningIdentity


def reason_of(summary: LotSummary) -> str:
    """What the signature itself says it is for; PDF readers show it, so `verify` compares it."""
    return N_(f"GPU Inspector lot summary {summary.id}")


def signed(summary: LotSummary, page: str, identity: SigningIdentity, language: str = ENGLISH) -> bytes:
    """The signed file, on "a4" or "letter", in this language.

    Raises ReportError where it cannot be drawn, or the key does not sign.
    """
    with LOADING:
        from gpu_inspector.report import lot_document, signature

    if page not in ("a4", "letter"):
        raise ReportError(f"“{page}” is no page size of this program.", "Use a4 or letter.")
    paper: Paper = "letter" if page == "letter" else "a4"
    drawn = lot_document.draw(summary, signer=identity.fingerprint, page=paper, language=language)
    return signature.seal(
        drawn,
        (signature.own_attachment(signature.LOT_NAME, canonical.encode(summary)),),
        identity,
        reason=reason_of(summary),
        place=summary.lot.case.place,
        reviewer=signing.choice().countersigned,
    )


def write(
    summary: LotSummary, path: Path, page: str = "a4", *, identity: SigningIdentity, language: str = ENGLISH
) -> upgrading.Stamped:
    """Draw, sign, write and time-stamp the summary. Raises ReportError: then it is not there.

    A time stamp that cannot be had is a remark: the summary stands signed without it.
    """
    return upgrading.write_and_stamp(path, signed(summary, page, identity, language))
