"""What the QR code of a card's tag says, and the way back from such a text to the row of the ledger that it is of.

A tag is glued on goods and read again by whatever there is: a photograph, a telephone, a hand scanner that types. So
the text is of capital letters, digits and spaces alone, which QR codes pack closest and which all Latin keyboards but
those with shifted digits type alike; a caps-lock key that is down does no harm. A scanned text is untrusted: it is read
whole or not at all, and what it says is held against the ledger's own row before anything is shown.
"""

import re
from dataclasses import dataclass

from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.inspection import Inspection, LedgerEntry

HEAD_DIGITS = 16
"""Digits of the row's digest: as many as stand at the foot of every page of the report."""
LONGEST = 400
"""Characters that are looked at; the longest text that has a meaning, the report's own code, has under 190."""

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KNOWN = re.compile(
    r"gpu inspector (?:(?:(simulation|sample) )?tag ([1-9][0-9]{0,18}) card ([1-9][0-9]{0,3}) digest ([0-9a-f]{16})"
    r"|report ([1-9][0-9]{0,18}) digest ([0-9a-f]{64}))"
    r" inspection ([0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
)
_BEGINS = re.compile(r"gpu inspector (?:(?:simulation |sample )?tag|report) [0-9]")
_MARKS = {Origin.SIMULATION: "simulation", Origin.SAMPLE: "sample"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TagText:
    """What a tag, or the code of a report, says of itself; nothing of it is proven by its saying so."""

    seq: int
    """The row's number."""
    head: str
    """How the row's digest begins, in lower-case hexadecimal digits: 16 of a tag, all 64 of a report."""
    id: str
    """The inspection's id with its hyphens, in lower case."""
    card: int | None
    """The card's number within the inspection, from 1; None of a report, which is of all its cards."""
    mark: str = ""
    """ "simulation" or "sample", where it says that no real card was inspected."""


def mark_of(inspection: Inspection) -> str:
    """The word that stands before "tag" where no real card was inspected: whoever scans one reads it at once."""
    return _MARKS.get(inspection.evidence.origin, "")


def said(entry: LedgerEntry, inspection: Inspection, card: int) -> str:
    """What the code of the card with this number, from 1, says. Raises ValueError for what no tag can say.

    That is a card that the inspection does not have, and an id that this program never made.
    """
    if not 1 <= card <= len(inspection.judgement.cards):
        raise ValueError(f"the inspection has no card {card}")
    if not _ID.fullmatch(inspection.id):
        raise ValueError("the inspection's id is no UUID")
    kind = f"{mark_of(inspection)} tag".strip()
    text = f"GPU Inspector {kind} {entry.seq} card {card} digest {entry.digest[:HEAD_DIGITS]}"
    text = f"{text} inspection {inspection.id.replace('-', '')}".upper()
    if parse(text) is None:
        raise ValueError("the row's number or digest is none")
    return text


def parse(text: str) -> TagText | None:
    """What a scanned text says; None where it is not, whole and alone, that of a tag or of a report's code.

    Capital and small letters are the same, and so is every space: scanners add what they like at the end, and a line
    that was typed into a terminal comes in words.
    """
    found = _KNOWN.fullmatch(_plain(text))
    if found is None:
        return None
    mark, tag_seq, card, head, report_seq, digest, name = found.groups()
    digits = name.replace("-", "")
    return TagText(
        seq=int(tag_seq or report_seq),
        head=head or digest,
        id="-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])),
        card=int(card) if card else None,
        mark=mark or "",
    )


def begins(text: str) -> bool:
    """Whether it begins as such a text does: where it is not whole, that is worth a sentence."""
    return _BEGINS.match(_plain(text)) is not None


def _plain(text: str) -> str:
    """Lower case with single spaces; "" of a text that is too long, or has letters that no such text has."""
    if len(text) > LONGEST or not text.isascii():
        return ""
    return " ".join(text.lower().split())
