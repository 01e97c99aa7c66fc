"""The condition: a broken lane is named and accuses nobody; wear is wear; what was not proved is not sound."""

from typing import Any

import pytest
from cards import forged, genuine, row_of
from silicon_records import UUID, folded, memory_of, silicon_of_row, with_silicon

from gpu_inspector.language import fill
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Condition, Finding, Outcome, Strength
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.records.product import Product
from gpu_inspector.records.silicon import PAGE_BYTES, BadWord, GroupError, LaneError, MemoryReading
from gpu_inspector.workflow.judging import judge

_3060 = row_of("NVIDIA GeForce RTX 3060", "2504", 12)
_A100 = row_of("NVIDIA A100-SXM4-80GB")


def _judged(memory: MemoryReading | None, profile: str = "standard") -> CardJudgement:
    silicon = silicon_of_row(_3060, memory=memory, profile=profile, heat=None, link=None)
    (card,) = judge(with_silicon(genuine(_3060), silicon), Declaration(), load()).cards
    return card


def _of(card: CardJudgement, check: str = "condition-memory") -> Finding:
    return next(one for one in card.findings if one.check == check)


def _text(finding: Finding) -> str:
    return fill(finding.text, finding.values)


DEFECTS = [
    pytest.param(
        {"lanes": (LaneError(lane=37, words=900, reads="1"),), "bad_words": 900, "bad_pages": 3},
        "Data lane 37 of the 256 of a 32-byte word always reads 1",
        id="dead lane",
    ),
    pytest.param(
        {"lanes": (LaneError(lane=4, words=9, reads="both", partner=5),), "bad_words": 9},
        "Data lanes 4 and 5 of the 256 of a 32-byte word are bridged",
        id="bridged lanes",
    ),
    pytest.param(
        {"group": GroupError(number=3, of=6, stretch_bytes=256, share=1 / 6, lost=True), "bad_words": 7},
        "Channel group 3 of 6, inferred, does not answer (16.7 % of the words, in stretches of 256 bytes)",
        id="missing channel",
    ),
    pytest.param({"address_bits": (9,), "aliased_words": 4096}, "by bit 9 of the offset (128 KiB)", id="address line"),
    pytest.param({"bad_words": 12, "garbled_words": 12}, "12 words are wrong without a pattern", id="garbled"),
    pytest.param({"bad_words": 5, "stale_words": 5}, "5 words kept what was written earlier", id="lost writes"),
    pytest.param({"bad_words": 5}, "5 words read back wrong", id="wrong words"),
    pytest.param({"ecc_uncorrected": 2}, "ECC met 2 errors that it could not correct", id="uncorrected"),
    pytest.param(
        {
            "bad_pages": 2,
            "bad_page_offsets": (PAGE_BYTES,),
            "kept": (
                BadWord(offset_bytes=0, expected="0" * 64, read="1" * 64, second="1" * 64),
                BadWord(offset_bytes=0, expected="0" * 64, read="1" * 64, second="0" * 64),
            ),
        },
        "2 pages of 2 MiB with wrong words (at offset 0x200000 (2 MiB) and 1 more);"
        " read again, 1 of 2 kept words came back the same",
        id="pages of a later pass",
    ),
]


@pytest.mark.parametrize(("changes", "words"), DEFECTS)
def test_a_defect_is_named_makes_the_card_faulty_and_accuses_nobody(changes: dict[str, Any], words: str) -> None:
    card = _judged(memory_of(12288, **changes))
    found = _of(card)
    assert found.outcome is Outcome.NOTED
    assert found.strength is Strength.NONE
    assert words in _text(found)
    assert card.condition is Condition.FAULTY
    assert not [one.check for one in card.findings if one.outcome in (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)]


def test_a_sound_memory_says_how_much_was_seen_and_the_proof() -> None:
    card = _judged(memory_of(12288))
    assert card.condition is Condition.SOUND
    assert "12,102 MiB covered" in _text(_of(card)).replace("12,103", "12,102")
    assert "software-injected faults found: 8 of 8" in _text(_of(card))


@pytest.mark.parametrize("profile", ["quick", "standard", "deep"])
def test_the_profile_and_its_reach_are_named(profile: str) -> None:
    assert f"Profile {profile}" in _text(_of(_judged(memory_of(12288), profile)))
    assert ("one polarity" in _text(_of(_judged(memory_of(12288), profile)))) is (profile == "quick")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"transient_pages": 1, "bad_pages": 1}, id="wrong once"),
        pytest.param({"ecc_corrected": 4}, id="ECC corrected"),
        pytest.param({"remapped_rows": 1}, id="a row was remapped"),
        pytest.param({"retired_pages": 1}, id="a page was retired"),
    ],
)
def test_wear_is_wear(changes: dict[str, Any]) -> None:
    card = _judged(memory_of(12288, **changes))
    assert card.condition is Condition.WORN
    assert _of(card).outcome is Outcome.NOTED


