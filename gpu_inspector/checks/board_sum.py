"""The one check that adds up medium signs, and that prints its addition: which count together, which not, and why.

The rule (DESIGN, section 1): two medium signs together are as much as a strong one when they come from other sources
*and* have other physical causes. Weak signs never add up, however many. What is kept apart, so that one thing is never
counted twice:

- one source: what the driver says of name, total and limits it has out of the card's firmware, and the subsystem that
  PCI shows was loaded from the vBIOS image, so all these are one;
- one cause;
- one table: two expectations that a single table's error would have made;
- one defect: a broken card shows wrong words on a channel, a link that lost lanes and a worn InfoROM, and nobody worked
  on it;
- one chip, one link: a laptop's image and a card without outputs, a link of few lanes and one that trained to fewer;
- one exchanged part: where vBIOS and InfoROM name two boards, one of them is foreign, and a sign that finds either
  foreign says so once more; so does a label, or the board's print, that differs from them;
- one repair: chips that were taken off and put on, or of another vendor than the rest, are one story with the defect
  that was repaired, and with the InfoROM or the vBIOS that was put in;
- one change of the cooler: it brings another card's label, leaves a stained die, and what the eye held the outside
  against is the model on that label;
- one pair of eyes: all that the inspector answered is one source, "eye", and no second look at what was typed off;
- one card more: what was put into a server beside its own cards is another product, is in no inventory and no list;
- hearsay: an image that somebody handed in, and the driver's inner calls, which no card has answered yet.
"""

from collections.abc import Iterator
from itertools import combinations, product

from gpu_inspector.checks import thresholds_board as limits
from gpu_inspector.checks.answer import ONE_TABLE, Answer, consistent, sign
from gpu_inspector.checks.board_marking import CAUSE as BOARD_NUMBER
from gpu_inspector.checks.firmware_image import OTHER_BOARD
from gpu_inspector.checks.firmware_weight import TWO_BOARDS
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.finding import Finding, Outcome, Strength

FIRMWARE = frozenset({"driver", "vBIOS"})
"""Witnesses that speak out of one firmware: the driver tells name, total and limits as the card's firmware has them."""
FROM_IMAGE = frozenset({"subsystem", "laptop image"})
"""Causes of signs that PCI shows and the vBIOS image made."""
DEFECTS = frozenset(
    {
        "memory channel",
        "memory retention",
        "memory when hot",
        "memory heat",
        "heat",
        "link under load",
        "link trained down",
        "InfoROM checksum",
    }
)
"""Causes that a broken or worn card has as well: of two such signs, one defect is explanation enough."""
_PARTS = (TWO_BOARDS, N_("part number"), "InfoROM", OTHER_BOARD)
"""Causes that a repair leaves as well as any forger, who puts another board's parts in."""
_EXCHANGED = (*product(("label", BOARD_NUMBER), _PARTS), ("label", BOARD_NUMBER), (BOARD_NUMBER, N_("another board")))
_ADDED = (N_("another product"), N_("not in the inventory"), "declaration")
"""Causes of signs that a card makes which was put into a machine beside its own ones, and is what it says it is."""
_MIXED = N_("memory chips mixed")
_CHIPS = (N_("memory chips"), _MIXED, N_("memory chip count"))
_BY_EYE = (N_("another die"), N_("another board"))
ONE_THING = (
    (frozenset({"laptop image", "display outputs"}), N_("a laptop's chip would explain both")),
    (frozenset({"link generation", "link width", "link trained down", "link under load"}), N_("one link")),
    (frozenset({"label", "subsystem", OTHER_BOARD}), N_("one flashed image, or one moved label, would explain both")),
    (frozenset({"another board", "display outputs"}), N_("one look at the same outputs")),
    *((frozenset({mine, other}), N_("one exchanged part would explain both")) for mine, other in _EXCHANGED),
    *(
        (frozenset(two), N_("one card put in beside the machine's own would explain both"))
        for two in combinations(_ADDED, 2)
    ),
    *((frozenset({"rework", other}), N_("one repair would explain both")) for other in ("label", *_PARTS, *DEFECTS)),
    *((frozenset({"rework", other}), N_("one look at the same chips")) for other in _CHIPS),
    *((frozenset({_MIXED, other}), N_("one repair would explain both")) for other in ("label", *_PARTS, *DEFECTS)),
)
"""Causes that are one thing seen twice, and how that is said."""
HEARSAY = frozenset({"vBIOS file", "driver calls", "watch-list"})
"""Witnesses whose word is never counted: nothing ties it to this card, or no card has shown yet what it is worth."""


