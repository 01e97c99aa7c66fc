"""Entries of a watch-list out of the ledger: every number of the cards of an inspection, with its row's digest."""

from pathlib import Path

from gpu_inspector.records import watching
from gpu_inspector.records.numbers import own_numbers
from gpu_inspector.records.watching import WatchItem
from gpu_inspector.workflow.proving import proof_text
from gpu_inspector.workflow.sighting import real
from gpu_inspector.workflow.watching import WatchListError


def items_of(ledger_path: Path, references: tuple[str, ...], reason: str, *, prove: bool = False) -> list[WatchItem]:
    """An entry for each number of each named inspection. Raises LedgerError, WatchListError."""
    from gpu_inspector.ledger.store import Ledger

    if not references:
        return []
    found: list[WatchItem] = []
    with Ledger(ledger_path, readonly=True) as ledger:
        for reference in references:
            entry, inspection = ledger.inspection(reference)
            evidence = inspection.evidence
            if not real(evidence):
                raise WatchListError(
                    f"Inspection {entry.seq} is of a simulation or a sample: no card has its numbers.",
                    "Leave it out.",
                )
            proof = proof_text(ledger_path, entry.seq) if prove else ""
            items = [
                WatchItem(
                    kind=watching.NAMES[field],
                    value=value,
                    reason=reason,
                    listed_on=f"{inspection.made_at:%Y-%m-%d}",
                    row_digest=entry.digest,
                    proof=proof,
                )
                for card in evidence.cards
                for field, values in own_numbers(card).items()
                for value in values
            ]
            if not items:
                raise WatchListError(
                    f"Inspection {entry.seq} has no number by which a card can be known again.",
                    "Name numbers with --number, as the board's label has them.",
                )
            found += items
    return found
