"""GPU-Z's reports, as text and as XML: what is read, what is the program's own table, and what any text comes to."""

import pytest
from cards import row_of
from foreign_files import MIB, facts_of, gpu_z, gpu_z_card, gpu_z_xml

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import gpu_z as text_reader
from gpu_inspector.probes import gpu_z_xml as xml_reader
from gpu_inspector.probes.incoming import SAMPLE_MARK
from gpu_inspector.records.foreign import ToolReading

ROW = row_of("NVIDIA GeForce RTX 4090")
CARD = facts_of(ROW)


def of_text(text: str, encoding: str = "utf-8") -> ToolReading:
    (card,) = text_reader.to_cards(text.encode(encoding), "report.txt").cards
    assert card.tool is not None
    return card.tool


def of_xml(*cards: str) -> ToolReading:
    (card,) = xml_reader.to_cards(gpu_z_xml(*cards).encode(), "report.xml").cards
    assert card.tool is not None
    return card.tool


def test_both_forms_say_the_same_of_one_card() -> None:
    text, xml = of_text(gpu_z(CARD)), of_xml(gpu_z_card(CARD))
    for said in (text, xml):
        assert said.tool == "GPU-Z 2.59.0"
        assert said.name == "NVIDIA GeForce RTX 4090"
        assert (said.vendor_id, said.device_id) == ("10DE", "2684")
        assert (said.subsystem_vendor, said.subsystem_id) == (CARD.vendor, CARD.subsystem)
        assert said.memory_total_bytes == 24576 * MIB
        assert said.bus_width_bits == 384
        assert said.vbios_version == CARD.bios
        assert (said.link_gen_max, said.link_width_max, said.link_gen_now, said.link_width_now) == (4, 16, 1, 16)
        assert said.driver_version == "536.99"
        assert (said.memory_type, said.memory_maker) == ("GDDR6X (Micron)", "Micron")
        assert said.bandwidth_bytes_per_s == pytest.approx(1008.1e9)
        assert said.bios_uefi is True
        assert not said.marked_fake
    assert (text.form, xml.form) == ("gpu-z-text", "gpu-z-xml")
    assert xml.pci_bus_id == "0000:01:00.0"


def test_what_the_program_looks_up_in_its_own_table_is_kept_apart_from_the_claims() -> None:
    said = of_xml(gpu_z_card(CARD))
    assert (said.die, said.shaders, said.rops, said.tmus, said.die_size_mm2) == ("AD102", 16384, 176, 512, 609)
    assert said.cores is None
    assert said.architecture is None
    notes = xml_reader.to_cards(gpu_z_xml(gpu_z_card(CARD)).encode(), "x").notes
    assert any("a table of its own" in note for note in notes)


def test_the_maximum_of_the_link_may_be_the_slots_and_is_not_called_the_devices_own() -> None:
    assert of_text(gpu_z(CARD)).link_gen_device_max is None


@pytest.mark.parametrize("separator", [": ", ":", "\t", "    ", " = "])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("comma", [False, True])
def test_any_locale_any_encoding_and_any_separator_give_the_same(separator: str, encoding: str, comma: bool) -> None:
    said = of_text(gpu_z(CARD, comma=comma, separator=separator), encoding)
    assert (said.device_id, said.memory_total_bytes, said.bus_width_bits) == ("2684", 24576 * MIB, 384)
    assert said.bandwidth_bytes_per_s == pytest.approx(1008.1e9)
    assert said.die_size_mm2 == 609


@pytest.mark.parametrize(
    ("printed", "mib"),
    [
        ("24576 MB", 24576),
        ("24,576 MB", 24576),
        ("24.576 MB", 24576),
        ("24 576 MBytes", 24576),
        ("24 GB", 24576),
        ("24576", 24576),
        ("512 MB", 512),
    ],
)
def test_memory_sizes_as_they_are_printed(printed: str, mib: int) -> None:
    assert of_text(gpu_z(CARD, Memory_Size=printed)).memory_total_bytes == mib * MIB


@pytest.mark.parametrize(
    "printed", ["Unknown", "Default", "---", "N/A", "0 MB", "much", "-1 MB", "9" * 30 + " MB", "\x00"]
)
def test_what_is_no_size_gives_none_and_the_reason(printed: str) -> None:
    said = of_text(gpu_z(CARD, Memory_Size=printed))
    assert said.memory_total_bytes is None
    assert printed == "\x00" or "memory_total_bytes" in {one.field for one in said.absent}


@pytest.mark.parametrize(
    ("printed", "link"),
    [
        ("PCIe x16 4.0 @ x8 1.1", (4, 16, 1, 8)),
        ("PCIe x8 4.0 @ x8 4.0", (4, 8, 4, 8)),
        ("PCI-E 3.0 x16 @ x16 1.1", (3, 16, 1, 16)),
        ("PCIe x16 5.0", (5, 16, None, None)),
        ("PCI-E x16 @ x16", (None, 16, None, 16)),
        ("PCI", (None, None, None, None)),
        ("PCIe x99 9.9 @ x99 9.9", (None, None, None, None)),
    ],
)
def test_bus_interfaces_of_all_versions(printed: str, link: tuple[int | None, ...]) -> None:
    said = of_text(gpu_z(CARD, Bus_Interface=printed))
    assert (said.link_gen_max, said.link_width_max, said.link_gen_now, said.link_width_now) == link


def test_a_card_that_the_program_calls_a_fake_keeps_its_name_and_the_mark() -> None:
    for said in (
        of_text(gpu_z(CARD, Name="[FAKE] NVIDIA GeForce GTX 1050 Ti")),
        of_xml(gpu_z_card(CARD, cardname="[FAKE] NVIDIA GeForce GTX 1050 Ti")),
    ):
        assert said.marked_fake
        assert said.name == "NVIDIA GeForce GTX 1050 Ti"


