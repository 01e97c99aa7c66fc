"""Serial number and part number of the papers, against what the card's electronics say.

Only numbers of the same kind are compared: NVIDIA's serial has 13 digits and never equals that of the maker whose
label is on the card, and 900-... is NVIDIA's number of a board, 2684-300-A1 that of a chip, GV-N4090... a partner's of
a product. (What the label says against the papers is `identity-label-declared`.) Which honest paper would trip these
checks: one line for several pieces, of which the paper names one; so as many numbers as pieces must have been
declared. A serial that differs in one place is a typing error first. What fools these checks: papers that were copied
off the electronics.
"""

import re

from gpu_inspector.checks import thresholds_papers as limits
from gpu_inspector.checks.answer import Answer, consistent, contradicted, sign
from gpu_inspector.checks.goods import (
    AGAINST,
    CAUSE,
    MISTAKE,
    OTHER_PAPERS,
    WITNESS,
    about,
    undecided,
    undeclared,
)
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.article_number import is_article_number
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence
from gpu_inspector.records.finding import Strength, Value
from gpu_inspector.records.mistyped import one_slip_apart
from gpu_inspector.records.numbers import own_numbers

_NVIDIA_SERIAL = re.compile(r"\d{13}")
"""Research note on modified cards, section 5: 13 decimal digits, as public dumps show."""
_IN_A_LINE = re.compile(r"(?<!\d)\d{13}(?!\d)")
_BOARD = re.compile(
    r"(?P<level>\d{3})-(?P<class>\d)(?P<board>[GHP]\d{3}|\d{4})-(?P<variant>[0-9A-Z]{4})(?:-[0-9A-Z]{3})?"
)
_CHIP = re.compile(r"(?P<device>[0-9A-F]{4})-(?P<bin>\d{3}[A-Z]?)(?:-[A-Z0-9]+)*")
_PAINTED_OVER = re.compile(r"0000|[A-Z]?000|.*X{3}.*")
_SPLIT = re.compile(r"[,;\n\t|]+|\s+/\s+|\s{2,}")
_PREFIX = re.compile(
    r"^(?:s\s*/?\s*n|serial(?:\s*(?:no|number|nr))?|p\s*/?\s*n|part(?:\s*(?:no|number|nr))?)\b[.:#\s]*", re.I
)
_ORDER = (Strength.NONE, Strength.WEAK, Strength.MEDIUM, Strength.STRONG)
_READ = N_("Compare number by number with the label, and with what the card itself says.")
_REPAIR = N_("a board that got another one's InfoROM in repair")


@check("declaration-serial", N_("Declared serial number"))
def serial(declaration: Declaration | None, card: CardEvidence, evidence: Evidence) -> Answer:
    """The serial in the InfoROM is the board's own: papers of this very card bear it, if they bear NVIDIA's number."""
    listed = _listed(declaration.serial) if declaration is not None else ()
    if declaration is None or not listed:
        return undeclared("serial", "identity", N_("No serial number was declared."))
    values = about("serial", "identity", declared=_told(listed))
    own = tuple(_plain(one) for one in own_numbers(card)["serial"])
    if not own:
        return undecided(
            values,
            N_("The card gives no serial number of its own, or it was masked; declared is {declared}."),
            N_("Compare the declared number with the label. Most GeForce cards have no electronic one."),
        )
    if set(own) & set(listed):
        return consistent(
            N_("The card's own serial number is the declared one."),
            expected=_told(listed),
            observed=own[0],
            source=AGAINST,
            **values,
        )
    alike = [one for one in listed if _NVIDIA_SERIAL.fullmatch(one) and not _is_of_the_shop(one, own)]
    if not alike or not all(_NVIDIA_SERIAL.fullmatch(one) for one in own):
        return undecided(
            {**values, "own": own[0]},
            N_(
                "The declared number {declared} is not of the kind of the card's own, {own}: a maker's label has a"
                " number of its own, so they are not compared."
            ),
            N_("Compare the declared number with the label."),
        )
    elsewhere = {_plain(one) for other in evidence.cards for one in own_numbers(other)["serial"]} & set(listed)
    if elsewhere or (declaration.quantity or 1) > len(listed):
        return undecided(
            {**values, "own": own[0]},
            N_(
                "This card's own serial number is {own}; the declared one may be that of another of the declared"
                " pieces."
            ),
            N_("Enter the serial numbers of all pieces."),
        )
    return _other_serial(own[0], alike, values)


def _is_of_the_shop(declared: str, own: tuple[str, ...]) -> bool:
    """An article number has 13 digits too; one that begins otherwise than the card's own serial is taken for that."""
    return is_article_number(declared) and declared[0] not in {one[0] for one in own}


