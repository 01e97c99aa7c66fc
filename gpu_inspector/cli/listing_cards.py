"""`list`: the cards of this machine, with the numbers that `inspect` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import options, saying
from gpu_inspector.cli.printing import write_json
from gpu_inspector.language import _, number, said, visible
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.workflow import collecting

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_cards import ListDocument, ListedCard


@click.command("list")
@options.json_option
def list_cards(as_json: bool) -> None:
    """Show the NVIDIA cards of this machine, with the numbers that `inspect` takes."""
    try:
        evidence = collecting.collect_machine(load())
    except collecting.NoCard as error:
        if as_json:
            document: ListDocument = {"format": 1, "cards": []}
            write_json(document)
        else:
            click.echo(saying.error(error))
        return
    rows = [_row(place, card) for place, card in enumerate(evidence.cards)]
    if as_json:
        listed: ListDocument = {"format": 1, "cards": rows}
        write_json(listed)
        return
    for row in rows:
        memory = said("{size} MiB", size=number(row["memory_mib"])) if row["memory_mib"] else _("memory not known")
        driver = said("driver {name}", name=row["driver"]) if row["driver"] else _("driver none")
        click.echo(visible(f"{row['number']}  {row['label']}  {row['name']}  {memory}  {driver}"))


def _row(place: int, card: CardEvidence) -> ListedCard:
    claims = card.nvml or card.nvidia_smi
    total = claims.memory_total_bytes if claims is not None else None
    ids = f"10DE:{card.pci.device_id}" if card.pci is not None else "unknown"
    return {
        "number": place,
        "label": card.label,
        "name": (claims.name if claims is not None else None) or ids,
        "memory_mib": total // 2**20 if total is not None else None,
        "driver": card.pci.driver if card.pci is not None else None,
    }
