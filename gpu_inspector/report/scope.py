"""The section on how the inspection was made: scope, methods, rule of decision, what it changed, whose clock it was.

Which demand of which standard each line answers stands in docs/report-conformity.md.
"""

from gpu_inspector.language import N_
from gpu_inspector.records import accuracy, method, words
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.report import blocks, sections
from gpu_inspector.report.layout import BODY, SMALL, Sheet, gap, lines
from gpu_inspector.report.text import shorten

TITLE = N_("Scope, methods and rule of decision")
TRIALS = N_("How often each check was wrong where the truth was known")
TRIALS_MEANING = N_(
    "Tried on real dumps of {genuine} independent machines with cards that are taken to be unaltered, of which "
    "{accused} were accused by any check (at most {bound}), and on {altered} altered dump. “At most” is the one-sided "
    "95 % upper bound of the rate of error (Clopper and Pearson). The dumps were at hand while the checks and their "
    "data were written, so for other cards the bounds are optimistic. Simulations and samples of the program's own are "
    "not counted. “Not tried” is no promise at all. More in docs/accuracy.md."
)
CLASSES = N_("By class of product, all checks together")
OF_CLASS = N_("{name} {genuine} machines, {accused} accused (at most {bound})")
NEVER = N_("Never tried on cards of which the truth was known")
LISTED = 40
"""Sentences on alterations, of which each card has three at most; names of checks that were not tried."""


def scope(sheet: Sheet, inspection: Inspection) -> None:
    """How it was made, by which rule it was judged, and what it changed."""
    sections.section(sheet, TITLE)
    evidence, case = inspection.evidence, inspection.case
    changed = method.alterations(evidence)
    pairs = [
        ("Scope", method.SCOPE),
        ("Left out", f"{method.OMITTED} What was in the scope and not examined has a section of its own."),
        *(("Rule of decision" if not place else "", text) for place, text in enumerate(method.DECISION_RULE)),
        ("", method.TOLERANCES),
        ("Fact and opinion", method.OPINION),
        *method.methods_of(evidence),
        *(("Changed by looking" if not place else "", text) for place, text in enumerate(changed[:LISTED])),
    ]
    if len(changed) > LISTED:
        pairs.append(("", f"{len(changed) - LISTED} more changes follow from the attached record."))
    pairs += [
        ("State on arrival", shorten(method.arrival(case), 300)),
        ("Clock", method.clock(evidence.host, evidence.origin)),
        ("Evidence taken", _moment(inspection)),
        ("Asked for by", method.REQUESTER),
        ("Work of others", method.EXTERNAL),
        ("Competence", method.COMPETENCE),
        ("Disposition", method.DISPOSITION),
    ]
    rows = sections.facts(pairs, 0, sheet.width, label=118, limit=700)
    sheet.place(rows, keep=False)


def _moment(inspection: Inspection) -> str:
    taken, judged = inspection.evidence.collected_at, inspection.made_at
    return f"{words.utc_time(taken)}; judged {words.utc_time(judged)}"


def trials(sheet: Sheet, inspection: Inspection) -> None:
    """A line for each check that was run: on how much it was tried, and what that excludes."""
    sections.section(sheet, TRIALS)
    whole = accuracy.load()
    said = TRIALS_MEANING.format(
        genuine=whole.genuine_machines,
        accused=whole.accused_machines,
        bound=accuracy.bound_words(whole.accused_machines, whole.genuine_machines),
        altered=whole.altered_dumps,
    )
    if inspection.data is not None:
        said = f"{said} {accuracy.OTHER_DATA.format(data=shorten(inspection.data.version, 60))}"
    classes = "; ".join(
        OF_CLASS.format(name=name, genuine=of.genuine, accused=of.accused, bound=bound)
        for name, of in whole.classes.items()
        for bound in [accuracy.bound_words(of.accused, of.genuine)]
    )
    sheet.place([*lines(said, SMALL, 0, sheet.width), *lines(f"{CLASSES}: {classes}.", SMALL, 0, sheet.width)])
    run = list({finding.check: None for card in inspection.judgement.cards for finding in card.findings})
    tried = [check for check in run if check in whole.checks]
    untried = [check for check in run if check not in whole.checks]
    rows = [(check, *accuracy.cells(whole.checks[check])) for check in tried]
    titles = ("Check", "Unaltered", "accused", "at most", "Altered", "missed", "at most")
    blocks.table(sheet, titles, rows, (0.34, 0.12, 0.10, 0.11, 0.12, 0.10, 0.11))
    if untried:
        named = ", ".join(shorten(check, 60) for check in untried[:LISTED])
        more = f" and {len(untried) - LISTED} more" if len(untried) > LISTED else ""
        sheet.place([gap(4), *lines(f"{NEVER}: {named}{more}.", BODY, 0, sheet.width)], keep=False)
