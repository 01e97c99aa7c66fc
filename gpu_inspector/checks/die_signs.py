"""What of a measured die deviates from the claimed product, and how much each deviation weighs.

Nothing here contradicts: makers switch units off, tables have errors, and a chase through the caches is a soft
measurement. A count that rests on one table is a medium sign; where the L2 is another than the table's too, an error
of the table would have to strike twice. Counts that nobody has verified, or of products that share the id and have
none in the reference data, decide nothing. Source: research note on-device tests, 3.3 to 3.5.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

from gpu_inspector.checks import thresholds_silicon as limits
from gpu_inspector.checks.die_fit import Fit, candidates, count_of, fit, mib, rates_of
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.product import Die, DieVector, Product
from gpu_inspector.records.silicon import DieReading, SpeedReading


class Bin(Enum):
    """Whether the measured multiprocessors are as many as the product has."""

    ITS_OWN = auto()
    """Or the reference data has no product at all, so that the die alone is asked for."""
    ANOTHER = auto()
    UNKNOWN = auto()
    """The count stands in the reference data from memory, and is another; or not at all."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One deviation, in words."""

    strength: Strength
    found: str
    expected: str
    one_table: bool = False
    """What was expected rests on one third-party table."""


@dataclass(frozen=True)
class Seen:
    """What was measured, and what it is held against."""

    capability: str
    reading: DieReading
    die: Die
    vector: DieVector
    products: tuple[Product, ...]
    """All of the device id: each one's count is a genuine one."""
    meant: tuple[Product, ...]
    """Of these, the ones of the claimed name."""
    mining: bool
    """The claimed id is that of a mining card, whose units are held back by its maker."""
    catalogue: Catalogue
    speed: SpeedReading | None

    @cached_property
    def fit(self) -> Fit:
        return fit(self.reading, self.capability, candidates(self.catalogue), self.speed)

    @cached_property
    def held_back(self) -> bool:
        """The die was sold as a mining card too: missing rates do not exclude it."""
        return self.die.name in self.catalogue.mining_dies

    @cached_property
    def fit_words(self) -> str:
        """The best fitting die, its nearest neighbour and the fact that excludes it, in words."""
        found = self.fit
        if found.best is None:
            return N_("No die of the reference data fits.")
        alike = [found.best.name, *found.not_told_from]
        # Of dies that fit alike the claimed one comes first: nothing speaks against it.
        alike.sort(key=lambda name: name != self.die.name)
        die, others = f"{alike[0]}{self._as_products(alike[0])}", " and ".join(alike[1:])
        neighbour, fact = found.neighbour, found.fact
        if neighbour and others:
            return N_(f"Best fit: {die}, which cannot be told from {others}; not {neighbour}: {fact}.")
        if neighbour:
            return N_(f"Best fit: {die}; not {neighbour}: {fact}.")
        if others:
            return N_(f"Best fit: {die}, which cannot be told from {others}.")
        return N_(f"Best fit: {die}.")

    @cached_property
    def fit_values(self) -> dict[str, str]:
        """The fit in words, and under "fit_1" and so on the nearest dies, those that fit first.

        "AD103: 12.4, more than 80 …": the distance in errors of the method, and the fact that excludes the die.
        """
        found = self.fit
        excluded = found.excluded or {}
        most = int(limits.NEAREST_DIES)
        kept = ([found.best.name] if found.best is not None else []) + [*found.not_told_from, found.neighbour]
        kept = [name for name in dict.fromkeys((*kept[:most], *found.distances)) if name][:most]
        kept.sort(key=lambda name: (name in excluded, found.distances[name]))
        lines = (f"{name}: {found.distances[name]:.1f}" for name in kept)
        facts = (f", {excluded[name]}" if name in excluded else "" for name in kept)
        numbered = enumerate(zip(lines, facts, strict=True), 1)
        return {"fit": self.fit_words, **{f"fit_{number}": line + fact for number, (line, fact) in numbered}}

    def _as_products(self, die: str) -> str:
        """The products of a die with as many multiprocessors, and as much L2 where some have."""
        count, l2 = count_of(self.reading), self.reading.l2_bytes
        rows = [row for row in self.catalogue.products if row.die == die and row.sm == count and count]
        beyond = limits.L2_BEYOND
        same = [row for row in rows if l2 and row.l2_bytes and 1 / beyond <= l2 / row.l2_bytes <= beyond]
        claimed = {row.name for row in self.products}
        # The claimed product comes first where it is among them.
        ordered = sorted(same or rows, key=lambda row: (row.name not in claimed, row.name))
        names = list(dict.fromkeys(row.name.removeprefix("NVIDIA ") for row in ordered))
        if not names:
            return N_(f" ({count} multiprocessors)") if count else ""
        more = (
            N_(f" or {len(names) - int(limits.NAMED_OF_DIE)} others") if len(names) > int(limits.NAMED_OF_DIE) else ""
        )
        return N_(f" ({count} multiprocessors, as {' or '.join(names[: int(limits.NAMED_OF_DIE)])}{more})")


