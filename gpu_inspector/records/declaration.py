"""What the paper says: the first of the three columns. Anyone with a printer can forge it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """The declarant's data; None is "not declared"."""

    product: str | None = None
    memory_gb: int | None = None
    """GiB as the trade writes it, "24 GB"."""
    modified: bool = False
    """The paper says openly that the card was reworked."""

    @property
    def empty(self) -> bool:
        return self.product is None and self.memory_gb is None and not self.modified


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Who looked, for which file, where; free texts of the inspector."""

    number: str = ""
    inspector: str = ""
    office: str = ""
    place: str = ""
    note: str = ""
