"""Declared, claimed, measured: sources that differ are seen, and what differs by nature is no disagreement."""

from dataclasses import replace
from typing import Any

import pytest
from cards import genuine, row_of
from firmware_by_hand import FILE, IMAGE, INNER, with_part, with_table
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples
from silicon_records import folded, memory_of, silicon_of_row

from gpu_inspector.records import columns
from gpu_inspector.records.claims import Absence, NvmlReading, SmiReading
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence, Gap, Origin, PciReading
from gpu_inspector.records.firmware import MemoryRow, MemoryTable, VbiosReading
from gpu_inspector.records.firmware_claims import BOARD, MAKERS, SIGN_ON, TYPES
from gpu_inspector.records.silicon import MemoryReading, SiliconReading

MIB = 1 << 20


def _card() -> CardEvidence:
    (card,) = genuine(row_of("NVIDIA GeForce RTX 4090")).cards
    return card


def _two(nvml: NvmlReading, smi: SmiReading) -> CardEvidence:
    return CardEvidence(label="card 1", nvml=nvml, nvidia_smi=smi)


def _line(label: str, card: CardEvidence | None, declaration: Declaration | None = None) -> columns.Line:
    (found,) = [
        one for one in columns.lines_of(card, declaration or Declaration(), str, Origin.MACHINE) if one.label == label
    ]
    return found


def test_what_is_declared_and_what_is_not() -> None:
    declaration = Declaration(product="RTX 4090", memory_gb=24, modified=True)
    assert _line("Product", _card(), declaration).declared == "RTX 4090; declared as modified"
    assert _line("Memory", _card(), declaration).declared == "24 GB"
    assert _line("Product", _card()).declared == _line("Memory", _card()).declared == "not declared"
    assert _line("UUID", _card(), declaration).declared == ""
    label = Declaration(serial="0325219012345", part_number="900-1G136-2530-000")
    assert _line("Serial number", _card(), label).declared == "0325219012345"
    assert _line("Board part number", _card(), label).declared == "900-1G136-2530-000"
    assert _line("Serial number", _card()).declared == _line("Board part number", _card()).declared == "not declared"


def test_a_genuine_card_has_no_line_whose_sources_differ() -> None:
    assert [line.label for line in columns.lines_of(_card(), Declaration(), str, Origin.MACHINE) if line.differ] == []


def test_sources_that_agree_are_named_with_one_value() -> None:
    line = _line("Product", _card())
    assert line.claimed == ("NVIDIA GeForce RTX 4090  (NVML, nvidia-smi)",)
    assert not line.differ


def test_sources_that_disagree_are_shown_each_with_its_own_value() -> None:
    card = _card()
    assert card.nvml is not None
    line = _line("Device id", replace(card, nvml=replace(card.nvml, device_id="2206")))
    assert line.claimed == ("PCI: 10DE:2684", "NVML: 10DE:2206", "nvidia-smi: 10DE:2684")
    assert line.differ


def test_an_id_without_its_vendor_does_not_differ_from_the_same_id() -> None:
    card = _two(NvmlReading(vendor_id="10DE", device_id="2684"), SmiReading(device_id="2684"))
    line = _line("Device id", card)
    assert line.claimed == ("NVML: 10DE:2684", "nvidia-smi: 2684")
    assert not line.differ
    other = _line("Device id", _two(NvmlReading(vendor_id="10DE", device_id="2684"), SmiReading(device_id="2206")))
    assert other.differ
    forged = _two(NvmlReading(vendor_id="10DE", device_id="2684"), SmiReading(vendor_id="1002", device_id="2684"))
    assert _line("Device id", forged).differ


def test_only_ids_have_a_vendor_before_the_colon() -> None:
    assert _line("Product", _two(NvmlReading(name="x:RTX 4090"), SmiReading(name="RTX 4090"))).differ


def test_a_slot_and_a_link_that_rests_are_no_disagreement() -> None:
    card = CardEvidence(
        label="card 1",
        pci=PciReading(address="a", vendor_id="10DE", device_id="2684", link_gen_max=4, link_gen_now=1),
        nvml=NvmlReading(link_gen_max=3, link_gen_now=3, link_width_now=16),
    )
    assert _line("PCIe at most", card).claimed == ("PCI: generation 4", "NVML: generation 3")
    assert _line("PCIe now", card).claimed == ("PCI: generation 1", "NVML: generation 3, 16 lanes")
    assert not _line("PCIe at most", card).differ
    assert not _line("PCIe now", card).differ


def test_a_limit_of_power_is_the_same_in_milliwatts_and_in_two_decimals() -> None:
    card = _two(NvmlReading(power_default_mw=449_996), SmiReading(power_default_mw=450_000))
    assert _line("Default power limit", card).claimed == ("450 W  (NVML, nvidia-smi)",)


