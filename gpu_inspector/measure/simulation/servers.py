"""The simulated servers: eight modules on one board, each a simulated card of its own, joined by NVLink and switches.

A card of a server is one of the simulated cards (`plans.py`) with a seed of its own, so that its silicon is measured by
the same child as any other. Here stands only what is of the board: places, links, switches. Numbers of links and their
speed are those of an HGX H100 board [from memory: 18 links of 26.562 GB/s each way, on four switches].
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_

LINKS = 18
LINK_MB_PER_S = 26562
"""Of one direction, as NVML gives it for NVLink 4."""
NVLINK_4 = 6
"""NVML_NVLINK_VERSION_4_0."""
ON_SWITCHES = (5, 4, 4, 5)
"""How many links of a module lead to each switch."""
SWITCHES = ("0000:05:00.0", "0000:06:00.0", "0000:07:00.0", "0000:08:00.0")
SWITCH_ID = "22A3"
ADDRESSES = (
    *("0000:1b:00.0", "0000:43:00.0", "0000:52:00.0", "0000:61:00.0"),
    *("0000:9d:00.0", "0000:c3:00.0", "0000:d1:00.0", "0000:df:00.0"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A card in its place: which simulated card, its seed, and what is of the board."""

    card: str
    seed: int
    address: str
    number: int
    """Of its socket on the board, from 1."""
    down: tuple[int, ...] = ()
    """Links that are not up."""

    @property
    def uuid(self) -> str:
        """What the parent calls it by when it is to be measured."""
        return f"simulation:{self.card}"

    @property
    def links_up(self) -> int:
        return LINKS - len(self.down)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A simulated server. `expected_exit` is the exit status that its inspection must come to."""

    name: str
    about: str
    modules: tuple[Module, ...]
    expected_exit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """In what a server differs from one as it was made."""

    about: str
    exit: int = 0
    card: str = "genuine-h100-sxm"
    other: str = ""
    """The simulated card that stands in one socket in place of the others' kind."""
    link_down: bool = False
    """One link of one card, which is not the other one, is down."""
    places: tuple[str, ...] = field(default=ADDRESSES)


PLANS: Final[dict[str, Plan]] = {
    "hgx-h100-8": Plan(about=N_("A server with eight H100 modules on one board, as it was made.")),
    "hgx-h100-8-altered": Plan(
        about=N_("A server with seven H100 and one H200 that says so itself; one link of one H100 is down."),
        other="genuine-h200",
        link_down=True,
    ),
}
NAMES: Final[tuple[str, ...]] = tuple(PLANS)


def server(name: str, seed: int) -> Board:
    """A simulated server; the same name and seed give the same one. Raises ProbeError with the names for another."""
    plan = PLANS.get(name)
    if plan is None:
        raise ProbeError(f"There is no simulated server {name!r}.", f"The servers are: {', '.join(NAMES)}.")
    other = chance(name, seed, "socket") % len(plan.places)
    # Another socket than the other card's, so that each deviation is a card of its own.
    broken = (other + 1 + chance(name, seed, "link's socket") % (len(plan.places) - 1)) % len(plan.places)
    modules = tuple(
        Module(
            card=plan.other if plan.other and number == other else plan.card,
            seed=chance(name, seed, f"card {number}") % 2**53,
            address=address,
            number=number + 1,
            down=(chance(name, seed, "link") % LINKS,) if plan.link_down and number == broken else (),
        )
        for number, address in enumerate(plan.places)
    )
    return Board(name=name, about=plan.about, modules=modules, expected_exit=plan.exit)


def switch_of(link: int) -> str:
    """The address of the switch at a link's other end."""
    left = link
    for count, address in zip(ON_SWITCHES, SWITCHES, strict=True):
        if left < count:
            return address
        left -= count
    raise ValueError(link)


def chance(name: str, seed: int, what: str) -> int:
    """A number that server and seed give to one question."""
    return int.from_bytes(hashlib.sha256(f"{name} {seed} {what}".encode()).digest()[:8])
