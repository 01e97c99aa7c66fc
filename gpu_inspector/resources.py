"""Where the data that belongs to the program lies: in `resources/` of a checkout, inside the package of a wheel."""

from functools import cache
from pathlib import Path

from gpu_inspector.errors import DataError


@cache
def root() -> Path:
    """The folder of the data.

    Raises DataError where neither place has it.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "data", package.parent / "resources"):
        if (folder / "products").is_dir():
            return folder
    raise DataError(
        "The reference data of the program is missing.", "Install GPU Inspector again from a whole package."
    )


def read(name: str) -> bytes:
    """The bytes of one data file, by its path below the folder, `products/chips.jsonl` for one.

    Raises DataError where it cannot be read.
    """
    try:
        return (root() / name).read_bytes()
    except OSError as error:
        raise DataError(
            f"The reference file {name} cannot be read ({error.strerror}).",
            "Install GPU Inspector again from a whole package.",
        ) from error


def names(folder: str, ending: str) -> tuple[str, ...]:
    """The data files of a folder with that ending, in a fixed order, as `read` takes them."""
    return tuple(f"{folder}/{path.name}" for path in sorted((root() / folder).glob(f"*{ending}")))
