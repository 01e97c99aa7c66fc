"""A whole server through the front door: each planted deviation is named at its own card, and nothing else is."""

import json
from pathlib import Path
from typing import Any

import pytest

from gpu_inspector.cli.main import main
from gpu_inspector.measure.simulation import servers
from gpu_inspector.probes import simulated_server
from gpu_inspector.records import simulated as marked
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.workflow import collecting

ALTERED = "hgx-h100-8-altered"
ALWAYS = {"bench-origin", "export-class"}
"""What is told of every simulated H100: that it is none, and which entry of export control its figures meet."""
TOLD = ("NOTED", "SUSPICIOUS", "CONTRADICTED")


def packing_list(folder: Path, serials: tuple[str, ...], missing: int | None = None) -> Path:
    """The list of a server; at the place `missing` stands a serial that no card bears."""
    rows = [
        f"{place + 1},NVIDIA H100 80GB HBM3,{serial if place != missing else '1652222999999'}"
        for place, serial in enumerate(serials)
    ]
    path = folder / "packing.csv"
    path.write_text("\n".join(("Line,Description,Serial number", *rows)) + "\n")
    return path


def told(document: dict[str, Any]) -> list[set[str]]:
    """For each card the checks that say something, beside what is said of every one."""
    return [{one["check"] for one in card["findings"] if one["outcome"] in TOLD} - ALWAYS for card in document["cards"]]


def odd_cards(name: str, seed: int) -> tuple[int, int]:
    """The places of the card with a link that is down, and of the card that is another product."""
    modules = servers.server(name, seed).modules
    (down,) = [place for place, one in enumerate(modules) if one.down]
    (other,) = [place for place, one in enumerate(modules) if one.card != "genuine-h100-sxm"]
    return down, other


@pytest.mark.parametrize(
    "profile",
    [
        pytest.param(("--no-measure",), id="claims"),
        pytest.param(("--profile", "quick"), id="quick", marks=pytest.mark.prove),
        pytest.param(("--profile", "standard"), id="standard", marks=pytest.mark.prove),
    ],
)
@pytest.mark.parametrize(
    "seed", [0, pytest.param(1, marks=pytest.mark.prove), pytest.param(2, marks=pytest.mark.prove)]
)
def test_a_link_a_serial_and_a_product_are_named_each_at_its_card_and_nothing_else(
    profile: tuple[str, ...], seed: int, tmp_path: Path, catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    down, other = odd_cards(ALTERED, seed)
    missing = next(place for place in range(8) if place not in (down, other))
    listed = packing_list(tmp_path, simulated_server.serials(ALTERED, seed, catalogue), missing)
    command = ["inspect", "--all", "--simulate", ALTERED, "--seed", str(seed), *profile, "--packing-list", str(listed)]
    command += ["--json", "--ledger", str(tmp_path / "l.sqlite"), "--report", str(tmp_path / "r.pdf")]
    status = main(command)
    found = told(json.loads(capsys.readouterr().out))
    assert status == 11
    assert "link-nvlink" in found[down]
    assert "identity-same-kind" in found[other]
    assert "declaration-packing-list" in found[missing]
    assert [place for place, checks in enumerate(found) if checks] == sorted((down, other, missing))
    assert (tmp_path / "r.pdf").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("profile", "exits"),
    [
        pytest.param(("--no-measure",), 10, id="claims"),
        pytest.param(("--profile", "quick"), 0, id="quick", marks=pytest.mark.prove),
        pytest.param(("--profile", "standard"), 0, id="standard", marks=pytest.mark.prove),
    ],
)
def test_of_a_server_as_it_was_made_nothing_is_told(
    profile: tuple[str, ...], exits: int, tmp_path: Path, catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = packing_list(tmp_path, simulated_server.serials("hgx-h100-8", 0, catalogue))
    command = ["inspect", "--simulate", "hgx-h100-8", *profile, "--packing-list", str(listed), "--json"]
    command += ["--ledger", str(tmp_path / "l.sqlite"), "--report", str(tmp_path / "r.pdf")]
    assert main(command) == exits
    assert told(json.loads(capsys.readouterr().out)) == [set()] * 8


@pytest.mark.parametrize("name", servers.NAMES)
def test_a_simulated_server_bears_its_marks_and_no_card_twice(name: str, catalogue: Catalogue) -> None:
    evidence = collecting.collect_simulation(name, 3, None, catalogue)
    assert len(marked.marks(evidence)) >= 10
    assert len({card.label for card in evidence.cards}) == 8
    for field in ("uuid", "serial", "pci_bus_id", "module_id", "minor_number"):
        assert len({getattr(card.nvml, field) for card in evidence.cards}) == 8, field
    assert all(card.nvml is not None and (card.nvml.serial or "").startswith("000000") for card in evidence.cards)
    assert evidence.server is not None and evidence.server.peers == () and evidence.server.peer_gaps


@pytest.mark.parametrize(
    "arguments",
    [("--all", "0"), ("--all", "--from", "x"), ("--all", "--not-starting")],
    ids=["a card", "a file", "an object that does not start"],
)
def test_all_is_no_card_and_no_file(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", *arguments]) == 2
    assert "--all" in capsys.readouterr().err
