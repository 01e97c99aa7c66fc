"""Whoever runs the server can change any byte of it; verification names what he changed. And rows come out again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import registry_pushing as pushing
from registry_server import OWNER, Server, Urls, enrolled

from gpu_inspector.errors import RegistryError
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import checkpoint
from gpu_inspector.records.chain import chain_digest
from gpu_inspector.records.leaves import Leaves
from gpu_inspector.records.registry import Kind, Left, deflated, inflated
from gpu_inspector.report.identity import SigningIdentity, fingerprint_of
from gpu_inspector.workflow import registry_leaves, registry_pull, registry_push, registry_verify


@dataclass(frozen=True)
class Prepared:
    """A registry with eight rows of Office A, which came in by two pushes."""

    urls: Urls
    ledger: Path
    key: SigningIdentity


@pytest.fixture(scope="module")
def prepared(postgres: Server, _migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    folder = tmp_path_factory.mktemp("prepared")
    urls = enrolled(postgres, postgres.new_database(template=_migrated, owner=OWNER))
    made = Prepared(urls, folder / "ledger.sqlite", pushing.new_identity(folder / "key"))
    pushing.register(urls, "Office A", made.key)
    for _time in range(2):
        pushing.fill(made.ledger, 4)
        registry_push.push(made.ledger, urls.office_a, identity=made.key, wait_s=0)
        pushing.open_gate(urls)
    return made


@pytest.fixture
def registry_urls(prepared: Prepared) -> Iterator[Urls]:
    """A copy of that registry."""
    server, old = prepared.urls.server, prepared.urls
    database = server.new_database(template=old.database, owner=OWNER)
    names = ("owner", "registrar", "office_a", "office_b", "office_c", "admin")
    yield replace(old, database=database, **{one: getattr(old, one).replace(old.database, database) for one in names})
    server.drop_database(database)


@pytest.fixture
def key(prepared: Prepared) -> SigningIdentity:
    return prepared.key


@pytest.fixture
def ledger(prepared: Prepared, tmp_path: Path) -> Path:
    """A copy of that ledger."""
    path = tmp_path / "ledger.sqlite"
    with Ledger(prepared.ledger, readonly=True) as opened:
        opened.backup(path)
    return path


def _operate(urls: Urls, *statements: str) -> None:
    """As the server's superuser, who takes the triggers off and puts them on again."""
    tables = ("inspection", "inspection_all", "listing", "number", "checkpoint", "answer")
    off = [f"ALTER TABLE gpu_inspector.{one} DISABLE TRIGGER USER" for one in tables]
    on = [f"ALTER TABLE gpu_inspector.{one} ENABLE TRIGGER USER" for one in tables]
    urls.server.execute(*off, *statements, *on, database=urls.database)


def _problem(url: str, ledger: Path | None = None) -> tuple[str | None, int | None]:
    found = registry_verify.verify(url, ledger, office="Office A")[0]
    return found.problem, found.row


def test_a_registry_that_agrees_is_whole(registry_urls: Urls, ledger: Path, key: SigningIdentity) -> None:
    (found,) = registry_verify.verify(registry_urls.office_a, ledger)
    assert (found.office, found.rows, found.whole, found.checkpoints, found.held) == ("Office A", 8, 8, 2, True)
    assert (found.problem, found.signers) == (None, (fingerprint_of(key.certificate),))
    with Ledger(ledger, readonly=True) as opened:
        assert found.head == opened.entry(8)[0].digest
    names = [one.office for one in registry_verify.verify(registry_urls.registrar)]
    assert names == ["Office A", "Office B", "Office C"]
    assert [one.problem for one in registry_verify.verify(registry_urls.office_c)] == [None] * 3
    with pytest.raises(RegistryError, match="sees no office"):
        registry_verify.verify(registry_urls.office_b, office="Office A")


