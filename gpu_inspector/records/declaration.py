"""What the paper says: the first of the three columns. Anyone with a printer can forge it.

Beside it the case: who looks, for which file, and what binds this object to this record.
"""

from dataclasses import dataclass

from gpu_inspector.language import N_, _, listed, said
from gpu_inspector.records.appearance import Sure


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """The declarant's data; None and "" are "not declared". Free texts stand as they were typed."""

    product: str | None = None
    memory_gb: int | None = None
    """GiB as the trade writes it, "24 GB"."""
    modified: bool = False
    """The paper says openly that the card was reworked."""
    quantity: int | None = None
    hs_code: str = ""
    """Of the Harmonized System, as the paper writes it, "8473.30"."""
    value: str = ""
    """With its currency, as the paper writes it."""
    consignee: str = ""
    papers: str = ""
    """Numbers of the declaration, the invoice, the waybill."""
    serial: str = ""
    """As label or paper say."""
    part_number: str = ""
    description: str = ""
    """Of the goods, in the paper's own words: "graphics cards", "computer components"."""
    brand: str = ""
    """Brand or maker, as the paper names it."""
    country_of_origin: str = ""
    """As the paper writes it."""
    destination: str = ""
    """Where the goods go: ISO 3166 alpha-2, "CN"; a rule of export control may ask for it."""
    headquarters: str = ""
    """Where the party's ultimate parent sits, likewise."""
    control_class: str = ""
    """The export-control entry that the paper states: "3A090.a", "EAR99", "NLR"."""
    export_date: str = ""
    """ISO, a day: when the goods left or are to leave; "" is the day of the inspection."""

    @property
    def empty(self) -> bool:
        return self == Declaration()


@dataclass(frozen=True, slots=True, kw_only=True)
class Photograph:
    """One photograph of the case; the file itself lies in the data folder under its digest."""

    sha256: str
    """Of the bytes that are kept, 64 hexadecimal digits."""
    name: str
    """The file's own name, without its folder."""
    size_bytes: int
    shows: str = "other"
    """One of SHOWS."""
    caption: str = ""
    taken_at: str = ""
    """As the camera wrote it, "" where it did not."""
    orientation: int = 1
    """The EXIF number, 1 to 8: how the picture is to be turned."""
    location_removed: bool = False
    """What told, or could have told, where it was taken was cut out of the file; not one pixel was changed."""
    original_sha256: str = ""
    """Of the file as it was handed in, where that is another than the one that is kept."""
    codes: tuple[str, ...] = ()
    """Barcodes that were read from it, as "Code 128: 0325219012345"."""
    codes_sure: tuple[Sure, ...] = ()
    """Why each of `codes` may be believed, in their order; one that has none here is not sure."""


SHOWS = {
    "label": N_("label of the card"),
    "slot": N_("card in its slot"),
    "exhibit": N_("exhibit tag or seal"),
    "card": N_("whole card"),
    "die": N_("die or memory chips"),
    "other": N_("other"),
}
"""What a photograph can show -> in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """What ties the object on the table to the card that this record tells of."""

    exhibit: str = ""
    """The exhibit's tag."""
    address: str = ""
    """The PCI address, or label, of the card that the inspector says is this object; "" where nobody said so."""
    slot: str = ""
    """The slot, in the inspector's words."""
    absent: bool = False
    """The inspector says that no object is at hand: a dump alone was looked at, or a simulation."""


UNSAID = Binding()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Who looked, for which file, where; free texts of the inspector."""

    number: str = ""
    inspector: str = ""
    office: str = ""
    place: str = ""
    note: str = ""
    seals: str = ""
    """Numbers of the seals that were found, and of those that were put on."""
    binding: Binding = UNSAID
    photographs: tuple[Photograph, ...] = ()


UNDECLARED = Declaration()
NO_CASE = Case()
"""Nothing was entered."""
NOT_BOUND = N_("object not bound to this record")
BOUND = N_("object bound to this record")
NO_OBJECT = N_("the inspector says that no object is at hand")


def unbound(case: Case, labels: tuple[str, ...], *, powered: bool = True) -> tuple[str, ...]:
    """What is missing for the object to be bound to the record of the cards called `labels`; () where it is bound.

    One that was looked at without power (not `powered`) is in no slot, and cannot be photographed there.
    """
    if case.binding.absent:
        return (NO_OBJECT,)
    shown = {photograph.shows for photograph in case.photographs}
    wanted = (
        (bool(case.binding.exhibit.strip()), N_("the exhibit's tag")),
        ("label" in shown, N_("a photograph of its label")),
        ("slot" in shown or not powered, N_("a photograph of it in its slot")),
        (labels.count(case.binding.address) == 1 and bool(case.binding.address), N_("the word which card it is")),
    )
    return tuple(words for there, words in wanted if not there)


def binding_sentence(case: Case, labels: tuple[str, ...], *, powered: bool = True) -> str:
    """Whether the object is bound to the record of the cards called `labels`, and what is missing where it is not."""
    missing = listed([_(one) for one in unbound(case, labels, powered=powered)])
    exhibit, address = case.binding.exhibit, case.binding.address
    if not missing and powered:
        return said(
            "object bound to this record: exhibit {exhibit}, card at {address}", exhibit=exhibit, address=address
        )
    if not missing:
        return said("object bound to this record: exhibit {exhibit}", exhibit=exhibit)
    if case.binding.absent:
        return said("object not bound to this record: {reason}", reason=missing)
    return said("object not bound to this record; missing: {missing}", missing=missing)
