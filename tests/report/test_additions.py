"""What was added to a signed report is told, as the file itself has it; it never makes an altered file intact."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from sampling import examples

from gpu_inspector.report.examine import added, examine


def updated(signed: bytes, change: Callable[[Any], None]) -> bytes:
    writer: Any = IncrementalPdfFileWriter(BytesIO(signed))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def note(writer: Any) -> None:
    """What a reader's "add a comment" writes."""
    entries = {
        "/Type": generic.NameObject("/Annot"),
        "/Subtype": generic.NameObject("/Text"),
        "/Rect": generic.ArrayObject(map(generic.NumberObject, (0, 0, 9, 9))),
        "/M": generic.TextStringObject("D:20251125201600Z"),
    }
    made: Any = generic.DictionaryObject({generic.NameObject(key): value for key, value in entries.items()})  # type: ignore[no-untyped-call]
    writer.add_object(made)


def test_nothing_is_told_of_a_report_as_it_was_signed(signed: bytes) -> None:
    assert added(signed) == ()


def test_a_comment_is_told_with_its_kind_and_its_time(signed: bytes) -> None:
    told = added(updated(signed, note))
    assert len(told) == 2
    assert "more bytes" in told[0]
    assert "Update 1 of 1" in told[1] and "annotation (/Text)" in told[1] and "2025-11-25 20:16:00 Z" in told[1]


def test_each_of_two_updates_is_told(signed: bytes) -> None:
    told = added(updated(updated(signed, note), note))
    assert [one[:13] for one in told[1:]] == ["Update 1 of 2", "Update 2 of 2"]


def test_bytes_that_no_reader_shows_are_told_as_such(signed: bytes) -> None:
    assert added(signed + b"%a line\n")[1:] == ("They are no update that a PDF reader would show.",)


def test_a_thousand_updates_do_not_flood_the_answer(signed: bytes) -> None:
    data = signed
    for _ in range(25):
        data = updated(data, note)
    told = added(data)
    assert len(told) == 22
    assert told[-1] == "5 more updates follow."


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7\n", b"\x00" * 1000, b"no PDF"], ids=["empty", "a head", "zeros", "text"]
)
def test_what_is_no_report_breaks_nothing(data: bytes) -> None:
    assert added(data) in ((), ("What was added to the file cannot be read.",))


@tries(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(60), deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), value=st.integers(0, 255))
def test_damage_anywhere_gives_sentences_and_never_an_exception(signed: bytes, place: float, value: int) -> None:
    damaged = bytearray(updated(signed, note))
    damaged[int(place * len(damaged))] = value
    assert all(isinstance(one, str) for one in added(bytes(damaged)))


def test_an_addition_leaves_the_file_altered(signed: bytes) -> None:
    assert not examine(updated(signed, note)).intact
