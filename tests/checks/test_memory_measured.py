"""Memory measured: words read back decide, defects and missing proofs never accuse, and nothing is cleared unseen."""

from dataclasses import replace
from typing import Any

import pytest
from cards import finding_of, forged, genuine, row_of
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples
from silicon_records import GIB, MIB, folded, memory_of, silicon_of_row, with_silicon

from gpu_inspector.checks.memory_measured import measured
from gpu_inspector.checks.runner import run
from gpu_inspector.checks.sizes import next_smaller_mib, size_class_mib
from gpu_inspector.checks.subject import Subject
from gpu_inspector.language import fill
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence, Gap, Origin
from gpu_inspector.records.finding import Condition, Finding, Outcome, Role
from gpu_inspector.records.product import Product
from gpu_inspector.records.silicon import (
    PAGE_BYTES,
    WORD_BYTES,
    BadWord,
    Fold,
    GroupError,
    LaneError,
    MemoryReading,
    PassReading,
)

_4090 = row_of("NVIDIA GeForce RTX 4090")
_3060 = row_of("NVIDIA GeForce RTX 3060", "2504", 12)
_A100 = row_of("NVIDIA A100-SXM4-80GB")
_TOTAL = 24564


def _card(row: Product, memory: MemoryReading | None, **claims: Any) -> Evidence:
    evidence = forged(genuine(row), **claims)
    return with_silicon(evidence, silicon_of_row(row, memory=memory))


def _found(memory: MemoryReading | None, row: Product = _4090, **claims: Any) -> Finding:
    return finding_of(_card(row, memory, **claims), "memory-measured", load())


def _text(finding: Finding) -> str:
    return fill(finding.text, finding.values)


# --- what is not there


def test_a_fold_of_half_the_memory_is_contradicted_with_size_and_example() -> None:
    found = _found(folded(_TOTAL, 12288))
    assert found.outcome is Outcome.CONTRADICTED
    assert found.role is Role.CORE
    assert found.source == "what was written and read back"
    assert "claims 24,564 MiB; 12,288 MiB of it is really there, a card of 12 GB" in _text(found)
    assert "at offset 0x40 stood what was written to offset 0x300000040" in _text(found)


def test_the_product_of_the_die_that_has_the_true_size_is_named() -> None:
    found = _found(folded(81920, 40960), _A100, memory_total_bytes=81920 * MIB)
    assert "a card of 40 GB, as a genuine NVIDIA A100-SXM4-40GB" in _text(found)
    assert "(GA100)" in _text(found)


def test_a_size_that_no_product_has_is_rounded_up_to_whole_gib() -> None:
    assert size_class_mib(5 * GIB + 7, 0, ()) == 6144


def test_pages_on_which_nothing_stands_are_contradicted() -> None:
    whole = memory_of(_TOTAL)
    half = whole.covered_bytes // 2 // PAGE_BYTES * PAGE_BYTES
    lost = (whole.covered_bytes - half) // WORD_BYTES
    found = _found(replace(whole, right_bytes=half, true_bytes=half, absent_words=lost))
    assert found.outcome is Outcome.CONTRADICTED
    assert "read back as nothing that was ever written" in _text(found)


def test_the_sparse_probe_alone_is_proof_when_the_card_died_after_it() -> None:
    pages = 12 * GIB // PAGE_BYTES
    probed = memory_of(
        2 * 12288,
        right_bytes=0,
        true_bytes=pages * PAGE_BYTES,
        aliased_words=pages,
        fold=Fold(page_level=True, distances_bytes=(12 * GIB,), pairs=pages),
        covered_bytes=0,
        passes=(PassReading(name="write hash", moved_bytes=GIB, seconds=0.1),),
        fault_offset_bytes=GIB,
        fault="illegal address",
        injected=0,
        found=0,
        complete=False,
    )
    found = _found(probed)
    assert found.outcome is Outcome.CONTRADICTED
    assert "of the places that a first probe wrote to, 50 % do not exist" in _text(found)
    assert "addresses 12 GiB apart are the same cells" in _text(found)


def test_a_fault_while_covering_is_a_strong_sign_with_its_offset_and_no_proof() -> None:
    stopped = memory_of(
        _TOTAL, 12000, fault_offset_bytes=12 * GIB, fault="illegal address", injected=0, found=0, complete=False
    )
    found = _found(stopped)
    assert found.outcome is Outcome.SUSPICIOUS
    assert "failed at or beyond offset 0x300000000 (12 GiB) of the tested area (illegal address)" in _text(found)
    assert found.innocent


