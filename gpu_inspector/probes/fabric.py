"""The fabric between the cards of a chassis: NVSwitches on PCI, and the service that sets them up.

Fabric Manager is a program of NVIDIA's in the driver's own version; without it the cards of a board with switches
cannot compute. Its state is asked of the system's service manager, its version of the program itself.
"""

import re

from gpu_inspector.probes.bench import Bench
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records.server import FabricManager, Switch

UNIT = "nvidia-fabricmanager"
PROGRAM = "nv-fabricmanager"
MOST_SWITCHES = 64
"""An NVL72 rack has eighteen; no machine shows as many on its own PCI."""
SWITCH_CLASS = "0x0680"
"""PCI base and sub class: "other bridge". Old chipsets have functions of it too, so that the driver counts as well."""
SWITCH_DRIVER = "nvidia-nvswitch"
SWITCH_IDS = frozenset({"1AC1", "1AF1", "22A3"})
"""NVSwitches of V100, A100 and H100 boards [from memory]: known where no driver claims them."""

_DEVICES = "/sys/bus/pci/devices"
_ADDRESS = re.compile(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]", re.ASCII)
_CODE = re.compile(r"0x[0-9a-f]{4}", re.ASCII | re.IGNORECASE)
_VERSION = re.compile(r"\b([0-9]{3,4}(?:\.[0-9]{1,4}){1,3})\b", re.ASCII)


def read(bench: Bench) -> tuple[tuple[Switch, ...], FabricManager]:
    """The NVSwitches that PCI shows, by address, and Fabric Manager's state; what cannot be told is None."""
    return switches(bench), fabric_manager(bench)


def switches(bench: Bench) -> tuple[Switch, ...]:
    """NVIDIA's bridges that its switch driver claims, or whose id is a switch's."""
    found: list[Switch] = []
    for address in bench.names(_DEVICES):
        place = f"{_DEVICES}/{address}"
        if not _ADDRESS.fullmatch(address) or (bench.text(f"{place}/vendor") or "").strip().lower() != "0x10de":
            continue
        device = (bench.text(f"{place}/device") or "").strip()
        if not (bench.text(f"{place}/class") or "").startswith(SWITCH_CLASS) or not _CODE.fullmatch(device):
            continue
        identifier, driver = device[2:].upper(), _driver(bench, place)
        if (driver or "").startswith(SWITCH_DRIVER) or identifier in SWITCH_IDS:
            found.append(Switch(address=address, device_id=identifier, driver=driver))
    return tuple(found[:MOST_SWITCHES])


def _driver(bench: Bench, place: str) -> str | None:
    """The name behind the link, None where no driver is bound."""
    link, real = f"{place}/driver", bench.real(f"{place}/driver")
    if real == bench.real(place) + "/driver" or real == link:
        return None
    return clean(real.rpartition("/")[2]) or None


def fabric_manager(bench: Bench) -> FabricManager:
    """What the system's service manager says of it. Where there is none that answers, nothing is known."""
    said = bench.ask("systemctl", "show", UNIT, "--property=LoadState,ActiveState,SubState", "--no-pager") or ""
    states = dict(line.split("=", 1) for line in said.splitlines()[:16] if "=" in line)
    loaded, active = states.get("LoadState", ""), states.get("ActiveState", "")
    if not loaded or not active:
        return FabricManager()
    installed = loaded not in ("not-found", "bad-setting", "error")
    return FabricManager(
        installed=installed,
        running=active == "active" and states.get("SubState") == "running",
        version=_version(bench) if installed else None,
        state=clean(f"{active} ({states.get('SubState', '')})") if installed else clean(loaded),
    )


def _version(bench: Bench) -> str | None:
    """Such as "Fabric Manager version is : 550.54.14"."""
    match = _VERSION.search((bench.ask(PROGRAM, "--version") or "")[:4096])
    return match[1] if match is not None else None