def _other_serial(own: str, alike: list[str], values: dict[str, Value]) -> Answer:
    values = {**values, "own": own}
    if any(one_slip_apart(own, one) for one in alike):
        return sign(
            Strength.STRONG,
            N_("Declared is the serial number {declared}; the card's own is {own}, which differs in one place."),
            expected=_told(tuple(alike)),
            observed=own,
            source=AGAINST,
            witness=WITNESS,
            cause=CAUSE,
            innocent=(N_("a digit mistyped"), N_("papers of the next card of the same series")),
            advice=_READ,
            values=values,
        )
    return contradicted(
        N_("Declared is the serial number {declared}; the card's own is {own}."),
        expected=_told(tuple(alike)),
        observed=own,
        against=AGAINST,
        witness=WITNESS,
        cause=CAUSE,
        innocent=(MISTAKE, OTHER_PAPERS, _REPAIR),
        advice=_READ,
        values=values,
    )


@check("declaration-part-number", N_("Declared part number"))
def part_number(declaration: Declaration | None, board_part_number: str | None, gpu_part_number: str | None) -> Answer:
    """NVIDIA's numbers of board and chip name the product: of the same kind, they must be the card's."""
    listed = _listed(declaration.part_number, keep=True) if declaration is not None else ()
    if not listed:
        return undeclared("part_number", "identity", N_("No part number was declared."))
    values = about("part_number", "identity", declared=_told(listed))
    own = [one.strip().upper() for one in (board_part_number, gpu_part_number) if one]
    if set(own) & set(listed):
        return consistent(
            N_("The card's own part number is the declared one."),
            expected=_told(listed),
            observed=next(one for one in own if one in listed),
            source=AGAINST,
            **values,
        )
    pairs = [(mine, said, apart(mine, said)) for mine in own for said in listed]
    compared = [(mine, said, how) for mine, said, how in pairs if how is not None]
    if not compared:
        return undecided(
            {**values, "own": ", ".join(own) or "none"},
            N_(
                "The declared part number {declared} is not of the kind of the card's own ({own}): they are not"
                " compared."
            ),
            N_("Compare it with the label, and with the maker's list of products."),
        )
    mine, said, how = min(compared, key=lambda one: _ORDER.index(one[2]))
    values = {**values, "own": mine}
    if how is Strength.NONE:
        return consistent(
            N_("The declared part number {declared} names the card's own board or chip, {own}."),
            expected=said,
            observed=mine,
            source=AGAINST,
            **values,
        )
    return _other_part(mine, said, how, values)


def apart(mine: str, said: str) -> Strength | None:
    """How far two numbers of the same kind are apart: STRONG is another board or chip. None where not of one kind."""
    board, declared = _BOARD.fullmatch(mine), _BOARD.fullmatch(said)
    if board is not None and declared is not None:
        if any(_PAINTED_OVER.fullmatch(one["board"]) or _PAINTED_OVER.fullmatch(one[0]) for one in (board, declared)):
            return None
        if board["board"] != declared["board"]:
            return Strength.STRONG
        # 900- is the number that is sold, 699- that of the bare assembly: their variants are not the same list.
        if board["level"] != declared["level"] or board["variant"] == declared["variant"]:
            return Strength.NONE
        return Strength.MEDIUM
    chip, meant = _CHIP.fullmatch(mine), _CHIP.fullmatch(said)
    if chip is None or meant is None or _PAINTED_OVER.fullmatch(chip["device"]):
        return None
    if chip["device"] != meant["device"]:
        return Strength.STRONG
    return Strength.NONE if chip["bin"] == meant["bin"] else Strength.WEAK


def _other_part(mine: str, said: str, how: Strength, values: dict[str, Value]) -> Answer:
    innocent = (MISTAKE, OTHER_PAPERS, _REPAIR)
    if how is Strength.STRONG:
        return contradicted(
            N_("Declared is the part number {declared}; the card's own, {own}, is that of another board or chip."),
            expected=said,
            observed=mine,
            against=AGAINST,
            witness=WITNESS,
            cause=CAUSE,
            innocent=innocent,
            advice=_READ,
            values=values,
        )
    return sign(
        how,
        N_("Declared is the part number {declared}; the card's own, {own}, is another variant of it."),
        expected=said,
        observed=mine,
        source=AGAINST,
        witness=WITNESS,
        cause=CAUSE,
        innocent=innocent,
        advice=_READ,
        values=values,
    )


def _listed(declared: str, *, keep: bool = False) -> tuple[str, ...]:
    """The numbers of a declared text, each once, in upper case; `keep` leaves the hyphens that part numbers have."""
    parts = (_PREFIX.sub("", part.strip()) for part in _SPLIT.split(declared[: int(limits.LONGEST_FIELD)]))
    found = dict.fromkeys(part.strip().upper() if keep else _plain(part) for part in parts)
    if not keep:
        found |= dict.fromkeys(_IN_A_LINE.findall(declared[: int(limits.LONGEST_FIELD)]))
    return tuple(one for one in found if one)[: int(limits.PIECES_READ)]


def _plain(number: str) -> str:
    """A serial number without what people put between its digits."""
    return re.sub(r"[\s\-._]", "", number).upper()


def _told(listed: tuple[str, ...]) -> str:
    shown = ", ".join(listed[: int(limits.NAMES_TOLD)])[: int(limits.WORDS_TOLD)]
    return N_(f"{shown} and more") if len(listed) > limits.NAMES_TOLD else shown