def test_nothing_is_shown_as_measured() -> None:
    lines = columns.lines_of(_card(), Declaration(product="RTX 4090", memory_gb=24), str, Origin.MACHINE)
    assert {line.measured for line in lines} == {columns.NOT_MEASURED, columns.CLAIM_ONLY}
    assert _line("Memory", _card()).measured == "not measured"


def _measured(
    silicon: SiliconReading | None, *gaps: Gap, origin: Origin = Origin.MACHINE, card: CardEvidence | None = None
) -> dict[str, columns.Line]:
    seen = replace(card or _card(), silicon=silicon, gaps=gaps)
    return {line.label: line for line in columns.lines_of(seen, Declaration(), str, origin)}


def test_the_third_column_says_what_was_measured() -> None:
    lines = _measured(silicon_of_row(row_of("NVIDIA GeForce RTX 4090")))
    assert {label: line.measured for label, line in lines.items() if line.measured != columns.CLAIM_ONLY} == {
        "Product": "128 SMs of compute capability 8.9; the die that fits stands in the findings",
        "Memory": "24,194 MiB verified",
        "Cores": "128 SMs × 128 lanes = 16,384",
        "Architecture": "FP64 at 1:64 of FP32; tensor units",
        "Compute capability": "8.9: its kernels ran",
        "Memory bus": "about 379 bit, by the speed at the claimed clock",
        "PCIe at most": "25.1 GB/s to the card, 26 GB/s back",
        "PCIe now": "generation 4, 16 lanes under load",
        "L2 cache": "about 72 MiB",
        "Memory bandwidth": "copy 912 GB/s, read 940 GB/s, write 960 GB/s",
        "Heat under load": "67 °C at 402 W, by its sensor; 0.0373 K/W fell at once",
    }
    assert not any(line.amiss for line in lines.values())
    assert lines["L2 cache"].claimed == ("72 MiB  (CUDA)",)
    assert lines["Memory bandwidth"].claimed == lines["Heat under load"].claimed == ("not claimed",)


def test_a_chip_that_is_not_the_claimed_one_stands_out_in_words() -> None:
    lines = _measured(silicon_of_row(row_of("NVIDIA GeForce RTX 3080 Ti")))
    assert {line.label: line.measured for line in lines.values() if line.amiss} == {
        "Cores": "80 SMs × 128 lanes = 10,240 (the claim says otherwise)",
        "Compute capability": "8.6: its kernels ran (the claim says otherwise)",
    }


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"disturbed": ("MIG",)}, id="a part of the card"),
        pytest.param({"multiprocessors_by_residency": 100}, id="two counts"),
        pytest.param({"rates": ()}, id="no rate"),
    ],
)
def test_a_count_that_decides_nothing_does_not_stand_out(changes: dict[str, Any]) -> None:
    silicon = silicon_of_row(row_of("NVIDIA GeForce RTX 4090"))
    assert silicon.die is not None
    die = replace(silicon.die, **{"multiprocessors_by_id": 98, "multiprocessors_by_residency": 98, **changes})
    assert not any(line.amiss for line in _measured(replace(silicon, die=die)).values())


def test_memory_that_is_not_there_stands_out() -> None:
    row = row_of("NVIDIA GeForce RTX 4090")
    line = _measured(silicon_of_row(row, memory=folded(24564, 12288)))["Memory"]
    assert (line.measured, line.amiss) == ("12,288 MiB of 24,564 MiB really there", True)


@pytest.mark.parametrize(
    ("memory", "words"),
    [
        pytest.param(memory_of(24564, complete=False), "at least 24,194 MiB verified", id="it did not end"),
        pytest.param(
            memory_of(24564, right_bytes=23000 * MIB), "23,000 MiB read back right of 24,194 MiB tested", id="defects"
        ),
        pytest.param(
            memory_of(24564, 12000, complete=False, fault_offset_bytes=12 << 30),
            "at least 12,000 MiB; no further than offset 0x300000000 (12 GiB)",
            id="a fault",
        ),
        pytest.param(
            memory_of(24564, 0, complete=False), "not decided: nothing was read back whole", id="nothing covered"
        ),
    ],
)
def test_what_is_less_than_verified_says_so(memory: MemoryReading, words: str) -> None:
    row = row_of("NVIDIA GeForce RTX 4090")
    assert _measured(silicon_of_row(row, memory=memory))["Memory"].measured == words


