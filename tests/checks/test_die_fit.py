"""The best fitting die: facts exclude, distances only rank, and what cannot be told apart is said."""

from dataclasses import replace

import pytest
from die_cards import MIB, as_readings, die_reading
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.checks.die_fit import candidates, count_of, fit, rates_of
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.silicon import DieReading, SpeedReading

CATALOGUE = load()
DIES = candidates(CATALOGUE)
FULL = [
    one for one in DIES if one.die.full_sm is not None and one.die.full_l2_bytes is not None and not one.die.from_memory
]


@pytest.mark.parametrize("one", FULL, ids=lambda one: one.die.name)
@pytest.mark.parametrize("off", [0.96, 1.0, 1.03])
def test_a_full_die_is_named_or_cannot_be_told_from_a_smaller_one(one: object, off: float) -> None:
    candidate = next(this for this in FULL if this is one)
    die = candidate.die
    assert die.full_sm is not None
    assert die.full_l2_bytes is not None
    reading = die_reading(CATALOGUE, die.name, die.full_sm, die.full_l2_bytes * off / MIB)
    found = fit(reading, die.compute_capability, DIES)
    assert found.best is not None
    assert die.name in (found.best.name, *found.not_told_from)
    assert found.fact


def test_a_3080_ti_is_a_ga102_and_its_count_excludes_the_next() -> None:
    found = fit(die_reading(CATALOGUE, "GA102", 80, 6.0), "8.6", DIES)
    assert found.best is not None
    assert (found.best.name, found.not_told_from) == ("GA102", ())
    assert found.neighbour in ("GA103", "GA104")
    assert "80 multiprocessors, more than the" in found.fact
    assert found.excluded is not None
    assert found.excluded["AD102"] == "compute capability 8.6, not 8.9"


def test_two_dies_with_the_same_bin_cannot_be_told_apart() -> None:
    found = fit(die_reading(CATALOGUE, "GA104", 38, 4.0), "8.6", DIES)  # RTX 3060 Ti, on GA104 and on GA103
    assert found.best is not None
    assert {"GA103", "GA104"} <= {found.best.name, *found.not_told_from}


def test_the_width_of_the_bus_tells_what_counts_cannot() -> None:
    reading = die_reading(CATALOGUE, "TU104", 36, 4.0)
    assert {"TU104"} <= set(fit(reading, "7.5", DIES).not_told_from)
    narrow = SpeedReading(copy_bytes_per_s=1e9, read_bytes_per_s=1e9, write_bytes_per_s=1e9, bus_bits_implied=384.0)
    assert "bandwidth of about 384 bits" in str((fit(reading, "7.5", DIES, narrow).excluded or {}).get("TU106"))


@pytest.mark.parametrize(
    ("die", "count", "rates", "fact"),
    [
        pytest.param("GP100", 56, {"fp64_fma": 2.0}, "FP64", id="FP64 of another family"),
        pytest.param("GM200", 25, {}, "25 multiprocessors, more than the 24", id="more multiprocessors than made"),
        pytest.param("GA102", 68, {"fp32_fma": 64.0, "fp32_add": 64.0, "fp32_mul": 64.0}, "FP32", id="FP32 lanes"),
        pytest.param("GB202", 170, {"tensor_f16_f16": 200.0}, "no tensor units", id="tensor units are not there"),
    ],
)
def test_no_die_fits(die: str, count: int, rates: dict[str, float], fact: str) -> None:
    capability = CATALOGUE.dies[die].compute_capability
    found = fit(die_reading(CATALOGUE, die, count, None, **rates), capability, DIES)
    assert found.best is None
    assert found.excluded is not None
    assert fact in found.excluded[die]


def test_tensor_units_tell_turing_from_turing() -> None:
    found = fit(die_reading(CATALOGUE, "TU116", 24, 1.5), "7.5", DIES)
    assert found.best is not None
    assert found.best.name == "TU116"
    assert found.excluded is not None
    assert "no tensor units" in found.excluded["TU106"]


def test_a_throttled_multiply_add_excludes_no_die() -> None:
    slow = die_reading(CATALOGUE, "GA100", 70, 8.0, fp32_fma=2.0, fp64_fma=1.0, tensor_f16_f16=64.0)
    assert rates_of(slow).throttled
    assert rates_of(slow).fp32 == 64.0
    found = fit(slow, "8.0", DIES)
    assert found.best is not None
    assert found.best.name == "GA100"


def test_counts_that_disagree_count_nothing() -> None:
    reading = die_reading(CATALOGUE, "GA102", 84, 6.0)
    assert count_of(replace(reading, multiprocessors_by_residency=83)) is None
    assert count_of(replace(reading, multiprocessors_by_residency=None)) is None
    assert count_of(reading) == 84


@given(
    count=st.integers(0, 5000),
    by_residency=st.integers(0, 5000) | st.none(),
    l2=st.integers(1, 1 << 40) | st.none(),
    rates=st.dictionaries(
        st.sampled_from(["fp32-fma", "fp32-add", "fp64-fma", "tensor-f16-f16", "tensor-fp8", "other"]),
        st.floats(0, 1e6, allow_nan=False),
    ),
    capability=st.sampled_from(["8.6", "7.5", "12.0", "", "9.9"]),
)
@settings(max_examples=examples(100), deadline=None)
def test_any_reading_gets_an_answer(
    count: int, by_residency: int | None, l2: int | None, rates: dict[str, float], capability: str
) -> None:
    reading = DieReading(
        multiprocessors_by_id=count,
        multiprocessors_by_residency=by_residency,
        l2_bytes=l2,
        rates=as_readings(rates),
    )
    found = fit(reading, capability, DIES)
    assert found.excluded is not None
    if found.best is not None:
        assert found.best.compute_capability == capability
        assert found.best.name not in found.excluded
        assert found.best.name not in found.not_told_from


def test_every_die_has_its_rates_and_their_sources() -> None:
    assert set(CATALOGUE.die_vectors) == set(CATALOGUE.dies)
    for name, vector in CATALOGUE.die_vectors.items():
        if "fp32" not in vector.from_memory:
            assert vector.fp32 == CATALOGUE.dies[name].lanes_per_sm, name
        fields = ("fp32", "fp64", "fp16x2", "dp4a", "tensor_f16_f16", "tensor_f16_f32", "l2_halves")
        for field in ("tensor_units", "fp8", *(one for one in fields if getattr(vector, one) not in (None, ()))):
            assert vector.sources.get(field), f"{name}: {field}"
            assert (vector.sources[field] == "M") <= (field in vector.from_memory), f"{name}: {field}"
