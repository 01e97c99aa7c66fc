"""The command line in the pseudo-language: how it is spoken in a test, and what of a text was not translated."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from gpu_inspector import preferences
from gpu_inspector.cli.main import main
from gpu_inspector.language import PSEUDO, catalogues
from gpu_inspector.language.pseudo import Pseudo
from tools.languages import harvest

Run = Callable[..., tuple[int, str, str]]
"""A command's exit status, stdout and stderr."""
_MARKED = re.compile(r"⟦[^⟦⟧]*⟧", re.DOTALL)
_SAME_EVERYWHERE = re.compile(
    r"`[^`]*`"  # commands
    r"|gpu-inspector[^\n]*\[OPTIONS\][^\n]*|gpu-inspector report ID OUT \| COMMAND \.\.\."  # how a command is called
    r"|(?m:^ +-{1,2}[\w-]+(?:[, ]+--?[\w-]+)*.*$)"  # an option with its argument
    r"|\S*[\d/\\@_.=]\S*"  # numbers, files, places
    r"|(?<![\w-])[a-z]\w*(?:-[\w]+)+"  # ids of checks and questions, names of simulations
    r"|\b[A-Z]\w*\b"  # names, and words in capitals
)
_WORD = re.compile(r"(?<![\w-])[a-z]{3,}(?![\w-])")


@cache
def texts() -> tuple[str, ...]:
    """Every text that the source has, as no catalogue need be made yet."""
    return tuple(form for one in harvest.messages().values() for form in (one.text, one.plural) if form)


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The pseudo-language knows all texts of the source."""
    real = catalogues.load
    monkeypatch.setattr(catalogues, "load", lambda tag: Pseudo(texts()) if tag == PSEUDO else real(tag))
    yield


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """A command in the language of the environment."""

    def command(*arguments: str | Path) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return command


def speak(monkeypatch: pytest.MonkeyPatch, tag: str) -> None:
    """What a person with this language has in the environment."""
    monkeypatch.setenv(preferences.LANGUAGE_VARIABLE, tag)


def unmarked(text: str, names: tuple[str, ...] = ()) -> list[str]:
    """The words of a printed text that did not go through the catalogue, and are no values and none of these names."""
    while (shorter := _MARKED.sub(" ", text)) != text:
        text = shorter
    return [word for word in _WORD.findall(_SAME_EVERYWHERE.sub(" ", text)) if word not in names]
