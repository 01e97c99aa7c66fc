"""Other people's files are known by what they hold: each as itself and as nothing else, and any bytes without harm."""

import subprocess
import sys
from datetime import UTC, datetime
from functools import cache

import pytest
from cards import row_of
from dumps import dump_of
from foreign_files import (
    bug_report,
    configuration,
    dmesg,
    facts_of,
    gpu_z,
    gpu_z_card,
    gpu_z_xml,
    hwinfo_csv,
    hwinfo_text,
    lspci,
    packed,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from rom_builder import Rom, build
from sampling import examples

from gpu_inspector.errors import CaptureError
from gpu_inspector.probes import foreign_forms, incoming
from gpu_inspector.probes.incoming import SAMPLE_MARK
from gpu_inspector.records import canonical
from gpu_inspector.records.evidence import Evidence, Origin

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def evidence_of(data: bytes, name: str = "mail attachment") -> Evidence:
    return incoming.to_evidence(data, name, tool_version="0", reference_version="today", collected_at=NOW)


@cache
def samples() -> dict[str, tuple[str, bytes]]:
    """Name of the sample -> its form, and its bytes."""
    row = row_of("NVIDIA GeForce RTX 4090")
    one = facts_of(row)
    return {
        "GPU-Z": ("gpu-z-text", gpu_z(one).encode()),
        "GPU-Z, decimal comma, code page": ("gpu-z-text", gpu_z(one, comma=True, separator="\t").encode("cp1252")),
        "GPU-Z without its name": ("gpu-z-text", gpu_z(one).split("\n", 1)[1].encode()),
        "GPU-Z -dump": ("gpu-z-xml", gpu_z_xml(gpu_z_card(one)).encode()),
        "GPU-Z -dump in UTF-16": ("gpu-z-xml", gpu_z_xml(gpu_z_card(one)).encode("utf-16")),
        "HWiNFO log": ("hwinfo-csv", hwinfo_csv({0: row.name}).encode("cp1252")),
        "HWiNFO log, semicolons": ("hwinfo-csv", hwinfo_csv({0: row.name}, delimiter=";").encode("utf-16")),
        "HWiNFO report": ("hwinfo-text", hwinfo_text(one).encode("cp1252")),
        "lspci -nnvv": ("lspci", lspci(one).encode()),
        "lspci -nnvvxxx": ("lspci", lspci(one, dump=configuration(one)).encode()),
        "lspci": ("lspci", lspci(one, ids=False, detail=False).encode()),
        "dmesg": ("dmesg", dmesg(one).encode()),
        "one line of a kernel log": ("dmesg", b"NVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus.\n"),
        "bug report": ("bug-report", bug_report(row).encode()),
        "bug report, packed": ("bug-report", packed(bug_report(row))),
        "nvidia-smi -q -x": ("xml", dump_of(row)),
        "nvidia-smi -q": ("text", dump_of(row, form="text")),
        "capture": ("capture", canonical.encode(evidence_of(dump_of(row)))),
        "vBIOS image": ("vbios", build(Rom()).data),
    }


@pytest.mark.parametrize("name", sorted(samples()))
def test_each_form_is_known_as_what_it_is_and_as_nothing_else(name: str) -> None:
    form, data = samples()[name]
    assert incoming.recognise(data) == form
    assert evidence_of(data, "report.xml").file_form == form
    others = [one.name for one in foreign_forms.FORMS if one.name != form and one.load().looks_like(data)]
    # A bug report holds a list of PCI devices and a kernel log in its midst, and nvidia-smi's output may hold a log.
    assert [one for one in others if form != "bug-report" or one not in ("lspci", "dmesg")] == []


@pytest.mark.parametrize("name", sorted(samples()))
def test_a_file_is_evidence_of_unknown_origin_that_a_record_can_hold(name: str) -> None:
    evidence = evidence_of(samples()[name][1])
    assert evidence.origin is Origin.FILE
    assert evidence.cards
    assert evidence.host is None
    assert canonical.decode_plain(canonical.encode(evidence), Evidence, "evidence") == evidence


def test_what_a_form_cannot_say_stands_among_the_gaps_with_its_reason() -> None:
    for name in ("GPU-Z", "HWiNFO log", "lspci -nnvv", "dmesg", "bug report"):
        evidence = evidence_of(samples()[name][1])
        assert all(card.gaps for card in evidence.cards), name
        gaps = [gap for card in evidence.cards for gap in card.gaps] + list(evidence.gaps)
        assert all(gap.source and gap.reason.endswith(".") for gap in gaps), name


def test_our_own_sample_of_a_foreign_form_is_a_sample() -> None:
    one = facts_of(row_of("NVIDIA GeForce RTX 4090"))
    for text in (gpu_z(one), lspci(one), dmesg(one)):
        assert evidence_of((text + "\n" + SAMPLE_MARK + "\n").encode()).origin is Origin.SAMPLE


@pytest.mark.parametrize(
    "text",
    [
        "Dear colleague,\nthe card is an NVIDIA GeForce RTX 4090 with 24 GB, PCI bridge controller included.\n",
        "Date,Time and place of the meeting,to be told\n",
        "<gpu><name>NVIDIA</name></gpu>",
        "Date,Product,Amount\n2026-11-24,RTX 4090,3\n",
        "Serial,Model\n1,NVIDIA H100\n",
        "",
    ],
)
def test_prose_and_other_tables_are_none_of_them(text: str) -> None:
    assert incoming.recognise(text.encode()) is None


def test_other_archives_are_still_refused() -> None:
    for head in (b"PK\x03\x04....", b"7z\xbc\xaf\x27\x1c", b"\xfd7zXZ\0", b"\x1f\x8b\x08...."):
        with pytest.raises(CaptureError, match="Unpack it first"):
            evidence_of(head)


def test_the_readers_of_foreign_forms_are_not_loaded_for_an_ordinary_dump() -> None:
    code = (
        "import sys; from gpu_inspector.probes import incoming, foreign_forms, sample\n"
        "incoming.recognise(b'<nvidia_smi_log><gpu id=\"00000000:01:00.0\"></gpu></nvidia_smi_log>')\n"
        "print([one for one in sys.modules if one.rpartition('.')[2] in"
        " ('gpu_z', 'gpu_z_xml', 'hwinfo', 'hwinfo_text', 'lspci', 'dmesg', 'bug_report', 'tool_fields')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _ends_well(data: bytes) -> None:
    incoming.recognise(data)
    try:
        evidence = evidence_of(data)
    except CaptureError as error:
        assert str(error)
    else:
        assert evidence.cards
        assert canonical.decode_plain(canonical.encode(evidence), Evidence, "evidence") == evidence


@given(
    name=st.sampled_from(sorted(samples())),
    start=st.integers(0, 6000),
    length=st.integers(0, 400),
    put=st.binary(max_size=40),
    end=st.integers(0, 40_000),
)
@settings(max_examples=examples(300), deadline=None)
def test_a_damaged_file_gives_evidence_that_can_be_kept_or_a_sentence(
    name: str, start: int, length: int, put: bytes, end: int
) -> None:
    data = samples()[name][1]
    _ends_well((data[:start] + put + data[start + length :])[: end or None])


@given(
    st.binary(max_size=400),
    st.sampled_from(
        [
            b"\x1f\x8b\x08\x00",
            b"Start of NVIDIA bug report log file\n" + b"_" * 44 + b"\n\n*** /proc/driver/nvidia/gpus/",
            b"<gpuz_dump><card><cardname>NVIDIA</cardname><memsize>",
            b"TechPowerUp GPU-Z\nName: NVIDIA\nBIOS Version: 1\nBus Interface: 1\nSubvendor: x\nMemory Size: ",
            b"Date,Time,GPU Temperature [C],\n1,2,",
            b"Video Chipset: NVIDIA\nVideo Bus: ",
            b"01:00.0 VGA compatible controller [0300]: NVIDIA Corporation X [10de:2684]\n\t",
            b"NVRM: Xid (PCI:0000:01:00): 79, ",
            b"pci 0000:01:00.0: [10de:2684] type 00 class 0x030000\nNVRM: GPU at PCI:",
        ]
    ),
)
@settings(max_examples=examples(300), deadline=None)
def test_any_bytes_behind_a_forms_beginning_end_well(data: bytes, head: bytes) -> None:
    _ends_well(head + data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"TechPowerUp GPU-Z\nBIOS Version: 1\n" + (b"A" + b" " * 998 + b"\n") * 2_000, id="blanks"),
        pytest.param(b"GPU-Z BIOS Version\n" + b"A" * 2_000_000, id="one long line"),
        pytest.param(b"Video Chipset: NVIDIA\nVideo Bus: x\n" + (b"N" + b"\t " * 450 + b"\n") * 2_000, id="tabs"),
        pytest.param(b"Date,Time,GPU [C],\n" + b"," * 4_000_000, id="commas"),
        pytest.param(b"01:00.0 VGA compatible controller: NVIDIA X\n" + b"\t[[" * 300_000, id="brackets"),
        pytest.param(
            b"Start of NVIDIA bug report log file\n" + b"_" * 44 + b"\nlspci -nn\n\n" + b"\n" * 5_000_000,
            id="empty lines",
        ),
        pytest.param(b"NVRM: loading NVIDIA UNIX " * 20_000, id="words of the driver"),
    ],
)
def test_what_is_made_to_take_long_does_not(data: bytes) -> None:
    """A pattern that parts a line in every way there is would take hours for each of these."""
    _ends_well(data)
