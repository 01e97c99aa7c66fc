"""The log: lines of JSON that several programs may write at once, rotated, without anybody's numbers or names."""

import errno
import json
import mmap
import multiprocessing
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

import pytest
from cards import genuine, row_of
from dumps import dump_of
from jsonschema import Draft202012Validator

from gpu_inspector import log, platforms, preferences, reference, settings
from gpu_inspector.cli.main import main
from gpu_inspector.errors import CaptureError
from gpu_inspector.preferences import Preferences
from gpu_inspector.records.declaration import Binding, Case, Declaration
from gpu_inspector.workflow import diagnosing, inspecting, noting
from tools import make_schemas

SERIAL = "1324520012345"
UUID = "GPU-5d1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4"


def lines(path: Path | None = None) -> list[dict[str, Any]]:
    text = (path or settings.log_path()).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line]


def test_a_line_is_json_with_time_event_version_and_process() -> None:
    log.event("ledger-row", number=7, cards=1, nothing=None)
    (line,) = lines()
    assert line["at"].endswith("Z")
    assert (line["level"], line["event"], line["masked"], line["pid"]) == ("info", "ledger-row", True, os.getpid())
    assert line["fields"] == {"number": 7, "cards": 1}
    assert stat.S_IMODE(settings.log_path().stat().st_mode) == 0o600


def test_every_line_is_what_the_published_schema_says() -> None:
    log.event("a", texts=["x", 1, 2.5, True])
    log.warning("b")
    log.error("c", CaptureError("The file is empty.", "Ask again."), number=1)
    log.defect(ValueError("broken"))
    schema = json.loads((make_schemas.FOLDER / f"log-line{make_schemas.ENDING}").read_text(encoding="utf-8"))
    assert [error.message for line in lines() for error in Draft202012Validator(schema).iter_errors(line)] == []
    assert [line["level"] for line in lines()] == ["info", "warning", "error", "error"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"serial {SERIAL}", id="serial"),
        pytest.param(UUID, id="uuid"),
        pytest.param("/home/zsofia/Fall 4711/dump.xml cannot be read (x).", id="path with a space"),
        pytest.param("There is no folder /media/stick/Zollamt.", id="path at a sentence's end"),
        pytest.param(r"C:\Users\Fritz Meier\Desktop\dump.xml is empty.", id="Windows path"),
        pytest.param(r"\\server\Zollamt\dump.xml is empty.", id="share"),
        pytest.param("from 00:1a:2b:3c:4d:5e", id="network card"),
        pytest.param("some.body@office.example wrote", id="mail address"),
        pytest.param("https://tsa.zollamt.example/stamp refused", id="service"),
    ],
)
def test_what_has_the_form_of_somebodys_number_or_place_is_masked(text: str) -> None:
    log.error("failed", CaptureError(text))
    said = lines()[0]["fields"]["says"]
    assert log.MASK in said
    for secret in ("Zollamt", "zollamt", "zsofia", "4711", "Meier", SERIAL, UUID, "1a:2b", "some.body"):
        assert secret not in said


@pytest.mark.parametrize(
    "text",
    [
        "The driver 550.54.14 does not answer for 0000:01:00.0 and/or 10de:2684 (24/7).",
        "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1 cannot be read, nor /sys/bus/pci.",
        "0.1.0+3f2a9c01 with the data 2026-11-20+ab12cd34ef56",
    ],
)
def test_what_is_nobodys_is_left(text: str) -> None:
    log.error("failed", text)
    assert lines()[0]["fields"]["says"] == text


def test_what_was_hidden_is_masked_wherever_it_stands_and_whatever_its_form() -> None:
    log.hide("7/25", "Kuznetsova", None, "", "AB-77 odd")
    log.error("failed", CaptureError("Case 7/25 of KUZNETSOVA_2: the card ab-77 odd, key 17/255."))
    said = lines()[0]["fields"]["says"]
    assert said == f"Case {log.MASK} of {log.MASK}_2: the card {log.MASK}, key 17/255."


def test_of_very_many_hidden_values_the_newest_stay_hidden() -> None:
    log.hide(*(f"name number {number}" for number in range(5000)))
    assert log.masked("name number 4999") == log.MASK


