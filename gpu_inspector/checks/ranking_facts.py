"""What speaks for and against a product as the one that a card is: each fact with its column and its source.

A fact that the reference data has from memory only speaks for a product where it agrees, and against none.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from gpu_inspector.checks.die_fit import Candidate, count_of, mib, rates_against, rates_of
from gpu_inspector.checks.facts import Missing
from gpu_inspector.checks.limit import MIB
from gpu_inspector.checks.signature import Found
from gpu_inspector.checks.thresholds import LARGEST_NUMBER
from gpu_inspector.checks.thresholds_silicon import BUS_BEYOND, BUS_ERROR, L2_ERROR, L2_FAR
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.modification import MEASURED, Fact
from gpu_inspector.records.product import Product
from gpu_inspector.records.silicon import DieReading, SpeedReading

if TYPE_CHECKING:
    from gpu_inspector.checks.subject import Subject

Verdict = Callable[[Product], bool | None]
"""True speaks for the product, False against it; None is not known of it."""


@dataclass(frozen=True, slots=True)
class Held:
    """One fact that was seen, and how to hold it against a product."""

    column: str
    witness: str
    what: str
    """"device id"."""
    seen: str
    """"device id 2684"."""
    verdict: Verdict
    has: Callable[[Product], str]
    """What the product has instead, in words."""
    added: Callable[[Product], bool] = lambda row: False
    """Whether there is more of it than the product has, and more can be added to a genuine one."""

    def in_words(self, row: Product, agrees: bool) -> str:
        """With its column and its source."""
        who = self.column if self.column == MEASURED else f"{self.column}, {self.witness}"
        other = "" if agrees else self.has(row)
        return f"{who}: {self.seen}" + (f", not {other}" if other else "")


def equal(field: str, value: object) -> Verdict:
    """Whether a field of the product is so; one from memory speaks against nothing."""

    def verdict(row: Product) -> bool | None:
        expected = getattr(row, field)
        if expected == value:
            return True
        return None if expected is None or field in row.from_memory else False

    return verdict


# --- the third column


def measured_facts(subject: "Subject", dies: tuple[Candidate, ...]) -> Iterator[Held]:
    """What the third column says, the firmest first."""
    silicon, die, catalogue = subject.silicon, subject.measured_die, subject.catalogue
    if not isinstance(silicon, Missing) and silicon.compute_capability:
        yield capability(MEASURED, "silicon", silicon.compute_capability, catalogue)
    found = subject.shown.get(Fact.TRUE_MEMORY)
    if found is not None and isinstance(found.value, Found):
        yield _true_memory(found.value)
    if isinstance(die, Missing) or die.disturbed or subject.whole_card is not True:
        return
    if (count := count_of(die)) is not None:
        yield Held(
            *(MEASURED, "silicon", "multiprocessors", N_(f"{count} multiprocessors")),
            _count(count, catalogue),
            lambda row: f"{row.sm or catalogue.dies[row.die].full_sm}",
        )
    if die.l2_bytes is not None and not 0 < die.l2_bytes < LARGEST_NUMBER:
        die = replace(die, l2_bytes=None)
    if die.l2_bytes is not None:
        yield Held(
            *(MEASURED, "silicon", "L2", N_(f"L2 of {mib(die.l2_bytes)} MiB")),
            _near("l2_bytes", die.l2_bytes, 1 + 2 * L2_ERROR, L2_FAR),
            lambda row: f"{mib(row.l2_bytes or 0)} MiB",
        )
    speed = None if isinstance(subject.measured_speed, Missing) else subject.measured_speed
    if speed is not None and speed.bus_bits_implied is not None:
        yield Held(
            *(MEASURED, "silicon", N_("bus width"), N_(f"bandwidth of about {speed.bus_bits_implied:.0f} bits")),
            _near("bus_bits", speed.bus_bits_implied, 1 + BUS_ERROR, BUS_BEYOND),
            lambda row: N_(f"{row.bus_bits} bits"),
        )
    if die.rates:
        yield _rates(die, speed, dies)


def _rates(die: DieReading, speed: SpeedReading | None, dies: tuple[Candidate, ...]) -> Held:
    rates, known = rates_of(die), {one.die.name: one for one in dies}

    @cache
    def against(name: str) -> str:
        return next(rates_against(known[name], die, rates, speed), "") if name in known else ""

    return Held(
        *(MEASURED, "silicon", N_("rates of the die"), N_("rates of the die")),
        lambda row: not against(row.die) if row.die in known else None,
        lambda row: N_(f"those of {row.die}: {against(row.die)}"),
    )


def _true_memory(found: Found) -> Held:
    def verdict(row: Product) -> bool | None:
        if row.memory_mib is None:
            return None
        if found.is_of_size(row.memory_mib):
            return True
        return None if "memory_mib" in row.from_memory else False

    return Held(
        *(MEASURED, "silicon", "memory", N_(f"{found.true_bytes // MIB:,} MiB of memory found")),
        verdict,
        size_of,
        lambda row: found.true_bytes > (row.memory_mib or 0) * MIB,
    )


def _count(count: int, catalogue: Catalogue) -> Verdict:
    own = equal("sm", count)

    def verdict(row: Product) -> bool | None:
        die = catalogue.dies[row.die]
        beyond = die.full_sm is not None and "full_sm" not in die.from_memory and count > die.full_sm
        return False if beyond else own(row)

    return verdict


def _near(field: str, value: float, near: float, far: float) -> Verdict:
    """Soft measurements: within the method's error for, beyond `far` times against, between the two nothing."""

    def verdict(row: Product) -> bool | None:
        expected = getattr(row, field)
        if not expected or value <= 0:
            return None
        apart = max(value / expected, expected / value)
        if apart <= near:
            return True
        return False if apart >= far and field not in row.from_memory else None

    return verdict


def size_of(row: Product) -> str:
    """The product's memory in words."""
    return f"{row.memory_mib or 0:,} MiB"


def capability(column: str, witness: str, value: str, catalogue: Catalogue) -> Held:
    """The compute capability, of whichever column."""
    return Held(
        *(column, witness, N_("compute capability"), N_(f"compute capability {value}")),
        lambda row: catalogue.dies[row.die].compute_capability == value,
        lambda row: catalogue.dies[row.die].compute_capability,
    )
