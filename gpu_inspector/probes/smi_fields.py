"""Which line of a dump is which field of a reading: one table for all forms and all drivers since R352.

Names of elements changed over the years; each field lists its names from new to old, and the first that is there
counts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gpu_inspector.probes import smi_values as values
from gpu_inspector.probes.smi_masks import is_masked

__all__ = ["FIELDS", "WANTED_TEXT", "WANTED_XML", "Field", "is_masked"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of CardClaims, how its text is read, and its names; "a + b" is a sum of counters.

    Where `listed`, the lines "a + b" are the members of one tuple, and all of them are needed.
    """

    name: str
    read: Callable[[str], values.Value]
    xml: tuple[str, ...]
    text: tuple[str, ...]
    listed: bool = False


def _powers(field: str, xml: tuple[str, ...], text: tuple[str, ...]) -> Field:
    """The card's own section: "module" holds a whole board with its CPU, and is left alone."""
    return Field(
        field,
        values.milliwatts,
        tuple(f"{section}/{name}" for section in ("gpu_power_readings", "power_readings") for name in xml),
        tuple(f"{section}/{name}" for section in ("gpu power readings", "power readings") for name in text),
    )


_LINK = "pci/pci_gpu_link_info"
_LINK_TEXT = "pci/gpu link info"
_GENERATION = values.number(values.COUNT)
_ECC = "ecc_errors/aggregate"
_ECC_TEXT = "ecc errors/aggregate"
_PAGES = "retired_pages"
_ROWS = "remapped_rows"
_ROWS_TEXT = "remapped rows"
_LEVELS = ("max", "high", "partial", "low", "none")
_HISTOGRAM = (" + ".join(f"{_ROWS}/row_remapper_histogram/row_remapper_histogram_{level}" for level in _LEVELS),)
_HISTOGRAM_TEXT = (" + ".join(f"{_ROWS_TEXT}/bank remap availability histogram/{level}" for level in _LEVELS),)

