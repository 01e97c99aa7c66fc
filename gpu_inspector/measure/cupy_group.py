"""Several real cards behind the group's interface, through the same bindings of CUDA's runtime as a single one.

Not yet run on a machine with several cards: tried with a runtime of our own in CUDA's place. Peer access is turned on
both ways before a copy; where the driver refuses it, CUDA copies through the machine's memory, and the pair says so.
"""

import time
from collections.abc import Sequence
from typing import Any

from gpu_inspector.measure import cuda_errors, cuda_identity, random_words
from gpu_inspector.measure.cupy_device import Cuda, PinnedBuffer, load, opening, running
from gpu_inspector.measure.device import Bytes, Unavailable

PIECE_BYTES = 64 << 20
ALREADY_ENABLED = 704
"""cudaErrorPeerAccessAlreadyEnabled."""
NO_PEERS = (217, 711)
"""cudaErrorPeerAccessUnsupported and cudaErrorTooManyPeers: copies go through the machine's memory."""


def open_group(uuids: Sequence[str]) -> "CupyGroup":
    """The cards with these UUIDs, in this order, the only ones that CUDA_VISIBLE_DEVICES lets CUDA see.

    Raises Unavailable where they cannot be used together.
    """
    return CupyGroup(load(), uuids)


class CupyGroup:
    """Implements `measure.device.Group`. A stream and two pieces of memory on each card; one pinned piece here."""

    def __init__(self, cuda: Cuda, uuids: Sequence[str], size_bytes: int = PIECE_BYTES) -> None:
        self._runtime: Any = cuda.runtime
        self._size = size_bytes
        self._count = len(uuids)
        self._reached: dict[tuple[int, int], bool] = {}
        runtime = self._runtime
        with opening():
            if runtime.driverGetVersion() == 0:
                raise cuda_errors.no_driver()
            seen = runtime.getDeviceCount()
            if seen != len(uuids):
                raise Unavailable(
                    f"CUDA sees {seen} cards where {len(uuids)} were to be seen.",
                    "Cards in MIG mode, or that CUDA cannot use, cannot be measured together with others.",
                )
            self._open_each(uuids)
        with running():
            self._host = PinnedBuffer(runtime, size_bytes)

    def _open_each(self, uuids: Sequence[str]) -> None:
        runtime = self._runtime
        self._streams, self._events, self._pieces = [], [], []
        for card, uuid in enumerate(uuids):
            if runtime.deviceGetAttribute(runtime.cudaDevAttrComputeMode, card) == cuda_identity.PROHIBITED:
                raise Unavailable(
                    "A card's compute mode prohibits every use of CUDA.",
                    "Set it to default (nvidia-smi -c 0, as root) and inspect anew.",
                )
            if not cuda_identity.same_card(uuid, cuda_identity.digits_of(runtime.getDeviceProperties(card))):
                raise Unavailable(
                    "CUDA gave another card than the one that was asked for.",
                    "List the cards again; two drivers or a stale UUID can lead to this.",
                )
            runtime.setDevice(card)
            self._streams.append(runtime.streamCreateWithFlags(runtime.streamNonBlocking))
            self._events.append([runtime.eventCreateWithFlags(runtime.eventBlockingSync) for _ in range(2)])
            self._pieces.append([runtime.malloc(self._size) for _ in range(2)])

    @property
    def size_bytes(self) -> int:
        return self._size

    @property
    def count(self) -> int:
        return self._count

    def reach(self, one: int, other: int) -> bool:
        with running():
            return all([self._reach(one, other), self._reach(other, one)])

    def _reach(self, one: int, other: int) -> bool:
        if (one, other) not in self._reached:
            self._reached[one, other] = self._enable(one, other)
        return self._reached[one, other]

    def _enable(self, one: int, other: int) -> bool:
        runtime = self._runtime
        if not runtime.deviceCanAccessPeer(one, other):
            return False
        runtime.setDevice(one)
        try:
            runtime.deviceEnablePeerAccess(other)
        except RuntimeError as error:
            status = getattr(error, "status", None)
            if status in NO_PEERS:
                return False
            if status != ALREADY_ENABLED:
                raise
        return True

    def load(self, card: int, salt: int, number: int) -> None:
        runtime = self._runtime
        random_words.fill(self._host.array, salt, number)
        with running():
            runtime.setDevice(card)
            place = self._pieces[card][0]
            runtime.memcpyAsync(place, self._address, self._size, runtime.memcpyHostToDevice, self._streams[card])
            runtime.streamSynchronize(self._streams[card])

    def clear(self, card: int) -> None:
        with running():
            self._runtime.setDevice(card)
            self._runtime.memsetAsync(self._pieces[card][1], 0, self._size, self._streams[card])
            self._runtime.streamSynchronize(self._streams[card])

    def copy(self, one: int, other: int, times: int) -> float:
        runtime, stream = self._runtime, self._streams[one]
        start, end = self._events[one]
        source, target = self._pieces[one][0], self._pieces[other][1]
        with running():
            runtime.setDevice(one)
            runtime.eventRecord(start, stream)
            for _ in range(times):
                runtime.memcpyPeerAsync(target, other, source, one, self._size, stream)
            runtime.eventRecord(end, stream)
            runtime.eventSynchronize(end)
            return float(runtime.eventElapsedTime(start, end)) / 1000

    def received(self, card: int) -> Bytes:
        runtime = self._runtime
        with running():
            runtime.setDevice(card)
            place = self._pieces[card][1]
            runtime.memcpyAsync(self._address, place, self._size, runtime.memcpyDeviceToHost, self._streams[card])
            runtime.streamSynchronize(self._streams[card])
        return self._host.array

    def now_s(self) -> float:
        return time.monotonic()

    @property
    def _address(self) -> int:
        """Of the pinned piece, as the host sees it."""
        return int(self._host.array.ctypes.data)
