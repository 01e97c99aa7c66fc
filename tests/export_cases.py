"""What the known products are, day by day: our own table of outcomes, and shapes that tests of export control share."""

from datetime import date

from gpu_inspector.records.control import ControlClass
from gpu_inspector.records.export_classify import classify
from gpu_inspector.records.export_figures import Figures, Span
from gpu_inspector.records.export_rules import Law

COLUMNS = (
    "us_2022_10",
    "us_2023_11",
    "us_2026_01_cn_review",
    "us_2026_01_tariff",
    "us_2025_04_is_informed_advisory",
)
_NONE = ("none", "none", "n/a", "none", "no")
_NOTE = ("none", "none(Note2)", "n/a", "none", "no")
_FIRST = ("3A090.a", "3A090.a.1", "case-by-case", "none", "yes")
_ESCAPED = ("none", "3A090.a.1", "case-by-case", "none", "yes")
_DENIED = ("3A090.a", "3A090.a.1", "presumption-of-denial", "none", "yes")
_GAMING = ("none", "3A090.a.1+NAC/ACA", "NAC-route/case-by-case(non-DC)", "none", "no")
_GAMING_FAST = (*_GAMING[:4], "yes")
_OPEN = ("", "indeterminate", "", "", "")
"""A cell that is empty states nothing."""

OUTCOMES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("V100 SXM2 32GB", "T4", "A10", "L2 24GB", "L20 48GB"), _NONE),
    "H20 96GB": (*_NONE[:4], "yes"),
    "A30": ("none", "3A090.b.1/b.2", "n/a", "none", "no"),
    "A40": ("none", "3A090.b.2", "n/a", "none", "no"),
    "L40 48GB": ("none", "3A090.b.1/b.2", "n/a", "none", "no"),
    "L4 24GB": ("none", "3A090.a.2", "case-by-case", "none", "no"),
    "L40S 48GB": (*_ESCAPED[:4], "no"),
    **dict.fromkeys(
        ("RTX A6000", "RTX 3090", "RTX 4080", "RTX 4090 D 24GB", "RTX 5880 Ada", "RTX 5080", "RTX 5090 D V2 24GB"),
        _NOTE,
    ),
    "RTX 5090 D 32GB": (*_NOTE[:4], "yes"),
    **dict.fromkeys(("A100 SXM4 80GB", "A100 SXM4 40GB", "A100 PCIe 80GB"), _FIRST),
    **dict.fromkeys(("H100 SXM5 80GB", "H100 PCIe 80GB", "H100 NVL 94GB", "H200 NVL 141GB", "MI300X"), _FIRST),
    "H200 SXM 141GB": (*_FIRST[:3], "band1", "yes"),
    "MI325X": (*_FIRST[:3], "band2", "yes"),
    **dict.fromkeys(("A800 SXM 80GB", "A800 PCIe 80GB", "H800 SXM 80GB", "H800 PCIe 80GB"), _ESCAPED),
    "RTX PRO 6000 Blackwell Server": _ESCAPED,
    **dict.fromkeys(("RTX 4090 24GB", "RTX 4090 48GB (mod)", "RTX 6000 Ada"), _GAMING),
    **dict.fromkeys(("RTX 5090 32GB", "RTX PRO 6000 Blackwell WS"), _GAMING_FAST),
    **dict.fromkeys(("B100", "B200 (HGX)", "B300", "B30A"), _DENIED),
    **dict.fromkeys(("RTX 6000D / PRO 6000D 84GB", "B20"), _OPEN),
}

_WORDS = {
    "presumption of denial": "presumption-of-denial",
    "exception NAC or case-by-case": "NAC-route/case-by-case(non-DC)",
    "licence-by-letter": "yes",
}


def outcomes(law: Law, figures: Figures) -> tuple[str, ...]:
    """The five columns, worked out; the letters' "none" is the table's "no"."""
    first = classify(law, figures, on=date(2023, 3, 1), destination="CN", headquarters="CN").codified
    entry = _entry(classify(law, figures, on=date(2024, 6, 1), destination="CN", headquarters="CN"))
    into_china = classify(law, figures, on=date(2026, 2, 1), destination="CN", headquarters="CN")
    home = classify(law, figures, on=date(2026, 2, 1), destination="US", headquarters="US")
    review = overlay(into_china, "us-ear-2026-01-15")
    letters = overlay(into_china, "us-is-informed-2025-04-09")
    return (
        first.entry,
        entry,
        _WORDS.get(review, review),
        overlay(home, "us-hts-9903-79-01").split(" ")[0],
        _WORDS.get(letters, "no" if letters == "none" else letters),
    )


def _entry(one: ControlClass) -> str:
    line = one.codified
    if line.entry == "none":
        return f"none({line.paragraph.replace(' ', '')})" if line.paragraph else "none"
    if line.entry == "indeterminate":
        return line.entry
    gaming = line.licence == "exception" and one.datacentre is False
    return line.paragraph + ("+NAC/ACA" if gaming else "")


def overlay(one: ControlClass, rule: str) -> str:
    """The result of one overlay."""
    return next(found.result for found in one.overlays if found.rule == rule)


def exact(
    tpp: float | None = None,
    density: float | None = None,
    datacentre: bool | None = None,
    io: float | None = None,
    dram: float | None = None,
) -> Figures:
    """Figures that are known exactly; an area is made for the density."""
    area = None if tpp is None or density is None or density == 0 else tpp / density
    return Figures(
        product="a card",
        basis="published",
        tpp=_span(tpp),
        die_area_mm2=_span(area),
        datacentre=datacentre,
        interconnect_gb_per_s=_span(io),
        dram_gb_per_s=_span(dram),
    )


def _span(value: float | None) -> Span | None:
    return None if value is None else Span(value, value, "a test")
