"""What was seen, in words: each answer once, what was not looked at never as expected, photographs by number."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from seen_by_hand import NOTE, PHOTOGRAPHS, SHA, SILENT_CARD, answers, hostile

from gpu_inspector.records import seen_words as said
from gpu_inspector.records.appearance import Answered, Appearance, DieMarking, Power, Seen
from gpu_inspector.records.checklist import QUESTIONS, SHOTS, STEPS
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Finding, Outcome, Role


def _finding(check: str, **changes: object) -> Finding:
    one = Finding(check=check, title="t", role=Role.SUPPORTING, outcome=Outcome.CONSISTENT, text="{die} is an AD102.")
    return replace(one, values={"die": "AD102-300-A1"}, **changes)  # type: ignore[arg-type]


def test_photographs_are_numbered_as_in_the_annex() -> None:
    assert said.numbered((SHA[3], SHA[1]), PHOTOGRAPHS) == "No. 2, 4"
    assert said.numbered((), PHOTOGRAPHS) == ""
    assert said.numbered(("ff" * 32,), PHOTOGRAPHS) == "1 not in this record"
    assert said.numbered((SHA[0],), (PHOTOGRAPHS[0], PHOTOGRAPHS[0])) == "No. 1"


def test_every_answer_stands_in_its_step_with_note_and_photographs() -> None:
    steps = said.steps_of(SILENT_CARD, PHOTOGRAPHS, str)
    assert [step.title for step in steps] == [step.title for step in STEPS]
    rows = [row for step in steps for row in step.rows]
    assert len(rows) == 20
    (deviating,) = [row for row in rows if row.deviates]
    assert (deviating.answer, deviating.note, deviating.photographs) == ("deviates", NOTE, "No. 2, 4")


def test_a_question_without_an_answer_is_listed_and_never_a_row() -> None:
    steps = said.steps_of(SILENT_CARD, PHOTOGRAPHS, str)
    asked = {row.asks for step in steps for row in step.rows}
    open_ones = {text for step in steps for text in step.left_out}
    assert not asked & open_ones
    assert len(asked) + len(open_ones) == len(QUESTIONS)
    left_out = dict(said.left_out(SILENT_CARD))
    assert left_out["PCIe edge"] == "the whole step"
    assert left_out["Not typed in or measured"] == "height, thickness"
    assert SHOTS[1] in left_out["Photographs not taken"]
    assert SHOTS[0] not in left_out["Photographs not taken"]


def test_what_nobody_looked_at_is_said_so_in_every_field() -> None:
    facts = dict(said.object_facts(Appearance(), Origin.SEEN, str))
    assert facts.pop("Power") == "Whether it starts was not tried, or not written down."
    assert set(facts.values()) == {said.NOT_LOOKED_AT}
    assert said.label_facts(Appearance().label, (), str) == ()
    assert dict(said.die_facts(Appearance().die, (), str))["Die"] == said.NOT_LOOKED_AT
    assert dict(said.left_out(Appearance()))["The twelve steps"] == "none of their questions was answered"
    assert said.tally(Appearance()) == "None of the 36 questions was answered."


def test_of_a_card_that_was_asked_nobody_says_that_it_had_no_power() -> None:
    only_a_label = Appearance(label=SILENT_CARD.label)
    assert said.power_words(only_a_label, Origin.MACHINE) == said.RAN
    assert said.power_words(only_a_label, Origin.FILE) == said.NOT_LOOKED_AT
    assert said.power_words(only_a_label, Origin.SEEN) == said.POWERS[Power.NOT_TRIED]
    assert said.power_words(SILENT_CARD, Origin.MACHINE) == said.POWERS[Power.DOES_NOT_START]


def test_the_tally_counts_answers_of_the_checklist_alone() -> None:
    assert said.tally(SILENT_CARD) == "20 of 36 questions answered: 1 deviates, 18 as expected, 1 not visible."
    strange = Answered(question="soup-hot", seen=Seen.DEVIATES)
    assert said.tally(replace(SILENT_CARD, answers=(*answers(), strange))) == said.tally(SILENT_CARD)
    assert said.steps_of(replace(SILENT_CARD, answers=(strange,)), (), str)[-1].title == said.ELSEWHERE


def test_a_code_says_why_it_may_be_believed() -> None:
    rows = [said.code_row(one, PHOTOGRAPHS, str) for one in SILENT_CARD.label.codes]
    assert [row[2] for row in rows] == [said.SURE[one.sure] for one in SILENT_CARD.label.codes]
    assert rows[0][3] == "No. 1"
    assert rows[1][3] == "–"


def test_what_a_marking_means_is_the_findings_to_say() -> None:
    findings = (
        _finding("die-marking"),
        _finding("die-marking-date", outcome=Outcome.NOT_APPLICABLE),
        _finding("board-odd", witness="die marking"),
        _finding("memory-marking"),
    )
    assert said.decoded(findings, "die marking", str) == ("AD102-300-A1 is an AD102.",) * 2
    assert said.decoded((), "die marking", str) == ()


def test_in_brief_power_deviations_and_markings_stand() -> None:
    lines = said.brief(SILENT_CARD, Origin.SEEN, str)
    assert lines[0] == said.POWERS[Power.DOES_NOT_START]
    assert [line for line in lines if line.startswith("deviates")] == [
        f"deviates: {QUESTIONS['outside-bracket'].asks} {NOTE}"
    ]
    assert "die: S TW 2231A1 / AD102-300-A1" in lines
    assert "memory: 12 chips MT61K512M32 D8BZC" in lines


@given(st.text(max_size=30))
def test_any_record_gives_words_and_every_text_goes_through_clean(text: str) -> None:
    seen = hostile(text)
    assert all(isinstance(line, str) for line in said.brief(seen, Origin.SEEN, lambda _one: "#"))
    rows = [row for step in said.steps_of(seen, (), lambda _one: "#") for row in step.rows]
    assert {row.note for row in rows} == {"#"}
    said.object_facts(seen, Origin.FILE, str)
    said.left_out(seen)
    said.tally(seen)


def test_a_die_that_was_written_down_is_not_listed_as_not_looked_at() -> None:
    answered = (Answered(question="package-surface", seen=Seen.AS_EXPECTED),)
    asks = QUESTIONS["package-present"].asks
    assert asks in dict(said.left_out(Appearance(answers=answered)))["GPU package"]
    marked = Appearance(answers=answered, die=DieMarking(lines=("AD102-300-A1",)))
    assert asks not in dict(said.left_out(marked))["GPU package"]


def test_a_long_note_does_not_flood_the_terminal() -> None:
    answers = (Answered(question="label-print", seen=Seen.DEVIATES, note="x" * 4000),)
    assert max(map(len, said.brief(Appearance(answers=answers), Origin.SEEN, str))) < 300
