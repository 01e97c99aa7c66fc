"""Every seed is another bin, clock, heat and noise of the same genuine card: none of them may be accused.

This is self-consistency, never accuracy: simulation and judge were written from the same notes.
"""

from collections.abc import Sequence

import pytest

from gpu_inspector.measure import child, messages
from gpu_inspector.measure.simulation import cards
from gpu_inspector.measure.voice import Voice
from gpu_inspector.probes import cuda
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Gap
from gpu_inspector.records.finding import Condition
from gpu_inspector.workflow.collecting import collect_simulation
from gpu_inspector.workflow.judging import exit_status, judge

GENUINE = [name for name in cards.NAMES if name.startswith("genuine-")]
SEEDS, ALL_SEEDS = range(1, 2), range(200)
"""All in `make prove`. Seed 0 of each goes the whole way in tests/cli/test_simulate.py."""


class Listener(Voice):
    """Hears the child in its own process."""

    def __init__(self) -> None:
        self.heard: list[messages.Message] = []

    def say(self, message: messages.Message) -> None:
        self.heard.append(message)


def measured_here(
    targets: Sequence[cuda.Target], profile: str, progress: cuda.Progress, *, minutes: float = 0.0, watch: object = None
) -> tuple[cuda.Measured, ...]:
    """The child's own work, without the cost of a process for each of a thousand cards."""
    answers = []
    for target in targets:
        listener = Listener()
        asked = child._asked([target.uuid, "--profile", profile, "--seed", str(target.seed)])
        assert child._Child(asked, listener).work() == 0
        last = listener.heard[-1]
        assert isinstance(last, messages.Result)
        gaps = [one for one in listener.heard if isinstance(one, messages.Missing)]
        answers.append(cuda.Measured(last.reading, tuple(Gap(one.source, one.reason, one.advice) for one in gaps)))
    return tuple(answers)


@pytest.mark.parametrize("name", GENUINE)
@pytest.mark.parametrize(
    ("profile", "seeds"),
    [
        pytest.param("quick", SEEDS, id="some, quick"),
        pytest.param("quick", ALL_SEEDS, id="all, quick", marks=pytest.mark.prove),
        pytest.param("standard", range(10), id="some, standard", marks=pytest.mark.prove),
    ],
)
def test_no_seed_of_a_genuine_card_is_accused(
    name: str, profile: str, seeds: range, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cuda, "measure", measured_here)
    accused = {}
    for seed in seeds:
        inspection = judge(collect_simulation(name, seed, profile, catalogue), Declaration(), catalogue)
        if exit_status(inspection) or inspection.cards[0].condition is not Condition.SOUND:
            accused[seed] = [one.check for one in inspection.cards[0].findings if one.outcome.name != "CONSISTENT"]
    assert not accused


def test_the_list_of_genuine_cards_is_whole() -> None:
    assert len(GENUINE) == 7
