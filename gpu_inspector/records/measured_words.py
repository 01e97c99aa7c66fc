"""The words for what was measured: the same in findings, columns, on pages and on terminals.

Numbers of a forged record may be anything: every text here is bounded in length, whatever they are.
"""

from gpu_inspector import language
from gpu_inspector.language import N_, _, listed, said, told
from gpu_inspector.records.measured import missing_bytes, sized
from gpu_inspector.records.quantity_words import GIB as GIB
from gpu_inspector.records.quantity_words import KIB as KIB
from gpu_inspector.records.quantity_words import MIB as MIB
from gpu_inspector.records.quantity_words import about_words as about_words
from gpu_inspector.records.quantity_words import bits_words as bits_words
from gpu_inspector.records.quantity_words import counted as counted
from gpu_inspector.records.quantity_words import mib_words as mib_words
from gpu_inspector.records.quantity_words import number as number
from gpu_inspector.records.quantity_words import offset_words as offset_words
from gpu_inspector.records.quantity_words import rate_words as rate_words
from gpu_inspector.records.quantity_words import size_words as size_words
from gpu_inspector.records.silicon import (
    DieReading,
    HeatReading,
    LaneError,
    MemoryReading,
    SiliconReading,
    SpeedReading,
)

LANES = 256
"""Data lanes of a word: its bits."""


def comparator_words(memory: MemoryReading) -> str:
    """The proof that the comparator sees what it should, in exactly these words and no more."""
    if not memory.injected:
        return _("no faults were injected by software: the comparator is not proved")
    return said("software-injected faults found: {found} of {injected}", found=memory.found, injected=memory.injected)


def fold_words(memory: MemoryReading) -> str:
    """How addresses that have no cells of their own show: distance, bits, an example, pages where nothing stands."""
    parts: list[str] = []
    fold = memory.fold
    if fold is not None and len(fold.distances_bytes) == 1:
        parts.append(
            said(
                "addresses {distance} apart are the same cells",
                distance=size_words(abs(fold.distances_bytes[0])),
            )
        )
    elif fold is not None and fold.distances_bytes:
        parts.append(_("addresses share their cells at several distances, since the driver scatters pages"))
    if fold is not None and fold.missing_bits:
        bits = listed([str(bit) for bit in fold.missing_bits[:8]])
        parts.append(
            language.counted(
                "bit {bits} of the offset make no difference",
                "bits {bits} of the offset make no difference",
                len(fold.missing_bits),
                bits=bits,
            )
        )
    if fold is not None and fold.pairs:
        parts.append(
            language.counted(
                "{number} page of 2 MiB holds what was written to other pages",
                "{number} pages of 2 MiB hold what was written to other pages",
                fold.pairs,
            )
        )
    return "; ".join((*parts, *_wrong_words(memory))) or language.counted(
        "{number} word held what was written elsewhere",
        "{number} words held what was written elsewhere",
        memory.aliased_words,
    )


def _wrong_words(memory: MemoryReading) -> list[str]:
    parts = []
    example = next((word for word in memory.kept if word.owner_offset_bytes is not None), None)
    if example is not None and example.owner_offset_bytes is not None:
        parts.append(
            said(
                "at offset {offset} stood what was written to offset {owner}",
                offset=offset_words(example.offset_bytes),
                owner=offset_words(example.owner_offset_bytes),
            )
        )
    if memory.absent_words:
        parts.append(
            language.counted(
                "{number} word read back as nothing that was ever written",
                "{number} words read back as nothing that was ever written",
                memory.absent_words,
            )
        )
    return parts


def lane_words(lane: LaneError) -> str:
    """One data lane that was seen wrong."""
    if lane.partner is not None:
        return said(
            "data lanes {lane} and {partner} of the {lanes} of a 32-byte word are bridged",
            lane=lane.lane,
            partner=lane.partner,
            lanes=LANES,
        )
    if lane.reads in ("0", "1"):
        return said(
            "data lane {lane} of the {lanes} of a 32-byte word always reads {reads}",
            lane=lane.lane,
            lanes=LANES,
            reads=lane.reads,
        )
    return said("data lane {lane} of the {lanes} of a 32-byte word reads wrong both ways", lane=lane.lane, lanes=LANES)


def group_words(memory: MemoryReading) -> str:
    """The group of channels that errors keep to, inferred from addresses; "" where there is none."""
    group = memory.group
    if group is None:
        return ""
    values = {
        "group": group.number,
        "groups": group.of,
        "share": number(group.share * 100, digits=3),
        "stretch": size_words(group.stretch_bytes),
    }
    if group.lost:
        return said(
            "channel group {group} of {groups}, inferred, does not answer"
            " ({share} % of the words, in stretches of {stretch})",
            **values,
        )
    return said(
        "channel group {group} of {groups}, inferred, has the errors"
        " ({share} % of the words, in stretches of {stretch})",
        **values,
    )


