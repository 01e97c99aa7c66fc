"""The words for what was measured: the same in findings, columns, on pages and on terminals.

Numbers of a forged record may be anything: every text here is bounded in length, whatever they are.
"""

from gpu_inspector.records.measured import missing_bytes, sized
from gpu_inspector.records.silicon import LaneError, MemoryReading, SiliconReading

LANES = 256
"""Data lanes of a word: its bits."""
KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


def size_words(size_bytes: int) -> str:
    """A size as people read it: "24 GiB", "23.62 GiB", "512 MiB"."""
    for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if abs(size_bytes) >= unit:
            whole = size_bytes % unit == 0
            return f"{size_bytes // unit:,} {name}" if whole else f"{size_bytes / unit:,.2f} {name}"
    return f"{size_bytes:,} bytes"


def about_words(size_bytes: int, *, digits: int = 2) -> str:
    """A size that was inferred, no finer than it was seen: "72 MiB", "2.9 MiB"."""
    for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if abs(size_bytes) >= unit:
            return number(_rounded(size_bytes / unit, digits), name)
    return f"{size_bytes:,} bytes"


def bits_words(bits: float) -> str:
    """The width of a bus as its speed implies it: three digits, since no speed tells more."""
    return number(_rounded(bits, 3), "bit")


def counted(count: int, one: str, several: str) -> str:
    """A number of things: "1 page", "2 pages"."""
    return f"{count:,} {one if count == 1 else several}"


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def mib_words(size_bytes: int) -> str:
    """Whole MiB, as drivers count."""
    return f"{size_bytes // MIB:,} MiB"


def offset_words(offset_bytes: int) -> str:
    """An offset in the tested area, exact and readable."""
    return f"0x{offset_bytes:X} ({size_words(offset_bytes)})" if offset_bytes >= KIB else f"0x{offset_bytes:X}"


def number(value: float | None, unit: str = "", *, digits: int = 4) -> str:
    """A measured number, bounded in length whatever a forged record holds; "–" for none."""
    if value is None:
        return "–"
    text = f"{value:,.0f}" if 1000 <= abs(value) < 1e12 else f"{value:.{digits}g}"
    return f"{text} {unit}".strip()


def rate_words(bytes_per_s: float | None) -> str:
    """Bytes per second in GB/s, of 10^9."""
    return "–" if bytes_per_s is None else number(bytes_per_s / 1e9, "GB/s", digits=3)


def comparator_words(memory: MemoryReading) -> str:
    """The proof that the comparator sees what it should, in exactly these words and no more."""
    if not memory.injected:
        return "no faults were injected by software: the comparator is not proved"
    return f"software-injected faults found: {memory.found} of {memory.injected}"


def fold_words(memory: MemoryReading) -> str:
    """How addresses that have no cells of their own show: distance, bits, an example, pages where nothing stands."""
    parts: list[str] = []
    fold = memory.fold
    if fold is not None and len(fold.distances_bytes) == 1:
        parts.append(f"addresses {size_words(abs(fold.distances_bytes[0]))} apart are the same cells")
    elif fold is not None and fold.distances_bytes:
        parts.append("addresses share their cells at several distances, since the driver scatters pages")
    if fold is not None and fold.missing_bits:
        bits = ", ".join(map(str, fold.missing_bits[:8]))
        parts.append(f"{'bits' if len(fold.missing_bits) > 1 else 'bit'} {bits} of the offset make no difference")
    if fold is not None and fold.pairs:
        parts.append(
            f"{counted(fold.pairs, 'page of 2 MiB holds', 'pages of 2 MiB hold')} what was written to other pages"
        )
    example = next((word for word in memory.kept if word.owner_offset_bytes is not None), None)
    if example is not None and example.owner_offset_bytes is not None:
        owner = offset_words(example.owner_offset_bytes)
        parts.append(f"at offset {offset_words(example.offset_bytes)} stood what was written to offset {owner}")
    if memory.absent_words:
        parts.append(f"{counted(memory.absent_words, 'word', 'words')} read back as nothing that was ever written")
    return "; ".join(parts) or f"{counted(memory.aliased_words, 'word', 'words')} held what was written elsewhere"


def lane_words(lane: LaneError) -> str:
    """One data lane that was seen wrong."""
    if lane.partner is not None:
        return f"data lanes {lane.lane} and {lane.partner} of the {LANES} of a 32-byte word are bridged"
    how = f"always reads {lane.reads}" if lane.reads in ("0", "1") else "reads wrong both ways"
    return f"data lane {lane.lane} of the {LANES} of a 32-byte word {how}"


def group_words(memory: MemoryReading) -> str:
    """The group of channels that errors keep to, inferred from addresses; "" where there is none."""
    group = memory.group
    if group is None:
        return ""
    lost = "does not answer" if group.lost else "has the errors"
    return (
        f"channel group {group.number} of {group.of}, inferred, {lost}"
        f" ({number(group.share * 100, digits=3)} % of the words, in stretches of {size_words(group.stretch_bytes)})"
    )


