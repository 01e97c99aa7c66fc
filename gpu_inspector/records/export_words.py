"""The sentences of a control class: value, limit, margin and the source of each input. Never legal advice.

Texts are templates with values; what a name says is only ever a value.
"""

from collections.abc import Iterable, Mapping
from math import inf

from gpu_inspector.language import N_, fill
from gpu_inspector.records.control import Comparison
from gpu_inspector.records.export_figures import Figures, Span
from gpu_inspector.records.export_rules import DATACENTRE, Fact

FIGURES = {
    "tpp": N_("TPP"),
    "pd": N_("performance density"),
    "dram": N_("DRAM bandwidth"),
    "io": N_("interconnect"),
}
AREA, MARKETING = N_("die area"), N_("whether it is designed or marketed for datacentres")

NONE_OF_THEM = N_(
    "No entry of 3A090 covers the figures. Other entries, embargoes, end uses and end users were not examined."
)
SEVERAL_ENTRIES = N_("What decides is not known; possible are: {entries}.")
NO_RULE_YET = N_("There was no such entry before {first}. What other rules asked for then was not examined.")
TAKEN_OUT = N_("{note} takes it out: not designed or marketed for datacentres, and TPP below 4800.")
REQUIRED = N_("By this entry a licence is needed: {scope}.")
NOT_REQUIRED = N_(
    "By this entry no licence is needed for that way: its scope is {scope}. Embargoes, end uses and end users were not"
    " examined."
)
EXCEPTION = N_(
    "By this entry a licence is needed ({scope}), unless exception {name} is open: {words}. The general limits of"
    " licence exceptions were not examined."
)
EMBARGO = N_("The destination is in group D:5: embargoes and other rules may ask for a licence all the same.")
LICENCE_OPEN = N_("Whether a licence is needed by this entry is open: {scope}.")
STAGED = N_(
    "The rule came into force in stages until {until}; which stage carries this entry was not retrieved, so that the"
    " licence is open until then."
)
NOT_YET = N_(
    "The rule in the code since {since} has to be followed from {compliance} on; until then that of before is."
)
INTO_HOME = N_("The rules are about exports from the United States and between other countries.")
AMONG_GROUPS = N_("Country groups are those of {day}; on another day they may have been others.")
NOT_A_COUNTRY = N_('"{text}" is no country\'s code (ISO 3166), and counts as not named.')
AFTER_TEXT = N_(
    "The newest text of the code that was seen is of {day}: what changed after it is not in here. Bills are never"
    " applied."
)
EACH_ALONE = N_("Each integrated circuit counts by itself: several in a server are never added up.")

_OVER = N_("{figure} (TPP over {area} mm²)")
_DENSITY = N_("Performance density (TPP over {area} mm²) {density} against {least_density}: {margin} ({source}).")
"""What _EXACT says of the density: there the words of a figure and its value have no word between them, by which
they could be told apart in another language."""
_EXACT = N_("{figure} {value} against {limit}: {margin} ({source}).")
_RANGE = N_("{figure} between {low} and {high} against {limit}: {margin} ({source}).")
_MOST = N_("{figure} at most {high} against {limit}: {margin} ({source}).")
_LEAST = N_("{figure} at least {low} against {limit}: {margin} ({source}).")
_AT = N_("exactly at the limit")
_ABOVE, _BELOW = N_("{share} % above"), N_("{share} % below")
_OPEN = N_("not decided")
_IS = N_("It is designed or marketed for datacentres ({source}), so that Note 2 does not take it out.")
_IS_NOT = N_("It is not designed or marketed for datacentres ({source}): below TPP 4800 Note 2 takes it out.")
_IS_NOT_ABOVE = N_(
    "It is not designed or marketed for datacentres ({source}); from TPP 4800 on Note 2 takes nothing out, and"
    " exceptions NAC and ACA may be open."
)
_MAY_BE = N_("Whether it is designed or marketed for datacentres is not known: below TPP 4800 that decides.")
BY_FORMULA = N_("By the formula, TPP {tpp}, it would be {paragraph}: both readings have to be told.")
_OUTRUN = N_(
    "Measured was TPP {measured} at the least, more than the {figure} of {product}: these are not this card's figures."
)


def number(value: float) -> str:
    """Large figures without decimals, small ones with two."""
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"