@pytest.mark.parametrize("changes", [{"complete": False}, {"found": 7}, {"injected": 0, "found": 0}])
def test_without_proof_nothing_is_sound(changes: dict[str, Any]) -> None:
    card = _judged(memory_of(12288, **changes))
    assert _of(card).outcome is Outcome.INCONCLUSIVE
    assert card.condition is Condition.NOT_EXAMINED


def test_a_test_that_read_nothing_back_says_so() -> None:
    nothing = memory_of(12288, 0, complete=False, right_bytes=0, true_bytes=0, injected=0, found=0)
    assert "nothing was read back whole" in _text(_of(_judged(nothing)))
    assert "No wrong word was seen" in _text(_of(_judged(memory_of(12288, complete=False))))


def test_a_defect_counts_even_where_the_test_did_not_end() -> None:
    broken = memory_of(12288, complete=False, lanes=(LaneError(lane=1, words=2, reads="0"),), bad_words=2)
    assert _judged(broken).condition is Condition.FAULTY


def test_a_forged_size_is_no_defect() -> None:
    card = _judged(folded(12288, 6144))
    assert card.condition is Condition.SOUND
    assert "that is really there" in _text(_of(card))


def test_a_forged_size_with_a_broken_lane_is_both() -> None:
    card = _judged(folded(12288, 6144, lanes=(LaneError(lane=1, words=2, reads="0"),), bad_words=2))
    assert card.condition is Condition.FAULTY
    assert next(one for one in card.findings if one.check == "memory-measured").outcome is Outcome.CONTRADICTED


def test_many_lanes_are_counted_not_listed() -> None:
    lanes = tuple(LaneError(lane=lane, words=1, reads="0") for lane in range(32))
    assert "28 more lanes" in _text(_of(_judged(memory_of(12288, lanes=lanes, bad_words=32))))


def test_what_was_not_measured_is_not_examined() -> None:
    card = _judged(None)
    assert _of(card).outcome is Outcome.INCONCLUSIVE
    assert card.condition is Condition.NOT_EXAMINED


# --- the card's own counters


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        pytest.param({"ecc_errors_corrected": 3}, "3 errors that ECC corrected", id="corrected"),
        pytest.param({"ecc_errors_uncorrected": 1}, "1 errors that ECC could not correct", id="uncorrected"),
        pytest.param({"retired_pages": 2}, "2 retired pages", id="retired pages"),
        pytest.param({"remapped_rows_correctable": 1, "remapped_rows_uncorrectable": 2}, "3 remapped rows", id="rows"),
        pytest.param({"remap_pending": True}, "a row waits to be remapped", id="pending"),
        pytest.param({"remap_failed": True}, "a row could not be remapped", id="failed"),
    ],
)
@pytest.mark.parametrize("origin", [Origin.MACHINE, Origin.FILE])
def test_wear_that_the_driver_tells_of_is_noted(
    claims: dict[str, Any], words: str, origin: Origin, catalogue: Catalogue
) -> None:
    evidence = with_silicon(forged(genuine(_A100), **claims), None, origin=origin)
    (card,) = judge(evidence, Declaration(), catalogue).cards
    found = _of(card, "condition-wear")
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.NONE)
    assert words in _text(found)
    assert card.condition is Condition.WORN


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        pytest.param(_3060, Outcome.NOT_APPLICABLE, id="a GeForce has none"),
        pytest.param(_A100, Outcome.INCONCLUSIVE, id="a datacentre card has them"),
    ],
)
def test_counters_that_are_not_given(row: Product, outcome: Outcome, catalogue: Catalogue) -> None:
    (card,) = judge(genuine(row), Declaration(), catalogue).cards
    assert _of(card, "condition-wear").outcome is outcome
    assert card.condition is Condition.NOT_EXAMINED


def test_counters_at_zero_examine_nothing(catalogue: Catalogue) -> None:
    evidence = forged(genuine(_A100), ecc_errors_corrected=0, remapped_rows_correctable=0)
    (card,) = judge(evidence, Declaration(), catalogue).cards
    assert _of(card, "condition-wear").outcome is Outcome.CONSISTENT
    assert card.condition is Condition.NOT_EXAMINED


def test_condition_never_adds_up_with_other_signs(catalogue: Catalogue) -> None:
    """A genuine card with worn memory and one medium sign stays unaccused."""
    evidence = forged(genuine(_A100), ecc_errors_corrected=3, subsystem_vendor="0000", subsystem_id="0000", uuid=UUID)
    (card,) = judge(evidence, Declaration(), catalogue).cards
    assert _of(card, "condition-wear").outcome is Outcome.NOTED
    assert _of(card, "board-signs").outcome is Outcome.CONSISTENT
