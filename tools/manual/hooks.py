"""What differs between a page on a forge and the same page in the manual, and what the pages hand on to the PDF.

Links that lead out of docs/: on a forge `../README.md` and `../gpu_inspector/checks/die.py` can be opened; in the
manual they are names of files in the sources. Such a link becomes its own words, with the path behind them where the
words do not say it. A link to a file that is not there stays, and mkdocs warns of it, which ends the build.

`<![` inside code: Python's parser of HTML takes it for a marked section before Markdown has seen that it is code (the
patterns in checks.md have it), so it goes through Markdown under a sign that stands in no text.

Each page's text is kept in `pages.json` beside the site, in the order of the navigation: the PDF and the search are
made of it.
"""

import json
import posixpath
import re
from html import unescape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
_LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")
_PLACED = ("schemas/",)
"""Folders inside docs/ that the site leaves out: their files are for programs."""
_MARKED = "<!["
_HIDDEN = "\ue0fe"
"""A sign for private use, in place of the above."""
_FOR_SERVERS = ("404.html", "sitemap.xml", "sitemap.xml.gz")
"""What mkdocs writes for a web server, with links from that server's root; the site is opened from a disc."""
_BOX = """<div role="search"><form id="manual-search" onsubmit="return false">
<input type="search" placeholder="Search the manual" aria-label="Search the manual" autocomplete="off"></form></div>"""
_pages: dict[str, dict[str, str]] = {}


def on_nav(nav: Any, **_rest: Any) -> None:
    """mkdocs's hook: the order of the pages, and the part of the manual that each stands in."""
    _pages.clear()
    for page in nav.pages:
        part = page.parent.title if page.parent is not None else ""
        _pages[page.url] = {"url": page.url, "part": part, "title": page.title or "", "html": ""}


def on_page_markdown(markdown: str, page: Any, **_rest: Any) -> str:
    """mkdocs's hook: the page's text before it is drawn."""
    folder = posixpath.dirname(page.file.src_uri)
    return _LINK.sub(lambda found: _mended(found, folder), markdown).replace(_MARKED, _HIDDEN)


def on_page_content(html: str, page: Any, **_rest: Any) -> str:
    """mkdocs's hook: the page's text as HTML, before the theme is put around it."""
    whole = html.replace(_HIDDEN, "&lt;![")
    _pages[page.url] |= {"title": page.title, "html": whole}
    return whole


def on_post_page(output: str, page: Any, **_rest: Any) -> str:
    """mkdocs's hook: the whole page; the search's box goes below the name in the sidebar."""
    up = "../" * page.url.count("/")
    scripts = f'<script src="{up}search.js" defer></script>\n<script src="{up}search-pages.js" defer></script>\n</head>'
    boxed = re.sub(r'(<div class="wy-side-nav-search">.*?</a>)', rf"\1\n{_BOX}", output, count=1, flags=re.DOTALL)
    return boxed.replace("</head>", scripts, 1).replace("<form ", f'<form data-up="{up}" ', 1)


def on_post_build(config: Any, **_rest: Any) -> None:
    """mkdocs's hook: what the search and the PDF are made of."""
    site = Path(config.site_dir)
    for name in _FOR_SERVERS:
        (site / name).unlink(missing_ok=True)
    pages = list(_pages.values())
    site.with_name("pages.json").write_text(json.dumps(pages, ensure_ascii=False, indent=1), encoding="utf-8")
    found = [part for page in pages for part in _sections(page)]
    index = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    # A script and no JSON: a page that is opened from a disc may load the one and not the other.
    (site / "search-pages.js").write_text(f"var manualPages = {index};\n", encoding="utf-8")
    (site / "search.js").write_text((HERE / "search.js").read_text(encoding="utf-8"), encoding="utf-8")


def _sections(page: dict[str, str]) -> list[list[str]]:
    """(address, page, heading, text) of each part of a page that begins with a heading."""
    found = []
    pieces = re.split(r'<h[1-6] id="([^"]+)">(.*?)</h[1-6]>', page["html"], flags=re.DOTALL)
    for anchor, heading, text in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        found.append([f"{page['url']}#{anchor}", page["title"], _plain(heading), _plain(text)])
    return found


def _plain(html: str) -> str:
    without = re.sub(r'<a class="headerlink".*?</a>', "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", without)).split())


def _mended(found: re.Match[str], folder: str) -> str:
    words, target = found[1], found[2]
    if "://" in target or target.startswith(("#", "mailto:")):
        return found[0]
    path = posixpath.normpath(posixpath.join("docs", folder, target.partition("#")[0]))
    inside = path.startswith("docs/") and not path.removeprefix("docs/").startswith(_PLACED)
    if inside or not (ROOT / path).exists():
        return found[0]
    plain = words.replace("`", "")
    return words if posixpath.basename(path) in plain or path in plain else f"{words} (`{path}`)"
