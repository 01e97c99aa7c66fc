"""UEFI's packing: what another packer wrote, what ours writes in every form, and bytes that nobody packed."""

import random
import struct

import pytest
from efi_packing import pack
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes.efi_compression import LARGEST, MOST_BLOCKS, unpack

THEIRS: dict[bytes, str] = {
    b"The quick brown fox jumps over the lazy dog. " * 6: (
        "360000000e010000002c48ada223dfc0cffa98237a4a8551c72e0638b324e00009767137693e860a9d6a629d936d36e04e62"
        "a5be756ff7c20995c7f60000"
    ),
    bytes(range(256)) * 2: (
        "2e010000000200000101600b0002bfd80000000000000000000000000000000000000000000000000000000000000009d384"
        "7f80004080c1014181c2024282c3034383c4044484c5054585c6064686c7074787c8084888c9094989ca0a4a8acb0b4b8bcc"
        "0c4c8ccd0d4d8dce0e4e8ecf0f4f8fd0105090d1115191d2125292d3135393d4145494d5155595d6165696d7175797d81858"
        "98d9195999da1a5a9adb1b5b9bdc1c5c9cdd1d5d9dde1e5e9edf1f5f9fe02060a0e12161a1e22262a2e32363a3e42464a4e5"
        "2565a5e62666a6e72767a7e82868a8e92969a9ea2a6aaaeb2b6babec2c6caced2d6dadee2e6eaeef2f6faff03070b0f13171"
        "b1f23272b2f33373b3f43474b4f53575b5f63676b6f73777b7f83878b8f93979b9fa3a7abafb3b7bbbfc3c7cbcfd3d7dbdfe"
        "3e7ebeff3f7fbfffc000"
    ),
    b"A" * 700: ("0e000000bc020000000428044bfc16eb161840118000"),
}
"""Packed by EDK II's own tool (`EfiCompress`, as the package uefi-firmware 1.16 brings it), not by ours."""


@pytest.mark.parametrize(("whole", "packed"), THEIRS.items(), ids=lambda one: str(len(one)))
def test_what_edk2_packed_is_unpacked(whole: bytes, packed: str) -> None:
    assert unpack(bytes.fromhex(packed)) == whole


