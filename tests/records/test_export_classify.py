"""The control class by day, destination and party: limits, stages, two lines, and what is not known."""

from dataclasses import replace
from datetime import date
from math import nextafter

import pytest
from export_cases import exact, overlay
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.control import ENTRIES, INDETERMINATE, NO_ADVICE, NONE, ControlClass
from gpu_inspector.records.export_classify import classify
from gpu_inspector.records.export_figures import Figures, Span
from gpu_inspector.records.export_licence import LICENCE_FACTS
from gpu_inspector.records.export_products import figures_of

LAW = load().export_law
A100 = figures_of("A100", load())
H20 = figures_of("H20", load())
GAMING = figures_of("RTX 4090", load())
A30 = figures_of("A30", load())


def classed(
    figures: Figures, day: str = "2024-06-01", destination: str = "CN", headquarters: str | None = None
) -> ControlClass:
    whose = destination if headquarters is None else headquarters
    return classify(LAW, figures, on=date.fromisoformat(day), destination=destination, headquarters=whose)


def entry(figures: Figures, day: str = "2024-06-01") -> str:
    line = classed(figures, day).codified
    return line.paragraph or line.entry


# --- limits


@pytest.mark.parametrize(
    ("tpp", "density", "datacentre", "expected"),
    [
        (4800, 1.0, True, "3A090.a.1"),
        (nextafter(4800, 0), 1.0, True, NONE),
        (4800, 1.0, False, "3A090.a.1"),
        (nextafter(4800, 0), 8.0, False, "Note 2"),
        (1600, 5.92, True, "3A090.a.2"),
        (nextafter(1600, 0), 5.92, True, NONE),
        (2400, 1.6, True, "3A090.b.1"),
        (nextafter(2400, 0), 1.6, True, NONE),
        (2400, 1.59, True, NONE),
        (2000, 3.2, True, "3A090.b.2"),
        (2000, 3.19, True, NONE),
        (1600, 3.2, True, "3A090.b.2"),
        (2500, 3.2, True, "3A090.b.1/b.2"),
        (2500, 5.91, True, "3A090.b.1/b.2"),
        (2500, 5.92, True, "3A090.a.2"),
        (2500, 5.92, False, "Note 2"),
    ],
)
def test_a_limit_is_met_at_its_very_value(tpp: float, density: float, datacentre: bool, expected: str) -> None:
    assert entry(exact(tpp, density, datacentre)) == expected


@pytest.mark.parametrize(
    ("tpp", "io", "expected"),
    [(4800, 600, "3A090.a"), (4800, 599.9, NONE), (4799.9, 600, NONE), (4800, None, INDETERMINATE), (100, None, NONE)],
)
def test_the_first_rule_asks_for_both(tpp: float, io: float | None, expected: str) -> None:
    line = classed(exact(tpp, 1.0, None, io), "2023-03-01").codified
    assert line.entry == expected
    assert classed(exact(tpp, 1.0, None, io), "2023-03-01").missing == (
        ("interconnect",) if expected == INDETERMINATE else ()
    )


def test_before_the_first_rule_there_was_no_entry() -> None:
    one = classed(A100, "2022-10-06")
    assert (one.codified.entry, one.enforced.entry, one.codified.rule) == (NONE, NONE, "")
    assert "no such entry before 2022-10-07" in one.codified.words
    assert one.reasons[0] == one.codified.words


# --- what is not known


@pytest.mark.parametrize(
    ("figures", "missing"),
    [
        (exact(2500, None, True), ("die area",)),
        (exact(2500, 4.0, None), ("whether it is designed or marketed for datacentres",)),
        (exact(2500, None, None), ("die area", "whether it is designed or marketed for datacentres")),
        (exact(None, None, False), ("TPP",)),
        (exact(), ("TPP", "die area", "whether it is designed or marketed for datacentres")),
    ],
)
def test_a_fact_that_decides_and_is_missing_is_named(figures: Figures, missing: tuple[str, ...]) -> None:
    one = classed(figures)
    assert one.codified.entry == one.enforced.entry == INDETERMINATE
    assert one.codified.licence == INDETERMINATE
    assert one.missing == missing


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (exact(1599, None, None), NONE),
        (exact(4800, None, None), "3A090.a"),
        (exact(2000, None, False), NONE),
        (exact(2000, 3.0, None), NONE),
    ],
)
def test_a_fact_that_does_not_decide_does_not_matter(figures: Figures, expected: str) -> None:
    one = classed(figures, headquarters="CN", destination="DE")
    assert one.codified.entry == one.enforced.entry == expected
    assert not set(one.missing) - {"whether it is designed or marketed for datacentres"}


