"""Unpacking by UEFI's own scheme, in which an option ROM may hold its driver.

Source: UEFI Specification 2.11, chapter 19, "Compression Algorithm Specification": LZ77 with a window of 8 KiB, the
symbols in canonical Huffman codes of at most 16 bits, block by block. What firmware would unpack is unpacked here;
anything else is refused, and neither its time nor its memory grows beyond what its size allows.
"""

from collections.abc import Iterator

from gpu_inspector.errors import ProbeError

LARGEST = 2 * 1024 * 1024
"""Bytes that a driver may have when it is unpacked; NVIDIA's whole EEPROM has 1 or 2 MiB (`modified-cards.md`, 4.1)."""
MOST_BLOCKS = 1024
"""Each brings tables of its own, which cost time that its few bits do not show. Packed drivers of eighteen public
images have 6 to 8 blocks, of some 20,000 bytes each; at that size `LARGEST` has about a hundred."""
_HEADER = 8
_CHARACTERS, _EXTRAS, _POSITIONS = 510, 19, 14
"""Symbols of the three sets (19.2.3.1)."""
_QUICK = 9
"""Bits of a code that are looked up in one step; longer codes are rare by their nature."""
_LONGEST_CODE = 16


class _Bits:
    """The bits of the packed data, the highest of each byte first; behind the end there are zeros to look at only."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._held = 0
        self._count = 0

    def peek(self, count: int) -> int:
        if self._count < count:
            piece = self._data[self._at : self._at + 8]
            self._at += 8
            self._held = (self._held & ((1 << self._count) - 1)) << 64 | int.from_bytes(piece.ljust(8, b"\0"), "big")
            self._count += 64
        return self._held >> (self._count - count) & ((1 << count) - 1)

    def skip(self, count: int) -> None:
        self._count -= count
        if self._at * 8 - self._count > len(self._data) * 8:
            raise ProbeError("The packed driver ends before it is whole.")

    def take(self, count: int) -> int:
        value = self.peek(count)
        self.skip(count)
        return value


class _Code:
    """One canonical Huffman code: shorter codes first, and in the order of their symbols among equal lengths."""

    def __init__(self, lengths: list[int]) -> None:
        self.only: int | None = None
        """The one symbol of a set that takes no bits."""
        self._quick: list[tuple[int, int] | None] = []
        self._long: dict[tuple[int, int], int] = {}
        code, room = 0, 1 << _LONGEST_CODE
        for length in range(1, _LONGEST_CODE + 1):
            code <<= 1
            for symbol in (symbol for symbol, one in enumerate(lengths) if one == length):
                if length <= _QUICK:
                    self._quick += [(symbol, length)] * (1 << (_QUICK - length))
                else:
                    self._long[length, code] = symbol
                code += 1
                room -= 1 << (_LONGEST_CODE - length)
                if room < 0:
                    break
        if room:
            raise ProbeError("The packed driver has a code table that is none.")
        self._quick += [None] * ((1 << _QUICK) - len(self._quick))

    @classmethod
    def of_one(cls, symbol: int) -> "_Code":
        """The code of a set of which one symbol is used: it takes no bits."""
        code = cls.__new__(cls)
        code.only = symbol
        return code

    def next(self, bits: _Bits) -> int:
        if self.only is not None:
            return self.only
        found = self._quick[bits.peek(_QUICK)]
        if found is not None:
            bits.skip(found[1])
            return found[0]
        for length in range(_QUICK + 1, _LONGEST_CODE + 1):
            symbol = self._long.get((length, bits.peek(length)))
            if symbol is not None:
                bits.skip(length)
                return symbol
        raise ProbeError("The packed driver has a code that stands in no table.")  # not met: a table is complete


def unpack(data: bytes) -> bytes:
    """The original bytes of `data`, which begins with both sizes (19.2.2); what stands behind it is left alone.

    Raises ProbeError where it was not packed so, is cut, or would have more than `LARGEST` bytes.
    """
    if len(data) < _HEADER:
        raise ProbeError("The packed driver ends before it is whole.")
    packed, original = (int.from_bytes(data[at : at + 4], "little") for at in (0, 4))
    if packed > len(data) - _HEADER:
        raise ProbeError("The packed driver ends before it is whole.")
    if original > LARGEST:
        raise ProbeError(f"The packed driver would have {original:,} bytes, more than any driver of a card.")
    return _blocks(_Bits(data[_HEADER : _HEADER + packed]), original)


def _blocks(bits: _Bits, original: int) -> bytes:
    made = bytearray()
    blocks = 0
    while len(made) < original:
        blocks += 1
        if blocks > MOST_BLOCKS:
            raise ProbeError(f"The packed driver has more than {MOST_BLOCKS:,} blocks, more than any driver of a card.")
        count = bits.take(16)
        extras = _Code.of_one(bits.take(5)) if not (size := bits.take(5)) else _listed(bits, size, _EXTRAS, gap=3)
        characters = _characters(bits, extras)
        size = bits.take(4)
        positions = _Code.of_one(bits.take(4)) if not size else _listed(bits, size, _POSITIONS)
        # A size of 0 is counted down to 0 by firmware's 16-bit counter: the block has 65,536 symbols.
        _body(bits, count or 1 << 16, characters, positions, made, original)
    return bytes(made)


def _body(bits: _Bits, count: int, characters: _Code, positions: _Code, made: bytearray, original: int) -> None:
    """Characters and pointers of one block (19.2.3.2); the last one ends where the original ends."""
    same, width = characters.only, positions.only
    if same is not None and (same < 256 or (width is not None and width < 2)):
        # All symbols are one, and take no bits: a few bytes may stand for megabytes, so they are not counted out.
        total = min(count * max(same - 253, 1), original - len(made))
        if same < 256:
            made += bytes([same]) * total
        else:
            _copy(made, 1 + (width or 0), total)
        return
    for _ in range(count):
        symbol = characters.next(bits)
        if symbol < 256:
            made.append(symbol)
        else:
            length = min(symbol - 253, original - len(made))
            width = positions.next(bits)
            _copy(made, 1 + (width if width < 2 else 1 << (width - 1) | bits.take(width - 1)), length)
        if len(made) >= original:
            return


def _copy(made: bytearray, distance: int, length: int) -> None:
    """Repeat what stands so far back; it may reach into what it makes."""
    start = len(made) - distance
    if start < 0:
        raise ProbeError("The packed driver points to what is ahead of its beginning.")
    piece = made[start : start + length]
    made += (piece * (length // len(piece) + 1))[:length]


def _listed(bits: _Bits, size: int, most: int, gap: int = 0) -> _Code:
    """A code whose lengths stand there one by one; behind the first `gap` of them two bits tell how many are zero."""
    if size > most:
        raise ProbeError("The packed driver has a code table that is none.")
    lengths: list[int] = []
    while len(lengths) < size:
        length = bits.take(3)
        if length == 7:
            while bits.take(1):
                length += 1
                if length > _LONGEST_CODE:
                    raise ProbeError("The packed driver has a code table that is none.")
        lengths.append(length)
        if len(lengths) == gap:
            lengths += [0] * bits.take(2)
    return _Code(lengths[:most])


def _characters(bits: _Bits, extras: _Code) -> _Code:
    size = bits.take(9)
    if not size:
        symbol = bits.take(9)
        if symbol >= _CHARACTERS:
            raise ProbeError("The packed driver has a code table that is none.")
        return _Code.of_one(symbol)
    if size > _CHARACTERS:
        raise ProbeError("The packed driver has a code table that is none.")
    lengths: list[int] = []
    for one in _runs(bits, extras):
        lengths += one
        if len(lengths) >= size:
            break
    return _Code(lengths[:_CHARACTERS])


def _runs(bits: _Bits, extras: _Code) -> Iterator[list[int]]:
    """Lengths of codes, as the extra set tells them: three of its symbols stand for runs of zeros."""
    while True:
        symbol = extras.next(bits)
        if symbol == 0:
            yield [0]
        elif symbol == 1:
            yield [0] * (3 + bits.take(4))
        elif symbol == 2:
            yield [0] * (20 + bits.take(9))
        elif symbol - 2 <= _LONGEST_CODE:
            yield [symbol - 2]
        else:
            raise ProbeError("The packed driver has a code table that is none.")
