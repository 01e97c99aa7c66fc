"""`inspect`: from a card, a server or a file to a verdict and its report."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from gpu_inspector.cli import asking, declared, lists, looking, noticing, options, policies, show
from gpu_inspector.cli.printing import write_json
from gpu_inspector.cli.progress import Meter
from gpu_inspector.language import _, said, sentences, told, visible
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.workflow import chassis, collecting, inspecting, judging, listing, measuring, sighting, targets
from gpu_inspector.workflow.firmware import MOST_FILES, FirmwareWish, with_firmware

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_cards import (
        InspectedDocument,
    )


@click.command()
@click.argument("card", required=False)
@click.option("--from", "source", metavar="FILE", help="Review a dump or capture instead; - reads standard input.")
@click.option("--all", "whole", is_flag=True, help="All cards as one server: NVLink, switches, copies between cards.")
@options.measuring_options
@options.firmware_options
@looking.eye_options
@declared.declared_options
@lists.list_options
@options.case_options
@click.option(
    "--report",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    help="Where the signed PDF goes; else the data folder.",
)
@click.option("--page", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Size of the pages.")
@click.option(
    "--capture",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    help="Write the evidence as JSON, too.",
)
@click.option("--mask", is_flag=True, help="Leave serials and UUIDs out of the capture.")
@options.report_language_option
@options.ledger_option
@options.json_option
def inspect(
    card: str | None,
    source: str | None,
    whole: bool,
    wanted: options.Measuring,
    firmware: FirmwareWish,
    eye: looking.Eye,
    declaration: Declaration,
    wished: listing.ListWish,
    case: Case,
    report: Path | None,
    page: str,
    capture: Path | None,
    mask: bool,
    language: str,
    ledger: Path,
    as_json: bool,
) -> None:
    """Inspect a card of this machine (all of them without CARD), a whole server, or review a file.

    CARD is a number of `list`, a PCI address or a UUID. Its silicon is measured; with --all every card's at once, as
    those of one server, and copies between them. The inspection goes into the ledger, and a signed PDF tells of it.
    Exit status: 0 identity CONSISTENT, 10 INCONCLUSIVE, 11 SUSPICIOUS, 12 CONTRADICTED, 13 CONSISTENT but FAULTY,
    1 failed, 2 wrong usage, 130 stopped.
    """
    _check_usage(card, source, wanted, capture, mask)
    _check_whole(card, source, whole, eye)
    _check_firmware(source, wanted, firmware)
    _check_eye(card, source, wanted, firmware, eye)
    answers = (str(eye.answers),) if eye.answers is not None else ()
    given = (source, *wished.files, *map(str, firmware.files), *answers)
    _check_targets(report, capture, given, ledger)
    origin = policies.origin_of(wanted, source, seen=eye.not_starting)
    wanted, named = policies.bound(wanted, case, declaration, origin)
    handed = listing.read(wished, asking.ask)
    if eye.not_starting:
        evidence, case = looking.seen_alone(eye, case, load())
    else:
        seen, case = looking.looked(eye, case, asked=source is None) if eye.asked else (None, case)
        with Meter() as meter:
            asked = Asked(card, source, whole, alone=seen is not None)
            evidence = _evidence(asked, wanted, firmware, ledger, meter)
        evidence = looking.beside(evidence, seen) if seen is not None else evidence
    evidence = listing.beside(evidence, handed)
    _keep(evidence, capture, mask)
    evidence = sighting.informed(evidence, ledger)
    inspection = inspecting.inspection_of(evidence, declaration, case, load(), named)
    with Meter() as meter:
        done = inspecting.store_and_report(inspection, ledger, report, meter, page, asking.ask, language=language)
    _tell(done, evidence, as_json)
    _end(done)


def _keep(evidence: Evidence, capture: Path | None, mask: bool) -> None:
    """Write the evidence as JSON, where that was asked for."""
    if capture is not None:
        from gpu_inspector.probes import capture as captures

        captures.write(evidence, capture, mask)


def _end(done: inspecting.Done) -> NoReturn:
    """The exit status; where the report could not be made, how to make it again is said.

    What the registry said too late for an earlier inspection is told before.
    """
    noticing.tell()
    if done.failure:
        say_how_to_report(done)
        sys.exit(1)
    sys.exit(judging.exit_status(done.inspection.judgement))


def _check_usage(
    card: str | None, source: str | None, wanted: options.Measuring, capture: Path | None, mask: bool
) -> None:
    """What cannot be meant together. Raises click.UsageError."""
    if card is not None and source is not None:
        raise click.UsageError("Name a card or a file with --from, not both.")
    if card is not None and Path(card).is_file():
        raise click.UsageError(f"{card} is a file: review it with --from {card}")
    if mask and capture is None:
        raise click.UsageError("--mask goes with --capture.")
    if wanted.simulate is not None and (card is not None or source is not None):
        raise click.UsageError("A simulation is neither a card nor a file: leave CARD and --from out.")
    if source is not None and wanted.asked:
        raise click.UsageError("A file holds no silicon that could be measured: leave --profile and --no-measure out.")


def _check_whole(card: str | None, source: str | None, whole: bool, eye: looking.Eye) -> None:
    """What is no server. Raises click.UsageError."""
    if whole and (card is not None or source is not None):
        raise click.UsageError("--all takes every card of this machine: leave CARD and --from out.")
    if whole and (eye.not_starting or eye.asked):
        raise click.UsageError("What is seen by eye is of one card: inspect it by itself, without --all.")


def _check_firmware(source: str | None, wanted: options.Measuring, firmware: FirmwareWish) -> None:
    """Which cards have firmware to be asked. Raises click.UsageError."""
    if wanted.simulate is not None and not firmware.empty:
        raise click.UsageError("A simulation has no firmware: leave --vbios, --read-vbios and --control-calls out.")
    if source is not None and (firmware.read or firmware.control_calls):
        raise click.UsageError("A file is no card: leave --read-vbios and --control-calls out.")
    if len(firmware.files) > MOST_FILES:
        raise click.UsageError("--vbios can be given twice, not more often.")


def _check_eye(
    card: str | None, source: str | None, wanted: options.Measuring, firmware: FirmwareWish, eye: looking.Eye
) -> None:
    """An object that does not start can be asked nothing. Raises click.UsageError."""
    if eye.not_starting and (card is not None or source is not None):
        raise click.UsageError("With --not-starting there is no card to be asked: leave CARD and --from out.")
    if eye.not_starting and (wanted.simulate is not None or wanted.asked or not firmware.empty):
        raise click.UsageError("With --not-starting nothing is measured or read: leave those options out.")


def _check_targets(report: Path | None, capture: Path | None, sources: tuple[str | None, ...], ledger: Path) -> None:
    """Before anything is collected: no output may fall on the ledger, an input, or another output."""
    given = (Path(source) for source in sources if source not in (None, "-"))
    kept = (*targets.ledger_files(ledger), *given)
    if report is not None:
        targets.check(report, targets.PDF, kept=kept)
    if capture is not None:
        targets.check(capture, targets.JSON, kept=(*kept, report))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is inspected: a card, a file, a server; `alone` where it must be one card, known before measuring."""

    card: str | None
    source: str | None
    whole: bool
    alone: bool


