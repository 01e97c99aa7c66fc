"""The thirty rules on rework: each is there, carried by a check that exists, and no finding says more than its rule."""

import random
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest
from cards import MIB, forged, genuine, on_bench, row_of
from silicon_records import folded, memory_of, silicon_of_row, with_silicon

from gpu_inspector.checks import ALL_CHECKS, thresholds
from gpu_inspector.checks.heuristics import RULES, rules_of
from gpu_inspector.checks.rules import NOTE, Rule
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.claims import Absence
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Bar, CardEvidence, Evidence
from gpu_inspector.records.finding import Finding, Outcome, Strength
from gpu_inspector.records.product import Product
from gpu_inspector.records.silicon import GroupError, HeatSample, LinkReading, PassReading
from gpu_inspector.workflow.judging import judge
from tools import heuristics_page, make_checks_doc

_3080 = row_of("NVIDIA GeForce RTX 3080", "2206", 10)
_4090 = row_of("NVIDIA GeForce RTX 4090", "2684", 24)
_T4 = row_of("Tesla T4")
_GROUP = GroupError(number=3, of=24, stretch_bytes=512, share=1 / 24)
ELSEWHERE = {
    "RW-06": "tests of the driver's inner calls",
    "RW-07": "tests of the driver's inner calls",
    "RW-24": "test_forgeries: the same UUID twice",
    "RW-25": "tests of the InfoROM",
    "RW-26": "tests of firmware images",
    "RW-27": "tests of firmware images",
    "RW-30": "test_die_measured: other dies",
}
"""Rules whose altered cards need records of their own."""


def measured(row: Product, **parts: Any) -> Evidence:
    return with_silicon(genuine(row, row.device_ids[0]), silicon_of_row(row, **parts))


def part(row: Product, name: str, **changes: Any) -> Evidence:
    """One part of the measurement with fields changed."""
    return measured(row, **{name: replace(getattr(silicon_of_row(row), name), **changes)})


def pci(evidence: Evidence, **changes: Any) -> Evidence:
    (card,) = evidence.cards
    assert card.pci is not None
    return replace(evidence, cards=(replace(card, pci=replace(card.pci, **changes)),))


def _group(**changes: Any) -> Evidence:
    return measured(_4090, memory=memory_of(24564, group=_GROUP, bad_words=9, bad_pages=4, **changes))


def _paused() -> tuple[PassReading, ...]:
    names = {"verify hash": 4, "verify walking ones": 0}
    return tuple(PassReading(name=one, moved_bytes=24 << 30, seconds=1.0, bad_pages=bad) for one, bad in names.items())


def _heated() -> tuple[PassReading, ...]:
    told = (("verify hash", 0, 44.0), ("verify inverse", 0, 46.0), ("verify hash, repeated", 9, 71.0))
    return tuple(
        PassReading(name=name, moved_bytes=24 << 30, seconds=1.0, bad_pages=bad, temperature_c=heat)
        for name, bad, heat in told
    )


