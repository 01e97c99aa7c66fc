"""Masking and bounds of what stands beside a card's own claims: tools, tests, links, lists, logs, self-tests."""

import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from gpu_inspector.errors import CaptureError
from gpu_inspector.probes import capture, capture_bounds_bench, foreign_tests, nvlink, packing_list, redfish, xid
from gpu_inspector.records import canonical
from gpu_inspector.records.appearance import Appearance, Label, LabelCode
from gpu_inspector.records.claims import Absence, NvmlReading
from gpu_inspector.records.evidence import CardEvidence, Evidence, Gap, HostReading, Origin
from gpu_inspector.records.foreign import ForeignTest, ToolReading
from gpu_inspector.records.inventory import InventoryList, ListKind, ListRow
from gpu_inspector.records.medium import MediumReading
from gpu_inspector.records.program import ProgramReading
from gpu_inspector.records.selftest import MOST_POINTS, ControlCard, Figure, SelfTested, Tried
from gpu_inspector.records.server import (
    DriverEvent,
    FabricManager,
    NvlinkLink,
    NvlinkReading,
    PeerRate,
    ServerReading,
    Switch,
)

WHEN = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
UUID = "GPU-513536b6-7d19-9063-b049-1e69664bb298"
SERIAL = "1650522003820"
LISTED = "1650522003999"
"""Of a list: it stands in no driver's claims."""
TOOLS = "0322819004455"
"""Of a tool's own values."""
LABELS = "N1C0CV123456789"
"""Of a label, as the inspector typed it."""
BOTH = f"of {SERIAL}, {LISTED}, {TOOLS} and {UUID.lower()}"

TOOL = ToolReading(
    tool="DCGM 3.3.9",
    form="dcgm-json",
    serial=SERIAL,
    uuid=UUID,
    device_id="2330",
    name="NVIDIA H100",
    memory_type=f"HBM3 {BOTH}",
    absent=(Absence("name", BOTH),),
    sensors=(("Device Serial Number", TOOLS), ("note", BOTH)),
)
TEST = ForeignTest(tool="t", form="f", name=BOTH, outcome="fail", errors=1, detail=(BOTH, "nothing"))
LINK = NvlinkReading(links=(NvlinkLink(number=0, remote_address="0000:1a:00.0"),), absent=(Absence("fabric", BOTH),))
CARD = CardEvidence(
    label="0000:01:00.0",
    nvml=NvmlReading(name="NVIDIA H100", serial=SERIAL, uuid=UUID),
    tool=TOOL,
    tests=(TEST,),
    nvlink=LINK,
    seen=Appearance(
        label=Label(serial=LABELS, text=f"S/N {LABELS}", codes=(LabelCode(kind="Code128", text=LABELS),)),
        board_marking="PG520",
    ),
    gaps=(Gap("driver", BOTH),),
)
LIST = InventoryList(
    kind=ListKind.PACKING,
    name=f"{SERIAL}.csv",
    sha256="ab" * 32,
    rows=(
        ListRow(line=2, serial=LISTED, product=BOTH, uuid=UUID, serials_beside=("55555555",), unread="1.65E+12"),
        ListRow(line=3, serial="7", product="NVIDIA H100", quantity=2),
    ),
    notes=(BOTH,),
)
EVIDENCE = Evidence(
    collected_at=WHEN,
    tool_version="0",
    reference_version="0",
    origin=Origin.MACHINE,
    cards=(CARD,),
    bystanders=(replace(CARD, label="0000:02:00.0"),),
    host=HostReading(
        system="Debian",
        patch_signs=(BOTH,),
        steering=(f"CUDA_VISIBLE_DEVICES={UUID}",),
        mps=(BOTH,),
        tracer=BOTH,
        program=ProgramReading(data_trouble=BOTH),
        medium=MediumReading(name=BOTH, built_at="", tool_version="", sha256="cd" * 32, checked=None),
    ),
    server=ServerReading(
        switches=(Switch(address="0000:05:00.0", device_id="22A3", driver=BOTH),),
        fabric_manager=FabricManager(state=BOTH),
        peers=(PeerRate(one=BOTH, other="b", bytes_copied=1, bytes_per_s=1.0, direct=True, intact=True),),
        peer_gaps=(BOTH,),
    ),
    driver_events=(DriverEvent(xid=79, text=BOTH),),
    log_signs=(BOTH,),
    inventories=(LIST,),
    self_test=SelfTested(
        made_at=WHEN, tool_version="0", reference_version="0", tried=(Tried(what="key", passed=True, text=BOTH),)
    ),
    control_card=ControlCard(
        name=f"control card {SERIAL}",
        reference_row=3,
        last_row=9,
        made_at=WHEN,
        inspections=2,
        figures=(Figure(name=BOTH, reference=1.0, last=1.0, spread=0.1),),
    ),
)


def test_no_number_of_a_single_card_is_left_anywhere() -> None:
    text = canonical.encode(capture.mask(EVIDENCE)).decode()
    for secret in (SERIAL, LISTED, TOOLS, LABELS, UUID.removeprefix("GPU-"), "55555555", "1.65E+12", "control card 1"):
        assert not re.search(re.escape(secret), text, re.IGNORECASE), secret


