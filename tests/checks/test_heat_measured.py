"""Heat: worn above a limit that is called a guess, sound below it, no judgement where nothing can be judged."""

from dataclasses import replace

import pytest

from gpu_inspector.checks.answer import Answer
from gpu_inspector.checks.heat_measured import heat
from gpu_inspector.language import fill
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.finding import Condition, Outcome, Strength
from gpu_inspector.records.product import Die
from gpu_inspector.records.silicon import HeatReading, MemoryReading

DIE = load().dies["TU102"]
WHOLE = MemoryReading(claimed_bytes=1, free_bytes=1, covered_bytes=1, complete=True)


def reading(contact: float) -> HeatReading:
    """A contact of so many K*mm2/W on the die of these tests."""
    per_watt = contact / (DIE.area_mm2 or 1)
    return HeatReading(
        usable=True, load_s=45.0, power_w=250.0, start_c=40.0, peak_c=71.0, after_cut_c=50.0, drop_k_per_w=per_watt
    )


def judged(
    measured: HeatReading, die: Die | None = DIE, mobile: bool = False, memory: MemoryReading | None = WHOLE
) -> Answer:
    return heat.answer(measured_heat=measured, die=die, mobile=mobile, measured_memory=memory)


def test_a_good_contact_is_sound() -> None:
    answer = judged(reading(27))
    assert (answer.outcome, answer.condition) == (Outcome.CONSISTENT, Condition.SOUND)


def test_a_good_contact_alone_is_no_sound_card() -> None:
    assert judged(reading(27), memory=None).condition is None


def test_a_poor_contact_is_noted_and_worn() -> None:
    answer = judged(reading(75))
    assert (answer.outcome, answer.strength, answer.condition) == (Outcome.NOTED, Strength.WEAK, Condition.WORN)
    assert "75 K·mm²/W" in fill(answer.text, answer.values)


@pytest.mark.parametrize("contact", [27, 75])
def test_the_limit_is_called_a_guess(contact: float) -> None:
    answer = judged(reading(contact))
    assert "guess" in answer.text
    assert "no card" in answer.source


def test_an_unusable_measurement_is_inconclusive_and_says_why() -> None:
    answer = judged(HeatReading(usable=False, why_not="The load drew 40 W only; 60 W are needed."))
    assert (answer.outcome, answer.condition) == (Outcome.INCONCLUSIVE, None)
    assert "40 W" in fill(answer.text, answer.values)


@pytest.mark.parametrize(
    "die",
    [None, replace(DIE, area_mm2=None), replace(DIE, from_memory=("area_mm2",))],
    ids=["no die", "no area", "an area from memory"],
)
def test_without_an_area_there_is_no_judgement(die: Die | None) -> None:
    assert judged(reading(75), die).outcome is Outcome.INCONCLUSIVE


def test_a_laptop_is_not_judged() -> None:
    answer = judged(reading(75), mobile=True)
    assert (answer.outcome, answer.condition) == (Outcome.INCONCLUSIVE, None)


@pytest.mark.parametrize("usable", [True, False])
def test_a_card_that_heat_slowed_is_noted(usable: bool) -> None:
    hot = replace(reading(27), usable=usable, throttle=("power cap", "software thermal slowdown"))
    answer = judged(hot)
    assert (answer.outcome, answer.condition) == (Outcome.NOTED, None)
    assert "71 °C" in fill(answer.text, answer.values)
    assert "power cap" not in fill(answer.text, answer.values)


def test_a_poor_contact_tells_of_the_slowdown_too() -> None:
    answer = judged(replace(reading(75), throttle=("hardware thermal slowdown",)))
    assert answer.condition is Condition.WORN
    assert "hardware thermal slowdown" in fill(answer.text, answer.values)
