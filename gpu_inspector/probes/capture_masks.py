"""What names one single card, or one office's own things, taken out of the records beside a card's own claims.

Every text of these records is looked through, whichever field it stands in: a field that is added later is masked as
well. Numbers in fields of their own are left out rather than written over, so that no check compares a mask.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar, cast

from gpu_inspector.language import N_
from gpu_inspector.records.appearance import Appearance
from gpu_inspector.records.evidence import CardEvidence, Evidence
from gpu_inspector.records.foreign import ToolReading
from gpu_inspector.records.inventory import InventoryList, ListRow
from gpu_inspector.records.selftest import ControlCard

HIDDEN = "[masked]"
LIST_NOTE = N_("its serial numbers and UUIDs were masked")
OFFICES_OWN = N_("masked control card")
"""In place of the name that an office gave its control card."""
_NAMES_ONE = ("serial", "uuid", "guid", "s/n")
"""A value whose name holds one of these names one card, in whatever tool's list it stands."""
T = TypeVar("T")
Clean = Callable[[str], str]


def cleaned(value: T, clean: Clean) -> T:
    """The record, or the tuple of records, with every text of it cleaned; what holds no text comes back as it was."""
    return cast("T", _cleaned(value, clean))


def _cleaned(value: Any, clean: Clean) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, tuple):
        return tuple(_cleaned(one, clean) for one in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    texts = {one.name: getattr(value, one.name) for one in fields(value)}
    changed = {name: new for name, old in texts.items() if (new := _cleaned(old, clean)) != old}
    return replace(value, **changed) if changed else value


def names_of_others(evidence: Evidence) -> Iterator[str]:
    """The numbers of single cards that stand elsewhere than in a driver's claims: lists, labels, tools' own values."""
    for card in (*evidence.cards, *evidence.bystanders):
        if card.tool is not None:
            yield from (value for name, value in card.tool.sensors if _names_one(name))
        if card.seen is not None and card.seen.label.serial:
            yield card.seen.label.serial
    for listed in evidence.inventories:
        for row in listed.rows:
            yield from (text for text in (row.serial, row.uuid, row.unread, *row.serials_beside) if text)


def tool_reading(tool: ToolReading, clean: Clean) -> ToolReading:
    """A tool's own values: those that are called a number of the card by their name, and texts that repeat one.

    Its claims are masked before, as a driver's are.
    """
    sensors = tuple((clean(name), HIDDEN if _names_one(name) else clean(value)) for name, value in tool.sensors)
    return replace(cleaned(replace(tool, sensors=()), clean), sensors=sensors)


def appearance(seen: Appearance, clean: Clean) -> Appearance:
    """What the eye found, without the label's serial number, nor the bar codes that hold it."""
    codes = tuple(code for code in seen.label.codes if clean(code.text) == code.text)
    return cleaned(replace(seen, label=replace(seen.label, serial="", codes=codes)), clean)


def inventory(listed: InventoryList, clean: Clean) -> InventoryList:
    """A list without the numbers of its pieces; how many pieces of what kind stays, and the digest of the list."""
    rows = tuple(_row(row, clean) for row in listed.rows)
    hidden = rows != listed.rows and LIST_NOTE not in listed.notes
    notes = (*map(clean, listed.notes), *((LIST_NOTE,) if hidden else ()))
    return replace(listed, name=clean(listed.name), rows=rows, notes=notes)


def _row(row: ListRow, clean: Clean) -> ListRow:
    return cleaned(replace(row, serial="", uuid="", serials_beside=(), unread=""), clean)


def control_card(card: ControlCard, clean: Clean) -> ControlCard:
    """The office's control card without its name; its figures and rows stay, or its drift could not be judged."""
    return replace(cleaned(card, clean), name=OFFICES_OWN)


def beside(card: CardEvidence, clean: Clean) -> dict[str, Any]:
    """What of one card stands beside its claims, cleaned, by its field."""
    return {
        "tests": cleaned(card.tests, clean),
        "nvlink": cleaned(card.nvlink, clean),
        "pci": cleaned(card.pci, clean),
        "seen": appearance(card.seen, clean) if card.seen is not None else None,
    }


def whole(evidence: Evidence, clean: Clean) -> dict[str, Any]:
    """What is of the whole inspection beside its cards, cleaned, by its field."""
    control = evidence.control_card
    return {
        "host": cleaned(evidence.host, clean),
        "server": cleaned(evidence.server, clean),
        "driver_events": cleaned(evidence.driver_events, clean),
        "log_signs": cleaned(evidence.log_signs, clean),
        "inventories": tuple(inventory(one, clean) for one in evidence.inventories),
        "reviewed_on": cleaned(evidence.reviewed_on, clean),
        "self_test": cleaned(evidence.self_test, clean),
        "control_card": control_card(control, clean) if control is not None else None,
    }


def _names_one(name: str) -> bool:
    return any(word in name.casefold() for word in _NAMES_ONE)
