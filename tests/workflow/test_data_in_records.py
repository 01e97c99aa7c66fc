"""What a record says of its data pack, held against the pack; and data in use that nobody vouches for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import packs
import policy_files
import pytest
from cards import genuine, row_of

from gpu_inspector import reference, settings
from gpu_inspector.cli.main import main
from gpu_inspector.records import method
from gpu_inspector.records.catalogue import load, own
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.records.program import ReferencePack
from gpu_inspector.workflow import (
    data_given,
    data_installing,
    data_named,
    data_packs,
    inspecting,
    policy_keeping,
    rejudging,
)
from gpu_inspector.workflow.data_packs import PackError
from gpu_inspector.workflow.verification import Verification
from gpu_inspector.workflow.verifying import State, verify
from gpu_inspector.workflow.whole_files import write_whole

SAMPLE = Path(__file__).parents[2] / "resources" / "samples" / "geforce-rtx-4090.xml"
CARD = genuine(row_of(packs.NAME))
OTHER = "2026-01-01+0123456789ab"


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    packs.fresh()
    yield
    packs.fresh()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[bytes, bytes, Path]]:
    """A pack that halves a product's memory, the certificate of its office, and the office's home."""
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    home = tmp_path_factory.mktemp("office")
    folder = packs.folder_with(tmp_path_factory.mktemp("data"), **packs.HALVED)
    yield (*packs.signed_elsewhere(home, monkeypatch, folder), home)
    monkeypatch.undo()


@pytest.fixture
def record(made: tuple[bytes, bytes, Path], tmp_path: Path) -> ReferencePack:
    """The pack, installed and in use."""
    path = tmp_path / "pack.json"
    path.write_bytes(made[0])
    found = data_installing.install(path, (made[1],)).record
    packs.fresh()
    return found


def judged() -> Inspection:
    return inspecting.inspection_of(CARD, Declaration(), Case(), load())


def verified(inspection: Inspection, folder: Path) -> Verification:
    """Of a report with this record, well signed."""
    target = folder / "report.pdf"
    assert inspecting.store_and_report(inspection, folder / "l.sqlite", target).report == target
    return verify(target.read_bytes(), (), load())


@pytest.mark.parametrize(
    "lie",
    [
        pytest.param({"version": OTHER}, id="another version"),
        pytest.param({"signer": "Federal Office"}, id="another name"),
        pytest.param({"fingerprint": "0" * 64}, id="another certificate"),
        pytest.param({"note": "checked by the court"}, id="another note"),
        pytest.param({"made_at": timedelta(days=-300)}, id="an earlier day"),
    ],
)
def test_a_record_that_says_of_its_data_pack_what_the_pack_does_not_is_altered(
    lie: dict[str, Any], record: ReferencePack
) -> None:
    if "made_at" in lie:
        assert record.made_at is not None
        lie = {"made_at": record.made_at + lie["made_at"]}
    assert data_named.faults_of(replace(judged(), data=replace(record, **lie)))


def test_a_record_of_the_own_data_that_names_a_signed_pack_is_altered(record: ReferencePack, tmp_path: Path) -> None:
    data_installing.use("own")
    packs.fresh()
    found = verified(replace(judged(), data=record), tmp_path)
    assert found.state is State.ALTERED


def test_a_record_that_hides_that_its_data_were_a_pack_is_told(record: ReferencePack, tmp_path: Path) -> None:
    found = verified(replace(judged(), data=None), tmp_path)
    assert found.state is State.UNKNOWN_SIGNER
    assert any("does not say who signed its reference data" in note for note in found.notes)


def test_an_honest_record_of_a_pack_and_of_the_own_data_gets_no_such_word(
    record: ReferencePack, tmp_path: Path
) -> None:
    first = verified(judged(), tmp_path)
    data_installing.use("own")
    packs.fresh()
    (tmp_path / "own").mkdir()
    second = verified(judged(), tmp_path / "own")
    for found in (first, second):
        assert (found.state, found.problems, found.differences) == (State.UNKNOWN_SIGNER, (), ())
        assert not any("pack" in note for note in found.notes)


def test_data_in_use_that_nobody_signed_judge_nothing_and_verify_says_so(
    made: tuple[bytes, bytes, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = replace(judged().judgement, reference_version=OTHER)
    old = replace(judged(), judgement=elsewhere)
    statement = msgspec.json.decode(made[0])["statement"]
    data = msgspec.json.encode({"statement": statement, "signature": ""})
    pack = reference.read(data)
    write_whole(reference.pack_path(pack.version), data)
    write_whole(reference.chosen_path(), reference.chosen_text(pack))
    packs.fresh()
    assert main(["judge", str(SAMPLE)]) == 1
    assert "not to be relied on" in capsys.readouterr().err
    assert main(["judge", str(SAMPLE), "--data", "own"]) != 1
    assert any("not to be relied on" in note for note in data_named.said_of(old, load(), load()))


def test_a_pack_that_needs_a_newer_program_judges_nothing_after_the_program_went_back(
    made: tuple[bytes, bytes, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pack.json"
    path.write_bytes(packs.restated(made[0], made[2], monkeypatch, needs="7.1"))
    with monkeypatch.context() as patch:
        patch.setattr(data_packs, "__version__", "7.2")
        data_installing.install(path, (made[1],))
        packs.fresh()
        assert judged().data is not None
    packs.fresh()
    with pytest.raises(PackError, match=r"need GPU Inspector 7\.1"):
        judged()


def test_a_policy_that_cannot_be_used_does_not_stop_judging_by_a_pack_that_was_accepted_without_it(
    record: ReferencePack, tmp_path: Path
) -> None:
    held = policy_files.in_force(tmp_path / "policy.json")
    assert policy_keeping.standing().trouble == ""
    kept = settings.data_folder() / "policy" / f"{held.digest}.json"
    kept.write_bytes(kept.read_bytes() + b" ")
    packs.fresh()
    assert main(["judge", str(SAMPLE)]) != 1
    assert data_packs.in_use() == record


def test_what_is_replaced_with_the_data_of_an_office_that_gives_none_any_more_names_it_and_says_so(
    record: ReferencePack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = tmp_path / "l.sqlite"
    inspecting.store_and_report(judged(), ledger, tmp_path / "report.pdf")
    other, theirs = packs.signed_elsewhere(tmp_path / "other", monkeypatch, None)
    path = tmp_path / "other.json"
    path.write_bytes(other)
    data_installing.install(path, (theirs,))
    packs.fresh()
    catalogue, _ = data_given.data_of(record.version)
    after = rejudging.superseding("1", "asked again", ledger, catalogue)
    assert after.data == replace(record, trouble=data_packs.NOT_NAMED)
    assert data_packs.NOT_NAMED in dict(method.versions(after))["Data signed by"]
    assert after.judgement.reference_version == record.version != own().version
