"""`data`: the reference data that judge, brought up to date by signed files without a new program."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from gpu_inspector import reference
from gpu_inspector.cli import asking, columns, options, saying
from gpu_inspector.cli.printing import write_json
from gpu_inspector.language import _, day, moment, number, said, told, visible
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import own

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_lots import RemovedDocument
    from gpu_inspector.cli.documents_program import DataDocument, DataInUse, DataListDocument, DataWritten, KeptData
    from gpu_inspector.workflow.data_packs import Examined, Kept, PackError
    from gpu_inspector.workflow.data_standing import Standing

EXIT_ALTERED = 4
_FILE = click.argument("path", metavar="FILE", type=click.Path(path_type=Path, readable=False))
_VERSION = click.argument("version", metavar="VERSION")


@click.group("data")
def data_group() -> None:
    """Reference data as signed files: install them, choose what judges, write them for others.

    Data that were used stay here, so that old reports are judged with the data that they name. Each report says by
    which data it was judged, and who signed them.
    """


def _refused(error: PackError) -> NoReturn:
    """Exit status 4 for a file that is no whole pack, 1 for everything else that is refused."""
    from gpu_inspector.workflow.data_packs import AlteredPack

    if not isinstance(error, AlteredPack):
        raise error
    click.echo(f"gpu-inspector: {saying.error(error)}", err=True)
    sys.exit(EXIT_ALTERED)


@data_group.command("list")
@options.json_option
def list_data(as_json: bool) -> None:
    """List the reference data that are kept here, examined anew. Exit status: 4 where some cannot be used."""
    from gpu_inspector.workflow import data_packs, data_standing

    now, found = data_standing.standing(), data_packs.installed()
    if as_json:
        document: DataListDocument = {
            "format": 1,
            "in_use": now.version,
            "own": own().version,
            "trouble": now.trouble or None,
            "kept": [_document(one) for one in found],
        }
        write_json(document)
    else:
        _tell_standing(now)
        for one in found:
            click.echo(visible(_line(one)))
        if not found:
            click.echo(_("Nothing else is kept here."))
    sys.exit(EXIT_ALTERED if now.trouble or any(one.problem for one in found) else 0)


def _tell_standing(now: Standing) -> None:
    values = {"version": now.version, "origin": told(now.origin), "signer": now.signer}
    if now.signer:
        click.echo(visible(said("In use: {version}, {origin}, signed by {signer}", **values)))
    else:
        click.echo(visible(said("In use: {version}, {origin}", **values)))
    for line in (*now.lines, *filter(None, (now.trouble, now.advice))):
        click.echo(visible(f"  {told(line)}"))


def _line(one: Kept) -> str:
    if one.problem:
        return f"{one.version}  {said('cannot be used: {reason}', reason=told(one.problem))}"
    if one.record is None:
        copy = _("a copy of the program's own data of that version")
        return f"{one.version}  {copy}"
    values = {
        "office": one.record.made_by,
        "day": day(one.record.made_at) if one.record.made_at is not None else "",
        "signer": one.record.signer,
        "fingerprint": one.record.fingerprint,
    }
    if one.record.made_by:
        text = said("pack by {office}, {day}, signed by {signer}, certificate SHA-256 {fingerprint}", **values)
    else:
        text = said("pack, {day}, signed by {signer}, certificate SHA-256 {fingerprint}", **values)
    return f"{one.version}  {text}{'  ' + _('in use') if one.in_use else ''}"


def _document(one: Kept) -> KeptData:
    record = one.record
    return {
        "version": one.version,
        "kind": "pack" if one.signed else "copy of the program's own",
        "in_use": one.in_use,
        "pack": canonical.plain(record) if record is not None else None,
        "problem": one.problem or None,
    }


@data_group.command("show")
@click.argument("named", metavar="[VERSION|FILE]", default="")
@options.trust_option
@options.json_option
def show(named: str, trust: tuple[bytes, ...], as_json: bool) -> None:
    """Show the data in use, or of a pack that is kept or lies in FILE: who signed it, its note, its files.

    Of a FILE only the signature is examined, not what it says; nothing is installed. Exit status: 4 for an altered one.
    """
    from gpu_inspector.workflow import data_installing, data_packs, data_standing

    if not named:
        now = data_standing.standing()
        if as_json:
            write_json(_show(None, now.version, now.trouble))
        else:
            _tell_standing(now)
        sys.exit(EXIT_ALTERED if now.trouble else 0)
    try:
        path = reference.pack_path(named) if reference.is_version(named) else Path(named)
        found = data_installing.opened(path, (*trust, *data_packs.authority()))
    except data_packs.PackError as error:
        _refused(error)
    if as_json:
        write_json(_show(found, found.pack.version, ""))
        return
    _tell(found)


def _show(found: Examined | None, version: str, trouble: str) -> DataDocument:
    files = found.pack.statement.files if found is not None else {}
    return {
        "format": 1,
        "version": version,
        "own": own().version,
        "pack": canonical.plain(found.record) if found is not None else _pack_in_use(),
        "known": found.signer.known if found is not None else None,
        "files": [{"name": name, "bytes": len(text.encode())} for name, text in sorted(files.items())],
        "trouble": trouble or None,
    }


def _pack_in_use() -> Any:
    from gpu_inspector.workflow import data_packs

    record = data_packs.with_trouble()
    return canonical.plain(record) if record is not None else None


def _tell(found: Examined) -> None:
    made, signer = found.pack.statement, found.signer
    at = moment(made.made_at, seconds=False)
    click.echo(visible(said("Reference data {version}, signed {time} UTC", version=made.version, time=at)))
    office = made.made_by or _("no office named")
    if signer.known:
        by = said(
            "by {office}; signature of {signer}, who may give reference data here", office=office, signer=signer.name
        )
    else:
        by = said(
            "by {office}; signature of {signer}, who is not named as one who may give reference data here",
            office=office,
            signer=signer.name,
        )
    click.echo(visible(f"  {by}"))
    click.echo(f"  {said('certificate SHA-256 {fingerprint}', fingerprint=signer.fingerprint)}")
    click.echo(f"  {said('file SHA-256 {digest}', digest=found.pack.sha256)}")
    if made.needs:
        click.echo(f"  {said('needs GPU Inspector {version}', version=made.needs)}")
    click.echo(visible(f"  {said('note: {note}', note=made.note)}"))
    for name, content in sorted(made.files.items()):
        size = columns.right(number(len(content.encode())), 9)
        click.echo(visible(f"  {said('{size} bytes', size=size)}  {name}"))


@data_group.command("install")
@_FILE
@options.trust_option
@click.option("--older", is_flag=True, help="Install data that are older than those in use.")
@options.json_option
def install(path: Path, trust: tuple[bytes, ...], older: bool, as_json: bool) -> None:
    """Install the data pack in FILE and judge with it from now on.

    The first one needs --trust CERT, the certificate of the office that gives reference data; later ones of the same
    office do not. Given again, --trust names another office in its place. Exit status: 0, 1 refused, 2, 4 altered.
    """
    from gpu_inspector.workflow import data_installing, data_packs

    try:
        done = data_installing.install(path, trust, older=older)
    except data_packs.PackError as error:
        _refused(error)
    if as_json:
        document: DataInUse = {"format": 1, "in_use": done.record.version, "pack": canonical.plain(done.record)}
        write_json(document)
        return
    record = done.record
    click.echo(
        visible(said("In use from now on: {version}, signed by {signer}", version=record.version, signer=record.signer))
    )
    if trust:
        click.echo(
            _("Reference data are accepted of the certificate that was given from now on, and of those it issued.")
        )
    for remark in done.remarks:
        click.echo(visible(told(remark)))


@data_group.command("use")
@click.argument("version", metavar="VERSION|own")
@options.json_option
def use(version: str, as_json: bool) -> None:
    """Judge with the pack of this VERSION that is kept here, or with the program's own data. Exit status: 4 altered."""
    from gpu_inspector.workflow import data_installing, data_packs

    try:
        record = data_installing.use(version)
    except data_packs.PackError as error:
        _refused(error)
    chosen = record.version if record is not None else own().version
    if as_json:
        document: DataInUse = {
            "format": 1,
            "in_use": chosen,
            "pack": canonical.plain(record) if record is not None else None,
        }
        write_json(document)
    elif record is None:
        click.echo(said("In use from now on: {version}, the program’s own", version=chosen))
    else:
        click.echo(said("In use from now on: {version}", version=chosen))


