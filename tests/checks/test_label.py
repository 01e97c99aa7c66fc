"""The label against the electronics and the paper: honest labels of many makers, and each forged in one field."""

import random
from dataclasses import replace

import pytest
from cards import forged
from hypothesis import given, settings
from hypothesis import strategies as st
from label_cards import (
    HONEST,
    MINE,
    OTHER,
    PICTURE,
    SERIAL,
    Labelled,
    code,
    findings,
    only_seen,
    own_findings,
    with_label,
)
from sampling import examples

from gpu_inspector.checks import ALL_CHECKS
from gpu_inspector.records.appearance import Appearance, Label, LabelCode, Sure
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Finding, Identity, Outcome, Role, Strength
from gpu_inspector.records.label_products import model_of
from gpu_inspector.workflow.judging import judge

QUIET = (Outcome.CONSISTENT, Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE)
A100 = HONEST["Dell label on an NVIDIA A100"]
T4 = HONEST["T4 with two numbers"]
FE = HONEST["NVIDIA FE"]
ASUS = HONEST["ASUS"]


def relabelled(card: Labelled, catalogue: Catalogue, **changes: object) -> dict[str, Finding]:
    label = replace(card.label, **changes)  # type: ignore[arg-type]
    return findings(with_label(card.evidence(), label), catalogue)


@pytest.mark.parametrize("card", HONEST.values(), ids=HONEST)
def test_no_honest_label_is_held_against_its_card(card: Labelled, catalogue: Catalogue) -> None:
    found = findings(card.evidence(), catalogue)
    assert {name: one.outcome for name, one in found.items() if name in MINE and one.outcome not in QUIET} == {}
    assert found["identity-label-model"].outcome is Outcome.CONSISTENT
    accused = [name for name, one in found.items() if one.outcome in (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)]
    assert accused == []


@pytest.mark.parametrize("card", HONEST.values(), ids=HONEST)
def test_no_honest_label_is_held_against_its_own_papers(card: Labelled, catalogue: Catalogue) -> None:
    paper = Declaration(
        product=card.name, serial=card.label.serial, part_number=card.label.part_number.split(",")[0], quantity=1
    )
    found = findings(card.evidence(), catalogue, paper)
    assert found["identity-label-declared"].outcome is Outcome.CONSISTENT


def test_nobody_looked_is_not_examined(catalogue: Catalogue) -> None:
    evidence = ASUS.evidence()
    (card,) = evidence.cards
    found = findings(replace(evidence, cards=(replace(card, seen=None),)), catalogue)
    silent = (Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE)
    assert {found[name].outcome for name in MINE} <= set(silent)
    assert {one.role for one in ALL_CHECKS if one.id in MINE} == {Role.SUPPORTING}


# --- serials


def test_a_label_of_another_board_is_unexplained(catalogue: Catalogue) -> None:
    """Labels moved with a hair dryer: the electronics keep their own number."""
    found = relabelled(T4, catalogue, serial=OTHER)["identity-label-serial"]
    assert (found.outcome, found.strength, found.witness) == (Outcome.SUSPICIOUS, Strength.STRONG, "label")
    assert OTHER in found.observed
    assert SERIAL in found.expected
    assert found.innocent


def test_one_whose_bar_code_was_read_for_sure_is_as_strong_as_one_typed(catalogue: Catalogue) -> None:
    found = relabelled(T4, catalogue, serial="", codes=(code(f"S{OTHER}"),))["identity-label-serial"]
    assert found.outcome is Outcome.SUSPICIOUS


