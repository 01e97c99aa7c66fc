"""Rows of the reference tables as records: one product, die, name or prefix from one row, and nothing guessed."""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from gpu_inspector.records.product import DeviceName, Die, Product, VbiosPrefix
from tools.reference_sources import Row, doubtful, sources_of

ARCHITECTURES = {
    "Maxwell": ("Maxwell", "maxwell"),
    "Maxwell 2": ("Maxwell", "maxwell"),
    "Pascal": ("Pascal", "pascal"),
    "Volta": ("Volta", "volta"),
    "Turing": ("Turing", "turing"),
    "Ampere": ("Ampere", "ampere"),
    "Ada Lovelace": ("Ada Lovelace", "ada"),
    "Hopper": ("Hopper", "hopper"),
    "Blackwell": ("Blackwell", "blackwell"),
    "Blackwell Ultra": ("Blackwell", "blackwell"),
    "Blackwell (GB10 SoC)": ("Blackwell", "blackwell"),
    "Blackwell (Thor SoC)": ("Blackwell", "blackwell"),
}
"""The tables' word -> nvidia-smi's word and the file's name."""

ECC = {"on (default)": "on", "supported, default off": "off", "n/a": "none"}


def number(text: str) -> int | None:
    """A whole number from a cell, None from an empty one."""
    return round(float(text)) if text else None


def numbers(text: str) -> tuple[int, ...]:
    """Every number of a cell such as "46068(ecc on) 49140(ecc off)"."""
    return tuple(sorted({round(float(found)) for found in re.findall(r"(?<!\S)\d+(?:\.\d+)?", text)}))


# --- dies


def die_of(row: Row) -> Die:
    """A chip's row."""
    cells = {
        "chip_id": "src_chip_id",
        "compute_capability": "src_cc",
        "lanes_per_sm": "src_lanes",
        "full_sm": "src_full_sm",
        "full_l2_bytes": "src_full_l2",
        "full_bus_bits": "src_full_bus",
        "area_mm2": "src_area",
    }
    values: dict[str, Any] = {
        "chip_id": row["chip_id"].removeprefix("0x").upper(),
        "compute_capability": row["compute_capability"],
        "lanes_per_sm": int(row["fp32_lanes_per_sm"]),
        "full_sm": number(row["full_sm"]),
        "full_l2_bytes": number(row["full_l2_bytes"]),
        "full_bus_bits": number(row["full_bus_bits"]),
        "area_mm2": area_of(row["die_area_mm2"], row["src_area"]),
    }
    known = {field: re.sub(r" copy \S+", "", row[cell]) for field, cell in cells.items() if values[field] is not None}
    return Die(
        name=row["codename"],
        architecture=ARCHITECTURES[row["architecture"]][0],
        memory_types=tuple(row["memory_types"].replace(" (unified)", "").split()),
        sources=known,
        from_memory=tuple(field for field, source in known.items() if re.match(r"M\b", source)),
        **values,
    )


def area_of(area: str, source: str) -> int | None:
    """Square millimetres where two sources agree: "T+W", and "W (T: 628)" where one is the other's, rounded."""
    if source.startswith("T+W"):
        return number(area)
    rounded = re.fullmatch(r"W \(T: (\d+)\)", source)
    return int(rounded[1]) if rounded and abs(float(area) - int(rounded[1])) < 1 else None


# --- products


def products_of(skus: list[dict[str, str]], variants: list[dict[str, str]]) -> list[Product]:
    """Every product of the two tables. A variant that no product row covers becomes a row of its own."""
    evidence: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for row in variants:
        evidence[key_of(row)][row["device_id"]] = row["mem_evidence"]
    products = [product_of(row, evidence[key_of(row)]) for row in skus]
    covered = {(key_of(row), device) for row in skus for device in row["device_ids"].split()}
    for row in variants:
        if (key_of(row), row["device_id"]) not in covered:
            alone = {**dict.fromkeys(skus[0], ""), **row, "device_ids": row["device_id"]}
            alone["sources"] = f"name+ids=pciids; specs={row['mem_evidence']}"
            products.append(product_of(alone, {row["device_id"]: row["mem_evidence"]}))
    return sorted(
        products,
        key=lambda one: (
            one.die,
            one.name,
            one.mobile,
            one.memory_mib or 0,
            one.memory_type or "",
            one.device_ids,
        ),
    )


