"""What stands where a value was removed: people publish dumps, and each hides serials in a way of their own.

A masked value is absent, never malformed and never equal to another masked one. The rules are narrow enough that
no random UUID and no real serial number meets them (the odds stand beside each rule).
"""

import re
from itertools import pairwise

NOT_SUPPORTED = "not supported"
NO_PERMISSION = "no permission"
FAULT = "error"
MASKED = "masked"

_SPOKEN = (
    (
        re.compile(
            r"n/?a|not (?:supported|available|applicable|found|present)\b.*|none available|unsupported|"
            r"unknown|requested functionality has been deprecated|deprecated",
            re.IGNORECASE,
        ),
        NOT_SUPPORTED,
    ),
    (
        re.compile(r"(?:insufficient|no) permissions?\b.*|.*access blocked.*|permission denied", re.IGNORECASE),
        NO_PERMISSION,
    ),
    (
        re.compile(
            r"err!?|error\b.*|unknown error\b.*|unable to\b.*|failed\b.*|(?:the )?gpu (?:is lost|requires)\b.*|"
            r"timeout\b.*",
            re.IGNORECASE,
        ),
        FAULT,
    ),
)
"""nvidia-smi's own phrases, with or without square brackets; a whole text has to fit one."""

_HIDING_WORD = re.compile(
    r"\b(?:redacted|masked|hidden|removed|anonymi[sz]ed|censored|scrubbed|obfuscated|omitted|deleted|"
    r"confidential|sanitized|stripped|blurred|placeholder|snip(?:ped)?)\b",
    re.IGNORECASE | re.ASCII,
)
_HIDING_SIGNS = re.compile(r"x{3}|\*{2}|#{3}|\?{3}|\.{3}|_{3}|-{4}|[•█▒░■…]", re.IGNORECASE)
_BRACKETED = re.compile(r"<[^<>]*>|\[[^\[\]]*\]|\{[^{}]*\}")
_HEX_PREFIX = re.compile(r"^(?:0x|gpu-|mig-)", re.IGNORECASE)
_UUID = re.compile(r"([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})", re.IGNORECASE)
_SHORTEST_PATTERN = 6
"""Characters; a shorter run such as "111" or "1234" may be a real part of a number."""
_FEWEST_DIGITS = 6
"""Distinct hexadecimal digits of a random UUID: fewer come once in 10^12."""


def spoken_absence(text: str) -> str | None:
    """Why there is no value, where the text says so itself or was visibly painted over; else None."""
    plain = text.strip()
    if not plain:
        return NOT_SUPPORTED
    bare = plain[1:-1].strip() if plain[0] == "[" and plain[-1] == "]" else plain
    for phrase, reason in _SPOKEN:
        if phrase.fullmatch(bare):
            return reason
    if _HIDING_WORD.search(plain) or _HIDING_SIGNS.search(plain) or _BRACKETED.fullmatch(plain):
        return MASKED
    return None


def is_masked(text: str) -> bool:
    """Whether an identifying text (serial, UUID, part number, version) holds no value of a card.

    True for nvidia-smi's own "N/A" too: in each case there is nothing that two cards could share.
    """
    if spoken_absence(text) is not None:
        return True
    bare = _HEX_PREFIX.sub("", text.strip())
    digits = re.sub(r"[\s\-.:_]", "", bare)
    if not digits.strip("0"):
        return True
    uuid = _UUID.fullmatch(bare)
    if uuid is not None:
        return _example_uuid(uuid.groups(), digits)
    return len(digits) >= _SHORTEST_PATTERN and digits == bare and _patterned(digits)


def _example_uuid(groups: tuple[str, ...], digits: str) -> bool:
    """A UUID typed by hand. A random one has a patterned long group less than once in 10^8."""
    if len(set(digits.lower())) < _FEWEST_DIGITS:
        return True
    return _patterned(groups[0]) or _patterned(groups[4]) or all(_patterned(group) for group in groups[1:4])


def _patterned(digits: str) -> bool:
    """One character all through, or digits that count up or down by one ("0123456789012", "fedcba98")."""
    lower = digits.lower()
    if len(set(lower)) == 1:
        return True
    base = 10 if lower.isdecimal() else 16
    try:
        values = [int(character, base) for character in lower]
    except ValueError:
        return False
    steps = {(after - before) % base for before, after in pairwise(values)}
    return steps in ({1}, {base - 1})
