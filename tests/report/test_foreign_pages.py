"""The section of what other programs' files say: every value as the file's word, and any record within bounds."""

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report.report_records import card_evidence, entry_of, inspection
from report.test_measured_pages import _pages
from sampling import examples

from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.foreign import ForeignTest, ToolReading
from gpu_inspector.report.document import draw

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext reads the pages here")
TOOL = ToolReading(
    tool="memtest_vulkan 0.5.0",
    form="memtest-vulkan",
    name="NVIDIA GeForce RTX 4090",
    device_id="2684",
    memory_total_bytes=24 << 30,
    sensors=(("Bus, device", "01:00"),),
)
PASS = ForeignTest(
    tool="memtest_vulkan 0.5.0",
    form="memtest-vulkan",
    name="Standard 5-minute test",
    outcome="pass",
    bytes_tested=22 << 30,
    seconds=306.0,
)
FAIL = ForeignTest(tool="MATS 455.107", form="mats", name="MATS", outcome="fail", errors=7, detail=("FBIOA1: read 7",))


def _drawn(origin: Origin = Origin.FILE, **fields: Any) -> bytes:
    record = inspection(evidence_cards=(replace(card_evidence(), **fields),), origin=origin)
    return draw(record, entry_of(record))


@needs_poppler
def test_what_a_file_says_stands_on_paper_as_its_word(tmp_path: Path) -> None:
    text = re.sub(r"\s+", " ", " ".join(_pages(_drawn(tool=TOOL, tests=(PASS, FAIL)), tmp_path)))
    rest = text[text.index("By other programs' files What follows is the word of a file") :]
    for said in (
        "A test that passed there clears nothing.",
        "Tool memtest_vulkan 0.5.0 (log of memtest_vulkan)",
        "Name NVIDIA GeForce RTX 4090",
        "Memory 24,576 MiB",
        "Bus, device 01:00",
        "passed, by the file's word",
        "looked at",
        "FBIOA1: read 7",
    ):
        assert said in rest, said


@needs_poppler
def test_without_such_a_file_there_is_no_section(tmp_path: Path) -> None:
    assert "By other programs' files" not in " ".join(_pages(_drawn(), tmp_path))


@settings(max_examples=examples(12), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(max_size=300), st.integers(0, 200), st.integers(1 - 2**53, 2**53 - 1))
def test_any_record_is_drawn_within_bounds(text: str, many: int, number: int) -> None:
    text = text.encode("utf-8", errors="replace").decode()
    test = replace(FAIL, name=text, tool=text, outcome=text, errors=number, bytes_tested=number, detail=(text,) * 40)
    tool = replace(TOOL, tool=text, form=text, name=text, sensors=((text, text),) * many)
    assert _drawn(tool=tool, tests=(test,) * many).startswith(b"%PDF-")
