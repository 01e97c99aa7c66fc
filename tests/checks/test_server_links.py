"""Links, fabric, copies, the driver's log, spare rows, common load: what is odd is named once, history never."""

from dataclasses import replace
from typing import Any

import pytest
from cards import genuine, row_of
from server_cards import SWITCHED, links, module, peers, server

from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.claims import Absence
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence
from gpu_inspector.records.finding import Condition, Finding, Identity, Outcome, identity_of
from gpu_inspector.records.server import DriverEvent, FabricManager, NvlinkReading, ServerReading
from gpu_inspector.records.silicon import HeatReading, SiliconReading
from gpu_inspector.workflow.judging import judge

CHECKS = (
    "link-nvlink",
    "link-fabric",
    "link-peers",
    "condition-xid",
    "condition-remap-histogram",
    "board-common-heat",
    "board-common-power",
    "identity-same-kind",
)


def found(evidence: Evidence, check: str, catalogue: Catalogue) -> list[Finding]:
    judged = judge(evidence, Declaration(), catalogue).cards
    return [next(one for one in card.findings if one.check == check) for card in judged]


def odd(evidence: Evidence, check: str, catalogue: Catalogue) -> dict[int, Outcome]:
    """Place -> outcome of every card that is not CONSISTENT."""
    said = found(evidence, check, catalogue)
    return {at: one.outcome for at, one in enumerate(said) if one.outcome is not Outcome.CONSISTENT}


def test_none_of_these_questions_arises_for_a_single_card_of_an_older_record(catalogue: Catalogue) -> None:
    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"))
    for check in CHECKS:
        assert found(evidence, check, catalogue)[0].outcome is Outcome.NOT_APPLICABLE, check


def test_a_server_as_it_was_made_shows_nothing(catalogue: Catalogue) -> None:
    evidence = server()
    evidence = replace(evidence, server=replace(SWITCHED, peers=peers(evidence.cards)))
    for check in ("link-nvlink", "link-fabric", "link-peers", "condition-xid", "identity-same-kind"):
        assert odd(evidence, check, catalogue) == {}, check


# Links


def test_one_link_down_is_noted_on_its_card_alone_and_says_nothing_of_what_it_is(catalogue: Catalogue) -> None:
    evidence = server((2, replace(module(2), nvlink=links(17))))
    assert odd(evidence, "link-nvlink", catalogue) == {2: Outcome.NOTED}
    finding = found(evidence, "link-nvlink", catalogue)[2]
    assert "17" in finding.observed and finding.condition is None
    judged = judge(evidence, Declaration(), catalogue).cards
    assert len({card.identity for card in judged}) == 1


def test_a_counter_of_a_long_life_is_no_sign(catalogue: Catalogue) -> None:
    old = replace(links(), links=tuple(replace(one, crc_errors=10**6, replays=10**5) for one in links().links))
    assert odd(server((2, replace(module(2), nvlink=old))), "link-nvlink", catalogue) == {}


def test_a_slower_link_is_noted(catalogue: Catalogue) -> None:
    slow = links()
    slow = replace(slow, links=(replace(slow.links[0], speed_mb_per_s=20000), *slow.links[1:]))
    assert odd(server((2, replace(module(2), nvlink=slow))), "link-nvlink", catalogue) == {2: Outcome.NOTED}


@pytest.mark.parametrize(
    ("name", "reading", "outcome"),
    [
        ("NVIDIA A100 80GB PCIe", links(0), Outcome.CONSISTENT),
        ("NVIDIA A100 80GB PCIe", NvlinkReading(), Outcome.NOT_APPLICABLE),
        ("NVIDIA A100-SXM4-80GB", NvlinkReading(), Outcome.NOTED),
        ("NVIDIA A100-SXM4-80GB", NvlinkReading(absent=(Absence("links", "no permission"),)), Outcome.INCONCLUSIVE),
        ("NVIDIA A100-SXM4-80GB", links(0), Outcome.INCONCLUSIVE),
    ],
    ids=["no bridge", "no links on a plug-in card", "module on an adapter", "not told", "not trained yet"],
)
def test_a_single_card_and_its_links(name: str, reading: NvlinkReading, outcome: Outcome, catalogue: Catalogue) -> None:
    evidence = genuine(row_of(name))
    evidence = replace(evidence, cards=(replace(evidence.cards[0], nvlink=reading),))
    assert found(evidence, "link-nvlink", catalogue)[0].outcome is outcome


