"""What can be told of a card at one glance, before anything is judged: the rows of the bench's list.

Every word in it is a claim. The die is the reference data's answer to a claimed id and says so; a card that no driver
speaks for is listed as well, for nothing that is plugged may be dropped.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.language import N_, _, localised, said, told
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.claims import CardClaims
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.workflow import collecting
from gpu_inspector.workflow.progress import Progress, silent
from gpu_inspector.workflow.topics import Topic

_UNKNOWN = "–"
_FORMS = {
    "xml": "nvidia-smi -q -x",
    "text": "nvidia-smi -q",
    "table": "nvidia-smi",
    "capture": "capture",
    "vbios": N_("vBIOS image"),
    "gpu-z-text": "GPU-Z",
    "gpu-z-xml": "GPU-Z -dump",
    "hwinfo-csv": N_("HWiNFO, sensor log"),
    "hwinfo-text": "HWiNFO",
    "lspci": "lspci",
    "dmesg": N_("kernel log"),
    "bug-report": "nvidia-bug-report.sh",
}


class Standing(Enum):
    """What a row is, for its sign."""

    ANSWERS = N_("a card that NVIDIA's driver answers for")
    UNDRIVEN = N_("a card that NVIDIA's driver does not drive")
    SILENT = N_("a card that does not answer")
    FILE = N_("a file that was read")
    UNREADABLE = N_("a file that could not be read")
    SIMULATION = N_("no card")
    WAITING = N_("not looked at yet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """One row, in words; "" where there is nothing to say. Texts of cards and files stand in it as they came."""

    name: str = ""
    where: str = ""
    link: str = ""
    memory: str = ""
    die: str = ""
    state: str = ""
    standing: Standing = Standing.WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at this machine: its cards, a row for each, and the state of the bench that was asked."""

    evidence: Evidence | None = None
    """None where no card was found."""
    glances: tuple[Glance, ...] = ()
    """One for each card of the evidence, in its order."""
    bench: tuple[Topic, ...] = ()
    absence: str = ""
    """Why there is no card, where there is none."""

    @property
    def cards(self) -> tuple[CardEvidence, ...]:
        return self.evidence.cards if self.evidence is not None else ()


def look(catalogue: Catalogue, progress: Progress = silent, *, sysfs: Path = Path("/sys")) -> Look:
    """Every card of this machine as it is plugged, and the bench."""
    from gpu_inspector.workflow.examining import examine_bench  # its probes and checks wait until they are asked

    try:
        evidence = collecting.collect_machine(catalogue, None, progress, sysfs=sysfs)
    except collecting.NoCard as error:
        return Look(bench=examine_bench(None, ()), absence=error.message)
    rows = tuple(of_card(card, catalogue) for card in evidence.cards)
    return Look(evidence=evidence, glances=rows, bench=examine_bench(evidence.host, evidence.cards))


def of_card(card: CardEvidence, catalogue: Catalogue) -> Glance:
    """The row of a card of this machine."""
    state, standing = _state(card)
    return Glance(
        name=_name(card, catalogue),
        where=card.label,
        link=_link(card),
        memory=_memory(card),
        die=_die(card, catalogue),
        state=state,
        standing=standing,
    )


def of_file(path: Path, catalogue: Catalogue) -> Glance:
    """What a handed-in file claims, or the sentence why it cannot be read."""
    try:
        evidence = collecting.collect_file(path, None, catalogue)
    except GpuInspectorError as error:
        return Glance(
            where=path.name,
            state=_("Cannot be read: {reason}").format(reason=told(str(error))),
            standing=Standing.UNREADABLE,
        )
    return of_evidence(evidence, path.name, catalogue)


def of_simulation(name: str, seed: int, catalogue: Catalogue) -> Glance:
    """What a simulated card claims. Raises GpuInspectorError where there is no simulation of that name."""
    evidence = collecting.collect_simulation(name, seed, None, catalogue)
    return of_evidence(evidence, _("{name}, seed {seed}").format(name=name, seed=seed), catalogue)


