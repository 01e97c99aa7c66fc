"""InfoROM: its checksum, its objects, and the board's part number in it.

A second memory on the board, written by its maker: image, objects and part number of one board belong together. What
fools these checks: an InfoROM that was copied whole from a board of the product. What is innocent: a board that was
repaired with another one's InfoROM, and checksums that fail on genuine cards (Quadro P4000, V100).
Sources: research notes on modified cards, sections 2 and 3 (RW-25), and on reference data, section 2.
"""

import re

from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.facts import CONSUMER_SEGMENTS
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.product import Product

_WITNESS = "InfoROM"
_CONSUMER_IMAGE = re.compile(r"G00\d\.")
_BOARD_IMAGE = re.compile(r"(?P<board>[GH]\d{3}|\d{4})\.\d{4}\.")
_PART_NUMBER = re.compile(r"\d{3}-(?P<class>\d)(?P<board>[GH]\d{3}|\d{4})-[0-9A-Z]{4}-[0-9A-Z]{3}")
"""900-5G133-2250-000: a digit for the class of product, the board, its variant, its revision."""
_CONSUMER_CLASS = "1"
_PAINTED_OVER = "0000"
"""Zeros are how publishers of dumps paint a number over."""
_PRO = "Quadro/RTX pro"
_REPAIR = N_("a repair with another board's InfoROM")
_PRINT = N_("Compare the board number printed on the card with both.")


@check("firmware-inforom-valid", N_("Checksums of the InfoROM"))
def valid(inforom_valid: bool) -> Answer:
    """The driver adds up the InfoROM's objects; one that was written by hand often fails."""
    if inforom_valid:
        return consistent(
            N_("The driver finds the InfoROM's checksums in order."),
            expected=N_("in order"),
            observed=N_("in order"),
            source=N_("the driver's validation"),
        )
    return sign(
        Strength.MEDIUM,
        N_("The driver finds the InfoROM corrupted: its checksums do not fit."),
        expected=N_("in order"),
        observed=N_("corrupted"),
        source=N_("the driver's validation (RW-25)"),
        witness=_WITNESS,
        cause="InfoROM checksum",
        innocent=(
            N_("an InfoROM that wore out or lost power while it was written: seen on genuine cards"),
            N_("a driver that is older than the board"),
        ),
        advice=N_("Read it again after a cold start."),
    )


@check("firmware-inforom-objects", N_("InfoROM of a workstation or consumer product"))
def objects(inforom_image: str, named: tuple[Product, ...], name: str, catalogue: Catalogue) -> Answer:
    """A workstation's board bears its own image, a consumer card the common one: a name of the other kind is odd."""
    if any(row.segment == "datacentre" for row in named):
        return not_applicable(N_("The InfoROM of datacentre products is judged by a check of its own."))
    image = inforom_image.upper()
    consumer = _CONSUMER_IMAGE.match(image) is not None
    segments = {row.segment for row in named}
    prefix = ".".join(image.split(".")[:2])
    owners = sorted({row.name for row in catalogue.products if prefix in row.inforom_prefixes})
    if consumer and segments == {_PRO} and not any(row.mobile for row in named):
        observed = sorted({one for row in named for one in row.inforom_prefixes})
        return _foreign(
            # Where no board of the product was observed, nobody knows that it has one of its own.
            Strength.MEDIUM if observed else Strength.WEAK,
            N_("“{name}” is a workstation's product, but its InfoROM image {image} is that of consumer cards."),
            expected=", ".join(observed) or N_("a board's own image"),
            image=inforom_image,
            name=name,
        )
    foreign = not consumer and bool(owners) and not set(owners) & {row.name for row in named}
    if foreign and segments <= set(CONSUMER_SEGMENTS):
        return _foreign(
            Strength.MEDIUM,
            N_("“{name}” is a consumer product; its InfoROM image {image} was observed on {owners}."),
            expected="G00x",
            image=inforom_image,
            name=name,
            owners=", ".join(owners),
        )
    if foreign:
        return _foreign(
            Strength.WEAK,
            N_("“{name}” has the InfoROM image {image}, which was observed on {owners}."),
            expected=", ".join(sorted({one for row in named for one in row.inforom_prefixes})) or N_("another one"),
            image=inforom_image,
            name=name,
            owners=", ".join(owners),
        )
    return consistent(
        N_("The InfoROM image {image} is of no other product that was observed."),
        expected=", ".join(sorted({one for row in named for one in row.inforom_prefixes})),
        observed=inforom_image,
        source=N_("InfoROM images of observed boards"),
        image=inforom_image,
    )


