"""Tells the liar's lies to the program, and counts which were caught and named.

    python -m tools.lie_trial [--sample N] [--seed S]

The genuine text under each lie is written by the program's sample writer, or is a capture made of it; it is judged
unchanged first, and must not be accused. Then the liar changes it (tools/lies.py), and the program reads and judges
what he made. Caught means an unexplained deviation or a contradiction; named means that such a finding is of the kind
of the field that was lied about and shows the lied value: as a word of its own ("8 GB" is not in "48 GB", and an RTX
4090 not in an RTX 4090 D), and in a finding that the genuine text did not have already.
"""

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache

from gpu_inspector.language import fill
from gpu_inspector.probes import capture
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import Catalogue, load, normalise
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Finding, Outcome
from gpu_inspector.records.words import GRAVE
from gpu_inspector.workflow.collecting import collect_bytes
from gpu_inspector.workflow.judging import judge
from tools.genuine_variants import Card, plain
from tools.lie_edits import told
from tools.lie_kinds import REASONS, Lie, Shows
from tools.lie_list import Known
from tools.lie_list import known as every_product
from tools.lies import all_lies, some_lies
from tools.self_consistency import Genuine, dump_of, evidence_of

_WORKERS = 2
FAMILIES: dict[str, tuple[str, ...]] = {
    "name": ("identity-", "die-", "memory-", "firmware-", "board-"),
    "memory": ("memory-",),
    "die": ("die-", "memory-bus-width"),
    "vBIOS": ("firmware-",),
    "ids": ("identity-", "firmware-", "die-", "memory-"),
    "subsystem": ("board-", "identity-", "memory-"),
    "part number": ("firmware-", "board-"),
    "several": ("identity-", "die-", "memory-", "firmware-", "board-"),
}
"""Field -> beginnings of the ids of the checks whose finding concerns it."""


@dataclass(frozen=True, slots=True)
class Told:
    """One lie, and what became of it."""

    lie: Lie
    caught: bool
    """By any check, as a deviation or a contradiction."""
    named: bool
    """By a check of its field, with the value."""
    noted: bool
    """At least noted by a check of its field, with the value."""
    said: tuple[str, ...] = ()
    """The ids of the checks that accused."""

    @property
    def well(self) -> bool:
        """Whether it came out as the liar's own oracle says that it should."""
        if self.lie.shows is Shows.YES:
            return self.caught and self.named
        return self.noted if self.lie.shows is Shows.NOTED else True

    @property
    def only_noted(self) -> bool:
        """It shows, and the program notes and names it, but does not call it a deviation."""
        return self.noted and not self.well

    @property
    def missed(self) -> bool:
        """Neither."""
        return not self.well and not self.noted


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of many."""

    told: tuple[Told, ...]
    accused_bases: tuple[str, ...]
    """Genuine texts that were accused before anything was changed."""

    def of(self, shows: Shows) -> tuple[Told, ...]:
        """Those of which the liar says so."""
        return tuple(one for one in self.told if one.lie.shows is shows)

    @property
    def missed(self) -> tuple[Told, ...]:
        """Lies that show, or should be noted, and came out as neither."""
        return tuple(one for one in self.told if one.missed)

    @property
    def only_noted(self) -> tuple[Told, ...]:
        """Lies that show, and were noted and named, without a deviation or a contradiction."""
        return tuple(one for one in self.told if one.only_noted)

    @property
    def head(self) -> str:
        """All of it in one sentence."""
        shown, open_, hidden = (self.of(one) for one in Shows)
        well = sum(one.well for one in shown)
        noted = sum(one.well for one in open_)
        return (
            f"{len(self.told):,} lies: {len(shown):,} show in the claims, {well:,} caught and named, "
            f"{len(self.only_noted)} noted and named only (listed), missed: {len(self.missed) or 'none'}; "
            f"{len(open_)} are deviations that honest cards have too, {noted} noted and named; "
            f"{len(hidden)} cannot show (listed)."
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """What `make accuracy` prints."""
        return (
            self.head,
            f"Genuine texts under the lies that were accused unchanged: {len(self.accused_bases) or 'none'}.",
            *(f"  accused: {one}" for one in self.accused_bases),
            *(f"  missed: {one.lie.words} ({', '.join(one.said) or 'no accusation'})" for one in self.missed),
            *(f"  noted only: {one.lie.words}" for one in self.only_noted),
        )

    def by_field(self) -> dict[str, Counter[str]]:
        """Field -> counts of "told", and of each kind of outcome."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for one in self.told:
            counts = found[one.lie.field]
            counts["told"] += 1
            counts[one.lie.shows.name] += 1
            counts[f"{one.lie.shows.name} well"] += one.well
            counts["only noted"] += one.only_noted
            counts["missed"] += one.missed
        return dict(found)

    def by_kind(self, shows: Shows) -> list[tuple[str, int, int, int, str]]:
        """Kind, count, of these well, of these caught although nothing need show, and the reason."""
        found: dict[str, list[Told]] = defaultdict(list)
        for one in self.of(shows):
            found[one.lie.kind].append(one)
        return [
            (kind, len(ones), sum(one.well for one in ones), sum(one.caught for one in ones), REASONS[kind])
            for kind, ones in sorted(found.items())
        ]


