"""The UEFI part of an option ROM: a genuine one, each of its changes, and bytes that are nothing."""

import random
import shutil
import struct
import subprocess
from dataclasses import replace
from pathlib import Path

import efi_builder
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from efi_builder import AUTHORITY, CHANGES, SIGNER, driver, option_rom
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import authenticode, efi, pe
from gpu_inspector.records.firmware import EfiPart

QUICK = settings(max_examples=examples(60), deadline=None)
BOTH = pytest.mark.parametrize("compressed", [False, True], ids=["plain", "packed"])
SOUND = (True, True, True)
EXPECTED: dict[str, tuple[bool | None, bool | None, bool | None]] = {
    "": SOUND,
    "digest": (False, True, True),
    "signature": (True, False, True),
    "attributes": (True, False, True),
    "certificate": (True, True, False),
    "damaged certificate": (True, None, None),
    "certificate version": (True, None, None),
    "other signer": (True, False, True),
    "authority": (True, True, False),
    "no authority": (True, True, None),
    "no certificate": (True, None, None),
    "self-signed": (True, True, None),
    "not an authority": (True, True, False),
    "code": (False, True, True),
    "header": (False, True, True),
    "behind": (False, True, True),
    "checksum": SOUND,
    "twice": SOUND,
    "twice, one bad": (False, True, True),
    "elliptic": SOUND,
    "sha1": SOUND,
    "md5": (None, True, True),
    "no attributes": SOUND,
    "two authorities": SOUND,
    "machine": SOUND,
}
"""The digest, the signature over it, and the certificates among themselves."""
UNREAD = {
    "truncated": False,
    "no driver": False,
    "offset outside": False,
    "unknown packing": False,
    "table outside": True,
    "table damaged": True,
    "other entry": True,
}
"""Whether the driver itself could be read, where its signature could not be looked for."""


def answers(part: EfiPart) -> tuple[bool | None, bool | None, bool | None]:
    return part.digest_matches, part.signature_sound, part.chain_sound


@BOTH
@pytest.mark.parametrize("change", EXPECTED, ids=lambda change: change or "genuine")
def test_a_signature_is_seen_as_it_is(change: str, compressed: bool) -> None:
    part = efi.parse(option_rom(change=change, compressed=compressed))
    assert (part.machine, part.compressed, part.readable, part.signed) == (0x8664, compressed, True, True)
    assert answers(part) == EXPECTED[change]
    assert bool(part.remark) is (None in answers(part) or change in ("behind", "machine"))
    assert len(part.fingerprints) == len(part.signers)


@BOTH
@pytest.mark.parametrize("change", UNREAD)
def test_what_cannot_be_looked_at_is_never_a_pass(change: str, compressed: bool) -> None:
    part = efi.parse(option_rom(change=change, compressed=compressed))
    assert (part.readable, part.signed) == (UNREAD[change], None)
    assert answers(part) == (None, None, None)
    assert part.remark.endswith(".")


def test_every_change_of_the_builder_is_expected_here() -> None:
    assert {*EXPECTED, *UNREAD, "not efi"} == {"", *CHANGES}


def test_signers_are_named_from_the_signer_up() -> None:
    part = efi.parse(option_rom())
    own = efi_builder.keys()
    assert (part.signers, part.issuer) == ((SIGNER, AUTHORITY), AUTHORITY)
    alone = efi.parse(option_rom(change="no authority"))
    assert (alone.signers, alone.issuer) == ((SIGNER,), AUTHORITY)
    assert part.fingerprints == tuple(one.fingerprint(hashes.SHA256()).hex() for one in (own.signer, own.authority))


@BOTH
def test_a_driver_without_a_signature_has_none(compressed: bool) -> None:
    part = efi.parse(option_rom(signed=False, compressed=compressed))
    assert (part.readable, part.signed, part.signers, part.remark) == (True, False, (), "")
    assert answers(part) == (None, None, None)


def test_an_image_without_an_efi_header_is_refused() -> None:
    with pytest.raises(ProbeError, match="no EFI header"):
        efi.parse(option_rom(change="not efi"))
    with pytest.raises(ProbeError, match="does not have the size"):
        efi.parse(b"\x55\xaa")


@pytest.mark.parametrize("size", [0, 1, 3])
def test_every_byte_of_the_driver_is_covered_but_the_fields_that_the_format_leaves_out(size: int) -> None:
    whole = driver()
    table = struct.unpack_from("<I", whole, efi_builder.SECURITY)[0]
    uncovered = {*range(efi_builder.CHECKSUM, efi_builder.CHECKSUM + 4)}
    uncovered |= {*range(efi_builder.SECURITY, efi_builder.SECURITY + 8)}
    rng = random.Random(size)
    for at in rng.sample(range(table), 120):
        changed = bytearray(whole)
        changed[at] ^= 1 << rng.randrange(8)
        try:
            part = efi._signed(EfiPart(machine=0x8664, compressed=False, readable=True), pe.read(bytes(changed)))
        except ProbeError:
            continue
        assert part.digest_matches is (True if at in uncovered and part.signed else False if part.signed else None), at


def test_a_name_in_a_certificate_cannot_move_the_terminals_cursor() -> None:
    blob = efi_builder.signature(bytes(32))
    changed = blob.replace(SIGNER.encode(), b"\x1b[2J\x1b[H".ljust(len(SIGNER), b"A"))
    read = authenticode.read(changed)
    assert all(name.isprintable() for name in read.signers)


def test_a_name_that_is_written_as_another_type_than_names_have_is_none() -> None:
    name = bytes([len(SIGNER)]) + SIGNER.encode()
    blob = efi_builder.signature(bytes(32))
    assert b"\x0c" + name in blob
    read = authenticode.read(blob.replace(b"\x0c" + name, b"\x03" + name))
    assert read.signers[0] == "unnamed"


