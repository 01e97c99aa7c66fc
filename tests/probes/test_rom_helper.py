"""The privileged helper: one file, one argument, one device, and the ROM off again in every case."""

import os
import signal
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FILE = Path(__file__).resolve().parents[2] / "packaging" / "polkit" / "gpu-inspector-read-rom"
ADDRESS = "0000:01:00.0"
CONTENT = bytes(range(256)) * 800


@pytest.fixture
def helper(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = SourceFileLoader("rom_helper", str(FILE))
    spec = spec_from_loader("rom_helper", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


class Kernel:
    """The file `rom` as the kernel keeps it; `during` is called while it is read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, during: Any = None) -> None:
        self.on = False
        self.times_on = 0
        self.during = during
        monkeypatch.setattr(os, "pwrite", self.pwrite)
        monkeypatch.setattr(os, "pread", self.pread)

    def pwrite(self, _descriptor: int, data: bytes, offset: int) -> int:
        self.on = not (offset == 0 and data[:1] == b"0" and len(data) == 2)
        self.times_on += self.on
        return len(data)

    def pread(self, _descriptor: int, size: int, offset: int) -> bytes:
        assert self.on
        if self.during is not None:
            self.during()
        return CONTENT[offset : offset + size]


def tree(folder: Path, **files: str) -> Path:
    """As in sysfs: the address is the kernel's link to the device."""
    place = folder / "devices/pci0000:00" / ADDRESS
    place.mkdir(parents=True)
    for name, text in {"vendor": "0x10de\n", "class": "0x030200\n", "rom": "", **files}.items():
        (place / name).write_text(text)
    (folder / "bus/pci/devices").mkdir(parents=True)
    (folder / "bus/pci/devices" / ADDRESS).symlink_to(f"../../../devices/pci0000:00/{ADDRESS}")
    return place


def outcome(helper: ModuleType, arguments: list[str], sysfs: Path, folder: Path) -> tuple[int, bytes]:
    target = folder / "written"
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        status: int = helper.run(arguments, str(sysfs), descriptor)
    finally:
        os.close(descriptor)
    return status, target.read_bytes()


def test_the_rom_of_a_card_is_written_out(helper: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path)
    kernel = Kernel(monkeypatch)
    assert outcome(helper, [ADDRESS], tmp_path, tmp_path) == (0, CONTENT)
    assert (kernel.on, kernel.times_on) == (False, 1)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        [ADDRESS, ADDRESS],
        [""],
        ["../../../etc"],
        ["0000:01:00.0/../x"],
        ["0000:01:00.0\n"],
        ["0000:0A:00.0"],
        ["-h"],
    ],
    ids=["none", "two", "empty", "a path", "a path behind", "a line end", "capitals", "an option"],
)
def test_anything_but_one_address_is_refused(
    helper: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    tree(tmp_path)
    kernel = Kernel(monkeypatch)
    assert outcome(helper, arguments, tmp_path, tmp_path) == (helper.USAGE, b"")
    assert kernel.times_on == 0


@pytest.mark.parametrize(
    "files",
    [{"vendor": "0x1002\n"}, {"class": "0x020000\n"}, {"vendor": ""}, {"class": "0x040300\n"}],
    ids=["AMD", "a network card", "no vendor", "the card's sound"],
)
def test_other_devices_are_not_touched(
    helper: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str]
) -> None:
    tree(tmp_path, **files)
    kernel = Kernel(monkeypatch)
    assert outcome(helper, [ADDRESS], tmp_path, tmp_path) == (helper.NOT_NVIDIA, b"")
    assert kernel.times_on == 0


