"""Dumps that mail, the web or an enemy had their hands on: read as far as they hold, or refused, and never for long."""

import codecs
import html
import quopri
import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import nvidia_smi, sample
from gpu_inspector.probes.smi_decode import LARGEST
from gpu_inspector.records import canonical
from gpu_inspector.records.claims import CardClaims, SmiReading
from gpu_inspector.records.product import Die, Product

QUICK = settings(max_examples=examples(100), deadline=None)
DIE = Die(name="AD102", architecture="Ada Lovelace", compute_capability="8.9", chip_id="192", lanes_per_sm=128)
PRODUCT = Product(
    name="NVIDIA GeForce RTX 4090",
    device_ids=("2684",),
    die="AD102",
    segment="GeForce",
    memory_mib=24576,
    memory_type="GDDR6X",
    tdp_w=450,
    boost_mhz=2520,
    pcie_gen=4,
    pcie_width=16,
    ecc="off",
    total_mib_ecc_off=24564,
    total_mib_ecc_on=23028,
)
XML = sample.write(PRODUCT, DIE, vbios_prefix="95.02")
TEXT = sample.write(PRODUCT, DIE, form="text", vbios_prefix="95.02")
TABLE = """\
| NVIDIA-SMI 550.54.14              Driver Version: 550.54.14      CUDA Version: 12.4     |
|   0  NVIDIA GeForce RTX 4090        On  |   00000000:01:00.0 Off |                  Off |
|  0%   35C    P8             13W /  450W |       0MiB /  24564MiB |      0%      Default |
"""
FORMS = {"xml": XML, "text": TEXT, "table": TABLE}


def read(data: bytes) -> SmiReading:
    return nvidia_smi.parse(data).readings[0]


def claims(reading: SmiReading) -> dict[str, object]:
    return {name: value for name, value in canonical.plain(reading).items() if value is not None}


def _quoted(text: str) -> bytes:
    return ("Dear colleague,\n\n" + "".join(f"> {line}\n" for line in text.split("\n"))).encode()


def _web(text: str) -> bytes:
    return f"<html><body><pre>{html.escape(text)}</pre></body></html>".encode()


def _web_twice(text: str) -> bytes:
    return html.escape(html.escape(text)).encode()


def _highlighted(text: str) -> bytes:
    return html.escape(text).replace("&gt;\n", '&gt;</span><br/>\n<span class="nt">').encode()


def _utf16(text: str) -> bytes:
    return codecs.BOM_UTF16_LE + text.encode("utf-16-le")


def _prompt(text: str) -> bytes:
    return b"user@bench:~$ nvidia-smi -q\n# as asked\n" + text.encode() + b"user@bench:~$ \n"


def _typographic(text: str) -> bytes:
    return text.replace('id="', "id=“").replace(':00.0">', ":00.0”>").replace(" ", "\u00a0").encode()


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="line ends of Windows"),
        pytest.param(lambda text: text.replace("\n", "\r").encode(), id="line ends of old Macs"),
        pytest.param(lambda text: codecs.BOM_UTF8 + text.encode(), id="byte order mark"),
        pytest.param(_utf16, id="UTF-16 of a Windows shell"),
        pytest.param(lambda text: text.encode("utf-16-be"), id="UTF-16 without a mark"),
        pytest.param(_prompt, id="shell prompt around it"),
        pytest.param(_quoted, id="quoted in a mail"),
        pytest.param(lambda text: quopri.encodestring(text.encode()), id="quoted-printable"),
        pytest.param(lambda text: text.replace("    ", "\t").encode(), id="tabs"),
        pytest.param(_typographic, id="a word processor's quotes and blanks"),
        pytest.param(lambda text: ("\x1b[1m" + text + "\x1b[0m\n").encode(), id="colours of a terminal"),
    ],
)
@pytest.mark.parametrize("form", ["xml", "text"])
def test_wrapping_is_taken_off(form: str, damage: Callable[[str], bytes]) -> None:
    assert read(damage(FORMS[form])) == read(FORMS[form].encode())


@pytest.mark.parametrize("through", [_web, _web_twice, _highlighted], ids=["web page", "twice", "coloured"])
def test_xml_that_came_through_a_web_page_is_read(through: Callable[[str], bytes]) -> None:
    log = nvidia_smi.parse(through(XML))
    assert log.readings == nvidia_smi.parse(XML.encode()).readings
    assert "the text came through a web page" in log.notes


