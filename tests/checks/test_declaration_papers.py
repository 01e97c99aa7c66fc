"""Goods code, quantity, value, origin, serial, part number and brand: honest papers, and one field changed."""

from dataclasses import replace

import pytest
from cards import forged, genuine, row_of
from hypothesis import given
from hypothesis import strategies as st
from paper_cards import GRAVE, H100, LABEL_H100, PAPERS, RTX_3060, RTX_4090, a_card, only_seen, said_of

from gpu_inspector.records.appearance import Appearance, Label
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.countries import country_of, made_in
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Finding, Outcome, Strength
from gpu_inspector.records.goods_code import codes_in
from gpu_inspector.records.mistyped import one_slip_apart
from gpu_inspector.workflow.judging import judge

CONSISTENT, NOTED, SUSPICIOUS = Outcome.CONSISTENT, Outcome.NOTED, Outcome.SUSPICIOUS
INCONCLUSIVE, CONTRADICTED, NOT_APPLICABLE = Outcome.INCONCLUSIVE, Outcome.CONTRADICTED, Outcome.NOT_APPLICABLE
SERIAL = "1324219012346"


def coded(code: str, evidence: Evidence = H100) -> Finding:
    return said_of(evidence, Declaration(hs_code=code), "declaration-classification")


# --- goods code


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("8473.30.1180", ("8473.30",)),
        ("84733080", ("8473.30",)),
        ("HS 8473 30", ("8473.30",)),
        ("8473 30 20", ("8473.30",)),
        ("84.73.30", ("8473.30",)),
        ("8473-30", ("8473.30",)),
        ("HS 2022: 8473.30", ("8473.30",)),
        ("ТН ВЭД 8473308000", ("8473.30",)),
        ("８４７３.３０", ("8473.30",)),
        ("٨٤٧٣٣٠", ("8473.30",)),
        ("8473", ("8473",)),
        ("8471.50 / 8473.30", ("8471.50", "8473.30")),
        ("9903.79.01; 8473.30.1180", ("8473.30",)),
        ("9801", ()),
        ("847.30", ()),
        ("84730", ()),
        ("000000", ()),
        ("graphics", ()),
        ("8473.30 and 17", ()),
        ("", ()),
    ],
)
def test_a_goods_code_is_read_in_any_spelling_or_not_at_all(text: str, codes: tuple[str, ...]) -> None:
    assert codes_in(text) == codes


@given(st.text(max_size=500))
def test_any_text_as_a_goods_code_gives_an_answer(text: str) -> None:
    assert all(len(code) in (4, 7) for code in codes_in(text))
    assert isinstance(made_in(text), frozenset)
    assert len(country_of(text)) in (0, 2)


@pytest.mark.parametrize("code", ["8473.30.1180", "84733080", "HS 8473 30", "8471.80", "8471 50 00", "8473"])
def test_the_headings_of_cards_are_held_against_nobody(code: str) -> None:
    for evidence in (H100, RTX_3060):
        told = coded(code, evidence)
        assert told.outcome is CONSISTENT
        assert "nothing of which card" in told.text


@pytest.mark.parametrize(
    ("code", "outcome", "strength"),
    [
        pytest.param("8473.50", NOTED, Strength.WEAK, id="a neighbour"),
        pytest.param("8471.70", NOTED, Strength.WEAK, id="storage units"),
        pytest.param("8542.31", NOTED, Strength.MEDIUM, id="a bare chip's"),
        pytest.param("8437.30", NOTED, Strength.MEDIUM, id="two digits changed places"),
        pytest.param("8470.30", NOTED, Strength.MEDIUM, id="one digit mistyped"),
        pytest.param("8543.70", NOTED, Strength.MEDIUM, id="an honest opinion"),
        pytest.param("9503.00", SUSPICIOUS, Strength.STRONG, id="toys"),
        pytest.param("0902.10", SUSPICIOUS, Strength.STRONG, id="tea"),
        pytest.param("8517.62", SUSPICIOUS, Strength.STRONG, id="network apparatus"),
        pytest.param("8536.49", SUSPICIOUS, Strength.STRONG, id="relays and contactors"),
        pytest.param("8471.41", INCONCLUSIVE, Strength.NONE, id="a whole computer's"),
        pytest.param("847.30", INCONCLUSIVE, Strength.NONE, id="malformed"),
        pytest.param("9903.79.01", INCONCLUSIVE, Strength.NONE, id="a national duty's"),
        pytest.param("", NOT_APPLICABLE, Strength.NONE, id="none"),
    ],
)
def test_other_headings(code: str, outcome: Outcome, strength: Strength) -> None:
    told = said_of(H100, Declaration(hs_code=code, quantity=1), "declaration-classification")
    assert (told.outcome, told.strength) == (outcome, strength)
    assert told.values["discrepancy"] == "classification"
    assert told.innocent or outcome not in (NOTED, SUSPICIOUS)


