"""Memory chips by their markings: count times density against paper, product and claims; numbers and kinds."""

from dataclasses import replace

import pytest
from cards import MIB, forged, genuine, row_of
from eye_cards import PHOTOGRAPH, beside, chips_of, findings, known_chips, seen
from hypothesis import given
from hypothesis import strategies as st
from sampling import sampled

from gpu_inspector.records.appearance import Answered, MemoryChips, Seen
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Finding, Outcome, Strength
from gpu_inspector.records.product import Product

TOTAL, COUNT, MIXED = "memory-marking", "memory-marking-count", "memory-marking-mixed"
MINE = (TOTAL, COUNT, MIXED)
ACCUSING = (Outcome.NOTED, Outcome.SUSPICIOUS, Outcome.CONTRADICTED)
X16, X8 = "2ZA77 D8BZC", "1YA77 D8BGX"
"""GDDR6X of 16 and of 8 Gb."""
RTX_4090 = Declaration(product="RTX 4090", memory_gb=24)
KNOWN = [(row, known) for row in load().products if (known := known_chips(row)) is not None]


def of_chips(*chips: MemoryChips, paper: Declaration | None = RTX_4090) -> dict[str, Finding]:
    return findings(seen(memory=chips), paper)


# --- honest cards


@pytest.mark.parametrize(
    "row",
    sampled([row for row, _ in KNOWN], 50, kind=lambda row: (row.die, row.memory_type)),
    ids=[f"{row.name} {row.die} {row.device_ids[0]} {row.memory_mib}" for row, _ in KNOWN],
)
def test_no_card_with_its_own_chips_is_accused(row: Product) -> None:
    """Of every product whose memory the list can make: chips at the front, or in pairs on both sides."""
    known = known_chips(row)
    assert known is not None
    code, count = known
    memory = chips_of(code.marking, count) if count % 2 else chips_of(code.marking, count // 2, count // 2)
    paper = Declaration(product=row.name, memory_gb=row.memory_mib // 1024 if row.memory_mib else None)
    for found in (
        findings(seen(memory=memory), paper),
        findings(beside(genuine(row, row.device_ids[0]), memory=memory)),
    ):
        assert not [one for one in MINE if found[one].outcome in ACCUSING], found[TOTAL]
        several = {"A16", "M10", "M60"} & set(row.name.split())
        assert found[TOTAL].outcome is (Outcome.INCONCLUSIVE if several else Outcome.CONSISTENT), row


def test_the_list_makes_the_memory_of_many_products() -> None:
    assert len(KNOWN) > 150
    assert {row.memory_type for row, _ in KNOWN} == {"GDDR5", "GDDR5X", "GDDR6", "GDDR6X", "GDDR7"}


def test_where_nobody_looked_nothing_is_said() -> None:
    for evidence in (genuine(row_of("NVIDIA GeForce RTX 4090"), "2684"), seen()):
        assert {findings(evidence, RTX_4090)[one].outcome for one in MINE} == {Outcome.INCONCLUSIVE}


def test_a_rework_that_is_declared_openly_with_its_size_is_no_sign_that_counts() -> None:
    """24 chips of 16 Gb on a 4090: the memory is there, and the paper says so."""
    openly = Declaration(product="RTX 4090", memory_gb=48, modified=True)
    found = of_chips(*chips_of(X16, 12, 12), paper=openly)
    assert (found[TOTAL].outcome, found[TOTAL].strength) == (Outcome.NOTED, Strength.WEAK)
    assert found[COUNT].outcome is Outcome.CONSISTENT
    mixed = of_chips(*chips_of(X16, 6), *chips_of(X8, 6), paper=openly)[MIXED]
    assert (mixed.outcome, mixed.strength) == (Outcome.NOTED, Strength.WEAK)


def test_a_mining_card_whose_memory_is_held_back_is_not_accused() -> None:
    memory = chips_of("D9TXS", 10)
    for paper in (Declaration(product="P102-100"), Declaration(product="P102-100", memory_gb=5)):
        found = of_chips(*memory, paper=paper)[TOTAL]
        assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.WEAK)


def test_goods_for_parts_may_lack_chips() -> None:
    paper = replace(RTX_4090, description="graphics cards, defective, for parts")
    found = of_chips(*chips_of(X16, 5), paper=paper)
    assert (found[TOTAL].outcome, found[TOTAL].strength) == (Outcome.NOTED, Strength.WEAK)
    assert found[COUNT].strength is Strength.WEAK
    more = of_chips(*chips_of(X16, 12, 12), paper=paper)[TOTAL]
    assert more.outcome is Outcome.CONTRADICTED


def test_hbm_bears_no_marking_that_is_seen_and_boards_with_several_gpus_are_not_summed() -> None:
    hbm = findings(seen(), Declaration(product="A100-SXM4-80GB"))
    assert {hbm[one].outcome for one in MINE} == {Outcome.NOT_APPLICABLE}
    four = of_chips(*chips_of("K4ZAF325BM", 20, 20), paper=Declaration(product="NVIDIA A16"))
    assert four[TOTAL].outcome is Outcome.INCONCLUSIVE
    assert four[COUNT].outcome is Outcome.INCONCLUSIVE


# --- what disagrees


@pytest.mark.parametrize(
    ("memory", "paper"),
    [
        pytest.param(chips_of(X16, 12, 12), RTX_4090, id="a 4090 with 48 GB"),
        pytest.param(chips_of(X8, 12), RTX_4090, id="half of what is declared"),
        pytest.param(chips_of(X16, 12, 12), Declaration(product="RTX 4090 24GB"), id="the size in the product's words"),
        pytest.param(chips_of("K4ZAF325BM HC14", 11), Declaration(memory_gb=11), id="a 2080 Ti with 22 GB"),
        pytest.param((*chips_of("", 0),), RTX_4090, id="no chip at all"),
        pytest.param(chips_of("K4Z80325BC", 8), Declaration(product="A100 80GB"), id="gaming memory under A100's name"),
    ],
)
def test_another_size_contradicts_the_paper_with_a_photograph(
    memory: tuple[MemoryChips, ...], paper: Declaration
) -> None:
    found = of_chips(*memory, paper=paper)[TOTAL]
    assert found.outcome is Outcome.CONTRADICTED
    assert found.witness == "memory marking"
    assert PHOTOGRAPH[0][:12] in found.observed
    blind = of_chips(*(replace(one, photographs=()) for one in memory), paper=paper)[TOTAL]
    assert (blind.outcome, blind.strength) == (Outcome.SUSPICIOUS, Strength.STRONG)


def test_a_side_that_nobody_looked_at_leaves_a_lower_bound() -> None:
    front = MemoryChips(marking=X16, count=12, side="front", photographs=PHOTOGRAPH)
    for fewer in (front, replace(front, count=6), replace(front, side="")):
        found = of_chips(fewer)
        assert found[TOTAL].outcome is Outcome.INCONCLUSIVE
        assert found[COUNT].outcome is Outcome.INCONCLUSIVE
    assert of_chips(replace(front, count=14))[TOTAL].outcome is Outcome.CONTRADICTED
    counted = Answered(question="memory-count", seen=Seen.AS_EXPECTED)
    assert findings(seen(memory=(front,), answers=(counted,)), RTX_4090)[TOTAL].outcome is Outcome.CONSISTENT
    hidden = Answered(question="memory-count", seen=Seen.NOT_VISIBLE)
    assert findings(seen(memory=(front,), answers=(hidden,)), RTX_4090)[TOTAL].outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize("marking", ["H56G42AS8DX014", "K4G41325FE HC28", "a smudge"])
def test_codes_from_memory_and_unknown_ones_decide_nothing(marking: str) -> None:
    for paper in (Declaration(product="RTX 4060", memory_gb=64), Declaration(product="RTX 4060"), None):
        found = of_chips(*chips_of(marking, 4), paper=paper)
        assert found[TOTAL].outcome is Outcome.INCONCLUSIVE
        assert found[MIXED].outcome is Outcome.INCONCLUSIVE
        shown = str(found[TOTAL].values["chips"])
        assert ("from memory" in shown) is (marking != "a smudge")


def test_more_than_the_chips_hold_is_claimed() -> None:
    """Firmware says 24 GB, on twelve chips of 8 Gb."""
    card = genuine(row_of("NVIDIA GeForce RTX 3090", "2204"), "2204")
    found = findings(beside(card, memory=chips_of(X8, 6, 6)))[TOTAL]
    assert (found.outcome, found.strength) == (Outcome.SUSPICIOUS, Strength.STRONG)
    assert findings(beside(card, memory=chips_of(X8, 12, 12)))[TOTAL].outcome is Outcome.CONSISTENT
    less = forged(card, memory_total_bytes=12288 * MIB)
    assert findings(beside(less, memory=chips_of(X8, 12, 12)))[TOTAL].outcome is Outcome.CONSISTENT


def test_a_size_that_was_never_sold_under_the_name() -> None:
    found = of_chips(*chips_of(X16, 12, 12), paper=Declaration(product="RTX 4090"))[TOTAL]
    assert (found.outcome, found.strength) == (Outcome.SUSPICIOUS, Strength.STRONG)
    assert "48 GB" in str(found.values["known"])  # the rework is known, and so it is named


@pytest.mark.parametrize(
    ("declared", "marking", "count", "strength"),
    [
        pytest.param("RTX 5090", X16, 16, Strength.STRONG, id="a type that the die cannot drive"),
        pytest.param("RTX 3070", X8, 8, Strength.MEDIUM, id="a type that the die can drive"),
    ],
)
def test_chips_of_another_type(declared: str, marking: str, count: int, strength: Strength) -> None:
    found = of_chips(*chips_of(marking, count), paper=Declaration(product=declared))[TOTAL]
    assert found.strength is strength


# --- number and kind


@pytest.mark.parametrize(
    ("front", "rear", "outcome"),
    [
        (12, 0, Outcome.CONSISTENT),
        (12, 12, Outcome.CONSISTENT),
        (6, 6, Outcome.CONSISTENT),
        (11, 0, Outcome.SUSPICIOUS),
        (0, 0, Outcome.SUSPICIOUS),
        (12, 3, Outcome.NOTED),
        (24, 12, Outcome.NOTED),
        (65, 0, Outcome.INCONCLUSIVE),
    ],
)
def test_the_number_of_chips_on_a_bus_of_384_lines(front: int, rear: int, outcome: Outcome) -> None:
    assert of_chips(*chips_of(X16, front, rear))[COUNT].outcome is outcome


@pytest.mark.parametrize("count", [-1, 65, 2**63, 10**30])
def test_a_number_that_no_board_has_was_typed_wrong(count: int) -> None:
    found = of_chips(*chips_of(X16, 12), MemoryChips(marking=X16, count=count, side="rear"))
    assert {found[one].outcome for one in MINE} == {Outcome.INCONCLUSIVE}


@pytest.mark.parametrize(
    ("markings", "outcome", "strength"),
    [
        pytest.param((X16, X16), Outcome.CONSISTENT, Strength.NONE, id="alike"),
        pytest.param(
            ("SEC 231 K4ZAF325BM HC16", "SEC 244 K4ZAF325BM HC16"), Outcome.CONSISTENT, Strength.NONE, id="other weeks"
        ),
        pytest.param((X16, X8), Outcome.NOTED, Strength.MEDIUM, id="two densities"),
        pytest.param(("K4Z80325BC HC14", "D9WCW"), Outcome.NOTED, Strength.MEDIUM, id="two vendors"),
        pytest.param(("SEC 231 K4X0", "SK hynix H99"), Outcome.NOTED, Strength.MEDIUM, id="two vendors by their words"),
        pytest.param(("K4ZAF325BM HC14", "K4ZAF325BM HC16"), Outcome.NOTED, Strength.WEAK, id="two speeds"),
        pytest.param(("K4ZAF325BM", "K4ZAF325BC"), Outcome.NOTED, Strength.WEAK, id="two parts of one density"),
        pytest.param((X16, "?????"), Outcome.INCONCLUSIVE, Strength.NONE, id="one that is not known"),
        pytest.param(("K4G80325FC", "K4G80325FB"), Outcome.INCONCLUSIVE, Strength.NONE, id="one from memory"),
    ],
)
def test_mixed_chips(markings: tuple[str, ...], outcome: Outcome, strength: Strength) -> None:
    chips = [one for marking in markings for one in chips_of(marking, 6)]
    found = of_chips(*chips)[MIXED]
    assert (found.outcome, found.strength) == (outcome, strength)


# --- whatever is typed

_CHIPS = st.builds(
    MemoryChips,
    marking=st.text(max_size=60) | st.sampled_from([one.marking for one in load().memory_codes]),
    count=st.integers(min_value=-2, max_value=70),
    side=st.sampled_from(["", "front", "rear", "inside"]),
    photographs=st.sampled_from([(), PHOTOGRAPH]),
)


@given(
    memory=st.lists(_CHIPS, max_size=8),
    gib=st.none() | st.integers(),
    name=st.none() | st.sampled_from(["RTX 4090", "H100", "A16"]),
)
def test_nothing_that_is_typed_breaks_a_check(memory: list[MemoryChips], gib: int | None, name: str | None) -> None:
    found = of_chips(*memory, paper=Declaration(product=name, memory_gb=gib))
    for one in MINE:
        assert not found[one].text.startswith("This check failed"), found[one].values
        assert len(str(found[one].values)) < 5000
