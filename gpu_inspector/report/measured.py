"""The report's section of what was measured on a card: memory, die, rates, link, heat, and what measured it.

A record that is drawn here may be forged: every list is cut with a word about the rest, every text is bounded.
"""

from gpu_inspector.language import N_, _, counted, listed, number, said, told
from gpu_inspector.records import measured_words as mw
from gpu_inspector.records.evidence import CardEvidence, Origin
from gpu_inspector.records.finding import Finding
from gpu_inspector.records.measured import silicon_of
from gpu_inspector.records.silicon import DieReading, HeatReading, LinkReading, SiliconReading
from gpu_inspector.report.blocks import LISTED, Pairs, table, titled, untitled
from gpu_inspector.report.charts import bars, levels
from gpu_inspector.report.curves import panel
from gpu_inspector.report.die_chart import die_fit
from gpu_inspector.report.layout import LABEL, Sheet, gap, joined, lines
from gpu_inspector.report.measured_memory import memory
from gpu_inspector.report.sections import section

TITLE = N_("Measured on the card")
_COUNTED = N_("A multiply-add counts as one operation, in a tensor unit as two")

PROFILES = (N_("quick"), N_("standard"), N_("deep"))
_TO_CARD, _BACK, _BOTH = N_("to the card"), N_("back"), N_("both at once")
_RATE_OF = {_TO_CARD: N_("{rate} to the card"), _BACK: N_("{rate} back"), _BOTH: N_("{rate} both at once")}


def measured(sheet: Sheet, card: CardEvidence | None, origin: Origin, findings: tuple[Finding, ...] = ()) -> None:
    """Everything that was measured on one card; nothing where nothing was, since the gaps say why.

    `findings` are the card's: which dies come near to what was measured stands in one of them.
    """
    silicon = silicon_of(card, origin) if card is not None else None
    if not isinstance(silicon, SiliconReading):
        return
    section(sheet, _(TITLE))
    untitled(sheet, _run(silicon))
    if silicon.memory is not None:
        memory(sheet, silicon.memory)
    if silicon.die is not None:
        _die(sheet, silicon.die)
        die_fit(sheet, findings)
    if silicon.speed is not None:
        titled(sheet, _("Speed of the memory, beyond the reach of the cache"), _speed(silicon))
        speed = silicon.speed
        _bars(
            sheet,
            (_("Copy"), speed.copy_bytes_per_s),
            (_("Read"), speed.read_bytes_per_s),
            (_("Write"), speed.write_bytes_per_s),
        )
    if silicon.link is not None:
        titled(sheet, _("Link to the host, under load"), _link(silicon.link))
        _bars(sheet, *((_(way), rate) for way, rate in _link_rates(silicon.link)))
    if silicon.heat is not None:
        _heat(sheet, silicon.heat)


def _run(silicon: SiliconReading) -> Pairs:
    """Which device, by which program, how far."""
    driver = (
        f"{silicon.cuda_driver // 1000}.{silicon.cuda_driver % 1000 // 10}" if silicon.cuda_driver else _("not given")
    )
    ended = _("to the end") if silicon.complete else _("not to the end; what was measured until then stands here")
    pairs: Pairs = []
    kernels = said("kernels' SHA-256 {digest}", digest=silicon.kernels_sha256) if silicon.kernels_sha256 else ""
    program = "; ".join(part for part in (silicon.compiler, kernels) if part)
    if silicon.simulation:
        pairs.append(
            (_("SIMULATION"), said("{name}, seed {seed}: no real card", name=silicon.simulation, seed=silicon.seed))
        )
        program = _("nothing: a simulation runs no kernels")
    return [
        *pairs,
        (_("Profile"), f"{_(silicon.profile)}, {mw.number(silicon.seconds, 's', digits=3)}, {ended}"),
        (_("Device"), "; ".join(filter(None, (silicon.device_name, silicon.uuid, silicon.pci_bus_id)))),
        (
            _("Kernels ran as"),
            said(
                "compute capability {capability}; driver's CUDA {version}",
                capability=silicon.compute_capability or _("not known"),
                version=driver,
            ),
        ),
        (_("Compiled by"), program),
    ]


