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
from gpu_inspector.report.signature import DESCRIPTIONS, FIELD, FILE_TYPE, LEDGER_NAME, RECORD_NAME

_HEXADECIMAL = re.compile(rb"[0-9A-F]+")
_ROOT = {
    *("/Type", "/Pages", "/Lang", "/PageMode", "/Outlines", "/Names"),
    *("/Version", "/AF", "/AcroForm", "/Perms"),
}
"""What the catalog of a report holds: no /Metadata, /OpenAction, /AA, /JavaScript, /Dests, /OCProperties."""
_VERSION = "/2.0"
_PAGE = {"/Type", "/Parent", "/Contents", "/MediaBox", "/Resources", "/Rotate", "/Trans", "/Annots"}
_WIDGET = {"/FT", "/T", "/Type", "/Subtype", "/F", "/Rect", "/P", "/V"}
"""No /AP: a widget with an appearance would draw over the page."""
_WIDGET_VALUES = {"/FT": "/Sig", "/T": FIELD, "/Type": "/Annot", "/Subtype": "/Widget", "/F": 132}
_SIGNATURE = {"/Contents", "/ByteRange", "/Type", "/Filter", "/SubFilter", "/M", "/Reference"}
_SIGNATURE_TEXTS = {"/Location", "/Reason"}
"""Both may be absent; what they say is for the caller to compare. No /Name: the certificate names the signer."""
_SIGNATURE_VALUES = {"/Type": "/Sig", "/Filter": "/Adobe.PPKLite", "/SubFilter": "/ETSI.CAdES.detached"}
_REFERENCE = [
    {
        "/Type": "/SigRef",
        "/TransformMethod": "/DocMDP",
        "/TransformParams": {"/Type": "/TransformParams", "/V": "/1.2", "/P": 1},
    }
]
_FILE = {"/Type", "/F", "/UF", "/EF", "/Desc", "/AFRelationship"}
_FILE_STREAM = {"/Type", "/Subtype", "/Filter", "/Params", "/Length"}
"""No /F: a reader would take the contents from another file; no /DecodeParms: it would unpack other contents."""


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


def signer_of(data: bytes, byte_range: list[int]) -> bytes:
    """The certificate (DER) of the key that signed every byte of this file.

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
    return certificate


def structure(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> Iterator[str]:
    """What differs from the one shape that a signed report has, each in a sentence."""
    if signature.field_name != FIELD:
        yield "The signature stands in a field of another name: this is no report of GPU Inspector."
    if signature.docmdp_level is not MDPPerm.NO_CHANGES:
        yield "The signature does not forbid later changes, as every report's does."
    yield from _dictionary(signature.sig_object)
    if reader.xrefs.total_revisions != 2 or signature.signed_revision != 1:
        yield f"The file has {reader.xrefs.total_revisions} revisions: a report has the drawn and the signed one."
    if not set(reader.root) <= _ROOT:
        yield "The file's catalog holds more than a report's: " + ", ".join(sorted(set(reader.root) - _ROOT)) + "."
    if "/Version" in reader.root and reader.root["/Version"] != _VERSION:
        yield "The file's catalog names another version of PDF than this program writes."
    if set(reader.root["/Perms"]) != {"/DocMDP"} or reader.root["/Perms"]["/DocMDP"] != signature.sig_object:
        yield "The file's permissions are not those of its signature."
    yield from _form(reader, signature)
    yield from _pages(reader, signature)
    yield from _update(reader)


def texts(signature: EmbeddedPdfSignature) -> tuple[str, str]:
    """The reason and the place that stand in the signature; empty where there is none.

    Raises Altered where one of them is no text.
    """
    found = [signature.sig_object.get(key, generic.TextStringObject("")) for key in ("/Reason", "/Location")]
    if not all(isinstance(text, generic.TextStringObject) for text in found):
        raise Altered("The signature's reason or place is no text.")
    return str(found[0]), str(found[1])


def _dictionary(held: generic.DictionaryObject) -> Iterator[str]:
    if set(held) - _SIGNATURE_TEXTS != _SIGNATURE or not _bears(held, _SIGNATURE_VALUES):
        yield "The signature's dictionary is not as this program writes it."
    elif held["/Reference"] != _REFERENCE:
        yield "The signature does not refer to the whole file, as every report's does."


def _bears(held: generic.DictionaryObject, values: dict[str, Any]) -> bool:
    return all(key in held and held[key] == value for key, value in values.items())


def _form(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> Iterator[str]:
    widget = signature.sig_field
    if set(reader.root["/AcroForm"]) != {"/Fields", "/SigFlags"} or len(reader.root["/AcroForm"]["/Fields"]) != 1:
        yield "The file holds form fields beside the signature."
    if set(widget) != _WIDGET or not _bears(widget, _WIDGET_VALUES) or any(float(side) for side in widget["/Rect"]):
        yield "The signature's field draws on the page."
    if set(reader.root["/Names"]) != {"/EmbeddedFiles"}:
        yield "The file holds named things beside its two attachments."


def _pages(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> Iterator[str]:
    """Only the last page bears an annotation: the signature's own widget."""
    kids = items(reader.root["/Pages"]["/Kids"])
    for number, page in enumerate(kids, 1):
        if page["/Type"] != "/Page" or not set(page) <= _PAGE:
            yield f"Page {number} holds more than a report's page."
        notes = items(page["/Annots"]) if "/Annots" in page else []
        expected = [signature.sig_field] if number == len(kids) else []
        if notes != expected:
            yield f"Page {number} bears annotations beside the signature."


