"""Certificates as people compare them: the one that signs here, and those whose signatures are accepted.

Only certificates are read: the private key is never opened for this, no passphrase is asked for, and what is exported
is made anew from the certificate, so that a key that stands in the same file cannot go along.
"""

import base64
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gpu_inspector.errors import CaptureError, ReportError
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.workflow import targets
from gpu_inspector.workflow.signing import certificate_file, choice

PEM = (b"-----BEGIN CERTIFICATE-----",)
_LINE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A certificate: what it calls its owner, its SHA-256 in 64 hexadecimal digits, and its first and last moment."""

    name: str
    fingerprint: str
    begin: datetime
    end: datetime
    file: Path


def signing() -> Known | None:
    """The certificate that reports are signed with here; None where none was made yet.

    Raises ReportError where it cannot be read.
    """
    file = certificate_file(choice())
    if not file.exists():
        return None
    try:
        return read(file)[0]
    except CaptureError as error:
        raise ReportError(f"The signing identity cannot be shown. {error.message}", error.advice) from error


def read(file: Path) -> tuple[Known, ...]:
    """The certificates of a file in PEM or DER form, at least one.

    Raises CaptureError where the file cannot be read or holds none.
    """
    return tuple(described(der, file) for der in _certificates(file))


def export(target: Path) -> Path:
    """Write the certificate that reports are signed with here, and nothing else, in PEM form.

    Raises ReportError where there is none or it cannot be written, TargetError for a place where it must not go.
    """
    file = certificate_file(choice())
    if not file.exists():
        raise ReportError("No signing identity was made yet.", "The first inspection makes one.")
    targets.check(target, PEM)
    try:
        # The signer's own comes first; who accepted its authorities' would accept everyone that they issued to.
        lines = [_pem(_certificates(file)[0])]
    except CaptureError as error:
        raise ReportError(error.message, error.advice) from error
    write_whole(target, "".join(lines))
    return target


def write_whole(target: Path, text: str) -> None:
    """Write a text, whole or not at all. Raises ReportError."""
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".gpu-inspector-", suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="") as out:
                out.write(text)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ReportError(
            f"{target} cannot be written ({error.strerror}).", "Choose another place, or free some space."
        ) from error


def _certificates(file: Path) -> tuple[bytes, ...]:
    from gpu_inspector.probes import incoming

    with LOADING:
        from gpu_inspector.report.identity import certificates_in

    found = certificates_in(incoming.open_file(file, None))
    if not found:
        raise CaptureError(f"{file} holds no certificate that can be read.", "Ask for it in PEM or DER form.")
    return found


def described(der: bytes, file: Path) -> Known:
    """A certificate (DER) that is, or was, read from this file."""
    with LOADING:
        from gpu_inspector.report import trust
        from gpu_inspector.report.identity import fingerprint_of, name_of

    begin, end = trust.lifetime(der)
    return Known(name=name_of(der), fingerprint=fingerprint_of(der), begin=begin, end=end, file=file)


def _pem(der: bytes) -> str:
    text = base64.b64encode(der).decode()
    body = "\n".join(text[start : start + _LINE] for start in range(0, len(text), _LINE))
    return f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"
