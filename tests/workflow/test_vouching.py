"""What a person takes out of the ledger to show others: whole or not at all, never over the ledger, and noted."""

from pathlib import Path

import pytest
from cards import genuine, row_of

from gpu_inspector.errors import LedgerError, ReportError
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.custody import What
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.workflow import checkpoints, row_proofs, vouching
from gpu_inspector.workflow.inspecting import inspection_of
from gpu_inspector.workflow.progress import silent
from gpu_inspector.workflow.targets import TargetError


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Three inspections."""
    path = tmp_path / "ledger.sqlite"
    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"))
    with Ledger(path) as opened:
        for _number in range(3):
            opened.append(inspection_of(evidence, Declaration(), Case(), load()))
    return path


def test_a_checkpoint_covers_all_rows_and_a_proof_follows_from_it(ledger: Path, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="No signed checkpoint"):
        vouching.prove(ledger, 2, tmp_path / "proof.json")
    kept = vouching.checkpoint(ledger, tmp_path / "checkpoint.json")
    assert kept.seq == 3 and checkpoints.check(kept.path.read_bytes()).statement.seq == 3
    done = vouching.prove(ledger, 2, tmp_path / "proof.json")
    shown = row_proofs.check(row_proofs.read(done.path.read_bytes()))
    assert shown.problem is None and shown.proof.entry.seq == 2 and done.remark == ""
    assert [line.event.what for line in vouching.log_of(ledger, 2, silent)] == [What.PROVED]


@pytest.mark.parametrize("name", ["ledger.sqlite", "ledger.sqlite.checkpoint", "no/folder/x.json"])
def test_nothing_is_written_where_it_must_not_go(ledger: Path, tmp_path: Path, name: str) -> None:
    before = ledger.read_bytes()
    with pytest.raises(TargetError):
        vouching.checkpoint(ledger, tmp_path / name)
    with pytest.raises(TargetError):
        vouching.prove(ledger, 1, tmp_path / name)
    assert ledger.read_bytes() == before
    assert vouching.log_of(ledger, 1, silent) == ()


def test_a_ledger_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    missing = tmp_path / "none.sqlite"
    with pytest.raises(LedgerError):
        vouching.checkpoint(missing, tmp_path / "checkpoint.json")
    assert not missing.exists() and not (tmp_path / "checkpoint.json").exists()


def test_a_full_disk_is_a_sentence(ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    vouching.checkpoint(ledger, tmp_path / "checkpoint.json")
    monkeypatch.setattr(vouching, "write_whole", full)
    with pytest.raises(ReportError, match="No space left"):
        vouching.prove(ledger, 1, tmp_path / "proof.json")
