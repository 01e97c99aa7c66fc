"""The die measured: what contradicts, what is a sign, what decides nothing, and that no genuine card is accused."""

from dataclasses import replace
from typing import Any

import pytest
from cards import forged, genuine, row_of
from die_cards import MIB, as_readings, die_reading, disturbed, reading_of, silicon_of

from gpu_inspector.checks.answer import ONE_TABLE, Answer
from gpu_inspector.checks.die_measured import measured
from gpu_inspector.checks.throughput import throughput
from gpu_inspector.language import fill
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Finding, Outcome, Role, Strength
from gpu_inspector.records.product import Product
from gpu_inspector.records.silicon import DieReading
from gpu_inspector.workflow.judging import judge

_ROWS = [row for row in load().products if row.sm is not None and row.die in load().dies]


def finding(
    catalogue: Catalogue, row: Product, reading: DieReading, capability: str | None = None, check: str = "die-measured"
) -> Finding:
    """What is said of a card that claims to be `row` and was measured as `reading`."""
    evidence = genuine(row)
    silicon = silicon_of(catalogue, row.die, reading)
    if capability is not None:
        silicon = replace(silicon, compute_capability=capability)
    (card,) = evidence.cards
    judged = judge(replace(evidence, cards=(replace(card, silicon=silicon),)), Declaration(), catalogue)
    return next(one for one in judged.cards[0].findings if one.check == check)


def words(found: Finding) -> str:
    return fill(found.text, found.values)


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: f"{row.name}-{row.device_ids[0]}-{row.memory_mib}")
def test_no_row_of_the_reference_data_is_accused(row: Product, catalogue: Catalogue) -> None:
    answer = measured.answer(
        silicon=silicon_of(catalogue, row.die, reading_of(catalogue, row)),
        measured_die=reading_of(catalogue, row),
        die=catalogue.dies[row.die],
        whole_card=True,
        catalogue=catalogue,
        products=(row,),
        measured_speed=None,
        device_id=row.device_ids[0],
        named=None,
    )
    assert answer.outcome is Outcome.CONSISTENT, answer
    assert row.die in answer.observed


def test_the_consistent_words_name_die_neighbour_and_fact(catalogue: Catalogue) -> None:
    row = row_of("NVIDIA GeForce RTX 4090", "2684")
    found = finding(catalogue, row, reading_of(catalogue, row))
    assert found.outcome is Outcome.CONSISTENT
    assert found.role is Role.CORE
    assert "Best fit: AD102 (128 multiprocessors, as GeForce RTX 4090" in words(found)
    assert "not AD103: 128 multiprocessors, more than the 80 of the full die." in words(found)


def test_what_cannot_be_told_apart_is_said(catalogue: Catalogue) -> None:
    row = next(row for row in catalogue.by_name("NVIDIA GeForce RTX 3060 Ti") if row.die == "GA104")
    found = finding(catalogue, row, reading_of(catalogue, row))
    assert "Best fit: GA104 (38 multiprocessors, as GeForce RTX 3060 Ti" in words(found)
    assert "cannot be told from GA103" in words(found)


def test_a_3080_ti_sold_as_a_4090_is_named(catalogue: Catalogue) -> None:
    found = finding(
        catalogue, row_of("NVIDIA GeForce RTX 4090", "2684"), die_reading(catalogue, "GA102", 80, 6.0), "8.6"
    )
    assert found.outcome is Outcome.CONTRADICTED
    assert "GA102 (80 multiprocessors, as GeForce RTX 3080 Ti" in words(found)
    assert found.observed == "compute capability 8.6"


