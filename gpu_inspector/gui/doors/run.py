"""What the run page asks for: evidence of a subject, what its silicon says, and the inspection kept and signed."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from gpu_inspector import preferences
from gpu_inspector.gui.doors.case import bounds
from gpu_inspector.gui.subject import Order, Subject
from gpu_inspector.records.appearance import NOTHING_SEEN, Appearance
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.inventory import InventoryList
from gpu_inspector.records.live import Live
from gpu_inspector.records.policy import Bounds, PolicyNamed
from gpu_inspector.workflow import (
    collecting,
    firmware,
    inspecting,
    listing,
    sensor_table,
    sighting,
)
from gpu_inspector.workflow.firmware import FirmwareWish
from gpu_inspector.workflow.inspecting import Done
from gpu_inspector.workflow.listing import ListWish
from gpu_inspector.workflow.progress import Cancelled, Progress
from gpu_inspector.workflow.sensor_table import SensorRow
from gpu_inspector.workflow.signing import Ask, nobody

Watch = Callable[[Live], None]
"""Told how the measurement of a card stands; it only looks."""
Finish = Callable[[Evidence, Declaration, Case, Progress, Ask], Done]
_LOOK_S = 0.1
_asking: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class RunDoors:
    """All raise GpuInspectorError with a sentence. They are called in a worker's thread."""

    collect_machine: Callable[[str | None, Progress], Evidence]
    collect_file: Callable[[Path, Progress], Evidence]
    collect_simulation: Callable[[str, int, str | None, Progress, Watch], Evidence]
    """By name, seed and profile; without a profile its claims alone."""
    add_firmware: Callable[[Evidence, FirmwareWish, Progress], Evidence]
    """The evidence with what an order wishes beside it: images handed in, read out, the driver's inner calls."""
    collect_seen: Callable[[Appearance, str], Evidence]
    """Of an object that is only looked at, called by this label."""
    add_seen: Callable[[Evidence, Appearance], Evidence]
    """The evidence of one card, with what was seen of it beside; raises where there are several."""
    measure: Callable[[Evidence, str, Progress, Watch], Evidence]
    """The evidence of this machine's cards with what their silicon says, by a profile."""
    together: Callable[[Evidence, str | None, Progress, Watch], Evidence]
    """The evidence of all of this machine's cards with what is of the chassis; measured where a profile is named."""
    read_lists: Callable[[ListWish, Ask], tuple[InventoryList, ...]]
    """The lists of what should be there; they are read before anything is measured."""
    finish: Finish
    """Judge, store, report; the last asks for the secret of the key. From the moment of storing on it cannot be
    cancelled."""

    save_sensors: Callable[[Path, tuple[SensorRow, ...]], None]
    prepare: Callable[[], None]
    """Load what the end of an inspection needs, so that a run need not wait for it."""
    bounds: Callable[[], Bounds] = Bounds
    """The least that the office's policy lets be measured; raises where the kept one cannot be used."""
    require: Callable[[Case, Declaration, str | None, Origin], PolicyNamed | None] = lambda *_given: None
    """The policy that the inspection is made under; raises where it is not fulfilled. Nothing was collected then."""
    finish_under: Callable[[PolicyNamed], Finish] | None = None
    """`finish` of an inspection under this policy."""

    def inspect(self, order: Order, profile: str | None, progress: Progress, watch: Watch, ask: Ask = nobody) -> Done:
        """One whole inspection; without a profile nothing is measured. `watch` is told how the measurement stands."""
        subject = order.subject
        named = self.require(order.case, order.declaration, profile, origin_of(subject))
        finish = self.finish if named is None or self.finish_under is None else self.finish_under(named)
        collected, measured = shares(subject, profile)
        lists = () if order.lists.empty else self.read_lists(order.lists, ask)

        def between(start: float, end: float) -> Progress:
            return lambda step, share: progress(step, start + share * (end - start))

        if subject.unpowered:
            evidence = self.collect_seen(order.seen or NOTHING_SEEN, order.case.binding.address)
        elif subject.file is not None:
            evidence = self.collect_file(subject.file, between(0.0, collected))
            evidence = self.add_firmware(evidence, order.firmware, between(collected, collected))
        elif subject.simulation:
            evidence = self.collect_simulation(subject.simulation, subject.seed, profile, between(0.0, measured), watch)
        else:
            evidence = self.collect_machine(subject.card, between(0.0, collected))
            evidence = self.add_firmware(evidence, order.firmware, between(collected, collected))
            if subject.together:
                evidence = self.together(evidence, profile, between(collected, measured), watch)
            elif profile is not None:
                evidence = self.measure(evidence, profile, between(collected, measured), watch)
        if order.seen is not None and not subject.unpowered:
            evidence = self.add_seen(evidence, order.seen)
        evidence = listing.beside(evidence, lists)
        return finish(evidence, order.declaration, order.case, between(measured, 1.0), ask)


