"""One place for words: texts are stored in English with their values, and filled when they are shown.

A finding keeps its template and its values, so that the ledger stays readable in every language and no
digest depends on one.
"""

import unicodedata
from collections.abc import Mapping
from gettext import NullTranslations
from string import Formatter

_catalogues: list[NullTranslations] = [NullTranslations()]
"""The catalogue of the language that is shown, alone; texts without one stay English."""


def speak(catalogue: NullTranslations) -> None:
    """Show texts in the language of this catalogue from now on."""
    _catalogues[:] = [catalogue]


def _(text: str) -> str:
    """The text in the language that is shown. Every text of the window goes through here."""
    return _catalogues[0].gettext(text) if text else text


def ngettext(one: str, many: str, number: int) -> str:
    """The form for `number` things in the language that is shown."""
    return _catalogues[0].ngettext(one, many, number)


def N_(text: str) -> str:  # noqa: N802 - the name gettext's extraction looks for
    """Mark a text for translation without translating it now."""
    return text


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
    return "".join(
        one if one == " " or unicodedata.category(one) not in _HIDDEN else f"[U+{ord(one):04X}]" for one in text
    )


_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
