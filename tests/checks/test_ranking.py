"""The ranking: a genuine card's own product is first, a liar's true one too, and every place has its reasons."""

from dataclasses import replace
from typing import Any

import pytest
from cards import MIB, forged, genuine, row_of
from die_cards import reading_of
from firmware_records import image_of, with_images
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples
from silicon_records import folded, memory_of, silicon_of_row, with_silicon

from gpu_inspector.checks.ranking import in_words, rank
from gpu_inspector.checks.subject import Subject
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.claims import Virtualization
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.inspection import RankedProduct
from gpu_inspector.records.product import Product
from gpu_inspector.records.silicon import SiliconReading
from gpu_inspector.workflow.judging import judge

_FORGED = {row.device_id for row in load().counterfeits}
RTX_4090 = row_of("NVIDIA GeForce RTX 4090")
RTX_3080 = row_of("NVIDIA GeForce RTX 3080", "2206")


def silicon(row: Product, **changes: Any) -> SiliconReading:
    """Of a genuine card of the row, with its own die's counts and rates."""
    reading = silicon_of_row(row)
    assert reading.die is not None and reading.speed is not None
    known = row.sm is not None and row.die in load().die_vectors
    die = reading_of(load(), row) if known else replace(reading.die, rates=())
    speed = replace(reading.speed, bus_bits_implied=float(row.bus_bits) if row.bus_bits else None)
    return replace(reading, die=die, speed=speed, **changes)


def ranked(evidence: Evidence, declaration: Declaration | None = None) -> tuple[RankedProduct, ...]:
    return rank(Subject(evidence, evidence.cards[0], declaration or Declaration(), load()))


@pytest.mark.parametrize("measured", [False, True], ids=["claims alone", "measured"])
def test_every_genuine_card_has_its_own_product_in_first_place(measured: bool, catalogue: Catalogue) -> None:
    rows = [(row, device) for row in catalogue.products for device in row.device_ids if device not in _FORGED]
    for row, device in rows:
        card = genuine(row, device)
        first, *others = ranked(with_silicon(card, silicon(row)) if measured else card)
        alike = {in_words(one) for one in catalogue.products if _figures(one) == _figures(row)}
        assert first.name in alike, f"{row.name} {device}: {first}"
        assert not first.against, f"{row.name} {device}"
        assert len(others) < 5


def _figures(row: Product) -> tuple[object, ...]:
    return (row.name, row.die, row.sm, row.memory_mib, row.memory_type, row.bus_bits, row.device_ids)


@pytest.mark.parametrize("measured", [False, True], ids=["claims alone", "measured"])
@pytest.mark.parametrize(
    "name", ["NVIDIA GeForce RTX 4090", "NVIDIA GeForce RTX 3080 Ti", "NVIDIA A100-SXM4-80GB", "GeForce RTX 9999"]
)
def test_a_changed_name_does_not_change_the_first_place(name: str, measured: bool) -> None:
    card = forged(genuine(RTX_3080, "2206"), name=name)
    first = ranked(with_silicon(card, silicon(RTX_3080)) if measured else card)[0]
    assert first.name == in_words(RTX_3080)
    assert all("name" in one for one in first.against)


def test_every_claim_together_does_not_outweigh_the_silicon() -> None:
    true = row_of("NVIDIA GeForce RTX 3080 Ti")
    found = ranked(with_silicon(genuine(RTX_4090), silicon(true)))
    assert found[0].name == in_words(true)
    assert not [one for one in found[0].against if one.startswith("measured")]
    assert len([one for one in found[0].against if one.startswith("claimed, ")]) > 4
    claimed = next(one for one in found if one.name == in_words(RTX_4090))
    assert [one for one in claimed.against if one.startswith("measured: ")]
    assert not [one for one in claimed.against if one.startswith("claimed")]


def test_one_source_that_lies_often_counts_once() -> None:
    """NVML and nvidia-smi together are one source: the id in PCI and the counts of the die remain."""
    (one,) = genuine(RTX_3080, "2206").cards
    assert one.nvml is not None and one.nvidia_smi is not None
    lies: dict[str, Any] = {"name": "NVIDIA GeForce RTX 4090", "memory_total_bytes": 24564 * MIB}
    lying = replace(one, nvml=replace(one.nvml, **lies, cores=16384), nvidia_smi=replace(one.nvidia_smi, **lies))
    card = with_silicon(replace(genuine(RTX_3080, "2206"), cards=(lying,)), silicon(RTX_3080))
    assert ranked(card)[0].name == in_words(RTX_3080)


@pytest.mark.parametrize("measured", [False, True], ids=["claims alone", "measured"])
@pytest.mark.parametrize(
    ("name", "device", "total", "other"),
    [
        ("NVIDIA GeForce RTX 4090", "2684", 49140, "NVIDIA RTX 6000 Ada Generation 48 GB (AD102)"),
        # A genuine product of this die and count has just this size.
        ("NVIDIA GeForce RTX 3070", "2484", 16384, "NVIDIA RTX A4500 Embedded GPU 16 GB (GA104)"),
    ],
)
def test_a_rework_stays_the_product_it_was_made_from_with_its_memory_against_it(
    name: str, device: str, total: int, other: str, measured: bool
) -> None:
    row = row_of(name, device)
    card = forged(genuine(row, device), memory_total_bytes=total * MIB)
    if measured:
        card = with_silicon(card, silicon(row, memory=memory_of(total)))
    first, *others = ranked(card)
    assert first.name == in_words(row)
    assert len(first.against) == 1 + measured and all("memory" in one for one in first.against)
    assert not measured or other in [one.name for one in others]


