"""The liar: changes what a dump or a capture says of a card, as a forger would, and says what an expert could see.

He knows products (tools/lie_list.py) and the forms of nvidia-smi's output; he reads no table of the checks and calls no
function of theirs: he imports nothing of the program (a test reads the imports). Two facts of the field stand here and
there, each written by itself: drivers differ by up to one in fifty over one card's total, and ECC leaves 15 parts of
16. Each lie bears his own word on whether it shows in the claims, from rules that an expert would give:

- a device id is fused into the die, and a product has its own ids; a name goes with its ids;
- a die has one architecture and one compute capability, a product one count of cores and one width of the bus;
- the first two numbers of a vBIOS version go with the die, the first of them with the generation;
- a GPU part number begins with the device id; a board's number stands in its part number and in its InfoROM image;
- makers of gaming cards put their subsystem on no datacentre board;
- a product was sold in certain sizes, and an id can have several.
"""

import random
import re
from collections.abc import Callable, Iterator

from tools import lie_kinds as kinds
from tools.lie_kinds import MIB, Lie, Shows, lie, others, size_gb
from tools.lie_list import Known, known
from tools.lie_several import several

SEED = 20261126
_MOST_HIDDEN = 25
"""Lies of one kind that cannot show: enough to see that nobody is accused for them by mistake."""
NVIDIA = "10DE"
_PARTNERS = ("1043:8832", "1462:3881", "1458:403B", "3842:3987", "19DA:1612", "1569:2216", "10B0:F297")
_NO_SPECIFICATION = (
    *("NVIDIA H20", "NVIDIA H800", "NVIDIA L20", "NVIDIA GeForce RTX 5090 D", "P106-100", "P104-100"),
    *(f"NVIDIA CMP {number}HX" for number in (170, 90, 50, 40, 30)),
)
_SPREAD = 0.02
"""Share by which totals of one size differ between drivers: no lie that anyone would tell."""


def all_lies() -> tuple[Lie, ...]:
    """2,000 lies, the same ones each time: each field has its share, and each kind in it as much as any other."""
    dice = random.Random(SEED)
    found: list[Lie] = []
    for source, count in _SHARES.items():
        found += _evenly([one for base in known() for one in source(base)], count, dice)
    return tuple(found)


def lies_about(base: Known) -> tuple[Lie, ...]:
    """Every lie that the list gives about one product."""
    return tuple(one for source in _SHARES for one in source(base))


def _evenly(lies: list[Lie], count: int, dice: random.Random) -> list[Lie]:
    """So many, of each kind alike: rare kinds are the near misses, and come whole before the common ones fill up."""
    of_kind: dict[str, list[Lie]] = {}
    # Two products may give one and the same lie: both have 4,608 cores.
    for one in {(one.base, one.kind, tuple(one.change.items())): one for one in reversed(lies)}.values():
        of_kind.setdefault(one.kind, []).append(one)
    chosen: list[Lie] = []
    # What cannot show comes first, so what it leaves of its share goes to the others.
    left = sorted(of_kind.values(), key=lambda ones: (ones[0].shows is not Shows.NO, len(ones)))
    for place, ones in enumerate(left):
        share = (count - len(chosen)) // (len(left) - place)
        if ones[0].shows is Shows.NO:
            share = min(share, _MOST_HIDDEN)
        chosen += dice.sample(ones, min(share, len(ones)))
    return chosen


def some_lies(count: int, seed: int) -> tuple[Lie, ...]:
    """A sample, the same for a seed."""
    return tuple(random.Random(seed).sample(all_lies(), count))


# Names


def _names(base: Known) -> Iterator[Lie]:
    for target in others(base):
        if target.name == base.name:
            continue
        change = {"name": target.name}
        if base.ids[0] in target.ids:
            yield lie(base, "name", kinds.ON_ID, Shows.NOTED, change, target.name)
        else:
            kind = kinds.SAME_DIE if target.die == base.die else kinds.OTHER_DIE
            if target.name.startswith(base.name) or base.name.startswith(target.name):
                kind = kinds.SUFFIX
            yield lie(base, "name", kind, Shows.YES, change, target.name)
    for made_up in (f"{base.name} Ultra", "NVIDIA vGPU-48GB"):
        yield lie(base, "name", kinds.NO_NAME, Shows.NO, {"name": made_up}, made_up)


