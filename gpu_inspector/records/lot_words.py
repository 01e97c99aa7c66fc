"""The words of a lot for people: its rule, its counts, its members' nature, and what a sample does not say.

Shared by paper, window and terminal. Texts of cards and files go through the caller's `clean`. An answer of a lot never
bears a mark of "all clear": a member holds the three headlines alone, and not what is open beside them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from gpu_inspector.language import N_
from gpu_inspector.records import lot_statistics, words
from gpu_inspector.records.control import INDETERMINATE
from gpu_inspector.records.control import NONE as NOT_CONTROLLED
from gpu_inspector.records.declared_column import NOT_DECLARED
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import NOT_ASSESSED, Condition, Identity
from gpu_inspector.records.lot import Lot, Member, Plan, Reason, Rule, Statement, Twice
from gpu_inspector.records.words import Clean

TITLE = N_("Summary of a lot")
DEVIATING = (Identity.CONTRADICTED, Identity.SUSPICIOUS)
BY_GRAVITY = (Identity.CONTRADICTED, Identity.SUSPICIOUS, Identity.INCONCLUSIVE, Identity.CONSISTENT)
CONDITIONS_BY_GRAVITY = (Condition.FAULTY, Condition.WORN, Condition.NOT_EXAMINED, Condition.SOUND)
RANDOM = N_(
    "The cards were chosen at random: this program cannot know that. Who picked the cards by looks, by place in the"
    " crate, or on a hint has no sample, and no share follows from them."
)
DRAWN = N_(
    "The pieces were drawn at random by this program when the lot was opened. That the cards were taken from those"
    " places, and which place is which, is the inspector's word."
)
FINITE = N_("The lot is finite, and no card was put back: the bound is counted in cards of this lot and of no other.")
COMPLETE = N_(
    "As many cards were examined as the lot is declared to have, counted by their numbers: no choice was made. That"
    " they are the pieces of this lot is the inspector's word."
)
NO_SHARE = N_("Nothing is inferred from the examined cards on the others.")
SEEN = N_(
    "Only what the examination can see counts: a deviation that no check could have shown is not in the figure. A card"
    " that could not be decided was not shown to agree, and counts as one that deviates."
)
ONCE = N_(
    "Cards that bear the same number are counted once, the gravest of them, for they may be one card that was examined"
    " twice; the bound holds as well if they are several, with a copied number. A card that tells no number cannot be"
    " told from another one."
)
NOT_SAID = (
    N_("A sample is not the lot: nothing is said of any single card that was not examined."),
    N_(
        "Nothing is said of who altered a card, or why. An unexplained deviation has innocent explanations that remain;"
        " they stand in that card's own report."
    ),
    N_("A card without a contradiction is one in which none was found: what its report lists as not examined is open."),
    N_(
        "The export-control class of each card stands in its own report, with what is open beside it. “No entry met” is"
        " no clearance, and the determination belongs to the authority."
    ),
    N_("Release, detention, seizure, and what becomes of the cards that were not examined, are not decided here."),
)
KINDS = {"uuid": N_("UUID"), "serial": N_("serial number"), "device_identifier": N_("device identifier")}
"""Of `numbers.FIELDS`, as people know them."""
TWICE_MEANS = N_(
    "One number on several cards: the same card was examined more than once, or a number was copied, or a maker wrote"
    " one number twice. Which of these it is, the cards must tell."
)
DEFECT = N_("Defect")
_ORIGINS = tuple(Origin)
_MOST_ORIGINS = len(_ORIGINS)
_RUNS = 30
"""Runs of numbers in one sentence."""


def deviating(members: Iterable[Member]) -> tuple[Member, ...]:
    """The members whose identity is contradicted or deviates unexplained, the gravest first."""
    found = [one for one in members if one.identity in DEVIATING]
    return tuple(sorted(found, key=lambda one: (BY_GRAVITY.index(one.identity), one.number)))


def defective(members: Iterable[Member]) -> tuple[Member, ...]:
    """The members with a defect whose identity does not deviate."""
    return tuple(one for one in members if one.condition is Condition.FAULTY and one.identity not in DEVIATING)


def identity_counts(members: Sequence[Member]) -> tuple[tuple[Identity, int], ...]:
    """How many members have which identity headline, the gravest first; without those that none has."""
    counted = Counter(one.identity for one in members)
    return tuple((identity, counted[identity]) for identity in BY_GRAVITY if counted[identity])


def condition_counts(members: Sequence[Member]) -> tuple[tuple[Condition, int], ...]:
    """Likewise for the condition."""
    counted = Counter(one.condition for one in members)
    return tuple((condition, counted[condition]) for condition in CONDITIONS_BY_GRAVITY if counted[condition])


def control_counts(members: Sequence[Member]) -> tuple[tuple[str, int], ...]:
    """Likewise for the control class: the entries that are met first, the most frequent ahead; "none" comes last."""
    last = (INDETERMINATE, NOT_ASSESSED, NOT_CONTROLLED)
    counted = Counter(one.control for one in members)
    met = sorted((one for one in counted if one not in last), key=lambda one: (-counted[one], one))
    return tuple((control, counted[control]) for control in (*met, *last) if counted[control])


def controlled(members: Iterable[Member]) -> int:
    """How many members meet an entry of the list."""
    return sum(one.control not in (NOT_CONTROLLED, INDETERMINATE, NOT_ASSESSED) for one in members)


def control_sentence(members: Sequence[Member]) -> str:
    """What the counted control classes are not."""
    met = controlled(members)
    if met:
        verb = "meets an entry" if met == 1 else "meet entries"
        return f"{met:,} of {len(members):,} {verb} of the export-control list, whatever is said of the identity."
    return N_("No clearance: see each report for what its class rests on.")


def numbers(members: Iterable[int], most: int = _RUNS) -> str:
    """Numbers as people list them, in runs: "1–12, 14, 17–20"."""
    runs: list[list[int]] = []
    for number in sorted(set(members)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs[:most])
    left = sum(last - first + 1 for first, last in runs[most:])
    return f"{shown} and {left} more" if left else shown


def natures(members: Sequence[Member], clean: Clean) -> tuple[str, ...]:
    """Where the members' evidence comes from, a sentence or two for each origin; which ones, where the lot is mixed."""
    found: dict[str, list[int]] = {}
    for one in members:
        found.setdefault(one.origin, []).append(one.number)
    if not found:
        return (N_("No card was examined."),)
    said = []
    ordered = sorted(found, key=lambda one: (one == Origin.MACHINE, one not in _ORIGINS, one))
    for origin in ordered[:_MOST_ORIGINS]:
        which = f"No. {numbers(found[origin])}: " if len(found) > 1 else ""
        said.append(f"{which}{_nature(origin, clean)}")
    if len(ordered) > _MOST_ORIGINS:
        rest = [number for origin in ordered[_MOST_ORIGINS:] for number in found[origin]]
        said.append(f"No. {numbers(rest)}: other origins, as the table says.")
    return tuple(said)


