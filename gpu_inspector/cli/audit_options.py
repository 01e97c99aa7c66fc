"""Options of `audit`: how the nodes are reached, which they are, and what is asked of them."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from gpu_inspector.cli import batch_options, options

FILE = click.Path(path_type=Path, readable=False)
_LONGEST_WAIT = 7 * 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How the nodes are reached: one of scheduler, hosts, partition and local, and what goes with it."""

    scheduler: str
    hosts: Path | None
    partition: str
    local: int
    tls: tuple[Path, ...]
    """Authority, certificate and key, or ()."""
    ssh_config: Path | None
    python: str
    address: str
    slurm_options: tuple[str, ...]
    slurm_wait: float
    slurm_jobs: int
    slurm_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """What is asked of each node, and how long it may take."""

    name: str
    """ "" where it is to follow from the way and the options."""
    hall: Path | None
    declared: int
    """0 where the papers say nothing."""
    profile: str | None
    named: bool
    """A profile was named, or measuring was refused."""
    minutes: float
    together: bool
    again: bool
    timeout: float
    """Minutes; 0 is what the profile takes."""
    wait: float
    summary: Path | None
    page: str
    language: str
    """Of the pages that are written."""


def reached(command: options.Command) -> options.Command:
    """The command gets one `Reached` as `reached`."""

    @click.option("--scheduler", default="", metavar="ADDRESS", help="A Dask scheduler that runs: tls://HOST:8786.")
    @click.option(
        "--ssh", "hosts", type=FILE, metavar="FILE", help="Start a worker over ssh on each host of this file."
    )
    @click.option("--slurm", "partition", default="", metavar="PARTITION", help="One job on each node of it.")
    @click.option(
        "--local", type=click.IntRange(1, 256), metavar="N", help="N workers of this machine: trials with simulations."
    )
    @click.option(
        "--tls-ca", type=FILE, metavar="FILE", help="Of --scheduler tls://: the authority's certificate (PEM)."
    )
    @click.option("--tls-cert", type=FILE, metavar="FILE", help="This machine's certificate (PEM).")
    @click.option("--tls-key", type=FILE, metavar="FILE", help="Its key (PEM).")
    @click.option("--ssh-config", type=FILE, metavar="FILE", help="With --ssh: in place of your own ~/.ssh/config.")
    @click.option(
        "--node-python", "python", default="", metavar="PATH", help="With --ssh, --slurm: Python on the nodes."
    )
    @click.option("--address", default="", metavar="HOST", help="With --slurm: this machine as the nodes reach it.")
    @click.option("--slurm-option", "slurm_options", multiple=True, metavar="TEXT", help="A directive more for sbatch.")
    @click.option(
        "--slurm-wait", type=click.FloatRange(0, _LONGEST_WAIT), default=60.0, show_default=True, metavar="MINUTES",
        help="How long a node's job may wait in the queue.",
    )  # fmt: skip
    @click.option(
        "--slurm-jobs", type=click.IntRange(0), default=0, metavar="N", help="Jobs at a time; all at once without it."
    )
    @click.option(
        "--slurm-minutes", type=click.IntRange(0), default=0, metavar="N",
        help="Time limit of a job; the partition's own without it.",
    )  # fmt: skip
    @functools.wraps(command)
    def wrapped(*arguments: Any, **given: Any) -> Any:
        return command(*arguments, reached=_reached(given), **given)

    return wrapped


def _reached(given: dict[str, Any]) -> Reached:
    """Takes its options out of `given`. Raises click.UsageError for what cannot be meant together."""
    files = tuple(given.pop(f"tls_{name}") for name in ("ca", "cert", "key"))
    names = ("scheduler", "hosts", "partition", "ssh_config", "python", "address", "slurm_options")
    figures = ("slurm_wait", "slurm_jobs", "slurm_minutes")
    taken = {name: given.pop(name) for name in (*names, *figures)}
    local = given.pop("local") or 0
    ways = (bool(taken["scheduler"]), taken["hosts"] is not None, bool(taken["partition"]), bool(local))
    if sum(ways) != 1:
        raise click.UsageError("Name one way to the nodes: --scheduler, --ssh, --slurm or --local.")
    if any(files) and not (all(files) and taken["scheduler"]):
        raise click.UsageError("--tls-ca, --tls-cert and --tls-key go together, with --scheduler.")
    if taken["ssh_config"] is not None and taken["hosts"] is None:
        raise click.UsageError("--ssh-config goes with --ssh.")
    if (taken["address"] or taken["slurm_options"]) and not taken["partition"]:
        raise click.UsageError("--address and --slurm-option go with --slurm.")
    return Reached(local=local, tls=files if all(files) else (), **taken)


def wished(command: options.Command) -> options.Command:
    """The command gets one `Wished` as `wanted`."""

    @click.option(
        "--name", default="", callback=batch_options.one_line, metavar="TEXT",
        show_default="from the way and the options",
        help="Of the audit and of its lot: the same name and options go on with it.",
    )  # fmt: skip
    @click.option(
        "--hall", type=FILE, metavar="FILE", help="The nodes and where they stand: CSV with node, rack, unit."
    )
    @click.option("--declared", type=click.IntRange(1, 1_000_000), metavar="N", help="Pieces on the papers.")
    @click.option(
        "--profile", type=click.Choice(options.PROFILES), show_default="standard",
        help="How much is measured of each card: quick, standard, deep.",
    )  # fmt: skip
    @click.option(
        "--minutes", type=click.FloatRange(0, 24 * 60), metavar="N",
        help="With the profile deep: repeat the memory passes for so long.",
    )  # fmt: skip
    @click.option("--no-measure", is_flag=True, help="Judge the claims alone; no kernel runs on the cards.")
    @click.option(
        "--together", is_flag=True, help="All cards of a node as one server: heat side by side, links, copies."
    )
    @click.option("--again", is_flag=True, help="Ask every node once more, as another run with a lot of its own.")
    @click.option(
        "--timeout", type=click.FloatRange(0, _LONGEST_WAIT, min_open=True), metavar="MINUTES",
        show_default="by the profile", help="How long a node may take for its answer.",
    )  # fmt: skip
    @click.option(
        "--wait", type=click.FloatRange(0, _LONGEST_WAIT, min_open=True), metavar="MINUTES", show_default="1",
        help="How long a node's worker is waited for where it is not there.",
    )  # fmt: skip
    @click.option("--report", "summary", type=FILE, metavar="FILE", help="Where the signed report of the lot goes.")
    @click.option(
        "--page", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Size of the pages."
    )
    @options.report_language_option
    @functools.wraps(command)
    def wrapped(*arguments: Any, **given: Any) -> Any:
        return command(*arguments, wanted=_wished(given), **given)

    return wrapped


def _wished(given: dict[str, Any]) -> Wished:
    """Takes its options out of `given`. Raises click.UsageError for what cannot be meant together."""
    none, profile, minutes = given.pop("no_measure"), given.pop("profile"), given.pop("minutes")
    if none and profile is not None:
        raise click.UsageError("Name a profile or --no-measure, not both.")
    if minutes is not None and profile != "deep":
        raise click.UsageError("--minutes goes with --profile deep.")
    names = ("name", "hall", "together", "again", "summary", "page", "language")
    taken: dict[str, Any] = {name: given.pop(name) for name in names}
    figures: dict[str, Any] = {name: given.pop(name) or 0 for name in ("declared", "timeout", "wait")}
    return Wished(
        profile=None if none else profile or "standard",
        named=none or profile is not None,
        minutes=minutes or 0.0,
        **taken,
        **figures,
    )
