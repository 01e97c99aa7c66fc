"""The heart of every view: declared, claimed and measured of one card side by side, one line a fact.

Sources that disagree are each shown with their own value: that they disagree is the very thing to see. Where two
sources mean different things (a slot's maximum, a link that rests), both are shown and nothing is held against them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations

from gpu_inspector.language import N_, _, listed, told, told_value
from gpu_inspector.records import declared_column as declared
from gpu_inspector.records.appearance import Label
from gpu_inspector.records.claim_words import MIB, link, pair, switch, unit, watts
from gpu_inspector.records.claims import Absence, CardClaims
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence, Origin, PciReading
from gpu_inspector.records.firmware_claims import BOARD, MAKERS, SIGN_ON, TYPES, Claim, claims_of
from gpu_inspector.records.measured import bare_reason, gap_of, missing_bytes, silicon_of
from gpu_inspector.records.measured_column import CLAIMED, DIFFERS, EXTRA, MEASURES
from gpu_inspector.records.silicon import SiliconReading
from gpu_inspector.records.words import Clean

HEADINGS = (
    (N_("Declared"), N_("by the paper")),
    (N_("Claimed"), N_("by the card's firmware and the driver")),
    (N_("Measured"), N_("on the silicon")),
)
"""Each column, and who speaks in it."""
NOT_DECLARED = declared.NOT_DECLARED
NOT_GIVEN = N_("not given")
NOT_MEASURED = N_("not measured")
NOT_CLAIMED = N_("not claimed")
"""What was measured or declared, and no source claims a value for."""
NOT_ASKED = N_("not asked")
"""The claim of an object that never started."""
ONLY_SEEN = N_(
    "The object was looked at and not started: the card was asked nothing, so nothing is claimed and nothing measured."
)
OTHERWISE = N_("the claim says otherwise")
CLAIM_ONLY = "–"
"""A fact that exists only as a claim."""
CLAIM_ONLY_MEANING = N_("exists only as a claim: there is nothing on the silicon to measure it by.")
DIFFER = N_("the sources differ")


@dataclass(frozen=True, slots=True)
class Line:
    """One fact in three columns; `differ` where the sources of the claim contradict each other."""

    label: str
    """In English: what lines are found by. Who shows it translates it."""
    declared: str
    """Empty where no paper declares such a fact."""
    claimed: tuple[str, ...]
    """One text where all sources agree or none speaks, else one for each source."""
    measured: str
    differ: bool = False
    amiss: bool = False
    """What was measured is not what is claimed; `measured` says so, too."""
    values: frozenset[str] = frozenset()
    """What the sources of the claim say, folded, whoever says it: what two inspections are compared by."""


@dataclass(frozen=True, slots=True)
class _Fact:
    label: str
    claim: Callable[[CardClaims], str | None]
    fields: tuple[str, ...] = ()
    """Names under which a source may say why it does not give the value."""
    pci: Callable[[PciReading], str | None] | None = None
    comparable: bool = True
    """False where sources mean different things by it: a slot's maximum, a link that rests."""
    declared: Callable[[Declaration, Label, Clean], str] | None = None
    only_said: bool = False
    """Stands only where a source gives it: most inspections ask no firmware."""
    only_declared: bool = False
    """Stands only where the papers or the label say it: no source of a card's own claims it."""


