"""What can be inspected, and what is ordered to be: frozen records that pages hand to each other."""

from dataclasses import dataclass
from pathlib import Path

from gpu_inspector.records.appearance import Appearance
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.workflow.firmware import FirmwareWish
from gpu_inspector.workflow.listing import ListWish

NO_WISH, NO_LISTS = FirmwareWish(), ListWish()


@dataclass(frozen=True, slots=True)
class Subject:
    """What can be inspected: a card of this machine, a file, or a simulated card."""

    title: str
    detail: str = ""
    card: str | None = None
    """The card's label, for cards of this machine."""
    file: Path | None = None
    simulation: str = ""
    """The simulated card's name."""
    seed: int = 0
    unmeasurable: str = ""
    """Why a card of this machine cannot be measured, where that is known before; as it stands after a colon."""
    together: tuple[str, ...] = ()
    """The labels of all cards of this machine, where they are inspected together as those of one server."""
    unpowered: bool = False
    """An object that does not start, or was not started: it is only looked at."""

    @property
    def key(self) -> str:
        """What tells it from every other subject of the window, also after its title has changed."""
        if self.unpowered:
            return ""
        if self.together:
            return "machine"
        if self.file is not None:
            return f"file {self.file}"
        return f"simulation {self.simulation}, seed {self.seed}" if self.simulation else f"card {self.card}"

    @property
    def address(self) -> str:
        """Under which label the record will name it, where that is known beforehand; "" of a file."""
        return "" if self.file is not None or self.unpowered or self.together else self.card or "0000:01:00.0"

    @property
    def measurable(self) -> bool:
        """Whether there is silicon that could be asked: behind a file, or an object without power, there is none."""
        return self.file is None and not self.unpowered


@dataclass(frozen=True, slots=True)
class Order:
    """One inspection that is wanted: of what, declared how, for which case."""

    subject: Subject
    declaration: Declaration
    case: Case
    firmware: FirmwareWish = NO_WISH
    """What is wished beside what every inspection reads."""
    seen: Appearance | None = None
    """What the inspector's eye found of it; None where nobody looked."""
    lists: ListWish = NO_LISTS
    """What should be there: packing list, a management controller's inventory, labels of the chassis."""
