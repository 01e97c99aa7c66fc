"""The memory test: how much memory is really there, and in which condition.

Everything that can be had is written with words that carry their own place, and only then read, in another order and
out of the reach of L2: so addresses that share a cell betray each other, whatever their distance. Testing window after
window, as many programs do, cannot see that. The verification that tells the size only reads: a write between would
hide the second of two addresses that share a cell. What comes after, with other words, looks for broken lanes and weak
cells. At the end a few wrong words are planted, to prove that they are found.
"""

import dataclasses
from dataclasses import dataclass, field

from gpu_inspector.language import N_
from gpu_inspector.measure import launches
from gpu_inspector.measure.area import PassKey, area_of
from gpu_inspector.measure.comparator import prove
from gpu_inspector.measure.counters import with_counters
from gpu_inspector.measure.coverage import Coverage, leave_out_host, taken
from gpu_inspector.measure.decode import map_of
from gpu_inspector.measure.device import (
    Device,
    DeviceError,
    KernelFault,
    MemoryFault,
    OutOfMemory,
)
from gpu_inspector.measure.examination import Examination
from gpu_inspector.measure.launches import FIRST_PASS
from gpu_inspector.measure.page_watch import PageWatch
from gpu_inspector.measure.pattern import PASS_BITS, Kind
from gpu_inspector.measure.run import Run
from gpu_inspector.measure.sparse import Sparse, probe
from gpu_inspector.measure.traffic import Traffic, page_numbers, traffic_of
from gpu_inspector.records.gap import Gap
from gpu_inspector.records.silicon import PAGE_BYTES, WORD_BYTES, WORDS_PER_PAGE, MemoryReading, PassReading

SOURCE = "measure: memory"
L2_TIMES = 4
"""With less memory than this many times its L2, the cache may answer for it."""
MOST_OFFSETS = 64
KEEP_AGAIN_S = 5.0
NOTHING_ADVICE = N_("End other programs that use the card, and measure again.")
_LAST_NUMBER = (1 << PASS_BITS) - 1


