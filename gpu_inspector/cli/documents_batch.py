"""What `batch --json` and `watch --json` print: one document a line for each thing of the queue, and a last one.

A record's name stands for its plain form, as the record's own schema has it. Fields are only ever added.
"""

from typing import TypedDict

from gpu_inspector.cli.documents_cards import JudgedOfDocument
from gpu_inspector.records.finding import Identity


class BatchLine(JudgedOfDocument):
    """One inspection of the batch."""

    file: str
    """What the queue calls it: a path below the folder, a card's address, a simulation."""
    failure: str
    """Always ""."""
    id: str
    number: int
    """The row of the ledger, which is the number of its report."""
    digest: str
    """Of the row."""
    report: str | None
    """The signed report's file; null where none was asked for."""
    before: bool
    """It stood in the ledger already: judged in an earlier run of this batch."""


class BatchUnreadLine(TypedDict):
    """Something of the queue that is no inspection."""

    format: int
    verdict: None
    file: str
    failure: str
    """Why, as a sentence."""
    left_out: bool
    """True for what is no file and counts nothing; else it counts as INCONCLUSIVE."""


class NamedBatch(TypedDict):
    """Which batch it is."""

    id: str
    name: str


class BatchEnd(TypedDict):
    """The last line: how the run ended, of the whole batch."""

    format: int
    batch: NamedBatch
    stopped: bool
    """It was stopped before its end; the same command goes on."""
    verdict: Identity | None
    """The gravest of the batch; null where it was stopped or nothing was judged."""
    judged: int
    """Inspections of the batch; of this run alone where it was stopped."""
    new: int
    """Of this run."""
    not_judged: int
    left_out: int
    identities: dict[str, int]
    """Cards with each answer."""
    conditions: dict[str, int]
    controls: dict[str, int]
    seconds: float
    summary: str | None
    """The signed summary's file."""
    level: str | None
    """Its PAdES level."""
    remark: str
