"""Kernel logs that are handed in: which cards they name, what the driver reported, and what a patch left there."""

import pytest
from cards import row_of
from foreign_files import DRIVER, UUID, dmesg, facts_of

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import dmesg as reader

CARD = facts_of(row_of("NVIDIA GeForce RTX 4090"))
PLACE = "0000:01:00.0"


def test_a_log_from_the_start_on_names_the_card_its_ids_and_the_driver() -> None:
    handed = reader.to_cards(dmesg(CARD).encode(), "dmesg.txt")
    (card,) = handed.cards
    assert card.label == PLACE
    assert card.pci is not None
    assert (card.pci.device_id, card.pci.class_code) == ("2684", "030000")
    assert (card.pci.link_gen_max, card.pci.link_width_max) == (4, 16)
    assert card.tool is not None
    assert (card.tool.tool, card.tool.driver_version, card.tool.uuid) == ("kernel log", DRIVER, UUID)
    assert handed.driver_events is not None
    assert [(one.xid, one.address, one.times) for one in handed.driver_events] == [(31, PLACE, 2)]
    assert handed.log_signs == ()


@pytest.mark.parametrize("prefix", ["", "Nov 24 09:30:00 host kernel: ", "2026-11-24T09:30:00+0100 host kernel: "])
def test_an_excerpt_of_one_line_is_enough_for_an_event(prefix: str) -> None:
    handed = reader.to_cards(f"{prefix}NVRM: Xid (PCI:0000:5d:00): 79, GPU has fallen off the bus.\n".encode(), "x")
    (card,) = handed.cards
    assert (card.label, card.pci) == ("0000:5d:00.0", None)
    assert handed.driver_events is not None
    assert handed.driver_events[0].xid == 79


def test_a_log_without_errors_has_none_and_says_that_it_was_read() -> None:
    assert reader.to_cards(dmesg(CARD, xid=False).encode(), "x").driver_events == ()


def test_the_open_modules_version_is_read_too() -> None:
    line = "[ 4.1] NVRM: loading NVIDIA UNIX Open Kernel Module for x86_64  570.124.06  Release Build\n"
    (card,) = reader.to_cards(line.encode(), "x").cards
    assert card.label == "card of the file"
    assert card.tool is not None
    assert card.tool.driver_version == "570.124.06"


def test_two_versions_of_the_driver_in_one_log_are_a_note_and_no_claim() -> None:
    # Loaded anew within one start of the machine; of two starts, the last one counts.
    again = dmesg(CARD, driver="535.54.03").partition("\n")[2]
    handed = reader.to_cards((dmesg(CARD) + again).encode(), "x")
    assert any("several versions of the driver: 550.54.14, 535.54.03" in note for note in handed.notes)
    assert [card.tool.driver_version for card in handed.cards if card.tool] == [None]


def test_uuid_and_serial_of_the_errors_company_are_the_cards() -> None:
    text = (
        f"NVRM: GPU at PCI:0000:5d:00: {UUID}\nNVRM: GPU Board Serial Number: 1653900000123\n"
        "NVRM: Xid (PCI:0000:5d:00): 79, GPU has fallen off the bus.\n"
        "NVRM: GPU 0000:5e:00.0: GPU serial number is 1653900000456.\n"
    )
    one, other = reader.to_cards(text.encode(), "x").cards
    assert one.tool is not None
    assert other.tool is not None
    assert (one.label, one.tool.uuid, one.tool.serial) == ("0000:5d:00.0", UUID, "1653900000123")
    assert (other.label, other.tool.uuid, other.tool.serial) == ("0000:5e:00.0", None, "1653900000456")


def test_a_number_that_stands_twice_and_differs_is_told() -> None:
    other = UUID.replace("8a1f", "9b2e")
    text = f"NVRM: GPU at PCI:0000:5d:00: {UUID}\nNVRM: GPU at PCI:0000:5d:00: {other}\n"
    (card,) = reader.to_cards(text.encode(), "x").cards
    assert card.tool is not None
    assert [one.field for one in card.tool.absent] == ["uuid"]


def test_traces_of_a_known_patch_are_kept() -> None:
    handed = reader.to_cards(dmesg(CARD, more="[ 5.0] NVRM: name string overridden to A100").encode(), "x")
    assert len(handed.log_signs) == 1
    assert "name string overridden" in handed.log_signs[0]


def test_the_cards_own_sound_function_is_no_card() -> None:
    assert [card.label for card in reader.cards_of(dmesg(CARD), ())] == [PLACE]


def test_a_log_without_our_driver_is_refused() -> None:
    with pytest.raises(ProbeError, match="no line of NVIDIA's driver"):
        reader.to_cards(b"[ 0.0] Linux version 6.1.0\n", "x")


def test_a_card_that_was_exchanged_between_two_starts_bears_none_of_the_others_errors() -> None:
    """kern.log goes on over weeks: the earlier card's worn memory, and its id, are not those of the one now there."""
    worn = "[ 100.0] NVRM: Xid (PCI:0000:01:00): 63, pid=1, row remapped\n"
    earlier, now = (facts_of(row_of(name)) for name in ("NVIDIA GeForce RTX 3090", "NVIDIA GeForce RTX 4090"))
    found = reader.to_cards((dmesg(earlier, more=worn) + dmesg(now)).encode(), "kern.log")
    (card,) = found.cards
    assert card.pci is not None and card.pci.device_id == now.device and not card.pci.absent
    assert found.driver_events is not None and {one.xid for one in found.driver_events} == {31}
    assert any("2 starts" in note for note in found.notes)


def test_the_trace_of_a_patch_at_an_earlier_start_is_still_told() -> None:
    one = facts_of(row_of("NVIDIA GeForce RTX 4090"))
    patched = dmesg(one, more="[ 5.0] NVRM: name string overridden to NVIDIA A100\n")
    assert reader.to_cards((patched + dmesg(one)).encode(), "kern.log").log_signs
