"""Option-ROM images of code type 3 for tests: a small UEFI driver with a real Authenticode signature.

The certificates are made once a process, an authority and a signer, and lead nowhere else. Every image is the genuine
one with one thing changed, by a name of `CHANGES`. Written from the specifications, apart from the reader: the ASN.1
comes from asn1crypto, the packing from `efi_packing`.
"""

import hashlib
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from asn1crypto import algos, core
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from efi_packing import pack

SIGNER, AUTHORITY, STRANGER = "Test UEFI Driver Publisher", "Test UEFI CA 2011", "Test Somebody Else"
PE_AT = 0x38
"""Where the driver begins in an image."""
_FILE_ALIGNMENT, _HEADERS = 0x200, 0x400
CHECKSUM, SECURITY = 0x40 + 24 + 64, 0x40 + 24 + 112 + 4 * 8
INDIRECT_DATA = "1.3.6.1.4.1.311.2.1.4"
CHANGES = {
    "digest": "the signed digest is another's; the signature over it is sound",
    "signature": "one bit of the signature is turned",
    "attributes": "the signature covers a digest of other content",
    "certificate": "one bit of the authority's signature in the signer's certificate is turned",
    "damaged certificate": "the authority's certificate cannot be read",
    "certificate version": "the certificates are of a version that never was",
    "other signer": "the named certificate is in the image, and another key made the signature",
    "authority": "the authority's certificate is another of the same name",
    "no authority": "the signer's certificate stands alone",
    "no certificate": "there are no certificates at all",
    "self-signed": "the signer's certificate is its own issuer",
    "not an authority": "the signer's certificate was signed by one that may not sign others",
    "code": "one byte of the code is changed",
    "header": "one byte of the headers is changed",
    "behind": "a byte that is no padding stands behind the signature",
    "checksum": "the checksum field is changed, which no digest covers",
    "truncated": "the image ends within the driver",
    "table outside": "the certificate table lies outside",
    "table damaged": "its entry is longer than the table",
    "other entry": "the certificate table holds something that is no PKCS #7",
    "twice": "two sound signatures",
    "twice, one bad": "a sound signature, and one of another digest",
    "elliptic": "the signer's key is of an elliptic curve",
    "sha1": "all digests are SHA-1",
    "md5": "the digest of the file is MD5",
    "no attributes": "the signature covers the content itself",
    "two authorities": "two certificates bear the authority's name, and the second did sign",
    "machine": "the driver is for another machine than the header says",
    "no driver": "nothing stands where the driver should",
    "offset outside": "the header points outside of the image",
    "unknown packing": "the header names a packing that nobody knows",
    "not efi": "the image has no EFI header",
}


_PE_DATA = bytes.fromhex("3009030100a004a2028000")
"""SpcPeImageData with no flags and an empty name, as every signing tool writes it."""


@dataclass(frozen=True)
class Keys:
    """A signer, its authority, and one more of each that have nothing to do with them."""

    authority: x509.Certificate
    signer: x509.Certificate
    key: rsa.RSAPrivateKey
    others: dict[str, tuple[x509.Certificate, Any]]


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"), x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(subject: str, key: Any, issuer: str, by: Any, serial: int, *, authority: bool) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2049, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
        .sign(by, hashes.SHA256())
    )


@cache
def keys() -> Keys:
    root, key, stranger = (rsa.generate_private_key(65537, 2048) for _ in range(3))
    curve = ec.generate_private_key(ec.SECP256R1())
    plain = _certificate(STRANGER, stranger, AUTHORITY, root, 21, authority=False)
    return Keys(
        authority=_certificate(AUTHORITY, root, AUTHORITY, root, 11, authority=True),
        signer=_certificate(SIGNER, key, AUTHORITY, root, 12, authority=False),
        key=key,
        others={
            "authority": (_certificate(AUTHORITY, stranger, AUTHORITY, stranger, 11, authority=True), stranger),
            "self-signed": (_certificate(SIGNER, key, SIGNER, key, 13, authority=False), key),
            "stranger": (plain, stranger),
            "by a stranger": (_certificate(SIGNER, key, STRANGER, stranger, 14, authority=False), key),
            "elliptic": (_certificate(SIGNER, curve, AUTHORITY, root, 15, authority=False), curve),
        },
    )


