"""The manual's pages: one for each command, out of the commands' own help, in words that `man` reads without complaint.

click-man walks nothing here: what it writes cuts summaries short, leaves blanks in names, and passes lines that begin
with a full stop on to troff. Its page is taken for its parts, and put into troff by this module.
"""

import re
from collections.abc import Iterator
from inspect import cleandoc
from typing import Any

import click
from click_man.man import ManPage

SECTION = "1"
OPTION = re.compile(r"(?<![\w-])(--?[A-Za-z][\w-]*)")
PURPOSE = "inspect whether an NVIDIA graphics card is what it is said to be"
"""The program's own line in the index of all manual pages, where its motto would be out of place."""


def troff(text: str) -> str:
    """Text for people, so that troff prints it and does nothing of it; words in backquotes are bold."""
    clean = text.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti").replace("^", "\\(ha")
    clean = clean.replace('"', "\\(dq")
    clean = re.sub(r"`([^`\n]+)`", r"\\fB\1\\fP", clean)
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in clean.split("\n"))


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a help text, each on one line. A mark of click's that keeps line ends is left out."""
    whole = re.split(r"\n\s*\n", cleandoc(text).replace("\b", ""))
    return [" ".join(part.split()) for part in whole if part.strip()]


def summary(command: click.Command) -> str:
    """The first sentence of a command's help, without its full stop: what `whatis` and `apropos` find."""
    first = (paragraphs(command.help or command.short_help or "") or [""])[0]
    return re.split(r"(?<=[^.])\.(?:\s|$)", first, maxsplit=1)[0].rstrip(".").replace("`", "")


class Page(ManPage):  # type: ignore[misc]
    """click-man's page, written with every special sign escaped and a name without blanks."""

    def __init__(self, command: str) -> None:
        super().__init__(command)
        self.see: list[str] = []
        self.more: list[tuple[str, list[tuple[str, str]]]] = []
        """Sections of our own: heading, and pairs of a term with its text."""

    def __str__(self) -> str:
        name = self.command.replace(" ", "-")
        lines = [
            f'.TH "{troff(name.upper())}" "{SECTION}" "{self.date}" "GPU Inspector {self.version}" "GPU Inspector"',
            *(".nh", ".ad l", ".SH NAME", f"{troff(name)} \\- {troff(self.short_help)}"),
            *(".SH SYNOPSIS", f"\\fB{troff(self.command)}\\fP {troff(self.synopsis)}".rstrip()),
        ]
        lines += [".SH DESCRIPTION"]
        lines += [line for part in self.description for line in (".PP", troff(part))]
        if self.commands:
            lines += [".SH COMMANDS"]
            for command, text in self.commands:
                lines += [".TP", f"\\fB{troff(command)}\\fP", troff(text) + ("" if text.endswith("?") else ".")]
        if self.options:
            lines += [".SH OPTIONS"]
            for option, text in self.options:
                lines += [".TP", OPTION.sub(r"\\fB\1\\fP", option).replace("-", "\\-"), troff(" ".join(text.split()))]
        for heading, pairs in self.more:
            lines += [f".SH {heading}"]
            for term, text in pairs:
                lines += [".TP", f"\\fB{troff(term)}\\fP", troff(text)]
        if self.see:
            lines += [".SH SEE ALSO", ",\n".join(f"\\fB{troff(name)}\\fP({SECTION})" for name in self.see)]
        return "\n".join(lines) + "\n"


def walk(name: str, command: click.Command, parent: click.Context | None = None) -> Iterator[click.Context]:
    """The context of a command and of all below it; hidden ones are left out."""
    context = click.Context(command, info_name=name, parent=parent, max_content_width=200)
    yield context
    for below, one in getattr(command, "commands", {}).items():
        if not one.hidden:
            yield from walk(below, one, context)


def path_of(context: click.Context) -> str:
    """The words that call a command: "gpu-inspector ledger verify"; without what its parents take."""
    words: list[str] = []
    one: click.Context | None = context
    while one is not None:
        words.insert(0, str(one.info_name))
        one = one.parent
    return " ".join(words)


def page(context: click.Context, version: str, date: str, more: list[Any]) -> Page:
    """The page of one command. `more` is for the program's own page alone."""
    path = path_of(context)
    made = Page(path)
    made.version, made.date = version, date
    command = context.command
    made.short_help = summary(command) if context.parent is not None else PURPOSE
    made.synopsis = " ".join(command.collect_usage_pieces(context))
    made.description = paragraphs(command.help or "")
    made.options = [
        record
        for one in command.get_params(context)
        if isinstance(one, click.Option) and not one.hidden and (record := one.get_help_record(context))
    ]
    below = {name: one for name, one in getattr(command, "commands", {}).items() if not one.hidden}
    made.commands = [(name, summary(one)) for name, one in below.items()]
    if context.parent is None:
        made.more = more
        made.see.append(f"{path}-gui")
    else:
        made.see.append(path_of(context.parent).replace(" ", "-"))
    made.see += [f"{path.replace(' ', '-')}-{name}" for name in below]
    return made


def pages(root: click.Command, name: str, version: str, date: str, more: list[Any]) -> dict[str, str]:
    """Each page's text by its file's name, such as "gpu-inspector-ledger-verify.1"."""
    return {
        f"{path_of(context).replace(' ', '-')}.{SECTION}": str(page(context, version, date, more))
        for context in walk(name, root)
    }