def test_every_text_of_every_new_record_was_looked_through() -> None:
    """A field that somebody adds to these records is masked as well, or this test names it."""
    masked = capture.mask(EVIDENCE)
    for part in (masked.host, masked.server, masked.driver_events, masked.log_signs, masked.self_test):
        assert not [text for text in _texts(part) if SERIAL in text or UUID.lower() in text]


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for one in value for text in _texts(one)]
    return [text for one in fields(value) for text in _texts(getattr(value, one.name))] if is_dataclass(value) else []


def test_what_is_of_the_kind_of_card_stays() -> None:
    masked = capture.mask(EVIDENCE)
    (card,) = masked.cards
    assert card.tool is not None and card.seen is not None
    assert (card.tool.name, card.tool.device_id, card.tool.serial) == ("NVIDIA H100", "2330", None)
    assert card.tool.sensors[0] == ("Device Serial Number", "[masked]")
    assert {one.field for one in card.tool.absent if one.reason == "masked"} == {"serial", "uuid"}
    assert (card.seen.board_marking, card.seen.label.serial, card.seen.label.codes) == ("PG520", "", ())
    (listed,) = masked.inventories
    assert [(row.line, row.serial, row.quantity) for row in listed.rows] == [(2, "", 1), (3, "", 2)]
    assert listed.rows[1].product == "NVIDIA H100" and listed.sha256 == LIST.sha256
    assert "its serial numbers and UUIDs were masked" in listed.notes
    assert masked.control_card is not None and masked.control_card.reference_row == 3


def test_masking_twice_is_masking_once_here_too() -> None:
    once = capture.mask(EVIDENCE)
    assert capture.mask(once) == once


def test_what_was_masked_is_read_back() -> None:
    once = capture.mask(EVIDENCE)
    assert capture.parse(canonical.encode(once)) == once
    assert capture.parse(canonical.encode(EVIDENCE)) == EVIDENCE


def test_the_bounds_leave_room_for_all_that_the_readers_keep() -> None:
    bounds = capture_bounds_bench
    assert bounds.MOST_TESTS >= foreign_tests.MOST_TESTS
    assert bounds.MOST_DETAIL >= foreign_tests.MOST_DETAIL
    assert bounds.MOST_SENSORS >= foreign_tests.MOST_SENSORS
    assert bounds.MOST_LIST_ROWS >= packing_list.MOST_ROWS
    assert bounds.MOST_LIST_ROWS >= redfish.MOST_ROWS
    assert bounds.MOST_BESIDE >= packing_list.MOST_BESIDE
    assert bounds.MOST_NOTES >= packing_list.MOST_NOTES
    assert bounds.MOST_NVLINKS >= nvlink.MOST_LINKS
    assert bounds.MOST_EVENTS >= xid.MOST_EVENTS
    assert bounds.MOST_POINTS >= MOST_POINTS


def _card(**changed: Any) -> Evidence:
    return replace(EVIDENCE, cards=(replace(CARD, **changed),))


MANY = 100_000
BEYOND = {
    "tests by other programs": _card(tests=(TEST,) * 65),
    "lines of one test": _card(tests=(replace(TEST, detail=("x",) * 17),)),
    "values of another program": _card(tool=replace(TOOL, sensors=(("a", "b"),) * 65)),
    "NVLinks": _card(nvlink=NvlinkReading(links=LINK.links * 65)),
    "outcome": _card(tests=(replace(TEST, outcome="PASSED"),)),
    "negative number": _card(tests=(replace(TEST, errors=-1),)),
    "a text of": _card(tests=(replace(TEST, name="x" * 2001),)),
    "NVSwitches": replace(EVIDENCE, server=ServerReading(switches=(Switch(address="a", device_id="b"),) * 65)),
    "reports of the driver": replace(EVIDENCE, driver_events=(DriverEvent(xid=1),) * MANY),
    "signs in a kernel log": replace(EVIDENCE, log_signs=("x",) * 17),
    "lists": replace(EVIDENCE, inventories=(LIST,) * 17),
    "rows of one list": replace(EVIDENCE, inventories=(replace(LIST, rows=LIST.rows * 1001),)),
    "parts of a self-test": replace(
        EVIDENCE,
        self_test=SelfTested(
            made_at=WHEN, tool_version="0", reference_version="0", tried=(Tried(what="k", passed=True),) * 65
        ),
    ),
    "variables of the bench": replace(EVIDENCE, host=HostReading(system="x", steering=("a",) * 257)),
}


@pytest.mark.parametrize(("said", "evidence"), BEYOND.items(), ids=list(BEYOND))
def test_a_capture_that_counts_further_is_refused(said: str, evidence: Evidence) -> None:
    with pytest.raises(CaptureError, match="no inspection writes as many") as caught:
        capture.parse(canonical.encode(evidence))
    assert said in str(caught.value)


def test_a_cold_hall_is_no_negative_count() -> None:
    evidence = _card(tool=replace(TOOL, temperature_c=-4))
    assert capture.parse(canonical.encode(evidence)) == evidence
