"""What other offices saw of this card's numbers, as the registry of many offices said before the card was judged.

It is the word of another office, told by a server of others. Neither is examined here: a registry that lies could name
any card, a serial that one office typed in wrongly stands on somebody's honest card, and a card that is sold second
hand was seen elsewhere for that very reason. So the same numbers are information, a deviation is a weak sign whatever
vouches for it, and nothing of it ever adds up. What vouches for a row is told with it: a whole row under a signed
checkpoint can be asked for and examined, of a digest there is the office's word and no more.

Not seen elsewhere is no pass: every new number is that, a forger's first of all. It counts nothing.
"""

from dataclasses import replace

from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.facts import IN_A_GUEST
from gpu_inspector.checks.runner import check
from gpu_inspector.checks.sighting_words import registry_source
from gpu_inspector.checks.sightings import NO_NUMBER, NOT_REAL, READ_IT, WORDS
from gpu_inspector.language import N_
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.records.finding import Identity, Outcome, Strength
from gpu_inspector.records.numbers import FIELDS, likeness_of, own_numbers
from gpu_inspector.records.sighting import Likeness, RegistrySighting

REGISTRY = "registry"
"""How the gap of a registry that did not answer is called."""
_OF_THE_DIE = frozenset({"uuid", "device_identifier"})
_ASK_THEM = N_("Ask that office what it saw, and on which card; it finds its row by the digest.")


@check("identity-registry-sightings", N_("Sightings of other offices"))
def elsewhere(card: CardEvidence, evidence: Evidence) -> Answer:
    """Other offices' rows with this card's numbers are passed on with office and day, and decide nothing."""
    if (unasked := _unasked(evidence)) is not None:
        return unasked
    present, numbers = likeness_of(card), own_numbers(card)
    if present.guest:
        return inconclusive(IN_A_GUEST.reason, advice=IN_A_GUEST.advice)
    own = {kind for kind in FIELDS if numbers.get(kind)}
    if not own:
        return inconclusive(NO_NUMBER, advice=READ_IT)
    seen = [one for one in evidence.registry_sightings if one.card == card.label and own.intersection(one.matched)]
    if not seen:
        return not_applicable(N_("The registry knows no other office that saw these numbers, which is no pass."))
    other = next((one for one in seen if _other(present, own, one)), None)
    return _again(seen) if other is None else _deviates(other, _other(present, own, other), len(seen))


def _unasked(evidence: Evidence) -> Answer | None:
    if evidence.origin in (Origin.SAMPLE, Origin.SIMULATION):
        return not_applicable(NOT_REAL)
    if evidence.registry_asked is None:
        gap = next((one for one in evidence.gaps if one.source == REGISTRY), None)
        if gap is None:
            return not_applicable(N_("No registry was asked for sightings of other offices, which is no pass."))
        return inconclusive("{reason}", advice="{help}", reason=gap.reason, help=gap.advice)
    if not evidence.registry_asked.visible:
        return not_applicable(N_("The registry shows this office no sightings of others, which is no pass."))
    return None


def _other(present: Likeness, own: set[str], one: RegistrySighting) -> tuple[str, ...]:
    """The kinds of which that card had another number; () where several dies of one board may explain it."""
    kinds = tuple(kind for kind in one.differing if kind in own and kind not in one.matched)
    one_board = not _OF_THE_DIE.intersection(one.matched) and present.multi_gpu_board is not False
    return () if one_board and _OF_THE_DIE.issuperset(kinds) else kinds


def _deviates(one: RegistrySighting, kinds: tuple[str, ...], count: int) -> Answer:
    return sign(
        Strength.WEAK,
        N_(
            "{office} saw the {number} on {day}, on a card with another {what}, as the registry says. Which of the two"
            " bears a number that is not its own, this does not tell. Sightings of other offices: {count}. Another"
            " office's words decide nothing by themselves."
        ),
        expected=N_("the same card as before"),
        observed=N_("a card with another number"),
        source=registry_source(one),
        witness="registry",
        cause="registry",
        innocent=(
            N_("a board whose die or InfoROM was replaced in repair"),
            N_("the other card's number was copied, and this card is its honest owner"),
            N_("an entry that was made in error, or is out of date"),
        ),
        advice=_ASK_THEM,
        values={
            "office": one.office or N_("an office that is not named"),
            "number": next((WORDS[kind] for kind in FIELDS if kind in one.matched), ""),
            "day": one.day,
            "what": WORDS[kinds[0]],
            "count": count,
        },
    )


def _again(seen: list[RegistrySighting]) -> Answer:
    """The same numbers elsewhere before: what every card that was sold on has, whatever the verdict was there."""
    last = seen[0]
    grave = next((one for one in seen if one.identity in (Identity.SUSPICIOUS, Identity.CONTRADICTED)), None)
    found = consistent(
        N_(
            "Seen by other offices in {count} inspections, last by {office} on {day}, as the registry says; the numbers"
            " agree as far as both give them.{verdict}"
        ),
        expected=N_("the same card as before"),
        observed=N_("nothing differs"),
        source=registry_source(last if grave is None else grave),
        count=len(seen),
        office=last.office or N_("an office that is not named"),
        day=last.day,
        verdict=N_(f" The verdict of {grave.office} on {grave.day} was {grave.identity}.") if grave is not None else "",
    )
    if grave is None:
        return found
    return replace(found, outcome=Outcome.NOTED, advice=_ASK_THEM)
