"""Figures of a control card: which they are, when one has drifted, and what a forged record cannot do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cards import genuine, row_of
from hypothesis import given, settings
from hypothesis import strategies as st
from silicon_records import silicon_of_row, with_silicon

from gpu_inspector.checks.control_figures import ALLOWED
from gpu_inspector.records import bench_words, drift
from gpu_inspector.records.drift import Taken
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.records.selftest import MOST_POINTS, ControlCard, Figure, SelfTested, Tried

ROW = row_of("NVIDIA GeForce RTX 4090")
DAY = datetime(2026, 11, 1, 8, tzinfo=UTC)


def card(**changes: Any) -> CardEvidence:
    return with_silicon(genuine(ROW), silicon_of_row(ROW, **changes)).cards[0]


def taken(row: int, one: CardEvidence | None = None) -> Taken:
    return Taken(row, DAY + timedelta(days=row), drift.figures_of(one or card()))


def held(*later: CardEvidence) -> ControlCard:
    return drift.control_card("desk", taken(1), [taken(row, one) for row, one in enumerate(later, start=2)], ALLOWED)


def test_every_figure_has_a_limit_and_words() -> None:
    assert {drift.kind_of(key) for key in drift.figures_of(card())} == set(ALLOWED) == set(drift.NAMES)
    assert all(drift.words_of(key) for key in drift.figures_of(card()))


def test_a_card_that_was_not_measured_has_no_figures() -> None:
    assert drift.figures_of(genuine(ROW).cards[0]) == {}


def test_the_same_card_on_another_day_has_not_drifted() -> None:
    found = held(card(), card())
    assert found.drifted == () and found.inspections == 3 and found.last_row == 3
    assert len(found.figures) == len(drift.figures_of(card()))


def test_each_figure_that_moved_is_named_alone() -> None:
    silicon = silicon_of_row(ROW)
    assert silicon.speed is not None and silicon.die is not None and silicon.link is not None
    slow = replace(silicon.speed, copy_bytes_per_s=silicon.speed.copy_bytes_per_s * 0.9)
    fewer = replace(silicon.die, multiprocessors_by_id=127)
    narrow = replace(silicon.link, width_under_load=8)
    for changes, name in (({"speed": slow}, "copy"), ({"die": fewer}, "by number"), ({"link": narrow}, "lanes")):
        (moved,) = held(card(**changes)).drifted
        assert name in moved.name


def test_what_two_honest_days_differ_by_is_no_drift() -> None:
    """A warmer room, a clock that boosts less, an hour-old browser with some of the memory, another driver's share."""
    silicon = silicon_of_row(ROW)
    assert silicon.memory is not None and silicon.die is not None and silicon.heat is not None
    covered = silicon.memory.covered_bytes * 7 // 8
    changes = {
        "memory": replace(
            silicon.memory,
            claimed_bytes=silicon.memory.claimed_bytes - 200 * 2**20,
            covered_bytes=covered,
            right_bytes=covered,
            true_bytes=covered,
        ),
        "die": replace(silicon.die, clock_mhz=1900.0, dram_cycles=500.0, l2_cycles=262.0),
        "heat": replace(silicon.heat, start_c=51.0, peak_c=83.0, drop_k_per_w=0.041),
    }
    assert held(card(**changes)).drifted == ()


def test_a_share_of_the_card_or_a_neighbour_is_not_compared() -> None:
    silicon = silicon_of_row(ROW)
    assert silicon.die is not None
    shared = replace(silicon.die, multiprocessors_by_id=14, disturbed=("MIG",))
    found = held(card(die=shared))
    assert found.drifted == () and not any("multiprocessors" in one.name for one in found.figures)


def test_a_quick_look_is_held_against_a_thorough_one_in_what_both_have() -> None:
    found = held(card(speed=None, heat=None))
    assert found.figures and not any("GB/s" in one.name and "link" not in one.name for one in found.figures)


