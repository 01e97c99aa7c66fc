"""Getting hold of the memory on trial: as much as can be had, and of the rest, why not.

One request for everything fails from fragments and reserves; so large pieces come first, each refusal halves the next
request, down to one page. All pieces are kept until the end, since memory that is given back may be given again and
would be counted twice. Memory of the host that a driver slips in when its own is used up is told by its speed.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from gpu_inspector.language import N_
from gpu_inspector.measure.area import Area, area_of
from gpu_inspector.measure.device import Device, DeviceError, HostBuffer, OutOfMemory
from gpu_inspector.measure.launches import read_all
from gpu_inspector.measure.run import Run
from gpu_inspector.records.silicon import PAGE_BYTES

FIRST_LEFT = 64 * 1024 * 1024
"""Left over by the first request, for the context's own needs; tried for afterwards, in small pieces."""
MOST_CHUNKS = 4096
"""Memory in more fragments than this is given up; a driver hands out far fewer."""
SAMPLE_BYTES = 16 * 1024 * 1024
"""What is read of each slice to time it: at 1 TB/s 16 us, beside some 5 us of a launch; over PCIe 0.3 ms and more."""
SLICE_BYTES = 1024 * 1024 * 1024
HOST_SHARE = 0.25
"""A slice that reads slower than this share of the fast ones is the host's: PCIe is ten times slower and more."""
FAST = 10
"""The slice that a tenth of all are faster than is the standard: the median would be the host's own where a driver
slips in more than half, the fastest of all may have been read out of L2."""
FLUSH_BYTES = 256 * 1024 * 1024
"""Read to overwhelm an L2 of up to 128 MiB, the largest of any die so far, whatever size is claimed."""


@dataclass(slots=True)
class Coverage:
    """What could be had, and the reasons for the rest."""

    claimed_bytes: int
    free_bytes: int
    area: Area = field(default_factory=lambda: Area(()))
    host_bytes: int = 0
    refused: str = ""
    taken: list[tuple[int, int]] = field(default_factory=list)
    """(address, bytes) of each allocation, to be given back."""
    position_bytes: int = 0
    """Where in the area the last slice was timed."""


def flush_l2(device: Device, area: Area, sink: HostBuffer) -> None:
    """Read the beginning of the area, 256 MiB or 2 x the claimed L2: what L2 held of the rest is gone."""
    wanted = max(FLUSH_BYTES, 2 * device.attributes.l2_bytes)
    for chunk in area.chunks:
        size = min(chunk.pages * PAGE_BYTES, wanted)
        if size <= 0:
            break
        read_all(device, chunk.address, size, sink, blocks_of(device))
        wanted -= size


def blocks_of(device: Device) -> int:
    """Blocks of a launch that goes grid-stride: enough to fill the card; a lie here costs speed only."""
    return min(max(device.attributes.multiprocessors, 1), 1024) * 8


@contextlib.contextmanager
def taken(device: Device, run: Run) -> Iterator[Coverage]:
    """The memory on trial, given back at the end. Raises what the device raises, but never OutOfMemory."""
    free, total = device.memory_info()
    coverage = Coverage(claimed_bytes=total, free_bytes=free)
    try:
        run.tell(0.0, expected_s=0.5)
        _climb_down(device, coverage)
        coverage.area = area_of(sorted(pages for pages in map(_whole_pages, coverage.taken) if pages[1]))
        coverage.refused = _reasons(device, coverage)
        yield coverage
    finally:
        for address, _ in coverage.taken:
            with contextlib.suppress(DeviceError):  # after a sticky error nothing can be given back, nor need be
                device.release(address)


