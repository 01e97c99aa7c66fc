"""No judgement where none is due: slices, pending changes, old drivers, laptops, prototypes, renames."""

from dataclasses import replace
from typing import Any

import pytest
from cards import MIB, finding_of, forged, genuine, row_of

from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.claims import Absence, Virtualization
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Identity, Outcome, Strength
from gpu_inspector.workflow.judging import judge


@pytest.mark.parametrize(
    ("fields", "check"),
    [
        pytest.param({"mig_now": True}, "memory-total", id="MIG is on"),
        pytest.param({"mig_now": True}, "die-cores", id="MIG is on, cores"),
        pytest.param({"virtualization": Virtualization.GUEST}, "memory-total", id="vGPU guest"),
        pytest.param({"virtualization": Virtualization.GUEST}, "identity-name", id="vGPU guest, name"),
        pytest.param(
            {"ecc_pending": False, "memory_total_bytes": 81920 * MIB}, "memory-total", id="ECC change pending"
        ),
        pytest.param({"architecture": "Ada"}, "die-architecture", id="words that are no architecture of the tables"),
        pytest.param({"gpu_part_number": "0000-000-A0"}, "firmware-part-number", id="masked part number"),
        pytest.param({"name": "Graphics Device"}, "identity-name", id="driver older than the card"),
        pytest.param({"name": "NVIDIA Graphics Device"}, "identity-name", id="driver older than the card, prefixed"),
        pytest.param({"name": "NVIDIA PG506-232"}, "identity-name", id="board number as a name"),
        pytest.param({"name": "NVIDIA vGPU-48GB"}, "identity-name", id="rental service's name"),
    ],
)
def test_is_inconclusive(fields: dict[str, Any], check: str, catalogue: Catalogue) -> None:
    slice_of_memory = {"memory_total_bytes": 19968 * MIB} if check == "memory-total" else {}
    card = forged(genuine(row_of("NVIDIA A100-SXM4-80GB")), **{**slice_of_memory, **fields})
    assert finding_of(card, check, catalogue).outcome is Outcome.INCONCLUSIVE
    assert judge(card, Declaration(), catalogue).verdict is Identity.INCONCLUSIVE


def test_pass_through_is_a_whole_card_and_is_judged(catalogue: Catalogue) -> None:
    card = forged(
        genuine(row_of("NVIDIA GeForce RTX 4090"), "2684"),
        virtualization=Virtualization.PASS_THROUGH,
        memory_total_bytes=49140 * MIB,
    )
    assert finding_of(card, "memory-total", catalogue).outcome is Outcome.CONTRADICTED


@pytest.mark.parametrize(
    ("name", "device", "gib", "total", "driver", "outcome"),
    [
        pytest.param(
            "NVIDIA GeForce GTX 1660", "2184", 6, 5912, "418.43", Outcome.CONSISTENT, id="old driver subtracts"
        ),
        pytest.param(
            "NVIDIA GeForce GTX 1660", "2184", 6, 6500, "418.43", Outcome.CONTRADICTED, id="old driver never adds"
        ),
        pytest.param("NVIDIA GeForce GTX 1660", "2184", 6, 5912, None, Outcome.CONSISTENT, id="driver not known"),
        pytest.param(
            "NVIDIA GeForce GTX 1660", "2184", 6, 5700, "418.43", Outcome.CONTRADICTED, id="too much subtracted"
        ),
    ],
)
def test_driver_age(
    name: str, device: str, gib: int, total: int, driver: str | None, outcome: Outcome, catalogue: Catalogue
) -> None:
    card = forged(genuine(row_of(name, device, gib), device), memory_total_bytes=total * MIB, driver_version=driver)
    assert finding_of(card, "memory-total", catalogue).outcome is outcome


def test_ecc_on_leaves_fifteen_sixteenths(catalogue: Catalogue) -> None:
    card = genuine(row_of("NVIDIA RTX A6000"))
    on = forged(card, ecc_now=True, ecc_pending=True, memory_total_bytes=46068 * MIB)
    assert finding_of(on, "memory-total", catalogue).outcome is Outcome.CONSISTENT
    said_off = forged(card, ecc_now=False, ecc_pending=False, memory_total_bytes=46068 * MIB)
    assert finding_of(said_off, "memory-total", catalogue).outcome is Outcome.NOTED


def test_a_size_of_another_id_with_the_same_name_is_noted(catalogue: Catalogue) -> None:
    card = genuine(row_of("NVIDIA GeForce RTX 3080", "2206"), "2206")
    found = finding_of(forged(card, memory_total_bytes=12288 * MIB), "memory-total", catalogue)
    assert found.outcome is Outcome.NOTED
    assert "220A" in str(found.values["others"])


@pytest.mark.parametrize(
    ("name", "device", "subsystem", "total"),
    [
        pytest.param("NVIDIA GeForce RTX 3070", "2484", "14AE", 16384, id="3070 16 GB prototype"),
        pytest.param("NVIDIA GeForce RTX 3080", "2206", "146D", 20480, id="3080 20 GB prototype"),
    ],
)
def test_prototypes_are_genuine(name: str, device: str, subsystem: str, total: int, catalogue: Catalogue) -> None:
    card = forged(
        genuine(row_of(name, device), device),
        subsystem_vendor="10DE",
        subsystem_id=subsystem,
        memory_total_bytes=total * MIB,
    )
    assert finding_of(card, "memory-total", catalogue).outcome is Outcome.NOTED
    assert finding_of(card, "memory-known-rework", catalogue).outcome is Outcome.CONSISTENT


