"""Which die fits what was measured, which comes nearest to it, and what tells the two apart. Pure arithmetic.

Facts exclude: another compute capability, more multiprocessors than the die was made with, another family of FP64 or
FP32, tensor units where there are none. Distances only rank what is left: each is the logarithm of measured over
expected, in units of the method's error. What rests on memory alone neither excludes nor ranks. Source of gates and
errors: research note on-device tests, 3.4; none of the errors was measured by this program's makers.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gpu_inspector.checks import thresholds_silicon as limits
from gpu_inspector.checks.limit import MIB
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.product import Die, DieVector, Product
from gpu_inspector.records.silicon import DieReading, SpeedReading


@dataclass(frozen=True, slots=True)
class Fit:
    """The answer; names are those of dies. `best` is None where every die is excluded."""

    best: Die | None
    neighbour: str = ""
    """The die that comes nearest without fitting."""
    fact: str = ""
    """What excludes the neighbour, in words."""
    not_told_from: tuple[str, ...] = ()
    """Dies that fit as well as the best."""
    excluded: Mapping[str, str] | None = None
    """Every die that does not fit, with the first fact against it."""
    distances: Mapping[str, float] = field(default_factory=dict)
    """Every die, the nearest first: the root of the sum of the squared deviations, each in units of its error."""


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates that tell families apart; None was not measured."""

    fp32: float | None
    fp64: float | None
    tensor: float | None
    fp8: bool
    throttled: bool
    """Fused multiply-add is held back, and FP64 and tensor units may be too: their absence says nothing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A die, and the bins in which it was sold."""

    die: Die
    vector: DieVector
    counts: frozenset[int]
    l2_bytes: frozenset[int]
    bus_bits: frozenset[int]


def candidates(catalogue: Catalogue) -> tuple[Candidate, ...]:
    """Every die that was sold on cards, and that the reference data has rates and multiprocessors of."""
    rows: dict[str, list[Product]] = {}
    for row in catalogue.products:
        rows.setdefault(row.die, []).append(row)
    found = []
    for name, vector in catalogue.die_vectors.items():
        die, sold = catalogue.dies[name], rows.get(name, [])
        if die.full_sm is None or not sold:
            continue  # it would come near to everything, for hardly anything is known of it
        found.append(
            Candidate(
                die,
                vector,
                _bins((row.sm for row in sold if "sm" not in row.from_memory), _known(die, "full_sm")),
                _bins(
                    (row.l2_bytes for row in sold if "l2_bytes" not in row.from_memory), _known(die, "full_l2_bytes")
                ),
                _bins(
                    (row.bus_bits for row in sold if "bus_bits" not in row.from_memory), _known(die, "full_bus_bits")
                ),
            )
        )
    return tuple(found)


def fit(reading: DieReading, capability: str, dies: tuple[Candidate, ...], speed: SpeedReading | None = None) -> Fit:
    """The best fitting die and its nearest neighbour; `capability` is that of the device the kernels ran on."""
    rates = rates_of(reading)
    scored = sorted(
        ((distance(one, reading, rates, speed), one) for one in dies), key=lambda pair: (pair[0], pair[1].die.name)
    )
    against = {one.die.name: next(_against(one, reading, capability, rates, speed), "") for _, one in scored}
    fitting = [(far, one) for far, one in scored if not against[one.die.name]]
    distances = {one.die.name: math.sqrt(far) for far, one in scored}
    if not fitting:
        return Fit(None, excluded=against, distances=distances)
    limit = fitting[0][0] + limits.TOLD**2
    # Of dies that fit alike the smallest is named: larger ones are rarely cut down so far.
    alike = sorted((one for far, one in fitting if far < limit), key=lambda one: one.die.full_sm or 0)
    best, close = alike[0], tuple(one.die.name for one in alike[1:])
    for far, one in fitting:
        if far >= limit:
            against[one.die.name] = _worst(one, reading, rates, speed)
    others = [one for _, one in scored if against[one.die.name]]
    # The neighbour that a forger would take is of the same capability, wherever there is one, or of a near one.
    others.sort(
        key=lambda one: (one.die.compute_capability != best.die.compute_capability, _generations(one.die, best.die))
    )
    neighbour = others[0].die.name if others else ""
    excluded = {name: fact for name, fact in against.items() if fact}
    return Fit(best.die, neighbour, excluded.get(neighbour, ""), close, excluded, distances)


def count_of(reading: DieReading) -> int | None:
    """The multiprocessors, where both ways of counting agree."""
    by_id, by_residency = reading.multiprocessors_by_id, reading.multiprocessors_by_residency
    return by_id if by_id is not None and by_id > 0 and by_id == by_residency else None


def rates_of(reading: DieReading) -> Rates:
    """The lanes of FP32 are those of its fastest operation: mining cards hold the fused one back."""
    found = {one.operation: one.per_clock_per_sm for one in reading.rates if one.per_clock_per_sm > 0}
    plain = [found[name] for name in ("fp32-add", "fp32-mul") if name in found]
    fma = found.get("fp32-fma")
    return Rates(
        fp32=max((*plain, *((fma,) if fma is not None else ())), default=None),
        fp64=found.get("fp64-fma"),
        tensor=found.get("tensor-f16-f16"),
        fp8="tensor-fp8" in found,
        throttled=bool(plain) and fma is not None and fma < limits.THROTTLED * max(plain),
    )


def distance(one: Candidate, reading: DieReading, rates: Rates, speed: SpeedReading | None) -> float:
    """The sum of the squares of all deviations, each in units of its error."""
    return sum(term**2 for term, _ in _terms(one, reading, rates, speed))


