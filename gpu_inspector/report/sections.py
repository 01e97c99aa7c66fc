"""The parts of the report that speak of the inspection as a whole: heading, bench, what was not seen, the end."""

from collections.abc import Iterable

from gpu_inspector.language import N_, _, counted, said, sentences, told, told_value
from gpu_inspector.records import method, node_words, words
from gpu_inspector.records.declaration import Case, binding_sentence
from gpu_inspector.records.evidence import Evidence, HostReading, Origin, VouchedFile
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.records.medium import MediumReading
from gpu_inspector.report import roomy
from gpu_inspector.report.layout import (
    BLACK,
    BODY,
    GREY,
    LABEL,
    SMALL,
    STRONG,
    Box,
    Row,
    Sheet,
    Style,
    beside,
    gap,
    joined,
    lines,
    over,
    rule,
)
from gpu_inspector.report.text import shorten

NOTE_LIMIT = 3000
"""Characters of the inspector's own note on paper."""
NOTE_LINES = 60
MANY = 4
"""Checks that could not look for one reason; more stand together."""
NAMED = 60
"""Names of checks in one sentence."""
_LABEL_ROOM = 92.0
CIRCUMSTANCES = N_("Case, place and time")
LIMITS = N_("Limits of this report")
RECORD = N_("The record and its place in the ledger")
BENCH = N_("The bench: the machine that was asked")
UNKNOWN_MACHINE = N_("Nothing is known about the machine that this evidence comes from.")
NO_MACHINE = N_("None: the object was looked at, and no machine was asked about it.")
_HEADING = Style(size=11.5, font=STRONG.font)


def and_more(named: str, rest: int) -> str:
    """Names in one sentence, and how many more there are."""
    return said("{names} and {number} more", names=named, number=rest) if rest > 0 else named


def section(sheet: Sheet, text: str, below: float = 60.0) -> None:
    """A section's title over a line, never parted from `below` points of what follows."""
    text = shorten(text, 120)
    sheet.title(
        text,
        [gap(13), *lines(text, _HEADING, 0, sheet.width), gap(1.5), rule(0, sheet.width, 0.9, BLACK), gap(5)],
        below,
    )


def facts(
    pairs: Iterable[tuple[str, str]], x: float, room: float, *, label: float = _LABEL_ROOM, limit: int = 400
) -> list[Row]:
    """Labelled values below each other, one row a line; a value that is empty is said to be so."""
    rows: list[Row] = []
    pairs = list(pairs)
    label = roomy.label_room((name for name, _value in pairs), label, room)
    for name, value in pairs:
        cell = lines(shorten(value, limit) or _("not stated"), BODY if value else SMALL, x + label, room - label)
        rows += [*beside((lines(name, LABEL, x, label - 4), cell)), gap(1.2)]
    return rows


def circumstances(sheet: Sheet, inspection: Inspection, entry: LedgerEntry) -> None:
    """Who looked at what, for which file, where and when; all that the summary has no room for."""
    section(sheet, _(CIRCUMSTANCES))
    case, half = inspection.case, sheet.width / 2
    who = (
        (_("Case"), case.number),
        (_("Office"), case.office),
        (_("Inspector"), case.inspector),
        (_("Place"), case.place),
    )
    when = (
        (_("Local time"), words.local_time(inspection.made_at, inspection.utc_offset_minutes)),
        (_("Time in UTC"), words.utc_time(inspection.made_at)),
        (_("Cards"), str(len(inspection.judgement.cards))),
        (_("Ledger row"), str(entry.seq)),
    )
    columns = (facts(who, 0, half - 14, label=66), facts(when, half, half, label=66))
    sheet.place(beside(columns), keep=False)
    queued = ((_("Batch"), shorten(inspection.batch, 120)),) if inspection.batch else ()
    sheet.place(facts(((_("Inspection"), inspection.id), *queued), 0, sheet.width, label=66))
    _source(sheet, inspection)


def bound(inspection: Inspection) -> str:
    """Whether the object on the table is bound to this record, and what is missing where it is not."""
    labels = tuple(card.label for card in inspection.judgement.cards)
    return binding_sentence(inspection.case, labels, powered=inspection.evidence.origin is not Origin.SEEN)


