"""The link: its state while it works, its rates, and bytes that must come back as they went."""

import pytest
from plain_card import MIB, PlainCard

from gpu_inspector.measure import link
from gpu_inspector.measure.device import HostBuffer, OutOfMemory, Sensors
from gpu_inspector.measure.run import PROFILES, Run


def run(profile: str = "standard") -> Run:
    return Run(PROFILES[profile], salt=7)


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of 4 MiB: the host's part is the same, and tests stay quick."""
    monkeypatch.setattr(link, "PIECE_BYTES", 4 * MIB)
    monkeypatch.setattr(link, "STATE_PIECE_BYTES", 2 * MIB)


def test_the_state_is_that_under_load_and_not_at_rest() -> None:
    reading = link.measure(PlainCard(link_bytes_per_s=1e9), run("quick"))
    assert (reading.gen_under_load, reading.width_under_load) == (4, 16)
    assert (reading.gen_max, reading.width_max) == (4, 16)
    assert reading.to_device_bytes_per_s is None


def test_a_link_that_is_up_at_once_is_not_kept_busy() -> None:
    card = PlainCard(wakes_after_s=0.0)
    link.measure(card, run("quick"))
    assert card.moved == link.SETTLED_LOOKS * 2 * MIB


def test_a_narrow_slot_shows_however_long_it_is_loaded() -> None:
    reading = link.measure(PlainCard(width=8, link_bytes_per_s=0.5e9), run("quick"))
    assert (reading.width_under_load, reading.width_max) == (8, 16)


def test_rates_of_both_directions_and_of_the_pair() -> None:
    card = PlainCard(link_bytes_per_s=2e9)
    reading = link.measure(card, run())
    assert reading.to_device_bytes_per_s == pytest.approx(2e9, rel=1e-3)
    assert reading.to_host_bytes_per_s == pytest.approx(2e9, rel=1e-3)
    assert reading.both_bytes_per_s == pytest.approx(4e9, rel=1e-3)
    assert reading.wrong_bytes == 0
    assert card.held == 0


def test_the_count_of_moved_bytes_is_that_of_the_device() -> None:
    card = PlainCard(link_bytes_per_s=1e9)
    assert link.measure(card, run()).moved_bytes == card.moved


class _Wrong(PlainCard):
    """Brings one byte back changed, in one of the copies."""

    spoiled = "copy_out"

    def copy_out(self, target: HostBuffer, address: int, size_bytes: int) -> float:
        took = super().copy_out(target, address, size_bytes)
        target.array[12345] ^= 4 if self.spoiled == "copy_out" else 0
        return took

    def copy_in(self, address: int, source: HostBuffer, size_bytes: int) -> float:
        took = super().copy_in(address, source, size_bytes)
        self._pieces[address][0] ^= 1 if self.spoiled == "copy_in" else 0
        return took

    def copy_both(self, address: int, source: HostBuffer, target: HostBuffer, size_bytes: int) -> float:
        if self.spoiled == "copy_both does nothing":
            return self.copied(size_bytes, both=True)
        took = super().copy_both(address, source, target, size_bytes)
        self._pieces[address][7] ^= 1 if self.spoiled == "copy_both" else 0
        return took


@pytest.mark.parametrize(
    ("spoiled", "at_least"), [("copy_out", 2), ("copy_in", 2), ("copy_both", 1), ("copy_both does nothing", MIB)]
)
def test_bytes_that_come_back_changed_are_counted(spoiled: str, at_least: int) -> None:
    card = _Wrong(link_bytes_per_s=2e9)
    card.spoiled = spoiled
    assert link.measure(card, run()).wrong_bytes >= at_least


def test_replays_are_the_rise_of_the_counter() -> None:
    card = PlainCard(link_bytes_per_s=1e9, replays_per_gb=5.0)
    card.moved = 3_000_000_000
    before = int(card.moved / 1e9 * 5)
    assert link.measure(card, run()).replays == int(card.moved / 1e9 * 5) - before > 0


def test_a_counter_that_was_set_back_says_nothing() -> None:
    card = PlainCard(link_bytes_per_s=1e9, replays_per_gb=-5.0)
    assert link.measure(card, run()).replays is None


def test_a_driver_that_gives_nothing_still_leaves_the_rates() -> None:
    nothing = frozenset({"link_gen", "link_width", "link_gen_max", "link_width_max", "replays", "performance_state"})
    reading = link.measure(PlainCard(link_bytes_per_s=2e9, without=nothing), run())
    assert (reading.gen_under_load, reading.width_under_load, reading.gen_max, reading.replays) == (None,) * 4
    assert reading.to_device_bytes_per_s == pytest.approx(2e9, rel=1e-3)


def test_a_look_in_an_idle_state_does_not_count() -> None:
    class Card(PlainCard):
        def sensors(self) -> Sensors:
            return Sensors(link_gen=4, link_width=16, performance_state=8)

    assert link.measure(Card(link_bytes_per_s=2e9), run("quick")).gen_under_load is None


def test_smaller_pieces_do_where_the_host_refuses() -> None:
    reading = link.measure(PlainCard(link_bytes_per_s=2e9, pinned_bytes=5 * MIB), run())
    assert reading.wrong_bytes == 0
    assert reading.to_host_bytes_per_s == pytest.approx(2e9, rel=1e-3)


@pytest.mark.parametrize("short", [{"pinned_bytes": 1}, {"free_bytes": 1}], ids=["host", "card"])
def test_no_buffers_at_all_is_a_gap(short: dict[str, int]) -> None:
    card = PlainCard(**short)  # type: ignore[arg-type]
    with pytest.raises(link.NoBuffers) as raised:
        link.measure(card, run())
    assert not isinstance(raised.value, OutOfMemory)
    assert not raised.value.ends_all
    assert card.held == 0


def test_events_that_give_no_time_leave_no_rate_and_no_loop() -> None:
    class Card(PlainCard):
        def copied(self, size_bytes: int, both: bool = False) -> float:
            super().copied(size_bytes, both)
            return 0.0

    reading = link.measure(Card(link_bytes_per_s=5e9), run())
    assert reading.to_device_bytes_per_s is None
    assert reading.wrong_bytes == 0