def memory_words(memory: MemoryReading, claimed_bytes: int) -> str:
    """The measured size in a few words, beside what was claimed."""
    missing = missing_bytes(memory)
    if missing and sized(memory):
        return f"{mib_words(memory.true_bytes)} of {mib_words(claimed_bytes)} really there"
    if missing:
        return f"not all of {mib_words(claimed_bytes)} is there (sparse probe)"
    verified = mib_words(memory.covered_bytes)
    if not memory.covered_bytes:
        return "not decided: nothing was read back whole"
    if sized(memory) and memory.right_bytes < memory.covered_bytes:
        return f"{mib_words(memory.right_bytes)} read back right of {verified} tested"
    if memory.fault_offset_bytes is not None:
        return f"at least {verified}; no further than offset {offset_words(memory.fault_offset_bytes)}"
    return f"{verified} verified" if memory.complete else f"at least {verified} verified"


_OPERATIONS = {
    "fp32-fma": "FP32 multiply-add",
    "fp32-add": "FP32 addition",
    "fp32-mul": "FP32 multiplication",
    "fp64-fma": "FP64 multiply-add",
    "int32-mad": "32-bit integer multiply-add",
    "int8-dp4a": "dot product of four 8-bit integers",
    "fp16-fma2": "pair of FP16 multiply-adds",
    "tensor-f16-f16": "tensor unit, FP16",
    "tensor-f16-f32": "tensor unit, FP16 into FP32",
    "tensor-s8": "tensor unit, 8-bit integers",
    "tensor-bf16": "tensor unit, BF16",
    "tensor-tf32": "tensor unit, TF32",
    "tensor-f64": "tensor unit, FP64",
    "tensor-fp8": "tensor unit, FP8",
}


def operation_words(operation: str) -> str:
    """What an operation is, beside the name that findings call it by."""
    meaning = _OPERATIONS.get(operation)
    return f"{meaning} ({operation})" if meaning is not None else operation


def summary(silicon: SiliconReading) -> tuple[str, ...]:
    """What was measured, a line a part."""
    said = [f"profile {silicon.profile}, {number(silicon.seconds, 's', digits=3)}"]
    die, memory, speed, link, heat = silicon.die, silicon.memory, silicon.speed, silicon.link, silicon.heat
    if die is not None:
        l2 = f", L2 cache of about {about_words(die.l2_bytes)}" if die.l2_bytes is not None else ""
        count = multiprocessors_words(silicon)
        said.append(f"die: compute capability {silicon.compute_capability or '?'}, {count}{l2}")
    if memory is not None:
        claimed = memory_words(memory, memory.claimed_bytes)
        proof = f"; {comparator_words(memory)}" if memory.injected else ""
        said.append(f"memory: {claimed}{proof}")
    if speed is not None:
        bus = f", as a bus of about {bits_words(speed.bus_bits_implied)}" if speed.bus_bits_implied is not None else ""
        said.append(f"memory's speed: copy {rate_words(speed.copy_bytes_per_s)}{bus}")
    if link is not None:
        said.append(f"link under load: {link_words(silicon)}")
    if heat is not None:
        fell = f"{number(heat.drop_k_per_w, 'K/W', digits=3)} fell at once after the cut"
        drop = fell if heat.usable else f"not usable: {heat.why_not.rstrip('.')}"
        said.append(f"heat: peak {number(heat.peak_c, '°C', digits=3)}; {drop}")
    return tuple(said)


def multiprocessors_words(silicon: SiliconReading) -> str:
    """The count of multiprocessors by both methods; one number where they agree."""
    die = silicon.die
    if die is None or (die.multiprocessors_by_id is None and die.multiprocessors_by_residency is None):
        return "SMs not counted"
    by_id, resident = die.multiprocessors_by_id, die.multiprocessors_by_residency
    if by_id is None or resident is None or by_id == resident:
        return counted(by_id if by_id is not None else resident or 0, "SM", "SMs")
    return f"{by_id} SMs by id, {resident} by residency"


def link_words(silicon: SiliconReading) -> str:
    """Generation and lanes under load, and the rates where they were taken; "" where nothing is known."""
    link = silicon.link
    if link is None:
        return ""
    parts = [f"generation {link.gen_under_load}"] if link.gen_under_load is not None else []
    parts += [counted(link.width_under_load, "lane", "lanes")] if link.width_under_load is not None else []
    if link.to_device_bytes_per_s is not None:
        parts.append(f"{rate_words(link.to_device_bytes_per_s)} to the card")
    if link.to_host_bytes_per_s is not None:
        parts.append(f"{rate_words(link.to_host_bytes_per_s)} back")
    return ", ".join(parts)
