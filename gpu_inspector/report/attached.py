"""The files inside of a report: which there may be, and what they hold.

Two are always there, the record and its place in the ledger. A signed checkpoint of the ledger, photographs that the
pages cannot carry as they are, and firmware images may stand beside them. The summary of a lot or a batch holds its
own record alone. Nothing else: whatever opens an attachment runs a stranger's file.
"""

import re
from typing import Any

from pyhanko.pdf_utils import generic  # noqa: TID251
from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: TID251

from gpu_inspector.report import firmware_files
from gpu_inspector.report.signature import BATCH_NAME, DESCRIPTIONS, FILE_TYPE, LEDGER_NAME, LOT_NAME, RECORD_NAME
from gpu_inspector.report.strict import Altered, bears, items, references

CHECKPOINT_NAME = "checkpoint.json"
MOST = 512
"""Attachments of one report."""
_PHOTOGRAPH = re.compile(r"photograph-\d{2,3}\.(jpg|png|webp|tif)")
_PICTURES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "tif": "image/tiff"}
_RELATIONSHIPS = ("/Data", "/Supplement", "/Source")
_LONGEST = 300
"""Characters of what readers show beside an attachment."""
_FILE = {"/Type", "/F", "/UF", "/EF", "/Desc", "/AFRelationship"}
_STREAM = {"/Type", "/Subtype", "/Filter", "/Params", "/Length"}
"""No /F: a reader would take the contents from another file; no /DecodeParms: it would unpack other contents."""


def attachments(reader: PdfFileReader) -> dict[str, bytes]:
    """All attached files by name, out of the revision that `reader` shows as its last.

    Raises Altered where there is one that no report has, or the record or its place in the ledger is missing; so of
    the summary of a lot or a batch where anything but its record is attached.
    """
    tree = reader.root["/Names"]["/EmbeddedFiles"]
    names = items(tree["/Names"])
    if set(tree) != {"/Names"} or len(names) % 2 or not 2 <= len(names) <= 2 * MOST:
        raise Altered("The attachments are not listed as this program lists them.")
    found: dict[str, bytes] = {}
    for index in range(0, len(names), 2):
        name, spec = str(names[index]), names[index + 1]
        if name in found or set(spec) != _FILE or not _specified(name, spec):
            raise Altered("An attachment is not as this program attaches it.")
        if set(spec["/EF"]) != {"/F", "/UF"} or spec["/EF"].raw_get("/F") != spec["/EF"].raw_get("/UF"):
            raise Altered("An attachment shows different contents to different readers.")
        found[name] = _contents(spec["/EF"]["/F"], _media_type(name))
    summed = {LOT_NAME, BATCH_NAME} & set(found)
    if summed and len(found) != 1:
        raise Altered(f"The summary of a {'lot' if LOT_NAME in summed else 'batch'} holds more than its own record.")
    if not summed and not {RECORD_NAME, LEDGER_NAME} <= set(found):
        raise Altered("The record or its place in the ledger is not attached.")
    associated = reader.root["/AF"]
    if references(associated) != references(tree["/Names"]) or 2 * len(associated) != len(names):
        raise Altered("The file associates other attachments than it lists.")
    return found


def _media_type(name: str) -> str:
    """Raises Altered for a name that no attachment of a report has."""
    if name in (*DESCRIPTIONS, CHECKPOINT_NAME):
        return FILE_TYPE
    if firmware_files.is_name(name):
        return firmware_files.FILE_TYPE
    matched = _PHOTOGRAPH.fullmatch(name)
    if matched is None:
        raise Altered("The file holds an attachment that no report has.")
    return _PICTURES[matched[1]]


def _specified(name: str, spec: generic.DictionaryObject) -> bool:
    said = spec["/Desc"]
    plain = isinstance(said, generic.TextStringObject) and len(said) <= _LONGEST and str(said).isprintable()
    described = str(said) == DESCRIPTIONS[name] if name in DESCRIPTIONS else plain
    foreign = _PHOTOGRAPH.fullmatch(name) is not None or firmware_files.is_name(name)
    related = spec["/AFRelationship"] in (_RELATIONSHIPS if foreign else ("/Data",))
    return described and related and bears(spec, {"/Type": "/Filespec", "/F": name, "/UF": name})


def _contents(stream: Any, media_type: str) -> bytes:
    data = bytes(stream.data)
    values = {
        "/Type": "/EmbeddedFile",
        "/Subtype": f"/{media_type}",
        "/Filter": "/FlateDecode",
        "/Params": {"/Size": len(data)},
    }
    if set(stream) != _STREAM or not bears(stream, values):
        raise Altered("An attachment's contents are not as this program attaches them.")
    return data
