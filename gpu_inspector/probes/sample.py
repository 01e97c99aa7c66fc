"""Dumps of cards that do not exist: what nvidia-smi would print for a genuine card of a product's row.

`make run` inspects one where a machine has no card, and tests forge single lines of one. Each says in its first lines
that it is a sample, and is called one in every report. Nothing here is copied from a real card.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from gpu_inspector.probes.incoming import SAMPLE_MARK
from gpu_inspector.probes.sample_card import values_of
from gpu_inspector.probes.sample_layout import NOT_GIVEN, PATHS, as_text, as_xml
from gpu_inspector.records.product import Die, Product

SHARED = ("driver_version", "cuda_version")
Value = TypeVar("Value")
_NOTHING: Mapping[str, str | None] = MappingProxyType({})
_CUDA = {
    410: "10.0", 418: "10.1", 440: "10.2", 450: "11.0", 460: "11.2", 470: "11.4", 510: "11.6", 515: "11.7",
    525: "12.0", 535: "12.2", 550: "12.4", 560: "12.6", 570: "12.8", 575: "12.9", 580: "13.0", 595: "13.2",
}  # fmt: skip
_DOCUMENTS = {352: 7, 361: 8, 384: 9, 410: 10, 450: 11, 520: 12, 590: 13}
"""Driver branch -> version of the document type; observed in real dumps."""
_DRIVERS = {"Blackwell": "570.124.06"}
_USUAL_DRIVER = "550.54.14"


def write(
    product: Product,
    die: Die,
    *,
    form: str = "xml",
    driver: str | None = None,
    seed: int = 0,
    vbios_prefix: str | None = None,
    overrides: Mapping[str, str | None] = _NOTHING,
) -> str:
    """A dump of one card of this row, as a genuine one would print it.

    `form` is "xml" or "text". `driver` is one that knows the card where none is named. `seed` makes another card of
    the same product. `vbios_prefix` is the die's ("95.02"); without it the version is not given. `overrides` forges
    lines by their path in the XML ("fb_memory_usage/total": "49140 MiB"; "driver_version"), None leaves one out.
    Raises ValueError where the row has no memory size, or there is no such form or line.
    """
    prefixes = {} if vbios_prefix is None else {die.name: vbios_prefix}
    return write_many(
        [(product, die)], form=form, driver=driver, seed=seed, vbios_prefixes=prefixes, overrides=(overrides,)
    )


def write_many(
    cards: Sequence[tuple[Product, Die]],
    *,
    form: str = "xml",
    driver: str | None = None,
    seed: int = 0,
    vbios_prefixes: Mapping[str, str] = MappingProxyType({}),
    overrides: Sequence[Mapping[str, str | None]] = (),
) -> str:
    """As `write`, for a machine of several cards; the n-th of `overrides` is for the n-th card.

    `vbios_prefixes` gives them by the name of the die.

    Raises ValueError as `write` does.
    """
    if form not in ("xml", "text"):
        raise ValueError(f"there is no form {form!r}")
    changes = [*overrides, *[_NOTHING] * (len(cards) - len(overrides))]
    for path in {path for change in changes for path in change}:
        if path not in PATHS and path not in SHARED:
            raise ValueError(f"no line of a dump is called {path!r}")
    shared = {key: value for change in changes for key, value in change.items() if key in SHARED}
    version = shared.get("driver_version") or driver or _driver_for([die for _, die in cards])
    branch = int(version.partition(".")[0])
    lines: list[str] = []
    for index, ((product, die), change) in enumerate(zip(cards, changes, strict=True)):
        address = f"{'0000' if branch < 390 else '00000000'}:{index + 1:02X}:00.0"
        values = values_of(product, die, branch, address, f"{seed}/{index}", vbios_prefixes.get(die.name))
        values |= {"gsp_firmware_version": version if die.architecture in ("Hopper", "Blackwell") else NOT_GIVEN}
        values |= {path: value for path, value in change.items() if path not in SHARED}
        lines += as_xml(values, branch, address) if form == "xml" else as_text(values, branch, address)
    cuda = _latest(_CUDA, branch)
    head = {"driver_version": version, "cuda_version": cuda, **shared}
    return _framed(form, lines, head, len(cards), _latest(_DOCUMENTS, branch) or 7)


def _framed(form: str, lines: list[str], head: Mapping[str, str | None], count: int, document: int) -> str:
    said = {name: value for name, value in head.items() if value is not None}
    if form == "xml":
        first = [
            '<?xml version="1.0" ?>',
            f"<!-- {SAMPLE_MARK} -->",
            f'<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v{document}.dtd">',
            "<nvidia_smi_log>",
            *(f"\t<{name}>{value}</{name}>" for name, value in said.items()),
            f"\t<attached_gpus>{count}</attached_gpus>",
        ]
        return "\n".join([*first, *lines, "</nvidia_smi_log>", ""])
    names = {"driver_version": "Driver Version", "cuda_version": "CUDA Version"}
    first = [
        f"# {SAMPLE_MARK}",
        "==============NVSMI LOG==============",
        "",
        *(f"{names[name].ljust(42)}: {value}" for name, value in said.items()),
        "",
        f"{'Attached GPUs'.ljust(42)}: {count}",
    ]
    return "\n".join([*first, *lines, ""])


def _driver_for(dies: Sequence[Die]) -> str:
    return max((_DRIVERS.get(die.architecture, _USUAL_DRIVER) for die in dies), default=_USUAL_DRIVER)


def _latest(table: Mapping[int, Value], branch: int) -> Value | None:
    return next((value for since, value in sorted(table.items(), reverse=True) if since <= branch), None)
