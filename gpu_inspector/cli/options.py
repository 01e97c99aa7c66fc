"""Options that several commands share, and what is made of them.

What is made of an option is loaded by the call that has it: help, and commands without that option, load none of it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gpu_inspector import preferences
from gpu_inspector.cli import speech
from gpu_inspector.errors import CaptureError
from gpu_inspector.language import N_, told, visible

if TYPE_CHECKING:
    from gpu_inspector.records.catalogue import Catalogue

Command = Callable[..., Any]
PROFILES = ("quick", "standard", "deep")
_LONGEST_RUN_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Measuring:
    """What is to be measured: None for the profile is nothing; `simulate` names a simulated card."""

    profile: str | None
    simulate: str | None
    seed: int
    minutes: float
    asked: bool
    """A profile was named, or measuring was refused: neither makes sense for a file."""


def ledger_option(command: Command) -> Command:
    """`--ledger FILE`, or GPU_INSPECTOR_LEDGER, or the one that was chosen, or the platform's data folder."""
    return click.option(
        "--ledger",
        type=click.Path(path_type=Path, readable=False),
        envvar="GPU_INSPECTOR_LEDGER",
        default=preferences.ledger_path,
        show_default="as chosen in the settings, else the user's data folder",
        help="The ledger's file.",
    )(command)


def json_option(command: Command) -> Command:
    """`--json`: one JSON document on stdout, for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def report_language_option(command: Command) -> Command:
    """`--report-language TAG`: of the pages that are written, whatever the terminal speaks."""
    return click.option(
        "--report-language",
        "language",
        type=speech.Tag(),
        default=lambda: preferences.languages()[1],
        show_default="as chosen in the settings, else en",
        metavar="TAG",
        help="The language of what is written for print: en, de, fr, es, zh-Hans or ja.",
    )(command)


def data_option(command: Command) -> Command:
    """`--data`: other reference data than those in use, for one call; "" where none are named."""
    return click.option(
        "--data",
        "data",
        default="",
        metavar="VERSION|own|FILE|FOLDER",
        help="Judge with these reference data: kept ones, the program's own, a data pack, or a folder of them.",
    )(command)


def data_named(named: str) -> Catalogue:
    """The data that an option names, or those in use; a sentence on whose they are goes to stderr. Raises DataError."""
    from gpu_inspector import reference
    from gpu_inspector.records.catalogue import load

    if not named:
        if reference.chosen() is not None:
            from gpu_inspector.workflow import data_packs

            data_packs.in_use()  # what nobody vouches for judges nothing
        return load()
    from gpu_inspector.workflow import data_given

    catalogue, whose = data_given.data_of(named)
    if whose:
        click.echo(visible(told(whose)), err=True)
    return catalogue


_CERTIFICATES = {".pem", ".crt", ".cer", ".der"}


def trust_option(command: Command) -> Command:
    """`--trust CERT|FOLDER`, any number of times; the command gets the files' bytes as `trust`."""

    @click.option(
        "--trust",
        "places",
        multiple=True,
        type=click.Path(path_type=Path, readable=False),
        metavar="CERT|FOLDER",
        help="A certificate (PEM or DER) whose signatures are accepted, or its issuer's; or a folder of them.",
    )
    @functools.wraps(command)
    def wrapped(*arguments: Any, places: tuple[Path, ...], **options: Any) -> Any:
        return command(*arguments, trust=_trusted(places), **options)

    return wrapped


def _trusted(places: tuple[Path, ...]) -> tuple[bytes, ...]:
    """Of a folder, all its files of the usual endings. Raises CaptureError: unreadable, or a folder without any."""
    from gpu_inspector.probes import incoming

    files: list[Path] = []
    for place in places:
        if not place.is_dir():
            files.append(place)
            continue
        inside = sorted(one for one in place.iterdir() if one.suffix.casefold() in _CERTIFICATES and one.is_file())
        if not inside:
            raise CaptureError(
                f"The folder {place} holds no certificate.", "Name a folder of .pem, .crt or .der files."
            )
        files += inside
    return tuple(incoming.open_file(one, None) for one in files)


