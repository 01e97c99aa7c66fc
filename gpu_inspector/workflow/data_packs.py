"""Data packs as they are kept here: whose they are, whether they are whole, and which of them is in use.

Reference data decide about people, so a pack is used only where its signature leads to a certificate that was given
for that purpose: whoever may sign reports may not therefore write reference data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from gpu_inspector import __version__, reference
from gpu_inspector.errors import CaptureError, DataError, GpuInspectorError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import own
from gpu_inspector.records.kept_data import of_pack
from gpu_inspector.records.program import ReferencePack
from gpu_inspector.workflow import statements
from gpu_inspector.workflow.whole_files import read_at_most

if TYPE_CHECKING:
    from gpu_inspector.records.catalogue import Catalogue

MOST_KEPT = 200
"""Packs and copies that are looked at; an office has a few a year."""
_LARGEST_AUTHORITY = 1024 * 1024
NOT_NAMED = N_("Its signer is not named as one who may give reference data here.")
_AGAIN = N_("Ask for the file again.")
_LONGEST_NAME = 200
_LONGEST_TROUBLE = 500


class PackError(DataError):
    """A data pack cannot be used, or cannot be kept."""


class AlteredPack(PackError):
    """A file is no whole data pack: it was altered, is of another kind, or does not come to what it names."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A pack whose signature fits its bytes, and who signed it; `signer.known` where an authority vouches for it."""

    pack: reference.Pack
    signer: statements.Signer

    @property
    def record(self) -> ReferencePack:
        """As an inspection's record names it."""
        said = self.pack.statement
        return ReferencePack(
            version=said.version,
            sha256=self.pack.sha256,
            made_at=said.made_at,
            signer=self.signer.name[:_LONGEST_NAME],
            fingerprint=self.signer.fingerprint,
            made_by=said.made_by[:_LONGEST_NAME],
            note=said.note[:_LONGEST_NAME],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Reference data that are kept here beside the program's own."""

    version: str
    signed: bool
    """A pack; else a copy of the data of this program or of an earlier one."""
    in_use: bool = False
    record: ReferencePack | None = None
    """Of a pack that could be read."""
    problem: str = ""
    """Why they cannot be used, with what to do; "" for none."""


def examine(data: bytes, trust: tuple[bytes, ...]) -> Examined:
    """A pack out of its file; `trust` are certificates (PEM or DER) of who may give reference data.

    Raises AlteredPack where anything of it is not as it was signed, PackError where it is of a newer form. What the
    files say is not looked at: of a signer whom nobody vouches for, nothing more is read.
    """
    if len(data) > reference.LARGEST:
        raise AlteredPack(N_("This file is larger than any reference data."), _AGAIN)
    try:
        statement, envelope = statements.unframed(data)
    except statements.StatementError as error:
        raise AlteredPack(N_(f"This is no data pack. {error.message}"), _AGAIN) from error
    try:
        said = canonical.decode(statement, reference.Statement, N_("data pack"))
    except CaptureError as error:
        kind = PackError if "reads up to format" in error.message else AlteredPack
        raise kind(error.message, error.advice or _AGAIN) from error
    problem = N_("What was signed there is no reference data.") if said.kind != reference.KIND else None
    if problem := problem or reference.fault_of(said):
        raise AlteredPack(N_(f"This data pack cannot be used: {problem}"), _AGAIN)
    if encoded(said) != statement and not canonical.is_of(statement, said):
        raise AlteredPack(N_("This data pack is not in the form in which this program writes it."), _AGAIN)
    try:
        signer = statements.check(statement, envelope, trust, said.made_at)
    except statements.StatementError as error:
        raise AlteredPack(N_(f"This data pack cannot be used: {error.message}"), _AGAIN) from error
    return Examined(reference.read(data), signer)


def require_program(pack: reference.Pack) -> None:
    """Raises PackError where the pack needs a newer program: its rows may say what this one reads otherwise."""
    if _numbers(pack.statement.needs) > _numbers(__version__):
        raise PackError(
            f"These data need GPU Inspector {pack.statement.needs}; this is {__version__}.", "Install that version."
        )


def _numbers(version: str) -> tuple[int, ...]:
    """A version's number as one that can be compared; "" is the lowest."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def encoded(statement: reference.Statement) -> bytes:
    """The canonical JSON of a statement, many times as fast for a megabyte of text as for any record.

    It holds texts, one small number, and names in plain letters, which every encoder writes alike (canonical.py says
    what is not). Raises UnicodeEncodeError for half a character.
    """
    return msgspec.json.encode(canonical.plain(statement), order="sorted")


def authority_path() -> Path:
    """The certificates of who may give reference data here, as PEM."""
    return reference.folder() / "authority.pem"


def authority() -> tuple[bytes, ...]:
    """The certificates of who may give reference data: given here, or named by the office's policy.

    Raises PackError where they cannot be read, PolicyError.
    """
    from gpu_inspector.workflow import policy

    return (*_given(), *policy.data_authorities())


def _given() -> tuple[bytes, ...]:
    """Those given here with --trust. Raises PackError where they cannot be read."""
    try:
        given = read_at_most(authority_path(), _LARGEST_AUTHORITY)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise PackError(
            f"{authority_path()} cannot be read ({error.strerror or error}): whose reference data may be used here"
            " cannot be told.",
            reference.USE_OWN,
        ) from error
    return (given,) if given else ()


@cache
def in_use() -> ReferencePack | None:
    """The pack in use, its signature examined; None where it is the program's own data.

    What judges are the bytes that this process holds in memory, so that one examination is enough for its life: what
    is changed on the disk while a card is measured neither judges it nor spoils its inspection. Raises DataError where
    it is not as it was installed, or nobody vouches for it any more.
    """
    pack = reference.chosen()
    if pack is None:
        return None
    try:
        require_program(pack)
        found = examine(pack.data, _given())
        if not found.signer.known:  # a policy that cannot be used does not take away what was given without it
            found = examine(pack.data, authority())
    except PackError as error:
        why = N_(f"The reference data in use ({pack.version}) are not to be relied on: {error.message}")
        raise type(error)(why, reference.USE_OWN) from error
    if not found.signer.known:
        raise PackError(
            f"The reference data in use ({pack.version}) are signed by {found.signer.name} (SHA-256"
            f" {found.signer.fingerprint}), who is no longer named as one who may give reference data here.",
            reference.AGAIN,
        )
    return found.record


def source_of(catalogue: Catalogue) -> ReferencePack | None:
    """Who signed the data of a catalogue; None for the program's own, and for a folder's. Raises DataError.

    Of a kept pack whose signer may no longer give data here, that is said in its `trouble`.
    """
    pack = reference.chosen()
    if pack is not None and pack.version == catalogue.version:
        return in_use()
    if catalogue.version == own().version:
        return None
    kept = reference.kept(catalogue.version)
    if kept is None or kept.statement.kind != reference.KIND:
        return None
    found = examine(kept.data, authority())
    return found.record if found.signer.known else replace(found.record, trouble=NOT_NAMED)


def with_trouble() -> ReferencePack | None:
    """As `in_use`, with the trouble said in the record in place of an error: for whoever looks at the bench."""
    try:
        return in_use()
    except GpuInspectorError as error:  # a policy that cannot be read names nobody either
        return ReferencePack(version=_selected() or "unknown", trouble=error.message[:_LONGEST_TROUBLE])


def installed() -> tuple[Kept, ...]:
    """Everything that is kept here, the newest first, examined anew. Raises DataError, PolicyError."""
    trust, chosen = authority(), _selected()
    found = [_kept(path, trust, chosen) for path in _files("packs")]
    found += [_copy(path) for path in _files("own")]
    return tuple(sorted(found, key=lambda one: (one.version, one.signed), reverse=True))


def _selected() -> str:
    """The version that was chosen; "" for the program's own, or where that cannot be read."""
    try:
        selected = reference.selection()
    except DataError:
        return ""
    return selected[0] if selected is not None else ""


def _files(name: str) -> tuple[Path, ...]:
    try:
        every = sorted((reference.folder() / name).iterdir(), reverse=True)
    except OSError:
        return ()
    return tuple(path for path in every if path.suffix == ".json" and reference.is_version(path.stem))[:MOST_KEPT]


def _kept(path: Path, trust: tuple[bytes, ...], chosen: str) -> Kept:
    version, in_use = path.stem, path.stem == chosen
    try:
        found = examine(read_at_most(path, reference.LARGEST), trust)
        if found.pack.version != version:
            raise AlteredPack(N_(f"It says that it is {found.pack.version}, and lies here as {version}."), _AGAIN)
        of_pack(found.pack)
    except OSError as error:
        why = N_(f"It cannot be read ({error.strerror or error}).")
        return Kept(version=version, signed=True, in_use=in_use, problem=why)
    except DataError as error:
        return Kept(version=version, signed=True, in_use=in_use, problem=str(error))
    problem = "" if found.signer.known else NOT_NAMED
    return Kept(version=version, signed=True, in_use=in_use, record=found.record, problem=problem)


def _copy(path: Path) -> Kept:
    try:
        of_pack(reference.read(read_at_most(path, reference.LARGEST), path.stem))
    except (OSError, DataError) as error:
        return Kept(version=path.stem, signed=False, problem=N_(f"It cannot be used: {error}"))
    return Kept(version=path.stem, signed=False)
