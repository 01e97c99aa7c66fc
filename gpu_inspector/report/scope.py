"""The section on how the inspection was made: scope, methods, rule of decision, what it changed, whose clock it was.

Which demand of which standard each line answers stands in docs/report-conformity.md.
"""

from gpu_inspector.language import N_, _, counted, said, sentences, told
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
KINDS = (
    N_("GeForce desktop"),
    N_("GeForce laptop"),
    N_("workstation"),
    N_("workstation laptop"),
    N_("datacentre"),
    N_("other"),
    N_("not in the tables"),
)
"""The classes by the names that docs/accuracy.md gives them."""
NEVER = N_("Never tried on cards of which the truth was known")
TRIED = (N_("Check"), N_("Unaltered"), N_("accused"), N_("at most"), N_("Altered"), N_("missed"), N_("at most"))
LISTED = 40
"""Sentences on alterations, of which each card has three at most; names of checks that were not tried."""


def scope(sheet: Sheet, inspection: Inspection) -> None:
    """How it was made, by which rule it was judged, and what it changed."""
    sections.section(sheet, _(TITLE))
    evidence, case = inspection.evidence, inspection.case
    changed = method.alterations(evidence)
    pairs = [
        (_("Scope"), _(method.SCOPE)),
        (
            _("Left out"),
            sentences(_(method.OMITTED), _("What was in the scope and not examined has a section of its own.")),
        ),
        *((_("Rule of decision") if not place else "", _(text)) for place, text in enumerate(method.DECISION_RULE)),
        ("", _(method.TOLERANCES)),
        (_("Fact and opinion"), _(method.OPINION)),
        *method.methods_of(evidence),
        *((_("Changed by looking") if not place else "", text) for place, text in enumerate(changed[:LISTED])),
    ]
    if len(changed) > LISTED:
        more = counted(
            "{number} more change follows from the attached record.",
            "{number} more changes follow from the attached record.",
            len(changed) - LISTED,
        )
        pairs.append(("", more))
    pairs += [
        (_("State on arrival"), shorten(method.arrival(case), 300)),
        (_("Clock"), method.clock(evidence.host, evidence.origin)),
        (_("Evidence taken"), _moment(inspection)),
        (_("Asked for by"), _(method.REQUESTER)),
        (_("Work of others"), _(method.EXTERNAL)),
        (_("Competence"), _(method.COMPETENCE)),
        (_("Disposition"), _(method.DISPOSITION)),
    ]
    rows = sections.facts(pairs, 0, sheet.width, label=118, limit=700)
    sheet.place(rows, keep=False)


def _moment(inspection: Inspection) -> str:
    taken, judged = inspection.evidence.collected_at, inspection.made_at
    return said("{taken}; judged {judged}", taken=words.utc_time(taken), judged=words.utc_time(judged))


def _trial(cell: str) -> str:
    return told(cell)


def trials(sheet: Sheet, inspection: Inspection) -> None:
    """A line for each check that was run: on how much it was tried, and what that excludes."""
    sections.section(sheet, _(TRIALS))
    whole = accuracy.load()
    meaning = said(
        TRIALS_MEANING,
        genuine=whole.genuine_machines,
        accused=whole.accused_machines,
        bound=told(accuracy.bound_words(whole.accused_machines, whole.genuine_machines)),
        altered=whole.altered_dumps,
    )
    if inspection.data is not None:
        meaning = sentences(meaning, said(accuracy.OTHER_DATA, data=shorten(inspection.data.version, 60)))
    classes = "; ".join(
        said(OF_CLASS, name=_(name), genuine=of.genuine, accused=of.accused, bound=bound)
        for name, of in whole.classes.items()
        for bound in [told(accuracy.bound_words(of.accused, of.genuine))]
    )
    by_class = said("{name}: {text}.", name=_(CLASSES), text=classes)
    sheet.place([*lines(meaning, SMALL, 0, sheet.width), *lines(by_class, SMALL, 0, sheet.width)])
    run = list({finding.check: None for card in inspection.judgement.cards for finding in card.findings})
    tried = [check for check in run if check in whole.checks]
    untried = [check for check in run if check not in whole.checks]
    rows = [(check, *map(_trial, accuracy.cells(whole.checks[check]))) for check in tried]
    titles = [_(one) for one in TRIED]
    blocks.table(sheet, titles, rows, (0.34, 0.12, 0.10, 0.11, 0.12, 0.10, 0.11))
    if untried:
        named = sections.and_more(", ".join(shorten(check, 60) for check in untried[:LISTED]), len(untried) - LISTED)
        sheet.place(
            [gap(4), *lines(said("{name}: {text}.", name=_(NEVER), text=named), BODY, 0, sheet.width)], keep=False
        )
