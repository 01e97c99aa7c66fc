"""The section on what was known of the cards’ numbers beforehand: earlier inspections, other offices’ words."""

from gpu_inspector.language import N_, _, counted, listed, number, said
from gpu_inspector.records import words
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.records.sighting import Likeness, RegistrySighting, Sighting, Watched
from gpu_inspector.report.layout import BODY, SMALL, Sheet, gap, lines
from gpu_inspector.report.sections import facts, section
from gpu_inspector.report.text import shorten

TITLE = N_("Where these numbers were seen before")
NO_PROOF = N_(
    "An equal number is no proof that it was the same object: numbers are claims, and can be copied. What another "
    "office wrote on a list decides nothing by itself."
)
_MOST = 60
_NUMBERS = {"uuid": N_("UUID"), "serial": N_("serial"), "device_identifier": N_("device identifier")}
_MIB = 1 << 20


def earlier(sheet: Sheet, inspection: Inspection) -> None:
    """Nothing where there is neither a sighting nor an entry of a list: the findings say what was asked."""
    evidence = inspection.evidence
    if not evidence.sightings and not evidence.watched and not evidence.registry_sightings:
        return
    section(sheet, _(TITLE))
    sheet.place(lines(_(NO_PROOF), SMALL, 0, sheet.width))
    several = len(evidence.cards) > 1
    pairs = [(_name(one, several), _sighting(one)) for one in evidence.sightings[:_MOST]]
    pairs += [(_elsewhere(one, several), _told(one)) for one in evidence.registry_sightings[:_MOST]]
    pairs += [(_listed(one, several), _watched(one)) for one in evidence.watched[:_MOST]]
    sheet.place([gap(3), *facts(pairs, 0, sheet.width, label=118, limit=900)], keep=False)
    shown = (evidence.sightings, evidence.registry_sightings, evidence.watched)
    left_out = sum(max(0, len(one) - _MOST) for one in shown)
    left_out += sum(max(0, one.left_out) for one in (evidence.ledger_asked, evidence.registry_asked) if one is not None)
    if left_out:
        left = counted("{number} more is not listed here.", "{number} more are not listed here.", left_out)
        sheet.place([gap(2), *lines(left, BODY, 0, sheet.width)])


def _name(one: Sighting, several: bool) -> str:
    row = said("Inspection {row}", row=one.row)
    return shorten(f"{row} ({one.card})" if several else row, 120)


def _sighting(one: Sighting) -> str:
    nature = _("the card was in the machine of the bench")
    if one.from_file:
        nature = _("a review of a file of unknown origin")
    elif one.bench_doubted:
        nature = _("the card was in the machine of the bench, for which nobody vouched")
    same = _kinds(one.matched)
    parts = (
        words.utc_time(one.made_at),
        shorten(", ".join(part for part in (one.office, one.place) if part), 200),
        nature,
        said("equal: {numbers}", numbers=same) if same else "",
        _likeness(one.seen, one.product),
        said("verdict then: {verdict}", verdict=_(words.IDENTITIES[one.identity])),
        said("digest of its row: {digest}", digest=words.spaced(shorten(one.digest, 64))),
    )
    return "; ".join(part for part in parts if part)


def _elsewhere(one: RegistrySighting, several: bool) -> str:
    name = said("Registry: {office}", office=one.office or _("an office not named"))
    return shorten(f"{name} ({one.card})" if several else name, 120)


def _told(one: RegistrySighting) -> str:
    parts = (
        one.day,
        _("a review of a file of unknown origin") if one.from_file else "",
        said("equal: {numbers}", numbers=_kinds(one.matched)),
        said("another one there: {numbers}", numbers=_kinds(one.differing)) if one.differing else "",
        shorten(one.product, 120),
        said("verdict then: {verdict}", verdict=_(words.IDENTITIES[one.identity])) if one.identity is not None else "",
        said("digest of its row: {digest}", digest=words.spaced(shorten(one.digest, 64))),
    )
    return "; ".join(part for part in parts if part)


def _kinds(kinds: tuple[str, ...]) -> str:
    return listed([_(_NUMBERS[kind]) if kind in _NUMBERS else shorten(kind, 40) for kind in kinds])


def _likeness(seen: Likeness, product: str) -> str:
    memory = f"{number(seen.memory_total_bytes // _MIB)} MiB" if seen.memory_total_bytes is not None else ""
    parts = (
        shorten(product, 120),
        said("device id {id}", id=seen.device_id) if seen.device_id else "",
        memory,
        said("board part number {number}", number=seen.board_part_number) if seen.board_part_number else "",
    )
    return shorten(", ".join(part for part in parts if part), 300)


def _listed(one: Watched, several: bool) -> str:
    name = said("Watch-list of {office}", office=one.office or _("an office not named"))
    return shorten(f"{name} ({one.card})" if several else name, 120)


def _watched(one: Watched) -> str:
    signer = (
        N_("list signed on {time} by a signer known here, certificate SHA-256 {digest}")
        if one.known
        else N_("list signed on {time} by a signer not known here, certificate SHA-256 {digest}")
    )
    parts = (
        f"{one.kind} {one.value}",
        said("reason given: {reason}", reason=shorten(one.reason, 300)) if one.reason else _("no reason given"),
        said("entered on {day}", day=one.listed_on) if one.listed_on else "",
        said(signer, time=words.utc_time(one.made_at), digest=words.spaced(shorten(one.fingerprint, 64))),
        said("proof of its row: {proof}", proof=one.proof) if one.proof else "",
    )
    return shorten("; ".join(part for part in parts if part), 880)
