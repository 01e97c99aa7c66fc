"""`audit`: the cards of many nodes, each where it is; one lot, one signed report, and a map of the hall."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector import settings
from gpu_inspector.cli import audit_options, declared, options, policies
from gpu_inspector.errors import CaptureError
from gpu_inspector.records import canonical
from gpu_inspector.records.audit import AuditTerms, id_of
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Origin
from gpu_inspector.workflow import targets
from gpu_inspector.workflow.whole_files import read_at_most

if TYPE_CHECKING:
    from gpu_inspector.cli.audit_options import Reached, Wished
    from gpu_inspector.records.hall_file import HallFile

_SIGNS = re.compile(r"[^A-Za-z0-9]+")
_LONGEST_STEM = 60


@click.command("audit")
@audit_options.reached
@audit_options.wished
@options.trust_option
@declared.declared_options
@options.case_options
@options.ledger_option
@options.json_option
def audit(
    reached: Reached,
    wanted: Wished,
    trust: tuple[bytes, ...],
    declaration: Declaration,
    case: Case,
    ledger: Path,
    as_json: bool,
) -> None:
    """Inspect the cards of many machines, each on its own node; judge here, and sum up in one signed report.

    A node counts with the same program and reference data; one that does not answer, or not so, is a gap with its
    reason. Nothing is asked twice: the same command goes on where it was stopped. Exit status as `inspect`, of the
    worst; a node without evidence counts as INCONCLUSIVE; 130 stopped.
    """
    from gpu_inspector.cli.audit_running import Work, run

    hall = _hall(wanted.hall)
    simulated = hall is not None and any(row.simulate for row in hall.rows)
    profile = _profile(wanted, case, declaration, simulated=simulated)
    terms = AuditTerms(
        name=wanted.name,
        case=case,
        declaration=declaration,
        profile=profile or "",
        minutes=wanted.minutes if profile else 0.0,
        together=wanted.together,
    )
    if not terms.name:
        terms = replace(terms, name=_name(reached, wanted.hall, terms))
    kept = (*targets.ledger_files(ledger), *(one for one in (wanted.hall, reached.hosts) if one is not None))
    summary = wanted.summary or _usual(terms, ledger)
    if wanted.summary is not None:
        targets.check(summary, targets.PDF, kept=kept)
    run(Work(reached, wanted, terms, hall, trust, ledger, summary), as_json=as_json)


def _hall(path: Path | None) -> HallFile | None:
    """The hall's file. Raises CaptureError."""
    if path is None:
        return None
    from gpu_inspector.records import hall_file

    try:
        return hall_file.read(read_at_most(path, hall_file.LARGEST))
    except OSError as error:
        raise CaptureError(f"{path} cannot be read ({error.strerror or error}).", "Look at the name.") from error


def _profile(wanted: Wished, case: Case, declaration: Declaration, *, simulated: bool) -> str | None:
    """How cards are measured, as the office's policy asks for at least. Raises click.UsageError, PolicyError."""
    measuring = options.Measuring(wanted.profile, None, 0, wanted.minutes, wanted.named)
    origin = Origin.SIMULATION if simulated else Origin.MACHINE
    return policies.bound(measuring, case, declaration, origin, many=True)[0].profile


def _name(way: Reached, hall: Path | None, terms: AuditTerms) -> str:
    """Without --name: from the hall's file, or the way to the nodes, and the terms."""
    places = [os.fsencode(one.resolve()) for one in (hall, way.hosts) if one is not None]
    told = b"\0".join((*places, way.scheduler.encode("utf-8", "replace"), way.partition.encode("utf-8", "replace")))
    digest = hashlib.sha256(told + b"\0" + canonical.encode(terms)).hexdigest()[:8]
    stem = os.fsencode(hall.stem).decode("utf-8", "replace") if hall is not None else way.partition or "audit"
    clean = "".join(one if one.isprintable() else "?" for one in stem)[:_LONGEST_STEM]
    return f"{clean.strip() or 'audit'} {digest}"


def _usual(terms: AuditTerms, ledger: Path) -> Path:
    """Where the report goes: of one audit always the same, so that a newer one takes the older one's place."""
    name = _SIGNS.sub("-", terms.name).strip("-")[:_LONGEST_STEM]
    place = hashlib.sha256(os.fsencode(ledger.resolve())).hexdigest()[:8]
    return settings.report_folder() / f"audit-{name or 'audit'}-{id_of(terms)[:8]}-{place}.pdf"
