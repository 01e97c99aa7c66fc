"""Which known modifications a card fits: every fact that a signature needs was seen and agrees, and none contradicts.

Facts are taken from all three columns, each with the independent source that said it; how many sources agree, of those
that the signature names and that spoke, is what a match is worth. What fools it: an honest card of the same look, which
stands beside every row; and whoever controls the sources. The rows are data: `resources/modifications.toml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING

from gpu_inspector.checks import sizes
from gpu_inspector.checks.facts import MemoryClaim
from gpu_inspector.checks.limit import MIB, MIB_PER_GIB
from gpu_inspector.checks.thresholds_claims import SMALLEST_SHARE
from gpu_inspector.checks.thresholds_silicon import BUS_ERROR
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.modification import ABOUT, Fact, Feature, Modification, Role
from gpu_inspector.records.modification import Value as Wanted

if TYPE_CHECKING:
    from gpu_inspector.checks.subject import Subject

YES, NO = "yes", "no"
BEGINNINGS = frozenset({Fact.VBIOS, Fact.INFOROM})
"""Facts that are compared by how they begin."""


@dataclass(frozen=True, slots=True)
class Found:
    """How much memory was found on the card, and how much could not be tested."""

    true_bytes: int
    untested_bytes: int

    def is_of_size(self, nominal_mib: int) -> bool:
        """Whether it is the memory of a card of a nominal size, of which drivers keep some."""
        nominal = nominal_mib * MIB
        return self.true_bytes <= nominal and nominal * SMALLEST_SHARE <= self.true_bytes + self.untested_bytes


Seen = tuple[str, ...] | int | float | MemoryClaim | Found


@dataclass(frozen=True, slots=True)
class Shown:
    """What a card showed of one fact, and which independent source said so. Texts are lower case."""

    value: Seen
    source: str


@dataclass(frozen=True, slots=True)
class Match:
    """A modification that the card fits."""

    row: Modification
    agreeing: tuple[Feature, ...]
    """In the order of the signature."""
    sources: tuple[str, ...]
    """Independent sources that agree."""
    spoke: tuple[str, ...]
    """Independent sources that the signature names and that spoke."""
    topics: tuple[str, ...]
    """What those that agree speak of, in words."""

    @property
    def described(self) -> tuple[str, ...]:
        """What agrees besides, and decides nothing."""
        return tuple(one.fact.value for one in self.agreeing if one.role is Role.DESCRIBES)

    @property
    def telling(self) -> Feature:
        """The key that tells most: the first that is more than the id of the genuine product."""
        keys = [one for one in self.agreeing if one.role is Role.KEY]
        return next((one for one in keys if one.fact not in (Fact.DEVICE, Fact.LAPTOP_ID)), keys[0])


def matches(subject: "Subject") -> tuple[Match, ...]:
    """Every known modification that the card fits, the one with most agreeing sources first."""
    shown = subject.shown
    device = shown.get(Fact.DEVICE)
    ids = device.value if device is not None and isinstance(device.value, tuple) else ()
    rows = (row for row, named in _by_device(subject.catalogue) if not named or not named.isdisjoint(ids))
    found = [one for row in rows if (one := match(row, shown)) is not None]
    found.sort(key=lambda one: (-len(one.sources), -len(one.agreeing), one.row.id))
    return tuple(found)


@lru_cache(maxsize=2)
def _by_device(catalogue: Catalogue) -> tuple[tuple[Modification, frozenset[str]], ...]:
    """Each row with the device ids that it needs, in lower case; most rows need one."""
    return tuple((row, frozenset(one.casefold() for one in row.device_ids)) for row in catalogue.modifications)


def match(row: Modification, shown: Mapping[Fact, Shown]) -> Match | None:
    """The row against what was shown; None where a key was not seen, or something contradicts."""
    answers = []
    groups: dict[str, bool] = {}
    for feature in row.features:
        seen = shown.get(feature.fact)
        answer = None if seen is None else agrees(feature, seen.value)
        if feature.group:
            groups[feature.group] = groups.get(feature.group, False) or answer is True
        elif (feature.role is Role.KEY and answer is not True) or (feature.role is Role.FIRM and answer is False):
            return None
        # Of several ways to see one thing, the one that does not show it says nothing against it. And what only must
        # not be so (no prototype's subsystem) speaks for nothing where it is not so.
        if seen is not None and not (feature.group and answer is False) and not feature.only_excludes:
            answers.append((feature, seen.source, answer is True))
    return _weighed(row, answers) if answers and all(groups.values()) else None


def _weighed(row: Modification, answers: list[tuple[Feature, str, bool]]) -> Match:
    """Only what decides makes a source agree: what merely describes is often that of the genuine product as well."""
    spoke: dict[str, bool] = {}
    for feature, source, agreed in answers:
        if feature.role is not Role.DESCRIBES:
            spoke[source] = spoke.get(source, True) and agreed
    sources = tuple(source for source, agreed in spoke.items() if agreed)
    agreeing = tuple(feature for feature, _, agreed in answers if agreed)
    topics = (ABOUT[one.fact].topic for one in agreeing if one.role is not Role.DESCRIBES)
    return Match(row, agreeing, sources, tuple(spoke), tuple(dict.fromkeys(topics)))


def agrees(feature: Feature, value: Seen) -> bool:
    """Whether what was seen is what the feature says."""
    if isinstance(value, tuple):
        begins = feature.fact in BEGINNINGS
        if any(_fits_text(value, one, begins) for one in feature.none):
            return False
        return not feature.any or any(_fits_text(value, one, begins) for one in feature.any)
    if any(is_it(feature.fact, value, one) for one in feature.none):
        return False
    if feature.any and not any(is_it(feature.fact, value, one) for one in feature.any):
        return False
    low = feature.least is None or (isinstance(value, int) and value >= feature.least)
    return low and (feature.most is None or (isinstance(value, int) and value <= feature.most))


def _fits_text(value: tuple[str, ...], wanted: Wanted, begins: bool) -> bool:
    pattern = str(wanted).casefold() + ("*" if begins else "")
    return any(fnmatchcase(one, pattern) for one in value)


def is_it(fact: Fact, value: Seen, wanted: Wanted) -> bool:
    """Whether a number or a size is the wanted one; sizes of memory are wanted in GiB."""
    size = int(wanted) if isinstance(wanted, int) else 0
    if isinstance(value, MemoryClaim):
        return sizes.is_of_size(value, size * MIB_PER_GIB)
    if isinstance(value, Found):
        return value.is_of_size(size * MIB_PER_GIB)
    if fact is Fact.BUS and not isinstance(value, tuple):
        return abs(value - size) <= size * BUS_ERROR
    return value == wanted
