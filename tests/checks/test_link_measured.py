"""The link under load: noted with numbers, worn at most, never against identity."""

from dataclasses import replace

import pytest

from gpu_inspector.checks.answer import Answer
from gpu_inspector.checks.facts import LinkClaim
from gpu_inspector.checks.link_measured import under_load
from gpu_inspector.language import fill
from gpu_inspector.records.finding import Condition, Outcome, Strength
from gpu_inspector.records.silicon import LinkReading, MemoryReading

GOOD = LinkReading(
    to_device_bytes_per_s=25.1e9,
    to_host_bytes_per_s=26.0e9,
    both_bytes_per_s=42e9,
    gen_under_load=4,
    width_under_load=16,
    gen_max=4,
    width_max=16,
    moved_bytes=30_000_000_000,
    replays=0,
)
STATE = LinkReading(gen_under_load=4, width_under_load=16, gen_max=4, width_max=16, moved_bytes=200_000_000, replays=0)
WHOLE = MemoryReading(claimed_bytes=1, free_bytes=1, covered_bytes=1, complete=True)


def judged(
    link: LinkReading,
    claim: LinkClaim | None = None,
    mobile: bool = False,
    memory: MemoryReading | None = WHOLE,
    slot: int | None = None,
) -> Answer:
    return under_load.answer(measured_link=link, link=claim, mobile=mobile, measured_memory=memory, slot_width=slot)


def words(answer: Answer) -> str:
    return fill(answer.text, answer.values)


def test_a_good_link_is_consistent_and_sound() -> None:
    answer = judged(GOOD)
    assert (answer.outcome, answer.condition) == (Outcome.CONSISTENT, Condition.SOUND)
    assert "25.1 GB/s" in words(answer)


@pytest.mark.parametrize("memory", [None, replace(WHOLE, complete=False)], ids=["none", "incomplete"])
def test_a_good_link_alone_is_no_sound_card(memory: MemoryReading | None) -> None:
    assert judged(GOOD, memory=memory).condition is None


def test_the_state_alone_says_nothing_of_the_condition() -> None:
    answer = judged(STATE)
    assert (answer.outcome, answer.condition) == (Outcome.CONSISTENT, None)


@pytest.mark.parametrize("link", [GOOD, STATE], ids=["rates", "state"])
def test_a_narrow_slot_is_noted_with_the_numbers(link: LinkReading) -> None:
    narrow = replace(link, width_under_load=8, to_device_bytes_per_s=link.to_device_bytes_per_s and 12.6e9)
    answer = judged(replace(narrow, to_host_bytes_per_s=link.to_host_bytes_per_s and 13e9))
    assert (answer.outcome, answer.strength, answer.condition) == (Outcome.NOTED, Strength.WEAK, None)
    assert "x16, and x8" in words(answer)
    assert "another slot" in answer.advice


@pytest.mark.parametrize(
    ("slot", "strength", "cause", "said"),
    [
        pytest.param(16, Strength.MEDIUM, "link trained down", "port above it x16, and only x8", id="slot of x16"),
        pytest.param(32, Strength.MEDIUM, "link trained down", "only x8", id="a switch of x32"),
        pytest.param(8, Strength.WEAK, "link under load", "slot or bridge, not the card's own link", id="slot of x8"),
        pytest.param(None, Strength.WEAK, "link under load", "slot, riser or contacts", id="slot not known"),
    ],
)
def test_lanes_that_card_and_port_have_and_that_were_not_trained_weigh_more(
    slot: int | None, strength: Strength, cause: str, said: str
) -> None:
    answer = judged(replace(GOOD, width_under_load=8, to_device_bytes_per_s=13e9, to_host_bytes_per_s=13e9), slot=slot)
    assert (answer.outcome, answer.strength, answer.cause) == (Outcome.NOTED, strength, cause)
    assert said in words(answer)


def test_a_narrow_product_in_a_wide_slot_is_whole() -> None:
    link = replace(GOOD, width_under_load=8, width_max=8, to_device_bytes_per_s=13e9, to_host_bytes_per_s=13e9)
    assert judged(link, slot=16).outcome is Outcome.CONSISTENT


