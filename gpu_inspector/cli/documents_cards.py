"""What `--json` prints of cards: `inspect`, `judge`, `list`, `export-class`, `vbios`, `checklist`.

A record's name stands for its plain form, as the record's own schema has it. Fields are only ever added.
"""

from typing import NotRequired, TypedDict

from gpu_inspector.records.control import ControlClass, ControlLine, Overlay
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Condition, Identity, Outcome, Role, Strength, Value
from gpu_inspector.records.firmware import VbiosReading
from gpu_inspector.records.inspection import RankedProduct
from gpu_inspector.records.policy import PolicyNamed
from gpu_inspector.records.program import ReferencePack


class FindingDocument(TypedDict):
    """One check's answer for one card."""

    check: str
    """The check's id, as `checks` lists them."""
    title: str
    role: Role
    outcome: Outcome
    strength: Strength
    text: str
    """The whole sentence, in English."""
    values: dict[str, Value]
    """What was filled into the sentence."""
    expected: str
    observed: str
    source: str
    witness: str
    cause: str
    innocent: list[str]
    advice: str
    condition: Condition | None


class CardDocument(TypedDict):
    """One card: its headlines, and the findings that led to them."""

    label: str
    verdict: Identity
    condition: Condition
    control: str
    """The export-control entry as codified, "none", "indeterminate" or "not assessed"."""
    control_class: ControlClass | None
    product: str
    compatible: list[str]
    ranking: list[RankedProduct]
    would_pass: list[str]
    findings: list[FindingDocument]


class JudgedDocument(TypedDict):
    """A judgement, whatever it was made of."""

    format: int
    verdict: Identity
    """The gravest of the cards."""
    tool_version: str
    reference_version: str
    cards: list[CardDocument]


class JudgedOfDocument(JudgedDocument):
    """A judgement, and where its evidence comes from: a simulation must not look like a card."""

    origin: Origin


class InspectedDocument(JudgedOfDocument):
    """`inspect --json`: the judgement, and where it is kept."""

    id: str
    number: int
    """The row of the ledger, which is the number of the report."""
    report: str | None
    """The signed report's file; null where it could not be made."""
    policy: PolicyNamed | None
    data: ReferencePack | None
    level: str | None
    """The report's PAdES level."""
    remark: str


class ReviewedDocument(JudgedOfDocument):
    """`judge FILE --json`: nothing is stored, so there is no id."""

    id: None
    caution: str
    """What a reader must know of the file before relying on the judgement."""


class ReviewedLine(JudgedOfDocument):
    """`judge FOLDER --json`: one line a file that could be judged."""

    file: str
    failure: str
    """"" for a file that was judged."""


class UnreadLine(TypedDict):
    """`judge FOLDER --json`: one line a file that could not be judged."""

    format: int
    verdict: None
    file: str
    failure: str
    """Why, as a sentence."""


class ListedCard(TypedDict):
    """One card of this machine."""

    number: int
    """As `inspect` takes it."""
    label: str
    name: str
    memory_mib: int | None
    driver: str | None


class ListDocument(TypedDict):
    """`list --json`."""

    format: int
    cards: list[ListedCard]


class ClassedCard(TypedDict):
    """The control class of one integrated circuit."""

    product: str
    basis: str
    date: str
    """The day that was asked for, ISO 8601."""
    destination: str
    headquarters: str
    codified: ControlLine
    enforced: ControlLine
    tpp: float | None
    tpp_source: str
    performance_density: float | None
    die_area_mm2: float | None
    datacentre: bool | None
    dram_gb_per_s: float | None
    interconnect_gb_per_s: float | None
    tpp_at_least: float | None
    reasons: list[str]
    missing: list[str]
    overlays: list[Overlay]
    candidates: list[str]
    cautions: list[str]
    later_day: str
    later_entry: str


class ClassedAnswer(ClassedCard):
    """The control class of what was asked about."""

    asked: str
    members: NotRequired[list[ClassedCard]]
    """Several products that the name may mean, each by itself."""
    caution: NotRequired[str]


class ClassDocument(ClassedAnswer):
    """`export-class --json`."""

    format: int
    cards: NotRequired[list[ClassedAnswer]]
    """Of a file with several cards each one; the fields beside are the gravest one's."""


class ImageDifference(TypedDict):
    """One field in which two vBIOS images differ."""

    field: str
    one: str
    other: str


class ImagesDocument(TypedDict):
    """`vbios --json`."""

    format: int
    images: list[VbiosReading]
    differences: NotRequired[list[ImageDifference]]
    """Where two images were given."""


class ChecklistQuestion(TypedDict):
    """One question of a visual examination."""

    id: str
    asks: str
    look: str


class ChecklistStep(TypedDict):
    """One step of a visual examination."""

    id: str
    title: str
    lead: str
    questions: list[ChecklistQuestion]


class ChecklistDocument(TypedDict):
    """`checklist --json`."""

    format: int
    steps: list[ChecklistStep]
    photographs: list[str]
