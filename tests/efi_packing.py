"""Packs by UEFI's scheme (UEFI Specification 2.11, chapter 19), for tests: pointers, several blocks, real code tables.

Slow and plain; its codes are complete as firmware wants them, but not the shortest ones.
"""

from collections import Counter
from heapq import heapify, heappop, heappush

_LONGEST = 16


class _Writer:
    def __init__(self) -> None:
        self.bits: list[str] = []

    def put(self, value: int, width: int) -> None:
        if width:
            self.bits.append(f"{value:0{width}b}")

    def bytes(self) -> bytes:
        text = "".join(self.bits)
        text = text.ljust(-(-len(text) // 8) * 8, "0")
        return bytes(int(text[at : at + 8], 2) for at in range(0, len(text), 8))


def pack(data: bytes, *, block: int = 0xFFFF, pointers: bool = True) -> bytes:
    """`data` as a driver is packed in an option ROM; `block` symbols stand under one set of tables."""
    symbols = _symbols(data, pointers)
    writer = _Writer()
    for at in range(0, len(symbols), block):
        _block(writer, symbols[at : at + block])
    body = writer.bytes() + b"\0"
    return len(body).to_bytes(4, "little") + len(data).to_bytes(4, "little") + body


def _symbols(data: bytes, pointers: bool) -> list[tuple[int, int]]:
    """Characters as (byte, -1), pointers as (length + 253, distance - 1)."""
    found: list[tuple[int, int]] = []
    seen: dict[bytes, int] = {}
    at = 0
    while at < len(data):
        key = data[at : at + 3]
        before = seen.get(key, -1)
        length = 0
        if pointers and len(key) == 3 and before >= 0 and at - before <= 8191:
            while length < 256 and at + length < len(data) and data[before + length] == data[at + length]:
                length += 1
        found.append((length + 253, at - before - 1) if length >= 3 else (data[at], -1))
        step = max(length, 1) if length >= 3 else 1
        for place in range(at, at + step):
            seen[data[place : place + 3]] = place
        at += step
    return found


def _lengths(counts: Counter[int], size: int) -> list[int]:
    """Lengths of a Huffman code of these symbols, evened out until none is over 16 bits."""
    weights = dict(counts)
    while True:
        heap: list[tuple[int, int, tuple[int, ...]]] = [
            (weight, symbol, (symbol,)) for symbol, weight in weights.items()
        ]
        heapify(heap)
        lengths = [0] * size
        while len(heap) > 1:
            one, other = heappop(heap), heappop(heap)
            for symbol in one[2] + other[2]:
                lengths[symbol] += 1
            heappush(heap, (one[0] + other[0], min(one[1], other[1]), one[2] + other[2]))
        if max(lengths) <= _LONGEST:
            return lengths
        weights = {symbol: weight // 2 + 1 for symbol, weight in weights.items()}


def _codes(lengths: list[int]) -> dict[int, tuple[int, int]]:
    code, found = 0, {}
    for length in range(1, _LONGEST + 1):
        code <<= 1
        for symbol, one in enumerate(lengths):
            if one == length:
                found[symbol] = (code, length)
                code += 1
    return found


def _list(writer: _Writer, lengths: list[int], width: int, gap: int) -> None:
    size = max(index for index, one in enumerate(lengths) if one) + 1
    writer.put(size, width)
    at = 0
    while at < size:
        length = lengths[at]
        writer.put(min(length, 7), 3)
        if length >= 7:
            writer.put((1 << (length - 7)) - 1 << 1, length - 6)
        at += 1
        if at == gap:
            zeros = 0
            while at < size and zeros < 3 and not lengths[at]:
                zeros, at = zeros + 1, at + 1
            writer.put(zeros, 2)


def _set(writer: _Writer, counts: Counter[int], size: int, width: int, gap: int = 0) -> dict[int, tuple[int, int]]:
    """Write a code's lengths one by one; a set of one symbol is written as that, and takes no bits."""
    if len(counts) <= 1:
        (symbol,) = counts or (0,)
        writer.put(0, width)
        writer.put(symbol, width)
        return {symbol: (0, 0)}
    lengths = _lengths(counts, size)
    _list(writer, lengths, width, gap)
    return _codes(lengths)


def _runs(lengths: list[int]) -> list[tuple[int, int, int]]:
    """Lengths of the characters' codes in symbols of the extra set: symbol, value behind it, its width."""
    found: list[tuple[int, int, int]] = []
    at = 0
    while at < len(lengths):
        if lengths[at]:
            found.append((lengths[at] + 2, 0, 0))
            at += 1
            continue
        end = next((place for place in range(at, len(lengths)) if lengths[place]), len(lengths))
        run = min(end - at, 531)
        if run < 3:
            found.append((0, 0, 0))
            run = 1
        elif run < 20:
            run = min(run, 18)
            found.append((1, run - 3, 4))
        else:
            found.append((2, run - 20, 9))
        at += run
    return found


def _block(writer: _Writer, symbols: list[tuple[int, int]]) -> None:
    counts = Counter(symbol for symbol, _ in symbols)
    widths = Counter(place.bit_length() for symbol, place in symbols if symbol > 255)
    writer.put(len(symbols), 16)
    if len(counts) == 1:
        writer.put(0, 5)
        writer.put(0, 5)
        writer.put(0, 9)
        writer.put(next(iter(counts)), 9)
        characters = {next(iter(counts)): (0, 0)}
    else:
        lengths = _lengths(counts, 510)
        lengths = lengths[: max(index for index, one in enumerate(lengths) if one) + 1]
        runs = _runs(lengths)
        extras = _set(writer, Counter(symbol for symbol, _, _ in runs), 19, 5, gap=3)
        writer.put(len(lengths), 9)
        for symbol, value, width in runs:
            writer.put(*extras[symbol])
            writer.put(value, width)
        characters = _codes(lengths)
    positions = _set(writer, widths, 14, 4)
    for symbol, place in symbols:
        writer.put(*characters[symbol])
        if symbol > 255:
            width = place.bit_length()
            writer.put(*positions[width])
            writer.put(place - (1 << (width - 1)) if width > 1 else 0, max(width - 1, 0))
