"""Brands that stand on NVIDIA cards, as labels and papers write them, and the PCI subsystem vendors of their makers.

The ids are those of pci.ids; that a brand's cards bear its maker's id is usual and no rule (makers of whole computers
have their cards made by others). Brands were gathered by hand from memory: the list is not complete and never will be,
so a brand that is not in it is unknown, and no more.
"""

import re
from dataclasses import dataclass
from functools import cache

from gpu_inspector.records.goods_words import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Who puts its name on cards."""

    name: str
    brands: tuple[str, ...]
    """As they are written, folded; those that are another word for the same house among them."""
    vendors: tuple[str, ...] = ()
    """Its PCI subsystem vendors, four hexadecimal digits each."""
    datacentre: bool = False
    """Datacentre boards are sold under its name: NVIDIA's own, and those of makers and sellers of servers."""

    @property
    def builds_computers(self) -> bool:
        """Whether it puts its name on whole computers, whose cards others make for it."""
        return self.name in _COMPUTERS


_COMPUTERS = frozenset(
    (
        *("Acer", "Razer", "Clevo", "Dell", "HP", "Lenovo", "Supermicro", "Inspur", "Huawei", "Fujitsu", "Cisco"),
        *("Quanta", "H3C", "Sugon", "ZTE", "NEC", "Hitachi", "Wiwynn", "Foxconn", "Advantech", "Penguin", "Bull"),
        *("Microsoft", "Google", "Amazon", "TYAN", "Cray"),
    )
)
MAKERS = (
    Maker(
        name="NVIDIA",
        brands=("nvidia", "geforce", "quadro", "tesla", "nvidia corporation", "英伟达"),
        datacentre=True,
        vendors=("10DE",),
    ),
    Maker(name="PNY", brands=("pny",), vendors=("196E",), datacentre=True),
    Maker(name="Leadtek", brands=("leadtek", "winfast", "丽台"), vendors=("107D",), datacentre=True),
    Maker(name="ELSA", brands=("elsa",), vendors=("1048",), datacentre=True),
    Maker(name="ASUS", brands=("asus", "asustek", "rog", "华硕"), vendors=("1043",), datacentre=True),
    Maker(name="Gigabyte", brands=("gigabyte", "aorus", "giga computing", "技嘉"), vendors=("1458",), datacentre=True),
    Maker(name="MSI", brands=("msi", "micro-star", "微星"), vendors=("1462",)),
    Maker(name="EVGA", brands=("evga",), vendors=("3842",)),
    Maker(name="ZOTAC", brands=("zotac", "索泰", "pc partner", "sapphire"), vendors=("19DA", "174B")),
    Maker(name="Palit", brands=("palit", "gainward", "同德", "耕升"), vendors=("1569", "10B0")),
    Maker(name="GALAX", brands=("galax", "galaxy", "kfa2", "影驰", "hof"), vendors=("1B4C",)),
    Maker(name="Inno3D", brands=("inno3d", "innovision", "ichill", "映众"), vendors=("1771",)),
    Maker(name="Colorful", brands=("colorful", "igame", "七彩虹"), vendors=("7377",)),
    Maker(name="Maxsun", brands=("maxsun", "铭瑄"), vendors=("6688",)),
    Maker(name="Manli", brands=("manli", "万丽"), vendors=("1DD5",)),
    Maker(name="Yeston", brands=("yeston", "盈通"), vendors=("1ED3",)),
    Maker(name="Point of View", brands=("point of view", "pov"), vendors=("1ACC",)),
    Maker(name="XFX", brands=("xfx",), vendors=("1682",)),
    Maker(name="Sparkle", brands=("sparkle",), vendors=("172F",)),
    Maker(name="Biostar", brands=("biostar",), vendors=("1565",)),
    Maker(name="ASRock", brands=("asrock", "asrock rack"), vendors=("1849",), datacentre=True),
    Maker(name="KUROUTOSHIKOU", brands=("kuroutoshikou", "玄人志向")),
    Maker(name="AFOX", brands=("afox",)),
    Maker(name="Ninja", brands=("ninja", "sinotex")),
    Maker(name="Arktek", brands=("arktek",)),
    Maker(name="Peladn", brands=("peladn",)),
    Maker(name="Onda", brands=("onda", "昂达")),
    Maker(name="Soyo", brands=("soyo", "梅捷")),
    Maker(name="Jieshuo", brands=("jieshuo", "jieshuomi")),
    Maker(name="MLLSE", brands=("mllse",)),
    Maker(name="51RISC", brands=("51risc", "veineda")),
    Maker(name="Gunnir", brands=("gunnir",)),
    Maker(name="Acer", brands=("acer", "predator"), vendors=("1025",)),
    Maker(name="Razer", brands=("razer",), vendors=("1A58",)),
    Maker(name="Clevo", brands=("clevo",), vendors=("1558",)),
    Maker(
        name="Dell",
        brands=("dell", "dell emc", "dell technologies", "alienware", "戴尔"),
        vendors=("1028",),
        datacentre=True,
    ),
    Maker(
        name="HP",
        brands=("hp", "hpe", "hewlett packard", "hewlett packard enterprise", "惠普"),
        vendors=("103C", "1590"),
        datacentre=True,
    ),
    Maker(name="Lenovo", brands=("lenovo", "ibm", "联想"), vendors=("17AA", "1D49", "1014"), datacentre=True),
    Maker(name="Supermicro", brands=("supermicro", "super micro", "smci"), vendors=("15D9",), datacentre=True),
    Maker(name="Inspur", brands=("inspur", "ieit systems", "ieit", "浪潮"), vendors=("1BD4",), datacentre=True),
    Maker(name="Huawei", brands=("huawei", "xfusion", "华为"), vendors=("19E5",), datacentre=True),
    Maker(name="Fujitsu", brands=("fujitsu", "fsas"), vendors=("1734", "10CF"), datacentre=True),
    Maker(name="Cisco", brands=("cisco",), vendors=("1137",), datacentre=True),
    Maker(name="Quanta", brands=("quanta", "qct"), vendors=("152D",), datacentre=True),
    Maker(name="H3C", brands=("h3c", "新华三"), datacentre=True),
    Maker(name="Sugon", brands=("sugon", "中科曙光"), datacentre=True),
    Maker(name="ZTE", brands=("zte",), datacentre=True),
    Maker(name="NEC", brands=("nec",), vendors=("1033",), datacentre=True),
    Maker(name="Hitachi", brands=("hitachi",), datacentre=True),
    Maker(name="Wiwynn", brands=("wiwynn", "wistron"), datacentre=True),
    Maker(name="Foxconn", brands=("foxconn", "hon hai", "ingrasys"), datacentre=True),
    Maker(name="Advantech", brands=("advantech",), datacentre=True),
    Maker(name="Penguin", brands=("penguin", "penguin solutions"), datacentre=True),
    Maker(name="Bull", brands=("bull", "atos", "eviden"), datacentre=True),
    Maker(name="Microsoft", brands=("microsoft",), vendors=("1414",), datacentre=True),
    Maker(name="Google", brands=("google",), vendors=("1AE0",), datacentre=True),
    Maker(name="Amazon", brands=("amazon", "aws"), vendors=("1D0F",), datacentre=True),
    Maker(name="TYAN", brands=("tyan", "mitac"), vendors=("10F1", "1071"), datacentre=True),
    Maker(name="Cray", brands=("cray",), datacentre=True),
)
NO_BRAND = frozenset(
    fold(one)
    for one in (
        "none", "no brand", "nobrand", "without brand", "unbranded", "n/a", "na", "n.a.", "-", "neutral", "generic",
        "no", "oem", "bulk", "ohne", "ohne Marke", "sans marque", "sin marca", "без бренда", "нет", "отсутствует",
        "无品牌", "无", "无牌", "noname", "no name", "no mark", "various", "unknown", "other",
    )
)  # fmt: skip
"""How papers say that the goods have no brand, or that nobody asked."""


@cache
def _by_brand() -> dict[str, Maker]:
    return {fold(brand): maker for maker in MAKERS for brand in maker.brands}


def makers_of(text: str) -> tuple[Maker, ...]:
    """The makers whose brands a text names, each once, in the order of the list; () where it names none."""
    said = f" {_plain(fold(text))} "
    found = {maker.name: maker for brand, maker in _by_brand().items() if f" {_plain(brand)} " in said}
    return tuple(found.values())


def names_no_brand(text: str) -> bool:
    """Whether a text says that there is no brand."""
    return fold(text) in NO_BRAND


def _plain(brand: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", brand))
