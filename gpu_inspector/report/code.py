"""A QR code on the page: the report's number and digest, so that a print-out leads back to the file that it is of.

It proves nothing by itself, for anybody can print one; the words beside it say so. All that the standard leaves to the
maker (version, level, mask) is fixed here, so that every version of the library draws the same squares.
"""

from collections.abc import Sequence
from functools import lru_cache

from gpu_inspector.language import N_, _
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.report.deferred import postpone
from gpu_inspector.report.layout import BLACK, SMALL, Colour, Mark, Region, Row, joined, lines

SIZE = 85.04
"""Points, 30 mm, with the quiet zone that belongs to the code."""
VERSION = 9
"""53 squares a side, room for 180 bytes: it holds every number and id."""
MASK = 3
_QUIET = 4
_ID = 36
WORDS = N_("Number and digest. It proves nothing: check the signed file.")


def text(inspection: Inspection, entry: LedgerEntry) -> str:
    """What the code says. An id that no inspection has is cut and cleaned, as on every page."""
    known = "".join(one if one.isascii() and one.isprintable() else "?" for one in inspection.id[:_ID])
    return f"GPU Inspector report {entry.seq} digest {entry.digest[:64]} inspection {known}"


def marks(said: str, x: float, y: float, size: float = SIZE) -> tuple[Mark, ...]:
    """The code as black boxes inside the square of `size` points at (x, y); neighbours in a line are one box."""
    return drawn(_squares(said), x, y, size)


def drawn(
    squares: Sequence[Sequence[int]], x: float, y: float, size: float, colour: Colour = BLACK
) -> tuple[Mark, ...]:
    """The dark squares of a code, with its quiet zone, inside the square of `size` points at (x, y)."""
    step = size / (len(squares) + 2 * _QUIET)
    found = []
    for row, line in enumerate(squares):
        start = None
        for column, dark in enumerate((*line, 0)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                found.append(((start + _QUIET) * step, (row + _QUIET) * step, (column - start) * step, step))
                start = None
    return (Region(x, y, tuple(found), colour),)


def corner(said: str, left: float) -> Row:
    """The code `left` points from the margin, with its words below."""
    below = joined(lines(_(WORDS), SMALL, left, SIZE))
    return joined((Row(SIZE, marks(said, left, 0)), below))


@lru_cache(maxsize=8)
def _squares(said: str) -> tuple[tuple[int, ...], ...]:
    """Of one report, whose pages bear its code in several places, and are laid out in more than one try."""
    # The library's writers, which are not used here, ask for a tool of XML, and that for a whole web client.
    postpone("urllib.request")
    import segno

    code = segno.make(
        said.encode("ascii", "replace"),
        error="m",
        version=VERSION,
        mode="byte",
        mask=MASK,
        eci=False,
        micro=False,
        boost_error=False,
    )
    return tuple(tuple(map(int, row)) for row in code.matrix)
