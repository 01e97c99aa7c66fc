"""The control class of a card: identity decides it, the real die keeps its own, a paper that says otherwise is told."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from cards import MIB, forged, genuine, row_of
from die_cards import die_reading, disturbed, reading_of, silicon_of
from hypothesis import given, settings
from hypothesis import strategies as st
from rom_builder import image_for
from sampling import examples, sampled

from gpu_inspector.checks.export_doubt import OWN_WORD
from gpu_inspector.checks.thresholds_export import BEYOND_RATED, GUARD_BAND
from gpu_inspector.language import fill
from gpu_inspector.records import control_headline
from gpu_inspector.records.appearance import Appearance, DieMarking
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.claims import Virtualization
from gpu_inspector.records.control import ENTRIES, ENTRY_A, INDETERMINATE, NONE, ControlClass
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Finding, Identity, Outcome, Strength
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.records.product import Product
from gpu_inspector.records.reserve import Question, beside, is_good, still_open
from gpu_inspector.records.silicon import DieReading
from gpu_inspector.workflow import collecting, seeing
from gpu_inspector.workflow.judging import judge

GRAVE = (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)
H100, RTX_4090, RTX_4090_D = "NVIDIA H100 PCIe", "NVIDIA GeForce RTX 4090", "NVIDIA GeForce RTX 4090 D"
RTX_5090, RTX_5090_D = "NVIDIA GeForce RTX 5090", "NVIDIA GeForce RTX 5090 D"
A800, H20 = "NVIDIA A800 80GB PCIe", "NVIDIA H20"


def card_of(evidence: Evidence, catalogue: Catalogue, **declared: Any) -> CardJudgement:
    (card,) = judge(evidence, Declaration(**declared), catalogue).cards
    return card


def class_of(evidence: Evidence, catalogue: Catalogue, **declared: Any) -> ControlClass:
    found = card_of(evidence, catalogue, **declared).control_class
    assert found is not None
    return found


def finding(card: CardJudgement, check: str) -> Finding:
    return next(one for one in card.findings if one.check == check)


def measured(evidence: Evidence, catalogue: Catalogue, die: str, reading: DieReading) -> Evidence:
    (card,) = evidence.cards
    return replace(evidence, cards=(replace(card, silicon=silicon_of(catalogue, die, reading)),))


def clocked(reading: DieReading, mhz: float) -> DieReading:
    return replace(reading, clock_mhz=mhz)


def on(evidence: Evidence, day: str) -> Evidence:
    return replace(evidence, collected_at=datetime.fromisoformat(f"{day}T09:30:00+00:00"))


# --- identity decides the class


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        pytest.param(H100, ENTRY_A, id="H100"),
        pytest.param(RTX_4090, ENTRY_A, id="4090"),
        pytest.param(RTX_4090_D, NONE, id="4090 D: the made-for-China sister"),
        pytest.param(RTX_5090, ENTRY_A, id="5090"),
        pytest.param(RTX_5090_D, NONE, id="5090 D: as many multiprocessors, less published"),
        pytest.param(H20, NONE, id="H20: none by number"),
        pytest.param("NVIDIA GeForce GTX 1050 Ti", NONE, id="a cheap card"),
    ],
)
def test_a_product_has_the_class_of_its_published_figures(name: str, entry: str, catalogue: Catalogue) -> None:
    row = catalogue.by_name(name)[0]
    card = card_of(genuine(row), catalogue)
    assert card.control == entry
    assert card.control_class is not None and card.control_class.codified.entry == entry
    assert not [one for one in card.findings if one.check.startswith("export-") and one.outcome in GRAVE]


def test_a_genuine_undeclared_h100_is_accused_of_nothing_and_is_not_all_clear(catalogue: Catalogue) -> None:
    evidence = genuine(row_of(H100))
    card = card_of(evidence, catalogue)
    assert card.control == ENTRY_A
    assert not any(one.outcome in GRAVE for one in card.findings)
    said = finding(card, "export-class")
    assert (said.outcome, said.strength) == (Outcome.NOTED, Strength.NONE)
    assert "determination belongs to the authority" in fill(said.text, said.values)
    assert not is_good(card, Question.CONTROL)
    assert Question.CONTROL in still_open(card, evidence.origin)


def test_an_honestly_declared_h100_is_fine(catalogue: Catalogue) -> None:
    card = card_of(genuine(row_of(H100)), catalogue, product="H100 PCIe", control_class="3A090.a")
    assert finding(card, "export-declared").outcome is Outcome.CONSISTENT
    assert not any(one.outcome in GRAVE for one in card.findings)


def test_a_rework_of_a_4090_has_the_4090s_class(catalogue: Catalogue) -> None:
    genuine_one = genuine(row_of(RTX_4090, "2684"))
    reworked = class_of(forged(genuine_one, memory_total_bytes=49140 * MIB), catalogue)
    ordinary = class_of(genuine_one, catalogue)
    assert reworked.codified == ordinary.codified
    assert reworked.codified.entry == ENTRY_A


def test_an_h20_is_under_no_entry_and_still_no_clearance(catalogue: Catalogue) -> None:
    evidence = genuine(row_of(H20))
    card = card_of(evidence, catalogue, destination="CN")
    assert card.control == NONE
    letters = [one for one in card.control_class.overlays if one.rule == "us-is-informed-2025-04-09"]  # type: ignore[union-attr]
    assert [one.result for one in letters] == ["licence-by-letter"]
    assert not is_good(card, Question.CONTROL)
    assert "letters" in still_open(card, evidence.origin)[Question.CONTROL]


def test_an_a800_was_free_in_2022_and_is_not_since(catalogue: Catalogue) -> None:
    evidence = genuine(catalogue.by_name(A800)[0])
    assert class_of(evidence, catalogue, export_date="2022-12-01").codified.entry == NONE
    assert class_of(evidence, catalogue, export_date="2023-12-01").codified.entry == ENTRY_A


def test_the_declared_day_of_export_goes_before_that_of_the_inspection(catalogue: Catalogue) -> None:
    evidence = genuine(catalogue.by_name(A800)[0])
    found = class_of(evidence, catalogue, export_date="2022-12-01")
    assert (found.on, found.codified.entry) == (date(2022, 12, 1), NONE)
    broken = class_of(evidence, catalogue, export_date="next week")
    assert broken.on == evidence.collected_at.date()
    assert any("day of export" in one for one in broken.cautions)


@pytest.mark.parametrize("day", ["1970-01-01", "2000-01-01", "2022-10-06", "2023-11-16"])
@pytest.mark.parametrize("name", [H100, RTX_4090])
def test_a_clock_that_lost_its_battery_clears_nothing(name: str, day: str, catalogue: Catalogue) -> None:
    found = class_of(on(genuine(catalogue.by_name(name)[0]), day), catalogue)
    assert found.codified.entry == ENTRY_A
    assert found.on == catalogue.export_law.meta.compiled
    assert any(day in one for one in found.cautions)


@pytest.mark.parametrize("day", ["0001-01-01", "1999-01-01", "2022-10-06", "20221006", " 2022-W01-1 "])
def test_a_declared_day_before_the_rules_is_no_headline_of_none(day: str, catalogue: Catalogue) -> None:
    evidence = genuine(row_of(H100))
    card = card_of(evidence, catalogue, export_date=day, control_class="EAR99")
    found = card.control_class
    assert found is not None
    assert found.codified.entry == NONE, "the arithmetic of that day stays what it is"
    assert (card.control, found.later_entry, found.later_day) == (INDETERMINATE, ENTRY_A, "2026-11-24")
    assert finding(card, "export-class").outcome is Outcome.INCONCLUSIVE
    assert finding(card, "export-declared").outcome is Outcome.INCONCLUSIVE, "day and entry are both the papers' word"
    assert ENTRY_A in control_headline.meaning(card.control, found, str)
    assert not is_good(card, Question.CONTROL)


def test_a_declared_day_that_changes_nothing_is_not_held_against_anybody(catalogue: Catalogue) -> None:
    evidence = genuine(row_of(RTX_4090_D))
    card = card_of(evidence, catalogue, export_date="2022-09-01", control_class="EAR99")
    assert (card.control, card.control_class.later_entry) == (NONE, "")  # type: ignore[union-attr]
    assert finding(card, "export-declared").outcome is Outcome.CONSISTENT


RTX_3060 = "NVIDIA GeForce RTX 3060"


@pytest.mark.parametrize(
    "lies",
    [
        pytest.param({"name": RTX_3060, "device_id": "FFFE"}, id="an id of no table under a gaming card's name"),
        pytest.param({"name": RTX_3060, "device_id": "2504"}, id="id and name are another's, the rest is not"),
        pytest.param({"name": RTX_3060, "device_id": "2504", "memory_total_bytes": 12288 * MIB}, id="and the memory"),
        pytest.param({"name": "Quadro K2000", "device_id": "2504"}, id="id and name of two harmless cards"),
        pytest.param({"name": RTX_4090_D, "device_id": "FFFE"}, id="a limited sister's name"),
    ],
)
def test_an_h100_whose_claims_do_not_hold_together_is_never_none(lies: dict[str, Any], catalogue: Catalogue) -> None:
    card = card_of(forged(genuine(row_of(H100)), **lies), catalogue, control_class="EAR99")
    assert card.control == INDETERMINATE
    assert card.control_class is not None and "which product it is" in card.control_class.missing[0]
    assert card.control_class.enforced.entry == INDETERMINATE
    assert finding(card, "export-class").outcome is Outcome.INCONCLUSIVE
    assert finding(card, "export-declared").outcome is Outcome.INCONCLUSIVE


def test_a_known_rework_of_the_memory_is_still_the_card_that_it_was(catalogue: Catalogue) -> None:
    evidence = collecting.collect_simulation("rtx-2080-ti-22gb", 0, None, catalogue)
    assert card_of(evidence, catalogue).control == NONE


def test_none_by_claims_alone_says_that_nothing_was_measured(catalogue: Catalogue) -> None:
    row = row_of(RTX_3060, "2504", 12)
    claimed = class_of(genuine(row), catalogue)
    assert OWN_WORD in claimed.cautions
    whole = class_of(measured(genuine(row), catalogue, row.die, reading_of(catalogue, row)), catalogue)
    assert (whole.codified.entry, OWN_WORD in whole.cautions) == (NONE, False)


def test_a_gaming_cards_name_inside_a_guest_clears_nothing(catalogue: Catalogue) -> None:
    card = genuine(row_of(RTX_3060, "2504", 12))
    assert class_of(card, catalogue).codified.entry == NONE
    for state in Virtualization:
        found = class_of(forged(card, virtualization=state), catalogue)
        assert (found.codified.entry == INDETERMINATE) == (state is Virtualization.GUEST)


def test_a_firmware_image_alone_is_never_none(catalogue: Catalogue) -> None:
    data = image_for(row_of(RTX_3060, "2504", 12), "2504")
    found = class_of(collecting.collect_bytes(data, "card.rom", catalogue), catalogue)
    assert (found.codified.entry, found.enforced.entry) == (INDETERMINATE, INDETERMINATE)
    assert "firmware image" in found.missing[0]


def test_figures_from_memory_are_no_clearance(catalogue: Catalogue) -> None:
    row = catalogue.by_name("NVIDIA A10")[0]
    card = card_of(genuine(row), catalogue)
    assert card.control == NONE
    assert "from memory" in control_headline.meaning(NONE, card.control_class, str)
    assert not is_good(card, Question.CONTROL)


@pytest.mark.parametrize("destination", ["CN", "IR", "RU"])
def test_no_licence_required_is_not_borne_out_past_letters_and_embargoes(
    destination: str, catalogue: Catalogue
) -> None:
    for name in (H20, RTX_3060):
        evidence = genuine(catalogue.by_name(name)[0])
        card = card_of(evidence, catalogue, control_class="NLR", destination=destination, headquarters=destination)
        assert finding(card, "export-declared").outcome is Outcome.INCONCLUSIVE


def test_an_unknown_card_is_indeterminate_and_says_what_is_missing(catalogue: Catalogue) -> None:
    evidence = forged(genuine(row_of(H100)), device_id="FFFE", name="Some Device", gpu_part_number=None)
    card = card_of(evidence, catalogue)
    assert card.control == INDETERMINATE
    assert card.control_class is not None
    assert any("which product it is" in one for one in card.control_class.missing)
    assert finding(card, "export-class").outcome is Outcome.INCONCLUSIVE


def test_a_masked_dump_is_classed_by_its_name_alone(catalogue: Catalogue) -> None:
    evidence = genuine(row_of(H100))
    (card,) = evidence.cards
    assert card.nvidia_smi is not None
    named = replace(card, pci=None, nvml=None, nvidia_smi=replace(card.nvidia_smi, device_id=None, subsystem_id=None))
    assert class_of(replace(evidence, cards=(named,)), catalogue).codified.entry == ENTRY_A
    nameless = replace(named, nvidia_smi=replace(named.nvidia_smi, name=None))  # type: ignore[type-var]
    assert class_of(replace(evidence, cards=(nameless,)), catalogue).codified.entry == INDETERMINATE


def test_a_guest_of_a_virtual_gpu_is_not_classed(catalogue: Catalogue) -> None:
    found = class_of(forged(genuine(row_of(H100)), virtualization=Virtualization.GUEST), catalogue)
    assert found.codified.entry == INDETERMINATE
    assert any("guest" in one for one in found.missing)


def test_slices_leave_the_class_of_the_whole_card(catalogue: Catalogue) -> None:
    found = class_of(forged(genuine(row_of(H100)), mig_now=True), catalogue)
    assert found.codified.entry == ENTRY_A
    assert any("MIG" in one for one in found.cautions)


def test_id_and_name_of_different_products_leave_it_open(catalogue: Catalogue) -> None:
    evidence = forged(genuine(row_of(RTX_4090_D)), name=RTX_4090)
    found = class_of(evidence, catalogue)
    assert found.codified.entry == INDETERMINATE
    assert any("RTX 4090 D" in one and ENTRY_A in one for one in found.missing)


# --- the real die


def test_a_relabelled_die_keeps_the_class_of_the_real_die(catalogue: Catalogue) -> None:
    claims = genuine(row_of(RTX_4090, "2684"))
    assert class_of(claims, catalogue).codified.entry == ENTRY_A
    found = class_of(measured(claims, catalogue, "GA102", die_reading(catalogue, "GA102", 80, 6.0)), catalogue)
    assert (found.codified.entry, found.basis) == (NONE, "die")
    assert "GA102" in found.product
    assert any("excludes" in one for one in found.reasons)


def test_an_h100_under_a_gaming_cards_name_keeps_its_class(catalogue: Catalogue) -> None:
    claims = genuine(row_of("NVIDIA GeForce RTX 3060", "2504", 12))
    assert class_of(claims, catalogue).codified.entry == NONE
    lie = measured(claims, catalogue, "GH100", reading_of(catalogue, row_of(H100)))
    found = class_of(lie, catalogue)
    assert (found.codified.entry, found.basis) == (ENTRY_A, "die")


def test_fewer_units_than_claimed_never_lower_a_class(catalogue: Catalogue) -> None:
    """Who hides fourteen multiprocessors of a 4090 must not get the class of a 4090 D."""
    claims = genuine(row_of(RTX_4090, "2684"))
    lie = measured(claims, catalogue, "AD102", reading_of(catalogue, row_of(RTX_4090_D)))
    found = class_of(lie, catalogue)
    assert found.codified.entry != NONE


def test_a_die_that_agrees_changes_nothing(catalogue: Catalogue) -> None:
    for name in (H100, RTX_4090_D, H20):
        row = catalogue.by_name(name)[0]
        claims = genuine(row)
        whole = class_of(measured(claims, catalogue, row.die, reading_of(catalogue, row)), catalogue)
        assert whole.codified.entry == class_of(claims, catalogue).codified.entry, name
        assert whole.basis != "die"


def test_a_disturbed_measurement_says_nothing_of_the_die(catalogue: Catalogue) -> None:
    claims = genuine(row_of(RTX_4090, "2684"))
    reading = disturbed(die_reading(catalogue, "GA102", 80, 6.0), "MPS")
    assert class_of(measured(claims, catalogue, "GA102", reading), catalogue).codified.entry == ENTRY_A


def test_a_mining_card_that_says_it_is_an_a100_is_not_cleared(catalogue: Catalogue) -> None:
    claims = genuine(row_of("NVIDIA A100-PCIE-40GB", "20F1"))
    found = class_of(measured(claims, catalogue, "GA100", die_reading(catalogue, "GA100", 70, 8.0)), catalogue)
    assert found.codified.entry != NONE


def seen_only(catalogue: Catalogue, *lines: str) -> Evidence:
    """An object that does not start, whose die bears these lines."""
    return seeing.evidence_of(Appearance(die=DieMarking(present=True, lines=lines)), catalogue, "exhibit 7")


def test_a_marking_leads_to_an_entry_and_never_to_none(catalogue: Catalogue) -> None:
    gh100 = class_of(seen_only(catalogue, "GH100-200-A1"), catalogue)
    assert gh100.codified.entry in (ENTRY_A, INDETERMINATE)
    ga102 = class_of(seen_only(catalogue, "GA102-300-A1"), catalogue)
    assert (ga102.codified.entry, ga102.enforced.entry) == (INDETERMINATE, INDETERMINATE)
    assert "nothing was read or measured" in ga102.missing[0]
    assert any("by its marking alone" in one for one in ga102.reasons)
    nothing = class_of(seen_only(catalogue), catalogue)
    assert nothing.codified.entry == INDETERMINATE


# --- declared entries


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        pytest.param("EAR99", Outcome.CONTRADICTED, id="EAR99"),
        pytest.param("none", Outcome.CONTRADICTED, id="none"),
        pytest.param("ECCN: EAR99 / NLR", Outcome.CONTRADICTED, id="as a waybill has it"),
        pytest.param("5A992.c", Outcome.SUSPICIOUS, id="the ordinary entry"),
        pytest.param("3A090.a.1", Outcome.CONSISTENT, id="its own"),
        pytest.param("4A090.a", Outcome.CONSISTENT, id="the board's"),
        pytest.param("5A992.z.1", Outcome.CONSISTENT, id="the .z entry"),
        pytest.param("3A090", Outcome.CONSISTENT, id="without a paragraph"),
        pytest.param("3A090.b", Outcome.SUSPICIOUS, id="the milder paragraph"),
        pytest.param("AL:N", Outcome.INCONCLUSIVE, id="words that mean nothing for sure"),
        pytest.param("3U090", Outcome.INCONCLUSIVE, id="another country's list"),
        pytest.param("", Outcome.NOT_APPLICABLE, id="not declared"),
    ],
)
def test_declared_entry_of_an_h100(said: str, outcome: Outcome, catalogue: Catalogue) -> None:
    card = card_of(genuine(row_of(H100)), catalogue, product="H100 PCIe", control_class=said)
    assert finding(card, "export-declared").outcome is outcome


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        pytest.param("EAR99", Outcome.CONSISTENT, id="EAR99"),
        pytest.param("5A992.c", Outcome.CONSISTENT, id="the ordinary entry"),
        pytest.param("3A090.a", Outcome.NOTED, id="more than it is"),
    ],
)
def test_declared_entry_of_a_card_under_none(said: str, outcome: Outcome, catalogue: Catalogue) -> None:
    card = card_of(genuine(row_of(RTX_4090_D)), catalogue, control_class=said)
    assert finding(card, "export-declared").outcome is outcome


@pytest.mark.parametrize(
    ("destination", "outcome"),
    [
        pytest.param("CN", Outcome.CONTRADICTED, id="China"),
        pytest.param("DE", (Outcome.CONSISTENT, Outcome.INCONCLUSIVE), id="Germany: an honest trader's word"),
        pytest.param("", Outcome.INCONCLUSIVE, id="not named"),
    ],
)
def test_no_licence_required_is_right_or_wrong_by_destination(
    destination: str, outcome: Outcome | tuple[Outcome, ...], catalogue: Catalogue
) -> None:
    card = card_of(on(genuine(row_of(H100)), "2024-06-01"), catalogue, control_class="NLR", destination=destination)
    assert finding(card, "export-declared").outcome in (outcome if isinstance(outcome, tuple) else (outcome,))


def test_figures_from_memory_contradict_nobody(catalogue: Catalogue) -> None:
    """An A30's figures were written down from memory; the paper may be right."""
    card = card_of(genuine(catalogue.by_name("NVIDIA A30")[0]), catalogue, control_class="EAR99")
    assert card.control == "3A090.b"
    assert finding(card, "export-declared").outcome is Outcome.SUSPICIOUS


