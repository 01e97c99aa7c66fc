"""The control class of one integrated circuit on a day: as codified and as enforced, for a destination and a party.

Arithmetic with published rules and figures, never legal advice. Every answer holds for all values that the figures
leave possible; where they leave several, it is "indeterminate", and the facts that decide are named. Source: research
note on export control, 0 to 2.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from gpu_inspector.language import fill, visible
from gpu_inspector.records import export_words as words
from gpu_inspector.records.control import INDETERMINATE, NO_ADVICE, NONE, ControlClass, ControlLine
from gpu_inspector.records.export_figures import PUBLISHED, Figures, exactly, total
from gpu_inspector.records.export_licence import (
    EXCEPTION,
    HOME,
    NOT_REQUIRED,
    REQUIRED,
    Way,
    exemption_for,
    licence,
    missing_of_way,
    way_of,
)
from gpu_inspector.records.export_overlays import entry_of, entry_whens, overlays_of
from gpu_inspector.records.export_rules import DATACENTRE, Classification, Fact, Law, World, limits_of, possible

_OR: Final = " or "


@dataclass(frozen=True, slots=True)
class Answer:
    """A line of the answer, and what goes with it."""

    line: ControlLine
    entries: frozenset[str]
    """Every entry that is possible."""
    missing: tuple[str, ...] = ()
    way_decides: bool = False


def classify(law: Law, figures: Figures, *, on: date, destination: str = "", headquarters: str = "") -> ControlClass:
    """What a card's figures meet on a day.

    `destination` and `headquarters` (of a party's ultimate parent) are ISO 3166 alpha-2 codes; a text that is none
    counts as not named. Figures are of one integrated circuit, in GB/s and mm².
    """
    left = figures.left
    facts = facts_of(left)
    way = way_of(law, destination, headquarters)
    texts = law.codified(on)
    codified = _answer(law, texts, left, facts, way, on)
    enforced = _enforced(law, left, facts, way, on)
    asked = texts or law.classification[-1]
    limits = limits_of(*entry_whens(law, asked))
    met = any(one != NONE for one in _entries_without_note(law, asked, facts)) and texts is not None
    said = words.reasons(figures, facts, limits, met=met) if texts else (codified.line.words,)
    area, _ = words.shown(left.die_area_mm2)
    tpp, tpp_source = words.shown(left.tpp)
    density, _ = words.shown(left.performance_density)
    way_missing = missing_of_way(way) if codified.way_decides or enforced.way_decides else ()
    return ControlClass(
        product=figures.product,
        basis=left.basis,
        on=on,
        destination=way.destination,
        headquarters=way.headquarters,
        codified=codified.line,
        enforced=enforced.line,
        tpp=tpp,
        tpp_source=tpp_source,
        performance_density=density,
        die_area_mm2=area,
        datacentre=left.datacentre,
        dram_gb_per_s=words.shown(left.dram_gb_per_s)[0],
        interconnect_gb_per_s=words.shown(left.interconnect_gb_per_s)[0],
        tpp_at_least=figures.tpp_at_least,
        reasons=(*said, *figures.notes, *_other_reading(law, texts, left, codified.line)),
        missing=tuple(dict.fromkeys((*codified.missing, *enforced.missing, *way_missing))),
        overlays=tuple(overlays_of(law, texts, facts, way, on)),
        candidates=_candidates(law, texts, codified.entries),
        cautions=tuple(_cautions(law, on, way, destination, headquarters)),
    )


def facts_of(figures: Figures) -> dict[str, Fact]:
    """The variables of the conditions."""
    return {
        "tpp": figures.tpp,
        "pd": figures.performance_density,
        "dram": figures.dram_gb_per_s,
        "io": figures.interconnect_gb_per_s,
        "sum": total(figures.dram_gb_per_s, figures.interconnect_gb_per_s),
        DATACENTRE: figures.datacentre,
    }


def _answer(
    law: Law, rule: Classification | None, figures: Figures, facts: dict[str, Fact], way: Way, on: date
) -> Answer:
    if rule is None:
        text = fill(words.NO_RULE_YET, {"first": law.meta.first_rule.isoformat()})
        return Answer(ControlLine(entry=NONE, licence=NOT_REQUIRED, words=text), frozenset({NONE}))
    whens = entry_whens(law, rule)

    def entry(world: World) -> tuple[str, str]:
        return entry_of(law, rule, world)

    def asked(world: World) -> str:
        return licence(law, rule, entry_of(law, rule, world)[0], way, on, world)

    readings, _ = possible(facts, whens, entry)
    entries, deciding = possible(facts, whens, lambda world: entry(world)[0])
    licences, of_licence = possible(facts, [*whens, *law.eligible.values()], asked)
    decided = next(iter(entries)) if len(entries) == 1 else INDETERMINATE
    granted = next(iter(licences)) if len(licences) == 1 else INDETERMINATE
    line = ControlLine(
        entry=decided,
        paragraph=_paragraph(decided, readings),
        licence=granted,
        words=_line_words(law, rule, decided, entries, granted, way, on, _paragraph(decided, readings)),
        rule=rule.id,
        citation=rule.citation,
        in_force_from=rule.effective_from.isoformat(),
        verified=rule.verified,
        comparisons=tuple(
            one
            for name, limits in limits_of(*whens).items()
            if name != DATACENTRE
            for one in words.compared(name, facts[name], limits)
        ),
    )
    variables = deciding | (of_licence if granted == INDETERMINATE else frozenset())
    return Answer(line, entries, words.names_of_missing(variables, figures), INDETERMINATE in licences)


def _enforced(law: Law, figures: Figures, facts: dict[str, Fact], way: Way, on: date) -> Answer:
    """The same as enforced, with what sets it apart from the text of the code."""
    rule, text = law.enforced(on), law.codified(on)
    answer = _answer(law, rule, figures, facts, way, on)
    line, said = answer.line, []
    citation, licensed = line.citation, line.licence
    if line.entry == NONE or text is None or rule is None:
        return answer
    if text.not_enforced is not None and on >= text.not_enforced.since:
        said.append(text.not_enforced.words)
        citation = f"{citation}; {text.not_enforced.citation}"
    elif text is not rule and text.compliance_from is not None:
        values = {"since": text.effective_from.isoformat(), "compliance": text.compliance_from.isoformat()}
        said.append(fill(words.NOT_YET, values))
    if rule.staged_until is not None and on < rule.staged_until:
        said.append(fill(words.STAGED, {"until": rule.staged_until.isoformat()}))
        licensed = NOT_REQUIRED if licensed == NOT_REQUIRED else INDETERMINATE
    told = replace(line, licence=licensed, words=" ".join((line.words, *said)), citation=citation)
    return replace(answer, line=told)


def _paragraph(entry: str, readings: frozenset[tuple[str, str]]) -> str:
    """The paragraph of a decided entry; where several are possible all are named, of an exclusion only a sure one."""
    if entry == INDETERMINATE:
        return ""
    names = sorted({paragraph for _, paragraph in readings})
    if entry == NONE:
        return names[0] if len(names) == 1 else ""
    return _OR.join(names)


def _line_words(
    law: Law,
    rule: Classification,
    entry: str,
    entries: frozenset[str],
    granted: str,
    way: Way,
    on: date,
    paragraph: str,
) -> str:
    embargoed = law.countries.among(way.law_destination(law), ("D:5",)) and granted in (NOT_REQUIRED, EXCEPTION)
    embargo = words.EMBARGO if embargoed else ""
    if entry == NONE:
        note = fill(words.TAKEN_OUT, {"note": paragraph}) if paragraph else ""
        return " ".join(one for one in (note, words.NONE_OF_THEM, embargo) if one)
    scopes = [law.scope_of(rule, one, on) for one in sorted(entries - {NONE})]
    scope = "; ".join(dict.fromkeys(one.words for one in scopes if one is not None))
    exempt = exemption_for(law, way, on)
    values = {"scope": scope, "name": exempt.name if exempt else "", "words": exempt.words if exempt else ""}
    template = {
        REQUIRED: words.REQUIRED,
        NOT_REQUIRED: words.NOT_REQUIRED,
        EXCEPTION: words.EXCEPTION,
        INDETERMINATE: words.LICENCE_OPEN,
    }[granted]
    moved = law.countries.moved.get(way.destination, "") if granted == INDETERMINATE else ""
    home = words.INTO_HOME if way.destination == HOME else ""
    several = fill(words.SEVERAL_ENTRIES, {"entries": ", ".join(sorted(entries))}) if entry == INDETERMINATE else ""
    return " ".join(one for one in (several, fill(template, values), moved, home, embargo) if one)


def _entries_without_note(law: Law, rule: Classification, facts: dict[str, Fact]) -> frozenset[str]:
    """What would be met if no note took anything out."""
    whole = law.whole(rule)
    whens = [one.when for one in whole.paragraph]

    def answer(world: World) -> str:
        return entry_of(law, rule, {**world, DATACENTRE: True})[0]

    return possible(facts, whens, answer)[0]


def _other_reading(law: Law, rule: Classification | None, figures: Figures, line: ControlLine) -> tuple[str, ...]:
    """What the formula would make of a product whose published figure is clearly other, in a sentence."""
    if rule is None or figures.basis != PUBLISHED or figures.tpp_formula is None or figures.limited:
        return ()
    if figures.tpp is None or figures.tpp_formula <= figures.tpp.top * (1 + law.formula.disagrees):
        return ()
    other = facts_of(replace(figures, tpp=exactly(figures.tpp_formula, "")))
    found, _ = possible(other, entry_whens(law, rule), lambda world: entry_of(law, rule, world))
    paragraphs = _OR.join(sorted(paragraph or entry for entry, paragraph in found))
    if paragraphs == (line.paragraph or line.entry):
        return ()
    return (fill(words.BY_FORMULA, {"tpp": words.number(figures.tpp_formula), "paragraph": paragraphs}),)


def _candidates(law: Law, rule: Classification | None, entries: frozenset[str]) -> tuple[str, ...]:
    if rule is None:
        return ()
    held = rule.candidates or law.whole(rule).candidates
    return tuple(dict.fromkeys(one for entry in sorted(entries) for one in held.get(entry, ())))


def _cautions(law: Law, on: date, way: Way, destination: str, headquarters: str) -> list[str]:
    found = [NO_ADVICE, words.EACH_ALONE]
    for code, text in ((way.destination, destination), (way.headquarters, headquarters)):
        if text.strip() and not code:
            found.append(fill(words.NOT_A_COUNTRY, {"text": visible(text[:20].strip())}))
    if law.codified(on) is not None and on != law.meta.groups_of:
        found.append(fill(words.AMONG_GROUPS, {"day": law.meta.groups_of.isoformat()}))
    if on > law.meta.latest_cfr_text_seen:
        found.append(fill(words.AFTER_TEXT, {"day": law.meta.latest_cfr_text_seen.isoformat()}))
    return found
