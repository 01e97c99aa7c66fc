"""The report on what was seen by eye: steps, label, markings; what was not looked at; and an object never powered."""

from dataclasses import replace
from pathlib import Path

import pytest
from report.pictures import JPEGS, by_digest, photograph
from report.report_records import entry_of, inspection, judged, off_the_page
from report.test_document import _pages, _text
from seen_by_hand import NOTE, PHOTOGRAPHS, SILENT_CARD, hostile

from gpu_inspector.records import columns, seen_words
from gpu_inspector.records.appearance import Appearance, Power
from gpu_inspector.records.checklist import QUESTIONS
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import CardEvidence, Origin
from gpu_inspector.records.finding import Finding, Outcome, Role
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.report import seen_pages
from gpu_inspector.report.document import draw
from gpu_inspector.report.layout import Sheet

DECODED = Finding(
    check="die-marking",
    title="Marking of the die",
    role=Role.SUPPORTING,
    outcome=Outcome.CONSISTENT,
    text="{line} names an AD102 of bin 300.",
    values={"line": "AD102-300-A1"},
    witness="die marking",
)


def _record(
    seen: Appearance | None, origin: Origin = Origin.SEEN, declaration: Declaration | None = None
) -> Inspection:
    return inspection(
        cards=(judged("object 1", findings=(DECODED,)),),
        evidence_cards=(CardEvidence(label="object 1", seen=seen),),
        origin=origin,
        case=Case(number="C-1", photographs=PHOTOGRAPHS),
        declaration=declaration,
    )


def test_power_answers_notes_and_photographs_stand_there(tmp_path: Path) -> None:
    text = _pages(_record(SILENT_CARD), tmp_path)
    rest = text[text.index("Seen by eye") :]
    for said in (
        "20 of 36 questions answered: 1 deviates, 18 as expected, 1 not visible.",
        "Power was put on it, and it does not start.",
        "1890.5 g",
        "358 mm",
        "PG139",
        "Height not looked at",
        f"deviates {NOTE} No. 2, 4",
        QUESTIONS["label-print"].asks,
        "The inspector's word, with photographs where they are named.",
    ):
        assert said in rest


def test_label_codes_and_markings_stand_as_typed_with_what_the_checks_read(tmp_path: Path) -> None:
    text = _pages(_record(SILENT_CARD), tmp_path)
    for said in (
        "Label and box: the declarant's data, as they say",
        "ROG-STRIX-RTX4090-O24G-GAMING",
        "MADE IN CHINA / second line",
        "Code 128 S1YVCM012345 the code's own checksum holds No. 1",
        "Data Matrix 90YV0ID1 the inspector held it against the label –",
        "Code 39 4711 not sure: shown, and decides No. 1 nothing",
        "S TW 2231A1 / AD102-300-A1",
        "12 MT61K512M32 D8BZC side of the GPU No. 5",
        "As the checks read it AD102-300-A1 names an AD102 of bin 300.",
    ):
        assert said in text


def test_what_was_not_looked_at_is_listed(tmp_path: Path) -> None:
    text = _pages(_record(SILENT_CARD), tmp_path)
    rest = text[text.index("What was not looked at") :]
    assert "PCIe edge the whole step" in rest
    assert "height, thickness" in rest
    assert "Photographs not taken" in rest


def test_where_nobody_looked_there_is_no_such_section() -> None:
    sheet = Sheet("a4")
    seen_pages.seen(sheet, CardEvidence(label="x"), Origin.SEEN, (), ())
    seen_pages.seen(sheet, None, Origin.SEEN, (), ())
    assert sheet.pages[0].marks == []


def test_a_card_that_runs_may_be_looked_at_as_well(tmp_path: Path) -> None:
    record = inspection()
    look = replace(SILENT_CARD, answers=(), power=Power.NOT_TRIED)
    card = replace(record.evidence.cards[0], seen=look)
    record = replace(record, evidence=replace(record.evidence, cards=(card,)))
    text = _pages(record, tmp_path)
    assert "None of the 36 questions was answered." in text
    assert "label: S1YVCM012345" in text
    assert seen_words.RAN in text
    assert seen_words.POWERS[Power.NOT_TRIED] not in text
    assert columns.ONLY_SEEN not in text


def test_an_object_that_was_never_started_has_no_empty_measurement_and_no_unknown_bench(tmp_path: Path) -> None:
    text = _pages(_record(SILENT_CARD, declaration=Declaration(product="RTX 4090", memory_gb=24)), tmp_path)
    assert columns.ONLY_SEEN in text
    assert "no machine was asked about it" in text
    assert "Nothing is known about the machine" not in text
    assert "Measured on the card" not in text
    table = text[text.index("by the card's firmware") : text.index(columns.ONLY_SEEN)]
    assert "Compute capability" not in table
    assert "RTX 4090; label:" in table
    assert table.count(columns.NOT_ASKED) == table.count(columns.NOT_MEASURED) == 4


def test_twenty_answers_and_five_photographs_give_the_same_pages_each_time(tmp_path: Path) -> None:
    shots = tuple(photograph(one) for one in JPEGS[:5])
    digests = dict(zip((one.sha256 for one in PHOTOGRAPHS), (one.sha256 for one in shots), strict=True))
    answers = tuple(
        replace(one, photographs=tuple(digests[digest] for digest in one.photographs)) for one in SILENT_CARD.answers
    )
    record = _record(replace(SILENT_CARD, answers=answers))
    record = replace(record, case=replace(record.case, photographs=shots))
    drawn = draw(record, entry_of(record), photographs=by_digest(*JPEGS))
    assert drawn == draw(record, entry_of(record), photographs=by_digest(*JPEGS))
    assert "No. 2, 4" in _text(drawn, tmp_path)


@pytest.mark.parametrize("text", ["\u202e\u0301" * 400, "W" * 10_000, "{0.__class__}", ""])
def test_a_hostile_appearance_is_bounded_text(text: str, tmp_path: Path) -> None:
    record = _record(hostile(text))
    pages = _pages(record, tmp_path)
    assert "End of report" in pages
    assert not set(pages) & set("\u202e\u2066")
    sheet = Sheet("letter")
    seen_pages.seen(sheet, record.evidence.cards[0], Origin.SEEN, (), ())
    assert len(sheet.pages) < 90
    assert off_the_page(sheet) == []
    assert "more stand in the attached record" in pages or seen_words.NOT_LOOKED_AT in pages