def test_a_module_in_a_virtual_machine_may_show_no_link(catalogue: Catalogue) -> None:
    evidence = genuine(row_of("NVIDIA A100-SXM4-80GB"))
    assert evidence.host is not None
    evidence = replace(
        evidence,
        host=replace(evidence.host, virtual_machine="kvm"),
        cards=(replace(evidence.cards[0], nvlink=NvlinkReading()),),
    )
    assert found(evidence, "link-nvlink", catalogue)[0].outcome is Outcome.INCONCLUSIVE


# The fabric, and what goes over it


def test_without_the_fabric_manager_rates_say_nothing(catalogue: Catalogue) -> None:
    evidence = server()
    every = peers(evidence.cards)
    slow = (replace(every[0], bytes_per_s=1e9), *every[1:])
    stopped = replace(SWITCHED, fabric_manager=FabricManager(installed=True, running=False), peers=slow)
    evidence = replace(evidence, server=stopped)
    assert {one.outcome for one in found(evidence, "link-fabric", catalogue)} == {Outcome.INCONCLUSIVE}
    assert odd(evidence, "link-peers", catalogue) == {}


def test_a_workstation_has_no_fabric(catalogue: Catalogue) -> None:
    evidence = server(reading=ServerReading())
    assert {one.outcome for one in found(evidence, "link-fabric", catalogue)} == {Outcome.NOT_APPLICABLE}


def test_the_card_that_is_slow_with_all_is_named_and_not_its_partners(catalogue: Catalogue) -> None:
    evidence = server()
    label = evidence.cards[4].label
    every = tuple(
        replace(one, bytes_per_s=100e9) if label in (one.one, one.other) else one for one in peers(evidence.cards)
    )
    assert odd(replace(evidence, server=replace(SWITCHED, peers=every)), "link-peers", catalogue) == {4: Outcome.NOTED}


def test_pairs_of_a_workstation_differ_by_their_slots(catalogue: Catalogue) -> None:
    evidence = server(reading=ServerReading())
    every = peers(evidence.cards)
    uneven = (*(replace(one, bytes_per_s=9e9) for one in every[:8]), *every[8:])
    assert odd(replace(evidence, server=ServerReading(peers=uneven)), "link-peers", catalogue) == {}


def test_words_that_arrive_otherwise_are_a_fault_of_the_card_with_the_most_of_them(catalogue: Catalogue) -> None:
    evidence = server()
    label = evidence.cards[4].label
    every = tuple(replace(one, intact=label not in (one.one, one.other)) for one in peers(evidence.cards))
    said = found(replace(evidence, server=replace(SWITCHED, peers=every)), "link-peers", catalogue)
    assert [at for at, one in enumerate(said) if one.condition is Condition.FAULTY] == [4]
    assert {one.outcome for one in said} == {Outcome.NOTED}


@pytest.mark.parametrize("count", [2, 4])
def test_where_every_copy_is_wrong_no_card_is_called_faulty(count: int, catalogue: Catalogue) -> None:
    """Two cards of a workstation whose IOMMU spoils copies between them: neither is shown to be broken."""
    evidence = server(count=count, reading=ServerReading())
    every = tuple(replace(one, intact=False) for one in peers(evidence.cards))
    said = found(replace(evidence, server=ServerReading(peers=every)), "link-peers", catalogue)
    assert {(one.outcome, one.condition) for one in said} == {(Outcome.NOTED, None)}
    assert "cannot be told" in str(said[0].values["aside"])


def test_a_superchip_whose_links_lead_nowhere_is_on_no_adapter(catalogue: Catalogue) -> None:
    evidence = genuine(row_of("NVIDIA GH200 144G HBM3e"))
    evidence = replace(evidence, cards=(replace(evidence.cards[0], nvlink=links(0)),), server=ServerReading())
    assert found(evidence, "link-nvlink", catalogue)[0].outcome is Outcome.CONSISTENT


def test_a_copy_faster_than_its_wires_decides_nothing(catalogue: Catalogue) -> None:
    evidence = server()
    every = peers(evidence.cards, rate=900e9)
    said = found(replace(evidence, server=replace(SWITCHED, peers=every)), "link-peers", catalogue)
    assert {one.outcome for one in said} == {Outcome.INCONCLUSIVE}