FIGURE = st.sampled_from([0.0, 1.5, 1.6, 3.1, 3.2, 5.9, 5.92, 9.0])
TPPS = st.sampled_from([100.0, 1599.0, 1600.0, 2399.0, 2400.0, 4799.0, 4800.0, 9000.0])
DAYS = st.sampled_from(["2022-10-07", "2023-11-16", "2023-11-17", "2024-12-02", "2025-02-01", "2026-02-01"])
CODES = st.sampled_from(["", "CN", "HK", "MO", "AE", "SA", "IL", "DE", "TW", "RU", "US", "XX", "JE"])
DEFINITE = st.builds(exact, TPPS, FIGURE, st.booleans(), st.sampled_from([64.0, 600.0]), st.just(1000.0))


@given(DEFINITE, DAYS, CODES, CODES, st.sets(st.sampled_from(["tpp", "area", "market", "io"])))
def test_less_knowledge_keeps_the_class_or_opens_it(
    figures: Figures, day: str, destination: str, headquarters: str, hidden: set[str]
) -> None:
    """So an unknown never becomes "none", and one that does not decide changes nothing."""
    less = replace(
        figures,
        tpp=None if "tpp" in hidden else figures.tpp,
        die_area_mm2=None if "area" in hidden else figures.die_area_mm2,
        datacentre=None if "market" in hidden else figures.datacentre,
        interconnect_gb_per_s=None if "io" in hidden else figures.interconnect_gb_per_s,
    )
    known, open_ = classed(figures, day, destination, headquarters), classed(less, day, destination, headquarters)
    for one, other in ((known.codified, open_.codified), (known.enforced, open_.enforced)):
        assert other.entry in (one.entry, INDETERMINATE)
        assert other.licence in (one.licence, INDETERMINATE)
    if INDETERMINATE in (open_.codified.entry, open_.enforced.entry):
        assert set(open_.missing) - set(LICENCE_FACTS)


@given(TPPS, TPPS, st.sampled_from([100.0, 300.0, 800.0]), st.booleans(), st.sampled_from([64.0, 600.0]), DAYS)
def test_more_performance_on_the_same_die_is_never_less_controlled(
    one: float, two: float, area: float, datacentre: bool, io: float, day: str
) -> None:
    rank = {NONE: 0, "3A090.b": 1, "3A090.a": 2}
    small, large = sorted((one, two))
    lines = [classed(exact(tpp, tpp / area, datacentre, io), day).codified for tpp in (small, large)]
    assert rank[lines[0].entry] <= rank[lines[1].entry]


@given(st.floats(0, 20000), st.floats(0.01, 30), st.booleans(), DAYS)
def test_every_answer_is_one_of_the_entries(tpp: float, density: float, datacentre: bool, day: str) -> None:
    one = classed(exact(tpp, density, datacentre, 64.0), day)
    assert {one.codified.entry, one.enforced.entry} <= set(ENTRIES) - {INDETERMINATE}
    assert one.cautions[0] == NO_ADVICE


# --- measured


def test_a_measured_rate_refutes_and_never_clears() -> None:
    limited = figures_of("NVIDIA GeForce RTX 5090 D", load())
    one = classed(replace(limited, tpp_at_least=5200.0))
    assert (one.codified.entry, one.datacentre, one.basis) == ("3A090.a", None, "nothing")
    assert any("more than the 4750 of RTX 5090 D" in text for text in one.reasons)
    assert classed(replace(limited, tpp_at_least=4000.0)).codified == classed(limited).codified
    unknown = Figures(product="?", basis="nothing")
    assert classed(replace(unknown, tpp_at_least=100.0)).codified.entry == INDETERMINATE
    assert classed(replace(unknown, tpp_at_least=4800.0)).codified.entry == "3A090.a"
    for value in (float("nan"), float("inf")):
        assert classed(replace(unknown, tpp_at_least=value)).codified.entry == INDETERMINATE


