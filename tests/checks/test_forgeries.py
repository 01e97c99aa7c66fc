"""A forgery is a genuine card with one field changed; each must be found, and named."""

from dataclasses import replace
from typing import Any

import pytest
from cards import MIB, finding_of, forged, genuine, row_of

from gpu_inspector.language import fill
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.claims import Absence
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Identity, Outcome
from gpu_inspector.workflow.judging import exit_status, judge

NO_ECC_OBJECT = Absence("inforom_ecc", "not supported")
CONTRADICTED, SUSPICIOUS, NOTED = Outcome.CONTRADICTED, Outcome.SUSPICIOUS, Outcome.NOTED


@pytest.mark.parametrize(
    ("name", "device", "gib", "fields", "check", "outcome", "word"),
    [
        pytest.param(
            *("NVIDIA GeForce RTX 3080", "2206", 10, {"memory_total_bytes": 20480 * MIB}),
            *("memory-total", CONTRADICTED, "20 GB"),
            id="3080 with 20 GB",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 4090", "2684", 24, {"memory_total_bytes": 49140 * MIB}),
            *("memory-total", CONTRADICTED, "48 GB"),
            id="4090 with 48 GB",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 2080 Ti", "1E07", 11, {"memory_total_bytes": 22528 * MIB}),
            *("memory-total", CONTRADICTED, "22 GB"),
            id="2080 Ti with 22 GB",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 3070", "2484", 8, {"memory_total_bytes": 16384 * MIB}),
            *("memory-total", CONTRADICTED, "16 GB"),
            id="3070 with 16 GB",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 4080 SUPER", "2702", 16, {"memory_total_bytes": 32760 * MIB}),
            *("memory-total", CONTRADICTED, "32 GB"),
            id="4080 SUPER with 32 GB",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 4090", "2684", 24, {"memory_total_bytes": 49140 * MIB}),
            *("memory-known-rework", NOTED, "48 GB"),
            id="4090 with 48 GB named as the known rework",
        ),
        pytest.param(
            *("NVIDIA A100-SXM4-40GB", "20B0", 40, {"memory_total_bytes": 81920 * MIB}),
            *("memory-total", CONTRADICTED, "80 GB"),
            id="A100 40 GB with 80 GB",
        ),
        pytest.param(
            *("NVIDIA GeForce GTX 1050 Ti", "1C82", 4, {"memory_total_bytes": 1024 * MIB}),
            *("memory-total", CONTRADICTED, "1 GB"),
            id="a quarter of the memory",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 3080", "2206", 10, {"name": "NVIDIA GeForce RTX 4090"}),
            *("identity-name", SUSPICIOUS, "AD102"),
            id="name of another die",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 3080", "2206", 10, {"name": "NVIDIA GeForce RTX 4090"}),
            *("die-architecture", CONTRADICTED, "Ada Lovelace"),
            id="name of another architecture",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 3080", "2206", 10, {"name": "NVIDIA GeForce RTX 3080 Ti"}),
            *("identity-name", SUSPICIOUS, "3080 Ti"),
            id="name of a better card on the same die",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 4090", "2684", 24, {"architecture": "Ampere"}),
            *("die-architecture", CONTRADICTED, "Ampere"),
            id="architecture of another die",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 4090", "2684", 24, {"vbios_version": "94.02.71.40.72"}),
            *("firmware-vbios-prefix", SUSPICIOUS, "GA102"),
            id="vBIOS of another die",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 2080 Ti", "1E07", 11, {"vbios_version": "95.02.18.80.5F"}),
            *("firmware-vbios-prefix", SUSPICIOUS, "AD102"),
            id="observed vBIOS of another die on a die whose own is from memory",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 4090", "2684", 24, {"vbios_version": "90.02.18.80.5F"}),
            *("firmware-vbios-prefix", SUSPICIOUS, "Turing"),
            id="vBIOS of another generation, its die from memory",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 3080", "2206", 10, {"vbios_version": "94.07.18.80.5F"}),
            *("firmware-vbios-prefix", NOTED, "94.02"),
            id="vBIOS of another die of the generation, from memory",
        ),
        pytest.param(
            *("NVIDIA GeForce GTX 960", "1401", 4, {"device_id": "1404"}),
            *("identity-counterfeit-id", CONTRADICTED, "1404"),
            id="device id 1404",
        ),
        pytest.param(
            *("NVIDIA A100-SXM4-80GB", "20B2", 80, {"subsystem_vendor": "1458", "subsystem_id": "40BF"}),
            *("board-subsystem", SUSPICIOUS, "Gigabyte"),
            id="datacentre name on a partner's subsystem",
        ),
        pytest.param(
            *("NVIDIA A100-SXM4-80GB", "20B2", 80, {"inforom_image": "G001.0000.01.04", "inforom_ecc": None}),
            *("firmware-inforom", SUSPICIOUS, "G001"),
            id="datacentre name with a consumer InfoROM",
        ),
        pytest.param(
            *("NVIDIA A100-SXM4-80GB", "20B2", 80, {"subsystem_vendor": "ABCD", "subsystem_id": "40BF"}),
            *("board-subsystem", NOTED, "ABCD:40BF"),
            id="datacentre name on an unknown maker's subsystem",
        ),
        pytest.param(
            *("NVIDIA A100-SXM4-80GB", "20B2", 80, {"inforom_ecc": None, "absent": (NO_ECC_OBJECT,)}),
            *("firmware-inforom", NOTED, "ECC object"),
            id="datacentre name without an ECC object",
        ),
        pytest.param(
            *("Tesla T4", "1EB8", 16, {"inforom_image": "G133.0500.00.05"}),
            *("firmware-inforom", SUSPICIOUS, "RTX A6000"),
            id="InfoROM of another product on another die",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 3080", "2206", 10, {"device_id": "0DC4", "name": "NVIDIA GeForce GTX 1050 Ti"}),
            *("identity-name", SUSPICIOUS, "older than every such die"),
            id="modern name on a Fermi id",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 4090", "2684", 24, {"memory_total_bytes": 49140 * MIB, "mig_now": True}),
            *("memory-total", CONTRADICTED, "48 GB"),
            id="MIG claimed by a consumer card",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 4090", "2684", 24, {"memory_total_bytes": 49140 * MIB, "ecc_pending": True}),
            *("memory-total", CONTRADICTED, "48 GB"),
            id="a pending ECC change hides no size that fits neither mode",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 4090", "2684", 24, {"absent": (Absence("serial", "given twice: edited"),)}),
            *("identity-sources", NOTED, "serial"),
            id="a fact given twice",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 4090", "2684", 24, {"subsystem_vendor": "10DE", "subsystem_id": "0000"}),
            *("board-subsystem", NOTED, "10DE:0000"),
            id="subsystem never programmed",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 3080", "2206", 10, {"link_gen_max": 1, "link_gen_device_max": 1}),
            *("link-maximum", SUSPICIOUS, "generation 1"),
            id="link of a mining card",
        ),
        pytest.param(
            *("NVIDIA GeForce RTX 3080", "2206", 10, {"link_width_max": 4}),
            *("link-maximum", NOTED, "x4"),
            id="narrow link",
        ),
    ],
)
def test_one_changed_field_is_found_and_named(
    name: str,
    device: str,
    gib: int,
    fields: dict[str, Any],
    check: str,
    outcome: Outcome,
    word: str,
    catalogue: Catalogue,
) -> None:
    card = genuine(row_of(name, device, gib), device)
    assert finding_of(card, check, catalogue).outcome is not outcome, "the genuine card shows the same"
    found = finding_of(forged(card, **fields), check, catalogue)
    assert found.outcome is outcome
    assert word in fill(found.text, found.values)


