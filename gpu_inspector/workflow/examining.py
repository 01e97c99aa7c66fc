"""What this machine can look at: each source asked once, with what to do where it does not answer."""

import os
import shutil
from ctypes.util import find_library
from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from gpu_inspector import platforms, settings
from gpu_inspector.checks import ALL_CHECKS
from gpu_inspector.checks.runner import run
from gpu_inspector.checks.subject import Subject
from gpu_inspector.errors import DataError, GpuInspectorError, ProbeError, ReportError
from gpu_inspector.language import N_, fill
from gpu_inspector.probes import host, nvidia_smi, pci
from gpu_inspector.records import bench_words
from gpu_inspector.records.catalogue import Catalogue, load, own
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence, HostReading, Origin
from gpu_inspector.records.finding import Outcome
from gpu_inspector.version import build
from gpu_inspector.workflow import data_packs, data_standing, policy_keeping
from gpu_inspector.workflow.topics import Topic

__all__ = ["Topic", "examine_bench", "examine_machine", "examine_places"]

_PAIRS = (("cupy-cuda12x", "nvidia-cuda-nvrtc-cu12", "12"), ("cupy-cuda13x", "nvidia-cuda-nvrtc", "13"))
"""CuPy's package, the one that brings its NVRTC, and CUDA's number; a CUDA toolkit of the system brings NVRTC too."""
_NOT_OF_BENCH = frozenset({"bench-origin", "bench-selftest", "bench-control-card"})
"""Where a card's evidence comes from is no question of the bench, and the trials have lines of their own."""
_SPACE_BYTES = 100 * 1024 * 1024
"""Free space under which an inspection might not be kept: a row and its report take well under 1 MiB."""


def examine_machine() -> tuple[Topic, ...]:
    """The sources of claims, what measures, and the bench."""
    return (*_windows(), _pci(), _nvml(), _smi(), _cuda(), *_bench())


def examine_bench(bench: HostReading | None, cards: tuple[CardEvidence, ...]) -> tuple[Topic, ...]:
    """The bench alone, as its own checks judge it beside these cards; it is read here where it was not read before."""
    if bench is None:
        try:
            bench = host.read()
        except ProbeError as error:
            return (Topic(N_("bench"), False, error.message, error.advice),)
    return _trust(bench, cards)


def examine_places(ledger_path: Path) -> tuple[Topic, ...]:
    """The user's own files, and the window."""
    own = (look_at_ledger(ledger_path), _space(ledger_path), _identity(), policy_keeping.topic(), data_standing.topic())
    return (*own, _fonts(), *_tried(ledger_path), _window())


def _windows() -> tuple[Topic, ...]:
    """What is not to be had on Windows, said there and nowhere else."""
    if not platforms.is_windows():
        return ()
    advice = N_("Inspect the card from a Linux start medium for a whole inspection.")
    limits = (Topic(title, False, says) for title, says in platforms.DISPLAY_DRIVER)
    return (Topic("Windows", False, platforms.NOT_RUN, advice), *limits)


def _pci() -> Topic:
    try:
        cards = pci.read()
    except ProbeError as error:
        return Topic("PCI", False, error.message, error.advice)
    if not cards:
        return Topic(
            "PCI", False, N_("No NVIDIA card is in this machine."), N_("Dumps can be reviewed: inspect --from FILE.")
        )
    return Topic("PCI", True, ", ".join(f"{card.address} {card.vendor_id}:{card.device_id}" for card in cards))


def _nvml() -> Topic:
    from gpu_inspector.probes import nvml

    try:
        readings, gaps = nvml.read()
    except ProbeError as error:
        return Topic("NVML", False, error.message, error.advice)
    if gaps:
        return Topic("NVML", False, gaps[0].reason, gaps[0].advice)
    return Topic("NVML", True, N_(f"answers for {len(readings)} cards"))


def _smi() -> Topic:
    try:
        log = nvidia_smi.read()
    except ProbeError as error:
        return Topic("nvidia-smi", False, error.message, error.advice)
    return Topic("nvidia-smi", True, N_(f"answers for {len(log.readings)} cards"))


