"""Tags for inspected cards, and from a scanned or photographed tag back to the inspection that it is of.

A tag is made from the ledger's own row alone. On the way back its text is untrusted: it names a row, an id and the head
of a digest, and only a row that has all three is shown as that of the tag.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector.errors import GpuInspectorError, LedgerError
from gpu_inspector.language import ENGLISH, N_
from gpu_inspector.records import tag_text
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.records.tag_text import TagText
from gpu_inspector.workflow import custody, photographs, targets
from gpu_inspector.workflow.kept import Kept
from gpu_inspector.workflow.whole_files import write_whole

if TYPE_CHECKING:
    from gpu_inspector.ledger.store import Ledger
    from gpu_inspector.report.tag_sheet import Pages

USUAL_SIZE = "62x29"
SIZES = (USUAL_SIZE, "57x32", "89x36", "100x62", "a4-sheet", "letter-sheet")
"""The names of `report/tag_sheet.py`, here so that asking for them loads no page."""
PLACES = {"a4-sheet": 24, "letter-sheet": 30} | dict.fromkeys((USUAL_SIZE, "57x32", "89x36", "100x62"), 1)
"""Labels of a page; likewise."""
MOST_COPIES = 100
_SCAN_AGAIN = N_("Scan the tag again, or ask by the number that is printed on it.")


class TagError(GpuInspectorError):
    """A scanned text that leads nowhere here; `altered` where it contradicts the row that it leads to."""

    def __init__(self, message: str, advice: str = "", *, altered: bool = False) -> None:
        super().__init__(message, advice)
        self.altered = altered


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which tags are wanted."""

    size: str = USUAL_SIZE
    card: int | None = None
    """The card's number within the inspection, from 1; None for all of them."""
    copies: int = 1
    start: int = 1
    """The first free place of a sheet, from 1."""
    serial: bool = False
    """Whether the serial that the card claims is printed: a tag travels past many eyes."""
    language: str = ENGLISH
    """Of its words, a tag of `language.NAMES`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Tags, and which cards they are of (numbers from 1)."""

    entry: LedgerEntry
    inspection: Inspection
    cards: tuple[int, ...]
    labels: int
    laid: Pages
    """As they lie on paper."""

    @property
    def pages(self) -> int:
        return len(self.laid.pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The row that a tag is of; `card` is the number of the tag's card, None for the code of a report."""

    entry: LedgerEntry
    inspection: Inspection
    card: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """An inspection that a tag led to, as it was kept; `card` as in `Found`."""

    kept: Kept
    card: int | None


def draw(inspection: Inspection, entry: LedgerEntry, wish: Wish) -> Made:
    """The tags of a stored inspection. Raises ReportError for what cannot be drawn."""
    from gpu_inspector.report import tag_sheet

    count = len(inspection.judgement.cards)
    cards = (wish.card,) if wish.card is not None else tuple(range(1, count + 1))
    if not cards:
        raise TagError("The inspection has no card, so there is nothing to tag.")
    if not 1 <= cards[0] <= count:
        has = N_("one card") if count == 1 else N_(f"the cards 1 to {count}")
        raise TagError(f"The inspection has no card {cards[0]}: it has {has}.", "Name one of these, or all.")
    laid = tag_sheet.laid_out(
        inspection,
        entry,
        cards,
        size=wish.size,
        copies=wish.copies,
        start=wish.start,
        serial=wish.serial,
        language=wish.language,
    )
    return Made(entry=entry, inspection=inspection, cards=cards, labels=len(cards) * wish.copies, laid=laid)


def make(reference: str, ledger: Path, out: Path, wish: Wish) -> tuple[Made, str]:
    """Write the tags of a row as a PDF; the sentence why that is not in the custody log, "" where it is.

    Raises LedgerError, ReportError, TagError, TargetError.
    """
    targets.check(out, targets.PDF, kept=targets.ledger_files(ledger))
    found = by_reference(reference, ledger)
    made = draw(found.inspection, found.entry, wish)
    return made, save(made, ledger, out)


def save(made: Made, ledger: Path, out: Path) -> str:
    """Write tags as a PDF; the sentence why that is not in the custody log, "" where it is. Raises TargetError."""
    from gpu_inspector.report import tag_sheet

    targets.check(out, targets.PDF, kept=targets.ledger_files(ledger))
    try:
        write_whole(out, tag_sheet.draw(made.inspection, made.entry, made.laid))
    except OSError as error:
        raise targets.TargetError(f"{out} cannot be written ({error.strerror}).", "Name another place.") from error
    return note(ledger, custody.What.EXPORTED, made, out.name)


def note(ledger: Path, what: custody.What, made: Made, where: str) -> str:
    """Put it into the custody log that tags were written or printed. The sentence why not, "" where it stands."""
    cards = ", ".join(map(str, made.cards[:12])) + (
        N_(f" and {len(made.cards) - 12} more") if len(made.cards) > 12 else ""
    )
    tags = f"{made.labels} tags" if made.labels > 1 else "1 tag"
    return custody.note(ledger, what, made.entry.seq, N_(f"{tags} of card {cards}; {where}"))


def by_reference(reference: str, ledger: Path) -> Found:
    """A row by its number, its id, the beginning of its id, or the text of a tag. Raises LedgerError, TagError."""
    from gpu_inspector.ledger.store import Ledger

    if tag_text.begins(reference):
        return find(reference, ledger)
    with Ledger(ledger, readonly=True) as opened:
        entry, inspection = opened.inspection(reference)
    return Found(entry=entry, inspection=inspection, card=None)


def number_of(reference: str, ledger: Path) -> str:
    """What every other command may be asked by: the row's number for the text of a tag, anything else as it is.

    Raises LedgerError, TagError.
    """
    return str(find(reference, ledger).entry.seq) if tag_text.begins(reference) else reference


def find(text: str, ledger: Path) -> Found:
    """The row that a scanned text is of, held against it. Raises TagError where there is none; LedgerError."""
    told = tag_text.parse(text)
    if told is None:
        raise TagError("This is not the whole text of a tag, or not that alone.", _SCAN_AGAIN)
    return _held(told, ledger)


def opened(text: str, ledger: Path) -> Opened:
    """The inspection of a scanned text as it was kept, with its proof. Raises TagError, LedgerError."""
    return _opened(find(text, ledger), ledger)


def opened_by_photograph(path: Path, ledger: Path) -> Opened:
    """Likewise of the one tag on a picture. Raises TagError, also where there are several; PhotographError."""
    found, failed = find_on_photograph(path, ledger)
    if failed:
        raise failed[0]
    if len(found) > 1:
        numbers = ", ".join(str(one.entry.seq) for one in found[:12])
        raise TagError(
            f"{len(found)} tags are on {path.name}: of number {numbers}.", "Open one of these from the list."
        )
    return _opened(found[0], ledger)


def _opened(found: Found, ledger: Path) -> Opened:
    from gpu_inspector.workflow import looking_up

    return Opened(looking_up.kept(ledger, found.entry.seq), found.card)


def find_on_photograph(path: Path, ledger: Path) -> tuple[tuple[Found, ...], tuple[TagError, ...]]:
    """The rows of all tags on a picture, and what is to be said of the tags that fit none.

    Raises TagError where there is no tag on it, PhotographError, LedgerError.
    """
    told = dict.fromkeys(one for text in photographs.texts_of_file(path) if (one := tag_text.parse(text)) is not None)
    if not told:
        raise TagError(
            f"No tag was found on {path.name}.",
            "Take the picture closer, sharper and without glare, or ask by the number that is printed on the tag.",
        )
    found, failed = [], []
    for one in told:
        try:
            found.append(_held(one, ledger))
        except TagError as error:
            failed.append(error)
    return tuple(found), tuple(failed)


def _held(told: TagText, ledger: Path) -> Found:
    """The row, where number, id, digest, mark and card all fit."""
    from gpu_inspector.ledger.store import Ledger

    with Ledger(ledger, readonly=True) as opened:
        if told.seq > opened.count():
            raise _elsewhere(told, opened)
        entry, inspection = opened.inspection(told.seq)
        if inspection.id != told.id:
            raise _elsewhere(told, opened)
    if not entry.digest.startswith(told.head):
        raise TagError(
            f"The tag is of inspection {told.seq}, but the row here has another digest: the ledger or the tag is not"
            " what it was when the tag was made.",
            "Run `gpu-inspector ledger verify`, and hold the signed report against the ledger (--report).",
            altered=True,
        )
    if told.card is None:
        return Found(entry=entry, inspection=inspection, card=None)
    count = len(inspection.judgement.cards)
    if told.card > count or told.mark != tag_text.mark_of(inspection):
        cards = N_("one card") if count == 1 else N_(f"{count} cards")
        what = (
            N_(f"has {cards}, not {told.card}")
            if told.card > count
            else N_("says otherwise whether a real card was there")
        )
        raise TagError(
            f"This program made no such tag: inspection {told.seq} is here, but {what}.",
            "Look at the inspection itself, by its number.",
            altered=True,
        )
    return Found(entry=entry, inspection=inspection, card=told.card)


def _elsewhere(told: TagText, ledger: Ledger) -> TagError:
    """What is to be said where the row of the tag's number is not that of its inspection."""
    with suppress(LedgerError):
        entry, _body = ledger.entry(told.id)
        return TagError(
            N_(
                f"The tag names its inspection number {told.seq}; here that inspection is number {entry.seq}, and so"
                " has another digest."
            ),
            N_(f"Run `gpu-inspector ledger verify`; see `gpu-inspector history` for number {entry.seq}."),
            altered=True,
        )
    return TagError(
        N_(
            f"There is no such inspection here: the tag is of number {told.seq}, id {told.id}, which this ledger does"
            " not have."
        ),
        N_("Name the ledger that it was made from, or ask the office that made it."),
    )
