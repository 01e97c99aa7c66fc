"""What other people's reports come to: honest cards are left in peace, altered ones are named by what was altered."""

from datetime import UTC, datetime
from typing import Any

import pytest
from cards import genuine, row_of
from foreign_files import (
    bug_report,
    configuration,
    dmesg,
    facts_of,
    gpu_z,
    gpu_z_card,
    gpu_z_xml,
    hwinfo_csv,
    hwinfo_text,
    lspci,
    rows,
)
from sampling import sampled

from gpu_inspector.probes import incoming
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import UNDECLARED
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Finding, Identity, Outcome, Role, Strength
from gpu_inspector.records.product import Product
from gpu_inspector.workflow.judging import judge

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
AMISS = (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)
ROWS = rows()
RTX_4090 = "NVIDIA GeForce RTX 4090"
GTX_1050_TI = "NVIDIA GeForce GTX 1050 Ti"
SMALL = row_of(GTX_1050_TI, "1C82")


def evidence_of(data: str | bytes) -> Evidence:
    raw = data.encode() if isinstance(data, str) else data
    return incoming.to_evidence(raw, "file", tool_version="0", reference_version="today", collected_at=NOW)


def judged(data: str | bytes | Evidence) -> tuple[Identity, dict[str, Finding]]:
    evidence = data if isinstance(data, Evidence) else evidence_of(data)
    (card,) = judge(evidence, UNDECLARED, load()).cards
    return card.identity, {one.check: one for one in card.findings}


def files_of(row: Product) -> dict[str, str]:
    one = facts_of(row)
    return {
        "GPU-Z": gpu_z(one),
        "GPU-Z -dump": gpu_z_xml(gpu_z_card(one)),
        "HWiNFO": hwinfo_text(one),
        "HWiNFO log": hwinfo_csv({0: row.name}, rows=2),
        "lspci": lspci(one, display=row.segment in ("GeForce", "Quadro/RTX pro"), dump=configuration(one)),
        "lspci without ids": lspci(one, ids=False, detail=False),
        "dmesg": dmesg(one),
    }


def test_there_are_enough_products_of_every_kind() -> None:
    assert len(ROWS) >= 60
    assert len({row.segment for row in ROWS}) >= 3
    assert any(row.mobile for row in ROWS)


@pytest.mark.parametrize(
    "row", sampled(ROWS, 30, kind=lambda row: row.die), ids=lambda row: f"{row.name} {row.device_ids[0]}"
)
def test_an_honest_card_is_in_peace_whatever_program_tells_of_it(row: Product) -> None:
    for name, text in files_of(row).items():
        identity, findings = judged(text)
        amiss = [one.check for one in findings.values() if one.outcome in AMISS]
        noted = [one.check for one in findings.values() if one.outcome is Outcome.NOTED and one.check != "export-class"]
        assert (amiss, noted) == ([], []), name
        assert identity is Identity.INCONCLUSIVE, "a file of unknown origin clears nobody"


@pytest.mark.parametrize("name", [RTX_4090, "NVIDIA A100-PCIE-40GB", "NVIDIA L4", "NVIDIA GeForce GTX 1080 Ti"])
def test_an_honest_bug_report_is_in_peace(name: str) -> None:
    row = next(one for one in load().by_name(name) if one.memory_mib)
    identity, findings = judged(bug_report(row))
    assert [one.check for one in findings.values() if one.outcome in AMISS] == []
    assert findings["identity-sources"].outcome is Outcome.CONSISTENT
    assert identity is Identity.INCONCLUSIVE


@pytest.mark.parametrize("row", ROWS[::4], ids=lambda row: f"{row.name} {row.device_ids[0]}")
def test_the_nominal_size_that_a_program_prints_is_the_products_own(row: Product) -> None:
    """GPU-Z prints 24576 MB where the driver shows 24564 MiB, also beside a driver new enough to show all of it."""
    for text in (gpu_z(facts_of(row)), hwinfo_text(facts_of(row))):
        found = judged(text)[1]["memory-total"]
        assert found.outcome in (Outcome.CONSISTENT, Outcome.INCONCLUSIVE), found.text
    total = row.total_mib_ecc_off or row.memory_mib
    assert total is not None
    found = judged(gpu_z(facts_of(row, memory_mib=total)))[1]["memory-total"]
    assert found.outcome in (Outcome.CONSISTENT, Outcome.INCONCLUSIVE), found.text


def test_an_rtx_3060_of_12288_mb_is_honest() -> None:
    row = row_of("NVIDIA GeForce RTX 3060", "2503", 12)
    assert judged(gpu_z(facts_of(row)))[1]["memory-total"].outcome is Outcome.CONSISTENT


@pytest.mark.parametrize("write", [gpu_z, lambda one: gpu_z_xml(gpu_z_card(one)), hwinfo_text])
def test_twice_the_memory_contradicts_the_catalogue_in_every_form(write: object) -> None:
    assert callable(write)
    for row, mib in ((row_of(RTX_4090), 49152), (SMALL, 24576)):
        identity, findings = judged(write(facts_of(row, memory_mib=mib)))
        assert identity is Identity.CONTRADICTED
        assert [one.check for one in findings.values() if one.outcome is Outcome.CONTRADICTED][-1] == "memory-total"


