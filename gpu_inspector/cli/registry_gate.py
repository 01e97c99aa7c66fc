"""`registry init` and `registry accept`: a registry is made, and its gate answers what the offices deliver."""

from __future__ import annotations

import contextlib
import signal
import sys
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import options
from gpu_inspector.cli.printing import write_json
from gpu_inspector.cli.registry_options import registry_option
from gpu_inspector.language import _, counted, listed, said, told, visible

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_registry import AcceptedDocument, RegistryDocument
    from gpu_inspector.registry.gate import Answered
    from gpu_inspector.workflow.registry_gate import Done


@click.command("init")
@click.option(
    "--registrar", "registrars", multiple=True, metavar="ROLE", help="A role that opens the gate: registry accept."
)
@registry_option
@options.json_option
def init(registrars: tuple[str, ...], url: str, as_json: bool) -> None:
    """Make a registry in an empty database, or bring an older one up to date; as the role that owns the database."""
    from gpu_inspector.workflow import registry_offices

    made = registry_offices.init(url, registrars)
    if as_json:
        document: RegistryDocument = {
            "format": 1,
            "migrations": list(made.migrations),
            "registrars": list(made.registrars),
        }
        write_json(document)
        return
    if made.migrations:
        click.echo(said("The registry is made or brought up to date: {steps}.", steps=listed(list(made.migrations))))
    else:
        click.echo(_("The registry is up to date."))
    for role in made.registrars:
        click.echo(visible(said("{role} is a registrar.", role=role)))


@click.command("accept")
@click.option("--follow", is_flag=True, help="Stay, and answer what comes, until stopped: for a service.")
@registry_option
@options.json_option
def accept(follow: bool, url: str, as_json: bool) -> None:
    """The gate: check what the offices delivered, and take it in or refuse it with the reason; as a registrar.

    Chain, continuity, checkpoint and its signature are checked before a row comes in. Exit status: 0 all answered,
    whatever the answers; 130 stopped with Ctrl-C.
    """
    from gpu_inspector.workflow import registry_gate

    stop = _Stop()
    with stop:
        done = registry_gate.accept(url, follow=follow, stopped=stop.asked, told=_silent if as_json else _tell)
    if as_json:
        document: AcceptedDocument = {
            "format": 1,
            "accepted": done.accepted,
            "refused": done.refused,
            "rows": done.rows,
        }
        write_json(document)
    else:
        _tell_all(done)
    sys.exit(130 if stop.interrupted else 0)


def _tell_all(done: Done) -> None:
    values = {"accepted": done.accepted, "refused": done.refused, "rows": done.rows}
    click.echo(
        counted(
            "{accepted} batch with {rows} new rows accepted, {refused} refused.",
            "{accepted} batches with {rows} new rows accepted, {refused} refused.",
            done.accepted,
            **values,
        )
    )


class _Stop:
    """Ctrl-C or a service manager, once: the batch that is looked at is answered. A second time ends at once."""

    def __init__(self) -> None:
        self._by = 0

    def asked(self) -> bool:
        return bool(self._by)

    @property
    def interrupted(self) -> bool:
        """It was a person."""
        return self._by == signal.SIGINT

    def _ask(self, number: int, _frame: object) -> None:
        self._by = number
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)

    def __enter__(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(ValueError):  # not in the main thread: who embeds the command stops it otherwise
                signal.signal(number, self._ask)

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(ValueError):
                signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def _silent(_one: Answered) -> None:
    pass


def _tell(one: Answered) -> None:
    """A line a batch, at once: a service's journal shows it as it happens."""
    values = {"office": one.office, "first": one.first, "last": one.last}
    if one.reason:
        line = said("{office}, rows {first} to {last}: refused. {reason}", **values, reason=told(one.reason))
    else:
        line = said("{office}, rows {first} to {last}: accepted.", **values)
    click.echo(visible(line))
