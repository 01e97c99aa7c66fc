"""The parts of PDF/A-3b that are built, each looked at by another library; the claim itself stays off."""

import re
from dataclasses import replace
from io import BytesIO
from typing import Any
from xml.sax.saxutils import unescape

import pikepdf
import pytest
from PIL import Image, ImageCms
from report.pictures import JPEGS, OTHERS, by_digest, photograph
from report.report_records import entry_of, inspection

from gpu_inspector.records import canonical
from gpu_inspector.records.declaration import Case
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.report import metadata, photographs
from gpu_inspector.report.document import draw
from gpu_inspector.report.identity import SigningIdentity
from gpu_inspector.report.signature import sign

_PICTURES = by_digest(*JPEGS, *OTHERS)


def _record(inspector: str = "M. Größler <&>") -> Inspection:
    shots = tuple(photograph(data) for data in (JPEGS[0], JPEGS[8], *OTHERS))
    return replace(inspection(), case=Case(number="HZA-K 2026/1147", inspector=inspector, photographs=shots))


@pytest.fixture(scope="module")
def report(identity: SigningIdentity) -> bytes:
    record = _record()
    drawn = draw(record, entry_of(record), signer=identity.fingerprint, photographs=_PICTURES)
    more = photographs.attachments(record.case.photographs, _PICTURES)
    return sign(drawn, canonical.encode(record), entry_of(record), identity, reason="r", place="p", more=more)


def _said(packet: str, name: str) -> str:
    found = re.search(rf"<{name}>(?:<rdf:\w+><rdf:li[^>]*>)?([^<]*)<", packet)
    assert found is not None, name
    return unescape(found[1])


def test_the_metadata_say_what_the_documents_information_says(report: bytes) -> None:
    with pikepdf.open(BytesIO(report)) as opened:
        packet = opened.Root.Metadata.read_raw_bytes().decode("utf-8")
        information = opened.docinfo
        assert "/Filter" not in opened.Root.Metadata
        for name, key in (
            ("dc:title", "/Title"),
            ("dc:creator", "/Author"),
            ("dc:description", "/Subject"),
            ("xmp:CreatorTool", "/Creator"),
            ("pdf:Producer", "/Producer"),
        ):
            assert _said(packet, name) == str(information[key]), name
        assert _said(packet, "xmp:CreateDate") == "2026-11-24T09:30:15Z"
        assert str(information["/CreationDate"]) == "D:20261124093015Z"
        with opened.open_metadata() as read:
            assert read["dc:title"] == str(information["/Title"])
        identifier = opened.trailer.ID[0]
        assert _said(packet, "xmpMM:DocumentID").replace("-", "") == f"uuid:{bytes(identifier).hex()}"


def test_the_claim_stays_off_until_a_validator_has_passed_it(report: bytes) -> None:
    assert not metadata.CLAIMED
    with pikepdf.open(BytesIO(report)) as opened:
        assert b"pdfaid:part" not in opened.Root.Metadata.read_raw_bytes()


def test_one_output_intent_with_a_profile_of_its_own(report: bytes) -> None:
    with pikepdf.open(BytesIO(report)) as opened:
        (intent,) = list(opened.Root.OutputIntents)
        assert intent.S == "/GTS_PDFA1"
        assert intent.DestOutputProfile.N == 3
        assert intent.DestOutputProfile.read_bytes() == metadata.srgb()


def test_the_profile_is_srgb() -> None:
    profile = ImageCms.ImageCmsProfile(BytesIO(metadata.srgb()))
    assert ImageCms.getProfileDescription(profile).startswith("sRGB")
    ramp = Image.frombytes(
        "RGB", (256, 1), bytes(value for one in range(256) for value in (one, one * 7 % 256, 255 - one))
    )
    other = ImageCms.profileToProfile(ramp, profile, ImageCms.createProfile("sRGB"))
    assert other is not None
    assert max(abs(left - right) for left, right in zip(ramp.tobytes(), other.tobytes(), strict=True)) <= 1


def test_the_profile_is_well_formed() -> None:
    data = metadata.srgb()
    assert int.from_bytes(data[:4], "big") == len(data)
    assert data[36:40] == b"acsp"
    count = int.from_bytes(data[128:132], "big")
    for number in range(count):
        entry = data[132 + 12 * number : 144 + 12 * number]
        start, size = int.from_bytes(entry[4:8], "big"), int.from_bytes(entry[8:12], "big")
        assert start % 4 == 0 and start + size <= len(data)


