"""What the child gives to each measurement beside the device: the profile, the salt, and a way to tell and to keep."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from gpu_inspector.records.gap import Gap
from gpu_inspector.records.silicon import DieReading, HeatReading, LinkReading, MemoryReading, SpeedReading

Letters = npt.NDArray[np.uint8]
PartReading = DieReading | MemoryReading | SpeedReading | LinkReading | HeatReading


@dataclass(frozen=True, slots=True)
class PageStates:
    """One letter for each page of the tested area, as records.live knows them; and whose words folded pages hold."""

    letters: Letters
    folded: npt.NDArray[np.int64]
    owners: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Profile:
    """How much is measured."""

    name: str
    inverse: bool = False
    """The second polarity: write the inverse, verify it."""
    walking: bool = False
    """Walking ones and zeros."""
    pause_s: float = 0.0
    """Between writing and verifying the inverse: weak cells forget."""
    rates: bool = False
    """Bandwidth of the memory."""
    link_load: bool = False
    """Rates of the link, not only its state."""
    heat: bool = False
    repeats: bool = False
    """Memory passes again and again until `Run.minutes` are over."""


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("quick"),
        Profile("standard", inverse=True, rates=True, link_load=True, heat=True),
        Profile("deep", inverse=True, walking=True, pause_s=10.0, rates=True, link_load=True, heat=True, repeats=True),
    )
}


def _unheard(share: float, within_s: float, figures: dict[str, float]) -> None:
    """Progress that nobody looks at."""


def _undrawn(pages: PageStates) -> None:
    """A memory map that nobody looks at."""


def _unkept(part: PartReading) -> None:
    """A part that nobody keeps."""


@dataclass(slots=True)
class Run:
    """One run of one child. Measurements call `tell` before each piece of work, `keep` when there is news to keep."""

    profile: Profile
    salt: int
    """64 random bits: words of another run are never taken for ours."""
    minutes: float = 0.0
    """How long "deep" repeats its passes; 0 is once."""
    gaps: list[Gap] = field(default_factory=list)
    """What a measurement could not look at; `source` is "measure: memory" and so on."""
    on_tell: Callable[[float, float, dict[str, float]], None] = _unheard
    on_keep: Callable[[PartReading], None] = _unkept
    on_draw: Callable[[PageStates], None] = _undrawn
    """Called with the pages as they are now, which may change later: whoever keeps them copies them."""

    def tell(self, share: float, expected_s: float = 0.0, **figures: float) -> None:
        """A sign of life: the share of this measurement that is done, and what the next piece should take.

        Silence beyond 20 times `expected_s`, and 5 seconds more, will be taken for a hang.
        """
        self.on_tell(min(max(share, 0.0), 1.0), 5.0 + 20.0 * expected_s, figures)

    def keep(self, part: PartReading) -> None:
        """A part as far as it is known now; what was kept last survives a crash."""
        self.on_keep(part)

    def draw(self, pages: PageStates) -> None:
        """The memory's pages as they are known now."""
        self.on_draw(pages)
