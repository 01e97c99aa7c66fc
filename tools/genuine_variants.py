"""The ways in which one genuine card may look to a program, each of them honest: for tools/self_consistency.py.

A variant says how the dump of a card of a row differs from the plainest one: another driver, another mode, another
machine around it, another publisher's way of hiding ids. What an honest card shows was seen in real dumps (the places
stand beside the variants); the sizes, ids and names of each card are the row's own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gpu_inspector.records.product import Die, Product

_SINCE = {
    "Maxwell": 352,
    "Pascal": 375,
    "Volta": 384,
    "Turing": 418,
    "Ampere": 460,
    "Ada Lovelace": 525,
    "Hopper": 525,
    "Blackwell": 570,
}
"""Architecture -> first driver branch that knows any card of it: an older one prints no dump of it."""
_BRANCHES = {
    352: "352.99",
    375: "375.66",
    418: "418.43",
    440: "440.95.01",
    460: "460.32.03",
    470: "470.82.00",
    515: "515.105.01",
    535: "535.161.08",
    550: "550.90.07",
    570: "570.124.06",
    595: "595.58.03",
}
_CUT = ("GA100", "GH100", "GB100", "GB202")
"""Dies whose products can be cut into slices (MIG)."""
_TOTAL = "fb_memory_usage/total"
_WIDTH = "pci/pci_gpu_link_info/link_widths/max_link_width"
_GEN = "pci/pci_gpu_link_info/pcie_gen"
_POWER = ("power_readings", "gpu_power_readings")
_IDS = ("pci/pci_device_id", "pci/pci_sub_system_id")
_NUMBERS = ("gpu_part_number", "board_part_number", "vbios_version", "inforom_version/img_version")
PARTNERS = ("1043:8832", "1462:3881", "1458:403B", "3842:3987", "19DA:1612", "1569:2216", "10B0:F297", "196E:13A5")
SERVERS = ("10DE:1533", "1028:16D9", "103C:1897", "15D9:1B88", "17AA:4D49", "1BD4:0095", "19E5:0202", "1734:1290")
OFFICES = ("10DE:13D2", "1028:11B3", "103C:11BF", "17AA:11A1")
LAPTOPS = ("1028:0A69", "1043:134F", "1462:11C8", "17AA:3A5B", "103C:8787", "1025:1526", "1D05:1109", "1558:65F5")
Change = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Card:
    """One genuine card: the row, with the device id ahead of its others, and the row's die."""

    row: Product
    die: Die

    @property
    def since(self) -> int:
        """The first driver branch that knows it."""
        return _SINCE.get(self.die.architecture, 0)

    @property
    def professional(self) -> bool:
        """Whether it may have ECC, slices and virtual GPUs."""
        return self.row.segment in ("datacentre", "Quadro/RTX pro")

    def total(self, ecc: bool) -> int | None:
        """MiB that a driver shows of it, with ECC on or off."""
        return self.row.total_mib_ecc_on if ecc else self.row.total_mib_ecc_off


@dataclass(frozen=True, slots=True)
class Look:
    """One way to see a card."""

    name: str
    driver: int = 550
    form: str = "xml"
    """Either "xml", "text", or "record": a capture of PCI, NVML and nvidia-smi together, on a bench of its own."""
    change: Change = field(default_factory=dict)
    """Lines by their path as in `probes/sample.py`; None leaves a line out. Of a record: its nvidia-smi's lines."""
    cards: int = 1

    @property
    def kind(self) -> str:
        """What it has in common with others: the words ahead of a colon."""
        return self.name.partition(": ")[0]

    @property
    def version(self) -> str:
        """The driver's version."""
        return _BRANCHES[self.driver]


def looks(card: Card) -> Iterator[Look]:
    """Every variant that this card has."""
    for source in (_drivers, _modes, _machines, _makers, _masks, _records):
        yield from source(card)


def plain(card: Card) -> Look:
    """The dump that other variants differ from: the newest driver of a branch that knows the card."""
    return Look("plain", driver=_branch(card))


def _branch(card: Card) -> int:
    return max(550, card.since)


