"""The words that all three doors share: nothing is promised that was not seen, and no foreign text crowds it out."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.records import words
from gpu_inspector.records.evidence import CardEvidence, Evidence, Gap, HostReading, Origin
from gpu_inspector.records.finding import Condition, Finding, Identity, Outcome, Role, Strength
from gpu_inspector.records.inspection import CardJudgement

PLAIN = str


def _finding(outcome: Outcome, title: str = "Memory total", **fields: object) -> Finding:
    plain = Finding(check="memory-total", title=title, role=Role.CORE, outcome=outcome, text="says {value}")
    return replace(plain, **fields)  # type: ignore[arg-type]


def _card(identity: Identity, *findings: Finding, compatible: tuple[str, ...] = ()) -> CardJudgement:
    return CardJudgement(label="a", product="b", identity=identity, findings=findings, compatible=compatible)


def _marked(text: str) -> str:
    return f"<{text}>"


def test_a_consistent_card_is_compatible_and_nothing_contradicted_it() -> None:
    found = (_finding(Outcome.CONSISTENT), _finding(Outcome.NOTED), _finding(Outcome.NOT_APPLICABLE))
    card = _card(Identity.CONSISTENT, *found, compatible=("A", "B"))
    assert words.identity_meaning(card, PLAIN) == ("No contradiction found in 2 of 2 checks; compatible with: A, B.")


def test_an_inconclusive_card_says_what_was_not_looked_at() -> None:
    seen, unseen = _finding(Outcome.CONSISTENT), _finding(Outcome.INCONCLUSIVE, "Memory measured")
    minor = _finding(Outcome.INCONCLUSIVE, "Clock", role=Role.SUPPORTING)
    assert words.identity_meaning(_card(Identity.INCONCLUSIVE, seen, unseen, minor), PLAIN) == (
        "No contradiction found in 1 of 3 checks. Not looked at, or not decided: Memory measured."
    )
    assert words.identity_meaning(_card(Identity.INCONCLUSIVE), PLAIN).endswith("No core check could look.")


@pytest.mark.parametrize(
    ("identity", "outcome"),
    [
        pytest.param(Identity.SUSPICIOUS, Outcome.SUSPICIOUS, id="deviation"),
        pytest.param(Identity.CONTRADICTED, Outcome.CONTRADICTED, id="contradiction"),
    ],
)
def test_a_grave_headline_names_what_deviates_and_nothing_else(identity: Identity, outcome: Outcome) -> None:
    card = _card(identity, _finding(outcome, "Board"), _finding(Outcome.CONSISTENT, "Name"), compatible=("A",))
    said = words.identity_meaning(card, PLAIN)
    assert ": Board. " in said
    assert "Name" not in said
    assert "ompatible" not in said


def test_a_card_that_agrees_with_its_papers_and_is_no_product_does_not_look_like_one() -> None:
    said = words.identity_meaning(_card(Identity.CONSISTENT, _finding(Outcome.NOTED)), PLAIN)
    assert said.endswith("Name and memory together are those of no catalogue product: read what was noted.")


def test_of_many_names_the_rest_is_counted() -> None:
    card = _card(Identity.CONSISTENT, _finding(Outcome.CONSISTENT), compatible=tuple("ABCDEFGHIJK"))
    assert "compatible with: A, B, C, D, E, F, G, H and 3 more." in words.identity_meaning(card, PLAIN)


def test_every_foreign_text_of_a_headline_is_made_harmless() -> None:
    card = _card(Identity.INCONCLUSIVE, _finding(Outcome.INCONCLUSIVE, "T"), compatible=("A",))
    said = words.identity_meaning(card, _marked)
    assert "compatible with: <A>." in said
    assert "not decided: <T>." in said
    assert words.control_word("3A090", _marked) == "<3A090>"


@pytest.mark.parametrize("identity", list(Identity), ids=str)
def test_people_never_read_suspicious_nor_genuine_nor_fake(identity: Identity) -> None:
    card = _card(identity, *(_finding(outcome) for outcome in Outcome))
    said = [words.IDENTITIES[identity], words.identity_meaning(card, PLAIN), words.tally(card.findings)]
    said += [*words.OUTCOMES.values(), *words.CONDITIONS.values(), *words.NATURES.values(), *words.LIMITS]
    text = " ".join(said).casefold()
    assert [word for word in ("suspicious", "genuine", "fake") if word in text] == []


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("measure", "measurement"),
        ("measure: memory", "measurement of the memory"),
        ("measure: speed", "measurement of the memory's speed"),
        ("measure: \x1b", "measure: \x1b"),
        ("nvidia-smi", "nvidia-smi"),
    ],
    ids=["whole", "part", "speed", "none of ours", "another source"],
)
def test_a_source_has_a_name_for_people(source: str, said: str) -> None:
    assert words.source_words(source) == said


def test_every_answer_has_its_words() -> None:
    assert set(words.OUTCOMES) == set(words.BY_GRAVITY) == set(Outcome)
    assert len(words.BY_GRAVITY) == len(Outcome)
    assert set(words.IDENTITIES) == set(Identity)
    assert set(words.CONDITIONS) == set(Condition)
    assert set(words.TITLES) == set(words.NATURES) == set(Origin)
    assert set(words.ROLES) == set(Role)
    assert set(words.STRENGTHS) == set(Strength)


def test_what_was_not_examined_or_not_assessed_is_no_clearance() -> None:
    assert words.CONDITIONS[Condition.NOT_EXAMINED] == "No test of memory, speed or heat came to an answer."
    assert words.control_word("not assessed", PLAIN) == "NOT ASSESSED"
    said = words.control_meaning("not assessed")
    assert said == "No export-control rules were applied. This is not a clearance."
    assert words.control_meaning("3A090.a") != said


def test_an_entry_of_a_control_list_keeps_its_spelling() -> None:
    assert words.control_word("4A090.a", PLAIN) == "4A090.a"


def test_groups_stand_in_reading_order_with_the_gravest_first() -> None:
    found = (
        _finding(Outcome.CONSISTENT, "1", check="memory-a"),
        _finding(Outcome.NOTED, "2", check="memory-b"),
        _finding(Outcome.CONTRADICTED, "3", check="memory-c"),
        _finding(Outcome.INCONCLUSIVE, "4", check="bench-a"),
        _finding(Outcome.CONSISTENT, "5", check="unheard-of"),
    )
    shown = [(heading, [one.title for one in members]) for heading, members in words.groups(found)]
    assert shown == [(words.GROUPS["bench"], ["4"]), ("Memory", ["3", "2", "1"]), (words.OTHER_GROUP, ["5"])]


def test_a_tally_counts_every_finding_gravest_first() -> None:
    found = (_finding(Outcome.CONSISTENT), _finding(Outcome.SUSPICIOUS), _finding(Outcome.CONSISTENT))
    assert words.tally(found) == "1 unexplained deviation, 2 consistent"


def test_a_grave_sign_without_an_innocent_explanation_says_so() -> None:
    strong = _finding(Outcome.SUSPICIOUS, strength=Strength.STRONG)
    assert words.innocent_of(strong, PLAIN) == (words.NO_INNOCENT,)
    assert words.innocent_of(_finding(Outcome.NOTED, strength=Strength.WEAK), PLAIN) == ()
    explained = replace(strong, innocent=("a rework to {value}",), values={"value": "48 GB"})
    assert words.innocent_of(explained, PLAIN) == ("a rework to 48 GB",)


def test_a_finding_says_its_weight_its_witness_and_its_check() -> None:
    finding = _finding(Outcome.SUSPICIOUS, strength=Strength.STRONG, witness="vBIOS")
    assert words.weight(finding, PLAIN) == "core check · strong sign · seen in: vBIOS · memory-total"


@pytest.mark.parametrize("template", ["{", "}", "{x", "{!}", "{a.b}", "{0[x]}"])
def test_a_template_that_is_none_is_shown_and_looks_nothing_up(template: str) -> None:
    filled = words.filled(template, _finding(Outcome.NOTED, values={"a": "value", "0": "value"}), PLAIN)
    assert filled
    assert "value" not in filled


@settings(max_examples=examples(50), deadline=None)
@given(st.text(max_size=100))
def test_a_value_is_cleaned_before_it_is_filled_in(value: str) -> None:
    assert words.filled("{a}", _finding(Outcome.NOTED, values={"a": value}), _marked) == f"<{value}>"


def test_a_source_that_was_not_read_is_never_left_out() -> None:
    card = CardEvidence(label="card 1", gaps=(Gap("nvml", "n"),))
    evidence = Evidence(
        collected_at=datetime(2026, 1, 1, tzinfo=UTC),
        tool_version="1",
        reference_version="1",
        origin=Origin.MACHINE,
        cards=(card, CardEvidence(label="card 2", gaps=(Gap("pci", "p"),))),
        host=HostReading(system="s", gaps=(Gap("kernel log", "k"),)),
        gaps=(Gap("whole", "w"),),
    )
    missing = [(label, gap.source) for label, gap in words.missing_sources(evidence)]
    assert missing == [("", "whole"), ("", "kernel log"), ("card 1", "nvml"), ("card 2", "pci")]
    assert [gap.source for gap in words.missing_of(evidence, card)] == ["nvml", "kernel log", "whole"]
    assert [gap.source for gap in words.missing_of(evidence, None)] == ["kernel log", "whole"]


@pytest.mark.parametrize(
    ("reason", "advice", "said"),
    [
        pytest.param("no permission", "Ask root.", "No permission. Ask root.", id="no full stop"),
        pytest.param("It hangs.", "", "It hangs.", id="no advice"),
        pytest.param("", "Ask root.", "Ask root.", id="no reason"),
    ],
)
def test_a_reason_and_its_advice_are_two_sentences(reason: str, advice: str, said: str) -> None:
    assert words.with_advice(reason, advice) == said


@pytest.mark.parametrize(
    ("offset", "said"),
    [
        pytest.param(60, "2026-11-24 10:30:15 UTC+01:00", id="east"),
        pytest.param(-210, "2026-11-24 06:00:15 UTC-03:30", id="west"),
        pytest.param(10**9, "2026-11-25 09:29:15 UTC+23:59", id="no real offset"),
    ],
)
def test_local_time_bears_its_offset(offset: int, said: str) -> None:
    assert words.local_time(datetime(2026, 11, 24, 9, 30, 15, tzinfo=UTC), offset) == said


def test_a_time_at_the_end_of_the_calendar_is_said_in_utc() -> None:
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert words.local_time(last, 60) == "9999-12-31 23:59:59 UTC"


def test_a_digest_is_read_out_in_groups_of_eight() -> None:
    assert words.spaced("0123456789abcdef") == "01234567 89abcdef"
