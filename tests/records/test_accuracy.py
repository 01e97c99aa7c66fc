"""How often the checks were tried: the bound is exact, promises no more than was shown, and has no check made up."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector import resources
from gpu_inspector.checks import ALL_CHECKS
from gpu_inspector.errors import DataError
from gpu_inspector.records import accuracy
from gpu_inspector.records.accuracy import NOT_TRIED, Trials, bound_words, cells, upper_bound


@pytest.mark.parametrize(
    ("errors", "trials", "bound"),
    [
        pytest.param(0, 1, 0.95, id="one trial shows next to nothing"),
        pytest.param(0, 59, 0.0495, id="59 without an error are the classic 5 %"),
        pytest.param(0, 299, 0.00997, id="299 without an error are the classic 1 %"),
        pytest.param(1, 10, 0.3942, id="one of ten"),
        pytest.param(3, 50, 0.1478, id="three of fifty"),
        pytest.param(5, 5, 1.0, id="always wrong"),
        pytest.param(0, 0, 1.0, id="nothing tried"),
    ],
)
def test_the_bound_is_that_of_clopper_and_pearson(errors: int, trials: int, bound: float) -> None:
    assert upper_bound(errors, trials) == pytest.approx(bound, abs=2e-4)


@given(st.integers(0, 40), st.integers(1, 400))
def test_at_the_bound_so_few_errors_have_a_chance_of_one_in_twenty(errors: int, trials: int) -> None:
    if errors >= trials:
        return
    rate = Fraction(upper_bound(errors, trials))
    chance = sum(comb(trials, count) * rate**count * (1 - rate) ** (trials - count) for count in range(errors + 1))
    assert float(chance) == pytest.approx(0.05, rel=1e-6)


@given(st.integers(0, 20), st.integers(1, 400))
def test_more_errors_widen_the_bound_and_more_trials_narrow_it(errors: int, trials: int) -> None:
    assert upper_bound(errors, trials) <= upper_bound(errors + 1, trials)
    assert upper_bound(errors, trials + 1) <= upper_bound(errors, trials)


def test_words_round_up_and_say_when_nothing_was_tried() -> None:
    assert bound_words(0, 41) == "7.1 %"
    assert bound_words(0, 59) == "5 %"
    assert bound_words(0, 0) == NOT_TRIED
    assert cells(Trials(genuine=41)) == ("41", "0", "7.1 %", NOT_TRIED, "–", "–")


def test_the_table_that_is_shipped_knows_no_check_that_does_not_exist() -> None:
    found = accuracy.load()
    assert set(found.checks) <= {check.id for check in ALL_CHECKS}
    for trials in found.checks.values():
        assert 0 <= trials.accused <= trials.genuine <= found.genuine_machines <= found.genuine_dumps
        assert 0 <= trials.missed <= trials.altered <= found.altered_dumps
    assert accuracy.of("no-such-check") == Trials()


@pytest.mark.parametrize("data", [b"", b"[]", b'{"format":1}', b'{"format":99,"checks":{}}'])
def test_a_table_that_is_damaged_is_an_error_with_advice(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "read", lambda name: data)
    with pytest.raises(DataError, match="table of trials") as raised:
        accuracy.load.__wrapped__()
    assert raised.value.advice
