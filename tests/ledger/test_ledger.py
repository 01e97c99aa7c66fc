"""What the ledger takes, keeps, finds again and hands out; and what it says of files that it cannot use."""

import csv
import hashlib
import io
import json
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

import gpu_inspector
from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger import connection as connection_module
from gpu_inspector.ledger.schema import APPLICATION_ID, VERSION
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical, chain
from gpu_inspector.records.declaration import Case
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.inspection import Inspection

NewInspection = Callable[..., Inspection]


# --- appending and reading back


def test_a_row_comes_back_as_the_bytes_and_the_record_that_were_put_in(
    ledger: Ledger, new_inspection: NewInspection
) -> None:
    given_one = new_inspection(cards=2)
    entry = ledger.append(given_one)
    assert (entry.seq, entry.previous) == (1, "0" * 64)
    assert ledger.entry(1) == (entry, canonical.encode(given_one))
    assert ledger.inspection("1") == (entry, given_one)


def test_the_digest_is_the_documented_sum(ledger: Ledger, new_inspection: NewInspection) -> None:
    first = ledger.append(new_inspection())
    second, body = ledger.entry(ledger.append(new_inspection()).seq)
    plain = b"gi-ledger-v1\0" + (2).to_bytes(8, "big") + bytes.fromhex(first.digest) + body
    assert second.digest == hashlib.sha256(plain).hexdigest()
    assert second.previous == first.digest


def test_the_same_inspection_again_gives_the_same_entry(ledger: Ledger, new_inspection: NewInspection) -> None:
    once = new_inspection()
    entry = ledger.append(once)
    ledger.append(new_inspection())
    assert ledger.append(once) == entry
    assert ledger.count() == 2


def test_the_same_id_with_another_content_is_refused(ledger: Ledger, new_inspection: NewInspection) -> None:
    once = new_inspection()
    ledger.append(once)
    with pytest.raises(LedgerError, match="row 1 already"):
        ledger.append(replace(once, case=Case(number="B")))
    assert ledger.count() == 1


def test_an_inspection_of_no_cards_is_kept(ledger: Ledger, new_inspection: NewInspection) -> None:
    ledger.append(new_inspection(cards=0))
    (row,) = ledger.history()
    assert (row.cards, row.product) == (0, "")
    assert ledger.verify().problem is None


def test_text_that_has_no_utf8_form_is_refused_in_a_sentence(ledger: Ledger, new_inspection: NewInspection) -> None:
    with pytest.raises(LedgerError, match="cannot be kept"):
        ledger.append(new_inspection(case=Case(number="\udcff")))
    assert ledger.count() == 0


def test_a_row_is_on_the_disk_when_append_returns(ledger: Ledger, new_inspection: NewInspection, path: Path) -> None:
    entry = ledger.append(new_inspection())
    with Ledger(path, readonly=True) as other:
        assert other.holds(entry) is None
    synchronous = ledger._connection.execute("PRAGMA synchronous").fetchone()[0]
    assert (synchronous, ledger._connection.execute("PRAGMA journal_mode").fetchone()[0]) == (2, "wal")


# --- asking for one row


def test_a_row_is_found_by_number_id_and_beginning(ledger: Ledger, new_inspection: NewInspection) -> None:
    ledger.append(new_inspection(inspection_id="12345678-aaaa"))
    wanted = ledger.append(new_inspection(inspection_id="abcd1111-bbbb"))
    ledger.append(new_inspection(inspection_id="abcd2222-cccc"))
    for reference in (2, "2", " 2 ", "abcd1111-bbbb", "ABCD1", "abcd1111"):
        assert ledger.entry(reference)[0] == wanted
    assert ledger.entry("12345678")[0].seq == 1


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        pytest.param("abcd", "More than one", id="ambiguous"),
        pytest.param("abc", "too short", id="short"),
        pytest.param("", "too short", id="empty"),
        pytest.param("ffff", "no inspection", id="unknown-id"),
        pytest.param("%%%%", "no inspection", id="wildcards"),
        pytest.param("\udcff\udcff\udcff\udcff", "no inspection", id="half-characters"),
        pytest.param("9", "no row 9", id="unknown-number"),
        pytest.param(0, "no row 0", id="zero"),
        pytest.param(-1, "no row -1", id="negative"),
        pytest.param(2**70, "no row", id="number-beyond-sqlite"),
        pytest.param("9" * 40, "no inspection", id="digits-beyond-sqlite"),
    ],
)
def test_what_names_no_row_is_refused(
    ledger: Ledger, new_inspection: NewInspection, reference: str | int, said: str
) -> None:
    ledger.append(new_inspection(inspection_id="abcd1111-bbbb"))
    ledger.append(new_inspection(inspection_id="abcd2222-cccc"))
    with pytest.raises(LedgerError, match=said):
        ledger.entry(reference)


