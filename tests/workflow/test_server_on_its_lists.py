"""Eight simulated H100 with one link down, one serial not on the packing list, one other product: these, nothing else.

Every finding above NOTED is listed, and every NOTED one that a server as it was made does not have.
"""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from gpu_inspector.cli.main import main
from gpu_inspector.errors import CaptureError
from gpu_inspector.probes import simulated_server
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Outcome
from gpu_inspector.records.inventory import InventoryList, ListKind
from gpu_inspector.workflow import collecting, listing
from gpu_inspector.workflow.judging import judge

CLEAN, ALTERED = "hgx-h100-8", "hgx-h100-8-altered"
NOT_OURS = "0000001234098"
SEED = 1
GRAVE = (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)


@cache
def evidence_of(name: str, profile: str | None) -> Evidence:
    return collecting.collect_simulation(name, SEED, profile, load())


def places(evidence: Evidence) -> tuple[int, int, int]:
    """Where the other product is, the card with the link that is down, and an untouched card."""
    cards = evidence.cards
    other = next(at for at, card in enumerate(cards) if card.nvml is not None and "H100" not in str(card.nvml.name))
    down = next(
        at
        for at, card in enumerate(cards)
        if card.nvlink is not None and not all(link.active for link in card.nvlink.links)
    )
    return other, down, next(at for at in range(len(cards)) if at not in (other, down))


def sheet(serials: tuple[str, ...]) -> bytes:
    """A packing list of eight H100, as an office program writes it."""
    lines = (f"{number};;NVIDIA H100 SXM5 80GB;1" for number in serials)
    return "\r\n".join(("Serial number;Part number;Description;Qty", *lines, "Total;;;8", "")).encode("utf-8-sig")


def on_list(evidence: Evidence, serials: tuple[str, ...], folder: Path) -> Evidence:
    path = folder / "packing list.csv"
    path.write_bytes(sheet(serials))
    return listing.beside(evidence, listing.read(listing.ListWish(packing=(path,))))


def named(evidence: Evidence) -> set[tuple[int, str]]:
    """Place and check of all that is above NOTED, or NOTED and not so on the server as it was made."""
    plain = judge(evidence_of(CLEAN, None), Declaration(), load()).cards[0].findings
    usual = {one.check for one in plain if one.outcome is Outcome.NOTED}
    return {
        (at, one.check)
        for at, card in enumerate(judge(evidence, Declaration(), load()).cards)
        for one in card.findings
        if one.outcome in GRAVE or (one.outcome is Outcome.NOTED and one.check not in usual)
    }


@pytest.mark.parametrize("profile", [None, pytest.param("quick", marks=pytest.mark.prove)])
def test_each_of_the_three_is_named_and_nothing_else(profile: str | None, tmp_path: Path) -> None:
    evidence = evidence_of(ALTERED, profile)
    serials = list(simulated_server.serials(ALTERED, SEED, load()))
    other, down, stranger = places(evidence)
    serials[stranger] = NOT_OURS
    assert named(on_list(evidence, tuple(serials), tmp_path)) == {
        (other, "identity-same-kind"),
        (other, "declaration-packing-list"),
        (down, "link-nvlink"),
        (stranger, "declaration-packing-list"),
    }


@pytest.mark.parametrize("profile", [None, pytest.param("quick", marks=pytest.mark.prove)])
def test_a_server_as_it_was_made_and_its_list_name_nothing(profile: str | None, tmp_path: Path) -> None:
    evidence = evidence_of(CLEAN, profile)
    assert named(on_list(evidence, simulated_server.serials(CLEAN, SEED, load()), tmp_path)) == set()


def test_through_the_front_door_with_a_list_an_inventory_and_labels(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    serials = simulated_server.serials(CLEAN, SEED, load())
    (tmp_path / "packing.csv").write_bytes(sheet((*serials[:7], NOT_OURS)))
    (tmp_path / "labels.csv").write_bytes(sheet(serials))
    pieces = [
        {"@odata.type": "#Processor.v1_0.Processor", "ProcessorType": "GPU", "SerialNumber": one} for one in serials
    ]
    (tmp_path / "bmc.json").write_text(json.dumps(pieces))
    capture = tmp_path / "capture.json"
    status = main(
        [
            *("inspect", "--all", "--simulate", CLEAN, "--seed", str(SEED), "--no-measure"),
            *("--packing-list", str(tmp_path / "packing.csv"), "--chassis-labels", str(tmp_path / "labels.csv")),
            *("--inventory", str(tmp_path / "bmc.json"), "--capture", str(capture)),
            *("--ledger", str(tmp_path / "ledger.sqlite"), "--report", str(tmp_path / "report.pdf")),
        ]
    )
    said = capsys.readouterr().out
    assert status == 11
    assert f"no inspected card answers for 1 of them: line 9 ({NOT_OURS})" in said
    assert f"{serials[7]} is on no row of the packing list" in said
    kept = collecting.collect_file(capture, None, load())
    assert [one.kind for one in kept.inventories] == [ListKind.PACKING, ListKind.CONTROLLER, ListKind.LABELS]


def test_an_output_may_not_fall_on_a_list(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(sheet(("1652823054567",)))
    before = path.read_bytes()
    given = ["inspect", "--simulate", CLEAN, "--no-measure", "--packing-list", str(path), "--report", str(path)]
    assert main([*given, "--ledger", str(tmp_path / "ledger.sqlite")]) != 0
    assert path.read_bytes() == before


def test_lists_of_a_capture_stay_beside_new_ones_and_are_bounded(tmp_path: Path) -> None:
    def one(number: int) -> InventoryList:
        return InventoryList(kind=ListKind.PACKING, name=f"{number}.csv", sha256=f"{number:064}")

    evidence = replace(evidence_of(CLEAN, None), inventories=tuple(one(number) for number in range(4)))
    found = listing.beside(evidence, (one(9),)).inventories
    assert [listed.name for listed in found] == ["9.csv", "0.csv", "1.csv", "2.csv"]
    path = tmp_path / "list.csv"
    path.write_bytes(sheet(("1652823054567",)))
    assert len(listing.read(listing.ListWish(packing=(path, path)))) == 1
    with pytest.raises(CaptureError, match="More than"):
        listing.read(listing.ListWish(packing=(path,) * 5))
