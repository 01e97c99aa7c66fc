"""Faults of a bench, each planted for real in a tree of files, an environment or a measurement, and read back.

A `Story` is a healthy bench with a genuine card in it, measured whole. A fault changes one thing of it; what is judged
is what the probes read of the changed bench. docs/bench-faults.md is the same list in words, and tested against it.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bench_tree import DMESG, KERNEL, LIBRARY, PACKAGED, Machine, whole
from cards import genuine, row_of
from die_cards import reading_of
from plain_card import MIB, PlainCard
from silicon_records import memory_of

from gpu_inspector import resources
from gpu_inspector.measure import die, link
from gpu_inspector.measure.device import Sensors
from gpu_inspector.measure.run import PROFILES, Run
from gpu_inspector.probes import pci, program
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.evidence import CardEvidence, Evidence
from gpu_inspector.records.finding import Identity, Outcome
from gpu_inspector.records.program import ReferencePack
from gpu_inspector.records.selftest import TRIED, ControlCard, Figure, SelfTested, Tried
from gpu_inspector.records.sighting import LedgerAsked
from gpu_inspector.records.silicon import LinkReading, SiliconReading

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
CARD, PORT = "0000:01:00.0", "0000:00:01.0"
UNVOUCHED = f"/usr/lib/modules/{KERNEL}/updates/nvidia.ko"
GOOD_LINK = LinkReading(
    to_device_bytes_per_s=25.4e9,
    to_host_bytes_per_s=26.1e9,
    gen_under_load=4,
    width_under_load=16,
    gen_max=4,
    width_max=16,
    moved_bytes=64 << 30,
    replays=0,
)


class Story:
    """A healthy bench and the evidence that is taken on it; a fault changes any of it before it is read."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.bench: Machine = whole(root)
        self.patch = patch
        self.root = root
        self.now = NOW
        self.silicon: dict[str, Any] = {"link": GOOD_LINK}
        self.claims: dict[str, Any] = {}
        self.pci: dict[str, Any] = {"port_gen_max": 4, "port_width_max": 16, "port_address": PORT}
        self.ledger: LedgerAsked | None = LedgerAsked(rows=3, newest_at=NOW - timedelta(days=1))
        self.tested: SelfTested | None = tested()
        self.control: ControlCard | None = None

    def evidence(self) -> Evidence:
        """What an inspection of this story reads."""
        row = row_of("NVIDIA GeForce RTX 4090")
        taken = genuine(row, "2684")
        (card,) = taken.cards
        assert card.pci is not None and card.nvml is not None and card.nvidia_smi is not None
        silicon = SiliconReading(
            profile="standard",
            uuid=str(card.nvml.uuid),
            compute_capability="8.9",
            complete=True,
            die=self.silicon.pop("die", None) or reading_of(load(), row),
            memory=memory_of(row.memory_mib or 0),
            **self.silicon,
        )
        claims = {"compute_mode": "Default", "power_limit_mw": card.nvml.power_default_mw, **self.claims}
        changed = CardEvidence(
            label=card.label,
            pci=replace(card.pci, **self.pci),
            nvml=replace(card.nvml, **claims),
            nvidia_smi=replace(card.nvidia_smi, **claims),
            silicon=silicon,
        )
        return replace(
            taken,
            collected_at=self.now,
            cards=(changed,),
            host=self.bench.read(),
            self_test=self.tested,
            control_card=self.control,
            ledger_asked=self.ledger,
        )


def tested(**changes: Any) -> SelfTested:
    """A self-test of the very version that judges the cards of these tests, of yesterday, in which nothing failed."""
    good = SelfTested(
        made_at=NOW - timedelta(days=1),
        tool_version="0",
        reference_version=load().version,
        tried=tuple(Tried(what=what, passed=True) for what in TRIED),
    )
    return replace(good, **changes)


@dataclass(frozen=True)
class Fault:
    """One fault: how it is planted, which check names it, with which words, and what becomes of the identity."""

    name: str
    """As the table of docs/bench-faults.md calls it."""
    plant: Callable[[Story], None]
    check: str
    words: tuple[str, ...]
    outcome: Outcome = Outcome.INCONCLUSIVE
    identity: Identity = Identity.INCONCLUSIVE


def _environment(**variables: str) -> Callable[[Story], None]:
    return lambda story: story.bench.environment.update(variables)


def _set(**fields: Any) -> Callable[[Story], None]:
    def plant(story: Story) -> None:
        for name, value in fields.items():
            setattr(story, name, value)

    return plant


def _write(path: str, content: str | bytes) -> Callable[[Story], None]:
    return lambda story: story.bench.write(path, content)


def _log(*lines: str) -> Callable[[Story], None]:
    def plant(story: Story) -> None:
        story.bench.commands["dmesg",] = DMESG + "".join(f"[   12.5] {line}\n" for line in lines)

    return plant


