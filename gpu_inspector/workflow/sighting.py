"""Earlier sightings: where the ledger saw a card's numbers before goes into the evidence, ahead of judging.

So the judgement stays a pure function of its record, and a report tells what was known on the day. A ledger that
cannot be asked is a gap with its reason, and never keeps a card from being inspected.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector.errors import LedgerError
from gpu_inspector.language import N_
from gpu_inspector.records import simulated
from gpu_inspector.records.evidence import CardEvidence, Evidence, Gap, Origin
from gpu_inspector.records.finding import Outcome, Role
from gpu_inspector.records.inspection import CardJudgement, Inspection, LedgerEntry
from gpu_inspector.records.numbers import FIELDS, Number, likeness_of, own_numbers
from gpu_inspector.records.sighting import MOST_SIGHTINGS, LedgerAsked, Sighting

if TYPE_CHECKING:
    from gpu_inspector.ledger.store import Ledger

SOURCE = "ledger"
_READ = 2 * MOST_SIGHTINGS
"""Rows that are read for one card at most: of some all that is seen is that they were replaced."""
_NAMED = 8


def real(evidence: Evidence) -> bool:
    """Whether evidence is of a card that exists, as far as it says itself: simulations and samples never mix."""
    return evidence.origin in (Origin.MACHINE, Origin.FILE) and not simulated.marks(evidence)


def informed(evidence: Evidence, ledger_path: Path, opened: "Ledger | None" = None) -> Evidence:
    """The evidence with all that is known beforehand.

    Of its cards: earlier inspections, also of other offices where a registry is named, their images, watch-lists, also
    those of the office's policy. Of the bench: the last self-test of this program here, whatever the evidence comes
    from, and the office's control card.
    `opened` is that ledger where it is open already, and found sound: whoever keeps thousands asks it once.
    Raises PolicyError where a policy is kept that cannot be used.
    """
    from gpu_inspector.workflow import (
        control_card,
        known_images,
        on_medium,
        policy,
        registry_sightings,
        selftest,
        watching,
    )

    evidence = known_images.with_known_images(with_sightings(evidence, ledger_path, opened), ledger_path)
    evidence = registry_sightings.with_registry(evidence, ledger_path, asked=opened is None)
    evidence = control_card.with_control_card(watching.with_watched(evidence, *policy.watch_lists()), ledger_path)
    return replace(on_medium.with_medium(evidence), self_test=selftest.last())


def with_sightings(evidence: Evidence, ledger_path: Path, opened: "Ledger | None" = None) -> Evidence:
    """The evidence with what the ledger knows of its cards' numbers; as it was where there is no ledger yet.

    What a handed-in file says of earlier sightings is not taken over. A ledger that cannot be asked, or a row that
    cannot be read, becomes a gap.
    """
    evidence = replace(evidence, sightings=(), ledger_asked=None)
    if not real(evidence) or not os.path.lexists(ledger_path):
        return evidence
    try:
        return _asked(evidence, ledger_path) if opened is None else _seen_before(evidence, opened)
    except LedgerError as error:
        reason = N_(f"The ledger could not be asked where these cards were seen before: {error.message}")
        return replace(evidence, gaps=(*evidence.gaps, Gap(SOURCE, reason, error.advice)))


def _asked(evidence: Evidence, ledger_path: Path) -> Evidence:
    from gpu_inspector.ledger.store import Ledger

    with Ledger(ledger_path, readonly=True) as ledger:
        if not ledger.outdated or ledger.fault() is not None:
            return _with_answers(evidence, ledger)
    if os.access(ledger_path, os.W_OK):
        Ledger(ledger_path).close()  # brings an older form, which has no table of numbers, up to date
    with Ledger(ledger_path, readonly=True) as ledger:
        return _with_answers(evidence, ledger)


def _with_answers(evidence: Evidence, ledger: "Ledger") -> Evidence:
    if ledger.outdated:
        raise LedgerError(
            "it is of an older form, which keeps no table of numbers, and open for reading only.",
            "Open it once from a place that can be written to.",
        )
    if (fault := ledger.fault()) is not None:
        raise LedgerError(f"it was tampered with or damaged ({fault})", "Run `gpu-inspector ledger verify`.")
    return _seen_before(evidence, ledger)


def _seen_before(evidence: Evidence, ledger: "Ledger") -> Evidence:
    found: list[Sighting] = []
    unread: set[int] = set()
    left_out = 0
    for card in () if evidence.masked else evidence.cards:
        sightings, beyond = _of_card(evidence, card, ledger, unread)
        found += sightings
        left_out += beyond
    asked = LedgerAsked(rows=ledger.finder.head(), left_out=left_out, newest_at=ledger.finder.newest_at())
    return replace(
        evidence, sightings=tuple(found), ledger_asked=asked, gaps=(*evidence.gaps, *_unreadable(sorted(unread)))
    )


def _of_card(
    evidence: Evidence, card: CardEvidence, ledger: "Ledger", unread: set[int]
) -> tuple[tuple[Sighting, ...], int]:
    """The newest sightings of one card, and how many rows beyond them bear one of its numbers."""
    numbers = tuple(Number(kind, value) for kind, values in own_numbers(card).items() for value in values)
    rows, total = ledger.finder.seen(numbers, _READ)
    found: list[Sighting] = []
    replaced: set[int] = set()
    looked = 0
    for seq in rows:
        if len(found) == MOST_SIGHTINGS:
            break
        looked += 1
        if seq in replaced:
            continue
        try:
            entry, inspection = ledger.inspection(seq)
        except LedgerError:
            unread.add(seq)
            continue
        if inspection.supersedes is not None:
            replaced.add(inspection.supersedes.seq)
        found += _in_row(evidence, card, entry, inspection)
    return tuple(found), total - looked


def _in_row(evidence: Evidence, card: CardEvidence, entry: LedgerEntry, inspection: Inspection) -> Iterator[Sighting]:
    """The card of an earlier inspection that is most like this one, where any bears a number of it."""
    earlier = inspection.evidence
    if not real(earlier) or earlier.masked:
        return
    bearers = [(matched, index) for index, one in enumerate(earlier.cards) if (matched := shared(card, one))]
    if not bearers:
        return
    matched, index = max(bearers, key=lambda bearer: (len(bearer[0]), -bearer[1]))
    judged = inspection.judgement.cards[index] if index < len(inspection.judgement.cards) else None
    yield Sighting(
        card=card.label,
        matched=matched,
        row=entry.seq,
        inspection=inspection.id,
        digest=entry.digest,
        made_at=in_utc(inspection.made_at),
        office=inspection.case.office,
        place=inspection.case.place,
        from_file=earlier.origin is Origin.FILE,
        bench_doubted=judged is None or doubted(judged),
        same_file=bool(evidence.file_sha256) and evidence.file_sha256 == earlier.file_sha256,
        label=earlier.cards[index].label,
        bearers=len(bearers),
        product=judged.product if judged is not None else "",
        identity=judged.identity if judged is not None else inspection.judgement.verdict,
        seen=likeness_of(earlier.cards[index]),
    )


def doubted(judged: CardJudgement) -> bool:
    """Whether the bench of an earlier inspection was not found sound, or not looked at."""
    bench = [finding for finding in judged.findings if finding.check.startswith("bench-")]
    return not bench or any(
        finding.role is Role.CORE and finding.outcome not in (Outcome.CONSISTENT, Outcome.NOTED, Outcome.NOT_APPLICABLE)
        for finding in bench
    )


def shared(one: CardEvidence, other: CardEvidence) -> tuple[str, ...]:
    """The kinds of the numbers that both cards bear, sorted."""
    mine, theirs = own_numbers(one), own_numbers(other)
    folded = {kind: {value.casefold() for value in values} for kind, values in mine.items()}
    return tuple(sorted(kind for kind in FIELDS if any(value.casefold() in folded[kind] for value in theirs[kind])))


def in_utc(moment: datetime) -> datetime:
    """A row that another program wrote may hold a time without a zone, or at the end of all time."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def _unreadable(rows: list[int]) -> Iterator[Gap]:
    if rows:
        named = ", ".join(map(str, rows[:_NAMED])) + (N_(" and others") if len(rows) > _NAMED else "")
        yield Gap(
            SOURCE,
            N_(f"Rows of the ledger that bear a number of these cards cannot be read: {named}."),
            N_("Run `gpu-inspector ledger verify`."),
        )
