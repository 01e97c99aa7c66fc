"""`registry search`, `pull`, `verify`: what a registry has, listed, taken out again, and held against signatures."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import noticing, options
from gpu_inspector.cli.ledger_checks import complain
from gpu_inspector.cli.printing import write_json
from gpu_inspector.cli.registry_options import EXIT_ALTERED, registry_option
from gpu_inspector.language import _, counted, moment, said, told, visible

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_registry import (
        FoundInspection,
        PulledDocument,
        RestoredRows,
        SearchedDocument,
        VerifiedOffice,
        VerifiedRegistry,
    )
    from gpu_inspector.records.registry_found import RegistryRow
    from gpu_inspector.workflow.registry_pull import Pulled
    from gpu_inspector.workflow.registry_verify import OfficeVerdict


@click.command("search")
@click.argument("words", nargs=-1)
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many rows.")
@click.option("--after", type=click.IntRange(min=1), metavar="MARK", help="Go on behind the mark of the last line.")
@click.option("--notices", is_flag=True, help="Show again what the registry said too late for an inspection.")
@registry_option
@options.json_option
def search(words: tuple[str, ...], limit: int, after: int | None, notices: bool, url: str, as_json: bool) -> None:
    """List inspections of all offices that yours may see, what came last first; WORDS as in history.

    What is listed is the word of each office. Nothing is found of what did not leave it.
    """
    if notices:
        noticing.tell_all()
    else:
        noticing.tell()
    show_found(words, limit, after, url, as_json=as_json)


def show_found(words: tuple[str, ...], limit: int, after: int | None, url: str, *, as_json: bool) -> None:
    """The rows of the registry that these words find, as `registry search` and `history --registry` print them."""
    from gpu_inspector.ledger.query import Query
    from gpu_inspector.workflow import registry_search

    page = registry_search.page(Query(words=options.whole(" ".join(words))), after, limit, url=url)
    if as_json:
        document: SearchedDocument = {
            "format": 1,
            "inspections": [_found(one) for one in page.rows],
            "after": page.after,
        }
        write_json(document)
        return
    for one in page.rows:
        click.echo(visible(_line(one)))
    if not page.rows and page.after is None:
        click.echo(_("No inspection fits."))
    if page.after is not None:
        click.echo(said("More: --after {mark}", mark=str(page.after)))


def _line(row: RegistryRow) -> str:
    from gpu_inspector.cli import columns
    from gpu_inspector.cli.keeping import verdict_of
    from gpu_inspector.records import words as words_of

    marks = {origin.value: mark for origin, mark in words_of.WATERMARKS.items()}
    made = moment(row.made_at.astimezone(), seconds=False)
    line = f"{row.registered} {row.seq}  {made}  {columns.padded(verdict_of(row.verdict), 13)} {row.product}"
    line += f"  {_(marks[row.origin])}" if row.origin in marks else ""
    return f"{line}  {said('case {case}', case=row.case)}" if row.case else line


def _found(row: RegistryRow) -> FoundInspection:
    return {
        "registered": row.registered,
        "number": row.seq,
        "id": row.id,
        "made_at": row.made_at.isoformat(),
        "case": row.case,
        "product": row.product,
        "verdict": row.verdict,
        "condition": row.condition,
        "control": row.control,
        "inspector": row.inspector,
        "office": row.office,
        "place": row.place,
        "cards": row.cards,
        "origin": row.origin,
    }


@click.command("pull")
@click.argument("out", metavar="FILE", type=click.Path(path_type=Path, readable=False))
@click.option("--office", default="", metavar="OFFICE", help="Another office that your role may see; else your own.")
@registry_option
@options.json_option
def pull(out: Path, office: str, url: str, as_json: bool) -> None:
    """Write an office's rows out of the registry to FILE, verified as they come; a second pull goes on from there.

    The file is as that of ledger export; a row of which less came to the registry says so. Exit status: 0 all of it
    verified, 4 a row is wrong and named, 1 failed.
    """
    from gpu_inspector.workflow import registry_pull

    found = registry_pull.pull(url, out, office=office)
    if as_json:
        write_json(_pulled(found, out))
    else:
        _tell_pulled(found, out)
    complain(found.remark)
    sys.exit(EXIT_ALTERED if found.problem is not None else 0)


@click.command("restore")
@click.argument("pulled", metavar="FILE", type=click.Path(path_type=Path, readable=False))
@options.ledger_option
@options.json_option
def restore(pulled: Path, ledger: Path, as_json: bool) -> None:
    """Bring a lost ledger, or the end that its backup lacks, back from FILE, which registry pull wrote.

    Only where the records had left the office whole. Nothing is written before all of FILE was verified; the registry
    goes on with the ledger as it was.
    """
    from gpu_inspector.workflow import registry_restoring

    done = registry_restoring.restore(pulled, ledger)
    if as_json:
        document: RestoredRows = {
            "format": 1,
            "ledger": str(ledger),
            "rows": done.rows,
            "added": done.added,
            "signer": done.signer,
        }
        write_json(document)
        return
    line = counted(
        "{added} row came back; the ledger has {rows}.",
        "{added} rows came back; the ledger has {rows}.",
        done.added,
        added=done.added,
        rows=done.rows,
    )
    click.echo(line)
    text = said(
        "Verified under a checkpoint of certificate SHA-256 {fingerprint} (compare the fingerprint).",
        fingerprint=done.signer,
    )
    click.echo(text)


def _pulled(found: Pulled, out: Path) -> PulledDocument:
    return {
        "format": 1,
        "office": found.office,
        "file": str(out),
        "rows": found.rows,
        "added": found.added,
        "whole": found.kinds.get("whole", 0),
        "redacted": found.kinds.get("redacted", 0),
        "digests": found.kinds.get("digest", 0),
        "covered": found.covered,
        "signer": found.signer or None,
        "row": found.row,
        "problem": found.problem,
    }


def _tell_pulled(found: Pulled, out: Path) -> None:
    line = counted(
        "{rows} row of {office} is in {file}; {added} came now.",
        "{rows} rows of {office} are in {file}; {added} came now.",
        found.rows,
        rows=found.rows,
        office=found.office,
        file=out,
        added=found.added,
    )
    click.echo(visible(line))
    less = found.kinds.get("redacted", 0) + found.kinds.get("digest", 0)
    if less:
        text = counted(
            "{rows} of them did not leave the office whole: its ledger alone has the records.",
            "{rows} of them did not leave the office whole: its ledger alone has the records.",
            less,
            rows=less,
        )
        click.echo(text)
    if found.signer:
        text = said(
            "Verified under the checkpoint of row {row}, certificate SHA-256 {fingerprint} (compare the fingerprint).",
            row=found.covered,
            fingerprint=found.signer,
        )
        click.echo(text)
    if found.problem is not None:
        click.echo(visible(told(found.problem)))


@click.command("verify")
@click.option("--office", default="", metavar="OFFICE", help="This office alone; else all that your role may see.")
@registry_option
@options.ledger_option
@options.json_option
def verify(office: str, url: str, ledger: Path, as_json: bool) -> None:
    """Check every row, chain and signed checkpoint in the registry, and this office's rows against its ledger.

    Exit status: 0 whole, 4 altered (the office and the row are named), 1, 2.
    """
    from gpu_inspector.workflow import registry_verify

    found = registry_verify.verify(url, ledger if os.path.lexists(ledger) else None, office=office)
    if as_json:
        document: VerifiedRegistry = {"format": 1, "offices": [_document(one) for one in found]}
        write_json(document)
    else:
        for one in found:
            _tell(one)
    sys.exit(EXIT_ALTERED if any(one.problem is not None for one in found) else 0)


def _document(one: OfficeVerdict) -> VerifiedOffice:
    return {
        "office": one.office,
        "rows": one.rows,
        "head": one.head,
        "whole": one.whole,
        "redacted": one.redacted,
        "digests": one.digests,
        "checkpoints": one.checkpoints,
        "signers": list(one.signers),
        "row": one.row,
        "problem": one.problem,
        "held": one.held,
        "notes": list(one.notes),
    }


def _tell(one: OfficeVerdict) -> None:
    if one.problem is not None:
        click.echo(visible(said("{office}: {problem}", office=one.office, problem=told(one.problem))))
        return
    line = counted(
        "{office} is whole: {rows} row, head {head}.",
        "{office} is whole: {rows} rows, head {head}.",
        one.rows,
        office=one.office,
        rows=one.rows,
        head=one.head,
    )
    click.echo(visible(line))
    kinds = {"whole": one.whole, "redacted": one.redacted, "digests": one.digests, "checkpoints": one.checkpoints}
    click.echo(
        said(
            "  whole records {whole}, redacted {redacted}, digests alone {digests}; signed checkpoints {checkpoints}",
            **kinds,
        )
    )
    for signer in one.signers:  # a server can register a certificate of its own: whose they are is for people to see
        text = said(
            "Verified under a checkpoint of certificate SHA-256 {fingerprint} (compare the fingerprint).",
            fingerprint=signer,
        )
        click.echo(visible(f"  {text}"))
    if one.held:
        click.echo(visible(said("  agrees row for row with the ledger here")))
    for note in one.notes:
        complain(note)
