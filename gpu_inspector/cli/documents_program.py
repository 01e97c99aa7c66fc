"""What `--json` prints of the program itself: what it knows, what it can look at here, and what governs it.

A record's name stands for its plain form, as the record's own schema has it. Fields are only ever added.
"""

from typing import TypedDict

from gpu_inspector.records.finding import Role
from gpu_inspector.records.product import Product
from gpu_inspector.records.program import ReferencePack
from gpu_inspector.records.selftest import Figure, Point, Tried


class ProductsDocument(TypedDict):
    """`products --json`."""

    format: int
    reference_version: str
    products: list[Product]


class CheckDocument(TypedDict):
    """One check."""

    check: str
    title: str
    role: Role
    reason: str


class ChecksDocument(TypedDict):
    """`checks --json`."""

    format: int
    checks: list[CheckDocument]


class SimulationDocument(TypedDict):
    """One simulated card or server."""

    name: str
    about: str
    exit: int
    """The exit status that its inspection must come to."""
    cards: int


class SimulationsDocument(TypedDict):
    """`simulations --json`."""

    format: int
    simulations: list[SimulationDocument]


class TopicDocument(TypedDict):
    """One thing of this machine that was looked at."""

    title: str
    well: bool
    says: str
    advice: str


class DoctorDocument(TypedDict):
    """`doctor --json`."""

    format: int
    tool_version: str
    topics: list[TopicDocument]


class BundleDocument(TypedDict):
    """`doctor --bundle FILE --json`."""

    format: int
    bundle: str
    members: list[str]
    masked: bool
    left_out: int
    """Lines of the log that were written without masks, and so are not in it."""


class SelfTestPlain(TypedDict):
    """A self-test as its record has it."""

    made_at: str
    tool_version: str
    reference_version: str
    tried: list[Tried]
    quick: bool


class SelfTestDocument(SelfTestPlain):
    """`selftest --json`."""

    format: int
    passed: bool
    """Whether nothing failed; what could not be tried is named."""


class ControlCardPlain(TypedDict):
    """A control card as its record has it, and which of its figures drifted."""

    name: str
    reference_row: int
    last_row: int
    made_at: str
    """ISO 8601."""
    inspections: int
    figures: list[Figure]
    reference_at: str | None
    simulation: bool
    series: list[Point]
    drifted: list[str]


class ControlCardDocument(TypedDict):
    """`control-card show --json`: null where there is none."""

    format: int
    control_card: ControlCardPlain | None


class KeptData(TypedDict):
    """Reference data that are kept here beside the program's own."""

    version: str
    kind: str
    """The words "pack" or "copy of the program's own"."""
    in_use: bool
    pack: ReferencePack | None
    problem: str | None


class DataListDocument(TypedDict):
    """`data list --json`."""

    format: int
    in_use: str
    own: str
    trouble: str | None
    kept: list[KeptData]


class DataFile(TypedDict):
    """One file of a data pack."""

    name: str
    bytes: int


class DataDocument(TypedDict):
    """`data show --json`."""

    format: int
    version: str
    own: str
    pack: ReferencePack | None
    """Null for the program's own data."""
    known: bool | None
    """Whether the signer may give reference data here; null for the data in use."""
    files: list[DataFile]
    trouble: str | None


class DataInUse(TypedDict):
    """`data install --json`, `data use --json`."""

    format: int
    in_use: str
    pack: ReferencePack | None


class DataWritten(TypedDict):
    """`data write --json`."""

    format: int
    file: str
    version: str
    pack: ReferencePack


class PolicyText(TypedDict):
    """What an office's policy says."""

    office: str
    number: int
    """Counts up with each version."""
    made_at: str
    digest: str
    note: str
    profile: str | None
    no_measure: bool
    mandatory: list[str]
    trusted: int
    """How many certificates it names as trusted."""
    data_authority: bool
    watch_lists: int
    lists_asked: list[str]
    leaves: str | None
    """What may leave for a registry: "everything", "no-persons", "digests", "nothing"; null where it says nothing."""
    numbers_keyed: bool
    signer: str
    fingerprint: str
    known: bool


class PolicyDocument(TypedDict):
    """`policy show`, `policy check`, `policy install`, `policy write`."""

    format: int
    policy: PolicyText | None
    """Null where none is in force, or it cannot be used."""
    file: str | None
    problem: str | None
