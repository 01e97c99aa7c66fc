"""What a driver's interface, or a tool that asks it, says of one card: every value is a *claim*, and so untrusted.

A value that a source did not give is None, with its reason in `absent`; it is never a text that looks like a value.
Hexadecimal ids are upper-case digits without a prefix. Sizes are bytes, power is milliwatts.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Absence:
    """One field that a source did not give: `reason` is "not supported", "no permission", "masked" and so on."""

    field: str
    reason: str


class Virtualization(StrEnum):
    """How the card meets the system that was asked. PASS_THROUGH is a whole card; GUEST is a slice of one."""

    NONE = "none"
    PASS_THROUGH = "pass-through"  # noqa: S105 - not a password
    GUEST = "vgpu-guest"
    HOST = "vgpu-host"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardClaims:
    """What a driver's interface says of one card. NVML and nvidia-smi give the same fields by two ways."""

    driver_version: str | None = None
    cuda_version: str | None = None
    name: str | None = None
    brand: str | None = None
    architecture: str | None = None
    """As nvidia-smi writes it: "Ada Lovelace", "Ampere"."""
    compute_capability: str | None = None
    cores: int | None = None
    """FP32 lanes, which NVML calls GPU cores."""
    pci_bus_id: str | None = None
    """Four-digit domain, lower case: "0000:01:00.0"."""
    vendor_id: str | None = None
    device_id: str | None = None
    subsystem_vendor: str | None = None
    subsystem_id: str | None = None
    uuid: str | None = None
    serial: str | None = None
    device_identifier: str | None = None
    """NVML's per-device identifier (PDI) of R580 and later, 16 hexadecimal digits."""
    board_id: str | None = None
    board_part_number: str | None = None
    gpu_part_number: str | None = None
    multi_gpu_board: bool | None = None
    module_id: int | None = None
    minor_number: int | None = None
    vbios_version: str | None = None
    gsp_firmware_version: str | None = None
    inforom_image: str | None = None
    inforom_oem: str | None = None
    inforom_ecc: str | None = None
    inforom_power: str | None = None
    inforom_valid: bool | None = None
    memory_total_bytes: int | None = None
    memory_reserved_bytes: int | None = None
    bar1_total_bytes: int | None = None
    bus_width_bits: int | None = None
    ecc_now: bool | None = None
    ecc_pending: bool | None = None
    ecc_default: bool | None = None
    mig_now: bool | None = None
    mig_pending: bool | None = None
    virtualization: Virtualization | None = None
    power_default_mw: int | None = None
    power_min_mw: int | None = None
    power_max_mw: int | None = None
    power_limit_mw: int | None = None
    link_gen_device_max: int | None = None
    """The device's own maximum; `link_gen_max` may be the slot's."""
    link_gen_max: int | None = None
    link_gen_now: int | None = None
    link_width_max: int | None = None
    link_width_now: int | None = None
    clock_graphics_max_mhz: int | None = None
    clock_sm_max_mhz: int | None = None
    clock_memory_max_mhz: int | None = None
    temperature_c: int | None = None
    memory_temperature_c: int | None = None
    power_draw_mw: int | None = None
    performance_state: str | None = None
    fans: int | None = None
    display_active: bool | None = None
    driver_model: str | None = None
    compute_mode: str | None = None
    pcie_replays: int | None = None
    ecc_errors_uncorrected: int | None = None
    ecc_errors_corrected: int | None = None
    retired_pages: int | None = None
    remapped_rows_uncorrectable: int | None = None
    remapped_rows_correctable: int | None = None
    remap_pending: bool | None = None
    remap_failed: bool | None = None
    row_remap_banks: int | None = None
    """The sum of the row-remapper histogram: banks of DRAM."""
    remap_histogram: tuple[int, ...] | None = None
    """Banks of DRAM by the spare rows that they have left: all, most, some, few, none ("max" to "none")."""
    absent: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NvmlReading(CardClaims):
    """What NVML answered for one card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmiReading(CardClaims):
    """What nvidia-smi printed for one card."""

    form: str = "xml"
    """One of "xml" (-q -x), "text" (-q) or "table" (the plain call: name and memory only)."""
