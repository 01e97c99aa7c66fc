"""What a support bundle tells of the program and of this machine, each part as a plain document.

Nothing in here masks anything: `support` does that to all of it. What could not be looked at says why.
"""

from __future__ import annotations

import hashlib
import platform
import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gpu_inspector import __version__, preferences, resources
from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import load
from gpu_inspector.version import build
from gpu_inspector.workflow import collecting, selftest
from gpu_inspector.workflow.topics import Topic

if TYPE_CHECKING:
    from gpu_inspector.records.evidence import CardEvidence, HostReading

OWN = frozenset({"version", "sha256", "own_version", "tool_version", "reference_version", "made_at", "policy"})
"""Names whose values are the program's own, or digests of data that are nobody's."""
_CHOICES = frozenset({"profile", "theme", "signer"})
"""Settings that are one of the program's own words; switches are told as well."""
_HOST = (
    *("system", "kernel", "machine", "driver_version", "driver_kind", "module_in_use_matches", "taint", "secure_boot"),
    *("virtual_machine", "container", "clock_synchronised", "libraries_loaded", "cards_hidden"),
)
_LONGEST = 200


def doctor(topics: tuple[Topic, ...]) -> dict[str, Any]:
    """As `doctor --json` has it."""
    told = [{"title": one.title, "well": one.well, "says": one.says, "advice": one.advice} for one in topics]
    return {"format": canonical.FORMAT, "tool_version": __version__, "topics": told}


def environment(*, serials: bool) -> dict[str, Any]:
    """The bench: system, kernel, driver, and which cards there are; their numbers only where they are asked for."""
    document: dict[str, Any] = {
        "system": platform.system(),
        "kernel": platform.release(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "packed": bool(getattr(sys, "frozen", False)),
        "cards": [],
        "gaps": [],
    }
    try:
        found = collecting.collect_machine(load(), None)
    except GpuInspectorError as error:
        return {**document, "gaps": [str(error)]}
    gaps = [*found.gaps, *(gap for card in found.cards for gap in card.gaps)]
    return {
        **document,
        "host": _host(found.host),
        "cards": [_card(card, serials=serials) for card in found.cards],
        "gaps": [f"{gap.source}: {gap.reason}" for gap in gaps],
    }


def _host(host: HostReading | None) -> dict[str, Any] | None:
    """Of the host's reading, what is a version or a switch."""
    if host is None:
        return None
    plain: dict[str, Any] = canonical.plain(host)
    return {name: plain[name] for name in _HOST if plain.get(name) is not None}


def _card(card: CardEvidence, *, serials: bool) -> dict[str, Any]:
    claims = card.nvml or card.nvidia_smi
    told: dict[str, Any] = {
        "name": (claims.name or "")[:_LONGEST] if claims is not None else None,
        "driver_version": claims.driver_version if claims is not None else None,
        "device_id": card.pci.device_id if card.pci is not None else None,
        "driver": card.pci.driver if card.pci is not None else None,
        "sources": [name for name in ("pci", "nvml", "nvidia_smi") if getattr(card, name) is not None],
    }
    if serials and claims is not None:
        told |= {"serial": claims.serial, "uuid": claims.uuid}
    return told


def files() -> bytes:
    """The digest of each of the program's files, a line each as `sha256sum` writes them, by their place in it."""
    package = Path(__file__).resolve().parents[1]
    found = {path: path.relative_to(package.parent).as_posix() for path in package.rglob("*")}
    data = resources.root()
    if not data.is_relative_to(package):
        found |= {path: f"resources/{path.relative_to(data).as_posix()}" for path in data.rglob("*")}
    wanted = sorted((name, path) for path, name in found.items() if path.is_file() and path.suffix != ".pyc")
    lines = [f"# gpu-inspector {build()}"]
    for name, path in wanted:
        try:
            lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}")
        except OSError as error:
            lines.append(f"# {name} cannot be read ({error.strerror})")
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def reference() -> dict[str, Any]:
    """Versions of the reference data and of the office's policy: whose they are is not told."""
    from gpu_inspector.records import catalogue
    from gpu_inspector.workflow import data_packs, policy

    document: dict[str, Any] = {"own_version": catalogue.own().version, "policy": policy.in_use(), "packs": []}
    try:
        document["version"] = load().version
        document["packs"] = [
            {"version": one.version, "signed": one.signed, "in_use": one.in_use, "problem": one.problem or None}
            for one in data_packs.installed()
        ]
    except GpuInspectorError as error:
        document["problem"] = str(error)
    return document


def self_test() -> dict[str, Any] | None:
    """The last result; None where there is none."""
    found = selftest.last()
    return None if found is None else dict(canonical.plain(found))


def choices() -> dict[str, Any]:
    """The settings: the program's own words and switches in full; of a text or list, whether there is one."""
    found, trouble = preferences.load()
    told: dict[str, Any] = {}
    for field in fields(found):
        value = getattr(found, field.name)
        told[field.name] = value if isinstance(value, bool) or field.name in _CHOICES else bool(value)
    return {"choices": told, "trouble": trouble or None}
