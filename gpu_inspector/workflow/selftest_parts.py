"""The parts of the self-test: each looks at one thing with an answer that is known beforehand, and says what it found.

A part gives whether it passed, None where it could not be tried, and a sentence; where it failed, with what to do. The
answers were found with the program's own reference data, so they are what the parts judge by, whatever data are in use.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gpu_inspector import settings
from gpu_inspector.errors import GpuInspectorError, LedgerError, ReportError
from gpu_inspector.language import N_
from gpu_inspector.records import released, selftest
from gpu_inspector.records.catalogue import Catalogue, own
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.inspection import LedgerEntry
from gpu_inspector.records.measured_words import counted
from gpu_inspector.records.silicon import MemoryReading
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.workflow import collecting, data_packs, inspecting, known_answers, signing
from gpu_inspector.workflow.judging import exit_status, judge
from gpu_inspector.workflow.keys import TRY
from gpu_inspector.workflow.progress import Progress

Answer = tuple[bool | None, str]

SOUND, FOLDED, LANE = "genuine-rtx-3060", "gtx-1050-ti-folded", "dead-data-lane"
MEASURED_QUICKLY = (SOUND, FOLDED, LANE)
MEASURED = (
    *("genuine-rtx-4090", SOUND, "genuine-h100", "rtx-4090-48gb", "rtx-3080-ti-as-rtx-4090"),
    *(FOLDED, LANE, "missing-channel", "fell-off-bus"),
)
"""Genuine ones, rebuilt ones, one die for another, memory that is not there, defects, and a card that is lost."""
MOST_ROWS = 200
"""Rows of the ledger that are held against their chain, from the last one back."""
LONGEST_S = 2.0
"""How long that may take; `ledger verify` reads all."""
SPACE_BYTES = 100 * 1024 * 1024
"""Free space under which an inspection might not be kept: a row and its report take well under 1 MiB."""
AGAIN = N_("Install GPU Inspector again from a whole package.")
_NAMED = 3


@dataclass(slots=True)
class Bench:
    """What the parts are given; the simulations leave here what the comparator is judged by."""

    ledger: Path
    catalogue: Catalogue
    quick: bool
    ask: signing.Ask
    progress: Progress
    memories: dict[str, MemoryReading | None] = field(default_factory=dict)


def simulations(bench: Bench) -> Answer:
    """Claims alone of all, and a choice through the real child processes."""
    wanted = known_answers.single_cards()
    chosen = [name for name in (MEASURED_QUICKLY if bench.quick else MEASURED) if name in wanted]
    amiss: list[str] = []
    for place, name in enumerate(chosen):
        bench.progress(f"simulation {name}", place / len(chosen))
        evidence = collecting.collect_simulation(name, 0, "quick", own())
        silicon = evidence.cards[0].silicon
        bench.memories[name] = silicon.memory if silicon is not None else None
        status = exit_status(judge(evidence, Declaration(), own()))
        if status != wanted[name]:
            amiss.append(N_(f"{name} came to {status} and must come to {wanted[name]}"))
    recorded, now = known_answers.load().claims, known_answers.claims_alone(own())
    for name in sorted({*recorded, *now}):
        if recorded.get(name) != now.get(name):
            amiss.append(N_(f"the claims of {name} came to {now.get(name)} and must come to {recorded.get(name)}"))
    if amiss:
        return False, f"{_listed(amiss)}. {AGAIN}"
    measured = counted(len(chosen), "simulated card was", "simulated cards were")
    return True, N_(f"{measured} measured, and the claims of {len(now)} judged: all came to what they must")


def comparator(bench: Bench) -> Answer:
    """Planted wrong words must all be found, and known faults seen; a sound card must have none."""
    missing = [name for name in MEASURED_QUICKLY if bench.memories.get(name) is None]
    if missing:
        return False, N_(f"The memory of {_listed(missing)} was not tested. {AGAIN}")
    read = {name: memory for name, memory in bench.memories.items() if memory is not None}
    amiss: list[str] = []
    for name in MEASURED_QUICKLY:
        memory = read[name]
        if not memory.injected or memory.found != memory.injected:
            amiss.append(N_(f"{memory.found} of {memory.injected} planted wrong words were found on {name}"))
    if read[SOUND].bad_words or read[SOUND].right_bytes != read[SOUND].covered_bytes:
        amiss.append(N_(f"wrong words were counted on {SOUND}, which has none"))
    if read[FOLDED].fold is None or 2 * read[FOLDED].true_bytes > read[FOLDED].claimed_bytes:
        amiss.append(N_(f"half of the memory of {FOLDED} is not there, and that was not seen"))
    if not read[LANE].lanes or not read[LANE].bad_words:
        amiss.append(N_(f"the dead data lane of {LANE} was not seen"))
    if amiss:
        return False, N_(f"{_listed(amiss)}. No memory test of this installation is to be relied on. {AGAIN}")
    planted = sum(read[name].injected for name in MEASURED_QUICKLY)
    return True, N_(
        f"{planted} of {planted} planted wrong words were found, and the faults of two simulated memories seen"
    )


def kernels(bench: Bench) -> Answer:
    """Whether NVRTC compiles them; without CuPy nothing can be measured here, and nothing is tried."""
    from gpu_inspector.probes import kernels as compiled

    done = compiled.compile_all(quick=bench.quick)
    return done.passed, done.text if done.passed is not False else f"{done.text.rstrip('.')}. {AGAIN}"


def judging(bench: Bench) -> Answer:
    """A shipped sample, judged twice, must come to the recorded findings."""
    first, second = (known_answers.sample_digest(own()) for _ in range(2))
    if first != second:
        return False, N_(f"The same sample was judged in two ways. Do not use this installation. {AGAIN}")
    if first != known_answers.load().sample:
        return False, N_(f"The shipped sample is not judged as by the released program and its data. {AGAIN}")
    return True, N_(f"the shipped sample was judged twice as it must be (findings {first[:12]})")


def reference_data(bench: Bench) -> Answer:
    """Every file of the program's own must be the released one, and a data pack in use as it was signed."""
    if changed := released.deviating():
        return False, N_(f"Reference data are not as released: {_listed(changed)}. {AGAIN}")
    pack = data_packs.in_use()
    if pack is None:
        return True, N_(f"all files are as released ({own().version})")
    return True, (
        N_(
            f"in use is {pack.version}, as {pack.signer} signed it; what the other parts try is answered by the"
            f" program's own data ({own().version}), whose files are as released"
        )
    )


