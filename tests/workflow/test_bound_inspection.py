"""A bound object from photographs to a signed report that verifies; the same words by command line."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from cards import genuine, row_of
from click.testing import CliRunner
from dumps import dump_of
from PIL import Image

from gpu_inspector.cli.main import commands
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Binding, Case, Declaration, unbound
from gpu_inspector.workflow import photographs
from gpu_inspector.workflow.inspecting import inspection_of, store_and_report
from gpu_inspector.workflow.verifying import State, verify


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(tmp_path / "home"))
    return tmp_path


def test_a_bound_object_goes_into_the_ledger_and_its_report_verifies(home: Path) -> None:
    pictures = []
    for shows, colour in (("label", "white"), ("slot", "black")):
        out = io.BytesIO()
        Image.new("RGB", (40, 30), colour).save(out, "JPEG")
        pictures.append(replace(photographs.take(out.getvalue(), f"{shows}.jpg").photograph, shows=shows))
    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"))
    label = evidence.cards[0].label
    case = Case(seals="1", binding=Binding(exhibit="EX-1", address=label), photographs=tuple(pictures))
    inspection = inspection_of(evidence, Declaration(serial="032", quantity=3), case, load())
    done = store_and_report(inspection, home / "ledger.sqlite")
    assert done.report is not None
    with Ledger(home / "ledger.sqlite", readonly=True) as ledger:
        _entry, kept = ledger.inspection(done.entry.seq)
    assert kept.case == case
    assert unbound(kept.case, (label,)) == ()
    found = verify(done.report.read_bytes(), (), load())
    assert (found.state, found.problems) == (State.UNKNOWN_SIGNER, ())


def test_the_command_line_declares_the_same(home: Path) -> None:
    dump = home / "card.xml"
    dump.write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090")))
    arguments = {
        "--from": str(dump),
        "--quantity": "40",
        "--hs-code": "8473.30",
        "--value": "1,850 EUR",
        "--consignee": "Beispiel GmbH",
        "--papers": "MRN 1",
        "--declared-serial": "032",
        "--declared-part-number": "900-1",
        "--exhibit": "EX-1",
        "--seals": "found 1",
        "--case": "C-1",
        "--ledger": str(home / "l.sqlite"),
    }
    done = CliRunner().invoke(commands, ["inspect", *(word for pair in arguments.items() for word in pair)])
    assert done.exit_code == 10
    with Ledger(home / "l.sqlite", readonly=True) as ledger:
        _entry, kept = ledger.inspection(1)
    assert kept.declaration == Declaration(
        quantity=40,
        hs_code="8473.30",
        value="1,850 EUR",
        consignee="Beispiel GmbH",
        papers="MRN 1",
        serial="032",
        part_number="900-1",
    )
    assert kept.case == Case(number="C-1", seals="found 1", binding=Binding(exhibit="EX-1"))
