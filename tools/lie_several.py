"""Lies of several fields at once: another product's texts copied whole, or all but one, or a name under hidden ids."""

from collections.abc import Iterator

from tools import lie_kinds as kinds
from tools.lie_kinds import Lie, Shows, lie, others, size_gb
from tools.lie_list import Known

HIDDEN = "[REDACTED]"
_LEFT = {
    "device": "device id",
    "total": "memory total",
    "architecture": "architecture",
    "part": "part number",
}


def several(base: Known) -> Iterator[Lie]:
    """Every such lie about one product."""
    for target in others(base):
        yield from _masked(base, target)
        if not (target.part and target.total_mib) or base.ids[0] in target.ids or target.name == base.name:
            continue
        texts = _texts(target)
        if target.vbios or target.die == base.die:
            yield lie(base, "several", kinds.WHOLE, Shows.NO, texts, target.name, form="xml")
        for left, words in _LEFT.items():
            kept = {fact: text for fact, text in texts.items() if fact != left}
            size = size_gb(base.total_mib)
            if left == "architecture" and base.architecture == target.architecture:
                continue
            if left == "total" and (size == size_gb(target.total_mib) or size in target.name_sizes_gb):
                continue
            if left == "part" and (not base.part or base.ids[0] in target.ids):
                continue
            named: tuple[str, ...] = {
                "device": (base.ids[0], target.name),
                "total": (f"{size} GB", f"{base.total_mib:,} MiB"),
                "architecture": (base.architecture,),
                "part": (base.part, base.ids[0]),
            }[left]
            yield lie(base, "several", kinds.LEFT.format(left=words), Shows.YES, kept, *named, form="xml")


def _masked(base: Known, target: Known) -> Iterator[Lie]:
    """The name alone is changed, and whatever names the true card is painted over, as publishers do."""
    if target.name == base.name:
        return
    change = {"name": target.name} | dict.fromkeys(
        ("device", "subsystem", "part", "board_part", "inforom", "vbios"), HIDDEN
    )
    size = size_gb(base.total_mib)
    if target.architecture != base.architecture:
        named: tuple[str, ...] = (base.architecture, f"{base.total_mib:,} MiB", f"{size} GB")
        yield lie(base, "several", kinds.MASKED, Shows.YES, change, *named, form="xml")
    elif size not in target.name_sizes_gb:
        named = (f"{base.total_mib:,} MiB", f"{size} GB")
        yield lie(base, "several", kinds.MASKED, Shows.YES, change, *named, form="xml")
    else:
        yield lie(base, "several", kinds.MASKED_BLIND, Shows.NO, change, target.name, form="xml")


def _texts(target: Known) -> dict[str, str]:
    texts = {
        "name": target.name,
        "device": target.ids[0],
        "total": str(target.total_mib),
        "architecture": target.architecture,
        "part": target.part,
        "subsystem": target.subsystem,
        "vbios": target.vbios,
        "board_part": target.board_part,
        "inforom": target.inforom,
    }
    return {fact: text or "N/A" for fact, text in texts.items()}
