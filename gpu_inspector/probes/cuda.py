"""The measuring children, one for each card, side by side: what they say, and what it means when they say nothing.

A child may crash with its driver, hang in a kernel, or print what is no message. Whatever happens, its parent ends,
keeps what was measured until then, and has a sentence for what is missing. Every line is untrusted input.
"""

import os
import queue
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gpu_inspector import log
from gpu_inspector.language import N_
from gpu_inspector.probes.child_process import ChildProcess, Pieces, new_queue
from gpu_inspector.probes.child_story import Story
from gpu_inspector.records.evidence import Gap
from gpu_inspector.records.live import Live
from gpu_inspector.records.silicon import SiliconReading

Progress = Callable[[str, float], None]
"""Called with what is being done, and the share that is done, 0 to 1. Whatever it raises ends the measurement."""

Watch = Callable[[Live], None]
"""Called with how one card's measurement stands, ten times a second at most for each; it must not take long."""

WATCH_S = 0.1
_LOOK_S = 0.05
"""Between two looks at the children, and between two calls of the progress."""
_PAUSE_S = 1.0
"""A pause of our own (a stopped process, a window that was busy) is not the children's silence."""
_DROPPED_VARIABLES = frozenset(
    {
        *("LD_PRELOAD", "LD_AUDIT", "PYTHONWARNINGS", "PYTHONINSPECT", "NVIDIA_TF32_OVERRIDE"),
        *("NVTX_INJECTION32_PATH", "NVTX_INJECTION64_PATH", "CUDA_INJECTION32_PATH", "CUDA_INJECTION64_PATH"),
    }
)
"""What is loaded ahead of the driver's libraries could answer in their place; the others would change how we end."""
_NOT_STARTED = N_("Close other programs and inspect again; install GPU Inspector again if it stays so.")


@dataclass(frozen=True, slots=True)
class Target:
    """A card to measure: how people call it, and its UUID; "simulation:NAME" is a simulated one with its seed."""

    label: str
    uuid: str
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of one card: None where nothing was measured; the gaps say what is missing, and why."""

    silicon: SiliconReading | None
    gaps: tuple[Gap, ...] = ()


def measure(
    targets: Sequence[Target],
    profile: str,
    progress: Progress,
    *,
    minutes: float = 0.0,
    watch: Watch | None = None,
    command: Sequence[str] | None = None,
) -> tuple[Measured, ...]:
    """Measure every target in a child of its own; one answer each, in their order.

    `progress` is called in the caller's thread, 20 times a second at most; whatever it raises ends all children and is
    raised again. `watch` is called there as well, with each card's bars, figures and map. No child is left in any
    case, but for one that hangs inside its driver, which the gaps name. `command` stands in place of this program's
    own door to the child.
    """
    stories = tuple(Story(target.label, target.uuid, target.seed, profile) for target in targets)
    way = tuple(command) if command is not None else door()
    more = ["--minutes", str(minutes)] if minutes else []
    commands = [[*way, story.uuid, "--profile", profile, "--seed", str(story.seed), *more] for story in stories]
    log.event("children-started", children=len(stories), profile=profile)
    follow(stories, commands, progress, watch)
    found = tuple(Measured(*story.ending()) for story in stories)
    gaps = sorted({gap.source for one in found for gap in one.gaps})
    log.event("children-ended", measured=sum(one.silicon is not None for one in found), gaps=gaps)
    return found


def follow(
    stories: Sequence[Story], commands: Sequence[Sequence[str]], progress: Progress, watch: Watch | None = None
) -> None:
    """Start a child for each story by its command, and hear them all until none is left; see `measure`."""
    children = _Children(tuple(stories), progress, watch)
    try:
        children.start(commands)
        children.follow()
    except BaseException:
        # Whoever stops a measurement waits for it.
        log.warning("children-stopped", children=len(stories))
        children.hurry()
        raise
    finally:
        children.end()


def door() -> tuple[str, ...]:
    """How this program starts its own child. Never with a module that lies in the current folder by chance."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "measure")
    return (sys.executable, "-P", "-m", "gpu_inspector", "measure")


