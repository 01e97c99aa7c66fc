"""The control class laid out: each input as value, limit, margin and source, so that nobody has to believe a word.

Window, paper and terminal share these rows. Nothing is judged here: a margin is arithmetic with two figures of the
record. Source of the layout: research note on export control, 0.3 ("value, threshold, margin and source of each").
"""

from collections.abc import Callable
from dataclasses import dataclass

from gpu_inspector.language import N_, _, clauses, listed, number, said, told, told_value
from gpu_inspector.records.control import INDETERMINATE, NONE, ONLY_FOR, Comparison, ControlClass, ControlLine
from gpu_inspector.records.words import Clean

CODIFIED = N_("As codified")
ENFORCED = N_("As enforced")
NOT_KNOWN = N_("not known")
NOT_NAMED = N_("not named")
HEADINGS = (N_("Figure"), N_("Value"), N_("Limit"), N_("Margin"), N_("Result"), N_("Source of the value"))
OVERLAY_HEADINGS = (N_("Rule beside the class"), N_("Result"), N_("Citation, in force from"), N_("Text known"))
VERIFIED = {
    "primary": N_("official text seen"),
    "quoted": N_("official text, as others quote it"),
    "secondary": N_("summary by others"),
    "memory": N_("from memory: check before relying on it"),
}
"""How well the text of a rule is known -> in words."""
BASES = {
    "published": N_("figures that are published for this product"),
    "formula": N_("formula: multiprocessors, rated clock and a constant of the architecture"),
    "estimate": N_("an estimate by others"),
    "rumour": N_("a rumour"),
    "die": N_("the best fitting die: the product is not known"),
    "nothing": N_("nothing: no figure is known"),
}
"""What the figures rest on -> in words."""
ENTRY_WORDS = {
    NONE: N_("no entry of this rule covers the figures"),
    INDETERMINATE: N_("a fact that decides is not known"),
}
NAC_NEEDS = N_(
    "A notification for licence exception NAC (15 CFR 740.8) asks, among other things, for TPP, performance density, "
    "and a data sheet or other document that shows how the item is designed and marketed."
)
MEASURED_RULE = N_(
    "Rule of decision (ISO/IEC 17025, 7.8.6): a measured rate counts only with its guard band taken off, and only as a "
    "lower bound. It can refute a declaration; it never supports “none”, since the rule asks for the highest rate that "
    "is theoretically possible. Published figures have no guard band: they are compared as they are published."
)
ONE_BY_ONE = N_("Each integrated circuit counts by itself: the figures of several are never added up.")
_UNITS = {"DRAM bandwidth": " GB/s", "interconnect": " GB/s", "sum of bandwidths": " GB/s", "die area": " mm²"}
_LARGEST = 1e9
"""Above it a figure is no real one, and is written short."""


@dataclass(frozen=True, slots=True)
class Input:
    """One figure against one limit; `of` names the readings of the law whose rule asks for it."""

    figure: str
    value: str
    limit: str
    margin: str
    result: str
    source: str
    of: tuple[str, ...]
    holds: bool | None

    @property
    def cells(self) -> tuple[str, str, str, str, str, str]:
        return self.figure, self.value, self.limit, self.margin, self.result, self.source


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One of the two lines: what a reading of the law says, every text clean; "" is not stated."""

    name: str
    entry: str
    paragraph: str
    licence: str
    words: str
    rule: str
    citation: str
    since: str
    """The day from which it is in force."""
    known: str
    """How well its text is known."""

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Label and value."""
        return (
            (_("Paragraph"), self.paragraph or _(ENTRY_WORDS.get(self.entry, ""))),
            (_("Licence"), self.licence),
            *((("", self.words),) if self.words else ()),
            (_("Rule"), self.rule),
            (_("Citation"), self.citation),
            (_("In force from"), self.since),
            (_("Text known"), self.known),
        )

    @property
    def headline(self) -> str:
        """The entry as people read it: its number, or the word for none."""
        return _(self.entry) if self.entry in (NONE, INDETERMINATE) else self.entry

    @property
    def short(self) -> str:
        """In one line: entry, paragraph, licence, day and the first document cited."""
        licence = licence_words(self.licence)
        since = said("in force from {day}", day=self.since) if self.since else ""
        cited = self.citation.partition(";")[0]
        return clauses([part for part in (self.headline, self.paragraph, licence, since, cited) if part])


RESULTS = (N_("case-by-case"), N_("licence-by-letter"))
"""Of the rules beside the entries, as the reference data name them."""
LICENCES = {
    "required": N_("required by this entry"),
    "not required": N_("not required by this entry"),
    "exception": N_("required by this entry, an exception may be open"),
    INDETERMINATE: N_("indeterminate"),
}
"""A line speaks of its entry alone: "not required" as such would be read as a clearance."""


def licence_words(licence: str) -> str:
    """The licence's side in a few words; "" where it is not stated."""
    if not licence:
        return ""
    return said("licence {licence}", licence=_(LICENCES[licence]) if licence in LICENCES else licence)


def figure(value: float | None, unit: str = "") -> str:
    """A figure with at most three decimals."""
    if value is None:
        return _(NOT_KNOWN)
    if abs(value) >= _LARGEST:
        return f"{value:.4g}{unit}"
    digits = len(f"{value:.3f}".rstrip("0").partition(".")[2])
    shown = number(value, digits)
    return f"{shown}{unit}" if unit else shown


