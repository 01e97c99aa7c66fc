"""The command line: the other door into the same rooms. Progress goes to stderr, results to stdout.

Each error is one sentence with what to do. Exit statuses are a contract that scripts rely on; they stand in README.
"""

import errno
import sys
import time
from pathlib import Path

import click

from gpu_inspector import __version__, log
from gpu_inspector.cli import (
    batching,
    checklist,
    classifying,
    data,
    exporting,
    firmware,
    inspecting,
    judged,
    keeping,
    keys,
    knowing,
    listing_cards,
    lots,
    options,
    policy,
    rejudging,
    reporting,
    restoring,
    selftesting,
    tagging,
    verifying,
    watching,
)
from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.language import visible


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, prog_name="GPU Inspector")
@click.pass_context
def commands(context: click.Context) -> None:
    """Is this NVIDIA card what it is said to be? Declared, claimed and measured, side by side, signed.

    Without a command the window opens.
    """


for command in (
    listing_cards.list_cards,
    inspecting.inspect,
    judged.judge,
    verifying.verify,
    keys.key_group,
    reporting.report,
    tagging.tag,
    keeping.history,
    keeping.ledger_group,
    firmware.vbios,
    classifying.export_class,
    checklist.checklist,
    knowing.products,
    knowing.checks,
    knowing.simulations,
    knowing.doctor,
    selftesting.selftest,
    selftesting.control_card_group,
    watching.watch_group,
    lots.lot_group,
    batching.batch,
    batching.watch,
    policy.policy_group,
    data.data_group,
):
    commands.add_command(command)
keeping.ledger_group.add_command(restoring.restore)
for command in (exporting.export, exporting.check_export, rejudging.rejudge):
    keeping.ledger_group.add_command(command)


_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def main(arguments: list[str]) -> int:
    """Run a command; the exit status. The log is told its name, never what was typed behind it."""
    begun = time.monotonic()
    name, given = _named(arguments)
    log.hide(*given)
    log.event("command", name=name)
    status = _answered(arguments)
    log.event("command-ended", name=name, status=status, seconds=round(time.monotonic() - begun, 3))
    if log.trouble() and sys.stderr.isatty():
        click.echo(f"gpu-inspector: The log cannot be written ({log.trouble()}); nothing else is amiss.", err=True)
    return status


def _named(arguments: list[str]) -> tuple[str, list[str]]:
    """The command, such as "ledger verify", and all that was typed beside its options' names."""
    names: list[str] = []
    given: list[str] = []
    group: click.Command = commands
    for one in arguments:
        if isinstance(group, click.Group) and one in group.commands:
            group = group.commands[one]
            names.append(one)
            continue
        value = one.partition("=")[2] if one.startswith("--") else "" if one.startswith("-") else one
        if value not in options.PROFILES:  # those are the program's own words, and tell much
            given += [value, *_names_of_file(value)]
    return " ".join(names), given


def _names_of_file(value: str) -> tuple[str, ...]:
    """A sentence may name a file without its folder, or without its ending."""
    path = Path(value)
    return (path.name, path.stem) if path.name != value or path.suffix else ()


def _answered(arguments: list[str]) -> int:
    try:
        _require_a_folder()
        return _run(arguments)
    except GpuInspectorError as error:
        log.error("failed", error)
        click.echo(f"gpu-inspector: {visible(str(error))}", err=True)
    except BrokenPipeError:
        # The reader of our output went away (a pager that was closed): nothing is left to be said.
        sys.stderr.close()
    except OSError as error:
        log.defect(error)
        place = f" ({error.filename})" if error.filename else ""
        advice = "Free some space first." if error.errno in _DISK else "Name another file, or ask for permission."
        click.echo(visible(f"gpu-inspector: The system refused: {error.strerror or error}{place}. {advice}"), err=True)
    except Exception as error:  # noqa: BLE001 - a wall: the program's top
        click.echo(f"gpu-inspector: {log.defect(error)}", err=True)
    return 1


def _require_a_folder() -> None:
    """Told before a card is measured for minutes: the library that draws the report would fail at its very end."""
    try:
        Path.cwd()
    except FileNotFoundError:
        raise GpuInspectorError("The current folder is gone.", "Change to another one (cd) and call again.") from None


def _run(arguments: list[str]) -> int:
    try:
        status = commands.main(arguments, prog_name="gpu-inspector", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("gpu-inspector: Stopped.", err=True)
        return 130
    except click.ClickException as error:
        if isinstance(error, click.NoSuchOption):
            log.hide(error.option_name.lstrip("-"))  # a case's number may begin with dashes, too
        log.error("usage", error.format_message())
        error.show()
        return error.exit_code
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return status if isinstance(status, int) else 0
