"""Rows that are read quickly are read as strictly as one by one: what is no inspection is found, in the same words."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger import quick_reading
from gpu_inspector.ledger.listing import inspection_of, listing_of
from gpu_inspector.ledger.quick_reading import Reader
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.image_parts import images_of
from gpu_inspector.records.inspection import CardJudgement, Inspection
from gpu_inspector.records.numbers import numbers_of
from gpu_inspector.workflow import inspecting
from gpu_inspector.workflow.collecting import collect_simulation

NewInspection = Callable[..., Inspection]

CHANGES = 90
VALUES: tuple[Any, ...] = (None, True, 5, -1.5, "x", [], {}, [5], {"x": 5})


@pytest.fixture(scope="module")
def bodies() -> list[bytes]:
    """Records of two cards and of both at once, with findings, control classes and rankings."""
    case = Case(number="A-1", office="Köln-Bonn")
    one, other = (collect_simulation(name, 1, None, load()) for name in ("genuine-rtx-4090", "genuine-rtx-3060"))
    found = (one, other, replace(one, cards=(*one.cards, *other.cards)))
    return [canonical.encode(inspecting.inspection_of(one, Declaration(), case, load())) for one in found]


def _answer(read: Callable[[int, bytes], Inspection], body: bytes) -> tuple[Any, ...] | str:
    """All that the search tables are held against; or the sentence of what cannot be read."""
    try:
        found = read(7, body)
    except LedgerError as error:
        return str(error)
    return listing_of(7, found), numbers_of(found.evidence), images_of(found.evidence), found.supersedes


def _places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(place for name, one in members for place in _places(one, (*way, name)))]


def _changed(whole: Any, way: tuple[Any, ...], chance: random.Random) -> Any:
    """The record with another value at one place, or without it."""
    *rest, last = way
    within = whole
    for name in rest:
        within = within[name]
    if chance.random() < 0.2:
        del within[last]
    else:
        within[last] = chance.choice(VALUES)
    return whole


def _canonical(whole: Any) -> bytes:
    return json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_what_the_search_tables_say_is_read_alike(bodies: list[bytes]) -> None:
    reader = Reader()
    for body in [*bodies, *bodies]:
        assert _answer(reader.read, body) == _answer(inspection_of, body)


def test_a_row_is_read_quickly(bodies: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_reading, "inspection_of", lambda *_: pytest.fail("it was read the slow way"))
    reader = Reader()
    for body in bodies:
        reader.read(7, body)


@pytest.mark.parametrize("known", [False, True], ids=["first", "after-the-row-as-it-was"])
def test_a_change_anywhere_has_the_same_answer(known: bool, bodies: list[bytes]) -> None:
    chance = random.Random(11)
    answers = set()
    places = [_places(json.loads(body))[1:] for body in bodies]
    for number in range(CHANGES):
        body = bodies[number % len(bodies)]
        reader = Reader()
        if known:
            reader.read(7, body)
        changed = _canonical(_changed(json.loads(body), chance.choice(places[number % len(bodies)]), chance))
        expected = _answer(inspection_of, changed)
        assert _answer(reader.read, changed) == expected
        answers.add(type(expected))
    assert answers == {tuple, str}


def _with_findings(body: bytes, findings: bytes) -> bytes:
    """The first card's findings in other words."""
    before, name, rest = body.partition(b'"findings":')
    _list, end = json.JSONDecoder().raw_decode(rest.decode())
    return before + name + findings + rest.decode()[end:].encode()


FINDING = b'{"advice":"","check":"c","outcome":"NOTED","role":"core","text":"","title":"t"%s}'


@pytest.mark.parametrize(
    "findings",
    [
        b"[]",
        b"[ ]",
        b"null",
        b'"[]"',
        b"[%s]" % (FINDING % b""),
        b"[%s,%s]" % (FINDING % b"", FINDING % b""),
        b"[%s, %s]" % (FINDING % b"", FINDING % b""),
        b"[%s,5]" % (FINDING % b""),
        b"[5,%s]" % (FINDING % b""),
        b"[%s]" % (FINDING % b',"values":{"advice":"x"}'),
        b"[%s]" % (FINDING % b',"values":{"advice":5.5}'),
        b"[%s]" % (FINDING % b',"values":[{"advice":"x"},{"advice":"y"}]'),
        b"[%s]" % (FINDING % b',"expected":"},{\\"advice\\":"'),
        b"[%s]" % (FINDING % b',"findings":5'),
        b"[%s]" % (FINDING % b',"expected":"\xff"'),
        b"[%s]" % (FINDING % b',"expected":5'),
        b'[{"check":"c","outcome":"NOTED","role":"core","text":"","title":"t"}]',
        b"[[%s]]" % (FINDING % b""),
        b'{"advice":[]}',
        b'5,"findings":[]',
        b'[],"findings":5',
        b'5,"find\\u0069ngs":[]',
        b'[],"x":"\\u0069"',
    ],
)
def test_findings_in_other_words_have_the_same_answer(findings: bytes, bodies: list[bytes]) -> None:
    reader = Reader()
    for body in (bodies[0], _with_findings(bodies[0], findings), _with_findings(bodies[0], findings)):
        assert _answer(reader.read, body) == _answer(inspection_of, body)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"format":1', b'"format":2'),
        (b'"format":1', b'"format":0'),
        (b'"format":1', b'"format":"1"'),
        (b',"format":1', b""),
        (b'"evidence":{', b'"evidence":{"findings":5,'),
        (b'"judgement":{', b'"judgement":{"cards":[{"findings":5}],'),
        (b'"judgement":{', b'"judgement":5,"judgement":{'),
        (b'"case":{', b'"case" : {'),
    ],
)
def test_other_odd_records_have_the_same_answer(old: bytes, new: bytes, bodies: list[bytes]) -> None:
    reader = Reader()
    changed = bodies[0].replace(old, new, 1)
    assert changed != bodies[0]
    assert _answer(reader.read, bodies[0]) == _answer(inspection_of, bodies[0])
    assert _answer(reader.read, changed) == _answer(inspection_of, changed)


def test_a_card_without_findings_and_a_record_without_cards(new_inspection: NewInspection) -> None:
    reader = Reader()
    for cards in (0, 1, 2):
        body = canonical.encode(new_inspection(cards=cards))
        assert _answer(reader.read, body) == _answer(inspection_of, body)
        lacking = body.replace(b'"findings":[],', b"")
        assert _answer(reader.read, lacking) == _answer(inspection_of, lacking)


def test_what_is_kept_in_mind_stays_small(bodies: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_reading, "_MOST_BYTES", 2000)
    reader = Reader()
    for body in bodies:
        assert _answer(reader.read, body) == _answer(inspection_of, body)
        assert sum(map(len, reader._known)) <= 2000 + len(max(reader._known, key=len))


def test_no_field_s_name_comes_before_that_with_which_a_finding_begins(bodies: list[bytes]) -> None:
    card = inspection_of(7, bodies[0]).judgement.cards[0]
    assert isinstance(card, CardJudgement)
    assert all(canonical.encode(one).startswith(quick_reading._BEGINNING) for one in card.findings)
