"""What the eye answers, the scale, the board's print, and whether it starts."""

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from cards import forged, genuine, row_of
from hypothesis import given, settings
from hypothesis import strategies as st
from label_cards import HONEST, MINE, PICTURE, findings, only_seen, own_findings, with_seen
from sampling import examples

from gpu_inspector.checks import eye_weights
from gpu_inspector.checks.board_sum import kept_apart
from gpu_inspector.checks.thresholds_eye_label import FE_4090_WEIGHT_G, MISSING_DIE_G, WEIGHT_SHARE
from gpu_inspector.language import fill
from gpu_inspector.records.appearance import Answered, Appearance, Label, Power, Seen
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.checklist import QUESTIONS, SHOTS, STEPS
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Condition, Finding, Identity, Outcome, Strength
from gpu_inspector.workflow import answers_file
from gpu_inspector.workflow.judging import judge

GROUPS = {
    "board-eye-label": eye_weights.LABEL,
    "board-eye-outside": eye_weights.OUTSIDE,
    "board-eye-work": eye_weights.WORK,
    "die-eye-package": eye_weights.PACKAGE,
}
WEIGHTS = {question: (check, weight) for check, group in GROUPS.items() for question, weight in group.items()}
CARD = HONEST["ASUS"]


def answered(*names: str, seen: Seen = Seen.DEVIATES, photographed: bool = True) -> Appearance:
    photographs = (PICTURE,) if photographed else ()
    return Appearance(answers=tuple(Answered(question=one, seen=seen, photographs=photographs) for one in names))


def looked(appearance: Appearance, catalogue: Catalogue, evidence: Evidence | None = None) -> dict[str, Finding]:
    return findings(with_seen(evidence or CARD.evidence(), appearance), catalogue)


def text_of(finding: Finding) -> str:
    return fill(finding.text, finding.values)


def test_every_question_of_the_checklist_has_one_weight_with_its_reason() -> None:
    assert set(WEIGHTS) | eye_weights.ELSEWHERE == set(QUESTIONS)
    assert sum(map(len, GROUPS.values())) == len(WEIGHTS)
    assert all(weight.why and weight.innocent and weight.says for _, weight in WEIGHTS.values())


def test_the_page_for_inspectors_gives_every_question_its_weight() -> None:
    page = (Path(__file__).parents[2] / "docs" / "by-eye.md").read_text(encoding="utf-8")
    for step in STEPS:
        weights = [WEIGHTS[one.id][1].strength.value if one.id in WEIGHTS else "see below" for one in step.questions]
        questions = "<br>".join(f"`{one.id}` {one.asks}" for one in step.questions)
        assert f"| {step.title} | {questions} | {'<br>'.join(weights)} |" in page
    assert all(f"\n{number}. {shot}\n" in page for number, shot in enumerate(SHOTS, 1))