@data_group.command("write")
@_FILE
@click.option(
    "--from",
    "folder",
    type=click.Path(path_type=Path, readable=False),
    metavar="FOLDER",
    help="A folder in the form of the program's resources/; else the program's own data.",
)
@click.option("--note", required=True, metavar="TEXT", help="What these data change, and why.")
@click.option("--office", default="", metavar="TEXT", help="The office that gives them; else the one of the settings.")
@click.option("--needs", default="", metavar="NUMBER", help="The program's version that is needed at least.")
@options.json_option
def write(path: Path, folder: Path | None, note: str, office: str, needs: str, as_json: bool) -> None:
    """Write a signed data pack to FILE, with this bench's key, for other benches. Nothing is installed."""
    from gpu_inspector.workflow import data_writing, targets

    targets.check(path, targets.JSON)
    whole = options.whole
    data = data_writing.signed_pack(folder, whole(note), made_by=whole(office), needs=whole(needs), ask=asking.ask)
    found = data_writing.write(path, data)
    if as_json:
        document: DataWritten = {
            "format": 1,
            "file": str(path),
            "version": found.pack.version,
            "pack": canonical.plain(found.record),
        }
        write_json(document)
    else:
        text = said(
            "{version} is written to {file}; the file's SHA-256 is {digest}.",
            version=found.pack.version,
            file=path,
            digest=found.pack.sha256,
        )
        click.echo(visible(text))
        click.echo(said("Signed with certificate SHA-256 {fingerprint}", fingerprint=found.signer.fingerprint))


@data_group.command("remove")
@_VERSION
@options.json_option
def remove(version: str, as_json: bool) -> None:
    """Remove the data of this VERSION. Reports that name it are then judged again with the data in use."""
    from gpu_inspector.workflow import data_installing

    data_installing.remove(version)
    if as_json:
        document: RemovedDocument = {"format": 1, "removed": version}
        write_json(document)
    else:
        click.echo(said("The reference data {version} are removed.", version=version))