@pytest.mark.parametrize(
    ("name", "die", "count", "rates", "said"),
    [
        pytest.param("NVIDIA GeForce RTX 3080", "GA102", 96, {}, "96 multiprocessors", id="more than the full die"),
        pytest.param("NVIDIA GeForce GTX 1660", "TU116", 22, {"tensor_f16_f16": 1024.0}, "no tensor", id="tensor"),
        pytest.param("NVIDIA GeForce RTX 4090", "AD102", 128, {"fp64_fma": 64.0}, "64 FP64", id="more FP64"),
        pytest.param("NVIDIA GeForce RTX 4090", "AD102", 128, {"tensor_f16_f16": 128.0}, "128 tensor", id="no tensor"),
        pytest.param("NVIDIA A100-SXM4-80GB", "GA100", 108, {"fp32_add": 128.0}, "128 FP32", id="more FP32 lanes"),
    ],
)
def test_beyond_a_physical_limit_contradicts(
    name: str, die: str, count: int, rates: dict[str, float], said: str, catalogue: Catalogue
) -> None:
    row = next(row for row in _ROWS if row.name.removeprefix("NVIDIA ") == name.removeprefix("NVIDIA "))
    found = finding(catalogue, row, die_reading(catalogue, die, count, None, **rates))
    assert found.outcome is Outcome.CONTRADICTED
    assert said in words(found)
    assert found.source.startswith(f"{die}: ")
    assert len(found.source) > len(f"{die}: ")


@pytest.mark.parametrize("why", ["MIG", "MPS", "another process", "unstable"])
def test_a_disturbed_count_decides_nothing(why: str, catalogue: Catalogue) -> None:
    row = row_of("NVIDIA GeForce RTX 4090", "2684")
    found = finding(catalogue, row, disturbed(die_reading(catalogue, "AD102", 999, 6.0), why))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert why in words(found)


def test_two_counts_that_disagree_decide_nothing(catalogue: Catalogue) -> None:
    row = row_of("NVIDIA GeForce RTX 4090", "2684")
    reading = replace(reading_of(catalogue, row), multiprocessors_by_id=190)
    found = finding(catalogue, row, reading)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "190 and 128" in words(found)


def test_a_die_that_was_not_measured_is_no_pass(catalogue: Catalogue) -> None:
    row = row_of("NVIDIA GeForce RTX 4090", "2684")
    (card,) = judge(genuine(row), Declaration(), catalogue).cards
    found = next(one for one in card.findings if one.check == "die-measured")
    assert found.outcome is Outcome.INCONCLUSIVE
    partial = replace(reading_of(catalogue, row), rates=())
    assert finding(catalogue, row, partial).outcome is Outcome.INCONCLUSIVE


def test_a_mining_card_sold_as_an_a100_is_a_strong_sign_and_named(catalogue: Catalogue) -> None:
    slow = {"fp32_fma": 2.0, "fp64_fma": 1.0, "tensor_f16_f16": 64.0}
    row = row_of("NVIDIA A100-PCIE-40GB")
    found = finding(catalogue, row, die_reading(catalogue, "GA100", 70, 8.0, **slow))
    assert (found.outcome, found.strength) == (Outcome.SUSPICIOUS, Strength.STRONG)
    assert "GA100 (70 multiprocessors, as CMP 170HX)" in words(found)
    assert "the product has 108" in words(found)
    assert "held back" in words(found)
    assert "L2 of 8 MiB" in words(found)


def test_an_honest_mining_card_is_not_accused_of_being_slow(catalogue: Catalogue) -> None:
    slow = {"fp32_fma": 2.0, "fp64_fma": 1.0, "tensor_f16_f16": 64.0}
    row = next(row for row in catalogue.by_name("CMP 170HX") if row.l2_bytes == 8 * MIB)
    assert finding(catalogue, row, die_reading(catalogue, "GA100", 70, 8.0, **slow)).outcome is Outcome.CONSISTENT
    # So is one that only the registers know, with no product's row.
    answer = measured.answer(
        silicon=silicon_of(catalogue, "TU102", die_reading(catalogue, "TU102", 56, 5.0, **slow)),
        measured_die=die_reading(catalogue, "TU102", 56, 5.0, **slow),
        die=catalogue.dies["TU102"],
        whole_card=True,
        catalogue=catalogue,
        products=None,
        measured_speed=None,
        device_id="1E09",
        named=None,
    )
    assert answer.outcome is Outcome.CONSISTENT


