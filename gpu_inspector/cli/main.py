"""The command line: the other door into the same rooms. Progress goes to stderr, results to stdout.

Each error is one sentence with what to do. Exit statuses are a contract that scripts rely on; they stand in README.
"""

import errno
import sys
import time
from pathlib import Path

import click

from gpu_inspector import __version__, log, preferences
from gpu_inspector.cli import later, saying, speech, tables
from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.language import ENGLISH, _, current, said, sentences, speak, told, visible


def _version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        click.echo(said("GPU Inspector, version {version}", version=__version__))
        context.exit()


@click.group(
    cls=later.Listed,
    table=tables.COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option(
    speech.OPTION,
    type=speech.Tag(),
    is_eager=True,
    expose_value=False,
    metavar="TAG",
    show_default="as chosen in the settings, else the system's",
    help="The language of this terminal: en, de, fr, es, zh-Hans or ja; with --json it is always English.",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version and exit."
)
def commands() -> None:
    """Is this NVIDIA card what it is said to be? Declared, claimed and measured, side by side, signed.

    Without a command the window opens.
    """


_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def main(arguments: list[str]) -> int:
    """Run a command; the exit status. The log is told its name, never what was typed behind it."""
    begun = time.monotonic()
    before = current()
    try:
        speech.settle(arguments)
        name, given = _named(speech.asked(arguments)[1])
        log.hide(*given)
        log.event("command", name=name)
        status = _answered(arguments)
        log.event("command-ended", name=name, status=status, seconds=round(time.monotonic() - begun, 3))
        if log.trouble() and sys.stderr.isatty():
            text = said("The log cannot be written ({trouble}); nothing else is amiss.", trouble=log.trouble())
            click.echo(f"gpu-inspector: {text}", err=True)
        return status
    finally:
        speak(before)  # whoever calls this from a program of its own goes on as before


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
        if value not in preferences.PROFILES:  # those are the program's own words, and tell much
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
        click.echo(f"gpu-inspector: {saying.error(error)}", err=True)
    except BrokenPipeError:
        # The reader of our output went away (a pager that was closed): nothing is left to be said.
        sys.stderr.close()
    except OSError as error:
        log.defect(error)
        click.echo(f"gpu-inspector: {visible(_refused(error))}", err=True)
    except Exception as error:  # noqa: BLE001 - a wall: the program's top
        click.echo(f"gpu-inspector: {told(log.defect(error))}", err=True)
    return 1


def _refused(error: OSError) -> str:
    """What the system refused, where, and what to do."""
    why = str(error.strerror or error)
    if error.filename:
        what = said("The system refused: {reason} ({place}).", reason=why, place=error.filename)
    else:
        what = said("The system refused: {reason}.", reason=why)
    full = error.errno in _DISK
    return sentences(what, _("Free some space first.") if full else _("Name another file, or ask for permission."))


def _require_a_folder() -> None:
    """Told before a card is measured for minutes: the library that draws the report would fail at its very end."""
    try:
        Path.cwd()
    except FileNotFoundError:
        raise GpuInspectorError("The current folder is gone.", "Change to another one (cd) and call again.") from None


def _run(arguments: list[str]) -> int:
    root: click.Command = commands
    if current() != ENGLISH:
        from gpu_inspector.cli import spoken  # English pays for none

        root = spoken.spoken(commands)
    try:
        status = root.main(arguments, prog_name="gpu-inspector", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo(f"gpu-inspector: {_('Stopped.')}", err=True)
        return 130
    except click.ClickException as error:
        if isinstance(error, click.NoSuchOption):
            log.hide(error.option_name.lstrip("-"))  # a case's number may begin with dashes, too
        log.error("usage", error.format_message())
        if current() == ENGLISH:
            error.show()
        else:
            spoken.show_error(error)
        return error.exit_code
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return status if isinstance(status, int) else 0
