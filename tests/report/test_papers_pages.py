"""The report's table of papers against goods, and the declarant's data with all that papers can say."""

from dataclasses import replace
from pathlib import Path

import pytest
from report.report_records import FINDINGS, card_evidence, inspection, judged, off_the_page
from report.test_document import _pages

from gpu_inspector.records import columns, papers_words
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Finding, Identity, Outcome, Role, Strength
from gpu_inspector.report import papers_pages
from gpu_inspector.report.layout import STRONG, Sheet, Text

PAPERS = Declaration(
    product="H100",
    description="computer components",
    brand="SANDKYAN",
    quantity=4,
    hs_code="8542.31",
    value="6,000 USD",
    country_of_origin="Malaysia",
    destination="CN",
    headquarters="SG",
    control_class="EAR99",
    export_date="2026-11-30",
    consignee="Beispiel GmbH",
    papers="MRN 1",
)
MISDESCRIBED = Finding(
    check="declaration-description",
    title="Description of the goods",
    role=Role.CORE,
    outcome=Outcome.CONTRADICTED,
    strength=Strength.STRONG,
    text="The papers say “{declared}”.",
    values={"declared": "computer components", "field": "description", "discrepancy": "description"},
    expected="computer components",
    observed="a complete card, H100 PCIe",
    witness="paper",
)


def test_each_declared_field_stands_beside_what_was_found(tmp_path: Path) -> None:
    card = judged(identity=Identity.CONTRADICTED, findings=(*FINDINGS, MISDESCRIBED))
    text = _pages(inspection(cards=(card,), declaration=PAPERS), tmp_path)
    rest = text[text.index("Papers against goods") : text.index("The declarant's data")]
    assert "a complete card, H100 PCIe contradicted: discrepancy of" in rest
    assert f"Value 6,000 USD – {papers_words.NOT_HELD}" in rest
    assert f"Brand or maker SANDKYAN – {papers_words.NOT_HELD}" in rest
    assert "Consignee" not in rest[: rest.index("Findings")]


def test_the_declarants_data_have_every_field(tmp_path: Path) -> None:
    text = _pages(inspection(declaration=PAPERS), tmp_path)
    rest = text[text.index("Data of the declarant") :]
    for said in (
        "Description computer components",
        "Brand or maker SANDKYAN",
        "Country of origin Malaysia",
        "Destination CN",
        "Headquarters of the party SG",
        "Export-control entry EAR99",
        "Day of export 2026-11-30",
        "Modified not declared as modified",
    ):
        assert said in rest


def test_the_declared_column_and_the_first_page_have_the_goods_own_words(tmp_path: Path) -> None:
    text = _pages(inspection(declaration=PAPERS), tmp_path)
    assert "“computer components”, SANDKYAN, H100" in text
    lines = {one.label: one for one in columns.lines_of(card_evidence(), PAPERS, str, Origin.MACHINE)}
    assert lines["Product"].declared == "H100; described as “computer components”"
    assert lines["Export-control entry"].declared == "EAR99"
    assert "Country of origin Malaysia not claimed –" in text


def test_a_grave_row_is_set_in_bold() -> None:
    sheet = Sheet("a4")
    papers_pages.papers(sheet, PAPERS, judged(findings=(MISDESCRIBED,)))
    bold = {mark.text for mark in sheet.pages[0].marks if isinstance(mark, Text) and mark.style == STRONG}
    assert "a complete card, H100 PCIe" in bold
    assert "6,000 USD" not in bold


def test_where_nothing_is_declared_there_is_no_table() -> None:
    sheet = Sheet("a4")
    papers_pages.papers(sheet, Declaration(), judged(findings=(MISDESCRIBED,)))
    assert sheet.pages[0].marks == []


@pytest.mark.parametrize("text", ["\u202e\u0301" * 400, "W" * 10_000, "{0.__class__}"])
def test_hostile_papers_stay_bounded_text(text: str, tmp_path: Path) -> None:
    declaration = Declaration(product=text, description=text, brand=text, destination=text, hs_code=text)
    finding = replace(MISDESCRIBED, observed=text, expected=text, title=text)
    record = inspection(cards=(judged(findings=(finding,) * 100),), declaration=declaration)
    pages = _pages(record, tmp_path)
    assert "End of report" in pages
    sheet = Sheet("a4")
    papers_pages.papers(sheet, declaration, record.judgement.cards[0])
    assert len(sheet.pages) < 15
    assert off_the_page(sheet) == []
