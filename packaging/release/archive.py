"""Writes archives that depend on names and bytes alone: not on order, owner, time stamp, umask or folder.

    write_tar(Path("dist/x.tar.xz"), [("x/readme", Path("readme"))], epoch)

Runs on the bare interpreter, so it uses the standard library alone.
"""

import gzip
import io
import lzma
import os
import posixpath
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

Entry = tuple[str, Path]


def below(folder: Path, prefix: str) -> list[Entry]:
    """Every file and link below a folder, with its name in an archive: PREFIX/ and the path inside of the folder."""
    found = []
    for path, folders, files in os.walk(folder):
        links = [name for name in folders if (Path(path) / name).is_symlink()]
        for name in (*files, *links):
            whole = Path(path) / name
            found.append((f"{prefix}/{whole.relative_to(folder).as_posix()}", whole))
    return found


def write_tar(target: Path, entries: Iterable[Entry], epoch: int) -> None:
    """Writes .tar, .tar.gz or .tar.xz; the file appears whole or not at all.

    Links stay links. Raises ValueError for a name, or a link, that would leave the archive's folder, and for what is
    neither a file nor a link; OSError.
    """
    files = dict(entries)
    for name in files:
        if name != posixpath.normpath(name) or name.startswith(("/", "..")):
            raise ValueError(f"not a name for an archive: {name!r}")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".part")
    try:
        with (
            unfinished.open("wb") as raw,
            _compressed(raw, target.name, epoch) as out,
            tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar,
        ):
            for folder in _folders(files):
                tar.addfile(_folder(folder, epoch))
            for name in sorted(files):
                _add(tar, name, files[name], epoch)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _folders(names: Iterable[str]) -> list[str]:
    found = set()
    for name in names:
        parent = posixpath.dirname(name)
        while parent:
            found.add(parent)
            parent = posixpath.dirname(parent)
    return sorted(found)


def _folder(name: str, epoch: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.mtime = tarfile.DIRTYPE, 0o755, epoch
    return entry


def _add(tar: tarfile.TarFile, name: str, path: Path, epoch: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.mtime = epoch
    if path.is_symlink():
        entry.type, entry.mode, entry.linkname = tarfile.SYMTYPE, 0o777, str(path.readlink())
        end = posixpath.normpath(posixpath.join(posixpath.dirname(name), entry.linkname))
        if entry.linkname.startswith("/") or end.startswith(".."):
            raise ValueError(f"a link that leaves the archive: {name!r}")
        tar.addfile(entry)
        return
    if not path.is_file():
        raise ValueError(f"neither a file nor a link: {name!r}")
    # Whoever may run it among its owner's rights; everything else of the mode is the builder's umask.
    entry.mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
    entry.size = path.stat().st_size
    with path.open("rb") as file:
        tar.addfile(entry, file)


@contextmanager
def _compressed(raw: BinaryIO, name: str, epoch: int) -> Iterator[BinaryIO | io.BufferedIOBase]:
    if name.endswith(".gz"):
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=epoch, compresslevel=9) as out:
            yield out
    elif name.endswith(".xz"):
        with lzma.LZMAFile(raw, "wb", preset=6) as packed:
            yield packed
    else:
        yield raw