def nature_title(members: Sequence[Member]) -> str:
    """What a reader must know of the evidence beside the title; "" where every card was in this program's machine."""
    origins = {one.origin for one in members}
    named = "; ".join(words.TITLES[one] for one in Origin if one in origins and one is not Origin.MACHINE)
    return f"In part: {named}" if named and len(origins) > 1 else named


def _nature(origin: str, clean: Clean) -> str:
    try:
        known = Origin(origin)
    except ValueError:
        return f"The evidence is of an origin that this program does not know: {clean(origin)}."
    if known is Origin.MACHINE:
        return words.NATURES[known]
    return f"{words.TITLES[known]}. {words.NATURES[known]}"


def watermark(members: Sequence[Member]) -> str:
    """The word across each page where a member is a simulation or a sample; "" where none is."""
    origins = {one.origin for one in members}
    for origin in (Origin.SIMULATION, Origin.SAMPLE):
        if origin in origins:
            return words.WATERMARKS[origin] if len(origins) == 1 else f"PARTLY {words.WATERMARKS[origin]}"
    return ""


def percent(share: float | None) -> str:
    """A share of 0 to 1 in per cent, in four digits at most."""
    return "not stated" if share is None else f"{share * 100:.4g} %"


def rests_on(lot: Lot, members: Sequence[Member], statement: Statement) -> tuple[str, ...]:
    """What the statement rests on, a sentence or two each."""
    if statement.most_deviating is None:
        return (NO_SHARE, SEEN, ONCE)
    if _complete(statement):
        return (COMPLETE, SEEN, ONCE)
    by_chance = lot.drawn and not strays(lot, members) and not _known_before(lot, members)
    return (DRAWN if by_chance else RANDOM, FINITE, SEEN, ONCE)


def _complete(statement: Statement) -> bool:
    return statement.examined == statement.declared


