"""The report of the memory test: what was covered, what is there, what is broken, each pass, and a map."""

from gpu_inspector.language import N_
from gpu_inspector.records import measured_words as said
from gpu_inspector.records.measured import missing_bytes, sized
from gpu_inspector.records.silicon import MemoryReading
from gpu_inspector.report.blocks import LISTED, Pairs, table, titled
from gpu_inspector.report.charts import memory_map
from gpu_inspector.report.layout import LABEL, Sheet, gap, lines


def memory(sheet: Sheet, memory: MemoryReading) -> None:
    """Everything of one memory test."""
    pairs: Pairs = [
        ("Claimed to CUDA", f"{said.mib_words(memory.claimed_bytes)}, {said.mib_words(memory.free_bytes)} of it free"),
        ("Written and read back", _coverage(memory)),
        ("Really there", _size(memory)),
    ]
    if missing_bytes(memory):
        pairs.append(("Not there", said.fold_words(memory)))
    if memory.fault_offset_bytes is not None:
        where = said.offset_words(memory.fault_offset_bytes)
        pairs.append(("Work ended at", f"offset {where}: {memory.fault or 'no reason given'}"))
    pairs += [("" if place else "Defects", text) for place, text in enumerate(_defects(memory))]
    if memory.kept:
        kept = said.counted(len(memory.kept), "wrong word", "wrong words")
        pairs.append(("Kept whole", f"{kept}, in the attached record"))
    pairs.append(("Comparator", said.comparator_words(memory)))
    counters = _counters(memory)
    pairs += [("Counters, risen by", counters)] if counters else []
    titled(sheet, N_("Memory"), pairs)
    if memory.passes:
        _passes(sheet, memory)
    if memory.map:
        title = N_("Map of the tested memory, from its first to its last byte")
        sheet.place([gap(4), *lines(title, LABEL, 0, sheet.width), gap(2), *memory_map(memory, sheet.width)])


def _coverage(memory: MemoryReading) -> str:
    share = f" ({memory.covered_bytes / memory.claimed_bytes * 100:.1f} %)" if memory.claimed_bytes else ""
    parts = [f"{said.mib_words(memory.covered_bytes)}{share}"]
    if memory.host_bytes:
        parts.append(f"{said.mib_words(memory.host_bytes)} were as slow as the host's memory, and left out")
    parts += [f"the rest: {memory.refused}"] if memory.refused else []
    parts += [] if memory.beyond_l2 else ["too little to overwhelm the cache"]
    parts += [] if memory.complete else ["not all passes of the profile ran"]
    return "; ".join(parts)


def _size(memory: MemoryReading) -> str:
    if not sized(memory):
        return "not decided: the pass that tells the size did not run to its end"
    exact = f"{memory.true_bytes:,} bytes" if memory.true_bytes >= said.KIB else ""
    return f"{said.size_words(memory.true_bytes)} ({exact}) with cells of their own; {memory.right_bytes:,} bytes right"


def _defects(memory: MemoryReading) -> list[str]:
    found = [said.group_words(memory)] if memory.group is not None else []
    found += [
        f"{said.lane_words(lane)} ({said.counted(lane.words, 'word', 'words')})" for lane in memory.lanes[:LISTED]
    ]
    if len(memory.lanes) > LISTED:
        found.append(said.counted(len(memory.lanes) - LISTED, "more lane", "more lanes"))
    if memory.address_bits:
        bits = ", ".join(map(str, memory.address_bits[:8]))
        found.append(f"words exchanged inside of pages, by {'bit' if len(memory.address_bits) == 1 else 'bits'} {bits}")
    for count, thing, rest in (
        (memory.bad_words, "word", "read back wrong"),
        (memory.stale_words, "word", "of an older pass: the write was lost"),
        (memory.garbled_words, "word", "wrong without a pattern"),
        (memory.transient_pages, "page", "wrong once, right when read again"),
    ):
        found += [f"{said.counted(count, thing, f'{thing}s')} {rest}"] if count else []
    if memory.bad_pages and not missing_bytes(memory):
        places = ", ".join(said.offset_words(offset) for offset in memory.bad_page_offsets[:4])
        pages = said.counted(memory.bad_pages, "page", "pages")
        more = ", …" if memory.bad_pages > 4 else ""
        found.append(f"{pages} of 2 MiB with a wrong word in any pass, at offset {places or '?'}{more}")
    return found


def _counters(memory: MemoryReading) -> str:
    counted = (
        ("ECC corrected", memory.ecc_corrected),
        ("ECC uncorrected", memory.ecc_uncorrected),
        ("remapped rows", memory.remapped_rows),
        ("retired pages", memory.retired_pages),
    )
    return ", ".join(f"{name} {count:,}" for name, count in counted if count is not None)


def _passes(sheet: Sheet, memory: MemoryReading) -> None:
    rows = []
    for one in memory.passes[:LISTED]:
        rate = said.rate_words(one.moved_bytes / one.seconds) if one.seconds > 0 else "–"
        seconds = said.number(one.seconds, "s", digits=3)
        # A pass that only writes looks at no word.
        wrong = "–" if one.name.startswith("write ") and not one.bad_pages else f"{one.bad_pages:,}"
        rows.append((one.name, said.size_words(one.moved_bytes), seconds, rate, wrong))
    more = len(memory.passes) - LISTED
    titles = ("Pass", "Moved", "Time", "Rate", "Pages with a wrong word")
    table(
        sheet,
        titles,
        rows,
        (0.30, 0.17, 0.14, 0.16, 0.23),
        said.counted(more, "more pass", "more passes") if more > 0 else "",
    )
