"""Where a passphrase or a PIN comes from, and in which order: environment, the system's key ring, the person.

Never from an argument, which others can list. A secret is handed on as what a call returned and is kept nowhere; no
error carries it, and nothing here can be printed that holds one.
"""

import os
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gpu_inspector.errors import ReportError

Ask = Callable[[str], str | None]
"""Gets the sentence of what is wanted and gives the secret, or None where nobody can be asked."""

PASSPHRASE_VARIABLE = "GPU_INSPECTOR_PASSPHRASE"  # noqa: S105 - the variable's name, no passphrase
PIN_VARIABLE = "GPU_INSPECTOR_PIN"
RING_SERVICE = "gpu-inspector"


def nobody(_wanted: str) -> str | None:
    """Where nobody can be asked."""
    return None


@dataclass(frozen=True, slots=True)
class Source:
    """The places of one secret: a variable of the environment, an entry of the key ring, and whoever may be asked."""

    variable: str
    entry: str
    """The entry in the key ring, under the service RING_SERVICE."""
    ask: Ask = field(default=nobody, repr=False)

    def stored(self) -> str | None:
        """What environment or key ring offer."""
        return _sound(os.environ.get(self.variable), self.variable) or _sound(_from_ring(self.entry), "the key ring")

    def typed(self, wanted: str) -> str | None:
        """What the person gives; None where nobody can be asked or nothing was typed."""
        return _sound(self.ask(wanted), "what was typed")

    def get(self, wanted: str) -> str | None:
        """The secret from the first place that has it."""
        return self.stored() or self.typed(wanted)

    def advice(self) -> str:
        """What to do where it is wanted and nobody gave it."""
        return (
            f"Set {self.variable}, or put it in the system's key ring: "
            f"keyring set {RING_SERVICE} {shlex.quote(self.entry)}"
        )


def _sound(secret: str | None, place: str) -> str | None:
    """The secret, None where it is empty. Raises ReportError, without it, where it is no text that has bytes."""
    try:
        (secret or "").encode()
    except UnicodeEncodeError:
        unreadable = True
    else:
        unreadable = False
    if unreadable:  # outside of the handler: that error holds the secret
        raise ReportError(f"The secret in {place} is no text in UTF-8.", "Give it as text in UTF-8.")
    return secret or None


def _from_ring(entry: str) -> str | None:
    if not _ring_in_reach():
        return None
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(RING_SERVICE, entry) or None
    except (KeyringError, RuntimeError, OSError):
        return None


def _ring_in_reach() -> bool:
    """A Linux bench without a session bus has no key ring, and need not wait 0.2 s to hear it."""
    if not sys.platform.startswith("linux") or os.environ.get("PYTHON_KEYRING_BACKEND"):
        return True
    bus = Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent"), "bus")
    return bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS")) or bus.exists()
