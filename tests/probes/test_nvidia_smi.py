"""What is read from dumps of nvidia-smi as they are printed. Damage stands in test_smi_damage.py."""

import stat
from dataclasses import fields
from pathlib import Path

import pytest

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import nvidia_smi, sample, smi_live
from gpu_inspector.probes.smi_fields import FIELDS
from gpu_inspector.records.claims import CardClaims, SmiReading, Virtualization
from gpu_inspector.records.product import Die, Product

MIB = 1024 * 1024

DIE = Die(name="GA102", architecture="Ampere", compute_capability="8.6", chip_id="172", lanes_per_sm=128)
PRODUCT = Product(
    name="NVIDIA A10",
    device_ids=("2236",),
    subsystems=("2236/10DE:1482",),
    die="GA102",
    segment="datacentre",
    memory_mib=24576,
    memory_type="GDDR6",
    boost_mhz=1695,
    memory_clock_mhz=6250,
    tdp_w=150,
    pcie_gen=4,
    pcie_width=16,
    ecc="on",
    total_mib_ecc_off=24564,
    total_mib_ecc_on=23028,
    board_part_numbers=("900-2G133-0020-100",),
    inforom_prefixes=("G133.0215",),
)


def dump(form: str = "xml", driver: str = "550.54.14", **overrides: str | None) -> str:
    """A sample with some lines forged; "__" in a keyword stands for "/" in a path."""
    changed = {path.replace("__", "/"): value for path, value in overrides.items()}
    return sample.write(PRODUCT, DIE, form=form, driver=driver, vbios_prefix="94.02", overrides=changed)


def read(text: str | bytes) -> SmiReading:
    """The first card."""
    return nvidia_smi.parse(text.encode() if isinstance(text, str) else text).readings[0]


def absence(reading: SmiReading, field: str) -> str | None:
    return next((absence.reason for absence in reading.absent if absence.field == field), None)


def wrap(*lines: str) -> str:
    """A minimal XML dump of one card."""
    return "<nvidia_smi_log><gpu id='00000000:01:00.0'>" + "".join(lines) + "</gpu></nvidia_smi_log>"


def test_every_field_of_the_table_is_a_field_of_the_record() -> None:
    known = {field.name for field in fields(CardClaims)}
    assert {field.name for field in FIELDS} <= known
    assert len({field.name for field in FIELDS}) == len(FIELDS)


@pytest.mark.parametrize("form", ["xml", "text"])
def test_a_whole_dump_gives_what_was_written(form: str) -> None:
    reading = read(dump(form))
    assert reading.form == form
    assert (reading.name, reading.brand, reading.architecture) == ("NVIDIA A10", "NVIDIA", "Ampere")
    assert (reading.device_id, reading.vendor_id) == ("2236", "10DE")
    assert (reading.subsystem_id, reading.subsystem_vendor) == ("1482", "10DE")
    assert (reading.pci_bus_id, reading.board_id, reading.minor_number) == ("0000:01:00.0", "100", 0)
    assert (reading.board_part_number, reading.gpu_part_number) == ("900-2G133-0020-100", "2236-885-A1")
    assert (reading.memory_total_bytes, reading.ecc_now, reading.ecc_pending) == (23028 * MIB, True, True)
    assert (reading.power_default_mw, reading.power_max_mw, reading.power_draw_mw) == (150_000, 150_000, 12_500)
    assert (reading.link_gen_device_max, reading.link_width_max, reading.link_gen_now) == (4, 16, 1)
    assert (reading.clock_graphics_max_mhz, reading.clock_memory_max_mhz) == (1695, 6250)
    assert (reading.remapped_rows_correctable, reading.remap_failed) == (0, False)
    assert (reading.ecc_errors_corrected, reading.ecc_errors_uncorrected) == (0, 0)
    assert reading.virtualization is Virtualization.NONE
    assert reading.vbios_version is not None and reading.vbios_version.startswith("94.02.")
    assert (reading.driver_version, reading.cuda_version) == ("550.54.14", "12.4")
    assert absence(reading, "mig_now") == "not supported"


def test_both_forms_of_one_card_agree() -> None:
    xml, text = read(dump("xml")), read(dump("text"))
    different = [
        field.name
        for field in fields(CardClaims)
        if field.name != "absent" and getattr(xml, field.name) != getattr(text, field.name)
    ]
    assert different == []
    assert set(xml.absent) == set(text.absent)


