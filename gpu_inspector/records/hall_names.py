"""Names of nodes in little room: nodes are told apart by what is different in their names, so that must be seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gpu_inspector.language import said, visible

_ELLIPSIS = "…"
_NUMBERS = "0123456789"
_LONGEST = 80
"""Characters of what all names have in common."""


def fitted(name: str, fits: Callable[[str], bool]) -> str:
    """The name, or as much of its beginning and of its end as fits: nodes are told apart by their last letters."""
    if fits(name):
        return name
    least, most = 0, len(name) - 1
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if fits(_ends(name, middle)) else (least, middle - 1)
    return _ends(name, least)


@dataclass(frozen=True, slots=True)
class Common:
    """What the names of all nodes of a hall begin and end with, up to the numbers that tell them apart."""

    before: str = ""
    behind: str = ""

    def short(self, name: str) -> str:
        """The name without it."""
        before = _ELLIPSIS if len(self.before) > 1 else self.before
        behind = _ELLIPSIS if len(self.behind) > 1 else self.behind
        return f"{before}{name[len(self.before) : len(name) - len(self.behind)]}{behind}"


def common(names: Sequence[str]) -> Common:
    """For names that are too long for their room: cut one by one, they would all look the same."""
    if len(set(names)) <= 1:
        return Common()
    before = _beginning(names).rstrip(_NUMBERS)
    behind = _beginning([name[len(before) :][::-1] for name in names])[::-1].lstrip(_NUMBERS)
    return Common(before, behind)


def _beginning(names: Sequence[str]) -> str:
    """What the first and the last of them in order begin with, all do."""
    first, last = min(names), max(names)
    alike = next((at for at, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    return first[:alike]


def sentence(known: Common) -> str:
    """What the dots in the names stand for; "" where there are none."""
    if max(len(known.before), len(known.behind)) <= 1:
        return ""
    return said(
        "In the names of the nodes, dots stand for what all have in common: {name}.",
        name=visible(f"{known.before[:_LONGEST]}{_ELLIPSIS}{known.behind[:_LONGEST]}"),
    )


def _ends(name: str, kept: int) -> str:
    """So many letters of it, two in three of them from its end."""
    end = (kept * 2 + 2) // 3
    return f"{name[: kept - end]}{_ELLIPSIS}{name[len(name) - end :]}"
