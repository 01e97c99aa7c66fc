"""What one measuring child told, and what its end means: the reading, and a gap for each part that is missing.

The lines come from a process that may have been corrupted by a driver, or from another machine: what does not fit what
was asked for is refused, and nothing that is too much is kept.
"""

import signal
import time
from dataclasses import replace

from gpu_inspector import log
from gpu_inspector.language import N_, _, said, told
from gpu_inspector.measure import messages
from gpu_inspector.probes import child_reading
from gpu_inspector.probes.child_live import Watching
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records.evidence import Gap
from gpu_inspector.records.live import Live
from gpu_inspector.records.silicon import SiliconReading

SIMULATION = "simulation:"
"""What stands ahead of a simulated card's name in the place of a UUID."""
EXIT_CARD_LOST = 3
"""A child's way to say that its gaps tell all: the card can be asked nothing more."""
START_S = 120.0
"""From the start to the first word: CuPy loads, the driver wakes the card. Eight cards on a slow disk take long."""
SHORTEST_S, LONGEST_S = 5.0, 120.0
"""Bounds of the silence that a child may announce."""
SIMULATED_SHORTEST_S = 10.0
"""A simulation announces the simulated card's time, and computes in this machine's, which may be busy."""
LEAVE_S = 10.0
"""What a child may take to go after its result."""
MOST_GARBAGE = 1000
MOST_WITHOUT_MESSAGE = 64 * 1024 * 1024
_MOST_GAPS = 64
_MOST_STEPS = 16
_LONGEST_NAME = 40
_LONGEST_SENTENCES = 600
_LARGEST_FIGURE = 1e6
"""A live figure beyond that is none, and would only push the others off the line."""
_SPEED = N_("speed")
"""A step by the name that it reports; those of the others stand elsewhere, too."""
_FIGURES = {"gb_per_s": "{:.0f} GB/s", "temperature_c": "{:.0f} °C", "power_w": "{:.0f} W"}
"""The live figures that people are shown, and how."""
_CARD_OR_DRIVER = N_("Restart the machine and inspect again. If only this card does so, it may be defective.")
_ENDED_BY_OTHERS = (-9, -15)
_ROOM = N_("The system may have been short of memory: close other programs and inspect again.")
_REPORT = N_("Inspect again. If it stays so, report it to the developers, with the output of: gpu-inspector doctor")


