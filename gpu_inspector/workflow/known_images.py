"""The office's own collection of vBIOS images: what earlier inspections of its ledger hold of the same version.

Asked before judging and written into the evidence, as earlier sightings are, so that judging stays a pure function of
its record. The collection is the ledger itself; nothing is shipped and nothing is fetched. Only images that were read
out of cards are in it. Whether an earlier one counts is told with each: an inspection of a card in this office's
machine, on a bench that vouched for itself, with nothing against the card.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector.checks.firmware_known import COLLECTION
from gpu_inspector.errors import LedgerError
from gpu_inspector.language import N_
from gpu_inspector.records.evidence import CardEvidence, Evidence, Gap, Origin
from gpu_inspector.records.finding import Identity, Outcome, Strength
from gpu_inspector.records.firmware import KnownImage, VbiosReading
from gpu_inspector.records.image_parts import (
    FROM_CARD,
    board_of,
    differing_parts,
    ids_of,
    own_first,
    version_of,
    whole,
)
from gpu_inspector.records.inspection import CardJudgement, Inspection, LedgerEntry
from gpu_inspector.workflow import sighting

if TYPE_CHECKING:
    from gpu_inspector.ledger.store import Ledger

MOST = 16
"""Rows that are read for one card, of images that are the same and of others each: the newest ones."""
MOST_OF_CARD = 3
"""Images of an earlier card that are looked at: as many as an inspection holds; what a forged row has must not delay
all later ones."""
_AGAINST = (Identity.SUSPICIOUS, Identity.CONTRADICTED)


def with_known_images(evidence: Evidence, ledger_path: Path) -> Evidence:
    """The evidence with what the ledger's collection holds of its cards' vBIOS images.

    What a handed-in file says of known images is not taken over. Without an image, or a ledger, nothing is asked. A
    ledger that cannot be asked becomes a gap; a row that cannot be read is left out, as `with_sightings` tells it.
    """
    gaps = tuple(one for one in evidence.gaps if one.source != COLLECTION)
    evidence = replace(evidence, known_images=(), gaps=gaps)
    wanted = [card for card in evidence.cards if _looked_up(card) is not None]
    if not wanted or not sighting.real(evidence) or not os.path.lexists(ledger_path):
        return evidence
    try:
        return replace(evidence, known_images=tuple(_asked(wanted, ledger_path)))
    except LedgerError as error:
        reason = N_(f"The ledger could not be asked for vBIOS images of these versions: {error.message}")
        return replace(evidence, gaps=(*gaps, Gap(COLLECTION, reason, error.advice)))


def _looked_up(card: CardEvidence) -> VbiosReading | None:
    """The image that is judged: the card's own, else the first that was handed in."""
    image = next(iter(own_first(card.vbios)), None)
    return image if image is not None and version_of(image) else None


def _asked(cards: list[CardEvidence], path: Path) -> list[KnownImage]:
    """Raises LedgerError."""
    from gpu_inspector.ledger.store import Ledger

    with Ledger(path, readonly=True) as ledger:
        if not ledger.finder.keeps_images():
            return []  # a ledger of an older form has no row with an image
        if (fault := ledger.fault()) is not None:
            raise LedgerError(f"it was tampered with or damaged ({fault})", "Run `gpu-inspector ledger verify`.")
        return [known for card in cards for known in _of_card(card, ledger)]


def _of_card(card: CardEvidence, ledger: "Ledger") -> Iterator[KnownImage]:
    image = _looked_up(card)
    if image is None:
        return
    rows, _more = ledger.finder.images(version_of(image), image.images_sha256, MOST)
    told: list[tuple[str, CardEvidence]] = []
    for seq in rows:
        if ledger.finder.superseded_by(seq):
            continue  # the row that took its place tells
        try:
            entry, inspection = ledger.inspection(seq)
        except LedgerError:
            continue  # `ledger verify` names it; one damaged row does not hide the others
        yield from _in_row(card, image, entry, inspection, told)


def _in_row(
    card: CardEvidence,
    image: VbiosReading,
    entry: LedgerEntry,
    inspection: Inspection,
    told: list[tuple[str, CardEvidence]],
) -> Iterator[KnownImage]:
    """Each image of an earlier inspection that was read out of a card and is of the same version and board.

    A card that counts and was inspected several times is told once, by the newest of them; `told` remembers them.
    """
    judged = inspection.judgement.cards
    for index, earlier in enumerate(inspection.evidence.cards):
        for one in earlier.vbios[:MOST_OF_CARD]:
            if one.source != FROM_CARD or version_of(one) != version_of(image) or board_of(one) != board_of(image):
                continue
            device, subsystem = ids_of(one)
            judgement = judged[index] if index < len(judged) else None
            clean = judgement is not None and whole(one) and _clean(inspection.evidence, judgement)
            if clean and any(digest == one.images_sha256 and sighting.shared(earlier, old) for digest, old in told):
                continue
            if clean:
                told.append((one.images_sha256, earlier))
            yield KnownImage(
                card=card.label,
                sha256=one.images_sha256,
                version=version_of(one),
                same=one.images_sha256 == image.images_sha256,
                differing=differing_parts(image, one),
                device_id=device,
                subsystem=subsystem,
                row=entry.seq,
                inspection=inspection.id,
                digest=entry.digest,
                made_at=sighting.in_utc(inspection.made_at).isoformat(),
                product=judgement.product if judgement is not None else "",
                clean=clean,
                from_card=True,
                same_card=bool(sighting.shared(card, earlier)),
            )


def _clean(evidence: Evidence, judged: CardJudgement) -> bool:
    """Nothing against the card, no doubt of its image, and a bench that vouched for itself."""
    doubted = any(
        one.check.startswith("firmware-") and one.outcome is Outcome.NOTED and one.strength is not Strength.WEAK
        for one in judged.findings
    )
    return (
        evidence.origin is Origin.MACHINE
        and sighting.real(evidence)
        and judged.identity not in _AGAINST
        and not doubted
        and not sighting.doubted(judged)
    )