@pytest.mark.parametrize(
    ("fields", "check", "outcome"),
    [
        pytest.param({"cores": 18432 + 128}, "die-cores", CONTRADICTED, id="more cores than the full die"),
        pytest.param({"cores": 10752}, "die-cores", SUSPICIOUS, id="cores of another product"),
        pytest.param({"bus_width_bits": 512}, "memory-bus-width", CONTRADICTED, id="wider than the die's bus"),
        pytest.param({"bus_width_bits": 192}, "memory-bus-width", SUSPICIOUS, id="narrower than the product's bus"),
        pytest.param({"compute_capability": "8.6"}, "die-compute-capability", CONTRADICTED, id="another capability"),
        pytest.param({"gpu_part_number": "2204-300-A1"}, "firmware-part-number", SUSPICIOUS, id="another device's bin"),
        pytest.param(
            {"gpu_part_number": "2684-777-A1"}, "firmware-part-number", Outcome.CONSISTENT, id="unknown bin: no sign"
        ),
        pytest.param(
            {"gpu_part_number": "3FFE-300-A1"},
            "firmware-part-number",
            Outcome.INCONCLUSIVE,
            id="a number that no table knows",
        ),
        pytest.param({"power_default_mw": 115_000, "power_min_mw": 1000}, "board-power", NOTED, id="laptop's power"),
    ],
)
def test_what_the_driver_reads_from_the_chip(
    fields: dict[str, Any], check: str, outcome: Outcome, catalogue: Catalogue
) -> None:
    card = genuine(row_of("NVIDIA GeForce RTX 4090"), "2684")
    (one,) = card.cards
    assert one.nvml is not None and one.nvidia_smi is not None
    known = {key: value for key, value in fields.items() if key not in ("cores", "bus_width_bits")}
    changed = replace(one, nvml=replace(one.nvml, **fields), nvidia_smi=replace(one.nvidia_smi, **known))
    assert finding_of(replace(card, cards=(changed,)), check, catalogue).outcome is outcome


