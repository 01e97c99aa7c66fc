"""What was measured of real cards (tests/captures, serials masked), judged by today's checks.

Each is a genuine card: nothing may deviate, and its silicon must name its die. A forgery is the same capture with one
claim changed. The circumstances (a virtual machine, a driver that no package vouches for) keep it INCONCLUSIVE.
"""

import dataclasses
from pathlib import Path

import pytest

from gpu_inspector.probes import capture
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence
from gpu_inspector.records.finding import Condition, Finding, Identity, Outcome
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.workflow.judging import judge

CAPTURES = sorted((Path(__file__).resolve().parent.parent / "captures").glob("*.json"))
if not CAPTURES:
    pytest.skip("tests/captures is not part of the source archive", allow_module_level=True)
H100 = next(path for path in CAPTURES if path.name.startswith("h100"))
H200 = next(path for path in CAPTURES if path.name.startswith("h200"))
DIES = {"h100": "GH100", "h200": "GH100"}


def judged(evidence: Evidence, catalogue: Catalogue, declaration: Declaration | None = None) -> CardJudgement:
    (card,) = judge(evidence, declaration or Declaration(), catalogue).cards
    return card


def finding(card: CardJudgement, check: str) -> Finding:
    return next(one for one in card.findings if one.check == check)


def claiming(evidence: Evidence, **fields: object) -> Evidence:
    """The same card, whose driver and bus say something else of it in every source."""
    (card,) = evidence.cards
    assert card.nvml is not None and card.nvidia_smi is not None and card.pci is not None
    kept = {field.name for field in dataclasses.fields(card.pci)}
    changed: CardEvidence = dataclasses.replace(
        card,
        nvml=dataclasses.replace(card.nvml, **fields),  # type: ignore[arg-type]
        nvidia_smi=dataclasses.replace(card.nvidia_smi, **fields),  # type: ignore[arg-type]
        pci=dataclasses.replace(card.pci, **{name: value for name, value in fields.items() if name in kept}),  # type: ignore[arg-type]
    )
    return dataclasses.replace(evidence, cards=(changed,))


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_a_genuine_card_that_was_measured_deviates_in_nothing(path: Path, catalogue: Catalogue) -> None:
    card = judged(capture.parse(path.read_bytes()), catalogue)
    assert [one.check for one in card.findings if one.outcome in (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)] == []
    # Of the bench, not of the card: no capture says whether the program was tried there, and a container steers.
    apart = ("export-", "bench-selftest", "bench-environment")
    noted = [one.check for one in card.findings if one.outcome is Outcome.NOTED]
    assert [check for check in noted if not check.startswith(apart)] == []
    assert card.identity is Identity.INCONCLUSIVE
    assert card.condition is Condition.SOUND


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_its_silicon_names_its_die(path: Path, catalogue: Catalogue) -> None:
    found = finding(judged(capture.parse(path.read_bytes()), catalogue), "die-measured")
    assert found.outcome is Outcome.CONSISTENT
    assert found.observed == DIES[path.stem.split("-")[0]]


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_a_capture_bears_no_number_of_its_card(path: Path) -> None:
    evidence = capture.parse(path.read_bytes())
    assert evidence.masked
    for card in evidence.cards:
        for claims in (card.nvml, card.nvidia_smi):
            assert claims is not None
            assert (claims.uuid, claims.serial, claims.device_identifier) == (None, None, None)


def test_the_same_silicon_under_another_dies_name_is_contradicted(catalogue: Catalogue) -> None:
    forged = claiming(
        capture.parse(H200.read_bytes()), name="NVIDIA A100-SXM4-80GB", device_id="20B2", compute_capability="8.0"
    )
    assert finding(judged(forged, catalogue), "die-measured").outcome is Outcome.CONTRADICTED


def test_more_memory_than_answers_is_contradicted(catalogue: Catalogue) -> None:
    evidence = capture.parse(H200.read_bytes())
    (card,) = evidence.cards
    assert card.nvml is not None and card.nvml.memory_total_bytes is not None
    forged = claiming(evidence, memory_total_bytes=2 * card.nvml.memory_total_bytes)
    assert judged(forged, catalogue).identity is Identity.CONTRADICTED


def test_a_smaller_sister_on_paper_is_contradicted(catalogue: Catalogue) -> None:
    card = judged(capture.parse(H200.read_bytes()), catalogue, Declaration(product="RTX 4090", memory_gb=24))
    assert finding(card, "declaration-product").outcome is Outcome.CONTRADICTED


def test_an_h100_whose_driver_names_an_h200_is_not_cleared(catalogue: Catalogue) -> None:
    evidence = capture.parse(H100.read_bytes())
    (genuine,) = capture.parse(H200.read_bytes()).cards
    assert genuine.nvml is not None
    forged = claiming(
        evidence,
        name="NVIDIA H200",
        device_id=genuine.nvml.device_id,
        memory_total_bytes=genuine.nvml.memory_total_bytes,
        bus_width_bits=genuine.nvml.bus_width_bits,
    )
    card = judged(forged, catalogue)
    # The die is the same: bus, L2 and InfoROM tell the two apart, each a medium sign.
    assert finding(card, "memory-bus-measured").outcome is Outcome.NOTED
    assert finding(card, "die-measured").outcome is Outcome.NOTED
    assert card.identity is Identity.SUSPICIOUS


def test_half_of_the_memory_on_paper_is_contradicted_by_an_h100(catalogue: Catalogue) -> None:
    card = judged(capture.parse(H100.read_bytes()), catalogue, Declaration(product="H100 80GB", memory_gb=40))
    assert finding(card, "declaration-memory").outcome is Outcome.CONTRADICTED
