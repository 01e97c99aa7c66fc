"""docs/modifications.md says what the list says."""

import pytest

from gpu_inspector.records.catalogue import load
from gpu_inspector.records.modification import Modification
from tools import make_modifications_doc

PAGE = make_modifications_doc.page()


def test_the_committed_page_is_not_stale() -> None:
    committed = make_modifications_doc.TARGET.read_text(encoding="utf-8")
    assert committed == PAGE, "docs/modifications.md is stale: run python -m tools.make_modifications_doc"


@pytest.mark.parametrize("row", load().modifications, ids=lambda row: str(row.id))
def test_a_modification_has_its_line_its_features_and_its_sources(row: Modification) -> None:
    assert f"| [{row.id}](#{row.id.lower()}) |" in PAGE
    start = PAGE.index(f"\n### {row.id}\n")
    part = PAGE[start : PAGE.find("\n### ", start + 1)]
    for wanted in (row.title, row.made_from, row.honest, row.unseen, *row.sources, *row.sold_as):
        assert wanted in part
    for one in row.features:
        assert f"| {one.fact.value} |" in part
