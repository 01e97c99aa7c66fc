"""Logs of memtest_vulkan in the spellings of its versions, cut, interrupted, of several cards, and hostile."""

import pytest
from foreign_logs import (
    ALL_WELL,
    EXTENDED,
    FAILED,
    FOUND,
    PASSED,
    RTX_3090,
    RTX_4090,
    START,
    bits_row,
    error_block,
    log_file,
    memtest,
    memtest_new,
    memtest_old,
)
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import memtest_log as reader
from gpu_inspector.probes.foreign_tests import MOST_DETAIL, MOST_TESTS
from gpu_inspector.probes.handed import Handed
from gpu_inspector.probes.memtest_lines import wrong_bits
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.records.foreign import ForeignTest

GIB = 1024**3


def _read(text: str) -> Handed:
    assert reader.looks_like(text.encode())
    return reader.to_cards(text.encode(), "memtest_vulkan.log")


def _card(text: str) -> CardEvidence:
    (card,) = _read(text).cards
    return card


def _test(text: str) -> ForeignTest:
    (test,) = _card(text).tests
    return test


def test_the_header_names_the_card() -> None:
    tool = _card(memtest()).tool
    assert tool is not None
    assert (tool.tool, tool.form, tool.name) == ("memtest_vulkan 0.5.0", "memtest-vulkan", "NVIDIA GeForce RTX 4090")
    assert (tool.device_id, tool.memory_total_bytes, tool.vendor_id) == ("2684", 24 * GIB, None)
    assert tool.sensors == (("Bus, device", "01:00"),)


def test_the_bus_is_no_address_of_pci() -> None:
    """The log names no domain, so that no address may be made of it."""
    tool = _card(memtest()).tool
    assert tool is not None and tool.pci_bus_id is None


def test_a_standard_test_that_ended_has_passed_by_the_files_word() -> None:
    test = _test(memtest())
    assert (test.outcome, test.errors, test.name) == ("pass", None, "Standard 5-minute test")
    assert test.seconds == pytest.approx(306.3, abs=0.1)


def test_what_one_iteration_checked_is_the_span_that_was_looked_at() -> None:
    assert _test(memtest(span=22.8)).bytes_tested == pytest.approx(22.8 * GIB, rel=0.001)
    assert _test(memtest_old()).bytes_tested == pytest.approx(22.75 * GIB, rel=0.001)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (memtest(end="", minutes=0), "not finished"),
        (memtest(end="", last_words="", minutes=1), "not finished"),
        (memtest(end="received user interruption, testing stopped\n", last_words="", minutes=0), "not finished"),
        (memtest(end=FAILED + EXTENDED, errors_later=error_block(5), last_words=""), "fail"),
        (memtest(end=FAILED, last_words=FOUND), "fail"),
        (memtest(end="", errors_later=error_block(0x61F), last_words=FOUND), "fail"),
        (memtest(end="", errors_later=error_block(0), last_words=""), "unknown"),
        (memtest_old(), "pass"),
        (memtest_old(last_words="^C\n"), "not finished"),
        (memtest_new(), "pass"),
        (memtest_new(error=True), "fail"),
        (
            memtest(
                end="Runtime error: ERROR_DEVICE_LOST while getting () in context wait_for_fences\n",
                last_words="memtest_vulkan: First test passed, but THEN runtime error occured\n",
            ),
            "not finished",
        ),
        (
            START.format(version="0.5.0")
            + f"1: {RTX_4090}\nRuntime error: Failed determining memory budget\n"
            + "memtest_vulkan: INIT OR FIRST testing failed due to runtime error\n",
            "not finished",
        ),
        (START.format(version="0.5.0") + f"1: {RTX_4090}\n", "not finished"),
        ("memtest_vulkan: early exit during init: no devices\n", "not finished"),
        ("memtest_vulkan early exit during init:\nThe Vulkan loader was not found\n", "not finished"),
    ],
)
def test_the_outcome_is_what_the_log_says_and_no_more(text: str, outcome: str) -> None:
    assert _test(text).outcome == outcome


