"""What the driver's inner calls say against the rest: memory maker and strap, the chip's own numbers, the board.

No card has answered these calls to this program yet: structures and meanings are those of headers and comments. So a
difference is NOTED at most, and *weak* whatever the rules call it, because weak signs add up with nothing; agreement
is no pass either. This does not hang on the record's own word (`seen_on_hardware`), which a file may have forged. The
vendor of the memory comes out of the vBIOS's memory table, by ctrl2080fb.h of the open kernel module: strap and image
choose it, and not the chips. Sources: research notes on modified cards (RW-06, RW-07) and on reference data, section 2.
"""

import re
from collections.abc import Iterator

from gpu_inspector.checks.answer import Answer, inconclusive, sign
from gpu_inspector.checks.facts import MemoryClaim
from gpu_inspector.checks.limit import MIB
from gpu_inspector.checks.runner import check
from gpu_inspector.checks.thresholds import STRAP_SIZE_APART
from gpu_inspector.language import N_
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.firmware import BitReading, MemoryTable, RmReading
from gpu_inspector.records.image_parts import UNUSED_MEMORY
from gpu_inspector.records.inner_words import ram_type_of, vendor_of
from gpu_inspector.records.product import Die, Product

_WITNESS = N_("driver calls")
_SOURCE = N_("headers of NVIDIA's open kernel module; not yet seen on hardware")
_OURS = N_("a mistake of this program: no card has answered these calls to it before")
_AGREE = N_(
    "The driver's inner calls agree: {said}. Nothing is concluded from it: no card has answered them to this program "
    "before."
)
_MAKERS = ("Samsung", N_("SK hynix"), "Micron", "Infineon")
_BOARD_NUMBER = re.compile(r"P?(?P<board>[GH]\d{3})")
"""G139, PG139: NVIDIA's own boards. Other forms (E4735, P2012) are of another series, and compare with none."""
_PART_NUMBER = re.compile(r"(?:900|699|965)-\d(?P<board>[GH]\d{3})-")
_INFOROM_BOARD = re.compile(r"(?P<board>[GH]\d{3})\.")
_CONSUMER_BOARD = re.compile(r"G00\d")
_ASKED = (N_("vBIOS record"), N_("InfoROM record"))
"""Of the sources of a board number, the two that the inner calls give."""


@check("board-memory-vendor", N_("Maker of the memory, by strap and by InfoROM"))
def memory_vendor(rm: RmReading) -> Answer:
    """Whoever replaces the memory with another maker's moves the strap; the InfoROM still names the first maker."""
    by_strap, by_record = vendor_of(rm), rm.memory_manufacturer or ""
    if by_strap not in _MAKERS:
        return inconclusive(N_("The driver's inner calls do not name the maker of the memory."))
    if not by_record:
        return inconclusive(N_("The InfoROM has no record of the memory's maker, as on most GeForce boards."))
    if by_record not in _MAKERS:
        return inconclusive(
            N_("The InfoROM names the memory's maker “{record}”, which no source explains."), record=by_record
        )
    if by_strap == by_record:
        return inconclusive(_AGREE, said=by_strap)
    return _differs(
        N_("Strap and vBIOS choose memory of {strap}; the InfoROM's record of the board says {record}."),
        expected=by_record,
        observed=by_strap,
        cause="memory chips",
        innocent=(N_("a board that was repaired with another maker's memory"),),
        advice=N_("Read the maker printed on the memory chips."),
        values={"strap": by_strap, "record": by_record},
    )


@check("board-memory-strap", N_("Memory that the strap chooses"))
def memory_strap(
    rm: RmReading, image_table: BitReading | None, products: tuple[Product, ...] | None, memory: MemoryClaim | None
) -> Answer:
    """The strap selects a row of the vBIOS's memory table: its kind must be that of the card's memory, and its size."""
    kind = ram_type_of(rm)
    if not kind and rm.ram_cfg is None and rm.ram_size_bytes is None:
        return inconclusive(N_("The driver's inner calls say nothing of the memory."))
    table = image_table.memory if image_table is not None else None
    found = [*_strap_differences(rm, kind, table), *_kind_differences(kind, products), *_size_differences(rm, memory)]
    if not found:
        said = (kind, f"RAM_CFG {rm.ram_cfg}" if rm.ram_cfg is not None else "", _mib(rm.ram_size_bytes))
        return inconclusive(_AGREE, said=", ".join(filter(None, said)))
    return _differs(
        N_("The memory that the strap chooses differs: {differences}."),
        expected="; ".join(expected for expected, _ in found),
        observed="; ".join(observed for _, observed in found),
        cause="memory chips",
        innocent=(N_("a vBIOS image that is newer than the program that reads it"),),
        advice=N_("Compare the memory chips' markings with the product's."),
        values={"differences": _pairs(found)},
    )


