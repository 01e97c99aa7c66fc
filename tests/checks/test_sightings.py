"""Earlier sightings and watch-lists as signs: what the same number on another card may say, and what it may not."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cards import MIB, finding_of, forged, genuine, row_of

from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.claims import Virtualization
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence, Gap, Origin
from gpu_inspector.records.finding import Finding, Identity, Outcome, Role, Strength
from gpu_inspector.records.numbers import likeness_of
from gpu_inspector.records.sighting import LedgerAsked, ListAsked, Sighting, Watched
from gpu_inspector.workflow.judging import judge
from gpu_inspector.workflow.sighting import shared

CHECK = "identity-earlier-sightings"
LISTS = "identity-watch-list"
THEN = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
OWN = {
    "serial": "1324520012345",
    "device_identifier": "9F3A61C2D47B08E5",
    "board_part_number": "900-21001-0020-000",
    "multi_gpu_board": False,
}


def card(**fields: Any) -> Evidence:
    return forged(genuine(row_of("NVIDIA A100-PCIE-40GB")), **{**OWN, **fields})


def seen(now: Evidence, *before: Evidence, **fields: Any) -> Evidence:
    """The evidence with a sighting of each earlier card that shares a number, as the ledger would give it."""
    sightings = tuple(
        Sighting(
            card=now.cards[0].label,
            matched=matched,
            row=number,
            inspection="0" * 8,
            digest="ab" * 32,
            made_at=THEN,
            office="Köln-Bonn",
            seen=likeness_of(one.cards[0]),
            **fields,
        )
        for number, one in enumerate(before, 1)
        if (matched := shared(now.cards[0], one.cards[0]))
    )
    return replace(now, sightings=sightings, ledger_asked=LedgerAsked(rows=40))


def said(evidence: Evidence, catalogue: Catalogue, check: str = CHECK) -> Finding:
    found = finding_of(evidence, check, catalogue)
    assert found.role is Role.SUPPORTING
    return found


def test_the_same_card_again_is_information(catalogue: Catalogue) -> None:
    found = said(seen(card(), card()), catalogue)
    assert (found.outcome, found.strength) == (Outcome.CONSISTENT, Strength.NONE)
    assert "inspection 1 of 2026-10-01 (Köln-Bonn)" in found.values["place"]  # type: ignore[operator]


def test_an_accused_card_that_comes_again_is_noted_without_a_sign(catalogue: Catalogue) -> None:
    found = said(seen(card(), card(), identity=Identity.CONTRADICTED), catalogue)
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.NONE)
    assert "CONTRADICTED" in str(found.values["verdict"])


@pytest.mark.parametrize(
    ("fields", "outcome", "strength"),
    [
        pytest.param({"uuid": "GPU-11d5a9b3-7c2e-4f60-8a31-5e9d02c47f18"}, Outcome.NOTED, Strength.MEDIUM, id="UUID"),
        pytest.param({"device_identifier": "10B7E4D29C5A63F8"}, Outcome.CONSISTENT, Strength.NONE, id="UUID agrees"),
        pytest.param({"serial": "1563219087421"}, Outcome.NOTED, Strength.MEDIUM, id="serial"),
        pytest.param({"device_id": "20B5"}, Outcome.SUSPICIOUS, Strength.STRONG, id="device id"),
        pytest.param({"memory_total_bytes": 81920 * MIB}, Outcome.SUSPICIOUS, Strength.STRONG, id="memory doubled"),
        pytest.param({"memory_total_bytes": 20480 * MIB}, Outcome.SUSPICIOUS, Strength.STRONG, id="memory halved"),
        pytest.param({"memory_total_bytes": 38000 * MIB}, Outcome.CONSISTENT, Strength.NONE, id="ECC or old driver"),
        pytest.param({"board_part_number": "900-21001-0140-030"}, Outcome.NOTED, Strength.WEAK, id="part number"),
        pytest.param({"board_part_number": None}, Outcome.CONSISTENT, Strength.NONE, id="part number not given"),
        pytest.param({"memory_total_bytes": 4864 * MIB, "mig_now": True}, Outcome.CONSISTENT, Strength.NONE, id="MIG"),
        pytest.param({"serial": "0000000000000"}, Outcome.CONSISTENT, Strength.NONE, id="serial painted over"),
    ],
)
def test_one_changed_field(fields: dict[str, Any], outcome: Outcome, strength: Strength, catalogue: Catalogue) -> None:
    """A forgery is the card that was seen, with one field changed."""
    if "device_identifier" in fields:
        # The UUID is the same die's; an identifier that differs beside it is a die's own contradiction.
        outcome, strength = Outcome.NOTED, Strength.MEDIUM
    found = said(seen(card(**fields), card()), catalogue)
    assert (found.outcome, found.strength) == (outcome, strength)
    if found.strength is not Strength.NONE:
        assert found.innocent
        assert found.witness
        assert found.cause


def test_an_earlier_file_is_never_more_than_a_weak_sign(catalogue: Catalogue) -> None:
    found = said(seen(card(device_id="20B5", memory_total_bytes=81920 * MIB), card(), from_file=True), catalogue)
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.WEAK)
    assert "file of unknown origin" in str(found.values["place"])


def test_an_earlier_bench_that_nobody_vouched_for_is_never_more_than_a_weak_sign(catalogue: Catalogue) -> None:
    found = said(seen(card(device_id="20B5"), card(), bench_doubted=True), catalogue)
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.WEAK)
    assert any("bench" in reason for reason in found.innocent)


def test_the_gravest_of_several_is_told(catalogue: Catalogue) -> None:
    now = card()
    before = (card(), card(board_part_number="900-21001-0140-030"), card(device_id="20B5"))
    found = said(seen(now, *before), catalogue)
    assert found.outcome is Outcome.SUSPICIOUS
    assert found.values["count"] == 3
    assert "inspection 3 " in str(found.values["place"])


@pytest.mark.parametrize("multi", [True, None])
def test_dies_of_one_board_share_a_serial(multi: bool | None, catalogue: Catalogue) -> None:
    other_die = {"uuid": "GPU-11d5a9b3-7c2e-4f60-8a31-5e9d02c47f18", "device_identifier": None}
    now = card(multi_gpu_board=multi, **other_die)
    found = said(seen(now, card(multi_gpu_board=multi)), catalogue)
    assert (found.outcome, found.strength) == (Outcome.INCONCLUSIVE, Strength.NONE)
    assert said(seen(now, card(), bearers=2), catalogue).outcome is Outcome.CONSISTENT
    beside = replace(now, bystanders=(replace(card().cards[0], label="0000:02:00.0"),))
    assert said(seen(beside, card()), catalogue).outcome is Outcome.CONSISTENT


def test_dies_of_one_board_have_one_device_id(catalogue: Catalogue) -> None:
    now = card(multi_gpu_board=None, device_id="20B5", uuid="GPU-11d5a9b3-7c2e-4f60-8a31-5e9d02c47f18")
    assert said(seen(now, card()), catalogue).outcome is Outcome.SUSPICIOUS


def test_a_copied_serial_and_a_foreign_power_limit_do_not_add_up_with_themselves(catalogue: Catalogue) -> None:
    """Two sightings of one copied number are one sign."""
    now = card(uuid="GPU-11d5a9b3-7c2e-4f60-8a31-5e9d02c47f18", device_identifier=None)
    judged = judge(seen(now, card(), card()), Declaration(), catalogue)
    assert next(one for one in judged.cards[0].findings if one.check == "board-signs").outcome is Outcome.CONSISTENT
    assert judged.verdict is not Identity.SUSPICIOUS


def test_not_seen_before_counts_nothing(catalogue: Catalogue) -> None:
    found = said(seen(card()), catalogue)
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "no pass" in found.text
    assert said(card(), catalogue).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"uuid": None, "serial": None, "device_identifier": None}, id="no number"),
        pytest.param({"virtualization": Virtualization.GUEST}, id="a virtual GPU's guest"),
    ],
)
def test_what_cannot_be_known_again_is_inconclusive(fields: dict[str, Any], catalogue: Catalogue) -> None:
    assert said(seen(card(**fields), card()), catalogue).outcome is Outcome.INCONCLUSIVE


def test_a_ledger_that_could_not_be_asked_is_inconclusive_with_its_reason(catalogue: Catalogue) -> None:
    asked = replace(card(), gaps=(Gap("ledger", "The {ledger} is locked.", "Close it."),))
    found = said(asked, catalogue)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert found.values["reason"] == "The {ledger} is locked."


@pytest.mark.parametrize("origin", [Origin.SIMULATION, Origin.SAMPLE])
def test_simulations_and_samples_are_held_against_nothing(origin: Origin, catalogue: Catalogue) -> None:
    made_up = replace(seen(card(device_id="20B5"), card()), origin=origin)
    assert said(made_up, catalogue).outcome is Outcome.NOT_APPLICABLE
    assert said(made_up, catalogue, LISTS).outcome is Outcome.NOT_APPLICABLE


def test_a_sighting_of_another_card_under_the_same_label_is_left_out(catalogue: Catalogue) -> None:
    now = card()
    foreign = seen(
        card(uuid="GPU-11d5a9b3-7c2e-4f60-8a31-5e9d02c47f18", serial="1563219087421", device_id="20B5"), card()
    )
    assert said(replace(now, sightings=foreign.sightings, ledger_asked=LedgerAsked(rows=1)), catalogue).outcome in (
        Outcome.CONSISTENT,
        Outcome.NOT_APPLICABLE,
    )


def watched(evidence: Evidence, **fields: Any) -> Evidence:
    hit = {
        "card": evidence.cards[0].label,
        "kind": "serial",
        "value": OWN["serial"],
        "reason": "stolen from {warehouse}",
        "office": "Rotterdam",
        "made_at": THEN,
        **fields,
    }
    asked = ListAsked(list_digest="cd" * 32, office="Rotterdam", made_at=THEN, items=3)
    return replace(evidence, watched=(Watched(**hit),), lists_asked=(asked,))


@pytest.mark.parametrize("known", [True, False])
def test_a_watch_list_is_noted_and_decides_nothing(known: bool, catalogue: Catalogue) -> None:
    evidence = watched(card(), known=known)
    found = said(evidence, catalogue, LISTS)
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.WEAK)
    assert found.values["reason"] == "stolen from {warehouse}"
    assert ("not known here" in found.source) is not known
    plain = judge(card(), Declaration(), catalogue)
    assert judge(evidence, Declaration(), catalogue).verdict is plain.verdict


def test_no_watch_list_and_no_entry_count_nothing(catalogue: Catalogue) -> None:
    assert said(card(), catalogue, LISTS).outcome is Outcome.NOT_APPLICABLE
    clear = replace(watched(card()), watched=())
    assert said(clear, catalogue, LISTS).outcome is Outcome.NOT_APPLICABLE


def test_judging_is_a_function_of_the_record_alone(catalogue: Catalogue) -> None:
    evidence = watched(seen(card(device_id="20B5"), card(), card(), from_file=False))
    again = canonical.decode(canonical.encode(evidence), Evidence, "capture")
    assert again == evidence
    first, second = (judge(one, Declaration(), catalogue) for one in (evidence, again))
    assert canonical.encode(first) == canonical.encode(second)


def test_evidence_of_an_older_version_still_reads(catalogue: Catalogue) -> None:
    import json

    plain = json.loads(canonical.encode(card()))
    for name in ("sightings", "ledger_asked", "watched", "lists_asked"):
        del plain[name]
    import rfc8785

    old = rfc8785.dumps(plain)
    evidence = canonical.decode(old, Evidence, "capture")
    assert evidence == card()
    assert canonical.is_of(old, evidence)


@pytest.mark.parametrize("matched", [("uuid", "made-up"), ("made-up", "seen"), (), ("product",)])
def test_a_forged_sighting_is_answered_and_never_a_crash(matched: tuple[str, ...], catalogue: Catalogue) -> None:
    honest = seen(card(device_id="20B5"), card())
    forged_one = replace(honest.sightings[0], matched=matched, row=-1, digest="x" * 5000, office="{0.__class__}")
    found = said(replace(honest, sightings=(forged_one,)), catalogue)
    assert "failed inside the program" not in found.text
    assert found.outcome in (Outcome.SUSPICIOUS, Outcome.NOT_APPLICABLE)
