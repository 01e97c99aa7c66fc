"""The driver's inner calls against the rest: a difference is noted, agreement proves nothing, and neither adds up."""

from dataclasses import replace
from typing import Any

import pytest
from cards import MIB, finding_of, forged, genuine, row_of
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.checks import ALL_CHECKS
from gpu_inspector.checks.runner import run
from gpu_inspector.checks.subject import Subject
from gpu_inspector.language import fill
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Outcome, Role, Strength
from gpu_inspector.records.firmware import BitReading, MemoryRow, MemoryTable, RmReading, VbiosReading
from gpu_inspector.records.product import Product
from gpu_inspector.workflow.judging import judge

VENDOR, STRAP, DETAILS, BOARD = "board-memory-vendor", "board-memory-strap", "die-driver-details", "board-sku-record"
CHECKS = (VENDOR, STRAP, DETAILS, BOARD)
ROW = row_of("NVIDIA RTX 6000 Ada Generation")
CARD = genuine(ROW)
DIE = load().dies[ROW.die]
RM = RmReading(
    driver_version="580.95.05",
    headers_version="595.45.04",
    chip_architecture=0x190,
    chip_implementation=2,
    device_id=ROW.device_ids[0],
    chip_sku="300",
    bios_chip_sku="300",
    project="G133",
    memory_manufacturer="Samsung",
    part_number_699="699-5G133-0510-200",
    ram_type=17,
    ram_size_bytes=(ROW.memory_mib or 0) * MIB,
    bus_width_bits=ROW.bus_bits,
    l2_bytes=ROW.l2_bytes,
    memory_vendor=1,
    ram_cfg=2,
)
TABLE = MemoryTable(
    strap_count=3,
    translation=(0, 1, 5),
    rows=(
        MemoryRow(strap=0, type=15),
        MemoryRow(strap=1, type=3, type_name="GDDR5"),
        MemoryRow(strap=5, type=9, type_name="GDDR6"),
    ),
)


def with_calls(rm: RmReading = RM, table: MemoryTable | None = TABLE, **fields: Any) -> Evidence:
    """The card with inner calls (fields changed), and a vBIOS image with this memory table."""
    (card,) = CARD.cards
    bit = BitReading(offset=0, checksum_ok=True, memory=table, board_code="PG133")
    image = VbiosReading(source="card", size_bytes=1, sha256="00" * 32, bit=bit)
    return replace(CARD, cards=(replace(card, rm=replace(rm, **fields), vbios=(image,)),))


def test_the_fixture_is_a_genuine_card() -> None:
    assert (ROW.memory_type, ROW.bus_bits, DIE.chip_id) == ("GDDR6", 384, "192")


@pytest.mark.parametrize("check", CHECKS)
def test_agreement_is_no_pass(check: str, catalogue: Catalogue) -> None:
    found = finding_of(with_calls(), check, catalogue)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "Nothing is concluded" in fill(found.text, found.values)


@pytest.mark.parametrize("check", CHECKS)
def test_what_was_not_asked_is_not_examined(check: str, catalogue: Catalogue) -> None:
    found = finding_of(CARD, check, catalogue)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "were not asked" in found.text
    assert found.advice


ALTERED = (
    pytest.param(VENDOR, {"memory_vendor": 15}, "Micron", id="memory of another maker"),
    pytest.param(STRAP, {"ram_cfg": 1}, "GDDR5 by the row that RAM_CFG 1 chooses", id="strap of another kind"),
    pytest.param(STRAP, {"ram_cfg": 0}, "RAM_CFG 0, which chooses none", id="strap of an unused row"),
    pytest.param(STRAP, {"ram_cfg": 7}, "RAM_CFG 7", id="strap beyond the table"),
    pytest.param(STRAP, {"ram_type": 18}, "GDDR6X", id="kind of memory not the product's"),
    pytest.param(STRAP, {"ram_size_bytes": 24576 * MIB}, "24,576 MiB", id="half of the memory"),
    pytest.param(DETAILS, {"chip_implementation": 4}, "chip 194", id="another chip"),
    pytest.param(DETAILS, {"device_id": "2684"}, "device id 2684", id="another device id"),
    pytest.param(DETAILS, {"chip_sku": "250"}, "-250", id="another die bin"),
    pytest.param(DETAILS, {"bus_width_bits": 256}, "bus of 256 bit", id="narrow bus"),
    pytest.param(BOARD, {"project": "G139"}, "G139 by the vBIOS record", id="vBIOS of another board"),
    pytest.param(
        BOARD, {"part_number_699": "699-2G520-0510-200"}, "G520 by the InfoROM", id="InfoROM of another board"
    ),
)


@pytest.mark.parametrize(("check", "fields", "words"), ALTERED)
def test_one_field_changed_is_noted_by_name(
    check: str, fields: dict[str, Any], words: str, catalogue: Catalogue
) -> None:
    found = finding_of(with_calls(**fields), check, catalogue)
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.WEAK)
    assert words in fill(found.text, found.values)
    assert found.expected and found.observed and found.source and found.innocent


@pytest.mark.parametrize("seen", [False, True])
def test_all_differences_together_accuse_nobody(seen: bool, catalogue: Catalogue) -> None:
    """Also where the record itself says that hardware has answered: a file may say so."""
    fields: dict[str, Any] = {
        "memory_vendor": 6,
        "ram_cfg": 1,
        "chip_implementation": 4,
        "project": "G139",
        "seen_on_hardware": seen,
    }
    before = judge(CARD, Declaration(), catalogue)
    after = judge(with_calls(**fields), Declaration(), catalogue)
    findings = {one.check: one for one in after.cards[0].findings}
    assert {findings[check].outcome for check in CHECKS} == {Outcome.NOTED}
    assert after.verdict is before.verdict
    assert findings["board-signs"].outcome is not Outcome.SUSPICIOUS


