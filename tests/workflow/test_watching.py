"""Watch-lists between offices: what is written is what is read, what was touched is refused, hits decide nothing."""

import base64
import hashlib
import json
import random
import shutil
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cards import forged, genuine, row_of

from gpu_inspector import settings
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical, watching
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.finding import Outcome
from gpu_inspector.records.watching import WatchItem, WatchList
from gpu_inspector.workflow import checkpoints, inspecting, signing, statements, watched_rows
from gpu_inspector.workflow.judging import judge
from gpu_inspector.workflow.watching import (
    Held,
    Unusable,
    WatchListError,
    folder,
    lists,
    read_list,
    remove,
    signed_list,
    take_in,
    with_watched,
)

SERIAL = "1324520012345"
UUID = "GPU-8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4"
ITEM = WatchItem(kind="serial", value=SERIAL, reason="stolen from a lorry", listed_on="2026-11-01")


def card(**fields: Any) -> Evidence:
    return forged(genuine(row_of("NVIDIA A100-PCIE-40GB")), **{"serial": SERIAL, **fields})


def certificate() -> bytes:
    signing.signer()
    return (settings.identity_folder() / "certificate.pem").read_bytes()


def other_office(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """From here on another bench's key signs, and another data folder is used."""
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(home))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.json"
    path.write_bytes(signed_list([ITEM, replace(ITEM, kind="uuid", value=UUID)], "Rotterdam"))
    return path


def finding(evidence: Evidence, catalogue: Catalogue) -> Outcome:
    findings = judge(evidence, Declaration(), catalogue).cards[0].findings
    return next(one.outcome for one in findings if one.check == "identity-watch-list")


def test_what_is_written_is_what_is_read(file: Path) -> None:
    held = read_list(file.read_bytes(), (certificate(),))
    assert held.watch_list.office == "Rotterdam"
    assert held.watch_list.items[0] == ITEM
    assert held.signer.known
    assert not read_list(file.read_bytes(), ()).signer.known


def test_a_card_on_a_list_is_noted_with_who_said_so_and_when(file: Path, catalogue: Catalogue) -> None:
    take_in(file, ())
    found = with_watched(card())
    assert [(one.kind, one.value, one.office, one.known) for one in found.watched] == [
        ("serial", SERIAL, "Rotterdam", False),
        ("uuid", UUID, "Rotterdam", False),
    ]
    assert [(one.office, one.items) for one in found.lists_asked] == [("Rotterdam", 2)]
    assert finding(found, catalogue) is Outcome.NOTED
    assert judge(found, Declaration(), catalogue).verdict is judge(card(), Declaration(), catalogue).verdict
    assert canonical.decode(canonical.encode(found), Evidence, "capture") == found


def test_a_trusted_signer_stays_known_as_long_as_the_list_is_kept(file: Path) -> None:
    take_in(file, (certificate(),))
    assert all(one.known for one in with_watched(card()).watched)


