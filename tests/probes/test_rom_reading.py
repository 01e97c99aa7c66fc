"""The ROM of a card through sysfs, with and without the helper, on trees that a kernel never made."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from rom_builder import Rom, build

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import rom_reading, vbios

ADDRESS = "0000:01:00.0"
IMAGE = build(Rom()).data
ROWS = "0x00000000f6000000 0x00000000f6ffffff 0x0000000000040200\n" + "0x0 0x0 0x0\n" * 5
ROM_ROW = "0x00000000f7000000 0x00000000f707ffff 0x0000000000046200\n"


class Kernel:
    """The file `rom` as the kernel keeps it: nothing until it is switched on, and what was written to it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, content: bytes, failing: OSError | None = None) -> None:
        self.content = content
        self.failing = failing
        self.written: list[tuple[bytes, int]] = []
        self.on = False
        monkeypatch.setattr(os, "pwrite", self.pwrite)
        monkeypatch.setattr(os, "pread", self.pread)

    def pwrite(self, _descriptor: int, data: bytes, offset: int) -> int:
        self.written.append((data, offset))
        self.on = not (offset == 0 and data[:1] == b"0" and len(data) == 2)
        return len(data)

    def pread(self, _descriptor: int, size: int, offset: int) -> bytes:
        if not self.on:
            raise OSError(22, "Invalid argument")
        if self.failing is not None and offset:
            raise self.failing
        return self.content[offset : offset + size]


def device(sysfs: Path, rom: bool = True, resource: str = ROWS + ROM_ROW) -> Path:
    place = sysfs / "bus/pci/devices" / ADDRESS
    place.mkdir(parents=True)
    (place / "vendor").write_text("0x10de\n")
    (place / "class").write_text("0x030000\n")
    (place / "resource").write_text(resource)
    if rom:
        (place / "rom").write_bytes(b"")
    return place


def helper(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """In the helper's place a script, run without polkit, where the file itself may not be read."""
    runner = folder / "pkexec"
    runner.write_text('#!/bin/sh\nshift 0\nexec "$@"\n')
    program = folder / "read-rom"
    program.write_text("#!/bin/sh\n" + script)
    for file in (runner, program):
        file.chmod(0o755)
    monkeypatch.setattr(rom_reading, "HELPER", program)
    monkeypatch.setattr(rom_reading, "PKEXEC", runner)
    monkeypatch.setattr(rom_reading, "_is_trusted", lambda _program: True)
    monkeypatch.setattr(rom_reading, "_directly", forbidden)


def forbidden(_rom: Path) -> bytes:
    raise PermissionError(13, "Permission denied")


def test_the_rom_is_switched_on_read_and_off_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device(tmp_path)
    kernel = Kernel(monkeypatch, IMAGE)
    assert rom_reading.read(ADDRESS, tmp_path) == IMAGE
    assert kernel.written == [(b"1\n", 0), (b"0\n", 0)]
    assert not kernel.on


def test_the_rom_is_off_again_where_reading_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device(tmp_path)
    kernel = Kernel(monkeypatch, IMAGE, OSError(5, "Input/output error"))
    with pytest.raises(ProbeError, match="Input/output error"):
        rom_reading.read(ADDRESS, tmp_path)
    assert not kernel.on


def test_the_address_of_the_drivers_library_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device(tmp_path)
    Kernel(monkeypatch, IMAGE)
    assert rom_reading.read("00000000:01:00.0", tmp_path) == IMAGE


@pytest.mark.parametrize("address", ["", "../../etc", "0000:01:00", "0000:01:00.8", "0000:01:3f.0", "0000:01:00.0\n"])
def test_what_is_no_address_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(ProbeError, match="no PCI address"):
        rom_reading.read(address, tmp_path)


def test_no_more_is_read_than_an_eeprom_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device(tmp_path)
    Kernel(monkeypatch, IMAGE + bytes(rom_reading.LARGEST))
    assert len(rom_reading.read(ADDRESS, tmp_path)) == rom_reading.LARGEST


def test_a_card_without_a_rom_is_said(tmp_path: Path) -> None:
    device(tmp_path, rom=False)
    with pytest.raises(ProbeError, match=r"no ROM.*--vbios"):
        rom_reading.read(ADDRESS, tmp_path)


@pytest.mark.parametrize(
    "row",
    ["0x00000000000c0000 0x00000000000dffff 0x0000000000000212\n", "0xc0000 0xdffff 0x40200\n"],
    ids=["by its flag", "by its place"],
)
def test_the_primary_displays_copy_is_not_taken_for_the_cards_own(tmp_path: Path, row: str) -> None:
    device(tmp_path, resource=ROWS + row)
    with pytest.raises(ProbeError, match=r"primary display.*--vbios"):
        rom_reading.read(ADDRESS, tmp_path)


@pytest.mark.parametrize("text", ["", "x y z\n" * 7, "0x0\n" * 7, ROWS])
def test_a_broken_list_of_regions_hinders_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    device(tmp_path, resource=text)
    Kernel(monkeypatch, IMAGE)
    assert rom_reading.read(ADDRESS, tmp_path) == IMAGE


@pytest.mark.parametrize(
    "content", [b"", b"\x55\xaa", b"\xff" * 65536, bytes(65536)], ids=["nothing", "two bytes", "all ones", "all zeros"]
)
def test_what_is_no_image_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    device(tmp_path)
    Kernel(monkeypatch, content)
    with pytest.raises(ProbeError, match="gave no image"):
        rom_reading.read(ADDRESS, tmp_path)


def test_without_root_and_helper_the_person_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device(tmp_path)
    monkeypatch.setattr(rom_reading, "_directly", forbidden)
    monkeypatch.setattr(rom_reading, "HELPER", tmp_path / "none")
    with pytest.raises(ProbeError, match=r"Only root.*Install the helper.*--vbios"):
        rom_reading.read(ADDRESS, tmp_path)


def test_without_root_the_helper_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device(tmp_path)
    (tmp_path / "image").write_bytes(IMAGE)
    helper(monkeypatch, tmp_path, f'test "$1" = {ADDRESS} && test "$#" = 1 && cat {tmp_path}/image\n')
    assert rom_reading.read(ADDRESS, tmp_path) == IMAGE


def test_the_helper_gets_nothing_of_the_callers_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device(tmp_path)
    (tmp_path / "image").write_bytes(IMAGE)
    monkeypatch.setenv("LD_PRELOAD_NOT", "1")
    helper(monkeypatch, tmp_path, f'test -z "$LD_PRELOAD_NOT" && cat {tmp_path}/image\n')
    assert rom_reading.read(ADDRESS, tmp_path) == IMAGE


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("echo 'The system gives no ROM of this card.' >&2; exit 5\n", "gives no ROM of this card"),
        ("exit 126\n", "not authorised"),
        ("exit 127\n", "Nobody could be asked"),
        ("exit 9\n", "exit status 9"),
        ("printf 'red\\033[31m\\n' >&2; exit 4\n", r"red\[31m"),
        ("exec head -c 4000000 /dev/zero\n", "more than 2,097,152 bytes"),
        ("head -c 300000 /dev/zero >&2; exit 4\n", "exit status 4"),
        ("exit 0\n", "gave no image"),
    ],
    ids=["its sentence", "refused", "no agent", "no sentence", "control codes", "flood", "flood of words", "nothing"],
)
def test_each_end_of_the_helper_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, sentence: str
) -> None:
    device(tmp_path)
    helper(monkeypatch, tmp_path, script)
    with pytest.raises(ProbeError, match=sentence):
        rom_reading.read(ADDRESS, tmp_path)