@pytest.mark.parametrize(
    ("changes", "outcome", "strength"),
    [
        pytest.param({"serial": "", "codes": ()}, Outcome.INCONCLUSIVE, Strength.NONE, id="no serial"),
        pytest.param({"serial": "N3YVCM012345678"}, Outcome.INCONCLUSIVE, Strength.NONE, id="a partner's own"),
        pytest.param({"serial": "0000000000000"}, Outcome.INCONCLUSIVE, Strength.NONE, id="painted over"),
        pytest.param({"serial": "032521901234"}, Outcome.INCONCLUSIVE, Strength.NONE, id="a figure short"),
        pytest.param({"serial": f"{SERIAL}, {OTHER}"}, Outcome.CONSISTENT, Strength.NONE, id="a box's beside its own"),
        pytest.param({"serial": "0325 2190 12345"}, Outcome.CONSISTENT, Strength.NONE, id="with blanks"),
        pytest.param({"serial": "O325219O12345"}, Outcome.INCONCLUSIVE, Strength.NONE, id="with letters"),
        pytest.param({"serial": "0325219012354"}, Outcome.NOTED, Strength.WEAK, id="two figures exchanged in typing"),
        pytest.param(
            {"serial": "0325219012354", "codes": (code("0325219012354"),)},
            Outcome.SUSPICIOUS,
            Strength.STRONG,
            id="a neighbour's number that was scanned as well",
        ),
        pytest.param(
            {"serial": OTHER, "codes": (code(SERIAL),)}, Outcome.NOTED, Strength.WEAK, id="typed against the code"
        ),
        pytest.param(
            {"serial": "", "codes": (code(OTHER),)}, Outcome.NOTED, Strength.WEAK, id="a bare code of some number"
        ),
        pytest.param(
            {"serial": "", "codes": (code(OTHER, Sure.NOT),)}, Outcome.INCONCLUSIVE, Strength.NONE, id="not sure"
        ),
        pytest.param(
            {"serial": "", "codes": (code("4711081937203", kind="EAN-13"),)},
            Outcome.INCONCLUSIVE,
            Strength.NONE,
            id="an article of trade",
        ),
        pytest.param(
            {"serial": OTHER, "brand": "Leadtek", "part_number": ""},
            Outcome.NOTED,
            Strength.MEDIUM,
            id="a partner's own number of thirteen figures",
        ),
    ],
)
def test_serials(changes: dict[str, object], outcome: Outcome, strength: Strength, catalogue: Catalogue) -> None:
    found = relabelled(T4, catalogue, **changes)["identity-label-serial"]
    assert (found.outcome, found.strength) == (outcome, strength)


def test_a_card_without_a_serial_of_its_own_decides_nothing(catalogue: Catalogue) -> None:
    assert findings(FE.evidence(), catalogue)["identity-label-serial"].outcome is Outcome.INCONCLUSIVE


# --- part numbers


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        pytest.param("900-2G183-0000-300", Outcome.CONSISTENT, id="another revision"),
        pytest.param("699-2G183-0200-100 C", Outcome.CONSISTENT, id="the assembly's, with a letter"),
        pytest.param("P/N: 900-2G183-0000-001", Outcome.CONSISTENT, id="with its mark"),
        pytest.param("900-2G183-0040-000", Outcome.NOTED, id="another variant of the board"),
        pytest.param("900-5G183-0000-000", Outcome.NOTED, id="another class"),
        pytest.param("900-21001-0000-000", Outcome.SUSPICIOUS, id="another board"),
        pytest.param("900-2G183-0000-001, 900-21001-0000-000", Outcome.CONSISTENT, id="a kit's beside the board's"),
        pytest.param("935-23587-0000-000", Outcome.INCONCLUSIVE, id="a system's"),
        pytest.param("TCST4M-PB", Outcome.INCONCLUSIVE, id="a seller's own"),
        pytest.param("", Outcome.INCONCLUSIVE, id="none"),
    ],
)
def test_part_numbers(number: str, outcome: Outcome, catalogue: Catalogue) -> None:
    assert relabelled(T4, catalogue, part_number=number)["identity-label-part-number"].outcome is outcome


def test_where_the_driver_is_silent_the_image_names_the_board(catalogue: Catalogue) -> None:
    silent = replace(T4, firmware={**T4.firmware, "board_part_number": None, "inforom_image": "G183.0200.00.02"})
    assert findings(silent.evidence(), catalogue)["identity-label-part-number"].outcome is Outcome.CONSISTENT
    found = relabelled(silent, catalogue, part_number="900-2G133-0080-000")
    assert found["identity-label-part-number"].outcome is Outcome.SUSPICIOUS


# --- model and size


