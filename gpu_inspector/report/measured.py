"""The report's section of what was measured on a card: memory, die, rates, link, heat, and what measured it.

A record that is drawn here may be forged: every list is cut with a word about the rest, every text is bounded.
"""

from gpu_inspector.language import N_
from gpu_inspector.records import measured_words as said
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


def measured(sheet: Sheet, card: CardEvidence | None, origin: Origin, findings: tuple[Finding, ...] = ()) -> None:
    """Everything that was measured on one card; nothing where nothing was, since the gaps say why.

    `findings` are the card's: which dies come near to what was measured stands in one of them.
    """
    silicon = silicon_of(card, origin) if card is not None else None
    if not isinstance(silicon, SiliconReading):
        return
    section(sheet, TITLE)
    untitled(sheet, _run(silicon))
    if silicon.memory is not None:
        memory(sheet, silicon.memory)
    if silicon.die is not None:
        _die(sheet, silicon.die)
        die_fit(sheet, findings)
    if silicon.speed is not None:
        titled(sheet, N_("Speed of the memory, beyond the reach of the cache"), _speed(silicon))
        speed = silicon.speed
        _bars(
            sheet,
            ("Copy", speed.copy_bytes_per_s),
            ("Read", speed.read_bytes_per_s),
            ("Write", speed.write_bytes_per_s),
        )
    if silicon.link is not None:
        titled(sheet, N_("Link to the host, under load"), _link(silicon.link))
        _bars(sheet, *_link_rates(silicon.link))
    if silicon.heat is not None:
        _heat(sheet, silicon.heat)


def _run(silicon: SiliconReading) -> Pairs:
    """Which device, by which program, how far."""
    driver = f"{silicon.cuda_driver // 1000}.{silicon.cuda_driver % 1000 // 10}" if silicon.cuda_driver else "not given"
    ended = "to the end" if silicon.complete else "not to the end; what was measured until then stands here"
    pairs: Pairs = []
    kernels = f"kernels' SHA-256 {silicon.kernels_sha256}" if silicon.kernels_sha256 else ""
    program = "; ".join(part for part in (silicon.compiler, kernels) if part)
    if silicon.simulation:
        pairs.append(("SIMULATION", f"{silicon.simulation}, seed {silicon.seed}: no real card"))
        program = "nothing: a simulation runs no kernels"
    return [
        *pairs,
        ("Profile", f"{silicon.profile}, {said.number(silicon.seconds, 's', digits=3)}, {ended}"),
        ("Device", "; ".join(filter(None, (silicon.device_name, silicon.uuid, silicon.pci_bus_id)))),
        ("Kernels ran as", f"compute capability {silicon.compute_capability or 'not known'}; driver's CUDA {driver}"),
        ("Compiled by", program),
    ]


def _die(sheet: Sheet, die: DieReading) -> None:
    claimed = f"; the driver says {die.multiprocessors_claimed}" if die.multiprocessors_claimed is not None else ""
    counts = f"{_count(die.multiprocessors_by_id)} by id, {_count(die.multiprocessors_by_residency)} by residency"
    halves = f", a first step at about {said.about_words(die.l2_first_step_bytes)}" if die.l2_first_step_bytes else ""
    l2 = f"about {said.about_words(die.l2_bytes)}{halves}" if die.l2_bytes is not None else "not decided"
    l2 += f"; the driver says {said.size_words(die.l2_claimed_bytes)}" if die.l2_claimed_bytes is not None else ""
    cycles = ", ".join(
        f"{name} {said.number(value, digits=3)}"
        for name, value in (("L1", die.l1_cycles), ("L2", die.l2_cycles), ("DRAM", die.dram_cycles))
        if value is not None
    )
    shared = f"{said.size_words(die.shared_bytes_per_block)} for a block" if die.shared_bytes_per_block else "not given"
    pairs: Pairs = [
        ("Multiprocessors (SM)", counts + claimed),
        ("L2 cache", l2),
        ("Latency in cycles", cycles or "not measured"),
        ("Warp; shared memory", f"{_count(die.warp_threads)} threads; {shared}"),
        ("Mean clock", said.number(die.clock_mhz, "MHz")),
        (
            "Repeats differ by",
            "not repeated" if die.repeated_apart is None else f"{_percent(die.repeated_apart)} at most",
        ),
        ("Disturbed by", ", ".join(die.disturbed[:8]) or "nothing that was seen"),
    ]
    titled(sheet, N_("Die: counts, rates for one SM and clock, caches"), pairs)
    rows = [
        (
            said.operation_words(rate.operation),
            said.number(rate.per_clock_per_sm),
            _percent(rate.spread),
            said.number(rate.latency_cycles, digits=3),
        )
        for rate in die.rates[:LISTED]
    ]
    titles = ("Operation", "For one SM and clock", "Spread over the SMs", "Latency in cycles")
    if rows:
        more = len(die.rates) - LISTED
        left_out = f"; {said.counted(more, 'more rate', 'more rates')}" if more > 0 else ""
        table(sheet, titles, rows, (0.42, 0.20, 0.20, 0.18), f"{_COUNTED}{left_out}")
    if len(die.chase) > 1:
        title = N_("Pointer chase: cycles of one access, by the size of the working set")
        points = [(said.about_words(point.size_bytes, digits=3), point.cycles) for point in die.chase]
        sheet.place([gap(5), *lines(title, LABEL, 0, sheet.width), gap(4), *bars(points, "cycles", sheet.width)])


