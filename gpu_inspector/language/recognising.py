"""Stored English said in another language: the template that a text was made of is found by its literal parts.

A record holds English sentences that were filled when they were made: the reason of a gap, an error's sentence, a
note. They must stay as they are, for digests and signatures hang on them, and old records have no templates beside
them. So a reader's language is made here: a text that is in the catalogue is looked up; else the template whose literal
parts stand in it in their order is translated, and filled with what stands between them. Where two fit, the one with
more letters of its own is meant. What is recognised by too few words stays English, for it may be a card's own text.

A forged record gains nothing by it: what is shown in the other language is what its English says. Searching is linear
in the text for each template, and long texts are not searched at all.
"""

import re
from functools import cache, lru_cache
from gettext import NullTranslations

from gpu_inspector.language import N_, SEMICOLONS, fill, locales
from gpu_inspector.language.templates import SENTENCES, WORD, WORDS, Index, is_figure

LONGEST = 4000
"""Characters of one stored text; no sentence of the program is as long."""
_DEEPEST = 3
_CHOICES = {" or ": N_("{one} or {other}"), " and ": N_("{one} and {other}")}
_NAMES = re.compile(r"[A-Z0-9][\w-]*(?: (?:[A-Z0-9][\w-]*|with))*")
_TAIL = re.compile(r" \(|[;,] | and | or ")
"""How begins what the program puts behind a text: "AD102 (128 multiprocessors)"."""
_TAILS = 12
_TOGETHER = 4
"""Sentences that one text may hold, where others stand before or behind it."""


@cache
def _index(catalogue: NullTranslations) -> Index:
    """Made once a catalogue."""
    english = getattr(catalogue, "english", None)
    return Index(english() if english is not None else ())


def told(text: str, language: str, catalogue: NullTranslations) -> str:
    """The stored text in the language; by whole, by sentences, by parts between semicolons, else as it is."""
    return _told(text, language, catalogue, 0)


def told_value(text: str, language: str, catalogue: NullTranslations) -> str:
    """A value of a record: only whole texts of the program's own, which no card's name looks like, are translated."""
    return _of_value(text, language, catalogue, 0)


@lru_cache(maxsize=4096)
def _told(text: str, language: str, catalogue: NullTranslations, depth: int) -> str:
    if len(text) > LONGEST:
        return text
    whole = _whole(text, language, catalogue, depth)
    if whole is not None:
        return whole
    if (begun := _begun(text, language, catalogue, depth)) is not None:
        return begun
    if f"{text}." in _index(catalogue).exact:  # a sentence that was put into a list
        return catalogue.gettext(f"{text}.").rstrip(".。")
    if text.endswith(".") and (whole := _whole(text[:-1], language, catalogue, depth)) is not None:
        return whole + ("。" if language in ("zh-Hans", "ja") else ".")  # a part of a sentence that was ended later
    who, colon, what = text.partition(": ")
    if colon and (whole := _whole(what, language, catalogue, depth)) is not None:
        beside = {"name": _of_value(who, language, catalogue, depth), "text": whole}
        return fill(catalogue.gettext("{name}: {text}"), beside)
    for parts, divider in ((_runs(text, catalogue), " "), (text.split("; "), SEMICOLONS.get(language, "; "))):
        if len(parts) > 1:
            said = [_told(part, language, catalogue, depth) for part in parts]
            if divider != " " and said == parts:
                return text  # the words of a law are quoted with its own signs
            return _joined(parts, said, divider, language)
    return _with_tail(text, language, catalogue, depth) or locales.localised(text, language)


def _joined(parts: list[str], said: list[str], divider: str, language: str) -> str:
    """Parts one behind the other; what stayed English keeps English signs behind it."""
    shown = said[0]
    for place in range(1, len(said)):
        before = said[place - 1]
        if divider == " ":
            between = "" if language in ("zh-Hans", "ja") and _wide(before) else " "
        else:
            between = divider if before != parts[place - 1] else "; "
        shown += between + said[place]
    return shown


def told_source(text: str, language: str, catalogue: NullTranslations) -> str:
    """A list of sources: those that the program names in words are said; citations stay as they are written."""
    return "; ".join(
        catalogue.gettext(part) if part in _index(catalogue).exact else part for part in text[:LONGEST].split("; ")
    )


