"""Texts of cards, drivers and files, made fit to be shown.

A name in a card's firmware may hold anything: bytes that are no text, control characters that would move a
terminal's cursor or reverse the order of writing, a megabyte. What is kept is what an inspector can read.
"""

LONGEST = 200
"""Characters; the longest field that NVML has is 96 bytes."""


def clean(value: str | bytes, longest: int = LONGEST) -> str:
    """One line of printable text: the rest is dropped, runs of blanks become one, it ends at `longest`.

    Marks that turn the direction of writing and zero-width joiners are unprintable to Python too: they would
    make a text look like another one.
    """
    text = value.decode("utf-8", errors="replace") if isinstance(value, bytes) else value
    # A C string ends at its first zero byte, whatever the buffer still holds behind it.
    text = text.split("\x00", 1)[0][: 4 * longest]
    kept = "".join(" " if letter.isspace() else letter for letter in text if letter.isspace() or letter.isprintable())
    return " ".join(kept.split())[:longest]