def _drivers(card: Card) -> Iterator[Look]:
    for branch in _BRANCHES:
        if branch >= card.since:
            yield Look(f"driver: R{branch}", driver=branch)
    yield Look("text of nvidia-smi -q", driver=_branch(card), form="text")
    if card.since < 470:
        old = next(branch for branch in _BRANCHES if branch >= max(card.since, 418))
        yield Look("old driver, text", driver=old, form="text")
        nominal = card.total(ecc=card.row.ecc == "on") or card.row.memory_mib
        if nominal:
            # Seen: 0.2 % (Tesla M10 8191) to 4.5 % (GTX 1650 SUPER 3911); they never add.
            for share in (0.002, 0.024, 0.045):
                less = f"{round(nominal * (1 - share))} MiB"
                yield Look(f"old driver keeps back memory: {share * 100:g} %", driver=old, change={_TOTAL: less})
    bare = dict.fromkeys((*_NUMBERS, "inforom_version", "serial", "bar1_memory_usage", "ecc_mode", "max_clocks"))
    yield Look("a driver that prints little", driver=_branch(card), change=bare)
    yield Look("a driver that names no architecture", driver=_branch(card), change={"product_architecture": None})
    # telegraf gtx-1660-ti.xml: a driver older than the card.
    yield Look("a driver older than the card", driver=_branch(card), change={"product_name": "Graphics Device"})


def _modes(card: Card) -> Iterator[Look]:
    branch = _branch(card)
    if card.row.ecc in ("on", "off") or card.professional:
        for ecc in (True, False):
            total = card.total(ecc)
            if total is not None:
                state = "Enabled" if ecc else "Disabled"
                change = {"ecc_mode/current_ecc": state, "ecc_mode/pending_ecc": state, _TOTAL: f"{total} MiB"}
                yield Look(f"ECC {state.lower()}", driver=branch, change=change)
                other = {"ecc_mode/pending_ecc": "Disabled" if ecc else "Enabled"}
                yield Look(f"ECC {state.lower()}, a change pending", driver=branch, change={**change, **other})
                hidden = {"ecc_mode/current_ecc": "N/A", "ecc_mode/pending_ecc": "N/A"}
                yield Look(f"ECC {state.lower()} and not printed", driver=branch, change={**change, **hidden})
    if card.professional:
        # telegraf a100-sxm4-v12.xml: a slice's total in the card's own line.
        if card.die.name in _CUT:
            cut = {"mig_mode/current_mig": "Enabled", "mig_mode/pending_mig": "Enabled", _TOTAL: "19968 MiB"}
            yield Look("MIG on", driver=branch, change=cut)
        guest = {"gpu_virtualization_mode/virtualization_mode": "VGPU", _TOTAL: "8128 MiB", **dict.fromkeys(_NUMBERS)}
        named = f"GRID {card.row.name.removeprefix('NVIDIA ').removeprefix('Tesla ')}-8Q"
        yield Look("guest of a virtual GPU", driver=branch, change={**guest, "product_name": named})
        host = {"gpu_virtualization_mode/virtualization_mode": "Host VGPU"}
        yield Look("host of virtual GPUs", driver=branch, change=host)
    passed = {"gpu_virtualization_mode/virtualization_mode": "Pass-Through"}
    yield Look("passed through to a virtual machine", driver=branch, change=passed)


def _machines(card: Card) -> Iterator[Look]:
    branch = _branch(card)
    for window in ("64 MiB", "128 MiB", "256 MiB", "16384 MiB", "32768 MiB", "N/A"):
        yield Look(f"BAR1: {window}", driver=branch, change={"bar1_memory_usage/total": window})
    slot = {f"{_GEN}/max_link_gen": "1", f"{_GEN}/max_host_link_gen": "1", _WIDTH: "1x"}
    yield Look("on a riser with one lane", driver=branch, change=slot)
    yield Look("in a slot with four lanes", driver=branch, change={_WIDTH: "4x"})
    # A used card of a mining rig: riser, small window, limit turned down by its owner, fan and memory worn.
    rig = {**slot, "bar1_memory_usage/total": "256 MiB", **_limits(card, 0.6, 0.5)}
    yield Look("a gaming card out of a mining rig", driver=branch, change=rig)
    yield Look("two of them in one machine", driver=branch, cards=2)
    for share in (0.62, 1.4):
        limits = _limits(card, share, share / 2)
        yield Look(f"a maker's own power limit: {share:.0%}", driver=branch, change=limits)
    if card.row.mobile:
        for section in _POWER:
            limits = {f"{section}/{line}_power_limit": "N/A" for line in ("default", "min", "max")}
        yield Look("laptop without power limits", driver=branch, change=limits)
        low = {f"{section}/min_power_limit": "1.00 W" for section in _POWER}
        default = {f"{section}/default_power_limit": "80.00 W" for section in _POWER}
        yield Look("laptop at 80 W that may go down to 1 W", driver=branch, change={**low, **default})
        yield Look("laptop with eight lanes", driver=branch, change={_WIDTH: "8x"})