def test_an_accelerator_with_a_network_adapter_may_be_classed_as_one() -> None:
    told = coded("8517.62", a_card("NVIDIA A100X"))
    assert (told.outcome, told.strength) == (NOTED, Strength.MEDIUM)


def test_one_right_code_among_several_is_enough() -> None:
    assert coded("9503.00; 8473.30").outcome is CONSISTENT


def test_a_bare_chip_belongs_to_the_headings_of_chips() -> None:
    assert coded("8542.31", only_seen(whole_card=False)).outcome is CONSISTENT
    assert coded("8542.31", only_seen(whole_card=True)).outcome is NOTED
    assert coded("9503.00", only_seen(label=LABEL_H100)).outcome is INCONCLUSIVE, "nobody said whether it is whole"


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("8473", "8437", True),
        ("8473", "8573", True),
        ("8473", "8473", False),
        ("8473", "3478", False),
        ("1", "12", False),
    ],
)
def test_slips_of_a_finger(one: str, other: str, slip: bool) -> None:
    assert one_slip_apart(one, other) is slip


# --- quantity


def several(count: int) -> Evidence:
    (card,) = H100.cards
    cards = tuple(replace(card, label=f"0000:0{index}:00.0") for index in range(1, count + 1))
    return replace(H100, cards=cards)


def counted(declaration: Declaration, evidence: Evidence) -> Finding:
    judged = judge(evidence, declaration, load())
    return next(one for one in judged.cards[0].findings if one.check == "declaration-quantity")


@pytest.mark.parametrize(("pieces", "cards"), [(1, 1), (2, 2), (100, 3)])
def test_as_many_cards_as_pieces_or_fewer_are_no_sign(pieces: int, cards: int) -> None:
    assert counted(Declaration(quantity=pieces), several(cards)).outcome is CONSISTENT


def test_more_cards_than_pieces_are_noted_and_never_add_up() -> None:
    told = counted(Declaration(quantity=2), several(3))
    assert (told.outcome, told.strength) == (NOTED, Strength.WEAK)
    assert (told.expected, told.observed) == ("2", "3")


def test_a_server_is_one_piece_and_holds_several_cards() -> None:
    assert counted(Declaration(quantity=1, hs_code="8471.50"), several(8)).outcome is INCONCLUSIVE
    assert counted(Declaration(quantity=1, description="AI server"), several(8)).outcome is INCONCLUSIVE


def test_a_board_of_several_dies_is_one_piece() -> None:
    (card,) = forged(H100, multi_gpu_board=True, serial=SERIAL).cards
    board = replace(H100, cards=tuple(replace(card, label=f"die {index}") for index in range(4)))
    assert counted(Declaration(quantity=1), board).outcome is CONSISTENT


# --- value


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("1,599.00 USD", INCONCLUSIVE),
        ("€ 25 000", INCONCLUSIVE),
        ("3 USD", INCONCLUSIVE),
        ("12.500,00", INCONCLUSIVE),
        ("as agreed", INCONCLUSIVE),
        ("0.00 USD", NOTED),
        ("", NOT_APPLICABLE),
    ],
)
def test_no_value_is_judged_and_nothing_is_noted_at_most(value: str, outcome: Outcome) -> None:
    told = said_of(H100, Declaration(value=value, quantity=1), "declaration-value")
    assert told.outcome is outcome
    assert told.strength in (Strength.NONE, Strength.WEAK)


# --- origin


