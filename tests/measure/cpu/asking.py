"""The kernels of the memory test, asked with plain numbers on any device: a CPU's, a simulated one."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gpu_inspector.measure import launches
from gpu_inspector.measure.device import Device, words_of
from gpu_inspector.measure.launches import DIAGNOSE_THREADS, SLOT_WORDS
from gpu_inspector.measure.pattern import Kind
from gpu_inspector.records.silicon import WORD_BYTES

Numbers = npt.NDArray[np.uint64]
SALT = 0x0123456789ABCDEF


def poke(device: Device, addresses: Sequence[int], words: Numbers) -> None:
    places = device.host_buffer(8 * len(addresses))
    values = device.host_buffer(WORD_BYTES * len(addresses))
    words_of(places, np.uint64, len(addresses))[:] = addresses
    words_of(values, np.uint64, 4 * len(addresses))[:] = words.ravel()
    launches.poke(device, places, len(addresses), values)


def gather(device: Device, addresses: Sequence[int]) -> Numbers:
    places = device.host_buffer(8 * len(addresses))
    values = device.host_buffer(WORD_BYTES * len(addresses))
    words_of(places, np.uint64, len(addresses))[:] = addresses
    launches.gather(device, places, len(addresses), values)
    return words_of(values, np.uint64, 4 * len(addresses)).reshape(-1, 4).copy()


def verify(device: Device, base: int, first: int, pages: int, number: int, kind: Kind, salt: int = SALT) -> list[int]:
    flags = device.host_buffer(pages)
    launches.verify(device, base, first, pages, number, kind, salt, flags)
    return [int(one) for one in flags.array]


def diagnose(
    device: Device, base: int, first: int, chosen: Sequence[int], number: int, kind: Kind, total: int, salt: int = SALT
) -> Numbers:
    pages = device.host_buffer(8 * len(chosen))
    words_of(pages, np.uint64, len(chosen))[:] = chosen
    slots = device.host_buffer(8 * len(chosen) * DIAGNOSE_THREADS * SLOT_WORDS)
    slots.array[:] = 0xA5
    launches.diagnose(device, base, first, pages, len(chosen), number, kind, salt, total, slots)
    count = len(chosen) * DIAGNOSE_THREADS * SLOT_WORDS
    return words_of(slots, np.uint64, count).reshape(len(chosen), DIAGNOSE_THREADS, SLOT_WORDS).copy()
