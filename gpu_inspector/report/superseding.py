"""The block of the first page which says that this report takes another one's place, and why."""

from gpu_inspector.language import _, said
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
    reason = shorten(" ".join(replaced.reason.split()), longest) or _("no reason is given")
    when = words.utc_time(replaced.made_at)
    inner = joined(
        (
            gap(_PAD),
            *lines(
                said("This report replaces report No. {seq} of {time}.", seq=replaced.seq, time=when),
                STRONG,
                _PAD,
                room,
            ),
            gap(1.5),
            *lines(said("Because: {reason}", reason=reason), BODY, _PAD, room),
            gap(1.5),
            *lines(
                said(
                    "The same evidence was judged anew; the card was not looked at again. The replaced record stays in"
                    " the ledger: row {seq}, digest {digest}, inspection {id}.",
                    seq=replaced.seq,
                    digest=words.spaced(shorten(replaced.digest, 64)),
                    id=shorten(replaced.id, 40),
                ),
                SMALL,
                _PAD,
                room,
            ),
            gap(_PAD),
        )
    )
    return [over((Box(0, 0, width, inner.height, 1.1),), inner), gap(5)]