def with_label(evidence: Evidence, *, brand: str = "", model: str = "", text: str = "") -> Evidence:
    (card,) = evidence.cards
    seen = Appearance(whole_card=True, label=Label(brand=brand, model=model, text=text))
    return replace(evidence, cards=(replace(card, seen=seen),))


@pytest.mark.parametrize(
    ("text", "declared", "outcome"),
    [
        ("Rev 1.0\nMADE IN CHINA", "CN", CONSISTENT),
        ("Made in China", "P.R. China", CONSISTENT),
        ("Made in Taiwan ROC", "Тайвань", CONSISTENT),
        ("Made in China", "Germany", NOTED),
        ("Made in China", "Atlantis", INCONCLUSIVE),
        ("S TW 2231A1", "CN", INCONCLUSIVE),
        ("", "CN", INCONCLUSIVE),
        ("Made in China", "", NOT_APPLICABLE),
    ],
)
def test_origin_is_held_against_the_label_alone(text: str, declared: str, outcome: Outcome) -> None:
    evidence = with_label(RTX_3060, text=text, brand="ASUS")
    told = said_of(evidence, Declaration(country_of_origin=declared, quantity=1), "declaration-origin")
    assert told.outcome is outcome
    assert told.strength in (Strength.NONE, Strength.WEAK)


# --- serial number


def numbered(declared: str, own: str | None = SERIAL, quantity: int | None = None) -> Finding:
    evidence = forged(H100, serial=own)
    return said_of(evidence, Declaration(serial=declared, quantity=quantity, hs_code="8473.30"), "declaration-serial")


@pytest.mark.parametrize(
    ("declared", "outcome"),
    [
        pytest.param(SERIAL, CONSISTENT, id="the card's own"),
        pytest.param(f"S/N: {SERIAL}", CONSISTENT, id="with its word"),
        pytest.param("1324 2190 12346", CONSISTENT, id="with blanks"),
        pytest.param(f"1650199008877, {SERIAL}", CONSISTENT, id="one of a list"),
        pytest.param("1650199008877", CONTRADICTED, id="another card's"),
        pytest.param("1324219012345", SUSPICIOUS, id="one digit"),
        pytest.param("1324219012364", SUSPICIOUS, id="two changed places"),
        pytest.param("M5YVCM012345ABC", INCONCLUSIVE, id="an ASUS label's"),
        pytest.param("N8GTPZ000111", INCONCLUSIVE, id="another partner's"),
        pytest.param("4711081876543", CONTRADICTED, id="thirteen digits that check as nothing else"),
        pytest.param("4719331311339", INCONCLUSIVE, id="an article number of the shop"),
        pytest.param(f"1650199008877 {SERIAL}", CONSISTENT, id="one of a line"),
        pytest.param("", NOT_APPLICABLE, id="none"),
    ],
)
def test_only_serials_of_one_kind_are_compared(declared: str, outcome: Outcome) -> None:
    assert numbered(declared).outcome is outcome


@pytest.mark.parametrize("own", [None, "0000000000000", "xxxxxxxxxxxxx", "1234567890123"])
def test_a_masked_serial_is_absent(own: str | None) -> None:
    assert numbered("1650199008877", own).outcome is INCONCLUSIVE


def test_one_serial_for_many_pieces_is_held_against_none_of_them() -> None:
    assert numbered("1650199008877", quantity=8).outcome is INCONCLUSIVE


def test_the_declared_serial_of_a_card_beside_it_is_not_held_against_this_one() -> None:
    (mine,), (other,) = forged(H100, serial=SERIAL).cards, forged(H100, serial="1650199008877").cards
    both = replace(H100, cards=(mine, replace(other, label="0000:02:00.0")))
    judged = judge(both, Declaration(serial="1650199008877"), load())
    told = [next(one for one in card.findings if one.check == "declaration-serial") for card in judged.cards]
    assert [one.outcome for one in told] == [INCONCLUSIVE, CONSISTENT]


# --- part number


def parted(declared: str, board: str | None = "900-21010-0000-000", chip: str | None = "2331-885-A1") -> Finding:
    evidence = forged(H100, board_part_number=board, gpu_part_number=chip)
    return said_of(evidence, Declaration(part_number=declared, quantity=1), "declaration-part-number")


