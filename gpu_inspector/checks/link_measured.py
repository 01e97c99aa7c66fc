"""The PCIe link while it works: what it was trained to, how fast it is, whether packets had to be sent again.

A slot, a riser or a dirty contact makes the same numbers as a narrow card, and what the card itself can do is the
question of `link-maximum`. Where both the card and the port above it can carry more lanes than were trained, the
lanes between are at fault: a medium sign of work on the board, and first of all a defect, so that it never counts
together with another sign that a defect would explain. Sources: research notes on-device tests, 4.1, and on modified
cards, RW-15 and RW-18 (the latter's limit, 100 packets in 10 GiB, is laxer than the one used here).
"""

from dataclasses import dataclass, field, replace

from gpu_inspector.checks import thresholds_silicon as limits
from gpu_inspector.checks.answer import Answer, consistent, inconclusive, sign
from gpu_inspector.checks.facts import LinkClaim
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.finding import Condition, Strength, Value
from gpu_inspector.records.silicon import LinkReading, MemoryReading

_TRY_ANOTHER_SLOT = N_("Slot, riser or contacts: try another slot.")
_SEE_MEMORY = N_("Read first what the memory's own test found; where it found nothing, try another machine.")


@dataclass(slots=True)
class _Remarks:
    """What is worth noting, sentence by sentence."""

    texts: list[str] = field(default_factory=list)
    innocent: list[str] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)
    lanes_lost: bool = False
    """Lanes that both ends have were not trained."""
    of_memory: int = 0
    """How many of the sentences blame the memory rather than the link."""

    @property
    def of_memory_alone(self) -> bool:
        """No slot and no riser helps then."""
        return self.of_memory == len(self.texts)

    def add(self, text: str, *innocent: str, **values: Value) -> None:
        self.texts.append(text)
        self.innocent += [one for one in innocent if one not in self.innocent]
        self.values |= values


@check("link-measured", N_("PCIe link under load"))
def under_load(
    measured_link: LinkReading,
    link: LinkClaim | None,
    mobile: bool,
    measured_memory: MemoryReading | None,
    slot_width: int | None,
) -> Answer:
    """Numbers for the condition of contacts and slot; they accuse nobody."""
    reading = measured_link
    own_gen, own_width = _own(reading, link)
    if reading.gen_under_load is None and reading.to_device_bytes_per_s is None:
        return inconclusive(
            N_("The driver gave no state of the link under load."),
            advice=N_("Update the driver, and inspect again."),
            source=N_("what was measured"),
        )
    remarks = _Remarks()
    if not mobile:
        _narrow(reading, own_gen, own_width, slot_width, remarks)
    _slow(reading, remarks)
    _changed(reading, remarks)
    worn = _repeated(reading, remarks)
    seen, own = _state(reading.gen_under_load, reading.width_under_load), _state(own_gen, own_width)
    values: dict[str, Value] = {"seen": seen, "own": own, "rates": _rates(reading)}
    if not remarks.texts:
        return replace(_fine(values, own_gen, own_width), condition=_sound(reading, measured_memory))
    answer = sign(
        Strength.MEDIUM if remarks.lanes_lost else Strength.WEAK,
        " ".join((N_("Under load: {seen}{rates}."), *remarks.texts)),
        expected=own,
        observed=f"{seen}{values['rates']}",
        source=N_("PCI Express; research note on the link, 4.1"),
        witness=N_("silicon"),
        cause="link trained down" if remarks.lanes_lost else "link under load",
        innocent=tuple(remarks.innocent),
        advice=_SEE_MEMORY if remarks.of_memory_alone else _TRY_ANOTHER_SLOT,
        values={**values, **remarks.values},
    )
    return replace(answer, condition=Condition.WORN if worn else None)


def _own(reading: LinkReading, claim: LinkClaim | None) -> tuple[int | None, int | None]:
    """The card's own maximum: what a driver gives may be the slot's, so the higher of two words counts."""
    gens = [reading.gen_max, claim.gen if claim is not None else None]
    widths = [reading.width_max, claim.width if claim is not None else None]
    return max((one for one in gens if one), default=None), max((one for one in widths if one), default=None)


def _state(gen: int | None, width: int | None) -> str:
    return N_(f"generation {gen or '?'}, x{width or '?'}")


def _rates(reading: LinkReading) -> str:
    there, back = reading.to_device_bytes_per_s, reading.to_host_bytes_per_s
    if there is None or back is None:
        return ""
    return N_(f", {there / 1e9:.3g} GB/s to the card and {back / 1e9:.3g} GB/s back")