_CASE_TEXTS = (
    ("--case", N_("Number of the case.")),
    ("--inspector", N_("Name of the inspector.")),
    ("--office", N_("The office.")),
    ("--place", N_("Where the inspection is made.")),
    ("--note", N_("A note for the report.")),
    ("--exhibit", N_("The exhibit tag of the object.")),
    ("--seals", N_("Numbers of the seals, found and put on.")),
)


def case_options(command: Command) -> Command:
    """Who looks, for which file, where, at which object; the command gets one `Case`."""

    @texts(_CASE_TEXTS)
    @functools.wraps(command)
    def wrapped(*arguments: Any, **options: Any) -> Any:
        from gpu_inspector.records.declaration import Binding, Case

        said = taken(options, _CASE_TEXTS)
        case = Case(
            number=said["case"],
            inspector=said["inspector"],
            office=said["office"],
            place=said["place"],
            note=said["note"],
            seals=said["seals"],
            binding=Binding(exhibit=said["exhibit"]),
        )
        return command(*arguments, case=case, **options)

    return wrapped


def texts(options: tuple[tuple[str, str], ...]) -> Callable[[Command], Command]:
    """Options that take any text and are "" where they are not given."""

    def decorate(command: Command) -> Command:
        for name, about in reversed(options):
            command = click.option(name, default="", metavar="TEXT", help=about)(command)
        return command

    return decorate


def taken(options: dict[str, Any], texts: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """These options, taken out of all that were given."""
    names = (name.removeprefix("--").replace("-", "_") for name, _about in texts)
    return {name: whole(options.pop(name)) for name in names}


def firmware_options(command: Command) -> Command:
    """Firmware beside the driver's word; the command gets one `FirmwareWish` as `firmware`."""

    @click.option(
        "--vbios",
        "files",
        multiple=True,
        type=click.Path(path_type=Path, readable=False),
        metavar="FILE",
        help="A vBIOS image handed in as this card's own; given twice, the two are compared as well.",
    )
    @click.option(
        "--read-vbios", "read", is_flag=True, help="Read the vBIOS image out of the card; asks for the administrator."
    )
    @click.option(
        "--control-calls",
        is_flag=True,
        help="Ask inner calls of the open driver, recorded only: not yet seen on hardware.",
    )
    @functools.wraps(command)
    def wrapped(*arguments: Any, files: tuple[Path, ...], read: bool, control_calls: bool, **options: Any) -> Any:
        from gpu_inspector.workflow.firmware import FirmwareWish

        return command(*arguments, firmware=FirmwareWish(files, read, control_calls), **options)

    return wrapped


def measuring_options(command: Command) -> Command:
    """How the card is measured, or which simulated one; the command gets one `Measuring` as `wanted`."""

    @click.option(
        "--profile",
        type=click.Choice(PROFILES),
        show_default="standard",
        help="How much is measured: quick (seconds), standard (about two minutes), deep.",
    )
    @click.option(
        "--minutes",
        type=click.FloatRange(0, _LONGEST_RUN_MINUTES),
        metavar="N",
        help="With the profile deep: repeat the memory passes for so long.",
    )
    @click.option("--no-measure", is_flag=True, help="Judge the claims alone; no kernel runs on the card.")
    @click.option("--simulate", metavar="NAME", help="Inspect a simulated card instead; `simulations` lists them.")
    @click.option(
        "--seed", type=click.IntRange(0, 2**53 - 1), metavar="N", help="Which one of the simulated cards of that name."
    )
    @functools.wraps(command)
    def wrapped(
        *arguments: Any,
        profile: str | None,
        minutes: float | None,
        no_measure: bool,
        simulate: str | None,
        seed: int | None,
        **options: Any,
    ) -> Any:
        if no_measure and profile is not None:
            raise click.UsageError("Name a profile or --no-measure, not both.")
        if minutes is not None and profile != "deep":
            raise click.UsageError("--minutes goes with --profile deep.")
        if seed is not None and simulate is None:
            raise click.UsageError("--seed goes with --simulate.")
        wanted = Measuring(
            profile=None if no_measure else profile or "standard",
            simulate=simulate,
            seed=seed or 0,
            minutes=minutes or 0.0,
            asked=no_measure or profile is not None,
        )
        return command(*arguments, wanted=wanted, **options)

    return wrapped


def whole(text: str) -> str:
    """Bytes of an argument that are no text of this system's encoding become question marks, not a broken record."""
    return text.encode("utf-8", "replace").decode("utf-8")