# Any bytes


@QUICK
@given(st.binary(max_size=600))
def test_any_bytes_give_a_part_or_a_sentence(data: bytes) -> None:
    for image in (data, option_rom()[: efi_builder.PE_AT] + data, option_rom(compressed=True)[:70] + data):
        _reads_or_refuses(image)


@QUICK
@given(st.booleans(), st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), min_size=1, max_size=4))
def test_changed_bytes_give_a_part_or_a_sentence(compressed: bool, changes: list[tuple[int, int]]) -> None:
    image = bytearray(option_rom(compressed=compressed))
    for at, value in changes:
        image[at % len(image)] = value
    _reads_or_refuses(bytes(image))


@QUICK
@given(st.integers(0, 5000), st.booleans())
def test_an_image_that_is_cut_gives_a_part_or_a_sentence(end: int, compressed: bool) -> None:
    _reads_or_refuses(option_rom(compressed=compressed)[:end])


def _reads_or_refuses(image: bytes) -> None:
    try:
        part = efi.parse(image)
    except ProbeError as error:
        assert error.message.endswith(".")
        return
    assert part.readable or (part.signed is None and answers(part) == (None, None, None) and part.remark)
    assert len(part.remark) < 1000


def test_sections_cannot_be_made_to_be_read_over_and_over() -> None:
    whole = bytearray(driver())
    at = 0x40 + 24 + 0xF0
    for number in range(2):
        struct.pack_into("<II", whole, at + 40 * number + 16, len(whole) - 0x400, 0x400)
    with pytest.raises(ProbeError, match="overlap"):
        pe.read(bytes(whole))


def test_more_sections_signatures_or_certificates_than_any_driver_has_are_refused() -> None:
    whole = bytearray(driver())
    struct.pack_into("<H", whole, 0x40 + 6, 0xFFFF)
    with pytest.raises(ProbeError, match="of a kind that no driver has"):
        pe.read(bytes(whole))
    many = pe.read(driver(signed=False) + struct.pack("<IHH", 8, 0x0200, 2) * 9)
    with pytest.raises(ProbeError, match="more than 8"):
        pe.certificates(replace(many, table=(len(many.data) - 72, 72)))
    blob = efi_builder.signature(bytes(32), certificates=[efi_builder.keys().signer] * 33)
    assert authenticode.read(blob).remark == authenticode.UNREADABLE


# Other people's tools


@pytest.fixture
def signing_files(tmp_path: Path) -> Path:
    own, pem = efi_builder.keys(), serialization.Encoding.PEM
    (tmp_path / "ca.pem").write_bytes(own.authority.public_bytes(pem))
    (tmp_path / "signer.pem").write_bytes(own.signer.public_bytes(pem) + own.authority.public_bytes(pem))
    (tmp_path / "key.pem").write_bytes(
        own.key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return tmp_path


def _run(folder: Path, *words: str) -> int:
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed here")
    return subprocess.run(words, cwd=folder, check=False, capture_output=True, timeout=60).returncode


@pytest.mark.parametrize(
    "change", ["", "checksum", "sha1", "elliptic", "no attributes", "code", "digest", "signature", "other signer"]
)
def test_osslsigncode_says_the_same_of_our_signatures(signing_files: Path, change: str) -> None:
    (signing_files / "driver.efi").write_bytes(driver(change=change))
    status = _run(signing_files, "osslsigncode", "verify", "-CAfile", "ca.pem", "-in", "driver.efi")
    assert (status == 0) is (EXPECTED[change] == SOUND)


@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha384", "sha512"])
def test_what_osslsigncode_signs_is_sound(signing_files: Path, digest: str) -> None:
    (signing_files / "plain.efi").write_bytes(driver(signed=False))
    words = ("sign", "-h", digest, "-certs", "signer.pem", "-key", "key.pem", "-in", "plain.efi", "-out", "signed.efi")
    assert _run(signing_files, "osslsigncode", *words) == 0
    read = pe.read((signing_files / "signed.efi").read_bytes())
    part = efi._signed(EfiPart(machine=0x8664, compressed=False, readable=True), read)
    assert (answers(part), part.signers, part.remark) == (SOUND, (SIGNER, AUTHORITY), "")


def _openssl_takes(folder: Path, blob: bytes) -> bool:
    """OpenSSL's own reader of PKCS #7; it must be handed the content, as it knows none of Microsoft's kind."""
    (folder / "blob.der").write_bytes(blob)
    return _run(folder, "openssl", "pkcs7", "-inform", "DER", "-in", "blob.der", "-print_certs", "-noout") == 0


def test_openssl_reads_the_signature_that_we_read(signing_files: Path) -> None:
    ((_, blob),) = pe.certificates(pe.read(driver()))
    assert _openssl_takes(signing_files, blob)
    assert not _openssl_takes(signing_files, blob[:100])


SHIM = Path("/usr/lib/shim/shimx64.efi.signed")


def test_a_driver_that_microsoft_signed_is_sound_and_named() -> None:
    """Signed by the very publisher that signs the drivers of cards; read in place where a system has one."""
    if not SHIM.is_file():
        pytest.skip("the package shim-signed is not installed here")
    part = efi._signed(EfiPart(machine=0x8664, compressed=False, readable=True), pe.read(SHIM.read_bytes()))
    assert answers(part) == SOUND
    assert part.signers[:2] == ("Microsoft Windows UEFI Driver Publisher", "Microsoft Corporation UEFI CA 2011")
