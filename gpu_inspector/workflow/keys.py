"""The keys of this bench, made, shown, handed on and taken in: what `signing` then signs with.

No key is ever overwritten, and none is taken in that may not sign. Private keys leave only as PKCS#12 files under a
passphrase; colleagues get the certificate, which is all that they need.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector import preferences, settings
from gpu_inspector.errors import ReportError
from gpu_inspector.preferences import Preferences
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.workflow import signing, targets
from gpu_inspector.workflow.signing import Ask, nobody

if TYPE_CHECKING:
    from gpu_inspector.report.identity import SigningIdentity

PEM = (b"-----BEGIN CERTIFICATE-----",)
TRY = b"GPU Inspector: a try whether this card signs. It says nothing about any card or person."


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A certificate above the signer's."""

    name: str
    fingerprint: str
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Who would sign: the certificate, SHA-256 in 64 hexadecimal digits, and whether it may.

    `refusal` is "" where it may; `remarks` say what could not be asked.
    """

    kind: str
    """own, file or card."""
    place: str
    """The folder, the file, or the card's library, label and key."""
    name: str
    fingerprint: str
    algorithm: str
    begin: datetime
    end: datetime
    authorities: tuple[Authority, ...]
    refusal: str
    advice: str
    remarks: tuple[str, ...]
    ring: str = ""
    """The key ring's entry for the passphrase or the PIN; "" for the own key."""


def show(ask: Ask = nobody) -> Shown:
    """Who would sign, from the certificate alone where it was kept; else file or card are opened for it.

    Raises ReportError where there is none yet, or it cannot be read.
    """
    chosen = signing.choice()
    certificate, *chain = certificates(chosen, ask)
    return _shown(chosen, certificate, tuple(chain))


def certificates(chosen: Preferences, ask: Ask = nobody) -> tuple[bytes, ...]:
    """The certificates (DER) of the chosen signer, its own first. Raises ReportError."""
    with LOADING:
        from gpu_inspector.report.certificate import certificates_in

    kept = signing.certificate_file(chosen)
    try:
        found = certificates_in(kept.read_bytes())
    except FileNotFoundError:
        found = ()
    except OSError as error:
        raise ReportError(f"{kept} cannot be read ({error.strerror}).", "Mend its rights.") from error
    if found:
        return found
    if chosen.signer not in ("file", "card"):
        if kept.exists():
            raise ReportError(f"{kept} holds no certificate that can be read.", "Put it back from your backup.")
        raise ReportError("No signing key was made yet.", "The first report makes one; so does gpu-inspector key new")
    identity = signing.loaded(chosen, ask)
    signing.keep_certificates(chosen, identity)
    return (identity.certificate, *identity.chain)


def new(passphrase: str | None = None) -> tuple[Shown, Path | None]:
    """A new key of this program's own, which signs from now on; where the older one is kept, or None.

    Raises ReportError, SettingsError.
    """
    with LOADING:
        from gpu_inspector.report import identity

    signing.choice()
    older = identity.make_anew(settings.identity_folder(), passphrase)
    preferences.change({"signer": "own"})
    return show(), older


def new_file(target: Path, passphrase: str) -> None:
    """A new key in a PKCS#12 file, which signs nothing until it is imported. Raises ReportError, TargetError."""
    with LOADING:
        from cryptography.hazmat.primitives.asymmetric import ec

        from gpu_inspector.report import identity, identity_file

    key = ec.generate_private_key(ec.SECP256R1())
    made = identity.SigningIdentity(identity.self_signed(key), key)
    _write_new(target, identity_file.made(made, passphrase))


def export_certificate(target: Path, ask: Ask = nobody) -> str:
    """Write the signer's own certificate in PEM form, and nothing else; its SHA-256. Raises ReportError, TargetError.

    The authorities' do not go along: whoever accepted the file would accept everyone that they issued to.
    """
    with LOADING:
        from gpu_inspector.report.certificate import fingerprint_of, pem_of
    from gpu_inspector.workflow.identities import write_whole

    certificate = certificates(signing.choice(), ask)[0]
    targets.check(target, PEM)
    write_whole(target, pem_of(certificate).decode())
    return fingerprint_of(certificate)


def export_private(target: Path, passphrase: str, ask: Ask = nobody) -> None:
    """Write key and certificates as a PKCS#12 file. Raises ReportError (of a card always), TargetError."""
    with LOADING:
        from gpu_inspector.report import identity_file

    _write_new(target, identity_file.made(signing.loaded(signing.choice(), ask), passphrase))