def test_its_last_words_alone_are_no_pass_of_a_standard_test() -> None:
    """ "testing PASSed" stands there after two seconds as well, when somebody stops it."""
    text = memtest(minutes=0, end="", last_words=ALL_WELL)
    assert "testing PASSed" in text and _test(text).outcome == "not finished"


def test_errors_before_the_header_belong_to_the_run_that_it_opens() -> None:
    test = _test(memtest(errors_first=error_block(0x10, iteration=1), end=FAILED))
    assert (test.outcome, test.errors) == ("fail", 16)


def test_errors_are_summed_and_the_first_lines_of_the_blocks_are_kept() -> None:
    block = error_block(0x10, bits={0: "  78", 2: "  46", 4: "  73"})
    test = _test(memtest(errors_later=block * 40, end=FAILED))
    assert test.errors == 640
    assert "words with one wrong bit, of the lower 16: bit 0: 78, bit 2: 46, bit 4: 73" in test.detail
    assert any(line.startswith("Errors address range: 0x1000E900..=0x2FDFF9FF") for line in test.detail)
    assert len(test.detail) <= MOST_DETAIL


def test_a_table_whose_columns_moved_names_no_bit() -> None:
    row = bits_row("SinglIdx", {0: "  78", 15: "  3m"})
    assert wrong_bits(row) == "words with one wrong bit, of the lower 16: bit 0: 78, bit 15: 3m"
    assert wrong_bits(" ".join(row.split())) == ""
    assert wrong_bits(row.replace("|", " ")) == ""
    assert wrong_bits("Err1BIdx                 |      1m         |                 |") == (
        "words with one wrong bit, of the lower 16: bit 5: 1m"
    )


def test_the_file_of_logs_of_two_cards_gives_two_cards() -> None:
    text = log_file(memtest(), memtest(RTX_3090, errors_later=error_block(3), end=FAILED), memtest())
    first, second = _read(text).cards
    assert first.tool is not None and second.tool is not None
    assert [test.outcome for test in first.tests] == ["pass", "pass"]
    assert [test.outcome for test in second.tests] == ["fail"]
    assert (first.tool.name, second.tool.name) == ("NVIDIA GeForce RTX 4090", "NVIDIA GeForce RTX 3090")
    assert first.tool.tool == "memtest_vulkan"  # the file of logs names no version


def test_a_log_cut_at_its_beginning_is_of_an_unnamed_card() -> None:
    card = _card("... earlier log truncated at 2026-10-16T23:54:13Z\n" + error_block(9))
    assert card.tool is None
    assert [(test.outcome, test.errors, test.bytes_tested) for test in card.tests] == [("fail", 9, None)]
    assert any("names no device" in gap.reason for gap in card.gaps)


def test_another_makers_device_is_no_card_to_judge() -> None:
    radeon = "Bus=0x28:00 DevId=0x73DF   12GB AMD Radeon RX 6700 XT"
    with pytest.raises(ProbeError, match="no device that bears a name of NVIDIA's: AMD Radeon RX 6700 XT"):
        reader.to_cards(memtest(radeon).encode(), "")
    handed = _read(log_file(memtest(radeon), memtest()))
    assert [card.tool.name for card in handed.cards if card.tool] == ["NVIDIA GeForce RTX 4090"]
    assert "left out: the tests of 1 device of other makers" in handed.notes


def test_the_software_driver_beside_the_card_is_not_taken_for_it() -> None:
    text = (
        START.format(version="0.5.0")
        + f"1: {RTX_4090}\n2: Bus=0x00:00 DevId=0x0000   31GB llvmpipe (LLVM 14.0.6, 256 bits)\n"
        + "memtest_vulkan: INIT OR FIRST testing failed due to runtime error\n"
    )
    tool = _card(text).tool
    assert tool is not None and tool.name == "NVIDIA GeForce RTX 4090"


def test_a_module_of_a_system_on_a_chip_has_no_pci_id() -> None:
    tool = _card(memtest_old("Bus=0x00:00 DevId=0xA5BA03D7   8GB NVIDIA Tegra Xavier (nvgpu)")).tool
    assert tool is not None and tool.device_id is None
    assert ("Device id, not of PCI", "A5BA03D7") in tool.sensors