_FACTS = (
    _Fact(N_("Product"), lambda c: c.name, ("name",), declared=declared.product),
    _Fact(N_("Brand"), lambda _c: None, declared=declared.brand, only_declared=True),
    _Fact(
        N_("Memory"),
        lambda c: unit(c.memory_total_bytes, "MiB", MIB),
        ("memory_total_bytes",),
        declared=declared.memory,
    ),
    _Fact(N_("Cores"), lambda c: unit(c.cores, ""), ("cores",)),
    _Fact(N_("Architecture"), lambda c: c.architecture, ("architecture",)),
    _Fact(N_("Compute capability"), lambda c: c.compute_capability, ("compute_capability",)),
    _Fact(N_("Memory bus"), lambda c: unit(c.bus_width_bits, "bit"), ("bus_width_bits",)),
    _Fact(
        N_("Device id"),
        lambda c: pair(c.vendor_id, c.device_id),
        ("device_id", "vendor_id"),
        lambda p: pair(p.vendor_id, p.device_id),
    ),
    _Fact(
        N_("Subsystem"),
        lambda c: pair(c.subsystem_vendor, c.subsystem_id),
        ("subsystem_id", "subsystem_vendor"),
        lambda p: pair(p.subsystem_vendor, p.subsystem_id),
    ),
    _Fact(N_("vBIOS version"), lambda c: c.vbios_version, ("vbios_version",)),
    _Fact(SIGN_ON, lambda _c: None, only_said=True),
    _Fact(BOARD, lambda _c: None, only_said=True),
    _Fact(N_("InfoROM image"), lambda c: c.inforom_image, ("inforom_image",)),
    _Fact(N_("GPU part number"), lambda c: c.gpu_part_number, ("gpu_part_number",)),
    _Fact(
        N_("Board part number"), lambda c: c.board_part_number, ("board_part_number",), declared=declared.part_number
    ),
    _Fact(N_("Serial number"), lambda c: c.serial, ("serial",), declared=declared.serial),
    _Fact(N_("Country of origin"), lambda _c: None, declared=declared.origin, only_declared=True),
    _Fact(N_("Export-control entry"), lambda _c: None, declared=declared.control_class, only_declared=True),
    _Fact(N_("UUID"), lambda c: c.uuid, ("uuid",)),
    _Fact(TYPES, lambda _c: None, only_said=True),
    _Fact(MAKERS, lambda _c: None, only_said=True),
    _Fact(N_("ECC"), lambda c: switch(c.ecc_now), ("ecc_now",)),
    _Fact(N_("BAR1"), lambda c: unit(c.bar1_total_bytes, "MiB", MIB), ("bar1_total_bytes",)),
    _Fact(
        N_("PCIe at most"),
        lambda c: link(c.link_gen_device_max or c.link_gen_max, c.link_width_max),
        ("link_gen_device_max", "link_gen_max", "link_width_max"),
        lambda p: link(p.link_gen_max, p.link_width_max),
        comparable=False,
    ),
    _Fact(
        N_("PCIe now"),
        lambda c: link(c.link_gen_now, c.link_width_now),
        ("link_gen_now", "link_width_now"),
        lambda p: link(p.link_gen_now, p.link_width_now),
        comparable=False,
    ),
    _Fact(N_("Default power limit"), lambda c: watts(c.power_default_mw), ("power_default_mw",)),
    _Fact(N_("Driver version"), lambda c: c.driver_version, ("driver_version",)),
    _Fact(N_("Kernel driver"), lambda _c: None, ("driver",), lambda p: p.driver),
)
_IDS = frozenset({"Device id", "Subsystem"})


def lines_of(card: CardEvidence | None, declaration: Declaration, clean: Clean, origin: Origin) -> tuple[Line, ...]:
    """All facts of one card; what no source gives is said, not left out.

    `clean` is given every text of a card, a file or a paper before it is put beside others; what the sources said
    is compared as they said it. `origin` tells whether a reading of the silicon counts: one in a file does not.
    """
    third = _Third(card, clean, origin)
    facts = tuple(fact for fact in _FACTS if not fact.only_said or (card is not None and claims_of(fact.label, card)))
    lines = tuple(
        third.beside(_line(fact, card, declaration, clean)) for fact in facts if _stands(fact, card, declaration)
    )
    if origin is Origin.SEEN:
        return tuple(
            _unasked(line) for line in lines if line.declared not in ("", declared.nothing()) or line.label == "Product"
        )
    return (*lines, *(third.beyond(label) for label in EXTRA if third.measured or third.inner(label)))


def _stands(fact: _Fact, card: CardEvidence | None, declaration: Declaration) -> bool:
    """What only papers say has no line where they do not say it."""
    if not fact.only_declared or fact.declared is None:
        return True
    return fact.declared(declaration, declared.label_of(card), str) != declared.nothing()


def _unasked(line: Line) -> Line:
    """The line of an object that was only looked at."""
    return replace(line, claimed=(_(NOT_ASKED),), measured=_(NOT_MEASURED))