def margin(value: float | None, limit: float) -> str:
    """How far the value lies from the limit, in hundredths of the limit."""
    if value is None or not limit:
        return "–"
    share = (value - limit) / limit
    if not share:
        return _("on the limit")
    shown = number(abs(share) * 100, 2)
    return said("{share} % above", share=shown) if share > 0 else said("{share} % below", share=shown)


def readings_of(control: ControlClass, clean: Clean) -> tuple[Reading, Reading]:
    """Always two, as codified and as enforced."""
    return _reading(_(CODIFIED), control.codified, clean), _reading(_(ENFORCED), control.enforced, clean)


def _reading(name: str, line: ControlLine, clean: Clean) -> Reading:
    return Reading(
        name=name,
        entry=clean(line.entry),
        paragraph=clean(line.paragraph),
        licence=_(LICENCES[line.licence]) if line.licence in LICENCES else clean(line.licence),
        words=clean(told(line.words)),
        rule=clean(line.rule),
        citation=clean(line.citation),
        since=clean(line.in_force_from),
        known=verified(line.verified, clean),
    )


def verified(level: str, clean: Clean) -> str:
    """How well a text is known, in words; a level of a later version as it is written."""
    return _(VERIFIED[level]) if level in VERIFIED else clean(level)


def inputs_of(control: ControlClass, clean: Clean) -> tuple[Input, ...]:
    """Every comparison of both readings, each once, in the order of the rule."""
    found: dict[Comparison, list[str]] = {}
    for name, line in ((_(CODIFIED), control.codified), (_(ENFORCED), control.enforced)):
        for one in line.comparisons:
            names = found.setdefault(one, [])
            if name not in names:
                names.append(name)
    return tuple(_input(one, tuple(names), clean) for one, names in found.items())


def _input(one: Comparison, of: tuple[str, ...], clean: Clean) -> Input:
    unit = _UNITS.get(one.figure, "")
    if one.holds is None:
        result = _(NOT_KNOWN) if one.value is None else _("inside the guard band")
    else:
        result = _("met") if one.holds else _("not met")
    return Input(
        figure=clean(told_value(one.figure)),
        value=figure(one.value, unit),
        limit=f"{clean(one.operator)} {figure(one.limit, unit)}",
        margin=margin(one.value, one.limit),
        result=result,
        source=clean(told(one.source)),
        of=of,
        holds=one.holds,
    )


def facts_of(control: ControlClass, clean: Clean) -> tuple[tuple[str, str], ...]:
    """What the class was come to from: day and way, product, the three that a notification asks for, the rest."""
    source = clean(told(control.tpp_source))
    sourced = f" ({source})" if source and control.tpp is not None else ""
    pairs = [
        (_("Day of export"), control.on.isoformat()),
        (_("Destination"), clean(control.destination) or _(NOT_NAMED)),
        (_("Headquarters"), clean(control.headquarters) or _(NOT_NAMED)),
        (_("Figures are of"), clean(told_value(control.product))),
        (_("They rest on"), _(BASES[control.basis]) if control.basis in BASES else clean(control.basis)),
        ("TPP", f"{figure(control.tpp)}{sourced}"),
        (_("Performance density"), _density(control)),
        (_("Datacentres"), _marketing(control.datacentre)),
    ]
    if control.dram_gb_per_s is not None:
        pairs.append((_("DRAM bandwidth"), figure(control.dram_gb_per_s, " GB/s")))
    if control.interconnect_gb_per_s is not None:
        pairs.append((_("Interconnect"), figure(control.interconnect_gb_per_s, " GB/s")))
    pairs.append((_("TPP as measured"), _measured(control)))
    return tuple(pairs)


def _density(control: ControlClass) -> str:
    density = figure(control.performance_density)
    if control.die_area_mm2 is None:
        return said("{density} (the die's area is not known)", density=density)
    return said("{density} (TPP over {area} of die)", density=density, area=figure(control.die_area_mm2, " mm²"))


def _marketing(datacentre: bool | None) -> str:
    if datacentre is None:
        return _("not known whether designed or marketed for datacentres")
    if datacentre:
        return _("designed or marketed for datacentres, by the table of products or the line that it is sold in")
    return _("not designed or marketed for datacentres, by the table of products or the line that it is sold in")


def _measured(control: ControlClass) -> str:
    if control.tpp_at_least is None:
        return _("not measured")
    return said("at least {tpp}, with the guard band taken off", tpp=figure(control.tpp_at_least))


def overlays_of(control: ControlClass, clean: Clean) -> tuple[tuple[str, str, str, str], ...]:
    """Rules beside the classification, a row each: name, result, citation and day, how well the text is known."""
    return tuple(
        (
            clean(one.name or one.rule),
            clean(": ".join(part for part in (told(one.result), _of_rule(one.words)) if part)),
            clean(listed([part for part in (one.citation, one.in_force_from) if part])),
            verified(one.verified, clean),
        )
        for one in control.overlays
    )


def _of_rule(words: str) -> str:
    """A rule's words are the reference data's own and are not translated; the program's sentence before them is."""
    own = words.removeprefix(ONLY_FOR)
    return _(ONLY_FOR) + own if own != words else words


def sentences(control: ControlClass, clean: Clean) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Titled lists that are not empty: reasons, what is missing, candidates, cautions."""
    lists: tuple[tuple[str, Callable[[ControlClass], tuple[str, ...]]], ...] = (
        (_("Reasons"), lambda one: one.reasons),
        (_("Would decide, and is not known"), lambda one: one.missing),
        (_("Entries that the authority may come to for board or server"), lambda one: one.candidates),
        (_("Cautions"), lambda one: one.cautions),
    )
    return tuple((title, tuple(clean(told(text)) for text in of(control))) for title, of in lists if of(control))
