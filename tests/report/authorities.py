"""Authorities of the tests' own, offline: a root, an issuing authority, officers, a time-stamp service, revocation.

Everything here is made anew for each run, and nothing of it is anybody's. Times are given, so that a test can stand in
another year than this one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID as Access
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
DER = serialization.Encoding.DER
POLICY = "1.3.6.1.4.1.99999.1"


@dataclass
class Party:
    """A certificate with its key, and who issued it."""

    certificate: x509.Certificate
    key: Key
    issuer: "Party | None" = None
    revoked: dict[int, datetime] = field(default_factory=dict)
    issued: list[x509.Certificate] = field(default_factory=list)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(DER)

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Those of its authorities, each the issuer of the one before."""
        return () if self.issuer is None else (self.issuer.der, *self.issuer.chain)


def party(
    name: str,
    issuer: Party | None = None,
    *,
    begin: datetime | None = None,
    days: float = 365,
    authority: bool = False,
    purpose: x509.ObjectIdentifier | None = None,
    critical: bool = True,
    key: Key | None = None,
    site: str = "",
    nocheck: bool = False,
) -> Party:
    """A certificate and its key; `site` is where its issuer publishes CRLs and answers (OCSP), "" where nowhere."""
    own = key or ec.generate_private_key(ec.SECP256R1())
    begin = begin or datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    off = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    usage = x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority and purpose is None,
        key_cert_sign=authority,
        crl_sign=authority,
        **off,
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
    )
    by = issuer.key if issuer else own
    made = made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    if purpose is not None:
        made = made.add_extension(x509.ExtendedKeyUsage([purpose]), critical=critical)
    if nocheck:
        made = made.add_extension(x509.OCSPNoCheck(), critical=False)
    if site and issuer is not None:
        place = x509.UniformResourceIdentifier(f"{site}/crl/{issuer.certificate.serial_number:x}")
        made = made.add_extension(
            x509.CRLDistributionPoints([x509.DistributionPoint([place], None, None, None)]), critical=False
        )
        places = [
            x509.AccessDescription(Access.OCSP, x509.UniformResourceIdentifier(f"{site}/ocsp")),
            x509.AccessDescription(
                Access.CA_ISSUERS,
                x509.UniformResourceIdentifier(f"{site}/issuer/{issuer.certificate.serial_number:x}"),
            ),
        ]
        made = made.add_extension(x509.AuthorityInformationAccess(places), critical=False)
    done = made.sign(by, hashes.SHA256())
    if issuer is not None:
        issuer.issued.append(done)
    return Party(done, own, issuer)


def revocation_list(issuer: Party, at: datetime | None = None, days: float = 30) -> bytes:
    """A CRL (DER) of everything that this authority revoked."""
    at = at or datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(at)
        .next_update(at + timedelta(days=days))
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
        .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
    )
    for serial, moment in issuer.revoked.items():
        made = made.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment).build()
        )
    return made.sign(issuer.key, hashes.SHA256()).public_bytes(DER)


def answer(
    certificate: x509.Certificate, issuer: Party, responder: Party, at: datetime | None = None, days: float = 7
) -> bytes:
    """An OCSP answer (DER) about one certificate."""
    at = at or datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
    revoked = issuer.revoked.get(certificate.serial_number)
    made = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=certificate,
            issuer=issuer.certificate,
            algorithm=hashes.SHA256(),
            cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
            this_update=at,
            next_update=at + timedelta(days=days),
            revocation_time=revoked,
            revocation_reason=None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
    )
    if responder is not issuer:
        made = made.certificates([responder.certificate])
    return made.sign(responder.key, hashes.SHA256()).public_bytes(DER)


@dataclass
class Clock:
    """A clock that a test moves; real time goes on from there where `running`."""

    offset: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def move(self, **span: float) -> None:
        self.offset += timedelta(**span)


