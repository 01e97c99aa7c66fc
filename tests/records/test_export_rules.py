"""The law as data: whole, in step with its other form, and decided over everything that is possible."""

import tomllib
from datetime import date, timedelta
from functools import partial
from itertools import pairwise, product
from math import inf, nextafter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector import resources
from gpu_inspector.errors import DataError
from gpu_inspector.records.catalogue import LAW, LAW_MADE, Catalogue, load
from gpu_inspector.records.control import ENTRIES
from gpu_inspector.records.export_figures import Span, exactly, hull, total
from gpu_inspector.records.export_rules import DATACENTRE, Fact, Law, When, World, holds, limits_of, possible
from tools import make_control_doc

LAW_NOW = load().export_law
VARIABLES = {"tpp", "pd", "dram", "io", "sum", DATACENTRE}


def own_files() -> dict[str, bytes]:
    """The law's files alone: enough of a catalogue to read it."""
    names = (*resources.names("products", ".jsonl"), *resources.names("products", ".json"))
    others = ("modifications.toml", "modifications.json", "markings/memory.jsonl", LAW, LAW_MADE)
    return {name.removeprefix("products/"): resources.read(name) for name in (*names, *others)}


def whens(law: Law) -> list[When]:
    found = [one.when for rule in law.classification for one in rule.paragraph]
    found += [rule.exclude.when for rule in law.classification if rule.exclude]
    return found + [case.when for one in law.overlay for case in one.case] + list(law.eligible.values())


def rule_ids() -> set[str]:
    return {one.id for one in LAW_NOW.classification} | {one.id for one in LAW_NOW.overlay}


def test_the_form_that_is_read_is_not_stale() -> None:
    assert resources.read(LAW_MADE) == make_control_doc.made(), (
        "resources/export/rules.json is stale: run python -m tools.make_control_doc"
    )


def test_both_forms_are_one_law_and_another_text_is_read_itself() -> None:
    held = own_files()
    del held[LAW_MADE]
    assert Catalogue(held).export_law == LAW_NOW
    changed = held[LAW].replace(b'"tpp", ">=", 4800', b'"tpp", ">=", 4801')
    forged = Catalogue({**held, LAW: changed, LAW_MADE: own_files()[LAW_MADE]})
    assert forged.export_law != LAW_NOW and forged.version != load().version


@pytest.mark.parametrize("body", [b"", b"x = ", b"\xff", b"[meta]\n", b"classification = 1\n"])
def test_a_damaged_law_is_refused_when_it_is_asked_for(body: bytes) -> None:
    held = {**own_files(), LAW: body}
    del held[LAW_MADE]
    catalogue = Catalogue(held)
    with pytest.raises(DataError, match=r"rules\.toml is damaged"):
        _ = catalogue.export_law


def test_conditions_know_their_words() -> None:
    for when in whens(LAW_NOW):
        assert set(limits_of(when)) <= VARIABLES
        assert when
    for rule in LAW_NOW.classification:
        assert rule.verified in ("primary", "quoted", "secondary")
        assert not rule.inherits or LAW_NOW.whole(rule).id == rule.inherits
        for paragraph in rule.paragraph:
            assert paragraph.entry in ENTRIES and paragraph.name.startswith(paragraph.entry)
    assert len(rule_ids()) == 4 + 8


def test_places_are_countries_and_groups_that_exist() -> None:
    countries = LAW_NOW.countries
    scopes = [one for rule in LAW_NOW.classification for one in rule.scope]
    named = [one for scope in scopes for one in (*scope.to, *scope.but, *scope.named, *scope.headquarters)]
    named += [one for rule in LAW_NOW.overlay for one in (*rule.to, *rule.headquarters)]
    named += [one for rule in LAW_NOW.exception for one in (*rule.to, *rule.headquarters)]
    for one in named:
        assert one in countries.groups if ":" in one else one in countries.known
    for group in countries.groups.values():
        assert group <= countries.known
    assert countries.unsure | set(countries.moved) | set(countries.same) <= countries.known
    assert len(countries.known) == 249 and all(len(one) == 2 and one.isupper() for one in countries.known)
    assert "HK" not in set().union(*countries.groups.values())
    assert "MO" not in countries.groups["D:5"]


def test_rule_sets_follow_without_a_gap() -> None:
    for one, following in pairwise(LAW_NOW.classification):
        assert one.effective_to is not None
        assert following.effective_from - one.effective_to == timedelta(days=1)
    assert LAW_NOW.classification[-1].effective_to is None


@pytest.mark.parametrize(
    ("day", "codified", "enforced"),
    [
        ("2022-10-06", None, None),
        ("2022-10-07", "us-ear-2022-10-07", "us-ear-2022-10-07"),
        ("2023-11-16", "us-ear-2022-10-07", "us-ear-2022-10-07"),
        ("2023-11-17", "us-ear-2023-11-17", "us-ear-2023-11-17"),
        ("2024-12-01", "us-ear-2023-11-17", "us-ear-2023-11-17"),
        ("2024-12-02", "us-ear-2024-12-02", "us-ear-2023-11-17"),
        ("2024-12-30", "us-ear-2024-12-02", "us-ear-2023-11-17"),
        ("2024-12-31", "us-ear-2024-12-02", "us-ear-2024-12-02"),
        ("2025-01-12", "us-ear-2024-12-02", "us-ear-2024-12-02"),
        ("2025-01-13", "us-ear-2025-01-13", "us-ear-2024-12-02"),
        ("2025-05-12", "us-ear-2025-01-13", "us-ear-2024-12-02"),
        ("2025-05-13", "us-ear-2025-01-13", "us-ear-2024-12-02"),
        ("2025-05-15", "us-ear-2025-01-13", "us-ear-2024-12-02"),
        ("2099-01-01", "us-ear-2025-01-13", "us-ear-2024-12-02"),
    ],
)
def test_a_day_has_its_rule_set(day: str, codified: str | None, enforced: str | None) -> None:
    text, applied = LAW_NOW.codified(date.fromisoformat(day)), LAW_NOW.enforced(date.fromisoformat(day))
    assert (text and text.id, applied and applied.id) == (codified, enforced)


