"""The facts about one card that checks may ask for, by name, each taken from the best source that spoke.

A fact that nobody gave is a `Missing` with the reason and what would help. Where no judgement is due - a slice of
a virtual GPU, a card cut into MIG slices - the facts that would mislead are missing too, and say so.
"""

from functools import cached_property

from gpu_inspector.checks.bench_facts import BenchFacts
from gpu_inspector.checks.board_facts import BoardFacts
from gpu_inspector.checks.export_facts import ExportFacts
from gpu_inspector.checks.facts import (
    BESIDE_KEPLER,
    CONSUMER_SEGMENTS,
    IN_A_GUEST,
    MIG_IS_ON,
    LinkClaim,
    MemoryClaim,
    Missing,
)
from gpu_inspector.checks.foreign_facts import ForeignFacts
from gpu_inspector.checks.limit import MIB
from gpu_inspector.checks.seen_facts import SeenFacts
from gpu_inspector.checks.server_facts import ServerFacts
from gpu_inspector.checks.shown import shown_by
from gpu_inspector.checks.signature import Match, Shown, matches
from gpu_inspector.checks.thresholds_claims import BRANCH_DIGITS
from gpu_inspector.checks.tool_facts import ToolFacts
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import normalise
from gpu_inspector.records.claims import Virtualization
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.records.modification import Fact
from gpu_inspector.records.product import Die, Product

_DENIED = N_("not supported")
"""How the probes name a value that the driver says the card does not have."""


