"""Copies between the cards of a machine, measured by one child that sees them all; what it says, and what it does not.

The child may crash, hang or print what is no message, as any measuring child: what was measured until then is kept, and
a sentence says what is missing. Every line is untrusted input.
"""

from collections.abc import Sequence
from math import isfinite

from gpu_inspector.language import N_
from gpu_inspector.measure import messages
from gpu_inspector.probes import cuda
from gpu_inspector.probes.child_story import LEAVE_S, Story
from gpu_inspector.records.server import PeerRate

MOST_CARDS = 16
"""Of one machine; with as many, 240 pairs."""
_LABEL = N_("the cards together")
_LARGEST = 1e15
"""Bytes, and bytes in a second: beyond what any copy moves."""


class PeerStory(Story):
    """What the child that copies between cards told."""

    def __init__(self, uuids: str, seed: int, labels: Sequence[str]) -> None:
        super().__init__(_LABEL, uuids, seed, "")
        self._labels = tuple(labels)
        self._rates: dict[tuple[int, int], PeerRate] = {}

    @property
    def rates(self) -> tuple[PeerRate, ...]:
        """The pairs in the order of the cards."""
        return tuple(self._rates[pair] for pair in sorted(self._rates))

    def sentences(self) -> tuple[str, ...]:
        """Why pairs were not measured; () where all were."""
        _reading, gaps = self.ending()
        said = tuple(dict.fromkeys(f"{gap.reason} {gap.advice}".strip() for gap in gaps))
        count = len(self._labels)
        missing = count * (count - 1) - len(self._rates)
        if said or not missing:
            return said
        return (N_(f"{missing} pairs of cards were not measured, and the measuring process did not say why."),)

    def _take(self, message: messages.Message) -> None:
        if isinstance(message, messages.Pair) and not self._closed:
            self._keep_pair(message)
        elif isinstance(message, messages.Paired) and not self._closed:
            self._complete = self._closed = True
            self.share = 1.0
            self._allow(LEAVE_S)
        else:
            super()._take(message)

    def _keep_pair(self, pair: messages.Pair) -> None:
        count = len(self._labels)
        sound = 0 <= pair.one < count and 0 <= pair.other < count and pair.one != pair.other
        sound = sound and isfinite(pair.bytes_per_s) and 0.0 < pair.bytes_per_s < _LARGEST
        if not sound or not 0 < pair.bytes_copied < _LARGEST or (pair.one, pair.other) in self._rates:
            self._gap("measure: peers", N_("A rate between two cards was given that no measurement gives."), "")
            return
        self._rates[pair.one, pair.other] = PeerRate(
            one=self._labels[pair.one],
            other=self._labels[pair.other],
            bytes_copied=pair.bytes_copied,
            bytes_per_s=pair.bytes_per_s,
            direct=pair.direct,
            intact=pair.intact,
        )


def measure(
    uuids: str,
    labels: Sequence[str],
    progress: cuda.Progress,
    *,
    seed: int = 0,
    command: Sequence[str] | None = None,
) -> tuple[tuple[PeerRate, ...], tuple[str, ...]]:
    """The rates between each ordered pair of cards, and a sentence for each reason why some are missing.

    `uuids` are the cards' UUIDs with commas between them, or "simulation:NAME" of a server; `labels` call them in this
    order. `progress` is called as `cuda.measure` calls it; whatever it raises ends the child and is raised again.
    """
    story = PeerStory(uuids, seed, labels)
    way = tuple(command) if command is not None else cuda.door()
    cuda.follow((story,), ([*way, "--peers", uuids, "--seed", str(seed)],), progress)
    return story.rates, story.sentences()
