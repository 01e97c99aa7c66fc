"""What the inspector's own eye, scale and rule found of the object: a source beside PCI, driver and silicon.

Many forgeries never start: a die ground flat and marked anew, a board without a die. What can be seen of them is
written down here, each answer with its photographs. An answer is the inspector's word, and a photograph shows what it
shows: nothing here was read out of the card. None and "" are "not looked at", never "as expected".
"""

from dataclasses import dataclass
from enum import StrEnum

from gpu_inspector.language import N_


class Seen(StrEnum):
    """The answer to one question of the checklist; a question without an answer was not looked at."""

    AS_EXPECTED = N_("as expected")
    DEVIATES = "deviates"
    NOT_VISIBLE = N_("not visible")


class Power(StrEnum):
    """What the object did when power was put on it."""

    STARTS = "starts"
    DOES_NOT_START = N_("does not start")
    NOT_TRIED = N_("not tried")


class Sure(StrEnum):
    """Why a text that a reader took off a picture may be believed."""

    CHECKSUM = "checksum"
    """The code carries a check of its own, and it holds."""
    OFFICER = "inspector"
    """The inspector held it against the label and said yes."""
    NOT = ""
    """Neither: it is shown, and decides nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answer to one question of `records.checklist`."""

    question: str
    """Its id, "package-marking"."""
    seen: Seen
    note: str = ""
    photographs: tuple[str, ...] = ()
    """SHA-256 of photographs of the case that show it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelCode:
    """One bar code of a label, as it was read."""

    kind: str
    """The kind of code, "Code 128"."""
    text: str
    sure: Sure = Sure.NOT
    photograph: str = ""
    """SHA-256 of the photograph that it was read from; "" where a scanner or a hand typed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What label and box say: typed off by the inspector, or read from their bar codes."""

    brand: str = ""
    """Whose label it is: "ASUS", "NVIDIA"."""
    model: str = ""
    """With its suffix, "ROG-STRIX-RTX4090-O24G-GAMING"."""
    part_number: str = ""
    serial: str = ""
    text: str = ""
    """All else that is printed, line by line."""
    codes: tuple[LabelCode, ...] = ()
    photographs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DieMarking:
    """The GPU package with the cooler off."""

    present: bool | None = None
    """Whether there is a die on the board at all; None where the cooler stayed on."""
    lines: tuple[str, ...] = ()
    """As they are printed: "S TW 2231A1", "AD102-300-A1"."""
    photographs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryChips:
    """Memory chips of one marking."""

    marking: str
    """As it is printed, its lines with a space between: "SEC 231 K4ZAF325BM HC16", "D8BZC"."""
    count: int
    side: str = ""
    """"front", "rear" or ""."""
    photographs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One of the fixed list of photographs, taken."""

    what: str
    """Its line in `records.checklist.SHOTS`, in English."""
    photographs: tuple[str, ...] = ()


NO_LABEL = Label()
NO_MARKING = DieMarking()


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """All that was seen of one object. Weights are grams, lengths millimetres, as they were measured."""

    power: Power = Power.NOT_TRIED
    whole_card: bool | None = None
    """True for a populated board with its cooler or without; False for a bare chip or a bare board."""
    answers: tuple[Answered, ...] = ()
    label: Label = NO_LABEL
    die: DieMarking = NO_MARKING
    memory: tuple[MemoryChips, ...] = ()
    weight_g: float | None = None
    length_mm: float | None = None
    height_mm: float | None = None
    thickness_mm: float | None = None
    board_marking: str = ""
    """The board's number as it is printed on it, "PG139"."""
    shots: tuple[Shot, ...] = ()
    """Of the fixed list of photographs, those that were taken."""


NOTHING_SEEN = Appearance()
SIDES = {"front": N_("side of the GPU"), "rear": N_("rear side")}
"""Sides of the board that memory chips sit on -> in words."""
