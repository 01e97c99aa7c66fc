"""The counts of trials: dependent dumps count once, a look is not a pass, and the committed table is not stale."""

import os
from pathlib import Path

import pytest

from gpu_inspector.records.accuracy import Trials
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.finding import Finding, Outcome, Role
from tools import make_accuracy
from tools.make_accuracy import ALTERED, Trial, count, made

CASES = Path(os.environ.get("GPU_INSPECTOR_CASES", str(make_accuracy.CASES)))
(EDITED,) = ALTERED


def _trial(file: str, publisher: str, product: str, *outcomes: Outcome, check: str = "memory-total") -> Trial:
    findings = tuple(Finding(check=check, title="t", role=Role.CORE, outcome=outcome, text="x") for outcome in outcomes)
    return Trial(file, (publisher, product), findings)


def test_dumps_of_one_product_by_one_publisher_count_as_one_machine() -> None:
    trials = (
        _trial("a", "p", "A100", Outcome.CONSISTENT, Outcome.CONSISTENT),
        _trial("b", "p", "A100", Outcome.CONSISTENT),
        _trial("c", "q", "A100", Outcome.NOTED),
    )
    found = count(trials)
    assert found.checks == {"memory-total": Trials(genuine=2)}
    assert (found.genuine_dumps, found.genuine_machines, found.altered_dumps) == (3, 2, 0)


@pytest.mark.parametrize("outcome", [Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE])
def test_a_check_that_could_not_look_was_not_tried(outcome: Outcome) -> None:
    assert count((_trial("a", "p", "A100", outcome),)).checks == {}


@pytest.mark.parametrize("outcome", [Outcome.SUSPICIOUS, Outcome.CONTRADICTED])
def test_one_accused_card_makes_its_machine_a_false_accusation(outcome: Outcome) -> None:
    found = count((_trial("a", "p", "A100", Outcome.CONSISTENT, outcome), _trial("b", "q", "L4", Outcome.CONSISTENT)))
    assert found.checks == {"memory-total": Trials(genuine=2, accused=1)}
    assert found.accused_machines == 1


@pytest.mark.parametrize(
    ("outcome", "missed"),
    [
        pytest.param(Outcome.CONTRADICTED, 0, id="found"),
        pytest.param(Outcome.NOTED, 1, id="noted is not found"),
        pytest.param(Outcome.CONSISTENT, 1, id="missed"),
    ],
)
def test_an_altered_dump_counts_for_the_checks_of_its_kind(outcome: Outcome, missed: int) -> None:
    found = count((_trial(EDITED, "p", "GTX 1070 Ti", outcome),))
    assert found.checks == {"memory-total": Trials(altered=1, missed=missed)}
    other = count((_trial(EDITED, "p", "GTX 1070 Ti", outcome, check="board-power"),))
    assert other.checks == {}


def test_without_the_folder_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert make_accuracy.main(["--from", str(tmp_path / "none"), "--to", str(tmp_path)]) == 1
    assert "--from" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.field
@pytest.mark.skipif(not CASES.is_dir(), reason="the folder of real dumps is not beside this checkout")
def test_the_committed_counts_are_what_the_dumps_give(catalogue: Catalogue) -> None:
    found = count(make_accuracy.trials_in(CASES, catalogue))
    for name, data in made(found).items():
        committed = (make_accuracy.REPOSITORY / name).read_bytes()
        assert committed == data, f"{name} is stale: run python -m tools.make_accuracy"
