"""The table of the simulated cards: in what each differs from the product that it says it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from gpu_inspector.language import N_
from gpu_inspector.measure.simulation.faults import (
    DeviceFault,
    DroppedBit,
    FallsOffTheBus,
    KernelHangs,
    LostChannel,
    MemoryFault,
    Modulo,
    StuckLane,
)

OK, SUSPECT, FAULTY, NOT_DECIDED = 0, 12, 13, 10
"""Exit statuses of an inspection."""


class RowKey(NamedTuple):
    """What finds one row of the reference data; the memory is the nominal size."""

    product: str
    device_id: str
    memory_mib: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """In what a card differs from the product that it says it is; None is the product's own."""

    about: str
    claimed: RowKey
    exit: int = OK
    truth: RowKey | None = None
    """The product that it really is."""
    claimed_mib: int | None = None
    real_mib: int | None = None
    multiprocessors_lie: bool = False
    """The driver shows CUDA the claimed product's SMs, L2 and bus."""
    throttled: bool = False
    patched_driver: bool = False
    link: tuple[int, int] | None = None
    """Generation and width of the card's own."""
    slot_width: int = 16
    dry: bool = False
    memory_faults: Callable[[np.random.Generator, int], tuple[MemoryFault, ...]] | None = None
    """Given chance and the number of channels."""
    device_faults: tuple[DeviceFault, ...] = ()


def _stuck_lane(chance: np.random.Generator, channels: int) -> tuple[MemoryFault, ...]:
    lane, value, channel = (int(chance.integers(end)) for end in (256, 2, channels))
    return (StuckLane(lane=lane, value=value, channel=channel),)


def _lost_channel(chance: np.random.Generator, channels: int) -> tuple[MemoryFault, ...]:
    return (LostChannel(channel=int(chance.integers(channels))),)


def _half(pages: int) -> Callable[[np.random.Generator, int], tuple[MemoryFault, ...]]:
    """Only so many pages are there, and the rest begins again at the first."""
    return lambda chance, channels: (Modulo(pages=pages),)


def _dropped(bit: int) -> Callable[[np.random.Generator, int], tuple[MemoryFault, ...]]:
    return lambda chance, channels: (DroppedBit(bit=bit),)


_RTX_4090 = RowKey("NVIDIA GeForce RTX 4090", "2684", 24576)
_RTX_3060 = RowKey("NVIDIA GeForce RTX 3060", "2504", 12288)
_RTX_2080_TI = RowKey("NVIDIA GeForce RTX 2080 Ti", "1E07", 11264)
_A100_40 = RowKey("NVIDIA A100-PCIE-40GB", "20F1", 40960)
_A100_80 = RowKey("NVIDIA A100 80GB PCIe", "20B5", 81920)
_RTX_3070 = RowKey("NVIDIA GeForce RTX 3070", "2484", 8192)
_RTX_3080_TI = RowKey("NVIDIA GeForce RTX 3080 Ti", "2208", 12288)
_GTX_1050_TI = RowKey("NVIDIA GeForce GTX 1050 Ti", "1C82", 4096)
_H100 = RowKey("NVIDIA H100 PCIe", "2331", 81920)
_H100_SXM = RowKey("NVIDIA H100 80GB HBM3", "2330", 81920)
_H200 = RowKey("NVIDIA H200", "2335", 144384)
_CMP_170HX = RowKey("CMP 170HX", "20C2", 8192)


