"""The strict layer: a report is exactly what `signature` writes, in every byte and every object.

A sound signature is not enough. What no signature covers (the padding of the gap, the case of its digits, parts of
the envelope, an update behind the file's end) can be changed by anybody, and a signer can hide things in what it
covers. Each function here names one such thing in a sentence, and says nothing where all is as it should be.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic  # noqa: TID251
from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: TID251
from pyhanko.sign.fields import MDPPerm  # noqa: TID251
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature  # noqa: TID251

from gpu_inspector.report import cms
from gpu_inspector.report.signature import FIELD, REVIEWER

_HEXADECIMAL = re.compile(rb"[0-9A-F]+")
_ROOT = {
    *("/Type", "/Pages", "/Lang", "/PageMode", "/Outlines", "/Names"),
    *("/Version", "/AF", "/AcroForm", "/Perms"),
    *("/Metadata", "/OutputIntents", "/MarkInfo", "/StructTreeRoot"),
}
"""What the catalog of a report holds; older ones have nothing of the last line.

No /OpenAction, /AA, /JavaScript, /Dests, /OCProperties."""
_VERSION = "/2.0"
_PAGE = {
    *("/Type", "/Parent", "/Contents", "/MediaBox", "/Resources", "/Rotate", "/Trans", "/Annots"),
    *("/StructParents", "/Tabs"),
}
_WIDGET = {"/FT", "/T", "/Type", "/Subtype", "/F", "/Rect", "/P", "/V"}
"""No /AP: a widget with an appearance would draw over the page."""
WIDGET_VALUES = {"/FT": "/Sig", "/Type": "/Annot", "/Subtype": "/Widget", "/F": 132}
_SIGNATURE = {"/Contents", "/ByteRange", "/Type", "/Filter", "/SubFilter", "/M", "/Reference"}
SIGNATURE_TEXTS = {"/Location", "/Reason"}
"""Both may be absent; what they say is for the caller to compare. No /Name: the certificate names the signer."""
_SIGNATURE_VALUES = {"/Type": "/Sig", "/Filter": "/Adobe.PPKLite", "/SubFilter": "/ETSI.CAdES.detached"}


class Altered(Exception):
    """The file is not what this program writes; the sentence says where."""


def envelope_in(data: bytes, byte_range: list[int]) -> tuple[bytes, bytes]:
    """The signature's envelope (DER) and the SHA-256 digest of everything else in the file.

    Raises Altered where the signed bytes are not the whole file but the gap, or the gap holds anything but the
    envelope in upper-case hexadecimal digits and zeros behind it.
    """
    if len(byte_range) != 4 or not all(isinstance(number, int) for number in byte_range):
        raise Altered("The signature does not say in four numbers what it covers.")
    start, first, second, length = byte_range
    if start != 0 or not 0 < first < second or second + length != len(data) or length <= 0:
        raise Altered("The signature does not cover the whole file: something was added, moved or cut.")
    if not data.endswith(b"%%EOF\n"):
        raise Altered("The file does not end where a report ends.")
    gap = data[first:second]
    if gap[:1] != b"<" or gap[-1:] != b">" or not _HEXADECIMAL.fullmatch(gap[1:-1]) or len(gap) % 2:
        raise Altered("The gap that holds the signature has bytes that this program does not write.")
    room = bytes.fromhex(gap[1:-1].decode())
    size = _der_length(room)
    if any(room[size:]):
        raise Altered("The padding behind the signature was changed.")
    return room[:size], hashlib.sha256(data[:first] + data[second:]).digest()


def _der_length(room: bytes) -> int:
    """Bytes of the one DER object at the beginning, in the two-byte long form that every envelope has."""
    size = 4 + int.from_bytes(room[2:4], "big")
    if room[:2] != b"\x30\x82" or size > len(room):
        raise Altered("The gap holds no signature.")
    return size


def ends(data: bytes, ranges: list[list[Any]]) -> list[int]:
    """Where the revisions end that the signatures of a file closed, one behind the other, the last at its end.

    Raises Altered where they are anything else: then bytes of the file belong to no signature.
    """
    found = []
    for byte_range in ranges:
        if len(byte_range) != 4 or not all(isinstance(number, int) for number in byte_range):
            raise Altered("The signature does not say in four numbers what it covers.")
        found.append(int(byte_range[2]) + int(byte_range[3]))
    if found != sorted(set(found)) or found[0] <= 0 or found[-1] != len(data):
        raise Altered("The signature does not cover the whole file: something was added, moved or cut.")
    return found


def signer_of(data: bytes, byte_range: list[int]) -> tuple[bytes, tuple[bytes, ...]]:
    """The certificate (DER) of the key that signed every byte of this file, and those of its authorities.

    Raises Altered where any byte of the file is not the one that was signed, or not the one that this program
    writes around a signature.
    """
    envelope, digest = envelope_in(data, byte_range)
    certificate, chain, value = cms.parts(envelope)
    if cms.assemble(certificate, digest, value, chain) != envelope:
        raise Altered("The signed bytes or the signature's envelope were changed.")
    if not cms.signature_fits(certificate, digest, value, chain):
        raise Altered("The signature is not that of the certificate in it.")
    if byte_range[2] - byte_range[1] - 2 != 2 * cms.largest(certificate, chain):
        raise Altered("The gap that holds the signature has another size than this program makes.")
    return certificate, chain


def structure(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> Iterator[str]:
    """What differs from the one shape that a signed report has, each in a sentence.

    `reader` reads the file up to where the first signature ends, and nothing behind it.
    """
    if signature.field_name != FIELD:
        yield "The signature stands in a field of another name: this is no report of GPU Inspector."
    if signature.docmdp_level not in (MDPPerm.NO_CHANGES, MDPPerm.FILL_FORMS):
        yield "The signature does not forbid later changes, as every report's does."
    yield from _dictionary(signature.sig_object, 2 if signature.docmdp_level is MDPPerm.FILL_FORMS else 1)
    if reader.xrefs.total_revisions != 2 or signature.signed_revision != 1:
        yield f"The file has {reader.xrefs.total_revisions} revisions: a report has the drawn and the signed one."
    if not set(reader.root) <= _ROOT:
        yield "The file's catalog holds more than a report's: " + ", ".join(sorted(set(reader.root) - _ROOT)) + "."
    if "/Version" in reader.root and reader.root["/Version"] != _VERSION:
        yield "The file's catalog names another version of PDF than this program writes."
    if set(reader.root["/Perms"]) != {"/DocMDP"} or reader.root["/Perms"]["/DocMDP"] != signature.sig_object:
        yield "The file's permissions are not those of its signature."
    prepared = foreseen(reader, signature)
    yield from _form(reader, signature, prepared)
    yield from _pages(reader, [signature.sig_field, *prepared])
    yield from _update(reader)


def foreseen(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> list[generic.DictionaryObject]:
    """The empty field that waits for a second officer, where the signature allows one to sign."""
    fields = items(reader.root["/AcroForm"]["/Fields"])
    if signature.docmdp_level is not MDPPerm.FILL_FORMS:
        return []
    return [field for field in fields if field.get("/T") == REVIEWER and "/V" not in field]


def texts(signature: EmbeddedPdfSignature) -> tuple[str, str]:
    """The reason and the place that stand in the signature; empty where there is none.

    Raises Altered where one of them is no text.
    """
    found = [signature.sig_object.get(key, generic.TextStringObject("")) for key in ("/Reason", "/Location")]
    if not all(isinstance(text, generic.TextStringObject) for text in found):
        raise Altered("The signature's reason or place is no text.")
    return str(found[0]), str(found[1])


def _dictionary(held: generic.DictionaryObject, level: int) -> Iterator[str]:
    transform = {"/Type": "/TransformParams", "/V": "/1.2", "/P": level}
    reference = {"/Type": "/SigRef", "/TransformMethod": "/DocMDP", "/TransformParams": transform}
    if set(held) - SIGNATURE_TEXTS != _SIGNATURE or not bears(held, _SIGNATURE_VALUES):
        yield "The signature's dictionary is not as this program writes it."
    elif held["/Reference"] != [reference]:
        yield "The signature does not refer to the whole file, as every report's does."


def bears(held: generic.DictionaryObject, values: dict[str, Any]) -> bool:
    """Whether the dictionary has these values under these keys."""
    return all(key in held and held[key] == value for key, value in values.items())


def _form(
    reader: PdfFileReader, signature: EmbeddedPdfSignature, prepared: list[generic.DictionaryObject]
) -> Iterator[str]:
    widget = signature.sig_field
    expected = 2 if signature.docmdp_level is MDPPerm.FILL_FORMS else 1
    if len(prepared) != expected - 1:
        yield "The file allows a second signature and has no field prepared for it."
    if (
        set(reader.root["/AcroForm"]) != {"/Fields", "/SigFlags"}
        or len(reader.root["/AcroForm"]["/Fields"]) != expected
    ):
        yield "The file holds form fields beside the signature."
    for held, keys, name in ((widget, _WIDGET, FIELD), *((one, _WIDGET - {"/V"}, REVIEWER) for one in prepared)):
        drawn = any(float(side) for side in held["/Rect"])
        if set(held) != keys or not bears(held, {**WIDGET_VALUES, "/T": name}) or drawn:
            yield "The signature's field draws on the page."
    if set(reader.root["/Names"]) != {"/EmbeddedFiles"}:
        yield "The file holds named things beside its attachments."


def _pages(reader: PdfFileReader, widgets: list[generic.DictionaryObject]) -> Iterator[str]:
    """Only the last page bears annotations: the widgets of the signature and of the one that may follow."""
    kids = items(reader.root["/Pages"]["/Kids"])
    for number, page in enumerate(kids, 1):
        if page["/Type"] != "/Page" or not set(page) <= _PAGE:
            yield f"Page {number} holds more than a report's page."
        notes = items(page["/Annots"]) if "/Annots" in page else []
        expected = widgets if number == len(kids) else []
        if len(notes) != len(expected) or not all(one in notes for one in expected):
            yield f"Page {number} bears annotations beside the signature."


def _update(reader: PdfFileReader) -> Iterator[str]:
    """The signed revision may replace the catalog and the last page, nothing else."""
    drawn = {reference.idnum for reference in reader.xrefs.explicit_refs_in_revision(0)}
    changed = {reference.idnum for reference in reader.xrefs.explicit_refs_in_revision(1)} & drawn
    allowed = {reader.root_ref.idnum, references(reader.root["/Pages"]["/Kids"])[-1]}
    if not changed <= allowed or reader.xrefs.refs_freed_in_revision(1):
        yield "The signed revision replaces parts of the drawn pages."


def items(array: generic.ArrayObject) -> list[Any]:
    """The objects of an array, each followed to where it stands."""
    return [array[index] for index in range(len(array))]


def references(array: generic.ArrayObject) -> list[int]:
    """The object numbers of those entries that point elsewhere."""
    raw = (array.raw_get(index) for index in range(len(array)))
    return [entry.idnum for entry in raw if isinstance(entry, generic.IndirectObject)]
