"""`key`: the key that signs here, made, shown, handed on and taken in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import asking, options
from gpu_inspector.cli.printing import write_json
from gpu_inspector.language import N_, _, day, said, sentences, told, visible

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_reports import KeyDocument, KeyFileDocument
    from gpu_inspector.workflow.keys import Shown

_KINDS = {
    "own": N_("a key that this program made"),
    "file": N_("the key of a PKCS#12 file"),
    "card": N_("the key of a card"),
}
FILE = click.Path(path_type=Path, readable=False)


@click.group("key")
def key_group() -> None:
    """Make, show, export and import the key that signs reports.

    Passphrases and PINs are taken from GPU_INSPECTOR_PASSPHRASE and GPU_INSPECTOR_PIN, from the system's key ring
    (service gpu-inspector), or asked for without echo; no option takes one.
    """


@key_group.command("new")
@click.option("--p12", type=FILE, metavar="FILE", help="Write the new key to a PKCS#12 file; nothing else changes.")
@click.option("--protect", is_flag=True, help="Lock the new key with a passphrase, which is asked for twice.")
@options.json_option
def new(p12: Path | None, protect: bool, as_json: bool) -> None:
    """Make a new key of this program's own and sign with it from now on; an older one is kept aside.

    Its certificate is signed by itself: it shows that two reports come from the same bench, and nothing about who sat
    there. Exit status: 0, 1 failed, 2 wrong usage.
    """
    from gpu_inspector.workflow import keys

    if p12 is not None:
        keys.new_file(p12, asking.choose(N_(f"for {p12.name}")))
        if as_json:
            document: KeyFileDocument = {"format": 1, "file": str(p12)}
            write_json(document)
        else:
            text = said("A new key is in {file}; to sign with it: gpu-inspector key import FILE", file=p12)
            click.echo(visible(text))
        return
    shown, older = keys.new(asking.choose(N_("for the new key")) if protect else None)
    _tell(shown, as_json, str(older) if older is not None else "")
    if older is not None and not as_json:
        click.echo(visible(said("The older key is kept in {file}.", file=older)))


@key_group.command("show")
@options.json_option
def show(as_json: bool) -> None:
    """Show who would sign: name, fingerprint, validity, authorities, and whether the certificate may sign.

    Exit status: 0 it may sign, 1 it may not or there is none, 2 wrong usage.
    """
    from gpu_inspector.workflow import keys

    shown = keys.show(asking.ask)
    _tell(shown, as_json)
    sys.exit(1 if shown.refusal else 0)


@key_group.command("export")
@click.argument("target", metavar="FILE", type=FILE)
@click.option("--private", is_flag=True, help="The private key with it, as a PKCS#12 file under a new passphrase.")
@options.json_option
def export(target: Path, private: bool, as_json: bool) -> None:
    """Write the signer's certificate to FILE (PEM), for colleagues who verify reports.

    The private key does not go along, unless --private asks for it; a card's never does. Exit status: 0, 1 failed,
    2 wrong usage.
    """
    from gpu_inspector.workflow import keys

    if private:
        keys.export_private(target, asking.choose(N_(f"for {target.name}")), asking.ask)
        document: KeyFileDocument = {"format": 1, "file": str(target), "private": True}
    else:
        document = {"format": 1, "file": str(target), "fingerprint": keys.export_certificate(target, asking.ask)}
    if as_json:
        write_json(document)
    elif private:
        text = said("Key and certificate are in {file}; whoever has file and passphrase signs as you do.", file=target)
        click.echo(visible(text))
    else:
        fingerprint = document["fingerprint"]
        click.echo(visible(said("The certificate is in {file}; SHA-256 {digest}.", file=target, digest=fingerprint)))
        click.echo(_("Tell the fingerprint over another channel than the file: by telephone, or on paper."))


@key_group.command("import")
@click.argument("source", metavar="[FILE]", required=False, type=FILE)
@click.option("--card", type=FILE, metavar="MODULE", help="Sign with a card, through its PKCS#11 library.")
@click.option("--token", default="", metavar="LABEL", help="The card's label; without it, the only card that is there.")
@click.option("--key", default="", metavar="LABEL", help="The certificate's label on the card, or id:HEX.")
@options.json_option
def take(source: Path | None, card: Path | None, token: str, key: str, as_json: bool) -> None:
    """Sign with the key of a PKCS#12 FILE, or of a card, from now on.

    A copy of the file goes into the data folder; of a card, the settings keep where it is, after it signed a try. A
    certificate that may not sign is refused, and nothing changes. Exit status: 0, 1 failed, 2 wrong usage.
    """
    from gpu_inspector.workflow import keys

    if (source is None) == (card is None):
        raise click.UsageError("Name a PKCS#12 file, or a card's library with --card.")
    if card is None and (token or key):
        raise click.UsageError("--token and --key go with --card.")
    if card is not None:
        shown = keys.import_card(card, token, key, asking.ask)
    else:
        assert source is not None
        shown = keys.import_file(source, asking.ask)
    _tell(shown, as_json)


@key_group.command("use")
@click.argument("kind", type=click.Choice(["own", "file", "card"]))
@options.json_option
def use(kind: str, as_json: bool) -> None:
    """Sign with the own key, the file or the card that was made or imported before.

    Exit status: 0, 1 failed, 2 wrong usage.
    """
    from gpu_inspector.workflow import keys

    _tell(keys.use(kind), as_json)


def _tell(shown: Shown, as_json: bool, older: str | None = None) -> None:
    if as_json:
        document = _document(shown)
        if older is not None:
            document["older"] = older or None
        write_json(document)
        return
    click.echo(visible(shown.name))
    for line in _lines(shown):
        click.echo(f"  {visible(line)}")


def _lines(shown: Shown) -> list[str]:
    """What is said of a key beneath its name."""
    lines = [
        said("{kind}: {place}", kind=_(_KINDS[shown.kind]), place=told(shown.place)),
        said("certificate SHA-256 {fingerprint}", fingerprint=shown.fingerprint),
        said(
            "{algorithm}; valid from {begin} to {end}",
            algorithm=shown.algorithm,
            begin=day(shown.begin),
            end=day(shown.end),
        ),
    ]
    lines += [
        said(
            "issued by {name}, valid to {end}, {fingerprint}",
            name=one.name,
            end=day(one.end),
            fingerprint=one.fingerprint,
        )
        for one in shown.authorities
    ]
    if shown.ring and shown.kind == "card":
        text = said("PIN: typed, or from the environment, or the key ring's entry {entry}", entry=shown.ring)
        lines.append(text)
    elif shown.ring:
        text = said(
            "passphrase, if any: typed, or from the environment, or the key ring's entry {entry}", entry=shown.ring
        )
        lines.append(text)
    if shown.refusal:
        lines.append(said("must not sign: {reason}", reason=sentences(told(shown.refusal), told(shown.advice))))
    else:
        lines.append(_("may sign"))
    return [*lines, *map(told, shown.remarks)]


def _document(shown: Shown) -> KeyDocument:
    return {
        "format": 1,
        "kind": shown.kind,
        "place": shown.place,
        "name": shown.name,
        "fingerprint": shown.fingerprint,
        "algorithm": shown.algorithm,
        "valid_from": shown.begin.isoformat(),
        "valid_to": shown.end.isoformat(),
        "authorities": [
            {"name": one.name, "fingerprint": one.fingerprint, "valid_to": one.end.isoformat()}
            for one in shown.authorities
        ],
        "may_sign": not shown.refusal,
        "refusal": shown.refusal,
        "remarks": list(shown.remarks),
    }