def key_of(row: Row) -> tuple[str, ...]:
    """What makes a variant in both tables."""
    size = f"{float(row['mem_gib']):g}" if row["mem_gib"] else ""
    return (
        row["nvml_name"],
        row["die"],
        row["mobile"],
        size,
        row["mem_type"],
        row["bus_bits"],
        row["sm_enabled"],
    )


def product_of(row: Row, evidence: Mapping[str, str]) -> Product:
    """One product, its sources field by field."""
    devices = tuple(sorted(row["device_ids"].split()))
    generation, width = pcie_of(row["pcie"])
    values: dict[str, Any] = {
        "sm": number(row["sm_enabled"]),
        "memory_mib": round(float(row["mem_gib"]) * 1024) if row["mem_gib"] else None,
        "memory_type": row["mem_type"] or None,
        "bus_bits": number(row["bus_bits"]),
        "memory_clock_mhz": number(row["nvml_max_mem_clock_mhz_expected"]),
        "l2_bytes": number(row["l2_bytes"]),
        "boost_mhz": number(row["boost_mhz"]),
        "tdp_w": number(row["tdp_w"]),
        "pcie_gen": generation,
        "pcie_width": width,
        "board": row["board"],
        "ecc": ECC.get(row["ecc_default"], "unknown"),
    }
    given = {device: evidence[device] for device in devices if evidence.get(device)}
    sources = {
        field: source
        for field, source in sources_of(row).items()
        if field in ("name", "device_ids") or values.get(field) not in (None, "", "unknown")
    }
    return Product(
        name=row["nvml_name"],
        device_ids=devices,
        subsystems=tuple(sorted(row["subsystem_specific"].split())),
        die=row["die"],
        mobile=row["mobile"] == "yes",
        segment=row["segment"],
        total_basis=re.sub(r"\(.*", "", row["nvml_total_basis"]),
        total_mib_ecc_off=number(row["nvml_total_mib_ecc_off"]),
        total_mib_ecc_on=number(row["nvml_total_mib_ecc_on"]),
        totals_observed_mib=numbers(row["nvml_total_mib_observed"]),
        power_observed_w=numbers(row["power_default_w_observed"]),
        gpu_part_numbers=words(row["gpu_part_number_observed"] + " " + row["gpu_part_number_expected"]),
        board_part_numbers=words(row["board_part_number_observed"]),
        inforom_prefixes=words(row["inforom_image_prefix_observed"]),
        note=row["note"],
        memory_evidence=given if values["memory_mib"] is not None else {},
        sources=sources,
        single_source=doubtful("single", row["nvml_name"], sources, given),
        from_memory=doubtful("memory", row["nvml_name"], sources, given),
        **values,
    )


def words(text: str) -> tuple[str, ...]:
    """The words of a cell, each once."""
    return tuple(sorted(set(text.split())))


def pcie_of(text: str) -> tuple[int | None, int | None]:
    """Generation and width from "4.0 x16", "MXM-B (3.0)", "C2C" and the like."""
    generation = re.search(r"(?<!\S)\(?(\d)\.0\b", text)
    width = re.search(r"\bx(\d+)$", text)
    return int(generation[1]) if generation else None, int(width[1]) if width else None


