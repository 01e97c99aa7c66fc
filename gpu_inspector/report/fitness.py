"""Whether an identity is fit to sign, asked before it signs: a report that nobody may rely on is not made.

What this machine can see by itself is looked at: the certificate's time, what it is made for, how strong its key is,
whether key and certificate belong together, whether each authority issued the certificate before it (RFC 5280, 6.1,
without policies and names), and revocation lists that lie at hand. Nothing is fetched: what could not be asked is said
as a remark, which stops nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, ObjectIdentifier

from gpu_inspector.errors import ReportError
from gpu_inspector.language import N_
from gpu_inspector.report import revoked
from gpu_inspector.report.certificate import UNREADABLE, SigningIdentity, issued_by, name_of
from gpu_inspector.report.cms import MOST_CERTIFICATES
from gpu_inspector.report.trust import BROKEN_HASHES

SMALLEST_RSA_BITS = 2048
CURVES = ("secp256r1", "secp384r1", "secp521r1")
"""P-256, P-384 and P-521: what every reader of signed PDFs knows."""
DOCUMENTS = frozenset(
    {
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # document signing, RFC 9336
    }
)
"""Purposes under which a certificate signs documents; one that names no purpose is for all."""
_PURPOSES = {
    ExtendedKeyUsageOID.SERVER_AUTH: "web servers",
    ExtendedKeyUsageOID.CLIENT_AUTH: "logging in",
    ExtendedKeyUsageOID.SMARTCARD_LOGON: "logging in with a card",
    ExtendedKeyUsageOID.CODE_SIGNING: "programs",
    ExtendedKeyUsageOID.TIME_STAMPING: "time stamps",
    ExtendedKeyUsageOID.OCSP_SIGNING: "answers on revocation",
}
_ASK_ANOTHER = "Ask the authority for a certificate that is made for signing documents."


@dataclass(frozen=True, slots=True)
class Fitness:
    """`refusal` is "" where the identity may sign; `remarks` say what could not be asked, or holds only in part."""

    refusal: str = ""
    advice: str = ""
    remarks: tuple[str, ...] = ()


class _UnfitError(ReportError):
    """The first reason found; `examine` turns it into an answer."""


def examine(
    certificate: bytes, chain: tuple[bytes, ...], lists: Iterable[bytes], now: datetime | None = None
) -> Fitness:
    """Whether a certificate (DER) with its authorities may sign at `now`, by default this machine's time.

    `lists` are revocation lists (DER). Never raises: a certificate that cannot be read is a refusal.
    """
    moment = now or datetime.now(UTC)
    try:
        return Fitness(remarks=_remarks(certificate, chain, tuple(lists), moment))
    except _UnfitError as error:
        return Fitness(error.message, error.advice)
    except UNREADABLE:
        return Fitness("The certificate cannot be read in all its parts.", "Ask the authority for another one.")


def require(identity: SigningIdentity, lists: Iterable[bytes], now: datetime | None = None) -> tuple[str, ...]:
    """The remarks on an identity that may sign. Raises ReportError with the reason where it may not."""
    require_pair(identity)
    found = examine(identity.certificate, identity.chain, lists, now)
    if found.refusal:
        raise ReportError(found.refusal, found.advice)
    return found.remarks


def require_pair(identity: SigningIdentity) -> None:
    """Raises ReportError where a key at hand is not the certificate's; a card's key is tried when it signs."""
    key = identity.key
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        return
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    certified = x509.load_der_x509_certificate(identity.certificate).public_key()
    if certified.public_bytes(*form) != key.public_key().public_bytes(*form):
        raise ReportError(
            f"The certificate “{identity.name}” belongs to another key than the one beside it.",
            "Put back the pair that belongs together, or sign with a new key: gpu-inspector key new",
        )


def require_time(identity: SigningIdentity, now: datetime | None = None) -> None:
    """Raises ReportError where the certificate is not valid at `now`."""
    _refuse_time(identity.certificate, now or datetime.now(UTC), "certificate")


def _remarks(certificate: bytes, chain: tuple[bytes, ...], lists: tuple[bytes, ...], now: datetime) -> tuple[str, ...]:
    """Raises _UnfitError, and what the library raises on what it cannot read."""
    leaf = x509.load_der_x509_certificate(certificate)
    _refuse_time(certificate, now, "certificate")
    _refuse_weak(leaf, "certificate")
    _refuse_usage(leaf)
    authorities = [x509.load_der_x509_certificate(one) for one in chain]
    _refuse_chain(leaf, authorities, chain, now)
    found = revoked.look_up((leaf, *authorities), lists, now)
    if found.revoked:
        raise _UnfitError(found.revoked, "Sign with another certificate: gpu-inspector key import FILE")
    return (*_doubts(leaf, authorities), *found.remarks)


def _refuse_time(certificate: bytes, now: datetime, what: str) -> None:
    parsed = x509.load_der_x509_certificate(certificate)
    begin, end = parsed.not_valid_before_utc, parsed.not_valid_after_utc
    if begin <= now <= end:
        return
    trouble = "has run out" if now > end else "is not valid yet"
    raise _UnfitError(
        f"The {what} “{name_of(certificate)}” {trouble}: it is valid from {begin:%Y-%m-%d} to {end:%Y-%m-%d}, and this "
        f"machine's clock says {now:%Y-%m-%d}.",
        "Set the clock right, or sign with another key: gpu-inspector key import FILE, or gpu-inspector key new",
    )


def _refuse_weak(certificate: x509.Certificate, what: str) -> None:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        weak = f"an RSA key of {key.key_size} bits" if key.key_size < SMALLEST_RSA_BITS else ""
    elif isinstance(key, ec.EllipticCurvePublicKey):
        weak = f"a key of the curve {key.curve.name}" if key.curve.name not in CURVES else ""
    else:
        weak = "a key of a kind that signs no reports" if what == "certificate" else ""
    if weak:
        raise _UnfitError(
            f"The {what} has {weak}.", f"Use RSA with {SMALLEST_RSA_BITS} bits and more, or P-256, P-384 or P-521."
        )
    # A root's own signature proves nothing and is looked at by nobody.
    rooted = certificate.issuer == certificate.subject and what != "certificate"
    if not rooted and isinstance(certificate.signature_hash_algorithm, BROKEN_HASHES):
        name = certificate.signature_hash_algorithm.name.upper()
        raise _UnfitError(f"The {what} is signed over {name}, which can be forged.", "Ask for a newer one.")


def _refuse_usage(leaf: x509.Certificate) -> None:
    constraints, usage = _constraints(leaf), _usage(leaf)
    if (constraints is not None and constraints.ca) or (usage is not None and usage.key_cert_sign):
        raise _UnfitError("The certificate is an authority's, which signs certificates and no reports.", _ASK_ANOTHER)
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        raise _UnfitError("The certificate is not made for signing (its key usage says so).", _ASK_ANOTHER)
    purposes = _purposes(leaf)
    if purposes is not None and DOCUMENTS.isdisjoint(purposes):
        names = ", ".join(sorted(_PURPOSES.get(one, one.dotted_string) for one in purposes))
        raise _UnfitError(f"The certificate is made for another purpose than documents ({names}).", _ASK_ANOTHER)


def _refuse_chain(
    leaf: x509.Certificate, authorities: list[x509.Certificate], chain: tuple[bytes, ...], now: datetime
) -> None:
    if len(authorities) >= MOST_CERTIFICATES:
        raise _UnfitError(
            f"The certificate has {len(authorities)} authorities above it, and at most {MOST_CERTIFICATES - 1} go into "
            "a report.",
            "Leave the uppermost ones out of the file.",
        )
    below = leaf
    for depth, (authority, der) in enumerate(zip(authorities, chain, strict=True)):
        name = name_of(der)
        if not issued_by(below, authority):
            raise _UnfitError(
                f"The chain of authorities does not hang together: “{name}” did not issue the certificate before it.",
                "Put the certificates of the true authorities into the file.",
            )
        constraints, usage = _constraints(authority), _usage(authority)
        if constraints is None or not constraints.ca or (usage is not None and not usage.key_cert_sign):
            raise _UnfitError(f"“{name}” may not issue certificates, and issued one of this chain.", _ASK_ANOTHER)
        if constraints.path_length is not None and depth > constraints.path_length:
            raise _UnfitError(f"“{name}” may not have so many authorities below it.", _ASK_ANOTHER)
        _refuse_time(der, now, "authority's certificate")
        _refuse_weak(authority, "authority's certificate")
        below = authority


def _doubts(leaf: x509.Certificate, authorities: list[x509.Certificate]) -> tuple[str, ...]:
    """What stands in nobody's way here, and may in the way of who verifies."""
    found = []
    if leaf.issuer != leaf.subject and not authorities:
        found.append("The authority's certificate is not at hand; those who verify need it from elsewhere.")
    elif leaf.issuer == leaf.subject:
        found.append(N_("The certificate is signed by its own key: it shows who signed only to those who compared it."))
    if _usage(leaf) is None:
        found.append(
            "The certificate does not say what it is for (it has no key usage); its authority alone makes it "
            "known to nobody."
        )
    odd = [one.oid.dotted_string for one in leaf.extensions if one.critical and one.oid not in _UNDERSTOOD]
    if odd:
        found.append(
            f"The certificate demands what this program does not apply ({', '.join(odd)}); those who verify "
            "must accept it by its fingerprint."
        )
    return tuple(found)


_UNDERSTOOD = frozenset({ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE})


def _constraints(certificate: x509.Certificate) -> x509.BasicConstraints | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return None


def _usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None


def _purposes(certificate: x509.Certificate) -> x509.ExtendedKeyUsage | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return None
