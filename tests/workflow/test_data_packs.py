"""Signed reference data: whose are taken in, what is refused, what they change, and old reports after them."""

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import packs
import pytest
from cards import genuine, row_of

from gpu_inspector import reference, settings
from gpu_inspector.errors import DataError
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import kept_data, method
from gpu_inspector.records.catalogue import load, own
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.finding import Outcome
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.workflow import (
    data_installing,
    data_packs,
    data_standing,
    data_writing,
    inspecting,
    rejudging,
    reviewing,
    statements,
    watching,
)
from gpu_inspector.workflow.data_installing import install, remove, use
from gpu_inspector.workflow.data_packs import AlteredPack, PackError
from gpu_inspector.workflow.verifying import State, verify

PLACE = Path("pack.json")
CARD = genuine(row_of(packs.NAME))
"""As the program's own data have it, whatever data are in use later."""


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    packs.fresh()
    yield
    packs.fresh()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[bytes, bytes, Path, Path]]:
    """A pack that halves a product's memory, the certificate of its office, its folder, and the office's home."""
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    home = tmp_path_factory.mktemp("office")
    folder = packs.folder_with(tmp_path_factory.mktemp("data"), **packs.HALVED)
    data, certificate = packs.signed_elsewhere(home, monkeypatch, folder)
    yield data, certificate, folder, home
    monkeypatch.undo()


@pytest.fixture
def pack(made: tuple[bytes, bytes, Path, Path], tmp_path: Path) -> Path:
    return put(tmp_path, made[0])


@pytest.fixture
def trust(made: tuple[bytes, bytes, Path, Path]) -> tuple[bytes, ...]:
    return (made[1],)


def put(folder: Path, data: bytes) -> Path:
    path = folder / PLACE
    path.write_bytes(data)
    return path


def judged() -> Inspection:
    """One inspection with the data in use, not stored."""
    return inspecting.inspection_of(CARD, Declaration(), Case(place="Kiel"), load())


def inspected() -> tuple[inspecting.Done, bytes]:
    """One inspection with the data in use, stored, with its report's bytes."""
    made = judged()
    done = inspecting.store_and_report(made, settings.ledger_path())
    assert done.report is not None
    return done, done.report.read_bytes()


def outcome(made: Inspection, check: str = "memory-total") -> Outcome:
    return next(one.outcome for one in made.judgement.cards[0].findings if one.check == check)


def kept_files() -> list[str]:
    place = reference.folder()
    return sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file())


# --- what they change


def test_an_update_of_one_row_changes_the_finding_and_the_version_and_names_its_signer(
    pack: Path, trust: tuple[bytes, ...]
) -> None:
    before = judged()
    record = install(pack, trust).record
    packs.fresh()
    after = judged()
    assert (outcome(before), outcome(after)) == (Outcome.CONSISTENT, Outcome.CONTRADICTED)
    assert before.judgement.reference_version == own().version
    assert before.data is None
    assert after.judgement.reference_version == record.version != own().version
    assert after.data == record
    said = dict(method.versions(after))
    assert record.signer in said["Data signed by"]
    assert said["Signer, SHA-256"] == record.fingerprint
    assert said["Data file, SHA-256"] == record.sha256
    assert "Data signed by" not in dict(method.versions(before))


def test_the_report_says_that_the_counts_of_errors_are_of_other_data(pack: Path, trust: tuple[bytes, ...]) -> None:
    from gpu_inspector.report import examine

    install(pack, trust)
    packs.fresh()
    said = "".join(examine.printed(inspected()[1]).split())
    assert "judgedwithotherdata," + load().version in said
    assert "Signer,SHA-256" + data_packs.examine(pack.read_bytes(), ()).signer.fingerprint in said


def test_a_running_program_judges_wholly_by_what_it_began_with(pack: Path, trust: tuple[bytes, ...]) -> None:
    begun = load()
    install(pack, trust)
    assert load() is begun
    assert judged().data is None
    assert "was chosen" in " ".join(data_standing.standing().lines)


def test_the_own_data_can_be_used_again_and_the_pack_too(pack: Path, trust: tuple[bytes, ...]) -> None:
    record = install(pack, trust).record
    assert use("own") is None
    packs.fresh()
    assert load() is own()
    assert use(record.version) == record
    packs.fresh()
    assert load().version == record.version


# --- old reports


def test_an_old_report_is_judged_with_the_data_that_it_names(pack: Path, trust: tuple[bytes, ...]) -> None:
    _, old = inspected()
    install(pack, trust)
    packs.fresh()
    found = verify(old, (), load())
    assert (found.state, found.differences) == (State.UNKNOWN_SIGNER, ())
    assert any("which are kept here" in note for note in found.notes)
    assert not any("Another version made the pages" in note for note in found.notes)


