"""The medium that the bench was started from: one's own live image, known by the digest of what is on it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumReading:
    """A live image of this program's own kind, as the running system tells of it.

    What tells it runs from the very image: a digest here is held by the reader against the one that the office wrote
    down when it made the image.
    """

    name: str
    """As its maker wrote it: "GPU Inspector live 0.7"."""
    built_at: str
    """A day, as its maker wrote it."""
    tool_version: str
    sha256: str
    """Of the list of digests of all files that the image starts from, 64 hexadecimal digits."""
    checked: bool | None
    """Whether the files on the medium have the digests of the list: None where that was not looked at (yet)."""
    driver: str = ""
    """The driver's package and version on the image; "" where it holds none."""
