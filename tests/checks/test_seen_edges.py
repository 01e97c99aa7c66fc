"""What was seen, at the edges: the case beside the one that is accused, and what nobody wrote down."""

from dataclasses import replace

import pytest
from cards import forged, genuine, row_of
from die_cards import reading_of, silicon_of
from eye_cards import PHOTOGRAPH, beside, chips_of, die_of, findings, seen
from label_cards import HONEST, PICTURE, only_seen, with_label, with_seen
from label_cards import findings as judged

from gpu_inspector.checks.goods import found_of
from gpu_inspector.checks.marking_words import listed, named
from gpu_inspector.checks.thresholds_eye import PHOTOGRAPHS_SHOWN
from gpu_inspector.language import fill
from gpu_inspector.records.appearance import Answered, Appearance, Label, MemoryChips, Power, Seen
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.records.finding import Finding, Outcome, Strength
from gpu_inspector.workflow import seeing

ASUS, FE, T4 = HONEST["ASUS"], HONEST["NVIDIA FE"], HONEST["T4 with two numbers"]
RTX_4090 = Declaration(product="GeForce RTX 4090")
SILENT = (Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE)


def text_of(finding: Finding) -> str:
    return fill(finding.text, finding.values)


# --- markings of the die


def test_a_date_that_no_photograph_shows_is_one_figure_of_somebodys_typing() -> None:
    lines = ("S TW 1001A1", "AD102-300-A1")
    for photographs, strength in ((PHOTOGRAPH, Strength.MEDIUM), ((), Strength.WEAK)):
        found = findings(seen(die=die_of(*lines, photographs=photographs)))["die-marking-date"]
        assert (found.outcome, found.strength) == (Outcome.NOTED, strength)


def test_a_die_whose_multiprocessors_were_not_counted_contradicts_no_marking(catalogue: Catalogue) -> None:
    row = row_of("NVIDIA GeForce RTX 4090", "2684")
    evidence = beside(genuine(row, "2684"), die=die_of("AD102-300-A1"))
    (card,) = evidence.cards
    reading = replace(reading_of(catalogue, row), multiprocessors_by_id=None, multiprocessors_by_residency=None)
    measured = replace(evidence, cards=(replace(card, silicon=silicon_of(catalogue, "AD102", reading)),))
    assert findings(measured)["die-marking"].outcome is Outcome.CONSISTENT


def test_one_key_beside_the_right_code_is_read_again_where_the_card_sides_with_the_paper() -> None:
    """AD103-300 is a real product's bin, and one figure beside AD102-300."""
    die = die_of("AD103-300-A1")
    running = beside(genuine(row_of("NVIDIA GeForce RTX 4090", "2684"), "2684"), die=die)
    sided = findings(running, RTX_4090)["die-marking"]
    assert (sided.outcome, sided.strength) == (Outcome.SUSPICIOUS, Strength.STRONG)
    assert findings(seen(die=die), RTX_4090)["die-marking"].outcome is Outcome.CONTRADICTED


def test_one_key_beside_the_right_code_is_read_again_where_no_product_bears_what_was_typed() -> None:
    found = findings(seen(die=die_of("GA102-300-A1")), Declaration(product="GeForce RTX 4090"))["die-marking"]
    assert found.outcome is Outcome.CONTRADICTED, "GA102-300 is the bin of an RTX 3090"
    nobodys = findings(seen(die=die_of("TD102-300-A1")), RTX_4090)["die-marking"]
    assert nobodys.outcome is not Outcome.CONTRADICTED


def test_lines_that_were_typed_say_that_there_is_a_die_whatever_the_question_says() -> None:
    told = Answered(question="package-present", seen=Seen.DEVIATES, photographs=PHOTOGRAPH)
    found = findings(seen(die=replace(die_of("AD102-300-A1"), present=None), answers=(told,)), RTX_4090)
    assert found["die-marking"].outcome is Outcome.CONSISTENT
    nothing = findings(seen(answers=(told,)), RTX_4090)["die-marking"]
    assert nothing.outcome is Outcome.CONTRADICTED


def test_photographs_and_lists_say_that_there_are_more() -> None:
    many = tuple(f"{number:064x}" for number in range(int(PHOTOGRAPHS_SHOWN) + 1))
    assert named(many).endswith(", ...)")
    assert not named(many[:-1]).endswith(", ...)")
    assert listed(["a", "b", "c"], 2) == "a, b, ..."
    assert listed(["a", "b"], 2) == "a, b"


# --- memory chips


@pytest.mark.parametrize("chips", [chips_of("a smudge", 4), (MemoryChips(marking="", count=0),), chips_of("H5VGG", 5)])
def test_chips_that_no_list_knows_are_not_held_against_a_card_with_hbm(chips: tuple[MemoryChips, ...]) -> None:
    found = findings(seen(memory=chips), Declaration(product="H100"))["memory-marking"]
    assert found.outcome is Outcome.NOT_APPLICABLE


def test_a_name_that_is_none_of_the_ids_leaves_all_products_of_the_id() -> None:
    """16 chips of 16 Gb under id 2684: no RTX 4090 was sold with 32 GB, whatever the card calls itself."""
    strange = forged(genuine(row_of("NVIDIA GeForce RTX 4090", "2684"), "2684"), name="NVIDIA GeForce GT 710")
    found = findings(beside(strange, memory=chips_of("2ZA77 D8BZC", 8, 8)))["memory-marking"]
    assert found.outcome in (Outcome.NOTED, Outcome.SUSPICIOUS)


# --- the label


