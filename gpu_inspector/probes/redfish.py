"""What a server's management controller lists as accelerators: resources of the Redfish data model, as JSON.

DMTF, Redfish Schema Supplement (DSP0268): `Processor` has ProcessorType (GPU, Accelerator), Manufacturer, Model,
PartNumber, SerialNumber, UUID and Location.PartLocation.ServiceLabel; `PCIeDevice` has the same but for the type, and
its Slot. Vendors keep one accelerator as a processor, as a PCIe device and as a chassis of its own at once (Lenovo's
manual of its REST interface shows the first two), so pieces of one serial or UUID are one. The controller reads
the serial over a wire of its own, so that it is another witness than the driver, and may be as stale as its last start.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from gpu_inspector.errors import CaptureError
from gpu_inspector.language import N_
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records.inventory import InventoryList, ListKind, ListRow
from gpu_inspector.records.listed import plain_uuid

LARGEST = 16 * 1024 * 1024
"""Bytes of one dump."""
MOST_VALUES = 400_000
"""Objects and lists of one dump that are looked at."""
MOST_ROWS = 512
_ACCELERATORS = ("GPU", "Accelerator")
_NVIDIA = re.compile(r"nvidia|0x10de", re.I)
_BOARD = re.compile(
    r"(?<![^\W_])(?:gpu|geforce|quadro|tesla|rtx|[ahvbl]\d{2,3}s?|[ahb]\d{3}x?|gb\d{3}|display controller|3d controller"
    r")(?![^\W])",
    re.I,
)
_NOT_A_BOARD = re.compile(r"nvswitch|nvlink|bluefield|connectx|mellanox|retimer|pcie ?switch|baseboard|fpga", re.I)
_ADVICE = N_("Save the answer of /redfish/v1/Systems/…/Processors?$expand=. (or of each processor) as it comes.")


def parse(data: bytes, name: str) -> InventoryList:
    """The accelerators of a dump: one resource, a collection with its members expanded, or several resources.

    Raises CaptureError where the bytes are no JSON, or hold no Redfish resource at all.
    """
    found = decoded(data)
    resources = tuple(resources_of((found,)))
    if not resources:
        raise CaptureError("The file holds no Redfish resource.", _ADVICE)
    return listed(resources, name, hashlib.sha256(data).hexdigest())


def decoded(data: bytes) -> Any:
    """The JSON value of the bytes. Raises CaptureError."""
    if len(data) > LARGEST:
        raise CaptureError(f"The inventory has {len(data):,} bytes; no more than {LARGEST:,} are read.", _ADVICE)
    try:
        encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        return json.loads(data.decode(encoding))
    except (ValueError, RecursionError) as error:
        raise CaptureError("The inventory is no JSON that can be read.", _ADVICE) from error


def listed(
    resources: Iterable[Mapping[str, Any]], name: str, sha256: str, notes: tuple[str, ...] = ()
) -> InventoryList:
    """The list that the accelerators among the resources make; one piece that stands in several is one row."""
    rows: list[ListRow] = []
    others = 0
    seen: dict[str, int] = {}
    for resource in resources:
        row = _row(resource)
        if row is None:
            others += bool(_text(resource, "SerialNumber"))
            continue
        keys = [key for key in (f"s{row.serial.casefold()}", f"u{plain_uuid(row.uuid)}") if len(key) > 1]
        at = next((seen[key] for key in keys if key in seen), None)
        if at is None:
            if len(rows) >= MOST_ROWS:
                notes = (*notes, N_(f"only the first {MOST_ROWS} accelerators were read"))
                break
            at = len(rows)
            rows.append(replace(row, line=at + 1))
        else:
            rows[at] = _together(rows[at], row)
        seen |= dict.fromkeys(keys, at)
    return InventoryList(
        kind=ListKind.CONTROLLER,
        name=clean(name) or "inventory",
        sha256=sha256,
        rows=tuple(rows),
        others=others,
        notes=notes,
    )


def resources_of(values: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    """Every object that is a resource, at whatever depth, in the order of the text; bounded."""
    waiting = list(values)[::-1]
    looked = 0
    while waiting and looked < MOST_VALUES:
        value = waiting.pop()
        looked += 1
        if isinstance(value, dict):
            if _is_resource(value):
                yield value
            waiting += [one for one in reversed(value.values()) if isinstance(one, (dict, list))]
        elif isinstance(value, list):
            waiting += [one for one in reversed(value) if isinstance(one, (dict, list))]


def _is_resource(value: Mapping[str, Any]) -> bool:
    kind = value.get("@odata.type")
    return (isinstance(kind, str) and kind.startswith("#")) or (
        "SerialNumber" in value and ("ProcessorType" in value or "@odata.id" in value)
    )


def _row(resource: Mapping[str, Any]) -> ListRow | None:
    """The piece that a resource is, where it is an accelerator of NVIDIA's or may be."""
    if not _is_accelerator(resource):
        return None
    slot = _slot(resource)
    row = ListRow(
        line=0,
        serial=_text(resource, "SerialNumber"),
        part_number=_text(resource, "PartNumber"),
        product=_text(resource, "Model") or _text(resource, "Name"),
        slot=slot,
        uuid=_text(resource, "UUID"),
    )
    return row if row.serial or row.uuid or row.part_number else None


def _is_accelerator(resource: Mapping[str, Any]) -> bool:
    maker = f"{_text(resource, 'Manufacturer')} {_vendor(resource)}".strip()
    said = " ".join(_text(resource, one) for one in ("Model", "Name", "Description", "Id", "DeviceType"))
    kind = _text(resource, "ProcessorType")
    if kind:
        return kind in _ACCELERATORS and (not maker or _NVIDIA.search(maker) is not None)
    if not _text(resource, "@odata.type").startswith(("#PCIeDevice.", "#Chassis.", "#GraphicsController.")):
        return False
    if _NOT_A_BOARD.search(said) or not _NVIDIA.search(f"{maker} {said}"):
        return False
    return _BOARD.search(said.replace("_", " ")) is not None


def _vendor(resource: Mapping[str, Any]) -> str:
    held = resource.get("ProcessorId")
    return _text(held, "VendorId") if isinstance(held, dict) else ""


def _slot(resource: Mapping[str, Any]) -> str:
    """Where the piece sits, as the chassis is labelled; else the controller's own name of the resource."""
    for place in (("Location", "PartLocation", "ServiceLabel"), ("Slot", "Location", "PartLocation", "ServiceLabel")):
        value: Any = resource
        for step in place:
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, str) and clean(value):
            return clean(value)
    return _text(resource, "Id")


def _text(resource: Mapping[str, Any], key: str) -> str:
    value = resource.get(key)
    text = clean(value) if isinstance(value, str) else ""
    return "" if text.casefold() in ("n/a", "na", "none", "null", "unknown", "not available", "0") else text


def _together(one: ListRow, other: ListRow) -> ListRow:
    """One piece out of two resources: what the first says stays, what it leaves out comes from the second."""
    return replace(
        one,
        serial=one.serial or other.serial,
        part_number=one.part_number or other.part_number,
        product=one.product or other.product,
        slot=one.slot or other.slot,
        uuid=one.uuid or other.uuid,
    )
