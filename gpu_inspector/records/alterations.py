"""What the inspection itself changed on the item, said from its record: the state on arrival is then another.

Whoever holds the item later must know that its memory was overwritten, or its cooler was off.
"""

from gpu_inspector.language import N_, _, said
from gpu_inspector.records.appearance import Power
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.measured import WHOLE
from gpu_inspector.records.measured_words import mib_words, number
from gpu_inspector.records.silicon import HeatReading, SiliconReading

NOT_BEGUN = N_("The card was not measured")
"""How the reasons of gaps begin that say that no program ran on the card."""
_FILES = (Origin.FILE, Origin.SAMPLE)


def alterations(evidence: Evidence) -> tuple[str, ...]:
    """What the inspection itself changed on the item, a sentence each; the state on arrival is then another."""
    if evidence.origin in _FILES:
        return (_("None: only a file was read, and no card was touched."),)
    if evidence.origin is Origin.SIMULATION:
        return (_("None: a simulation ran, and there was no card."),)
    if evidence.origin is Origin.SEEN:
        return _opened(evidence)
    lines = [_("The cards were under power while they were looked at.")]
    driver = evidence.host.driver_version if evidence.host is not None else None
    asked = any(card.nvml is not None or card.nvidia_smi is not None for card in evidence.cards)
    if driver:
        lines.append(
            said(
                "A driver {version} was loaded and had set the cards up; its counters and clocks moved.", version=driver
            )
        )
    elif asked:
        lines.append(_("A driver was loaded and had set the cards up; its counters and clocks moved."))
    for card in evidence.cards:
        if card.silicon is not None and not card.silicon.simulation:
            lines += _measuring(card.label, card.silicon)
        elif any(gap.source.startswith(WHOLE) and not gap.reason.startswith(NOT_BEGUN) for gap in card.gaps):
            lines.append(
                said(
                    "{label}: a measurement was tried and gave nothing; its memory may have been overwritten.",
                    label=card.label,
                )
            )
    return tuple(lines)


def _opened(evidence: Evidence) -> tuple[str, ...]:
    """Of an object that was looked at only: power that was tried is a change, and so is a cooler that came off."""
    lines = [_("No program of this kind touched the object.")]
    looks = [card.seen for card in evidence.cards if card.seen is not None]
    if any(look.power is Power.DOES_NOT_START for look in looks):
        lines.append(_("It was put under power and did not start."))
    if any(look.die.lines or look.die.present is not None for look in looks):
        lines.append(_("Its cooler was off: paste and pads are not as they were on arrival."))
    return tuple(lines)


def _measuring(label: str, silicon: SiliconReading) -> list[str]:
    lines = [
        said(
            "{label}: programs ran on the card for {time} (profile {profile}).",
            label=label,
            time=number(silicon.seconds, "s", digits=3),
            profile=silicon.profile,
        )
    ]
    if silicon.memory is not None:
        size = mib_words(silicon.memory.covered_bytes)
        lines.append(
            said("{label}: {size} of its memory were overwritten; what stood there is lost.", label=label, size=size)
        )
    elif not silicon.complete:
        lines.append(
            said("{label}: the measurement broke off; the card's memory may have been overwritten.", label=label)
        )
    if silicon.heat is not None and silicon.heat.load_s:
        lines.append(_heated(label, silicon.heat))
    return lines


def _heated(label: str, heat: HeatReading) -> str:
    values = {
        "label": label,
        "time": number(heat.load_s, "s", digits=3),
        "power": number(heat.power_w, "W", digits=3),
        "peak": number(heat.peak_c, "°C", digits=3),
    }
    if heat.power_w is None and heat.peak_c is None:
        return said("{label}: it was heated for {time}.", **values)
    if heat.power_w is None:
        return said("{label}: it was heated for {time}, up to {peak}.", **values)
    if heat.peak_c is None:
        return said("{label}: it was heated for {time} at {power}.", **values)
    return said("{label}: it was heated for {time} at {power}, up to {peak}.", **values)
