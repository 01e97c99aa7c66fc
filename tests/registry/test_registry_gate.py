"""What a forger may put before the gate: each is refused, and the row named."""

import dataclasses
import time
import uuid
import zlib
from pathlib import Path
from typing import Any

import pytest
import registry_pushing as pushing
from registry_server import Urls

from gpu_inspector.records import canonical
from gpu_inspector.records.keyed import keyed
from gpu_inspector.records.merkle_levels import Levels
from gpu_inspector.records.registry import Batch, CardNumber, Kind, Row, deflated, pack
from gpu_inspector.registry import checking, gate, offices
from gpu_inspector.registry.connection import connect
from gpu_inspector.report.identity import SigningIdentity, fingerprint_of
from gpu_inspector.workflow import registry_rows


@pytest.fixture
def key(tmp_path: Path, registry_urls: Urls) -> SigningIdentity:
    identity = pushing.new_identity(tmp_path / "key")
    pushing.register(registry_urls, "Office A", identity)
    return identity


@pytest.fixture
def rows() -> list[Row]:
    return pushing.rows_with(*(pushing.inspection(number) for number in range(5)))


def test_sound_rows_come_in_with_their_listing_and_numbers(
    registry_urls: Urls, key: SigningIdentity, rows: list[Row]
) -> None:
    assert pushing.refusal(registry_urls, pushing.batch(rows, key)) == ""
    assert [(seq, digest) for seq, digest, _kind in pushing.there(registry_urls)] == [(r.seq, r.digest) for r in rows]
    asked: dict[str, Any] = {"database": registry_urls.database}
    found = registry_urls.server.execute("SELECT case_number, inspector FROM gpu_inspector.listing", **asked)
    assert found == [(f"A-{number}", "Müller") for number in range(5)]
    found = registry_urls.server.execute("SELECT kind, keyed, card FROM gpu_inspector.number WHERE seq = 1", **asked)
    assert sorted(found) == [("serial", False, 0), ("uuid", False, 0)]


def test_the_same_batch_again_is_accepted_and_changes_nothing(
    registry_urls: Urls, key: SigningIdentity, rows: list[Row]
) -> None:
    for _time in range(2):
        assert pushing.refusal(registry_urls, pushing.batch(rows, key)) == ""
    assert len(pushing.there(registry_urls)) == 5


def test_rows_that_overlap_come_in_from_where_they_are_new(
    registry_urls: Urls, key: SigningIdentity, rows: list[Row]
) -> None:
    assert pushing.refusal(registry_urls, pushing.batch(rows[:3], key)) == ""
    assert pushing.refusal(registry_urls, pushing.batch(rows[1:], key, before=rows[:1])) == ""
    assert len(pushing.there(registry_urls)) == 5


def _body(rows: list[Row], at: int, body: bytes) -> list[Row]:
    return [dataclasses.replace(row, body=body) if number == at else row for number, row in enumerate(rows)]


def test_a_forged_body_is_named(registry_urls: Urls, key: SigningIdentity, rows: list[Row]) -> None:
    forged = _body(rows, 2, deflated(canonical.encode(pushing.inspection(9))))
    assert pushing.refusal(registry_urls, pushing.batch(forged, key)).startswith("Row 3 was altered")
    assert pushing.there(registry_urls) == []


def test_rows_chained_anew_are_not_those_that_were_signed(
    registry_urls: Urls, key: SigningIdentity, rows: list[Row]
) -> None:
    forged = pushing.rows_with(*(pushing.inspection(number) for number in range(5)))
    other = dataclasses.replace(pushing.batch(forged, key), checkpoint=pushing.batch(rows, key).checkpoint)
    assert "not those that the checkpoint vouches for" in pushing.refusal(registry_urls, other)


def test_a_gap_is_named(registry_urls: Urls, key: SigningIdentity, rows: list[Row]) -> None:
    assert pushing.refusal(registry_urls, pushing.batch(rows[:1], key)) == ""
    said = pushing.refusal(registry_urls, pushing.batch(rows[2:], key, before=rows[:2]))
    assert said == "Row 2 is missing: the registry has 1 rows of this office."


def test_a_fork_is_named_whether_it_overlaps_or_goes_on(
    registry_urls: Urls, key: SigningIdentity, rows: list[Row]
) -> None:
    assert pushing.refusal(registry_urls, pushing.batch(rows[:3], key)) == ""
    other = [*rows[:1], *pushing.rows_with(*(pushing.inspection(n) for n in range(4)), after=rows[0])]
    assert pushing.refusal(registry_urls, pushing.batch(other, key)).startswith("Row 2 is another one")
    said = pushing.refusal(registry_urls, pushing.batch(other[3:], key, before=other[:3]))
    assert said.startswith("Row 4 does not follow row 3 of the registry")