@pytest.mark.parametrize(
    ("model", "outcome", "strength"),
    [
        pytest.param("TUF-RTX4090-O24G-GAMING", Outcome.CONSISTENT, Strength.NONE, id="ASUS"),
        pytest.param("GV-N4090GAMING OC-24GD", Outcome.CONSISTENT, Strength.NONE, id="Gigabyte"),
        pytest.param("NED4090019SB-1020G", Outcome.CONSISTENT, Strength.NONE, id="Palit"),
        pytest.param("N40903-246XX-18332989", Outcome.CONSISTENT, Strength.NONE, id="Inno3D"),
        pytest.param("VCG409024TFXXPB1", Outcome.CONSISTENT, Strength.NONE, id="PNY"),
        pytest.param("49NXM5MD6DSK", Outcome.INCONCLUSIVE, Strength.NONE, id="a code of no known form"),
        pytest.param("24G-P5-4999-KR", Outcome.INCONCLUSIVE, Strength.NONE, id="EVGA, whose figures are no product"),
        pytest.param("PG139", Outcome.INCONCLUSIVE, Strength.NONE, id="a board's number"),
        pytest.param("", Outcome.INCONCLUSIVE, Strength.NONE, id="none"),
        pytest.param("ROG-STRIX-RTX4080-O16G", Outcome.SUSPICIOUS, Strength.STRONG, id="another product"),
        pytest.param("GV-N309TGAMING OC-24GD", Outcome.SUSPICIOUS, Strength.STRONG, id="another one, in code"),
        pytest.param("GeForce RTX 4090 D 24G", Outcome.SUSPICIOUS, Strength.STRONG, id="a sister"),
        pytest.param("GeForce RTX 4090 Turbo 48G", Outcome.SUSPICIOUS, Strength.STRONG, id="a size it does not have"),
    ],
)
def test_models(model: str, outcome: Outcome, strength: Strength, catalogue: Catalogue) -> None:
    found = relabelled(ASUS, catalogue, model=model, part_number="")["identity-label-model"]
    assert (found.outcome, found.strength) == (outcome, strength)


def test_a_rework_that_is_labelled_as_one_is_noted(catalogue: Catalogue) -> None:
    reworked = replace(ASUS, firmware={**ASUS.firmware, "memory_total_bytes": 49140 << 20})
    found = relabelled(reworked, catalogue, model="RTX 4090 Turbo 48G", part_number="")["identity-label-model"]
    assert (found.outcome, found.strength, found.cause) == (Outcome.NOTED, Strength.MEDIUM, "memory size")
    old = relabelled(reworked, catalogue)["identity-label-model"]
    assert (old.outcome, old.witness) == (Outcome.SUSPICIOUS, "label")


def test_a_label_of_a_card_that_never_starts_still_names_an_impossible_size(catalogue: Catalogue) -> None:
    seen = Appearance(label=Label(model="GeForce RTX 4090 48G"))
    found = findings(only_seen(seen, ASUS.evidence()), catalogue)["identity-label-model"]
    assert found.outcome is Outcome.NOTED
    plain = findings(only_seen(Appearance(label=ASUS.label), ASUS.evidence()), catalogue)["identity-label-model"]
    assert plain.outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    "model", ["DGX A100 640GB", "NVIDIA GH200 480GB", "NVIDIA A100", "NVIDIA A100 80GB PCIe", "A100 80GB"]
)
def test_sizes_that_are_not_one_cards_own_accuse_nobody(model: str, catalogue: Catalogue) -> None:
    card = A100
    if "GH200" in model:
        card = Labelled("NVIDIA GH200 480GB", "2342", Label(), {})
    found = relabelled(card, catalogue, model=model, part_number="")["identity-label-model"]
    assert found.outcome in QUIET


def test_the_forty_gigabyte_card_under_the_eighty_gigabyte_label_is_found(catalogue: Catalogue) -> None:
    small = Labelled("NVIDIA A100-SXM4-40GB", "20B0", Label(brand="NVIDIA", model="A100 80GB"), {})
    assert findings(small.evidence(), catalogue)["identity-label-model"].outcome is Outcome.SUSPICIOUS


@pytest.mark.parametrize(
    ("name", "device_id", "model"),
    [
        ("NVIDIA GeForce RTX 3050 OEM", "2508", "GeForce RTX 3050"),
        ("NVIDIA RTX PRO 4000 Blackwell SFF Edition", "2C33", "NVIDIA RTX PRO 4000 Blackwell"),
    ],
)
def test_a_label_may_leave_out_what_labels_leave_out(
    name: str, device_id: str, model: str, catalogue: Catalogue
) -> None:
    evidence = with_label(forged(ASUS.evidence(), name=name, device_id=device_id), Label(model=model))
    assert findings(evidence, catalogue)["identity-label-model"].outcome in QUIET


def test_a_laptops_part_under_a_desktop_label_is_medium_for_laptops_leave_the_word_out(catalogue: Catalogue) -> None:
    laptop = Labelled("NVIDIA GeForce RTX 3070 Laptop GPU", "249D", Label(model="GeForce RTX 3070"), {})
    found = findings(laptop.evidence(), catalogue)["identity-label-model"]
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.MEDIUM)


def _names(seed: int | None) -> list[str]:
    forged = {one.device_id for one in load().counterfeits}
    names = sorted({row.name for row in load().products if not set(row.device_ids) <= forged})
    return names if seed is None else random.Random(seed).sample(names, 60)


