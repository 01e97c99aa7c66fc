"""The measured width of the bus: a swap is suspicious, whatever explains a slow memory is not."""

from dataclasses import replace

import pytest
from cards import row_of

from gpu_inspector.checks.answer import ONE_TABLE, Answer
from gpu_inspector.checks.speed_measured import bus_measured
from gpu_inspector.records.finding import Outcome, Strength
from gpu_inspector.records.product import Product
from gpu_inspector.records.silicon import DieReading, MemoryReading, SpeedReading

ROW = row_of("NVIDIA GeForce RTX 4090")


def reading(bits: float, clock: float = 10501.0, under_load: bool = True) -> SpeedReading:
    """What a bus of so many bits gives at that clock."""
    write = bits / 8 * 2e6 * clock * 0.98
    return SpeedReading(
        copy_bytes_per_s=0.9 * write,
        read_bytes_per_s=0.95 * write,
        write_bytes_per_s=write,
        memory_clock_claimed_mhz=clock,
        bus_bits_implied=bits if under_load else None,
    )


def judged(
    speed: SpeedReading,
    *rows: Product,
    mobile: bool = False,
    die: DieReading | None = None,
    memory: MemoryReading | None = None,
) -> Answer:
    return bus_measured.answer(
        measured_speed=speed,
        products=rows or (ROW,),
        whole_card=True,
        mobile=mobile,
        measured_die=die,
        measured_memory=memory,
    )


@pytest.mark.parametrize("error", [0.93, 1.0, 1.07])
def test_a_width_within_the_methods_error_is_consistent(error: float) -> None:
    assert judged(reading(384 * error)).outcome is Outcome.CONSISTENT


@pytest.mark.parametrize(
    ("bits", "strength"), [(340, Strength.WEAK), (300, Strength.MEDIUM), (192, Strength.STRONG), (128, Strength.STRONG)]
)
def test_the_further_off_the_more_it_weighs(bits: float, strength: Strength) -> None:
    answer = judged(reading(bits))
    assert answer.strength is strength
    assert answer.outcome is (Outcome.SUSPICIOUS if strength is Strength.STRONG else Outcome.NOTED)
    assert answer.values["width"] == str(bits)
    assert answer.innocent


@pytest.mark.parametrize(
    "seen",
    [
        {"speed": reading(192, under_load=False)},
        {"mobile": True},
        {"die": DieReading(disturbed=("another process",))},
        {"memory": MemoryReading(claimed_bytes=1, free_bytes=1, covered_bytes=1, bad_words=3)},
        {"memory": MemoryReading(claimed_bytes=1, free_bytes=1, covered_bytes=1, transient_pages=1)},
    ],
    ids=["clock unknown", "laptop", "not alone", "faulty memory", "marginal memory"],
)
def test_what_explains_a_slow_memory_keeps_it_a_weak_sign(seen: dict[str, object]) -> None:
    arguments = {"speed": reading(192), **seen}
    answer = judged(**arguments)  # type: ignore[arg-type]
    assert (answer.outcome, answer.strength) == (Outcome.NOTED, Strength.WEAK)
    assert answer.values["excuse"]


def test_an_expectation_of_one_table_is_no_strong_sign() -> None:
    answer = judged(reading(192), replace(ROW, single_source=("bus_bits",)))
    assert (answer.strength, answer.source) == (Strength.MEDIUM, ONE_TABLE)


@pytest.mark.parametrize("row", [replace(ROW, bus_bits=None), replace(ROW, from_memory=("bus_bits",))])
def test_without_an_expectation_nothing_is_concluded(row: Product) -> None:
    assert judged(reading(192), row).outcome is Outcome.INCONCLUSIVE


def test_of_several_widths_the_nearest_counts() -> None:
    answer = judged(reading(190), replace(ROW, bus_bits=128), replace(ROW, bus_bits=192))
    assert answer.outcome is Outcome.CONSISTENT


def test_a_wider_bus_than_the_products_is_a_weak_sign_at_most() -> None:
    answer = judged(reading(700))
    assert (answer.outcome, answer.strength) == (Outcome.NOTED, Strength.WEAK)


def test_no_clock_implies_no_width() -> None:
    speed = replace(reading(192), memory_clock_claimed_mhz=None, bus_bits_implied=None)
    assert judged(speed).outcome is Outcome.INCONCLUSIVE


def test_numbers_that_no_device_gives_do_not_break_it() -> None:
    nothing = SpeedReading(copy_bytes_per_s=0.0, read_bytes_per_s=0.0, write_bytes_per_s=0.0)
    assert judged(nothing).outcome is Outcome.INCONCLUSIVE
    assert judged(replace(nothing, memory_clock_claimed_mhz=7000.0)).outcome is Outcome.INCONCLUSIVE
