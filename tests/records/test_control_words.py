"""The control class in words, of several products, and as papers write it: it promises no more than was applied."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.records.control import ENTRY_A, ENTRY_B, INDETERMINATE, NONE, ControlClass, ControlLine, Overlay
from gpu_inspector.records.control_declared import DeclaredEntry, Means, read_entry
from gpu_inspector.records.control_headline import LETTER, meaning
from gpu_inspector.records.control_merge import listed, merged, said_apart
from gpu_inspector.records.words import control_word


def of(product: str, entry: str, **changes: object) -> ControlClass:
    line = ControlLine(entry=entry, paragraph="3A090.a.1" if entry == ENTRY_A else "", licence="not required")
    control = ControlClass(
        product=product, basis="published", on=date(2026, 8, 1), codified=line, enforced=line, tpp=100.0
    )
    return replace(control, **changes)  # type: ignore[arg-type]


# --- the sentence


def test_an_entry_is_said_with_its_day_and_whose_the_determination_is() -> None:
    said = meaning(ENTRY_A, of("H100", ENTRY_A), str)
    assert said == (
        "H100 meets the performance parameters of 3A090.a.1 as of 2026-08-01. "
        "The determination belongs to the authority."
    )


def test_none_is_no_entry_of_the_rules_that_were_applied_and_no_clearance() -> None:
    said = meaning(NONE, of("RTX 3060", NONE), str)
    assert said.startswith("No entry of the rules that were applied covers the figures of RTX 3060 as of 2026-08-01.")
    assert "Other lists, and end use, were not looked at." in said
    assert control_word(NONE, str) == "NO ENTRY MET", "“none” alone would be read as “none needed”"


def test_what_is_missing_is_named() -> None:
    said = meaning(INDETERMINATE, of("B20", INDETERMINATE, missing=("TPP", "die area", "marketing")), str)
    assert "missing: TPP; die area." in said


def test_another_answer_as_enforced_and_a_letter_are_said() -> None:
    enforced = meaning(NONE, of("X", NONE, enforced=ControlLine(entry=ENTRY_B)), str)
    assert "As enforced: 3A090.b." in enforced
    letter = Overlay(rule=LETTER, name="letters", result="licence-by-letter")
    assert "Letters of the authority" in meaning(NONE, of("H20", NONE, overlays=(letter,)), str)
    harmless = replace(letter, result="none")
    assert "Letters" not in meaning(NONE, of("X", NONE, overlays=(harmless,)), str)


def test_records_without_a_class_keep_the_words_of_their_time() -> None:
    assert meaning("not assessed", None, str) == "No export-control rules were applied. This is not a clearance."
    assert meaning("4A090.a", None, str) == "As the findings on export control say."


def test_what_a_foreign_record_says_is_cleaned() -> None:
    said = meaning(ENTRY_A, of("evil\x1b[2J", ENTRY_A), lambda text: text.replace("\x1b", "?"))
    assert "\x1b" not in said and "evil?[2J" in said


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_entry_and_product_give_a_sentence(entry: str, product: str) -> None:
    assert meaning(entry, of(product, entry), str).endswith("The determination belongs to the authority.")


# --- several products


def test_products_that_agree_have_their_entry() -> None:
    both = merged((of("A", ENTRY_A, tpp=5000.0), of("B", ENTRY_A, tpp=6000.0)))
    assert (both.codified.entry, both.codified.paragraph) == (ENTRY_A, "3A090.a.1")
    assert both.product == "A or B"
    assert both.tpp is None, "no figure is that of both"
    assert both.missing == ()


def test_products_that_differ_are_indeterminate_and_each_is_named() -> None:
    several = merged((of("RTX 5090", ENTRY_A), of("RTX 5090 D", NONE)))
    assert several.codified.entry == several.enforced.entry == INDETERMINATE
    assert several.missing[0] == "which of these products it is: 3A090.a (RTX 5090), none (RTX 5090 D)"
    assert several.codified.licence == "not required", "it is the same for both"


def test_an_overlay_that_differs_is_told_apart() -> None:
    letter = Overlay(rule=LETTER, name="letters", result="licence-by-letter")
    several = merged((of("H20", NONE, overlays=(letter,)), of("L2", NONE)))
    (overlay,) = several.overlays
    assert (overlay.result, overlay.words) == (INDETERMINATE, "licence-by-letter (H20), none (L2)")


def test_several_rest_on_the_weakest_and_are_bound_by_the_lowest() -> None:
    several = merged(
        (of("A", NONE, tpp_at_least=10.0, reasons=("r",)), of("B", NONE, basis="rumour", tpp_at_least=9.0))
    )
    assert (several.basis, several.tpp_at_least) == ("rumour", 9.0)
    assert several.reasons == ("A: r",)
    assert merged((of("A", NONE, tpp_at_least=10.0), of("B", NONE))).tpp_at_least is None


def test_one_is_itself_and_none_is_no_class() -> None:
    one = of("A", ENTRY_A)
    assert merged((one,)) is one
    with pytest.raises(ValueError, match="made of none"):
        merged(())


def test_long_lists_say_how_many_more() -> None:
    assert listed("ABCDEFA") == "A or B or C or D or 2 more"
    assert said_apart([of("A", NONE), of("B", NONE)]) == "none (A or B)"


@given(st.lists(st.sampled_from([ENTRY_A, ENTRY_B, NONE, INDETERMINATE]), min_size=1, max_size=5))
def test_no_mixture_ever_reads_as_none(entries: list[str]) -> None:
    found = merged(tuple(of(str(place), entry) for place, entry in enumerate(entries)))
    assert (found.codified.entry == NONE) == (set(entries) == {NONE})
    assert found.codified.entry in (entries[0], INDETERMINATE)


# --- as papers write it


@pytest.mark.parametrize(
    ("text", "means", "entry"),
    [
        pytest.param("3A090.a", Means.MEETS, ENTRY_A, id="the entry"),
        pytest.param(" eccn: 3a090.A.1 ", Means.MEETS, ENTRY_A, id="as clerks type it"),
        pytest.param("4A090.b", Means.MEETS, ENTRY_B, id="the board's"),
        pytest.param("3A090", Means.MEETS, "", id="no paragraph"),
        pytest.param("5A992.z.1", Means.MEETS, "", id="a .z entry"),
        pytest.param("4A003.z.1.a", Means.MEETS, "", id="a computer's .z entry"),
        pytest.param("5A992.c", Means.ORDINARY, "", id="an ordinary entry"),
        pytest.param("EAR99", Means.NOT_LISTED, "", id="on no list"),
        pytest.param("EAR99/NLR", Means.NOT_LISTED, "", id="as waybills have it"),
        pytest.param("3A090a", Means.MEETS, ENTRY_A, id="without the dot"),
        pytest.param("3A 090.a.1", Means.MEETS, ENTRY_A, id="with a blank"),
        pytest.param("4a090 A", Means.MEETS, ENTRY_A, id="a blank for the dot"),
        pytest.param("ear 99", Means.NOT_LISTED, "", id="two words"),
        pytest.param("EAR-99", Means.NOT_LISTED, "", id="with a dash"),
        pytest.param("ＥＡＲ９９", Means.NOT_LISTED, "", id="in wide letters"),
        pytest.param("5A992c", Means.ORDINARY, "", id="an ordinary entry without the dot"),
        pytest.param("NLR", Means.NO_LICENCE, "", id="a word on the licence"),
    ],
)
def test_an_entry_is_read(text: str, means: Means, entry: str) -> None:
    assert read_entry(text) == DeclaredEntry(means, entry)


@pytest.mark.parametrize(
    "text", ["", "3A090.c", "3U090", "3A0900", "EAR990", "AL:N", "3A090.a, 5A992.c", "EAR99, and more", "x" * 10_000]
)
def test_other_words_are_no_entry(text: str) -> None:
    assert read_entry(text) is None


@given(st.text(max_size=80))
def test_any_text_is_an_entry_or_none(text: str) -> None:
    assert read_entry(text) is None or isinstance(read_entry(text), DeclaredEntry)
