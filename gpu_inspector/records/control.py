"""The control class of one card: what its figures meet, by the rules as codified and as enforced, each with its date.

Never legal advice: the determination belongs to the authority. Three-valued throughout: a fact that decides and is not
known makes "indeterminate" with the missing fact named, never "none". Source: research note on export control, 0 to 2.
"""

from dataclasses import dataclass, field
from datetime import date

from gpu_inspector.language import N_

ENTRY_A = "3A090.a"
ENTRY_B = "3A090.b"
NONE = "none"
"""No entry of the rules that were applied covers the figures."""
INDETERMINATE = "indeterminate"
"""A fact that decides is not known."""
ENTRIES = (ENTRY_A, ENTRY_B, NONE, INDETERMINATE)
ONLY_FOR = N_("No destination was named: this is for goods that go there. ")
"""Said before the words of a rule that is for some destinations, where none was named."""
FROM_MEMORY = N_("from memory, to be held against a datasheet")
"""The source of a figure that nobody has looked up."""
NO_ADVICE = N_(
    "This is arithmetic with published rules and figures, not legal advice: the authority determines the class."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One figure against one limit of a rule, so that nobody has to believe the word "controlled"."""

    figure: str
    """"TPP", "performance density", "DRAM bandwidth", "interconnect"."""
    value: float | None
    """None where it is not known."""
    operator: str
    """">=", "<", ">"."""
    limit: float
    holds: bool | None
    """None where the value is not known, or lies in the guard band of a measurement."""
    source: str = ""
    """Of the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlLine:
    """What one reading of the law, as codified or as enforced, says on the date that was asked for."""

    entry: str
    """One of ENTRIES."""
    paragraph: str = ""
    """All that apply, "3A090.b.1/b.2"; of an exclusion its note, "Note 2"; "" where none does."""
    licence: str = INDETERMINATE
    """"required", "not required", "exception" (named in `words`), or "indeterminate": for the destination asked for."""
    words: str = ""
    """The licence's side in a sentence: scope, exceptions, review policy."""
    rule: str = ""
    """The rule set's id, "us-ear-2023-11-17"."""
    citation: str = ""
    in_force_from: str = ""
    """ISO, a day."""
    verified: str = ""
    """How well the text of the rule is known: "primary", "quoted", "secondary", "memory"."""
    comparisons: tuple[Comparison, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A rule beside the classification: licence review, duty, letters, another country's list."""

    rule: str
    name: str
    result: str
    """As the rule names it: "case-by-case", "presumption of denial", "band1 (H200 SXM)", "none", "indeterminate"."""
    citation: str = ""
    in_force_from: str = ""
    verified: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlClass:
    """The class of one integrated circuit of the card; several of a server are never added up."""

    product: str
    """Whose figures decided, in words; of an unknown product the best fitting die, and `basis` says so."""
    basis: str
    """"published", "formula", "estimate", "rumour", "die" (product unknown) or "nothing"."""
    on: date
    destination: str = ""
    """ISO 3166 alpha-2; "" where none was named."""
    headquarters: str = ""
    """Of the party's ultimate parent, likewise."""
    codified: ControlLine
    enforced: ControlLine
    tpp: float | None = None
    tpp_source: str = ""
    performance_density: float | None = None
    die_area_mm2: float | None = None
    datacentre: bool | None = None
    """Designed or marketed for datacentres, as its maker's documents have it."""
    dram_gb_per_s: float | None = None
    interconnect_gb_per_s: float | None = None
    tpp_at_least: float | None = None
    """Measured: a lower bound, after its guard band."""
    reasons: tuple[str, ...] = ()
    """Each in a sentence: value, limit, margin, and the source of each input."""
    missing: tuple[str, ...] = ()
    """Facts that would decide and are not known."""
    overlays: tuple[Overlay, ...] = ()
    candidates: tuple[str, ...] = ()
    """Entries of a board or server that the authority may come to: "4A090.a", "5A992.z.1"."""
    cautions: tuple[str, ...] = field(default=(NO_ADVICE,))
    later_day: str = ""
    """ISO: the day of the inspection, where papers name an earlier one by whose rules there is no entry."""
    later_entry: str = ""
    """The entry as codified on `later_day`; "" where the day makes no difference."""