QUICK = settings(max_examples=examples(100), deadline=None)
SORTS = (
    lambda rng, size: rng.randbytes(size),
    lambda rng, size: bytes(rng.choices(range(4), k=size)),
    lambda rng, size: (rng.randbytes(50) * (size // 50 + 1))[:size],
    lambda rng, size: bytes(int(rng.expovariate(0.05)) % 256 for _ in range(size)),
    lambda rng, size: bytes([rng.randrange(256)]) * size,
)


@pytest.mark.parametrize("sort", range(len(SORTS)))
@pytest.mark.parametrize("size", [0, 1, 2, 300, 9000])
def test_what_was_packed_comes_out(sort: int, size: int) -> None:
    rng = random.Random(sort * 10_000 + size)
    whole = SORTS[sort](rng, size)
    for packed in (pack(whole), pack(whole, pointers=False), pack(whole, block=rng.randrange(1, 400))):
        assert unpack(packed) == whole
        assert unpack(packed + rng.randbytes(30)) == whole, "what stands behind is left alone"


def _one_symbol(count: int, symbol: int, position: int) -> str:
    """A block of one symbol over and over, which takes no bits."""
    return f"{count:016b}{0:05b}{0:05b}{0:09b}{symbol:09b}{0:04b}{position:04b}"


@pytest.mark.parametrize(
    ("blocks", "whole"),
    [
        pytest.param([(5, 65, 0)], b"AAAAA", id="one character"),
        pytest.param([(1, 65, 0), (3, 257, 0)], b"A" * 13, id="a pointer to the last byte"),
        pytest.param([(1, 65, 0), (1, 66, 0), (2, 256, 1)], b"ABABABAB", id="a pointer two bytes back"),
        pytest.param([(1, 65, 0), (0, 66, 0)], b"A" + b"B" * 9, id="a count of 0 is one of 65,536"),
    ],
)
def test_symbols_that_take_no_bits_are_unpacked(blocks: list[tuple[int, int, int]], whole: bytes) -> None:
    bits = "".join(_one_symbol(*block) for block in blocks) + "0" * 64
    body = int(bits[: len(bits) // 8 * 8], 2).to_bytes(len(bits) // 8, "big")
    assert unpack(struct.pack("<II", len(body), len(whole)) + body) == whole


@pytest.mark.parametrize("more", [0, 1])
def test_blocks_are_counted_since_each_costs_tables(more: int) -> None:
    count = MOST_BLOCKS + more
    bits = _one_symbol(1, 65, 0) * count + "0" * 64
    body = int(bits[: len(bits) // 8 * 8], 2).to_bytes(len(bits) // 8, "big")
    packed = struct.pack("<II", len(body), count) + body
    if not more:
        assert unpack(packed) == b"A" * count
        return
    with pytest.raises(ProbeError, match="blocks"):
        unpack(packed)


def test_a_code_of_sixteen_bits_is_read() -> None:
    counts = [1, 1]
    while len(counts) < 20:
        counts.append(counts[-1] + counts[-2])
    whole = b"".join(bytes([symbol]) * count for symbol, count in enumerate(counts))
    assert unpack(pack(whole, pointers=False)) == whole


@pytest.mark.parametrize("end", range(0, 200, 7))
def test_what_is_cut_is_refused(end: int) -> None:
    packed = pack(random.Random(1).randbytes(300))
    with pytest.raises(ProbeError, match="ends before it is whole"):
        unpack(packed[:end])


def test_a_packed_size_that_is_too_small_is_refused() -> None:
    packed = pack(random.Random(2).randbytes(300))
    with pytest.raises(ProbeError, match="ends before it is whole"):
        unpack(struct.pack("<I", 100) + packed[4:])


def test_a_bomb_is_refused_by_its_size() -> None:
    with pytest.raises(ProbeError, match="more than any driver"):
        unpack(struct.pack("<II", 4, LARGEST + 1) + bytes(4))


def test_a_pointer_ahead_of_the_beginning_is_refused() -> None:
    # One block of one symbol, a pointer of length 3, at the distance 1: there is nothing yet to point to.
    bits = f"{1:016b}{0:05b}{0:05b}{0:09b}{256:09b}{0:04b}{0:04b}"
    body = int(bits.ljust(64, "0"), 2).to_bytes(8, "big")
    with pytest.raises(ProbeError, match="ahead of its beginning"):
        unpack(struct.pack("<II", len(body), 3) + body)


@pytest.mark.parametrize(
    ("lengths", "why"),
    [
        pytest.param([1, 1, 1], "too many", id="too many codes"),
        pytest.param([2, 2, 2], "too few", id="a code that is missing"),
        pytest.param([1], "one alone", id="one code alone"),
    ],
)
def test_a_code_table_that_is_not_complete_is_refused(lengths: list[int], why: str) -> None:
    table = "".join(f"{one:03b}" for one in lengths) + ("00" if len(lengths) == 3 else "")
    bits = f"{1:016b}{len(lengths):05b}{table}" + "0" * 64
    body = int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
    with pytest.raises(ProbeError, match="code table that is none"):
        unpack(struct.pack("<II", len(body), 3) + body)
    assert why


@QUICK
@given(st.binary(max_size=400), st.integers(0, 5000))
def test_any_bytes_are_unpacked_or_refused(data: bytes, original: int) -> None:
    try:
        assert len(unpack(struct.pack("<II", len(data), original) + data)) == original
    except ProbeError as error:
        assert error.message.endswith(".")


@QUICK
@given(st.integers(0, 1 << 20), st.integers(1, 255))
def test_a_changed_byte_is_unpacked_or_refused(at: int, turned: int) -> None:
    packed = bytearray(pack(b"The quick brown fox jumps over the lazy dog. " * 40, block=60))
    packed[8 + at % (len(packed) - 8)] ^= turned
    try:
        assert len(unpack(bytes(packed))) == 45 * 40
    except ProbeError as error:
        assert error.message.endswith(".")
