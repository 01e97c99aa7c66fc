"""Progress on stderr: a bar on a terminal, plain lines elsewhere, and nothing of a card's that moves a cursor."""

import io
import sys

import pytest

from gpu_inspector.cli.progress import Meter


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _able_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")


def test_a_terminal_gets_one_line_that_is_wiped_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("COLUMNS", "60")
    with Meter() as meter:
        meter("measuring 0000:01:00.0: memory (812 GB/s, 61 °C, 312 W, and much more)", 0.5)
        meter("short", 0.75)
    first, second, wiped, rest = screen.getvalue().split("\r")[1:]
    assert first == "[####....]  50%  …y (812 GB/s, 61 °C, 312 W, and much more)", "the live figures were cut"
    assert second.rstrip().endswith("75%  short") and len(second) == 59, "the longer line before shows through"
    assert not wiped.strip() and rest == ""


def test_elsewhere_there_is_a_line_every_tenth(monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    with Meter() as meter:
        for number in range(1001):
            meter("memory", number / 1000)
        meter("ledger", 0.0)
    lines = log.getvalue().splitlines()
    assert len(lines) == 12
    assert lines[0] == "  0%  memory" and lines[-2:] == ["100%  memory", "  0%  ledger"]


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_a_step_cannot_write_on_the_terminal(stream: type[io.StringIO], monkeypatch: pytest.MonkeyPatch) -> None:
    screen = stream()
    monkeypatch.setattr(sys, "stderr", screen)
    with Meter() as meter:
        meter("evil \x1b[2J\u202e", 0.5)
    assert "\x1b" not in screen.getvalue() and "\u202e" not in screen.getvalue()


def test_a_terminal_that_cannot_draw_over_its_line_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "dumb")
    with Meter() as meter:
        meter("memory", 0.5)
    assert screen.getvalue() == " 50%  memory\n"


def test_a_reader_that_went_away_stops_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(Terminal):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Gone())
    with Meter() as meter:
        meter("memory", 0.5)
