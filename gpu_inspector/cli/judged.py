"""`judge`: what was recorded, judged again; nothing is stored."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import columns, declared, options, show
from gpu_inspector.cli.printing import write_json, write_line
from gpu_inspector.errors import CaptureError
from gpu_inspector.language import _, told, visible
from gpu_inspector.records import words
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.workflow import judging

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_cards import ReviewedDocument, ReviewedLine, UnreadLine
    from gpu_inspector.workflow.reviewing import Review

WIDE = 21


@click.command()
@click.argument("path", metavar="FILE|FOLDER|PDF", type=click.Path(path_type=Path, readable=False))
@declared.declared_options
@options.data_option
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Judge a folder in N processes of this machine; by the data in use.",
)
@options.json_option
def judge(path: Path, declaration: Declaration, data: str, workers: int | None, as_json: bool) -> None:
    """Judge recorded evidence again: a dump, a capture, a signed report, or every file of a folder.

    A report is judged with the reference data that it names, where they are kept here; everything else with those in
    use, or with --data. Nothing is stored. Exit status as `inspect`; a file of a folder that cannot be read counts as
    INCONCLUSIVE.
    """
    from gpu_inspector.workflow import reviewing

    if workers is not None and (data or not path.is_dir()):
        raise click.UsageError("--workers goes with a folder, and without --data.")
    papers = None if declaration.empty else declaration
    catalogue, named = options.data_named(data), bool(data)
    if not path.is_dir():
        one = reviewing.review(path, papers, catalogue, named=named)
        assert one.judgement is not None and one.evidence is not None
        if as_json:
            document: ReviewedDocument = {
                **show.document_of(one.judgement, one.evidence),
                "id": None,
                "caution": one.caution,
            }
            write_json(document)
        else:
            click.echo(told(one.caution), nl=bool(one.caution))
            show.judgement(one.judgement, one.evidence)
        sys.exit(judging.exit_status(one.judgement))
    if workers is None:
        found = reviewing.review_folder(path, papers, catalogue, named=named)
    else:
        from gpu_inspector.workflow import reviewing_apart

        found = reviewing_apart.review_folder(path, papers, catalogue, workers)
    reviews = tuple(_told(found, as_json))
    if not reviews:
        raise CaptureError(f"The folder {path} holds no file.", "Name a folder of dumps, captures or reports.")
    if all(review.judgement is None for review in reviews):
        raise CaptureError(f"No file of the folder {path} could be judged.", "The lines above say why.")
    sys.exit(judging.EXITS[reviewing.verdict_of(reviews)])


def _line(review: Review) -> ReviewedLine | UnreadLine:
    """One file of a folder for programs."""
    if review.judgement is None or review.evidence is None:
        return {"format": 1, "verdict": None, "file": review.path.name, "failure": review.failure}
    document = show.document_of(review.judgement, review.evidence)
    return {**document, "file": review.path.name, "failure": review.failure}


def _told(reviews: Iterator[Review], as_json: bool) -> Iterator[Review]:
    """Each review of a folder as it comes: a line, or a JSON document a line."""
    for review in reviews:
        if as_json:
            write_line(_line(review))
        elif review.judgement is None or review.evidence is None:
            word = columns.padded(_("not judged"), WIDE)
            click.echo(visible(f"{word}  {review.path.name}: {told(review.failure)}"))
        else:
            products = ", ".join(sorted({card.product for card in review.judgement.cards}))
            word = columns.padded(_(words.IDENTITIES[review.judgement.verdict]), WIDE)
            mark = _(words.WATERMARKS.get(review.evidence.origin, ""))
            click.echo(visible(f"{word}  {review.path.name}: {products}{f'  {mark}' if mark else ''}"))
        yield review
