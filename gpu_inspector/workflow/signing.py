"""Who signs: the one door to the key that the settings name.

A passphrase or a PIN is asked for by whoever stands at the screen: `ask` gets the sentence of what is wanted and gives
the secret, or None where nobody can be asked. It is held no longer than it takes to open the key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gpu_inspector import settings
from gpu_inspector.report.deferred import LOADING

if TYPE_CHECKING:
    from gpu_inspector.report.identity import SigningIdentity

Ask = Callable[[str], str | None]


def nobody(_wanted: str) -> str | None:
    """Where nobody can be asked."""
    return None


def signer(ask: Ask = nobody) -> SigningIdentity:
    """The identity that signs here. Raises ReportError where it cannot be used."""
    with LOADING:
        from gpu_inspector.report import identity

    return identity.load_or_make(settings.identity_folder())
