"""The rows of a control class: two lines always, each figure with limit, margin and source, and nothing judged anew."""

from dataclasses import replace

import pytest
from control_by_hand import CONTROLLED, FREE, OPEN, hostile
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.records import control_table as said
from gpu_inspector.records.control import NO_ADVICE, Comparison, ControlClass


@pytest.mark.parametrize("found", [CONTROLLED, OPEN, FREE], ids=["controlled", "open", "free"])
def test_there_are_always_two_lines_in_the_same_order(found: ControlClass) -> None:
    assert [one.name for one in said.readings_of(found, str)] == ["As codified", "As enforced"]


def test_the_two_lines_each_have_their_own_rule_day_and_text() -> None:
    codified, enforced = said.readings_of(CONTROLLED, str)
    assert ("Citation", "90 FR 4544 (15 Jan 2025)") in codified.facts
    assert ("Text known", "official text seen") in codified.facts
    assert ("In force from", "2023-11-17") in enforced.facts
    assert ("Text known", "official text, as others quote it") in enforced.facts
    assert codified.short.startswith("3A090.a; 3A090.a.1/a.2; licence required by this entry; in force from 2025-01-13")


def test_a_comparison_of_both_lines_stands_once_and_names_both() -> None:
    rows = said.inputs_of(CONTROLLED, str)
    assert [one.figure for one in rows] == ["TPP", "performance density"]
    assert rows[0].of == (said.CODIFIED, said.ENFORCED)
    assert rows[0].cells[1:5] == ("12,104", ">= 4,800", "152.17 % above", "met")
    assert rows[0].source.startswith("datasheet")


def test_what_is_not_known_is_neither_met_nor_not_met() -> None:
    (known, unknown) = said.inputs_of(OPEN, str)
    assert known.result == "met"
    assert (unknown.value, unknown.margin, unknown.result) == ("not known", "–", "not known")


def test_a_figure_inside_the_guard_band_is_said_to_be_there() -> None:
    inside = Comparison(figure="TPP", value=4790.0, operator=">=", limit=4800.0, holds=None)
    line = replace(CONTROLLED.codified, comparisons=(inside,))
    (row,) = said.inputs_of(replace(CONTROLLED, codified=line, enforced=line), str)
    assert (row.result, row.margin) == ("inside the guard band", "0.21 % below")


@pytest.mark.parametrize(
    ("value", "limit", "words"),
    [
        pytest.param(4706.0, 4800.0, "1.96 % below", id="4090-d"),
        pytest.param(4750.0, 4800.0, "1.04 % below", id="5090-d"),
        pytest.param(3.201, 3.2, "0.03 % above", id="a30"),
        pytest.param(4800.0, 4800.0, "on the limit", id="equal"),
        pytest.param(1.0, 0.0, "–", id="no-limit"),
        pytest.param(None, 4800.0, "–", id="unknown"),
    ],
)
def test_the_margin_is_a_share_of_the_limit(value: float | None, limit: float, words: str) -> None:
    assert said.margin(value, limit) == words


def test_the_three_that_a_notification_asks_for_are_there_also_where_they_are_not_known() -> None:
    facts = dict(said.facts_of(CONTROLLED, str))
    assert facts["TPP"].startswith("12,104 (datasheet")
    assert facts["Performance density"] == "14.87 (TPP over 814 mm² of die)"
    assert facts["Datacentres"].startswith("designed or marketed")
    assert dict(said.facts_of(FREE, str))["Datacentres"].startswith("not designed")
    unknown = dict(said.facts_of(OPEN, str))
    assert unknown["Performance density"].startswith("not known")
    assert unknown["Datacentres"].startswith("not known")
    assert unknown["Destination"] == "not named"


def test_a_measured_rate_is_said_to_be_a_lower_bound() -> None:
    assert dict(said.facts_of(CONTROLLED, str))["TPP as measured"].startswith("at least 9,871.5")
    assert dict(said.facts_of(OPEN, str))["TPP as measured"] == "not measured"


def test_other_countries_are_indeterminate_with_the_reason() -> None:
    rows = said.overlays_of(CONTROLLED, str)
    assert rows[1][:2] == ("Japan", "indeterminate: thresholds not retrieved")


def test_lists_that_are_empty_have_no_title_and_no_advice_is_among_the_cautions() -> None:
    titles = [title for title, _sentences in said.sentences(FREE, str)]
    assert "Would decide, and is not known" not in titles
    assert NO_ADVICE in dict(said.sentences(CONTROLLED, str))["Cautions"]


@given(st.text(max_size=40))
def test_any_record_gives_rows_that_went_through_clean(text: str) -> None:
    found = hostile(text)
    cleaned: list[str] = []

    def clean(one: str) -> str:
        cleaned.append(one)
        return "#"

    rows = (*said.readings_of(found, clean), *said.inputs_of(found, clean), *said.overlays_of(found, clean))
    assert rows
    said.facts_of(found, clean)
    said.sentences(found, clean)
    assert text in cleaned