def test_a_signer_who_is_not_registered_is_named_by_the_fingerprint(
    registry_urls: Urls, key: SigningIdentity, rows: list[Row], tmp_path: Path
) -> None:
    stranger = pushing.new_identity(tmp_path / "stranger")
    said = pushing.refusal(registry_urls, pushing.batch(rows, stranger))
    assert fingerprint_of(stranger.certificate) in said
    # Nor does another office's certificate count for this one.
    pushing.register(registry_urls, "Office B", stranger)
    assert fingerprint_of(stranger.certificate) in pushing.refusal(registry_urls, pushing.batch(rows, stranger))


def test_a_withdrawn_certificate_signs_nothing_more(registry_urls: Urls, key: SigningIdentity, rows: list[Row]) -> None:
    with connect(registry_urls.owner) as registry:
        offices.withdraw_certificate(registry, "Office A", fingerprint_of(key.certificate), "lost")
        registry.connection.commit()
    assert "not registered" in pushing.refusal(registry_urls, pushing.batch(rows, key))


def test_an_older_state_of_the_ledger_is_refused(registry_urls: Urls, key: SigningIdentity, rows: list[Row]) -> None:
    digests = [row.digest for row in rows]
    ahead = Batch(
        office="Office A",
        rows=tuple(rows[:2]),
        checkpoint=pushing.signed(key, digests),
        proof=Levels(digests).consistency(2),
    )
    assert pushing.refusal(registry_urls, ahead) == ""
    assert "an older state" in pushing.refusal(registry_urls, pushing.batch(rows[2:4], key, before=rows[:2]))


def test_rows_that_contradict_an_earlier_checkpoint_of_rows_to_come_are_a_fork(
    registry_urls: Urls, key: SigningIdentity, rows: list[Row]
) -> None:
    digests = [row.digest for row in rows]
    ahead = Batch(
        office="Office A",
        rows=tuple(rows[:2]),
        checkpoint=pushing.signed(key, digests),
        proof=Levels(digests).consistency(2),
    )
    assert pushing.refusal(registry_urls, ahead) == ""
    other = pushing.rows_with(*(pushing.inspection(n) for n in range(4)), after=rows[1])
    said = pushing.refusal(registry_urls, pushing.batch(other, key, before=rows[:2]))
    assert said.startswith("Row 5 is another one than the checkpoint of")


def test_a_proof_that_proves_nothing_is_refused(registry_urls: Urls, key: SigningIdentity, rows: list[Row]) -> None:
    digests = [row.digest for row in rows]
    for proof in ((), Levels(digests).consistency(3), (bytes(32),) * 3):
        false = Batch(office="Office A", rows=tuple(rows[:2]), checkpoint=pushing.signed(key, digests), proof=proof)
        assert "not those that the checkpoint vouches for" in pushing.refusal(registry_urls, false)


def _cut(found: Batch) -> Batch:
    return dataclasses.replace(found, checkpoint=found.checkpoint[:-20])


def _edited(found: Batch) -> Batch:
    return dataclasses.replace(
        found, checkpoint=found.checkpoint.replace(b'\\"office\\":\\"\\"', b'\\"office\\":\\"X\\"')
    )


def test_a_damaged_checkpoint_is_refused(registry_urls: Urls, key: SigningIdentity, rows: list[Row]) -> None:
    for forge in (_cut, _edited):
        assert "is not sound" in pushing.refusal(registry_urls, forge(pushing.batch(rows, key)))


def test_a_checkpoint_that_does_not_reach_the_last_row_is_refused(
    registry_urls: Urls, key: SigningIdentity, rows: list[Row]
) -> None:
    short = dataclasses.replace(pushing.batch(rows, key), checkpoint=pushing.batch(rows[:4], key).checkpoint)
    assert pushing.refusal(registry_urls, short) == "The checkpoint vouches for 4 rows, and row 5 is none of them."


def test_a_batch_of_another_office_is_refused(registry_urls: Urls, key: SigningIdentity, rows: list[Row]) -> None:
    assert "'Office B'" in pushing.refusal(registry_urls, pushing.batch(rows, key, office="Office B"))


def test_a_body_that_is_no_inspection_is_refused(registry_urls: Urls, key: SigningIdentity) -> None:
    for body in (b"{}", b"no JSON", b'{"format":99}', b"[" * 100_000, b'{"format":1,\n"id":"x"}', b"\xff\xfe", b""):
        rows = pushing.chained([body], [str(uuid.uuid4())])
        assert pushing.refusal(registry_urls, pushing.batch(rows, key)).startswith("Row 1 cannot be read")


