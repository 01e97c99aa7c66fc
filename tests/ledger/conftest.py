"""Inspections made by hand, and programs that run beside the test."""

import json
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import gpu_inspector
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical
from gpu_inspector.records.claims import NvmlReading, SmiReading
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.inspection import CardJudgement, Inspection, Judgement

NewInspection = Callable[..., Inspection]


def _inspection(
    *,
    cards: int = 1,
    case: Case | None = None,
    product: str = "NVIDIA GeForce RTX 4090",
    serial: str | None = "1324520000001",
    verdict: Identity = Identity.INCONCLUSIVE,
    inspection_id: str | None = None,
) -> Inspection:
    labels = [f"card {number + 1} of the file" for number in range(cards)]
    readings = [
        CardEvidence(
            label=label,
            nvml=NvmlReading(name=product, serial=serial, uuid=f"GPU-0badcafe-0000-{number:04d}"),
            nvidia_smi=SmiReading(name=product, serial=serial),
        )
        for number, label in enumerate(labels)
    ]
    return Inspection(
        id=inspection_id or str(uuid.uuid4()),
        made_at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
        utc_offset_minutes=60,
        case=case or Case(number="A-2026/17", inspector="Müller", office="Köln-Bonn", place="Lager 3", note="Kiste"),
        declaration=Declaration(product=product, memory_gb=24),
        evidence=Evidence(
            collected_at=datetime(2026, 11, 24, 9, 29, tzinfo=UTC),
            tool_version="0.1.0",
            reference_version="1",
            origin=Origin.FILE,
            cards=tuple(readings),
        ),
        judgement=Judgement(
            verdict=verdict,
            cards=tuple(CardJudgement(label=label, product=product, identity=verdict) for label in labels),
            tool_version="0.1.0",
            reference_version="1",
        ),
    )


@pytest.fixture(scope="session")
def new_inspection() -> NewInspection:
    """Makes an inspection with an id of its own."""
    return _inspection


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "ledger.sqlite"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with Ledger(path) as opened:
        yield opened


APPENDING = """
import dataclasses, json, os, sys, uuid
from pathlib import Path
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical
from gpu_inspector.records.inspection import Inspection
path, template, told, count = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
example = canonical.decode(template.read_bytes(), Inspection, "inspection")
with told.open("a") as out, Ledger(path) as ledger:
    for _ in range(count):
        entry = ledger.append(dataclasses.replace(example, id=str(uuid.uuid4())))
        out.write(json.dumps([entry.seq, entry.previous, entry.digest]) + "\\n")
        out.flush()
"""
"""Appends rows, and tells each one's entry in a file as soon as it knows it."""

Appender = Callable[[Path, Path, int], "subprocess.Popen[bytes]"]


@pytest.fixture
def start_appending(tmp_path: Path, new_inspection: NewInspection) -> Appender:
    """Starts another program that appends rows to a ledger and tells each in a file."""
    template = tmp_path / "template.json"
    template.write_bytes(canonical.encode(new_inspection()))

    def start(ledger: Path, told: Path, count: int) -> "subprocess.Popen[bytes]":
        words = [sys.executable, "-c", APPENDING, str(ledger), str(template), str(told), str(count)]
        return subprocess.Popen(words, cwd=Path(gpu_inspector.__file__).parents[1], stderr=subprocess.PIPE)

    return start


@pytest.fixture(scope="session")
def read_told() -> Callable[[Path], list[list[object]]]:
    """The entries that were told: all whole lines."""

    def read(told: Path) -> list[list[object]]:
        text = told.read_text() if told.exists() else ""
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]

    return read