def test_a_laptop_makers_power_is_its_own(catalogue: Catalogue) -> None:
    laptop = next(row for row in catalogue.by_device("24B6") if row.mobile)
    card = forged(genuine(laptop), power_default_mw=30_000)
    assert finding_of(card, "board-power", catalogue).outcome is Outcome.NOT_APPLICABLE


def test_an_id_before_the_tables_is_no_sign(catalogue: Catalogue) -> None:
    fields = {"device_id": "1180", "name": "GeForce GTX 680", "gpu_part_number": None}
    card = forged(genuine(row_of("NVIDIA GeForce RTX 4090"), "2684"), **fields)
    (judged,) = judge(card, Declaration(), catalogue).cards
    assert judged.identity is Identity.INCONCLUSIVE


def test_an_oem_rename_is_no_lie(catalogue: Catalogue) -> None:
    row = row_of("NVIDIA GeForce GTX 960", "13D8")
    (judged,) = judge(genuine(row, "13D8"), Declaration(), catalogue).cards
    assert judged.identity is Identity.INCONCLUSIVE


@pytest.mark.parametrize("gib", [8, 16])
def test_both_sizes_of_one_id_are_genuine(gib: int, catalogue: Catalogue) -> None:
    total = {8: 8188, 16: 16380}[gib]
    card = genuine(row_of("NVIDIA GeForce RTX 4060 Ti", "2803", 8), "2803")
    found = finding_of(forged(card, memory_total_bytes=total * MIB), "memory-total", catalogue)
    assert found.outcome is Outcome.CONSISTENT


@pytest.mark.parametrize("reason", ["masked", "no permission", None])
def test_an_ecc_object_that_was_not_shown_is_no_sign(reason: str | None, catalogue: Catalogue) -> None:
    absent = (Absence("inforom_ecc", reason),) if reason is not None else ()
    card = forged(genuine(row_of("NVIDIA A100-SXM4-80GB")), inforom_ecc=None, absent=absent)
    assert finding_of(card, "firmware-inforom", catalogue).outcome is Outcome.CONSISTENT


def test_a_capability_that_the_host_masks_is_no_mining_card(catalogue: Catalogue) -> None:
    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"), "2684")
    (card,) = evidence.cards
    assert card.pci is not None
    masked = replace(card, pci=replace(card.pci, link_gen_max=1))
    assert finding_of(replace(evidence, cards=(masked,)), "link-maximum", catalogue).outcome is Outcome.CONSISTENT


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("serial", "none", id="none"),
        pytest.param("serial", "SERIAL-NUMBER", id="a word"),
        pytest.param("serial", "12345", id="short"),
        pytest.param("serial", "1320000000000", id="zeroed tail"),
        pytest.param("uuid", "GPU-a1b2c3d4-e5f6-7890-abcd-ef1234567890", id="counting up"),
        pytest.param("uuid", "GPU-11111111-1111-1111-1111-111111111111", id="ones"),
    ],
)
def test_ids_that_somebody_painted_over_never_match(field: str, value: str, catalogue: Catalogue) -> None:
    evidence = forged(genuine(row_of("NVIDIA GeForce RTX 4090"), "2684"), **{"uuid": None, field: value})
    (first,) = evidence.cards
    assert first.pci is not None
    second = replace(first, label="b", pci=replace(first.pci, address="0000:02:00.0"))
    cards = judge(replace(evidence, cards=(first, second)), Declaration(), catalogue).cards
    outcomes = {one.outcome for card in cards for one in card.findings if one.check == "identity-duplicate"}
    assert outcomes == {Outcome.INCONCLUSIVE}


@pytest.mark.parametrize(
    ("several", "outcome"), [(True, Outcome.INCONCLUSIVE), (None, Outcome.INCONCLUSIVE), (False, Outcome.SUSPICIOUS)]
)
def test_one_serial_on_dies_of_one_board(several: bool | None, outcome: Outcome, catalogue: Catalogue) -> None:
    fields = {"serial": "0324716123456", "uuid": None, "multi_gpu_board": several}
    evidence = forged(genuine(row_of("NVIDIA GeForce RTX 4090"), "2684"), **fields)
    (first,) = evidence.cards
    assert first.pci is not None
    second = replace(first, label="b", pci=replace(first.pci, address="0000:02:00.0"))
    cards = judge(replace(evidence, cards=(first, second)), Declaration(), catalogue).cards
    outcomes = {one.outcome for card in cards for one in card.findings if one.check == "identity-duplicate"}
    assert outcomes == {outcome}


@pytest.mark.parametrize(
    ("fields", "outcome", "strength"),
    [
        pytest.param({}, Outcome.NOTED, Strength.WEAK, id="an id of no table under a known card's number"),
        pytest.param({"gpu_part_number": "3FFE-300-A1"}, Outcome.CONSISTENT, Strength.NONE, id="newer than the tables"),
        pytest.param({"gpu_part_number": "3FFD-300-A1"}, Outcome.INCONCLUSIVE, Strength.NONE, id="neither is known"),
        pytest.param({"device_id": None, "name": "No Name"}, Outcome.INCONCLUSIVE, Strength.NONE, id="no id at all"),
    ],
)
def test_a_part_number_beside_an_id_of_no_table(
    fields: dict[str, Any], outcome: Outcome, strength: Strength, catalogue: Catalogue
) -> None:
    """Publishers write digits of their own over an id: it accuses nobody, and is not passed over."""
    told = {"device_id": "3FFE", "gpu_part_number": "2684-300-A1", **fields}
    evidence = forged(genuine(row_of("NVIDIA GeForce RTX 4090"), "2684"), **told)
    if told["device_id"] is None:
        evidence = replace(evidence, cards=(replace(evidence.cards[0], pci=None),))
    found = finding_of(evidence, "firmware-part-number", catalogue)
    assert (found.outcome, found.strength) == (outcome, strength)
