"""What the portable folder holds and leaves out, and where it starts: without building it."""

import ast
import importlib.util
import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUNDLE, WINDOWS = ROOT / "packaging" / "bundle", ROOT / "packaging" / "windows"


def module(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A script of packaging/ as a module, gone from the interpreter afterwards."""
    for place in (ROOT / "packaging" / "release", ROOT / "packaging", folder):
        monkeypatch.syspath_prepend(str(place))
    spec = importlib.util.spec_from_file_location(f"packaging_{name}", folder / f"{name}.py")
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture
def contents(monkeypatch: pytest.MonkeyPatch) -> Any:
    return module(BUNDLE, "contents", monkeypatch)


@pytest.mark.parametrize(
    ("place", "source", "stays"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "/env/x", True),
        ("PySide6/plugins/platforms/qwindows.dll", "/env/x", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", "/env/x", False),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", "/env/x", False),
        ("PySide6/Qt/plugins/sqldrivers/libqsqlite.so", "/env/x", False),
        ("PySide6/Qt/plugins/imageformats/libqsvg.so", "/env/x", True),
        ("PySide6/Qt/lib/libQt6Network.so.6", "/env/x", False),
        ("PySide6/Qt/lib/libQt6OpenGL.so.6", "/env/x", True),
        ("libstdc++.so.6", "/lib/x86_64-linux-gnu/libstdc++.so.6", False),
        ("libfontconfig.so.1", "/usr/lib/x86_64-linux-gnu/libfontconfig.so.1", False),
        ("libxcb.so.1", "/lib/x86_64-linux-gnu/libxcb.so.1", False),
        ("libxcb-cursor.so.0", "/lib/x86_64-linux-gnu/libxcb-cursor.so.0", True),
        ("libcrypto.so.3", "/lib/x86_64-linux-gnu/libcrypto.so.3", True),
        ("libfreetype-57f805ba.so.6.20.6", "/env/pillow.libs/libfreetype-57f805ba.so.6.20.6", True),
    ],
)
def test_libraries_of_the_machines_own_stay_out_and_what_desktops_lack_comes_along(
    contents: Any, place: str, source: str, stays: bool
) -> None:
    assert contents.wanted((place, source, "BINARY")) is stays


def test_a_link_whose_target_was_left_out_is_left_out_too(contents: Any) -> None:
    kept = contents.narrowed(
        [
            ("libb.so", "a/libb.so.1", "SYMLINK"),
            ("libc.so", "a/libc.so.1", "SYMLINK"),
            ("a/libb.so.1", "/env/b", "BINARY"),
        ]
    )
    assert [entry[0] for entry in kept] == ["a/libb.so.1", "libb.so"]


def test_no_command_loads_qt_before_it_begins(contents: Any) -> None:
    assert contents.runs_at_start("start")
    assert not any(contents.runs_at_start(f"pyi_rth_{name}") for name in ("pyside6", "multiprocessing", "inspect"))


def test_every_module_of_the_package_is_asked_for(contents: Any) -> None:
    names = contents.own_modules(ROOT)
    assert {"gpu_inspector", "gpu_inspector.__main__", "gpu_inspector.gui.pages.bench"} <= set(names)
    assert len(names) == len(list((ROOT / "gpu_inspector").rglob("*.py")))


def test_modules_that_are_asked_for_by_name_exist_and_are_not_excluded_as_well(contents: Any) -> None:
    foreign = {"keyring.backends.Windows", "keyring.backends.macOS"}
    for name in set(contents.HIDDEN + contents.FOR_CUDA) - foreign:
        assert importlib.util.find_spec(name) is not None, name
        assert not any(name == one or name.startswith(f"{one}.") for one in contents.EXCLUDED), name


def test_each_module_under_the_lesser_licence_can_be_replaced_in_the_folder(contents: Any) -> None:
    """LGPL: whoever has the program may put another version in. PyInstaller's archive would keep its own ahead."""
    lesser = {"pyside6-essentials", "shiboken6"}  # their modules are libraries, which are files anyhow
    for name in contents.distributions():
        about = metadata.metadata(name)
        stated = " ".join(one for field in ("License-Expression", "Classifier") for one in about.get_all(field) or ())
        if re.search(r"LGPL|Lesser", stated) and name not in lesser:
            tops = {path.parts[0] for path in metadata.files(name) or () if path.suffix in (".py", ".so")}
            modules = {one for one in tops if not one.endswith((".libs", ".dist-info"))}
            assert modules and modules <= set(contents.REPLACEABLE), name


def test_what_the_plots_load_by_name_is_not_excluded(contents: Any) -> None:
    """pyqtgraph asks for modules of Qt by texts, which no analysis sees; it can do without QtTest."""
    ask = "import sys, pyqtgraph; print(*(name for name in sys.modules if name.startswith('PySide6.Qt')))"
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, env=environ)
    loaded = set(done.stdout.split())
    assert "PySide6.QtOpenGL" in loaded
    assert loaded & set(contents.EXCLUDED) <= {"PySide6.QtTest"}


