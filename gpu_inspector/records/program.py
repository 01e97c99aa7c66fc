"""The program's own files on the bench: whether they are those that were released, as far as that can be told.

What tells it is the program itself, so a whole other program would say what it likes. It finds what happens: half an
update, a row that somebody mended by hand, a file that was lost.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramReading:
    """Files that differ from their records."""

    data_changed: tuple[str, ...] | None = None
    """Reference files that were changed, are missing or were added; None where their record cannot be read."""
    data_trouble: str = ""
    """Why the record cannot be read, as a sentence; "" where it was read."""
    files_changed: tuple[str, ...] = ()
    """Of the program itself: files that are not what the installer recorded, the first ones."""
    files_recorded: int = 0
    """How many of its files have a recorded digest; 0 where it is run from its sources or was packed whole."""
