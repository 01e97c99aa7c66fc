"""The condition of the memory: broken lanes, channels, cells, and the wear that the card's own counters tell of.

A defect is no forgery: nothing here counts against the identity, and nothing here adds up with other signs. What
fools these checks: ECC corrects single bits before any kernel sees them, so clean data with rising counters is wear;
disturbance between neighbouring rows, and rows that forget only when hot, show in long runs at most. Source: research
note on tests on the card, sections 1.1 to 1.3.
"""

from dataclasses import replace

from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable
from gpu_inspector.checks.facts import CONSUMER_SEGMENTS
from gpu_inspector.checks.runner import check
from gpu_inspector.checks.silicon_facts import WearClaim
from gpu_inspector.checks.thresholds_silicon import NAMED_PLACES
from gpu_inspector.language import N_
from gpu_inspector.records.finding import Condition, Outcome
from gpu_inspector.records.measured import flaw, is_page_fold, missing_bytes, proved, sized
from gpu_inspector.records.measured_words import (
    comparator_words,
    group_words,
    lane_words,
    mib_words,
    offset_words,
    size_words,
)
from gpu_inspector.records.product import Product
from gpu_inspector.records.silicon import WORD_BYTES, MemoryReading, SiliconReading

_SOURCE = N_("what was written and read back")
_REACH = {
    "quick": N_("quick: one polarity, so a lane that is stuck shows in half of the words only"),
    "standard": N_("standard: both polarities"),
    "deep": N_("deep: both polarities, walking bits, a pause between writing and reading"),
}


@check("condition-memory", N_("Condition of the memory"))
def memory(measured_memory: MemoryReading, silicon: SiliconReading, memory_gap: str | None) -> Answer:
    """Words read back wrong on memory that is there are a defect of the card, never a sign against its identity."""
    reading = measured_memory
    if why := flaw(reading):
        return inconclusive(
            N_("The figures of the reading contradict each other ({why}), so that none of them counts."),
            advice=N_("Measure again; if it repeats, report it to the developers."),
            why=why,
        )
    values = {
        "profile": _REACH.get(silicon.profile, silicon.profile),
        "verified": mib_words(reading.covered_bytes),
        "proof": comparator_words(reading),
    }
    if defects := _defects(reading):
        return _noted(Condition.FAULTY, N_("{signs}. Profile {profile}."), defects, values)
    if not reading.complete:
        return inconclusive(
            N_("No wrong word was seen, but the test did not come to its end{why} ({verified} covered).")
            if reading.covered_bytes
            else N_("The test did not come to its end, and nothing was read back whole{why}."),
            advice=N_("Restart the machine from cold, and measure again."),
            why=f": {memory_gap}" if memory_gap else "",
            **values,
        )
    if not proved(reading):
        return inconclusive(
            N_(
                "The comparator did not prove itself in this run ({proof}), so that no wrong word was seen says"
                " nothing."
            ),
            advice=N_("Measure again; if it repeats, report it to the developers."),
            **values,
        )
    if signs := _wear(reading):
        return _noted(Condition.WORN, N_("{signs}. {verified} was read back right. Profile {profile}."), signs, values)
    there = N_(" that is really there") if missing_bytes(reading) else ""
    answer = consistent(
        N_("No wrong word in the memory{there} ({verified} covered); {proof}. Profile {profile}."),
        expected=N_("every word as it was written"),
        observed=N_("no wrong word"),
        source=_SOURCE,
        there=there,
        **values,
    )
    return replace(answer, condition=Condition.SOUND)


def _noted(condition: Condition, text: str, signs: list[str], values: dict[str, str]) -> Answer:
    """Noted without any strength: what is broken says nothing about what the card is."""
    said = "; ".join(signs)
    return Answer(
        outcome=Outcome.NOTED,
        text=text,
        expected=N_("every word as it was written"),
        observed=said,
        source=_SOURCE,
        advice=N_("Measure again when the card is cold; compare lanes and offsets. A defect lowers the value."),
        condition=condition,
        values={**values, "signs": said[:1].upper() + said[1:]},
    )