def test_memory_that_is_not_there_is_explained_by_no_rework() -> None:
    claimed, true = row_of("NVIDIA A100 80GB PCIe"), row_of("NVIDIA A100-PCIE-40GB")
    card = with_silicon(genuine(claimed), silicon(true, memory=folded(81920, 40960)))
    found = ranked(card)
    assert "40" in found[0].name and not [one for one in found[0].against if one.startswith("measured")]
    assert in_words(claimed) not in [one.name for one in found[:1]]


def test_what_a_paper_says_moves_nothing() -> None:
    card = genuine(RTX_3080, "2206")
    assert ranked(card, Declaration(product="RTX 4090", memory_gb=24)) == ranked(card)


def test_what_is_not_known_is_said_and_speaks_for_nothing(catalogue: Catalogue) -> None:
    row = next(row for row in catalogue.products if row.memory_mib is None and row.sm is None and not row.subsystems)
    first = ranked(genuine(row))[0]
    assert first.name == in_words(row)
    assert "claimed: memory total" in first.unknown or not any("memory" in one for one in first.fits)


def test_a_forged_id_is_no_product() -> None:
    card = forged(genuine(row_of("NVIDIA GeForce GTX 960", "1401", 4)), device_id="1404", gpu_part_number=None)
    assert all("FAKE" not in one.name for one in ranked(card))


def test_a_slice_of_a_card_is_not_ranked_and_a_card_that_says_nothing_neither() -> None:
    guest = forged(genuine(row_of("NVIDIA A40")), virtualization=Virtualization.GUEST)
    assert ranked(guest) == ()
    (one,) = genuine(RTX_4090).cards
    assert ranked(replace(genuine(RTX_4090), cards=(replace(one, pci=None, nvml=None, nvidia_smi=None),))) == ()


def test_silicon_in_a_file_counts_nothing() -> None:
    card = with_silicon(genuine(RTX_4090), silicon(RTX_3080), origin=Origin.FILE)
    assert ranked(card)[0].name == in_words(RTX_4090)
    assert not [one for one in ranked(card)[0].fits if one.startswith("measured")]


def test_the_judgement_holds_it_the_same_each_time(catalogue: Catalogue) -> None:
    card = genuine(RTX_4090)
    (judged,) = judge(card, Declaration(), catalogue).cards
    assert judged.ranking == ranked(card)
    assert 1 < len(judged.ranking) <= 5


_NUMBERS = st.one_of(st.none(), st.integers(-(10**330), 10**330))
_FLOATS = st.one_of(st.none(), st.floats())


@settings(max_examples=examples(80), deadline=None)
@given(
    name=st.text(max_size=300),
    device=st.text(max_size=8),
    part=st.text("0123456789ABCDEF-", max_size=14),
    cores=_NUMBERS,
    l2=_NUMBERS,
    count=_NUMBERS,
    bits=_FLOATS,
    rate=st.floats(),
    capability=st.text(max_size=5),
    true_bytes=st.integers(0, 10**330),
)
def test_any_record_gets_a_ranking(
    name: str,
    device: str,
    part: str,
    cores: int | None,
    l2: int | None,
    count: int | None,
    bits: float | None,
    rate: float,
    capability: str,
    true_bytes: int,
) -> None:
    card = forged(genuine(RTX_4090), name=name, device_id=device, gpu_part_number=part, vbios_version=part)
    (one,) = card.cards
    assert one.nvml is not None
    card = replace(card, cards=(replace(one, nvml=replace(one.nvml, cores=cores)),))
    reading = silicon(RTX_4090)
    assert reading.die is not None and reading.memory is not None and reading.speed is not None
    rates = tuple(replace(one, per_clock_per_sm=rate) for one in reading.die.rates)
    hostile = replace(
        reading,
        compute_capability=capability,
        die=replace(
            reading.die, l2_bytes=l2, multiprocessors_by_id=count, multiprocessors_by_residency=count, rates=rates
        ),
        memory=replace(reading.memory, true_bytes=true_bytes, absent_words=true_bytes, right_bytes=true_bytes),
        speed=replace(reading.speed, bus_bits_implied=bits),
    )
    assert len(ranked(with_silicon(card, hostile))) <= 5


def test_a_narrow_slot_speaks_against_no_product() -> None:
    """Where the driver tells the width of the slot and not the card's own, nothing is held against anybody."""
    card = genuine(RTX_4090)
    own = ranked(forged(card, link_width_max=8))[0]
    assert any("x8" in one for one in own.against)
    (one,) = card.cards
    slot = replace(card, cards=(replace(forged(card, link_width_max=8).cards[0], pci=None, nvml=None),))
    assert one.pci is not None
    assert not any("x8" in one for one in (*ranked(slot)[0].against, *ranked(slot)[0].fits))


def test_the_width_of_the_bus_is_held_against_the_products() -> None:
    first = ranked(forged_nvml(genuine(RTX_4090), bus_width_bits=256))[0]
    assert first.name == in_words(RTX_4090)
    assert any("bus of 256 bits, not 384" in one for one in first.against)


def test_memory_in_an_image_is_held_against_the_products_only_where_the_card_gave_it() -> None:
    image = image_of(RTX_4090, memory=((8, 0, 0),))
    assert image.bit is not None and image.bit.memory is not None
    first = ranked(with_images(genuine(RTX_4090), image))[0]
    assert any("vBIOS image for" in one for one in (*first.against, *first.fits))
    handed_in = ranked(with_images(genuine(RTX_4090), replace(image, source="file")))[0]
    assert not any("vBIOS image for" in one for one in (*handed_in.against, *handed_in.fits))


def forged_nvml(evidence: Evidence, **fields: Any) -> Evidence:
    (card,) = evidence.cards
    assert card.nvml is not None
    return replace(evidence, cards=(replace(card, nvml=replace(card.nvml, **fields)),))
