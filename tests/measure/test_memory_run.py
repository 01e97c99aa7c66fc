"""A memory test from outside: what it tells, keeps and proves, and what becomes of it when the card fails."""

import dataclasses

import pytest
from measure.memory_cases import SALT, OnlyDevice, Told, card, reading_of

from gpu_inspector.measure import memory
from gpu_inspector.measure.device import Attributes, DeviceLost, LaunchTimeout, MemoryFault, Sensors
from gpu_inspector.measure.run import PROFILES, Profile, Run
from gpu_inspector.measure.simulation import faults
from gpu_inspector.measure.simulation.device import SimulatedDevice
from gpu_inspector.measure.simulation.silicon import Chip, Memory, Silicon
from gpu_inspector.measure.traffic import GROWTH, LONGEST_S, MOST_PAGES, Pace
from gpu_inspector.records.silicon import PAGE_BYTES, MemoryReading


@pytest.mark.parametrize(
    ("profile", "names"),
    [
        ("quick", ["hash"]),
        ("standard", ["hash", "inverse"]),
        ("deep", ["hash", "inverse", "walking ones", "walking zeros"]),
    ],
)
def test_a_profile_moves_each_byte_twice_a_pass(profile: str, names: list[str]) -> None:
    reading = reading_of(card(8), profile)
    assert [one.name for one in reading.passes] == [f"{verb} {name}" for name in names for verb in ("write", "verify")]
    assert {one.moved_bytes for one in reading.passes} == {8 * PAGE_BYTES}
    assert all(one.seconds > 0 for one in reading.passes)
    assert all(one.temperature_c is not None and 0 < one.temperature_c < 120 for one in reading.passes)


def test_progress_rises_and_every_launch_was_announced() -> None:
    told = Told("deep")
    memory.measure(card(300), told.run())
    shares = [share for share, _, _ in told.tells]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert all(5.0 <= within <= 60.0 for _, within, _ in told.tells)
    assert any(figures.get("gb_per_s", 0) > 1 for _, _, figures in told.tells)
    assert any("temperature_c" in figures for _, _, figures in told.tells)


def test_the_early_answer_is_kept_before_any_page_is_written_whole() -> None:
    told = Told()
    memory.measure(card(8, faults.Modulo(pages=4)), told.run())
    early = told.kept[0]
    assert isinstance(early, MemoryReading)
    assert early.covered_bytes == 0
    assert early.passes == ()
    assert early.true_bytes == 4 * PAGE_BYTES
    assert early.fold is not None
    assert early.fold.distances_bytes == (4 * PAGE_BYTES,)
    assert early.map == "aaaauuuu"
    assert not early.complete


def test_one_lost_channel_never_looks_absent_in_the_early_answer() -> None:
    told = Told()
    memory.measure(card(64, faults.LostChannel(channel=1)), told.run())
    early = told.kept[0]
    assert isinstance(early, MemoryReading)
    assert early.absent_words == early.aliased_words == 0
    assert early.true_bytes == 64 * PAGE_BYTES


def test_deep_repeats_until_the_minutes_are_over() -> None:
    told = Told("deep", minutes=0.003)
    device = card(4)
    reading = memory.measure(device, dataclasses.replace(told.run(), profile=_without_pause()))
    names = {one.name: one.moved_bytes for one in reading.passes}
    assert names["verify hash, repeated"] == names["write inverse, repeated"] > 4 * PAGE_BYTES
    assert device.now_s() >= 0.18
    assert told.tells[-1][0] == 1.0
    assert reading.injected == reading.found


def _without_pause() -> Profile:
    return dataclasses.replace(PROFILES["deep"], pause_s=0.0, walking=False)


def test_touching_what_is_not_there_is_evidence_with_its_place() -> None:
    told = Told()
    run = told.run()
    reading = memory.measure(card(3000, faults.Limit(pages=2048, protected=True)), run)
    assert reading.fault_offset_bytes == 2048 * PAGE_BYTES
    assert reading.fault
    assert not reading.complete
    assert reading.covered_bytes == 0
    assert [gap.source for gap in run.gaps] == ["measure: memory"]
    assert str(2048 * PAGE_BYTES) in run.gaps[0].reason


def test_a_card_whose_first_page_faults_still_leaves_a_reading() -> None:
    run = Told().run()
    reading = memory.measure(card(3, faults.Limit(pages=0, protected=True)), run)
    assert reading.fault
    assert reading.fault_offset_bytes is None
    assert len(run.gaps) == 1


