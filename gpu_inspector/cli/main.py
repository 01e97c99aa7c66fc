"""The command line: the other door into the same rooms. Progress goes to stderr, results to stdout.

Each error is one sentence with what to do. Exit statuses are a contract that scripts rely on; they stand in README.
"""

import errno
import logging
import sys

import click

from gpu_inspector import __version__, settings
from gpu_inspector.cli import inspecting, keeping, knowing
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
    inspecting.list_cards,
    inspecting.inspect,
    inspecting.judge,
    inspecting.verify,
    inspecting.report,
    keeping.history,
    keeping.ledger_group,
    knowing.products,
    knowing.checks,
    knowing.doctor,
):
    commands.add_command(command)


_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG, errno.EROFS)


def main(arguments: list[str]) -> int:
    """Run a command; the exit status."""
    try:
        return _run(arguments)
    except GpuInspectorError as error:
        click.echo(f"gpu-inspector: {visible(str(error))}", err=True)
    except BrokenPipeError:
        # The reader of our output went away (a pager that was closed): nothing is left to be said.
        sys.stderr.close()
    except OSError as error:
        if error.errno not in _DISK:
            click.echo(f"gpu-inspector: {_log_defect()}", err=True)
        else:
            click.echo(
                f"gpu-inspector: Nothing more can be written: {error.strerror}. Free some space first.", err=True
            )
    except Exception:  # noqa: BLE001 - a wall: the program's top
        click.echo(f"gpu-inspector: {_log_defect()}", err=True)
    return 1


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
    """Put the trace into the log; the sentence for the inspector."""
    path = settings.log_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler(sys.stderr)  # type: ignore[assignment]
    logger = logging.getLogger("gpu_inspector")
    logger.addHandler(handler)
    logger.error("a defect of version %s", __version__, exc_info=True)
    logger.removeHandler(handler)
    handler.close()
    return f"A defect of the program stopped it; its trace is in {path}. Please report it with that file."
