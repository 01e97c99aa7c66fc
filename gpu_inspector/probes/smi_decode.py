"""From the bytes of a file to lines of text: what mail, the web and word processors do to a dump is undone here.

Nothing is guessed about values: only the wrapping is taken off, and what was taken off is said in the notes.
"""

import codecs
import html
import quopri
import re
from io import StringIO

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_

LARGEST = 64 * 1024 * 1024
"""Bytes; a dump of sixteen cards with all their clocks has less than one megabyte."""
MOST_LINES = 2_000_000
"""A card with every supported clock has about a thousand."""
_LOOKED_AT = 65536
"""Characters at the head by which text is told from noise."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_COLOUR = re.compile(r"\x1b\[[0-9;]{0,20}[A-Za-z]")
_TAG = re.compile(r"<[^<>]{0,400}>")
_QUOTED = re.compile(r"^[ \t]?(?:> ?){1,40}", re.MULTILINE)
_SOFT_BREAK = re.compile(r"=\n")
_TYPOGRAPHIC = str.maketrans({"\xa0": " ", "“": '"', "”": '"', "„": '"', "″": '"', "\u200b": "", "\ufeff": ""})


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text with plain line ends, and notes on what was taken off.

    Raises ProbeError where the data is empty, larger than 64 MiB or two million lines, or no text.
    """
    if not data.strip(b" \t\r\n\x00"):
        raise ProbeError("The file is empty.", "Ask for it again.")
    if len(data) > LARGEST:
        raise ProbeError(f"The file has {len(data):,} bytes; no dump of nvidia-smi has more than {LARGEST:,}.")
    text = _characters(data)
    head = text[:_LOOKED_AT]
    if len(_CONTROL.findall(_COLOUR.sub("", head))) * 100 > len(head):
        raise ProbeError("The file is not text.", "Ask for the output of `nvidia-smi -q -x`, saved as it is.")
    notes: list[str] = []
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_TYPOGRAPHIC)
    if text.count("\n") > MOST_LINES:
        raise ProbeError(f"The file has more than {MOST_LINES:,} lines; no dump of nvidia-smi has as many.")
    if "\x1b[" in text:
        text = _COLOUR.sub("", text)
    for undo in (_unquote, _printable, _markup):
        text = undo(text, notes)
    return text, tuple(notes)


def _characters(data: bytes) -> str:
    """The characters by the byte order mark, or by where the zeros stand; else UTF-8, damage marked as such."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(name, errors="replace")
    head = data[:64]
    if len(head) >= 4 and head.count(0) * 4 >= len(head):
        return data.decode("utf-16-be" if head[0] == 0 else "utf-16-le", errors="replace")
    return data.decode("utf-8", errors="replace")


def _unquote(text: str, notes: list[str]) -> str:
    """Take the "> " of a mail's answer off, where most lines bear one."""
    if "\n>" not in text and not text.startswith(">"):
        return text
    lines = sum(1 for line in StringIO(text) if not line.isspace())
    if 2 * sum(1 for _ in _QUOTED.finditer(text)) < lines:
        return text
    notes.append(N_("the text was quoted in a mail"))
    return _QUOTED.sub("", text)


def _printable(text: str, notes: list[str]) -> str:
    """Undo the mail encoding "quoted-printable", which writes "=3D" for "=" and breaks lines with "="."""
    if '=3D"' not in text and not ("=3D=3D" in text and _SOFT_BREAK.search(text)):
        return text
    notes.append(N_("the text was encoded for mail (quoted-printable)"))
    return quopri.decodestring(text.encode("utf-8", errors="replace")).decode("utf-8", errors="replace")


def _markup(text: str, notes: list[str]) -> str:
    """Undo a web page: XML with its angle brackets written as entities, once or twice."""
    for _ in range(2):
        if "<nvidia_smi_log" in text or not re.search(r"&(?:amp;)?lt;(?:nvidia_smi_log|gpu id=)", text):
            break
        if "the text came through a web page" not in notes:
            notes.append(N_("the text came through a web page"))
        text = html.unescape(_TAG.sub("", text)).replace("\xa0", " ")
    return text.replace("&nbsp;", " ") if "&nbsp;" in text else text