def lacks_tensor_units(seen: Seen) -> bool:
    """Tensor rates as low as those of units that stand in for tensor units, on a die that has them."""
    tensor = rates_of(seen.reading).tensor
    return tensor is not None and tensor <= limits.TENSOR_RATE and bool(seen.vector.tensor_f16_f16)


def bin_of(seen: Seen) -> Bin:
    """Whether the count is the product's."""
    count = count_of(seen.reading)
    if not seen.products or any(row.sm == count for row in seen.products):
        return Bin.ITS_OWN
    unsure = any(row.sm is None or "sm" in row.from_memory for row in seen.meant)
    return Bin.UNKNOWN if unsure else Bin.ANOTHER


def signs_of(seen: Seen) -> list[Sign]:
    """All deviations, the strongest first."""
    order = (Strength.STRONG, Strength.MEDIUM)
    return sorted(_signs(seen), key=lambda one: order.index(one.strength))


def _signs(seen: Seen) -> Iterator[Sign]:
    reading, rates = seen.reading, rates_of(seen.reading)
    count = count_of(reading)
    small_l2 = _small_l2(seen)
    if bin_of(seen) is Bin.ANOTHER:
        known = [row for row in seen.products if row.sm is not None and "sm" not in row.from_memory]
        counts = sorted({row.sm for row in known if row.sm is not None})
        single = all("sm" in row.single_source for row in known)
        far = all(_apart(count or 0, one) >= limits.COUNT_FAR for one in counts)
        strength = Strength.MEDIUM if single and not far and small_l2 is None else Strength.STRONG
        yield Sign(
            strength, N_(f"{count} multiprocessors"), N_(f"the product has {' or '.join(map(str, counts))}"), single
        )
    if reading.multiprocessors_claimed is not None and reading.multiprocessors_claimed != count:
        said = N_(f"the driver says {reading.multiprocessors_claimed}")
        yield Sign(Strength.STRONG, N_(f"{count} multiprocessors"), said)
    if not seen.mining:
        yield from _held_back(seen)
    if small_l2 is not None:
        yield small_l2
    best, name = seen.fit.best, seen.die.name
    if best is None or (best.name != name and name not in seen.fit.not_told_from):
        fact = (seen.fit.excluded or {}).get(name, "")
        if fact and rates.fp32 is not None:
            yield Sign(Strength.MEDIUM, fact, N_(f"{name} was expected"))


def _apart(count: int, expected: int) -> float:
    return max(count, expected) / max(min(count, expected), 1)


def _held_back(seen: Seen) -> Iterator[Sign]:
    """Rates below the die's, as the makers of mining cards set them."""
    rates, vector = rates_of(seen.reading), seen.vector
    if rates.fp32 is not None and "fp32" not in vector.from_memory and rates.fp32 * limits.LANES < vector.fp32:
        found, expected = N_(f"{rates.fp32:.3g} FP32 operations per clock"), N_(f"{seen.die.name} does {vector.fp32}")
        yield Sign(Strength.STRONG, found, expected)
    if rates.throttled:
        fma = next((one.per_clock_per_sm for one in seen.reading.rates if one.operation == "fp32-fma"), 0.0)
        yield Sign(
            Strength.STRONG,
            N_(f"fused multiply-add held back to {fma:.3g} per clock, where addition does {rates.fp32:.3g}"),
            N_("both alike; so held back are mining cards"),
        )
        return
    if rates.fp64 is not None and vector.fp64 and rates.fp64 <= min(vector.fp64) / limits.FAMILY:
        expected = N_(f"{seen.die.name} does {' or '.join(map(str, vector.fp64))}")
        yield Sign(Strength.STRONG, N_(f"{rates.fp64:.3g} FP64 operations per clock"), expected)
    if lacks_tensor_units(seen):
        expected = N_(f"{seen.die.name} has tensor units")
        yield Sign(Strength.STRONG, N_(f"{rates.tensor:.0f} tensor operations per clock"), expected)


def _small_l2(seen: Seen) -> Sign | None:
    """Less L2 than the product has; half of it is less than a strong sign on a die whose L2 lies in two halves, of
    which a chase may have seen one."""
    l2 = seen.reading.l2_bytes
    if any(row.l2_bytes is None for row in seen.meant):
        return None
    known = [row for row in seen.products if row.l2_bytes is not None and "l2_bytes" not in row.from_memory]
    smallest = min((row.l2_bytes for row in known if row.l2_bytes is not None), default=None)
    if l2 is None or l2 <= 0 or smallest is None or l2 * limits.L2_BEYOND >= smallest:
        return None
    single = all("l2_bytes" in row.single_source for row in known)
    far = limits.L2_FAR * (1.0 if seen.vector.l2_halves is False else limits.L2_BEYOND)
    strength = Strength.STRONG if smallest / l2 >= far and not single else Strength.MEDIUM
    return Sign(strength, N_(f"L2 of {mib(l2)} MiB"), N_(f"the product has {mib(smallest)}"), single)
