"""Data packs written, installed, chosen and removed: whole or not at all, and never by a file that nobody vouches for.

A pack goes to its place first, and only then is it named as the one in use, in one step: an inspection that begins
meanwhile is judged wholly by the old data or wholly by the new, and a process that is killed between leaves the old.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from gpu_inspector import reference
from gpu_inspector.errors import DataError
from gpu_inspector.language import N_
from gpu_inspector.records import released
from gpu_inspector.records.catalogue import KNOWN_LIST, KNOWN_MADE, LAW, LAW_MADE, Catalogue, own
from gpu_inspector.records.kept_data import of_pack
from gpu_inspector.records.program import ReferencePack
from gpu_inspector.workflow import data_packs
from gpu_inspector.workflow.data_packs import AlteredPack, Examined, PackError
from gpu_inspector.workflow.whole_files import read_at_most, write_whole

OWN = "own"
MADE = {KNOWN_LIST: KNOWN_MADE, LAW: LAW_MADE}
"""Lists that are written as TOML -> the form of each that is read."""
_MORE = re.compile(r"products/[a-z0-9_]{1,60}\.jsonl")
"""Files that data may have beyond those that the program knows: products of a later generation."""
_AHEAD = timedelta(days=2)
"""So far a clock may be wrong, and a day begin elsewhere; data from a later day would bar every later update."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What was installed, and sentences that a person should read."""

    record: ReferencePack
    remarks: tuple[str, ...] = ()


def opened(path: Path, trust: tuple[bytes, ...]) -> Examined:
    """A pack out of a file, its signature examined, its content not. Raises PackError."""
    try:
        data = read_at_most(path, reference.LARGEST)
    except OSError as error:
        raise PackError(f"{path} cannot be read ({error.strerror or error}).", "Look at the name.") from error
    return data_packs.examine(data, trust)


def complete(pack: reference.Pack) -> Catalogue:
    """The catalogue of a pack of a signer who is vouched for, every part of it read. Raises AlteredPack, PackError."""
    data_packs.require_program(pack)
    files, known = set(pack.statement.files), set(released.names())
    if missing := sorted(known - files):
        raise AlteredPack(N_(f"This data pack lacks {', '.join(missing[:3])}."), N_("Ask for a pack with every file."))
    if more := sorted(name for name in files - known if not _MORE.fullmatch(name)):
        raise AlteredPack(N_(f"This data pack has a file that no data have: {more[0]}."), N_("Ask for the file again."))
    try:
        catalogue = of_pack(pack)
        _ = catalogue.export_products
        # What people read in the lists must be what the program judges by, which is read from another form of them.
        plain = Catalogue({name: data for name, data in pack.files().items() if name not in MADE.values()})
        same = _lists(plain) == _lists(catalogue)
    except DataError as error:
        raise AlteredPack(error.message, N_("Ask for the file again.")) from error
    if not same:
        raise AlteredPack(
            N_(f"In this data pack {KNOWN_MADE} or {LAW_MADE} says something else than the list it is of.")
        )
    return catalogue


def _lists(catalogue: Catalogue) -> tuple[object, ...]:
    return (catalogue.modifications, catalogue.prototypes, catalogue.counterfeits, catalogue.export_law)


def install(path: Path, trust: tuple[bytes, ...] = (), *, older: bool = False) -> Installed:
    """Keep a pack that came, and use it. `trust` are certificates of who may give reference data from now on.

    Raises AlteredPack for a file that is no whole pack, PackError: its signer is not vouched for, it is older than
    the data in use (unless `older`), it needs a newer program, or it cannot be kept. What was in use stays so then.
    """
    known = trust or data_packs.authority()
    found = opened(path, known)
    if not found.signer.known:
        raise PackError(*_unknown(found, given=bool(trust), known=bool(known)))
    _require_day(found.pack)
    complete(found.pack)
    remarks = _age(found.pack, older=older)
    try:
        write_whole(reference.pack_path(found.pack.version), found.pack.data)
        if trust:
            write_whole(data_packs.authority_path(), _pem(trust))
        write_whole(reference.chosen_path(), reference.chosen_text(found.pack))
    except OSError as error:
        raise PackError(
            f"The data pack cannot be kept in {reference.folder()} ({error.strerror or error}).",
            "Free some space, or mend the folder's rights.",
        ) from error
    return Installed(found.record, remarks)


