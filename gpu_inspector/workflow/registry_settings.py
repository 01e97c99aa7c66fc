"""Which registry of many offices is meant: an option, the environment, the settings, in this order.

Its address is no secret and holds none: one with a password is refused wherever it stands, and no sentence, log or
record repeats it. A host's name in it is the office's own; the log masks it as it masks every address.
"""

from __future__ import annotations

import os
from contextlib import suppress

from gpu_inspector import addresses, log, preferences
from gpu_inspector.errors import RegistryError, SettingsError
from gpu_inspector.language import N_

VARIABLE = "GPU_INSPECTOR_REGISTRY"
_OTHERWISE = N_(
    "Write postgresql://HOST/NAME without a password, and give the key otherwise: a client certificate, a service file"
    " (postgresql:///?service=NAME), or ~/.pgpass. See docs/registry.md."
)


def url(given: str | None = None) -> str:
    """The registry's address. Raises RegistryError where none is named, or one that cannot be used."""
    if given:
        return _sound(given, N_("The address after --registry"))
    if named := os.environ.get(VARIABLE, ""):
        return _sound(named, N_("The address in GPU_INSPECTOR_REGISTRY"))
    found, trouble = preferences.load()
    if trouble:
        raise SettingsError(trouble, "Look which registry was chosen, and try again.")
    if not found.registry:
        raise RegistryError(
            "No registry is named.",
            "Give --registry postgresql://HOST/NAME, set GPU_INSPECTOR_REGISTRY, or choose one in the settings.",
        )
    return _sound(found.registry, N_("The address in the settings"))


def configured() -> str | None:
    """The address from environment or settings; None where there is none that can be used. Never raises.

    For what works without a registry and asks one where it can.
    """
    if os.environ.get(VARIABLE) or preferences.path().exists():
        with suppress(RegistryError, SettingsError, RuntimeError):
            return url()
    return None


def _sound(address: str, where: str) -> str:
    fault = addresses.registry_fault(address)
    log.hide(address, *(_secrets(address) if fault else ()))
    if fault:
        raise RegistryError(f"{where} {fault}.", _OTHERWISE)
    return address


def _secrets(address: str) -> tuple[str, ...]:
    """What may be a password in it, so that it stands in no log, either."""
    before, _sign, query = address.partition("?")
    parts = (*query.replace("&", " ").split(), *before.split())
    return (before.rpartition("@")[0].rpartition(":")[2], *(one.partition("=")[2] for one in parts))
