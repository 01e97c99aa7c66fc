"""A program that has a ledger open twice, and another that opens it meanwhile: no row may go with the other's end."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger import connection
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.inspection import Inspection

OPENS_IT = """
import sys
from pathlib import Path
from gpu_inspector.ledger.store import Ledger
Ledger(Path(sys.argv[1])).close()
"""


@pytest.mark.parametrize("readonly", [False, True])
def test_a_second_opening_here_takes_no_lock_from_the_first(
    tmp_path: Path, new_inspection: Callable[[], Inspection], readonly: bool
) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as first:
        first.append(new_inspection())
        Ledger(path, readonly=readonly).close()
        subprocess.run([sys.executable, "-c", OPENS_IT, str(path)], check=True)
        # Who closes a ledger last takes its write-ahead log away; the other program was not the last.
        assert path.with_name("ledger.sqlite-wal").stat().st_size > 0
        first.append(new_inspection())
    with Ledger(path, readonly=True) as opened:
        assert opened.count() == 2
        assert opened.verify().problem is None


def test_what_is_no_ledger_is_refused_again_as_soon_as_nobody_has_it_open(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger(path), Ledger(path):
        pass
    assert not connection._open
    path.write_bytes(b"x")
    for _ in range(2):
        with pytest.raises(LedgerError, match="not a ledger"):
            Ledger(path)
    assert not connection._open