def _limits(card: Card, default: float, lowest: float) -> dict[str, str | None]:
    watts = card.row.tdp_w or 100
    lines: dict[str, str | None] = {}
    for section in _POWER:
        lines[f"{section}/default_power_limit"] = f"{watts * default:.2f} W"
        lines[f"{section}/min_power_limit"] = f"{watts * lowest:.2f} W"
    return lines


def _makers(card: Card) -> Iterator[Look]:
    branch = _branch(card)
    if any(one.startswith(f"{card.row.device_ids[0]}/") for one in card.row.subsystems):
        return  # the row names its own, and the plain dump bears the first of them
    # Four of them for each card, others for the next: together all makers stand on all sorts of cards.
    first = int(card.row.device_ids[0], 16)
    makers = _makers_of(card)
    for maker in dict.fromkeys(makers[(first + step) % len(makers)] for step in range(4)):
        vendor, _, device = maker.partition(":")
        yield Look(f"board of a maker: {vendor}", driver=branch, change={"pci/pci_sub_system_id": f"{device}{vendor}"})
    yield Look("board of a maker in no list", driver=branch, change={"pci/pci_sub_system_id": "00D2ABCD"})


def _makers_of(card: Card) -> tuple[str, ...]:
    if card.row.mobile:
        return LAPTOPS
    if card.row.segment == "datacentre":
        return SERVERS
    return OFFICES if card.row.segment == "Quadro/RTX pro" else (*PARTNERS, *OFFICES)


def _masks(card: Card) -> Iterator[Look]:
    branch = _branch(card)
    device = card.row.device_ids[0]
    hidden = (*_IDS, *_NUMBERS, "serial", "uuid")
    ways: dict[str, Change] = {
        "ids as zeros": dict.fromkeys(_IDS, "00000000"),
        "ids as zeros, the vendor half left": dict.fromkeys(_IDS, "000000DE"),  # telegraf a10g.xml
        "all as [REDACTED]": dict.fromkeys(hidden, "[REDACTED]"),  # telegraf rtx-3090-v12.xml
        "all as xxxx": dict.fromkeys(hidden, "xxxxxxxx"),
        "all as N/A": dict.fromkeys(hidden, "N/A"),
        "all as <removed>": dict.fromkeys(hidden, "<removed>"),
        "lines cut out": dict.fromkeys(hidden),
        "subsystem as zeros": {"pci/pci_sub_system_id": "00000000"},  # gt-730-440.xml
        "half of the device id": {"pci/pci_device_id": f"{device[:2]}XX10DE"},
        "name cut out": {"product_name": None},
        "name and ids cut out": {"product_name": None, **dict.fromkeys(hidden)},
        "serial and UUID typed by hand": {
            "serial": "0123456789012",
            "uuid": "GPU-aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        },  # quadro-p4000-dell-440.xml
        "part numbers as zeros": dict.fromkeys(("gpu_part_number", "board_part_number"), "000-00000-0000-000"),
        "half of the vBIOS version": {"vbios_version": "94.02.XX.XX.XX"},
        "UUID as zeros": {"uuid": "GPU-00000000-0000-0000-0000-000000000000", "serial": "0000000000000"},
    }
    for name, change in ways.items():
        yield Look(f"masked: {name}", driver=branch, change=change)


def _records(card: Card) -> Iterator[Look]:
    branch = _branch(card)
    yield Look("record of PCI, NVML and nvidia-smi", driver=branch, form="record")
    if card.since < 470:
        yield Look("record with a driver before R510", driver=max(card.since, 418), form="record")
    yield from (
        Look(f"record: {one.name}", driver=one.driver, form="record", change=one.change)
        for one in (*_modes(card), *_machines(card))
        if one.cards == 1 and one.kind != "BAR1"
    )
