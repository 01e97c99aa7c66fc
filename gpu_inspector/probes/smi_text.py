"""`nvidia-smi -q`: sections are told by indentation alone, since one name stands in many of them ("Total", "Max").

Lines ahead of the dump (a shell's prompt, a comment, a mail) are passed over: a card begins at its "GPU <address>"
line.
A few lines without that line are read too: little evidence, no error.
"""

import re
from io import StringIO

from gpu_inspector.probes.smi_fields import WANTED_TEXT
from gpu_inspector.probes.smi_reading import CardLines, Lines

_SIGN = re.compile(
    r"^[ \t]*(?:GPU [0-9A-Fa-fXx*]{4,8}:|=+NVSMI LOG=+|Product Name +:|FB Memory Usage *$|GPU UUID +:)", re.MULTILINE
)
_CARD = re.compile(r"GPU ([0-9A-Fa-fXx*]{4,8}:[0-9A-Fa-fXx*]{2}:[0-9A-Fa-fXx*]{2}\.[0-9A-Fa-fXx*])", re.ASCII)
_OPENING = frozenset({"product name", "product brand", "gpu uuid", "serial number", "vbios version", "fb memory usage"})
"""Names that stand in a card only: a few lines without their head begin with one of them."""
_INDENTED = re.compile(r"^[ \t]+\S[^\n]{0,80} : ", re.MULTILINE)
_BY_HEAD = {(path.split("/")[-2], path.split("/")[-1]): path for path in WANTED_TEXT if "/" in path}
"""The last section's name and the line's own, for a text that lost its indentation."""
_WHOLE = re.compile(r"[0-9.]+ (?:MiB|MHz|W|C|bank\(s\))")
"""A value that shows its own end, so that a missing line end cut nothing."""
_LONGEST_LINE = 1000
_DEEPEST = 16


def looks_like(text: str) -> bool:
    """Whether lines of `nvidia-smi -q` stand in the text."""
    return _SIGN.search(text) is not None


def read(text: str) -> Lines:
    """The lines of all cards.

    Raises ProbeError where more cards are listed than any machine has.
    """
    lines = Lines(form="text")
    flat = not _INDENTED.search(text)
    if flat:
        lines.notes.append("the indentation is lost; lines were sorted by the section's head above them")
    scope = _Scope(lines, flat)
    rest = text[text.rfind("\n") + 1 :]
    for line in StringIO(text[: len(text) - len(rest)]):
        scope.take(line)
    if ":" in rest and not _WHOLE.fullmatch(rest.rpartition(" : ")[2].strip()):
        lines.notes.append("the last line has no end, so its value was not used")
    else:
        scope.take(rest)
    return lines


class _Scope:
    """Where in a card the next line stands: the sections that are open, each with its indentation."""

    def __init__(self, lines: Lines, flat: bool) -> None:
        self._lines = lines
        self._flat = flat
        self._card: CardLines | None = None
        self._base = 0
        self._headed = False
        self._sections: list[tuple[int, str]] = []

    def take(self, line: str) -> None:
        """One line of the file."""
        if not line.strip() or len(line) > _LONGEST_LINE:
            return
        line = line.expandtabs(8).rstrip()
        content = line.lstrip()
        indentation = len(line) - len(content)
        head = _CARD.fullmatch(content)
        if head is not None:
            self._open(indentation - self._flat, headed=True).put("@id", head[1])
            return
        name, value = _split(content)
        card = self._card
        if card is not None and indentation <= self._base:
            card = None
        if card is not None and not self._headed and name == "product name" and name in card.texts:
            card = None
        if card is None and name in _OPENING:
            card = self._open(indentation - 1, headed=False)
        self._card = card
        if card is None:
            self._lines.share(name.replace(" ", "_"), value or "")
        else:
            path = self._path(indentation, name, is_head=value is None)
            if value:
                card.put(path, value)

    def _open(self, base: int, *, headed: bool) -> CardLines:
        self._card = self._lines.open()
        self._base = base
        self._headed = headed
        self._sections.clear()
        return self._card

    def _path(self, indentation: int, name: str, *, is_head: bool) -> str:
        """The names from the card down to this line."""
        if self._flat:
            if is_head:
                self._sections = [(0, name)]
            head = self._sections[-1][1] if self._sections else ""
            return _BY_HEAD.get((head, name), name)
        while self._sections and self._sections[-1][0] >= indentation:
            self._sections.pop()
        path = "/".join([*(section for _, section in self._sections), name])
        if len(self._sections) < _DEEPEST:
            self._sections.append((indentation, name))
        return path


def _split(content: str) -> tuple[str, str | None]:
    """Name and value of a line, the name in lower case; the value is None for the head of a section."""
    name, colon, value = content.partition(" : ")
    if not colon and content.endswith(" :"):
        name, value = content[:-2], ""
    elif not colon:
        return content.lower(), None
    return " ".join(name.split()).lower(), value.strip()
