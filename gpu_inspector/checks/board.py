"""The board: who made it, and what it draws.

Datacentre boards are NVIDIA's own, under its subsystem vendor or that of a server maker; a maker of gaming cards
under such a name is foreign. What fools these checks: an image with the right subsystem. Power limits are
information: partners move them. Source: research note on modified cards, section 2 (subsystem vendors), RW-21, RW-22.
"""

from gpu_inspector.checks import thresholds_board as limits
from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.product import Product

# Makers of gaming boards; none of them has sold a datacentre board under its own subsystem vendor (pci.ids).
_PARTNERS = {
    "1043": "ASUSTeK",
    "1462": "MSI",
    "1458": "Gigabyte",
    "3842": "EVGA",
    "19DA": "ZOTAC",
    "174B": "PC Partner / Sapphire",
    "1569": "Palit",
    "10B0": "Gainward",
    "1B4C": "GALAX / KFA2",
    "196E": "PNY",
    "1ACC": N_("Point of View"),
    "7377": "Colorful",
    "6688": "Maxsun",
    "1DD5": "Manli",
    "1771": "InnoVISION / Inno3D",
    "1ED3": "Yeston",
    "107D": "Leadtek",
    "1048": "ELSA",
    "1682": "XFX",
    "172F": "Sparkle",
    "1D05": "Tongfang",
    "1849": "ASRock",
    "1565": "Biostar",
    "1642": "Bitland",
    "10FC": "I-O Data",
    "1558": "Clevo",
    "1025": "Acer",
    "1A58": "Razer",
}
_UNPROGRAMMED = ("0000", "FFFF")
# NVIDIA, and makers of servers whose own subsystem ids stand on datacentre boards (pci.ids; Gigabyte and ASUS servers
# carry NVIDIA's).
_DATACENTRE_MAKERS = {
    *("10DE", "1028", "103C", "1590", "17AA", "1D49", "15D9", "1BD4", "19E5", "1734", "1170", "152D", "1414"),
    *("1137", "1CB8", "1D0F", "1AE0"),
}


@check("board-subsystem", N_("Maker of the board"))
def subsystem(subsystem: str, datacentre: bool | None, name: str | None) -> Answer:
    """A datacentre name on a gaming partner's board, or a subsystem that nobody programmed."""
    vendor, device = subsystem.split(":", 1)
    if vendor in _UNPROGRAMMED or device in _UNPROGRAMMED:
        return sign(
            Strength.MEDIUM,
            N_("The subsystem {subsystem} was never programmed."),
            expected=N_("the ids of the board's maker"),
            observed=subsystem,
            source="pci.ids",
            witness="PCI",
            cause="laptop image",
            innocent=(N_("an image for laptops, honestly sold as such"),),
            values={"subsystem": subsystem},
        )
    if datacentre and vendor in _PARTNERS:
        return sign(
            Strength.STRONG,
            N_(
                "“{name}” is a datacentre product, but the board's subsystem is that of {partner}, who makes gaming"
                " cards."
            ),
            expected=N_("10DE (NVIDIA) or a server maker"),
            observed=f"{subsystem} ({_PARTNERS[vendor]})",
            source=N_("pci.ids; subsystems of observed boards"),
            witness="PCI",
            cause="subsystem",
            innocent=(N_("a repair with a foreign vBIOS image"),),
            advice=N_("Compare the board number printed on the card with the name."),
            values={"name": name or "", "partner": _PARTNERS[vendor]},
        )
    if datacentre and vendor not in _DATACENTRE_MAKERS:
        return sign(
            Strength.WEAK,
            N_("“{name}” is a datacentre product; subsystem {subsystem} is of a maker not known for such boards."),
            expected=N_("10DE (NVIDIA) or a server maker"),
            observed=subsystem,
            source=N_("pci.ids; subsystems of observed boards"),
            witness="PCI",
            cause="subsystem",
            innocent=(N_("a server maker that the program does not know"),),
            values={"name": name or "", "subsystem": subsystem},
        )
    return consistent(
        N_("The board's subsystem is {subsystem}{maker}."),
        expected=N_("a maker's ids"),
        observed=subsystem,
        source="pci.ids",
        subsystem=subsystem,
        maker=f" ({_PARTNERS[vendor]})" if vendor in _PARTNERS else "",
    )


@check("board-bar1", N_("BAR1 beside a foreign InfoROM"))
def bar1(bar1_mib: int | None, datacentre: bool | None, inforom_image: str | None) -> Answer:
    """A small BAR1 says nothing by itself (a Tesla T4 has 256 MiB); beside a consumer InfoROM it is one sign more."""
    if not datacentre or inforom_image is None or not inforom_image.startswith("G00"):
        return not_applicable(N_("BAR1 is judged only beside a foreign InfoROM."))
    if bar1_mib is None:
        return inconclusive(N_("The size of BAR1 is not known."))
    if bar1_mib > limits.SMALL_BAR1_MIB:
        return consistent(
            N_("BAR1 has {size} MiB."),
            expected=N_(f"more than {limits.SMALL_BAR1_MIB:.0f} MiB"),
            observed=f"{bar1_mib} MiB",
            size=bar1_mib,
        )
    return sign(
        Strength.MEDIUM,
        N_("BAR1 has {size} MiB, as mining cards have, under a datacentre product's name."),
        expected=N_(f"more than {limits.SMALL_BAR1_MIB:.0f} MiB"),
        observed=f"{bar1_mib} MiB",
        source=N_("BAR1 of observed boards"),
        witness="PCI",
        cause="mining board",
        innocent=(N_("a host that maps little of it"),),
        values={"size": bar1_mib},
    )


@check("board-power", N_("Default power limit"))
def power(
    power_default_w: int,
    power_min_w: int | None,
    products: tuple[Product, ...],
    mobile: bool,
    multi_gpu_board: bool,
) -> Answer:
    """Information: partners, clouds and laptop makers set it as they like."""
    if mobile:
        return not_applicable(N_("A laptop's maker sets its power limits."))
    if multi_gpu_board:
        return not_applicable(N_("Several dies share this board's power; the limit is one die's share."))
    known = sorted({watts for row in products for watts in (row.tdp_w, *row.power_observed_w) if watts})
    expected = " or ".join(f"{watts} W" for watts in known)
    near = any(abs(power_default_w - watts) <= watts * limits.POWER_SHARE for watts in known)
    if near or not known:
        return consistent(
            N_("The default limit is {watts} W."),
            expected=expected,
            observed=f"{power_default_w} W",
            watts=power_default_w,
        )
    laptop = power_min_w is not None and power_min_w <= limits.LAPTOP_MINIMUM_W
    return sign(
        Strength.MEDIUM if laptop else Strength.WEAK,
        N_("The default limit is {watts} W; the product's is {expected}."),
        expected=expected,
        observed=f"{power_default_w} W",
        source=N_("reference data"),
        witness="vBIOS",
        cause="laptop image" if laptop else "power limit",
        innocent=(N_("a partner's or a cloud's own limit"),),
        values={"watts": power_default_w, "expected": expected},
    )
