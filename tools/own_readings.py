"""What this program read or measured of real cards, laid over the reference tables: docs/measurements.md has it all.

One table is one opinion; a card on the bench is a fact. Each correction names its day and the card; where a sister of
the card follows by arithmetic alone, its field counts as from memory, so that nothing is accused by it.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from gpu_inspector.records.product import Die, Product

READ = "O (read and measured by this program on an H200, 2026-11-26)"
PRODUCTS: dict[tuple[str, str], dict[str, Any]] = {
    ("NVIDIA H200", "2335"): {
        # NVML and CUDA give 6016 bits: of 48 channels of 128 bits one is off, as 141 of 144 GB say as well.
        "bus_bits": 6016,
        "l2_bytes": 62914560,
        "memory_clock_mhz": 3201,
        "inforom_prefixes": ("G520.0280", "G520.0282"),
        "board_part_numbers": ("692-2G520-0282-000", "692-2G520-0282-001", "695-2G520-0280-001", "699-2G520-0280-RC3"),
    },
}
SISTERS: dict[tuple[str, str], dict[str, Any]] = {
    ("NVIDIA H200 NVL", "233B"): {"bus_bits": 6016},
}
"""The same memory, 141 of 144 GB, on a card that nobody here has seen."""
SISTER = "X:141 of 144 GB, as read of NVIDIA H200"
DIES: dict[str, dict[str, tuple[int, str]]] = {
    "GA100": {"area_mm2": (826, "NVIDIA (A100 architecture: 826 mm²)")},
    "GH100": {
        "area_mm2": (814, "NVIDIA (Hopper architecture: 814 mm²)"),
        "full_l2_bytes": (62914560, READ),
    },
}


def corrected(products: Iterable[Product]) -> list[Product]:
    """The products, with what was read of cards of theirs."""
    return [_corrected(product) for product in products]


def corrected_die(die: Die) -> Die:
    """The die, with what was measured of it, or what its maker's own text says."""
    found = DIES.get(die.name, {})
    values: dict[str, Any] = {field: value for field, (value, _source) in found.items()}
    return replace(
        die,
        **values,
        sources={**die.sources, **{field: source for field, (_value, source) in found.items()}},
        from_memory=tuple(field for field in die.from_memory if field not in found),
    )


def _corrected(product: Product) -> Product:
    for device in product.device_ids:
        if read := PRODUCTS.get((product.name, device)):
            return _over(product, read, READ, sure=True)
        if said := SISTERS.get((product.name, device)):
            return _over(product, said, SISTER, sure=False)
    return product


def _over(product: Product, values: dict[str, Any], source: str, *, sure: bool) -> Product:
    sourced = {name for name in values if name not in ("inforom_prefixes", "board_part_numbers")}
    memory = {*product.from_memory} - sourced if sure else {*product.from_memory, *sourced}
    return replace(
        product,
        **values,
        sources={**product.sources, **dict.fromkeys(sourced, source)},
        single_source=tuple(field for field in product.single_source if field not in sourced),
        from_memory=tuple(sorted(memory)),
    )