@pytest.mark.parametrize(
    ("declared", "outcome", "strength"),
    [
        pytest.param("900-21010-0000-000", CONSISTENT, Strength.NONE, id="the board's own"),
        pytest.param("P/N 900-21010-0000-000", CONSISTENT, Strength.NONE, id="with its word"),
        pytest.param("900-21010-0000-001", CONSISTENT, Strength.NONE, id="another revision"),
        pytest.param("699-21010-0230-100", CONSISTENT, Strength.NONE, id="the assembly's number of the board"),
        pytest.param("900-21010-0020-000", NOTED, Strength.MEDIUM, id="another variant of the board"),
        pytest.param("900-5G133-2250-000", CONTRADICTED, Strength.STRONG, id="another board"),
        pytest.param("2331-885-A1", CONSISTENT, Strength.NONE, id="the chip's"),
        pytest.param("2331-890-A1", NOTED, Strength.WEAK, id="another bin of the chip"),
        pytest.param("2684-300-A1", CONTRADICTED, Strength.STRONG, id="another chip"),
        pytest.param("ROG-STRIX-RTX4090-O24G-GAMING", INCONCLUSIVE, Strength.NONE, id="a partner's"),
        pytest.param("GV-N4090GAMING OC-24GD", INCONCLUSIVE, Strength.NONE, id="another partner's"),
        pytest.param("812674025223", INCONCLUSIVE, Strength.NONE, id="a shop's"),
        pytest.param("P24478-001", INCONCLUSIVE, Strength.NONE, id="a server maker's"),
        pytest.param("900-2X0XX-XXXX-XXX", INCONCLUSIVE, Strength.NONE, id="masked"),
        pytest.param("", NOT_APPLICABLE, Strength.NONE, id="none"),
    ],
)
def test_only_part_numbers_of_one_kind_are_compared(declared: str, outcome: Outcome, strength: Strength) -> None:
    told = parted(declared)
    assert (told.outcome, told.strength) == (outcome, strength)


@pytest.mark.parametrize("board", [None, "N/A", "900-20000-0000-000", "GV-N4090GAMING OC-24GD"])
def test_a_card_without_a_part_number_of_nvidias_accuses_nobody(board: str | None) -> None:
    assert parted("900-21010-0000-000", board, None).outcome is INCONCLUSIVE


# --- brand


def branded(evidence: Evidence, paper: str = "", label: str = "") -> Finding:
    seen = with_label(evidence, brand=label) if label else evidence
    return said_of(seen, Declaration(brand=paper, quantity=1), "declaration-brand")


@pytest.mark.parametrize(
    "brand", ["NVIDIA", "PNY", "Dell", "HPE", "Lenovo", "Supermicro", "Inspur", "Dell EMC", "ASUS", "华为", "H3C"]
)
def test_nvidia_and_makers_of_servers_are_honest_brands_of_datacentre_boards(brand: str) -> None:
    assert branded(H100, paper=brand).outcome is CONSISTENT
    assert branded(H100, label=brand).outcome is CONSISTENT


def test_debrand_a_datacentre_board_under_an_invented_brand() -> None:
    told = branded(H100, paper="SANDKYAN", label="SANDKYAN")
    assert (told.outcome, told.strength, told.witness) == (NOTED, Strength.MEDIUM, "label")
    assert told.values["discrepancy"] == "marking"
    on_paper = branded(H100, paper="SANDKYAN")
    assert (on_paper.outcome, on_paper.strength, on_paper.witness) == (NOTED, Strength.WEAK, "paper")


def test_debrand_declared_as_what_it_was_declared_as(catalogue: Catalogue) -> None:
    evidence = with_label(H100, brand="SANDKYAN")
    for words in ("adapters", "adapter modules", "contactor controllers"):
        (card,) = judge(evidence, Declaration(description=words, brand="SANDKYAN", quantity=1), catalogue).cards
        told = {one.check: one.outcome for one in card.findings}
        assert told["declaration-description"] is CONTRADICTED
        assert told["declaration-brand"] is NOTED


