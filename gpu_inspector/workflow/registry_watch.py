"""Watch-lists both ways: an office puts its signed list into the registry, and takes the others' in from there.

The registry is no voucher for a list. Each is examined here as if it had come by mail, and kept as `watchlist import`
keeps it; a signer is known here by certificates that are here, never by what the registry says.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector.errors import RegistryAway, RegistryError
from gpu_inspector.workflow import registry_opening, registry_settings, watching
from gpu_inspector.workflow.watching import Held, WatchListError
from gpu_inspector.workflow.whole_files import read_at_most

if TYPE_CHECKING:
    from gpu_inspector.registry.connection import Registry
    from gpu_inspector.registry.watching import ListedFile

PATIENCE_S = 60.0
"""For one step: a list has up to 64 MiB."""


@dataclass(frozen=True, slots=True)
class Put:
    """A list that was put in; `new` is False where it lay there already."""

    held: Held
    new: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """A list of the registry that was not taken in, and why."""

    listed: ListedFile
    reason: str


@dataclass(frozen=True, slots=True)
class Pulled:
    """What came of the registry's lists: taken in, refused, and how many were here before or are this office's own."""

    taken: tuple[tuple[ListedFile, Held], ...]
    refused: tuple[Refused, ...]
    known: int


def push(file: Path, url: str | None = None) -> Put:
    """Put a signed list into the registry, once it was examined here.

    Raises WatchListError for what is no such list, RegistryError, RegistryAway. An older list of the office stays
    beside it.
    """
    from gpu_inspector.registry import waiting
    from gpu_inspector.registry import watching as lists

    address = registry_settings.url(url)
    try:
        data = read_at_most(file, watching.LARGEST)
    except OSError as error:
        raise WatchListError(f"{file} cannot be read ({error.strerror or error}).", "Look at the name.") from error
    held = watching.read_list(data, ())
    new = waiting.within(PATIENCE_S, lambda: _opened(address), lambda registry: lists.put(registry, data))
    return Put(held, new)


def listed(url: str | None = None) -> tuple[ListedFile, ...]:
    """The lists that lie in the registry for this office to see, unexamined. Raises RegistryError, RegistryAway."""
    from gpu_inspector.registry import waiting
    from gpu_inspector.registry import watching as lists

    address = registry_settings.url(url)
    return waiting.within(PATIENCE_S, lambda: _opened(address), lists.listed)


def pull(trust: tuple[bytes, ...] = (), url: str | None = None) -> Pulled:
    """Take in every other office's list that is not here yet; each that fails is named, and keeps no other back.

    `trust` are certificates by which signers are known here. Raises RegistryError, RegistryAway.
    """
    address = registry_settings.url(url)
    here = {path.stem for path in watching.files()}
    found = listed(address)
    wanted = [one for one in found if not one.mine and one.digest not in here]
    taken: list[tuple[ListedFile, Held]] = []
    refused: list[Refused] = []
    for one in wanted[: watching.MOST_LISTS]:
        try:
            data = _file(address, one.digest)
            taken.append((one, _take_in(data, trust)))
        except (RegistryError, WatchListError) as error:
            refused.append(Refused(one, str(error)))
            if isinstance(error, RegistryAway):
                break
    return Pulled(tuple(taken), tuple(refused), known=len(found) - len(wanted))


def _file(address: str, digest: str) -> bytes:
    from gpu_inspector.registry import waiting
    from gpu_inspector.registry import watching as lists

    return waiting.within(PATIENCE_S, lambda: _opened(address), lambda registry: lists.file_of(registry, digest))


def _opened(address: str) -> Registry:
    return registry_opening.opened(address)


def _take_in(data: bytes, trust: Iterable[bytes]) -> Held:
    """Keep a list that came from the registry; with the certificates only where they are its signer's."""
    given = tuple(trust)
    known = given if given and watching.read_list(data, given).signer.known else ()
    with tempfile.TemporaryDirectory(prefix="gi-list-") as folder:
        path = Path(folder) / "list.json"
        path.write_bytes(data)
        return watching.take_in(path, known)
