"""Who signs: a key on a card or token, which never leaves it.

The certificate and those of its authorities are read first, without a PIN; the PIN is asked for when the card is to
sign. What the card says is untrusted: its certificates are read like those of a file, and its signature is verified
before it goes into a report.
"""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asn1crypto import algos, core
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from gpu_inspector.errors import ReportError
from gpu_inspector.report.card import Card, Pin, PinError, accepted, belongs, pin_for, session, visit
from gpu_inspector.report.certificate import SigningIdentity, chain_of, name_of, readable
from gpu_inspector.report.secret import Ask, nobody

if TYPE_CHECKING:
    import pkcs11

MOST_CERTIFICATES = 200
"""That are looked at on one card."""
_LARGEST_CERTIFICATE = 64 * 1024
_ANOTHER = "Choose another key of the card: gpu-inspector key import --card MODULE --key LABEL"


@dataclass(frozen=True, slots=True)
class Found:
    """A certificate on a card: its bytes, and what the card calls it."""

    der: bytes
    label: str
    id: bytes


class CardKey:
    """A key that signs on its card, one session for each signature.

    The PIN is asked for once and kept as long as this object, since what belongs to one report is signed in one go;
    it shows in no text of the object, which cannot be written down. After a wrong one the object signs no more.
    """

    __slots__ = ("_ask", "_card", "_found", "_pin", "_refusal")

    def __init__(self, card: Card, found: Found, ask: Ask) -> None:
        self._card, self._found, self._ask = card, found, ask
        self._pin: Pin | None = None
        self._refusal: PinError | None = None

    def __repr__(self) -> str:
        return f"CardKey({self._card})"

    def __reduce__(self) -> str:
        raise TypeError("a card's key cannot be written down")

    def sign_bytes(self, data: bytes) -> bytes:
        """The signature over `data` with SHA-256: PKCS#1 v1.5 of an RSA key, DER of an ECDSA key.

        Raises ReportError: no card, no or a wrong PIN, no key that may sign, the card pulled out.
        """
        if self._refusal is not None:
            raise PinError(self._refusal.message, self._refusal.advice)
        public = x509.load_der_x509_certificate(self._found.der).public_key()
        try:
            value = self._signed(data, _is_rsa(public))
        except PinError as error:
            self._refusal = error
            raise
        self._require_own(public, value, data)
        return value

    def _signed(self, data: bytes, with_rsa: bool) -> bytes:
        with visit(self._card) as token:
            pin = self._pin
            if pin is None or not belongs(pin, token):
                self._pin, pin = None, pin_for(token, self._card, self._ask)
            with session(token, pin) as opened:
                self._pin = pin
                accepted(pin)
                key = self._key_on(opened)
                again = {"pin": pin.text} if pin.text and _wants_pin_each_time(key) else {}
                return _signed_rsa(key, token, data, again) if with_rsa else _signed_ecdsa(key, data, again)

    def _key_on(self, opened: "pkcs11.Session") -> Any:
        """The private key of the certificate: by its id, else by its label. Raises ReportError."""
        from pkcs11 import Attribute, ObjectClass

        for name, value in ((Attribute.ID, self._found.id), (Attribute.LABEL, self._found.label)):
            if not value:
                continue
            keys = list(opened.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY, name: value}))
            for key in keys:
                if hasattr(key, "sign"):
                    return key
            if keys:
                raise ReportError(f"The key of “{name_of(self._found.der)}” on {self._card} may not sign.", _ANOTHER)
        raise ReportError(
            f"The certificate “{name_of(self._found.der)}” is on {self._card}, and no key for it.",
            "Insert the card that holds the key, or choose another key.",
        )

    def _require_own(self, public: object, value: bytes, data: bytes) -> None:
        try:
            if isinstance(public, rsa.RSAPublicKey):
                public.verify(value, data, padding.PKCS1v15(), hashes.SHA256())
                return
            if isinstance(public, ec.EllipticCurvePublicKey):
                public.verify(value, data, ec.ECDSA(hashes.SHA256()))
                return
        except InvalidSignature:
            pass
        raise ReportError(
            f"What {self._card} signed does not fit its certificate “{name_of(self._found.der)}”: the key is another "
            "one, or the card is defective.",
            _ANOTHER,
        )


