"""Foreign text made harmless for the screen: what a card, a file or a paper says goes through here."""

import re

from gpu_inspector.language import visible

LONGEST = 400
"""Characters of one value on the screen; the whole value is in the record inside the report."""
_ENDLESS = re.compile(r"[^\s/-]{40}")


def safe(text: str, limit: int = LONGEST) -> str:
    """A text that may come from a card or a file: no sign hides or reorders others, and none floods the window."""
    shown = text if len(text) <= limit else f"{text[:limit]}… ({len(text) - limit:,} more characters)"
    return visible(shown)


def breakable(text: str) -> str:
    """The text with places to break inside words that no line could hold: a forged name must not widen the window."""
    return _ENDLESS.sub(lambda found: f"{found[0]}\u200b", text)
