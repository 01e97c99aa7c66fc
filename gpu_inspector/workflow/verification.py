"""What the verification of a signed file answers: plain values for terminal, window and list."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from gpu_inspector.language import N_
from gpu_inspector.records.batch import BatchSummary
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.records.lot import LotSummary

if TYPE_CHECKING:
    from gpu_inspector.report.seen import Seal


class State(StrEnum):
    """What a report is found to be."""

    TRUSTED = N_("intact and trusted")
    UNKNOWN_SIGNER = N_("intact, signer not known here")
    ALTERED = N_("altered, mangled or not ours")


EXITS = {State.TRUSTED: 0, State.UNKNOWN_SIGNER: 3, State.ALTERED: 4}


@dataclass(slots=True)
class Held:
    """What a file holds, as far as it was read before something in it broke."""

    inspection: Inspection | None = None
    entry: LedgerEntry | None = None
    lot: LotSummary | None = None
    batch: BatchSummary | None = None
    again: str = ""
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The state, every reason for it, and what else the reader should know."""

    state: State
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    signer: str = ""
    fingerprint: str = ""
    signed_at: str = ""
    entry: LedgerEntry | None = None
    inspection: Inspection | None = None
    lot: LotSummary | None = None
    """Of the summary of a lot, which holds no inspection and no entry of the ledger."""
    batch: BatchSummary | None = None
    """Of the summary of a batch, likewise."""
    judged_again: str = ""
    differences: tuple[str, ...] = field(default=())
    added: tuple[str, ...] = ()
    """What stands in the file behind its signed part, as the file itself has it: a claim of whoever added it."""
    printed: str = ""
    """The text of the pages, where it was wanted; empty where the file is not intact, or they cannot be read."""
    seals: tuple[Seal, ...] = ()
    """Every signature and time stamp of an intact file, in order, each with its own trust."""
    level: str = ""
    """The PAdES level by what stands in the file, "B-B", "B-T" or "B-LTA"."""
    attached: tuple[str, ...] = ()
    """Names of what is attached beside the record and its place in the ledger."""
