"""GPU-Z as XML: what `GPU-Z.exe -dump FILE.xml` writes, one `card` below the root `gpuz_dump` for each adapter.

Versions differ in the fields that they have and in how they write the names; capitals, "_" and "-" in a name are not
looked at. Numbers bear no unit (memory in MB, clocks in MHz, bandwidth in GB/s). Source: public programs that read the
file (their element names: cardname, vendorid, deviceid, memsize, businterface, biosversion, location "1:0:0" and so
on); which versions have which of them is not known to us.
"""

import re
from io import StringIO
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import tool_fields as fields
from gpu_inspector.probes.foreign_text import head_of, text_of
from gpu_inspector.probes.handed import Handed

FORM = "gpu-z-xml"
_ASK = N_("Ask for the file as `GPU-Z.exe -dump FILE.xml` wrote it.")
_ROOT = re.compile(
    r"\s*(?:<\?xml[^<>]{0,200}\?>\s*)?(?:<!--[^<>]{0,1000}-->\s*)*<(gpu_?-?z\w{0,20})[\s>]", re.IGNORECASE
)
_VERSION = re.compile(r"[0-9]{1,2}\.[0-9]{1,3}(?:\.[0-9]{1,3})?", re.ASCII)
_CARD, _VERSIONS = "card", ("version", "gpuzversion", "appversion", "programversion")
_ALIASES = {
    "name": "cardname",
    "cudacapability": "cuda_capability",
    "subdeviceid": "subsysid",
    "subsystemid": "subsysid",
    "subsystemvendorid": "subvendorid",
    "buswidth": "membuswidth",
    "memorysize": "memsize",
    "memorytype": "memtype",
    "memoryvendor": "memvendor",
    "uefi": "biosuefi",
}
"""Other spellings that are taken for a field."""
_MOST_ELEMENTS = 200_000
_DEEPEST = 32
_LONGEST = 1000
_CHUNK = 65536
_LARGEST = 4 * 1024 * 1024
"""Characters; a file of four cards has some ten thousand, and one element's attributes are in memory all at once."""


def looks_like(data: bytes) -> bool:
    """Whether the root element is GPU-Z's."""
    return _ROOT.match(head_of(data)) is not None


def to_cards(data: bytes, name: str) -> Handed:
    """The NVIDIA cards of the file. Raises ProbeError where it holds none, or declares entities."""
    text, notes = text_of(data)
    if "<!ENTITY" in text or "<!DOCTYPE" in text:
        raise ProbeError("The XML contains declarations, which GPU-Z never writes.", N_("Refuse the file. ") + _ASK)
    if len(text) > _LARGEST:
        raise ProbeError(f"The XML has {len(text):,} characters; GPU-Z never writes more than {_LARGEST:,}.", _ASK)
    target = _Cards()
    cut = _feed(text, target)
    if cut is not None:
        notes = (*notes, N_(f"the XML breaks off at line {cut}; read as far as it holds"))
    return fields.handed(fields.Report("GPU-Z", target.version, FORM, target.cards, _ASK), text, notes)


def _feed(text: str, target: "_Cards") -> int | None:
    """Go through the text; the line where it does not hold, None where it holds to its end."""
    parser: Any = DefusedXMLParser(target=target, forbid_dtd=True)
    # The text is decoded already: what its declaration says of the encoding is no longer true.
    body = StringIO(re.sub(r"^\s*<\?xml[^<>]{0,200}\?>", "", text, count=1))
    line = 1
    try:
        while part := body.read(_CHUNK):
            parser.feed(part)
            line += part.count("\n")
        parser.close()
    except ParseError as error:
        return int(error.position[0])
    except DefusedXmlException as error:
        raise ProbeError("The XML contains declarations, which GPU-Z never writes.", "Refuse the file.") from error
    except (ValueError, LookupError):
        return line
    return None


class _Cards:
    """Takes the parser's events; only an element that was closed counts, and only one right below a card."""

    def __init__(self) -> None:
        self.cards: list[fields.Card] = []
        self.version = ""
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._elements = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > _MOST_ELEMENTS or len(self._path) >= _DEEPEST:
            raise ProbeError("The XML has more elements, or deeper ones, than GPU-Z writes.", _ASK)
        self._path.append(_plain(tag))
        self._text, self._length = [], 0
        if self._path[1:] == [_CARD]:
            fields.opened(self.cards)
        if len(self._path) == 1 and not self.version:
            self.version = next(
                (value for key, value in attributes.items() if _plain(key) in _VERSIONS and _VERSION.fullmatch(value)),
                "",
            )

    def data(self, text: str) -> None:
        if self._length <= _LONGEST:
            self._text.append(text)
            self._length += len(text)

    def end(self, tag: str) -> None:
        text, path = "".join(self._text).strip(), self._path[1:]
        self._path.pop()
        self._text, self._length = [], 0
        if len(text) > _LONGEST or not text:
            return
        if len(path) == 1 and path[0] in _VERSIONS and _VERSION.fullmatch(text):
            self.version = text
        key = _ALIASES.get(path[-1], path[-1]) if path else ""
        if len(path) == 2 and path[0] == _CARD and key in fields.KEYS and self.cards:
            self.cards[-1].put(key, text)

    def comment(self, text: str) -> None:
        """Comments say nothing."""

    def close(self) -> None:
        """The document ended."""


def _plain(tag: str) -> str:
    """A name without its namespace, capitals, "_" and "-"."""
    return tag.rpartition("}")[2].casefold().replace("_", "").replace("-", "")[:80]
