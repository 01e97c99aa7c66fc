"""What PCI alone shows: a BAR1 that ends below the memory, a gaming card without outputs, and their honest causes."""

from dataclasses import replace
from typing import Any

import pytest
from cards import MIB, finding_of, forged, genuine, on_bench, row_of

from gpu_inspector.language import fill
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.claims import Virtualization
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Bar, Evidence
from gpu_inspector.records.finding import Finding, Outcome, Strength
from gpu_inspector.workflow.judging import judge

GIB = 1024 * MIB
_4090 = genuine(row_of("NVIDIA GeForce RTX 4090"), "2684")


def with_pci(evidence: Evidence, **fields: Any) -> Evidence:
    (card,) = evidence.cards
    assert card.pci is not None
    return replace(evidence, cards=(replace(card, pci=replace(card.pci, **fields)),))


def with_bar(evidence: Evidence, now_gib: float, offered_gib: tuple[float, ...]) -> Evidence:
    """BAR1 as PCI and the driver have it, and the sizes that the card offers."""
    sizes = tuple(int(size * GIB) for size in offered_gib)
    bars = (Bar(0, 16 * MIB, False), Bar(1, int(now_gib * GIB), True, sizes_bytes=sizes))
    return forged(with_pci(evidence, bars=bars), bar1_total_bytes=int(now_gib * GIB))


def said(finding: Finding) -> str:
    return fill(finding.text, finding.values)


def test_a_list_that_ends_below_the_memory_is_suspicious(catalogue: Catalogue) -> None:
    rework = forged(with_bar(_4090, 32, (0.25, 16, 32)), memory_total_bytes=49140 * MIB)
    found = finding_of(rework, "board-bar1-size", catalogue)
    assert (found.outcome, found.strength) == (Outcome.SUSPICIOUS, Strength.STRONG)
    assert "32 GiB at most, less than its memory of 49,140 MiB" in said(found)
    assert found.innocent
    assert finding_of(with_bar(_4090, 32, (0.25, 16, 32)), "board-bar1-size", catalogue).outcome is Outcome.CONSISTENT


@pytest.mark.parametrize(
    ("now", "offered", "outcome"),
    [
        pytest.param(0.25, (), Outcome.NOT_APPLICABLE, id="machine without resizable BAR"),
        pytest.param(0.25, (0.0625, 0.125, 0.25), Outcome.NOT_APPLICABLE, id="image from before resizable BAR"),
        pytest.param(0.25, (0.25, 32), Outcome.CONSISTENT, id="offered and not used"),
        pytest.param(32, (), Outcome.CONSISTENT, id="used, no list"),
        pytest.param(16, (0.25, 16, 32), Outcome.CONSISTENT, id="a machine that maps less than is offered"),
    ],
)
def test_a_genuine_card_in_many_machines_is_not_accused(
    now: float, offered: tuple[float, ...], outcome: Outcome, catalogue: Catalogue
) -> None:
    assert finding_of(with_bar(_4090, now, offered), "board-bar1-size", catalogue).outcome is outcome


def test_the_present_size_alone_is_the_machines_choice(catalogue: Catalogue) -> None:
    found = finding_of(forged(with_bar(_4090, 32, ()), memory_total_bytes=49140 * MIB), "board-bar1-size", catalogue)
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.WEAK)
    assert found.cause == "memory size", "the total shows the same thing, and both must not count twice"


@pytest.mark.parametrize("where", ["hypervisor", "pass-through", "no bench"])
def test_in_a_guest_it_is_weak_whatever_the_list_says(where: str, catalogue: Catalogue) -> None:
    rework = forged(with_bar(_4090, 32, (0.25, 32)), memory_total_bytes=49140 * MIB)
    guest = {
        "hypervisor": on_bench(rework, virtual_machine="KVM"),
        "pass-through": forged(rework, virtualization=Virtualization.PASS_THROUGH),
        "no bench": replace(rework, host=None),
    }[where]
    found = finding_of(guest, "board-bar1-size", catalogue)
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.WEAK)


def test_an_openly_declared_rework_is_weak(catalogue: Catalogue) -> None:
    rework = forged(with_bar(_4090, 32, (0.25, 32)), memory_total_bytes=49140 * MIB)
    declared = Declaration(product="RTX 4090", memory_gb=48, modified=True)
    (card,) = judge(rework, declared, catalogue).cards
    found = next(one for one in card.findings if one.check == "board-bar1-size")
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.WEAK)


@pytest.mark.parametrize("name", ["Tesla T4", "NVIDIA A100-SXM4-80GB"])
def test_other_products_are_not_asked(name: str, catalogue: Catalogue) -> None:
    card = with_bar(genuine(row_of(name)), 1, (0.25, 1))
    assert finding_of(card, "board-bar1-size", catalogue).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        pytest.param({"class_code": "030200"}, "class 0302", id="3D controller"),
        pytest.param({"connectors": ()}, "lists none", id="no connector"),
    ],
)
def test_a_gaming_card_without_outputs_is_noted(fields: dict[str, Any], word: str, catalogue: Catalogue) -> None:
    found = finding_of(with_pci(_4090, **fields), "board-outputs", catalogue)
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.MEDIUM)
    assert word in said(found)


@pytest.mark.parametrize("connectors", [None, ("DP-1", "HDMI-A-1")], ids=["not listed", "listed"])
def test_a_gaming_card_with_outputs_is_consistent(connectors: tuple[str, ...] | None, catalogue: Catalogue) -> None:
    found = finding_of(with_pci(_4090, connectors=connectors), "board-outputs", catalogue)
    assert found.outcome is Outcome.CONSISTENT


def test_a_class_of_no_graphics_card_says_nothing(catalogue: Catalogue) -> None:
    found = finding_of(with_pci(_4090, class_code="FF0000", connectors=("DP-1",)), "board-outputs", catalogue)
    assert found.outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("name", "device"),
    [
        pytest.param("NVIDIA GeForce RTX 3070 Laptop GPU", None, id="laptop"),
        pytest.param("Tesla T4", None, id="datacentre"),
        pytest.param("NVIDIA CMP 170HX", "20C2", id="mining card under its own name"),
    ],
)
def test_a_3d_controller_that_is_none_is_not_asked(name: str, device: str | None, catalogue: Catalogue) -> None:
    rows = [row for row in catalogue.by_name(name) if device is None or device in row.device_ids]
    card = with_pci(genuine(rows[0], device), class_code="030200")
    assert finding_of(card, "board-outputs", catalogue).outcome is Outcome.INCONCLUSIVE
