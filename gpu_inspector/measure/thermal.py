"""A load and its sudden end: what the heat does in the first seconds tells of the contact between die and cooler.

Cooler and room do not move within 3 seconds, so that the fast drop per watt depends neither on the fan nor on the
air nor on the case. Also what the card did under the load: temperatures, power, clocks, reasons of throttling.
Source: research note on-device tests, 4.2; its limits are from memory and await known good cards.
"""

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from gpu_inspector.language import N_
from gpu_inspector.measure import launches
from gpu_inspector.measure.device import Device, DeviceError, HostBuffer, NoSuchKernel, OutOfMemory, Sensors
from gpu_inspector.measure.run import Run
from gpu_inspector.records.silicon import HeatReading, HeatSample

LOAD_S = 45.0
COOL_S = 20.0
PIECE_S = 0.1
"""One launch of the load, and so the time between two looks: more than 5 a second, and below any watchdog."""
LOOK_S = 0.08
TRAFFIC_S = 15.0
"""The memory is loaded too for so long; then the die alone, so that the drop at the end is the die's."""
TRAFFIC_BYTES = 128 << 20
AFTER_S = (2.0, 3.2)
"""When the temperature after the cut counts. Sensors are up to 1 s late, so the last look in here is taken."""
MEAN_S = 5.0
"""The mean of the power over so long before the cut; drivers of many cards average over 1 s themselves."""
LEAST_POWER_W = 60.0
LEAST_DROP_K = 10.0
"""Below these the drop is lost in the steps of 1 K that sensors have (note, 4.2)."""
STOP_BELOW_SLOWDOWN_K = 3.0
SLOWDOWN_UNKNOWN_C = 88.0
HIGHEST_SLOWDOWN_C = 105.0
"""Where the driver gives no threshold, and the most that one is believed: from memory, on the safe side."""
_BLOCKS_PER_MULTIPROCESSOR = 8
_FIRST_ITERATIONS = 256
_MOST_ITERATIONS = 1 << 40
_MOST_TRIES = 24
_KEPT_EVERY_S = 1.0
_MOST_SAMPLES = 600
_MOST_LOAD_LOOKS = int(3 * LOAD_S / PIECE_S)
_MOST_COOL_LOOKS = int(3 * COOL_S / LOOK_S)
"""A clock that stands still must not hold us for ever."""


