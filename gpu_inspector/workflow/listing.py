"""Lists of what should be there, read before anything is measured: a wrong file must not cost an hour.

A packing list and labels come as CSV files, a management controller's inventory as a file or from its own address.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from gpu_inspector.errors import CaptureError
from gpu_inspector.probes import incoming
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.inventory import InventoryList, ListKind

MOST_LISTS = 4
"""Lists of one inspection."""
USER_VARIABLE = "GPU_INSPECTOR_REDFISH_USER"
PASSWORD_VARIABLE = "GPU_INSPECTOR_REDFISH_PASSWORD"  # noqa: S105 - the variable's name, no password
CERTIFICATE_VARIABLE = "GPU_INSPECTOR_REDFISH_CERTIFICATE"
"""SHA-256 of the controller's certificate, in hexadecimal digits, where the inspector knows it."""

Ask = Callable[[str], str | None]
"""Asks the person for a secret; None where there is nobody."""


@dataclass(frozen=True, slots=True)
class ListWish:
    """Which lists the inspector named."""

    packing: tuple[Path, ...] = ()
    inventories: tuple[str, ...] = ()
    """Files, or addresses with https:// or http://."""
    labels: tuple[Path, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.packing or self.inventories or self.labels)

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that is read, so that no output may fall on one."""
        local = (one for one in self.inventories if not is_address(one))
        return (*map(str, self.packing), *local, *map(str, self.labels))


def is_address(text: str) -> bool:
    """Whether an inventory is asked for at an address, rather than read from a file."""
    return text.casefold().startswith(("http://", "https://"))


def read(wish: ListWish, ask: Ask = lambda _wanted: None) -> tuple[InventoryList, ...]:
    """The lists, each once. Raises CaptureError or ProbeError where one cannot be read."""
    if len(wish.packing) + len(wish.inventories) + len(wish.labels) > MOST_LISTS:
        raise CaptureError(f"More than {MOST_LISTS} lists were named.", "Inspect with those that belong together.")
    found = [_sheet(path, ListKind.PACKING) for path in wish.packing]
    found += [_inventory(one, ask) for one in wish.inventories]
    found += [_sheet(path, ListKind.LABELS) for path in wish.labels]
    return tuple({(one.kind, one.sha256): one for one in found}.values())


def beside(evidence: Evidence, lists: tuple[InventoryList, ...]) -> Evidence:
    """The evidence with these lists; those that a capture brought along stay."""
    if not lists:
        return evidence
    return replace(evidence, inventories=(*lists, *evidence.inventories)[:MOST_LISTS])


def _sheet(path: Path, kind: ListKind) -> InventoryList:
    from gpu_inspector.probes import packing_list  # most inspections have no list

    return packing_list.parse(incoming.open_file(path, None), path.name, kind)


def _inventory(named: str, ask: Ask) -> InventoryList:
    if not is_address(named):
        from gpu_inspector.probes import redfish

        path = Path(named)
        return redfish.parse(incoming.open_file(path, None), path.name)
    from gpu_inspector.probes import redfish_live

    def credentials(place: str) -> tuple[str, str] | None:
        """From the environment, or typed."""
        user, password = os.environ.get(USER_VARIABLE), os.environ.get(PASSWORD_VARIABLE)
        user = user or ask(f"User of {place}")
        password = password or (ask(f"Password of {user} at {place}") if user else None)
        return (user, password) if user and password else None

    return redfish_live.read(named, credentials, os.environ.get(CERTIFICATE_VARIABLE, ""))
