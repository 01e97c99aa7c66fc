"""The label's numbers against those in the electronics.

Labels were lifted with a hair dryer and put onto dummies; who moves a label leaves the numbers of another board in the
electronics. Only numbers of one kind are compared: NVIDIA's own thirteen figures, part numbers of NVIDIA's own form. A
partner's or a server maker's own number is none of these, and says nothing here.

None of these checks says CONTRADICTED. A label is no document that anybody answers for: it sits on a shroud or a box
that a repair exchanges, and a repair shop writes InfoROMs anew, so either side may be the odd one on an honest card. A
label that differs from the paper is another matter (`label_declared.py`). What fools these checks: a label printed to
fit.
Sources: research notes on export control, section 5.2, on modified cards, section 5, and on reference data, section 2.
"""

import re

from gpu_inspector.checks import thresholds_eye_label as limits
from gpu_inspector.checks.answer import Answer, consistent, inconclusive, sign
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.appearance import Label
from gpu_inspector.records.evidence import CardEvidence, Evidence
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.label_words import (
    Number,
    Part,
    cleaned,
    nvidia_part,
    nvidia_parts,
    nvidia_serial,
    part_texts,
    serials,
)
from gpu_inspector.records.mistyped import one_slip_apart
from gpu_inspector.records.numbers import own_numbers

WITNESS = "label"
CAUSE = "label"
_OWN_BRANDS = ("", "NVIDIA")
_CONSUMER_IMAGE = re.compile(r"G00\d\.")
_BOARD_IMAGE = re.compile(r"(?P<board>[GH]\d{3}|\d{4})\.")
_EXCHANGED = N_("a repair that exchanged the cooler or the shroud with its label")
_REWRITTEN = N_("a repair that wrote the InfoROM anew, or put another one in")
_BOX = N_("the label of a box, a carrier or a server, in place of the board's own")


@check("identity-label-serial", N_("Serial on the label against the electronics"))
def serial(label: Label, card: CardEvidence, evidence: Evidence) -> Answer:
    """NVIDIA's boards keep the serial that is printed on them: another one inside means that one of the two moved."""
    own = [digits for one in own_numbers(card)["serial"] if (digits := nvidia_serial(one)) is not None]
    read = [(digits, one) for one in serials(label) if (digits := nvidia_serial(one.text)) is not None]
    if not read:
        return _no_number(label)
    if not own:
        return inconclusive(
            N_("The label says {serial}; no serial was read out of the card; most GeForce cards give none."),
            serial=read[0][0],
        )
    printed = [digits for digits, one in read if one.named]
    agreed = next((digits for digits, _ in read if digits in own), None)
    if agreed is not None and (not printed or any(digits in own for digits in printed)):
        # A box, a carrier or a server bears a number of its own beside the board's.
        more = ", ".join(dict.fromkeys(digits for digits in printed if digits not in own))
        return consistent(
            N_("The serial {serial} stands on the label and in the electronics.{more}"),
            expected=agreed,
            observed=agreed,
            source=N_("the InfoROM's serial, as the driver gives it"),
            serial=agreed,
            more=N_(f" The label has another one as well: {more}.") if more else "",
        )
    odd, number = next(((d, one) for d, one in read if one.named and d not in own), read[0])
    others = {
        digits for one in evidence.cards for text in own_numbers(one)["serial"] if (digits := nvidia_serial(text))
    }
    scanned = {digits for digits, one in read if not one.typed}
    return _other_serial(odd, number, own, scanned, label, neighbour=odd in others)


def _no_number(label: Label) -> Answer:
    said = [one.text for one in serials(label) if one.text]
    if said:
        return inconclusive(
            N_(
                "The label's serial {serial} is not one of NVIDIA's thirteen figures: a maker's own number does not"
                " stand in the electronics."
            ),
            serial=said[0],
        )
    return inconclusive(
        N_("No serial of the label was typed in or read for sure."), advice=N_("Type in what S/N says.")
    )


