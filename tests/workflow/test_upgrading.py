"""A report and its time stamp: never lost with a service that is down, never half, and stamped later."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cards import genuine, row_of
from report.authorities import Court, court
from report.services import Site, served

from gpu_inspector import preferences
from gpu_inspector.errors import ReportError
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.inspection import LedgerEntry
from gpu_inspector.report.examine import examine
from gpu_inspector.workflow import due, signing, upgrading
from gpu_inspector.workflow.inspecting import inspection_of, write_report
from gpu_inspector.workflow.upgrading import Stamped, after_signing, upgrade, work_the_list

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as one:
        yield one


@pytest.fixture
def world(site: Site) -> Court:
    """Authorities on the loopback address, and their time-stamp service in the settings."""
    made = court(site.url)
    site.service, site.authorities = made.service, [made.root, made.issuing]
    preferences.change({"timestamp_url": f"{site.url}/tsa"})
    return made


@pytest.fixture(scope="module")
def written_once(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A report as this program writes it without a service."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GPU_INSPECTOR_HOME", str(tmp_path_factory.mktemp("first")))
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        path = tmp_path_factory.mktemp("reports") / "r.pdf"
        assert _write(path) == Stamped("B-B")
        return path.read_bytes()


def _write(path: Path) -> Stamped:
    inspection = inspection_of(genuine(row_of("NVIDIA GeForce RTX 4090")), Declaration(), Case(), load())
    entry = LedgerEntry(seq=1, previous="0" * 64, digest="1" * 64)
    return write_report(inspection, entry, path, identity=signing.signer())


@pytest.fixture
def report(tmp_path: Path, written_once: bytes) -> Path:
    path = tmp_path / "r.pdf"
    path.write_bytes(written_once)
    return path


def waiting() -> list[Path]:
    return [one.report for one in due.listed()]


def test_without_a_service_nothing_is_asked_and_nothing_waits(report: Path, written_once: bytes) -> None:
    assert after_signing(report, written_once) == Stamped("B-B")
    assert report.read_bytes() == written_once
    assert waiting() == []
    assert not due.folder().exists()


def test_a_report_is_stamped_as_it_is_written(world: Court, tmp_path: Path) -> None:
    done = _write(tmp_path / "r.pdf")
    assert done == Stamped("B-LTA")
    found = examine((tmp_path / "r.pdf").read_bytes())
    assert (found.problems, found.level) == ((), "B-LTA")
    assert waiting() == []


def test_with_a_countersignature_foreseen_the_field_is_there(tmp_path: Path) -> None:
    preferences.change({"countersigned": True})
    _write(tmp_path / "r.pdf")
    assert b"GPUInspectorReviewer" in (tmp_path / "r.pdf").read_bytes()


@pytest.mark.parametrize("mode", ["down", "error", "garbage", "empty", "huge", "slow", "drip"])
def test_a_service_that_is_no_help_costs_the_stamp_alone(
    mode: str, world: Court, site: Site, report: Path, written_once: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrading, "PATIENCE_S", 1.0)
    site.mode = mode
    begin = time.monotonic()
    done = after_signing(report, written_once)
    assert time.monotonic() - begin < 8
    assert done.level == "B-B"
    assert "gpu-inspector report upgrade" in done.remark
    assert report.read_bytes() == written_once
    assert waiting() == [report]
    site.mode = ""
    (outcome,) = work_the_list()
    assert (outcome.level, outcome.failure) == ("B-LTA", "")
    assert waiting() == []
    assert report.read_bytes().startswith(written_once)
    assert examine(report.read_bytes()).level == "B-LTA"


def test_what_cannot_be_stamped_yet_goes_on_waiting(
    world: Court, site: Site, report: Path, written_once: bytes
) -> None:
    world.service.status, world.service.text = "rejection", "Not today"
    after_signing(report, written_once)
    (outcome,) = work_the_list()
    assert "Not today" in outcome.failure
    assert waiting() == [report]
    assert report.read_bytes() == written_once


def test_killed_between_stamp_and_list_no_second_stamp_is_put_on(world: Court, report: Path) -> None:
    upgrade(report)
    due.add(report)
    before = report.read_bytes()
    (outcome,) = work_the_list()
    assert (outcome.level, outcome.failure) == ("B-LTA", "")
    assert report.read_bytes() == before
    assert waiting() == []


def test_reports_that_are_gone_or_altered_leave_the_list_with_a_word(
    world: Court, tmp_path: Path, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report.write_bytes(report.read_bytes() + b"%more")
    due.add(report)
    due.add(tmp_path / "gone.pdf")
    assert "stays on the list" in {one.report.name: one.failure for one in work_the_list()}["gone.pdf"]
    assert waiting() == [tmp_path / "gone.pdf"]
    due.add(report)
    monkeypatch.setattr(upgrading, "YOUNG", timedelta(0))
    told = {one.report.name: one.failure for one in work_the_list()}
    assert "no longer there" in told["gone.pdf"]
    assert "no intact report" in told["r.pdf"]
    assert waiting() == []


def test_the_list_passes_over_what_is_not_its_own(report: Path) -> None:
    due.add(report)
    for number, text in enumerate(
        (
            "",
            "{",
            "[]",
            '{"format":1,"report":"/x","since":"2026-01-01"}',
            '{"format":2}',
            '{"format":1,"report":3,"since":""}',
            "\x00" * 99,
        )
    ):
        (due.folder() / f"{number}.json").write_text(text)
    (due.folder() / ".half.json-x.part").write_bytes(b"{")
    (due.folder() / "folder.json").mkdir()
    assert waiting() == [report]


def test_many_programs_at_once_lose_no_entry(tmp_path: Path) -> None:
    names = [tmp_path / f"{number}.pdf" for number in range(40)]

    def add(part: list[Path]) -> None:
        for one in part:
            due.add(one)

    threads = [threading.Thread(target=add, args=(part,)) for part in (names, names[::-1])]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(waiting()) == sorted(names)


def test_an_altered_report_gets_no_stamp(world: Court, report: Path) -> None:
    changed = bytearray(report.read_bytes())
    changed[5000] ^= 1
    report.write_bytes(changed)
    with pytest.raises(ReportError, match="no intact report"):
        upgrade(report)
    assert report.read_bytes() == changed
    assert world.service.asked == 0


def test_a_report_that_changes_meanwhile_is_left_alone(world: Court, report: Path) -> None:
    """Somebody countersigns while the service thinks: the second signature must not be lost."""
    other = report.read_bytes() + b"%"

    def change(_told: object) -> None:
        report.write_bytes(other)

    world.service.change = change
    with pytest.raises(ReportError, match="changed by somebody else"):
        upgrade(report)
    assert report.read_bytes() == other


def test_a_stamped_report_that_would_not_be_intact_is_thrown_away(
    world: Court, report: Path, written_once: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gpu_inspector.report import archive

    real = archive.upgraded

    def spoilt(*given: object, **more: object) -> object:
        done = real(*given, **more)  # type: ignore[arg-type]
        return archive.Upgrade(done.pdf[:-1] + b" ", done.level, done.at)

    monkeypatch.setattr(archive, "upgraded", spoilt)
    with pytest.raises(ReportError, match="stays as it is"):
        upgrade(report)
    assert report.read_bytes() == written_once


def test_who_could_read_the_report_still_can(world: Court, report: Path) -> None:
    report.chmod(0o644)
    upgrade(report)
    assert report.stat().st_mode & 0o777 == 0o644


def test_a_link_stays_a_link(world: Court, report: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.pdf"
    link.symlink_to(report)
    upgrade(link)
    assert link.is_symlink()
    assert examine(report.read_bytes()).level == "B-LTA"


def test_a_file_that_is_none_or_too_large_is_a_sentence(
    world: Court, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Path
) -> None:
    with pytest.raises(ReportError, match="cannot be read"):
        upgrade(tmp_path / "none.pdf")
    with pytest.raises(ReportError, match="cannot be read"):
        upgrade(tmp_path)
    monkeypatch.setattr("gpu_inspector.report.examine.LARGEST", 1000)
    with pytest.raises(ReportError, match="larger than any report"):
        upgrade(report)


def test_a_folder_that_may_not_be_written_to_costs_nothing(world: Court, report: Path, written_once: bytes) -> None:
    if os.name != "posix" or os.geteuid() == 0:
        pytest.skip("whoever is root may write everywhere")
    report.parent.chmod(0o500)
    try:
        with pytest.raises(ReportError):
            upgrade(report)
        assert report.read_bytes() == written_once
    finally:
        report.parent.chmod(0o700)


def test_no_service_is_a_sentence_where_one_is_wanted(report: Path) -> None:
    with pytest.raises(ReportError, match="No time-stamp service is set"):
        upgrade(report)
    assert list(work_the_list()) == []
    due.add(report)
    with pytest.raises(ReportError, match="No time-stamp service is set"):
        list(work_the_list())
    assert waiting() == [report]


def test_a_second_stamp_later_keeps_the_first(world: Court, report: Path) -> None:
    first = upgrade(report)
    before = report.read_bytes()
    second = upgrade(report)
    assert (first.level, second.level) == ("B-LTA", "B-LTA")
    assert report.read_bytes().startswith(before)
    assert len(examine(report.read_bytes()).seals) == 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="children are made by fork")
@pytest.mark.parametrize("kills", [8, pytest.param(200, marks=pytest.mark.prove)])
def test_killed_at_any_moment_there_is_the_old_report_or_the_new_one(
    kills: int, world: Court, tmp_path: Path, written_once: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(written_once)
    hits: list[int] = []
    chance = random.Random(kills)
    command = [sys.executable, str(Path(__file__).with_name("stamping_child.py")), str(signed)]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True, cwd=ROOT, env=_environment()) as parent:
        usual = max(_stamped(parent, tmp_path / f"whole-{number}.pdf") for number in range(2))
        for number in range(kills):
            _stamped(parent, tmp_path / f"{number}.pdf", chance.uniform(0, usual), hits)
        assert parent.stdin is not None
        parent.stdin.close()
    there = [path for number in range(kills) if (path := tmp_path / f"{number}.pdf").exists()]
    levels = {path: _sound(path, written_once) for path in there}
    assert {path for path, level in levels.items() if level == "B-B"} <= set(waiting())
    assert all(one.failure == "" or "no report yet" in one.failure for one in work_the_list())
    assert [path for path in waiting() if path.exists()] == []
    done = [path for path in there if levels[path] == "B-LTA" or _sound(path, written_once) == "B-LTA"]
    with capsys.disabled():
        if kills > 8:
            new = sum(level == "B-LTA" for level in levels.values())
            told = f"{len(hits)} of {kills} killed within {usual:.2f} s: {len(there)} reports, {new} stamped"
            print(f"\n{told}, {len(done)} after the list")
    assert done == there
    assert hits


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _stamped(
    parent: "subprocess.Popen[str]", path: Path, kill_after_s: float | None = None, hits: list[int] | None = None
) -> float:
    """Seconds that it took; killed after so many where that is asked, and `hits` are those that were not quicker."""
    assert parent.stdin is not None
    assert parent.stdout is not None
    parent.stdin.write(f"{path}\n")
    parent.stdin.flush()
    child, begin = int(parent.stdout.readline()), time.monotonic()
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        with contextlib.suppress(ProcessLookupError):  # it was quicker
            os.kill(child, signal.SIGKILL)
            (hits if hits is not None else []).append(child)
    assert parent.stdout.readline() == "ended\n"
    return time.monotonic() - begin


def _sound(path: Path, signed: bytes) -> str:
    data = path.read_bytes()
    assert data.startswith(signed)
    found = examine(data)
    assert found.problems == ()
    assert (found.level == "B-B") == (data == signed)
    return found.level


def test_the_report_is_written_whole_before_anybody_is_asked(
    world: Court, report: Path, written_once: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []
    world.service.change = lambda _told: seen.append(report.read_bytes())
    report.unlink()
    upgrading.write_and_stamp(report, written_once)
    assert seen == [written_once] * 2
    assert len(report.read_bytes()) > len(written_once)


def test_a_report_that_cannot_be_written_does_not_wait(world: Court, tmp_path: Path) -> None:
    (tmp_path / "r.pdf").mkdir()
    with pytest.raises(ReportError, match="could not be written"):
        upgrading.write_and_stamp(tmp_path / "r.pdf", b"%PDF-")
    assert waiting() == []


def test_a_list_that_cannot_be_kept_is_said(world: Court, site: Site, report: Path, written_once: bytes) -> None:
    site.mode = "down"
    due.folder().parent.mkdir(parents=True, exist_ok=True)
    due.folder().write_bytes(b"in the way")
    assert "could not be put on the list" in after_signing(report, written_once).remark
    due.folder().unlink()
    site.mode = ""
    assert upgrade(report).level == "B-LTA"
