"""Bandwidth: medians of the best shape, beyond the cache, and a width only at a clock that was read under load."""

import pytest
from plain_card import MIB, PlainCard

from gpu_inspector.measure import speed
from gpu_inspector.measure.device import DeviceLost, Sensors
from gpu_inspector.measure.run import PROFILES, Run


def run() -> Run:
    return Run(PROFILES["standard"], salt=7)


def test_rates_are_those_of_the_best_shape() -> None:
    reading = speed.measure(PlainCard(best_blocks=32), run())
    assert reading.write_bytes_per_s == pytest.approx(350e9, rel=1e-3)
    assert reading.read_bytes_per_s == pytest.approx(330e9, rel=1e-3)
    assert reading.copy_bytes_per_s == pytest.approx(320e9, rel=1e-3)
    assert reading.spread == 0.0


@pytest.mark.parametrize(
    ("bits", "clock"), [(64, 3505.0), (128, 9001.0), (192, 7500.0), (384, 10501.0), (5120, 1215.0)]
)
def test_the_width_follows_from_rate_and_clock(bits: int, clock: float) -> None:
    peak = 2e6 * clock * bits / 8
    card = PlainCard(
        write_bytes_per_s=0.98 * peak,
        read_bytes_per_s=0.92 * peak,
        copy_bytes_per_s=0.88 * peak,
        memory_clock_mhz=clock,
        memory_clock_max_mhz=clock,
    )
    assert speed.measure(card, run()).bus_bits_implied == pytest.approx(bits, rel=0.01)


def test_a_clock_that_drops_under_load_is_the_one_that_counts() -> None:
    card = PlainCard(memory_clock_mhz=3750.0)
    reading = speed.measure(card, run())
    assert reading.memory_clock_claimed_mhz == 3750.0
    assert reading.bus_bits_implied == pytest.approx(350e9 * 8 / (2e6 * 3750 * 0.98), rel=1e-3)


@pytest.mark.parametrize(
    ("without", "clock"),
    [({"memory_clock_mhz"}, 7400.0), ({"memory_clock_mhz", "memory_clock_max_mhz"}, 7500.0)],
    ids=["the driver's maximum", "CUDA's attribute"],
)
def test_without_a_clock_under_load_no_width_is_implied(without: set[str], clock: float) -> None:
    reading = speed.measure(PlainCard(memory_clock_max_mhz=7400.0, without=frozenset(without)), run())
    assert reading.memory_clock_claimed_mhz == clock
    assert reading.bus_bits_implied is None


def test_the_clock_is_read_while_kernels_run() -> None:
    class Card(PlainCard):
        def sensors(self) -> Sensors:
            assert self._busy_s > 0.0
            return super().sensors()

    assert speed.measure(Card(), run()).bus_bits_implied is not None


def test_smaller_pieces_do_where_memory_is_short() -> None:
    card = PlainCard(free_bytes=200 * MIB)
    assert speed.measure(card, run()).write_bytes_per_s == pytest.approx(350e9, rel=1e-3)
    assert card.free_bytes == 200 * MIB


def test_memory_that_cannot_be_told_from_its_cache_is_not_measured() -> None:
    card = PlainCard(free_bytes=100 * MIB, l2_bytes=32 * MIB)
    with pytest.raises(speed.TooLittleMemory, match="128 MiB") as raised:
        speed.measure(card, run())
    assert not raised.value.ends_all
    assert raised.value.advice
    assert card.held == 0


def test_slow_memory_is_measured_in_short_launches() -> None:
    longest = 0.0

    class Card(PlainCard):
        def launch(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> float:
            nonlocal longest
            took = super().launch(kernel, grid, block, *arguments, shared_bytes=shared_bytes)
            longest = max(longest, took)
            return took

    slow = Card(write_bytes_per_s=2e9, read_bytes_per_s=2e9, copy_bytes_per_s=2e9)
    assert speed.measure(slow, run()).write_bytes_per_s == pytest.approx(2e9, rel=1e-3)
    assert longest < 0.25


def test_events_that_give_no_time_are_a_gap_and_no_loop() -> None:
    class Card(PlainCard):
        def seconds_of(self, kernel: str, grid: int, *arguments: int) -> float:
            return 0.0

    card = Card()
    with pytest.raises(speed.NoTime):
        speed.measure(card, run())
    assert len(card.kernels) < 3000
    assert card.held == 0


def test_a_lost_card_is_told_as_what_it_is() -> None:
    class Card(PlainCard):
        def launch(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> float:
            if kernel == "read_all":
                raise DeviceLost("Gone.")
            return super().launch(kernel, grid, block, *arguments, shared_bytes=shared_bytes)

        def release(self, address: int) -> None:
            raise DeviceLost("Gone, and so is its memory.")

    with pytest.raises(DeviceLost, match=r"^Gone\.$"):
        speed.measure(Card(), run())


def test_signs_of_life_come_before_each_piece_of_work() -> None:
    told: list[tuple[float, float]] = []
    watched = Run(PROFILES["standard"], 7, on_tell=lambda share, within, figures: told.append((share, within)))
    speed.measure(PlainCard(), watched)
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(told) > 12
