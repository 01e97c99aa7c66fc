"""Foreign text made harmless for the screen: what a card, a file or a paper says goes through here."""

import re

from gpu_inspector.language import _, number, told, visible

LONGEST = 400
"""Characters of one value on the screen; the whole value is in the record inside the report."""
_ENDLESS = re.compile(r"[^\s/-]{40}")


def safe(text: str, limit: int = LONGEST) -> str:
    """A text that may come from a card or a file: no sign hides or reorders others, and none floods the window."""
    if len(text) <= limit:
        return visible(text)
    more = _("… ({more} more characters)").format(more=number(len(text) - limit))
    return visible(f"{text[:limit]}{more}")


def retold(text: str, limit: int = LONGEST) -> str:
    """A sentence that was stored or raised in English, in the language that is shown, and made safe."""
    return safe(told(text), limit)


def breakable(text: str) -> str:
    """The text with places to break inside words that no line could hold: a forged name must not widen the window."""
    return _ENDLESS.sub(lambda found: f"{found[0]}\u200b", text)


def grouped(digest: str) -> str:
    """Hexadecimal digits in fours, as people read them to each other over the telephone."""
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


def tip(text: str) -> str:
    """A tooltip that shows the text as it is: Qt takes for HTML what looks like it, and would load its pictures."""
    if "<" not in text:
        return text
    import html  # few texts need it

    return f"<qt>{html.escape(text)}</qt>".replace("\n", "<br>")
