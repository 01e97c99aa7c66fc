"""The driver's error reports out of logs of all forms."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.probes import kernel_log, xid
from gpu_inspector.records import canonical
from gpu_inspector.records.server import DriverEvent

LOST = "NVRM: Xid (PCI:0000:65:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus."
AT = datetime(2026, 11, 26, 8, 5, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("prefix", "since", "at"),
    [
        pytest.param("", None, None, id="bare"),
        pytest.param("[   12.345678] ", 12.345678, None, id="dmesg"),
        pytest.param("<4>[12345.678901] ", 12345.678901, None, id="raw"),
        pytest.param("kern  :warn  : [   12.345678] ", 12.345678, None, id="dmesg-x"),
        pytest.param("[   12.345678] host kernel: ", 12.345678, None, id="short-monotonic"),
        pytest.param("2026-11-26T08:05:07+0000 host kernel: ", None, AT, id="short-iso"),
        pytest.param("2026-11-26T09:05:07,000000+01:00 ", None, AT, id="dmesg-iso"),
        pytest.param("2026-11-26T08:05:07.000000Z host kernel: [   12.5] ", 12.5, AT, id="kern.log"),
        pytest.param("[Thu Nov 26 08:05:07 2026] ", None, None, id="dmesg-T"),
        pytest.param("Nov 26 08:05:07 host kernel: ", None, None, id="short"),
        pytest.param("2026-13-77T99:99:99+0000 host kernel: ", None, None, id="no-such-day"),
        pytest.param("0001-01-01T00:00:00+14:00 ", None, None, id="before-time"),
    ],
)
def test_a_report_under_every_prefix(prefix: str, since: float | None, at: datetime | None) -> None:
    (event,) = xid.events_of(f"noise\n{prefix}{LOST}\nnoise")
    assert (event.xid, event.address, event.times) == (79, "0000:65:00.0", 1)
    assert (event.since_start_s, event.at) == (since, at)
    assert event.text.endswith(LOST)


def test_a_time_without_zone_stays_text_and_the_machines_name_does_not() -> None:
    (event,) = xid.events_of(f"Nov 26 08:05:07 host kernel: {LOST}")
    assert event.text == f"Nov 26 08:05:07: {LOST}"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("NVRM: Xid (0000:02:00): 13, 0003 00000000 00008297", (13, "0000:02:00.0"), id="older"),
        pytest.param("NVRM: Xid (02:00): 13, 0003", (13, "0000:02:00.0"), id="oldest"),
        pytest.param("NVRM: Xid (PCI:0000:C1:00 GPU-I:05): 94, pid=1", (94, "0000:c1:00.0"), id="instance"),
        pytest.param("NVRM: Xid (PCI:00010000:C1:00): 31, x", (31, "10000:c1:00.0"), id="wide-domain"),
        pytest.param("NVRM: Xid 62, 1234", (62, None), id="no-address"),
        pytest.param("NVRM: Xid (PCI:0000:65:00): 154, GPU recovery action changed", (154, "0000:65:00.0"), id="154"),
    ],
)
def test_older_and_other_forms(line: str, expected: tuple[int, str | None]) -> None:
    (event,) = xid.events_of(line)
    assert (event.xid, event.address) == expected


@pytest.mark.parametrize(
    "line",
    [
        "NVRM: Xid",
        "NVRM: Xid (PCI:0000:65:00): many",
        "NVRM: Xid (PCI:0000:65:00): 123456789",
        "NVRM: GPU at PCI:0000:65:00: GPU-12345678-1234-1234-1234-123456789012",
        'audit: type=1400 cmd="grep NVRM: Xid (PCI:0000:65:00): 79"',
        "nvidia-nvswitch3: SXid (PCI:0000:89:00.0): 20034, Fatal, Link 30 LTSSM Fault Up",
    ],
)
def test_what_is_no_report_of_a_card(line: str) -> None:
    assert xid.events_of(line) == ()


def test_equal_reports_of_one_card_are_one_of_many_times() -> None:
    other = LOST.replace("65", "66")
    events = xid.events_of("\n".join(f"[{n}.5] {LOST}" for n in range(40)) + f"\n[50.0] {other}")
    assert [(event.address, event.times, event.since_start_s) for event in events] == [
        ("0000:65:00.0", 40, 0.5),
        ("0000:66:00.0", 1, 50.0),
    ]


def test_a_flood_of_different_words_keeps_its_count_and_few_of_them() -> None:
    events = xid.events_of("\n".join(f"NVRM: Xid (PCI:0000:65:00): 31, at {n:x}" for n in range(5000)))
    assert len(events) == xid.MOST_WORDINGS
    assert sum(event.times for event in events) == 5000
    many = xid.events_of("\n".join(f"NVRM: Xid (PCI:0000:{n % 256:02x}:00): {n % 999}" for n in range(5000)))
    assert len(many) == xid.MOST_EVENTS


def test_a_report_that_stands_in_two_logs_is_one() -> None:
    both = xid.united((f"[1.5] {LOST}", f"[1.5] host kernel: {LOST}\n[2.5] host kernel: {LOST}"))
    assert [(event.xid, event.times) for event in both] == [(79, 2)]


def test_the_kernel_log_is_read_once_for_signs_and_reports() -> None:
    from pathlib import Path

    from gpu_inspector.probes.bench import Bench

    asked: list[list[str]] = []

    def run(arguments: list[str]) -> str:
        asked.append(arguments)
        return f"[0.0] Linux version 6.1\n[5.5] {LOST}\n"

    signs = kernel_log.read(Bench(Path("/nowhere"), {}, run))
    assert asked == [["dmesg"]]
    assert signs.events is not None
    assert [(event.xid, event.since_start_s) for event in signs.events] == [(79, 5.5)]

    def refused(arguments: list[str]) -> str:
        raise FileNotFoundError(arguments[0])

    assert kernel_log.read(Bench(Path("/nowhere"), {}, refused)).events is None


@given(st.lists(st.text(max_size=60).map(lambda text: f"NVRM: Xid{text}"), max_size=8))
def test_any_text_gives_events_that_can_be_written(lines: list[str]) -> None:
    for event in xid.events_of("\n".join(lines)):
        assert isinstance(event, DriverEvent)
        assert canonical.encode(event)
