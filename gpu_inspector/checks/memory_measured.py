"""Memory measured: how much of the claimed memory is really there, told from words that were written and read back.

A forged size shows as words of other pages (a fold) or as pages on which nothing stands. Both are read back exactly,
so they contradict the driver's total outright. Defects of single lanes, channels or address lines do not: they feed
the condition. What fools this check: a driver that slips in the host's memory (left out by its speed), and an altered
driver altogether, which the bench's checks look for. Source: research note on tests on the card, sections 1.2 to 1.4.
"""

from gpu_inspector.checks import thresholds_silicon as limits
from gpu_inspector.checks.answer import Answer, consistent, contradicted, inconclusive, sign
from gpu_inspector.checks.facts import MemoryClaim
from gpu_inspector.checks.limit import MIB, MIB_PER_GIB
from gpu_inspector.checks.nearest_names import nearest
from gpu_inspector.checks.runner import check
from gpu_inspector.checks.sizes import next_smaller_mib, size_class_mib
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.finding import Role, Strength, Value
from gpu_inspector.records.measured import flaw, is_page_fold, missing_bytes, proved, sized, tested_bytes
from gpu_inspector.records.measured_words import comparator_words, fold_words, mib_words, offset_words, size_words
from gpu_inspector.records.product import Die, Product
from gpu_inspector.records.silicon import WORD_BYTES, MemoryReading

_AGAINST = N_("what was written and read back")


@check("memory-measured", N_("Memory measured on the card"), Role.CORE)
def measured(
    measured_memory: MemoryReading,
    memory: MemoryClaim,
    products: tuple[Product, ...] | None,
    name: str | None,
    die: Die | None,
    display_active: bool,
    memory_gap: str | None,
    catalogue: Catalogue,
) -> Answer:
    """Only writing all of it and reading it back shows how much memory there is."""
    reading = measured_memory
    claimed = max(memory.total_mib * MIB, reading.claimed_bytes)
    rows = _rows(products or (), die, catalogue)
    return (
        _flawed(reading)
        or _not_there(reading, claimed, rows, die, name or "")
        or _refused(reading, claimed)
        or _unproved(reading, memory_gap or "")
        or _covered(reading, claimed, rows, display_active)
    )


def _flawed(reading: MemoryReading) -> Answer | None:
    """Figures that contradict each other neither clear nor accuse."""
    if not (why := flaw(reading)):
        return None
    return inconclusive(
        N_("The figures of the reading contradict each other ({why}), so that none of them counts."),
        advice=N_("Measure again; if it repeats, report it to the developers."),
        why=why,
    )


def _rows(products: tuple[Product, ...], die: Die | None, catalogue: Catalogue) -> tuple[Product, ...]:
    """The products that the card could be instead: those of its id, and every other one of its die."""
    same_die = tuple(row for row in catalogue.products if die is not None and row.die == die.name)
    return (*products, *(row for row in same_die if row not in products))


# --- what is not there


def _not_there(
    reading: MemoryReading, claimed: int, rows: tuple[Product, ...], die: Die | None, name: str
) -> Answer | None:
    """Words of other pages, or pages without any: proof where the share is one that a smaller size explains."""
    missing, tested = missing_bytes(reading), tested_bytes(reading)
    if not missing:
        return None
    if sized(reading) and not reading.true_bytes:
        return inconclusive(
            N_(
                "Nothing that was written could be read back from {tested}: a card without any memory would not have"
                " started, so that this tells of a broken card or driver, and not of its size."
            ),
            advice=N_("Restart the machine from cold, and measure again, in another machine if it repeats."),
            tested=mib_words(reading.covered_bytes),
        )
    share = missing / max(tested, missing)
    values: dict[str, Value] = {"claimed": mib_words(claimed), "fold": fold_words(reading)}
    if share < limits.FORGED_SHARE:
        return sign(
            Strength.STRONG,
            N_(
                "{missing} of the tested memory has no cells of its own: {fold}. That is too little for a smaller size."
            ),
            expected=N_("every address with cells of its own"),
            observed=fold_words(reading),
            source=_AGAINST,
            witness=N_("silicon"),
            cause="memory size",
            innocent=(N_("a broken address line of one memory chip, or of its solder"),),
            advice=N_("Measure again when the card is cold, and once more in another machine."),
            values={**values, "missing": size_words(missing)},
        )
    if sized(reading):
        true_class = size_class_mib(reading.true_bytes, claimed - reading.covered_bytes, rows)
        genuine = nearest(tuple(row for row in rows if row.memory_mib == true_class), name)
        kind = N_(f", as a genuine {genuine} has ({die.name})") if genuine and die is not None else ""
        return _contradicted(reading, claimed, {**values, "gib": f"{true_class / MIB_PER_GIB:g}", "kind": kind})
    return contradicted(
        N_("The driver claims {claimed}; of the places that a first probe wrote to, {percent} % do not exist: {fold}."),
        expected=N_(f"{mib_words(claimed)}, every address with cells of its own"),
        observed=N_(f"{share * 100:.0f} % of the probed places are not there"),
        against=_AGAINST,
        witness=N_("silicon"),
        cause="memory size",
        advice=N_("The probe is enough: words that come back from other places prove it. Do not use the card."),
        values={**values, "percent": f"{share * 100:.0f}"},
    )


