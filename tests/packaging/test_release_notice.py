"""NOTICE names whom the reference data was learned from: each project and each site that a row names as its source."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTICE = " ".join((ROOT / "NOTICE").read_text(encoding="utf-8").split()).casefold()
FILES = sorted(path for path in (ROOT / "resources").rglob("*.json*") if path.name != "digests.json")
NO_PROJECT = {"docs/architecture.md", "docs/48g-4090-p2p", "internal/cloud"}
"""Paths inside of named projects, and a kind of offering."""


def sources(value: object, within: bool = False) -> Iterator[str]:
    """Every text of a member that names a source."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from sources(one, within or key in ("source", "sources", "memory_evidence"))
    elif isinstance(value, list):
        for one in value:
            yield from sources(one, within)
    elif isinstance(value, str) and within:
        yield value


def rows(path: Path) -> Iterator[object]:
    text = path.read_text(encoding="utf-8")
    yield from (
        (json.loads(line) for line in text.splitlines() if line) if path.suffix == ".jsonl" else [json.loads(text)]
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_project_and_site_that_a_row_names_stands_in_notice(path: Path) -> None:
    named = set()
    for text in (one for row in rows(path) for one in sources(row)):
        named |= set(re.findall(r"(?<![\w/])[A-Za-z0-9][\w-]+/[\w.-]*[A-Za-z0-9]", text))
        named |= set(re.findall(r"\b(?:[\w-]+\.)+(?:com|de|it|org|net|jp|hu|ru|pl|fi|news|nagoya|eu)\b", text))
    projects = {one.casefold() for one in named if re.search(r"[A-Za-z]{3}", one)} - NO_PROJECT
    assert sorted(one for one in projects if one not in NOTICE) == []


@pytest.mark.parametrize("maker", ["Samsung", "SK hynix", "Micron", "TechPowerUp", "Wikipedia", "Akash", "DCGM"])
def test_makers_and_tables_stand_in_notice(maker: str) -> None:
    assert maker.casefold() in NOTICE
