"""What other people's programs would write of a product's genuine card, from their formats' descriptions.

Nothing here is copied from a real card or a real file: ids, sizes and links are those of the product's row, numbers are
made up, and the machine around it is invented. A forgery is such a file with one value changed.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass

from cards import claims_of
from dumps import dump_of

from gpu_inspector.probes import nvidia_smi
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.product import Product

MIB = 1024 * 1024
UUID = "GPU-8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4"
DRIVER = "550.54.14"
SPEEDS = {1: "2.5", 2: "5", 3: "8", 4: "16", 5: "32", 6: "64"}
RULE = "_" * 44


@dataclass(frozen=True)
class Facts:
    """What every one of these programs would learn of the card; a forger changes one of them."""

    name: str
    device: str
    vendor: str
    subsystem: str
    memory_mib: int
    bus_bits: int | None
    bios: str
    gen: int
    width: int
    die: str


def facts_of(row: Product, **changed: object) -> Facts:
    said = claims_of(row)
    base: dict[str, object] = {
        "name": row.name,
        "device": said["device_id"],
        "vendor": said["subsystem_vendor"],
        "subsystem": said["subsystem_id"],
        "memory_mib": row.memory_mib or 0,
        "bus_bits": row.bus_bits,
        "bios": said["vbios_version"],
        "gen": row.pcie_gen or 3,
        "width": row.pcie_width or 16,
        "die": row.die,
    }
    return Facts(**{**base, **changed})  # type: ignore[arg-type]


def gpu_z(one: Facts, *, comma: bool = False, separator: str = ": ", version: str = "2.59.0", **changed: str) -> str:
    """The lines of the window; `comma` is a machine with a decimal comma, None in `changed` leaves a line out."""
    point, group = (",", ".") if comma else (".", ",")
    lines: dict[str, str | None] = {
        "Name": one.name,
        "GPU": one.die,
        "Revision": "A1",
        "Technology": "5 nm",
        "Die Size": "609 mm²",
        "Release Date": "Sep 20, 2022",
        "Transistors": "Unknown",
        "BIOS Version": one.bios,
        "UEFI": "Yes",
        "Subvendor": f"Board Maker ({one.vendor})",
        "Device ID": f"10DE {one.device} - {one.vendor} {one.subsystem}",
        "ROPs/TMUs": "176 / 512",
        "Bus Interface": f"PCIe x{one.width} {one.gen}.0 @ x{one.width} 1.1",
        "Shaders": "16384 Unified",
        "DirectX Support": "12 (12_2)",
        "Pixel Fillrate": f"443{point}5 GPixel/s",
        "Texture Fillrate": f"1{group}290{point}2 GTexel/s",
        "Memory Type": "GDDR6X (Micron)",
        "Bus Width": f"{one.bus_bits} bit" if one.bus_bits else "Unknown",
        "Memory Size": f"{one.memory_mib} MB",
        "Bandwidth": f"1{group}008{point}1 GB/s",
        "Driver Version": "31.0.15.3699 (NVIDIA 536.99) / Win11 64",
        "Driver Date": "Aug 03, 2023",
        "Digital Signature": "WHQL",
        "GPU Clock": "2235 MHz",
        "Resizable BAR": "Enabled",
        **{name.replace("_", " "): value for name, value in changed.items()},
    }
    body = [f"{name}{separator}{value}" for name, value in lines.items() if value is not None]
    return "\n".join([f"TechPowerUp GPU-Z {version}", *body, ""])


def gpu_z_card(one: Facts, *, location: str = "1:0:0", **changed: str | None) -> str:
    fields: dict[str, str | None] = {
        "cardname": one.name,
        "vendor": "NVIDIA",
        "vendorid": "10DE",
        "deviceid": one.device,
        "subvendor": "Board Maker",
        "subvendorid": one.vendor,
        "subsysid": one.subsystem,
        "gpuname": one.die,
        "gpurevision": "A1",
        "biosversion": one.bios,
        "biosuefi": "1",
        "businterface": f"PCIe x{one.width} {one.gen}.0 @ x{one.width} 1.1",
        "location": location,
        "memtype": "GDDR6X",
        "memvendor": "Micron",
        "memsize": str(one.memory_mib),
        "membuswidth": str(one.bus_bits or 0),
        "membandwidth": "1008.1",
        "numrops": "176",
        "numtmus": "512",
        "numshadersunified": "16384",
        "transistors": "76300",
        "diesize": "609",
        "driverversion": "31.0.15.3699 (NVIDIA 536.99) / Win11 64",
        "clockgpu": "2235",
        "resizablebar": "Enabled",
        **changed,
    }
    return "<card>" + "".join(f"<{name}>{value}</{name}>" for name, value in fields.items() if value) + "</card>"


def gpu_z_xml(*cards: str, version: str = "2.59.0") -> str:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<gpuz_dump>\n'
    return f"{head}<version>{version}</version>\n" + "\n".join(cards) + "\n</gpuz_dump>\n"


def hwinfo_csv(names: Mapping[int, str], *, delimiter: str = ",", rows: int = 20, footer: bool = True) -> str:
    """A log of a machine with these cards, by their numbers."""
    comma = "," if delimiter == ";" else "."
    columns = ['"Core VIDs (avg) [V]"', '"CPU Package [°C]"']
    devices = ["CPU [#0]: Some Processor", "CPU [#0]: Some Processor: DTS"]
    for number, name in names.items():
        for column in (
            "GPU Temperature [°C]",
            "GPU Hot Spot Temperature [°C]",
            "GPU Power [W]",
            "PCIe Link Speed [GT/s]",
        ):
            columns.append(f'"{column}"')
            devices.append(f"GPU [#{number}]: {name}: Some Board")
    head = delimiter.join(["Date", "Time", *columns])
    body = []
    for row in range(rows):
        figures = [f"{20 + (row * 7 + at) % 60}{comma}5" for at in range(len(columns))]
        body.append(delimiter.join([f"24.11.2026{delimiter}09:30:{row % 60:02d}.123", *figures]))
    tail = [head, delimiter.join(["", "", *(f'"{one}"' for one in devices)])] if footer else []
    return "\n".join([head, *body, *tail, ""])


def hwinfo_text(one: Facts) -> str:
    """A saved report: a processor, the card, and a network card behind it."""
    lines = (
        ("Video Chipset", one.name),
        ("Video Chipset Codename", f"{one.die}-300"),
        ("Video Memory", f"{one.memory_mib} MBytes of GDDR6X SDRAM [Micron]"),
        ("Video Card", "Some Board"),
        ("Video Bus", f"PCIe v{one.gen}.0 x{one.width} ({SPEEDS[one.gen]}.0 GT/s) @ x{one.width} (2.5 GT/s)"),
        ("Video RAMDAC", "Integrated RAMDAC"),
        ("Video BIOS Version", one.bios.lower()),
        ("Video Chipset Revision", "A1"),
        *((("Graphics Memory Bus Width", f"{one.bus_bits}-bit"),) if one.bus_bits else ()),
        ("Number Of Unified Shaders", "16384"),
        ("Hardware ID", f"PCI\\VEN_10DE&DEV_{one.device}&SUBSYS_{one.subsystem}{one.vendor}&REV_A1"),
        ("Driver Version", "31.0.15.3699 (NVIDIA 536.99)"),
    )
    body = [f"  {name + ':':<40}{value}" for name, value in lines]
    network = ["  Network Card:                           Some Network Card", "  Hardware ID:  PCI\\VEN_8086&DEV_15F3"]
    dashes = "-" * 60
    return "\n".join(
        ["HWiNFO64 Version 7.72-5355", f"Video Adapter {dashes}", "", *body, "", f"Network {dashes}", "", *network, ""]
    )


def lspci(
    one: Facts,
    *,
    bus: str = "01",
    domain: bool = False,
    ids: bool = True,
    detail: bool = True,
    dump: str = "",
    display: bool = True,
    changed: Mapping[str, str] | None = None,
) -> str:
    """`lspci -nnvv` of a bridge, the card, its sound function and a disk; `changed` replaces parts of the text."""
    place = "0000:" if domain else ""
    speed = SPEEDS[one.gen]
    made = f"[10de:{one.device.lower()}]" if ids else ""
    kind = ("VGA compatible controller", "0300") if display else ("3D controller", "0302")
    number = f" [{kind[1]}]" if ids else ""
    bridge = (
        f"{place}00:01.0 PCI bridge{' [0604]' if ids else ''}: Some Maker Root Port {'[8086:a70d]' if ids else ''}"
        " (rev 01) (prog-if 00 [Normal decode])\n"
        f"\tBus: primary=00, secondary={bus}, subordinate={bus}, sec-latency=0\n"
        "\tCapabilities: [40] Express (v2) Root Port (Slot+), MSI 00\n"
        "\t\tLnkCap:\tPort #2, Speed 32GT/s, Width x16, ASPM L1, Exit Latency L1 <16us\n"
        "\t\tLnkSta:\tSpeed 2.5GT/s (downgraded), Width x16 (ok)\n"
        "\t\tLnkCap2: Supported Link Speeds: 2.5-32GT/s, Crosslink- Retimer+ 2Retimers+ DRS-\n"
        "\tKernel driver in use: pcieport\n"
    )
    subsystem = f"Device [{one.vendor.lower()}:{one.subsystem.lower()}]" if ids else f"Device {one.subsystem.lower()}"
    card = (
        f"{place}{bus}:00.0 {kind[0]}{number}: NVIDIA Corporation {one.die} [{one.name.removeprefix('NVIDIA ')}] {made}"
        f" (rev a1){' (prog-if 00 [VGA controller])' if display else ''}\n"
        f"\tSubsystem: Board Maker {subsystem}\n"
        "\tControl: I/O+ Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx+\n"
        "\tNUMA node: 0\n"
        "\tRegion 0: Memory at a2000000 (32-bit, non-prefetchable) [size=16M]\n"
        "\tRegion 1: Memory at 6000000000 (64-bit, prefetchable) [size=256M]\n"
        "\tRegion 3: Memory at 6010000000 (64-bit, prefetchable) [size=32M]\n"
        "\tRegion 5: I/O ports at 4000 [size=128]\n"
        "\tExpansion ROM at a3080000 [virtual] [disabled] [size=512K]\n"
        "\tCapabilities: [78] Express (v2) Legacy Endpoint, MSI 00\n"
        f"\t\tLnkCap:\tPort #0, Speed {speed}GT/s, Width x{one.width}, ASPM L1, Exit Latency L1 <16us\n"
        f"\t\tLnkSta:\tSpeed 2.5GT/s (downgraded), Width x{one.width} (ok)\n"
        f"\t\tLnkCap2: Supported Link Speeds: 2.5{'-' + speed if one.gen > 1 else ''}GT/s, Crosslink- Retimer+ DRS-\n"
        "\tCapabilities: [bb0 v1] Physical Resizable BAR\n"
        "\t\tBAR 1: current size: 256MB, supported: 64MB 128MB 256MB 512MB 1GB 2GB 4GB 8GB 16GB 32GB\n"
        "\tKernel driver in use: nvidia\n"
        "\tKernel modules: nouveau, nvidia_drm, nvidia\n"
        f"{dump}"
    )
    sound = (
        f"{place}{bus}:00.1 Audio device{' [0403]' if ids else ''}: NVIDIA Corporation Device"
        f" {'[10de:22ba]' if ids else '22ba'} (rev a1)\n\tKernel driver in use: snd_hda_intel\n"
    )
    disk = f"{place}02:00.0 Non-Volatile memory controller{' [0108]' if ids else ''}: Some Maker Disk (rev 01)\n"
    parts = [bridge, card, sound, disk]
    if not detail:
        parts = [part.split("\n", 1)[0] + "\n" for part in parts]
    text = ("\n" if detail else "").join(parts)
    for old, new in (changed or {}).items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def configuration(one: Facts) -> str:
    """Rows 00 to 20 of the card's configuration space, as -x prints them."""

    def word(digits: str) -> str:
        return f"{digits[2:]} {digits[:2]}".lower()

    return (
        f"00: {word('10DE')} {word(one.device)} 07 04 10 00 a1 00 00 03 00 00 80 00\n"
        "10: 00 00 00 a2 0c 00 00 00 60 00 00 00 0c 00 00 10\n"
        f"20: 60 00 00 00 01 40 00 00 00 00 00 00 {word(one.vendor)} {word(one.subsystem)}\n"
    )


