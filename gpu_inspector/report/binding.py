"""What ties the object on the table to this record, and what the declarant said of it."""

from gpu_inspector.language import N_, _, listed, said
from gpu_inspector.records.declaration import SHOWS, Case, Declaration, Photograph
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.records.papers_words import declared_fields
from gpu_inspector.report import blocks, sections
from gpu_inspector.report.layout import BODY, STRONG, Sheet, gap, lines
from gpu_inspector.report.text import shorten

DECLARANT = N_(
    "Data of the declarant, as the papers and the label say. Nothing here was seen or measured by this program;"
    " what it holds against the card stands in the columns and in the findings."
)

NOT_MODIFIED = N_("not declared as modified")


def binding(sheet: Sheet, inspection: Inspection) -> None:
    """Which object this record is of, by tag, slot, word and photographs; the seals."""
    case = inspection.case
    sections.section(sheet, _("Binding of object and record"))
    sheet.place([*lines(shorten(_capital(sections.bound(inspection))), STRONG, 0, sheet.width), gap(3)])
    pairs = [
        (_("Exhibit tag"), case.binding.exhibit),
        (_("Slot, in words"), case.binding.slot),
        (_("Inspector's word"), _word(case)),
        (_("Seals"), case.seals),
        (_("Photographs"), _photographs(case.photographs) if case.photographs else _("none")),
    ]
    blocks.untitled(sheet, pairs)


def declared(sheet: Sheet, declaration: Declaration) -> None:
    """The papers' own words, marked as such; nothing where nothing was declared."""
    if declaration.empty:
        return
    sections.section(sheet, _("The declarant's data"))
    sheet.place([*lines(_(DECLARANT), BODY, 0, sheet.width), gap(3)])
    blocks.untitled(
        sheet,
        [
            (label, value or (_(NOT_MODIFIED) if name == "modified" else ""))
            for name, label, value in declared_fields(declaration, str)
        ],
    )


def _word(case: Case) -> str:
    if case.binding.absent:
        return _("No object is at hand.")
    if not case.binding.address:
        return ""
    return said("This object is the card at {address}.", address=shorten(case.binding.address, 60))


def _photographs(photographs: tuple[Photograph, ...]) -> str:
    """How many of what, in the order of the annex, which has each with its words and digest."""
    shows: dict[str, list[int]] = {}
    for number, photograph in enumerate(photographs, 1):
        what = _(SHOWS[photograph.shows]) if photograph.shows in SHOWS else photograph.shows
        shows.setdefault(shorten(what, 60), []).append(number)
    parts = [
        said("{things} (No. {numbers})", things=words, numbers=listed([str(one) for one in numbers]))
        for words, numbers in shows.items()
    ]
    return said("{number}, in the annex: {parts}", number=len(photographs), parts="; ".join(parts))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