def test_the_user_and_the_machine_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "zsofia")
    monkeypatch.setenv("HOME", "/srv/people/annegret")
    log.error("failed", f"zsofia at {os.uname().nodename} in annegret")
    said = lines()[0]["fields"]["says"]
    assert "zsofia" not in said and "annegret" not in said


@pytest.mark.parametrize("way", ["environment", "settings"])
def test_whoever_asks_for_serials_gets_them_and_the_line_says_so(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "settings":
        preferences.save(Preferences(log_serials=True))
    else:
        monkeypatch.setenv(log.SERIALS, "1")
    log.error("failed", f"serial {SERIAL} in /home/zsofia/x.xml")
    (line,) = lines()
    assert line["masked"] is False
    assert line["fields"]["says"] == f"serial {SERIAL} in /home/zsofia/x.xml"


def test_the_environment_overrules_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    preferences.save(Preferences(log_serials=True))
    monkeypatch.setenv(log.SERIALS, "0")
    log.event("a")
    assert lines()[0]["masked"] is True


def test_broken_settings_mask() -> None:
    preferences.path().parent.mkdir(parents=True, exist_ok=True)
    preferences.path().write_text("log_serials = true\nbroken = [", encoding="utf-8")
    log.event("a")
    assert lines()[0]["masked"] is True
    assert preferences.path().exists(), "whoever loads the choices tells of a broken file, and keeps it aside"


def test_a_defect_names_its_places_in_the_program_and_no_folder_of_anybody() -> None:
    def broken() -> NoReturn:
        raise KeyError("no such key")

    try:
        broken()
    except KeyError as error:
        sentence = log.defect(error)
    (line,) = lines()
    assert str(settings.log_path()) in sentence
    assert line["fields"]["says"] == "KeyError: 'no such key'"
    assert line["fields"]["trace"][-1].startswith("tests/test_log.py:")
    assert line["fields"]["trace"][-1].endswith(" in broken")
    assert str(Path(__file__).parent) not in settings.log_path().read_text(encoding="utf-8")


def test_a_defect_that_followed_from_another_names_both() -> None:
    try:
        try:
            raise ValueError("first")
        except ValueError as first:
            raise RuntimeError("second") from first
    except RuntimeError as error:
        log.defect(error)
    fields = lines()[0]["fields"]
    assert fields["says"] == "RuntimeError: second"
    assert "after ValueError: first" in fields["trace"]


# --- a log that cannot be written fails nothing


def test_a_read_only_folder_is_no_ones_trouble(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings.log_path().mkdir(parents=True)  # no folder can be written to as a file, not by root either
    log.event("a")
    assert log.trouble()
    assert main(["checks"]) == 0
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    assert str(tmp_path / "gpu-inspector.log") in log.defect(ValueError("broken"))
    assert lines(tmp_path / "gpu-inspector.log")[0]["fields"]["says"] == "ValueError: broken"


def test_where_nothing_can_be_written_a_defect_goes_to_stderr(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.log_path().mkdir(parents=True)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "is not there" / "\0"))
    assert "cannot be written" in log.defect(ValueError("broken"))
    assert "ValueError: broken" in capsys.readouterr().err


def test_a_full_disk_is_passed_over_and_the_next_line_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        return write(descriptor, data[:20])

    log.event("first")
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        log.event("second")
    assert "full" in log.trouble()
    log.event("third")
    text = settings.log_path().read_text(encoding="utf-8").splitlines()
    assert json.loads(text[0])["event"] == "first"
    assert json.loads(text[-1])["event"] == "third"


def test_no_space_at_all_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    log.event("a")
    assert log.trouble() == os.strerror(errno.ENOSPC)


def test_a_pipe_in_the_logs_place_does_not_hold_the_program_up() -> None:
    settings.log_path().parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(settings.log_path())
    log.event("a")
    assert log.trouble()


def test_a_link_in_the_logs_place_is_not_followed(tmp_path: Path) -> None:
    settings.log_path().parent.mkdir(parents=True, exist_ok=True)
    settings.log_path().symlink_to(tmp_path / "elsewhere")
    log.event("a")
    assert log.trouble()
    assert not (tmp_path / "elsewhere").exists()


def test_a_value_of_any_size_and_kind_is_one_line_of_bounded_length() -> None:
    log.event("a", text="\ud800\n" + "/a b" * 100_000, many=["word"] * 100_000, thing=object(), path=Path("/x/y"))
    (line,) = settings.log_path().read_text(encoding="utf-8").splitlines()
    assert len(line) <= 2 * log.LARGEST_LINE
    assert json.loads(line)["event"] == "a"


# --- rotation


def test_the_log_is_rotated_by_size_and_five_files_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "LARGEST_FILE", 2000)
    for number in range(200):
        log.event("counted", number=number)
    found = log.files()
    assert len(found) == 1 + log.OLDER_FILES
    assert found[-1] == settings.log_path()
    assert all(path.stat().st_size < 2000 + 300 for path in found)
    numbers = [line["fields"]["number"] for path in found for line in lines(path)]
    assert numbers == list(range(numbers[0], 200))


