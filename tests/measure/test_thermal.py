"""Load and sudden cut: the drop per watt where it can be told, and every reason why it cannot."""

from itertools import pairwise

import pytest
from plain_card import MIB, PlainCard

from gpu_inspector.measure import thermal
from gpu_inspector.measure.device import DeviceLost, Sensors
from gpu_inspector.measure.run import PROFILES, PartReading, Run
from gpu_inspector.records.silicon import HeatReading


def run() -> Run:
    return Run(PROFILES["standard"], salt=7)


@pytest.mark.parametrize("resistance", [0.06, 0.08, 0.15, 0.25])
def test_the_drop_per_watt_is_that_of_the_contact(resistance: float) -> None:
    reading = thermal.measure(PlainCard(fast_k_per_w=resistance, slowdown_c=105.0), run())
    assert reading.usable, reading.why_not
    # 180 W of the 200 W end, and the sink cools by some 1 to 2 K meanwhile: within the note's 20 %.
    assert reading.drop_k_per_w == pytest.approx(resistance, rel=0.2)
    assert reading.power_w == 200.0
    assert reading.load_s == pytest.approx(45.0, abs=0.5)


def test_sensors_are_looked_at_five_times_a_second_and_more() -> None:
    card = PlainCard()
    thermal.measure(card, run())
    looks = card.sensor_looks[1:]
    gaps = [later - earlier for earlier, later in pairwise(looks)]
    assert max(gaps) < 0.2
    assert looks[-1] == pytest.approx(65.0, abs=3.0)


def test_samples_show_changes_and_one_a_second() -> None:
    reading = thermal.measure(PlainCard(), run())
    assert 60 <= len(reading.samples) <= 200
    times = [sample.at_s for sample in reading.samples]
    assert times == sorted(times)
    assert max(later - earlier for earlier, later in pairwise(times)) < 1.3


def test_memory_works_too_in_the_first_part_and_the_die_alone_at_the_end() -> None:
    card = PlainCard()
    thermal.measure(card, run())
    burns = [number for number, kernel in enumerate(card.kernels) if kernel == "burn"]
    assert "write_all" in card.kernels[: burns[len(burns) // 4]]
    assert set(card.kernels[burns[len(burns) // 2] :]) == {"burn"}
    assert card.held == 0


def test_a_full_card_is_loaded_without_its_memory() -> None:
    reading = thermal.measure(PlainCard(free_bytes=MIB), run())
    assert reading.usable, reading.why_not


def test_the_load_ends_below_the_cards_own_threshold() -> None:
    card = PlainCard(slowdown_c=80.0, slow_k_per_w=0.5, fast_k_per_w=0.12)
    reading = thermal.measure(card, run())
    assert reading.peak_c is not None
    assert 77.0 <= reading.peak_c <= 79.0
    assert reading.load_s < 40.0
    assert reading.usable, "the drop can still be told"


@pytest.mark.parametrize("slowdown", [None, 4000.0, float("nan")], ids=["not given", "absurd", "no number"])
def test_an_unknown_threshold_leaves_one_on_the_safe_side(slowdown: float | None) -> None:
    reading = thermal.measure(PlainCard(slowdown_c=slowdown, slow_k_per_w=0.9), run())
    assert reading.peak_c is not None
    assert reading.peak_c <= 103.0
    assert reading.load_s < 45.0


def test_the_hardwares_own_slowdown_ends_the_load() -> None:
    class Card(PlainCard):
        def sensors(self) -> Sensors:
            hot = self.now_s() > 10.0
            return Sensors(temperature_c=60.0, power_w=200.0, throttle=("hardware thermal slowdown",) if hot else ())

    reading = thermal.measure(Card(), run())
    assert reading.load_s < 11.5
    assert reading.throttle == ("hardware thermal slowdown",)


@pytest.mark.parametrize(
    ("card", "why"),
    [
        (PlainCard(frozen=True), "did not change"),
        (PlainCard(load_w=45.0, idle_w=10.0), "45 W"),
        (PlainCard(fast_k_per_w=0.02, slow_k_per_w=0.1), "fell by"),
        (PlainCard(without=frozenset({"power_w"})), "no power"),
        (PlainCard(without=frozenset({"temperature_c"})), "no temperature"),
    ],
    ids=["frozen sensor", "little power", "small drop", "no power", "no temperature"],
)
def test_what_cannot_be_used_says_why(card: PlainCard, why: str) -> None:
    reading = thermal.measure(card, run())
    assert not reading.usable
    assert why in reading.why_not
    assert reading.drop_k_per_w is None


def test_no_load_is_put_on_a_card_whose_temperature_nobody_sees() -> None:
    card = PlainCard(without=frozenset({"temperature_c"}))
    thermal.measure(card, run())
    assert card.kernels == []


def test_a_clock_that_stands_still_does_not_hold_us() -> None:
    card = PlainCard(clock_runs=False)
    reading = thermal.measure(card, run())
    assert not reading.usable
    assert len(card.sensor_looks) < 3000


def test_events_that_give_no_time_are_told() -> None:
    class Card(PlainCard):
        def launch(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> float:
            return float("nan")

    reading = thermal.measure(Card(), run())
    assert "no time" in reading.why_not


def test_a_load_that_does_not_exist_is_told() -> None:
    class Card(PlainCard):
        def seconds_of(self, kernel: str, grid: int, *arguments: int) -> float:
            return super().seconds_of("none" if kernel == "burn" else kernel, grid, *arguments)

    assert "does not exist" in thermal.measure(Card(), run()).why_not


def test_no_launch_is_long_enough_for_a_watchdog() -> None:
    longest = 0.0

    class Card(PlainCard):
        def launch(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> float:
            nonlocal longest
            took = super().launch(kernel, grid, block, *arguments, shared_bytes=shared_bytes)
            longest = max(longest, took)
            return took

    thermal.measure(Card(), run())
    assert longest < 0.2


def test_what_was_seen_before_a_loss_is_kept() -> None:
    class Card(PlainCard):
        def pause(self, seconds: float) -> None:
            raise DeviceLost("Gone.")

    kept: list[PartReading] = []
    with pytest.raises(DeviceLost):
        thermal.measure(Card(), Run(PROFILES["standard"], 7, on_keep=kept.append))
    (reading,) = kept
    assert isinstance(reading, HeatReading)
    assert not reading.usable
    assert reading.peak_c is not None


def test_live_figures_go_with_the_signs_of_life() -> None:
    told: list[dict[str, float]] = []
    thermal.measure(PlainCard(), Run(PROFILES["standard"], 7, on_tell=lambda share, within, seen: told.append(seen)))
    assert {"temperature_c", "power_w"} <= set(told[5])
