"""The pages of a lot's summary: what stands on the first one, every card in the table, and no record that breaks it."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report.lot_records import DIE, LANE, MEMORY, PAPER, hostile, lot, member, of_64, sampled, summary
from report.report_records import off_the_page
from sampling import examples

from gpu_inspector.errors import ReportError
from gpu_inspector.language import speaking
from gpu_inspector.records import lot_words, words
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Condition, Identity
from gpu_inspector.records.lot import LotSummary, Plan, Reason
from gpu_inspector.report import layout, lot_document, lot_first, lot_pages, lot_rows
from gpu_inspector.report.document import Paper
from gpu_inspector.report.layout import Shape, Sheet, Sign, Text
from gpu_inspector.report.lot_document import draw

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext reads the pages here")


def _pages(of: LotSummary, tmp_path: Path, page: Paper = "a4") -> list[str]:
    """The words of each page."""
    path = tmp_path / "lot.pdf"
    path.write_bytes(draw(of, signer="ab" * 32, page=page))
    command = ["pdftotext", "-raw", str(path), "-"]
    told = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode()
    return [" ".join(one.split()) for one in told.split("\f")[:-1]]


def _first(of: LotSummary, page: Paper = "a4") -> Sheet:
    sheet = Sheet(page)
    lot_first.first(sheet, of, "ab" * 32)
    return sheet


def _texts(sheet: Sheet) -> str:
    return " ".join(mark.text for page in sheet.pages for mark in page.marks if isinstance(mark, Text))


def _signs(sheet: Sheet) -> set[Shape]:
    return {mark.shape for page in sheet.pages for mark in page.marks if isinstance(mark, Sign)}


@needs_poppler
@pytest.mark.parametrize("page", ["a4", "letter"])
def test_the_first_page_says_what_the_lot_is_and_names_all_five_that_deviate(page: Paper, tmp_path: Path) -> None:
    of = of_64()
    first = _pages(of, tmp_path, page)[0]
    for said in (
        "Summary of a lot Crates 1 to 4",
        "SIMULATION – no real card",
        "HZA-K 2026/1147",
        "Hauptzollamt Köln, Flughafen, Halle 3",
        "M. Größler",
        "2026-11-26 09:30:15 UTC+01:00 (2026-11-26 08:30:15 UTC)",
        "64 pieces, declared as GeForce RTX 4090, 24 GB",
        "every card of the lot",
        "64 of 64",
        of.statement.text,
        "3 × CONTRADICTED",
        "2 × UNEXPLAINED DEVIATION",
        "59 × CONSISTENT",
        "1 × FAULTY",
        "64 × 4A090.a",
        "64 of 64 meet entries of the export-control list",
        "Cards that deviate: 5",
        *(f"No. {number}: NVIDIA GeForce RTX 4090, simulated card {number}" for number in (7, 19, 23, 41, 60)),
        *(one.text for one in (MEMORY, PAPER, DIE, LANE)),
        *(f"Report No. {100 + number}, digest" for number in (7, 19, 23, 41, 60)),
        *(words.spaced(of.members[number - 1].digest) for number in (7, 19, 23, 41, 60)),
        lot_words.COMPLETE,
    ):
        assert said in first, said
    assert "SUSPICIOUS" not in first and "genuine" not in first.lower()


@needs_poppler
def test_every_card_has_a_row_with_its_report_and_digest_and_each_page_its_number(tmp_path: Path) -> None:
    of = of_64()
    pages = _pages(of, tmp_path)
    told = " ".join(pages)
    for one in of.members:
        assert f"{one.seq} {one.digest[:16]}" in told, one.number
    heads = [page for page in pages if "No. Card Identity Condition" in page]
    assert len(heads) >= 3
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert "SHA-256 of record" in page
    assert pages[-1].count("End of summary") == 1 and "Electronic signature" in pages[-1]
    for said in (lot_words.NOT_SAID[0], "--reports FOLDER", of.tool_version, of.ledger_digest[:8], lot_pages.NOT_SAID):
        assert said in told, said


@needs_poppler
def test_a_sample_says_what_it_rests_on_what_was_a_file_and_which_number_came_twice(tmp_path: Path) -> None:
    of = sampled()
    first = _pages(of, tmp_path)[0]
    for said in (
        "In part: Review of a file of unknown origin",
        of.statement.text,
        "13 cards",
        "12 of 120, in 13 examinations, for some bear the same number; 1 fewer than the rule asks for",
        "how the cards were chosen is not recorded",
        lot_words.RANDOM,
        lot_words.FINITE,
        lot_words.SEEN,
        "serial number 1320221011842 on cards No. 5, 9",
        "No. 3: Review of a file of unknown origin. Only a file was judged",
        "No. 1–2, 4–13: The cards were in the machine",
        "None of the examined cards deviates",
        "Cards with a defect; a defect is no sign of forgery: 1",
        "11 × 4A090.a",
        "1 × INDETERMINATE",
        "1 × NO ENTRY MET",
    ):
        assert said in first, said


def test_no_check_mark_stands_on_the_first_page_or_in_the_table_however_good_the_answers() -> None:
    good = summary(tuple(member(one, control="none", origin=Origin.MACHINE.value) for one in range(1, 65)))
    sheet = _first(good)
    assert Shape.CHECK not in _signs(sheet)
    assert "No clearance" in _texts(sheet)
    lot_rows.members(sheet, good)
    assert Shape.CHECK not in _signs(sheet)


@pytest.mark.parametrize(
    ("origins", "expected"),
    [
        (("simulation",), "SIMULATION"),
        (("simulation", "this machine"), "PARTLY SIMULATION"),
        (("this machine", "file of unknown origin"), ""),
        (("sample made by the program",), "SAMPLE – no real card"),
        (("this machine", "sample made by the program"), "PARTLY SAMPLE – no real card"),
    ],
)
def test_a_simulation_in_the_lot_is_across_every_page(origins: tuple[str, ...], expected: str) -> None:
    of = summary(tuple(member(one, origin=origins[one % len(origins)]) for one in range(1, 5)), lot(4))
    assert lot_words.watermark(of.members) == expected
    if expected.startswith("PARTLY"):
        assert "No. " in "".join(lot_words.natures(of.members, str))


def test_a_lot_of_which_nothing_was_examined_and_one_that_was_refused_state_no_share() -> None:
    nothing = _texts(_first(summary((), lot(10))))
    assert "nothing can be said of it" in nothing and lot_words.NO_SHARE in nothing
    bad = (member(1, identity=Identity.CONTRADICTED, reasons=(PAPER,)),)
    refused = summary(bad, lot(100, Plan(stop_at_first=True)))
    told = _texts(_first(refused))
    assert "no share is stated" in told and lot_words.NO_SHARE in told and " %" not in told
    assert draw(nothing_signed := summary((), lot(10))) and nothing_signed.members == ()


def test_drawn_pieces_are_printed_and_a_card_that_was_not_drawn_is_told() -> None:
    of = lot(100, drawn=(3, 17, 60))
    drawn = summary(tuple(member(one, piece=piece) for one, piece in ((1, 3), (2, 17), (3, 60))), of)
    assert lot_words.DRAWN in lot_words.rests_on(of, drawn.members, drawn.statement)
    assert "piece 17" in _texts(_rows(drawn))
    other = summary((*drawn.members[:2], member(3, piece=61), member(4)), of)
    assert lot_words.RANDOM in lot_words.rests_on(of, other.members, other.statement)
    assert "card No. 3–4" in lot_words.choice(of, other.members, other.statement)
    sheet = Sheet("a4")
    lot_pages.plan(sheet, other)
    assert "3, 17, 60" in _texts(sheet)


def _rows(of: LotSummary) -> Sheet:
    sheet = Sheet("a4")
    lot_rows.members(sheet, of)
    return sheet


@pytest.mark.parametrize(
    ("language", "pieces", "said"),
    [
        ("en", 64, "64 pieces; no paper names the goods"),
        ("en", 1, "1 piece; no paper names the goods"),
        ("de", 64, "64 Stück; kein Papier nennt die Ware"),
        ("fr", 1, "1 pièce ; aucun document ne nomme la marchandise"),
    ],
)
def test_goods_that_no_paper_names_are_not_declared_as_anything(language: str, pieces: int, said: str) -> None:
    of = summary((member(1),), lot(pieces, declaration=Declaration()))
    with speaking(language):
        told = _texts(_first(of)).replace("\u00a0", " ")
    assert said in told
    assert "declared as" not in told


def test_goods_that_are_called_not_declared_are_declared_so() -> None:
    told = _texts(_first(summary((member(1),), lot(declaration=Declaration(product="not declared")))))
    assert "64 pieces, declared as not declared" in told


def test_more_cards_than_the_page_holds_are_all_named_by_number() -> None:
    many = summary(
        tuple(member(one, identity=Identity.SUSPICIOUS, reasons=(MEMORY,)) for one in range(1, 401)), lot(400)
    )
    sheet = _first(many)
    assert len(sheet.pages) == 1 and not off_the_page(sheet)
    assert re.search(r"\d+ more: No\. \d+–400", _texts(sheet))
    everything = Sheet("a4")
    lot_rows.deviating(everything, many)
    assert "No. 151–400, stand in the table of all cards." in _texts(everything)


@pytest.mark.parametrize("page", ["a4", "letter"])
def test_a_hostile_record_stays_on_its_pages(page: Paper) -> None:
    of = hostile(60)
    sheet = _first(of, page)
    assert len(sheet.pages) == 1
    lot_pages.circumstances(sheet, of)
    lot_pages.plan(sheet, of)
    lot_rows.deviating(sheet, of)
    lot_rows.twice(sheet, of)
    lot_rows.members(sheet, of)
    lot_pages.record(sheet, of, "ab" * 32)
    assert not off_the_page(sheet)
    assert "\u202e" not in _texts(sheet) and "\n" not in _texts(sheet)
    for row in sheet.pages:
        assert all(mark.x >= 0 for mark in row.marks)
    assert draw(of, page=page).startswith(b"%PDF-")


def test_words_of_a_hostile_row_do_not_reach_into_the_next_column() -> None:
    """The digests of two rows and their neighbours are where the table puts them, whatever stands before them."""
    from gpu_inspector.report import fonts

    sheet = _rows(hostile(3))
    right = layout.PAPER["a4"][0]
    for mark in (mark for page in sheet.pages for mark in page.marks if isinstance(mark, Text)):
        assert mark.x + fonts.width(mark.style.font, mark.style.size, mark.text) < right - 40


def test_thousands_of_cards_of_the_longest_texts_have_an_end() -> None:
    of = hostile(1_000)
    pages = draw(of)
    assert len(re.findall(rb"/Type /Page\b", pages)) < 400


def test_more_cards_than_one_file_holds_are_refused_with_a_sentence() -> None:
    one = member(1)
    with pytest.raises(ReportError, match="8,000"):
        draw(replace(summary((), lot(10)), members=(one,) * (lot_document.MOST + 1)))


def test_the_same_record_gives_the_same_bytes() -> None:
    assert draw(of_64(), signer="cd" * 32) == draw(of_64(), signer="cd" * 32)
    assert draw(of_64(), signer="cd" * 32) != draw(of_64(), signer="ce" * 32)


@settings(max_examples=examples(25), deadline=None)
@given(
    text=st.text(max_size=300),
    identity=st.sampled_from(Identity),
    condition=st.sampled_from(Condition),
    outcome=st.sampled_from(("SUSPICIOUS", "CONTRADICTED", "NOTED", "odd")),
    piece=st.one_of(st.none(), st.integers(-5, 2**40)),
)
def test_any_text_in_any_place_is_drawn_or_refused_with_a_sentence(
    text: str, identity: Identity, condition: Condition, outcome: str, piece: int | None
) -> None:
    one = member(
        1,
        label=text,
        product=text,
        identity=identity,
        condition=condition,
        control=text,
        origin=text,
        digest=text,
        piece=piece,
        reasons=(Reason(check=text, outcome=outcome, text=text),),
    )
    of = summary((one,), lot(3, name=text, case=Case(number=text, inspector=text, office=text, place=text, note=text)))
    try:
        assert draw(of).startswith(b"%PDF-")
    except ReportError as error:
        assert str(error)
