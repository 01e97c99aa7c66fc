"""Looking for rows: filters, orders and pages, held against a plain reading of the same rows; numbers seen before."""

import io
import json
import random
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger import clauses, finder
from gpu_inspector.ledger.query import Found, Mark, Order, Query
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.ledger.tables import CONDITION_RANKS, VERDICT_RANKS
from gpu_inspector.records.claims import NvmlReading
from gpu_inspector.records.declaration import Binding, Case, Declaration
from gpu_inspector.records.evidence import CardEvidence, Origin
from gpu_inspector.records.finding import Condition, Identity
from gpu_inspector.records.inspection import Inspection

NewInspection = Callable[..., Inspection]

ROWS = 60
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
OFFICES = ("Köln-Bonn", "köln-bonn", "Le Havre", "", "O'Hare %_")
PRODUCTS = ("NVIDIA GeForce RTX 4090", "NVIDIA H100 PCIe", "nvidia geforce rtx 4090")
CONTROLS = ("not assessed", "4A090.a", "none")


class Many:
    """A ledger and its rows in order; no dataclass, whose thousand lines would fill every failure."""

    def __init__(self, path: Path, rows: list[Inspection]) -> None:
        self.path, self.rows = path, rows

    def __repr__(self) -> str:
        return "many"


def _row(new_inspection: NewInspection, chance: random.Random) -> Inspection:
    verdict, condition = chance.choice(list(Identity)), chance.choice(list(Condition))
    case = Case(number=f"A-{chance.randrange(9)}", office=chance.choice(OFFICES), inspector=chance.choice("xyz"))
    made = new_inspection(
        case=case, product=chance.choice(PRODUCTS), verdict=verdict, serial=f"13245210{chance.randrange(1, 31):05}"
    )
    judged = replace(made.judgement.cards[0], condition=condition, control=chance.choice(CONTROLS))
    return replace(
        made,
        id=str(uuid.UUID(int=chance.getrandbits(128))),
        made_at=BEGIN + timedelta(days=chance.randrange(40), seconds=chance.choice((0, 1))),
        judgement=replace(made.judgement, cards=(judged,)),
    )


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, new_inspection: NewInspection) -> Many:
    """A ledger of rows whose values collide, and its rows in order."""
    path = tmp_path_factory.mktemp("many") / "ledger.sqlite"
    chance = random.Random(7)
    rows = [_row(new_inspection, chance) for _ in range(ROWS)]
    with Ledger(path) as ledger:
        for row in rows:
            ledger.append(row)
    return Many(path, rows)


def _serial(row: Inspection) -> str:
    claims = row.evidence.cards[0].nvml
    return str(claims.serial) if claims is not None else ""


def _fits(row: Inspection, rows: list[Inspection], query: Query) -> bool:
    """The query, read plainly."""
    judged = row.judgement.cards[0]
    words = " ".join((row.case.number, row.case.office, judged.product)).casefold()
    return (
        all(word in words for word in query.words.casefold().split())
        and (not query.verdicts or row.judgement.verdict.value in query.verdicts)
        and (not query.conditions or judged.condition.value in query.conditions)
        and (not query.controls or judged.control in query.controls)
        and (not query.office or row.case.office.upper() == query.office.upper())
        and (not query.product or judged.product.upper() == query.product.upper())
        and (query.since is None or row.made_at >= query.since)
        and (query.until is None or row.made_at < query.until)
        and _serial(row).startswith(query.serial)
        and (not query.only_repeated or sum(_serial(one) == _serial(row) for one in rows) > 1)
    )


def _key(row: Inspection, seq: int, order: Order) -> tuple[object, int]:
    judged = row.judgement.cards[0]
    keys: dict[Order, object] = {
        Order.NUMBER: seq,
        Order.TIME: row.made_at,
        Order.CASE: row.case.number,
        Order.PRODUCT: judged.product.lower(),
        Order.IDENTITY: VERDICT_RANKS[row.judgement.verdict.value],
        Order.CONDITION: CONDITION_RANKS[judged.condition.value],
        Order.CONTROL: judged.control.lower(),
        Order.INSPECTOR: row.case.inspector,
        # SQLite folds the capitals of the Latin alphabet, and no others.
        Order.OFFICE: "".join(sign.lower() if sign.isascii() else sign for sign in row.case.office),
    }
    return keys[order], seq