def test_a_list_of_another_office_needs_that_offices_certificate(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = certificate()
    other_office(monkeypatch, tmp_path / "elsewhere")
    with pytest.raises(WatchListError, match="not that of this list's signer"):
        take_in(file, (certificate(),))
    assert list(lists()) == []
    assert take_in(file, (certificate(), theirs)).signer.known


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        pytest.param("board", SERIAL, id="the board's number is its serial"),
        pytest.param("serial", f" {SERIAL} ", id="spaces around it"),
        pytest.param("uuid", UUID.removeprefix("GPU-").upper(), id="UUID without its beginning, in capitals"),
        pytest.param("pdi", "9f3a61c2d47b08e5", id="device identifier in small letters"),
    ],
)
def test_numbers_are_known_again_however_people_write_them(kind: str, value: str, tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_bytes(signed_list([WatchItem(kind=kind, value=value)], "Rotterdam"))
    take_in(path, ())
    assert len(with_watched(card(device_identifier="9F3A61C2D47B08E5")).watched) == 1


@pytest.mark.parametrize("value", ["0000000000000", "N/A", "1234567890123", "[masked]", "132452001234", "%"])
def test_what_is_no_number_of_a_card_names_no_card(value: str, tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_bytes(signed_list([WatchItem(kind="serial", value=value)], "Rotterdam"))
    take_in(path, ())
    assert with_watched(card(serial=value if value != "132452001234" else SERIAL)).watched == ()


@pytest.mark.parametrize("origin", [Origin.SIMULATION, Origin.SAMPLE])
def test_simulations_and_samples_are_on_no_list(origin: Origin, file: Path) -> None:
    take_in(file, ())
    made_up = replace(card(), origin=origin)
    assert with_watched(made_up) == made_up


def test_what_a_handed_in_file_says_of_lists_is_not_taken_over(file: Path) -> None:
    take_in(file, ())
    told = with_watched(card())
    remove(told.lists_asked[0].list_digest[:8])
    assert with_watched(replace(told, origin=Origin.FILE)).watched == ()


def mutations(data: bytes, count: int, seed: int) -> list[bytes]:
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        place = chance.randrange(len(data))
        kind = chance.randrange(5)
        if kind == 0:
            made.append(data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :])
        elif kind == 1:
            made.append(data[:place])
        elif kind == 2:
            made.append(data[:place] + b" " + data[place:])
        elif kind == 3:
            made.append(data[:place] + data[place + 1 :])
        else:
            made.append(data + data[place:])
    return [one for one in made if one != data]


@pytest.mark.parametrize("count", [150, pytest.param(5_000, marks=pytest.mark.prove)])
def test_no_touched_byte_is_read_as_a_list(count: int, file: Path) -> None:
    data = file.read_bytes()
    for one in mutations(data, count, 11):
        with pytest.raises(WatchListError):
            read_list(one, ())


def resigned(made: WatchList) -> bytes:
    statement = canonical.encode(made)
    return statements.framed(statement, statements.sign(statement, signing.signer()))


NOW = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        pytest.param(
            WatchList(kind="ledger-export", office="", made_at=NOW, items=(ITEM,)), "no watch-list", id="kind"
        ),
        pytest.param(WatchList(office="", made_at=NOW, items=(replace(ITEM, kind="name"),)), "kind", id="entry's kind"),
        pytest.param(WatchList(office="", made_at=NOW, items=(replace(ITEM, value=""),)), "no number", id="empty"),
        pytest.param(WatchList(office="", made_at=NOW, items=(replace(ITEM, value="7" * 999),)), "number", id="long"),
        pytest.param(
            WatchList(office="", made_at=NOW, items=(replace(ITEM, reason="x" * 501),)), "reason", id="reason"
        ),
        pytest.param(WatchList(office="o" * 201, made_at=NOW, items=(ITEM,)), "office", id="office"),
        pytest.param(WatchList(office="", made_at=NOW, items=(replace(ITEM, row_digest="ab"),)), "digest", id="digest"),
        pytest.param(WatchList(office="", made_at=NOW, items=(replace(ITEM, listed_on="soon"),)), "day", id="day"),
        pytest.param(
            WatchList(office="", made_at=NOW, items=(replace(ITEM, proof="x" * 70_000),)), "proof", id="proof"
        ),
        pytest.param(WatchList(office="", made_at=NOW.replace(year=2000), items=(ITEM,)), "not valid when", id="time"),
        pytest.param(WatchList(office="", made_at=NOW, items=(ITEM,), format=2), "format 2", id="newer"),
    ],
)
def test_a_list_signed_with_a_true_key_is_still_refused_for_what_it_holds(made: WatchList, said: str) -> None:
    with pytest.raises(WatchListError, match=said):
        read_list(resigned(made), ())