def test_several_cards_in_one_file_are_several_and_other_makers_are_left_out() -> None:
    other = gpu_z_card(CARD, location="0:2:0", cardname="Intel UHD Graphics 770", vendor="Intel", vendorid="8086")
    handed = xml_reader.to_cards(gpu_z_xml(other, gpu_z_card(CARD), gpu_z_card(CARD, location="10:0:0")).encode(), "x")
    assert [card.label for card in handed.cards] == ["0000:01:00.0", "0000:0a:00.0"]
    assert "the file tells of 1 further cards, of other makers" in handed.notes
    second = gpu_z(CARD).split("\n", 1)[1]
    handed = text_reader.to_cards((gpu_z(CARD) + "\n" + second).encode(), "x")
    assert [card.label for card in handed.cards] == ["card 1 of the file", "card 2 of the file"]


def test_a_file_without_an_nvidia_card_is_refused_with_a_sentence() -> None:
    other = gpu_z_card(CARD, cardname="AMD Radeon RX 7900 XTX", vendor="AMD/ATI", vendorid="1002")
    with pytest.raises(ProbeError, match="no NVIDIA card"):
        xml_reader.to_cards(gpu_z_xml(other).encode(), "x")
    with pytest.raises(ProbeError, match="no NVIDIA card"):
        text_reader.to_cards(gpu_z(CARD, Name="AMD Radeon", Device_ID="1002 744C - 1002 0E3B").encode(), "x")


def test_names_of_fields_in_other_spellings_are_read() -> None:
    card = gpu_z_card(CARD).replace("membuswidth", "MemBusWidth").replace("subsysid", "SubSys_ID")
    said = of_xml(card.replace("<card>", "<Card>").replace("</card>", "</Card>"))
    assert (said.bus_width_bits, said.subsystem_id) == (384, CARD.subsystem)


def test_a_field_that_is_given_twice_and_differs_counts_as_none() -> None:
    said = of_xml(gpu_z_card(CARD).replace("</card>", "<memsize>49152</memsize></card>"))
    assert said.memory_total_bytes is None
    assert ("memory_total_bytes", "given twice with different values") in {
        (one.field, one.reason) for one in said.absent
    }
    said = of_text(gpu_z(CARD) + "Memory Size: 49152 MB\n")
    assert said.memory_total_bytes is None


def test_a_cut_file_gives_what_it_still_holds() -> None:
    whole = gpu_z_xml(gpu_z_card(CARD))
    cut = whole[: whole.index("<memtype>") + 12]
    handed = xml_reader.to_cards(cut.encode(), "x")
    (card,) = handed.cards
    assert card.tool is not None
    assert (card.tool.device_id, card.tool.memory_type) == ("2684", None)
    assert any("breaks off at line" in note for note in handed.notes)


def test_declarations_and_depths_are_refused() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "c">]>' + gpu_z_xml(gpu_z_card(CARD)).split("\n", 1)[1]
    with pytest.raises(ProbeError, match="declarations"):
        xml_reader.to_cards(bomb.encode(), "x")
    with pytest.raises(ProbeError, match="more elements, or deeper"):
        xml_reader.to_cards(gpu_z_xml("<card>" + "<a>" * 100).encode(), "x")
    with pytest.raises(ProbeError, match="more than 64 cards"):
        xml_reader.to_cards(gpu_z_xml(*[gpu_z_card(CARD)] * 65).encode(), "x")
    with pytest.raises(ProbeError, match="more than 64 cards"):
        text_reader.to_cards((gpu_z(CARD) * 65).encode(), "x")


def test_our_own_sample_is_known_by_its_mark() -> None:
    assert text_reader.to_cards((gpu_z(CARD) + SAMPLE_MARK).encode(), "x").sample
    assert not text_reader.to_cards(gpu_z(CARD).encode(), "x").sample


@pytest.mark.parametrize(
    "text",
    [
        "Name: a letter\nMemory Size: 24 GB\nBus Width: 384 bit\nThank you.",
        "Please send GPU-Z, the BIOS version and the rest.",
        "Name: x\nGPU: y\nDevice ID: z\nMemory Type: a\nMemory Size: b\nBus Width: c\nBandwidth: d\nDriver Date: e\n",
        "",
    ],
)
def test_a_letter_about_a_card_is_no_report(text: str) -> None:
    assert not text_reader.looks_like(text.encode())


def test_two_looks_at_one_card_differ_in_what_its_link_does_now() -> None:
    """The window copied once at rest and its second page at work: no hand was at the text."""
    text = gpu_z(facts_of(row_of("NVIDIA GeForce RTX 4090"))) + "Bus Interface: PCIe x16 4.0 @ x16 4.0\n"
    tool = text_reader.to_cards(text.encode(), "x").cards[0].tool
    assert tool is not None and tool.link_gen_max == 4
    assert not [one for one in tool.absent if "twice" in one.reason]


def test_a_size_that_stands_there_twice_and_differs_is_still_told() -> None:
    text = gpu_z(facts_of(row_of("NVIDIA GeForce RTX 4090"))) + "Memory Size: 48 GB\n"
    tool = text_reader.to_cards(text.encode(), "x").cards[0].tool
    assert tool is not None and tool.memory_total_bytes is None
    assert [one.field for one in tool.absent if "twice" in one.reason] == ["memory_total_bytes"]


def test_an_xml_of_a_million_attributes_is_refused_before_it_is_taken_apart() -> None:
    data = b"<gpuz_dump " + b" ".join(b'a%d="x"' % number for number in range(400_000)) + b"/>"
    with pytest.raises(ProbeError, match="GPU-Z never writes more"):
        xml_reader.to_cards(data, "x.xml")
