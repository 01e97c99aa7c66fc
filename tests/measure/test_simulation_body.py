"""Time, heat and link of a simulated card, and what crosses the link."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.measure.device import Device
from gpu_inspector.measure.simulation.device import SimulatedDevice
from gpu_inspector.measure.simulation.faults import DroppedBit, StuckLane
from gpu_inspector.measure.simulation.heat import Heat
from gpu_inspector.measure.simulation.silicon import MIB, Chip, Cooling, Link, Memory, Silicon
from gpu_inspector.records.silicon import PAGE_BYTES

SECONDS = st.floats(0.0, 100.0)
WATTS = st.floats(0.0, 500.0)


def small(**different: object) -> SimulatedDevice:
    whole: dict[str, object] = {"memory": Memory(size_bytes=64 * MIB), "shuffle": False}
    return SimulatedDevice(Silicon(**(whole | different)))  # type: ignore[arg-type]


@given(before=WATTS, power=WATTS, one=SECONDS, other=SECONDS)
@settings(max_examples=examples(50), deadline=None)
def test_heat_does_not_depend_on_the_steps_in_which_time_passes(
    before: float, power: float, one: float, other: float
) -> None:
    steps, whole = Heat(Cooling(), 300.0), Heat(Cooling(), 300.0)
    for heat in (steps, whole):
        heat.pass_time(30.0, before)
    steps.pass_time(one, power)
    steps.pass_time(other, power)
    whole.pass_time(one + other, power)
    assert steps.die_c == pytest.approx(whole.die_c, abs=1e-6)


def test_a_long_load_comes_to_the_sum_of_both_resistances() -> None:
    cooling, area = Cooling(fast_k_mm2_per_w=25.0, slow_k_per_w=0.15, ambient_c=20.0), 500.0
    heat = Heat(cooling, area)
    heat.pass_time(10_000.0, 200.0)
    assert heat.die_c == pytest.approx(20.0 + 200.0 * (0.15 + 25.0 / area))


@pytest.mark.parametrize("contact", [25.0, 75.0])
def test_the_drop_after_a_load_tells_the_contact(contact: float) -> None:
    cooling = Cooling(fast_k_mm2_per_w=contact, load_w=250.0, idle_w=15.0)
    chip = Chip(rates={"fp32-fma": 128.0}, area_mm2=500.0)
    device = small(cooling=cooling, chip=chip)
    sink = device.host_buffer(64)
    per_piece = device.launch("burn", 28 * 8, 256, 1000, sink.address)
    device.launch("burn", 28 * 8, 256, int(1000 * 40.0 / per_piece), sink.address)
    hot = device.sensors()
    device.pause(3.0)
    cool = device.sensors()
    assert hot.temperature_c is not None and cool.temperature_c is not None
    drop = (hot.temperature_c - cool.temperature_c) / 250.0 * 500.0
    assert drop == pytest.approx(contact, rel=0.3)


def test_load_runs_while_sensors_are_watched() -> None:
    device = small(chip=Chip(rates={"fp32-fma": 128.0}))
    sink = device.host_buffer(64)
    idle = device.sensors()
    device.begin("burn", 28 * 8, 256, 200_000, sink.address)
    device.pause(0.1)
    busy = device.sensors()
    device.finish()
    device.pause(5.0)
    after = device.sensors()
    looks = [look.utilisation_percent for look in (idle, busy, after)]
    assert looks == [0, 100, 0]
    assert (busy.power_w or 0.0) > 5.0 * (idle.power_w or 0.0)
    assert (busy.memory_clock_mhz or 0.0) > (after.memory_clock_mhz or 0.0)


def test_the_link_rests_at_its_first_generation_and_rises_with_traffic() -> None:
    device = small(link=Link(gen=4, width=16, slot_gen=3, slot_width=8, share=0.8))
    base, source = device.allocate(16 * MIB), device.host_buffer(16 * MIB)
    rest = device.sensors()
    times = [device.copy_in(base, source, 16 * MIB) for _ in range(20)]
    loaded = device.sensors()
    assert (rest.link_gen, loaded.link_gen) == (1, 3)
    assert (loaded.link_width, loaded.link_gen_max, loaded.link_width_max) == (8, 4, 16)
    assert 16 * MIB / times[-1] == pytest.approx(0.985e9 * 8 * 0.8, rel=0.03)
    device.pause(10.0)
    assert device.sensors().link_gen == 1


def there_and_back(device: Device, base: int, data: bytes) -> bytes:
    source, target = device.host_buffer(len(data)), device.host_buffer(len(data))
    source.array[:] = np.frombuffer(data, dtype=np.uint8)
    device.copy_in(base, source, len(data))
    device.copy_out(target, base, len(data))
    return target.array.tobytes()


@pytest.mark.parametrize("size", [8, 1000, PAGE_BYTES, 2 * PAGE_BYTES + 64])
def test_bytes_come_back_as_they_went(size: int) -> None:
    device = small()
    data = np.random.default_rng(size).bytes(size)
    assert there_and_back(device, device.allocate(size), data) == data


def test_bytes_come_back_through_the_faults_of_the_memory() -> None:
    device = small(memory=Memory(size_bytes=64 * MIB, channels=4, faults=(StuckLane(lane=0, value=1, channel=2),)))
    back = there_and_back(device, device.allocate(PAGE_BYTES), bytes(PAGE_BYTES))
    lowest = np.frombuffer(back, dtype=np.uint8).reshape(-1, 32)
    assert set(lowest[:, 0].tolist()) == {0, 1}
    assert int(lowest[:, 0].sum()) == pytest.approx(PAGE_BYTES // 32 / 4, rel=0.05)
    assert not lowest[:, 1:].any()


def test_a_folded_card_gives_back_what_was_copied_last() -> None:
    device = small(memory=Memory(size_bytes=64 * MIB, faults=(DroppedBit(bit=0),)))
    base = device.allocate(2 * PAGE_BYTES)
    data = np.random.default_rng(1).bytes(2 * PAGE_BYTES)
    assert there_and_back(device, base, data) == 2 * data[PAGE_BYTES:]


def test_a_change_through_a_view_that_was_kept_is_copied_too() -> None:
    device = small()
    base, source, target = device.allocate(PAGE_BYTES), device.host_buffer(PAGE_BYTES), device.host_buffer(PAGE_BYTES)
    view = source.array
    seen = []
    for value in (1, 2, 3):
        view[:] = value
        device.copy_in(base, source, PAGE_BYTES)
        device.copy_in(base, source, PAGE_BYTES)
        device.copy_out(target, base, PAGE_BYTES)
        seen.append((int(target.array.min()), int(target.array.max())))
    assert seen == [(1, 1), (2, 2), (3, 3)]


def test_a_target_that_was_written_over_is_copied_again() -> None:
    device = small()
    base, source, target = device.allocate(PAGE_BYTES), device.host_buffer(PAGE_BYTES), device.host_buffer(PAGE_BYTES)
    source.array[:] = 7
    device.copy_in(base, source, PAGE_BYTES)
    device.copy_out(target, base, PAGE_BYTES)
    kept = target.array
    kept[:] = 0
    device.copy_out(target, base, PAGE_BYTES)
    kept[:] = 0
    device.copy_out(target, base, PAGE_BYTES)
    assert bool((target.array == 7).all())


def test_both_ways_at_once_takes_the_second_piece_back() -> None:
    device = small()
    base = device.allocate(2 * PAGE_BYTES)
    source, target = device.host_buffer(PAGE_BYTES), device.host_buffer(PAGE_BYTES)
    source.array[:] = 1
    device.copy_in(base + PAGE_BYTES, source, PAGE_BYTES)
    source.array[:] = 2
    both = device.copy_both(base, source, target, PAGE_BYTES)
    assert bool((target.array == 1).all())
    device.copy_out(target, base, PAGE_BYTES)
    assert bool((target.array == 2).all())
    assert both > 0.0
