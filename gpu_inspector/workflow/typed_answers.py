"""Answers that are typed at a terminal, kept after each step: who is stopped at the last question types none again.

What is kept is a file of answers like any other, so `--answers` takes it up, and an editor mends it.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from gpu_inspector import settings
from gpu_inspector.workflow.whole_files import write_whole

_FOLDER = "typed"


def place(now: datetime) -> Path:
    """Where answers that are begun at this local time are kept; never the place of others."""
    folder = settings.data_folder() / _FOLDER
    name = f"answers-{now:%Y-%m-%d-%H%M%S}"
    number = 1
    while (found := folder / (f"{name}.json" if number == 1 else f"{name}-{number}.json")).exists():
        number += 1
    return found


def keep(path: Path, answers: Mapping[str, Any]) -> None:
    """Put the answers so far where the older ones are. Raises OSError; then the older ones stay."""
    text = json.dumps({"format": 1, **answers}, ensure_ascii=False, indent=1)
    write_whole(path, text.encode("utf-8", "replace"))
