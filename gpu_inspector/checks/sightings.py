"""What earlier inspections and other offices say of this card's numbers, as it was written into the evidence.

Serials and UUIDs are unique, and a die or a board keeps its own. So the same number on another card means that one of
the two bears a number that is not its own, or that a part was moved; which of the two, no ledger can tell, and the
honest owner of a copied number comes here too. What fools this check, and so is weighed: a die or an InfoROM that
was replaced in repair, boards of several dies, slices of a card (MIG, virtual GPUs), ECC and old drivers that show a
little less memory, makers that wrote one serial into many boards, and an earlier record that was read from a file, into
which anybody can write anybody's number, or on a bench that nobody vouched for: neither is ever more than a weak sign.

Not seen before is no pass: every new number is that, a forger's first of all. It counts nothing.
"""

from dataclasses import dataclass, replace

from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.facts import IN_A_GUEST
from gpu_inspector.checks.limit import MIB
from gpu_inspector.checks.runner import check
from gpu_inspector.checks.sighting_words import list_source, place_of, source_of
from gpu_inspector.checks.thresholds_claims import SAME_MEMORY_PART
from gpu_inspector.language import N_
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.records.finding import Identity, Outcome, Strength, Value
from gpu_inspector.records.numbers import FIELDS, likeness_of, own_numbers
from gpu_inspector.records.sighting import Likeness, Sighting

LEDGER = "ledger"
"""How the gap of a ledger that could not be asked is called."""
LISTS = "watch-lists"
"""How the gap of watch-lists that could not be read is called."""
_UNASKED = {
    LEDGER: N_("No ledger was asked for earlier inspections, which is no pass."),
    LISTS: N_("No watch-list is kept here, or none was asked, which is no pass."),
}
WORDS = {"uuid": "UUID", "serial": "serial", "device_identifier": N_("device identifier")}
_OF_THE_DIE = frozenset({"uuid", "device_identifier"})
_ORDER = (Strength.STRONG, Strength.MEDIUM, Strength.WEAK, Strength.NONE)
NO_NUMBER = N_("The card gives no number by which it could be known again: absent or masked.")
READ_IT = N_("Read serial and UUID on a bench of your own, and compare the board's sticker.")
NOT_REAL = N_("A simulation or a sample is held against no earlier inspection and no list.")


@dataclass(frozen=True, slots=True)
class _Deviation:
    """How a card differs from an earlier one with the same number; NONE where several dies of a board explain it."""

    sighting: Sighting
    strength: Strength
    what: str
    then: str
    now: str
    witness: str = ""
    cause: str = ""
    innocent: tuple[str, ...] = ()


@check("identity-earlier-sightings", N_("Earlier inspections of the same numbers"))
def earlier(card: CardEvidence, others: tuple[CardEvidence, ...], evidence: Evidence) -> Answer:
    """A die keeps its UUID and a board its serial: the same number on another card was copied, or a part was moved."""
    unasked = _unasked(evidence, asked=evidence.ledger_asked is not None, source=LEDGER)
    if unasked is not None:
        return unasked
    present, numbers = likeness_of(card), own_numbers(card)
    if present.guest:
        return inconclusive(IN_A_GUEST.reason, advice=IN_A_GUEST.advice)
    if not any(numbers.values()):
        return inconclusive(NO_NUMBER, advice=READ_IT)
    seen = [one for one in evidence.sightings if one.card == card.label and _is_of(one, numbers)]
    if not seen:
        rows = evidence.ledger_asked.rows if evidence.ledger_asked is not None else 0
        return not_applicable(N_("Not seen before in the {rows} rows of this ledger, which is no pass."), rows=rows)
    board = any(_shares(numbers, other) for other in others)
    deviations = [found for one in seen if (found := _deviation(present, one, one.bearers > 1 or board)) is not None]
    if not deviations:
        return _again(seen)
    return _told(min(deviations, key=lambda one: _ORDER.index(one.strength)), numbers, len(seen))


def _unasked(evidence: Evidence, *, asked: bool, source: str) -> Answer | None:
    if evidence.origin in (Origin.SAMPLE, Origin.SIMULATION):
        return not_applicable(NOT_REAL)
    if asked:
        return None
    gap = next((one for one in evidence.gaps if one.source == source), None)
    if gap is None:
        return not_applicable(_UNASKED[source])
    return inconclusive("{reason}", advice="{help}", reason=gap.reason, help=gap.advice)


