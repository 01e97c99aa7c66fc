"""The parent of measuring children: whatever a child does, it ends, its words are kept, and the gap says why."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import own_children
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.measure import messages
from gpu_inspector.probes import child_process, child_story, cuda
from gpu_inspector.probes.child_story import Story
from gpu_inspector.probes.cuda import Measured, Target
from gpu_inspector.records.silicon import DieReading, SiliconReading

UUID = "GPU-8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4"
TARGET = Target("0000:01:00.0", UUID)
PRELUDE = """
import json, os, signal, sys, time
def say(type, **fields):
    os.write(1, (json.dumps({"type": type, **fields}) + "\\n").encode())
def hello():
    say("hello", device="a card", uuid=sys.argv[1], profile="quick", compiler="", steps=["die", "link", "memory"])
def step(name, share=0.5, within_s=10.0, **figures):
    say("progress", step=name, share=share, within_s=within_s, figures=figures)
def reading(kind="result", **fields):
    say(kind, reading={"profile": "quick", "complete": kind == "result", **fields})
def until(path):
    while not os.path.exists(path): time.sleep(0.01)
"""
"""`until`: what a child does after its parent did something, however busy the machine is."""


def silent(step: str, share: float) -> None:
    """Progress that nobody looks at."""


@pytest.fixture(autouse=True)
def _no_child_is_left() -> Iterator[None]:
    yield
    assert own_children.none_is_left()


def play(
    *scripts: str, progress: Callable[[str, float], None] = silent, profile: str = "quick"
) -> tuple[Measured, ...]:
    """Each script as one child; they are told apart by their target's number."""
    program = PRELUDE + "scripts = " + repr(scripts) + "\nexec(scripts[int(sys.argv[1][4])])\n"
    targets = [Target(f"card {number}", f"GPU-{number}{UUID[5:]}") for number in range(len(scripts))]
    return cuda.measure(targets, profile, progress, command=[sys.executable, "-I", "-S", "-c", program])


def only(script: str) -> Measured:
    (one,) = play(script)
    return one


def test_a_result_is_the_reading_without_a_gap() -> None:
    one = only("hello(); step('die'); reading(uuid=sys.argv[1], device_name='a card')")
    assert one.silicon is not None and one.silicon.complete and one.silicon.device_name == "a card"
    assert one.gaps == ()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        pytest.param("sys.exit('it broke')", "exit status 1). Its last words: it broke", id="exit 1"),
        pytest.param("os._exit(0)", "without a result (exit status 0)", id="exit 0 without a result"),
        pytest.param("os.kill(os.getpid(), signal.SIGSEGV)", "crashed (SIGSEGV)", id="segmentation fault"),
        pytest.param("os.kill(os.getpid(), signal.SIGKILL)", "ended from outside (SIGKILL)", id="killed"),
        pytest.param('os.write(1, b\'{"type": "resu\'); os._exit(1)', "exit status 1", id="half a line"),
        pytest.param("os.close(1); time.sleep(60)", "closed its pipe before its result", id="closed pipe"),
        pytest.param("os.write(1, b'noise\\n' * 1100); time.sleep(60)", "no message of this program", id="garbage"),
    ],
)
def test_a_child_without_a_result_leaves_its_last_part_and_a_reason(script: str, words: str) -> None:
    start = "hello(); step('memory'); reading('reading', die={'multiprocessors_by_id': 28}); "
    one = only(start + script)
    assert one.silicon is not None and one.silicon.die == DieReading(multiprocessors_by_id=28)
    assert not one.silicon.complete
    (gap,) = one.gaps
    assert gap.source == "measure: memory" and words in gap.reason and gap.advice


def test_parts_that_were_not_reached_are_named() -> None:
    one = only("hello(); step('die'); os._exit(7)")
    assert [gap.source for gap in one.gaps] == ["measure: die", "measure: link", "measure: memory"]
    assert "Not reached" in one.gaps[1].reason


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX has fork")
@pytest.mark.parametrize("held_s", [0.3, 1.5])
def test_a_pipe_that_ends_after_its_child_loses_no_reason(held_s: float) -> None:
    one = only(f"hello(); step('die')\nif os.fork() == 0: time.sleep({held_s}); os._exit(0)\nos._exit(7)")
    assert [gap.source for gap in one.gaps] == ["measure: die", "measure: link", "measure: memory"]
    assert "exit status 7" in one.gaps[0].reason


def test_a_child_that_never_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_story, "START_S", 0.3)
    one = only("time.sleep(60)")
    assert one.silicon is None
    assert one.gaps[0].source == "measure" and "did not begin" in one.gaps[0].reason