def _strap_differences(rm: RmReading, kind: str, table: MemoryTable | None) -> Iterator[tuple[str, str]]:
    if table is None or not table.rows or rm.ram_cfg is None:
        return
    strap = rm.ram_cfg
    if table.translation:
        if not 0 <= strap < len(table.translation):
            yield N_(f"one of {len(table.translation)} straps of the vBIOS image"), f"RAM_CFG {strap}"
            return
        strap = table.translation[strap]
    row = next((one for one in table.rows if one.strap == strap), None)
    if row is None or row.type == UNUSED_MEMORY:
        yield N_("a row of the vBIOS image's memory table"), N_(f"RAM_CFG {rm.ram_cfg}, which chooses none")
    elif row.type_name and kind and _family(row.type_name) != _family(kind):
        yield N_(f"{row.type_name} by the row that RAM_CFG {rm.ram_cfg} chooses"), kind


def _kind_differences(kind: str, products: tuple[Product, ...] | None) -> Iterator[tuple[str, str]]:
    known = [row.memory_type for row in products or () if "memory_type" not in row.from_memory]
    types = sorted({one for one in known if one is not None})
    if kind and types and None not in known and _family(kind) not in {_family(one) for one in types}:
        yield N_(f"{' or '.join(types)} by the product"), kind


def _size_differences(rm: RmReading, memory: MemoryClaim | None) -> Iterator[tuple[str, str]]:
    """The size before ECC and reserve: the shown total is never above it, and little below."""
    if rm.ram_size_bytes is None or memory is None:
        return
    size = rm.ram_size_bytes // MIB
    if not size * (1 - STRAP_SIZE_APART) <= memory.total_mib <= size:
        yield N_(f"{memory.total_mib:,} MiB as the driver shows"), N_(f"{size:,} MiB inside of it")


@check("die-driver-details", N_("The chip by the driver's inner calls"))
def details(
    rm: RmReading,
    whole_card: bool,
    die: Die | None,
    products: tuple[Product, ...] | None,
    raw_device_id: str | None,
    gpu_part_number: str | None,
) -> Answer:
    """Architecture and implementation are read from the chip; an id, a bus or a cache of another die stands out."""
    found = [
        *_chip_differences(rm, die),
        *_number_differences(rm, raw_device_id, gpu_part_number),
        *_unit_differences(rm, die, products or ()),
    ]
    if found:
        return _differs(
            N_("The driver's inner calls say otherwise: {differences}."),
            expected="; ".join(expected for expected, _ in found),
            observed="; ".join(observed for _, observed in found),
            cause="die",
            innocent=(N_("a variant that the reference data does not have yet"),),
            advice=N_("Have the die measured."),
            values={"differences": _pairs(found)},
        )
    said = (
        N_(f"chip {chip}") if (chip := _chip_id(rm)) else "",
        N_(f"device id {rm.device_id}") if rm.device_id else "",
        N_(f"bus of {rm.bus_width_bits} bit") if rm.bus_width_bits else "",
        f"L2 of {_mib(rm.l2_bytes)}" if rm.l2_bytes else "",
    )
    if not any(said):
        return inconclusive(N_("The driver's inner calls say nothing of the chip."))
    return inconclusive(_AGREE, said=", ".join(filter(None, said)))


def _chip_id(rm: RmReading) -> str:
    """ "192" for AD102: architecture and implementation, as NVIDIA's tables number the chips."""
    if rm.chip_architecture is None or rm.chip_implementation is None:
        return ""
    return f"{rm.chip_architecture | rm.chip_implementation:X}"


def _chip_differences(rm: RmReading, die: Die | None) -> Iterator[tuple[str, str]]:
    chip = _chip_id(rm)
    if chip and die is not None and die.chip_id and "chip_id" not in die.from_memory and chip != die.chip_id.upper():
        yield N_(f"chip {die.chip_id.upper()} ({die.name})"), N_(f"chip {chip}")


