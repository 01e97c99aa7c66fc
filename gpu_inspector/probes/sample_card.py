"""What one card of a product's row would say for itself, line by line: the knowledge behind a sample.

Sizes follow the row's formula, ids and limits are the row's own; serials and UUIDs come from a digest, so that the same
seed gives the same card everywhere.
"""

import hashlib

from gpu_inspector.probes.sample_layout import NOT_GIVEN
from gpu_inspector.probes.smi_masks import is_masked
from gpu_inspector.records.product import Die, Product

_NAMES_WITH_MAKER = 465
"""First driver branch that writes "NVIDIA " ahead of GeForce (observed: 460 does not, 470 does)."""
_RESERVES_APART = 510
_OLD_RESERVE = 0.0125
"""Share that drivers before R510 take off the total; observed: 0.9 to 2.4 %."""
_CONSUMER_IMAGES = {
    "Pascal": "G001.0000.01.04",
    "Volta": "G001.0000.01.04",
    "Turing": "G001.0000.02.04",
    "Ampere": "G001.0000.03.03",
    "Ada Lovelace": "G002.0000.00.03",
    "Blackwell": "G005.0000.98.01",
}
_ECC_OBJECTS = {"Pascal": "4.1", "Volta": "5.0", "Turing": "5.0", "Hopper": "7.16", "Blackwell": "7.16"}
_BOARD_SEGMENTS = ("datacentre", "Quadro/RTX pro")
_WITH_SLICES = ("GA100", "GH100", "GB100")


def values_of(
    product: Product, die: Die, branch: int, address: str, unit: str, vbios_prefix: str | None
) -> dict[str, str | None]:
    """The texts of one card by path; what is not in it is "N/A". `unit` tells cards of one product apart.

    Raises ValueError where the row has no memory size.
    """
    bus = address.split(":")[-2]
    name = product.name if branch >= _NAMES_WITH_MAKER else product.name.removeprefix("NVIDIA ")
    values: dict[str, str | None] = {
        "product_name": name,
        "product_brand": _brand(product, branch),
        "product_architecture": die.architecture,
        "display_active": "Disabled",
        "persistence_mode": "Enabled",
        "uuid": _uuid(product, unit),
        "pdi": "0x" + _digits(product, unit, "pdi")[:16],
        "minor_number": str(int(bus, 16) - 1),
        "multigpu_board": "No",
        "board_id": f"0x{int(bus, 16) * 256:x}",
        "gpu_module_id": "1",
        "gpu_virtualization_mode/virtualization_mode": "None",
        "pci/pci_bus": bus,
        "pci/pci_device": "00",
        "pci/pci_domain": "0000",
        "pci/pci_device_id": f"{product.device_ids[0]}10DE",
        "pci/pci_bus_id": address,
        "pci/pci_sub_system_id": _subsystem(product, unit),
        "pci/replay_counter": "0",
        "performance_state": "P8",
        "compute_mode": "Default",
        "temperature/gpu_temp": "35 C",
        "processes": "None",
    }
    if vbios_prefix is not None:
        values["vbios_version"] = f"{vbios_prefix}.{_digits(product, unit, 'vbios')[:2].upper()}.00.04"
    if die.name in _WITH_SLICES:
        values |= {"mig_mode/current_mig": "Disabled", "mig_mode/pending_mig": "Disabled"}
    return (
        values | _board(product, die, branch, unit) | _memory(product, die, branch) | _link(product) | _power(product)
    )


def _board(product: Product, die: Die, branch: int, unit: str) -> dict[str, str | None]:
    """Numbers that the InfoROM holds: GeForce cards print none of a board, the others all."""
    device = product.device_ids[0]
    image: str | None = None
    if product.inforom_prefixes:
        image = f"{product.inforom_prefixes[0]}.00.03"
    elif product.segment in _BOARD_SEGMENTS:
        image = f"{product.board[1:]}.0200.00.02" if product.board.startswith("PG") else None
    else:
        image = _CONSUMER_IMAGES.get(die.architecture)
    board = product.board_part_numbers[0] if product.board_part_numbers else NOT_GIVEN
    usual_bin = {"datacentre": "885", "Quadro/RTX pro": "875"}.get(product.segment, "300")
    bins = (number for number in product.gpu_part_numbers if number.startswith(device))
    gpu = next(bins, f"{device}-{usual_bin}-A1")
    has_ecc = product.ecc in ("on", "off")
    values: dict[str, str | None] = {
        "board_part_number": board,
        "gpu_part_number": board if branch < _RESERVES_APART else gpu,
        "inforom_version/img_version": image or NOT_GIVEN,
        "inforom_version/oem_object": "2.0" if image else NOT_GIVEN,
        "inforom_version/ecc_object": _ECC_OBJECTS.get(die.architecture, "6.16") if has_ecc and image else NOT_GIVEN,
    }
    if product.segment in _BOARD_SEGMENTS:
        values["serial"] = "132" + str(int(_digits(product, unit, "serial"), 16))[:10]
    return values


