"""Writes docs/glossary.md: the terms in six languages as the program really says them, and where they come from.

    python -m tools.manual.glossary [--to FILE]

The terms are texts of the program, so their translations are read out of resources/languages/*.po. Beside this file
stands terms.tsv, which the translators wrote: language, English, term, and the law, the standard or the usage that it
was taken from. A test fails where the page is stale, or where a term of that list is used nowhere in the catalogue.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tools.languages import writing

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "glossary.md"
SOURCES = Path(__file__).with_name("terms.tsv")
NAMES = {"de": "German", "fr": "French", "es": "Spanish", "zh-Hans": "Chinese (simplified)", "ja": "Japanese"}
FIELDS: dict[str, tuple[str, ...]] = {
    "What a finding says": (
        *("Consistent", "Noted", "Inconclusive", "Unexplained deviation", "Contradicted", "Not applicable"),
        *("weak sign", "medium sign", "strong sign", "core check", "supporting check", "Rule of decision"),
    ),
    "What an inspection says": (
        *("Identity", "Condition", "Control class", "SOUND", "WORN", "FAULTY", "NOT EXAMINED"),
        *("Declared", "Claimed", "Measured", "by eye", "Verdict", "Findings", "Inspection report", "Statement"),
    ),
    "Customs and the case": (
        *("Case", "Office", "Inspector", "Exhibit tag", "Seals", "papers", "Packing list", "Country of origin"),
        *("Consignee", "Declared goods code", "Declared value", "Declared quantity", "Declared serial number"),
        *("Destination", "Headquarters", "Lot", "Piece"),
    ),
    "Export control": (
        *("Export control", "Export-control class", "Export-control entry", "Licence", "Performance density"),
        *("As codified", "As enforced", "Day of export", "INDETERMINATE", "NO ENTRY MET"),
    ),
    "Signatures and the ledger": (
        *("Electronic signature", "Countersignature", "Time stamp", "Signing key", "Signed report", "certificates"),
        *("Digest", "Checksum", "Fingerprint, SHA-256", "Ledger", "Row", "Signed checkpoint", "Custody &log"),
        *("Office policy", "watch-list", "Reference data", "data pack"),
    ),
    "Hardware": (
        *("Card", "die", "die marking", "GPU package", "Board", "memory chips", "Memory bus", "Memory bandwidth"),
        *("Multiprocessors (SM)", "tensor units", "boost clock", "Power limit", "Slot", "bracket", "Part number"),
        *("Serial number", "Device id", "vBIOS image", "driver", "kernel log", "mining card", "Known modification"),
        "Bench",
    ),
}
"""Texts of the program by what they are about; one that the program no longer says ends the making of the page."""
HEAD = """# Terms in six languages

Made by `tools/manual/glossary.py` from the catalogues; do not edit. The translations are those that the program itself
shows. Records, findings and legal words are written in English, and the English text governs; every other language is a
courtesy translation. No lawyer has read the translated terms yet.

Terms of customs, export control, courts, signatures and measurement are taken from laws and standards in that language
where the translators knew one: [the sources](#where-the-terms-come-from) name it, from memory of those texts. What has
no source there is common usage, or this program's own word.
"""
TAIL = """## Where the terms come from

The article or the standard in which the language has the term, as its translator gave it. That the term is used there
does not say that both mean the same in law.
"""


@cache
def translations(tag: str) -> dict[str, str]:
    """English -> the text of a language; of a plural the form for one."""
    return {text: said if isinstance(said, str) else said[0] for text, said in writing.read(tag).items()}


def sourced() -> Iterator[tuple[str, str, str, str]]:
    """(language, English, term, source) of terms.tsv."""
    for line in SOURCES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            tag, english, term, source = line.split("\t")
            yield tag, english, term, source


def pieces(term: str) -> list[str]:
    """The single words of an entry such as "Takt / Uhr" or "发票、运单", without what is said of them in brackets."""
    bare = re.sub(r"[（(〈][^）)〉]*[）)〉]|«[^»]*»|“[^”]*”", " ", term)
    return [piece.strip(" .…") for piece in re.split(r"\s/\s|[;,；，、／]|/", bare) if piece.strip(" .…")]


def _cell(text: str) -> str:
    return text.replace("&", "").replace("|", "\\|")


def page() -> str:
    """docs/glossary.md. Raises KeyError where a text is none of the program's, or is not translated."""
    told = {tag: translations(tag) for tag in NAMES}
    parts = [HEAD]
    for field, terms in FIELDS.items():
        parts += [f"## {field}\n", f"| English | {' | '.join(NAMES.values())} |", "|---|---|---|---|---|---|"]
        parts += [
            f"| {_cell(term)} | {' | '.join(_cell(_cut_key(told[tag][term])) for tag in NAMES)} |" for term in terms
        ]
        parts.append("")
    parts.append(TAIL)
    for tag, name in NAMES.items():
        parts += [f"### {name}\n", "| English | term | source |", "|---|---|---|"]
        parts += [
            f"| {_cell(english)} | {_cell(term)} | {_cell(source)} |"
            for one, english, term, source in sourced()
            if one == tag
        ]
        parts.append("")
    return "\n".join(parts)


def _cut_key(text: str) -> str:
    """The text without the letter of its shortcut, "(&U)" as Chinese and Japanese have it."""
    return re.sub(r"\s?\(&[A-Za-z]\)", "", text)


def main(arguments: list[str] | None = None) -> int:
    """Always 0; a term that is no text of the program is a defect and raises."""
    parser = argparse.ArgumentParser(description="Write docs/glossary.md from the catalogues.")
    parser.add_argument("--to", type=Path, default=TARGET)
    options = parser.parse_args(arguments)
    options.to.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
