"""A server of genuine modules as records, each with its own numbers; tests change one of them."""

from dataclasses import replace
from typing import Any

from cards import genuine, row_of

from gpu_inspector.records.evidence import CardEvidence, Evidence
from gpu_inspector.records.inventory import InventoryList, ListKind, ListRow
from gpu_inspector.records.product import Product
from gpu_inspector.records.server import FabricManager, NvlinkLink, NvlinkReading, PeerRate, ServerReading, Switch

H100 = "NVIDIA H100 80GB HBM3"
SERIALS = (
    *("1652823054567", "1652823054575", "1652823061126", "1652823071943"),
    *("1652923019384", "1652923020472", "1652923020738", "1653023008815"),
)
LINKS = 18
SPEED = 26562
SWITCHED = ServerReading(
    switches=tuple(Switch(address=f"0000:0{at}:00.0", device_id="22A3") for at in range(5, 9)),
    fabric_manager=FabricManager(installed=True, running=True, version="550.163.01"),
)


def links(up: int = LINKS, *, remote: str = "switch") -> NvlinkReading:
    """All links that a module has, of which the first `up` are up."""
    return NvlinkReading(
        links=tuple(
            NvlinkLink(number=at, active=True, speed_mb_per_s=SPEED, remote_kind=remote, crc_errors=0)
            if at < up
            else NvlinkLink(number=at, active=False)
            for at in range(LINKS)
        ),
        fabric_state="completed",
        fabric_status="success",
    )


def module(at: int, row: Product | None = None, **claims: Any) -> CardEvidence:
    """The module of socket `at`, counted from 0."""
    (card,) = genuine(row or row_of(H100)).cards
    address = f"0000:{0x1B + 16 * at:02x}:00.0"
    own = {
        "serial": SERIALS[at],
        "uuid": f"GPU-8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d{at}",
        "pci_bus_id": address,
        **claims,
    }
    assert card.pci is not None and card.nvml is not None and card.nvidia_smi is not None
    return replace(
        card,
        label=address,
        pci=replace(card.pci, address=address),
        nvml=replace(card.nvml, **own),
        nvidia_smi=replace(card.nvidia_smi, **own),
        nvlink=links(),
    )


def server(*others: tuple[int, CardEvidence], count: int = 8, reading: ServerReading = SWITCHED) -> Evidence:
    """A server of equal modules, with other cards in some sockets."""
    placed = dict(others)
    cards = tuple(placed.get(at, module(at)) for at in range(count))
    return replace(genuine(row_of(H100)), cards=cards, server=reading, driver_events=())


def peers(cards: tuple[CardEvidence, ...], rate: float = 385e9) -> tuple[PeerRate, ...]:
    """Copies from each card to each other one."""
    return tuple(
        PeerRate(one=one.label, other=other.label, bytes_copied=1 << 30, bytes_per_s=rate, direct=True, intact=True)
        for one in cards
        for other in cards
        if one is not other
    )


def listed(*rows: ListRow, kind: ListKind = ListKind.PACKING) -> InventoryList:
    return InventoryList(kind=kind, name="list.csv", sha256="0" * 64, rows=rows)


def rows(
    serials: tuple[str, ...] = SERIALS, product: str = "NVIDIA H100 SXM5 80GB", **fields: Any
) -> tuple[ListRow, ...]:
    """A list's rows, one for each serial."""
    return tuple(
        ListRow(line=at, serial=serial, product=product, **fields) for at, serial in enumerate(serials, start=2)
    )