def _other_serial(
    odd: str, number: Number, own: list[str], scanned: set[str], label: Label, *, neighbour: bool
) -> Answer:
    """Strong where nothing but another label or another InfoROM explains it."""
    sure = odd in scanned
    slip = not sure and (any(one_slip_apart(odd, one) for one in own) or bool(scanned & set(own)))
    nvidias = cleaned(label.brand) in _OWN_BRANDS or bool(nvidia_parts(label))
    if not number.named:
        strength, innocent = Strength.WEAK, N_("a bar code of some other number of thirteen figures")
    elif slip:
        strength, innocent = Strength.WEAK, N_("a slip in typing the number off")
    elif neighbour:
        strength, innocent = Strength.WEAK, N_("the label of the next card of the same machine, looked at for this one")
    elif not sure and any(_nearly(odd, one) for one in own):
        strength, innocent = Strength.MEDIUM, N_("two slips in typing the number off")
    elif not nvidias:
        strength, innocent = Strength.MEDIUM, N_("a maker whose own serials have thirteen figures too")
    else:
        strength, innocent = Strength.STRONG, N_("several cards whose labels were mixed up while they were looked at")
    return sign(
        strength,
        N_("The label says {odd}; the electronics say {own}."),
        expected=", ".join(own),
        observed=odd,
        source=N_("the InfoROM's serial, as the driver gives it: NVIDIA prints the same on the board"),
        witness=WITNESS,
        cause=CAUSE,
        innocent=(innocent, _EXCHANGED, _REWRITTEN, _BOX),
        advice=N_("Read the number off once more, scan its bar code, and look for a second label below or elsewhere."),
        values={"odd": odd, "own": ", ".join(own)},
    )


def _nearly(typed: str, own: str) -> bool:
    """Whether all but two figures stand where they should: a tired hand, or the next card of the lot."""
    return sum(one != other for one, other in zip(typed, own, strict=True)) <= limits.FIGURES_OFF


@check("identity-label-part-number", N_("Part number on the label against the electronics"))
def part_number(label: Label, board_part_number: str | None, inforom_image: str | None) -> Answer:
    """The part number names board and product class; the electronics name the board as well."""
    printed = nvidia_parts(label)
    if not printed:
        said = part_texts(label)
        if not said:
            return inconclusive(N_("No part number of the label was typed in or read for sure."))
        return inconclusive(
            N_("“{number}” is a maker's or a shop's own number; the electronics hold NVIDIA's."), number=said[0]
        )
    own = nvidia_part(board_part_number or "")
    if own is not None:
        return _against_number(printed, own)
    image = (inforom_image or "").upper()
    board = _BOARD_IMAGE.match(image)
    if board is None or _CONSUMER_IMAGE.match(image):
        return inconclusive(
            N_("The label says {number}; no part number was read out of the card."), number=printed[0].text
        )
    same = next((part for part in printed if part.board == board["board"]), None)
    return _agrees(same.text, image) if same is not None else _other_board(printed[0], board["board"], image)


def _against_number(printed: tuple[Part, ...], own: Part) -> Answer:
    """Of several numbers those of the board count: a kit or a box bears a number of its own beside it."""
    same = [part for part in printed if part.board == own.board]
    if not same:
        return _other_board(printed[0], own.board, own.text)
    odd = next((part for part in same if part.group != own.group), None)
    # A 900 and a 699 number count variants apart; the revision changes with every repair.
    odd = odd or next((part for part in same if part.form == own.form and part.variant != own.variant), None)
    if odd is None:
        return _agrees(same[0].text, own.text)
    return sign(
        Strength.MEDIUM,
        N_("The label says {printed}, the electronics {own}: one board, but another class or variant of it."),
        expected=own.text,
        observed=odd.text,
        source=N_("the InfoROM's part number, as the driver gives it"),
        witness=WITNESS,
        cause=CAUSE,
        innocent=(_EXCHANGED, _REWRITTEN, _BOX, N_("an article's number that differs from its board's")),
        advice=N_("Compare both numbers with the maker's list, and the board's print with them."),
        values={"printed": odd.text, "own": own.text},
    )


def _other_board(odd: Part, board: str, own: str) -> Answer:
    return sign(
        Strength.STRONG,
        N_("The label's {printed} names the board {odd}; the electronics say {own}, board {board}."),
        expected=own,
        observed=odd.text,
        source=N_("the InfoROM's part number or image, as the driver gives it"),
        witness=WITNESS,
        cause=CAUSE,
        innocent=(_EXCHANGED, _REWRITTEN, _BOX),
        advice=N_("Compare the number printed on the board itself with both."),
        values={"printed": odd.text, "odd": odd.board, "own": own, "board": board},
    )


def _agrees(printed: str, own: str) -> Answer:
    return consistent(
        N_("The label's {printed} and the electronics' {own} name one board."),
        expected=own,
        observed=printed,
        source=N_("the InfoROM's part number or image, as the driver gives it"),
        printed=printed,
        own=own,
    )
