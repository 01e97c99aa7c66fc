"""A report in any language verifies on any machine, and one that speaks another than it says is named."""

from dataclasses import replace
from functools import cache
from io import BytesIO

import pikepdf
import pytest
from report.sealed import countersigned, office, stamped

from gpu_inspector.language import NAMES, PSEUDO, speak
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.chain import GENESIS, entry_for
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.report import document
from gpu_inspector.report.signature import sign
from gpu_inspector.workflow import collecting, inspecting
from gpu_inspector.workflow.verifying import State, Verification, verify

EVIDENCE = collecting.collect_simulation("rtx-4090-48gb", 3, None, load())
CASE = Case(number="C-1", inspector="Test", place="深圳")
RECORD = inspecting.inspection_of(EVIDENCE, Declaration(memory_gb=24), CASE, load())
BODY = canonical.encode(RECORD)
ENTRY = entry_for(1, GENESIS, BODY)


@cache
def drawn(language: str) -> bytes:
    signer = office().identity(office().officer).fingerprint
    return document.draw(RECORD, ENTRY, signer=signer, language=language)


def signed(pages: bytes, *, reviewer: bool = False) -> bytes:
    identity = office().identity(office().officer)
    reason = inspecting.reason_of(ENTRY)
    return sign(pages, BODY, ENTRY, identity, reason=reason, place=CASE.place, reviewer=reviewer)


def verified(pdf: bytes) -> Verification:
    return verify(pdf, (), load())


def renamed(pages: bytes, language: str | None) -> bytes:
    """The drawn pages with another /Lang of two letters, or none, as a lying signer would draw them."""
    start = pages.index(b"/Lang (") if b"/Lang (" in pages else pages.index(b"/Lang")
    end = pages.index(b")", start) + 1
    own = pages[start:end]
    said = b" " * len(own) if language is None else own[:-3] + language.encode() + b")"
    assert len(said) == len(own)
    return pages[:start] + said + pages[end:]


@pytest.mark.parametrize("tag", NAMES)
def test_a_report_in_each_language_verifies(tag: str) -> None:
    speak("zh-Hans")  # an office of another language
    try:
        found = verified(signed(drawn(tag)))
    finally:
        speak("en")
    assert (found.state, found.problems) == (State.UNKNOWN_SIGNER, ())
    assert found.inspection == RECORD
    assert any("courtesy translation" in note for note in found.notes) is (tag != "en")


def test_time_stamp_and_countersignature_keep_the_language() -> None:
    found = verified(stamped(countersigned(signed(drawn("de"), reviewer=True))))
    assert (found.state, found.problems) == (State.UNKNOWN_SIGNER, ())


@pytest.mark.parametrize(
    ("pages", "says", "sentence"),
    [
        ("de", "fr", "in the language “fr”"),
        ("en", "de", "in the language “de”"),
        ("ja", "en", "printed pages are not those"),
        ("en", "xx", "does not name a language"),
        ("de", None, "does not name a language"),
    ],
)
def test_another_language_than_the_file_says_is_named(pages: str, says: str | None, sentence: str) -> None:
    found = verified(signed(renamed(drawn(pages), says)))
    assert found.state is State.ALTERED
    assert any(sentence in problem for problem in found.problems), found.problems


def test_what_is_named_is_the_language_alone() -> None:
    assert not verified(signed(renamed(drawn("de"), "de"))).problems


def test_the_attached_record_is_the_same_in_all_languages() -> None:
    records = set()
    for tag in (*NAMES, PSEUDO):
        with pikepdf.open(BytesIO(signed(drawn(tag)))) as pdf:
            records.add(pdf.attachments["inspection.json"].get_file().read_bytes())
    assert records == {BODY}


def test_an_unknown_language_is_a_failure_and_loses_nothing() -> None:
    from gpu_inspector import settings

    done = inspecting.store_and_report(replace(RECORD, id=RECORD.id), settings.ledger_path(), language="xx")
    assert done.report is None and "no language of a report" in done.failure