def _contradicted(reading: MemoryReading, claimed: int, values: dict[str, Value]) -> Answer:
    return contradicted(
        N_("The driver claims {claimed}; {true} of it is really there, a card of {gib} GB{kind}: {fold}."),
        expected=N_(f"{mib_words(claimed)}, every address with cells of its own"),
        observed=N_(f"{mib_words(reading.true_bytes)} really there"),
        against=_AGAINST,
        witness=N_("silicon"),
        cause="memory size",
        advice=N_("Keep the card from being used: data beyond the true size is lost without a word."),
        values={**values, "true": mib_words(reading.true_bytes)},
    )


def _refused(reading: MemoryReading, claimed: int) -> Answer | None:
    """A place at which writing or reading ended all work: a strong sign of memory that is claimed and not there."""
    if reading.fault_offset_bytes is None or reading.ecc_uncorrected:
        return None
    where = offset_words(reading.fault_offset_bytes)
    return sign(
        Strength.STRONG,
        N_(
            "Of {claimed} that the driver claims, the card failed at or beyond offset {where} of the tested area"
            " ({fault}); at least {verified} is there."
        ),
        expected=N_(f"{mib_words(claimed)}, all of it writable"),
        observed=N_(f"no further than offset {where}"),
        source=_AGAINST,
        witness=N_("silicon"),
        cause="memory size",
        innocent=(
            N_("a broken card that fails at any place: measure again and compare the offset"),
            N_("a defect of the driver"),
        ),
        advice=N_("Restart the machine from cold, measure again, and compare the offset."),
        values={
            "claimed": mib_words(claimed),
            "where": where,
            "fault": reading.fault or N_("no reason given"),
            "verified": mib_words(reading.covered_bytes),
        },
    )


# --- how far what was seen reaches


def _unproved(reading: MemoryReading, why: str) -> Answer | None:
    """Reasons why nothing that was read back may clear the size."""
    verified = mib_words(reading.covered_bytes)
    if not reading.complete:
        return inconclusive(
            N_("The test did not come to its end{why}; at least {verified} was written and read back.")
            if reading.covered_bytes
            else N_("The test did not come to its end{why}; nothing was read back whole."),
            advice=N_("Restart the machine from cold, and measure again."),
            verified=verified,
            why=f" ({why})" if why else "",
        )
    if not proved(reading):
        return inconclusive(
            N_("The comparator did not prove itself in this run ({proof}), so what it did not find says nothing."),
            advice=N_("Measure again; if it repeats, report it to the developers."),
            proof=comparator_words(reading),
        )
    if not reading.beyond_l2:
        return inconclusive(
            N_(
                "The card has too little memory for its cache to be overwhelmed: {verified} may have been read from"
                " there."
            ),
            verified=verified,
        )
    return None


