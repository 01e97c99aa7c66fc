"""Which products a claimed name may mean: those that are most like it, for people to read.

A list of all that have the right size would hide the one that was meant.
"""

from gpu_inspector.checks import thresholds_silicon as limits
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import normalise
from gpu_inspector.records.product import Product


def nearest(rows: tuple[Product, ...], claimed: str) -> str:
    """The names that are most like the claimed one, and how many more there are; laptop parts where all are.

    A name that has no word of the claimed one (a car's computer on the same die) would only confuse.
    """
    wanted = _parts(claimed)
    like = [row for row in rows if wanted & _parts(row.name)]
    fixed = {row.name for row in like if not row.mobile} or {row.name for row in like}
    ordered = sorted(fixed, key=lambda name: (-len(wanted & _parts(name)), name))
    most = int(limits.NAMED_PRODUCTS)
    shown = " or ".join(ordered[:most])
    return N_(f"{shown} (or {len(ordered) - most} more)") if len(ordered) > most else shown


def _parts(name: str) -> set[str]:
    return set(normalise(name).replace("-", " ").split())