def dmesg(
    one: Facts, *, place: str = "0000:01:00", driver: str = DRIVER, uuid: str = UUID, xid: bool = True, more: str = ""
) -> str:
    """A kernel log from the machine's start on, with the card found, the module loaded and an error."""
    lines = [
        "[    0.000000] Linux version 6.1.0-28-amd64 (debian-kernel@lists.debian.org)",
        f"[    0.401000] pci {place}.0: [10de:{one.device.lower()}] type 00 class 0x030000",
        f"[    0.401010] pci {place}.0: reg 0x10: [mem 0xa2000000-0xa2ffffff]",
        f"[    0.401500] pci {place}.0: 31.504 Gb/s available PCIe bandwidth, limited by 2.5 GT/s PCIe x{one.width}"
        f" link at 0000:00:01.0 (capable of 252.048 Gb/s with {SPEEDS[one.gen]}.0 GT/s PCIe x{one.width} link)",
        f"[    0.402000] pci {place}.1: [10de:22ba] type 00 class 0x040300",
        f"[    4.100000] NVRM: loading NVIDIA UNIX x86_64 Kernel Module  {driver}  Thu Feb 22 01:44:30 UTC 2024",
    ]
    if xid:
        lines += [
            f"[  914.000001] NVRM: GPU at PCI:{place}: {uuid}",
            f"[  914.000002] NVRM: Xid (PCI:{place}): 31, pid=4711, name=python3, MMU Fault: ENGINE GRAPHICS",
            f"[  915.000002] NVRM: Xid (PCI:{place}): 31, pid=4711, name=python3, MMU Fault: ENGINE GRAPHICS",
        ]
    return "\n".join([*lines, *([more] if more else []), ""])


