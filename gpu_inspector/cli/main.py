"""The command line: the other door into the same rooms. Progress goes to stderr, results to stdout.

Each error is one sentence with what to do. Exit statuses are a contract that scripts rely on; they stand in README.
"""

import errno
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

import click

from gpu_inspector import __version__, settings
from gpu_inspector.cli import (
    checklist,
    classifying,
    exporting,
    firmware,
    inspecting,
    keeping,
    keys,
    knowing,
    listing_cards,
    lots,
    rejudging,
    reporting,
    restoring,
    selftesting,
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
    inspecting.judge,
    verifying.verify,
    keys.key_group,
    reporting.report,
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
):
    commands.add_command(command)
keeping.ledger_group.add_command(restoring.restore)
for command in (exporting.export, exporting.check_export, rejudging.rejudge):
    keeping.ledger_group.add_command(command)


_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def main(arguments: list[str]) -> int:
    """Run a command; the exit status."""
    try:
        _require_a_folder()
        return _run(arguments)
    except GpuInspectorError as error:
        click.echo(f"gpu-inspector: {visible(str(error))}", err=True)
    except BrokenPipeError:
        # The reader of our output went away (a pager that was closed): nothing is left to be said.
        sys.stderr.close()
    except OSError as error:
        _log_defect()
        place = f" ({error.filename})" if error.filename else ""
        advice = "Free some space first." if error.errno in _DISK else "Name another file, or ask for permission."
        click.echo(visible(f"gpu-inspector: The system refused: {error.strerror or error}{place}. {advice}"), err=True)
    except Exception:  # noqa: BLE001 - a wall: the program's top
        click.echo(f"gpu-inspector: {_log_defect()}", err=True)
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
        error.show()
        return error.exit_code
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return status if isinstance(status, int) else 0


def _log_defect() -> str:
    """Put the trace into the log, or into a temporary file where that cannot be; the sentence for the inspector."""
    trace = f"{datetime.now(UTC).isoformat()} version {__version__}\n{traceback.format_exc()}\n"
    for path in (settings.log_path(), Path(tempfile.gettempdir()) / "gpu-inspector.log"):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8", errors="replace") as log:
                log.write(trace)
        except OSError:
            continue
        return f"A defect of the program stopped it; its trace is in {path}. Please report it with that file."
    return "A defect of the program stopped it, and its trace could not be written anywhere. Please report it."