def test_a_name_that_the_id_does_not_bear_is_named() -> None:
    one = facts_of(SMALL, name=RTX_4090)
    for text in (gpu_z(one), hwinfo_text(one)):
        _, findings = judged(text)
        assert findings["identity-name"].outcome is Outcome.SUSPICIOUS


def test_a_wider_bus_than_the_die_has_is_named() -> None:
    assert judged(gpu_z(facts_of(SMALL, bus_bits=256)))[1]["memory-bus-width"].outcome in AMISS


def test_what_the_program_took_from_its_own_table_decides_nothing() -> None:
    plain = judged(gpu_z(facts_of(row_of(RTX_4090))))[1]
    other = judged(gpu_z(facts_of(row_of(RTX_4090), die="GP107"), Shaders="768 Unified", Die_Size="132 mm²"))[1]
    assert {name: one.outcome for name, one in plain.items()} == {name: one.outcome for name, one in other.items()}


def test_a_mining_boards_link_under_a_gaming_name_is_named_by_lspci() -> None:
    row = row_of("NVIDIA GeForce RTX 3080", memory_gib=10)
    assert judged(lspci(facts_of(row, gen=1)))[1]["link-maximum"].outcome is Outcome.SUSPICIOUS


def test_the_slots_link_that_gpu_z_prints_is_no_sign_of_a_mining_board() -> None:
    row = row_of("NVIDIA GeForce RTX 3080", memory_gib=10)
    found = judged(gpu_z(facts_of(row), Bus_Interface="PCIe x16 1.1 @ x16 1.1"))[1]["link-maximum"]
    assert found.outcome not in AMISS


def test_a_line_of_lspci_that_its_own_dump_contradicts_is_a_sign_of_editing() -> None:
    one = facts_of(row_of(RTX_4090))
    text = lspci(one, dump=configuration(facts_of(SMALL)))
    found = judged(text)[1]["identity-sources"]
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.MEDIUM)
    assert "device_id" in found.observed


def test_sources_of_a_bug_report_that_disagree_are_named() -> None:
    row = row_of(RTX_4090)
    changes: tuple[dict[str, Any], ...] = (
        {"device": "2204"},
        {"name": "NVIDIA H100 PCIe"},
        {"bios": "92.00.19.00.01"},
    )
    for changed in changes:
        assert judged(bug_report(row, **changed))[1]["identity-sources"].outcome is Outcome.SUSPICIOUS, changed


# The mark of another program


def test_a_mark_is_noted_and_never_more() -> None:
    one = facts_of(SMALL)
    identity, findings = judged(gpu_z(one, Name=f"[FAKE] {GTX_1050_TI}"))
    found = findings["identity-marked-fake"]
    assert (found.outcome, found.strength, found.role) == (Outcome.NOTED, Strength.MEDIUM, Role.SUPPORTING)
    assert found.innocent
    assert identity is Identity.INCONCLUSIVE


def test_no_mark_clears_nothing_and_no_report_raises_no_question() -> None:
    unmarked = judged(gpu_z(facts_of(SMALL)))[1]["identity-marked-fake"]
    assert unmarked.outcome is Outcome.NOT_APPLICABLE
    assert "clears nothing" in unmarked.text
    assert judged(genuine(SMALL))[1]["identity-marked-fake"].outcome is Outcome.NOT_APPLICABLE


# Traces in a log


def test_traces_of_a_patch_in_a_handed_in_log_are_noted() -> None:
    one = facts_of(row_of(RTX_4090))
    found = judged(dmesg(one, more="[ 5.0] NVRM: name string overridden to NVIDIA A100"))[1]["bench-handed-log"]
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.MEDIUM)
    assert "name string overridden" in found.observed


def test_a_neighbour_of_a_patched_mining_card_bears_a_weak_sign_only() -> None:
    """An honest card beside a CMP that its owner unlocked: the log is the machine's, and names no card."""
    one = facts_of(row_of(RTX_4090))
    text = dmesg(one, more="[ 5.0] NVRM: name string overridden to NVIDIA A100")
    other = "[    0.5] pci 0000:02:00.0: [10de:2082] type 00 class 0x030200\n"
    cards = judge(evidence_of(text + other), UNDECLARED, load()).cards
    signs = [one for card in cards for one in card.findings if one.check == "bench-handed-log"]
    assert {(one.outcome, one.strength) for one in signs} == {(Outcome.NOTED, Strength.WEAK)} and len(signs) == 2


def test_a_clean_log_clears_nothing_and_a_bench_of_our_own_is_asked_itself() -> None:
    one = facts_of(row_of(RTX_4090))
    assert judged(dmesg(one))[1]["bench-handed-log"].outcome is Outcome.NOT_APPLICABLE
    assert judged(lspci(one))[1]["bench-handed-log"].outcome is Outcome.NOT_APPLICABLE
    assert judged(genuine(row_of(RTX_4090)))[1]["bench-handed-log"].outcome is Outcome.NOT_APPLICABLE