def _cuda() -> Topic:
    """Whether what measures is installed; it is not loaded here, only the child does that."""
    kinds = [kind for kind in _PAIRS if _installed(kind[0])]
    if len(kinds) > 1:
        names = " and ".join(kind[0] for kind in kinds)
        says = N_(f"{names} are installed in one place, and each has overwritten files of the other.")
        return Topic("CUDA", False, says, N_(f"Remove both (pip uninstall), then: {_install(_PAIRS[0][2])}"))
    if kinds:
        package, companion, number = kinds[0]
        cupy, nvrtc = _installed(package), _installed(companion) or _toolkit(number)
    else:
        number = _PAIRS[0][2]
        cupy = _installed("cupy") or ("CuPy" if find_spec("cupy") is not None else "")
        nvrtc = next(filter(None, (_installed(kind[1]) for kind in _PAIRS)), "") or find_library("nvrtc") or ""
    missing = [name for name, found in (("CuPy", cupy), ("NVRTC", nvrtc)) if not found]
    if missing:
        fitting = N_(f" that fits {cupy}") if kinds else ""
        one = f"{missing[0]}{fitting}"
        says = N_(f"{one} is missing: claims are judged, no card can be measured.")
        if len(missing) > 1:
            both = f"{' and '.join(missing)}{fitting}"
            says = N_(f"{both} are missing: claims are judged, no card can be measured.")
        return Topic("CUDA", False, says, N_(f"Install them: {_install(number)}"))
    return Topic("CUDA", True, f"{cupy}, {nvrtc}")


def _install(number: str) -> str:
    return platforms.how_to_add_cuda(number)


def _toolkit(number: str) -> str:
    """The NVRTC of the system, where it is of the CUDA that is asked for; Windows has it in its name, too."""
    found = find_library("nvrtc") or ""
    return found if f".so.{number}" in found or f"_{number}0" in found else ""


def _installed(package: str) -> str:
    """The package with its version where it is here, in a packed program's CUDA parts too; "" otherwise."""
    folder = platforms.cuda_folder()
    for one in metadata.distributions(name=package, path=[str(folder)]) if folder is not None else ():
        return f"{package} {one.version}"
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return ""


def _bench() -> tuple[Topic, ...]:
    try:
        bench = host.read()
    except ProbeError as error:
        return (Topic(N_("bench"), False, error.message, error.advice),)
    gaps = tuple(Topic(N_("bench"), False, gap.reason, gap.advice) for gap in bench.gaps)
    return (Topic(N_("system"), True, N_(f"{bench.system}, kernel {bench.kernel}")), *_trust(bench), *gaps)


def _trust(bench: HostReading, cards: tuple[CardEvidence, ...] = ()) -> tuple[Topic, ...]:
    """What the bench's own checks say, in their words: the doctor has no opinion beside theirs."""
    # Whether a driver answers is asked of a card; one that does speaks for the whole bench.
    answering = (one for one in cards if one.nvml is not None or one.nvidia_smi is not None)
    card = next(answering, CardEvidence(label=N_("no card")))
    program = bench.program
    if program is not None and program.pack is None:
        program = replace(program, pack=data_packs.with_trouble())
    evidence = Evidence(
        collected_at=datetime.now(UTC),
        tool_version=build(),
        reference_version=_data().version,
        origin=Origin.MACHINE,
        cards=(card,),
        host=replace(bench, program=program),
    )
    checks = tuple(one for one in ALL_CHECKS if one.id.startswith("bench-") and one.id not in _NOT_OF_BENCH)
    return tuple(
        Topic(
            finding.title,
            finding.outcome is not Outcome.INCONCLUSIVE,
            fill(finding.text, finding.values),
            finding.advice,
        )
        for finding in run(checks, Subject(evidence, card, Declaration(), _data()))
    )


def _data() -> Catalogue:
    """The data in use; the program's own where those are not in order, which a topic of its own says."""
    try:
        return load()
    except DataError:
        return own()