# --- history and search


def test_the_history_is_newest_first_and_turns_pages(ledger: Ledger, new_inspection: NewInspection) -> None:
    for _ in range(5):
        ledger.append(new_inspection())
    assert [row.seq for row in ledger.history(limit=2)] == [5, 4]
    assert [row.seq for row in ledger.history(limit=2, before=4)] == [3, 2]
    assert [row.seq for row in ledger.history("4090", limit=2, before=3)] == [2, 1]
    assert ledger.history(before=1) == ledger.history(limit=0) == ledger.history(limit=-1) == ()


def test_a_history_row_says_what_the_inspection_says(ledger: Ledger, new_inspection: NewInspection) -> None:
    one = new_inspection(cards=3, verdict=Identity.SUSPICIOUS)
    ledger.append(one)
    (row,) = ledger.history()
    assert (row.seq, row.id, row.made_at) == (1, one.id, datetime(2026, 11, 24, 9, 30, tzinfo=UTC))
    assert (row.case, row.inspector, row.office, row.place) == ("A-2026/17", "Müller", "Köln-Bonn", "Lager 3")
    assert (row.product, row.verdict, row.cards) == ("NVIDIA GeForce RTX 4090", "SUSPICIOUS", 3)
    assert row.origin == "file of unknown origin"


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("A-2026/17", id="case-with-signs"),
        pytest.param("2026 4090", id="two-words"),
        pytest.param("GeForce", id="product"),
        pytest.param("13245", id="beginning-of-a-serial"),
        pytest.param("GPU-0badcafe", id="uuid"),
        pytest.param("suspicious", id="verdict"),
        pytest.param("muller", id="umlaut-left-out"),
        pytest.param("KÖLN", id="umlaut-in-capitals"),
        pytest.param("lager", id="place"),
        pytest.param("7a7a", id="id"),
        pytest.param('"RTX', id="a-quotation-mark"),
        pytest.param("RTX - 4090", id="a-lone-dash"),
        pytest.param("place:Lager*", id="colon-and-star"),
        pytest.param("   ", id="nothing-but-spaces"),
    ],
)
def test_words_find_the_row(ledger: Ledger, new_inspection: NewInspection, words: str) -> None:
    place = Case(number="A-2026/17", inspector="Müller", office="Köln-Bonn", place="place: Lager 3")
    wanted = new_inspection(case=place, verdict=Identity.SUSPICIOUS, inspection_id="7a7a0000")
    ledger.append(wanted)
    assert [row.id for row in ledger.history(words)] == [wanted.id]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("4080", id="another-product"),
        pytest.param("4090 Berlin", id="one-of-two-words"),
        pytest.param("GeForce OR Berlin", id="no-operator"),
        pytest.param("NEAR", id="near-is-a-word"),
        pytest.param("-", id="only-a-sign"),
        pytest.param("**", id="only-stars"),
        pytest.param("orce", id="middle-of-a-word"),
        pytest.param("Kiste", id="the-note-is-not-searched"),
    ],
)
def test_words_that_are_not_there_find_nothing(ledger: Ledger, new_inspection: NewInspection, words: str) -> None:
    # Its id is looked through as well: one that is drawn begins a group with 4080 at times.
    ledger.append(new_inspection(inspection_id="7a7a0000"))
    assert ledger.history(words) == ()


