"""What a window sees of a measuring child: bounded whatever the child says, and time left by what was measured."""

import sys
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.measure import messages
from gpu_inspector.measure.messages import Hello, Missing, Pages, Step
from gpu_inspector.probes import child_live, cuda
from gpu_inspector.probes.child_live import MOST_WAITING, Watching, map_of
from gpu_inspector.probes.child_story import Story
from gpu_inspector.probes.cuda import Target
from gpu_inspector.records.live import FIGURES, MOST_CELLS, PAGE_LETTERS, Live, Standing

UUID = "GPU-8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4"
HELLO = Hello("a card", UUID, "standard", "", ("die", "memory", "heat"), weights=(5.0, 15.0, 60.0))


class Clock:
    """Our own clock, as a test sets it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)


def watching(*steps: Step) -> Watching:
    one = Watching("0000:01:00.0", UUID)
    one.hello(HELLO)
    for step in steps:
        one.step(step)
    return one


def test_steps_stand_where_the_share_of_the_whole_says() -> None:
    live = watching(Step("die", 0.0), Step("memory", 0.0625), Step("memory", 0.15625, at_s=7.0)).look((), ended=False)
    assert [(one.name, one.standing, round(one.share, 3)) for one in live.steps] == [
        ("die", Standing.DONE, 1.0),
        ("memory", Standing.RUNNING, 0.5),
        ("heat", Standing.WAITING, 0.0),
    ]
    assert live.share == 0.15625 and live.label == "0000:01:00.0"


def test_time_left_is_the_steps_own_speed_and_what_later_steps_take(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    one = watching(Step("memory", 0.0625, at_s=0.0))
    clock.now += 30.0
    one.step(Step("memory", 0.0625 + 0.25 * 15 / 80, at_s=30.0))
    left = one.look((), ended=False).seconds_left
    assert left == pytest.approx(90.0 + 60.0)
    assert one.look((), ended=True).seconds_left is None


def test_a_simulations_clock_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    one = watching(Step("memory", 0.0625, at_s=0.0))
    clock.now += 1.0
    one.step(Step("memory", 0.0625 + 0.5 * 15 / 80, at_s=20.0))
    assert one.look((), ended=False).seconds_left == pytest.approx(1.0 + 60.0 / 20)


def test_parts_that_were_not_reached_have_their_reason() -> None:
    story = Story("card", UUID, 0, "standard")
    for message in (HELLO, Step("memory", 0.1), Missing("measure: memory", "It fell off the bus."), ):  # fmt: skip
        story.hear(messages.encode(message))
    story.ended(3, "")
    live = story.live(over=True)
    assert [one.standing for one in live.steps] == [Standing.DONE, Standing.MISSING, Standing.MISSING]
    assert live.steps[1].reason == "It fell off the bus." and live.ended and live.gaps[0].source == "measure: memory"


def test_a_part_with_a_gap_that_went_on_is_not_simply_done() -> None:
    story = Story("card", UUID, 0, "standard")
    for message in (HELLO, Step("die", 0.0), Missing("measure: die", "No chase."), Step("memory", 0.1)):
        story.hear(messages.encode(message))
    assert story.live(over=False).steps[0].standing is Standing.PARTLY


FIGURE = st.floats(allow_nan=False) | st.integers()


@given(
    at=st.lists(st.floats() | st.just(0.5), max_size=20),
    figures=st.dictionaries(st.sampled_from([*FIGURES, "volts", ""]), st.floats(), max_size=4),
    share=st.floats(),
    step=st.sampled_from(["die", "memory", "heat", "another"]) | st.text(max_size=5),
)
def test_whatever_a_child_says_every_value_is_finite_and_bounded(
    at: list[float], figures: dict[str, float], share: float, step: str
) -> None:
    one = watching()
    for at_s in at:
        one.step(Step(step, share, 1.0, figures, at_s))
    live = one.look((), ended=False)
    assert 0.0 <= live.share <= 1.0 and all(0.0 <= part.share <= 1.0 for part in live.steps)
    assert live.seconds_left is None or 0.0 <= live.seconds_left <= child_live.LONGEST_LEFT_S
    times = [sample.at_s for sample in live.samples]
    assert times == sorted(times)
    for sample in live.samples:
        for name, (_, _, least, most) in FIGURES.items():
            value = getattr(sample, name)
            assert value is None or least <= value <= most


def test_bytes_per_second_of_the_link_are_not_the_memorys() -> None:
    one = Watching("card", UUID)
    one.hello(Hello("a card", UUID, "standard", "", ("link", "memory")))
    one.step(Step("link", 0.1, figures={"gb_per_s": 25.0, "power_w": 60.0}, at_s=1.0))
    one.step(Step("memory", 0.6, figures={"gb_per_s": 800.0}, at_s=2.0))
    samples = one.look((), ended=False).samples
    assert [sample.gb_per_s for sample in samples] == [None, 800.0]


def test_a_flood_is_thinned_to_ten_a_second_and_kept_short() -> None:
    one = watching(*(Step("memory", 0.1, figures={"power_w": 1.0}, at_s=at / 1000) for at in range(10_000)))
    assert 95 <= len(one.look((), ended=False).samples) <= 101
    for at in range(5000):
        one.step(Step("memory", 0.1, figures={"power_w": 1.0}, at_s=100.0 + at))
    assert len(one.look((), ended=False).samples) == MOST_WAITING


@pytest.mark.parametrize(
    "weights",
    [(), (1.0,), (0.0, 1.0, 1.0), (float("nan"),) * 3, (-1.0, 2.0, 2.0), (1e300,) * 3],
    ids=["none", "too few", "zero", "no number", "negative", "endless"],
)
def test_weights_that_are_none_are_replaced_by_equal_ones(weights: tuple[float, ...]) -> None:
    one = Watching("card", UUID)
    one.hello(Hello("a card", UUID, "standard", "", ("die", "memory", "heat"), weights=weights))
    one.step(Step("memory", 0.5))
    assert one.look((), ended=False).steps[1].share == pytest.approx(0.5)


def test_names_without_end_or_sense_are_kept_short() -> None:
    one = Watching("card", UUID)
    one.hello(Hello("a card", UUID, "standard", "", ("x" * 10_000, "", "x" * 10_000, *map(str, range(100)))))
    live = one.look((), ended=False)
    assert 0 < len(live.steps) <= 16 and max(len(step.name) for step in live.steps) <= 40


# --- the map


def test_a_map_is_what_its_runs_say() -> None:
    drawn = map_of(Pages(10, 1, "r6e1a2u1", {"r": 6, "e": 1, "a": 2, "u": 1}, ((7, 2, 0),)))
    assert drawn is not None and drawn.cells == "rrrrrreaau" and drawn.count("a") == 2
    assert (drawn.owner(8), drawn.owner(3)) == (1, None)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(Pages(0, 1, "", {}), id="no page"),
        pytest.param(Pages(10, 0, "r10", {"r": 10}), id="no pages a cell"),
        pytest.param(Pages(10, 1, "r9", {"r": 10}), id="too few cells"),
        pytest.param(Pages(10, 1, "r11", {"r": 10}), id="too many cells"),
        pytest.param(Pages(10, 1, "x10", {"x": 10}), id="unknown letter"),
        pytest.param(Pages(10, 1, "r10", {"r": 9}), id="counts that do not add up"),
        pytest.param(Pages(10, 1, "r10", {"r": 20, "e": -10}), id="less than nothing"),
        pytest.param(Pages(10, 1, "r5 r5", {"r": 10}), id="something else between"),
        pytest.param(Pages(10, 1, "r0r10", {"r": 10}), id="an empty run"),
        pytest.param(Pages(10**12, 10**9, "r1000", {"r": 10**12}), id="petabytes"),
        pytest.param(Pages(MOST_CELLS + 1, 1, f"r{MOST_CELLS + 1}", {"r": MOST_CELLS + 1}), id="too many cells at all"),
        pytest.param(Pages(4_000_000, 1, "r1" * 4_000_000, {"r": 4_000_000}), id="a text without end"),
    ],
)
def test_a_map_that_cannot_be_is_none_and_the_one_before_stays(message: Pages) -> None:
    assert map_of(message) is None
    one = watching(Step("memory", 0.1))
    one.pages(Pages(2, 1, "r2", {"r": 2}))
    assert one.look((), ended=False).memory is not None
    one.pages(message)
    drawn = one.look((), ended=False).memory
    assert drawn is not None and drawn.pages == 2


@pytest.mark.parametrize("fold", [(9, 2, 0), (-1, 1, 0), (0, 1, 10), (0, 0, -1), (0, 2**60, 0)])
def test_folds_beyond_the_memory_are_left_out(fold: tuple[int, int, int]) -> None:
    drawn = map_of(Pages(10, 1, "r10", {"r": 10}, (fold,)))
    assert drawn is not None and drawn.folds == ()


@given(
    runs=st.lists(st.tuples(st.sampled_from([*PAGE_LETTERS, "x"]), st.integers(0, 50)), max_size=20),
    pages=st.integers(),
)
def test_any_runs_make_a_whole_map_or_none(runs: list[tuple[str, int]], pages: int) -> None:
    cells = "".join(f"{letter}{length}" for letter, length in runs)
    counts: dict[str, int] = {}
    for letter, length in runs:
        counts[letter] = counts.get(letter, 0) + length
    drawn = map_of(Pages(pages, 1, cells, counts))
    if drawn is not None:
        assert len(drawn.cells) == drawn.pages == sum(count for _, count in drawn.counts)


# --- through the parent


SCRIPT = """
import json, os, sys, time, signal
def say(type, **fields):
    os.write(1, (json.dumps({"type": type, **fields}) + "\\n").encode())
