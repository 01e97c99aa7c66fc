"""The named places of differences between systems, under a pretended Windows and in a pretended packed program."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gpu_inspector import platforms
from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import driver_libraries, pci, pipes, program
from gpu_inspector.probes.bench import Bench, no_command
from gpu_inspector.report import identity
from gpu_inspector.workflow import due, examining

IMPORT_ALL = """
import importlib, pkgutil, sys
import gpu_inspector

def every():
    for one in pkgutil.walk_packages(gpu_inspector.__path__, "gpu_inspector."):
        if not one.name.endswith("__main__"):
            importlib.import_module(one.name)

every()  # whatever belongs to others is loaded now, on the true system
for name in [name for name in sys.modules if name.partition(".")[0] == "gpu_inspector"]:
    if name != "gpu_inspector":
        del sys.modules[name]
for name in ("fcntl", "pwd", "grp", "resource", "termios", "tty", "pty"):
    sys.modules[name] = None
sys.platform = "win32"
every()
print("imported")
"""


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")


@pytest.fixture
def packed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A pretended packed program; its folder."""
    folder = tmp_path / "gpu-inspector-0"
    (folder / "_internal").mkdir(parents=True)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(folder / "_internal"), raising=False)
    monkeypatch.setattr(sys, "executable", str(folder / "gpu-inspector"))
    monkeypatch.delenv(platforms.CUDA_VARIABLE, raising=False)
    return folder


def test_every_module_can_be_imported_where_the_modules_of_posix_are_missing() -> None:
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", IMPORT_ALL], capture_output=True, text=True, check=False, env=environ)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == "imported"


@pytest.mark.usefixtures("windows")
def test_pci_facts_are_a_gap_on_windows_that_says_so() -> None:
    with pytest.raises(ProbeError, match="Windows gives this program no PCI registers"):
        pci.read()


@pytest.mark.usefixtures("windows")
def test_doctor_says_on_windows_that_the_program_is_not_yet_run_there_and_what_wddm_takes_away() -> None:
    topics = examining._windows()
    assert platforms.NOT_RUN in [topic.says for topic in topics]
    assert any("WDDM" in topic.says for topic in topics)
    assert not any(topic.well for topic in topics)


def test_doctor_says_nothing_of_windows_elsewhere() -> None:
    assert examining._windows() == ()


@pytest.mark.usefixtures("windows")
def test_nvml_and_nvidia_smi_are_looked_for_in_the_two_places_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SystemRoot", "/windows")
    monkeypatch.setenv("ProgramW6432", "/programs")
    assert [place.as_posix() for place in platforms.nvml_places()] == [
        "/windows/System32/nvml.dll",
        "/programs/NVIDIA Corporation/NVSMI/nvml.dll",
    ]
    path = platforms.search_path("/usr/bin")
    assert path.split(os.pathsep) == ["/windows/System32", "/programs/NVIDIA Corporation/NVSMI"]
    assert platforms.command_environment(path) == {"PATH": path, "SystemRoot": "/windows"}


def test_commands_are_looked_for_in_fixed_places_on_linux() -> None:
    assert platforms.nvml_places() == ()
    assert platforms.search_path("/usr/bin:/bin") == "/usr/bin:/bin"
    assert platforms.command_environment("/bin") == {"LC_ALL": "C", "PATH": "/bin"}


@pytest.mark.usefixtures("windows")
def test_a_keys_mode_is_not_judged_on_windows_where_it_says_nothing(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(b"key")
    key.chmod(0o666)
    identity.refuse_loose(key)


@pytest.mark.usefixtures("windows")
def test_a_folder_is_not_opened_on_windows_to_make_it_durable() -> None:
    platforms.make_durable(Path("/there/is/none"))


def test_a_folder_is_made_durable_on_linux(tmp_path: Path) -> None:
    platforms.make_durable(tmp_path)
    with pytest.raises(OSError, match="none"):
        platforms.make_durable(tmp_path / "none")


def test_two_programs_do_not_hold_one_lock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(tmp_path))
    import fcntl

    with due.alone(), (due.folder() / "lock").open("ab") as second, pytest.raises(OSError, match="unavailable"):
        fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.usefixtures("windows")
def test_a_child_is_started_on_windows_without_a_console_and_in_a_group_of_its_own() -> None:
    assert platforms.of_its_own_group() == {"creationflags": 0x08000200}


