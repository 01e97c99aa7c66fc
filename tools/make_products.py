"""Makes the product data in `resources/products/` from a folder of reference tables.

    python tools/make_products.py [--from DIR] [--to DIR]

The tables are gathered and cross-checked outside of this repository; the result is committed, so that nobody
needs them to build or to use the program. The same tables give the same bytes.
"""

import argparse
import csv
import json
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from gpu_inspector.records.product import (  # noqa: E402
    Counterfeit,
    DeviceName,
    Die,
    Modification,
    Product,
    Prototype,
    VbiosPrefix,
)

Row = Mapping[str, str]

TABLES = (
    "chips.csv",
    "skus.csv",
    "device_variants.csv",
    "pciids.csv",
    "vbios_prefix.csv",
    "same_name_other_die.csv",
)
KEPT_BY_HAND = Path(__file__).with_name("known_modifications.toml")

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

FIELD_OF = {
    "sm": ("sm",),
    "mem": ("memory_mib",),
    "mtype": ("memory_type",),
    "bus": ("bus_bits",),
    "rate": ("memory_clock_mhz",),
    "l2": ("l2_bytes",),
    "boost": ("boost_mhz",),
    "tdp": ("tdp_w",),
    "pcie": ("pcie_gen", "pcie_width"),
    "board": ("board",),
}
"""The tables' source keys -> fields of a Product. Launch dates and board forms are left out on purpose: almost
all of them come from one table whose owner licenses nothing."""

THIRD_PARTY = frozenset({"T", "W", "AK", "pciids"})
"""Tables that others keep. One of them alone is a single source."""


def main(arguments: list[str] | None = None) -> int:
    """Run the program; 0 when the data was written."""
    parser = argparse.ArgumentParser(description="Make resources/products/ from reference tables.")
    parser.add_argument("--from", dest="source", type=Path, default=REPOSITORY.parent / "shared" / "reference")
    parser.add_argument("--to", type=Path, default=REPOSITORY / "resources" / "products")
    options = parser.parse_args(arguments)
    missing = [name for name in TABLES if not (options.source / name).is_file()]
    if missing:
        print(
            f"No {missing[0]} in {options.source}: name the folder of reference tables with --from.",
            file=sys.stderr,
        )
        return 1
    made = make(options.source)
    options.to.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (options.to / name).write_bytes(text.encode())
    print(f"{len(made)} files written to {options.to}.")
    return 0


def make(source: Path) -> dict[str, str]:
    """The text of each data file, by its name."""
    tables = {name: read(source / name) for name in TABLES}
    kept = tomllib.loads(KEPT_BY_HAND.read_text(encoding="utf-8"))
    dies = sorted((die_of(row) for row in tables["chips.csv"]), key=lambda die: die.name)
    folders = {row["codename"]: ARCHITECTURES[row["architecture"]][1] for row in tables["chips.csv"]}
    products = products_of(tables["skus.csv"], tables["device_variants.csv"])
    made = {
        f"{folder}.jsonl": lines(product for product in products if folders[product.die] == folder)
        for folder in sorted(set(folders.values()))
    }
    made["chips.jsonl"] = lines(dies)
    made["names.jsonl"] = lines(names_of(tables["pciids.csv"]))
    made["vbios_prefixes.jsonl"] = lines(prefixes_of(tables["vbios_prefix.csv"]))
    made["modifications.jsonl"] = lines(Modification(**nominal(row)) for row in kept["modification"])
    made["prototypes.jsonl"] = lines(Prototype(**nominal(row)) for row in kept["prototype"])
    made["counterfeits.jsonl"] = lines(Counterfeit(**row) for row in kept["counterfeit"])
    made["same_name.json"] = pretty(same_names(tables["same_name_other_die.csv"], products))
    made["about.json"] = pretty({"date": kept["data_date"]})
    return made


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines(records: Iterable[Any]) -> str:
    """One JSON object a line, in the order of the record's fields, without those that have their default."""
    return "".join(json.dumps(short(record), ensure_ascii=False) + "\n" for record in records)


