"""The pages of what was measured: numbers and map on paper, SIMULATION across every page, any record can be drawn."""

import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cards import genuine, row_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from report.report_records import entry_of
from sampling import examples
from silicon_records import folded, memory_of, silicon_of_row, with_silicon

from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.records.silicon import (
    BadWord,
    ChasePoint,
    Fold,
    GroupError,
    HeatSample,
    LaneError,
    MemoryReading,
    PassReading,
    RateReading,
    SiliconReading,
)
from gpu_inspector.report.document import draw
from gpu_inspector.report.identity import SigningIdentity
from gpu_inspector.report.signature import sign
from gpu_inspector.workflow.judging import judge
from gpu_inspector.workflow.verifying import verify

_ROW = row_of("NVIDIA GeForce RTX 4090")
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext reads the pages here")


def _inspection(silicon: SiliconReading | None, origin: Origin = Origin.MACHINE) -> Inspection:
    evidence = with_silicon(genuine(_ROW), silicon, origin=origin)
    if origin is Origin.SIMULATION and silicon is not None:
        evidence = replace(evidence, notes=(f"SIMULATION {silicon.simulation}, seed {silicon.seed}",))
    return Inspection(
        id="0b7c9a52-30c8-4b8c-8a43-5b8f0d9b7c11",
        made_at=datetime(2026, 11, 24, 9, 30, 15, tzinfo=UTC),
        utc_offset_minutes=60,
        case=Case(),
        declaration=Declaration(),
        evidence=evidence,
        judgement=judge(evidence, Declaration(), load()),
    )


def _drawn(silicon: SiliconReading | None, origin: Origin = Origin.MACHINE) -> bytes:
    inspection = _inspection(silicon, origin)
    return draw(inspection, entry_of(inspection))


def _pages(pdf: bytes, folder: Path) -> list[str]:
    path = folder / "report.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


def _words(pdf: bytes, folder: Path) -> str:
    return re.sub(r"\s+", " ", " ".join(_pages(pdf, folder)))


@needs_poppler
def test_every_number_of_a_measurement_stands_on_paper(tmp_path: Path) -> None:
    text = _words(_drawn(silicon_of_row(_ROW)), tmp_path)
    for said in (
        "Measured on the card",
        "standard, 71.3 s, to the end",
        "NVRTC 12.9; kernels' SHA-256 5c5c",
        "24,194 MiB (98.5 %)",
        "software-injected faults found: 8 of 8",
        "write hash 23.63 GiB 0.0282 s 900 GB/s – verify hash 23.63 GiB 0.0288 s 880 GB/s 0",
        "Map of the tested memory",
        "r read back right",
        "128 by id, 128 by residency; the driver says 128",
        "FP32 multiply-add (fp32-fma) 127.6 0.4 % 4.1",
        "L1 33.1, L2 273, DRAM 583",
        "about 379 bit at the claimed clock of 10,501 MHz",
        "generation 4, 16 lanes; the card's own maximum: generation 4, 16 lanes",
        "45 s at 402 W; 38 °C at the start, 67 °C at most",
        "it fell by 0.0373 K/W",
    ):
        assert said in text, said


@needs_poppler
def test_a_fold_stands_on_paper_with_its_map_in_letters(tmp_path: Path) -> None:
    text = _words(_drawn(silicon_of_row(_ROW, memory=folded(24564, 12288))), tmp_path)
    assert "12,288 MiB of 24,564 MiB really there" in text
    assert "addresses 12 GiB apart are the same cells" in text
    assert "a another address's words" in text
    assert "a" * 64 in text.replace(" ", "")


@needs_poppler
def test_defects_are_named_on_paper(tmp_path: Path) -> None:
    memory = memory_of(
        24564,
        lanes=(LaneError(lane=37, words=900, reads="1"),),
        group=GroupError(number=3, of=12, stretch_bytes=256, share=1 / 12, lost=False),
        bad_words=900,
        bad_pages=3,
        bad_page_offsets=(0, 1 << 21),
        kept=(BadWord(offset_bytes=0, expected="0" * 64, read="1" * 64),),
    )
    text = _words(_drawn(silicon_of_row(_ROW, memory=memory)), tmp_path)
    assert "channel group 3 of 12, inferred, has the errors" in text
    assert "data lane 37 of the 256 of a 32-byte word always reads 1 (900 words)" in text
    assert "1 wrong word, in the attached record" in text


@needs_poppler
def test_simulation_stands_across_every_page_and_in_the_measurement(tmp_path: Path) -> None:
    silicon = silicon_of_row(_ROW, simulation="genuine-rtx-4090", seed=3, compiler="", kernels_sha256="")
    pages = _pages(_drawn(silicon, Origin.SIMULATION), tmp_path)
    assert len(pages) > 3
    for page in pages:
        # Turned letters of the watermark come one by one; the head bears the word as well.
        assert "SIMULATION – no real card" in page
    text = re.sub(r"\s+", " ", " ".join(pages))
    assert "genuine-rtx-4090, seed 3: no real card" in text
    assert "nothing: a simulation runs no kernels" in text


