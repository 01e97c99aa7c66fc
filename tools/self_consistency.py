"""Self-consistency: every row of the reference data as a genuine card, seen in every honest way, and none accused.

    python -m tools.self_consistency [--sample N] [--seed S]

This is called self-consistency and never accuracy: cards and checks come from the same tables, so an error of the
tables shows in neither. What it finds is a check that accuses an honest card of *our own* data, in a mode, behind a
driver or through a mask that its author did not think of. Cards go the whole way: a dump is written, read by the real
parsers and judged; records get what PCI and NVML would add.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from functools import cache

from gpu_inspector.language import fill
from gpu_inspector.probes import incoming, sample
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.claims import CardClaims, NvmlReading
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence, HostReading, Origin, PciReading, VouchedFile
from gpu_inspector.records.finding import Finding, Outcome
from gpu_inspector.records.words import GRAVE
from gpu_inspector.workflow.collecting import collect_bytes
from gpu_inspector.workflow.judging import judge
from tools.genuine_variants import Card, Look, looks, plain
from tools.product_classes import class_of

_ALWAYS = "2026-11-24T09:30:00"
_WORKERS = 2
_NVIDIAS = frozenset({"nvreleased", "nvjson", "nvreadme"})
"""Registers of NVIDIA's own: the names that a driver prints. pci.ids has names of its own."""
_NO_SIZE = 8192
"""Nominal MiB of a card whose row has no size: its dump prints no total."""
BENCH = HostReading(
    system="Debian GNU/Linux 12",
    kernel="6.1.0-28-amd64",
    machine="x86_64",
    driver_version="550.163.01",
    driver_kind="open",
    module=VouchedFile("/lib/modules/6.1.0-28-amd64/kernel/nvidia.ko", "vouched", "nvidia-driver", "550.163.01-2"),
    module_in_use_matches=True,
    libraries=(VouchedFile("/usr/lib/libnvidia-ml.so.1", "vouched", "libnvidia-ml1", "550.163.01-2"),),
    kernel_log_read=True,
    taint=0,
    secure_boot=True,
    virtual_machine="",
    container="",
    clock_synchronised=True,
)


@dataclass(frozen=True, slots=True)
class Genuine:
    """One genuine card in one look."""

    card: Card
    look: Look

    @property
    def words(self) -> str:
        """For a list of exceptions."""
        row = self.card.row
        size = f"{row.memory_mib / 1024:g} GB" if row.memory_mib else "size not known"
        return f"{row.name}, {row.device_ids[0]}, {size}: {self.look.name}"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the checks said of one genuine card in one look."""

    product_class: str
    look: str
    words: str
    noted: tuple[str, ...] = ()
    accusations: tuple[str, ...] = ()
    """Each with its check's id and its text."""


@dataclass(frozen=True, slots=True)
class Consistency:
    """The counts over all of them."""

    rows: int
    ids: int
    cards: Counter[str]
    """Class of product -> cards in looks that were judged."""
    looks: Counter[str]
    """Kind of look -> cards in it."""
    noted: Counter[str]
    """Check -> cards in looks on which it noted something."""
    accused: tuple[Seen, ...]

    @property
    def judged(self) -> int:
        """Cards in looks, all together."""
        return self.cards.total()

    @property
    def lines(self) -> tuple[str, ...]:
        """What `make accuracy` prints."""
        head = (
            f"Self-consistency: {self.rows} rows, {self.ids} device ids, {len(self.looks)} kinds of looks: "
            f"{self.judged:,} genuine cards, {len(self.accused)} false accusations."
        )
        return (head, *(f"  accused: {one.words}: {'; '.join(one.accusations)}" for one in self.accused))


def all_cards(catalogue: Catalogue) -> tuple[Genuine, ...]:
    """Every row under every of its ids and subsystems, in every look; and every name that NVIDIA's tables give."""
    forged = {row.device_id for row in catalogue.counterfeits}
    found: list[Genuine] = []
    for row in catalogue.products:
        for device in row.device_ids:
            if row.die in catalogue.dies and device not in forged:
                others = tuple(one for one in row.device_ids if one != device)
                card = Card(replace(row, device_ids=(device, *others)), catalogue.dies[row.die])
                found += [Genuine(card, look) for look in (plain(card), *looks(card))]
                found += _on_its_subsystems(card)
    return (*found, *_renamed(catalogue))


def _on_its_subsystems(card: Card) -> Iterator[Genuine]:
    for one in card.row.subsystems:
        device, _, subsystem = one.partition("/")
        vendor, _, number = subsystem.partition(":")
        if device == card.row.device_ids[0]:
            change = {"pci/pci_sub_system_id": f"{number}{vendor}"}
            yield Genuine(card, replace(plain(card), name=f"subsystem of its own: {subsystem}", change=change))


def _renamed(catalogue: Catalogue) -> Iterator[Genuine]:
    """A maker's rename by subsystem: the hardware of the id's rows under the name of NVIDIA's tables."""
    seen: set[tuple[str, str, str]] = set()
    for row in catalogue.products:
        for device in row.device_ids:
            for name in catalogue.names_of(device):
                key = (device, name.subsystem or "", name.name)
                if name.subsystem and key not in seen and _NVIDIAS & set(name.sources) and row.die in catalogue.dies:
                    fitting = catalogue.by_device(device, name.subsystem)
                    hardware = next((one for one in fitting if one.memory_mib and one.name == name.name), None)
                    hardware = hardware or next((one for one in fitting if one.memory_mib), row)
                    seen.add(key)
                    vendor, _, number = name.subsystem.partition(":")
                    card = Card(replace(hardware, device_ids=(device,)), catalogue.dies[hardware.die])
                    change = {"product_name": name.name, "pci/pci_sub_system_id": f"{number}{vendor}"}
                    look = f"name by subsystem: {name.name} on {name.subsystem}"
                    yield Genuine(card, replace(plain(card), name=look, change=change))


