"""How the manual is built: what the hooks change, what the look at the links finds, what a page is in the PDF."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools.manual import book, hooks, links, pdf

ROOT = Path(hooks.__file__).resolve().parents[2]
SEARCH = Path(hooks.__file__).with_name("search.js")


def page(uri: str = "ledger.md") -> SimpleNamespace:
    return SimpleNamespace(file=SimpleNamespace(src_uri=uri), url=uri.replace(".md", ".html"), title="T")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("[README](../README.md)", "README (`README.md`)", id="a file outside, not named"),
        pytest.param("[`README.md`](../README.md)", "`README.md`", id="a file outside, named"),
        pytest.param("[row](../README.md#the-checks)", "row (`README.md`)", id="a place in one"),
        pytest.param("[lots](lots.md)", "[lots](lots.md)", id="a page"),
        pytest.param("[gone](../nowhere.md)", "[gone](../nowhere.md)", id="not there: mkdocs warns of it"),
        pytest.param("[far](https://example.org/x)", "[far](https://example.org/x)", id="outside"),
        pytest.param("![shot](pages/bench.png)", "![shot](pages/bench.png)", id="a picture"),
        pytest.param("[s](schemas/evidence.schema.json)", "s (`docs/schemas/evidence.schema.json`)", id="for programs"),
    ],
)
def test_a_link_out_of_the_manual_becomes_words(before: str, after: str) -> None:
    assert hooks.on_page_markdown(before, page()) == after


def test_a_pattern_that_looks_like_markup_comes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(hooks._pages, "ledger.html", {})
    hidden = hooks.on_page_markdown("`(?<![a-z])`", page())
    assert "<![" not in hidden
    assert hooks.on_page_content(f"<code>{hidden.strip('`')}</code>", page()) == "<code>(?&lt;![a-z])</code>"


def written(folder: Path, **pages: str) -> Path:
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        pytest.param('<a href="b.html#there">x</a>', "", id="sound"),
        pytest.param('<a href="#own"></a><i id="own"></i>', "", id="within the page"),
        pytest.param('<a href="c.html">x</a>', "is not there", id="no page"),
        pytest.param('<a href="b.html#gone">x</a>', "has no place 'gone'", id="no place"),
        pytest.param('<a href="../README.md">x</a>', "leads out of the site", id="out of the site"),
        pytest.param('<img src="a.png">', "is not there", id="no picture"),
        pytest.param('<script src="https://example.org/x.js"></script>', "from a network", id="a script from afar"),
        pytest.param('<link rel="stylesheet" href="//example.org/x.css">', "from a network", id="a style from afar"),
        pytest.param('<i id="a"></i><i id="a"></i>', "two places", id="one id twice"),
    ],
)
def test_a_link_that_leads_nowhere_is_found(text: str, wrong: str, tmp_path: Path) -> None:
    found, _outside = links.of_site(written(tmp_path, a=text, b='<i id="there"></i>'))
    assert (wrong in found[0]) if wrong else found == []


def test_a_style_may_load_nothing_and_addresses_outside_are_listed(tmp_path: Path) -> None:
    (tmp_path / "x.css").write_text('@import "https://example.org/a.css"; b { background: url(//example.org/c) }')
    found, outside = links.of_site(written(tmp_path, a='<a href="https://example.org/d">x</a>'))
    assert len(found) == 2
    assert outside == ["https://example.org/d"]


def test_pages_become_one_document_whose_links_lead_within_it(tmp_path: Path) -> None:
    (tmp_path / "p.png").write_bytes(b"")
    one = '<h1 id="a">A &amp; B<a class="headerlink" href="#a">¶</a></h1><h2 id="x">X</h2>'
    one += '<a href="manual/two.html#x">t</a>'
    two = '<h1 id="a">Two</h1><h2 id="x">Y</h2><a href="../one.html">o</a><a href="#x">x</a><img alt="" src="../p.png">'
    pages = [
        book.Chapter("one.html", "", "One", one),
        book.Chapter("manual/two.html", "Part", "Two", two),
    ]
    whole = book.book(pages, tmp_path, "1.0", "2026-01-02")
    assert links.of_book(whole) == []
    for part in ('href="#manual-two--x"', 'id="one--a"', 'href="#one"', "A &amp; B", "Version 1.0", "2026-01-02"):
        assert part in whole
    assert "headerlink" not in whole
    assert whole.count('<li class="section">') == 1, "headings stand in the contents for the chapters alone"
    broken = book.book([book.Chapter("one.html", "", "One", '<a href="#no">x</a>')], tmp_path, "1", "d")
    assert links.of_book(broken) == ["the PDF: no place 'one--no'"]


def test_fonts_come_from_files() -> None:
    told = pdf.styles(["Manual Sans=/a/b.ttf", "Manual Sans:bold:italic=/a/c.ttf"])
    assert 'src: url("file:///a/b.ttf"); font-weight: normal; font-style: normal' in told
    assert 'src: url("file:///a/c.ttf"); font-weight: bold; font-style: italic' in told


def test_without_pango_it_is_said_and_no_trace_is_shown(tmp_path: Path) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')\n", encoding="ascii")
    command = [sys.executable, "-m", "tools.manual.pdf", "book.html", "out.pdf"]
    surroundings = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (pdf.NO_PANGO, "cannot load library libpango-1.0-0\n")


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.parametrize(
    ("typed", "found"),
    [("ledger", ["l#1", "a#1"]), ("LEDGER row", ["a#1"]), ("nothing here", []), (" ", [])],
)
def test_the_search_finds_what_has_every_word(typed: str, found: list[str]) -> None:
    pages = [["a#1", "A", "A", "a row of the ledger"], ["l#1", "The ledger", "Keys", "no more"], ["b#1", "B", "B", ""]]
    asked = (
        f"{SEARCH.read_text(encoding='utf-8')}\nvar found = manualFound({json.dumps(pages)}, {json.dumps(typed)}, 9);"
    )
    told = f"{asked}\nconsole.log(JSON.stringify(found.map(function (one) {{ return one[0]; }})));"
    done = subprocess.run(["node", "-e", told], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == found