def load(card: Card, ask: Ask = nobody) -> SigningIdentity:
    """The certificate that the card's key signs with, and its authorities' certificates; the key stays where it is.

    The PIN is asked for when the key signs, or here where the card shows its certificates to its owner alone. Raises
    ReportError: library or card missing, no certificate or several that the choice fits, an unreadable one.
    """
    pin: Pin | None = None
    with visit(card) as token:
        found = _certificates(token, None)
        if not _fitting(found, card) and _hides_something(token):
            pin = pin_for(token, card, ask)
            found = _certificates(token, pin)
            accepted(pin)
    chosen = _chosen(found, card)
    key = CardKey(card, chosen, ask)
    key._pin = pin
    return SigningIdentity(chosen.der, key, chain_of(chosen.der, (one.der for one in found if readable(one.der))))


def _hides_something(token: "pkcs11.Token") -> bool:
    from pkcs11 import TokenFlag

    return bool(TokenFlag.LOGIN_REQUIRED & token.flags)


def _certificates(token: "pkcs11.Token", pin: Pin | None) -> list[Found]:
    from pkcs11 import Attribute, ObjectClass

    found: list[Found] = []
    with session(token, pin) as opened:
        for one in opened.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
            der = _attribute(one, Attribute.VALUE) or b""
            label = _attribute(one, Attribute.LABEL) or ""
            if 0 < len(der) <= _LARGEST_CERTIFICATE and len(found) < MOST_CERTIFICATES:
                found.append(Found(der, str(label), _attribute(one, Attribute.ID) or b""))
    return found


def _attribute(one: "pkcs11.Object", name: "pkcs11.Attribute") -> Any:
    """What the card says; None where it says nothing, or nothing that can be read."""
    import pkcs11

    try:
        return one[name]
    except (pkcs11.AttributeTypeInvalid, pkcs11.AttributeSensitive, pkcs11.FunctionFailed, UnicodeDecodeError):
        return None


def _fitting(found: list[Found], card: Card) -> list[Found]:
    """The certificates, of no authority, that the choice fits."""
    own = (one for one in found if readable(one.der) and not _is_authority(one.der))
    return [one for one in own if not card.key or card.key in (one.label, f"id:{one.id.hex()}")]


def _chosen(found: list[Found], card: Card) -> Found:
    fitting = _fitting(found, card)
    if len(fitting) == 1:
        return fitting[0]
    shown = fitting or _fitting(found, Card(card.module))
    seen = ", ".join(f"“{one.label}” (id:{one.id.hex()}, {name_of(one.der)})" for one in shown) or "none"
    if fitting:
        raise ReportError(f"Several certificates on {card} could be meant: {seen}.", "Name one with --key id:HEX.")
    what = f"No certificate “{card.key}”" if card.key else "No certificate to sign with"
    raise ReportError(f"{what} is on {card}; found: {seen}.", "Name one that is there with --key LABEL.")


def _is_authority(der: bytes) -> bool:
    try:
        return x509.load_der_x509_certificate(der).extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _is_rsa(public: object) -> bool:
    return isinstance(public, rsa.RSAPublicKey)


def _wants_pin_each_time(key: Any) -> bool:
    """Keys of qualified signatures want the PIN again for each one (CKA_ALWAYS_AUTHENTICATE)."""
    from pkcs11 import Attribute

    return bool(_attribute(key, Attribute.ALWAYS_AUTHENTICATE))


def _signed_ecdsa(key: Any, data: bytes, again: dict[str, str]) -> bytes:
    """The digest is made here, since few cards hash for themselves; the card gives r and s side by side."""
    from pkcs11 import Mechanism

    raw = bytes(key.sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA, **again))
    half = len(raw) // 2
    return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))


def _signed_rsa(key: Any, token: "pkcs11.Token", data: bytes, again: dict[str, str]) -> bytes:
    """The card hashes where it can; where not, it gets the digest with its frame (RFC 8017, 9.2)."""
    from pkcs11 import Mechanism

    if Mechanism.SHA256_RSA_PKCS in token.slot.get_mechanisms():
        return bytes(key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS, **again))
    framed = algos.DigestInfo(
        {
            "digest_algorithm": {"algorithm": "sha256", "parameters": core.Null()},
            "digest": hashlib.sha256(data).digest(),
        }
    ).dump()
    return bytes(key.sign(framed, mechanism=Mechanism.RSA_PKCS, **again))
