"""Each command stands where the tables say, is listed by its own words, and loads none of the others."""

import ast
import copy
import inspect
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gpu_inspector import cli
from gpu_inspector.cli import later, spoken, tables
from gpu_inspector.cli.main import commands
from gpu_inspector.language import PSEUDO, speaking

FOLDER = Path(next(iter(cli.__path__)))
ROOT = FOLDER.parents[1]
LISTED = {"": tables.COMMANDS, "ledger": tables.LEDGER}
ROWS = [(group, name) for group, table in LISTED.items() for name in table]


def group_of(name: str) -> later.Listed:
    group = commands.commands[name] if name else commands
    assert isinstance(group, later.Listed)
    return group


def every(group: click.Group) -> Iterator[click.Command]:
    yield group
    for command in group.commands.values():
        if isinstance(command, click.Group):
            yield from every(command)
        else:
            yield command


def makes_commands(path: Path) -> bool:
    """Whether a file of cli/ defines a command or a group."""
    marks = (
        mark.func
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        for mark in node.decorator_list
        if isinstance(mark, ast.Call)
    )
    return any(isinstance(one, ast.Attribute) and one.attr in ("command", "group") for one in marks)


@pytest.mark.parametrize(("group", "name"), ROWS, ids=lambda part: part or "program")
def test_a_name_of_a_table_leads_to_the_command_of_that_name_and_summary(group: str, name: str) -> None:
    command = group_of(group).commands[name]
    assert command.name == name
    assert spoken.paragraphs(command.help or "")[0] == LISTED[group][name].summary
    assert not command.hidden and not command.deprecated and command.short_help is None


def test_each_listed_group_has_the_commands_of_its_table_and_no_others() -> None:
    groups = [one for one in every(commands) if isinstance(one, later.Listed)]
    assert len(groups) == len(LISTED)
    for name, table in LISTED.items():
        assert set(group_of(name).commands) == set(group_of(name).summaries) == set(table)


def test_each_file_that_defines_commands_is_reached() -> None:
    reached = {inspect.unwrap(one.callback).__module__ for one in every(commands) if one.callback is not None}
    defining = {f"gpu_inspector.cli.{path.stem}" for path in FOLDER.glob("*.py") if makes_commands(path)}
    assert len(defining) > 20
    assert defining == reached


@pytest.mark.parametrize("group", LISTED)
@pytest.mark.parametrize("wide", [60, 80, 110])
def test_a_listed_group_writes_the_help_that_its_commands_would_give(group: str, wide: int) -> None:
    listed = copy.copy(group_of(group))
    listed._help_option = None  # click keeps the one of the first page that was asked for, whatever its settings were
    plain = click.Group(listed.name, dict(listed.commands), params=listed.params, help=listed.help)
    plain.invoke_without_command = listed.invoke_without_command
    plain.subcommand_metavar = listed.subcommand_metavar
    plain.context_settings = listed.context_settings
    pages = [one.get_help(click.Context(one, info_name="x", terminal_width=wide)) for one in (listed, plain)]
    assert pages[0] == pages[1]


def test_help_names_the_commands_in_the_order_of_their_names() -> None:
    lines = CliRunner().invoke(commands, ["--help"]).output.partition("Commands:\n")[2].splitlines()
    names = [line.split()[0] for line in lines if line[:3].strip()]
    assert names == sorted(tables.COMMANDS)


def test_a_translated_command_stays_in_the_language_that_its_group_was_made_in() -> None:
    with speaking(PSEUDO):
        made = spoken.spoken(commands)
        summary = spoken.spoken(commands.commands["checks"]).short_help
    assert isinstance(made, later.Listed)
    assert made.commands["checks"].short_help == made.summaries["checks"].short_help == summary
    assert made.commands["checks"] is made.commands["checks"]


def test_later_commands_are_a_mapping_like_any_other() -> None:
    asked: list[str] = []

    def maker(name: str) -> click.Command:
        asked.append(name)
        return click.Command(name)

    found = later.Later({name: lambda name=name: maker(name) for name in ("one", "two")})  # type: ignore[misc]
    assert list(found) == ["one", "two"] and len(found) == 2
    assert "one" in found and "three" not in found and found.get("three") is None
    assert asked == []
    assert found["one"] is found["one"] and asked == ["one"]
    found["three"] = three = click.Command("three")
    assert found["three"] is three and "three" in found
    del found["one"], found["two"]
    assert list(found) == ["three"]
    with pytest.raises(KeyError):
        found["one"]


def loaded_by(*arguments: str, completing: str = "") -> tuple[set[str], str, int]:
    """The modules of cli/ that a call loads, what it prints, and its exit status."""
    program = (
        "import os, sys; from gpu_inspector import __main__ as door;"
        " door._leave = lambda status: (sys.stdout.flush(), print('LOADED', *sorted(sys.modules), sep='\\n',"
        " file=sys.stderr), sys.stderr.flush(), os._exit(status));"
        " door.main()"
    )
    environment = {**os.environ, "GPU_INSPECTOR_LANGUAGE": "en"}
    if completing:
        environment |= {"_GPU_INSPECTOR_COMPLETE": "bash_complete", "COMP_WORDS": completing}
        environment["COMP_CWORD"] = str(completing.count(" "))
    call = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(call, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)
    names = set(done.stderr.partition("LOADED\n")[2].split())
    assert names, done.stderr
    return {one for one in names if one.startswith("gpu_inspector.")}, done.stdout, done.returncode


COMMANDS_OF_FILES = {f"gpu_inspector.cli.{path.stem}" for path in FOLDER.glob("*.py") if makes_commands(path)} - {
    "gpu_inspector.cli.main"
}


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("verfiy",)], ids=" ".join)
def test_what_needs_no_command_loads_none_and_none_of_the_rooms(arguments: tuple[str, ...]) -> None:
    names, _out, status = loaded_by(*arguments)
    assert status == (2 if arguments == ("verfiy",) else 0)
    rooms = ("workflow", "records", "checks", "probes", "report", "ledger", "registry", "cluster", "measure", "gui")
    assert not names & COMMANDS_OF_FILES
    assert not {one for one in names if one.split(".")[1] in rooms}


def test_completing_a_name_loads_no_command() -> None:
    names, out, _status = loaded_by(completing="gpu-inspector ver")
    assert "verify" in out
    assert not names & COMMANDS_OF_FILES


def test_completing_an_option_loads_its_command_alone() -> None:
    names, out, _status = loaded_by(completing="gpu-inspector verify --re")
    assert "--reports" in out
    assert names & COMMANDS_OF_FILES == {"gpu_inspector.cli.verifying"}


def test_help_of_history_loads_no_check_and_no_probe() -> None:
    names, _out, status = loaded_by("history", "--help")
    assert status == 0
    assert not {one for one in names if one.split(".")[1] in ("checks", "probes", "report", "ledger", "workflow")}
