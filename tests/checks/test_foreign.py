"""What logs of other programs may say of a card: errors are noted, a pass clears nothing, and nobody is accused."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest
from cards import genuine, row_of
from foreign_logs import (
    FAILED,
    RTX_4090,
    dcgm_new,
    dcgm_old,
    dcgm_text,
    error_block,
    mats,
    memtest,
    memtest_new,
    memtest_old,
)

from gpu_inspector.probes import incoming
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import UNDECLARED
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Condition, Finding, Identity, Outcome, Strength
from gpu_inspector.records.foreign import ForeignTest
from gpu_inspector.records.product import Product
from gpu_inspector.records.words import GRAVE, filled
from gpu_inspector.workflow.judging import judge

CHECK = "condition-foreign-tests"
PASS = ForeignTest(tool="memtest_vulkan 0.5.0", form="memtest-vulkan", name="Standard 5-minute test", outcome="pass")
FAIL = ForeignTest(tool="MATS 455.107", form="mats", name="MATS", outcome="fail", errors=7)


def _evidence(data: bytes) -> Evidence:
    return incoming.to_evidence(
        data, "f", tool_version="0", reference_version=load().version, collected_at=datetime(2026, 11, 26, tzinfo=UTC)
    )


def _of(evidence: Evidence) -> tuple[Finding, Condition, Identity]:
    card = judge(evidence, UNDECLARED, load()).cards[0]
    (finding,) = [one for one in card.findings if one.check == CHECK]
    return finding, card.condition, card.identity


def _with(*tests: ForeignTest) -> Evidence:
    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"))
    return replace(evidence, cards=(replace(evidence.cards[0], tests=tests),))


def _said(finding: Finding) -> str:
    return filled(finding.text, finding, str)


def test_without_a_log_the_question_does_not_arise() -> None:
    finding, _, _ = _of(_with())
    assert finding.outcome is Outcome.NOT_APPLICABLE


def test_a_pass_clears_nothing_and_stands_under_what_was_not_examined() -> None:
    bare = _of(_with())
    finding, condition, identity = _of(_with(PASS))
    assert (finding.outcome, finding.condition) == (Outcome.INCONCLUSIVE, None)
    assert "That clears nothing" in _said(finding)
    assert (condition, identity) == bare[1:]


def test_errors_are_noted_without_strength_and_leave_the_condition_open() -> None:
    bare = _of(_with())
    finding, condition, identity = _of(_with(FAIL))
    assert (finding.outcome, finding.strength, finding.condition) == (Outcome.NOTED, Strength.NONE, None)
    assert finding.innocent and finding.advice
    assert (condition, identity) == bare[1:]


@pytest.mark.parametrize("outcome", ["skip", "not finished", "unknown", "a word of nobody's"])
def test_a_test_without_a_result_is_no_result(outcome: str) -> None:
    finding, _, _ = _of(_with(replace(PASS, outcome=outcome)))
    assert finding.outcome is Outcome.INCONCLUSIVE and "came to no result" in _said(finding)


def test_errors_beside_passes_are_named_alone() -> None:
    finding, _, _ = _of(_with(PASS, FAIL, PASS))
    assert "1 of 3 tests ended with errors: MATS 455.107 (7 errors)." in _said(finding)


def test_an_unfinished_test_that_counted_errors_is_not_passed_over() -> None:
    finding, _, _ = _of(_with(replace(FAIL, outcome="not finished")))
    assert finding.outcome is Outcome.NOTED


def test_very_many_tests_are_counted_and_the_first_are_named() -> None:
    finding, _, _ = _of(_with(*(replace(PASS, name=f"t{number}") for number in range(60))))
    assert "t5, memtest_vulkan" in _said(finding) and "; and 54 more" in _said(finding)


def test_what_was_looked_at_is_held_against_what_the_card_is_said_to_have() -> None:
    finding, _, _ = _of(_evidence(memtest(span=11.4).encode()))
    assert "It looked at 11.40 GiB of 24 GiB of memory; of the rest it says nothing" in _said(finding)


def test_a_template_in_a_log_stays_text() -> None:
    finding, _, _ = _of(_with(replace(FAIL, name="{tests}{0.__class__}", tool="{count}")))
    assert "{tests}{0.__class__}, {count} (7 errors)" in _said(finding)


FILES = {
    "memtest": memtest().encode(),
    "memtest, errors": memtest(errors_later=error_block(9), end=FAILED).encode(),
    "memtest 0.3": memtest_old(RTX_4090).encode(),
    "memtest 0.6": memtest_new().encode(),
    "DCGM 2": dcgm_text(dcgm_old(2)),
    "DCGM 3": dcgm_text(dcgm_old(8, key="gpu_id", deployment="Fail")),
    "DCGM 4": dcgm_text(dcgm_new(8, {("memory", 3): "errors"})),
    "MATS": mats().encode(),
    "MATS, errors": mats({f"FBIO{letter}{half}": (0, 32, 0) for letter in "ABCD" for half in "01"}).encode(),
}


@pytest.mark.parametrize("data", FILES.values(), ids=list(FILES))
def test_no_honest_log_accuses_clears_or_gives_a_condition(data: bytes) -> None:
    for card in judge(_evidence(data), UNDECLARED, load()).cards:
        assert not [one.check for one in card.findings if one.outcome in GRAVE]
        assert card.identity is Identity.INCONCLUSIVE
        assert card.condition is Condition.NOT_EXAMINED


def _rounded(rows: tuple[Product, ...]) -> None:
    for row in rows:
        for total in {row.memory_mib, row.total_mib_ecc_off, row.total_mib_ecc_on} - {None}:
            assert total is not None
            name = row.name if "NVIDIA" in row.name else f"NVIDIA {row.name}"
            device = f"Bus=0x01:00 DevId=0x{row.device_ids[0]}   {-(-total // 1024)}GB {name}"
            (card,) = judge(_evidence(memtest(device, minutes=0).encode()), UNDECLARED, load()).cards
            assert not {one.check for one in card.findings if one.outcome in GRAVE}, device


def test_the_logs_size_rounded_up_accuses_no_genuine_product() -> None:
    """The log prints the driver's largest heap, rounded up to whole GB."""
    _rounded(tuple(Random(9).sample(load().products, 60)))