PLANS: Final[dict[str, Plan]] = {
    "genuine-rtx-4090": Plan(about=N_("An RTX 4090 as it was made."), claimed=_RTX_4090),
    "genuine-rtx-3060": Plan(about=N_("An RTX 3060 with 12 GB as it was made."), claimed=_RTX_3060),
    "genuine-rtx-2080-ti": Plan(about=N_("An RTX 2080 Ti as it was made."), claimed=_RTX_2080_TI),
    "genuine-a100-80gb": Plan(about=N_("An A100 80GB PCIe as it was made."), claimed=_A100_80),
    "genuine-h100": Plan(about=N_("An H100 PCIe as it was made."), claimed=_H100),
    "genuine-h100-sxm": Plan(about=N_("An H100 module of an HGX board as it was made."), claimed=_H100_SXM),
    "genuine-h200": Plan(about=N_("An H200 module of an HGX board as it was made."), claimed=_H200),
    "rtx-4090-48gb": Plan(
        about=N_("An RTX 4090 rebuilt with 48 GB, which are really there."),
        claimed=_RTX_4090,
        exit=SUSPECT,
        claimed_mib=49152,
        real_mib=49152,
    ),
    "rtx-2080-ti-22gb": Plan(
        about=N_("An RTX 2080 Ti rebuilt with 22 GB, which are really there."),
        claimed=_RTX_2080_TI,
        exit=SUSPECT,
        claimed_mib=22528,
        real_mib=22528,
    ),
    "rtx-3070-16gb": Plan(
        about=N_("An RTX 3070 rebuilt with 16 GB, which are really there."),
        claimed=_RTX_3070,
        exit=SUSPECT,
        claimed_mib=16384,
        real_mib=16384,
    ),
    "rtx-3080-ti-as-rtx-4090": Plan(
        about=N_("An RTX 3080 Ti with 24 GB and a driver that says RTX 4090 in everything it can."),
        claimed=_RTX_4090,
        exit=SUSPECT,
        truth=_RTX_3080_TI,
        real_mib=24576,
        multiprocessors_lie=True,
    ),
    "cmp-170hx-as-a100": Plan(
        about=N_("A mining card CMP 170HX, 8 GB, that says it is an A100."),
        claimed=_A100_40,
        exit=SUSPECT,
        truth=_CMP_170HX,
        claimed_mib=8192,
        real_mib=8192,
        throttled=True,
        link=(1, 4),
    ),
    "a100-40gb-as-80gb": Plan(
        about=N_("An A100 with 40 GB that claims 80 GB; the upper half is the lower half again."),
        claimed=_A100_80,
        exit=SUSPECT,
        truth=_A100_40,
        real_mib=40960,
        memory_faults=_half(20480),
    ),
    "gtx-1050-ti-folded": Plan(
        about=N_("A GTX 1050 Ti that claims 4 GB and has 2 GB; one address bit makes no difference."),
        claimed=_GTX_1050_TI,
        exit=SUSPECT,
        real_mib=2048,
        memory_faults=_dropped(10),
    ),
    "cmp-170hx-unlocked-64gb": Plan(
        about=N_("A CMP 170HX under a patched driver that claims 64 GB; half of it is not there."),
        claimed=_CMP_170HX,
        exit=SUSPECT,
        claimed_mib=65536,
        real_mib=32768,
        memory_faults=_half(16384),
        patched_driver=True,
        link=(2, 4),
    ),
    "dead-data-lane": Plan(
        about=N_("An RTX 3060 with one dead data lane."), claimed=_RTX_3060, exit=FAULTY, memory_faults=_stuck_lane
    ),
    "missing-channel": Plan(
        about=N_("An RTX 3060 of which one memory channel does not answer."),
        claimed=_RTX_3060,
        exit=FAULTY,
        memory_faults=_lost_channel,
    ),
    "x16-on-x8": Plan(about=N_("An RTX 4090 in a slot that has eight lanes."), claimed=_RTX_4090, slot_width=8),
    "dry-paste": Plan(about=N_("An RTX 2080 Ti whose thermal paste has dried out."), claimed=_RTX_2080_TI, dry=True),
    "fell-off-bus": Plan(
        about=N_("An RTX 3060 that stops to answer in the middle of the memory test."),
        claimed=_RTX_3060,
        exit=NOT_DECIDED,
        device_faults=(FallsOffTheBus(after_launches=6),),
    ),
    "hung-kernel": Plan(
        about=N_("An RTX 3060 on which a kernel of the memory test never ends."),
        claimed=_RTX_3060,
        exit=NOT_DECIDED,
        device_faults=(KernelHangs(after_launches=6),),
    ),
}
