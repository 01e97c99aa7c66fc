"""The option that every command of `registry` has: which registry, never with a password in it."""

from __future__ import annotations

import functools
from typing import Any

import click

from gpu_inspector.cli.options import Command

EXIT_WAITING = 3
EXIT_ALTERED = 4


def registry_option(command: Command) -> Command:
    """`--registry URL`, or GPU_INSPECTOR_REGISTRY, or the one that was chosen; the command gets it as `url`."""

    @click.option(
        "--registry",
        "address",
        metavar="URL",
        show_default="GPU_INSPECTOR_REGISTRY, else as chosen in the settings",
        help="The registry, as postgresql://HOST/NAME, never with a password in it.",
    )
    @functools.wraps(command)
    def wrapped(*arguments: Any, address: str | None, **options: Any) -> Any:
        from gpu_inspector.workflow import registry_settings

        return command(*arguments, url=registry_settings.url(address), **options)

    return wrapped
