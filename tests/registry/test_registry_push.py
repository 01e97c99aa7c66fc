"""An office pushes its ledger: what goes, what waits, and what is not sent at all."""

import shutil
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import registry_pushing as pushing
from registry_server import Urls, free_port

from gpu_inspector.errors import LedgerError, RegistryAway, RegistryError
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.registry import Kind, Left
from gpu_inspector.registry import offices
from gpu_inspector.registry.connection import connect
from gpu_inspector.report.identity import SigningIdentity, fingerprint_of
from gpu_inspector.workflow import (
    checkpoints,
    registry_gate,
    registry_opening,
    registry_pull,
    registry_push,
    registry_queue,
    registry_verify,
)
from gpu_inspector.workflow.registry_push import Progress, Pushed


@pytest.fixture
def key(tmp_path: Path, registry_urls: Urls) -> SigningIdentity:
    identity = pushing.new_identity(tmp_path / "key")
    pushing.register(registry_urls, "Office A", identity)
    return identity


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return pushing.fill(tmp_path / "ledger.sqlite", 5)


def _push(urls: Urls, ledger: Path, identity: SigningIdentity | None) -> Pushed:
    """Push, let the gate answer, and hear of it."""
    registry_push.push(ledger, urls.office_a, identity=identity, wait_s=0)
    pushing.open_gate(urls)
    return registry_push.push(ledger, urls.office_a, identity=identity, wait_s=0)


def _agree(urls: Urls, ledger: Path) -> bool:
    here = [(row.seq, row.digest) for row in pushing.rows_of(ledger)]
    return [(seq, digest) for seq, digest, _kind in pushing.there(urls)] == here


