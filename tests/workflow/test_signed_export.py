"""A day's rows as a file that proves itself: checked without the ledger, and every touched line is named."""

import io
import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cards import genuine, row_of

from gpu_inspector import settings
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.workflow import inspecting, signed_export, signing, statements
from gpu_inspector.workflow.dates import QuestionError
from gpu_inspector.workflow.signed_export import ExportError, Span, check, span_of, write

DAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EVERYTHING = Span()


@pytest.fixture
def ledger(tmp_path: Path, catalogue: Catalogue) -> Path:
    """Six inspections, two a day."""
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as opened:
        for number in range(6):
            made = inspecting.inspection_of(
                genuine(row_of("Tesla T4")), Declaration(), Case(number=f"{number}", note="ü\u2028{x}"), catalogue
            )
            opened.append(replace(made, made_at=DAY + timedelta(days=number // 2, minutes=number)))
    return path


def exported(ledger: Path, span: Span = EVERYTHING) -> bytes:
    out = io.BytesIO()
    with Ledger(ledger, readonly=True) as opened:
        write(opened, out, span, "Kiel")
    return out.getvalue()


def kept(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "export.jsonl"
    path.write_bytes(data)
    return path


def certificate() -> bytes:
    return (settings.identity_folder() / "certificate.pem").read_bytes()


def test_all_rows_are_checked_without_the_ledger(ledger: Path, tmp_path: Path) -> None:
    data = exported(ledger)
    head = json.loads(data.splitlines()[5])["digest"]
    ledger.unlink()
    found = check(kept(tmp_path, data), (certificate(),))
    made = found.manifest
    assert (made.rows, made.first, made.last, made.head, made.office) == (6, 1, 6, head, "Kiel")
    assert (made.since, made.until) == ("", "")
    assert found.signer.known
    assert not check(kept(tmp_path, data), ()).signer.known


def test_a_days_rows_are_those_of_that_day(ledger: Path, tmp_path: Path) -> None:
    data = exported(ledger, span_of("2026-11-21", "", ""))
    lines = [json.loads(line) for line in data.splitlines()]
    assert [line["seq"] for line in lines[:-1]] == [3, 4]
    assert check(kept(tmp_path, data), ()).manifest.rows == 2


def test_a_day_without_an_inspection_is_signed_as_such(ledger: Path, tmp_path: Path) -> None:
    found = check(kept(tmp_path, exported(ledger, span_of("2026-11-30", "", ""))), ())
    assert (found.manifest.rows, found.manifest.first, found.manifest.head) == (0, 0, "")
    assert found.manifest.since


def test_spans_are_of_whole_days() -> None:
    assert span_of("", "2026-11-20", "2026-11-21") == Span(
        span_of("2026-11-20", "", "").since, span_of("2026-11-21", "", "").until
    )
    assert span_of("", "", "") == Span()
    for wrong in (("2026-11-20", "2026-11-20", ""), ("", "2026-11-21", "2026-11-20"), ("yesterday", "", "")):
        with pytest.raises(QuestionError):
            span_of(*wrong)


def again(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        pytest.param(lambda n: [n[0].replace(b"Tesla T4", b"Tesla V4"), *n[1:]], "Line 1 was altered", id="edited"),
        pytest.param(lambda n: [n[0], *n[2:]], "not those that were signed", id="a row of several days taken out"),
        pytest.param(lambda n: [n[0], n[2], n[1], *n[3:]], "Line 3 is out of order", id="exchanged"),
        pytest.param(lambda n: [*n[:5], n[6]], "not those that were signed", id="tail cut off before the last line"),
        pytest.param(lambda n: n[:-1], "no signature over the others", id="the last line cut off"),
        pytest.param(lambda n: [n[0], n[0], *n[1:]], "Line 2 is out of order", id="twice"),
        pytest.param(lambda n: [*n, n[0]], "Line 7 is no row", id="a row behind the last line"),
        pytest.param(lambda n: [n[0].replace(b'{"seq":1,', b'{"seq":1, '), *n[1:]], "altered", id="a space"),
        pytest.param(lambda n: [n[0][:-1] + b',"more":1}', *n[1:]], "altered", id="a member more"),
        pytest.param(
            lambda n: [n[0].replace(b'"seq":1', b'"seq":9223372036854775807'), *n[1:]], "altered", id="number"
        ),
        pytest.param(lambda n: [b"\xff\xfe", *n[1:]], "Line 1 is no row", id="binary"),
        pytest.param(lambda n: [b"[" * 10_000, *n[1:]], "Line 1 is no row", id="deep"),
    ],
)
def test_a_forged_export_is_refused_and_the_line_named(forge: object, said: str, ledger: Path, tmp_path: Path) -> None:
    lines = exported(ledger).splitlines()
    with pytest.raises(ExportError, match=said):
        check(kept(tmp_path, again(forge(lines))), ())  # type: ignore[operator]


def test_a_row_that_was_made_anew_with_its_digest_does_not_pass(ledger: Path, tmp_path: Path) -> None:
    from gpu_inspector.records.chain import entry_for

    lines = exported(ledger).splitlines()
    last = json.loads(lines[5])
    body = lines[5].partition(b'"body":')[2][:-1].replace(b"Tesla T4", b"Tesla V4")
    entry = entry_for(6, bytes.fromhex(last["prev"]), body)
    head = f'{{"seq":6,"prev":"{entry.previous}","digest":"{entry.digest}","body":'.encode()
    with pytest.raises(ExportError, match="not those that were signed"):
        check(kept(tmp_path, again([*lines[:5], head + body + b"}", lines[6]])), ())


def test_a_signature_over_something_else_is_no_export(ledger: Path, tmp_path: Path) -> None:
    lines = exported(ledger).splitlines()
    statement, _ = statements.unframed(lines[6])
    other = statement.replace(b'"kind":"ledger-export"', b'"kind":"watch-list"')
    forged = statements.framed(other, statements.sign(other, signing.signer()))
    with pytest.raises(ExportError, match="no export"):
        check(kept(tmp_path, again([*lines[:6], forged])), ())


@pytest.mark.parametrize("count", [100, pytest.param(3_000, marks=pytest.mark.prove)])
def test_no_flipped_bit_passes(count: int, ledger: Path, tmp_path: Path) -> None:
    data = exported(ledger, span_of("2026-11-20", "", ""))
    chance = random.Random(3)
    for _ in range(count):
        place = chance.randrange(len(data) - 1)  # the end of the last line holds nothing
        broken = data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]
        with pytest.raises(ExportError):
            check(kept(tmp_path, broken), ())


@pytest.mark.parametrize("data", [b"", b"\n", b"{}\n", b"x" * 5_000_000])
def test_what_is_no_export_is_refused_in_a_sentence(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(ExportError):
        check(kept(tmp_path, data), ())


def test_a_line_without_an_end_is_not_read_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signed_export, "_LONGEST_LINE", 1000)
    with pytest.raises(ExportError, match="longer than any line"):
        check(kept(tmp_path, b"x" * 5000), ())


def test_an_unsigned_export_has_the_same_lines(ledger: Path) -> None:
    out = io.StringIO()
    with Ledger(ledger, readonly=True) as opened:
        opened.export(out, "jsonl")
    signed = exported(ledger)
    assert signed.startswith(out.getvalue().encode())
    assert len(signed[len(out.getvalue().encode()) :].splitlines()) == 1