def option_rom(
    *,
    change: str = "",
    compressed: bool = False,
    signed: bool = True,
    vendor_id: int = 0x10DE,
    device_id: int = 0x2684,
    last: bool = False,
) -> bytes:
    """One whole image, a multiple of 512 bytes; the genuine one, or with the one `change` of `CHANGES`."""
    assert not change or change in CHANGES
    packing = 0x7F if change == "unknown packing" else int(compressed)
    body = b"" if change == "no driver" else driver(change=change, signed=signed)
    body = pack(body) if compressed else body
    if change == "truncated":
        body = body[: len(body) // 2]
    if change == "behind" and not compressed:
        body = body.ljust(-(-(len(body) + PE_AT) // 512) * 512 - PE_AT - 1, b"\0") + b"\x01"
    blocks = -(-(PE_AT + max(len(body), 1)) // 512)
    offset = 512 * blocks if change == "offset outside" else PE_AT
    signature = 0x0EF2 if change == "not efi" else 0x0EF1
    head = struct.pack("<HHIHHH8xHH", 0xAA55, blocks, signature, 0x0B, 0x8664, packing, offset, 0x1C)
    pcir = struct.pack(
        *("<4sHHHHB3sHHBBH", b"PCIR", vendor_id, device_id, 0, 0x18, 0, b"\0\0\x03", blocks, 0, 3),
        *(0x80 if last else 0, 0),
    )
    return ((head.ljust(0x1C, b"\0") + pcir).ljust(PE_AT, b"\0") + body).ljust(blocks * 512, b"\xff")


def driver(*, change: str = "", signed: bool = True) -> bytes:
    """The PE32+ file itself, as a signing tool leaves it: padding, checksum field, certificate table at its end."""
    pe = bytearray(_unsigned(0xAA64 if change == "machine" else 0x8664))
    if not signed:
        return bytes(pe)
    algorithm = {"sha1": "sha1", "md5": "md5"}.get(change, "sha256")
    blobs = [signature(authenticode_digest(bytes(pe), algorithm), algorithm, change)]
    if change == "twice":
        blobs.append(blobs[0])
    if change == "twice, one bad":
        blobs.append(signature(authenticode_digest(bytes(pe), algorithm), algorithm, "digest"))
    table = b"".join(_entry(blob, change) for blob in blobs)
    place = len(pe) + (1 << 20 if change == "table outside" else 0)
    struct.pack_into("<II", pe, SECURITY, place, len(table))
    if change == "code":
        pe[_HEADERS + 0x40] ^= 0x01
    if change == "header":
        pe[0x20] ^= 0x01
    struct.pack_into("<I", pe, CHECKSUM, 0x12345678 if change == "checksum" else 0x0000BEEF)
    return bytes(pe) + table + (b"\x01" if change == "behind" else b"")


def _entry(blob: bytes, change: str) -> bytes:
    length = 8 + len(blob) + (1 << 16 if change == "table damaged" else 0)
    entry = struct.pack("<IHH", length, 0x0200, 0x0EF1 if change == "other entry" else 0x0002) + blob
    return entry.ljust(-(-len(entry) // 8) * 8, b"\0")


def _unsigned(machine: int) -> bytes:
    """Headers, then two sections of a page of made-up code and of texts; it would do nothing if it were run."""
    code = b"\x48\x31\xc0\xc3".ljust(0x40, b"\x90") + bytes(
        (index * 7 + index // 16) & 0xFF for index in range(0x5C0)
    ).ljust(0x5C0, b"\0")
    text = "GPU Inspector test driver, no vendor's".encode("utf-16-le").ljust(0x200, b"\0")
    dos = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x40)
    coff = struct.pack("<4sHHIIIHH", b"PE\0\0", machine, 2, 0, 0, 0, 0xF0, 0x2022)
    optional = struct.pack("<HBBIIIIIQII", 0x20B, 14, 0, len(code), len(text), 0, 0x1000, 0x1000, 0, 0x1000, 0x200)
    optional += struct.pack("<HHHHHHIIIIHH", 0, 0, 0, 0, 0, 0, 0, 0x3000, _HEADERS, 0, 0x0B, 0)
    optional += struct.pack("<QQQQII", 0, 0, 0, 0, 0, 16) + bytes(16 * 8)
    sections = b"".join(
        struct.pack("<8sIIIIIIHHI", name, len(held), address, len(held), offset, 0, 0, 0, 0, flags)
        for name, held, address, offset, flags in (
            (b".text", code, 0x1000, _HEADERS, 0x60000020),
            (b".data", text, 0x2000, _HEADERS + len(code), 0xC0000040),
        )
    )
    return (dos + coff + optional + sections).ljust(_HEADERS, b"\0") + code + text


def authenticode_digest(pe: bytes, algorithm: str) -> bytes:
    """Of a file that bears no signature yet: all but the checksum and the table's entry."""
    kept = pe[:CHECKSUM] + pe[CHECKSUM + 4 : SECURITY] + pe[SECURITY + 8 :]
    return hashlib.new(algorithm, kept).digest()


def signature(
    digest: bytes,
    algorithm: str = "sha256",
    change: str = "",
    certificates: list[x509.Certificate] | None = None,
) -> bytes:
    """The PKCS #7 of a file's digest, in DER."""
    if change == "digest":
        digest = bytes([digest[0] ^ 1]) + digest[1:]
    indirect = element(0x30, core.ObjectIdentifier("1.3.6.1.4.1.311.2.1.15").dump() + _PE_DATA)
    info = algos.DigestAlgorithm({"algorithm": algorithm, "parameters": core.Null()}).dump()
    content = indirect + element(0x30, info + core.OctetString(digest).dump())
    own = "sha256" if algorithm == "md5" else algorithm
    bundled, key = _bundle(change)
    certificates = bundled if certificates is None else certificates
    body = content + b"\0" if change == "attributes" else content
    # Put together by hand: asn1crypto's own attributes, used before pyHanko adds its kinds, would hide these for good.
    attributes = _attribute("1.2.840.113549.1.9.3", core.ObjectIdentifier(INDIRECT_DATA)) + _attribute(
        "1.2.840.113549.1.9.4", core.OctetString(hashlib.new(own, body).digest())
    )
    signed = content if change == "no attributes" else element(0x31, attributes)
    made = _made(key, signed, own)
    if change == "signature":
        made = made[:-1] + bytes([made[-1] ^ 1])
    first = asn1.Certificate.load(_der(keys().signer if change == "no certificate" else certificates[0]))
    kind = f"{own}_ecdsa" if change == "elliptic" else "rsassa_pkcs1v15"
    signer = (
        core.Integer(1).dump()
        + element(0x30, first.issuer.dump() + core.Integer(first.serial_number).dump())
        + algos.DigestAlgorithm({"algorithm": own}).dump()
        + (element(0xA0, attributes) if change != "no attributes" else b"")
        + algos.SignedDigestAlgorithm({"algorithm": kind}).dump()
        + core.OctetString(made).dump()
    )
    bundle = b"".join(_der(one) for one in certificates)
    if change == "certificate":
        end = len(_der(certificates[0]))
        bundle = bundle[: end - 1] + bytes([bundle[end - 1] ^ 1]) + bundle[end:]
    if change == "damaged certificate":
        bundle = bundle.replace(b"\x17\x0d20", b"\x17\x0dXX")
    if change == "certificate version":
        bundle = bundle.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x0a")
    return _signed_data(element(0x30, content), own, bundle, element(0x30, signer))


def _signed_data(content: bytes, algorithm: str, certificates: bytes, signer: bytes) -> bytes:
    """Put together by hand: asn1crypto knows no content of Microsoft's kind."""
    indirect = core.ObjectIdentifier(INDIRECT_DATA).dump() + element(0xA0, content)
    inner = (
        core.Integer(1).dump()
        + element(0x31, algos.DigestAlgorithm({"algorithm": algorithm}).dump())
        + element(0x30, indirect)
        + (element(0xA0, certificates) if certificates else b"")
        + element(0x31, signer)
    )
    return element(0x30, core.ObjectIdentifier("1.2.840.113549.1.7.2").dump() + element(0xA0, element(0x30, inner)))


def element(tag: int, body: bytes) -> bytes:
    """One element of DER."""
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(digits)]) + digits + body


def _attribute(name: str, value: core.Asn1Value) -> bytes:
    return element(0x30, core.ObjectIdentifier(name).dump() + element(0x31, value.dump()))


def _bundle(change: str) -> tuple[list[x509.Certificate], Any]:
    """The certificates, the signer's own first, and the key that signs."""
    made = keys()
    stranger, others_key = made.others["stranger"]
    if change == "other signer":
        return [made.signer, made.authority], others_key
    if change == "not an authority":
        return [made.others["by a stranger"][0], stranger, made.authority], made.key
    if change == "two authorities":
        return [made.signer, made.others["authority"][0], made.authority], made.key
    if change == "elliptic":
        return [made.others[change][0], made.authority], made.others[change][1]
    alone = {"no authority": [made.signer], "no certificate": [], "self-signed": [made.others["self-signed"][0]]}
    if change in alone:
        return alone[change], made.key
    return [made.signer, made.others["authority"][0] if change == "authority" else made.authority], made.key


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _made(key: Any, data: bytes, algorithm: str) -> bytes:
    kind = hashes.SHA1() if algorithm == "sha1" else hashes.SHA256()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(kind))
    made: bytes = key.sign(data, padding.PKCS1v15(), kind)
    return made