@pytest.mark.parametrize(
    ("check", "fields"),
    [
        pytest.param(VENDOR, {"memory_vendor": None}, id="no vendor"),
        pytest.param(VENDOR, {"memory_vendor": 9}, id="a vendor that no source names"),
        pytest.param(VENDOR, {"memory_manufacturer": None}, id="no record, as on GeForce"),
        pytest.param(VENDOR, {"memory_manufacturer": "M"}, id="a letter that no source explains"),
        pytest.param(STRAP, {"ram_cfg": None, "ram_type": None, "ram_size_bytes": None}, id="nothing of the memory"),
        pytest.param(BOARD, {"project": None, "part_number_699": None}, id="no board number"),
        pytest.param(BOARD, {"project": "2133", "part_number_699": "699-21228-0510-200"}, id="numbers of another form"),
    ],
)
def test_what_cannot_be_compared_is_inconclusive(check: str, fields: dict[str, Any], catalogue: Catalogue) -> None:
    found = finding_of(with_calls(**fields), check, catalogue)
    assert found.outcome is Outcome.INCONCLUSIVE


def test_a_total_less_by_ecc_fits_the_inner_size(catalogue: Catalogue) -> None:
    total = int((ROW.memory_mib or 0) * 15 / 16) * MIB
    assert finding_of(forged(with_calls(), memory_total_bytes=total), STRAP, catalogue).outcome is Outcome.INCONCLUSIVE


def test_a_consumer_board_has_no_number_to_compare(catalogue: Catalogue) -> None:
    card = forged(with_calls(table=None, part_number_699=None), inforom_image="G002.0000.00.03")
    found = finding_of(card, BOARD, catalogue)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "G002" not in fill(found.text, found.values)


def test_a_table_without_translation_is_read_by_the_strap_itself(catalogue: Catalogue) -> None:
    plain = replace(TABLE, translation=())
    assert finding_of(with_calls(table=plain, ram_cfg=5), STRAP, catalogue).outcome is Outcome.INCONCLUSIVE
    assert finding_of(with_calls(table=plain, ram_cfg=1), STRAP, catalogue).outcome is Outcome.NOTED


def answered_by_the_data(row: Product, catalogue: Catalogue) -> Evidence:
    """A genuine card of the row whose inner calls give the reference data's own figures."""
    evidence = genuine(row)
    chip = int(catalogue.dies[row.die].chip_id, 16)
    (card,) = evidence.cards
    rm = RmReading(
        driver_version="580.95.05",
        headers_version="595.45.04",
        chip_architecture=chip & 0xFF0,
        chip_implementation=chip & 0xF,
        device_id=row.device_ids[0],
        bus_width_bits=row.bus_bits,
        l2_bytes=row.l2_bytes,
        ram_size_bytes=row.memory_mib * MIB if row.memory_mib else None,
    )
    return replace(evidence, cards=(replace(card, rm=rm),))


def noted(rows: tuple[Product, ...], catalogue: Catalogue) -> list[str]:
    """What is noted of these genuine cards: by the data, and no observation."""
    checks = tuple(one for one in ALL_CHECKS if one.id in CHECKS)
    found: list[str] = []
    for row in rows:
        evidence = answered_by_the_data(row, catalogue)
        subject = Subject(evidence, evidence.cards[0], Declaration(), catalogue)
        found += [fill(one.text, one.values) for one in run(checks, subject) if one.outcome is not Outcome.INCONCLUSIVE]
    return found


def test_what_a_genuine_card_would_answer_is_not_noted(catalogue: Catalogue) -> None:
    assert noted(catalogue.products[::11], catalogue) == []


@pytest.mark.prove
def test_what_any_genuine_card_would_answer_is_not_noted(catalogue: Catalogue) -> None:
    assert noted(catalogue.products, catalogue) == []


def test_the_checks_are_supporting() -> None:
    assert {one.role for one in ALL_CHECKS if one.id in CHECKS} == {Role.SUPPORTING}


numbers = st.none() | st.integers(-(2**53), 2**53)
texts = st.none() | st.text(max_size=30) | st.sampled_from(["G133", "{x}", "699-5G133-0510-200"])


@settings(max_examples=examples(100), deadline=None)
@given(st.data())
def test_any_record_is_judged(data: st.DataObject) -> None:
    chosen: dict[str, Any] = {
        name: data.draw(numbers) for name in ("chip_architecture", "chip_implementation", "ram_type", "ram_size_bytes")
    }
    chosen |= {name: data.draw(numbers) for name in ("bus_width_bits", "l2_bytes", "memory_vendor", "ram_cfg")}
    chosen |= {name: data.draw(texts) for name in ("device_id", "chip_sku", "project", "memory_manufacturer")}
    evidence = with_calls(**chosen)
    subject = Subject(evidence, evidence.cards[0], Declaration(), load())
    for found in run(tuple(one for one in ALL_CHECKS if one.id in CHECKS), subject):
        assert "failed inside the program" not in found.text, fill(found.text, found.values)
        assert found.outcome in (Outcome.NOTED, Outcome.INCONCLUSIVE)
