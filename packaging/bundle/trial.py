"""One trial of a packed program: commands run in surroundings of their own, and what was seen of them."""
# ruff: noqa: T201

import re
import subprocess
from collections.abc import Container
from pathlib import Path

TIMEOUT_S = 600.0


class Trial:
    """The program in a folder of its own, and what was seen of it."""

    def __init__(self, program: Path, folder: Path, command: tuple[str, ...] = ()) -> None:
        """`command` starts the program, where it is another one than the program's own name."""
        self.program, self.folder = program, folder
        self.command = command or (str(program),)
        self.environ = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8"}
        self.environ["GPU_INSPECTOR_HOME"] = str(folder / "data")
        self.done: set[str] = set()
        self.failed: list[str] = []
        self.untried: list[str] = []
        self.told = ""
        """What the last command wrote to its standard error."""

    def run(self, *words: str | Path, status: Container[int] = (0,), more: dict[str, str] | None = None) -> str:
        """Run a command; what it printed. An unexpected status is a failure, and the trial goes on."""
        texts = [str(word) for word in words]
        done = subprocess.run(
            [*self.command, *texts],
            cwd=self.folder,
            env=self.environ | (more or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        plain = [text for text in texts[:2] if re.fullmatch(r"[a-z-]+", text) and not text.startswith("-")]
        self.done |= {" ".join(plain[:count]) for count in (1, 2)}
        self.told = done.stderr
        said = (done.stderr.strip().splitlines() or [""])[-1]
        well = done.returncode in status and "Traceback" not in done.stderr
        if not well:
            self.failed.append(f"{' '.join(texts)}: status {done.returncode}: {said}")
        print(f"{'ok  ' if well else 'FAIL'} {done.returncode:3} gpu-inspector {' '.join(texts)[:100]}", flush=True)
        return done.stdout

    def expect(self, what: str, true: bool) -> None:
        """One thing that must be so."""
        print(f"{'ok  ' if true else 'FAIL'}     {what}", flush=True)
        if not true:
            self.failed.append(what)

    def cannot(self, sentence: str) -> None:
        """One thing that this machine cannot try."""
        print(f"--       {sentence}", flush=True)
        self.untried.append(sentence)