def test_wrong_nesting_is_read_up_to_its_line() -> None:
    two = sample.write_many([(PRODUCT, DIE)] * 2)
    second = two.index("<gpu id=", two.index("<gpu id=") + 1)
    broken = two[:second] + two[second:].replace("</product_name>", "</product_brand>", 1)
    log = nvidia_smi.parse(broken.encode())
    line = broken.count("\n", 0, broken.index("</product_brand>", second)) + 1
    assert log.readings[0].name == PRODUCT.name
    assert f"the XML is damaged at line {line}; read as far as it holds" in log.notes


def test_lines_are_counted_from_the_files_first_one() -> None:
    cut = "Hello,\nhere it is:\n\n" + XML[: XML.index("</uuid>")]
    log = nvidia_smi.parse(cut.encode())
    assert f"the XML ends at line {cut.count(chr(10)) + 1}; read as far as it holds" in log.notes
    assert log.readings[0].uuid is None


# Several documents: none hides behind another's damage


FORGED = XML.replace("24564 MiB", "49140 MiB")
_MIDDLE = XML.index("<fb_memory_usage>") + 30


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(XML.replace("</nvidia_smi_log>", ""), id="without its end"),
        pytest.param(XML[:_MIDDLE], id="cut in the middle of a section"),
        pytest.param(XML[: XML.index("</uuid>") - 5], id="cut in the middle of a value"),
        pytest.param(XML[: XML.index("<uuid>") + 3], id="cut in the middle of a tag"),
        pytest.param(XML.replace("</gpu>", "<!-- </gpu>"), id="with a comment that never ends"),
        pytest.param(XML.replace("<uuid>", "& <uuid>"), id="with a damaged line"),
    ],
)
@pytest.mark.parametrize("head", ["<?xml", "<nvidia_smi_log", "<gpu id="])
def test_a_card_behind_a_cut_dump_is_read(first: str, head: str) -> None:
    log = nvidia_smi.parse((first + FORGED[FORGED.index(head) :]).encode())
    assert [one.name for one in log.readings] == [PRODUCT.name] * 2
    assert log.readings[-1].memory_total_bytes == 49140 * 1024 * 1024
    assert log.readings[0].memory_total_bytes in (None, 24564 * 1024 * 1024)
    if head != "<gpu id=":
        assert any("several documents of nvidia-smi (2); one of them is cut" in note for note in log.notes)


def test_a_card_within_a_cut_card_is_read_as_its_own() -> None:
    log = nvidia_smi.parse((XML[:_MIDDLE] + FORGED[FORGED.index("<gpu id=") :]).encode())
    line = XML.count("\n", 0, _MIDDLE) + 1
    assert f"the XML breaks off at line {line}, where a card begins amid something else" in log.notes
    assert log.readings[1].driver_version is None


def test_three_dumps_of_which_two_are_cut_say_so() -> None:
    log = nvidia_smi.parse((XML[:_MIDDLE] * 2 + FORGED).encode())
    assert len(log.readings) == 3
    assert any("(3); 2 of them are cut" in note for note in log.notes)


def test_whole_dumps_one_behind_the_other_need_no_note() -> None:
    log = nvidia_smi.parse((XML + FORGED).encode())
    assert len(log.readings) == 2
    assert log.notes == ()


def test_a_damaged_card_does_not_hide_the_next_ones() -> None:
    three = sample.write_many([(PRODUCT, DIE)] * 3)
    log = nvidia_smi.parse(three.replace("<product_brand>", "<product_brand>&", 1).encode())
    assert [one.pci_bus_id for one in log.readings] == ["0000:01:00.0", "0000:02:00.0", "0000:03:00.0"]
    assert [one.uuid is None for one in log.readings] == [True, False, False]
    assert len({one.driver_version for one in log.readings}) == 1


def test_a_document_takes_no_version_from_the_one_ahead() -> None:
    second = FORGED.replace("<driver_version>", "<other>").replace("</driver_version>", "</other>")
    log = nvidia_smi.parse((XML + second).encode())
    assert log.readings[0].driver_version is not None
    assert log.readings[1].driver_version is None


def test_a_file_torn_to_pieces_has_few_notes() -> None:
    log = nvidia_smi.parse((XML[:_MIDDLE] * 300).encode())
    assert len(log.readings) == 300
    assert len(log.notes) < 30


# Text whose indentation was damaged