def of_evidence(evidence: Evidence, where: str, catalogue: Catalogue) -> Glance:
    """The row of what is no card of this machine: of its first card, and how many more there are."""
    first = evidence.cards[0]
    name, more = _name(first, catalogue), len(evidence.cards) - 1
    if more:
        name = _("{name} and {number} more").format(name=name, number=more)
    if evidence.origin is Origin.SIMULATION:
        state, standing = _("SIMULATION: no real card"), Standing.SIMULATION
    elif evidence.origin is Origin.SAMPLE:
        state, standing = _("SAMPLE made by the program: no real card"), Standing.SIMULATION
    else:
        form = _(_FORMS[evidence.file_form]) if evidence.file_form in _FORMS else evidence.file_form
        state, standing = _("file of unknown origin ({form}), read").format(form=form), Standing.FILE
    if evidence.masked:
        state = _("{state}, serials left out").format(state=state)
    return Glance(
        name=name,
        where=where,
        link=_link(first),
        memory=_memory(first),
        die=_die(first, catalogue),
        state=state,
        standing=standing,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A card that was chosen: where, what it was called, and by what a later look can tell it from another."""

    label: str
    title: str = ""
    marks: dict[str, str] = field(default_factory=dict)


def seen_of(card: CardEvidence, title: str) -> Seen:
    """What to remember of a card. A value that a source did not give is no mark."""
    marks = {name: value for name in ("uuid", "serial") if (value := _first(card, name))}
    if card.pci is not None:
        names = ("device_id", "subsystem_vendor", "subsystem_id")
        marks |= {name: value for name in names if (value := getattr(card.pci, name))}
    return Seen(label=card.label, title=title, marks=marks)


def gone(before: Iterable[Seen], cards: Iterable[CardEvidence]) -> tuple[Seen, ...]:
    """The cards of an earlier look at whose place nothing is now."""
    labels = {card.label for card in cards}
    return tuple(one for one in before if one.label not in labels)


def replaced(before: Iterable[Seen], cards: Iterable[CardEvidence]) -> tuple[Seen, ...]:
    """The cards of an earlier look at whose place another one is now; what one look did not give tells nothing."""
    now = {card.label: seen_of(card, "").marks for card in cards}
    return tuple(
        one
        for one in before
        if any(
            value.casefold() != now.get(one.label, {}).get(name, value).casefold() for name, value in one.marks.items()
        )
    )


def chosen_of(evidence: Evidence, labels: Iterable[str]) -> Evidence:
    """The evidence of the cards with these labels; the others stay in it as bystanders, as in any inspection."""
    wanted = set(labels)
    return replace(
        evidence,
        cards=tuple(card for card in evidence.cards if card.label in wanted),
        bystanders=(*evidence.bystanders, *(card for card in evidence.cards if card.label not in wanted)),
    )


# --- the single cells


def _name(card: CardEvidence, catalogue: Catalogue) -> str:
    name = _first(card, "name")
    if name:
        return name
    device = _device(card)
    if device is None:
        return _("unnamed card")
    vendor = card.pci.vendor_id if card.pci is not None and card.pci.vendor_id else "10DE"
    known = sorted({row.name for row in catalogue.by_device(device)})
    # The id is all that such a card says; the name is our reading of it, and only where there is but one.
    ids = f"{vendor}:{device}"
    return _("{ids}, an id of {name}").format(ids=ids, name=known[0]) if len(known) == 1 else ids


def _link(card: CardEvidence) -> str:
    """Now and at most; of PCI itself where it says so, else of the driver."""
    now = (_number(card, "link_gen_now"), _number(card, "link_width_now"))
    most = (_number(card, "link_gen_device_max", "link_gen_max"), _number(card, "link_width_max"))
    if not any((*now, *most)):
        return ""
    return " / ".join(_lanes(*pair) for pair in (now, most))


def _lanes(generation: int | None, width: int | None) -> str:
    if not generation and not width:
        return _UNKNOWN
    return said("gen {generation} x{width}", generation=generation or "?", width=width or "?")


def _memory(card: CardEvidence) -> str:
    total = next((one.memory_total_bytes for one in _claims(card) if one.memory_total_bytes is not None), None)
    return localised(f"{total // 2**20:,} MiB") if total is not None else ""


def _die(card: CardEvidence, catalogue: Catalogue) -> str:
    device = _device(card)
    if device is None:
        return ""
    dies = {row.die for row in catalogue.by_device(device)} | {row.die for row in catalogue.names_of(device) if row.die}
    names = sorted(name for name in dies if name)
    if not names:
        return _("id {device} not known").format(device=device)
    return _("{die} (claimed)").format(die=_(" or ").join(names))


def _state(card: CardEvidence) -> tuple[str, Standing]:
    claims = next(_claims(card), None)
    driver = card.pci.driver if card.pci is not None else None
    if claims is not None:
        version = claims.driver_version or ""
        return _("driver {version} answers").format(version=version).replace("  ", " "), Standing.ANSWERS
    if card.pci is None:
        return _("not answering"), Standing.SILENT
    unclear = next((one.reason for one in card.pci.absent if one.field == "driver"), "")
    if unclear:
        return _("its driver cannot be told ({reason})").format(reason=unclear), Standing.SILENT
    if driver is None:
        return _("no driver claims it"), Standing.UNDRIVEN
    if driver == "nvidia":
        return _("not answering: the driver nvidia is bound and says nothing"), Standing.SILENT
    return _("driven by {driver}, not by NVIDIA's driver").format(driver=driver), Standing.UNDRIVEN


def _claims(card: CardEvidence) -> Iterator[CardClaims]:
    return iter([one for _, one in card.claims])


def _first(card: CardEvidence, name: str) -> str | None:
    return next((value for one in _claims(card) if (value := getattr(one, name))), None)


def _number(card: CardEvidence, *fields: str) -> int | None:
    """The first of these fields that any source gives, PCI before the driver."""
    for source in (card.pci, *_claims(card)):
        for name in fields:
            value = getattr(source, name, None)
            if value is not None:
                return int(value)
    return None


def _device(card: CardEvidence) -> str | None:
    if card.pci is not None and card.pci.device_id:
        return card.pci.device_id
    return _first(card, "device_id")
