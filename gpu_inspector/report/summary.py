"""The first page: what a judge needs to know of the inspection, on one page, in plain words; the detail comes after.

It is composed at several degrees of detail and the fullest that fits the page is taken, so that a hostile or a long
record cannot push the summary over its page: whatever still does not fit is cut, and that is said.
"""

from collections.abc import Sequence

from gpu_inspector.language import N_, _, counted, said, sentences
from gpu_inspector.records import control_table, method, next_steps, words
from gpu_inspector.records.columns import NOT_DECLARED
from gpu_inspector.records.declaration import binding_sentence
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.inspection import CardJudgement, Inspection, LedgerEntry
from gpu_inspector.report import cards, code, signs, spoken, superseding
from gpu_inspector.report.deciding import Detail, bullet, deciding, missing, name_of, short, subtitle
from gpu_inspector.report.layout import (
    BLACK,
    BODY,
    GREY,
    SMALL,
    STRONG,
    Row,
    Sheet,
    Style,
    gap,
    joined,
    lines,
    rule,
)
from gpu_inspector.report.sections import and_more, facts
from gpu_inspector.report.text import printable, shorten

TITLE = N_("Summary")
CORNER = 85.04
"""30 mm: the square at the top right, for what a machine reads."""
NATURE = N_("What this rests on")
NEXT = N_("Where to look next")
DETAIL = N_(
    "The following pages have every finding with what was expected and observed, its source and the innocent "
    "explanations that remain, and what was not examined; the record itself is attached to this file."
)
CUT = N_("More stands on the following pages.")
_TITLE = Style(size=19, font=STRONG.font, leading=1.25)
_LABEL = 62.0
_LINE = 150
"""Characters of the control class as codified, and as enforced, at every degree of detail."""
_ACCUSED = (Identity.SUSPICIOUS, Identity.CONTRADICTED)


DETAILS = (
    Detail(5, 4, 3, 6, 12, 320),
    Detail(5, 3, 3, 5, 10, 220),
    Detail(4, 3, 2, 4, 8, 160),
    Detail(3, 2, 2, 3, 6, 120),
    Detail(2, 2, 1, 2, 4, 120),
    Detail(2, 1, 1, 2, 4, 80),
    Detail(1, 1, 1, 1, 2, 120),
    Detail(1, 1, 1, 1, 2, 80),
    Detail(1, 1, 1, 1, 2, 50),
)
"""The fullest first. A sentence that accuses is cut after all lists are: languages that need more room say it whole."""


def corner(inspection: Inspection, entry: LedgerEntry, left: float) -> Row:
    """The square of CORNER points at the top right, which begins `left` points from the margin."""
    return code.corner(code.text(inspection, entry), left)


def summary(sheet: Sheet, inspection: Inspection, entry: LedgerEntry) -> None:
    """The whole first page; the caller turns to the next."""
    room = sheet.left
    rows: list[Row] = []
    for detail in DETAILS:
        rows = _page(sheet.width, inspection, entry, detail)
        if sum(row.height for row in rows) <= room:
            break
    else:
        rows = _cut(rows, room, sheet.width)
    sheet.title(_(TITLE), rows[:1])
    sheet.place(rows[1:], keep=False)


def _cut(rows: list[Row], room: float, width: float) -> list[Row]:
    last = joined(lines(_(CUT), SMALL, 0, width))
    kept: list[Row] = []
    for row in rows:
        if sum(one.height for one in kept) + row.height + last.height > room:
            break
        kept.append(row)
    return [*kept, last]


def _page(width: float, inspection: Inspection, entry: LedgerEntry, detail: Detail) -> list[Row]:
    judged = inspection.judgement.cards
    rows = [_head(width, inspection, entry, detail), gap(4), rule(0, width, 1.4, BLACK), gap(5), *spoken.note(width)]
    rows += superseding.block(width, inspection, detail.characters)
    rows += [*_object(width, inspection, detail), gap(5)]
    if len(judged) == 1:
        rows.append(cards.headlines(width, judged[0], inspection.evidence.origin, min(detail.characters, 100)))
        rows += _two_lines(width, judged[0], detail)
    else:
        rows += cards.shortlist(width, inspection, detail.cards)
    gravest = _gravest(judged)
    if gravest is None:
        return [*rows, *_rests(width, inspection, detail)]
    passing = words.passing(gravest.would_pass, name_of, detail.passing)
    if passing and gravest.identity not in _ACCUSED:
        rows += [gap(4), *lines(passing, BODY, 0, width)]
    rows += deciding(width, judged, detail, of_file=inspection.evidence.origin is Origin.FILE)
    rows += missing(width, judged, detail)
    rows += _rests(width, inspection, detail)
    rows += _next(width, inspection, gravest, detail)
    return rows


