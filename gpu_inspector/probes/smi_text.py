"""`nvidia-smi -q`: sections are told by indentation alone, since one name stands in many of them ("Total", "Max").

Lines ahead of the dump (a shell's prompt, a comment, a mail) are passed over: a card begins at its "GPU <address>"
line.
A few lines without that line are read too: little evidence, no error.
"""

import re
from io import StringIO

from gpu_inspector.language import N_
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
_LEAVES = frozenset(path.rpartition("/")[2] for path in WANTED_TEXT if "/" in path)
"""Names of values that stand below a section; some of them name a section's head elsewhere."""
_SLICES = frozenset({"mig device", "mig devices"})
_OF_SLICES_TOO = frozenset({"fb memory usage", "bar1 memory usage", "ecc errors"})
"""Sections that a slice of a card (MIG device) has as well as the card."""
_OF_CARD_ONLY = frozenset({path.split("/")[0] for path in WANTED_TEXT} | {"accounting mode"}) - _OF_SLICES_TOO
"""Names on the card's own level that tell that the slices have ended."""
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
        lines.notes.append(N_("the indentation is lost; lines were sorted by the section's head above them"))
    scope = _Scope(lines, flat)
    rest = text[text.rfind("\n") + 1 :]
    for line in StringIO(text[: len(text) - len(rest)]):
        scope.take(line)
    if ":" in rest and not _WHOLE.fullmatch(rest.rpartition(" : ")[2].strip()):
        lines.notes.append(N_("the last line has no end, so its value was not used"))
    else:
        scope.take(rest)
    if scope.has_lost_values():
        lines.notes.append(
            N_(
                "the indentation is damaged: values that stand below a section could not be told apart and were not"
                " used"
            )
        )
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
        self._slices: int | None = None
        """The indentation of the slices' head, while the lines below it may be of a slice."""
        self._slices_hold: set[str] = set()
        self._stray: set[int] = set()
        """The cards, by their places, with a value that belongs below a section and stands below none."""

    def has_lost_values(self) -> bool:
        """Whether a card has a name and values, and not one of those below a section could be placed."""
        cards = (self._lines.cards[place] for place in self._stray)
        return any("product name" in card.texts and not any("/" in path for path in card.texts) for card in cards)

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
            if self._headed and name in _OPENING and card.texts.keys() <= {"@id"}:
                self._base = indentation - 1  # No other line stands below a card's head: its indentation was lost.
            else:
                card = None
        if card is not None and not self._headed and name == "product name" and name in card.texts:
            card = None
        if card is None and name in _OPENING:
            card = self._open(indentation - 1, headed=False)
        self._card = card
        if card is None:
            self._lines.share(name.replace(" ", "_"), value or "")
        elif not self._in_slice(indentation, name, is_head=not value):
            path = self._path(indentation, name, is_head=value is None)
            if value:
                card.put(path, value)
                if name in _LEAVES and path == name and path not in WANTED_TEXT:
                    self._stray.add(len(self._lines.cards) - 1)

    def _open(self, base: int, *, headed: bool) -> CardLines:
        self._card = self._lines.open()
        self._base = base
        self._headed = headed
        self._sections.clear()
        self._slices = None
        return self._card

    def _in_slice(self, indentation: int, name: str, *, is_head: bool) -> bool:
        """Whether the line is of a slice, or may be one's, where the indentation does not tell."""
        if name in _SLICES and is_head:
            self._slices = indentation
            self._slices_hold.clear()
            self._sections.clear()
            return True
        if self._slices is None:
            return False
        if not self._flat and indentation > self._slices:
            self._slices_hold.add(name)
            return True
        if name in _OF_CARD_ONLY or (name in _OF_SLICES_TOO and name in self._slices_hold):
            self._slices = None
            return False
        return True

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