def fonts(bench: Bench) -> Answer:
    """The report's letters."""
    with LOADING:
        from gpu_inspector.report import fonts as letters

    if wrong := letters.amiss():
        return False, wrong
    return True, N_(f"{' and '.join(letters.DIGESTS)} are the known ones, and load")


def key(bench: Bench) -> Answer:
    """Sign a few bytes with the office's own key and examine the signature; a locked key is not tried."""
    with LOADING:
        from gpu_inspector.report import cms

    chosen = signing.choice()
    if chosen.signer in ("", "own") and not signing.certificate_file(chosen).exists():
        return None, N_("There is no signing key yet: it is made at the first report.")
    asked = _Asked(bench.ask)
    try:
        identity, remarks = signing.examined(asked)
    except ReportError as error:
        # A key that wants a passphrase which nobody gave, or a card that is not in its reader, is not broken.
        return (None if asked.unanswered or chosen.signer == "card" else False), str(error)
    digest = hashlib.sha256(TRY).digest()
    certificate, chain, value = cms.parts(cms.sign(identity.certificate, identity.key, digest, identity.chain))
    if not cms.signature_fits(certificate, digest, value, chain):
        return False, N_("What the signing key signs does not verify. Make a new one: gpu-inspector key new")
    if cms.signature_fits(certificate, hashlib.sha256(b"other").digest(), value, chain):
        return False, N_(f"A signature over other bytes is taken for sound. Do not use this installation. {AGAIN}")
    return True, " ".join((N_("the key signed, and its signature was examined."), *remarks)).rstrip(".")


