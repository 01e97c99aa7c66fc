"""Batches of rows as they travel, and the proof that some rows are the beginning of more."""

import tracemalloc
import uuid
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.errors import CaptureError
from gpu_inspector.records import merkle
from gpu_inspector.records.chain import GENESIS
from gpu_inspector.records.merkle_levels import Levels
from gpu_inspector.records.registry import Batch, CardNumber, Kind, Row, deflated, inflated, name_of, pack, unpack
from gpu_inspector.records.registry_chain import BrokenError, Following

_digests = st.binary(min_size=32, max_size=32)
_numbers = st.builds(
    CardNumber,
    card=st.integers(0, 20),
    kind=st.sampled_from(["uuid", "serial"]),
    keyed=st.just(False),
    value=st.text(min_size=1, max_size=20),
)


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    prev, first, rows = draw(_digests), draw(st.integers(1, 10**12)), []
    for seq in range(first, first + draw(st.integers(1, 5))):
        digest, body = draw(_digests), draw(st.none() | st.binary(max_size=50))
        kind = Kind.DIGEST if body is None else draw(st.sampled_from([Kind.WHOLE, Kind.REDACTED]))
        numbers = tuple(draw(st.lists(_numbers, max_size=3)))
        own = str(uuid.uuid4())
        rows.append(Row(seq=seq, prev=prev, digest=digest, id=own, kind=kind, body=body, numbers=numbers))
        prev = digest
    proof = tuple(draw(st.lists(_digests, max_size=4)))
    return Batch(office=draw(st.text(max_size=20)), rows=tuple(rows), checkpoint=b"{}", proof=proof)


@given(batches())
def test_a_batch_comes_back_as_it_was(batch: Batch) -> None:
    assert unpack(pack(batch)) == batch


@given(st.binary(max_size=200))
def test_what_is_no_batch_ends_in_a_sentence(data: bytes) -> None:
    with pytest.raises(CaptureError):
        unpack(data)


def _with_numbers(row: Row, numbers: bytes, claimed: int) -> bytes:
    """A batch of this row alone, whose list of numbers is written by hand."""
    whole = pack(Batch(office="A", rows=(row,), checkpoint=b"{}"))
    before, after = whole.split(b"\xc0\x90")  # no body, no numbers
    return before + b"\xc0\xdd" + claimed.to_bytes(4, "big") + numbers + after


def test_lists_without_end_are_refused_before_they_fill_the_memory() -> None:
    row = Row(seq=1, prev=GENESIS, digest=bytes([1] * 32), id=str(uuid.uuid4()), kind=Kind.DIGEST)
    number = b"\x94\x00\xa6serial\xc2\xa1x"  # card 0, "serial", not keyed, "x"
    assert len(unpack(_with_numbers(row, 3 * number, 3)).rows[0].numbers) == 3
    many = _with_numbers(row, b"\x94\x00\xa0\xc2\xa0" * 1_000_000, 1_000_000)
    tracemalloc.start()
    try:
        for bomb in (many, _with_numbers(row, b"", 0xFFFFFFFF)):
            with pytest.raises(CaptureError):
                unpack(bomb)
        assert tracemalloc.get_traced_memory()[1] < 16 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_batch_has_so_many_numbers_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gpu_inspector.records.registry.MOST_NUMBERS_OF_ALL", 3)
    numbers = tuple(CardNumber(card=0, kind="serial", keyed=False, value=str(one)) for one in range(4))
    for count, sound in ((3, True), (4, False)):
        made = Row(seq=1, prev=GENESIS, digest=GENESIS, id=str(uuid.uuid4()), kind=Kind.DIGEST, numbers=numbers[:count])
        packed = pack(Batch(office="A", rows=(made,), checkpoint=b"{}"))
        if sound:
            assert len(unpack(packed).rows[0].numbers) == count
        else:
            with pytest.raises(CaptureError):
                unpack(packed)


def test_a_body_is_no_longer_than_allowed_and_ends_where_it_should() -> None:
    assert inflated(deflated(b"x" * 100), 100) == b"x" * 100
    for packed in (
        deflated(b"x" * 101),
        deflated(b"x")[:-1],
        deflated(b"x") + b"y",
        b"",
        b"junk",
        zlib.compress(bytes(10**7)),
    ):
        with pytest.raises(CaptureError):
            inflated(packed, 100)


def test_the_name_of_a_batch_follows_from_office_and_ends() -> None:
    one, two = b"1" * 32, b"2" * 32
    assert name_of("A", one, two) == name_of("A", one, two)
    assert len({name_of("A", one, two), name_of("B", one, two), name_of("A", two, one), name_of("A", one, one)}) == 4


@given(st.integers(1, 70), st.data())
def test_all_levels_at_once_prove_what_the_whole_tree_proves(size: int, data: st.DataObject) -> None:
    leaves = [bytes([number]) * 32 for number in range(size)]
    tree, older = Levels(leaves), data.draw(st.integers(1, size))
    path = tree.consistency(older)
    assert (tree.root(), path) == (merkle.root_of(leaves), merkle.consistency(leaves, older))
    assert merkle.is_consistent(older, size, merkle.root_of(leaves[:older]), tree.root(), path)


def test_more_leaves_than_there_are_cannot_be_proved() -> None:
    for older in (0, 4):
        with pytest.raises(IndexError):
            Levels([b"x"] * 3).consistency(older)


def test_rows_that_do_not_follow_each_other_are_named() -> None:
    following = Following()
    following.take(1, GENESIS, b"1" * 32, Kind.DIGEST, None)
    for seq, prev, digest, said in (
        (3, b"1" * 32, b"2" * 32, "Row 2 is missing"),
        (1, b"1" * 32, b"2" * 32, "Row 1 does not hold"),
        (2, b"0" * 32, b"2" * 32, "Row 2 does not follow"),
        (2, b"1" * 32, b"2" * 31, "Row 2 does not hold"),
    ):
        with pytest.raises(BrokenError, match=said):
            following.take(seq, prev, digest, Kind.DIGEST, None)
    with pytest.raises(BrokenError, match="Row 2 was altered"):
        following.take(2, b"1" * 32, b"2" * 32, Kind.WHOLE, b"{}")
