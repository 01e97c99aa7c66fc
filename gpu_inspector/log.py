"""The program's own log: one JSON object a line, rotated, readable by people, and without anybody's numbers or names.

Serial numbers, UUIDs, digests, names and places of users are masked before a line is written, unless the user asked for
them (`GPU_INSPECTOR_LOG_SERIALS=1`, or `log_serials` in the settings); each line says whether it was. Written without
Python's own `logging`, which costs a command more than all its lines do. Nothing in here may fail an inspection: where
the log cannot be written, the program goes on without it.
"""

import errno
import json
import os
import re
import stat
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from gpu_inspector import __version__, platforms, preferences, settings
from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.language import N_

SERIALS = "GPU_INSPECTOR_LOG_SERIALS"
"""Set to anything but 0, the log keeps serial numbers and names."""
LARGEST_FILE = 1024 * 1024
"""Bytes from which on a file of the log is put aside."""
OLDER_FILES = 4
"""Files that are kept beside the one that is written: five in all."""
LARGEST_LINE = 16 * 1024
"""Bytes; a longer line is cut in its fields, so that it stays one line of JSON."""
_LONGEST_TEXT, _MOST_FRAMES, _MOST_HIDDEN = 2000, 40, 2000
_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS)
_PACKAGE = Path(__file__).resolve().parent

MASK = "[masked]"
_SHORTEST, _TELLING = 3, 6
"""Characters of a name that is masked where it stands alone, and of one that is masked inside of words, too."""
_ORDINARY = frozenset({"root", "localhost", "user", "none", "admin", "unknown"})
"""Names that say nothing of anybody."""
_FORMS = (
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"  # a UUID, of a card or of anything else
    # As serial numbers are, many digits; the digest in a version of reference data is nobody's.
    r"|(?<![0-9A-Za-z])(?<!\d{4}-\d{2}-\d{2}\+)(?=(?:[A-Za-z]*[0-9]){6})[0-9A-Za-z]{9,}(?![0-9A-Za-z])"
    r"|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"  # a mail address
    r"|(?<![0-9a-fA-F:])(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}(?![0-9a-fA-F:])"  # of a network card
    r"|(?<![\w.])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?!\.?\w)"  # of a server
)
_HOMES = r"(/home/|/Users/|[A-Za-z]:\\Users\\)[^/\\\s\"']+"
"""Folders of users, also of others than the one who runs this."""
_WORD = r"(?!cannot\b|is\b|has\b|holds\b|exists\b|lies\b|was\b|and\b|or\b|to\b|in\b)[^\s/\\]+"
_PLACES = (
    r"(?:(?<![\w.\]/\\])(?:/(?!usr/|lib/|lib64/|sys/|proc/|dev/|etc/|boot/|bin/|sbin/"
    r"|run/(?!media/|user/)|var/lib/)|[A-Za-z]:\\|\\\\)"
    r"|\[masked\][/\\])"  # the beginning was known as somebody's
    rf"(?:{_WORD}(?: {_WORD}){{0,9}}[/\\])*"
    rf"(?:{_WORD}(?: {_WORD}){{0,9}}\.[A-Za-z0-9]{{2,6}}\b|[^\s/\\]*[^\s/\\.,:;])"
    r"|(?<![A-Za-z])[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s\"']+"
)
"""Files and folders that are not the system's own; names with spaces where an ending or a folder shows how far."""


class _Frame(str):
    """A place in the program itself: nobody's, also where the user is called "inspector"."""

    __slots__ = ()


class _State:
    """What this process found out about its log, and what it must not write."""

    trouble = ""
    hidden: dict[str, None] = {}  # noqa: RUF012 - one log in a process; the oldest first


def event(name: str, /, **fields: object) -> None:
    """Something that happened, as it should. Never raises."""
    _write("info", name, fields)


def warning(name: str, /, **fields: object) -> None:
    """Something that was met and gone around. Never raises."""
    _write("warning", name, fields)


def error(name: str, told: GpuInspectorError | str, /, **fields: object) -> None:
    """What could not be done, with the sentence that the user was told. Never raises."""
    _write("error", name, {"kind": type(told).__name__, "says": str(told), **fields})


