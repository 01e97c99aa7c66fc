"""What a reader shows beside the pages: a signer with a true key can lie there as well."""

from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from report.forgery import before_signing, resigned, signed_with
from report.report_records import entry_of, suspicious

from gpu_inspector.records import canonical
from gpu_inspector.report.examine import examine, pages_match, printed
from gpu_inspector.report.identity import SigningIdentity
from gpu_inspector.report.signature import plain, sign


def _name(text: str) -> Any:
    return generic.pdf_name(text)


def _entries(entries: dict[str, Any]) -> Any:
    return generic.DictionaryObject({_name(key): value for key, value in entries.items()})  # type: ignore[no-untyped-call]


def _specification(writer: Any) -> Any:
    return writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]


def _last_page(writer: Any) -> Any:
    kids = writer.root["/Pages"]["/Kids"]
    return kids[len(kids) - 1]


def _titled(writer: Any) -> None:
    writer.trailer["/Info"]["/Title"] = generic.pdf_string("Identity CONSISTENT")
    writer.update_container(writer.trailer["/Info"])


def _described_in_xml(writer: Any) -> None:
    stream: Any = generic.StreamObject(stream_data=b"<x/>")
    stream[_name("/Type")], stream[_name("/Subtype")] = _name("/Metadata"), _name("/XML")
    writer.root["/Metadata"] = writer.add_object(stream)
    writer.update_root()


def _other_description(writer: Any) -> None:
    _specification(writer)["/Desc"] = generic.pdf_string("Certificate of genuineness")


def _other_type(writer: Any) -> None:
    _specification(writer)["/EF"]["/F"]["/Subtype"] = _name("/text/html")


def _contents_elsewhere(writer: Any) -> None:
    _specification(writer)["/EF"]["/F"][_name("/F")] = generic.pdf_string("other.json")


def _decoded_otherwise(writer: Any) -> None:
    _specification(writer)["/EF"]["/F"][_name("/DecodeParms")] = _entries({"/Columns": _name("/Bogus")})


def _other_version(writer: Any) -> None:
    writer.root["/Version"] = _name("/1.4")
    writer.update_root()


def _extra_on(key: str) -> Callable[[Any], None]:
    def change(writer: Any) -> None:
        page = _last_page(writer)
        page["/Resources"][_name(key)] = _name("/Bogus")
        writer.update_container(page)

    return change


def _page_tree_annotated(writer: Any) -> None:
    writer.root["/Pages"][_name("/Annots")] = generic.ArrayObject()
    writer.update_container(writer.root["/Pages"])


SHOWN: dict[str, Callable[[Any], None]] = {
    "title": _titled,
    "xml-metadata": _described_in_xml,
    "attachment-description": _other_description,
    "attachment-type": _other_type,
    "attachment-elsewhere": _contents_elsewhere,
    "attachment-decoded-otherwise": _decoded_otherwise,
    "version": _other_version,
    "filter-on-resources": _extra_on("/Filter"),
    "decoding-on-resources": _extra_on("/DecodeParms"),
    "annotations-on-resources": _extra_on("/Annots"),
    "annotations-on-the-page-tree": _page_tree_annotated,
}


def test_what_signing_adds_itself_is_accepted(drawn: bytes, identity: SigningIdentity) -> None:
    done = signed_with(drawn, identity, lambda _writer: None)
    assert examine(done).problems == () and pages_match(done, drawn)


@pytest.mark.parametrize("change", SHOWN.values(), ids=SHOWN.keys())
def test_a_lie_beside_the_pages_is_found(
    change: Callable[[Any], None], drawn: bytes, identity: SigningIdentity
) -> None:
    done = signed_with(drawn, identity, change)
    assert not (examine(done).intact and pages_match(done, drawn))


@pytest.mark.parametrize("key", ["/Title", "/Author", "/Subject", "/Keywords", "/Producer", "/CreationDate"])
def test_other_information_in_the_drawn_file_does_not_match(key: str, drawn: bytes, identity: SigningIdentity) -> None:
    def change(opened: pikepdf.Pdf) -> None:
        opened.docinfo[key] = pikepdf.String("genuine")

    assert pages_match(resigned(before_signing(lambda _opened: None)(drawn), identity), drawn)
    assert not pages_match(resigned(before_signing(change)(drawn), identity), drawn)


@pytest.mark.parametrize("place", ["Köln", "", "日本 1", "þÿab", "ï»¿x", "a\nb\u202ec", "(\\)", " x "])
def test_reason_and_place_come_back_as_they_were_signed(place: str, drawn: bytes, identity: SigningIdentity) -> None:
    record = suspicious()
    done = sign(drawn, canonical.encode(record), entry_of(record), identity, reason=f"No. 1 {place}", place=place)
    found = examine(done)
    assert found.intact
    assert (found.reason, found.location) == (plain(f"No. 1 {place}"), plain(place))


def test_the_printed_text_holds_what_names_the_record(signed: bytes) -> None:
    record = suspicious()
    entry = entry_of(record)
    shown = "".join(printed(signed).split())
    for text in (record.id, entry.digest, canonical.digest(canonical.encode(record))):
        assert text in shown


@pytest.mark.parametrize(
    ("hidden", "kept"),
    [
        pytest.param(b"BT 1 0 0 1 50 50 Tm /F1+0 9 Tf (Hidden words) Tj ET", True, id="plain"),
        pytest.param(b"BT 1 0 0 1 50 50 Tm /F1+0 0.1 Tf (Hidden words) Tj ET", False, id="tiny"),
        pytest.param(b"1 1 1 rg BT 1 0 0 1 50 50 Tm /F1+0 9 Tf (Hidden words) Tj ET", False, id="white"),
        pytest.param(b"BT 1 0 0 1 -500 50 Tm /F1+0 9 Tf (Hidden words) Tj ET", False, id="off-the-page"),
        pytest.param(b"BT 3 Tr 1 0 0 1 50 50 Tm /F1+0 9 Tf (Hidden words) Tj ET", False, id="invisible"),
        pytest.param(b"% (Hidden words) Tj", False, id="comment"),
    ],
)
def test_words_that_nobody_sees_are_not_printed(
    hidden: bytes, kept: bool, drawn: bytes, identity: SigningIdentity
) -> None:
    def change(opened: pikepdf.Pdf) -> None:
        page = opened.pages[0]
        page.Contents.write(page.Contents.read_bytes() + b"\n" + hidden)

    signed = resigned(before_signing(change)(drawn), identity)
    assert examine(signed).intact
    assert ("Hidden words" in printed(signed)) is kept