def test_a_million_entries_are_refused_in_a_sentence() -> None:
    made = WatchList(
        office="", made_at=NOW, items=tuple(WatchItem(kind="serial", value=str(n)) for n in range(watching.MOST_ITEMS))
    )
    statement = canonical.encode(made)
    entry = b'{"kind":"serial","listed_on":"","proof":"","reason":"","row_digest":"","value":"1"}'
    swollen = statement.replace(b'"items":[', b'"items":[' + (entry + b",") * (1_000_000 - watching.MOST_ITEMS))
    data = statements.framed(swollen, statements.sign(swollen, signing.signer()))
    begun = time.perf_counter()
    with pytest.raises(WatchListError, match=r"larger than any|1,000,000 entries"):
        read_list(data, ())
    assert time.perf_counter() - begun < 20


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{}", id="nothing"),
        pytest.param(b'{"format":1,"signature":"","statement":{}}', id="no signature"),
        pytest.param(b'{"format":1,"signature":"!!!!","statement":{}}', id="no base64"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b"\xff\xfe\x00", id="binary"),
        pytest.param(b'{"format":1,"signature":"' + base64.b64encode(b"x" * 100_000) + b'","statement":{}}', id="huge"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_bytes(data)
    with pytest.raises(WatchListError):
        take_in(path, ())
    assert not folder().exists()


def test_anothers_signature_on_another_list_is_refused(file: Path) -> None:
    _, envelope = statements.unframed(file.read_bytes())
    other = canonical.encode(WatchList(office="Genoa", made_at=NOW, items=(ITEM,)))
    with pytest.raises(WatchListError, match="signature"):
        read_list(statements.framed(other, envelope), ())


def test_a_kept_list_that_was_changed_is_a_gap_and_not_a_list(file: Path, catalogue: Catalogue) -> None:
    held = take_in(file, ())
    kept = folder() / f"{held.digest}.json"
    kept.write_bytes(kept.read_bytes().replace(SERIAL.encode(), b"9999999999999"))
    found = with_watched(card())
    assert (found.watched, found.lists_asked) == ((), ())
    assert "changed after it was imported" in found.gaps[0].reason
    assert finding(found, catalogue) is Outcome.INCONCLUSIVE
    assert [type(one) for one in lists()] == [Unusable]


def test_a_forged_list_under_its_own_digest_is_no_list_either(file: Path) -> None:
    held = take_in(file, ())
    forgery = (folder() / f"{held.digest}.json").read_bytes().replace(SERIAL.encode(), b"1324520054321")
    (folder() / f"{hashlib.sha256(forgery).hexdigest()}.json").write_bytes(forgery)
    assert sorted(type(one).__name__ for one in lists()) == ["Held", "Unusable"]


def test_lists_are_removed_by_the_beginning_of_their_digest(file: Path, tmp_path: Path) -> None:
    held = take_in(file, (certificate(),))
    assert remove(held.digest[:12]) == held.digest
    assert list(folder().iterdir()) == []
    for nothing in ("", "zz", "../identity"):
        with pytest.raises(WatchListError):
            remove(nothing)


def test_hostile_texts_are_kept_as_texts(tmp_path: Path, catalogue: Catalogue) -> None:
    nasty = "{value.__class__} \u202e <script> \x1b[31m % {0}"
    path = tmp_path / "list.json"
    path.write_bytes(signed_list([replace(ITEM, reason=nasty)], nasty))
    take_in(path, ())
    found = with_watched(card())
    assert found.watched[0].reason == nasty
    assert finding(found, catalogue) is Outcome.NOTED


def test_half_characters_are_refused_before_signing() -> None:
    with pytest.raises(WatchListError, match="no letters"):
        signed_list([ITEM], "Rotter\ud800dam")


def inspected(path: Path, catalogue: Catalogue, evidence: Evidence) -> None:
    inspection = inspecting.inspection_of(evidence, Declaration(), Case(office="Rotterdam"), catalogue)
    with Ledger(path) as ledger:
        ledger.append(inspection)


def test_an_inspections_numbers_go_out_with_its_row_and_its_proof(tmp_path: Path, catalogue: Catalogue) -> None:
    ledger = tmp_path / "ledger.sqlite"
    inspected(ledger, catalogue, card())
    checkpoints.make(ledger, signing.signer())
    items = watched_rows.items_of(ledger, ("1",), "memory doubled", prove=True)
    assert {(one.kind, one.value) for one in items} == {("serial", SERIAL), ("uuid", UUID)}
    with Ledger(ledger, readonly=True) as opened:
        assert {one.row_digest for one in items} == {opened.entry(1)[0].digest}
    assert all(SERIAL not in one.proof for one in items), "a proof tells no record"
    path = tmp_path / "list.json"
    path.write_bytes(signed_list(items, "Rotterdam"))
    take_in(path, ())
    (hit, _) = with_watched(card()).watched
    assert hit.proof.startswith("row 1 stood in a ledger of 1 rows")
    assert hit.proof.endswith("signed with the same certificate")


def test_a_proof_of_another_row_or_none_at_all_is_said(tmp_path: Path, catalogue: Catalogue) -> None:
    ledger = tmp_path / "ledger.sqlite"
    inspected(ledger, catalogue, card())
    checkpoints.make(ledger, signing.signer())
    (item, _) = watched_rows.items_of(ledger, ("1",), "", prove=True)
    broken = json.loads(item.proof)
    broken["entry"]["digest"] = "ab" * 32
    cases = {
        "another row": replace(item, row_digest="cd" * 32),
        "does not hold": replace(item, proof=json.dumps(broken)),
        "does not hold: This": replace(item, proof="no proof"),
    }
    for said, one in cases.items():
        path = tmp_path / "list.json"
        path.write_bytes(signed_list([one], "Rotterdam"))
        held = take_in(path, ())
        assert said in with_watched(card()).watched[0].proof
        remove(held.digest)


def test_a_simulation_has_no_numbers_to_watch(tmp_path: Path, catalogue: Catalogue) -> None:
    ledger = tmp_path / "ledger.sqlite"
    inspected(ledger, catalogue, replace(card(), origin=Origin.SIMULATION))
    with pytest.raises(WatchListError, match="no card has its numbers"):
        watched_rows.items_of(ledger, ("1",), "")


def test_a_large_list_is_asked_within_a_second(tmp_path: Path) -> None:
    items = [WatchItem(kind="serial", value=f"{10**12 + n * 7}") for n in range(20_000)]
    path = tmp_path / "list.json"
    path.write_bytes(signed_list([*items, ITEM], "Rotterdam"))
    held = take_in(path, ())
    assert isinstance(held, Held)
    begun = time.process_time()
    assert len(with_watched(card()).watched) == 1
    assert time.process_time() - begun < 1  # of the processor: other tests run beside this one


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is the stranger's own program here")
def test_a_list_is_checked_without_this_program_as_the_docs_say(file: Path, tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "watch-lists.md").read_text(encoding="utf-8")
    begin = page.index("    python3 -c")
    block = page[begin : page.index("\n\n", begin)]
    script = "\n".join(line.removeprefix("    ") for line in block.splitlines())

    def confirmed() -> int:
        return subprocess.run(["sh", "-e", "-c", script], cwd=tmp_path, capture_output=True, timeout=60).returncode

    assert confirmed() == 0
    file.write_bytes(file.read_bytes().replace(b"stolen", b"St0len"))
    assert confirmed() != 0
