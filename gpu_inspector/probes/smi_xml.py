"""`nvidia-smi -q -x`: read with a parser that goes element by element, so that a cut file gives what it still holds.

Only an element that was closed counts: a value that was cut in the middle is never used. Slices of a card (MIG
devices) have memory sizes of their own; paths start at the card itself, so that none of theirs is taken for it.
"""

import re
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes.smi_reading import MOST_CARDS, CardLines, Lines

MOST_NOTES = 20
"""On damage; a file torn to pieces says no more by its hundredth note."""
DEEPEST = 64
"""Levels; nvidia-smi nests eight deep."""
MOST_ELEMENTS = 2_000_000
"""A card with every supported clock has about a thousand."""
_LONGEST_VALUE = 4096
_ROOT = "nvidia_smi_log"
_ELEMENT = re.compile(r"<([A-Za-z_][\w.:-]{0,80})")
_OPEN = f"<{_ROOT}"
_END = f"</{_ROOT}>"
_DECLARATION = "<?xml"
_CARD = "<gpu id="
_SIGN = re.compile(rf"<\?xml|{_OPEN}|{_END}|<gpu\s{{1,20}}id\s{{0,20}}=")
"""Where a document starts or ends, or a card starts: no value holds them, since nvidia-smi escapes its values."""


def looks_like(text: str) -> bool:
    """Whether nvidia-smi's XML, or a card's part of it, stands in the text."""
    return _OPEN in text or _CARD in text


def foreign_root(text: str) -> str | None:
    """The first element's name, where the text is XML or HTML of something else."""
    if not text.lstrip().startswith("<"):
        return None
    found = _ELEMENT.search(text)
    return found[1] if found else None


def read(text: str) -> Lines:
    """The lines of all cards; several documents one behind the other are one bench after the other.

    A document that was cut hides none of those behind it, and a damaged card none of the next ones.

    Raises ProbeError where entities are declared, or something nvidia-smi never writes would use up memory or time.
    """
    if "<!ENTITY" in text:
        line = text.count("\n", 0, text.index("<!ENTITY")) + 1
        raise ProbeError(
            f"The XML contains entity declarations (line {line}), which nvidia-smi never writes.",
            "Refuse the file and ask for the output as it was.",
        )
    documents = _Documents(Lines(form="xml"))
    found = next(signs := _SIGN.finditer(text), None)
    line = text.count("\n", 0, found.start() if found else 0)
    while found is not None:
        behind = next(signs, None)
        part = text[found.start() : behind.start() if behind else len(text)]
        documents.take(found[0], part, line)
        line += part.count("\n")
        found = behind
    return documents.finish()


class _Documents:
    """The documents of a file, in the parts that begin with a sign.

    What stands ahead of a root (declaration, document type) says nothing of a card and is passed over.
    """

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._target = _Cards(lines)
        self._parser: Any = None
        """None between the documents."""
        self._first_line = 0
        self._damaged = False
        self._begun = 0
        self._documents = 0
        self._cut: set[int] = set()

    def take(self, sign: str, part: str, line: int) -> None:
        """The part that begins with this sign, after so many lines of the file."""
        if sign == _END:
            self._feed(_END)
            self._close()
        elif sign == _OPEN:
            self._close()
            self._begin(line)
            self._feed(part)
        elif sign == _DECLARATION:
            self._close()
        else:
            self._take_card(part, line)

    def _take_card(self, part: str, line: int) -> None:
        if self._parser is None:
            self._note(N_("the head of the XML is missing; read from the first card on"))
            self._begin(line)
            self._feed(_OPEN + ">")
        elif self._damaged:
            self._resume(line)
        cards = len(self._lines.cards)
        if self._target.depth == 1:
            self._feed(part)
        if len(self._lines.cards) > cards:
            return
        # The card ahead has no end, so that this one would count as a part of it, or a comment swallows it. Whether
        # both are of one document cannot be told: the versions said ahead are not taken for this card's.
        if not self._damaged:
            self._note(N_(f"the XML breaks off at line {line + 1}, where a card begins amid something else"))
            self._cut.add(self._documents)
        self._lines.forget_versions()
        self._resume(line)
        self._feed(part)

    def finish(self) -> Lines:
        """All lines, once the file has ended."""
        self._close()
        if self._documents > 1 and self._cut:
            which = N_("one of them is") if len(self._cut) == 1 else N_(f"{len(self._cut)} of them are")
            self._lines.notes.append(
                N_(f"the file holds several documents of nvidia-smi ({self._documents}); {which} cut or damaged")
            )
        return self._lines

    def _note(self, note: str) -> None:
        if note not in self._lines.notes and len(self._lines.notes) < MOST_NOTES:
            self._lines.notes.append(note)

    def _begin(self, line: int) -> None:
        self._documents += 1
        self._lines.forget_versions()
        self._start(line)

    def _resume(self, line: int) -> None:
        """Read on in a document that did not hold, from a card on, as if this were the first one."""
        self._start(line)
        self._feed(_OPEN + ">")

    def _start(self, line: int) -> None:
        self._begun += 1
        if self._begun > MOST_CARDS:
            raise ProbeError(f"The file holds more than {MOST_CARDS:,} documents; nobody has sent as many.")
        self._target.restart()
        self._parser = DefusedXMLParser(target=self._target)
        self._first_line = line
        self._damaged = False

    def _close(self) -> None:
        if self._parser is not None and not self._damaged:
            self._guarded(self._parser.close)
        self._parser = None

    def _feed(self, part: str) -> None:
        if self._parser is not None and not self._damaged:
            self._guarded(self._parser.feed, part)

    def _guarded(self, step: Callable[..., object], *given: str) -> None:
        try:
            step(*given)
        except ParseError as error:
            line = error.position[0] + self._first_line
            what = "ends" if "no element found" in str(error) or "unclosed" in str(error) else N_("is damaged")
            self._note(N_(f"the XML {what} at line {line}; read as far as it holds"))
            self._damaged = True
            self._cut.add(self._documents)
        except DefusedXmlException as error:
            raise ProbeError(
                "The XML refers to things outside of itself, which nvidia-smi never writes.",
                "Refuse the file and ask for the output as it was.",
            ) from error


class _Cards:
    """What the parser tells, element by element; a target in the sense of ElementTree."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._elements = 0
        self.restart()

    def restart(self) -> None:
        """Stand outside of any document again."""
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._card: CardLines | None = None

    @property
    def depth(self) -> int:
        """Elements that are open; a card belongs into one, the root."""
        return len(self._path)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._path.append(tag)
        self._text.clear()
        self._length = 0
        self._elements += 1
        if len(self._path) > DEEPEST:
            raise ProbeError(f"The XML is nested more than {DEEPEST} deep, which nvidia-smi never writes.")
        if self._elements > MOST_ELEMENTS:
            raise ProbeError(f"The XML has more than {MOST_ELEMENTS:,} elements, which nvidia-smi never writes.")
        if len(self._path) == 2 and tag == "gpu":
            self._card = self._lines.open()
            if "id" in attributes:
                self._card.put("@id", attributes["id"])

    def data(self, text: str) -> None:
        if self._length < _LONGEST_VALUE:
            self._text.append(text)
            self._length += len(text)

    def end(self, tag: str) -> None:
        text = "".join(self._text).strip()
        self._text.clear()
        path = self._path[1:]
        self._path.pop()
        if path[:1] == ["gpu"] and self._card is not None:
            if len(path) > 1 and text:
                self._card.put("/".join(path[1:]), text)
        elif len(path) == 1:
            self._lines.share(tag, text)

    def close(self) -> None:
        """The end of the document; all is kept already."""
