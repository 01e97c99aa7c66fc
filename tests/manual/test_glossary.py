"""The glossary says what the program says, and its sources stand with terms that the catalogues really use."""

from functools import cache

import pytest

from tools.manual import glossary

ROWS = list(glossary.sourced())


@cache
def said(tag: str) -> tuple[str, ...]:
    return tuple(text.casefold() for text in glossary.translations(tag).values())


def test_the_committed_page_is_not_stale() -> None:
    committed = glossary.TARGET.read_text(encoding="utf-8")
    assert committed == glossary.page(), "docs/glossary.md is stale: run python -m tools.manual.glossary"


def test_no_cell_is_empty() -> None:
    assert [line for line in glossary.page().splitlines() if "|  |" in line] == []


@pytest.mark.parametrize("tag", glossary.NAMES)
def test_each_term_with_a_source_is_used(tag: str) -> None:
    rows = [(english, term) for one, english, term, _source in ROWS if one == tag]
    assert len(rows) > 20
    unused = [piece for _english, term in rows for piece in glossary.pieces(term) if not used(tag, piece)]
    assert unused == []


def used(tag: str, piece: str) -> bool:
    return any(piece.casefold() in text for text in said(tag))


def test_each_row_names_a_language_and_a_source() -> None:
    for tag, english, term, source in ROWS:
        assert tag in glossary.NAMES
        assert all((english.strip(), term.strip(), source.strip()))


@pytest.mark.parametrize(
    ("term", "pieces"),
    [
        ("Takt / Uhr", ["Takt", "Uhr"]),
        ("发票、运单", ["发票", "运单"]),
        ("Karte (so that “Karte” is never the other)", ["Karte"]),
        ("（弱い・中程度の・強い）徴候", ["徴候"]),
    ],
)
def test_an_entry_is_read_word_by_word(term: str, pieces: list[str]) -> None:
    assert glossary.pieces(term) == pieces


def test_a_text_that_the_program_no_longer_says_ends_the_making(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(glossary.FIELDS, "Hardware", ("no text of the program",))
    with pytest.raises(KeyError):
        glossary.page()
