"""How the inspection was made, said from its record: alterations, bench, clock, methods, versions."""

from dataclasses import replace

import pytest
from cards import genuine, row_of
from silicon_records import silicon_of_row, with_silicon

from gpu_inspector.records import method
from gpu_inspector.records.declaration import Case, Photograph
from gpu_inspector.records.evidence import Evidence, Gap, Origin
from gpu_inspector.records.finding import Finding, Outcome, Role, Strength
from gpu_inspector.records.silicon import SiliconReading
from gpu_inspector.workflow import measuring

ROW = row_of("NVIDIA GeForce RTX 4090")


def _evidence(silicon: SiliconReading | None, origin: Origin = Origin.MACHINE) -> Evidence:
    return with_silicon(genuine(ROW), silicon, origin=origin)


@pytest.mark.parametrize("origin", [Origin.FILE, Origin.SAMPLE])
def test_a_file_alters_nothing_even_where_it_tells_of_a_measurement(origin: Origin) -> None:
    assert method.alterations(_evidence(silicon_of_row(ROW), origin)) == (
        "None: only a file was read, and no card was touched.",
    )


def test_a_simulation_alters_nothing() -> None:
    silicon = silicon_of_row(ROW, simulation="x")
    assert method.alterations(_evidence(silicon, Origin.SIMULATION)) == (
        "None: a simulation ran, and there was no card.",
    )


def test_a_card_that_was_only_read_was_under_power_with_its_driver() -> None:
    said = method.alterations(_evidence(None))
    assert said[0] == "The cards were under power while they were looked at."
    assert said[1].startswith("A driver")
    assert len(said) == 2


def test_without_a_driver_none_was_loaded() -> None:
    evidence = _evidence(None)
    card = replace(evidence.cards[0], nvml=None, nvidia_smi=None)
    assert method.alterations(replace(evidence, cards=(card,), host=None)) == (
        "The cards were under power while they were looked at.",
    )


def test_a_measured_card_says_how_long_how_much_was_overwritten_and_how_hot_it_got() -> None:
    silicon = silicon_of_row(ROW, profile="standard", seconds=61.0)
    assert silicon.memory is not None and silicon.heat is not None
    said = " ".join(method.alterations(_evidence(silicon)))
    assert "programs ran on the card for 61 s (profile standard)" in said
    assert "of its memory were overwritten; what stood there is lost" in said
    assert "it was heated for" in said
    cold = " ".join(method.alterations(_evidence(replace(silicon, heat=None))))
    assert "heated" not in cold


def test_a_measurement_that_broke_off_may_have_overwritten_the_memory() -> None:
    silicon = replace(silicon_of_row(ROW), memory=None, complete=False)
    assert "memory may have been overwritten" in " ".join(method.alterations(_evidence(silicon)))
    evidence = _evidence(None)
    lost = replace(evidence.cards[0], gaps=(Gap("measure", "The measuring process was ended.", ""),))
    assert "may have been overwritten" in " ".join(method.alterations(replace(evidence, cards=(lost,))))


def test_a_card_that_no_program_ran_on_was_not_overwritten() -> None:
    evidence = _evidence(None)
    silent = replace(evidence.cards[0], nvml=None, nvidia_smi=None)
    gap = measuring._obstacle(silent, None, 1)
    assert gap is not None and gap.source == "measure"
    kept = replace(evidence.cards[0], gaps=(gap,))
    assert "overwritten" not in " ".join(method.alterations(replace(evidence, cards=(kept,))))


def _bench(outcome: Outcome, strength: Strength = Strength.NONE, check: str = "bench-driver") -> Finding:
    return Finding(check=check, title="Driver", role=Role.CORE, outcome=outcome, strength=strength, text="x")


def test_trust_in_the_bench_is_never_more_than_was_found() -> None:
    evidence = _evidence(None)
    assert "not known" in method.bench_trust(replace(evidence, host=None), ())
    assert "not judged" in method.bench_trust(evidence, (_bench(Outcome.CONSISTENT, check="memory-total"),))
    assert "not vouched for: Driver" in method.bench_trust(evidence, (_bench(Outcome.INCONCLUSIVE),))
    assert method.bench_trust(evidence, (_bench(Outcome.CONSISTENT),)).startswith(
        "Nothing was found against the bench;"
    )
    assert "1 sign noted" in method.bench_trust(evidence, (_bench(Outcome.NOTED, Strength.WEAK),))


@pytest.mark.parametrize(
    ("synchronised", "origin", "said"),
    [
        (True, Origin.MACHINE, "says that it is synchronised"),
        (False, Origin.MACHINE, "is not synchronised"),
        (None, Origin.MACHINE, "does not say"),
        pytest.param(True, Origin.FILE, "does not say", id="a file's own machine is not ours"),
    ],
)
def test_it_is_said_whose_clock_it_was(synchronised: bool | None, origin: Origin, said: str) -> None:
    host = genuine(ROW).host
    assert host is not None
    assert said in method.clock(replace(host, clock_synchronised=synchronised), origin)


def test_the_state_on_arrival_is_what_somebody_said_of_it() -> None:
    assert method.arrival(Case()) == "nothing was said of it"
    photograph = Photograph(sha256="0" * 64, name="a.jpg", size_bytes=1)
    said = method.arrival(Case(seals="A-17", note="dented", photographs=(photograph,)))
    assert said == "seals: A-17; 1 photograph; see the inspector's note"


def test_each_thing_that_was_looked_at_has_its_method() -> None:
    silicon = silicon_of_row(ROW)
    named = [name for name, _how in method.methods_of(_evidence(silicon))]
    assert "Measured: memory" in named and "Claimed: NVML" in named
    bare = [name for name, _how in method.methods_of(_evidence(replace(silicon, heat=None)))]
    assert set(named) - set(bare) == {"Measured: heat"}


def test_kernels_have_their_digest_and_a_simulation_has_none() -> None:
    silicon = replace(silicon_of_row(ROW), kernels_sha256="ab" * 32)
    assert method.kernels_digests(_evidence(silicon)) == ("ab" * 32,)
    assert method.kernels_digests(_evidence(replace(silicon, simulation="x"), Origin.SIMULATION)) == ()
