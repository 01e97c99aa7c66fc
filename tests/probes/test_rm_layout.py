"""Structures and request numbers against a C compiler: our own declarations always, NVIDIA's headers where they are.

    NVIDIA_OPEN_HEADERS=/path/to/open-gpu-kernel-modules python -m pytest tests/probes/test_rm_layout.py

with a checkout of a driver that `probes/rm_versions.py` lists (its version stands in version.mk).
"""

import ctypes
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gpu_inspector.probes import rm_layout as layout
from gpu_inspector.probes.rm_versions import LAYOUTS, layout_of

PROGRAM = Path(__file__).with_name("rm_layout.c")
HEADERS = "NVIDIA_OPEN_HEADERS"
NEWEST = LAYOUTS[-1].list_entries
LIST = layout.memory_facts(NEWEST)

STRUCTURES: dict[str, type[ctypes.Structure]] = {
    "nv_ioctl_rm_api_version_t": layout.Version,
    "nv_ioctl_card_info_t": layout.CardInfo,
    "NVOS00_PARAMETERS": layout.Freed,
    "NVOS21_PARAMETERS": layout.Allocated,
    "NVOS54_PARAMETERS": layout.Control,
    "NV0080_ALLOC_PARAMETERS": layout.DeviceParameters,
    "NV2080_ALLOC_PARAMETERS": layout.SubdeviceParameters,
    "NV0000_CTRL_GPU_GET_ID_INFO_V2_PARAMS": layout.IdInfo,
    "NV2080_CTRL_GPU_GET_CHIP_DETAILS_PARAMS": layout.ChipDetails,
    "NV2080_CTRL_BIOS_GET_SKU_INFO_PARAMS": layout.SkuInfo,
    "NV2080_CTRL_GPU_GET_OEM_BOARD_INFO_PARAMS": layout.BoardInfo,
    "NV2080_CTRL_FB_INFO": layout.MemoryFact,
    "NV2080_CTRL_MC_GET_ARCH_INFO_PARAMS": layout.ArchInfo,
}
NUMBERS = {
    "NV_RM_API_VERSION_CMD_QUERY": layout.QUERY_VERSION,
    "NV_RM_API_VERSION_REPLY_RECOGNIZED": layout.RECOGNIZED,
    "NV01_ROOT": layout.ROOT,
    "NV01_DEVICE_0": layout.DEVICE,
    "NV20_SUBDEVICE_0": layout.SUBDEVICE,
    "NV_MAX_DEVICES": layout.MOST_CARDS,
    "NV0000_CTRL_CMD_GPU_GET_ID_INFO_V2": layout.GPU_GET_ID_INFO_V2,
    "NV2080_CTRL_CMD_GPU_GET_OEM_BOARD_INFO": layout.GPU_GET_OEM_BOARD_INFO,
    "NV2080_CTRL_CMD_GPU_GET_CHIP_DETAILS": layout.GPU_GET_CHIP_DETAILS,
    "NV2080_CTRL_CMD_BIOS_GET_SKU_INFO": layout.BIOS_GET_SKU_INFO,
    "NV2080_CTRL_CMD_FB_GET_INFO_V2": layout.FB_GET_INFO_V2,
    "NV2080_CTRL_CMD_MC_GET_ARCH_INFO": layout.MC_GET_ARCH_INFO,
    "NV2080_CTRL_FB_INFO_INDEX_RAM_SIZE": layout.RAM_SIZE,
    "NV2080_CTRL_FB_INFO_INDEX_BUS_WIDTH": layout.BUS_WIDTH,
    "NV2080_CTRL_FB_INFO_INDEX_RAM_CFG": layout.RAM_CFG,
    "NV2080_CTRL_FB_INFO_INDEX_RAM_TYPE": layout.RAM_TYPE,
    "NV2080_CTRL_FB_INFO_INDEX_FBP_MASK": layout.FBP_MASK,
    "NV2080_CTRL_FB_INFO_INDEX_L2CACHE_SIZE": layout.L2CACHE_SIZE,
    "NV2080_CTRL_FB_INFO_INDEX_MEMORYINFO_VENDOR_ID": layout.MEMORYINFO_VENDOR_ID,
}
REQUESTS: dict[str, tuple[int, type[ctypes.Structure | ctypes.Array[Any]]]] = {
    "NV_ESC_CARD_INFO": (layout.CARD_INFO, layout.CardList),
    "NV_ESC_CHECK_VERSION_STR": (layout.CHECK_VERSION, layout.Version),
    "NV_ESC_RM_FREE": (layout.FREE, layout.Freed),
    "NV_ESC_RM_CONTROL": (layout.CONTROL, layout.Control),
    "NV_ESC_RM_ALLOC": (layout.ALLOCATE, layout.Allocated),
}