def kept_apart(one: Finding, other: Finding) -> str:
    """Every reason why two signs do not count together, as one phrase; "" where they do."""
    both = (one, other)
    reasons = [N_(f"“{each.witness}” is hearsay") for each in both if each.witness in HEARSAY]
    if one.witness == other.witness:
        reasons.append(N_(f"one source ({one.witness})"))
    elif all(each.witness in FIRMWARE or each.cause in FROM_IMAGE for each in both):
        reasons.append(N_("one source (name, total, limits and subsystem come out of one firmware)"))
    if one.cause == other.cause:
        reasons.append(N_(f"one cause ({one.cause})"))
    if one.source == other.source == ONE_TABLE:
        reasons.append(N_("one table's error would explain both"))
    causes = {one.cause, other.cause}
    if TWO_BOARDS in causes and {one.witness, other.witness} <= {*FIRMWARE, "InfoROM"}:
        reasons.append(N_("one exchanged part would explain both"))
    reasons += [words for those, words in ONE_THING if causes <= those]
    if any(each.witness == "eye" and causes == {each.cause, "label"} and each.cause in _BY_EYE for each in both):
        reasons.append(N_("one change of the cooler would explain both"))
    if causes <= DEFECTS:
        reasons.append(N_("one defect would explain both"))
    return ", ".join(dict.fromkeys(reasons))


@check("board-signs", N_("Medium signs added up"))
def signs(findings: tuple[Finding, ...]) -> Answer:
    """Two medium signs add up when they come from other sources and other physical causes; weak ones never."""
    # What is broken or worn says nothing about what the card is.
    noted = [one for one in findings if one.outcome is Outcome.NOTED and one.condition is None]
    medium = [one for one in noted if one.strength is Strength.MEDIUM]
    weak = [one for one in noted if one.strength is Strength.WEAK]
    pairs = list(combinations(medium, 2))
    together = next(((one, other) for one, other in pairs if not kept_apart(one, other)), None)
    values = {"addition": " ".join(_addition(medium, weak, pairs))}
    expected = N_("fewer than two independent medium signs")
    if together is None:
        return consistent(
            N_("Medium signs: {count}; no two of them are independent of each other. {addition}"),
            expected=expected,
            observed=f"{len(medium)}",
            count=len(medium),
            **values,
        )
    first, second = together
    return sign(
        Strength.STRONG,
        N_(
            "Two independent signs together: “{first}” (from {first_witness}) and “{second}” (from {second_witness})."
            " {addition}"
        ),
        expected=expected,
        observed=f"{first.check}, {second.check}",
        source=N_("the rule of combination: other source and other cause"),
        witness=N_("several"),
        cause="combination",
        innocent=tuple(dict.fromkeys((*first.innocent, *second.innocent))),
        values={
            "first": first.title,
            "first_witness": first.witness,
            "second": second.title,
            "second_witness": second.witness,
            **values,
        },
    )


def _addition(medium: list[Finding], weak: list[Finding], pairs: list[tuple[Finding, Finding]]) -> Iterator[str]:
    """The sum in sentences: the signs with source and cause, every pair with its reason, the weak ones last."""
    if medium:
        yield N_(f"Medium: {_listed([_with_source(one) for one in medium], int(limits.SIGNS_TOLD))}.")
    sums = [(f"{_cut(one.check)} + {_cut(other.check)}", kept_apart(one, other)) for one, other in pairs]
    counted = [names for names, why in sums if not why]
    apart = [f"{names}: {_cut(why)}" for names, why in sums if why]
    if counted:
        yield N_(f"Counted together: {_listed(counted, int(limits.PAIRS_TOLD))}.")
    if apart:
        yield N_(f"Not counted together: {_listed(apart, int(limits.PAIRS_TOLD))}.")
    if weak:
        yield N_(f"Weak, never counted: {_listed([_cut(one.check) for one in weak], int(limits.WEAK_TOLD))}.")


def _with_source(one: Finding) -> str:
    return N_(f"{_cut(one.check)} (source: {_cut(one.witness) or '?'}; cause: {_cut(one.cause) or '?'})")


def _listed(said: list[str], most: int) -> str:
    more = N_(f"; and {len(said) - most} more") if len(said) > most else ""
    return "; ".join(said[:most]) + more


def _cut(text: str) -> str:
    most = int(limits.LONGEST_WORD)
    return text if len(text) <= most else f"{text[:most]}…"
