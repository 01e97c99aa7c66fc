"""The child process: opens one card, measures part after part, and tells its parent in lines of JSON.

A process of its own, since a faulting kernel makes CUDA answer every later call of its process with the same error,
and a driver's call that hangs cannot be cancelled from within. Nothing is imported here that is not needed for the
card at hand: a simulation never loads CUDA.
"""

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from math import isfinite
from typing import Any

from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.language import N_
from gpu_inspector.measure import die, kernel_sources, link, memory, messages, own_process, speed, thermal
from gpu_inspector.measure.device import Device, DeviceError
from gpu_inspector.measure.picture import Picture
from gpu_inspector.measure.run import PROFILES, PartReading, Profile, Run
from gpu_inspector.measure.voice import Voice
from gpu_inspector.records.gap import Gap
from gpu_inspector.records.silicon import SiliconReading

SIMULATION = "simulation:"
"""What stands ahead of a simulated card's name in the place of a UUID."""
EXIT_DEFECT = 1
EXIT_CARD_LOST = 3
"""The card can be asked nothing more: what was measured until then was sent, and gaps say what is missing."""
_LONGEST_RUN_MINUTES = 24 * 60.0
_FIRST_SIGN_S = 30.0
"""Until a part's own first sign of life: its kernels are compiled meanwhile, 40 to 90 ms each."""
_GLANCE_S = 0.1
"""Between two glances at the sensors for charts, where a measurement gives no figures of its own."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the measurement; `name` is its field of SiliconReading too."""

    name: str
    seconds: float
    """What it usually takes on a card of 24 GB by the note's schedule: its weight for the share that is done."""
    wanted: Callable[[Profile], bool]
    measure: Callable[[Device, Run], PartReading]


PARTS = (
    Stage("die", 3.0, lambda profile: True, die.measure),
    Stage("link", 4.0, lambda profile: True, link.measure),
    Stage("memory", 10.0, lambda profile: True, memory.measure),
    Stage("speed", 4.0, lambda profile: profile.rates, speed.measure),
    Stage("heat", 65.0, lambda profile: profile.heat, thermal.measure),
)
"""In the order in which they run: what names the die and the size comes before what stresses the card."""


def run(arguments: Sequence[str]) -> int:
    """Measure the card that `arguments` name (the words after `measure`); the exit status.

    0 after a result, 3 where the card could be asked nothing more, 1 for a defect of the program, 2 for wrong usage.
    """
    if arguments[:1] == ["--compile"]:
        from gpu_inspector.measure import compiling

        return compiling.run(arguments[1:])
    if arguments[:1] == ["--peers"]:
        from gpu_inspector.measure import peer_child

        return peer_child.run(arguments[1:])
    asked = _asked(arguments)
    out = os.dup(1)
    # From here on whatever a library prints goes to stderr: the lines belong to the messages alone.
    os.dup2(2, 1)
    own_process.settle()
    if own_process.nobody_listens(out):
        return EXIT_DEFECT
    return _Child(asked, Voice(out)).work()


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="gpu-inspector measure", description="Measure one card; write JSON lines.")
    parser.add_argument("uuid", help=f"the card's UUID as the driver gives it, or {SIMULATION}NAME")
    parser.add_argument("--profile", choices=sorted(PROFILES), default="standard")
    parser.add_argument("--seed", type=natural, default=0, help="of a simulation")
    parser.add_argument("--minutes", type=_minutes, default=0.0, help="how long the profile deep repeats its passes")
    return parser.parse_args(arguments)


def natural(text: str) -> int:
    """A seed, as an argument. Raises argparse.ArgumentTypeError."""
    if not (text.isascii() and text.isdecimal() and len(text) < 17 and int(text) < 2**53):
        raise argparse.ArgumentTypeError("it is a whole number from 0 to 2^53 - 1")
    return int(text)


