"""What sorts of lies there are, and why each of them shows in the claims or cannot: the liar's own oracle.

Each reason is one that an expert would give without any table of ours; nothing of the program is imported.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tools.lie_list import Known, known

MIB = 1024
"""MiB in a GB, as people call sizes of memory."""


class Shows(StrEnum):
    """What an expert could conclude from the claims alone."""

    YES = "shows"
    NOTED = "a deviation that honest cards have too"
    NO = "cannot show"


@dataclass(frozen=True, slots=True)
class Lie:
    """One changed field (or, of field "several", a set of them) of one product's genuine text."""

    base: Known
    field: str
    kind: str
    """What sort of lie it is, for the tables: the reason of `shows` is the kind's."""
    shows: Shows
    change: dict[str, str]
    """Fact -> the text that a dump prints for it: "name", "total", "architecture", "capability", "cores", "bus",
    "vbios", "device", "subsystem", "part", "board_part"."""
    named: tuple[str, ...]
    """Texts, any of which a finding about this lie must hold."""
    form: str = "xml"
    """One of "xml", "text", "capture": what nvidia-smi does not print can only be lied about in a capture."""

    @property
    def words(self) -> str:
        """For a list of what was missed."""
        said = ", ".join(f"{fact} {value}" for fact, value in self.change.items())
        return f"{self.base.name} ({self.base.ids[0]}, {self.form}): {said} [{self.kind}]"


REASONS: dict[str, str] = {}
"""Kind -> why it shows, or why it cannot."""


def _kind(kind: str, reason: str) -> str:
    REASONS[kind] = reason
    return kind


OTHER_DIE = _kind("name of another die", "the device id belongs to a product of another die and name")
SAME_DIE = _kind("name of a sister on the same die", "the device id belongs to another product of the die")
SUFFIX = _kind(
    "name with a suffix more or less", "D, Ti, SUPER and Laptop GPU are products of their own, with their own ids"
)
_SISTER = (
    "the driver tells the two by their subsystem, and calls a board by the sister's name whose subsystem it does not"
    " know"
)
ON_ID = _kind("name or subsystem of another product on the same device id", _SISTER)
NO_NAME = _kind(
    "name that no product bears", "drivers newer than every table, and rental services, give such names to honest cards"
)
NO_SIZE = _kind("size that was never sold", "no product of the id or the name was sold in this size")
NEXT_SIZE = _kind("next size that is sold, of no card of this name", "sold, but not under this id, nor under this name")
DOUBLE = _kind(
    "twice the memory", "no product of the id or the name was sold in this size; the commonest rework has it"
)
ID_SIZE = _kind("other size of the same device id", "both sizes were sold under the id and the name")
NAME_SIZE = _kind(
    "size of a namesake on another device id",
    "the name was sold in this size under another id; a genuine RTX 4060 Ti of 16 GB bears the id of the 8 GB one,"
    " so the size alone proves nothing",
)
OF_SISTER = _kind("size that the id has under another name", _SISTER)
NEAR = _kind(
    "total moved by less than one in fifty",
    "drivers differ by as much over one and the same card, and nobody has a list of what each of them shows",
)
ECC = _kind("total of the other ECC state", "the total is the card's own while ECC is switched")
ARCHITECTURE = _kind("architecture of another die", "a die has one architecture")
CAPABILITY = _kind("compute capability of another die", "a die has one compute capability")
CORES = _kind("cores of another product", "a product has one count of cores")
CORES_NEAR = _kind("cores of a sister on the same die", "a product has one count of cores")
UNPUBLISHED = _kind(
    "cores or bus of a product without a public specification",
    "NVIDIA publishes neither count for mining cards and for those it makes for one country; single lists of others do",
)
BUS = _kind("bus width of another product", "a product has one width of the memory bus")
GENERATION = _kind("vBIOS of another generation", "the first number of the version goes with the generation")
VBIOS_DIE = _kind("vBIOS of another die of the generation", "the first two numbers of the version go with the die")
VBIOS_MEMORY = _kind(
    "vBIOS of another die, its numbers from memory",
    "the liar knows the numbers of one of the two dies from memory alone, so he could not name a source for them",
)
VBIOS_SAME = _kind("vBIOS of a sister on the same die", "the version names the die and no product")
ID_OTHER = _kind("device id of another product", "the name, and most other texts, belong to another id")
ID_SAME = _kind("another device id of the same name", "only the part number still names the true id")
ID_OLD = _kind("device id older than the name", "the id belongs to a chip older than every product of the name")
ID_FAKE = _kind("device id registered as counterfeit", "pci.ids lists 1404 as that of forged cards")
ID_NEW = _kind("device id that no register has", "a product may be newer than every register")
ID_BESIDE = _kind(
    "device id that no register has, beside the part number of the true one",
    "the number begins with another id; publishers write digits of their own over an id as well",
)
PARTNER = _kind("gaming maker's subsystem on a datacentre board", "these makers build no such boards")
PARTNER_MOVED = _kind(
    "subsystem of another maker", "any maker may have built the card, and no list of subsystems is complete"
)
BLANK = _kind("subsystem never programmed", "laptop images have it too, on cards that are sold as what they are")
BLANK_TEXT = _kind("subsystem of zeros in a dump", "publishers hide ids behind zeros; only the card itself can tell")
SISTER_BOARD = _kind(
    "subsystem of another NVIDIA board", "no list of subsystems is complete, and NVIDIA uses new ones for old boards"
)
PART = _kind("part number of another device id", "the number begins with another id")
BIN = _kind("part number with another bin", "no list of bins is complete")
BOARD_PART = _kind(
    "board part number of another board",
    "the InfoROM image names the true board; a repair with parts of another board's InfoROM leaves the same",
)
BOARD_BLIND = _kind(
    "board part number that nothing can be held against",
    "gaming cards' InfoROM images name no board, or it is the same",
)
WHOLE = _kind(
    "all texts of another product, without a fault",
    "who edits a file with the other's true texts leaves no trace in it",
)
LEFT = "all texts of another product but the {left}"
for _fact in ("device id", "memory total", "architecture", "part number"):
    _kind(LEFT.format(left=_fact), "what was left behind does not fit the rest")
MASKED = _kind("name changed and all ids hidden", "what is left of the card (architecture, size) does not fit the name")
MASKED_BLIND = _kind(
    "name changed and all ids hidden, nothing left to hold it against",
    "with the ids hidden, a product of the same architecture and size cannot be told from this one",
)


def _form(base: Known, *marks: object) -> str:
    """Either form of a dump, by a throw that depends on the lie alone."""
    return random.Random(f"{base.name}/{base.ids}/{marks}").choice(("xml", "text", "capture"))


def lie(base: Known, field: str, kind: str, shows: Shows, change: dict[str, str], *named: str, form: str = "") -> Lie:
    """A lie, in a form that depends on nothing but itself where none is given."""
    return Lie(base, field, kind, shows, change, named, form or _form(base, kind, tuple(change.items())))


def others(base: Known) -> Iterator[Known]:
    """Every other product of the list."""
    return (one for one in known() if one is not base)


def size_gb(total_mib: int) -> int:
    """The size in GB that people call such a total: of the sizes that are sold, the smallest that holds it."""
    sold = sorted({size for one in known() for size in (*one.sizes_gb, *one.name_sizes_gb)})
    return next(size for size in sold if size * MIB >= total_mib)
