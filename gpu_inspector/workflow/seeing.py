"""An inspection by eye: from answers and photographs to evidence, of an object that does not start or of one that runs.

Nothing is read out of the object here. What the inspector writes down is a source like PCI and driver, with a record of
its own; window and command line bring the same record.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from gpu_inspector.errors import CaptureError
from gpu_inspector.language import N_
from gpu_inspector.records.appearance import (
    Answered,
    Appearance,
    DieMarking,
    Label,
    MemoryChips,
    Power,
    Shot,
)
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.checklist import SHOTS
from gpu_inspector.records.declaration import Case, Photograph
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.version import build
from gpu_inspector.workflow import answers_file, labels, photographs
from gpu_inspector.workflow.answers_file import AnswersFile, Files, Written

MOST_PHOTOGRAPHS = 100
"""Of one inspection; the fixed list has ten, and every answer may have its own."""
LABEL = N_("object on the table")
"""How a card without an address is called."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen, and the photographs that were taken in for it."""

    appearance: Appearance
    photographs: tuple[Photograph, ...] = ()


def read_answers(path: Path, *, keep_location: bool = False) -> Looked:
    """A file of answers with its photographs, which lie beside it. Raises CaptureError, PhotographError."""
    return taken_in(answers_file.read(path), keep_location=keep_location)


def taken_in(given: AnswersFile, *, keep_location: bool = False) -> Looked:
    """The photographs are kept under their digest; answers name them by it. Raises CaptureError, PhotographError."""
    written = given.written
    shows = _what_they_show(written)
    if len(shows) > MOST_PHOTOGRAPHS:
        raise CaptureError(
            f"{len(shows)} photographs are named, more than the {MOST_PHOTOGRAPHS} that an inspection can have.",
            "Leave out those that show the same.",
        )
    taken = {name: _take(given.folder, name, shows[name], written, keep_location) for name in shows}
    pictures = labels.confirmed_in({one.sha256: one for one in taken.values()}.values(), written.label.codes_confirmed)
    appearance = labels.with_codes(_appearance(written, taken), pictures)
    return Looked(appearance or Appearance(), pictures)


def _what_they_show(written: Written) -> dict[str, str]:
    """Every file that is named, once, with what it shows: the first place that names it decides."""
    named = [(one.file, one.shows) for one in written.photographs]
    named += [(file, "label") for file in written.label.photographs]
    named += [(file, "die") for file in written.die.photographs]
    named += [(file, "die") for chips in written.memory for file in chips.photographs]
    named += [(file, "other") for files in written.shots.values() for file in files]
    named += [(file, "other") for one in written.answers.values() for file in one.photographs]
    found: dict[str, str] = {}
    for file, what in named:
        if found.get(file, "other") == "other":
            found[file] = what
    return found


def _take(folder: Path, name: str, what: str, written: Written, keep_location: bool) -> Photograph:
    caption = next((one.caption for one in written.photographs if one.file == name), "")
    taken = photographs.take_file(folder / name, keep_location=keep_location).photograph
    return replace(taken, shows=what, caption=caption)


def _appearance(written: Written, taken: dict[str, Photograph]) -> Appearance:
    def digests(files: Files) -> tuple[str, ...]:
        return tuple(dict.fromkeys(taken[file].sha256 for file in files))

    label = written.label
    return Appearance(
        power=written.power,
        whole_card=written.whole_card,
        answers=tuple(
            Answered(question=name, seen=one.seen, note=one.note, photographs=digests(one.photographs))
            for name, one in sorted(written.answers.items())
        ),
        label=Label(
            brand=label.brand,
            model=label.model,
            part_number=label.part_number,
            serial=label.serial,
            text=label.text,
            photographs=digests(label.photographs),
        ),
        die=DieMarking(
            present=written.die.present, lines=written.die.lines, photographs=digests(written.die.photographs)
        ),
        memory=tuple(
            MemoryChips(marking=one.marking, count=one.count, side=one.side, photographs=digests(one.photographs))
            for one in written.memory
        ),
        weight_g=written.weight_g,
        length_mm=written.length_mm,
        height_mm=written.height_mm,
        thickness_mm=written.thickness_mm,
        board_marking=written.board_marking,
        shots=tuple(
            Shot(what=SHOTS[int(number) - 1], photographs=digests(files))
            for number, files in sorted(written.shots.items(), key=lambda pair: int(pair[0]))
        ),
    )


def evidence_of(appearance: Appearance, catalogue: Catalogue, label: str = "") -> Evidence:
    """An inspection of its own: one object that was looked at, and never asked."""
    return Evidence(
        collected_at=datetime.now(UTC),
        tool_version=build(),
        reference_version=catalogue.version,
        origin=Origin.SEEN,
        cards=(CardEvidence(label=label.strip() or LABEL, seen=appearance),),
    )


def require_one(evidence: Evidence) -> None:
    """Raises CaptureError where several cards, or none, are inspected."""
    if len(evidence.cards) != 1:
        raise CaptureError(
            f"What was seen belongs to one object; {len(evidence.cards)} cards are inspected.",
            "Name the card: gpu-inspector list shows them.",
        )


def beside(evidence: Evidence, appearance: Appearance) -> Evidence:
    """What was seen of the one card that is inspected. Raises CaptureError where it is not one."""
    require_one(evidence)
    (card,) = evidence.cards
    started = replace(appearance, power=Power.STARTS) if evidence.origin is Origin.MACHINE else appearance
    return replace(evidence, cards=(replace(card, seen=started),))


def with_photographs(case: Case, looked: Looked) -> Case:
    """The case with these photographs as well, each once."""
    known = {one.sha256 for one in case.photographs}
    return replace(
        case, photographs=(*case.photographs, *(one for one in looked.photographs if one.sha256 not in known))
    )
