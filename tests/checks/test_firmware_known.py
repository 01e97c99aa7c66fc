"""One image against another: a second one of the same card, and those of the office's collection."""

from dataclasses import replace
from typing import Any

import pytest
from cards import finding_of, genuine, row_of
from efi_builder import driver
from firmware_records import image_of, with_images, with_part, with_table
from rom_builder import build, rom_for

from gpu_inspector.probes import vbios
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.evidence import Evidence, Gap, Origin
from gpu_inspector.records.finding import Finding, Outcome, Strength
from gpu_inspector.records.firmware import KnownImage, VbiosReading
from gpu_inspector.records.image_parts import differing_parts, ids_of, lacking_parts, own_first, version_of, whole
from gpu_inspector.records.sighting import LedgerAsked

ADA = row_of("NVIDIA GeForce RTX 4090", memory_gib=24)
IMAGE = image_of(ADA)
OTHER = image_of(ADA, code=b"\x11" * 1024)
"""The same version and board, with other bytes in the signed code."""
COMPARED, KNOWN = "firmware-images-compared", "firmware-image-known"


def compared(one: VbiosReading, other: VbiosReading, catalogue: Catalogue, *, as_file: bool = False) -> Finding:
    evidence = with_images(genuine(ADA), one, other)
    if as_file:
        evidence = replace(evidence, origin=Origin.FILE, host=None)
    return finding_of(evidence, COMPARED, catalogue)


def test_the_same_bytes_are_the_same_whatever_stands_around_them(catalogue: Catalogue) -> None:
    wrapped = image_of(ADA, source="file", wrapper=1, trailing=b"\xff" * 512)
    assert compared(IMAGE, wrapped, catalogue).outcome is Outcome.CONSISTENT


def test_one_reading_goes_further_than_the_other(catalogue: Catalogue) -> None:
    built = build(rom_for(ADA, efi_driver=driver(), standard_ends_early=True))
    short = vbios.parse(built.data[: built.places["image 2"]], source="card")
    long = vbios.parse(built.data, source="file")
    found = compared(short, long, catalogue)
    assert found.outcome is Outcome.CONSISTENT
    assert "extension" in str(found.values["lacking"])


def test_a_cut_dump_is_no_difference(catalogue: Catalogue) -> None:
    data = build(rom_for(ADA, efi_driver=driver())).data
    cut = vbios.parse(data[: len(data) - 700], source="file")
    whole_one = vbios.parse(data, source="card")
    assert compared(whole_one, cut, catalogue).outcome is Outcome.INCONCLUSIVE


def test_two_readings_of_one_card_that_differ_are_a_medium_sign(catalogue: Catalogue) -> None:
    found = compared(IMAGE, OTHER, catalogue)
    assert (found.outcome, found.strength, found.witness) == (Outcome.NOTED, Strength.MEDIUM, "vBIOS")
    assert found.innocent
    assert "extension" in found.observed


def test_two_readings_for_other_ids_are_no_medium_sign(catalogue: Catalogue) -> None:
    """One maker's version number may stand on images of several boards."""
    found = compared(IMAGE, with_part(OTHER, 0, subsystem="1043:8932"), catalogue)
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.WEAK)


@pytest.mark.parametrize("as_file", [False, True])
def test_a_file_that_differs_is_a_weak_sign(as_file: bool, catalogue: Catalogue) -> None:
    found = compared(IMAGE, replace(OTHER, source="file"), catalogue, as_file=as_file)
    assert (found.outcome, found.strength, found.witness) == (Outcome.NOTED, Strength.WEAK, "vBIOS file")


def test_an_image_of_another_version_is_named_as_such(catalogue: Catalogue) -> None:
    other = image_of(ADA, version="95.02.18.80.5F")
    found = compared(IMAGE, other, catalogue)
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.WEAK)
    assert "version" in str(found.values["named"])
    assert found.values["versions"] == "of two versions"


