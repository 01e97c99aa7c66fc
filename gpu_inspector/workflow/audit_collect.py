"""The talk with the nodes of an audit: each is greeted, then asked, for itself; what comes counts, or is a gap.

No node waits for another: one that hangs, dies or is brought up late stops nobody. Where the scheduler is lost, all
that was under way is asked again when it is back; where it stays away, every node that is left is a gap that says so.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from gpu_inspector.cluster.engine import Answer, Engine, Node, Talk, Trouble
from gpu_inspector.errors import ClusterError
from gpu_inspector.language import visible
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.hall_file import HallRow
from gpu_inspector.records.node import NodeGap, Wish
from gpu_inspector.workflow import audit_gaps, node_envelope, node_hello
from gpu_inspector.workflow.node_hello import Greeted

HELLO = "gpu_inspector.workflow.node_hello:hello"
ANSWER = "gpu_inspector.workflow.node_answers:answer"
GREETING_S = 120.0
"""For a greeting: the first one on a node loads the program, from a slow share it may be."""
ANSWER_S = {"": 600.0, "quick": 1800.0, "standard": 2 * 3600.0, "deep": 8 * 3600.0}
"""For an answer, by profile, beside the minutes of load that were asked for."""
ABSENT_S = 60.0
"""How long a node's worker is waited for, where nobody brings it up."""
BROUGHT_S = 24 * 3600.0
"""The same where the engine brings it up, and tells by itself when it gives up."""
_TWICE_S = 15.0
"""A worker that was lost a moment ago stands beside the one that took its place."""
_REASON_S = 5.0
"""How long the engine has to say why a worker went that it brought up: Slurm and ssh know it a moment later."""
_MOST_LOSSES = 5
"""Times that the scheduler may be lost while one node is asked."""
_LOOK_S, _WAIT_S = 1.0, 0.5


@dataclass(frozen=True, slots=True)
class Asking:
    """What every node is asked, and how long it has."""

    audit: str
    profile: str = ""
    minutes: float = 0.0
    together: bool = False
    trust: tuple[bytes, ...] = ()
    greeting_s: float = GREETING_S
    answer_s: float = 0.0
    """0 is what the profile takes."""
    absent_s: float = 0.0
    """0 is the usual."""

    @property
    def patience_s(self) -> float:
        return self.answer_s or ANSWER_S.get(self.profile, ANSWER_S[""]) + 2 * 60 * self.minutes


@dataclass(slots=True)
class _Stand:
    """How it stands with one node."""

    row: HallRow
    until: float
    """When it is absent, as long as it has no worker."""
    met: bool = False
    asked: bool = False
    twice_since: float = 0.0
    losses: int = 0
    wish: Wish | None = None
    sent_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    greeted: Greeted | None = None
    gone: Answer | None = None
    """Its worker went while it was asked; why, the engine may still tell."""
    gone_until: float = 0.0


