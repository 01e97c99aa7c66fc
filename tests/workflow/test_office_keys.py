"""The note for offices says nothing that does not work: its commands are run as they stand."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from cards import row_of
from dumps import dump_of

from gpu_inspector import settings
from gpu_inspector.cli.main import main
from gpu_inspector.report.certificate import certificates_in
from gpu_inspector.report.fitness import examine

NOTE = Path(__file__).parents[2] / "docs" / "office-keys.md"
PASSPHRASE = "one of the note's own"

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


def blocks() -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", NOTE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def run(block: str, folder: Path) -> None:
    environ = {**os.environ, "OFFICER_PASSPHRASE": PASSPHRASE}
    done = subprocess.run(
        ["bash", "-euo", "pipefail"], input=block, text=True, cwd=folder, env=environ, capture_output=True
    )
    assert done.returncode == 0, done.stderr


def test_the_offices_authority_signs_is_known_and_revokes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = tmp_path / "office"
    office.mkdir(mode=0o700)
    *making, revoking = blocks()
    assert len(making) == 4
    for block in making:
        run(block, office)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GPU_INSPECTOR_PASSPHRASE", PASSPHRASE)
    (tmp_path / "d.xml").write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090")))
    start = ["inspect", "--from", "d.xml", "--ledger", "l.sqlite"]
    assert main(["key", "import", str(office / "officer.p12")]) == 0
    assert main(["key", "show"]) == 0
    assert main([*start, "--report", "r.pdf"]) == 10
    assert main(["verify", "r.pdf"]) == 3
    for trusted in ("issuing.pem", "root.pem"):
        assert main(["verify", "r.pdf", "--trust", str(office / trusted)]) == 0
    run(revoking, office)
    settings.revocation_folder().mkdir()
    shutil.copy(office / "issuing.crl", settings.revocation_folder())
    assert main(["key", "show"]) == 1
    assert main([*start, "--report", "s.pdf"]) == 1
    assert not (tmp_path / "s.pdf").exists()


def test_the_officers_certificate_needs_no_remark_but_that_of_the_lists(tmp_path: Path) -> None:
    for block in blocks()[:3]:
        run(block, tmp_path)
    officer, issuing, root = (
        certificates_in((tmp_path / name).read_bytes())[0] for name in ("officer.pem", "issuing.pem", "root.pem")
    )
    found = examine(officer, (issuing, root), ())
    assert found.refusal == ""
    assert all("no revocation list of its authority is at hand" in one for one in found.remarks)
