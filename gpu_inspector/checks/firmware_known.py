"""One vBIOS image against another: a second one of the same card, and those of the office's own collection.

An image holds nothing that belongs to one card alone, so two cards of one board with one version should hold the same
bytes. Where they do not, one of the two is not as it was delivered, or the board has two images and a switch; which, no
comparison can tell: a collection that began with an altered image calls the genuine one different. So this is a weak
sign, and a medium one only where several other cards agree with each other and none with this one. Images of
earlier inspections count only where they were read out of a card of this machine, on a bench that vouched for itself,
with nothing against the card. Not seen before is no pass: every new version is that.
Sources: research note on modified cards, sections 3 (RW-27) and 4.5.
"""

from collections import Counter
from itertools import combinations

from gpu_inspector.checks import thresholds
from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.facts import Given
from gpu_inspector.checks.firmware_weight import WITNESS, WITNESS_FILE, weighed
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Outcome, Strength
from gpu_inspector.records.firmware import KnownImage, VbiosReading
from gpu_inspector.records.firmware_compared import compared
from gpu_inspector.records.image_parts import (
    FROM_CARD,
    differing_parts,
    ids_of,
    lacking_parts,
    version_of,
    whole,
)

COLLECTION = N_("known images")
"""How the gap of a collection that could not be asked is called."""
_ALTERED = N_("vBIOS image altered")
_EDITED = N_("an owner's own edit of one of the two")
_DAMAGED = N_("a dump that was damaged when it was read or stored")
_REVISED = N_("a maker who changed an image and kept its version")
_SWITCH = N_("a board with two images and a switch, read at its other position")
_LOT = N_("the earlier card was the altered one, or a lot of them")


@check("firmware-images-compared", N_("Two vBIOS images of one card"))
def images_compared(vbios_images: tuple[VbiosReading, ...]) -> Answer:
    """One EEPROM gives one image: what two readings of it differ in was changed between them, or is of another card."""
    if not vbios_images[1:]:
        return not_applicable(N_("There is no second image of this card to compare."))
    most = int(thresholds.IMAGES_COMPARED)
    numbered = list(enumerate(vbios_images[:most], start=1))
    answers = [_pair(one, other, (first, second)) for (first, one), (second, other) in combinations(numbered, 2)]
    worst = max(answers, key=_gravity)
    if vbios_images[most:] and worst.strength is Strength.NONE:
        return inconclusive(
            N_("There are {count} images of this card, more than any inspection has; the first {most} were compared."),
            count=len(vbios_images),
            most=most,
        )
    return worst


def _gravity(answer: Answer) -> tuple[bool, ...]:
    """Of several pairs the one that tells most against the card, or else the one that says least for it."""
    return (
        answer.strength is Strength.MEDIUM,
        answer.strength is not Strength.NONE,
        answer.outcome is Outcome.INCONCLUSIVE,
        answer.outcome is Outcome.CONSISTENT,
        "lacking" in answer.values,
    )


def _pair(one: VbiosReading, other: VbiosReading, places: tuple[int, int]) -> Answer:
    """Two images of one card; `places` are their numbers in the order in which the record is read, from 1."""
    if one.source != FROM_CARD and other.source != FROM_CARD and one.sha256 == other.sha256:
        return not_applicable(
            N_("The files that were handed in are the same in every byte: two copies of one dump say no more than one.")
        )
    if one.images_sha256 and one.images_sha256 == other.images_sha256:
        return consistent(
            N_("The images of this card are the same, byte for byte."),
            expected=one.images_sha256,
            observed=other.images_sha256,
            source=N_("the two images"),
        )
    parts, lacking = differing_parts(one, other), lacking_parts(one, other)
    if not parts and whole(one) and whole(other) and (one.partial or other.partial):
        return consistent(
            N_(
                "The images of this card are the same, byte for byte, as far as both were read; one alone has:"
                " {lacking}."
            ),
            expected=N_("two readings of one image"),
            observed=N_("the same parts"),
            source=N_("the two images"),
            lacking=", ".join(lacking) or N_("its end"),
        )
    if not parts and not (whole(one) and whole(other)):
        return inconclusive(
            N_("The images agree as far as both go; one is cut, or lacks: {lacking}."),
            lacking=", ".join(lacking) or N_("its end"),
        )
    return _differ(one, other, places)


