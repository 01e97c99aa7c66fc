"""A data pack made out of a folder of reference data, and the copy of its own data that the program keeps.

The copy is made when the first inspection names those data: after an update of the program, its reports can still be
judged with them.
"""

from __future__ import annotations

import hashlib
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gpu_inspector import __version__, preferences, reference, resources
from gpu_inspector.errors import DataError
from gpu_inspector.language import N_
from gpu_inspector.records import released
from gpu_inspector.records.catalogue import own
from gpu_inspector.workflow import data_installing, data_packs, signing, statements
from gpu_inspector.workflow.data_packs import Examined, PackError
from gpu_inspector.workflow.whole_files import read_at_most, write_whole

_FORM = N_("Name a folder in the form of the program's resources/.")
_ENDINGS = (".jsonl", ".json")


def signed_pack(
    folder: Path | None, note: str, *, made_by: str = "", needs: str = "", ask: signing.Ask = signing.nobody
) -> bytes:
    """The file of a new pack, signed by this bench: of a folder, or of the program's own data.

    The forms of the lists that the program reads are made anew of the lists that people write. Raises PackError where
    the folder holds no whole reference data, ReportError where the key does not sign.
    """
    if not note.strip():
        raise PackError("A data pack says what it changes, and why.", "Give --note TEXT.")
    files = _read(resources.root() if folder is None else folder)
    for written, made in data_installing.MADE.items():
        if written in files and (form := _made_of(files[written], files.get(made))) is not None:
            files[made] = form
    statement = reference.Statement(
        kind=reference.KIND,
        version=_version(files),
        made_at=datetime.now(UTC).replace(microsecond=0),
        files=files,
        made_by=made_by or preferences.load()[0].office,
        note=note,
        needs=needs,
    )
    if (problem := reference.fault_of(statement)) is not None:
        raise PackError(f"This data pack cannot be written: {problem}", _FORM)
    text = _encoded(statement)
    data = statements.framed(text, statements.sign(text, signing.signer(ask)))
    try:
        data_installing.complete(data_packs.examine(data, ()).pack)
    except PackError as error:
        raise PackError(f"This data pack cannot be written: {error.message}", _FORM) from error
    return data


def _encoded(statement: reference.Statement) -> bytes:
    try:
        return data_packs.encoded(statement)
    except UnicodeEncodeError as error:
        raise PackError("A text of these data holds signs that are no letters.", "Write it anew.") from error


def _read(folder: Path) -> dict[str, str]:
    """The files that decide, as text: those that the program knows, and products beyond them. Raises PackError."""
    try:
        more = {f"products/{path.name}" for path in (folder / "products").iterdir() if path.suffix in _ENDINGS}
        names = sorted(more | set(released.names()))
        if len(names) > reference.MOST_FILES:
            raise PackError(f"{folder} holds more files than any reference data.", _FORM)
        files: dict[str, str] = {}
        for name in names:
            data = read_at_most(folder / name, reference.LARGEST)
            if len(data) > reference.LARGEST:
                raise PackError(f"{folder / name} is larger than any reference data.", _FORM)
            files[name] = data.decode()
    except UnicodeDecodeError as error:
        raise PackError(f"{folder / name} is no text in UTF-8.", "Write it anew.") from error
    except OSError as error:
        raise PackError(f"{folder} holds no whole reference data ({error.strerror or error}).", _FORM) from error
    return files


def _made_of(written: str, made: str | None) -> str | None:
    """The JSON form of a list; None where the one that is there is of this very text. Raises PackError."""
    digest = hashlib.sha256(written.encode()).hexdigest()
    try:
        if made is not None and msgspec.json.decode(made, type=dict[str, object]).get("sha256") == digest:
            return None
        return msgspec.json.encode({"sha256": digest, "rows": tomllib.loads(written)}).decode()
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as error:  # also digits without end
        raise PackError(f"A list of these data is no TOML, or its form no JSON ({error}).", "Mend it.") from error


def _version(files: dict[str, str]) -> str:
    """What these files come to. Raises PackError where they are no reference data."""
    from gpu_inspector.records.catalogue import Catalogue

    try:
        return Catalogue({name.removeprefix(reference.FOLDER): text.encode() for name, text in files.items()}).version
    except DataError as error:
        raise PackError(f"These are no whole reference data: {error.message}", _FORM) from error


def write(target: Path, data: bytes) -> Examined:
    """Put a new pack into a file. Raises PackError, TargetError."""
    from gpu_inspector.workflow import targets

    targets.check(target, targets.JSON)
    try:
        write_whole(target, data)
    except OSError as error:
        raise PackError(f"{target} cannot be written ({error.strerror}).", "Name another place.") from error
    return data_packs.examine(data, ())


def keep_own(version: str) -> str:
    """Keep a copy of the program's own data where these are the ones named; "", or the sentence why there is none.

    Never raises: an inspection that is on the ledger is not lost for want of a copy.
    """
    try:
        if version != own().version or not reference.is_version(version) or reference.copy_path(version).exists():
            return ""
        files = {name: resources.read(name).decode() for name in released.names()}
        copy = reference.Statement(
            kind=reference.COPY,
            version=version,
            made_at=datetime.now(UTC).replace(microsecond=0),
            files=files,
            made_by=f"GPU Inspector {__version__}",
        )
        # The files may have been changed since the catalogue was read.
        if _version(files) != version:
            raise PackError("They were changed while the program ran.")
        write_whole(reference.copy_path(version), b'{"statement":' + _encoded(copy) + b"}")
    except (OSError, UnicodeDecodeError, DataError) as error:
        why = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
        return N_(f"No copy of the reference data {version} could be kept for judging this report later: {why}")
    return ""
