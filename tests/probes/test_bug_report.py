"""NVIDIA's bug report: what is taken of it, how its parts are joined, and how it is unpacked without harm."""

import gzip
import zlib

import pytest
from cards import row_of
from foreign_files import DRIVER, bug_report, packed

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import bug_report as reader

ROW = row_of("NVIDIA GeForce RTX 4090")
PLACE = "0000:01:00.0"


@pytest.mark.parametrize("data", [bug_report(ROW).encode(), packed(bug_report(ROW))], ids=["plain", "gzip"])
def test_all_that_tells_of_one_card_is_joined_by_its_address(data: bytes) -> None:
    assert reader.looks_like(data)
    handed = reader.to_cards(data, "nvidia-bug-report.log.gz")
    (card,) = handed.cards
    assert card.label == PLACE
    assert card.pci is not None
    assert card.nvidia_smi is not None
    assert card.tool is not None
    assert card.pci.device_id == card.nvidia_smi.device_id == "2684"
    assert (card.pci.link_gen_max, card.pci.port_gen_max) == (4, 5)
    assert card.tool.tool == "nvidia-bug-report.sh 31831145"
    assert card.tool.uuid == card.nvidia_smi.uuid
    assert card.tool.vbios_version == card.nvidia_smi.vbios_version
    assert (card.tool.driver_version, card.tool.minor_number) == (DRIVER, 0)
    assert handed.notes == ()


def test_a_report_that_stands_in_two_logs_is_one() -> None:
    events = reader.to_cards(bug_report(ROW).encode(), "x").driver_events
    assert events is not None
    assert [(one.xid, one.times) for one in events] == [(31, 2)]


def test_a_safe_mode_leaves_nvidia_smi_out_and_the_gap_says_so() -> None:
    (card,) = reader.to_cards(bug_report(ROW, safe=True).encode(), "x").cards
    assert card.nvidia_smi is None
    assert "nvidia-smi" in {gap.source for gap in card.gaps}


def test_a_report_that_was_cut_is_read_as_far_as_it_holds() -> None:
    data = packed(bug_report(ROW))
    handed = reader.to_cards(data[:-40], "x")
    assert "the archive is cut; read as far as it holds" in handed.notes
    assert handed.cards[0].pci is not None
    damaged = bytearray(data)
    damaged[-200:-100] = bytes(100)
    handed = reader.to_cards(bytes(damaged), "x")
    assert any("damaged" in note or "behind the archive's end" in note or "cut" in note for note in handed.notes)


def test_what_stands_behind_the_archive_is_told() -> None:
    handed = reader.to_cards(packed(bug_report(ROW)) + b"more", "x")
    assert "something stands behind the archive's end, and was not read" in handed.notes
    assert reader.to_cards(packed(bug_report(ROW)) + bytes(512), "x").notes == ()


def test_a_bomb_is_refused_with_a_sentence_before_it_fills_the_memory() -> None:
    head = gzip.compress(bug_report(ROW).encode())
    bomb = head + gzip.compress(bytes(64 * 1024 * 1024))
    assert len(bomb) < 100_000
    with pytest.raises(ProbeError, match="the archive is no bug report"):
        reader.to_cards(bomb, "x")
    nested = zlib.compress(bytes(1000))
    assert not reader.looks_like(gzip.compress(nested))


def test_more_members_than_any_script_writes_are_refused() -> None:
    report = packed(bug_report(ROW))
    assert reader.to_cards(report + gzip.compress(b"") * 1000, "x").cards[0].label == PLACE
    with pytest.raises(ProbeError, match="more than 20,000 members"):
        reader.to_cards(report + gzip.compress(b"") * 20_000, "x")


@pytest.mark.parametrize(
    "data",
    [b"", b"\x1f\x8b", b"\x1f\x8b\x08\x00" + bytes(20), gzip.compress(b"a letter")],
    ids=["empty", "mark", "head", "letter"],
)
def test_another_archive_is_no_bug_report(data: bytes) -> None:
    assert not reader.looks_like(data)


def test_a_report_without_a_card_is_refused() -> None:
    with pytest.raises(ProbeError, match="no NVIDIA card"):
        reader.to_cards(b"Start of NVIDIA bug report log file.\n____________________________________________\n", "x")