LOST = "the indentation is damaged: values that stand below a section could not be told apart and were not used"
SLICE = "MIG Device\n    Index : 0\n    FB Memory Usage\n        Total : 4864 MiB\n"


@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param(re.sub(r"(?m)^ {4,}", " ", TEXT), id="shrunk to one blank"),
        pytest.param(re.sub(r"(?m)^ +", "", TEXT) + "  Fan Speed : 0 %\n", id="vanished but for one line"),
    ],
)
def test_damaged_indentation_is_said_and_no_value_is_guessed(damaged: str) -> None:
    log = nvidia_smi.parse(damaged.encode())
    (reading,) = log.readings
    assert (reading.name, reading.memory_total_bytes, reading.device_id) == (PRODUCT.name, None, None)
    assert LOST in log.notes


@pytest.mark.parametrize(
    "whole",
    [
        pytest.param(TEXT, id="a whole dump"),
        pytest.param(TEXT[: TEXT.index("FB Memory Usage")], id="cut ahead of the memory"),
        pytest.param("Product Name : NVIDIA A10\nVBIOS Version : 94.02.5C.00.04\n", id="two lines without sections"),
    ],
)
def test_whole_indentation_is_not_called_damaged(whole: str) -> None:
    assert LOST not in nvidia_smi.parse(whole.encode()).notes


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Product Name : A\nMIG Devices\nFB Memory Usage\nTotal : 5 MiB\n", id="flat"),
        pytest.param(
            "GPU 00000000:01:00.0\n    Product Name : A\n    MIG Device\n    FB Memory Usage\n        Total : 5 MiB\n",
            id="a level lost",
        ),
        pytest.param(
            "GPU 00000000:01:00.0\n    Product Name : A\n    MIG Device\n        Index : 0\n    FB Memory Usage\n"
            "        Total : 5 MiB\n",
            id="a level lost in some lines",
        ),
        pytest.param(f"Product Name : A\n{SLICE}", id="indented slices only"),
    ],
)
def test_a_slices_memory_is_never_the_cards(text: str) -> None:
    reading = read(text.encode())
    assert (reading.name, reading.memory_total_bytes) == ("A", None)


def test_behind_the_slices_the_cards_own_sections_count_again() -> None:
    flat = "".join(f"{line.strip()}\n" for line in SLICE.splitlines())
    own = "Serial Number : 1650522003820\nFB Memory Usage\nTotal : 24576 MiB\n"
    reading = read(f"Product Name : A\n{flat}{flat}{own}".encode())
    assert reading.memory_total_bytes == 24576 * 1024 * 1024
    none = "Product Name : A\nMIG Devices : None\nFB Memory Usage\nTotal : 24576 MiB\n"
    assert read(none.encode()).memory_total_bytes == 24576 * 1024 * 1024


@pytest.mark.parametrize("form", ["xml", "text", "table"])
def test_cut_anywhere_no_value_is_other_than_the_whole_ones(form: str) -> None:
    whole = FORMS[form].encode()
    expected = claims(read(whole))
    for end in range(0, len(whole), 7):
        try:
            found = claims(read(whole[:end]))
        except ProbeError:
            continue
        wrong = {name: value for name, value in found.items() if name != "absent" and value != expected[name]}
        assert wrong == {}, f"cut at byte {end}"


@given(st.data())
@QUICK
def test_one_changed_byte_never_breaks_the_reader(data: st.DataObject) -> None:
    whole = bytearray(FORMS[data.draw(st.sampled_from(sorted(FORMS)))].encode())
    whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    _reads_or_refuses(bytes(whole))


@given(st.binary(max_size=3000))
@QUICK
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    _reads_or_refuses(data)


@given(st.sampled_from(sorted(FORMS)), st.binary(max_size=60), st.integers(0, 5000))
@QUICK
def test_any_bytes_inside_of_a_dump_are_read_or_refused(form: str, noise: bytes, place: int) -> None:
    whole = FORMS[form].encode()
    _reads_or_refuses(whole[: place % len(whole)] + noise + whole[place % len(whole) :])


PIECES = """<nvidia_smi_log> </nvidia_smi_log> <gpu </gpu> <fb_memory_usage> </fb_memory_usage> <total> </total> id="1">
8\N{NO-BREAK SPACE}MiB <!-- --> <![CDATA[ ]]> &amp; &lt;gpu =3D= > <?xml ?> GPU :"""
LINES = ("\n", "\n    ", "\n> ", "GPU 00000000:01:00.0\n", "    FB Memory Usage\n", "        Total : 8 MiB\n", "id=")


