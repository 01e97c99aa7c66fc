"""The text of the kernels, byte for byte, run by one thread of a CPU on small memories.

On whole memory every number is held against pattern.py; with planted faults against the simulation's device, which
knows nothing of this text. A kernel with one constant changed must fail.
"""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure.cpu.asking import SALT, diagnose, gather, poke, verify
from measure.cpu.machine import BASE, CpuDevice, build, have_compiler, shared_build
from measure.keeping import Keeper
from sampling import examples

from gpu_inspector.measure import kernel_sources, launches
from gpu_inspector.measure.device import words_of
from gpu_inspector.measure.launches import DIAGNOSE_THREADS, SLOT_WORDS, Slot
from gpu_inspector.measure.pattern import Kind, decode, expected
from gpu_inspector.records.silicon import PAGE_BYTES, WORD_BYTES, WORDS_PER_PAGE

pytestmark = pytest.mark.skipif(not have_compiler, reason="No C++ compiler (g++) is installed here")

Numbers = npt.NDArray[np.uint64]
ONES = np.uint64(0xFFFFFFFFFFFFFFFF)
GIB = 1 << 30


@pytest.fixture(scope="module")
def library(keeper: Keeper) -> Path:
    return shared_build(keeper)


def word_class(read: Numbers, index: Numbers, number: int, kind: Kind, total: int, salt: int) -> npt.NDArray[np.int64]:
    """The law of launches.Slot, said once more in NumPy: the class of each word, by its place in a slot."""
    right = (read == expected(index, number, kind, salt)).all(axis=1)
    constant = (read == 0).all(axis=1) | (read == ONES).all(axis=1)
    classes = np.full(len(read), Slot.WRONG)
    if kind in (Kind.HASH, Kind.INVERSE):
        owner, made_in, agreeing = decode(read, kind, salt)
        ours = (agreeing >= 2) & (owner < total)
        classes[ours & (made_in >= 1) & (made_in < number)] = Slot.STALE
        classes[ours & (made_in == number) & (owner != index)] = Slot.ALIAS
    classes[constant] = Slot.CONSTANT
    classes[right] = Slot.RIGHT
    return classes


def slot_of(read: Numbers, index: Numbers, number: int, kind: Kind, total: int, salt: int) -> list[int]:
    """What one thread must leave that looked at these words."""
    classes = word_class(read, index, number, kind, total, salt)
    slot = [int((classes == one).sum()) for one in range(5)] + [0] * 19
    bits = (read ^ expected(index, number, kind, salt))[classes == Slot.WRONG]
    slot[Slot.BITS] = int(np.bitwise_count(bits).sum())
    slot[Slot.BITS_READ_ONE] = int(np.bitwise_count(bits & read[classes == Slot.WRONG]).sum())
    owner = decode(read, kind, salt)[0][classes == Slot.ALIAS]
    apart = owner ^ index[classes == Slot.ALIAS]
    slot[Slot.ALIAS_XOR_OR] = int(np.bitwise_or.reduce(apart))
    slot[Slot.ALIAS_XOR_AND] = int(np.bitwise_and.reduce(apart))
    slot[Slot.OWNER_LOWEST] = int(owner.min()) if owner.size else int(ONES)
    slot[Slot.OWNER_HIGHEST] = int(owner.max()) if owner.size else 0
    slot[Slot.LANES_OR : Slot.LANES_OR + 4] = [int(one) for one in np.bitwise_or.reduce(bits, axis=0)]
    slot[Slot.LANES_AND : Slot.LANES_AND + 4] = [int(one) for one in np.bitwise_and.reduce(bits, axis=0)]
    wrong = np.flatnonzero(classes != Slot.RIGHT)
    slot[Slot.FIRST_INDEX] = int(index[wrong[0]]) if wrong.size else int(ONES)
    slot[Slot.FIRST_READ : Slot.FIRST_READ + 4] = [int(one) for one in read[wrong[0]]] if wrong.size else [0] * 4
    return slot


