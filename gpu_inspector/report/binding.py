"""What ties the object on the table to this record, and what the declarant said of it."""

from gpu_inspector.records import words
from gpu_inspector.records.declaration import SHOWS, Case, Declaration, Photograph
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.report import blocks, sections
from gpu_inspector.report.layout import BODY, STRONG, Sheet, gap, lines
from gpu_inspector.report.text import shorten

DECLARANT = (
    "Data of the declarant, as the papers and the label say. Nothing here was seen or measured by this program;"
    " what it holds against the card stands in the columns and in the findings."
)
CAMERA = "The pictures are kept on the inspector's machine under these digests. Their times are the cameras' own."
LISTED = 60
"""Photographs on paper; the attached record has all."""


def binding(sheet: Sheet, inspection: Inspection) -> None:
    """Which object this record is of, by tag, slot, word and photographs; the seals."""
    case = inspection.case
    sections.section(sheet, "Binding of object and record")
    sheet.place([*lines(shorten(_capital(sections.bound(inspection))), STRONG, 0, sheet.width), gap(3)])
    pairs = [
        ("Exhibit tag", case.binding.exhibit),
        ("Slot, in words", case.binding.slot),
        ("Inspector's word", _word(case)),
        ("Seals", case.seals),
    ]
    blocks.untitled(sheet, pairs)
    if case.photographs:
        _photographs(sheet, case.photographs)
    else:
        blocks.untitled(sheet, [("Photographs", "none")])


def declared(sheet: Sheet, declaration: Declaration) -> None:
    """The papers' own words, marked as such; nothing where nothing was declared."""
    if declaration.empty:
        return
    sections.section(sheet, "The declarant's data")
    sheet.place([*lines(DECLARANT, BODY, 0, sheet.width), gap(3)])
    memory = f"{declaration.memory_gb} GB" if declaration.memory_gb is not None else ""
    modified = "openly declared as modified" if declaration.modified else "not declared as modified"
    blocks.untitled(
        sheet,
        [
            ("Product", declaration.product or ""),
            ("Memory", memory),
            ("Modified", modified),
            ("Quantity", f"{declaration.quantity:,}" if declaration.quantity is not None else ""),
            ("HS code", declaration.hs_code),
            ("Value", declaration.value),
            ("Consignee", declaration.consignee),
            ("Papers", declaration.papers),
            ("Serial number", declaration.serial),
            ("Part number", declaration.part_number),
        ],
    )


def _word(case: Case) -> str:
    if case.binding.absent:
        return "No object is at hand."
    if not case.binding.address:
        return ""
    return f"This object is the card at {shorten(case.binding.address, 60)}."


def _photographs(sheet: Sheet, photographs: tuple[Photograph, ...]) -> None:
    for number, photograph in enumerate(photographs[:LISTED], 1):
        shows = SHOWS.get(photograph.shows, photograph.shows)
        title = f"Photograph {number} of {len(photographs)}: {shorten(shows, 60)}"
        blocks.titled(sheet, title, _facts(photograph))
    if len(photographs) > LISTED:
        rest = f"{len(photographs) - LISTED} more photographs stand in the attached record."
        sheet.place([gap(4), *lines(rest, BODY, 0, sheet.width)])
    sheet.place([gap(4), *lines(CAMERA, BODY, 0, sheet.width)])


def _facts(photograph: Photograph) -> list[tuple[str, str]]:
    pairs = [
        ("Caption", photograph.caption),
        ("File", f"{shorten(photograph.name, 120)}, {photograph.size_bytes:,} bytes"),
        ("Camera's time", photograph.taken_at),
        ("SHA-256", words.spaced(shorten(photograph.sha256, 64))),
    ]
    if photograph.orientation != 1:
        pairs.append(("Way up", f"Exif orientation {photograph.orientation}"))
    if photograph.location_removed:
        pairs.append(("Changed", "What could tell where it was taken was cut out; no pixel was changed."))
    if photograph.original_sha256:
        pairs.append(("SHA-256 before", words.spaced(shorten(photograph.original_sha256, 64))))
    if photograph.codes:
        pairs.append(("Codes on it", "; ".join(photograph.codes)))
    return pairs


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