@pytest.mark.parametrize(
    "driver", ["352.99", "384.66", "418.43", "460.32.03", "470.82.00", "515.65", "550.54", "595.84"]
)
@pytest.mark.parametrize("form", ["xml", "text"])
def test_drivers_of_all_ages_are_read(driver: str, form: str) -> None:
    reading = read(dump(form, driver))
    assert reading.driver_version == driver
    assert reading.device_id == "2236"
    assert reading.power_default_mw == 150_000
    assert reading.memory_total_bytes is not None


def test_a_board_number_in_the_place_of_the_dies_goes_where_it_belongs() -> None:
    reading = read(dump(driver="460.32.03"))
    assert reading.board_part_number == "900-2G133-0020-100"
    assert reading.gpu_part_number is None
    assert absence(reading, "gpu_part_number") == "the board's number stands there"
    assert absence(reading, "board_part_number") is None


def test_a_slice_of_the_card_is_not_the_card() -> None:
    slices = (
        "<mig_devices><mig_device><fb_memory_usage><total>4864 MiB</total></fb_memory_usage></mig_device></mig_devices>"
    )
    assert read(wrap(slices, "<product_name>NVIDIA A30</product_name>")).memory_total_bytes is None
    text = (
        "GPU 00000000:01:00.0\n    Product Name : NVIDIA A30\n    MIG Device\n        FB Memory Usage\n"
        "            Total : 4864 MiB\n    FB Memory Usage\n        Total : 24576 MiB\n    Processes : None\n"
    )
    assert read(text).memory_total_bytes == 24576 * MIB


def test_the_modules_power_is_not_the_cards() -> None:
    module = "<module_power_readings><default_power_limit>1000.00 W</default_power_limit></module_power_readings>"
    card = "<gpu_power_readings><default_power_limit>700.00 W</default_power_limit></gpu_power_readings>"
    assert read(wrap(module, card)).power_default_mw == 700_000
    assert read(wrap(module)).power_default_mw is None


def test_banks_of_the_row_remapper_are_summed() -> None:
    levels = {"max": 3071, "high": 1, "partial": 0, "low": 0, "none": 0}
    rows = "".join(
        f"<row_remapper_histogram_{level}>{count} bank(s)</row_remapper_histogram_{level}>"
        for level, count in levels.items()
    )
    histogram = f"<remapped_rows><row_remapper_histogram>{rows}</row_remapper_histogram></remapped_rows>"
    assert read(wrap(histogram)).row_remap_banks == 3072
    cut = histogram.replace("<row_remapper_histogram_none>0 bank(s)</row_remapper_histogram_none>", "")
    assert read(wrap(cut, "<serial>1650522003820</serial>")).row_remap_banks is None


def test_the_classes_of_the_row_remappers_histogram_are_kept() -> None:
    def histogram(low: str) -> str:
        counts = {"max": "3071 bank(s)", "high": "1 bank(s)", "partial": "0 bank(s)", "low": low, "none": "0 bank(s)"}
        rows = "".join(f"<row_remapper_histogram_{one}>{n}</row_remapper_histogram_{one}>" for one, n in counts.items())
        return f"<remapped_rows><row_remapper_histogram>{rows}</row_remapper_histogram></remapped_rows>"

    assert read(wrap(histogram("2 bank(s)"))).remap_histogram == (3071, 1, 0, 2, 0)
    lacking = read(wrap(histogram("N/A")))
    assert (lacking.remap_histogram, lacking.row_remap_banks) == (None, 3072)
    assert absence(lacking, "remap_histogram") == "not supported"


def test_a_section_without_support_answers_for_its_fields() -> None:
    reading = read(wrap("<remapped_rows>N/A</remapped_rows>"))
    assert absence(reading, "row_remap_banks") == absence(reading, "remap_failed") == "not supported"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("None", Virtualization.NONE),
        ("Pass-Through", Virtualization.PASS_THROUGH),
        ("VGPU", Virtualization.GUEST),
        ("Host VGPU", Virtualization.HOST),
        ("Host VSGA", Virtualization.HOST),
    ],
)
def test_virtualization_modes(said: str, meant: Virtualization) -> None:
    assert read(dump(gpu_virtualization_mode__virtualization_mode=said)).virtualization is meant