@dataclass
class Service:
    """A time-stamp service: answers requests (DER) with answers (DER); a test spoils one thing of it."""

    party: Party
    clock: Clock = field(default_factory=Clock)
    with_chain: bool = True
    with_certificate: bool = True
    status: str = "granted"
    text: str = ""
    spoil_nonce: bool = False
    spoil_imprint: bool = False
    policy: str = POLICY
    version1: bool = False
    """Bind the certificate by SHA-1 (RFC 2634), as older services do."""
    pss: bool = False
    hash: str = "sha256"
    unsigned: bool = False
    """Put an unsigned attribute behind the signature."""
    protected: bool = False
    asked: int = 0
    change: Callable[[tsp.TSTInfo], None] = lambda _told: None

    def answered(self, request: bytes) -> bytes:
        self.asked += 1
        asked = tsp.TimeStampReq.load(request)
        if self.status != "granted":
            refused = {"status": self.status, "status_string": [self.text], "fail_info": {"bad_request"}}
            return bytes(_Refusal({"status": refused}).dump())
        token = self.token(asked["message_imprint"]["hashed_message"].native, asked["nonce"].native)
        return bytes(
            tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": cms.ContentInfo.load(token)}).dump()
        )

    def token(self, digest: bytes, nonce: int | None = None) -> bytes:
        """A token over a SHA-256 digest, now by the service's clock."""
        if self.spoil_imprint:
            digest = bytes(32)
        told = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": self.policy,
                "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
                "serial_number": x509.random_serial_number(),
                "gen_time": self.clock.now().replace(microsecond=0),
                "accuracy": {"seconds": 1},
            }
        )
        if nonce is not None:
            told["nonce"] = nonce + 1 if self.spoil_nonce else nonce
        self.change(told)
        return self.sealed(told.dump())

    def sealed(self, told: bytes) -> bytes:
        """The envelope around a TSTInfo (DER)."""
        own = asn1.Certificate.load(self.party.der)
        signed = self._attributes(told).dump()
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    "issuer_and_serial_number",
                    cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number}),
                ),
                "digest_algorithm": {"algorithm": self.hash},
                "signed_attrs": cms.CMSAttributes.load(signed),
                "signature_algorithm": self._algorithm(),
                "signature": self._sign(signed),
            }
        )
        if self.unsigned:
            extra = cms.CMSAttribute({"type": "1.2.3.4.5", "values": [core.Null()]})
            signer["unsigned_attrs"] = cms.CMSAttributes([extra])
        chain = self.party.chain if self.with_chain else ()
        certificates = [asn1.Certificate.load(one) for one in (self.party.der, *chain)]
        content = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [{"algorithm": self.hash}, {"algorithm": "sha1"}],
                "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(told)},
                "signer_infos": [signer],
            }
        )
        if self.with_certificate:
            content["certificates"] = certificates
        return bytes(cms.ContentInfo({"content_type": "signed_data", "content": content}).dump())

    def _attributes(self, told: bytes) -> cms.CMSAttributes:
        import hashlib

        der = self.party.der
        held: dict[str, Any] = {"content_type": "tst_info", "message_digest": hashlib.new(self.hash, told).digest()}
        if self.version1:
            held["signing_certificate"] = tsp.SigningCertificate(
                {"certs": [tsp.ESSCertID({"cert_hash": hashlib.sha1(der).digest()})]}
            )
        else:
            held["signing_certificate_v2"] = tsp.SigningCertificateV2(
                {"certs": [tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(der).digest()})]}
            )
        if self.protected:
            held["cms_algorithm_protection"] = cms.CMSAlgorithmProtection(
                {"digest_algorithm": {"algorithm": self.hash}, "signature_algorithm": self._algorithm()}
            )
        return cms.CMSAttributes([cms.CMSAttribute({"type": name, "values": [one]}) for name, one in held.items()])

    def _algorithm(self) -> algos.SignedDigestAlgorithm:
        if isinstance(self.party.key, ec.EllipticCurvePrivateKey):
            return algos.SignedDigestAlgorithm({"algorithm": f"{self.hash}_ecdsa"})
        if not self.pss:
            return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15"})
        size = self._hash().digest_size
        told = {
            "hash_algorithm": {"algorithm": self.hash},
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": self.hash}},
            "salt_length": size,
        }
        return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": algos.RSASSAPSSParams(told)})

    def _hash(self) -> hashes.HashAlgorithm:
        known: dict[str, hashes.HashAlgorithm] = {
            "sha1": hashes.SHA1(),
            "sha256": hashes.SHA256(),
            "sha384": hashes.SHA384(),
            "sha512": hashes.SHA512(),
        }
        return known[self.hash]

    def _sign(self, data: bytes) -> bytes:
        key, digest = self.party.key, self._hash()
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key.sign(data, ec.ECDSA(digest))
        if self.pss:
            return key.sign(data, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
        return key.sign(data, padding.PKCS1v15(), digest)


class _Refusal(core.Sequence):  # type: ignore[misc]
    """asn1crypto's TimeStampResp wants a token always; a refusal has none (RFC 3161, 2.4.2)."""

    _fields: ClassVar = [("status", tsp.PKIStatusInfo)]


@dataclass
class Court:
    """A root, an issuing authority, two officers of it, and a time-stamp service of the same root."""

    root: Party
    issuing: Party
    officer: Party
    second: Party
    service: Service
    site: str = ""

    @property
    def lists(self) -> tuple[bytes, bytes]:
        """Revocation lists (DER) of both authorities."""
        return revocation_list(self.root), revocation_list(self.issuing)


def court(site: str = "", days: float = 365, service_key: Key | None = None) -> Court:
    """All of them; the officers' certificates run out after so many days."""
    root = party("Test Root", authority=True, days=40 * 365)
    issuing = party("Test Issuing", root, authority=True, days=30 * 365, site=site)
    stamps = party(
        "Test Time Stamps", issuing, purpose=Purpose.TIME_STAMPING, days=15 * 365, site=site, key=service_key
    )
    return Court(
        root,
        issuing,
        party("Officer One", issuing, days=days, site=site),
        party("Officer Two", issuing, days=days, site=site),
        Service(stamps),
        site,
    )
