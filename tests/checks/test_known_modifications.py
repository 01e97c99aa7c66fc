"""Known modifications: each is found on a card that fits it, and none on a genuine card."""

from dataclasses import replace
from typing import Any

import pytest
from cards import MIB, finding_of, forged, genuine, row_of
from hypothesis import given, settings
from hypothesis import strategies as st
from modified_cards import fitted, forged_capability, ways
from sampling import examples
from silicon_records import folded, memory_of, silicon_of_row, with_silicon

from gpu_inspector.checks.signature import match
from gpu_inspector.checks.subject import Subject
from gpu_inspector.language import fill
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.claims import Virtualization
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Finding, Outcome, Strength
from gpu_inspector.records.firmware import BitReading, RomImage, VbiosReading
from gpu_inspector.records.modification import OF_MEMORY, Fact, Feature, Kind, Modification, Role
from gpu_inspector.records.product import Product
from gpu_inspector.records.silicon import MemoryReading, SiliconReading
from gpu_inspector.workflow.judging import judge

CHECKS = ("memory-known-rework", "identity-known-modification")
_SEEN = [row for row in load().modifications if row.features]
_WAYS = [(row, features) for row in _SEEN for features in ways(row)]
_FORGED = {row.device_id for row in load().counterfeits}


def check_of(row: Modification) -> str:
    return CHECKS[0] if row.kind in OF_MEMORY else CHECKS[1]


def said(evidence: Evidence, check: str, declaration: Declaration | None = None) -> Finding:
    (card,) = judge(evidence, declaration or Declaration(), load()).cards
    return next(one for one in card.findings if one.check == check)


def words(finding: Finding) -> str:
    return fill(finding.text, finding.values)


@pytest.mark.parametrize(
    ("row", "features"), _WAYS, ids=[f"{row.id}-{number}" for number, (row, _) in enumerate(_WAYS)]
)
@pytest.mark.parametrize("measured", [False, True], ids=["claims alone", "measured"])
def test_a_card_that_fits_is_found_and_named(
    row: Modification, features: tuple[Feature, ...], measured: bool, catalogue: Catalogue
) -> None:
    needs_silicon = any(
        one.role is Role.KEY and one.fact in (Fact.MISSING, Fact.COUNT, Fact.TRUE_CAPABILITY) for one in features
    )
    card, declaration = fitted(features, measured=measured or needs_silicon)
    subject = Subject(card, card.cards[0], declaration, catalogue)
    assert row.id in [one.row.id for one in subject.known_matches]
    found = said(card, check_of(row), declaration)
    assert row.title in words(found)
    if row.product:
        assert found.outcome is Outcome.CONSISTENT
        assert words(found).startswith("This is: ")
    else:
        assert found.outcome is Outcome.NOTED
        assert found.innocent
        assert found.source


@pytest.mark.parametrize("row", _SEEN, ids=[row.id for row in _SEEN])
def test_without_any_one_of_its_keys_it_is_not_found(row: Modification, catalogue: Catalogue) -> None:
    features = next(iter(ways(row)))
    card, declaration = fitted(features)
    shown = Subject(card, card.cards[0], declaration, catalogue).shown
    assert match(row, shown) is not None
    for feature in features:
        if feature.role is Role.KEY:
            group = {one.fact for one in row.features if feature.group and one.group == feature.group}
            unseen = {fact: one for fact, one in shown.items() if fact not in {feature.fact, *group}}
            assert match(row, unseen) is None, feature


@pytest.mark.parametrize("measured", [False, True], ids=["claims alone", "measured"])
def test_no_genuine_card_fits_unless_the_row_is_that_product(measured: bool, catalogue: Catalogue) -> None:
    rows = [(row, device) for row in catalogue.products for device in row.device_ids if device not in _FORGED]
    fitting = set()
    for row, device in rows:
        card = genuine(row, device)
        card = with_silicon(card, _silicon(row)) if measured else card
        for one in Subject(card, card.cards[0], Declaration(), catalogue).known_matches:
            assert one.row.product, f"{row.name} {device}: {one.row.id}"
            fitting.add(one.row.id)
    assert fitting == {row.id for row in _SEEN if row.product}


def _silicon(row: Product) -> SiliconReading:
    reading = silicon_of_row(row)
    assert reading.speed is not None
    return replace(reading, speed=replace(reading.speed, bus_bits_implied=float(row.bus_bits or 256)))


@pytest.mark.parametrize("device", ["2189", "1C07", "20BB", "2205"])
def test_of_a_product_of_its_own_no_more_is_said_than_what_it_is(device: str, catalogue: Catalogue) -> None:
    (row, *_rest) = catalogue.by_device(device)
    found = finding_of(genuine(row, device), CHECKS[1], catalogue)
    assert found.outcome is Outcome.CONSISTENT
    assert words(found).startswith("This is: ")