def _covered(reading: MemoryReading, claimed: int, rows: tuple[Product, ...], display_active: bool) -> Answer:
    """The verdict rests on what was read back, and on whether what was not could hide a smaller size."""
    # Words that were wrong beyond any lane prove nothing, so only distinct owners count.
    verified = max(min(reading.covered_bytes - _lost_to_defects(reading), reading.true_bytes), 0)
    lost = reading.covered_bytes - verified
    gate = limits.COVERED_SHARE_DISPLAY if display_active else limits.COVERED_SHARE
    smaller = next_smaller_mib(claimed, rows) * MIB
    values = {
        "verified": mib_words(reading.covered_bytes),
        "there": mib_words(verified),
        "claimed": mib_words(claimed),
        "smaller": f"{smaller / MIB / MIB_PER_GIB:g} GB",
        "rest": _rest(reading, claimed),
        "defects": N_(f"; {size_words(lost)} of it is lost to defects (see condition)") if lost else _see(reading),
        "proof": comparator_words(reading),
    }
    expected, observed = mib_words(claimed), N_(f"{mib_words(reading.covered_bytes)} verified")
    if verified >= gate * claimed and verified > smaller:
        text = N_("{verified} of {claimed} was written and read back{defects}. {rest}{proof}.")
        return consistent(text, expected=expected, observed=observed, source=_AGAINST, **values)
    if verified > smaller:
        text = N_(
            "{verified} of {claimed} was written and read back{defects}: more than a card of {smaller}, the next"
            " smaller size, can hold. {rest}{proof}."
        )
        return consistent(text, expected=expected, observed=observed, source=_AGAINST, **values)
    shared = _shared(reading)
    if reading.covered_bytes - shared <= smaller < reading.covered_bytes and not reading.group:
        return _lines_lost(reading, claimed, shared, values)
    ours = N_("End what uses the card (nvidia-smi shows it), take displays off it, and measure again.")
    broken = N_("Measure again when the card is cold; a card as broken as this cannot show its size.")
    return inconclusive(
        N_("At least {there} of {claimed} is there{defects}; a card of {smaller} is not excluded. {rest}{proof}."),
        advice=broken if lost and reading.covered_bytes > smaller else ours,
        **values,
    )


def _lines_lost(reading: MemoryReading, claimed: int, lost: int, values: dict[str, str]) -> Answer:
    """Addresses inside of pages share cells, so many that the card holds no more than a smaller one."""
    return sign(
        Strength.STRONG,
        N_(
            "{lost} of {claimed} share their cells with other addresses of the same page, so that no more is there than"
            " on a card of {smaller}: {fold}."
        ),
        expected=mib_words(claimed),
        observed=N_(f"{mib_words(reading.true_bytes)} really there"),
        source=_AGAINST,
        witness=N_("silicon"),
        cause="memory size",
        innocent=(N_("a broken address line that all memory chips share"),),
        advice=N_("Look at the board: the number and the printing of the memory chips."),
        values={**values, "lost": size_words(lost), "fold": fold_words(reading)},
    )


def _shared(reading: MemoryReading) -> int:
    """Bytes that share their cells with others of the same page."""
    return 0 if is_page_fold(reading) else reading.aliased_words * WORD_BYTES


def _lost_to_defects(reading: MemoryReading) -> int:
    """Bytes of the covered area that hold nothing of their own because of a broken line or a lost channel group."""
    group = reading.group
    return _shared(reading) + (
        int(reading.covered_bytes * min(group.share, 1.0)) if group is not None and group.lost else 0
    )


def _see(reading: MemoryReading) -> str:
    return N_(" (some of it wrong: see condition)") if reading.bad_words or reading.bad_pages else ""


def _rest(reading: MemoryReading, claimed: int) -> str:
    """What was not verified, and whose it is: explained is not verified, and the text says which is which."""
    rest = claimed - reading.covered_bytes
    if rest <= 0:
        return ""
    unseen, own = claimed - reading.claimed_bytes, reading.claimed_bytes - reading.free_bytes
    parts = [N_(f"{mib_words(unseen)} are not offered to programs")] if unseen >= MIB else []
    if reading.refused:
        parts.append(reading.refused.rstrip("."))
    else:
        parts += [N_(f"{mib_words(own)} were not free when the test began")] if own >= MIB else []
        parts += (
            [N_(f"{mib_words(reading.host_bytes)} were as slow as the host's memory")] if reading.host_bytes else []
        )
    said = f" ({'; '.join(parts)})" if parts else ""
    return N_(f"{mib_words(rest)} was not verified{said}; ")