def test_a_record_carries_the_reference_and_the_newest_only() -> None:
    found = held(*[card()] * 100)
    assert len(found.series) == MOST_POINTS and found.inspections == 101
    assert [found.series[0].row, found.series[-1].row] == [1, 101]


@settings(deadline=None)
@given(
    st.floats(-1e300, 1e300), st.floats(-1e300, 1e300), st.floats(0, 10), st.lists(st.none() | st.floats(), max_size=3)
)
def test_a_forged_figure_gives_words_of_bounded_length(
    reference: float, last: float, spread: float, values: list[float | None]
) -> None:
    figure = Figure(name="x", reference=reference, last=last, spread=spread)
    assert len(bench_words.drifted_words(figure, str)) < 200
    control = replace(held(card()), figures=(figure,) * 3)
    series = drift.series(replace(control, series=tuple(replace(one, values=tuple(values)) for one in control.series)))
    assert all(len(one.points) == 2 for one in series)


# --- the words


def of(origin: Origin = Origin.MACHINE, **fields: Any) -> Evidence:
    return replace(genuine(ROW), origin=origin, **fields)


def self_tested(*passed: bool | None, **fields: Any) -> SelfTested:
    tried = tuple(Tried(what=f"part {number}", passed=one) for number, one in enumerate(passed))
    made = {"made_at": of().collected_at - timedelta(hours=3), "tool_version": "1", "reference_version": "2"}
    return SelfTested(**{**made, **fields}, tried=tried)


def test_a_self_test_is_told_with_its_age_and_result() -> None:
    said = bench_words.self_test_line(of(self_test=self_tested(True, True)), str)
    assert said == "2026-11-24 06:30 UTC (3 hours before this evidence), all 2 parts passed"
    assert bench_words.self_test_line(of(), str) == bench_words.NO_SELF_TEST


def test_what_failed_and_what_was_not_tried_are_named() -> None:
    said = bench_words.result_of(self_tested(True, False, None), str)
    assert said == "FAILED: part 1; not tried: part 2; 1 of 3 parts passed"
    assert bench_words.result_of(self_tested(), str) == "nothing was tried"


@pytest.mark.parametrize(
    ("made_at", "said"),
    [
        (datetime(2026, 11, 24, 9, 29, tzinfo=UTC), "1 minute before"),
        (datetime(2026, 11, 20, tzinfo=UTC), "4 days before"),
        (datetime(2026, 11, 25, tzinfo=UTC), "dated after"),
        (datetime(2026, 11, 24), "age not known"),  # noqa: DTZ001 - as a forged record may have it
        (datetime.max.replace(tzinfo=UTC), "dated after"),
    ],
)
def test_an_age_is_one_or_is_said_to_be_none(made_at: datetime, said: str) -> None:
    assert said in bench_words.self_test_line(of(self_test=self_tested(True, made_at=made_at)), str)


def test_a_control_card_is_told_and_a_simulated_one_marked() -> None:
    silicon = silicon_of_row(ROW)
    assert silicon.speed is not None
    slow = replace(silicon.speed, copy_bytes_per_s=silicon.speed.copy_bytes_per_s / 2)
    same = bench_words.control_card_line(of(control_card=held(card())), str)
    assert "desk; last inspected 2026-11-03 08:00 UTC (21 days before" in same and "none of 18 figures drifted" in same
    moved = bench_words.control_card_line(of(control_card=held(card(speed=slow))), str)
    assert "DRIFTED, 1 of 18: copy within the card, GB/s 912 to 456 (it may differ by 8 %)" in moved
    assert "nothing to be compared yet" in bench_words.control_card_line(of(control_card=held()), str)
    simulated = replace(held(card()), simulation=True)
    assert bench_words.control_card_line(of(control_card=simulated), str).startswith("SIMULATION: ")
    assert bench_words.control_card_line(of(), str) == bench_words.NO_CONTROL_CARD
    assert bench_words.control_card_line(of(Origin.FILE), str) == bench_words.NO_MACHINE
