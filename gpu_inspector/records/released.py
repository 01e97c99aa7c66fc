"""Whether the reference data are those that this version of the program was released with.

The digests of all files that decide lie beside them and are made with them (tools/make_digests.py). Whoever changes a
row and the digests finds no resistance here; the version that every report prints is then another, and the program's
own digests, where an installer recorded them, are off.
"""

import hashlib

import msgspec

from gpu_inspector import resources
from gpu_inspector.errors import DataError
from gpu_inspector.language import N_
from gpu_inspector.records import catalogue

FILE = "digests.json"
_NEWS = N_("Install GPU Inspector again from a whole package.")


class Released(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The record: names as `resources.read` takes them, SHA-256 in hexadecimal digits."""

    files: dict[str, str]


def names() -> tuple[str, ...]:
    """The files that decide, as they lie there now: those of the catalogue's version."""
    products = (*resources.names(catalogue.FOLDER, ".jsonl"), *resources.names(catalogue.FOLDER, ".json"))
    return tuple(sorted((*products, catalogue.KNOWN_LIST, catalogue.KNOWN_MADE, *catalogue.ALWAYS_OWN)))


def as_they_are() -> Released:
    """The record of the files as they lie there now. Raises DataError where one cannot be read."""
    return Released(files={name: hashlib.sha256(resources.read(name)).hexdigest() for name in names()})


def deviating() -> tuple[str, ...]:
    """Names of files that are not as released: changed, missing, or more than there were; () where all are.

    Raises DataError where the record is missing or damaged.
    """
    try:
        released = msgspec.json.decode(resources.read(FILE), type=Released)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DataError(f"The record of the reference data, {FILE}, is damaged ({error}).", _NEWS) from error
    now = {name: _digest(name) for name in names()}
    return tuple(sorted(name for name in {*now, *released.files} if now.get(name, "gone") != released.files.get(name)))


def _digest(name: str) -> str:
    try:
        return hashlib.sha256(resources.read(name)).hexdigest()
    except DataError:
        return "gone"
