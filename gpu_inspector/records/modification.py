"""Known modifications: what a card looks like that somebody changed, relabelled or built from other parts.

The rows are kept by hand in `resources/modifications.toml`, each with its sources; what an honest card with the same
look would be stands beside each. A row's signature is a list of features over the three columns. A match identifies
and accuses nobody: what contradicts is the catalogue or the declaration.
"""

from dataclasses import dataclass
from enum import StrEnum

from gpu_inspector.language import N_

Value = str | int


class Kind(StrEnum):
    """What was done, for the most part."""

    MORE_MEMORY = N_("more memory")
    ABSENT_MEMORY = N_("absent memory")
    OTHER_DIE = N_("other die")
    MINING = N_("mining card")
    UNLOCKED = N_("unlocked mining card")
    LAPTOP = N_("laptop die")
    SAMPLE = N_("prototype or sample")
    AUTOMOTIVE = N_("automotive board")
    MODULE = N_("module on an adapter")
    FIRMWARE = N_("other product's firmware")
    NAME = N_("changed name")
    PAPERS = N_("changed papers")


KINDS = {
    Kind.MORE_MEMORY: N_("more memory on a genuine die"),
    Kind.ABSENT_MEMORY: N_("folded or absent memory"),
    Kind.OTHER_DIE: N_("another die under the name"),
    Kind.MINING: N_("a mining card under another name"),
    Kind.UNLOCKED: N_("an unlocked mining card"),
    Kind.LAPTOP: N_("a laptop's die on a desktop board"),
    Kind.SAMPLE: N_("a prototype or an engineering sample"),
    Kind.AUTOMOTIVE: N_("an automotive board"),
    Kind.MODULE: N_("a server module on an adapter"),
    Kind.FIRMWARE: N_("another product's firmware"),
    Kind.NAME: N_("a driver or service that changes the name"),
    Kind.PAPERS: N_("electronics unchanged, under other labels or papers"),
}
"""Each kind in words, in the order of the list for people."""
OF_MEMORY = frozenset({Kind.MORE_MEMORY, Kind.ABSENT_MEMORY})
"""Kinds that change the memory and leave the card what it is."""


class Sure(StrEnum):
    """How sure a fact of a row is; one from memory may describe, and never decides a match."""

    READ = "read"
    EXCERPT = "excerpt"
    DATA = "data"
    NATURE = "nature"
    MEMORY = "memory"


SURE = {
    Sure.READ: N_("read in a record"),
    Sure.EXCERPT: N_("seen in an excerpt"),
    Sure.DATA: N_("from the reference data of the die or product"),
    Sure.NATURE: N_("follows from what it is"),
    Sure.MEMORY: N_("from memory"),
}


class Role(StrEnum):
    """What a feature decides."""

    KEY = "key"
    """It must have been seen, and agree."""
    FIRM = "firm"
    """It must not disagree where it was seen."""
    DESCRIBES = "describes"
    """It is told, and decides nothing."""


class Fact(StrEnum):
    """What a feature is about."""

    DEVICE = N_("device id")
    LAPTOP_ID = N_("id of laptop parts")
    OLD_ID = N_("device id older than Maxwell")
    SUBSYSTEM = "subsystem"
    LINK_GEN = N_("link generation")
    LINK_WIDTH = N_("link width")
    BAR1 = N_("BAR1 in MiB")
    NAME = "name"
    MEMORY = N_("memory in GiB")
    CORES = "cores"
    CAPABILITY = N_("compute capability")
    POWER_MIN = N_("lowest power limit in W")
    POWER_DEFAULT = N_("default power limit in W")
    INFOROM = N_("InfoROM image")
    ECC_OBJECT = N_("ECC object of the InfoROM")
    VBIOS = N_("vBIOS version")
    SIGN_ON = N_("sign-on of the vBIOS image")
    BOARD_CODE = N_("board code of the vBIOS image")
    IMAGE_DEVICE = N_("device id in the vBIOS image")
    BENCH_SIGN = N_("trace in the driver's log")
    TRUE_MEMORY = N_("memory really there in GiB")
    MISSING = N_("memory claimed and not there")
    COUNT = N_("multiprocessors measured")
    TRUE_CAPABILITY = N_("compute capability measured")
    BUS = N_("bus width measured in bits")
    SAID = N_("declared product")
    SAID_MEMORY = N_("declared memory in GB")
    SAID_OTHER = N_("declared as another product")


CLAIMED, MEASURED, DECLARED = N_("claimed"), N_("measured"), N_("declared")


@dataclass(frozen=True, slots=True)
class About:
    """Which column a fact stands in, which independent source says it, and of what it speaks."""

    column: str
    witness: str
    topic: str
    cause: str
    """The physical cause of a deviation, by the name that the other checks give it: one cause adds up once."""

    @property
    def source(self) -> str:
        """The independent source."""
        return source_of(self.witness, self.cause)


def source_of(witness: str, cause: str = "") -> str:
    """The independent source that a witness is.

    What the driver tells of name, total and limits it has out of the card's firmware, and the subsystem that PCI
    shows was loaded from the vBIOS image, so that all these are one.
    """
    return "firmware" if witness in ("driver", "vBIOS") or cause == "subsystem" else witness


_CHIP, _BOARD, _NAME, _MEMORY, _POWER = N_("chip"), N_("board"), N_("name"), N_("memory"), N_("power limits")
_LINK, _FIRMWARE, _PAPERS, _DRIVER = N_("link"), N_("firmware"), N_("papers"), N_("driver")