def rework(**fields: Any) -> Evidence:
    return forged(genuine(row_of("NVIDIA GeForce RTX 4090")), memory_total_bytes=49140 * MIB, **fields)


def silicon_4090(memory: MemoryReading) -> SiliconReading:
    return silicon_of_row(row_of("NVIDIA GeForce RTX 4090"), memory=memory)


def test_sources_that_agree_are_counted_and_those_that_kept_silent_are_not() -> None:
    measured = with_silicon(rework(), silicon_4090(memory_of(49140)))
    assert words(said(rework(), CHECKS[0])) == (
        "Fits the RTX 4090 48 GB rework: chip and memory agree from two independent sources of two."
    )
    assert words(said(measured, CHECKS[0])) == (
        "Fits the RTX 4090 48 GB rework: chip and memory agree from three independent sources of three."
    )


def test_a_masked_id_is_no_source_of_its_own() -> None:
    (one,) = rework().cards
    assert one.nvml is not None and one.nvidia_smi is not None
    masked = replace(
        one,
        pci=None,
        nvml=replace(one.nvml, device_id=None),
        nvidia_smi=replace(one.nvidia_smi, device_id=None),
    )
    found = said(replace(rework(), cards=(masked,)), CHECKS[0])
    assert words(found).endswith("agree from one independent source of one.")


@pytest.mark.parametrize(
    "memory",
    [pytest.param(memory_of(24564), id="half"), pytest.param(folded(49140, 24564), id="folded")],
)
def test_a_measurement_that_contradicts_ends_the_match(memory: MemoryReading) -> None:
    card = with_silicon(rework(), silicon_4090(memory))
    assert said(card, CHECKS[0]).outcome is Outcome.CONSISTENT


@pytest.mark.parametrize(
    ("declaration", "strength"),
    [
        (Declaration(), Strength.MEDIUM),
        (Declaration(product="RTX 4090", memory_gb=48, modified=True), Strength.WEAK),
        (Declaration(product="RTX 4090 48GB", modified=True), Strength.WEAK),
        (Declaration(product="RTX 4090", memory_gb=24, modified=True), Strength.MEDIUM),
    ],
    ids=["nothing said", "size in a number", "size in words", "another size"],
)
def test_what_the_paper_says_openly_weighs_less(declaration: Declaration, strength: Strength) -> None:
    found = said(rework(), CHECKS[0], declaration)
    assert (found.outcome, found.strength) == (Outcome.NOTED, strength)


@pytest.mark.parametrize(
    ("name", "device", "subsystem", "total"),
    [
        pytest.param("NVIDIA GeForce RTX 3070", "2484", "14AE", 16384, id="3070 16 GB"),
        pytest.param("NVIDIA GeForce RTX 3080", "2206", "146D", 20480, id="3080 20 GB"),
    ],
)
def test_a_prototype_is_identified_as_never_sold_and_as_no_rework(
    name: str, device: str, subsystem: str, total: int, catalogue: Catalogue
) -> None:
    card = forged(
        genuine(row_of(name, device), device),
        subsystem_vendor="10DE",
        subsystem_id=subsystem,
        memory_total_bytes=total * MIB,
    )
    found = finding_of(card, CHECKS[1], catalogue)
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.WEAK)
    assert "made by NVIDIA, and never sold: chip, board and memory agree" in words(found)
    assert finding_of(card, CHECKS[0], catalogue).outcome is Outcome.CONSISTENT


@pytest.mark.parametrize(
    ("declared", "strength"),
    [("RTX 3070 Laptop GPU", Strength.WEAK), ("RTX 3070", Strength.MEDIUM), (None, Strength.MEDIUM)],
)
def test_a_laptop_die_that_is_declared_as_one_weighs_less(declared: str | None, strength: Strength) -> None:
    laptop = next(row for row in load().by_device("249D") if row.mobile)
    card = forged(genuine(laptop, "249D"), subsystem_vendor="10DE", subsystem_id="0000")
    found = said(card, CHECKS[1], Declaration(product=declared))
    assert (found.outcome, found.strength) == (Outcome.NOTED, strength)


def test_vague_papers_are_a_weak_sign() -> None:
    found = said(genuine(row_of("NVIDIA H100 PCIe")), CHECKS[1], Declaration(product="computer adapters"))
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.WEAK)
    assert found.innocent