def _no_log(story: Story) -> None:
    del story.bench.commands["dmesg",]


def _other_library(story: Story) -> None:
    story.bench.write("/opt/spoof/libnvidia-ml.so.1", b"\x7fELF another")
    story.bench.environment["LD_LIBRARY_PATH"] = "/opt/spoof"


def _python_module(story: Story) -> None:
    story.bench.write("/opt/mine/pynvml.py", "def nvmlInit(): ...\n")
    story.bench.environment["PYTHONPATH"] = "/opt/mine"


def _unsigned(story: Story) -> None:
    """A module of nobody's in `updates`, which depmod prefers; Secure Boot is on and the kernel says "unsigned"."""
    story.bench.write(UNVOUCHED, b"\x7fELF patched")
    story.bench.commands["modinfo", "-n", "nvidia"] = f"{UNVOUCHED}\n"
    variable = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
    story.bench.write(variable, b"\x06\x00\x00\x00\x01")
    story.bench.write("/proc/sys/kernel/tainted", f"{1 << 13 | 1 << 12 | 1}\n")


def _other_in_use(story: Story) -> None:
    story.bench.write("/sys/module/nvidia/srcversion", "0123456789ABCDEF0\n")


def _mps_service(story: Story) -> None:
    story.bench.write("/proc/4711/comm", "nvidia-cuda-mps\n")


def _mps_in_a_container(story: Story) -> None:
    (story.bench.root / "proc/2/comm").unlink()
    story.bench.write("/run/mps/control", "")
    story.bench.environment["CUDA_MPS_PIPE_DIRECTORY"] = "/run/mps"


def _mps_by_a_variable(story: Story) -> None:
    """In a container, from which a service of the machine's cannot be seen."""
    (story.bench.root / "proc/2/comm").unlink()
    story.bench.environment["CUDA_MPS_ACTIVE_THREAD_PERCENTAGE"] = "25"


def _container(story: Story) -> None:
    story.bench.write("/.dockerenv")
    for number in range(4):
        story.bench.write(f"/sys/bus/pci/drivers/nvidia/0000:0{number + 1}:00.0", "")
    story.bench.write("/dev/nvidia0")


def _tracer(story: Story) -> None:
    story.bench.write("/proc/self/status", "Name:\tpython3\nTracerPid:\t977\n")
    story.bench.write("/proc/977/comm", "gdb\n")


def _disturbed(**seen: Any) -> Callable[[Story], None]:
    """What the measurement itself says of a card that others use."""

    def plant(story: Story) -> None:
        why = tuple(die._disturbers(Sensors(**seen)))
        story.silicon["die"] = replace(reading_of(load(), row_of("NVIDIA GeForce RTX 4090")), disturbed=why)

    return plant


def _copied_data(story: Story) -> Path:
    """The program's data, copied; the program reads the copy."""
    copy = story.root / "data"
    shutil.copytree(resources.root(), copy)
    story.patch.setattr(resources, "root", lambda: copy)
    return copy


def _changed_row(story: Story) -> None:
    """One product's memory in the reference data, from 24 to 48 GiB."""
    path = _copied_data(story) / "products" / "ada.jsonl"
    text = path.read_text(encoding="utf-8")
    changed = text.replace('"memory_mib": 24576', '"memory_mib": 49152', 1)
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    story.bench.own = program.read()


def _added_products(story: Story) -> None:
    (_copied_data(story) / "products" / "own.jsonl").write_text("", encoding="utf-8")
    story.bench.own = program.read()


def _altered_pack(story: Story) -> None:
    """A data pack that was chosen and changed since, as `data_packs.with_trouble` says it."""
    altered = ReferencePack(version="2026-11-23+0123456789ab", trouble="They were changed after they were installed.")
    story.bench.own = replace(program.read(), pack=altered)


def _lost_record(story: Story) -> None:
    (_copied_data(story) / "digests.json").unlink()
    story.bench.own = program.read()


class Line:
    """One line of an installer's list."""

    def __init__(self, place: Path, value: str) -> None:
        self.place = place
        self.hash: Any = type("Hash", (), {"mode": "sha256", "value": value})

    def locate(self) -> Path:
        return self.place


def _changed_program(story: Story) -> None:
    """A package as an installer wrote it down, one of whose modules was changed since."""
    package = story.root / "site" / "gpu_inspector"
    package.mkdir(parents=True)
    lines = []
    for name in ("judging.py", "other.py"):
        (package / name).write_text("VERDICT = 0\n")
        lines.append(Line(package / name, program._digest(package / name, "sha256")))
    (package / "judging.py").write_text("VERDICT = 1\n")
    story.bench.own = program.read(package, lines)