def _defects(reading: MemoryReading) -> list[str]:
    """What is broken, the widest first. A size that is not there is no defect, and its pages are not counted here."""
    if sized(reading) and not reading.true_bytes:
        return [N_(f"nothing that was written could be read back from {mib_words(reading.covered_bytes)}")]
    signs = [group_words(reading)] if reading.group is not None else []
    signs += _counted([lane_words(lane) for lane in reading.lanes])
    if reading.address_bits:
        bits = ", ".join(map(str, reading.address_bits[: int(NAMED_PLACES)]))
        exchanged = size_words(reading.aliased_words * WORD_BYTES)
        signs.append(
            N_(f"words were exchanged inside of pages, by bit {bits} of the offset ({exchanged}): an address line")
        )
    elif reading.aliased_words and not is_page_fold(reading):
        exchanged = size_words(reading.aliased_words * WORD_BYTES)
        signs.append(
            N_(f"words were exchanged between pages in part of their addresses ({exchanged}): an address line")
        )
    if reading.stale_words:
        signs.append(N_(f"{reading.stale_words:,} words kept what was written earlier: the write was lost"))
    if reading.garbled_words:
        signs.append(N_(f"{reading.garbled_words:,} words are wrong without a pattern"))
    if reading.bad_words and not signs:
        signs.append(N_(f"{reading.bad_words:,} words read back wrong"))
    # Where a size is forged, pages are wrong because of it: only those of a whole memory are counted.
    if not missing_bytes(reading) and reading.bad_pages > (0 if signs else reading.transient_pages):
        signs.append(_pages(reading))
    if reading.fault and reading.fault_offset_bytes is None and reading.passes:
        signs.append(N_(f"the card ended the test on an error of its memory: {reading.fault}"))
    if reading.ecc_uncorrected:
        signs.append(N_(f"ECC met {reading.ecc_uncorrected:,} errors that it could not correct"))
    return signs


def _pages(reading: MemoryReading) -> str:
    places = [offset_words(offset) for offset in reading.bad_page_offsets[: int(NAMED_PLACES)]]
    named, left = ", ".join(places), reading.bad_pages - len(places)
    where = ""
    if places:
        where = N_(f" (at offset {named} and {left:,} more)") if left > 0 else N_(f" (at offset {named})")
    pages = N_(f"{reading.bad_pages:,} pages of 2 MiB with wrong words{where}")
    again = [word for word in reading.kept if word.second is not None and word.owner_offset_bytes is None]
    same = sum(word.second == word.read for word in again)
    return f"{pages}; {N_(f'read again, {same} of {len(again)} kept words came back the same')}" if again else pages


def _wear(reading: MemoryReading) -> list[str]:
    signs = []
    if reading.transient_pages:
        signs.append(N_(f"{reading.transient_pages:,} pages were wrong once and right when read again"))
    if reading.ecc_corrected:
        signs.append(N_(f"ECC corrected {reading.ecc_corrected:,} errors during the test"))
    if reading.remapped_rows:
        signs.append(N_(f"{reading.remapped_rows:,} rows were remapped during the test"))
    if reading.retired_pages:
        signs.append(N_(f"{reading.retired_pages:,} pages were retired during the test"))
    return signs


def _counted(names: list[str]) -> list[str]:
    more = len(names) - int(NAMED_PLACES)
    return [*names[: int(NAMED_PLACES)], *([N_(f"{more} more lanes")] if more > 0 else [])]


@check("condition-wear", N_("Memory errors in the card's own counters"))
def wear(wear: WearClaim | None, products: tuple[Product, ...] | None) -> Answer:
    """The counters are claims, but nobody forges wear: what they tell lowers the value."""
    if wear is None:
        if products and all(row.segment in CONSUMER_SEGMENTS for row in products):
            return not_applicable(N_("Products of this kind have no counters of memory errors."))
        return inconclusive(N_("No source gave counters of memory errors."))
    signs = _counters(wear)
    if not signs:
        return consistent(
            N_("The counters of memory errors that the driver gives are at zero."),
            expected=N_("no errors counted"),
            observed=N_("no errors counted"),
            source=N_("the driver's counters"),
        )
    return Answer(
        outcome=Outcome.NOTED,
        text=N_("The driver tells of wear: {signs}."),
        expected=N_("no errors counted"),
        observed="; ".join(signs),
        source=N_("the driver's counters"),
        witness=N_("driver"),
        cause="memory wear",
        advice=N_("Restart the machine if a row waits to be remapped, then have the memory measured."),
        condition=Condition.WORN,
        values={"signs": "; ".join(signs)},
    )


def _counters(wear: WearClaim) -> list[str]:
    signs = []
    if wear.uncorrected:
        signs.append(N_(f"{wear.uncorrected:,} errors that ECC could not correct"))
    if wear.corrected:
        signs.append(N_(f"{wear.corrected:,} errors that ECC corrected"))
    if wear.retired_pages:
        signs.append(N_(f"{wear.retired_pages:,} retired pages"))
    if wear.remapped_rows:
        signs.append(N_(f"{wear.remapped_rows:,} remapped rows"))
    if wear.remap_pending:
        signs.append(N_("a row waits to be remapped"))
    if wear.remap_failed:
        signs.append(N_("a row could not be remapped"))
    return signs