def test_the_pages_example_is_a_file_of_answers() -> None:
    page = (Path(__file__).parents[2] / "docs" / "by-eye.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    written = answers_file.parse(example.encode(), "example")
    assert written.power is Power.DOES_NOT_START
    assert set(written.answers) == {"label-print", "package-surface"}


def test_one_answer_alone_is_strong_and_it_names_another_die() -> None:
    strong = [name for name, (_, weight) in WEIGHTS.items() if weight.strength is Strength.STRONG]
    assert strong == ["package-marking"]


def test_an_untouched_card_is_as_expected(catalogue: Catalogue) -> None:
    found = looked(answered(*QUESTIONS, seen=Seen.AS_EXPECTED), catalogue)
    assert {found[check].outcome for check in GROUPS} == {Outcome.CONSISTENT}
    assert not any("Not examined" in text_of(found[check]) for check in GROUPS)


@pytest.mark.parametrize("question", WEIGHTS)
def test_a_deviation_weighs_what_the_table_says_and_one_step_less_without_photograph(
    question: str, catalogue: Catalogue
) -> None:
    check, weight = WEIGHTS[question]
    shown = looked(answered(question), catalogue)
    assert shown[check].strength is weight.strength
    assert shown[check].witness == "eye"
    assert weight.innocent in shown[check].innocent
    bare = looked(answered(question, photographed=False), catalogue)[check]
    assert "No photograph shows" in text_of(bare)
    order = list(Strength)
    assert bare.strength is (
        Strength.WEAK if weight.strength is Strength.WEAK else order[order.index(weight.strength) - 1]
    )
    accusing = [one.check for one in shown.values() if one.outcome in (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)]
    assert accusing == ([check] if weight.strength is Strength.STRONG else [])


def test_a_card_that_was_cleaned_and_padded_by_its_owner_is_not_accused(catalogue: Catalogue) -> None:
    weak = [name for name, (_, weight) in WEIGHTS.items() if weight.strength is Strength.WEAK]
    found = looked(answered(*weak), catalogue)
    assert found["board-signs"].outcome is Outcome.CONSISTENT
    assert not [one for one in found.values() if one.outcome in (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)]


def test_all_that_one_pair_of_eyes_saw_is_one_source(catalogue: Catalogue) -> None:
    medium = [name for name, (_, weight) in WEIGHTS.items() if weight.strength is Strength.MEDIUM]
    found = looked(answered(*medium), catalogue)
    noted = [found[check] for check in GROUPS]
    assert {one.strength for one in noted} == {Strength.MEDIUM}
    assert all("one source (eye)" in kept_apart(one, other) for one in noted for other in noted if one is not other)
    assert found["board-signs"].outcome is Outcome.CONSISTENT


@pytest.mark.parametrize(
    ("witness", "cause", "apart"),
    [
        pytest.param("label", "label", True, id="a repair changes the label too"),
        pytest.param("InfoROM", "InfoROM", True, id="and the InfoROM"),
        pytest.param("silicon", "memory channel", True, id="and its channel is bad"),
        pytest.param("memory marking", "memory chips mixed", True, id="a second look at the chips"),
        pytest.param("PCI", "display outputs", False, id="missing outputs are no repair"),
        pytest.param("driver", "memory size", False, id="nor is another size"),
    ],
)
def test_a_rework_that_was_seen_counts_with_what_no_repair_explains(
    witness: str, cause: str, apart: bool, catalogue: Catalogue
) -> None:
    seen = looked(answered("solder-straps"), catalogue)["board-eye-work"]
    other = replace(seen, check="x", witness=witness, cause=cause)
    assert bool(kept_apart(seen, other)) is apart


def test_what_was_not_visible_or_not_asked_is_told_as_not_examined(catalogue: Catalogue) -> None:
    nothing = looked(answered(*QUESTIONS, seen=Seen.NOT_VISIBLE), catalogue)
    assert {nothing[check].outcome for check in GROUPS} == {Outcome.INCONCLUSIVE}
    some = looked(answered("label-print", seen=Seen.AS_EXPECTED), catalogue)["board-eye-label"]
    assert some.outcome is Outcome.CONSISTENT
    assert "Not examined: Box, label, papers (2), Outside (1)" in text_of(some)


def test_a_package_whose_face_nobody_saw_is_no_package_as_expected(catalogue: Catalogue) -> None:
    found = looked(answered("package-frame", seen=Seen.AS_EXPECTED), catalogue)["die-eye-package"]
    assert found.outcome is Outcome.INCONCLUSIVE


def test_a_deviation_is_not_answered_away(catalogue: Catalogue) -> None:
    both = answered("label-print").answers + answered("label-print", seen=Seen.AS_EXPECTED).answers
    for answers in (both, tuple(reversed(both))):
        assert looked(Appearance(answers=answers), catalogue)["board-eye-label"].outcome is Outcome.NOTED


# --- weight and size

FE = HONEST["NVIDIA FE"]


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        pytest.param({}, Outcome.INCONCLUSIVE, id="nothing measured"),
        pytest.param({"weight_g": 2181.0}, Outcome.CONSISTENT, id="the other published weight"),
        pytest.param({"weight_g": 2186.0, "length_mm": 304.0}, Outcome.CONSISTENT, id="as published"),
        pytest.param({"weight_g": 2146.0}, Outcome.CONSISTENT, id="a missing die is not found by weight"),
        pytest.param({"weight_g": 1100.0}, Outcome.NOTED, id="another cooler"),
        pytest.param({"thickness_mm": 40.0}, Outcome.NOTED, id="another thickness"),
        pytest.param({"weight_g": math.nan}, Outcome.INCONCLUSIVE, id="no number"),
        pytest.param({"weight_g": -1.0, "length_mm": math.inf}, Outcome.INCONCLUSIVE, id="no weight"),
    ],
)
def test_weight_and_size_of_a_founders_edition(
    changes: dict[str, float], outcome: Outcome, catalogue: Catalogue
) -> None:
    found = looked(replace(Appearance(label=FE.label), **changes), catalogue, FE.evidence())["board-size"]  # type: ignore[arg-type]
    assert found.outcome is outcome
    assert found.strength in (Strength.NONE, Strength.WEAK)
    if outcome in (Outcome.CONSISTENT, Outcome.NOTED):
        assert "A missing die, 40 g at most, would not show in any weight." in text_of(found)


def test_the_limit_cannot_find_a_missing_die() -> None:
    assert FE_4090_WEIGHT_G * WEIGHT_SHARE > MISSING_DIE_G


def test_a_partners_card_has_no_published_figure(catalogue: Catalogue) -> None:
    seen = Appearance(label=CARD.label, weight_g=2500.0)
    assert looked(seen, catalogue)["board-size"].outcome is Outcome.INCONCLUSIVE


# --- the board's print

T4 = HONEST["T4 with two numbers"]


