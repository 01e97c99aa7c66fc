"""What a forger needs: places in the file, other keys, and the same record signed again."""

import datetime
import re
from collections.abc import Callable
from io import BytesIO

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from report.report_records import entry_of, suspicious

from gpu_inspector.records import canonical
from gpu_inspector.report import signature
from gpu_inspector.report.identity import SigningIdentity
from gpu_inspector.report.signature import sign


def gap_of(signed: bytes) -> tuple[int, int]:
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) \d+\]", signed)
    assert found is not None
    return int(found[1]), int(found[2])


def flipped(signed: bytes, place: int, bit: int) -> bytes:
    changed = bytearray(signed)
    changed[place] ^= 1 << bit
    return bytes(changed)


def resigned(pdf: bytes, identity: SigningIdentity, record: bytes | None = None) -> bytes:
    body = record if record is not None else canonical.encode(suspicious())
    return sign(pdf, body, entry_of(suspicious()), identity, reason="again", place="")


def before_signing(change: Callable[[pikepdf.Pdf], None]) -> Callable[[bytes], bytes]:
    def changed(drawn: bytes) -> bytes:
        out = BytesIO()
        with pikepdf.open(BytesIO(drawn)) as opened:
            change(opened)
            opened.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, fix_metadata_version=False)
        return out.getvalue()

    return changed


def issued(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    by: ec.EllipticCurvePrivateKey,
    *,
    authority: bool = False,
    serial: int | None = None,
    days: int = 10,
    age: int = 1,
    extra: tuple[x509.ExtensionType, ...] = (),
    usage: bool = True,
) -> bytes:
    begin = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=age)
    purposes = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "crl_sign"), False)
    purpose = x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_cert_sign=authority,
        encipher_only=False,
        decipher_only=False,
        **purposes,
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    for extension in (*((purpose,) if usage else ()), *extra):
        made = made.add_extension(extension, critical=False)
    return made.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def signed_with(
    drawn: bytes,
    identity: SigningIdentity,
    change: Callable[[IncrementalPdfFileWriter], None],
    reason: str = "",
    place: str = "",
) -> bytes:
    """A report by a holder of a true key who changes what signing adds; all else as the program does it."""
    writer = signature._Writer(BytesIO(drawn))
    contents = (
        (signature.RECORD_NAME, canonical.encode(suspicious())),
        (
            signature.LEDGER_NAME,
            canonical.encode(entry_of(suspicious())),
        ),
    )
    for name, data in contents:
        described = signature.DESCRIPTIONS[name]
        signature._attach(writer, signature.Attachment(name=name, data=data, description=described))
    change(writer)
    return signature._close(writer, identity, reason, place)
