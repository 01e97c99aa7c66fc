"""The driver's inner calls: what the open kernel module tells any user of a card, past NVML and its library.

Off by default, and **not yet seen on hardware**: no card has answered this program so far, which every reading says.
Nothing is sent to a driver whose structures were not compared with those used here (`rm_versions.py`), and nothing
beyond the question for its version to one that does not bear the expected version. docs/driver-calls.md tells what is
asked, from which headers, and what the answers are worth.
"""

import ctypes
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import rm_layout as layout
from gpu_inspector.probes.rm_answers import decode
from gpu_inspector.probes.rm_session import Driver, Kernel, Session
from gpu_inspector.probes.rm_versions import Layout, layout_of
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records.firmware import RmCall, RmReading

_ADDRESS = re.compile(r"([0-9a-fA-F]{4,8}):([0-9a-fA-F]{2}):([0-9a-fA-F]{2})\.[0-7]")
_HEAD, _INDEX = ctypes.sizeof(layout.U32), layout.MemoryFact.index.size
"""Bytes of a list's count, and of an entry's index."""
_SKIPPED = N_("The driver's inner calls were not asked")

MEMORY_FACTS = (
    ("RAM_TYPE", layout.RAM_TYPE),
    ("RAM_SIZE", layout.RAM_SIZE),
    ("BUS_WIDTH", layout.BUS_WIDTH),
    ("FBP_MASK", layout.FBP_MASK),
    ("L2CACHE_SIZE", layout.L2CACHE_SIZE),
    ("MEMORYINFO_VENDOR_ID", layout.MEMORYINFO_VENDOR_ID),
    ("RAM_CFG", layout.RAM_CFG),
)
"""Asked one by one: a fact that the driver refuses must not take the others with it."""

STRUCTURES: tuple[tuple[str, int, Callable[[], ctypes.Structure]], ...] = (
    ("MC_GET_ARCH_INFO", layout.MC_GET_ARCH_INFO, layout.ArchInfo),
    ("GPU_GET_CHIP_DETAILS", layout.GPU_GET_CHIP_DETAILS, layout.ChipDetails),
    ("BIOS_GET_SKU_INFO", layout.BIOS_GET_SKU_INFO, layout.SkuInfo),
    ("GPU_GET_OEM_BOARD_INFO", layout.GPU_GET_OEM_BOARD_INFO, layout.BoardInfo),
)


OTHER_RECORD = N_("not asked: this driver has the record in another form")


def read(pci_bus_id: str, driver_version: str, *, driver: Driver | None = None) -> RmReading:
    """What the driver's inner calls say of the card at `pci_bus_id`, "0000:01:00.0".

    `driver_version` is that of the loaded driver, "580.95.05"; `driver` is the kernel, or what a test puts in its
    place. Raises ProbeError where nothing may be asked, or nothing is answered.
    """
    version = clean(driver_version)
    if sys.platform != "linux" or sys.byteorder != "little" or ctypes.sizeof(ctypes.c_void_p) != 8:
        raise ProbeError(f"{_SKIPPED}: they are known for 64-bit Linux on x86 and ARM only.")
    known = layout_of(version)
    if known is None:
        raise ProbeError(
            f"{_SKIPPED}: the structures of driver {version or 'of unknown version'} were not compared.",
            "Leave them out, or inspect with a driver that docs/driver-calls.md lists.",
        )
    with Session(Kernel() if driver is None else driver) as session:
        subdevice = _find(session, pci_bus_id, version)
        return _asked(session, subdevice, version, known)


def _find(session: Session, pci_bus_id: str, version: str) -> int:
    """The handle of the card at this address, by way of the client and its device."""
    match = _ADDRESS.fullmatch(pci_bus_id)
    if match is None:
        raise ProbeError(f"{_SKIPPED}: “{clean(pci_bus_id)}” is no PCI address.")
    session.open()
    loaded = session.driver_version()
    if loaded != version:
        raise ProbeError(
            f"{_SKIPPED}: the loaded driver calls itself {loaded or 'nothing'}, and not {version}.",
            "Start the machine again, so that the driver and its libraries are of one version.",
        )
    place = tuple(int(part, 16) for part in match.groups())
    cards = [card for card in session.cards() if _place(card) == place]
    if len(cards) != 1:
        raise ProbeError(f"{_SKIPPED}: the driver has {len(cards)} cards at {pci_bus_id}.")
    session.attach(cards[0].minor_number)
    client = session.allocate(layout.ROOT, 0, None)
    card = layout.IdInfo(gpuId=cards[0].gpu_id)
    _, failure = session.control(client, layout.GPU_GET_ID_INFO_V2, card)
    if failure:
        raise ProbeError(f"The driver does not say which of its devices the card is ({failure}).")
    device = session.allocate(layout.DEVICE, client, layout.DeviceParameters(deviceId=card.deviceInstance))
    return session.allocate(layout.SUBDEVICE, device, layout.SubdeviceParameters(subDeviceId=card.subDeviceInstance))


def _place(card: Any) -> tuple[int, int, int]:
    return card.pci_info.domain, card.pci_info.bus, card.pci_info.slot


def _asked(session: Session, subdevice: int, version: str, known: Layout) -> RmReading:
    reading = RmReading(driver_version=version, headers_version=known.headers_version)
    for name, command, kind in STRUCTURES:
        if command == layout.BIOS_GET_SKU_INFO and not known.sku_record:
            left_out = RmCall(name=name, command=f"{command:08X}", failure=OTHER_RECORD)
            reading = replace(reading, calls=(*reading.calls, left_out))
            continue
        reading = _call(session, subdevice, reading, name, command, kind())
    facts = layout.memory_facts(known.list_entries)
    for name, index in MEMORY_FACTS:
        asked = facts(fbInfoListSize=1)
        asked.fbInfoList[0].index = index
        reading = _call(session, subdevice, reading, f"FB_GET_INFO_V2 {name}", layout.FB_GET_INFO_V2, asked)
    return reading


def _call(
    session: Session, subdevice: int, reading: RmReading, name: str, command: int, asked: ctypes.Structure
) -> RmReading:
    """The reading with one more call in it, and with the fields that it gave."""
    question = bytes(asked)[: _HEAD + _INDEX]
    status, failure = session.control(subdevice, command, asked)
    if command == layout.FB_GET_INFO_V2 and not failure and bytes(asked)[: _HEAD + _INDEX] != question:
        failure = N_("the driver answered another question")
    answered = bytes(asked) if not failure else b""
    if command == layout.FB_GET_INFO_V2:
        # The list has room for more than was asked; what lies behind the one entry is no answer.
        answered = answered[: _HEAD + ctypes.sizeof(layout.MemoryFact)]
    call = RmCall(name=name, command=f"{command:08X}", status=status, failure=failure, raw=answered.hex())
    fields: dict[str, Any] = decode(command, answered)
    return replace(reading, calls=(*reading.calls, call), **fields)