# Memory


def _sizes(base: Known) -> Iterator[Lie]:
    own = size_gb(base.total_mib)
    sold = sorted({size for one in known() for size in one.sizes_gb})
    totals = {size * MIB: size for size in (*sold, *(round(own * part) for part in (0.25, 0.5, 1.5, 2, 3, 4)))}
    # The very numbers that dumps of other products print, too.
    totals |= {one.total_mib: size_gb(one.total_mib) for one in known() if one.published}
    for total, size in sorted(totals.items()):
        if size not in (own, 0):
            kind, shows = _size_kind(base, own, size, sold)
            if abs(total - base.total_mib) <= base.total_mib * _SPREAD:
                kind, shows = kinds.NEAR, Shows.NO
            named = (f"{total:,} MiB", f"{size} GB", str(total))
            yield lie(base, "memory", kind, shows, {"total": str(total)}, *named)
    moved = round(base.total_mib * (1 - _SPREAD / 2))
    yield lie(base, "memory", kinds.NEAR, Shows.NO, {"total": str(moved)}, f"{moved:,} MiB")
    if base.kind == "datacentre" and base.total_mib * 16 == own * MIB * 15:
        yield lie(base, "memory", kinds.ECC, Shows.NOTED, {"total": str(own * MIB)}, f"{own * MIB:,} MiB")


def _size_kind(base: Known, own: int, size: int, sold: list[int]) -> tuple[str, Shows]:
    if size in base.sizes_gb:
        return (kinds.ID_SIZE, Shows.NO) if size in base.name_sizes_gb else (kinds.OF_SISTER, Shows.NOTED)
    if size in base.name_sizes_gb:
        return kinds.NAME_SIZE, Shows.NOTED
    if size == 2 * own:
        return kinds.DOUBLE, Shows.YES
    place = sold.index(own)
    return (kinds.NEXT_SIZE if size in sold[max(place - 1, 0) : place + 2] else kinds.NO_SIZE), Shows.YES


# The die


def _dies(base: Known) -> Iterator[Lie]:
    for architecture in sorted({one.architecture for one in known()} - {base.architecture}):
        change = {"architecture": architecture}
        yield lie(base, "die", kinds.ARCHITECTURE, Shows.YES, change, architecture)
    for capability in sorted({one.capability for one in known()} - {base.capability}):
        yield lie(base, "die", kinds.CAPABILITY, Shows.YES, {"capability": capability}, capability, form="capture")
    for target in others(base):
        if target.cores != base.cores:
            cores = {"cores": str(target.cores)}
            kind, shows = (kinds.CORES_NEAR if target.die == base.die else kinds.CORES), Shows.YES
            if base.name in _NO_SPECIFICATION:
                kind, shows = kinds.UNPUBLISHED, Shows.NO
            yield lie(base, "die", kind, shows, cores, str(target.cores), form="capture")
    for bus in sorted({one.bus_bits for one in known()} - {base.bus_bits}):
        kind, shows = (kinds.UNPUBLISHED, Shows.NO) if base.name in _NO_SPECIFICATION else (kinds.BUS, Shows.YES)
        yield lie(base, "die", kind, shows, {"bus": str(bus)}, str(bus), form="capture")


# vBIOS


def _versions(base: Known) -> Iterator[Lie]:
    published = {one.die for one in known() if one.published and one.vbios}
    for target in others(base):
        if not target.vbios:
            continue
        change = {"vbios": target.vbios}
        if target.die == base.die:
            yield lie(base, "vBIOS", kinds.VBIOS_SAME, Shows.NO, change, target.vbios.upper())
        elif _generation(target) != _generation(base):
            yield lie(base, "vBIOS", kinds.GENERATION, Shows.YES, change, target.vbios.upper())
        elif {target.die, base.die} <= published:
            yield lie(base, "vBIOS", kinds.VBIOS_DIE, Shows.YES, change, target.vbios.upper())
        else:
            yield lie(base, "vBIOS", kinds.VBIOS_MEMORY, Shows.NO, change, target.vbios.upper())