def import_file(source: Path, ask: Ask = nobody) -> Shown:
    """Take a copy of a PKCS#12 file in, as the key that signs from now on.

    Raises ReportError where it cannot be opened or may not sign, SettingsError; then nothing has changed.
    """
    with LOADING:
        from gpu_inspector.report import fitness, identity, identity_file

    signing.choice()
    found = identity_file.load(source, ask, guarded=False)
    fitness.require(found, signing.revocation_lists().found)
    copy = settings.signers_folder() / f"{found.fingerprint[:16]}.p12"
    try:
        data = source.read_bytes()
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        copy.parent.chmod(0o700)
        if not copy.exists() or copy.read_bytes() != data:
            copy = _free(copy)
            identity.write_private(copy, data)
    except OSError as error:
        raise ReportError(
            f"{copy} cannot be written ({error.strerror}).", "Free some space, or mend its rights."
        ) from error
    chosen = preferences.change({"signer": "file", "signer_file": str(copy.absolute())})
    return _taken(chosen, found)


def import_card(module: Path, token: str, key: str, ask: Ask = nobody) -> Shown:
    """Sign with a card from now on, after it signed a try.

    Raises ReportError where it cannot, or its certificate may not, SettingsError; then nothing has changed.
    """
    with LOADING:
        from gpu_inspector.report import cms, fitness, identity_card
        from gpu_inspector.report.card import Card

    signing.choice()
    where = Card(module.absolute(), token, key)
    found = identity_card.load(where, ask)
    fitness.require(found, signing.revocation_lists().found)
    cms.sign(found.certificate, found.key, hashlib.sha256(TRY).digest(), found.chain)
    names = {"card_module": str(where.module), "card_token": token, "card_key": key}
    return _taken(preferences.change({"signer": "card", **names}), found)


def use(kind: str) -> Shown:
    """Sign with the own key, the file or the card that was taken in before. Raises ReportError, SettingsError."""
    chosen = signing.choice()
    if kind == "file" and not chosen.signer_file:
        raise ReportError("No file was taken in yet.", "Run: gpu-inspector key import FILE")
    if kind == "card":
        signing.card_of(chosen)
    if kind == "own" and not signing.certificate_file(Preferences()).exists():
        raise ReportError("No key of this program's own was made yet.", "Run: gpu-inspector key new")
    preferences.change({"signer": kind})
    return show()


def _taken(chosen: Preferences, found: SigningIdentity) -> Shown:
    signing.keep_certificates(chosen, found)
    return _shown(chosen, found.certificate, found.chain)


def _shown(chosen: Preferences, certificate: bytes, chain: tuple[bytes, ...]) -> Shown:
    with LOADING:
        from gpu_inspector.report import fitness, trust
        from gpu_inspector.report.certificate import algorithm_of, fingerprint_of, name_of

    lists = signing.revocation_lists()
    fit = fitness.examine(certificate, chain, lists.found)
    begin, end = trust.lifetime(certificate)
    authorities = (
        Authority(name=name_of(one), fingerprint=fingerprint_of(one), end=trust.lifetime(one)[1]) for one in chain
    )
    return Shown(
        kind=chosen.signer or "own",
        place=_place(chosen),
        name=name_of(certificate),
        fingerprint=fingerprint_of(certificate),
        algorithm=algorithm_of(certificate),
        begin=begin,
        end=end,
        authorities=tuple(authorities),
        refusal=fit.refusal,
        advice=fit.advice,
        remarks=(*fit.remarks, *lists.remarks),
        ring=_ring(chosen),
    )


def _ring(chosen: Preferences) -> str:
    with LOADING:
        from gpu_inspector.report import identity_file

    if chosen.signer == "file":
        return identity_file.ring_entry(Path(chosen.signer_file))
    return signing.card_of(chosen).source().entry if chosen.signer == "card" else ""


def _place(chosen: Preferences) -> str:
    if chosen.signer == "file":
        return chosen.signer_file
    if chosen.signer == "card":
        parts = (chosen.card_module, chosen.card_token and f"token {chosen.card_token}", chosen.card_key)
        return ", ".join(part for part in parts if part)
    return str(settings.identity_folder())


def _free(path: Path) -> Path:
    """This path, or one beside it that nothing bears: a key is never overwritten."""
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def _write_new(target: Path, data: bytes) -> None:
    """A private file at a place where nothing is yet. Raises ReportError, TargetError."""
    with LOADING:
        from gpu_inspector.report.identity import write_private

    targets.check(target, ())
    if os.path.lexists(target):
        raise targets.TargetError(f"{target} exists, and a key is never written over a file.", "Name another place.")
    try:
        write_private(target, data)
    except OSError as error:
        raise ReportError(
            f"{target} cannot be written ({error.strerror}).", "Free some space, or name another place."
        ) from error