def test_an_h100_of_the_time_before_the_rules_was_rightly_ear99(catalogue: Catalogue) -> None:
    card = card_of(genuine(row_of(H100)), catalogue, control_class="EAR99", export_date="2022-09-01")
    assert finding(card, "export-declared").outcome not in GRAVE


# --- no honest card


_ROWS = [row for row in load().products if row.die in load().dies]


@pytest.mark.parametrize("row", _ROWS[::7], ids=lambda row: f"{row.name}-{row.device_ids[0]}-{row.memory_mib}")
def test_no_genuine_card_is_accused_by_its_class(row: Product, catalogue: Catalogue) -> None:
    card = card_of(genuine(row), catalogue)
    assert card.control in ENTRIES
    for one in card.findings:
        assert not (one.check.startswith("export-") and one.outcome in GRAVE), one


def test_the_headline_of_every_row_is_never_a_clearance_beside_an_entry(catalogue: Catalogue) -> None:
    for row in _ROWS[::5]:
        evidence = genuine(row)
        card = card_of(evidence, catalogue)
        assert is_good(card, Question.CONTROL) <= (card.control == NONE)


# --- the bound


def test_a_bound_is_brought_to_the_rated_clock_and_its_guard_band_taken_off(catalogue: Catalogue) -> None:
    row = row_of(RTX_4090_D)
    fast = measured(genuine(row), catalogue, "AD102", clocked(reading_of(catalogue, row), 2750.0))
    found = class_of(fast, catalogue)
    assert found.codified.entry == NONE, "boards run beyond the rated clock"
    assert found.tpp_at_least is not None and found.tpp is not None
    assert found.tpp * (1 - 2 * GUARD_BAND) < found.tpp_at_least < found.tpp
    assert BEYOND_RATED > 1
    assert finding(card_of(fast, catalogue), "export-measured").outcome is Outcome.CONSISTENT


