"""The die's marking: what disagrees is a sign, and contradicts with a photograph; what agrees proves nothing."""

from dataclasses import replace

import pytest
from cards import genuine, row_of
from die_cards import die_reading, disturbed, silicon_of
from eye_cards import PHOTOGRAPH, beside, die_of, findings, judged, seen
from hypothesis import given
from hypothesis import strategies as st
from sampling import sampled

from gpu_inspector.checks.runner import Check
from gpu_inspector.records import forgery, product
from gpu_inspector.records.appearance import Answered, DieMarking, Power, Seen
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.finding import Condition, Finding, Outcome, Strength

MARKING, BIN, DATE = "die-marking", "die-marking-bin", "die-marking-date"
ACCUSING = (Outcome.NOTED, Outcome.SUSPICIOUS, Outcome.CONTRADICTED)
RTX_4090 = Declaration(product="GeForce RTX 4090")


def of_lines(
    *lines: str, paper: Declaration | None = None, photographs: tuple[str, ...] = PHOTOGRAPH
) -> dict[str, Finding]:
    return findings(seen(die=die_of(*lines, photographs=photographs)), paper)


@pytest.fixture
def rtx_4090() -> Evidence:
    return genuine(row_of("NVIDIA GeForce RTX 4090"), "2684")


# --- honest cards


@pytest.mark.parametrize(
    "row",
    sampled([row for row in load().products if row.gpu_part_numbers], 40, kind=lambda row: row.die),
    ids=lambda row: f"{row.name} {row.device_ids[0]} {row.memory_mib}",
)
def test_no_card_with_its_own_marking_is_accused(row: product.Product) -> None:
    """By declaration and by claims, with each of the bins that real boards were seen with."""
    paper = Declaration(product=row.name)
    for number in row.gpu_part_numbers:
        _, bin_, revision = number.split("-")
        die = die_of("S TW", f"{row.die}-{bin_}-{revision}")
        for found in (findings(seen(die=die), paper), findings(beside(genuine(row, row.device_ids[0]), die=die), None)):
            assert [found[one].outcome for one in (MARKING, BIN)] == [Outcome.CONSISTENT] * 2, found[MARKING]


@pytest.mark.parametrize("die", sorted(load().dies))
def test_no_card_is_accused_for_a_bin_that_no_table_has(die: str) -> None:
    rows = [row for row in load().products if row.die == die]
    for name in sorted({row.name for row in rows}):
        found = of_lines(f"{die}-999-A1", paper=Declaration(product=name))
        assert not [one for one in (MARKING, BIN, DATE) if found[one].outcome in ACCUSING], name


@pytest.mark.parametrize(
    ("declared", "line"),
    [
        pytest.param("RTX 4080", "AD103-301-A1", id="a second bin"),
        pytest.param("RTX 4070", "AD104-251-A1", id="another second bin"),
        pytest.param("RTX 3070", "GA104-302-A1", id="a bin of later years"),
        pytest.param("RTX 2080 Ti", "TU102-300A-K1-A1", id="Turing's letter and third part"),
        pytest.param("RTX 2080 Ti", "TU102-300-K1-A1", id="Turing without the letter"),
        pytest.param("RTX 4070", "AD103-175-KAB-A1", id="a form that is not known"),
        pytest.param("RTX 4070", "AD103-175-A1", id="a larger die that is in the tables"),
        pytest.param("RTX 3060", "GA104-150-A1", id="the other die of the name"),
        pytest.param("GTX 1060 6GB", "GP104-150-A1", id="the other die of an older name"),
        pytest.param("GTX 1080 Ti", "GP102-350-K1-A1", id="Pascal's third part"),
    ],
)
def test_honest_markings_are_not_accused(declared: str, line: str) -> None:
    found = of_lines(line, paper=Declaration(product=declared))
    assert not [one for one in (MARKING, BIN, DATE) if found[one].outcome in ACCUSING], found[MARKING]


def test_a_name_that_kepler_cards_bear_is_not_held_against_a_kepler_die() -> None:
    found = of_lines("GK104-200-A2", paper=Declaration(product="GeForce GTX 860M"))
    assert found[MARKING].outcome is Outcome.INCONCLUSIVE


def test_a_larger_die_of_the_family_is_a_medium_sign_at_most() -> None:
    """NVIDIA has sold such under smaller names (RTX 4070 on AD103), and no table has them all."""
    found = of_lines("AD102-175-A1", paper=Declaration(product="RTX 4080"))[MARKING]
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.MEDIUM)


def test_a_chip_that_the_data_does_not_have_is_no_sign() -> None:
    found = of_lines("GA108-300-A1", paper=Declaration(product="RTX 3050"))
    assert found[MARKING].outcome is Outcome.INCONCLUSIVE


