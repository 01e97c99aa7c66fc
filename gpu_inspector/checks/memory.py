"""Memory: does the total that the card claims belong to any genuine card of its id and name?

The commonest rework puts twice the memory on a genuine die (RTX 4090 with 48 GB): the memory is really there, the
card is honest about it, and the lie, if any, is on paper. So a match with a known rework *identifies*; what
contradicts is the catalogue, or the declaration. What fools this check: MIG, virtual GPUs, a pending ECC change, old
drivers; all are kept out or reckoned with. Sources: research notes on modified cards (1A, RW-01), reference data (4).
"""

from dataclasses import replace

from gpu_inspector.checks import sizes
from gpu_inspector.checks import thresholds_claims as limits
from gpu_inspector.checks.answer import ONE_TABLE, Answer, consistent, contradicted, inconclusive, sign
from gpu_inspector.checks.facts import MemoryClaim
from gpu_inspector.checks.limit import MIB_PER_GIB
from gpu_inspector.checks.rework import declared_openly
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Outcome, Strength
from gpu_inspector.records.modification import Prototype
from gpu_inspector.records.product import SOURCES, Die, Product
from gpu_inspector.records.silicon import MemoryReading

_MEASURE = N_("Have the memory measured, and compare with what was declared.")
_COMPARE = N_("Compare with what was declared; how much of it is really there is the memory's own finding.")
_LAPTOP_TYPES = ("DDR3", "DDR4", "GDDR5")
"""Laptop makers ordered these in sizes that no table lists in full."""


@check("memory-total", N_("Memory total against the product"))
def total(
    memory: MemoryClaim,
    products: tuple[Product, ...],
    named: tuple[Product, ...] | None,
    device_id: str | None,
    subsystem: str | None,
    declaration: Declaration | None,
    measured_memory: MemoryReading | None,
    catalogue: Catalogue,
) -> Answer:
    """A total that no genuine variant of the id shows was made by someone; other sizes of the same name are noted."""
    fitting = tuple(row for row in products if sizes.fits(memory, row))
    if fitting and memory.ecc_changing:
        return inconclusive(
            N_("A change of the ECC mode is pending: the total may belong to either mode."),
            advice=N_("Restart the machine, so that the pending mode takes effect, and inspect again."),
        )
    if fitting and (sisters := _of_another_name(fitting, products, named or ())):
        return _deviation(
            Strength.MEDIUM,
            memory,
            sisters,
            catalogue,
            N_("{observed} is the size of {others}, which bears the same device id; the card calls itself {names}."),
            (N_("a board whose subsystem the driver does not know, and so calls by its sister's name"),),
            others=_words(fitting),
        )
    if fitting:
        return _fits(memory, fitting)
    if (prototype := _prototype(memory, device_id, subsystem, catalogue)) is not None:
        text = N_("{observed} is the size of a genuine board that was never sold: {title}.")
        innocent = (N_("an NVIDIA prototype that left the laboratory"),)
        # Genuine, and so no sign that counts together with another (`rework.py`).
        return _deviation(Strength.WEAK, memory, products, catalogue, text, innocent, title=prototype.title)
    if any(sizes.fits_other_ecc(memory, row) for row in products):
        return _deviation(
            Strength.WEAK,
            memory,
            products,
            catalogue,
            N_("{observed} fits {expected} only if ECC stood otherwise than the card says."),
            (N_("a reading made while the ECC mode was changing"),),
        )
    answer = _no_variant(memory, products, named or (), device_id, declaration, catalogue)
    if answer.outcome is Outcome.CONTRADICTED and measured_memory is not None and measured_memory.complete:
        return replace(answer, advice=_COMPARE)
    return answer


def _of_another_name(
    fitting: tuple[Product, ...], products: tuple[Product, ...], named: tuple[Product, ...]
) -> tuple[Product, ...]:
    """The products of the id that bear the claimed name, where the size is another one's; () where it is theirs."""
    own = tuple(row for row in products if row in named)
    return () if any(row in own for row in fitting) or any(row.memory_mib is None for row in own) else own


