"""Which sources were not read, for the whole inspection or for one card: nothing that is missing may be forgotten."""

from gpu_inspector.records.evidence import CardEvidence, Evidence, Gap


def missing_sources(evidence: Evidence) -> tuple[tuple[str, Gap], ...]:
    """Sources that were not read, each with the label of its card, "" for those of the whole inspection."""
    whole = (*evidence.gaps, *(evidence.host.gaps if evidence.host is not None else ()))
    of_cards = ((card.label, gap) for card in evidence.cards for gap in card.gaps)
    return (*(("", gap) for gap in whole), *of_cards)


def missing_of(evidence: Evidence, card: CardEvidence | None) -> tuple[Gap, ...]:
    """Sources that were not read for one card: its own first, then the bench's and the whole inspection's."""
    whole = (*(evidence.host.gaps if evidence.host is not None else ()), *evidence.gaps)
    return (*(card.gaps if card is not None else ()), *whole)
