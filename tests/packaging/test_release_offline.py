"""The archive for machines without a network: its installer refuses whatever is not whole, and removes what it put.

The installation itself is tried by `make offline-test`, with the network taken away.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging_scripts import ROOT, script_at

build, reproduce = script_at("offline/build.py"), script_at("release/reproduce.py")
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"
MARK = ".gpu-inspector-installed"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the archive is for Linux")


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    """An archive's folder as it is unpacked, with two files in the place of packages."""
    folder = tmp_path / "un packed"
    (folder / "wheels").mkdir(parents=True)
    (folder / "wheels" / "gpu_inspector-1.0-py3-none-any.whl").write_bytes(bytes(range(50)))
    (folder / "wheels" / "A_b.c-2-cp311-cp311-manylinux_2_34_x86_64.whl").write_bytes(b"x")
    build._texts(folder, {"VERSION": "1.0", "PYTHON": HERE, "FOLDER": "gpu-inspector-offline-1.0", "KIND": "program"})
    build.write_sums(folder)
    return folder


def run(stage: Path, *arguments: str | Path) -> tuple[int, str]:
    done = subprocess.run(
        ["sh", stage / "install.sh", "--python", sys.executable, *arguments],
        capture_output=True, text=True, check=False, cwd=stage.parent,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_a_whole_archive_agrees(stage: Path) -> None:
    assert run(stage, "--check") == (0, "5 files agree with SHA256SUMS.\n")


def test_every_altered_byte_of_a_package_and_of_the_list_is_refused(stage: Path) -> None:
    for name in ("wheels/gpu_inspector-1.0-py3-none-any.whl", "SHA256SUMS", "requirements.txt"):
        whole = (stage / name).read_bytes()
        for place in {0, len(whole) // 2, len(whole) - 1}:
            (stage / name).write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
            status, said = run(stage, stage.parent / "target")
            assert status == 1 and "Nothing was installed" in said, (name, place)
        (stage / name).write_bytes(whole)
    assert not (stage.parent / "target").exists()


def test_a_file_that_is_missing_not_listed_or_a_link_is_named(stage: Path) -> None:
    (stage / "wheels" / "extra.whl").write_bytes(b"x")
    first = stage / "wheels" / "gpu_inspector-1.0-py3-none-any.whl"
    (stage.parent / "elsewhere").write_bytes(first.read_bytes())
    first.unlink()
    first.symlink_to(stage.parent / "elsewhere")
    (stage / "README.txt").unlink()
    status, said = run(stage, "--check")
    assert status == 1
    assert "wheels/extra.whl is not in SHA256SUMS." in said
    assert "README.txt is missing." in said and f"wheels/{first.name} is missing." in said


@pytest.mark.parametrize("line", ["x\n", "a" * 64 + "  ../../etc/passwd\n", "a" * 64 + "  /etc/passwd\n", "\xff\n"])
def test_a_list_that_names_what_it_may_not_is_damaged(stage: Path, line: str) -> None:
    with (stage / "SHA256SUMS").open("ab") as file:
        file.write(line.encode("latin-1"))
    status, said = run(stage, "--check")
    assert status == 1 and "SHA256SUMS" in said


def test_another_python_is_refused_with_what_is_needed(stage: Path) -> None:
    text = (stage / "install.sh").read_text().replace(f'"{HERE}"', '"3.99"').replace(f"Python {HERE}", "Python 3.99")
    (stage / "install.sh").write_text(text)
    status, said = run(stage, stage.parent / "target")
    assert status == 1 and "These packages are for Python 3.99 on linux-" in said
    done = subprocess.run(["sh", stage / "install.sh", "--python", "nowhere", "t"], capture_output=True, text=True)
    assert done.returncode == 1 and "There is no nowhere" in done.stderr


def test_a_folder_with_something_in_it_and_a_whole_disk_are_not_touched(stage: Path) -> None:
    target = stage.parent / "target"
    target.mkdir()
    (target / "mine").write_bytes(b"mine")
    status, said = run(stage, target)
    assert status == 1 and "is not empty" in said and (target / "mine").read_bytes() == b"mine"
    for place in ("/", "//", Path.home()):
        for how in ((), ("--uninstall",)):
            status, said = run(stage, *how, place)
            assert status == 1 and "folder of the program's own" in said


def test_what_was_not_installed_is_not_removed(stage: Path) -> None:
    (stage.parent / "target" / "bin").mkdir(parents=True)
    status, said = run(stage, "--uninstall", stage.parent / "target")
    assert status == 1 and "nothing was removed" in said and (stage.parent / "target" / "bin").is_dir()


def test_removing_takes_the_program_and_its_own_links_and_leaves_what_others_put(stage: Path) -> None:
    target, links = stage.parent / "tar get", stage.parent / "links"
    links.mkdir()
    for name in ("bin", "lib/python3/site-packages"):
        (target / name).mkdir(parents=True)
    (target / "bin" / "gpu-inspector").write_bytes(b"")
    (target / "lib64").symlink_to("lib")
    (links / "gpu-inspector").symlink_to(target / "bin" / "gpu-inspector")
    (links / "gpu-inspector-gui").symlink_to("/bin/true")
    (target / MARK).write_text(f"{links}/gpu-inspector\n{links}/gpu-inspector-gui\n{links}/gone\n")
    (target / "ledger.sqlite").write_bytes(b"mine")
    status, said = run(stage, "--uninstall", target)
    assert status == 0 and "other files in that folder were left" in said
    assert [one.name for one in target.iterdir()] == ["ledger.sqlite"]
    assert [one.name for one in links.iterdir()] == ["gpu-inspector-gui"]


def test_the_requirements_have_one_digest_each_and_the_readme_the_newest_glibc(stage: Path) -> None:
    lines = (stage / "requirements.txt").read_text().splitlines()
    assert [re.sub(r"[0-9a-f]{64}", "X", one) for one in lines] == [
        "a-b-c==2 --hash=sha256:X",
        "gpu-inspector==1.0 --hash=sha256:X",
    ]
    readme = (stage / "README.txt").read_text()
    assert "glibc 2.34 or later" in readme and f"Python {HERE}" in readme and "@" not in readme
    assert not re.search(r"@[A-Z]+@", (stage / "install.sh").read_text())


def test_the_script_is_whole_for_a_plain_shell() -> None:
    subprocess.run(["sh", "-n", ROOT / "packaging" / "offline" / "install.sh"], check=True)
    text = (ROOT / "packaging" / "offline" / "install.sh").read_text()
    assert text.startswith("#!/bin/sh") and "\nset -eu\n" in text
    for flag in ("--no-index", "--require-hashes", "--isolated", "PIP_CONFIG_FILE=/dev/null"):
        assert flag in text


@pytest.mark.parametrize(
    ("name", "least"),
    [("a-1-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_28_x86_64.whl", "2.17"),
     ("a-1-cp310-abi3-manylinux_2_34_x86_64.whl", "2.34"),
     ("a-1-py3-none-any.whl", "2.17")],
)  # fmt: skip
def test_a_wheels_name_tells_the_oldest_glibc_that_it_runs_with(name: str, least: str) -> None:
    assert build.glibc([name]) == least


@pytest.mark.parametrize("version", ["3.10", "2.7", "3", "3.x", "4.1", "3.11; rm"])
def test_a_python_that_the_program_does_not_run_with_is_refused(tmp_path: Path, version: str) -> None:
    with pytest.raises(build.NotPacked, match="takes a version"):
        build.pack(tmp_path, version=version, cuda=False)


def test_two_builds_that_differ_are_told_with_the_member_that_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder, data in (("one", b"1"), ("two", b"2")):
        (tmp_path / folder / "in").mkdir(parents=True)
        (tmp_path / folder / "in" / "same").write_bytes(b"s")
        (tmp_path / folder / "in" / "other").write_bytes(data)
        entries = build.archive.below(tmp_path / folder / "in", "p")
        build.archive.write_tar(tmp_path / folder / "x.tar.xz", entries, 1)
        (tmp_path / folder / "y.txt").write_bytes(b"y")
    assert not reproduce.compared(tmp_path / "one", tmp_path / "two")
    said = capsys.readouterr().out
    assert "DIFFERENT x.tar.xz" in said and "in it: p/other" in said and "p/same" not in said
    assert "same      y.txt" in said
    (tmp_path / "two" / "x.tar.xz").write_bytes((tmp_path / "one" / "x.tar.xz").read_bytes())
    assert reproduce.compared(tmp_path / "one", tmp_path / "two")
    (tmp_path / "two" / "x.tar.xz").unlink()
    assert not reproduce.compared(tmp_path / "one", tmp_path / "two")


def test_the_two_circumstances_differ_in_all_that_they_name() -> None:
    one, other = reproduce.TWO
    assert one.folder != other.folder and one.umask != other.umask and one.touched != other.touched
    assert {name for name in one.variables if one.variables[name] != other.variables[name]} == set(one.variables)


def test_an_installation_that_fails_leaves_nothing_and_one_that_was_cut_off_can_be_removed(stage: Path) -> None:
    stub = stage.parent / "python"
    stub.write_text(f'#!/bin/sh\n[ "$1" = -m ] && exit 1\nexec {sys.executable} "$@"\n')
    stub.chmod(0o755)
    target = stage.parent / "target"
    done = subprocess.run(
        ["sh", stage / "install.sh", "--python", stub, target], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1 and "cannot make a virtual environment" in done.stderr and not target.exists()
    (target / "bin").mkdir(parents=True)
    (target / MARK).touch()
    assert "holds an installation already" in run(stage, target)[1]
    assert run(stage, "--uninstall", target)[0] == 0 and not target.exists()