class Collecting:
    """Iterate it: a row with its evidence or its gap, as it comes; None in a moment in which nothing does."""

    def __init__(self, engine: Engine, rows: Iterable[HallRow], asking: Asking, cards: dict[str, int]) -> None:
        """`cards` is filled with how many each node says that it has."""
        self._engine, self._asking = engine, asking
        self._usual = asking.absent_s or (BROUGHT_S if engine.expected() else ABSENT_S)
        self._left = {row.node: _Stand(row, time.monotonic() + self._usual) for row in rows}
        self._twins: dict[str, str] = {}
        self._mine = node_hello.mine()
        self._look = 0.0
        self._cards = cards
        self.there: tuple[Node, ...] = ()
        """The workers at the last look."""

    def __iter__(self) -> Iterator[tuple[HallRow, Evidence | NodeGap] | None]:
        self._engine.bring(tuple(self._left))
        talk: Talk | None = None
        try:
            while self._left:
                try:
                    talk = talk if talk is not None else self._engine.talk()
                    yield from self._meet(talk)
                    yield from self._reasons()
                    found = talk.answer(_WAIT_S)
                except ClusterError as error:
                    yield from self._all_lost(error)
                    return
                if found is None:
                    yield None
                elif found.trouble is Trouble.SCHEDULER:
                    talk.close()
                    talk = None
                    yield None  # what is judged already is kept before the scheduler is waited for
                    yield from self._again(found)
                else:
                    yield from self._heard(talk, found)
        finally:
            if talk is not None:
                talk.close()

    def _meet(self, talk: Talk) -> Iterator[tuple[HallRow, Evidence | NodeGap]]:
        """Greet the nodes whose worker is there; tell of those that have none and get none."""
        waiting = [one for one in self._left.values() if not one.asked]
        if not waiting or time.monotonic() < self._look:
            return
        self.there = self._engine.nodes()
        missing, now = self._engine.missing(), time.monotonic()
        self._look = now + _LOOK_S
        workers: dict[str, list[Node]] = {}
        for node in self.there:
            workers.setdefault(node.name, []).append(node)
        for one in waiting:
            found, name = workers.get(one.row.node, []), one.row.node
            one.twice_since = (one.twice_since or now) if len(found) > 1 else 0.0
            if len(found) == 1:
                self._greet(talk, one, found[0])
            elif one.twice_since and now - one.twice_since > _TWICE_S:
                yield self._end(one, audit_gaps.two_workers(name))
            elif not found and name in missing:
                yield self._end(one, audit_gaps.missing(name, missing[name], met=one.met))
            elif not found and now > one.until:
                yield self._end(one, audit_gaps.absent(name, met=one.met))

    def _reasons(self) -> Iterator[tuple[HallRow, Evidence | NodeGap]]:
        """Nodes whose worker went: by the engine's own reason as soon as it has one, else by what was seen here."""
        held = [one for one in self._left.values() if one.gone is not None]
        missing = self._engine.missing() if held else {}
        for one in held:
            assert one.gone is not None
            if (why := missing.get(one.row.node)) is not None:
                yield self._end(one, audit_gaps.missing(one.row.node, why, met=True))
            elif time.monotonic() > one.gone_until:
                yield self._end(one, audit_gaps.troubled(one.row.node, one.gone, greeted=one.greeted is not None))

    def _greet(self, talk: Talk, one: _Stand, node: Node) -> None:
        one.met = one.asked = True
        one.greeted, one.wish, one.sent_at = None, self._wish(one.row), datetime.now(UTC)
        talk.ask(node, HELLO, node_envelope.wish_bytes(one.wish), self._asking.greeting_s)

    def _wish(self, row: HallRow) -> Wish:
        asking = self._asking
        return node_envelope.fresh(
            Wish(
                audit=asking.audit,
                node=row.node,
                nonce="",
                profile=asking.profile,
                minutes=asking.minutes,
                together=asking.together,
                simulate=row.simulate,
                seed=row.seed,
                trouble=row.trouble,
            )
        )

    def _heard(self, talk: Talk, found: Answer) -> Iterator[tuple[HallRow, Evidence | NodeGap]]:
        one = self._left[found.node.name]
        assert one.wish is not None
        if found.trouble is Trouble.GONE and self._engine.expected():
            one.gone, one.gone_until = found, time.monotonic() + _REASON_S
        elif found.data is None:
            yield self._end(one, audit_gaps.troubled(one.row.node, found, greeted=one.greeted is not None))
        elif one.greeted is not None:
            yield self._end(one, node_envelope.check(found.data, one.wish, one.greeted, self._asking.trust))
        else:
            said = node_hello.greeted(found.data, one.wish, self._mine, one.sent_at, datetime.now(UTC))
            gap = said if isinstance(said, NodeGap) else node_hello.twin(said, self._twins)
            if gap is not None or isinstance(said, NodeGap):
                yield self._end(one, gap or audit_gaps.absent(one.row.node, met=True))
                return
            one.greeted, one.wish = said, node_envelope.fresh(one.wish)
            self._cards[one.row.node] = max(0, min(said.hello.cards, audit_gaps.MOST_CARDS))
            talk.ask(found.node, ANSWER, node_envelope.wish_bytes(one.wish), self._asking.patience_s)

    def _again(self, found: Answer) -> Iterator[tuple[HallRow, Evidence | NodeGap]]:
        """All that was under way is asked anew when the scheduler is back, some times and no more."""
        self._look = 0.0
        for one in [one for one in self._left.values() if one.gone is None]:
            one.until = time.monotonic() + self._usual
            one.losses += one.asked
            one.asked = False
            if one.losses > _MOST_LOSSES:
                yield self._end(one, audit_gaps.scheduler(one.row.node, found.detail))

    def _all_lost(self, error: ClusterError) -> Iterator[tuple[HallRow, Evidence | NodeGap]]:
        for one in list(self._left.values()):
            yield self._end(one, audit_gaps.scheduler(one.row.node, error.message))

    def _end(self, one: _Stand, found: Evidence | NodeGap) -> tuple[HallRow, Evidence | NodeGap]:
        del self._left[one.row.node]
        self._engine.done(one.row.node)
        if isinstance(found, NodeGap):
            unit = str(one.row.unit) if one.row.unit else ""
            found = replace(found, rack=visible(one.row.rack), unit=unit)
        return one.row, found
