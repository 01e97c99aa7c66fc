"""`kill -9` during `inspect`: the ledger verifies, every row that was reported is there, and no half report stands."""

import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cards import row_of
from dumps import dump_of

from gpu_inspector.cli.main import main
from gpu_inspector.ledger.store import Ledger

_REPORTED = re.compile(r"^Inspection (\d+) of the ledger, id (\S+),", re.MULTILINE)


@pytest.mark.parametrize("kills", [8, pytest.param(100, marks=pytest.mark.prove)])
def test_no_reported_row_is_lost(kills: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(kills)
    dump, ledger = tmp_path / "card.xml", tmp_path / "l.sqlite"
    dump.write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090")))
    command = [sys.executable, "-m", "gpu_inspector", "inspect", "--from", str(dump), "--ledger", str(ledger)]
    started = time.monotonic()
    subprocess.run(command, capture_output=True, check=False)  # makes the key, and tells how long one takes
    usual = time.monotonic() - started
    reported: dict[int, str] = {}
    killed = 0
    for number in range(kills):
        report = tmp_path / f"{number}.pdf"
        started = time.monotonic()
        with subprocess.Popen([*command, "--report", str(report)], stdout=-1, stderr=-3, text=True) as child:
            try:
                child.wait(timeout=chance.uniform(0.3, 1.1) * usual)
            except subprocess.TimeoutExpired:
                child.kill()
                killed += 1
            else:  # the first one met a busier machine: the next are killed by what this one took
                usual = min(usual, time.monotonic() - started)
            assert child.stdout is not None
            found = _REPORTED.search(child.stdout.read())
        if found is not None:
            reported[int(found[1])] = found[2]
    with Ledger(ledger, readonly=True) as kept:
        assert kept.verify().problem is None
        rows = {row.seq: row.id for row in kept.history(limit=1000)}
    assert reported.items() <= rows.items()
    reports = [tmp_path / f"{number}.pdf" for number in range(kills) if (tmp_path / f"{number}.pdf").exists()]
    for path in reports:
        assert main(["verify", str(path)]) == 3
        assert main(["ledger", "verify", "--report", str(path), "--ledger", str(ledger)]) == 0
    capsys.readouterr()
    with capsys.disabled():
        if kills > 8:
            print(
                f"\n{kills} runs, {killed} killed: {len(rows)} rows, {len(reported)} reported, {len(reports)} reports"
            )
    assert killed
