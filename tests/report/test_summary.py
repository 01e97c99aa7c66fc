"""The first page: the whole inspection on one page for one card, whatever the record says, and nothing hidden."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from cards import forged, genuine, row_of
from hypothesis import given, settings
from hypothesis import strategies as st
from report.report_records import CONTRADICTED, FINDINGS, REWORKED, entry_of, inspection, judged, suspicious
from sampling import examples

from gpu_inspector.records import accuracy, words
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Binding, Case, Declaration
from gpu_inspector.records.evidence import Gap, Origin
from gpu_inspector.records.finding import Finding, Identity, Outcome, Role, Strength
from gpu_inspector.records.inspection import Inspection, Supersession
from gpu_inspector.report import deciding, scope, summary
from gpu_inspector.report.document import Paper, draw
from gpu_inspector.report.layout import PAPER, Sheet
from gpu_inspector.workflow.judging import judge

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext reads the pages here")
LONG = "Wahrscheinlich " * 60
HOSTILE = "\u202e\u0301" * 400


def _first(record: Inspection, tmp_path: Path, page: Paper = "a4") -> str:
    """The words of the first page."""
    path = tmp_path / "pages.pdf"
    path.write_bytes(draw(record, entry_of(record), page=page))
    command = ["pdftotext", "-raw", "-f", "1", "-l", "1", str(path), "-"]
    return " ".join(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode().split())


def _drawn(record: Inspection, page: Paper = "a4") -> Sheet:
    sheet = Sheet(page)
    summary.summary(sheet, record, entry_of(record))
    return sheet


@needs_poppler
@pytest.mark.parametrize("page", ["a4", "letter"])
def test_it_says_who_where_when_what_and_how_it_came_out(page: Paper, tmp_path: Path) -> None:
    text = _first(inspection(), tmp_path, page)
    for said in (
        "Inspection report",
        "No. 17, summary",
        "HZA-K 2026/1147",
        "Hauptzollamt Köln, Flughafen, Halle 3",
        "M. Größler",
        "2026-11-24 10:30:15 UTC+01:00 (2026-11-24 09:30:15 UTC)",
        "NVIDIA GeForce RTX 4090, 0000:01:00.0",
        "GeForce RTX 4090, 24 GB",
        "object not bound to this record",
        "INCONCLUSIVE",
        "NOT EXAMINED",
        "This is not a clearance.",
        "No contradiction found in 5 of 7 checks",
        deciding.NOTHING_DEVIATES,
        "2 of 7 checks could not look, or could not decide.",
        "Memory measured: The memory was not measured.",
        words.NATURES[Origin.MACHINE],
        "Changed by the inspection itself: The cards were under power",
        "Rule of decision: a contradiction needs a document or a physical limit",
        "Measure the card on a bench",
    ):
        assert said in text, said


@needs_poppler
def test_a_deviation_stands_there_with_its_id_and_its_innocent_explanations(tmp_path: Path) -> None:
    text = _first(suspicious(), tmp_path)
    assert "What decides, in the file: no card is accused" in text
    assert "Unexplained deviation: Memory a class above the product." in text
    assert "Innocent explanations that remain: A prototype that was never sold.; An honest rework" in text
    assert "memory-class" in text
    assert "SUSPICIOUS" not in text


@needs_poppler
def test_the_gravest_comes_first_and_a_handful_is_shown(tmp_path: Path) -> None:
    many = tuple(replace(REWORKED, check=f"memory-{number}") for number in range(9))
    card = judged(identity=Identity.CONTRADICTED, findings=(*FINDINGS, *many, CONTRADICTED))
    text = _first(inspection(cards=(card,)), tmp_path)
    assert text.index("Contradicted: Declared memory") < text.index("Unexplained deviation: Memory a class")
    shown = text.count("Unexplained deviation: ")
    assert 1 <= shown <= 4
    assert f"{9 - shown} more deviations stand under the findings." in text


@needs_poppler
def test_what_would_have_passed_is_said_where_nothing_contradicts(tmp_path: Path) -> None:
    card = judged(would_pass=("a stone, painted", "a brick"))
    assert f"{words.WOULD_PASS}: a stone, painted; a brick." in _first(inspection(cards=(card,)), tmp_path)
    accused = replace(card, identity=Identity.CONTRADICTED, findings=(*FINDINGS, CONTRADICTED))
    assert words.WOULD_PASS not in _first(inspection(cards=(accused,)), tmp_path)


@needs_poppler
def test_a_file_accuses_no_card(tmp_path: Path) -> None:
    text = _first(inspection(origin=Origin.FILE, file_name="dump.xml"), tmp_path)
    assert "what is said here is said of the file, not of a card" in text
    assert "None: only a file was read, and no card was touched." in text
    assert "dump.xml" in text


@needs_poppler
def test_of_several_cards_the_gravest_stand_first_and_one_finding_once(tmp_path: Path) -> None:
    bad = judged("0000:41:00.0", identity=Identity.SUSPICIOUS, findings=(*FINDINGS, REWORKED))
    text = _first(inspection(cards=(judged(), bad, replace(bad, label="0000:61:00.0"))), tmp_path)
    assert "UNEXPLAINED DEVIATION is the gravest identity headline of 3 cards" in text
    assert text.index("2. 0000:41:00.0") < text.index("1. 0000:01:00.0")
    assert "Cards 2, 3: Unexplained deviation" in text


def _hostile(text: str) -> Inspection:
    finding = Finding(
        check=text or "x",
        title=text,
        role=Role.CORE,
        outcome=Outcome.CONTRADICTED,
        strength=Strength.STRONG,
        text=text,
        innocent=(text, text),
        advice=text,
    )
    silent = replace(finding, outcome=Outcome.INCONCLUSIVE)
    each = tuple(replace(one, text=f"{number}{text}") for one in (finding, silent) for number in range(8))
    card = judged(text, product=text, identity=Identity.CONTRADICTED, findings=each, would_pass=(text,) * 30)
    record = inspection(
        cards=(card,),
        case=Case(number=text, inspector=text, office=text, place=text, binding=Binding(exhibit=text)),
        declaration=Declaration(product=text),
        origin=Origin.FILE,
        file_name=text,
    )
    gap = Gap(text, text, text)
    earlier = Supersession(seq=1, id=text, digest=text, made_at=record.made_at, reason=text)
    return replace(record, evidence=replace(record.evidence, gaps=(gap,) * 9), supersedes=earlier)


@pytest.mark.parametrize("page", ["a4", "letter"])
@pytest.mark.parametrize("text", [pytest.param(LONG, id="long"), pytest.param(HOSTILE, id="hostile")])
def test_one_card_never_needs_a_second_page(text: str, page: Paper) -> None:
    sheet = _drawn(_hostile(text), page)
    assert len(sheet.pages) == 1
    assert sheet.left >= 0
    assert "CONTRADICTED" in _marked(sheet)


def _marked(sheet: Sheet) -> list[str]:
    return [getattr(mark, "text", "") for mark in sheet.pages[0].marks]


@pytest.mark.parametrize("text", [pytest.param(LONG, id="long"), pytest.param(HOSTILE, id="hostile")])
def test_what_a_card_or_a_file_says_pushes_nothing_off_the_page(text: str, catalogue: Catalogue) -> None:
    evidence = forged(genuine(row_of("NVIDIA GeForce RTX 4090")), name=text, vbios_version=text, serial=text)
    evidence = replace(evidence, origin=Origin.FILE, file_name=text, notes=(text,) * 9)
    declaration = Declaration(product=text)
    record = inspection(declaration=declaration)
    record = replace(record, evidence=evidence, judgement=judge(evidence, declaration, catalogue))
    sheet = _drawn(record)
    assert len(sheet.pages) == 1
    said = _marked(sheet)
    assert {deciding.DECIDING_IN_FILE, deciding.MISSING, summary.NATURE, summary.NEXT} <= set(said)
    assert summary.CUT not in said


@settings(deadline=None, max_examples=examples(15))
@given(st.text(max_size=300), st.integers(0, 300))
def test_any_record_has_one_first_page(text: str, count: int) -> None:
    record = _hostile(text)
    judged_ = record.judgement
    several = replace(record, judgement=replace(judged_, cards=judged_.cards * count))
    sheet = _drawn(several)
    assert len(sheet.pages) == 1
    bottom = PAPER["a4"][1]
    assert all(getattr(mark, "y", 0.0) < bottom for mark in sheet.pages[0].marks)


def test_what_does_not_fit_is_cut_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "DETAILS", (summary.DETAILS[0],))
    sheet = _drawn(_hostile(LONG))
    assert len(sheet.pages) == 1
    assert summary.CUT in _marked(sheet)


def test_there_is_a_place_of_thirty_millimetres_at_the_top_right() -> None:
    record = inspection()
    row = summary.corner(record, entry_of(record), 100.0)
    assert row.height >= 85
    assert all(getattr(mark, "x", 100.0) >= 100.0 for mark in row.marks)


@needs_poppler
def test_the_detail_says_how_often_each_check_was_tried_and_which_never(tmp_path: Path) -> None:
    record = inspection()
    path = tmp_path / "pages.pdf"
    path.write_bytes(draw(record, entry_of(record)))
    out = subprocess.run(["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True, timeout=60).stdout
    text = " ".join(out.decode().split())
    rest = text[text.index(scope.TRIALS) :]
    assert " ".join(("memory-total", *accuracy.cells(accuracy.of("memory-total")))) in rest
    for name, of in accuracy.load().classes.items():
        assert f"{name} {of.genuine} machines, {of.accused} accused" in rest
    never = rest[rest.index(scope.NEVER) :]
    assert "memory-measured" in never and "die-measured" in never
    assert "memory-total" not in never[: never.index(".")]