def _climb_down(device: Device, coverage: Coverage) -> None:
    """Ask for all but a little; halve when refused; then ask for what is left, down to one page."""
    left = coverage.free_bytes
    ask = _whole(left - FIRST_LEFT) or _whole(left)
    while ask >= PAGE_BYTES and len(coverage.taken) < MOST_CHUNKS:
        try:
            address = device.allocate(ask)
        except OutOfMemory:
            ask = _whole(ask // 2)
            continue
        coverage.taken.append((address, ask))
        left -= ask
        ask = min(ask, _whole(left))


def _whole(size_bytes: int) -> int:
    return max(size_bytes, 0) // PAGE_BYTES * PAGE_BYTES


def _whole_pages(taken: tuple[int, int]) -> tuple[int, int]:
    """The whole, aligned pages inside of an allocation: (address, pages)."""
    address, size = taken
    start = -(-address // PAGE_BYTES) * PAGE_BYTES
    return start, max(address + size - start, 0) // PAGE_BYTES


def leave_out_host(device: Device, coverage: Coverage, sink: HostBuffer) -> None:
    """Take out of the area the slices that read far slower than the fast ones, twice, with the cache emptied between.

    Raises DeviceError; `coverage.position_bytes` then says where in the area.
    """
    pages = SLICE_BYTES // PAGE_BYTES
    slices = [
        (chunk.address + start * PAGE_BYTES, min(pages, chunk.pages - start))
        for chunk in coverage.area.chunks
        for start in range(0, chunk.pages, pages)
    ]
    if not slices:
        return
    sizes = [min(pages * PAGE_BYTES, SAMPLE_BYTES) for _, pages in slices]
    times = []
    for (address, pages), size in zip(slices, sizes, strict=True):
        times.append(_read(device, address, size, sink))
        coverage.position_bytes += pages * PAGE_BYTES
    allowed = _Allowed(device, slices, sizes, times, sink)
    kept: list[tuple[int, int]] = []
    for (address, pages), size, time in zip(slices, sizes, times, strict=True):
        if time > allowed.of(size):
            flush_l2(device, coverage.area, sink)
            time = min(time, _read(device, address, size, sink))
        if time <= allowed.of(size):
            kept.append((address, pages))
    whole = coverage.area.size_bytes
    coverage.area = area_of(kept)
    coverage.host_bytes = whole - coverage.area.size_bytes
    if coverage.host_bytes:
        slow = N_(f"{_mib(coverage.host_bytes)} read as slowly as the host's memory and were left out")
        coverage.refused = "; ".join(filter(None, (coverage.refused, slow)))


class _Allowed:
    """The longest that reading a sample of a size may take. Small reads are mostly the launch's own time: they are
    held against one of the same size, from a slice that is surely the card's."""

    def __init__(
        self, device: Device, slices: list[tuple[int, int]], sizes: list[int], times: list[float], sink: HostBuffer
    ) -> None:
        self._device, self._sink = device, sink
        longest = max(sizes)
        full = sorted((time, number) for number, time in enumerate(times) if sizes[number] == longest)
        usual, number = full[len(full) // FAST]
        self._standard = slices[number][0]
        self._known = {longest: usual / HOST_SHARE}

    def of(self, size: int) -> float:
        """Seconds for `size` bytes, at most the longest sample."""
        if size not in self._known:
            self._known[size] = _read(self._device, self._standard, size, self._sink) / HOST_SHARE
        return self._known[size]


def _read(device: Device, address: int, size: int, sink: HostBuffer) -> float:
    return read_all(device, address, size, sink, blocks_of(device))


def _reasons(device: Device, coverage: Coverage) -> str:
    """Why what is claimed and not covered could not be had, in bytes, as far as anyone says."""
    sensors = device.sensors()
    refused = coverage.free_bytes - coverage.area.size_bytes
    said = []
    if coverage.claimed_bytes > coverage.free_bytes:
        said.append(N_(f"{_mib(coverage.claimed_bytes - coverage.free_bytes)} were not free when the test began"))
        if sensors.other_processes:
            held = N_(f", {_mib(sensors.other_bytes)} of it") if sensors.other_bytes else ""
            said.append(N_(f"other processes on the card: {sensors.other_processes}{held}"))
        if sensors.display:
            said.append(N_("a display uses the card"))
        if not sensors.other_processes and not sensors.display:
            said.append(N_("no other user of it is known but the driver and this program's context"))
    if refused >= PAGE_BYTES:
        said.append(N_(f"{_mib(refused)} of what was free could not be had in whole pages of 2 MiB"))
    return "; ".join(said)


def _mib(size_bytes: int) -> str:
    return f"{size_bytes / 2**20:,.0f} MiB"
