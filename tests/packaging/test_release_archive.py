"""The archives of a release depend on names and bytes alone, and its list of digests finds every altered byte."""

import os
import subprocess
import tarfile
import time
from pathlib import Path

import pytest
from packaging_scripts import script

archive, sums, sources, epoch = (script(name) for name in ("archive", "sums", "sources", "epoch"))
FILES = {"a/readme": b"read me\n", "a/run": b"#!/bin/sh\n", "a/long/" + "n" * 120: b"", "b": bytes(range(256))}


def tree(folder: Path, names: list[str], mode: int, when: int) -> Path:
    """The files above, made in that order, with that umask and time."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(FILES[name])
        path.chmod((0o777 if name == "a/run" else 0o666) & ~mode)
        os.utime(path, (when, when))
    (folder / "link").symlink_to("a/readme")
    return folder


@pytest.mark.parametrize("ending", [".tar", ".tar.gz", ".tar.xz"])
def test_an_archive_is_the_same_whatever_order_umask_time_and_folder(tmp_path: Path, ending: str) -> None:
    names = sorted(FILES)
    one = tree(tmp_path / "one", names, 0o022, 1_000_000_000)
    other = tree(tmp_path / "somewhere" / "else", names[::-1], 0o077, int(time.time()))
    made = [tmp_path / f"one{ending}", tmp_path / "x" / f"other{ending}"]
    archive.write_tar(made[0], archive.below(one, "p"), 1_700_000_000)
    archive.write_tar(made[1], archive.below(other, "p")[::-1], 1_700_000_000)
    assert made[0].read_bytes() == made[1].read_bytes()
    with tarfile.open(made[0]) as tar:
        members = {one.name: one for one in tar}
        assert {one.mtime for one in members.values()} == {1_700_000_000}
        assert {(one.uid, one.gid, one.uname, one.gname) for one in members.values()} == {(0, 0, "", "")}
        assert members["p/a/run"].mode == 0o755 and members["p/b"].mode == 0o644
        assert members["p/link"].issym() and members["p/a"].isdir()
        file = tar.extractfile("p/b")
        assert file is not None and file.read() == FILES["b"]
    archive.write_tar(made[1], archive.below(other, "p"), 1_700_000_001)
    assert made[0].read_bytes() != made[1].read_bytes()


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", "a//b", "./a"])
def test_a_name_that_leaves_the_archive_is_refused_and_nothing_is_left(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(ValueError, match="not a name"):
        archive.write_tar(tmp_path / "out" / "x.tar", [(name, tmp_path / "file")], 1)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("target", ["/etc/passwd", "../../outside"])
def test_a_link_that_leaves_the_archive_is_refused_and_no_half_is_left(tmp_path: Path, target: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to(target)
    with pytest.raises(ValueError, match="leaves the archive"):
        archive.write_tar(tmp_path / "out" / "x.tar", archive.below(tmp_path / "in", "p"), 1)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A small release with its list."""
    for name, data in (("one-1.0.whl", bytes(range(96))), ("two_1.0~rc1_amd64.deb", b""), ("NOTICE", b"text\n")):
        (tmp_path / name).write_bytes(data)
    sums.write(tmp_path)
    return tmp_path


def test_a_whole_release_agrees_with_its_list_and_sha256sum_says_the_same(released: Path) -> None:
    assert sums.wrong(released) == []
    done = subprocess.run(["sha256sum", "--strict", "-c", sums.NAME], cwd=released, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.count(": OK") == 3


@pytest.mark.parametrize("name", ["one-1.0.whl", "NOTICE", "SHA256SUMS"])
def test_every_altered_byte_is_found(released: Path, name: str) -> None:
    whole = (released / name).read_bytes()
    for place in range(len(whole)):
        (released / name).write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
        assert sums.wrong(released), f"byte {place}"
    (released / name).write_bytes(whole)
    assert sums.wrong(released) == []


def test_what_is_missing_cut_or_not_listed_is_named(released: Path) -> None:
    (released / "more.txt").write_bytes(b"x")
    (released / "two_1.0~rc1_amd64.deb").unlink()
    (released / "NOTICE").write_bytes(b"tex")
    assert sums.wrong(released) == [
        "more.txt is not in SHA256SUMS.",
        "NOTICE was altered or is damaged.",
        "two_1.0~rc1_amd64.deb is missing.",
    ]


@pytest.mark.parametrize("text", [b"", b"\xff\n", b"x\n", b"a" * 64 + b"  ../x\n", b"a" * 64 + b"  x", b"\n"])
def test_a_list_that_is_none_is_damaged(tmp_path: Path, text: bytes) -> None:
    (tmp_path / sums.NAME).write_bytes(text)
    assert sums.wrong(tmp_path)


@pytest.mark.parametrize("name", ["a b", "-x", "a\nb", "ä"])
def test_a_name_that_a_shell_could_misread_gets_no_line(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(ValueError, match="cannot stand in"):
        sums.write(tmp_path)


def test_the_sources_hold_the_tests_but_nothing_from_the_field_and_no_build() -> None:
    names = sources.files()
    assert {"pyproject.toml", "NOTICE", "gpu_inspector/__main__.py", "tests/conftest.py"} <= set(names)
    assert not [name for name in names if name.startswith(("tests/captures/", "build/", "dist/", ".venv", ".git/"))]


def test_without_git_the_same_sources_are_found(tmp_path: Path) -> None:
    (tmp_path / "pkg" / "__pycache__").mkdir(parents=True)
    for name in ("pkg/a.py", "pkg/__pycache__/a.pyc", "tests/captures/x.json", "build/x", "PKG-INFO", "README.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert sources.files(tmp_path) == ["README.md", "pkg/a.py"]
    sources.copy(tmp_path / "copy", tmp_path)
    assert (tmp_path / "copy" / "pkg" / "a.py").is_file()


@pytest.mark.parametrize("given", ["0", "-1", "1e9", "99999999999", "²", "yesterday"])
def test_a_time_that_is_none_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    with pytest.raises(epoch.NoTime, match="whole seconds"):
        epoch.source_date_epoch()


def test_the_time_is_the_given_one_else_the_archives_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert epoch.source_date_epoch(tmp_path) == 1_700_000_000
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    with pytest.raises(epoch.NoTime, match="set SOURCE_DATE_EPOCH"):
        epoch.source_date_epoch(tmp_path)
    (tmp_path / "PKG-INFO").write_bytes(b"")
    os.utime(tmp_path / "PKG-INFO", (1_600_000_000, 1_600_000_000))
    assert epoch.source_date_epoch(tmp_path) == 1_600_000_000
