"""Facts about the board: what PCI, the machine and the driver's sensors say of it, for the signs of rework."""

from functools import cached_property

from gpu_inspector.checks.facts import Missing
from gpu_inspector.checks.firmware_facts import FirmwareFacts
from gpu_inspector.checks.limit import MIB
from gpu_inspector.language import N_
from gpu_inspector.records.claims import Virtualization
from gpu_inspector.records.evidence import PciReading
from gpu_inspector.records.product import Product

_DENIED = N_("not supported")
"""How the probes name a value that the driver says the card does not have."""


class BoardFacts(FirmwareFacts):
    """What is read beside names and sizes: class, outputs, BAR sizes, the slot, fans."""

    @cached_property
    def pci(self) -> PciReading | Missing:
        return self.card.pci or Missing(
            N_("PCI configuration space was not read."), N_("Inspect the card itself, in a machine of your own.")
        )

    @cached_property
    def class_code(self) -> str | Missing:
        """Six hexadecimal digits."""
        pci = self.pci
        if isinstance(pci, Missing):
            return pci
        return pci.class_code or Missing(N_("PCI configuration space gave no class code."))

    @cached_property
    def connectors(self) -> tuple[str, ...] | Missing:
        """The display outputs that a display driver lists; () where it lists the card without any."""
        pci = self.pci
        if isinstance(pci, Missing):
            return pci
        return pci.connectors if pci.connectors is not None else Missing(N_("No display driver lists the card."))

    @cached_property
    def resizable_mib(self) -> int | Missing:
        """The largest size in MiB that the card's resizable BARs offer."""
        pci = self.pci
        if isinstance(pci, Missing):
            return pci
        sizes = [size for bar in pci.bars for size in bar.sizes_bytes]
        return max(sizes) // MIB if sizes else Missing(N_("The system lists no sizes of a resizable BAR."))

    @cached_property
    def slot_width(self) -> int | Missing:
        """Lanes that the port above the card can carry; of a virtual machine it would be the host's invention."""
        pci = self.pci
        if isinstance(pci, Missing):
            return pci
        if not self.bare_metal:
            return Missing(N_("The port above the card is one of a virtual machine, or the machine is not known."))
        return pci.port_width_max or Missing(N_("The port above the card did not give its width."))

    @cached_property
    def bare_metal(self) -> bool:
        """Whether the machine is known to be a real one that shows the card whole and itself."""
        host = self.host
        passed = self.claim("virtualization") in (Virtualization.PASS_THROUGH, Virtualization.GUEST)
        return not isinstance(host, Missing) and host.virtual_machine == "" and not passed

    @cached_property
    def fans(self) -> int | Missing:
        """Fans that the driver drives: 0 where it says that the card has none to drive."""
        count = self.claim("fans")
        if isinstance(count, int):
            return count
        nvml = self.card.nvml
        if nvml is not None and any(one.field == "fans" and one.reason == _DENIED for one in nvml.absent):
            return 0
        return self._not_given("fans", N_("the number of fans"))

    @cached_property
    def desktop_rows(self) -> tuple[Product, ...] | Missing:
        """The genuine products of name and id, where every one is a desktop card of the GeForce line."""
        named, products = self._rows("named"), self._rows("products")
        rows = named or products
        desktop = all(row.segment == "GeForce" for row in rows) and not any(row.mobile for row in (*rows, *products))
        if rows and desktop:
            return rows
        return Missing(N_("The question arises for desktop cards of the GeForce line only."))

    def _rows(self, fact: str) -> tuple[Product, ...]:
        found: tuple[Product, ...] | Missing = getattr(self, fact)
        return () if isinstance(found, Missing) else found
