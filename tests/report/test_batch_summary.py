"""The signed summary of a batch: what stands on its pages, and that `verify` finds whatever was changed in it."""

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report.batch_records import BAD, LAME, ODD, REASONS, TERMS, card, hostile, mixed, row, summary
from report.lot_records import of_64
from report.report_records import entry_of, suspicious
from report.sealed import office
from sampling import examples

from gpu_inspector.errors import ReportError
from gpu_inspector.records import batch, batch_words, canonical
from gpu_inspector.records.batch import BatchSummary, NotJudged
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Condition, Identity
from gpu_inspector.report import batch_document, batch_table, signature
from gpu_inspector.report.batch_document import draw
from gpu_inspector.report.examine import examine
from gpu_inspector.workflow import batch_summing
from gpu_inspector.workflow.verifying import State, Verification, verify

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext reads the pages here")


def told(of: BatchSummary, tmp_path: Path) -> str:
    path = tmp_path / "batch.pdf"
    path.write_bytes(draw(of, signer="ab" * 32))
    command = ["pdftotext", "-raw", str(path), "-"]
    return " ".join(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode().split())


@needs_poppler
def test_the_pages_say_what_it_is_what_was_found_and_what_was_not_judged(tmp_path: Path) -> None:
    text = told(mixed(), tmp_path)
    for said in (
        "Summary of a batch crates of March",
        "In part: Review of a file of unknown origin; SIMULATION – no real card",
        "8 inspections of 9 cards; 1 could not be judged; 1 left out",
        batch_words.NO_LOT,
        "1 × CONTRADICTED",
        "1 × UNEXPLAINED DEVIATION",
        "1 × FAULTY",
        "No. 2: NVIDIA GeForce RTX 4090, dump-000002.xml: CONTRADICTED",
        *(one.text for one in REASONS),
        "junk.txt The file is no output of nvidia-smi.",
        "pipe It is a pipe, a socket or a device.",
        "changed.xml Row 6: judged in an earlier run; its content was changed since, and was judged anew",
        "gone.xml Row 8: judged in an earlier run; not met in the last one",
        "SIMULATION: simulation:",
        "PARTLY SIMULATION",
        "End of summary",
    ):
        assert said in text, said
    assert "SUSPICIOUS" not in text
    assert "genuine" not in text.lower()


@needs_poppler
def test_every_card_has_a_line_with_its_row_and_digest_under_its_answer(tmp_path: Path) -> None:
    of = summary(*(row(one) for one in range(1, 301)))
    text = told(of, tmp_path)
    for one in of.rows:
        assert f"{one.item} NVIDIA GeForce RTX 4090 NOT EXAMINED 4A090.a {one.seq} {one.digest[:10]}" in text, one.seq
    assert text.count("INCONCLUSIVE: 300") >= 4
    assert "300 cards, No. 1–300" in text


def test_ten_thousand_lines_are_drawn_and_what_is_beyond_paper_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = re.findall(rb"/Type /Page\b", draw(summary(*(row(one) for one in range(1, 1_001)))))
    assert 13 < len(pages) < 24
    monkeypatch.setattr(batch_table, "ON_PAPER", 100)
    assert len(re.findall(rb"/Type /Page\b", draw(summary(*(row(one) for one in range(1, 1_001)))))) < 6


def test_hostile_texts_are_drawn_within_bounds() -> None:
    drawn = draw(hostile(), signer="ab" * 32)
    assert len(drawn) < 8_000_000


@settings(deadline=None, max_examples=examples(30))
@given(st.text(max_size=60), st.sampled_from(list(Identity)), st.sampled_from(list(Condition)))
def test_any_text_in_any_place_is_drawn_or_refused_with_a_sentence(
    text: str, identity: Identity, condition: Condition
) -> None:
    one = card(label=text, product=text, identity=identity, condition=condition, control=text)
    of = summary(replace(row(1, one), item=text, origin=text, digest=text), unread=(NotJudged(item=text, reason=text),))
    try:
        assert draw(of).startswith(b"%PDF-")
    except ReportError as error:
        assert str(error)


def signed(of: BatchSummary, *, drawn: BatchSummary | None = None, body: bytes = b"") -> bytes:
    identity = office().identity(office().officer)
    body = body or canonical.encode(of)
    pages = batch_document.draw(drawn or of, signer=identity.fingerprint, record=None if drawn else body)
    files = (signature.own_attachment(signature.BATCH_NAME, body),)
    reason, place = batch_summing.reason_of(of), of.terms.case.place
    return signature.seal(pages, files, identity, reason=reason, place=place)


@cache
def honest() -> bytes:
    return batch_summing.signed(mixed(), "a4", office().identity(office().officer))


def looked_at(data: bytes) -> Verification:
    return verify(data, office().roots, load())


def test_an_honest_summary_is_intact_and_trusted_and_says_that_it_is_no_lot() -> None:
    found = looked_at(honest())
    assert found.state is State.TRUSTED, found.problems
    assert found.batch == mixed()
    assert found.lot is None and found.inspection is None and found.entry is None
    assert any("no statement on a lot" in note for note in found.notes)
    assert any("SIMULATION" in note for note in found.notes)
    assert verify(honest(), (), load()).state is State.UNKNOWN_SIGNER


def test_a_byte_that_was_changed_and_one_that_was_added_make_it_altered() -> None:
    data = honest()
    for at in range(200, len(data), len(data) // 12):
        assert looked_at(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]).state is State.ALTERED, at
    assert looked_at(data + b"\n").state is State.ALTERED