# The driver's log


def event(xid: int, at: int | None = 2, **fields: Any) -> DriverEvent:
    address = module(at).label if at is not None else None
    return DriverEvent(xid=xid, address=address, text=f"Xid {xid}", **fields)


@pytest.mark.parametrize(
    ("xid", "outcome", "condition"),
    [
        (13, Outcome.CONSISTENT, None),
        (31, Outcome.CONSISTENT, None),
        (48, Outcome.NOTED, Condition.WORN),
        (63, Outcome.NOTED, Condition.WORN),
        (64, Outcome.NOTED, Condition.WORN),
        (79, Outcome.NOTED, None),
        (999, Outcome.NOTED, None),
    ],
)
def test_an_error_report_is_named_on_its_card(
    xid: int, outcome: Outcome, condition: Condition | None, catalogue: Catalogue
) -> None:
    evidence = replace(server(), driver_events=(event(xid),))
    said = found(evidence, "condition-xid", catalogue)
    assert (said[2].outcome, said[2].condition) == (outcome, condition)
    assert {one.outcome for at, one in enumerate(said) if at != 2} == {Outcome.CONSISTENT}
    assert identity_of(judge(evidence, Declaration(), catalogue).cards[2].findings) is not Identity.SUSPICIOUS


def test_a_report_without_an_address_is_nobodys(catalogue: Catalogue) -> None:
    evidence = replace(server(), driver_events=(event(48, None, times=3),))
    said = found(evidence, "condition-xid", catalogue)
    assert {one.outcome for one in said} == {Outcome.CONSISTENT}
    assert said[0].values["unnamed"] == " 3 more reports name no card."


# Spare rows


def with_banks(histogram: tuple[int, ...] | None) -> Evidence:
    return server((2, module(2, remap_histogram=histogram)))


def test_used_spare_rows_are_wear(catalogue: Catalogue) -> None:
    said = found(with_banks((3071, 1, 0, 0, 0)), "condition-remap-histogram", catalogue)[2]
    assert (said.outcome, said.condition) == (Outcome.NOTED, Condition.WORN)
    assert said.values["used"] == "1 has most left"
    whole = found(with_banks((3072, 0, 0, 0, 0)), "condition-remap-histogram", catalogue)[2]
    assert whole.outcome is Outcome.CONSISTENT
    none = found(with_banks(None), "condition-remap-histogram", catalogue)[2]
    assert none.outcome is Outcome.NOT_APPLICABLE


# Common load


def warm(card: CardEvidence, peak_c: float, power_w: float) -> CardEvidence:
    heat = HeatReading(load_s=30.0, usable=True, peak_c=peak_c, power_w=power_w)
    return replace(card, silicon=SiliconReading(profile="standard", seconds=1.0, heat=heat))


def together(*figures: tuple[float, float]) -> Evidence:
    cards = tuple(warm(module(at), peak, power) for at, (peak, power) in enumerate(figures))
    return replace(server(count=len(cards)), cards=cards, server=replace(SWITCHED, loaded_together=True))


def test_a_card_far_hotter_or_drawing_far_less_than_its_equals_is_noted(catalogue: Catalogue) -> None:
    evidence = together((62, 690), (64, 695), (88, 700), (61, 400), (63, 688))
    assert odd(evidence, "board-common-heat", catalogue) == {2: Outcome.NOTED}
    assert odd(evidence, "board-common-power", catalogue) == {3: Outcome.NOTED}


def test_a_place_further_down_the_air_is_no_sign(catalogue: Catalogue) -> None:
    assert odd(together((58, 690), (60, 695), (66, 700), (69, 690)), "board-common-heat", catalogue) == {}


def test_two_cards_tell_nobody_which_is_odd(catalogue: Catalogue) -> None:
    evidence = together((50, 300), (90, 700))
    assert set(odd(evidence, "board-common-heat", catalogue).values()) == {Outcome.INCONCLUSIVE}


def test_cards_that_were_loaded_one_after_another_are_not_compared(catalogue: Catalogue) -> None:
    evidence = replace(together((62, 690), (64, 695), (95, 700), (61, 400)), server=SWITCHED)
    assert set(odd(evidence, "board-common-heat", catalogue).values()) == {Outcome.NOT_APPLICABLE}