@pytest.mark.parametrize("seed", [1, pytest.param(None, marks=pytest.mark.prove)])
def test_a_products_own_name_on_its_label_means_that_product(seed: int | None, catalogue: Catalogue) -> None:
    wrong = []
    for name in _names(seed):
        bare = name.removeprefix("NVIDIA ")
        for text in (name.upper(), bare, name.replace(" Generation", "")):
            meant = {one.name.removeprefix("NVIDIA ") for one in model_of(text, catalogue).products}
            if meant and bare not in meant:
                wrong.append((text, sorted(meant)))
    assert wrong == []


# --- brands


@pytest.mark.parametrize(
    ("brand", "vendor", "outcome"),
    [
        pytest.param("ASUS", "1043", Outcome.CONSISTENT, id="its own id"),
        pytest.param("ASUS", "10DE", Outcome.CONSISTENT, id="NVIDIA's id"),
        pytest.param("ASUS", "1462", Outcome.NOTED, id="another maker's id"),
        pytest.param("MSI", "10B0", Outcome.NOTED, id="Gainward's id under MSI's label"),
        pytest.param("KFA2", "1569", Outcome.CONSISTENT, id="one group"),
        pytest.param("INNO3D", "19DA", Outcome.CONSISTENT, id="another group"),
        pytest.param("PNY", "1569", Outcome.INCONCLUSIVE, id="a house that has its cards made"),
        pytest.param("Dell", "1462", Outcome.INCONCLUSIVE, id="a maker of computers"),
        pytest.param("NVIDIA", "1462", Outcome.INCONCLUSIVE, id="the chip's maker on a gaming card"),
        pytest.param("SANDKYAN", "10DE", Outcome.INCONCLUSIVE, id="a brand that nobody knows"),
        pytest.param("", "1043", Outcome.CONSISTENT, id="named by the model"),
        pytest.param("ASUS", "0000", Outcome.INCONCLUSIVE, id="nobody's id"),
    ],
)
def test_brands(brand: str, vendor: str, outcome: Outcome, catalogue: Catalogue) -> None:
    card = replace(ASUS, firmware={"subsystem_vendor": vendor})
    found = relabelled(card, catalogue, brand=brand)["board-label-vendor"]
    assert found.outcome is outcome
    assert found.strength in (Strength.NONE, Strength.MEDIUM)


def test_nvidias_label_on_a_partners_workstation_board_is_noted(catalogue: Catalogue) -> None:
    card = replace(HONEST["PNY A6000"], firmware={"subsystem_vendor": "1462"})
    assert relabelled(card, catalogue, brand="NVIDIA")["board-label-vendor"].outcome is Outcome.NOTED


# --- the paper


def paper_against(card: Labelled, declaration: Declaration, catalogue: Catalogue, photographed: bool = True) -> Finding:
    label = replace(card.label, photographs=(PICTURE,) if photographed else (), codes=())
    return findings(only_seen(Appearance(label=label), card.evidence()), catalogue, declaration)[
        "identity-label-declared"
    ]


@pytest.mark.parametrize(
    ("declaration", "outcome"),
    [
        pytest.param(Declaration(description="toys"), Outcome.NOT_APPLICABLE, id="nothing that a label says"),
        pytest.param(Declaration(serial=f"SN {SERIAL}"), Outcome.CONSISTENT, id="the serial"),
        pytest.param(Declaration(serial=f"{OTHER}, {SERIAL}"), Outcome.CONSISTENT, id="one of two serials"),
        pytest.param(Declaration(serial=OTHER), Outcome.CONTRADICTED, id="another serial"),
        pytest.param(Declaration(serial=OTHER, quantity=40), Outcome.INCONCLUSIVE, id="one serial for forty goods"),
        pytest.param(Declaration(serial="0325219012346"), Outcome.NOTED, id="a slip"),
        pytest.param(Declaration(serial="N3YVCM012345678"), Outcome.INCONCLUSIVE, id="a serial of another kind"),
        pytest.param(Declaration(serial="none"), Outcome.INCONCLUSIVE, id="a word"),
        pytest.param(Declaration(part_number="900-2G183-0000-500"), Outcome.CONSISTENT, id="another revision"),
        pytest.param(Declaration(part_number="900-2G183-0040-000"), Outcome.NOTED, id="another variant"),
        pytest.param(Declaration(part_number="900-21001-0000-000"), Outcome.CONTRADICTED, id="another board"),
        pytest.param(Declaration(part_number="R0W29C"), Outcome.INCONCLUSIVE, id="a server maker's own"),
        pytest.param(Declaration(product="Tesla T4"), Outcome.CONSISTENT, id="the product"),
        pytest.param(Declaration(product="NVIDIA A100 80GB"), Outcome.CONTRADICTED, id="another product"),
        pytest.param(Declaration(product="computer components"), Outcome.INCONCLUSIVE, id="no product"),
    ],
)
def test_the_paper_against_the_label(declaration: Declaration, outcome: Outcome, catalogue: Catalogue) -> None:
    found = paper_against(T4, declaration, catalogue)
    assert found.outcome is outcome
    if outcome in (Outcome.CONTRADICTED, Outcome.NOTED, Outcome.CONSISTENT):
        assert found.values["discrepancy"] == "identity"