def test_an_outrun_small_card_is_no_workstation_s_any_more() -> None:
    small = figures_of("NVIDIA GeForce RTX 4060", load())
    one = classed(replace(small, tpp_at_least=3000.0))
    assert one.codified.entry == INDETERMINATE and one.datacentre is None


def test_an_honest_l40_may_run_beyond_its_maker_s_claim() -> None:
    figures = replace(figures_of("L40", load()), tpp_at_least=4000.0)
    assert not figures.outrun
    assert classed(figures).codified.entry == "3A090.a"
    assert replace(figures, tpp_at_least=6000.0).outrun


@given(DEFINITE, st.floats(0, 20000), DAYS)
def test_a_measured_rate_never_lowers_a_class(figures: Figures, measured: float, day: str) -> None:
    rank = {NONE: 0, INDETERMINATE: 0, "3A090.b": 1, "3A090.a": 2}
    before = classed(figures, day).codified
    after = classed(replace(figures, tpp_at_least=measured), day).codified
    assert after.entry == INDETERMINATE or rank[before.entry] <= rank[after.entry]


# --- the licence


@pytest.mark.parametrize(
    ("destination", "headquarters", "codified", "enforced"),
    [
        ("CN", "CN", "required", "required"),
        ("HK", "HK", "required", "required"),
        ("MO", "MO", "required", "required"),
        ("RU", "RU", "required", "required"),
        ("SA", "SA", "required", "required"),
        ("IL", "IL", "required", "not required"),
        ("DE", "DE", "required", "not required"),
        ("TW", "TW", "required", "not required"),
        ("SG", "CN", "required", "required"),
        ("SG", "HK", "required", "required"),
        ("SG", "MO", "required", "required"),
        ("SG", "", "required", INDETERMINATE),
        ("", "SG", "required", INDETERMINATE),
        ("", "CN", "required", "required"),
        ("", "", "required", INDETERMINATE),
        ("AE", "AE", "required", INDETERMINATE),
        ("AE", "CN", "required", "required"),
        ("UK", "GB", "required", INDETERMINATE),
        ("GB", "GB", "required", "not required"),
        ("JE", "GB", "required", INDETERMINATE),
        ("US", "US", INDETERMINATE, INDETERMINATE),
    ],
)
def test_the_two_lines_of_2025(destination: str, headquarters: str, codified: str, enforced: str) -> None:
    one = classed(A100, "2025-06-01", destination, headquarters)
    assert (one.codified.licence, one.enforced.licence) == (codified, enforced)
    assert one.codified.entry == one.enforced.entry == "3A090.a"
    assert (one.codified.rule, one.enforced.rule) == ("us-ear-2025-01-13", "us-ear-2024-12-02")
    assert "not enforced since 2025-05-13" in one.enforced.words


def test_a_missing_destination_or_party_is_named() -> None:
    assert classed(A100, "2024-06-01", "", "").missing == LICENCE_FACTS
    assert classed(A100, "2024-06-01", "DE", "").missing == LICENCE_FACTS[1:]
    assert classed(A100, "2024-06-01", "CN", "").missing == ()
    assert classed(H20, "2024-06-01", "", "").codified.licence == "not required"
    odd = classed(A100, "2024-06-01", "China {x}", "")
    assert odd.destination == "" and any("China {x}" in text for text in odd.cautions)


@pytest.mark.parametrize(
    ("figures", "day", "destination", "licence"),
    [
        (A30, "2025-06-01", "AE", "required"),
        (A30, "2024-06-01", "AE", INDETERMINATE),
        (A30, "2025-06-01", "DE", "not required"),
        (A30, "2025-06-01", "CN", "exception"),
        (GAMING, "2024-06-01", "CN", "exception"),
        (GAMING, "2024-06-01", "KZ", "exception"),
        (GAMING, "2024-06-01", "DE", "not required"),
        (A100, "2024-06-01", "KZ", "required"),
        (A100, "2022-12-01", "RU", "not required"),
        (A100, "2023-01-16", "MO", "not required"),
        (A100, "2023-01-17", "MO", "required"),
        (A100, "2022-12-01", "HK", "required"),
        (A100, "2022-12-01", "AE", "not required"),
    ],
)
def test_who_needs_a_licence_as_codified(figures: Figures, day: str, destination: str, licence: str) -> None:
    assert classed(figures, day, destination).codified.licence == licence