class _Third:
    """The third column of one card: each reason why something was not measured is said once."""

    def __init__(self, card: CardEvidence | None, clean: Clean, origin: Origin) -> None:
        self._card, self._clean, self._origin = card, clean, origin
        found = silicon_of(card, origin) if card is not None else None
        self._silicon = found if isinstance(found, SiliconReading) else None
        self._claims: list[CardClaims] = (
            [one for one in (card.nvml, card.nvidia_smi, card.tool) if one is not None] if card is not None else []
        )
        self._claimed_bytes = max((one.memory_total_bytes or 0 for one in self._claims), default=0)
        self._said: set[str] = set()

    @property
    def measured(self) -> bool:
        return self._silicon is not None

    def beside(self, line: Line) -> Line:
        measured = self.of(line.label)
        if self._silicon is None:
            return replace(line, measured=measured)
        if line.label in DIFFERS and DIFFERS[line.label](self._silicon, self._claims):
            return replace(line, measured=f"{measured} ({_(OTHERWISE)})", amiss=True)
        memory = self._silicon.memory if line.label == "Memory" else None
        return replace(line, measured=measured, amiss=memory is not None and missing_bytes(memory) > 0)

    def beyond(self, label: str) -> Line:
        """A line that no other source of the claims gives."""
        claimed = CLAIMED[label](self._silicon) if self._silicon is not None and label in CLAIMED else None
        texts = (*((self._clean(claimed),) if claimed is not None else ()), *self.inner(label))
        return Line(label, "", texts or (_(NOT_CLAIMED),), self.of(label))

    def inner(self, label: str) -> tuple[str, ...]:
        """What the driver's inner calls claim of it."""
        claims = claims_of(label, self._card) if self._card is not None else ()
        return tuple(_each(one, self._clean) for one in claims)

    def of(self, label: str) -> str:
        part, measure = {**MEASURES, **EXTRA}.get(label, ("", None))
        if measure is None:
            return CLAIM_ONLY
        words = measure(self._silicon, self._claimed_bytes) if self._silicon is not None else None
        return self._clean(words) if words is not None else self._why_not(part)

    def _why_not(self, part: str) -> str:
        if self._card is None or self._origin in (Origin.FILE, Origin.SAMPLE):
            return _(NOT_MEASURED)
        reason = bare_reason(gap_of(self._card, part, self._origin))
        if not reason or reason in self._said:
            return _(NOT_MEASURED)
        self._said.add(reason)
        shown = self._clean(told(f"{reason}.")).rstrip(".。")
        return f"{_(NOT_MEASURED)}: {shown}"


def _line(fact: _Fact, card: CardEvidence | None, declaration: Declaration, clean: Clean) -> Line:
    said, silent = _asked(fact, card)
    held = [one for one in said if one.counts]
    values = {one.value.casefold() for one in held}
    if not said:
        reasons = "; ".join(f"{source}: {clean(told(reason))}" for source, reason in silent)
        nothing = _(NOT_CLAIMED if fact.only_declared else NOT_GIVEN)
        claimed: tuple[str, ...] = (f"{nothing} ({reasons})" if reasons else nothing,)
    elif len(values) == 1:
        agreed = f"{clean(held[0].value)}  ({listed([told_value(one.source) for one in held])})"
        claimed = (agreed, *(_each(one, clean) for one in said if not one.counts))
    else:
        claimed = tuple(_each(one, clean) for one in said)
    return Line(
        label=fact.label,
        declared=fact.declared(declaration, declared.label_of(card), clean) if fact.declared is not None else "",
        claimed=claimed,
        measured=CLAIM_ONLY,
        differ=fact.comparable and not all(_agree(fact, one, other) for one, other in combinations(held, 2)),
        values=frozenset(values),
    )


def _each(claim: Claim, clean: Clean) -> str:
    """One source with its own value."""
    return f"{told_value(claim.source)}: {clean(claim.value)}"


def _agree(fact: _Fact, one: Claim, other: Claim) -> bool:
    """Whether two values go together; an id without its vendor agrees with the same id of any vendor.

    Where one source names several values and the other a single one, that one must be among them.
    """
    mine, theirs = one.value.casefold(), other.value.casefold()
    if mine == theirs:
        return True
    if fact.label in _IDS and (":" in mine) != (":" in theirs):
        return mine.rpartition(":")[2] == theirs.rpartition(":")[2]
    if fact.label == BOARD and mine.removeprefix("p") == theirs.removeprefix("p"):
        return True
    if bool(one.others) == bool(other.others):
        return False
    return theirs in one.others or mine in other.others


def _asked(fact: _Fact, card: CardEvidence | None) -> tuple[list[Claim], list[tuple[str, str]]]:
    """Every source that speaks, and (source, reason) of those that say why they do not."""
    said: list[Claim] = []
    silent: list[tuple[str, str]] = []
    for source, value, absent in _answers(fact, card) if card is not None else ():
        if value:
            said.append(Claim(source, value))
        else:
            silent += [(source, absence.reason) for absence in absent if absence.field in fact.fields][:1]
    return said + list(claims_of(fact.label, card) if card is not None else ()), silent


def _answers(fact: _Fact, card: CardEvidence) -> list[tuple[str, str | None, tuple[Absence, ...]]]:
    """What each source that was read says of a fact, and what it says that it does not give."""
    answers: list[tuple[str, str | None, tuple[Absence, ...]]] = []
    if card.pci is not None and fact.pci is not None:
        answers.append(("PCI", fact.pci(card.pci), card.pci.absent))
    # Another program's file stands last, by the name that the program gives itself.
    tool = card.tool.tool if card.tool is not None else ""
    for source, claims in (("NVML", card.nvml), ("nvidia-smi", card.nvidia_smi), (tool, card.tool)):
        if claims is not None:
            answers.append((source, fact.claim(claims), claims.absent))
    return answers