def _is_of(one: Sighting, numbers: dict[str, tuple[str, ...]]) -> bool:
    """Whether the equal numbers are really this card's: two cards of a forged file may bear one label."""
    return any(kind in FIELDS and _bears(numbers, kind, getattr(one.seen, kind)) for kind in one.matched)


def _bears(numbers: dict[str, tuple[str, ...]], kind: str, value: str | None) -> bool:
    return value is not None and value.casefold() in {own.casefold() for own in numbers.get(kind, ())}


def _shares(numbers: dict[str, tuple[str, ...]], other: CardEvidence) -> bool:
    return any(_bears(numbers, "serial", value) for value in own_numbers(other)["serial"])


def _deviation(present: Likeness, one: Sighting, shared_board: bool) -> _Deviation | None:
    """What differs although a number is equal: the gravest first. None where nothing does."""
    if one.seen.guest:
        return None
    then = one.seen
    by_die = bool(_OF_THE_DIE.intersection(one.matched))
    if _differ(then.device_id, present.device_id):
        innocent = (N_("a driver that was patched on one of the two benches"),)
        return _weighed(one, Strength.STRONG, N_("device id"), then.device_id, present.device_id, by_die, innocent)
    if _memory_differs(then.memory_total_bytes, present.memory_total_bytes):
        innocent = (N_("memory that was changed openly between the two inspections"),)
        sizes = (_mib(then.memory_total_bytes), _mib(present.memory_total_bytes))
        return _weighed(one, Strength.STRONG, N_("memory total"), *sizes, by_die, innocent)
    kind = next((name for name in FIELDS if _differ(getattr(then, name), getattr(present, name))), None)
    if kind is not None:
        return _other_number(present, one, kind, shared_board)
    if _differ(then.board_part_number, present.board_part_number):
        innocent = (N_("an InfoROM that its maker brought up to date in repair"),)
        parts = (then.board_part_number, present.board_part_number)
        return _weighed(one, Strength.WEAK, N_("board part number"), *parts, by_die, innocent)
    return None


def _other_number(present: Likeness, one: Sighting, kind: str, shared_board: bool) -> _Deviation | None:
    then, now = getattr(one.seen, kind), getattr(present, kind)
    if kind in _OF_THE_DIE and not _OF_THE_DIE.intersection(one.matched):
        if shared_board:
            return None
        if not one.seen.multi_gpu_board is present.multi_gpu_board is False:
            return _Deviation(one, Strength.NONE, WORDS[kind], then, now)
        innocent = (
            N_("a board whose die was replaced in repair"),
            N_("a maker that wrote one serial into several boards"),
        )
        return _weighed(one, Strength.MEDIUM, WORDS[kind], then, now, False, innocent)
    innocent = (
        N_("a board that got a new InfoROM in repair"),
        N_("a die that was moved to another board in repair"),
    )
    return _weighed(one, Strength.MEDIUM, WORDS[kind], then, now, True, innocent)


def _weighed(
    one: Sighting,
    strength: Strength,
    what: str,
    then: str | None,
    now: str | None,
    by_die: bool,
    innocent: tuple[str, ...],
) -> _Deviation:
    """A file can hold anybody's number, and what a bench without a voucher said is hearsay: both weigh little."""
    if one.from_file:
        strength = Strength.WEAK
        innocent = (N_("an earlier file that was edited, or is of another card"), *innocent)
    elif one.bench_doubted:
        strength = Strength.WEAK
        innocent = (N_("an earlier bench that nobody vouched for, whose driver may have lied"), *innocent)
    else:
        innocent = (*innocent, N_("the other card's number was copied, and this card is its honest owner"))
    # Whether the number is the die's or the InfoROM's, what deviates came out of the same copied or moved part.
    cause = N_("moved die") if by_die else N_("cloned identity")
    return _Deviation(one, strength, what, then or "", now or "", "InfoROM", cause, innocent)


def _differ(then: str | None, now: str | None) -> bool:
    return then is not None and now is not None and then.strip().casefold() != now.strip().casefold()