def test_fewer_multiprocessors_than_the_product_has_are_suspicious_at_most(catalogue: Catalogue) -> None:
    row = row_of("NVIDIA GeForce RTX 4090", "2684")
    found = finding(catalogue, row, die_reading(catalogue, "AD102", 114, 72.0))
    assert found.outcome is Outcome.SUSPICIOUS
    assert "as GeForce RTX 4090 D" in words(found)
    assert found.innocent


def test_a_driver_that_counts_otherwise_than_the_chip_is_a_strong_sign(catalogue: Catalogue) -> None:
    row = row_of("NVIDIA GeForce RTX 4090", "2684")
    found = finding(catalogue, row, replace(reading_of(catalogue, row), multiprocessors_claimed=144))
    assert (found.outcome, found.strength) == (Outcome.SUSPICIOUS, Strength.STRONG)
    assert "the driver says 144" in words(found)


@pytest.mark.parametrize(
    ("l2", "outcome"),
    [(72.0, Outcome.CONSISTENT), (68.0, Outcome.CONSISTENT), (60.0, Outcome.NOTED), (35.0, Outcome.SUSPICIOUS)],
)
def test_too_little_l2_weighs_by_how_far_it_is_off(l2: float, outcome: Outcome, catalogue: Catalogue) -> None:
    row = row_of("NVIDIA GeForce RTX 4090", "2684")
    assert finding(catalogue, row, die_reading(catalogue, "AD102", 128, l2)).outcome is outcome


def test_more_l2_than_the_die_has_is_noted_and_not_suspicious(catalogue: Catalogue) -> None:
    row = row_of("NVIDIA GeForce RTX 3070", "2484")
    found = finding(catalogue, row, die_reading(catalogue, "GA104", 46, 6.0))
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.MEDIUM)
    assert "Best fit: GA102" in words(found)


def test_limits_from_memory_contradict_nothing(catalogue: Catalogue) -> None:
    assert "full_sm" in catalogue.dies["GH100"].from_memory
    row = row_of("NVIDIA H100 PCIe")
    found = finding(catalogue, row, die_reading(catalogue, "GH100", 150, 50.0))
    assert found.outcome in (Outcome.NOTED, Outcome.SUSPICIOUS)
    assert "No die of the reference data fits." in words(found)


def test_the_throughput_is_a_lower_bound(catalogue: Catalogue) -> None:
    row = row_of("NVIDIA A100-SXM4-80GB")
    found = finding(catalogue, row, reading_of(catalogue, row), check="die-throughput")
    # 2048 operations x 108 multiprocessors x 1500 MHz x 16 bit, in units of 10^12.
    assert found.values["tpp"] == f"{2048 * 108 * 1500e6 / 1e12 * 16:.0f}"
    assert found.outcome is Outcome.CONSISTENT
    assert "at least" in words(found)


def test_a_disturbed_throughput_is_no_bound(catalogue: Catalogue) -> None:
    reading = disturbed(die_reading(catalogue, "AD102", 128, 72.0), "MPS")
    assert throughput.answer(measured_die=reading).outcome is Outcome.INCONCLUSIVE
    unknown = replace(die_reading(catalogue, "AD102", 128, 72.0), rates=())
    assert throughput.answer(measured_die=unknown).outcome is Outcome.INCONCLUSIVE


# --- what the reference data does not know for sure


def _measured(
    catalogue: Catalogue, device_id: str, reading: DieReading, capability: str, named: tuple[Product, ...] | None = None
) -> Answer:
    """What is said of a card that claims the id and was measured as `reading`."""
    die = catalogue.die_of(device_id)
    assert die is not None
    silicon = replace(silicon_of(catalogue, die.name, reading), compute_capability=capability)
    return measured.answer(
        silicon=silicon,
        measured_die=reading,
        die=die,
        whole_card=True,
        catalogue=catalogue,
        products=catalogue.by_device(device_id) or None,
        measured_speed=None,
        device_id=device_id,
        named=named,
    )


