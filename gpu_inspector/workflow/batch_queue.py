"""What a batch is made of, one after another: the files of a folder in a fixed order, or the lines of a list.

Nothing is opened here but folders and the list. What is no file (a pipe, a socket, a device, a link that leads nowhere)
is named with its reason and never opened.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from gpu_inspector.errors import CaptureError
from gpu_inspector.language import N_
from gpu_inspector.records.batch import item_of

MOST_FILES = 1_000_000
LONGEST_LINE = 64 * 1024
"""Bytes of one line of a list: no system has longer paths."""
SIMULATION = "simulation:"
LARGEST_SEED = 2**53 - 1
_CHUNK = 64 * 1024
_NUMBER = re.compile(r"\d{1,3}")
_ADDRESS = re.compile(r"([0-9a-fA-F]{4,8}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7]")
_UUID = re.compile(r"GPU-[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.IGNORECASE)
LOOP = N_("It is a link that leads back to itself.")
NOWHERE = N_("It is a link to something that is not there.")
LINKED_FOLDER = N_("It is a link to a folder, which is not followed.")
NO_FILE = N_("It is a pipe, a socket or a device.")
SUBFOLDER = N_("It is a folder; --recursive looks into it.")


class Kind(StrEnum):
    """What a thing of the queue is."""

    FILE = "file"
    CARD = "card"
    SIMULATION = "simulation"
    REFUSED = "refused"
    """It was asked for by name, and cannot be looked at: it counts as INCONCLUSIVE."""
    LEFT_OUT = N_("left out")
    """It lies in the folder and is no file: it counts nothing."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the queue: what it is called, and where it is or why it is not looked at."""

    kind: Kind
    name: str
    path: Path | None = None
    reason: str = ""
    what: str = ""
    """Of a card, how `inspect` names it; of a simulation, its name."""
    seed: int = 0


def of_folder(folder: Path, recursive: bool, kept: frozenset[Path]) -> tuple[Item, ...]:
    """The files of a folder by the bytes of their names, each folder below it where its name stands.

    `kept` are resolved paths of what this program itself writes there. Raises CaptureError: the folder cannot be read,
    or holds too much.
    """
    found: list[Item] = []
    for one in _inside(folder, b"", recursive, kept, top=True):
        found.append(one)
        if len(found) > MOST_FILES:
            raise CaptureError(f"{folder} holds more than {MOST_FILES:,} files.", "Name a smaller folder.")
    return tuple(found)


def _inside(
    folder: Path, before: bytes, recursive: bool, kept: frozenset[Path], *, top: bool = False
) -> Iterator[Item]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(os.fsencode(one.name) for one in entries)
    except OSError as error:
        sentence = N_(f"The folder {folder} cannot be read ({error.strerror}).")
        if top:
            raise CaptureError(sentence, "Look at the name, and ask for the right to read it.") from error
        yield Item(Kind.REFUSED, item_of(before.rstrip(b"/")), reason=sentence)
        return
    for name in names:
        path = folder / os.fsdecode(name)
        told = looked(path, before + name, recursive, kept)
        if told is None:
            continue
        if told.kind is Kind.FILE or told.reason:
            yield told
        else:
            yield from _inside(path, before + name + b"/", recursive, kept)


def looked(path: Path, name: bytes, recursive: bool, kept: frozenset[Path]) -> Item | None:
    """What lies there; a folder that is to be looked into is LEFT_OUT without a reason, what is ours is None."""
    item = item_of(name)
    try:
        mode = path.stat().st_mode
        if kept and path.resolve() in kept:
            return None
    except OSError as error:
        reason = LOOP if error.errno == errno.ELOOP else NOWHERE if path.is_symlink() else ""
        return Item(Kind.LEFT_OUT, item, reason=reason) if reason else Item(Kind.FILE, item, path)
    if stat.S_ISDIR(mode):
        linked = LINKED_FOLDER if path.is_symlink() else "" if recursive else SUBFOLDER
        return Item(Kind.LEFT_OUT, item, path, linked)
    if not stat.S_ISREG(mode):
        return Item(Kind.LEFT_OUT, item, reason=NO_FILE)
    return Item(Kind.FILE, item, path)


def of_list(stream: BinaryIO, end: bytes) -> Iterator[Item | None]:
    """The lines of a list as they come; None ahead of each wait for more, so that nothing waits with them.

    A line is a path, a card of this machine as `inspect` names it, or simulation:NAME[:SEED]. `end` closes each.
    """
    for line in _lines(stream, end):
        if line is None:
            yield None
        elif item := _meant(line if end == b"\0" else line.removesuffix(b"\r")):
            yield item


def _lines(stream: BinaryIO, end: bytes) -> Iterator[bytes | None]:
    """Whole lines; of one that is longer than any path, its beginning."""
    rest, dropping = b"", False
    read = getattr(stream, "read1", stream.read)
    while True:
        yield None
        try:
            chunk = read(_CHUNK)
        except OSError as error:
            raise CaptureError(f"Standard input cannot be read ({error.strerror}).") from error
        if not chunk:
            break
        whole = (rest + chunk).split(end)
        rest = whole.pop()
        for line in whole:
            if not dropping:
                yield line[: LONGEST_LINE + 1]
            dropping = False
        if len(rest) > LONGEST_LINE:
            if not dropping:
                yield rest[: LONGEST_LINE + 1]
            rest, dropping = b"", True
    if rest and not dropping:
        yield rest


def _meant(line: bytes) -> Item | None:
    if not line.strip():
        return None
    if len(line) > LONGEST_LINE or b"\0" in line:
        return Item(Kind.REFUSED, item_of(line), reason=N_("This line of the list is no name that a file can have."))
    text = os.fsdecode(line)
    if text.startswith(SIMULATION):
        return _simulation(text)
    if not os.path.lexists(text) and any(one.fullmatch(text.strip()) for one in (_NUMBER, _ADDRESS, _UUID)):
        return Item(Kind.CARD, item_of(line.strip()), what=text.strip())
    return Item(Kind.FILE, item_of(os.fsencode(os.path.normpath(text))), Path(text))


def _simulation(text: str) -> Item:
    name, _colon, seed = text.strip().removeprefix(SIMULATION).partition(":")
    item = item_of(os.fsencode(text.strip()))
    if seed and not (seed.isascii() and seed.isdigit() and len(seed) < 17 and int(seed) <= LARGEST_SEED):
        return Item(Kind.REFUSED, item, reason=N_(f"“{seed[:40]}” is no seed: write simulation:NAME:NUMBER."))
    if not name:
        return Item(Kind.REFUSED, item, reason=N_("Name the simulation: gpu-inspector simulations lists them."))
    return Item(Kind.SIMULATION, item, what=name, seed=int(seed or 0))


def resolved(paths: Iterable[Path | None]) -> frozenset[Path]:
    """The paths as the system knows them; one that leads nowhere is left out."""
    found = set()
    for path in paths:
        if path is not None:
            try:
                found.add(path.resolve())
            except (OSError, RuntimeError):
                continue
    return frozenset(found)