def test_where_nobody_looked_nothing_is_said(rtx_4090: Evidence) -> None:
    for evidence in (rtx_4090, seen(), beside(rtx_4090)):
        found = findings(evidence, RTX_4090)
        assert {found[one].outcome for one in (MARKING, BIN, DATE)} == {Outcome.INCONCLUSIVE}
    nothing_typed = findings(seen(die=DieMarking(present=True)), RTX_4090)
    assert {nothing_typed[one].outcome for one in (MARKING, BIN, DATE)} == {Outcome.INCONCLUSIVE}


def test_a_marking_alone_has_nothing_to_be_held_against() -> None:
    found = of_lines("AD102-300-A1")
    assert found[MARKING].outcome is Outcome.INCONCLUSIVE


# --- what disagrees


@pytest.mark.parametrize(
    ("declared", "line"),
    [
        pytest.param("RTX 4090", "GA102-225-A1", id="an older chip"),
        pytest.param("RTX 4090", "AD103-300-A1", id="a smaller chip of the family"),
        pytest.param("RTX 4080", "AD102-300-A1", id="the bin of a larger product"),
        pytest.param("GTX 1050 Ti", "GF116-400-A1", id="Fermi under a Pascal name"),
        pytest.param("H100", "GA100-883AA-A1", id="A100's chip under H100's name"),
    ],
)
def test_a_marking_of_another_chip_contradicts_the_paper_with_its_photograph(declared: str, line: str) -> None:
    found = of_lines(line, paper=Declaration(product=declared))[MARKING]
    assert found.outcome is Outcome.CONTRADICTED
    assert found.witness == "die marking"
    assert PHOTOGRAPH[0][:12] in found.observed
    assert found.innocent
    without = of_lines(line, paper=Declaration(product=declared), photographs=())[MARKING]
    assert (without.outcome, without.strength) == (Outcome.SUSPICIOUS, Strength.STRONG)
    assert "hotograph" in without.advice


def test_an_agreeing_marking_promises_no_more_than_it_says() -> None:
    """The model forgery bears exactly this marking on a ground GA102 that does not start."""
    found = of_lines("S TW 2231A1", "AD102-300-A1", paper=RTX_4090)
    assert found[MARKING].outcome is Outcome.CONSISTENT
    assert found[MARKING].text.startswith("The marking says")
    assert "genuine" not in found[MARKING].text


def test_a_ground_die_whose_firmware_says_what_it_is(rtx_4090: Evidence) -> None:
    """Marked AD102-300-A1, sold as RTX 4090, and claiming the GA102 that it is."""
    real = beside(genuine(row_of("NVIDIA GeForce RTX 3080 Ti", "2208"), "2208"), die=die_of("AD102-300-A1"))
    found = judged(real, RTX_4090)
    assert found[MARKING].outcome is Outcome.SUSPICIOUS
    assert found["declaration-product"].outcome is Outcome.CONTRADICTED
    assert findings(beside(rtx_4090, die=die_of("AD102-300-A1")), RTX_4090)[MARKING].outcome is Outcome.CONSISTENT


def _with_silicon(evidence: Evidence, die: str, count: int, catalogue: Catalogue, *, noisy: bool = False) -> Evidence:
    reading = die_reading(catalogue, die, count, None)
    reading = disturbed(reading, "MPS") if noisy else reading
    (card,) = evidence.cards
    silicon = silicon_of(catalogue, die, reading)
    return replace(evidence, cards=(replace(card, silicon=silicon),), origin=Origin.MACHINE)


def test_a_marking_that_the_silicon_rules_out(rtx_4090: Evidence, catalogue: Catalogue) -> None:
    """Firmware and marking lie alike; the compute capability of the chip is that of GA102."""
    marked = beside(rtx_4090, die=die_of("AD102-300-A1"))
    found = findings(_with_silicon(marked, "GA102", 80, catalogue), RTX_4090)[MARKING]
    assert found.outcome is Outcome.CONTRADICTED
    assert "8.6" in found.observed
    assert "compute capabilities" in found.source
    unseen = beside(rtx_4090, die=die_of("AD102-300-A1", photographs=()))
    assert findings(_with_silicon(unseen, "GA102", 80, catalogue))[MARKING].outcome is Outcome.SUSPICIOUS
    assert findings(_with_silicon(marked, "AD102", 128, catalogue), RTX_4090)[MARKING].outcome is Outcome.CONSISTENT