def slots_of(page: Numbers, first: int, number: int, kind: Kind, total: int, salt: int = SALT) -> Numbers:
    """What diagnose must leave for one page."""
    index = np.uint64(first) + np.arange(WORDS_PER_PAGE, dtype=np.uint64)
    return np.array(
        [
            slot_of(page[t::DIAGNOSE_THREADS], index[t::DIAGNOSE_THREADS], number, kind, total, salt)
            for t in range(DIAGNOSE_THREADS)
        ],
        dtype=np.uint64,
    )


def content(device: CpuDevice) -> Numbers:
    return device.cells.view(np.uint64).reshape(-1, 4)


FIRSTS = {"at the start": 0, "beyond 96 GiB": 97 * GIB // 32, "beyond 288 GiB": 289 * GIB // 32}


@pytest.mark.parametrize("kind", list(Kind), ids=lambda one: one.name)
@pytest.mark.parametrize("first", FIRSTS.values(), ids=FIRSTS)
def test_the_words_are_those_of_the_pattern(library: Path, kind: Kind, first: int) -> None:
    device = CpuDevice(library, 2)
    base = device.allocate(2 * PAGE_BYTES)
    launches.fill(device, base, first, 2, 4095, kind, SALT)
    wanted = expected(np.uint64(first) + np.arange(2 * WORDS_PER_PAGE, dtype=np.uint64), 4095, kind, SALT)
    assert (content(device) == wanted).all()
    assert (gather(device, [base, base + 32 * 777]) == wanted[[0, 777]]).all()
    assert verify(device, base, first, 2, 4095, kind) == [0, 0]
    assert verify(device, base, first, 2, 4094, kind) == [1, 1]
    assert verify(device, base, first, 2, 4095, kind, SALT + 1) == [1, 1]
    assert (content(device) == wanted).all(), "verify wrote"
    total = first + 2 * WORDS_PER_PAGE
    assert (diagnose(device, base, first, [1], 4095, kind, total)[0, :, Slot.RIGHT] == WORDS_PER_PAGE // 32).all()
    assert device.astray == 0


@pytest.mark.parametrize("kind", list(Kind), ids=lambda one: one.name)
@pytest.mark.parametrize("bit", [0, 63, 64, 127, 128, 200, 255])
def test_one_bit_flags_its_page_alone(library: Path, kind: Kind, bit: int) -> None:
    device = CpuDevice(library, 5)
    base = device.allocate(5 * PAGE_BYTES)
    launches.fill(device, base, 0, 5, 7, kind, SALT)
    word = 3 * WORDS_PER_PAGE + 4711
    content(device)[word, bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    assert verify(device, base, 0, 5, 7, kind) == [0, 0, 0, 1, 0]
    slots = diagnose(device, base, 0, [3, 0], 7, kind, 5 * WORDS_PER_PAGE)
    assert (
        slots[0] == slots_of(content(device)[3 * WORDS_PER_PAGE : 4 * WORDS_PER_PAGE], 3 << 16, 7, kind, 5 << 16)
    ).all()
    assert slots[0, :, Slot.WRONG].sum() == slots[0, :, Slot.BITS].sum() == 1
    assert slots[0, 4711 % 32, Slot.FIRST_INDEX] == word
    assert slots[1, :, Slot.RIGHT].sum() == WORDS_PER_PAGE


def test_few_blocks_do_the_work_of_many(library: Path) -> None:
    device = CpuDevice(library, 5)
    base = device.allocate(5 * PAGE_BYTES)
    device.launch("fill", 2, 256, base, 0, 5, 1, 0, SALT)
    assert (content(device) == expected(np.arange(5 << 16, dtype=np.uint64), 1, Kind.HASH, SALT)).all()
    content(device)[(2 << 16) + 5] = 0
    flags = device.host_buffer(5)
    device.launch("verify", 2, 256, base, 0, 5, 1, 0, SALT, flags.address)
    assert list(flags.array) == [0, 0, 1, 0, 0]
    chosen, slots = device.host_buffer(8 * 5), device.host_buffer(8 * 5 * 32 * SLOT_WORDS)
    words_of(chosen, np.uint64, 5)[:] = [4, 2, 0, 1, 3]
    device.launch("diagnose", 2, 32, base, 0, chosen.address, 5, 1, 0, SALT, 5 << 16, slots.address)
    many = diagnose(device, base, 0, [4, 2, 0, 1, 3], 1, Kind.HASH, 5 << 16)
    assert (words_of(slots, np.uint64, many.size).reshape(many.shape) == many).all()
    assert many[1, 5, Slot.CONSTANT] == 1


NUMBER, TOTAL = 5, 3 << 16


def test_each_class_has_its_place(library: Path) -> None:
    device = CpuDevice(library, 1)
    base = device.allocate(PAGE_BYTES)
    launches.fill(device, base, 0, 1, 2, Kind.HASH, SALT)
    other, older = expected(np.array([9]), 2, Kind.HASH, SALT)[0], expected(np.array([9]), 1, Kind.HASH, SALT)[0]
    own = expected(np.array([96]), 2, Kind.HASH, SALT)[0]
    bit = np.array([0, 0, 0, 1], dtype=np.uint64)
    words = [other, older, np.zeros(4), own ^ bit]
    poke(device, [base + WORD_BYTES * one for one in (0, 32, 64, 96)], np.array(words, dtype=np.uint64))
    found = diagnose(device, base, 0, [0], 2, Kind.HASH, WORDS_PER_PAGE)[0]
    assert [int(one) for one in found[0, : Slot.BITS + 1]] == [2044, 1, 1, 1, 1, 1]
    assert found[0, Slot.BITS_READ_ONE] == (own[3] & np.uint64(1) ^ np.uint64(1))
    assert [int(one) for one in found[0, Slot.ALIAS_XOR_OR : Slot.LANES_OR]] == [9, 9, 9, 9]
    assert [int(one) for one in found[0, Slot.LANES_OR : Slot.FIRST_INDEX]] == [0, 0, 0, 1] * 2
    assert found[0, Slot.FIRST_INDEX] == 0
    assert (found[0, Slot.FIRST_READ :] == other).all()
    clean = [2048] + [0] * 7 + [int(ONES)] * 2 + [0] * 5 + [int(ONES)] * 5 + [0] * 4
    assert [int(one) for one in found[1]] == clean
    beyond = diagnose(device, base, 0, [0], 2, Kind.HASH, 9)[0, 0]
    assert [int(one) for one in beyond[: Slot.BITS]] == [2044, 0, 0, 1, 3], "an owner beyond the end is none"


def damaged(draw: Callable[[int], int], index: int, kind: Kind) -> list[int]:
    """A word as a broken card might give it."""

    def word(place: int, number: int = NUMBER, salt: int = SALT) -> list[int]:
        return [int(one) for one in expected(np.array([place]), number, kind, salt)[0]]

    one, noise = draw(TOTAL), [draw(1 << 64) for _ in range(4)]
    match draw(11):
        case 0:
            return word(index)
        case 1:
            return word(one)
        case 2:
            return [*word(one)[:3], noise[0]]
        case 3:
            return [*word(one)[:2], *noise[:2]]
        case 4:
            return word(TOTAL + one)
        case 5:
            return word(one, draw(NUMBER))
        case 6:
            return word(one, NUMBER + 1)
        case 7:
            return [0] * 4 if draw(2) else [int(ONES)] * 4
        case 8:
            return [*noise[: 1 + draw(4)], *word(index)][:4]
        case 9:
            return [*word(one)[:2], *word((one + 1) % TOTAL)[2:]]
    return noise


@given(seed=st.integers(0, 2**32 - 1), kind=st.sampled_from(Kind))
@settings(max_examples=examples(25), deadline=None)
def test_diagnose_follows_the_law_for_any_words(library: Path, seed: int, kind: Kind) -> None:
    random = np.random.default_rng(seed)
    device = CpuDevice(library, 1)
    base = device.allocate(PAGE_BYTES)
    first = 1 << 16
    launches.fill(device, base, first, 1, NUMBER, kind, SALT)

    def draw(below: int) -> int:
        return int(random.integers(0, below - 1, endpoint=True, dtype=np.uint64))

    places = random.choice(WORDS_PER_PAGE, size=200, replace=False).tolist()
    words = [damaged(draw, first + place, kind) for place in places]
    poke(device, [base + WORD_BYTES * place for place in places], np.array(words, dtype=np.uint64))
    found = diagnose(device, base, first, [0], NUMBER, kind, TOTAL)[0]
    assert (found == slots_of(content(device), first, NUMBER, kind, TOTAL)).all()
    assert device.astray == 0


@given(
    addresses=st.lists(st.integers(0, 2 * WORDS_PER_PAGE - 1), min_size=1, max_size=300, unique=True),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=examples(20), deadline=None)
def test_what_is_poked_is_gathered(library: Path, addresses: list[int], seed: int) -> None:
    device = CpuDevice(library, 2)
    words = np.random.default_rng(seed).integers(0, 2**64 - 1, size=(len(addresses), 4), dtype=np.uint64)
    places = [BASE + WORD_BYTES * one for one in addresses]
    poke(device, places, words)
    assert (gather(device, places) == words).all()
    assert (content(device)[addresses] == words).all()
    assert np.count_nonzero(content(device).any(axis=1)) <= len(addresses)


@pytest.mark.parametrize("blocks", [1, 3, 64])
@pytest.mark.parametrize("size", [16, 16 * 1023, PAGE_BYTES], ids=["one unit", "no multiple", "a page"])
def test_the_speed_kernels_move_what_they_say(library: Path, blocks: int, size: int) -> None:
    device = CpuDevice(library, 2)
    source = device.allocate(PAGE_BYTES)
    target = device.allocate(PAGE_BYTES)
    sink = device.host_buffer(8)
    launches.write_all(device, source, size, 0x1122334455667788, blocks)
    assert (device.cells[:size].view(np.uint64) == 0x1122334455667788).all()
    assert not device.cells[size:].any()
    device.cells[:size] = np.random.default_rng(1).integers(0, 256, size=size, dtype=np.uint8)
    launches.copy_all(device, target, source, size, blocks)
    assert (device.cells[PAGE_BYTES : PAGE_BYTES + size] == device.cells[:size]).all()
    assert not device.cells[PAGE_BYTES + size :].any()
    launches.read_all(device, source, size, sink, blocks)
    device.launch("burn", 1, 2, 3, sink.address)
    assert not sink.array.any()
    assert device.astray == 0


# One constant of memory.cu changed, each once; the whole line keeps a change from hitting another place.
CHANGES = {
    "first factor": ("FIRST_FACTOR = 0x9E6C63D0876A9A63ull", "FIRST_FACTOR = 0x9E6C63D0876A9A61ull"),
    "second factor": ("SECOND_FACTOR = 0xD1B54A32D192ED03ull", "SECOND_FACTOR = 0xD1B54A32D192ED13ull"),
    "first inverse": ("0xFC6677258B78B74Bull", "0xFC6677258B78B74Dull"),
    "second inverse": ("0x06106CCFA448E5ABull", "0x16106CCFA448E5ABull"),
    "first shift of mix": ("    x ^= x >> 32;\n    x *= FIRST_FACTOR", "    x ^= x >> 31;\n    x *= FIRST_FACTOR"),
    "second shift of mix": ("    x ^= x >> 29;\n", "    x ^= x >> 28;\n"),
    "third shift of mix": (
        "x *= SECOND_FACTOR;\n    return x ^ (x >> 32)",
        "x *= SECOND_FACTOR;\n    return x ^ (x >> 33)",
    ),
    "first shift of unmix": (
        "    x ^= x >> 32;\n    x *= SECOND_INVERSE",
        "    x ^= x >> 30;\n    x *= SECOND_INVERSE",
    ),
    "second shift of unmix": ("(x >> 29) ^ (x >> 58)", "(x >> 29) ^ (x >> 57)"),
    "third shift of unmix": (
        "x *= FIRST_INVERSE;\n    return x ^ (x >> 32)",
        "x *= FIRST_INVERSE;\n    return x ^ (x >> 33)",
    ),
    "lane shift": ("LANE_SHIFT = 60", "LANE_SHIFT = 61"),
    "pass shift": ("PASS_SHIFT = 48", "PASS_SHIFT = 47"),
    "mask of a place": ("0x0FFFFFFFFFFFFFFFull", "0x07FFFFFFFFFFFFFFull"),
    "mask of an index": ("0x0000FFFFFFFFFFFFull", "0x00007FFFFFFFFFFFull"),
    "all ones": ("ALL_ONES = 0xFFFFFFFFFFFFFFFFull", "ALL_ONES = 0xFFFFFFFFFFFFFFFEull"),
    "size of a page": ("PAGE_BYTES = 2097152ull", "PAGE_BYTES = 1048576ull"),
    "words of a page": ("PAGE_WORDS = 65536ull", "PAGE_WORDS = 65535ull"),
    "size of a word": ("WORD_BYTES = 32ull", "WORD_BYTES = 16ull"),
    "size of a unit": ("UNIT_BYTES = 16ull", "UNIT_BYTES = 32ull"),
    "units of a page": ("PAGE_UNITS = 131072ull", "PAGE_UNITS = 131071ull"),
    "threads of a page": ("PAGE_THREADS = 256ull", "PAGE_THREADS = 128ull"),
    "units of a thread": ("THREAD_UNITS = 512ull", "THREAD_UNITS = 511ull"),
    "step of a thread": ("THREAD_STEP = 128ull", "THREAD_STEP = 127ull"),
    "numbers of a slot": ("SLOT_NUMBERS = 24ull", "SLOT_NUMBERS = 23ull"),
    "bit of a walking word": ("mix(place) >> 56", "mix(place) >> 55"),
    "lane of a walking word": ("(bit >> 6) == lane", "(bit >> 5) == lane"),
    "place of a walking bit": ("bit & 63", "bit & 31"),
    "lanes that must agree": (">= 2) {", ">= 3) {"),
    "oldest pass": ("pass >= 1", "pass >= 2"),
    "lanes of a thread": ("(threadIdx.x & 1) * 2", "(threadIdx.x & 1) * 1"),
    "word of a thread": ("(threadIdx.x >> 1)", "(threadIdx.x >> 2)"),
    "kinds that are turned": ("(kind & 1)", "(kind & 2)"),
    "a flag": ("+ page) = 1;", "+ page) = 2;"),
}


def outcome(library: Path) -> Iterator[npt.NDArray[np.generic]]:
    """What a kernel with a changed constant must not leave alike. The highest bits of pass and index are used."""
    number = 0x805
    places = [*range(6), 1000, 40000, WORDS_PER_PAGE - 1]
    for kind in Kind:
        device = CpuDevice(library, 2)
        base, first = device.allocate(2 * PAGE_BYTES), 48 * GIB // 32 + (1 << 47)
        launches.fill(device, base, first, 2, number, kind, SALT)
        yield content(device).copy()
        yield np.array(verify(device, base, first, 2, number, kind), dtype=np.uint8)
        own = expected(np.array([first + WORDS_PER_PAGE - 1]), number, kind, SALT)
        others = [
            expected(np.array([first + 77]), number, kind, SALT)[0],
            expected(np.array([first + 77]), number, kind, SALT)[0] ^ np.array([0, 0, 1, 1], dtype=np.uint64),
            expected(np.array([first + 78]), 1, kind, SALT)[0],
            np.zeros(4),
            np.full(4, ONES),
            *[own[0] ^ np.array([1 << 63, 0, 0, 0], dtype=np.uint64)] * 4,
        ]
        poke(device, [base + WORD_BYTES * one for one in places], np.array(others, dtype=np.uint64))
        yield gather(device, [base + WORD_BYTES * one for one in places])
        yield np.array(verify(device, base, first, 2, number, kind), dtype=np.uint8)
        yield diagnose(device, base, first, [0, 1], number, kind, first + (2 << 16))


@pytest.fixture(scope="module")
def right_outcome(library: Path) -> list[npt.NDArray[np.generic]]:
    return list(outcome(library))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_one_constant_changed_is_noticed(
    right_outcome: list[npt.NDArray[np.generic]], keeper: Keeper, tmp_path: Path, change: tuple[str, str]
) -> None:
    text = kernel_sources.texts()["memory"]
    assert change[0] in text
    broken = tmp_path / "memory.cu"
    broken.write_text(text.replace(*change))
    try:
        library = build(keeper, memory=broken, level="-O1")
    except subprocess.CalledProcessError as error:
        assert "static assertion failed" in error.stderr
        return
    pairs = zip(right_outcome, outcome(library), strict=True)
    assert not all((right == found).all() for right, found in pairs)
