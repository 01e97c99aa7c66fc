"""Writes docs/control-classes.md, control classes by product, day and destination, from the rules and the figures.

    python -m tools.make_control_doc [--to FILE]

Writes resources/export/rules.json as well, the rules in the form that the program reads fastest. A test fails where
the committed page or form says other than rules and figures.
"""

import argparse
import hashlib
import json
import sys
import tomllib
from datetime import date
from pathlib import Path

from gpu_inspector import resources
from gpu_inspector.records.catalogue import LAW, LAW_MADE, Catalogue, load
from gpu_inspector.records.control import INDETERMINATE, ControlClass, ControlLine
from gpu_inspector.records.export_classify import classify
from gpu_inspector.records.export_products import CONFIDENCE, ExportRow, figures_of

TARGET = Path(__file__).resolve().parent.parent / "docs" / "control-classes.md"
DAYS = (
    date(2022, 11, 1),
    date(2023, 11, 17),
    date(2025, 1, 13),
    date(2025, 5, 13),
    date(2026, 1, 15),
    date(2026, 7, 23),
)
WAYS = (
    *((code, code) for code in ("CN", "HK", "MO", "AE", "SA", "IL", "DE", "TW", "RU")),
    ("SG", "CN"),
)
"""Destination, and where the party has its headquarters."""
LETTERS = {"required": "L", "exception": "E", "not required": "–", "indeterminate": "?"}
HEAD = """# Control classes

Made by `tools/make_control_doc.py` from `resources/export/`; do not edit. {rows} products, {days} days, {ways} ways.
Rules as compiled on {compiled}; the newest text of the United States code that was seen is of {seen}.

**Never legal advice.** This is arithmetic with published rules and figures. The authority determines the class.

- Every answer has two lines: **as codified**, the text of the code on the day, and **as enforced**, what is applied.
  They part in 2025: the worldwide requirement of 13 January 2025 stands in the code and is not enforced.
- **Figures decide, not names**: TPP, performance density (TPP over the area of the logic dies) and whether the product
  is designed or marketed for datacentres. A published figure decides exactly. SM count x clock is second, because it is
  wrong for every product that is limited for its market. A rate that was measured is only a lower bound.
- TPP is 2 x MacTOPS x bit length: dense values only, the highest over the precisions; TF32 is left out, its inputs
  being rounded. The convention is the published one: the units of one kind, never tensor and plain units added up.
- What decides and is not known makes the answer **indeterminate**. Each integrated circuit counts by itself.
- "Not required" speaks of this entry alone: embargoes, end uses, end users and other entries were not examined.
- Country groups are those of {groups}, on earlier days too; Hong Kong counts as China, Macau is named apart. The United
  Arab Emirates changed their group on a day that is not known, so that what hangs on it is open.

Letters of the tables of licences: **L** a licence is required · **E** required unless exception NAC or ACA is open ·
**–** not required · **?** indeterminate. One letter stands for both lines, "L/–" for required as codified and not
required as enforced. The party has its headquarters in the country of destination, but in the last column: goods for
Singapore, for a party headquartered in China.
"""
RETRIEVED = """## What was not retrieved

- The thresholds of the lists of Malaysia, Japan, the European Union and the United Kingdom: always indeterminate.
- The definition of "total DRAM bandwidth" in the rule of 15 January 2026; the maker's figure stands for it.
- Which of the stages of October 2022 (7, 12, 21) carries the entry: until the 21st the licence is open.
- The rule that moved the United Arab Emirates to A:5, and its day; anything after {seen}.
- Figures of the RTX 6000D and the B20; datasheets for every row marked M; the die areas of the B series and the MI300
  series, which are estimates.

## What is told and never applied

{unapplied}
"""


def main(arguments: list[str] | None = None) -> int:
    """Write the form for the program and the page; 0 when both are written."""
    form = made()
    held = resources.root() / LAW_MADE
    if not held.is_file() or held.read_bytes() != form:
        held.write_bytes(form)
    parser = argparse.ArgumentParser(description="Write docs/control-classes.md.")
    parser.add_argument("--to", type=Path, default=TARGET)
    parser.parse_args(arguments).to.write_text(page(), encoding="utf-8")
    return 0


def made() -> bytes:
    """resources/export/rules.json: the rules as they are written, a table each line, and the digest of their file."""
    written = resources.read(LAW)
    lines = [f'"{name}": {_plain(table)}' for name, table in tomllib.loads(written.decode()).items()]
    whole = ",\n".join(lines)
    return f'{{"sha256": "{hashlib.sha256(written).hexdigest()}", "rows": {{\n{whole}\n}}}}\n'.encode()


def _plain(table: object) -> str:
    return json.dumps(table, ensure_ascii=False, default=lambda day: day.isoformat())


def page() -> str:
    """The whole page."""
    catalogue = load()
    law, rows = catalogue.export_law, catalogue.export_products.rows
    head = HEAD.format(
        rows=len(rows),
        days=len(DAYS),
        ways=len(WAYS),
        compiled=law.meta.compiled,
        seen=law.meta.latest_cfr_text_seen,
        groups=law.meta.groups_of,
    )
    unapplied = "\n".join(f"- {one.name}: {one.why}" for one in law.unapplied)
    parts = [head, _rules(catalogue), _entries(catalogue), _beside(catalogue)]
    parts += [_licences(catalogue, day) for day in DAYS]
    parts.append(RETRIEVED.format(seen=law.meta.latest_cfr_text_seen, unapplied=unapplied))
    return "\n".join(parts)