class FailsAt(OnlyDevice):
    """Raises at the n-th launch of a kernel."""

    def __init__(self, kernel: str, at: int, error: Exception, pages: int = 1200) -> None:
        super().__init__(card(pages))
        self.kernel, self.at, self.error = kernel, at, error

    def launch(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> float:
        self.at -= kernel == self.kernel
        if self.at < 0:
            raise self.error
        return super().launch(kernel, grid, block, *arguments, shared_bytes=shared_bytes)


@pytest.mark.parametrize("error", [DeviceLost("gone"), LaunchTimeout("too long"), MemoryFault("ECC")])
@pytest.mark.parametrize(("kernel", "at"), [("fill", 3), ("verify", 2), ("gather", 1)])
def test_a_card_that_is_lost_leaves_what_was_known(error: Exception, kernel: str, at: int) -> None:
    told = Told()
    with pytest.raises(type(error)):
        memory.measure(FailsAt(kernel, at, error), told.run())
    last = told.kept[-1]
    assert isinstance(last, MemoryReading)
    assert not last.complete
    assert last.fault_offset_bytes is None, "no place is to blame when the card is gone"
    assert (last.fault == "ECC") == isinstance(error, MemoryFault)
    assert 0 <= last.covered_bytes < 1200 * PAGE_BYTES
    assert last.right_bytes == last.covered_bytes


def test_a_card_that_fails_amid_verifying_keeps_the_pages_that_were_right() -> None:
    told = Told()
    with pytest.raises(DeviceLost):
        memory.measure(FailsAt("verify", 3, DeviceLost("gone")), told.run())
    last = told.kept[-1]
    assert isinstance(last, MemoryReading)
    assert 0 < last.right_bytes == last.covered_bytes < 1200 * PAGE_BYTES
    assert set(last.map) == {"u", "r"}
    assert last.map.startswith("u"), "the last written is verified first"


class Blind(OnlyDevice):
    """A comparator that sees nothing: flags stay as they were."""

    def launch(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> float:
        if kernel == "verify":
            return 1e-3
        return super().launch(kernel, grid, block, *arguments, shared_bytes=shared_bytes)


def test_a_blind_comparator_is_not_proved() -> None:
    reading = reading_of(Blind(card(8)))
    assert (reading.injected, reading.found) == (8, 0)


class Dull(OnlyDevice):
    """A card on which pokes of single words are lost once the passes are over."""

    pokes = 0

    def launch(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> float:
        self.pokes += kernel == "poke"
        if kernel == "poke" and self.pokes > 2:
            return 1e-6
        return super().launch(kernel, grid, block, *arguments, shared_bytes=shared_bytes)


def test_a_fault_that_never_came_to_be_is_not_found() -> None:
    reading = reading_of(Dull(card(8)))
    assert (reading.injected, reading.found) == (8, 0)


@pytest.mark.parametrize("pages", [1, 2, 5, 30])
def test_the_comparator_is_proved_on_cards_of_every_size(pages: int) -> None:
    reading = reading_of(card(pages))
    assert reading.injected == reading.found == min(pages, 8)


def test_another_salt_plants_elsewhere_and_finds_all() -> None:
    for salt in (0, 1, 2**64 - 1):
        reading = reading_of(card(9), salt=salt)
        assert reading.injected == reading.found == 8


class Counting(OnlyDevice):
    """ECC counters that rise by one at each look, but for one that was reset and one that does not exist."""

    looks = 0

    def sensors(self) -> Sensors:
        self.looks += 1
        return Sensors(ecc_corrected=100 + self.looks, ecc_uncorrected=50 - self.looks, remapped_rows=3)


def test_counters_are_told_by_how_much_they_rose() -> None:
    reading = reading_of(Counting(card(4)))
    assert reading.ecc_corrected is not None
    assert reading.ecc_corrected > 0
    assert reading.ecc_uncorrected is None, "it fell: it was reset meanwhile"
    assert reading.remapped_rows == 0
    assert reading.retired_pages is None


class BigCache(OnlyDevice):
    @property
    def attributes(self) -> Attributes:
        return dataclasses.replace(super().attributes, l2_bytes=3 * PAGE_BYTES)


def test_too_little_memory_to_overwhelm_the_cache_is_said() -> None:
    assert not reading_of(BigCache(card(8))).beyond_l2
    assert reading_of(BigCache(card(12))).beyond_l2


class Slow(OnlyDevice):
    """A card as slow as a broken one, which notes how long its launches took."""

    def __init__(self, pages: int, times_slower: float) -> None:
        super().__init__(card(pages))
        self.factor = times_slower
        self.taken: list[float] = []

    def launch(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> float:
        seconds = self.factor * super().launch(kernel, grid, block, *arguments, shared_bytes=shared_bytes)
        if kernel in ("fill", "verify"):
            self.taken.append(seconds)
        return seconds


@pytest.mark.parametrize("factor", [1.0, 10.0, 40.0])
def test_launches_stay_below_the_watchdog(factor: float) -> None:
    device = Slow(6000, factor)
    assert reading_of(device).complete
    assert max(device.taken) <= LONGEST_S


def test_launches_grow_to_a_tenth_of_a_second_and_shrink_when_late() -> None:
    pace = Pace()
    for _ in range(20):
        before = pace.pages
        pace.learn(pace.pages, pace.pages * PAGE_BYTES / 400e9)
        assert pace.pages <= before * GROWTH
    assert pace.pages * PAGE_BYTES / 400e9 == pytest.approx(0.1, rel=0.01)
    pace.learn(pace.pages, 0.4)
    assert pace.pages * PAGE_BYTES / 100e9 == pytest.approx(0.1, rel=0.01)
    for _ in range(20):
        pace.learn(pace.pages, 1e-9)
    assert pace.pages == MOST_PAGES


def test_a_short_rest_of_a_chunk_does_not_shrink_the_next_launch() -> None:
    pace = Pace()
    pace.learn(1, 0.05)
    assert pace.pages == Pace().pages


def test_the_same_seed_gives_the_same_reading() -> None:
    one, two = (reading_of(card(8, faults.Modulo(pages=5), shuffle=True, seed=4)) for _ in range(2))
    assert one == two


def test_numbers_in_the_reading_are_plain() -> None:
    reading = reading_of(
        card(
            4,
            faults.StuckLane(lane=3, value=1, channel=0),
            faults.WeakCell(page=1, word=5, lane=9, forgets_to=1, after_s=0.0),
        ),
        "standard",
    )

    def plain(value: object) -> bool:
        if isinstance(value, tuple):
            return all(map(plain, value))
        if dataclasses.is_dataclass(value):
            return all(plain(getattr(value, one.name)) for one in dataclasses.fields(value))
        return type(value) in (int, float, str, bool, type(None))

    assert plain(reading)


def test_a_run_uses_its_own_salt() -> None:
    one, two = (memory.measure(card(2, faults.Limit(pages=1)), Run(PROFILES["quick"], salt)) for salt in (SALT, 5))
    assert one.kept[0].expected != two.kept[0].expected


class OnceDeaf(SimulatedDevice):
    """A card whose driver silently drops one launch of `fill`: its memory is whole, and holds older words."""

    dropped = False

    def launch(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> float:
        if kernel == "fill" and grid > 1 and not self.dropped:
            self.dropped = True
            return 0.001
        return super().launch(kernel, grid, block, *arguments, shared_bytes=shared_bytes)


@pytest.mark.parametrize("profile", ["quick", "standard"])
def test_a_loss_that_does_not_repeat_is_no_missing_memory(profile: str) -> None:
    silicon = Silicon(chip=Chip(l2_bytes=512 * 1024), memory=Memory(size_bytes=8 * PAGE_BYTES), shuffle=False)
    reading = reading_of(OnceDeaf(silicon, 1), profile)
    assert reading.complete
    assert reading.absent_words == reading.aliased_words == 0
    assert reading.true_bytes == reading.right_bytes == reading.covered_bytes
    assert reading.transient_pages == 8
    assert reading.fold is None
    assert set(reading.map) == {"r"}


def test_a_loss_that_repeats_was_seen_twice_in_every_profile() -> None:
    reading = reading_of(card(8, faults.Modulo(pages=4)))
    assert [one.name for one in reading.passes if one.bad_pages] == ["verify hash", "verify hash, again"]
    assert reading.true_bytes == 4 * PAGE_BYTES


def test_words_that_are_wrong_at_their_first_read_do_not_spoil_the_proof() -> None:
    flaky = [faults.FlakyRead(page=page, word=977 * page, lane=7 * page) for page in range(4)]
    reading = reading_of(card(4, *flaky), "standard")
    assert reading.injected == reading.found == 4
