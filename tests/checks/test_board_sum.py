"""The addition of medium signs: other source and other cause, printed so that a court's expert can follow it."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from cards import finding_of, forged, genuine, row_of
from firmware_records import image_of, with_images
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.checks.answer import ONE_TABLE
from gpu_inspector.checks.board_sum import DEFECTS, FIRMWARE, HEARSAY, kept_apart, signs
from gpu_inspector.checks.firmware_weight import TWO_BOARDS
from gpu_inspector.language import fill
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Condition, Finding, Outcome, Role, Strength
from gpu_inspector.records.firmware import RmReading
from gpu_inspector.workflow.judging import judge

WITNESSES = ("driver", "vBIOS", "InfoROM", "PCI", "silicon", "paper", "vBIOS file", "driver calls", "watch-list")
CAUSES = ("memory size", "power limit", "laptop image", "memory channel", "link trained down", "display outputs")


def noted(number: int, witness: str, cause: str, **changes: Any) -> Finding:
    finding = Finding(
        check=f"check-{number}",
        title=f"Check {number}",
        role=Role.SUPPORTING,
        outcome=Outcome.NOTED,
        strength=Strength.MEDIUM,
        text="x",
        source="reference data",
        witness=witness,
        cause=cause,
        innocent=("an honest cause",),
    )
    return replace(finding, **changes)


def told(*findings: Finding) -> tuple[Outcome, str]:
    answer = signs.answer(findings=findings)
    return answer.outcome, fill(answer.text, answer.values)


def test_two_of_other_sources_and_causes_count_together_and_the_sum_is_printed() -> None:
    outcome, text = told(noted(1, "PCI", "display outputs"), noted(2, "driver", "memory size"))
    assert outcome is Outcome.SUSPICIOUS
    assert "check-1 (source: PCI; cause: display outputs)" in text
    assert "check-2 (source: driver; cause: memory size)" in text
    assert "Counted together: check-1 + check-2." in text
    assert "Not counted" not in text


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        pytest.param(("PCI", "display outputs"), ("PCI", "link width"), "one source (PCI)", id="one source"),
        pytest.param(("driver", "memory size"), ("vBIOS", "power limit"), "out of one firmware", id="one firmware"),
        pytest.param(
            ("PCI", "laptop image"), ("vBIOS", "power limit"), "out of one firmware", id="subsystem and limit"
        ),
        pytest.param(("PCI", "memory size"), ("driver", "memory size"), "one cause (memory size)", id="one cause"),
        pytest.param(("silicon", "memory channel"), ("PCI", "link trained down"), "one defect", id="one defect"),
        pytest.param(("silicon", "memory channel"), ("InfoROM", "InfoROM checksum"), "one defect", id="a dying board"),
        pytest.param(("PCI", "display outputs"), ("vBIOS", "laptop image"), "a laptop's chip", id="a laptop's chip"),
        pytest.param(("PCI", "link width"), ("silicon", "link trained down"), "one link", id="one link"),
        pytest.param(("vBIOS", TWO_BOARDS), ("InfoROM", "InfoROM"), "one exchanged part", id="another's InfoROM"),
        pytest.param(("InfoROM", "part number"), ("vBIOS", TWO_BOARDS), "one exchanged part", id="and part number"),
        pytest.param(("vBIOS file", "date"), ("PCI", "display outputs"), "hearsay", id="a file that was handed in"),
        pytest.param(("driver calls", "memory chips"), ("PCI", "display outputs"), "hearsay", id="inner calls"),
    ],
)
def test_what_is_one_thing_counts_once_and_the_reason_is_printed(
    one: tuple[str, str], other: tuple[str, str], why: str
) -> None:
    outcome, text = told(noted(1, *one), noted(2, *other))
    assert outcome is Outcome.CONSISTENT
    assert "Not counted together: check-1 + check-2:" in text
    assert why in text


def test_two_expectations_of_one_table_count_once() -> None:
    pair = noted(1, "PCI", "link width", source=ONE_TABLE), noted(2, "driver", "cores", source=ONE_TABLE)
    outcome, text = told(*pair)
    assert outcome is Outcome.CONSISTENT
    assert "one table's error" in text


@given(st.lists(st.sampled_from(WITNESSES), max_size=30))
def test_weak_signs_never_add_up_and_are_listed(witnesses: list[str]) -> None:
    weak = [noted(n, one, f"cause {n}", strength=Strength.WEAK) for n, one in enumerate(witnesses)]
    outcome, text = told(*weak)
    assert outcome is Outcome.CONSISTENT
    assert ("Weak, never counted" in text) is bool(weak)


@given(st.lists(st.tuples(st.sampled_from(WITNESSES), st.sampled_from(CAUSES)), max_size=12))
def test_an_accusation_rests_on_two_sources_and_two_causes(pairs: list[tuple[str, str]]) -> None:
    findings = [noted(n, *pair) for n, pair in enumerate(pairs)]
    outcome, text = told(*findings)
    sound = [
        (one, other)
        for one, other in product(findings, repeat=2)
        if one.witness != other.witness
        and one.cause != other.cause
        and not {one.witness, other.witness} & HEARSAY
        and not {one.witness, other.witness} <= FIRMWARE
        and not {one.cause, other.cause} <= DEFECTS
    ]
    if outcome is Outcome.SUSPICIOUS:
        assert sound
    assert len(text) < 6000


@given(st.lists(st.text(max_size=5000), min_size=2, max_size=2))
def test_the_addition_is_bounded_whatever_the_words_are(words: list[str]) -> None:
    findings = [noted(n, words[n % 2] + str(n), f"cause {n}") for n in range(40)]
    assert len(str(signs.answer(findings=tuple(findings)).values["addition"])) < 12_000


@given(st.permutations([("PCI", "display outputs"), ("driver", "memory size"), ("silicon", "memory channel")]))
def test_the_order_of_the_checks_decides_nothing(pairs: list[tuple[str, str]]) -> None:
    assert told(*(noted(n, *pair) for n, pair in enumerate(pairs)))[0] is Outcome.SUSPICIOUS


def test_what_is_worn_or_strong_is_no_part_of_the_sum() -> None:
    worn = noted(1, "silicon", "link under load", condition=Condition.WORN)
    strong = noted(2, "driver", "name", outcome=Outcome.SUSPICIOUS, strength=Strength.STRONG)
    outcome, text = told(worn, strong, noted(3, "PCI", "display outputs"))
    assert outcome is Outcome.CONSISTENT
    assert "check-1" not in text and "check-2" not in text


@pytest.mark.parametrize(("one", "other"), list(product(WITNESSES, repeat=2)))
def test_keeping_apart_does_not_depend_on_the_order(one: str, other: str) -> None:
    first, second = noted(1, one, "memory size"), noted(2, other, "laptop image")
    assert bool(kept_apart(first, second)) is bool(kept_apart(second, first))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"sign_on": "NVIDIA CMP 50HX VGA BIOS V6840", "mobile": True}, id="sign-on and laptop's flag"),
        pytest.param({"subsystem": (0x10DE, 0x1554), "class_code": 0x030200}, id="ids"),
        pytest.param({"version": "90.02.60.00.1A", "build_date": "01/01/10"}, id="version and date"),
        pytest.param({"memory": ((3, 0, 0),), "power": (1_000, 115_000, 115_000)}, id="memory and power"),
    ],
)
def test_a_file_and_inner_calls_never_add_up_to_an_accusation(changes: dict[str, Any], catalogue: Catalogue) -> None:
    row = row_of("NVIDIA GeForce RTX 4090")
    evidence = with_images(genuine(row), image_of(row, source="file", file_name="dump.rom", **changes))
    inner = RmReading(
        driver_version="580.95.05",
        headers_version="595.45.04",
        seen_on_hardware=True,
        memory_vendor=1,
        memory_manufacturer="SK hynix",
        device_id="1E09",
        bus_width_bits=320,
        project="G150",
    )
    evidence = replace(evidence, cards=(replace(evidence.cards[0], rm=inner),))
    (card,) = judge(evidence, Declaration(), catalogue).cards
    by_hearsay = [one for one in card.findings if one.witness in HEARSAY]
    assert by_hearsay, "nothing was noted, so that nothing was tried"
    assert {one.strength for one in by_hearsay} == {Strength.WEAK}
    assert not [one for one in card.findings if one.outcome in (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)]


def test_the_sum_of_a_whole_judgement(catalogue: Catalogue) -> None:
    card = genuine(row_of("NVIDIA GeForce RTX 3080", "2206"), "2206")
    two = forged(card, link_width_max=4, power_default_mw=115_000, power_min_mw=1000)
    found = finding_of(two, "board-signs", catalogue)
    assert found.outcome is Outcome.SUSPICIOUS
    assert "Counted together: board-power + link-maximum." in fill(found.text, found.values)
