"""One function for each kernel of the memory test and of the speed test: what its arguments are, in which order.

Both devices, the real and the simulated, take the arguments as plain numbers; here they have names. `base` is the
address of the first page of a piece, `first_word` the index of its first word in the tested area. Pages are
PAGE_BYTES, words WORD_BYTES, indices 64-bit throughout.
"""

import numpy as np
import numpy.typing as npt

from gpu_inspector.measure.device import Device, HostBuffer
from gpu_inspector.measure.pattern import Kind

PAGE_THREADS = 256
"""Threads of a block of `fill` and `verify`. Each moves units of 16 bytes: thread t the units t, t + 256, and so on."""
DIAGNOSE_THREADS = 32
SLOT_WORDS = 24
"""Numbers that each thread of `diagnose` leaves behind, `Slot` says which."""
FIRST_PASS = 1
"""Passes count from here, so that memory of zeros is never a word of ours by chance."""


class Slot:
    """Places in what one thread of `diagnose` leaves: 64-bit numbers. Thread t looks at the words t, t + 32, ... ."""

    RIGHT = 0
    ALIAS = 1
    """Two lanes or more name the same other word of the tested area, of this pass."""
    STALE = 2
    """Two lanes or more name an older pass."""
    CONSTANT = 3
    """All 256 bits equal."""
    WRONG = 4
    """Any other wrong word; with an alias's or stale word's own wrong bits not counted."""
    BITS = 5
    """Wrong bits of the WRONG words."""
    BITS_READ_ONE = 6
    """Of these, bits that were read as 1."""
    ALIAS_XOR_OR = 7
    ALIAS_XOR_AND = 8
    """(own index XOR owner's index) of all aliases, or-ed and and-ed; the and starts as all ones."""
    OWNER_LOWEST = 9
    OWNER_HIGHEST = 10
    """The lowest starts as all ones, the highest as 0."""
    LANES_OR = 11
    """Four numbers: (read XOR expected) of the WRONG words, or-ed, for each 64-bit lane."""
    LANES_AND = 15
    """Four numbers, and-ed; they start as all ones."""
    FIRST_INDEX = 19
    """Index of the thread's first wrong word of any class; all ones where there is none."""
    FIRST_READ = 20
    """Four numbers: that word as it was read."""


def fill(device: Device, base: int, first_word: int, pages: int, number: int, kind: Kind, salt: int) -> float:
    """Write whole pages. Seconds."""
    return device.launch("fill", pages, PAGE_THREADS, base, first_word, pages, number, int(kind), salt)


def verify(
    device: Device, base: int, first_word: int, pages: int, number: int, kind: Kind, salt: int, flags: HostBuffer
) -> float:
    """Read whole pages, the last first; byte p of `flags` becomes 1 where page p has a wrong word, else stays.

    Reads only. Seconds.
    """
    return device.launch("verify", pages, PAGE_THREADS, base, first_word, pages, number, int(kind), salt, flags.address)


def diagnose(
    device: Device,
    base: int,
    first_word: int,
    chosen: HostBuffer,
    count: int,
    number: int,
    kind: Kind,
    salt: int,
    total_words: int,
    slots: HostBuffer,
) -> float:
    """Read `count` pages of the piece again and class each word; `chosen` holds their numbers in the piece (uint64).

    `slots` gets count x DIAGNOSE_THREADS x SLOT_WORDS uint64, each written whole. `total_words` bounds the owners that
    count as ours. Seconds.
    """
    return device.launch(
        "diagnose", count, DIAGNOSE_THREADS,
        base, first_word, chosen.address, count, number, int(kind), salt, total_words, slots.address,
    )  # fmt: skip


def gather(device: Device, addresses: HostBuffer, count: int, words: HostBuffer) -> float:
    """Read single words from `count` addresses (uint64, multiples of 32) into `words`, shape (count, 4)."""
    return device.launch("gather", -(-count // PAGE_THREADS), PAGE_THREADS, addresses.address, count, words.address)


def poke(device: Device, addresses: HostBuffer, count: int, words: HostBuffer) -> float:
    """Write single words, shape (count, 4), to `count` addresses."""
    return device.launch("poke", -(-count // PAGE_THREADS), PAGE_THREADS, addresses.address, count, words.address)


def write_all(device: Device, base: int, size_bytes: int, value: int, blocks: int) -> float:
    """Write one 64-bit value all over, grid-stride. Seconds."""
    return device.launch("write_all", blocks, PAGE_THREADS, base, size_bytes // 16, value)


def read_all(device: Device, base: int, size_bytes: int, sink: HostBuffer, blocks: int) -> float:
    """Read all of it, grid-stride; `sink` is written only where the sum of all is one value, so never in practice."""
    return device.launch("read_all", blocks, PAGE_THREADS, base, size_bytes // 16, sink.address)


def copy_all(device: Device, target: int, source: int, size_bytes: int, blocks: int) -> float:
    """Copy by the multiprocessors, grid-stride. Seconds."""
    return device.launch("copy_all", blocks, PAGE_THREADS, target, source, size_bytes // 16)


def numbers(buffer: HostBuffer, count: int) -> npt.NDArray[np.uint64]:
    """The first `count` 64-bit numbers of a host buffer, as a view."""
    return buffer.array[: count * 8].view(np.uint64)
