"""The paper's own words for the goods: honest ones, and the same paper with its description changed."""

import pytest
from cards import genuine
from honest_descriptions import ANY_CARD, BESIDE_A_CARD, OTHER_GOODS, UNKNOWN_WORDS, VAGUE, WITH_MODEL
from paper_cards import CHECK, GRAVE, H100, LABEL_H100, PAPERS, RTX_3060, RTX_4090, T4, a_card, only_seen, said_of
from sampling import sampled

from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Identity, Outcome, Role
from gpu_inspector.records.product import Product
from gpu_inspector.workflow.judging import judge


@pytest.mark.parametrize("evidence", [H100, RTX_3060], ids=["H100", "RTX 3060"])
@pytest.mark.parametrize("text", ANY_CARD)
def test_an_honest_description_agrees(text: str, evidence: Evidence) -> None:
    assert said_of(evidence, text).outcome is Outcome.CONSISTENT


@pytest.mark.parametrize(("product", "text"), WITH_MODEL)
def test_an_honest_description_with_its_model_agrees(product: str, text: str) -> None:
    assert said_of(a_card(product), text).outcome is Outcome.CONSISTENT


@pytest.mark.parametrize(("product", "text"), WITH_MODEL)
def test_the_same_words_for_another_card_are_another_product(product: str, text: str) -> None:
    told = said_of(a_card("Tesla M40" if "GTX" in product else "NVIDIA GeForce GTX 1650"), text)
    if text == "Grafikkarte 4090":
        assert told.outcome is Outcome.INCONCLUSIVE, "a bare number may be one of pieces"
    elif "GV-N4090" in text:
        assert told.outcome is Outcome.CONSISTENT, "a partner's own number is not read: a graphics card, and no more"
    else:
        assert told.outcome is Outcome.CONTRADICTED
        assert told.values["discrepancy"] == "identity"


@pytest.mark.parametrize(
    ("evidence", "text"),
    [
        (H100, "GeForce GTX 1660 SUPER graphics card"),
        (H100, "RTX 4090"),
        (RTX_4090, "NVIDIA GeForce RTX 3060 12GB"),
        (RTX_3060, "Tesla V100 16GB accelerators"),
        (RTX_3060, "AMD Radeon RX 580 graphics card"),
    ],
)
def test_another_product_is_a_discrepancy_of_identity(evidence: Evidence, text: str) -> None:
    told = said_of(evidence, text)
    assert told.outcome is Outcome.CONTRADICTED
    assert told.values["discrepancy"] == "identity"


def test_a_sister_of_the_found_card_is_a_strong_sign_and_no_contradiction() -> None:
    """A trader shortens names; and a 4090 that is declared as the 4090 D of the other side of a limit must show."""
    told = said_of(RTX_4090, "graphics card RTX 4090 D")
    assert told.outcome is Outcome.SUSPICIOUS
    assert told.values["discrepancy"] == "identity"


@pytest.mark.parametrize("text", ["GeForce graphics cards", "GeForce RTX 30 series graphics card", "GTX graphics card"])
def test_the_line_of_gaming_cards_is_none_of_a_datacentre_board(text: str) -> None:
    assert said_of(H100, text).outcome is Outcome.SUSPICIOUS
    assert said_of(RTX_3060, text).outcome is Outcome.CONSISTENT


@pytest.mark.parametrize("text", ["1650 pcs graphics cards", "GPU 2080 units"])
def test_a_number_of_pieces_that_is_a_models_accuses_nobody(text: str) -> None:
    assert said_of(RTX_3060, text).outcome in (Outcome.CONSISTENT, Outcome.INCONCLUSIVE)


def test_a_product_older_than_the_reference_data_is_still_another_one() -> None:
    assert said_of(H100, "graphics card GeForce GT 710").outcome is Outcome.SUSPICIOUS


@pytest.mark.parametrize("evidence", [H100, RTX_3060], ids=["H100", "RTX 3060"])
@pytest.mark.parametrize("text", OTHER_GOODS)
def test_other_goods_contradict_the_declaration(text: str, evidence: Evidence) -> None:
    told = said_of(evidence, text)
    assert told.outcome is Outcome.CONTRADICTED
    assert told.values["discrepancy"] == "description"
    assert told.source == "the declaration"
    assert told.innocent


@pytest.mark.parametrize("text", VAGUE)
def test_generic_words_depend_on_what_the_law_asks(text: str) -> None:
    assert said_of(H100, text).outcome is Outcome.CONTRADICTED
    assert said_of(RTX_3060, text).outcome is Outcome.NOTED
    assert said_of(T4, text).outcome is Outcome.NOTED, "a datacentre board below every limit"


def test_generic_words_for_a_gaming_card_that_meets_an_entry_stay_a_deviation() -> None:
    assert said_of(RTX_4090, "computer parts").outcome is Outcome.SUSPICIOUS