def defect(found: BaseException) -> str:
    """Put a defect's trace into the log, else into a temporary file; the sentence for the user. Never raises."""
    import tempfile  # a command that ends well pays for none

    fields = {"says": _last_line(found), "trace": _trace(found)}
    spare = Path(tempfile.gettempdir()) / "gpu-inspector.log"
    try:
        usual = settings.log_path()
    except RuntimeError:
        usual = spare  # no home folder
    for path in (usual, spare):
        if _write("error", "defect", fields, path):
            said = N_(f"A defect of the program stopped this; its trace is in {path}. Please report it with that file.")
            return said if path == usual else " ".join((said, N_(f"The log {usual} cannot be written.")))
    print(_last_line(found), *_trace(found), sep="\n", file=sys.stderr)  # noqa: T201 - nowhere else is left
    return N_(f"A defect of the program stopped this; its log {usual} cannot be written ({_State.trouble}).")


def hide(*values: str | None) -> None:
    """Texts that are somebody's (a case's number, a name, a serial): this process masks them wherever they stand."""
    _State.hidden.update({one.strip(): None for one in values if one and one.casefold() not in _ORDINARY})
    while len(_State.hidden) > _MOST_HIDDEN:
        del _State.hidden[next(iter(_State.hidden))]


def masked(text: str, known: Iterable[str] = ()) -> str:
    """The text without what is hidden or `known`, and without what has the form of somebody's number or place."""
    text = without(text, (*known, *_State.hidden, *_own()))
    return _compiled(_PLACES).sub(MASK, _compiled(_FORMS).sub(MASK, text))


def masked_names(text: str, known: Iterable[str] = ()) -> str:
    """As `masked`, but of a file's place only the user's name is masked: for texts that tell where something lies."""
    text = _compiled(_HOMES).sub(lambda found: found[1] + MASK, without(text, known))
    return _compiled(_FORMS).sub(MASK, text)


def without(text: str, known: Iterable[str]) -> str:
    """The text without these values, however they are written; a short one only where it stands by itself."""
    folded = text.casefold()
    met = {one for one in known if len(one) >= _SHORTEST and one.casefold() in folded}
    for value in sorted(met, key=len, reverse=True):
        alone = r"{}" if len(value) >= _TELLING else r"(?<![0-9A-Za-z]){}(?![0-9A-Za-z])"
        text = re.sub(alone.replace("{}", re.escape(value)), MASK, text, flags=re.IGNORECASE)
    return text


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)  # where a text asks for it: most commands log none that could hold a name


def _own() -> set[str]:
    """The user's and the machine's names, as far as they cost nothing to ask for."""
    node = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    home = os.environ.get("HOME") or os.environ.get("USERPROFILE") or ""
    names = {node, node.partition(".")[0], home.rstrip("/\\"), Path(home).name}
    names |= {os.environ.get(one, "") for one in ("USER", "LOGNAME", "USERNAME")}
    return {one for one in names if one.casefold() not in _ORDINARY}


def with_serials() -> bool:
    """Whether the user wants numbers and names in the log: asked for each line, so that a window need not be closed."""
    said = os.environ.get(SERIALS, "")
    return said != "0" if said else preferences.wants_serials_logged()


def trouble() -> str:
    """Why a line could not be written; "" where all could."""
    return _State.trouble


def files() -> tuple[Path, ...]:
    """The files of the log that are there, the oldest first."""
    names = [_older(settings.log_path(), number) for number in range(OLDER_FILES, -1, -1)]
    return tuple(one for one in names if one.is_file() and not one.is_symlink())


def forget() -> None:
    """Know no trouble and nothing to hide, as a process that has just begun."""
    _State.trouble = ""
    _State.hidden.clear()


def _write(level: str, name: str, fields: Mapping[str, object], path: Path | None = None) -> bool:
    """Whether the line was written."""
    try:
        data = _line(level, name, fields)
        target = settings.log_path() if path is None else path
        target.parent.mkdir(parents=True, exist_ok=True)
        size = _append(target, data)
        if size > LARGEST_FILE:
            with suppress(OSError):  # whoever holds the lock does it; on Windows a reader keeps it from being done
                _rotate(target)
    except (OSError, ValueError, RuntimeError) as refused:  # also a home that cannot be found, or with a zero byte
        _State.trouble = getattr(refused, "strerror", None) or str(refused)
        return False
    return True


