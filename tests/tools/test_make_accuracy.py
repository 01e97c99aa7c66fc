"""The counts of trials: dependent dumps count once, a look is not a pass, and the committed table is not stale."""

import os
import re
from pathlib import Path

import pytest

from gpu_inspector.records import canonical
from gpu_inspector.records.accuracy import Trials
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.finding import Finding, Outcome, Role
from tools import lie_trial, make_accuracy, self_consistency
from tools.accuracy_page import SECOND, independent
from tools.lie_kinds import Shows
from tools.lies import some_lies
from tools.make_accuracy import COUNTS, PAGE, REPOSITORY, made
from tools.product_classes import CLASSES, UNKNOWN, class_of
from tools.real_dumps import ALTERED, Trial, by_class, count, trials_in

CASES = Path(os.environ.get("GPU_INSPECTOR_CASES", str(make_accuracy.CASES)))
(EDITED,) = ALTERED


def _trial(
    file: str, publisher: str, product: str, *outcomes: Outcome, check: str = "memory-total", of: str = "datacentre"
) -> Trial:
    findings = tuple(Finding(check=check, title="t", role=Role.CORE, outcome=outcome, text="x") for outcome in outcomes)
    return Trial(file, (publisher, product), findings, of)


def test_dumps_of_one_product_by_one_publisher_count_as_one_machine() -> None:
    trials = (
        _trial("a", "p", "A100", Outcome.CONSISTENT, Outcome.CONSISTENT),
        _trial("b", "p", "A100", Outcome.CONSISTENT),
        _trial("c", "q", "A100", Outcome.NOTED),
    )
    found = count(trials)
    assert found.checks == {"memory-total": Trials(genuine=2, noted=1)}
    assert (found.genuine_dumps, found.genuine_machines, found.altered_dumps) == (3, 2, 0)


@pytest.mark.parametrize("outcome", [Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE])
def test_a_check_that_could_not_look_was_not_tried(outcome: Outcome) -> None:
    assert count((_trial("a", "p", "A100", outcome),)).checks == {}


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [
        (Outcome.SUSPICIOUS, Trials(genuine=2, accused=1, suspicious=1)),
        (Outcome.CONTRADICTED, Trials(genuine=2, accused=1, contradicted=1)),
    ],
    ids=str,
)
def test_one_accused_card_makes_its_machine_a_false_accusation(outcome: Outcome, counts: Trials) -> None:
    found = count((_trial("a", "p", "A100", Outcome.CONSISTENT, outcome), _trial("b", "q", "L4", Outcome.CONSISTENT)))
    assert found.checks == {"memory-total": counts}
    assert found.accused_machines == 1
    assert found.classes == {"datacentre": counts}


def test_classes_of_products_are_counted_apart() -> None:
    trials = (
        _trial("a", "p", "A100", Outcome.CONSISTENT),
        _trial("b", "q", "RTX 4090", Outcome.SUSPICIOUS, of="GeForce desktop"),
    )
    wrong = Trials(genuine=1, accused=1, suspicious=1)
    assert by_class(trials) == {"memory-total": {"datacentre": Trials(genuine=1), "GeForce desktop": wrong}}
    assert count(trials).classes == {"datacentre": Trials(genuine=1), "GeForce desktop": wrong}


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        ("2684", "GeForce desktop"),
        ("2717", "GeForce laptop"),
        ("2230", "workstation"),
        ("24B6", "workstation laptop"),
        ("20B2", "datacentre"),
        ("20C2", "CMP"),
        ("118A", UNKNOWN),
    ],
)
def test_the_class_of_a_device_id(device: str, expected: str, catalogue: Catalogue) -> None:
    assert class_of(catalogue.by_device(device)) == expected
    assert expected in CLASSES


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


@pytest.fixture(scope="module")
def small() -> tuple[self_consistency.Consistency, lie_trial.Trial]:
    """Few cards and few lies: enough for the page's words."""
    ones = (self_consistency.Genuine(one.card, one.look) for one in self_consistency.some_cards(6, 1))
    return self_consistency.tried(tuple(ones), workers=1), lie_trial.trial(some_lies(40, 2), workers=1)


def test_only_independent_cases_are_called_accuracy(
    small: tuple[self_consistency.Consistency, lie_trial.Trial],
) -> None:
    text = made((_trial("a", "p", "A100", Outcome.CONSISTENT),), *small)[PAGE].decode()
    accuracy, others = text.split(SECOND)
    plain = " ".join(accuracy.split())
    assert "It is the only number that is called accuracy" in plain
    assert "This is no accuracy:" in plain
    assert "This is no accuracy either:" in plain
    for sentence in re.split(r"(?<=[.:])\s", " ".join(others.split())):
        assert "accura" not in sentence.casefold() or "never its accuracy" in sentence, sentence
    lines = (*small[0].lines, *small[1].lines)
    assert not any("accura" in line.casefold() for line in lines)
    assert "false accusations" in small[0].lines[0]


def test_the_page_lists_what_cannot_show_with_its_reason(
    small: tuple[self_consistency.Consistency, lie_trial.Trial],
) -> None:
    text = made((_trial("a", "p", "A100", Outcome.CONSISTENT),), *small)[PAGE].decode()
    listed = text[text.index("### Lies that cannot show") :]
    for kind, counted, _, _, reason in small[1].by_kind(Shows.NO):
        assert f"| {kind} | {counted} | {reason} |" in listed


def test_the_counts_in_every_report_stay_small() -> None:
    assert (REPOSITORY / COUNTS).stat().st_size < 8192


@pytest.mark.field
@pytest.mark.skipif(not CASES.is_dir(), reason="the folder of real dumps is not beside this checkout")
def test_the_committed_counts_are_what_the_dumps_give(catalogue: Catalogue) -> None:
    trials = trials_in(CASES, catalogue)
    found = count(trials)
    stale = "is stale: run python -m tools.make_accuracy"
    assert (REPOSITORY / COUNTS).read_bytes() == canonical.encode(found) + b"\n", f"{COUNTS} {stale}"
    committed = (REPOSITORY / PAGE).read_text(encoding="utf-8")
    assert committed.split(SECOND)[0] == independent(found, by_class(trials)), f"{PAGE} {stale}"


@pytest.mark.prove
@pytest.mark.field
@pytest.mark.skipif(not CASES.is_dir(), reason="the folder of real dumps is not beside this checkout")
def test_the_whole_committed_page_is_what_is_counted_now(
    catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    consistency = self_consistency.whole()
    lies = lie_trial.whole()
    with capsys.disabled():
        print("\n" + "\n".join((*consistency.lines, *lies.lines)))
    assert not consistency.accused
    assert not lies.missed
    assert not lies.accused_bases
    for name, data in made(trials_in(CASES, catalogue), consistency, lies).items():
        assert (REPOSITORY / name).read_bytes() == data, f"{name} is stale: run python -m tools.make_accuracy"