def test_rows_of_the_ledger_that_are_not_there_yet_are_no_fault(registry_urls: Urls, ledger: Path) -> None:
    pushing.fill(ledger, 2)
    (found,) = registry_verify.verify(registry_urls.office_a, ledger)
    assert (found.problem, found.notes) == (None, ("Rows of the ledger that are not in the registry yet: 2.",))


def _forged(urls: Urls, seq: int) -> bytes:
    """The row's body with another case number."""
    ((packed,),) = urls.server.execute(
        f"SELECT body FROM gpu_inspector.inspection WHERE seq = {seq}", database=urls.database
    )
    return inflated(packed).replace(b'"A-', b'"B-')


def test_an_edited_row_is_named(registry_urls: Urls, ledger: Path) -> None:
    forged = deflated(_forged(registry_urls, 3)).hex()
    _operate(registry_urls, f"UPDATE gpu_inspector.inspection SET body = '\\x{forged}' WHERE seq = 3")
    for url in (registry_urls.office_a, registry_urls.office_c, registry_urls.registrar):
        problem, row = _problem(url)
        assert (str(problem).startswith("Row 3 was altered"), row) == (True, 3)


def test_a_body_that_no_digest_vouches_for_is_held_against_the_ledger(
    registry_urls: Urls, ledger: Path, key: SigningIdentity
) -> None:
    pushing.fill(ledger, 1)
    leave = registry_leaves.leave(registry_leaves.Rule(Leaves.NO_PERSONS))
    registry_push.push(ledger, registry_urls.office_a, leave, identity=key, wait_s=0)
    pushing.open_gate(registry_urls)
    assert _problem(registry_urls.office_a, ledger) == (None, None)
    ((packed,),) = registry_urls.server.execute(
        "SELECT body FROM gpu_inspector.inspection WHERE seq = 9", database=registry_urls.database
    )
    for old, new in ((b'"NVIDIA H100"', b'"NVIDIA T1000"'), (b'"serial":"13', b'"serial":"23')):
        assert old in inflated(packed)
        forged = deflated(inflated(packed).replace(old, new)).hex()
        _operate(registry_urls, f"UPDATE gpu_inspector.inspection SET body = '\\x{forged}' WHERE seq = 9")
        assert _problem(registry_urls.office_a, ledger) == (
            "Row 9 is another one than this office's ledger has.",
            9,
        )


def test_an_end_that_was_taken_away_is_missed_by_whoever_pushed_it(
    registry_urls: Urls, ledger: Path, key: SigningIdentity
) -> None:
    registry_push.push(ledger, registry_urls.office_a, identity=key, wait_s=0)
    _operate(
        registry_urls,
        "DELETE FROM gpu_inspector.checkpoint WHERE seq > 4",
        "DELETE FROM gpu_inspector.number WHERE seq > 4",
        "DELETE FROM gpu_inspector.listing WHERE seq > 4",
        "DELETE FROM gpu_inspector.inspection WHERE seq > 4",
    )
    said, row = _problem(registry_urls.office_a, ledger)
    assert said is not None
    assert said.startswith("Row 5 is missing: the registry had 8 rows of this office.")
    assert row == 5
    registry_push.push(ledger, registry_urls.office_a, identity=key, wait_s=0)
    pushing.open_gate(registry_urls)
    registry_push.push(ledger, registry_urls.office_a, identity=key, wait_s=0)
    assert _problem(registry_urls.office_a, ledger) == (None, None)


def test_a_row_that_was_chained_anew_is_not_what_was_signed(registry_urls: Urls, ledger: Path) -> None:
    """With all digests after it: the chain is whole, and only the office's signature and ledger tell."""
    rows, statements = pushing.rows_of(ledger), []
    prev = rows[5].digest
    for seq in (7, 8):
        body = _forged(registry_urls, seq)
        digest = chain_digest(seq, prev, body)
        statements.append(
            f"UPDATE gpu_inspector.inspection SET body = '\\x{deflated(body).hex()}', prev = '\\x{prev.hex()}',"
            f" digest = '\\x{digest.hex()}' WHERE seq = {seq}"
        )
        prev = digest
    _operate(registry_urls, *statements, "UPDATE gpu_inspector.listing SET case_number = 'B' || substr(case_number, 2)")
    problem, row = _problem(registry_urls.office_c)
    assert "The rows up to row 8 are not those that the checkpoint" in str(problem)
    assert (_problem(registry_urls.office_a, ledger)) == ("Row 7 is another one than this office's ledger has.", 7)
    _operate(registry_urls, "DELETE FROM gpu_inspector.checkpoint WHERE seq = 8")
    assert _problem(registry_urls.office_c) == ("No signed checkpoint in the registry covers row 5.", 5)
    assert row == 8