def _against(
    one: Candidate, reading: DieReading, capability: str, rates: Rates, speed: SpeedReading | None
) -> Iterator[str]:
    """What excludes a die, the firmest fact first."""
    die = one.die
    if capability != die.compute_capability:
        yield N_(f"compute capability {capability}, not {die.compute_capability}")
    count, full = count_of(reading), die.full_sm
    if count is not None and full is not None and count > full:
        yield N_(f"{count} multiprocessors, more than the {full} of the full die")
    yield from rates_against(one, reading, rates, speed)


def rates_against(one: Candidate, reading: DieReading, rates: Rates, speed: SpeedReading | None) -> Iterator[str]:
    """What excludes a die apart from its capability and its count, the firmest fact first."""
    die, vector = one.die, one.vector
    if rates.fp32 is not None and "fp32" not in vector.from_memory and _ratio(rates.fp32, vector.fp32) > limits.LANES:
        yield N_(f"{rates.fp32:.0f} FP32 operations per clock, not {vector.fp32}")
    if rates.fp64 is not None and vector.fp64 and "fp64" not in vector.from_memory:
        low, high = min(vector.fp64) / limits.FAMILY, max(vector.fp64) * limits.FAMILY
        if rates.fp64 >= high or (rates.fp64 <= low and not rates.throttled):
            yield N_(f"{rates.fp64:.3g} FP64 operations per clock, not {_choice(vector.fp64)}")
    if rates.tensor is not None:
        fast = rates.tensor > limits.TENSOR_RATE
        if fast and not vector.tensor_units:
            yield N_(f"tensor units ({rates.tensor:.0f} operations per clock), which it lacks")
        elif not fast and vector.tensor_units and not rates.throttled:
            yield N_(f"no tensor units ({rates.tensor:.0f} operations per clock), which it has")
    if rates.fp8 and not vector.fp8:
        yield N_("FP8, which it lacks")
    l2 = _known(die, "full_l2_bytes")
    if reading.l2_bytes is not None and l2 is not None and reading.l2_bytes > limits.L2_BEYOND * l2:
        yield N_(f"L2 of {mib(reading.l2_bytes)} MiB, more than the {mib(l2)} MiB of the full die")
    bits, bus = speed.bus_bits_implied if speed is not None else None, _known(die, "full_bus_bits")
    if bits is not None and bus is not None and bits > limits.BUS_BEYOND * bus:
        yield N_(f"bandwidth of about {bits:.0f} bits, more than the {bus} of the full die")


def _terms(
    one: Candidate, reading: DieReading, rates: Rates, speed: SpeedReading | None
) -> Iterator[tuple[float, str]]:
    """Deviations in units of their error, and each in words."""
    vector = one.vector
    measured: list[tuple[float | None, str, tuple[int, ...]]] = [
        (rates.fp32, "fp32", (vector.fp32,)),
        (rates.fp64, "fp64", vector.fp64),
        (rates.tensor, "tensor_f16_f16", vector.tensor_f16_f16),
    ]
    for value, name, expected in measured:
        if value is not None and expected and name not in vector.from_memory and not rates.throttled:
            yield (
                _off(value, expected) / limits.RATE_ERROR,
                N_(f"{value:.4g} {name} per clock, not {_choice(expected)}"),
            )
    if reading.l2_bytes is not None and one.l2_bytes:
        sizes = sorted(one.l2_bytes)
        text = " or ".join(mib(size) for size in sizes)
        yield _off(reading.l2_bytes, sizes) / limits.L2_ERROR, N_(f"L2 of {mib(reading.l2_bytes)} MiB, not {text} MiB")
    if vector.l2_halves is not None and reading.l2_bytes is not None:
        halves = reading.l2_first_step_bytes is not None
        word = N_("two steps") if halves else N_("one step")
        yield (0.0 if halves == vector.l2_halves else limits.STEPS_WEIGHT), N_(f"{word} in the chase")
    bits = speed.bus_bits_implied if speed is not None else None
    if bits is not None and bits > 0 and one.bus_bits:
        widths = sorted(one.bus_bits)
        yield _off(bits, widths) / limits.BUS_ERROR, N_(f"bandwidth of about {bits:.0f} bits, not {_choice(widths)}")
    count = count_of(reading)
    if count is not None and one.counts:
        weight = min(_off(count, one.counts) / limits.COUNT_ERROR, limits.COUNT_MOST)
        yield weight, N_(f"{count} multiprocessors, as no product of it has")


def _worst(one: Candidate, reading: DieReading, rates: Rates, speed: SpeedReading | None) -> str:
    """The largest deviation, in words."""
    return max(_terms(one, reading, rates, speed), default=(0.0, N_("nothing that was measured")))[1]


def _generations(one: Die, other: Die) -> int:
    """How many major numbers of compute capability lie between two dies."""
    major, another = (int(die.compute_capability.split(".")[0]) for die in (one, other))
    return abs(major - another)


def _off(value: float, expected: Iterable[float]) -> float:
    return min(abs(math.log(max(value / one, limits.NOTHING))) for one in expected)


def _ratio(value: float, expected: float) -> float:
    return max(value / expected, expected / value)


def _bins(sold: Iterable[int | None], full: int | None) -> frozenset[int]:
    return frozenset(size for size in (*sold, full) if size is not None)


def _known(die: Die, field: str) -> int | None:
    value: int | None = getattr(die, field)
    return None if field in die.from_memory else value


def _choice(numbers: Iterable[int]) -> str:
    return " or ".join(map(str, numbers))


def mib(size_bytes: int) -> str:
    """A size in MiB, as short as it can be said."""
    return f"{size_bytes / MIB:.3g}"
