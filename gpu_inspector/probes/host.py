"""The bench: the machine that the card is looked at on, examined before anything that it says is believed.

An altered bench makes every claim and every measurement hearsay, and so the driver is asked who made it, not
only what it says. `read` takes a folder, an environment and a way to run commands, so that a test builds them.
"""

import os
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gpu_inspector.language import N_
from gpu_inspector.probes import driver, driver_libraries, kernel_log, medium, process, program, surroundings
from gpu_inspector.probes.bench import Bench, Run, no_command, run_command
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.probes.vouching import databases
from gpu_inspector.records.evidence import Gap, HostReading
from gpu_inspector.records.program import ProgramReading
from gpu_inspector.records.server import DriverEvent


@dataclass(frozen=True, slots=True)
class Examined:
    """The bench, and the driver's error reports in its kernel log; None where that may not be read."""

    host: HostReading
    driver_events: tuple[DriverEvent, ...] | None


def read(
    root: Path = Path("/"),
    environment: Mapping[str, str] | None = None,
    run: Run | None = None,
    own: ProgramReading | None = None,
) -> HostReading:
    """As `examine`, of the bench alone."""
    return examine(root, environment, run, own).host


def examine(
    root: Path = Path("/"),
    environment: Mapping[str, str] | None = None,
    run: Run | None = None,
    own: ProgramReading | None = None,
) -> Examined:
    """What can be told of this machine; what cannot stands in the gaps, so this never fails.

    `run` returns a command's standard output whatever its exit status, and raises OSError where there is no such
    program. A `root` that is not the running system has no commands unless `run` brings them. `own` is what is known
    of the program's own files; of the running system they are looked at here.
    """
    running = root == Path("/")
    if running and platform.system() != "Linux":
        return Examined(_elsewhere(), None)
    bench = Bench(
        root,
        os.environ if environment is None else environment,
        run or (run_command if running else no_command),
    )
    known = databases(bench)
    found = driver.read(bench, known)
    signs = kernel_log.read(bench)
    preloaded, preloaded_gaps = driver_libraries.preloaded(bench)
    reading = HostReading(
        system=_system(bench),
        kernel=_kernel(bench),
        machine=clean(bench.text("/proc/sys/kernel/arch") or "") or (platform.machine() if running else ""),
        driver_version=found.version,
        driver_kind=found.kind,
        module=found.module,
        module_signer=found.signer,
        module_in_use_matches=found.in_use_matches,
        libraries=driver_libraries.libraries(bench, known),
        kernel_log_read=signs.log_read,
        patch_signs=signs.signs,
        taint=surroundings.taint(bench),
        secure_boot=surroundings.secure_boot(bench),
        preloaded=preloaded,
        virtual_machine=surroundings.virtual_machine(bench),
        container=surroundings.container(bench),
        clock_synchronised=surroundings.clock_synchronised(bench),
        pcie_errors=signs.pcie_errors,
        medium=medium.read(bench),
        program=program.read() if own is None and running else own,
        gaps=(*(() if known else (_no_database(),)), *found.gaps, *preloaded_gaps, *signs.gaps),
    )
    return Examined(_between(bench, reading), signs.events)


def _between(bench: Bench, reading: HostReading) -> HostReading:
    """The reading with what stands between this program and the cards."""
    return replace(
        reading,
        steering=process.steering(bench),
        mps=process.mps(bench),
        tracer=process.tracer(bench),
        cards_hidden=process.cards_hidden(bench),
    )


def this_bench() -> Bench | None:
    """The running system, for what else is looked at on it; None on a system that is no Linux."""
    if platform.system() != "Linux":
        return None
    return Bench(Path("/"), os.environ, run_command)


def _elsewhere() -> HostReading:
    return HostReading(
        system=clean(f"{platform.system()} {platform.release()}"),
        kernel=clean(platform.version()),
        machine=clean(platform.machine()),
        program=program.read(),
        gaps=(
            Gap(
                "host",
                N_(f"GPU Inspector cannot yet tell on {clean(platform.system())} who made the driver."),
                N_("Inspect the card from a Linux start medium with a driver from the system's packages."),
            ),
        ),
    )


def _no_database() -> Gap:
    return Gap(
        "host",
        N_("This system has no package database that GPU Inspector can ask who answers for the driver's files."),
        N_("Inspect from a start medium of Debian, Ubuntu, Fedora, RHEL or SUSE."),
    )


def _system(bench: Bench) -> str:
    """The distribution's own name, "Debian GNU/Linux 12 (bookworm)"."""
    for path in ("/etc/os-release", "/usr/lib/os-release"):
        match = re.search(r"^PRETTY_NAME=(.*)$", bench.text(path) or "", re.MULTILINE)
        name = clean(match[1].strip().strip("\"'")) if match else ""
        if name:
            return name
    return N_("a system without a name")


def _kernel(bench: Bench) -> str:
    names = ("osrelease", "version")
    return clean(" ".join(bench.text(f"/proc/sys/kernel/{name}") or "" for name in names))
