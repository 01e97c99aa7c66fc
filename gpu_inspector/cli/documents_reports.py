"""What `--json` prints of reports and keys: `report …`, `verify`, `key …`, `tag`.

A record's name stands for its plain form, as the record's own schema has it. Fields are only ever added.
"""

from typing import NotRequired, TypedDict

from gpu_inspector.records.finding import Identity
from gpu_inspector.records.policy import PolicyNamed
from gpu_inspector.report.seen import Kind
from gpu_inspector.workflow.verification import State


class ReportDocument(TypedDict):
    """`report ID OUT --json`."""

    format: int
    id: str
    number: int
    report: str
    level: str
    remark: str


class StampedReport(TypedDict):
    """One report that was to be time-stamped."""

    report: str
    level: str | None
    at: str | None
    """ISO 8601, by the service's clock."""
    remarks: list[str]
    failure: str


class UpgradeDocument(TypedDict):
    """`report upgrade --json`."""

    format: int
    reports: list[StampedReport]


class CountersignedDocument(TypedDict):
    """`report countersign --json`."""

    format: int
    report: str
    number: int
    """0 of a lot's summary."""
    signer: str
    fingerprint: str
    level: str
    remark: str


class SealDocument(TypedDict):
    """One signature or time stamp of the file, with its own trust."""

    kind: Kind
    signer: str
    fingerprint: str
    at: str
    trusted: bool
    remarks: list[str]


class VerifiedLot(TypedDict):
    """What the summary of a lot says, in short."""

    id: str
    lot: str
    name: str
    declared: int
    examined: int
    deviating: list[int]
    statement: str


class VerifiedBatch(TypedDict):
    """What the summary of a batch says, in short."""

    id: str
    batch: str
    name: str
    verdict: Identity
    judged: int
    not_judged: int
    deviating: list[int]
    """Rows of the ledger."""


class VerifiedDocument(TypedDict):
    """`verify --json`."""

    format: int
    state: State
    problems: list[str]
    added: list[str]
    notes: list[str]
    signer: str
    fingerprint: str
    signed_at: str
    level: str | None
    signatures: list[SealDocument]
    attached: list[str]
    number: int | None
    id: str | None
    verdict: Identity | None
    judged_again: str | None
    differences: list[str]
    policy: PolicyNamed | None
    lot: VerifiedLot | None
    batch: VerifiedBatch | None


class AuthorityDocument(TypedDict):
    """A certificate that vouches for the signer's."""

    name: str
    fingerprint: str
    valid_to: str


class KeyDocument(TypedDict):
    """Who signs: `key show`, `key new`, `key import`, `key use`."""

    format: int
    kind: str
    """The own key, a file's or a card's: "own", "file", "card"."""
    place: str
    name: str
    fingerprint: str
    algorithm: str
    valid_from: str
    valid_to: str
    authorities: list[AuthorityDocument]
    may_sign: bool
    refusal: str
    remarks: list[str]
    older: NotRequired[str | None]
    """Of `key new`: where the older key is kept."""


class KeyFileDocument(TypedDict):
    """`key new --p12 --json`, `key export --json`."""

    format: int
    file: str
    private: NotRequired[bool]
    fingerprint: NotRequired[str]


class TagDocument(TypedDict):
    """`tag --json`."""

    format: int
    id: str
    number: int
    cards: list[int]
    labels: int
    pages: int
    tag: str
