"""The drawn pages: the same record gives the same bytes, and they say what they must in every case."""

import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report.report_records import (
    CONTRADICTED,
    FINDINGS,
    REWORKED,
    card_evidence,
    entry_of,
    inspection,
    judged,
    suspicious,
)
from sampling import examples

from gpu_inspector.errors import ReportError
from gpu_inspector.records import canonical
from gpu_inspector.records.claims import NvmlReading
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Condition, Identity, Outcome
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.report.document import Paper, draw

FINGERPRINT = "0f" * 32


def _needs(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"the program {program} is not installed")


def _text(pdf: bytes, tmp_path: Path) -> str:
    """All words of all pages, each run of spaces as one."""
    _needs("pdftotext")
    path = tmp_path / "pages.pdf"
    path.write_bytes(pdf)
    out = subprocess.run(["pdftotext", "-raw", path, "-"], check=True, capture_output=True, timeout=60).stdout
    return " ".join(out.decode().split())


def _pages(record: Inspection, tmp_path: Path, page: Paper = "a4") -> str:
    return _text(draw(record, entry_of(record), signer=FINGERPRINT, page=page), tmp_path)


def _page_count(pdf: bytes) -> int:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return len(opened.pages)


def test_drawn_twice_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    record = suspicious()
    first = draw(record, entry_of(record), signer=FINGERPRINT)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert draw(record, entry_of(record), signer=FINGERPRINT) == first
    assert draw(replace(record, id="other"), entry_of(record), signer=FINGERPRINT) != first


def test_a_record_read_back_gives_the_same_pages() -> None:
    record = inspection()
    again = canonical.decode(canonical.encode(record), Inspection, "inspection")
    assert draw(again, entry_of(record)) == draw(record, entry_of(record))


@pytest.mark.parametrize("page", ["a4", "letter"])
def test_the_page_says_who_what_when_and_where(page: Paper, tmp_path: Path) -> None:
    record = inspection()
    entry = entry_of(record)
    text = _pages(record, tmp_path, page)
    for words in (
        "Inspection report",
        "No. 17",
        record.id,
        "HZA-K 2026/1147",
        "Hauptzollamt Köln",
        "M. Größler",
        "Flughafen, Halle 3",
        "2026-11-24 10:30:15 UTC+01:00",
        "2026-11-24 09:30:15 UTC",
        "Seller's seal was broken.",
        "INCONCLUSIVE",
        "NOT EXAMINED",
        "NOT ASSESSED",
        "This is not a clearance.",
        "No contradiction found in 5 of 7 checks; compatible with: GeForce RTX 4090 24 GB.",
        "Memory measured, Die measured",
        "Declared",
        "Claimed",
        "Measured",
        "not measured",
        "24,564 MiB",
        "NVML: 95.02.3C.00.99",
        "nvidia-smi: 95.02.3C.00.9A",
        "the sources differ",
        "2026-11-20+0123456789ab",
        "The results relate only to the items examined",
        "not to be copied except in full",
        "A print-out carries no signature",
        "The identity of this signer is not established by this program",
        " ".join([FINGERPRINT[:8]] * 8),
        " ".join(entry.digest[start : start + 8] for start in range(0, 64, 8)),
        f"digest {entry.digest[:16]}…",
        canonical.digest(canonical.encode(record))[:8],
        "End of report",
    ):
        assert words in text
    assert text.count("Page 1 of ") == 1
    assert "genuine" not in text
    assert "fake" not in text


@pytest.mark.parametrize(("page", "width"), [("a4", 595.28), ("letter", 612.0)])
def test_paper_sizes(page: Paper, width: float) -> None:
    record = inspection()
    with pikepdf.open(BytesIO(draw(record, entry_of(record), page=page))) as opened:
        boxes = {float(one.mediabox[2]) for one in opened.pages}
    assert all(abs(box - width) < 0.1 for box in boxes)


def test_every_page_bears_number_and_digest(tmp_path: Path) -> None:
    record = inspection(cards=(judged(), judged("0000:41:00.0")))
    pdf = draw(record, entry_of(record))
    count = _page_count(pdf)
    text = _text(pdf, tmp_path)
    assert count > 3
    assert text.count(f"digest {entry_of(record).digest[:16]}…") == count
    assert all(f"Page {number} of {count}" in text for number in range(1, count + 1))


def test_an_unexplained_deviation_is_called_so_and_comes_with_its_innocent_explanations(tmp_path: Path) -> None:
    text = _pages(suspicious(), tmp_path)
    assert "UNEXPLAINED DEVIATION" in text
    assert "SUSPICIOUS" not in text
    assert "49140 MiB is the size of a known rework of this card: RTX 4090 with 48 GB." in text
    for words in (
        *REWORKED.innocent,
        REWORKED.source,
        REWORKED.expected,
        REWORKED.observed,
        "strong sign",
        "core check",
    ):
        assert words in text
    assert "Ask the declarant" in text


def test_a_contradiction_and_a_fault_are_told_apart(tmp_path: Path) -> None:
    card = judged(identity=Identity.CONTRADICTED, condition=Condition.FAULTY, findings=(*FINDINGS, CONTRADICTED))
    text = _pages(inspection(cards=(card,)), tmp_path)
    assert "The paper says 24 GB, the card claims 48 GB." in text
    assert "a defect is no sign of forgery" in text


def test_consistent_promises_no_more_than_was_seen(tmp_path: Path) -> None:
    good = tuple(finding for finding in FINDINGS if finding.outcome is Outcome.CONSISTENT)
    card = judged(identity=Identity.CONSISTENT, findings=good, compatible=("A 24 GB", "B 24 GB"))
    text = _pages(inspection(cards=(card,)), tmp_path)
    assert f"No contradiction found in {len(good)} of {len(good)} checks; compatible with: A 24 GB, B 24 GB." in text


