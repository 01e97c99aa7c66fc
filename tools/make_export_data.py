"""Makes resources/export/figures.jsonl, the published figures of known products, from the reference table of TPP.

    python -m tools.make_export_data [--from DIR] [--to FILE]

The table is gathered outside of this repository; the result is committed, so that nobody needs it to build or to use
the program. No outcome of the table is taken over: what a rule makes of the figures the program works out itself. The
same table gives the same bytes.
"""

import argparse
import csv
import json
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCE = REPOSITORY.parent / "shared" / "reference"
TABLE = "tpp_known.csv"
TARGET = REPOSITORY / "resources" / "export" / "figures.jsonl"

NUMBERS = {
    "sm": "sm_count",
    "rated_boost_mhz": "rated_boost_mhz",
    "tpp": "tpp",
    "area_mm2": "die_mm2",
    "dram_gb_per_s": "dram_bw_gbs",
    "nvlink_gb_per_s": "nvlink_gbs",
    "pcie_gb_per_s": "pcie_bidir_gbs",
    "io_gb_per_s": "io_total_gbs",
}
"""Field -> column."""
AREA_ESTIMATED = frozenset({"2xGB100", "2xGB110", "1xGB110", "8XCD"})
"""Chips whose area the table's remarks call an estimate."""
AREA_ASSUMED = frozenset({"L2 24GB"})
"""Products whose chip, and so its area, the table assumes."""

REMARKS = {
    "V100 SXM2 32GB": "the INT8 rate is that of the plain units",
    "A30": "the highest of its claims decides, 661 TOPS of INT4; by 330 TOPS of INT8 it is TPP 2640",
    "H100 SXM5 80GB": "rated at 1830 MHz, the highest clock being 1980",
    "H100 NVL 94GB": "its clock was worked out from the published rate",
    "H200 NVL 141GB": "its clock was worked out from the published rate",
    "H20 96GB": "SM count and clock are no measure of it",
    "L2 24GB": "its chip, and so its area, is assumed",
    "L20 48GB": "SM count and clock are no measure of it",
    "L40 48GB": "the maker's table lists half of what SM count and clock give; its form 8-K of 2023-10-17 names the"
    " product among those affected",
    "RTX 4090 48GB (mod)": "the memory was changed, not the chip, so that TPP is that of the RTX 4090; its memory may"
    " be slower",
    "RTX 4090 D 24GB": "worked out from the published core count and clock",
    "RTX 5090 D 32GB": "published are 2375 TOPS of sparse FP4, on the SM count and clock of the RTX 5090",
    "RTX 5090 D V2 24GB": "published are 2375 TOPS of sparse FP4, on the SM count and clock of the RTX 5090",
    "RTX PRO 6000 Blackwell WS": "published are 4000 TOPS of sparse FP4, rounded",
    "RTX PRO 6000 Blackwell Server": "sold for datacentres",
    "B100": "the area of its two dies is an estimate",
    "B200 (HGX)": "its clock was worked out from the published rate, the area of its two dies is an estimate",
    "B300": "14000 TOPS of dense FP4; the area of its two dies is an estimate",
    "B30A": "not announced; half of a B300",
    "RTX 6000D / PRO 6000D 84GB": "cores, memory and bandwidth are published, no rate of its tensor units",
    "B20": "no figures were published",
    "MI300X": "the area of its dies is an estimate",
    "MI325X": "the area of its dies is an estimate",
}
"""Product -> what a reader has to know of its figures, in our words: the table's own remarks hold outcomes."""


def main(arguments: list[str] | None = None) -> int:
    """Write the file; 0 when it is written."""
    parser = argparse.ArgumentParser(description="Make resources/export/figures.jsonl from the reference table.")
    parser.add_argument("--from", dest="source", type=Path, default=SOURCE)
    parser.add_argument("--to", type=Path, default=TARGET)
    options = parser.parse_args(arguments)
    table = options.source / TABLE
    if not table.is_file():
        print(f"No {TABLE} in {options.source}: name its folder with --from.", file=sys.stderr)
        return 1
    options.to.write_text(made(table.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


def made(table: str) -> str:
    """The lines of the file, from the text of the table."""
    rows = csv.DictReader(table.splitlines())
    return "".join(json.dumps(_row(row), ensure_ascii=False) + "\n" for row in rows)


def _row(row: dict[str, str]) -> dict[str, object]:
    made: dict[str, object] = {"product": row["product"], "market": row["market"]}
    if row["datacenter_marketed"]:
        made["datacentre"] = row["datacenter_marketed"] == "1"
    made["chip"] = row["chip"]
    for field, column in NUMBERS.items():
        if row[column]:
            made[field] = _number(row[column])
    if row["tpp_precision"]:
        made["precision"] = row["tpp_precision"]
    made["basis"] = _basis(row)
    if row["chip"] in AREA_ESTIMATED or row["product"] in AREA_ASSUMED:
        made["area_estimated"] = True
    made["confidence"] = row["confidence"]
    if row["product"] in REMARKS:
        made["note"] = REMARKS[row["product"]]
    return made


def _basis(row: dict[str, str]) -> str:
    """What the figures are: an estimate or a rumour is never shown as published."""
    estimated = row["confidence"] == "E"
    if not row["tpp"]:
        return "rumour" if estimated else "nothing"
    return "estimate" if estimated else "published"


def _number(text: str) -> float | int:
    number = float(text)
    return int(number) if number.is_integer() else number


if __name__ == "__main__":
    sys.exit(main())