def test_without_a_photograph_it_is_the_inspectors_word(catalogue: Catalogue) -> None:
    found = paper_against(T4, Declaration(serial=OTHER), catalogue, photographed=False)
    assert (found.outcome, found.strength) == (Outcome.SUSPICIOUS, Strength.STRONG)


@pytest.mark.parametrize(
    "declaration",
    [Declaration(serial=SERIAL), Declaration(product="Tesla T4"), Declaration(part_number="900-2G183-0000-001")],
)
def test_where_the_electronics_side_with_the_paper_the_paper_is_not_accused(
    declaration: Declaration, catalogue: Catalogue
) -> None:
    """A cooler of another card was put on, with its label: the paper is right."""
    label = Label(
        brand="NVIDIA", model="A100 80GB PCIe", part_number="900-21001-0020-000", serial=OTHER, photographs=(PICTURE,)
    )
    evidence = with_label(T4.evidence(), label)
    found = findings(evidence, catalogue, declaration)
    assert found["identity-label-declared"].outcome is Outcome.INCONCLUSIVE
    assert found["identity-label-model"].outcome is Outcome.SUSPICIOUS
    assert judge(evidence, declaration, catalogue).cards[0].identity is Identity.SUSPICIOUS


def test_an_honestly_declared_size_is_not_contradicted_by_an_old_label(catalogue: Catalogue) -> None:
    declared = Declaration(product="RTX 4090", memory_gb=48)
    seen = Appearance(label=replace(ASUS.label, photographs=(PICTURE,)))
    unread = findings(only_seen(seen, ASUS.evidence()), catalogue, declared)["identity-label-declared"]
    assert unread.outcome is Outcome.SUSPICIOUS, "never a contradiction: the label may be older than the memory"
    openly = findings(only_seen(seen, ASUS.evidence()), catalogue, replace(declared, modified=True))
    assert openly["identity-label-declared"].outcome is Outcome.CONSISTENT


# --- whatever a label says

TEXTS = st.one_of(
    st.text(max_size=300),
    st.from_regex(r"[A-Z0-9]{2,4}-[A-Z0-9]{5}-[0-9]{4}-[0-9]{3}", fullmatch=True),
    st.from_regex(r"[0-9]{12,14}", fullmatch=True),
    st.sampled_from(["GV-N4090D", "ZT-D40900", "RTX4090" * 60, "ß" * 250, "\u0665" * 13, "\ufdfa" * 200, "S/N:" * 99]),
)
LABELS = st.builds(
    Label,
    brand=TEXTS,
    model=TEXTS,
    part_number=TEXTS,
    serial=TEXTS,
    text=TEXTS,
    codes=st.lists(st.builds(LabelCode, kind=TEXTS, text=TEXTS, sure=st.sampled_from(Sure)), max_size=4).map(tuple),
)


@settings(max_examples=examples(60), deadline=None)
@given(label=LABELS, paper=st.builds(Declaration, product=TEXTS, serial=TEXTS, part_number=TEXTS))
def test_any_label_gives_an_answer_and_no_check_fails(label: Label, paper: Declaration) -> None:
    found = own_findings(with_label(T4.evidence(), label), load(), paper)
    failed = [name for name in MINE if "failed inside the program" in found[name].text]
    assert failed == []
    for name in MINE:
        if found[name].outcome is Outcome.CONTRADICTED:
            assert name == "identity-label-declared"


@settings(max_examples=examples(60), deadline=None)
@given(codes=st.lists(st.builds(LabelCode, kind=TEXTS, text=TEXTS, sure=st.just(Sure.NOT)), max_size=4).map(tuple))
def test_codes_that_are_not_sure_decide_nothing(codes: tuple[LabelCode, ...]) -> None:
    without = own_findings(with_label(T4.evidence(), T4.label), load())
    beside = own_findings(with_label(T4.evidence(), replace(T4.label, codes=codes)), load())
    assert {name: beside[name] for name in MINE} == {name: without[name] for name in MINE}