def _two_lines(width: float, card: CardJudgement, detail: Detail) -> list[Row]:
    """The control class as codified and as enforced, each in short; nothing where no rules were applied."""
    if card.control_class is None:
        return []
    pairs = [
        (reading.name, shorten(printable(reading.short), _LINE))
        for reading in control_table.readings_of(card.control_class, name_of)
    ]
    return [gap(4), *facts(pairs, 0, width, label=_LABEL)]


def _gravest(judged: Sequence[CardJudgement]) -> CardJudgement | None:
    order = list(signs.IDENTITIES)
    return max(judged, key=lambda card: order.index(card.identity), default=None)


def _head(width: float, inspection: Inspection, entry: LedgerEntry, detail: Detail) -> Row:
    """Title and who looked, beside the corner."""
    room = width - CORNER - 12
    case, origin = inspection.case, inspection.evidence.origin
    local = words.local_time(inspection.made_at, inspection.utc_offset_minutes)
    who = (
        (_("Case"), short(case.number, detail)),
        (_("Office, place"), short(", ".join(filter(None, (case.office, case.place))), detail)),
        (_("Inspector"), short(case.inspector, detail)),
        (_("Time"), f"{local} ({words.utc_time(inspection.made_at)})"),
    )
    left = joined(
        (
            *lines(_(words.TITLES[origin]), _TITLE, 0, room),
            *lines(said("No. {seq}, summary", seq=entry.seq), Style(size=10, font=STRONG.font, colour=GREY), 0, room),
            gap(3),
            *facts(who, 0, room, label=_LABEL),
        )
    )
    right = corner(inspection, entry, width - CORNER)
    return Row(max(left.height, right.height), (*left.marks, *right.marks))


def _object(width: float, inspection: Inspection, detail: Detail) -> list[Row]:
    judged, declaration = inspection.judgement.cards, inspection.declaration
    products = sorted({name_of(card.product) for card in judged})
    named = and_more(", ".join(products[:3]), len(products) - 3)
    count = counted("({number} card)", "({number} cards)", len(judged))
    named = f"{named}, {name_of(judged[0].label)}" if len(judged) == 1 else f"{named} {count}"
    memory = said("{memory_gb} GB", memory_gb=declaration.memory_gb) if declaration.memory_gb is not None else ""
    described = said("“{text}”", text=declaration.description) if declaration.description else ""
    papers = ", ".join(filter(None, (described, declaration.brand, declaration.product, memory))) or _(NOT_DECLARED)
    powered = inspection.evidence.origin is not Origin.SEEN
    bound = binding_sentence(inspection.case, tuple(card.label for card in judged), powered=powered)
    pairs = [
        (_("Claims to be") if powered else _("Looked at"), named),
        (_("Declared as"), short(papers, detail)),
        (_("Object"), short(bound, detail) if len(bound) > 160 else bound),
    ]
    if inspection.evidence.file_name:
        pairs.append((_("File"), short(inspection.evidence.file_name, detail)))
    return facts(pairs, 0, width, label=_LABEL)


def _rests(width: float, inspection: Inspection, detail: Detail) -> list[Row]:
    """Nature of the evidence, trust in the bench, what the looking changed, and the rule of decision."""
    evidence, judged = inspection.evidence, inspection.judgement.cards
    bench = method.bench_trust(evidence, judged[0].findings if judged else ())
    changed = sentences(*method.alterations(evidence))
    parts = [
        sentences(_(words.NATURES[evidence.origin]), bench),
        said("Changed by the inspection itself: {changes}", changes=short(changed, detail)),
        _(method.RULE_IN_SHORT),
    ]
    return [*subtitle(_(NATURE), width), *(row for part in parts for row in bullet(part, width))]


def _next(width: float, inspection: Inspection, gravest: CardJudgement, detail: Detail) -> list[Row]:
    index = inspection.judgement.cards.index(gravest)
    seen = cards.evidence_of(inspection, index)
    steps = next_steps.steps_of(gravest, words.missing_of(inspection.evidence, seen), name_of)
    rows = subtitle(_(NEXT), width)
    for step in steps[: detail.steps]:
        rows += bullet(short(step.text, detail), width)
    if not steps:
        rows += lines(_(next_steps.NOTHING), BODY, 0, width)
    return [*rows, gap(2), *lines(_(DETAIL), SMALL, 0, width)]