def test_the_cards_own_maximum_counts_where_the_driver_gives_the_slots() -> None:
    behind = replace(GOOD, width_under_load=8, width_max=8, to_device_bytes_per_s=13e9, to_host_bytes_per_s=13e9)
    assert judged(behind).outcome is Outcome.CONSISTENT
    assert judged(behind, LinkClaim(4, 16, True)).outcome is Outcome.NOTED


def test_an_older_slot_is_noted() -> None:
    answer = judged(replace(GOOD, gen_under_load=3, to_device_bytes_per_s=12.4e9, to_host_bytes_per_s=12.9e9))
    assert answer.outcome is Outcome.NOTED
    assert "generation 4, and the link runs at 3" in words(answer)


def test_a_laptops_fewer_lanes_are_its_makers() -> None:
    laptop = replace(GOOD, width_under_load=8, to_device_bytes_per_s=13e9, to_host_bytes_per_s=13e9)
    assert judged(laptop, mobile=True).outcome is Outcome.CONSISTENT


@pytest.mark.parametrize(
    ("gen", "width", "carries"), [(1, 16, 4e9), (3, 16, 15.75e9), (4, 8, 15.75e9), (5, 4, 15.75e9)]
)
def test_a_slow_link_is_a_problem_of_the_host(gen: int, width: int, carries: float) -> None:
    link = replace(GOOD, gen_under_load=gen, width_under_load=width, gen_max=gen, width_max=width)
    fine = replace(link, to_device_bytes_per_s=0.62 * carries, to_host_bytes_per_s=0.8 * carries)
    slow = replace(link, to_device_bytes_per_s=0.58 * carries, to_host_bytes_per_s=0.8 * carries)
    assert judged(fine).outcome is Outcome.CONSISTENT
    answer = judged(slow)
    assert (answer.outcome, answer.strength) == (Outcome.NOTED, Strength.WEAK)
    assert "58 %" in words(answer)


@pytest.mark.parametrize(
    ("replays", "outcome", "condition"),
    [
        (0, Outcome.CONSISTENT, Condition.SOUND),
        (1, Outcome.NOTED, None),
        (3, Outcome.NOTED, None),
        (4, Outcome.NOTED, Condition.WORN),
        (400, Outcome.NOTED, Condition.WORN),
        (-4, Outcome.CONSISTENT, Condition.SOUND),
        (None, Outcome.CONSISTENT, None),
    ],
)
def test_packets_sent_again_are_counted_by_what_was_moved(
    replays: int | None, outcome: Outcome, condition: Condition | None
) -> None:
    answer = judged(replace(GOOD, replays=replays))
    assert (answer.outcome, answer.condition) == (outcome, condition)


def test_two_packets_of_a_short_look_are_no_wear() -> None:
    assert judged(replace(STATE, replays=2)).condition is None
    assert judged(replace(GOOD, moved_bytes=1_000_000_000, replays=2)).condition is None


@pytest.mark.parametrize(("replays", "blamed"), [(0, "memory is likelier"), (9, "came back changed.")])
def test_changed_bytes_are_noted(replays: int, blamed: str) -> None:
    answer = judged(replace(GOOD, wrong_bytes=17, replays=replays))
    assert answer.outcome is Outcome.NOTED
    assert blamed in words(answer)
    assert "17 bytes" in words(answer)
    assert ("slot" in answer.advice) is bool(replays), "no other slot mends a memory"


def test_a_narrow_slot_is_advised_on_whatever_else_was_noted() -> None:
    answer = judged(replace(GOOD, width_under_load=8, wrong_bytes=1_047_811))
    assert "another slot" in answer.advice
    assert "1,047,811 bytes" in words(answer)


def test_nothing_known_is_inconclusive() -> None:
    assert judged(LinkReading()).outcome is Outcome.INCONCLUSIVE


def test_an_unknown_maximum_is_told() -> None:
    answer = judged(replace(GOOD, gen_max=None, width_max=None))
    assert answer.outcome is Outcome.CONSISTENT
    assert "was not given" in words(answer)
