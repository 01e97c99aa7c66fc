"""The InfoROM: checksums, the kind of image, and the board's part number."""

import pytest
from cards import finding_of, forged, genuine, row_of

from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.finding import Outcome, Strength

VALID, OBJECTS, NUMBER = "firmware-inforom-valid", "firmware-inforom-objects", "firmware-board-part-number"


@pytest.mark.parametrize(
    ("said", "outcome", "strength"),
    [
        (True, Outcome.CONSISTENT, Strength.NONE),
        (False, Outcome.NOTED, Strength.MEDIUM),
        (None, Outcome.INCONCLUSIVE, Strength.NONE),
    ],
)
def test_checksums(said: bool | None, outcome: Outcome, strength: Strength, catalogue: Catalogue) -> None:
    found = finding_of(forged(genuine(row_of("NVIDIA L40S")), inforom_valid=said), VALID, catalogue)
    assert (found.outcome, found.strength) == (outcome, strength)
    if said is False:
        assert any("genuine" in one for one in found.innocent)


@pytest.mark.parametrize(
    ("name", "image", "outcome", "strength"),
    [
        ("NVIDIA RTX A6000", "G133.0500.00.05", Outcome.CONSISTENT, Strength.NONE),
        ("NVIDIA RTX A6000", "G001.0000.03.03", Outcome.NOTED, Strength.MEDIUM),
        ("NVIDIA RTX A4000", "G001.0000.03.03", Outcome.NOTED, Strength.WEAK),
        ("NVIDIA RTX A6000", "G133.0510.00.05", Outcome.NOTED, Strength.WEAK),
        ("NVIDIA GeForce RTX 4090", "G002.0000.00.03", Outcome.CONSISTENT, Strength.NONE),
        ("NVIDIA GeForce RTX 4090", "G133.0510.00.05", Outcome.NOTED, Strength.MEDIUM),
        ("NVIDIA GeForce RTX 4090", "G777.0001.00.05", Outcome.CONSISTENT, Strength.NONE),
        ("NVIDIA L40S", "G001.0000.03.03", Outcome.NOT_APPLICABLE, Strength.NONE),
    ],
)
def test_the_kind_of_image(name: str, image: str, outcome: Outcome, strength: Strength, catalogue: Catalogue) -> None:
    row = row_of(name, memory_gib=24 if "4090" in name else None)
    found = finding_of(forged(genuine(row), inforom_image=image), OBJECTS, catalogue)
    assert (found.outcome, found.strength) == (outcome, strength)
    if strength is not Strength.NONE:
        assert found.witness == "InfoROM"
        assert found.innocent


@pytest.mark.parametrize(
    ("name", "image", "number", "outcome"),
    [
        pytest.param("NVIDIA RTX A6000", "G133.0500.00.05", "900-5G133-1700-000", Outcome.CONSISTENT, id="A6000"),
        pytest.param("NVIDIA L40S", "G133.0242.00.03", "900-2G133-0080-000", Outcome.CONSISTENT, id="L40S"),
        pytest.param("NVIDIA A100-PCIE-40GB", "1001.0200.00.03", "900-21001-0000-000", Outcome.CONSISTENT, id="A100"),
        pytest.param("Tesla P100-PCIE-16GB", "H400.0201.00.08", "900-2H400-6300-031", Outcome.CONSISTENT, id="P100"),
        pytest.param("NVIDIA H100 NVL", "1010.0210.00.01", "900-21010-0020-000", Outcome.CONSISTENT, id="H100 NVL"),
        pytest.param("NVIDIA TITAN V", "G001.0000.01.04", "900-1G500-2500-000", Outcome.CONSISTENT, id="TITAN V"),
        pytest.param("NVIDIA RTX A6000", "G133.0500.00.05", "900-1G133-1700-000", Outcome.NOTED, id="consumer class"),
        pytest.param("NVIDIA RTX A6000", "G133.0500.00.05", "900-5G190-1700-000", Outcome.NOTED, id="other board"),
        pytest.param("NVIDIA L40S", "", "900-2G503-0100-000", Outcome.NOTED, id="board of another die"),
        pytest.param("NVIDIA L40S", "G133.0242.00.03", "900-2G133-9999-0Z9", Outcome.CONSISTENT, id="unlisted variant"),
        pytest.param("NVIDIA L40S", "G133.0242.00.03", "N/A", Outcome.INCONCLUSIVE, id="not a number"),
        pytest.param("NVIDIA L40S", "G133.0242.00.03", "000-00000-0000-000", Outcome.INCONCLUSIVE, id="painted over"),
    ],
)
def test_the_boards_part_number(name: str, image: str, number: str, outcome: Outcome, catalogue: Catalogue) -> None:
    row = next(one for one in catalogue.by_name(name) if one.memory_mib)
    card = forged(genuine(row), board_part_number=number, inforom_image=image or None)
    found = finding_of(card, NUMBER, catalogue)
    assert found.outcome is outcome
    assert found.strength in (Strength.NONE, Strength.MEDIUM)
    if outcome is Outcome.NOTED:
        assert number in found.observed
        assert found.innocent


def test_a_board_number_under_a_name_that_nobody_knows(catalogue: Catalogue) -> None:
    card = forged(genuine(row_of("NVIDIA L40S")), name="NVIDIA vGPU-48GB", board_part_number="900-2G133-0080-000")
    found = finding_of(card, NUMBER, catalogue)
    assert found.outcome is Outcome.CONSISTENT
    assert "G133" in str(found.values["board"])