def strays(lot: Lot, members: Sequence[Member]) -> tuple[int, ...]:
    """Numbers of the members that are no drawn piece, or of which nobody noted which piece they are."""
    drawn = set(lot.drawn)
    return tuple(one.number for one in members if one.piece not in drawn)


def choice(lot: Lot, members: Sequence[Member], statement: Statement) -> str:
    """How the examined cards were chosen, as far as it was written down."""
    return "; ".join(filter(None, (_chosen(lot, members, statement), _known_before(lot, members))))


def _known_before(lot: Lot, members: Sequence[Member]) -> str:
    """Whoever puts in a card that was inspected before there was the lot knows how that ended."""
    before = [one.number for one in members if one.seq <= lot.ledger_rows or utc(one.made_at) < utc(lot.opened_at)]
    if not before:
        return ""
    return f"inspected before the lot was opened, with the result known when it was put in: card No. {numbers(before)}"


def _chosen(lot: Lot, members: Sequence[Member], statement: Statement) -> str:
    if _complete(statement):
        return N_("none, for all were examined")
    if not lot.drawn:
        return N_("how the cards were chosen is not recorded by this program")
    found = strays(lot, members)
    taken = len({one.piece for one in members} & set(lot.drawn))
    said = f"{len(lot.drawn):,} pieces were drawn at random when the lot was opened; {taken:,} of them were examined"
    if not found:
        return said
    return f"{said}. Not drawn, or it is not noted which piece it is: card No. {numbers(found)}"


def plan_pairs(lot: Lot, members: Sequence[Member], statement: Statement) -> tuple[tuple[str, str], ...]:
    """The sampling plan and how far it was carried out, as labels and values."""
    pairs = [("Rule", lot_statistics.in_words(lot.plan)), *_figures(lot.plan)]
    pairs += [
        ("Declared", f"{lot.declared:,} pieces"),
        ("Asked for", f"{statement.wanted:,} of {statement.declared:,}"),
        ("Examined", examined(members, statement)),
        ("Choice", choice(lot, members, statement)),
    ]
    return tuple(pairs)


def _figures(plan: Plan) -> list[tuple[str, str]]:
    if plan.rule is not Rule.HYPERGEOMETRIC:
        return []
    return [("Confidence asked", percent(plan.confidence)), ("Share not to miss", percent(plan.share))]


def examined(members: Sequence[Member], statement: Statement) -> str:
    """How many different cards were examined, in how many examinations, and whether the rule asks for more."""
    said = f"{statement.examined:,} of {statement.declared:,}"
    if len(members) != statement.examined:
        said += f", in {len(members):,} examinations, for some bear the same number"
    open_ones = statement.wanted - statement.examined
    return f"{said}; {open_ones:,} fewer than the rule asks for" if open_ones > 0 else said


def bound(statement: Statement) -> str:
    """The bound on the lot in cards, or that none is stated."""
    most = statement.most_deviating
    if most is None:
        return N_("none is stated")
    whole = _complete(statement)
    how = N_("counted, not inferred") if whole else f"with {percent(statement.confidence)} confidence"
    return f"no more than {most:,} of {statement.declared:,} deviate or are undecided, {how}"


def reason(one: Reason, clean: Clean) -> str:
    """One finding against a card in words: "Contradicted: The paper says 24 GB … (declaration-memory)"."""
    said = {outcome.value: word for outcome, word in words.OUTCOMES.items() if outcome in words.GRAVE}
    return f"{said.get(one.outcome, DEFECT)}: {clean(one.text)} ({clean(one.check)})"


def twice(one: Twice, clean: Clean) -> str:
    """One number that several members bear."""
    kind = KINDS.get(one.kind) or clean(one.kind)
    return f"{kind} {clean(one.value)} on cards No. {numbers(one.members)}"


def declared_as(lot: Lot) -> str:
    """What the papers call the goods, in one line; that they say nothing, where they do."""
    declaration = lot.declaration
    memory = f"{declaration.memory_gb} GB" if declaration.memory_gb is not None else ""
    described = f"“{declaration.description}”" if declaration.description else ""
    named = filter(None, (described, declaration.brand, declaration.product, memory))
    return ", ".join(named) or NOT_DECLARED


def utc(moment: datetime) -> datetime:
    """In UTC, whatever the record says; a time without an offset is taken as UTC."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def moment(at: datetime, offset_minutes: int) -> str:
    """Local time and UTC in one line."""
    return f"{words.local_time(utc(at), offset_minutes)} ({words.utc_time(utc(at))})"
