"""The templates that texts are made of, filed by how they begin, and what stands at their places in a text."""

import re
from collections import defaultdict
from dataclasses import dataclass
from string import Formatter

_LETTERS = 8
WORDS = 2
"""So much of its own a template must have: "{a} of {b}" fits half of the world's texts."""
_SURE = 24
"""A template with so many letters of its own is meant even where a value of it holds a sentence's end."""
_QUOTE = 4
_FIGURE = re.compile(r"[0-9A-Fx.,:+–-]*\d[0-9A-Fx.,:+–-]*(?: ?[A-Za-z°µ%/²·]{1,5})?")
_KEY = 6
"""Characters of a template's beginning that it is filed under."""
SENTENCES = re.compile(r"(?<=[.!?)]) (?=[A-Z“\"{])")
WORD = re.compile(r"[A-Za-z]{2,}")
_NO_MERE_OF = re.compile(r"[A-Za-z]{3,}")
"""What even a template of figures must have."""
_CODE = re.compile(r"[A-Z]{1,3}\d{2,4}[A-Z]?")
"""A die's name, such as "AD102"."""


@dataclass(frozen=True, slots=True)
class Template:
    text: str
    literals: tuple[str, ...]
    """One more than there are places."""
    names: tuple[str, ...]
    """Of places that touch, "{claimed}{device}", one: "claimed+device"."""
    weight: int
    of_figures: bool = False
    """It has so few words of its own that it is meant only where every value is a figure: "{number} pages"."""

    def values_in(self, text: str) -> dict[str, str] | None:
        """What stands at its places; None where the text was not made of it."""
        first, last = self.literals[0], self.literals[-1]
        end = len(text) - len(last)
        if not (text.startswith(first) and text.endswith(last)) or end < len(first):
            return None
        found: dict[str, str] = {}
        place = len(first)
        for name, literal in zip(self.names, (*self.literals[1:-1], None), strict=True):
            # The leftmost place of each literal leaves the most room for the next: no other choice could fit instead.
            stop = end if literal is None else text.find(literal, place, end)
            if stop < place or found.setdefault(name, text[place:stop]) != text[place:stop]:
                return None
            place = stop + len(literal or "")
        return found


class Index:
    """The templates of all texts, filed by how they begin."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        self.exact = frozenset(texts)
        self._filed: dict[str, list[Template]] = defaultdict(list)
        for text in texts:
            template = template_of(text)
            if template is not None:
                self._filed[template.literals[0][:_KEY]].append(template)

    def best(self, text: str) -> tuple[Template, dict[str, str]] | None:
        fitting = [
            (template, values)
            for length in range(_KEY + 1)
            for template in self._filed.get(text[:length], ())
            if (length == _KEY or len(template.literals[0]) == length)
            and (values := template.values_in(text)) is not None
            and (not template.of_figures or all(map(self._plain, values.values())))
            and not _swallows(template, values)
        ]
        return max(fitting, key=lambda one: one[0].weight, default=None)

    def _plain(self, value: str) -> bool:
        """Whether it is a figure, a die's name, a place of a file, or a small word of the program's own."""
        parts = re.split(" or | and ", value)
        place = value.startswith("/") and " " not in value
        return place or all(map(is_figure, parts)) or (value.islower() and value in self.exact)


def _swallows(template: Template, values: dict[str, str]) -> bool:
    """Whether few words would take whole sentences, or other texts of a list, for their values."""
    if template.weight >= _SURE:
        return False
    return any(SENTENCES.search(one) or "; " in one.partition(" (")[0] for one in values.values())


def is_figure(text: str) -> bool:
    return bool(_FIGURE.fullmatch(text) or _CODE.fullmatch(text))


def template_of(text: str) -> Template | None:
    try:
        pieces = list(Formatter().parse(text))
    except ValueError:
        return None
    literals = [""]
    names: list[str] = []
    for literal, name, _spec, _conversion in pieces:
        literals[-1] += literal
        if name is not None and names and not literals[-1]:
            names[-1] += f"+{name}"
        elif name is not None:
            names.append(name)
            literals.append("")
    own = " ".join(literals)
    quotes = own.count("“")  # nobody else writes them
    words, weight = len(WORD.findall(own)) + quotes, sum(letter.isalpha() for letter in own) + _QUOTE * quotes
    if not names or not words:
        return None
    ended = text.endswith(".") and weight >= _LETTERS - 2
    few = not ended and (weight < _LETTERS or words < WORDS)
    if few and words < WORDS and not _NO_MERE_OF.search(own):
        return None
    return Template(text, tuple(literals), tuple(names), weight, few)
