"""The outside of a PE file, as far as its signature speaks of it: which bytes are signed, and where the rest stands.

Sources: Microsoft, "PE Format" (headers, section table, attribute certificate table), and "Windows Authenticode
Portable Executable Signature Format", 2008, "Calculating the PE Image Hash" (what the digest leaves out: the checksum,
the entry of the certificate table, and that table).
"""

import hashlib
import struct
from dataclasses import dataclass

from gpu_inspector.errors import ProbeError

PKCS7 = 0x0002
"""WIN_CERT_TYPE_PKCS_SIGNED_DATA."""
_MOST_SECTIONS = 96
"""As many as Windows loads; a driver of a card has less than ten."""
MOST_SIGNATURES = 8
_PADDING = frozenset((0x00, 0xFF))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pe:
    """One PE file; offsets are from its beginning."""

    data: bytes
    machine: int
    headers_size: int
    checksum_at: int
    entry_at: int | None
    """Of the certificate table's entry in the data directory; None where the directory is too short for one."""
    sections: tuple[tuple[int, int], ...]
    """Offset and size of each section that has bytes in the file, in the order of their offsets."""
    table: tuple[int, int] = (0, 0)
    """Offset and size of the certificate table; 0, 0 where there is none."""


def read(data: bytes) -> Pe:
    """The headers of the PE file at the beginning of `data`, which may have padding behind it.

    Raises ProbeError, with a sentence, where it is none, is cut, or speaks of bytes outside of it.
    """
    try:
        pe = _headers(data)
    except struct.error as error:
        raise ProbeError("The UEFI driver ends within its own headers.") from error
    if pe.headers_size > len(data) or pe.headers_size < (pe.entry_at or pe.checksum_at) + 8:
        raise ProbeError("The UEFI driver's headers do not have the size that they say.")
    if any(offset + size > len(data) for offset, size in pe.sections):
        raise ProbeError("The UEFI driver is cut: a section lies outside of it.")
    if sum(size for _, size in pe.sections) + pe.headers_size > len(data):
        raise ProbeError("The UEFI driver's sections overlap.")
    return pe


def _headers(data: bytes) -> Pe:
    if data[:2] != b"MZ":
        raise ProbeError("There is no UEFI driver where its header points to.")
    (at,) = struct.unpack_from("<I", data, 0x3C)
    if data[at : at + 4] != b"PE\0\0":
        raise ProbeError("There is no UEFI driver where its header points to.")
    machine, count, *_, optional_size, _ = struct.unpack_from("<HHIIIHH", data, at + 4)
    optional = at + 24
    (magic,) = struct.unpack_from("<H", data, optional)
    places = {0x10B: 92, 0x20B: 108}
    if magic not in places or count > _MOST_SECTIONS:
        raise ProbeError("The UEFI driver has headers of a kind that no driver has.")
    headers_size, _checksum = struct.unpack_from("<II", data, optional + 60)
    (directories,) = struct.unpack_from("<I", data, optional + places[magic])
    entry_at = optional + places[magic] + 4 + 4 * 8
    has_entry = directories > 4 and entry_at + 8 <= optional + optional_size
    sections = []
    for number in range(count):
        size, offset = struct.unpack_from("<II", data, optional + optional_size + 40 * number + 16)
        if size:
            sections.append((offset, size))
    return Pe(
        data=data,
        machine=machine,
        headers_size=headers_size,
        checksum_at=optional + 64,
        entry_at=entry_at if has_entry else None,
        sections=tuple(sorted(sections)),
        table=struct.unpack_from("<II", data, entry_at) if has_entry else (0, 0),
    )


def certificates(pe: Pe) -> tuple[tuple[int, bytes], ...]:
    """Type and content of each entry of the certificate table; () where there is no table.

    Raises ProbeError where the table lies outside of the file or is not one.
    """
    offset, size = pe.table
    if not size:
        return ()
    if offset < pe.headers_size or offset + size > len(pe.data):
        raise ProbeError("The place that the UEFI driver names for its signature lies outside of it.")
    found: list[tuple[int, bytes]] = []
    at, end = offset, offset + size
    while end - at >= 8:
        length, _revision, kind = struct.unpack_from("<IHH", pe.data, at)
        if length < 8 or length > end - at:
            raise ProbeError("The UEFI driver's table of signatures is damaged.")
        if len(found) >= MOST_SIGNATURES:
            raise ProbeError(f"The UEFI driver bears more than {MOST_SIGNATURES} signatures.")
        found.append((kind, pe.data[at + 8 : at + length]))
        at += -(-length // 8) * 8
    return tuple(found)


def behind(pe: Pe) -> bool:
    """Whether anything but padding stands behind the certificate table, which is the file's end by its source."""
    return bool(pe.table[1]) and not set(pe.data[sum(pe.table) :]) <= _PADDING


def digest(pe: Pe, algorithm: str) -> bytes:
    """The Authenticode digest: headers, sections in their order, and what stands behind them but the signatures.

    `algorithm` is a name that hashlib knows.
    """
    data, size = pe.data, pe.table[1]
    end = len(data) if behind(pe) else sum(pe.table) or len(data)
    made = hashlib.new(algorithm, data[: pe.checksum_at])
    if pe.entry_at is None:
        made.update(data[pe.checksum_at + 4 : pe.headers_size])
    else:
        made.update(data[pe.checksum_at + 4 : pe.entry_at])
        made.update(data[pe.entry_at + 8 : pe.headers_size])
    hashed = pe.headers_size
    for offset, length in pe.sections:
        made.update(data[offset : offset + length])
        hashed += length
    made.update(data[hashed : max(hashed, end - size)])
    return made.digest()