@settings(max_examples=examples(100), deadline=None)
@given(words=st.one_of(st.text(), st.text("\"*-:^(){}+ANDORNEAR,\0' ä4")))
def test_any_words_are_a_question_and_never_an_error(
    tmp_path_factory: pytest.TempPathFactory, new_inspection: NewInspection, words: str
) -> None:
    with Ledger(tmp_path_factory.mktemp("words") / "ledger.sqlite") as ledger:
        ledger.append(new_inspection())
        assert len(ledger.history(words)) <= 1


def test_two_thousand_words_are_a_question_too(ledger: Ledger, new_inspection: NewInspection) -> None:
    ledger.append(new_inspection())
    assert len(ledger.history("GeForce " * 2000)) == 1


@settings(max_examples=examples(50), deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_of_a_case_is_kept_and_verifies(
    tmp_path_factory: pytest.TempPathFactory, new_inspection: NewInspection, text: str
) -> None:
    with Ledger(tmp_path_factory.mktemp("case") / "ledger.sqlite") as ledger:
        entry = ledger.append(new_inspection(case=Case(number=text, office=text)))
        assert ledger.inspection(entry.seq)[1].case.number == text
        assert ledger.history()[0].case == text
        assert ledger.verify().problem is None


def test_the_search_tables_can_be_made_again(ledger: Ledger, new_inspection: NewInspection) -> None:
    for number in range(3):
        ledger.append(new_inspection(serial=f"serial{number}"))
    before = ledger.history()
    ledger._connection.execute("DELETE FROM listing WHERE seq = 2")
    ledger._connection.execute("INSERT INTO listing_words(listing_words) VALUES ('delete-all')")
    assert ledger.history("serial2") == ()
    ledger.rebuild_index()
    assert ledger.history() == before
    assert [row.seq for row in ledger.history("serial1")] == [2]
    assert ledger.verify().problem is None


def test_a_lost_search_row_comes_back_at_the_next_opening(
    ledger: Ledger, new_inspection: NewInspection, path: Path
) -> None:
    ledger.append(new_inspection())
    ledger._connection.execute("DELETE FROM listing")
    ledger.close()
    with Ledger(path) as again:
        assert len(again.history("4090")) == 1


def test_a_lost_search_row_never_makes_a_second_row(ledger: Ledger, new_inspection: NewInspection) -> None:
    once = new_inspection()
    entry = ledger.append(once)
    ledger._connection.execute("DELETE FROM listing")
    assert ledger.append(once) == entry
    assert ledger.count() == 1


# --- handing out


def test_a_backup_is_one_whole_file(ledger: Ledger, new_inspection: NewInspection, tmp_path: Path) -> None:
    entries = [ledger.append(new_inspection()) for _ in range(3)]
    target = tmp_path / "backup.sqlite"
    ledger.backup(target)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["backup.sqlite", "folder"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with Ledger(target) as copy:
        assert copy.verify().problem is None
        assert [copy.holds(entry) for entry in entries] == [None] * 3
        copy.append(new_inspection())


def test_a_backup_never_overwrites(ledger: Ledger, tmp_path: Path) -> None:
    target = tmp_path / "backup.sqlite"
    target.write_bytes(b"precious")
    with pytest.raises(LedgerError, match="never overwrites"):
        ledger.backup(target)
    assert target.read_bytes() == b"precious"


def test_a_backup_to_a_file_system_without_hard_links(
    ledger: Ledger, new_inspection: NewInspection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_names: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    ledger.append(new_inspection())
    ledger.backup(tmp_path / "stick.sqlite")
    with Ledger(tmp_path / "stick.sqlite", readonly=True) as copy:
        assert copy.count() == 1


def test_a_backup_into_a_folder_that_is_not_there(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="cannot be used"):
        ledger.backup(tmp_path / "nowhere" / "backup.sqlite")


def test_lines_of_json_carry_the_exact_bodies(ledger: Ledger, new_inspection: NewInspection) -> None:
    for _ in range(3):
        ledger.append(new_inspection())
    out = io.StringIO()
    assert ledger.export(out, "jsonl") == 3
    for number, line in enumerate(out.getvalue().splitlines(), start=1):
        row = json.loads(line)
        entry, body = ledger.entry(number)
        assert (row["seq"], row["prev"], row["digest"]) == (entry.seq, entry.previous, entry.digest)
        assert line.split('"body":', 1)[1].removesuffix("}") == body.decode()
        assert row["body"] == json.loads(body)


def test_the_table_runs_nothing_in_a_spreadsheet(ledger: Ledger, new_inspection: NewInspection) -> None:
    ledger.append(new_inspection(case=Case(number='=HYPERLINK("x")', place="Lager, 3"), product="@SUM(1)"))
    out = io.StringIO()
    assert ledger.export(out, "csv") == 1
    (row,) = csv.DictReader(io.StringIO(out.getvalue()))
    assert (row["case"], row["product"], row["place"]) == ('\'=HYPERLINK("x")', "'@SUM(1)", "Lager, 3")
    assert row["made_at"] == "2026-11-24T09:30:00+00:00"
    assert row["digest"] == ledger.entry(1)[0].digest


# --- opening


def test_a_new_ledger_is_its_owners_alone(ledger: Ledger, path: Path, new_inspection: NewInspection) -> None:
    ledger.append(new_inspection())
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def test_opening_again_finds_everything(path: Path, new_inspection: NewInspection) -> None:
    with Ledger(path) as ledger:
        entry = ledger.append(new_inspection())
    with Ledger(path) as ledger:
        assert ledger.holds(entry) is None
        assert ledger.append(new_inspection()).previous == entry.digest


def test_a_path_with_signs_that_addresses_use(tmp_path: Path, new_inspection: NewInspection) -> None:
    odd = tmp_path / "100% ä?mode=memory#x"
    with Ledger(odd / "ledger.sqlite") as ledger:
        ledger.append(new_inspection())
    assert (odd / "ledger.sqlite").stat().st_size > 0


def test_an_empty_file_becomes_a_ledger(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with Ledger(tmp_path / "empty") as ledger:
        assert ledger.verify().problem is None


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE inspection(seq)")
    connection.close()


def _newer(path: Path) -> None:
    Ledger(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()


def _cut(path: Path) -> None:
    Ledger(path).close()
    path.write_bytes(path.read_bytes()[:5000])


UNUSABLE = [
    pytest.param(_foreign, "another program", id="foreign-sqlite-file"),
    pytest.param(_newer, "newer GPU Inspector", id="newer-schema"),
    pytest.param(_cut, "damaged", id="cut-file"),
    pytest.param(lambda path: path.write_bytes(b"hello"), "not a ledger", id="five-bytes"),
    pytest.param(lambda path: path.write_bytes(b"x"), "not a ledger", id="one-byte"),
    pytest.param(lambda path: path.write_bytes(bytes(9000)), "not a ledger", id="zeros"),
    pytest.param(lambda path: path.write_bytes(b"\x89PDF" * 4000), "not a ledger", id="garbage"),
    pytest.param(lambda path: path.mkdir(), "is a folder", id="folder"),
]


@pytest.mark.parametrize("readonly", [pytest.param(False, id="to-write"), pytest.param(True, id="to-read")])
@pytest.mark.parametrize(("make", "said"), UNUSABLE)
def test_a_file_that_is_no_usable_ledger_is_refused_and_left_as_it_is(
    tmp_path: Path, make: Callable[[Path], object], said: str, readonly: bool
) -> None:
    file = tmp_path / "file"
    make(file)
    before = file.read_bytes() if file.is_file() else b""
    with pytest.raises(LedgerError, match=said):
        Ledger(file, readonly=readonly).close()
    assert (file.read_bytes() if file.is_file() else b"") == before


@settings(max_examples=examples(60), deadline=None)
@given(
    content=st.one_of(st.binary(min_size=1, max_size=300), st.binary(max_size=600).map(b"SQLite format 3\0".__add__))
)
def test_any_bytes_are_a_ledger_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.mktemp("bytes") / "file"
    file.write_bytes(content)
    with pytest.raises(LedgerError):
        Ledger(file).close()


@settings(max_examples=examples(60), deadline=None)
@given(where=st.integers(0, 60_000), bits=st.integers(1, 255))
def test_one_damaged_byte_anywhere_is_survived(
    tmp_path_factory: pytest.TempPathFactory, new_inspection: NewInspection, where: int, bits: int
) -> None:
    file = tmp_path_factory.mktemp("damage") / "file"
    with Ledger(file) as ledger:
        entry = ledger.append(new_inspection())
    content = bytearray(file.read_bytes())
    content[where % len(content)] ^= bits
    file.write_bytes(content)
    for readonly in (True, False):
        try:
            with Ledger(file, readonly=readonly) as ledger:
                if ledger.verify().problem is None:
                    assert ledger.holds(entry) is None
                assert len(ledger.history()) <= 1
                assert readonly or ledger.append(new_inspection()).seq == 2
        except LedgerError as error:
            assert str(error)


BESIDE = [
    pytest.param("", id="the-ledger"),
    pytest.param("-journal", id="its-journal"),
    pytest.param("-wal", id="its-log"),
    pytest.param("-shm", id="its-index"),
]


@pytest.mark.parametrize("readonly", [pytest.param(False, id="to-write"), pytest.param(True, id="to-read")])
@pytest.mark.parametrize("ending", BESIDE)
@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(os.mkfifo, "is a pipe, a socket or a device", id="pipe"),
        pytest.param(Path.mkdir, "is a folder", id="folder"),
        pytest.param(lambda path: path.symlink_to("/dev/zero"), "is a pipe, a socket or a device", id="device"),
        pytest.param(lambda path: path.symlink_to("nowhere"), "a link to a file that is not there", id="dangling"),
        pytest.param(lambda path: path.symlink_to(path.name), "leads back to itself", id="loop"),
    ],
)
def test_what_is_no_regular_file_is_told_and_never_opened(
    tmp_path: Path, make: Callable[[Path], object], said: str, ending: str, readonly: bool
) -> None:
    file = tmp_path / "file"
    if ending:
        Ledger(file).close()
    make(tmp_path / f"file{ending}")
    with pytest.raises(LedgerError, match=said):
        Ledger(file, readonly=readonly).close()
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("readonly", [pytest.param(False, id="to-write"), pytest.param(True, id="to-read")])
@pytest.mark.parametrize("length", [248, 255, 256, 5000])
def test_a_name_too_long_for_the_ledger_or_its_journal_is_told(tmp_path: Path, length: int, readonly: bool) -> None:
    with pytest.raises(LedgerError, match="too long"):
        Ledger(tmp_path / ("x" * length), readonly=readonly).close()
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_no_file_can_have_is_told(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="no name"):
        Ledger(tmp_path / "a\0b").close()


def test_a_backup_to_a_name_too_long_is_told(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="too long"):
        ledger.backup(tmp_path / ("x" * 300))


def test_a_link_to_a_ledger_is_that_ledger(ledger: Ledger, new_inspection: NewInspection, path: Path) -> None:
    entry = ledger.append(new_inspection())
    link = path.with_name("link")
    link.symlink_to(path.name)
    with Ledger(link) as same:
        assert same.append(new_inspection()).previous == entry.digest


def test_there_is_nothing_to_read_where_no_ledger_is(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="There is no ledger"):
        Ledger(tmp_path / "none", readonly=True)
    assert not (tmp_path / "none").exists()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LedgerError, match="cannot be used"):
        Ledger(tmp_path / "file" / "ledger.sqlite")


def test_a_ledger_open_for_reading_takes_nothing(path: Path, new_inspection: NewInspection) -> None:
    Ledger(path).close()
    with Ledger(path, readonly=True) as ledger:
        with pytest.raises(LedgerError, match="read"):
            ledger.append(new_inspection())
        with pytest.raises(LedgerError, match="read"):
            ledger.rebuild_index()


# pathlib loads urllib when it is asked for an address, and a stranger may not read a private interpreter's folder.
READING_AS_A_STRANGER = """
import os, sys, urllib.parse
from pathlib import Path
from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger.store import Ledger
path = Path(sys.argv[1])
path.chmod(0o444); path.parent.chmod(0o555)
if os.geteuid() == 0:
    os.setgid(65534); os.setuid(65534)
with Ledger(path, readonly=True) as ledger:
    print(ledger.count(), ledger.verify().problem)
try:
    Ledger(path)
except LedgerError as error:
    print(error)
"""


def test_a_ledger_on_a_read_only_medium_can_be_read_and_verified(new_inspection: NewInspection) -> None:
    with tempfile.TemporaryDirectory() as name:  # not below tmp_path, which lets nobody else in
        folder = Path(name)
        with Ledger(folder / "medium" / "ledger.sqlite") as ledger:
            ledger.append(new_inspection())
        folder.chmod(0o755)
        words = [sys.executable, "-c", READING_AS_A_STRANGER, str(folder / "medium" / "ledger.sqlite")]
        said = subprocess.run(
            words, cwd=Path(gpu_inspector.__file__).parents[1], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        (folder / "medium").chmod(0o700)
    assert said[0] == "1 None"
    assert "is read-only" in said[1]


def test_a_closed_ledger_says_so(path: Path) -> None:
    ledger = Ledger(path)
    ledger.close()
    ledger.close()
    with pytest.raises(LedgerError, match="closed"):
        ledger.count()


# --- other programs, full disks


def test_a_ledger_that_another_program_holds(
    ledger: Ledger, path: Path, new_inspection: NewInspection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "BUSY_SECONDS", 0.05)
    with Ledger(path) as other:
        ledger._connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerError, match=r"locked for 0\.05 seconds"):
            other.append(new_inspection())
        ledger._connection.execute("ROLLBACK")
        assert other.append(new_inspection()).seq == 1


def test_a_full_disk_loses_nothing_and_is_over_when_space_returns(
    ledger: Ledger, new_inspection: NewInspection
) -> None:
    connection = ledger._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 12}")
    entries = []
    with pytest.raises(LedgerError, match="disk is full"):
        for _ in range(1000):
            entries.append(ledger.append(new_inspection()))
    with pytest.raises(LedgerError, match="disk is full"):
        ledger.append(new_inspection())
    assert entries and ledger.count() == len(entries)
    assert [ledger.holds(entry) for entry in entries] == [None] * len(entries)
    connection.execute("PRAGMA max_page_count = 100000")
    assert ledger.append(new_inspection()).seq == len(entries) + 1
    assert ledger.verify().problem is None


def test_a_thread_that_did_not_open_the_ledger_is_told_so(ledger: Ledger) -> None:
    said: list[str] = []

    def ask() -> None:
        try:
            ledger.count()
        except LedgerError as error:
            said.append(str(error))

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert "thread" in said[0]


# --- the sum itself


def test_an_entry_fits_its_own_body_alone() -> None:
    entry = chain.entry_for(7, bytes(32), b"body")
    assert chain.fits(entry, b"body")
    assert not chain.fits(entry, b"other")
    assert not chain.fits(replace(entry, seq=8), b"body")
    assert not chain.fits(replace(entry, previous="11" * 32), b"body")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"seq": 0}, id="row-zero"),
        pytest.param({"seq": -1}, id="negative-row"),
        pytest.param({"seq": 2**64}, id="row-beyond-the-file"),
        pytest.param({"previous": ""}, id="no-digest"),
        pytest.param({"previous": "zz" * 32}, id="no-hexadecimal"),
        pytest.param({"previous": "0" * 64 + "\n"}, id="line-end"),
        pytest.param({"previous": "٠" * 64}, id="foreign-digits"),
    ],
)
def test_an_entry_that_cannot_be_fits_nothing(change: dict[str, object]) -> None:
    entry = chain.entry_for(7, bytes(32), b"body")
    assert not chain.fits(replace(entry, **change), b"body")  # type: ignore[arg-type]


@pytest.mark.parametrize(("seq", "previous"), [(0, bytes(32)), (2**63, bytes(32)), (1, bytes(31))])
def test_the_sum_of_what_cannot_be_is_refused(seq: int, previous: bytes) -> None:
    with pytest.raises(ValueError, match=r"number|digest"):
        chain.chain_digest(seq, previous, b"")


def test_the_file_says_whose_it_is(ledger: Ledger) -> None:
    assert ledger._connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