def test_every_id_of_the_reference_data_with_its_own_silicon_is_not_accused(catalogue: Catalogue) -> None:
    """Also where several products share the id, and the table does not know how many multiprocessors some have."""
    wrong = []
    for row in catalogue.products:
        die = catalogue.dies.get(row.die)
        count = row.sm or (die.full_sm if die is not None else None)
        if die is None or count is None:
            continue
        reading = die_reading(catalogue, die.name, count, row.l2_bytes / MIB if row.l2_bytes else None)
        for device_id in row.device_ids:
            answer = _measured(catalogue, device_id, reading, die.compute_capability, catalogue.by_name(row.name))
            if answer.outcome not in (Outcome.CONSISTENT, Outcome.INCONCLUSIVE):
                wrong.append((row.name, device_id, answer.outcome, fill(answer.text, answer.values)))
    assert not wrong


def test_an_older_datacentre_card_is_no_b100(catalogue: Catalogue) -> None:
    """Its compute capability stands in the reference data from memory, and so accuses nobody; it clears nobody."""
    pascal = _measured(catalogue, "29BC", die_reading(catalogue, "GP100", 56, 4.0), "6.0")
    assert pascal.outcome is Outcome.SUSPICIOUS
    assert "GB102 does 128" in fill(pascal.text, pascal.values)
    hopper = _measured(catalogue, "29BC", die_reading(catalogue, "GH100", 132, 50.0), "9.0")
    assert hopper.outcome is Outcome.INCONCLUSIVE
    assert "how many B100 has, the reference data does not say" in fill(hopper.text, hopper.values)


def test_a_die_of_which_too_little_is_known_is_no_pass(catalogue: Catalogue) -> None:
    reading = die_reading(catalogue, "GH100", 132, 50.0)
    answer = measured.answer(
        silicon=replace(silicon_of(catalogue, "GH100", reading), compute_capability="9.0"),
        measured_die=reading,
        die=catalogue.dies["GB112"],
        whole_card=True,
        catalogue=catalogue,
        products=None,
        measured_speed=None,
        device_id=None,
        named=None,
    )
    assert answer.outcome is Outcome.INCONCLUSIVE
    assert "does not know GB112 well enough" in fill(answer.text, answer.values)


def test_a_count_from_memory_clears_and_accuses_nobody(catalogue: Catalogue) -> None:
    answer = _measured(catalogue, "1BB4", die_reading(catalogue, "GP106", 6, 1.5), "6.1")
    assert answer.outcome is Outcome.INCONCLUSIVE
    assert "6 multiprocessors were measured" in fill(answer.text, answer.values)
    assert "Tesla P6" in fill(answer.text, answer.values)
    assert _measured(catalogue, "1BB4", die_reading(catalogue, "GP104", 16, 2.0), "6.1").outcome is Outcome.CONSISTENT


def test_a_product_whose_count_is_not_known_shields_its_id_from_accusation(catalogue: Catalogue) -> None:
    maxwell = die_reading(catalogue, "GM107", 5, 2.0)
    for name, outcome in (("EIZO Quadro MED-XN50LP", Outcome.INCONCLUSIVE), ("Quadro K1200", Outcome.SUSPICIOUS)):
        assert _measured(catalogue, "13BC", maxwell, "5.0", catalogue.by_name(name)).outcome is outcome


def test_half_of_the_l2_is_no_strong_sign_where_a_chase_may_have_seen_one_half(catalogue: Catalogue) -> None:
    row = row_of("NVIDIA GeForce RTX 5090", "2B85")
    assert catalogue.die_vectors[row.die].l2_halves is None
    assert row.l2_bytes == 96 * MIB
    assert finding(catalogue, row, die_reading(catalogue, row.die, 170, 46.0)).outcome is Outcome.NOTED
    assert finding(catalogue, row, die_reading(catalogue, row.die, 170, 40.0)).outcome is Outcome.SUSPICIOUS