def test_where_the_electronics_have_the_papers_variant_the_label_is_the_odd_one(catalogue: Catalogue) -> None:
    label = replace(T4.label, part_number="900-2G183-0040-000", photographs=(PICTURE,))
    evidence = with_label(T4.evidence(), label)
    for paper, outcome in (("900-2G183-0000-000", Outcome.INCONCLUSIVE), ("900-2G183-0080-000", Outcome.NOTED)):
        found = judged(evidence, catalogue, Declaration(part_number=paper))["identity-label-declared"]
        assert found.outcome is outcome


@pytest.mark.parametrize(
    ("model", "strength"),
    [
        pytest.param("GeForce RTX 4080", Strength.MEDIUM, id="a larger sister's label: a cooler of hers"),
        pytest.param("GeForce RTX 4090", Strength.STRONG, id="a larger die's: it may be hiding what it is"),
    ],
)
def test_a_sisters_label_on_a_card_that_claims_less(model: str, strength: Strength, catalogue: Catalogue) -> None:
    (row,) = [one for one in catalogue.by_name("NVIDIA GeForce RTX 4070 Ti SUPER") if one.die == "AD103"]
    evidence = with_label(genuine(row), Label(brand="ASUS", model=model))
    found = judged(evidence, catalogue, Declaration(product="GeForce RTX 4070 Ti SUPER"))["identity-label-model"]
    assert found.strength is strength


@pytest.mark.parametrize(
    ("label", "says"),
    [
        pytest.param(Label(serial="X1"), "No brand of the label was typed in.", id="neither"),
        pytest.param(Label(brand="SANDKYAN"), "“SANDKYAN” names no maker", id="a brand"),
        pytest.param(Label(model="24-PRO"), "“24-PRO” names no maker", id="a model alone"),
    ],
)
def test_a_label_without_a_maker_says_what_was_typed(label: Label, says: str, catalogue: Catalogue) -> None:
    found = judged(with_label(ASUS.evidence(), label), catalogue)["board-label-vendor"]
    assert found.outcome is Outcome.INCONCLUSIVE
    assert says in text_of(found)


def test_a_brand_on_the_label_alone_is_what_is_expected(catalogue: Catalogue) -> None:
    found = judged(ASUS.evidence(), catalogue)["declaration-brand"]
    assert (found.outcome, found.expected, found.observed) == (Outcome.CONSISTENT, "ASUS", "ASUS")


# --- the eye, the scale, the board


def test_an_answer_without_a_note_has_no_empty_quotation(catalogue: Catalogue) -> None:
    for note, told in (("", False), ("two layers", True)):
        answers = (Answered(question="label-print", seen=Seen.DEVIATES, note=note, photographs=(PICTURE,)),)
        found = judged(with_seen(ASUS.evidence(), Appearance(answers=answers)), catalogue)["board-eye-label"]
        assert ("“" in text_of(found)) is told


def test_a_founders_edition_that_never_starts_is_weighed_by_its_label(catalogue: Catalogue) -> None:
    label = replace(FE.label, model="GeForce RTX 4090 Founders Edition")
    found = judged(only_seen(Appearance(label=label, weight_g=2186.0), FE.evidence()), catalogue)["board-size"]
    assert found.outcome is Outcome.CONSISTENT
    open_one = replace(label, model="GeForce RTX 4070 S Founders Edition", part_number="")
    several = judged(only_seen(Appearance(label=open_one, weight_g=100.0), FE.evidence()), catalogue)["board-size"]
    assert several.outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("printed", "strength"),
    [
        pytest.param("PG192", Strength.WEAK, id="of another product on the same die"),
        pytest.param("PG133", Strength.MEDIUM, id="observed on other dies alone"),
        pytest.param("PG777", Strength.WEAK, id="observed nowhere"),
    ],
)
def test_a_boards_print_that_is_not_the_products(printed: str, strength: Strength, catalogue: Catalogue) -> None:
    evidence = only_seen(Appearance(board_marking=printed), ASUS.evidence())
    found = judged(evidence, catalogue, Declaration(product="NVIDIA L4"))["board-marking"]
    assert (found.outcome, found.strength) == (Outcome.NOTED, strength)


# --- objects of which little is known


def test_an_object_of_which_nothing_was_written_down_is_held_against_no_description(catalogue: Catalogue) -> None:
    evidence = only_seen(Appearance(power=Power.DOES_NOT_START), ASUS.evidence())
    found = judged(evidence, catalogue, Declaration(description="toys"))["declaration-description"]
    assert found.outcome is Outcome.INCONCLUSIVE
    assert text_of(found).startswith("What the goods are is not known")


def test_a_page_of_description_is_told_of_by_its_beginning(catalogue: Catalogue) -> None:
    paper = Declaration(description="toys " * 200)
    found = judged(genuine(row_of("NVIDIA H100 PCIe")), catalogue, paper)["declaration-description"]
    assert found.outcome is Outcome.CONTRADICTED
    assert found.expected.endswith("…")
    assert len(found.expected) < 200


def test_products_without_a_reading_are_found_goods_whose_board_nobody_vouches_for(catalogue: Catalogue) -> None:
    row = row_of("NVIDIA H100 PCIe")
    found = found_of(None, (row,), CardEvidence(label="x"), catalogue)
    assert found is not None
    assert (found.words, found.rows, found.whole) == (row.name, (row,), None)


def test_an_object_without_a_name_is_the_one_on_the_table(catalogue: Catalogue) -> None:
    for given, called in (("  ", seeing.LABEL), (" exhibit 3 ", "exhibit 3")):
        (card,) = seeing.evidence_of(Appearance(), catalogue, given).cards
        assert card.label == called