def _rules(catalogue: Catalogue) -> str:
    """The rule sets and how well each is known."""
    law = catalogue.export_law
    lines = ["## Rules\n", "| rule | in force | what | citation | text known |", "|---|---|---|---|---|"]
    for rule in law.classification:
        when = str(rule.effective_from) + (f" to {rule.effective_to}" if rule.effective_to else "")
        when += f", in stages until {rule.staged_until}" if rule.staged_until else ""
        when += f"; to be followed from {rule.compliance_from}" if rule.compliance_from else ""
        when += f"; not enforced since {rule.not_enforced.since}" if rule.not_enforced else ""
        lines.append(f"| {rule.id} | {when} | {rule.name} | {rule.citation} | {rule.verified} |")
    for one in law.overlay:
        lines.append(f"| {one.id} | {one.since} | {one.name} | {one.citation} | {one.verified} |")
    return "\n".join(lines) + "\n"


def _entries(catalogue: Catalogue) -> str:
    """Entry by product and day; it hangs on no destination."""
    letters = ", ".join(f"{letter} {words}" for letter, words in CONFIDENCE.items())
    lines = [
        "## Entry by product and day\n",
        f"The same on both lines. Figures: {letters}; a figure in italics is an estimate. Before 2022-10-07 there was"
        " no such entry.\n",
        "| product | TPP | mm² | density | datacentre | figures | " + " | ".join(str(day) for day in DAYS) + " |",
        "|---" * (6 + len(DAYS)) + "|",
    ]
    for row in catalogue.export_products.rows:
        classes = [_class(catalogue, row, day, "CN", "CN") for day in DAYS]
        cells = [_entry(one.codified) for one in classes]
        for one in classes:
            if _entry(one.codified) != _entry(one.enforced):
                raise ValueError(f"the two lines of {row.product} differ in their entry: the table needs both")
        lines.append("| " + " | ".join([row.product, *_figures(row, classes[-1]), *cells]) + " |")
    return "\n".join(lines) + "\n"


def _figures(row: ExportRow, one: ControlClass) -> list[str]:
    mark = "*" if row.basis == "estimate" else ""
    area = "*" if row.area_estimated else mark
    return [
        "?" if one.tpp is None else f"{mark}{one.tpp:.0f}{mark}",
        "?" if one.die_area_mm2 is None else f"{area}{one.die_area_mm2:g}{area}",
        "?" if one.performance_density is None else f"{area}{one.performance_density:.2f}{area}",
        {True: "yes", False: "no", None: "?"}[row.datacentre],
        row.confidence if row.basis in ("published", "estimate") else f"{row.confidence}: {row.basis}",
    ]


def _entry(line: ControlLine) -> str:
    if line.entry == INDETERMINATE:
        return INDETERMINATE
    if line.entry == "none":
        return f"none ({line.paragraph})" if line.paragraph else "none"
    return line.paragraph


def _beside(catalogue: Catalogue) -> str:
    """Letters, licence review and duty."""
    rules = (
        ("us-is-informed-2025-04-09", "CN", "letters of 2025 (a red flag)"),
        ("us-ear-2026-01-15", "CN", "review for China and Macau, from the United States"),
        ("us-hts-9903-79-01", "US", "duty of 25 % into the United States"),
    )
    lines = [
        "## Beside the entry, on 2026-07-23\n",
        "| product | " + " | ".join(title for _, _, title in rules) + " |",
        "|---" * (1 + len(rules)) + "|",
    ]
    for row in catalogue.export_products.rows:
        cells = []
        for rule, code, _ in rules:
            found = _class(catalogue, row, DAYS[-1], code, code).overlays
            cells.append(next(one.result for one in found if one.rule == rule))
        lines.append(f"| {row.product} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _licences(catalogue: Catalogue, day: date) -> str:
    """Licence by product and way on one day."""
    titles = [to if to == whose else f"{to}, {whose} party" for to, whose in WAYS]
    lines = [
        f"## Licences on {day}\n",
        "| product | entry | " + " | ".join(titles) + " |",
        "|---" * (2 + len(WAYS)) + "|",
    ]
    for row in catalogue.export_products.rows:
        classes = [_class(catalogue, row, day, to, whose) for to, whose in WAYS]
        cells = [_letters(one) for one in classes]
        lines.append(f"| {row.product} | {_entry(classes[0].codified)} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _letters(one: ControlClass) -> str:
    codified, enforced = LETTERS[one.codified.licence], LETTERS[one.enforced.licence]
    return codified if codified == enforced else f"{codified}/{enforced}"


def _class(catalogue: Catalogue, row: ExportRow, day: date, destination: str, headquarters: str) -> ControlClass:
    figures = figures_of(row.product, catalogue)
    return classify(catalogue.export_law, figures, on=day, destination=destination, headquarters=headquarters)


if __name__ == "__main__":
    sys.exit(main())
