"""The number that is printed on the board against the one that firmware and reference data give.

NVIDIA prints its project number on its boards ("PG133", "P1001"); InfoROM, part number and vBIOS name the same. The
print is the board itself, so that a number within that differs was written by somebody else's board. Partners print
codes of their own on boards of their own design: those say nothing here. What fools this check: a board of the product
itself under another chip. What is innocent: a repair with another board's InfoROM, a board that was drawn from another
one and kept its print. So it is a medium sign at most, and one exchanged part with every other sign of two boards.
Sources: research notes on modified cards, section 5, item 5, and on reference data, section 2.
"""

import re

from gpu_inspector.checks.answer import Answer, consistent, inconclusive, sign
from gpu_inspector.checks.facts import Given
from gpu_inspector.checks.marking_words import cut
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.firmware import BitReading
from gpu_inspector.records.label_words import cleaned, nvidia_part
from gpu_inspector.records.product import Product

WITNESS = N_("board marking")
CAUSE = N_("number of the board")
"""Cause of a sign that the board's print differs: it counts with no sign of firmware of two boards (`board_sum.py`)."""
_PRINT = re.compile(r"(?<![0-9A-Z])(?:P|[0-9]{3}-[0-9])(?P<board>[GH][0-9]{3}|[0-9]{4})(?![0-9])")
"""On the board "PG133", "P1001", or within its own part number "180-1G139-DAAA-A02"."""
_CONSUMER_IMAGE = re.compile(r"G00\d\.")
_BOARD_IMAGE = re.compile(r"(?P<board>[GH]\d{3}|\d{4})\.")
_CODE = re.compile(r"P(?P<board>[GH]\d{3}|\d{4})")
_PROJECT = re.compile(r"(?P<board>[GH]\d{3}|10\d\d)-\d{4}")
_NAMED = re.compile(r"P(?P<board>[GH]\d{3}|\d{4})$")
_REPAIR = N_("a repair with another board's InfoROM or vBIOS")
_DRAWN = N_("a board that was drawn from another one and kept its number, or a later revision")


@check("board-marking", N_("Number printed on the board"))
def marking(
    board_marking: str,
    board_part_number: str | None,
    inforom_image: str | None,
    image_table: BitReading | None,
    handed_in: Given,
    named: tuple[Product, ...] | None,
    declaration: Declaration | None,
    catalogue: Catalogue,
) -> Answer:
    """The board's print, its InfoROM, its part number and its vBIOS name one board on NVIDIA's own boards."""
    printed, board_marking = _PRINT.search(cleaned(board_marking)), cut(board_marking)
    if printed is None:
        return inconclusive(
            N_(
                "“{marking}” is no number of NVIDIA's: partners print codes of their own, which nothing can be held"
                " against."
            ),
            marking=board_marking,
        )
    board = printed["board"]
    inside = _inside(board_part_number, inforom_image, None if handed_in else image_table)
    odd = {source: said for source, said in inside.items() if said != board}
    if odd:
        return _differs(board_marking, board, odd)
    rows = named or (catalogue.resolve(declaration.product) if declaration and declaration.product else ())
    if (answer := _against_rows(board_marking, board, rows, catalogue)) is not None:
        return answer
    if not inside and not _boards(rows):
        return inconclusive(
            N_("The board is printed {marking}; neither firmware nor reference data name the board of this card."),
            marking=board_marking,
        )
    return consistent(
        N_("The board is printed {marking}, as {sources} name it."),
        expected=board,
        observed=board_marking,
        source="; ".join(inside) or _BOARDS_KNOWN,
        marking=board_marking,
        sources=", ".join(inside) or _BOARDS_KNOWN,
    )


_BOARDS_KNOWN = N_("boards observed under this name")


def _inside(part_number: str | None, image: str | None, table: BitReading | None) -> dict[str, str]:
    """What the electronics call the board; the consumer's common InfoROM names none."""
    found: dict[str, str] = {}
    part = nvidia_part(part_number or "")
    if part is not None:
        found[N_("the InfoROM's part number")] = part.board
    own = _BOARD_IMAGE.match((image or "").upper())
    if own is not None and not _CONSUMER_IMAGE.match((image or "").upper()):
        found[N_("the InfoROM's image")] = own["board"]
    if table is not None:
        code = _PROJECT.fullmatch(table.project.upper()) or _CODE.fullmatch(table.board_code.upper())
        if code is not None:
            found[N_("the vBIOS image")] = code["board"]
    return found


def _differs(marking: str, board: str, odd: dict[str, str]) -> Answer:
    told = ", ".join(f"{source}: {said}" for source, said in odd.items())
    return sign(
        Strength.MEDIUM,
        N_("The board is printed {marking}; the electronics name another board ({told})."),
        expected=told,
        observed=marking,
        source=N_("InfoROM, part number and vBIOS of NVIDIA's own boards name the board that they are on"),
        witness=WITNESS,
        cause=CAUSE,
        innocent=(_REPAIR, _DRAWN, N_("another number of the board, read for its own")),
        advice=N_("Photograph the print, and look for a second number near the slot and under the cooler."),
        values={"marking": marking, "told": told, "board": board},
    )


def _boards(rows: tuple[Product, ...]) -> set[str]:
    """Boards that were observed under these names: by print, InfoROM image and part number."""
    found = {match["board"] for row in rows if (match := _NAMED.match(row.board.upper())) is not None}
    found |= {one.split(".")[0] for row in rows for one in row.inforom_prefixes if not one.startswith("G00")}
    parts = (nvidia_part(one) for row in rows for one in row.board_part_numbers)
    return found | {part.board for part in parts if part is not None}


def _against_rows(marking: str, board: str, rows: tuple[Product, ...], catalogue: Catalogue) -> Answer | None:
    """Weak, for a product has boards that nobody has observed; medium where the print was seen on other dies alone."""
    own = _boards(rows)
    if not own or board in own:
        return None
    owners = [row for row in catalogue.products if board in _boards((row,))]
    other_dies = bool(owners) and not {row.die for row in owners} & {row.die for row in rows}
    return sign(
        Strength.MEDIUM if other_dies else Strength.WEAK,
        N_("The board is printed {marking}; boards observed under this name bear {own}{owners}."),
        expected=", ".join(sorted(own)),
        observed=marking,
        source=N_("reference data: boards that were observed"),
        witness=WITNESS,
        cause=CAUSE,
        innocent=(_DRAWN, N_("a board of the product that nobody has observed yet")),
        advice=N_("Photograph the print, and compare it with the maker's own picture of this model."),
        values={
            "marking": marking,
            "own": ", ".join(sorted(own)),
            "owners": N_(f"; this one was observed on {', '.join(sorted({row.name for row in owners}))}")
            if owners
            else "",
        },
    )
