"""The pages of a hall: each node where it stands, what was not examined, nothing beyond the page, old lots as ever."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from report.hall_records import audited, cards_of, hall_of, summary_of
from report.lot_records import of_64, sampled

from gpu_inspector.errors import ReportError
from gpu_inspector.records import canonical, hall_view, words
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.hall import Hall, Place
from gpu_inspector.records.lot import LotSummary
from gpu_inspector.records.node import Lack, NodeGap
from gpu_inspector.report import fonts, hall_cells, hall_pages, layout, lot_document, lot_first
from gpu_inspector.report.document import Paper
from gpu_inspector.report.layout import Box, Line, Page, Rule, Sheet, Text
from gpu_inspector.report.text import printable

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext reads the pages here")


def _drawn(of: LotSummary, page: Paper = "a4") -> Sheet:
    sheet = Sheet(page)
    hall_pages.pages(sheet, of)
    return sheet


def _texts(page: Page) -> list[str]:
    return [mark.text for mark in page.marks if isinstance(mark, Text)]


def _all(sheet: Sheet) -> str:
    return " ".join(text for page in sheet.pages for text in _texts(page))


def _first(of: LotSummary) -> str:
    sheet = Sheet("a4")
    lot_first.first(sheet, of, "ab" * 32)
    assert len(sheet.pages) == 1
    return " ".join(_texts(sheet.pages[0]))


def _inside(sheet: Sheet) -> None:
    """No mark leaves the room between the margins, and no text is smaller than a reader can read."""
    right, bottom = sheet.paper[0] - layout.MARGIN, sheet.paper[1] - layout.MARGIN - layout.FOOT
    for page in sheet.pages:
        for mark in page.marks:
            assert mark.x >= layout.MARGIN - 0.1 and mark.y >= layout.MARGIN, mark
            if isinstance(mark, Text):
                assert mark.style.size >= 7.5
                wide = fonts.width(mark.style.font, mark.style.size, mark.text)
                assert mark.x + wide <= right + 0.6 and mark.y <= bottom, mark
            elif isinstance(mark, Box):
                assert mark.x + mark.width <= right + 0.6 and mark.y + mark.height <= bottom + 0.6, mark
            elif isinstance(mark, Rule):
                assert mark.x + mark.width <= right + 0.6
            elif isinstance(mark, Line):
                for across, down in mark.corners:
                    assert mark.x + across <= right + 0.6 and mark.y + down <= bottom + 0.6, mark


def test_the_first_page_names_the_lost_nodes_the_altered_cards_and_the_node_with_the_patched_driver() -> None:
    told = _first(audited(200, 10))
    for said in (
        "Nodes that were not examined, or not all of their cards: 5",
        "rack A01, U 7, n004: The node did not answer within 900 s.",
        *("n045", "n091", "n132", "n188"),
        "rack A01, U 15, n008, slot 8: CONTRADICTED",
        "rack A04, U 3, n062, slot 6: CONTRADICTED",
        "rack A07, U 1, n121, slot 1: CONTRADICTED",
        "n151: 8 cards: Inconclusive: The kernel's log",
        "5 nodes of the hall were not examined",
        "no share is stated",
        "40 fewer than the rule asks for",
    ):
        assert said in told, said
    assert "none, for all were examined" not in told


def test_both_maps_have_every_node_and_each_lost_one_bears_the_number_of_its_reason() -> None:
    of = audited(200, 10)
    sheet = _drawn(of)
    told = " ".join(text for page in sheet.pages for text in _texts(page)).split()
    for at in range(1, 201):
        assert told.count(f"n{at:03d}") >= 2, at
    assert told.count("X") == 3 + 1 and told.count("D") == 1 and told.count("i") == 9 + 1  # and one in the legend
    everything = _all(sheet)
    for at, reason in enumerate(("did not answer", "No NVIDIA driver", "died", "another version", "Its clock"), 1):
        assert told.count(str(at)) >= 3, "in both maps and in the list"
        assert reason in everything
    assert "1,559 of 1,560 cards: 48 °C to 94 °C." in everything
    assert hall_pages.NOTHING_SAID in everything
    _inside(sheet)


@pytest.mark.parametrize("page", ["a4", "letter"])
@pytest.mark.parametrize(
    ("nodes", "racks", "cards", "names"),
    [
        pytest.param(1, 1, 8, {}, id="one node"),
        pytest.param(1, 0, 1, {}, id="one card"),
        pytest.param(7, 2, 16, {}, id="sixteen cards a node"),
        pytest.param(130, 0, 8, {}, id="no racks"),
        pytest.param(60, 4, 8, {"name": "计算节点-{:03d}-東京データセンター", "rack": "三号机柜-{:02d}"}, id="CJK"),
        pytest.param(40, 3, 8, {"name": "gpu-row-b-{:03d}" + ".example.internal" * 4, "rack": "R" * 90}, id="long"),
        pytest.param(300, 150, 2, {}, id="many small racks"),
    ],
)
def test_no_hall_leaves_the_page(nodes: int, racks: int, cards: int, names: dict[str, str], page: Paper) -> None:
    sheet = _drawn(audited(nodes, racks, cards, **names), page)
    _inside(sheet)
    assert len(sheet.pages) <= 2 + nodes * -(-cards // 8) // 40 * 2


def test_a_thousand_nodes_stay_a_few_pages_of_each_map() -> None:
    sheet = _drawn(audited(1000, 25))
    _inside(sheet)
    assert len(sheet.pages) <= 22


def test_the_same_hall_has_the_same_layout_whatever_the_order_of_its_cards() -> None:
    of = audited(20, 2)
    assert of.hall is not None
    turned = replace(of, hall=replace(of.hall, places=of.hall.places[::-1]))
    assert [page.marks for page in _drawn(of).pages] == [page.marks for page in _drawn(turned).pages]


def test_each_cell_says_its_answer_in_a_letter_and_none_of_them_in_green() -> None:
    letters = [look.text for look in hall_cells.IDENTITIES.values()]
    assert len(set(letters)) == len(Identity) == len(letters)
    for look in hall_cells.IDENTITIES.values():
        red, green, blue = look.fill
        assert not (green > red + 0.05 and green > blue + 0.05)
    grey = [0.3 * look.fill[0] + 0.59 * look.fill[1] + 0.11 * look.fill[2] for look in hall_cells.IDENTITIES.values()]
    assert grey == sorted(grey), "the gravest is the darkest"


def test_where_nothing_was_measured_it_is_said_and_no_map_is_drawn() -> None:
    hall = hall_of(3, 1)
    members = [one for at, place in enumerate(hall.places) for one in cards_of(place, at * 8 + 1)]
    cold = summary_of(hall, tuple(replace(one, temperature_c=None) for one in members))
    told = _all(_drawn(cold))
    assert hall_pages.NO_HEAT in told and told.count("n001") == 1


def test_a_lot_of_no_hall_has_not_one_mark_of_it() -> None:
    sheet = _drawn(of_64())
    assert not any(page.marks for page in sheet.pages)
    for of in (of_64(), sampled()):
        assert "not all of their cards" not in _first(of) and "could not be decided, and" not in _first(of)


def test_a_record_of_an_earlier_version_is_drawn_as_it_was() -> None:
    of = of_64()
    plain = canonical.plain(of)
    del plain["hall"], plain["statement"]["unexamined_nodes"]
    for one in plain["members"]:
        del one["node"], one["temperature_c"]
    body = canonical.encode(plain)
    again = canonical.decode(body, LotSummary, "summary of a lot")
    assert again == of and canonical.is_of(body, again)
    drawn = lot_document.draw(again, signer="ab" * 32, record=body)
    assert drawn == lot_document.draw(again, signer="ab" * 32, record=body)


def test_a_hall_of_too_many_nodes_is_refused_with_a_sentence() -> None:
    of = audited(2, 1)
    many = Hall(places=tuple(Place(node=f"n{one}") for one in range(16_001)))
    with pytest.raises(ReportError, match="more than the 8,000 nodes"):
        lot_document.draw(replace(of, hall=many))


@needs_poppler
def test_a_simulated_hall_is_marked_on_every_page_and_a_real_one_on_none(tmp_path: Path) -> None:
    of = audited(6, 1)
    path = tmp_path / "lot.pdf"
    for changed, expected in ((of, True), (_real(of), False)):
        path.write_bytes(lot_document.draw(changed, signer="ab" * 32))
        command = ["pdftotext", "-raw", str(path), "-"]
        told = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode()
        assert all(("SIMULATION" in page) is expected for page in told.split("\f")[:-1])


def _real(of: LotSummary) -> LotSummary:
    assert of.hall is not None
    return summary_of(of.hall, tuple(replace(one, origin=Origin.MACHINE.value) for one in of.members))


def test_hostile_names_and_reasons_break_no_page() -> None:
    bad = "\u202e\u0301\x00\n" * 80
    places = tuple(Place(node=f"{bad}{at}", rack=f"{at % 3}{bad}", unit=at % 100, cards=64) for at in range(48))
    gaps = tuple(NodeGap(node=one.node, lack=Lack.FAILED, reason=bad, advice=bad) for one in places[::2])
    members = cards_of(Place(node=places[1].node, cards=64), 1, identity=Identity.CONTRADICTED)
    of = summary_of(Hall(places=places, gaps=gaps, audit=bad), members)
    sheet = _drawn(of)
    _inside(sheet)
    assert not any(set(text) & set("\u202e\x00\n") for page in sheet.pages for text in _texts(page))
    assert lot_document.draw(of)


def test_the_list_of_what_was_not_examined_has_an_end_and_says_how_much_it_leaves_out() -> None:
    of = summary_of(hall_of(400, 10), ())
    told = _all(_drawn(of))
    assert "100 more stand in the attached record." in told
    assert hall_view.NOT_KEPT in told
    assert of.statement.text == "No card of the lot was examined: nothing can be said of it."


@pytest.mark.parametrize("language", ["de", "ja", "qps"])
def test_the_pages_are_drawn_in_the_reports_language(language: str) -> None:
    from gpu_inspector.language import _, speaking

    with speaking(language):
        sheet = _drawn(audited(30, 3))
        _inside(sheet)
        assert printable(_(words.IDENTITIES[Identity.CONTRADICTED])) in _all(sheet)
