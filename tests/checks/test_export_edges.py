"""Export control at its edges: several products, what memory alone says, and what is not known."""

from dataclasses import replace
from datetime import date

import pytest
from cards import genuine, row_of
from die_cards import reading_of, silicon_of

from gpu_inspector.checks.export_doubt import doubted
from gpu_inspector.checks.export_measured import _LIMITER
from gpu_inspector.checks.export_outrun import Outrun, outrun_of
from gpu_inspector.checks.reached import Reached
from gpu_inspector.checks.thresholds_export import BEYOND_RATED, GUARD_BAND
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.control import NONE, ONLY_FOR, ControlClass
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.export_classify import classify
from gpu_inspector.records.export_figures import ESTIMATE, FORMULA, PUBLISHED, Figures, exactly
from gpu_inspector.records.export_formula import figures_by_formula
from gpu_inspector.records.export_products import CONFIDENCE, figures_of, merged
from gpu_inspector.records.export_words import AMONG_GROUPS, INTO_HOME
from gpu_inspector.records.finding import Finding, Outcome, Role
from gpu_inspector.workflow.judging import judge

RTX_4080, RTX_4090 = "NVIDIA GeForce RTX 4080", "NVIDIA GeForce RTX 4090"
RTX_4090_D, RTX_5090, RTX_5090_D = "NVIDIA GeForce RTX 4090 D", "NVIDIA GeForce RTX 5090", "NVIDIA GeForce RTX 5090 D"


def finding_of(evidence: Evidence, catalogue: Catalogue, check: str, **declared: str) -> Finding:
    (card,) = judge(evidence, Declaration(**declared), catalogue).cards  # type: ignore[arg-type]
    return next(one for one in card.findings if one.check == check)


def reaching(tpp: float, mhz: float = 1500.0) -> Reached:
    """A measurement of so much after its guard band, at a clock below every rated one."""
    per_clock = tpp / (1 - GUARD_BAND) / 16 / mhz * 1e6
    return Reached(operation="tensor-f16-f16", bits=16, per_clock=per_clock, count=100, clock_mhz=mhz)


# --- more than products can do


def test_a_name_of_two_products_is_outrun_only_where_both_are(catalogue: Catalogue) -> None:
    lesser, larger = row_of(RTX_4090_D), row_of(RTX_4090, "2684")
    bound = Reached("tensor-f16-f16", 16, 1.0, 100, 3000.0)
    bound = replace(bound, per_clock=5000 / (1 - GUARD_BAND) / 16 / 2520 * 1e6)
    assert outrun_of((lesser,), bound, catalogue) is not None
    assert outrun_of((lesser, larger), bound, catalogue) is None
    assert outrun_of((), bound, catalogue) is None


def test_a_limit_that_one_of_the_products_has_leaves_the_units_open(catalogue: Catalogue) -> None:
    limited, plain = row_of(RTX_5090_D), row_of(RTX_4080)
    alone = outrun_of((plain,), reaching(5000), catalogue)
    both = outrun_of((limited, plain), reaching(5000), catalogue)
    assert alone is not None and alone.by_units
    assert both is not None and not both.by_units


@pytest.mark.parametrize(
    ("basis", "source", "published"),
    [
        pytest.param(PUBLISHED, CONFIDENCE["D"], True, id="a datasheet"),
        pytest.param(PUBLISHED, CONFIDENCE["M"], False, id="a figure from memory"),
        pytest.param(FORMULA, CONFIDENCE["D"], False, id="the formula"),
        pytest.param(ESTIMATE, CONFIDENCE["E"], False, id="an estimate"),
    ],
)
def test_only_a_makers_own_figure_contradicts(basis: str, source: str, published: bool) -> None:
    one = Figures(product="x", basis=basis, tpp=exactly(1000.0, source))
    known = Figures(product="y", basis=PUBLISHED, tpp=exactly(900.0, CONFIDENCE["D"]))
    assert Outrun((one, known), one, by_units=True).published is published


