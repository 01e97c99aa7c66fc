"""What a question of the visual examination is: the words that window, command line and report share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """One look at the object."""

    id: str
    asks: str
    """A question whose "as expected" is yes."""
    look: str
    """What tells, in a sentence or two."""


@dataclass(frozen=True, slots=True)
class Step:
    """Questions that are answered with the object in one position; `id` is its picture's name too."""

    id: str
    title: str
    lead: str
    questions: tuple[Question, ...]