ABOUT = {
    Fact.DEVICE: About(CLAIMED, "PCI", _CHIP, N_("device id")),
    Fact.LAPTOP_ID: About(CLAIMED, "PCI", _CHIP, N_("device id")),
    Fact.OLD_ID: About(CLAIMED, "PCI", _CHIP, N_("device id")),
    Fact.SUBSYSTEM: About(CLAIMED, "PCI", _BOARD, "subsystem"),
    Fact.LINK_GEN: About(CLAIMED, "PCI", _LINK, N_("link generation")),
    Fact.LINK_WIDTH: About(CLAIMED, "PCI", _LINK, N_("link width")),
    Fact.BAR1: About(CLAIMED, "PCI", _BOARD, N_("mining board")),
    Fact.NAME: About(CLAIMED, "driver", _NAME, "name"),
    Fact.MEMORY: About(CLAIMED, "driver", _MEMORY, N_("memory size")),
    Fact.CORES: About(CLAIMED, "driver", _CHIP, "cores"),
    Fact.CAPABILITY: About(CLAIMED, "driver", _CHIP, "architecture"),
    Fact.POWER_MIN: About(CLAIMED, "vBIOS", _POWER, N_("laptop image")),
    Fact.POWER_DEFAULT: About(CLAIMED, "vBIOS", _POWER, N_("power limit")),
    Fact.INFOROM: About(CLAIMED, "InfoROM", _BOARD, "InfoROM"),
    Fact.ECC_OBJECT: About(CLAIMED, "InfoROM", _BOARD, "InfoROM"),
    Fact.VBIOS: About(CLAIMED, "vBIOS", _FIRMWARE, "vBIOS"),
    Fact.SIGN_ON: About(CLAIMED, "vBIOS", _FIRMWARE, "vBIOS"),
    Fact.BOARD_CODE: About(CLAIMED, "vBIOS", _FIRMWARE, "vBIOS"),
    Fact.IMAGE_DEVICE: About(CLAIMED, "vBIOS", _FIRMWARE, "vBIOS"),
    Fact.BENCH_SIGN: About(CLAIMED, "bench", _DRIVER, N_("patched driver")),
    Fact.TRUE_MEMORY: About(MEASURED, "silicon", _MEMORY, N_("memory size")),
    Fact.MISSING: About(MEASURED, "silicon", _MEMORY, N_("memory size")),
    Fact.COUNT: About(MEASURED, "silicon", _CHIP, "die"),
    Fact.TRUE_CAPABILITY: About(MEASURED, "silicon", _CHIP, "die"),
    Fact.BUS: About(MEASURED, "silicon", _CHIP, N_("bus width")),
    Fact.SAID: About(DECLARED, "paper", _PAPERS, "declaration"),
    Fact.SAID_MEMORY: About(DECLARED, "paper", _PAPERS, "declaration"),
    Fact.SAID_OTHER: About(DECLARED, "paper", _PAPERS, "declaration"),
}
"""Every fact's column, source and topic. Limits of power come out of the vBIOS, whoever passes them on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One fact of a signature, and what it must be: one of `any`, none of `none`, and from `least` to `most`.

    Names, versions and texts are patterns in which "*" stands for any letters; a version or an InfoROM image is
    compared by its beginning. "yes" stands for "it is so".
    """

    fact: Fact
    any: tuple[Value, ...] = ()
    none: tuple[Value, ...] = ()
    least: int | None = None
    most: int | None = None
    role: Role = Role.FIRM
    group: str = ""
    """Of several keys with the same word one is enough."""
    sure: Sure

    @property
    def only_excludes(self) -> bool:
        """Whether it can only speak against a match: it says what must not be so, and decides nothing else."""
        return self.role is Role.FIRM and not self.any and self.least is None and self.most is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Modification:
    """One known modification."""

    id: str
    title: str
    """In words, as it stands behind "Fits the": "RTX 4090 48 GB rework"."""
    kind: Kind
    sold_as: tuple[str, ...] = ()
    """Names under which it is offered."""
    made_from: str
    """Product and die that it was made from."""
    made_by: str
    """What was done, in a few words."""
    look: str = ""
    """What the eye finds on the board."""
    look_sure: Sure = Sure.MEMORY
    honest: str
    """How an honest card could look the same."""
    sure: Sure
    sources: tuple[str, ...]
    product: bool = False
    """A product of its own, that is known to be passed off as another: itself no deviation."""
    unseen: str = ""
    """Why no program sees it, of a row without features."""
    features: tuple[Feature, ...] = ()

    @property
    def device_ids(self) -> tuple[str, ...]:
        """The ids of which its signature needs one; () where it needs none."""
        return tuple(
            str(one)
            for feature in self.features
            if feature.fact is Fact.DEVICE and feature.role is Role.KEY and not feature.group
            for one in feature.any
        )

    @property
    def memory_mib(self) -> int | None:
        """Nominal size after the rework, None where the signature names none, or several."""
        sizes = [one for feature in self.features if feature.fact is Fact.MEMORY for one in feature.any]
        return int(sizes[0]) * 1024 if len(sizes) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prototype:
    """A genuine, unreleased board: its size is no rework on this very subsystem."""

    device_id: str
    subsystem: str
    """"10DE:146D"; "" stands for every one."""
    memory_gib: int
    title: str
    source: str

    @property
    def memory_mib(self) -> int:
        """Nominal size."""
        return self.memory_gib * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfeit:
    """A device id that registers list as forged."""

    device_id: str
    title: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownList:
    """The whole file."""

    modification: tuple[Modification, ...]
    prototype: tuple[Prototype, ...]
    counterfeit: tuple[Counterfeit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeList:
    """The whole file once more, as JSON, and of which file it was made."""

    sha256: str
    rows: KnownList
