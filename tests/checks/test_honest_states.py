"""Honest cards in odd states: one cause shows in several places, and none of them may add up to an accusation."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cards import MIB, forged, genuine, on_bench, row_of
from firmware_records import image_of, with_images, with_part, with_table
from silicon_records import memory_of, silicon_of_row, with_silicon

from gpu_inspector.checks import firmware_weight
from gpu_inspector.checks.subject import Subject
from gpu_inspector.probes import capture
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.claims import Virtualization
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Finding, Outcome, Strength
from gpu_inspector.records.firmware import VbiosReading
from gpu_inspector.records.modification import Fact
from gpu_inspector.records.silicon import GroupError
from gpu_inspector.workflow.collecting import collect_file
from gpu_inspector.workflow.judging import judge

ADA = row_of("NVIDIA GeForce RTX 4090", "2684", 24)
_GROUP = GroupError(number=3, of=24, stretch_bytes=512, share=1 / 24)
_ANOTHER_MAKERS = image_of(ADA, subsystem=(0x1043, 0x8888))


def in_pci(evidence: Evidence, **fields: Any) -> Evidence:
    (card,) = evidence.cards
    assert card.pci is not None
    return replace(evidence, cards=(replace(card, pci=replace(card.pci, **fields)),))


def with_broken_chip(evidence: Evidence, *, narrow: bool = False) -> Evidence:
    """Wrong words on one group of channels; and, where it is said, half of the lanes lost in a slot that has all."""
    silicon = silicon_of_row(ADA, memory=memory_of(24564, group=_GROUP, bad_words=9, bad_pages=4))
    if narrow:
        assert silicon.link is not None
        silicon = replace(silicon, link=replace(silicon.link, width_under_load=8, to_device_bytes_per_s=13e9))
    return with_silicon(in_pci(evidence, port_width_max=16), silicon)


def findings(evidence: Evidence, catalogue: Catalogue) -> dict[str, Finding]:
    return {one.check: one for one in judge(evidence, Declaration(), catalogue).cards[0].findings}


def _another_inforom() -> Evidence:
    """Repaired with the InfoROM of an RTX A6000: it is foreign to the name, and to the board that the vBIOS names."""
    repaired = forged(genuine(ADA), inforom_image="G133.0510.00.05")
    return with_images(repaired, with_table(image_of(ADA), project="G139-0330"))


STATES: dict[str, tuple[Callable[[], Evidence], set[str]]] = {
    "a machine that maps little, and a broken memory chip": (
        lambda: with_broken_chip(forged(genuine(ADA), bar1_total_bytes=8192 * MIB)),
        {"board-bar1-size", "board-error-group"},
    ),
    "a dying board: InfoROM, memory chip and lanes": (
        lambda: with_broken_chip(forged(genuine(ADA), inforom_valid=False), narrow=True),
        {"firmware-inforom-valid", "board-error-group", "link-measured"},
    ),
    "a card repaired with another board's InfoROM": (
        _another_inforom,
        {"firmware-inforom-objects", "firmware-image-board"},
    ),
    "a small computer's maker who used a laptop's chip and image": (
        lambda: in_pci(
            with_images(
                forged(genuine(ADA), power_min_mw=1000, power_default_mw=115_000),
                with_table(image_of(ADA), mobile=True),
            ),
            class_code="030200",
        ),
        {"board-outputs", "board-power", "firmware-image-ids"},
    ),
    "a bench whose clock lost its battery, and a worn InfoROM": (
        lambda: replace(
            with_images(forged(genuine(ADA), inforom_valid=False), image_of(ADA)),
            collected_at=datetime(2016, 1, 1, tzinfo=UTC),
        ),
        {"firmware-image-date", "firmware-inforom-valid"},
    ),
    "a card of a board that shows no subsystem, since its image was flashed": (
        lambda: with_images(forged(genuine(ADA), subsystem_vendor="0000", subsystem_id="0000"), _ANOTHER_MAKERS),
        {"board-subsystem", "firmware-image-subsystem"},
    ),
}


@pytest.mark.parametrize(("made", "noted"), STATES.values(), ids=STATES)
def test_one_cause_that_shows_in_several_places_accuses_nobody(
    made: Callable[[], Evidence], noted: set[str], catalogue: Catalogue
) -> None:
    found = findings(made(), catalogue)
    accused = [one.check for one in found.values() if one.outcome in (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)]
    assert accused == []
    assert {check for check in noted if found[check].outcome is Outcome.NOTED} == noted, "nothing is hidden either"


IN_A_GUEST: dict[str, Callable[[Evidence], Evidence]] = {
    "by the bench's word": lambda one: on_bench(one, virtual_machine="kvm"),
    "by the driver's word": lambda one: forged(one, virtualization=Virtualization.PASS_THROUGH),
}


@pytest.mark.parametrize("inside", IN_A_GUEST.values(), ids=IN_A_GUEST)
@pytest.mark.parametrize(
    "image",
    [
        pytest.param(_ANOTHER_MAKERS, id="another maker's board"),
        pytest.param(with_part(image_of(ADA), 0, device_id="2204"), id="another product"),
    ],
)
def test_an_image_in_a_virtual_machine_is_what_its_host_gave(
    inside: Callable[[Evidence], Evidence], image: VbiosReading, catalogue: Catalogue
) -> None:
    signs = [
        one
        for one in findings(inside(with_images(genuine(ADA), image)), catalogue).values()
        if one.check.startswith("firmware-image-")
    ]
    noted = [one for one in signs if one.outcome is Outcome.NOTED]
    assert noted
    assert {one.strength for one in noted} == {Strength.WEAK}
    assert all(firmware_weight._HOSTS_CHOICE in one.innocent for one in noted)
    assert not [one for one in signs if one.outcome in (Outcome.SUSPICIOUS, Outcome.CONSISTENT)]


def test_a_guests_first_generation_link_is_its_hosts_word(catalogue: Catalogue) -> None:
    slow = in_pci(forged(genuine(ADA), link_gen_device_max=1), link_gen_max=1)
    assert findings(slow, catalogue)["link-maximum"].strength is Strength.STRONG
    assert findings(on_bench(slow, virtual_machine="kvm"), catalogue)["link-maximum"].strength is Strength.MEDIUM


def test_a_capture_makes_no_more_of_a_handed_in_file_than_the_machine_did(tmp_path: Path, catalogue: Catalogue) -> None:
    live = with_images(genuine(ADA), replace(_ANOTHER_MAKERS, source="file", file_name="found.rom"))
    capture.write(live, tmp_path / "c.json")
    read = collect_file(tmp_path / "c.json", None, catalogue)
    one, other = (findings(evidence, catalogue)["firmware-image-subsystem"] for evidence in (live, read))
    assert (one.outcome, one.strength, one.witness) == (Outcome.NOTED, Strength.WEAK, "vBIOS file")
    assert (other.outcome, other.strength, other.witness) == (one.outcome, one.strength, one.witness)


def test_of_an_image_that_begins_with_extensions_the_x86_part_names_the_device(catalogue: Catalogue) -> None:
    """On Blackwell two extensions stand first, with the id of a family of devices."""
    image = image_of(ADA)
    evidence = with_images(genuine(ADA), replace(image, images=(*image.images[2:], *image.images[:2])))
    shown = Subject(evidence, evidence.cards[0], Declaration(), catalogue).shown
    assert shown[Fact.IMAGE_DEVICE].value == ("2684",)
