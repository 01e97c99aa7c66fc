"""The program's own files on the bench: whether they are those that were released, as far as that can be told.

What tells it is the program itself, so a whole other program would say what it likes. It finds what happens: half an
update, a row that somebody mended by hand, a file that was lost.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferencePack:
    """Reference data that came without the program, and who signed them. What a signer says of itself is a claim."""

    version: str
    """The day of the data, and the first digits of the digest over all files: the catalogue's own version."""
    sha256: str = ""
    """Of the signed file, 64 hexadecimal digits; "" where it could not be read."""
    made_at: datetime | None = None
    """When the signer says that it signed."""
    signer: str = ""
    """The name in the certificate."""
    fingerprint: str = ""
    """SHA-256 of the certificate, 64 hexadecimal digits."""
    made_by: str = ""
    note: str = ""
    trouble: str = ""
    """Why these data are not to be relied on, as a sentence; "" where signature and authority are in order."""


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
    pack: ReferencePack | None = None
    """The data pack that is in use in place of the program's own reference data; None where these are."""
