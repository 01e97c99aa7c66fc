"""A control class made by hand: that of a board far above both limits, and one where a fact that decides is missing."""

from dataclasses import replace
from datetime import date

from gpu_inspector.records.control import (
    ENTRY_A,
    INDETERMINATE,
    NO_ADVICE,
    NONE,
    Comparison,
    ControlClass,
    ControlLine,
    Overlay,
)

SOURCE = "datasheet: FP8 dense 1513 TFLOPS at 8 bit"
COMPARISONS = (
    Comparison(figure="TPP", value=12104.0, operator=">=", limit=4800.0, holds=True, source=SOURCE),
    Comparison(
        figure="performance density", value=14.87, operator=">=", limit=5.92, holds=True, source="TPP over 814 mm²"
    ),
)
CODIFIED = ControlLine(
    entry=ENTRY_A,
    paragraph="3A090.a.1/a.2",
    licence="required",
    words="Worldwide.",
    rule="us-ear-2025-01-13",
    citation="90 FR 4544 (15 Jan 2025)",
    in_force_from="2025-01-13",
    verified="primary",
    comparisons=COMPARISONS,
)
ENFORCED = replace(
    CODIFIED,
    words="D:1, D:4, D:5 and parties with headquarters there.",
    rule="us-ear-2023-11-17",
    citation="88 FR 73458 (25 Oct 2023)",
    in_force_from="2023-11-17",
    verified="quoted",
)
CONTROLLED = ControlClass(
    product="NVIDIA H100 PCIe",
    basis="published",
    on=date(2026, 11, 26),
    destination="CN",
    codified=CODIFIED,
    enforced=ENFORCED,
    tpp=12104.0,
    tpp_source=SOURCE,
    performance_density=14.87,
    die_area_mm2=814.0,
    datacentre=True,
    dram_gb_per_s=2039.0,
    tpp_at_least=9871.5,
    reasons=("TPP 12,104 against 4,800.",),
    overlays=(
        Overlay(
            rule="us-ear-2026-01-15",
            name="Review of licences for China",
            result="case-by-case",
            citation="91 FR 1684",
            in_force_from="2026-01-15",
            verified="quoted",
        ),
        Overlay(rule="jp", name="Japan", result=INDETERMINATE, verified="secondary", words="thresholds not retrieved"),
    ),
    candidates=("4A090.a", "5A992.z.1"),
    cautions=(NO_ADVICE, "The newest text that was seen is of 2026-07-23."),
)
_OPEN = ControlLine(
    entry=INDETERMINATE,
    licence=INDETERMINATE,
    rule="us-ear-2025-01-13",
    comparisons=(
        Comparison(figure="TPP", value=2000.0, operator=">=", limit=1600.0, holds=True),
        Comparison(figure="performance density", value=None, operator=">=", limit=5.92, holds=None),
    ),
)
OPEN = ControlClass(
    product="an unknown card",
    basis="die",
    on=date(2026, 11, 26),
    codified=_OPEN,
    enforced=_OPEN,
    tpp=2000.0,
    missing=("the die's area",),
)
FREE = replace(
    CONTROLLED,
    product="NVIDIA GeForce RTX 3060",
    codified=replace(CODIFIED, entry=NONE, paragraph="Note 2", licence="not required", comparisons=()),
    enforced=replace(ENFORCED, entry=NONE, paragraph="Note 2", licence="not required", comparisons=()),
    datacentre=False,
    overlays=(),
    candidates=(),
)


def hostile(text: str) -> ControlClass:
    """Every text of it is this one."""
    line = ControlLine(
        entry=text,
        paragraph=text,
        licence=text,
        words=text,
        rule=text,
        citation=text,
        in_force_from=text,
        verified=text,
        comparisons=(Comparison(figure=text, value=1e300, operator=text, limit=-1e300, holds=None, source=text),) * 50,
    )
    overlay = Overlay(rule=text, name=text, result=text, citation=text, in_force_from=text, verified=text, words=text)
    return ControlClass(
        product=text,
        basis=text,
        on=date(9999, 12, 31),
        destination=text,
        headquarters=text,
        codified=line,
        enforced=line,
        tpp=1e300,
        tpp_source=text,
        performance_density=-1e300,
        die_area_mm2=0.0,
        tpp_at_least=0.0,
        reasons=(text,) * 50,
        missing=(text,) * 50,
        overlays=(overlay,) * 50,
        candidates=(text,) * 50,
        cautions=(text,) * 50,
    )
