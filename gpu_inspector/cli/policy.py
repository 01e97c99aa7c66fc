"""`policy`: what an office demands of its inspections, as a signed file, and what of it is in force here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from gpu_inspector.cli import asking, options, saying
from gpu_inspector.cli.ledger_checks import complain
from gpu_inspector.cli.printing import write_json
from gpu_inspector.language import _, said, told, visible
from gpu_inspector.records.leaves import Leaves

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_lots import RemovedDocument
    from gpu_inspector.cli.documents_program import PolicyDocument, PolicyText
    from gpu_inspector.workflow.policy_file import Held, PolicyError

EXIT_ALTERED = 4
STEPS = tuple(one.value for one in Leaves)
_FILE = click.argument("path", metavar="FILE", type=click.Path(path_type=Path, readable=False))


@click.group("policy")
def policy_group() -> None:
    """The office's policy: mandatory fields, least profile, trusted signers, watch-lists, as one signed file.

    While one is in force, an inspection that does not fulfil it is refused before anything is collected, and each
    report names it.
    """


@policy_group.command("show")
@options.json_option
def show(as_json: bool) -> None:
    """Show the policy in force here, its signature examined anew. Exit status: 4 where it was altered, 1 unusable."""
    from gpu_inspector.workflow import policy

    try:
        held = policy.in_force()
    except policy.PolicyError as error:
        _refused(error, as_json=as_json)
    if held is None and not as_json:
        click.echo(_("No office policy is in force here."))
    else:
        _tell(held, as_json=as_json)


@policy_group.command("check")
@_FILE
@options.trust_option
@options.json_option
def check(path: Path, trust: tuple[bytes, ...], as_json: bool) -> None:
    """Check the policy in FILE, and say what it demands; nothing is installed.

    Its signer is looked for among --trust and the certificates of the policy in force.
    Exit status: 0 sound and of a known signer, 3 sound, signer not known here, 4 altered, 1 the file cannot be read.
    """
    from gpu_inspector.workflow import policy, policy_file, policy_keeping

    known = (*trust, *policy_keeping.anchors())
    try:
        held = policy_file.read_policy(policy_file.load_file(path), known)
    except policy.PolicyError as error:
        _refused(error, as_json=as_json)
    _tell(held, as_json=as_json)
    sys.exit(0 if held.signer.known else 3)


@policy_group.command("install")
@_FILE
@options.trust_option
@click.option("--older", is_flag=True, help="Take one whose number is not higher than that of the policy in force.")
@options.ledger_option
@options.json_option
def install(path: Path, trust: tuple[bytes, ...], older: bool, ledger: Path, as_json: bool) -> None:
    """Put the policy in FILE in force; the first one needs --trust CERT, a later one of the same signer does not.

    Exit status: 0 in force now, 1 refused, 2 wrong usage, 4 altered. The ledger's custody log notes it.
    """
    from gpu_inspector.workflow import policy, policy_keeping

    try:
        held = policy_keeping.install(path, trust, older=older)
    except policy.PolicyError as error:
        _refused(error, as_json=as_json)
    _tell(held, as_json=as_json)
    complain(policy_keeping.noted(ledger, "installed", policy_keeping.described(held)))


@policy_group.command("remove")
@click.option("--yes", is_flag=True, help="Really remove it; without this nothing is done.")
@options.ledger_option
@options.json_option
def remove(yes: bool, ledger: Path, as_json: bool) -> None:
    """Take the policy out of force. Inspections that were made under it stay as they are, and name it."""
    from gpu_inspector.workflow import policy_keeping

    if not yes:
        raise click.UsageError("Inspections would not be bound by the office's policy any more: say --yes to do it.")
    removed = policy_keeping.remove()
    complain(policy_keeping.noted(ledger, "removed", removed))
    if as_json:
        document: RemovedDocument = {"format": 1, "removed": removed}
        write_json(document)
    else:
        click.echo(visible(said("Not in force any more: {policy}.", policy=told(removed))))


@policy_group.command("write")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path, readable=False))
@click.option(
    "--from", "source", type=click.Path(path_type=Path, readable=False), metavar="TOML", help="What it says, as a file."
)
@click.option("--office", metavar="TEXT", help="The office whose policy it is.")
@click.option("--number", type=int, metavar="N", help="Counts up with each version: 1, 2, 3.")
@click.option("--note", metavar="TEXT", help="A note for who reads the policy.")
@click.option("--profile", type=click.Choice(options.PROFILES), help="The least profile of a measured card.")
@click.option("--no-measure/--must-measure", default=None, help="Whether a card of the machine may be left unmeasured.")
@click.option("--mandatory", multiple=True, metavar="FIELD", help="A mandatory field, named as inspect's option is.")
@click.option("--trusted", multiple=True, metavar="CERT", help="A certificate whose signed reports count as trusted.")
@click.option("--data-authority", metavar="CERT", help="The certificate of who may sign reference data.")
@click.option("--watch-list", "watch_lists", multiple=True, metavar="FILE", help="A signed watch-list to put inside.")
@click.option(
    "--must-ask", multiple=True, metavar="SHA256", help="A watch-list that must be kept where it is in force."
)
@click.option("--leaves", type=click.Choice(STEPS), help="What may leave for a registry of many offices at most.")
@click.option(
    "--numbers-keyed/--numbers-plain", default=None, help="Whether numbers of cards leave as keyed digests alone."
)
@options.json_option
def write(target: Path, source: Path | None, as_json: bool, **named: Any) -> None:
    """Write a policy to FILE, signed with this bench's key; options say more than the TOML file, or in its place.

    It is not in force by that: install it, here too.
    """
    from gpu_inspector.workflow import policy_file, policy_writing, targets
    from gpu_inspector.workflow.whole_files import write_whole

    given: dict[str, Any] = {name: options.whole(one) if isinstance(one, str) else one for name, one in named.items()}
    wish = policy_writing.Wish(**given)
    if source is not None:
        wish = policy_writing.both(policy_writing.from_toml(source), wish)
    files = (source, *map(Path, filter(None, (*wish.trusted, *wish.watch_lists, wish.data_authority))))
    targets.check(target, targets.JSON, kept=files)
    data = policy_file.signed_policy(policy_writing.policy_of(wish), asking.ask)
    try:
        write_whole(target, data)
    except OSError as error:
        raise policy_file.PolicyError(
            f"{target} cannot be written ({error.strerror}).", "Name another place."
        ) from error
    held = policy_file.read_policy(data, ())
    _tell(held, as_json=as_json, file=target)


def _refused(error: PolicyError, *, as_json: bool) -> NoReturn:
    """The sentence, and the exit status: altered is more than unreadable."""
    if as_json:
        document: PolicyDocument = {"format": 1, "policy": None, "file": None, "problem": str(error)}
        write_json(document)
    else:
        click.echo(f"gpu-inspector: {saying.error(error)}", err=True)
    sys.exit(EXIT_ALTERED if error.altered else 1)


def _tell(held: Held | None, *, as_json: bool, file: Path | None = None) -> None:
    from gpu_inspector.workflow import policy_keeping

    if as_json:
        document: PolicyDocument = {
            "format": 1,
            "policy": _document(held) if held is not None else None,
            "file": str(file) if file is not None else None,
            "problem": None,
        }
        write_json(document)
        return
    assert held is not None
    click.echo(visible(said("Policy {policy}", policy=told(policy_keeping.described(held)))))
    for line in policy_keeping.demands(held.policy):
        click.echo(visible(f"  {told(line)}"))
    click.echo(f"  {said('SHA-256 of the file {digest}', digest=held.digest)}")
    by = said(
        "signed by {signer} ({known}), certificate SHA-256 {fingerprint}",
        signer=held.signer.name,
        known=_("known here") if held.signer.known else _("not known here"),
        fingerprint=held.signer.fingerprint,
    )
    click.echo(visible(f"  {by}"))
    if file is not None:
        text = said(
            "Written to {file}. In force it is where it is installed: policy install {file} --trust CERT", file=file
        )
        click.echo(text)


def _document(held: Held) -> PolicyText:
    made = held.policy
    return {
        "office": made.office,
        "number": made.number,
        "made_at": made.made_at.isoformat(),
        "digest": held.digest,
        "note": made.note,
        "profile": made.profile or None,
        "no_measure": made.no_measure,
        "mandatory": list(made.mandatory),
        "trusted": len(made.trusted),
        "data_authority": bool(made.data_authority),
        "watch_lists": len(made.watch_lists),
        "lists_asked": list(made.lists_asked),
        "leaves": made.leaves or None,
        "numbers_keyed": made.numbers_keyed,
        "signer": held.signer.name,
        "fingerprint": held.signer.fingerprint,
        "known": held.signer.known,
    }
