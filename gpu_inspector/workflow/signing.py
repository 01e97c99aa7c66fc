"""Who signs: the one door to the key that the settings name, looked at before it signs.

A passphrase or a PIN is asked for by whoever stands at the screen: `ask` gets the sentence of what is wanted and gives
the secret, or None where nobody can be asked. It is held no longer than it takes to open the key; of a card's PIN, no
longer than the identity is.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector import preferences, settings
from gpu_inspector.errors import ReportError
from gpu_inspector.language import N_
from gpu_inspector.preferences import Preferences
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.workflow.whole_files import read_at_most, write_whole

if TYPE_CHECKING:
    from gpu_inspector.report.card import Card
    from gpu_inspector.report.identity import SigningIdentity

Ask = Callable[[str], str | None]
MOST_LISTS = 200
LARGEST_LIST = 64 * 1024 * 1024
"""Bytes of one revocation list: those of large authorities hold a million rows."""


@dataclass(frozen=True, slots=True)
class Lists:
    """Revocation lists (DER) at hand, and what was wrong with others."""

    found: tuple[bytes, ...] = ()
    remarks: tuple[str, ...] = ()


def nobody(_wanted: str) -> str | None:
    """Where nobody can be asked."""
    return None


def signer(ask: Ask = nobody) -> SigningIdentity:
    """The identity that signs here. Raises ReportError where it cannot be used, or is not fit to sign."""
    return examined(ask)[0]


def examined(ask: Ask = nobody) -> tuple[SigningIdentity, tuple[str, ...]]:
    """The identity that signs here, and the remarks on it: what could not be asked. Raises ReportError as `signer`."""
    with LOADING:
        from gpu_inspector.report import fitness

    chosen = choice()
    identity = loaded(chosen, ask)
    lists = revocation_lists()
    remarks = fitness.require(identity, lists.found)
    if chosen.signer in ("file", "card"):
        keep_certificates(chosen, identity)
    return identity, (*remarks, *lists.remarks)


def choice() -> Preferences:
    """The settings. Raises ReportError where they cannot be read: nothing is signed with another key than the chosen.

    A broken file is kept aside then, and the next call uses this program's own key.
    """
    found, trouble = preferences.load()
    if trouble:
        raise ReportError(trouble, "Look which key signs (gpu-inspector key show), and try again.")
    return found


def loaded(chosen: Preferences, ask: Ask = nobody) -> SigningIdentity:
    """The identity that these settings name, not examined yet. Raises ReportError."""
    with LOADING:
        from gpu_inspector.report import identity, identity_card, identity_file

    if chosen.signer == "file":
        if not chosen.signer_file:
            raise ReportError("The settings name no file of the signing key.", "Run: gpu-inspector key import FILE")
        return identity_file.load(Path(chosen.signer_file), ask)
    if chosen.signer == "card":
        return identity_card.load(card_of(chosen), ask)
    return identity.load_or_make(settings.identity_folder(), ask)


def card_of(chosen: Preferences) -> Card:
    """The card that these settings name. Raises ReportError where they name none."""
    with LOADING:
        from gpu_inspector.report.card import Card

    if not chosen.card_module:
        raise ReportError(
            "The settings name no library for the card.", "Run: gpu-inspector key import --card MODULE --token LABEL"
        )
    return Card(Path(chosen.card_module), chosen.card_token, chosen.card_key)


def revocation_lists() -> Lists:
    """The revocation lists (DER) of the folder for them; a file that is none is a remark."""
    with LOADING:
        from gpu_inspector.report.revoked import lists_in

    folder = settings.revocation_folder()
    found: list[bytes] = []
    remarks: list[str] = []
    try:
        paths = sorted(one for one in folder.iterdir() if not one.name.startswith("."))[:MOST_LISTS]
    except FileNotFoundError:
        return Lists()
    except OSError as error:
        return Lists(remarks=(N_(f"The revocation lists in {folder} cannot be read ({error.strerror})."),))
    for path in paths:
        try:
            data = read_at_most(path, LARGEST_LIST)
        except OSError as error:
            remarks.append(N_(f"The revocation list {path} cannot be read ({error.strerror})."))
            continue
        lists = lists_in(data) if len(data) <= LARGEST_LIST else ()
        found += lists
        if not lists:
            remarks.append(N_(f"{path} holds no revocation list that can be read."))
    return Lists(tuple(found), tuple(remarks))


def certificate_file(chosen: Preferences) -> Path:
    """Where the certificate of the chosen signer can be read without a passphrase, a PIN or a card.

    For a file or a card it was kept there when it was last used, under a name that changes with the file's content or
    the card's choice; the signer's own certificate comes first, its authorities' behind it.
    """
    if chosen.signer == "file":
        try:
            said = read_at_most(Path(chosen.signer_file), LARGEST_LIST)
        except OSError:
            said = chosen.signer_file.encode()
    elif chosen.signer == "card":
        said = "\0".join((chosen.card_module, chosen.card_token, chosen.card_key)).encode()
    else:
        return settings.identity_folder() / "certificate.pem"
    return settings.signers_folder() / f"{chosen.signer}-{hashlib.sha256(said).hexdigest()[:16]}.pem"


def keep_certificates(chosen: Preferences, identity: SigningIdentity) -> None:
    """Keep the public certificates for those who only want to see them; where that fails, signing goes on."""
    with LOADING:
        from gpu_inspector.report.certificate import pem_of

    path, text = certificate_file(chosen), pem_of(identity.certificate, *identity.chain)
    with contextlib.suppress(OSError):
        if not path.is_file() or path.read_bytes() != text:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(path, text)
