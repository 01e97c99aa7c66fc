"""How much of an endless case a run looks at: a sample in `make test`, the rest of it in `make prove`.

Hypothesis draws the same examples in every run of `make test`, seeded by each test's own text; `make prove` draws anew,
with the full counts. A crossing that is finite and dear (each product with each check, each page in each language) says
with `sampled` which of its cases every run looks at; the others are marked `prove`.
"""

import random
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

SAMPLE = "sample"
PROVE = "prove"
_PART = 5
_FEWEST = 10
_PARAM = type(pytest.param())


def examples(full: int) -> int:
    """How many examples of `full` this run draws: a fifth, but not fewer than ten, and all in `make prove`."""
    return full if settings.get_current_profile_name() == PROVE else min(full, max(full // _PART, _FEWEST))


def draw_alike() -> None:
    """Where a run draws a seeded sample: leave out the constants of the modules that happen to be imported.

    Hypothesis mixes them into what it draws, so the examples would follow from the tests that ran before in the same
    worker. It has no setting for that.
    """
    if settings.get_current_profile_name() != PROVE:
        none = Constants()
        providers._get_local_constants = lambda: none


def sampled(
    cases: Iterable[Any],
    count: int,
    *,
    kind: Callable[[Any], object] = lambda _case: None,
    seed: int = 1,
    names: int = 1,
) -> list[Any]:
    """The cases for `parametrize`, which has `names` names: some are run always, the rest is marked `prove`.

    At least one of each `kind`, and `count` in all where there are fewer kinds. Drawn with a fixed seed, since all
    workers must collect the same tests.
    """
    every = list(cases)
    order = random.Random(seed).sample(range(len(every)), len(every))
    first: dict[object, int] = {}
    for place in order:
        first.setdefault(kind(_bare(every[place])), place)
    taken = set(first.values())
    for place in order:
        if len(taken) >= count:
            break
        taken.add(place)
    return [one if place in taken else _proved(one, names) for place, one in enumerate(every)]


def _bare(case: Any) -> Any:
    if not isinstance(case, _PARAM):
        return case
    return case.values[0] if len(case.values) == 1 else case.values


def _proved(case: Any, names: int) -> Any:
    if isinstance(case, _PARAM):
        return pytest.param(*case.values, id=case.id, marks=[*case.marks, pytest.mark.prove])
    return pytest.param(*(case if names > 1 else (case,)), marks=pytest.mark.prove)