@pytest.mark.parametrize("mhz", [800.0, 2407.0, 2900.0])
@pytest.mark.parametrize(
    "row",
    sampled([row for row in _ROWS if row.sm is not None][::6], 30, kind=lambda row: row.die),
    ids=lambda row: f"{row.name}",
)
def test_no_genuine_card_outruns_its_own_units(row: Product, mhz: float, catalogue: Catalogue) -> None:
    evidence = measured(genuine(row), catalogue, row.die, clocked(reading_of(catalogue, row), mhz))
    for papers in ({}, {"product": row.name}):
        found = finding(card_of(evidence, catalogue, **papers), "export-measured")
        assert found.outcome not in GRAVE


def test_more_than_a_declared_product_can_do_contradicts_the_paper(catalogue: Catalogue) -> None:
    row = row_of(RTX_5090)
    evidence = measured(genuine(row), catalogue, "GB202", clocked(reading_of(catalogue, row), 2407.0))
    cheap = finding(card_of(evidence, catalogue, product="GeForce RTX 3090"), "export-measured")
    assert cheap.outcome in GRAVE
    limited = finding(card_of(evidence, catalogue, product="GeForce RTX 5090 D"), "export-measured")
    assert (limited.outcome, limited.strength) == (Outcome.NOTED, Strength.MEDIUM)
    own = finding(card_of(evidence, catalogue, product="GeForce RTX 5090"), "export-measured")
    assert own.outcome is Outcome.CONSISTENT


