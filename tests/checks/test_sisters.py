"""Lies near the truth: a sister of the same id, the same die, or the same name; and how far one table's word goes."""

from dataclasses import replace
from typing import Any

import pytest
from cards import MIB, finding_of, forged, genuine, row_of

from gpu_inspector.language import fill
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Finding, Outcome

SUSPICIOUS, NOTED, CONSISTENT = Outcome.SUSPICIOUS, Outcome.NOTED, Outcome.CONSISTENT


def _without_ids(evidence: Evidence, **fields: Any) -> Evidence:
    """A dump whose publisher hid the ids."""
    (card,) = forged(evidence, device_id=None, subsystem_vendor=None, subsystem_id=None, **fields).cards
    return replace(evidence, cards=(replace(card, pci=None),))


def _told(found: Finding) -> str:
    return fill(found.text, found.values)


def test_a_mining_card_called_by_the_name_of_its_dies_best_product(catalogue: Catalogue) -> None:
    """NVIDIA's tables do not name 20C2; it is on the die of the A100, and another kind of product."""
    card = genuine(row_of("CMP 170HX", "20C2", 8), "20C2")
    assert finding_of(card, "identity-name", catalogue).outcome is not SUSPICIOUS
    found = finding_of(forged(card, name="NVIDIA A100-SXM4-40GB"), "identity-name", catalogue)
    assert found.outcome is SUSPICIOUS
    assert "A100-SXM4-40GB" in _told(found) and "20C2" in _told(found)


@pytest.mark.parametrize(
    ("name", "gib", "subsystem", "claimed"),
    [("Quadro RTX 6000", 24, "12BA", "Quadro RTX 8000"), ("Quadro RTX 8000", 48, "129E", "Quadro RTX 6000")],
)
def test_the_name_of_a_sister_on_the_same_id_is_noted(
    name: str, gib: int, subsystem: str, claimed: str, catalogue: Catalogue
) -> None:
    card = forged(genuine(row_of(name, "1E30", gib), "1E30"), subsystem_vendor="10DE", subsystem_id=subsystem)
    assert finding_of(card, "identity-name", catalogue).outcome is CONSISTENT
    found = finding_of(forged(card, name=claimed), "identity-name", catalogue)
    assert found.outcome is NOTED
    assert claimed in _told(found) and name in _told(found) and subsystem in _told(found)


def test_the_size_of_a_sister_on_the_same_id_is_noted(catalogue: Catalogue) -> None:
    card = forged(genuine(row_of("Quadro RTX 6000", "1E30", 24), "1E30"), subsystem_id="12BA")
    assert finding_of(card, "memory-total", catalogue).outcome is CONSISTENT
    found = finding_of(
        forged(card, memory_total_bytes=49152 * MIB, ecc_now=False, ecc_pending=False), "memory-total", catalogue
    )
    assert found.outcome is NOTED
    assert "Quadro RTX 8000" in _told(found) and "Quadro RTX 6000" in _told(found)


@pytest.mark.parametrize(
    ("cores", "outcome"),
    [
        pytest.param(2560, CONSISTENT, id="its own"),
        pytest.param(2944, NOTED, id="as many as a sister has: one table may err so far"),
        pytest.param(1280, SUSPICIOUS, id="half: no table errs so far"),
    ],
)
def test_how_far_the_word_of_one_table_goes_for_cores(cores: int, outcome: Outcome, catalogue: Catalogue) -> None:
    card = genuine(row_of("Tesla T4", "1EB8"), "1EB8")
    (one,) = card.cards
    assert one.nvml is not None
    changed = replace(one, nvml=replace(one.nvml, cores=cores))
    found = finding_of(replace(card, cards=(changed,)), "die-cores", catalogue)
    assert found.outcome is outcome
    assert str(cores) in _told(found)


def test_cores_are_held_against_the_product_where_the_full_die_is_from_memory(catalogue: Catalogue) -> None:
    assert "full_sm" in catalogue.dies["GA100"].from_memory
    card = genuine(row_of("NVIDIA A100-SXM4-80GB", "20B2"), "20B2")
    (one,) = card.cards
    assert one.nvml is not None
    assert finding_of(card, "die-cores", catalogue).outcome is CONSISTENT
    changed = replace(one, nvml=replace(one.nvml, cores=4480))
    assert finding_of(replace(card, cards=(changed,)), "die-cores", catalogue).outcome is SUSPICIOUS


@pytest.mark.parametrize(
    ("width", "outcome"), [(256, CONSISTENT), (192, NOTED), (128, SUSPICIOUS)], ids=["own", "near", "far"]
)
def test_how_far_the_word_of_one_table_goes_for_the_bus(width: int, outcome: Outcome, catalogue: Catalogue) -> None:
    card = genuine(row_of("Tesla T4", "1EB8"), "1EB8")
    (one,) = card.cards
    assert one.nvml is not None
    changed = replace(one, nvml=replace(one.nvml, bus_width_bits=width))
    assert finding_of(replace(card, cards=(changed,)), "memory-bus-width", catalogue).outcome is outcome


def test_the_architecture_speaks_against_a_name_on_several_dies_where_the_ids_are_hidden(catalogue: Catalogue) -> None:
    assert len({row.die for row in catalogue.by_name("NVIDIA GeForce RTX 3060")}) > 1
    card = genuine(row_of("NVIDIA GeForce GTX 1660 SUPER", "21C4"), "21C4")
    found = finding_of(_without_ids(card, name="NVIDIA GeForce RTX 3060"), "die-architecture", catalogue)
    assert found.outcome is Outcome.CONTRADICTED
    assert "Turing" in _told(found)
    honest = _without_ids(genuine(row_of("NVIDIA GeForce RTX 3060", "2504", 12), "2504"))
    assert finding_of(honest, "die-architecture", catalogue).outcome is Outcome.INCONCLUSIVE


def test_a_name_that_kepler_cards_bear_too_is_not_held_against_their_architecture(catalogue: Catalogue) -> None:
    rows = catalogue.by_name("NVIDIA GeForce GTX 860M")
    assert rows
    card = _without_ids(genuine(rows[0]), architecture="Kepler")
    assert finding_of(card, "die-architecture", catalogue).outcome is Outcome.INCONCLUSIVE
