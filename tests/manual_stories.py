"""The manual's commands run as they stand there: each page in a folder and a home of its own, one line after another.

A line that calls this program alone is run within the test; one with a pipe, a redirection or another program in it is
run by bash, with this program under its name on the path. What a page's commands need is made beforehand, below.
"""

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import batch_dumps
import packs
import pytest
from manual_commands import DOCS, PROGRAM, ROOT, blocks, lines_of
from PIL import Image

from gpu_inspector.cli.main import main

NOT_RUN: dict[str, str] = {
    "gpu-inspector list": "asks the machine for its cards, which differ",
    "gpu-inspector inspect 0": "needs a card",
    "gpu-inspector inspect --all --packing-list": "needs a server with cards",
    'gpu-inspector lot add "waybill 77" --card 0': "needs a card",
    "printf '%s\\n' 0 1": "needs cards",
    "gpu-inspector key import --card": "needs a smart card",
    "gpu-inspector key use card": "needs a smart card",
    "gpu-inspector report upgrade": "asks a time-stamp service",
    "gpu-inspector history --tag PHOTO": "needs a photograph of a tag; tests/cli/test_tag_command.py has it",
    "gpu-inspector selftest": "takes a minute; tests/cli/test_selftest_command.py has it",
    "NVIDIA_OPEN_HEADERS=": "needs the sources of NVIDIA's driver",
    "python tools": "needs Windows",
    ".venv\\Scripts": "needs Windows",
    "make ": "builds or tests the project itself",
    "datasette": "is installed where it is used",
    "pip install": "installs a program",
    "dask ": "starts a service on another machine",
    "GPU_INSPECTOR_HOME=/etc/": "writes where an administrator alone may",
    "GPU_INSPECTOR_NODE_KEY=": "starts a service on another machine",
    "gpu-inspector audit --scheduler": "needs a scheduler; tests/cluster has it",
    "gpu-inspector audit --ssh": "needs hosts; tests/cluster has them",
    "gpu-inspector audit --slurm": "needs Slurm; tests/cluster has it",
    "pipx ": "installs a program",
}
"""Beginning of a line -> why no test runs it. Such a line is held against the command line's options all the same."""
OTHERS = (
    "jq",
    "sqlite3",
    "openssl",
    "qpdf",
    "pdfimages",
    "pdftotext",
    "pdfsig",
    "pdfdetach",
    "sha256sum",
    "curl",
    "node",
)
"""Programs of the system that the manual uses: a line with one that is not installed is left out."""
FINE = frozenset({0, 3, 10, 11, 12, 13})
"""What a command may end with where the manual says nothing: done, signer not known here, an answer on the card."""
_BASH = re.compile(r"[|<>&;`$*]")
_SECRET = {"GPU_INSPECTOR_PASSPHRASE": "officer", "OFFICER_PASSPHRASE": "officer"}


_homes: list[str] = []
"""Of the last command: what is read of data in use is kept as long as nothing can have changed it."""


@dataclass(slots=True)
class Ran:
    """One line that was run, or why it was not."""

    line: str
    status: int | None = None
    said: str = ""
    left_out: str = ""