def test_an_honest_l40_that_reaches_what_its_units_do_is_no_other_product(catalogue: Catalogue) -> None:
    """Its published figure is half of what multiprocessors and clock give."""
    row = catalogue.by_name("NVIDIA L40")[0]
    fast = measured(genuine(row), catalogue, row.die, clocked(reading_of(catalogue, row), 2490.0))
    for papers in ({}, {"product": "L40"}):
        assert finding(card_of(fast, catalogue, **papers), "export-measured").outcome is Outcome.CONSISTENT
    assert class_of(fast, catalogue).codified.entry in (ENTRY_A, INDETERMINATE), "and no longer b alone"


def test_more_than_a_limited_product_may_do_is_noted_and_opens_its_class(catalogue: Catalogue) -> None:
    """As many multiprocessors: only the throughput can tell a 5090 under a 5090 D's name."""
    row = catalogue.by_name(RTX_5090_D)[0]
    lie = measured(genuine(row), catalogue, "GB202", clocked(reading_of(catalogue, row_of(RTX_5090)), 2407.0))
    card = card_of(lie, catalogue)
    said = finding(card, "export-measured")
    assert (said.outcome, said.strength) == (Outcome.NOTED, Strength.WEAK), "nobody knows how the maker limits it"
    assert card.control == ENTRY_A, "4,800 was reached, whatever is published"
    assert not is_good(card, Question.CONTROL)
    assert finding(card_of(lie, catalogue, control_class="EAR99"), "export-declared").outcome is Outcome.SUSPICIOUS


