"""The link to the host: what it is trained to while it works, how fast it is, and whether what crosses it arrives.

At rest a link drops to its first generation, so that its state counts only under load. Pinned memory and the copy
engines only: pageable copies measure the host. Source: research note on-device tests, 4.1.
"""

import math
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from gpu_inspector.measure import random_words
from gpu_inspector.measure.device import Device, DeviceError, HostBuffer, OutOfMemory, Sensors
from gpu_inspector.measure.run import Run
from gpu_inspector.records.silicon import LinkReading

PIECE_BYTES = 256 << 20
STATE_PIECE_BYTES = 64 << 20
"""Where only the state of the link is asked for; from 64 MiB on the rate does not depend on the size (note, 4.1)."""
SMALLEST_BYTES = 1 << 20
RUNS = 5
WARM_UP_S = 1.0
"""The link comes up from rest within this time (note, 4.1)."""
SETTLED_LOOKS = 3
"""Looks in a row at the card's own maximum that end the warm-up of a profile which asks for the state alone."""
LOWEST_WORKING_STATE = 2
"""Performance states P0 to P2: in a lower one the link may have been let down meanwhile; DCGM drops such values.
GeForce cards run kernels in P2 [from memory]."""
_MOST_COPIES = 2000
_SLOWEST_BYTES_PER_S = 0.1e9
"""Half of a first-generation link of one lane; how long a copy may take is told from it."""


class NoBuffers(DeviceError):
    """Not even the smallest pinned buffer, or the smallest piece on the card, could be had."""

    ends_all = False


@dataclass(slots=True)
class _Watch:
    """What was moved, and the sensors' words on the link while it was."""

    device: Device
    moved_bytes: int = 0
    looks: list[Sensors] = field(default_factory=list)

    def look(self, moved_bytes: int) -> Sensors:
        """To be called at once after a copy: the link does not fall back so soon."""
        self.moved_bytes += moved_bytes
        seen = self.device.sensors()
        self.looks.append(seen)
        return seen

    def state(self) -> tuple[int | None, int | None]:
        """The best generation and width that were seen together while the card worked."""
        working = [
            (one.link_gen, one.link_width or 0)
            for one in self.looks
            if one.link_gen and (one.performance_state is None or one.performance_state <= LOWEST_WORKING_STATE)
        ]
        gen, width = max(working, default=(None, 0))
        return gen, width or None


@dataclass(frozen=True, slots=True)
class _Ends:
    """Both ends of the link: pinned memory here, two pieces in a row there."""

    device: Device
    source: HostBuffer
    target: HostBuffer
    address: int
    size_bytes: int


def measure(device: Device, run: Run) -> LinkReading:
    """State of the link, and with `Profile.link_load` its rates (bytes per second), with the data verified.

    Rates are medians of RUNS. Raises NoBuffers, and what the device raises beside OutOfMemory.
    """
    loaded = run.profile.link_load
    watch = _Watch(device)
    before = device.sensors()
    with _ends(device, PIECE_BYTES if loaded else STATE_PIECE_BYTES) as ends:
        if loaded:
            random_words.fill(ends.source.array[: ends.size_bytes], run.salt, 0)
        _warm_up(ends, watch, run, before)
        rates, wrong = _rates(ends, watch, run) if loaded else ((None, None, None), 0)
    after = device.sensors()
    gen, width = watch.state()
    to_device, to_host, both = rates
    run.tell(1.0)
    return LinkReading(
        to_device_bytes_per_s=to_device,
        to_host_bytes_per_s=to_host,
        both_bytes_per_s=both,
        gen_under_load=gen,
        width_under_load=width,
        gen_max=after.link_gen_max,
        width_max=after.link_width_max,
        moved_bytes=watch.moved_bytes,
        wrong_bytes=wrong,
        replays=_rise(before.replays, after.replays),
    )


def _rise(before: int | None, after: int | None) -> int | None:
    """A counter that fell was set back meanwhile, and says nothing."""
    return after - before if before is not None and after is not None and after >= before else None