@pytest.mark.parametrize(
    ("path", "field", "value", "reason"),
    [
        ("serial", "serial", "0", "masked"),
        ("serial", "serial", "[REDACTED]", "masked"),
        ("serial", "serial", "0123456789012", "masked"),
        ("uuid", "uuid", "GPU-XXX9-b02c-1c4ca42113c8", "masked"),
        ("uuid", "uuid", "GPU-12345678-aaaa-bbbb-cccc-0123456789ab", "masked"),
        ("pci/pci_device_id", "device_id", "000000DE", "masked"),
        ("pci/pci_device_id", "vendor_id", "000000DE", "masked"),
        ("pci/pci_device_id", "device_id", "FFFFFFFF", "error"),
        ("pci/pci_sub_system_id", "subsystem_id", "00000000", "masked"),
        ("pci/pci_sub_system_id", "subsystem_vendor", "00000000", "masked"),
        ("gpu_part_number", "gpu_part_number", "000-00000-0000-000", "masked"),
        ("gpu_part_number", "gpu_part_number", "a card", "unreadable"),
        ("pdi", "device_identifier", "0x0000000000000000", "masked"),
        ("product_name", "name", "<hidden>", "masked"),
        ("product_name", "name", "NVIDIA\u202e A10", "unreadable"),
        ("product_name", "name", "N" * 5000, "unreadable"),
        ("fb_memory_usage/total", "memory_total_bytes", "[Unknown Error]", "error"),
        ("fb_memory_usage/total", "memory_total_bytes", "0 MiB", "not supported"),
        ("fb_memory_usage/total", "memory_total_bytes", "24 gigabytes", "unreadable"),
        ("fb_memory_usage/total", "memory_total_bytes", "99999999999999999999 MiB", "unreadable"),
        ("fb_memory_usage/total", "memory_total_bytes", "٢٤٥٦٤ MiB", "unreadable"),
        ("temperature/gpu_temp", "temperature_c", "GPU is lost", "error"),
        ("compute_mode", "compute_mode", "Requested functionality has been deprecated", "not supported"),
        ("compute_mode", "compute_mode", "Insufficient Permissions", "no permission"),
    ],
)
def test_what_holds_no_value_is_absent_with_its_reason(path: str, field: str, value: str, reason: str) -> None:
    text = sample.write(PRODUCT, DIE, driver="595.84", overrides={path: value})
    reading = read(text)
    assert getattr(reading, field) is None
    assert absence(reading, field) == reason


def test_a_subsystem_of_ones_was_never_programmed_and_stays() -> None:
    reading = read(dump(pci__pci_sub_system_id="FFFFFFFF"))
    assert (reading.subsystem_vendor, reading.subsystem_id) == ("FFFF", "FFFF")


def test_a_line_given_twice_with_two_values_counts_as_none() -> None:
    reading = read(wrap("<product_name>NVIDIA A10</product_name>", "<product_name>NVIDIA A100</product_name>"))
    assert reading.name is None
    assert absence(reading, "name") == "given twice with different values"
    assert read(wrap("<serial>1650522003820</serial>" * 2)).serial == "1650522003820"


def test_a_machine_of_several_cards() -> None:
    several = sample.write_many([(PRODUCT, DIE)] * 3, driver="550.54.14")
    log = nvidia_smi.parse(several.encode())
    assert [one.pci_bus_id for one in log.readings] == ["0000:01:00.0", "0000:02:00.0", "0000:03:00.0"]
    assert len({one.uuid for one in log.readings}) == 3
    both = nvidia_smi.parse((dump(driver="460.32.03") + dump(driver="550.54.14")).encode())
    assert [one.driver_version for one in both.readings] == ["460.32.03", "550.54.14"]


# The plain table


TABLE = """\
Tue Nov 24 10:00:00 2026
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 550.54.14              Driver Version: 550.54.14      CUDA Version: 12.4     |
|-----------------------------------------+------------------------+----------------------+
| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |
| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |
|                                         |                        |               MIG M. |
|=========================================+========================+======================|
|   0  NVIDIA A10                     On  |   00000000:01:00.0 Off |                    0 |
|  0%   35C    P8             13W /  150W |       0MiB /  23028MiB |      0%      Default |
|                                         |                        |                  N/A |
+-----------------------------------------+------------------------+----------------------+
|   1  NVIDIA A100-SXM4-80GB          Off |   00000000:02:00.0 Off |                  Off |
| N/A  35C    P0             60W /  500W  |     763MiB /  81920MiB |      0%      Default |
|                                         |                        |             Disabled |
+-----------------------------------------+------------------------+----------------------+

+-----------------------------------------------------------------------------------------+
| MIG devices:                                                                            |
|  1    1   0   0  |      25MiB / 19968MiB  | 42      0 |  3   0    2    0    0 |
+-----------------------------------------------------------------------------------------+
| Processes:                                                                              |
|  No running processes found                                                             |
+-----------------------------------------------------------------------------------------+
"""
OLD_TABLE = """\
+------------------------------------------------------+
| NVIDIA-SMI 352.99     Driver Version: 352.99         |
|-------------------------------+----------------------+----------------------+
| GPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | GPU-Util  Compute M. |
|===============================+======================+======================|
|   0  GeForce GTX 108...  Off  | 0000:01:00.0      On |                  N/A |
| 23%   31C    P8     9W / 250W |    110MiB / 11172MiB |      0%      Default |
+-------------------------------+----------------------+----------------------+
"""


