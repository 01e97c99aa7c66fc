"""The command line in other languages: what people read is translated, what programs read and exits are not."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cards import row_of
from cli.pseudo_language import Run, pseudo, run, speak, unmarked
from dumps import dump_of

from gpu_inspector import __main__ as doors
from gpu_inspector import preferences, resources
from gpu_inspector.cli import speech
from gpu_inspector.cli.main import main
from gpu_inspector.language import ENGLISH, NAMES, PSEUDO, catalogues, current

__all__ = ["pseudo", "run"]

CARD = "NVIDIA GeForce RTX 4090"
OTHER = tuple(tag for tag in NAMES if tag != ENGLISH)


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two dumps, one of them of a rework, in which commands are called."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dumps").mkdir()
    (tmp_path / "good.xml").write_bytes(dump_of(row_of(CARD)))
    (tmp_path / "dumps" / "a.xml").write_bytes(dump_of(row_of(CARD), fb_memory_usage__total="49140 MiB"))
    (tmp_path / "dumps" / "b.xml").write_bytes(b"nothing")
    return tmp_path


LEDGER = ("--ledger", "l.sqlite")
DONE = (
    (("inspect", "--from", "good.xml", "--report", "r.pdf", "--case", "C-1", *LEDGER), 10),
    (("judge", "dumps"), 12),
    (("history", *LEDGER), 0),
    (("history", "zzz", *LEDGER), 0),
    (("report", "1", "again.pdf", *LEDGER), 0),
    (("verify", "r.pdf"), 3),
    (("verify", "good.xml"), 4),
    (("ledger", "verify", *LEDGER), 0),
    (("ledger", "checkpoint", "cp.json", *LEDGER), 0),
    (("ledger", "prove", "1", "p.json", *LEDGER), 0),
    (("ledger", "check-proof", "p.json"), 3),
    (("ledger", "custody", *LEDGER), 0),
    (("ledger", "export", "e.jsonl", "--signed", *LEDGER), 0),
    (("ledger", "check-export", "e.jsonl"), 3),
    (("ledger", "backup", "b.sqlite", *LEDGER), 0),
    (("ledger", "restore", "b.sqlite", "--ledger", "new.sqlite"), 0),
    (("ledger", "rejudge", *LEDGER), 0),
    (("ledger", "rejudge", "--supersede", "1", "--reason", "R", "--report", "s.pdf", *LEDGER), 0),
    (("tag", "2", "t.pdf", *LEDGER), 0),
    (("lot", "new", "Los", "--declared", "3", "--from", "dumps", "--report", "lot.pdf", *LEDGER), 12),
    (("lot", "status", *LEDGER), 0),
    (("lot", "status", "Los", *LEDGER), 0),
    (("verify", "lot.pdf"), 3),
    (("batch", "dumps", "--report", "batch.pdf", "--ledger", "m.sqlite"), 12),
    (("verify", "batch.pdf"), 3),
    (("key", "show"), 0),
    (("key", "export", "cert.pem"), 0),
    (("policy", "show"), 0),
    (("policy", "write", "pol.json", "--office", "O", "--number", "1"), 0),
    (("data", "list"), 0),
    (("data", "write", "d.json", "--note", "N"), 0),
    (("data", "show", "d.json"), 0),
    (("data", "install", "d.json"), 1),
    (("watchlist", "list"), 0),
    (("watchlist", "export", "w.json", "--row", "1", *LEDGER), 0),
    (("watchlist", "import", "w.json"), 0),
    (("watchlist", "list"), 0),
    (("control-card", "show", *LEDGER), 0),
    (("report", "99", "no.pdf", *LEDGER), 1),
    (("judge", "missing.xml"), 1),
    (("checklist", "--write", "a.toml"), 0),
)
"""Commands one after the other, and what each ends with."""
VALUES_HERE = ("bookworm", "kernel", "nvjson", "nvreadme", "nvreleased", "the", "program", "own")
"""The name of this system, codes of the sources of products, and whose the reference data are."""
NAMES_OF_VALUES = ("dumps", "simulation", "own", "root", "bench", "key", "pack")


@pytest.mark.usefixtures("pseudo")
def test_what_commands_print_is_translated(work: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    speak(monkeypatch, PSEUDO)
    forgotten = {}
    for arguments, status in DONE:
        found, out, err = run(*arguments)
        assert found == status, (arguments, out, err)
        assert "⟦" in out + err
        if words := unmarked(out + err, NAMES_OF_VALUES):
            forgotten[" ".join(arguments)] = words
    assert forgotten == {}


@pytest.mark.parametrize(
    "arguments",
    [("list",), ("doctor",), ("products", "4090"), ("products", "zzz"), ("checks",), ("simulations",), ("checklist",)],
    ids=" ".join,
)
@pytest.mark.usefixtures("pseudo", "work")
def test_what_the_program_knows_is_translated(
    arguments: tuple[str, ...], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(monkeypatch, PSEUDO)
    status, out, _err = run(*arguments)
    assert status == 0
    assert unmarked(out, VALUES_HERE) == []


@pytest.mark.usefixtures("pseudo", "work")
def test_a_simulation_is_measured_and_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    speak(monkeypatch, PSEUDO)
    status, out, err = run("inspect", "--simulate", "genuine-rtx-4090", "--profile", "quick", *LEDGER)
    assert status == 0, (out, err)
    assert unmarked(out + err, NAMES_OF_VALUES) == []


@pytest.mark.parametrize("tag", [*OTHER, PSEUDO])
@pytest.mark.usefixtures("pseudo", "work")
def test_programs_read_english(tag: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments in (("judge", "good.xml"), ("judge", "dumps"), ("checks",), ("products", "4090"), ("policy", "show")):
        speak(monkeypatch, ENGLISH)
        english = run(*arguments, "--json")
        speak(monkeypatch, tag)
        assert run(*arguments, "--json") == english
        assert run("--language", tag, *arguments, "--json") == english


@pytest.mark.usefixtures("pseudo", "work")
def test_a_failure_of_a_program_is_told_in_english(run: Run) -> None:
    assert run("--language", PSEUDO, "judge", "missing.xml", "--json") == run("judge", "missing.xml")


def test_the_option_goes_before_environment_settings_and_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "es_ES.UTF-8")
    spoken: list[str] = []

    def answered(_arguments: list[str]) -> int:
        spoken.append(current())
        return 0

    monkeypatch.setattr("gpu_inspector.cli.main._answered", answered)
    main(["list"])
    preferences.change({"language": "fr"})
    main(["list"])
    monkeypatch.setenv(preferences.LANGUAGE_VARIABLE, "de_AT.UTF-8")
    main(["list"])
    main(["--language", "ja", "list"])
    main(["--language=en", "list"])
    main(["list", "--json"])
    assert spoken == ["es", "fr", "de", "ja", "en", "en"]
    assert current() == ENGLISH


def test_a_shell_that_completes_is_answered_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    assert speech.COMPLETING == doors.COMPLETING
    monkeypatch.setenv(speech.COMPLETING, "bash_complete")
    speak(monkeypatch, PSEUDO)
    speech.settle([])
    assert current() == ENGLISH


@pytest.mark.parametrize("tag", ["tlh", "", "zh-TW", "x" * 300, "\x1b[31m"])
def test_a_language_that_is_none_is_wrong_usage(tag: str, run: Run) -> None:
    status, out, err = run("--language", tag, "list")
    assert (status, out) == (2, "")
    assert all(one in err for one in NAMES)
    assert "\x1b" not in err and len(err) < 600


@pytest.mark.parametrize("tag", ["tlh", "\x1b[31m"])
def test_a_wrong_environment_keeps_nobody_from_working(tag: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    speak(monkeypatch, tag)
    status, out, err = run("checks")
    assert status == 0 and "bench-origin" in out
    (line,) = err.splitlines()
    assert preferences.LANGUAGE_VARIABLE in line and "zh-Hans" in line and "English" in line


@pytest.fixture
def _fresh() -> Iterator[None]:
    catalogues.load.cache_clear()
    yield
    catalogues.load.cache_clear()


@pytest.mark.parametrize("broken", [b"", b"\xde\x12\x04\x95", b"nothing of the kind", None])
@pytest.mark.usefixtures("_fresh", "work")
def test_a_broken_catalogue_keeps_nobody_from_inspecting(
    broken: bytes | None, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(name: str) -> bytes:
        if broken is None:
            raise FileNotFoundError(2, "No such file or directory", name)
        return broken

    real = resources.read
    monkeypatch.setattr(resources, "read", lambda name: read(name) if name.endswith(".mo") else real(name))
    english = run("judge", "good.xml")
    status, out, err = run("--language", "de", "judge", "good.xml")
    assert (status, out) == english[:2]
    (line,) = err.splitlines()
    assert line.startswith("gpu-inspector: The texts in Deutsch cannot be read")
    assert line.endswith("English is spoken instead.")


class Terminal(io.TextIOWrapper):
    """A stream with an encoding of its own, which can be read again."""

    def __init__(self, encoding: str, errors: str = "strict") -> None:
        super().__init__(io.BytesIO(), encoding=encoding, errors=errors, write_through=True)

    def said(self) -> str:
        return self.buffer.getvalue().decode(self.encoding)  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize(
    ("encoding", "tag", "spoken"),
    [
        ("ascii", "de", "en"),
        ("cp1252", "ja", "en"),
        ("cp1252", "en", "en"),
        ("ascii", "en", "en"),
        ("cp932", "fr", "en"),
    ],
)
@pytest.mark.usefixtures("work")
def test_a_terminal_without_the_letters_reads_english(
    encoding: str, tag: str, spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, err = Terminal(encoding), Terminal(encoding, "backslashreplace")
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    assert main(["--language", tag, "judge", "good.xml"]) == 10
    assert "Review of a file of unknown origin" in out.said()
    assert len(err.said().splitlines()) == (tag != spoken)
    if tag != spoken:
        assert encoding in err.said() and tag in err.said()


def test_a_terminal_with_the_letters_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal("cp1252"))
    monkeypatch.setattr(sys, "stderr", Terminal("cp1252", "backslashreplace"))
    assert [tag for tag in OTHER if speech.carries(tag)] == ["de", "fr", "es"]


@pytest.mark.parametrize(
    ("arguments", "tag"),
    [
        (["--language", "de"], "de"),
        (["--language=zh_CN.UTF-8"], "zh_CN.UTF-8"),
        (["--language", "tlh"], None),
        (["--language"], None),
        (["--language", "de", "list"], None),
        (["list"], None),
    ],
)
def test_a_language_without_a_command_opens_the_window_in_it(
    arguments: list[str], tag: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(preferences.LANGUAGE_VARIABLE, "before")
    monkeypatch.setattr(sys, "argv", ["gpu-inspector", *arguments])
    assert doors._only_a_language() is (tag is not None)
    assert preferences.languages()[0] == (tag or "before")


@pytest.mark.usefixtures("work")
def test_the_report_has_a_language_of_its_own(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the terminal's language nor the report's changes what is kept."""
    preferences.change({"report_language": "fr"})
    for number, wish in enumerate(((), ("--report-language", "ja"), ("--report-language", "en")), 1):
        status, out, _err = run("inspect", "--from", "good.xml", "--report", f"{number}.pdf", *LEDGER, *wish, "--json")
        assert status == 10
        assert json.loads(out)["number"] == number
    assert run("inspect", "--from", "good.xml", "--report-language", "tlh")[0] == 2
    assert len({Path(f"{number}.pdf").stat().st_size for number in (1, 2, 3)}) == 3
