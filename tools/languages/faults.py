"""What is wrong with a translation: missing, equal to the English, or broken in what a program must find in it."""

import re
from collections.abc import Iterator
from string import Formatter

from tools.languages.harvest import Message
from tools.languages.same import SAME, SAME_IN
from tools.languages.writing import Texts

_LETTERS = re.compile(r"[A-Za-z]{2,}")
_PLACE = re.compile(r"\{[^{}]*\}")
_SHORTCUT = re.compile(r"&(?=\w)")
_FOREVER = re.compile(r"`[^`]*`|--[a-z][a-z-]+|GPU_INSPECTOR_[A-Z]+")
"""What is typed, and so is the same in every language."""


def of(tag: str, messages: dict[str, Message], texts: Texts) -> Iterator[str]:
    """A sentence for each fault of a language's texts; none where all is well."""
    for text in texts.keys() - messages.keys():
        yield f"stale, no longer in the program: {text!r}"
    for one in messages.values():
        found = texts.get(one.text, "")
        forms = found if isinstance(found, tuple) else (found,)
        if not all(form.strip() for form in forms):
            yield f"missing: {one.text!r} ({one.places[0]})"
            continue
        for form in forms:
            yield from (f"{fault}: {one.text!r} -> {form!r}" for fault in _faults(tag, one, form))


def _faults(tag: str, one: Message, form: str) -> Iterator[str]:
    english = one.plural or one.text
    if (wanted := _names(english)) is not None:
        got = _names(form)
        if got is None:
            yield "no template"
        elif got != wanted and not (one.plural and got <= wanted):
            yield f"places {sorted(got)} instead of {sorted(wanted)}"
    if bool(_SHORTCUT.search(english)) != bool(_SHORTCUT.search(form)):
        yield "the letter of its shortcut"
    if sorted(_FOREVER.findall(one.text)) != sorted(_FOREVER.findall(form)) and not one.plural:
        yield "what is typed was changed"
    if one.text.count("\n") != form.count("\n") and not one.plural:
        yield "its lines"
    if form == one.text and has_words(one.text) and one.text not in SAME and one.text not in SAME_IN.get(tag, ()):
        yield "equal to the English"


def has_words(text: str) -> bool:
    """Whether a text has words of its own, beside what stands at its places and what is typed."""
    own = _FOREVER.sub("", _PLACE.sub("", text))
    return bool(_LETTERS.search(own))


def _names(text: str) -> set[str] | None:
    try:
        return {name for _literal, name, _spec, _conversion in Formatter().parse(text) if name is not None}
    except ValueError:
        return None