def test_an_error_that_ecc_could_not_correct_is_no_sign_of_a_smaller_size() -> None:
    stopped = memory_of(_TOTAL, 12000, fault_offset_bytes=12 * GIB, ecc_uncorrected=1, complete=False)
    assert _found(stopped).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(("covered", "words"), [(9000, "at least 9,000 MiB"), (0, "nothing was read back whole")])
def test_a_test_without_an_end_says_how_far_it_came(covered: int, words: str) -> None:
    found = _found(memory_of(_TOTAL, covered, injected=0, found=0, complete=False))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert words in _text(found)


def test_a_few_pages_that_share_cells_are_a_sign_but_no_smaller_size() -> None:
    one = memory_of(
        _TOTAL,
        aliased_words=PAGE_BYTES // WORD_BYTES,
        fold=Fold(page_level=True, distances_bytes=(GIB,), pairs=1),
    )
    assert _found(one).outcome is Outcome.SUSPICIOUS


@settings(max_examples=examples(60), deadline=None)
@given(st.sampled_from([_4090, _3060, _A100]), st.floats(0.1, 0.95))
def test_any_missing_share_that_a_smaller_size_could_explain_is_contradicted(row: Product, share: float) -> None:
    total = row.total_mib_ecc_on if row.ecc == "on" else row.total_mib_ecc_off
    assert total is not None
    assert _found(folded(total, int(total * share)), row).outcome is Outcome.CONTRADICTED


# --- what is there


def test_a_whole_memory_is_consistent_and_the_rest_is_named() -> None:
    found = _found(memory_of(_TOTAL))
    assert found.outcome is Outcome.CONSISTENT
    assert "24,194 MiB of 24,564 MiB was written and read back." in _text(found)
    assert "370 MiB was not verified (8 MiB were refused in pieces of 2 MiB)" in _text(found)
    assert "software-injected faults found: 8 of 8." in _text(found)


def test_a_rework_whose_memory_is_there_is_consistent_here() -> None:
    found = _found(memory_of(49140), memory_total_bytes=49140 * MIB)
    assert found.outcome is Outcome.CONSISTENT


@pytest.mark.parametrize(
    ("memory", "advice"),
    [
        pytest.param(None, "Have the memory measured", id="claims alone"),
        pytest.param(memory_of(49140, 9000, complete=False), "Have the memory measured", id="not to the end"),
        pytest.param(memory_of(49140), "memory's own finding", id="measured"),
    ],
)
def test_nobody_is_sent_to_measure_what_was_measured(memory: MemoryReading | None, advice: str) -> None:
    found = finding_of(_card(_4090, memory, memory_total_bytes=49140 * MIB), "memory-total", load())
    assert found.outcome is Outcome.CONTRADICTED
    assert advice in found.advice


@pytest.mark.parametrize(
    ("covered", "outcome", "words"),
    [
        pytest.param(23900, Outcome.CONSISTENT, "23,900 MiB of 24,564 MiB was written", id="the gate of 97 %"),
        pytest.param(21000, Outcome.CONSISTENT, "more than a card of 20 GB, the next smaller", id="20 GB is excluded"),
        pytest.param(20000, Outcome.INCONCLUSIVE, "At least 20,000 MiB of 24,564 MiB", id="20 GB is not excluded"),
        pytest.param(0, Outcome.INCONCLUSIVE, "At least 0 MiB", id="nothing was covered"),
    ],
)
def test_how_much_must_be_covered_follows_from_the_next_smaller_size(
    covered: int, outcome: Outcome, words: str, catalogue: Catalogue
) -> None:
    smaller = next_smaller_mib(_TOTAL * MIB, tuple(row for row in catalogue.products if row.die == "AD102"))
    found = _found(memory_of(_TOTAL, covered))
    if smaller == 20480:
        assert (found.outcome, words in _text(found)) == (outcome, True)
    else:
        assert found.outcome is (Outcome.CONSISTENT if covered > smaller else Outcome.INCONCLUSIVE)