def _plugged(story: Story, port_width: int) -> None:
    """What PCI says of a card of sixteen lanes below a port of so many, read from a tree as the kernel writes it."""
    devices = story.root / "sys/devices/pci0000:00"
    card = devices / PORT / CARD
    card.mkdir(parents=True)
    files = {"vendor": "0x10de", "device": "0x2684", "class": "0x030000", "max_link_width": "16"}
    for name, text in {**files, "max_link_speed": "16.0 GT/s PCIe"}.items():
        (card / name).write_text(f"{text}\n")
    (devices / PORT / "max_link_width").write_text(f"{port_width}\n")
    (devices / PORT / "max_link_speed").write_text("16.0 GT/s PCIe\n")
    (story.root / "sys/bus/pci/devices").mkdir(parents=True)
    (story.root / "sys/bus/pci/devices" / CARD).symlink_to(card)
    (read,) = pci.read(story.root / "sys")
    story.pci |= {name: getattr(read, name) for name in ("port_gen_max", "port_width_max", "port_address")}


def _measured(story: Story, **card: Any) -> None:
    """The link as the program's own measurement finds it on such a card, in pieces of 1 MiB."""
    story.patch.setattr(link, "PIECE_BYTES", MIB)
    story.patch.setattr(link, "STATE_PIECE_BYTES", MIB)
    story.silicon["link"] = link.measure(PlainCard(**card), Run(PROFILES["standard"], salt=7))


def _narrow_slot(story: Story) -> None:
    _plugged(story, port_width=8)
    _measured(story, width=8, link_bytes_per_s=12.8e9)


def _riser(story: Story) -> None:
    """Sixty packets in each GB that have to be sent again."""
    _plugged(story, port_width=16)
    _measured(story, replays_per_gb=60.0)


def _failed(what: str) -> SelfTested:
    return tested(tried=tuple(Tried(what=name, passed=name != what) for name in TRIED))


def _drifted() -> ControlCard:
    return ControlCard(
        name="office 3060",
        reference_row=2,
        last_row=40,
        made_at=NOW - timedelta(hours=3),
        inspections=12,
        figures=(Figure(name="copy within the card, GB/s", reference=330.0, last=281.0, spread=0.05),),
    )


AER = (
    "pcieport 0000:00:01.0: AER: Corrected error received: 0000:01:00.0",
    "nvidia 0000:01:00.0: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)",
    "nvidia 0000:01:00.0: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)",
    "pcieport 0000:00:01.0: PCIe Bus Error: severity=Corrected, type=Data Link Layer, id=0008(Transmitter ID)",
)
NOTED, CONSISTENT = Outcome.NOTED, Identity.CONSISTENT

