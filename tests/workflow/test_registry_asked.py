"""The registry asked by an inspection: what it says goes into the record, and a dead one holds nobody up."""

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cards import forged, genuine, row_of
from registry_filled import Filled
from registry_server import Urls

from gpu_inspector import settings
from gpu_inspector.cli import noticing
from gpu_inspector.errors import RegistryAway, RegistryError
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.probes import capture
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.custody import What
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.keyed import keyed
from gpu_inspector.records.sighting import RegistryAsked
from gpu_inspector.records.watching import WatchItem
from gpu_inspector.registry import sightings, waiting
from gpu_inspector.workflow import (
    registry_keys,
    registry_leaves,
    registry_notices,
    registry_sightings,
    registry_watch,
    watching,
)
from gpu_inspector.workflow.inspecting import inspection_of
from gpu_inspector.workflow.sighting import informed

SERIAL = "1324520012345"
LIMIT_S = registry_sightings.WAIT_S + 3
"""The two seconds, and what a laden machine takes for all the rest."""


def card(**fields: Any) -> Evidence:
    return forged(genuine(row_of("NVIDIA A100-PCIE-40GB")), **{"serial": SERIAL, **fields})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


def named(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("GPU_INSPECTOR_REGISTRY", url)


@contextmanager
def listening(answer: bytes | None = None) -> Iterator[int]:
    """A port of the loopback where somebody takes every connection, says one thing or nothing, and keeps it open."""
    kept: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            while True:
                try:
                    one, _where = server.accept()
                    kept.append(one)
                    if answer is not None:
                        one.sendall(answer)
                except OSError:
                    return

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    for one in kept:
        one.close()


def gap(evidence: Evidence, path: Path) -> str:
    """The reason of the gap; the inspection was not held up."""
    began = time.monotonic()
    found = registry_sightings.with_registry(evidence, path)
    assert time.monotonic() - began < LIMIT_S
    assert (found.registry_sightings, found.registry_asked) == ((), None)
    return next(one.reason for one in found.gaps if one.source == "registry")


def test_without_a_registry_nothing_is_asked_and_nothing_is_said(path: Path) -> None:
    assert registry_sightings.with_registry(card(), path) == card()
    assert registry_notices.waiting() == 0


@pytest.mark.parametrize("answer", [None, b"N" * 4, b"R" + b"\xff" * 8, b"E" + b"\x7f\xff\xff\xff" + b"x" * 4000])
def test_whoever_takes_the_connection_and_says_nothing_of_use(
    answer: bytes | None, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(answer) as port:
        named(monkeypatch, f"postgresql://x@127.0.0.1:{port}/x")
        assert "could not be asked" in gap(card(), path)
    assert registry_notices.waiting() == 1


def test_an_address_where_nobody_is_and_one_that_swallows_everything(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    for host in (f"127.0.0.1:{free}", "192.0.2.1", "nobody.invalid"):  # the second is kept for documents (RFC 5737)
        named(monkeypatch, f"postgresql://x@{host}/x")
        assert "could not be asked" in gap(card(), path)
    assert registry_notices.waiting() == 3


def test_a_server_that_is_stopped_in_the_middle_of_its_answer(
    registry_urls: Urls, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real server's own process of this session is frozen, and later killed, while it works."""
    url, database = registry_urls.office_b, registry_urls.database
    registry_urls.server.execute(
        "CREATE OR REPLACE FUNCTION gpu_inspector.my_sees() RETURNS text LANGUAGE sql SECURITY DEFINER AS"
        " $$ SELECT pg_sleep(30); SELECT 'sightings' $$",
        database=database,
    )
    named(monkeypatch, url)
    stop = threading.Timer(0.7, _signal_sessions, (registry_urls, signal.SIGSTOP))
    stop.start()
    try:
        assert "did not answer within two seconds" in gap(card(), path)
    finally:
        stop.join()
        _signal_sessions(registry_urls, signal.SIGCONT)
    end = threading.Timer(
        0.7, lambda: registry_urls.server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{database}' AND pid <> pg_backend_pid()"),
    )  # fmt: skip
    end.start()
    assert "could not be asked" in gap(card(), path)
    end.join()
    left = time.monotonic() + 20
    while any(one.name == "registry" for one in threading.enumerate()) and time.monotonic() < left:
        time.sleep(0.05)
    assert not [one for one in threading.enumerate() if one.name == "registry"]  # no thread hangs for ever


def _signal_sessions(urls: Urls, number: int) -> None:
    found = urls.server.execute(f"SELECT pid FROM pg_stat_activity WHERE datname = '{urls.database}'")
    for (pid,) in found:
        os.kill(pid, number)


def test_what_others_saw_goes_into_the_record_and_no_further(
    registry_urls: Urls, path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Filled(registry_urls)
    made.put("A", numbers=(("serial", SERIAL), ("uuid", str(card().cards[0].claims[0][1].uuid))))
    named(monkeypatch, registry_urls.office_b)
    found = informed(card(), path)
    (seen,) = found.registry_sightings
    assert (seen.office, seen.matched, seen.differing) == ("Office A", ("serial", "uuid"), ())
    assert found.registry_asked == RegistryAsked()
    assert found.sightings == ()
    judged = inspection_of(found, Declaration(), Case(), catalogue)
    again = inspection_of(found, Declaration(), Case(), catalogue)
    assert judged.judgement == again.judgement
    forged_one = informed(card(uuid="GPU-11d5a9b3-7c2e-4f60-8a31-5e9d02c47f18"), path)
    assert forged_one.registry_sightings[0].differing == ("uuid",)
    capture.write(found, path.with_name("masked.json"), masked=True)
    masked = path.with_name("masked.json").read_text()
    assert "Office A" not in masked
    assert seen.digest not in masked


def test_what_a_handed_in_file_says_of_a_registry_is_not_taken_over(
    registry_urls: Urls, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Filled(registry_urls)
    made.put("A", numbers=(("serial", SERIAL),))
    named(monkeypatch, registry_urls.office_b)
    claimed = replace(registry_sightings.with_registry(card(), path), origin=Origin.FILE)
    monkeypatch.delenv("GPU_INSPECTOR_REGISTRY")
    plain = registry_sightings.with_registry(claimed, path)
    assert (plain.registry_sightings, plain.registry_asked) == ((), None)
    for origin in (Origin.SIMULATION, Origin.SAMPLE):
        named(monkeypatch, registry_urls.office_b)
        assert registry_sightings.with_registry(replace(card(), origin=origin), path).registry_asked is None
    assert registry_sightings.with_registry(card(), path, asked=False).registry_asked is None


def test_keyed_numbers_are_asked_for_with_the_key_that_is_here(
    registry_urls: Urls, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry_keys.new()
    key = registry_keys.require_key()
    made = Filled(registry_urls)
    made.put("A", numbers=(("serial", keyed("serial", SERIAL, key)),), keyed=True, kind="digest")
    named(monkeypatch, registry_urls.office_b)
    (seen,) = registry_sightings.with_registry(card(), path).registry_sightings
    assert (seen.keyed, seen.kind) == (True, "digest")


def test_what_may_not_leave_is_not_asked_for(registry_urls: Urls, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question tells a number as a row does."""
    made = Filled(registry_urls)
    made.put("A", numbers=(("serial", SERIAL),))
    named(monkeypatch, registry_urls.office_b)
    sent: list[Any] = []

    def noted(_registry: object, numbers: object) -> sightings.Seen:
        sent.append(numbers)
        return sightings.Seen(())

    monkeypatch.setattr(sightings, "ask", noted)
    key = bytes(range(32))
    for may, forms in (
        (registry_leaves.Asking(), None),
        (registry_leaves.Asking(plain=True), {False}),
        (registry_leaves.Asking(key=key), {True}),
        (registry_leaves.Asking(plain=True, key=key), {False, True}),
    ):
        sent.clear()
        monkeypatch.setattr(registry_leaves, "asking", lambda may=may: may)
        found = registry_sightings.with_registry(card(), path)
        assert [{one.keyed for one in numbers} for numbers in sent] == ([] if forms is None else [forms])
        assert (found.registry_asked is None) is (forms is None)
        assert registry_notices.waiting() == 0


def test_the_later_answer_is_a_notice_told_once_and_noted(
    registry_urls: Urls, path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    made = Filled(registry_urls)
    made.put("A", numbers=(("serial", SERIAL),), verdict="SUSPICIOUS")
    with listening() as port:
        named(monkeypatch, f"postgresql://x@127.0.0.1:{port}/x")
        evidence = informed(card(), path)
    with Ledger(path) as ledger:
        ledger.append(inspection_of(evidence, Declaration(), Case(), catalogue))
    assert registry_notices.ask_again("postgresql://x@127.0.0.1:1/x") == ()
    assert registry_notices.waiting() == 1
    (notice,) = registry_notices.ask_again(registry_urls.office_b, 10)
    assert (notice.notice.row, notice.told, registry_notices.waiting()) == (1, False, 0)
    with Ledger(path, readonly=True) as ledger:
        (line,) = [one for one in ledger.custody.lines() if one.event.what is What.REGISTRY_ANSWERED]
    assert line.event.seq == 1
    assert "Office A" in line.event.detail
    noticing.tell()
    told = capsys.readouterr().err
    assert "inspection 1" in told
    assert "was seen by Office A on 2026-11-01, verdict there SUSPICIOUS" in told
    noticing.tell()
    assert capsys.readouterr().err == ""
    noticing.tell_all()
    assert capsys.readouterr().err == told
    assert registry_notices.ask_again(registry_urls.office_b, 10) == ()


def test_the_next_inspection_asks_what_waits(registry_urls: Urls, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Filled(registry_urls)
    made.put("A", numbers=(("serial", SERIAL),))
    numbers = registry_sightings.numbers_of(card())
    assert registry_notices.put(datetime.now(UTC), path, numbers)
    assert registry_notices.put(
        datetime.now(UTC), path, registry_sightings.numbers_of(card(serial="1563219087421", uuid=None))
    )
    named(monkeypatch, registry_urls.office_b)
    registry_sightings.with_registry(card(), path)
    assert registry_notices.waiting() == 0
    (notice,) = registry_notices.notices()  # of the card that nobody saw there is none
    assert notice.notice.row == 0


def test_broken_and_foreign_files_of_questions_and_notices_harm_nothing(
    registry_urls: Urls, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = registry_sightings.numbers_of(card())
    registry_notices.put(datetime.now(UTC), path, numbers)
    waiting_folder = settings.data_folder() / "registry" / "waiting"
    (first,) = waiting_folder.iterdir()
    (waiting_folder / "notes.txt").write_text("mine")
    first.write_bytes(b"{}")
    assert registry_notices.ask_again(registry_urls.office_b) == ()
    assert [one.name for one in waiting_folder.iterdir()] == ["notes.txt"]
    kept = settings.data_folder() / "registry" / "notices"
    kept.mkdir()
    (kept / first.name).write_text(json.dumps({"kind": "registry notice", "format": 99}))
    assert registry_notices.notices(told=True) == ()
    monkeypatch.setattr(registry_notices, "MOST_WAITING", 2)
    assert [registry_notices.put(datetime.now(UTC), path, numbers) for _ in range(3)] == [True, True, False]


def test_a_folder_that_cannot_be_written_keeps_no_card_from_inspection(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings.data_folder() / "registry").write_text("a file in the folder's place")
    named(monkeypatch, "postgresql://x@127.0.0.1:1/x")
    assert "could not be asked" in gap(card(), path)


def test_a_defect_of_a_question_reaches_whoever_asked() -> None:
    def broken() -> Any:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        waiting.within(2, broken, lambda registry: registry)
    with pytest.raises(RegistryAway, match=r"0\.2 seconds"):
        waiting.within(0.2, lambda: time.sleep(1), lambda registry: registry)  # type: ignore[arg-type,return-value]


def test_watch_lists_go_both_ways_and_are_examined_by_each_taker(
    registry_urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "list.json"
    file.write_bytes(watching.signed_list([WatchItem(kind="serial", value=SERIAL, reason="stolen")], "Rotterdam"))
    certificate = (settings.identity_folder() / "certificate.pem").read_bytes()
    assert registry_watch.push(file, registry_urls.office_c).new
    assert not registry_watch.push(file, registry_urls.office_c).new
    newer = tmp_path / "newer.json"
    newer.write_bytes(watching.signed_list([WatchItem(kind="serial", value="1563219087421")], "Rotterdam"))
    registry_watch.push(newer, registry_urls.office_c)
    own = registry_watch.pull((), registry_urls.office_c)
    assert (own.taken, own.refused, own.known) == ((), (), 2)
    assert registry_watch.listed(registry_urls.office_a) == ()  # sees its own rows alone
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(tmp_path / "elsewhere"))
    pulled = registry_watch.pull((certificate,), registry_urls.office_b)
    assert [(one.office, held.signer.known) for one, held in pulled.taken] == [("Office C", True)] * 2
    assert len(watching.files()) == 2
    again = registry_watch.pull((), registry_urls.office_b)
    assert (again.taken, again.known) == ((), 2)


def test_lists_that_were_forged_in_the_registry_are_refused_by_name(
    registry_urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = watching.signed_list([WatchItem(kind="serial", value=SERIAL)], "Rotterdam")
    file = tmp_path / "list.json"
    file.write_bytes(good.replace(SERIAL.encode(), b"1324520012346"))
    with pytest.raises(watching.WatchListError):
        registry_watch.push(file, registry_urls.office_c)
    put = registry_urls.server.execute
    for data in (good.replace(SERIAL.encode(), b"1324520012346"), b"no list"):
        put(
            f"INSERT INTO gpu_inspector.watch_list(office, file) VALUES (3, '\\x{data.hex()}')",
            database=registry_urls.database,
        )
    file.write_bytes(good)
    registry_watch.push(file, registry_urls.office_c)
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(tmp_path / "elsewhere"))
    pulled = registry_watch.pull((), registry_urls.office_b)
    assert len(pulled.taken) == 1
    assert len(pulled.refused) == 2
    assert not pulled.taken[0][1].signer.known
    for statement in ("UPDATE gpu_inspector.watch_list SET office = 2", "DELETE FROM gpu_inspector.watch_list"):
        for role in (registry_urls.roles["office_c"], registry_urls.roles["owner"], "postgres"):
            with pytest.raises(Exception, match=r"append-only|permission denied"):
                put(statement, database=registry_urls.database, role=role)
    with pytest.raises(Exception, match="permission denied"):
        put("INSERT INTO gpu_inspector.watch_list(office, file) VALUES (1, 'x')", database=registry_urls.database,
            role=registry_urls.roles["office_c"])  # fmt: skip


def test_a_registry_that_gives_another_file_than_it_names(registry_urls: Urls, tmp_path: Path) -> None:
    from gpu_inspector.registry import watching as lists
    from gpu_inspector.registry.connection import connect

    with connect(registry_urls.office_b) as registry, pytest.raises(RegistryError, match="another file"):
        lists.file_of(registry, "ab" * 32)
