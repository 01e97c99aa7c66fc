"""The paper against the card: what was declared, held against what the card claims.

Here the lie is usually on the paper: a genuine H100 declared as something else, a reworked card declared as a stock
one. The paper is a document, so a fact that it excludes is a contradiction. What fools these checks: a paper in words
that the reference data does not know; that is INCONCLUSIVE, never a pass.
"""

from gpu_inspector.checks import sizes
from gpu_inspector.checks.answer import Answer, consistent, contradicted, inconclusive, not_applicable, sign
from gpu_inspector.checks.chip_facts import gpus_of
from gpu_inspector.checks.facts import MemoryClaim
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue, normalise
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Role, Strength
from gpu_inspector.records.product import Product


@check("declaration-product", N_("Declared product"), Role.CORE)
def product(
    declaration: Declaration | None,
    name: str | None,
    products: tuple[Product, ...] | None,
    device_id: str | None,
    catalogue: Catalogue,
) -> Answer:
    """The card must be one of those that the paper's words mean: by name and by device id."""
    if declaration is None or declaration.product is None:
        return not_applicable(N_("No product was declared."))
    meant = catalogue.resolve(declaration.product)
    if not meant:
        return inconclusive(
            N_("“{declared}” means no product of the reference data."),
            advice=N_("Write the product as its maker does, “GeForce RTX 4090” for one; see: gpu-inspector products."),
            declared=declaration.product,
        )
    names = {normalise(row.name) for row in meant}
    words = ", ".join(sorted({row.name for row in meant}))
    by_id = {normalise(row.name) for row in products} if products and device_id is not None else set()
    by_name = {normalise(name)} if name is not None and catalogue.knows_name(name) else set()
    if not by_id and not by_name:
        return inconclusive(
            N_("No source says in words or ids that the reference data has what the card is; declared is {declared}."),
            declared=words,
        )
    if (by_id and not by_id & names) or (by_name and not by_name & names):
        claimed = name or ", ".join(sorted({row.name for row in products or ()}))
        return contradicted(
            N_("Declared is {declared}; the card is {claimed}{device}."),
            expected=words,
            observed=claimed,
            against=N_("the declaration"),
            witness=N_("paper"),
            cause="declaration",
            innocent=(N_("a mistake in the papers"), N_("papers of another card")),
            advice=N_("Ask the declarant for the papers of this very card."),
            values={
                "declared": declaration.product,
                "claimed": claimed,
                "device": N_(f" (device id {device_id})") if device_id else "",
            },
        )
    return consistent(
        N_("The card claims to be what was declared: {declared}."),
        expected=words,
        observed=name or words,
        source=N_("the declaration"),
        declared=declaration.product,
    )


@check("declaration-memory", N_("Declared memory"), Role.CORE)
def memory(
    declaration: Declaration | None,
    memory: MemoryClaim | None,
    products: tuple[Product, ...] | None,
    catalogue: Catalogue,
) -> Answer:
    """The declared size must be the one that the card claims, as people call sizes.

    A paper gives a board's whole memory, and each of its GPUs claims its own: a Tesla M60 of 16 GB shows two of 8.
    """
    if declaration is None or declaration.memory_gb is None:
        return not_applicable(N_("No memory size was declared."))
    declared = declaration.memory_gb
    if memory is None:
        return inconclusive(
            N_("The card's memory total is not known or not judged; declared are {declared} GB."),
            declared=declared,
        )
    gpus = gpus_of(products or ())
    whole = sizes.is_of_size(memory, declared * 1024)
    if whole or sizes.is_of_size(memory, declared * 1024 // gpus):
        return consistent(
            N_("The card claims the {declared} GB that were declared.")
            if whole
            else N_("Each of the board's {gpus} GPUs claims its share of the {declared} GB that were declared."),
            expected=f"{declared} GB",
            observed=f"{memory.total_mib:,} MiB",
            source=N_("the declaration"),
            declared=declared,
            gpus=gpus,
        )
    gib = sizes.size_class_gib(memory, catalogue.products)
    return contradicted(
        N_("Declared are {declared} GB; the card claims {claimed} GB ({total})."),
        expected=f"{declared} GB",
        observed=f"{memory.total_mib:,} MiB",
        against=N_("the declaration"),
        witness=N_("paper"),
        cause="declaration",
        innocent=(N_("a mistake in the papers"),),
        advice=N_("Ask the declarant for the papers of this very card."),
        values={"declared": declared, "claimed": gib, "total": f"{memory.total_mib:,} MiB"},
    )


@check("declaration-catalogue", N_("Declared product and size in the catalogue"), Role.CORE)
def catalogue_product(declaration: Declaration | None, catalogue: Catalogue) -> Answer:
    """A paper that names a product with a size it never had describes a rework, whether it says so or not."""
    if declaration is None or declaration.product is None or declaration.memory_gb is None:
        return not_applicable(N_("Product and memory size were not both declared."))
    meant = catalogue.resolve(declaration.product)
    sold = sorted({row.memory_mib // 1024 for row in meant if row.memory_mib})
    if not sold:
        return inconclusive(
            N_("The sizes of “{declared}” are not in the reference data."), declared=declaration.product
        )
    gpus = gpus_of(meant)
    if declaration.memory_gb in {*sold, *(size * gpus for size in sold)}:
        return consistent(
            N_("{declared} was sold with {size} GB."),
            expected=", ".join(f"{size} GB" for size in sold),
            observed=f"{declaration.memory_gb} GB",
            declared=declaration.product,
            size=declaration.memory_gb,
        )
    return sign(
        Strength.WEAK if declaration.modified else Strength.MEDIUM,
        N_("{declared} was never sold with {size} GB: the paper describes a modified card{openly}."),
        expected=", ".join(f"{size} GB" for size in sold),
        observed=f"{declaration.memory_gb} GB",
        source=N_("reference data"),
        witness=N_("paper"),
        cause="memory size",
        innocent=(N_("a rework that was declared as one"),),
        values={
            "declared": declaration.product,
            "size": declaration.memory_gb,
            "openly": N_(", and says so") if declaration.modified else N_(", and does not say so"),
        },
    )
