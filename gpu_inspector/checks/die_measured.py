"""The die measured: counts and rates that no name, id or firmware can change, held against the die that is claimed.

Only what lies beyond a physical limit contradicts: another compute capability, more multiprocessors than the die was
made with, faster units than it has. Less than expected is a sign at most, since makers switch units off and hold them
back, as on mining cards. What fools this check: another chip of the same die with the same units switched off, and
whoever controls the machine. Source: research note on-device tests, 3.3 to 3.5.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from gpu_inspector.checks.answer import Answer, consistent, contradicted, inconclusive, sign
from gpu_inspector.checks.die_fit import (
    FAMILY,
    L2_BEYOND,
    LANES,
    TENSOR_RATE,
    Fit,
    candidates,
    count_of,
    fit,
    mib,
    rates_of,
)
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.finding import Role, Strength, Value
from gpu_inspector.records.product import Die, DieVector, Product
from gpu_inspector.records.silicon import DieReading, SiliconReading, SpeedReading

L2_FAR = 2.0
"""Only a factor of two is more than a soft deviation (note, 3.4): steps of a chase are known of five dies."""
_NAMES = 3
"""Products that are named at most."""
_STRENGTHS = (Strength.MEDIUM, Strength.STRONG)


@check("die-measured", N_("Die measured on the card"), Role.CORE)
def measured(
    silicon: SiliconReading,
    measured_die: DieReading,
    die: Die,
    whole_card: bool,
    catalogue: Catalogue,
    products: tuple[Product, ...] | None,
    measured_speed: SpeedReading | None,
    device_id: str | None,
) -> Answer:
    """Only the silicon's own counts and rates tell which die it is."""
    vector = catalogue.die_vectors.get(die.name)
    if vector is None or not whole_card:
        return inconclusive("The reference data does not have the rates of {die}.", die=die.name)
    mining = _is_mining_card(products or (), device_id, catalogue)
    seen = _Seen(
        silicon.compute_capability, measured_die, die, vector, products or (), mining, catalogue, measured_speed
    )
    return _another_capability(seen) or _undecided(seen) or _impossible(seen) or _deviating(seen) or _fitting(seen)


@dataclass(frozen=True)
class _Seen:
    """What was measured, and what it is held against."""

    capability: str
    reading: DieReading
    die: Die
    vector: DieVector
    products: tuple[Product, ...]
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
            return "No die of the reference data fits."
        alike = [found.best.name, *found.not_told_from]
        # Of dies that fit alike the claimed one comes first: nothing speaks against it.
        alike.sort(key=lambda name: name != self.die.name)
        text = f"Best fit: {alike[0]}{self._as_products(alike[0])}"
        if alike[1:]:
            text += f", which cannot be told from {' and '.join(alike[1:])}"
        return f"{text}; not {found.neighbour}: {found.fact}." if found.neighbour else f"{text}."

    def _as_products(self, die: str) -> str:
        """The products of a die with as many multiprocessors, and as much L2 where some have."""
        count, l2 = count_of(self.reading), self.reading.l2_bytes
        rows = [row for row in self.catalogue.products if row.die == die and row.sm == count and count]
        same = [row for row in rows if l2 and row.l2_bytes and 1 / L2_BEYOND <= l2 / row.l2_bytes <= L2_BEYOND]
        claimed = {row.name for row in self.products}
        # The claimed product comes first where it is among them.
        ordered = sorted(same or rows, key=lambda row: (row.name not in claimed, row.name))
        names = list(dict.fromkeys(row.name.removeprefix("NVIDIA ") for row in ordered))
        if not names:
            return f" ({count} multiprocessors)" if count else ""
        more = f" or {len(names) - _NAMES} others" if len(names) > _NAMES else ""
        return f" ({count} multiprocessors, as {' or '.join(names[:_NAMES])}{more})"


def _is_mining_card(products: tuple[Product, ...], device_id: str | None, catalogue: Catalogue) -> bool:
    if products:
        return all(row.segment == "CMP" for row in products)
    names = catalogue.names_of(device_id) if device_id is not None else ()
    return bool(names) and all("CMP" in row.name.upper().split() for row in names)