def test_the_plain_table_gives_name_and_memory_and_says_that_it_is_little() -> None:
    log = nvidia_smi.parse(TABLE.encode())
    assert log.form == "table"
    first, second = log.readings
    assert (first.name, first.memory_total_bytes, first.pci_bus_id) == ("NVIDIA A10", 23028 * MIB, "0000:01:00.0")
    assert (second.name, second.memory_total_bytes) == ("NVIDIA A100-SXM4-80GB", 81920 * MIB)
    assert (first.ecc_now, second.ecc_now) == (True, False)
    assert (first.mig_now, second.mig_now) == (None, False)
    assert first.driver_version == "550.54.14"
    assert any("name and memory only" in note for note in log.notes)


def test_a_name_that_the_table_cut_is_no_name() -> None:
    log = nvidia_smi.parse(OLD_TABLE.encode())
    assert log.readings[0].name is None
    assert log.readings[0].memory_total_bytes == 11172 * MIB
    assert any("GeForce GTX 108..." in note for note in log.notes)


def test_the_table_of_a_windows_driver_names_its_model() -> None:
    table = OLD_TABLE.replace("GTX 108...  Off  |", "GTX 1080   WDDM  |")
    reading = read(table)
    assert (reading.name, reading.driver_model) == ("GeForce GTX 1080", "WDDM")


def test_a_warning_behind_the_dump_is_noted() -> None:
    log = nvidia_smi.parse(dump().encode() + b"WARNING: infoROM is corrupted at gpu 0000:01:00.0\n")
    assert log.notes == ("nvidia-smi warns that the InfoROM of 0000:01:00.0 is corrupted",)
    assert [one.inforom_valid for one in log.readings] == [False]


@pytest.mark.parametrize("address", ["0000:02:00.0", "00000001:01:00.0"])
def test_a_warning_about_another_card_says_nothing_of_this_one(address: str) -> None:
    log = nvidia_smi.parse(dump().encode() + f"WARNING: infoROM is corrupted at gpu {address}\n".encode())
    assert [one.inforom_valid for one in log.readings] == [None]


def test_a_process_that_is_named_like_the_warning_is_no_warning() -> None:
    name = "WARNING: infoROM is corrupted at gpu 0000:01:00.0"
    processes = f"<process_info><pid>1</pid><process_name>{name}</process_name></process_info>"
    broken = f"<process_info><pid>1</pid><process_name>\n{name}\n</process_name></process_info>"
    for forged in (processes, broken):
        log = nvidia_smi.parse(dump().replace("<processes>None", f"<processes>{forged}").encode())
        assert [one.inforom_valid for one in log.readings] == [None]
        assert not any("corrupted" in note for note in log.notes)
    log = nvidia_smi.parse((dump("text").rstrip() + f"\n            Name : {name}\n").encode())
    assert [one.inforom_valid for one in log.readings] == [None]


def test_the_warning_of_a_system_with_other_ends_of_lines_is_read() -> None:
    log = nvidia_smi.parse(dump("text").encode() + b"\r\nWARNING: infoROM is corrupted at gpu 0000:01:00.0\r\n")
    assert [one.inforom_valid for one in log.readings] == [False]


def test_a_warning_about_one_of_two_cards_at_one_address_is_a_note_only() -> None:
    log = nvidia_smi.parse((dump() + dump()).encode() + b"WARNING: infoROM is corrupted at gpu 00000000:01:00.0\n")
    assert {one.inforom_valid for one in log.readings} == {None}
    assert any("is corrupted" in note for note in log.notes)


# Few lines


def test_a_few_lines_are_little_evidence_and_no_error() -> None:
    reading = read(
        "Product Name                  : NVIDIA GeForce RTX 4090\nFB Memory Usage\n    Total   : 49140 MiB\n"
    )
    assert (reading.name, reading.memory_total_bytes) == ("NVIDIA GeForce RTX 4090", 49140 * MIB)


def test_cards_without_their_heads_are_told_apart_by_their_names() -> None:
    lines = "  Product Name : NVIDIA A10\n  VBIOS Version : 94.02.5C.00.04\n"
    assert len(nvidia_smi.parse((lines * 2).encode()).readings) == 2


