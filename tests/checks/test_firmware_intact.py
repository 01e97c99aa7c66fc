"""An image as its maker finished it, one that was edited, and one that was only cut."""

from dataclasses import replace

import pytest
from cards import row_of
from efi_builder import driver
from firmware_records import image_of, said, with_part, with_table
from rom_builder import build, rom_for

from gpu_inspector.probes import vbios
from gpu_inspector.records.finding import Outcome, Strength
from gpu_inspector.records.firmware import EfiPart, VbiosReading

ADA = row_of("NVIDIA GeForce RTX 4090", memory_gib=24)
PASCAL = row_of("NVIDIA GeForce GTX 1080 Ti")
CHECK = "firmware-image-intact"
SIGNED = EfiPart(
    machine=0x8664,
    compressed=False,
    readable=True,
    signed=True,
    signers=("A", "B"),
    digest_matches=True,
    signature_sound=True,
    chain_sound=True,
)


def with_driver(image: VbiosReading, **fields: object) -> VbiosReading:
    return with_part(image, 1, efi=replace(SIGNED, **fields))  # type: ignore[arg-type]


def test_the_signers_of_a_genuine_image_are_named_and_no_root_is_claimed() -> None:
    found = said(ADA, image_of(ADA), CHECK)
    assert found.outcome is Outcome.CONSISTENT
    assert found.values["signers"]
    assert "No root" in found.text


@pytest.mark.parametrize(
    ("fields", "strength"),
    [
        pytest.param({"digest_matches": False}, Strength.STRONG, id="digest"),
        pytest.param({"signature_sound": False}, Strength.STRONG, id="signature"),
        pytest.param({"chain_sound": False}, Strength.MEDIUM, id="chain"),
        pytest.param({"signed": False, "digest_matches": None, "signature_sound": None}, Strength.WEAK, id="unsigned"),
    ],
)
def test_what_the_uefi_parts_signature_says(fields: dict[str, object], strength: Strength) -> None:
    image = with_driver(image_of(ADA), **fields)
    found = said(ADA, image, CHECK)
    assert found.strength is strength
    assert found.outcome is (Outcome.SUSPICIOUS if strength is Strength.STRONG else Outcome.NOTED)
    assert any("damaged" in one or "never had one" in one for one in found.innocent) or strength is Strength.MEDIUM
    # What was cut is not held against its signature.
    cut = with_part(image, 1, whole=False)
    assert said(ADA, cut, CHECK).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize("change", ["digest", "signature"])
def test_a_driver_whose_signature_does_not_fit(change: str) -> None:
    found = said(ADA, image_of(ADA, efi_driver=driver(change=change)), CHECK)
    assert (found.outcome, found.strength) == (Outcome.SUSPICIOUS, Strength.STRONG)


def test_a_driver_that_cannot_be_unpacked_decides_nothing() -> None:
    image = with_driver(image_of(ADA), readable=False, signed=None, digest_matches=None, remark="packed in a way")
    found = said(ADA, image, CHECK)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "packed in a way" in str(found.values["remark"])


def test_a_byte_that_was_changed_shows_in_the_sum_unless_it_was_mended() -> None:
    built = build(rom_for(ADA, efi_driver=driver()))
    changed = built.changed("subsystem", b"\x43\x10")
    mended = built.changed("subsystem", b"\x43\x10", mend=True)
    for source, strength in (("card", Strength.WEAK), ("file", Strength.MEDIUM)):
        found = said(ADA, vbios.parse(changed, source=source), CHECK, as_file=True)
        assert (found.outcome, found.strength) == (Outcome.NOTED, strength)
    assert said(ADA, vbios.parse(mended, source="file"), CHECK, as_file=True).strength is Strength.NONE


def test_the_sum_of_the_table_is_a_medium_sign() -> None:
    found = said(ADA, with_table(image_of(ADA), checksum_ok=False), CHECK)
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.MEDIUM)


def test_overlapping_images_are_a_sign() -> None:
    image = image_of(ADA)
    found = said(ADA, with_part(image, 0, length_bytes=image.images[0].length_bytes + 512), CHECK)
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.MEDIUM)


def test_a_cut_image_is_no_sign() -> None:
    data = build(rom_for(ADA, efi_driver=driver())).data
    for length in (len(data) // 2, len(data) - 512):
        found = said(ADA, vbios.parse(data[:length], source="file"), CHECK, as_file=True)
        assert found.outcome is Outcome.INCONCLUSIVE


def test_what_the_systems_kernel_does_not_read_is_not_missed() -> None:
    """The kernel reads as far as the standard's chain goes; the extensions lie behind it."""
    built = build(rom_for(ADA, efi_driver=driver(), standard_ends_early=True))
    short = built.data[: built.places["image 2"]]
    for source, as_file in (("card", False), ("file", True)):
        found = said(ADA, vbios.parse(short, source=source), CHECK, as_file=as_file)
        assert found.outcome is Outcome.CONSISTENT
        assert found.values["rest"]


def test_a_file_without_the_generations_extensions_is_a_weak_sign() -> None:
    image = image_of(ADA, source="file", extensions=0, signed_code=None)
    found = said(ADA, image, CHECK, as_file=True)
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.WEAK)
    older = image_of(PASCAL, source="file", extensions=0, signed_code=None)
    assert said(PASCAL, older, CHECK, as_file=True).strength is Strength.NONE


def test_the_gravest_sign_is_told() -> None:
    image = with_driver(with_table(image_of(ADA), checksum_ok=False), digest_matches=False)
    assert said(ADA, image, CHECK).strength is Strength.STRONG


@pytest.mark.parametrize(
    "fields",
    [{"digest_matches": False}, {"signature_sound": False}, {"chain_sound": False}, {"signed": False}],
    ids=lambda one: next(iter(one)),
)
def test_a_file_that_was_handed_in_accuses_no_card_whatever_is_wrong_with_it(fields: dict[str, object]) -> None:
    found = said(ADA, replace(with_driver(image_of(ADA), **fields), source="file"), CHECK)
    assert (found.outcome, found.strength, found.witness) == (Outcome.NOTED, Strength.WEAK, "vBIOS file")


def test_a_file_that_was_handed_in_clears_no_card() -> None:
    assert said(ADA, image_of(ADA, source="file"), CHECK).outcome is Outcome.INCONCLUSIVE


def test_an_image_without_a_chain_decides_nothing() -> None:
    assert said(ADA, replace(image_of(ADA), images=()), CHECK).outcome is Outcome.INCONCLUSIVE
