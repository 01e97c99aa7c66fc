"""Packing lists as spreadsheets of many countries write them: read whole, or refused with a sentence; never guessed."""

import random

import pytest

from gpu_inspector.errors import CaptureError
from gpu_inspector.probes.list_text import LARGEST
from gpu_inspector.probes.packing_list import MOST_ROWS, parse
from gpu_inspector.records import canonical
from gpu_inspector.records.inventory import InventoryList, ListKind

A, B = "1652823054567", "1652823061126"


def serials(data: bytes) -> list[str]:
    return [row.serial for row in parse(data, "list.csv").rows]


@pytest.mark.parametrize(
    "text",
    [
        f"Serial number,Description\n{A},H100\n{B},H100\n",
        f"Serial No.;Goods\n{A};H100\n{B};H100\n",
        f"S/N\tModel\n{A}\tH100\n{B}\tH100\n",
        f"Seriennummer;Bezeichnung;Menge\n{A};H100;1\n{B};H100;1\n",
        f"N° de série;Désignation\n{A};H100\n{B};H100\n",
        f"序列号,品名,数量\n{A},H100,1\n{B},H100,1\n",
        f"Serial No. / 序列号,Description / 品名\n{A},H100\n{B},H100\n",
        f"Packing list 4711\nBeispiel GmbH\n\nSerial,Product\n{A},H100\n{B},H100\n",
        f'"Serial","Product"\n"{A}","H100, 80 GB"\n"{B}","H100"\n',
        f'sep=;\nSerial;Product\n="{A}";H100\n\'{B};H100\n',
        f"Serial;Product\n{A[:4]} {A[4:8]} {A[8:]};H100\n{B}.0;H100\n",
        f'Serial,Product,Qty\n"{A}; {B}",H100,2\n',
        f'Serial,Product,Qty\n"{A}\n{B}",H100,2\n',
        f"Serial,Product\n{A},H100\n\nSerial,Product\n{B},H100\nTotal,\n",
        f"S/N\n{A}\n{B}\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_the_numbers_are_found_whatever_the_sheet_looks_like(text: str, encoding: str) -> None:
    assert [one.replace(" ", "") for one in serials(text.encode(encoding))] == [A, B]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(f"序列号,品名\n{A},显卡\n", "gb18030"), (f"Seriennummer;Stückzahl\n{A};1\n", "cp1252")],
)
def test_an_encoding_that_is_not_named_is_inferred_and_said(text: str, encoding: str) -> None:
    found = parse(text.encode(encoding), "list.csv")
    assert [row.serial for row in found.rows] == [A]
    assert "no encoding is named" in found.notes[0]


@pytest.mark.parametrize(
    "cell",
    ["1.65E+12", "1,65282E+12", "########", "652823054567", "1652823054567-74", "1652823054567 to 1652823054574"],
)
def test_a_number_that_a_spreadsheet_spoiled_is_kept_apart_and_said(cell: str) -> None:
    found = parse(f"Serial;Product\n{cell};H100\n{B};H100\n".encode(), "list.csv")
    first, second = found.rows
    assert (first.serial, first.unread) == ("", cell) and second.serial == B
    assert any("line 2" in note and "no whole serial number" in note for note in found.notes)


def test_what_cannot_be_understood_is_named() -> None:
    found = parse(f"Serial,Colour of box,Product\n{A},blue,H100\n".encode(), "list.csv")
    assert any("Colour of box" in note for note in found.notes)


def test_rows_of_plainly_other_goods_are_counted_and_left_out() -> None:
    text = (
        f"Serial,Product,Qty\n{A},NVIDIA H100 SXM5,1\nPSU-1,Power supply 3000 W,6\nC-9,ConnectX-7 NIC,2\n"
        f"{B},DDR5 RDIMM,1\nX-1,H100 GPU,1\nSYS-1,GPU server with 8x H100,1\n"
    )
    found = parse(text.encode(), "list.csv")
    # A number that may be a card's is never left out, whatever the row calls it.
    assert [row.serial for row in found.rows] == [A, B, "X-1"]
    assert found.others == 3


def test_further_serial_columns_stand_beside() -> None:
    (row,) = parse(f"Carton S/N,Tray serial,Serial number,Product\nC-1,T-1,{A},H100\n".encode(), "list.csv").rows
    assert row.serial == A and not row.serials_beside  # names that are not understood are left out
    (row,) = parse(f"Serial,S/N,Product\nT-1,{A},H100\n".encode(), "list.csv").rows
    assert (row.serial, row.serials_beside) == ("T-1", (A,))


def test_all_columns_of_a_row() -> None:
    text = f"Slot,Serial,Part number,Product,Quantity,UUID\nGPU 1,{A},900-21010-0000-000,H100,1,GPU-8a1f\n"
    found = parse(text.encode(), "list.csv", ListKind.LABELS)
    (row,) = found.rows
    assert found.kind is ListKind.LABELS
    assert (row.slot, row.serial, row.part_number, row.product, row.quantity, row.uuid) == (
        "GPU 1",
        A,
        "900-21010-0000-000",
        "H100",
        1,
        "GPU-8a1f",
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\x00\x00\n", "empty"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04...", "workbook"),
        (f"{A}\n{B}\n".encode(), "names its columns"),
        (b"\x01\x02\x03\x04" * 100, "no text"),
        (b"a" * (LARGEST + 1), "bytes"),
    ],
    ids=["empty", "zeros", "PDF", "workbook", "no head", "noise", "too large"],
)
def test_what_is_no_list_is_refused_with_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(CaptureError, match=said):
        parse(data, "list.csv")


def test_a_quotation_mark_that_is_not_closed_swallows_no_rows() -> None:
    found = parse(f'Serial,Product\n{A},"H100\n{B},H100\n'.encode(), "list.csv")
    assert [row.serial for row in found.rows] == [A, B]
    assert any("quotation mark" in note for note in found.notes)


def test_a_list_without_end_is_cut_and_says_so() -> None:
    found = parse(b"Serial,Product\n" + b"1652823054567,H100\n" * (MOST_ROWS + 5), "list.csv")
    assert len(found.rows) == MOST_ROWS
    assert any("only the first" in note for note in found.notes)


def test_any_bytes_give_a_list_or_a_sentence() -> None:
    chance = random.Random(9)
    seed = f'Serial;Product;Menge\n{A};H100;1\n"{B}";1,65E+12;8 Stück\n'.encode()
    for _ in range(400):
        data = bytearray(seed)
        for _ in range(chance.randrange(1, 12)):
            data[chance.randrange(len(data))] = chance.choice(b';,\t"\n\r=\x00\xff\xe4\xb8 0E+')
        try:
            found = parse(bytes(data), "list.csv")
        except CaptureError:
            continue
        assert canonical.decode_plain(canonical.encode(found), InventoryList, "list") == found


def test_a_place_whose_number_was_left_empty_is_a_row_and_a_sum_is_none() -> None:
    found = parse(b"Slot,Serial number,Qty\nGPU1,1652823054567,1\nGPU2,,1\n,,1\n,,8\n", "list.csv")
    assert [(row.line, row.serial, row.slot) for row in found.rows] == [
        (2, "1652823054567", "GPU1"),
        (3, "", "GPU2"),
        (4, "", ""),
    ]
