"""The block of the first page which says that this report takes another one's place, and why."""

from gpu_inspector.records import words
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.report.layout import BODY, SMALL, STRONG, Box, Row, gap, joined, lines, over
from gpu_inspector.report.text import shorten

_PAD = 6.0


def block(width: float, inspection: Inspection, longest: int = 1000) -> list[Row]:
    """A frame with number, day, digest and reason of at most `longest` characters; () where no report is replaced."""
    replaced = inspection.supersedes
    if replaced is None:
        return []
    room = width - 2 * _PAD
    reason = shorten(" ".join(replaced.reason.split()), longest) or "no reason is given"
    when = words.utc_time(replaced.made_at)
    inner = joined(
        (
            gap(_PAD),
            *lines(f"This report replaces report No. {replaced.seq} of {when}.", STRONG, _PAD, room),
            gap(1.5),
            *lines(f"Because: {reason}", BODY, _PAD, room),
            gap(1.5),
            *lines(
                "The same evidence was judged anew; the card was not looked at again. The replaced record stays in the"
                f" ledger: row {replaced.seq}, digest {words.spaced(shorten(replaced.digest, 64))}, inspection"
                f" {shorten(replaced.id, 40)}.",
                SMALL,
                _PAD,
                room,
            ),
            gap(_PAD),
        )
    )
    return [over((Box(0, 0, width, inner.height, 1.1),), inner), gap(5)]