def test_parts_by_name() -> None:
    assert differing_parts(IMAGE, IMAGE) == lacking_parts(IMAGE, IMAGE) == ()
    assert differing_parts(IMAGE, OTHER) and "x86 part" not in differing_parts(IMAGE, OTHER)
    assert lacking_parts(IMAGE, replace(IMAGE, images=IMAGE.images[:2])) == ("extension 1", "extension 2")
    assert differing_parts(IMAGE, with_part(OTHER, 3, whole=False)) == ()
    assert not whole(with_part(IMAGE, 0, whole=False))
    assert own_first((replace(OTHER, source="file"), IMAGE))[0] is IMAGE
    assert ids_of(replace(IMAGE, images=())) == ("", "")


@pytest.mark.parametrize("version", ["", " ", "9" * 500, "95.02.Ä"])
def test_what_can_be_no_version_is_looked_up_nowhere(version: str) -> None:
    assert version_of(with_table(IMAGE, version=version)) == ""
    assert version_of(replace(IMAGE, bit=None)) == ""


def known_image(image: VbiosReading = IMAGE, **fields: Any) -> KnownImage:
    device, subsystem = ids_of(image)
    made = {
        "card": "0000:01:00.0",
        "sha256": image.images_sha256,
        "version": version_of(image),
        "same": image.images_sha256 == IMAGE.images_sha256,
        "differing": differing_parts(IMAGE, image),
        "device_id": device,
        "subsystem": subsystem,
        "row": 7,
        "inspection": "b" * 32,
        "digest": "ab" * 32,
        "made_at": "2026-10-01T08:00:00+00:00",
        "clean": True,
        "from_card": True,
    }
    return KnownImage(**{**made, **fields})


THREE = tuple(known_image(OTHER, row=row) for row in (5, 6, 7))
"""Three cards that agree with each other, and not with this one."""


def known(*images: KnownImage, image: VbiosReading = IMAGE, **fields: Any) -> Evidence:
    return replace(with_images(genuine(ADA), image), known_images=images, **fields)


def test_the_same_image_on_other_cards_is_information(catalogue: Catalogue) -> None:
    found = finding_of(known(known_image(row=9), known_image(row=8), known_image(same_card=True)), KNOWN, catalogue)
    assert (found.outcome, found.strength) == (Outcome.CONSISTENT, Strength.NONE)
    assert (found.values["cards"], found.values["last"]) == (2, 9)


@pytest.mark.parametrize("nothing", ["", "unclean", "file", "version", "card"])
def test_an_image_that_nobody_knows_is_no_pass(nothing: str, catalogue: Catalogue) -> None:
    """Only clean inspections count, of images that were read out of cards."""
    changed: dict[str, dict[str, Any]] = {
        "unclean": {"clean": False},
        "file": {"from_card": False},
        "version": {"version": "95.02.00.00.01"},
        "card": {"card": "0000:02:00.0"},
    }
    fields = changed.get(nothing, {})
    images = (known_image(OTHER, **fields), known_image(**fields)) if nothing else ()
    found = finding_of(known(*images), KNOWN, catalogue)
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "no pass" in found.text


@pytest.mark.parametrize(
    ("images", "strength"),
    [
        pytest.param(THREE, Strength.MEDIUM, id="several cards of one image"),
        pytest.param((*THREE, known_image(same_card=True)), Strength.MEDIUM, id="seen on this card alone"),
        pytest.param((known_image(OTHER),), Strength.WEAK, id="one card against one"),
        pytest.param((*THREE[:2], known_image(OTHER, sha256="cd" * 32)), Strength.WEAK, id="they differ as well"),
        pytest.param((known_image(OTHER, same_card=True),) * 5, Strength.WEAK, id="this card, at its other switch"),
        pytest.param((*THREE, known_image()), Strength.WEAK, id="others have it too"),
        pytest.param((known_image(OTHER, subsystem="1043:8889"),) * 5, Strength.WEAK, id="another subsystem"),
        pytest.param((known_image(OTHER, device_id="26B1"),) * 5, Strength.WEAK, id="another device"),
    ],
)
def test_other_bytes_under_the_same_version(
    images: tuple[KnownImage, ...], strength: Strength, catalogue: Catalogue
) -> None:
    found = finding_of(known(*images), KNOWN, catalogue)
    assert (found.outcome, found.strength) == (Outcome.NOTED, strength)
    assert any("earlier card" in one for one in found.innocent)
    assert any("switch" in one for one in found.innocent)
    assert "extension" in str(found.values["parts"])


