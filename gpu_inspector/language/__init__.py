"""One place for words: texts are stored in English with their values, and said in the reader's language when shown.

A record never depends on a language: a finding keeps its English template and its values, an error its English
sentence. So there are two ways to speak, and no third:

- `_`, `ngettext`, `said` and `counted` say a text of the program's own, where it is shown;
- `told` says again what was stored or raised in English, by recognising the template that it was made of.

`N_` marks a text that is stored or raised. tools/languages/harvest.py reads all of them out of the source.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import NullTranslations
from string import Formatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

ENGLISH = "en"
NAMES = {
    ENGLISH: "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "zh-Hans": "简体中文",
    "ja": "日本語",
}
"""Every language by its tag (BCP 47), in its own name: who cannot read the shown one finds the own one."""
PSEUDO = "qps"
"""No language: every text of the program made longer and marked, to see what was not translated or has no room."""
GOVERNING = ENGLISH
"""The language whose words were weighed; a report in another one says that it is a courtesy translation."""

_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")

_everywhere: list[tuple[str, NullTranslations]] = [(ENGLISH, NullTranslations())]
_here: ContextVar[tuple[str, NullTranslations] | None] = ContextVar("language", default=None)


def speak(language: str) -> None:
    """Show texts in this language from now on, in every thread. Raises DataError where it cannot be read."""
    _everywhere[:] = [_pair(language)]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Texts are in this language inside of the block, in this thread alone: a report has a language of its own.

    Raises DataError where it cannot be read.
    """
    token = _here.set(_pair(language))
    try:
        yield
    finally:
        _here.reset(token)


def current() -> str:
    """The tag of the language that texts are shown in here and now."""
    return _now()[0]


def _now() -> tuple[str, NullTranslations]:
    return _here.get() or _everywhere[0]


def _pair(language: str) -> tuple[str, NullTranslations]:
    if language == ENGLISH:
        return ENGLISH, NullTranslations()
    from gpu_inspector.language import catalogues  # English pays for none

    return language, catalogues.load(language)


def _(text: str) -> str:
    """The text in the language that is shown. Every text of the window goes through here."""
    return _now()[1].gettext(text) if text else text


def ngettext(one: str, many: str, number: int) -> str:
    """The form for `number` things in the language that is shown."""
    return _now()[1].ngettext(one, many, number)


def N_(text: str) -> str:  # noqa: N802 - the name gettext's extraction looks for
    """Mark a text, or an f-string, that is stored or raised in English and translated when it is shown."""
    return text


def said(text: str, /, **values: object) -> str:
    """A text of the program with its values, in the language that is shown; numbers in values by its custom."""
    return _shown(fill(_(text), {name: _local(value) for name, value in values.items()}))


def counted(one: str, many: str, count: int, /, **values: object) -> str:
    """The form for `count` things with its values; {number} is the count itself, with its separators."""
    shown = {name: _local(value) for name, value in values.items()}
    return _shown(fill(ngettext(one, many, count), {"number": number(count), **shown}))


def told(text: str) -> str:
    """What was stored or raised in English, in the language that is shown; what no template fits stays as it is."""
    language, catalogue = _now()
    if language == ENGLISH or not text:
        return text
    from gpu_inspector.language import recognising

    return recognising.told(text, language, catalogue)


def told_source(text: str) -> str:
    """The sources of a figure: a citation stays as it is written, in every language."""
    language, catalogue = _now()
    if language == ENGLISH or not text:
        return text
    from gpu_inspector.language import recognising

    return recognising.told_source(text, language, catalogue)


def told_value(text: str) -> str:
    """A value out of a record: words of the program in the language that is shown, a card's own words as they are."""
    language, catalogue = _now()
    if language == ENGLISH or not text:
        return text
    from gpu_inspector.language import recognising

    return recognising.told_value(text, language, catalogue)


def told_values(template: str, values: Mapping[str, object]) -> dict[str, str]:
    """The values that a record has for a template: each told, and a fraction whose unit the template has localised."""
    plain = {name: str(value) for name, value in values.items()}
    if (language := current()) == ENGLISH:
        return plain
    from gpu_inspector.language import locales

    placed = locales.placed(template, plain, language)
    # What was written anew is no English any more: "8,685" would be read as thousands once more.
    return {name: told_value(text) if text == plain[name] else text for name, text in placed.items()}


