"""The words of a batch for people: what it is and is not, its cards as a table takes them, and what is open of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from gpu_inspector.language import N_, _, number, said
from gpu_inspector.records.batch import BatchRow, BatchSummary
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.lot import Member

TITLE = N_("Summary of a batch")
NO_LOT = N_(
    "A batch is a queue and no lot: nothing here is declared to belong together, and nothing is inferred from what was"
    " looked at on anything else."
)
COUNTED = N_(
    "What could not be read counts as INCONCLUSIVE: it was not looked at. A content that was judged in an earlier run"
    " and is gone now, or was changed, is counted as well."
)
NOT_SAID = (
    NO_LOT,
    N_(
        "The same content under two names is two entries, and two files may tell of one card: how many cards there are"
        " is not said."
    ),
    N_("A file that was not in the folder, or not on the list, was not looked at, and nothing is said of it."),
    N_(
        "Nothing is said of who altered a card or a file, or why. An unexplained deviation has innocent explanations"
        " that remain; they stand in that inspection's own report."
    ),
    N_("A card without a contradiction is one in which none was found: what its report lists as not examined is open."),
)
GONE = N_("judged in an earlier run; not met in the last one")
CHANGED = N_("judged in an earlier run; its content was changed since, and was judged anew")
UNREADABLE = N_("judged in an earlier run; it could not be judged in the last one")


REPLACED = N_("judged anew in row {row}, outside of the batch; it is counted here as it was judged in it")


@dataclass(frozen=True, slots=True)
class Open:
    """What keeps cards from an answer: one sentence, the checks that say it, and the numbers of the cards."""

    checks: tuple[str, ...]
    text: str
    cards: tuple[int, ...]


def members(summary: BatchSummary) -> tuple[Member, ...]:
    """Every card as the pages of a lot take it, numbered through; its label is what the queue called it."""
    found: list[Member] = []
    for row in summary.rows:
        for place, card in enumerate(row.cards):
            found.append(
                Member(
                    number=len(found) + 1,
                    seq=row.seq,
                    inspection=row.inspection,
                    digest=row.digest,
                    card=place,
                    label=row.item if len(row.cards) == 1 else f"{row.item}, {card.label}",
                    product=card.product,
                    origin=row.origin,
                    identity=card.identity,
                    condition=card.condition,
                    control=card.control,
                    made_at=row.made_at,
                    added_at=row.made_at,
                    reasons=tuple(
                        summary.reasons[one]
                        for one in card.reasons
                        if 0 <= one < len(summary.reasons) and summary.reasons[one].outcome != Identity.INCONCLUSIVE
                    ),
                )
            )
    return tuple(found)


def undecided(summary: BatchSummary) -> tuple[Open, ...]:
    """What keeps cards undecided, the most frequent first, each with the numbers of its cards."""
    cards: dict[int, list[int]] = {}
    place = 0
    for row in summary.rows:
        for card in row.cards:
            place += 1
            for one in card.reasons if card.identity is Identity.INCONCLUSIVE else ():
                if 0 <= one < len(summary.reasons) and summary.reasons[one].outcome == Identity.INCONCLUSIVE:
                    cards.setdefault(one, []).append(place)
    checks: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for one in sorted(cards, key=lambda one: (-len(cards[one]), one)):
        reason = summary.reasons[one]
        checks.setdefault((reason.text, tuple(cards[one])), []).append(reason.check)
    return tuple(Open(tuple(names), text, numbers) for (text, numbers), names in checks.items())


def earlier(summary: BatchSummary) -> Iterator[tuple[BatchRow, str]]:
    """What was judged in an earlier run alone, and what became of it since."""
    present = {row.item for row in summary.rows if row.present}
    unread = {one.item for one in summary.unread}
    for row in summary.rows:
        if not row.present:
            yield row, _(CHANGED if row.item in present else UNREADABLE if row.item in unread else GONE)


def replaced(summary: BatchSummary) -> Iterator[tuple[BatchRow, str]]:
    """What was judged anew outside of the batch, and where: its answer there may be another one."""
    for row in summary.rows:
        if row.replaced_by:
            yield row, said(REPLACED, row=row.replaced_by)


def examined(summary: BatchSummary) -> str:
    """How many inspections there are, and what else there was, in one line."""
    cards = sum(len(row.cards) for row in summary.rows)
    parts = [said("{rows} inspections of {cards} cards", rows=number(len(summary.rows)), cards=number(cards))]
    if summary.unread:
        parts.append(said("{unread} could not be judged", unread=number(len(summary.unread))))
    if left := len(summary.left_out) + summary.left_out_more:
        parts.append(said("{left} left out", left=number(left)))
    return "; ".join(parts)


def origins(summary: BatchSummary) -> tuple[tuple[str, int], ...]:
    """How many inspections are of which origin."""
    return tuple(sorted(Counter(row.origin for row in summary.rows).items()))


def source(summary: BatchSummary) -> str:
    """Where the queue came from; a batch of files alone is a review of files of unknown origin."""
    return {"folder": _("the files of a folder"), "watched": _("files as they came into a folder")}.get(
        summary.source, _("a list of files, cards or simulations")
    )


def only_files(summary: BatchSummary) -> bool:
    """Whether every inspection is of a file of unknown origin."""
    return bool(summary.rows) and all(row.origin == Origin.FILE for row in summary.rows)
