"""The lines of an nvidia-smi dump in their order, with the names of both forms and the drivers that print them.

One row a line, indented as its section is: name in XML | name in text | first driver branch | last driver branch.
What a line says comes from `sample.py`; a line that nothing is known for says "N/A", as nvidia-smi does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

NEWEST = 9999
NOT_GIVEN = "N/A"
_TABLE = """
product_name | Product Name
product_brand | Product Brand
product_architecture | Product Architecture | 510
display_mode | Display Mode
display_active | Display Active
persistence_mode | Persistence Mode
addressing_mode | Addressing Mode | 535
mig_mode | MIG Mode | 450
  current_mig | Current
  pending_mig | Pending
accounting_mode | Accounting Mode
accounting_mode_buffer_size | Accounting Mode Buffer Size
driver_model | Driver Model
  current_dm | Current
  pending_dm | Pending
serial | Serial Number
uuid | GPU UUID
pdi | GPU PDI | 580
minor_number | Minor Number
vbios_version | VBIOS Version
multigpu_board | MultiGPU Board
board_id | Board ID
board_part_number | Board Part Number | 510
gpu_part_number | GPU Part Number | 361
gpu_fru_part_number | FRU Part Number | 525
gpu_module_id | Module ID | 470 | 579
inforom_version | Inforom Version
  img_version | Image Version
  oem_object | OEM Object
  ecc_object | ECC Object
  pwr_object | Power Management Object
gpu_operation_mode | GPU Operation Mode
  current_gom | Current
  pending_gom | Pending
gsp_firmware_version | GSP Firmware Version | 470
gpu_virtualization_mode | GPU Virtualization Mode | 361
  virtualization_mode | Virtualization Mode
  host_vgpu_mode | Host VGPU Mode | 440
pci | PCI
  pci_bus | Bus
  pci_device | Device
  pci_domain | Domain
  pci_device_id | Device Id
  pci_bus_id | Bus Id
  pci_sub_system_id | Sub System Id
  pci_gpu_link_info | GPU Link Info
    pcie_gen | PCIe Generation
      max_link_gen | Max
      current_link_gen | Current
      device_current_link_gen | Device Current | 525
      max_device_link_gen | Device Max | 525
      max_host_link_gen | Host Max | 525
    link_widths | Link Width
      max_link_width | Max
      current_link_width | Current
  pci_bridge_chip | Bridge Chip
    bridge_chip_type | Type
    bridge_chip_fw | Firmware
  replay_counter | Replays Since Reset
fan_speed | Fan Speed
performance_state | Performance State
fb_memory_usage | FB Memory Usage
  total | Total
  reserved | Reserved | 510
  used | Used
  free | Free
bar1_memory_usage | BAR1 Memory Usage
  total | Total
  used | Used
  free | Free
compute_mode | Compute Mode
utilization | Utilization
  gpu_util | Gpu
  memory_util | Memory
ecc_mode | ECC Mode
  current_ecc | Current
  pending_ecc | Pending
ecc_errors | ECC Errors
  aggregate | Aggregate
    single_bit | Single Bit
      total | Total
    double_bit | Double Bit
      total | Total
    sram_correctable | SRAM Correctable
    sram_uncorrectable | SRAM Uncorrectable
    dram_correctable | DRAM Correctable
    dram_uncorrectable | DRAM Uncorrectable
retired_pages | Retired Pages
  multiple_single_bit_retirement | Single Bit ECC
    retired_count | Count
  double_bit_retirement | Double Bit ECC
    retired_count | Count
remapped_rows | Remapped Rows | 450
  remapped_row_corr | Correctable Error
  remapped_row_unc | Uncorrectable Error
  remapped_row_pending | Pending
  remapped_row_failure | Remapping Failure Occurred
temperature | Temperature
  gpu_temp | GPU Current Temp
  memory_temp | Memory Current Temp | 418
power_readings | Power Readings | 0 | 529
  power_state | Power State
  power_draw | Power Draw
  power_limit | Power Limit
  default_power_limit | Default Power Limit
  enforced_power_limit | Enforced Power Limit
  min_power_limit | Min Power Limit
  max_power_limit | Max Power Limit
