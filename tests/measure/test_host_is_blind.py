"""The host learns of a fault only through words that it reads back, and times: never by looking into the model."""

import ast
import dataclasses
import importlib
from pathlib import Path

import pytest
from measure.memory_cases import OnlyDevice, card

import gpu_inspector.measure
from gpu_inspector.measure import die, link, memory, speed, thermal
from gpu_inspector.measure.device import Device
from gpu_inspector.measure.run import PROFILES, Run
from gpu_inspector.measure.simulation import faults

FOLDER = Path(gpu_inspector.measure.__file__).parent
MAY_KNOW = {"child.py", "cupy_device.py", "peer_child.py", "cupy_group.py"}
"""The children open devices, and so name both kinds."""
HOST = sorted(path for path in FOLDER.glob("*.py") if path.name not in MAY_KNOW)
FAULTS = {name for name, value in vars(faults).items() if dataclasses.is_dataclass(value)}


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", HOST, ids=lambda path: path.name)
def test_no_host_module_knows_the_simulation_or_cupy(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not {name for name in imported(tree) if "simulation" in name or name.startswith("cupy")}
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    named |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not named & (FAULTS - {"MemoryFault"}), "MemoryFault is also the name of a CUDA error"
    reached = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not reached & {"_silicon", "_cells", "_reader", "_memory", "_body", "_costs"}
    assert "import_module" not in reached | named


def test_the_list_of_faults_is_not_empty() -> None:
    assert {"DroppedBit", "StuckLane", "LostChannel", "WeakCell"} <= FAULTS
    assert len(HOST) > 15


def test_the_proxy_shows_the_interface_and_nothing_else() -> None:
    members = {name for name in vars(Device) if not name.startswith("_")}
    assert {name for name in dir(OnlyDevice) if not name.startswith("_")} == members


@pytest.mark.parametrize("part", [memory, die, speed, link, thermal], ids=lambda part: part.__name__.rpartition(".")[2])
def test_every_measurement_runs_on_the_interface_alone(part: object) -> None:
    device = OnlyDevice(card(600))
    module = importlib.import_module(getattr(part, "__name__", ""))
    reading = module.measure(device, Run(PROFILES["standard"], 1))
    assert dataclasses.is_dataclass(reading)