_STEADY = tuple(HeatSample(at_s=step, temperature_c=41.0) for step in range(50))
_NARROW = {"width_under_load": 8, "to_device_bytes_per_s": 1.25e10, "to_host_bytes_per_s": 1.3e10}
ALTERED: dict[str, tuple[Product, Evidence]] = {
    "RW-01": (_3080, forged(measured(_3080), memory_total_bytes=20480 * MIB)),
    "RW-02": (_4090, measured(_4090, memory=folded(24564, 12288))),
    "RW-03": (_4090, measured(_4090, memory=memory_of(24564, 8000))),
    "RW-08": (_4090, part(_4090, "heat", memory_c=105.0)),
    "RW-10": (_4090, part(_4090, "heat", hotspot_c=99.0, power_w=440.0)),
    "RW-11": (_4090, _group()),
    "RW-12": (_4090, _group(passes=_paused())),
    "RW-13": (_4090, _group(passes=_heated())),
    "RW-14": (_T4, forged(measured(_T4), remapped_rows_uncorrectable=2)),
    "RW-15": (_4090, pci(part(_4090, "link", **_NARROW), port_width_max=16)),
    "RW-16": (_3080, forged(measured(_3080), link_width_max=8)),
    "RW-17": (_3080, forged(measured(_3080), link_gen_max=1, link_gen_device_max=1)),
    "RW-18": (_4090, part(_4090, "link", replays=400)),
    "RW-20": (_4090, part(_4090, "heat", usable=False, samples=_STEADY, after_cut_c=41.0)),
    "RW-21": (_3080, forged(measured(_3080), power_default_mw=115_000, power_min_mw=1000)),
    "RW-22": (
        _4090,
        forged(
            pci(measured(_4090), bars=(Bar(1, 32 << 30, True, sizes_bytes=(256 << 20, 32 << 30)),)),
            memory_total_bytes=49140 * MIB,
            bar1_total_bytes=32 << 30,
        ),
    ),
    "RW-23": (_3080, pci(measured(_3080), class_code="030200")),
    "RW-28": (_4090, on_bench(measured(_4090), patch_signs=("NVRM: P2P patch",))),
    "RW-29": (_4090, part(_4090, "heat", clock_highest_mhz=900.0)),
}
"""A genuine card of a product with one thing changed, that the rule is about."""


def findings(evidence: Evidence, catalogue: Catalogue) -> Iterator[Finding]:
    for card in judge(evidence, Declaration(), catalogue).cards:
        yield from card.findings


def of_rule(rule: Rule, evidence: Evidence, catalogue: Catalogue) -> list[Finding]:
    """What the rule said that a genuine card does not make it say."""
    told = [one for one in findings(evidence, catalogue) if rule in rules_of(one)]
    return [one for one in told if one.outcome not in (Outcome.CONSISTENT, Outcome.NOT_APPLICABLE)]


def test_every_rule_of_the_note_is_there_once() -> None:
    assert [rule.id for rule in RULES] == [f"RW-{number:02}" for number in range(1, 31)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_names_checks_and_thresholds_that_exist_or_says_what_is_missing(rule: Rule) -> None:
    ids = {check.id for check in ALL_CHECKS}
    assert {one.check for one in rule.carriers} <= ids
    assert set(rule.limits) <= set(thresholds.all_limits())
    assert rule.carriers or len(rule.needed) > 40
    assert all((rule.signal, rule.read, rule.threshold, rule.innocent))
    assert rule.strength is not Strength.NONE
    if rule.strength is Strength.WEAK:
        assert rule.most is NOTE


def test_every_carried_rule_has_its_altered_card() -> None:
    assert {rule.id for rule in RULES if rule.carriers} == set(ALTERED) | set(ELSEWHERE)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.id in ALTERED], ids=lambda rule: rule.id)
def test_the_altered_card_is_told_and_the_genuine_one_is_not(rule: Rule, catalogue: Catalogue) -> None:
    row, altered = ALTERED[rule.id]
    silent = of_rule(rule, with_silicon(genuine(row, row.device_ids[0]), silicon_of_row(row)), catalogue)
    assert {one.outcome for one in silent} <= {Outcome.INCONCLUSIVE}
    told = of_rule(rule, altered, catalogue)
    assert {(one.check, one.outcome) for one in told} - {(one.check, one.outcome) for one in silent}
    assert not [rule.exceeded_by(one) for one in told if rule.exceeded_by(one)]


# --- whatever a record holds


