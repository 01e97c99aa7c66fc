"""The house rules that no other tool keeps: walls, sizes, reasons, docs that tell the truth."""

import ast
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from gpu_inspector.cli.main import commands

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "gpu_inspector").rglob("*.py"))
README = (ROOT / "README.md").read_text(encoding="utf-8")

WALLS = {
    "checks/runner.py",  # one broken check must not silence the others
    "cli/main.py",  # the program's top
    "gui/worker.py",  # the window's jobs
    "measure/child.py",  # the child's top: what it measured until then is kept
    "report/examine.py",  # the reader of foreign PDFs
    "workflow/verifying.py",  # the reader of their records
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT / "gpu_inspector").as_posix()


def test_everything_is_caught_at_the_walls_alone() -> None:
    catching = {
        name_of(path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    }
    assert catching == WALLS


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_opens_with_its_reason_and_fits_its_room(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), "no reason given"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= 50, f"{node.name} is too long"


def test_packages_hand_nothing_on() -> None:
    filled = {name_of(path) for path in MODULES if path.name == "__init__.py" and path.read_text().strip()}
    assert filled <= {"__init__.py", "checks/__init__.py", "gui/pages/__init__.py", "language/__init__.py"}


def all_commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from all_commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


@pytest.mark.parametrize(("name", "command"), list(all_commands(commands)), ids=lambda one: str(one))
def test_a_command_has_help_and_stands_in_the_readme(name: str, command: click.Command) -> None:
    assert command.help
    assert name.split()[-1] in README
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts[0]}"


def test_every_dependency_has_a_reason_in_contributing() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    reasons = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").casefold()
    block = project[project.index("dependencies = [") : project.index("[project.scripts]")]
    packages = re.findall(r'^    "([A-Za-z0-9-]+)[><=!]', block, re.MULTILINE)
    assert len(packages) > 15
    assert [one for one in packages if one.casefold() not in reasons] == []


def test_the_lock_file_names_no_host_and_pins_digests() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?://|--index|--find-links|file:", lock)
    pins = re.findall(r"^[a-z0-9-]+==\S+", lock, re.MULTILINE | re.IGNORECASE)
    assert len(pins) > 40
    assert lock.count("--hash=sha256:") >= len(pins)


def test_the_shipped_sample_is_what_our_generator_writes() -> None:
    from tools.make_samples import SAMPLES, TARGET, text_of

    for name, device_id in SAMPLES.items():
        assert (TARGET / name).read_text(encoding="utf-8") == text_of(device_id)


def test_the_wheel_carries_the_data(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as files:
        names = set(files.namelist())
        files.extractall(tmp_path / "there")
    assert {"gpu_inspector/data/products/ada.jsonl", "gpu_inspector/data/samples/geforce-rtx-4090.xml"} <= names
    assert "gpu_inspector/data/accuracy.json" in names
    program = "from gpu_inspector import resources; from gpu_inspector.records.catalogue import load; "
    done = subprocess.run(
        [sys.executable, "-c", program + "print(resources.root(), len(load().products))"],
        cwd=tmp_path / "there",
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(tmp_path / "there")},
    )
    assert str(tmp_path) in done.stdout