def test_a_foreign_label_alone_is_never_more_than_noted(catalogue: Catalogue) -> None:
    (card,) = judge(with_label(H100, brand="SANDKYAN"), Declaration(description="NVIDIA H100"), catalogue).cards
    assert not [one.check for one in card.findings if one.outcome in GRAVE]


def test_a_foreign_label_and_broad_words_are_two_independent_signs(catalogue: Catalogue) -> None:
    paper = Declaration(description="PCIe card", quantity=1)
    (card,) = judge(with_label(H100, brand="SANDKYAN"), paper, catalogue).cards
    assert next(one.outcome for one in card.findings if one.check == "board-signs") is SUSPICIOUS


@pytest.mark.parametrize("brand", ["SANDKYAN", "Bestgfx", "Shenzhen XYZ Trading"])
def test_an_unknown_brand_on_a_gaming_card_says_nothing(brand: str) -> None:
    assert branded(RTX_3060, paper=brand).outcome is INCONCLUSIVE
    assert branded(RTX_3060, label=brand).outcome is INCONCLUSIVE


@pytest.mark.parametrize("brand", ["no brand", "无品牌", "OEM", "N/A"])
def test_no_brand_is_weak_on_a_datacentre_board(brand: str) -> None:
    told = branded(H100, paper=brand)
    assert (told.outcome, told.strength) == (NOTED, Strength.WEAK)


def test_a_gaming_brand_on_a_datacentre_board() -> None:
    assert branded(H100, label="Palit").strength is Strength.MEDIUM


@pytest.mark.parametrize(
    ("paper", "label", "outcome"),
    [
        ("ASUS", "ASUS", CONSISTENT),
        ("ASUS ROG Strix", "asus", CONSISTENT),
        ("NVIDIA", "MSI", CONSISTENT),
        ("Palit", "Gainward", CONSISTENT),
        ("Dell", "MSI", CONSISTENT),
        ("ASUS", "MSI", NOTED),
        ("", "", NOT_APPLICABLE),
    ],
)
def test_papers_and_label_of_two_houses_are_noted(paper: str, label: str, outcome: Outcome) -> None:
    told = branded(RTX_3060, paper, label)
    assert told.outcome is outcome
    assert told.strength in (Strength.NONE, Strength.WEAK)


def test_the_subsystems_maker_against_the_declared_brand() -> None:
    asus = forged(RTX_4090, subsystem_vendor="1043")
    assert branded(asus, paper="ASUS").outcome is CONSISTENT
    assert branded(asus, paper="MSI").outcome is NOTED


# --- all together


def test_every_check_of_papers_answers_not_applicable_without_papers(catalogue: Catalogue) -> None:
    (card,) = judge(H100, Declaration(consignee="somebody"), catalogue).cards
    told = {one.check: one.outcome for one in card.findings if one.check in PAPERS}
    assert set(told.values()) == {NOT_APPLICABLE}
    assert set(told) == PAPERS


def test_every_answer_names_its_field_and_its_kind_of_discrepancy(catalogue: Catalogue) -> None:
    fields = set(Declaration.__dataclass_fields__)
    paper = Declaration(
        description="GeForce GT 710", hs_code="9503.00", quantity=1, value="0", country_of_origin="DE", serial="1",
        part_number="2684-300-A1", brand="Nonesuch",
    )  # fmt: skip
    for declaration in (paper, Declaration(consignee="x")):
        (card,) = judge(H100, declaration, catalogue).cards
        for told in (one for one in card.findings if one.check in PAPERS):
            assert told.values["field"] in fields
            assert told.values["discrepancy"] in (
                "description", "classification", "quantity", "value", "origin", "identity", "marking",
            )  # fmt: skip


@given(text=st.text(max_size=200))
def test_papers_of_any_text_are_answered_without_a_crash(text: str) -> None:
    paper = Declaration(
        description=text, hs_code=text, quantity=1, value=text, country_of_origin=text, serial=text, part_number=text,
        brand=text,
    )  # fmt: skip
    evidence = with_label(genuine(row_of("NVIDIA H100 PCIe")), brand=text, model=text, text=text)
    (card,) = judge(evidence, paper, load()).cards
    failed = [one.check for one in card.findings if "failed inside" in one.text]
    assert not failed
