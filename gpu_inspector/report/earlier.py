"""The section on what was known of the cards’ numbers beforehand: earlier inspections, other offices’ watch-lists."""

from gpu_inspector.language import N_
from gpu_inspector.records import words
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.records.sighting import Likeness, Sighting, Watched
from gpu_inspector.report.layout import BODY, SMALL, Sheet, gap, lines
from gpu_inspector.report.sections import facts, section
from gpu_inspector.report.text import shorten

TITLE = N_("Where these numbers were seen before")
NO_PROOF = N_(
    "An equal number is no proof that it was the same object: numbers are claims, and can be copied. What another "
    "office wrote on a list decides nothing by itself."
)
_MOST = 60
_NUMBERS = {"uuid": "UUID", "serial": "serial", "device_identifier": "device identifier"}
_MIB = 1 << 20


def earlier(sheet: Sheet, inspection: Inspection) -> None:
    """Nothing where there is neither a sighting nor an entry of a list: the findings say what was asked."""
    evidence = inspection.evidence
    if not evidence.sightings and not evidence.watched:
        return
    section(sheet, TITLE)
    sheet.place(lines(NO_PROOF, SMALL, 0, sheet.width))
    several = len(evidence.cards) > 1
    pairs = [(_name(one, several), _sighting(one)) for one in evidence.sightings[:_MOST]]
    pairs += [(_listed(one, several), _watched(one)) for one in evidence.watched[:_MOST]]
    sheet.place([gap(3), *facts(pairs, 0, sheet.width, label=118, limit=900)], keep=False)
    left_out = max(0, len(evidence.sightings) - _MOST) + max(0, len(evidence.watched) - _MOST)
    left_out += max(0, evidence.ledger_asked.left_out) if evidence.ledger_asked is not None else 0
    if left_out:
        sheet.place([gap(2), *lines(f"{left_out:,} more are not listed here.", BODY, 0, sheet.width)])


def _name(one: Sighting, several: bool) -> str:
    return shorten(f"Inspection {one.row}{f' ({one.card})' if several else ''}", 120)


def _sighting(one: Sighting) -> str:
    nature = "a review of a file of unknown origin" if one.from_file else "the card was in the machine of the bench"
    nature += ", for which nobody vouched" if one.bench_doubted and not one.from_file else ""
    same = ", ".join(_NUMBERS.get(kind, shorten(kind, 40)) for kind in one.matched)
    parts = (
        words.utc_time(one.made_at),
        shorten(", ".join(part for part in (one.office, one.place) if part), 200),
        nature,
        f"equal: {same}" if same else "",
        _likeness(one.seen, one.product),
        f"verdict then: {words.IDENTITIES[one.identity]}",
        f"digest of its row: {words.spaced(shorten(one.digest, 64))}",
    )
    return "; ".join(part for part in parts if part)


def _likeness(seen: Likeness, product: str) -> str:
    memory = f"{seen.memory_total_bytes // _MIB:,} MiB" if seen.memory_total_bytes is not None else ""
    parts = (
        shorten(product, 120),
        f"device id {seen.device_id}" if seen.device_id else "",
        memory,
        f"board part number {seen.board_part_number}" if seen.board_part_number else "",
    )
    return shorten(", ".join(part for part in parts if part), 300)


def _listed(one: Watched, several: bool) -> str:
    return shorten(f"Watch-list of {one.office or 'an office not named'}{f' ({one.card})' if several else ''}", 120)


def _watched(one: Watched) -> str:
    known = "known here" if one.known else "not known here"
    parts = (
        f"{one.kind} {one.value}",
        f"reason given: {shorten(one.reason, 300)}" if one.reason else "no reason given",
        f"entered on {one.listed_on}" if one.listed_on else "",
        f"list signed on {words.utc_time(one.made_at)} by a signer {known}, certificate SHA-256"
        f" {words.spaced(shorten(one.fingerprint, 64))}",
        f"proof of its row: {one.proof}" if one.proof else "",
    )
    return shorten("; ".join(part for part in parts if part), 880)
