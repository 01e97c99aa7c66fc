"""The claims of simulated cards: a genuine one says what its product says, and none can be taken for a real card."""

import pytest

from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.probes import simulated
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.control import ENTRY_A, ENTRY_B
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Outcome
from gpu_inspector.workflow import collecting
from gpu_inspector.workflow.judging import judge

LISTED = simulated.listed()
NAMES = [one.name for one in LISTED if one.cards == 1]


def test_the_list_says_what_each_must_come_to() -> None:
    assert len(NAMES) == len(set(NAMES)) == 21
    assert {one.name: one.cards for one in LISTED if one.cards > 1} == {"hgx-h100-8": 8, "hgx-h100-8-altered": 8}
    assert {one.exit for one in LISTED} == {0, 10, 12, 13}
    assert all(one.about for one in LISTED)


@pytest.mark.parametrize("name", NAMES)
def test_no_simulated_card_can_be_taken_for_a_real_one(name: str, catalogue: Catalogue) -> None:
    one = simulated.simulate(name, 3, catalogue)
    assert one.target.uuid == f"simulation:{name}" and one.target.seed == 3
    claims = one.card.nvml
    assert claims is not None and claims.uuid is not None and claims.uuid.startswith("GPU-00000000-0000-")
    assert claims.serial is None or claims.serial.startswith("000000")
    assert "simulated" in one.host.system
    evidence = collecting.collect_simulation(name, 3, None, catalogue)
    assert evidence.notes == (f"SIMULATION {name}, seed 3",)
    origin = judge(evidence, Declaration(), catalogue).cards[0].findings
    assert next(one for one in origin if one.check == "bench-origin").text.startswith("This is a simulation")


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("genuine-")])
def test_the_claims_of_a_genuine_card_give_nothing_away(name: str, catalogue: Catalogue) -> None:
    (card,) = judge(collecting.collect_simulation(name, 0, None, catalogue), Declaration(), catalogue).cards
    grave = [one for one in card.findings if one.outcome in (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)]
    assert not grave
    noted = [one.check for one in card.findings if one.outcome is Outcome.NOTED]
    # A figure that meets an entry of export control is told, and says nothing against the card.
    assert noted == ["bench-origin", *(["export-class"] if card.control in (ENTRY_A, ENTRY_B) else [])]


def test_one_seed_is_one_card(catalogue: Catalogue) -> None:
    first, again, other = (simulated.simulate("genuine-h100", seed, catalogue) for seed in (1, 1, 2))
    assert first == again
    assert first.card.nvml is not None and other.card.nvml is not None
    assert first.card.nvml.uuid != other.card.nvml.uuid and first.card.nvml.serial != other.card.nvml.serial


def test_an_unknown_name_is_answered_with_the_names(catalogue: Catalogue) -> None:
    with pytest.raises(GpuInspectorError) as caught:
        simulated.simulate("nothing", 0, catalogue)
    assert all(name in str(caught.value) for name in NAMES)


def test_a_patched_driver_leaves_its_traces_on_the_bench(catalogue: Catalogue) -> None:
    patched = simulated.simulate("cmp-170hx-unlocked-64gb", 0, catalogue).host
    assert patched.patch_signs and patched.module is not None and patched.module.state == "unvouched"
    clean = simulated.simulate("genuine-h100", 0, catalogue).host
    assert not clean.patch_signs and clean.module is not None and clean.module.state == "vouched"
