"""The kernels of the die, as far as they can be looked at without a card: registers, and the random cycle."""

import ctypes
import re
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest
from measure.cubins import compiled_once
from measure.keeping import Keeper

from gpu_inspector.measure import kernel_sources
from gpu_inspector.measure.chase import KIB, LINE_BYTES

_REGISTER_COUNT = 0x2F
"""The attribute of a cubin's .nv.info that holds a function's number of registers."""
_FILE_OF_REGISTERS = 65536
"""Of a multiprocessor, from Maxwell to Blackwell."""

DIE = kernel_sources.texts()["die"]


def registers(cubin: bytes) -> dict[str, int]:
    """Each kernel's registers, from the ELF file's section .nv.info."""
    (start,) = struct.unpack_from("<Q", cubin, 0x28)
    size, count, names = struct.unpack_from("<HHH", cubin, 0x3A)
    sections = [struct.unpack_from("<IIQQQQIIQQ", cubin, start + number * size) for number in range(count)]

    def text(table: int, offset: int) -> str:
        place = sections[table][4] + offset
        return cubin[place : cubin.index(b"\0", place)].decode()

    by_name = {text(names, one[0]): (number, one) for number, one in enumerate(sections)}
    strings, symbols, info = by_name[".strtab"][0], by_name[".symtab"][1][4], by_name[".nv.info"][1]
    found: dict[str, int] = {}
    place = info[4]
    while place < info[4] + info[5]:
        form, attribute, length = struct.unpack_from("<BBH", cubin, place)
        if form == 4 and attribute == _REGISTER_COUNT:
            symbol, number = struct.unpack_from("<II", cubin, place + 4)
            (name,) = struct.unpack_from("<I", cubin, symbols + 24 * symbol)
            found[text(strings, name)] = number
        place += 4 + (length if form == 4 else 0)
    return found


@pytest.mark.parametrize("architecture", [52, 61, 70, 75, 80, 86, 90, 100, 120])
def test_one_block_of_residency_fills_more_than_half_of_the_registers(architecture: int, keeper: Keeper) -> None:
    nvrtc: Any = pytest.importorskip("cupy_backends.cuda.libs.nvrtc", reason="CuPy is not installed")
    needed = registers(compiled_once(keeper, nvrtc, "die", DIE, f"sm_{architecture}"))
    assert 1024 * needed["residency"] > _FILE_OF_REGISTERS / 2
    assert max(number * 1024 for name, number in needed.items() if name.startswith("rate_")) <= _FILE_OF_REGISTERS


@pytest.fixture(scope="module")
def cycle(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The text of the cycle itself, run on the CPU."""
    compiler = shutil.which("g++")
    if compiler is None:
        pytest.skip("g++ is not installed")
    found = re.search(r"__device__ __forceinline__ u64 shuffled.*?(?=__device__ __forceinline__ u64 read)", DIE, re.S)
    assert found is not None
    folder: Path = tmp_path_factory.mktemp("cycle")
    source = folder / "cycle.cpp"
    source.write_text(
        "typedef unsigned long long u64;\n#define __device__\n#define __forceinline__ inline\n"
        + found.group(0)
        + 'extern "C" u64 at(u64 count, u64 seed, u64 place) { return Cycle(count, seed).at(place); }\n'
        + 'extern "C" void all(u64 count, u64 seed, u64* out) '
        + "{ const Cycle one(count, seed); for (u64 i = 0; i < count; i++) out[i] = one.at(i); }\n",
        encoding="utf-8",
    )
    library = folder / "cycle.so"
    subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", library, source], check=True)
    loaded = ctypes.CDLL(str(library))
    loaded.at.restype = ctypes.c_uint64
    return loaded


@pytest.mark.parametrize("count", [1, 2, 3, 96, 97, 1000, 1024, 3072, 12 * KIB * 8 // LINE_BYTES + 1])
@pytest.mark.parametrize("seed", [0, 1, (1 << 63) - 1])
def test_the_chase_is_one_cycle_over_all_lines_that_begins_with_the_first(cycle: Any, count: int, seed: int) -> None:
    order = (ctypes.c_uint64 * count)()
    cycle.all(ctypes.c_uint64(count), ctypes.c_uint64(seed), order)
    assert order[0] == 0
    assert sorted(order) == list(range(count))
    assert cycle.at(ctypes.c_uint64(count), ctypes.c_uint64(seed), ctypes.c_uint64(count)) == 0


def test_the_order_is_random_enough_for_no_prefetcher(cycle: Any) -> None:
    count = 4096
    order = (ctypes.c_uint64 * count)()
    cycle.all(ctypes.c_uint64(count), ctypes.c_uint64(7), order)
    steps = [(order[i + 1] - order[i]) % count for i in range(count - 1)]
    assert len(set(steps)) > count / 3
    assert sum(step in (1, 2, count - 1, count - 2) for step in steps) < count / 100