def test_must_show_2_a_genuine_h100_declared_as_computer_components(catalogue: Catalogue) -> None:
    judged = judge(H100, Declaration(description="computer components"), catalogue)
    assert judged.verdict is Identity.CONTRADICTED
    grave = [one.check for one in judged.cards[0].findings if one.outcome in GRAVE]
    assert grave == [CHECK]


@pytest.mark.parametrize("text", BESIDE_A_CARD)
def test_what_belongs_to_a_card_is_a_sign_only(text: str) -> None:
    assert said_of(RTX_3060, text.replace("4090", "3060")).outcome is Outcome.SUSPICIOUS


@pytest.mark.parametrize("text", [*UNKNOWN_WORDS, "desktop computer", "GPU server"])
def test_unknown_words_and_machines_decide_nothing(text: str) -> None:
    for evidence in (H100, RTX_3060):
        assert said_of(evidence, text).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize("text", ["PCIe card", "parts and accessories of the machines of heading 8471", "Steckkarte"])
def test_true_but_broad_words_are_noted(text: str) -> None:
    assert said_of(H100, text).outcome is said_of(RTX_3060, text).outcome is Outcome.NOTED


def test_a_long_description_is_not_held_against_anybody_for_its_end() -> None:
    text = f"{'toys, ' * 800}graphics cards"
    assert said_of(RTX_3060, text).outcome is Outcome.INCONCLUSIVE


def test_nothing_declared() -> None:
    told = said_of(RTX_3060, Declaration(quantity=1))
    assert told.outcome is Outcome.NOT_APPLICABLE
    assert told.role is Role.CORE


def test_signs_of_one_paper_never_add_up(catalogue: Catalogue) -> None:
    paper = Declaration(description="PCIe card", hs_code="8542.31", value="0 USD", quantity=1, brand="Nonesuch")
    (card,) = judge(H100, paper, catalogue).cards
    noted = [one for one in card.findings if one.check in PAPERS and one.outcome is Outcome.NOTED]
    assert len(noted) >= 3
    assert not [one.check for one in card.findings if one.outcome in GRAVE]


# --- a card that does not start


def test_a_card_that_was_only_seen_is_held_against_its_label() -> None:
    evidence = only_seen(whole_card=True, label=LABEL_H100)
    assert said_of(evidence, "NVIDIA H100 GPU accelerator").outcome is Outcome.CONSISTENT
    assert said_of(evidence, "toys").outcome is Outcome.CONTRADICTED
    assert said_of(evidence, "computer components").outcome is Outcome.CONTRADICTED
    assert said_of(evidence, "GeForce GTX 1650").outcome is Outcome.CONTRADICTED


def test_a_board_without_a_name_is_at_least_a_graphics_board() -> None:
    evidence = only_seen(whole_card=True)
    assert said_of(evidence, "graphics card RTX 4090").outcome is Outcome.CONSISTENT
    assert said_of(evidence, "tea").outcome is Outcome.CONTRADICTED
    assert said_of(evidence, "computer parts").outcome is Outcome.NOTED


def test_of_an_object_that_nobody_looked_at_nothing_is_said() -> None:
    assert said_of(only_seen(), "tea").outcome is Outcome.INCONCLUSIVE


def test_a_bare_chip_may_be_called_one() -> None:
    evidence = only_seen(whole_card=False)
    for text in ("integrated circuits", "electronic components", "graphics card", "processors"):
        assert said_of(evidence, text).outcome is Outcome.NOTED
    assert said_of(evidence, "toys").outcome is Outcome.CONTRADICTED


# --- the whole catalogue

_ROWS = [row for row in load().products if row.die in load().dies]
_COUNTERFEIT = {row.device_id for row in load().counterfeits}


@pytest.mark.parametrize(
    "row",
    sampled(_ROWS, 60, kind=lambda row: row.die),
    ids=[f"{row.name}-{row.memory_mib}-{row.device_ids[0]}" for row in _ROWS],
)
def test_honest_papers_of_any_product_are_noted_at_most(row: Product, catalogue: Catalogue) -> None:
    code = ("8473.30", "8471.80", "8473.30.1180", "84733080")[len(row.name) % 4]
    brand = "NVIDIA" if row.segment == "datacentre" else "ASUS"
    paper = Declaration(
        description=row.name, hs_code=code, quantity=1, value="1,200.00 EUR", country_of_origin="CN", brand=brand
    )
    (card,) = judge(genuine(row), paper, catalogue).cards
    told = {one.check: one.outcome for one in card.findings if one.check in PAPERS}
    assert set(told) == PAPERS
    assert not set(told.values()) & set(GRAVE)
    assert told[CHECK] is Outcome.CONSISTENT
