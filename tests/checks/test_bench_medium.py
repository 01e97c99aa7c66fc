"""The finding about the inspection medium: it promises no more than that files are those of a list."""

from dataclasses import replace

import pytest
from cards import BENCH

from gpu_inspector.checks.bench_medium import medium
from gpu_inspector.records.evidence import HostReading
from gpu_inspector.records.finding import Outcome, Role
from gpu_inspector.records.medium import MediumReading

DIGEST = "5e" * 32
OWN = MediumReading(
    name="GPU Inspector live", built_at="2026-11-26", tool_version="0.1.0", sha256=DIGEST, checked=True, driver="d"
)


def on(reading: MediumReading | None) -> HostReading:
    return replace(BENCH, medium=reading)


def test_a_bench_without_a_medium_of_ours_is_not_asked_for_one() -> None:
    assert medium.answer(on(None)).outcome is Outcome.NOT_APPLICABLE
    assert medium.role is Role.SUPPORTING


def test_files_as_in_the_list_are_consistent_and_the_digest_is_named_for_the_reader() -> None:
    answer = medium.answer(on(OWN))
    assert answer.outcome is Outcome.CONSISTENT
    assert answer.values["digest"] == DIGEST and "noted when the image was built" in answer.text


@pytest.mark.parametrize("checked", [False, None])
def test_changed_files_and_files_that_nobody_looked_at_decide_nothing(checked: bool | None) -> None:
    answer = medium.answer(on(replace(OWN, checked=checked)))
    assert answer.outcome is Outcome.INCONCLUSIVE and answer.advice


def test_the_mediums_words_stand_in_values_and_never_in_the_text() -> None:
    answer = medium.answer(on(replace(OWN, name="{digest} <b>", built_at="{name}")))
    assert "<b>" not in answer.text and answer.values["name"] == "{digest} <b>"