FIELDS: tuple[Field, ...] = (
    Field("name", values.plain, ("product_name",), ("product name",)),
    Field("brand", values.plain, ("product_brand",), ("product brand",)),
    Field("architecture", values.plain, ("product_architecture",), ("product architecture",)),
    Field("pci_bus_id", values.address, ("pci/pci_bus_id", "@id"), ("pci/bus id", "@id")),
    Field("vendor_id", values.VENDOR, ("pci/pci_device_id",), ("pci/device id",)),
    Field("device_id", values.DEVICE, ("pci/pci_device_id",), ("pci/device id",)),
    Field("subsystem_vendor", values.SUBSYSTEM_VENDOR, ("pci/pci_sub_system_id",), ("pci/sub system id",)),
    Field("subsystem_id", values.SUBSYSTEM_DEVICE, ("pci/pci_sub_system_id",), ("pci/sub system id",)),
    Field("uuid", values.uuid, ("uuid",), ("gpu uuid",)),
    Field("serial", values.identity, ("serial",), ("serial number",)),
    Field("device_identifier", values.device_identifier, ("pdi",), ("gpu pdi", "pdi")),
    Field("board_id", values.board_id, ("board_id",), ("board id",)),
    Field("board_part_number", values.identity, ("board_part_number",), ("board part number",)),
    Field("gpu_part_number", values.identity, ("gpu_part_number",), ("gpu part number",)),
    Field("multi_gpu_board", values.switch, ("multigpu_board",), ("multigpu board",)),
    Field(
        "module_id",
        values.number(values.COUNT),
        ("gpu_module_id", "platformInfo/module_id"),
        ("module id", "platform info/module id"),
    ),
    Field("minor_number", values.number(values.COUNT), ("minor_number",), ("minor number",)),
    Field("vbios_version", values.identity, ("vbios_version",), ("vbios version",)),
    Field("gsp_firmware_version", values.identity, ("gsp_firmware_version",), ("gsp firmware version",)),
    Field("inforom_image", values.identity, ("inforom_version/img_version",), ("inforom version/image version",)),
    Field("inforom_oem", values.identity, ("inforom_version/oem_object",), ("inforom version/oem object",)),
    Field("inforom_ecc", values.identity, ("inforom_version/ecc_object",), ("inforom version/ecc object",)),
    Field(
        "inforom_power", values.identity, ("inforom_version/pwr_object",), ("inforom version/power management object",)
    ),
    Field("memory_total_bytes", values.total, ("fb_memory_usage/total",), ("fb memory usage/total",)),
    Field("memory_reserved_bytes", values.size, ("fb_memory_usage/reserved",), ("fb memory usage/reserved",)),
    Field("bar1_total_bytes", values.total, ("bar1_memory_usage/total",), ("bar1 memory usage/total",)),
    Field("ecc_now", values.switch, ("ecc_mode/current_ecc",), ("ecc mode/current",)),
    Field("ecc_pending", values.switch, ("ecc_mode/pending_ecc",), ("ecc mode/pending",)),
    Field("mig_now", values.switch, ("mig_mode/current_mig",), ("mig mode/current",)),
    Field("mig_pending", values.switch, ("mig_mode/pending_mig",), ("mig mode/pending",)),
    Field(
        "virtualization",
        values.virtualization,
        ("gpu_virtualization_mode/virtualization_mode",),
        ("gpu virtualization mode/virtualization mode",),
    ),
    _powers("power_default_mw", ("default_power_limit",), ("default power limit",)),
    _powers("power_min_mw", ("min_power_limit",), ("min power limit",)),
    _powers("power_max_mw", ("max_power_limit",), ("max power limit",)),
    _powers("power_limit_mw", ("current_power_limit", "power_limit"), ("current power limit", "power limit")),
    _powers("power_draw_mw", ("power_draw", "average_power_draw"), ("power draw", "average power draw")),
    Field(
        "link_gen_device_max",
        _GENERATION,
        (f"{_LINK}/pcie_gen/max_device_link_gen",),
        (f"{_LINK_TEXT}/pcie generation/device max",),
    ),
    Field(
        "link_gen_max",
        _GENERATION,
        (f"{_LINK}/pcie_gen/max_link_gen",),
        (f"{_LINK_TEXT}/pcie generation/max",),
    ),
    Field(
        "link_gen_now",
        _GENERATION,
        (f"{_LINK}/pcie_gen/current_link_gen",),
        (f"{_LINK_TEXT}/pcie generation/current",),
    ),
    Field(
        "link_width_max",
        values.number(values.LANES),
        (f"{_LINK}/link_widths/max_link_width",),
        (f"{_LINK_TEXT}/link width/max",),
    ),
    Field(
        "link_width_now",
        values.number(values.LANES),
        (f"{_LINK}/link_widths/current_link_width",),
        (f"{_LINK_TEXT}/link width/current",),
    ),
    Field(
        "clock_graphics_max_mhz",
        values.number(values.MEGAHERTZ),
        ("max_clocks/graphics_clock",),
        ("max clocks/graphics",),
    ),
    Field("clock_sm_max_mhz", values.number(values.MEGAHERTZ), ("max_clocks/sm_clock",), ("max clocks/sm",)),
    Field("clock_memory_max_mhz", values.number(values.MEGAHERTZ), ("max_clocks/mem_clock",), ("max clocks/memory",)),
    Field("temperature_c", values.number(values.CELSIUS), ("temperature/gpu_temp",), ("temperature/gpu current temp",)),
    Field(
        "memory_temperature_c",
        values.number(values.CELSIUS),
        ("temperature/memory_temp",),
        ("temperature/memory current temp",),
    ),
    Field("performance_state", values.performance_state, ("performance_state",), ("performance state",)),
    Field("display_active", values.switch, ("display_active",), ("display active",)),
    Field("driver_model", values.plain, ("driver_model/current_dm",), ("driver model/current",)),
    Field("compute_mode", values.plain, ("compute_mode",), ("compute mode",)),
    Field("pcie_replays", values.number(values.COUNT), ("pci/replay_counter",), ("pci/replays since reset",)),
    Field(
        "ecc_errors_uncorrected",
        values.number(values.COUNT),
        (
            f"{_ECC}/dram_uncorrectable + {_ECC}/sram_uncorrectable_parity + {_ECC}/sram_uncorrectable_secded",
            f"{_ECC}/dram_uncorrectable + {_ECC}/sram_uncorrectable",
            f"{_ECC}/double_bit/total",
        ),
        (
            f"{_ECC_TEXT}/dram uncorrectable + {_ECC_TEXT}/sram uncorrectable parity"
            f" + {_ECC_TEXT}/sram uncorrectable sec-ded",
            f"{_ECC_TEXT}/dram uncorrectable + {_ECC_TEXT}/sram uncorrectable",
            f"{_ECC_TEXT}/double bit/total",
        ),
    ),
    Field(
        "ecc_errors_corrected",
        values.number(values.COUNT),
        (f"{_ECC}/dram_correctable + {_ECC}/sram_correctable", f"{_ECC}/single_bit/total"),
        (f"{_ECC_TEXT}/dram correctable + {_ECC_TEXT}/sram correctable", f"{_ECC_TEXT}/single bit/total"),
    ),
    Field(
        "retired_pages",
        values.number(values.COUNT),
        (f"{_PAGES}/multiple_single_bit_retirement/retired_count + {_PAGES}/double_bit_retirement/retired_count",),
        ("retired pages/single bit ecc + retired pages/double bit ecc",),
    ),
    Field(
        "remapped_rows_correctable",
        values.number(values.COUNT),
        (f"{_ROWS}/remapped_row_corr",),
        (f"{_ROWS_TEXT}/correctable error",),
    ),
    Field(
        "remapped_rows_uncorrectable",
        values.number(values.COUNT),
        (f"{_ROWS}/remapped_row_unc",),
        (f"{_ROWS_TEXT}/uncorrectable error",),
    ),
    Field("remap_pending", values.switch, (f"{_ROWS}/remapped_row_pending",), (f"{_ROWS_TEXT}/pending",)),
    Field(
        "remap_failed",
        values.switch,
        (f"{_ROWS}/remapped_row_failure",),
        (f"{_ROWS_TEXT}/remapping failure occurred",),
    ),
    Field("row_remap_banks", values.number(values.COUNT), _HISTOGRAM, _HISTOGRAM_TEXT),
    Field("remap_histogram", values.number(values.COUNT), _HISTOGRAM, _HISTOGRAM_TEXT, listed=True),
)


def _wanted(names: Iterable[str]) -> frozenset[str]:
    """The names and the sections above them: "Remapped Rows : N/A" answers for all that would stand below."""
    wanted: set[str] = set()
    for name in names:
        for part in name.split(" + "):
            steps = part.split("/")
            wanted.update("/".join(steps[:length]) for length in range(1, len(steps) + 1))
    return frozenset(wanted)


WANTED_XML = _wanted(name for field in FIELDS for name in field.xml)
"""Paths below `gpu` that are kept; all else in a dump is passed over, so that memory stays bounded."""
WANTED_TEXT = _wanted(name for field in FIELDS for name in field.text)
"""Paths of the text form, in lower case."""