def test_a_display_lowers_the_gate() -> None:
    covered = int(_TOTAL * 0.86)
    assert "next smaller" not in _text(_found(memory_of(_TOTAL, covered), display_active=True))
    assert "next smaller" in _text(_found(memory_of(_TOTAL, covered), display_active=False))


def test_half_of_the_claim_is_never_cleared_even_where_no_product_has_it() -> None:
    assert next_smaller_mib(16 * GIB, ()) == 8192
    found = _found(memory_of(2 * 4096, 4096), row_of("NVIDIA GeForce RTX 3070", "2484"), memory_total_bytes=8192 * MIB)
    assert found.outcome is Outcome.INCONCLUSIVE


def test_memory_that_the_driver_keeps_back_is_never_taken_for_verified() -> None:
    half = memory_of(_TOTAL, 12200, free_bytes=12300 * MIB)
    found = _found(half)
    assert found.outcome is Outcome.INCONCLUSIVE


def test_memory_of_the_host_is_named_and_not_counted() -> None:
    slow = memory_of(_TOTAL, 12200, host_bytes=12000 * MIB, refused="")
    found = _found(slow)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "12,000 MiB were as slow as the host's memory" in _text(found)


def test_the_larger_claim_counts_where_cuda_shows_less_than_the_driver() -> None:
    found = _found(memory_of(12288), memory_total_bytes=_TOTAL * MIB)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "12,276 MiB are not offered to programs" in _text(found)


def test_the_sound_memory_of_no_row_of_the_reference_data_is_accused_or_left_open(catalogue: Catalogue) -> None:
    wrong = []
    for row in catalogue.products:
        total = (row.total_mib_ecc_on if row.ecc == "on" else row.total_mib_ecc_off) or row.memory_mib
        if total is None or row.die not in catalogue.dies:
            continue
        evidence = _card(row, memory_of(total))
        subject = Subject(evidence, evidence.cards[0], Declaration(), catalogue)
        (found,) = run((measured,), subject)
        if found.outcome is not Outcome.CONSISTENT:
            wrong.append((row.name, row.memory_mib, found.outcome, _text(found)))
    assert not wrong


# --- what keeps the verdict open


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"injected": 0, "found": 0}, "did not prove itself", id="nothing was planted"),
        pytest.param({"injected": 8, "found": 7}, "faults found: 7 of 8", id="one was not found"),
        pytest.param({"complete": False}, "at least 24,194 MiB", id="it did not end"),
        pytest.param({"beyond_l2": False}, "too little memory for its cache", id="the cache holds it all"),
    ],
)
def test_without_proof_nothing_is_cleared(changes: dict[str, Any], words: str) -> None:
    found = _found(memory_of(_TOTAL, **changes))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert words in _text(found)


@pytest.mark.parametrize(
    "defect",
    [
        pytest.param({"lanes": (LaneError(lane=37, words=9, reads="1"),), "bad_words": 9, "bad_pages": 9}, id="lane"),
        pytest.param({"bad_words": 40, "garbled_words": 40, "bad_pages": 3}, id="cells"),
        pytest.param(
            {
                "group": GroupError(number=2, of=6, stretch_bytes=256, share=1 / 6, lost=True),
                "bad_words": 12102 * MIB // 6 // WORD_BYTES,
                "bad_pages": 6000,
            },
            id="channel",
        ),
        pytest.param(
            {
                "aliased_words": 12288 * MIB // 24 // WORD_BYTES,
                "address_bits": (9,),
                "fold": Fold(page_level=False),
                "bad_pages": 6000,
            },
            id="address line",
        ),
        pytest.param({"transient_pages": 3}, id="transient"),
    ],
)
def test_a_defect_does_not_touch_the_verdict_on_the_size(defect: dict[str, Any]) -> None:
    assert _found(memory_of(12288, **defect), _3060).outcome is Outcome.CONSISTENT


def test_a_line_that_halves_the_whole_memory_is_more_than_a_defect() -> None:
    whole = memory_of(_TOTAL)
    half = whole.covered_bytes // 2
    shared = replace(
        whole,
        right_bytes=half,
        true_bytes=half,
        aliased_words=half // WORD_BYTES,
        address_bits=(12,),
        fold=Fold(page_level=False, missing_bits=(12,)),
    )
    found = _found(shared)
    assert found.outcome is Outcome.SUSPICIOUS
    assert "bit 12 of the offset make no difference" in _text(found).replace("bits 12", "bit 12")


