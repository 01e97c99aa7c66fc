"""`export-class`: a product or a file in, two lines out, as people and as programs read them."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cards import genuine, row_of
from die_cards import reading_of, silicon_of
from rom_builder import image_for

from gpu_inspector.cli.main import main
from gpu_inspector.probes import capture
from gpu_inspector.records.catalogue import load


def told(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    status = main(["export-class", *map(str, arguments)])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def document(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    status, out, _ = told(capsys, *arguments, "--json")
    assert status == 0
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.fixture
def h100(tmp_path: Path) -> Path:
    path = tmp_path / "h100.json"
    capture.write(genuine(row_of("NVIDIA H100 PCIe")), path)
    return path


def test_the_document_has_the_contracts_fields(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "RTX 4090", "--date", "2026-08-01", "--destination", "cn")
    assert found["format"] == 1
    assert found["codified"]["entry"] == "3A090.a"
    assert found["enforced"]["entry"] == "3A090.a"
    assert found["tpp"] == pytest.approx(5284.8)
    assert found["performance_density"] == pytest.approx(8.685, abs=0.01)
    assert found["reasons"]
    assert (found["date"], found["destination"], found["basis"]) == ("2026-08-01", "CN", "published")
    assert {"product", "overlays", "cautions", "missing", "candidates", "headquarters"} <= set(found)


@pytest.mark.parametrize(
    ("product", "entry"),
    [
        pytest.param("MI300X", "3A090.a", id="of another maker: the table's own"),
        pytest.param("RTX 4090 48GB (mod)", "3A090.a", id="a rework by its row"),
        pytest.param("B20", "indeterminate", id="a rumour"),
        pytest.param("RTX 5090 D", "none", id="a limited sister"),
        pytest.param("RTX 5090", "3A090.a", id="and the whole one"),
        pytest.param("H20", "none", id="none by number"),
        pytest.param("H100", "3A090.a", id="a family whose members agree"),
    ],
)
def test_a_product_is_classed_by_name(product: str, entry: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert document(capsys, product, "--date", "2026-08-01")["codified"]["entry"] == entry


def test_a_family_whose_members_differ_tells_them_apart(capsys: pytest.CaptureFixture[str]) -> None:
    assert "members" not in document(capsys, "RTX 4090 48GB (mod)", "--date", "2026-08-01")
    several = document(capsys, "RTX 6000", "--date", "2026-08-01")
    assert several["codified"]["entry"] == "indeterminate"
    assert {one["codified"]["entry"] for one in several["members"]} == {"none", "3A090.a"}
    assert "Quadro RTX 6000" in several["missing"][0]
    h100s = document(capsys, "H100", "--date", "2026-08-01")
    assert len(h100s["members"]) > 1
    assert {one["codified"]["entry"] for one in h100s["members"]} == {"3A090.a"}


def test_today_is_the_day_where_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    before = datetime.now(UTC).date().isoformat()
    assert document(capsys, "RTX 4090")["date"] in (before, datetime.now(UTC).date().isoformat())


def test_a_file_is_classed_by_its_card(h100: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, h100)
    assert found["codified"]["entry"] == "3A090.a"
    assert found["asked"] == "0000:01:00.0"
    assert found["date"] == "2026-11-24", "the day on which the file was made"
    assert "Nobody signed this file" in found["caution"]
    early = document(capsys, h100, "--date", "2022-09-01")
    assert early["codified"]["entry"] == "none"


def test_what_was_measured_in_the_file_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:

    row = row_of("NVIDIA H100 PCIe")
    lie = genuine(row_of("NVIDIA GeForce RTX 3060", "2504", 12))
    (card,) = lie.cards
    silicon = silicon_of(load(), row.die, reading_of(load(), row))
    path = tmp_path / "lie.json"
    capture.write(replace(lie, cards=(replace(card, silicon=silicon),)), path)
    found = document(capsys, path)
    assert (found["codified"]["entry"], found["basis"]) == ("3A090.a", "die")


def test_a_firmware_image_has_the_class_of_the_product_that_it_was_made_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "card.rom"
    path.write_bytes(image_for(row_of("NVIDIA GeForce RTX 4090", "2684"), "2684"))
    assert document(capsys, path, "--date", "2026-08-01")["codified"]["entry"] == "3A090.a"


def test_a_signed_report_is_classed_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report, ledger = tmp_path / "r.pdf", tmp_path / "l.sqlite"
    arguments = ["inspect", "--simulate", "genuine-a100-80gb", "--no-measure", "--destination", "CN", "--json"]
    main([*arguments, "--ledger", str(ledger), "--report", str(report)])
    capsys.readouterr()
    found = document(capsys, report)
    assert (found["codified"]["entry"], found["destination"]) == ("3A090.a", "CN"), "the report's own papers hold"
    assert document(capsys, report, "--destination", "DE")["destination"] == "DE"


def test_people_get_two_lines_figures_and_what_it_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = told(capsys, "RTX 4090 D", "--date", "2026-08-01")
    assert status == 0
    assert "No entry of the rules that were applied covers the figures" in out
    assert "As codified" in out and "As enforced" in out
    assert "4,706" in out and "4,800" in out and "below" in out
    assert "not legal advice" in out
    assert "determination belongs to the authority" in out


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        pytest.param(("toys",), 1, "neither a file nor a product", id="no product"),
        pytest.param(("{folder}/missing.json",), 1, "neither a file nor a product", id="no file"),
        pytest.param(("{folder}",), 1, "neither a file nor a product", id="a folder"),
        pytest.param(("a\x00b",), 1, "neither", id="no path of this system"),
        pytest.param(("x" * 5000,), 1, "neither", id="endless"),
        pytest.param(("",), 2, "Name a product", id="nothing"),
        pytest.param((), 2, "Missing argument", id="no argument"),
        pytest.param(("RTX 4090", "--date", "tomorrow"), 2, "Invalid value", id="no day"),
        pytest.param(("RTX 4090", "--destination", "China"), 2, "two letters", id="no code"),
    ],
)
def test_what_cannot_be_answered_says_why(
    arguments: tuple[str, ...], status: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found, out, err = told(capsys, *(one.format(folder=tmp_path) if "{" in one else one for one in arguments))
    assert found == status
    assert words in out + err


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "noise.bin"
    path.write_bytes(b"\xff" * 100)
    assert told(capsys, path)[0] == 1


def test_a_simulated_genuine_h100_is_controlled_and_nothing_is_all_clear(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["inspect", "--simulate", "genuine-h100", "--profile", "quick", "--ledger", str(tmp_path / "l.sqlite")]
    assert main([*arguments, "--json"]) == 0
    (card,) = json.loads(capsys.readouterr().out)["cards"]
    assert (card["verdict"], card["control"]) == ("CONSISTENT", "3A090.a")
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert "3A090.a: " in out
    assert "meets the performance parameters of 3A090.a" in out
    assert "determination belongs to the authority" in out


def test_a_file_of_several_cards_gives_the_gravest_first_and_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A server with one controlled card among harmless ones: who reads `codified` alone must not read "none"."""
    h100, plain = genuine(row_of("NVIDIA H100 PCIe")), genuine(row_of("NVIDIA GeForce RTX 3060", "2504", 12))
    cards = tuple(replace(one.cards[0], label=f"card {place}") for place, one in enumerate((plain, plain, h100, plain)))
    path = tmp_path / "server.json"
    capture.write(replace(h100, cards=cards), path)
    found = document(capsys, path)
    assert found["codified"]["entry"] == "3A090.a"
    assert found["asked"] == "card 2"
    assert "4 cards" in found["reasons"][0]
    assert len(found["cards"]) == 4
    assert found["tpp"] == found["cards"][2]["tpp"], "never the sum of a server"


@pytest.mark.parametrize("said", ["Н100", "НВМ Н100", "Α100", "RТХ 4090"])
def test_letters_of_another_script_name_no_other_product(said: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = told(capsys, said, "--json", "--date", "2026-08-01")
    assert status == 1 or '"3A090.a"' in out
    assert "CMP" not in out