@pytest.mark.parametrize(
    ("edit", "said", "row"),
    [
        ("DELETE FROM gpu_inspector.inspection WHERE seq = 4", "Row 4 is missing.", 4),
        ("DELETE FROM gpu_inspector.inspection WHERE seq > 6", "Row 7 is missing: the checkpoint of", 7),
        ("DELETE FROM gpu_inspector.inspection", "Row 1 is missing", 1),
        ("UPDATE gpu_inspector.inspection SET id = gen_random_uuid() WHERE seq = 2", "Row 2 bears another id", 2),
        ("UPDATE gpu_inspector.inspection SET kind = 'redacted' WHERE seq = 2", "Row 2 cannot be read", 2),
        ("UPDATE gpu_inspector.inspection SET kind = 'digest', body = NULL WHERE seq = 2", "search table says", 2),
        ("UPDATE gpu_inspector.inspection SET body = '\\x00' WHERE seq = 5", "Row 5 cannot be read", 5),
        (
            "UPDATE gpu_inspector.listing SET verdict = 'CONSISTENT' WHERE seq = 6",
            "search table says something else",
            6,
        ),
        ("DELETE FROM gpu_inspector.listing WHERE seq = 6", "search table says something else of row 6", 6),
        ("UPDATE gpu_inspector.number SET value = 'X' WHERE seq = 6 AND kind = 'serial'", "search table says", 6),
        ("DELETE FROM gpu_inspector.number WHERE seq = 7", "The search table says something else of row 7", 7),
        ("DELETE FROM gpu_inspector.checkpoint", "No signed checkpoint in the registry covers row 1.", 1),
        ("UPDATE gpu_inspector.checkpoint SET root = sha256('x') WHERE seq = 4", "says something else than what", 4),
        ("UPDATE gpu_inspector.checkpoint SET file = file || ' ' WHERE seq = 4", "of row 4 is not sound", 4),
    ],
)
def test_what_an_operator_changed_is_named(registry_urls: Urls, ledger: Path, edit: str, said: str, row: int) -> None:
    _operate(registry_urls, edit)
    problem, where = _problem(registry_urls.registrar)
    assert said in str(problem)
    assert where == row


def test_an_operator_who_signs_as_the_office_with_a_key_of_his_own_is_named(
    registry_urls: Urls, ledger: Path, tmp_path: Path
) -> None:
    operator = pushing.new_identity(tmp_path / "operator")
    file = pushing.signed(operator, [row.digest for row in pushing.rows_of(ledger)])
    said = checkpoint.glance(file)
    print_ = fingerprint_of(operator.certificate)
    _operate(
        registry_urls,
        f"UPDATE gpu_inspector.checkpoint SET file = '\\x{file.hex()}', fingerprint = '{print_}',"
        f" root = '\\x{said.root}' WHERE seq = 8",
    )
    problem, _row = _problem(registry_urls.office_a)
    assert f"is signed by certificate SHA-256 {print_}, which is none of this office's" in str(problem)
    # Where he registers it as well, the office's own ledger tells of other rows, and the reader of the fingerprint.
    pushing.register(registry_urls, "Office A", operator)
    (found,) = registry_verify.verify(registry_urls.office_a, ledger)
    assert print_ in found.signers