@pytest.mark.parametrize(
    ("declared", "outcome"),
    [
        pytest.param("GeForce RTX 4090", Outcome.CONTRADICTED, id="a published figure"),
        pytest.param("GeForce RTX 3090", Outcome.SUSPICIOUS, id="a figure from memory contradicts nobody"),
    ],
)
def test_a_paper_of_a_smaller_product_against_what_the_silicon_did(
    declared: str, outcome: Outcome, catalogue: Catalogue
) -> None:
    row = row_of(RTX_5090)
    evidence = genuine(row)
    (card,) = evidence.cards
    reading = replace(reading_of(catalogue, row), clock_mhz=2407.0)
    evidence = replace(evidence, cards=(replace(card, silicon=silicon_of(catalogue, "GB202", reading)),))
    found = finding_of(evidence, catalogue, "export-measured", product=declared)
    assert found.outcome is outcome
    assert "papers of another card" in found.innocent
    assert _LIMITER not in found.innocent, "more than its units can do is no matter of how it is held back"
    assert found.source


def test_without_a_rated_clock_a_bound_is_taken_down_by_the_most_that_boards_run_beyond_it() -> None:
    bound = reaching(4000)
    for clock in (None, 0.0, 1e9):
        assert bound.at_least(clock) == pytest.approx(4000 / BEYOND_RATED)
    assert bound.at_least(750.0) == pytest.approx(2000)
    assert bound.at_least(3000.0) == pytest.approx(4000)


# --- what clears


def test_a_card_under_no_entry_is_consistent_and_other_lists_stay_named(catalogue: Catalogue) -> None:
    found = finding_of(genuine(catalogue.by_name("NVIDIA GeForce GTX 1050 Ti")[0]), catalogue, "export-class")
    assert found.outcome is Outcome.CONSISTENT
    assert "Other lists, and end use, were not looked at." in found.text


def test_a_die_that_was_measured_and_agrees_answers_for_the_claims(catalogue: Catalogue) -> None:
    (card,) = judge(genuine(catalogue.by_name("NVIDIA GeForce GTX 1050 Ti")[0]), Declaration(), catalogue).cards
    control = card.control_class
    assert control is not None and control.codified.entry == NONE
    lie = Finding(check="identity-x", title="x", role=Role.CORE, outcome=Outcome.SUSPICIOUS, text="", witness="PCI")
    sound = replace(lie, check="die-measured", outcome=Outcome.CONSISTENT)
    assert doubted(control, (sound, lie)).codified.entry == NONE
    assert doubted(control, (lie,)).codified.entry != NONE
    assert doubted(control, (replace(sound, outcome=Outcome.INCONCLUSIVE), lie)).codified.entry != NONE


# --- figures of several, and by the formula


def test_one_limited_product_makes_the_name_limited() -> None:
    limited = Figures(product="x D", basis=PUBLISHED, limited=True)
    plain = Figures(product="x", basis=PUBLISHED)
    assert merged([limited, plain]).limited
    assert not merged([plain, replace(plain, product="y")]).limited


def test_the_upper_end_of_the_links_is_known_of_gaming_memory_alone(catalogue: Catalogue) -> None:
    row = catalogue.by_name("NVIDIA GeForce RTX 3060")[0]

    def most(**changes: object) -> float | None:
        span = figures_by_formula(replace(row, **changes), catalogue).interconnect_gb_per_s  # type: ignore[arg-type]
        assert span is not None
        return span.high

    assert most() is not None
    assert most(memory_type="HBM2e") is None
    assert most(memory_type=None) is None
    assert most(from_memory=(*row.from_memory, "memory_type")) is None


# --- what is said


def classed(catalogue: Catalogue, day: str, destination: str = "") -> ControlClass:
    figures = figures_of("A100", catalogue)
    return classify(catalogue.export_law, figures, on=date.fromisoformat(day), destination=destination)


def test_before_the_first_rule_no_country_groups_are_spoken_of(catalogue: Catalogue) -> None:
    start = AMONG_GROUPS.partition("{")[0]
    assert not any(one.startswith(start) for one in classed(catalogue, "2020-01-01").cautions)
    assert any(one.startswith(start) for one in classed(catalogue, "2024-01-01").cautions)


def test_the_way_home_is_spoken_of_for_goods_that_go_there(catalogue: Catalogue) -> None:
    assert INTO_HOME in classed(catalogue, "2026-11-01", "US").codified.words
    assert INTO_HOME not in classed(catalogue, "2026-11-01", "DE").codified.words


def test_a_rule_for_one_destination_says_so_only_where_none_was_named(catalogue: Catalogue) -> None:
    for destination, told in (("", True), ("CN", False)):
        found = {one.rule: one.words for one in classed(catalogue, "2026-11-01", destination).overlays}
        assert found["us-ear-2026-01-15"].startswith(ONLY_FOR) is told