def _another_capability(seen: _Seen) -> Answer | None:
    """The kernels' code is made for one capability; a driver that says another than the die's speaks of another die."""
    expected = seen.die.compute_capability
    if not seen.capability or seen.capability == expected or "compute_capability" in seen.die.from_memory:
        return None
    return _contradiction(
        seen,
        f"compute capability {seen.capability}",
        f"compute capability {expected}",
        f"{seen.die.name}: CUDA's table of compute capabilities",
    )


def _undecided(seen: _Seen) -> Answer | None:
    reading = seen.reading
    if reading.disturbed:
        return inconclusive(
            "Counts and rates decide nothing: {why}.",
            advice="Measure again with nothing else on the card, MIG and MPS off.",
            why=", ".join(reading.disturbed),
        )
    if count_of(reading) is None:
        return inconclusive(
            "The multiprocessors were counted in two ways, with different results: {by_id} and {by_residency}.",
            advice="Measure again with nothing else on the card.",
            by_id=reading.multiprocessors_by_id,
            by_residency=reading.multiprocessors_by_residency,
        )
    if not reading.rates:
        return inconclusive("The rates of the die were not measured.", advice="Measure again.")
    return None


def _impossible(seen: _Seen) -> Answer | None:
    """The first fact beyond a limit of the claimed die."""
    for found, expected, field in _beyond(seen):
        sources = {**seen.die.sources, **seen.vector.sources}
        return _contradiction(seen, found, expected, f"{seen.die.name}: {sources.get(field, '')}")
    return None


def _beyond(seen: _Seen) -> Iterator[tuple[str, str, str]]:
    """What was measured, what the limit is, and the field that has it. Fields from memory are no limits."""
    die, vector, rates = seen.die, seen.vector, rates_of(seen.reading)
    unsure = {*die.from_memory, *vector.from_memory}
    count = count_of(seen.reading) or 0
    if die.full_sm is not None and count > die.full_sm and "full_sm" not in unsure:
        yield f"{count} multiprocessors", f"{die.full_sm} multiprocessors at most", "full_sm"
    if rates.fp32 is not None and rates.fp32 > LANES * vector.fp32 and "fp32" not in unsure:
        yield f"{rates.fp32:.0f} FP32 operations per clock", f"{vector.fp32}", "fp32"
    if rates.fp64 is not None and vector.fp64 and "fp64" not in unsure:
        expected = " or ".join(map(str, vector.fp64))
        low = rates.fp64 <= min(vector.fp64) / FAMILY and not rates.throttled and not seen.held_back
        if low or rates.fp64 >= FAMILY * max(vector.fp64):
            yield f"{rates.fp64:.3g} FP64 operations per clock", expected, "fp64"
    if rates.tensor is not None and "tensor_units" not in unsure:
        found = f"{rates.tensor:.0f} tensor operations per clock"
        if rates.tensor > TENSOR_RATE and not vector.tensor_units:
            yield found, "no tensor units", "tensor_units"
        elif _lacks_tensor_units(seen) and not rates.throttled and not seen.held_back:
            yield found, "tensor units", "tensor_units"


def _lacks_tensor_units(seen: _Seen) -> bool:
    tensor = rates_of(seen.reading).tensor
    return tensor is not None and tensor <= TENSOR_RATE and bool(seen.vector.tensor_f16_f16)


def _contradiction(seen: _Seen, found: str, expected: str, against: str) -> Answer:
    return contradicted(
        "Measured: {found}; {die} has {expected}. {fit}",
        expected=expected,
        observed=found,
        against=against,
        witness="silicon",
        cause="die",
        advice="The chip is not the claimed one. Keep the card, and have it opened.",
        values={"found": found, "die": seen.die.name, "expected": expected, "fit": seen.fit_words},
    )


def _deviating(seen: _Seen) -> Answer | None:
    """All signs of the silicon are one sign: the strongest gives its strength."""
    signs = sorted(_signs(seen), key=lambda one: -_STRENGTHS.index(one[0]))
    if not signs:
        return None
    return sign(
        signs[0][0],
        "Measured: {found}. {fit}",
        expected="; ".join(expected for _, _, expected in signs),
        observed="; ".join(found for _, found, _ in signs),
        source="reference data",
        witness="silicon",
        cause="die",
        innocent=(
            N_("a variant that the reference data does not have yet"),
            N_("a part of the card that another program keeps for itself"),
        ),
        advice="Measure again with nothing else on the card; compare the chip's own marking.",
        values={"found": "; ".join(f"{found} ({expected})" for _, found, expected in signs), "fit": seen.fit_words},
    )