def against(name: str, span: Span, limit: float, area: Span | None = None) -> str:
    """One figure against one limit, in a sentence; `area` is the die's, of a performance density."""
    figure = FIGURES[name]
    if area is not None and area.exact:
        figure = fill(_OVER, {"figure": figure, "area": f"{area.low:g}"})
    values = {
        "figure": figure,
        "limit": f"{limit:g}",
        "low": number(span.low),
        "value": number(span.low),
        "high": number(span.top),
        "margin": _margin(span, limit),
        "source": span.source,
    }
    template = _EXACT if span.exact else _LEAST if span.high is None else _RANGE if span.low else _MOST
    text = fill(template, values)
    return text[:1].upper() + text[1:]


def _margin(span: Span, limit: float) -> str:
    if span.exact and span.low == limit:
        return _AT
    if span.low >= limit:
        return fill(_ABOVE, {"share": _share(span.low / limit - 1)})
    if span.top < limit:
        return fill(_BELOW, {"share": _share(1 - span.top / limit)})
    return _OPEN


def _share(share: float) -> str:
    return f"{share * 100:.1f}" if share >= 0.001 else f"{share * 100:.3f}"


def compared(name: str, fact: Fact, limits: Iterable[float]) -> tuple[Comparison, ...]:
    """A figure against every limit of a rule."""
    span = fact if isinstance(fact, Span) else None
    found = []
    for limit in limits:
        known = None if span is None else True if span.low >= limit else False if span.top < limit else None
        end = None if span is None or known is None else span.low if known else span.top
        found.append(
            Comparison(
                figure=FIGURES[name],
                value=end,
                operator=">=",
                limit=limit,
                holds=known,
                source="" if span is None else span.source,
            )
        )
    return tuple(found)


def reasons(
    figures: Figures, facts: Mapping[str, Fact], limits: Mapping[str, tuple[float, ...]], *, met: bool
) -> tuple[str, ...]:
    """Why: the nearest limit on either side of each figure, and marketing where it may decide.

    `met` says that some paragraph may be met, so that the note on marketing has something to take out.
    """
    left = figures.left
    found = []
    if figures.outrun and figures.most is not None and figures.tpp_at_least is not None:
        values = {
            "measured": number(figures.tpp_at_least),
            "figure": number(figures.most),
            "product": figures.product,
        }
        found.append(fill(_OUTRUN, values))
    for name in ("tpp", "pd", "io"):
        span = facts.get(name)
        small = name == "pd" and left.tpp is not None and left.tpp.top < min(limits["tpp"])
        if name in limits and isinstance(span, Span) and not small:
            area = left.die_area_mm2 if name == "pd" else None
            found += [against(name, span, one, area) for one in _nearest(span, limits[name])]
    if DATACENTRE in limits and met:
        above = left.tpp is not None and left.tpp.low >= max(limits["tpp"])
        text = {True: _IS, False: _IS_NOT_ABOVE if above else _IS_NOT, None: _MAY_BE}[left.datacentre]
        found.append(fill(text, {"source": left.datacentre_source}))
    return tuple(found)


def _nearest(span: Span, limits: Iterable[float]) -> list[float]:
    """The nearest limit that is passed, those that the span leaves open, and the nearest that is not reached."""
    limits = list(limits)
    passed = [one for one in limits if one <= span.low]
    beyond = [one for one in limits if one > span.top]
    inside = [one for one in limits if span.low < one <= span.top]
    return [*passed[-1:], *inside, *beyond[:1]]


def names_of_missing(deciding: Iterable[str], figures: Figures) -> tuple[str, ...]:
    """The facts behind the variables that decide and are not known, in words."""
    found: dict[str, None] = {}
    for variable in ("tpp", "pd", DATACENTRE, "io", "dram", "sum"):
        if variable not in set(deciding):
            continue
        if variable == DATACENTRE:
            found[MARKETING] = None
        elif variable == "pd":
            found |= {AREA: None} if not _exact(figures.die_area_mm2) else {}
            found |= {FIGURES["tpp"]: None} if not _exact(figures.tpp) else {}
        elif variable == "sum":
            found |= {FIGURES["dram"]: None} if not _exact(figures.dram_gb_per_s) else {}
            found |= {FIGURES["io"]: None} if not _exact(figures.interconnect_gb_per_s) else {}
        else:
            found[FIGURES[variable]] = None
    return tuple(found)


def _exact(span: Span | None) -> bool:
    return span is not None and span.exact


def shown(span: Span | None) -> tuple[float | None, str]:
    """A figure to print, and its source: the middle of a narrow span, no number for a wide one."""
    if span is None:
        return None, ""
    if span.exact:
        return span.low, span.source
    if span.top == inf:
        return None, f"{number(span.low)} +: {span.source}"
    if span.top <= span.low * _NARROW:
        return (span.low + span.top) / 2, span.source
    return None, f"{number(span.low)} - {number(span.top)}: {span.source}"


_NARROW = 1.05
