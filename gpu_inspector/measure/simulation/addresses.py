"""Which addresses a simulated card gives out, and which pages of the driver stand behind them.

The driver believes in `claimed` bytes and keeps the last `reserve` of them. What is left lies in a few runs, so that
no single piece can have all, and a few pages can never be had: a ladder of allocations is what it takes to get the
rest. Each allocation begins at a page of its own. Addresses are never given out twice.
"""

import bisect

import numpy as np

from gpu_inspector.language import N_
from gpu_inspector.measure.device import Bytes, HostBuffer, KernelFault, OutOfMemory
from gpu_inspector.measure.simulation.channels import Numbers
from gpu_inspector.records.silicon import PAGE_BYTES

DEVICE_BASE = 0x7F00_0000_0000
HOST_BASE = 0x7E00_0000_0000
_HOST_STEP = 0x1_0000_0000
_NOWHERE = -1
_RUN_SHARES = (0.90, 0.06, 0.03)
"""Of the free pages, in each run; the last run has the rest."""
_NEVER_HAD = 0.0005
"""Of the free pages, those that are shown as free and cannot be had."""
_GROUP_PAGES = 16
"""Pages that stay together in the order of the driver."""


def not_mapped() -> KernelFault:
    """The fault of a kernel at an address that nobody allocated."""
    return KernelFault(
        N_("A kernel touched an address that was never allocated (CUDA error 700)."),
        N_("Nothing more can be asked of the card in this run."),
    )


class Addresses:
    """Device memory by address."""

    def __init__(self, claimed_bytes: int, reserve_bytes: int, order: np.random.Generator | None) -> None:
        """`order` shuffles the pages and cuts them into runs; without, they come in order, as one run."""
        pages = np.arange(max(claimed_bytes - reserve_bytes, 0) // PAGE_BYTES, dtype=np.int64)
        self._kept_back = 0
        self._runs: list[Numbers] = [pages]
        if order is not None:
            groups = np.array_split(pages, max(len(pages) // _GROUP_PAGES, 1))
            pages = np.concatenate([groups[k] for k in order.permutation(len(groups))])
            self._kept_back = int(len(pages) * _NEVER_HAD)
            cuts = np.cumsum([int(len(pages) * share) for share in _RUN_SHARES])
            self._runs = [np.asarray(run) for run in np.split(pages, cuts)]
            self._runs[-1] = self._runs[-1][: len(self._runs[-1]) - self._kept_back]
        self._table: Numbers = np.full(1024, _NOWHERE, dtype=np.int64)
        self._end = 1
        self._held: dict[int, tuple[int, int]] = {}
        self._hosts: list[HostBuffer] = []

    @property
    def free_bytes(self) -> int:
        """What the driver says is free."""
        return (sum(len(run) for run in self._runs) + self._kept_back) * PAGE_BYTES

    def allocate(self, size_bytes: int) -> int:
        """The address of the first of enough pages. Raises OutOfMemory."""
        pages = max(-(-size_bytes // PAGE_BYTES), 1)
        run = max(range(len(self._runs)), key=lambda number: len(self._runs[number]))
        if pages > len(self._runs[run]):
            raise OutOfMemory(
                N_(f"The driver refused {size_bytes} bytes of device memory (CUDA error 2)."),
                N_("Close other programs that use the card, and try again."),
            )
        taken, self._runs[run] = self._runs[run][:pages], self._runs[run][pages:]
        start = self._end
        self._end += pages + 1
        while self._end > len(self._table):
            self._table = np.concatenate([self._table, np.full(len(self._table), _NOWHERE, dtype=np.int64)])
        self._table[start : start + pages] = taken
        address = DEVICE_BASE + start * PAGE_BYTES
        self._held[address] = (run, pages)
        return address

    def release(self, address: int) -> None:
        """Give pages back; an address that is not held is a fault of the caller."""
        run, pages = self._held.pop(address)
        start = (address - DEVICE_BASE) // PAGE_BYTES
        self._runs[run] = np.concatenate([self._table[start : start + pages], self._runs[run]])
        self._table[start : start + pages] = _NOWHERE

    def pages(self, addresses: Numbers) -> Numbers:
        """The driver's page behind each address. Raises KernelFault where there is none."""
        places = (addresses - DEVICE_BASE) // PAGE_BYTES
        if ((places < 0) | (places >= len(self._table))).any():
            raise not_mapped()
        found = self._table[places]
        if (found == _NOWHERE).any():
            raise not_mapped()
        return found

    def pages_from(self, address: int, count: int) -> Numbers:
        """The driver's pages of `count` whole pages from `address` on, which begins one."""
        if address % PAGE_BYTES:
            raise ValueError("whole pages begin at a multiple of their size")
        return self.pages(address + np.arange(count, dtype=np.int64) * PAGE_BYTES)

    def next_host(self) -> int:
        """The address of the next buffer of the host."""
        return HOST_BASE + len(self._hosts) * _HOST_STEP

    def add_host(self, buffer: HostBuffer) -> None:
        """Let kernels reach this memory of the host; its address is that of `next_host`."""
        self._hosts.append(buffer)

    def host(self, address: int, size_bytes: int) -> Bytes:
        """Memory of the host from this address on. Raises KernelFault where it is not all there."""
        place = bisect.bisect_right(self._hosts, address, key=lambda buffer: buffer.address) - 1
        if place < 0:
            raise not_mapped()
        start = address - self._hosts[place].address
        array = self._hosts[place].array[start : start + size_bytes]
        if len(array) < size_bytes:
            raise not_mapped()
        return array
