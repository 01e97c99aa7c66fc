"""What the words of a declaration say the goods are."""

import re

import pytest
from honest_descriptions import ANY_CARD, BESIDE_A_CARD, OTHER_GOODS, UNKNOWN_WORDS, VAGUE, WITH_MODEL
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.records import goods_vocabulary, goods_words
from gpu_inspector.records.goods_words import LONGEST, Kind, fold, read
from gpu_inspector.records.makers import makers_of, names_no_brand


def test_the_corpus_is_large() -> None:
    assert len(set(ANY_CARD)) + len(WITH_MODEL) > 160


@pytest.mark.parametrize("text", ANY_CARD)
def test_an_honest_description_names_a_card(text: str) -> None:
    assert read(text).kind is Kind.CARD


@pytest.mark.parametrize("text", OTHER_GOODS)
def test_plainly_other_goods(text: str) -> None:
    said = read(text)
    assert said.kind is Kind.OTHER
    assert not said.cards_fitted


@pytest.mark.parametrize("text", VAGUE)
def test_words_that_hold_for_everything(text: str) -> None:
    assert read(text).kind is Kind.VAGUE


@pytest.mark.parametrize("text", BESIDE_A_CARD)
def test_what_only_stands_beside_a_card_is_no_card(text: str) -> None:
    said = read(text)
    assert said.kind is Kind.OTHER
    assert said.cards_fitted


@pytest.mark.parametrize("text", UNKNOWN_WORDS)
def test_a_text_without_a_known_word_is_unknown(text: str) -> None:
    assert read(text).kind is Kind.UNKNOWN


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("server without graphics card", Kind.MACHINE),
        ("GPU server", Kind.MACHINE),
        ("server power supply", Kind.OTHER),
        ("computer mouse", Kind.OTHER),
        ("workstation components", Kind.VAGUE),
        ("parts of servers", Kind.VAGUE),
        ("hardware for GPU computing", Kind.BROAD),
        ("PCIe card", Kind.BROAD),
        ("parts and accessories of the machines of heading 8471", Kind.BROAD),
        ("toys, computer parts", Kind.VAGUE),
        ("Hopper module", Kind.UNKNOWN),
        ("item 4711 of the order of 3 May 2026, line 12, tensorised module", Kind.UNKNOWN),
        ("compute tensor boards", Kind.UNKNOWN),
        ("การ์ดจอมือสอง", Kind.CARD),
        ("中古显卡一批", Kind.CARD),
        ("adapters industriales", Kind.UNKNOWN),
        ("used adapters, 10 pcs", Kind.VAGUE),
        ("various parts", Kind.VAGUE),
        ("adapters 10 pcs new", Kind.VAGUE),
        ("blorp, no battery, not dangerous goods", Kind.UNKNOWN),
        ("as per invoice, phone 0123 456", Kind.UNKNOWN),
        ("AI server with 8x NVIDIA H100", Kind.CARD),
        ("", Kind.UNKNOWN),
    ],
)
def test_what_a_word_stands_beside_is_read_too(text: str, kind: Kind) -> None:
    assert read(text).kind is kind


def test_case_accents_width_and_spelling_do_not_count() -> None:
    for text in ("GRÁFICA", "gra\u0301fica", "ｇｒａｆｉｃａ"):
        assert fold(text) == "grafica"
    assert read("Graphics-Card").kind is read("graphicscard").kind is read("GRAPHICS\n CARD").kind is Kind.CARD


def test_another_makers_line_is_told_only_where_none_of_nvidias_is_named() -> None:
    assert read("AMD Radeon RX 7900 XTX graphics card").foreign
    assert not read("graphics cards: Radeon RX 7900, GeForce RTX 4090").foreign


def test_a_long_text_is_cut_and_says_so() -> None:
    assert read("x" * (LONGEST + 1)).cut
    assert read("toys " * LONGEST).kind is Kind.OTHER


@given(st.text(max_size=300))
def test_any_text_gives_an_answer(text: str) -> None:
    assert read(text).kind in Kind
    assert isinstance(makers_of(text), tuple)
    assert names_no_brand(text) in (True, False)


@given(st.text(alphabet="grap hicsd-ocer,/.fx", max_size=400))
def test_texts_near_known_words_give_an_answer_too(text: str) -> None:
    assert read(text).kind in Kind


LISTS = [goods_vocabulary.CARD, goods_vocabulary.BROAD, goods_vocabulary.MACHINE, goods_vocabulary.VAGUE]
LISTS += [goods_vocabulary.OTHER, goods_vocabulary.FITTING]
EVERYTHING = [re.compile(goods_words._alternatives(phrases)) for phrases in LISTS]
BITS = sorted({word.rstrip("+*") for phrases in LISTS for word in fold(phrases).replace(",", " ").split()})


@given(
    st.lists(st.tuples(st.sampled_from(BITS), st.sampled_from(["", "s", "es", "en"])), max_size=12),
    st.sampled_from([" ", "", "-", " - ", ", "]),
)
def test_phrases_that_a_text_cannot_have_are_left_out_and_nothing_else(
    words: list[tuple[str, str]], between: str
) -> None:
    said = fold(between.join(word + ending for word, ending in words))
    for phrases, whole in zip(LISTS, EVERYTHING, strict=True):
        found = goods_words._pattern(phrases, said).finditer(said)
        assert [hit.span() for hit in found] == [hit.span() for hit in whole.finditer(said)]
