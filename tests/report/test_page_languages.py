"""Reports in every language: they verify, lose no text, embed their letters, and say what they are."""

import re
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest
from report import batch_records, lot_records
from report.report_records import entry_of, inspection

from gpu_inspector import language
from gpu_inspector.errors import ReportError
from gpu_inspector.language import NAMES, PSEUDO, speak, speaking
from gpu_inspector.records import canonical, words
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.report import (
    batch_document,
    document,
    examine,
    fonts,
    layout,
    letters,
    lot_document,
    roomy,
    spoken,
    tag_sheet,
)
from gpu_inspector.report.layout import Text
from gpu_inspector.report.text import printable, wrap

OTHERS = tuple(one for one in NAMES if one != "en")
CHINESE, JAPANESE = "深圳海关", "東京税関かな"


def drawn(record: Inspection, language: str = "en") -> bytes:
    return document.draw(record, entry_of(record), signer="ab" * 32, language=language)


def placed_in(place: str) -> Inspection:
    record = inspection()
    return replace(record, case=replace(record.case, place=place))


def text_of(pdf: bytes) -> str:
    return examine.printed(pdf)


def flat(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("tag", OTHERS)
def test_a_report_says_its_language_everywhere(tag: str) -> None:
    with pikepdf.open(BytesIO(drawn(inspection(), tag))) as pdf:
        assert str(pdf.Root.Lang) == tag
        assert NAMES[tag] in str(pdf.docinfo["/Title"])
        packet = pdf.Root.Metadata.read_bytes().decode()
        assert f"<dc:language><rdf:Bag><rdf:li>{tag}</rdf:li>" in packet and NAMES[tag] in packet


@pytest.mark.parametrize("tag", OTHERS)
def test_no_text_is_lost_and_the_english_governs(tag: str) -> None:
    printed = text_of(drawn(inspection(), tag))
    with speaking(tag):
        headline = language._(words.IDENTITIES[inspection().judgement.cards[0].identity])
        where = language._(spoken.WHERE)
    assert flat(headline) in flat(printed)
    assert flat(where) in flat(printed)
    pages = len(pikepdf.open(BytesIO(drawn(inspection(), tag))).pages)
    assert printed.count(spoken.COURTESY) >= pages
    assert not re.search(r"\[U\+[0-9A-F]{4}\]", printed)


def test_an_english_report_says_nothing_of_languages() -> None:
    printed = text_of(drawn(inspection()))
    assert spoken.COURTESY not in printed and "--report-language" not in printed


@pytest.mark.parametrize("tag", (*OTHERS, PSEUDO))
def test_every_font_is_embedded(tag: str) -> None:
    with pikepdf.open(BytesIO(drawn(placed_in(CHINESE), tag))) as pdf:
        for page in pdf.pages:
            for font in page.Resources.Font.values():
                assert "/FontFile2" in font.FontDescriptor and "/ToUnicode" in font


@pytest.mark.parametrize("tag", ("en", "de", "zh-Hans", "ja"))
def test_the_same_bytes_each_time(tag: str) -> None:
    first = drawn(placed_in(CHINESE), tag)
    drawn(placed_in("上海北京天津重庆"), tag)  # what other documents wanted leaves no trace
    assert drawn(placed_in(CHINESE), tag) == first


def test_the_window_language_has_no_part_in_it() -> None:
    before = drawn(inspection())
    speak("de")
    try:
        assert drawn(inspection()) == before
    finally:
        speak("en")


@pytest.mark.parametrize("tag", ("xx", "", "EN", "de-AT", "../de"))
def test_an_unknown_language_is_refused(tag: str) -> None:
    with pytest.raises(ReportError, match="no language of a report"):
        drawn(inspection(), tag)
    with pytest.raises(ReportError, match="no language of a report"):
        lot_document.draw(lot_records.of_64(), language=tag)


def test_chinese_and_japanese_names_are_printed_in_an_english_report() -> None:
    printed = flat(text_of(drawn(placed_in(f"{CHINESE} {JAPANESE}"))))
    assert CHINESE in printed and JAPANESE in printed


@pytest.mark.parametrize(
    "text", ("שלום", "مرحبا", "😀", "\u2f00", "\uf900", "\u3164", "\uffa0", "\u3000", "𠮷", "한국")
)
def test_other_scripts_and_look_alikes_stay_code_points(text: str) -> None:
    assert printable(text) == "".join(f"[U+{ord(one):04X}]" for one in text)


def test_latin_reports_read_no_font_of_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "_table", lambda face: pytest.fail("read"))
    drawn(inspection())
    drawn(inspection(), "de")


def test_shapes_follow_the_language_and_else_the_text() -> None:
    with speaking("ja"):
        assert letters.shape_of("直") == letters.JAPANESE
    with speaking("zh-Hans"):
        assert letters.shape_of("直の") == letters.CHINESE
    assert letters.shape_of("直") == letters.CHINESE
    assert letters.shape_of("直の") == letters.JAPANESE
    assert [name for name, _part in fonts.runs(fonts.BOLD, "A直")] == [fonts.BOLD, "NotoSansSC-SemiBold"]


