"""What the child says to its parent: one JSON document a line, so that the same lines can come over ssh.

The parent takes every line for untrusted input: what is no message is counted and passed over.
"""

from dataclasses import dataclass, field

import msgspec

from gpu_inspector.records.silicon import SiliconReading

FORMAT = 1
LONGEST = 8 * 1024 * 1024
"""Bytes of one line; a reading with 4,096 wrong words has about one million."""


class Hello(msgspec.Struct, tag="hello", frozen=True):
    """The first line: the libraries are loaded, the device answers."""

    device: str
    uuid: str
    profile: str
    compiler: str
    steps: tuple[str, ...]
    format: int = FORMAT
    weights: tuple[float, ...] = ()
    """Of each step, the seconds that it usually takes; its share of the whole is told by them."""


class Step(msgspec.Struct, tag="progress", frozen=True):
    """A sign of life: what is being done, the share of the whole, and when the next one must come at the latest."""

    step: str
    share: float
    within_s: float = 10.0
    """Silence beyond this is a hang: 20 times what the next piece of work should take, and a few seconds."""
    figures: dict[str, float] = {}
    """Live figures for charts: "gb_per_s", "temperature_c", "power_w", "clock_mhz"."""
    at_s: float = 0.0
    """Seconds since the card was opened, by its own clock: a simulation's runs faster than ours."""


class Pages(msgspec.Struct, tag="pages", frozen=True):
    """The memory map as it is now, for a picture: what counts as evidence stands in the reading alone."""

    pages: int
    per_cell: int
    """Pages of one cell; a cell shows the gravest of them."""
    cells: str
    """Runs of equal cells, a letter and how many: "r120e1u400"."""
    counts: dict[str, int] = {}
    """Pages of each letter."""
    folds: tuple[tuple[int, int, int], ...] = ()
    """Runs of folded pages: the first, how many, and the page whose words the first one holds."""


class Part(msgspec.Struct, tag="reading", frozen=True):
    """All that has been measured so far: kept when nothing more comes."""

    reading: SiliconReading


class Missing(msgspec.Struct, tag="gap", frozen=True):
    """A part that could not be measured: why, and what would help."""

    source: str
    reason: str
    advice: str = ""


class Result(msgspec.Struct, tag="result", frozen=True):
    """The last line of a child that came to its end."""

    reading: SiliconReading


class Pair(msgspec.Struct, tag="pair", frozen=True):
    """Copies from one card to another, the cards by their places in what was asked for."""

    one: int
    other: int
    bytes_copied: int
    bytes_per_s: float
    direct: bool
    intact: bool


class Paired(msgspec.Struct, tag="paired", frozen=True):
    """The last line of a child that copied between cards and came to its end."""


Message = Hello | Step | Pages | Part | Missing | Result | Pair | Paired


@dataclass(slots=True)
class Lines:
    """Puts pieces of a pipe together into messages. `garbage` counts lines that were none."""

    garbage: int = 0
    _rest: bytearray = field(default_factory=bytearray)
    _skipping: bool = False

    def feed(self, data: bytes) -> list[Message]:
        """The messages that `data` completes, in their order. Lines longer than LONGEST are passed over."""
        found: list[Message] = []
        parts = data.split(b"\n")
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            if not self._skipping:
                self._rest += part
                if len(self._rest) > LONGEST:
                    self._rest.clear()
                    self._skipping = True
            if last:
                break
            if self._skipping:
                self._skipping = False
                self.garbage += 1
            elif self._rest.strip():
                self._take(bytes(self._rest), found)
            self._rest.clear()
        return found

    def _take(self, line: bytes, found: list[Message]) -> None:
        try:
            found.append(_DECODER.decode(line))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            self.garbage += 1


_DECODER: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)
_ENCODER = msgspec.json.Encoder()


def encode(message: Message) -> bytes:
    """One line, with its end."""
    return _ENCODER.encode(message) + b"\n"
