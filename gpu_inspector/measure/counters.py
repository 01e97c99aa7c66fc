"""What the card itself counted while its memory was tested: errors corrected, rows and pages given up."""

import contextlib
import dataclasses

from gpu_inspector.measure.device import Device, DeviceError, Sensors
from gpu_inspector.records.silicon import MemoryReading


def with_counters(device: Device, before: Sensors, reading: MemoryReading) -> MemoryReading:
    """By how much the card's own counters rose; None where it has none, or where they were reset meanwhile."""
    after = Sensors()
    with contextlib.suppress(DeviceError):  # after a fault the counters are a bonus
        after = device.sensors()
    return dataclasses.replace(
        reading,
        ecc_corrected=_risen(before.ecc_corrected, after.ecc_corrected),
        ecc_uncorrected=_risen(before.ecc_uncorrected, after.ecc_uncorrected),
        remapped_rows=_risen(before.remapped_rows, after.remapped_rows),
        retired_pages=_risen(before.retired_pages, after.retired_pages),
    )


def _risen(before: int | None, after: int | None) -> int | None:
    return after - before if before is not None and after is not None and after >= before else None