def test_a_bomb_is_refused_before_it_is_unpacked(
    registry_urls: Urls, key: SigningIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canonical, "LARGEST", 1_000_000)
    (row,) = pushing.chained([b"x"], [str(uuid.uuid4())])
    bomb = dataclasses.replace(row, body=zlib.compress(bytes(1_000_001), 9))
    assert "more than 1,000,000 bytes" in pushing.refusal(registry_urls, pushing.batch([bomb], key))
    # Nor may many small ones be one together.
    monkeypatch.setattr(checking, "LARGEST_WHOLE", 3_000)
    rows = pushing.rows_with(*(pushing.inspection(number) for number in range(3)))
    assert "more bytes than any batch has" in pushing.refusal(registry_urls, pushing.batch(rows, key))


def test_what_stands_behind_a_body_is_refused(registry_urls: Urls, key: SigningIdentity, rows: list[Row]) -> None:
    assert rows[0].body is not None
    found = _body(rows, 0, rows[0].body + b"more")
    assert "does not end where it should" in pushing.refusal(registry_urls, pushing.batch(found, key))


def test_an_id_that_differs_from_the_content_is_refused(
    registry_urls: Urls, key: SigningIdentity, rows: list[Row]
) -> None:
    other = [dataclasses.replace(rows[0], id=str(uuid.uuid4())), *rows[1:]]
    assert pushing.refusal(registry_urls, pushing.batch(other, key)) == "Row 1 bears another id than its content."


def test_an_id_that_came_before_is_refused_within_a_batch_and_later(registry_urls: Urls, key: SigningIdentity) -> None:
    one, two = pushing.inspection(1), pushing.inspection(2)
    again = dataclasses.replace(two, id=one.id)
    rows = pushing.rows_with(one, again)
    assert pushing.refusal(registry_urls, pushing.batch(rows, key)) == "Row 2 bears the id of an earlier row."
    assert pushing.refusal(registry_urls, pushing.batch(rows[:1], key)) == ""
    said = pushing.refusal(registry_urls, pushing.batch(rows[1:], key, before=rows[:1]))
    assert said == "Row 2 bears the id of row 1, which the registry has."


def test_an_id_that_is_none_is_refused(registry_urls: Urls, key: SigningIdentity) -> None:
    rows = pushing.rows_with(dataclasses.replace(pushing.inspection(), id="A" * 36))
    assert pushing.refusal(registry_urls, pushing.batch(rows, key)) == "Row 1 bears an id that is none."


def test_what_is_no_batch_is_refused(registry_urls: Urls, key: SigningIdentity) -> None:
    for data in (b"\x00", b"\x97" + b"\x01" * 7, b"\xdd\xff\xff\xff\xff", bytes(1000)):
        assert "batch of rows" in pushing.refusal(registry_urls, data)


def test_a_batch_that_was_announced_as_other_rows_is_refused(
    registry_urls: Urls, key: SigningIdentity, rows: list[Row]
) -> None:
    pushing.deliver(registry_urls, pack(pushing.batch(rows, key)), 1, 4)
    assert "other rows (1 to 5)" in pushing.open_gate(registry_urls)[0].reason


def test_a_whole_inspection_that_calls_itself_redacted_is_refused(
    registry_urls: Urls, key: SigningIdentity, rows: list[Row]
) -> None:
    other = [dataclasses.replace(row, kind=Kind.REDACTED) for row in rows]
    assert pushing.refusal(registry_urls, pushing.batch(other, key)).startswith("Row 1 cannot be read")


def test_a_row_without_its_body_has_its_place_and_keyed_numbers(
    registry_urls: Urls, key: SigningIdentity, rows: list[Row]
) -> None:
    number = CardNumber(card=0, kind="serial", keyed=True, value=keyed("serial", "1324500000001", b"k" * 32))
    bare = [dataclasses.replace(row, kind=Kind.DIGEST, body=None, numbers=(number,)) for row in rows]
    assert pushing.refusal(registry_urls, pushing.batch(bare, key)) == ""
    assert [kind for _seq, _digest, kind in pushing.there(registry_urls)] == ["digest"] * 5
    # But a place that nobody signed is refused as well.
    false = dataclasses.replace(bare[0], seq=6, prev=bare[4].digest, digest=bytes(32), id=str(uuid.uuid4()))
    signed = pushing.batch([dataclasses.replace(false, digest=b"1" * 32)], key, before=bare)
    said = pushing.refusal(registry_urls, dataclasses.replace(signed, rows=(false,)))
    assert "not those that the checkpoint vouches for" in said


def test_numbers_that_were_keyed_with_two_keys_are_refused(
    registry_urls: Urls, key: SigningIdentity, rows: list[Row]
) -> None:
    numbers = tuple(
        CardNumber(card=0, kind="serial", keyed=True, value=keyed("serial", "1", bytes([one]) * 32)) for one in (1, 2)
    )
    bare = [dataclasses.replace(rows[0], kind=Kind.DIGEST, body=None, numbers=numbers)]
    assert "several keys" in pushing.refusal(registry_urls, pushing.batch(bare, key))