def _die(sheet: Sheet, die: DieReading) -> None:
    cycles = ", ".join(
        f"{name} {mw.number(value, digits=3)}"
        for name, value in (("L1", die.l1_cycles), ("L2", die.l2_cycles), ("DRAM", die.dram_cycles))
        if value is not None
    )
    shared = (
        said("{size} for a block", size=mw.size_words(die.shared_bytes_per_block))
        if die.shared_bytes_per_block
        else _("not given")
    )
    pairs: Pairs = [
        (_("Multiprocessors (SM)"), _multiprocessors(die)),
        (_("L2 cache"), _cache(die)),
        (_("Latency in cycles"), cycles or _("not measured")),
        (_("Warp; shared memory"), said("{count} threads; {memory}", count=_count(die.warp_threads), memory=shared)),
        (_("Mean clock"), mw.number(die.clock_mhz, "MHz")),
        (
            _("Repeats differ by"),
            _("not repeated")
            if die.repeated_apart is None
            else said("{share} at most", share=_percent(die.repeated_apart)),
        ),
        (_("Disturbed by"), listed([told(one) for one in die.disturbed[:8]]) or _("nothing that was seen")),
    ]
    titled(sheet, _("Die: counts, rates for one SM and clock, caches"), pairs)
    rows = [
        (
            mw.operation_words(rate.operation),
            mw.number(rate.per_clock_per_sm),
            _percent(rate.spread),
            mw.number(rate.latency_cycles, digits=3),
        )
        for rate in die.rates[:LISTED]
    ]
    titles = (_("Operation"), _("For one SM and clock"), _("Spread over the SMs"), _("Latency in cycles"))
    if rows:
        more = len(die.rates) - LISTED
        left_out = counted("{number} more rate", "{number} more rates", more) if more > 0 else ""
        table(sheet, titles, rows, (0.42, 0.20, 0.20, 0.18), "; ".join(filter(None, (_(_COUNTED), left_out))))
    if len(die.chase) > 1:
        title = _("Pointer chase: cycles of one access, by the size of the working set")
        points = [(mw.about_words(point.size_bytes, digits=3), point.cycles) for point in die.chase]
        sheet.place([gap(5), *lines(title, LABEL, 0, sheet.width), gap(4), *bars(points, _("cycles"), sheet.width)])


def _multiprocessors(die: DieReading) -> str:
    counts = said(
        "{by_id} by id, {by_residency} by residency",
        by_id=_count(die.multiprocessors_by_id),
        by_residency=_count(die.multiprocessors_by_residency),
    )
    claimed = die.multiprocessors_claimed
    return counts if claimed is None else f"{counts}; {said('the driver says {value}', value=claimed)}"


def _cache(die: DieReading) -> str:
    """What was inferred of the L2 cache, and what the driver says of it."""
    if die.l2_bytes is None:
        parts = [_("not decided")]
    elif die.l2_first_step_bytes:
        parts = [
            said(
                "about {size}, a first step at about {step}",
                size=mw.about_words(die.l2_bytes),
                step=mw.about_words(die.l2_first_step_bytes),
            )
        ]
    else:
        parts = [said("about {size}", size=mw.about_words(die.l2_bytes))]
    if die.l2_claimed_bytes is not None:
        parts.append(said("the driver says {value}", value=mw.size_words(die.l2_claimed_bytes)))
    return "; ".join(parts)


def _speed(silicon: SiliconReading) -> Pairs:
    speed = silicon.speed
    if speed is None:
        return []
    width = "–" if speed.bus_bits_implied is None else said("about {size}", size=mw.bits_words(speed.bus_bits_implied))
    clock = mw.number(speed.memory_clock_claimed_mhz, "MHz")
    return [
        (_("Copy, read, write"), f"{_rates(speed.copy_bytes_per_s, speed.read_bytes_per_s, speed.write_bytes_per_s)}"),
        (_("Spread"), _percent(speed.spread)),
        (
            _("Bus width implied"),
            said("{width} at the claimed clock of {clock}, double data rate", width=width, clock=clock),
        ),
    ]