def short(record: Any) -> dict[str, Any]:
    """A record without what its defaults say already."""
    found: dict[str, Any] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        if value != default:
            found[field.name] = dict(sorted(value.items())) if isinstance(value, dict) else value
    return found


def pretty(value: object) -> str:
    """A small JSON file for people too."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def nominal(row: dict[str, Any]) -> dict[str, Any]:
    """A row kept by hand, its size in MiB and its lists fixed."""
    named = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return {
        **{key: value for key, value in named.items() if key != "memory_gib"},
        "memory_mib": row["memory_gib"] * 1024,
    }


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


def sources_of(row: Row) -> dict[str, str]:
    """Field -> source codes. A row whose figures come from one place names it for all fields at once."""
    found: dict[str, str] = {"ecc": row["src_ecc"]}
    text = row["sources"] if "=" in row["sources"] else f"name+ids=O; specs={row['sources']}"
    for key, value in re.findall(r"(?:^|; )([a-z0-9+]+)=(.*?)(?=; [a-z0-9+]+=|$)", text):
        if key == "name+ids":
            found |= {"name": value, "device_ids": value}
        elif key == "specs":
            found |= {field: value for key in FIELD_OF for field in FIELD_OF[key] if field != "board"}
        else:
            found |= dict.fromkeys(FIELD_OF.get(key, ()), value)
    return found


def doubtful(kind: str, name: str, sources: Mapping[str, str], evidence: Mapping[str, str]) -> tuple[str, ...]:
    """The fields whose evidence weighs no more than that: "single" or "memory".

    A memory size has evidence for each device id, and counts as doubtful as its most doubtful one, since a
    check asks about one id.
    """
    found = []
    for field, source in sources.items():
        texts = [*evidence.values()] if field == "memory_mib" and evidence else [source]
        if kind in (weight(field, name, text, sources.get("name", "")) for text in texts):
            found.append(field)
    return tuple(sorted(found))


def weight(field: str, name: str, evidence: str, named_by: str) -> str:
    """Either "sound", "single" or "memory" for one field's evidence.

    A size that a name spells counts as NVIDIA's word only where NVIDIA's own tables have the name.
    """
    pieces = [piece.strip() for piece in re.split(r"\+(?![^(]*\))", evidence)]
    codes = {code_of(piece) for piece in pieces if supports(field, name, piece)}
    if named_by == "pciids":
        codes = {"pciids" if code == "N" else code for code in codes}
    strong = codes - THIRD_PARTY - {"M", "CUR"}
    if strong or (len(codes & THIRD_PARTY) > 1 and "conflict" not in evidence):
        return "sound"
    if "M" in codes or not codes:
        return "memory"
    return "single"


def code_of(piece: str) -> str:
    """The source code of one piece of evidence: "T" of "T (laptop row)", "M" of "X:M"."""
    if piece.startswith("vGPU type names of"):
        return "M"  # another id's name, carried over
    if piece.startswith("vGPU"):
        return "VG"
    return re.split(r"[ (]", piece.removeprefix("X:"), maxsplit=1)[0]


def supports(field: str, name: str, piece: str) -> bool:
    """Whether a piece of evidence says anything about that field.

    A name, a vGPU type and an observed total give a memory size, and no other figure unless they spell it.
    """
    if field in ("name", "device_ids", "board", "ecc", "tdp_w"):
        return True
    if code_of(piece) in ("T", "W", "M"):
        return True
    if code_of(piece) == "P":
        return field == "sm" and "SM" in piece
    if field == "memory_type":
        return bool(re.search(r"HBM|DDR", piece + name))
    return field == "memory_mib"


# --- names


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


def prefixes_of(table: list[dict[str, str]]) -> list[VbiosPrefix]:
    """The vBIOS prefixes."""
    rows = sorted(table, key=lambda row: row["prefix"])
    return [
        VbiosPrefix(prefix=row["prefix"], die=row["die"], observed=row["source"] == "O", source=row["evidence"])
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


if __name__ == "__main__":
    sys.exit(main())
