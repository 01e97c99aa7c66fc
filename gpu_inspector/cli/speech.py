"""Which language the command line speaks: settled once, before a word of help or of an error is said.

`--language TAG` ahead of the command, else GPU_INSPECTOR_LANGUAGE, else the choice in the settings, else the system's.
Programs read English: with --json, and while a shell completes. A catalogue that is broken, or a terminal without the
letters, keeps nobody from inspecting: English is spoken then, and one sentence says why.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any

import click

from gpu_inspector import platforms, preferences
from gpu_inspector.errors import DataError
from gpu_inspector.language import ENGLISH, N_, NAMES, PSEUDO, catalogues, sentences, speak, visible

OPTION = "--language"
COMPLETING = "_GPU_INSPECTOR_COMPLETE"
"""Set where a shell asks for the words that may follow."""
LETTERS = {
    "de": "äöüßÄÖÜ",
    "fr": "àâçéèêëîïôùûÀÉ",
    "es": "áéíñóúü¿¡",
    "zh-Hans": "中文无法判定",
    "ja": "日本語ひらカナ",
    PSEUDO: "⟦àñš⟧",
}
"""Without these a language cannot be read; other signs may become question marks."""


class Tag(click.ParamType[str]):
    """A language of the program, as the system or BCP 47 writes it."""

    name = "tag"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        tag = meant(value) if isinstance(value, str) else ""
        if not tag:
            # In the words of the catalogues' own error, which are translated there.
            message = f"There is no language “{str(value)[:40]}” here. There are: {', '.join(NAMES)}."
            self.fail(visible(message), param, ctx)
        return tag


def meant(tag: str) -> str:
    """The language of the program that a tag means; "" for none."""
    return tag if tag in NAMES or tag == PSEUDO else catalogues.matching(tag)


def asked(arguments: list[str]) -> tuple[str, list[str]]:
    """The language named ahead of the command, "" where none is; and all other arguments."""
    rest = list(arguments)
    for place, one in enumerate(arguments):
        if one == OPTION:
            return "".join(arguments[place + 1 : place + 2]), rest[:place] + rest[place + 2 :]
        if one.startswith(f"{OPTION}="):
            return one.partition("=")[2], rest[:place] + rest[place + 1 :]
        if not one.startswith("-"):
            break
    return "", rest


def settle(arguments: list[str]) -> None:
    """Speak the language of this call from now on; a sentence on stderr where it cannot be spoken. Never raises."""
    _loosen(sys.stdout)
    speak(ENGLISH)
    if "--json" in arguments or COMPLETING in os.environ:
        return
    named = meant(asked(arguments)[0])  # one that is none is answered as wrong usage
    chosen = preferences.languages()[0]
    language = named or catalogues.chosen(chosen, platforms.system_languages())
    trouble = ""
    if chosen and not named and not meant(chosen):
        trouble = N_(f"{preferences.LANGUAGE_VARIABLE} names no language that is here. There are: {', '.join(NAMES)}.")
    elif not carries(language):
        encoding = getattr(sys.stdout, "encoding", "")
        trouble = N_(f"This terminal ({encoding}) cannot show the letters of the language {language}.")
    else:
        try:
            speak(language)
        except DataError as error:
            trouble = str(error)
    if trouble:
        text = sentences(trouble, "English is spoken instead.")
        click.echo(f"gpu-inspector: {visible(text)}", err=True)


def carries(language: str) -> bool:
    """Whether stdout and stderr can show the letters of a language."""
    for stream in (sys.stdout, sys.stderr):
        try:
            LETTERS.get(language, "").encode(getattr(stream, "encoding", None) or "utf-8")
        except (UnicodeError, LookupError):
            return False
    return True


def _loosen(stream: Any) -> None:
    """A sign that the terminal's encoding lacks becomes a question mark, and ends no command."""
    encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("_", "-")
    if encoding.startswith("utf") or getattr(stream, "errors", "") != "strict":
        return
    with suppress(OSError, ValueError, AttributeError):
        stream.reconfigure(errors="replace")