def test_a_part_of_the_xml_from_the_first_card_on() -> None:
    text = dump()
    log = nvidia_smi.parse(text[text.index("<gpu id=") :].encode())
    assert log.readings[0].name == "NVIDIA A10"
    assert any("head of the XML is missing" in note for note in log.notes)


def test_a_dump_that_lists_fewer_cards_than_it_counts_says_so() -> None:
    text = sample.write_many([(PRODUCT, DIE)] * 2, form="text", driver="550.54.14")
    log = nvidia_smi.parse(text[: text.rindex("GPU 0000")].encode())
    assert len(log.readings) == 1
    assert "the dump speaks of 2 cards and holds 1" in log.notes


def test_text_that_lost_its_indentation_is_sorted_by_the_heads() -> None:
    whole = dump("text")
    reading = read("\n".join(line.strip() for line in whole.split("\n")) + "\n")
    assert (reading.name, reading.memory_total_bytes) == ("NVIDIA A10", 23028 * MIB)
    assert (reading.device_id, reading.link_gen_device_max, reading.ecc_now) == ("2236", 4, True)
    assert len(nvidia_smi.parse("\n".join(map(str.strip, whole.split("\n"))).encode()).readings) == 1


# Recognition, by content alone


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (dump("xml"), "xml"),
        (dump("text"), "text"),
        (TABLE, "table"),
        (OLD_TABLE, "table"),
        (TABLE + dump("text"), "text"),
        ("hello", None),
        ("<svg/>", None),
        ("", None),
    ],
    ids=["xml", "text", "table", "old table", "table and text", "prose", "other XML", "empty"],
)
def test_forms_are_recognised(text: str, form: str | None) -> None:
    assert nvidia_smi.recognise(text.encode()) == form


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \n\r\n", "The file is empty."),
        (bytes(range(256)) * 40, "The file is not text."),
        (b"good morning", "no output of nvidia-smi"),
        (b"<?xml version='1.0'?><!-- x --><inventory><gpu/></inventory>", "its root element is <inventory>"),
        (b"<!DOCTYPE html><html><body>403</body></html>", "its root element is <html>"),
        (
            b"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
            "could not talk to the driver",
        ),
        (b"No devices were found\n", "found no card"),
        (b"Failed to initialize NVML: Driver/library version mismatch\n", "different versions"),
        (b"<nvidia_smi_log><attached_gpus>0</attached_gpus></nvidia_smi_log>", "holds no card"),
    ],
)
def test_what_is_no_dump_is_refused_with_its_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(ProbeError, match=sentence):
        nvidia_smi.parse(data)


# Live


def program(folder: Path, body: str) -> str:
    path = folder / "nvidia-smi"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_the_program_is_run_for_its_xml(tmp_path: Path) -> None:
    (tmp_path / "dump.xml").write_text(dump())
    command = program(tmp_path, f'test "$1 $2" = "-q -x" && cat {tmp_path / "dump.xml"}')
    assert nvidia_smi.read(command).readings[0].name == "NVIDIA A10"


def test_nothing_that_is_preloaded_reaches_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_PRELOAD_OF_TEST", "set")
    command = program(tmp_path, 'echo "complaint $LD_PRELOAD_OF_TEST No devices were found"')
    with pytest.raises(ProbeError, match="found no card"):
        nvidia_smi.read(command)
    assert b"set" not in smi_live.output(command)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("exit 9", "printed nothing"),
        ("echo 'No devices were found'; exit 6", "found no card"),
        ("exec sleep 30", "did not answer in 0.2 seconds"),
        ("while :; do echo; sleep 0.01; done", "did not answer in 0.2 seconds"),
    ],
    ids=["silence", "complaint", "hang", "drip"],
)
def test_a_program_in_trouble_ends_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, sentence: str
) -> None:
    if "0.2 seconds" in sentence:  # the others end by themselves, on a busy machine later than that
        monkeypatch.setattr(smi_live.output, "__defaults__", (0.2,))
    with pytest.raises(ProbeError, match=sentence):
        nvidia_smi.read(program(tmp_path, body))


def test_a_flood_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smi_live, "LARGEST", 100_000)
    with pytest.raises(ProbeError, match="printed more than"):
        smi_live.output(program(tmp_path, "exec cat /dev/zero"))


def test_a_program_that_is_not_there_is_said_to_be_absent() -> None:
    with pytest.raises(ProbeError, match="not installed"):
        nvidia_smi.read("nvidia-smi-that-nobody-has")
