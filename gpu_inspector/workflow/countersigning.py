"""A second officer signs a report that the first one made: the file gets one more revision, in its place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector import preferences
from gpu_inspector.errors import CaptureError, ReportError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical
from gpu_inspector.records.inspection import LedgerEntry
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.workflow import signing, upgrading

if TYPE_CHECKING:
    from gpu_inspector.report.identity import SigningIdentity


@dataclass(frozen=True, slots=True)
class Countersigned:
    """Who signed (the certificate's own name and SHA-256), and how far the file's time stamps reach now."""

    name: str
    fingerprint: str
    number: int
    """Of the report; 0 where it is a summary."""
    stamped: upgrading.Stamped


def countersign(
    path: Path,
    *,
    key_file: Path | None = None,
    card: bool = False,
    place: str = "",
    ask: signing.Ask = signing.nobody,
) -> Countersigned:
    """Sign the report at `path` as its second officer: with a PKCS#12 file, the card or the signer of the settings.

    Raises ReportError: no intact report, no field foreseen, signed already, the same certificate, or a key that cannot
    be used; then the file is as it was.
    """
    with LOADING:
        from gpu_inspector.report import countersign as second
        from gpu_inspector.report import examine

    path = path.resolve()
    before = upgrading.read(path)
    found = examine.examine(before)
    identity = signing.signer(ask) if key_file is None and not card else _other(key_file, ask)
    number = _number(found.entry)
    place = place or preferences.load()[0].place
    after = second.countersigned(before, identity, reason=reason_of(number, batch=found.batch is not None), place=place)
    upgrading.put(path, before, after)
    return Countersigned(identity.name, identity.fingerprint, number, upgrading.after_signing(path, after))


def reason_of(number: int, *, batch: bool = False) -> str:
    """What the second signature says it is for; the summary of a lot or a batch has no number."""
    summed = N_("batch summary") if batch else N_("lot summary")
    return N_(f"Countersignature of GPU Inspector {f'report {number}' if number else summed}")


def _number(entry: bytes | None) -> int:
    """0 where the file is a summary, or no intact report: `countersigned` refuses the latter."""
    try:
        return 0 if entry is None else canonical.decode_plain(entry, LedgerEntry, N_("ledger entry")).seq
    except CaptureError as error:
        raise ReportError(f"The report's place in the ledger cannot be read. {error}") from error


def _other(key_file: Path | None, ask: signing.Ask) -> SigningIdentity:
    """The key of a file, or of the card that the settings name, whoever signs first. Raises ReportError."""
    with LOADING:
        from gpu_inspector.report import fitness, identity_card, identity_file

    if key_file is None:
        identity = identity_card.load(signing.card_of(signing.choice()), ask)
    else:
        identity = identity_file.load(key_file, ask)
    fitness.require(identity, signing.revocation_lists().found)
    return identity