def test_every_font_is_embedded(report: bytes) -> None:
    with pikepdf.open(BytesIO(report)) as opened:
        fonts = [one for one in opened.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"]
        assert len(fonts) >= 2
        for font in fonts:
            assert "/FontFile2" in font.FontDescriptor
            assert "/ToUnicode" in font


def test_nothing_acts_hides_or_lies_outside(report: bytes) -> None:
    with pikepdf.open(BytesIO(report)) as opened:
        assert not opened.is_encrypted
        keys = {key for one in opened.objects for key in _keys(one)}
    forbidden = {"/JavaScript", "/JS", "/AA", "/OpenAction", "/Encrypt", "/Launch", "/URI", "/FFilter", "/OPI", "/OC"}
    assert not keys & forbidden


def _keys(held: Any) -> set[str]:
    """All keys below one object, without following references."""
    if isinstance(held, pikepdf.Stream | pikepdf.Dictionary):
        entries = dict(held.items())
        inner = set().union(*(_keys(value) for value in entries.values() if not _points(value)), set())
        return set(entries) | inner
    if isinstance(held, pikepdf.Array):
        return set().union(*(_keys(value) for value in held if not _points(value)), set())
    return set()


def _points(held: Any) -> bool:
    return bool(getattr(held, "is_indirect", False))


def test_all_attached_files_are_associated_and_say_what_they_are(report: bytes) -> None:
    with pikepdf.open(BytesIO(report)) as opened:
        names = list(opened.Root.Names.EmbeddedFiles.Names)
        specs = names[1::2]
        assert len(specs) == 2 + len(OTHERS)
        assert [one.objgen for one in opened.Root.AF] == [one.objgen for one in specs]
        for spec in specs:
            assert spec.AFRelationship in ("/Data", "/Supplement")
            assert spec.F == spec.UF
            assert str(spec.EF.F.Subtype).count("/") == 2
            assert int(spec.EF.F.Params.Size) == len(spec.EF.F.read_bytes())


def test_streams_end_as_pdf_a_wants(report: bytes) -> None:
    """ISO 19005-3, 6.1.7.1: an end of line before `endstream`, and /Length counts what stands before it."""
    found = [one.start() for one in re.finditer(rb"endstream", report)]
    assert len(found) > 20
    assert all(report[place - 1 : place] in (b"\n", b"\r") for place in found)
    with pikepdf.open(BytesIO(report)) as opened:
        filters = {str(one.get("/Filter")) for one in opened.objects if isinstance(one, pikepdf.Stream)}
    assert filters <= {"None", "/FlateDecode", "/DCTDecode"}


def test_the_file_is_tagged_and_its_pictures_have_words(report: bytes) -> None:
    with pikepdf.open(BytesIO(report)) as opened:
        assert opened.Root.Lang == "en"
        assert bool(opened.Root.MarkInfo.Marked)
        elements = [
            one for one in opened.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/StructElem"
        ]
        kinds = [str(one.S) for one in elements]
        assert kinds.count("/Document") == 1
        assert kinds.count("/Sect") == kinds.count("/H1") >= 5
        figures = [one for one in elements if one.S == "/Figure"]
        assert len(figures) == 2 + len(OTHERS)
        assert all(str(one.Alt).startswith("Photograph") for one in figures)
        numbers = list(opened.Root.StructTreeRoot.ParentTree.Nums)
        for index, page in enumerate(opened.pages):
            assert page.StructParents == index
            content = page.Contents.read_bytes()
            marked = [int(number) for number in re.findall(rb"/MCID (\d+)", content)]
            assert marked == list(range(len(numbers[2 * index + 1])))
            assert content.count(b" BDC") + content.count(b" BMC") == content.count(b"EMC")
            for place, element in enumerate(numbers[2 * index + 1]):
                assert place == element.K and element.Pg.objgen == page.objgen


@pytest.mark.parametrize("text", ["]]> </rdf:RDF>", "\x00\x1f\ud7ff", "<?xpacket end='w'?>", "&amp;", "{title}"])
def test_no_name_breaks_the_metadata(text: str) -> None:
    record = _record(text)
    with pikepdf.open(BytesIO(draw(record, entry_of(record)))) as opened, opened.open_metadata() as read:
        assert read["dc:creator"] == [str(opened.docinfo["/Author"])]
