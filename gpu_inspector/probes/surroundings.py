"""What the bench stands on: bare metal or a virtual machine, a container, Secure Boot, taint, the clock.

Inside a virtual machine the hypervisor decides what the guest sees of a card; a wrong clock makes a report's
time worthless. Each answer is None where it could not be told: not seen is not the same as not there.
"""

import re

from gpu_inspector.language import N_
from gpu_inspector.probes.bench import Bench
from gpu_inspector.probes.untrusted import clean

HYPERVISORS = (
    ("vmware", "VMware"),
    ("virtualbox", "VirtualBox"),
    ("innotek", "VirtualBox"),
    ("parallels", "Parallels"),
    ("bochs", "Bochs"),
    ("qemu", "QEMU"),
    ("bhyve", "bhyve"),
    ("openstack", "OpenStack"),
    ("hvm domu", "Xen"),
    ("kvm", "KVM"),
)
"""Words of the DMI texts that no bare machine bears, and whose hypervisor they name."""
CLOUDS = (
    ("amazon ec2", "Amazon EC2"),
    ("google compute engine", "Google Compute Engine"),
    ("microsoft corporation virtual machine", "Hyper-V"),
    ("alibaba", "Alibaba Cloud"),
    ("digitalocean", "DigitalOcean"),
)
"""Words that bare machines of the same firm may bear too: they name a hypervisor that the processor confirms."""
CONTAINERS = (("docker", "docker"), ("kubepods", "kubernetes"), ("libpod", "podman"), ("lxc", "lxc"))
DMI_FILES = ("sys_vendor", "product_name", "board_vendor")

_PROCESSOR_FLAG = re.compile(r"^flags\s*:.*\bhypervisor\b", re.MULTILINE)
_PROCESSOR_FLAGS = re.compile(r"^flags\s*:", re.MULTILINE)


def virtual_machine(bench: Bench) -> str | None:
    """The hypervisor's name, "" on bare metal, None where neither processor nor firmware tells."""
    if "microsoft" in (bench.text("/proc/sys/kernel/osrelease") or "").lower():
        return "WSL"
    kind = clean(bench.text("/sys/hypervisor/type") or "")
    if kind:
        return kind.capitalize()
    processor = bench.text("/proc/cpuinfo")
    texts = [text for name in DMI_FILES if (text := bench.text(f"/sys/class/dmi/id/{name}"))]
    firmware = clean(" ".join(texts)).lower()
    named = next((name for word, name in HYPERVISORS if word in firmware), "")
    if named:
        return named
    if processor and _PROCESSOR_FLAG.search(processor):
        return next((name for word, name in CLOUDS if word in firmware), N_("a hypervisor without a name"))
    # Processors of other architectures have no such flag, and say nothing by its absence.
    told = bool(texts) or bool(processor and _PROCESSOR_FLAGS.search(processor))
    return "" if told else None


def container(bench: Bench) -> str | None:
    """The container's kind, "" outside of one, None where it could not be told."""
    named = clean(bench.text("/run/systemd/container") or "")
    if named:
        return named
    if bench.is_file("/.dockerenv"):
        return "docker"
    if bench.is_file("/run/.containerenv"):
        return "podman"
    groups = bench.text("/proc/1/cgroup")
    if groups is None:
        return None
    kind = next((kind for word, kind in CONTAINERS if word in groups.lower()), "")
    # The first process of a machine has a group of its own; "/" alone is also how a container's looks from inside.
    hidden = groups.strip() == "0::/" and " / / " in (bench.text("/proc/self/mountinfo") or "")
    overlay = re.search(r"^\S+ \S+ \S+ \S+ / .* - overlay ", bench.text("/proc/self/mountinfo") or "", re.MULTILINE)
    return None if not kind and (hidden or groups.strip() == "0::/") and overlay else kind


def secure_boot(bench: Bench) -> bool | None:
    """The firmware's SecureBoot variable: four bytes of attributes, then 1 or 0 (UEFI 2.10, section 3.3)."""
    folder = "/sys/firmware/efi/efivars"
    for name in bench.names(folder):
        if name.startswith("SecureBoot-"):
            data = bench.data(f"{folder}/{name}") or b""
            if len(data) == 5 and data[4] in (0, 1):
                return data[4] == 1
    return None


def taint(bench: Bench) -> int | None:
    """The kernel's taint mask (Documentation/admin-guide/tainted-kernels.rst)."""
    text = (bench.text("/proc/sys/kernel/tainted") or "").strip()
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None


def clock_synchronised(bench: Bench) -> bool | None:
    """Whether a time service keeps the clock, as systemd or chrony says; None where neither is there."""
    systemd = (bench.ask("timedatectl", "show", "-p", "NTPSynchronized", "--value") or "").strip()
    if systemd in ("yes", "no"):
        return systemd == "yes"
    chrony = bench.ask("chronyc", "-n", "tracking") or ""
    match = re.search(r"^Leap status\s*:\s*(.+)$", chrony, re.MULTILINE)
    return match[1].strip() == "Normal" if match else None