def _write(home: str, name: int, count: int) -> None:
    os.environ["GPU_INSPECTOR_HOME"] = home
    log.LARGEST_FILE = 40_000
    for number in range(count):
        log.event("counted", writer=name, number=number)


def test_several_processes_write_at_once_and_no_line_is_lost_or_mixed() -> None:
    count, writers = 150, 4
    home = str(settings.data_folder())
    context = multiprocessing.get_context("fork")
    jobs = [context.Process(target=_write, args=(home, name, count)) for name in range(writers)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    found = [line["fields"] for path in log.files() for line in lines(path)]
    assert len(log.files()) > 1
    assert len(found) == writers * count
    for name in range(writers):
        assert sorted(one["number"] for one in found if one["writer"] == name) == list(range(count))


ENDLESS = """
from gpu_inspector import log
log.LARGEST_FILE = 4000
number = 0
while True:
    number += 1
    log.event("counted", number=number)
    if number == 1:
        print("begun", flush=True)
"""


def test_a_killed_writer_leaves_a_log_that_others_go_on_with() -> None:
    kills = 3
    for _again in range(kills):
        with subprocess.Popen([sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None and writer.stdout.readline() == b"begun\n"
            time.sleep(0.1)
            writer.send_signal(signal.SIGKILL)
    for number in range(100):
        log.event("after", number=number)
    whole, cut = [], []
    for path in log.files():
        end = 0
        for line in path.read_bytes().splitlines(keepends=True):
            end += len(line)
            try:
                whole.append(json.loads(line))
            except ValueError:
                cut.append(end - line.endswith(b"\n"))  # it may be the last of its file
    assert [line["fields"]["number"] for line in whole if line["event"] == "after"] == list(range(100))
    # A kill can cut the line that crosses from one page of the file into the next, at its end, and no other: 1 in 3000.
    assert len(cut) <= kills and all(place % mmap.PAGESIZE == 0 for place in cut)
    assert not log.trouble()


# --- what the program tells it


def test_an_inspection_tells_its_story_and_nobodys_name(tmp_path: Path) -> None:
    dump = tmp_path / "Fall Meier.xml"
    dump.write_bytes(dump_of(row_of("Tesla T4"), serial=SERIAL, uuid=UUID))
    arguments = ["inspect", "--from", str(dump), "--case", "17/QX47", "--inspector", "Kuznetsova", "--office", "Kiel"]
    assert main([*arguments, "--report", str(tmp_path / "Meier.pdf")]) == 10
    assert main(["verify", str(tmp_path / "Meier.pdf")]) == 3
    assert main(["verify", str(tmp_path / "Meier has none.pdf")]) == 1
    told = [line["event"] for line in lines()]
    assert told == [
        *("command", "judged", "ledger-row", "report-written", "command-ended"),
        *("command", "verified", "command-ended"),
        *("command", "failed", "command-ended"),
    ]
    text = settings.log_path().read_text(encoding="utf-8")
    for secret in (SERIAL, UUID, "Meier", "QX47", "Kuznetsova", "Kiel", str(tmp_path)):  # digits alone may be a pid's
        assert secret not in text
    assert '"says": "There is no file [masked]' in text


def test_the_arguments_of_a_command_are_not_told_by_a_wrong_usage() -> None:
    assert main(["inspect", "0", "--from", "Fall Meier.xml"]) == 2
    assert main(["inspect", "--case=Meier", "--no-such-option"]) == 2
    text = settings.log_path().read_text(encoding="utf-8")
    assert "Meier" not in text
    assert "usage" in text


def test_whose_case_and_card_it_is_is_hidden_before_it_is_judged() -> None:
    case = Case(number="AZ 12", inspector="Ng", note="blue box", binding=Binding(exhibit="EX-9"))
    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"))
    from gpu_inspector.records.catalogue import load

    inspecting.inspection_of(evidence, Declaration(), case, load())
    assert log.masked("AZ 12, blue box, EX-9") == ", ".join([log.MASK] * 3)


def test_outcomes_are_counted_the_commonest_first() -> None:
    from gpu_inspector.records.catalogue import load

    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"))
    judgement = inspecting.inspection_of(evidence, Declaration(), Case(), load()).judgement
    counts = [int(one.rpartition(" ")[2]) for one in noting.outcomes(judgement)]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == len(judgement.cards[0].findings)


def test_nothing_else_logs() -> None:
    package = Path(log.__file__).parent
    using = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "getLogger" in path.read_text(encoding="utf-8") or "FileHandler" in path.read_text(encoding="utf-8")
    }
    # Two quiet a library's own; the other leads Dask's into this log, bounded (tests/cluster).
    assert using <= {"report/signature.py", "registry/connection.py", "cluster/dask_setup.py"}


@pytest.mark.parametrize(
    "text",
    [
        "/run/media/jane/KUNDE/x.xml",
        "/run/user/1000/gvfs/kunde",
        "smb://nas/kunde/x",
        "file:///srv/kunde",
        "10.20.30.40",
    ],
)
def test_a_stick_a_share_and_a_servers_address_are_masked(text: str) -> None:
    assert log.masked(f"{text} refused") == f"{log.MASK} refused"


def test_a_number_at_the_place_where_a_text_is_cut_is_masked_before() -> None:
    log.event("failed", says="x " * 996 + SERIAL)
    assert SERIAL[:8] not in lines()[-1]["fields"]["says"]


def test_a_trace_stays_readable_where_the_user_is_called_inspector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "inspector")
    try:
        log.masked(None)  # type: ignore[arg-type]
    except AttributeError as error:
        log.defect(error)
    assert any(one.startswith("gpu_inspector/log.py:") for one in lines()[-1]["fields"]["trace"])


def test_on_a_drive_without_locks_the_log_is_rotated_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(descriptor: int, *, wait: bool = True) -> NoReturn:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(platforms, "lock", none)
    monkeypatch.setattr(log, "LARGEST_FILE", 100)
    log.event("ledger-row", number=1)
    assert settings.log_path().with_name("gpu-inspector.log.1").is_file()


def test_an_option_that_was_mistyped_is_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "--zilonka"]) == 2
    assert "--zilonka" in capsys.readouterr().err
    assert "zilonka" not in settings.log_path().read_text(encoding="utf-8")


def test_without_a_home_folder_a_dump_is_judged_and_a_row_has_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import platformdirs

    def no_home(*_given: object, **_named: object) -> NoReturn:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.delenv("GPU_INSPECTOR_HOME", raising=False)
    monkeypatch.delenv("GPU_INSPECTOR_LEDGER", raising=False)
    monkeypatch.setattr(platformdirs, "user_data_dir", no_home)
    dump = tmp_path / "dump.xml"
    dump.write_bytes(dump_of(row_of("Tesla T4"), serial=SERIAL, uuid=UUID))
    reference.chosen.cache_clear()
    assert main(["judge", str(dump)]) == 10
    assert main(["history"]) == 1
    assert "GPU_INSPECTOR_HOME" in capsys.readouterr().err
    assert log.defect(KeyError("name")).startswith("A defect")


def test_a_line_of_brackets_is_left_out_of_a_bundle() -> None:
    assert diagnosing.masked_line("[" * 30_000, (), whole=False) is None
