"""HWiNFO's sensor log and its saved report: what each says of a card, and what it does not say."""

import pytest
from cards import row_of
from foreign_files import MIB, facts_of, hwinfo_csv, hwinfo_text

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import hwinfo
from gpu_inspector.probes import hwinfo_text as report
from gpu_inspector.records.evidence import CardEvidence

NAME = "NVIDIA GeForce RTX 4090"
CARD = facts_of(row_of(NAME))


def card_of(text: str, encoding: str = "cp1252") -> CardEvidence:
    (card,) = hwinfo.to_cards(text.encode(encoding), "log.csv").cards
    return card


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_lowest_mean_and_highest_of_each_column_of_the_card(encoding: str, delimiter: str) -> None:
    text = hwinfo_csv({0: NAME}, delimiter=delimiter, rows=3)
    assert hwinfo.looks_like(text.encode(encoding))
    tool = card_of(text, encoding).tool
    assert tool is not None
    assert (tool.tool, tool.form, tool.name) == ("HWiNFO", "hwinfo-csv", NAME)
    sensors = dict(tool.sensors)
    assert list(sensors) == [
        "GPU Temperature [°C]",
        "GPU Hot Spot Temperature [°C]",
        "GPU Power [W]",
        "PCIe Link Speed [GT/s]",
    ]
    assert sensors["GPU Temperature [°C]"] == "lowest 22.5, mean 29.5, highest 36.5 of 3 values"


def test_it_has_a_name_and_nothing_else_that_identifies() -> None:
    card = card_of(hwinfo_csv({0: NAME}))
    assert card.tool is not None
    assert (card.tool.device_id, card.tool.memory_total_bytes, card.tool.uuid) == (None, None, None)
    assert {gap.source for gap in card.gaps} == {"pci", "driver"}


def test_two_cards_of_one_machine_are_two_and_another_makers_is_none() -> None:
    handed = hwinfo.to_cards(hwinfo_csv({0: NAME, 1: "AMD Radeon RX 7900", 2: "NVIDIA RTX A4000"}).encode(), "x")
    assert [card.tool.name for card in handed.cards if card.tool] == [NAME, "NVIDIA RTX A4000"]


def test_a_log_without_its_last_row_tells_of_no_card() -> None:
    with pytest.raises(ProbeError, match="lacks its last row"):
        hwinfo.to_cards(hwinfo_csv({0: NAME}, footer=False).encode(), "x")


def test_a_log_of_a_machine_without_nvidia_card_is_refused() -> None:
    with pytest.raises(ProbeError, match="no column of an NVIDIA card"):
        hwinfo.to_cards(hwinfo_csv({0: "AMD Radeon RX 7900"}).encode(), "x")


def test_words_and_damage_among_the_figures_are_passed_over() -> None:
    text = hwinfo_csv({0: NAME}, rows=3).replace("22.5", "Yes").replace("29.5", "1e999").replace("23.5", "-")
    tool = card_of(text).tool
    assert tool is not None
    assert dict(tool.sensors)["GPU Temperature [°C]"].endswith("of 1 values")


def test_no_more_sensors_than_a_record_holds() -> None:
    columns = [f"GPU Thing {at} [%]" for at in range(200)] + ["GPU Temperature [°C]"]
    rows = ["24.11.2026,09:30:00," + ",".join(["1"] * 201)]
    tail = ",," + ",".join([f"GPU [#0]: {NAME}: Board"] * 201)
    tool = card_of("\n".join(["Date,Time," + ",".join(columns), *rows, tail])).tool
    assert tool is not None
    assert len(tool.sensors) == 64
    assert tool.sensors[0][0] == "GPU Temperature [°C]"


def test_the_saved_report_gives_what_gpu_z_gives() -> None:
    text = hwinfo_text(CARD)
    assert report.looks_like(text.encode())
    (card,) = report.to_cards(text.encode("cp1252"), "report.log").cards
    tool = card.tool
    assert tool is not None
    assert (tool.tool, tool.name, tool.device_id) == ("HWiNFO 7.72-5355", NAME, "2684")
    assert (tool.subsystem_vendor, tool.subsystem_id) == (CARD.vendor, CARD.subsystem)
    assert (tool.memory_total_bytes, tool.bus_width_bits, tool.vbios_version) == (24576 * MIB, 384, CARD.bios)
    assert (tool.link_gen_max, tool.link_width_max, tool.link_gen_now, tool.link_width_now) == (4, 16, 1, 16)
    assert (tool.memory_type, tool.driver_version, tool.die) == ("GDDR6X (Micron)", "536.99", "AD102-300")


def test_another_devices_section_behind_the_card_is_left_alone() -> None:
    text = hwinfo_text(CARD) + "\n  Driver Version:  1.2.3 (NVIDIA 111.11)\n"
    (card,) = report.to_cards(text.encode(), "x").cards
    assert card.tool is not None
    assert card.tool.driver_version == "536.99"