@dataclass(slots=True)
class _Burner:
    """The load: launches of PIECE_S of multiply-adds, some with memory traffic beside them."""

    device: Device
    sink: HostBuffer
    blocks: int
    iterations: int = _FIRST_ITERATIONS
    traffic: int | None = None
    traffic_launches: int = 0

    def adjust(self) -> bool:
        """Find the iterations of PIECE_S; False where the events give no time."""
        for _ in range(_MOST_TRIES):
            took = self.device.launch("burn", self.blocks, launches.PAGE_THREADS, self.iterations, self.sink.address)
            if not math.isfinite(took) or took < 0.0:
                return False
            if 0.8 * PIECE_S <= took <= 1.2 * PIECE_S:
                return True
            # Never more than 8 times at once: clocks that rise or fall meanwhile would make a launch too long.
            factor = min(PIECE_S / took, 8.0) if took > 0.0 else 8.0
            self.iterations = min(max(int(self.iterations * factor), 1), _MOST_ITERATIONS)
        return took > 0.0

    def adjust_traffic(self) -> None:
        """Memory to write and read beside the load, where there is some."""
        with suppress(OutOfMemory):
            self.traffic = self.device.allocate(TRAFFIC_BYTES)
        if self.traffic is not None:
            took = launches.write_all(self.device, self.traffic, TRAFFIC_BYTES, 0, self.blocks)
            self.traffic_launches = min(max(int(0.3 * PIECE_S / took), 1), 64) if took > 0.0 else 1

    def begin(self, with_traffic: bool) -> None:
        threads = launches.PAGE_THREADS
        self.device.begin("burn", self.blocks, threads, self.iterations, self.sink.address)
        if with_traffic and self.traffic is not None:
            for number in range(self.traffic_launches):
                value = number & 1 and (1 << 64) - 1
                self.device.begin("write_all", self.blocks, threads, self.traffic, TRAFFIC_BYTES // 16, value)

    def end(self) -> None:
        if self.traffic is not None:
            with suppress(DeviceError):
                self.device.release(self.traffic)


@dataclass(frozen=True, slots=True)
class _Look:
    at_s: float
    sensors: Sensors


@dataclass(slots=True)
class _Course:
    """Everything that was looked at, by the seconds since the load began."""

    load: list[_Look] = field(default_factory=list)
    cool: list[_Look] = field(default_factory=list)
    cut_s: float = 0.0
    stopped: str = ""


def measure(device: Device, run: Run) -> HeatReading:
    """Load for LOAD_S, cut, watch for COOL_S, all in the device's own time.

    `usable` is False, and `why_not` says why, where no drop per watt may be taken from it. Raises what the device
    raises beside OutOfMemory and NoSuchKernel.
    """
    first = device.sensors()
    if number(first.temperature_c) is None:
        return HeatReading(usable=False, why_not=N_("The driver gives no temperature of this card."))
    sink = device.host_buffer(4096)
    burner = _Burner(device, sink, _BLOCKS_PER_MULTIPROCESSOR * max(device.attributes.multiprocessors, 1))
    try:
        run.tell(0.0, PIECE_S)
        if not burner.adjust():
            return HeatReading(usable=False, why_not=N_("The device's events give no time: the load cannot be sized."))
        burner.adjust_traffic()
        course = _Course()
        begun = device.now_s()
        _load(burner, course, run, begun)
        run.keep(_reading(first, course, interrupted=True))
        _cool(device, course, run, begun)
    except NoSuchKernel:
        return HeatReading(usable=False, why_not=N_("The load does not exist for this compute capability."))
    finally:
        burner.end()
    return _reading(first, course)


def _load(burner: _Burner, course: _Course, run: Run, begun: float) -> None:
    device, at = burner.device, 0.0
    for _ in range(_MOST_LOAD_LOOKS):
        _tell(run, 0.7 * at / (LOAD_S + 1.0), course.load)
        burner.begin(at < TRAFFIC_S)
        at = max(device.now_s() - begun, 0.0)
        course.load.append(_Look(at, device.sensors()))
        device.finish()
        at = course.cut_s = max(device.now_s() - begun, 0.0)
        course.stopped = _too_hot(course.load[-1].sensors)
        if course.stopped or at >= LOAD_S:
            return


def _cool(device: Device, course: _Course, run: Run, begun: float) -> None:
    for _ in range(_MOST_COOL_LOOKS):
        device.pause(LOOK_S)
        at = max(device.now_s() - begun, 0.0)
        course.cool.append(_Look(at, device.sensors()))
        _tell(run, 0.7 + 0.3 * (at - course.cut_s) / COOL_S, course.cool)
        if at - course.cut_s >= COOL_S:
            return


def _tell(run: Run, share: float, looks: list[_Look]) -> None:
    seen = looks[-1].sensors if looks else Sensors()
    figures = {
        "temperature_c": number(seen.temperature_c),
        "power_w": number(seen.power_w),
        "clock_mhz": number(seen.clock_mhz),
    }
    run.tell(share, PIECE_S, **{name: value for name, value in figures.items() if value is not None})


def _too_hot(seen: Sensors) -> str:
    """Why the load must end now, or ""."""
    given = number(seen.slowdown_c)
    limit = min(given, HIGHEST_SLOWDOWN_C) if given is not None else SLOWDOWN_UNKNOWN_C
    limit -= STOP_BELOW_SLOWDOWN_K
    now = number(seen.temperature_c)
    if now is not None and now >= limit:
        return N_(f"the load was ended at {now:.0f} °C, near the threshold of the card's own slowdown")
    if any(by_heat_hardware(reason) for reason in seen.throttle):
        return N_("the load was ended since the card slowed itself down by heat")
    return ""


def by_heat_hardware(reason: str) -> bool:
    """Whether a throttle reason is the hardware's own defence against heat."""
    words = reason.casefold()
    return "thermal" in words and ("hardware" in words or "hw" in words.split())


def number(value: float | None) -> float | None:
    """A plain finite number, or None: what a sensor says is untrusted."""
    return float(value) if value is not None and math.isfinite(value) else None


def _reading(first: Sensors, course: _Course, interrupted: bool = False) -> HeatReading:
    heat = _values(course.load, lambda seen: seen.temperature_c)
    before = heat[-1][1] if heat else None
    after = None
    for at, value in _values(course.cool, lambda seen: seen.temperature_c):
        if AFTER_S[0] <= at - course.cut_s <= AFTER_S[1]:
            after = value
    watts = [value for at, value in _values(course.load, lambda seen: seen.power_w) if at >= course.cut_s - MEAN_S]
    power = sum(watts) / len(watts) if watts else None
    settled = [look for look in course.load if look.at_s >= min(2.0, course.cut_s / 2)]
    clocks = [value for _, value in _values(settled, lambda seen: seen.clock_mhz)]
    why_not = N_("It was interrupted before the end.") if interrupted else _why_not(heat, before, after, power, course)
    drop = before - after if before is not None and after is not None else None
    throttle = {reason for look in course.load for reason in look.sensors.throttle} - {"idle"}
    return HeatReading(
        usable=not why_not,
        why_not=why_not,
        load_s=round(course.cut_s, 2),
        power_w=_rounded(power),
        start_c=_rounded(number(first.temperature_c)),
        peak_c=_rounded(max((value for _, value in heat), default=None)),
        after_cut_c=_rounded(after),
        drop_k_per_w=_rounded(drop / power) if not why_not and drop is not None and power else None,
        hotspot_c=_rounded(_highest(course, lambda seen: seen.hotspot_c)),
        memory_c=_rounded(_highest(course, lambda seen: seen.memory_c)),
        throttle=tuple(sorted(throttle)),
        clock_lowest_mhz=_rounded(min(clocks, default=None)),
        clock_highest_mhz=_rounded(max(clocks, default=None)),
        samples=_samples(course),
    )


def _why_not(
    heat: list[tuple[float, float]],
    before: float | None,
    after: float | None,
    power: float | None,
    course: _Course,
) -> str:
    """Why no drop per watt may be taken; "" where one may."""
    ended = f" ({course.stopped})" if course.stopped else ""
    if power is None:
        return N_(f"The driver gives no power of this card{ended}.")
    if power < LEAST_POWER_W:
        return N_(f"The load drew {power:.0f} W only; {LEAST_POWER_W:.0f} W are needed{ended}.")
    cooled = _values(course.cool, lambda seen: seen.temperature_c)
    if len({value for _, value in [*heat, *cooled]}) < 2:
        return N_(f"The temperature did not change at {power:.0f} W: the sensor cannot be used.")
    if before is None or after is None:
        return N_(f"No temperature was given about 3 s after the end of the load{ended}.")
    if before - after < LEAST_DROP_K:
        return N_(
            f"The temperature fell by {before - after:.0f} K in 3 s;"
            f" less than {LEAST_DROP_K:.0f} K cannot be told from the steps of the sensor{ended}."
        )
    return ""


def _values(looks: list[_Look], field: Callable[[Sensors], float | None]) -> list[tuple[float, float]]:
    found = ((look.at_s, number(field(look.sensors))) for look in looks)
    return [(at, value) for at, value in found if value is not None]


def _highest(course: _Course, field: Callable[[Sensors], float | None]) -> float | None:
    return max((value for _, value in _values(course.load, field)), default=None)


def _samples(course: _Course) -> tuple[HeatSample, ...]:
    """Where the temperature changed, and one a second: drivers renew their values more seldom than we look."""
    kept: list[HeatSample] = []
    for look in (*course.load, *course.cool):
        seen = look.sensors
        sample = HeatSample(
            at_s=round(look.at_s, 2),
            temperature_c=_rounded(number(seen.temperature_c)),
            power_w=_rounded(number(seen.power_w)),
            clock_mhz=_rounded(number(seen.clock_mhz)),
        )
        changed = not kept or sample.temperature_c != kept[-1].temperature_c
        if (changed or sample.at_s - kept[-1].at_s >= _KEPT_EVERY_S) and len(kept) < _MOST_SAMPLES:
            kept.append(sample)
    return tuple(kept)


def _rounded(value: float | None) -> float | None:
    return float(f"{value:.4g}") if value is not None else None