def test_one_table_that_errs_once_is_no_strong_sign(catalogue: Catalogue) -> None:
    """The driver's count and the measured one are held against the same entry: they never add up."""
    row = row_of("NVIDIA L20", "26BA")
    assert "sm" in row.single_source
    evidence = forged(genuine(row), cores=96 * 128)
    silicon = silicon_of(catalogue, row.die, die_reading(catalogue, row.die, 96, 96.0))
    (card,) = evidence.cards
    judged = judge(replace(evidence, cards=(replace(card, silicon=silicon),)), Declaration(), catalogue)
    outcomes = {one.check: (one.outcome, one.source) for one in judged.cards[0].findings}
    assert outcomes["die-cores"] == outcomes["die-measured"] == (Outcome.NOTED, ONE_TABLE)
    assert outcomes["board-signs"][0] is Outcome.CONSISTENT


def test_count_and_l2_of_another_product_are_one_strong_sign_even_of_one_table(catalogue: Catalogue) -> None:
    row = row_of("NVIDIA L20", "26BA")
    found = finding(catalogue, row, die_reading(catalogue, "AD104", 46, 36.0))
    assert (found.outcome, found.strength) == (Outcome.SUSPICIOUS, Strength.STRONG)
    mining = row_of("NVIDIA A100-SXM4-80GB", "20B2")
    assert finding(catalogue, mining, die_reading(catalogue, "GA100", 70, 8.0)).outcome is Outcome.SUSPICIOUS


@pytest.mark.parametrize("missing", ["fp64-fma", "tensor-f16-f16"])
def test_rates_that_are_missing_are_no_pass(missing: str, catalogue: Catalogue) -> None:
    row = row_of("NVIDIA GeForce RTX 4090", "2684")
    whole = reading_of(catalogue, row)
    found = finding(catalogue, row, replace(whole, rates=tuple(r for r in whole.rates if r.operation != missing)))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "is missing" in words(found)


def test_kernels_of_no_known_capability_are_no_pass(catalogue: Catalogue) -> None:
    row = row_of("NVIDIA GeForce RTX 4090", "2684")
    assert finding(catalogue, row, reading_of(catalogue, row), "").outcome is Outcome.INCONCLUSIVE


def test_a_lesser_sign_makes_no_pass_of_what_is_not_known(catalogue: Catalogue) -> None:
    """An L2 that no AD102 has is a medium sign; on an id whose count nobody knows it must not end at NOTED."""
    small = die_reading(catalogue, "AD107", 24, 24.0)
    answer = _measured(catalogue, "26BB", small, "8.9")
    assert answer.outcome is Outcome.INCONCLUSIVE
    row = row_of("NVIDIA GeForce RTX 3070", "2484")
    more = die_reading(catalogue, "GA104", 46, 6.0)
    halved = replace(more, rates=tuple(rate for rate in more.rates if rate.operation != "fp64-fma"))
    assert finding(catalogue, row, halved).outcome is Outcome.INCONCLUSIVE


def test_a_count_that_no_table_errs_by_is_strong(catalogue: Catalogue) -> None:
    row = row_of("Tesla T4", "1EB8")
    assert "sm" in row.single_source
    found = finding(catalogue, row, die_reading(catalogue, "TU116", 24, 4.0, tensor_f16_f16=1024.0))
    assert (found.outcome, found.strength) == (Outcome.SUSPICIOUS, Strength.STRONG)
    assert finding(catalogue, row, die_reading(catalogue, "TU104", 36, 4.0)).outcome is Outcome.NOTED


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"clock_mhz": -1500.0}, id="a clock below zero"),
        pytest.param({"clock_mhz": 1e300}, id="a clock beyond all"),
        pytest.param({"rates": as_readings({"fp32-fma": 1e300, "fp64-fma": -4.0})}, id="rates beyond all"),
    ],
)
def test_a_broken_record_gives_no_bound_of_throughput(changes: dict[str, Any], catalogue: Catalogue) -> None:
    broken = replace(die_reading(catalogue, "AD102", 128, 72.0), **changes)
    assert throughput.answer(measured_die=broken).outcome is Outcome.INCONCLUSIVE


def test_the_neighbour_of_a_die_that_is_alone_is_one_of_a_near_generation(catalogue: Catalogue) -> None:
    row = row_of("NVIDIA A100-SXM4-80GB", "20B2")
    said = words(finding(catalogue, row, reading_of(catalogue, row)))
    assert ": compute capability 8.0, not 8." in said