@pytest.mark.prove
def test_the_logs_size_rounded_up_accuses_none_of_all_products() -> None:
    _rounded(load().products)


@pytest.mark.parametrize(
    "device",
    [
        "Bus=0x01:00 DevId=0x0FFA API 1.2.175  v470(0x75BBC180)  1GB Quadro K600",
        "Bus=0x01:00 DevId=0x1C02   3GB GeForce GTX 1060 3GB",
        "Bus=0x01:00 DevId=0x1B87   8GB NVIDIA P104-100",
        "Bus=0x01:00 DevId=0x2757   16GB NVIDIA GeForce RTX 4090 Laptop GPU",
        "Bus=0x01:00 DevId=0x2503   12GB NVIDIA GeForce RTX 3060 (NVK GA106)",
        "Bus=0x00:00 DevId=0xA5BA03D7   8GB NVIDIA Tegra Xavier (nvgpu)",
        "Bus=0x01:00 DevId=0x2204   24GB Graphics Device",
        "Bus=0x3B:00 DevId=0x1EB8   15GB Tesla T4",
    ],
)
def test_honest_headers_accuse_nobody(device: str) -> None:
    (card,) = judge(_evidence(memtest(device).encode()), UNDECLARED, load()).cards
    assert not [one for one in card.findings if one.outcome in GRAVE]


def test_a_name_on_another_cards_id_is_told_by_the_logs_header() -> None:
    (card,) = judge(
        _evidence(memtest("Bus=0x01:00 DevId=0x1C82   24GB NVIDIA GeForce RTX 4090").encode()), UNDECLARED, load()
    ).cards
    assert card.identity in (Identity.SUSPICIOUS, Identity.CONTRADICTED)


def test_a_size_that_no_product_of_the_id_has_is_told() -> None:
    (card,) = judge(
        _evidence(memtest("Bus=0x01:00 DevId=0x2684   48GB NVIDIA GeForce RTX 4090").encode()), UNDECLARED, load()
    ).cards
    assert card.identity is Identity.CONTRADICTED
