"""The text of a tag: what is said is read back, and nothing else is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report.report_records import entry_of, inspection, judged

from gpu_inspector.records import tag_text
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.tag_text import TagText
from gpu_inspector.report import code

RECORD = inspection(cards=(judged("0000:01:00.0"), judged("0000:02:00.0")))
ENTRY = entry_of(RECORD)
SAID = tag_text.said(ENTRY, RECORD, 2)


def test_it_is_of_letters_that_all_keyboards_with_plain_digits_share() -> None:
    digest, name = ENTRY.digest[:16].upper(), RECORD.id.replace("-", "").upper()
    assert f"GPU INSPECTOR TAG 17 CARD 2 DIGEST {digest} INSPECTION {name}" == SAID
    assert not set(SAID) & set("YZ-_:/"), "a German and an English keyboard differ in these"


def test_what_is_said_is_read_back() -> None:
    assert tag_text.parse(SAID) == TagText(seq=17, head=ENTRY.digest[:16], id=RECORD.id, card=2)


@pytest.mark.parametrize("origin", [Origin.SIMULATION, Origin.SAMPLE])
def test_where_no_real_card_was_the_text_says_so(origin: Origin) -> None:
    record = replace(RECORD, evidence=replace(RECORD.evidence, origin=origin))
    said = tag_text.said(ENTRY, record, 1)
    found = tag_text.parse(said)
    assert found is not None and found.mark == tag_text.mark_of(record) != ""
    assert said.startswith(f"GPU INSPECTOR {found.mark.upper()} TAG 17 ")
    assert tag_text.begins(said)


def test_the_code_of_a_report_is_read_too() -> None:
    found = tag_text.parse(code.text(RECORD, ENTRY))
    assert found == TagText(seq=17, head=ENTRY.digest, id=RECORD.id, card=None)


@pytest.mark.parametrize(
    "typed",
    [SAID.lower(), SAID.swapcase(), f"  {SAID}\r\n", SAID.replace(" ", "\t"), SAID.replace(" ", "  "), f"{SAID}\n\n"],
    ids=["small", "caps lock", "ended by a scanner", "tabs", "wide", "two line ends"],
)
def test_as_scanners_and_keyboards_write_it(typed: str) -> None:
    assert tag_text.parse(typed) == tag_text.parse(SAID)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        SAID[:-1],
        f"{SAID} X",
        f"{SAID}0",
        f"X {SAID}",
        f"{SAID} {SAID}",
        SAID.replace("TAG 17", "TAG 0"),
        SAID.replace("TAG 17", "TAG 017"),
        SAID.replace("TAG 17", "TAG -17"),
        SAID.replace("TAG 17", "TAG 12345678901234567890"),
        SAID.replace("CARD 2", "CARD 0"),
        SAID.replace("CARD 2", "CARD 10000"),
        SAID.replace("CARD 2 ", ""),
        SAID.replace("TAG 17", "TAG ١٧"),
        SAID.replace("TAG", "ＴＡＧ"),
        SAID.replace("DIGEST ", "DIGEST G"),
        SAID.replace("GPU INSPECTOR", "GPU INSPECTOR GENUINE"),
        SAID + " " * 400,
        "A" * 10**6,
    ],
    ids=lambda text: f"{len(text)} signs, {abs(sum(map(ord, text))) % 9973}",
)
def test_nothing_else_is_one(typed: str) -> None:
    assert tag_text.parse(typed) is None


def test_a_cut_text_is_told_from_words_that_somebody_searches_for() -> None:
    assert tag_text.begins(SAID[:40]) and tag_text.begins("gpu inspector report 17")
    assert not any(map(tag_text.begins, ("", "gpu inspector", "tag 17", "gpu inspector tag", "rtx 4090")))


@pytest.mark.parametrize("card", [0, -1, 3])
def test_no_tag_for_a_card_that_is_not_there(card: int) -> None:
    with pytest.raises(ValueError, match="no card"):
        tag_text.said(ENTRY, RECORD, card)


@pytest.mark.parametrize("name", ["", "17", "0b7c9a52-30c8-4b8c-8a43-5b8f0d9b7c1G", "ä" * 36])
def test_no_tag_with_an_id_that_this_program_never_made(name: str) -> None:
    with pytest.raises(ValueError, match="UUID"):
        tag_text.said(ENTRY, replace(RECORD, id=name), 1)


@given(st.text(max_size=200))
def test_any_text_is_a_tag_or_is_none(text: str) -> None:
    tag_text.begins(text)
    assert tag_text.parse(text) is None


@given(st.integers(1, 2**63 - 1), st.integers(1, 2))
def test_every_number_that_a_row_can_have(seq: int, card: int) -> None:
    entry = replace(ENTRY, seq=seq)
    said = tag_text.said(entry, RECORD, card)
    found = tag_text.parse(said)
    assert found is not None and (found.seq, found.card) == (seq, card)
    assert len(said) <= 115
