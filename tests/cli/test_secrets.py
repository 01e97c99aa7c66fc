"""A passphrase and a PIN are planted, used, mistyped, and met by defects of the program: nothing that stays has them.

Looked through: standard output and error, the log with its traces, the settings, the ledger, the report with each of
its streams unpacked, every other file that was written, the arguments of the processes, and what objects and errors
say of themselves.
"""

import base64
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pikepdf
import pytest
from cards import row_of
from cryptography.hazmat.primitives.serialization import pkcs12
from dumps import dump_of
from report.authorities import party
from report.soft_card import PIN, SoftCard, with_card
from report.test_identity_file import packed

from gpu_inspector import settings
from gpu_inspector.cli import asking
from gpu_inspector.cli.main import main
from gpu_inspector.report import identity_card
from gpu_inspector.report.secret import Source
from gpu_inspector.workflow import signing

PASSPHRASE = "Zwölf-Boxkämpfer-jagen-8231"
WRONG = "Falsch-getippt-Eulen-5519"
WRONG_PIN = "7713-falsche-PIN"
ROOT = party("Root", authority=True)
OFFICER = party("Officer One", ROOT)


def forms(secret: str) -> list[bytes]:
    """A secret as it could stand in a file."""
    plain = secret.encode()
    wide = (secret.encode("utf-16-le"), secret.encode("utf-16-be"))
    escaped = json.dumps(secret)[1:-1].encode()
    coded = (plain.hex().encode(), plain.hex().upper().encode(), base64.b64encode(plain)[:-4])
    return [plain, secret.encode("latin-1"), *wide, escaped, ascii(secret)[1:-1].encode(), *coded]


def none_of(secrets: tuple[str, ...], data: bytes, where: str) -> None:
    for secret in secrets:
        for form in forms(secret):
            assert form not in data, f"{where} holds a secret"


def streams(pdf: Path) -> Iterator[bytes]:
    with pikepdf.open(pdf) as opened:
        for one in opened.objects:
            if isinstance(one, pikepdf.Stream):
                yield one.read_bytes() if "/Filter" in one else one.read_raw_bytes()
            else:
                yield one.unparse() if hasattr(one, "unparse") else repr(one).encode()


def look_through(folders: tuple[Path, ...], secrets: tuple[str, ...], known: tuple[Path, ...] = ()) -> list[str]:
    """Every file below these folders; the names of those that were looked at."""
    seen = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path not in known:
                none_of(secrets, path.read_bytes(), str(path))
                seen.append(path.name)
            if path.suffix == ".pdf":
                for stream in streams(path):
                    none_of(secrets, stream, f"{path}, unpacked")
    return seen


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "d.xml").write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090")))
    (folder / "officer.p12").write_bytes(packed(OFFICER, PASSPHRASE, others=(ROOT,)))
    monkeypatch.chdir(folder)
    return folder


def inspect(name: str) -> list[str]:
    return ["inspect", "--from", "d.xml", "--ledger", "l.sqlite", "--report", f"{name}.pdf"]


def broken(*_arguments: object, **_options: object) -> NoReturn:
    """A defect in the middle of using the secret, which is among the arguments."""
    raise RuntimeError("a defect")