def _evidence(asked: Asked, wanted: options.Measuring, firmware: FirmwareWish, ledger: Path, meter: Meter) -> Evidence:
    """What the card, server or file says."""
    source = asked.source
    if wanted.simulate is not None:
        if wanted.profile is not None:
            inspecting.require_ledger(ledger)
        return collecting.collect_simulation(
            wanted.simulate, wanted.seed, wanted.profile, load(), meter, wanted.minutes
        )
    if source is None:
        found = collecting.collect_machine(load(), asked.card, meter)
        if asked.alone:
            looking.require_one(found)
        evidence = with_firmware(found, firmware, meter)
        if wanted.profile is not None:
            inspecting.require_ledger(ledger)
        if asked.whole:
            return chassis.together(evidence, wanted.profile, meter, wanted.minutes)
        if wanted.profile is None:
            return evidence
        return measuring.measured(evidence, wanted.profile, meter, wanted.minutes)
    if source == "-":
        return with_firmware(collecting.collect_file(None, sys.stdin.buffer, load(), keep=True), firmware)
    return with_firmware(collecting.collect_file(Path(source), None, load(), keep=True), firmware)


def _tell(done: inspecting.Done, evidence: Evidence, as_json: bool) -> None:
    found = done.inspection.judgement
    if not as_json:
        show.judgement(found, evidence)
        say_where(done)
        return
    document: InspectedDocument = {
        **show.document_of(found, evidence),
        "id": done.inspection.id,
        "number": done.entry.seq,
        "report": str(done.report) if done.report is not None else None,
        "policy": canonical.plain(done.inspection.policy),
        "data": canonical.plain(done.inspection.data),
        "level": done.level or None,
        "remark": done.remark,
    }
    write_json(document)


def say_where(done: inspecting.Done) -> None:
    """Where the inspection is kept, where its report lies, and how far that is stamped."""
    click.echo()
    click.echo(
        said(
            "Inspection {number} of the ledger, id {id}, digest {digest}...",
            number=done.entry.seq,
            id=done.inspection.id,
            digest=done.entry.digest[:16],
        )
    )
    if done.report is not None:
        click.echo(said("Signed report: {report} (PAdES {level})", report=done.report, level=done.level))
        click.echo(_("The signer's identity is not established; the report says so beside the signature."))
    policies.tell(done.inspection)
    if (pack := done.inspection.data) is not None:
        text = said(
            "Reference data: {version}, a data pack signed by {signer}", version=pack.version, signer=pack.signer
        )
        click.echo(visible(text))
    if done.remark:
        click.echo(visible(told(done.remark)))


def say_how_to_report(done: inspecting.Done) -> None:
    """Where the report could not be made: why, and how to make it again."""
    again = said(
        "Inspection {number} is kept; make its report again with: {command}",
        number=done.entry.seq,
        command=f"gpu-inspector report {done.entry.seq} FILE",
    )
    click.echo(sentences(told(done.failure), again), err=True)
