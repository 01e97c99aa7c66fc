"""The PCIe link: mining cards have less of it than the product whose name they bear.

Only the device's own maximum counts: the present speed drops when the card idles, and what a driver calls the maximum
may be the slot's. What fools this check: a host that masks capabilities. Source: research note on modified cards,
RW-16 and RW-17.
"""

from gpu_inspector.checks import thresholds_board as limits
from gpu_inspector.checks.answer import ONE_TABLE, Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.facts import LinkClaim
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.finding import Strength, Value
from gpu_inspector.records.product import Product


@check("link-maximum", N_("PCIe link, the device's own maximum"))
def maximum(link: LinkClaim, products: tuple[Product, ...], mobile: bool, virtual: bool) -> Answer:
    """A first-generation link on a product of the third or later is the mark of the mining families."""
    if mobile:
        return not_applicable(N_("A laptop's maker decides how many lanes are wired."))
    known = [row for row in products if not {"pcie_gen", "pcie_width"} & set(row.from_memory)]
    gens = sorted({row.pcie_gen for row in known if row.pcie_gen is not None})
    widths = sorted({row.pcie_width for row in known if row.pcie_width is not None})
    if not gens or not widths:
        return inconclusive(N_("The reference data does not have the PCIe link of this device id."))
    expected = N_(f"generation {' or '.join(map(str, gens))}, x{' or x'.join(map(str, widths))}")
    observed = N_(f"generation {link.gen or '?'}, x{link.width or '?'}")
    values: dict[str, Value] = {"expected": expected, "observed": observed}
    return _deviation(link, gens, widths, values, virtual=virtual) or _fits(link, expected, observed)


def _deviation(
    link: LinkClaim, gens: list[int], widths: list[int], values: dict[str, Value], *, virtual: bool
) -> Answer | None:
    if link.gen == int(limits.MINING_GEN) and min(gens) >= limits.MODERN_GEN:
        return sign(
            # In a virtual machine the capability is what its host writes there.
            Strength.MEDIUM if virtual else Strength.STRONG,
            N_(
                "The card's own maximum is {observed}; the product has {expected}. Mining cards have the first"
                " generation."
            ),
            expected=str(values["expected"]),
            observed=str(values["observed"]),
            source=N_("reference data; links of mining families"),
            witness="PCI",
            cause="mining board",
            innocent=(N_("a host that masks the capability"),),
            advice=N_("Inspect in another machine; look at the lane capacitors behind the edge connector."),
            values=values,
        )
    if link.gen is not None and link.gen not in gens:
        return sign(
            Strength.MEDIUM,
            N_("The card's own maximum is {observed}; the product has {expected}."),
            expected=str(values["expected"]),
            observed=str(values["observed"]),
            source=ONE_TABLE,
            witness="PCI",
            cause="link generation",
            innocent=(
                N_("a host or a vBIOS setting that masks the capability"),
                N_("an error of the one table"),
            ),
            values=values,
        )
    if link.width is not None and link.width < min(widths):
        return sign(
            Strength.MEDIUM if link.width_is_devices_own else Strength.WEAK,
            N_("The link is at most {observed}; the product has {expected}."),
            expected=str(values["expected"]),
            observed=str(values["observed"]),
            source=ONE_TABLE,
            witness="PCI",
            cause="link width",
            innocent=(N_("a slot, riser or bridge with fewer lanes"), N_("an SXM module on an adapter")),
            advice=N_("Try another slot."),
            values=values,
        )
    return None


def _fits(link: LinkClaim, expected: str, observed: str) -> Answer:
    if link.gen is None:
        return inconclusive(N_("The link is x{width}; the card's own generation was not given."), width=link.width)
    return consistent(
        N_("{found}, as the product has."),
        expected=expected,
        observed=observed,
        source=N_("reference data"),
        found=observed,
    )
