"""Which card CUDA gives, and what the driver says of it. CuPy's runtime module is handed in; nothing is loaded here."""

from typing import Any

from gpu_inspector.measure import cuda_errors
from gpu_inspector.measure.device import Attributes, Unavailable

PROHIBITED = 2
"""cudaComputeModeProhibited (driver_types.h)."""
LONGEST_NAME = 96


def find_one(runtime: Any) -> None:
    """Make the one visible device ours, and a context on it. Raises Unavailable; CUDA's own errors pass."""
    if runtime.driverGetVersion() == 0:
        raise cuda_errors.no_driver()
    count = runtime.getDeviceCount()
    if count != 1:
        raise Unavailable(
            f"CUDA sees {count} cards where exactly one was to be seen.", "Name the card to inspect by its UUID."
        )
    if runtime.deviceGetAttribute(runtime.cudaDevAttrComputeMode, 0) == PROHIBITED:
        raise Unavailable(
            "The card's compute mode prohibits every use of CUDA.",
            "Set it to default (nvidia-smi -c 0, as root) and inspect anew.",
        )
    runtime.setDevice(0)
    # The first call that needs a context makes it.
    runtime.free(0)


def attributes(runtime: Any, compiler: str) -> Attributes:
    """What the driver says; `uuid` as the digits that CUDA gave. Numbers by deviceGetAttribute: cudaDeviceProp lost
    some of its fields in CUDA 13."""
    properties = runtime.getDeviceProperties(0)
    _, total = runtime.memGetInfo()

    def attribute(name: str) -> int:
        number = getattr(runtime, f"cudaDevAttr{name}", None)
        return 0 if number is None else max(int(runtime.deviceGetAttribute(number, 0)), 0)

    return Attributes(
        name=_text(properties["name"]),
        uuid=digits_of(properties),
        pci_bus_id=_text(runtime.deviceGetPCIBusId(0)).lower(),
        compute_capability=(int(properties["major"]), int(properties["minor"])),
        multiprocessors=attribute("MultiProcessorCount"),
        warp_threads=attribute("WarpSize"),
        shared_bytes_per_block=attribute("MaxSharedMemoryPerBlockOptin") or attribute("MaxSharedMemoryPerBlock"),
        shared_bytes_per_multiprocessor=attribute("MaxSharedMemoryPerMultiprocessor"),
        threads_per_multiprocessor=attribute("MaxThreadsPerMultiProcessor"),
        l2_bytes=attribute("L2CacheSize"),
        clock_khz=attribute("ClockRate"),
        memory_clock_khz=attribute("MemoryClockRate"),
        bus_bits=attribute("GlobalMemoryBusWidth"),
        total_bytes=int(total),
        watchdog=bool(attribute("KernelExecTimeout")),
        integrated=bool(attribute("Integrated")),
        cuda_driver=int(runtime.driverGetVersion()),
        compiler=compiler,
    )


def same_card(uuid: str, digits: str) -> bool:
    """Whether CUDA's UUID, as hexadecimal digits, can be the one that NVML writes as "GPU-8-4-4-4-12".

    CuPy hands the 16 bytes over as a C string, which ends at a zero byte: fewer digits are the same card where a zero
    byte follows in the UUID.
    """
    wanted = uuid.removeprefix("GPU-").replace("-", "").lower()
    cut_at_zero = len(digits) < len(wanted) and wanted[len(digits) : len(digits) + 2] == "00"
    return wanted == digits or (wanted.startswith(digits) and cut_at_zero)


def same_place(one: str, other: str) -> bool:
    """Whether two PCI addresses are one: the domain is written with 4 digits or with 8."""
    return _place(one) == _place(other)


def _place(bus_id: str) -> list[str]:
    return [part.lstrip("0") for part in bus_id.lower().replace(".", ":").split(":")]


def _text(value: object) -> str:
    """What the driver says, as text: untrusted, without what a terminal would obey, and not long."""
    found = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return "".join(letter for letter in found if letter.isprintable())[:LONGEST_NAME].strip()


def digits_of(properties: dict[str, Any]) -> str:
    """CUDA's UUID of a card as hexadecimal digits, "" where its properties give none."""
    raw = properties.get("uuid", b"")
    return bytes(raw[:16]).hex() if isinstance(raw, bytes) else ""
