"""The commands with their help in the language that is shown: a copy of them, made when that language is not English.

A command is written, and harvested, in English. What its users read of it is translated here, once a call: summary,
help, options, headings. Names of commands, options and arguments (FILE, CARD) are the same in every language, for
scripts and manuals rely on them. click's own words stand in click_words.py.
"""

from __future__ import annotations

import copy
import functools
import inspect
import re
from collections.abc import Iterable, Mapping

import click

from gpu_inspector.cli import columns, later
from gpu_inspector.language import _, current, said, speaking, told

_FIRST = re.compile(r".*?(?:[。？！?!]|(?<![\s.]\w)(?<![\s.]\w\w)\.(?=\s)|$)", re.DOTALL)
"""A sentence; a full stop behind one or two letters is that of an abbreviation."""


def paragraphs(text: str) -> tuple[str, ...]:
    """A command's help, paragraph by paragraph, each on one line; one that click must not wrap keeps its lines."""
    parts = inspect.cleandoc(text).partition("\f")[0].split("\n\n")
    return tuple(one if one.startswith("\b") else " ".join(one.split()) for one in parts if one.strip("\b \n"))


def spoken(command: click.Command, parent: click.Context | None = None) -> click.Command:
    """The command and all below it, each when it is asked for, with what stands in their help translated."""
    made = copy.copy(command)
    made.context_class = Context
    context = click.Context(made, info_name=made.name, parent=parent, **made.context_settings)
    options = [*made.params, *filter(None, [made.get_help_option(context)])]
    made.params = [_option(one) if isinstance(one, click.Option) else one for one in options]
    made.add_help_option = False  # it stands among the others now
    texts = tuple(_(one) for one in paragraphs(made.help or ""))
    made.help = "\n\n".join(texts) or None
    made.short_help = _summary(texts[0]) if texts else None
    if isinstance(made, later.Listed):
        made.summaries = {
            name: click.Command(name, short_help=_summary(_(one.help or ""))) for name, one in made.summaries.items()
        }
    if isinstance(made, click.Group):
        below = functools.partial(_below, made.commands, context, current())
        made.commands = later.Later({name: functools.partial(below, name) for name in made.commands})
    return made


def _below(commands: Mapping[str, click.Command], context: click.Context, language: str, name: str) -> click.Command:
    """A command of a group, made when it is asked for, in the language that its group was made in."""
    with speaking(language):
        return spoken(commands[name], context)


def _summary(text: str) -> str:
    found = _FIRST.match(text)
    return (found[0] if found else text).rstrip(".。")


def _option(option: click.Option) -> click.Option:
    made = copy.copy(option)
    made.__class__ = Option
    return made


class Option(click.Option):
    """An option whose help is translated when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        if self.hidden:
            return None
        extra = self.get_help_extra(ctx)
        parts = []
        if "default" in extra:
            default = extra["default"]
            inner = default[1:-1] if isinstance(self.show_default, str) else ""
            parts.append(said("default: {default}", default=f"({_(inner)})" if " " in inner else default))
        if "range" in extra:
            parts.append(extra["range"])
        if "required" in extra:
            parts.append(_("required"))
        help_text = _(self.help or "")
        return self.get_help_spec(ctx), f"{help_text}  [{'; '.join(parts)}]" if parts else help_text


class Formatter(click.HelpFormatter):
    """Help whose columns and lines are as wide as they look."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        ahead = f"{prefix if prefix is not None else _('Usage:')} {prog} "
        indent = " " * columns.width(ahead)
        if not args:
            self.write(ahead.rstrip() + "\n")
        elif len(indent) + 20 <= self.width:
            self.write(columns.wrapped(args, self.width, ahead, indent) + "\n")
        else:
            self.write(ahead.rstrip() + "\n" + columns.wrapped(args, self.width, " " * 4, " " * 4) + "\n")

    def write_heading(self, heading: str) -> None:
        self.write(" " * self.current_indent + said("{heading}:", heading=_(heading)) + "\n")

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        self.write(columns.wrapped(text, self.width, indent, indent) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        listed = list(rows)
        widest = min(max(columns.width(first) for first, _second in listed), col_max)
        ahead = " " * self.current_indent
        place = len(ahead) + widest + col_spacing
        for first, second in listed:
            begun = ahead + first
            if not second:
                self.write(begun.rstrip() + "\n")
                continue
            if columns.width(first) > widest:
                self.write(begun + "\n")
                begun = ""
            room = max(self.width, place + 10)
            self.write(columns.wrapped(second, room, columns.padded(begun, place), " " * place) + "\n")


class Context(click.Context):
    """Writes its help with the formatter above."""

    formatter_class = Formatter


def show_error(error: click.ClickException) -> None:
    """What click would say of wrong usage, in the language that is shown, on stderr."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)  # the help itself
        return
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        click.echo(context.get_usage(), err=True)
        option = max(context.help_option_names, key=len)
        hint = said("Try '{command} {option}' for help.", command=context.command_path, option=option)
        click.echo(f"{hint}\n", err=True)
    click.echo(said("Error: {message}", message=told(error.format_message())), err=True)
