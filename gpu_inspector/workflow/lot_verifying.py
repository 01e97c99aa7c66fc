"""Does the signed summary of a lot say what its own record gives, and do its pages show that record?

As with a report, the signature cannot see a lying signer. So the statement and the numbers that several cards bear are
made again from the members, and the pages are drawn again. Each card's own evidence is not in the summary: that the
members are what their reports say is seen only by holding it against those (`lot_reports`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from gpu_inspector.errors import CaptureError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical, hall_view, lot_statistics, lot_words
from gpu_inspector.records.chain import LARGEST_SEQ
from gpu_inspector.records.finding import Condition, Identity, Outcome
from gpu_inspector.records.hall import HIGHEST_UNIT, MOST_CARDS, MOST_NODES, Hall
from gpu_inspector.records.hall import LONGEST_NAME as LONGEST
from gpu_inspector.records.lot import LotSummary, Member, Statement
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.version import build
from gpu_inspector.workflow import own_pages
from gpu_inspector.workflow.lot_papers import reason_of

if TYPE_CHECKING:
    from gpu_inspector.report.seen import Examination

_FARTHEST_OFFSET_MINUTES = 18 * 60
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_GRAVE = ((Identity.CONTRADICTED, Outcome.CONTRADICTED), (Identity.SUSPICIOUS, Outcome.SUSPICIOUS))
"""Identity headline -> the outcome that one of the reasons has then, the gravest first."""
_COUNTED = ("declared", "examined", "deviating", "undecided", "unexamined_nodes")
"""What every version counts alike."""


def hold_together(data: bytes, found: Examination, problems: list[str], notes: list[str]) -> LotSummary | None:
    """The attached summary, where it can be read; what does not fit goes to `problems`, what else to say to `notes`."""
    summary = _read(found.lot or b"", problems)
    if summary is None:
        return None
    problems.extend(_impossible(summary))
    if problems:
        return summary
    problems.extend(own_pages.labelled(found, reason_of(summary), summary.lot.case.place))
    same = summary.tool_version == build()
    if same and found.lot != canonical.encode(summary):
        problems.append(N_("The attached record is not in the canonical form of the version that it names."))
    _made_again(summary, same, problems, notes)
    if same:
        problems.extend(own_pages.drawn_again(data, found, lambda language: _draw(summary, found, language)))
    else:
        texts = (canonical.digest(found.lot or b""), summary.id)
        problems.extend(own_pages.shown(data, found, texts, N_("the digest and the id")))
        notes.append(
            N_("Another version made the pages, so they were not drawn again: read the attached record, not the pages.")
        )
    notes.append(
        N_(
            "A summary holds no evidence: each card's own report, which it names by number and digest, is verified by"
            " itself."
        )
    )
    return summary


def nature(summary: LotSummary | None) -> tuple[str, ...]:
    """What it is, and that it tells of simulations or files, must not be left to the reader of its pages."""
    if summary is None:
        return ()
    said = lot_words.nature_title(summary.members)
    return (N_(f"{lot_words.TITLE}, no report of a card."), *((f"{said}.",) if said else ()))


def _read(record: bytes, problems: list[str]) -> LotSummary | None:
    try:
        summary = canonical.decode(record, LotSummary, N_("summary of a lot"))
    except CaptureError as error:
        problems.append(str(error))
        return None
    if not canonical.is_of(record, summary):
        problems.append(N_("The attached record is not in its canonical form."))
    return summary


def _impossible(summary: LotSummary) -> Iterator[str]:
    """What no summary of this program can be, whoever signed it."""
    lot, members = summary.lot, summary.members
    if not all(map(_UUID.fullmatch, (summary.id, lot.id))):
        yield N_("The attached record has no summary's or no lot's id.")
    if not all(map(_is_time, (summary.made_at, lot.opened_at))):
        yield N_("The attached record has no time that a clock can show.")
    if max(abs(summary.utc_offset_minutes), abs(lot.utc_offset_minutes)) > _FARTHEST_OFFSET_MINUTES:
        yield N_("The attached record has an offset from UTC that no clock has.")
    if not 0 < lot.declared <= lot_statistics.MOST_DECLARED:
        yield N_("The attached record has a number of pieces that no lot has.")
    if list(lot.drawn) != sorted(set(lot.drawn)) or not all(0 < one <= lot.declared for one in lot.drawn):
        yield N_("The attached record has drawn pieces that the lot has not.")
    if any(one is not None and not 0 < one <= 1 for one in (lot.plan.confidence, lot.plan.share)):
        yield N_("The attached record has a sampling plan that no lot has.")
    if [one.number for one in members] != list(range(1, len(members) + 1)):
        yield N_("The cards of the attached record are not numbered one by one.")
    if len({(one.inspection, one.card) for one in members}) != len(members):
        yield N_("The attached record counts one card of one inspection twice.")
    pieces = [one.piece for one in members if one.piece is not None]
    if len(set(pieces)) != len(pieces) or not all(0 < one <= lot.declared for one in pieces):
        yield N_("The attached record counts one piece of the lot twice, or one that it has not.")
    if summary.hall is not None and (fault := hall_fault(summary.hall, members)):
        yield N_(f"The attached record has a hall that none is ({fault}).")
    yield from _faults(summary)


def hall_fault(hall: Hall, members: Sequence[Member]) -> str:
    """Why it can be no hall of these members, in a few words; "" where it can."""
    nodes = [one.node for one in hall.places]
    if len(set(nodes)) != len(nodes) or len(nodes) > MOST_NODES:
        return N_("a node stands in it twice, or there are too many")
    if not all(nodes) or max((len(text) for one in hall.places for text in (one.node, one.rack)), default=0) > LONGEST:
        return N_("a name is none")
    if any(not 0 <= one.unit <= HIGHEST_UNIT or not 0 <= one.cards <= MOST_CARDS for one in hall.places):
        return N_("a unit or a number of cards is none")
    if hall_view.in_force(hall, hall.gaps, members) != hall:
        return N_("it says of a node that was examined that it was lost")
    if any(one.temperature_c is not None and hall_view.temperature_c(one) is None for one in members):
        return N_("a temperature is none")
    return ""


def _faults(summary: LotSummary) -> Iterator[str]:
    """The first member that can be none."""
    reports: dict[int, tuple[str, str]] = {}
    for one in summary.members:
        fault = _fault(one, summary)
        if reports.setdefault(one.seq, (one.digest, one.inspection)) != (one.digest, one.inspection):
            fault = N_("two inspections under one number of a report")
        if fault:
            yield N_(f"The attached record holds a card that no lot has: No. {one.number} ({fault}).")
            return


def _fault(one: Member, summary: LotSummary) -> str:
    """Why a member can be none, in a word or two; "" where it can."""
    if not _DIGEST.fullmatch(one.digest) or not _UUID.fullmatch(one.inspection):
        return N_("its digest or id is none")
    if not 0 < one.seq <= min(summary.ledger_rows, LARGEST_SEQ) or one.card < 0:
        return N_("its report's number is not in the ledger")
    if not _is_time(one.made_at) or not _is_time(one.added_at):
        return N_("its time is none")
    outcomes = {reason.outcome for reason in one.reasons}
    if not outcomes <= set(Outcome):
        return N_("a reason has an outcome that no check has")
    gravest = next((identity for identity, outcome in _GRAVE if outcome in outcomes), None)
    if gravest is not (one.identity if one.identity in lot_words.DEVIATING else None):
        return N_("its identity does not follow from its reasons")
    if one.condition is Condition.FAULTY and not one.reasons:
        return N_("its defect has no reason")
    return ""


def _is_time(moment: datetime) -> bool:
    return moment.tzinfo is not None


def _made_again(summary: LotSummary, same: bool, problems: list[str], notes: list[str]) -> None:
    """The statement and the numbers on several cards, from the members alone."""
    lot, members, said = summary.lot, summary.members, summary.statement
    try:
        again = lot_statistics.statement_of(lot, members, hall_view.count_unexamined(summary.hall, members))
        twice = lot_statistics.twice_of(members)
    except (ValueError, ArithmeticError) as error:
        problems.append(N_(f"The statement cannot be made from the attached record ({error})."))
        return
    if same or any(getattr(said, name) != getattr(again, name) for name in _COUNTED):
        if said != again:
            problems.append(N_(f"The statement does not follow from the cards of the record: {_differ(said, again)}."))
        else:
            notes.append(N_("The statement was made again from the cards of the record, and came out the same."))
    elif said != again:
        notes.append(N_(f"By this version the cards of the record give another statement: {again.text}"))
    if summary.twice != twice:
        sentence = N_("The numbers that several cards bear do not follow from the cards of the record.")
        (problems if same else notes).append(sentence)


def _differ(said: Statement, again: Statement) -> str:
    names = [name for name in Statement.__slots__ if getattr(said, name) != getattr(again, name)]
    return "; ".join(
        N_(f"{name.replace('_', ' ')} {str(getattr(said, name))[:300]} there, {getattr(again, name)} here")
        for name in names[:3]
    )


def _draw(summary: LotSummary, found: Examination, language: str) -> bytes:
    with LOADING:
        from gpu_inspector.report import lot_document

    return lot_document.draw(summary, signer=found.fingerprint, page=found.page, language=language)
