"""Options of what should be there: packing list, chassis labels, the management controller's inventory."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Command = Callable[..., Any]

_FILE = click.Path(path_type=Path, readable=False)


def list_options(command: Command) -> Command:
    """The three options; `command` gets them as one `wished`."""

    @click.option(
        "--packing-list",
        type=_FILE,
        multiple=True,
        metavar="FILE",
        help="A packing list as CSV; its first row names the columns.",
    )
    @click.option(
        "--inventory",
        multiple=True,
        metavar="FILE|URL",
        help="The management controller's inventory: Redfish JSON, or its local address (https://169.254.0.17/...).",
    )
    @click.option(
        "--chassis-labels",
        type=_FILE,
        multiple=True,
        metavar="FILE",
        help="What the labels in the chassis say, typed off as CSV: slot, serial number, part number.",
    )
    @functools.wraps(command)
    def wrapped(
        packing_list: tuple[Path, ...], inventory: tuple[str, ...], chassis_labels: tuple[Path, ...], **others: Any
    ) -> Any:
        from gpu_inspector.workflow.listing import ListWish

        return command(wished=ListWish(packing_list, inventory, chassis_labels), **others)

    return wrapped
