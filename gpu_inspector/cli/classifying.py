"""`export-class`: which export-control entry the figures of a product, or of a file's cards, meet. No legal advice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from gpu_inspector.cli import columns, declared, options
from gpu_inspector.cli.printing import write_json
from gpu_inspector.language import N_, _, current, said, sentences, told, visible
from gpu_inspector.records import canonical, control_headline
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.control import ENTRY_A, ENTRY_B, INDETERMINATE, NONE

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_cards import ClassDocument, ClassedAnswer, ClassedCard
    from gpu_inspector.records.control import ControlClass, ControlLine
    from gpu_inspector.records.words import Clean
    from gpu_inspector.workflow.export_class import Classed

EACH = N_("Each by itself")
BESIDE = N_("Beside the class")
_WIDE = 22
_GRAVITY = (NONE, ENTRY_B, INDETERMINATE, ENTRY_A)
"""Of several cards: an open one may be as grave as any, and goes before the milder entry."""


@click.command("export-class")
@click.argument("what", metavar="PRODUCT|FILE")
@click.option(
    "--date",
    "on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day of export, YYYY-MM-DD; if not given today, or the file's day, or that of the rules if it is later.",
)
@click.option("--destination", default="", metavar="CC", callback=declared.country, help="Where the goods go, as “CN”.")
@click.option(
    "--headquarters",
    default="",
    metavar="CC",
    callback=declared.country,
    help="Where the party's ultimate parent sits.",
)
@options.json_option
def export_class(what: str, on: datetime | None, destination: str, headquarters: str, as_json: bool) -> None:
    """Show which export-control entry the figures of a product, or of the cards in a file, meet on a day.

    PRODUCT is a name as the trade writes it; FILE a dump, a capture, a vBIOS image or a signed report, and goes first
    where both could be meant. Two lines always: as codified, and as enforced. Nothing is stored, and this is never
    legal advice. Exit status: 0 answered, whatever the answer; 1 unknown product or unreadable file; 2 wrong usage.
    """
    from gpu_inspector.workflow import export_class as classes

    asked = classes.Asked(on.date() if on is not None else None, destination, headquarters)
    what = options.whole(what)
    if not what.strip():
        raise click.UsageError("Name a product or a file.")
    try:
        is_file = Path(what).is_file()
    except (OSError, ValueError):
        is_file = False
    if is_file:
        found = classes.classes_of_file(Path(what), asked, load())
        _tell_cards(found, as_json)
        return
    one = classes.class_of_text(what, asked, load(), datetime.now(UTC).date())
    if as_json:
        write_json(_whole(_document(one)))
    else:
        _tell(one)


def _tell_cards(found: tuple[Classed, ...], as_json: bool) -> None:
    if as_json:
        write_json(_document_of_file(found))
        return
    for caution in dict.fromkeys(one.caution for one in found if one.caution):
        click.echo(told(caution))
    for one in found:
        click.secho(visible(one.what), bold=True)
        _tell(one)


def _document_of_file(found: tuple[Classed, ...]) -> ClassDocument:
    """Of several cards the gravest one's, so that no reader of the contract's fields overlooks it, and all of them."""
    if len(found) == 1:
        return _whole(_document(found[0]))
    gravest = max(found, key=lambda one: _GRAVITY.index(one.control.codified.entry))
    document = _whole(_document(gravest))
    # A document of programs: always English.
    why = f"The file has {len(found)} cards: this is the gravest entry, of {visible(gravest.what)}; each is in “cards”."
    document["reasons"] = [why, *document["reasons"]]
    document["cards"] = [_document(one) for one in found]
    return document


def _whole(answer: ClassedAnswer) -> ClassDocument:
    return cast("ClassDocument", {"format": 1, **answer})


def _document(one: Classed) -> ClassedAnswer:
    """The contract's document: both lines, figures, reasons, and all that they rest on."""
    document = cast("ClassedAnswer", {"asked": one.what, **_plain(one.control)})
    if one.members:
        document["members"] = [_plain(member) for member in one.members]
    if one.caution:
        document["caution"] = one.caution
    return document


def _plain(control: ControlClass) -> ClassedCard:
    plain: dict[str, Any] = canonical.plain(control)
    plain["date"] = plain.pop("on")
    return cast("ClassedCard", plain)


def _tell(one: Classed) -> None:
    """For people: the sentence, two lines, each figure with limit, margin and source, what is beside, and cautions."""
    from gpu_inspector.records import control_table

    control = one.control
    click.echo(visible(control_headline.meaning(control.codified.entry, control, visible)))
    _row(_(control_table.CODIFIED), _line(control.codified, control_table.verified))
    _row(_(control_table.ENFORCED), _line(control.enforced, control_table.verified))
    for figure in control_table.inputs_of(control, visible):
        cells = said(
            "{value} ({limit}: {result}, {margin})",
            value=figure.value,
            limit=figure.limit,
            result=figure.result,
            margin=figure.margin,
        )
        _row(figure.figure, f"{cells}; {figure.source}" if figure.source else cells)
    for member in one.members:
        # Of several products no figure is that of all.
        tpp, density = control_table.figure(member.tpp), control_table.figure(member.performance_density)
        text = said(
            "{product}: {codified}, as enforced {enforced}; TPP {tpp}, performance density {density}",
            product=member.product,
            codified=member.codified.entry,
            enforced=member.enforced.entry,
            tpp=tpp,
            density=density,
        )
        _row(_(EACH), text)
    for label, text in () if one.members else control_table.facts_of(control, visible):
        _row(label, text)
    for parts in control_table.overlays_of(control, visible):
        _row(_(BESIDE), sentences(*(_stopped(part) for part in parts if part)))
    for heading, lines in control_table.sentences(control, visible):
        click.echo(f"  {said('{heading}:', heading=heading)}")
        for sentence in lines:
            click.echo(visible(f"    {sentence}"))


def _line(line: ControlLine, known_as: Callable[[str, Clean], str]) -> str:
    from gpu_inspector.records import control_table

    paragraph = f" ({line.paragraph})" if line.paragraph and line.paragraph != line.entry else ""
    known = known_as(line.verified, visible)
    since = said("in force from {day}", day=line.in_force_from) if line.in_force_from else ""
    parts = (
        f"{line.entry}{paragraph}, {control_table.licence_words(line.licence)}",
        told(line.words),
        line.citation,
        since,
        known,
    )
    return "; ".join(part.rstrip(".。") for part in parts if part)


def _stopped(text: str) -> str:
    """A part of a row as a sentence."""
    plain = text.rstrip(".。")
    return f"{plain}。" if current() in ("zh-Hans", "ja") else f"{plain}."


def _row(label: str, text: str) -> None:
    click.echo(visible(f"  {columns.padded(label, _WIDE)} {text}"))
