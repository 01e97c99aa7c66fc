"""The figures of one integrated circuit that export rules ask for: each exact, within bounds, or not known.

A figure is a span, because most of them are not exact: a formula has its tolerance, a measured rate is a lower bound,
and a name may mean several products. A rule is then decided only where every value of the span decides it alike.
Source: research note on export control, 1.2 and 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite

from gpu_inspector.language import N_

PUBLISHED, FORMULA, ESTIMATE, RUMOUR, DIE, NOTHING = "published", "formula", "estimate", "rumour", "die", "nothing"
BASES = (PUBLISHED, FORMULA, ESTIMATE, DIE, RUMOUR, NOTHING)
"""What the figures rest on, from the best to none."""

MEASURED = N_("measured, a lower bound")


@dataclass(frozen=True, slots=True)
class Span:
    """A figure that lies from `low` to `high`; both ends are possible values."""

    low: float
    high: float | None
    """None where no upper end is known."""
    source: str = ""
    """Of the value, as it stands in a sentence."""

    @property
    def exact(self) -> bool:
        """Whether it is one value."""
        return self.low == self.high

    @property
    def top(self) -> float:
        """The upper end as a number."""
        return inf if self.high is None else self.high

    @property
    def value(self) -> float | None:
        """The one value, None where it is none."""
        return self.low if self.exact else None


def exactly(value: float | None, source: str) -> Span | None:
    """A span of one value; None stays unknown."""
    return None if value is None else Span(value, value, source)


def total(first: Span | None, second: Span | None) -> Span | None:
    """The sum of two figures; of one known, at least that one."""
    if first is None or second is None:
        known = first or second
        return None if known is None else Span(known.low, None, known.source)
    high = None if first.high is None or second.high is None else first.high + second.high
    return Span(first.low + second.low, high, first.source)


def hull(spans: Sequence[Span | None]) -> Span | None:
    """The span that holds all of them, None where one of them is unknown or there is none."""
    known = [one for one in spans if one is not None]
    if not known or len(known) < len(spans):
        return None
    high = max(one.top for one in known)
    sources = tuple(dict.fromkeys(one.source for one in known))
    return Span(min(one.low for one in known), None if high == inf else high, "; ".join(sources))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is known of one product, or of all products that a name or a die may mean."""

    product: str
    basis: str
    """One of BASES."""
    row: str = ""
    """The row of the table of known products, "" where none gave the figures, or several."""
    tpp: Span | None = None
    """Total processing performance, dense: 2 x MacTOPS x bit length, the highest that the maker claims."""
    die_area_mm2: Span | None = None
    """Of the logic dies; stacks of memory do not count."""
    datacentre: bool | None = None
    """Designed or marketed for datacentres."""
    datacentre_source: str = ""
    dram_gb_per_s: Span | None = None
    interconnect_gb_per_s: Span | None = None
    """NVLink and PCI Express together, both directions."""
    tpp_formula: float | None = None
    """Of SM, rated clock and die, beside a published figure too; of several products the highest."""
    rated_mhz: float | None = None
    """The clock at which the figure is rated, or else the highest of the tables; of several products the lowest."""
    tpp_at_least: float | None = None
    """Measured, after its guard band."""
    limited: bool = False
    """Sold for a market whose limit is below what SM and clock give."""
    notes: tuple[str, ...] = ()
    """What a reader has to know of these figures, in sentences."""

    @property
    def most(self) -> float | None:
        """The most that the product can do, None where no upper end is known.

        Of a product that is not limited for its market that may be more than its maker claims: the formula's figure.
        """
        if self.tpp is None or self.tpp.high is None:
            return None
        beyond = 0.0 if self.limited or self.tpp_formula is None else self.tpp_formula
        return max(self.tpp.high, beyond)

    @property
    def outrun(self) -> bool:
        """Whether more was measured than the product can do: then it is another one."""
        most, measured = self.most, self._measured
        return most is not None and measured is not None and measured > most

    @property
    def _measured(self) -> float | None:
        return self.tpp_at_least if self.tpp_at_least is not None and isfinite(self.tpp_at_least) else None

    @property
    def left(self) -> "Figures":
        """What these figures and the measured rate leave possible, for a rule to decide on.

        Of a product that was outrun nothing else is known: area, marketing, memory and links are another product's.
        """
        measured = self._measured
        if measured is None:
            return self
        if self.outrun:
            return Figures(product=self.product, basis=NOTHING, tpp=Span(measured, None, MEASURED), notes=self.notes)
        if self.tpp is None:
            return replace(self, tpp=Span(measured, None, MEASURED))
        if measured <= self.tpp.top:
            return replace(self, tpp=replace(self.tpp, low=max(self.tpp.low, measured)))
        return replace(self, tpp=Span(measured, self.most, MEASURED))

    @property
    def performance_density(self) -> Span | None:
        """TPP for each square millimetre."""
        tpp, area = self.tpp, self.die_area_mm2
        if tpp is None or area is None or area.low <= 0:
            return None
        low = 0.0 if area.high is None else tpp.low / area.high
        return Span(low, None if tpp.high is None else tpp.high / area.low, area.source)