@dataclass(slots=True)
class Stage:
    """The folder and the home in which one page's commands are run."""

    folder: Path
    home: Path
    put: dict[str, str | Callable[[], str]] = field(default_factory=dict)
    """What stands in the page as an example -> what it is here: "17" of a row, a version that a day gave."""

    def run(self, line: str, monkeypatch: pytest.MonkeyPatch) -> Ran:
        """Run one line as it stands in the manual. Raises AssertionError where it ends otherwise than it should."""
        told, _, comment = _cut(line)
        told = self.put_into(told)
        reason = next((why for begins, why in NOT_RUN.items() if line.startswith(begins)), "")
        missing = [name for name in OTHERS if re.search(rf"\b{name}\b", told) and shutil.which(name) is None]
        if reason or missing:
            return Ran(line, left_out=reason or f"{missing[0]} is not installed")
        monkeypatch.setenv("GPU_INSPECTOR_HOME", str(self.home))
        for name, value in _SECRET.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(self.folder)
        alone = told.startswith(f"{PROGRAM} ") and not _BASH.search(_bare(told))
        status, said = _within(told, monkeypatch) if alone else self._in_bash(told)
        wanted = re.search(r"\bexit (\d+)", comment)
        assert status == int(wanted[1]) if wanted else status in FINE, f"{line}\nended with {status}:\n{said}"
        return Ran(line, status, said)

    def put_into(self, line: str) -> str:
        """The line with what is here in place of its examples: in one pass, since a digest may hold a "17" too."""

        def here(found: re.Match[str]) -> str:
            after = self.put[found[0]]
            return after if isinstance(after, str) else after()

        return re.sub("|".join(map(re.escape, self.put)), here, line) if self.put else line

    def _in_bash(self, line: str) -> tuple[int, str]:
        shim = self.home / "bin" / PROGRAM
        if not shim.exists():
            shim.parent.mkdir(parents=True, exist_ok=True)
            shim.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m gpu_inspector "$@"\n', encoding="ascii")
            shim.chmod(0o755)
        variables = {**os.environ, "PATH": f"{shim.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
        command = ["bash", "-uo", "pipefail", "-c", line]
        done = subprocess.run(
            command, cwd=self.folder, env=variables, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
        return done.returncode, done.stdout + done.stderr


def _cut(line: str) -> tuple[str, str, str]:
    """(command, "#", comment): a comment begins with # after a space, outside of quotes."""
    for place in (found.start() for found in re.finditer(r"(?:(?<=\s)|\A)#\s", line)):
        if line[:place].count("'") % 2 == 0 and line[:place].count('"') % 2 == 0:
            return line[:place].rstrip(), "#", line[place + 1 :]
    if not line.startswith(PROGRAM):
        return line, "", ""
    for gap in re.finditer(r"\s{2,}", line):
        if line[: gap.start()].count('"') % 2 == 0:
            return line[: gap.start()], "#", line[gap.end() :]
    return line, "", ""


def _bare(line: str) -> str:
    """The line without what stands in quotes."""
    return re.sub(r"'[^']*'|\"[^\"]*\"", "", line)


def _within(line: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    words = shlex.split(line)
    assert words[0] == PROGRAM, line
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    if words[1:2] in (["data"], ["policy"]) or not _homes or _homes[-1] != os.environ["GPU_INSPECTOR_HOME"]:
        packs.fresh()
        _homes.append(os.environ["GPU_INSPECTOR_HOME"])
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = main(words[1:])
    if words[1:2] == ["data"]:
        packs.fresh()
    return status, said.getvalue()


def steps(page: str, *, every_block: bool = False) -> Iterator[tuple[str, str]]:
    """What a page's story does, in its order: ("run", line), or ("file NAME", text).

    Lines are those of blocks of `sh`; with `every_block` those of any block that call this program. A block of another
    kind that begins with a comment of one word, `# office.toml`, is that file. A block with a text that goes into a
    file within it (`<<`) is run as a whole.
    """
    for block in blocks(DOCS / page):
        named = re.match(r"# (\S+\.\w+)\n", block.text)
        if block.kind in ("toml", "json", "csv", "text") and named:
            yield f"file {named[1]}", block.text + "\n"
        elif block.kind == "sh" and not every_block and "<<" in block.text:
            yield "run", block.text
        elif block.kind == "sh" or (every_block and block.kind in ("", "indented")):
            for _number, line in lines_of(block):
                if not line.startswith("#") and (not every_block or PROGRAM in line.split("#")[0]):
                    yield "run", line


def play(at: Stage, page: str, monkeypatch: pytest.MonkeyPatch, *, every_block: bool = False) -> list[Ran]:
    """The whole story of a page."""
    ran = []
    for kind, text in steps(page, every_block=every_block):
        if kind == "run":
            ran.append(at.run(text, monkeypatch))
        else:
            (at.folder / kind.removeprefix("file ")).write_text(text, encoding="utf-8")
    return ran


@cache
def _office(place: Path) -> Path:
    """The keys and certificates that docs/office-keys.md makes, by its own commands."""
    place.mkdir(mode=0o700)
    for block in [block for block in blocks(DOCS / "office-keys.md") if block.kind == "sh"][:4]:
        variables = {**os.environ, **_SECRET}
        subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block.text], cwd=place, env=variables, check=True, capture_output=True
        )
    return place


def stage(folder: Path, shared: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The files that every story has at hand."""
    work, home = folder / "work", folder / "home"
    dumps = work / "dumps"
    dumps.mkdir(parents=True)
    sample = (ROOT / "resources" / "samples" / "geforce-rtx-4090.xml").read_bytes()
    (work / "dump.xml").write_bytes(sample)
    (dumps / "one.xml").write_bytes(sample)
    (dumps / "two.xml").write_bytes(batch_dumps.one(2, "49140 MiB"))
    (dumps / "notes.txt").write_text("Two cards out of the blue box.\n", encoding="utf-8")
    Image.new("RGB", (640, 480), "white").save(work / "label.jpg")
    (work / "office.toml").write_text('office = "Customs Office North"\nnumber = 3\n', encoding="utf-8")
    made = Stage(work, home)
    if shutil.which("openssl"):
        office = _office(shared)
        for name in ("officer.p12", "root.pem", "issuing.pem"):
            shutil.copy(office / name, work / name)
    return made


def elsewhere(at: Stage) -> Stage:
    """Another office, whose files lie in the same folder."""
    return Stage(at.folder, at.home.with_name("elsewhere"))
