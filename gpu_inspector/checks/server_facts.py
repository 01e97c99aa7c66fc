"""Facts of a card among others of one chassis, and of the lists of what should be there.

None of them arises for a single card, a dump or an older record: whoever asks for one there is told so.
"""

from functools import cached_property

from gpu_inspector.checks.facts import Missing
from gpu_inspector.checks.sources import Sources
from gpu_inspector.language import N_
from gpu_inspector.records.claims import CardClaims
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.records.inventory import InventoryList, ListKind
from gpu_inspector.records.server import DriverEvent, NvlinkReading, ServerReading
from gpu_inspector.records.silicon import HeatReading


class ServerFacts(Sources):
    """What links, log, neighbours and lists tell of one card."""

    @cached_property
    def packing_lists(self) -> tuple[InventoryList, ...] | Missing:
        return self._lists(ListKind.PACKING) or Missing(N_("No packing list was handed in."), arises=False)

    @cached_property
    def controller_lists(self) -> tuple[InventoryList, ...] | Missing:
        return self._lists(ListKind.CONTROLLER) or Missing(
            N_("No inventory of a management controller was handed in."), arises=False
        )

    @cached_property
    def label_lists(self) -> tuple[InventoryList, ...] | Missing:
        return self._lists(ListKind.LABELS) or Missing(N_("No labels of a chassis were handed in."), arises=False)

    def _lists(self, kind: ListKind) -> tuple[InventoryList, ...]:
        return tuple(one for one in self.evidence.inventories if one.kind is kind)

    @cached_property
    def server(self) -> ServerReading | Missing:
        """What is of the chassis; the cards were looked at as a server's."""
        return self.evidence.server or Missing(N_("The card was not looked at as one of a server's."), arises=False)

    @cached_property
    def nvlink(self) -> NvlinkReading | Missing:
        return self.card.nvlink or Missing(N_("The driver was not asked for the card's NVLinks."), arises=False)

    @cached_property
    def driver_events(self) -> tuple[DriverEvent, ...] | Missing:
        """The error reports of the log that name this card, and those that name none."""
        if self.evidence.driver_events is None:
            return Missing(N_("No kernel log was read for error reports of the driver."), arises=False)
        own = self.addresses
        return tuple(
            one
            for one in self.evidence.driver_events
            if one.address is None or any(mine.startswith(one.address.casefold()) for mine in own)
        )

    @cached_property
    def addresses(self) -> frozenset[str]:
        """The card's PCI address as its sources write it, lower case."""
        said = (self.card.label, self.card.pci.address if self.card.pci is not None else "", self.claim("pci_bus_id"))
        return frozenset(str(one).casefold() for one in said if one and ":" in str(one))

    @cached_property
    def remap_histogram(self) -> tuple[int, ...] | Missing:
        """Banks of memory by the spare rows that they have left: all, high, partial, low, none."""
        value = self.claim("remap_histogram")
        if isinstance(value, tuple) and len(value) == len(REMAP_CLASSES):
            return value
        return Missing(N_("No source gave the spare rows of the memory's banks."), arises=False)

    @cached_property
    def siblings(self) -> tuple[CardEvidence, ...]:
        """The other inspected cards that claim to be the same product."""
        own = kind_of(self.card)
        return tuple(one for one in self.evidence.cards if one is not self.card and own and kind_of(one) == own)

    @cached_property
    def equals(self) -> tuple[str, ...]:
        """The labels of this card and of those of the same product."""
        return (self.card.label, *(one.label for one in self.siblings))

    @cached_property
    def server_seen(self) -> bool:
        """Whether the whole chassis was looked at."""
        return self.evidence.server is not None

    @cached_property
    def common_heat(self) -> tuple[HeatReading, tuple[HeatReading, ...]] | Missing:
        """The card's heat, and that of its equals, where all were loaded together."""
        server = self.evidence.server
        if server is None or not server.loaded_together:
            return Missing(N_("The cards were not loaded together."), arises=False)
        mine = _heat(self.card)
        if mine is None:
            return Missing(N_("No heat was measured with this profile."), arises=False)
        return mine, tuple(heat for one in self.siblings if (heat := _heat(one)) is not None)


def _heat(card: CardEvidence) -> HeatReading | None:
    return card.silicon.heat if card.silicon is not None else None


REMAP_CLASSES = ("all", "high", "partial", "low", "none")
"""NVML API, nvmlRowRemapperHistogramValues_t: max has all reserved rows available, none has none."""


def kind_of(card: CardEvidence) -> str | None:
    """What makes two cards one product by their own word: the device id, else the name; None where neither is told.

    A card that stopped answering still has its id on PCI, and is the product that it was.
    """
    device = card.pci.device_id if card.pci is not None else _said(card, "device_id")
    return device.upper() or _said(card, "name") or None


def name_of(card: CardEvidence) -> str:
    """How a card is called in a sentence: its name, else its device id."""
    device = card.pci.device_id if card.pci is not None else _said(card, "device_id")
    return _said(card, "name") or (N_(f"device id {device}") if device else N_("unnamed card"))


def _said(card: CardEvidence, field: str) -> str:
    readings: tuple[CardClaims | None, ...] = (card.nvml, card.nvidia_smi)
    return next((str(v) for one in readings if one is not None and (v := getattr(one, field)) is not None), "")
