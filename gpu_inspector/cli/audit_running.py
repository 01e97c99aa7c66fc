"""An audit at the terminal: a line for each node as it is durable or lost, the hall, the report, the exit status."""

from __future__ import annotations

import json
import shlex
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from gpu_inspector import log
from gpu_inspector.cli import asking, audit_lines
from gpu_inspector.cli.progress import Meter
from gpu_inspector.language import _, counted, said, told, visible
from gpu_inspector.records.finding import Condition, Identity, worst
from gpu_inspector.records.node import Trouble
from gpu_inspector.workflow import inspecting, judging, signing, targets

if TYPE_CHECKING:
    from gpu_inspector.cli.audit_options import Reached, Wished
    from gpu_inspector.records.audit import AuditTerms
    from gpu_inspector.records.hall_file import HallFile
    from gpu_inspector.workflow.audit import Audit, Told
    from gpu_inspector.workflow.audit_engines import Way
    from gpu_inspector.workflow.lots import LotState

STOPPED = 130
_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Work:
    """What the command was given."""

    way: Reached
    wanted: Wished
    terms: AuditTerms
    hall: HallFile | None
    trust: tuple[bytes, ...]
    ledger: Path
    summary: Path


def run(work: Work, *, as_json: bool) -> NoReturn:
    """Ask the nodes, write the report of the lot, and end the command with the status of the worst."""
    from gpu_inspector.workflow import audit_engines, audit_plan
    from gpu_inspector.workflow.audit import Audit
    from gpu_inspector.workflow.audit_collect import Asking

    # Whoever cannot sign or keep anything is to learn it now, and not after a thousand nodes.
    identity = signing.signer(asking.ask)
    inspecting.require_ledger(work.ledger)
    inspecting.make_folder(work.summary.parent)
    targets.check(work.summary, targets.PDF, kept=targets.ledger_files(work.ledger))
    way = _way(work.way)
    if warning := audit_engines.warning(way):
        click.echo(visible(told(warning)), err=True)
    rows = work.hall.rows if work.hall is not None else ()
    alone = tuple(row.node for row in rows if row.trouble in (Trouble.DIES, Trouble.HANGS))
    asked = Asking(
        "", trust=work.trust, answer_s=work.wanted.timeout * _MINUTE_S, absent_s=work.wanted.wait * _MINUTE_S
    )
    given: dict[str, Any] = {"again": work.wanted.again, "declared": work.wanted.declared, "asking": asked}
    with Meter() as meter, audit_engines.opened(way, tuple(row.node for row in rows), alone) as engine:
        plan = audit_plan.plan(engine, work.hall)
        with Audit(work.ledger, work.terms, identity, plan, **given) as audit:
            door = _Door(audit, meter, len(plan.rows), as_json)
            door.begin(engine.where)
            try:
                door.tell(audit.work(engine))
                state = audit.end()
            except KeyboardInterrupt:
                door.stop()
        door.end(state, work)
    sys.exit(status_of(state))


def _way(way: Reached) -> Way:
    from gpu_inspector.workflow import audit_engines

    ssh = slurm = tls = None
    if way.hosts is not None:
        from gpu_inspector.cluster.ssh import SshWishes

        ssh = SshWishes(config=str(way.ssh_config or ""), python=way.python)
    if way.partition:
        from gpu_inspector.cluster.slurm import SlurmWishes

        slurm = SlurmWishes(
            options=way.slurm_options,
            wait_minutes=way.slurm_wait,
            jobs=way.slurm_jobs,
            minutes=way.slurm_minutes,
            address=way.address,
            python=way.python,
        )
    if way.tls:
        from gpu_inspector.cluster.security import Tls

        tls = Tls(*way.tls)
    return audit_engines.Way(
        scheduler=way.scheduler,
        hosts=way.hosts,
        partition=way.partition,
        local=way.local,
        tls=tls,
        ssh=ssh,
        slurm=slurm,
    )


def status_of(state: LotState) -> int:
    """The worst of the lot; a node of which no evidence counts is INCONCLUSIVE, and so is a lot without cards."""
    lost = state.hall is not None and bool(state.hall.gaps)
    undecided = (Identity.INCONCLUSIVE,) if lost or not state.members else ()
    verdict = worst((*(member.identity for member in state.members), *undecided))
    faulty = any(member.condition is Condition.FAULTY for member in state.members)
    if verdict is Identity.CONSISTENT and faulty:
        return judging.EXIT_FAULTY
    return judging.EXITS[verdict]


@dataclass(slots=True)
class _Door:
    """Between the audit and the terminal."""

    audit: Audit
    meter: Meter
    nodes: int
    as_json: bool
    done: int = 0
    begun: float = 0.0

    def begin(self, where: str) -> None:
        """One sentence on what is asked, to stderr; a note in the log."""
        self.begun = time.monotonic()
        name = self.audit.lot.name
        if self.audit.resumed:
            text = counted(
                "Audit “{name}” goes on, {number} nodes in it ({where}).",
                "Audit “{name}” goes on, {number} nodes in it ({where}).",
                self.nodes,
                name=name,
                where=told(where),
            )
        else:
            text = counted(
                "Audit “{name}” begins, {number} nodes in it ({where}).",
                "Audit “{name}” begins, {number} nodes in it ({where}).",
                self.nodes,
                name=name,
                where=told(where),
            )
        click.echo(visible(text), err=True)
        log.event("audit-begun", resumed=self.audit.resumed, nodes=self.nodes)

    def tell(self, found: Iterator[Told]) -> None:
        """Each node, as it is durable or lost."""
        for one in found:
            self.done += 1
            self.meter.wipe()
            audit_lines.node(one, self.audit, as_json=self.as_json)
            step = said("{done} of {total} nodes", done=min(self.done, self.nodes), total=self.nodes)
            self.meter(step, min(1.0, self.done / self.nodes))

    def stop(self) -> NoReturn:
        """Ctrl-C: what came is kept and told, and how to go on."""
        self.tell(self.audit.stop())
        self.meter.wipe()
        if self.as_json:
            click.echo(json.dumps(audit_lines.json_of_end(self.audit, None, None, self.seconds)))
        given = ("gpu-inspector", *sys.argv[1:])
        again = " ".join(map(shlex.quote, given)) if sys.argv[1:] else _("the same command")
        text = counted(
            "Stopped. {number} nodes were kept in this run. To go on, give it again: {command}",
            "Stopped. {number} nodes were kept in this run. To go on, give it again: {command}",
            self.audit.kept,
            command=again,
        )
        click.echo(visible(text), err=True)
        sys.exit(STOPPED)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.begun

    def end(self, state: LotState, work: Work) -> None:
        """The report of the lot, written and told. Raises LotError, ReportError, LedgerError."""
        from gpu_inspector.workflow import lot_summing

        log.event("audit-ended", kept=self.audit.kept, lost=len(self.audit.gaps))
        done = lot_summing.write(
            work.ledger, state.lot.id, work.summary, work.wanted.page, asking.ask, language=work.wanted.language
        )
        self.meter.wipe()
        if self.as_json:
            click.echo(json.dumps(audit_lines.json_of_end(self.audit, state, done, self.seconds)))
        else:
            audit_lines.end(self.audit, state, done, self.seconds)
