"""Serial numbers of lists in the form in which they are compared, and the rows that no inspected card answers for."""

import re

from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.records.inventory import InventoryList, ListRow
from gpu_inspector.records.numbers import own_numbers

_BOARD = re.compile(r"\d{13}")
"""Research note on modified cards, section 5: NVIDIA's serial numbers have 13 decimal digits, as public dumps show."""

_MACHINE = re.compile(
    r"(?<![^\W_])(?:servers?|serveurs?|systems?|systeme?s?|chassis|baseboards?|racks?|workstations?|dgx|nodes?)(?![^\W_])"
    r"|服务器|機箱|机箱|整机|工作站",
    re.I,
)


def says_machine(words: str) -> bool:
    """Whether a row's words name a whole machine, whose serial number no card bears."""
    return _MACHINE.search(words) is not None


def plain_serial(number: str) -> str:
    """A serial number without what people put between its digits, in upper case."""
    return re.sub(r"[\s\-._]", "", number).upper()


def serials_of(row: ListRow) -> tuple[str, ...]:
    """Every serial number of a row, plain, each once."""
    return tuple(dict.fromkeys(plain_serial(one) for one in (row.serial, *row.serials_beside) if one))


def board_serial(number: str) -> bool:
    """Whether a plain number has the form of NVIDIA's own."""
    return _BOARD.fullmatch(number) is not None and number.isascii()


def plain_uuid(uuid: str) -> str:
    """A UUID without NVML's "GPU-" and without what stands between its digits, in lower case."""
    return re.sub(r"[^0-9a-f]", "", uuid.casefold().removeprefix("gpu-"))


def own_serials(evidence: Evidence, card: CardEvidence) -> tuple[str, ...]:
    """The plain serial numbers by which a card of this evidence can stand on a list.

    A simulated card's begin with so many zeros that none is taken for a real one; a list made for it may name them.
    """
    found = own_numbers(card)["serial"]
    if not found and evidence.origin is Origin.SIMULATION:
        found = tuple(dict.fromkeys(one.serial for _, one in card.claims if one.serial))
    return tuple(map(plain_serial, found))


def own_uuids(evidence: Evidence, card: CardEvidence) -> frozenset[str]:
    """The plain UUIDs by which a card of this evidence can stand in an inventory."""
    found = own_numbers(card)["uuid"]
    if not found and evidence.origin is Origin.SIMULATION:
        found = tuple(one.uuid for _, one in card.claims if one.uuid)
    return frozenset(map(plain_uuid, found))


def unanswered(evidence: Evidence, listed: InventoryList) -> tuple[ListRow, ...]:
    """The rows with a board's serial number that is no inspected card's: of other boxes, or of a card that is missing.

    () where no serial of the inspected cards is known: then nothing answers, and that says nothing.
    """
    serials = {one for card in evidence.cards for one in own_serials(evidence, card)}
    uuids = {one for card in evidence.cards for one in own_uuids(evidence, card)}
    if not serials:
        return ()
    return tuple(
        row
        for row in listed.rows
        if any(map(board_serial, serials_of(row)))
        and not set(serials_of(row)) & serials
        and not (row.uuid and plain_uuid(row.uuid) in uuids)
    )
