"""The die measured: counts and rates that no name, id or firmware can change, held against the die that is claimed.

Only what lies beyond a physical limit contradicts: another compute capability, more multiprocessors than the die was
made with, faster units than it has. Less than expected is a sign at most, since makers switch units off and hold them
back, as on mining cards. What fools this check: another chip of the same die with the same units switched off, and
whoever controls the machine. Source: research note on-device tests, 3.3 to 3.5.
"""

from collections.abc import Iterator

from gpu_inspector.checks import thresholds_silicon as limits
from gpu_inspector.checks.answer import ONE_TABLE, Answer, consistent, contradicted, inconclusive, sign
from gpu_inspector.checks.die_fit import count_of, mib, rates_of
from gpu_inspector.checks.die_signs import Bin, Seen, bin_of, lacks_tensor_units, signs_of
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.finding import Role, Strength, Value
from gpu_inspector.records.product import Die, Product
from gpu_inspector.records.silicon import DieReading, SiliconReading, SpeedReading


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
    named: tuple[Product, ...] | None,
) -> Answer:
    """Only the silicon's own counts and rates tell which die it is."""
    vector = catalogue.die_vectors.get(die.name)
    if vector is None or not whole_card:
        return inconclusive(N_("The reference data does not have the rates of {die}."), die=die.name)
    mining = _is_mining_card(products or (), device_id, catalogue)
    rows = products or ()
    # Of several products of one id those of the claimed name are meant; a name of none of them picks none.
    meant = tuple(row for row in rows if row in (named or ())) or rows
    seen = Seen(silicon.compute_capability, measured_die, die, vector, rows, meant, mining, catalogue, measured_speed)
    return (
        _another_capability(seen)
        or _undecided(seen)
        or _impossible(seen)
        or _deviating(seen, Strength.STRONG)
        or _not_known(seen)
        or _deviating(seen, Strength.MEDIUM)
        or _unfitting(seen)
        or _fitting(seen)
    )


def _is_mining_card(products: tuple[Product, ...], device_id: str | None, catalogue: Catalogue) -> bool:
    if products:
        return all(row.segment == "CMP" for row in products)
    names = catalogue.names_of(device_id) if device_id is not None else ()
    return bool(names) and all("CMP" in row.name.upper().split() for row in names)


def _another_capability(seen: Seen) -> Answer | None:
    """The kernels' code is made for one capability; a driver that says another than the die's speaks of another die."""
    expected = seen.die.compute_capability
    if not seen.capability or seen.capability == expected or "compute_capability" in seen.die.from_memory:
        return None
    return _contradiction(
        seen,
        N_(f"compute capability {seen.capability}"),
        N_(f"compute capability {expected}"),
        N_(f"{seen.die.name}: CUDA's table of compute capabilities"),
    )


def _undecided(seen: Seen) -> Answer | None:
    reading = seen.reading
    if reading.disturbed:
        return inconclusive(
            N_("Counts and rates decide nothing: {why}."),
            advice=N_("Measure again with nothing else on the card, MIG and MPS off."),
            why=", ".join(reading.disturbed),
        )
    if count_of(reading) is None:
        return inconclusive(
            N_("The multiprocessors were counted in two ways, with different results: {by_id} and {by_residency}."),
            advice=N_("Measure again with nothing else on the card."),
            by_id=reading.multiprocessors_by_id,
            by_residency=reading.multiprocessors_by_residency,
        )
    if not reading.rates:
        return inconclusive(N_("The rates of the die were not measured."), advice=N_("Measure again."))
    if not seen.capability:
        return inconclusive(
            N_("It is not known for which compute capability the kernels were built."), advice=N_("Measure again.")
        )
    return None


def _impossible(seen: Seen) -> Answer | None:
    """The first fact beyond a limit of the claimed die."""
    for found, expected, field in _beyond(seen):
        sources = {**seen.die.sources, **seen.vector.sources}
        return _contradiction(seen, found, expected, f"{seen.die.name}: {sources.get(field, '')}")
    return None


