"""A genuine card with a genuine vBIOS image, as records; tests change one field of either."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from cards import finding_of, genuine
from efi_builder import driver
from rom_builder import image_for

from gpu_inspector.probes import vbios
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.finding import Finding
from gpu_inspector.records.firmware import VbiosReading
from gpu_inspector.records.product import Product


def image_of(row: Product, *, source: str = "card", file_name: str = "", **changes: Any) -> VbiosReading:
    """A genuine image of a product, some sixty days older than its die's first product; changed where it is said."""
    known = load().die_dates.get(row.die)
    built = date.fromisoformat(known.first_public) - timedelta(days=60) if known else date(2022, 8, 12)
    fields = {"build_date": built.strftime("%m/%d/%y"), "efi_driver": driver(), **changes}
    return vbios.parse(image_for(row, **fields), source=source, file_name=file_name)


def with_images(evidence: Evidence, *images: VbiosReading) -> Evidence:
    (card,) = evidence.cards
    return replace(evidence, cards=(replace(card, vbios=images),))


def with_table(image: VbiosReading, **fields: Any) -> VbiosReading:
    """The image with fields of its BIOS information table changed."""
    assert image.bit is not None
    return replace(image, bit=replace(image.bit, **fields))


def with_part(image: VbiosReading, index: int, **fields: Any) -> VbiosReading:
    """The image with fields of one part of the chain changed."""
    parts = list(image.images)
    parts[index] = replace(parts[index], **fields)
    return replace(image, images=tuple(parts))


def said(row: Product, image: VbiosReading, check: str, *, as_file: bool = False) -> Finding:
    """What a check says of a genuine card with this image; `as_file`: of a file of unknown origin."""
    evidence = with_images(genuine(row), image)
    if as_file:
        # A dump that came by mail beside the image: no capture of a card in a machine, which would tell them apart.
        cards = tuple(replace(card, pci=None, nvml=None) for card in evidence.cards)
        evidence = replace(evidence, origin=Origin.FILE, host=None, cards=cards)
    return finding_of(evidence, check, load())
