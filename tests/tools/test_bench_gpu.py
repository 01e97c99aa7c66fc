"""`make bench-gpu` on a simulated card: every line is there, and the copy is what all are held against."""

import re
import subprocess

import pytest

from gpu_inspector.measure.simulation.device import SimulatedDevice
from gpu_inspector.measure.simulation.silicon import GIB, Memory, Silicon
from gpu_inspector.records.silicon import MemoryReading, PassReading, SpeedReading
from tools import bench_gpu

RATES = SpeedReading(copy_bytes_per_s=800e9, read_bytes_per_s=780e9, write_bytes_per_s=900e9)


def test_every_pass_stands_beside_the_copy() -> None:
    device = SimulatedDevice(Silicon(memory=Memory(size_bytes=GIB)), seed=1)
    lines = bench_gpu.lines(device)
    passes = [line for line in lines if "goal 0.90" in line]
    assert any("write" in line for line in passes)
    assert any("verify" in line for line in passes)
    assert "1.00 of the copy" in lines[1]
    assert "times the floor" in lines[-1]
    assert all(0.5 < float(found) < 2.0 for line in passes for found in re.findall(r"(\d\.\d\d) of the copy", line))


def test_ratios_are_rates_over_the_copys() -> None:
    reading = MemoryReading(
        claimed_bytes=1,
        free_bytes=1,
        covered_bytes=1,
        passes=(PassReading(name="write hash", moved_bytes=76_000_000_000, seconds=0.1),),
    )
    (line,) = bench_gpu.pass_lines(reading, RATES.copy_bytes_per_s)
    assert "760.0 GB/s" in line
    assert "0.95 of the copy" in line
    assert "1.26 times the floor" in bench_gpu.whole_line(reading, 0.12, RATES.copy_bytes_per_s)


def test_without_a_gpu_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def absent(*arguments: object, **options: object) -> None:
        raise FileNotFoundError("nvidia-smi")

    monkeypatch.setattr(subprocess, "run", absent)
    assert bench_gpu.main([]) == 0
    assert "no GPU here" in capsys.readouterr().out