QUERIES = st.builds(
    Query,
    words=st.sampled_from(("", "geforce", "rtx 4090", "kö", "A-3")),
    verdicts=st.lists(st.sampled_from([one.value for one in Identity]), max_size=2, unique=True).map(tuple),
    conditions=st.lists(st.sampled_from([one.value for one in Condition]), max_size=1).map(tuple),
    controls=st.lists(st.sampled_from(CONTROLS), max_size=2, unique=True).map(tuple),
    office=st.sampled_from(("", "", "", "LE HAVRE", "Köln-Bonn", "O'Hare %_")),
    product=st.sampled_from(("", "", PRODUCTS[0])),
    since=st.sampled_from((None, None, BEGIN + timedelta(days=10))),
    until=st.sampled_from((None, None, BEGIN + timedelta(days=20))),
    serial=st.sampled_from(("", "", "132452100", "132452100001")),
    only_repeated=st.sampled_from((False, False, True)),
    order=st.sampled_from(list(Order)),
    descending=st.booleans(),
)


@settings(max_examples=examples(250), deadline=None)
@given(
    query=QUERIES,
    few=st.sampled_from((0, 5, 20_000)),
    many_=st.sampled_from((0, 20, 20_000)),
    page=st.sampled_from((1, 7, 100)),
)
def test_pages_hold_what_a_plain_reading_finds_in_its_order(
    many: Many, query: Query, few: int, many_: int, page: int
) -> None:
    path, rows = many.path, many.rows
    numbered = [(seq, row) for seq, row in enumerate(rows, 1) if _fits(row, rows, query)]
    numbered.sort(key=lambda one: _key(one[1], one[0], query.order), reverse=query.descending)
    expected = [seq for seq, _row in numbered]
    with pytest.MonkeyPatch.context() as patch, Ledger(path, readonly=True) as ledger:
        patch.setattr(clauses, "FEW", few)  # each way of finding them gives the same rows
        patch.setattr(clauses, "MANY", many_)
        patch.setattr(finder, "PAGE", page)
        stock = ledger.finder.stock(query, ROWS)
        pages = [ledger.finder.page(query, ROWS, after, page) for after in (None, *stock.marks)]
        assert [found.seq for part in pages for found in part] == expected
        assert stock.total == len(expected)
        assert ledger.finder.seqs(query, ROWS) == tuple(expected)


def test_a_row_says_what_the_inspection_says(many: Many) -> None:
    path, rows = many.path, many.rows
    with Ledger(path, readonly=True) as ledger:
        for found in ledger.finder.page(Query(order=Order.OFFICE), ROWS):
            row = rows[found.seq - 1]
            judged = row.judgement.cards[0]
            assert found.row is not None
            assert (found.row.seq, found.row.made_at) == (found.seq, row.made_at)
            assert (found.row.verdict, found.row.condition) == (judged.identity.value, judged.condition.value)
            assert (found.row.control, found.row.product) == (judged.control, judged.product)
            assert found.row.numbers.startswith(_serial(row))
            assert found.repeated == (sum(_serial(one) == _serial(row) for one in rows) > 1)


def test_rows_that_came_after_a_look_began_are_not_in_it(ledger: Ledger, new_inspection: NewInspection) -> None:
    for _ in range(3):
        ledger.append(new_inspection())
    assert [found.seq for found in ledger.finder.page(Query(), 2)] == [2, 1]
    assert ledger.finder.stock(Query(words="geforce"), 2).total == 2
    assert ledger.finder.head() == 3


@settings(max_examples=examples(150), deadline=None)
@given(
    text=st.one_of(st.text(), st.text("'\"*-:^(){}%_;\\,\0\udcff ä4G")),
    order=st.sampled_from(list(Order)),
    mark=st.one_of(st.none(), st.builds(Mark, st.text("'\"%\0a", max_size=4), st.integers(0, 99))),
)
def test_any_text_is_a_question_and_never_an_error(many: Many, text: str, order: Order, mark: Mark | None) -> None:
    path = many.path
    asked = {"order": order, "descending": False}
    with Ledger(path, readonly=True) as ledger:
        for name in ("words", "office", "product", "serial"):
            query = Query(**{**asked, name: text})  # type: ignore[arg-type]
            assert len(ledger.finder.page(query, ROWS, None if order is Order.NUMBER else mark)) <= ROWS
        for name in ("controls", "verdicts", "conditions"):
            ledger.finder.page(Query(**{**asked, name: (text,)}), ROWS)  # type: ignore[arg-type]