def _number_differences(rm: RmReading, device: str | None, part_number: str | None) -> Iterator[tuple[str, str]]:
    if rm.device_id and device and rm.device_id != device:
        yield N_(f"device id {device}"), N_(f"device id {rm.device_id}")
    if rm.device_id and rm.chip_sku and part_number and not part_number.startswith(f"{rm.device_id}-{rm.chip_sku}"):
        yield N_(f"GPU part number {part_number}"), f"{rm.device_id}-{rm.chip_sku}"
    if rm.chip_sku and rm.bios_chip_sku and rm.chip_sku != rm.bios_chip_sku:
        yield N_(f"chip SKU {rm.chip_sku}"), N_(f"chip SKU {rm.bios_chip_sku} by the vBIOS")


def _unit_differences(rm: RmReading, die: Die | None, products: tuple[Product, ...]) -> Iterator[tuple[str, str]]:
    """Bus and L2 against every genuine product of the id, where all of them are known; else against the full die."""
    for field, full, value, words in (
        ("bus_bits", "full_bus_bits", rm.bus_width_bits, N_("bus of {:,} bit")),
        ("l2_bytes", "full_l2_bytes", rm.l2_bytes, N_("L2 of {:,} bytes")),
    ):
        if value is None:
            continue
        told = [getattr(row, field) for row in products if field not in (*row.from_memory, *row.single_source)]
        most = getattr(die, full) if die is not None and full not in die.from_memory else None
        if told and None not in told and len(told) == len(products):
            if value not in told:
                yield " or ".join(words.format(one) for one in sorted(set(told))), words.format(value)
        elif most is not None and value > most:
            yield N_(f"at most a {words.format(most)} ({die.name if die is not None else ''})"), words.format(value)


@check("board-sku-record", N_("Board number by the driver's inner calls"))
def sku_record(
    rm: RmReading, inforom_image: str | None, board_part_number: str | None, image_table: BitReading | None
) -> Answer:
    """vBIOS and InfoROM were written for one board: the number of another in one of them is a foreign image."""
    numbers = dict(_numbers(rm, inforom_image, board_part_number, image_table))
    asked = {name: number for name, number in numbers.items() if name in _ASKED}
    if not asked:
        return inconclusive(N_("The driver's inner calls give no board number that could be compared."))
    if len(numbers) == 1:
        return inconclusive(N_("No other source gives a board number to compare with."))
    said = ", ".join(N_(f"{number} by the {name}") for name, number in numbers.items())
    if len({*numbers.values()}) == 1:
        return inconclusive(_AGREE, said=said)
    return _differs(
        N_("The board has several numbers: {said}."),
        expected=N_("one board number"),
        observed=said,
        cause="vBIOS of another board",
        innocent=(N_("a repair with another board's image"), N_("a board that its maker numbers anew")),
        advice=N_("Compare the board number printed on the card."),
        values={"said": said},
    )


def _numbers(
    rm: RmReading, inforom_image: str | None, part_number: str | None, table: BitReading | None
) -> Iterator[tuple[str, str]]:
    """Who gives which board number; consumer images bear none of their own."""
    record = next((one for one in (rm.part_number_699, rm.part_number_900, rm.part_number_965) if one), "")
    for name, text, pattern in (
        (_ASKED[0], rm.project, _BOARD_NUMBER),
        (_ASKED[1], record, _PART_NUMBER),
        (N_("InfoROM image"), inforom_image, _INFOROM_BOARD),
        (N_("board's part number"), part_number, _PART_NUMBER),
        (N_("vBIOS sign-on"), table.board_code if table is not None else "", _BOARD_NUMBER),
    ):
        match = pattern.match((text or "").strip().upper())
        if match is not None and not _CONSUMER_BOARD.fullmatch(match["board"]):
            yield name, match["board"]


def _family(kind: str) -> str:
    """HBM2e answers as HBM2, and LPDDR5X as LPDDR5: later bins of one kind."""
    return kind.upper().removesuffix("E").replace("LPDDR5X", "LPDDR5")


def _mib(size: int | None) -> str:
    return f"{size // MIB:,} MiB" if size else ""


def _pairs(found: list[tuple[str, str]]) -> str:
    return "; ".join(N_(f"{observed}, where {expected} was expected") for expected, observed in found)


def _differs(
    text: str,
    *,
    expected: str,
    observed: str,
    cause: str,
    innocent: tuple[str, ...],
    advice: str,
    values: dict[str, str],
) -> Answer:
    return sign(
        Strength.WEAK,
        text,
        expected=expected,
        observed=observed,
        source=_SOURCE,
        witness=_WITNESS,
        cause=cause,
        innocent=(_OURS, *innocent),
        advice=advice,
        values={**values},
    )