def test_nothing_of_a_bill_or_a_presumption_for_makers_is_a_rule() -> None:
    assert not [one for one in rule_ids() if "act" in one or "2025-01-16" in one]
    assert len(LAW_NOW.unapplied) == 6


def test_the_files_lie_where_the_readme_says() -> None:
    folder = Path(__file__).parents[2] / "resources" / "export"
    told = (folder / "README.md").read_text(encoding="utf-8")
    for path in folder.iterdir():
        assert f"`{path.name}`" in told or path.name == "README.md"
    assert set(tomllib.loads(resources.read(LAW).decode())) >= {"meta", "formula", "countries", "classification"}


# --- three-valued

NUMBERS = st.sampled_from([0.0, 1.0, nextafter(5.0, 0), 5.0, nextafter(5.0, 9), 7.0, 10.0, 12.0])
CONDITION = st.one_of(
    st.tuples(
        st.sampled_from(["tpp", "pd"]), st.sampled_from([">=", ">", "<", "<="]), st.sampled_from([1.0, 5.0, 10.0])
    ),
    st.tuples(st.just(DATACENTRE), st.just("=="), st.booleans()),
)
WHEN = st.lists(st.lists(CONDITION, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple)
SPAN = st.one_of(
    st.none(),
    st.tuples(NUMBERS, NUMBERS).map(lambda ends: Span(min(ends), max(ends))),
    NUMBERS.map(lambda low: Span(low, None)),
)


@given(WHEN, SPAN, SPAN, st.sampled_from([None, True, False]), NUMBERS, NUMBERS, st.booleans())
def test_every_possible_value_is_among_the_answers(
    when: When, tpp: Span | None, pd: Span | None, marketed: bool | None, one: float, two: float, three: bool
) -> None:
    facts = {"tpp": tpp, "pd": pd, DATACENTRE: marketed}
    answers, deciding = possible(facts, [when], lambda world: holds(when, world))
    world: World = {"tpp": one, "pd": two, DATACENTRE: three}
    for span, value in ((tpp, one), (pd, two)):
        if span is not None and not span.low <= value <= span.top:
            return
    if marketed is not None and marketed is not three:
        return
    assert holds(when, world) in answers
    assert bool(deciding) == (len(answers) > 1)


@given(WHEN, SPAN, SPAN, st.sampled_from([None, True, False]))
def test_a_known_value_never_opens_what_was_decided(
    when: When, tpp: Span | None, pd: Span | None, marketed: bool | None
) -> None:
    facts = {"tpp": tpp, "pd": pd, DATACENTRE: marketed}
    answers, deciding = possible(facts, [when], lambda world: holds(when, world))
    lows = [Span(0.0, 0.0) if one is None else Span(one.low, one.low) for one in (tpp, pd)]
    sharper: dict[str, Fact] = {"tpp": lows[0], "pd": lows[1], DATACENTRE: bool(marketed)}
    assert possible(sharper, [when], lambda world: holds(when, world))[0] <= answers
    for name in {"tpp", "pd", DATACENTRE} - deciding:
        fewer = possible({**facts, name: sharper[name]}, [when], lambda world: holds(when, world))[0]
        assert fewer == answers


def test_only_what_decides_is_named() -> None:
    when: When = ((("tpp", ">=", 10.0), ("pd", ">=", 5.0)),)
    small = possible({"tpp": Span(1, 1), "pd": None}, [when], lambda world: holds(when, world))
    assert small == (frozenset({False}), frozenset())
    large = possible({"tpp": Span(10, 10), "pd": None}, [when], lambda world: holds(when, world))
    assert large == (frozenset({True, False}), frozenset({"pd"}))


def test_spans_are_added_and_joined() -> None:
    assert total(Span(1, 2), Span(10, None)) == Span(11, None)
    assert total(Span(1, 2, "x"), None) == Span(1, None, "x")
    assert total(None, None) is None
    assert hull([Span(1, 2, "a"), Span(5, 5, "b")]) == Span(1, 5, "a; b")
    assert hull([Span(1, None), Span(5, 5)]) == Span(1, None)
    assert hull([Span(1, 2), None]) is None and hull([]) is None
    assert exactly(None, "x") is None and Span(1, None).top == inf


def test_every_pair_of_limits_is_told_apart_at_its_very_value() -> None:
    for rule, name in product(LAW_NOW.classification[:2], ("tpp", "pd", "io")):
        for limit in limits_of(*[one.when for one in rule.paragraph]).get(name, ()):
            at, below = Span(limit, limit), Span(nextafter(limit, 0), nextafter(limit, 0))
            when: When = (((name, ">=", limit),),)
            for span, expected in ((at, True), (below, False)):
                answers, _ = possible({name: span}, [when], partial(holds, when))
                assert answers == {expected}
