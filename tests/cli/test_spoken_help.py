"""Help in another language: every line of it, click's own words included, in columns that fit."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from cli.pseudo_language import Run, pseudo, run, speak, texts, unmarked

from gpu_inspector.cli import click_words, columns, spoken
from gpu_inspector.cli.main import commands
from gpu_inspector.language import ENGLISH, PSEUDO, speaking
from tools.languages import harvest

__all__ = ["pseudo", "run"]


def paths(command: click.Command, names: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command by the words that call it."""
    yield names
    for name, below in getattr(command, "commands", {}).items():
        yield from paths(below, (*names, name))


EVERY = tuple(paths(commands))


@pytest.mark.parametrize("names", EVERY, ids=lambda names: " ".join(names) or "program")
@pytest.mark.usefixtures("pseudo")
def test_every_line_of_help_is_translated(names: tuple[str, ...], run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    speak(monkeypatch, PSEUDO)
    status, out, err = run(*names, "--help")
    assert (status, err) == (0, "")
    own = {one for path in EVERY for one in path}  # commands stand at the beginning of their line
    assert unmarked(out, tuple(own)) == []


def _wide_words() -> click.Command:
    words = "检查此机器的显卡。" * 9

    @click.command(help=words)
    @click.option("--file", metavar="FILE", help=words)
    def asked() -> None: ...

    return spoken.spoken(asked)


@pytest.mark.parametrize("wide", [50, 80, 110])
def test_wide_signs_stay_within_the_terminal(wide: int) -> None:
    command = _wide_words()
    context = spoken.Context(command, info_name="asked", terminal_width=wide)
    lines = command.get_help(context).split("\n")
    assert len(lines) > 6
    assert max(map(columns.width, lines)) <= wide
    assert not [line for line in lines if line.lstrip().startswith("。")]
    descriptions = [line for line in lines if line.startswith(" " * 10)]
    (place,) = {len(line) - len(line.lstrip()) for line in descriptions}
    assert [len(line.partition("检")[0]) for line in lines if "--file" in line] == [place]


def test_the_commands_themselves_stay_english() -> None:
    inspect = commands.commands["inspect"]
    before = inspect.help
    with speaking(PSEUDO):
        made = spoken.spoken(commands)
    assert made.commands["inspect"].help != before  # type: ignore[attr-defined]
    assert inspect.help == before
    assert not any(isinstance(one, spoken.Option) for one in inspect.params)
    assert {one.name for one in inspect.params} < {one.name for one in made.commands["inspect"].params}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("Prüft eine Karte, z. B. diese. Mehr steht unten.", "Prüft eine Karte, z. B. diese"),
        ("检查显卡。然后写报告。", "检查显卡"),
        ("Une carte est-elle ce que l’on dit ? Oui.", "Une carte est-elle ce que l’on dit ?"),
        ("Nothing ends here", "Nothing ends here"),
    ],
)
def test_the_summary_is_the_first_sentence(text: str, summary: str) -> None:
    assert spoken._summary(text) == summary


def test_help_is_cut_into_the_texts_that_are_harvested() -> None:
    known = set(texts())
    for names in EVERY:
        command: click.Command = commands
        for name in names:
            command = command.commands[name]  # type: ignore[attr-defined]
        parts = spoken.paragraphs(command.help or "")
        assert parts == harvest.paragraphs(command.help or "")
        assert [one for one in parts if one not in known] == []
        options = [one for one in command.params if isinstance(one, click.Option)]
        assert [one.help for one in options if one.help not in known] == []
        defaults = [one.show_default for one in options if isinstance(one.show_default, str)]
        assert [one for one in defaults if " " in one and one not in known] == []


def _texts_of_click() -> set[str]:
    """What click hands to gettext, a place without how it is printed."""
    found: set[str] = set()
    for path in sorted(Path(click.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                for argument in node.args[:2]:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        found.add(re.sub(r"\{(\w+)![rsa]\}", r"{\1}", argument.value))
    return found


OURS = {
    *click_words.HELP,
    *click_words.ERRORS,
    *click_words.KINDS,
    *click_words.HALVES,
    *click_words.NEVER,
}


def test_click_says_nothing_that_is_not_listed() -> None:
    assert _texts_of_click() - OURS == set()


def test_nothing_is_listed_that_click_does_not_say() -> None:
    not_by_gettext = {*click_words.KINDS, "required"}
    assert OURS - _texts_of_click() - not_by_gettext == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ("inspect", "--nope"),
        ("inspect", "--not-startin"),
        ("inspekt",),
        ("nonsense",),
        ("ledger", "verity"),
        ("inspect", "--declared-memory", "x"),
        ("inspect", "--declared-memory", "0"),
        ("inspect", "--page", "a5"),
        ("inspect", "--export-date", "soon"),
        ("inspect", "--minutes", "many"),
        ("inspect", "--case"),
        ("inspect", "--json=1"),
        ("inspect", "1", "2"),
        ("inspect", "--destination", "Germany"),
        ("batch", ".", "--reports", __file__),
        ("key", "use"),
        ("key", "use", "none"),
        ("verify",),
        ("verify", "--at", "then", "x.pdf"),
        ("lot", "new", "name"),
        ("ledger",),
        ("report",),
        ("tag", "1", "--card", "x"),
        ("--language", "tlh", "list"),
        ("--language",),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("pseudo")
def test_wrong_usage_is_told_in_the_language(
    arguments: tuple[str, ...], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(monkeypatch, ENGLISH)
    english = run(*arguments)
    speak(monkeypatch, PSEUDO)
    status, out, err = run(*arguments)
    assert status == english[0] == 2
    assert (out, english[1]) == ("", "")
    below = (*(name for path in EVERY for name in path), "own", "file", "card", "many", "soon", "verity", "tlh")
    assert unmarked(err, below) == []
