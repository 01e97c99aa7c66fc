"""The kernel's side of the driver's inner calls, as the open module's source lets one expect it; in memory."""

import ctypes
import errno
from collections.abc import Callable
from typing import Any

from gpu_inspector.probes import rm_layout as layout

VERSION = "580.95.05"
ADDRESS = "0000:c1:00.0"
MINOR = 3
GPU_ID = 0xC100

ARCHITECTURE = layout.ArchInfo(architecture=0x190, implementation=2, revision=0xA1)
CHIP = layout.ChipDetails(pciDevId=0x2684, chipSku=(layout.U8 * 4)(*b"300\0"), chipMajor=0xA, chipMinor=1)


def letters(text: str, size: int) -> Any:
    """Text as a field of so many bytes, zeros behind it."""
    return (layout.U8 * size)(*text.encode().ljust(size, b"\0"))


SKU = layout.SkuInfo(chipSKU=letters("300", 9), project=letters("G139", 5), projectSKU=letters("0330", 5))
BOARD = layout.BoardInfo(
    buildDate=0x20221004,
    marketingName=letters("RTX 6000 Ada", 24),
    serialNumber=letters("1324823012345", 16),
    memoryManufacturer=ord("S"),
    memoryPartID=letters("K4ZAF325BC-SC20", 20),
    memoryDateCode=letters("2231", 6),
    productPartNumber=letters("900-5G133-2250-000", 20),
    boardRevision=letters("A02", 3),
    boardType=ord("P"),
    board699PartNumber=letters("699-5G133-0510-200", 20),
)
FACTS = {
    layout.RAM_TYPE: 0x11,
    layout.RAM_SIZE: 48 << 20,
    layout.BUS_WIDTH: 384,
    layout.RAM_CFG: 0,
    layout.FBP_MASK: 0b111111,
    layout.L2CACHE_SIZE: 96 << 20,
    layout.MEMORYINFO_VENDOR_ID: 1,
}


class FakeDriver:
    """One card at ADDRESS. `fail` names a step that ends in an OSError, `refuse` one that ends in a status."""

    def __init__(self, *, fail: str = "", refuse: str = "", version: str = VERSION, entries: int = 128) -> None:
        self.fail, self.refuse = fail, refuse
        self.version = version
        self.entries = entries
        self.files: dict[int, str] = {}
        self.objects: dict[int, int] = {}
        """Handle -> its parent's."""
        self.steps: list[str] = []
        self.answers: dict[int, bytes] = {
            layout.MC_GET_ARCH_INFO: bytes(ARCHITECTURE),
            layout.GPU_GET_CHIP_DETAILS: bytes(CHIP),
            layout.BIOS_GET_SKU_INFO: bytes(SKU),
            layout.GPU_GET_OEM_BOARD_INFO: bytes(BOARD),
        }
        self.spoil: Callable[[bytes], bytes] = lambda data: data
        """What becomes of every answer on its way."""

    def open(self, path: str) -> int:
        self._step(f"open {path}")
        file = 50 + len(self.steps)
        self.files[file] = path
        return file

    def close(self, file: int) -> None:
        del self.files[file]
        self._step("close")

    def ioctl(self, file: int, request: int, argument: Any) -> None:
        assert self.files[file] == "/dev/nvidiactl"
        assert request >> 16 & 0x3FFF == ctypes.sizeof(argument), "the request names another size"
        asked: dict[int, Callable[[Any], None]] = {
            layout.CHECK_VERSION: self._version,
            layout.CARD_INFO: self._cards,
            layout.ALLOCATE: self._allocate,
            layout.CONTROL: self._control,
            layout.FREE: self._free,
        }
        asked[request & 0xFF](argument)
        spoiled = self.spoil(bytes(argument))
        ctypes.memmove(ctypes.addressof(argument), spoiled, min(len(spoiled), ctypes.sizeof(argument)))

    def _step(self, name: str) -> bool:
        """Whether the step is to be refused with a status."""
        self.steps.append(name)
        if self.fail == name:
            raise OSError(errno.EINVAL, "Invalid argument")
        return self.refuse == name

    def _version(self, asked: layout.Version) -> None:
        self._step("version")
        assert asked.cmd == layout.QUERY_VERSION
        asked.reply = layout.RECOGNIZED
        asked.versionString = letters(self.version, 64)

    def _cards(self, cards: Any) -> None:
        self._step("cards")
        for place, bus in enumerate((0x01, 0xC1)):
            info = layout.PciInfo(domain=0, bus=bus, slot=0, vendor_id=0x10DE, device_id=0x2684)
            cards[place] = layout.CardInfo(valid=1, pci_info=info, gpu_id=bus << 8, minor_number=MINOR)

    def _allocate(self, asked: layout.Allocated) -> None:
        name = {layout.ROOT: "client", layout.DEVICE: "device", layout.SUBDEVICE: "subdevice"}[asked.hClass]
        if self._step(f"allocate {name}"):
            asked.status = 0x1B
            return
        if asked.hClass != layout.ROOT:
            assert asked.hObjectParent in self.objects
            assert f"/dev/nvidia{MINOR}" in self.files.values(), "the card's file is not open"
        handle = 0xC1D0_0000 + len(self.steps)
        self.objects[handle] = asked.hObjectParent
        asked.hObjectNew = handle

    def _free(self, asked: layout.Freed) -> None:
        self._step("free")
        assert asked.hObjectOld not in self.objects.values(), "freed before what hangs on it"
        assert self.objects.pop(asked.hObjectOld) == asked.hObjectParent

    def _control(self, asked: layout.Control) -> None:
        assert asked.hObject in self.objects
        if self._step(f"control {asked.cmd:X}"):
            asked.status = 0x56
            return
        data = (ctypes.c_uint8 * asked.paramsSize).from_address(asked.params)
        if asked.cmd == layout.GPU_GET_ID_INFO_V2:
            info = layout.IdInfo.from_buffer(data)
            assert info.gpuId == GPU_ID
            info.deviceInstance, info.subDeviceInstance = 1, 0
        elif asked.cmd == layout.FB_GET_INFO_V2:
            assert asked.paramsSize == 4 + 8 * self.entries
            entry = layout.MemoryFact.from_buffer(data, 4)
            if entry.index in FACTS:
                entry.data = FACTS[entry.index]
        else:
            answer = self.answers[asked.cmd]
            assert asked.paramsSize == len(answer)
            data[:] = answer
        spoiled = self.spoil(bytes(data))[: asked.paramsSize]
        data[: len(spoiled)] = spoiled
