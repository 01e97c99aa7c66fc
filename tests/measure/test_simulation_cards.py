"""The simulated cards that have a name."""

import time

import pytest

from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.measure import launches
from gpu_inspector.measure.device import DeviceLost
from gpu_inspector.measure.pattern import Kind
from gpu_inspector.measure.simulation import cards
from gpu_inspector.measure.simulation.silicon import MIB, Silicon
from gpu_inspector.records import catalogue
from gpu_inspector.records.silicon import PAGE_BYTES

SEEDS = range(5)
GENUINE = [name for name in cards.NAMES if name.startswith("genuine-")]


def test_all_that_were_promised_are_there_in_their_order() -> None:
    assert cards.NAMES == (
        "genuine-rtx-4090", "genuine-rtx-3060", "genuine-rtx-2080-ti", "genuine-a100-80gb", "genuine-h100",
        "genuine-h100-sxm", "genuine-h200",
        "rtx-4090-48gb", "rtx-2080-ti-22gb", "rtx-3070-16gb",
        "rtx-3080-ti-as-rtx-4090", "cmp-170hx-as-a100", "a100-40gb-as-80gb",
        "gtx-1050-ti-folded", "cmp-170hx-unlocked-64gb", "dead-data-lane", "missing-channel",
        "x16-on-x8", "dry-paste", "fell-off-bus", "hung-kernel",
    )  # fmt: skip


@pytest.mark.parametrize("name", cards.NAMES)
def test_the_same_seed_gives_the_same_card_and_another_seed_another(name: str) -> None:
    assert cards.card(name, 3) == cards.card(name, 3)
    assert cards.card(name, 3).silicon != cards.card(name, 4).silicon
    assert cards.card(name, 3).claims == cards.card(name, 4).claims


@pytest.mark.parametrize("name", cards.NAMES)
def test_a_device_says_of_itself_what_the_card_claims(name: str) -> None:
    one, device = cards.card(name, 2), cards.open_device(name, 2)
    assert (device.attributes.simulation, device.attributes.seed) == (name, 2)
    assert device.attributes.uuid == cards.uuid_of(name, 2)
    free, total = device.memory_info()
    assert 0.97 < total / (one.claims.memory_mib * MIB) <= 1.0
    assert 0.96 < free / total < 1.0


def matter(silicon: Silicon) -> tuple[object, ...]:
    """What a seed may not change."""
    chip, memory = silicon.chip, silicon.memory
    return (
        chip.die, chip.multiprocessors, chip.l2_bytes, memory.size_bytes, memory.bus_bits, memory.clock_mhz,
        [type(fault) for fault in memory.faults], silicon.link.trained_gen, silicon.link.trained_width,
        silicon.claimed_bytes, silicon.faults,
    )  # fmt: skip


@pytest.mark.parametrize("name", cards.NAMES)
def test_a_seed_never_changes_what_a_card_must_be_found_to_be(name: str) -> None:
    every = [cards.card(name, seed).silicon for seed in SEEDS]
    assert all(matter(one) == matter(every[0]) for one in every)
    assert {one.cooling.fast_k_mm2_per_w > 45.0 for one in every} == {name == "dry-paste"}


@pytest.mark.parametrize("name", GENUINE)
def test_a_genuine_card_is_its_product(name: str) -> None:
    one = cards.card(name, 0)
    claims, silicon = one.claims, one.silicon
    rows = [row for row in catalogue.load().by_device(claims.device_id) if row.memory_mib == claims.memory_mib]
    (row,) = [row for row in rows if row.name == claims.product]
    assert (silicon.chip.die, silicon.chip.multiprocessors) == (row.die, row.sm)
    assert silicon.memory.size_bytes == claims.memory_mib * MIB
    assert silicon.memory.bus_bits == row.bus_bits
    assert (silicon.link.gen, silicon.link.width) == (row.pcie_gen, row.pcie_width)
    assert not silicon.memory.faults and not silicon.faults
    assert one.expected_exit == 0


@pytest.mark.parametrize(
    ("name", "claimed_mib", "there_mib"),
    [
        ("rtx-4090-48gb", 49152, 49152),
        ("rtx-2080-ti-22gb", 22528, 22528),
        ("rtx-3070-16gb", 16384, 16384),
        ("a100-40gb-as-80gb", 81920, 40960),
        ("gtx-1050-ti-folded", 4096, 2048),
        ("cmp-170hx-unlocked-64gb", 65536, 32768),
    ],
)
def test_memory_that_is_claimed_and_memory_that_is_there(name: str, claimed_mib: int, there_mib: int) -> None:
    one = cards.card(name, 0)
    assert one.claims.memory_mib == claimed_mib
    assert one.silicon.memory.size_bytes == there_mib * MIB
    device = cards.open_device(name, 0)
    base, pages = device.allocate(PAGE_BYTES), 1
    launches.fill(device, base, 0, pages, 1, Kind.HASH, 0)
    assert (claimed_mib > there_mib) == bool(one.silicon.memory.faults)


def test_a_wolf_under_another_name_shows_its_own_capability_and_lies_in_the_rest() -> None:
    known = cards.open_device("rtx-3080-ti-as-rtx-4090", 0).attributes
    assert known.name == "NVIDIA GeForce RTX 4090"
    assert (known.multiprocessors, known.l2_bytes, known.compute_capability) == (128, 75497472, (8, 6))


def test_an_unknown_name_is_answered_with_all_that_there_are() -> None:
    with pytest.raises(GpuInspectorError) as caught:
        cards.open_device("genuine-rtx-9090", 0)
    assert all(name in str(caught.value) for name in cards.NAMES)


def test_a_card_that_fell_off_the_bus_never_answers_again() -> None:
    device = cards.open_device("fell-off-bus", 0)
    base = device.allocate(PAGE_BYTES)
    with pytest.raises(DeviceLost):
        for number in range(1, 100):
            launches.fill(device, base, 0, 1, number, Kind.HASH, 0)
    assert number > 1, "something was measured before"
    for again in (device.sensors, device.memory_info, device.finish):
        with pytest.raises(DeviceLost):
            again()


class Woken(Exception):
    """The test's way out of a sleep without end."""


def test_a_hung_kernel_never_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    device = cards.open_device("hung-kernel", 0)
    base, slept = device.allocate(PAGE_BYTES), []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 50:
            raise Woken

    monkeypatch.setattr(time, "sleep", sleep)
    with pytest.raises(Woken):
        for number in range(1, 100):
            launches.fill(device, base, 0, 1, number, Kind.HASH, 0)
    assert number > 1