def _prototype(
    memory: MemoryClaim, device_id: str | None, subsystem: str | None, catalogue: Catalogue
) -> Prototype | None:
    """The board that was never sold, of that id and size."""
    for row in catalogue.prototypes:
        of_board = row.device_id == device_id and (not row.subsystem or row.subsystem == subsystem)
        if of_board and sizes.is_of_size(memory, row.memory_mib):
            return row
    return None


def _fits(memory: MemoryClaim, fitting: tuple[Product, ...]) -> Answer:
    known = [row for row in fitting if "memory_mib" not in row.from_memory]
    if not known:
        return inconclusive(
            N_("{observed} fits {products}, but that size stands in the reference data from memory only."),
            observed=f"{memory.total_mib:,} MiB",
            products=_words(fitting),
        )
    return consistent(
        N_("{total} is what a genuine {products} shows."),
        expected=_words(fitting),
        observed=f"{memory.total_mib:,} MiB",
        source=_sources(tuple(known)),
        total=f"{memory.total_mib:,} MiB",
        products=_words(fitting),
    )


def _no_variant(
    memory: MemoryClaim,
    products: tuple[Product, ...],
    named: tuple[Product, ...],
    device_id: str | None,
    declaration: Declaration | None,
    catalogue: Catalogue,
) -> Answer:
    elsewhere = tuple(row for row in named if sizes.fits(memory, row))
    if elsewhere:
        return _deviation(
            Strength.MEDIUM,
            memory,
            products,
            catalogue,
            N_("{observed} is not sold on this device id, but on another id of the same name: {others}."),
            (N_("a variant that the reference data does not have yet"),),
            others=", ".join(sorted({device for row in elsewhere for device in row.device_ids})),
        )
    # Where the name picks rows of the id, the sizes of its namesakes' neighbours (OEM boards, samples) do not matter.
    products = tuple(row for row in products if row in named) or products
    if any(row.memory_mib is None for row in products):
        return inconclusive(
            N_("The reference data does not have the memory size of {products}."), products=_words(products)
        )
    gib = _gib(memory, catalogue)
    if declaration is not None and declared_openly(declaration, gib):
        return _deviation(
            Strength.WEAK,
            memory,
            products,
            catalogue,
            N_("{observed} agrees with the declaration of a modified card; it is not a catalogue product."),
            (N_("declared openly"),),
        )
    checked = tuple(row for row in products if "memory_mib" not in row.from_memory)
    if not checked:
        return inconclusive(
            N_("The memory size of {products} is in the reference data from memory only."),
            products=_words(products),
        )
    return _against_catalogue(memory, products, checked, device_id, catalogue)


def _against_catalogue(
    memory: MemoryClaim,
    products: tuple[Product, ...],
    checked: tuple[Product, ...],
    device_id: str | None,
    catalogue: Catalogue,
) -> Answer:
    """No genuine row has the size: how much that says depends on how well the rows are known."""
    text = N_("{observed} ({class_gib} GB) is the size of no genuine {names}. Genuine: {expected}.")
    if all(row.mobile for row in products):
        laptop = any((row.memory_type or "").startswith(_LAPTOP_TYPES) for row in products)
        strength = Strength.MEDIUM if laptop else Strength.STRONG
        return _deviation(strength, memory, products, catalogue, text, (N_("a laptop maker's own size"),))
    if not any(sizes.solid(row, device_id) for row in checked):
        return _deviation(
            Strength.STRONG,
            memory,
            products,
            catalogue,
            text,
            (N_("an error of the one table that gives this size"),),
        )
    return contradicted(
        text,
        expected=_words(products),
        observed=f"{memory.total_mib:,} MiB",
        against=_sources(checked),
        witness=N_("driver"),
        cause="memory size",
        innocent=(N_("an openly sold rework: then only the papers and the price are in question"),),
        advice=_MEASURE,
        values=_values(memory, products, catalogue),
    )


