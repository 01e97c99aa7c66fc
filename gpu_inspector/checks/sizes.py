"""Memory sizes: which total a driver shows for a nominal size.

F1 Maxwell to Turing and GeForce Ampere: the nominal size; with ECC on GDDR 15/16 of it.
F2 Ada and professional Ampere: less 1 MiB for each 32-bit channel. F3 GB20x and F4 Hopper: about 0.5 % less.
Drivers before R510 subtract what they reserve, up to 5 %, and never add. Source: research note on reference data,
section 4, derived from totals of more than 60 boards; its rule for a contradiction is a deviation above 2 %.
"""

from gpu_inspector.checks import thresholds_claims as limits
from gpu_inspector.checks.facts import MemoryClaim
from gpu_inspector.checks.limit import MIB, MIB_PER_GIB
from gpu_inspector.records.product import Product

_THIRD_PARTY = {"T", "W", "AK", "pciids"}
_NVIDIAS_OWN = ("N", "VG", "O", "D")
"""NVIDIA's names, its vGPU profiles, boards that were observed, NVIDIA's diagnostics (resources/products/README.md)."""


def fits(claim: MemoryClaim, product: Product) -> bool:
    """Whether the total is one that a genuine card of this row shows, at this ECC state and driver age."""
    if product.memory_mib is None:
        return False
    return any(_within(claim, expected, product.memory_mib) for expected in expected_totals(claim, product))


def fits_other_ecc(claim: MemoryClaim, product: Product) -> bool:
    """Whether the total fits the row's size if the ECC state were the other one."""
    turned = MemoryClaim(claim.total_mib, None, claim.driver_major)
    return fits(turned, product)


def expected_totals(claim: MemoryClaim, product: Product) -> tuple[int, ...]:
    """The totals in MiB that the row's formula gives; of both ECC states where the state is not known."""
    nominal = product.memory_mib or 0
    off = product.total_mib_ecc_off or nominal
    stacked = (product.memory_type or "").startswith("HBM")
    on = product.total_mib_ecc_on or (off if stacked else int(off * limits.ECC_SHARE))
    observed = product.totals_observed_mib
    if claim.ecc is True:
        return (on, *(total for total in observed if total <= on))
    if claim.ecc is False or product.ecc == "none":
        return (off, *(total for total in observed if total > on))
    return (off, on, *observed)


def _within(claim: MemoryClaim, expected: int, nominal: int) -> bool:
    new = abs(claim.total_mib - expected) <= expected * limits.SIZE_TOLERANCE
    old = expected * (1 - limits.OLD_DRIVER_RESERVE) <= claim.total_mib <= nominal
    if claim.driver_major is None:
        return new or old
    return new if claim.driver_major >= limits.OLD_DRIVER else old


def is_of_size(claim: MemoryClaim, nominal_mib: int) -> bool:
    """Whether the total is of a nominal size, whatever the product and its formula."""
    lowest: float = limits.SMALLEST_SHARE
    if claim.driver_major is None or claim.driver_major < limits.OLD_DRIVER:
        lowest = 1 - limits.OLD_DRIVER_RESERVE
        if claim.ecc is not False:
            lowest *= limits.ECC_SHARE
    return nominal_mib * lowest <= claim.total_mib <= nominal_mib


def size_class_gib(claim: MemoryClaim, products: tuple[Product, ...]) -> int:
    """The nominal size in GiB that people would call this total, from the sizes that products have.

    A size that no product has (22 GB) is the total rounded up to a whole GiB.
    """
    for size in sorted({row.memory_mib for row in products if row.memory_mib is not None}):
        if is_of_size(claim, size) and size % MIB_PER_GIB == 0:
            return size // MIB_PER_GIB
    return -(-claim.total_mib // MIB_PER_GIB)


def size_class_mib(true_bytes: int, untested_bytes: int, rows: tuple[Product, ...]) -> int:
    """The nominal size in MiB of a card on which so much was found, while so much could not be tested.

    The smallest size of a product that holds what was found and is not larger than what was found, what was not
    tested, and what drivers keep of a size; else what was found, rounded up to whole GiB.
    """
    found, most = true_bytes / MIB, (true_bytes + max(untested_bytes, 0)) / MIB
    for size in sorted({row.memory_mib for row in rows if row.memory_mib is not None}):
        if found <= size <= most / limits.SMALLEST_SHARE:
            return size
    return -(-true_bytes // (MIB_PER_GIB * MIB)) * MIB_PER_GIB


def next_smaller_mib(claimed_bytes: int, rows: tuple[Product, ...]) -> int:
    """The largest size, of a product or half of the claimed one, that a forger could have passed off as this total.

    No driver shows more than the nominal size, so every nominal size below the total is of a smaller card.
    """
    nominal = claimed_bytes / MIB
    sizes = {row.memory_mib for row in rows if row.memory_mib is not None and row.memory_mib < nominal}
    return max(sizes | {int(nominal) // int(limits.HALF_SIZE)})


def solid(product: Product, device_id: str | None) -> bool:
    """Whether the memory size of the row on that id rests on more than one third-party table or on NVIDIA's own word.

    Without an id, every id of the row must be solid.
    """
    ids = (device_id,) if device_id is not None else product.device_ids
    return all(_solid(product, one) for one in ids)


def _solid(product: Product, device_id: str) -> bool:
    if "memory_mib" in product.from_memory or product.memory_mib is None:
        return False
    codes = product.memory_evidence.get(device_id, product.sources.get("memory_mib", ""))
    said = {code.split()[0] for code in codes.replace(";", "+").split("+") if code.strip()}
    return any(code.startswith(_NVIDIAS_OWN) for code in said) or len(said & _THIRD_PARTY) > 1
