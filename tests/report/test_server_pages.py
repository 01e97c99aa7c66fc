"""The report's section of a whole server: its tables, its matrix, its lists; bounded whatever a record holds."""

from dataclasses import replace

from report.report_records import inspection, off_the_page
from server_cards import SWITCHED, links, listed, module, peers, rows, server

from gpu_inspector.records import server_words
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.inventory import ListRow
from gpu_inspector.records.server import DriverEvent, NvlinkLink, NvlinkReading, ServerReading
from gpu_inspector.report import server_pages
from gpu_inspector.report.layout import Box, Sheet, Text


def drawn(evidence: Evidence) -> Sheet:
    sheet = Sheet("a4")
    server_pages.server(sheet, replace(inspection(), evidence=evidence))
    return sheet


def words_of(sheet: Sheet) -> str:
    return " ".join(mark.text for page in sheet.pages for mark in page.marks if isinstance(mark, Text))


def whole() -> Evidence:
    evidence = server((2, replace(module(2), nvlink=links(17))))
    every = peers(evidence.cards)
    broken = (replace(every[0], intact=False), *every[1:-1])
    return replace(
        evidence,
        server=replace(SWITCHED, peers=broken, loaded_together=True),
        driver_events=(DriverEvent(xid=48, address=evidence.cards[1].label, text="Xid 48, DBE", times=2),),
        inventories=(listed(*rows(), ListRow(line=10, serial="1321021044129", product="H100")),),
    )


def test_a_single_card_without_lists_has_no_such_section() -> None:
    evidence = replace(server(count=1), server=None)
    evidence = replace(evidence, cards=(replace(evidence.cards[0], nvlink=None),))
    assert words_of(drawn(evidence)) == ""
    assert server_words.lines_of(evidence) == ()


def test_everything_of_the_server_stands_there() -> None:
    sheet = drawn(whole())
    said = words_of(sheet)
    for part in ("17 of 18 up", "Fabric Manager runs", "wrong", "385", "Xid 48, DBE", "1321021044129", "list.csv"):
        assert part in said, part
    assert "history" in said
    assert off_the_page(sheet) == []


def test_every_cell_of_the_matrix_bears_its_number() -> None:
    sheet = drawn(whole())
    cells = [mark for page in sheet.pages for mark in page.marks if isinstance(mark, Box)]
    assert len(cells) == 64
    numbers = [
        mark.text for page in sheet.pages for mark in page.marks if isinstance(mark, Text) and mark.text == "385"
    ]
    assert len(numbers) == 54  # 56 directions, one of them wrong, one not measured


def test_the_terminal_says_what_matters() -> None:
    said = server_words.lines_of(whole())
    assert "server: 8 cards; 4 NVSwitches; Fabric Manager runs (550.163.01)" in said
    assert any("18 of 18 up (7 cards)" in line for line in said)
    assert any("1 did not arrive as they were sent" in line for line in said)
    assert any("line 10 (1321021044129)" in line for line in said)


def test_a_forged_record_fills_no_report() -> None:
    wild = NvlinkReading(
        links=tuple(NvlinkLink(number=at, active=True, crc_errors=2**53, remote_kind="x" * 500) for at in range(500)),
        fabric_state="y" * 5000,
    )
    evidence = server((0, replace(module(0), nvlink=wild)))
    cards = tuple(replace(evidence.cards[0], label=f"{'c' * 300}{at}") for at in range(40))
    evidence = replace(
        evidence,
        cards=cards,
        server=ServerReading(
            switches=SWITCHED.switches * 500, peers=peers(cards, rate=1e300), peer_gaps=("z" * 900,) * 50
        ),
        driver_events=(DriverEvent(xid=10**9, text="w" * 9000),) * 900,
        inventories=(listed(*(ListRow(line=at, serial=f"16528{at:08}", product="p" * 200) for at in range(2000))),) * 4,
    )
    assert len(drawn(evidence).pages) < 40
    assert all(len(line) < 2000 for line in server_words.lines_of(evidence))