def environment() -> dict[str, str]:
    """The child's: it finds the very package that asks for it, wherever that lies."""
    package = str(Path(__file__).resolve().parents[2])
    found = {name: value for name, value in os.environ.items() if name not in _DROPPED_VARIABLES}
    # An empty or relative entry stands for the current folder, and so for whatever lies there under CuPy's name.
    theirs = [entry for entry in found.get("PYTHONPATH", "").split(os.pathsep) if Path(entry).is_absolute()]
    found["PYTHONPATH"] = os.pathsep.join((package, *theirs))
    return found


class _Children:
    """Several children, and one eye on them."""

    def __init__(self, stories: tuple[Story, ...], progress: Progress, watch: Watch | None) -> None:
        self.stories = stories
        self._progress = progress
        self._watch = watch
        self._watched_s = 0.0
        self._pieces: Pieces = new_queue()
        self._children: dict[int, ChildProcess] = {}
        self._told_s = 0.0
        self._speaker: Story | None = None
        """Whose step is shown: the one that spoke last."""

    def start(self, commands: Sequence[Sequence[str]]) -> None:
        for number, (story, command) in enumerate(zip(self.stories, commands, strict=True)):
            try:
                self._children[number] = ChildProcess(number, command, environment(), self._pieces)
            except OSError as error:
                story.fail(N_(f"The measuring process could not be started ({error.strerror})."), _NOT_STARTED)

    def follow(self) -> None:
        """Until every child is over: hear them, look at them, tell of them."""
        looked_s = time.monotonic()
        while self._running():
            quiet = self._hear()
            now = time.monotonic()
            if now - looked_s > _PAUSE_S:
                for story in self.stories:
                    story.forgive(now - looked_s)
            looked_s = now
            for child in self._running():
                self._look(child, self.stories[child.number], now, quiet)
            if now - self._told_s >= _LOOK_S:
                self._told_s = now
                self._tell()
            self._show(now)
        self._tell()
        self._show(time.monotonic(), last=True)

    def hurry(self) -> None:
        """What is not gone soon after it was asked to end is killed, and nobody waits for a driver."""
        for child in self._children.values():
            child.hurry()

    def end(self) -> None:
        """No child is left: asked first, then killed."""
        try:
            for child in self._running():
                child.press()
            while self._running():
                for child in self._running():
                    child.look()
                self._hear()
        except BaseException:
            # A second Ctrl-C: no time for manners.
            for child in self._running():
                child.kill()
            raise
        finally:
            for child in self._children.values():
                child.close()

    def _running(self) -> list[ChildProcess]:
        return [child for child in self._children.values() if not child.over]

    def _hear(self) -> bool:
        """Take what the pipes gave; True where nothing more was waiting."""
        end_s = time.monotonic() + _LOOK_S
        while (left := end_s - time.monotonic()) > 0:
            try:
                number, piece = self._pieces.get(timeout=left)
            except queue.Empty:
                return True
            if not piece:
                self._children[number].heard_the_end()
                return False
            if self.stories[number].hear(piece):
                self._speaker = self.stories[number]
        return False

    def _look(self, child: ChildProcess, story: Story, now: float, quiet: bool) -> None:
        """What a child's state means for its story. Silence counts only where nothing was waiting to be heard."""
        child.look()
        if child.wedged:
            story.wedged()
        elif child.over:
            story.ended(child.status, child.last_words(), mute=child.mute)
        elif story.hopeless or (quiet and story.silent(now)):
            child.press()

    def _show(self, now: float, *, last: bool = False) -> None:
        """To whoever watches: the cards of which there is news."""
        if self._watch is None or not (last or now - self._watched_s >= WATCH_S):
            return
        self._watched_s = now
        running = {child.number for child in self._running()}
        for number, story in enumerate(self.stories):
            if last or story.news():
                self._watch(story.live(over=last or number not in running))

    def _tell(self) -> None:
        if not self.stories:
            return
        running = [self.stories[child.number] for child in self._running()]
        # A card that is done says nothing of the one that is still waited for.
        if self._speaker is None or (running and self._speaker not in running):
            self._speaker = running[0] if running else self.stories[0]
        shares = [story.share if story in running else 1.0 for story in self.stories]
        self._progress(self._speaker.now_doing(), sum(shares) / len(shares))
