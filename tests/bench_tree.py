"""A bench built from files and made-up commands: what probes of the host are given instead of a machine."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from gpu_inspector.probes import host
from gpu_inspector.records.evidence import HostReading
from gpu_inspector.records.program import ProgramReading

KERNEL = "6.1.0-28-amd64"
VERSION = "550.54.14"
PACKAGED = f"/usr/lib/modules/{KERNEL}/kernel/drivers/video/nvidia.ko"
LIBRARY = f"/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.{VERSION}"
DMESG = "[    0.000000] Linux version 6.1.0-28-amd64 (debian-kernel)\n[    0.100000] Command line: quiet\n"
DISK_SOURCES = "ABCDEF0123456789"
"""The source version of the module on disk."""


class Machine:
    """A file tree and the answers of commands; `packages` are written as dpkg keeps them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.commands: dict[tuple[str, ...], str] = {("dmesg",): DMESG}
        self.environment: dict[str, str] = {}
        self.called: list[list[str]] = []
        self.own: ProgramReading | None = None

    def write(self, path: str, content: str | bytes = "") -> None:
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())

    def link(self, path: str, target: str) -> None:
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)

    def package(self, name: str, version: str, files: Mapping[str, bytes], listed_as: str = "") -> None:
        """Install files under a Debian package; `listed_as` replaces a leading "/usr" in its list."""
        self.write(f"/var/lib/dpkg/info/{name}.list", "/.\n" + "".join(f"{self.named(p, listed_as)}\n" for p in files))
        sums = (f"{hashlib.md5(data).hexdigest()}  {self.named(p, listed_as)[1:]}\n" for p, data in files.items())
        self.write(f"/var/lib/dpkg/info/{name}.md5sums", "".join(sums))
        status = self.root / "var/lib/dpkg/status"
        stanza = f"Package: {name.partition(':')[0]}\nArchitecture: amd64\nVersion: {version}\n\n"
        self.write("/var/lib/dpkg/status", (status.read_text() if status.exists() else "") + stanza)
        for path, data in files.items():
            self.write(path, data)

    @staticmethod
    def named(path: str, listed_as: str) -> str:
        return path.removeprefix("/usr") if listed_as == "/" else path

    def run(self, arguments: list[str]) -> str:
        self.called.append(arguments)
        if tuple(arguments) in self.commands:
            return self.commands[tuple(arguments)]
        raise FileNotFoundError(arguments[0])

    def read(self) -> HostReading:
        return host.read(self.root, self.environment, self.run, self.own)


def stock(root: Path) -> Machine:
    """A stock Debian bench with the driver's libraries from a package, and no module yet."""
    bench = Machine(root)
    bench.write("/etc/os-release", 'NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')
    bench.write("/proc/sys/kernel/osrelease", f"{KERNEL}\n")
    bench.write("/proc/sys/kernel/version", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1\n")
    bench.write("/proc/sys/kernel/arch", "x86_64\n")
    bench.write("/proc/sys/kernel/tainted", "12289\n")
    bench.write("/proc/cpuinfo", "processor : 0\nflags : fpu vme sse\n")
    bench.write("/proc/1/cgroup", "0::/init.scope\n")
    bench.write("/sys/class/dmi/id/sys_vendor", "ASUSTeK COMPUTER INC.\n")
    bench.write(
        "/proc/driver/nvidia/version",
        f"NVRM version: NVIDIA UNIX x86_64 Kernel Module  {VERSION}  Thu Feb 22 01:44:30 UTC 2024\nGCC version: 12\n",
    )
    bench.package("libnvidia-ml1:amd64", f"{VERSION}-1", {LIBRARY: b"the library"})
    bench.link("/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1", f"libnvidia-ml.so.{VERSION}")
    bench.link("/lib", "usr/lib")
    return bench


def whole(root: Path) -> Machine:
    """A stock bench of which nothing is to be said: its driver comes whole from packages, its clock is kept."""
    bench = stock(root)
    bench.package("nvidia-kernel", f"{VERSION}-1", {PACKAGED: b"\x7fELF stock"}, listed_as="/")
    bench.commands["modinfo", "-F", "signer", PACKAGED] = "Debian Secure Boot CA\n"
    bench.commands["modinfo", "-F", "srcversion", PACKAGED] = f"{DISK_SOURCES}\n"
    bench.commands["timedatectl", "show", "-p", "NTPSynchronized", "--value"] = "yes\n"
    bench.write("/sys/module/nvidia/srcversion", f"{DISK_SOURCES}\n")
    bench.write("/proc/self/status", "Name:\tpython3\nTracerPid:\t0\n")
    bench.write("/proc/1/comm", "systemd\n")
    bench.write("/proc/2/comm", "kthreadd\n")
    bench.own = ProgramReading(data_changed=(), files_recorded=600)
    return bench
