"""From the lines of one card to its reading.

Two lines with one name and different values count as none: nvidia-smi never prints that, so a hand was at it, and
which of the two is the card's own cannot be told.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes.smi_fields import FIELDS, WANTED_TEXT, WANTED_XML, Field
from gpu_inspector.probes.smi_masks import spoken_absence
from gpu_inspector.probes.smi_values import LONGEST_TEXT, UNREADABLE, Absent, Value, identity
from gpu_inspector.records.claims import Absence, SmiReading

MOST_CARDS = 1024
DOUBLED = N_("given twice with different values")
_DIE_BIN = re.compile(r"[0-9A-F]{4}-[0-9A-Z]{3,4}-[A-Z][0-9]", re.ASCII)
"""Such as "2684-300-A1": device id, bin, stepping."""
_BOARD_NUMBER = re.compile(r"[0-9]{3}-[0-9A-Z]{5}-[0-9A-Z]{4}-[0-9A-Z]{3}", re.ASCII)
"""Such as "900-2G133-0020-100"."""


@dataclass(slots=True)
class CardLines:
    """The wanted lines of one card, as a parser finds them: path below the card -> text."""

    form: str
    driver_version: str = ""
    cuda_version: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    doubled: set[str] = field(default_factory=set)

    def put(self, path: str, text: str) -> None:
        """Keep a line, if a field is read from it; the first of two stays, and that they differ is kept too."""
        if path not in (WANTED_TEXT if self.form == "text" else WANTED_XML):
            return
        shown = " ".join(text.split()) if len(text) <= 4 * LONGEST_TEXT else text[: LONGEST_TEXT + 1]
        if self.texts.setdefault(path, shown) != shown:
            self.doubled.add(path)


@dataclass(slots=True)
class Lines:
    """All that a parser found: one entry a card, what holds for all of them, and what a reader should know."""

    form: str
    cards: list[CardLines] = field(default_factory=list)
    driver_version: str = ""
    cuda_version: str = ""
    announced: int = 0
    """How many cards the dump says that it lists."""
    notes: list[str] = field(default_factory=list)

    def open(self) -> CardLines:
        """The next card; the versions that were said ahead of it are its own.

        Raises ProbeError where there are more cards than any machine has.
        """
        if len(self.cards) >= MOST_CARDS:
            raise ProbeError(f"The dump lists more than {MOST_CARDS:,} cards; no machine has as many.")
        card = CardLines(self.form, self.driver_version, self.cuda_version)
        self.cards.append(card)
        return card

    def forget_versions(self) -> None:
        """Another document begins: what the one ahead said of its driver is not said of this one's cards."""
        self.driver_version = self.cuda_version = ""

    def share(self, name: str, text: str) -> None:
        """A line that stands ahead of the cards."""
        if name == "driver_version":
            self.driver_version = text
        elif name == "cuda_version":
            self.cuda_version = text
        elif name == "attached_gpus" and text.isascii() and text.isdecimal() and len(text) < 6:
            self.announced += int(text)


def readings(lines: Lines) -> tuple[SmiReading, ...]:
    """A reading of each card that has at least one line; empty cards are left out."""
    return tuple(reading(card) for card in lines.cards if card.texts)


def reading(card: CardLines) -> SmiReading:
    """What one card's lines claim, and why a line that stands there gives no value."""
    claims: dict[str, Any] = {}
    absent: list[Absence] = []
    shared = {"driver_version": card.driver_version, "cuda_version": card.cuda_version}
    for name, text in shared.items():
        if text:
            _note(name, _checked(identity, text), claims, absent)
    for one in FIELDS:
        for path in one.text if card.form == "text" else one.xml:
            answer = _answer(one, path, card)
            if answer is not None:
                _note(one.name, answer, claims, absent)
                break
    _sort_part_numbers(claims, absent)
    return SmiReading(form=card.form, absent=tuple(absent), **claims)


@dataclass(frozen=True, slots=True)
class _Answer:
    value: Value | tuple[int, ...] | None = None
    reason: str = ""


def _note(name: str, answer: _Answer, claims: dict[str, Any], absent: list[Absence]) -> None:
    if answer.value is None:
        absent.append(Absence(name, answer.reason))
    else:
        claims[name] = answer.value


def _checked(read: Callable[[str], Value], text: str) -> _Answer:
    """One text's value, or why it has none."""
    reason = spoken_absence(text)
    if reason is not None:
        return _Answer(reason=reason)
    if len(text) > LONGEST_TEXT or not text.isprintable() or "\N{REPLACEMENT CHARACTER}" in text:
        return _Answer(reason=UNREADABLE)
    try:
        return _Answer(value=read(text))
    except Absent as absence:
        return _Answer(reason=str(absence))


def _answer(one: Field, path: str, card: CardLines) -> _Answer | None:
    """What the lines of one name say; None where no such line stands.

    A sum needs all of its lines, since a file may be cut between them; those without a value count nothing, but that
    a tuple has no place for them.
    """
    parts = [_line(one, part, card) for part in path.split(" + ")]
    said = [answer for answer in parts if answer is not None]
    if len(said) < len(parts):
        return None
    given = [answer.value for answer in said if answer.value is not None]
    doubled = next((answer for answer in said if answer.reason == DOUBLED), None)
    if doubled is not None or not given:
        return doubled or said[0]
    if len(parts) == 1:
        return said[0]
    counts = tuple(value for value in given if isinstance(value, int))
    if not one.listed:
        return _Answer(value=sum(counts))
    return _Answer(value=counts) if len(counts) == len(parts) else next(one for one in said if one.value is None)


def _line(one: Field, path: str, card: CardLines) -> _Answer | None:
    if path in card.doubled:
        return _Answer(reason=DOUBLED)
    if path in card.texts:
        return _checked(one.read, card.texts[path])
    section = path.rpartition("/")[0]
    while section:
        reason = spoken_absence(card.texts[section]) if section in card.texts else None
        if reason is not None:
            return _Answer(reason=reason)
        section = section.rpartition("/")[0]
    return None


def _sort_part_numbers(claims: dict[str, Any], absent: list[Absence]) -> None:
    """Drivers before R510 print the board's number where later ones print the die's; its form tells which it is."""
    number = claims.get("gpu_part_number")
    if number is None or _DIE_BIN.fullmatch(number):
        return
    del claims["gpu_part_number"]
    if not _BOARD_NUMBER.fullmatch(number):
        absent.append(Absence("gpu_part_number", UNREADABLE))
        return
    absent.append(Absence("gpu_part_number", N_("the board's number stands there")))
    if "board_part_number" not in claims:
        claims["board_part_number"] = number
        absent[:] = [absence for absence in absent if absence.field != "board_part_number"]
