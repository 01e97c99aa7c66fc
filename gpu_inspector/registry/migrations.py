"""The numbered steps from an empty database to the registry of today; each with the digest of its text."""

import hashlib
from dataclasses import dataclass

from gpu_inspector.registry.search_blocks_sql import BLOCKS
from gpu_inspector.registry.search_sql import SEARCH
from gpu_inspector.registry.sightings_sql import SIGHTINGS, WATCH
from gpu_inspector.registry.tables import TABLES, WHO_ASKS
from gpu_inspector.registry.tables_rights import RIGHTS, TRIGGERS

_NOBODY = """
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA gpu_inspector FROM PUBLIC;
"""
"""PostgreSQL lets everybody call what nobody said a word about."""


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    text: str
    """Statements of SQL, run as one."""

    @property
    def digest(self) -> bytes:
        """SHA-256 of the text: what the registry notes of a step that was taken."""
        return hashlib.sha256(self.text.encode()).digest()


ALL = (
    Migration(1, "chains, inbox, answers", f"{TABLES}{WHO_ASKS}{TRIGGERS}{RIGHTS}{_NOBODY}"),
    Migration(2, "search, sightings, watch-lists", f"{SEARCH}{SIGHTINGS}{WATCH}{_NOBODY}"),
    Migration(3, "search by larger blocks", f"{BLOCKS}{_NOBODY}"),
)
"""In their order. A text that stood in a release is never edited: a change is one more."""
