"""What a sample of a lot allows to be said of the whole lot, and how many cards a sampling rule asks for.

The lot is finite and cards are drawn without putting them back, so all figures are of the hypergeometric distribution
(exact, no approximation by a larger lot). Two things no arithmetic can give, and the sentence says both: that the cards
were chosen at random, and that a deviating card shows when it is examined. A card that could not be decided is no card
that agrees: it counts against the lot as one that deviates. And a number that several cards bear cannot tell one card
that came twice from a number that was copied: the bound holds for both, and simulations say nothing of real cards.

Source of the one-sided bound: the interval of Clopper and Pearson (1934), here over the hypergeometric distribution.
"""

import math
from collections.abc import Iterable

from gpu_inspector.language import N_, _, said
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.lot import Lot, Member, Plan, Rule, Statement, Twice
from gpu_inspector.records.quantity_words import ungrouped

CONFIDENCE = 0.95
"""Where the plan names none."""
MOST_DECLARED = 1_000_000
_EQUAL = 1e-9
"""Relative: probabilities that differ by less are taken as equal (what the logarithm of the gamma function leaves)."""
_DEVIATING = (Identity.SUSPICIOUS, Identity.CONTRADICTED)
_UNREAL = (Origin.SIMULATION.value, Origin.SAMPLE.value)


def wanted_of(declared: int, plan: Plan) -> int:
    """How many cards of a lot of `declared` the plan asks for, at least 1.

    WHOLE: all. SQUARE_ROOT: the square root, rounded up. HYPERGEOMETRIC: the fewest with which, if the plan's share of
    the lot or more deviates, at least one such card is among those drawn with the plan's confidence.

    Raises ValueError for a lot of none or more than MOST_DECLARED, and where the hypergeometric rule lacks its figures.
    """
    if not 0 < declared <= MOST_DECLARED:
        raise ValueError(f"a lot has 1 to {MOST_DECLARED:,} pieces, not {declared}")
    if plan.rule is Rule.WHOLE:
        return declared
    if plan.rule is Rule.SQUARE_ROOT:
        root = math.isqrt(declared)
        return root if root * root == declared else root + 1
    confidence, share = plan.confidence, plan.share
    if confidence is None or not 0 < confidence < 1 or share is None or not 0 < share <= 1:
        raise ValueError("the hypergeometric rule needs a confidence and a share between 0 and 1")
    deviating = max(1, math.ceil(share * declared * (1 - _EQUAL)))
    risk = (1 - confidence) * (1 + _EQUAL)
    low, high = 1, declared - deviating + 1
    while low < high:
        middle = (low + high) // 2
        if seen_at_most(0, declared, deviating, middle) <= risk:
            high = middle
        else:
            low = middle + 1
    return low


def seen_at_most(seen: int, declared: int, deviating: int, drawn: int) -> float:
    """Probability that no more than `seen` of `drawn` cards deviate, where `deviating` of `declared` do."""
    least, most = max(0, drawn - (declared - deviating)), min(deviating, drawn)
    if seen >= most:
        return 1.0
    whole = _ways(declared, drawn)
    return math.fsum(
        math.exp(_ways(deviating, one) + _ways(declared - deviating, drawn - one) - whole)
        for one in range(least, seen + 1)
    )


def _ways(of: int, take: int) -> float:
    """Logarithm of the number of ways to take so many."""
    return math.lgamma(of + 1) - math.lgamma(take + 1) - math.lgamma(of - take + 1)


def most_deviating(seen: int, declared: int, drawn: int, confidence: float) -> int:
    """The most cards of the lot that may deviate, with that confidence, where `seen` of `drawn` do.

    With one more, so few would be seen in no more than 1 - `confidence` of all draws. Needs 0 < drawn <= declared.
    """
    risk = (1 - confidence) * (1 + _EQUAL)
    low, high = seen, declared - (drawn - seen)
    while low < high:
        middle = (low + high + 1) // 2
        if seen_at_most(seen, declared, middle, drawn) > risk:
            low = middle
        else:
            high = middle - 1
    return low


