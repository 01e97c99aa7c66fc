"""Two sightings side by side: what differs, what only varies, and when two records are of one card."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cards import forged, genuine, row_of
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples
from silicon_records import folded, memory_of, silicon_of_row, with_silicon

from gpu_inspector.ledger.store import Ledger
from gpu_inspector.probes import capture
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.workflow import comparing
from gpu_inspector.workflow.comparing import ComparedLine, Difference, compare, earlier_of, shared_numbers
from gpu_inspector.workflow.inspecting import inspection_of

MIB = 1024 * 1024
ROW = row_of("NVIDIA GeForce RTX 4090")
SERIAL, OTHER_SERIAL = "1652718031947", "1652718040268"
UUID, OTHER_UUID = "GPU-8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4", "GPU-3d5c9a12-77e0-4b1f-8c66-0f4e2b9d1a73"


def _of(evidence: Evidence, days: int = 0, declaration: Declaration | None = None) -> Inspection:
    made = inspection_of(evidence, declaration or Declaration(), Case(), load())
    return replace(made, made_at=datetime(2026, 11, 2, 9, 30, tzinfo=UTC) + timedelta(days=days))


def _measured(**changes: Any) -> Evidence:
    return with_silicon(genuine(ROW), silicon_of_row(ROW, **changes))


def _numbered(**numbers: str | None) -> Evidence:
    return forged(genuine(ROW), **numbers)


def _lines(one: Evidence, other: Evidence) -> list[ComparedLine]:
    return list(compare(_of(one), 0, _of(other, 21), 0, str))


def _by(lines: list[ComparedLine], difference: Difference) -> list[tuple[str, str]]:
    return [(line.group, line.label) for line in lines if line.difference is difference]


# --- what differs


def test_nothing_differs_between_a_record_and_itself() -> None:
    lines = _lines(_measured(), _measured())
    assert {line.difference for line in lines} == {Difference.SAME}
    assert {line.group for line in lines} == {"Answers", "Declared", "Claimed", "Measured", "Findings"}


def test_differences_come_first_and_name_both_values() -> None:
    lines = _lines(genuine(ROW), _numbered(vbios_version="95.02.18.80.AA"))
    assert lines[0].differs
    changed = next(line for line in lines if line.label == "vBIOS version")
    assert changed.differs
    assert "95.02.18.80.AA" in changed.other
    order = [list(Difference).index(line.difference) for line in lines]
    assert order == sorted(order)


def test_one_source_more_is_no_difference_of_the_card() -> None:
    def without_smi(card: CardEvidence) -> CardEvidence:
        return replace(card, nvidia_smi=None)

    both = _measured()
    one = replace(both, cards=tuple(map(without_smi, both.cards)))
    assert not [line for line in _lines(both, one) if line.group == "Claimed" and line.differs]


def test_rates_and_tested_memory_vary_from_run_to_run_and_count_as_no_fact() -> None:
    free = memory_of(ROW.total_mib_ecc_off or 0, covered_mib=20_000)
    lines = _lines(_measured(), _measured(memory=free))
    assert _by(lines, Difference.DIFFERS) == []
    assert _by(lines, Difference.VARIES) == [("Measured", "Memory")]


def test_memory_that_is_not_there_does_not_pass_as_varying() -> None:
    lines = _lines(_measured(), _measured(memory=folded(24564, 12288)))
    assert ("Measured", "Memory") in _by(lines, Difference.DIFFERS)
    assert ("Answers", "Identity") in _by(lines, Difference.DIFFERS)


def test_what_one_inspection_did_not_look_at_is_one_sided_and_no_change() -> None:
    lines = _lines(_measured(), genuine(ROW))
    assert ("Measured", "Cores") in _by(lines, Difference.ONE_SIDED)
    assert ("Answers", "Condition") in _by(lines, Difference.ONE_SIDED)
    assert not [line for line in lines if line.differs]


def test_declarations_are_compared_too() -> None:
    one = _of(genuine(ROW), 0, Declaration(product="GeForce RTX 4090", memory_gb=24))
    other = _of(genuine(ROW), 1, Declaration(product="GeForce RTX 4090", memory_gb=48))
    lines = list(compare(one, 0, other, 0, str))
    assert ("Declared", "Memory") in _by(lines, Difference.DIFFERS)
    assert ("Declared", "Product") in _by(lines, Difference.SAME)
    undeclared = list(compare(one, 0, _of(genuine(ROW)), 0, str))
    assert ("Declared", "Memory") in _by(undeclared, Difference.ONE_SIDED)


def test_a_finding_that_another_version_did_not_have_is_one_sided() -> None:
    one = _of(genuine(ROW))
    card = one.judgement.cards[0]
    fewer = replace(one, judgement=replace(one.judgement, cards=(replace(card, findings=card.findings[1:]),)))
    lines = list(compare(one, 0, fewer, 0, str))
    assert _by(lines, Difference.ONE_SIDED) == [("Findings", card.findings[0].title)]


@pytest.mark.parametrize("number", [-1, 1, 99])
def test_a_card_that_is_not_there_has_no_answers_and_breaks_nothing(number: int) -> None:
    lines = list(compare(_of(genuine(ROW)), 0, _of(genuine(ROW)), number, str))
    assert not [line for line in lines if line.differs]
    assert shared_numbers(_of(genuine(ROW)), 0, _of(genuine(ROW)), number) == ()


@settings(max_examples=examples(30), deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_names_are_compared_and_cleaned(one: str, other: str) -> None:
    lines = compare(_of(_numbered(name=one)), 0, _of(_numbered(name=other)), 0, lambda text: text.replace("\u202e", ""))
    assert not any("\u202e" in line.one + line.other for line in lines)


# --- are they one card?


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param({"serial": SERIAL}, {"serial": SERIAL, "uuid": OTHER_UUID}, ("serial",), id="serial"),
        pytest.param({"serial": SERIAL}, {"serial": OTHER_SERIAL}, ("UUID",), id="UUID"),
        pytest.param({"serial": SERIAL}, {"serial": SERIAL}, ("serial", "UUID"), id="both"),
        pytest.param({"serial": SERIAL}, {"serial": OTHER_SERIAL, "uuid": OTHER_UUID}, (), id="neither"),
        pytest.param({"uuid": UUID}, {"uuid": UUID.upper()}, ("UUID",), id="upper case"),
    ],
)
def test_serial_and_uuid_tell_whether_two_records_are_of_one_card(
    one: dict[str, str], other: dict[str, str], same: tuple[str, ...]
) -> None:
    assert shared_numbers(_of(_numbered(**one)), 0, _of(_numbered(**other)), 0) == same


@pytest.mark.parametrize(
    "serial",
    [
        None,
        "",
        "N/A",
        "[N/A]",
        "0",
        "0000000000000",
        "XXXXXXXXXXXXX",
        "1234567890123",
        "Unknown",
        "132XXXXXXXXXX",
        "<hidden>",
    ],
)
def test_a_missing_or_painted_over_number_never_matches(serial: str | None) -> None:
    one, other = (_of(_numbered(serial=serial, uuid=None)) for _ in range(2))
    assert shared_numbers(one, 0, other, 0) == ()


def test_a_record_that_was_masked_on_writing_never_matches() -> None:
    masked = _of(capture.mask(_numbered(serial=SERIAL)))
    assert shared_numbers(masked, 0, masked, 0) == ()
    by_hand = _of(replace(_numbered(serial=SERIAL), masked=True))
    assert shared_numbers(by_hand, 0, by_hand, 0) == ()


@pytest.mark.parametrize("origin", [Origin.SIMULATION, Origin.SAMPLE])
def test_nothing_of_a_simulation_matches_a_card(origin: Origin) -> None:
    real, imagined = _of(_numbered(serial=SERIAL)), _of(replace(_numbered(serial=SERIAL), origin=origin))
    assert shared_numbers(real, 0, imagined, 0) == ()
    assert shared_numbers(imagined, 0, imagined, 0) == ("serial", "UUID")


# --- out of the ledger

Store = Callable[..., Inspection]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Puts an inspection of this evidence on the ledger at ledger.sqlite."""

    def put(evidence: Evidence, days: int = 0) -> Inspection:
        inspection = _of(evidence, days)
        with Ledger(tmp_path / "ledger.sqlite") as ledger:
            ledger.append(inspection)
        return inspection

    return put


