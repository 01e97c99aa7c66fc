"""Weak and medium signs in what was measured: noted with their honest causes, and never a broken card accused."""

from dataclasses import replace
from typing import Any

import pytest
from cards import finding_of, forged, genuine, on_bench, row_of
from silicon_records import MIB, memory_of, silicon_of_row, with_silicon

from gpu_inspector.language import fill
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.claims import Absence
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Condition, Finding, Identity, Outcome, Strength
from gpu_inspector.records.silicon import (
    GroupError,
    HeatReading,
    HeatSample,
    LaneError,
    MemoryReading,
    PassReading,
    SiliconReading,
)
from gpu_inspector.workflow.judging import judge

_4090 = row_of("NVIDIA GeForce RTX 4090")
_T4 = row_of("Tesla T4")
_TOTAL = 24564
GROUP = GroupError(number=3, of=24, stretch_bytes=512, share=1 / 24)
NOTED, CONSISTENT, INCONCLUSIVE = Outcome.NOTED, Outcome.CONSISTENT, Outcome.INCONCLUSIVE


def card(**parts: Any) -> Evidence:
    return with_silicon(genuine(_4090, "2684"), silicon_of_row(_4090, **parts))


def heat(**fields: Any) -> Evidence:
    reading = silicon_of_row(_4090).heat
    assert reading is not None
    return card(heat=replace(reading, **fields))


def said(finding: Finding) -> str:
    return fill(finding.text, finding.values)


def broken(**changes: Any) -> MemoryReading:
    """A channel group with wrong words, as a chip with a bad joint shows it."""
    bad: dict[str, Any] = {
        "group": GROUP,
        "lanes": (LaneError(lane=17, words=900, reads="0"),),
        "bad_words": 900,
        "bad_pages": 40,
        "bad_page_offsets": (0,),
    }
    return memory_of(_TOTAL, **{**bad, **changes})


# --- one group of channels


def test_errors_on_one_group_are_a_medium_sign_and_a_defect(catalogue: Catalogue) -> None:
    found = finding_of(card(memory=broken()), "board-error-group", catalogue)
    assert (found.outcome, found.strength, found.condition) == (NOTED, Strength.MEDIUM, None)
    assert "channel group 3 of 24" in said(found)
    assert any("nobody has touched" in one for one in found.innocent)
    assert finding_of(card(), "board-error-group", catalogue).outcome is CONSISTENT


def test_a_broken_honest_card_is_faulty_and_not_accused(catalogue: Catalogue) -> None:
    """Wrong words on a channel, lanes of the link lost, and hot memory: one drop on the floor makes them all."""
    silicon = silicon_of_row(_4090, memory=broken())
    assert silicon.link is not None and silicon.heat is not None
    silicon = replace(
        silicon,
        link=replace(silicon.link, width_under_load=8, replays=0),
        heat=replace(silicon.heat, memory_c=110.0, hotspot_c=99.0),
    )
    evidence = with_silicon(genuine(_4090, "2684"), silicon)
    (one,) = evidence.cards
    assert one.pci is not None
    evidence = replace(evidence, cards=(replace(one, pci=replace(one.pci, port_width_max=16)),))
    (judged,) = judge(evidence, Declaration(), catalogue).cards
    by_check = {found.check: found for found in judged.findings}
    assert by_check["board-error-group"].strength is Strength.MEDIUM
    assert by_check["link-measured"].strength is Strength.MEDIUM
    assert by_check["board-signs"].outcome is CONSISTENT
    assert "one defect would explain both" in said(by_check["board-signs"])
    assert judged.condition is Condition.FAULTY
    assert judged.identity not in (Identity.SUSPICIOUS, Identity.CONTRADICTED)


def _passes(**bad: int) -> tuple[PassReading, ...]:
    names = {"hash": "verify hash", "inverse": "verify inverse", "ones": "verify walking ones"}
    return tuple(
        PassReading(name=names[name], moved_bytes=_TOTAL * MIB, seconds=0.03, bad_pages=pages)
        for name, pages in bad.items()
    )