def test_more_multiprocessors_than_the_marked_die_was_made_with(catalogue: Catalogue) -> None:
    card = beside(genuine(row_of("NVIDIA GeForce RTX 4080", "2704"), "2704"), die=die_of("AD103-300-A1"))
    assert findings(_with_silicon(card, "AD103", 76, catalogue))[MARKING].outcome is Outcome.CONSISTENT
    assert findings(_with_silicon(card, "AD102", 128, catalogue))[MARKING].outcome is Outcome.CONTRADICTED
    assert findings(_with_silicon(card, "AD102", 128, catalogue, noisy=True))[MARKING].outcome is Outcome.CONSISTENT


@pytest.mark.parametrize(
    ("line", "declared", "outcome"),
    [
        pytest.param("AD102-250-A1", "RTX 4090", Outcome.SUSPICIOUS, id="the D's bin under the plain name"),
        pytest.param("AD102-300-A1", "RTX 4090 D", Outcome.SUSPICIOUS, id="the plain bin under the D's name"),
        pytest.param("AD102-300-A1", "RTX 6000 Ada", Outcome.SUSPICIOUS, id="a gaming bin under a workstation's name"),
        pytest.param("TU102-300A-K1-A1", "Quadro RTX 6000", Outcome.SUSPICIOUS, id="a 2080 Ti as a Quadro"),
        pytest.param("AD102-300-A1", "L40", Outcome.NOTED, id="a product whose own bins are not known"),
        pytest.param("AD102-300-A1", "RTX 4090", Outcome.CONSISTENT, id="its own"),
        pytest.param("AD102-300-A1", "RTX 3090", Outcome.NOT_APPLICABLE, id="another die, which the die's check says"),
    ],
)
def test_the_bin_against_the_product(line: str, declared: str, outcome: Outcome) -> None:
    assert of_lines(line, paper=Declaration(product=declared))[BIN].outcome is outcome


def test_the_bin_against_the_claims(rtx_4090: Evidence) -> None:
    found = findings(beside(rtx_4090, die=die_of("AD102-250-A1")))[BIN]
    assert (found.outcome, found.strength) == (Outcome.SUSPICIOUS, Strength.STRONG)


def test_a_laptops_chip_under_a_desktop_name() -> None:
    found = of_lines("GN20-E5-A1", paper=Declaration(product="RTX 3070"))[MARKING]
    assert found.outcome is Outcome.SUSPICIOUS
    honest = of_lines("GN20-E5-A1", paper=Declaration(product="RTX 3070 Laptop GPU"))[MARKING]
    assert honest.outcome is Outcome.INCONCLUSIVE
    of_old_form = of_lines("N18E-G3-A1", paper=Declaration(product="RTX 2080"))[MARKING]
    assert of_old_form.outcome is Outcome.INCONCLUSIVE


def test_what_was_read_otherwise_than_it_was_typed_stands_in_the_sentence() -> None:
    found = of_lines("ad1o2-3oo-a1", paper=Declaration(product="RTX 3090"))[MARKING]
    assert found.outcome is Outcome.CONTRADICTED
    assert "ad1o2-3oo-a1" in str(found.values["code"])


def test_a_samples_mark_is_noted_and_weak() -> None:
    found = of_lines("AD102-300-A1", "QUAL SAMPLE", paper=RTX_4090)[MARKING]
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.WEAK)


# --- the date code


@pytest.mark.parametrize(
    ("lines", "outcome", "strength"),
    [
        pytest.param(("S TW 2231A1", "AD102-300-A1"), Outcome.CONSISTENT, Strength.NONE, id="of its time"),
        pytest.param(("S TW 2140A1", "AD102-300-A1"), Outcome.CONSISTENT, Strength.NONE, id="a year before"),
        pytest.param(("S TW 2031A1", "AD102-300-A1"), Outcome.NOTED, Strength.MEDIUM, id="two years before"),
        pytest.param(("2031", "AD102-300-A1"), Outcome.NOTED, Strength.WEAK, id="four digits alone may be anything"),
        pytest.param(("S TW 2031A1", "AD102-300-A1", "ENG SAMPLE"), Outcome.NOTED, Strength.WEAK, id="a sample"),
        pytest.param(("S TW 2648A1", "AD102-300-A1"), Outcome.CONSISTENT, Strength.NONE, id="this very week"),
        pytest.param(("S TW 2650A1", "AD102-300-A1"), Outcome.NOTED, Strength.MEDIUM, id="after today"),
        pytest.param(("AD102-300-A1",), Outcome.INCONCLUSIVE, Strength.NONE, id="none"),
        pytest.param(("S TW 2231A1", "2301A1"), Outcome.INCONCLUSIVE, Strength.NONE, id="two"),
        pytest.param(("S TW 2451", "GB100-886-A1"), Outcome.CONSISTENT, Strength.NONE, id="a day from memory"),
        pytest.param(("S TW 1851", "GB100-886-A1"), Outcome.NOTED, Strength.WEAK, id="before a day from memory"),
    ],
)
def test_the_date_code(lines: tuple[str, ...], outcome: Outcome, strength: Strength) -> None:
    found = of_lines(*lines)[DATE]
    assert (found.outcome, found.strength) == (outcome, strength)


