"""Two sightings side by side: the same card before and after (intake and return of a repair), or two cards.

`compare` is a pure function of two records. What differs from run to run even on an untouched card (rates, heat, how
much memory was free) is told apart from what does not, and so is what only one of the two inspections looked at: a
quick inspection beside a deep one must not read as a card that was changed.

Whether two records are of one card is told by serial, UUID and device identifier alone, as far as these are real: a
number that is missing or masked never matches, and nothing of a simulation ever matches a card.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from gpu_inspector.errors import LedgerError
from gpu_inspector.language import N_, _, told
from gpu_inspector.probes.smi_masks import is_masked
from gpu_inspector.records import columns, words
from gpu_inspector.records.control import INDETERMINATE
from gpu_inspector.records.evidence import CardEvidence, Origin
from gpu_inspector.records.finding import NOT_ASSESSED, Condition, Identity, Outcome
from gpu_inspector.records.inspection import CardJudgement, Inspection, LedgerEntry
from gpu_inspector.records.numbers import real_id
from gpu_inspector.records.words import Clean

NUMBERS = {"serial": N_("serial"), "uuid": N_("UUID"), "device_identifier": N_("device identifier")}
"""Fields of a claim that belong to one single card -> in words."""
MOST = 40
"""Earlier inspections that are offered; a card seen more often has the newest of them."""
ANSWERS = N_("Answers")
FINDINGS = N_("Findings")
ABSENT = N_("not asked")
"""A check that the other program version did not have."""
_NO_ANSWER = (
    *(columns.NOT_DECLARED, columns.NOT_GIVEN, columns.NOT_MEASURED, columns.NOT_CLAIMED, columns.NOT_ASKED),
    columns.CLAIM_ONLY,
)
_UNDECIDED = (None, Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE)
_VARYING_CLAIMS = frozenset({"PCIe now"})
_VARYING_MEASURES = frozenset(
    {"Memory", "Memory bandwidth", "Memory bus", "PCIe at most", "Heat under load", "L2 cache", "Architecture"}
)


class Difference(Enum):
    """How two values stand to each other, in the order in which people read."""

    DIFFERS = N_("differs")
    ONE_SIDED = N_("seen on one side only")
    VARIES = N_("varies from run to run")
    SAME = N_("same")


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """One fact or answer of both; `group` says which of the headlines, columns or findings it belongs to.

    Group and label of a fact are English names, the values are in the language that is shown.
    """

    group: str
    label: str
    one: str
    other: str
    difference: Difference

    @property
    def differs(self) -> bool:
        """Whether both sides speak, and say what cannot both be so on an untouched card."""
        return self.difference is Difference.DIFFERS


@dataclass(frozen=True, slots=True)
class Sighting:
    """One card of one inspection. `same` are the numbers, in words, that it shares with the card asked about."""

    inspection: Inspection
    entry: LedgerEntry
    card: int
    same: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """Other inspections of a card, newest first; `unread` are numbers of rows that cannot be read."""

    sightings: tuple[Sighting, ...]
    unread: tuple[int, ...] = ()


def compare(
    one: Inspection, one_card: int, other: Inspection, other_card: int, clean: Clean
) -> tuple[ComparedLine, ...]:
    """All lines of both, differences first; a number that no card of an inspection has is a card without answers."""
    lines = [
        *_answers(_judged(one, one_card), _judged(other, other_card), clean),
        *_facts(one, one_card, other, other_card, clean),
        *_findings(_judged(one, one_card), _judged(other, other_card), clean),
    ]
    order = list(Difference)
    return tuple(sorted(lines, key=lambda line: order.index(line.difference)))


def shared_numbers(one: Inspection, one_card: int, other: Inspection, other_card: int) -> tuple[str, ...]:
    """The numbers, in words, that both cards bear: ("serial", "UUID"); () where they share none."""
    if _imagined(one) != _imagined(other):
        return ()
    mine, theirs = numbers_of(one, one_card), numbers_of(other, other_card)
    return tuple(NUMBERS[field] for field in NUMBERS if mine[field] & theirs[field])


def numbers_of(inspection: Inspection, card: int) -> dict[str, frozenset[str]]:
    """Field of NUMBERS -> the real values that any source gives for it, folded."""
    seen = _seen(inspection, card)
    found: dict[str, frozenset[str]] = dict.fromkeys(NUMBERS, frozenset())
    if seen is None or inspection.evidence.masked:
        return found
    for field in NUMBERS:
        values = (getattr(claims, field) for _, claims in seen.claims)
        found[field] = frozenset(
            value.casefold() for value in values if value and not is_masked(value) and real_id(field, value)
        )
    return found


def earlier_of(inspection: Inspection, card: int, ledger_path: Path) -> Earlier:
    """Other inspections in the ledger that saw this card. Raises LedgerError where the ledger cannot be read."""
    from gpu_inspector.ledger.store import Ledger

    numbers = sorted({value for values in numbers_of(inspection, card).values() for value in values})
    sightings: list[Sighting] = []
    unread: list[int] = []
    if not numbers:
        return Earlier(())
    with Ledger(ledger_path, readonly=True) as ledger:
        rows = {row.seq for number in numbers for row in ledger.history(words=number, limit=MOST + 1)}
        for seq in sorted(rows, reverse=True)[: MOST + 1]:
            try:
                entry, found = ledger.inspection(seq)
            except LedgerError:
                unread.append(seq)
                continue
            if found.id != inspection.id:
                sightings.extend(_sightings(inspection, card, found, entry))
    return Earlier(tuple(sightings[:MOST]), tuple(unread))


def _sightings(inspection: Inspection, card: int, found: Inspection, entry: LedgerEntry) -> Iterator[Sighting]:
    for number in range(len(found.evidence.cards)):
        if same := shared_numbers(inspection, card, found, number):
            yield Sighting(found, entry, number, same)


def _imagined(inspection: Inspection) -> bool:
    return inspection.evidence.origin in (Origin.SIMULATION, Origin.SAMPLE)


def _judged(inspection: Inspection, card: int) -> CardJudgement | None:
    cards = inspection.judgement.cards
    return cards[card] if 0 <= card < len(cards) else None


def _seen(inspection: Inspection, card: int) -> CardEvidence | None:
    cards = inspection.evidence.cards
    return cards[card] if 0 <= card < len(cards) else None


def _answers(one: CardJudgement | None, other: CardJudgement | None, clean: Clean) -> Iterator[ComparedLine]:
    open_classes = (words.control_word(one, clean) for one in (NOT_ASSESSED, INDETERMINATE))
    undecided = (words.IDENTITIES[Identity.INCONCLUSIVE], Condition.NOT_EXAMINED.value)
    unanswered = (_(ABSENT), *(_(one) for one in undecided), *open_classes)
    rows: tuple[tuple[str, Callable[[CardJudgement], str]], ...] = (
        (N_("Identity"), lambda card: _(words.IDENTITIES[card.identity])),
        (N_("Condition"), lambda card: _(card.condition.value)),
        (words.CONTROL_QUESTION, lambda card: words.control_word(card.control, clean)),
    )
    for label, word in rows:
        before, after = (word(card) if card is not None else _(ABSENT) for card in (one, other))
        difference = Difference.SAME
        if before != after:
            difference = Difference.ONE_SIDED if {before, after} & set(unanswered) else Difference.DIFFERS
        yield ComparedLine(ANSWERS, label, before, after, difference)


def _facts(one: Inspection, one_card: int, other: Inspection, other_card: int, clean: Clean) -> Iterator[ComparedLine]:
    mine = {line.label: line for line in _lines(one, one_card, clean)}
    theirs = {line.label: line for line in _lines(other, other_card, clean)}
    declared, claimed, measured = (heading for heading, _who in columns.HEADINGS)
    for label in dict.fromkeys((*mine, *theirs)):
        nothing = columns.Line(label, "", (_(columns.NOT_CLAIMED),), _(columns.NOT_MEASURED))
        left = mine.get(label, nothing)
        right = theirs.get(label, nothing)
        varying = label in _VARYING_MEASURES and not (left.amiss or right.amiss)
        texts = ("\n".join(left.claimed), "\n".join(right.claimed))
        if left.values and right.values:
            # Who says it is no difference of the card: one inspection may have asked more sources.
            unlike = Difference.VARIES if label in _VARYING_CLAIMS else Difference.DIFFERS
            of_claims = Difference.SAME if left.values == right.values else unlike
        else:
            of_claims = _difference(*texts, label in _VARYING_CLAIMS)
        if left.declared or right.declared:
            of_papers = _difference(left.declared, right.declared, False)
            yield ComparedLine(declared, label, left.declared, right.declared, of_papers)
        yield ComparedLine(claimed, label, *texts, of_claims)
        if {left.measured, right.measured} != {columns.CLAIM_ONLY}:
            of_silicon = _difference(left.measured, right.measured, varying)
            yield ComparedLine(measured, label, left.measured, right.measured, of_silicon)


def _lines(inspection: Inspection, card: int, clean: Clean) -> tuple[columns.Line, ...]:
    return columns.lines_of(_seen(inspection, card), inspection.declaration, clean, inspection.evidence.origin)


def _difference(one: str, other: str, varying: bool) -> Difference:
    if one == other:
        return Difference.SAME
    no_answer = tuple(_(text) for text in _NO_ANSWER)
    silent = [not text or text.startswith(no_answer) for text in (one, other)]
    if any(silent):
        return Difference.SAME if all(silent) else Difference.ONE_SIDED
    return Difference.VARIES if varying else Difference.DIFFERS


def _findings(one: CardJudgement | None, other: CardJudgement | None, clean: Clean) -> Iterator[ComparedLine]:
    mine = {finding.check: finding for finding in one.findings} if one is not None else {}
    theirs = {finding.check: finding for finding in other.findings} if other is not None else {}
    for check in dict.fromkeys((*mine, *theirs)):
        left, right = mine.get(check), theirs.get(check)
        title = next((told(finding.title) for finding in (left, right) if finding is not None), check)
        outcomes = [finding.outcome if finding is not None else None for finding in (left, right)]
        before, after = (_(words.OUTCOMES[one] if one is not None else ABSENT) for one in outcomes)
        difference = Difference.SAME
        if outcomes[0] is not outcomes[1]:
            difference = Difference.ONE_SIDED if set(outcomes) & set(_UNDECIDED) else Difference.DIFFERS
        yield ComparedLine(FINDINGS, clean(title), before, after, difference)