def memory_words(memory: MemoryReading, claimed_bytes: int) -> str:
    """The measured size in a few words, beside what was claimed."""
    missing = missing_bytes(memory)
    if missing and sized(memory):
        return said(
            "{found} of {claimed} really there",
            found=mib_words(memory.true_bytes),
            claimed=mib_words(claimed_bytes),
        )
    if missing:
        return said("not all of {claimed} is there (sparse probe)", claimed=mib_words(claimed_bytes))
    verified = mib_words(memory.covered_bytes)
    if not memory.covered_bytes:
        return _("not decided: nothing was read back whole")
    if sized(memory) and memory.right_bytes < memory.covered_bytes:
        return said(
            "{right} read back right of {verified} tested",
            right=mib_words(memory.right_bytes),
            verified=verified,
        )
    if memory.fault_offset_bytes is not None:
        return said(
            "at least {verified}; no further than offset {offset}",
            verified=verified,
            offset=offset_words(memory.fault_offset_bytes),
        )
    if memory.complete:
        return said("{verified} verified", verified=verified)
    return said("at least {verified} verified", verified=verified)


_OPERATIONS = {
    "fp32-fma": N_("FP32 multiply-add"),
    "fp32-add": N_("FP32 addition"),
    "fp32-mul": N_("FP32 multiplication"),
    "fp64-fma": N_("FP64 multiply-add"),
    "int32-mad": N_("32-bit integer multiply-add"),
    "int8-dp4a": N_("dot product of four 8-bit integers"),
    "fp16-fma2": N_("pair of FP16 multiply-adds"),
    "tensor-f16-f16": N_("tensor unit, FP16"),
    "tensor-f16-f32": N_("tensor unit, FP16 into FP32"),
    "tensor-s8": N_("tensor unit, 8-bit integers"),
    "tensor-bf16": N_("tensor unit, BF16"),
    "tensor-tf32": N_("tensor unit, TF32"),
    "tensor-f64": N_("tensor unit, FP64"),
    "tensor-fp8": N_("tensor unit, FP8"),
}


def operation_words(operation: str) -> str:
    """What an operation is, beside the name that findings call it by."""
    meaning = _OPERATIONS.get(operation)
    return f"{_(meaning)} ({operation})" if meaning is not None else operation


def summary(silicon: SiliconReading) -> tuple[str, ...]:
    """What was measured, a line a part."""
    profile = said("profile {name}, {seconds}", name=silicon.profile, seconds=number(silicon.seconds, "s", digits=3))
    lines = [profile]
    if silicon.die is not None:
        lines.append(_die_line(silicon, silicon.die))
    if silicon.memory is not None:
        lines.append(_memory_line(silicon.memory))
    if silicon.speed is not None:
        lines.append(_speed_line(silicon.speed))
    if silicon.link is not None:
        lines.append(said("link under load: {link}", link=link_words(silicon)))
    if silicon.heat is not None:
        lines.append(_heat_line(silicon.heat))
    return tuple(lines)


def _die_line(silicon: SiliconReading, die: DieReading) -> str:
    capability, count = silicon.compute_capability or "?", multiprocessors_words(silicon)
    if die.l2_bytes is None:
        return said("die: compute capability {capability}, {count}", capability=capability, count=count)
    return said(
        "die: compute capability {capability}, {count}, L2 cache of about {l2}",
        capability=capability,
        count=count,
        l2=about_words(die.l2_bytes),
    )


def _memory_line(memory: MemoryReading) -> str:
    found = memory_words(memory, memory.claimed_bytes)
    if not memory.injected:
        return said("memory: {found}", found=found)
    return said("memory: {found}; {proof}", found=found, proof=comparator_words(memory))


def _speed_line(speed: SpeedReading) -> str:
    rate = rate_words(speed.copy_bytes_per_s)
    if speed.bus_bits_implied is None:
        return said("memory's speed: copy {rate}", rate=rate)
    bus = bits_words(speed.bus_bits_implied)
    return said("memory's speed: copy {rate}, as a bus of about {bus}", rate=rate, bus=bus)


def _heat_line(heat: HeatReading) -> str:
    peak = number(heat.peak_c, "°C", digits=3)
    if not heat.usable:
        return said("heat: peak {peak}; not usable: {reason}", peak=peak, reason=told(heat.why_not).rstrip(".。"))
    drop = number(heat.drop_k_per_w, "K/W", digits=3)
    return said("heat: peak {peak}; {drop} fell at once after the cut", peak=peak, drop=drop)


def multiprocessors_words(silicon: SiliconReading) -> str:
    """The count of multiprocessors by both methods; one number where they agree."""
    die = silicon.die
    if die is None or (die.multiprocessors_by_id is None and die.multiprocessors_by_residency is None):
        return _("SMs not counted")
    by_id, resident = die.multiprocessors_by_id, die.multiprocessors_by_residency
    if by_id is None or resident is None or by_id == resident:
        return language.counted("{number} SM", "{number} SMs", by_id if by_id is not None else resident or 0)
    return said("{by_id} SMs by id, {resident} by residency", by_id=by_id, resident=resident)


def link_words(silicon: SiliconReading) -> str:
    """Generation and lanes under load, and the rates where they were taken; "" where nothing is known."""
    link = silicon.link
    if link is None:
        return ""
    parts = generation_words(link.gen_under_load, link.width_under_load)
    if link.to_device_bytes_per_s is not None:
        parts.append(said("{rate} to the card", rate=rate_words(link.to_device_bytes_per_s)))
    if link.to_host_bytes_per_s is not None:
        parts.append(said("{rate} back", rate=rate_words(link.to_host_bytes_per_s)))
    return listed(parts)


def generation_words(generation: int | None, lanes: int | None) -> list[str]:
    """What is known of a link of PCI Express, a part each."""
    parts = [said("generation {generation}", generation=generation)] if generation is not None else []
    return parts + ([language.counted("{number} lane", "{number} lanes", lanes)] if lanes is not None else [])