def test_a_ledger_that_nobody_asked_is_told_as_such(catalogue: Catalogue) -> None:
    asked = finding_of(known(ledger_asked=LedgerAsked(rows=4)), KNOWN, catalogue)
    unasked = finding_of(known(), KNOWN, catalogue)
    assert "No earlier inspection" in asked.text
    assert "No ledger was asked" in unasked.text


def test_a_file_that_differs_from_the_collection_is_weak(catalogue: Catalogue) -> None:
    evidence = known(known_image(OTHER), image=replace(IMAGE, source="file"))
    found = finding_of(evidence, KNOWN, catalogue)
    assert (found.outcome, found.strength, found.witness) == (Outcome.NOTED, Strength.WEAK, "vBIOS file")


def test_a_cut_image_is_not_passed_by_its_beginning(catalogue: Catalogue) -> None:
    cut = with_part(IMAGE, 3, whole=False)
    found = finding_of(known(known_image(same=False, differing=()), image=cut), KNOWN, catalogue)
    assert found.outcome is Outcome.INCONCLUSIVE


def test_a_collection_that_could_not_be_asked_says_why(catalogue: Catalogue) -> None:
    gap = Gap("known images", "The ledger is gone {0}.", "Look for it.")
    found = finding_of(known(gaps=(gap,)), KNOWN, catalogue)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert found.values["reason"] == gap.reason


# More than two images of one card


FILE = replace(IMAGE, source="file", sha256="1" * 64)
OTHER_FILE = replace(OTHER, source="file", sha256="2" * 64)


def all_compared(catalogue: Catalogue, *images: VbiosReading) -> Finding:
    return finding_of(with_images(genuine(ADA), *images), COMPARED, catalogue)


def test_a_third_image_is_compared_too(catalogue: Catalogue) -> None:
    assert all_compared(catalogue, IMAGE, FILE).outcome is Outcome.CONSISTENT
    found = all_compared(catalogue, IMAGE, FILE, OTHER_FILE)
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.WEAK)
    assert (found.values["first"], found.values["second"]) == (1, 3)


def test_two_files_are_compared_beyond_where_the_cards_own_reading_ends(catalogue: Catalogue) -> None:
    built = build(rom_for(ADA, efi_driver=driver(), standard_ends_early=True))
    changed = bytearray(built.data)
    changed[-100] ^= 0xFF
    short = vbios.parse(built.data[: built.places["image 2"]], source="card")
    long, altered = (vbios.parse(bytes(data), source="file") for data in (built.data, changed))
    assert all_compared(catalogue, short, long).outcome is Outcome.CONSISTENT
    assert all_compared(catalogue, short, altered).outcome is Outcome.CONSISTENT
    assert all_compared(catalogue, short, long, altered).outcome is Outcome.NOTED


def test_a_dump_that_was_handed_in_twice_is_no_pass(catalogue: Catalogue) -> None:
    found = all_compared(catalogue, FILE, replace(FILE, file_name="copy.rom"))
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert all_compared(catalogue, FILE, replace(FILE, sha256="3" * 64)).outcome is Outcome.CONSISTENT


def test_more_images_than_an_inspection_has_are_no_pass(catalogue: Catalogue) -> None:
    assert all_compared(catalogue, *[IMAGE] * 4).outcome is Outcome.INCONCLUSIVE
    assert all_compared(catalogue, IMAGE, OTHER, IMAGE, IMAGE).outcome is Outcome.NOTED