def test_a_slow_measurement_never_supports_none(catalogue: Catalogue) -> None:
    row = row_of(RTX_4090, "2684")
    slow = measured(genuine(row), catalogue, "AD102", clocked(reading_of(catalogue, row), 210.0))
    assert class_of(slow, catalogue).codified.entry == ENTRY_A


def test_not_measured_is_not_examined(catalogue: Catalogue) -> None:
    card = card_of(genuine(row_of(H100)), catalogue)
    assert finding(card, "export-measured").outcome is Outcome.INCONCLUSIVE
    assert card.identity is Identity.INCONCLUSIVE


# --- whatever is in the records


@given(
    st.fixed_dictionaries(
        {
            "control_class": st.one_of(st.sampled_from(["EAR99", "NLR", "3A090.a", ""]), st.text(max_size=30)),
            "export_date": st.one_of(st.dates().map(str), st.text(max_size=12)),
            "destination": st.one_of(st.sampled_from(["CN", "DE", "US", "XX", ""]), st.text(max_size=4)),
            "headquarters": st.one_of(st.sampled_from(["CN", "MO", ""]), st.text(max_size=4)),
            "product": st.one_of(st.none(), st.sampled_from(["H100", "RTX 5090 D", "toys"]), st.text(max_size=20)),
        }
    ),
    st.sampled_from([H100, RTX_5090_D, H20, "NVIDIA GeForce GTX 1050 Ti"]),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-1, 10_000),
)
@settings(max_examples=examples(60), deadline=None)
def test_any_paper_and_any_measurement_give_a_class(papers: dict[str, Any], name: str, mhz: float, count: int) -> None:
    catalogue = load()
    row = catalogue.by_name(name)[0]
    reading = replace(
        reading_of(catalogue, row), clock_mhz=mhz, multiprocessors_by_id=count, multiprocessors_by_residency=count
    )
    card = card_of(measured(genuine(row), catalogue, row.die, reading), catalogue, **papers)
    assert card.control in ENTRIES, "a crash would have left it not assessed"
    assert not any("failed inside" in one.text for one in card.findings if one.check.startswith("export-"))