@pytest.mark.parametrize(
    ("printed", "outcome"),
    [
        pytest.param("PG183", Outcome.CONSISTENT, id="as the part number says"),
        pytest.param("180-1G183-1AAA-A01", Outcome.CONSISTENT, id="within the board's own number"),
        pytest.param("pg133", Outcome.NOTED, id="another board"),
        pytest.param("CG411P", Outcome.INCONCLUSIVE, id="a partner's own code"),
        pytest.param("", Outcome.INCONCLUSIVE, id="not written down"),
    ],
)
def test_the_boards_print(printed: str, outcome: Outcome, catalogue: Catalogue) -> None:
    found = looked(Appearance(board_marking=printed), catalogue, T4.evidence())["board-marking"]
    assert found.outcome is outcome
    assert found.strength in (Strength.NONE, Strength.MEDIUM)


def test_a_gaming_card_on_a_board_whose_number_nobody_knows_is_not_accused(catalogue: Catalogue) -> None:
    assert looked(Appearance(board_marking="PG139"), catalogue)["board-marking"].outcome is Outcome.INCONCLUSIVE


def test_a_print_that_was_observed_on_other_dies_alone_is_medium(catalogue: Catalogue) -> None:
    seen = Appearance(board_marking="PG520")
    declared = Declaration(product="NVIDIA L40S")
    found = findings(only_seen(seen, T4.evidence()), catalogue, declared)["board-marking"]
    assert (found.outcome, found.strength, found.witness) == (Outcome.NOTED, Strength.MEDIUM, "board marking")


def test_one_exchanged_inforom_is_not_counted_twice(catalogue: Catalogue) -> None:
    evidence = forged(genuine(row_of("Tesla T4"), "1EB8"), inforom_image="G133.0242.00.03", board_part_number=None)
    found = looked(Appearance(board_marking="PG183"), catalogue, evidence)
    assert found["board-marking"].outcome is Outcome.NOTED
    assert found["board-signs"].outcome is Outcome.CONSISTENT


# --- does it start?


def test_an_object_that_does_not_start_is_faulty_and_nothing_more(catalogue: Catalogue) -> None:
    evidence = only_seen(Appearance(power=Power.DOES_NOT_START, label=CARD.label), CARD.evidence())
    (card,) = judge(evidence, Declaration(), catalogue).cards
    found = next(one for one in card.findings if one.check == "condition-start")
    assert (found.outcome, found.strength, found.condition) == (Outcome.NOTED, Strength.NONE, Condition.FAULTY)
    assert card.condition is Condition.FAULTY
    assert card.identity is Identity.INCONCLUSIVE
    assert any("slot" in one for one in found.innocent)


@pytest.mark.parametrize(
    ("power", "outcome"),
    [(Power.NOT_TRIED, Outcome.INCONCLUSIVE), (Power.STARTS, Outcome.CONSISTENT)],
)
def test_what_was_not_tried_or_starts_says_nothing_of_the_condition(
    power: Power, outcome: Outcome, catalogue: Catalogue
) -> None:
    found = findings(only_seen(Appearance(power=power), CARD.evidence()), catalogue)["condition-start"]
    assert (found.outcome, found.condition) == (outcome, None)


def test_a_card_that_a_machine_read_started_whatever_was_written_down(catalogue: Catalogue) -> None:
    found = looked(Appearance(power=Power.DOES_NOT_START), catalogue)["condition-start"]
    assert (found.outcome, found.condition) == (Outcome.INCONCLUSIVE, None)
    assert looked(Appearance(), catalogue)["condition-start"].outcome is Outcome.NOT_APPLICABLE


# --- whatever was written down

TEXTS = st.text(max_size=200)
ANSWERS = st.builds(
    Answered,
    question=st.one_of(st.sampled_from(sorted(QUESTIONS)), TEXTS),
    seen=st.sampled_from(Seen),
    note=TEXTS,
    photographs=st.lists(TEXTS, max_size=2).map(tuple),
)
NUMBERS = st.one_of(st.none(), st.floats())
APPEARANCES = st.builds(
    Appearance,
    power=st.sampled_from(Power),
    answers=st.lists(ANSWERS, max_size=60).map(tuple),
    weight_g=NUMBERS,
    length_mm=NUMBERS,
    height_mm=NUMBERS,
    thickness_mm=NUMBERS,
    board_marking=TEXTS,
    label=st.builds(Label, brand=st.sampled_from(["NVIDIA", "ASUS"]), model=st.sampled_from(["RTX 4090", "FE"])),
)


@settings(max_examples=examples(60), deadline=None)
@given(seen=APPEARANCES)
def test_any_answers_give_an_answer_and_never_a_contradiction(seen: Appearance) -> None:
    found = own_findings(with_seen(FE.evidence(), seen), load())
    for name in MINE:
        one = found[name]
        assert "failed inside the program" not in one.text
        assert one.outcome is not Outcome.CONTRADICTED
        assert len(text_of(one)) < 5000