def _memory(product: Product, die: Die, branch: int) -> dict[str, str | None]:
    """Total by the row's formula, at the state of ECC that is the product's default."""
    only_on = product.total_mib_ecc_off is None
    on = product.total_mib_ecc_on is not None and (product.ecc == "on" or (product.ecc == "unknown" and only_on))
    formula = product.total_mib_ecc_on if on else product.total_mib_ecc_off
    observed = product.totals_observed_mib[0] if product.totals_observed_mib else None
    total = formula or observed or product.memory_mib
    if total is None:
        raise ValueError(f"the row of {product.name} has no memory size")
    if branch < _RESERVES_APART:
        total -= round(total * _OLD_RESERVE)
    reserved = total // 64 if branch >= _RESERVES_APART else 0
    window = 256 if product.segment == "GeForce" else 1 << (total - 1).bit_length()
    state = "Enabled" if on else "Disabled" if product.ecc == "off" else NOT_GIVEN
    count = "0" if on else NOT_GIVEN
    newer = die.architecture in ("Ampere", "Ada Lovelace", "Hopper", "Blackwell")
    errors = "ecc_errors/aggregate"
    kinds = ("sram_correctable", "sram_uncorrectable", "dram_correctable", "dram_uncorrectable")
    values: dict[str, str | None] = {
        "fb_memory_usage/total": f"{total} MiB",
        "fb_memory_usage/reserved": f"{reserved} MiB",
        "fb_memory_usage/used": "0 MiB",
        "fb_memory_usage/free": f"{total - reserved} MiB",
        "bar1_memory_usage/total": f"{window} MiB",
        "bar1_memory_usage/used": "1 MiB",
        "bar1_memory_usage/free": f"{window - 1} MiB",
        "ecc_mode/current_ecc": state,
        "ecc_mode/pending_ecc": state,
    }
    if newer:
        values |= {f"{errors}/single_bit": None, f"{errors}/double_bit": None}
        values |= {f"{errors}/{kind}": count for kind in kinds}
    else:
        values |= {f"{errors}/{kind}": None for kind in kinds}
        values |= {f"{errors}/single_bit/total": count, f"{errors}/double_bit/total": count}
    if newer and on:
        rows = "remapped_rows"
        values |= {f"{rows}/remapped_row_corr": "0", f"{rows}/remapped_row_unc": "0"}
        values |= {f"{rows}/remapped_row_pending": "No", f"{rows}/remapped_row_failure": "No"}
    else:
        values["remapped_rows"] = NOT_GIVEN
    pages = NOT_GIVEN if newer else count
    for kind in ("multiple_single_bit_retirement", "double_bit_retirement"):
        values[f"retired_pages/{kind}/retired_count"] = pages
    return values


def _link(product: Product) -> dict[str, str | None]:
    """An idle card in a slot as good as itself."""
    link = "pci/pci_gpu_link_info"
    values: dict[str, str | None] = {}
    if product.pcie_gen is not None:
        for line in ("max_link_gen", "max_device_link_gen", "max_host_link_gen"):
            values[f"{link}/pcie_gen/{line}"] = str(product.pcie_gen)
        for line in ("current_link_gen", "device_current_link_gen"):
            values[f"{link}/pcie_gen/{line}"] = "1"
    if product.pcie_width is not None:
        for line in ("max_link_width", "current_link_width"):
            values[f"{link}/link_widths/{line}"] = f"{product.pcie_width}x"
    return values


def _power(product: Product) -> dict[str, str | None]:
    """The product's own limits, in the sections of old and new drivers, and its clocks."""
    values: dict[str, str | None] = {}
    watts = product.power_observed_w[0] if product.power_observed_w else product.tdp_w
    if watts is not None:
        for section in ("power_readings", "gpu_power_readings"):
            for line in ("power_limit", "enforced_power_limit", "current_power_limit", "requested_power_limit"):
                values[f"{section}/{line}"] = f"{watts}.00 W"
            values[f"{section}/default_power_limit"] = f"{watts}.00 W"
            values[f"{section}/max_power_limit"] = f"{watts}.00 W"
            values[f"{section}/min_power_limit"] = f"{watts // 2}.00 W"
            for line in ("power_draw", "average_power_draw", "instant_power_draw"):
                values[f"{section}/{line}"] = f"{watts / 12:.2f} W"
            values[f"{section}/power_state"] = "P8"
    if product.boost_mhz is not None:
        values |= {f"max_clocks/{line}": f"{product.boost_mhz} MHz" for line in ("graphics_clock", "sm_clock")}
    if product.memory_clock_mhz is not None:
        values["max_clocks/mem_clock"] = f"{product.memory_clock_mhz} MHz"
    return values


def _brand(product: Product, branch: int) -> str:
    if "GeForce" in product.name:
        return "GeForce"
    if "Quadro" in product.name:
        return "Quadro"
    if "TITAN" in product.name:
        return "Titan"
    if product.segment == "Quadro/RTX pro":
        return "NVIDIA RTX"
    return "NVIDIA" if branch >= _NAMES_WITH_MAKER else "Tesla"


def _subsystem(product: Product, unit: str) -> str:
    """The row's own where it names one; else NVIDIA's for its own boards, a partner's or a laptop maker's."""
    own = next((one for one in product.subsystems if one.startswith(f"{product.device_ids[0]}/")), None)
    if own is not None:
        vendor, _, device = own.partition("/")[2].partition(":")
        return f"{device}{vendor}"
    digits = _digits(product, unit, "subsystem").upper()
    if product.mobile:
        return f"0A{digits[:2]}1028"
    if product.segment in _BOARD_SEGMENTS:
        return f"1{digits[:3]}10DE"
    return f"40{digits[:2]}1458"


def _uuid(product: Product, unit: str) -> str:
    """A UUID that looks like a real card's: never one that would be taken for a mask."""
    attempt = 0
    while True:
        digits = _digits(product, unit, f"uuid {attempt}")
        text = f"GPU-{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"
        if not is_masked(text):
            return text
        attempt += 1


def _digits(product: Product, unit: str, purpose: str) -> str:
    """64 hexadecimal digits that depend on product, unit and purpose alone."""
    return hashlib.sha256(f"{product.name}/{product.device_ids[0]}/{unit}/{purpose}".encode()).hexdigest()