def test_each_part_that_is_missing_says_why_once() -> None:
    silicon = silicon_of_row(row_of("NVIDIA GeForce RTX 4090"), die=None, memory=None)
    lines = _measured(silicon, Gap("measure: die", "it hung."), Gap("measure: memory", "no memory was free."))
    said = {label: line.measured for label, line in lines.items() if line.measured.startswith("not measured")}
    assert said == {
        "Product": "not measured: it hung",
        "Memory": "not measured: no memory was free",
        "Cores": "not measured",
        "Architecture": "not measured",
        "Compute capability": "not measured",
        "L2 cache": "not measured",
    }


def test_a_count_that_two_methods_do_not_share_makes_no_cores() -> None:
    row = row_of("NVIDIA GeForce RTX 4090")
    silicon = silicon_of_row(row)
    assert silicon.die is not None
    lines = _measured(replace(silicon, die=replace(silicon.die, multiprocessors_by_residency=70)))
    assert lines["Cores"].measured == "128 SMs by id, 70 by residency"


@pytest.mark.parametrize("origin", [Origin.FILE, Origin.SAMPLE, Origin.SIMULATION])
def test_a_reading_that_does_not_count_is_not_shown(origin: Origin) -> None:
    lines = _measured(silicon_of_row(row_of("NVIDIA GeForce RTX 4090")), origin=origin)
    shown = {line.measured for line in lines.values()}
    assert {words.split(":")[0] for words in shown} == {columns.NOT_MEASURED, columns.CLAIM_ONLY}


@pytest.mark.parametrize(
    ("label", "said"),
    [
        pytest.param("Serial number", "not given (NVML: not supported)", id="with a reason"),
        pytest.param("UUID", "not given", id="without a reason"),
        pytest.param("Kernel driver", "not given (PCI: not readable)", id="of PCI"),
        pytest.param("Subsystem", "not given (PCI: empty; NVML: masked)", id="one reason a source"),
    ],
)
def test_a_value_that_is_missing_says_why(label: str, said: str) -> None:
    gone = ("subsystem_id", "subsystem_vendor")
    pci_absent = (Absence("driver", "not readable"), *(Absence(name, "empty") for name in gone))
    nvml_absent = (Absence("serial", "not supported"), *(Absence(name, "masked") for name in gone))
    card = CardEvidence(
        label="card 1",
        pci=PciReading(address="a", vendor_id="10DE", device_id="2684", absent=pci_absent),
        nvml=NvmlReading(absent=nvml_absent),
    )
    assert _line(label, card).claimed == (said,)


def test_a_card_without_evidence_still_has_every_line() -> None:
    lines = columns.lines_of(None, Declaration(), str, Origin.MACHINE)
    assert {line.claimed for line in lines} == {("not given",)}
    assert [line.label for line in lines] == [
        line.label for line in columns.lines_of(_card(), Declaration(), str, Origin.MACHINE)
    ]


@settings(max_examples=examples(60), deadline=None)
@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_every_foreign_text_is_cleaned_and_compared_as_it_was_said(one: str, other: str) -> None:
    card = _two(
        NvmlReading(name=one, absent=(Absence("serial", one),)),
        SmiReading(name=other, absent=(Absence("serial", other),)),
    )
    lines = columns.lines_of(card, Declaration(product=one), lambda text: "cleaned", Origin.MACHINE)
    product, serial = (line for line in lines if line.label in ("Product", "Serial number"))
    assert product.declared == "cleaned"
    assert serial.claimed == ("not given (NVML: cleaned; nvidia-smi: cleaned)",)
    assert product.differ is (one.casefold() != other.casefold())
    expected = ("NVML: cleaned", "nvidia-smi: cleaned") if product.differ else ("cleaned  (NVML, nvidia-smi)",)
    assert product.claimed == expected


# --- firmware as a source of claims


def _with_images(*images: VbiosReading, card: CardEvidence | None = None) -> CardEvidence:
    """The genuine card, whose subsystem and power limit these images have as well."""
    seen = card or _card()
    assert seen.pci is not None
    own = f"{seen.pci.subsystem_vendor}:{seen.pci.subsystem_id}"
    return replace(seen, vbios=tuple(with_part(one, subsystem=own) for one in images))


def _agreeing(image: VbiosReading) -> VbiosReading:
    nvml = _card().nvml
    assert nvml is not None and nvml.vbios_version is not None
    return with_table(image, version=nvml.vbios_version)


def test_without_firmware_no_line_of_it_stands() -> None:
    labels = {line.label for line in columns.lines_of(_card(), Declaration(), str, Origin.MACHINE)}
    assert not labels & {SIGN_ON, BOARD, TYPES, MAKERS, "L2 cache"}


