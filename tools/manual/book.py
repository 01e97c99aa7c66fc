"""One document out of the site's pages, for the PDF: title, contents, parts and chapters, each link within it.

Every id gets its page's name before it, so that two pages may have a heading of the same words.
"""

import html
import json
import posixpath
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

_EMPTY = frozenset({"br", "hr", "img", "col", "input", "meta", "link", "wbr"})
"""Elements of HTML that have no end."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One page of the site."""

    url: str
    part: str
    title: str
    html: str

    @property
    def name(self) -> str:
        """The page's name as an id: `manual-expert` of `manual/expert.html`."""
        return self.url.removesuffix(".html").replace("/", "-")


def chapters(pages: Path) -> list[Chapter]:
    """The pages that tools/manual/hooks.py wrote, in the order of the navigation."""
    return [Chapter(**page) for page in json.loads(pages.read_text(encoding="utf-8"))]


class _Moved(HTMLParser):
    """A page's text with ids, links and pictures as they must be within the one document."""

    def __init__(self, chapter: Chapter, names: dict[str, str], site: Path) -> None:
        super().__init__(convert_charrefs=False)
        self.chapter, self.names, self.site = chapter, names, site
        self.out: list[str] = []
        self.headings: list[tuple[int, str, str]] = []
        """(level, id, words)."""
        self._heading: tuple[int, str, list[str]] | None = None
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if values.get("class") == "headerlink" or self._skipped:
            self._skipped += tag not in _EMPTY
            return
        if "id" in values:
            values["id"] = self._id(values["id"])
        if tag == "a" and "href" in values:
            values["href"] = self._target(values["href"])
        if tag == "img":
            values["src"] = self._picture(values["src"])
        if tag[0] == "h" and tag[1:].isdigit():
            self._heading = (int(tag[1:]), values.get("id", ""), [])
        written = "".join(f' {name}="{html.escape(value)}"' for name, value in values.items())
        self.out.append(f"<{tag}{written}>")

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        if self._heading and tag == f"h{self._heading[0]}":
            level, name, words = self._heading
            self.headings.append((level, name, "".join(words).strip()))
            self._heading = None
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._text(data, data)

    def handle_entityref(self, name: str) -> None:
        self._text(f"&{name};", html.unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self._text(f"&#{name};", html.unescape(f"&#{name};"))

    def _text(self, written: str, words: str) -> None:
        if self._skipped:
            return
        self.out.append(written)
        if self._heading:
            self._heading[2].append(words)

    def _id(self, name: str) -> str:
        return f"{self.chapter.name}--{name}"

    def _target(self, link: str) -> str:
        address, _, anchor = link.partition("#")
        if "://" in link or link.startswith("mailto:"):
            return link
        page = posixpath.normpath(posixpath.join(posixpath.dirname(self.chapter.url), address))
        name = self.names.get(page, "") if address else self.chapter.name
        if name:
            return f"#{name}--{anchor}" if anchor else f"#{name}"
        return self._picture(address)

    def _picture(self, address: str) -> str:
        page = posixpath.join(posixpath.dirname(self.chapter.url), address)
        return (self.site / posixpath.normpath(page)).as_uri()


def book(all_chapters: list[Chapter], site: Path, version: str, day: str) -> str:
    """The whole document. The styles are those of tools/manual/book.css."""
    names = {chapter.url: chapter.name for chapter in all_chapters}
    bodies, contents = [], []
    part = ""
    for chapter in all_chapters:
        moved = _Moved(chapter, names, site)
        moved.feed(chapter.html)
        moved.close()
        if chapter.part != part:
            part = chapter.part
            contents.append(f'<li class="part">{html.escape(part)}</li>')
        contents.append(_line(chapter.name, chapter.title, "chapter"))
        if not chapter.part:
            contents += [_line(name, words, "section") for level, name, words in moved.headings if level == 2]
        bodies.append(f'<section class="chapter" id="{chapter.name}">{"".join(moved.out)}</section>')
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8"><title>GPU Inspector: the manual</title>',
            '<meta name="author" content="GPU Inspector"></head><body>',
            '<section class="title"><h1>GPU Inspector</h1>',
            '<p class="question">Is this NVIDIA card what it is said to be?</p>',
            f"<p>The manual</p><p>Version {html.escape(version)}<br>Sources of {html.escape(day)}</p></section>",
            '<nav class="contents" id="contents"><h1>Contents</h1><ul>',
            *contents,
            "</ul></nav>",
            *bodies,
            "</body></html>",
        )
    )


def _line(name: str, words: str, kind: str) -> str:
    return f'<li class="{kind}"><a href="#{html.escape(name)}">{html.escape(words)}</a></li>'
