"""Tables that the tokens of a vBIOS image lead to: kinds of memory, the power budget, the code that NVIDIA signed.

Sources: open-gpu-doc, BIOS Information Table (the tokens M and P); nouveau's `bios/M0203.c`, `M0203.h`, `ramcfg.c` and
`power_budget.c`, and envytools' `nvbios/mem.c` and `power.c` (the tables and their versions);
open-gpu-kernel-modules, `kernel_gsp_fwsec.c` (the falcon code table and its descriptors). A version that no source
describes is not read.
"""

import hashlib
from dataclasses import dataclass, replace

from gpu_inspector.language import N_
from gpu_inspector.probes.vbios_view import OutsideError, View
from gpu_inspector.records.firmware import MemoryRow, MemoryTable, PowerLimits, SignedCode

MEMORY_TYPES = {
    0: "DDR2",
    1: "DDR3",
    2: "GDDR3",
    3: "GDDR5",
    6: "HBM2",
    8: "GDDR5X",
    9: "GDDR6",
    10: "GDDR6X",
    13: "GDDR7",
}
"""Of nouveau's M0203.h, but for two: public kernel logs in which nouveau does not know the number 10 are of a CMP 90HX
(dartraiden/NVIDIA-patcher issue 73) and a GeForce RTX 3090 (HeyMeco/Rockchip-pcie-devices), both GDDR6X; 13 is the only
kind in a public image of a GeForce RTX 5060 Ti, which there is with GDDR7 alone."""
MOST_ROWS = 64
"""Straps have four or five bits."""
MOST_ENTRIES = 64
"""Entries of the falcon code table."""
FWSEC = (0x05, 0x45, 0x85)
"""Applications whose entries lead to a descriptor for certain: what other ones lead to on new cards is not public."""
LARGEST_CODE = 1 << 20
"""Bytes of one entry: NVIDIA's driver takes no larger image at all (`s_getBaseBiosMaxSize_TU102`)."""
LARGEST_MW = 10_000_000
"""Ten kilowatts, above any board's budget: what is larger was not a number of milliwatts."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A form of the power budget table: where its header names the board's entry, and an entry has its limits."""

    named_at: int
    limits_at: int
    sizes: tuple[int, int] | None = None
    """Of header and entry, where no other is known."""


_FORMS = {0x20: _Form(0x09, 0x02), 0x30: _Form(0x0A, 0x02), 0x40: _Form(0x16, 0x0D, (0x38, 0x66))}
"""By version. 0x40 is in no source: in a public image of a GeForce RTX 5060 Ti (180 W) the entry that its header names
there has 150, 180 and 198 W. The limits of 0x20 and 0x30 in public images of desktop cards agree with the products."""
_OLD_VERSION = 0x10
"""Its header names no entry (envytools)."""
_NO_ENTRY = 0xFF
_NONE_MW = (0, 0xFFFFFFFF)
_DESCRIPTOR_BYTES = {2: 60, 3: 44}
"""Version of a descriptor -> its least size, without the signatures that follow it in version 3."""


def memory(view: View, token: int | None, size: int, remarks: list[str]) -> MemoryTable | None:
    """What the token M, of version 2, says; None where there is none. `size` is the token's in bytes."""
    if token is None:
        return None
    count = view.u8(token)
    straps: tuple[int, ...] = ()
    rows: tuple[MemoryRow, ...] = ()
    try:
        pointer = view.u16(token + 1) if size >= 3 else 0
        if pointer:
            straps = tuple(view.bytes(view.place(pointer), min(count, MOST_ROWS)))
    except OutsideError:
        view.outside(N_("The table that translates straps"), remarks)
    try:
        pointer = view.u16(token + 3) if size >= 5 else 0
        if pointer:
            rows = _rows(view, view.place(pointer), remarks)
    except OutsideError:
        view.outside(N_("The memory information table"), remarks)
    return MemoryTable(strap_count=count, translation=straps, rows=rows)


