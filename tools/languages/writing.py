"""The catalogues as files: `po` for people who translate, `mo` as gettext reads it, both in resources/languages/.

The files hold no day, no name and no line number: the same texts give the same bytes.
"""

import io
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from gpu_inspector.language import ENGLISH, NAMES
from tools.languages.harvest import ROOT, Message

FOLDER = ROOT / "resources" / "languages"
OTHERS = tuple(tag for tag in NAMES if tag != ENGLISH)
Texts = dict[str, str | tuple[str, ...]]
"""English (of a pair: the singular) -> the translation, of a pair all its forms."""
_DAY = datetime(2026, 11, 26, tzinfo=UTC)
_HEAD = "# {name}: the texts of GPU Inspector. What is empty or broken here is found by `make languages`."


def path(tag: str, ending: str = "po") -> Path:
    """The file of a language."""
    return FOLDER / f"{tag}.{ending}"


def read(tag: str) -> Texts:
    """What a language has, empty where there is no file yet."""
    if not path(tag).exists():
        return {}
    with path(tag).open("rb") as file:
        catalogue = read_po(file, locale=_locale(tag), domain="gpu-inspector")
    return {_key(entry): _forms(entry) for entry in catalogue if entry.id}


def catalogue_of(tag: str, messages: dict[str, Message], texts: Texts) -> Catalog:
    """Every text of the program with what the language has of it, in the order of the files that show them."""
    catalogue = Catalog(
        locale=_locale(tag),
        project="GPU Inspector",
        version="",
        charset="utf-8",
        header_comment=_HEAD.format(name=NAMES[tag]),
        creation_date=_DAY,
        revision_date=_DAY,
        last_translator="",
        language_team="",
        fuzzy=False,
    )
    for one in sorted(messages.values(), key=lambda message: (message.places[0], message.text)):
        found = texts.get(one.text, "")
        if one.plural:
            forms = found if isinstance(found, tuple) else (found,)
            string: str | tuple[str, ...] = tuple(
                forms[number] if number < len(forms) else forms[-1] for number in range(catalogue.num_plurals)
            )
            catalogue.add((one.text, one.plural), string, locations=_places(one))
        else:
            catalogue.add(one.text, found if isinstance(found, str) else found[0], locations=_places(one))
    return catalogue


def po(catalogue: Catalog) -> bytes:
    """The file for people."""
    out = io.BytesIO()
    write_po(out, catalogue, width=110, include_lineno=False, ignore_obsolete=True)
    return out.getvalue()


def mo(catalogue: Catalog) -> bytes:
    """The file for gettext. The plural of a pair stands there by itself, too: a stored text may be made of it."""
    out = io.BytesIO()
    for entry in list(catalogue):
        if isinstance(entry.id, list | tuple) and entry.id[1] not in catalogue:
            catalogue.add(entry.id[1], _forms(entry)[-1])
    write_mo(out, catalogue)
    return out.getvalue()


def _key(entry: Entry) -> str:
    return str(entry.id[0] if isinstance(entry.id, list | tuple) else entry.id)


def _forms(entry: Entry) -> str | tuple[str, ...]:
    return tuple(entry.string) if isinstance(entry.string, list | tuple) else entry.string or ""


def _places(one: Message) -> list[tuple[str, int]]:
    return [(place, 1) for place in one.places]


def _locale(tag: str) -> str:
    return tag.replace("-", "_")
