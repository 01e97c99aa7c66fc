"""What a clean result does not rule out: each known forgery stands in the list until a check that can see it looked."""

from dataclasses import replace

import pytest
from cards import genuine, row_of

from gpu_inspector.checks import ALL_CHECKS
from gpu_inspector.records import canonical, forgery, words
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.finding import Finding, Identity, Outcome, Role
from gpu_inspector.records.inspection import CardJudgement, Judgement
from gpu_inspector.workflow.judging import judge

SEEN = [(one, check) for one in forgery.KNOWN for check in one.seen_by]
UNSEEN = [one for one in forgery.KNOWN if not one.seen_by]
_SILENT = (Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE)


def _finding(check: str, outcome: Outcome) -> Finding:
    return Finding(check=check, title="t", role=Role.CORE, outcome=outcome, text="x")


def _sold(one: forgery.Forgery) -> str:
    return f"NVIDIA {one.sold_as[0]} 24GB" if one.sold_as else "NVIDIA GeForce RTX 4090"


def test_the_table_names_checks_that_exist_and_each_class_once() -> None:
    ids = {check.id for check in ALL_CHECKS}
    assert {check for one in forgery.KNOWN for check in one.seen_by} <= ids
    assert len({one.id for one in forgery.KNOWN}) == len({one.name for one in forgery.KNOWN}) == len(forgery.KNOWN)
    assert all(one.source and one.text.endswith(".") for one in forgery.KNOWN)


@pytest.mark.parametrize(("one", "check"), SEEN, ids=[f"{one.id} by {check}" for one, check in SEEN])
def test_a_class_leaves_the_list_when_a_check_that_sees_it_has_looked(one: forgery.Forgery, check: str) -> None:
    assert one.name in forgery.would_pass((), _sold(one))
    for outcome in Outcome:
        passed = forgery.would_pass((_finding(check, outcome),), _sold(one))
        assert (one.name in passed) is (outcome in _SILENT), outcome


@pytest.mark.parametrize("one", UNSEEN, ids=lambda one: one.id)
def test_what_no_check_can_see_stays_whatever_looked(one: forgery.Forgery) -> None:
    everything = [_finding(check.id, Outcome.CONSISTENT) for check in ALL_CHECKS]
    assert one.name in forgery.would_pass(everything, _sold(one))


def test_something_always_stays_in_the_list() -> None:
    everything = [_finding(check.id, Outcome.CONSISTENT) for check in ALL_CHECKS]
    assert forgery.would_pass(everything, "NVIDIA GeForce RTX 4090")


def test_a_class_sold_under_other_names_is_left_out_unless_the_card_has_no_name() -> None:
    unlocked = next(one for one in forgery.KNOWN if one.id == "unlocked-mining")
    assert unlocked.name not in forgery.would_pass((), "NVIDIA GeForce RTX 4090")
    assert unlocked.name in forgery.would_pass((), "nvidia a100-pcie-40gb")
    assert unlocked.name in forgery.would_pass((), "")


def _of(evidence: Evidence, declaration: Declaration, catalogue: Catalogue) -> tuple[str, ...]:
    return judge(evidence, declaration, catalogue).cards[0].would_pass


def test_a_file_could_have_been_edited_and_a_card_on_the_bench_could_not(catalogue: Catalogue) -> None:
    edited = next(one for one in forgery.KNOWN if one.id == "edited-file").name
    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"), "2684")
    assert edited not in _of(replace(evidence, origin=Origin.MACHINE), Declaration(), catalogue)
    assert edited in _of(replace(evidence, origin=Origin.FILE), Declaration(), catalogue)


def test_papers_that_were_held_against_the_card_are_no_longer_in_the_list(catalogue: Catalogue) -> None:
    papers = next(one for one in forgery.KNOWN if one.id == "papers").name
    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"), "2684")
    assert papers in _of(evidence, Declaration(), catalogue)
    assert papers not in _of(evidence, Declaration(product="RTX 4090"), catalogue)


def test_the_declared_name_counts_as_well(catalogue: Catalogue) -> None:
    unlocked = next(one for one in forgery.KNOWN if one.id == "unlocked-mining").name
    evidence = replace(genuine(row_of("NVIDIA GeForce RTX 4090"), "2684"), host=None, origin=Origin.FILE)
    bare = replace(evidence, cards=tuple(replace(card, nvml=None, nvidia_smi=None) for card in evidence.cards))
    assert unlocked in _of(bare, Declaration(product="A100 40GB"), catalogue)


def test_a_judgement_of_before_the_list_is_read_without_one() -> None:
    card = CardJudgement(label="a", product="b", identity=Identity.CONSISTENT)
    judgement = Judgement(verdict=Identity.CONSISTENT, cards=(card,), tool_version="1", reference_version="1")
    told = canonical.encode(judgement).replace(b',"would_pass":[]', b"")
    assert b"would_pass" not in told
    again = canonical.decode_plain(told, Judgement, "judgement")
    assert again.cards[0].would_pass == ()
    assert canonical.is_of(told, again)


def test_the_sentence_names_them_cleaned_and_counts_the_rest() -> None:
    assert words.passing((), str) == ""
    assert words.passing(("a, b", "c"), str) == f"{words.WOULD_PASS}: a, b; c."
    assert words.passing(("a", "b", "c"), lambda text: f"<{text}>", 2) == f"{words.WOULD_PASS}: <a>, <b> and 1 more."
