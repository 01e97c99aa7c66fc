"""Numbers of cards as keyed digests: two offices that share a key can see that a card was met before, and nobody else.

Serial numbers have little entropy: a plain digest of one is found by trying all of them in minutes. Hence HMAC-SHA256
with a key that all offices of one registry hold, and the registry does not. The key's id stands before each digest, so
that a number that was made with another key is named and not merely never found.
"""

import hashlib
import hmac

KEY_BYTES = 32
ID_DIGITS = 16
"""Hexadecimal digits of a key's id: the beginning of its SHA-256."""
DIGITS = ID_DIGITS + 64
_MARK = b"gi-number-v1\0"


def key_id(key: bytes) -> str:
    """What a key is called: it says nothing of the key itself."""
    return hashlib.sha256(key).hexdigest()[:ID_DIGITS]


def normal(value: str) -> str:
    """One way of writing for each number: drivers and papers differ in capitals and blanks alone."""
    return value.strip().casefold()


def keyed(kind: str, value: str, key: bytes) -> str:
    """A number of this kind (one of `numbers.FIELDS`) as the key's id and 64 digits that follow from key and number."""
    said = _MARK + kind.encode() + b"\0" + normal(value).encode("utf-8", "surrogatepass")
    return key_id(key) + hmac.new(key, said, hashlib.sha256).hexdigest()


def key_of(value: str) -> str:
    """The id of the key that this keyed digest was made with."""
    return value[:ID_DIGITS]
