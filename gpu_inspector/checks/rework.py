"""Known reworks: more memory on a genuine die, in a shape that was seen before.

A match *identifies*: it tells the inspector what to look for on the board. It accuses nobody by itself; what
contradicts is the catalogue (`memory-total`) or the declaration. Source: research note on modified cards, 1A.
"""

from gpu_inspector.checks import sizes
from gpu_inspector.checks.answer import Answer, consistent, sign
from gpu_inspector.checks.facts import MemoryClaim
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.product import Modification, Product
from gpu_inspector.records.product_names import take_apart


def declared_openly(declaration: Declaration, gib: int) -> bool:
    """Whether the paper says that the card was modified, and to this size, in a number or in the product's words."""
    said = take_apart(declaration.product, frozenset()).sizes if declaration.product else frozenset()
    sizes_said = {declaration.memory_gb} if declaration.memory_gb is not None else said
    return declaration.modified and gib in sizes_said


@check("memory-known-rework", N_("Known rework with more memory"))
def known_rework(
    memory: MemoryClaim,
    products: tuple[Product, ...],
    device_id: str | None,
    subsystem: str | None,
    declaration: Declaration | None,
    catalogue: Catalogue,
) -> Answer:
    """Known reworks have a shape: this device id with that much memory. The name helps, and accuses nobody."""
    # Where the id is masked, the ids of the name stand for it.
    ids = (device_id,) if device_id is not None else tuple(one for row in products for one in row.device_ids)
    fits = any(sizes.fits(memory, row) for row in products)
    match = None if fits else _rework(memory, ids, subsystem, catalogue)
    if match is None:
        return consistent(
            "{names} with {total} MiB is no known rework.",
            expected="no known rework",
            observed=f"{memory.total_mib:,} MiB",
            names=", ".join(sorted({row.name for row in products})),
            total=memory.total_mib,
        )
    openly = declaration is not None and declared_openly(declaration, match.memory_mib // 1024)
    return sign(
        # What the paper says openly is no sign that adds up with others.
        Strength.WEAK if openly else Strength.MEDIUM,
        "This is the shape of a known rework: {title} ({made_by}).",
        expected="no known rework",
        observed=f"{match.title}: {memory.total_mib:,} MiB",
        source=match.source,
        witness="driver",
        cause="memory size",
        innocent=(N_("a rework that was sold and declared as one"),),
        advice="Look at the board: memory chips on both sides, a blower without a brand, moved resistors.",
        values={"title": match.title, "made_by": match.made_by, "id": match.id},
    )


def _rework(
    memory: MemoryClaim, ids: tuple[str, ...], subsystem: str | None, catalogue: Catalogue
) -> Modification | None:
    if any(
        row.device_id in ids and row.subsystem == subsystem and sizes.is_of_size(memory, row.memory_mib)
        for row in catalogue.prototypes
    ):
        return None
    return next(
        (
            row
            for row in catalogue.modifications
            if set(ids) & set(row.device_ids) and sizes.is_of_size(memory, row.memory_mib)
        ),
        None,
    )
