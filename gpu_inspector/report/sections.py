"""The parts of the report that speak of the inspection as a whole: heading, bench, what was not seen, the end."""

from collections.abc import Iterable

from gpu_inspector.language import N_
from gpu_inspector.records import method, words
from gpu_inspector.records.declaration import Case, binding_sentence
from gpu_inspector.records.evidence import HostReading, Origin, VouchedFile
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.records.medium import MediumReading
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
    for name, value in pairs:
        cell = lines(shorten(value, limit) or "not stated", BODY if value else SMALL, x + label, room - label)
        rows += [*beside((lines(name, LABEL, x, label - 4), cell)), gap(1.2)]
    return rows


def circumstances(sheet: Sheet, inspection: Inspection, entry: LedgerEntry) -> None:
    """Who looked at what, for which file, where and when; all that the summary has no room for."""
    section(sheet, CIRCUMSTANCES)
    case, half = inspection.case, sheet.width / 2
    who = (("Case", case.number), ("Office", case.office), ("Inspector", case.inspector), ("Place", case.place))
    when = (
        ("Local time", words.local_time(inspection.made_at, inspection.utc_offset_minutes)),
        ("Time in UTC", words.utc_time(inspection.made_at)),
        ("Cards", str(len(inspection.judgement.cards))),
        ("Ledger row", str(entry.seq)),
    )
    columns = (facts(who, 0, half - 14, label=66), facts(when, half, half, label=66))
    sheet.place(beside(columns), keep=False)
    queued = (("Batch", shorten(inspection.batch, 120)),) if inspection.batch else ()
    sheet.place(facts((("Inspection", inspection.id), *queued), 0, sheet.width, label=66))
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
            ("File", shorten(evidence.file_name)),
            ("Form of file", evidence.file_form),
            ("Its SHA-256", words.spaced(shorten(evidence.file_sha256, 64))),
        ]
    pairs += [("Remark on file", note) for note in evidence.notes[:NOTE_LINES]]
    if evidence.reviewed_on is not None:
        pairs.append(("Start medium", _medium(evidence.reviewed_on)))
    if evidence.masked:
        pairs.append(("Masked", "Serial numbers and UUIDs were masked when this evidence was written."))
    note = shorten(inspection.case.note, NOTE_LIMIT)
    pairs += [("Note" if not index else "", part) for index, part in enumerate(note.splitlines()[:NOTE_LINES])]
    if pairs:
        sheet.place(facts(pairs, 0, sheet.width, label=66, limit=2 * NOTE_LIMIT), keep=False)


def bench(sheet: Sheet, host: HostReading | None, origin: Origin) -> None:
    """The machine that was asked: an altered bench makes every claim hearsay."""
    section(sheet, BENCH)
    if host is None:
        sheet.place(lines(NO_MACHINE if origin is Origin.SEEN else UNKNOWN_MACHINE, BODY, 0, sheet.width))
        return
    kind = f" ({host.driver_kind})" if host.driver_kind else ""
    pairs = (
        ("System", " · ".join(filter(None, (host.system, host.kernel, host.machine)))),
        ("Driver", f"{host.driver_version}{kind}" if host.driver_version else "no NVIDIA driver loaded"),
        ("Driver module", _vouched(host.module)),
        ("Module signed by", host.module_signer or "no signer known"),
        ("Module in use", _said(host.module_in_use_matches, "is the file on disk", "is not the file on disk")),
        ("Libraries", "; ".join(map(_vouched, host.libraries)) or "none found"),
        ("Secure Boot", _said(host.secure_boot, "on", "off")),
        ("Preloaded", "; ".join(host.preloaded) or "nothing"),
        ("Signs of patches", "; ".join(host.patch_signs) or _log(host)),
        ("Virtual machine", _name(host.virtual_machine)),
        ("Container", _name(host.container)),
        ("Kernel taint", "unknown" if host.taint is None else str(host.taint)),
        ("Clock", _said(host.clock_synchronised, "synchronised", "not synchronised")),
    )
    started = (("Start medium", _medium(host.medium)),) if host.medium is not None else ()
    sheet.place(facts((*pairs, *started), 0, sheet.width, limit=900), keep=False)


def _medium(medium: MediumReading) -> str:
    """As the running system tells of it; the digest is for holding against the office's own note."""
    told = (
        shorten(medium.name, 100) or "without a name",
        f"built {shorten(medium.built_at, 20)}" if medium.built_at else "",
        f"program {shorten(medium.tool_version, 40)}" if medium.tool_version else "",
        f"driver {shorten(medium.driver, 100)}" if medium.driver else "no driver on it",
        f"files {_said(medium.checked, 'as in its list', 'not as in its list')}",
        f"SHA-256 of the list {words.spaced(shorten(medium.sha256, 64))}",
    )
    return " · ".join(filter(None, told))


