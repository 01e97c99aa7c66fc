"""What the parent makes of a child that copies between cards, whatever that prints, and however it ends."""

import sys

import pytest

from gpu_inspector.measure import messages
from gpu_inspector.probes import peers

LABELS = ("0000:1b:00.0", "0000:43:00.0")
HELLO = messages.encode(messages.Hello("", "", "", "", ("peers",)))
PAIRS = b"".join(
    messages.encode(messages.Pair(one, other, 1 << 20, 3e11, direct=True, intact=True))
    for one, other in ((0, 1), (1, 0))
)
END = messages.encode(messages.Paired())


def child(said: bytes, ending: str = "") -> tuple[str, ...]:
    script = f"import os, sys; os.write(1, {said!r}); {ending or 'sys.exit(0)'}"
    return (sys.executable, "-c", script)


def measured(said: bytes, ending: str = "") -> tuple[int, tuple[str, ...]]:
    rates, gaps = peers.measure("GPU-a,GPU-b", LABELS, lambda step, share: None, command=child(said, ending))
    return len(rates), gaps


def test_every_pair_bears_the_cards_labels() -> None:
    rates, gaps = peers.measure("GPU-a,GPU-b", LABELS, lambda *_: None, command=child(HELLO + PAIRS + END))
    assert [(one.one, one.other, one.intact) for one in rates] == [(*LABELS, True), (*LABELS[::-1], True)]
    assert gaps == ()


@pytest.mark.parametrize(
    ("said", "ending", "words"),
    [
        pytest.param(HELLO + PAIRS, "os.kill(os.getpid(), 11)", "crashed", id="crash"),
        pytest.param(HELLO + PAIRS, "sys.exit(1)", "without a result", id="no-end"),
        pytest.param(
            HELLO + PAIRS + messages.encode(messages.Missing("x", "A reason.")), "sys.exit(3)", "A reason.", id="lost"
        ),
    ],
)
def test_what_was_measured_before_an_ending_is_kept(said: bytes, ending: str, words: str) -> None:
    count, gaps = measured(said, ending)
    assert count == 2
    assert any(words in gap for gap in gaps)


def test_a_child_that_says_little_and_ends_well_leaves_a_sentence() -> None:
    count, gaps = measured(HELLO + END)
    assert count == 0
    assert gaps == ("2 pairs of cards were not measured, and the measuring process did not say why.",)


@pytest.mark.parametrize(
    "line",
    [
        b'{"type":"pair","one":0,"other":9,"bytes_copied":1,"bytes_per_s":1.0,"direct":true,"intact":true}\n',
        b'{"type":"pair","one":-1,"other":0,"bytes_copied":1,"bytes_per_s":1.0,"direct":true,"intact":true}\n',
        b'{"type":"pair","one":0,"other":0,"bytes_copied":1,"bytes_per_s":1.0,"direct":true,"intact":true}\n',
        b'{"type":"pair","one":0,"other":1,"bytes_copied":1,"bytes_per_s":1e300,"direct":true,"intact":true}\n',
        b'{"type":"pair","one":0,"other":1,"bytes_copied":-5,"bytes_per_s":1.0,"direct":true,"intact":true}\n',
        PAIRS.splitlines(keepends=True)[0] * 2,
        b'{"type":"result","reading":{"profile":"quick"}}\n',
        b"no message\n",
    ],
)
def test_lines_that_no_measurement_gives_are_refused(line: bytes) -> None:
    count, gaps = measured(HELLO + line + END)
    assert count <= 1
    assert gaps


def test_the_simulated_server_through_its_own_child() -> None:
    labels = [str(number) for number in range(8)]
    rates, gaps = peers.measure("simulation:hgx-h100-8", labels, lambda *_: None, seed=4)
    assert len(rates) == 56 and gaps == ()


def test_whoever_stops_it_leaves_no_child() -> None:
    class StopError(Exception):
        pass

    def progress(step: str, share: float) -> None:
        raise StopError

    with pytest.raises(StopError):
        peers.measure("GPU-a,GPU-b", LABELS, progress, command=child(HELLO, "import time; time.sleep(600)"))