@pytest.mark.parametrize(
    ("day", "destination", "name"),
    [
        ("2024-04-03", "KZ", "NAC"),
        ("2024-04-04", "KZ", "ACA"),
        ("2024-04-04", "CN", "NAC"),
        ("2024-04-04", "MO", "NAC"),
        ("2023-11-17", "SA", "NAC"),
    ],
)
def test_the_exception_is_named_by_day_and_destination(day: str, destination: str, name: str) -> None:
    line = classed(GAMING, day, destination).codified
    assert line.licence == "exception" and f"exception {name} is open" in line.words


def test_what_is_possible_is_told_where_the_entry_is_open() -> None:
    one = classed(exact(2500, None, True))
    assert "possible are: 3A090.a, 3A090.b, none." in one.codified.words
    bound = classed(replace(exact(None, None, True), tpp_at_least=2000.0), "2026-02-01", "CN")
    assert bound.codified.entry == INDETERMINATE and "possible are" in bound.enforced.words


def test_an_open_entry_may_have_a_decided_licence() -> None:
    one = classed(replace(exact(4700, 3.5, True), tpp=Span(4700, 4900)), "2025-02-01", "AE")
    assert (one.codified.entry, one.codified.licence) == (INDETERMINATE, "required")


def test_headquarters_did_not_matter_in_2022() -> None:
    one = classed(A100, "2023-03-01", "DE", "")
    assert (one.codified.licence, one.missing) == ("not required", ())


@pytest.mark.parametrize(
    ("day", "enforced"), [("2022-10-07", INDETERMINATE), ("2022-10-20", INDETERMINATE), ("2022-10-21", "required")]
)
def test_while_the_first_rule_came_in_stages_its_enforcement_is_open(day: str, enforced: str) -> None:
    one = classed(A100, day)
    assert (one.codified.licence, one.enforced.licence) == ("required", enforced)
    assert one.enforced.entry == "3A090.a"
    assert classed(H20, day).enforced.licence == "not required"


@pytest.mark.parametrize("day", ["2024-12-01", "2024-12-02", "2024-12-30", "2024-12-31", "2025-01-12"])
def test_the_rule_of_december_2024_changes_nothing_of_a_board(day: str) -> None:
    one = classed(A100, day, "DE")
    assert (one.codified.paragraph, one.enforced.paragraph) == ("3A090.a.1", "3A090.a.1")
    assert (one.codified.licence, one.enforced.licence) == ("not required", "not required")
    assert ("has to be followed from 2024-12-31 on" in one.enforced.words) == ("2024-12-02" <= day < "2024-12-31")


def test_a_destination_under_embargo_is_never_told_that_all_is_well() -> None:
    for figures in (H20, A30, GAMING):
        assert "embargoes" in classed(figures, "2024-06-01", "RU").codified.words
    assert "group D:5" in classed(H20, "2024-06-01", "RU").enforced.words


@pytest.mark.parametrize(("day", "said"), [("2026-07-23", False), ("2026-07-24", True)])
def test_after_the_newest_text_the_day_of_that_text_is_said(day: str, said: bool) -> None:
    assert (
        any("newest text of the code that was seen is of 2026-07-23" in one for one in classed(H20, day).cautions)
        is said
    )


# --- beside the entry


@pytest.mark.parametrize(
    ("dram", "io", "result"),
    [
        (1400, 0, "licence-by-letter"),
        (1399, 0, NONE),
        (0, 1100, "licence-by-letter"),
        (700, 1000, "licence-by-letter"),
        (699, 1000, NONE),
        (None, 64, INDETERMINATE),
        (None, 1100, "licence-by-letter"),
    ],
)
def test_the_letters_of_2025_look_at_bandwidth(dram: float | None, io: float, result: str) -> None:
    one = classed(exact(2000, 3.0, True, io, dram), "2025-04-09")
    assert overlay(one, "us-is-informed-2025-04-09") == result
    assert one.codified.entry == NONE
    with pytest.raises(StopIteration):
        overlay(classed(exact(2000, 3.0, True, io, dram), "2025-04-08"), "us-is-informed-2025-04-09")