def printed(folder: Path, *options: str) -> dict[str, tuple[int, ...]]:
    """What the compiled program says: a name, and its numbers."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler (cc) on this machine")
    program = folder / "layout"
    subprocess.run([compiler, *options, "-o", program, PROGRAM], check=True, timeout=120)
    lines = subprocess.run([program], check=True, timeout=60, capture_output=True, text=True).stdout.splitlines()
    pairs = (re.fullmatch(r"(.+?)((?: \d+)+)", line) for line in lines)
    return {match[1]: tuple(map(int, match[2].split())) for match in pairs if match is not None}


def ours(entries: int, sku_record: bool = True) -> dict[str, tuple[int, ...]]:
    """The same lines, of the structures that are sent; FB_GET_INFO_V2 with so many entries."""
    kinds = {**STRUCTURES, "NV2080_CTRL_FB_GET_INFO_V2_PARAMS": layout.memory_facts(entries)}
    if not sku_record:
        del kinds["NV2080_CTRL_BIOS_GET_SKU_INFO_PARAMS"]
    lines: dict[str, tuple[int, ...]] = {"NV2080_CTRL_FB_INFO_MAX_LIST_SIZE": (entries,)}
    for name, kind in kinds.items():
        lines[f"sizeof {name}"] = (ctypes.sizeof(kind),)
        for member, *_ in kind._fields_:
            place = getattr(kind, member)
            if member == "pci_info":
                for inner, *_ in layout.PciInfo._fields_:
                    within = getattr(layout.PciInfo, inner)
                    lines[f"{name}.{member}.{inner}"] = (place.offset + within.offset, within.size)
            else:
                lines[f"{name}.{member}"] = (place.offset, place.size)
    lines |= {name: (number,) for name, number in NUMBERS.items()}
    for name, (number, argument) in REQUESTS.items():
        lines[f"ioctl {name}"] = (layout.request(number, ctypes.sizeof(argument)),)
    return lines


def test_what_is_sent_lies_as_a_compiler_lays_it(tmp_path: Path) -> None:
    assert printed(tmp_path, "-Wall", "-Werror") == ours(NEWEST)


def test_what_is_sent_lies_as_nvidias_own_headers_lay_it(tmp_path: Path) -> None:
    if HEADERS not in os.environ:
        pytest.skip(f"{HEADERS} names no checkout of NVIDIA/open-gpu-kernel-modules")
    checkout = Path(os.environ[HEADERS])
    found = re.search(r"NVIDIA_VERSION\s*=\s*(\S+)", (checkout / "version.mk").read_text())
    assert found is not None
    known = layout_of(found[1])
    assert known is not None, f"driver {found[1]} is not in the list"
    includes = ("src/common/sdk/nvidia/inc", "src/nvidia/arch/nvalloc/unix/include")
    options = ["-w", "-DUSE_HEADERS", *(f"-I{checkout / name}" for name in includes)]
    if not known.sku_record:
        options.append("-DWITHOUT_SKU")
    assert printed(tmp_path, *options) == ours(known.list_entries, known.sku_record)
