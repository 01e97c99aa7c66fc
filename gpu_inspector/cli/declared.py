"""Options of what the papers say: one `Declaration` for the command."""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from gpu_inspector.cli import options
from gpu_inspector.language import N_

Command = Callable[..., Any]


_FIELDS = {
    "declared_serial": "serial",
    "declared_part_number": "part_number",
    "declared_description": "description",
    "declared_brand": "brand",
    "declared_origin": "country_of_origin",
    "declared_control_class": "control_class",
}
"""Options that are not named as their fields are."""


def country(_context: click.Context, _parameter: click.Parameter, text: str) -> str:
    """Two letters of ISO 3166, in upper case; "" stays. Raises click.BadParameter."""
    code = text.strip().upper()
    if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise click.BadParameter("Write the country as two letters of ISO 3166: CN, DE, AE.")
    return code


_DECLARED_TEXTS = (
    ("--hs-code", N_("The goods code of the papers.")),
    ("--value", N_("The value of the papers, with its currency.")),
    ("--consignee", N_("The consignee of the papers.")),
    ("--papers", N_("Numbers of declaration, invoice, waybill.")),
    ("--declared-serial", N_("The serial number as label or papers say.")),
    ("--declared-part-number", N_("The part number as label or papers say.")),
    ("--declared-description", N_("The goods in the papers' own words.")),
    ("--declared-brand", N_("Brand or maker as the papers name it.")),
    ("--declared-origin", N_("The country of origin of the papers.")),
    ("--declared-control-class", N_("The export-control entry of the papers: 3A090.a, EAR99.")),
)


def declared_options(command: Command) -> Command:
    """What the paper says; the command gets one `Declaration`."""

    @click.option("--declared-product", metavar="TEXT", help="The product as the papers name it.")
    @click.option(
        "--declared-memory", metavar="GB", type=click.IntRange(1, 65536), help="The memory that the papers state."
    )
    @click.option("--declared-modified", is_flag=True, help="The papers say openly that the card was modified.")
    @click.option(
        "--quantity", metavar="N", type=click.IntRange(1, 1_000_000), help="The number of pieces on the papers."
    )
    @_way
    @options.texts(_DECLARED_TEXTS)
    @functools.wraps(command)
    def wrapped(
        *arguments: Any,
        declared_product: str | None,
        declared_memory: int | None,
        declared_modified: bool,
        quantity: int | None,
        way: dict[str, str],
        **given: Any,
    ) -> Any:
        from gpu_inspector.records.declaration import Declaration

        said = options.taken(given, _DECLARED_TEXTS)
        declaration = Declaration(
            product=options.whole(declared_product) if declared_product is not None else None,
            memory_gb=declared_memory,
            modified=declared_modified,
            quantity=quantity,
            **way,
            **{_FIELDS.get(name, name): text for name, text in said.items()},
        )
        return command(*arguments, declaration=declaration, **given)

    return wrapped


def _way(command: Command) -> Command:
    """Where the goods go, whose they are, and when: what rules of export control ask for."""

    @click.option("--destination", default="", metavar="CC", callback=country, help="Where the goods go, as “CN”.")
    @click.option(
        "--headquarters", default="", metavar="CC", callback=country, help="Where the party's ultimate parent sits."
    )
    @click.option(
        "--export-date", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day of export, if not today."
    )
    @functools.wraps(command)
    def wrapped(
        *arguments: Any, destination: str, headquarters: str, export_date: datetime | None, **given: Any
    ) -> Any:
        day = export_date.date().isoformat() if export_date is not None else ""
        way = {"destination": destination, "headquarters": headquarters, "export_date": day}
        return command(*arguments, way=way, **given)

    return wrapped