@pytest.mark.parametrize(
    ("passes", "cause", "strength"),
    [
        pytest.param(_passes(hash=4, inverse=0, ones=0), "memory retention", Strength.WEAK, id="only after waiting"),
        pytest.param(_passes(hash=4, inverse=2, ones=3), "memory channel", Strength.MEDIUM, id="at once as well"),
        pytest.param(_passes(hash=4, inverse=2), "memory channel", Strength.MEDIUM, id="nothing was read at once"),
    ],
)
def test_a_group_that_only_forgets_is_told_apart(
    passes: tuple[PassReading, ...], cause: str, strength: Strength, catalogue: Catalogue
) -> None:
    found = finding_of(card(memory=broken(passes=passes)), "board-error-group", catalogue)
    assert (found.cause, found.strength) == (cause, strength)


@pytest.mark.parametrize(
    ("heats", "cause"),
    [
        pytest.param((45.0, 46.0, 70.0), "memory when hot", id="wrong only when 24 K hotter"),
        pytest.param((45.0, 66.0, 70.0), "memory channel", id="a right one nearly as hot"),
        pytest.param((45.0, None, 70.0), "memory channel", id="one temperature not known"),
        pytest.param((70.0, 71.0, 45.0), "memory channel", id="wrong when cold"),
    ],
)
def test_errors_that_come_with_heat_are_told_apart(
    heats: tuple[float | None, ...], cause: str, catalogue: Catalogue
) -> None:
    names = ("verify hash", "verify inverse", "verify hash, repeated")
    passes = tuple(
        PassReading(name=name, moved_bytes=24 << 30, seconds=1.0, bad_pages=9 * (at == 2), temperature_c=heats[at])
        for at, name in enumerate(names)
    )
    found = finding_of(card(memory=broken(passes=passes)), "board-error-group", catalogue)
    assert (found.outcome, found.strength, found.cause) == (NOTED, Strength.MEDIUM, cause)


@pytest.mark.parametrize(
    "memory",
    [
        pytest.param(broken(complete=False), id="cut short"),
        pytest.param(broken(bad_pages=-1), id="figures that contradict each other"),
    ],
)
def test_a_test_that_did_not_end_says_nothing_of_groups(memory: MemoryReading, catalogue: Catalogue) -> None:
    assert finding_of(card(memory=memory), "board-error-group", catalogue).outcome is INCONCLUSIVE


# --- heat and clock


@pytest.mark.parametrize(
    ("fields", "check", "outcome"),
    [
        pytest.param({"memory_c": 82.0}, "board-memory-heat", CONSISTENT, id="memory 15 K above the die"),
        pytest.param({"memory_c": 104.0}, "board-memory-heat", NOTED, id="memory 37 K above the die"),
        pytest.param({"memory_c": None}, "board-memory-heat", INCONCLUSIVE, id="memory not given"),
        pytest.param({"hotspot_c": 80.0, "power_w": 430.0}, "board-hotspot", CONSISTENT, id="hot spot 13 K above"),
        pytest.param({"hotspot_c": 95.0, "power_w": 430.0}, "board-hotspot", NOTED, id="hot spot 28 K above"),
        pytest.param({"hotspot_c": 95.0, "power_w": 200.0}, "board-hotspot", INCONCLUSIVE, id="far from the limit"),
        pytest.param({"hotspot_c": None}, "board-hotspot", INCONCLUSIVE, id="hot spot not given"),
        pytest.param({"clock_highest_mhz": 2595.0}, "board-clock", CONSISTENT, id="clock near boost"),
        pytest.param({"clock_highest_mhz": 1200.0}, "board-clock", NOTED, id="half the clock"),
        pytest.param(
            {"clock_highest_mhz": 1200.0, "throttle": ("software power cap",)},
            *("board-clock", INCONCLUSIVE),
            id="half the clock, and why",
        ),
        pytest.param({"clock_highest_mhz": None}, "board-clock", INCONCLUSIVE, id="clock not given"),
    ],
)
def test_heat_and_clock(fields: dict[str, Any], check: str, outcome: Outcome, catalogue: Catalogue) -> None:
    found = finding_of(heat(**fields), check, catalogue)
    assert found.outcome is outcome
    assert found.strength is (Strength.WEAK if outcome is NOTED else Strength.NONE)
    assert found.condition is None, "a proposal that no card has calibrated wears nobody's card out"


