"""Every command has its page of the manual and is completed; a page does nothing but print what it says."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import click
import pytest

from gpu_inspector.cli.main import commands

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "packaging" / "debian"
DATE = "2026-11-26"


class PlainPage:
    """What `manual.py` takes of click-man's page: click-man is no part of the environment that tests run in."""

    def __init__(self, command: str) -> None:
        self.command = command
        self.short_help = self.synopsis = self.version = self.date = ""
        self.description: Any = ""
        self.options: list[Any] = []
        self.commands: list[Any] = []


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"debian_{name}", HERE / f"{name}.py")
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture(scope="module")
def manual() -> Any:
    before = {name: sys.modules.get(name) for name in ("click_man", "click_man.man")}
    if importlib.util.find_spec("click_man") is None:
        sys.modules["click_man"] = ModuleType("click_man")
        sys.modules["click_man.man"] = SimpleNamespace(ManPage=PlainPage)  # type: ignore[assignment]
    yield loaded("manual")
    for name, one in before.items():
        if one is None:
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def pages(manual: Any) -> dict[str, str]:
    more = loaded("manual_more")
    found: dict[str, str] = manual.pages(commands, "gpu-inspector", "0.1.0", DATE, more.MORE)
    found["gpu-inspector-gui.1"] = more.window("0.1.0", DATE)
    found["gpu-inspector-read-rom.8"] = more.helper("0.1.0", DATE)
    return found


def names(group: click.Group, before: str) -> list[str]:
    found = [before]
    for name, command in group.commands.items():
        found += names(command, f"{before}-{name}") if isinstance(command, click.Group) else [f"{before}-{name}"]
    return found


def test_each_command_has_its_page(pages: dict[str, str]) -> None:
    assert {f"{name}.1" for name in names(commands, "gpu-inspector")} <= set(pages)


def test_each_option_stands_in_its_page(pages: dict[str, str]) -> None:
    inspect = commands.commands["inspect"]
    for parameter in inspect.params:
        if isinstance(parameter, click.Option):
            assert parameter.opts[0].replace("-", "\\-") in pages["gpu-inspector-inspect.1"]


def test_a_page_names_only_pages_that_exist(pages: dict[str, str]) -> None:
    for text in pages.values():
        for name, section in re.findall(r"\\fB([\w\\-]+)\\fP\((\d)\)", text.partition(".SH SEE ALSO")[2]):
            assert f"{name.replace(chr(92), '')}.{section}" in pages


def test_the_statuses_are_those_of_the_readme(pages: dict[str, str]) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme[readme.index("| exit status |") :].partition("\n\n")[0]
    rows = re.findall(r"^\| (\d+) \|", table, re.MULTILINE)
    assert rows == [term for term, _ in loaded("manual_more").STATUSES]


def test_the_environment_is_what_the_program_asks() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "gpu_inspector").rglob("*.py"))
    for term, _ in loaded("manual_more").ENVIRONMENT:
        for name in term.split(", "):
            assert name in sources


@pytest.mark.parametrize(
    "text",
    [".so /etc/passwd", "'br", "\\X'tty: x'", "a\n.sy id", "back\\slash", '"quoted"', "~/.x ^ -v"],
    ids=["request", "quote", "device", "line", "backslash", "quotes", "signs"],
)
def test_a_text_is_printed_and_nothing_of_it_is_done(manual: Any, text: str) -> None:
    made = manual.troff(text)
    assert not re.search(r"(?m)^[.']", made)
    if not shutil.which("nroff"):
        pytest.skip("nroff is missing: apt install groff-base man-db")
    page = f".TH X 1\n.SH NAME\nx \\- y\n.SH DESCRIPTION\n.nf\n{made}\n.fi\n"
    done = subprocess.run(["nroff", "-man", "-Tascii", "-c"], input=page, capture_output=True, text=True, check=False)
    for line in text.split("\n"):
        assert line in done.stdout.replace("`", "'")


def test_man_reads_every_page_without_a_warning(pages: dict[str, str], tmp_path: Path) -> None:
    if not shutil.which("man"):
        pytest.skip("man is missing: apt install man-db")
    # One run for all pages: the same troff, and half a minute less.
    for name, text in pages.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "MANROFFSEQ": "", "MANWIDTH": "80"}
    command = ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", *sorted(map(str, tmp_path.iterdir()))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(scope="module")
def completions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files as the package has them, and a command of that name in front of the path."""
    folder = tmp_path_factory.mktemp("completions")
    before = list(sys.path)
    sys.path[:0] = [str(HERE), str(HERE.parent / "release"), str(HERE.parent)]
    try:
        import layout  # type: ignore[import-not-found]
    finally:
        sys.path[:] = before
    for shell, place in layout.COMPLETIONS.items():
        (folder / shell).mkdir()
        (folder / shell / Path(place).name).write_text(layout.completion(shell), encoding="utf-8")
    program = folder / "bin" / "gpu-inspector"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m gpu_inspector "$@"\n')
    program.chmod(0o755)
    return folder


def asked(shell: str, program: str, folder: Path) -> str:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is missing: apt install {shell}")
    environment = {"PATH": f"{folder / 'bin'}:/usr/bin:/bin", "HOME": str(folder), "TERM": "dumb", "LC_ALL": "C.UTF-8"}
    flag = {"bash": ["--norc", "-c"], "zsh": ["-f", "-c"], "fish": ["--no-config", "-c"]}[shell]
    done = subprocess.run(
        [shell, *flag, program], capture_output=True, text=True, check=False, timeout=120, env=environment
    )
    return done.stdout


def test_bash_completes_a_command(completions: Path) -> None:
    file = completions / "bash" / "gpu-inspector"
    words = "COMP_WORDS=(gpu-inspector insp); COMP_CWORD=1"
    program = f'. {file}; {words}; _gpu_inspector_completion gpu-inspector; echo "${{COMPREPLY[*]}}"'
    assert asked("bash", program, completions) == "inspect\n"


def test_fish_completes_a_command(completions: Path) -> None:
    file = completions / "fish" / "gpu-inspector.fish"
    assert asked("fish", f'source {file}; complete -C "gpu-inspector insp"', completions).split()[0] == "inspect"


def test_zsh_completes_a_command(completions: Path) -> None:
    program = f"""
zmodload zsh/zpty
zpty z "TERM=dumb zsh -f -i"
zpty -w z 'fpath=({completions / "zsh"} $fpath); PS1=; autoload -Uz compinit; compinit -D -u; echo rea"dy"'
zpty -r -m z out '*ready*'
zpty -n -w z $'gpu-inspector insp\\t'
zpty -r -m z out '*gpu-inspector inspect*'
print -r -- found
zpty -d z
"""
    assert asked("zsh", program, completions) == "found\n"
