"""An inspection out of the ledger together with its proof: what History hands to the Verdict page, read-only.

It stands apart from :mod:`gpu_inspector.workflow.inspecting`, which makes inspections: nothing can be made, signed or
changed through this record, and a page that takes one knows by its type that it has an old inspection before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gpu_inspector.workflow.inspecting import Done

__all__ = ["Kept"]


@dataclass(frozen=True, slots=True)
class Kept:
    """One row of the ledger, to be read only."""

    done: Done
    """The inspection as it was kept."""
    proof: str
    """A sentence: what the ledger's chain proves of it, or why it proves nothing."""
