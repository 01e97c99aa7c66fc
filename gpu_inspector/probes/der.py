"""A small reader of DER (ITU-T X.690), for signatures in firmware that anyone may have written.

It reads what it is asked for and nothing else: one length form, no recursion, bounded counts. So what it accepts is
what was signed, byte for byte, and there is one sort of failure. asn1crypto, which the reports' time stamps use, reads
BER's other forms as well and looks into a part only when it is asked for it, each with failures of its own.
"""

from dataclasses import dataclass

SEQUENCE, SET, INTEGER, OCTETS, OBJECT = 0x30, 0x31, 0x02, 0x04, 0x06
MOST = 512
"""Parts of one sequence or set; a list of certificates has a few."""
_LONGEST_SIZE = 4


class NotDer(ValueError):
    """These bytes are not what was expected there."""


@dataclass(frozen=True, slots=True)
class Der:
    """One element: its tag, what it holds, and all of its own bytes."""

    tag: int
    body: bytes
    whole: bytes

    def parts(self) -> "list[Der]":
        """What it holds, one by one. Raises NotDer."""
        found: list[Der] = []
        at = 0
        while at < len(self.body):
            if len(found) >= MOST:
                raise NotDer("more parts than any such list has")
            found.append(read(self.body, at))
            at += len(found[-1].whole)
        return found

    def expect(self, tag: int) -> "Der":
        """Itself. Raises NotDer where it has another tag."""
        if self.tag != tag:
            raise NotDer("another element than expected")
        return self


def read(data: bytes, at: int = 0) -> Der:
    """The element that begins at `at`; what stands behind it is left alone. Raises NotDer."""
    if len(data) - at < 2:
        raise NotDer("the end came too early")
    tag, first = data[at], data[at + 1]
    if tag & 0x1F == 0x1F:
        raise NotDer("a tag of several bytes")
    start, size = at + 2, first
    if first > 0x7F:
        count = first & 0x7F
        digits = data[start : start + count]
        if not 0 < count <= _LONGEST_SIZE or len(digits) < count or digits[0] == 0:
            raise NotDer("a length that DER does not have")
        start, size = start + count, int.from_bytes(digits, "big")
        if size < 0x80:
            raise NotDer("a length that DER does not have")
    if start + size > len(data):
        raise NotDer("the end came too early")
    return Der(tag, data[start : start + size], data[at : start + size])


def take(parts: list[Der], tag: int) -> Der:
    """The next of the parts, which must have this tag; it is taken off the list. Raises NotDer."""
    if not parts:
        raise NotDer("a part is missing")
    return parts.pop(0).expect(tag)


def take_if(parts: list[Der], tag: int) -> Der | None:
    """As `take`; None where the next part is another."""
    return parts.pop(0) if parts and parts[0].tag == tag else None


def name_of(node: Der) -> str:
    """An object identifier in dotted digits. Raises NotDer."""
    numbers: list[int] = []
    value = 0
    if node.tag != OBJECT or not node.body or len(node.body) > 32 or node.body[-1] > 0x7F:
        raise NotDer("no object identifier")
    for byte in node.body:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(value)
            value = 0
    head = min(numbers[0] // 40, 2)
    return ".".join(map(str, (head, numbers[0] - 40 * head, *numbers[1:])))
