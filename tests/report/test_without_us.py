"""The page that tells how to check a report without this program: every block of it is run, as it stands there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from report.sealed import office, stamped

from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.workflow import collecting, inspecting, signing

PAGE = Path(__file__).parents[2] / "docs" / "verify-without-us.md"
NEEDED = ("pdfsig", "pdfdetach", "pdftotext", "qpdf", "jq", "openssl", "sha256sum", "sh", "cmp")
_BLOCK = re.compile(r"```(sh|python)\n(.*?)```", re.DOTALL)


def _run(folder: Path) -> list[str]:
    """What each block of the page prints."""
    said = []
    for kind, text in _BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "python":
            (folder / "check.py").write_text(text, encoding="utf-8")
            continue
        shell = ["sh", "-ec", text.replace("python3", sys.executable)]
        done = subprocess.run(shell, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (text, done.stdout, done.stderr)
        said.append(done.stdout)
    return said


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A report as the program writes it: the second row of a ledger, with its checkpoint."""
    folder = tmp_path_factory.mktemp("bench")
    evidence = collecting.collect_simulation("genuine-rtx-4090", 0, None, load())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder))
        patch.setattr(signing, "signer", lambda _ask=None: office().identity(office().officer))
        for number in range(2):
            case = Case(number=f"C-{number}", inspector="Test", place="Köln")
            inspection = inspecting.inspection_of(evidence, Declaration(), case, load())
            done = inspecting.store_and_report(inspection, folder / "ledger.sqlite", folder / f"{number}.pdf")
            assert not done.failure
    return (folder / "1.pdf").read_bytes()


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed here: {', '.join(missing)}")
    from cryptography.hazmat.primitives.serialization import Encoding

    (tmp_path / "office.pem").write_bytes(office().root.certificate.public_bytes(Encoding.PEM))
    return tmp_path


@pytest.mark.parametrize("kind", ["signed", "time-stamped"])
def test_the_page_confirms_a_report(kind: str, signed: bytes, desk: Path) -> None:
    (desk / "report.pdf").write_bytes(signed if kind == "signed" else stamped(signed))
    said = _run(desk)
    assert said[0].count("Signature is Valid.") == 1
    assert "the page shows the record's digest" in said[1] and "the page shows the ledger's digest" in said[1]
    seals = [line for line in said[3].splitlines() if "bytes" in line]
    assert len(seals) == (1 if kind == "signed" else 2)
    assert "row 2 of the ledger holds this record" in said[3]
    assert "the pages say the same" in said[4]


@pytest.mark.parametrize("where", ["page", "record", "gap", "behind"])
def test_the_page_finds_what_was_changed(where: str, signed: bytes, desk: Path) -> None:
    """The same blocks, on a report that somebody touched: one of them must stop."""
    place = {"page": 2_000, "record": signed.rindex(b"/EmbeddedFile") - 300, "gap": signed.rindex(b"000000>")}
    changed = signed + b"% more\n"
    if where in place:
        changed = signed[: place[where]] + bytes([signed[place[where]] ^ 1]) + signed[place[where] + 1 :]
    (desk / "report.pdf").write_bytes(changed)
    try:
        said = _run(desk)
    except AssertionError:
        return
    assert "Signature is Valid." not in said[0]