# --- the simulated cards


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("genuine-h100", ENTRY_A),
        ("genuine-a100-80gb", ENTRY_A),
        ("genuine-rtx-4090", ENTRY_A),
        ("rtx-4090-48gb", ENTRY_A),
        ("genuine-rtx-3060", NONE),
        ("genuine-rtx-2080-ti", NONE),
        ("gtx-1050-ti-folded", NONE),
        ("cmp-170hx-as-a100", ENTRY_A),
    ],
)
def test_what_a_simulated_card_claims_has_a_class(name: str, entry: str, catalogue: Catalogue) -> None:
    evidence = collecting.collect_simulation(name, 0, None, catalogue)
    card = card_of(evidence, catalogue)
    assert card.control == entry
    assert (Question.CONTROL in still_open(card, evidence.origin)) == (entry != NONE)


@pytest.mark.parametrize(
    ("name", "entries"),
    [
        pytest.param("genuine-h100", {ENTRY_A}, id="genuine H100"),
        pytest.param("rtx-3080-ti-as-rtx-4090", {NONE}, id="the real die's"),
        pytest.param("cmp-170hx-as-a100", {INDETERMINATE, ENTRY_A}, id="a mining card as an A100"),
        pytest.param("genuine-rtx-3060", {NONE}, id="uncontrolled"),
    ],
)
def test_a_measured_simulated_card_has_the_class_of_its_die(name: str, entries: set[str], catalogue: Catalogue) -> None:
    evidence = collecting.collect_simulation(name, 1, "quick", catalogue)
    card = card_of(evidence, catalogue)
    assert card.control in entries
    for one in card.findings:
        assert not (one.check.startswith("export-") and one.outcome in GRAVE), one
    if name == "genuine-h100":
        assert card.identity is Identity.CONSISTENT
        for question in (Question.IDENTITY, Question.CONDITION, Question.CONTROL):
            assert beside(card, evidence.origin, question) or not is_good(card, question)
