"""What an examination of a file found: plain values, so that whoever tells of it need not know how it was read."""

from dataclasses import dataclass, field
from enum import StrEnum

from gpu_inspector.report.document import Paper


class Kind(StrEnum):
    """What a signature in a report's file is for."""

    REPORT = "report"
    COUNTERSIGNATURE = "countersignature"
    TIME_STAMP = "time stamp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One signature or time stamp of the file, with the trust that it has by itself."""

    kind: Kind
    signer: str
    """The certificate's subject: what the signer calls itself."""
    fingerprint: str
    """SHA-256 of the certificate, 64 hexadecimal digits."""
    at: str
    """ISO 8601, in UTC: by the signer's own clock, or by that of the time-stamp service."""
    trusted: bool = False
    """The certificate is one that the caller offered, or leads to one, and was good at the time that counts."""
    remarks: tuple[str, ...] = ()
    reason: str = ""
    """As it stands in the signature, where readers show it; a time stamp has none."""
    location: str = ""
    """The place, likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What was found. `problems` say why the file is not intact, `remarks` what else a reader should know."""

    intact: bool = False
    ours: bool = False
    trusted: bool = False
    """Of the report's own signature; no other signature of the file ever lifts it."""
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    record: bytes | None = None
    """The attached inspection.json of the signed revision; only of an intact report."""
    entry: bytes | None = None
    """The attached ledger.json, likewise."""
    lot: bytes | None = None
    """The attached lot.json of an intact summary of a lot, which has neither of these two."""
    batch: bytes | None = None
    """The attached batch.json of an intact summary of a batch, likewise."""
    attached: dict[str, bytes] = field(default_factory=dict)
    """What else is attached, by name, likewise."""
    seals: tuple[Seal, ...] = ()
    """Every signature and time stamp, in the order in which they were put on."""
    level: str = ""
    """PAdES level by what stands in the file: "B-B", "B-T" or "B-LTA"; of an intact report."""
    signed_bytes: int = 0
    """The report as it was first signed is the file up to here; what follows are time stamps and countersignature."""
    signer: str = ""
    """The certificate's subject: what the signer calls itself."""
    fingerprint: str = ""
    """SHA-256 of the signer's certificate, 64 hexadecimal digits."""
    signed_at: str = ""
    """ISO 8601, as the signer's clock had it."""
    page: Paper = "a4"
    """The paper that it was drawn for."""
    language: str = ""
    """Of the pages, as the file names it; whoever draws them again says whether there is such a language."""
    pages: int = 0
    reason: str = ""
    """As it stands in the signature, where readers show it: `signature.plain` of what was given to `sign`."""
    location: str = ""
    """The place, likewise."""