@dataclass(slots=True)
class MemoryTest:
    """One run over one area."""

    traffic: Traffic
    coverage: Coverage
    examination: Examination = field(init=False)
    sparse: Sparse | None = None
    injected: int = 0
    found: int = 0
    fault: str = ""
    fault_offset_bytes: int | None = None
    complete: bool = False
    number: int = FIRST_PASS - 1
    kept_s: float = 0.0

    def __post_init__(self) -> None:
        self._take_area()

    def _take_area(self) -> None:
        self.traffic.area = self.coverage.area
        self.traffic.watch = PageWatch(self.traffic.run, self.coverage.area.pages)
        self.examination = Examination(self.traffic)

    def run(self) -> None:
        """The passes of the profile. Raises DeviceError; `reading` then holds what was found until then."""
        try:
            leave_out_host(self.traffic.device, self.coverage, self.traffic.sink)
        except DeviceError:
            self.traffic.position_bytes = self.coverage.position_bytes
            raise
        self._take_area()
        if not self.traffic.area.pages:
            return
        profile = self.traffic.run.profile
        passes = 1 + profile.inverse + 2 * profile.walking
        self.traffic.planned_bytes = 2 * passes * self.traffic.area.size_bytes
        began = self.traffic.device.now_s()
        self.sparse = probe(self.traffic, self._key(Kind.HASH, "probe"))
        self._keep()
        # A weak cell forgets towards one polarity, so both wait: only together do they try every bit both ways.
        key = self._key(Kind.HASH, "hash")
        self._pass(key, profile.pause_s)
        if self.examination.lost.any() and not profile.inverse:
            # Nobody is accused on one pass alone: what is lost must be lost again.
            self._pass(self._key(Kind.HASH, N_("hash, again")))
        if profile.inverse:
            self._pass(_turned(key, Kind.INVERSE, "inverse"), profile.pause_s)
        if profile.walking:
            key = self._key(Kind.WALKING_ONE, N_("walking ones"))
            self._pass(key)
            self._pass(_turned(key, Kind.WALKING_ZERO, N_("walking zeros")))
        if profile.repeats and self.traffic.run.minutes > 0:
            self._repeat(began + self.traffic.run.minutes * 60)
        self._prove()
        self.complete = True

    def _pass(self, key: PassKey, pause_s: float = 0.0) -> None:
        self.traffic.fill(key)
        self.traffic.pause(pause_s)
        self.examination.verify(key)
        self._show()
        self._keep()

    def _show(self) -> None:
        """To whoever looks meanwhile: which page is what, as far as it is known now."""
        if self.traffic.watch is not None:
            self.traffic.watch.settle(self.examination.letters, *self.examination.owners())

    def _repeat(self, until_s: float) -> None:
        """Both polarities by turns; each pair is one line of the reading, however often it runs."""
        self.traffic.ends_s = until_s
        while self.traffic.device.now_s() < until_s:
            key = self._key(Kind.HASH, N_("hash, repeated"))
            self._pass(key)
            self._pass(_turned(key, Kind.INVERSE, N_("inverse, repeated")))

    def _prove(self) -> None:
        seen = self.examination
        there = seen.verified & ~seen.lost
        clean = there & ~seen.bad & ~seen.unsure
        self.injected, self.found = prove(self.traffic, self._key(Kind.HASH, "proof"), clean, there, seen.lanes)

    def _key(self, kind: Kind, name: str) -> PassKey:
        """The next pass: numbers go round, far apart enough that no word of an old one is taken for a new one's."""
        self.number = self.number % _LAST_NUMBER + FIRST_PASS
        return PassKey(self.number, kind, name)

    def _keep(self) -> None:
        """Hand out what is known; passes that repeat many times a second do so now and then."""
        now = self.traffic.device.now_s()
        if self.traffic.ends_s is None or now - self.kept_s >= KEEP_AGAIN_S:
            self.kept_s = now
            self.traffic.run.keep(self.reading())

    def stop(self, error: DeviceError) -> None:
        """Note what ended the test, and where."""
        self.examination.note_flags()
        self._show()
        if isinstance(error, KernelFault | MemoryFault):
            self.fault = error.message
        if isinstance(error, KernelFault):
            self.fault_offset_bytes = self.traffic.position_bytes
            self.traffic.run.gaps.append(
                Gap(
                    SOURCE,
                    N_(
                        f"The memory test ended at offset {self.fault_offset_bytes} of the tested area: {error.message}"
                    ),
                    error.advice,
                )
            )

    def reading(self) -> MemoryReading:
        """What was found until now."""
        sized = self._sized()
        seen = self.examination
        bad = page_numbers(seen.bad)
        return dataclasses.replace(
            sized,
            refused=self.coverage.refused,
            host_bytes=self.coverage.host_bytes,
            transient_pages=seen.transient_pages,
            lanes=seen.tally.lanes(),
            address_bits=seen.address_bits,
            group=seen.tally.group(),
            bad_pages=len(bad),
            bad_page_offsets=tuple(int(page) * PAGE_BYTES for page in bad[:MOST_OFFSETS]),
            kept=tuple(seen.kept),
            fault_offset_bytes=self.fault_offset_bytes,
            fault=self.fault,
            passes=tuple(_rounded(one) for one in self.traffic.passes.values()),
            injected=self.injected,
            found=self.found,
            beyond_l2=self.traffic.area.size_bytes >= L2_TIMES * self.traffic.device.attributes.l2_bytes,
            complete=self.complete,
        )

    def _sized(self) -> MemoryReading:
        """The size as far as it is known: of the verification, or of the sparse probe before that.

        Out of the probe, a few words stand for each page, whole; nothing counts as covered yet.
        """
        seen, sparse = self.examination, self.sparse
        plain = MemoryReading(
            claimed_bytes=self.coverage.claimed_bytes,
            free_bytes=self.coverage.free_bytes,
            covered_bytes=int(seen.verified.sum()) * PAGE_BYTES,
            map=map_of(seen.letters),
        )
        if seen.sizing is not None:
            size = seen.sizing
            return dataclasses.replace(
                plain,
                right_bytes=size.right * WORD_BYTES,
                true_bytes=(size.owners + seen.other_owners) * WORD_BYTES,
                aliased_words=size.aliased,
                absent_words=size.absent,
                bad_words=size.bad,
                garbled_words=size.garbled,
                stale_words=size.stale,
                fold=seen.fold,
            )
        right_pages = int((seen.verified & ~seen.flagged).sum())
        if sparse is None:
            return plain
        letters = seen.letters.copy()
        untested = letters == ord("u")
        letters[untested] = sparse.letters[untested]
        return dataclasses.replace(
            plain,
            right_bytes=right_pages * PAGE_BYTES,
            true_bytes=sparse.owners * PAGE_BYTES,
            aliased_words=sparse.aliased * WORDS_PER_PAGE,
            absent_words=sparse.absent * WORDS_PER_PAGE,
            fold=sparse.fold,
            map=map_of(letters),
        )