class Subject(BenchFacts, BoardFacts, SeenFacts, ExportFacts, ForeignFacts, ToolFacts, ServerFacts):
    """One card of the evidence, with the declaration and the reference data it is held against."""

    @cached_property
    def answering(self) -> bool:
        """Whether NVIDIA's driver has this card: it says something of it, or is bound to it."""
        bound = self.card.pci is not None and self.card.pci.driver == "nvidia"
        return bound or not isinstance(self.drivers, Missing)

    # Guards

    @cached_property
    def whole_card(self) -> bool | Missing:
        """True where the driver shows the whole card."""
        if isinstance(self.not_a_guest, Missing):
            return self.not_a_guest
        return MIG_IS_ON if self.claim("mig_now") is True and not self._consumer else True

    @cached_property
    def not_a_guest(self) -> bool | Missing:
        guest = self.claim("virtualization") == Virtualization.GUEST
        return IN_A_GUEST if guest and not self._consumer else True

    @cached_property
    def _consumer(self) -> bool:
        """A consumer product has neither MIG nor virtual GPUs: such a claim is no reason to look away."""
        device, name = self.raw_device_id, self.name
        rows = [] if isinstance(device, Missing) else list(self.catalogue.by_device(device))
        rows += [] if isinstance(name, Missing) else list(self.catalogue.by_name(name))
        return bool(rows) and all(row.segment in CONSUMER_SEGMENTS for row in rows)

    # Identity

    @cached_property
    def device_id(self) -> str | Missing:
        return self.not_a_guest if isinstance(self.not_a_guest, Missing) else self.raw_device_id

    @cached_property
    def raw_device_id(self) -> str | Missing:
        """The id as it is claimed, also from inside a guest."""
        if self.card.pci is not None:
            return self.card.pci.device_id
        return self._text("device_id", N_("the PCI device id"))

    @cached_property
    def subsystem(self) -> str | Missing:
        """Vendor and device of the subsystem, "10DE:147F"."""
        pci = self.card.pci
        if pci is not None and pci.subsystem_vendor and pci.subsystem_id:
            return f"{pci.subsystem_vendor}:{pci.subsystem_id}"
        vendor, device = self.claim("subsystem_vendor"), self.claim("subsystem_id")
        if vendor is None or device is None:
            return self._not_given("subsystem_id", N_("the PCI subsystem id"))
        return f"{vendor}:{device}"

    @cached_property
    def name(self) -> str | Missing:
        return self._text("name", N_("the product name"))

    @cached_property
    def known_device(self) -> bool | Missing:
        device = self.device_id
        if isinstance(device, Missing):
            return device
        if self.catalogue.knows_device(device):
            return True
        return Missing(
            N_(
                "Device id {device} is not in the reference tables, which begin with Maxwell (2014)."
                " That is no sign of anything."
            ),
            N_("Look the id up by hand, or update the reference data."),
            {"device": device},
        )

    @cached_property
    def products(self) -> tuple[Product, ...] | Missing:
        """The genuine products of this device id and subsystem; of the name where there is no id."""
        if isinstance(self.not_a_guest, Missing):
            return self.not_a_guest
        device = self.device_id
        if isinstance(device, Missing):
            return self.named
        subsystem = self.subsystem
        rows = self.catalogue.by_device(device, None if isinstance(subsystem, Missing) else subsystem)
        return rows or Missing(
            N_("The reference data has no product of device id {device}."), values={"device": device}
        )

    @cached_property
    def named(self) -> tuple[Product, ...] | Missing:
        """Every genuine product that bears the claimed name, of whatever device id."""
        name = self.name
        if isinstance(name, Missing):
            return name
        rows = self.catalogue.by_name(name)
        return rows or Missing(N_("The reference data has no product called “{name}”."), values={"name": name})

    @cached_property
    def mobile(self) -> bool:
        """Whether every genuine product of this id is a laptop part, whose limits its maker sets."""
        rows = self.products
        return not isinstance(rows, Missing) and all(row.mobile for row in rows)

    @cached_property
    def datacentre(self) -> bool | Missing:
        """Whether the claimed name is one that only datacentre products bear."""
        rows = self.named
        return rows if isinstance(rows, Missing) else all(row.segment == "datacentre" for row in rows)

    # The die

    @cached_property
    def die(self) -> Die | Missing:
        device = self.device_id
        if isinstance(device, Missing):
            return self._die_of_name(device)
        return self.catalogue.die_of(device) or Missing(
            N_("The reference data does not say which die device id {device} is."), values={"device": device}
        )

    def _die_of_name(self, why: Missing) -> Die | Missing:
        """Where the id is masked, the name tells the die, if every product of the name is on the same one."""
        if isinstance(self.not_a_guest, Missing) or isinstance(self.named, Missing):
            return why
        dies = {row.die for row in self.named}
        if dies & BESIDE_KEPLER or normalise(self.named[0].name) in self.catalogue.same_name:
            return why  # a Kepler card may bear the name too, or the name was sold on several dies
        return self.catalogue.dies.get(dies.pop(), why) if len(dies) == 1 else why

    @cached_property
    def multi_gpu_board(self) -> bool:
        """Several dies on one board (Tesla M10), whose power limit is a share of the board's."""
        return self.claim("multi_gpu_board") is True

    @cached_property
    def architecture(self) -> str | Missing:
        return self._text("architecture", N_("the architecture"))

    @cached_property
    def compute_capability(self) -> str | Missing:
        return self._text("compute_capability", N_("the compute capability"))

    @cached_property
    def cores(self) -> int | Missing:
        if isinstance(self.whole_card, Missing):
            return self.whole_card
        return self._number("cores", N_("the number of cores"))

    @cached_property
    def bus_width(self) -> int | Missing:
        if isinstance(self.whole_card, Missing):
            return self.whole_card
        return self._number("bus_width_bits", N_("the width of the memory bus"))

    # Memory

    @cached_property
    def memory(self) -> MemoryClaim | Missing:
        if isinstance(self.whole_card, Missing):
            return self.whole_card
        total = self._number("memory_total_bytes", N_("the memory total"))
        if isinstance(total, Missing):
            return total
        now, pending = self.claim("ecc_now"), self.claim("ecc_pending")
        changing = pending is not None and pending != now
        ecc = now if isinstance(now, bool) and not changing else None
        # A nominal size does not depend on what the driver of that machine keeps for itself.
        return MemoryClaim(total // MIB, ecc, None if self.total_is_nominal else self.driver_major, changing)

    @cached_property
    def driver_major(self) -> int | None:
        version = str(self.claim("driver_version") or "").split(".")[0]
        return int(version) if version.isascii() and version.isdigit() and len(version) <= BRANCH_DIGITS else None

    @cached_property
    def bar1_mib(self) -> int | Missing:
        if isinstance(self.whole_card, Missing):
            return self.whole_card
        size = self._number("bar1_total_bytes", N_("the size of BAR1"))
        return size if isinstance(size, Missing) else size // MIB

    # Firmware and board

    @cached_property
    def vbios(self) -> str | Missing:
        return self._text("vbios_version", N_("the vBIOS version"))

    @cached_property
    def inforom_image(self) -> str | Missing:
        return self._text("inforom_image", N_("the InfoROM image version"))

    @cached_property
    def ecc_object(self) -> str | Missing:
        return self._text("inforom_ecc", N_("the InfoROM's ECC object"))

    @cached_property
    def ecc_object_denied(self) -> bool:
        """A source says that there is no ECC object; one that was masked, or not asked for, denies nothing."""
        readings = (self.card.nvml, self.card.nvidia_smi)
        return any(
            one.field == "inforom_ecc" and one.reason == _DENIED
            for reading in readings
            if reading is not None
            for one in reading.absent
        )

    @cached_property
    def gpu_part_number(self) -> str | Missing:
        return self._text("gpu_part_number", N_("the GPU part number"))

    @cached_property
    def power_default_w(self) -> int | Missing:
        value = self._number("power_default_mw", N_("the default power limit"))
        return value if isinstance(value, Missing) else value // 1000

    @cached_property
    def power_min_w(self) -> int | Missing:
        value = self._number("power_min_mw", N_("the lowest power limit"))
        return value if isinstance(value, Missing) else value // 1000

    @cached_property
    def link(self) -> LinkClaim | Missing:
        """Only the device's own maximum counts: what the driver calls the maximum may be the slot's."""
        pci = self.card.pci
        claimed = self.claim("link_gen_device_max")
        # A host may mask the capability for one of the two: the higher one is what the card can do.
        said = [one for one in (pci.link_gen_max if pci is not None else None, claimed) if isinstance(one, int)]
        gen = max(said, default=None)
        own = pci is not None and pci.link_width_max is not None
        width = pci.link_width_max if pci is not None and own else self.claim("link_width_max")
        if gen is None and width is None:
            return Missing(N_("No source gave the card's own maximum of the PCIe link."))
        return LinkClaim(gen, width if isinstance(width, int) else None, own)

    # Known modifications

    @cached_property
    def shown(self) -> dict[Fact, Shown]:
        """What was seen of every fact that a known modification is told by."""
        return shown_by(self)

    @cached_property
    def known_matches(self) -> tuple[Match, ...]:
        """Known modifications that the card fits, the best fitting first."""
        return matches(self)

    @property
    def others(self) -> tuple[CardEvidence, ...]:
        """The other cards of the same machine or file."""
        beside = (*self.evidence.cards, *self.evidence.bystanders)
        return tuple(card for card in beside if card is not self.card)