def _rates(*rates: float) -> str:
    return ", ".join(map(mw.rate_words, rates))


def _link(link: LinkReading) -> Pairs:
    state = _trained(link.gen_under_load, link.width_under_load)
    most = _trained(link.gen_max, link.width_max)
    shown = listed([said(_RATE_OF[way], rate=mw.rate_words(rate)) for way, rate in _link_rates(link)])
    replays = _("not given") if link.replays is None else number(link.replays)
    moved = said(
        "{size}, {count} bytes wrong; replays: {replays}",
        size=mw.size_words(link.moved_bytes),
        count=number(link.wrong_bytes),
        replays=replays,
    )
    return [
        (_("Trained to"), said("{state}; the card's own maximum: {most}", state=state, most=most)),
        (_("Rates"), shown or _("not taken with this profile")),
        (_("Moved"), moved),
    ]


def _trained(generation: int | None, width: int | None) -> str:
    return said("generation {generation}, {lanes}", generation=_count(generation), lanes=_lanes(width))


def _link_rates(link: LinkReading) -> list[tuple[str, float]]:
    rates = (
        (_TO_CARD, link.to_device_bytes_per_s),
        (_BACK, link.to_host_bytes_per_s),
        (_BOTH, link.both_bytes_per_s),
    )
    return [(way, rate) for way, rate in rates if rate is not None]


def _bars(sheet: Sheet, *rates: tuple[str, float]) -> None:
    """Rates beside each other, on one scale."""
    rows = levels([(name[:1].upper() + name[1:], rate, mw.rate_words(rate)) for name, rate in rates], sheet.width)
    if rows:
        sheet.place([gap(4), joined(rows)])


def _heat(sheet: Sheet, heat: HeatReading) -> None:
    load = said(
        "{time} at {power}; {start} at the start, {peak} at most",
        time=mw.number(heat.load_s, "s", digits=3),
        power=mw.number(heat.power_w, "W", digits=3),
        start=_degrees(heat.start_c),
        peak=_degrees(heat.peak_c),
    )
    throttle = listed([told(one) for one in heat.throttle[:8]]) or _("none given")
    clocks = said(
        "{lowest} to {highest}",
        lowest=mw.number(heat.clock_lowest_mhz),
        highest=mw.number(heat.clock_highest_mhz, "MHz"),
    )
    drop = (
        said(
            "{temperature}; it fell by {drop}",
            temperature=_degrees(heat.after_cut_c),
            drop=mw.number(heat.drop_k_per_w, "K/W", digits=3),
        )
        if heat.usable
        else said("not usable: {reason}", reason=told(heat.why_not))
    )
    pairs: Pairs = [
        (_("Load"), load),
        (_("After the cut"), drop),
        (_("Hot spot, memory"), f"{_degrees(heat.hotspot_c)}, {_degrees(heat.memory_c)}"),
        (_("Clocks, throttling"), f"{clocks}; {throttle}"),
    ]
    titled(sheet, _("Heat: a load and its sudden end, by the card's own sensors"), pairs)
    for name, unit, readings in (
        (_("Temperature over time"), "°C", [(one.at_s, one.temperature_c) for one in heat.samples]),
        (_("Power over time"), "W", [(one.at_s, one.power_w) for one in heat.samples]),
    ):
        rows = panel(name, readings, unit, sheet.width, heat.load_s)
        if rows:
            sheet.place([gap(5), joined(rows)])


def _degrees(value: float | None) -> str:
    return _("not given") if value is None else mw.number(value, "°C", digits=3)


def _count(value: int | None) -> str:
    return _("not known") if value is None else number(value)


def _lanes(value: int | None) -> str:
    return _("lanes not known") if value is None else counted("{number} lane", "{number} lanes", value)


def _percent(share: float | None) -> str:
    return "–" if share is None else mw.number(share * 100, "%", digits=2)
