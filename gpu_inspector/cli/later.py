"""Commands that are loaded when they are called: the name of one loads nothing of it, nor of the others.

Most commands are done sooner than all of them are loaded. So a group knows its commands by a table: where each stands,
and the sentence by which help and completion list it. A test holds the tables against the commands themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Place(NamedTuple):
    """One command of a table."""

    module: str
    """The file in cli/."""
    attribute: str
    summary: str
    """The first paragraph of its help, in English."""


class Later(MutableMapping[str, click.Command]):
    """Commands by their names, each made when it is first asked for. Looking whether there is one makes none."""

    def __init__(self, makers: Mapping[str, Callable[[], click.Command]]) -> None:
        self._makers = dict(makers)
        self._made: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._makers[name] = lambda: command
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        del self._makers[name]
        self._made.pop(name, None)

    def __contains__(self, name: object) -> bool:
        return name in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


class Listed(click.Group):
    """A group with a table of its commands; its help and its completion load none of them."""

    def __init__(self, *arguments: Any, table: Mapping[str, Place], **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.commands = Later({name: partial(_load, place) for name, place in table.items()})
        self.summaries = {name: click.Command(name, help=place.summary) for name, place in table.items()}
        """What is shown of each; nothing of these is ever called."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        click.Group(commands=self.summaries).format_commands(ctx, formatter)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem  # for a shell that asks alone

        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        found = [CompletionItem(name, help=self.summaries[name].get_short_help_str()) for name in names]
        return found + click.Command.shell_complete(self, ctx, incomplete)


def _load(place: Place) -> click.Command:
    command: click.Command = getattr(import_module(f"gpu_inspector.cli.{place.module}"), place.attribute)
    return command