def test_bar1_speaks_only_beside_a_foreign_inforom(catalogue: Catalogue) -> None:
    card = forged(genuine(row_of("NVIDIA A100-SXM4-80GB")), bar1_total_bytes=64 * MIB)
    assert finding_of(card, "board-bar1", catalogue).outcome is Outcome.NOT_APPLICABLE
    foreign = forged(card, inforom_image="G001.0000.01.04")
    assert finding_of(foreign, "board-bar1", catalogue).outcome is NOTED


def test_two_independent_medium_signs_add_up(catalogue: Catalogue) -> None:
    card = genuine(row_of("NVIDIA GeForce RTX 3080", "2206"), "2206")
    one_sign = forged(card, link_width_max=4)
    assert finding_of(one_sign, "board-signs", catalogue).outcome is Outcome.CONSISTENT
    two_signs = forged(one_sign, power_default_mw=115_000, power_min_mw=1000)
    found = finding_of(two_signs, "board-signs", catalogue)
    assert found.outcome is SUSPICIOUS
    assert found.innocent


def test_two_signs_of_one_source_do_not_add_up(catalogue: Catalogue) -> None:
    card = genuine(row_of("NVIDIA GeForce RTX 3080", "2206"), "2206")
    both_from_pci = forged(card, link_width_max=4, subsystem_vendor="10DE", subsystem_id="0000")
    assert finding_of(both_from_pci, "board-signs", catalogue).outcome is Outcome.CONSISTENT


def test_sources_that_disagree_about_the_name(catalogue: Catalogue) -> None:
    card = genuine(row_of("NVIDIA GeForce RTX 4090"), "2684")
    (one,) = card.cards
    assert one.nvml is not None
    lying = replace(one, nvml=replace(one.nvml, name="NVIDIA A100-SXM4-80GB"))
    found = finding_of(replace(card, cards=(lying,)), "identity-sources", catalogue)
    assert found.outcome is SUSPICIOUS
    assert "A100" in found.observed


@pytest.mark.parametrize(("more", "outcome"), [(1, Outcome.CONSISTENT), (3, SUSPICIOUS)], ids=["rounding", "a lie"])
def test_totals_of_two_sources(more: int, outcome: Outcome, catalogue: Catalogue) -> None:
    card = genuine(row_of("NVIDIA GeForce RTX 4090"), "2684")
    (one,) = card.cards
    assert one.nvml is not None and one.nvml.memory_total_bytes is not None
    other = replace(one.nvml, memory_total_bytes=one.nvml.memory_total_bytes + more * MIB)
    found = finding_of(replace(card, cards=(replace(one, nvml=other),)), "identity-sources", catalogue)
    assert found.outcome is outcome


def test_the_same_uuid_twice(catalogue: Catalogue) -> None:
    evidence = _pair(uuid="GPU-8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4")
    findings = [f for card in judge(evidence, Declaration(), catalogue).cards for f in card.findings]
    found = [one for one in findings if one.check == "identity-duplicate"]
    assert [one.outcome for one in found] == [SUSPICIOUS, SUSPICIOUS]
    assert "GPU-8a1f6a37" in found[0].observed


def test_absent_ids_never_match(catalogue: Catalogue) -> None:
    evidence = _pair(uuid=None)
    findings = [f for card in judge(evidence, Declaration(), catalogue).cards for f in card.findings]
    assert {f.outcome for f in findings if f.check == "identity-duplicate"} == {Outcome.INCONCLUSIVE}


def _pair(uuid: str | None) -> Evidence:
    evidence = forged(genuine(row_of("NVIDIA GeForce RTX 4090"), "2684"), uuid=uuid)
    (first,) = evidence.cards
    assert first.pci is not None
    moved = replace(first, label="0000:02:00.0", pci=replace(first.pci, address="0000:02:00.0"))
    return replace(evidence, cards=(first, moved))


def test_the_exit_status_is_the_worst_cards(catalogue: Catalogue) -> None:
    evidence = _pair(uuid=None)
    (first, second) = evidence.cards
    assert second.nvml is not None and second.nvidia_smi is not None
    big: dict[str, Any] = {"memory_total_bytes": 49140 * MIB}
    bad = replace(second, nvml=replace(second.nvml, **big), nvidia_smi=replace(second.nvidia_smi, **big))
    judgement = judge(replace(evidence, cards=(first, bad)), Declaration(), catalogue)
    assert [card.identity for card in judgement.cards] == [Identity.INCONCLUSIVE, Identity.CONTRADICTED]
    assert exit_status(judgement) == 12