def _genuine(known: Known, form: str) -> Genuine:
    """The program's own genuine card of a product of the liar's list, with the texts that the liar knows of it.

    Raises ValueError where the reference data has no such card.
    """
    catalogue = load()
    device = known.ids[0]
    named = [row for row in catalogue.by_device(device) if normalise(row.name) == normalise(known.name)]
    sized = [row for row in named if row.memory_mib is not None]
    if not sized:
        raise ValueError(f"the reference data has no {known.name} on {device}")
    row = min(sized, key=lambda row: abs((row.memory_mib or 0) - known.total_mib))
    others = tuple(one for one in row.device_ids if one != device)
    card = Card(replace(row, device_ids=(device, *others)), catalogue.dies[row.die])
    vendor, _, subsystem = known.subsystem.partition(":")
    lines = {
        "pci/pci_sub_system_id": f"{subsystem}{vendor}",
        "gpu_part_number": known.part,
        "board_part_number": known.board_part,
        "inforom_version/img_version": known.inforom,
        "vbios_version": known.vbios if known.published else "",
    }
    change = {path: text for path, text in lines.items() if text}
    look = replace(plain(card), form="record" if form == "capture" else form, change=change)
    return Genuine(card, look)


@cache
def _text(known: Known, form: str) -> str:
    """The genuine text that the forger gets."""
    base = _genuine(known, form)
    return canonical.encode(evidence_of(base, load())).decode() if form == "capture" else dump_of(base, load())


def _findings(text: str, form: str, catalogue: Catalogue) -> list[Finding]:
    evidence = (
        capture.parse(text.encode())
        if form == "capture"
        else collect_bytes(text.encode(), f"lie.{'txt' if form == 'text' else 'xml'}", catalogue)
    )
    judgement = judge(evidence, Declaration(), catalogue)
    return [finding for card in judgement.cards for finding in card.findings]


@cache
def _of_the_genuine(known: Known, form: str) -> tuple[Finding, ...]:
    """What is said of the text before anything is changed in it."""
    return tuple(_findings(_text(known, form), form, load()))


def tell(lie: Lie, catalogue: Catalogue) -> Told:
    """One lie: told, read, judged. What was said of the genuine text already counts for nothing."""
    text = told(_text(lie.base, lie.form), lie.form, lie.change)
    before = _of_the_genuine(lie.base, lie.form)
    findings = [finding for finding in _findings(text, lie.form, catalogue) if finding not in before]
    accusing = [finding for finding in findings if finding.outcome in GRAVE]
    about = [one for one in findings if is_about(one, lie)]
    return Told(
        lie,
        caught=bool(accusing),
        named=any(one.outcome in GRAVE for one in about),
        noted=any(one.outcome in (*GRAVE, Outcome.NOTED) for one in about),
        said=tuple(sorted({one.check for one in accusing})),
    )


def is_about(finding: Finding, lie: Lie) -> bool:
    """Whether the finding is of the lie's kind and shows the lied value, as a word of its own."""
    if not finding.check.startswith(FAMILIES[lie.field]):
        return False
    shown = f"{fill(finding.text, finding.values)} {finding.observed}".casefold()
    return any(_shows(shown, value.casefold()) for value in lie.named)


def _shows(shown: str, value: str) -> bool:
    for longer in _names_around(value):
        shown = shown.replace(longer, "")
    return re.search(rf"(?<![\w,.-]){re.escape(value)}(?![\w-]|[,.]\w)", shown) is not None


@cache
def _names_around(value: str) -> tuple[str, ...]:
    """Names of products of which the value is but a part, the longest first."""
    names = {one.name.casefold() for one in every_product()}
    return tuple(sorted((name for name in names if value in name and value != name), key=len, reverse=True))


def _tell_some(lies: Sequence[Lie]) -> tuple[list[Told], list[str]]:
    catalogue = load()
    accused = []
    for base, form in dict.fromkeys((lie.base, lie.form) for lie in lies):
        for finding in _of_the_genuine(base, form):
            if finding.outcome in GRAVE:
                accused.append(f"{base.name} ({form}): {finding.check}: {fill(finding.text, finding.values)}")
    return [tell(lie, catalogue) for lie in lies], accused


def trial(lies: Sequence[Lie], workers: int = _WORKERS) -> Trial:
    """Tell all of them, on two processors where there are."""
    ordered = sorted(lies, key=lambda lie: (lie.base.name, lie.base.ids, lie.form))
    size = -(-len(ordered) // (workers * 4)) or 1
    shares = [ordered[start : start + size] for start in range(0, len(ordered), size)]
    if workers > 1:
        with ProcessPoolExecutor(workers) as pool:
            answers = list(pool.map(_tell_some, shares))
    else:
        answers = [_tell_some(share) for share in shares]
    return Trial(
        tuple(one for ones, _ in answers for one in ones),
        tuple(sorted({words for _, accused in answers for words in accused})),
    )


@cache
def whole() -> Trial:
    """All of them, told once in a process."""
    return trial(all_lies())


def main(arguments: list[str] | None = None) -> int:
    """Run the program; 0 where every lie came out as it should."""
    parser = argparse.ArgumentParser(description="Tell 2,000 lies to the program.")
    parser.add_argument("--sample", type=int, default=0, help="tell so many only")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    found = trial(some_lies(options.sample, options.seed)) if options.sample else whole()
    print("\n".join(found.lines))
    return 1 if found.missed or found.accused_bases else 0


if __name__ == "__main__":
    sys.exit(main())