def test_a_headline_that_is_none_finds_nothing(many: Many) -> None:
    path = many.path
    with Ledger(path, readonly=True) as ledger:
        assert ledger.finder.page(Query(verdicts=("GENUINE",)), ROWS) == ()
        assert ledger.finder.page(Query(conditions=("PERFECT",)), ROWS) == ()


def test_choices_are_what_occurs_each_once(many: Many) -> None:
    path, rows = many.path, many.rows
    with Ledger(path, readonly=True) as ledger:
        choices = ledger.finder.choices()
    assert {one.casefold() for one in choices.offices} == {row.case.office.casefold() for row in rows} - {""}
    assert len(choices.products) == 2
    assert choices.controls == ("4A090.a", "none", "not assessed")


def test_what_paper_and_tags_say_is_found_by_words(ledger: Ledger, new_inspection: NewInspection) -> None:
    case = Case(binding=Binding(exhibit="EX-77/3"), seals="S-900 S-901")
    declaration = Declaration(serial="0325000777000", part_number="900-1G136", papers="INV 4711")
    ledger.append(new_inspection())
    ledger.append(replace(new_inspection(case=case), declaration=declaration))
    for words in ("ex-77", "s-901", "0325000777", "900-1g136", "inv 4711", "examined assessed inv"):
        assert [found.seq for found in ledger.finder.page(Query(words=words), 2)] == [2], words


def test_a_question_that_is_not_wanted_any_more_ends(many: Many) -> None:
    path = many.path
    with Ledger(path, readonly=True) as ledger:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(finder, "_STEPS", 1)
            with ledger.finder.stoppable(lambda: False), pytest.raises(LedgerError, match="interrupted"):
                ledger.finder.page(Query(), ROWS)
        assert len(ledger.finder.page(Query(), ROWS)) == ROWS


# --- numbers that were seen before


def _card(serial: str | None, uuid_: str | None = None, device: str | None = None) -> CardEvidence:
    return CardEvidence(label="card", nvml=NvmlReading(serial=serial, uuid=uuid_, device_identifier=device))


def _with_cards(inspection: Inspection, *cards: CardEvidence, **changes: object) -> Inspection:
    return replace(inspection, evidence=replace(inspection.evidence, cards=cards, **changes))  # type: ignore[arg-type]


def _seen(ledger: Ledger, seq: int) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(one.number.kind, one.number.value, one.rows) for one in ledger.finder.repeats(seq)]


def test_a_number_that_comes_again_names_all_its_rows(ledger: Ledger, new_inspection: NewInspection) -> None:
    unique = "GPU-8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4"
    for serial, uuid_ in (("1324521030001", None), ("1324521030002", unique), ("1324521030001", None), (None, unique)):
        ledger.append(_with_cards(new_inspection(), _card(serial, uuid_)))
    ledger.append(_with_cards(new_inspection(), _card("1324521030003"), _card("1324521030001", unique.upper())))
    assert _seen(ledger, 1) == [("serial", "1324521030001", (1, 3, 5))]
    assert _seen(ledger, 4) == [("uuid", unique, (2, 4, 5))]
    assert [number for number, _value, _rows in _seen(ledger, 5)] == ["serial", "uuid"]
    assert [found.seq for found in ledger.finder.page(Query(only_repeated=True), 5)] == [5, 4, 3, 2, 1]
    assert ledger.verify().problem is None
    ledger.rebuild_index()
    assert _seen(ledger, 1) == [("serial", "1324521030001", (1, 3, 5))]
    assert ledger.verify().problem is None


def test_a_uuid_is_found_with_and_without_its_prefix(ledger: Ledger, new_inspection: NewInspection) -> None:
    ledger.append(_with_cards(new_inspection(), _card(None, "GPU-8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4")))
    for beginning in ("GPU-8a1f", "gpu-8A1F", "8a1f6a37"):
        assert len(ledger.finder.page(Query(serial=beginning), 1)) == 1
    assert ledger.finder.page(Query(serial="5b0c"), 1) == ()


