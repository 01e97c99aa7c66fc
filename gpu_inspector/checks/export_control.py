"""Export control: which entry the card's figures meet, held against what the papers say, and what was measured.

Being controlled accuses nobody: an H100 that is honestly declared is fine. What accuses is a paper that says otherwise,
and only published figures of an identified product contradict one. Which honest paper would trip it: one from before a
rule, so the day of export decides; one that says "no licence required" where none is, so the destination decides; an
ordinary entry of a time before the .z entries, which is a sign at most. Never legal advice. Source: research note on
export control, 0 to 2.
"""

from gpu_inspector.checks.answer import Answer, consistent, contradicted, inconclusive, not_applicable, sign
from gpu_inspector.checks.export_doubt import doubted
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.control import ENTRY_A, ENTRY_B, NONE, ControlClass
from gpu_inspector.records.control_declared import DeclaredEntry, Means, read_entry
from gpu_inspector.records.control_headline import beside
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Finding, Outcome, Strength, Value

CONTROLLED = (ENTRY_A, ENTRY_B)
_CAUSE = N_("control class")
_OF_PAPERS = {"field": "control_class", "discrepancy": "classification"}
"""Which declared field a finding is about, and the kind of discrepancy in customs' words."""
_MISTAKE = (
    N_("a mistake in the papers"),
    N_("papers of another card"),
    N_("a classification by the authority that this program does not know of"),
)
_BEFORE = N_("an entry of the time before the rule, copied from an old data sheet")
_ASK = N_("Ask the declarant for the classification and its date; the determination belongs to the authority.")


_EARLIER = N_(
    "By the declared day of export, {on}, no entry covers the figures of {product}; by the rules of"
    " {later} it"
    " is {later_entry}."
)
_NO_ENTRY = N_(
    "No entry of the rules that were applied covers the figures of {product} as of {on}: TPP {tpp},"
    " performance density {density}. Other lists, and end use, were not looked at."
)
_MET = N_(
    "{product} meets the performance parameters of {paragraph} as of {on}: TPP {tpp}, performance density"
    " {density}. The determination belongs to the authority."
)


@check("export-class", N_("Export-control entry that the figures meet"))
def entry(control_class: ControlClass, findings: tuple[Finding, ...]) -> Answer:
    """Information for the inspector, and the ground of the third headline; it accuses nobody."""
    control = doubted(control_class, findings)
    line = control.codified
    values: dict[str, Value] = {
        "product": control.product,
        "entry": line.entry,
        "paragraph": line.paragraph or line.entry,
        "on": control.on.isoformat(),
        "citation": line.citation,
        "enforced": control.enforced.entry,
        "missing": "; ".join(control.missing),
        "tpp": shown(control.tpp),
        "density": shown(control.performance_density),
    }
    if line.entry in CONTROLLED:
        return Answer(
            outcome=Outcome.NOTED,
            text=_MET,
            expected="",
            observed=line.entry,
            source=line.citation,
            advice=N_("Have licence, destination and end user shown; this is no accusation."),
            values=values,
        )
    if line.entry == NONE and control.later_entry:
        return inconclusive(
            _EARLIER,
            advice=N_("Have the day of export shown; the determination belongs to the authority."),
            source=line.citation,
            later=control.later_day,
            later_entry=control.later_entry,
            **values,
        )
    if line.entry == NONE:
        return consistent(
            _NO_ENTRY,
            observed=NONE,
            source=line.citation,
            expected="",
            **values,
        )
    return inconclusive(
        N_("The entry cannot be told as of {on}; missing: {missing}."),
        advice=N_("Find the missing fact, then judge again."),
        source=line.citation,
        **values,
    )


def shown(value: float | None) -> str:
    """A figure as window and paper write it."""
    from gpu_inspector.records.control_table import figure  # with a card to judge, not at every start

    return figure(value)


# --- the declared entry


@check("export-declared", N_("Declared export-control entry"))
def declared(declaration: Declaration | None, control_class: ControlClass, findings: tuple[Finding, ...]) -> Answer:
    """A paper that calls a controlled card uncontrolled is what a smuggler needs, and what a clerk types."""
    control_class = doubted(control_class, findings)
    said = declaration.control_class.strip() if declaration is not None else ""
    if not said:
        return not_applicable(N_("No export-control entry was declared."))
    meant = read_entry(said)
    if meant is None:
        return inconclusive(
            N_("“{declared}” is no entry that this program knows for sure."),
            advice=N_("Look the entry up in the list that the papers are under."),
            declared=said,
            **_OF_PAPERS,
        )
    if meant.means is Means.NO_LICENCE:
        return _licence(said, control_class)
    found = control_class.codified.entry
    if found not in (*CONTROLLED, NONE):
        return inconclusive(
            N_("Declared is “{declared}”; which entry the figures meet cannot be told: {missing}."),
            advice=N_("Find the missing fact, then judge again."),
            declared=said,
            missing="; ".join(control_class.missing),
            **_OF_PAPERS,
        )
    if meant.means is Means.MEETS:
        return _said_controlled(said, meant, control_class)
    if found == NONE:
        return _by_that_day(said, control_class) if control_class.later_entry else _agrees(said, control_class)
    if meant.means is Means.NOT_LISTED and _firm(control_class):
        return contradicted(
            _UNDER,
            expected=said,
            observed=_met(control_class),
            against=N_("the declaration"),
            witness=N_("paper"),
            cause=_CAUSE,
            innocent=(*_MISTAKE, _BEFORE),
            advice=_ASK,
            values=_values(said, control_class),
        )
    # An ordinary entry may stem from before the .z entries, and figures that are not published may err.
    return _sign(Strength.STRONG, _UNDER, said, control_class, _BEFORE)


