"""The same identity on two cards: UUIDs and serials are unique, so equal ones mean a cloned InfoROM.

What fools this check, and so is left out: ids that a publisher painted over in a way of his own, the same card listed
twice, and boards of several dies (Tesla M10), which share one serial. Source: research note on modified cards, RW-24.
"""

from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.records.finding import Role, Strength
from gpu_inspector.records.numbers import FIELDS, real_id

_SAME_CARD = ("device_id", "name", "serial", "vbios_version", "subsystem_id", "board_id")
"""What two listings of one card agree in."""
_NO_ADDRESS = "0000:00:00.0"


@check("identity-duplicate", N_("Same identity on two cards"), Role.CORE)
def duplicate(card: CardEvidence, others: tuple[CardEvidence, ...], evidence: Evidence) -> Answer:
    """UUIDs and serials are unique; equal ones mean a cloned InfoROM. Absent and masked ids never match."""
    # A simulated server's cards bear numbers that are no real card's, and yet each its own.
    simulated = evidence.origin is Origin.SIMULATION
    others = tuple(other for other in others if not _listed_twice(card, other))
    if not others:
        return not_applicable(N_("There is no other card to compare with."))
    compared = 0
    shared_board = False
    for other in others:
        for field in FIELDS:
            mine, its = _said(card, field), _said(other, field)
            if mine is None or its is None or not (simulated or (real_id(field, mine) and real_id(field, its))):
                continue
            compared += 1
            if mine.casefold() != its.casefold():
                continue
            if field == "serial" and not _single_dies(card, other):
                shared_board = True
                continue
            return _same(field, mine, card, other)
    if shared_board:
        return inconclusive(N_("Two cards have one serial: several dies of one board have that; the cards do not say."))
    if not compared:
        return inconclusive(N_("No UUID or serial of two cards could be compared: absent or masked."))
    return consistent(N_("No other card has this UUID or serial."), expected=N_("unique"), observed=N_("unique"))


def _listed_twice(card: CardEvidence, other: CardEvidence) -> bool:
    """One card twice in a file put together from two readings: one address, and nothing that differs."""
    address = _bus(card)
    if address is None or address != _bus(other):
        return False
    return all(_said(card, field) == _said(other, field) for field in _SAME_CARD)


def _said(card: CardEvidence, field: str) -> str | None:
    return next((str(value) for _, one in card.claims if (value := getattr(one, field)) is not None), None)


def _bus(card: CardEvidence) -> str | None:
    address = card.pci.address if card.pci is not None else _said(card, "pci_bus_id")
    return None if address == _NO_ADDRESS else address


def _single_dies(card: CardEvidence, other: CardEvidence) -> bool:
    """Both say that they are no part of a board with several dies; else an equal serial decides nothing."""
    return _said(card, "multi_gpu_board") == "False" == _said(other, "multi_gpu_board")


def _same(field: str, value: str, card: CardEvidence, other: CardEvidence) -> Answer:
    return sign(
        Strength.STRONG,
        N_("{field} {value} is borne by two cards: {one} and {two}."),
        expected=N_("unique"),
        observed=value,
        source=N_("NVML: a UUID and a serial belong to one card"),
        witness="InfoROM",
        cause="cloned identity",
        innocent=(N_("a file put together from two readings of one card"),),
        advice=N_("Compare both cards' stickers with what they report."),
        values={"field": field, "value": value, "one": card.label, "two": other.label},
    )