def _generation(one: Known) -> str:
    """The big dies of Ampere and Maxwell have first numbers of their own, which the others of them do not share."""
    return {"GA100": "Ampere, big", "GM107": "Maxwell, first"}.get(one.die, one.architecture)


# Ids


def _ids(base: Known) -> Iterator[Lie]:
    names = {one.name for one in known() if base.ids[0] in one.ids}
    for target in others(base):
        if target.ids[0] != base.ids[0] and target.name not in names:
            yield lie(base, "ids", kinds.ID_OTHER, Shows.YES, {"device": target.ids[0]}, target.ids[0])
    for device in base.ids[1:]:
        shows = Shows.YES if base.part else Shows.NO
        # In the records that NVML gives there is no part number; nvidia-smi prints it.
        yield lie(base, "ids", kinds.ID_SAME, shows, {"device": device}, device, form="xml")
    for device in ("0DC4", "1244", "0640"):
        yield lie(base, "ids", kinds.ID_OLD, Shows.YES, {"device": device}, device)
    yield lie(base, "ids", kinds.ID_FAKE, Shows.YES, {"device": "1404"}, "1404")
    kind, shows = (kinds.ID_BESIDE, Shows.NOTED) if base.part else (kinds.ID_NEW, Shows.NO)
    yield lie(base, "ids", kind, shows, {"device": "3FFE"}, "3FFE")


# Subsystem


def _subsystems(base: Known) -> Iterator[Lie]:
    for maker in _PARTNERS:
        if base.kind == "datacentre":
            yield lie(base, "subsystem", kinds.PARTNER, Shows.YES, {"subsystem": maker}, maker)
        elif maker != base.subsystem:
            yield lie(base, "subsystem", kinds.PARTNER_MOVED, Shows.NO, {"subsystem": maker}, maker)
    blank = {"subsystem": f"{NVIDIA}:0000"}
    yield lie(base, "subsystem", kinds.BLANK, Shows.NOTED, blank, f"{NVIDIA}:0000", form="capture")
    yield lie(base, "subsystem", kinds.BLANK_TEXT, Shows.NO, blank, f"{NVIDIA}:0000", form="xml")
    for target in others(base):
        own = target.subsystem.startswith(NVIDIA) and base.subsystem.startswith(NVIDIA)
        if own and target.ids[0] == base.ids[0]:
            yield lie(
                base,
                "subsystem",
                kinds.ON_ID,
                Shows.NOTED,
                {"subsystem": target.subsystem},
                target.subsystem,
                base.name,
            )
        elif own and target.kind == base.kind == "datacentre":
            yield lie(
                base, "subsystem", kinds.SISTER_BOARD, Shows.NO, {"subsystem": target.subsystem}, target.subsystem
            )


# Part numbers


def _parts(base: Known) -> Iterator[Lie]:
    for target in others(base):
        if target.part and target.ids[0] != base.ids[0]:
            yield lie(base, "part number", kinds.PART, Shows.YES, {"part": target.part}, target.part)
        if target.board_part and target.board_part != base.board_part:
            foreign = base.board_part and _board_of(base.inforom) and _board_number(target) != _board_of(base.inforom)
            shows, kind = (Shows.NOTED, kinds.BOARD_PART) if foreign else (Shows.NO, kinds.BOARD_BLIND)
            yield lie(base, "part number", kind, shows, {"board_part": target.board_part}, target.board_part)
    if base.part:
        other = f"{base.ids[0]}-777-A1"
        yield lie(base, "part number", kinds.BIN, Shows.NO, {"part": other}, other)


def _board_number(one: Known) -> str:
    """The board in a part number: "G133" of 900-5G133-2250-000, "1010" of 900-21010-0020-000."""
    return one.board_part.split("-")[1][-4:]


def _board_of(inforom: str) -> str:
    """The board in an InfoROM image: "G133" of G133.0510.00.05; "" for the images that gaming cards share."""
    board = inforom.split(".")[0]
    return "" if re.fullmatch(r"G00\d", board) else board


_SHARES: dict[Callable[[Known], Iterator[Lie]], int] = {
    _names: 400,
    _sizes: 400,
    _dies: 330,
    _versions: 200,
    _ids: 250,
    _subsystems: 120,
    _parts: 180,
    several: 120,
}
"""How many lies of each sort are told."""
