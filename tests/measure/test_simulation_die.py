"""Simulated chips: what the kernels of the die leave behind."""

import numpy as np
import pytest

from gpu_inspector.measure.device import Device, NoSuchKernel
from gpu_inspector.measure.launches import numbers
from gpu_inspector.measure.operations import LATENCIES, LATENCY_THREADS, OPERATIONS, RATE_THREADS
from gpu_inspector.measure.simulation.chips import FAMILIES, chip
from gpu_inspector.measure.simulation.costs import Costs
from gpu_inspector.measure.simulation.device import SimulatedDevice
from gpu_inspector.measure.simulation.silicon import MIB, Chip, Memory, Silicon

SMS = 20


def made(die: str, seed: int = 0) -> Chip:
    return chip(die, multiprocessors=SMS, l2_bytes=4 * MIB, clock_mhz=1500.0, area_mm2=400.0, seed=seed)


def device_of(die: str) -> SimulatedDevice:
    return SimulatedDevice(Silicon(chip=made(die), memory=Memory(size_bytes=64 * MIB), shuffle=False))


def per_clock(device: Device, name: str, iterations: int = 1000) -> float:
    operation = next(one for one in OPERATIONS if one.name == name)
    out = device.host_buffer(SMS * 32)
    device.launch(operation.kernel, SMS, RATE_THREADS, iterations, out.address)
    blocks = numbers(out, SMS * 4).reshape(SMS, 4)
    assert sorted(blocks[:, 0].tolist()) == list(range(SMS))
    clocks = float(np.median(blocks[:, 2] - blocks[:, 1]))
    workers = RATE_THREADS / 32 if operation.tensor else RATE_THREADS
    return operation.per_iteration * workers * iterations / clocks


@pytest.mark.parametrize("die", FAMILIES)
def test_rates_come_out_as_the_family_does_them(die: str) -> None:
    device, family = device_of(die), FAMILIES[die]
    assert per_clock(device, "fp32-fma") == pytest.approx(family.fp32, rel=0.03)
    assert per_clock(device, "fp64-fma") == pytest.approx(family.fp64, rel=0.03)
    if family.tensor:
        assert per_clock(device, "tensor-f16-f32", 10_000) == pytest.approx(family.tensor * family.wide_sums, rel=0.03)


@pytest.mark.parametrize("die", FAMILIES)
def test_kernels_exist_from_their_first_capability_on(die: str) -> None:
    device = device_of(die)
    out = device.host_buffer(4096)
    for operation in (*OPERATIONS, *LATENCIES):
        if operation.first_capability > FAMILIES[die].capability:
            with pytest.raises(NoSuchKernel):
                device.launch(operation.kernel, 1, LATENCY_THREADS, 1, out.address)
        else:
            device.launch(operation.kernel, 1, LATENCY_THREADS, 1, out.address)


def test_every_multiprocessor_sets_its_bit() -> None:
    device = device_of("GA102")
    bits = device.host_buffer(512)
    device.launch("multiprocessors", 64 * SMS, 32, bits.address, 30_000)
    assert int(np.bitwise_count(numbers(bits, 64)).sum()) == SMS


@pytest.mark.parametrize(("blocks", "all_seen"), [(1, True), (SMS, True), (SMS + 1, False), (2 * SMS, False)])
def test_blocks_see_each_other_as_long_as_each_has_a_multiprocessor(blocks: int, all_seen: bool) -> None:
    device = device_of("GA102")
    counter, seen = device.allocate(256), device.host_buffer(8 * blocks)
    device.launch("residency", blocks, 1024, counter, seen.address, blocks, 100_000, shared_bytes=60_000)
    assert bool((numbers(seen, blocks) == 1).all()) is all_seen


@pytest.mark.parametrize("die", FAMILIES)
def test_latency_grows_with_the_working_set_and_steps_at_the_caches(die: str) -> None:
    silicon = Silicon(chip=made(die))
    costs = Costs(silicon)
    sizes = [2**power for power in range(13, 28)]
    cycles = [costs.chase_cycles(size) for size in sizes]
    assert cycles == sorted(cycles)
    assert costs.chase_cycles(int(0.8 * 4 * MIB)) < 0.85 * costs.chase_cycles(int(1.2 * 4 * MIB))
    halves = costs.chase_cycles(3 * MIB) / costs.chase_cycles(MIB)
    assert (halves > 1.4) is FAMILIES[die].l2_halves


def test_a_chase_counts_the_clocks_of_its_steps() -> None:
    device = device_of("GA102")
    base, out = device.allocate(32 * MIB), device.host_buffer(16)
    found = []
    for size in (16 * 1024, 1 * MIB, 32 * MIB):
        device.launch("chase_prepare", 1, 1024, base, size // 128, 128, 5)
        device.launch("chase", 1, 1, base, 1000, 100, out.address)
        found.append(int(numbers(out, 1)[0]) / 1000)
    l1, l2, dram = found
    assert l1 == pytest.approx(33.0, rel=0.05)
    assert l2 == pytest.approx(250.0, rel=0.05)
    assert dram == pytest.approx(550.0, rel=0.1)


def test_the_seed_varies_a_chip_by_a_few_percent() -> None:
    clocks = [made("GA102", seed=seed).clock_mhz for seed in range(20)]
    assert len(set(clocks)) == 20
    assert max(clocks) / min(clocks) < 1.05
    rates = [made("GA102", seed=seed).rates["fp32-fma"] for seed in range(20)]
    assert max(rates) / min(rates) < 1.02