def test_without_a_code_the_date_is_held_against_the_declared_die() -> None:
    assert of_lines("S TW 1531A1", paper=RTX_4090)[DATE].outcome is Outcome.NOTED
    assert of_lines("S TW 1531A1")[DATE].outcome is Outcome.INCONCLUSIVE


# --- no die


NONE = DieMarking(present=False, photographs=PHOTOGRAPH)


def test_a_board_without_a_die_contradicts_the_paper_and_is_broken() -> None:
    found = findings(seen(die=NONE), RTX_4090)[MARKING]
    assert (found.outcome, found.condition) == (Outcome.CONTRADICTED, Condition.FAULTY)
    word = findings(seen(die=replace(NONE, photographs=())), RTX_4090)[MARKING]
    assert (word.outcome, word.strength) == (Outcome.SUSPICIOUS, Strength.STRONG)
    asked = Answered(question="package-present", seen=Seen.DEVIATES, photographs=PHOTOGRAPH)
    assert findings(seen(answers=(asked,)), RTX_4090)[MARKING].outcome is Outcome.CONTRADICTED


def test_without_a_declared_product_a_missing_die_is_a_defect() -> None:
    for paper in (None, Declaration(product="computer parts")):
        found = findings(seen(die=NONE), paper)[MARKING]
        assert (found.outcome, found.condition) == (Outcome.NOTED, Condition.FAULTY)


@pytest.mark.parametrize(
    "paper",
    [
        Declaration(product="RTX 4090", description="Bare boards without GPU, for parts"),
        Declaration(product="RTX 4090 defective"),
        Declaration(product="RTX 4090", modified=True),
        Declaration(product="RTX 4090", description="printed circuits,  NO GPU"),
    ],
)
def test_spare_boards_that_the_paper_calls_so_are_not_accused(paper: Declaration) -> None:
    found = findings(seen(die=NONE), paper)[MARKING]
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.WEAK)


def test_words_that_only_sound_like_parts_excuse_nothing() -> None:
    for words in ("casino gpu", "parts and accessories of machines of heading 84.71", "computer spare parts"):
        found = findings(seen(die=NONE), replace(RTX_4090, description=words))[MARKING]
        assert found.outcome is Outcome.CONTRADICTED


def test_a_card_that_answers_has_a_die_whatever_was_typed(rtx_4090: Evidence) -> None:
    assert findings(beside(rtx_4090, die=NONE), RTX_4090)[MARKING].outcome is Outcome.INCONCLUSIVE
    (card,) = rtx_4090.cards
    silent = replace(rtx_4090, cards=(replace(card, nvml=None, nvidia_smi=None),))
    assert findings(beside(silent, die=NONE), RTX_4090)[MARKING].outcome is Outcome.INCONCLUSIVE
    lines = replace(NONE, lines=("AD102-300-A1",))
    assert findings(seen(die=lines), RTX_4090)[MARKING].outcome is Outcome.INCONCLUSIVE


# --- whatever is typed


_TEXT = st.text(max_size=120) | st.sampled_from(
    ["AD102-300-A1", "GF116-400-A1", "S TW 9953A1", "GN20-E5-A1", "{0} {code}"]
)


@given(lines=st.lists(_TEXT, max_size=6), present=st.sampled_from([None, True, False]), declared=_TEXT)
def test_no_text_breaks_a_check(lines: list[str], present: bool | None, declared: str) -> None:
    die = DieMarking(present=present, lines=tuple(lines), photographs=PHOTOGRAPH)
    found = findings(seen(power=Power.NOT_TRIED, die=die), Declaration(product=declared or None))
    for one in (MARKING, BIN, DATE):
        assert not found[one].text.startswith("This check failed")
        assert len(str(found[one].values)) < 5000


def test_the_model_forgeries_stand_in_the_list_of_what_would_pass() -> None:
    """A ground die with the expected marking, of a card that does not start, passes the marking's own checks."""
    found = tuple(judged(seen(die=die_of("AD102-300-A1")), RTX_4090).values())
    names = forgery.would_pass(found, "GeForce RTX 4090")
    known = {one.id: one.name for one in forgery.KNOWN}
    assert known["remarked-die"] in names
    assert known["no-die"] not in names


def test_the_checks_are_in_the_list() -> None:
    from gpu_inspector.checks import ALL_CHECKS

    mine: list[Check] = [one for one in ALL_CHECKS if one.id.startswith(("die-marking", "memory-marking"))]
    assert len(mine) == 6