gpu_power_readings | GPU Power Readings | 530
  power_state | Power State
  power_draw | Power Draw | 530 | 559
  average_power_draw | Average Power Draw | 560
  instant_power_draw | Instantaneous Power Draw | 560
  current_power_limit | Current Power Limit
  requested_power_limit | Requested Power Limit
  default_power_limit | Default Power Limit
  min_power_limit | Min Power Limit
  max_power_limit | Max Power Limit
module_power_readings | Module Power Readings | 530
  power_draw | Power Draw
  default_power_limit | Default Power Limit
clocks | Clocks
  graphics_clock | Graphics
  sm_clock | SM
  mem_clock | Memory
max_clocks | Max Clocks
  graphics_clock | Graphics
  sm_clock | SM
  mem_clock | Memory
processes | Processes
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a dump: how deep it stands, its path and its name in the text form."""

    depth: int
    path: str
    text: str
    since: int
    until: int

    @property
    def tag(self) -> str:
        """The element's name."""
        return self.path.rpartition("/")[2]


def _lines() -> Iterator[Line]:
    open_sections: list[str] = []
    for row in _TABLE.strip("\n").split("\n"):
        depth = (len(row) - len(row.lstrip())) // 2
        tag, text, *branches = (cell.strip() for cell in row.split("|"))
        del open_sections[depth:]
        open_sections.append(tag)
        since, until = ([int(branch) for branch in branches] + [0, NEWEST][len(branches) :])[:2]
        yield Line(depth, "/".join(open_sections), text, since, until)


LINES = tuple(_lines())
_HEXADECIMAL = frozenset(
    f"pci/{tag}" for tag in ("pci_bus", "pci_device", "pci_domain", "pci_device_id", "pci_sub_system_id")
)
"""What the text form writes with "0x", and the XML without."""
_BRANCHES = {
    line.path: (max(one.since for one in family), min(one.until for one in family))
    for line in LINES
    for family in [[one for one in LINES if one.path == line.path or line.path.startswith(f"{one.path}/")]]
}
"""The first and last driver branch that print a line, and the sections that it stands in."""
SECTIONS = frozenset(line.path.rpartition("/")[0] for line in LINES)
PATHS = frozenset(line.path for line in LINES)


def chosen(values: Mapping[str, str | None], branch: int) -> Iterator[Line]:
    """The lines that a driver of this branch prints; a value of None leaves a line and all below it out.

    A section that has a value of its own ("N/A") has no lines below it.
    """
    for line in LINES:
        steps = line.path.split("/")
        above = ["/".join(steps[:length]) for length in range(1, len(steps))]
        if any(path in values for path in above) or values.get(line.path, "") is None:
            continue
        since, until = _BRANCHES[line.path]
        if since <= branch <= until:
            yield line


def as_xml(values: Mapping[str, str | None], branch: int, address: str) -> Iterator[str]:
    """One card's lines of `nvidia-smi -q -x`."""
    yield f'\t<gpu id="{escape(address, quote=False)}">'
    open_sections: list[Line] = []
    for line in chosen(values, branch):
        while open_sections and open_sections[-1].depth >= line.depth:
            yield _closed(open_sections.pop())
        indentation = "\t" * (line.depth + 2)
        value = values.get(line.path)
        if value is None and line.path in SECTIONS:
            yield f"{indentation}<{line.tag}>"
            open_sections.append(line)
        else:
            yield f"{indentation}<{line.tag}>{escape(NOT_GIVEN if value is None else value, quote=False)}</{line.tag}>"
    while open_sections:
        yield _closed(open_sections.pop())
    yield "\t</gpu>"


def _closed(line: Line) -> str:
    return "\t" * (line.depth + 2) + f"</{line.tag}>"


def as_text(values: Mapping[str, str | None], branch: int, address: str) -> Iterator[str]:
    """One card's lines of `nvidia-smi -q`: ids with "0x", and the counts of retired pages in one line each."""
    yield f"GPU {address}"
    for line in chosen(values, branch):
        if line.tag == "retired_count":
            continue
        value = values.get(line.path, values.get(f"{line.path}/retired_count"))
        indentation = " " * (4 * line.depth + 4)
        if value is None and line.path in SECTIONS and f"{line.path}/retired_count" not in PATHS:
            yield f"{indentation}{line.text}"
            continue
        shown = NOT_GIVEN if value is None else value
        if line.path in _HEXADECIMAL and shown.isalnum():
            shown = f"0x{shown}"
        yield f"{(indentation + line.text).ljust(42)}: {shown}"
