"""Writes docs/modifications.md, the list of known modifications for people, from resources/modifications.toml.

    python -m tools.make_modifications_doc [--to FILE]

Writes resources/modifications.json as well, the list in the form that the program reads fastest. A test fails where
the committed page or form says other than the list.
"""

import argparse
import hashlib
import json
import sys
import tomllib
from pathlib import Path

from gpu_inspector import resources
from gpu_inspector.records.catalogue import KNOWN_LIST, KNOWN_MADE, load
from gpu_inspector.records.modification import ABOUT, KINDS, SURE, Feature, Kind, Modification, Role, Value
from gpu_inspector.records.modification import Prototype as Unsold

TARGET = Path(__file__).resolve().parent.parent / "docs" / "modifications.md"
HEAD = """# Known modifications

Made by `tools/make_modifications_doc.py` from `resources/modifications.toml`; do not edit. {number} modifications,
{seen} of them with a signature that a program can look for: the checks `memory-known-rework` and
`identity-known-modification` hold every card against these.

- **A match identifies, and accuses nobody.** It tells what to look for on the board. What contradicts is the catalogue
  or the declaration. Beside every row stands how an honest card could look the same.
- A row fits where each of its **keys** was seen and agrees, and nothing that it says **firmly** disagrees; what merely
  **describes** decides nothing, and is often that of the genuine product as well.
- "From two independent sources of three" counts sources, not facts: name, total, limits and subsystem come out of one
  firmware and are one source; the device id in the die, the InfoROM, the silicon and the paper are others.
- Nothing from memory decides. How sure each fact is stands behind it:
  {sure}.
- Rumours are left out: an offer without a single record of the card, a laboratory piece, a relabelling that nobody
  has shown. The list is never complete; a card that fits none may have been changed all the same.
"""


def main(arguments: list[str] | None = None) -> int:
    """Write the form for the program and the page; 0 when both are written."""
    form = made()
    held = resources.root() / KNOWN_MADE
    if not held.is_file() or held.read_bytes() != form:
        held.write_bytes(form)
    parser = argparse.ArgumentParser(description="Write docs/modifications.md.")
    parser.add_argument("--to", type=Path, default=TARGET)
    parser.parse_args(arguments).to.write_text(page(), encoding="utf-8")
    return 0


def made() -> bytes:
    """resources/modifications.json: the rows as they are written, a line each, and the digest of their file."""
    written = resources.read(KNOWN_LIST)
    tables = []
    for name, rows in tomllib.loads(written.decode()).items():
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        tables.append(f'"{name}": [\n{lines}\n]')
    whole = ",\n".join(tables)
    digest = hashlib.sha256(written).hexdigest()
    return f'{{"sha256": "{digest}", "rows": {{\n{whole}\n}}}}\n'.encode()


def page() -> str:
    """The whole page."""
    catalogue = load()
    rows = catalogue.modifications
    head = HEAD.format(number=len(rows), seen=sum(bool(row.features) for row in rows), sure=", ".join(SURE.values()))
    index = ["| id | what it is | made from | offered as |", "|---|---|---|---|"]
    parts = []
    for kind in KINDS:
        of_kind = [row for row in rows if row.kind is kind]
        index += [_line(row) for row in of_kind]
        parts += [f"## {_heading(kind)}\n", *(entry(row) for row in of_kind)]
    unsold = "\n".join(_prototype(row) for row in catalogue.prototypes)
    parts.append(
        "## Sizes of boards that were never sold\n\nOn these ids and subsystems the size is no rework:"
        f" `memory-total` names the board instead.\n\n{unsold}\n"
    )
    return "\n".join((head, "\n".join(index) + "\n", *parts))


def _heading(kind: Kind) -> str:
    return KINDS[kind][0].upper() + KINDS[kind][1:]


def _line(row: Modification) -> str:
    return f"| [{row.id}](#{row.id.lower()}) | {row.title} | {row.made_from} | {', '.join(row.sold_as)} |"


def _prototype(row: Unsold) -> str:
    where = f"subsystem {row.subsystem}" if row.subsystem else "any subsystem"
    return f"- {row.device_id}, {where}, {row.memory_gib} GB: {row.title} ({row.source})"


def entry(row: Modification) -> str:
    """One modification."""
    lines = [
        f"### {row.id}\n",
        f"**{row.title}.** {row.made_by[0].upper()}{row.made_by[1:]}."
        + (" A product of its own: only its papers can be wrong." if row.product else ""),
        "",
        f"- Made from: {row.made_from}",
        f"- Offered as: {', '.join(row.sold_as)}",
        f"- How sure: {SURE[row.sure]}",
        f"- An honest card of the same look: {row.honest}",
    ]
    if row.look:
        lines.append(f"- The eye finds: {row.look} ({SURE[row.look_sure]})")
    lines += [f"- Source: {source}" for source in row.sources]
    if row.unseen:
        return "\n".join((*lines, f"- No signature: {row.unseen}", ""))
    table = [
        "",
        "| column | fact | what it must be | decides | independent source | how sure |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join((*lines, *table, *map(_feature, row.features), ""))


def _feature(one: Feature) -> str:
    about = ABOUT[one.fact]
    role = {Role.KEY: "key", Role.FIRM: "firm", Role.DESCRIBES: "describes"}[one.role]
    group = f" (one of “{one.group}”)" if one.group else ""
    source = about.source if about.source == about.witness else f"{about.source} ({about.witness})"
    return f"| {about.column} | {one.fact.value} | {_wanted(one)} | {role}{group} | {source} | {SURE[one.sure]} |"


def _wanted(one: Feature) -> str:
    parts = [f"{_listed(one.any)}"] if one.any else []
    parts += [f"not {_listed(one.none)}"] if one.none else []
    parts += [f"{one.least} or more"] if one.least is not None else []
    parts += [f"{one.most} or less"] if one.most is not None else []
    return ", ".join(parts)


def _listed(values: tuple[Value, ...]) -> str:
    return " or ".join(f"`{value}`" if isinstance(value, str) else str(value) for value in values)


if __name__ == "__main__":
    sys.exit(main())