def _minutes(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0.0 <= number <= _LONGEST_RUN_MINUTES:
        raise argparse.ArgumentTypeError(f"minutes are 0 to {_LONGEST_RUN_MINUTES:g}")
    return number


@dataclass(slots=True)
class _Child:
    """One run: the reading as it grows, and what of it was told."""

    asked: argparse.Namespace
    voice: Voice
    reading: SiliconReading = field(init=False)
    _began_s: float = 0.0
    _told_gaps: int = 0
    _glanced_s: float = -_GLANCE_S

    def work(self) -> int:
        profile = PROFILES[self.asked.profile]
        stages = tuple(stage for stage in PARTS if stage.wanted(profile))
        try:
            device = _open(self.asked.uuid, self.asked.seed)
            self._greet(device, profile, stages)
        except GpuInspectorError as error:
            self.voice.say(messages.Missing("measure", error.message, error.advice))
            return EXIT_CARD_LOST
        except Exception as defect:  # noqa: BLE001 - a wall: the child's top
            self.voice.say(defect_of("measure", defect))
            return EXIT_DEFECT
        this_run = Run(profile, salt_of(self.asked.uuid, self.asked.seed), self.asked.minutes)
        if not self._measure(device, this_run, stages):
            return EXIT_CARD_LOST
        self.voice.say(messages.Result(replace(self.reading, complete=True)))
        return 0

    def _greet(self, device: Device, profile: Profile, stages: tuple[Stage, ...]) -> None:
        known = device.attributes
        self._began_s = device.now_s()
        self.reading = SiliconReading(
            profile=profile.name,
            simulation=known.simulation,
            seed=known.seed,
            device_name=known.name,
            uuid=known.uuid,
            pci_bus_id=known.pci_bus_id,
            compute_capability="{}.{}".format(*known.compute_capability),
            cuda_driver=known.cuda_driver,
            compiler=known.compiler,
            # A simulation runs no kernel, so none is named.
            kernels_sha256="" if known.simulation else kernel_sources.digest(),
        )
        names = tuple(stage.name for stage in stages)
        weights = tuple(_weight(stage, profile, self.asked.minutes) for stage in stages)
        self.voice.say(messages.Hello(known.name, known.uuid, profile.name, known.compiler, names, weights=weights))

    def _measure(self, device: Device, this_run: Run, stages: tuple[Stage, ...]) -> bool:
        """Every part in its turn; False where the card was lost on the way."""
        weights = [_weight(stage, this_run.profile, this_run.minutes) for stage in stages]
        picture = Picture(self.voice.say)
        this_run.on_draw = picture.take
        for number, stage in enumerate(stages):
            before, whole = sum(weights[:number]), sum(weights)
            this_run.on_tell = self._teller(this_run, device, stage.name, (before / whole, weights[number] / whole))
            this_run.on_keep = self._keeper(this_run, device, stage.name)
            at_s = self._seconds(device)
            self.voice.say(messages.Step(stage.name, before / whole, _FIRST_SIGN_S, at_s=at_s))
            lost = self._one(device, this_run, stage)
            picture.flush()
            self._tell_gaps(this_run)
            if lost is not None:
                self._give_up(stages[number + 1 :], stage.name, lost)
                return False
        return True

    def _one(self, device: Device, this_run: Run, stage: Stage) -> DeviceError | None:
        """Measure one part; the error after which the card can be asked nothing more, where there was one."""
        source = f"measure: {stage.name}"
        try:
            this_run.keep(stage.measure(device, this_run))
        except DeviceError as error:
            this_run.gaps.append(Gap(source, error.message, error.advice))
            return error if error.ends_all else None
        except Exception as defect:  # noqa: BLE001 - a wall: one broken part must not silence the others
            self.voice.say(defect_of(source, defect))
        return None

    def _give_up(self, rest: tuple[Stage, ...], failed: str, error: DeviceError) -> None:
        for stage in rest:
            reason = N_(f"Not measured: the card could be asked nothing more after the test “{failed}”.")
            self.voice.say(messages.Missing(f"measure: {stage.name}", reason, error.advice))

    def _teller(
        self, this_run: Run, device: Device, name: str, place: tuple[float, float]
    ) -> Callable[[float, float, dict[str, float]], None]:
        """`place`: where the part begins in the whole, and its share of it."""

        def tell(share: float, within_s: float, figures: dict[str, float]) -> None:
            self._tell_gaps(this_run)
            at_s = self._seconds(device)
            given = {**self._glanced(device, at_s, figures), **figures}
            sound = {key: round(float(value), 3) for key, value in given.items() if isfinite(value)}
            whole = round(min(place[0] + place[1] * share, 1.0), 4)
            self.voice.say(messages.Step(name, whole, within_s, sound, at_s))

        return tell

    def _glanced(self, device: Device, at_s: float, figures: dict[str, float]) -> dict[str, float]:
        """The sensors for charts, between two launches and now and then; a card that is lost says so elsewhere."""
        if at_s - self._glanced_s < _GLANCE_S or {"temperature_c", "clock_mhz"} <= figures.keys():
            return {}
        self._glanced_s = at_s
        try:
            seen = device.glance()
        except DeviceError:
            return {}
        found = {"temperature_c": seen.temperature_c, "power_w": seen.power_w, "clock_mhz": seen.clock_mhz}
        return {name: value for name, value in found.items() if value is not None}

    def _keeper(self, this_run: Run, device: Device, name: str) -> Callable[[PartReading], None]:
        def keep(part: PartReading) -> None:
            self._tell_gaps(this_run)
            changed: dict[str, Any] = {name: part, "seconds": self._seconds(device)}
            self.reading = replace(self.reading, **changed)
            self.voice.say(messages.Part(self.reading))

        return keep

    def _tell_gaps(self, this_run: Run) -> None:
        for gap in this_run.gaps[self._told_gaps :]:
            self.voice.say(messages.Missing(gap.source, gap.reason, gap.advice))
        self._told_gaps = len(this_run.gaps)

    def _seconds(self, device: Device) -> float:
        """By the device's clock, so that a simulation's reading depends on its seed alone."""
        try:
            return round(device.now_s() - self._began_s, 2)
        except DeviceError:
            return self.reading.seconds


def _weight(stage: Stage, profile: Profile, minutes: float) -> float:
    repeated = stage.name == "memory" and profile.repeats
    return stage.seconds + (60.0 * minutes if repeated else 0.0)


def _open(uuid: str, seed: int) -> Device:
    if uuid.startswith(SIMULATION):
        from gpu_inspector.measure.simulation import cards

        return cards.open_device(uuid.removeprefix(SIMULATION), seed)
    own_process.prepare_for_cuda(uuid)
    from gpu_inspector.measure import cupy_device

    return cupy_device.open_device(uuid)


def salt_of(uuid: str, seed: int) -> int:
    """64 random bits; of a simulation, those that its seed gives."""
    if uuid.startswith(SIMULATION):
        return int.from_bytes(sha256(f"{uuid} {seed}".encode()).digest()[:8])
    return int.from_bytes(os.urandom(8))


def walled(source: str, voice: Voice, work: Callable[[], None]) -> int:
    """Do a child's work; the exit status. What it raises is told as a gap of this source."""
    try:
        work()
    except GpuInspectorError as error:
        voice.say(messages.Missing(source, error.message, error.advice))
        return EXIT_CARD_LOST
    except Exception as defect:  # noqa: BLE001 - a wall: the child's top
        voice.say(defect_of(source, defect))
        return EXIT_DEFECT
    return 0


def defect_of(source: str, defect: Exception) -> messages.Missing:
    """The gap that a defect of the program itself leaves; its trace goes to stderr."""
    with suppress(OSError, ValueError):  # a full disk behind stderr must not keep the gap from being told
        traceback.print_exception(defect, file=sys.stderr)
    return messages.Missing(
        source,
        N_(f"The program itself failed here ({type(defect).__name__}); this says nothing about the card."),
        N_("Report this to the developers, with the output of: gpu-inspector doctor"),
    )
