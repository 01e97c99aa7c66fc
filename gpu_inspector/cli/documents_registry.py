"""What `--json` prints of a registry of many offices: `registry …`.

Fields are only ever added.
"""

from typing import TypedDict


class RegistryDocument(TypedDict):
    """`registry init --json`."""

    format: int
    migrations: list[str]
    """The steps that were taken now; none where it was up to date."""
    registrars: list[str]


class PushedDocument(TypedDict):
    """`registry push --json`."""

    format: int
    office: str | None
    """Null where the registry could not be asked."""
    rows: int
    """Of the ledger."""
    head: int
    """Of them in the registry, as far as it was heard."""
    accepted: int
    """In this push."""
    delivered: int
    """Delivered and not answered."""
    waiting: int
    problem: str | None
    """Why rows were refused, or the registry could not be asked."""


class StatusDocument(TypedDict):
    """`registry status --json`."""

    format: int
    office: str | None
    role: str | None
    sees: str | None
    """What the office sees of others: "own", "sightings", "everything"."""
    registrar: bool
    rows: int
    head: int
    waiting: int
    delivered: int
    answered_at: str | None
    """ISO 8601."""
    refused: str | None
    leaves: str
    """As in a policy; "" where policy or settings cannot be used."""
    numbers_keyed: bool
    key: str | None
    """The id of the key that numbers are keyed with."""
    problem: str | None


class AcceptedDocument(TypedDict):
    """`registry accept --json`."""

    format: int
    accepted: int
    """Batches."""
    refused: int
    rows: int


class RegistryCertificate(TypedDict):
    """Whose signature counts for an office; the name is a claim of the certificate."""

    name: str
    fingerprint: str
    added_at: str
    withdrawn_at: str | None
    reason: str


class RegistryOffice(TypedDict):
    """An office of the registry."""

    number: int
    name: str
    role: str
    sees: str
    certificates: list[RegistryCertificate]


class OfficesDocument(TypedDict):
    """`registry office list --json`."""

    format: int
    offices: list[RegistryOffice]


class RegistryKeyDocument(TypedDict):
    """`registry key new|import|export|show --json`: never the key itself."""

    format: int
    key: str | None
    """Its id; null where there is none here."""
    file: str | None


class FoundInspection(TypedDict):
    """One inspection of one office; what the office did not send is ""."""

    registered: str
    """The office as the registry knows it."""
    number: int
    """The row of its ledger."""
    id: str
    made_at: str
    """ISO 8601."""
    case: str
    product: str
    verdict: str
    condition: str
    control: str
    inspector: str
    office: str
    """As the inspection itself names it."""
    place: str
    cards: int
    origin: str


class SearchedDocument(TypedDict):
    """`registry search --json`."""

    format: int
    inspections: list[FoundInspection]
    """What came last, first."""
    after: int | None
    """For --after; null where nothing more fits."""


class PulledDocument(TypedDict):
    """`registry pull --json`."""

    format: int
    office: str
    file: str
    rows: int
    added: int
    """Of them, those that came now."""
    whole: int
    redacted: int
    digests: int
    """Rows whose place alone is known."""
    covered: int
    """The last row under a signed checkpoint."""
    signer: str | None
    """SHA-256 of the checkpoint's certificate."""
    row: int | None
    """The first wrong row."""
    problem: str | None


class RestoredRows(TypedDict):
    """`registry restore --json`."""

    format: int
    ledger: str
    rows: int
    added: int
    signer: str
    """SHA-256 of the checkpoint's certificate."""


class VerifiedOffice(TypedDict):
    """One office's chain in the registry."""

    office: str
    rows: int
    """Sound ones from the first on."""
    head: str
    whole: int
    redacted: int
    digests: int
    checkpoints: int
    signers: list[str]
    """SHA-256 of certificates."""
    row: int | None
    """The first wrong row."""
    problem: str | None
    held: bool
    """It was held against this office's own ledger."""
    notes: list[str]


class VerifiedRegistry(TypedDict):
    """`registry verify --json`."""

    format: int
    offices: list[VerifiedOffice]


class PutWatchList(TypedDict):
    """`registry watch push --json`."""

    format: int
    id: str
    """SHA-256 of the list's file."""
    new: bool


class ListedWatchList(TypedDict):
    """A watch-list that lies in the registry, unexamined."""

    id: str
    office: str
    """As the registry knows it."""
    mine: bool
    bytes: int
    put_at: str


class RegistryWatchLists(TypedDict):
    """`registry watch list --json`."""

    format: int
    lists: list[ListedWatchList]


class TakenWatchList(TypedDict):
    """A watch-list that was taken in; the signer's name is a claim of the certificate."""

    id: str
    office: str
    signer: str
    known: bool


class RefusedWatchList(TypedDict):
    """A watch-list that was not taken in."""

    id: str
    office: str
    problem: str


class PulledWatchLists(TypedDict):
    """`registry watch pull --json`."""

    format: int
    taken: list[TakenWatchList]
    refused: list[RefusedWatchList]
    known: int
    """How many were kept here before, or are this office's own."""
