"""Measuring the die: counted in two ways, timed in clocks, walked through its caches, whatever the driver says."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.measure import chase, die, rates
from gpu_inspector.measure.device import Attributes, DeviceLost, OutOfMemory, Sensors
from gpu_inspector.measure.operations import OPERATIONS, RATE_THREADS
from gpu_inspector.measure.run import PROFILES, PartReading, Run
from gpu_inspector.measure.simulation.device import SimulatedDevice
from gpu_inspector.measure.simulation.silicon import Chip, CudaClaims, Memory, Silicon
from gpu_inspector.records.silicon import DieReading

MIB = 1 << 20
RATES = {
    one.name: rate
    for one, rate in zip(OPERATIONS, (128, 127, 126, 2, 64, 62, 61, 1024, 512, 2048, 500, 250, 4, 2000), strict=True)
}


def silicon(**chip: Any) -> Silicon:
    return Silicon(chip=Chip(**{"rates": RATES, **chip}), memory=Memory(size_bytes=4096 * MIB))


def run(profile: str = "quick") -> Run:
    return Run(PROFILES[profile], salt=11)


class Altered:
    """A simulated device with one thing changed; everything else is handed on."""

    def __init__(
        self,
        device: SimulatedDevice,
        *,
        sensors: Sensors | None = None,
        largest: int | None = None,
        after: Callable[[str, tuple[int, ...]], None] | None = None,
    ) -> None:
        self._device = device
        self._sensors = sensors
        self._largest = largest
        self._after = after
        self.held: set[int] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._device, name)

    @property
    def attributes(self) -> Attributes:
        return self._device.attributes

    def sensors(self) -> Sensors:
        return self._sensors or self._device.sensors()

    def allocate(self, size_bytes: int) -> int:
        if self._largest is not None and size_bytes > self._largest:
            raise OutOfMemory("Nothing is free.", "End what uses the card.")
        address = self._device.allocate(size_bytes)
        self.held.add(address)
        return address

    def release(self, address: int) -> None:
        self.held.remove(address)
        self._device.release(address)

    def launch(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> float:
        seconds = self._device.launch(kernel, grid, block, *arguments, shared_bytes=shared_bytes)
        if self._after is not None:
            self._after(kernel, arguments)
        return seconds


def measured(device: Any, this_run: Run | None = None) -> DieReading:
    return die.measure(device, this_run or run())


def rate(reading: DieReading, name: str) -> float:
    return next(one.per_clock_per_sm for one in reading.rates if one.operation == name)


# --- counts and rates


@pytest.mark.parametrize("count", [1, 3, 68, 132, 192])
def test_both_counts_are_the_chips_whatever_the_driver_claims(count: int) -> None:
    card = replace(silicon(multiprocessors=count), claims=CudaClaims(multiprocessors=128))
    reading = measured(SimulatedDevice(card, 1))
    assert (reading.multiprocessors_by_id, reading.multiprocessors_by_residency) == (count, count)
    assert reading.multiprocessors_claimed == 128


@given(true=st.integers(0, die.MOST_MULTIPROCESSORS), guess=st.integers(-1, 2 * die.MOST_MULTIPROCESSORS))
@settings(max_examples=examples(100), deadline=None)
def test_the_largest_number_of_blocks_is_found_from_any_guess(true: int, guess: int) -> None:
    asked: list[int] = []

    def together(blocks: int) -> bool:
        asked.append(blocks)
        return blocks <= true

    assert die._largest(together, guess) == true
    assert len(asked) <= 2 if guess == true and 0 < true < die.MOST_MULTIPROCESSORS else len(asked) < 40


def test_every_operation_of_the_capability_is_timed_and_no_other() -> None:
    reading = measured(SimulatedDevice(silicon(compute_capability=(8, 9)), 2))
    assert [one.operation for one in reading.rates] == [one.name for one in OPERATIONS]
    for name, expected in RATES.items():
        assert rate(reading, name) == pytest.approx(expected, rel=0.02), name
    older = measured(SimulatedDevice(silicon(compute_capability=(6, 0)), 2))
    assert {one.operation for one in older.rates} == {one.name for one in OPERATIONS if one.first_capability <= (6, 0)}


def test_latencies_and_clock_are_the_chips() -> None:
    chip = {"latencies": {"fp32-fma": 4.1, "tensor-f16-f32": 33.0}, "clock_mhz": 1655.0}
    reading = measured(SimulatedDevice(silicon(**chip), 3))
    latencies = {one.operation: one.latency_cycles for one in reading.rates if one.latency_cycles is not None}
    assert latencies["fp32-fma"] == pytest.approx(4.1, rel=0.02)
    assert latencies["tensor-f16-f32"] == pytest.approx(33.0, rel=0.02)
    assert reading.clock_mhz == pytest.approx(1655.0, rel=0.03)


def test_blocks_that_share_a_multiprocessor_do_not_count() -> None:
    card = SimulatedDevice(silicon(multiprocessors=8), 4)
    found = rates.measure(card, 12, lambda share, seconds: None)  # four of twelve blocks come second
    assert found.rates[0].per_clock_per_sm == pytest.approx(RATES["fp32-fma"], rel=0.02)


@pytest.mark.parametrize(
    ("sensors", "why"),
    [
        pytest.param(Sensors(mig=True), ("MIG",), id="MIG"),
        pytest.param(Sensors(mps=True), ("MPS",), id="MPS"),
        pytest.param(Sensors(other_processes=2, utilisation_percent=40), ("another process",), id="busy"),
        pytest.param(Sensors(other_processes=2, utilisation_percent=1), (), id="others at rest"),
        pytest.param(Sensors(utilisation_percent=90), (), id="our own load"),
        pytest.param(Sensors(), (), id="nothing is given"),
    ],
)
def test_who_disturbs_is_named(sensors: Sensors, why: tuple[str, ...]) -> None:
    assert measured(Altered(SimulatedDevice(silicon(), 5), sensors=sensors)).disturbed == why


def clock_stretcher(card: SimulatedDevice, factors: list[float]) -> Callable[[str, tuple[int, ...]], None]:
    """Stretches the clocks of each launch of one rate kernel by the next factor."""

    def after(kernel: str, arguments: tuple[int, ...]) -> None:
        if kernel == "rate_fp32_fma" and factors:
            rows = card._addresses.host(arguments[1], 32 * 28).view("uint64").reshape(28, 4)
            rows[:, 2] = rows[:, 1] + ((rows[:, 2] - rows[:, 1]) * factors.pop(0)).astype("uint64")

    return after


@pytest.mark.parametrize(
    ("factors", "why"),
    [
        pytest.param([1.0, 1.0, 1.0], (), id="steady"),
        pytest.param([1.0, 1.2, 1.0, 1.0], (), id="disturbed once"),
        pytest.param([1.0, 1.0, 1.3, 1.0], ("unstable",), id="never the same"),
    ],
)
def test_a_rate_is_measured_until_it_repeats_once(factors: list[float], why: tuple[str, ...]) -> None:
    card = SimulatedDevice(silicon(), 6)
    reading = measured(Altered(card, after=clock_stretcher(card, factors)))
    assert reading.disturbed == why
    assert factors == []


def test_a_clock_that_stands_still_times_nothing() -> None:
    card = SimulatedDevice(silicon(), 6)
    with pytest.raises(rates.NoClock):
        measured(Altered(card, after=clock_stretcher(card, [0.0])))


def test_a_quick_measurement_takes_the_device_no_second() -> None:
    card = SimulatedDevice(silicon(multiprocessors=132), 7)
    began = card.now_s()
    measured(card)
    assert card.now_s() - began < 1.0


def test_what_is_known_is_told_and_kept_on_the_way() -> None:
    kept: list[PartReading] = []
    told: list[float] = []
    this_run = run()
    this_run.on_keep = kept.append
    this_run.on_tell = lambda share, within_s, figures: told.append(share)
    reading = measured(SimulatedDevice(silicon(), 8), this_run)
    assert isinstance(kept[0], DieReading)
    assert kept[0].multiprocessors_by_residency == 28
    assert kept[0].rates == ()
    assert isinstance(kept[1], DieReading)
    assert kept[1].rates == reading.rates
    assert told == sorted(told)
    assert len(told) > 20


def test_all_numbers_are_plain_and_whole_of_memory_is_given_back() -> None:
    card = Altered(SimulatedDevice(silicon(), 9))
    reading = measured(card)
    assert card.held == set()
    for one in (*reading.rates, *reading.chase):
        for name in ("per_clock_per_sm", "spread", "cycles"):
            assert type(getattr(one, name, 0.0)) is float
    assert type(reading.l2_bytes) is int
    assert type(reading.multiprocessors_by_id) is int


def test_a_card_that_falls_off_the_bus_is_not_swallowed() -> None:
    def gone(kernel: str, arguments: tuple[int, ...]) -> None:
        if kernel == "chase":
            raise DeviceLost("gone")

    with pytest.raises(DeviceLost):
        measured(Altered(SimulatedDevice(silicon(), 9), after=gone))


# --- the chase


@pytest.mark.parametrize("l2", [1, 1.5, 3, 5.5, 6, 24, 40, 50, 64, 72, 96, 128], ids=lambda l2: f"{l2} MiB")
@pytest.mark.parametrize("profile", ["quick", "standard"])
def test_the_l2_comes_out(l2: float, profile: str) -> None:
    card = silicon(l2_bytes=int(l2 * MIB), l1_bytes=128 << 10, l2_cycles=250.0, dram_cycles=560.0)
    reading = measured(SimulatedDevice(replace(card, claims=CudaClaims(l2_bytes=96 * MIB)), 10), run(profile))
    assert reading.l2_bytes == pytest.approx(l2 * MIB, rel=0.07)
    assert reading.l2_first_step_bytes is None
    assert reading.l2_claimed_bytes == 96 * MIB
    assert reading.l1_cycles == pytest.approx(33.0, rel=0.05)
    assert reading.l2_cycles == pytest.approx(250.0, rel=0.05)
    assert reading.dram_cycles == pytest.approx(560.0, rel=0.10)


@pytest.mark.parametrize(("l2", "near", "dram"), [(40, 205.0, 530.0), (50, 280.0, 640.0), (8, 205.0, 530.0)])
def test_two_halves_show_two_steps(l2: int, near: float, dram: float) -> None:
    card = silicon(l2_bytes=l2 * MIB, l2_halves=True, l1_bytes=192 << 10, l2_cycles=near, dram_cycles=dram)
    reading = measured(SimulatedDevice(card, 11), run("standard"))
    assert reading.l2_bytes == pytest.approx(l2 * MIB, rel=0.08)
    assert reading.l2_first_step_bytes == pytest.approx(l2 * MIB / 2, rel=0.12)


@given(
    capacity=st.floats(0.6 * MIB, 128 * MIB),
    near=st.floats(150, 300),
    rise=st.floats(1.6, 3.0),
    lift=st.floats(0.0, 0.03),
    ratio=st.sampled_from([2.0, math.sqrt(2.0)]),
)
@settings(max_examples=examples(60), deadline=None)
def test_any_step_is_found_and_lifts_by_address_translation_are_not(
    capacity: float, near: float, rise: float, lift: float, ratio: float
) -> None:
    def cycles_at(size: int) -> float:
        if size <= 128 << 10:
            return 33.0
        return near if size <= capacity else near * rise * (1 + lift * max(math.log2(size / capacity / 4), 0.0))

    found = chase.walk(cycles_at, chase.LARGEST_BYTES, ratio, lambda share, seconds: None)
    assert found.l2_bytes == pytest.approx(capacity, rel=0.05)
    assert found.first_step_bytes is None


@given(slope=st.floats(0.0, 0.045))
@settings(max_examples=examples(30), deadline=None)
def test_a_slope_alone_is_no_cache(slope: float) -> None:
    found = chase.walk(
        lambda size: 300.0 * (1 + slope * math.log2(size / 1024)), chase.LARGEST_BYTES, 2.0, lambda share, seconds: None
    )
    assert found.l2_bytes is None
    assert len(found.points) == len({point.size_bytes for point in found.points}) > 10


def test_with_little_memory_the_sizes_end_sooner() -> None:
    card = Altered(SimulatedDevice(silicon(l2_bytes=3 * MIB), 12), largest=16 * MIB)
    reading = measured(card)
    assert max(point.size_bytes for point in reading.chase) <= 16 * MIB
    assert reading.l2_bytes == pytest.approx(3 * MIB, rel=0.07)


def test_without_memory_the_chase_is_a_gap_and_the_rest_is_kept() -> None:
    this_run = run()
    reading = measured(Altered(SimulatedDevice(silicon(), 13), largest=4 * MIB), this_run)
    assert reading.chase == ()
    assert reading.rates
    (gap,) = this_run.gaps
    assert (gap.source, gap.advice) == ("measure: die", "End what uses the card.")


def test_a_rate_kernel_gets_a_block_for_each_multiprocessor() -> None:
    seen: list[tuple[int, int]] = []

    class Watched(Altered):
        def launch(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> float:
            if kernel.startswith("rate_"):
                seen.append((grid, block))
            return super().launch(kernel, grid, block, *arguments, shared_bytes=shared_bytes)

    measured(Watched(SimulatedDevice(silicon(multiprocessors=46), 14)))
    assert set(seen) == {(46, RATE_THREADS)}
