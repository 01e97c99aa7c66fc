"""How much a capture may hold: no more than this program's own readers ever write into one.

The readers cut what an image counts; a capture is a text in which anybody may count further, and its record is kept,
drawn, and compared with all that come after it. One that goes beyond was not written by an inspection.
"""

from collections.abc import Iterator

from gpu_inspector.language import N_
from gpu_inspector.probes import capture_bounds_bench
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.firmware import BitReading, VbiosReading

MOST_IMAGES = 3
"""vBIOS images of one card: the one that was read out of it, and two files that were handed in for it."""
MOST_CALLS = 64
"""Inner calls of one card; eleven are made."""

Counted = tuple[str, int, int]
"""What it is, how many there are, how many there may be."""


def beyond(evidence: Evidence) -> str:
    """What there is too much of, "4 vBIOS images of one card"; "" where all is as an inspection writes it."""
    for card in (*evidence.cards, *evidence.bystanders):
        counted: list[Counted] = [(N_("vBIOS images of one card"), len(card.vbios), MOST_IMAGES)]
        counted += [one for image in card.vbios[:MOST_IMAGES] for one in _of_image(image)]
        if card.rm is not None:
            counted.append((N_("inner calls of one card"), len(card.rm.calls), MOST_CALLS))
        for what, number, most in counted:
            if number > most:
                return f"{number:,} {what}"
    for what, number, most in capture_bounds_bench.counts_of(evidence):
        if number > most:
            return f"{number:,} {what}"
    return capture_bounds_bench.amiss(evidence)


def _of_image(image: VbiosReading) -> Iterator[Counted]:
    from gpu_inspector.probes import vbios, vbios_chain  # most captures have no image

    yield N_("parts of one vBIOS image"), len(image.images), vbios_chain.MOST_IMAGES
    yield N_("remarks on one vBIOS image"), len(image.remarks), vbios.MOST_REMARKS
    for part in image.images[: vbios_chain.MOST_IMAGES]:
        yield N_("device ids of one part of a vBIOS image"), len(part.device_list), vbios_chain.MOST_LISTED
    if image.bit is not None:
        yield from _of_table(image.bit)


def _of_table(table: BitReading) -> Iterator[Counted]:
    from gpu_inspector.probes import vbios_bit, vbios_tables

    yield N_("tokens of one vBIOS image"), len(table.tokens), vbios_bit.MOST_TOKENS
    yield N_("signed entries of one vBIOS image"), len(table.signed_code), vbios_tables.MOST_ENTRIES
    if table.memory is not None:
        yield N_("memory rows of one vBIOS image"), len(table.memory.rows), vbios_tables.MOST_ROWS
        yield N_("straps of one vBIOS image"), len(table.memory.translation), vbios_tables.MOST_ROWS