def test_a_device_that_is_not_there(helper: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    tree(tmp_path)
    assert outcome(helper, ["0000:02:00.0"], tmp_path, tmp_path) == (helper.NO_DEVICE, b"")
    assert capfd.readouterr().err == "There is no PCI device at this address.\n"


def test_a_card_without_a_rom(helper: ModuleType, tmp_path: Path) -> None:
    (tree(tmp_path) / "rom").unlink()
    assert outcome(helper, [ADDRESS], tmp_path, tmp_path) == (helper.NO_ROM, b"")


@pytest.mark.parametrize("name", ["rom", "vendor", "class"])
def test_no_link_within_the_device_is_followed(
    helper: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    place = tree(tmp_path)
    (place / name).rename(tmp_path / "elsewhere")
    (place / name).symlink_to(tmp_path / "elsewhere")
    kernel = Kernel(monkeypatch)
    assert outcome(helper, [ADDRESS], tmp_path, tmp_path) == (helper.FAILED, b"")
    assert kernel.times_on == 0


def test_the_rom_is_off_where_reading_fails(
    helper: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise OSError(5, "Input/output error")

    tree(tmp_path)
    kernel = Kernel(monkeypatch, fail)
    assert outcome(helper, [ADDRESS], tmp_path, tmp_path) == (helper.FAILED, b"")
    assert not kernel.on
    assert capfd.readouterr().err == "The ROM could not be read (Input/output error).\n"


# What the helper is where it is installed: a process of its own with one thread. In the tests' own process any other
# thread takes a signal that the first one holds back, and takes it after the test as well.
SIGNALLED = """
import os, sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
import signal

sys.dont_write_bytecode = True
file, sysfs, address, number, moment = sys.argv[1:]
loader = SourceFileLoader("rom_helper", file)
helper = module_from_spec(spec_from_loader("rom_helper", loader))
loader.exec_module(helper)
done = []

def do(one, kept):
    # The signal comes before this is done: a switch that it could interrupt would stay undone.
    if f"{one}{done.count(one)}" == moment:
        os.kill(os.getpid(), int(number))
    done.append(one)
    return kept

os.pwrite = lambda rom, data, offset: do({b"1\\n": "on", b"0\\n": "off"}[data], len(data))
os.pread = lambda rom, size, offset: do("read", bytes(size))
signal.signal(int(number), helper.stop)
status = helper.run([address], sysfs, 1)
print(status, *done, file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("moment", "reads"), [("on0", 0), ("read0", 1), ("read2", 3), ("off0", 32)], ids=["on", "read", "later", "off"]
)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGALRM])
def test_the_rom_is_off_where_a_signal_comes(
    helper: ModuleType, tmp_path: Path, number: signal.Signals, moment: str, reads: int
) -> None:
    tree(tmp_path)
    done = subprocess.run(
        [sys.executable, "-IS", "-c", SIGNALLED, str(FILE), str(tmp_path), ADDRESS, str(int(number)), moment],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )
    told = done.stderr.decode().splitlines()
    assert (done.returncode, done.stdout) == (0, b"")
    assert told[0].startswith(("Stopped", "Not done in"))
    assert told[1:] == [" ".join([str(helper.STOPPED), "on", *["read"] * reads, "off"])]


def test_no_image_goes_to_a_terminal(helper: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path)
    kernel = Kernel(monkeypatch)
    parent, child = os.openpty()
    try:
        assert helper.run([ADDRESS], str(tmp_path), child) == helper.USAGE
    finally:
        os.close(parent)
        os.close(child)
    assert kernel.times_on == 0


def test_no_more_than_an_eeprom_holds_is_read(
    helper: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path)
    monkeypatch.setattr(helper, "LARGEST", 70_000)
    Kernel(monkeypatch)
    assert outcome(helper, [ADDRESS], tmp_path, tmp_path) == (0, CONTENT[:70_000])


def test_the_tree_cannot_be_chosen_from_outside(tmp_path: Path) -> None:
    """Run as it is installed: of a tree in the environment, in the folder or in an option it knows nothing."""
    tree(tmp_path)
    (tmp_path / "signal.py").write_text("raise SystemExit(77)\n")
    done = subprocess.run(
        [sys.executable, "-IS", str(FILE), "ffff:ff:1f.7"],
        cwd=tmp_path,
        env={"SYSFS": str(tmp_path), "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert done.stdout == b""
    assert done.returncode in (3, 7)
    source = FILE.read_text(encoding="utf-8")
    assert source.startswith("#!/usr/bin/python3 -IS\n")
    assert "run(sys.argv[1:], SYSFS, 1)" in source
    assert "environ[" not in source and "getenv" not in source


def test_it_needs_nothing_but_the_standard_library() -> None:
    imports = [line.split()[1] for line in FILE.read_text(encoding="utf-8").splitlines() if line.startswith("import ")]
    assert set(imports) <= set(sys.stdlib_module_names)
    compile(FILE.read_text(encoding="utf-8"), str(FILE), "exec")
