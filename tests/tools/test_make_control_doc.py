"""docs/control-classes.md says what rules and figures say."""

from functools import cache

from gpu_inspector.records.catalogue import load
from tools import make_control_doc


@cache
def page() -> str:
    """Made when a test asks for it: it takes seconds, and every worker reads this module."""
    return make_control_doc.page()


def test_the_committed_page_is_not_stale() -> None:
    committed = make_control_doc.TARGET.read_text(encoding="utf-8")
    assert committed == page(), "docs/control-classes.md is stale: run python -m tools.make_control_doc"


def test_every_product_stands_in_every_table() -> None:
    for row in load().export_products.rows:
        assert page().count(f"\n| {row.product} |") == 2 + len(make_control_doc.DAYS)


def test_the_page_says_what_it_is_not_and_what_is_missing() -> None:
    for words in ("Never legal advice", "as codified", "as enforced", "not retrieved", "never applied", "H.R. 3447"):
        assert words in page()


def test_estimates_stand_in_italics_and_rumours_are_named() -> None:
    assert "| B30A | *28000* | *814* | *34.40* |" in page()
    assert "E: rumour" in page() and "S: nothing" in page()
