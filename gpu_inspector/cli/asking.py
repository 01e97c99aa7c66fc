"""Secrets from the person at the terminal, without echo: never from a pipe, and never where echo cannot be stopped."""

from __future__ import annotations

import getpass
import os
import sys
import warnings

import click

from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.language import N_, told, visible

PASSPHRASE_VARIABLE = "GPU_INSPECTOR_PASSPHRASE"  # noqa: S105 - the variable's name, no passphrase


class NoSecretError(GpuInspectorError):
    """A passphrase was to be chosen, and nobody chose one."""


def ask(wanted: str) -> str | None:
    """What is typed at the terminal; None where there is no terminal, or nothing was typed.

    `wanted` is English, and is said in the shown language here.

    Ctrl-C is an answer as well: the caller says what was kept, and how to go on.
    """
    if not sys.stdin.isatty():
        return None
    sys.stderr.write("\n" if sys.stderr.isatty() else "")  # the line of progress stays above
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(f"{visible(told(wanted))}: ") or None
    except (KeyboardInterrupt, EOFError, getpass.GetPassWarning):
        click.echo(err=True)
        return None


def choose(wanted: str) -> str:
    """A new passphrase, typed twice, or from the environment. Raises NoSecretError."""
    offered = os.environ.get(PASSPHRASE_VARIABLE)
    if offered:
        return offered
    first = ask(N_(f"New passphrase {wanted}"))
    if first is None:
        raise NoSecretError(
            f"A passphrase {wanted} is wanted, and none was given.",
            f"Call from a terminal, or set {PASSPHRASE_VARIABLE}.",
        )
    if ask(N_("The same once more")) != first:
        raise NoSecretError("The two passphrases are not the same; nothing was written.", "Try again.")
    return first