@pytest.mark.parametrize(
    "script", ["sleep 60\n", "exec >&- 2>&-; exec sleep 60\n"], ids=["silent", "closed its output"]
)
def test_a_helper_that_hangs_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    device(tmp_path)
    helper(monkeypatch, tmp_path, "exec " + script if script.startswith("sleep") else script)
    monkeypatch.setattr(rom_reading, "TIMEOUT_S", 0.3)
    with pytest.raises(ProbeError, match="did not end"):
        rom_reading.read(ADDRESS, tmp_path)


@pytest.mark.parametrize(
    ("change", "trusted"),
    [
        (lambda file: None, True),
        (lambda file: file.chmod(0o775), False),
        (lambda file: file.chmod(0o757), False),
        (lambda file: (file.rename(file.parent / "real"), file.symlink_to("real")), False),
        (lambda file: os.chown(file, 1000, 0), False),
        (lambda file: file.unlink(), False),
    ],
    ids=["root's own", "writable by its group", "writable by all", "a link", "somebody's", "missing"],
)
def test_only_roots_own_helper_is_run(tmp_path: Path, change: Callable[[Path], None], trusted: bool) -> None:
    if os.geteuid() != 0:
        pytest.skip("files of root can be made by root alone")
    file = tmp_path / "helper"
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    change(file)
    assert rom_reading._is_trusted(file) is trusted


def test_what_the_kernel_reads_of_a_card_is_a_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel follows the standard headers alone (drivers/pci/rom.c): NVIDIA's own images stay unread."""
    built = build(Rom(standard_ends_early=True))
    device(tmp_path)
    Kernel(monkeypatch, built.data[: built.places["image 2"]])
    reading = vbios.parse(rom_reading.read(ADDRESS, tmp_path), source="card")
    assert (reading.partial, reading.ends, len(reading.images)) == (True, True, 2)


def test_the_policy_names_the_helper_that_is_run() -> None:
    folder = Path(__file__).resolve().parents[2] / "packaging" / "polkit"
    policy = (folder / "org.gpu-inspector.policy").read_text(encoding="utf-8")
    assert f'exec.path">{rom_reading.HELPER}<' in policy
    assert policy.count("auth_admin<") == 3
    assert stat.S_IMODE((folder / rom_reading.HELPER.name).stat().st_mode) & 0o111
    assert str(rom_reading.HELPER) in (folder / "README.md").read_text(encoding="utf-8")
    assert (folder / rom_reading.HELPER.name).read_text(encoding="utf-8").startswith("#!/usr/bin/python3 -IS\n")