def test_several_fit_and_the_best_comes_first_with_a_few_others() -> None:
    card = forged(
        genuine(row_of("CMP 170HX", "20C2", 8), "20C2"),
        name="NVIDIA A100-PCIE-40GB",
        inforom_image="G001.0000.01.04",
        memory_total_bytes=65536 * MIB,
    )
    found = said(forged_capability(card, "8.0"), CHECKS[1])
    text = words(found)
    assert "Also fits: " in text
    assert text.count(" sources)") == 2
    names = {row.title for row in load().modifications if row.kind in (Kind.UNLOCKED, Kind.NAME) and row.title in text}
    assert len(names) == 3


def test_the_list_is_counted_where_none_fits(catalogue: Catalogue) -> None:
    found = [finding_of(genuine(row_of("NVIDIA GeForce RTX 4090")), check, catalogue) for check in CHECKS]
    assert [one.outcome for one in found] == [Outcome.CONSISTENT] * 2
    listed = [one.values["listed"] for one in found]
    assert sum(number for number in listed if isinstance(number, int)) == len(catalogue.modifications)


def test_a_slice_of_a_card_is_not_looked_at() -> None:
    guest = forged(genuine(row_of("NVIDIA A40")), virtualization=Virtualization.GUEST, name="NVIDIA A40-48Q")
    assert {said(guest, check).outcome for check in CHECKS} == {Outcome.INCONCLUSIVE}


def with_image(card: Evidence, source: str, device: str, sign_on: str = "", board_code: str = "") -> Evidence:
    (one,) = card.cards
    image = RomImage(offset=0, length_bytes=65536, code_type=0, vendor_id="10DE", device_id=device)
    bit = BitReading(offset=0, checksum_ok=True, sign_on=sign_on, board_code=board_code)
    vbios = VbiosReading(source=source, size_bytes=65536, sha256="ab" * 32, images=(image,), bit=bit)
    return replace(card, cards=(replace(one, vbios=(vbios,)),))


def test_a_file_beside_a_live_card_decides_nothing() -> None:
    tesla = load().by_device("17FD")[0]
    card = genuine(tesla, "17FD")
    assert said(with_image(card, "file", "17F1"), CHECKS[1]).outcome is Outcome.CONSISTENT
    assert said(with_image(card, "card", "17F1"), CHECKS[1]).outcome is Outcome.NOTED


def test_nvidias_own_sign_on_makes_no_genuine_laptop_a_desktop_board() -> None:
    """A public image of a Razer laptop has the sign-on of the boards with laptop dies."""
    laptop = next(row for row in load().by_device("24DC") if row.mobile)
    razer = forged(genuine(laptop, "24DC"), subsystem_vendor="1A58", subsystem_id="2018")
    card = with_image(razer, "card", "24DC", sign_on="E4735 SKU 10 VGA BIOS", board_code="E4735")
    assert said(card, CHECKS[1]).outcome is Outcome.CONSISTENT


@pytest.mark.parametrize(
    ("device", "outcome"), [("2504", Outcome.CONSISTENT), ("2484", Outcome.CONSISTENT), ("2204", Outcome.NOTED)]
)
def test_another_card_under_the_paper_of_an_rtx_4090_is_no_forged_die(device: str, outcome: Outcome) -> None:
    """The forged RTX 4090 has the large die: a smaller card of its generation was only given other papers."""
    card = genuine(load().by_device(device)[0], device)
    assert said(card, CHECKS[1], Declaration(product="RTX 4090")).outcome is outcome


def test_what_only_must_not_be_so_counts_for_no_agreement() -> None:
    card = forged(genuine(row_of("NVIDIA GeForce RTX 3070", "2484")), memory_total_bytes=16384 * MIB)
    assert words(said(card, CHECKS[0])).startswith("Fits the RTX 3070 16 GB rework: chip and memory agree from two")


@settings(max_examples=examples(60), deadline=None)
@given(
    name=st.text(max_size=400),
    device=st.one_of(st.none(), st.text("0123456789ABCDEF", max_size=6), st.text(max_size=6)),
    total=st.one_of(st.none(), st.integers(0, 2**53 - 1)),
    image=st.text(max_size=40),
    said_product=st.one_of(st.none(), st.text(max_size=300)),
)
def test_any_claim_gets_an_answer(
    name: str, device: str | None, total: int | None, image: str, said_product: str | None
) -> None:
    card = forged(
        genuine(row_of("NVIDIA GeForce RTX 4090")),
        name=name,
        device_id=device or "",
        memory_total_bytes=total,
        inforom_image=image,
        vbios_version=image,
    )
    for check in CHECKS:
        assert "failed inside" not in said(card, check, Declaration(product=said_product)).text
