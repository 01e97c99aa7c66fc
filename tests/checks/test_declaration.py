"""The paper against the card."""

import pytest
from cards import MIB, forged, genuine, row_of

from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Outcome
from gpu_inspector.workflow.judging import judge

CONSISTENT, CONTRADICTED = Outcome.CONSISTENT, Outcome.CONTRADICTED


def outcomes(evidence: Evidence, declaration: Declaration, catalogue: Catalogue) -> dict[str, Outcome]:
    (card,) = judge(evidence, declaration, catalogue).cards
    return {one.check: one.outcome for one in card.findings}


@pytest.fixture
def rtx_4090() -> Evidence:
    return genuine(row_of("NVIDIA GeForce RTX 4090"), "2684")


@pytest.mark.parametrize(
    ("declared", "outcome"),
    [
        pytest.param("RTX 4090", CONSISTENT, id="as the trade says"),
        pytest.param("NVIDIA GeForce RTX 4090 24GB", CONSISTENT, id="in full"),
        pytest.param("ASUS TUF RTX4090-24G", CONSISTENT, id="with a brand"),
        pytest.param("RTX 4080", CONTRADICTED, id="another product"),
        pytest.param("GTX 1660 Super", CONTRADICTED, id="a cheap product"),
        pytest.param("RTX 4090 D", CONTRADICTED, id="a sister product"),
        pytest.param("computer adapters", Outcome.INCONCLUSIVE, id="words that mean no product"),
        pytest.param(None, Outcome.NOT_APPLICABLE, id="nothing declared"),
    ],
)
def test_declared_product(declared: str | None, outcome: Outcome, rtx_4090: Evidence, catalogue: Catalogue) -> None:
    found = outcomes(rtx_4090, Declaration(product=declared), catalogue)
    assert found["declaration-product"] is outcome


@pytest.mark.parametrize(
    ("total", "declared", "outcome"),
    [
        pytest.param(24564, 24, CONSISTENT, id="agrees"),
        pytest.param(23028, 24, CONSISTENT, id="agrees with ECC on"),
        pytest.param(24564, 48, CONTRADICTED, id="half of what was declared"),
        pytest.param(49140, 24, CONTRADICTED, id="twice what was declared"),
        pytest.param(22528, 24, CONTRADICTED, id="two gigabytes less"),
        pytest.param(24564, 22, CONTRADICTED, id="two gigabytes more"),
    ],
)
def test_declared_memory(total: int, declared: int, outcome: Outcome, rtx_4090: Evidence, catalogue: Catalogue) -> None:
    ecc = total == 23028
    card = forged(rtx_4090, memory_total_bytes=total * MIB, ecc_now=ecc, ecc_pending=ecc)
    assert outcomes(card, Declaration(memory_gb=declared), catalogue)["declaration-memory"] is outcome


def test_a_rework_that_was_declared_openly_is_not_held_against_the_card(
    rtx_4090: Evidence, catalogue: Catalogue
) -> None:
    card = forged(rtx_4090, memory_total_bytes=49140 * MIB)
    declared = Declaration(product="RTX 4090", memory_gb=48, modified=True)
    found = outcomes(card, declared, catalogue)
    assert not {CONTRADICTED, Outcome.SUSPICIOUS} & set(found.values())
    assert found["memory-total"] is Outcome.NOTED
    assert found["memory-known-rework"] is Outcome.NOTED


@pytest.mark.parametrize(
    "declared",
    [
        pytest.param(Declaration(product="RTX 4090", memory_gb=48), id="modified not said"),
        pytest.param(Declaration(product="RTX 4090", memory_gb=24, modified=True), id="another size said"),
        pytest.param(Declaration(), id="nothing said"),
    ],
)
def test_a_rework_that_was_not_declared_openly_contradicts(
    declared: Declaration, rtx_4090: Evidence, catalogue: Catalogue
) -> None:
    card = forged(rtx_4090, memory_total_bytes=49140 * MIB)
    assert outcomes(card, declared, catalogue)["memory-total"] is CONTRADICTED


def test_a_genuine_h100_declared_as_something_else(catalogue: Catalogue) -> None:
    card = genuine(row_of("NVIDIA H100 PCIe"))
    found = outcomes(card, Declaration(product="GeForce GT 1030"), catalogue)
    assert found["declaration-product"] is CONTRADICTED


def test_the_class_is_never_all_clear(catalogue: Catalogue) -> None:
    (card,) = judge(genuine(row_of("NVIDIA H100 PCIe")), Declaration(), catalogue).cards
    assert card.control == "3A090.a"
