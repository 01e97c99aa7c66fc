"""The report's section of a card's firmware: each image with its digests and parts, what was asked beside it, and what
was not read.

An image's own words are claims. What could be checked of it is said check by check; where two images were had, they
stand against each other field by field. A record that is drawn here may be forged: every list is cut.
"""

from gpu_inspector.language import N_, _, counted, said, sentences
from gpu_inspector.records import words
from gpu_inspector.records.evidence import CardEvidence, Gap
from gpu_inspector.records.firmware import VbiosReading
from gpu_inspector.records.firmware_compared import capital, part_names
from gpu_inspector.records.firmware_words import (
    LISTED,
    Part,
    checksum_words,
    differences,
    name_of,
    parts_of_image,
    same_words,
)
from gpu_inspector.records.inner_words import ATTESTATION, INNER_CALLS, lines_of_attestation, lines_of_rm
from gpu_inspector.records.measured_words import size_words
from gpu_inspector.report.blocks import Pairs, table, titled
from gpu_inspector.report.layout import BODY, STRONG, Sheet, Style, gap, lines, rule
from gpu_inspector.report.sections import facts, section
from gpu_inspector.report.text import printable, shorten

TITLE = N_("Firmware images")
CLAIMS = N_(
    "What an image says is a claim: whoever can program the EEPROM, or edit a file, writes all of it but the code that "
    "the chip runs only when its signature holds. A handed-in file is somebody's word that this card holds it."
)
KEPT = N_(
    "An image that was at hand when this report was made is attached to it as it was read, under the name that begins "
    "with vbios and the first digits of the digest of all its bytes."
)
SUM = N_("The sum of a part guards against damage alone: whoever edits an image can mend it.")
NOT_READ = N_("Not read")
_ATTESTED = "attestation"
SOURCES = ("vbios", "rm", _ATTESTED)
"""Sources of gaps that belong here."""
_HEADING = Style(size=9.5, font=STRONG.font)
_LABEL_ROOM = 118.0
_LONGEST = 200
"""Characters of one foreign text inside of a line."""
_CELL = 120
_WIDE = 1600
"""Characters of one line's value: a list of kinds of memory or of digests, cut where it is made already."""
_MOST_IMAGES = 3
_CHAIN = N_("Parts of the chain")


def firmware(sheet: Sheet, card: CardEvidence | None) -> None:
    """Everything of one card's firmware; nothing where nobody asked for it."""
    gaps = tuple(one for one in card.gaps if one.source in SOURCES) if card is not None else ()
    if card is None or not (card.vbios or card.rm or card.attestation or gaps):
        return
    section(sheet, _(TITLE))
    if card.vbios:
        sheet.place([*lines(_(CLAIMS), BODY, 0, sheet.width), gap(2), *lines(_(KEPT), BODY, 0, sheet.width)])
    for number, reading in enumerate(card.vbios[:_MOST_IMAGES], 1):
        found = differences(card.vbios[0], reading, _cell)
        named = name_of(reading, _clean)
        heading = said("Image {number}: {name}", number=number, name=named) if len(card.vbios) > 1 else named
        if number == 1 or found:
            _image(sheet, reading, heading)
        else:
            _headed(
                sheet,
                heading,
                [
                    *parts_of_image(reading, _clean)[0].lines,
                    (_("Against image 1"), same_words(card.vbios[0], reading)),
                ],
            )
        if found:
            _differences(sheet, found, number)
    if card.rm is not None:
        _titled(sheet, _(INNER_CALLS), list(lines_of_rm(card.rm, _clean)))
    if card.attestation is not None:
        _titled(sheet, _(ATTESTATION), list(lines_of_attestation(card.attestation, _clean)))
    _not_read(sheet, card, gaps)


def _image(sheet: Sheet, reading: VbiosReading, heading: str) -> None:
    """One image: its groups of facts, two of them as tables."""
    first, *rest = parts_of_image(reading, _clean)
    _headed(sheet, heading, list(first.lines))
    for part in rest:
        if part.title == _(_CHAIN):
            _chain(sheet, reading, part)
        else:
            _titled(sheet, part.title, list(part.lines))


def _chain(sheet: Sheet, reading: VbiosReading, part: Part) -> None:
    names = part_names(reading.images[:LISTED])
    rows = [
        (
            capital(name),
            said(
                "0x{offset}, {size}" if image.whole else "0x{offset}, {size}, cut",
                offset=f"{image.offset:X}",
                size=size_words(image.length_bytes),
            ),
            f"{image.vendor_id}:{image.device_id}",
            image.subsystem or "–",
            image.class_code or "–",
            checksum_words(image),
        )
        for name, image in zip(names, reading.images, strict=False)
    ]
    whole = sum(image.length_bytes for image in reading.images)
    more = len(reading.images) - len(rows)
    in_all = counted("{number} part, {size}", "{number} parts, {size}", len(reading.images), size=size_words(whole))
    _titled(sheet, part.title, [(_("In all"), in_all)])
    titles = (_("Part"), _("Place and size"), _("Device"), _("Subsystem"), _("Class"), _("Checksum"))
    left = counted("{number} more part stands in the record.", "{number} more parts stand in the record.", more)
    foot = sentences(_(SUM), left) if more > 0 else _(SUM)
    table(sheet, titles, rows, (0.14, 0.24, 0.13, 0.13, 0.11, 0.25), foot)
    digests: Pairs = [
        (said("{part}, SHA-256", part=capital(name)), words.spaced(shorten(image.sha256, 64)))
        for name, image in zip(names, reading.images, strict=False)
        if image.sha256
    ]
    if digests:
        _titled(sheet, _("Digests of the parts"), digests)


def _differences(sheet: Sheet, found: tuple[tuple[str, str, str], ...], number: int) -> None:
    count = counted("{number} field differs", "{number} fields differ", len(found))
    _titled(sheet, said("Where the images differ: 1 and {number}", number=number), [(_("Result"), count)])
    more = len(found) - LISTED
    left = counted(
        "{number} more field differs; the attached record has both images.",
        "{number} more fields differ; the attached record has both images.",
        more,
    )
    titles = (_("Field"), said("Image {number}", number=1), said("Image {number}", number=number))
    table(sheet, titles, found[:LISTED], (0.28, 0.36, 0.36), left if more > 0 else "")


def _not_read(sheet: Sheet, card: CardEvidence, gaps: tuple[Gap, ...]) -> None:
    absent = card.nvml.absent if card.nvml is not None else ()
    gaps = (*gaps, *(Gap(one.field, one.reason) for one in absent if one.field == _ATTESTED))
    pairs = [
        (words.source_words(one.source), _clean(words.with_advice(one.reason, one.advice))) for one in gaps[:LISTED]
    ]
    if pairs:
        _titled(sheet, _(NOT_READ), pairs)


def _headed(sheet: Sheet, heading: str, pairs: Pairs) -> None:
    """What was read, under the image's own heading, which never stands alone."""
    opening = [gap(9), *lines(heading, _HEADING, 0, sheet.width), gap(1.5), rule(0, sheet.width, 0.7), gap(3)]
    sheet.place([*opening, *facts(pairs, 0, sheet.width, label=_LABEL_ROOM)])


def _titled(sheet: Sheet, title: str, pairs: Pairs) -> None:
    titled(sheet, title, [(label, shorten(text, _WIDE)) for label, text in pairs])


def _clean(text: str) -> str:
    return shorten(printable(text), _LONGEST)


def _cell(text: str) -> str:
    return shorten(printable(text), _CELL)