def test_a_report_made_with_a_pack_is_judged_with_it_after_the_own_data_are_back(
    pack: Path, trust: tuple[bytes, ...]
) -> None:
    install(pack, trust)
    packs.fresh()
    done, new = inspected()
    use("own")
    packs.fresh()
    found = verify(new, (), load())
    assert (found.state, found.differences, found.judged_again) == (State.UNKNOWN_SIGNER, (), "CONTRADICTED")
    remove(done.inspection.judgement.reference_version)
    packs.fresh()
    found = verify(new, (), load())
    assert found.state is State.UNKNOWN_SIGNER
    assert found.differences
    assert any("are not kept here" in note for note in found.notes)


def test_after_a_program_update_the_kept_copy_of_its_old_data_judges(
    made: tuple[bytes, bytes, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from gpu_inspector import resources

    _, old = inspected()
    version = own().version
    assert kept_files() == [f"own/{version}.json"]
    monkeypatch.setattr(resources, "root", lambda: made[2])
    own.cache_clear()
    packs.fresh()
    try:
        assert load().version != version
        found = verify(old, (), load())
        assert (found.state, found.differences) == (State.UNKNOWN_SIGNER, ())
        assert any("which are kept here" in note for note in found.notes)
        reference.copy_path(version).write_bytes(b"{}")
        packs.fresh()
        assert any("are not kept here" in note for note in verify(old, (), load()).notes)
    finally:
        own.cache_clear()


def test_judge_and_rejudge_take_the_data_that_a_record_names(
    pack: Path, trust: tuple[bytes, ...], tmp_path: Path
) -> None:
    done, old = inspected()
    record = install(pack, trust).record
    packs.fresh()
    report = tmp_path / "old.pdf"
    report.write_bytes(old)
    review = reviewing.review(report, None, load())
    assert review.judgement == done.inspection.judgement
    assert "which are kept here" in review.caution
    named = reviewing.review(report, None, load(), named=True)
    assert named.judgement is not None
    assert named.judgement.reference_version == record.version
    ledger = settings.ledger_path()
    (changed,) = rejudging.changes(ledger, load())
    assert isinstance(changed, rejudging.RowChange)
    assert list(rejudging.changes(ledger, load(), as_recorded=True)) == [rejudging.Same(1)]


def test_a_row_whose_data_are_gone_is_named_and_not_called_altered(pack: Path, trust: tuple[bytes, ...]) -> None:
    record = install(pack, trust).record
    packs.fresh()
    with Ledger(settings.ledger_path()) as ledger:
        ledger.append(judged())
    use("own")
    remove(record.version)
    packs.fresh()
    (one,) = rejudging.changes(settings.ledger_path(), load(), as_recorded=True)
    assert isinstance(one, rejudging.Unreadable)
    assert one.without_data


def test_a_copy_that_cannot_be_kept_is_a_remark_and_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(target: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(data_writing, "write_whole", full)
    assert "No space left on device" in data_writing.keep_own(own().version)
    assert kept_files() == []


# --- who may give them


def test_a_first_pack_needs_the_certificate_and_a_later_one_does_not(
    pack: Path, trust: tuple[bytes, ...], made: tuple[bytes, bytes, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PackError, match="Nobody may give reference data here yet"):
        install(pack)
    assert kept_files() == []
    install(pack, trust)
    install(put(pack.parent, packs.restated(made[0], made[3], monkeypatch, note="again")))
    assert data_packs.installed()[0].record is not None


def test_another_office_is_refused_also_one_whose_reports_are_accepted_here(
    pack: Path, trust: tuple[bytes, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gpu_inspector import preferences

    other, theirs = packs.signed_elsewhere(tmp_path / "other", monkeypatch, None)
    accepted = tmp_path / "theirs.pem"
    accepted.write_bytes(theirs)
    preferences.change({"trusted": (str(accepted),)})
    install(pack, trust)
    with pytest.raises(PackError, match="is not the one that may give reference data here"):
        install(put(tmp_path, other))
    with pytest.raises(PackError, match="not that of this pack's signer"):
        install(put(tmp_path, other), trust)
    assert install(put(tmp_path, other), (theirs,)).record.version == own().version


def test_a_pack_whose_office_was_replaced_no_longer_judges(
    pack: Path, trust: tuple[bytes, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = install(pack, trust).record
    other, theirs = packs.signed_elsewhere(tmp_path / "other", monkeypatch, None)
    install(put(tmp_path, other), (theirs,))
    with pytest.raises(PackError, match="not the one that may"):
        use(first.version)
    kept = reference.read(reference.pack_path(first.version).read_bytes())
    reference.chosen_path().write_bytes(reference.chosen_text(kept))
    packs.fresh()
    with pytest.raises(PackError, match="no longer named"):
        judged()
    assert "no longer named" in data_standing.standing().trouble


# --- what is refused


def test_no_changed_byte_of_a_pack_passes(pack: Path, trust: tuple[bytes, ...]) -> None:
    _changed(pack, trust, [0, 9, 24, 31, 300, -1, -2, -40], 4)


@pytest.mark.prove
def test_no_changed_byte_of_a_thousand_passes(pack: Path, trust: tuple[bytes, ...]) -> None:
    _changed(pack, trust, [*range(1500), *range(-200, 0)], 1000)


def _changed(pack: Path, trust: tuple[bytes, ...], ends: list[int], more: int) -> None:
    whole = pack.read_bytes()
    chance = random.Random(10)
    for place in [*ends, *(chance.randrange(len(whole)) for _ in range(more))]:
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        with pytest.raises(AlteredPack):
            install(put(pack.parent, bytes(changed)), trust)
    for other in (whole[:-1], whole + b"\n", b" " + whole, whole[: len(whole) // 2], b""):
        with pytest.raises(AlteredPack):
            install(put(pack.parent, other), trust)
    assert kept_files() == []


REFUSED: dict[str, tuple[dict[str, Any], type[PackError], str]] = {
    "another version than its files come to": ({"version": "2026-11-25+0123456789ab"}, AlteredPack, "come to"),
    "no version": ({"version": "newest"}, AlteredPack, "version is none"),
    "a version that is a path": ({"version": "../../2026-11-25+0123456789ab"}, AlteredPack, "version is none"),
    "another kind": ({"kind": "watch-list"}, AlteredPack, "no reference data"),
    "a copy of own data": ({"kind": reference.COPY}, AlteredPack, "no reference data"),
    "a newer format": ({"format": 2}, PackError, "reads up to format 1"),
    "no note and no maker": ({"note": "x" * 2001}, AlteredPack, "longer than"),
    "a newer program": ({"needs": "9000.1"}, PackError, "need GPU Inspector 9000.1"),
    "a program without a number": ({"needs": "newest"}, AlteredPack, "need is none"),
    "no time zone": ({"made_at": "2026-11-25T00:00:00"}, AlteredPack, "time zone"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_well_signed_pack_is_refused_that_has(
    case: str, made: tuple[bytes, bytes, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields, kind, said = REFUSED[case]
    path = put(tmp_path, packs.restated(made[0], made[3], monkeypatch, **fields))
    with pytest.raises(PackError, match=said) as caught:
        install(path, (made[1],))
    assert type(caught.value) is kind
    assert kept_files() == []


NAMES = ["../evil.jsonl", "products/../../evil.jsonl", "/etc/passwd.json", "products/a/b.jsonl", "products\\a.jsonl"]


@pytest.mark.parametrize("name", [*NAMES, "products/ada.jsonl\n", "products/Ada.jsonl", "ada.jsonl", "", "x.sh"])
def test_a_name_that_is_no_reference_file_is_refused(
    name: str, made: tuple[bytes, bytes, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = json.loads(statements.unframed(made[0])[0])["files"]
    path = put(tmp_path, packs.restated(made[0], made[3], monkeypatch, files={**files, name: ""}))
    with pytest.raises(AlteredPack, match="name"):
        install(path, (made[1],))
    assert kept_files() == []


@pytest.mark.parametrize("change", ["missing", "twice", "unread", "many", "damaged", "other list"])
def test_a_set_of_files_that_is_not_whole_is_refused(
    change: str, made: tuple[bytes, bytes, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = json.loads(statements.unframed(made[0])[0])["files"]
    if change == "missing":
        del files["products/hopper.jsonl"]
    elif change == "twice":
        files["products/modifications.json"] = files["modifications.json"]
    elif change == "unread":
        files["export/more.jsonl"] = ""
    elif change == "many":
        files |= {f"products/more{number}.jsonl": "" for number in range(64)}
    elif change == "damaged":
        files["products/chips.jsonl"] = "{"
    else:
        files["modifications.json"] = files["modifications.json"].replace("RTX 4090", "RTX 4091")
    version = replace(reference.read(made[0]).statement, files=files)
    plain = {name.removeprefix("products/"): text.encode() for name, text in version.files.items()}
    from gpu_inspector.records.catalogue import Catalogue

    try:
        named = Catalogue(plain).version
    except DataError:
        named = version.version
    path = put(tmp_path, packs.restated(made[0], made[3], monkeypatch, files=files, version=named))
    with pytest.raises(AlteredPack):
        install(path, (made[1],))
    assert kept_files() == []


def test_a_signed_statement_of_another_kind_is_no_pack(tmp_path: Path) -> None:
    from gpu_inspector.records.watching import WatchItem

    signed = watching.signed_list([WatchItem(kind="serial", value="1324520012345")], "Kiel")
    with pytest.raises(AlteredPack):
        install(put(tmp_path, signed), (packs.certificate(),))


def test_what_is_no_pack_at_all_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    for data in (b"\xff\xfe", b"[" * 100_000, b"{}", b'{"format":1,"signature":"","statement":' + b"[" * 50_000):
        with pytest.raises(AlteredPack):
            install(put(tmp_path, data))
    with (tmp_path / PLACE).open("wb") as file:
        file.truncate(reference.LARGEST * 40)
    with pytest.raises(AlteredPack, match="larger than any reference data"):
        install(tmp_path / PLACE)
    with pytest.raises(PackError, match="cannot be read"):
        install(tmp_path)


def test_older_data_need_to_be_asked_for(
    pack: Path,
    trust: tuple[bytes, ...],
    made: tuple[bytes, bytes, Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = packs.folder_with(tmp_path / "older", "2024-01-01")
    older, _ = packs.signed_elsewhere(made[3], monkeypatch, folder)
    path = put(tmp_path, older)
    with pytest.raises(PackError, match="older than those in use"):
        install(path, trust)
    done = install(path, trust, older=True)
    assert "older than those that came with the program" in done.remarks[0]
    packs.fresh()
    assert "are newer" in " ".join(data_standing.standing().lines)


def test_data_of_a_day_that_has_not_come_are_refused(
    made: tuple[bytes, bytes, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = datetime.now(UTC) + timedelta(days=30)
    folder = packs.folder_with(tmp_path / "ahead", f"{ahead:%Y-%m-%d}")
    data, _ = packs.signed_elsewhere(made[3], monkeypatch, folder)
    with pytest.raises(PackError, match="a day that has not come"):
        install(put(tmp_path, data), (made[1],))


@pytest.mark.parametrize("damage", ["changed", "gone", "choice", "stripped", "swapped"])
def test_data_in_use_that_were_changed_are_refused_never_passed_over(
    damage: str,
    pack: Path,
    trust: tuple[bytes, ...],
    made: tuple[bytes, bytes, Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record = install(pack, trust).record
    path = reference.pack_path(record.version)
    if damage == "changed":
        path.write_bytes(path.read_bytes().replace(b"RTX 4090", b"RTX 4091", 1))
    elif damage == "gone":
        path.unlink()
    elif damage == "choice":
        reference.chosen_path().write_bytes(b'{"version":"../../../etc/passwd","sha256":"00"}')
    elif damage == "stripped":
        path.write_bytes(path.read_bytes().replace(b'"signature":"', b'"signature":"AAAA', 1))
        reference.chosen_path().write_bytes(reference.chosen_text(reference.read(path.read_bytes())))
    else:
        other, _ = packs.signed_elsewhere(pack.parent / "other", monkeypatch, made[2])
        path.write_bytes(other)
        reference.chosen_path().write_bytes(reference.chosen_text(reference.read(other)))
    packs.fresh()
    with pytest.raises(DataError) as caught:
        judged()
    assert "gpu-inspector data use own" in str(caught.value)
    assert data_standing.standing().trouble
    assert not data_standing.topic().well
    use("own")
    packs.fresh()
    assert outcome(judged()) is Outcome.CONSISTENT


def test_a_kept_pack_whose_bytes_do_not_come_to_its_name_judges_nothing(pack: Path, trust: tuple[bytes, ...]) -> None:
    record = install(pack, trust).record
    use("own")
    packs.fresh()
    assert kept_data.of_version(record.version) is not None
    path = reference.pack_path(record.version)
    path.write_bytes(path.read_bytes().replace(b"12288", b"12289"))
    packs.fresh()
    assert kept_data.of_version(record.version) is None
    (kept,) = data_packs.installed()
    assert kept.problem
    with pytest.raises(AlteredPack):
        use(record.version)
    for name in ("", "own", "../x", "2026-11-25+0123456789ab", "\0"):
        assert kept_data.of_version(name) is None


def test_data_in_use_are_not_removed(pack: Path, trust: tuple[bytes, ...]) -> None:
    record = install(pack, trust).record
    with pytest.raises(PackError, match="are in use"):
        remove(record.version)
    with pytest.raises(DataError, match="No data"):
        remove("2020-01-01+0123456789ab")
    with pytest.raises(DataError, match="no version"):
        remove("../chosen")


# --- the bench's own check


def test_the_check_of_the_program_accepts_a_sound_pack_and_finds_one_in_trouble(
    pack: Path, trust: tuple[bytes, ...]
) -> None:
    from gpu_inspector.checks.bench_program import as_released
    from gpu_inspector.probes import program

    record = install(pack, trust).record
    packs.fresh()
    reading = replace(program.read(), pack=data_packs.in_use())
    answer = as_released.answer(reading, "")
    assert answer.outcome is Outcome.CONSISTENT
    assert answer.values["signer"] == record.signer
    reference.pack_path(record.version).write_bytes(b"{}")
    packs.fresh()
    altered = as_released.answer(replace(reading, pack=data_packs.with_trouble()), "")
    assert altered.outcome is Outcome.INCONCLUSIVE


# --- writing


def test_a_list_that_was_changed_is_read_in_its_new_form(
    made: tuple[bytes, bytes, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = packs.folder_with(tmp_path / "lists")
    path = folder / "modifications.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("RTX 4090", "RTX 4091"), encoding="utf-8")
    data, _ = packs.signed_elsewhere(made[3], monkeypatch, folder)
    files = reference.read(data).files()
    assert b"RTX 4091" in files["modifications.json"]
    found = data_installing.complete(data_packs.examine(data, ()).pack)
    assert found.modifications != own().modifications


@pytest.mark.parametrize("damage", ["no text", "missing", "no TOML", "digits", "large", "note", "no folder"])
def test_a_folder_that_is_no_whole_data_makes_no_pack(damage: str, tmp_path: Path) -> None:
    folder = packs.folder_with(tmp_path / "data")
    note = "test"
    if damage == "no text":
        (folder / "products" / "ada.jsonl").write_bytes(b'{"name": "\xff"}')
    elif damage == "missing":
        (folder / "markings" / "memory.jsonl").unlink()
    elif damage == "no TOML":
        (folder / "modifications.toml").write_text("[" * 5000, encoding="utf-8")
    elif damage == "digits":
        (folder / "modifications.toml").write_text(f"a = {'9' * 5000}", encoding="utf-8")
    elif damage == "large":
        (folder / "modifications.toml").write_text(f"a = 0x{'f' * 50}", encoding="utf-8")
    elif damage == "note":
        note = "  "
    else:
        folder = tmp_path / "nowhere"
    with pytest.raises(PackError):
        data_writing.signed_pack(folder, note)


def test_a_statement_is_written_as_canonical_json_has_it(made: tuple[bytes, bytes, Path, Path]) -> None:
    import rfc8785

    statement, _ = statements.unframed(made[0])
    assert rfc8785.dumps(json.loads(statement)) == statement
    odd = replace(reference.read(made[0]).statement, note='\x00\x1f\x7f\u2028\ufffd\U0001f600 "\\/ä', files={})
    assert data_packs.encoded(odd) == rfc8785.dumps(json.loads(data_packs.encoded(odd)))


# --- a process that is killed


def test_an_install_that_is_killed_is_whole_or_not_at_all(pack: Path, trust: tuple[bytes, ...], tmp_path: Path) -> None:
    _killed(pack, trust, tmp_path, 2)


@pytest.mark.prove
def test_a_hundred_installs_that_are_killed_are_whole_or_not_at_all(
    pack: Path, trust: tuple[bytes, ...], tmp_path: Path
) -> None:
    _killed(pack, trust, tmp_path, 100)


def _killed(pack: Path, trust: tuple[bytes, ...], tmp_path: Path, times: int) -> None:
    certificate = tmp_path / "office.pem"
    certificate.write_bytes(trust[0])
    command = [sys.executable, "-m", "gpu_inspector", "data", "install", str(pack), "--trust", str(certificate)]
    chance = random.Random(4)
    for _ in range(times):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.1, 1.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        packs.fresh()
        selected = reference.selection()
        assert load().version == (selected[0] if selected is not None else own().version)
        for kept in data_packs.installed():
            assert "cannot be used" not in kept.problem
            assert "no data pack" not in kept.problem
        reference.chosen_path().unlink(missing_ok=True)
        reference.pack_path(reference.read(pack.read_bytes()).version).unlink(missing_ok=True)