def look_at_ledger(path: Path) -> Topic:
    """Whether inspections can be kept in this ledger, and how many are; nothing is made."""
    from gpu_inspector.ledger.store import Ledger

    folder = _standing_folder(path)
    places = (folder, path) if path.exists() else (folder,)
    for place in places:
        if not os.access(place, os.W_OK):
            says = N_(f"{path} cannot be written: no inspection could be kept there.")
            return Topic(
                N_("ledger"), False, says, N_(f"Ask for the right to write to {place}, or name another --ledger.")
            )
    if not path.exists():
        return Topic(N_("ledger"), True, N_(f"{path}, made at the first inspection"))
    try:
        with Ledger(path, readonly=True) as ledger:
            return Topic(N_("ledger"), True, N_(f"{path}, {ledger.count()} inspections"))
    except GpuInspectorError as error:
        return Topic(N_("ledger"), False, error.message, error.advice)


def _standing_folder(path: Path) -> Path:
    """The folder of a file, or the one in which that folder would be made."""
    return next(parent for parent in path.absolute().parents if parent.is_dir())


def _space(path: Path) -> Topic:
    folder = _standing_folder(path)
    free = shutil.disk_usage(folder).free
    says = N_(f"{free // 2**20:,} MiB free in {folder}")
    return Topic(N_("disk"), free >= _SPACE_BYTES, says, "" if free >= _SPACE_BYTES else N_("Free some space first."))


def _identity() -> Topic:
    """Who signs, from the certificate alone: nothing is opened that wants a passphrase or a PIN."""
    from gpu_inspector.workflow import keys, signing

    try:
        chosen = signing.choice()
        certificate = signing.certificate_file(chosen)
        if not certificate.exists():
            if chosen.signer in ("file", "card"):
                return Topic(
                    N_("signing identity"), True, N_(f"a {chosen.signer}; looked at when it signs for the first time")
                )
            return Topic(N_("signing identity"), True, N_(f"made at the first report, in {settings.identity_folder()}"))
        shown = keys.show()
    except ReportError as error:
        return Topic(N_("signing identity"), False, error.message, error.advice)
    if shown.refusal:
        return Topic(N_("signing identity"), False, shown.refusal, shown.advice)
    says = N_(
        f"{shown.name}, valid to {shown.end:%Y-%m-%d}; give its certificate {certificate} to those who verify reports"
    )
    return Topic(N_("signing identity"), True, says)


def _fonts() -> Topic:
    """Whether a report can be drawn: with the letters of its own fonts, which another file would not have."""
    try:
        from gpu_inspector.report import fonts

        trouble = fonts.amiss()
    except (GpuInspectorError, ImportError, OSError) as error:
        trouble = N_(f"The report's fonts cannot be loaded ({error}).")
    return Topic(N_("fonts"), not trouble, trouble or N_("the report's fonts are there, and the known ones"))


def _tried(ledger_path: Path) -> tuple[Topic, ...]:
    """The last self-test here, and the office's control card where it has one."""
    from gpu_inspector.workflow import control_card, selftest

    last, now = selftest.last(), datetime.now(UTC)
    if last is None:
        topics = [
            Topic(N_("self-test"), False, N_("The program was not tried here yet."), N_("Run: gpu-inspector selftest"))
        ]
    else:
        says = f"{bench_words.since(last.made_at, now)}, {bench_words.result_of(last, str)}"
        other = last.tool_version != build() or last.reference_version != _data().version
        says += N_("; of another version") if other else ""
        well = not last.failed and not other
        topics = [Topic(N_("self-test"), well, says, "" if well else N_("Run: gpu-inspector selftest"))]
    try:
        control = control_card.show(ledger_path)
    except GpuInspectorError:
        control = None  # the ledger has a topic of its own
    if control is not None:
        says = f"{control.name}: {bench_words.since(control.made_at, now)}, {bench_words.drift_of(control, str)}"
        advice = N_("See: gpu-inspector control-card show") if control.drifted else ""
        topics.append(Topic(N_("control card"), not control.drifted, says, advice))
    return tuple(topics)


def _window() -> Topic:
    if os.name == "posix" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return Topic(
            N_("window"), False, N_("There is no display."), N_("The commands work without one: gpu-inspector --help")
        )
    return Topic(N_("window"), True, N_("there is a display"))
