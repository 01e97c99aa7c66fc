"""The die: architecture, compute capability and cores come from the chip and do not follow a flashed id or name.

A "4090" of compute capability 8.6 is a GA102. What fools these checks is a driver that lies about the chip too; the
measured column answers that. Source: research note on reference data, sections 2 and 5.
"""

from gpu_inspector.checks import thresholds_claims as limits
from gpu_inspector.checks.answer import ONE_TABLE, Answer, consistent, contradicted, inconclusive, sign
from gpu_inspector.checks.facts import BESIDE_KEPLER
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.product import Die, Product

_BEFORE_THE_TABLES = {"tesla", "fermi", "kepler"}


@check("die-architecture", N_("Architecture against the die of the device id"))
def architecture(architecture: str, die: Die | None, named: tuple[Product, ...] | None, catalogue: Catalogue) -> Answer:
    """One die has one architecture; neither a name nor an id can change it."""
    known = {one.architecture.casefold() for one in catalogue.dies.values()} | _BEFORE_THE_TABLES
    if architecture.casefold() not in known:
        return inconclusive(N_("“{found}” is no architecture of the reference data."), found=architecture)
    if die is not None and architecture.casefold() != die.architecture.casefold():
        return contradicted(
            N_("The driver finds the architecture {found}; device id and die {die} are {expected}."),
            expected=die.architecture,
            observed=architecture,
            against=N_(f"{die.name}: NVIDIA's chip tables"),
            witness=N_("driver"),
            cause="architecture",
            advice=N_("Have the die measured."),
            values={"found": architecture, "die": die.name, "expected": die.architecture},
        )
    families = _families(named or (), catalogue)
    if families and architecture.casefold() not in {one.casefold() for one in families}:
        return contradicted(
            N_("The card has the architecture {found}; every product of the name it bears is {expected}."),
            expected=", ".join(sorted(families)),
            observed=architecture,
            against=N_("NVIDIA's id tables and chip tables"),
            witness=N_("driver"),
            cause="architecture",
            advice=N_("Have the die measured."),
            values={"found": architecture, "expected": ", ".join(sorted(families))},
        )
    if die is None:
        return inconclusive(N_("Neither a device id nor the name tells which die this is."))
    return consistent(
        N_("{found}, as {die} is."),
        expected=die.architecture,
        observed=architecture,
        source=N_("NVIDIA's chip tables"),
        found=architecture,
        die=die.name,
    )


def _families(named: tuple[Product, ...], catalogue: Catalogue) -> set[str]:
    """The architectures of every product of a name; none where Kepler cards, which no table has, bear it as well."""
    dies = {row.die for row in named}
    return (
        set() if dies & BESIDE_KEPLER else {catalogue.dies[die].architecture for die in dies if die in catalogue.dies}
    )


@check("die-compute-capability", N_("Compute capability against the die of the device id"))
def compute_capability(compute_capability: str, die: Die) -> Answer:
    """As the architecture; a finer number."""
    if compute_capability != die.compute_capability:
        return contradicted(
            N_("The driver finds compute capability {found}; {die} has {expected}."),
            expected=die.compute_capability,
            observed=compute_capability,
            against=N_(f"{die.name}: CUDA's table of compute capabilities"),
            witness=N_("driver"),
            cause="architecture",
            advice=N_("Have the die measured."),
            values={"found": compute_capability, "die": die.name, "expected": die.compute_capability},
        )
    return consistent(
        N_("{found}, as {die} has."),
        expected=die.compute_capability,
        observed=compute_capability,
        source=N_("CUDA's table of compute capabilities"),
        found=compute_capability,
        die=die.name,
    )


@check("die-cores", N_("Cores against the full die and the product"))
def cores(cores: int, die: Die, products: tuple[Product, ...]) -> Answer:
    """No die has more multiprocessors than it was made with; a product has a fixed number of them left on."""
    full = None if die.full_sm is None or "full_sm" in die.from_memory else die.full_sm * die.lanes_per_sm
    if full is not None and cores > full:
        return contradicted(
            N_("The driver shows {cores} cores; the full {die} has {full}."),
            expected=N_(f"{full} at most"),
            observed=str(cores),
            against=N_(f"full {die.name}: {die.sources.get('full_sm', '')}"),
            witness=N_("driver"),
            cause="cores",
            advice=N_("Have the die measured."),
            values={"cores": cores, "die": die.name, "full": full},
        )
    known = [row for row in products if "sm" not in row.from_memory]
    counts = sorted({row.sm * die.lanes_per_sm for row in known if row.sm is not None})
    if not counts:
        return inconclusive(N_("The reference data does not have the cores of this device id."))
    if cores in counts:
        return consistent(
            N_("{cores}, as the product has."),
            expected=" or ".join(map(str, counts)),
            observed=str(cores),
            cores=cores,
        )
    single = all("sm" in row.single_source for row in known)
    far = all(_far(cores, one, die) for one in counts)
    return sign(
        Strength.MEDIUM if single and not far else Strength.STRONG,
        N_("The driver shows {cores} cores; the product has {expected}."),
        expected=" or ".join(map(str, counts)),
        observed=str(cores),
        source=ONE_TABLE if single else N_("reference data"),
        witness=N_("driver"),
        cause="cores",
        innocent=(N_("a variant that the reference data does not have yet"),),
        values={"cores": cores, "expected": " or ".join(map(str, counts))},
    )


def _far(cores: int, expected: int, die: Die) -> bool:
    """Farther off than tables err: on the smallest dies they err by a whole multiprocessor."""
    apart = abs(cores - expected) > die.lanes_per_sm
    return apart and max(cores, expected) >= min(cores, expected) * limits.CORES_FAR