def _strange(random_: random.Random, value: object) -> object:
    """Another value of the kind, often an absurd one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return random_.choice((0, 1, -value, value // 2, value * 2, value + 1, 1 << 40))
    if isinstance(value, float):
        return random_.choice((0.0, -value, value / 3, value * 3, 1e30))
    if isinstance(value, str):
        return random_.choice(("", "?", "030200", "NVIDIA A100-SXM4-80GB", value[::-1]))
    return () if isinstance(value, tuple) else value


def _changed(random_: random.Random, record: Any, most: int = 2) -> Any:
    names = random_.sample([one.name for one in fields(record)], k=min(most, len(fields(record))))
    return replace(record, **{name: _strange(random_, getattr(record, name)) for name in names})


def _mixed(random_: random.Random, row: Product) -> Evidence:
    """A genuine card with a few things changed in each reading: most are nonsense, as forged records are."""
    evidence = genuine(row, row.device_ids[0])
    (card,) = evidence.cards
    silicon = silicon_of_row(row)
    for name in ("die", "memory", "speed", "link", "heat"):
        if random_.random() < 0.4:
            silicon = replace(silicon, **{name: _changed(random_, getattr(silicon, name), 3)})
    assert card.pci is not None and card.nvml is not None and card.nvidia_smi is not None
    card = CardEvidence(
        label=card.label,
        pci=_changed(random_, card.pci) if random_.random() < 0.3 else card.pci,
        nvml=_changed(random_, card.nvml, 3) if random_.random() < 0.4 else card.nvml,
        nvidia_smi=_changed(random_, card.nvidia_smi, 3) if random_.random() < 0.3 else card.nvidia_smi,
        silicon=silicon,
    )
    return replace(evidence, cards=(card,))


def _exceeding(seed: int, catalogue: Catalogue) -> list[str]:
    random_ = random.Random(seed)
    rows = [row for row in catalogue.products if row.sm is not None and row.memory_mib]
    evidence = _mixed(random_, random_.choice(rows))
    return [
        f"{rule.id}: {one.check} ({one.cause}): {rule.exceeded_by(one)}"
        for one in findings(evidence, catalogue)
        for rule in rules_of(one)
        if rule.exceeded_by(one)
    ]


def test_no_finding_says_more_than_its_rule_may(catalogue: Catalogue) -> None:
    assert [line for seed in range(150) for line in _exceeding(seed, catalogue)] == []


@pytest.mark.prove
def test_no_finding_says_more_than_its_rule_may_many_times() -> None:
    assert [line for seed in range(150, 6_000) for line in _exceeding(seed, load())] == []


def test_a_finding_that_says_too_much_would_be_found() -> None:
    rule = next(one for one in RULES if one.id == "RW-23")
    one = Finding(check="board-outputs", title="x", role=ALL_CHECKS[0].role, outcome=Outcome.SUSPICIOUS, text="x")
    grave = replace(one, outcome=Outcome.CONTRADICTED, cause="display outputs")
    assert rules_of(grave) == (rule,)
    assert rule.exceeded_by(grave)
    assert rule.exceeded_by(replace(grave, outcome=Outcome.SUSPICIOUS, strength=Strength.STRONG))
    assert not rule.exceeded_by(replace(grave, outcome=Outcome.SUSPICIOUS, strength=Strength.MEDIUM))


# --- the page


def test_the_committed_page_is_not_stale() -> None:
    committed = make_checks_doc.TARGET.with_name(make_checks_doc.HEURISTICS).read_text(encoding="utf-8")
    assert committed == heuristics_page.page(), "docs/heuristics.md is stale: run python -m tools.make_checks_doc"


def test_the_page_has_every_rule_with_its_threshold_and_what_is_missing() -> None:
    page = heuristics_page.page()
    for rule in RULES:
        assert f"\n## {rule.id}\n" in page
        assert rule.needed in page and rule.here in page
        assert all(f"`{name}` = " in page for name in rule.limits)


def test_absence_of_a_reading_never_accuses(catalogue: Catalogue) -> None:
    evidence = genuine(_4090, "2684")
    (card,) = evidence.cards
    assert card.nvml is not None
    bare = replace(card, pci=None, nvidia_smi=None, nvml=replace(card.nvml, absent=(Absence("fans", "no permission"),)))
    told = [one for one in findings(replace(evidence, cards=(bare,)), catalogue) if rules_of(one)]
    assert not [one for one in told if one.outcome in (Outcome.NOTED, Outcome.SUSPICIOUS, Outcome.CONTRADICTED)]


def test_links_of_a_reading_with_nothing_in_it(catalogue: Catalogue) -> None:
    told = findings(measured(_4090, link=LinkReading()), catalogue)
    assert next(one for one in told if one.check == "link-measured").outcome is Outcome.INCONCLUSIVE