def _runs(text: str, catalogue: NullTranslations) -> list[str]:
    """The sentences of a text; a few of them stay together where they are one text of the program."""
    single = SENTENCES.split(text)
    runs: list[str] = []
    while single:
        most = min(_TOGETHER, len(single))
        many = next((n for n in range(most, 1, -1) if " ".join(single[:n]) in _index(catalogue).exact), 1)
        runs.append(" ".join(single[:many]))
        single = single[many:]
    return runs


def _begun(text: str, language: str, catalogue: NullTranslations, depth: int) -> str | None:
    """A part of a sentence that was put at its beginning later, and so has a capital."""
    small = text[:1].lower() + text[1:]
    whole = _whole(small, language, catalogue, depth) if small != text and " " in text else None
    return None if whole is None else whole[:1].upper() + whole[1:]


def _wide(text: str) -> bool:
    """Whether it ends in a full stop that brings its own room."""
    return text.endswith(("。", "？", "！", "）"))


def _whole(text: str, language: str, catalogue: NullTranslations, depth: int) -> str | None:
    index = _index(catalogue)
    if text in index.exact:
        return catalogue.gettext(text)
    found = index.best(text) if depth < _DEEPEST else None
    if found is None:
        return None
    template, values = found
    if any("; " in one for one in values.values()) and all(
        _whole(part, language, catalogue, depth + 1) is not None for part in text.split("; ")
    ):
        return None  # several texts behind each other, and the first one's words end the last one too
    placed = locales.placed(template.text, values, language)
    said = {
        name: placed[name] if placed[name] != value else _of_value(value, language, catalogue, depth + 1)
        for name, value in values.items()
    }
    shown = catalogue.gettext(template.text)
    for name in values:
        touching = "".join(f"{{{one}}}" for one in name.split("+"))
        if touching not in shown and "+" in name:
            return None
        shown = shown.replace(touching, f"{{{name}}}")
    return fill(shown, said)


def _of_value(text: str, language: str, catalogue: NullTranslations, depth: int) -> str:
    """A value is often a card's or a paper's own text: one word with a capital stays as it is."""
    if len(WORD.findall(text)) < WORDS and not text.islower():
        return locales.localised(text, language)
    if len(text) > LONGEST:
        return text
    whole = _whole(text, language, catalogue, depth)
    if whole is None and (core := text.strip(_AROUND)) and core != text:
        whole = _whole(core, language, catalogue, depth)
        whole = whole if whole is None else text.replace(core, whole, 1)
    if whole is None:
        whole = _begun(text, language, catalogue, depth) or _choice(text, catalogue, depth)
    if whole is None:
        whole = _with_tail(text, language, catalogue, depth)
    if whole is not None:
        return whole
    if len(_runs(text, catalogue)) > 1:
        return _told(text, language, catalogue, depth)
    if "; " in text:
        parts = text.split("; ")
        said = [_of_value(part, language, catalogue, depth) for part in parts]
        return _joined(parts, said, SEMICOLONS.get(language, "; "), language)
    if depth == 0 or " " not in text:
        return locales.localised(text, language)
    return _told(text, language, catalogue, depth)


def _choice(text: str, catalogue: NullTranslations, depth: int) -> str | None:
    """ "3 or 4", "GA106 and GA107"; products only inside of the program's own brackets: else a paper may say so."""
    for word, template in _CHOICES.items():
        first, *rest = text.split(word)
        if rest and all(is_figure(one) or (depth > 1 and _NAMES.fullmatch(one)) for one in (first, *rest)):
            for one in rest:
                first = fill(catalogue.gettext(template), {"one": first, "other": one})
            return first
    return None


def _with_tail(text: str, language: str, catalogue: NullTranslations, depth: int) -> str | None:
    """A text with what the program puts behind it."""
    for found in list(_TAIL.finditer(text, 1))[:_TAILS]:
        if found[0] == "; " and _whole(text[found.end() :], language, catalogue, depth) is not None:
            return None  # texts behind each other
        tail = _whole(text[found.start() :], language, catalogue, depth)
        last = text[found.end() :]
        if tail is None and found[0] == ", " and " " in last and last in _index(catalogue).exact:
            tail = f", {catalogue.gettext(last)}"
        if tail is not None:
            return f"{_of_value(text[: found.start()], language, catalogue, depth)}{tail}"
    return None


_AROUND = " ,;:.()"
"""What stands around a value that was put into the middle of a sentence."""
