"""The cards of a real machine together: what is asked of the chassis, and what is said where that was not possible."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import cuda, fabric, host, nvlink, peers
from gpu_inspector.probes.bench import Bench
from gpu_inspector.records.claims import NvmlReading
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.records.server import FabricManager, NvlinkReading, PeerRate, Switch
from gpu_inspector.records.silicon import SiliconReading
from gpu_inspector.workflow import chassis

SWITCH = Switch(address="0000:05:00.0", device_id="22A3", driver="nvidia-nvswitch")


def uuid(number: int) -> str:
    return f"GPU-8a1f6a37-5b0c-4e0e-9d55-{number:012x}"


def machine(evidence: Evidence, count: int, origin: Origin = Origin.MACHINE) -> Evidence:
    cards = tuple(
        CardEvidence(label=f"0000:0{n + 1}:00.0", nvml=NvmlReading(uuid=uuid(n), pci_bus_id=f"0000:0{n + 1}:00.0"))
        for n in range(count)
    )
    return replace(evidence, cards=cards, origin=origin)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A machine whose parts answer at once; what was asked of the peers."""
    asked: list[Any] = []

    def measure(targets: Any, profile: str, progress: Any, **more: Any) -> tuple[cuda.Measured, ...]:
        progress("measuring", 1.0)
        return tuple(cuda.Measured(SiliconReading(profile=profile)) for _ in targets)

    def copies(uuids: str, labels: Any, progress: Any, *, seed: int = 0) -> tuple[Any, Any]:
        asked.append((uuids, tuple(labels)))
        progress("copying", 1.0)
        rate = PeerRate(one=labels[0], other=labels[1], bytes_copied=1, bytes_per_s=1.0, direct=True, intact=True)
        return (rate,), ("A reason.",)

    monkeypatch.setattr(cuda, "measure", measure)
    monkeypatch.setattr(peers, "measure", copies)
    monkeypatch.setattr(host, "this_bench", lambda: Bench(Path("/nowhere"), {}, lambda arguments: ""))
    monkeypatch.setattr(fabric, "read", lambda bench: ((SWITCH,), FabricManager(installed=True, running=True)))
    return asked


def evidence_of(catalogue_version: str = "x") -> Evidence:
    from datetime import UTC, datetime

    return Evidence(
        collected_at=datetime(2026, 11, 26, tzinfo=UTC),
        tool_version="1",
        reference_version=catalogue_version,
        origin=Origin.MACHINE,
        cards=(),
    )


def test_several_cards_are_loaded_together_and_copy_to_each_other(bare: list[Any]) -> None:
    shares: list[float] = []
    found = chassis.together(machine(evidence_of(), 3), "quick", lambda step, share: shares.append(share))
    assert found.server is not None
    assert found.server.switches == (SWITCH,)
    assert found.server.loaded_together
    assert found.server.peer_gaps == ("A reason.",)
    assert bare == [(",".join(map(uuid, range(3))), tuple(card.label for card in found.cards))]
    assert shares == sorted(shares) == [pytest.approx(0.9), 1.0]


def test_without_a_measurement_nothing_is_copied(bare: list[Any]) -> None:
    server = chassis.together(machine(evidence_of(), 2), None).server
    assert server is not None and not server.loaded_together
    assert server.peer_gaps == (chassis.NOT_ASKED,) and not bare


@pytest.mark.parametrize(("count", "gaps"), [(1, ()), (17, (chassis.TOO_MANY,))])
def test_one_card_has_no_peer_and_too_many_are_said(count: int, gaps: tuple[str, ...], bare: list[Any]) -> None:
    server = chassis.together(machine(evidence_of(), count), "quick").server
    assert server is not None
    assert server.peer_gaps == gaps and not bare
    assert server.loaded_together is (count > 1)


def test_a_card_that_cannot_be_measured_leaves_the_others_their_copies(bare: list[Any]) -> None:
    whole = machine(evidence_of(), 2)
    mute = CardEvidence(label="0000:09:00.0")
    found = chassis.together(replace(whole, cards=(mute, *whole.cards)), "quick")
    assert bare == [(f"{uuid(0)},{uuid(1)}", ("0000:01:00.0", "0000:02:00.0"))]
    assert found.cards[0].silicon is None and found.cards[0].gaps
    alone = chassis.together(replace(whole, cards=(mute, whole.cards[0])), "quick").server
    assert alone is not None and alone.peer_gaps == (chassis.TOO_FEW,) and not alone.loaded_together


def test_the_evidence_of_a_file_stays_as_it_is(bare: list[Any]) -> None:
    given = machine(evidence_of(), 2, Origin.FILE)
    assert chassis.together(given, "quick") == given


def test_each_card_gets_its_own_links_and_none_where_nobody_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    cards = (*machine(evidence_of(), 2).cards, CardEvidence(label="0000:09:00.0"))
    reading = NvlinkReading(fabric_state="not supported")
    monkeypatch.setattr(nvlink, "read", lambda: {"0000:02:00.0": reading})
    assert [card.nvlink for card in chassis.with_nvlink(cards)] == [None, reading, None]

    def refused() -> None:
        raise ProbeError("No driver.", "Install it.")

    monkeypatch.setattr(nvlink, "read", refused)
    assert chassis.with_nvlink(cards) == cards
    monkeypatch.setattr(nvlink, "read", lambda: pytest.fail("nobody is there to be asked"))
    assert chassis.with_nvlink(cards[2:]) == cards[2:]
