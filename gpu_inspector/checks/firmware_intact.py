"""Whether a vBIOS image is as its maker finished it: sums, the chain of images, the signature of the UEFI part.

What a sum or a signature says is arithmetic, but a damaged dump fails it as an edited one does: cut by a tool, read
with a loose clip, or the copy in memory that a system began with, which is changed while it starts (the system's kernel
hands that one out for the card that shows the console). So a wrong sum is no strong sign, though the sums of all public
images that were looked at fit; a digest that was signed and does not fit its bytes is one, since UEFI would not start
such a driver. That a part is missing is a weak sign at most: the system's kernel reads only as far as the standard's
chain goes, and no list says which genuine images have none.
What fools this check: an edit outside of what is signed, with the sums made right again. No root certificate is
shipped, so a signature of anybody's own key is sound as well; who signed is shown.
Sources: research note on modified cards, sections 4.2, 4.4, 4.5, and 3 (RW-27).
"""

from collections.abc import Iterator
from itertools import pairwise

from gpu_inspector.checks.answer import Answer, consistent, inconclusive, sign
from gpu_inspector.checks.facts import Given
from gpu_inspector.checks.firmware_weight import WITNESS, weighed
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.finding import Strength, Value
from gpu_inspector.records.firmware import EFI, EXTENSION, EfiPart, RomImage, VbiosReading
from gpu_inspector.records.image_parts import FROM_CARD, whole
from gpu_inspector.records.product import Die

ALTERED = N_("vBIOS image altered")
_INCOMPLETE = N_("vBIOS image incomplete")
_NO_EXTENSION = frozenset({"Maxwell", "Pascal", "Volta"})
"""Generations from before the signed extensions of the chain: their images end without one."""
_ORDER = (Strength.STRONG, Strength.MEDIUM, Strength.WEAK)
_DAMAGED = N_("a dump that was damaged when it was read or stored")
_COPY = N_("the copy in memory that the system started with, which is changed on the way")
_EDITED = N_("an owner's own edit of the image")
_AGAIN = N_("Read the image out once more, with another tool as well, and compare the two.")


@check("firmware-image-intact", N_("vBIOS image unaltered"))
def intact(vbios_image: VbiosReading, die: Die | None, handed_in: Given) -> Answer:
    """An edit leaves sums and signatures that do not fit, where it was not done with care."""
    if not vbios_image.images:
        return inconclusive(N_("No image of the chain could be read."))
    signs = sorted(_signs(vbios_image, die), key=lambda one: _ORDER.index(one.strength))
    if signs:
        return weighed(signs[0], handed_in=handed_in)
    if not whole(vbios_image):
        return inconclusive(
            N_("The image is cut: the chain does not come to its end ({remark}). What there is of it fits its sums."),
            advice=_AGAIN,
            remark=vbios_image.remarks[0] if vbios_image.remarks else N_("no image calls itself the last"),
        )
    unread = next((one.efi for one in vbios_image.images if one.efi is not None and _unread(one.efi)), None)
    if unread is not None:
        return inconclusive(
            N_("Sums and chain of the image fit; its UEFI part's signature could not be examined ({remark})."),
            remark=unread.remark or N_("no reason was given"),
        )
    signers = tuple(dict.fromkeys(name for one in vbios_image.images if one.efi for name in one.efi.signers))
    answer = consistent(
        N_("{count} images{rest}: sums and chain fit; the UEFI part is signed by: {signers}. No root was compared."),
        expected=N_("sums and signed digests that fit"),
        observed=N_(f"{len(vbios_image.images)} images"),
        source=N_("the image's own sums and signatures"),
        count=len(vbios_image.images),
        rest=N_(", as far as the standard's chain goes") if vbios_image.partial else "",
        signers=", ".join(signers) or N_("nobody, there is no such part"),
    )
    return weighed(answer, handed_in=handed_in)


