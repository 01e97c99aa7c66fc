"""`key`: made, shown, handed on and taken in, from outside."""

import errno
import getpass
import itertools
import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from cards import row_of
from dumps import dump_of
from report.authorities import party, revocation_list
from report.soft_card import PIN, SoftCard, with_card
from report.test_identity_file import packed

from gpu_inspector import preferences, settings
from gpu_inspector.cli.main import commands, main
from gpu_inspector.report import identity_file
from gpu_inspector.report.certificate import certificates_in, fingerprint_of

PASSPHRASE = "Ein Satz mit Ümlaut 26"
ROOT = party("Root", authority=True)
ISSUING = party("Issuing", ROOT, authority=True)
OFFICER = party("Officer One", ISSUING)


@pytest.fixture(autouse=True)
def no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GPU_INSPECTOR_PASSPHRASE", "GPU_INSPECTOR_PIN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is typed at the terminal, in this order; what was asked is put into `asked`."""
    answers: list[str] = []

    def answer(wanted: str = "", stream: object = None) -> str:
        if not answers:
            raise AssertionError(f"asked for {wanted}")
        return answers.pop(0)

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", answer)
    return answers


@pytest.fixture
def officer(tmp_path: Path) -> Path:
    path = tmp_path / "officer.p12"
    path.write_bytes(packed(OFFICER, others=(ROOT, ISSUING)))
    return path


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert main(list(arguments)) == status
    found = capsys.readouterr()
    return found.out if status == 0 else found.out + found.err


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(said(capsys, *arguments, "--json"))
    return document


def test_before_the_first_key_there_is_none_to_show_and_showing_makes_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert "No signing key was made yet" in said(capsys, "key", "show", status=1)
    assert not settings.identity_folder().exists()


def test_a_new_key_keeps_every_older_one_aside(capsys: pytest.CaptureFixture[str]) -> None:
    keys = [shown(capsys, "key", "new") for _ in range(3)]
    assert len({one["fingerprint"] for one in keys}) == 3
    assert keys[0]["older"] is None
    for earlier, later in itertools.pairwise(keys):
        (kept,) = certificates_in((Path(later["older"]) / "certificate.pem").read_bytes())
        assert fingerprint_of(kept) == earlier["fingerprint"]
        assert (Path(later["older"]) / "key.pem").is_file()
    assert shown(capsys, "key", "show")["fingerprint"] == keys[-1]["fingerprint"]


def test_a_new_key_may_be_locked_with_a_passphrase_typed_twice(
    typed: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    typed += ["first", "second"]
    assert "not the same" in said(capsys, "key", "new", "--protect", status=1)
    assert not settings.identity_folder().exists()
    typed += ["right", "right"]
    said(capsys, "key", "new", "--protect")
    assert b"ENCRYPTED" in (settings.identity_folder() / "key.pem").read_bytes()
    dump = tmp_path / "d.xml"
    dump.write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090")))
    start = [
        "inspect",
        "--from",
        str(dump),
        "--ledger",
        str(tmp_path / "l.sqlite"),
        "--report",
        str(tmp_path / "r.pdf"),
    ]
    typed += ["wrong"]
    assert "passphrase does not open" in said(capsys, *start, status=1)
    typed += ["right"]
    said(capsys, "report", "1", str(tmp_path / "r.pdf"), "--ledger", str(tmp_path / "l.sqlite"))
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    assert typed == []


def test_a_key_in_a_file_of_its_own_is_made_under_a_passphrase_and_taken_in(
    typed: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "new.p12"
    typed += [PASSPHRASE, PASSPHRASE]
    said(capsys, "key", "new", "--p12", str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and not settings.identity_folder().exists()
    before = path.read_bytes()
    typed += [PASSPHRASE, PASSPHRASE]
    assert "exists" in said(capsys, "key", "new", "--p12", str(path), status=1)
    assert path.read_bytes() == before
    typed[:] = [PASSPHRASE]
    found = shown(capsys, "key", "import", str(path))
    assert found["kind"] == "file" and found["may_sign"]


def test_without_a_terminal_the_environment_gives_the_passphrase_or_the_sentence_names_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, officer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "set GPU_INSPECTOR_PASSPHRASE" in said(capsys, "key", "new", "--p12", str(tmp_path / "n.p12"), status=1)
    assert "GPU_INSPECTOR_PASSPHRASE" in said(capsys, "key", "import", str(officer), status=1)
    assert not (tmp_path / "n.p12").exists()
    monkeypatch.setenv("GPU_INSPECTOR_PASSPHRASE", PASSPHRASE)
    said(capsys, "key", "new", "--p12", str(tmp_path / "n.p12"))
    assert shown(capsys, "key", "import", str(officer))["name"] == "Officer One"


def test_what_is_taken_in_is_a_copy_that_nobody_else_reads(
    typed: list[str], capsys: pytest.CaptureFixture[str], officer: Path
) -> None:
    officer.chmod(0o644)
    typed += [PASSPHRASE]
    found = shown(capsys, "key", "import", str(officer))
    copy = Path(found["place"])
    assert copy.parent == settings.signers_folder() and copy.read_bytes() == officer.read_bytes()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600 and stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    assert [one["name"] for one in found["authorities"]] == ["Issuing", "Root"]
    assert len(found["remarks"]) == 2
    officer.unlink()
    assert shown(capsys, "key", "show")["name"] == "Officer One"
    chosen = preferences.load()[0]
    assert (chosen.signer, chosen.signer_file) == ("file", str(copy))


@pytest.mark.parametrize("again", ["same file", "another passphrase"])
def test_taken_in_again_nothing_is_overwritten(
    again: str, typed: list[str], capsys: pytest.CaptureFixture[str], officer: Path
) -> None:
    typed += [PASSPHRASE]
    first = Path(shown(capsys, "key", "import", str(officer))["place"])
    before = first.read_bytes()
    if again == "another passphrase":
        officer.write_bytes(packed(OFFICER, "another", others=(ROOT, ISSUING)))
    typed += [PASSPHRASE if again == "same file" else "another"]
    second = Path(shown(capsys, "key", "import", str(officer))["place"])
    assert (first == second) == (again == "same file")
    assert first.read_bytes() == before


@pytest.mark.parametrize("trouble", ["may not sign", "wrong passphrase", "no such file", "a folder", "nothing typed"])
def test_what_cannot_sign_is_refused_and_nothing_changes(
    trouble: str, typed: list[str], capsys: pytest.CaptureFixture[str], officer: Path, tmp_path: Path
) -> None:
    typed += ["wrong" if trouble == "wrong passphrase" else "" if trouble == "nothing typed" else PASSPHRASE]
    if trouble == "may not sign":
        officer.write_bytes(packed(party("CA", ROOT, authority=True), others=(ROOT,)))
    source = {"no such file": tmp_path / "none.p12", "a folder": tmp_path}.get(trouble, officer)
    sentence = {
        "may not sign": "is an authority's",
        "wrong passphrase": "does not open",
        "no such file": "cannot be read",
        "a folder": "is no file",
        "nothing typed": "none is offered",
    }[trouble]
    assert sentence in said(capsys, "key", "import", str(source), status=1)
    assert not preferences.path().exists() and not settings.signers_folder().exists()


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["key", "import"], id="nothing named"),
        pytest.param(["key", "import", "a.p12", "--card", "lib.so"], id="both named"),
        pytest.param(["key", "import", "a.p12", "--token", "x"], id="a token without a card"),
        pytest.param(["key", "use", "other"], id="no such kind"),
        pytest.param(["key", "export"], id="no place"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2


def test_colleagues_get_the_certificate_alone(
    typed: list[str], capsys: pytest.CaptureFixture[str], officer: Path, tmp_path: Path
) -> None:
    typed += [PASSPHRASE]
    said(capsys, "key", "import", str(officer))
    target = tmp_path / "officer.pem"
    assert fingerprint_of(OFFICER.der) in said(capsys, "key", "export", str(target))
    text = target.read_bytes()
    assert certificates_in(text) == (OFFICER.der,) and b"PRIVATE" not in text
    said(capsys, "key", "export", str(target))
    said(capsys, "key", "new")
    older = Path(shown(capsys, "key", "new")["older"]) / "certificate.pem"
    before = older.read_bytes()
    assert "signing key" in said(capsys, "key", "export", str(older), status=1)
    assert older.read_bytes() == before
    (tmp_path / "other.txt").write_text("mine")
    assert "another kind" in said(capsys, "key", "export", str(tmp_path / "other.txt"), status=1)
    inside = settings.signers_folder() / "c.pem"
    assert "signing key" in said(capsys, "key", "export", str(inside), status=1)


def test_the_private_key_goes_along_only_when_asked_and_under_a_passphrase(
    typed: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    fingerprint = shown(capsys, "key", "new")["fingerprint"]
    target = tmp_path / "moved.p12"
    typed += ["one", "two"]
    assert "not the same" in said(capsys, "key", "export", "--private", str(target), status=1)
    assert not target.exists()
    typed += ["moving", "moving"]
    said(capsys, "key", "export", "--private", str(target))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert identity_file.load(target, lambda wanted: "moving").fingerprint == fingerprint
    typed += ["moving", "moving"]
    assert "exists" in said(capsys, "key", "export", "--private", str(target), status=1)


@pytest.mark.parametrize("arguments", [["new", "--p12"], ["export", "--private"], ["import"], ["new"]])
def test_a_full_disk_is_a_sentence_and_leaves_the_older_key_in_use(
    arguments: list[str],
    typed: list[str],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    officer: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = shown(capsys, "key", "new")["fingerprint"]
    typed += [PASSPHRASE] if arguments == ["import"] else [] if arguments == ["new"] else [PASSPHRASE, PASSPHRASE]
    place = {"import": [str(officer)], "new": []}.get(" ".join(arguments), [str(tmp_path / "k.p12")])

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert "No space left on device" in said(capsys, "key", *arguments, *place, status=1)
    assert not (tmp_path / "k.p12").exists() and not list(settings.data_folder().rglob("*.p12"))
    assert shown(capsys, "key", "show")["fingerprint"] == before


def test_a_key_that_was_there_before_can_be_used_again(
    typed: list[str], capsys: pytest.CaptureFixture[str], officer: Path
) -> None:
    assert "No key of this program's own" in said(capsys, "key", "use", "own", status=1)
    assert "No file was taken in" in said(capsys, "key", "use", "file", status=1)
    assert "name no library" in said(capsys, "key", "use", "card", status=1)
    own = shown(capsys, "key", "new")["fingerprint"]
    typed += [PASSPHRASE]
    taken = shown(capsys, "key", "import", str(officer))["fingerprint"]
    assert shown(capsys, "key", "use", "own")["fingerprint"] == own
    assert shown(capsys, "key", "use", "file")["fingerprint"] == taken
    assert shown(capsys, "key", "new")["kind"] == "own"


def test_who_must_not_sign_any_more_is_shown_with_the_reason(
    typed: list[str], capsys: pytest.CaptureFixture[str], officer: Path
) -> None:
    typed += [PASSPHRASE]
    said(capsys, "key", "import", str(officer))
    ISSUING.revoked[OFFICER.certificate.serial_number] = datetime.now(UTC) - timedelta(hours=1)
    settings.revocation_folder().mkdir()
    (settings.revocation_folder() / "a.crl").write_bytes(revocation_list(ISSUING))
    ISSUING.revoked.clear()
    assert "must not sign: The certificate “Officer One” was revoked" in said(capsys, "key", "show", status=1)


@with_card
def test_a_card_is_taken_in_after_it_signed_a_try(
    typed: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    soft = SoftCard(tmp_path / "card", monkeypatch=monkeypatch)
    soft.put(OFFICER)
    start = ("key", "import", "--card", str(soft.card().module), "--token", "office", "--key", "id:01")
    typed += ["wrong"]
    assert "is wrong; it was tried once" in said(capsys, *start, status=1)
    assert not preferences.path().exists()
    typed += [PIN]
    found = shown(capsys, *start)
    assert (found["kind"], found["name"], found["may_sign"]) == ("card", "Officer One", True)
    assert shown(capsys, "key", "show")["fingerprint"] == found["fingerprint"]
    typed += ["x", "x", PIN]
    assert "never leaves it" in said(capsys, "key", "export", "--private", str(tmp_path / "k.p12"), status=1)
    chosen = preferences.load()[0]
    assert (chosen.card_token, chosen.card_key) == ("office", "id:01")
    assert PIN not in preferences.path().read_text()


def test_no_option_of_any_command_takes_a_secret() -> None:
    def options(group: click.Group) -> list[str]:
        found = []
        for command in group.commands.values():
            if isinstance(command, click.Group):
                found += options(command)
            found += [name for one in command.params for name in one.opts]
        return found

    secret = ("pin", "pass", "secret")
    assert len(options(commands)) > 50
    assert [one for one in options(commands) if any(word in one.casefold() for word in secret)] == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a terminal of its own (pty)")
def test_what_is_typed_at_a_real_terminal_is_not_echoed(officer: Path) -> None:
    import pty

    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover - another process
        os.execv(sys.executable, [sys.executable, "-m", "gpu_inspector", "key", "import", str(officer)])
    seen = b""
    arguments = b""
    try:
        while True:
            try:
                part = os.read(terminal, 4096)
            except OSError:
                break
            if not part:
                break
            seen += part
            if seen.endswith(b": ") and not arguments:
                arguments = Path(f"/proc/{child}/cmdline").read_bytes()
                os.write(terminal, PASSPHRASE.encode() + b"\n")
    finally:
        _, status = os.waitpid(child, 0)
        os.close(terminal)
    text = seen.decode()
    assert os.waitstatus_to_exitcode(status) == 0, text
    assert "Passphrase of officer.p12: " in text and "Officer One" in text
    assert PASSPHRASE not in text and PASSPHRASE.encode() not in arguments


def test_help_of_the_commands_costs_no_heavy_library() -> None:
    program = (
        "import sys; from gpu_inspector.cli.main import main; main(['key', 'import', '--help']); "
        "assert not {'pkcs11', 'pyhanko', 'keyring', 'gpu_inspector.report.identity'} & set(sys.modules)"
    )
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", program], check=True, cwd=root, capture_output=True)
