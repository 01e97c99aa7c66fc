"""`nvidia-smi -q -x`: read with a parser that goes element by element, so that a cut file gives what it still holds.

Only an element that was closed counts: a value that was cut in the middle is never used. Slices of a card (MIG
devices) have memory sizes of their own; paths start at the card itself, so that none of theirs is taken for it.
"""

import re
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes.smi_reading import MOST_CARDS, CardLines, Lines

DEEPEST = 64
"""Levels; nvidia-smi nests eight deep."""
MOST_ELEMENTS = 2_000_000
"""A card with every supported clock has about a thousand."""
_LONGEST_VALUE = 4096
_ROOT = "nvidia_smi_log"
_ELEMENT = re.compile(r"<([A-Za-z_][\w.:-]{0,80})")
_END = f"</{_ROOT}>"


def looks_like(text: str) -> bool:
    """Whether nvidia-smi's XML, or a card's part of it, stands in the text."""
    return f"<{_ROOT}" in text or "<gpu id=" in text


def foreign_root(text: str) -> str | None:
    """The first element's name, where the text is XML or HTML of something else."""
    if not text.lstrip().startswith("<"):
        return None
    found = _ELEMENT.search(text)
    return found[1] if found else None


def read(text: str) -> Lines:
    """The lines of all cards; several documents one behind the other are one bench after the other.

    Raises ProbeError where entities are declared, or something nvidia-smi never writes would use up memory or time.
    """
    if "<!ENTITY" in text:
        line = text.count("\n", 0, text.index("<!ENTITY")) + 1
        raise ProbeError(
            f"The XML contains entity declarations (line {line}), which nvidia-smi never writes.",
            "Refuse the file and ask for the output as it was.",
        )
    lines = Lines(form="xml")
    position = passed = 0
    for _ in range(MOST_CARDS):
        end = text.find(_END, position)
        end = len(text) if end < 0 else end + len(_END)
        part = text[position:end]
        if looks_like(part):
            _document(part, passed, lines)
        position = end
        if position >= len(text):
            return lines
        passed += part.count("\n")
    raise ProbeError(f"The file holds more than {MOST_CARDS:,} documents; nobody has sent as many.")


def _document(part: str, lines_before: int, lines: Lines) -> None:
    """One document, from its first sign on; what stands ahead of it is passed over."""
    start = _first_sign(part)
    lines_before += part.count("\n", 0, start)
    body = part[start:]
    if f"<{_ROOT}" not in body:
        lines.notes.append("the head of the XML is missing; read from the first card on")
        body = f"<{_ROOT}>{body}"
    target = _Cards(lines)
    parser = DefusedXMLParser(target=target)
    try:
        parser.feed(body)
        parser.close()
    except ParseError as error:
        line = error.position[0] + lines_before
        what = "ends" if "no element found" in str(error) or "unclosed" in str(error) else "is damaged"
        lines.notes.append(f"the XML {what} at line {line}; read as far as it holds")
    except DefusedXmlException as error:
        raise ProbeError(
            "The XML refers to things outside of itself, which nvidia-smi never writes.",
            "Refuse the file and ask for the output as it was.",
        ) from error


def _first_sign(part: str) -> int:
    """Where the document starts: its own head where that leads straight to the root, else the root."""
    root = part.find(f"<{_ROOT}")
    if root < 0:
        return part.index("<gpu id=")
    head = part.rfind("<?xml", 0, root)
    if head < 0:
        head = part.rfind("<!DOCTYPE", 0, root)
    between = part[head:root] if head >= 0 else ""
    return head if head >= 0 and not re.sub(r"<[?!][^>]*>", "", between).strip() else root


class _Cards:
    """What the parser tells, element by element; a target in the sense of ElementTree."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._elements = 0
        self._card: CardLines | None = None

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
