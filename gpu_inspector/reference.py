"""Reference data that came without a new program: which are in use, and their files, from the user's data folder.

A data pack is one file, kept as it came and never unpacked: no name inside it becomes a path. It lies under the
version that it must come to, and `chosen.json` names the one in use by its SHA-256. What was changed there is refused
in a sentence, never passed over: other data than those that were chosen would judge otherwise without a word. Who
signed a pack is examined a few floors up (workflow/data_packs.py); here are bytes, digests and bounds.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

import msgspec

from gpu_inspector import settings
from gpu_inspector.errors import DataError
from gpu_inspector.language import N_

FORMAT = 1
KIND = N_("reference data")
"""What the statement calls itself, so that no signature over something else passes for one over data."""
COPY = N_("copy of the program's reference data")
"""What a copy of the program's own data calls itself; nobody signs it."""
LARGEST = 16 * 1024 * 1024
"""Bytes of a pack; the program's own data make one of a tenth of that."""
MOST_FILES = 64
LONGEST_TEXT = 2000
"""Characters of the note and of the maker's name."""
FOLDER = "products/"
"""The files of this folder go by their bare names inside a catalogue, and in its digest."""
USE_OWN = N_("Use the data that came with the program: gpu-inspector data use own")
AGAIN = N_("Install them again, or use the data that came with the program: gpu-inspector data use own")
_SELECTION = 4096
"""Bytes of chosen.json."""
_VERSION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\+[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"(?:(?:products|markings|export)/[a-z0-9_]{1,60}|modifications)\.(?:jsonl|json|toml)")
_NEEDS = re.compile(r"(?:[0-9]{1,6}(?:\.[0-9]{1,6}){0,3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is signed: every file that decides, a whole set, as text."""

    kind: str
    version: str
    """What the files must come to, as a catalogue names its version: the day of the data, and a digest's begin."""
    made_at: datetime
    files: dict[str, str]
    """Name below the program's `resources/` -> text."""
    made_by: str = ""
    note: str = ""
    needs: str = ""
    """The program's version that is needed at least, "1.2"; "" for any."""
    format: int = field(default=FORMAT)


@dataclass(frozen=True, slots=True)
class Pack:
    """One file that was read: its statement, and its bytes as they lay there."""

    data: bytes
    sha256: str
    statement: Statement

    @property
    def version(self) -> str:
        """The version that it says of itself."""
        return self.statement.version

    def files(self) -> dict[str, bytes]:
        """Name, as a catalogue takes it, -> bytes."""
        return {name.removeprefix(FOLDER): text.encode() for name, text in self.statement.files.items()}


class _Framed(msgspec.Struct):
    statement: Statement
    signature: str = ""


class _Chosen(msgspec.Struct, forbid_unknown_fields=True):
    version: str
    sha256: str
    format: int = FORMAT


def folder() -> Path:
    """Where data packs, and what was decided about them, are kept."""
    return settings.data_folder() / "reference"


def pack_path(version: str) -> Path:
    """Where the pack of a version is kept. Raises DataError for what is no version."""
    return folder() / "packs" / f"{_required(version)}.json"


def copy_path(version: str) -> Path:
    """Where the copy of the program's own data of a version is kept. Raises DataError for what is no version."""
    return folder() / "own" / f"{_required(version)}.json"


def chosen_path() -> Path:
    """The file that names the pack in use; there is none where the program's own data are."""
    return folder() / "chosen.json"


def is_version(text: str) -> bool:
    """Whether it has the form of a version of data: "2026-11-26+0123456789ab"."""
    return _VERSION.fullmatch(text) is not None


@cache
def chosen() -> Pack | None:
    """The pack in use, None where it is the program's own data; the same as long as the program runs.

    Raises DataError where it cannot be read, or is not the file that was chosen.
    """
    selected = selection()
    if selected is None:
        return None
    version, sha256 = selected
    named = N_(f"The reference data in use ({version})")
    try:
        data = _read(pack_path(version), LARGEST)
    except FileNotFoundError as error:
        raise DataError(f"{named} are gone.", AGAIN) from error
    except OSError as error:
        raise DataError(f"{named} cannot be read ({error.strerror or error}).", USE_OWN) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise DataError(f"{named} were changed after they were installed.", AGAIN)
    return read(data, version)


def selection() -> tuple[str, str] | None:
    """Version and SHA-256 of the pack that was chosen; None for the program's own data.

    Raises DataError where the choice cannot be read: to guess it would change judgements without a word.
    """
    try:
        data = _read(chosen_path(), _SELECTION)
    except (FileNotFoundError, NotADirectoryError, settings.NoHome):  # where nothing can be kept, nothing was chosen
        return None
    except OSError as error:
        raise DataError(f"{chosen_path()} cannot be read ({error.strerror or error}).", USE_OWN) from error
    try:
        found = msgspec.json.decode(data, type=_Chosen)
        if found.format != FORMAT or not is_version(found.version) or not _SHA256.fullmatch(found.sha256):
            raise ValueError
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise DataError(f"{chosen_path()} does not name the reference data that were chosen.", USE_OWN) from error
    return found.version, found.sha256


def chosen_text(pack: Pack) -> bytes:
    """The content of chosen.json for a pack."""
    return msgspec.json.encode(_Chosen(pack.version, pack.sha256))


def kept(version: str) -> Pack | None:
    """The pack, or else the copy of a program's own data, that is kept here under a version; None where none is.

    Whether its files come to that version is the catalogue's to tell. Raises DataError where it cannot be read.
    """
    if not is_version(version):
        return None
    for path in (pack_path(version), copy_path(version)):
        try:
            return read(_read(path, LARGEST), version)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise DataError(f"{path} cannot be read ({error.strerror or error}).", "Remove it.") from error
    return None


def read(data: bytes, version: str = "") -> Pack:
    """A pack, or a copy, out of its bytes; `version` is the one that it must have. Raises DataError."""
    if len(data) > LARGEST:
        raise DataError(f"This is larger than any reference data ({LARGEST // 2**20} MiB).", "Ask for the file again.")
    try:
        statement = msgspec.json.decode(data, type=_Framed).statement
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise DataError(f"This is no data pack of GPU Inspector ({error}).", "Ask for the file again.") from error
    problem = fault_of(statement)
    if problem is None and version and statement.version != version:
        problem = N_(f"It says that it is {statement.version}, and lies here as {version}.")
    if problem is not None:
        raise DataError(f"These reference data cannot be used: {problem}", "Ask for the file again.")
    return Pack(data, hashlib.sha256(data).hexdigest(), statement)


def fault_of(statement: Statement) -> str | None:
    """What makes this no set of files that can be used, as a sentence; None where nothing does."""
    if statement.kind not in (KIND, COPY):
        return N_("What was signed there is no reference data.")
    if statement.format != FORMAT:
        return N_(f"They have format {statement.format}; this program reads format {FORMAT}.")
    if not is_version(statement.version):
        return N_("Their version is none.")
    if statement.made_at.tzinfo is None:
        return N_("They do not say in which time zone they were made.")
    if max(len(statement.note), len(statement.made_by)) > LONGEST_TEXT:
        return N_(f"Their note, or their maker's name, is longer than {LONGEST_TEXT:,} characters.")
    if not _NEEDS.fullmatch(statement.needs):
        return N_("The program's version that they need is none.")
    if len(statement.files) > MOST_FILES:
        return N_(f"They have {len(statement.files):,} files; at most {MOST_FILES} are read.")
    if any(not _NAME.fullmatch(name) for name in statement.files):
        return N_("A file's name in them is none of reference data.")
    if len({name.removeprefix(FOLDER) for name in statement.files}) != len(statement.files):
        return N_("Two of their files would be one.")
    return None


def _required(version: str) -> str:
    if not is_version(version):
        raise DataError(f"“{version[:40]}” is no version of reference data.", "See: gpu-inspector data list")
    return version


def _read(path: Path, limit: int) -> bytes:
    """At most so many bytes and one. Raises OSError, also for what is no regular file."""
    if not path.is_file():
        if path.exists():
            raise OSError(0, "it is no regular file")
        raise FileNotFoundError(2, "there is no such file")
    with path.open("rb") as file:
        return file.read(limit + 1)
