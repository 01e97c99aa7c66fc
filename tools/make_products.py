"""Makes the product data in `resources/products/` from a folder of reference tables.

    python -m tools.make_products [--from DIR] [--to DIR]

The tables are gathered and cross-checked outside of this repository; the result is committed, so that nobody
needs them to build or to use the program. The same tables give the same bytes.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from tools.own_readings import corrected, corrected_die
from tools.reference_rows import (
    ARCHITECTURES,
    die_of,
    names_of,
    prefixes_of,
    products_of,
    same_names,
)

REPOSITORY = Path(__file__).resolve().parent.parent

TABLES = (
    "chips.csv",
    "skus.csv",
    "device_variants.csv",
    "pciids.csv",
    "vbios_prefix.csv",
    "same_name_other_die.csv",
)
DATA_DATE = "2026-11-23"
"""The day on which the reference tables were last gathered; it opens the version of the data."""


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
    dies = sorted((corrected_die(die_of(row)) for row in tables["chips.csv"]), key=lambda die: die.name)
    folders = {row["codename"]: ARCHITECTURES[row["architecture"]][1] for row in tables["chips.csv"]}
    products = corrected(products_of(tables["skus.csv"], tables["device_variants.csv"]))
    made = {
        f"{folder}.jsonl": lines(product for product in products if folders[product.die] == folder)
        for folder in sorted(set(folders.values()))
    }
    made["chips.jsonl"] = lines(dies)
    made["names.jsonl"] = lines(names_of(tables["pciids.csv"]))
    made["vbios_prefixes.jsonl"] = lines(prefixes_of(tables["vbios_prefix.csv"]))
    made["same_name.json"] = pretty(same_names(tables["same_name_other_die.csv"], products))
    made["about.json"] = pretty({"date": DATA_DATE})
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


if __name__ == "__main__":
    sys.exit(main())
