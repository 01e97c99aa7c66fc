"""Every link of the manual: what it leads to inside must be there; outside addresses are listed and never asked.

And nothing that a page loads - pictures, styles, scripts, fonts - may come from a network: the site is read from a
disc.
"""

import posixpath
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADING = {("img", "src"), ("script", "src"), ("link", "href"), ("source", "src"), ("iframe", "src")}
_IN_STYLES = re.compile(r"""(?:url\(\s*['"]?|@import\s+['"])((?:https?:)?//[^'")]+)""")


@dataclass(slots=True)
class Seen:
    """What one page has."""

    ids: set[str] = field(default_factory=set)
    links: list[tuple[str, bool]] = field(default_factory=list)
    """(address, whether the page loads it)."""
    twice: list[str] = field(default_factory=list)
    """Ids that stand there more than once."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen = Seen()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.seen.twice += [value] if value in self.seen.ids else []
                self.seen.ids.add(value)
            elif name in ("href", "src") and value:
                self.seen.links.append((value, (tag, name) in _LOADING))


def read(page: str) -> Seen:
    """Ids and links of one page."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.seen


def of_site(site: Path) -> tuple[list[str], list[str]]:
    """(what is wrong, the addresses outside)."""
    pages = {path.relative_to(site).as_posix(): read(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    wrong: list[str] = []
    outside: set[str] = set()
    for url, seen in sorted(pages.items()):
        wrong += [f"{url}: two places have the id {one!r}" for one in seen.twice]
        for link, loads in seen.links:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https") or parts.netloc:
                outside.add(link)
                wrong += [f"{url}: loads {link} from a network"] if loads else []
            elif not parts.scheme:
                wrong += _inside(url, parts.path, unquote(parts.fragment), pages, site)
    for path in site.rglob("*.css"):
        found = _IN_STYLES.findall(path.read_text(encoding="utf-8"))
        wrong += [f"{path.relative_to(site)}: loads {one} from a network" for one in found]
    return wrong, sorted(outside)


def _inside(url: str, path: str, anchor: str, pages: dict[str, Seen], site: Path) -> list[str]:
    target = posixpath.normpath(posixpath.join(posixpath.dirname(url), unquote(path))) if path else url
    if target.startswith("..") or posixpath.isabs(target):
        return [f"{url}: {path} leads out of the site"]
    if not (site / target).is_file():
        return [f"{url}: {target} is not there"]
    if anchor and target in pages and anchor not in pages[target].ids:
        return [f"{url}: {target} has no place {anchor!r}"]
    return []


def of_book(book: str) -> list[str]:
    """What is wrong with the links of the one document that becomes the PDF."""
    seen = read(book)
    wrong = [f"the PDF: two places have the id {one!r}" for one in seen.twice]
    for link, _loads in seen.links:
        if link.startswith("#") and link[1:] not in seen.ids:
            wrong.append(f"the PDF: no place {link[1:]!r}")
        elif link.startswith("file:") and not Path(unquote(urlsplit(link).path)).is_file():
            wrong.append(f"the PDF: {link} is not there")
    return wrong
