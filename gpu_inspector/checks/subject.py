"""The facts about one card that checks may ask for, by name, each taken from the best source that spoke.

A fact that nobody gave is a `Missing` with the reason and what would help. Where no judgement is due - a slice of
a virtual GPU, a card cut into MIG slices - the facts that would mislead are missing too, and say so.
"""

from functools import cached_property

from gpu_inspector.checks.facts import IN_A_GUEST, MIG_IS_ON, LinkClaim, MemoryClaim, Missing
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import (
    CardClaims,
    CardEvidence,
    Evidence,
    HostReading,
    NvmlReading,
    Origin,
    SmiReading,
    Virtualization,
)
from gpu_inspector.records.product import Die, Product

_MIB = 1024 * 1024


class Subject:
    """One card of the evidence, with the declaration and the reference data it is held against."""

    def __init__(self, evidence: Evidence, card: CardEvidence, declaration: Declaration, catalogue: Catalogue) -> None:
        self.evidence = evidence
        self.card = card
        self.catalogue = catalogue
        self._declaration = declaration

    # Sources

    @property
    def declaration(self) -> Declaration | Missing:
        return self._declaration if not self._declaration.empty else Missing("Nothing was declared.")

    @property
    def host(self) -> HostReading | Missing:
        if self.evidence.host is not None:
            return self.evidence.host
        if self.evidence.origin is Origin.MACHINE:
            return Missing("The bench could not be examined.")
        return Missing(
            "The machine that this file was made on is not known.",
            "Inspect the card itself, on a bench of your own.",
        )

    @property
    def drivers(self) -> tuple[tuple[str, CardClaims], ...] | Missing:
        """What the driver's interfaces said, with the interface's name, the better one first."""
        said: list[tuple[str, CardClaims]] = []
        if self.card.nvml is not None:
            said.append(("NVML", self.card.nvml))
        if self.card.nvidia_smi is not None:
            said.append(("nvidia-smi", self.card.nvidia_smi))
        return tuple(said) or Missing(
            "The driver said nothing about this card.",
            "Load NVIDIA's driver for this card and inspect again.",
        )

    def claim(self, field: str) -> object | None:
        """The first value that any source gave for a field of `CardClaims`."""
        drivers = self.drivers
        if isinstance(drivers, Missing):
            return None
        return next((value for _, one in drivers if (value := getattr(one, field)) is not None), None)

    def _text(self, field: str, what: str) -> str | Missing:
        value = self.claim(field)
        return str(value) if value is not None else self._not_given(field, what)

    def _number(self, field: str, what: str) -> int | Missing:
        value = self.claim(field)
        return value if isinstance(value, int) else self._not_given(field, what)

    def _not_given(self, field: str, what: str) -> Missing:
        readings: tuple[NvmlReading | SmiReading | None, ...] = (self.card.nvml, self.card.nvidia_smi)
        reasons = {
            absence.reason
            for reading in readings
            if reading is not None
            for absence in reading.absent
            if absence.field == field
        }
        why = f" ({', '.join(sorted(reasons))})" if reasons else ""
        return Missing("No source gave {what}{why}.", values={"what": what, "why": why})

    # Guards

    @cached_property
    def whole_card(self) -> bool | Missing:
        """True where the driver shows the whole card."""
        if self.claim("virtualization") == Virtualization.GUEST:
            return IN_A_GUEST
        return MIG_IS_ON if self.claim("mig_now") is True else True

    @cached_property
    def not_a_guest(self) -> bool | Missing:
        return IN_A_GUEST if self.claim("virtualization") == Virtualization.GUEST else True

    # Identity

    @cached_property
    def device_id(self) -> str | Missing:
        if isinstance(self.not_a_guest, Missing):
            return self.not_a_guest
        if self.card.pci is not None:
            return self.card.pci.device_id
        return self._text("device_id", "the PCI device id")

    @cached_property
    def subsystem(self) -> str | Missing:
        """Vendor and device of the subsystem, "10DE:147F"."""
        pci = self.card.pci
        if pci is not None and pci.subsystem_vendor and pci.subsystem_id:
            return f"{pci.subsystem_vendor}:{pci.subsystem_id}"
        vendor, device = self.claim("subsystem_vendor"), self.claim("subsystem_id")
        if vendor is None or device is None:
            return self._not_given("subsystem_id", "the PCI subsystem id")
        return f"{vendor}:{device}"

    @cached_property
    def name(self) -> str | Missing:
        return self._text("name", "the product name")

    @cached_property
    def known_device(self) -> bool | Missing:
        device = self.device_id
        if isinstance(device, Missing):
            return device
        if self.catalogue.knows_device(device):
            return True
        return Missing(
            "Device id {device} is not in the reference tables, which begin with Maxwell (2014)."
            " That is no sign of anything.",
            "Look the id up by hand, or update the reference data.",
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
        return rows or Missing("The reference data has no product of device id {device}.", values={"device": device})

    @cached_property
    def named(self) -> tuple[Product, ...] | Missing:
        """Every genuine product that bears the claimed name, of whatever device id."""
        name = self.name
        if isinstance(name, Missing):
            return name
        rows = self.catalogue.by_name(name)
        return rows or Missing("The reference data has no product called “{name}”.", values={"name": name})

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
            "The reference data does not say which die device id {device} is.", values={"device": device}
        )

    def _die_of_name(self, why: Missing) -> Die | Missing:
        """Where the id is masked, the name tells the die, if every product of the name is on the same one."""
        if isinstance(self.not_a_guest, Missing) or isinstance(self.named, Missing):
            return why
        dies = {row.die for row in self.named}
        return self.catalogue.dies.get(dies.pop(), why) if len(dies) == 1 else why

    @cached_property
    def multi_gpu_board(self) -> bool:
        """Several dies on one board (Tesla M10), whose power limit is a share of the board's."""
        return self.claim("multi_gpu_board") is True

    @cached_property
    def architecture(self) -> str | Missing:
        return self._text("architecture", "the architecture")

    @cached_property
    def compute_capability(self) -> str | Missing:
        return self._text("compute_capability", "the compute capability")

    @cached_property
    def cores(self) -> int | Missing:
        if isinstance(self.whole_card, Missing):
            return self.whole_card
        return self._number("cores", "the number of cores")

    @cached_property
    def bus_width(self) -> int | Missing:
        if isinstance(self.whole_card, Missing):
            return self.whole_card
        return self._number("bus_width_bits", "the width of the memory bus")

    # Memory

    @cached_property
    def memory(self) -> MemoryClaim | Missing:
        if isinstance(self.whole_card, Missing):
            return self.whole_card
        total = self._number("memory_total_bytes", "the memory total")
        if isinstance(total, Missing):
            return total
        now, pending = self.claim("ecc_now"), self.claim("ecc_pending")
        if pending is not None and pending != now:
            return Missing(
                "A change of the ECC mode is pending: the total may belong to either mode.",
                "Restart the machine, so that the pending mode takes effect, and inspect again.",
            )
        ecc = now if isinstance(now, bool) else None
        return MemoryClaim(total // _MIB, ecc, self.driver_major)

    @cached_property
    def driver_major(self) -> int | None:
        version = str(self.claim("driver_version") or "").split(".")[0]
        return int(version) if version.isascii() and version.isdigit() else None

    @cached_property
    def bar1_mib(self) -> int | Missing:
        if isinstance(self.whole_card, Missing):
            return self.whole_card
        size = self._number("bar1_total_bytes", "the size of BAR1")
        return size if isinstance(size, Missing) else size // _MIB

    # Firmware and board

    @cached_property
    def vbios(self) -> str | Missing:
        return self._text("vbios_version", "the vBIOS version")

    @cached_property
    def inforom_image(self) -> str | Missing:
        return self._text("inforom_image", "the InfoROM image version")

    @cached_property
    def ecc_object(self) -> str | Missing:
        return self._text("inforom_ecc", "the InfoROM's ECC object")

    @cached_property
    def gpu_part_number(self) -> str | Missing:
        return self._text("gpu_part_number", "the GPU part number")

    @cached_property
    def power_default_w(self) -> int | Missing:
        value = self._number("power_default_mw", "the default power limit")
        return value if isinstance(value, Missing) else value // 1000

    @cached_property
    def power_min_w(self) -> int | Missing:
        value = self._number("power_min_mw", "the lowest power limit")
        return value if isinstance(value, Missing) else value // 1000

    @cached_property
    def link(self) -> LinkClaim | Missing:
        """Only the device's own maximum counts: what the driver calls the maximum may be the slot's."""
        pci = self.card.pci
        gen = pci.link_gen_max if pci is not None else None
        if gen is None:
            claimed = self.claim("link_gen_device_max")
            gen = claimed if isinstance(claimed, int) else None
        own = pci is not None and pci.link_width_max is not None
        width = pci.link_width_max if pci is not None and own else self.claim("link_width_max")
        if gen is None and width is None:
            return Missing("No source gave the card's own maximum of the PCIe link.")
        return LinkClaim(gen, width if isinstance(width, int) else None, own)

    @property
    def others(self) -> tuple[CardEvidence, ...]:
        """The other cards of the same machine or file."""
        return tuple(card for card in self.evidence.cards if card is not self.card)