def bug_report(row: Product, *, safe: bool = False, **changed: object) -> str:
    """The sections that matter, and some that do not, in the script's order."""
    query = dump_of(row, form="text")
    (said,) = nvidia_smi.parse(query).readings
    own = {"vendor": said.subsystem_vendor, "subsystem": said.subsystem_id, "bios": said.vbios_version}
    one = facts_of(row, **{**own, **changed})
    information = (
        f"*** /proc/driver/nvidia/./gpus/0000:01:00.0/information\n"
        "*** ls: -r--r--r-- 1 root root 0 2026-11-24 09:30:00.000000000 +0100 /proc/driver/nvidia/gpus\n"
        f"Model: \t\t {one.name}\nIRQ:   \t\t 149\nGPU UUID: \t {said.uuid}\nVideo BIOS: \t {one.bios.lower()}\n"
        "Bus Type: \t PCIe\nDMA Size: \t 47 bits\nDMA Mask: \t 0x7fffffffffff\nBus Location: \t 0000:01:00.0\n"
        "Device Minor: \t 0\nGPU Excluded:\t No\n"
    )
    sections = [
        "",
        "Start of NVIDIA bug report log file.  Please include this file, along\nwith a detailed description\n\n"
        "nvidia-bug-report.sh Version: 31831145\n\nDate: Tue Nov 24 09:30:00 AM CET 2026\n",
        "*** /var/log/nvidia-installer.log does not exist\n",
        "/usr/bin/lspci -nntv\n\n-[0000:00]-+-00.0  Some Maker [8086:a700]\n",
        "/usr/bin/lspci -nn\n\n" + lspci(one, detail=False),
        "/usr/bin/lspci -nnDvvvxxxx\n\n" + lspci(one, domain=True, dump=configuration(one)),
        "Scanning kernel log files for NVIDIA kernel messages:\n\n  journalctl -b -0:\n"
        "Nov 24 09:00:00 host kernel: NVRM: Xid (PCI:0000:01:00): 31, pid=4711, name=python3, MMU Fault: ENGINE"
        " GRAPHICS\n",
        "dmesg:\n\n" + dmesg(one, uuid=said.uuid or UUID),
        f"*** /proc/driver/nvidia/version\nNVRM version: NVIDIA UNIX x86_64 Kernel Module  {DRIVER}  Thu Feb 22 2024\n",
        information,
        "/usr/bin/nvidia-debugdump -D\n\n" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=\n" * 200,
    ]
    if not safe:
        sections.append(
            f"/usr/bin/nvidia-smi --query\n\n{query.decode()}\n/usr/bin/nvidia-smi --query --unit\n\nAttached Units : 0"
            "\n/usr/bin/nvidia-smi nvlink --status\n\n"
        )
    return f"\n{RULE}\n\n".join(sections)


def packed(report: str) -> bytes:
    """As the script writes it: each section a gzip member of its own."""
    return b"".join(gzip.compress((part + RULE + "\n").encode(), mtime=0) for part in report.split(RULE + "\n"))


def rows() -> tuple[Product, ...]:
    """Products whose rows are known well enough for a genuine card to be written: several of each segment."""
    chosen: dict[str, list[Product]] = {}
    for row in load().products:
        known = row.memory_mib and row.pcie_gen and row.pcie_width and row.device_ids and not row.from_memory
        if known:
            chosen.setdefault(f"{row.segment} {row.die} {row.mobile}", []).append(row)
    return tuple(row for key in sorted(chosen) for row in chosen[key][:2])