def _signs(seen: _Seen) -> Iterator[tuple[Strength, str, str]]:
    """Strength, what was measured, what was expected."""
    reading, rates = seen.reading, rates_of(seen.reading)
    count = count_of(reading)
    known = [row for row in seen.products if row.sm is not None and "sm" not in row.from_memory]
    counts = sorted({row.sm for row in known if row.sm is not None})
    if counts and count not in counts:
        single = all("sm" in row.single_source for row in known)
        expected = f"the product has {' or '.join(map(str, counts))}"
        yield _STRENGTHS[not single], f"{count} multiprocessors", expected
    if reading.multiprocessors_claimed is not None and reading.multiprocessors_claimed != count:
        yield Strength.STRONG, f"{count} multiprocessors", f"the driver says {reading.multiprocessors_claimed}"
    if not seen.mining:
        yield from _held_back(seen)
    yield from _small_l2(seen)
    best, name = seen.fit.best, seen.die.name
    if best is None or (best.name != name and name not in seen.fit.not_told_from):
        fact = (seen.fit.excluded or {}).get(name, "")
        if fact and rates.fp32 is not None:
            yield Strength.MEDIUM, fact, f"{name} was expected"


def _held_back(seen: _Seen) -> Iterator[tuple[Strength, str, str]]:
    """Rates below the die's, as the makers of mining cards set them."""
    rates = rates_of(seen.reading)
    fma = next((one.per_clock_per_sm for one in seen.reading.rates if one.operation == "fp32-fma"), None)
    if rates.throttled:
        yield (
            Strength.STRONG,
            f"fused multiply-add held back to {fma:.3g} per clock, where addition does {rates.fp32:.3g}",
            "both alike; so held back are mining cards",
        )
        return
    if rates.fp64 is not None and seen.vector.fp64 and rates.fp64 <= min(seen.vector.fp64) / FAMILY:
        expected = f"{seen.die.name} does {' or '.join(map(str, seen.vector.fp64))}"
        yield Strength.STRONG, f"{rates.fp64:.3g} FP64 operations per clock", expected
    if _lacks_tensor_units(seen):
        expected = f"{seen.die.name} has tensor units"
        yield Strength.STRONG, f"{rates.tensor:.0f} tensor operations per clock", expected


def _small_l2(seen: _Seen) -> Iterator[tuple[Strength, str, str]]:
    l2 = seen.reading.l2_bytes
    known = [row for row in seen.products if row.l2_bytes is not None and "l2_bytes" not in row.from_memory]
    smallest = min((row.l2_bytes for row in known if row.l2_bytes is not None), default=None)
    if l2 is None or l2 <= 0 or smallest is None or l2 * L2_BEYOND >= smallest:
        return
    single = all("l2_bytes" in row.single_source for row in known)
    far = smallest / l2 >= L2_FAR and not single
    yield _STRENGTHS[far], f"L2 of {mib(l2)} MiB", f"the product has {mib(smallest)}"


def _fitting(seen: _Seen) -> Answer:
    reading, rates = seen.reading, rates_of(seen.reading)
    values: dict[str, Value] = {"fit": seen.fit_words, "count": count_of(reading), "ratio": "?", "l2": "?"}
    if rates.fp32 and rates.fp64:
        values["ratio"] = f"1:{rates.fp32 / rates.fp64:.0f}"
    if reading.l2_bytes:
        values["l2"] = mib(reading.l2_bytes)
    return consistent(
        "{count} multiprocessors, FP64 {ratio}, L2 of {l2} MiB. {fit}",
        expected=seen.die.name,
        observed=" or ".join((seen.fit.best.name, *seen.fit.not_told_from)) if seen.fit.best is not None else "",
        source="chip tables and rates of the reference data",
        **values,
    )