def _line(level: str, name: str, fields: Mapping[str, object]) -> bytes:
    serials = with_serials()
    whole: dict[str, object] = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": level,
        "event": name,
        "version": __version__,
        "pid": os.getpid(),
        "masked": not serials,
        "fields": {key: _value(one, serials) for key, one in fields.items() if one is not None},
    }
    data = json.dumps(whole).encode("ascii") + b"\n"
    if len(data) > LARGEST_LINE:
        whole["fields"] = {"cut": data[: LARGEST_LINE // 2].decode("ascii", "replace")}
        data = json.dumps(whole).encode("ascii") + b"\n"
    return data


def _value(value: object, serials: bool) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_value(one, serials) for one in list(value)[:_MOST_FRAMES]]
    text = str(value)[:LARGEST_LINE]
    if not serials and not isinstance(value, _Frame):
        text = without(text, (*_State.hidden, *_own())) if _formless(text) else masked(text)
    return text[:_LONGEST_TEXT]  # masked before it is cut: half a serial has no serial's form


def _formless(text: str) -> bool:
    """Whether nothing in a text can have the form of a number or place, told without the patterns, which cost 3 ms."""
    if any(sign in text for sign in "/\\@:") or text.count("-") > 3 or not text.isascii():
        return False
    words = "".join(one if one.isalnum() else " " for one in text).split()
    return not any(len(word) > 8 and sum(map(str.isdigit, word)) > 5 for word in words)


def _append(path: Path, data: bytes) -> int:
    """One write at the end, so that lines of several processes do not mix; the file's length then. Raises OSError."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
    for one in ("O_CLOEXEC", "O_NONBLOCK", "O_BINARY", "O_NOFOLLOW"):
        flags |= getattr(os, one, 0)
    descriptor = os.open(path, flags, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(0, "it is no regular file")  # a pipe would wait for a reader
        if size:
            os.lseek(descriptor, size - 1, os.SEEK_SET)
            if os.read(descriptor, 1) != b"\n":
                data = b"\n" + data  # a process was killed, or the disk was full, within a line
        if os.write(descriptor, data) != len(data):
            raise OSError(0, "its disk is full")
        return size + len(data)
    finally:
        os.close(descriptor)


def _rotate(path: Path) -> None:
    """Put the file aside: one process does it, and the others write on meanwhile. Raises OSError."""
    lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            platforms.lock(lock, wait=False)
        except OSError as held:
            if held.errno not in _NO_LOCKS:  # some network drives have none, and the log must not grow for ever there
                raise
        if path.stat().st_size <= LARGEST_FILE:
            return  # another one did it meanwhile
        for number in range(OLDER_FILES, 0, -1):
            if (newer := _older(path, number - 1)).is_file():
                newer.replace(_older(path, number))
    finally:
        os.close(lock)


def _older(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}") if number else path


def _last_line(found: BaseException) -> str:
    """Such as "KeyError: 'name'", without lines that follow."""
    import traceback

    return (traceback.format_exception_only(found) or [type(found).__name__])[0].strip()


def _trace(found: BaseException) -> list[str]:
    """Where it was raised, the outermost first, then what it followed from: places in the program, no user's folder."""
    import traceback

    lines: list[str] = []
    seen: set[int] = set()
    now: BaseException | None = found
    while now is not None and id(now) not in seen and len(lines) < _MOST_FRAMES:
        seen.add(id(now))
        if now is not found:
            lines.append(f"after {_last_line(now)}")
        frames = traceback.extract_tb(now.__traceback__)[-_MOST_FRAMES:]
        lines += [_frame(Path(one.filename), f":{one.lineno} in {one.name}") for one in frames]
        now = now.__cause__ or now.__context__
    return lines


def _frame(path: Path, where: str) -> str:
    """A source file by its place in the program, or its last two names."""
    if path.is_relative_to(_PACKAGE):
        return _Frame(path.relative_to(_PACKAGE.parent).as_posix() + where)
    return "/".join(path.parts[-2:]) + where