def test_silence_after_the_announced_time_is_a_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_story, "SHORTEST_S", 0.3)
    began = time.monotonic()
    one = only("hello(); reading('reading', device_name='kept'); step('memory', within_s=0.3); time.sleep(60)")
    assert time.monotonic() - began < 5
    assert one.silicon is not None and one.silicon.device_name == "kept"
    assert one.gaps[0].source == "measure: memory" and "hangs" in one.gaps[0].reason


def test_a_child_that_ignores_term_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_story, "SHORTEST_S", 0.2)
    monkeypatch.setattr(child_process, "TERM_S", 0.2)
    one = only("signal.signal(signal.SIGTERM, signal.SIG_IGN); hello(); step('memory', within_s=0.2); time.sleep(60)")
    assert "hangs" in one.gaps[0].reason


def test_a_child_that_does_not_go_after_its_result_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_story, "LEAVE_S", 0.2)
    one = only("hello(); reading(); time.sleep(60)")
    assert one.silicon is not None and one.gaps == ()


def test_what_comes_after_the_result_is_not_heard() -> None:
    one = only(
        "hello(); reading(device_name='first'); reading(device_name='second'); say('gap', source='x', reason='y')"
    )
    assert one.silicon is not None and one.silicon.device_name == "first"
    assert one.gaps == ()


def test_gaps_of_the_child_are_kept_and_a_lost_card_needs_no_other_reason() -> None:
    one = only(
        "hello(); say('gap', source='measure: memory', reason='The card is lost.', advice='Reseat it.'); os._exit(3)"
    )
    (gap,) = one.gaps
    assert (gap.source, gap.reason, gap.advice) == ("measure: memory", "The card is lost.", "Reseat it.")


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param("profile='deep'", id="another profile"),
        pytest.param("simulation='genuine-h100'", id="a simulation"),
        pytest.param("uuid='GPU-00000000-0000-0000-0000-000000000000'", id="another card"),
    ],
)
def test_a_reading_of_something_else_is_refused(fields: str) -> None:
    one = only(f"hello(); reading({fields})")
    assert one.silicon is None
    assert "another card or profile" in one.gaps[0].reason


def test_numbers_that_no_record_can_hold_cost_their_part_alone() -> None:
    die = "{'multiprocessors_by_id': 2**60}"
    one = only(f"hello(); reading(die={die}, link={{'gen_under_load': 4}})")
    assert one.silicon is not None and one.silicon.die is None
    assert one.silicon.link is not None and one.silicon.link.gen_under_load == 4
    assert one.gaps[0].source == "measure: die"


def test_a_flood_of_progress_is_heard_in_time(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    began, heard = tmp_path / "began", tmp_path / "heard"

    def note(step: str, share: float) -> None:
        told.append((step, share))
        if share == 0.9:
            heard.touch()

    flood = f"open({str(began)!r}, 'w').write(str(time.monotonic())); hello();"
    flood += "line = (json.dumps({'type': 'progress', 'step': 'memory', 'share': 0.5}) + '\\n').encode();"
    flood += "os.write(1, line * 1000);" * 10
    play(flood + f"step('memory', 0.9, gb_per_s=812.4); until({str(heard)!r}); reading()", progress=note)
    assert time.monotonic() - float(began.read_text()) < 3
    assert len(told) < 60
    assert ("measuring card 0: memory (812 GB/s)", 0.9) in told
    assert told[-1] == ("measuring card 0: done", 1.0)


def test_ten_thousand_lines_are_parsed_within_a_second() -> None:
    """Of its own work: what else the machine does is no fault of the reader's."""
    line = messages.encode(messages.Step("memory", 0.5, 10.0, {"gb_per_s": 800.0}))
    story = Story("card", UUID, 0, "quick")
    began = time.process_time()
    story.hear(line * 10_000)
    assert time.process_time() - began < 1.0


def test_endless_complaints_are_kept_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_process, "_COMPLAINTS", 65536)
    one = only(
        "hello(); step('memory')\n"
        "for _ in range(4000): os.write(2, b'complaint ' * 1000 + b'\\n')\n"
        "os.write(2, b'the end\\x1b[2J of it\\n'); os._exit(1)"
    )
    assert one.gaps[0].reason.endswith("the end[2J of it")


def test_cards_are_measured_side_by_side(tmp_path: Path) -> None:
    """Each of two goes on where the other has begun, and a card after the other were never done."""
    here, other = (f"{str(tmp_path)!r} + '/' + {one}" for one in ("sys.argv[1][4]", "str(2 - int(sys.argv[1][4]))"))
    work = f"hello(); step('die'); open({here}, 'w'); until({other}); reading(device_name=sys.argv[1])"
    several = play(work, "hello(); os._exit(1)", work)
    assert [one.silicon is not None for one in several] == [True, False, True]
    assert several[1].gaps and not several[0].gaps


