"""The hall's file as people and spreadsheets write it, and everything that can be wrong with one, named by its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.errors import CaptureError
from gpu_inspector.records import hall_file
from gpu_inspector.records.hall import MOST_NODES, Place
from gpu_inspector.records.hall_file import LARGEST, HallRow, of_names, read


def refusal(text: str | bytes) -> str:
    with pytest.raises(CaptureError) as caught:
        read(text.encode() if isinstance(text, str) else text)
    assert caught.value.advice
    return caught.value.message


def test_a_plain_file_says_where_each_node_stands() -> None:
    hall = read(b"node,rack,unit\nn1,A1,40\nn2,A1,U38\nn3,,\n").hall("id")
    assert hall.audit == "id" and hall.gaps == ()
    assert hall.places == (
        Place(node="n1", rack="A1", unit=40),
        Place(node="n2", rack="A1", unit=38),
        Place(node="n3"),
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("node,rack,unit\nn1,A1,40\n", id="plain"),
        pytest.param("\ufeffnode,rack,unit\nn1,A1,40\n", id="byte order mark"),
        pytest.param("node;rack;unit\r\nn1;A1;40\r\n;;\r\n", id="as Excel writes it in half of Europe"),
        pytest.param("# our hall\n\nnode,rack,unit\n\n  # the first row\nn1,A1,40\n\n", id="comments and empty lines"),
        pytest.param("Unit , NODE, rack,,\n40, n1 ,A1,,\n", id="another order, blanks, empty columns"),
        pytest.param('node,rack,unit\n"n1","A1","u40"', id="quoted, no line's end"),
        pytest.param("node,rack,unit\rn1,A1,40\r", id="old line ends"),
    ],
)
def test_what_spreadsheets_and_people_write_is_read_alike(text: str) -> None:
    assert read(text.encode()).hall().places == (Place(node="n1", rack="A1", unit=40),)


def test_simulated_nodes_have_a_name_a_seed_and_a_trouble() -> None:
    rows = read(b"node,rack,unit,cards,simulate,seed,trouble\nn1,A1,1,8,genuine-h100,7,hangs\nn2,A1,3,,,,\n").rows
    assert rows[0] == HallRow(
        node="n1", rack="A1", unit=1, cards=8, simulate="genuine-h100", seed=7, trouble="hangs", line=2
    )
    assert rows[1] == HallRow(node="n2", rack="A1", unit=3, line=3)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("", "names no node", id="empty"),
        pytest.param("# nothing\n", "names no node", id="comments alone"),
        pytest.param("node,rack,unit\n", "no node below the names of its columns", id="head alone"),
        pytest.param("node,rack\nn1,A1\n", "Line 1: the column “unit” is missing.", id="no unit"),
        pytest.param("n1,A1,40\n", "Line 1: the column “node” is missing.", id="no head"),
        pytest.param("node,rack,unit,color\nn1,A1,1,red\n", "Line 1: “color” is no column", id="strange column"),
        pytest.param("node,rack,unit,rack\nn1,A1,1,A2\n", "Line 1: the column “rack” is there twice.", id="twice"),
        pytest.param('node,rack,unit\n"n1,A1,1\nn2,A1,3\n', "Line 2: a quotation mark is not closed", id="quote"),
        pytest.param('node,"rack,unit\nn1,A1,1\n', "Line 1: a quotation mark is not closed", id="quote in the head"),
        pytest.param("node,rack,unit\n,A1,1\n", "Line 2: the node has no name.", id="no name"),
        pytest.param("node,rack,unit\nn1,A1,0\n", "Line 2: “0” is no whole number from 1 to 100 (unit).", id="unit 0"),
        pytest.param("node,rack,unit\nn1,A1,top\n", "Line 2: “TOP” is no whole number", id="unit in words"),
        pytest.param("node,rack,unit\nn1,A1,1.5\n", "Line 2: “1.5” is no whole number", id="half a unit"),
        pytest.param("node,rack,unit\nn1,A1,²\n", "Line 2: “²” is no whole number", id="no ASCII digit"),
        pytest.param("node,rack,unit,cards\nn1,A1,1,65\n", "from 1 to 64 (cards)", id="too many cards"),
        pytest.param("node,rack,unit\nn1,A1,1,x\n", "Line 2: there are more cells than columns.", id="too many cells"),
        pytest.param("node,rack,unit\nn1,A1,1\n\nN1,A2,1\n", "Line 4: the node “N1” stands in line 2", id="duplicate"),
        pytest.param("node,rack,unit\nn1,A1,1\nn１,A2,1\n", "Line 3: the node “n１” stands in line 2", id="wide digit"),
        pytest.param("node,rack,unit\nn\u202e1,A1,1\n", "“n[U+202E]1” is no name", id="reorders"),
        pytest.param("node,rack,unit\nn\x1b[2J,A1,1\n", "“n[U+001B][2J” is no name", id="escape"),
        pytest.param(f"node,rack,unit\n{'n' * 121},A1,1\n", "is no name of 1 to 120 printable", id="long name"),
        pytest.param("node,rack,unit,seed\nn1,A1,1,7\n", "Line 2: a seed and a trouble are for simulated", id="seed"),
        pytest.param("node,rack,unit,trouble\nn1,A1,1,dies\n", "are for simulated nodes alone", id="trouble"),
        pytest.param(
            "node,rack,unit,simulate,trouble\nn1,A1,1,x,explodes\n", "“explodes” is none of dies, hangs", id="unknown"
        ),
        pytest.param("node,rack,unit,simulate,seed\nn1,A1,1,x,-1\n", "“-1” is no whole number", id="seed below 0"),
        pytest.param(b"node,rack,unit\nn1,\xff,1\n", "Line 2 of the hall's file is no text in UTF-8.", id="no UTF-8"),
        pytest.param(b"node,rack,unit\nn\x00,A,1\n", "is no text", id="NUL"),
        pytest.param(b"PK\x03\x04" + bytes(60), "is no text", id="workbook"),
        pytest.param(b"n" * (LARGEST + 1), "no more than 4,194,304 are read", id="too large"),
    ],
)
def test_each_fault_is_a_sentence_with_its_line(text: str | bytes, sentence: str) -> None:
    assert sentence in refusal(text)


def test_all_faults_are_told_at_once_but_no_more_than_a_reader_can_mend() -> None:
    told = refusal("node,rack,unit\n" + "n1,A1,x\n" * 40)
    assert told.count("Line ") == 12 and "There are 67 faults more." in told
    assert "Line 2: “X” is no whole number" in told


def test_a_hall_has_a_bound() -> None:
    text = "node,rack,unit\n" + "".join(f"n{one},A,\n" for one in range(MOST_NODES + 1))
    assert "It has 8,001 nodes, and a hall has 8,000 at most." in refusal(text)
    assert len(read(text.encode()[: text.rindex("n8000")]).rows) == MOST_NODES


def test_without_a_file_the_nodes_stand_in_the_order_of_their_names() -> None:
    hall = of_names(["n10", "n2", "N3", "n2"], "id")
    assert [one.node for one in hall.places] == ["n2", "N3", "n10"]
    assert all(one.rack == "" and one.unit == 0 for one in hall.places) and hall.audit == "id"


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda data: data.decode("latin-1")))
def test_whatever_the_file_holds_it_ends_in_nodes_or_in_a_sentence(text: str) -> None:
    for head in ("", "node,rack,unit\n", "node;rack;unit;cards;simulate;seed;trouble\n"):
        try:
            found = hall_file.read((head + text).encode("utf-8", "replace"))
        except CaptureError as error:
            assert error.message.isprintable() or "\n" not in error.message
        else:
            assert found.rows and all(one.node.isprintable() for one in found.rows)