OF = mixed()
FIRST, *REST = OF.rows
FORGED: dict[str, BatchSummary] = {
    "another-item": replace(OF, rows=(replace(FIRST, item="other.xml"), *REST)),
    "another-content": replace(OF, rows=(replace(FIRST, key="sha256:" + "0" * 64), *REST)),
    "another-id": replace(OF, rows=(replace(FIRST, inspection=REST[0].inspection), *REST)),
    "no-digest": replace(OF, rows=(replace(FIRST, digest="x"), *REST)),
    "row-twice": replace(OF, rows=(FIRST, FIRST, *REST)),
    "order": replace(OF, rows=(*REST, FIRST)),
    "beyond-the-ledger": replace(OF, ledger_rows=4),
    "cleared": replace(
        OF, rows=(FIRST, replace(REST[0], cards=(replace(BAD, identity=Identity.CONSISTENT),)), *REST[1:])
    ),
    "accused": replace(OF, rows=(replace(FIRST, cards=(replace(card(), identity=Identity.CONTRADICTED),)), *REST)),
    "defect-without-reason": replace(OF, rows=(replace(FIRST, cards=(replace(LAME, reasons=()),)), *REST)),
    "reason-that-is-not-there": replace(OF, rows=(replace(FIRST, cards=(replace(ODD, reasons=(99,)),)), *REST)),
    "no-card": replace(OF, rows=(replace(FIRST, cards=()), *REST)),
    "other-terms": replace(OF, terms=replace(TERMS, declaration=Declaration(memory_gb=48))),
    "other-name": replace(OF, terms=replace(TERMS, name="crates of May")),
    "no-time": replace(OF, made_at=OF.made_at.replace(tzinfo=None)),
    "no-uuid": replace(OF, batch="x"),
    "unknown-origin": replace(OF, rows=(replace(FIRST, origin="examined in the office"), *REST)),
    "file-as-a-card": replace(OF, rows=(replace(FIRST, origin=Origin.MACHINE.value), *REST)),
    "simulation-as-a-card": replace(
        OF, rows=tuple(replace(one, origin=Origin.MACHINE.value) if one.seq == 5 else one for one in OF.rows)
    ),
    "inspection-twice": replace(OF, rows=(*OF.rows, replace(FIRST, seq=9))),
    "outcome": replace(OF, reasons=(*OF.reasons, replace(OF.reasons[0], outcome="PROVEN"))),
    "replaced-by-an-older-row": replace(OF, rows=(FIRST, replace(REST[0], replaced_by=1), *REST[1:])),
    "no-last-row": replace(OF, ledger_digest=""),
}


@needs_poppler
def test_what_was_judged_anew_outside_of_the_batch_is_named_with_its_row(tmp_path: Path) -> None:
    text = told(replace(OF, rows=(replace(FIRST, replaced_by=12), *REST)), tmp_path)
    assert "Judged anew outside of the batch since: 1" in text
    assert "Row 1: judged anew in row 12, outside of the batch; it is counted here as it was judged in it" in text


@pytest.mark.parametrize("name", FORGED)
def test_a_record_that_no_batch_has_is_altered_though_the_true_key_signed_it(name: str) -> None:
    found = looked_at(signed(FORGED[name]))
    assert found.state is State.ALTERED
    assert found.problems


@pytest.mark.parametrize(
    "change",
    [
        lambda of: replace(of, unread=()),
        lambda of: replace(of, rows=of.rows[1:]),
        lambda of: replace(of, rows=(replace(of.rows[0], cards=(card(product="RTX 5090"),)), *of.rows[1:])),
        lambda of: replace(
            of, rows=(replace(of.rows[0], seq=of.rows[0].seq, origin=Origin.MACHINE.value), *of.rows[1:])
        ),
    ],
    ids=["unread-hidden", "row-left-out", "product", "origin"],
)
def test_pages_that_are_not_of_the_record_are_found(change: Callable[[BatchSummary], BatchSummary]) -> None:
    found = looked_at(signed(OF, drawn=change(OF)))
    assert found.state is State.ALTERED
    assert found.problems == ("The printed pages are not those that belong to the attached record.",)


def test_a_record_that_is_not_canonical_or_has_more_fields_is_altered() -> None:
    body = canonical.encode(OF)
    for other in (body.replace(b'"format":1', b'"format": 1', 1), b'{"more":1,' + body[1:]):
        assert looked_at(signed(OF, body=other)).state is State.ALTERED


def test_a_batch_beside_another_record_is_none() -> None:
    identity = office().identity(office().officer)
    record = suspicious()
    own = (
        signature.own_attachment(signature.RECORD_NAME, canonical.encode(record)),
        signature.own_attachment(signature.LEDGER_NAME, canonical.encode(entry_of(record))),
    )
    batch = signature.own_attachment(signature.BATCH_NAME, canonical.encode(OF))
    lot = signature.own_attachment(signature.LOT_NAME, canonical.encode(of_64()))
    for files in ((*own, batch), (lot, batch)):
        found = examine(signature.seal(draw(OF, signer=identity.fingerprint), files, identity, reason="r", place=""))
        assert not found.intact
        assert "holds more than its own record" in found.problems[0]


def test_a_summary_without_reasons_or_rows_is_drawn_and_sound() -> None:
    empty = summary(unread=(NotJudged(item="a", reason="b"),), reasons=(), versions=())
    assert looked_at(signed(empty)).state is State.TRUSTED


def test_too_many_rows_are_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MOST_ROWS", 3)
    with pytest.raises(ReportError, match="more than one summary has room for"):
        batch_summing.signed(mixed(), "a4", office().identity(office().officer))