def twice_of(members: Iterable[Member]) -> tuple[Twice, ...]:
    """The numbers that more than one member bears, in the order in which they came.

    Kind "file" is the same card of the same file, reviewed in two inspections; its value is the file's SHA-256.
    """
    found: dict[tuple[str, str, int], list[tuple[str, int]]] = {}
    for member in members:
        for kind, value in member.numbers:
            found.setdefault((kind, value.casefold(), 0), []).append((value, member.number))
        if member.file_sha256:
            found.setdefault(("file", member.file_sha256, member.card), []).append((member.file_sha256, member.number))
    return tuple(
        Twice(kind=kind, value=bearers[0][0], members=tuple(number for _value, number in bearers))
        for (kind, _value, _card), bearers in found.items()
        if len(bearers) > 1
    )


def distinct(members: tuple[Member, ...]) -> tuple[Member, ...]:
    """Members that share a number count once: the gravest of them stands for all. In the order of the lot."""
    group = {member.number: member.number for member in members}

    def root(number: int) -> int:
        while group[number] != number:
            group[number] = group[group[number]]
            number = group[number]
        return number

    for twice in twice_of(members):
        for number in twice.members[1:]:
            group[root(number)] = root(twice.members[0])
    order = list(Identity)
    gravest: dict[int, Member] = {}
    for member in members:
        at = root(member.number)
        if at not in gravest or order.index(member.identity) > order.index(gravest[at].identity):
            gravest[at] = member
    return tuple(sorted(gravest.values(), key=lambda one: one.number))


def statement_of(lot: Lot, members: tuple[Member, ...], unexamined_nodes: int = 0) -> Statement:
    """What these members allow to be said of the lot, where so many nodes of its hall were not examined whole."""
    counted = distinct(members)
    confidence = lot.plan.confidence or CONFIDENCE
    deviating = sum(member.identity in _DEVIATING for member in counted)
    undecided = sum(member.identity is Identity.INCONCLUSIVE for member in counted)
    if mixed(members):
        text, most = f"{_head(len(counted), deviating, undecided)}. {_MIXED}", None
    elif unexamined_nodes and counted:
        text, most = _lost(_head(len(counted), deviating, undecided), unexamined_nodes), None
    else:
        text, most = _said(lot, counted, members, confidence)
    return Statement(
        declared=lot.declared,
        wanted=wanted_of(lot.declared, lot.plan),
        examined=len(counted),
        deviating=deviating,
        undecided=undecided,
        confidence=confidence,
        most_deviating=most,
        text=text,
        unexamined_nodes=unexamined_nodes,
    )


def mixed(members: Iterable[Member]) -> bool:
    """Whether simulations or samples stand beside cards that are none."""
    return len({unreal(member.origin) for member in members}) > 1


def unreal(origin: str) -> bool:
    """Whether evidence of that origin is of no card at all."""
    return origin in _UNREAL


_MIXED = N_("Simulations or samples are among them, which are no cards of any lot: nothing is said of the lot.")


def _lost(head: str, nodes: int) -> str:
    """Nobody chose at random which nodes were lost: the examined cards are no sample of theirs."""
    if nodes == 1:
        return N_(
            f"{head}. {nodes:,} node of the hall was not examined, or not all of its cards:"
            " nothing is said of those, and no share is stated."
        )
    return N_(
        f"{head}. {nodes:,} nodes of the hall were not examined, or not all of their cards:"
        " nothing is said of those, and no share is stated."
    )


def _bad(members: tuple[Member, ...]) -> int:
    """How many deviate or could not be decided."""
    return sum(member.identity is not Identity.CONSISTENT for member in members)


def _head(examined: int, deviating: int, undecided: int) -> str:
    if deviating in (0, 1):
        head = N_(f"{deviating:,} of {examined:,} examined deviates")
    else:
        head = N_(f"{deviating:,} of {examined:,} examined deviate")
    return N_(f"{head}, {undecided:,} could not be decided") if undecided else head


