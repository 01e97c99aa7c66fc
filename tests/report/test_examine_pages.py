"""The pages that a signed report shows against those drawn again from its record."""

import zlib
from dataclasses import replace

import pikepdf
from report.forgery import before_signing, resigned
from report.report_records import entry_of, suspicious

from gpu_inspector.report.document import draw
from gpu_inspector.report.examine import pages_match
from gpu_inspector.report.identity import SigningIdentity


def test_pages_match_only_their_own_record(signed: bytes, drawn: bytes, identity: SigningIdentity) -> None:
    record = suspicious()
    other = replace(record, case=replace(record.case, place="elsewhere"))
    assert pages_match(signed, drawn)
    assert not pages_match(signed, draw(other, entry_of(record), signer=identity.fingerprint))
    assert not pages_match(signed, draw(record, entry_of(record), signer="00" * 32))
    assert not pages_match(signed, draw(record, entry_of(record), signer=identity.fingerprint, page="letter"))
    assert not pages_match(signed, b"")
    assert not pages_match(b"nonsense", drawn)


def test_pages_packed_by_another_zlib_match_and_changed_ones_do_not(drawn: bytes, identity: SigningIdentity) -> None:
    def repack(opened: pikepdf.Pdf) -> None:
        for page in opened.pages:
            page.Contents = opened.make_indirect(pikepdf.Stream(opened, page.Contents.read_bytes()))

    def change(opened: pikepdf.Pdf) -> None:
        page = opened.pages[0]
        text = page.Contents.read_bytes()
        page.Contents.write(zlib.compress(text + b" 0 g"), filter=pikepdf.Name.FlateDecode)

    assert pages_match(resigned(before_signing(repack)(drawn), identity), drawn)
    assert not pages_match(resigned(before_signing(change)(drawn), identity), drawn)


def test_one_page_more_or_less_does_not_match(drawn: bytes, identity: SigningIdentity) -> None:
    def repeat(opened: pikepdf.Pdf) -> None:
        opened.pages.append(opened.pages[0])

    def drop(opened: pikepdf.Pdf) -> None:
        del opened.pages[0]

    for change in (repeat, drop):
        assert not pages_match(resigned(before_signing(change)(drawn), identity), drawn)