def test_half_of_the_channels_lost_clears_no_size() -> None:
    lost = GroupError(number=1, of=2, stretch_bytes=256, share=0.5, lost=True)
    found = _found(memory_of(_TOTAL, group=lost, bad_words=_TOTAL * MIB // 2 // WORD_BYTES))
    assert found.outcome is Outcome.INCONCLUSIVE


def test_why_it_did_not_end_is_said() -> None:
    evidence = _card(_4090, memory_of(_TOTAL, complete=False))
    (card,) = evidence.cards
    card = replace(card, gaps=(Gap("measure: memory", "The card fell off the {bus}.", ""),))
    found = finding_of(replace(evidence, cards=(card,)), "memory-measured", load())
    assert "did not come to its end (The card fell off the {bus})" in _text(found)


# --- what was not measured


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("measure: memory", "The memory was not measured: the kernel hung", id="its own gap"),
        pytest.param("measure", "The memory was not measured: the kernel hung", id="the measurement's gap"),
        pytest.param("driver", "The memory was not measured: the kernel hung", id="the driver's gap"),
        pytest.param("nvml", "The memory was not measured.", id="another source's gap"),
    ],
)
def test_a_gap_says_why_and_what_helps(source: str, expected: str) -> None:
    evidence = _card(_4090, None)
    (card,) = evidence.cards
    card = replace(card, gaps=(Gap(source, "the kernel hung", "Restart {the} machine."),))
    found = finding_of(replace(evidence, cards=(card,)), "memory-measured", load())
    assert found.outcome is Outcome.INCONCLUSIVE
    assert _text(found).startswith(expected)
    if source != "nvml":
        assert fill(found.advice, found.values) == "Restart {the} machine."


@pytest.mark.parametrize("origin", [Origin.FILE, Origin.SAMPLE])
def test_a_file_holds_no_silicon(origin: Origin) -> None:
    evidence = replace(_card(_4090, folded(_TOTAL, 12288)), origin=origin)
    found = finding_of(evidence, "memory-measured", load())
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "a file holds no silicon" in _text(found)


@pytest.mark.parametrize(
    ("simulation", "origin", "words"),
    [
        pytest.param("genuine-rtx-4090", Origin.MACHINE, "of a simulated card", id="a simulation passed off as a card"),
        pytest.param("", Origin.SIMULATION, "the reading is not", id="a card passed off as a simulation"),
    ],
)
def test_a_simulation_and_a_card_never_stand_for_each_other(simulation: str, origin: Origin, words: str) -> None:
    silicon = silicon_of_row(_4090, simulation=simulation)
    found = finding_of(with_silicon(genuine(_4090), silicon, origin=origin), "memory-measured", load())
    assert found.outcome is Outcome.INCONCLUSIVE
    assert words in _text(found)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"uuid": "GPU-00000000-0000-0000-0000-000000000000"}, id="another UUID"),
        pytest.param({"uuid": "", "pci_bus_id": "0000:02:00.0"}, id="another slot"),
        pytest.param({"uuid": "", "pci_bus_id": ""}, id="neither is said"),
    ],
)
def test_a_reading_of_another_card_counts_nothing(changes: dict[str, str]) -> None:
    evidence = with_silicon(genuine(_4090), silicon_of_row(_4090, **changes))
    found = finding_of(evidence, "memory-measured", load())
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "of another card" in _text(found)


def test_a_domain_of_eight_digits_is_the_same_slot() -> None:
    silicon = silicon_of_row(_4090, uuid="", pci_bus_id="00000000:01:00.0")
    found = finding_of(with_silicon(genuine(_4090), silicon), "memory-measured", load())
    assert found.outcome is Outcome.CONSISTENT


def test_words_of_the_card_never_become_a_template() -> None:
    kept = BadWord(offset_bytes=0, expected="", read="", owner_offset_bytes=PAGE_BYTES)
    found = _found(folded(_TOTAL, 12288, kept=(kept,), refused="{claimed}"))
    assert "{" not in _text(found)
    open_end = _found(memory_of(_TOTAL, refused="{proof} {__class__}"))
    assert "{proof} {__class__}" in _text(open_end)


