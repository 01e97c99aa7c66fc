"""Where a card's numbers were seen before, and which lists of other offices name them: frozen parts of the evidence.

Both are looked up before the card is judged and written into its evidence, so that judging stays a pure function: who
judges the same record again, years later and without this ledger, comes to the same findings.
"""

from dataclasses import dataclass
from datetime import datetime

from gpu_inspector.records.finding import Identity

MOST_SIGHTINGS = 24
"""Earlier sightings that are kept for one card, the newest ones; how many more there are is said."""
MOST_WATCHED = 24
"""Entries of watch-lists that are kept for one card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What of a card two inspections are compared by, as the first source that spoke has it; None is "not given".

    Hexadecimal ids are upper-case digits without a prefix.
    """

    uuid: str | None = None
    serial: str | None = None
    device_identifier: str | None = None
    device_id: str | None = None
    board_part_number: str | None = None
    memory_total_bytes: int | None = None
    """None also where the driver did not show the whole card: MIG, a virtual GPU's guest."""
    multi_gpu_board: bool | None = None
    guest: bool = False
    """Seen from inside a virtual GPU's guest, whose numbers are not the card's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One card of an earlier inspection that bears a number of this one."""

    card: str
    """The label of the card that is inspected now."""
    matched: tuple[str, ...]
    """The kinds of the numbers that are equal, of `numbers.FIELDS`, sorted."""
    row: int
    """The earlier inspection's row of the ledger."""
    inspection: str
    digest: str
    """Of the row: 64 hexadecimal digits."""
    made_at: datetime
    office: str = ""
    place: str = ""
    from_file: bool = False
    """It was a review of a file of unknown origin; else the card was in the machine of the bench."""
    bench_doubted: bool = False
    """The bench was not vouched for then (a check of the bench found or decided nothing): what it said is hearsay."""
    same_file: bool = False
    """It was a review of the very file that is reviewed now: the same SHA-256."""
    label: str = ""
    """What the earlier inspection calls its card."""
    bearers: int = 1
    """Cards of the earlier inspection that bear one of the equal numbers: the dies of one board share their serial."""
    product: str = ""
    identity: Identity = Identity.INCONCLUSIVE
    seen: Likeness
    """The earlier card, as it was recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerAsked:
    """That a ledger was asked for earlier sightings, and how far the answer goes."""

    rows: int
    """Rows that the ledger had."""
    left_out: int = 0
    """Earlier inspections with a number of these cards beyond those that are listed."""
    newest_at: datetime | None = None
    """When the last of its rows was made, by the clock of that day; None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One entry of a watch-list that names a number of a card: another office's words, which decide nothing."""

    card: str
    kind: str
    """One of `watching.KINDS`."""
    value: str
    """As the list has it."""
    reason: str = ""
    listed_on: str = ""
    """A day, as the list has it."""
    office: str = ""
    row_digest: str = ""
    """Of the row of that office's ledger from which the entry was taken; "" where it names none."""
    proof: str = ""
    """What the list's own proof of that row came to, in words; "" where it carries none."""
    list_digest: str = ""
    """SHA-256 of the signed file, 64 hexadecimal digits."""
    made_at: datetime
    """When the list was signed, by its signer's clock."""
    signer: str = ""
    """What the signer's certificate calls itself: a claim."""
    fingerprint: str = ""
    known: bool = False
    """Whether that signer was known here when the list was used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAsked:
    """That a watch-list was consulted: which, whose, how old, how long."""

    list_digest: str
    office: str = ""
    made_at: datetime
    items: int = 0
    known: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrySighting:
    """What the registry of many offices said of a card: another office's word, and never this ledger's.

    It tells office, day, verdict and product, and no case and no person; which numbers are equal, and of which kinds
    that card had another one.
    """

    card: str
    """The label of the card that is inspected now."""
    matched: tuple[str, ...]
    """The kinds of the numbers that are equal, of `numbers.FIELDS`, sorted."""
    differing: tuple[str, ...] = ()
    """The kinds of which that card had another number than this one has."""
    office: str
    day: str
    """"2026-11-25", as that office's clock had it."""
    product: str = ""
    identity: Identity | None = None
    """None where that office sent digests alone."""
    kind: str
    """What the office sent of the row: "whole", "redacted", "digest"."""
    from_file: bool = False
    """It was a review of a file of unknown origin, as far as that office says."""
    keyed: bool = False
    """The numbers were compared as keyed digests."""
    vouched: bool = False
    """The registry says that it holds the whole row and a signed checkpoint over it; that was not examined here."""
    digest: str
    """Of the row in that office's ledger: 64 hexadecimal digits, to ask that office by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryAsked:
    """That the registry was asked for other offices' sightings and answered in time."""

    visible: bool = True
    """False where it shows this office no sightings of others."""
    left_out: int = 0
    """Sightings beyond those that are listed, as the registry counts them."""