def _deviation(
    strength: Strength,
    memory: MemoryClaim,
    products: tuple[Product, ...],
    catalogue: Catalogue,
    text: str,
    innocent: tuple[str, ...],
    **more: str,
) -> Answer:
    return sign(
        strength,
        text,
        expected=_words(products),
        observed=f"{memory.total_mib:,} MiB",
        source=_sources(products),
        witness=N_("driver"),
        cause="memory size",
        innocent=innocent,
        values={**_values(memory, products, catalogue), **more},
    )


def _values(
    memory: MemoryClaim, products: tuple[Product, ...], catalogue: Catalogue
) -> dict[str, str | int | bool | None]:
    return {
        "observed": f"{memory.total_mib:,} MiB",
        "total_mib": memory.total_mib,
        "class_gib": _gib(memory, catalogue),
        "expected": _words(products),
        "names": ", ".join(sorted({row.name for row in products})),
    }


def _gib(memory: MemoryClaim, catalogue: Catalogue) -> int:
    return sizes.size_class_gib(memory, catalogue.products)


def _words(products: tuple[Product, ...]) -> str:
    sized = {(row.name, row.memory_mib) for row in products}
    return "; ".join(
        f"{name} {size / MIB_PER_GIB:g} GB" if size else N_(f"{name} (size not known)")
        for name, size in sorted(sized, key=lambda pair: (pair[0], pair[1] or 0))
    )


def _sources(products: tuple[Product, ...]) -> str:
    codes = {code for row in products for codes in row.memory_evidence.values() for code in codes.split("+")}
    words = sorted({SOURCES.get(code.split("(")[0].split()[0], code) for code in codes if code.strip()})
    return "; ".join(words) or N_("no source")


@check("memory-bus-width", N_("Width of the memory bus"))
def bus_width(bus_width: int, products: tuple[Product, ...], die: Die) -> Answer:
    """The width is read from the chip: it does not follow a flashed name, and no die has more than it was made with."""
    if die.full_bus_bits is not None and "full_bus_bits" not in die.from_memory and bus_width > die.full_bus_bits:
        return contradicted(
            N_("The driver shows a bus of {width} bits; {die} has {full} at most."),
            expected=N_(f"{die.full_bus_bits} bits at most"),
            observed=N_(f"{bus_width} bits"),
            against=N_(f"full {die.name}: {die.sources.get('full_bus_bits', '')}"),
            witness=N_("driver"),
            cause="bus width",
            values={"width": bus_width, "die": die.name, "full": die.full_bus_bits},
        )
    known = [row for row in products if "bus_bits" not in row.from_memory]
    widths = sorted({row.bus_bits for row in known if row.bus_bits is not None})
    if not widths:
        return inconclusive(N_("The reference data does not have the bus width of this device id."))
    if bus_width in widths:
        return consistent(
            N_("{width} bits, as the product has."),
            expected=" or ".join(map(str, widths)),
            observed=N_(f"{bus_width} bits"),
            width=bus_width,
        )
    single = all("bus_bits" in row.single_source for row in known)
    far = all(max(bus_width, one) >= min(bus_width, one) * limits.WIDTH_FAR for one in widths)
    return sign(
        Strength.MEDIUM if single and not far else Strength.STRONG,
        N_("The driver shows a bus of {width} bits; the product has {expected}."),
        expected=" or ".join(map(str, widths)),
        observed=N_(f"{bus_width} bits"),
        source=ONE_TABLE if single else N_("reference data"),
        witness=N_("driver"),
        cause="bus width",
        innocent=(N_("a variant that the reference data does not have yet"),),
        values={"width": bus_width, "expected": " or ".join(map(str, widths))},
    )