@pytest.mark.parametrize(
    "stop", [pytest.param(KeyboardInterrupt, id="Ctrl-C"), pytest.param(RuntimeError, id="cancelled")]
)
def test_whatever_progress_raises_ends_all_children(stop: type[BaseException], tmp_path: Path) -> None:
    def stopping(step: str, share: float) -> None:
        if len(list(tmp_path.iterdir())) == 2:
            raise stop

    script = f"open({str(tmp_path)!r} + '/' + str(os.getpid()), 'w'); hello(); time.sleep(60)"
    with pytest.raises(stop):
        play(script, "signal.signal(signal.SIGTERM, signal.SIG_DFL); " + script, progress=stopping)
    for path in tmp_path.iterdir():
        with pytest.raises(ProcessLookupError):
            os.kill(int(path.name), 0)


def test_a_second_interruption_kills_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    press, pressed_s = child_process.ChildProcess.press, []

    def interrupt(step: str, share: float) -> None:
        if list(tmp_path.iterdir()):
            raise KeyboardInterrupt

    def pressed(child: child_process.ChildProcess) -> None:
        # From here on: a second one that comes while the first is still on its way is none.
        press(child)
        pressed_s.append(time.monotonic())
        signal.setitimer(signal.ITIMER_REAL, 0.3)

    def again(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(child_process, "HURRIED_TERM_S", 30.0)  # so that nothing else kills it
    monkeypatch.setattr(child_process.ChildProcess, "press", pressed)
    before = signal.signal(signal.SIGALRM, again)
    try:
        with pytest.raises(KeyboardInterrupt):
            play(
                "signal.signal(signal.SIGTERM, signal.SIG_IGN);"
                f"open({str(tmp_path)!r} + '/' + str(os.getpid()), 'w'); time.sleep(60)",
                progress=interrupt,
            )
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert time.monotonic() - pressed_s[0] < child_process.TERM_S


def test_a_program_that_cannot_be_started_is_a_gap() -> None:
    (one,) = cuda.measure([TARGET], "quick", silent, command=["/nonexistent/program"])
    assert one.silicon is None
    assert "could not be started" in one.gaps[0].reason and one.gaps[0].advice


def test_our_own_pause_is_not_the_cards_silence() -> None:
    story = Story("card", UUID, 0, "quick")
    story.hear(messages.encode(messages.Hello("a card", UUID, "quick", "", ("die",))))
    later = time.monotonic() + 60
    story.forgive(60)
    assert not story.silent(later)
    assert story.silent(later + 60)


@given(data=st.binary(max_size=400), cut=st.integers(0, 400))
@settings(max_examples=examples(60), deadline=None)
def test_any_bytes_are_heard_without_harm(data: bytes, cut: int) -> None:
    story = Story("card", UUID, 0, "quick")
    story.hear(data[:cut])
    story.hear(data[cut:] + b"\n")
    story.hear(messages.encode(messages.Result(SiliconReading(profile="quick", uuid=UUID, complete=True))))
    silicon, _ = story.ending()
    assert silicon is not None and silicon.complete


MEMORY = "'claimed_bytes': 2**34, 'free_bytes': 2**34, 'covered_bytes': 2**33"
WORD = "{'offset_bytes': 0, 'expected': '', 'read': ''}"


@pytest.mark.parametrize(
    ("part", "reading"),
    [
        pytest.param("memory", f"{{{MEMORY}, 'bad_words': -1}}", id="less than nothing"),
        pytest.param("memory", f"{{{MEMORY}, 'kept': [{WORD}] * 5000}}", id="more words than are kept"),
        pytest.param("memory", f"{{{MEMORY}, 'map': 'rrxr'}}", id="a map in unknown letters"),
        pytest.param("memory", f"{{{MEMORY}, 'map': 'r' * 300}}", id="a map without end"),
        pytest.param("die", "{'clock_mhz': 1e300}", id="a clock of no chip"),
        pytest.param("heat", "{'usable': True, 'samples': [{'at_s': -3.0}]}", id="before the beginning"),
    ],
)
def test_numbers_that_no_measurement_gives_are_a_gap_and_the_rest_stays(part: str, reading: str) -> None:
    one = only(f"hello(); reading(uuid=sys.argv[1], link={{'gen_under_load': 4}}, {part}={reading})")
    assert one.silicon is not None and one.silicon.link is not None
    assert getattr(one.silicon, part) is None
    (gap,) = one.gaps
    assert gap.source == f"measure: {part}" and gap.advice


def test_a_cold_store_room_is_no_impossible_number() -> None:
    heat = "{'usable': True, 'start_c': -12.0, 'drop_k_per_w': -0.01, 'samples': [{'at_s': 0, 'temperature_c': -12.0}]}"
    one = only(f"hello(); reading(heat={heat})")
    assert one.silicon is not None and one.silicon.heat is not None and one.gaps == ()


def test_texts_of_a_reading_are_made_fit_to_be_shown() -> None:
    one = only("hello(); reading(device_name='\x1b[2Jcard\u202e ' + 'A' * 10**6)")
    assert one.silicon is not None
    assert one.silicon.device_name.startswith("[2Jcard A") and len(one.silicon.device_name) == 600


def test_only_a_result_says_that_all_was_measured() -> None:
    one = only("hello(); step('die'); reading('reading', complete=True); os._exit(1)")
    assert one.silicon is not None and not one.silicon.complete and one.gaps


def test_a_gap_without_a_reason_is_given_one() -> None:
    one = only("hello(); say('gap', source='measure', reason='', advice=''); os._exit(3)")
    assert one.gaps[0].reason


@pytest.mark.skipif(sys.platform == "win32", reason="groups of processes are POSIX's")
def test_what_a_child_started_is_ended_with_it(tmp_path: Path) -> None:
    note = tmp_path / "number"
    started = (
        "number = os.fork()\nif number == 0: time.sleep(60); os._exit(0)\n"
        f"open({str(note)!r}, 'w').write(f'{{number}} {{time.monotonic()}}')"
    )
    one = only(f"hello()\n{started}\nreading(); os._exit(0)")
    ended_s = time.monotonic()
    assert one.silicon is not None and one.gaps == ()
    number, began_s = note.read_text().split()
    assert ended_s - float(began_s) < 1.0, "a pipe that is held open by others is not waited for"
    for _ in range(40):
        try:
            state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):  # also where it goes between opening and reading
            return
        if state == "Z":
            return
        time.sleep(0.05)
    pytest.fail("a grandchild lived on")


