"""lspci in all its verbosity: ids, links, regions, the port above the card, and what is not shown."""

import pytest
from cards import row_of
from foreign_files import MIB, configuration, facts_of, lspci

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import lspci as reader
from gpu_inspector.records.evidence import CardEvidence, PciReading

CARD = facts_of(row_of("NVIDIA GeForce RTX 4090"))
PLACE = "0000:01:00.0"


def card_of(text: str) -> CardEvidence:
    (card,) = reader.to_cards(text.encode(), "lspci.txt").cards
    return card


def reading_of(text: str) -> PciReading:
    pci = card_of(text).pci
    assert pci is not None
    return pci


def test_the_card_its_link_its_regions_and_the_port_above_it() -> None:
    pci = reading_of(lspci(CARD))
    assert (pci.address, pci.vendor_id, pci.device_id, pci.revision) == (PLACE, "10DE", "2684", "A1")
    assert (pci.subsystem_vendor, pci.subsystem_id) == (CARD.vendor, CARD.subsystem)
    assert pci.class_code == "030000"
    assert (pci.link_gen_max, pci.link_gen_now, pci.link_width_max, pci.link_width_now) == (4, 1, 16, 16)
    assert (pci.port_gen_max, pci.port_width_max, pci.port_address) == (5, 16, "0000:00:01.0")
    assert [(bar.index, bar.size_bytes, bar.prefetchable, bar.wide) for bar in pci.bars] == [
        (0, 16 * MIB, False, False),
        (1, 256 * MIB, True, True),
        (3, 32 * MIB, True, True),
    ]
    assert pci.bars[1].sizes_bytes[-1] == 32 * 1024 * MIB
    assert (pci.driver, pci.numa_node) == ("nvidia", 0)


def test_sound_functions_bridges_and_disks_are_no_cards() -> None:
    assert [card.label for card in reader.cards_of(lspci(CARD))] == [PLACE]


def test_the_domain_is_read_where_it_stands() -> None:
    text = lspci(CARD, domain=True).replace("0000:01:00", "10000:01:00")
    assert reading_of(text).address == "10000:01:00.0"


def test_without_ids_there_is_the_name_of_lspcis_own_table_and_no_reading() -> None:
    card = card_of(lspci(CARD, ids=False))
    assert card.pci is None
    assert card.tool is not None
    assert (card.tool.tool, card.tool.name, card.tool.pci_bus_id) == ("lspci", "GeForce RTX 4090", PLACE)
    assert any("made without ids" in gap.reason for gap in card.gaps)


@pytest.mark.parametrize(
    "line",
    [
        "01:00.0 0300: 10de:2684 (rev a1) (prog-if 00 [VGA controller])",
        "01:00.0 VGA compatible controller: NVIDIA Corporation Device 2684 (rev a1)",
        "01:00.0 VGA compatible controller [0300]: nVidia Corporation Device [10de:2684] (rev a1)",
        "0000:01:00.0 030000: Vendor 10de Device 2684 (rev a1)",
        "0000:01:00.0 VGA compatible controller [0300]: NVIDIA Corporation AD102 [RTX 4090] [10de:2684] (rev a1)",
    ],
)
def test_one_line_is_enough_for_the_ids(line: str) -> None:
    pci = reading_of(line)
    assert (pci.address, pci.device_id, pci.class_code, pci.revision) == (PLACE, "2684", "030000", "A1")
    assert {one.reason for one in pci.absent} == {"not given"}


def test_a_datacentre_board_is_a_3d_controller() -> None:
    assert reading_of(lspci(CARD, display=False)).class_code == "030200"


def test_without_root_the_link_is_missing_for_want_of_permission() -> None:
    text = (
        "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation X [10de:2684]\n\tCapabilities: <access denied>\n"
    )
    pci = reading_of(text)
    assert (pci.link_gen_max, pci.link_width_max) == (None, None)
    assert ("link_gen_max", "no permission") in {(one.field, one.reason) for one in pci.absent}


def test_the_slowest_speed_of_an_old_lspci_is_not_taken_for_the_cards_own() -> None:
    changed = {"\t\tLnkCap2: Supported Link Speeds: 2.5-16GT/s, Crosslink- Retimer+ DRS-\n": ""}
    text = lspci(CARD, changed=changed)
    assert reading_of(text).link_gen_max == 4
    assert reading_of(text.replace("Port #0, Speed 16GT/s", "Port #0, Speed 2.5GT/s")).link_gen_max is None


def test_a_card_that_answers_with_ones_only_says_nothing_of_its_link() -> None:
    text = (
        "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation X [10de:2684] (rev ff) (prog-if ff)\n"
        "\t!!! Unknown header type 7f\n\tKernel driver in use: nvidia\n"
    )
    pci = reading_of(text)
    assert (pci.device_id, pci.revision, pci.link_gen_max, pci.bars) == ("2684", None, None, ())
    assert any("ones only" in one.reason for one in pci.absent)


def test_the_dump_of_configuration_space_gives_the_ids_by_itself() -> None:
    pci = reading_of(lspci(CARD, ids=False, dump=configuration(CARD)))
    assert (pci.device_id, pci.subsystem_vendor, pci.subsystem_id) == ("2684", CARD.vendor, CARD.subsystem)


def test_a_line_that_its_own_dump_contradicts_is_told() -> None:
    text = lspci(CARD, dump=configuration(facts_of(row_of("NVIDIA GeForce RTX 4090"), device="2204")))
    assert ("device_id", "given twice with different values") in {
        (one.field, one.reason) for one in reading_of(text).absent
    }


def test_a_plain_list_ahead_of_a_detailed_one_is_the_same_card() -> None:
    text = lspci(CARD, detail=False) + "\n" + lspci(CARD)
    assert reading_of(text) == reading_of(lspci(CARD))


def test_a_list_without_our_cards_is_refused() -> None:
    with pytest.raises(ProbeError, match="no graphics card of NVIDIA"):
        reader.to_cards(b"00:02.0 VGA compatible controller [0300]: Intel Corporation X [8086:a780] (rev 04)\n", "x")


def test_lines_of_the_drivers_log_below_the_list_are_read_as_well() -> None:
    text = lspci(CARD) + "\n[ 9.0] NVRM: Xid (PCI:0000:01:00): 79, pid=1, GPU has fallen off the bus.\n"
    events = reader.to_cards(text.encode(), "x").driver_events
    assert events is not None
    assert [(one.xid, one.address) for one in events] == [(79, PLACE)]
    assert reader.to_cards(lspci(CARD).encode(), "x").driver_events is None
