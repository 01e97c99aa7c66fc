"""Files that are there whole or not at all: what a crash or a full disk cuts short never takes the old one's place."""

import os
import tempfile
from pathlib import Path


def write_whole(target: Path, data: bytes) -> None:
    """Put `data` where `target` is, its folder with it. Raises OSError; then an older file is as it was."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_at_most(path: Path, limit: int) -> bytes:
    """The file's bytes, and one more than `limit` where there are more. Raises OSError, also for what is no file."""
    if not path.is_file():
        if path.exists():
            raise OSError(0, "it is no regular file")
        raise FileNotFoundError(2, "there is no such file")
    with path.open("rb") as file:
        return file.read(limit + 1)


def put_aside(path: Path) -> Path:
    """Rename a file that cannot be read so that it is kept and out of the way; its new place. Raises OSError."""
    number = 1
    aside = path.with_name(f"{path.stem}.broken{path.suffix}")
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.stem}.broken-{number}{path.suffix}")
    path.replace(aside)
    return aside
