"""The pseudo-language: every text marked and a third longer, so that a missing translation and a lack of room show.

It is for the program's makers; no list of languages offers it.
"""

import re
from gettext import NullTranslations

OPEN, CLOSE = "⟦", "⟧"
"""Marks around every text that went through the catalogue."""
_PLAIN = "AEIOUYaeiouycnsz"
_MARKED = "ÀÈÌÒÙÝàèìòùýçñšž"
_LETTERS = str.maketrans(_PLAIN, _MARKED)
_KEPT = re.compile(r"(\{[^{}]*\}|\{\{|\}\}|`[^`]*`|&.|<[^<>]*>|\(\*[^)]*\)|;;)")
LONGER = 0.3
"""The share by which texts grow: as much as German or French needs for most."""


class Pseudo(NullTranslations):
    """Every text is its own English, marked."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        super().__init__()
        self._texts = texts

    def english(self) -> tuple[str, ...]:
        """The English texts that a stored one is recognised by."""
        return self._texts

    def gettext(self, message: str) -> str:
        return marked(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return marked(msgid1 if n == 1 else msgid2)


def marked(text: str) -> str:
    """The text in marks, its letters accented and their number grown; places, commands and shortcuts are kept."""
    if not text:
        return text
    parts = [part if _KEPT.fullmatch(part) else part.translate(_LETTERS) for part in _KEPT.split(text)]
    padding = "~" * int(len(text) * LONGER)
    return f"{OPEN}{''.join(parts)}{padding}{CLOSE}"