def test_libraries_that_are_required_are_followed_without_the_developers_tools(contents: Any) -> None:
    found = contents.distributions()
    assert {"pyside6-essentials", "pyhanko", "keyring", "jeepney", "psycopg", "psycopg-binary"} <= set(found)
    assert not {"pytest", "mypy", "cupy-cuda12x", "gpu-inspector", "distributed", "dask", "asyncssh"} & set(found)


def test_the_folder_tells_of_the_same_libraries_as_the_lists_of_a_release(
    contents: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two scripts follow what is required; one that forgets a library leaves its licence out."""
    locked = module(ROOT / "packaging" / "medium", "locked", monkeypatch)
    assert set(contents.distributions()) == locked.needed("gpu-inspector", ()) - locked.NOT_NEEDED


def test_what_the_starter_changed_is_taken_back_before_anything_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    start = module(BUNDLE, "start", monkeypatch)
    changed = {"LD_LIBRARY_PATH": "/o/_internal:/usr/x", "LD_LIBRARY_PATH_ORIG": "/usr/x", "_PYI_X": "1", "HOME": "/h"}
    start.restore(changed)
    assert changed == {"LD_LIBRARY_PATH": "/usr/x", "HOME": "/h"}
    changed = {"LD_LIBRARY_PATH": "/o/_internal"}
    start.restore(changed)
    assert changed == {}


def test_a_line_of_the_list_is_written_as_installers_write_it(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = module(BUNDLE, "steps", monkeypatch)
    file = next(one for one in metadata.files("click") or () if one.name == "core.py")
    place = Path(os.fspath(file.locate()))
    line = steps.recorded(place, place.parents[1])
    assert line == f"{file.as_posix()},sha256={file.hash.value if file.hash else ''},{file.size}"


def test_lists_of_libraries_name_nothing_outside_of_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    steps = module(BUNDLE, "steps", monkeypatch)
    record = tmp_path / "segno-1.dist-info" / "RECORD"
    record.parent.mkdir()
    record.write_bytes(b"../../../bin/segno,sha256=x,230\nsegno/__init__.py,sha256=y,1\n")
    steps.without_scripts(tmp_path)
    assert record.read_bytes() == b"segno/__init__.py,sha256=y,1\n"


def test_compiled_modules_bear_no_time_and_no_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    steps = module(BUNDLE, "steps", monkeypatch)
    made: list[bytes] = []
    for name in ("one", "two"):
        folder = tmp_path / name
        (folder / "p").mkdir(parents=True)
        (folder / "p" / "m.py").write_text("WORDS = {'a', 'b', 'c'}\ndef f(x): return x in {'u', 'v', 'w'}\n")
        os.utime(folder / "p" / "m.py", (len(made) + 1e9, len(made) + 1e9))
        steps.compiled(folder)
        made.append(next(folder.rglob("*.pyc")).read_bytes())
    assert made[0] == made[1]
    assert str(tmp_path).encode() not in made[0]


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("cupy/__init__.py", True),
        ("cupy_backends/cuda/libs/nvrtc.cpython-311-x86_64-linux-gnu.so", True),
        ("cuda/pathfinder/__init__.py", True),
        ("nvidia/cuda_nvrtc/lib/libnvrtc.so.12", True),
        ("nvidia/cuda_nvrtc/lib/libnvrtc-builtins.so.12.9", True),
        ("cupy_cuda12x-14.2.0.dist-info/METADATA", True),
        ("cupy_cuda12x-14.2.0.dist-info/licenses/LICENSE", True),
        ("nvidia/cuda_nvrtc/lib/libnvrtc.alt.so.12", False),
        ("nvidia/cuda_nvrtc/include/nvrtc.h", False),
        ("cupy/_core/include/cupy/_cccl/x.cuh", False),
        ("cupy_cuda12x-14.2.0.dist-info/RECORD", False),
        ("../../../bin/x", False),
    ],
)
def test_the_second_download_holds_what_measures_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, name: str, taken: bool
) -> None:
    parts = module(BUNDLE, "cuda_parts", monkeypatch)
    assert (parts._LEFT_OUT.search(name) is None) is taken


@pytest.mark.parametrize(
    "path", [BUNDLE / "gpu-inspector.spec", WINDOWS / "gpu-inspector.spec"], ids=["linux", "windows"]
)
def test_a_spec_file_is_python_and_keeps_the_package_out_of_the_archive(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    ast.parse(text)
    assert 'partition(".")[0] != "gpu_inspector"' in text
    assert "module_collection_mode=dict.fromkeys(contents.REPLACEABLE" in text
    assert "contents.own_files(SITE)" in text


def test_windows_is_told_the_programs_version(monkeypatch: pytest.MonkeyPatch) -> None:
    from gpu_inspector import __version__

    resources = module(WINDOWS, "resources", monkeypatch)
    table = resources.table("gpu-inspector-gui")
    assert f"filevers=({__version__.replace('.', ', ')}, 0)" in table
    assert f"StringStruct('FileVersion', '{__version__}')" in table
    assert "'gpu-inspector-gui.exe'" in table
    ast.parse(table)


def test_the_icon_of_windows_has_every_size(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from PIL import Image

    resources = module(WINDOWS, "resources", monkeypatch)
    with Image.open(resources.write_icon(tmp_path / "icon.ico")) as icon:
        assert icon.info["sizes"] == {(side, side) for side in resources.SIDES}


def test_commands_of_the_help_are_found_to_be_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from gpu_inspector.cli.main import commands

    trying = module(BUNDLE, "try", monkeypatch)
    named = trying._named(CliRunner().invoke(commands, ["--help"]).output)
    assert named == sorted(commands.commands)
    assert trying._named("no commands here") == []


def test_a_trial_without_a_database_says_so_and_still_names_every_command(monkeypatch: pytest.MonkeyPatch) -> None:
    from click import Group

    from gpu_inspector.cli.main import commands

    trying = module(BUNDLE, "trying_registry", monkeypatch)
    monkeypatch.setattr(trying, "missing", lambda: "No registry was tried: no PostgreSQL here.")
    ran: set[str] = set()
    told: list[str] = []

    class Recording:
        def run(self, *words: str, **_more: Any) -> str:
            ran.add(words[1])
            return ""

        def cannot(self, sentence: str) -> None:
            told.append(sentence)

    trying.registry(Recording())
    group = commands.commands["registry"]
    assert isinstance(group, Group)
    assert ran == set(group.commands)
    assert told == ["No registry was tried: no PostgreSQL here."]


def test_the_trial_on_a_bare_system_says_in_one_sentence_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare = module(BUNDLE, "bare", monkeypatch)
    with pytest.raises(bare.Lacking, match="make bundle first"):
        bare._require(tmp_path / "none.tar.xz")
    (tmp_path / "some.tar.xz").touch()
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(bare.Lacking, match="needs root"):
        bare._require(tmp_path / "some.tar.xz")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(bare.shutil, "which", lambda tool: None)
    with pytest.raises(bare.Lacking, match="apt install mmdebstrap"):
        bare._require(tmp_path / "some.tar.xz")
