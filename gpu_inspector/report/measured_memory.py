"""The report of the memory test: what was covered, what is there, what is broken, each pass, and a map."""

from gpu_inspector.language import N_, _, counted, listed, number, said, told
from gpu_inspector.records import measured_words as mw
from gpu_inspector.records.measured import missing_bytes, sized
from gpu_inspector.records.silicon import MemoryReading
from gpu_inspector.report.blocks import LISTED, Pairs, table, titled
from gpu_inspector.report.charts import memory_map
from gpu_inspector.report.layout import LABEL, Sheet, gap, lines


def memory(sheet: Sheet, memory: MemoryReading) -> None:
    """Everything of one memory test."""
    pairs: Pairs = [
        (
            _("Claimed to CUDA"),
            said(
                "{size}, {free} of it free",
                size=mw.mib_words(memory.claimed_bytes),
                free=mw.mib_words(memory.free_bytes),
            ),
        ),
        (_("Written and read back"), _coverage(memory)),
        (_("Really there"), _size(memory)),
    ]
    if missing_bytes(memory):
        pairs.append((_("Not there"), mw.fold_words(memory)))
    if memory.fault_offset_bytes is not None:
        where = mw.offset_words(memory.fault_offset_bytes)
        pairs.append(
            (
                _("Work ended at"),
                said("offset {offset}: {reason}", offset=where, reason=told(memory.fault) or _("no reason given")),
            )
        )
    pairs += [("" if place else _("Defects"), text) for place, text in enumerate(_defects(memory))]
    if memory.kept:
        kept = counted(
            "{number} wrong word, in the attached record",
            "{number} wrong words, in the attached record",
            len(memory.kept),
        )
        pairs.append((_("Kept whole"), kept))
    pairs.append((_("Comparator"), mw.comparator_words(memory)))
    counters = _counters(memory)
    pairs += [(_("Counters, risen by"), counters)] if counters else []
    titled(sheet, _("Memory"), pairs)
    if memory.passes:
        _passes(sheet, memory)
    if memory.map:
        title = _("Map of the tested memory, from its first to its last byte")
        sheet.place([gap(4), *lines(title, LABEL, 0, sheet.width), gap(2), *memory_map(memory, sheet.width)])


def _coverage(memory: MemoryReading) -> str:
    share = f" ({number(memory.covered_bytes / memory.claimed_bytes * 100, 1)} %)" if memory.claimed_bytes else ""
    parts = [f"{mw.mib_words(memory.covered_bytes)}{share}"]
    if memory.host_bytes:
        slow = mw.mib_words(memory.host_bytes)
        parts.append(said("{size} were as slow as the host's memory, and left out", size=slow))
    parts += [said("the rest: {reason}", reason=told(memory.refused))] if memory.refused else []
    parts += [] if memory.beyond_l2 else [_("too little to overwhelm the cache")]
    parts += [] if memory.complete else [_("not all passes of the profile ran")]
    return "; ".join(parts)


def _size(memory: MemoryReading) -> str:
    if not sized(memory):
        return _("not decided: the pass that tells the size did not run to its end")
    exact = said("{number} bytes", number=number(memory.true_bytes)) if memory.true_bytes >= mw.KIB else ""
    return said(
        "{size} ({exact}) with cells of their own; {count} bytes right",
        size=mw.size_words(memory.true_bytes),
        exact=exact,
        count=number(memory.right_bytes),
    )


def _defects(memory: MemoryReading) -> list[str]:
    found = [mw.group_words(memory)] if memory.group is not None else []
    for lane in memory.lanes[:LISTED]:
        words = counted("{number} word", "{number} words", lane.words)
        found.append(f"{mw.lane_words(lane)} ({words})")
    if len(memory.lanes) > LISTED:
        found.append(counted("{number} more lane", "{number} more lanes", len(memory.lanes) - LISTED))
    if memory.address_bits:
        found.append(
            counted(
                "words exchanged inside of pages, by bit {bits}",
                "words exchanged inside of pages, by bits {bits}",
                len(memory.address_bits),
                bits=listed([str(bit) for bit in memory.address_bits[:8]]),
            )
        )
    found += _wrong(memory)
    if memory.bad_pages and not missing_bytes(memory):
        places = listed([mw.offset_words(offset) for offset in memory.bad_page_offsets[:4]])
        found.append(
            counted(
                "{number} page of 2 MiB with a wrong word in any pass, at offset {offsets}",
                "{number} pages of 2 MiB with a wrong word in any pass, at offset {offsets}",
                memory.bad_pages,
                offsets=f"{places or '?'}{', …' if memory.bad_pages > 4 else ''}",
            )
        )
    return found


def _wrong(memory: MemoryReading) -> list[str]:
    """How many words and pages are wrong in which way; nothing where none is."""
    told_of = (
        (
            memory.bad_words,
            counted("{number} word read back wrong", "{number} words read back wrong", memory.bad_words),
        ),
        (
            memory.stale_words,
            counted(
                "{number} word of an older pass: the write was lost",
                "{number} words of an older pass: the write was lost",
                memory.stale_words,
            ),
        ),
        (
            memory.garbled_words,
            counted(
                "{number} word wrong without a pattern",
                "{number} words wrong without a pattern",
                memory.garbled_words,
            ),
        ),
        (
            memory.transient_pages,
            counted(
                "{number} page wrong once, right when read again",
                "{number} pages wrong once, right when read again",
                memory.transient_pages,
            ),
        ),
    )
    return [text for count, text in told_of if count]


def _counters(memory: MemoryReading) -> str:
    risen = (
        (_("ECC corrected"), memory.ecc_corrected),
        (_("ECC uncorrected"), memory.ecc_uncorrected),
        (_("remapped rows"), memory.remapped_rows),
        (_("retired pages"), memory.retired_pages),
    )
    return listed([f"{name} {number(count)}" for name, count in risen if count is not None])


_WRITING = (
    N_("write hash"),
    N_("write hash, again"),
    N_("verify hash, again"),
    N_("write inverse"),
    N_("write walking ones"),
    N_("verify walking ones"),
    N_("write walking zeros"),
    N_("verify walking zeros"),
    N_("write hash, repeated"),
    N_("verify hash, repeated"),
    N_("write inverse, repeated"),
    N_("verify inverse, repeated"),
)
"""Passes by their names in a record; those that verify are named where the checks know them."""
_TAKEN = N_("Time ")
"""How long, not when: most languages have two words for it, so it is a text of its own, by its space."""


def _passes(sheet: Sheet, memory: MemoryReading) -> None:
    rows = []
    for one in memory.passes[:LISTED]:
        rate = mw.rate_words(one.moved_bytes / one.seconds) if one.seconds > 0 else "–"
        seconds = mw.number(one.seconds, "s", digits=3)
        # A pass that only writes looks at no word.
        wrong = "–" if one.name.startswith("write ") and not one.bad_pages else number(one.bad_pages)
        rows.append((told(one.name), mw.size_words(one.moved_bytes), seconds, rate, wrong))
    more = len(memory.passes) - LISTED
    titles = (_("Pass"), _("Moved"), _(_TAKEN).rstrip(), _("Rate"), _("Pages with a wrong word"))
    table(
        sheet,
        titles,
        rows,
        (0.30, 0.17, 0.14, 0.16, 0.23),
        counted("{number} more pass", "{number} more passes", more) if more > 0 else "",
    )