def test_a_passphrase_stays_nowhere(
    bench: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GPU_INSPECTOR_PASSPHRASE", PASSPHRASE)
    assert main(["key", "new", "--p12", "new.p12"]) == 0
    assert main(["key", "import", "officer.p12"]) == 0
    assert main(inspect("one")) == 10
    assert main(["report", "1", "again.pdf", "--ledger", "l.sqlite"]) == 0
    assert main(["key", "export", "--private", "moved.p12"]) == 0
    for arguments in (["key", "show", "--json"], ["doctor"], ["ledger", "verify", "--ledger", "l.sqlite"]):
        main(arguments)
    monkeypatch.setenv("GPU_INSPECTOR_PASSPHRASE", WRONG)
    assert main(inspect("two")) == 1
    assert main(["key", "import", "officer.p12"]) == 1
    monkeypatch.setenv("GPU_INSPECTOR_PASSPHRASE", PASSPHRASE)
    with monkeypatch.context() as patch:
        patch.setattr(pkcs12, "load_pkcs12", broken)
        assert main(["key", "import", "officer.p12"]) == 1
    with monkeypatch.context() as patch:
        patch.setattr(Source, "get", broken)
        assert main(["key", "import", "officer.p12"]) == 1
    assert main(["key", "new"]) == 0
    assert settings.log_path().read_text().count("RuntimeError: a defect") == 2
    out, err = capfd.readouterr()
    none_of((PASSPHRASE, WRONG), (out + err).encode(), "the terminal")
    seen = look_through((bench, settings.data_folder()), (PASSPHRASE, WRONG))
    assert {"l.sqlite", "one.pdf", "again.pdf", "settings.toml", "gpu-inspector.log", "key.pem"} <= set(seen)


@with_card
def test_a_pin_stays_nowhere(
    bench: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    soft = SoftCard(tmp_path / "card", monkeypatch=monkeypatch)
    soft.put(OFFICER)
    monkeypatch.setenv("GPU_INSPECTOR_PIN", PIN)
    assert main(["key", "import", "--card", str(soft.card().module)]) == 0
    assert main(inspect("one")) == 10
    with monkeypatch.context() as patch:
        patch.setattr(identity_card, "session", broken)
        assert main(inspect("defect")) == 1
    with monkeypatch.context() as patch:
        patch.setattr(identity_card, "_signed_ecdsa", broken)
        assert main(inspect("defect")) == 1
    monkeypatch.setenv("GPU_INSPECTOR_PIN", WRONG_PIN)
    assert main(inspect("two")) == 1
    assert main(inspect("two")) == 1
    assert settings.log_path().read_text().count('"event": "defect"') == 2
    out, err = capfd.readouterr()
    assert "tried once" in err
    none_of((PIN, WRONG_PIN), (out + err).encode(), "the terminal")
    seen = look_through((bench, settings.data_folder(), soft.folder), (PIN, WRONG_PIN))
    assert {"l.sqlite", "one.pdf", "settings.toml", "gpu-inspector.log"} <= set(seen)


def test_errors_say_no_passphrase_whatever_raised_them(bench: Path) -> None:
    from gpu_inspector import preferences

    path = bench / "officer.p12"
    path.chmod(0o600)
    preferences.change({"signer": "file", "signer_file": str(path)})
    try:
        signing.signer(lambda wanted: WRONG)
    except Exception as error:
        told = "".join(traceback.format_exception(error)) + repr(error) + repr(error.args) + repr(vars(error))
    none_of((WRONG,), told.encode(), "the error")
    found = signing.signer(lambda wanted: PASSPHRASE)
    none_of((PASSPHRASE,), repr(found).encode(), "the identity")


def test_what_was_typed_stays_nowhere_either(
    bench: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    import getpass

    answers = [PASSPHRASE, PASSPHRASE, WRONG, PASSPHRASE, WRONG]
    monkeypatch.delenv("GPU_INSPECTOR_PASSPHRASE", raising=False)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", lambda wanted="", stream=None: answers.pop(0))
    assert main(["key", "import", "officer.p12"]) == 0
    assert main(inspect("one")) == 10
    assert main(inspect("two")) == 1
    assert main(["key", "new", "--p12", "new.p12"]) == 1
    assert answers == []
    out, err = capfd.readouterr()
    none_of((PASSPHRASE, WRONG), (out + err).encode(), "the terminal")
    look_through((bench, settings.data_folder()), (PASSPHRASE, WRONG))


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc to see the arguments of processes")
def test_no_process_has_a_secret_among_its_arguments(bench: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process's, its children's, and those of every program that is started for an inspection."""
    started: list[str] = []
    real = subprocess.Popen.__init__

    def noting(self: Any, arguments: Any, *others: Any, **options: Any) -> None:
        started.append(repr(arguments))
        real(self, arguments, *others, **options)

    monkeypatch.setattr(subprocess.Popen, "__init__", noting)
    environ = {**os.environ, "GPU_INSPECTOR_PASSPHRASE": PASSPHRASE}
    start = [sys.executable, "-m", "gpu_inspector"]
    with subprocess.Popen([*start, "key", "import", "officer.p12"], env=environ, stdout=subprocess.PIPE) as child:
        none_of((PASSPHRASE,), Path(f"/proc/{child.pid}/cmdline").read_bytes(), "the arguments")
        child.communicate(timeout=60)
    assert child.returncode == 0
    monkeypatch.setenv("GPU_INSPECTOR_PASSPHRASE", PASSPHRASE)
    assert main(inspect("one")) == 10
    none_of((PASSPHRASE,), "".join(started).encode(), "the arguments")


def test_where_echo_cannot_be_stopped_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    import getpass
    import warnings

    def echoing(wanted: str = "", stream: object = None) -> str:
        warnings.warn("Can not control echo on the terminal.", getpass.GetPassWarning, stacklevel=2)
        return "seen by everybody"

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", echoing)
    assert asking.ask("PIN") is None


def test_stopping_at_the_question_loses_no_inspection(
    bench: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import getpass

    def stopped(wanted: str = "", stream: object = None) -> str:
        raise KeyboardInterrupt

    monkeypatch.setenv("GPU_INSPECTOR_PASSPHRASE", PASSPHRASE)
    assert main(["key", "import", "officer.p12"]) == 0
    monkeypatch.delenv("GPU_INSPECTOR_PASSPHRASE")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", stopped)
    assert main(inspect("one")) == 1
    assert "Inspection 1 is kept; make its report again with" in capsys.readouterr().err
