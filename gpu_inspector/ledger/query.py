"""What somebody looks for in the ledger, and what was found: records alone, for which the window loads no store."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from gpu_inspector.records.numbers import Number

PAGE = 200
"""Rows between two marks of a stock."""


class Order(Enum):
    """What the rows are sorted by; rows that are equal in it go by their numbers."""

    NUMBER = "seq"
    TIME = "made_at"
    CASE = "case_number"
    PRODUCT = "product"
    IDENTITY = "verdict_rank"
    CONDITION = "condition_rank"
    CONTROL = "control"
    INSPECTOR = "inspector"
    OFFICE = "office"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """All of it has to fit; what is empty or None asks for nothing. Any text is a question, and none is an error."""

    words: str = ""
    """Each must begin a word of the row, as in `Ledger.history`."""
    verdicts: tuple[str, ...] = ()
    """Any of these words of the identity headline."""
    conditions: tuple[str, ...] = ()
    """Any of these; of several cards the gravest one counts."""
    controls: tuple[str, ...] = ()
    """Any of these, as the column shows them."""
    office: str = ""
    """Exactly, but for capitals of the Latin alphabet."""
    product: str = ""
    """Exactly, but for capitals of the Latin alphabet."""
    since: datetime | None = None
    until: datetime | None = None
    """Aware times; the second one is not included."""
    serial: str = ""
    """The beginning of a serial, a UUID or a device identifier."""
    only_repeated: bool = False
    """Only rows with a number that another row has too."""
    order: Order = Order.NUMBER
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the order of a query: the row with this value and this number. What follows comes after it."""

    value: str | int
    seq: int


@dataclass(frozen=True, slots=True)
class Stock:
    """How many rows fit, and the place before each page: `marks[n]` is the row after which page n + 1 begins."""

    total: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One line of the history. `product` and `control` join several by ", "; `made_at` is UTC; `cards` is their number.

    `condition` is the gravest of all cards, `numbers` their serials and UUIDs. A ledger of schema 1 that is open for
    reading only does not say condition and control: both are "" then.
    """

    seq: int
    id: str
    made_at: datetime
    case: str
    product: str
    verdict: str
    inspector: str
    office: str
    place: str
    cards: int
    origin: str
    condition: str = ""
    control: str = ""
    numbers: str = ""
    supersedes: int = 0
    """The row that this one replaces, 0 where none."""
    superseded_by: int = 0
    """The last row that replaces this one, 0 where none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One row that was found; `row` is None where its listing makes no sense.

    `repeated`: another row has one of its numbers too.
    """

    row: HistoryRow | None
    seq: int
    mark: Mark
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What occurs in the ledger, to choose from: offices, products, control classes, each sorted, at most 500."""

    offices: tuple[str, ...]
    products: tuple[str, ...]
    controls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A number that several rows have: these, and `more` beyond them."""

    number: Number
    rows: tuple[int, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is to choose from, and what is wrong with the ledger as far as a glance can tell, or ""."""

    choices: Choices
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The first rows that fit, among those up to number `head`; `standing` where it was asked for."""

    query: Query
    head: int
    rows: tuple[Found, ...]
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What the verification of the whole ledger found, in a sentence; `whole` where nothing is wrong."""

    sentence: str
    whole: bool