@pytest.mark.usefixtures("windows")
def test_letters_that_a_console_lacks_do_not_end_a_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (tmp_path / "out").open("w", encoding="cp1252") as out:
        monkeypatch.setattr(sys, "stdout", out)
        platforms.settle_console()
        print("Графика 显卡", file=out)
    assert (tmp_path / "out").read_text(encoding="utf-8").strip() == "Графика 显卡"


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_a_commands_output_comes_in_pieces_until_its_end(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    monkeypatch.setattr(sys, "platform", system)
    ends = os.pipe()
    os.write(ends[1], b"abcdef")
    os.close(ends[1])
    with os.fdopen(ends[0], "rb") as pipe, pipes.reading(pipe, 4) as following:
        assert [following(5.0), following(5.0), following(5.0)] == [b"abcd", b"ef", b""]


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_a_command_that_says_nothing_is_not_waited_for_longer_than_it_may_take(
    monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    ends = os.pipe()
    with os.fdopen(ends[0], "rb") as pipe, pipes.reading(pipe, 4) as following:
        assert following(0.01) is None
        assert following(-1.0) is None
        os.close(ends[1])
        assert following(5.0) == b""


def test_an_installed_program_has_no_folder_of_cuda_parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "cupy").mkdir()
    monkeypatch.setenv(platforms.CUDA_VARIABLE, str(tmp_path))
    assert platforms.cuda_folder() is None
    assert "pip install" in platforms.how_to_add_cuda()


def test_a_packed_program_finds_its_cuda_parts_beside_it(packed: Path) -> None:
    assert platforms.cuda_folder() is None
    assert str(packed / "cuda") in platforms.how_to_add_cuda()
    (packed / "cuda" / "cupy").mkdir(parents=True)
    assert platforms.cuda_folder() == packed / "cuda"


def test_or_where_a_variable_says_but_never_in_the_current_folder(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "parts" / "cupy").mkdir(parents=True)
    monkeypatch.setenv(platforms.CUDA_VARIABLE, str(tmp_path / "parts"))
    assert platforms.cuda_folder() == tmp_path / "parts"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(platforms.CUDA_VARIABLE, "parts")
    assert platforms.named_cuda_folder() == packed / "cuda"


def test_cuda_parts_of_another_hand_are_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "cuda"
    (folder / "cupy").mkdir(parents=True)
    (folder / "cupy" / "__init__.py").write_bytes(b"true\n")
    listed = "cupy/__init__.py,sha256=TmGLUTNsMyqlTcd1_M5UB2dprqcRdDkzv9BA7xZOZvg,5\n"
    right = program._digest(folder / "cupy" / "__init__.py", "sha256")
    listed = f"cupy/__init__.py,sha256={right},5\n"
    assert program.of_cuda(folder, listed) == ((), 1)
    (folder / "cupy" / "more.py").write_bytes(b"")
    assert program.of_cuda(folder, listed) == (("cuda/cupy/more.py",), 1)
    (folder / "cupy" / "__init__.py").write_bytes(b"false\n")
    assert program.of_cuda(folder, listed) == (("cuda/cupy/__init__.py", "cuda/cupy/more.py"), 1)
    (folder / "cupy" / "__init__.py").unlink()
    assert program.of_cuda(folder, listed)[0][0] == "cuda/cupy/__init__.py"


def test_without_a_list_every_file_of_the_cuda_parts_is_foreign(tmp_path: Path) -> None:
    (tmp_path / "cupy").mkdir()
    (tmp_path / "cupy" / "__init__.py").write_bytes(b"")
    assert program.of_cuda(tmp_path, "")[0] == (f"{tmp_path.name}/cupy/__init__.py",)


def test_a_drivers_library_among_a_packed_programs_own_is_told(packed: Path) -> None:
    (packed / "_internal" / "libnvidia-ml.so.1").write_bytes(b"")
    bench = Bench(Path("/"), {}, no_command)
    found, _gaps = driver_libraries.preloaded(bench)
    assert [one for one in found if "libnvidia-ml.so.1" in one and "_internal" in one]


def test_a_packed_programs_own_libraries_alone_are_no_finding(packed: Path) -> None:
    (packed / "_internal" / "libz.so.1").write_bytes(b"")
    found, _gaps = driver_libraries.preloaded(Bench(Path("/"), {}, no_command))
    assert not [one for one in found if "_internal" in one]
