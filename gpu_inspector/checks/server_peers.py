"""What really goes over the wires between cards: copies from each to each, timed, and read back where they arrived.

A driver cannot invent what arrives. A slow pair is a broken wire, other work, or the wiring of the machine, so rates
are compared only where every card hangs on switches and is equal to the others: pairs of a workstation differ by their
slots, and pairs of older servers by how many links join them. Words that arrive otherwise than they were sent are a
defect of one of the two, or of what lies between. Nothing here says what a card is.
"""

import statistics
from collections import Counter

from gpu_inspector.checks import thresholds_server as limits
from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable
from gpu_inspector.checks.runner import check
from gpu_inspector.checks.server_links import SWAP, speeds_of
from gpu_inspector.language import N_
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.records.finding import Condition, Outcome, Value
from gpu_inspector.records.server import NvlinkReading, PeerRate, ServerReading

_COPIES = N_("copies between the cards, measured")


@check("link-peers", N_("Copies between the cards"))
def peers(server: ServerReading, card: CardEvidence, nvlink: NvlinkReading | None, equals: tuple[str, ...]) -> Answer:
    """What was measured between two cards goes over wires that no driver can invent."""
    mine = [one for one in server.peers if card.label in (one.one, one.other)]
    if not mine:
        if server.peer_gaps:
            return inconclusive(N_("No copies to other cards were measured: {why}"), why=server.peer_gaps[0][:160])
        return not_applicable(N_("No copies between cards were measured."))
    values: dict[str, Value] = {"pairs": len(mine)}
    if broken := [one for one in mine if not one.intact]:
        return _broken(server, card, broken, values)
    over = _over(mine, card, nvlink)
    if over is not None:
        return over
    low = _low(server, equals)
    slow = [one for one in mine if one in low]
    # Where the other end is slow with nearly everybody, it is named there.
    own = [one for one in slow if not _of_the_other(one, card.label, low, server.peers)]
    if own:
        return _slow(own, server, values)
    rates = sorted(one.bytes_per_s for one in mine)
    return consistent(
        N_("{pairs} copies to and from other cards arrived whole, at {lowest} to {highest} GB/s.{aside}"),
        expected=N_("what was sent, about as fast as the other pairs"),
        observed=N_(f"{_gb(rates[0])} to {_gb(rates[-1])} GB/s"),
        source=_COPIES,
        lowest=_gb(rates[0]),
        highest=_gb(rates[-1]),
        aside=N_(" Slow ones are with a card that is slow with most others.") if slow else "",
        **values,
    )


def _broken(server: ServerReading, card: CardEvidence, broken: list[PeerRate], values: dict[str, Value]) -> Answer:
    """A defect is a card's only where it has the most of them, and others copy to each other without fault.

    Of two cards nobody can say which it is, and where all copies are wrong, the machine (its IOMMU) or the driver is.
    """
    counts = Counter(label for one in server.peers if not one.intact for label in {one.one, one.other})
    most = max(counts.values())
    first = counts[card.label] == most
    alone = first and sum(count == most for count in counts.values()) == 1
    beside = any(one.intact and card.label not in (one.one, one.other) for one in server.peers)
    if not first:
        aside = N_(" The other card has more such copies.")
    elif alone and beside:
        aside = ""
    else:
        aside = N_(" Which card it lies with, or whether with the machine between them, cannot be told.")
    return Answer(
        outcome=Outcome.NOTED,
        text=N_("{broken} of {pairs} copies to and from other cards did not arrive as they were sent ({with}).{aside}"),
        expected=N_("every word as it was sent"),
        observed=N_("words that differ"),
        source=_COPIES,
        innocent=(N_("a machine whose IOMMU or driver spoils copies between cards, as is known of plug-in cards"),),
        advice=SWAP,
        condition=Condition.FAULTY if alone and beside else None,
        values={
            **values,
            "broken": len(broken),
            "with": _partners(broken, card.label),
            "aside": aside,
        },
    )


def _over(mine: list[PeerRate], card: CardEvidence, nvlink: NvlinkReading | None) -> Answer | None:
    """A copy that is faster than all links together was not timed rightly."""
    most = sum(speeds_of(nvlink)) * 1_000_000 if nvlink is not None else 0
    fast = [one for one in mine if one.direct and most and one.bytes_per_s > most * limits.PEER_OVER]
    if not fast:
        return None
    return inconclusive(
        N_(
            "A copy to {with} came to {rate} GB/s; the card's links carry {most} GB/s: the clock or the links are told"
            " wrongly."
        ),
        advice=N_("Measure again; if it repeats, report it to the developers."),
        **{"with": _partners(fast, card.label), "rate": _gb(fast[0].bytes_per_s), "most": _gb(float(most))},
    )


def _low(server: ServerReading, equals: tuple[str, ...]) -> list[PeerRate]:
    """Pairs far below the median, where all hang on switches and are equal: elsewhere pairs differ by their wiring."""
    if not server.switches or (server.fabric_manager is not None and server.fabric_manager.running is False):
        return []
    alike = [one for one in server.peers if one.one in equals and one.other in equals]
    if len({label for one in alike for label in (one.one, one.other)}) < limits.LEAST_FOR_MEDIAN:
        return []
    middle = statistics.median(one.bytes_per_s for one in alike)
    return [one for one in alike if one.bytes_per_s < middle * limits.PEER_SHARE]


def _of_the_other(pair: PeerRate, label: str, low: list[PeerRate], pairs: tuple[PeerRate, ...]) -> bool:
    """Whether the other card is slow in most of its pairs, and this one is not."""
    other = pair.other if pair.one == label else pair.one

    def mostly(name: str) -> bool:
        slow = sum(name in (one.one, one.other) for one in low)
        return slow + slow > sum(name in (one.one, one.other) for one in pairs)

    return mostly(other) and not mostly(label)


def _slow(slow: list[PeerRate], server: ServerReading, values: dict[str, Value]) -> Answer:
    middle = statistics.median(one.bytes_per_s for one in server.peers)
    lowest = min(one.bytes_per_s for one in slow)
    return Answer(
        outcome=Outcome.NOTED,
        text=N_(
            "{slow} of {pairs} copies to and from other cards are slow: {lowest} GB/s, where pairs of this server come"
            " to {middle} GB/s."
        ),
        expected=N_(f"about {_gb(middle)} GB/s"),
        observed=f"{_gb(lowest)} GB/s",
        source=_COPIES,
        innocent=(N_("other work on the cards meanwhile"), N_("a fault of the board, the switch or the other card")),
        advice=SWAP,
        values={**values, "slow": len(slow), "lowest": _gb(lowest), "middle": _gb(middle)},
    )


def _partners(pairs: list[PeerRate], label: str) -> str:
    names = list(dict.fromkeys(one.other if one.one == label else one.one for one in pairs))
    most = int(limits.LISTED_TOLD)
    return ", ".join(names[:most]) + (N_(f" and {len(names) - most} more") if len(names) > most else "")


def _gb(bytes_per_s: float) -> str:
    return f"{bytes_per_s / 1e9:.3g}"