def test_what_is_shown_is_the_card_that_is_waited_for(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    first, waited_for = tmp_path / "first", tmp_path / "waited for"

    def note(step: str, share: float) -> None:
        told.append((step, share))
        if "memory" in step:
            first.touch()
        if sum(share == 0.75 for _step, share in told) > 3:
            waited_for.touch()

    play(
        f"hello(); step('memory', 0.5); until({str(waited_for)!r}); reading()",
        f"until({str(first)!r}); hello(); step('die'); reading()",
        progress=note,
    )
    waited = [(step, share) for step, share in told if share == 0.75]
    assert waited and {step for step, _ in waited[1:]} == {"measuring card 0: memory"}
    assert told[-1][1] == 1.0


def test_a_figure_of_no_card_is_not_shown(tmp_path: Path) -> None:
    told: list[str] = []
    shown = tmp_path / "shown"

    def note(step: str, share: float) -> None:
        told.append(step)
        if "memory" in step:
            shown.touch()

    play(
        f"hello(); step('memory', gb_per_s=1e300, power_w=61.2); until({str(shown)!r}); reading()",
        progress=note,
    )
    assert "measuring card 0: memory (61 W)" in told


def test_without_a_folder_for_temporary_files_the_last_words_are_heard_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(**asked: object) -> None:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    one = only("hello(); step('die'); sys.exit('it broke')")
    assert "it broke" in one.gaps[0].reason if sys.platform == "linux" else "could not be started" in one.gaps[0].reason


def test_without_a_thread_to_spare_no_child_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(thread: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", none)
    one = only("time.sleep(60)")
    assert one.silicon is None and "no thread to spare" in one.gaps[0].reason and one.gaps[0].advice


@pytest.mark.parametrize("entries", ["", ":", ".", "lib:{absolute}", ":{absolute}:"])
def test_the_current_folder_is_no_place_for_the_childs_libraries(
    entries: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (tmp_path, tmp_path / "lib"):
        place.mkdir(exist_ok=True)
        (place / "cupy.py").write_text("raise SystemExit('a stranger')\n")
    absolute = tmp_path / "theirs"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", entries.format(absolute=absolute))
    paths = "import sys; sys.exit(' '.join(sys.path))"
    (one,) = cuda.measure([TARGET], "quick", silent, command=[sys.executable, "-P", "-c", paths])
    entries_seen = one.gaps[0].reason.partition("last words: ")[2].split()
    assert str(Path(cuda.__file__).parents[2]) in entries_seen[0]
    assert (str(absolute) in entries_seen) is ("{absolute}" in entries)
    assert not {str(tmp_path), str(tmp_path / "lib"), ".", "lib"} & set(entries_seen)