def test_the_verbose_form_names_the_driver_beside_the_id() -> None:
    tool = _card(memtest_old("Bus=0x01:00 DevId=0x0FFA API 1.2.175  v470(0x75BBC180)  1GB Quadro K600")).tool
    assert tool is not None
    assert (tool.name, tool.device_id, tool.driver_version) == ("Quadro K600", "0FFA", None)
    assert ("Vulkan", "API 1.2.175 v470(0x75BBC180)") in tool.sensors


def test_the_free_drivers_addition_to_the_name_is_no_part_of_it() -> None:
    tool = _card(memtest("Bus=0x01:00 DevId=0x2503   12GB NVIDIA GeForce RTX 3060 (NVK GA106)")).tool
    assert tool is not None and tool.name == "NVIDIA GeForce RTX 3060"
    assert ("Vulkan driver", "NVK GA106") in tool.sensors


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-16-le"])
def test_what_a_shell_makes_of_it_is_read(encoding: str) -> None:
    data = memtest().replace("\n", "\r\n").encode(encoding)
    assert reader.looks_like(data)
    assert reader.to_cards(data, "").cards[0].tests[0].outcome == "pass"


def test_quoted_in_a_mail_or_indented_it_is_the_same() -> None:
    quoted = "".join(f"> {line}\n" for line in memtest().split("\n"))
    indented = "".join(f"    {line}\n" for line in memtest().split("\n"))
    for text in (quoted, indented):
        assert _test(text).outcome == "pass"


def test_more_runs_than_a_record_holds_leave_out_those_that_passed() -> None:
    handed = _read(log_file(*([memtest(minutes=0)] * 80), memtest(errors_later=error_block(1), end=FAILED)))
    (card,) = handed.cards
    assert len(card.tests) == MOST_TESTS
    assert any(test.outcome == "fail" for test in card.tests)
    assert any("more tests of one card stand in the file" in note for note in handed.notes)


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"DevId=0x", b"a plain text", b"{}", b"\xff" * 300, b"Bus=0x01:00 DevId=0x2684"]
)
def test_what_is_none_is_not_taken_for_one(data: bytes) -> None:
    assert not reader.looks_like(data)


def test_counts_beyond_any_card_are_held_within_what_a_record_holds() -> None:
    test = _test(memtest(errors_later=error_block(0xFFFFFFFFFFFFFFFF) * 3, end=FAILED))
    assert test.errors == 2**53 - 1


_WORDS = st.sampled_from(
    [
        PASSED,
        FAILED,
        EXTENDED,
        ALL_WELL,
        FOUND,
        error_block(7),
        f"1: {RTX_4090}\n",
        f"Standard 5-minute test of 1: {RTX_3090}\n",
        f"Testing 1: {RTX_4090}\n",
        "      9 iteration. Passed  0.0528 seconds  written:   19.5GB 801.1GB/sec   checked:   22.8GB 799.2GB/sec\n",
        "999999999999 iteration. Since last report passed 999999999.9s written 999999999.9GB, read: 999999999.9GB\n",
        "NO ERRORS written: 1.0GB 1.0GB/s checked: 999999999.9GB 1.0GB/s 999999:59:59.999\n",
        "Tester worker logging started at 2026\n",
        "Runtime error: \x1b[31m\u202e\n",
        START,
    ]
)


@given(st.lists(_WORDS, max_size=12), st.binary(max_size=60))
def test_lines_in_any_order_give_cards_or_a_sentence(parts: list[str], noise: bytes) -> None:
    data = "".join(parts).encode() + noise
    reader.looks_like(data)
    try:
        handed = reader.to_cards(data, "x")
    except ProbeError:
        return
    for card in handed.cards:
        for test in card.tests:
            assert test.outcome in ("pass", "fail", "not finished", "unknown")
            assert len(test.detail) <= MOST_DETAIL
            assert all(line.isprintable() for line in test.detail)