def test_an_image_joins_the_sources_that_agree() -> None:
    card = _with_images(_agreeing(IMAGE), _agreeing(FILE))
    assert _line("Device id", card).claimed == ("10DE:2684  (PCI, NVML, nvidia-smi, vBIOS image, vBIOS file)",)
    assert _line("Default power limit", card).claimed == ("450 W  (NVML, nvidia-smi, vBIOS image, vBIOS file)",)
    assert _line("vBIOS version", card).claimed[0].endswith("(NVML, nvidia-smi, vBIOS image, vBIOS file)")
    assert _line(SIGN_ON, card).claimed == (
        "NVIDIA GeForce RTX 4090 VGA BIOS PG139 SKU 330  (vBIOS image, vBIOS file)",
    )
    assert _line(TYPES, card).claimed == ("GDDR6X  (vBIOS image, vBIOS file)",)
    assert [line.label for line in columns.lines_of(card, Declaration(), str, Origin.MACHINE) if line.differ] == []


def test_a_file_that_disagrees_is_shown_as_such() -> None:
    card = _with_images(_agreeing(IMAGE), with_table(FILE, version="95.02.00.00.01"))
    line = _line("vBIOS version", card)
    assert line.claimed[-1] == "vBIOS file: 95.02.00.00.01"
    assert line.differ
    other = _line("Device id", _with_images(with_part(IMAGE, device_id="2206")))
    assert other.claimed[-1] == "vBIOS image: 10DE:2206"
    assert other.differ


def test_two_files_are_told_apart_by_number() -> None:
    card = _with_images(_agreeing(FILE), with_table(FILE, version="95.02.00.00.01"))
    assert _line("vBIOS version", card).claimed[-1] == "vBIOS file 2: 95.02.00.00.01"


def test_an_image_that_serves_several_devices_agrees_with_each_of_them() -> None:
    image = with_part(IMAGE, device_id="2685", device_list=("2684",))
    line = _line("Device id", _with_images(image))
    assert line.claimed[-1] == "vBIOS image: 10DE:2685"
    assert not line.differ
    assert _line("Device id", _with_images(with_part(IMAGE, device_id="2685", device_list=("2686",)))).differ


def test_the_ids_of_extensions_are_no_claim_of_the_card() -> None:
    image = with_part(IMAGE, 2, device_id="2200")
    first = replace(image, images=(image.images[2], *image.images[:2], image.images[3]))
    card = replace(_card(), vbios=(first,))
    assert _line("Device id", card).claimed == ("10DE:2684  (PCI, NVML, nvidia-smi, vBIOS image)",)
    assert _line("Device id", replace(card, vbios=(replace(first, images=first.images[:1]),))).claimed == (
        "10DE:2684  (PCI, NVML, nvidia-smi)",
    )


def test_a_subsystem_before_the_chain_is_a_claim_of_its_own_where_it_differs() -> None:
    image = replace(IMAGE, ifr_subsystem="1043:889A")
    line = _line("Subsystem", _with_images(image))
    assert line.claimed[-1] == "vBIOS image, before its chain: 1043:889A"
    assert line.differ


def test_inner_calls_are_shown_and_held_against_nothing() -> None:
    card = replace(_card(), rm=replace(INNER, bus_width_bits=192))
    line = _line("Memory bus", card)
    assert line.claimed == ("384 bit  (NVML)", "driver, inner calls (not yet seen on hardware): 192 bit")
    assert not line.differ
    assert line.values == {"384 bit"}
    assert _line("L2 cache", card).claimed == ("driver, inner calls (not yet seen on hardware): 72 MiB",)
    assert _line(BOARD, card).values == frozenset()
    seen = replace(card, rm=replace(INNER, bus_width_bits=192, seen_on_hardware=True))
    assert _line("Memory bus", seen).differ


def test_a_kind_of_memory_among_those_of_the_image_does_not_differ() -> None:
    both = MemoryTable(rows=(MemoryRow(strap=0, type=9, type_name="GDDR6"), MemoryRow(strap=1, type=10, type_name="X")))
    card = replace(_card(), vbios=(with_table(IMAGE, memory=both),), rm=replace(INNER, ram_type=17))
    seen = replace(card, rm=replace(INNER, ram_type=17, seen_on_hardware=True))
    assert not _line(TYPES, seen).differ
    assert _line(TYPES, replace(seen, rm=replace(INNER, ram_type=18, seen_on_hardware=True))).differ
    assert _line(TYPES, replace(card, vbios=(IMAGE, with_table(FILE, memory=both)))).differ


def test_a_board_number_is_the_same_with_and_without_its_letter() -> None:
    card = replace(_card(), vbios=(IMAGE,), rm=replace(INNER, seen_on_hardware=True))
    line = _line(BOARD, card)
    assert line.claimed == ("vBIOS image: PG139", "driver, inner calls: G139")
    assert not line.differ
