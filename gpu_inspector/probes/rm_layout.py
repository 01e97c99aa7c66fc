"""The structures and numbers of the driver's inner calls, as bytes: one place that a compiler's word is held against.

Facts of the interface of NVIDIA's open kernel module, written anew from its headers (MIT licence, version 595.45.04):
nv-ioctl.h, nv-ioctl-numbers.h, nv_escape.h, nvos.h, cl0000.h, cl0080.h, cl2080.h, ctrl0000gpu.h, ctrl2080gpu.h,
ctrl2080bios.h, ctrl2080fb.h, ctrl2080mc.h. Members keep the headers' names, so that the test can hold sizes and
offsets against a compile of C declarations, and of the headers themselves. Numbers are little endian.
"""

import ctypes
from functools import cache

U8, U16, U32, S32, U64 = ctypes.c_uint8, ctypes.c_uint16, ctypes.c_uint32, ctypes.c_int32, ctypes.c_uint64

MAGIC = ord("F")
"""NV_IOCTL_MAGIC."""
CARD_INFO, CHECK_VERSION = 200, 210
FREE, CONTROL, ALLOCATE = 0x29, 0x2A, 0x2B
QUERY_VERSION = ord("2")
"""NV_RM_API_VERSION_CMD_QUERY: the driver tells its version, and complains of nothing in the kernel's log."""
RECOGNIZED = 1
MOST_CARDS = 32
"""NV_MAX_DEVICES."""
ROOT, DEVICE, SUBDEVICE = 0x0000, 0x0080, 0x2080
"""Classes of objects."""

GPU_GET_ID_INFO_V2 = 0x0000_0205
GPU_GET_OEM_BOARD_INFO = 0x2080_013F
GPU_GET_CHIP_DETAILS = 0x2080_01A4
BIOS_GET_SKU_INFO = 0x2080_0808
FB_GET_INFO_V2 = 0x2080_1303
MC_GET_ARCH_INFO = 0x2080_1701

RAM_SIZE, BUS_WIDTH, RAM_CFG, RAM_TYPE = 0x07, 0x0B, 0x0C, 0x0D
FBP_MASK, L2CACHE_SIZE, MEMORYINFO_VENDOR_ID = 0x1A, 0x1B, 0x1C
"""Indices of FB_GET_INFO_V2."""


class Version(ctypes.Structure):
    """nv_ioctl_rm_api_version_t."""

    _fields_ = (("cmd", U32), ("reply", U32), ("versionString", U8 * 64))


class PciInfo(ctypes.Structure):
    """nv_pci_info_t."""

    _fields_ = (
        ("domain", U32),
        ("bus", U8),
        ("slot", U8),
        ("function", U8),
        ("vendor_id", U16),
        ("device_id", U16),
    )


class CardInfo(ctypes.Structure):
    """nv_ioctl_card_info_t."""

    _fields_ = (
        ("valid", U8),
        ("pci_info", PciInfo),
        ("gpu_id", U32),
        ("interrupt_line", U16),
        ("reg_address", U64),
        ("reg_size", U64),
        ("fb_address", U64),
        ("fb_size", U64),
        ("minor_number", U32),
        ("dev_name", U8 * 10),
    )


CardList = CardInfo * MOST_CARDS


class Freed(ctypes.Structure):
    """NVOS00_PARAMETERS."""

    _fields_ = (("hRoot", U32), ("hObjectParent", U32), ("hObjectOld", U32), ("status", U32))


class Allocated(ctypes.Structure):
    """NVOS21_PARAMETERS."""

    _fields_ = (
        ("hRoot", U32),
        ("hObjectParent", U32),
        ("hObjectNew", U32),
        ("hClass", U32),
        ("pAllocParms", U64),
        ("paramsSize", U32),
        ("status", U32),
    )


class Control(ctypes.Structure):
    """NVOS54_PARAMETERS."""

    _fields_ = (
        ("hClient", U32),
        ("hObject", U32),
        ("cmd", U32),
        ("flags", U32),
        ("params", U64),
        ("paramsSize", U32),
        ("status", U32),
    )


class DeviceParameters(ctypes.Structure):
    """NV0080_ALLOC_PARAMETERS."""

    _fields_ = (
        ("deviceId", U32),
        ("hClientShare", U32),
        ("hTargetClient", U32),
        ("hTargetDevice", U32),
        ("flags", U32),
        ("vaSpaceSize", U64),
        ("vaStartInternal", U64),
        ("vaLimitInternal", U64),
        ("vaMode", U32),
    )


class SubdeviceParameters(ctypes.Structure):
    """NV2080_ALLOC_PARAMETERS."""

    _fields_ = (("subDeviceId", U32),)


class IdInfo(ctypes.Structure):
    """NV0000_CTRL_GPU_GET_ID_INFO_V2_PARAMS."""

    _fields_ = (
        ("gpuId", U32),
        ("gpuFlags", U32),
        ("deviceInstance", U32),
        ("subDeviceInstance", U32),
        ("sliStatus", U32),
        ("boardId", U32),
        ("gpuInstance", U32),
        ("numaId", S32),
    )


class ChipDetails(ctypes.Structure):
    """NV2080_CTRL_GPU_GET_CHIP_DETAILS_PARAMS."""

    _fields_ = (("pciDevId", U32), ("chipSku", U8 * 4), ("chipMajor", U32), ("chipMinor", U32))


class SkuInfo(ctypes.Structure):
    """NV2080_CTRL_BIOS_GET_SKU_INFO_PARAMS."""

    _fields_ = (
        ("BoardID", U32),
        ("chipSKU", U8 * 9),
        ("chipSKUMod", U8 * 5),
        ("skuConfigVersion", U32),
        ("project", U8 * 5),
        ("projectSKU", U8 * 5),
        ("CDP", U8 * 6),
        ("projectSKUMod", U8 * 2),
        ("businessCycle", U32),
    )


class BoardInfo(ctypes.Structure):
    """NV2080_CTRL_GPU_GET_OEM_BOARD_INFO_PARAMS; it holds the board's serial number."""

    _fields_ = (
        ("buildDate", U32),
        ("marketingName", U8 * 24),
        ("serialNumber", U8 * 16),
        ("memoryManufacturer", U8),
        ("memoryPartID", U8 * 20),
        ("memoryDateCode", U8 * 6),
        ("productPartNumber", U8 * 20),
        ("boardRevision", U8 * 3),
        ("boardType", U8),
        ("board699PartNumber", U8 * 20),
        ("board965PartNumber", U8 * 20),
    )


class MemoryFact(ctypes.Structure):
    """NV2080_CTRL_FB_INFO."""

    _fields_ = (("index", U32), ("data", U32))


class ArchInfo(ctypes.Structure):
    """NV2080_CTRL_MC_GET_ARCH_INFO_PARAMS."""

    _fields_ = (("architecture", U32), ("implementation", U32), ("revision", U32), ("subRevision", U8))


@cache
def memory_facts(entries: int) -> type[ctypes.Structure]:
    """NV2080_CTRL_FB_GET_INFO_V2_PARAMS with room for so many entries: it changed from driver to driver."""

    class MemoryFacts(ctypes.Structure):
        _fields_ = (("fbInfoListSize", U32), ("fbInfoList", MemoryFact * entries))

    return MemoryFacts


def request(number: int, size: int) -> int:
    """The kernel's request number of an ioctl that reads and writes so many bytes (asm-generic/ioctl.h)."""
    return 3 << 30 | size << 16 | MAGIC << 8 | number
