"""NVSwitches and Fabric Manager, on trees and commands of our own."""

import subprocess
from pathlib import Path

import pytest

from gpu_inspector.probes import fabric
from gpu_inspector.probes.bench import Bench
from gpu_inspector.records.server import FabricManager, Switch

RUNNING = "LoadState=loaded\nActiveState=active\nSubState=running\n"


def device(root: Path, address: str, vendor: str, identifier: str, code: str, driver: str = "") -> None:
    real = root / "sys/devices/pci0000:00" / address
    real.mkdir(parents=True)
    for name, text in (("vendor", vendor), ("device", identifier), ("class", code)):
        (real / name).write_text(f"{text}\n")
    if driver:
        home = root / "sys/bus/pci/drivers" / driver
        home.mkdir(parents=True, exist_ok=True)
        (real / "driver").symlink_to(f"../../../bus/pci/drivers/{driver}")
    folder = root / "sys/bus/pci/devices"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / address).symlink_to(f"../../../devices/pci0000:00/{address}")


def bench(root: Path, answers: dict[str, str] | None = None) -> Bench:
    def run(arguments: list[str]) -> str:
        if arguments[0] not in (answers or {}):
            raise FileNotFoundError(arguments[0])
        return (answers or {})[arguments[0]]

    return Bench(root, {}, run)


def test_switches_are_nvidias_bridges_that_its_driver_claims(tmp_path: Path) -> None:
    device(tmp_path, "0000:07:00.0", "0x10de", "0x22a3", "0x068000", "nvidia-nvswitch")
    device(tmp_path, "0000:08:00.0", "0x10de", "0x22a3", "0x068000")
    device(tmp_path, "0000:09:00.0", "0x10de", "0x9999", "0x068000", "nvidia-nvswitch")
    device(tmp_path, "0000:0a:00.0", "0x10de", "0x0271", "0x068000", "nforce2_smbus")
    device(tmp_path, "0000:0b:00.0", "0x10de", "0x2330", "0x030200", "nvidia")
    device(tmp_path, "0000:0c:00.0", "0x15b3", "0x22a3", "0x068000")
    assert fabric.switches(bench(tmp_path)) == (
        Switch(address="0000:07:00.0", device_id="22A3", driver="nvidia-nvswitch"),
        Switch(address="0000:08:00.0", device_id="22A3", driver=None),
        Switch(address="0000:09:00.0", device_id="9999", driver="nvidia-nvswitch"),
    )


def test_a_machine_without_pci_has_no_switches_and_a_service_that_is_not_known(tmp_path: Path) -> None:
    assert fabric.read(bench(tmp_path)) == ((), FabricManager())


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            RUNNING,
            FabricManager(installed=True, running=True, version="550.54.14", state="active (running)"),
            id="running",
        ),
        pytest.param(
            "LoadState=loaded\nActiveState=failed\nSubState=failed\n",
            FabricManager(installed=True, running=False, version="550.54.14", state="failed (failed)"),
            id="failed",
        ),
        pytest.param(
            "LoadState=loaded\nActiveState=inactive\nSubState=dead\n",
            FabricManager(installed=True, running=False, version="550.54.14", state="inactive (dead)"),
            id="stopped",
        ),
        pytest.param(
            "LoadState=not-found\nActiveState=inactive\nSubState=dead\n",
            FabricManager(installed=False, running=False, version=None, state="not-found"),
            id="not-installed",
        ),
        pytest.param("", FabricManager(), id="no-systemd-runs"),
        pytest.param("=\n==\nLoadState\n", FabricManager(), id="garbage"),
    ],
)
def test_the_service_managers_words(said: str, expected: FabricManager, tmp_path: Path) -> None:
    answers = {"systemctl": said, "nv-fabricmanager": "Fabric Manager version is : 550.54.14\n"}
    assert fabric.fabric_manager(bench(tmp_path, answers)) == expected


def test_a_program_that_does_not_tell_its_version(tmp_path: Path) -> None:
    assert fabric.fabric_manager(bench(tmp_path, {"systemctl": RUNNING})).version is None
    answers = {"systemctl": RUNNING, "nv-fabricmanager": "\x1b[2J many words and 12 numbers"}
    assert fabric.fabric_manager(bench(tmp_path, answers)).version is None


def test_a_command_that_hangs_tells_nothing(tmp_path: Path) -> None:
    def hangs(arguments: list[str]) -> str:
        raise subprocess.TimeoutExpired(arguments, 10.0)

    assert fabric.fabric_manager(Bench(tmp_path, {}, hangs)) == FabricManager()
