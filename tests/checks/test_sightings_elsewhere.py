"""What the registry says of other offices: information, or a weak sign, and never what accuses a card."""

from dataclasses import replace
from typing import Any

import pytest
from cards import finding_of, forged, genuine, row_of

from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.claims import Virtualization
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence, Gap, Origin
from gpu_inspector.records.finding import Finding, Identity, Outcome, Role, Strength
from gpu_inspector.records.sighting import RegistryAsked, RegistrySighting
from gpu_inspector.workflow.judging import judge

CHECK = "identity-registry-sightings"
ALL = ("device_identifier", "serial", "uuid")


def card(**fields: Any) -> Evidence:
    own = {"serial": "1324520012345", "device_identifier": "9F3A61C2D47B08E5", "multi_gpu_board": False}
    return forged(genuine(row_of("NVIDIA A100-PCIE-40GB")), **{**own, **fields})


def seen(now: Evidence, matched: tuple[str, ...], differing: tuple[str, ...] = (), **fields: Any) -> Evidence:
    plain: dict[str, Any] = {"office": "Rotterdam", "day": "2026-10-01", "kind": "whole", "digest": "ab" * 32}
    one = RegistrySighting(card=now.cards[0].label, matched=matched, differing=differing, **{**plain, **fields})
    return replace(now, registry_sightings=(one,), registry_asked=RegistryAsked())


def said(evidence: Evidence, catalogue: Catalogue) -> Finding:
    found = finding_of(evidence, CHECK, catalogue)
    assert found.role is Role.SUPPORTING
    return found


def test_an_honest_card_that_was_sold_on_is_not_accused(catalogue: Catalogue) -> None:
    for identity in (None, Identity.CONSISTENT, Identity.INCONCLUSIVE):
        found = said(seen(card(), ALL, identity=identity), catalogue)
        assert (found.outcome, found.strength) == (Outcome.CONSISTENT, Strength.NONE)
        assert (found.values["office"], found.values["day"]) == ("Rotterdam", "2026-10-01")


def test_a_card_that_another_office_doubted_is_noted_without_a_sign(catalogue: Catalogue) -> None:
    found = said(seen(card(), ALL, identity=Identity.CONTRADICTED), catalogue)
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.NONE)
    assert "CONTRADICTED" in str(found.values["verdict"])


@pytest.mark.parametrize("vouched", [False, True])
@pytest.mark.parametrize("kind", ["whole", "redacted", "digest"])
def test_one_changed_number_is_a_weak_sign_whatever_vouches_for_it(
    kind: str, vouched: bool, catalogue: Catalogue
) -> None:
    found = said(seen(card(serial="1563219087421"), ("uuid",), ("serial",), kind=kind, vouched=vouched), catalogue)
    assert (found.outcome, found.strength) == (Outcome.NOTED, Strength.WEAK)
    assert found.values["what"] == "serial"
    assert found.innocent
    assert ("signed checkpoint over it, neither" in found.source) is vouched


def test_twenty_lying_offices_change_no_headline(catalogue: Catalogue) -> None:
    """The gravest that a registry can say, of every number, against the same card without it."""
    now = card()
    bad = seen(now, ("serial",), ("device_identifier", "uuid"), identity=Identity.CONTRADICTED, vouched=True)
    many = replace(bad, registry_sightings=bad.registry_sightings * 20)
    told, plain = (judge(one, Declaration(), catalogue) for one in (many, now))
    assert told.verdict is plain.verdict
    assert told.cards[0].identity is plain.cards[0].identity
    assert told.cards[0].condition is plain.cards[0].condition


def test_two_dies_of_one_board_are_no_deviation(catalogue: Catalogue) -> None:
    now = card(multi_gpu_board=True)
    assert said(seen(now, ("serial",), ("uuid",)), catalogue).outcome is Outcome.CONSISTENT
    assert said(seen(card(), ("serial",), ("uuid",)), catalogue).outcome is Outcome.NOTED


def test_what_does_not_apply_counts_nothing(catalogue: Catalogue) -> None:
    nothing = Outcome.NOT_APPLICABLE
    assert said(card(), catalogue).outcome is nothing
    assert said(replace(card(), registry_asked=RegistryAsked()), catalogue).outcome is nothing
    assert said(replace(card(), registry_asked=RegistryAsked(visible=False)), catalogue).outcome is nothing
    assert said(replace(seen(card(), ALL), origin=Origin.SIMULATION), catalogue).outcome is nothing
    other = replace(seen(card(), ALL).registry_sightings[0], card="another card")
    assert said(replace(seen(card(), ALL), registry_sightings=(other,)), catalogue).outcome is nothing
    unmatched = seen(card(serial=None), ("serial",))
    assert said(unmatched, catalogue).outcome is nothing


def test_a_registry_that_did_not_answer_is_not_examined_with_its_reason(catalogue: Catalogue) -> None:
    away = replace(card(), gaps=(Gap("registry", "It did not answer.", "Ask later."),))
    found = said(away, catalogue)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert found.values["reason"] == "It did not answer."
    assert judge(away, Declaration(), catalogue).verdict is judge(card(), Declaration(), catalogue).verdict


def test_a_guest_and_a_card_without_numbers_say_why(catalogue: Catalogue) -> None:
    guest = seen(card(virtualization=Virtualization.GUEST), ALL)
    bare = seen(card(serial=None, uuid=None, device_identifier=None), ALL)
    assert [said(one, catalogue).outcome for one in (guest, bare)] == [Outcome.INCONCLUSIVE] * 2


def test_the_ledgers_own_sightings_are_another_finding(catalogue: Catalogue) -> None:
    found = finding_of(seen(card(), ("uuid",), ("serial",)), "identity-earlier-sightings", catalogue)
    assert found.outcome is Outcome.NOT_APPLICABLE


def test_the_record_keeps_them_and_an_older_record_has_none() -> None:
    now = seen(card(), ("uuid",), ("serial",), identity=Identity.SUSPICIOUS)
    assert canonical.decode(canonical.encode(now), Evidence, "capture") == now
    older = canonical.plain(card())
    assert isinstance(older, dict)
    older.pop("registry_sightings", None)
    older.pop("registry_asked", None)
    import json

    assert canonical.decode(json.dumps(older).encode(), Evidence, "capture") == card()