@pytest.mark.parametrize(
    ("tpp", "dram", "result"),
    [
        (20999, 6499, "case-by-case"),
        (21000, 6499, "presumption of denial"),
        (20999, 6500, "presumption of denial"),
        (20999, None, INDETERMINATE),
        (21000, None, "presumption of denial"),
        (1000, None, "n/a"),
    ],
)
def test_the_review_of_2026_looks_at_performance_and_memory(tpp: float, dram: float | None, result: str) -> None:
    for destination in ("CN", "HK", "MO", ""):
        one = classed(exact(tpp, 8.0, True, 900, dram), "2026-01-15", destination, "CN")
        assert overlay(one, "us-ear-2026-01-15") == result
    with pytest.raises(StopIteration):
        overlay(classed(exact(tpp, 8.0, True, 900, dram), "2026-01-15", "DE"), "us-ear-2026-01-15")


@pytest.mark.parametrize(
    ("tpp", "dram", "result"),
    [
        (14000, 4800, NONE),
        (14001, 4800, "band1 (H200 SXM)"),
        (17500, 4800, NONE),
        (15832, 4500, NONE),
        (15832, 5000, NONE),
        (20919, 6000, "band2 (MI325X)"),
        (21100, 6000, NONE),
        (20919, 6200, NONE),
        (15832, None, INDETERMINATE),
        (100, None, NONE),
    ],
)
def test_the_duty_has_strict_bands(tpp: float, dram: float | None, result: str) -> None:
    one = classed(exact(tpp, 8.0, True, 900, dram), "2026-02-01", "US")
    assert overlay(one, "us-hts-9903-79-01") == result


def test_headquarters_of_a_named_country_bring_the_guidance() -> None:
    one = classed(A100, "2026-05-31", "SG", "CN")
    assert overlay(one, "us-bis-guidance-2026-05-31") == "licence required"
    assert overlay(classed(H20, "2026-05-31", "SG", "CN"), "us-bis-guidance-2026-05-31") == "n/a"
    with pytest.raises(StopIteration):
        overlay(classed(A100, "2026-05-30", "SG", "CN"), "us-bis-guidance-2026-05-31")


def test_lists_whose_limits_are_not_known_are_open(catalogue: Catalogue) -> None:
    for figures in (A100, figures_of("NVIDIA GeForce RTX 4060", catalogue)):
        one = classed(figures, "2026-02-01")
        for rule in ("my-sta-directive-2025-07-14", "jp-2025-05-28", "eu-2025-11-15", "uk-2024-04-01"):
            assert overlay(one, rule) == INDETERMINATE
            assert "not retrieved" in next(found.words for found in one.overlays if found.rule == rule)


def test_a_board_s_entries_are_candidates() -> None:
    assert classed(A100).candidates == ("4A090.a", "4A003.z.1.a", "5A992.z.1")
    assert classed(H20).candidates == ("3A991.p", "4A994", "5A992.c")
    assert classed(A100, "2023-03-01").candidates == ("3A090", "4A090")


def test_several_chips_of_a_server_are_never_added_up() -> None:
    assert any("never added up" in one for one in classed(A100).cautions)
    four = [figures_of("NVIDIA A10", load())] * 4
    assert {classed(one).codified.entry for one in four} == {NONE}


def test_a_span_across_a_limit_is_open_and_one_beside_it_is_not() -> None:
    figures = replace(exact(4700, 8.0, False), tpp=Span(4700, 4900))
    one = classed(figures)
    assert (one.codified.entry, one.missing) == (INDETERMINATE, ("TPP",))
    assert classed(replace(figures, tpp=Span(4801, 4900))).codified.entry == "3A090.a"
    assert classed(replace(figures, tpp=Span(4000, 4799))).codified.entry == NONE
