"""The runner: what is missing, or crashes, is INCONCLUSIVE; which checks run is one list; judging is pure."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from cards import forged, genuine, row_of

from gpu_inspector.checks import ALL_CHECKS
from gpu_inspector.checks.answer import Answer, consistent
from gpu_inspector.checks.runner import check, run
from gpu_inspector.checks.subject import Subject
from gpu_inspector.language import fill
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Finding, Identity, Outcome, Role, identity_of, worst
from gpu_inspector.workflow.judging import judge

_KINDS = ("bench", "identity", "memory", "die", "firmware", "board", "link", "declaration", "export", "condition")


@check("die-crash", "A check that crashes", Role.CORE)
def crashes(device_id: str) -> Answer:
    """It always divides by zero."""
    return consistent(str(len(device_id) // 0))


@check("die-power", "A check that needs the declaration", Role.CORE)
def needs(declaration: Declaration) -> Answer:
    """It needs what is not there."""
    return consistent(str(declaration))


def subject(catalogue: Catalogue) -> Subject:
    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"), "2684")
    return Subject(evidence, evidence.cards[0], Declaration(), catalogue)


def test_a_crashed_check_is_inconclusive_and_the_others_run(catalogue: Catalogue) -> None:
    first, second = run((crashes, needs), subject(catalogue))
    assert first.outcome is Outcome.INCONCLUSIVE
    assert first.values["error"] == "ZeroDivisionError"
    assert second.outcome is Outcome.INCONCLUSIVE
    assert second.text == "Nothing was declared."


@pytest.mark.parametrize("name", ["{", "}", "{name}", "{0}", "%s", "{{", "\x00", "{name.__class__}"])
def test_a_card_whose_name_is_a_template_is_only_quoted(name: str, catalogue: Catalogue) -> None:
    evidence = forged(genuine(row_of("NVIDIA GeForce RTX 4090"), "2684"), name=name)
    (card,) = judge(evidence, Declaration(), catalogue).cards
    filled = [fill(one.text, one.values) for one in card.findings]
    assert any(f"“{name}”" in text for text in filled)


def test_every_need_of_every_check_is_a_fact(catalogue: Catalogue) -> None:
    known = subject(catalogue)
    for one in ALL_CHECKS:
        for need in one.needs:
            assert need == "findings" or hasattr(known, need), f"{one.id} needs {need}"


def test_ids_are_unique_and_of_the_contract() -> None:
    ids = [one.id for one in ALL_CHECKS]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(rf"({'|'.join(_KINDS)})(-[a-z0-9]+)+", one) for one in ids)


def test_every_check_says_why() -> None:
    assert all(len(one.reason) > 20 for one in ALL_CHECKS)


def test_every_check_stands_in_the_readme() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    missing = [one.id for one in ALL_CHECKS if f"`{one.id}`" not in readme]
    assert not missing


def test_no_findings_at_all_is_inconclusive() -> None:
    assert identity_of(()) is Identity.INCONCLUSIVE
    assert worst(()) is Identity.INCONCLUSIVE


@pytest.mark.parametrize(
    ("outcomes", "identity"),
    [
        pytest.param([("core", "CONSISTENT")], "CONSISTENT", id="looked and found nothing"),
        pytest.param([("core", "CONSISTENT"), ("core", "NOTED")], "CONSISTENT", id="a note accuses nobody"),
        pytest.param([("core", "CONSISTENT"), ("supporting", "INCONCLUSIVE")], "CONSISTENT", id="supporting gap"),
        pytest.param([("core", "CONSISTENT"), ("core", "INCONCLUSIVE")], "INCONCLUSIVE", id="core gap"),
        pytest.param([("core", "NOT_APPLICABLE")], "INCONCLUSIVE", id="nothing applied"),
        pytest.param([("core", "INCONCLUSIVE"), ("supporting", "SUSPICIOUS")], "SUSPICIOUS", id="a strong sign"),
        pytest.param([("supporting", "CONTRADICTED"), ("core", "SUSPICIOUS")], "CONTRADICTED", id="the worst wins"),
    ],
)
def test_identity_is_the_worst(outcomes: list[tuple[str, str]], identity: str) -> None:
    findings = tuple(
        Finding(check="x", title="x", role=Role(role), outcome=Outcome(outcome), text="x") for role, outcome in outcomes
    )
    assert identity_of(findings).value == identity


def test_judging_is_the_same_in_another_process_byte_for_byte(catalogue: Catalogue, tmp_path: Path) -> None:
    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"), "2684")
    capture = tmp_path / "capture.json"
    capture.write_bytes(canonical.encode(evidence))
    program = (
        "import sys;from pathlib import Path;from gpu_inspector.records import canonical;"
        "from gpu_inspector.records.catalogue import load;from gpu_inspector.records.declaration import Declaration;"
        "from gpu_inspector.records.evidence import Evidence;from gpu_inspector.workflow.judging import judge;"
        "e=canonical.decode(Path(sys.argv[1]).read_bytes(),Evidence,'capture');"
        "sys.stdout.buffer.write(canonical.encode(judge(e,Declaration(),load())))"
    )
    for seed in ("0", "1234"):
        other = subprocess.run(
            [sys.executable, "-c", program, str(capture)],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LC_ALL": "C"},
            cwd=Path(__file__).parents[2],
        )
        assert other.stdout == canonical.encode(judge(evidence, Declaration(), catalogue))
