"""The words for the UEFI driver in a vBIOS image, and for what its signature is worth.

A certificate's name is what the certificate calls itself, and no root is known to this program.
"""

from collections.abc import Iterable
from typing import TypeVar

from gpu_inspector.language import N_, _, listed, said, told
from gpu_inspector.records.firmware import (
    EfiPart,
)
from gpu_inspector.records.words import Clean, spaced

LISTED = 24
"""Entries of one list that are shown; the attached record has all."""


Pairs = tuple[tuple[str, str], ...]


T = TypeVar("T")


UNKNOWN_END = N_("the chain ends at a certificate that this program does not know")


def driver_lines(efi: EfiPart, clean: Clean) -> Pairs:
    """The UEFI driver and its signature, each answer by itself."""
    kind = "x86-64" if efi.machine == 0x8664 else said("machine {number}", number=f"0x{efi.machine:04X}")
    parts = [kind, *([_("compressed")] if efi.compressed else []), *([clean(efi.version)] if efi.version else [])]
    lines = [(_("UEFI driver"), listed(parts))]
    lines.append((_("Its signature"), signature_words(efi, clean)))
    prints = "; ".join(spaced(clean(one)) for one in first_of(efi.fingerprints))
    lines += [(_("Its certificates, SHA-256"), prints)] if prints else []
    lines += [(_("Remark on it"), clean(told(efi.remark)))] if efi.remark else []
    return tuple(lines)


def signature_words(efi: EfiPart, clean: Clean) -> str:
    """What its signature is worth: the names are the certificates' own, and no root is known."""
    if not efi.readable:
        return _("not looked at: the driver could not be unpacked")
    if efi.signed is None:
        return _("could not be looked for")
    if not efi.signed:
        return _("none")
    names = [f"“{clean(one)}”" for one in first_of(efi.signers)]
    answered = [said("signed by {name}", name=names[0]) if names else _("signed, by a certificate without a name")]
    answered += [said("issued by {names}", names=listed(names[1:]))] if names[1:] else []
    answers = (
        (
            efi.digest_matches,
            _("the signed digest is that of the driver"),
            _("the signed digest is not that of the driver"),
        ),
        (
            efi.signature_sound,
            _("the signature is that certificate's own"),
            _("the signature is not that certificate's own"),
        ),
        (
            efi.chain_sound,
            "; ".join((_("each certificate is signed by the next"), _(UNKNOWN_END))),
            _("the certificates do not sign each other"),
        ),
    )
    answered += [(yes if value else no) for value, yes, no in answers if value is not None]
    unread = [
        name
        for value, name in (
            (efi.digest_matches, _("the digest")),
            (efi.signature_sound, _("the signature")),
            (efi.chain_sound, _("the chain of certificates")),
        )
        if value is None
    ]
    return "; ".join([*answered, *([said("not checked: {what}", what=listed(unread))] if unread else [])])


def first_of(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(item for item, _number in zip(items, range(LISTED), strict=False))