def _source(sheet: Sheet, inspection: Inspection) -> None:
    """The handed-in file, the inspector's note, and whether ids were masked."""
    evidence = inspection.evidence
    pairs = []
    if evidence.file_name or evidence.file_sha256:
        pairs = [
            (_("File"), shorten(evidence.file_name)),
            (_("Form of file"), told(evidence.file_form)),
            (_("Its SHA-256"), words.spaced(shorten(evidence.file_sha256, 64))),
        ]
    pairs += [(_("Remark on file"), told(note)) for note in evidence.notes[:NOTE_LINES]]
    if evidence.reviewed_on is not None:
        pairs.append((_("Start medium"), _medium(evidence.reviewed_on)))
    if evidence.masked:
        pairs.append((_("Masked"), _("Serial numbers and UUIDs were masked when this evidence was written.")))
    note = shorten(inspection.case.note, NOTE_LIMIT)
    pairs += [(_("Note") if not index else "", part) for index, part in enumerate(note.splitlines()[:NOTE_LINES])]
    if pairs:
        sheet.place(facts(pairs, 0, sheet.width, label=66, limit=2 * NOTE_LIMIT), keep=False)


def bench(sheet: Sheet, evidence: Evidence) -> None:
    """The machine that was asked: an altered bench makes every claim hearsay."""
    section(sheet, _(BENCH))
    host = evidence.host
    if host is None:
        sheet.place(lines(_(NO_MACHINE if evidence.origin is Origin.SEEN else UNKNOWN_MACHINE), BODY, 0, sheet.width))
        return
    kind = f" ({host.driver_kind})" if host.driver_kind else ""
    pairs = (
        (_("System"), " · ".join(filter(None, (host.system, host.kernel, host.machine)))),
        (_("Driver"), f"{host.driver_version}{kind}" if host.driver_version else _("no NVIDIA driver loaded")),
        (_("Driver module"), _vouched(host.module)),
        (_("Module signed by"), host.module_signer or _("no signer known")),
        (_("Module in use"), _said(host.module_in_use_matches, _("is the file on disk"), _("is not the file on disk"))),
        (_("Libraries"), "; ".join(map(_vouched, host.libraries)) or _("none found")),
        (_("Secure Boot"), _said(host.secure_boot, _("on"), _("off"))),
        (_("Preloaded"), "; ".join(host.preloaded) or _("nothing")),
        (_("Signs of patches"), "; ".join(map(told, host.patch_signs)) or _log(host)),
        (_("Virtual machine"), _name(host.virtual_machine)),
        (_("Container"), _name(host.container)),
        (_("Kernel taint"), _("unknown") if host.taint is None else str(host.taint)),
        (_("Clock"), _said(host.clock_synchronised, _("synchronised"), _("not synchronised"))),
    )
    node = ((_("Node"), node_words.line(evidence.node, shorten)),) if evidence.node is not None else ()
    started = ((_("Start medium"), _medium(host.medium)),) if host.medium is not None else ()
    sheet.place(facts((*node, *pairs, *started), 0, sheet.width, limit=900), keep=False)


def _medium(medium: MediumReading) -> str:
    """As the running system tells of it; the digest is for holding against the office's own note."""
    files = _said(medium.checked, _("as in its list"), _("not as in its list"))
    parts = (
        shorten(medium.name, 100) or _("without a name"),
        said("built {moment}", moment=shorten(medium.built_at, 20)) if medium.built_at else "",
        said("program {version}", version=shorten(medium.tool_version, 40)) if medium.tool_version else "",
        said("driver {name}", name=shorten(medium.driver, 100)) if medium.driver else _("no driver on it"),
        said("files {whether}", whether=files),
        said("SHA-256 of the list {digest}", digest=words.spaced(shorten(medium.sha256, 64))),
    )
    return " · ".join(filter(None, parts))


def _vouched(file: VouchedFile | None) -> str:
    if file is None:
        return _("none found")
    package = f" ({file.package} {file.version})".replace(" )", ")") if file.package else ""
    return f"{file.path}: {told_value(file.state)}{package}"


def _said(value: bool | None, yes: str, no: str) -> str:
    return _("unknown") if value is None else yes if value else no


def _name(value: str | None) -> str:
    return _("unknown") if value is None else value or _("none")


def _log(host: HostReading) -> str:
    return _("none in the kernel log") if host.kernel_log_read else _("the kernel log could not be read")