# --- readings that do not add up, and what nearly clears


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param(
            {"right_bytes": 0, "true_bytes": 0}, "was neither right nor wrong", id="covered, but nothing read"
        ),
        pytest.param({"claimed_bytes": 1 << 30}, "more was covered than", id="more covered than there can be"),
        pytest.param({"passes": ()}, "verified", id="complete without a verification"),
        pytest.param({"true_bytes": _TOTAL * MIB * 2}, "more is there than", id="more there than covered"),
        pytest.param({"injected": 4, "found": 9}, "faults were found", id="more found than planted"),
        pytest.param({"aliased_words": -5}, "below zero", id="a count below zero"),
        pytest.param({"covered_bytes": -PAGE_BYTES}, "below zero", id="a size below zero"),
    ],
)
def test_a_reading_that_contradicts_itself_decides_nothing(changes: dict[str, Any], words: str) -> None:
    found = _found(memory_of(_TOTAL, **changes))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert words in _text(found)


def test_a_reading_that_contradicts_itself_accuses_nobody() -> None:
    found = _found(folded(_TOTAL, 12288, true_bytes=-1))
    assert found.outcome is Outcome.INCONCLUSIVE


def test_words_that_were_never_read_back_prove_no_size() -> None:
    """All words of one of two channels garbled: half of the memory keeps nothing, whatever the reason."""
    whole = memory_of(_TOTAL)
    half = whole.covered_bytes // 2 // PAGE_BYTES * PAGE_BYTES
    lost = (whole.covered_bytes - half) // WORD_BYTES
    found = _found(replace(whole, right_bytes=half, true_bytes=half, bad_words=lost, garbled_words=lost, bad_pages=9))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert f"At least {half // MIB:,} MiB of 24,564 MiB is there" in _text(found)
    assert "lost to defects (see condition)" in _text(found)
    assert "cold" in found.advice


def test_the_gate_of_a_display_clears_no_size_that_a_neighbour_has() -> None:
    """85 % of 12 GB is less than the 11 GB that the same die was sold with."""
    row = row_of("NVIDIA TITAN Xp")
    found = _found(memory_of(12288, 10500), row, display_active=True)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "a card of 11 GB is not excluded" in _text(found)
    assert _found(memory_of(12288, 11400), row, display_active=True).outcome is Outcome.CONSISTENT


@settings(max_examples=examples(100), deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.integers(-(1 << 63), 1 << 63) | st.sampled_from([0, 1, -1])
            for name in (
                "claimed_bytes", "free_bytes", "covered_bytes", "right_bytes", "true_bytes", "aliased_words",
                "absent_words", "bad_words", "garbled_words", "stale_words", "bad_pages", "injected", "found",
                "transient_pages", "host_bytes",
            )
        },
    )
)  # fmt: skip
def test_any_numbers_get_an_answer_and_no_false_one(changes: dict[str, int]) -> None:
    reading = memory_of(_TOTAL, **changes)
    found = _found(reading)
    assert "failed inside the program" not in found.text
    if found.outcome is Outcome.CONSISTENT:
        assert 0 < reading.covered_bytes <= reading.claimed_bytes
        assert reading.injected == reading.found > 0


def test_a_card_from_which_nothing_can_be_read_is_broken_and_not_forged() -> None:
    whole = memory_of(_TOTAL)
    nothing = replace(
        whole, right_bytes=0, true_bytes=0, absent_words=whole.covered_bytes // WORD_BYTES, injected=0, found=0
    )
    found = _found(nothing)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "Nothing that was written could be read back" in _text(found)
    condition = finding_of(_card(_4090, nothing), "condition-memory", load())
    assert condition.condition is Condition.FAULTY


def test_words_exchanged_between_pages_in_one_channel_are_a_defect_with_its_cause() -> None:
    """A broken row line of one of two channels: a quarter of all words is another page's, and no page wholly so."""
    whole = memory_of(_TOTAL)
    shared = whole.covered_bytes // 64 // PAGE_BYTES * PAGE_BYTES
    crossed = replace(
        whole,
        right_bytes=whole.covered_bytes - shared,
        true_bytes=whole.covered_bytes - shared,
        aliased_words=shared // WORD_BYTES,
        fold=Fold(page_level=False),
        bad_pages=100,
    )
    assert _found(crossed).outcome is Outcome.CONSISTENT
    condition = finding_of(_card(_4090, crossed), "condition-memory", load())
    assert condition.condition is Condition.FAULTY
    assert "exchanged between pages in part of their addresses" in _text(condition)