@given(st.lists(st.sampled_from([*PIECES.split(" "), *LINES]), max_size=30))
@QUICK
def test_pieces_of_dumps_in_any_order_are_read_or_refused(pieces: list[str]) -> None:
    _reads_or_refuses("".join(pieces).encode())


def _reads_or_refuses(data: bytes) -> None:
    """Either readings that a record can hold, or a sentence."""
    try:
        log = nvidia_smi.parse(data)
    except ProbeError as error:
        assert str(error)
        return
    assert log.readings
    for reading in log.readings:
        assert isinstance(reading, CardClaims)
        assert canonical.encode(reading)


# Hostile


def test_an_entity_bomb_is_refused_by_its_declaration() -> None:
    bomb = (
        "<!DOCTYPE nvidia_smi_log [\n<!ENTITY a 'ha'>\n<!ENTITY b '&a;&a;&a;&a;'>]><nvidia_smi_log>&b;</nvidia_smi_log>"
    )
    with pytest.raises(ProbeError, match=r"entity declarations \(line 2\), which nvidia-smi never writes"):
        nvidia_smi.parse(bomb.encode())


def test_an_outer_entity_is_never_fetched() -> None:
    text = XML.replace('SYSTEM "nvsmi_device_v12.dtd"', '[<!ENTITY x SYSTEM "file:///etc/hostname">]')
    with pytest.raises(ProbeError, match="entity declarations"):
        nvidia_smi.parse(text.replace("NVIDIA GeForce RTX 4090", "&x;").encode())


def test_an_entity_that_nobody_declared_ends_the_reading() -> None:
    log = nvidia_smi.parse(XML.replace("Enabled</persistence_mode>", "&nobody;</persistence_mode>").encode())
    assert log.readings[0].name == PRODUCT.name
    assert any("is damaged at line" in note for note in log.notes)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("<nvidia_smi_log>" + "<a>" * 100_000, "nested more than", id="deep nesting"),
        pytest.param("<nvidia_smi_log>" + "<gpu/>" * 3000, "more than 1,024 cards", id="thousands of cards, XML"),
        pytest.param("GPU 00000000:01:00.0\n" * 3000, "more than 1,024 cards", id="thousands of cards, text"),
        pytest.param(TABLE.split("\n")[1] + "\n" + TABLE * 1500, "more than 1,024 cards", id="thousands, table"),
    ],
)
def test_more_than_any_machine_has_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ProbeError, match=sentence):
        nvidia_smi.parse(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<nvidia_smi_log>" + "<gpu" * 500_000, id="open tags"),
        pytest.param("<nvidia_smi_log><gpu id='1'><serial>" + "1" * 4_000_000, id="endless value"),
        pytest.param("<nvidia_smi_log " + "a" * 4_000_000, id="endless attribute"),
        pytest.param("&lt;nvidia_smi_log&gt;" + "<" * 2_000_000, id="angle brackets"),
        pytest.param("GPU 00000000:01:00.0\n" + " " * 4_000_000 + "Product Name : x\n", id="endless blanks"),
        pytest.param("GPU 00000000:01:00.0\n" + "    a\n" * 300_000, id="endless lines"),
        pytest.param("<nvidia_smi_log>" + "<gpu id=" * 500_000, id="open cards"),
        pytest.param("<nvidia_smi_log>" + "<?xml" * 800_000, id="declarations"),
        pytest.param("<gpu id=1>" + "</nvidia_smi_log>" * 200_000, id="ends"),
        pytest.param("|   0  " + "A " * 1_000_000, id="endless row"),
        pytest.param("| NVIDIA-SMI 1 |\n" + "|  0  x" * 300_000, id="endless table"),
        pytest.param(">" * 4_000_000, id="endless quotation"),
        pytest.param("Product Name" + " " * 4_000_000, id="endless blanks after a name"),
        pytest.param("<gpu id=" + "&amp;" * 800_000, id="entities"),
    ],
)
def test_time_stays_bounded(text: str) -> None:
    started = time.process_time()
    _reads_or_refuses(text.encode())
    assert time.process_time() - started < 5


def test_too_many_bytes_are_refused_before_they_are_looked_at() -> None:
    started = time.process_time()
    with pytest.raises(ProbeError, match="no dump of nvidia-smi has more than"):
        nvidia_smi.parse(b"\x01" + bytes(LARGEST))
    assert time.process_time() - started < 2
