"""What a card shows of every fact that signatures of known modifications speak of, and who says so.

What was not seen is left out: a masked id, a slice of a card, a disturbed count decide nothing. A file that was handed
in beside a live card is no word of the card, and is left out as well.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gpu_inspector.checks.die_fit import count_of
from gpu_inspector.checks.facts import FIRST_MAXWELL_ID, Missing
from gpu_inspector.checks.signature import NO, YES, Found, Seen, Shown
from gpu_inspector.checks.thresholds import LARGEST_NUMBER
from gpu_inspector.checks.thresholds_silicon import FORGED_SHARE
from gpu_inspector.records import measured
from gpu_inspector.records.catalogue import normalise
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.image_parts import ids_of
from gpu_inspector.records.modification import ABOUT, Fact
from gpu_inspector.records.product_names import LONGEST
from gpu_inspector.records.silicon import MemoryReading

if TYPE_CHECKING:
    from gpu_inspector.checks.subject import Subject

_ID = re.compile(r"[0-9A-F]{4}")


def shown_by(subject: "Subject") -> dict[Fact, Shown]:
    """Every fact that was seen; a slice of a card, which is no whole card, shows none."""
    if isinstance(subject.not_a_guest, Missing):
        return {}
    found = {fact: Shown(value, ABOUT[fact].source) for fact, value in _all(subject)}
    if Fact.DEVICE not in found and not isinstance(subject.products, Missing):
        # Where the id is masked, the ids of the name stand for it, and are no word of their own.
        ids = tuple(sorted({one.casefold() for row in subject.products for one in row.device_ids}))
        found[Fact.DEVICE] = Shown(ids, ABOUT[Fact.NAME].source)
    return found


def _all(subject: "Subject") -> Iterator[tuple[Fact, Seen]]:
    yield from _of_pci(subject)
    yield from _of_the_driver(subject)
    yield from _of_firmware(subject)
    yield from _of_the_silicon(subject)
    if not isinstance(subject.declaration, Missing):
        yield from _of_the_paper(subject, subject.declaration)


def _of_pci(subject: "Subject") -> Iterator[tuple[Fact, Seen]]:
    device = subject.device_id
    if not isinstance(device, Missing):
        yield Fact.DEVICE, (device.casefold(),)
        yield Fact.OLD_ID, (YES if _ID.fullmatch(device) and device < FIRST_MAXWELL_ID else NO,)
        if subject.catalogue.by_device(device):
            yield Fact.LAPTOP_ID, (YES if subject.mobile else NO,)
    yield from _text(Fact.SUBSYSTEM, subject.subsystem)
    link = subject.link
    if not isinstance(link, Missing):
        if link.gen is not None:
            yield Fact.LINK_GEN, link.gen
        if link.width is not None and link.width_is_devices_own:
            yield Fact.LINK_WIDTH, link.width
    yield from _number(Fact.BAR1, subject.bar1_mib)


def _of_the_driver(subject: "Subject") -> Iterator[tuple[Fact, Seen]]:
    if not isinstance(subject.name, Missing):
        yield Fact.NAME, (normalise(subject.name[:LONGEST]),)
    if not isinstance(subject.memory, Missing):
        yield Fact.MEMORY, subject.memory
    yield from _number(Fact.CORES, subject.cores)
    yield from _text(Fact.CAPABILITY, subject.compute_capability)
    host = subject.evidence.host
    if host is not None and host.patch_signs:
        yield Fact.BENCH_SIGN, tuple(one[:LONGEST].casefold() for one in host.patch_signs)


def _of_firmware(subject: "Subject") -> Iterator[tuple[Fact, Seen]]:
    yield from _number(Fact.POWER_MIN, subject.power_min_w)
    yield from _number(Fact.POWER_DEFAULT, subject.power_default_w)
    yield from _text(Fact.INFOROM, subject.inforom_image)
    if subject.ecc_object_denied:
        yield Fact.ECC_OBJECT, ("absent",)
    elif not isinstance(subject.ecc_object, Missing):
        yield Fact.ECC_OBJECT, ("present",)
    yield from _text(Fact.VBIOS, subject.vbios)
    image, table = subject.vbios_image, subject.image_table
    if isinstance(image, Missing) or subject.handed_in:
        return
    if device := ids_of(image)[0]:
        yield Fact.IMAGE_DEVICE, (device.casefold(),)
    if not isinstance(table, Missing):
        if table.sign_on:
            yield from _text(Fact.SIGN_ON, table.sign_on)
        if table.board_code:
            yield from _text(Fact.BOARD_CODE, table.board_code)


def _of_the_silicon(subject: "Subject") -> Iterator[tuple[Fact, Seen]]:
    silicon, die = subject.silicon, subject.measured_die
    if not isinstance(silicon, Missing) and silicon.compute_capability:
        yield from _text(Fact.TRUE_CAPABILITY, silicon.compute_capability)
    if not isinstance(die, Missing) and not die.disturbed and subject.whole_card is True:
        count = count_of(die)
        if count is not None:
            yield Fact.COUNT, count
    speed, memory = subject.measured_speed, subject.measured_memory
    if not isinstance(speed, Missing) and speed.bus_bits_implied:
        yield Fact.BUS, speed.bus_bits_implied
    if not isinstance(memory, Missing) and measured.proved(memory) and not measured.flaw(memory):
        yield from _of_the_memory(memory)


def _of_the_memory(memory: MemoryReading) -> Iterator[tuple[Fact, Seen]]:
    missing, tested = measured.missing_bytes(memory), measured.tested_bytes(memory)
    if max(missing, tested, memory.claimed_bytes) >= LARGEST_NUMBER:
        return
    yield Fact.MISSING, (YES if tested and missing > FORGED_SHARE * tested else NO,)
    if measured.sized(memory):
        yield Fact.TRUE_MEMORY, Found(memory.true_bytes, max(memory.claimed_bytes - memory.covered_bytes, 0))


def _of_the_paper(subject: "Subject", declaration: Declaration) -> Iterator[tuple[Fact, Seen]]:
    if declaration.memory_gb is not None:
        yield Fact.SAID_MEMORY, declaration.memory_gb
    if declaration.product is None:
        return
    yield Fact.SAID, (normalise(declaration.product[:LONGEST]),)
    meant = {normalise(row.name) for row in subject.catalogue.resolve(declaration.product)}
    is_one = set()
    if not isinstance(subject.name, Missing):
        is_one.add(normalise(subject.name))
    if not isinstance(subject.products, Missing):
        is_one |= {normalise(row.name) for row in subject.products}
    if is_one:
        yield Fact.SAID_OTHER, (NO if meant & is_one else YES,)


def _text(fact: Fact, value: str | Missing) -> Iterator[tuple[Fact, Seen]]:
    if not isinstance(value, Missing):
        yield fact, (value[:LONGEST].casefold(),)


def _number(fact: Fact, value: int | Missing) -> Iterator[tuple[Fact, Seen]]:
    if not isinstance(value, Missing):
        yield fact, value