def measure(device: Device, run: Run) -> MemoryReading:
    """Test all memory that can be had; results lie in the host's pinned memory alone.

    A kernel that faults while covering is evidence: the reading says where, and `run.gaps` that the rest is missing.
    Other DeviceErrors are raised, after what was found until then was handed to `run.keep`.
    """
    free, total = device.memory_info()
    plain = MemoryReading(claimed_bytes=total, free_bytes=free, covered_bytes=0)
    try:
        traffic = traffic_of(device, run)
        _load_kernels(traffic)
        return _measure(traffic)
    except OutOfMemory as error:
        run.gaps.append(Gap(SOURCE, N_("There was no memory left to test the memory: ") + error.message, error.advice))
        return dataclasses.replace(plain, refused=error.message)
    except KernelFault as error:
        run.gaps.append(Gap(SOURCE, N_("The memory test ended on its first page: ") + error.message, error.advice))
        return dataclasses.replace(plain, fault=error.message)


def _measure(traffic: Traffic) -> MemoryReading:
    device, run = traffic.device, traffic.run
    before = device.sensors()
    with taken(device, run) as coverage:
        if not coverage.area.pages:
            run.gaps.append(Gap(SOURCE, N_("None of the card's memory could be had."), NOTHING_ADVICE))
        test = MemoryTest(traffic, coverage)
        try:
            test.run()
        except KernelFault as error:
            test.stop(error)
        except DeviceError as error:
            test.stop(error)
            run.keep(test.reading())
            raise
        return with_counters(device, before, test.reading())


def _load_kernels(traffic: Traffic) -> None:
    """Run every kernel once on one page: drivers load them at first use, which needs memory that is soon all taken."""
    device, salt = traffic.device, traffic.run.salt
    try:
        address = device.allocate(2 * PAGE_BYTES)
    except OutOfMemory:
        return
    page = area_of([(-(-address // PAGE_BYTES) * PAGE_BYTES, 1)])
    base = page.chunks[0].address
    traffic.run.tell(0.0, expected_s=0.5)
    launches.numbers(traffic.chosen, 1)[:] = 0
    launches.numbers(traffic.addresses, 1)[:] = base
    launches.fill(device, base, 0, 1, FIRST_PASS, Kind.HASH, salt)
    launches.verify(device, base, 0, 1, FIRST_PASS, Kind.HASH, salt, traffic.flags)
    launches.diagnose(device, base, 0, traffic.chosen, 1, FIRST_PASS, Kind.HASH, salt, page.words, traffic.slots)
    launches.gather(device, traffic.addresses, 1, traffic.words)
    launches.poke(device, traffic.addresses, 1, traffic.words)
    launches.read_all(device, base, PAGE_BYTES, traffic.sink, 1)
    device.release(address)


def _turned(key: PassKey, kind: Kind, name: str) -> PassKey:
    """The words of a pass with every bit turned: of the same number, or they would be other words."""
    return dataclasses.replace(key, kind=kind, name=name)


def _rounded(one: PassReading) -> PassReading:
    return dataclasses.replace(one, seconds=float(f"{one.seconds:.4g}"))