def dump_of(one: Genuine, catalogue: Catalogue) -> str:
    """What nvidia-smi would print of it, by the program's own writer, without the mark of a sample."""
    row, die, look = one.card.row, one.card.die, one.look
    change = dict(look.change)
    if row.memory_mib is None:
        row = replace(row, memory_mib=_NO_SIZE)
        change |= {f"fb_memory_usage/{line}": "N/A" for line in ("total", "used", "free", "reserved")}
    prefix = next((prefix.prefix for prefix in catalogue.vbios_prefixes.values() if prefix.die == die.name), None)
    text = sample.write_many(
        [(row, die)] * look.cards,
        form="text" if look.form == "text" else "xml",
        driver=look.version,
        vbios_prefixes={} if prefix is None else {die.name: prefix},
        overrides=(change,) * look.cards,
    )
    return text.replace(incoming.SAMPLE_MARK, "a dump")


def evidence_of(one: Genuine, catalogue: Catalogue) -> Evidence:
    """The card in its look, through the writer and the parsers; a record gets PCI and NVML beside nvidia-smi."""
    name = f"genuine.{'txt' if one.look.form == 'text' else 'xml'}"
    evidence = collect_bytes(dump_of(one, catalogue).encode(), name, catalogue)
    return _record(evidence, one.card) if one.look.form == "record" else evidence


def _record(evidence: Evidence, card: Card) -> Evidence:
    (read,) = evidence.cards
    assert read.nvidia_smi is not None
    smi = read.nvidia_smi
    said = {field.name: getattr(smi, field.name) for field in fields(CardClaims)}
    new = (smi.driver_version or "0").split(".")[0] >= "510"
    said |= {"gpu_part_number": None, "compute_capability": card.die.compute_capability, "absent": ()}
    if new:
        cores = card.row.sm * card.die.lanes_per_sm if card.row.sm is not None else None
        said |= {"cores": cores, "bus_width_bits": card.row.bus_bits}
    pci = PciReading(
        address="0000:01:00.0",
        vendor_id="10DE",
        device_id=card.row.device_ids[0],
        subsystem_vendor=smi.subsystem_vendor,
        subsystem_id=smi.subsystem_id,
        class_code="030000",
        link_gen_max=card.row.pcie_gen,
        link_width_max=card.row.pcie_width,
        port_gen_max=smi.link_gen_max,
        port_width_max=smi.link_width_max,
        driver="nvidia",
    )
    whole = CardEvidence(label=pci.address, pci=pci, nvml=NvmlReading(**said), nvidia_smi=smi)
    host = replace(BENCH, driver_version=smi.driver_version)
    taken = datetime.fromisoformat(_ALWAYS).replace(tzinfo=UTC)
    return replace(evidence, origin=Origin.MACHINE, cards=(whole,), host=host, collected_at=taken)


def see(one: Genuine, catalogue: Catalogue) -> Seen:
    """Judge it without a declaration."""
    judgement = judge(evidence_of(one, catalogue), Declaration(), catalogue)
    findings = [finding for card in judgement.cards for finding in card.findings]
    return Seen(
        class_of((one.card.row,)),
        one.look.kind,
        one.words,
        tuple(sorted({finding.check for finding in findings if finding.outcome is Outcome.NOTED})),
        tuple(dict.fromkeys(_said(finding) for finding in findings if finding.outcome in GRAVE)),
    )


def _said(finding: Finding) -> str:
    return f"{finding.check}: {fill(finding.text, finding.values)}"


def _see_some(ones: Sequence[Genuine]) -> list[Seen]:
    catalogue = load()
    return [see(one, catalogue) for one in ones]


def tried(ones: Sequence[Genuine], workers: int = _WORKERS) -> Consistency:
    """Judge all of them, on two processors where there are."""
    shares = [ones[start :: workers * 8] for start in range(workers * 8)]
    if workers > 1:
        with ProcessPoolExecutor(workers) as pool:
            seen = [one for share in pool.map(_see_some, shares) for one in share]
    else:
        seen = _see_some(ones)
    return _counted(ones, seen)


def _counted(ones: Iterable[Genuine], seen: Sequence[Seen]) -> Consistency:
    rows = {
        (row.name, row.die, row.memory_mib, row.memory_type, row.bus_bits, row.sm, frozenset(row.device_ids))
        for row in (one.card.row for one in ones if one.look.kind == "plain")
    }
    return Consistency(
        rows=len(rows),
        ids=len({one.card.row.device_ids[0] for one in ones}),
        cards=Counter(one.product_class for one in seen),
        looks=Counter(one.look for one in seen),
        noted=Counter(check for one in seen for check in one.noted),
        accused=tuple(sorted((one for one in seen if one.accusations), key=lambda one: one.words)),
    )


def some_cards(count: int, seed: int) -> tuple[Genuine, ...]:
    """A sample of them, the same for a seed."""
    return tuple(random.Random(seed).sample(_every_card(), count))


@cache
def _every_card() -> tuple[Genuine, ...]:
    return all_cards(load())


@cache
def whole() -> Consistency:
    """All of them, judged once in a process."""
    return tried(_every_card())


def main(arguments: list[str] | None = None) -> int:
    """Run the program; 0 where nobody was accused."""
    parser = argparse.ArgumentParser(description="Judge every genuine card of the reference data in every look.")
    parser.add_argument("--sample", type=int, default=0, help="judge so many only")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    found = tried(some_cards(options.sample, options.seed)) if options.sample else whole()
    print("\n".join(found.lines))
    return 1 if found.accused else 0


if __name__ == "__main__":
    sys.exit(main())