@pytest.mark.parametrize(
    ("serial", "changes"),
    [
        pytest.param("1111111111111", {}, id="painted-over"),
        pytest.param("XXXXXXXXXXXXX", {}, id="crossed-out"),
        pytest.param("12345", {}, id="too-short"),
        pytest.param("1" + "2345678901" * 40, {}, id="too-long"),
        pytest.param("", {}, id="empty"),
        pytest.param("1324521030001", {"masked": True}, id="masked-on-writing"),
        pytest.param("1324521030001", {"origin": Origin.SIMULATION}, id="simulation"),
        pytest.param("1324521030001", {"origin": Origin.SAMPLE}, id="sample"),
    ],
)
def test_a_number_that_is_no_cards_own_never_counts(
    ledger: Ledger, new_inspection: NewInspection, serial: str, changes: dict[str, object]
) -> None:
    for _ in range(2):
        ledger.append(_with_cards(new_inspection(), _card(serial), **changes))
    assert _seen(ledger, 2) == []
    assert ledger.finder.page(Query(only_repeated=True), 2) == ()
    assert ledger.verify().problem is None


def test_one_card_read_twice_in_one_inspection_is_no_repeat(ledger: Ledger, new_inspection: NewInspection) -> None:
    ledger.append(_with_cards(new_inspection(), _card("1324521030001"), _card("1324521030001")))
    assert _seen(ledger, 1) == []


def test_a_number_of_very_many_rows_is_named_in_part(
    ledger: Ledger, new_inspection: NewInspection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gpu_inspector.ledger import repeats

    monkeypatch.setattr(repeats, "MOST_ROWS", 3)
    for _ in range(5):
        ledger.append(new_inspection(serial="1324521030001"))
    (one,) = ledger.finder.repeats(5)
    assert (one.rows, one.more) == ((1, 2, 3), 2)


# --- damage, and handing out


def test_one_damaged_line_does_not_hide_the_others(ledger: Ledger, new_inspection: NewInspection) -> None:
    for _ in range(3):
        ledger.append(new_inspection())
    ledger._connection.execute("UPDATE listing SET made_at = 'yesterday' WHERE seq = 2")
    found = ledger.finder.page(Query(), 3)
    assert [(one.seq, one.row is None) for one in found] == [(3, False), (2, True), (1, False)]


def test_a_row_proves_what_stands_beside_it(ledger: Ledger, new_inspection: NewInspection) -> None:
    entries = [ledger.append(new_inspection()) for _ in range(3)]
    for seq, beside in ((1, (False, True)), (2, (True, True)), (3, (True, False))):
        proof = ledger.proof(seq)
        assert (proof.entry, proof.problem) == (entries[seq - 1], None)
        assert (proof.before, proof.after) == beside
    with pytest.raises(LedgerError, match="no row 4"):
        ledger.proof(4)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        pytest.param("UPDATE inspection SET body = x'00' WHERE seq = 2", "Row 2 was altered", id="itself"),
        pytest.param(
            "UPDATE inspection SET digest = randomblob(32) WHERE seq = 1", "follow the row before", id="before"
        ),
        pytest.param("UPDATE inspection SET prev = randomblob(32) WHERE seq = 3", "Row 3 does not follow", id="after"),
        pytest.param("DELETE FROM inspection WHERE seq = 3", "Row 3 is missing", id="gap"),
        pytest.param("UPDATE listing SET verdict = 'CONSISTENT' WHERE seq = 2", "search table says", id="listing"),
        pytest.param("UPDATE number SET value = '1324521030777' WHERE seq = 2", "table of numbers", id="numbers"),
    ],
)
def test_a_proof_says_what_does_not_hold(
    ledger: Ledger, new_inspection: NewInspection, statement: str, said: str
) -> None:
    for number in range(4):
        ledger.append(new_inspection(serial=f"132452103000{number}"))
    for trigger in ("inspection_no_update", "inspection_no_delete"):
        ledger._connection.execute(f"DROP TRIGGER {trigger}")
    ledger._connection.execute(statement)
    assert said in str(ledger.proof(2).problem)


def test_chosen_rows_are_handed_out_in_their_order(ledger: Ledger, new_inspection: NewInspection) -> None:
    for _ in range(4):
        ledger.append(new_inspection())
    out = io.StringIO()
    assert ledger.export(out, "jsonl", (3, 1)) == 2
    assert [json.loads(line)["seq"] for line in out.getvalue().splitlines()] == [3, 1]
    assert ledger.export(io.StringIO(), "csv", ()) == 0


def test_found_is_a_record_of_its_own(many: Many) -> None:
    path = many.path
    with Ledger(path, readonly=True) as ledger:
        (found,) = ledger.finder.page(Query(), ROWS, None, 1)
    assert isinstance(found, Found)
    assert found.mark == Mark(ROWS, ROWS)
