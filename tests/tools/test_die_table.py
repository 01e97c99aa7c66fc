"""The die table: every simulated die is named, or said not to be told from a listed neighbour; the document is fresh.

Self-consistency: simulation and judge share the reference data, so that this says nothing of real chips.
"""

import re

import pytest

from gpu_inspector.checks.die_fit import candidates
from gpu_inspector.records.catalogue import load
from tools.die_table import SEEDS, TARGET, bins_of, named, written

CATALOGUE = load()
DIES = candidates(CATALOGUE)
CASES = [(one, count, l2) for one in DIES for count, l2 in bins_of(one, CATALOGUE)]
IDS = [f"{one.die.name}-{count}-{l2 >> 10}K" for one, count, l2 in CASES]
PROVED_SEEDS = 25


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_every_simulated_bin_is_named_or_cannot_be_told_from_a_neighbour(case: tuple[object, int, int]) -> None:
    check(case, seed=100)


@pytest.mark.prove
@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_every_simulated_bin_is_named_with_every_noise(case: tuple[object, int, int]) -> None:
    for seed in range(PROVED_SEEDS):
        check(case, seed)


def check(case: tuple[object, int, int], seed: int) -> None:
    one = next(one for one in DIES if one is case[0])
    found = named(one, case[1], case[2], seed, DIES)
    assert found.best is not None, found.excluded
    assert one.die.name in (found.best.name, *found.not_told_from), found
    same = {other.die.name for other in DIES if other.die.compute_capability == one.die.compute_capability}
    assert {found.best.name, *found.not_told_from} <= same
    assert found.neighbour
    assert found.fact


def test_the_document_is_what_the_program_writes() -> None:
    assert plain(TARGET.read_text(encoding="utf-8")) == plain(written(SEEDS)), "run python -m tools.die_table"


def plain(text: str) -> str:
    """Without measured sizes, whose last digits are noise."""
    return re.sub(r"L2 of [\d.]+ MiB", "L2 of … MiB", text)