def _memory_differs(then: int | None, now: int | None) -> bool:
    return then is not None and now is not None and abs(then - now) * int(SAME_MEMORY_PART) > max(then, now)


def _mib(size: int | None) -> str:
    return f"{(size or 0) // MIB:,} MiB"


def _again(seen: list[Sighting]) -> Answer:
    """The same object again, as far as both records tell: information, whatever the verdict was."""
    last = seen[0]
    grave = next((one for one in seen if one.identity in (Identity.SUSPICIOUS, Identity.CONTRADICTED)), None)
    found = consistent(
        N_(
            "{files}Seen before in {count} inspections, last in {place}; numbers, device id, board part number and"
            " memory agree as far as both give them.{verdict}"
        ),
        expected=N_("the same card as before"),
        observed=N_("nothing differs"),
        source=source_of(last),
        files=N_("This very file was reviewed before. ") if last.same_file else "",
        count=len(seen),
        place=place_of(last),
        verdict=N_(f" The verdict in {place_of(grave)} was {grave.identity}.") if grave is not None else "",
    )
    if grave is None:
        return found
    return replace(found, outcome=Outcome.NOTED, advice=N_("Read the earlier report beside this one."))


def _told(found: _Deviation, numbers: dict[str, tuple[str, ...]], count: int) -> Answer:
    one = found.sighting
    kind = next(kind for kind in FIELDS if kind in one.matched and _bears(numbers, kind, getattr(one.seen, kind)))
    values: dict[str, Value] = {
        "number": f"{WORDS[kind]} {getattr(one.seen, kind)}",
        "place": place_of(one),
        "what": found.what,
        "then": found.then,
        "now": found.now,
        "count": count,
    }
    if found.strength is Strength.NONE:
        return inconclusive(
            N_(
                "The {number} was seen before, in {place}, with another {what}: then {then}, now {now}. The dies of one"
                " board share its serial, and the cards do not say whether they are such."
            ),
            advice=N_("Look at the board: has it more than one die?"),
            source=source_of(one),
            **values,
        )
    return sign(
        found.strength,
        N_(
            "The {number} was seen before, in {place}, on a card with another {what}: then {then}, now {now}. Which"
            " of the two bears a number that is not its own, this does not tell. Earlier inspections with its numbers:"
            " {count}."
        ),
        expected=f"{found.what} {found.then}",
        observed=f"{found.what} {found.now}",
        source=source_of(one),
        witness=found.witness,
        cause=found.cause,
        innocent=found.innocent,
        advice=N_("Read the earlier report beside this one, and compare sticker and board with both."),
        values=values,
    )


@check("identity-watch-list", N_("Watch-lists of other offices"))
def watch_list(card: CardEvidence, evidence: Evidence) -> Answer:
    """What another office wrote about a number is passed on with its author and day, and decides nothing by itself."""
    unasked = _unasked(evidence, asked=bool(evidence.lists_asked), source=LISTS)
    if unasked is not None:
        return unasked
    if not any(own_numbers(card).values()):
        return inconclusive(NO_NUMBER, advice=READ_IT)
    hits = [one for one in evidence.watched if one.card == card.label]
    if not hits:
        count = len(evidence.lists_asked)
        return not_applicable(
            N_("On none of the {count} watch-lists that are kept here, which is no pass."), count=count
        )
    one = next((hit for hit in hits if hit.known), hits[0])
    return sign(
        Strength.WEAK,
        N_(
            "The {kind} {value} stands on a watch-list that “{office}” made on {made}: “{reason}”{listed}. Entries that"
            " name this card: {count}. Another office's words decide nothing by themselves."
        ),
        expected=N_("on no watch-list"),
        observed=f"{one.kind} {one.value}",
        source=list_source(one),
        witness=N_("watch-list"),
        cause="watch-list",
        innocent=(
            N_("an entry about another card, from which this one's number was copied"),
            N_("an entry that was made in error, or is out of date"),
        ),
        advice=N_("Ask that office what it saw, and on which card."),
        values={
            "kind": one.kind,
            "value": one.value,
            "office": one.office or N_("an office that is not named"),
            "made": f"{one.made_at:%Y-%m-%d}",
            "reason": one.reason or N_("no reason given"),
            "listed": N_(f", entered on {one.listed_on}") if one.listed_on else "",
            "count": len(hits),
        },
    )