def _foreign(strength: Strength, text: str, *, expected: str, image: str, **values: str) -> Answer:
    return sign(
        strength,
        text,
        expected=expected,
        observed=image,
        source=N_("InfoROM images of observed boards"),
        witness=_WITNESS,
        cause="InfoROM",
        innocent=(_REPAIR, N_("a variant of the product that was not observed yet")),
        advice=_PRINT,
        values={"image": image, **values},
    )


@check("firmware-board-part-number", N_("Part number of the board"))
def part_number(
    board_part_number: str,
    inforom_image: str | None,
    named: tuple[Product, ...] | None,
    name: str | None,
    catalogue: Catalogue,
) -> Answer:
    """The part number names class and board: a consumer class or another board under this name is not its own."""
    number = _PART_NUMBER.fullmatch(board_part_number.strip().upper())
    if number is None or number["board"] == _PAINTED_OVER:
        return inconclusive(N_("“{number}” is no part number of the usual form."), number=board_part_number)
    professional = bool(named) and all(row.segment in (_PRO, "datacentre") for row in named or ())
    if professional and number["class"] == _CONSUMER_CLASS:
        return _odd(
            Strength.MEDIUM,
            N_("The part number {number} is that of a consumer board; “{name}” is none."),
            expected="900-2... or 900-5...",
            number=board_part_number,
            name=name or "",
        )
    own = _BOARD_IMAGE.match((inforom_image or "").upper())
    common = _CONSUMER_IMAGE.match((inforom_image or "").upper()) is not None
    if own is not None and not common and own["board"] != number["board"]:
        return _odd(
            Strength.MEDIUM,
            N_("The part number {number} names the board {board}; the InfoROM image {image} is that of {own}."),
            expected=own["board"],
            number=board_part_number,
            board=number["board"],
            image=inforom_image or "",
            own=own["board"],
        )
    return _of_product(board_part_number, number["board"], named or (), catalogue)


def _of_product(number: str, board: str, named: tuple[Product, ...], catalogue: Catalogue) -> Answer:
    """Against boards that were observed under this name, and under others."""
    own = {found for row in named for one in row.board_part_numbers if (found := _board_of(one))}
    owners = [row for row in catalogue.products if board in {_board_of(one) for one in row.board_part_numbers}]
    if own and board not in own and owners and not {row.die for row in owners} & {row.die for row in named}:
        return _odd(
            Strength.MEDIUM,
            N_("The part number {number} names the board {board}, which was observed on {owners} alone."),
            expected=", ".join(sorted(own)),
            number=number,
            board=board,
            owners=", ".join(sorted({row.name for row in owners})),
        )
    return consistent(
        N_("The part number {number} names the board {board}; nothing speaks against it."),
        expected=", ".join(sorted(own)),
        observed=number,
        source=N_("part numbers of observed boards"),
        number=number,
        board=board,
    )


def _board_of(number: str) -> str | None:
    match = _PART_NUMBER.fullmatch(number)
    return match["board"] if match is not None else None


def _odd(strength: Strength, text: str, *, expected: str, number: str, **values: str) -> Answer:
    return sign(
        strength,
        text,
        expected=expected,
        observed=number,
        source=N_("part numbers of observed boards"),
        witness=_WITNESS,
        cause="part number",
        innocent=(_REPAIR, N_("a new series of numbers")),
        advice=_PRINT,
        values={"number": number, **values},
    )
