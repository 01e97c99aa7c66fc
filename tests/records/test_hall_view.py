"""What is drawn of a hall: every node once and in its place, the lost ones numbered, and no share where one is lost."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report.hall_records import LOST, audited, cards_of, hall_of, summary_of

from gpu_inspector.records import hall_heat, hall_names, hall_view, hall_words, lot_words
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.hall import Hall, Place
from gpu_inspector.records.lot import Reason
from gpu_inspector.records.node import Lack, NodeGap

ONE = Place(node="n1", rack="A", unit=4, cards=2)
GAP = NodeGap(node="n1", lack=Lack.SILENT, reason="It was silent.", advice="Look.")


def test_racks_are_read_from_the_top_down_and_names_as_people_sort_them() -> None:
    places = (
        Place(node="x", rack=""),
        Place(node="a", rack="R10", unit=1),
        Place(node="b", rack="R2", unit=1),
        Place(node="c", rack="R2", unit=40),
        Place(node="n10", rack="R2"),
        Place(node="n9", rack="R2"),
    )
    drawn = hall_view.racks(Hall(places=places), ())
    assert [rack.name for rack in drawn] == ["R2", "R10", ""]
    assert [one.place.node for one in drawn[0].stands] == ["c", "b", "n9", "n10"]
    assert [one.number for rack in drawn for one in rack.stands] == [1, 2, 3, 4, 5, 6]
    assert all(one.gap is not None and one.gap.reason == hall_view.NOT_KEPT for one in hall_view.unexamined(drawn))


def test_a_node_that_was_examined_has_its_cards_in_their_slots_and_no_gap_whatever_was_said_before() -> None:
    (rack,) = hall_view.racks(Hall(places=(ONE,), gaps=(GAP,)), cards_of(ONE, 1))
    (stand,) = rack.stands
    assert [slot.slot for slot in stand.slots] == [1, 2]
    assert stand.gap is None and stand.number == 0 and not stand.lost and stand.missing == 0
    assert hall_view.in_force(Hall(places=(ONE,)), (GAP,), cards_of(ONE, 1)).gaps == ()


def test_a_node_of_which_a_card_is_missing_counts_as_not_examined_whole() -> None:
    members = cards_of(ONE, 1)[:1]
    (rack,) = hall_view.racks(Hall(places=(ONE,)), members)
    (stand,) = rack.stands
    assert (stand.missing, stand.number, stand.lost) == (1, 1, False)
    assert stand.gap is not None and stand.gap.reason == "1 of its cards came, and 2 are expected."
    assert hall_view.count_unexamined(Hall(places=(ONE,)), members) == 1


def test_of_several_gaps_of_a_node_the_newest_counts_and_they_stand_in_the_order_of_the_hall() -> None:
    other = Place(node="n0", rack="A", unit=9)
    newer = replace(GAP, reason="It has no driver.", lack=Lack.NO_DRIVER)
    hall = hall_view.in_force(Hall(places=(ONE, other)), (GAP, newer, replace(GAP, node="n0")), ())
    assert [(one.node, one.reason) for one in hall.gaps] == [("n0", "It was silent."), ("n1", "It has no driver.")]


def test_nodes_that_the_hall_does_not_know_are_drawn_all_the_same() -> None:
    stranger = cards_of(Place(node="stranger", cards=1), 1)
    drawn = hall_view.racks(Hall(places=(), gaps=(GAP,)), stranger)
    assert [(rack.name, [one.place.node for one in rack.stands]) for rack in drawn] == [("", ["n1", "stranger"])]


def test_where_a_node_was_examined_twice_the_gravest_answer_is_drawn() -> None:
    first, second = cards_of(ONE, 1), cards_of(ONE, 3)
    bad = replace(first[0], identity=Identity.CONTRADICTED)
    (rack,) = hall_view.racks(Hall(places=(ONE,)), (bad, first[1], *second))
    assert [slot.member.number for slot in rack.stands[0].slots] == [1, 4]


def test_no_share_is_stated_where_a_node_is_lost_though_as_many_cards_were_examined_as_were_declared() -> None:
    hall = hall_of(3, 1, cards=2)
    gaps = (NodeGap(node="n002", lack=LOST[0][0], reason=LOST[0][1]),)
    members = (*cards_of(hall.places[0], 1), *cards_of(hall.places[2], 3))
    said = summary_of(replace(hall, gaps=gaps), members).statement
    assert said.most_deviating is None and said.unexamined_nodes == 1
    assert "1 node of the hall was not examined" in said.text and "no share is stated" in said.text
    whole = summary_of(hall, (*members, *cards_of(hall.places[1], 5)))
    assert whole.statement.unexamined_nodes == 0 and whole.statement.most_deviating == 0
    few = summary_of(replace(hall, places=(hall.places[0], replace(hall.places[1], cards=0)), gaps=gaps), members[:2])
    assert few.statement.examined == few.statement.declared == 2
    assert few.statement.most_deviating is None
    assert "none, for all were examined" not in lot_words.choice(few.lot, few.members, few.statement)
    assert lot_words.COMPLETE not in lot_words.rests_on(few.lot, few.members, few.statement)


def test_the_map_in_letters_names_the_five_lost_the_three_altered_and_the_patched_driver() -> None:
    of = audited(200, 10)
    assert of.hall is not None
    told = "\n".join(hall_words.lines(of.hall, of.members, 100))
    assert told.startswith("SIMULATION\n")
    for number, node in enumerate(("n004", "n045", "n091", "n132", "n188"), 1):
        assert f"{node} -------- [{number}]" in told
        assert f"[{number}] rack " in told
    assert "n008 cccccccX" in told and "n062 cccccXcc" in told and "n121 Xccccccc" in told
    assert "n151 iiiiiiii" in told and "n151: 8 cards\n" in told and "known driver patch" in told
    assert told.index("known driver patch") < told.index("was not tested")
    assert "rack A01, U 15, n008, slot 8\n" in told
    assert max(len(line) for line in told.splitlines() if "Rack" in line or "cccc" in line) <= 100
    assert hall_words.lost_sentence(of.hall, of.members).startswith("5 nodes were not examined")


def test_the_json_has_every_node_and_card_in_english() -> None:
    of = audited(60, 4)
    assert of.hall is not None
    found = hall_words.document(of.hall, of.members)
    assert (len(found["nodes"]), found["unexamined"]) == (60, 2)
    lost = next(one for one in found["nodes"] if one["node"] == "n004")
    assert lost["lost"] and lost["lack"] == "silent" and lost["cards"] == [] and lost["reason"]
    bad = next(one for one in found["nodes"] if one["node"] == "n008")
    assert bad["cards"][7]["identity"] == "CONTRADICTED" and bad["cards"][7]["slot"] == 8
    assert bad["lack"] is None and isinstance(bad["cards"][0]["temperature_c"], float)


def test_what_a_node_says_cannot_write_on_the_terminal() -> None:
    bad = "\x1b[2J\u202e\r\n"
    hall = Hall(
        places=(Place(node=bad, rack=bad), Place(node="三号机柜" * 20, rack="架" * 60, unit=1)),
        gaps=(NodeGap(node=bad, lack=Lack.FAILED, reason=bad, advice=bad),),
    )
    told = hall_words.lines(hall, tuple(replace(one, node=bad) for one in cards_of(ONE, 1)[:1]))
    assert all(line.isprintable() for line in told)


@given(st.lists(st.text(max_size=12), min_size=1, max_size=8, unique=True))
def test_names_stay_apart_when_what_all_have_in_common_is_left_out(names: list[str]) -> None:
    known = hall_names.common(names)
    assert len({known.short(one) for one in names}) == len(names)
    assert all(one.startswith(known.before) and one.endswith(known.behind) for one in names)


def test_long_names_are_told_by_what_is_different_in_them() -> None:
    names = [f"gpu-cluster-frankfurt-{one:03d}.example.internal" for one in (1, 2, 10)]
    known = hall_names.common(names)
    assert [known.short(one) for one in names] == ["…001…", "…002…", "…010…"]
    assert "gpu-cluster-frankfurt-….example.internal" in hall_names.sentence(known)
    assert hall_names.common(names[:1]).short(names[0]) == names[0]
    assert hall_names.fitted("n017-of-the-long-row", lambda text: len(text) <= 8) == "n0…g-row"
    assert hall_names.fitted("abc", lambda text: False) == "…"


def test_cards_that_one_thing_keeps_undecided_stand_together() -> None:
    hall = hall_of(3, 1, cards=2)
    bench = Reason(check="bench-patches", outcome="INCONCLUSIVE", text="patched")
    rest = Reason(check="memory-measured", outcome="INCONCLUSIVE", text="not tested")
    open_ = {"identity": Identity.INCONCLUSIVE}
    members = (
        *cards_of(hall.places[0], 1, **open_, reasons=(rest,)),
        *cards_of(hall.places[1], 3, **open_, reasons=(rest,)),
        *cards_of(hall.places[2], 5, **open_, reasons=(bench, rest)),
    )
    found = hall_view.undecided(hall_view.racks(hall, members))
    assert [[one.place.node for one in doubt.stands] for doubt in found] == [["n003"], ["n002", "n001"]]
    assert [doubt.cards for doubt in found] == [2, 4]


@pytest.mark.parametrize(
    ("degrees", "least"), [(-20, None), (39, None), (40, 40), (49, 40), (89, 80), (90, 90), (250, 90)]
)
def test_the_scale_of_heat_has_a_step_for_every_temperature(degrees: int, least: int | None) -> None:
    assert hall_heat.step_of(degrees).least == least


def test_each_step_of_the_scale_is_darker_than_the_one_before_and_can_be_read() -> None:
    def light(colour: hall_heat.Colour) -> float:
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    shades = [light(one.fill) for one in hall_heat.STEPS]
    assert all(after < before * 0.9 for before, after in pairwise(shades))
    for one in hall_heat.STEPS:
        bright, dark = sorted((light(one.fill), light(one.ink)), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) >= 4.5
    assert len(hall_heat.words()) == len(hall_heat.STEPS)


def test_a_temperature_that_no_card_has_is_none() -> None:
    (card,) = cards_of(replace(ONE, cards=1), 1)
    assert hall_view.temperature_c(replace(card, temperature_c=1e300)) is None
    assert hall_view.temperature_c(replace(card, temperature_c=85.4)) == 85.4