def test_rows_come_out_as_the_ledger_exports_them_and_a_later_pull_goes_on(
    registry_urls: Urls, ledger: Path, key: SigningIdentity, tmp_path: Path
) -> None:
    out, exported = tmp_path / "rows.jsonl", tmp_path / "exported.jsonl"
    done = registry_pull.pull(registry_urls.office_a, out)
    assert (done.rows, done.added, done.covered, done.kinds, done.problem) == (8, 8, 8, {"whole": 8}, None)
    with Ledger(ledger, readonly=True) as opened, exported.open("w") as text:
        opened.export(text, "jsonl")
    assert out.read_bytes() == exported.read_bytes()
    assert checkpoint.read((tmp_path / "rows.jsonl.checkpoint").read_bytes()).statement.seq == 8
    pushing.fill(ledger, 2)
    registry_push.push(ledger, registry_urls.office_a, identity=key, wait_s=0)
    pushing.open_gate(registry_urls)
    out.write_bytes(out.read_bytes()[:-500])  # as a pull that was killed leaves it
    done = registry_pull.pull(registry_urls.office_c, out, office="Office A")
    assert (done.rows, done.added, done.covered) == (10, 3, 10)
    assert [json.loads(line)["seq"] for line in out.read_text().splitlines()] == list(range(1, 11))


def test_a_file_that_holds_something_else_is_left_as_it_is(registry_urls: Urls, ledger: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    for text in ("a letter\n", '{"seq":1}\n', "[]\n"):
        out.write_text(text)
        with pytest.raises(RegistryError, match="holds something else than rows that were pulled"):
            registry_pull.pull(registry_urls.office_a, out)
        assert out.read_text() == text
    other = pushing.fill(tmp_path / "other.sqlite", 2)
    with Ledger(other, readonly=True) as opened, out.open("w") as file:
        opened.export(file, "jsonl")
    with pytest.raises(RegistryError, match="holds other rows than the registry has"):
        registry_pull.pull(registry_urls.office_a, out)


def test_a_file_of_one_line_without_an_end_is_nobody_s_to_cut(registry_urls: Urls, tmp_path: Path) -> None:
    out = tmp_path / "capture.json"
    for text in ('{"format":1,"kind":"capture"}', '{"seq":1,"prev":"' + "ab" * 32, "x"):
        out.write_text(text)
        with pytest.raises(RegistryError, match="holds something else than rows that were pulled"):
            registry_pull.pull(registry_urls.office_a, out)
        assert out.read_text() == text


def test_whoever_sees_no_such_office_is_left_no_empty_file(registry_urls: Urls, tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="sees no office"):
        registry_pull.pull(registry_urls.office_b, tmp_path / "rows.jsonl", office="Office A")
    assert not (tmp_path / "rows.jsonl").exists()


def test_a_pull_stops_before_a_row_that_was_altered(registry_urls: Urls, ledger: Path, tmp_path: Path) -> None:
    forged = deflated(_forged(registry_urls, 6)).hex()
    _operate(registry_urls, f"UPDATE gpu_inspector.inspection SET body = '\\x{forged}' WHERE seq = 6")
    done = registry_pull.pull(registry_urls.office_a, tmp_path / "rows.jsonl")
    assert (done.rows, done.row, done.covered) == (5, 6, 4)
    assert str(done.problem).startswith("Row 6 was altered")


def test_rows_without_a_body_say_so(registry_urls: Urls, ledger: Path, key: SigningIdentity, tmp_path: Path) -> None:
    pushing.fill(ledger, 1)
    registry_push.push(ledger, registry_urls.office_a, lambda _body: Left(kind=Kind.DIGEST), identity=key, wait_s=0)
    pushing.open_gate(registry_urls)
    done = registry_pull.pull(registry_urls.office_a, tmp_path / "rows.jsonl")
    assert done.kinds == {"digest": 1, "whole": 8}
    last = json.loads((tmp_path / "rows.jsonl").read_text().splitlines()[-1])
    assert (last["kind"], last["body"]) == ("digest", None)
    (found,) = registry_verify.verify(registry_urls.office_a, ledger)
    assert (found.whole, found.digests, found.problem) == (8, 1, None)