def test_numbers_that_were_keyed_with_another_key_than_the_registrys_are_refused(
    registry_urls: Urls, key: SigningIdentity, rows: list[Row]
) -> None:
    ours, other = (
        CardNumber(card=0, kind="serial", keyed=True, value=keyed("serial", "1", bytes([one]) * 32)) for one in (1, 2)
    )
    bare = [
        dataclasses.replace(row, kind=Kind.DIGEST, body=None, numbers=(number,))
        for row, number in zip(rows, (ours, ours, other, ours, ours), strict=True)
    ]
    assert pushing.refusal(registry_urls, pushing.batch(bare[:2], key)) == ""
    said = pushing.refusal(registry_urls, pushing.batch(bare[2:3], key, before=bare[:2]))
    assert said.startswith(f"Its numbers are keyed with key {other.value[:16]}, those of this registry with key")
    again = [dataclasses.replace(bare[2], numbers=(ours,))]
    assert pushing.refusal(registry_urls, pushing.batch(again, key, before=bare[:2])) == ""


def test_texts_that_a_database_cannot_hold_come_in_changed_and_the_body_as_it_was(
    registry_urls: Urls, key: SigningIdentity
) -> None:
    one = pushing.inspection(number="A\0B", place="x" * 50_000, inspector="\N{PILE OF POO}" * 3000)
    assert pushing.refusal(registry_urls, pushing.batch(pushing.rows_with(one), key)) == ""
    (found,) = registry_urls.server.execute(
        "SELECT case_number, length(place) FROM gpu_inspector.listing", database=registry_urls.database
    )
    assert found == ("A\N{REPLACEMENT CHARACTER}B", 600)


def test_two_gates_at_once_take_each_batch_once(registry_urls: Urls, key: SigningIdentity, tmp_path: Path) -> None:
    import threading

    pushing.register(registry_urls, "Office B", pushing.new_identity(tmp_path / "other"))
    other = pushing.new_identity(tmp_path / "other")
    for office, url, signer in (("Office A", registry_urls.office_a, key), ("Office B", registry_urls.office_b, other)):
        rows = pushing.rows_with(*(pushing.inspection(number) for number in range(12)))
        for start in range(0, 12, 3):
            made = pushing.batch(rows[start : start + 3], signer, office=office, before=rows[:start])
            pushing.deliver(registry_urls, made, url=url)
    answered: list[Any] = []
    gates = [threading.Thread(target=lambda: answered.extend(pushing.open_gate(registry_urls))) for _ in range(3)]
    for one in gates:
        one.start()
    for one in gates:
        one.join()
    assert sorted((one.office, one.first, one.reason) for one in answered) == [
        (office, first, "") for office in ("Office A", "Office B") for first in (1, 4, 7, 10)
    ]
    assert len(pushing.there(registry_urls, "Office A")) == len(pushing.there(registry_urls, "Office B")) == 12


def test_offices_take_turns_whoever_delivers_most(registry_urls: Urls, key: SigningIdentity, tmp_path: Path) -> None:
    other = pushing.new_identity(tmp_path / "other")
    pushing.register(registry_urls, "Office B", other)
    for office, url, signer in (("Office A", registry_urls.office_a, key), ("Office B", registry_urls.office_b, other)):
        rows = pushing.rows_with(*(pushing.inspection(number) for number in range(3)))
        for start in range(3):
            made = pushing.batch(rows[start : start + 1], signer, office=office, before=rows[:start])
            pushing.deliver(registry_urls, made, url=url)
    assert [one.office for one in pushing.open_gate(registry_urls)] == ["Office A", "Office B"] * 3


def test_a_batch_that_takes_longer_than_any_statement_may_is_refused_and_stops_nobody(
    registry_urls: Urls, key: SigningIdentity, rows: list[Row]
) -> None:
    pushing.deliver(registry_urls, pushing.batch(rows, key))

    with connect(registry_urls.registrar) as registry:

        def sound(file: bytes) -> checking.Signed:
            # For what is done with this batch alone: the gate's own statements may be slow on a busy machine.
            registry.connection.execute(b"SET LOCAL statement_timeout = 500")
            return registry_rows.sound(file)

        def slowly(kind: Kind, seq: int, body: bytes) -> checking.Examined:
            time.sleep(0.3)
            return registry_rows.examined(kind, seq, body)

        (answered,) = gate.accept(registry, sound, slowly)
    assert answered.reason.startswith("The database refuses it: canceling statement due to statement timeout")
    assert pushing.there(registry_urls) == []
    assert pushing.refusal(registry_urls, pushing.batch(rows, key)) == ""  # it may come again
