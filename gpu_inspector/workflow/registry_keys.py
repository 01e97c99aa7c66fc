"""The key that the offices of one registry share: numbers of cards leave an office as digests made with it.

It lies in the data folder, for its owner's eyes alone, or comes from the environment or the system's key ring; it never
stands in an address, in the settings, in the log or in the registry. Whoever has it can find out which number a digest
was made of by trying them all: it is as secret as the numbers are.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path

from gpu_inspector import log, settings
from gpu_inspector.errors import GpuInspectorError, RegistryError
from gpu_inspector.language import N_
from gpu_inspector.records.keyed import KEY_BYTES, key_id
from gpu_inspector.report import secret
from gpu_inspector.workflow import targets
from gpu_inspector.workflow.whole_files import read_at_most, write_whole

VARIABLE = "GPU_INSPECTOR_REGISTRY_KEY"
RING_ENTRY = "registry-key"
HEAD = "gpu-inspector registry key 1"
_LARGEST = 4096
_DIGITS = re.compile(rf"[0-9a-f]{{{2 * KEY_BYTES}}}")
_IMPORT = N_("Take in the key that the offices share: gpu-inspector registry key import FILE")


def place() -> Path:
    """The key's file."""
    return settings.data_folder() / "registry" / "key"


def key() -> bytes | None:
    """The key: of environment or key ring, else of the file; None where there is none. Raises RegistryError."""
    offered = _offered()
    if offered is not None:
        return _key_of(offered, N_("The registry's key in environment or key ring"))
    return _read(place()) if place().exists() else None


def require_key() -> bytes:
    """Likewise. Raises RegistryError where there is none."""
    found = key()
    if found is None:
        raise RegistryError(
            "Numbers of cards are to leave as keyed digests alone, and the registry's key is not here.", _IMPORT
        )
    return found


def new() -> str:
    """Make a key where none is; its id. Raises RegistryError."""
    return _keep(secrets.token_bytes(KEY_BYTES))


def take_in(path: Path) -> str:
    """Keep the key of this file as the registry's; its id. Raises RegistryError."""
    return _keep(_read(path))


def give_out(target: Path) -> str:
    """Write the key to a file for another office; its id. Raises RegistryError, TargetError."""
    found = key()
    if found is None:
        raise RegistryError(
            "There is no key of a registry here.", "Make one: gpu-inspector registry key new, or import it."
        )
    if os.path.lexists(target):
        raise targets.TargetError(f"{target} exists, and a key is never written over a file.", "Name another place.")
    targets.check(target, ())
    _write(target, found)
    return key_id(found)


def _keep(found: bytes) -> str:
    kept = key()
    if kept is not None and kept != found:
        raise RegistryError(
            f"A key of a registry is here already, {key_id(kept)}; nothing was changed.",
            f"Digests of two keys never meet. If another is really meant, put {place()} aside first.",
        )
    if kept is None:
        _write(place(), found)
    return key_id(found)


def _write(target: Path, found: bytes) -> None:
    try:
        if not target.parent.exists():
            target.parent.mkdir(parents=True, mode=0o700)
        write_whole(target, f"{HEAD}\n{found.hex()}\n".encode())  # nobody else may read what it makes
    except OSError as error:
        raise RegistryError(f"{target} cannot be written ({error.strerror}).", "Name another place.") from error


def _offered() -> str | None:
    try:
        return secret.Source(VARIABLE, RING_ENTRY).stored()
    except GpuInspectorError as error:
        raise RegistryError(error.message, error.advice) from error


def _read(path: Path) -> bytes:
    try:
        data = read_at_most(path, _LARGEST)
        open_to_others = os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    except OSError as error:
        raise RegistryError(
            f"The registry's key in {path} cannot be read ({error.strerror or error}).", "Look at the name."
        ) from error
    if open_to_others:
        raise RegistryError(f"Others may read the registry's key in {path}.", f"Run: chmod 600 {path}")
    text = data.decode("ascii", "replace").strip()
    head, _line, digits = text.partition("\n")
    if head.strip() != HEAD:
        raise RegistryError(f"{path} holds no key of a registry.", "Name a file of: gpu-inspector registry key export")
    return _key_of(digits, N_(f"The registry's key in {path}"))


def _key_of(digits: str, where: str) -> bytes:
    log.hide(digits.strip())
    if not _DIGITS.fullmatch(digits.strip()):
        raise RegistryError(f"{where} is damaged: it is no {2 * KEY_BYTES} hexadecimal digits.", _IMPORT)
    return bytes.fromhex(digits.strip())
