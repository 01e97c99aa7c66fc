"""What is asked of NVML for one card: a table of fields and calls, and no call in it."""

from collections.abc import Callable
from dataclasses import dataclass

from gpu_inspector.probes.nvml_values import (
    ARCHITECTURES,
    BRANDS,
    COMPUTE_MODES,
    DRIVER_MODELS,
    VIRTUALIZATIONS,
    banks,
    bus_id,
    celsius,
    compute_capability,
    device_identifier,
    half,
    histogram,
    identity,
    member,
    memory_temperature,
    number,
    one_of,
    pages,
    part,
    performance_state,
    positive,
    switch,
    text,
)

MEMORY_V2 = 40 | 2 << 24
"""nvmlMemory_v2: size and version of the structure, without which the reserved share is not told."""
MEMORY_TEMPERATURE = 82
"""NVML_FI_DEV_MEMORY_TEMP; boards with HBM answer, boards with GDDR mostly do not."""
CORRUPTED_INFOROM = 14

Call = tuple[str, tuple[int | tuple[int, int], ...]]
"""A function of the library, and what it is given after the card's handle; a pair is a field value of one link."""


@dataclass(frozen=True, slots=True)
class Question:
    """One field: the ways to ask for it, tried in turn, and what makes a value of the answers.

    A way is one or several calls that must all succeed. `failures` maps an NVML error to the value that it means.
    """

    field: str
    ways: tuple[tuple[Call, ...], ...]
    convert: Callable[..., object]
    failures: tuple[tuple[int, object], ...] = ()


def _ask(field: str, name: str, convert: Callable[..., object], *arguments: int) -> Question:
    return Question(field, (((f"nvmlDeviceGet{name}", arguments),),), convert)


def _either(field: str, convert: Callable[..., object], *calls: Call) -> Question:
    return Question(field, tuple(((f"nvmlDeviceGet{name}", arguments),) for name, arguments in calls), convert)


_PCI: tuple[Call, ...] = (("PciInfo_v3", ()), ("PciInfo", ()))
_MEMORY: Call = ("MemoryInfo", (MEMORY_V2,))

PCI_ADDRESS = _either("pci_bus_id", bus_id, *_PCI)

QUESTIONS: tuple[Question, ...] = (
    PCI_ADDRESS,
    _either("vendor_id", half("pciDeviceId", upper=False), *_PCI),
    _either("device_id", half("pciDeviceId", upper=True), *_PCI),
    _either("subsystem_vendor", half("pciSubSystemId", upper=False), *_PCI),
    _either("subsystem_id", half("pciSubSystemId", upper=True), *_PCI),
    _ask("name", "Name", text),
    _ask("brand", "Brand", one_of(BRANDS)),
    _ask("architecture", "Architecture", one_of(ARCHITECTURES)),
    _ask("compute_capability", "CudaComputeCapability", compute_capability),
    _ask("cores", "NumGpuCores", positive),
    _ask("uuid", "UUID", identity),
    _ask("serial", "Serial", identity),
    _ask("device_identifier", "Pdi", device_identifier),
    _ask("board_id", "BoardId", lambda value: f"{number(value):X}"),
    _ask("board_part_number", "BoardPartNumber", text),
    _ask("multi_gpu_board", "MultiGpuBoard", switch),
    _ask("module_id", "ModuleId", number),
    _ask("minor_number", "MinorNumber", number),
    _ask("vbios_version", "VbiosVersion", text),
    _ask("gsp_firmware_version", "GspFirmwareVersion", text),
    _ask("inforom_image", "InforomImageVersion", text),
    _ask("inforom_oem", "InforomVersion", text, 0),
    _ask("inforom_ecc", "InforomVersion", text, 1),
    _ask("inforom_power", "InforomVersion", text, 2),
    Question(
        "inforom_valid",
        ((("nvmlDeviceValidateInforom", ()),),),
        lambda _: True,
        failures=((CORRUPTED_INFOROM, False),),
    ),
    _either("memory_total_bytes", member("total", positive), _MEMORY, ("MemoryInfo", ())),
    _either("memory_reserved_bytes", member("reserved"), _MEMORY),
    _ask("bar1_total_bytes", "BAR1MemoryInfo", member("bar1Total", positive)),
    _ask("bus_width_bits", "MemoryBusWidth", positive),
    _ask("ecc_now", "EccMode", part(0, switch)),
    _ask("ecc_pending", "EccMode", part(1, switch)),
    _ask("ecc_default", "DefaultEccMode", part(0, switch)),
    _ask("mig_now", "MigMode", part(0, switch)),
    _ask("mig_pending", "MigMode", part(1, switch)),
    _ask("virtualization", "VirtualizationMode", one_of(VIRTUALIZATIONS)),
    _ask("power_default_mw", "PowerManagementDefaultLimit", number),
    _ask("power_min_mw", "PowerManagementLimitConstraints", part(0)),
    _ask("power_max_mw", "PowerManagementLimitConstraints", part(1)),
    _either("power_limit_mw", number, ("PowerManagementLimit", ()), ("EnforcedPowerLimit", ())),
    _ask("power_draw_mw", "PowerUsage", number),
    _ask("link_gen_device_max", "GpuMaxPcieLinkGeneration", positive),
    _ask("link_gen_max", "MaxPcieLinkGeneration", positive),
    _ask("link_gen_now", "CurrPcieLinkGeneration", positive),
    _ask("link_width_max", "MaxPcieLinkWidth", positive),
    _ask("link_width_now", "CurrPcieLinkWidth", positive),
    _ask("pcie_replays", "PcieReplayCounter", number),
    _ask("clock_graphics_max_mhz", "MaxClockInfo", positive, 0),
    _ask("clock_sm_max_mhz", "MaxClockInfo", positive, 1),
    _ask("clock_memory_max_mhz", "MaxClockInfo", positive, 2),
    _either("temperature_c", celsius, ("TemperatureV", (0,)), ("Temperature", (0,))),
    Question(
        "memory_temperature_c",
        ((("nvmlDeviceGetFieldValues", (MEMORY_TEMPERATURE,)),),),
        memory_temperature,
    ),
    _ask("performance_state", "PerformanceState", performance_state),
    _ask("fans", "NumFans", number),
    _ask("display_active", "DisplayActive", switch),
    _ask("driver_model", "CurrentDriverModel", one_of(DRIVER_MODELS)),
    _ask("compute_mode", "ComputeMode", one_of(COMPUTE_MODES)),
    _ask("ecc_errors_uncorrected", "TotalEccErrors", number, 1, 1),
    _ask("ecc_errors_corrected", "TotalEccErrors", number, 0, 1),
    Question(
        "retired_pages",
        ((("nvmlDeviceGetRetiredPages", (0,)), ("nvmlDeviceGetRetiredPages", (1,))),),
        pages,
    ),
    _ask("remapped_rows_correctable", "RemappedRows", part(0)),
    _ask("remapped_rows_uncorrectable", "RemappedRows", part(1)),
    _ask("remap_pending", "RemappedRows", part(2, switch)),
    _ask("remap_failed", "RemappedRows", part(3, switch)),
    _ask("row_remap_banks", "RowRemapperHistogram", banks),
    _ask("remap_histogram", "RowRemapperHistogram", histogram),
)
"""Every field of a card's claims that NVML has a call for. It has none for the GPU part number.

Error counts are the aggregate ones (NVML_AGGREGATE_ECC), which a card keeps while it is without power.
"""