def _unknown(found: Examined, *, given: bool, known: bool) -> tuple[str, str]:
    """Who signed, and how to have that person's data accepted: message and advice."""
    whose = N_(f"{found.signer.name} (certificate SHA-256 {found.signer.fingerprint})")
    if given:
        return N_(f"The certificate given is not that of this pack's signer, {whose}; nothing was installed."), ""
    compare = N_(
        "Compare that SHA-256 with the office that gives reference data by another way, then give --trust CERT."
    )
    if known:
        return N_(f"This pack is signed by {whose}, who is not the one that may give reference data here."), compare
    return N_(f"Nobody may give reference data here yet; this pack is signed by {whose}."), compare


def _require_day(pack: reference.Pack) -> None:
    """Raises PackError for data of a day that has not come."""
    latest = datetime.now(UTC) + _AHEAD
    if pack.statement.made_at > latest or _day(pack.version) > latest.date():
        raise PackError(
            f"These data are of a day that has not come ({pack.version}, signed {pack.statement.made_at:%Y-%m-%d}).",
            "Look at this machine's clock; else ask for the file again.",
        )


def _day(version: str) -> date:
    """The day of the data. Raises PackError where it is none."""
    try:
        return date.fromisoformat(version.partition("+")[0])
    except ValueError as error:
        raise PackError(f"The day of these data ({version}) is none.", "Ask for the file again.") from error


def _age(pack: reference.Pack, *, older: bool) -> tuple[str, ...]:
    """Remarks on its age beside the data in use and the program's own. Raises PackError where it is older."""
    try:
        now = reference.chosen()
    except DataError:
        now = None  # what is in use cannot be used: whatever comes is better
    mine = (_day(pack.version), pack.statement.made_at)
    theirs = (_day(now.version), now.statement.made_at) if now is not None else (_own_day(), mine[1])
    named = now.version if now is not None else own().version
    if mine < theirs and not older:
        raise PackError(
            f"These data ({pack.version}) are older than those in use ({named}).",
            "To use them all the same: --older",
        )
    if mine[0] < _own_day():
        return (N_(f"These data are older than those that came with the program ({own().version})."),)
    return ()


def _own_day() -> date:
    try:
        return date.fromisoformat(own().version.partition("+")[0])
    except ValueError:
        return date.min


def _pem(trust: tuple[bytes, ...]) -> bytes:
    """The certificates as one PEM text. Raises PackError for what is none."""
    import ssl

    from gpu_inspector.report.deferred import LOADING

    with LOADING:
        from gpu_inspector.report import identity
        from gpu_inspector.report.certificate import UNREADABLE
    try:
        every = [der for one in trust for der in identity.certificates_in(one)]
    except UNREADABLE as error:
        raise PackError(f"The certificate given cannot be read ({error}).", "Name a PEM or DER file.") from error
    return "".join(ssl.DER_cert_to_PEM_cert(der) for der in dict.fromkeys(every)).encode()


def use(version: str) -> ReferencePack | None:
    """Use the pack of this version that is kept here, or with "own" the program's own data: the answer is None then.

    Raises AlteredPack, PackError: then what was in use stays so.
    """
    try:
        if version == OWN:
            reference.chosen_path().unlink(missing_ok=True)
            return None
        found = _of_kept(version)
        write_whole(reference.chosen_path(), reference.chosen_text(found.pack))
    except OSError as error:
        raise PackError(
            f"{reference.chosen_path()} cannot be changed ({error.strerror}).", "Mend its rights."
        ) from error
    return found.record


def _of_kept(version: str) -> Examined:
    """Raises PackError where there is none that may be used."""
    path = reference.pack_path(version)
    if not path.is_file():
        raise PackError(f"No data pack {version} is kept here.", "See: gpu-inspector data list")
    found = opened(path, data_packs.authority())
    if found.pack.version != version:
        raise AlteredPack(
            N_(f"The data pack that lies here as {version} says that it is {found.pack.version}."), N_("Remove it.")
        )
    if not found.signer.known:
        raise PackError(*_unknown(found, given=False, known=True))
    complete(found.pack)
    return found


def remove(version: str) -> None:
    """Take away the pack, or the copy, of a version. Raises PackError: it is in use, or none is kept."""
    try:
        selected = reference.selection()
    except DataError:
        selected = None
    if selected is not None and selected[0] == version:
        raise PackError(f"The data {version} are in use.", "Use others first: gpu-inspector data use own")
    there = [path for path in (reference.pack_path(version), reference.copy_path(version)) if path.exists()]
    if not there:
        raise PackError(f"No data {version} are kept here.", "See: gpu-inspector data list")
    try:
        for path in there:
            path.unlink()
    except OSError as error:
        raise PackError(f"They cannot be removed ({error.strerror}).", "Mend the folder's rights.") from error
