"""Lists of what should be in the chassis or the box: a packing list, the labels, the management controller's inventory.

Each is a document or another machine's word, and untrusted input. A list that names no serials compares none.
"""

from dataclasses import dataclass
from enum import StrEnum

from gpu_inspector.language import N_


class ListKind(StrEnum):
    """Who says so."""

    PACKING = N_("packing list")
    CONTROLLER = N_("management controller")
    LABELS = N_("chassis labels")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One piece of a list; "" is "not given"."""

    line: int
    """Of the file, 1 is the first; of a controller's inventory the number of the piece."""
    serial: str = ""
    part_number: str = ""
    product: str = ""
    slot: str = ""
    uuid: str = ""
    quantity: int = 1
    serials_beside: tuple[str, ...] = ()
    """Further serial numbers of the same row: of the tray, the carton, the maker's label."""
    unread: str = ""
    """A serial number that a spreadsheet spoiled, as it stands there: "1.32E+12". It is never compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryList:
    """One list, its rows that are (or may be) accelerators, and where it came from."""

    kind: ListKind
    name: str
    """File name without its folder, or the controller's address as the user named it, without user and password."""
    sha256: str
    """Of the bytes that were read, 64 hexadecimal digits."""
    rows: tuple[ListRow, ...] = ()
    others: int = 0
    """Rows that plainly are something else than an accelerator, which were left out."""
    notes: tuple[str, ...] = ()
    """What a reader should know: columns that were not understood, a cut end."""