def _differ(one: VbiosReading, other: VbiosReading, places: tuple[int, int]) -> Answer:
    """The sign of two images that are not the same."""
    parts, lacking = differing_parts(one, other), lacking_parts(one, other)
    fields = [found for found in compared(one, other) if found.field not in ("chain", "images", "ends")]
    most = int(thresholds.IMAGE_FIELDS_NAMED)
    named = ", ".join(found.field for found in fields[:most]) + (N_(" and others") if fields[most:] else "")
    same_version = version_of(one) == version_of(other) != ""
    strength = Strength.MEDIUM if same_version and parts and ids_of(one) == ids_of(other) else Strength.WEAK
    both_of_card = one.source == other.source == FROM_CARD
    return sign(
        # A file beside what the card holds may be any image of any day.
        strength if both_of_card else Strength.WEAK,
        N_("Images {first} and {second} of this card differ in {count} fields, {versions}: {named}."),
        expected=N_("two readings of one image"),
        observed=", ".join((*parts, *(N_(f"{name} in one alone") for name in lacking))) or named,
        source=N_("the two images, field by field"),
        witness=WITNESS if both_of_card else WITNESS_FILE,
        cause=_ALTERED if same_version else "another version",
        innocent=(
            *(
                (_EDITED, _DAMAGED, _SWITCH)
                if same_version
                else (N_("an image of another day, before or after an update"),)
            ),
            N_("a file that is no copy of what this card holds"),
        ),
        values={
            "first": places[0],
            "second": places[1],
            "count": len(fields),
            "named": named or N_("bytes alone"),
            "versions": N_("of one version") if same_version else N_("of two versions"),
        },
    )


@check("firmware-image-known", N_("vBIOS image against the office's collection"))
def known(
    vbios_image: VbiosReading, known_images: tuple[KnownImage, ...], evidence: Evidence, handed_in: Given
) -> Answer:
    """The same version on the same board is the same bytes, on every card that nobody altered."""
    gap = next((one for one in evidence.gaps if one.source == COLLECTION), None)
    if gap is not None:
        return inconclusive("{reason}", advice="{help}", reason=gap.reason, help=gap.advice)
    version = version_of(vbios_image)
    if not version:
        return inconclusive(N_("The image gives no version by which it could be looked up."))
    # Labels may repeat in a forged file: what is not of this version is not of this image.
    about = [one for one in known_images if one.version == version]
    counted = [one for one in about if one.clean and one.from_card]
    if not counted and evidence.ledger_asked is None:
        return not_applicable(N_("No ledger was asked for earlier images, which is no pass."))
    if not counted:
        return not_applicable(
            N_(
                "No earlier inspection that counts holds an image of version {version} ({others} that do not count),"
                " which is no pass."
            ),
            version=version,
            others=len(about),
        )
    other: list[KnownImage] = []
    equal: list[KnownImage] = []
    for one in counted:
        differs = one.differing and one.sha256 != vbios_image.images_sha256
        (other if differs else equal).append(one)
    if other:
        return weighed(_differs(vbios_image, equal, other), handed_in=handed_in)
    if not whole(vbios_image):
        return inconclusive(
            N_("The image is cut; as far as it goes, it is that of {count} earlier ones."), count=len(equal)
        )
    strangers = [one for one in equal if not one.same_card]
    answer = consistent(
        N_(
            "The same image of version {version} was seen on {cards} other cards, as far as their numbers"
            " tell{again}; the"
            " last is inspection {last}."
        ),
        expected=equal[0].sha256,
        observed=vbios_image.images_sha256,
        source=N_("earlier inspections of this ledger"),
        version=version,
        cards=len(strangers),
        again=N_(", and on this one before") if len(strangers) < len(equal) else "",
        last=equal[0].row,
    )
    return weighed(answer, handed_in=handed_in)


def _differs(image: VbiosReading, equal: list[KnownImage], other: list[KnownImage]) -> Answer:
    """Medium where several cards of the same device and subsystem hold one image, and none this one; else weak."""
    device, subsystem = ids_of(image)
    alike = [one for one in other if (one.device_id, one.subsystem) == (device, subsystem)]
    first = (alike or other)[0]
    alone = not [one for one in equal if not one.same_card]
    own = first.same_card
    agreeing = Counter(one.sha256 for one in alike if not one.same_card)
    several = max(agreeing.values(), default=0) >= thresholds.CARDS_AGREEING
    return sign(
        Strength.MEDIUM if several and alone else Strength.WEAK,
        N_(
            "{count} earlier inspections hold another image of version {version}; inspection {row} differs in: {parts}."
            " {equal} hold this one."
        ),
        expected=first.sha256,
        observed=image.images_sha256,
        source=N_("earlier inspections of this ledger"),
        witness=WITNESS,
        cause=_ALTERED,
        innocent=(
            *((N_("an image that its owner changed between the two inspections"),) if own else (_EDITED,)),
            _REVISED,
            _SWITCH,
            _LOT,
        ),
        advice=N_("Compare both images field by field, and with one from the maker."),
        values={
            "count": len(other),
            "version": first.version,
            "row": first.row,
            "parts": ", ".join(first.differing),
            "equal": len(equal),
        },
    )