def _update(reader: PdfFileReader) -> Iterator[str]:
    """The signed revision may replace the catalog and the last page, nothing else."""
    drawn = {reference.idnum for reference in reader.xrefs.explicit_refs_in_revision(0)}
    changed = {reference.idnum for reference in reader.xrefs.explicit_refs_in_revision(1)} & drawn
    allowed = {reader.root_ref.idnum, _references(reader.root["/Pages"]["/Kids"])[-1]}
    if not changed <= allowed or reader.xrefs.refs_freed_in_revision(1):
        yield "The signed revision replaces parts of the drawn pages."


def attachments(reader: PdfFileReader) -> tuple[bytes, bytes]:
    """The attached record and its ledger entry, out of the signed revision, which is the file's last.

    Raises Altered where there is any other attachment, or one of them is missing.
    """
    tree = reader.root["/Names"]["/EmbeddedFiles"]
    names = items(tree["/Names"])
    found = {}
    for index in range(0, len(names), 2):
        spec = names[index + 1]
        name = str(names[index])
        if name not in DESCRIPTIONS or set(spec) != _FILE or not _bears(spec, _specification(name)):
            raise Altered("An attachment is not as this program attaches it.")
        if set(spec["/EF"]) != {"/F", "/UF"} or spec["/EF"].raw_get("/F") != spec["/EF"].raw_get("/UF"):
            raise Altered("An attachment shows different contents to different readers.")
        found[name] = _contents(spec["/EF"]["/F"])
    if set(tree) != {"/Names"} or list(found) != [RECORD_NAME, LEDGER_NAME] or len(names) != 4:
        raise Altered("The attachments are not exactly the record and its place in the ledger.")
    if _references(reader.root["/AF"]) != _references(tree["/Names"]):
        raise Altered("The file associates other attachments than it lists.")
    return found[RECORD_NAME], found[LEDGER_NAME]


def _specification(name: str) -> dict[str, str]:
    described = {"/F": name, "/UF": name, "/Desc": DESCRIPTIONS[name]}
    return {"/Type": "/Filespec", "/AFRelationship": "/Data", **described}


def _contents(stream: generic.StreamObject) -> bytes:
    data = bytes(stream.data)
    values = {
        "/Type": "/EmbeddedFile",
        "/Subtype": f"/{FILE_TYPE}",
        "/Filter": "/FlateDecode",
        "/Params": {"/Size": len(data)},
    }
    if set(stream) != _FILE_STREAM or not _bears(stream, values):
        raise Altered("An attachment's contents are not as this program attaches them.")
    return data


def items(array: generic.ArrayObject) -> list[Any]:
    """The objects of an array, each followed to where it stands."""
    return [array[index] for index in range(len(array))]


def _references(array: generic.ArrayObject) -> list[int]:
    """The object numbers of those entries that point elsewhere."""
    raw = (array.raw_get(index) for index in range(len(array)))
    return [entry.idnum for entry in raw if isinstance(entry, generic.IndirectObject)]
