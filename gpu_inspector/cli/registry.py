"""`registry`: many offices, one place where their ledgers meet; each ledger stays the truth of its office."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from gpu_inspector.cli import (
    asking,
    noticing,
    options,
    registry_gate,
    registry_keys,
    registry_offices,
    registry_reading,
    registry_watching,
    saying,
)
from gpu_inspector.cli.ledger_checks import complain
from gpu_inspector.cli.printing import write_json
from gpu_inspector.cli.registry_options import EXIT_ALTERED, EXIT_WAITING, registry_option
from gpu_inspector.errors import GpuInspectorError, RegistryAway
from gpu_inspector.language import N_, _, counted, said, told, visible

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_registry import PushedDocument, StatusDocument
    from gpu_inspector.workflow.registry_push import Pushed
    from gpu_inspector.workflow.registry_status import Status


@click.group("registry")
def registry_group() -> None:
    """A registry of many offices: send rows of this ledger, search those of all, watch for cards.

    The ledger stays the truth and works without any registry. How one is set up, and what leaves the office, stands in
    docs/registry.md.
    """


for command in (
    registry_gate.init,
    registry_gate.accept,
    registry_reading.search,
    registry_reading.pull,
    registry_reading.restore,
    registry_reading.verify,
    registry_watching.watch_group,
    registry_offices.office_group,
    registry_keys.key_group,
):
    registry_group.add_command(command)


@registry_group.command("push")
@click.option(
    "--wait",
    type=click.FloatRange(0, 3600),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for the gate's next answer.",
)
@registry_option
@options.ledger_option
@options.json_option
def push(wait: float, url: str, ledger: Path, as_json: bool) -> None:
    """Send the rows of the ledger that the registry does not have yet; what is away or unanswered goes on later.

    What leaves is decided by the office's policy and the settings, the stricter of the two. Exit status: 0 all there,
    3 rows wait, 4 refused or the ledger was altered, 1 failed.
    """
    from gpu_inspector.cli.progress import Meter
    from gpu_inspector.workflow import custody, registry_leaves, registry_notices, registry_push, signing

    rule = registry_leaves.rule()
    leave = registry_leaves.Counted(registry_leaves.leave(rule))
    identity = signing.signer(asking.ask)
    done: Pushed | None = None
    try:
        with Meter() as meter:
            done = registry_push.push(
                ledger,
                url,
                leave,
                identity=identity,
                wait_s=wait,
                told=lambda now: meter(N_("sending rows"), now.done / now.due if now.due else 1.0),
            )
    except GpuInspectorError as error:
        _not_sent(error, ledger, url, as_json=as_json)
    finally:  # what left is noted however the push ended
        if leave.rows:
            complain(custody.note(ledger, custody.What.REGISTRY, *registry_leaves.left_words(rule, leave.rows, done)))
    if as_json:
        write_json(_pushed(done))
    else:
        _tell_pushed(done)
    registry_notices.ask_again(url)
    noticing.tell()
    sys.exit(EXIT_ALTERED if done.refused else EXIT_WAITING if done.rows > done.head else 0)


def _not_sent(error: GpuInspectorError, ledger: Path, url: str, *, as_json: bool) -> NoReturn:
    """Say how many rows wait, and end: 3 where the registry is away, 4 where the ledger is not what it was."""
    from gpu_inspector.workflow import registry_status

    altered = getattr(error, "altered", False)
    if not altered and not isinstance(error, RegistryAway):
        raise error
    waiting = registry_status.waiting(ledger, url)
    if as_json:
        document: PushedDocument = {
            "format": 1,
            "office": None,
            "rows": waiting.rows,
            "head": waiting.head,
            "accepted": 0,
            "delivered": 0,
            "waiting": waiting.due,
            "problem": str(error),
        }
        write_json(document)
    else:
        click.echo(f"gpu-inspector: {saying.error(error)}", err=True)
        if not altered:
            _tell_waiting(waiting.due)
    sys.exit(EXIT_ALTERED if altered else EXIT_WAITING)


def _pushed(done: Pushed) -> PushedDocument:
    return {
        "format": 1,
        "office": done.office,
        "rows": done.rows,
        "head": done.head,
        "accepted": done.accepted,
        "delivered": done.delivered,
        "waiting": done.rows - done.head,
        "problem": done.refused or None,
    }


def _tell_pushed(done: Pushed) -> None:
    whole = {"office": done.office, "rows": done.accepted, "head": done.head, "whole": done.rows}
    click.echo(
        visible(
            counted(
                "{rows} row of {office} came in; the registry has {head} of the ledger's {whole}.",
                "{rows} rows of {office} came in; the registry has {head} of the ledger's {whole}.",
                done.accepted,
                **whole,
            )
        )
    )
    if done.refused:
        click.echo(visible(said("The registry refused the rows behind them: {reason}", reason=told(done.refused))))
    if done.delivered:
        text = counted(
            "{rows} row is delivered, and the gate has not answered yet: push again later to hear of it.",
            "{rows} rows are delivered, and the gate has not answered yet: push again later to hear of it.",
            done.delivered,
            rows=done.delivered,
        )
        click.echo(text)
    if done.unsigned:
        text = counted(
            "{rows} row waits for a signed checkpoint.",
            "{rows} rows wait for a signed checkpoint.",
            done.unsigned,
            rows=done.unsigned,
        )
        click.echo(text)
    complain(done.remark)


def _tell_waiting(due: int) -> None:
    text = counted(
        "{rows} row of the ledger waits; nothing is lost. Push again when the registry answers.",
        "{rows} rows of the ledger wait; nothing is lost. Push again when the registry answers.",
        due,
        rows=due,
    )
    click.echo(text, err=True)


@registry_group.command("status")
@registry_option
@options.ledger_option
@options.json_option
def status(url: str, ledger: Path, as_json: bool) -> None:
    """Show what the registry has of this ledger, what waits, what was answered last, and what leaves the office.

    Exit status: 0 all there, 3 rows wait or the registry does not answer, 4 the last rows were refused.
    """
    from gpu_inspector.workflow import registry_status

    found = registry_status.status(ledger, url)
    if as_json:
        write_json(_status(found))
    else:
        _tell_status(found)
    sys.exit(EXIT_ALTERED if found.refused else EXIT_WAITING if found.due or found.trouble else 0)


def _status(found: Status) -> StatusDocument:
    return {
        "format": 1,
        "office": found.office or None,
        "role": found.role or None,
        "sees": found.sees or None,
        "registrar": found.registrar,
        "rows": found.rows,
        "head": found.head,
        "waiting": found.due,
        "delivered": found.delivered,
        "answered_at": found.answered_at.isoformat() if found.answered_at else None,
        "refused": found.refused or None,
        "leaves": found.leaves,
        "numbers_keyed": found.numbers_keyed,
        "key": found.key or None,
        "problem": found.trouble or None,
    }


def _tell_status(found: Status) -> None:
    if found.trouble:
        click.echo(visible(told(found.trouble)))
    else:
        name = found.office or _("no office")
        click.echo(visible(said("Here as the role {role}, of: {office}", role=found.role, office=name)))
    for line in found.lines:
        click.echo(visible(told(line)))