def _narrow(
    reading: LinkReading, own_gen: int | None, own_width: int | None, slot_width: int | None, remarks: _Remarks
) -> None:
    gen, width = reading.gen_under_load, reading.width_under_load
    if width is not None and own_width is not None and width < own_width:
        remarks.lanes_lost = slot_width is not None and width < min(slot_width, own_width)
        of_slot = slot_width == width
        remarks.add(
            N_(
                "The card can do x{own_width} and the port above it x{slot_width}, and only x{width} is connected:"
                " lanes between them are lost."
            )
            if remarks.lanes_lost
            else N_(
                "The card can do x{own_width}, and the port above it x{slot_width}: the narrow part is slot or"
                " bridge, not the card's own link."
            )
            if of_slot
            else N_("The card can do x{own_width}, and x{width} of it is connected: slot, riser or contacts."),
            N_("a slot with fewer lanes, or one that shares its lanes with another"),
            N_("a riser, a dirty edge connector, or a broken capacitor of one lane"),
            own_width=own_width,
            width=width,
            **({"slot_width": slot_width} if remarks.lanes_lost or of_slot else {}),
        )
    if gen is not None and own_gen is not None and gen < own_gen:
        remarks.add(
            N_("The card can do generation {own_gen}, and the link runs at {gen}: slot, riser or contacts."),
            N_("a slot or a machine of an older generation, or a setting of its firmware"),
            own_gen=own_gen,
            gen=gen,
        )


def _slow(reading: LinkReading, remarks: _Remarks) -> None:
    lane = limits.LANE_BYTES_PER_S.get(reading.gen_under_load or 0)
    rates = [rate for rate in (reading.to_device_bytes_per_s, reading.to_host_bytes_per_s) if rate is not None]
    if lane is None or not reading.width_under_load or not rates:
        return
    share = min(rates) / (lane * reading.width_under_load)
    if share < limits.LINK_SLOW:
        remarks.add(
            N_("That is {share} % of what such a link carries; 72 to 88 % is usual: a problem of the host."),
            N_("a slot behind the chipset, another processor's slot, an IOMMU, other traffic"),
            share=f"{100 * share:.0f}",
        )


def _changed(reading: LinkReading, remarks: _Remarks) -> None:
    if reading.wrong_bytes:
        quiet = reading.replays == 0
        remarks.add(
            N_("{wrong} bytes came back changed; no packet was sent again, so the memory is likelier than the link.")
            if quiet
            else N_("{wrong} bytes came back changed."),
            N_("faulty memory of the card or of the host"),
            wrong=f"{reading.wrong_bytes:,}",
        )
        remarks.of_memory += quiet


def _repeated(reading: LinkReading, remarks: _Remarks) -> bool:
    """Note packets that were sent again; True where there are too many."""
    if not reading.replays or reading.replays < 0 or not reading.moved_bytes:
        return False
    loaded = reading.to_device_bytes_per_s is not None
    often = reading.replays * limits.REPLAYS_WORN_BYTES > reading.moved_bytes
    if often or reading.replays * limits.REPLAYS_NOTED_BYTES > reading.moved_bytes:
        remarks.add(
            N_("{replays} packets were sent again over {moved} GB, {rate} in 100 GB."),
            N_("a riser, a dirty edge connector, a slot"),
            replays=reading.replays,
            moved=f"{reading.moved_bytes / 1e9:.3g}",
            rate=f"{reading.replays * 1e11 / reading.moved_bytes:.2g}",
        )
    return loaded and often and reading.replays >= limits.LEAST_REPLAYS


def _fine(values: dict[str, Value], own_gen: int | None, own_width: int | None) -> Answer:
    known = own_gen is not None or own_width is not None
    return consistent(
        N_("Under load: {seen}{rates}. The card's own maximum is {own}.")
        if known
        else N_("Under load: {seen}{rates}. The card's own maximum was not given."),
        expected=str(values["own"]) if known else "",
        observed=f"{values['seen']}{values['rates']}",
        source=N_("what was measured"),
        **values,
    )


def _sound(reading: LinkReading, memory: MemoryReading | None) -> Condition | None:
    """A good link alone is no sound card: it joins a memory test that came to its end."""
    loaded = reading.to_device_bytes_per_s is not None and reading.replays is not None
    return Condition.SOUND if loaded and memory is not None and memory.complete else None
