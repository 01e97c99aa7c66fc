"""What the Debian package is made of: texts that other programs read, held against those programs where they are there.

The package itself is built by `make deb` and tried in a clean root by `make deb-test`, which need root and minutes.
"""

import gzip
import re
import shutil
import stat
import struct
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from gpu_inspector import __version__
from gpu_inspector.probes import rom_reading

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "packaging" / "debian"
OVERRIDES = (HERE / "gpu-inspector.lintian-overrides").read_text(encoding="utf-8")


@pytest.fixture(scope="module", autouse=True)
def beside() -> Any:
    """The scripts name each other as they lie beside each other."""
    folders = [str(HERE), str(HERE.parent / "release"), str(HERE.parent)]
    before = list(sys.path)
    sys.path[:0] = folders
    yield
    sys.path[:] = before


def module(name: str) -> ModuleType:
    return __import__(name)


def plan(tmp_path: Path, **more: Any) -> Any:
    given = {"root": tmp_path, "bundle": tmp_path, "version": __version__, "epoch": 1_700_000_000, "screenshots": None}
    return module("layout").Plan(**{**given, **more})


def test_the_menu_entry_is_valid_and_starts_the_window() -> None:
    file = HERE / "gpu-inspector.desktop"
    text = file.read_text(encoding="utf-8")
    assert "\nExec=gpu-inspector-gui\n" in text and "\nIcon=gpu-inspector\n" in text
    assert "MimeType" not in text, "the window takes no file as an argument"
    assert 'setDesktopFileName("gpu-inspector")' in (ROOT / "gpu_inspector/gui/app.py").read_text(encoding="utf-8")
    if not shutil.which("desktop-file-validate"):
        pytest.skip("desktop-file-validate is missing: apt install desktop-file-utils")
    done = subprocess.run(["desktop-file-validate", str(file)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("address", [None, "https://example.org/docs"], ids=["no-pictures", "pictures"])
def test_the_metainfo_is_valid(address: str | None, tmp_path: Path) -> None:
    layout = module("layout")
    text = layout.metainfo(plan(tmp_path, screenshots=address))
    assert "@" not in text
    assert text.count("<screenshot") == (0 if address is None else 1 + len(layout.SCREENSHOTS))
    if not shutil.which("appstreamcli"):
        pytest.skip("appstreamcli is missing: apt install appstream")
    file = tmp_path / f"{layout.COMPONENT}.metainfo.xml"
    file.write_text(text, encoding="utf-8")
    command = ["appstreamcli", "validate", "--no-net", "--pedantic", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("address", ["file:///usr/share/x", "docs", ""])
def test_screenshots_stand_in_the_web_or_nowhere(address: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="web address"):
        module("layout").metainfo(plan(tmp_path, screenshots=address))


def test_every_picture_that_is_shown_exists() -> None:
    for name, _ in module("layout").SCREENSHOTS:
        assert (ROOT / "docs" / name).is_file()


def test_the_control_file_has_what_dpkg_demands() -> None:
    fields = module("fields")
    text = fields.control("1.2.0.dev3", "Somebody <somebody@example.org>", "libc6 (>= 2.35)", 240_000)
    found = dict(re.findall(r"^([A-Z][A-Za-z-]+): (.*)$", text, re.MULTILINE))
    assert found["Version"] == "1.2.0~dev3"
    assert found["Depends"] == "libc6 (>= 2.35), python3"
    assert (found["Architecture"], found["Installed-Size"]) == ("amd64", "240000")
    assert all(len(line) <= 80 for line in text.splitlines() if line.startswith(" "))
    assert not re.search(r"\ngenuine|accus", text)
    assert text.endswith("NVIDIA.\n") and "\n\n" not in text


def test_a_version_that_dpkg_cannot_sort_is_refused() -> None:
    with pytest.raises(ValueError, match="no version"):
        module("fields").debian_version("next")


def test_the_changelog_is_of_the_form_that_dpkg_reads() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    text = module("fields").changelog(changes, __version__, "Somebody <somebody@example.org>", 1_700_000_000)
    assert text.startswith(f"gpu-inspector ({__version__}) UNRELEASED; urgency=medium\n\n  * ")
    assert re.search(r"\n -- Somebody <somebody@example.org>  Tue, 14 Nov 2023 22:13:20 \+0000\n", text)
    assert "](" not in text
    assert all(len(line) <= 80 for line in text.splitlines() if " " in line.strip(" *-"))
    if shutil.which("dpkg-parsechangelog"):
        done = subprocess.run(
            ["dpkg-parsechangelog", "-l", "-"], input=text, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_sums_and_size_are_those_of_the_files(tmp_path: Path) -> None:
    fields = module("fields")
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/a").write_bytes(b"x" * 1025)
    (tmp_path / "usr/bin/b").symlink_to("a")
    (tmp_path / "DEBIAN").mkdir()
    (tmp_path / "DEBIAN/control").write_text("x")
    assert [line.split("  ")[1] for line in fields.md5sums(tmp_path).splitlines()] == ["usr/bin/a"]
    assert fields.installed_size(tmp_path) == 2 + 1 + 2


def test_the_copyright_file_names_the_own_licence_and_each_part() -> None:
    fields = module("fields")
    part = fields.Part("lib", "lib 1.0", "BSD-3-Clause", ("2020 Somebody",), ("usr/lib/x/*", "usr/lib/y"), "There.")
    text = fields.copyright_file((ROOT / "LICENSE").read_text(encoding="utf-8"), [part])
    assert "\nFiles: *\nCopyright: 2026 GPU Inspector contributors\nLicense: Expat\n Permission is hereby" in text
    assert (
        "\nFiles: usr/lib/x/*\n usr/lib/y\nCopyright: 2020 Somebody\nComment: lib 1.0\nLicense: BSD-3-Clause\n There."
        in text
    )
    with pytest.raises(ValueError, match="LICENSE"):
        fields.copyright_file("All rights reserved.", [])


def test_libraries_of_others_in_a_wheel_are_said_beside_its_own_licence() -> None:
    one = module("notices").Part(
        "thing", "1", "LGPL-3.0-only", remarks=("Its wheel holds libpq (PostgreSQL).", "Other.")
    )
    part = module("bundled").part(one, ("usr/x/*",))
    text = module("fields").paragraph(part.files, part.holders, part.licence, part.comment)
    assert "\nComment: thing 1\n Its wheel holds libpq (PostgreSQL).\nLicense: LGPL-3.0-only\n" in text
    assert "Other." not in text


@pytest.mark.parametrize(
    ("stated", "named"),
    [
        ("MIT", "MIT"),
        ("Apache-2.0 OR BSD-3-Clause", "Apache-2.0 or BSD-3-Clause"),
        ("BSD License", "BSD-License"),
        ("", "not-stated"),
        ("evil\nFiles: *", "evil-Files"),
    ],
)
def test_a_licence_has_a_name_of_that_files_form(stated: str, named: str) -> None:
    assert module("bundled").short(stated) == named


def test_holders_are_read_from_a_licence_and_its_own_holder_is_not() -> None:
    text = "Copyright (c) 2010-2020 A. Person and contributors.\nCopyright (C) 2007 Free Software Foundation, Inc. <https://fsf.org/>\n"
    assert module("bundled").holders(text + "The copyright holder is not liable.") == (
        "2010-2020 A. Person and contributors",
    )
    assert module("bundled").holders("nothing") == ("not stated in the text that came with it",)


def test_the_privileged_parts_go_where_the_program_looks_for_them(tmp_path: Path) -> None:
    layout = module("layout")
    places = layout.PRIVILEGED
    assert f"/{places['gpu-inspector-read-rom']}" == str(rom_reading.HELPER)
    policy = (HERE.parent / "polkit" / "org.gpu-inspector.policy").read_text(encoding="utf-8")
    assert f'exec.path">/{places["gpu-inspector-read-rom"]}<' in policy
    assert places["org.gpu-inspector.policy"].startswith("usr/share/polkit-1/actions/")
    assert "python3" in module("fields").ALWAYS, "the helper runs on the system's Python"


def test_one_time_and_two_modes_whatever_the_builder_has(tmp_path: Path) -> None:
    layout = module("layout")
    for name, mode in (("lib.so.1", 0o700), ("program", 0o711), ("text", 0o600), ("mod.py", 0o755)):
        (tmp_path / name).write_text("x")
        (tmp_path / name).chmod(mode)
    (tmp_path / "link").symlink_to("program")
    layout.settle(tmp_path, 1_700_000_000)
    modes = {path.name: stat.S_IMODE(path.lstat().st_mode) for path in tmp_path.iterdir() if not path.is_symlink()}
    assert modes == {"lib.so.1": 0o644, "program": 0o755, "text": 0o644, "mod.py": 0o644}
    assert {path.lstat().st_mtime for path in tmp_path.iterdir()} == {1_700_000_000}


def test_a_packed_text_has_no_time_of_its_own(tmp_path: Path) -> None:
    made = plan(tmp_path)
    made.put_packed("a/b", b"text")
    data = (tmp_path / "a/b.gz").read_bytes()
    assert (data[4:8], gzip.decompress(data)) == (bytes(4), b"text")


def test_icons_are_drawn_in_every_size(tmp_path: Path) -> None:
    icons = module("icons")
    icons.draw(ROOT / "resources/icons/gpu-inspector.svg", tmp_path, "x")
    for side in icons.SIDES:
        data = (tmp_path / f"{side}x{side}/apps/x.png").read_bytes()
        assert struct.unpack(">II", data[16:24]) == (side, side)
    assert (tmp_path / "scalable/apps/x.svg").is_file()


@pytest.mark.qt_log_ignore("Cannot read file|Could not parse", extend=True)
def test_a_drawing_that_is_none_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.svg"
    broken.write_text("none")
    with pytest.raises(ValueError, match="cannot be drawn"):
        module("icons").draw(broken, tmp_path, "x")


def overrides() -> list[tuple[str, str, str]]:
    """Each override: tag, context, and the comment that stands above its block."""
    found = []
    for block in OVERRIDES.strip().split("\n\n"):
        lines = block.splitlines()
        reason = " ".join(line[2:] for line in lines if line.startswith("# "))
        found += [(*(line.split(": ", 1)[1] + " ").split(" ", 1), reason) for line in lines if not line.startswith("#")]
    return [(tag, context.strip(), reason) for tag, context, reason in found]


@pytest.mark.parametrize(("tag", "context", "reason"), overrides(), ids=[one[0] for one in overrides()])
def test_an_override_has_its_reason_and_a_place(tag: str, context: str, reason: str) -> None:
    assert len(reason) > 40
    assert re.fullmatch(r"[a-z-]+", tag)
    assert re.search(r"\[usr/(lib/gpu-inspector|share/(doc/gpu-inspector|man))/\S+\]$", context)


@pytest.mark.parametrize("path", sorted(HERE.glob("*.py")), ids=lambda path: path.name)
def test_a_script_opens_with_its_reason_and_fits_its_room(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith('"""') and text.count("\n") <= 300


@pytest.mark.parametrize("path", sorted(HERE.iterdir()), ids=lambda path: path.name)
def test_no_file_names_a_host(path: Path) -> None:
    if path.is_file():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?i)https?://(?!www\.debian\.org/doc/packaging-manuals/copyright-format)[\w.]", text)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here (Debian: systemd)")
def test_the_gates_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    """In a root of its own, where the program lies in its place, and the units that it names are empty."""
    units, program = tmp_path / "etc/systemd/system", tmp_path / "usr/bin/gpu-inspector"
    units.mkdir(parents=True)
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for name in ("sysinit", "basic", "shutdown", "network-online", "multi-user"):
        (units / f"{name}.target").write_text(
            "[Unit]\nDescription=stands here for the system's\nDefaultDependencies=no\n"
        )
    shutil.copyfile(HERE / "gpu-inspector-registry.service", units / "gpu-inspector-registry.service")
    call = ["systemd-analyze", f"--root={tmp_path}", "--man=no", "verify", "gpu-inspector-registry.service"]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_gates_unit_starts_a_command_that_exists_and_names_its_page_of_the_manual() -> None:
    from click import Group

    from gpu_inspector.cli.main import commands

    text = (HERE / "gpu-inspector-registry.service").read_text(encoding="utf-8")
    assert "\nExecStart=/usr/bin/gpu-inspector registry accept --follow\n" in text
    assert "\nDocumentation=man:gpu-inspector-registry-accept(1)\n" in text
    registry = commands.commands["registry"]
    assert isinstance(registry, Group)
    assert "--follow" in [option for one in registry.commands["accept"].params for option in one.opts]


def test_all_libraries_that_a_builder_lacks_are_named_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    depends = module("depends")
    needs = depends.Needs({"libone.so.1": {"a.so"}, "libtwo.so.2": {"b.so", "c.so"}, "libc.so.6": {"a.so"}})
    monkeypatch.setattr(depends, "needs_of", lambda folder: needs)
    monkeypatch.setattr(depends, "said", lambda command: "\tlibc.so.6 (libc6,x86-64) => /lib/libc.so.6\n")
    with pytest.raises(depends.Unknown, match=r"libone\.so\.1 \(for a\.so\), libtwo\.so\.2 \(for b\.so, c\.so\)"):
        depends.packages(tmp_path)


def test_the_package_names_postgresql_for_who_keeps_a_registry_and_asks_nobody_else_for_it() -> None:
    text = module("fields").control("1.0", "A <a@b>", "libc6 (>= 2.36)", 1)
    fields = dict(re.findall(r"(?m)^([A-Z][A-Za-z-]*): (.*)$", text))
    assert "postgresql" in fields["Suggests"]
    assert not re.search("libpq|postgresql", fields["Depends"] + fields["Recommends"])
    assert "PostgreSQL" in text and "Dask" in text


def test_the_script_of_the_clean_root_is_whole_and_asks_this_machines_apt() -> None:
    script = HERE / "clean_root.sh"
    subprocess.run(["bash", "-n", str(script)], check=True)
    text = script.read_text(encoding="utf-8")
    assert "\nset -euo pipefail\n" in text
    assert "apt-get indextargets" in text


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["--suite", "sid"], 1, "--suite takes bookworm or trixie."),
        (["--deb", "/nowhere.deb"], 1, "There is no package yet: make deb."),
        (["--nonsense"], 2, "packaging/debian/clean_root.sh [options]"),
    ],
)
def test_the_script_of_the_clean_root_says_what_it_lacks(
    arguments: list[str], status: int, sentence: str, tmp_path: Path
) -> None:
    deb = tmp_path / "gpu-inspector_1_amd64.deb"
    deb.write_bytes(b"")
    command = [str(HERE / "clean_root.sh"), "--out", str(tmp_path), "--deb", str(deb), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.splitlines()[0].startswith(sentence)) == (status, True)


def test_without_a_folder_the_build_says_what_to_make(tmp_path: Path) -> None:
    build = module("build")
    with pytest.raises(build.NotBuilt, match="make bundle"):
        build.made(tmp_path, tmp_path, "A <a@b>", None)
