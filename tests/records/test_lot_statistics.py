"""The statement about a lot, held against counting all draws one by one."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lot_cards import lot, member, members

from gpu_inspector.records.finding import Identity
from gpu_inspector.records.lot import Plan, Rule
from gpu_inspector.records.lot_statistics import (
    MOST_DECLARED,
    distinct,
    in_words,
    most_deviating,
    seen_at_most,
    statement_of,
    twice_of,
    wanted_of,
)

ROOT = Plan(rule=Rule.SQUARE_ROOT)


def exactly(seen: int, declared: int, deviating: int, drawn: int) -> Fraction:
    ways = sum(comb(deviating, one) * comb(declared - deviating, drawn - one) for one in range(min(seen, drawn) + 1))
    return Fraction(ways, comb(declared, drawn))


sizes = st.integers(1, 60).flatmap(
    lambda declared: st.tuples(
        st.just(declared), st.integers(0, declared), st.integers(1, declared), st.integers(0, declared)
    )
)


@given(sizes)
def test_the_probability_is_that_of_counting(sizes: tuple[int, int, int, int]) -> None:
    declared, deviating, drawn, seen = sizes
    assert seen_at_most(seen, declared, deviating, drawn) == pytest.approx(
        float(exactly(seen, declared, deviating, drawn)), rel=1e-9, abs=1e-12
    )


def test_the_probability_is_that_of_drawing_every_sample() -> None:
    lot_of_nine = [True] * 3 + [False] * 6
    draws = list(combinations(lot_of_nine, 4))
    for seen in range(4):
        share = sum(sum(one) <= seen for one in draws) / len(draws)
        assert seen_at_most(seen, 9, 3, 4) == pytest.approx(share)


@given(sizes, st.sampled_from((0.5, 0.9, 0.95, 0.99)))
def test_the_bound_is_the_last_number_that_the_draw_allows(sizes: tuple[int, int, int, int], level: float) -> None:
    declared, _deviating, drawn, seen = sizes
    seen = min(seen, drawn)
    most = most_deviating(seen, declared, drawn, level)
    risk = 1 - Fraction(str(level))
    assert seen <= most <= declared - (drawn - seen)
    assert most == seen or exactly(seen, declared, most, drawn) > risk * (1 - Fraction(1, 10**6))
    if most < declared - (drawn - seen):
        assert exactly(seen, declared, most + 1, drawn) <= risk * (1 + Fraction(1, 10**6))


@given(st.integers(1, 80), st.integers(1, 100), st.sampled_from((0.9, 0.95, 0.99)))
def test_the_plan_asks_for_the_fewest_that_see_such_a_share(declared: int, percent: int, level: float) -> None:
    plan = Plan(rule=Rule.HYPERGEOMETRIC, confidence=level, share=percent / 100)
    wanted = wanted_of(declared, plan)
    deviating = max(1, -(-percent * declared // 100))
    risk = 1 - Fraction(str(level))
    assert exactly(0, declared, deviating, wanted) <= risk * (1 + Fraction(1, 10**6))
    if wanted > 1:
        assert exactly(0, declared, deviating, wanted - 1) > risk * (1 - Fraction(1, 10**6))


@given(st.integers(1, 80), st.integers(1, 100))
def test_who_examines_as_many_as_planned_and_finds_none_may_state_that_share(declared: int, percent: int) -> None:
    plan = Plan(rule=Rule.HYPERGEOMETRIC, confidence=0.95, share=percent / 100)
    wanted = wanted_of(declared, plan)
    assert most_deviating(0, declared, wanted, 0.95) < max(1, -(-percent * declared // 100))


@pytest.mark.parametrize(("declared", "wanted"), [(1, 1), (2, 2), (4, 2), (5, 3), (64, 8), (169, 13), (170, 14)])
def test_the_square_root_is_rounded_up(declared: int, wanted: int) -> None:
    assert wanted_of(declared, ROOT) == wanted


@pytest.mark.parametrize(
    ("declared", "plan"),
    [
        (0, Plan()),
        (MOST_DECLARED + 1, Plan()),
        (9, Plan(rule=Rule.HYPERGEOMETRIC)),
        (9, Plan(rule=Rule.HYPERGEOMETRIC, confidence=1.0, share=0.1)),
        (9, Plan(rule=Rule.HYPERGEOMETRIC, confidence=0.9, share=0.0)),
    ],
)
def test_a_plan_without_its_figures_is_refused(declared: int, plan: Plan) -> None:
    with pytest.raises(ValueError, match=r"lot|rule"):
        wanted_of(declared, plan)


def test_thirteen_of_a_large_lot_say_fewer_than_21_per_cent() -> None:
    statement = statement_of(lot(1_000_000, ROOT), members(13))
    assert statement.text.startswith("0 of 13 examined deviates: at 95 % fewer than 21 % of the lot do")
    assert "chosen at random" in statement.text
    assert "The plan asks for 1,000 cards." in statement.text


def test_the_whole_lot_needs_no_confidence() -> None:
    statement = statement_of(lot(64), members(59, 5))
    assert statement.text == "5 of 64 examined deviate; that is as many as the lot is declared to have."
    assert statement.most_deviating == 5


def test_undecided_cards_count_as_deviating() -> None:
    decided, undecided = (statement_of(lot(100, ROOT), members(10 - n, 0, n)) for n in (0, 3))
    assert decided.most_deviating is not None
    assert undecided.most_deviating == most_deviating(3, 100, 10, 0.95)
    assert "undecided cards are counted as deviating" in undecided.text


def test_reviews_of_files_alone_allow_no_statement() -> None:
    statement = statement_of(lot(100, ROOT), members(0, 0, 10))
    assert statement.most_deviating is None
    assert statement.text.endswith("the numbers allow no statement about the lot.")


def test_a_stop_at_the_first_contradiction_states_no_share() -> None:
    plan = Plan(stop_at_first=True)
    stopped = statement_of(lot(100, plan), members(3, 1))
    assert stopped.most_deviating is None
    # One contradicted card says nothing of the ninety-six that nobody looked at.
    assert "as a whole" not in stopped.text and "not inferred" in stopped.text
    assert statement_of(lot(100, plan), members(3, 1, identity=Identity.SUSPICIOUS)).most_deviating is not None


def test_more_cards_than_declared_say_nothing_of_the_lot() -> None:
    statement = statement_of(lot(3), members(4))
    assert statement.most_deviating is None
    assert "More cards were examined than the 3 that are declared" in statement.text


def test_no_card_says_nothing() -> None:
    assert statement_of(lot(3), ()).text == "No card of the lot was examined: nothing can be said of it."


def test_one_card_that_deviates_alone_sets_no_limit() -> None:
    assert "set no limit" in statement_of(lot(100, ROOT), members(0, 1)).text


def test_a_card_examined_twice_counts_once_and_the_gravest_stays() -> None:
    one = member(1, numbers=(("uuid", "GPU-A"), ("serial", "1")))
    two = member(2, Identity.SUSPICIOUS, numbers=(("uuid", "gpu-a"),))
    three = member(3, numbers=(("serial", "1"),))
    four = member(4, numbers=(("serial", "2"),))
    assert [(one.kind, one.value, one.members) for one in twice_of((one, two, three, four))] == [
        ("uuid", "GPU-A", (1, 2)),
        ("serial", "1", (1, 3)),
    ]
    assert [each.number for each in distinct((one, two, three, four))] == [2, 4]
    assert statement_of(lot(9, ROOT), (one, two, three, four)).examined == 2


def test_a_number_that_was_copied_onto_deviating_cards_does_not_lower_the_bound() -> None:
    """Five forged cards under one UUID may be five cards: then five of thirteen deviate, not one of nine."""
    copied = tuple(member(one, Identity.CONTRADICTED, numbers=(("uuid", "GPU-A"),)) for one in range(1, 6))
    others = tuple(member(one, numbers=(("uuid", f"GPU-{one}"),)) for one in range(6, 14))
    said = statement_of(lot(100, ROOT), copied + others)
    assert (said.examined, said.deviating) == (9, 1)
    assert said.most_deviating is not None
    assert said.most_deviating >= most_deviating(5, 100, 13, 0.95)
    assert "with every card of a number that is there twice: 5 of 13" in said.text


@given(
    st.integers(1, 40),
    st.lists(st.tuples(st.sampled_from(tuple(Identity)), st.integers(0, 12)), min_size=1, max_size=40),
)
def test_the_bound_holds_whether_a_number_is_copied_or_a_card_came_twice(
    declared: int, drawn: list[tuple[Identity, int]]
) -> None:
    cards = tuple(
        member(place, identity, numbers=(("uuid", f"GPU-{number}"),))
        for place, (identity, number) in enumerate(drawn, start=1)
    )
    said = statement_of(lot(declared), cards)
    if said.most_deviating is None or said.examined == declared:
        return
    once = distinct(cards)
    for read in (once, cards) if len(cards) <= declared else (once,):
        bad = sum(one.identity is not Identity.CONSISTENT for one in read)
        assert said.most_deviating >= most_deviating(bad, declared, len(read), 0.95)


@pytest.mark.parametrize("unreal", ["simulation", "sample made by the program"])
def test_simulations_among_real_cards_allow_no_statement(unreal: str) -> None:
    real, fake = member(1), replace(member(2), origin=unreal)
    said = statement_of(lot(2), (real, fake))
    assert said.most_deviating is None
    assert "nothing is said of the lot" in said.text
    assert statement_of(lot(2), (fake, replace(real, origin="simulation"))).most_deviating == 0


def test_a_file_that_was_reviewed_twice_counts_once_and_the_cards_of_one_file_each() -> None:
    one, two, again = (replace(member(number), file_sha256="ab" * 32) for number in (1, 2, 3))
    two = replace(two, card=1)
    assert [(each.kind, each.members) for each in twice_of((one, two, again))] == [("file", (1, 3))]
    assert [each.number for each in distinct((one, two, again))] == [1, 2]


def test_a_plan_is_said_in_words() -> None:
    assert in_words(Plan(stop_at_first=True)) == "every card of the lot; the first contradiction ends the examination"
    assert "95 %" in in_words(Plan(rule=Rule.HYPERGEOMETRIC, confidence=0.95, share=0.1))
