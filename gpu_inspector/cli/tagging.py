"""`tag`: labels with a QR code that lead back to an inspection; and what `history` says of a text that was scanned."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import options, saying
from gpu_inspector.cli.ledger_checks import EXIT_ALTERED, complain
from gpu_inspector.cli.printing import write_json
from gpu_inspector.language import _, counted, said, visible
from gpu_inspector.workflow import tagging

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_reports import TagDocument
    from gpu_inspector.ledger.query import HistoryRow
    from gpu_inspector.workflow.tagging import Found, TagError

_FILE = click.Path(path_type=Path, readable=False)


def _card(context: click.Context, option: click.Parameter, text: str) -> int | None:
    """A card's number within the inspection; None for all of them."""
    if text == "all":
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text)):
        raise click.BadParameter("Give the card's number within the inspection, from 1, or all.", context, option)
    return int(text)


@click.command()
@click.argument("reference", metavar="ID")
@click.argument("out", metavar="[OUT.pdf]", type=_FILE, required=False)
@click.option(
    "--card", callback=_card, default="all", show_default=True, metavar="N|all", help="Which card of the inspection."
)
@click.option(
    "--size",
    type=click.Choice(tagging.SIZES),
    default=tagging.USUAL_SIZE,
    show_default=True,
    help="A label of so many millimetres a page, or a sheet of labels: A4 with 24, Letter with 30.",
)
@click.option(
    "--copies",
    type=click.IntRange(1, tagging.MOST_COPIES),
    default=1,
    show_default=True,
    help="How many of each.",
)
@click.option(
    "--start",
    type=click.IntRange(1, 100),
    default=1,
    show_default=True,
    help="The first free place of a sheet, counted along its rows.",
)
@click.option("--serial", is_flag=True, help="Print the serial that the card claims as well.")
@options.report_language_option
@options.ledger_option
@options.json_option
def tag(
    reference: str,
    out: Path | None,
    card: int | None,
    size: str,
    copies: int,
    start: int,
    serial: bool,
    language: str,
    ledger: Path,
    as_json: bool,
) -> None:
    """Write tags with a QR code for the cards of a stored inspection, which lead back to it.

    ID is the inspection's number or id, or the scanned text of a tag; without OUT.pdf the file is called tag-NUMBER.pdf
    and lies in this folder. A tag carries no verdict and no signature: the signed report is the proof. `gpu-inspector
    history` and `report` take its scanned text, `history --tag` a photograph of it.
    """
    with answered():
        number = tagging.number_of(reference, ledger)
        wish = tagging.Wish(size=size, card=card, copies=copies, start=start, serial=serial, language=language)
        target = out or Path(f"tag-{tagging.by_reference(number, ledger).entry.seq}.pdf")
        made, noted = tagging.make(number, ledger, target, wish)
    complain(noted)
    if as_json:
        document: TagDocument = {
            "format": 1,
            "id": made.inspection.id,
            "number": made.entry.seq,
            "cards": list(made.cards),
            "labels": made.labels,
            "pages": made.pages,
            "tag": str(target),
        }
        write_json(document)
        return
    tags = counted("{number} tag", "{number} tags", made.labels)
    pages = counted("{number} page", "{number} pages", made.pages)
    text = said(
        "{tags} of inspection {row} on {pages}: {file}", tags=tags, row=made.entry.seq, pages=pages, file=target
    )
    click.echo(visible(text))
    click.echo(_("Print at 100 %, without fitting to the page. A tag carries no verdict and no signature."))


@contextmanager
def answered() -> Iterator[None]:
    """Within it, a tag that contradicts the row that it leads to ends the program as whatever was altered does."""
    try:
        yield
    except tagging.TagError as error:
        if not error.altered:
            raise
        end((error,))


def looked_up(text: str, photograph: Path | None, ledger: Path) -> tuple[tuple[Found, ...], tuple[TagError, ...]]:
    """The inspections of a scanned text, or of all tags on a photograph, and what is to be said of the other tags.

    Raises TagError where there is no tag on the photograph, PhotographError, LedgerError.
    """
    if photograph is not None:
        return tagging.find_on_photograph(photograph, ledger)
    try:
        return (tagging.find(text, ledger),), ()
    except tagging.TagError as error:
        return (), (error,)


def rows_of(found: tuple[Found, ...], ledger: Path) -> tuple[HistoryRow, ...]:
    """The history's rows of these, each once."""
    from gpu_inspector.ledger.store import Ledger

    with Ledger(ledger, readonly=True) as kept:
        numbers = dict.fromkeys(one.entry.seq for one in found)
        rows = (row for number in numbers for row in kept.history("", 1, before=number + 1) if row.seq == number)
        return tuple(rows)


def card_of(one: Found) -> str:
    """Which card of the inspection a tag is on; "" for a report's code, which is of all of them."""
    if one.card is None:
        return ""
    cards = one.inspection.judgement.cards
    card = cards[one.card - 1]
    text = said("its tag is that of card {card} of {cards}: {label}", card=one.card, cards=len(cards), label=card.label)
    return f"        {text}  {card.product}"


def end(failed: tuple[TagError, ...]) -> None:
    """Say what the other tags lack, and end with the worst of them; nothing where all led somewhere."""
    for error in failed:
        click.echo(f"gpu-inspector: {saying.error(error)}", err=True)
    if failed:
        sys.exit(EXIT_ALTERED if any(error.altered for error in failed) else 1)