def _vouched(file: VouchedFile | None) -> str:
    if file is None:
        return "none found"
    package = f" ({file.package} {file.version})".replace(" )", ")") if file.package else ""
    return f"{file.path}: {file.state}{package}"


def _said(value: bool | None, yes: str, no: str) -> str:
    return "unknown" if value is None else yes if value else no


def _name(value: str | None) -> str:
    return "unknown" if value is None else value or "none"


def _log(host: HostReading) -> str:
    return "none in the kernel log" if host.kernel_log_read else "the kernel log could not be read"


def not_examined(sheet: Sheet, inspection: Inspection) -> None:
    """Checks that could not decide and sources that nobody could read, each with the reason and what would help."""
    section(sheet, words.NOT_EXAMINED)
    several = len(inspection.judgement.cards) > 1
    reasons: dict[str, list[str]] = {}
    for card in inspection.judgement.cards:
        for finding in words.unanswered(card.findings):
            reason = shorten(words.filled(finding.text, finding, shorten))
            advice = shorten(words.filled(finding.advice, finding, shorten))
            name = f"{finding.title} ({card.label})" if several else finding.title
            reasons.setdefault(words.with_advice(reason, advice), []).append(name)
    pairs: list[tuple[str, str]] = []
    for said, names in reasons.items():
        # One reason often keeps many checks from looking.
        if len(names) > MANY:
            named = "; ".join(shorten(name, 60) for name in names[:NAMED])
            more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
            pairs.append((f"{len(names)} checks", f"{said} Checks: {named}{more}."))
        else:
            pairs += [(name, said) for name in names]
    for label, missing in words.missing_sources(inspection.evidence):
        source = words.source_words(missing.source)
        name = f"Source: {source} ({label})" if label and several else f"Source: {source}"
        pairs.append((name, words.with_advice(shorten(missing.reason), shorten(missing.advice))))
    rows = facts(((shorten(name, 120), text) for name, text in pairs), 0, sheet.width, label=150, limit=4000)
    sheet.place(rows or lines(words.ALL_EXAMINED, BODY, 0, sheet.width), keep=False)


def record(sheet: Sheet, inspection: Inspection, entry: LedgerEntry, digest: str) -> None:
    """What is attached (its SHA-256 is `digest`), how it hangs in the ledger, and how to check both."""
    section(sheet, RECORD)
    pairs = (
        ("Ledger row", str(entry.seq)),
        ("Digest of row", words.spaced(entry.digest)),
        ("Digest before it", words.spaced(entry.previous)),
        ("SHA-256 of record", words.spaced(digest)),
        *method.versions(inspection),
        (
            "To check",
            "gpu-inspector verify FILE. It tests the signature over every byte, takes the attached record "
            "(inspection.json) out, judges it again and draws these pages again.",
        ),
        (
            "To look closer",
            "Under a finding's id, docs/checks.md of the program names the function that made it, its limits and its "
            "sources; docs/accuracy.md, how often it was tried.",
        ),
    )
    sheet.place(facts(pairs, 0, sheet.width), keep=False)


def end(sheet: Sheet, inspection: Inspection, signer: str) -> None:
    """Limits, signature panel, and the line after which nothing follows."""
    section(sheet, LIMITS)
    sheet.place(bullets(sheet.width, words.LIMITS))
    closed(sheet, inspection.case, signer, "End of report")


def bullets(width: float, said: Iterable[str]) -> list[Row]:
    """Sentences below each other, each with a dash before it."""
    rows: list[Row] = []
    for text in said:
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
            *lines("Electronic signature", _HEADING, pad, room),
            gap(2),
            *lines(
                "This file is signed as a whole: any change or addition shows when it is checked. The time of "
                "signing stands in the signature itself.",
                BODY,
                pad,
                room,
            ),
            gap(4),
            *facts(
                (
                    ("Released by", named),
                    ("Certificate, SHA-256", words.spaced(signer) if signer else "not signed"),
                ),
                pad,
                room,
                label=104,
            ),
            gap(3),
            *lines(words.SIGNER_UNKNOWN, STRONG, pad, room),
            gap(8),
        )
    )
    return over((Box(0, 0, width, inner.height, 1.1),), inner)