def origin_of(subject: Subject) -> Origin:
    """Where the evidence of a subject will come from."""
    if subject.unpowered:
        return Origin.SEEN
    if subject.simulation:
        return Origin.SIMULATION
    return Origin.MACHINE if subject.file is None else Origin.FILE


def shares(subject: Subject, profile: str | None) -> tuple[float, float]:
    """Of a whole inspection: what is done when the claims are read, and when the silicon is measured."""
    if profile is None or not subject.measurable:
        return 0.5, 0.5
    return (0.02 if subject.simulation else 0.1), 0.85


def real() -> RunDoors:
    """The program's own, on the user's own ledger."""
    return RunDoors(
        collect_machine=_collect_machine,
        collect_file=_collect_file,
        collect_simulation=_collect_simulation,
        add_firmware=_add_firmware,
        collect_seen=_collect_seen,
        add_seen=_add_seen,
        measure=_measure,
        together=_together,
        read_lists=listing.read,
        finish=_finish,
        save_sensors=sensor_table.write,
        prepare=inspecting.prepare,
        bounds=bounds,
        require=_require,
        finish_under=lambda named: partial(_finish, named=named),
    )


def _require(case: Case, declaration: Declaration, profile: str | None, origin: Origin) -> PolicyNamed | None:
    from gpu_inspector.workflow import policy

    return policy.require(case, declaration, profile, origin)


def _collect_machine(card: str | None, progress: Progress) -> Evidence:
    """One after the other: each asks the driver for every card, and a driver that is asked by many answers slowly."""
    while not _asking.acquire(timeout=_LOOK_S):
        progress("waiting until the driver has answered for another card", 0.0)
    try:
        return collecting.collect_machine(load(), card, progress)
    finally:
        _asking.release()


def _add_firmware(evidence: Evidence, wish: FirmwareWish, progress: Progress) -> Evidence:
    """One after the other, too: the system asks a person for a password, and can ask but once at a time."""
    if wish.empty:
        return evidence
    while not _asking.acquire(timeout=_LOOK_S):
        progress("waiting until another card has been asked", 0.0)
    try:
        return firmware.with_firmware(evidence, wish, progress)
    finally:
        _asking.release()


def _collect_seen(seen: Appearance, label: str) -> Evidence:
    from gpu_inspector.workflow import seeing

    return seeing.evidence_of(seen, load(), label)


def _add_seen(evidence: Evidence, seen: Appearance) -> Evidence:
    from gpu_inspector.workflow import seeing

    return seeing.beside(evidence, seen)


def _collect_file(path: Path, progress: Progress) -> Evidence:
    progress("reading the file", 0.0)
    evidence = collecting.collect_file(path, None, load(), keep=True)
    progress("collected", 1.0)
    return evidence


def _collect_simulation(name: str, seed: int, profile: str | None, progress: Progress, watch: Watch) -> Evidence:
    if profile is not None:
        inspecting.require_ledger(preferences.ledger_path())
    return collecting.collect_simulation(name, seed, profile, load(), progress, watch=watch)


def _measure(evidence: Evidence, profile: str, progress: Progress, watch: Watch) -> Evidence:
    from gpu_inspector.workflow import measuring

    inspecting.require_ledger(preferences.ledger_path())
    return measuring.measured(evidence, profile, progress, watch=watch)


def _together(evidence: Evidence, profile: str | None, progress: Progress, watch: Watch) -> Evidence:
    from gpu_inspector.workflow import chassis

    if profile is not None:
        inspecting.require_ledger(preferences.ledger_path())
    return chassis.together(evidence, profile, progress, watch=watch)


def _finish(
    evidence: Evidence,
    declaration: Declaration,
    case: Case,
    progress: Progress,
    ask: Ask,
    named: PolicyNamed | None = None,
) -> Done:
    progress("judging", 0.0)
    evidence = sighting.informed(evidence, preferences.ledger_path())
    inspection = inspecting.inspection_of(evidence, declaration, case, load(), named)
    progress("storing", 0.1)

    def no_way_back(step: str, share: float) -> None:
        # A row that stands in the ledger stays there: to stop now would only hide it from the inspector.
        with suppress(Cancelled):
            progress(step, 0.1 + share * 0.9)

    language = preferences.languages()[1]
    return inspecting.store_and_report(
        inspection, preferences.ledger_path(), None, no_way_back, ask=ask, language=language
    )