def test_widths_are_those_of_the_outlines() -> None:
    for face in (letters.CHINESE, letters.JAPANESE):
        metrics = letters._opened(face).getGlyphSet(location={"wght": letters.BOLD})
        for one in "一あー（。Ａｱﾟ":
            assert metrics[letters._table(face)[ord(one)]].width == 1000 * letters.advance(one), one


def test_a_forged_record_has_a_bounded_number_of_letters() -> None:
    many = "".join(map(chr, range(0x3400, 0x9FA0)))
    with letters.document():
        shown = printable(many)
        assert sum(ord(one) >= 0x3400 for one in shown) == letters.MOST
    assert "[U+" not in printable("中" * 5)


def test_lines_break_between_letters_and_not_before_what_closes() -> None:
    for text in ("这是一个很长的句子，用来检查换行（包括括号）。" * 6, "これは長い文です。「改行」を確かめます。" * 6):
        for room in range(30, 130, 7):
            lines = wrap(text, fonts.REGULAR, 8.5, room)
            assert "".join(lines) == text
            assert all(fonts.width(fonts.REGULAR, 8.5, line) <= room + 0.01 for line in lines)
            assert not any(line[0] in "，。、）」" for line in lines)
            assert not any(line[-1] in "（「" for line in lines[:-1])


def test_spaces_that_hold_together_are_set_where_a_language_sets_them() -> None:
    with speaking("fr"):
        assert wrap("Voici 12\u202f345 cartes\u00a0: deux", fonts.REGULAR, 8, 400) == ["Voici 12 345 cartes : deux"]
        assert printable("AB\u00a0CD") == "AB[U+00A0]CD"
        lines = wrap("les cartes\u00a0: deux", fonts.REGULAR, 8, fonts.width(fonts.REGULAR, 8, "les cartes") + 1)
        assert lines[0] == "les"
    assert printable("12\u202f345") == "12[U+202F]345"


def test_long_words_get_room() -> None:
    names = ("Standard-Leistungsgrenze", "Fall")
    assert roomy.label_room(names, 60.0, 400.0) == 60.0
    with speaking("de"):
        room = roomy.label_room(names, 60.0, 400.0)
        assert wrap(names[0], fonts.BOLD, 7.5, room - 4) == [names[0]]
        places, rooms = roomy.columns((0.2, 0.8), 200.0, 6.0, ("Exportkontrolle", "x"), (), layout.BODY)
        assert wrap("Exportkontrolle", fonts.BOLD, 7.5, rooms[0]) == ["Exportkontrolle"]
        assert places[1] == pytest.approx(rooms[0] + 6) and rooms[0] + rooms[1] == pytest.approx(188)
        assert roomy.label_room(("W" * 500,), 60.0, 400.0) <= 168


@pytest.mark.parametrize("tag", ("de", "zh-Hans"))
def test_tags_speak_too(tag: str) -> None:
    record = inspection(origin=Origin.SIMULATION)
    laid = tag_sheet.laid_out(record, entry_of(record), (1,), size="100x62", language=tag)
    pdf = tag_sheet.draw(record, entry_of(record), laid)
    assert tag_sheet.draw(record, entry_of(record), laid) == pdf
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == tag
    with speaking(tag):
        foot = language._("It carries no verdict: ask for the signed report.")
    (placed,) = laid.pages[0]
    assert flat(foot) in flat("".join(mark.text for mark in placed.drawn.marks if isinstance(mark, Text)))


MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
NAMES_OF_THINGS = (
    r"GPU Inspector|\bSHA-256\b|\bUTC|\bMiB\b|\bGB\b|\bNo\b|NVIDIA|GeForce|RTX|UUID|vBIOS|InfoROM|NVML|PCIe?|TPP"
    r"|Courtesy translation; the English text governs\."
)


def forgotten(texts: list[str], record: bytes) -> set[str]:
    """Words that are neither marked nor the record's nor a name."""
    known = record.decode()
    found = set()
    for text in texts:
        rest = text
        while (fewer := MARKED.sub(" ", rest)) != rest:
            rest = fewer
        rest = re.sub(NAMES_OF_THINGS, " ", re.sub(r"~*⟧|⟦", " ", rest))
        found |= {word for word in re.findall(r"[A-Za-z]{3,}", rest) if word not in known and set(word) - set("abcdef")}
    return found


@pytest.mark.parametrize("what", ("report", "lot", "batch"))
def test_what_the_pages_bear_is_all_translated(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the pseudo-language each text of the program is marked: what is not is a value, or was forgotten."""
    texts: list[str] = []

    def noted(text: str, font: str, size: float, room: float) -> list[str]:
        texts.append(text)
        return wrap(text, font, size, room)

    monkeypatch.setattr(layout, "wrap", noted)
    if what == "report":
        record: object = inspection()
        drawn(inspection(), PSEUDO)
    elif what == "lot":
        record = lot_records.of_64()
        lot_document.draw(lot_records.of_64(), language=PSEUDO)
    else:
        record = batch_records.mixed()
        batch_document.draw(batch_records.mixed(), language=PSEUDO)
    assert len(texts) > 40
    words_left = forgotten(texts, canonical.encode(record))
    assert not words_left, sorted(words_left)
