"""Whether a certificate was taken back, as far as revocation lists at hand tell (RFC 5280, 5 and 6.3).

A list counts only where the authority's key signed it. One that is out of date still revokes what it names; that it
does not name a certificate says less the older it is, and the remark says so. A list for other certificates than
the one in question (another part, authorities only, deltas) does not clear it.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import CRLEntryExtensionOID, ExtensionOID

from gpu_inspector.report.certificate import UNREADABLE, name_of

_PEM = re.compile(rb"-----BEGIN X509 CRL-----\s+([A-Za-z0-9+/=\s]+?)-----END X509 CRL-----")


@dataclass(frozen=True, slots=True)
class Answer:
    """`revoked` is the sentence that says which certificate was taken back, or ""."""

    revoked: str = ""
    remarks: tuple[str, ...] = ()


def lists_in(data: bytes) -> tuple[bytes, ...]:
    """The revocation lists (DER) of a file in PEM or DER form; none where it is neither."""
    blocks = _PEM.findall(data) or [data]
    found = []
    for block in blocks:
        try:
            der = block if block is data else base64.b64decode(b"".join(block.split()), validate=True)
        except (binascii.Error, ValueError):
            continue
        if readable((der,)):
            found.append(der)
    return tuple(found)


def look_up(path: tuple[x509.Certificate, ...], lists: tuple[bytes, ...], now: datetime) -> Answer:
    """The signer's certificate and its authorities, held against these lists (DER); unreadable ones count nothing.

    The last of `path` vouches for itself where it is a root, and is not looked up.
    """
    parsed = readable(lists)
    remarks: list[str] = []
    for place, certificate in enumerate(path):
        if certificate.issuer == certificate.subject:
            continue
        issuer = path[place + 1] if place + 1 < len(path) else None
        name = name_of(_der(certificate))
        found, remark = _one(certificate, issuer, parsed, now, name)
        if found:
            return Answer(found)
        if remark:
            remarks.append(remark)
    return Answer(remarks=tuple(remarks))


def _one(
    certificate: x509.Certificate,
    issuer: x509.Certificate | None,
    lists: list[x509.CertificateRevocationList],
    now: datetime,
    name: str,
) -> tuple[str, str]:
    """The sentence of a revocation, or the remark; one of them or both are ""."""
    newest: datetime | None = None
    for one in lists:
        if issuer is None or one.issuer != certificate.issuer or not signed(one, issuer):
            continue
        entry = one.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is not None and counts(entry):
            day = f"{entry.revocation_date_utc:%Y-%m-%d}"
            return f"The certificate “{name}” was revoked by its authority on {day}{_reason(entry)}.", ""
        end = one.next_update_utc
        if covers(one, certificate) and end is not None and (newest is None or end > newest):
            newest = end
    if newest is None:
        return "", f"Whether “{name}” was revoked could not be asked: no revocation list of its authority is at hand."
    if newest < now:
        late = f"{newest:%Y-%m-%d}"
        return "", f"The revocation list for “{name}” was to be renewed by {late}; what came later is not known."
    return "", ""


def readable(lists: tuple[bytes, ...]) -> list[x509.CertificateRevocationList]:
    """The lists (DER) that can be read."""
    found = []
    for data in lists:
        try:
            one = x509.load_der_x509_crl(data)
            _ = (one.issuer, one.extensions, one.next_update_utc, one.last_update_utc, one.signature_hash_algorithm)
        except UNREADABLE:
            continue
        found.append(one)
    return found


def signed(one: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    """Whether the issuer's key signed the list."""
    try:
        return one.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # another kind is a TypeError
    except (InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError):
        return False


def counts(entry: x509.RevokedCertificate) -> bool:
    """Not an entry that lifts a revocation, nor one for a certificate of another authority (an indirect list)."""
    if any(one.oid == CRLEntryExtensionOID.CERTIFICATE_ISSUER for one in entry.extensions):
        return False
    return _flag(entry) is not x509.ReasonFlags.remove_from_crl


def _flag(entry: x509.RevokedCertificate) -> x509.ReasonFlags | None:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return None


def _reason(entry: x509.RevokedCertificate) -> str:
    flag = _flag(entry)
    words = {
        x509.ReasonFlags.key_compromise: ": its key may be in other hands",
        x509.ReasonFlags.ca_compromise: ": the authority's key may be in other hands",
        x509.ReasonFlags.superseded: ": another one took its place",
        x509.ReasonFlags.cessation_of_operation: ": it is no longer used",
        x509.ReasonFlags.affiliation_changed: ": its owner's position changed",
        x509.ReasonFlags.certificate_hold: " for the time being",
    }
    return "" if flag is None else words.get(flag, "")


def covers(one: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    """Whether the list is the whole one for certificates of this kind."""
    for extension in one.extensions:
        if extension.oid == ExtensionOID.ISSUING_DISTRIBUTION_POINT:
            if not _scope(extension.value, certificate):
                return False
        elif extension.critical:
            return False  # a delta, or something that nobody here applies
    return True


def _scope(point: x509.ExtensionType, certificate: x509.Certificate) -> bool:
    if not isinstance(point, x509.IssuingDistributionPoint):
        return False
    if point.indirect_crl or point.only_contains_attribute_certs or point.only_some_reasons is not None:
        return False
    authority = _is_authority(certificate)
    if (point.only_contains_user_certs and authority) or (point.only_contains_ca_certs and not authority):
        return False
    if point.full_name is None:
        return point.relative_name is None
    return not set(point.full_name).isdisjoint(_points(certificate))


def _points(certificate: x509.Certificate) -> set[x509.GeneralName]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return set()
    return {name for point in points for name in point.full_name or ()}


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _der(certificate: x509.Certificate) -> bytes:

    return certificate.public_bytes(Encoding.DER)