_UNDER = N_(
    "Declared is “{declared}”; the figures of {product} meet {met} as of {on}: TPP {tpp}, performance density"
    " {density}."
)


def _firm(control: ControlClass) -> bool:
    """Whether the figures are the maker's own: what was written down from memory contradicts nobody."""
    from gpu_inspector.records.export_products import CONFIDENCE

    return control.basis == "published" and CONFIDENCE["M"] not in control.tpp_source


def _said_controlled(said: str, meant: DeclaredEntry, control: ControlClass) -> Answer:
    found = control.codified.entry
    if found == NONE:
        text = N_("Declared is “{declared}”; no entry of the rules that were applied covers the figures of {product}.")
        return _sign(Strength.WEAK, text, said, control, N_("a declarant who would rather say too much"))
    if not meant.entry or meant.entry == found:
        return _agrees(said, control)
    # The stricter paragraph in the paper harms nobody; the milder one has fewer destinations.
    strength = Strength.STRONG if meant.entry == ENTRY_B else Strength.WEAK
    return _sign(strength, _UNDER, said, control, N_("another reading of the figures: the L40 has two"))


def _licence(said: str, control: ControlClass) -> Answer:
    """ "No licence required" is right for many destinations of a controlled card."""
    need = control.enforced.licence
    if control.later_entry:
        return _by_that_day(said, control)
    if need == "not required" and (beside(control) or _embargoed(control)):
        return inconclusive(
            N_(
                "Declared is “{declared}”; no licence is needed by this entry, but letters of the authority or an"
                " embargo may ask for one."
            ),
            advice=N_("Have the declarant show why no licence is needed; the determination belongs to the authority."),
            declared=said,
            **_OF_PAPERS,
        )
    if need == "not required":
        return _agrees(said, control)
    if need == "required" and _firm(control):
        return contradicted(
            N_("Declared is “{declared}”; as enforced on {on}, {met} needs a licence for {destination}."),
            expected=said,
            observed=N_("a licence is required"),
            against=N_("the declaration"),
            witness=N_("paper"),
            cause=_CAUSE,
            innocent=_MISTAKE,
            advice=_ASK,
            values=_values(said, control),
        )
    if need == "required":
        text = N_("Declared is “{declared}”; as enforced on {on}, {met} needs a licence for {destination}.")
        return _sign(Strength.STRONG, text, said, control, N_("figures that nobody has published"))
    if need == "exception":
        text = N_("Declared is “{declared}”; as enforced on {on}, {met} goes to {destination} under an exception only.")
        return _sign(Strength.WEAK, text, said, control, N_("an exception whose conditions were met"))
    return inconclusive(
        N_("Declared is “{declared}”; whether a licence is needed cannot be told: {missing}."),
        advice=N_("Name destination and headquarters of the party (--destination, --headquarters)."),
        declared=said,
        missing="; ".join(control.missing) or N_("destination or headquarters"),
        **_OF_PAPERS,
    )


def _embargoed(control: ControlClass) -> bool:
    from gpu_inspector.records.export_words import EMBARGO

    return EMBARGO in control.enforced.words


def _by_that_day(said: str, control: ControlClass) -> Answer:
    """The day is the papers' word like the entry: neither bears the other out."""
    return inconclusive(
        N_(
            "Declared is “{declared}”, which agrees by the rules of {on}, the declared day of export; by those of"
            " {later}"
            " the figures of {product} meet {met}."
        ),
        advice=N_("Have the day of export shown."),
        source=control.codified.citation,
        later=control.later_day,
        **{**_values(said, control), "met": control.later_entry},
    )


def _agrees(said: str, control: ControlClass) -> Answer:
    return consistent(
        N_("Declared is “{declared}”, which does not disagree with the figures of {product} as of {on}: {met}."),
        expected=said,
        observed=_met(control),
        source=control.codified.citation,
        **_values(said, control),
    )


def _sign(strength: Strength, text: str, said: str, control: ControlClass, innocent: str) -> Answer:
    return sign(
        strength,
        text,
        expected=said,
        observed=_met(control),
        source=control.codified.citation,
        witness=N_("paper"),
        cause=_CAUSE,
        innocent=(*_MISTAKE, innocent),
        advice=_ASK,
        values=_values(said, control),
    )


def _met(control: ControlClass) -> str:
    return control.codified.paragraph or control.codified.entry


def _values(said: str, control: ControlClass) -> dict[str, Value]:
    return {
        "declared": said,
        "product": control.product,
        "met": _met(control),
        "on": control.on.isoformat(),
        "tpp": shown(control.tpp),
        "density": shown(control.performance_density),
        "destination": control.destination or N_("the destination"),
        **_OF_PAPERS,
    }
