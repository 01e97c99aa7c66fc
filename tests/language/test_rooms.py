"""What a report shows of a record is said in its language; what stays English is named here, with its reason.

The texts are those of the source, not those of the catalogues: a new sentence that nobody marked fails here.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from cards import genuine, row_of
from in_process_child import measured_here

from gpu_inspector import language, resources
from gpu_inspector.language import PSEUDO, told
from gpu_inspector.language.pseudo import OPEN, Pseudo
from gpu_inspector.measure.simulation import cards, servers
from gpu_inspector.probes import cuda
from gpu_inspector.records import columns, method, next_steps, ranked, reserve, words
from gpu_inspector.records.catalogue import own
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Finding
from gpu_inspector.records.inspection import Judgement
from gpu_inspector.workflow import collecting
from gpu_inspector.workflow.judging import judge
from tools.languages.harvest import messages

PAPERS = Declaration(product="NVIDIA GeForce RTX 4090", memory_gb=48, description="graphics card")
MEASURED = ("genuine-rtx-3060", *(name for name in cards.NAMES if "lane" in name or "folded" in name))
OWN_WORDS = re.compile(r"(?<![\w./-])[a-z]{4,}(?![\w/-])")
"""A text without a small word of four letters is a name, an id or a figure."""
ENGLISH = (
    "memory-known-rework",  # what a known modification is called: a text of the reference data
    "identity-known-modification",
    "declaration-description",  # the papers' own words
    "board-subsystem",  # makers' names
)
"""Checks that expect or observe what is nobody's to translate."""


@cache
def pseudo() -> Pseudo:
    """Every text of the source."""
    found = messages()
    return Pseudo(tuple(dict.fromkeys((*found, *(one.plural for one in found.values() if one.plural)))))


@pytest.fixture
def spoken() -> Iterator[None]:
    """The pseudo-language in this test."""
    token = language._here.set((PSEUDO, pseudo()))
    yield
    language._here.reset(token)


@cache
def data() -> str:
    """All that the reference data say: their texts are their makers', have sources, and may come in a later pack."""
    names = ("export/figures.jsonl", "export/names.jsonl", "modifications.json")
    return "\n".join(resources.read(name).decode() for name in names)


def of_the_data(text: str) -> bool:
    """Whether it is a text of the reference data, alone or behind the name of a product."""
    return any(one and one in data() for one in (text.rstrip("."), text.partition(": ")[2].rstrip(".")))


def inspected(name: str, profile: str | None = None) -> tuple[Evidence, Judgement]:
    evidence = collecting.collect_simulation(name, 0, profile, own())
    return evidence, judge(evidence, PAPERS, own())


def english(texts: Iterator[str]) -> list[str]:
    """Those that nothing was said of in the language, and that have words."""
    return sorted({text for text in texts if OPEN not in text and OWN_WORDS.search(text) and not of_the_data(text)})


def of_finding(finding: Finding) -> Iterator[str]:
    yield told(finding.title)
    yield told(finding.witness)
    for text in (finding.text, finding.advice, *finding.innocent):
        yield words.filled(text, finding, str)
    if finding.check not in ENGLISH:
        yield from (words.filled(text, finding, str) for text in (finding.expected, finding.observed))


def of_judgement(judgement: Judgement) -> Iterator[str]:
    for card in judgement.cards:
        for finding in card.findings:
            yield from of_finding(finding)
        yield from map(told, card.would_pass)
        for line in ranked.lines_of(card.ranking, str):
            yield from (*line.fits, *line.against)
        if card.control_class is not None:
            yield from map(told, (*card.control_class.reasons, *card.control_class.missing))
            yield from map(told, card.control_class.cautions)


def of_evidence(evidence: Evidence) -> Iterator[str]:
    for _label, gap in words.missing_sources(evidence):
        yield words.with_advice(gap.reason, gap.advice)


@pytest.mark.parametrize("name", (*cards.NAMES, *servers.NAMES))
def test_every_simulation_is_told(name: str, spoken: None) -> None:
    evidence, judgement = inspected(name)
    assert english(of_evidence(evidence)) == []
    assert english(of_judgement(judgement)) == []


@pytest.mark.parametrize("name", MEASURED)
def test_what_was_measured_is_told(name: str, spoken: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuda, "measure", measured_here)
    evidence, judgement = inspected(name, "quick")
    assert english(of_evidence(evidence)) == []
    assert english(of_judgement(judgement)) == []


def test_what_the_words_say_is_said_in_the_language(spoken: None) -> None:
    evidence, judgement = inspected("genuine-rtx-4090")
    for card, seen in zip(judgement.cards, evidence.cards, strict=True):
        for answer in reserve.answers_of(card, evidence.origin, str):
            assert answer.asked.startswith(OPEN) and answer.meaning.startswith(OPEN)
            assert answer.word.startswith(OPEN) or answer.question is reserve.Question.CONTROL  # an entry's own name
        assert all(heading.startswith(OPEN) for heading, _members in words.groups(card.findings))
        assert words.tally(card.findings).startswith(OPEN)
        steps = next_steps.steps_of(card, words.missing_of(evidence, seen), str)
        assert english(iter([*(step.text for step in steps), *(one for step in steps for one in step.because)])) == []
        for line in columns.lines_of(seen, PAPERS, str, evidence.origin):
            assert columns.NOT_MEASURED not in line.measured and columns.NOT_DECLARED not in line.declared
    for pairs in (method.methods_of(evidence), ((text, text) for text in method.alterations(evidence))):
        assert all(name.startswith(OPEN) and text.startswith(OPEN) for name, text in pairs)


@pytest.mark.parametrize("name", ("genuine-rtx-4090", *servers.NAMES))
def test_a_judgement_does_not_know_the_language(name: str) -> None:
    evidence, judgement = inspected(name)
    token = language._here.set((PSEUDO, pseudo()))
    try:
        again, judged = inspected(name)
    finally:
        language._here.reset(token)
    assert replace(again, collected_at=evidence.collected_at) == evidence
    assert judged == judgement


def test_a_genuine_cards_dump_is_told(spoken: None) -> None:
    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"))
    assert english(of_evidence(evidence)) == []
    assert english(of_judgement(judge(evidence, PAPERS, own()))) == []