def _unread(part: EfiPart) -> bool:
    return (
        not part.readable
        or part.signed is None
        or (part.signed and None in (part.digest_matches, part.signature_sound))
    )


def _signs(image: VbiosReading, die: Die | None) -> Iterator[Answer]:
    for part in image.images:
        # What was cut cannot fit its sums.
        if part.whole and part.efi is not None:
            yield from _of_driver(part.efi)
        if part.whole and part.checksum_ok is False:
            yield _wrong_sum(image.source == FROM_CARD)
    if image.bit is not None and not image.bit.checksum_ok:
        yield _altered(Strength.MEDIUM, N_("The sum of the image's table (BIT) does not fit."), (_EDITED, _DAMAGED))
    crossing = next(((a, b) for a, b in pairwise(image.images) if _overlap(a, b)), None)
    if crossing is not None:
        first, second = crossing
        yield _altered(
            Strength.MEDIUM,
            N_("Two images of the chain overlap: one ends at {end}, the next begins at {begin}."),
            (_EDITED, _DAMAGED),
            {"end": first.offset + first.length_bytes, "begin": second.offset},
        )
    if whole(image) and _lacks_extension(image, die):
        yield _missing(N_("The image has no signed extension, as those of its generation have."))


def _of_driver(part: EfiPart) -> Iterator[Answer]:
    if part.digest_matches is False:
        yield _altered(
            Strength.STRONG,
            N_("The UEFI part was signed with another content: its digest is not the signed one ({signers})."),
            (_EDITED, _DAMAGED),
            {"signers": ", ".join(part.signers) or N_("no name")},
        )
    if part.signature_sound is False:
        yield _altered(
            Strength.STRONG,
            N_("The UEFI part's signature is not that of the certificate which it names ({signers})."),
            (_EDITED, _DAMAGED),
            {"signers": ", ".join(part.signers) or N_("no name")},
        )
    if part.chain_sound is False:
        yield _altered(
            Strength.MEDIUM,
            N_("The UEFI part's certificates were not signed by each other ({signers})."),
            (N_("certificates in another order than the program reads"), _EDITED),
            {"signers": ", ".join(part.signers) or N_("no name")},
        )
    if part.readable and part.signed is False:
        yield _missing(N_("The UEFI part bears no signature."))


def _wrong_sum(of_card: bool) -> Answer:
    """In what the system hands out for its own console the sum is wrong on honest cards too."""
    return _altered(
        Strength.WEAK if of_card else Strength.MEDIUM,
        N_("The bytes of the x86 part do not sum to 0."),
        (_EDITED, _DAMAGED, *((_COPY,) if of_card else ())),
    )


def _overlap(one: RomImage, other: RomImage) -> bool:
    return one.offset + one.length_bytes > other.offset


def _lacks_extension(image: VbiosReading, die: Die | None) -> bool:
    """Asked of files alone: the system's kernel stops reading a card where the standard's chain ends."""
    if die is None or die.architecture in _NO_EXTENSION or image.source == FROM_CARD or image.partial:
        return False
    kinds = {one.code_type for one in image.images}
    return EFI in kinds and EXTENSION not in kinds


def _altered(
    strength: Strength, text: str, innocent: tuple[str, ...], values: dict[str, Value] | None = None
) -> Answer:
    return sign(
        strength,
        text,
        expected=N_("sums and signed digests that fit"),
        observed=N_("they do not"),
        source=N_("the image's own sums and signatures"),
        witness=WITNESS,
        cause=ALTERED,
        innocent=innocent,
        advice=_AGAIN,
        values=values,
    )


def _missing(text: str) -> Answer:
    return sign(
        Strength.WEAK,
        text,
        expected=N_("a part that is signed"),
        observed=N_("none"),
        source=N_("public images of the generation (RW-27)"),
        witness=WITNESS,
        cause=_INCOMPLETE,
        innocent=(N_("a genuine image that never had one"), N_("a tool that leaves the end of the memory out")),
        advice=_AGAIN,
    )