def test_a_ledger_goes_to_the_registry_and_later_rows_follow(
    registry_urls: Urls, ledger: Path, key: SigningIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = _push(registry_urls, ledger, key)
    assert (done.rows, done.head, done.delivered, done.unsigned, done.refused) == (5, 5, 0, 0, "")
    monkeypatch.setattr(registry_push, "ROWS_OF_A_BATCH", 3)
    pushing.fill(ledger, 7)
    assert _push(registry_urls, ledger, key).head == 12
    assert _agree(registry_urls, ledger)


def test_a_push_waits_for_a_gate_that_follows_and_tells_how_far_it_is(
    registry_urls: Urls, ledger: Path, key: SigningIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_push, "ROWS_OF_A_BATCH", 1)
    stop = threading.Event()
    gate = threading.Thread(
        target=lambda: registry_gate.accept(registry_urls.registrar, follow=True, stopped=stop.is_set)
    )
    gate.start()
    told: list[Progress] = []
    try:
        done = registry_push.push(ledger, registry_urls.office_a, identity=key, told=told.append)
    finally:
        stop.set()
        gate.join()
    assert (done.accepted, done.head, done.delivered) == (5, 5, 0)
    assert told[0] == Progress(done=0, due=5)
    assert told[-1] == Progress(done=5, due=5)


def test_rows_that_nobody_signed_wait_and_say_so(registry_urls: Urls, ledger: Path, key: SigningIdentity) -> None:
    checkpoints.make(ledger, key)
    pushing.fill(ledger, 2)
    done = _push(registry_urls, ledger, None)
    assert (done.head, done.unsigned) == (5, 2)
    assert _push(registry_urls, ledger, key).head == 7


def test_what_is_delivered_is_not_delivered_again(registry_urls: Urls, ledger: Path, key: SigningIdentity) -> None:
    for _time in range(3):
        done = registry_push.push(ledger, registry_urls.office_a, identity=key, wait_s=0)
        assert (done.head, done.delivered) == (0, 5)
    assert len(pushing.open_gate(registry_urls)) == 1


def test_a_registrar_who_pushes_opens_the_gate_himself(registry_urls: Urls, ledger: Path, key: SigningIdentity) -> None:
    with connect(registry_urls.owner) as registry:
        offices.appoint(registry, registry_urls.roles["office_a"])
        registry.connection.commit()
    done = registry_push.push(ledger, registry_urls.office_a, identity=key, wait_s=0)
    assert (done.accepted, done.head, done.delivered) == (5, 5, 0)


def test_a_refusal_is_told_and_what_was_refused_can_come_again(
    registry_urls: Urls, ledger: Path, tmp_path: Path
) -> None:
    stranger = pushing.new_identity(tmp_path / "stranger")
    registry_push.push(ledger, registry_urls.office_a, identity=stranger, wait_s=0)
    stop = threading.Event()
    gate = threading.Thread(
        target=lambda: registry_gate.accept(registry_urls.registrar, follow=True, stopped=stop.is_set)
    )
    gate.start()
    try:
        refused = registry_push.push(ledger, registry_urls.office_a, identity=stranger)
        pushing.register(registry_urls, "Office A", stranger)
        taken = registry_push.push(ledger, registry_urls.office_a, identity=stranger)
    finally:
        stop.set()
        gate.join()
    assert "not registered for this office" in refused.refused
    assert (taken.head, taken.refused) == (5, "")


def test_rows_that_only_a_withdrawn_certificate_vouches_for_are_signed_anew(
    registry_urls: Urls, ledger: Path, key: SigningIdentity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_push, "ROWS_OF_A_BATCH", 3)
    checkpoints.make(ledger, key, seq=3)  # where a batch will end
    checkpoints.make(ledger, key)
    newer = pushing.new_identity(tmp_path / "newer")
    with connect(registry_urls.owner) as registry:
        offices.withdraw_certificate(registry, "Office A", fingerprint_of(key.certificate), "stolen")
    assert _push(registry_urls, ledger, newer).head == 0  # nobody let this one in yet: nothing is signed with it
    assert "not registered for this office" in pushing.open_gate(registry_urls)[0].reason
    assert checkpoints.check(_newest(ledger)).signer.fingerprint == fingerprint_of(key.certificate)
    pushing.register(registry_urls, "Office A", newer)
    assert _push(registry_urls, ledger, newer).head == 5
    assert _agree(registry_urls, ledger)
    assert checkpoints.check(_newest(ledger)).signer.fingerprint == fingerprint_of(newer.certificate)


def test_the_key_ring_s_password_opens_the_registry_for_every_command(
    registry_urls: Urls, ledger: Path, key: SigningIdentity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, roles = registry_urls.server, registry_urls.roles
    ring: dict[str, str] = {}
    for name in ("registrar", "office_a"):
        server.execute(f"ALTER ROLE {roles[name]} PASSWORD 'geh3im'", f"GRANT needs_password TO {roles[name]}")
        ring[registry_opening.ring_entry(registry_urls.url(roles[name]))] = "geh3im"
    for variable in ("PGPASSWORD", "PGPASSFILE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("gpu_inspector.report.secret._from_ring", ring.get)
    assert registry_push.push(ledger, registry_urls.office_a, identity=key, wait_s=0).delivered == 5
    assert registry_gate.accept(registry_urls.registrar).rows == 5
    assert registry_verify.verify(registry_urls.office_a, ledger)[0].problem is None
    assert registry_pull.pull(registry_urls.office_a, tmp_path / "rows.jsonl").rows == 5
    ring.clear()
    with pytest.raises(RegistryError, match="does not let this role in"):
        registry_push.push(ledger, registry_urls.office_a, identity=key, wait_s=0)


def _newest(ledger: Path) -> bytes:
    with Ledger(ledger, readonly=True) as opened:
        found = opened.checkpoints.newest()
    assert found is not None
    return found


def test_a_forked_ledger_is_named_by_its_first_other_row_and_nothing_is_sent(
    registry_urls: Urls, ledger: Path, key: SigningIdentity, tmp_path: Path
) -> None:
    fork = tmp_path / "fork.sqlite"
    with Ledger(ledger) as opened:
        opened.backup(fork)
    pushing.fill(ledger, 3)
    assert _push(registry_urls, ledger, key).head == 8
    for more, said in ((1, "Row 6 of the ledger is another one"), (6, "Row 6 of the ledger is another one")):
        pushing.fill(fork, more)
        with pytest.raises(RegistryError, match=said) as refused:
            registry_push.push(fork, registry_urls.office_a, identity=key, wait_s=0)
        assert getattr(refused.value, "altered", False)
    with connect(registry_urls.office_a) as registry:
        assert registry.connection.execute("SELECT count(*) FROM gpu_inspector.inbox").fetchone() == (0,)


def test_a_cut_tail_is_named(registry_urls: Urls, ledger: Path, key: SigningIdentity, tmp_path: Path) -> None:
    older = tmp_path / "older.sqlite"
    with Ledger(ledger) as opened:
        opened.backup(older)
    pushing.fill(ledger, 3)
    assert _push(registry_urls, ledger, key).head == 8
    with pytest.raises(RegistryError, match=r"knows of 8 rows of this office, and the ledger has only 5: its tail"):
        registry_push.push(older, registry_urls.office_a, identity=key, wait_s=0)


def test_an_altered_ledger_is_not_sent(registry_urls: Urls, ledger: Path, key: SigningIdentity) -> None:
    checkpoints.make(ledger, key)
    with sqlite3.connect(ledger) as connection:
        connection.execute("DROP TRIGGER inspection_no_update")
    with pytest.raises(LedgerError, match="was tampered with or damaged, and nothing of it was sent"):
        registry_push.push(ledger, registry_urls.office_a, identity=key, wait_s=0)


def test_an_altered_row_that_only_its_digest_tells_is_not_sent(
    registry_urls: Urls, ledger: Path, key: SigningIdentity
) -> None:
    checkpoints.make(ledger, key)
    trigger = (
        "CREATE TRIGGER inspection_no_update BEFORE UPDATE ON inspection\nBEGIN SELECT RAISE(ABORT, 'append-only'); END"
    )
    with sqlite3.connect(ledger) as connection:
        connection.execute("DROP TRIGGER inspection_no_update")
        connection.execute("UPDATE inspection SET body = CAST(replace(body, 'A-2', 'A-9') AS BLOB) WHERE seq = 3")
        connection.execute(trigger)
    with pytest.raises(LedgerError, match="Row 3 of the ledger was altered"):
        registry_push.push(ledger, registry_urls.office_a, identity=key, wait_s=0)
    assert pushing.open_gate(registry_urls) == []


def test_only_what_may_leave_leaves(registry_urls: Urls, ledger: Path, key: SigningIdentity) -> None:
    registry_push.push(ledger, registry_urls.office_a, lambda _body: Left(kind=Kind.DIGEST), identity=key, wait_s=0)
    pushing.open_gate(registry_urls)
    assert [kind for _seq, _digest, kind in pushing.there(registry_urls)] == ["digest"] * 5
    pushing.fill(ledger, 1)
    assert _push(registry_urls, ledger, key).head == 6
    assert [kind for _seq, _digest, kind in pushing.there(registry_urls)] == ["digest"] * 5 + ["whole"]


def test_while_the_registry_is_away_the_ledger_is_the_queue(
    registry_urls: Urls, ledger: Path, key: SigningIdentity
) -> None:
    assert _push(registry_urls, ledger, key).head == 5
    pushing.fill(ledger, 4)
    away = f"postgresql://x@127.0.0.1:{free_port()}/x"
    with pytest.raises(RegistryAway):
        registry_push.push(ledger, away, identity=key, wait_s=0)
    due = registry_queue.due(ledger, registry_urls.office_a)
    assert due is not None
    assert due.rows == 4
    other = registry_queue.due(ledger, away)
    assert other is not None
    assert (other.rows, other.pushed_at) == (9, None)
    registry_queue.path_of(ledger).write_bytes(b"damaged")
    assert replace(registry_queue.due(ledger, registry_urls.office_a) or other, rows=9) == other
    assert _push(registry_urls, ledger, key).head == 9


def test_a_role_without_an_office_pushes_nothing(registry_urls: Urls, ledger: Path, key: SigningIdentity) -> None:
    with pytest.raises(RegistryError, match="belongs to no office"):
        registry_push.push(ledger, registry_urls.registrar, identity=key, wait_s=0)
    with pytest.raises(RegistryError, match="is no registrar"):
        registry_gate.accept(registry_urls.office_a)


def test_two_pushes_of_one_ledger_at_once_do_no_harm(
    registry_urls: Urls, ledger: Path, key: SigningIdentity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_push, "ROWS_OF_A_BATCH", 1)
    checkpoints.make(ledger, key)
    copy = tmp_path / "copy.sqlite"
    shutil.copy(ledger, copy)
    stop = threading.Event()
    works = [
        threading.Thread(target=lambda: registry_gate.accept(registry_urls.registrar, follow=True, stopped=stop.is_set))
    ]
    done: list[Pushed] = []
    pushes = [
        threading.Thread(target=lambda one=one: done.append(registry_push.push(one, registry_urls.office_a)))
        for one in (ledger, copy)
    ]
    for one in (*works, *pushes):
        one.start()
    for one in pushes:
        one.join()
    stop.set()
    works[0].join()
    assert [(one.head, one.refused) for one in done] == [(5, ""), (5, "")]
    assert _agree(registry_urls, ledger)
