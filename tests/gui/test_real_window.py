"""The program as it is started, in a real window on a screen of its own, driven by keys alone, as a person would."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gpu_inspector.ledger.store import Ledger

PROGRAMS = ("Xvfb", "xdotool")
LONGEST_S = 60.0
pytestmark = [
    pytest.mark.skipif(
        not all(shutil.which(name) for name in PROGRAMS), reason="Xvfb and xdotool are not installed here"
    ),
    pytest.mark.skipif(sys.platform != "linux", reason="a screen of X is needed"),
]


class Bench:
    """A screen, the program on it, and hands on the keyboard."""

    def __init__(self, screen: str, home: Path) -> None:
        self.home = home
        self.environment = {
            **os.environ,
            "DISPLAY": screen,
            "GPU_INSPECTOR_HOME": str(home),
            "QT_QPA_PLATFORM": "xcb",
            "QT_ACCESSIBILITY": "0",
        }
        self.environment.pop("WAYLAND_DISPLAY", None)
        self.environment.pop("GPU_INSPECTOR_LEDGER", None)
        self.program: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the program and wait for its window."""
        self.program = subprocess.Popen(
            [sys.executable, "-m", "gpu_inspector"],
            env=self.environment,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self.wait(self.window, "the window")
        self.do("windowfocus", "--sync", self.window())
        self.wait(lambda: "Bench" in self.title(), "the first page")

    def window(self) -> str:
        """Its number, "" while there is none."""
        command = ["xdotool", "search", "--onlyvisible", "--name", "GPU Inspector"]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        return done.stdout.split("\n")[0].strip()

    def title(self) -> str:
        """Of the window; its page stands in it."""
        return self.do("getwindowname", self.window()).strip()

    def press_until(self, keys: str, page: str) -> None:
        """Press until that page is in front: a key that comes before a page is ready does nothing."""
        end = time.monotonic() + LONGEST_S
        while page not in self.title():
            assert time.monotonic() < end, f"{keys} does not lead to {page}"
            self.press(keys)
            time.sleep(0.5)

    def do(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=self.environment, capture_output=True, text=True, timeout=LONGEST_S, check=False
        )
        assert done.returncode == 0, f"xdotool {' '.join(words)}: {done.stderr}"
        return done.stdout

    def press(self, *keys: str) -> None:
        for key in keys:
            self.do("key", "--clearmodifiers", key)
            time.sleep(0.3)

    def reports(self) -> list[Path]:
        return sorted((self.home / "reports").glob("*.pdf"))

    def wait(self, met: Callable[[], object], what: str, seconds: float = LONGEST_S) -> None:
        end = time.monotonic() + seconds
        while not met():
            assert self.program is not None and self.program.poll() is None, "the program ended"
            assert time.monotonic() < end, f"waited in vain for {what}"
            time.sleep(0.1)

    def kill(self) -> None:
        """As a power cut would: the window alone, and nothing is asked."""
        assert self.program is not None
        self.program.send_signal(signal.SIGKILL)
        self.program.wait(30)

    def children(self) -> list[str]:
        """Measuring children of this bench that still run, told by the home that they were given."""
        found = []
        for one in Path("/proc").iterdir():
            if one.name.isdigit():
                try:
                    command = (one / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                    given = (one / "environ").read_bytes()
                except OSError:
                    continue
                if " measure " in command and f"GPU_INSPECTOR_HOME={self.home}".encode() in given.split(b"\0"):
                    found.append(command)
        return found

    def close(self) -> None:
        if self.program is not None:
            if self.program.poll() is None:
                os.killpg(self.program.pid, signal.SIGKILL)
                self.program.wait(30)
            assert self.program.stderr is not None
            self.program.stderr.close()


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    """A screen that belongs to these tests."""
    read, write = os.pipe()
    # Without -noreset it begins anew when its last window goes, and takes along who connects at that moment.
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    server.terminate()
    server.wait(30)


@pytest.fixture
def bench(screen: str, tmp_path: Path) -> Iterator[Bench]:
    one = Bench(screen, tmp_path / "home")
    one.home.mkdir()
    # Every start is a first one, and the shortest measurement is enough: the window is what is tried here.
    (one.home / "settings.toml").write_text('profile = "quick"\n', encoding="utf-8")
    yield one
    one.close()


def test_keys_alone_lead_from_the_first_start_to_a_signed_report(bench: Bench) -> None:
    bench.start()
    bench.press_until("alt+t", "Case")  # Try a simulated card
    bench.press("alt+p")
    bench.do("type", "--delay", "30", "GeForce RTX 4090")
    bench.press("Tab")
    bench.press_until("F5", "Run")
    bench.wait(lambda: "Verdict" in bench.title(), "the verdict")
    (report,) = bench.reports()
    assert not bench.children()
    bench.press("ctrl+q")
    assert bench.program is not None
    assert bench.program.wait(30) == 0
    assert b"Traceback" not in (bench.program.stderr.read() if bench.program.stderr else b"")
    with Ledger(bench.home / "ledger.sqlite", readonly=True) as kept:
        assert kept.count() == 1 and kept.verify().problem is None
        _, inspection = kept.inspection(1)
    assert inspection.declaration.product == "GeForce RTX 4090"
    assert inspection.evidence.origin.value == "simulation"
    verified = subprocess.run(
        [sys.executable, "-m", "gpu_inspector", "verify", str(report)],
        env=bench.environment,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    assert verified.returncode == 3 and "SIMULATION" in verified.stdout


def _killed_in_a_run(bench: Bench, after_s: float, office: str) -> int:
    """One start, something typed, a run, and a kill; how many rows the ledger has then."""
    bench.start()
    bench.press_until("alt+t", "Case")
    bench.press("alt+p", "ctrl+a")
    bench.do("type", "--delay", "10", office)
    typed = time.monotonic()
    bench.press_until("F5", "Run")
    time.sleep(after_s)
    bench.kill()
    lasted = time.monotonic() - typed
    end = time.monotonic() + 20
    while bench.children():
        assert time.monotonic() < end, f"a child is left: {bench.children()}"
        time.sleep(0.1)
    draft = bench.home / "drafts" / "case.json"
    if lasted > 5.0:
        assert office in draft.read_text(encoding="utf-8"), "what was typed five seconds ago is lost"
    ledger = bench.home / "ledger.sqlite"
    if not ledger.exists():
        return 0
    with Ledger(ledger, readonly=True) as kept:
        assert kept.verify().problem is None
        rows = kept.count()
    assert rows >= len(bench.reports()), "a report without its row"
    return rows


@pytest.mark.parametrize("times", [1, pytest.param(50, marks=pytest.mark.prove)])
def test_a_killed_window_loses_no_row_no_draft_and_leaves_no_child(bench: Bench, times: int) -> None:
    generator, rows = random.Random(times), 0
    for number in range(times):
        now = _killed_in_a_run(bench, generator.uniform(0.2, 8.0), f"card {number} of {times}")
        assert now >= rows, "a row is lost"
        rows = now
        bench.close()
    print(f"{times} windows killed: {rows} rows, {len(bench.reports())} reports")
