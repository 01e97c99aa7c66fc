"""What the kernel knows around a card: the port that it is plugged into, and the display connectors it was given.

The port's link capability is the most that the slot, the riser or the switch above the card can do, so that a narrow
link need not be the card's fault. Connectors are listed only by a display driver that sets modes; nvidia-drm with
modeset=0 (its default until R590) lists none on any card, which says nothing of the card.
"""

import re
from pathlib import Path

from gpu_inspector.language import N_

MOST_CONNECTORS = 64
"""No board has as many; what is more is a driver's invention."""

_CONNECTOR = re.compile(r"card\d{1,4}-([A-Za-z][A-Za-z0-9]{0,15}(?:-[A-Za-z0-9]{1,8}){0,3})")
_ADDRESS = re.compile(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")
_NOT_A_PLUG = ("Writeback", "Virtual")
"""Connectors of the kernel's own that no plug fits into."""


def port_above(place: Path) -> Path | None:
    """The folder of the bridge that the function hangs on; None where it hangs on a root bus, as in most guests."""
    try:
        parent = place.resolve(strict=True).parent
    except (OSError, RuntimeError):  # a loop of links is a RuntimeError until Python 3.12
        return None
    return parent if _ADDRESS.fullmatch(parent.name) else None


def connectors(place: Path, driver: str | None, sysfs: Path) -> tuple[tuple[str, ...] | None, str]:
    """The names of the card's display connectors, sorted; or None and the reason why they cannot be told."""
    try:
        cards = [card for card in (place / "drm").iterdir() if re.fullmatch(r"card\d{1,4}", card.name)]
        names = [entry.name for card in cards for entry in card.iterdir()]
    except OSError:
        return None, N_("no display driver lists this card")
    if not cards:
        return None, N_("no display driver lists this card")
    matches = (_CONNECTOR.fullmatch(name) for name in names)
    plugs = {match[1] for match in matches if match is not None and not match[1].startswith(_NOT_A_PLUG)}
    if not plugs and driver == "nvidia" and not _sets_modes(sysfs):
        return None, N_("the display driver may run without mode setting, and then lists none")
    if len(plugs) > MOST_CONNECTORS:
        return None, "malformed"
    return tuple(sorted(plugs)), ""


def _sets_modes(sysfs: Path) -> bool:
    """Whether nvidia-drm sets modes; only root may read it, and what cannot be read is no yes."""
    try:
        return (sysfs / "module" / "nvidia_drm" / "parameters" / "modeset").read_bytes()[:1] == b"Y"
    except OSError:
        return False