@pytest.mark.parametrize(
    ("origin", "simulation", "times"),
    [(Origin.SIMULATION, "genuine-rtx-4090", 3), (Origin.MACHINE, "", 0)],
    ids=["simulated", "real"],
)
def test_the_watermark_is_drawn_on_every_page_of_a_simulation(origin: Origin, simulation: str, times: int) -> None:
    reader = PdfFileReader(io.BytesIO(_drawn(silicon_of_row(_ROW, simulation=simulation), origin)))
    pages = [reader.root["/Pages"]["/Kids"][number] for number in range(reader.root["/Pages"]["/Count"])]
    assert len(pages) > 3
    for page in pages:
        seen = {
            name
            for name, state in page["/Resources"].get("/ExtGState", {}).items()
            if float(state.get("/ca", 1)) == 0.13
        }
        content = page["/Contents"].data.decode("latin-1")
        assert sum(content.count(f"{name} gs") for name in seen) == times


@needs_poppler
@pytest.mark.parametrize("origin", [Origin.FILE, Origin.SAMPLE, Origin.SIMULATION])
def test_a_reading_that_does_not_count_is_not_drawn(origin: Origin, tmp_path: Path) -> None:
    text = _words(_drawn(silicon_of_row(_ROW), origin), tmp_path)
    assert "Map of the tested memory" not in text
    assert "24,194 MiB" not in text


def test_the_same_record_gives_the_same_bytes() -> None:
    silicon = silicon_of_row(_ROW, memory=folded(24564, 12288))
    assert _drawn(silicon) == _drawn(silicon)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"die": None, "memory": None, "speed": None, "link": None, "heat": None}, id="nothing was kept"),
        pytest.param({"memory": memory_of(24564, 0, complete=False, map="", passes=())}, id="nothing was covered"),
        pytest.param({"memory": memory_of(24564, map="r?\u202e")}, id="letters that mean nothing"),
        pytest.param({"memory": memory_of(24564, map="r" * 100_000)}, id="a map without end"),
        pytest.param(
            {"memory": memory_of(24564, passes=(PassReading(name="x" * 9000, moved_bytes=1, seconds=0.0),) * 5000)},
            id="passes without end",
        ),
        pytest.param({"memory": memory_of(24564, lanes=(LaneError(lane=1, words=1, reads="1"),) * 5000)}, id="lanes"),
        pytest.param({"device_name": "\x00\u202e" * 500, "compiler": "{x}" * 900, "profile": "%s" * 999}, id="texts"),
        pytest.param({"seconds": -1e308, "cuda_driver": -1, "seed": 2**52}, id="numbers"),
    ],
)
def test_any_reading_can_be_drawn(changes: dict[str, Any]) -> None:
    pdf = _drawn(silicon_of_row(_ROW, **changes))
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", pdf)) < 30


_COUNT = st.integers(0, 2**52)
_FLOAT = st.floats(-1e300, 1e300, allow_nan=False)
_MEMORIES = st.builds(
    MemoryReading,
    claimed_bytes=_COUNT,
    free_bytes=_COUNT,
    covered_bytes=_COUNT,
    right_bytes=_COUNT,
    true_bytes=_COUNT,
    aliased_words=_COUNT,
    absent_words=_COUNT,
    bad_words=_COUNT,
    bad_pages=_COUNT,
    bad_page_offsets=st.lists(_COUNT, max_size=3).map(tuple),
    fold=st.none() | st.builds(Fold, page_level=st.booleans(), distances_bytes=st.lists(_COUNT, max_size=3).map(tuple)),
    group=st.none() | st.builds(GroupError, number=_COUNT, of=_COUNT, stretch_bytes=_COUNT, share=_FLOAT),
    fault_offset_bytes=st.none() | _COUNT,
    fault=st.text(max_size=20),
    refused=st.text(max_size=20),
    map=st.text("ranue", max_size=300),
    injected=_COUNT,
    found=_COUNT,
    complete=st.booleans(),
)


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    _MEMORIES,
    st.lists(st.builds(ChasePoint, size_bytes=_COUNT, cycles=_FLOAT), max_size=90).map(tuple),
    st.lists(st.builds(HeatSample, at_s=_FLOAT, temperature_c=st.none() | _FLOAT), max_size=90).map(tuple),
    st.lists(st.builds(RateReading, operation=st.text(max_size=9), per_clock_per_sm=_FLOAT), max_size=4).map(tuple),
)
def test_whatever_a_record_holds_it_is_judged_and_drawn(
    memory: MemoryReading,
    chase: tuple[ChasePoint, ...],
    samples: tuple[HeatSample, ...],
    rates: tuple[RateReading, ...],
) -> None:
    whole = silicon_of_row(_ROW)
    assert whole.die is not None
    assert whole.heat is not None
    die, heat = replace(whole.die, chase=chase, rates=rates), replace(whole.heat, samples=samples)
    inspection = _inspection(replace(whole, memory=memory, die=die, heat=heat))
    crashed = [one.check for one in inspection.judgement.cards[0].findings if "failed inside the program" in one.text]
    assert not [name for name in crashed if name in ("memory-measured", "condition-memory")]
    assert draw(inspection, entry_of(inspection)).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("origin", "simulation"), [(Origin.SIMULATION, "genuine-rtx-4090"), (Origin.MACHINE, "")], ids=["simulated", "real"]
)
def test_verify_says_that_it_is_a_simulation(origin: Origin, simulation: str, identity: SigningIdentity) -> None:
    inspection = _inspection(silicon_of_row(_ROW, simulation=simulation), origin)
    entry = entry_of(inspection)
    drawn = draw(inspection, entry, signer=identity.fingerprint)
    signed = sign(
        drawn, canonical.encode(inspection), entry, identity, reason=f"GPU Inspector report {entry.seq}", place=""
    )
    found = verify(signed, (), load())
    assert found.problems == ()
    said = [note for note in found.notes if note.startswith("SIMULATION – no real card.")]
    assert len(said) == (1 if simulation else 0)
