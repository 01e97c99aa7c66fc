"""The measured column comes to each card that can be measured, and a reason to each that cannot."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from cards import genuine, row_of

from gpu_inspector.probes import cuda
from gpu_inspector.probes.cuda import Measured, Target
from gpu_inspector.records.evidence import CardEvidence, Evidence, Gap, Origin
from gpu_inspector.records.silicon import SiliconReading
from gpu_inspector.workflow import measuring

ROW = row_of("NVIDIA GeForce RTX 4090")
OTHER = "GPU-0a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4"
LOST = Gap("measure: heat", "No sensor.")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Target]:
    """The targets that the parent of the children was given; each is answered with a reading and a gap."""
    found: list[Target] = []

    def answer(
        targets: Sequence[Target], profile: str, progress: cuda.Progress, *, minutes: float = 0.0, watch: object = None
    ) -> tuple[Measured, ...]:
        found.extend(targets)
        return tuple(
            Measured(SiliconReading(profile=profile, uuid=target.uuid, seconds=minutes), (LOST,)) for target in targets
        )

    monkeypatch.setattr(cuda, "measure", answer)
    return found


def machine(*uuids: str | None) -> Evidence:
    """Cards of this machine with these UUIDs."""
    evidence = genuine(ROW)
    (card,) = evidence.cards
    assert card.nvml is not None and card.nvidia_smi is not None
    cards = tuple(
        replace(
            card,
            label=f"card {number}",
            nvml=replace(card.nvml, uuid=uuid),
            nvidia_smi=replace(card.nvidia_smi, uuid=uuid),
        )
        for number, uuid in enumerate(uuids)
    )
    return replace(evidence, cards=cards)


def uuid_of(evidence: Evidence) -> str:
    (card,) = evidence.cards
    assert card.nvml is not None and card.nvml.uuid is not None
    return card.nvml.uuid


def test_a_card_gets_its_reading_and_its_gaps(asked: list[Target]) -> None:
    evidence = genuine(ROW)
    (card,) = measuring.measured(evidence, "deep", minutes=3.0).cards
    assert asked == [Target("0000:01:00.0", uuid_of(evidence))]
    assert card.silicon == SiliconReading(profile="deep", uuid=uuid_of(evidence), seconds=3.0)
    assert card.gaps == (LOST,)


@pytest.mark.parametrize(
    ("uuid", "words"),
    [
        pytest.param(None, "gives no UUID", id="none"),
        pytest.param("--help", "gives no UUID", id="an option"),
        pytest.param("simulation:genuine-h100", "gives no UUID", id="a simulation's name"),
        pytest.param("MIG-8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4", "gives no UUID", id="a slice"),
    ],
)
def test_a_card_without_a_uuid_of_a_card_is_not_tried(uuid: str | None, words: str, asked: list[Target]) -> None:
    (card,) = measuring.measured(machine(uuid), "quick").cards
    assert asked == [] and card.silicon is None
    assert card.gaps[0].source == "measure" and words in card.gaps[0].reason and card.gaps[0].advice


def test_a_card_that_no_driver_answers_for_is_not_tried(asked: list[Target]) -> None:
    evidence = genuine(ROW)
    bare = replace(evidence, cards=(CardEvidence(label="0000:01:00.0", pci=evidence.cards[0].pci),))
    (card,) = measuring.measured(bare, "quick").cards
    assert asked == []
    assert "driver does not answer" in card.gaps[0].reason


def test_cards_keep_their_places(asked: list[Target]) -> None:
    own = uuid_of(genuine(ROW))
    first, second, third = measuring.measured(machine(own, None, OTHER), "quick").cards
    assert [target.uuid for target in asked] == [own, OTHER]
    assert first.silicon is not None and first.silicon.uuid == own
    assert second.silicon is None
    assert third.silicon is not None and third.silicon.uuid == OTHER


@pytest.mark.parametrize("beside", [pytest.param(True, id="a bystander"), pytest.param(False, id="both inspected")])
def test_two_cards_of_one_uuid_cannot_be_told_apart(beside: bool, asked: list[Target]) -> None:
    evidence = machine(OTHER, OTHER.upper())
    if beside:
        evidence = replace(evidence, cards=evidence.cards[:1], bystanders=evidence.cards[1:])
    for card in measuring.measured(evidence, "quick").cards:
        assert card.silicon is None and "same UUID" in card.gaps[0].reason
    assert asked == []


@pytest.mark.parametrize("origin", [Origin.FILE, Origin.SAMPLE, Origin.SIMULATION])
def test_what_is_no_card_of_this_machine_is_left_as_it_is(origin: Origin, asked: list[Target]) -> None:
    evidence = replace(genuine(ROW), origin=origin)
    assert measuring.measured(evidence, "quick") is evidence
    assert asked == []
