"""How much a capture may hold of servers, lists, logs, self-tests and other people's files, and how long its texts are.

The readers cut what they read; a capture is a text in which anybody may count further. Each bound is that of the reader
or the measurement that fills the field, and one that a real record could not meet.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from gpu_inspector.language import N_
from gpu_inspector.records.evidence import CardEvidence, Evidence, HostReading
from gpu_inspector.records.inventory import InventoryList

MOST_LISTS = 16
MOST_LIST_ROWS = 2_000
MOST_BESIDE = 16
MOST_NOTES = 64
MOST_TESTS = 64
MOST_DETAIL = 16
MOST_SENSORS = 64
MOST_NVLINKS = 64
MOST_SWITCHES = 64
MOST_PEERS = 1024
MOST_EVENTS = 4096
MOST_LOG_SIGNS = 16
MOST_FIGURES = 64
MOST_POINTS = 64
MOST_BENCH_ENTRIES = 256
LONGEST_TEXT = 2000
"""Characters of one text; the readers' longest, a cell of a list, has so many."""
OUTCOMES = ("pass", "fail", "warn", "skip", N_("not finished"), "unknown")

Counted = tuple[str, int, int]
"""What it is, how many there are, how many there may be."""


def counts_of(evidence: Evidence) -> Iterator[Counted]:
    """Every number that is bounded, in the order of the record."""
    for card in (*evidence.cards, *evidence.bystanders):
        yield from _of_card(card)
    if evidence.host is not None:
        yield from _of_host(evidence.host)
    if evidence.server is not None:
        yield "NVSwitches", len(evidence.server.switches), MOST_SWITCHES
        yield N_("measured pairs of cards"), len(evidence.server.peers), MOST_PEERS
        yield N_("reasons why pairs were not measured"), len(evidence.server.peer_gaps), MOST_PEERS
    yield N_("reports of the driver in the kernel's log"), len(evidence.driver_events or ()), MOST_EVENTS
    yield N_("signs in a kernel log"), len(evidence.log_signs), MOST_LOG_SIGNS
    yield "lists", len(evidence.inventories), MOST_LISTS
    for listed in evidence.inventories[:MOST_LISTS]:
        yield from _of_list(listed)
    if evidence.self_test is not None:
        yield N_("parts of a self-test"), len(evidence.self_test.tried), MOST_FIGURES
    if evidence.control_card is not None:
        yield N_("figures of a control card"), len(evidence.control_card.figures), MOST_FIGURES
        yield N_("inspections of a control card"), len(evidence.control_card.series), MOST_POINTS
        for point in evidence.control_card.series[:MOST_POINTS]:
            yield N_("figures of one inspection of a control card"), len(point.values), MOST_FIGURES


def _of_card(card: CardEvidence) -> Iterator[Counted]:
    yield N_("tests by other programs of one card"), len(card.tests), MOST_TESTS
    for test in card.tests[:MOST_TESTS]:
        yield N_("lines of one test by another program"), len(test.detail), MOST_DETAIL
    if card.nvlink is not None:
        yield N_("NVLinks of one card"), len(card.nvlink.links), MOST_NVLINKS
        yield N_("reasons of one card's NVLinks"), len(card.nvlink.absent), MOST_NVLINKS
    if card.tool is not None:
        yield N_("values of another program for one card"), len(card.tool.sensors), MOST_SENSORS
        yield N_("reasons of another program for one card"), len(card.tool.absent), MOST_BENCH_ENTRIES


def _of_host(host: HostReading) -> Iterator[Counted]:
    for what, entries in (
        (N_("variables of the bench"), host.steering),
        (N_("traces of a multi-process service"), host.mps),
        (N_("errors of PCI Express"), host.pcie_errors),
        (N_("changed reference files"), host.program.data_changed if host.program is not None else None),
        (N_("changed program files"), host.program.files_changed if host.program is not None else None),
    ):
        yield what, len(entries or ()), MOST_BENCH_ENTRIES


def _of_list(listed: InventoryList) -> Iterator[Counted]:
    yield N_("rows of one list"), len(listed.rows), MOST_LIST_ROWS
    yield N_("notes on one list"), len(listed.notes), MOST_NOTES
    for row in listed.rows[:MOST_LIST_ROWS]:
        yield N_("serial numbers of one row of a list"), len(row.serials_beside), MOST_BESIDE


def amiss(evidence: Evidence) -> str:
    """What no reader writes there: a text too long, a negative count, an outcome that no log has; "" for none."""
    cards = (*evidence.cards, *evidence.bystanders)
    mine: list[object] = [part for card in cards for part in (card.tool, card.nvlink, *card.tests)]
    mine += [evidence.server, *(evidence.driver_events or ()), *evidence.inventories]
    said: list[object] = [evidence.self_test, evidence.control_card, evidence.reviewed_on, evidence.node]
    said += [*evidence.log_signs]
    if (host := evidence.host) is not None:
        said += [host.steering, host.mps, host.tracer, host.pcie_errors, host.program, host.medium]
    for part in (*mine, *said):
        if found := _too_long(part):
            return N_(f"a text of {found:,} characters in a field that has {LONGEST_TEXT:,} at most")
    if any(_negative(part) for part in mine):
        return N_("a negative number where things are counted")
    for test in (one for card in cards for one in card.tests):
        if test.outcome not in OUTCOMES:
            return N_("an outcome of another program's test that no log has")
    return ""


def _too_long(value: Any) -> int:
    """The length of the first text that is too long; nought where all are short enough."""
    if isinstance(value, str):
        return len(value) if not isinstance(value, Enum) and len(value) > LONGEST_TEXT else 0
    if isinstance(value, tuple):
        return next((found for one in value if (found := _too_long(one))), 0)
    if is_dataclass(value):
        return next((found for one in fields(value) if (found := _too_long(getattr(value, one.name)))), 0)
    return 0


def _negative(value: Any) -> bool:
    if isinstance(value, int | float):
        return value < 0
    if isinstance(value, tuple):
        return any(_negative(one) for one in value)
    # A temperature in °C may well be below nought.
    counted = (one.name for one in fields(value) if not one.name.endswith("_c")) if is_dataclass(value) else ()
    return any(_negative(getattr(value, name)) for name in counted)
