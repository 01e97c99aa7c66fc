"""Reports of MATS: what is understood is read, what is not is counted, and nothing is made of a cut table."""

import pytest
from foreign_logs import mats
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import mats_report as reader
from gpu_inspector.probes.foreign_tests import MOST_TESTS
from gpu_inspector.probes.handed import Handed
from gpu_inspector.records.foreign import ForeignTest

MIB = 1024 * 1024


def _read(text: str) -> Handed:
    assert reader.looks_like(text.encode())
    return reader.to_cards(text.encode(), "report.txt")


def _test(text: str) -> ForeignTest:
    (card,) = _read(text).cards
    (test,) = card.tests
    return test


def test_a_report_without_errors_has_passed_by_the_files_word() -> None:
    test = _test(mats())
    assert (test.tool, test.name, test.outcome, test.errors) == ("MATS 455.107", "MATS", "pass", 0)
    assert test.bytes_tested == 20 * MIB
    assert "8 subpartitions: FBIOA0 FBIOA1 FBIOB0 FBIOB1 FBIOC0 FBIOC1 FBIOD0 FBIOD1" in test.detail


def test_the_worst_subpartition_and_the_failing_bits_are_kept() -> None:
    test = _test(mats({"FBIOA1": (0, 205298, 0), "FBIOB0": (0, 32, 0)}, bits="A032 A033 A039 A032"))
    assert (test.outcome, test.errors) == ("fail", 205330)
    assert test.detail[:3] == (
        "read errors: 0, write errors: 205,330, unknown errors: 0",
        "failing bits: A032 A033 A039",
        "FBIOA1: read 0, write 205,298, unknown 0",
    )


def test_the_chip_is_named_and_nothing_else_of_the_card() -> None:
    (card,) = _read(mats(chip="TU102", version="400.184")).cards
    assert card.tool is not None
    assert (card.tool.tool, card.tool.die, card.tool.name, card.tool.device_id) == ("MATS 400.184", "TU102", None, None)
    assert any("names the chip at most" in gap.reason for gap in card.gaps)


def test_the_table_alone_is_read_but_is_no_pass() -> None:
    """As repairers post it: without the head, or cut."""
    table = mats().partition("\n\n")[2]
    assert (_test(table).outcome, _test(table).tool) == ("unknown", "MATS")
    bad = mats({"FBIOC0": (7, 0, 0)}).partition("\n\n")[2]
    assert (_test(bad).outcome, _test(bad).errors) == ("fail", 7)


def test_lines_of_the_table_that_are_not_understood_are_said_and_are_no_pass() -> None:
    handed = _read(mats() + "FBIOE0 [  0.. 31] : 0 errors\n")
    assert handed.cards[0].tests[0].outcome == "unknown"
    assert "not understood, and counting for nothing: 1 line of MATS's tables" in handed.notes


def test_several_reports_in_one_file_are_several_tests() -> None:
    handed = _read(mats() + mats({"FBIOA0": (1, 0, 0)}))
    assert [test.outcome for test in handed.cards[0].tests] == ["pass", "fail"]
    mixed = _read(mats() + mats(chip="GA102"))
    assert mixed.cards[0].tool is None
    assert any("2 kinds of chip" in note for note in mixed.notes)


def test_a_file_of_very_many_reports_is_cut() -> None:
    assert len(_read(mats() * 90).cards[0].tests) == MOST_TESTS


@pytest.mark.parametrize(
    "text",
    ["mats version 455.107.  Testing GA104 with 20 MB of memory starting with 0 MB.\n", "mats version 1 testing AB12"],
)
def test_a_head_without_a_result_is_refused(text: str) -> None:
    with pytest.raises(ProbeError, match="no result"):
        _read(text)


@pytest.mark.parametrize("data", [b"", b"FBIOA0 0 0 0", b"MEMORY ERRORS BY nothing", b"mats is a word", b"\0\0\0\0"])
def test_what_is_none_is_not_taken_for_one(data: bytes) -> None:
    assert not reader.looks_like(data)


_LINES = st.sampled_from(
    [
        *mats({"FBIOA1": (0, 9, 0)}, bits="A032").splitlines(keepends=True),
        "FBIOA1 999999999999999 999999999999999 999999999999999\n",
        "Read Error Count: 999999999999999\n",
        "FBIOZZ 1\n",
        "A000 B000 \x1b[2J\u202e\n",
    ]
)


@given(st.lists(_LINES, max_size=20), st.binary(max_size=40))
def test_lines_in_any_order_give_a_card_or_a_sentence(lines: list[str], noise: bytes) -> None:
    data = "".join(lines).encode() + noise
    reader.looks_like(data)
    try:
        handed = reader.to_cards(data, "x")
    except ProbeError:
        return
    for test in handed.cards[0].tests:
        assert test.outcome in ("pass", "fail", "unknown")
        assert test.errors is not None and 0 <= test.errors < 2**53
