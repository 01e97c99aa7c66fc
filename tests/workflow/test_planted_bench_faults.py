"""Planted faults of the bench: each is named, and none leaves an identity CONSISTENT that depends on it.

The same bench without the fault ends CONSISTENT; no fault of a bench ever says anything against the card.
"""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from planted import FAULTS, Fault, Story

from gpu_inspector.language import fill
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Finding, Identity, Outcome, Role
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.records.selftest import ControlCard
from gpu_inspector.workflow.judging import judge

DOCUMENT = Path(__file__).parents[2] / "docs" / "bench-faults.md"
NEW = ("bench-program", "bench-share", "bench-environment", "bench-settings", "bench-selftest", "bench-control-card")


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Story:
    return Story(tmp_path, monkeypatch)


def judged(story: Story, catalogue: Catalogue) -> CardJudgement:
    (card,) = judge(story.evidence(), Declaration(), catalogue).cards
    return card


def said(finding: Finding) -> str:
    return fill(finding.text, finding.values)


def test_the_bench_without_a_fault_ends_consistent(story: Story, catalogue: Catalogue) -> None:
    card = judged(story, catalogue)
    assert card.identity is Identity.CONSISTENT
    speaking = {
        one.check: said(one) for one in card.findings if one.outcome not in (Outcome.CONSISTENT, Outcome.NOT_APPLICABLE)
    }
    assert not {check for check in speaking if check.startswith(("bench-", "link-"))}, speaking


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.name)
def test_a_planted_fault_is_named_and_says_nothing_against_the_card(
    fault: Fault, story: Story, catalogue: Catalogue
) -> None:
    fault.plant(story)
    card = judged(story, catalogue)
    found = next(one for one in card.findings if one.check == fault.check)
    assert found.outcome is fault.outcome, said(found)
    for words in fault.words:
        assert words in f"{said(found)} {found.advice}"
    assert found.advice or fault.check == "bench-machine", "it must say what to do"
    assert card.identity is fault.identity
    assert not [one.check for one in card.findings if one.outcome in (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)]


def test_identity_is_left_consistent_only_by_faults_that_it_does_not_depend_on() -> None:
    assert len(FAULTS) >= 20
    for fault in FAULTS:
        assert (fault.identity is Identity.CONSISTENT) is (
            fault.outcome is Outcome.NOTED or fault.check == "bench-control-card"
        )


def test_the_table_of_the_documents_is_that_of_the_tests() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([^|]+) \| [^|]+ \| (`[^|]+`, [^|]+) \| [^|]+ \|$", text, re.M))
    for fault in FAULTS:
        identity = "stays" if fault.identity is Identity.CONSISTENT else fault.identity.value
        assert rows.get(fault.name) == f"`{fault.check}`, {fault.outcome.value}", fault.name
        assert re.search(rf"^\| {re.escape(fault.name)} \| .* \| {identity}[^|]* \|$", text, re.M), fault.name


def test_an_older_record_has_none_of_the_new_questions(story: Story, catalogue: Catalogue) -> None:
    evidence = story.evidence()
    assert evidence.host is not None
    older = replace(evidence.host, steering=None, mps=None, tracer=None, pcie_errors=None, program=None)
    (card,) = judge(replace(evidence, host=older), Declaration(), catalogue).cards
    assert card.identity is Identity.CONSISTENT
    outcomes = {one.check: one.outcome for one in card.findings}
    assert {outcomes[check] for check in ("bench-program", "bench-share", "bench-environment", "link-errors")} == {
        Outcome.NOT_APPLICABLE
    }


@pytest.mark.parametrize(
    ("variables", "files"),
    [
        pytest.param({"CUDA_HOME": "/opt/cuda", "CUDA_PATH": "/opt/cuda"}, {}, id="a toolkit's place"),
        pytest.param(
            {"CUDA_MPS_PIPE_DIRECTORY": "/run/mps", "CUDA_MPS_LOG_DIRECTORY": "/var/log"}, {}, id="MPS is off"
        ),
        pytest.param({}, {"/tmp/nvidia-mps/control": ""}, id="a pipe that MPS left behind"),
        pytest.param({"LD_LIBRARY_PATH": "/opt/cuda/lib64"}, {"/opt/cuda/lib64/libcudart.so.12": ""}, id="a toolkit"),
        pytest.param({"PYTHONPATH": "/opt/tools"}, {"/opt/tools/mine.py": ""}, id="Python modules of other names"),
        pytest.param({}, {"/proc/4711/comm": "nvidia-persiste\n"}, id="the persistence service"),
        pytest.param(
            {}, {"/proc/sys/kernel/tainted": f"{1 << 13 | 1 << 12 | 1}\n"}, id="an unsigned module of another"
        ),
    ],
)
def test_honest_benches_are_told_nothing(
    variables: dict[str, str], files: dict[str, str], story: Story, catalogue: Catalogue
) -> None:
    story.bench.environment |= variables
    for path, text in files.items():
        story.bench.write(path, text)
    card = judged(story, catalogue)
    assert card.identity is Identity.CONSISTENT
    spoken = [one for one in card.findings if one.check.startswith("bench-") and one.outcome is not Outcome.CONSISTENT]
    assert [said(one) for one in spoken if one.outcome is not Outcome.NOT_APPLICABLE] == []


def test_a_control_card_that_was_inspected_once_vouches_for_nothing(story: Story, catalogue: Catalogue) -> None:
    story.control = ControlCard(name="new", reference_row=2, last_row=2, made_at=story.now, inspections=1)
    found = next(one for one in judged(story, catalogue).findings if one.check == "bench-control-card")
    assert found.outcome is Outcome.NOT_APPLICABLE


def test_the_core_checks_of_the_bench_are_those_that_a_judgement_rests_on() -> None:
    from gpu_inspector.checks import ALL_CHECKS

    core = {one.id for one in ALL_CHECKS if one.id in NEW and one.role is Role.CORE}
    assert core == {"bench-program", "bench-share", "bench-selftest"}


def test_a_share_that_no_service_hands_out_leaves_the_card_whole(story: Story, catalogue: Catalogue) -> None:
    """A cluster's profile sets the variable on every node; the measuring process drops it, and MPS does not run."""
    story.bench.environment["CUDA_MPS_ACTIVE_THREAD_PERCENTAGE"] = "50"
    card = judged(story, catalogue)
    outcomes = {one.check: one.outcome for one in card.findings}
    assert card.identity is Identity.CONSISTENT
    assert (outcomes["bench-share"], outcomes["bench-environment"]) == (Outcome.CONSISTENT, Outcome.NOTED)


def test_modules_that_a_variable_points_to_are_not_called_the_drivers(story: Story, catalogue: Catalogue) -> None:
    """What a cluster's modules set: it stays open who spoke, and nothing is said of a library of the driver's."""
    story.bench.environment["PYTHONPATH"] = "/opt/site"
    story.bench.write("/opt/site/numpy/__init__.py", "")
    found = next(one for one in judged(story, catalogue).findings if one.check == "bench-preload")
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "modules of Python" in said(found) and "driver" not in said(found)