@dataclass(slots=True)
class _Asked:
    """Hands the question on, and remembers whether it stayed without an answer."""

    ask: signing.Ask
    unanswered: bool = False

    def __call__(self, wanted: str) -> str | None:
        given = self.ask(wanted)
        self.unanswered = given is None
        return given


def ledger(bench: Bench) -> Answer:
    """The last rows of the ledger hang together, and a new ledger takes a row and gives it back."""
    from gpu_inspector.ledger.store import Ledger

    _take_a_row(bench)
    if not bench.ledger.exists():
        return True, N_("a temporary ledger took a row and gave it back; there is no ledger of inspections yet")
    with Ledger(bench.ledger, readonly=True) as kept:
        if (fault := kept.fault()) is not None:
            return False, N_(f"{fault} Keep the file as it is, and run `gpu-inspector ledger verify`.")
        rows, head = _tail(kept.entry, kept.count())
    left = N_(f"; the {head - rows} before them were not read") if rows < head else ""
    said = N_(f"the last {counted(rows, 'row', 'rows')} of {head} follow each other{left}")
    return True, N_(f"{said}; a temporary ledger took a row and gave it back")


def _tail(entry_of: Callable[[int], tuple[LedgerEntry, bytes]], head: int) -> tuple[int, int]:
    """How many rows from the last one back were read and follow each other. Raises LedgerError where one does not."""
    end, following = time.monotonic() + LONGEST_S, None
    read = 0
    for seq in range(head, max(head - MOST_ROWS, 0), -1):
        entry, _body = entry_of(seq)
        if following is not None and following.previous != entry.digest:
            raise LedgerError(
                f"Row {following.seq} of the ledger does not follow the row before it.",
                "Keep the file as it is, and run `gpu-inspector ledger verify`.",
            )
        following, read = entry, read + 1
        if time.monotonic() > end:
            break
    return read, head


def _take_a_row(bench: Bench) -> None:
    """Raises LedgerError where a fresh ledger does not keep what it is given."""
    from gpu_inspector.ledger.store import Ledger

    evidence = collecting.collect_simulation(SOUND, 0, None, bench.catalogue)
    inspection = inspecting.inspection_of(evidence, Declaration(), Case(), bench.catalogue)
    with _temporary() as folder, Ledger(folder / "self-test.sqlite") as fresh:
        entry = fresh.append(inspection)
        verdict, (_entry, back) = fresh.verify(), fresh.inspection(entry.seq)
        if verdict.problem is not None or verdict.rows != 1 or back != inspection:
            raise LedgerError(f"A temporary ledger did not keep its row: {verdict.problem or 'it came back changed'}")


@contextmanager
def _temporary() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="gpu-inspector-self-test-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def disk(bench: Bench) -> Answer:
    """Room for rows and reports, where they go."""
    places = {_standing(bench.ledger), _standing(settings.data_folder() / "reports"), Path(tempfile.gettempdir())}
    for place in sorted(places):
        free = shutil.disk_usage(place).free
        if free < SPACE_BYTES:
            return False, N_(f"{free // 2**20:,} MiB are free in {place}. Free some space first.")
    return True, N_(f"there is room in {counted(len(places), 'folder', 'folders')} that inspections need")


def _standing(path: Path) -> Path:
    """The folder of a file, or the one in which that folder would be made."""
    return next(parent for parent in path.absolute().parents if parent.is_dir())


def _listed(said: list[str] | tuple[str, ...]) -> str:
    more = N_(f" and {len(said) - _NAMED} more") if len(said) > _NAMED else ""
    return f"{'; '.join(said[:_NAMED])}{more}"


AMISS = (GpuInspectorError, OSError, ImportError, ValueError, LookupError, ArithmeticError)
"""What a part may raise where something is amiss with the installation or the bench: it failed then."""
PARTS: Mapping[str, Callable[[Bench], Answer]] = {
    selftest.SIMULATIONS: simulations,
    selftest.COMPARATOR: comparator,
    selftest.KERNELS: kernels,
    selftest.JUDGING: judging,
    selftest.REFERENCE_DATA: reference_data,
    selftest.FONTS: fonts,
    selftest.KEY: key,
    selftest.LEDGER: ledger,
    selftest.DISK: disk,
}