@pytest.mark.parametrize(
    ("origin", "words", "watermark"),
    [
        pytest.param(Origin.FILE, "Review of a file of unknown origin", "", id="file"),
        pytest.param(Origin.SAMPLE, "SAMPLE – no real card", "SAMPLE – no real card", id="sample"),
        pytest.param(Origin.SIMULATION, "SIMULATION – no real card", "SIMULATION", id="simulation"),
    ],
)
def test_origin_is_in_the_title_and_across_the_pages(
    origin: Origin, words: str, watermark: str, tmp_path: Path
) -> None:
    _needs("pdftotext")
    record = inspection(origin=origin, file_name="dump.xml")
    path = tmp_path / "origin.pdf"
    path.write_bytes(draw(record, entry_of(record)))
    out = subprocess.run(["pdftotext", "-raw", path, "-"], check=True, capture_output=True, timeout=60).stdout.decode()
    assert f"{words} No. 17" in out
    assert "Inspection report" not in out
    for page in out.split("\f")[:-1]:
        assert page.count(watermark) >= 3 if watermark else "SAMPLE" not in page


def test_several_cards_are_listed_with_the_gravest_headline(tmp_path: Path) -> None:
    bad = judged("0000:41:00.0", identity=Identity.SUSPICIOUS, findings=(*FINDINGS, REWORKED))
    text = _pages(inspection(cards=(judged(), bad)), tmp_path)
    assert "UNEXPLAINED DEVIATION is the gravest identity headline of 2 cards" in text
    assert "Card 2 of 2" in text


def test_what_was_not_examined_is_listed_with_the_reason_and_advice(tmp_path: Path) -> None:
    text = _pages(inspection(), tmp_path)
    rest = text[text.index("What was not examined, and why") :]
    assert "Source: kernel log No permission. Run as a user of the group adm." in rest
    assert "The die was not measured." in rest


_HOSTILE = [
    pytest.param("\u202eetaredisnoc\u2066", "[U+202E]", id="direction-override"),
    pytest.param("A" * 10_000, "more characters)", id="ten-thousand-letters"),
    pytest.param("x\n\n\nIDENTITY: CONSISTENT\n", "[U+000A][U+000A]", id="newlines"),
    pytest.param(") Tj ET BT 0 g (CONSISTENT) Tj (", ") Tj ET BT 0 g (CONSISTENT) Tj (", id="page-operators"),
    pytest.param("😀 显卡", "[U+1F600]", id="emoji-and-han"),
    pytest.param("{name} {0.__class__} {", "{name} {0.__class__} {", id="template"),
]


@pytest.mark.parametrize(("text", "shown"), _HOSTILE)
def test_hostile_text_stays_text(text: str, shown: str, tmp_path: Path) -> None:
    finding = replace(FINDINGS[1], title=text, text="{name}", values={"name": text}, observed=text, innocent=(text,))
    evidence = replace(card_evidence(text), nvml=NvmlReading(name=text, serial=text, vbios_version=text))
    card = judged(text, product=text, findings=(finding,), compatible=(text,), control=text)
    record = inspection(
        cards=(card,),
        evidence_cards=(evidence,),
        case=Case(number=text, inspector=text, office=text, place=text, note=text),
        declaration=Declaration(product=text, memory_gb=2**53 - 1),
        origin=Origin.FILE,
        file_name=text,
    )
    pdf = draw(record, entry_of(record), signer=FINGERPRINT)
    words = _text(pdf, tmp_path)
    assert "".join(shown.split()) in "".join(words.split())
    assert not set(words) & set("\u202e\u2066\u200b")
    assert "End of report" in words
    assert _page_count(pdf) < 20


_NUMBERS = st.integers(min_value=1 - 2**53, max_value=2**53 - 1)


@settings(deadline=None, max_examples=examples(25))
@given(st.text(), _NUMBERS, _NUMBERS)
def test_any_record_is_drawn(text: str, number: int, offset: int) -> None:
    card = judged(text, product=text, findings=(replace(FINDINGS[1], text=text, check=text, values={text: number}),))
    record = inspection(cards=(card,), case=Case(number=text, note=text), declaration=Declaration(memory_gb=number))
    pdf = draw(replace(record, utc_offset_minutes=offset), entry_of(inspection(), 1))
    assert pdf.startswith(b"%PDF-1.7") and pdf.endswith(b"%%EOF\n")


@pytest.mark.parametrize("value", [2**53, -(2**60)])
def test_a_number_that_no_record_can_hold_is_refused(value: int) -> None:
    with pytest.raises(ReportError, match="no record can hold"):
        draw(inspection(declaration=Declaration(memory_gb=value)), entry_of(inspection()))


def test_no_card_at_all_is_said() -> None:
    record = inspection(cards=(), evidence_cards=())
    assert _page_count(draw(record, entry_of(record))) >= 1


def test_a_record_without_end_is_refused() -> None:
    card = judged(findings=FINDINGS * 600)
    with pytest.raises(ReportError, match="pages"):
        draw(inspection(cards=(card,)), entry_of(inspection()))


def test_all_fonts_are_embedded(tmp_path: Path) -> None:
    _needs("pdffonts")
    path = tmp_path / "fonts.pdf"
    path.write_bytes(draw(inspection(), entry_of(inspection())))
    out = subprocess.run(["pdffonts", path], check=True, capture_output=True, text=True, timeout=60).stdout
    rows = [row.split()[-6:-3] for row in out.splitlines()[2:]]
    assert rows
    assert all(row[1] == "yes" for row in rows) or all("yes" in row for row in rows)
    assert "Helvetica" not in out