class Story:
    """What is known of one target so far."""

    def __init__(self, label: str, uuid: str, seed: int, profile: str) -> None:
        self.label = label
        self.uuid = uuid
        self.seed = seed
        self.share = 0.0
        self.hopeless = False
        """Nothing good can come of this child any more: it should be ended."""
        self._profile = profile
        self._simulation = uuid.removeprefix(SIMULATION) if uuid.startswith(SIMULATION) else ""
        self._lines = messages.Lines()
        self._since_message = 0
        self._reading: SiliconReading | None = None
        self._complete = False
        self._gaps: list[Gap] = []
        self._steps: tuple[str, ...] = ()
        self._step = ""
        self._figures = ""
        self._closed = False
        """The story is told; what still comes is not listened to."""
        self._allowed_s = START_S
        self._heard_s = time.monotonic()
        self._watching = Watching(label, uuid)
        self._shown_gaps = -1

    def hear(self, data: bytes) -> bool:
        """Take a piece of the pipe; whether anything in it was news."""
        if self._closed:
            return False
        found = self._lines.feed(data)
        self._since_message = 0 if found else self._since_message + len(data)
        for message in found:
            self._heard_s = time.monotonic()
            self._take(message)
        if self._flooding():
            self.fail(N_("The measuring process wrote what is no message of this program, and was ended."), _REPORT)
        return bool(found)

    def silent(self, now: float) -> bool:
        """Whether it has said nothing for longer than it announced; then the story ends here."""
        if now - self._heard_s <= self._allowed_s:
            return False
        if not self._closed:
            if self._steps:
                reason = N_(f"The card did not answer for {self._allowed_s:.0f} seconds: a kernel or the driver hangs.")
            else:
                reason = N_(
                    f"The measuring process did not begin within {self._allowed_s:.0f} seconds: the driver hangs."
                )
            self.fail(reason, _CARD_OR_DRIVER)
        return True

    def forgive(self, seconds: float) -> None:
        """Time that we ourselves were not looking is no silence."""
        self._heard_s += seconds

    def wedged(self) -> None:
        """The child was killed and does not end."""
        self._gap(
            "measure",
            N_("The measuring process hangs inside the driver and cannot be ended: the driver is wedged."),
            N_("Restart the machine; until then no program can use this card."),
        )
        self._closed = True

    def ended(self, status: int | None, last_words: str, *, mute: bool = False) -> None:
        """The child has ended; without a result that needs a reason. `mute`: it closed its pipe first, and stayed."""
        if self._closed or (status == EXIT_CARD_LOST and self._gaps):
            return
        said = N_(f" Its last words: {last_words}") if last_words else ""
        if mute:
            self.fail(N_(f"The measuring process closed its pipe before its result, and was ended.{said}"), _REPORT)
        elif status in _ENDED_BY_OTHERS:
            self.fail(N_(f"The measuring process was ended from outside ({_signal_name(-status)}).{said}"), _ROOM)
        elif status is not None and status < 0:
            self.fail(N_(f"The measuring process crashed ({_signal_name(-status)}).{said}"), _CARD_OR_DRIVER)
        elif all(gap.source != "measure" for gap in self._gaps):
            self.fail(N_(f"The measuring process ended without a result (exit status {status}).{said}"), _REPORT)

    def fail(self, reason: str, advice: str) -> None:
        """The end of the story: a gap for the step that it came in, and one for each that was not reached."""
        self._closed = self.hopeless = True
        log.warning("child-failed", step=self._step or "start", says=reason)
        if not self._step:
            self._gap("measure", reason, advice)
            return
        self._gap(f"measure: {self._step}", reason, advice)
        rest = self._steps[self._steps.index(self._step) + 1 :] if self._step in self._steps else ()
        told = {gap.source for gap in self._gaps}
        for name in rest:
            if f"measure: {name}" not in told:
                self._gap(
                    f"measure: {name}", N_(f"Not reached: the measurement ended in the test “{self._step}”."), advice
                )

    def now_doing(self) -> str:
        """Such as "measuring 0000:01:00.0: memory (812 GB/s)", in the shown language: nobody stores it."""
        if self._complete:
            return said("measuring {label}: done", label=told(self.label))
        step = told(self._step) or _("starting")
        if self._figures:
            return said(
                "measuring {label}: {step} ({figures})", label=told(self.label), step=step, figures=self._figures
            )
        return said("measuring {label}: {step}", label=told(self.label), step=step)

    def news(self) -> bool:
        """Whether a look would show more than the one before."""
        return self._watching.news() or len(self._gaps) != self._shown_gaps

    def live(self, *, over: bool) -> Live:
        """How it stands, for those who watch; `over`: nothing more comes."""
        self._shown_gaps = len(self._gaps)
        return self._watching.look(tuple(self._gaps), ended=over or self._complete)

    def ending(self) -> tuple[SiliconReading | None, tuple[Gap, ...]]:
        """The reading, None where there is none that a record can hold, and the gaps."""
        reading = self._reading
        if reading is not None:
            reading, left_out = child_reading.fit(reading)
            if reading is None:
                self._gap("measure", N_("What was measured holds texts or numbers that no measurement gives."), _REPORT)
            for name in left_out:
                self._gap(f"measure: {name}", N_("What was measured holds numbers that no measurement gives."), _REPORT)
        return reading, tuple(self._gaps)

    def _flooding(self) -> bool:
        too_much = self._lines.garbage > MOST_GARBAGE or self._since_message > MOST_WITHOUT_MESSAGE
        return too_much and not self._closed

    def _take(self, message: messages.Message) -> None:
        if self._closed:
            return
        match message:
            case messages.Hello():
                if message.format > messages.FORMAT:
                    self.fail(N_("The measuring process speaks a newer language than this program."), _REPORT)
                self._watching.hello(message)
                self._steps = tuple(clean(name, _LONGEST_NAME) for name in message.steps[:_MOST_STEPS])
                self._allow(LEAVE_S)
            case messages.Step():
                self._watching.step(message)
                self._step = clean(message.step, _LONGEST_NAME)
                self.share = max(self.share, min(message.share, 1.0))
                self._figures = _shown(message.figures)
                self._allow(message.within_s)
            case messages.Pages():
                self._watching.pages(message)
            case messages.Missing():
                source = clean(message.source, _LONGEST_NAME)
                self._gap(source if source.startswith("measure") else "measure", message.reason, message.advice)
            case messages.Part():
                # Only a result says that the child came to its end.
                self._keep(replace(message.reading, complete=False))
            case messages.Result():
                self._keep(message.reading)
                if not self._closed:
                    self._complete = self._closed = True
                    self.share = 1.0
                    self._allowed_s = LEAVE_S

    def _allow(self, seconds: float) -> None:
        shortest = SIMULATED_SHORTEST_S if self._simulation else SHORTEST_S
        self._allowed_s = min(max(seconds, shortest), LONGEST_S)

    def _keep(self, reading: SiliconReading) -> None:
        """A reading of what was asked for, and of nothing else."""
        same = (reading.profile, reading.simulation) == (self._profile, self._simulation)
        if self._simulation:
            same = same and reading.seed == self.seed
        elif reading.uuid:
            same = same and reading.uuid.casefold() == self.uuid.casefold()
        if same:
            self._reading = reading
        else:
            self.fail(N_("The measuring process answered for another card or profile than it was asked for."), _REPORT)

    def _gap(self, source: str, reason: str, advice: str) -> None:
        if len(self._gaps) >= _MOST_GAPS:
            return
        why = clean(reason, _LONGEST_SENTENCES) or N_("The measuring process did not say why.")
        gap = Gap(source, why, clean(advice, _LONGEST_SENTENCES))
        if gap not in self._gaps:
            self._gaps.append(gap)


def _shown(figures: dict[str, float]) -> str:
    known = [
        words.format(figures[name])
        for name, words in _FIGURES.items()
        if name in figures and abs(figures[name]) < _LARGEST_FIGURE
    ]
    return ", ".join(known)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return N_(f"signal {number}")
