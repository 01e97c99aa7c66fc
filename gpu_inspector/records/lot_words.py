"""The words of a lot for people: its rule, its counts, its members' nature, and what a sample does not say.

Shared by paper, window and terminal. Texts of cards and files go through the caller's `clean`. An answer of a lot never
bears a mark of "all clear": a member holds the three headlines alone, and not what is open beside them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from gpu_inspector.language import N_, _, listed, number, said, sentences, told
from gpu_inspector.records import words
from gpu_inspector.records.control import INDETERMINATE
from gpu_inspector.records.control import NONE as NOT_CONTROLLED
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import NOT_ASSESSED, Condition, Identity, Outcome
from gpu_inspector.records.lot import Lot, Member, Reason, Statement, Twice
from gpu_inspector.records.lot_figures import bound as bound
from gpu_inspector.records.lot_figures import choice as choice
from gpu_inspector.records.lot_figures import complete, known_before
from gpu_inspector.records.lot_figures import examined as examined
from gpu_inspector.records.lot_figures import numbers as numbers
from gpu_inspector.records.lot_figures import percent as percent
from gpu_inspector.records.lot_figures import plan_pairs as plan_pairs
from gpu_inspector.records.lot_figures import strays as strays
from gpu_inspector.records.lot_figures import utc as utc
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
    if not met:
        return _("No clearance: see each report for what its class rests on.")
    values = {"met": number(met), "members": number(len(members))}
    if met == 1:
        return said(
            "{met} of {members} meets an entry of the export-control list, whatever is said of the identity.", **values
        )
    return said(
        "{met} of {members} meet entries of the export-control list, whatever is said of the identity.", **values
    )


def natures(members: Sequence[Member], clean: Clean) -> tuple[str, ...]:
    """Where the members' evidence comes from, a sentence or two for each origin; which ones, where the lot is mixed."""
    found: dict[str, list[int]] = {}
    for one in members:
        found.setdefault(one.origin, []).append(one.number)
    if not found:
        return (_("No card was examined."),)
    shown = []
    ordered = sorted(found, key=lambda one: (one == Origin.MACHINE, one not in _ORIGINS, one))
    for origin in ordered[:_MOST_ORIGINS]:
        which = said("No. {numbers}: ", numbers=numbers(found[origin])) if len(found) > 1 else ""
        shown.append(f"{which}{_nature(origin, clean)}")
    if len(ordered) > _MOST_ORIGINS:
        rest = [number for origin in ordered[_MOST_ORIGINS:] for number in found[origin]]
        shown.append(said("No. {numbers}: other origins, as the table says.", numbers=numbers(rest)))
    return tuple(shown)


def nature_title(members: Sequence[Member]) -> str:
    """What a reader must know of the evidence beside the title; "" where every card was in this program's machine."""
    origins = {one.origin for one in members}
    named = "; ".join(_(words.TITLES[one]) for one in Origin if one in origins and one is not Origin.MACHINE)
    return said("In part: {named}", named=named) if named and len(origins) > 1 else named


def _nature(origin: str, clean: Clean) -> str:
    try:
        known = Origin(origin)
    except ValueError:
        return said("The evidence is of an origin that this program does not know: {origin}.", origin=clean(origin))
    if known is Origin.MACHINE:
        return _(words.NATURES[known])
    return sentences(_("{title}.").format(title=_(words.TITLES[known])), _(words.NATURES[known]))


def watermark(members: Sequence[Member]) -> str:
    """The word across each page where a member is a simulation or a sample; "" where none is."""
    origins = {one.origin for one in members}
    for origin in (Origin.SIMULATION, Origin.SAMPLE):
        if origin in origins:
            mark = _(words.WATERMARKS[origin])
            return mark if len(origins) == 1 else said("PARTLY {watermark}", watermark=mark)
    return ""


def rests_on(lot: Lot, members: Sequence[Member], statement: Statement) -> tuple[str, ...]:
    """What the statement rests on, a sentence or two each."""
    if statement.most_deviating is None:
        found: tuple[str, ...] = (NO_SHARE, SEEN, ONCE)
    elif complete(statement):
        found = (COMPLETE, SEEN, ONCE)
    elif lot.drawn and not strays(lot, members) and not known_before(lot, members):
        found = (DRAWN, FINITE, SEEN, ONCE)
    else:
        found = (RANDOM, FINITE, SEEN, ONCE)
    return tuple(_(one) for one in found)


def reason(one: Reason, clean: Clean) -> str:
    """One finding against a card in words: "Contradicted: The paper says 24 GB … (declaration-memory)"."""
    told_so = (*words.GRAVE, Outcome.INCONCLUSIVE)
    named = {outcome.value: word for outcome, word in words.OUTCOMES.items() if outcome in told_so}
    return f"{_(named.get(one.outcome, DEFECT))}: {clean(told(one.text))} ({clean(one.check)})"


def called(member: Member) -> str:
    """Its label; of an audit with its node before it, for each node has a first card."""
    return f"{member.node}, {member.label}" if member.node else member.label


def twice(one: Twice, clean: Clean) -> str:
    """One number that several members bear."""
    kind = _(KINDS[one.kind]) if one.kind in KINDS else clean(one.kind)
    return said(
        "{kind} {value} on cards No. {numbers}", kind=kind, value=clean(one.value), numbers=numbers(one.members)
    )


def goods(lot: Lot) -> str:
    """What the papers call the goods, in one line; "" where they name none."""
    declaration = lot.declaration
    memory = f"{declaration.memory_gb} GB" if declaration.memory_gb is not None else ""
    described = f"“{declaration.description}”" if declaration.description else ""
    named = filter(None, (described, declaration.brand, declaration.product, memory))
    return listed(list(named))


def moment(at: datetime, offset_minutes: int) -> str:
    """Local time and UTC in one line."""
    return f"{words.local_time(utc(at), offset_minutes)} ({words.utc_time(utc(at))})"
