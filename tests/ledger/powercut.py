"""A disk as it could be after the power went: rebuilt from all that a program did to it, in order.

What was synced is there. Of each write and each change of size since then, any choice may be there or not, and a write
may be torn between sectors of 512 bytes. Names are of their own kind: a folder's list has what was there when the
folder was last synced, and then the first so many of the changes since. That is what POSIX promises, and less than any
file system in use gives.

What this does not cover: drives that say "flushed" and lie; sectors that are damaged while they are written, or smaller
than 512 bytes; file systems that reorder changes of names within one folder, or lose a synced file; what a kernel does
after a failed flush; the memory that SQLite shares between programs (the -shm file), which is left out or filled with
noise, for it is made anew after a crash; more than one program writing at the moment of the cut.
"""

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
_HEAD = struct.Struct("<ciqII")


@dataclass(frozen=True, slots=True)
class Event:
    """One call: `kind` is O open, D open folder, X close, W write, T change of size, S sync, M mkdir, U unlink,
    R rename, L link, A acknowledgement."""

    kind: str
    handle: int
    number: int
    text: str
    data: bytes


def events_of(raw: bytes) -> Iterator[Event]:
    """All whole records of a log."""
    at = 0
    while at + _HEAD.size <= len(raw):
        kind, handle, number, text, data = _HEAD.unpack_from(raw, at)
        at += _HEAD.size
        if at + text + data > len(raw):
            return
        yield Event(kind.decode(), handle, number, raw[at : at + text].decode(), raw[at + text : at + text + data])
        at += text + data


class _File:
    """`synced` is on the disk for good; each of `pending` is (offset, bytes), or (size, None) for a change of size."""

    def __init__(self) -> None:
        self.synced = b""
        self.pending: list[tuple[int, bytes | None]] = []

    def sync(self) -> None:
        self.synced = _applied(self.synced, self.pending)
        self.pending = []


class _Folder:
    """`synced` are the names on the disk for good; each of `pending` is (name, what it means now or None)."""

    def __init__(self) -> None:
        self.synced: dict[str, _File | _Folder] = {}
        self.pending: list[tuple[str, _File | _Folder | None]] = []

    def names(self, count: int | None = None) -> "dict[str, _File | _Folder]":
        found = dict(self.synced)
        for name, meant in self.pending[:count]:
            if meant is None:
                found.pop(name, None)
            else:
                found[name] = meant
        return found

    def sync(self) -> None:
        self.synced = self.names()
        self.pending = []


def _applied(content: bytes, changes: list[tuple[int, bytes | None]]) -> bytes:
    out = bytearray(content)
    for number, data in changes:
        if data is None:
            del out[number:]
            out.extend(bytes(number - len(out)))
        else:
            out.extend(bytes(max(0, number - len(out))))
            out[number : number + len(data)] = data
    return bytes(out)


def _torn(number: int, data: bytes, chance: random.Random) -> Iterator[tuple[int, bytes]]:
    """Some sectors of a write, none or all of them perhaps."""
    at = 0
    while at < len(data):
        end = min(len(data), at + SECTOR - (number + at) % SECTOR)
        if chance.random() < 0.5:
            yield number + at, data[at:end]
        at = end


@dataclass
class Disk:
    """What a program has done to the files below `root` until now."""

    root: Path
    told: bytes = b""
    _top: _Folder = field(default_factory=_Folder)
    _handles: dict[int, "_File | _Folder"] = field(default_factory=dict)

    def _parent(self, path: str) -> tuple[_Folder, str]:
        *folders, name = Path(path).relative_to(self.root).parts
        at = self._top
        for one in folders:
            found = at.names()[one]
            assert isinstance(found, _Folder)
            at = found
        return at, name

    def _opened(self, event: Event) -> "_File | _Folder":
        if Path(event.text) == self.root:
            return self._top
        parent, name = self._parent(event.text)
        found = parent.names().get(name)
        if found is None:
            assert event.kind == "O" and not event.number, f"{event.text} was made unseen"
            found = _File()
            parent.pending.append((name, found))
        return found

    def _named(self, event: Event) -> None:
        parent, name = self._parent(event.text)
        if event.kind == "M":
            parent.pending.append((name, _Folder()))
        elif event.kind == "U":
            parent.pending.append((name, None))
        else:
            meant = parent.names()[name]
            other, new = self._parent(event.data.decode())
            other.pending.append((new, meant))
            if event.kind == "R":
                parent.pending.append((name, None))

    def do(self, event: Event) -> None:
        """One call more."""
        if event.kind == "A":
            self.told += event.data
        elif event.kind in "OD":
            self._handles[event.handle] = self._opened(event)
        elif event.kind == "X":
            self._handles.pop(event.handle, None)
        elif event.kind in "MURL":
            self._named(event)
        else:
            meant = self._handles[event.handle]
            if event.kind == "S":
                meant.sync()
            else:
                assert isinstance(meant, _File)
                meant.pending.append((event.number, event.data if event.kind == "W" else None))

    def as_it_is(self, target: Path) -> None:
        """What the program itself sees: all that was done."""
        self._put(self._top, target, None, 1.0)

    def after_the_cut(self, target: Path, chance: random.Random) -> None:
        """One of the disks that may be found when the power is back."""
        # Nothing since the sync, or everything, or any share of it: each reached on purpose, not by luck.
        share = chance.choice((0.0, 0.0, 1.0, 0.1, 0.5, 0.5, 0.9))
        self._put(self._top, target, chance, share)

    def _put(self, folder: _Folder, target: Path, chance: random.Random | None, share: float) -> None:
        target.mkdir(exist_ok=True)
        count = None if chance is None or share == 1.0 else round(chance.random() * share * len(folder.pending))
        for name, meant in folder.names(count).items():
            if isinstance(meant, _Folder):
                self._put(meant, target / name, chance, share)
            elif name.endswith("-shm"):
                if chance is not None and chance.random() < 0.5:
                    (target / name).write_bytes(chance.randbytes(32768))
            else:
                kept = meant.pending if chance is None else list(_chosen(meant.pending, chance, share))
                (target / name).write_bytes(_applied(meant.synced, kept))


def _chosen(
    pending: list[tuple[int, bytes | None]], chance: random.Random, share: float
) -> Iterator[tuple[int, bytes | None]]:
    for number, data in pending:
        if share == 1.0 or chance.random() < share:
            yield number, data
        elif data is not None and share and chance.random() < 0.3:
            yield from _torn(number, data, chance)