def _said(
    lot: Lot, counted: tuple[Member, ...], members: tuple[Member, ...], confidence: float
) -> tuple[str, int | None]:
    declared, examined = lot.declared, len(counted)
    if not examined:
        return N_("No card of the lot was examined: nothing can be said of it."), None
    deviating = sum(member.identity in _DEVIATING for member in counted)
    undecided = sum(member.identity is Identity.INCONCLUSIVE for member in counted)
    head = _head(examined, deviating, undecided)
    if examined > declared:
        more = N_(f"More cards were examined than the {declared:,} that are declared: nothing is said of the lot.")
        return f"{head}. {more}", None
    if lot.plan.stop_at_first and any(one.identity is Identity.CONTRADICTED for one in counted):
        return f"{head}. {_STOPPED}", None
    if undecided == examined:
        return N_(f"{head}: the numbers allow no statement about the lot."), None
    if examined == declared:
        return N_(f"{head}; that is as many as the lot is declared to have."), deviating + undecided
    # Of cards that bear one number all but one may be others, with a copied number: as many as the lot has room for.
    others = min(len(members), declared)
    bad = min(_bad(members), deviating + undecided + others - examined)
    most = max(
        most_deviating(deviating + undecided, declared, examined, confidence),
        most_deviating(bad, declared, others, confidence),
    )
    text = _bound(_copied(head, counted, members), most, declared, confidence, undecided)
    return text + _short(examined, lot), most


_STOPPED = N_(
    "By its plan the examination ends at the first contradiction, and there is one: "
    "what that means for the rest of the lot is not inferred, and no share is stated."
)


def _copied(head: str, counted: tuple[Member, ...], members: tuple[Member, ...]) -> str:
    """What is counted once, where more than one of those that bear one number deviates."""
    once, each = (sum(member.identity in _DEVIATING for member in some) for some in (counted, members))
    if once == each:
        return head
    return N_(f"{head} (with every card of a number that is there twice: {each:,} of {len(members):,})")


def _bound(head: str, most: int, declared: int, confidence: float, undecided: int) -> str:
    level = f"{confidence * 100:.4g} %"
    if most >= declared:
        if undecided:
            return N_(
                f"{head}: at {level} the numbers set no limit to how much of the lot does"
                " (undecided cards are counted as deviating)."
            )
        return N_(f"{head}: at {level} the numbers set no limit to how much of the lot does.")
    percent = most * 100 // declared + 1
    if undecided:
        limit = N_(
            f"{head}: at {level} fewer than {percent} % of the lot do, no more than {most:,} of {declared:,}"
            " (undecided cards are counted as deviating)."
        )
    else:
        limit = N_(f"{head}: at {level} fewer than {percent} % of the lot do, no more than {most:,} of {declared:,}.")
    return f"{limit} {_IF_RANDOM}"


_IF_RANDOM = N_("This holds if the cards were chosen at random and a deviating card shows when it is examined.")


def _short(examined: int, lot: Lot) -> str:
    wanted = wanted_of(lot.declared, lot.plan)
    return " " + N_(f"The plan asks for {wanted:,} cards.") if examined < wanted else ""


def in_words(plan: Plan) -> str:
    """The rule as a person would say it."""
    if plan.rule is Rule.WHOLE:
        text = _("every card of the lot")
    elif plan.rule is Rule.SQUARE_ROOT:
        text = _("as many cards as the square root of the lot, rounded up")
    else:
        text = said(
            "so many cards that at {confidence} % at least one deviating card is among them"
            " if {share} % of the lot or more deviates",
            confidence=ungrouped((plan.confidence or 0) * 100, 4),
            share=ungrouped((plan.share or 0) * 100, 4),
        )
    if not plan.stop_at_first:
        return text
    return said("{rule}; the first contradiction ends the examination", rule=text)