def test_earlier_inspections_of_the_card_are_found_newest_first_and_others_are_not(
    store: Store, tmp_path: Path
) -> None:
    first = store(_numbered(serial=SERIAL))
    store(_numbered(serial=OTHER_SERIAL, uuid=OTHER_UUID), 1)
    second = store(_numbered(serial=SERIAL, uuid=None), 2)
    now = store(_numbered(serial=SERIAL), 3)
    found = earlier_of(now, 0, tmp_path / "ledger.sqlite")
    assert [(seen.entry.seq, seen.same) for seen in found.sightings] == [(3, ("serial",)), (1, ("serial", "UUID"))]
    assert [seen.inspection.id for seen in found.sightings] == [second.id, first.id]
    assert found.unread == ()


def test_a_serial_that_only_begins_alike_is_another_card(store: Store, tmp_path: Path) -> None:
    store(_numbered(serial=f"{SERIAL}55", uuid=OTHER_UUID))
    now = store(_numbered(serial=SERIAL, uuid=None), 1)
    assert earlier_of(now, 0, tmp_path / "ledger.sqlite").sightings == ()


def test_of_a_lot_only_the_card_itself_is_found(store: Store, tmp_path: Path) -> None:
    (mine,) = _numbered(serial=SERIAL).cards
    (another,) = _numbered(serial=OTHER_SERIAL, uuid=OTHER_UUID).cards
    store(replace(genuine(ROW), cards=(another, mine)))
    now = store(_numbered(serial=SERIAL), 1)
    assert [seen.card for seen in earlier_of(now, 0, tmp_path / "ledger.sqlite").sightings] == [1]


def test_a_card_without_numbers_is_not_looked_for_at_all(tmp_path: Path) -> None:
    nameless = _of(_numbered(serial=None, uuid=None, device_identifier=None))
    assert earlier_of(nameless, 0, tmp_path / "there-is-no-ledger").sightings == ()


def test_a_card_seen_very_often_has_the_newest_sightings(store: Store, tmp_path: Path) -> None:
    for day in range(comparing.MOST + 4):
        now = store(_numbered(serial=SERIAL), day)
    found = earlier_of(now, 0, tmp_path / "ledger.sqlite")
    assert len(found.sightings) == comparing.MOST
    assert found.sightings[0].entry.seq == comparing.MOST + 3


def test_a_row_that_was_altered_is_named_and_the_others_are_shown(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gpu_inspector.errors import LedgerError

    store(_numbered(serial=SERIAL))
    store(_numbered(serial=SERIAL), 1)
    now = store(_numbered(serial=SERIAL), 2)
    whole = Ledger.inspection

    def altered(self: Ledger, reference: str | int) -> Any:
        if reference == 1:
            raise LedgerError("Row 1 of the ledger was altered.")
        return whole(self, reference)

    monkeypatch.setattr(Ledger, "inspection", altered)
    found = earlier_of(now, 0, tmp_path / "ledger.sqlite")
    assert [seen.entry.seq for seen in found.sightings] == [2]
    assert found.unread == (1,)
