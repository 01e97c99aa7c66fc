"""Which cards were chosen last, kept over a restart: a card is swapped with the power off.

Only what tells a card from another is kept, in one small file of the user's own; losing it loses no evidence, so a
file that is broken is the same as none.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

import msgspec

from gpu_inspector import settings
from gpu_inspector.workflow.glancing import Seen

LARGEST = 256 * 1024
"""Bytes of the file; more is none of ours."""


def path() -> Path:
    """The file."""
    return settings.data_folder() / "bench.json"


def recall() -> tuple[Seen, ...]:
    """The cards that were chosen last; () where nothing is known of any."""
    try:
        with path().open("rb") as file:
            text = file.read(LARGEST + 1)
        return msgspec.json.decode(text, type=tuple[Seen, ...]) if len(text) <= LARGEST else ()
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ()


def remember(chosen: tuple[Seen, ...]) -> None:
    """Keep them, whole or not at all. Where that cannot be, only a reminder is lost, and nothing is said."""
    target = path()
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    text = msgspec.json.encode(chosen)
    if len(text) > LARGEST:
        return
    with suppress(OSError):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("xb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
