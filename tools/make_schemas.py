"""Writes docs/schemas/ and docs/json.md: the JSON schemas of records and of what `--json` prints, and their index.

    python -m tools.make_schemas [--to FOLDER]

The committed schemas are the promise of format 1: where a new one would break it, nothing is written, each breach is
named, and the exit status is 1. A test fails where the committed files say other than the code.
"""

import argparse
import inspect
import json
import sys
from pathlib import Path
from typing import Any

from gpu_inspector.cli import documents
from tools.schema_of import schema_of
from tools.schema_records import RECORDS
from tools.schema_stability import breaches

DOCS = Path(__file__).resolve().parent.parent / "docs"
FOLDER = DOCS / "schemas"
PAGE = DOCS / "json.md"
ENDING = ".schema.json"
HEAD = """# JSON: records and `--json`

Made by `tools/make_schemas.py` from the types that the program itself decodes and prints; do not edit. Each schema is
JSON Schema, draft 2020-12, complete in one file, and named by a URN: nothing is to be fetched.

## What stays

Every document has `"format": 1` where its schema demands it. **Within format 1 fields are only added**: none is
removed, renamed, given another type or another meaning, and what was always there stays there. A change that breaks
this raises the number. So, for whoever reads:

- take a field that you do not know as one that is new, and pass over it;
- take a word that you do not know, where a schema lists words, as “not known”: a list may get one more;
- sentences (`text`, `says`, `problem`, `remark`, `advice`) are for people, and may be worded anew at any time: decide
  by `verdict`, `outcome`, `state`, `check` and the exit status;
- a number of the format that is higher than the one you know is to be refused, as this program does.

A record is written as canonical JSON (RFC 8785), and a signature or digest is over its exact bytes: keep them as they
came. The schemas say what can be said of form; that a number is in range, that texts are of bounded length, that a
signature fits and that a verdict follows from its evidence is what `verify` and the other commands examine.

`tools/make_schemas.py` refuses to write a schema that breaks what the committed one promised.
"""
RECORDS_HEAD = "| schema | where such a record is found |\n|---|---|\n"
COMMANDS_HEAD = "| command | schema | document |\n|---|---|---|\n"
COMMANDS_NOTE = """
One document on standard output, in ASCII, unless it says “one line”: then each file or card is a document of its own on
one line, as it is done. Progress and sentences about trouble go to standard error; the exit status stands in README and
in each command's `--help`.
"""


def name_of(command: str) -> str:
    """The schema's name of what a command prints: "ledger verify" is "json-ledger-verify"."""
    return "json-" + command.replace(" ", "-")


def schemas() -> dict[str, dict[str, Any]]:
    """Every schema by its name."""
    found = {one.name: one.schema() for one in RECORDS}
    for command, kinds in documents.PRINTED.items():
        about = f"What `gpu-inspector {command} --json` prints."
        found[name_of(command)] = schema_of(kinds, name_of(command), about, printed=True)
    return found


def files() -> dict[str, str]:
    """The text of each schema's file by the file's name."""
    return {name + ENDING: json.dumps(one, indent=1, ensure_ascii=False) + "\n" for name, one in schemas().items()}


def page() -> str:
    """The index."""
    rows = [f"| [{one.name}](schemas/{one.name}{ENDING}) | {one.where} |" for one in RECORDS]
    parts = [HEAD, "## Records\n", RECORDS_HEAD + "\n".join(rows) + "\n", "## Commands\n"]
    lines = []
    for command, kinds in documents.PRINTED.items():
        about = "; ".join(_about(kind) for kind in kinds)
        name = name_of(command)
        lines.append(f"| `{command}` | [{name}](schemas/{name}{ENDING}) | {about} |")
    return "\n".join([*parts, COMMANDS_HEAD + "\n".join(lines), COMMANDS_NOTE])


def _about(kind: type) -> str:
    first = (inspect.getdoc(kind) or "").partition("\n\n")[0]
    return " ".join(first.split()).rstrip(".")


def broken(folder: Path = FOLDER) -> list[str]:
    """Each promise of the schemas in `folder` that those of today do not keep, with the schema's name."""
    printed = {name_of(command) for command in documents.PRINTED} | {one.name for one in RECORDS if one.line}
    today = schemas()
    found: list[str] = []
    for path in sorted(folder.glob("*" + ENDING)):
        name = path.name.removesuffix(ENDING)
        if name not in today:
            found.append(f"{name}: the schema is no longer made.")
            continue
        old = json.loads(path.read_text(encoding="utf-8"))
        found += [f"{name}: {one}" for one in breaches(old, today[name], printed=name in printed)]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=DOCS, help="the folder of json.md and schemas/")
    target = parser.parse_args().to
    if found := broken(target / FOLDER.name):
        print("Format 1 promises that fields are only added. Nothing was written:", file=sys.stderr)
        print("\n".join(f"  {one}" for one in found), file=sys.stderr)
        print(
            "Keep the field, or raise the number of the format. What was never released may be deleted from"
            f" {target / FOLDER.name} by hand, and made anew.",
            file=sys.stderr,
        )
        return 1
    (target / FOLDER.name).mkdir(parents=True, exist_ok=True)
    texts = files()
    for name, text in texts.items():
        (target / FOLDER.name / name).write_text(text, encoding="utf-8")
    (target / PAGE.name).write_text(page(), encoding="utf-8")
    print(f"{len(texts)} schemas and {target / PAGE.name} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