FAULTS = (
    Fault("preloaded library", _environment(LD_PRELOAD="/tmp/fake.so"), "bench-preload", ("/tmp/fake.so",)),
    Fault(
        "system-wide preloaded library", _write("/etc/ld.so.preload", "/opt/spoof.so\n"), "bench-preload", ("spoof",)
    ),
    Fault("auditing library", _environment(LD_AUDIT="/tmp/audit.so"), "bench-preload", ("LD_AUDIT=/tmp/audit.so",)),
    Fault("another library before the driver's", _other_library, "bench-preload", ("/opt/spoof", "libnvidia-ml.so.1")),
    Fault("Python module before the program's", _python_module, "bench-preload", ("/opt/mine", "pynvml.py")),
    Fault(
        "library injected into CUDA",
        *(_environment(CUDA_INJECTION64_PATH="/opt/profiler.so"), "bench-preload", ("CUDA_INJECTION64_PATH",)),
    ),
    Fault(
        "library injected into CUDA's markers",
        *(_environment(NVTX_INJECTION64_PATH="/opt/profiler.so"), "bench-preload", ("NVTX_INJECTION64_PATH",)),
    ),
    Fault("altered module", _write(PACKAGED, b"\x7fELF patched"), "bench-driver", (PACKAGED, "differ")),
    Fault("altered library of the driver", _write(LIBRARY, b"\x7fELF other"), "bench-driver", (LIBRARY, "differ")),
    Fault("unsigned module under Secure Boot", _unsigned, "bench-driver", (UNVOUCHED, "Secure Boot is on")),
    Fault("module in use is not the one on disk", _other_in_use, "bench-driver", ("in use is not the one on disk",)),
    Fault(
        "traces of a known driver patch",
        *(_log("NVRM: SEC2_DEBUG: fuse override"), "bench-patches", ("SEC2_DEBUG", "known driver patch")),
    ),
    Fault("kernel log not readable", _no_log, "bench-patches", ("log could not be read",)),
    Fault("virtual machine", _write("/sys/class/dmi/id/sys_vendor", "QEMU\n"), "bench-machine", ("QEMU",)),
    Fault(
        "container with a part of the cards", _container, "bench-machine", ("docker", "not given 3"), NOTED, CONSISTENT
    ),
    Fault("MPS service", _mps_service, "bench-share", ("nvidia-cuda-mps (process 4711)",)),
    Fault("MPS seen from a container", _mps_in_a_container, "bench-share", ("/run/mps/control",)),
    Fault(
        "MPS share by a variable",
        *(_mps_by_a_variable, "bench-share", ("THREAD_PERCENTAGE=25",)),
    ),
    Fault("MPS met by the measurement", _disturbed(mps=True), "die-measured", ("MPS",)),
    Fault(
        "another process on the card",
        *(_disturbed(other_processes=1, utilisation_percent=93), "die-measured", ("another process",)),
    ),
    Fault(
        "variable that hides cards",
        *(_environment(CUDA_VISIBLE_DEVICES="1"), "bench-environment", ("CUDA_VISIBLE_DEVICES=1", "drops them")),
        *(NOTED, CONSISTENT),
    ),
    Fault("debugger attached", _tracer, "bench-program", ("gdb (process 977)",)),
    Fault("changed reference row", _changed_row, "bench-program", ("products/ada.jsonl",)),
    Fault("added reference file", _added_products, "bench-program", ("products/own.jsonl",)),
    Fault("lost record of the reference data", _lost_record, "bench-program", ("digests.json",)),
    Fault("altered data pack", _altered_pack, "bench-program", ("0123456789ab", "were changed after")),
    Fault("changed program", _changed_program, "bench-program", ("judging.py",)),
    Fault(
        "lowered power limit",
        *(lambda story: story.claims.update(power_limit_mw=300_000), "bench-settings", ("300 W of 450 W",)),
        *(NOTED, CONSISTENT),
    ),
    Fault(
        "closed compute mode",
        *(lambda story: story.claims.update(compute_mode="Prohibited"), "bench-settings", ("compute mode prohibited",)),
        *(NOTED, CONSISTENT),
    ),
    Fault(
        "x8 slot",
        _narrow_slot,
        "link-measured",
        ("port above it x8", "slot or bridge, not the card's own link"),
        NOTED,
        CONSISTENT,
    ),
    Fault(
        *("bad riser, packets sent again", _riser, "link-measured", ("packets were sent again", "riser")),
        *(NOTED, CONSISTENT),
    ),
    Fault(
        "bad riser, errors in the kernel's log",
        _log(*AER),
        "link-errors",
        ("0000:01:00.0 Corrected, Physical Layer (2 times)", "0000:00:01.0", "Riser"),
        NOTED,
        CONSISTENT,
    ),
    Fault(
        "clock before the reference data",
        _set(now=NOW.replace(year=2021), ledger=None),
        "bench-clock",
        ("2021-11-26", "the reference data", "one of the two is wrong"),
        NOTED,
        CONSISTENT,
    ),
    Fault(
        "clock before the ledger's last row",
        _set(ledger=LedgerAsked(rows=3, newest_at=NOW + timedelta(days=40))),
        *("bench-clock", ("one of the two is wrong", "last row of the ledger", "2027-01-05"), NOTED, CONSISTENT),
    ),
    Fault(
        "clock that nobody keeps",
        lambda story: story.bench.commands.update(
            {("timedatectl", "show", "-p", "NTPSynchronized", "--value"): "no\n"}
        ),
        *("bench-clock", ("not synchronised",), NOTED, CONSISTENT),
    ),
    Fault("self-test never made", _set(tested=None), "bench-selftest", ("not tried",), NOTED, CONSISTENT),
    Fault(
        "stale self-test",
        *(_set(tested=tested(made_at=NOW - timedelta(days=90))), "bench-selftest", ("90 days old",), NOTED, CONSISTENT),
    ),
    Fault(
        "self-test of another version",
        *(_set(tested=tested(tool_version="0.0.9")), "bench-selftest", ("another version", "0.0.9"), NOTED, CONSISTENT),
    ),
    Fault("failed self-test", _set(tested=_failed("comparator")), "bench-selftest", ("failed", "comparator")),
    Fault(
        "self-test whose fonts failed",
        *(_set(tested=_failed("fonts")), "bench-selftest", ("fonts", "no part in the judgement"), NOTED, CONSISTENT),
    ),
    Fault(
        "drifted control card",
        *(_set(control=_drifted()), "bench-control-card", ("office 3060", "281", "330")),
        identity=CONSISTENT,
    ),
    Fault(
        "control card not inspected lately",
        _set(control=replace(_drifted(), made_at=NOW - timedelta(days=20), figures=())),
        *("bench-control-card", ("last inspected on 2026-11-06",), NOTED, CONSISTENT),
    ),
)