def _beyond(seen: Seen) -> Iterator[tuple[str, str, str]]:
    """What was measured, what the limit is, and the field that has it. Fields from memory are no limits."""
    die, vector, rates = seen.die, seen.vector, rates_of(seen.reading)
    unsure = {*die.from_memory, *vector.from_memory}
    count = count_of(seen.reading) or 0
    if die.full_sm is not None and count > die.full_sm and "full_sm" not in unsure:
        yield N_(f"{count} multiprocessors"), N_(f"{die.full_sm} multiprocessors at most"), "full_sm"
    if rates.fp32 is not None and rates.fp32 > limits.LANES * vector.fp32 and "fp32" not in unsure:
        yield N_(f"{rates.fp32:.0f} FP32 operations per clock"), f"{vector.fp32}", "fp32"
    if rates.fp64 is not None and vector.fp64 and "fp64" not in unsure:
        expected = " or ".join(map(str, vector.fp64))
        low = rates.fp64 <= min(vector.fp64) / limits.FAMILY and not rates.throttled and not seen.held_back
        if low or rates.fp64 >= limits.FAMILY * max(vector.fp64):
            yield N_(f"{rates.fp64:.3g} FP64 operations per clock"), expected, "fp64"
    if rates.tensor is not None and "tensor_units" not in unsure:
        found = N_(f"{rates.tensor:.0f} tensor operations per clock")
        if rates.tensor > limits.TENSOR_RATE and not vector.tensor_units:
            yield found, N_("no tensor units"), "tensor_units"
        elif lacks_tensor_units(seen) and not rates.throttled and not seen.held_back:
            yield found, N_("tensor units"), "tensor_units"


def _contradiction(seen: Seen, found: str, expected: str, against: str) -> Answer:
    return contradicted(
        N_("Measured: {found}; {die} has {expected}. {fit}"),
        expected=expected,
        observed=found,
        against=against,
        witness=N_("silicon"),
        cause="die",
        advice=N_("The chip is not the claimed one. Keep the card, and have it opened."),
        values={"found": found, "die": seen.die.name, "expected": expected, **seen.fit_values},
    )


def _deviating(seen: Seen, strongest: Strength) -> Answer | None:
    """All signs of the silicon are one sign: the strongest gives its strength."""
    signs = signs_of(seen)
    if not signs or signs[0].strength is not strongest:
        return None
    return sign(
        signs[0].strength,
        N_("Measured: {found}. {fit}"),
        expected="; ".join(one.expected for one in signs),
        observed="; ".join(one.found for one in signs),
        source=ONE_TABLE if all(one.one_table for one in signs) else N_("reference data"),
        witness=N_("silicon"),
        cause="die",
        innocent=(
            N_("a variant that the reference data does not have yet"),
            N_("a part of the card that another program keeps for itself"),
        ),
        advice=N_("Measure again with nothing else on the card; compare the chip's own marking."),
        values={"found": "; ".join(f"{one.found} ({one.expected})" for one in signs), **seen.fit_values},
    )


def _not_known(seen: Seen) -> Answer | None:
    """What was not measured, or what the reference data cannot say, is no pass; nor does a lesser sign make it one."""
    rates = rates_of(seen.reading)
    needed = {"FP32": rates.fp32, "FP64": rates.fp64, **({"tensor": rates.tensor} if seen.vector.tensor_units else {})}
    if missing := [name for name, rate in needed.items() if rate is None]:
        return inconclusive(
            N_("The rates of the die were not all measured: {missing} is missing."),
            advice=N_("Measure again."),
            missing=" and ".join(missing),
        )
    if bin_of(seen) is Bin.UNKNOWN:
        return inconclusive(
            N_(
                "{count} multiprocessors were measured; how many {names} has, the reference data does not say for sure."
                " {fit}"
            ),
            advice=N_("Look the product up by hand, or update the reference data."),
            count=count_of(seen.reading),
            names=" or ".join(sorted({row.name for row in seen.meant})[: int(limits.NAMED_OF_DIE)]),
            **seen.fit_values,
        )
    return None


def _unfitting(seen: Seen) -> Answer | None:
    """The claimed die is none of those that fit, yet no fact excludes it: too little is known of it."""
    found = seen.fit
    if found.best is None or seen.die.name not in (found.best.name, *found.not_told_from):
        return inconclusive(
            N_("The reference data does not know {die} well enough to hold it against what was measured. {fit}"),
            advice=N_("Update the reference data, or compare the chip's own marking."),
            die=seen.die.name,
            **seen.fit_values,
        )
    return None


def _fitting(seen: Seen) -> Answer:
    reading, rates = seen.reading, rates_of(seen.reading)
    values: dict[str, Value] = {
        **seen.fit_values,
        "count": count_of(reading),
        "ratio": "?",
        "l2": N_("L2 not measured"),
    }
    if rates.fp32 and rates.fp64:
        values["ratio"] = f"1:{rates.fp32 / rates.fp64:.0f}"
    if reading.l2_bytes:
        values["l2"] = N_(f"L2 of {mib(reading.l2_bytes)} MiB")
    return consistent(
        N_("{count} multiprocessors, FP64 {ratio}, {l2}. {fit}"),
        expected=seen.die.name,
        observed=" or ".join((seen.fit.best.name, *seen.fit.not_told_from)) if seen.fit.best is not None else "",
        source=N_("chip tables and rates of the reference data"),
        **values,
    )
