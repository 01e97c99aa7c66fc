"""docs/report-conformity.md: every demand of the checklist has its line, and what it says of the report is true."""

import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from cards import genuine, row_of
from report.report_records import entry_of, inspection
from seen_by_hand import SILENT_CARD
from silicon_records import silicon_of_row, with_silicon

from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.report.document import draw
from gpu_inspector.workflow.judging import judge

PAGE = Path(__file__).parents[2] / "docs" / "report-conformity.md"
DEMANDS = {"I": 16, "L": 21, "E": 16, "N": 7, "S": 11, "C": 5, "F": 10}
"""The groups of the checklist, and how many each has."""


def _rows() -> list[list[str]]:
    found = re.findall(r"^\| ([A-Z]\d+) \|(.*)\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [[name, *(cell.strip() for cell in rest.split("|"))] for name, rest in found]


def test_every_demand_has_its_line_once() -> None:
    wanted = {f"{group}{number}" for group, count in DEMANDS.items() for number in range(1, count + 1)}
    assert Counter(row[0] for row in _rows()) == Counter(wanted)


def test_what_is_not_in_the_report_has_its_reason() -> None:
    for name, demand, where, how in _rows():
        assert demand, name
        assert where, name
        assert how or where != "–", f"{name}: why not?"


def test_it_says_that_it_is_no_certificate() -> None:
    assert "Our own reading of the standards, not a certificate" in PAGE.read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext reads the pages here")
def test_each_section_that_it_names_is_really_printed(catalogue: Catalogue, tmp_path: Path) -> None:
    row = row_of("NVIDIA GeForce RTX 4090")
    evidence = with_silicon(genuine(row), silicon_of_row(row))
    evidence = replace(evidence, cards=tuple(replace(card, seen=SILENT_CARD) for card in evidence.cards))
    declaration = Declaration(product="RTX 4090")
    record = replace(
        inspection(), evidence=evidence, declaration=declaration, judgement=judge(evidence, declaration, catalogue)
    )
    path = tmp_path / "report.pdf"
    path.write_bytes(draw(record, entry_of(record)))
    out = subprocess.run(["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True, timeout=60).stdout
    text = " ".join(out.decode().split()).casefold()
    named = {section for row_ in _rows() for section in row_[2].split("; ") if section != "–"}
    assert len(named) > 8
    assert [section for section in sorted(named) if section.casefold() not in text] == []