def _rows(view: View, at: int, remarks: list[str]) -> tuple[MemoryRow, ...]:
    version, head, width, count, selector = view.bytes(at, 5)
    if version != 0x10 or selector != 0 or width < 2:
        remarks.append(
            N_(f"The memory information table has an unknown form (version 0x{version:02X}); it was not read.")
        )
        return ()
    if count > MOST_ROWS:
        remarks.append(N_(f"The memory information table counts {count} rows; the first {MOST_ROWS} were read."))
    rows: list[MemoryRow] = []
    for index in range(min(count, MOST_ROWS)):
        first, second = view.bytes(at + head + index * width, 2)
        kind = first & 0x0F
        rows.append(MemoryRow(strap=first >> 4, type=kind, type_name=MEMORY_TYPES.get(kind, ""), group=second & 0x0F))
    return tuple(rows)


def power(view: View, token: int | None, remarks: list[str]) -> PowerLimits | None:
    """The board's entry of the power budget table; None where there is none, or of an unknown form."""
    if token is None:
        return None
    pointer = view.u32(token + 0x2C)
    if not pointer:
        return None
    try:
        at = view.place(pointer)
        version, head, width, count = view.bytes(at, 4)
        if version == _OLD_VERSION or not count:
            return None
        form = _FORMS.get(version)
        if form is None or not _fits(form, head, width):
            remarks.append(
                N_(f"The power budget table has an unknown form (version 0x{version:02X}); it was not read.")
            )
            return None
        entry = view.u8(at + form.named_at)
        if entry == _NO_ENTRY:
            return None
        if entry >= count:
            remarks.append(N_("The power budget table names an entry that it does not have."))
            return None
        place = at + head + entry * width + form.limits_at
        numbers = [view.u32(place + 4 * index) for index in range(3)]
    except OutsideError:
        view.outside(N_("The power budget table"), remarks)
        return None
    told = [None if number in _NONE_MW else number for number in numbers]
    known = [number for number in told if number is not None]
    if any(number > LARGEST_MW for number in known):
        remarks.append(N_("The power budget table gives limits that no board has; they were not taken."))
        return None
    if known != sorted(known):
        remarks.append(N_("The power budget table's limits are not in order: lowest, default, highest."))
    return PowerLimits(lowest_mw=told[0], default_mw=told[1], highest_mw=told[2])


def _fits(form: _Form, head: int, width: int) -> bool:
    if form.sizes is not None:
        return (head, width) == form.sizes
    return head > form.named_at and width >= form.limits_at + 12


def signed_code(view: View, token: int | None, remarks: list[str]) -> tuple[SignedCode, ...]:
    """The entries of the falcon code table that the token p, of version 2, leads to."""
    if token is None:
        return ()
    found: list[SignedCode] = []
    try:
        at = view.place(view.u32(token))
        version, head, width, count = view.bytes(at, 4)
        if version != 1 or head < 4 or width < 6:
            remarks.append(N_(f"The falcon code table has an unknown form (version 0x{version:02X}); it was not read."))
            return ()
        if count > MOST_ENTRIES:
            remarks.append(N_(f"The falcon code table counts {count} entries; the first {MOST_ENTRIES} were read."))
        for index in range(min(count, MOST_ENTRIES)):
            entry = at + head + index * width
            pointer = view.u32(entry + 2)
            # Half of the entries of a real table are empty.
            if pointer:
                found.append(_entry(view, view.u8(entry), view.u8(entry + 1), pointer, remarks))
    except OutsideError:
        view.outside(N_("The falcon code table"), remarks)
    return tuple(found)


def _entry(view: View, application: int, target: int, pointer: int, remarks: list[str]) -> SignedCode:
    """One entry with its descriptor; what cannot be told stays out."""
    plain = SignedCode(application=application, target=target)
    try:
        at = view.place(pointer)
        head = view.u32(at)
        version, size = head >> 8 & 0xFF, head >> 16
        least = _DESCRIPTOR_BYTES.get(version)
        if not head & 1:
            return plain
        if least is None or size < least:
            return replace(plain, descriptor_version=version)
        signatures = view.u8(at + 0x27) if version == 3 else None
        # In both versions the code's length follows the head, and the head's own length holds the signatures.
        whole = size + view.u32(at + 4)
        digest = hashlib.sha256(view.bytes(at, whole)).hexdigest() if whole <= LARGEST_CODE else ""
    except OutsideError:
        if application in FWSEC:
            view.outside(N_(f"The signed code of application 0x{application:02X}"), remarks)
        return plain
    return replace(plain, descriptor_version=version, signatures=signatures, sha256=digest)
