"""Streams in the form that PDF/A wants: an end of line before `endstream`, packed without letters, images as they are.

reportlab writes the keyword right behind the last byte and packs into text letters; both are allowed in PDF, and the
first is not in PDF/A (ISO 19005-3, 6.1.7.1). Its document is told here to write every stream in our form instead.
"""

from typing import Any

from reportlab.pdfbase import pdfdoc  # noqa: TID251
from reportlab.pdfgen.canvas import Canvas  # noqa: TID251

from gpu_inspector.report.layout import Image

_SPACES = {1: "DeviceGray", 3: "DeviceRGB", 4: "DeviceCMYK"}


class _Stream(pdfdoc.PDFStream):  # type: ignore[misc]
    """Packed by Flate, unless it says how it is packed already."""

    def format(self, document: Any) -> bytes:
        dictionary = pdfdoc.PDFDictionary(self.dictionary.dict.copy())
        content = pdfdoc.format(self.content, document)
        if self.filters is None or self.filters:
            content = pdfdoc.PDFZCompress.encode(content)
            content = content.encode("latin-1") if isinstance(content, str) else content
            dictionary["Filter"] = pdfdoc.PDFName("FlateDecode")
        dictionary["Length"] = len(content)
        return b"".join((pdfdoc.format(dictionary, document), b"\nstream\n", content, b"\nendstream\n"))


class _Document(pdfdoc.PDFDocument):  # type: ignore[misc]
    def Reference(self, held: Any, name: str | None = None) -> Any:  # noqa: N802 - reportlab calls it so
        """Every stream passes here before it is written."""
        if type(held) is pdfdoc.PDFStream:
            held.__class__ = _Stream
        return super().Reference(held, name)


def adopt(canvas: Canvas) -> None:
    """Make a new canvas write its streams so."""
    canvas._doc.__class__ = _Document


def stream(content: bytes, *, packed: bool = True, **entries: Any) -> Any:
    """A stream object of these dictionary entries; with `packed` false its bytes go into the file as they are."""
    held = _Stream(content=content, filters=None if packed else [])
    for key, value in entries.items():
        held.dictionary[key] = value
    return held


def describe(canvas: Canvas, packet: bytes, profile: bytes, condition: str) -> None:
    """Put the XMP packet and the ICC profile of the output into the catalog."""
    catalog = canvas._doc.Catalog
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]
    catalog.Metadata = stream(packet, packed=False, Type=pdfdoc.PDFName("Metadata"), Subtype=pdfdoc.PDFName("XML"))
    intent = {
        "Type": pdfdoc.PDFName("OutputIntent"),
        "S": pdfdoc.PDFName("GTS_PDFA1"),
        "OutputConditionIdentifier": pdfdoc.PDFString(condition),
        "Info": pdfdoc.PDFString(condition),
        "DestOutputProfile": stream(profile, N=3),
    }
    catalog.OutputIntents = pdfdoc.PDFArray([pdfdoc.PDFDictionary(intent)])


def placed(canvas: Canvas, image: Image) -> str:
    """The name under which the page may draw an image, which is put into the file where it is not there yet."""
    document = canvas._doc
    name = document.getXObjectName(image.key)
    if name not in document.idToObject:
        document.Reference(_image(image), name)
    canvas._formsinuse.append(image.key)
    return str(name)


def _image(image: Image) -> Any:
    entries: dict[str, Any] = {
        "Type": pdfdoc.PDFName("XObject"),
        "Subtype": pdfdoc.PDFName("Image"),
        "Width": image.width,
        "Height": image.height,
        "BitsPerComponent": 8,
        "ColorSpace": pdfdoc.PDFName(_SPACES[image.channels]),
    }
    if image.inverted:
        entries["Decode"] = pdfdoc.PDFArray([1, 0] * image.channels)
    if image.jpeg:
        entries["Filter"] = pdfdoc.PDFName("DCTDecode")
    if image.transform is not None:
        entries["DecodeParms"] = pdfdoc.PDFDictionary({"ColorTransform": image.transform})
    return stream(image.data, packed=not image.jpeg, **entries)