def names_of(table: list[dict[str, str]]) -> list[DeviceName]:
    """One row a device id, subsystem and name, with every register that gives it."""
    sources: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    dies: dict[str, set[str]] = defaultdict(set)
    for row in table:
        if row["vendor_id"] != "10DE":
            continue
        subsystem = f"{row['sub_vendor']}:{row['sub_device']}" if row["sub_vendor"] else ""
        sources[row["device_id"], subsystem, plain_name(row["name"])].add(row["source"])
        dies[row["device_id"]] |= {row[cell] for cell in ("die", "die_pciids", "die_by_id_range") if row[cell]}
    return [
        DeviceName(
            device_id=device,
            subsystem=subsystem or None,
            name=name,
            die=next(iter(dies[device])) if len(dies[device]) == 1 else None,
            sources=tuple(sorted(given)),
        )
        for (device, subsystem, name), given in sorted(sources.items())
    ]


def plain_name(text: str) -> str:
    """The name without the chip, the laptop model or the remark that a register writes beside it.

    "GM206 [GeForce GTX 960]" and "Mi Notebook Pro [GeForce MX150]" keep the bracket, "P5200 [Zbook 17 G5]"
    what stands before it, "Tesla M6 # Copied from Tesla M60" what stands before the remark.
    """
    text = text.split(" # ")[0].strip()
    found = re.fullmatch(r"(.*?)\s*\[(.+)\]", text)
    if not found:
        return text
    before, inside = found[1], found[2]
    chip = re.match(r"(G[A-Z]|AD|TU)\d\d\w", before)
    return inside if chip or re.search(r"GeForce|Quadro|Tesla|RTX|GTX", inside) else before


SEEN_PREFIXES = {
    "84.04": "GeForce GTX 980, device 13C0 (public dump of 500farm/prometheus-nvidiasmi)",
    "86.04": "GeForce GTX 1070, 1070 Ti and Quadro P4000, devices 1B81, 1B82, 1BB1 (public dumps of"
    " kristophjunge/docker-prometheus-nvidiasmi, f1shl3gs/vertex, b3rs3rk/gpustat-unraid)",
    "86.02": "GeForce GTX 1080 Ti, device 1B06 (public vBIOS image of Forty-Tw0/dailyDriver)",
    "86.08": "GeForce GT 1030, device 1D01 (public vBIOS image of sabinM1/10ferestre)",
    "90.17": "GeForce GTX 1650, devices 1F82 and 1F99 (public vBIOS images of RealPortalPlayer/GPUPassthrough and"
    " Alamputraaf/GPU-Passthrough-Nvidia)",
    "95.06": "GeForce RTX 4060 Ti, device 2803 (public dump of thamada/gls)",
    "95.07": "RTX 2000 Ada Generation, device 28B0 (public dump of thamada/gls)",
    "98.06": "GeForce RTX 5060 Ti, device 2D04 (public vBIOS image of gjbauer/GPU-vBIOS)",
}
"""Prefixes that the table has from memory, and dumps and images that showed them beside their device id."""


def prefixes_of(table: list[dict[str, str]]) -> list[VbiosPrefix]:
    """The vBIOS prefixes."""
    rows = sorted(table, key=lambda row: row["prefix"])
    return [
        VbiosPrefix(
            prefix=row["prefix"],
            die=row["die"],
            observed=row["source"] == "O" or row["prefix"] in SEEN_PREFIXES,
            source=SEEN_PREFIXES.get(row["prefix"], row["evidence"]),
        )
        for row in rows
    ]


def same_names(table: list[dict[str, str]], products: list[Product]) -> list[str]:
    """Names that genuine cards of more than one die bear, in full: the table's and the products'."""
    short_names = {row["name"] for row in table}
    dies: dict[str, set[str]] = defaultdict(set)
    for product in products:
        dies[product.name.removeprefix("NVIDIA ")].add(product.die)
    found = {name for name in dies if name.removeprefix("GeForce ") in short_names or len(dies[name]) > 1}
    met = {name.removeprefix("GeForce ") for name in found}
    return sorted(found | (short_names - met))
