"""The UEFI driver (GOP) in an option ROM: taken out, unpacked, and its Authenticode signature looked at.

Sources: UEFI Specification 2.11, "PCI Option ROMs" (the header, and 16 MiB as the most that a ROM has) and chapter 19
(packing); the signature's own sources stand in `pe.py` and `authenticode.py`. Anyone can write the whole part: what
comes out is a claim, and what cannot be read is None with a remark, never a pass.

A version of the driver is not read: no source says where NVIDIA's driver keeps one.
"""

import struct
from dataclasses import replace

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import authenticode, efi_compression, pe
from gpu_inspector.probes.pe import Pe
from gpu_inspector.records.firmware import EfiPart

LARGEST = 16 * 1024 * 1024
"""Bytes of one image."""
_SIGNATURE = 0x00000EF1
_PLAIN, _PACKED = 0, 1
_HEADER = struct.Struct("<IHHH8xH")
"""From +0x04: signature, subsystem, machine, kind of packing, and behind 8 bytes of no meaning the driver's offset."""
_OTHER_KIND = N_("The UEFI driver bears something beside its signature that this program does not read.")
_BEHIND = N_("Bytes stand behind the UEFI driver's signature.")


def parse(image: bytes) -> EfiPart:
    """What one image of code type 3 holds; `image` begins at its 55 AA and ends where the chain says that it ends.

    Raises ProbeError where it has no EFI header.
    """
    if len(image) < 4 + _HEADER.size or len(image) > LARGEST:
        raise ProbeError("This image is no UEFI driver: it does not have the size of one.")
    signature, _subsystem, machine, packing, offset = _HEADER.unpack_from(image, 4)
    if signature != _SIGNATURE:
        raise ProbeError("This image calls itself a UEFI driver and has no EFI header.")
    part = EfiPart(machine=machine, compressed=packing != _PLAIN, readable=False)
    try:
        driver = pe.read(_driver(image, packing, offset))
    except ProbeError as error:
        return replace(part, remark=error.message)
    return _signed(replace(part, readable=True), driver)


def _driver(image: bytes, packing: int, offset: int) -> bytes:
    """The driver's own bytes. Raises ProbeError."""
    if not 4 + _HEADER.size <= offset < len(image):
        raise ProbeError("The place that the image names for its UEFI driver lies outside of it.")
    if packing == _PLAIN:
        return image[offset:]
    if packing != _PACKED:
        raise ProbeError("The UEFI driver is packed in a way that no specification names.")
    return efi_compression.unpack(image[offset:])


def _signed(part: EfiPart, driver: Pe) -> EfiPart:
    """With what its signatures say; of several all must hold for the part to."""
    remarks = []
    if driver.machine != part.machine:
        remarks.append(N_("The UEFI driver is for another kind of machine than its header says."))
    try:
        entries = pe.certificates(driver)
    except ProbeError as error:
        return replace(part, remark=" ".join([*remarks, error.message]))
    read = [authenticode.read(data) for kind, data in entries if kind == pe.PKCS7]
    if len(read) < len(entries):
        remarks.append(_OTHER_KIND)
    if pe.behind(driver):
        remarks.append(_BEHIND)
    remarks += (one.remark for one in read if one.remark)
    whole = [pe.digest(driver, one.algorithm) == one.digest if one.algorithm else None for one in read]
    return replace(
        part,
        signed=None if entries and not read else bool(read),
        signers=tuple(name for one in read for name in one.signers),
        fingerprints=tuple(digits for one in read for digits in one.fingerprints),
        issuer=next((one.issuer for one in read if one.issuer), ""),
        digest_matches=_all(whole),
        signature_sound=_all([one.sound for one in read]),
        chain_sound=_all([one.chain_sound for one in read]),
        remark=" ".join(dict.fromkeys(remarks)),
    )


def _all(answers: list[bool | None]) -> bool | None:
    """One answer for several: False wins over None, and None over True; None where there are none."""
    if False in answers:
        return False
    return None if None in answers or not answers else True
