"""Reference data other than the program's own: a data pack's, and those of a version that an old record names.

A version ends in a digest over all files, so that what was changed since never passes for it.
"""

from functools import lru_cache

from gpu_inspector import reference
from gpu_inspector.errors import DataError
from gpu_inspector.records.catalogue import Catalogue, load, own


def of_pack(pack: reference.Pack, advice: str = "") -> Catalogue:
    """The catalogue of a data pack. Raises DataError where its files do not come to the version that it names."""
    try:
        found = Catalogue(pack.files())
    except DataError as error:
        raise DataError(f"The reference data {pack.version} cannot be used: {error.message}", advice) from error
    if found.version != pack.version:
        raise DataError(f"These reference data come to {found.version}, and say that they are {pack.version}.", advice)
    return found


def of_version(version: str) -> Catalogue | None:
    """The data of a version: those in use, the program's own, or such as are kept here and sound; None elsewhere."""
    for known in (load, own):
        try:
            if (found := known()).version == version:
                return found
        except DataError:
            continue
    try:
        return _kept(version)
    except DataError:
        return None


@lru_cache(maxsize=2)
def _kept(version: str) -> Catalogue:
    """Raises DataError where none is kept."""
    pack = reference.kept(version)
    if pack is None:
        raise DataError(f"The reference data {version} are not kept here.")
    return of_pack(pack)
