"""The files and commands of the machine that the card is looked at on.

`Bench` is the one way by which the host's probes touch the machine, so that a test hands them a folder and a
function instead. Everything read is bounded, links are followed inside the given root only, and a device, a
pipe or a folder in a file's place is "not readable" instead of a hang.
"""

import hashlib
import os
import stat
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from gpu_inspector.probes import pipes

SMALL = 64 * 1024
"""Bytes; no file of /proc or /sys that is read here comes near it."""
LARGE = 32 * 1024 * 1024
"""Bytes; a package database's index, a kernel log."""
MOST_NAMES = 100_000
MOST_LINKS = 40
"""Links in one path, as Linux itself allows."""
COMMAND_TIMEOUT_S = 10.0
SEARCH_PATH = "/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin"
"""Where commands are looked for: never in the caller's PATH, which may put a changed program first."""

Run = Callable[[list[str]], str]


def run_command(arguments: list[str]) -> str:
    """What a command prints on its standard output, at most LARGE bytes, whatever its exit status.

    The environment is empty but for LC_ALL=C and a fixed PATH: nothing that is preloaded into us reaches it.
    Raises OSError where the program cannot be started, subprocess.TimeoutExpired after COMMAND_TIMEOUT_S.
    """
    process = subprocess.Popen(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C", "PATH": SEARCH_PATH},
    )
    with process:
        try:
            return _drain(process, arguments).decode("utf-8", errors="replace")
        finally:
            process.kill()


def _drain(process: "subprocess.Popen[bytes]", arguments: list[str]) -> bytes:
    """Read until the end, the bound or the deadline: a command that floods or hangs does not take us along."""
    assert process.stdout is not None
    deadline = time.monotonic() + COMMAND_TIMEOUT_S
    pieces: list[bytes] = []
    size = 0
    with pipes.reading(process.stdout, SMALL) as following:
        while size < LARGE:
            piece = following(deadline - time.monotonic())
            if piece is None:
                raise subprocess.TimeoutExpired(arguments, COMMAND_TIMEOUT_S)
            if not piece:
                break
            pieces.append(piece)
            size += len(piece)
    return b"".join(pieces)[:LARGE]


def no_command(arguments: list[str]) -> str:
    """The commands of a folder that is not the running system: there are none. Raises FileNotFoundError."""
    raise FileNotFoundError(arguments[0])


@dataclass(frozen=True)
class Bench:
    """A file tree, an environment and a way to run commands. Paths are absolute inside of the tree."""

    root: Path
    environment: Mapping[str, str]
    run: Run
    refused: set[str] = field(default_factory=set)
    """Paths that exist but may not be read."""

    def ask(self, *arguments: str) -> str | None:
        """A command's output, None where it is absent, refused or too slow."""
        try:
            return self.run(list(arguments))
        except (OSError, subprocess.SubprocessError):
            return None

    def real(self, path: str) -> str:
        """The path with every link followed, as a process on the bench would see it."""
        waiting = [part for part in reversed(path.split("/")) if part not in ("", ".")]
        done: list[str] = []
        links = 0
        while waiting:
            part = waiting.pop()
            if part == "..":
                done = done[:-1]
                continue
            done.append(part)
            target = self._link("/" + "/".join(done))
            if target is None:
                continue
            links += 1
            if links > MOST_LINKS:
                break
            done = [] if target.startswith("/") else done[:-1]
            waiting.extend(piece for piece in reversed(target.split("/")) if piece not in ("", "."))
        return "/" + "/".join(done)

    def _link(self, path: str) -> str | None:
        try:
            return str(self._at(path).readlink())
        except (OSError, ValueError):
            return None

    def _at(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def _open(self, path: str) -> int | None:
        """A descriptor of a regular file; the caller closes it."""
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
        try:
            descriptor = os.open(self._at(self.real(path)), flags)
        except PermissionError:
            self.refused.add(path)
            return None
        except (OSError, ValueError):
            return None
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return descriptor
        os.close(descriptor)
        return None

    def _pieces(self, path: str, limit: int) -> Iterator[bytes]:
        """A file in pieces. Raises OSError where it is no readable file."""
        descriptor = self._open(path)
        if descriptor is None:
            raise FileNotFoundError(path)
        try:
            while limit > 0 and (piece := os.read(descriptor, min(limit, 1024 * 1024))):
                limit -= len(piece)
                yield piece
        finally:
            os.close(descriptor)

    def data(self, path: str, limit: int = SMALL) -> bytes | None:
        """At most `limit` bytes of a file, None where it cannot be read."""
        try:
            return b"".join(self._pieces(path, limit))
        except PermissionError:
            self.refused.add(path)
            return None
        except OSError:
            return None

    def text(self, path: str, limit: int = SMALL) -> str | None:
        """The same as text; bytes that are no UTF-8 become replacement characters."""
        data = self.data(path, limit)
        return None if data is None else data.decode("utf-8", errors="replace")

    def digest(self, path: str, algorithm: str = "sha256") -> str | None:
        """The whole file's digest in lower-case hexadecimal digits, None where it cannot be read."""
        state = hashlib.new(algorithm, usedforsecurity=False)
        try:
            for piece in self._pieces(path, 1 << 40):
                state.update(piece)
        except OSError:
            return None
        return state.hexdigest()

    def holds(self, path: str, sequence: bytes) -> bool | None:
        """Whether these bytes stand anywhere in a file, None where it cannot be read."""
        before = b""
        try:
            for piece in self._pieces(path, 1 << 40):
                window = before + piece
                if sequence in window:
                    return True
                before = window[-len(sequence) :]
        except OSError:
            return None
        return False

    def _entries(self, path: str) -> list[tuple[str, bool]]:
        """Name, and whether it is a folder itself, of each thing in a folder; [] where it cannot be read."""
        try:
            with os.scandir(self._at(self.real(path))) as entries:
                found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in islice(entries, MOST_NAMES)]
        except PermissionError:
            self.refused.add(path)
            return []
        except (OSError, ValueError):
            return []
        return sorted(found)

    def names(self, path: str) -> tuple[str, ...]:
        """What a folder holds, in a fixed order; () where it cannot be read."""
        return tuple(name for name, _ in self._entries(path))

    def is_file(self, path: str) -> bool:
        try:
            return stat.S_ISREG(os.lstat(self._at(self.real(path))).st_mode)
        except (OSError, ValueError):
            return False

    def is_folder(self, path: str) -> bool:
        try:
            return stat.S_ISDIR(os.lstat(self._at(self.real(path))).st_mode)
        except (OSError, ValueError):
            return False

    def files(self, folder: str, depth: int = 12) -> Iterator[str]:
        """Every file and link below a folder, at most MOST_NAMES; a link to a folder is not entered."""
        waiting = [(folder.rstrip("/"), depth)]
        count = 0
        while waiting and count < MOST_NAMES:
            place, left = waiting.pop()
            for name, inner in self._entries(place):
                count += 1
                if not inner:
                    yield f"{place}/{name}"
                elif left > 0:
                    waiting.append((f"{place}/{name}", left - 1))
