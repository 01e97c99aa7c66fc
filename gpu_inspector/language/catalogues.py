"""The catalogues: gettext's compiled files in resources/languages/, one a language, and the language that has none."""

import io
import re
import struct
from functools import cache
from gettext import GNUTranslations, NullTranslations

from gpu_inspector import resources
from gpu_inspector.errors import DataError
from gpu_inspector.language import NAMES, PSEUDO
from gpu_inspector.language.pseudo import Pseudo

FOLDER = "languages"
_AGAIN = "Install GPU Inspector again from a whole package."
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?:[.@].*)?")
_TRADITIONAL = ("TW", "HK", "MO")
"""Where "zh" without a script is written in traditional characters, which this program has no texts in."""


class Catalogue(GNUTranslations):
    """One language's texts, and their English, by which a stored text is recognised."""

    _catalog: dict[str | tuple[str, int], str]

    def english(self) -> tuple[str, ...]:
        """Every English text that it has, templates included; of pairs both forms."""
        return tuple(dict.fromkeys(key[0] if isinstance(key, tuple) else key for key in self._catalog if key))


@cache
def load(language: str) -> NullTranslations:
    """The catalogue of a language of `NAMES`, or the pseudo-language. Raises DataError where it cannot be read."""
    if language == PSEUDO:
        return Pseudo(english())
    if language not in NAMES:
        raise DataError(f"There is no language “{language[:40]}” here.", f"There are: {', '.join(NAMES)}.")
    try:
        return Catalogue(io.BytesIO(resources.read(f"{FOLDER}/{language}.mo")))
    except (OSError, ValueError, LookupError, OverflowError, MemoryError, struct.error) as error:  # of a cut file
        raise DataError(f"The texts in {NAMES[language]} cannot be read ({error}).", _AGAIN) from error


@cache
def english() -> tuple[str, ...]:
    """Every English text that the catalogues hold."""
    first = load(next(one for one in NAMES if one != "en"))
    return first.english() if isinstance(first, Catalogue) else ()


def matching(tag: str) -> str:
    """The language of `NAMES` that a system's word for one ("de_AT.UTF-8", "zh_CN", "C") means; "" for none."""
    found = _TAG.fullmatch(tag.strip())
    if found is None:
        return ""
    language, script, region = found[1].lower(), (found[2] or "").title(), (found[3] or "").upper()
    if language == "zh":
        traditional = script == "Hant" or (not script and region in _TRADITIONAL)
        return "" if traditional else "zh-Hans"
    return language if language in NAMES else ""


def chosen(wanted: str, system: tuple[str, ...]) -> str:
    """The language to speak: the wanted one, else the first of the system's that there is, else English."""
    if wanted:
        return wanted if wanted in NAMES or wanted == PSEUDO else matching(wanted) or "en"
    for tag in system:
        if tag.partition(".")[0].partition("@")[0] in ("C", "POSIX"):
            return "en"
        if found := matching(tag):
            return found
    return "en"
