"""What the user chose once: one TOML file in the user's data folder, written whole or not at all.

Every choice has its one home here. A file that cannot be read is kept aside under another name and named in a sentence;
the program goes on with what it would do without one. What a newer program wrote beside the choices known here stays
in the file.
"""

import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from gpu_inspector import addresses, settings
from gpu_inspector.errors import SettingsError
from gpu_inspector.language import GOVERNING, N_, NAMES

THEMES = ("system", "light", "dark")
PROFILES = ("quick", "standard", "deep", "none")
SIGNERS = ("", "own", "file", "card")
"""The key that signs: "" and "own" are the one that this program made."""
LEAVES = ("", "everything", "no-persons", "digests", "nothing")
"""The most first."""
LONGEST = 4096
"""Characters of one text."""
LARGEST = 1024 * 1024
"""Bytes of the file."""
MOST_TRUSTED = 200
"""Certificates whose signatures are accepted."""
_CHOICES = {
    "theme": THEMES,
    "profile": PROFILES,
    "signer": SIGNERS,
    "language": ("", *NAMES),
    "report_language": tuple(NAMES),
    "registry_leaves": LEAVES,
}
_HEXADECIMAL = re.compile(r"[0-9a-f]*")
LANGUAGE_VARIABLE = "GPU_INSPECTOR_LANGUAGE"
"""Names the language of window and command line; it goes before the choice."""
_LANGUAGES = re.compile(rb"^\s*(report_)?language\s*=", re.MULTILINE)
_SERIALS_LOGGED = re.compile(rb"^\s*log_serials\s*=\s*true", re.MULTILINE)
_KEY_ID = re.compile(r"id:(?:[0-9a-f]{2})+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """All choices, each with what holds where none was made."""

    office: str = ""
    inspector: str = ""
    place: str = ""
    profile: str = "standard"
    """One of PROFILES."""
    theme: str = "system"
    """One of THEMES."""
    language: str = ""
    """Of window and command line: a tag of `language.NAMES`; "" is the system's."""
    report_language: str = GOVERNING
    """Of reports: a tag of `language.NAMES`."""
    keep_location: bool = False
    """Photographs keep the place where they were taken."""
    ledger: str = ""
    """A ledger at another place, as an absolute path; "" is the usual one."""
    trusted: tuple[str, ...] = ()
    """Absolute paths of certificates whose signatures are accepted on this machine."""
    welcomed: bool = False
    """The first start is over."""
    signer: str = ""
    """One of SIGNERS. No choice here is a secret: passphrases and PINs are kept nowhere."""
    signer_file: str = ""
    """The PKCS#12 file of the key, as an absolute path."""
    card_module: str = ""
    """The PKCS#11 library of the card, as an absolute path."""
    card_token: str = ""
    """The card's label; "" is the only card."""
    card_key: str = ""
    """The certificate's label on the card, or "id:" and its id in hexadecimal digits; "" is the only one."""
    timestamp_url: str = ""
    """A time-stamp service (RFC 3161), as http or https; "" is none."""
    countersigned: bool = False
    """Each report has a field for a second officer."""
    log_serials: bool = False
    """Serial numbers, names and places stand in the log; without it they are masked there."""
    registry: str = ""
    """The registry of many offices, as a postgresql:// URL without a password; "" is none."""
    registry_leaves: str = ""
    """What leaves for it, one of LEAVES; "" is no-persons. The office's policy may be stricter."""
    registry_numbers_keyed: bool = False
    """Numbers of cards leave as keyed digests alone."""
    window: str = ""
    """Where the window stood, as Qt writes it, in hexadecimal digits."""


def path() -> Path:
    """The file of the choices."""
    return settings.data_folder() / "settings.toml"


def load() -> tuple[Preferences, str]:
    """The choices, and "" or the sentence that says what was wrong with their file, which is kept aside then."""
    try:
        raw = _read()
        return (Preferences(), "") if raw is None else (_sound(_converted(raw)), "")
    except OSError as error:
        return Preferences(), N_(
            f"The settings in {path()} cannot be read ({error.strerror}); the usual ones are used."
        )
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and TOML's are such
        return Preferences(), _put_aside(str(error).partition("\n")[0][:200])


def _converted(raw: dict[str, Any]) -> Preferences:
    """Raises ValueError where a choice is of another kind than it must be."""
    import msgspec  # most people never chose anything

    try:
        return msgspec.convert(raw, Preferences)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error


def save(preferences: Preferences) -> None:
    """Write them, whole or not at all. Raises SettingsError: the disk is full, the folder may not be written to."""
    import tempfile  # only who changes a setting pays for these

    import msgspec
    import tomli_w

    target = path()
    try:
        text = tomli_w.dumps({**_unknown(), **msgspec.to_builtins(_sound(preferences))})
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix="settings-", suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SettingsError(
            f"The settings cannot be written to {target} ({error.strerror}).", "Free some space, or mend its rights."
        ) from error
    except ValueError as error:
        raise SettingsError(f"This cannot be kept in the settings: {error}.", "Choose something else.") from error


def change(choices: Mapping[str, object]) -> Preferences:
    """Some choices made anew, the others as they stand in the file: two windows at once keep each other's.

    Raises SettingsError as `save` does, and where the file is broken: it is kept aside then, and nothing is written.
    """
    found, trouble = load()
    if trouble:
        raise SettingsError(trouble, "Choose again.")
    changed = replace(found, **choices)  # type: ignore[arg-type]  # the names are checked by dataclasses themselves
    if changed != found:
        save(changed)
    return changed


def ledger_path() -> Path:
    """The ledger that is used: GPU_INSPECTOR_LEDGER, else the one that was chosen, else the usual one.

    Raises SettingsError where the settings cannot be read: a row must not go to another ledger than the chosen one
    without a word. A broken file is kept aside then, and the next call uses the usual ledger.
    """
    if os.environ.get("GPU_INSPECTOR_LEDGER"):
        return settings.ledger_path()
    found, trouble = load()
    if trouble:
        raise SettingsError(trouble, "Look where the ledger is kept, and try again.")
    return Path(found.ledger) if found.ledger else settings.ledger_path()


def wants_serials_logged() -> bool:
    """Whether numbers and names may stand in the log. Never raises, and reads no TOML where the answer is no.

    A broken file says nothing, and stays where it is: whoever loads the choices tells of it.
    """
    try:
        with path().open("rb") as file:
            if _SERIALS_LOGGED.search(file.read(LARGEST)) is None:
                return False
        return (_read() or {}).get("log_serials") is True
    except (OSError, ValueError, RecursionError, RuntimeError):
        return False


def languages() -> tuple[str, str]:
    """(what was chosen for window and command line, the language of reports), "" and English where nothing was.

    Never raises, and reads no TOML where nothing was chosen. A choice that is none counts as no choice here: whoever
    loads the choices tells of it.
    """
    named = os.environ.get(LANGUAGE_VARIABLE, "")
    try:
        with path().open("rb") as file:
            asked = _LANGUAGES.search(file.read(LARGEST)) is not None
        found = (_read() or {}) if asked else {}
    except (OSError, ValueError, RecursionError, RuntimeError):
        found = {}
    shown, printed = found.get("language"), found.get("report_language")
    return named or (shown if shown in NAMES else ""), printed if printed in NAMES else GOVERNING


def _read() -> dict[str, Any] | None:
    """What the file holds; None where there is none. Raises OSError, ValueError, RecursionError."""
    try:
        with path().open("rb") as file:
            text = file.read(LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if len(text) > LARGEST:
        raise ValueError("it is too large")
    import tomllib  # most people never chose anything: there is no file, and nothing to read it with

    return tomllib.loads(text.decode("utf-8"))


def _unknown() -> dict[str, Any]:
    """What the file holds beside the choices of this version."""
    try:
        raw = _read() or {}
    except (OSError, ValueError, RecursionError):
        return {}
    names = {field.name for field in fields(Preferences)}
    return {name: value for name, value in raw.items() if name not in names}


def _sound(found: Preferences) -> Preferences:
    """Raises ValueError for a choice that is none."""
    for name, allowed in _CHOICES.items():
        if getattr(found, name) not in allowed:
            raise ValueError(f"{name} must be one of {', '.join(allowed)}")
    if len(found.trusted) > MOST_TRUSTED:
        raise ValueError(f"trusted names more than {MOST_TRUSTED} certificates")
    texts = {field.name: getattr(found, field.name) for field in fields(found)}
    texts |= {N_(f"trusted, entry {number}"): one for number, one in enumerate(found.trusted, 1)}
    for name, value in texts.items():
        if not isinstance(value, str):
            continue
        if len(value) > LONGEST:
            raise ValueError(f"{name} is too long")
        if not all(one.isprintable() or unicodedata.category(one) == "Zs" for one in value):
            raise ValueError(f"{name} holds signs that no line of text has")
    for place in (found.ledger, *found.trusted, found.signer_file, found.card_module):
        if place and not Path(place).is_absolute():
            raise ValueError("a place must be a whole path, from the root on")
    if found.card_key.startswith("id:") and not _KEY_ID.fullmatch(found.card_key):
        raise ValueError("card_key holds no id of a key: write id: and its hexadecimal digits, small and in pairs")
    addresses.require_service(found.timestamp_url)
    if found.registry and (fault := addresses.registry_fault(found.registry)):
        raise ValueError(f"registry {fault}")
    if not _HEXADECIMAL.fullmatch(found.window) or len(found.window) % 2:
        raise ValueError("window holds no place of a window")
    return found


def _put_aside(reason: str) -> str:
    shown = "".join(one if one.isprintable() else "?" for one in reason)
    aside = path().with_name("settings.broken.toml")
    number = 1
    while aside.exists():
        number += 1
        aside = path().with_name(f"settings.broken-{number}.toml")
    try:
        path().replace(aside)
    except OSError as error:
        return N_(f"The settings in {path()} are broken ({shown}) and cannot be moved aside ({error.strerror}).")
    return N_(f"The settings were broken ({shown}); they are kept as {aside}, and the usual ones are used.")