class Shown(str):
    """What is written in the shown language already: written anew it would be another number ("1.234" is not 1.2)."""

    __slots__ = ()


def _shown(text: str) -> str:
    """English is no text of its own kind: it may be stored."""
    return text if current() == ENGLISH else Shown(text)


def _local(value: object) -> object:
    """A text that is one number with groups, "12,345", as the shown language writes it. All others stay as they are."""
    plain = isinstance(value, str) and not isinstance(value, Shown) and _GROUPED.fullmatch(value)
    return localised(value) if isinstance(value, str) and plain else value


def localised(text: str) -> str:
    """A text whose numbers with separators, or with a unit, are written as the shown language writes them."""
    language = current()
    if language == ENGLISH:
        return text
    from gpu_inspector.language import locales

    return locales.localised(text, language)


def number(value: float, digits: int | None = None) -> str:
    """A number with the separators of the language that is shown; `digits` behind the point, all there are if None."""
    language = current()
    if language == ENGLISH:
        return f"{value:,}" if digits is None else f"{value:,.{digits}f}"
    from gpu_inspector.language import locales

    return Shown(locales.number(value, digits, language))


def day(date: date) -> str:
    """A date; English keeps ISO 8601's order, which nobody misreads."""
    language = current()
    if language == ENGLISH:
        return f"{date:%Y-%m-%d}"
    from gpu_inspector.language import locales

    return locales.day(date, language)


def moment(at: datetime, *, seconds: bool = True) -> str:
    """Date and 24-hour time as they stand in `at`, without a zone: whoever knows it says so behind."""
    language = current()
    if language == ENGLISH:
        return f"{at:%Y-%m-%d %H:%M:%S}" if seconds else f"{at:%Y-%m-%d %H:%M}"
    from gpu_inspector.language import locales

    return locales.moment(at, language, seconds=seconds)


def listed(parts: tuple[str, ...] | list[str]) -> str:
    """Several things in one sentence, divided as the language that is shown divides them; English by commas."""
    divider = {"zh-Hans": "、", "ja": "、"}.get(current(), ", ")
    if current() == "zh-Hans" and any("，" in part or "、" in part for part in parts):
        divider = SEMICOLONS["zh-Hans"]  # a part with a comma of its own would be read as two
    return divider.join(parts)


SEMICOLONS = {"fr": "\u00a0; ", "zh-Hans": "；", "ja": "；"}
"""How a language divides longer parts, where it is not as English does."""


def clauses(parts: tuple[str, ...] | list[str]) -> str:
    """Longer parts, or such as have commas of their own, in one sentence: divided by semicolons."""
    return SEMICOLONS.get(current(), "; ").join(parts)


def sentences(*parts: str) -> str:
    """Sentences one after the other; Chinese and Japanese put no space between them."""
    return ("" if current() in ("zh-Hans", "ja") else " ").join(part for part in parts if part)


def fill(text: str, values: Mapping[str, object]) -> str:
    """The template with its values put in; a value that is missing stays visible as its name.

    Values come from records that may be forged, so the template engine is the plain one: no attribute and
    no index is ever looked up in a value.
    """
    parts: list[str] = []
    try:
        pieces = list(Formatter().parse(text))
    except ValueError:
        return text  # a template of a foreign record may be no template
    for literal, name, _spec, _conversion in pieces:
        parts.append(literal)
        if name is not None:
            parts.append(str(values[name]) if name in values else "{" + name + "}")
    return "".join(parts)


def visible(text: str) -> str:
    """A text of a card or a file, safe to print: controls and marks that reorder text are shown as [U+202E]."""
    if text.isprintable():  # as nearly every text is; nothing of a hidden kind counts as printable
        return text
    return "".join(
        one if one == " " or unicodedata.category(one) not in _HIDDEN else f"[U+{ord(one):04X}]" for one in text
    )


_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