def not_examined(sheet: Sheet, inspection: Inspection) -> None:
    """Checks that could not decide and sources that nobody could read, each with the reason and what would help."""
    section(sheet, _(words.NOT_EXAMINED))
    several = len(inspection.judgement.cards) > 1
    reasons: dict[str, list[str]] = {}
    for card in inspection.judgement.cards:
        for finding in words.unanswered(card.findings):
            title = told(finding.title)
            name = f"{title} ({card.label})" if several else title
            reasons.setdefault(words.unanswered_because(finding, shorten), []).append(name)
    pairs: list[tuple[str, str]] = []
    for why, names in reasons.items():
        # One reason often keeps many checks from looking.
        if len(names) > MANY:
            named = and_more("; ".join(shorten(name, 60) for name in names[:NAMED]), len(names) - NAMED)
            which = said("Checks: {checks}.", checks=named)
            pairs.append((counted("{number} check", "{number} checks", len(names)), sentences(why, which)))
        else:
            pairs += [(name, why) for name in names]
    for label, missing in words.missing_sources(inspection.evidence):
        source = words.source_words(missing.source)
        name = said("Source: {source}", source=f"{source} ({label})" if label and several else source)
        pairs.append((name, words.with_advice(missing.reason, missing.advice)))
    rows = facts(((shorten(name, 120), text) for name, text in pairs), 0, sheet.width, label=150, limit=4000)
    sheet.place(rows or lines(_(words.ALL_EXAMINED), BODY, 0, sheet.width), keep=False)


def record(sheet: Sheet, inspection: Inspection, entry: LedgerEntry, digest: str) -> None:
    """What is attached (its SHA-256 is `digest`), how it hangs in the ledger, and how to check both."""
    section(sheet, _(RECORD))
    pairs = (
        (_("Ledger row"), str(entry.seq)),
        (_("Digest of row"), words.spaced(entry.digest)),
        (_("Digest before it"), words.spaced(entry.previous)),
        (_("SHA-256 of record"), words.spaced(digest)),
        *method.versions(inspection),
        (
            _("To check"),
            _(
                "gpu-inspector verify FILE. It tests the signature over every byte, takes the attached record "
                "(inspection.json) out, judges it again and draws these pages again."
            ),
        ),
        (
            _("To look closer"),
            _(
                "Under a finding's id, docs/checks.md of the program names the function that made it, its limits and "
                "its sources; docs/accuracy.md, how often it was tried."
            ),
        ),
    )
    sheet.place(facts(pairs, 0, sheet.width), keep=False)


def end(sheet: Sheet, inspection: Inspection, signer: str) -> None:
    """Limits, signature panel, and the line after which nothing follows."""
    section(sheet, _(LIMITS))
    sheet.place(bullets(sheet.width, map(_, words.LIMITS)))
    closed(sheet, inspection.case, signer, _("End of report"))


def bullets(width: float, texts: Iterable[str]) -> list[Row]:
    """Sentences below each other, each with a dash before it."""
    rows: list[Row] = []
    for text in texts:
        rows += [*beside((lines("–", BODY, 0, 8), lines(text, BODY, 9, width - 9))), gap(1.5)]
    return rows


def closed(sheet: Sheet, case: Case, signer: str, end: str) -> None:
    """The signature panel, and the line after which nothing follows."""
    closing = lines(end, Style(size=8.5, font=STRONG.font, colour=GREY), 0, sheet.width)
    sheet.place([gap(12), _panel(sheet.width, case, signer), gap(8), *closing])


def _panel(width: float, case: Case, signer: str) -> Row:
    pad, room = 10.0, width - 20.0
    named = ", ".join(shorten(part, 120) for part in (case.inspector, case.office, case.place) if part)
    inner = joined(
        (
            gap(8),
            *lines(_("Electronic signature"), _HEADING, pad, room),
            gap(2),
            *lines(
                _(
                    "This file is signed as a whole: any change or addition shows when it is checked. The time of "
                    "signing stands in the signature itself."
                ),
                BODY,
                pad,
                room,
            ),
            gap(4),
            *facts(
                (
                    (_("Released by"), named),
                    (_("Certificate, SHA-256"), words.spaced(signer) if signer else _("not signed")),
                ),
                pad,
                room,
                label=104,
            ),
            gap(3),
            *lines(_(words.SIGNER_UNKNOWN), STRONG, pad, room),
            gap(8),
        )
    )
    return over((Box(0, 0, width, inner.height, 1.1),), inner)
