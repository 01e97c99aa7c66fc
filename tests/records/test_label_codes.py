"""Codes of the label: who vouches for each, what old records say of theirs, and what is only proposed."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.records import canonical, label_codes
from gpu_inspector.records.appearance import Appearance, Label, LabelCode, Power, Sure
from gpu_inspector.records.declaration import SHOWS, Photograph
from gpu_inspector.workflow.labels import codes_of, codes_on, confirm, confirmed, confirmed_in, suggestions, with_codes

SERIAL, PART = "0325219012345", "900-1G136-2530-000"


def _photograph(*codes: str, sure: tuple[Sure, ...] = (), shows: str = "label", number: int = 1) -> Photograph:
    return Photograph(
        sha256=f"{number:064x}", name=f"{number}.jpg", size_bytes=1, shows=shows, codes=codes, codes_sure=sure
    )


def _code(text: str, sure: Sure = Sure.NOT, kind: str = "Code 128") -> LabelCode:
    return LabelCode(kind=kind, text=text, sure=sure)


# --- from photographs


def test_a_code_of_an_old_record_is_not_sure() -> None:
    old = b'{"codes":["Code 128: 0325"],"name":"a.jpg","sha256":"00","shows":"label","size_bytes":1}'
    photograph = msgspec.json.decode(old, type=Photograph)
    assert codes_of((photograph,)) == (LabelCode(kind="Code 128", text="0325", photograph="00"),)


def test_how_sure_a_code_is_survives_the_record() -> None:
    photograph = _photograph("Code 128: 1", "QR Code: 2", "Code 39: 3", sure=tuple(Sure))
    assert msgspec.json.decode(canonical.encode(photograph), type=Photograph) == photograph


@given(codes=st.lists(st.text(max_size=12), max_size=5), sure=st.lists(st.sampled_from(Sure), max_size=7))
def test_any_codes_and_any_words_on_them_are_codes_and_none_is_surer_than_it_says(
    codes: list[str], sure: list[Sure]
) -> None:
    found = codes_on(_photograph(*codes, sure=tuple(sure)))
    assert len(found) == len(codes)
    assert [code.sure for code in found] == [*sure, *[Sure.NOT] * 5][: len(codes)]


def test_only_what_the_label_shows_is_the_labels() -> None:
    """An exhibit's tag has a bar code of its own, and the neighbour in the next slot has a label."""
    photographs = [_photograph(f"Code 128: {shows}", shows=shows, number=number) for number, shows in enumerate(SHOWS)]
    assert [code.text for code in codes_of(photographs)] == ["label"]
    other = photographs[-1]
    assert [code.text for code in codes_of(photographs, (other.sha256,))] == ["label", other.shows]


def test_the_surest_reading_of_a_code_stays() -> None:
    code = f"Code 128: {SERIAL}"
    photographs = (_photograph(code), _photograph(code, sure=(Sure.CHECKSUM,), number=2), _photograph(code, number=3))
    (found,) = codes_of(photographs)
    assert (found.sure, found.photograph) == (Sure.CHECKSUM, f"{2:064x}")


def test_codes_without_number_are_cut() -> None:
    photograph = _photograph(*(f"Code 128: {number}" for number in range(1000)))
    assert len(codes_of((photograph,))) == label_codes.MOST


# --- the inspector's yes


def test_a_yes_makes_a_code_sure_and_leaves_the_others() -> None:
    codes = (_code(SERIAL), _code(PART), _code("X", Sure.CHECKSUM))
    assert [code.sure for code in confirm(codes, (SERIAL, "X"))] == [Sure.OFFICER, Sure.NOT, Sure.CHECKSUM]


def test_a_yes_to_a_text_that_no_code_says_is_typed_by_the_inspector() -> None:
    assert confirm((_code(SERIAL),), (" X1 ", "", "X1")) == (
        _code(SERIAL),
        LabelCode(kind="typed", text="X1", sure=Sure.OFFICER),
    )


def test_a_yes_is_for_the_very_text() -> None:
    """One figure off is another text: it becomes a text of its own, and the code stays unsure."""
    codes = confirm((_code(SERIAL),), ("0325219012346",))
    assert [(code.text, code.sure) for code in codes] == [(SERIAL, Sure.NOT), ("0325219012346", Sure.OFFICER)]


def test_a_yes_on_a_photograph_is_kept_with_it_and_can_be_taken_back() -> None:
    before = _photograph(f"Code 39: {SERIAL}", f"Code 128: {PART}", sure=(Sure.NOT, Sure.CHECKSUM))
    unsure, sure = codes_on(before)
    after = confirmed(before, unsure, True)
    assert after.codes_sure == (Sure.OFFICER, Sure.CHECKSUM)
    assert confirmed(after, unsure, False) == before
    assert confirmed(before, sure, False) == before
    assert confirmed_in((before,), (SERIAL,)) == (after,)


def test_a_yes_to_a_code_of_an_old_record_stands_in_its_place() -> None:
    old = _photograph("Code 39: A", "Code 39: B")
    assert confirmed(old, codes_on(old)[1], True).codes_sure == (Sure.NOT, Sure.OFFICER)


# --- into what was seen


def test_codes_reach_the_label_of_what_was_seen_beside_what_stands_there() -> None:
    typed = LabelCode(kind="typed", text="X", sure=Sure.OFFICER)
    seen = Appearance(power=Power.DOES_NOT_START, label=Label(serial="typed", codes=(typed,)))
    after = with_codes(seen, (_photograph(f"Code 128: {SERIAL}", sure=(Sure.CHECKSUM,)),))
    assert after is not None
    assert (after.power, after.label.serial) == (Power.DOES_NOT_START, "typed")
    assert [(code.text, code.sure) for code in after.label.codes] == [("X", Sure.OFFICER), (SERIAL, Sure.CHECKSUM)]
    assert with_codes(after, (_photograph(f"Code 128: {SERIAL}", sure=(Sure.CHECKSUM,)),)) == after


def test_a_photographed_label_alone_is_something_seen_and_no_code_is_nothing() -> None:
    seen = with_codes(None, (_photograph(f"Code 128: {SERIAL}"),))
    assert seen is not None
    assert seen == Appearance(label=seen.label)
    assert with_codes(None, (_photograph(),)) is None
    assert with_codes(None, (_photograph("Code 128: TAG 17", shows="exhibit"),)) is None


# --- proposals


@pytest.mark.parametrize(
    ("code", "proposed"),
    [
        (_code(SERIAL), [("serial", SERIAL)]),
        (_code(PART), [("part_number", PART)]),
        (_code(f"{SERIAL},{PART}", kind="QR Code"), [("serial", SERIAL), ("part_number", PART)]),
        (_code("4719072966867", kind="EAN-13"), [("article", "4719072966867")]),
        (_code("602-V504-79SB9203386009"), []),
        (_code("N4C0CX123456"), []),
        (_code("0000000000000"), []),
        (_code(""), []),
    ],
)
def test_a_code_is_proposed_for_what_its_form_says_for_certain(
    code: LabelCode, proposed: list[tuple[str, str]]
) -> None:
    assert [(one.field, one.text) for one in suggestions((code,))] == proposed


def test_sure_codes_are_proposed_first() -> None:
    found = suggestions((_code(SERIAL), _code("0325219012346", Sure.CHECKSUM)))
    assert [one.text for one in found] == ["0325219012346", SERIAL]


@given(st.lists(st.builds(LabelCode, kind=st.text(max_size=8), text=st.text(max_size=300)), max_size=4))
def test_any_codes_have_proposals_or_none(codes: list[LabelCode]) -> None:
    assert all(one.code in codes for one in suggestions(codes))