say("hello", device="a card", uuid=sys.argv[1], profile="quick", compiler="", steps=["die", "memory"])
"""


def play(script: str, **wanted: Any) -> tuple[tuple[cuda.Measured, ...], list[Live]]:
    seen: list[Live] = []
    command = [sys.executable, "-I", "-S", "-c", SCRIPT + script]
    answers = cuda.measure(
        [Target("card", UUID)],
        "quick",
        wanted.get("progress", lambda step, share: None),
        watch=seen.append,
        command=command,
    )
    return answers, seen


def test_a_watcher_sees_figures_and_map_and_the_end() -> None:
    _, seen = play(
        "for number in range(20):\n"
        "    say('progress', step='memory', share=0.5, at_s=number, figures={'temperature_c': 40 + number})\n"
        "    say('pages', pages=4, per_cell=1, cells='r1w3', counts={'r': 1, 'w': 3})\n"
        "time.sleep(0.3)\n"
        "say('result', reading={'profile': 'quick', 'complete': True})"
    )
    samples = [sample for live in seen for sample in live.samples]
    assert [sample.temperature_c for sample in samples] == [40.0 + number for number in range(20)]
    assert seen[-1].ended and seen[-1].memory is not None and seen[-1].memory.cells == "rwww"


def test_a_watcher_is_told_ten_times_a_second_at_most() -> None:
    began = time.monotonic()
    _, seen = play(
        "end = time.monotonic() + 1.0\n"
        "while time.monotonic() < end: say('progress', step='memory', share=0.5)\n"
        "say('result', reading={'profile': 'quick', 'complete': True})"
    )
    assert len(seen) <= 10 * (time.monotonic() - began) + 2


def test_a_lying_map_costs_the_reading_nothing() -> None:
    (one,), seen = play(
        "say('pages', pages=-5, per_cell=0, cells='zzz', counts={})\n"
        "say('pages', pages='many')\n"
        "say('result', reading={'profile': 'quick', 'complete': True})"
    )
    assert one.silicon is not None and one.silicon.complete and one.gaps == ()
    assert seen[-1].memory is None


def test_whoever_stops_a_child_that_will_not_end_waits_less_than_two_seconds() -> None:
    stopped: list[float] = []

    def stop(step: str, share: float) -> None:
        if "memory" in step:
            stopped.append(time.monotonic())
            raise RuntimeError("stopped")

    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN); say('progress', step='memory', share=0.5); time.sleep(60)"
    with pytest.raises(RuntimeError, match="stopped"):
        play(deaf, progress=stop)
    assert time.monotonic() - stopped[0] < 2.0
