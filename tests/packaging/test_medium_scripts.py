"""The scripts that build, look at and start the medium: whole as shell and Python, without a host, and right in parts.

The image itself is built and started by `make medium` and `make medium-boot`, which need root and half an hour.
"""

import importlib.util
import re
import subprocess
import sys
import zlib
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).resolve().parents[2] / "packaging" / "medium"
OVERLAY = HERE / "overlay"
FILES = sorted(path for path in HERE.rglob("*") if path.is_file() and not re.search(r"cache", str(path)))
SHELL = [path for path in FILES if path.read_bytes().startswith(b"#!/bin/bash") or path.suffix == ".sh"]


def module(name: str) -> ModuleType:
    """A script of the medium, without its being run."""
    spec = importlib.util.spec_from_file_location(f"medium_{name}", HERE / f"{name}.py")
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found
    spec.loader.exec_module(found)
    return found


@pytest.mark.parametrize("script", SHELL, ids=lambda path: path.name)
def test_a_shell_script_is_whole_and_stops_at_unset_names(script: Path) -> None:
    subprocess.run(["bash", "-n", str(script)], check=True)
    if script.name != "common.sh":
        assert re.search(r"^set -(eu|u)", script.read_text(), re.MULTILINE)


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_no_file_names_a_host(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    found = re.findall(
        r"(?i)\b(?:https?|ftp)://(?!openbox\.org/3\.4/|www\.freedesktop\.org/standards)[^\s\"'<>]+", text
    )
    assert not found
    assert not re.search(r"(?i)\b(?:[a-z0-9-]+\.)+(?:debian\.org|pypi\.org|nvidia\.com|pythonhosted\.org)\b", text)


def test_the_menu_opens_no_shell_and_asks_no_network() -> None:
    lines = [line for line in (HERE / "grub.cfg").read_text().splitlines() if "linux " in line]
    assert len(lines) == 5
    for line in lines:
        assert "boot=live" in line and "nopersistence" in line
        assert not re.search(r"init=|\bsingle\b|rescue|emergency|debug|\bip=|netboot|fetch=", line)


def test_only_the_entry_for_trying_the_medium_inspects_by_itself() -> None:
    entries = re.findall(r'menuentry "([^"]+)".*?\{(.*?)\n\}', (HERE / "grub.cfg").read_text(), re.DOTALL)
    assert [name for name, body in entries if "gpu-inspector.try=1" in body] == [
        "Try this medium: inspect a simulated card, then switch off"
    ]
    unit = (OVERLAY / "etc/systemd/system/gpu-inspector-try.service").read_text()
    assert "ConditionKernelCommandLine=gpu-inspector.try=1" in unit and "User=inspector" in unit
    for other in (OVERLAY / "etc/systemd/system").glob("*.service"):
        assert "ConditionKernelCommandLine" in other.read_text(), other.name


def test_the_signing_key_of_the_modules_is_taken_off_the_image() -> None:
    assert 'rm -f "$tree"/var/lib/dkms/mok.*' in (HERE / "customize.sh").read_text()
    assert "must_be_empty 'private keys'" in (HERE / "look.sh").read_text()


def bare(tree: Path) -> Path:
    for folder in ("lib/modules/6/kernel/drivers/gpu", "usr/bin", "usr/sbin", "usr/lib/systemd", "usr/libexec"):
        (tree / folder).mkdir(parents=True)
    for folder in (
        "etc/systemd/system/multi-user.target.wants",
        "etc/apt",
        "var/lib",
        "root",
        "home",
        "opt/gpu-inspector",
    ):
        (tree / folder).mkdir(parents=True)
    (tree / "usr/share/fonts").mkdir(parents=True)
    (tree / "etc/shadow").write_text("root:!*:1::::::\ninspector:!:1::::::\n")
    return tree


def look(tree: Path) -> "subprocess.CompletedProcess[str]":
    command = ["bash", str(HERE / "look.sh"), str(tree), str(tree.parent / "contents.txt")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_tree_without_a_way_to_a_network_passes_the_look(tmp_path: Path) -> None:
    done = look(bare(tmp_path / "tree"))
    assert done.returncode == 0, done.stderr
    assert "modules of network devices:\n  none" in (tmp_path / "contents.txt").read_text()


@pytest.mark.parametrize(
    ("path", "content", "named"),
    [
        ("lib/modules/6/kernel/drivers/net/ethernet/intel/e1000.ko", "", "network devices"),
        ("usr/sbin/sshd", "", "serve or configure"),
        ("usr/sbin/NetworkManager", "", "serve or configure"),
        ("etc/systemd/system/multi-user.target.wants/apt-daily.timer", "", "listen or fetch"),
        ("etc/apt/sources.list", "deb x\n", "sources of packages"),
        ("etc/shadow", "root:$6$abc:1::::::\n", "with a password"),
        ("etc/shadow", "inspector::1::::::\n", "with a password"),
        ("var/lib/dkms/mok.key", "", "private keys"),
    ],
)
def test_what_must_not_be_on_the_image_ends_the_build(tmp_path: Path, path: str, content: str, named: str) -> None:
    tree = bare(tmp_path / "tree")
    (tree / path).parent.mkdir(parents=True, exist_ok=True)
    (tree / path).write_text(content)
    done = look(tree)
    assert done.returncode != 0 and named in done.stderr


def test_the_lock_files_entries_are_taken_whole_with_their_digests() -> None:
    locked = module("locked")
    found = locked.entries(
        "# by\na-b==1 ; marker \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\nC_d==2 \\\n    --hash=sha256:cc\n"
    )
    assert set(found) == {"a-b", "c-d"}
    assert found["a-b"] == ["a-b==1 ; marker \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb"]


def test_the_medium_gets_the_programs_packages_and_none_of_the_developers() -> None:
    names = module("locked").needed("gpu-inspector", ())
    assert {"pyside6-essentials", "reportlab", "pyhanko"} <= names
    assert not names & {"pytest", "ruff", "mypy", "hypothesis", "cupy-cuda12x"}
    assert "cupy-cuda12x" in module("locked").needed("gpu-inspector", ("cuda12",))


def test_a_screen_becomes_a_png_of_the_same_pixels() -> None:
    emulator = module("emulator")
    rgb = bytes(range(2 * 3 * 3))
    width, height, whole = emulator.pixels(b"P6\n3 2\n255\n" + rgb)
    assert (width, height, whole) == (3, 2, rgb)
    picture = emulator.png(width, height, whole)
    rows = zlib.decompress(picture[picture.index(b"IDAT") + 4 : picture.index(b"IEND") - 8])
    assert rows == b"\0" + rgb[:9] + b"\0" + rgb[9:]


@pytest.mark.parametrize("data", [b"", b"P6\n3 2\n255\n", b"P5\n1 1\n255\n\0", b"P6\n2 2\n65535\n" + bytes(24)])
def test_a_screen_that_is_no_picture_is_refused(data: bytes) -> None:
    emulator = module("emulator")
    with pytest.raises(emulator.Refused):
        emulator.pixels(data)


def test_a_light_screen_is_told_from_a_console() -> None:
    emulator = module("emulator")
    assert emulator.bright(bytes(3 * 700)) == 0
    assert emulator.bright(b"\xff" * 3 * 700) == 1
