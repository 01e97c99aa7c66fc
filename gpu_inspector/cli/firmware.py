"""`vbios`: what a firmware image says, and where two of them differ. Nothing is judged and nothing is stored."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import columns, options
from gpu_inspector.cli.printing import write_json
from gpu_inspector.language import visible
from gpu_inspector.records import canonical, firmware_words
from gpu_inspector.records.firmware import VbiosReading

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_cards import ImagesDocument


@click.command()
@click.argument("image", metavar="FILE", type=click.Path(path_type=Path, readable=False))
@click.argument("other", metavar="[OTHER]", required=False, type=click.Path(path_type=Path, readable=False))
@options.json_option
def vbios(image: Path, other: Path | None, as_json: bool) -> None:
    """Show what a vBIOS image says; with OTHER, where the two differ, field by field.

    FILE is a dump by nvflash, by GPU-Z or of an EEPROM. Nothing is judged: `inspect --vbios FILE` does that beside the
    card's own claims. Exit status: 0 read, and with OTHER the same; 3 the two differ; 1 no image could be read.
    """
    from gpu_inspector.workflow.firmware import read_image

    one = read_image(image)
    second = read_image(other) if other is not None else None
    differing = firmware_words.differences(one, second, visible) if second is not None else ()
    if as_json:
        readings = [canonical.plain(reading) for reading in (one, second) if reading is not None]
        document: ImagesDocument = {"format": 1, "images": readings}
        if second is not None:
            document["differences"] = [
                {"field": label, "one": left, "other": right} for label, left, right in differing
            ]
        write_json(document)
    elif second is None:
        _show(one)
    elif not differing:
        click.echo(firmware_words.same_words(one, second))
    if other is not None and not as_json:
        _show_differences(image, other, differing)
    sys.exit(3 if differing else 0)


def _show_differences(image: Path, other: Path, differing: tuple[tuple[str, str, str], ...]) -> None:
    # Two dumps of one name in two folders are told apart by the whole of what was typed.
    names = (image.name, other.name) if image.name != other.name else (str(image), str(other))
    for label, *texts in differing:
        click.echo(visible(label))
        for name, text in zip(names, texts, strict=True):
            click.echo(f"  {visible(f'{name}: {text}')}")


def _show(reading: VbiosReading) -> None:
    for label, text in firmware_words.lines_of_image(reading, visible):
        click.echo(visible(f"{columns.padded(label, 26)} {text}"))
