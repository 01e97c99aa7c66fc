"""No display is a line on stderr and exit status 1, never an abort."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gpu_inspector.gui import display


def _program(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    bare = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR")
    }
    code = "import sys; from gpu_inspector.gui.app import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code], env=bare | environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these systems always have a display")
@pytest.mark.parametrize(
    ("environment", "said"),
    [
        pytest.param({}, "There is no display", id="none is named"),
        pytest.param({"DISPLAY": ":4242"}, "isplay", id="the X server is gone"),
        pytest.param({"WAYLAND_DISPLAY": "wayland-none"}, "does not answer", id="the compositor is gone"),
    ],
)
def test_no_display_is_one_line_and_status_1(environment: dict[str, str], said: str) -> None:
    ended = _program(environment)
    assert ended.returncode == 1
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert said in line or "libraries for the window are missing" in line
    assert line.endswith("gpu-inspector --help")


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_have_a_display(platform: str) -> None:
    assert display.why_not({}, platform) == ""


def test_who_names_a_platform_of_qt_gets_it() -> None:
    assert display.why_not({"QT_QPA_PLATFORM": "offscreen"}, "linux") == ""


def test_missing_libraries_are_named_by_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "LIBRARIES", {"libnone-such.so.9": "libnone-such9", "libc.so.6": "libc6"})
    reason = display.why_not({"DISPLAY": ":0"}, "linux")
    assert "apt install libnone-such9." in reason
    assert "libc6" not in reason


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs sockets in the file system")
def test_a_compositor_that_answers_needs_no_x(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path has about a hundred characters at most
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("w-0")
        server.listen(1)
        assert display.why_not({"WAYLAND_DISPLAY": "w-0", "XDG_RUNTIME_DIR": "."}, "linux") == ""
