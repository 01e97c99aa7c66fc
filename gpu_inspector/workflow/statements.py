"""Statements that an office signs outside of a report: a watch-list, a day's export, a checkpoint of the ledger.

A statement is canonical JSON that names its own kind, so that no signature of one kind passes for another. The
signature is the same envelope as a report's (CMS, detached, over exactly these bytes), made by the same key and
examined as strictly: it is put together again from its parts and compared, so that no byte of it is left open.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from gpu_inspector.errors import GpuInspectorError, ReportError
from gpu_inspector.report.deferred import LOADING

if TYPE_CHECKING:
    from gpu_inspector.report.identity import SigningIdentity

LARGEST_ENVELOPE = 64 * 1024
"""Bytes: six certificates and a signature need a fifth of that."""


class _Framed(msgspec.Struct):
    signature: str
    statement: msgspec.Raw


class StatementError(GpuInspectorError):
    """A signed statement is damaged, or its signature is not that of the certificate beside it."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed a statement. `name` is what the certificate calls itself: a claim."""

    name: str
    fingerprint: str
    """SHA-256 of the certificate, 64 hexadecimal digits."""
    known: bool
    """One of the trusted certificates is the signer's own, or leads to it."""


def sign(statement: bytes, identity: SigningIdentity) -> bytes:
    """The envelope (DER) over the bytes of a statement. Raises ReportError where the key does not sign."""
    with LOADING:
        from gpu_inspector.report import cms

    try:
        return cms.sign(identity.certificate, identity.key, hashlib.sha256(statement).digest(), identity.chain)
    except ValueError as error:
        raise ReportError(f"This key signs nothing here ({error}).", "See `gpu-inspector key show`.") from error


def framed(statement: bytes, envelope: bytes) -> bytes:
    """One line of canonical JSON that holds a statement and its signature."""
    return b'{"format":1,"signature":"' + base64.b64encode(envelope) + b'","statement":' + statement + b"}"


def unframed(data: bytes) -> tuple[bytes, bytes]:
    """Statement and envelope of what `framed` made. Raises StatementError for anything else, to the last byte."""
    try:
        file = msgspec.json.decode(data, type=_Framed)
        statement, envelope = bytes(file.statement), base64.b64decode(file.signature, validate=True)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise StatementError("It is no signed statement of GPU Inspector.", "Ask for the file again.") from error
    if framed(statement, envelope) != data:
        raise StatementError("It is not in the form in which this program writes it.", "Ask for the file again.")
    return statement, envelope


def check(statement: bytes, envelope: bytes, trust: tuple[bytes, ...], moment: datetime) -> Signer:
    """Who signed these bytes. `trust` are certificates (PEM or DER); `moment` is when the signer says it signed.

    Raises StatementError where the envelope is damaged or of another form, the signature does not fit the bytes, or
    the certificate was not valid at that moment.
    """
    with LOADING:
        from gpu_inspector.report import identity
        from gpu_inspector.report.certificate import UNREADABLE

    if len(envelope) > LARGEST_ENVELOPE:
        raise StatementError("Its signature is larger than any signature is.", "Ask for the file again.")
    try:
        certificate, chain = _holder(statement, envelope, moment)
        known = _known(certificate, chain, trust, moment)
        return Signer(identity.name_of(certificate), identity.fingerprint_of(certificate), known)
    except (*UNREADABLE, RecursionError) as error:
        raise StatementError(
            f"Its signature is damaged ({str(error)[:200] or type(error).__name__}).", "Ask for the file again."
        ) from error


def _holder(statement: bytes, envelope: bytes, moment: datetime) -> tuple[bytes, tuple[bytes, ...]]:
    """The certificate whose key signed the statement, and its authorities'."""
    with LOADING:
        from gpu_inspector.report import cms, trust

    digest = hashlib.sha256(statement).digest()
    certificate, chain, value = cms.parts(envelope)
    if cms.assemble(certificate, digest, value, chain) != envelope:
        raise StatementError("Its signature is not over this content, or not in the form that this program writes.")
    if not cms.signature_fits(certificate, digest, value, chain):
        raise StatementError("Its signature is not that of the certificate which stands beside it.")
    begin, end = trust.lifetime(certificate)
    if moment.tzinfo is None or not begin <= moment <= end:
        raise StatementError("The signer's certificate was not valid when the content says that it was signed.")
    return certificate, chain


def _known(certificate: bytes, chain: tuple[bytes, ...], trusted: tuple[bytes, ...], moment: datetime) -> bool:
    with LOADING:
        from gpu_inspector.report import identity, trust

    signer = trust.Signer(certificate, moment, others=chain)
    offered = [der for one in trusted for der in identity.certificates_in(one)]
    return any(trust.chain_to(der, signer) is not None for der in offered)