def _speed(silicon: SiliconReading) -> Pairs:
    speed = silicon.speed
    if speed is None:
        return []
    width = "–" if speed.bus_bits_implied is None else f"about {said.bits_words(speed.bus_bits_implied)}"
    clock = said.number(speed.memory_clock_claimed_mhz, "MHz, double data rate")
    return [
        ("Copy, read, write", f"{_rates(speed.copy_bytes_per_s, speed.read_bytes_per_s, speed.write_bytes_per_s)}"),
        ("Spread", _percent(speed.spread)),
        ("Bus width implied", f"{width} at the claimed clock of {clock}"),
    ]


def _rates(*rates: float) -> str:
    return ", ".join(map(said.rate_words, rates))


def _link(link: LinkReading) -> Pairs:
    state = f"generation {_count(link.gen_under_load)}, {_lanes(link.width_under_load)}"
    most = f"generation {_count(link.gen_max)}, {_lanes(link.width_max)}"
    shown = ", ".join(f"{said.rate_words(rate)} {way}" for way, rate in _link_rates(link))
    replays = "not given" if link.replays is None else f"{link.replays:,}"
    return [
        ("Trained to", f"{state}; the card's own maximum: {most}"),
        ("Rates", shown or "not taken with this profile"),
        ("Moved", f"{said.size_words(link.moved_bytes)}, {link.wrong_bytes:,} bytes wrong; replays: {replays}"),
    ]


def _link_rates(link: LinkReading) -> list[tuple[str, float]]:
    rates = (
        ("to the card", link.to_device_bytes_per_s),
        ("back", link.to_host_bytes_per_s),
        ("both at once", link.both_bytes_per_s),
    )
    return [(way, rate) for way, rate in rates if rate is not None]


def _bars(sheet: Sheet, *rates: tuple[str, float]) -> None:
    """Rates beside each other, on one scale."""
    rows = levels([(name[:1].upper() + name[1:], rate, said.rate_words(rate)) for name, rate in rates], sheet.width)
    if rows:
        sheet.place([gap(4), joined(rows)])


def _heat(sheet: Sheet, heat: HeatReading) -> None:
    temperatures = f"{_degrees(heat.start_c)} at the start, {_degrees(heat.peak_c)} at most"
    throttle = ", ".join(heat.throttle[:8]) or "none given"
    clocks = f"{said.number(heat.clock_lowest_mhz)} to {said.number(heat.clock_highest_mhz, 'MHz')}"
    drop = said.number(heat.drop_k_per_w, "K/W", digits=3) if heat.usable else f"not usable: {heat.why_not}"
    pairs: Pairs = [
        (
            "Load",
            f"{said.number(heat.load_s, 's', digits=3)} at {said.number(heat.power_w, 'W', digits=3)}; {temperatures}",
        ),
        ("After the cut", f"{_degrees(heat.after_cut_c)}; it fell by {drop}" if heat.usable else drop),
        ("Hot spot, memory", f"{_degrees(heat.hotspot_c)}, {_degrees(heat.memory_c)}"),
        ("Clocks, throttling", f"{clocks}; {throttle}"),
    ]
    titled(sheet, N_("Heat: a load and its sudden end, by the card's own sensors"), pairs)
    for name, unit, readings in (
        (N_("Temperature over time"), "°C", [(one.at_s, one.temperature_c) for one in heat.samples]),
        (N_("Power over time"), "W", [(one.at_s, one.power_w) for one in heat.samples]),
    ):
        rows = panel(name, readings, unit, sheet.width, heat.load_s)
        if rows:
            sheet.place([gap(5), joined(rows)])


def _degrees(value: float | None) -> str:
    return "not given" if value is None else said.number(value, "°C", digits=3)


def _count(value: int | None) -> str:
    return "not known" if value is None else f"{value:,}"


def _lanes(value: int | None) -> str:
    return "lanes not known" if value is None else said.counted(value, "lane", "lanes")


def _percent(share: float | None) -> str:
    return "–" if share is None else said.number(share * 100, "%", digits=2)
