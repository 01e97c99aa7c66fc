"""`verify` on the summary of an audit: an honest hall is intact, a lost node that is hidden or invented is altered."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from report.hall_records import audited, cards_of, summary_of
from report.lot_records import lot, of_64, summary
from report.sealed import office
from workflow.test_lot_verifying import looked_at, signed

from gpu_inspector.records import canonical, hall_view
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.chain import GENESIS, entry_for
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.hall import Hall, Place
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.records.lot import LotSummary
from gpu_inspector.records.node import Lack, Machine, NodeGap, NodeReading
from gpu_inspector.report import document, signature
from gpu_inspector.workflow import collecting, inspecting, lot_members, lot_reports
from gpu_inspector.workflow.verification import State


@cache
def honest() -> LotSummary:
    return audited(12, 2, cards=2)


def _hall(of: LotSummary, **changes: object) -> LotSummary:
    assert of.hall is not None
    return replace(of, hall=replace(of.hall, **changes))  # type: ignore[arg-type]


def test_an_honest_hall_is_intact_and_its_pages_are_drawn_again_byte_for_byte() -> None:
    for of in (honest(), audited(1, 0, cards=1), summary_of(Hall(places=(Place(node="n1"),)), ())):
        found = looked_at(signed(of))
        assert found.state is State.TRUSTED, found.problems
        assert found.lot == of
        assert "The statement was made again from the cards of the record, and came out the same." in found.notes


def _invented(of: LotSummary) -> LotSummary:
    """A gap of a node that was examined."""
    assert of.hall is not None
    gap = NodeGap(node=of.members[0].node, lack=Lack.SILENT, reason="It did not answer.")
    return _hall(of, gaps=(gap, *of.hall.gaps))


def _hidden(of: LotSummary) -> LotSummary:
    """A lost node that is taken out of the hall, with a statement as if it had never been there."""
    assert of.hall is not None
    lost = of.hall.gaps[0].node
    hall = replace(of.hall, places=tuple(one for one in of.hall.places if one.node != lost), gaps=())
    return replace(of, hall=hall)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_invented, id="invented gap"),
        pytest.param(_hidden, id="hidden node"),
        pytest.param(lambda of: replace(of, hall=None), id="no hall"),
        pytest.param(lambda of: _hall(of, places=of.hall.places * 2), id="nodes twice"),
        pytest.param(lambda of: _hall(of, places=(*of.hall.places, Place(node=""))), id="no name"),
        pytest.param(lambda of: _hall(of, places=(*of.hall.places, Place(node="x" * 121))), id="long name"),
        pytest.param(lambda of: _hall(of, places=(*of.hall.places, Place(node="x", unit=-1))), id="unit"),
        pytest.param(lambda of: _hall(of, places=(*of.hall.places, Place(node="x", cards=65))), id="cards"),
        pytest.param(lambda of: _hall(of, gaps=of.hall.gaps * 2), id="gap twice"),
        pytest.param(
            lambda of: replace(of, members=(replace(of.members[0], temperature_c=1e300), *of.members[1:])), id="heat"
        ),
        pytest.param(lambda of: replace(of, statement=replace(of.statement, unexamined_nodes=0)), id="count"),
    ],
)
def test_what_no_hall_of_these_cards_is_makes_the_summary_an_altered_one(
    change: Callable[[LotSummary], LotSummary],
) -> None:
    found = looked_at(signed(change(honest()), drawn=honest()))
    assert found.state is State.ALTERED


def test_pages_that_hide_a_lost_node_are_seen_though_the_record_is_honest() -> None:
    found = looked_at(signed(honest(), drawn=_hidden(honest())))
    assert found.state is State.ALTERED


def test_a_summary_of_an_earlier_version_without_halls_is_still_intact() -> None:
    of = replace(of_64(), tool_version="0.9+0123456789ab")
    plain = canonical.plain(of)
    del plain["hall"], plain["statement"]["unexamined_nodes"]
    for one in plain["members"]:
        del one["node"], one["temperature_c"]
    body = canonical.encode(plain)
    from gpu_inspector.report import lot_document
    from gpu_inspector.workflow import lot_papers

    identity = office().identity(office().officer)
    pages = lot_document.draw(of, signer=identity.fingerprint, record=body)
    files = (signature.own_attachment(signature.LOT_NAME, body),)
    data = signature.seal(pages, files, identity, reason=lot_papers.reason_of(of), place=of.lot.case.place)
    found = looked_at(data)
    assert found.state is State.TRUSTED, found.problems
    assert found.lot == of and found.lot.hall is None


# Held against the reports of its nodes


@cache
def _report(node: str) -> tuple[Inspection, LedgerEntry, bytes]:
    evidence = collecting.collect_simulation("genuine-rtx-4090", 2, None, load())
    assert evidence.host is not None
    signs = ("NVRM: GPU unlock",)
    reading = NodeReading(name=node, audit="a", machine=Machine(host=node), evidence_sha256="ab" * 32)
    patched = replace(evidence, node=reading, host=replace(evidence.host, patch_signs=signs))
    inspection = inspecting.inspection_of(patched, Declaration(), Case(number="C", place="Köln"), load())
    entry = entry_for(1, GENESIS, canonical.encode(inspection))
    identity = office().identity(office().officer)
    pages = document.draw(inspection, entry, signer=identity.fingerprint)
    body, place = canonical.encode(inspection), inspection.case.place
    return (
        inspection,
        entry,
        signature.sign(pages, body, entry, identity, reason=inspecting.reason_of(entry), place=place),
    )


@cache
def _of_reports() -> LotSummary:
    inspection, entry, _pdf = _report("n2")
    members = lot_members.members_of(entry, inspection, 1, inspection.made_at, None)
    hall = Hall(places=(Place(node="n2", rack="A", unit=3),))
    assert hall_view.count_unexamined(hall, members) == 0
    return summary(members, lot(1), hall=hall)


def test_each_cell_of_the_hall_is_held_against_the_report_of_its_node(tmp_path: Path) -> None:
    (tmp_path / "n2.pdf").write_bytes(_report("n2")[2])

    def held(of: LotSummary) -> tuple[State, tuple[str, ...]]:
        found = lot_reports.held_against(looked_at(signed(of)), tmp_path, office().roots, load())
        return found.state, found.problems

    of = _of_reports()
    assert any(one.check == "bench-patches" for one in of.members[0].reasons)
    assert held(of) == (State.TRUSTED, ())
    lie = replace(of.members[0], node="n3", temperature_c=45.0, reasons=of.members[0].reasons[1:])
    state, problems = held(replace(of, members=(lie,), hall=None))
    assert state is State.ALTERED and "says of it: node, temperature, reasons." in problems[0]


def test_cards_made_by_hand_bear_the_name_of_their_node() -> None:
    assert {one.node for one in cards_of(Place(node="n1", cards=2), 1)} == {"n1"}
