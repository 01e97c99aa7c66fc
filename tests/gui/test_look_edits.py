"""What is changed in what was seen: each edit touches its own field, and no order of edits breaks the record."""

from dataclasses import replace
from datetime import UTC, datetime

from gui.window_fakes import taken_of
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.gui import look_edits as edits
from gpu_inspector.records import canonical
from gpu_inspector.records.appearance import NOTHING_SEEN, Answered, Appearance, MemoryChips, Seen, Sure
from gpu_inspector.records.checklist import QUESTIONS, SHOTS
from gpu_inspector.workflow.drafts import Draft, NamedObject, ObjectDraft

QUESTION = st.sampled_from(tuple(QUESTIONS))
DIGEST = st.sampled_from([letter * 64 for letter in "abcdef"])
PLACE = st.one_of(
    QUESTION,
    st.sampled_from([edits.LABEL, edits.DIE]),
    st.sampled_from([edits.chips_place(row) for row in range(3)]),
    st.sampled_from([edits.shot_place(what) for what in SHOTS]),
)
STEP = st.one_of(
    st.tuples(st.just("answered"), QUESTION, st.sampled_from([*Seen, None])),
    st.tuples(st.just("noted"), QUESTION, st.text(st.characters(codec="utf-8"), max_size=5)),
    st.tuples(st.just("hung"), PLACE, DIGEST),
    st.tuples(st.just("taken_off"), PLACE, DIGEST),
)


def _named(seen: Appearance) -> NamedObject:
    return NamedObject(key="", title="", draft=ObjectDraft(seen=seen))


@given(st.lists(STEP, max_size=30))
def test_no_order_of_edits_breaks_the_record(steps: list[tuple[str, str, object]]) -> None:
    seen = Appearance(memory=(MemoryChips(marking="D8BZC", count=12),))
    for name, place, value in steps:
        seen = getattr(edits, name)(seen, place, value)
    asked = [one.question for one in seen.answers]
    assert asked == [one for one in QUESTIONS if one in asked]  # in the order of the checklist, each once
    assert all(one.photographs for one in seen.shots)
    assert [one.what for one in seen.shots] == [one for one in SHOTS if one in {shot.what for shot in seen.shots}]
    for place in (*asked, edits.LABEL, edits.DIE):
        held = edits.photographs_at(seen, place)
        assert len(set(held)) == len(held) <= edits.MOST
    draft = Draft(saved_at=datetime(2026, 11, 26, tzinfo=UTC), objects=(_named(seen),))
    assert canonical.decode(canonical.encode(draft), Draft, "draft") == draft


@given(PLACE, DIGEST)
def test_what_is_hung_and_taken_off_again_was_never_there(place: str, digest: str) -> None:
    seen = Appearance(
        memory=(MemoryChips(marking="a", count=1),) * 3,
        answers=tuple(Answered(question=one, seen=Seen.DEVIATES) for one in QUESTIONS),
    )
    there = edits.hung(seen, place, digest)
    assert edits.photographs_at(there, place) == (digest,)
    assert edits.taken_off(there, place, digest) == seen
    assert edits.kept_only(there, (digest,)) == there
    assert edits.kept_only(there, ()) == seen


def test_a_photograph_hangs_at_no_question_that_nobody_answered() -> None:
    assert not edits.takes(NOTHING_SEEN, "edge-fingers")
    assert edits.hung(NOTHING_SEEN, "edge-fingers", "a" * 64) == NOTHING_SEEN
    assert not edits.takes(NOTHING_SEEN, edits.chips_place(0))
    assert edits.takes(NOTHING_SEEN, edits.LABEL)


def test_an_answer_that_is_changed_keeps_its_note_and_photographs() -> None:
    seen = edits.answered(NOTHING_SEEN, "edge-fingers", Seen.DEVIATES)
    seen = edits.hung(edits.noted(seen, "edge-fingers", "too bright"), "edge-fingers", "a" * 64)
    (answer,) = edits.answered(seen, "edge-fingers", Seen.AS_EXPECTED).answers
    assert (answer.seen, answer.note, answer.photographs) == (Seen.AS_EXPECTED, "too bright", ("a" * 64,))
    assert edits.answered(seen, "edge-fingers", None) == NOTHING_SEEN


def test_answers_to_questions_of_a_later_version_are_kept() -> None:
    seen = Appearance(answers=(Answered(question="something-new", seen=Seen.DEVIATES),))
    seen = edits.answered(seen, "edge-fingers", Seen.AS_EXPECTED)
    assert [one.question for one in seen.answers] == ["edge-fingers", "something-new"]


def test_what_goes_into_the_record_has_no_empty_rows_and_the_codes_of_the_label() -> None:
    empty = MemoryChips(marking="", count=0)
    assert edits.finished(NOTHING_SEEN, ()) is None
    assert edits.finished(Appearance(memory=(empty,)), ()) is None
    label = taken_of("l.jpg", shows="label", codes=("Code 128: 0325",), codes_sure=(Sure.CHECKSUM,)).photograph
    tag = taken_of("t.jpg", shows="exhibit", codes=("Code 128: EX-1",), codes_sure=(Sure.CHECKSUM,)).photograph
    found = edits.finished(Appearance(memory=(empty, replace(empty, count=2))), (label, tag))
    assert found is not None
    assert found.memory == (replace(empty, count=2),)
    assert [one.text for one in found.label.codes] == ["0325"]