@contextmanager
def _ends(device: Device, largest: int) -> Iterator[_Ends]:
    """Buffers of one size at both ends, smaller ones where the host or the card refuses.

    Pinned memory comes back with the device only, so that a buffer once had is used, if need be in part.
    """
    size = largest
    source: HostBuffer | None = None
    while True:
        address = None
        try:
            address = device.allocate(2 * size)
            source = device.host_buffer(size) if source is None else source
            target = device.host_buffer(size)
            break
        except OutOfMemory:
            if address is not None:
                device.release(address)
        if size // 2 < SMALLEST_BYTES:
            raise NoBuffers(
                f"No {SMALLEST_BYTES >> 20} MiB of pinned memory and of the card's memory could be had for the link.",
                "End other programs, raise the limit of locked memory (ulimit -l), and inspect again.",
            )
        size //= 2
    try:
        yield _Ends(device, source, target, address, size)
    finally:
        with suppress(DeviceError):  # after a sticky error releasing fails too; the first error tells more
            device.release(address)


def _warm_up(ends: _Ends, watch: _Watch, run: Run, before: Sensors) -> None:
    """Copies to the card until the link is up; never longer than WARM_UP_S, by events or by the device's clock."""
    expected = ends.size_bytes / _SLOWEST_BYTES_PER_S / 20
    started, spent, settled = ends.device.now_s(), 0.0, 0
    for _ in range(_MOST_COPIES):
        run.tell(0.3 * min(spent / WARM_UP_S, 1.0), expected)
        spent += max(ends.device.copy_in(ends.address, ends.source, ends.size_bytes), 0.0)
        look = watch.look(ends.size_bytes)
        settled = settled + 1 if _at_its_best(look, before) else 0
        if settled >= SETTLED_LOOKS and not run.profile.link_load:
            break
        if spent >= WARM_UP_S or ends.device.now_s() - started >= 2 * WARM_UP_S:
            break


def _at_its_best(look: Sensors, before: Sensors) -> bool:
    gen, width = before.link_gen_max, before.link_width_max
    return gen is not None and width is not None and look.link_gen == gen and look.link_width == width


def _rates(ends: _Ends, watch: _Watch, run: Run) -> tuple[tuple[float | None, float | None, float | None], int]:
    """To the card, back, both at once; and how many of the bytes that came back were wrong.

    The two pieces on the card hold different words at the end, so that a copy which did nothing, or which took the
    wrong piece, shows.
    """
    device, size = ends.device, ends.size_bytes
    to_device = _median(lambda: device.copy_in(ends.address, ends.source, size), size, watch, run, 0.3)
    to_host = _median(lambda: device.copy_out(ends.target, ends.address, size), size, watch, run, 0.5)
    wrong = random_words.wrong(ends.target.array[:size], run.salt, 0)
    device.copy_in(ends.address + size, ends.source, size)
    random_words.fill(ends.source.array[:size], run.salt, 1)
    both = _median(lambda: device.copy_both(ends.address, ends.source, ends.target, size), 2 * size, watch, run, 0.7)
    wrong += random_words.wrong(ends.target.array[:size], run.salt, 0)
    device.copy_out(ends.target, ends.address, size)
    wrong += random_words.wrong(ends.target.array[:size], run.salt, 1)
    watch.look(2 * size)
    return (to_device, to_host, both), wrong


def _median(copy: Callable[[], float], moved: int, watch: _Watch, run: Run, share: float) -> float | None:
    """Bytes per second, four significant digits; None where the events give no time."""
    times: list[float] = []
    figures: dict[str, float] = {}
    for number in range(RUNS):
        run.tell(share + 0.2 * number / RUNS, moved / _SLOWEST_BYTES_PER_S / 20, **figures)
        times.append(copy())
        watch.look(moved)
        if times[-1] > 0.0:
            figures = {"gb_per_s": moved / times[-1] / 1e9}
    middle = statistics.median(times)
    return float(f"{moved / middle:.4g}") if middle > 0.0 and math.isfinite(middle) else None
