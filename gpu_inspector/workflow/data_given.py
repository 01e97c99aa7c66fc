"""The reference data that a person names for one call: nothing is installed by it."""

from pathlib import Path

from gpu_inspector import reference
from gpu_inspector.errors import DataError
from gpu_inspector.language import N_
from gpu_inspector.records import kept_data
from gpu_inspector.records.catalogue import Catalogue, own
from gpu_inspector.workflow import data_installing, rejudging


def data_of(named: str) -> tuple[Catalogue, str]:
    """The data named, and a sentence on whose they are, "" where that is known.

    "own", a version that is kept here, a data pack's file (its signature is examined, whoever signed it), or a folder
    in the form of resources/products. Raises DataError.
    """
    if named == data_installing.OWN:
        return own(), ""
    if reference.is_version(named):
        found = kept_data.of_version(named)
        if found is None:
            raise DataError(f"No sound reference data {named} are kept here.", "See: gpu-inspector data list")
        return found, ""
    path = Path(named)
    if path.is_dir() or not path.exists():
        return rejudging.data_of(path), N_("Nobody signed the reference data of this folder.")
    opened = data_installing.opened(path, ())
    return data_installing.complete(opened.pack), N_(f"These reference data are signed by {opened.signer.name}") + (
        N_(f" (certificate SHA-256 {opened.signer.fingerprint}); whether that one may give them was not asked.")
    )