# --- sensors


def steady(**fields: Any) -> HeatReading:
    samples = tuple(HeatSample(at_s=step, temperature_c=41.0, power_w=300.0) for step in range(60))
    reading = HeatReading(usable=False, load_s=45.0, power_w=300.0, after_cut_c=41.0, samples=samples)
    return replace(reading, **fields)


@pytest.mark.parametrize(
    ("reading", "outcome"),
    [
        pytest.param(steady(), NOTED, id="one temperature all along"),
        pytest.param(steady(after_cut_c=None), NOTED, id="no look after the cut"),
        pytest.param(steady(after_cut_c=40.0), INCONCLUSIVE, id="it moved after the cut"),
        pytest.param(steady(power_w=20.0), INCONCLUSIVE, id="hardly any load"),
        pytest.param(steady(power_w=None), INCONCLUSIVE, id="power not given"),
        pytest.param(steady(load_s=3.0), INCONCLUSIVE, id="a short load"),
        pytest.param(steady(samples=()), INCONCLUSIVE, id="no samples"),
        pytest.param(None, INCONCLUSIVE, id="not measured"),
    ],
)
def test_a_temperature_that_no_load_moves(reading: HeatReading | None, outcome: Outcome, catalogue: Catalogue) -> None:
    if reading is not None and not reading.samples:
        reading = replace(reading, after_cut_c=None)
    found = finding_of(card(heat=reading), "board-sensors", catalogue)
    assert found.outcome is outcome
    if outcome is NOTED:
        assert (found.strength, found.cause) == (Strength.MEDIUM, "constant sensor")
        assert "41 °C" in said(found)


def without_fans(evidence: Evidence) -> Evidence:
    return forged(evidence, fans=None, absent=(Absence("fans", "not supported"),))


def test_a_gaming_card_whose_fans_the_driver_does_not_find(catalogue: Catalogue) -> None:
    bare = without_fans(genuine(_4090, "2684"))
    found = finding_of(bare, "board-sensors", catalogue)
    assert (found.outcome, found.strength, found.cause) == (NOTED, Strength.MEDIUM, "fan")
    guest = finding_of(on_bench(bare, virtual_machine="WSL"), "board-sensors", catalogue)
    assert (guest.outcome, guest.strength) == (NOTED, Strength.WEAK)
    assert finding_of(forged(bare, fans=2), "board-sensors", catalogue).outcome is CONSISTENT


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        pytest.param(without_fans(genuine(_T4)), CONSISTENT, id="a passive product"),
        pytest.param(forged(genuine(_T4), fans=1), NOTED, id="a passive product with a fan"),
        pytest.param(without_fans(genuine(row_of("NVIDIA GeForce GT 1030", "1D01", 4))), CONSISTENT, id="a small card"),
        pytest.param(genuine(_4090, "2684"), INCONCLUSIVE, id="not asked"),
    ],
)
def test_fans_by_kind_of_product(evidence: Evidence, outcome: Outcome, catalogue: Catalogue) -> None:
    found = finding_of(evidence, "board-sensors", catalogue)
    assert found.outcome is outcome
    assert found.strength in (Strength.NONE, Strength.WEAK)


def test_the_genuine_measurement_shows_none_of_it(catalogue: Catalogue) -> None:
    silicon: SiliconReading = silicon_of_row(_4090)
    (judged,) = judge(with_silicon(genuine(_4090, "2684"), silicon), Declaration(), catalogue).cards
    signs = {one.check for one in judged.findings if one.strength is not Strength.NONE}
    assert not {one for one in signs if one.startswith("board-")}
