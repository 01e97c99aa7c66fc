"""What keeps "no entry" from being read off claims that do not hold: then the class is open, and it is said why.

An entry may rest on a claim, for nobody pretends to a controlled card. "None" is what a smuggler wants to hear, so it
needs claims that agree, or a die that was measured to agree with them. A rework of the memory leaves the die what it
was. Which honest card this touches: one whose id or firmware the reference data does not know; it accuses nobody.
Source: research note on export control, 0.1 and 0.5.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from gpu_inspector.checks.facts import Missing
from gpu_inspector.checks.thresholds_export import CHECKS_TOLD
from gpu_inspector.language import N_, fill
from gpu_inspector.records.claims import Virtualization
from gpu_inspector.records.control import INDETERMINATE, NONE, ControlClass
from gpu_inspector.records.finding import Finding, Outcome

if TYPE_CHECKING:
    from gpu_inspector.checks.export_rows import Rows
    from gpu_inspector.checks.subject import Subject

_ROOMS = ("bench", "identity", "memory", "die", "firmware", "board")
_ELSEWHERE = frozenset(
    {
        "bench-clock",
        "identity-earlier-sightings",
        "identity-registry-sightings",
        "identity-watch-list",
        "board-error-group",
        "board-hotspot",
        "board-memory-heat",
        "board-sensors",
    }
)
"""Of those rooms, what says nothing of which product it is."""
_REWORK = "memory-known-rework"
_OF_MEMORY = frozenset({"memory-total", _REWORK, "identity-known-modification", "memory-measured"})
_PAPER = ("paper", "label", "eye", N_("board marking"), N_("memory marking"))
"""Witnesses that say nothing of what the driver claims: a false label makes no other card of it."""
_DIE = "die-measured"
OWN_WORD = N_("Which product it is, is the card's own word: its die was not measured, or did not agree.")
_DISAGREE = N_("which product it is: what the card claims does not hold together ({checks})")


def never_none(control: ControlClass, why: str) -> ControlClass:
    """The same, where "none" is left open instead; `why` names the fact that is missing."""
    lines = (control.codified, control.enforced)
    if NONE not in (line.entry for line in lines):
        return control
    codified, enforced = (
        replace(line, entry=INDETERMINATE, paragraph="", licence=INDETERMINATE, words=_OPEN)
        if line.entry == NONE
        else line
        for line in lines
    )
    return replace(control, codified=codified, enforced=enforced, missing=(why, *control.missing))


_OPEN = N_("The figures of the claimed product are under no entry; whether it is that product is open.")


def claims_open(subject: "Subject", rows: "Rows") -> str:
    """Why the products that were claimed are no ground for "none", before anything is compared; "" where they are."""
    device = subject.raw_device_id
    if isinstance(device, Missing):
        if isinstance(subject.name, Missing):
            return N_("which card bears it: a firmware image can be written to another card")
    elif not any(device in row.device_ids for row in rows):
        return fill(N_("which product it is: device id {device} is none of the named product's"), {"device": device})
    if subject.claim("virtualization") == Virtualization.GUEST:
        return N_("which product it is: the driver says that it is seen from inside a guest")
    return ""


def doubted(control: ControlClass, findings: Iterable[Finding]) -> ControlClass:
    """The class in the light of what the other checks found of the claims that it rests on."""
    if NONE not in (control.codified.entry, control.enforced.entry) or control.basis == "die":
        return control
    found = tuple(findings)
    if any(one.check == _DIE and one.outcome is Outcome.CONSISTENT for one in found):
        return control
    told = replace(control, cautions=tuple(dict.fromkeys((*control.cautions, OWN_WORD))))
    reworked = any(one.check == _REWORK and one.outcome not in _SILENT for one in found)
    against = [
        one.title
        for one in found
        if one.outcome in (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)
        and one.check.partition("-")[0] in _ROOMS
        and one.check not in _ELSEWHERE
        and one.witness not in _PAPER
        and not (reworked and one.check in _OF_MEMORY)
    ]
    if not against:
        return told
    return never_none(told, fill(_DISAGREE, {"checks": "; ".join(against[: int(CHECKS_TOLD)])}))


_SILENT = (Outcome.CONSISTENT, Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE)
