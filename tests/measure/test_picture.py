"""The live memory map: what launches did to each page, said in short messages, a few times a second."""

import itertools
import time

import numpy as np
import pytest
from measure.memory_cases import OnlyDevice

from gpu_inspector.measure import memory, messages
from gpu_inspector.measure.page_watch import PageWatch
from gpu_inspector.measure.picture import AGAIN_S, MOST_RUNS, Picture, message_of
from gpu_inspector.measure.run import PROFILES, Letters, PageStates, Run
from gpu_inspector.measure.simulation import cards
from gpu_inspector.probes.child_live import map_of
from gpu_inspector.records.live import GRAVEST_FIRST, MOST_CELLS, PAGE_LETTERS
from gpu_inspector.records.silicon import PAGE_BYTES

NONE = np.zeros(0, dtype=np.int64)


def letters(text: str) -> Letters:
    return np.frombuffer(text.encode(), dtype=np.uint8).copy()


def states(text: str) -> PageStates:
    return PageStates(letters(text), NONE, NONE)


def test_every_letter_has_its_rank() -> None:
    assert set(GRAVEST_FIRST) == PAGE_LETTERS.keys()


@pytest.mark.parametrize("text", ["r", "rrrreeuw", "u" * 12_288, "re" * 500, "anewur" * 100])
def test_what_is_said_is_what_is_drawn(text: str) -> None:
    drawn = map_of(message_of(states(text)))
    assert drawn is not None and drawn.cells == text
    assert {letter: drawn.count(letter) for letter in GRAVEST_FIRST} == {one: text.count(one) for one in GRAVEST_FIRST}


@pytest.mark.parametrize("pages", [MOST_CELLS + 1, 73_000, 400_000])
def test_memory_in_a_thousand_pieces_is_coarser_and_no_failing_page_is_lost(pages: int) -> None:
    text = ("rrre" * (pages // 4 + 1))[:pages]
    said = message_of(states(text))
    assert len(messages.encode(said)) < 32_000
    drawn = map_of(said)
    assert drawn is not None and drawn.pages == pages and drawn.count("e") == text.count("e")
    runs = 1 + sum(one != other for one, other in itertools.pairwise(drawn.cells))
    assert "e" in drawn.cells and len(drawn.cells) <= MOST_CELLS and runs <= MOST_RUNS


def test_one_failing_page_of_many_survives_in_its_cell() -> None:
    text = "r" * 200_000 + "e" + "r" * 100_000
    drawn = map_of(message_of(states(text)))
    assert drawn is not None and drawn.cells.count("e") == 1
    assert drawn.cells.index("e") == 200_000 // drawn.pages_per_cell


def test_folds_are_runs_and_few() -> None:
    folded = np.arange(100, 200, dtype=np.int64)
    said = message_of(PageStates(letters("a" * 300), folded, folded - 100))
    assert said.folds == ((100, 100, 0),)
    wild = np.arange(0, 100_000, dtype=np.int64)
    said = message_of(PageStates(letters("a" * 100_000), wild, wild[::-1].copy()))
    assert len(said.folds) == MOST_RUNS


def test_the_largest_memory_is_said_in_a_blink() -> None:
    pages = states("r" * 100_000)
    took = min(_timed(pages) for _ in range(5))
    assert took < 0.02


def _timed(pages: PageStates) -> float:
    """Of its own work: what else the machine does is no fault of the picture's."""
    began = time.process_time()
    message_of(pages)
    return time.process_time() - began


def test_pictures_come_a_few_times_a_second_and_the_last_one_always() -> None:
    said: list[messages.Pages] = []
    now = [0.0]
    picture = Picture(said.append, lambda: now[0])
    for number in range(1000):
        now[0] = number / 1000
        picture.take(states("r" * (number + 1)))
    assert len(said) <= 1 / AGAIN_S + 1
    picture.flush()
    picture.flush()
    assert said[-1].pages == 1000 and len({one.pages for one in said}) == len(said)


def test_pages_go_from_untested_over_written_to_what_they_are() -> None:
    seen: list[str] = []
    run = Run(PROFILES["quick"], 1, on_draw=lambda pages: seen.append(pages.letters.tobytes().decode()))
    watch = PageWatch(run, 6)
    watch.written(0, 4)
    watch.verified(2, np.array([False, True]))
    watch.settle(letters("uuranu"), NONE, NONE)
    watch.verified(0, np.array([True, False]))
    watch.written(0, 6)
    assert seen == ["wwwwuu", "wwreuu", "wwranu", "erranu", "erranw"]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("genuine-rtx-3060", {"r"}),
        ("dead-data-lane", {"e"}),
        ("gtx-1050-ti-folded", {"r", "a"}),
        ("cmp-170hx-unlocked-64gb", {"r", "a"}),
    ],
)
def test_a_simulated_card_draws_what_its_reading_says(name: str, wanted: set[str]) -> None:
    seen: list[PageStates] = []
    run = Run(PROFILES["quick"], 7, on_draw=seen.append)
    reading = memory.measure(OnlyDevice(cards.open_device(name, 0)), run)
    drawn = map_of(message_of(seen[-1]))
    assert drawn is not None and set(drawn.cells) == wanted >= set(reading.map)
    assert drawn.count("r") * PAGE_BYTES <= reading.right_bytes <= reading.covered_bytes == drawn.pages * PAGE_BYTES
    if "a" in wanted:
        folded = drawn.cells.index("a")
        owner = drawn.owner(folded)
        assert owner is not None and drawn.cells[owner] == "r"
