"""Benches built from files and made-up commands: honest ones, altered ones, and ones that tell nothing."""

import hashlib
import os
import platform
from collections.abc import Mapping
from pathlib import Path

import pytest
from bench_tree import DMESG, KERNEL, LIBRARY, PACKAGED, VERSION, Machine, stock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.probes import host
from gpu_inspector.probes.bench import Bench, run_command
from gpu_inspector.probes.kernel_log import scan_log
from gpu_inspector.records.evidence import HostReading

MODULE = f"/usr/lib/modules/{KERNEL}/updates/dkms/nvidia.ko"
SOURCES = f"/usr/src/nvidia-{VERSION}"
DKMS_CONF = f'PACKAGE_NAME="nvidia"\nPACKAGE_VERSION="{VERSION}"\n'.encode()
SECURE_BOOT = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
STOCK_NOISE = (
    "[    9.1] nvidia: loading out-of-tree module taints kernel.\n"
    "[    9.1] nvidia: module license 'NVIDIA' taints kernel.\n"
    "[    9.1] nvidia: module verification failed: signature and/or required key missing - tainting kernel\n"
    "[    9.2] NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 01:44:30 UTC 2024\n"
)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return stock(tmp_path)


def dkms(bench: Machine, recorded: bytes = b"\x7fELF built", installed: bytes = b"\x7fELF built") -> None:
    """A DKMS build on the stock package of sources."""
    bench.package(
        "nvidia-kernel-dkms",
        f"{VERSION}-1",
        {f"{SOURCES}/dkms.conf": DKMS_CONF, f"{SOURCES}/nvidia/nv.c": b"int nv;\n"},
    )
    bench.write(MODULE, installed)
    bench.write(f"/var/lib/dkms/nvidia/{VERSION}/{KERNEL}/x86_64/module/nvidia.ko", recorded)
    bench.link(f"/var/lib/dkms/nvidia/{VERSION}/source", SOURCES)


def state(reading: HostReading) -> str:
    assert reading.module is not None
    return reading.module.state


def reasons(reading: HostReading) -> str:
    return " ".join(gap.reason for gap in reading.gaps)


def test_a_stock_debian_driver_is_vouched(machine: Machine) -> None:
    machine.package("nvidia-kernel", f"{VERSION}-1", {PACKAGED: b"\x7fELF stock"}, listed_as="/")
    machine.commands["modinfo", "-F", "signer", PACKAGED] = "Debian Secure Boot CA\n"
    machine.commands["modinfo", "-F", "srcversion", PACKAGED] = "ABCDEF0123456789\n"
    machine.write("/sys/module/nvidia/srcversion", "ABCDEF0123456789\n")
    reading = machine.read()
    assert reading.module is not None
    assert (reading.module.state, reading.module.package, reading.module.version) == (
        "vouched",
        "nvidia-kernel",
        f"{VERSION}-1",
    )
    assert [(file.path, file.state, file.package) for file in reading.libraries] == [
        (LIBRARY, "vouched", "libnvidia-ml1")
    ]
    assert (reading.driver_version, reading.driver_kind) == (VERSION, "proprietary")
    assert (reading.module_signer, reading.module_in_use_matches) == ("Debian Secure Boot CA", True)
    assert (reading.system, reading.machine, reading.taint) == ("Debian GNU/Linux 12 (bookworm)", "x86_64", 12289)
    assert reading.kernel.startswith(KERNEL)
    assert (reading.virtual_machine, reading.container) == ("", "")
    assert (reading.preloaded, reading.patch_signs, reading.kernel_log_read) == ((), (), True)
    assert reading.gaps == ()


def test_a_stock_dkms_build_is_honest(machine: Machine) -> None:
    dkms(machine)
    machine.commands["dmesg",] = DMESG + STOCK_NOISE
    reading = machine.read()
    assert state(reading) == "built from a vouched source"
    assert reading.module is not None
    assert reading.module.package == "nvidia-kernel-dkms"
    assert reading.patch_signs == ()
    assert reading.gaps == ()


def test_a_dkms_build_for_another_kernel_that_is_linked_here_is_honest(machine: Machine) -> None:
    dkms(machine)
    machine.link("/usr/lib/modules/6.1.0-29-amd64/weak-updates/nvidia.ko", MODULE)
    machine.write("/proc/sys/kernel/osrelease", "6.1.0-29-amd64\n")
    assert state(machine.read()) == "built from a vouched source"


def test_the_open_modules_are_told_apart(machine: Machine) -> None:
    machine.write(
        "/proc/driver/nvidia/version",
        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  560.35.03  Release Build  (root@bench)  Fri\n",
    )
    reading = machine.read()
    assert (reading.driver_version, reading.driver_kind) == ("560.35.03", "open")


def test_a_module_with_another_digest_is_altered(machine: Machine) -> None:
    machine.package("nvidia-kernel", VERSION, {PACKAGED: b"\x7fELF stock"})
    machine.write(PACKAGED, b"\x7fELF patched")
    reading = machine.read()
    assert state(reading) == "altered"
    assert "nvidia-kernel" in reasons(reading)


def test_a_library_with_another_digest_is_altered(machine: Machine) -> None:
    machine.write(LIBRARY, b"another library")
    assert [file.state for file in machine.read().libraries] == ["altered"]


def test_a_dkms_build_from_changed_sources_is_altered(machine: Machine) -> None:
    dkms(machine)
    machine.write(f"{SOURCES}/nvidia/nv.c", b"int patched;\n")
    reading = machine.read()
    assert state(reading) == "altered"
    assert f"{SOURCES}/nvidia/nv.c" in reasons(reading)


def test_a_dkms_build_with_one_file_more_is_unvouched(machine: Machine) -> None:
    dkms(machine)
    machine.write(f"{SOURCES}/patches/name-string.patch", b"+ name\n")
    reading = machine.read()
    assert state(reading) == "unvouched"
    assert "name-string.patch" in reasons(reading)


def test_settings_that_dkms_reads_beside_the_sources_count(machine: Machine) -> None:
    dkms(machine)
    machine.write("/etc/dkms/nvidia.conf", "PATCH[0]=x.patch\n")
    assert state(machine.read()) == "unvouched"


@pytest.mark.parametrize(
    "name", [f"nvidia-{VERSION}-{KERNEL}.conf", "nvidia-other.conf", "framework.conf", "framework.conf.d/flags.conf"]
)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("export KCFLAGS=-DPATCHED\n", "unvouched", id="sets"),
        pytest.param("# a comment\n\n   # another\n", "built from a vouched source", id="comments-only"),
    ],
)
def test_any_settings_of_dkms_must_be_vouched_for(machine: Machine, name: str, text: str, expected: str) -> None:
    dkms(machine)
    machine.write(f"/etc/dkms/{name}", text)
    assert state(machine.read()) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("mok_signing_key=/k\n", "built from a vouched source", id="as-packaged"),
        pytest.param("mok_signing_key=/k\npost_transaction=x\n", "altered", id="edited"),
    ],
)
def test_settings_of_dkms_that_a_package_brings(machine: Machine, text: str, expected: str) -> None:
    dkms(machine)
    path = "/etc/dkms/framework.conf"
    machine.write("/var/lib/dpkg/info/dkms.list", f"/.\n{path}\n")
    digest = hashlib.md5(b"mok_signing_key=/k\n").hexdigest()
    status = machine.root / "var/lib/dpkg/status"
    stanza = f"Package: dkms\nVersion: 3\nConffiles:\n {path} {digest}\n /etc/old {digest} obsolete\n\n"
    status.write_text(status.read_text() + stanza)
    machine.write(path, text)
    assert state(machine.read()) == expected


@pytest.mark.parametrize("through_sources", [False, True], ids=["dkms's-link", "a-link-in-place-of-the-sources"])
def test_dkms_sources_in_another_package_s_folder_are_not_believed(machine: Machine, through_sources: bool) -> None:
    other = "/usr/share/doc/bash"
    machine.package("bash", "5", {f"{other}/dkms.conf": DKMS_CONF, f"{other}/nv.c": b"c"})
    machine.write(MODULE, b"patched")
    machine.write(f"/var/lib/dkms/nvidia/{VERSION}/{KERNEL}/x86_64/module/nvidia.ko", b"patched")
    machine.link(f"/var/lib/dkms/nvidia/{VERSION}/source", SOURCES if through_sources else other)
    machine.link(SOURCES, other)
    reading = machine.read()
    assert state(reading) == "unvouched"
    assert other in reasons(reading)


@pytest.mark.parametrize(
    ("package", "settings"),
    [
        pytest.param("hello-dkms", DKMS_CONF, id="of-another-package"),
        pytest.param("nvidia-kernel-dkms", DKMS_CONF.replace(b'"nvidia"', b'"hello"'), id="of-another-name"),
        pytest.param("nvidia-kernel-dkms", DKMS_CONF + b"PACKAGE_VERSION=1\n", id="of-two-versions"),
        pytest.param("nvidia-kernel-dkms", b"", id="without-a-name"),
    ],
)
def test_dkms_sources_that_are_not_the_driver_s_are_not_believed(
    machine: Machine, package: str, settings: bytes
) -> None:
    machine.package(package, "1", {f"{SOURCES}/dkms.conf": settings, f"{SOURCES}/nv.c": b"c"})
    machine.write(MODULE, b"patched")
    machine.write(f"/var/lib/dkms/nvidia/{VERSION}/{KERNEL}/x86_64/module/nvidia.ko", b"patched")
    machine.link(f"/var/lib/dkms/nvidia/{VERSION}/source", SOURCES)
    assert state(machine.read()) == "unvouched"


def test_a_module_in_place_of_the_one_that_dkms_built_is_altered(machine: Machine) -> None:
    dkms(machine, installed=b"\x7fELF patched")
    assert state(machine.read()) == "altered"


def test_a_module_put_beside_a_dkms_build_is_unvouched(machine: Machine) -> None:
    dkms(machine)
    patched = f"/lib/modules/{KERNEL}/updates/cmpunlocker/nvidia.ko"
    machine.write(patched, b"\x7fELF patched")
    machine.commands["modinfo", "-n", "nvidia"] = f"{patched}\n"
    reading = machine.read()
    assert state(reading) == "unvouched"
    assert "cmpunlocker" in reasons(reading)


def test_a_runfile_install_is_unvouched(machine: Machine) -> None:
    machine.write(PACKAGED, b"\x7fELF from a run file")
    machine.write("/usr/lib/x86_64-linux-gnu/libcuda.so.1", b"from a run file")
    reading = machine.read()
    assert state(reading) == "unvouched"
    assert {file.path: file.state for file in reading.libraries} == {
        LIBRARY: "vouched",
        "/usr/lib/x86_64-linux-gnu/libcuda.so.1": "unvouched",
    }


def ubuntu(bench: Machine, content: bytes) -> None:
    """Ubuntu's precompiled driver: objects and the digests of what they link to, from a package."""
    folder = f"/usr/lib/modules/{KERNEL}/kernel/nvidia-550"
    digest = hashlib.sha256(b"\x7fELF linked").hexdigest()
    bench.package(
        "linux-objects-nvidia-550",
        "1",
        {f"{folder}/bits/SHA256SUMS": f"{digest}  nvidia.ko\n".encode(), f"{folder}/bits/nv.o": b"o"},
    )
    signature = b"signature" * 20
    head = b"\x00\x00\x02\x00\x00\x00\x00\x00" + len(signature).to_bytes(4, "big")
    bench.write(f"{folder}/nvidia.ko", content + signature + head + b"~Module signature appended~\n")


def test_a_module_linked_from_packaged_objects_is_honest(machine: Machine) -> None:
    ubuntu(machine, b"\x7fELF linked")
    assert state(machine.read()) == "built from a vouched source"


def test_a_module_that_does_not_come_of_its_objects_is_not_vouched(machine: Machine) -> None:
    ubuntu(machine, b"\x7fELF patched")
    assert state(machine.read()) == "unknown"


def test_without_a_package_database_nobody_can_be_asked(machine: Machine) -> None:
    for path in sorted((machine.root / "var/lib/dpkg").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    machine.write(PACKAGED, b"\x7fELF")
    reading = machine.read()
    assert state(reading) == "unknown"
    assert "no package database" in reasons(reading)


def fedora(bench: Machine, path: str, digest: str) -> None:
    bench.write("/usr/lib/sysimage/rpm/rpmdb.sqlite", b"x")
    bench.commands["rpm", "-q", "--qf", "%{NAME}", "rpm"] = "rpm"
    form = "%{NAME}\\t%{VERSION}-%{RELEASE}\\n[%{FILEDIGESTS}\\t%{FILENAMES}\\n]"
    answer = f"kmod-nvidia\t550.54.14-1.fc40\n\t/usr/lib/modules\n{digest}\t{path}\n"
    bench.commands["rpm", "-qf", "--qf", form, path] = answer


@pytest.mark.parametrize(("content", "expected"), [(b"\x7fELF", "vouched"), (b"patched", "altered")])
def test_rpm_vouches_by_its_own_digests(machine: Machine, content: bytes, expected: str) -> None:
    machine.write(PACKAGED, content)
    fedora(machine, PACKAGED, hashlib.sha256(b"\x7fELF").hexdigest())
    reading = machine.read()
    assert state(reading) == expected
    assert reading.module is not None
    assert (reading.module.package, reading.module.version) == ("kmod-nvidia", "550.54.14-1.fc40")


def test_a_library_that_the_container_s_host_put_there_is_unknown(machine: Machine) -> None:
    cuda = "/usr/lib/x86_64-linux-gnu/libcuda.so.550.54.14"
    machine.write(cuda, b"the host's")
    machine.link("/usr/lib/x86_64-linux-gnu/libcuda.so.1", "libcuda.so.550.54.14")
    machine.write("/proc/self/mountinfo", f"812 790 8:1 /usr/lib/x {cuda} ro,nosuid - ext4 /dev/sda1 rw\n")
    assert {file.path: file.state for file in machine.read().libraries}[cuda] == "unknown"


def test_a_loaded_module_that_is_not_the_one_on_disk(machine: Machine) -> None:
    machine.package("nvidia-kernel", VERSION, {PACKAGED: b"\x7fELF"})
    machine.commands["modinfo", "-F", "srcversion", PACKAGED] = "AAAA\n"
    machine.write("/sys/module/nvidia/srcversion", "BBBB\n")
    assert machine.read().module_in_use_matches is False


NOTE = b"\x04\0\0\0\x14\0\0\0\x03\0\0\0GNU\0" + bytes(range(100, 120))


@pytest.mark.parametrize(
    ("content", "sources", "expected"),
    [
        pytest.param(b"\x7fELF" + b"." * 70 + NOTE + b"..", None, True, id="same-build"),
        pytest.param(b"\x7fELF" + NOTE.replace(b"d", b"D"), None, False, id="another-build"),
        pytest.param(b"\x7fELF" + NOTE.replace(b"d", b"D"), "AAAA", False, id="another-build-of-the-same-sources"),
        pytest.param(b"\xfd7zXZ", None, None, id="compressed"),
        pytest.param(b"\xfd7zXZ", "AAAA", True, id="compressed-of-the-same-sources"),
    ],
)
def test_the_build_of_the_module_in_use(
    machine: Machine, content: bytes, sources: str | None, expected: bool | None
) -> None:
    machine.package("nvidia-kernel", VERSION, {PACKAGED: content})
    machine.write("/sys/module/nvidia/notes/.note.gnu.build-id", NOTE)
    if sources:
        machine.write("/sys/module/nvidia/srcversion", f"{sources}\n")
        machine.commands["modinfo", "-F", "srcversion", PACKAGED] = f"{sources}\n"
    assert machine.read().module_in_use_matches is expected


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 15, 16, 40])
def test_bytes_are_found_across_the_pieces_of_a_file(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    bench = Bench(machine.root, {}, machine.run)
    data = b"." * size + b"needle" + b"." * 9
    monkeypatch.setattr(Bench, "_pieces", lambda *_: (data[at : at + 8] for at in range(0, len(data), 8)))
    assert bench.holds("/x", b"needle") is True
    assert bench.holds("/x", b"needles") is False


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"/proc/driver/nvidia/version": ""}, id="empty"),
        pytest.param({"/proc/driver/nvidia/version": "NVRM version: NVIDIA Kernel Module 999 patched\n"}, id="odd"),
        pytest.param({"/sys/module/nvidia/initstate": "live\n"}, id="sys-module"),
        pytest.param({"/proc/modules": "snd 1 0 - Live 0x0\nnvidia 1 0 - Live 0x0 (POE)\n"}, id="proc-modules"),
        pytest.param({"/dev/dxg": "", "/usr/lib/wsl/lib/libcuda.so.1": "lib"}, id="wsl"),
    ],
)
def test_a_driver_that_does_not_tell_its_version_is_still_a_driver(machine: Machine, files: Mapping[str, str]) -> None:
    (machine.root / "proc/driver/nvidia/version").unlink()
    for path, text in files.items():
        machine.write(path, text)
    reading = machine.read()
    assert reading.driver_version == "unknown"
    assert "not visible" in reasons(reading)


@pytest.mark.parametrize("files", [{}, {"/proc/modules": "nvidia_wmi_ec_backlight 1 0\n"}, {"/dev/dxg": ""}])
def test_a_machine_without_a_driver_has_no_version(machine: Machine, files: Mapping[str, str]) -> None:
    (machine.root / "proc/driver/nvidia/version").unlink()
    for path, text in files.items():
        machine.write(path, text)
    reading = machine.read()
    assert reading.driver_version is None
    assert "No NVIDIA driver is installed" in reasons(reading)


def test_a_driver_whose_file_is_out_of_sight_is_a_gap(machine: Machine) -> None:
    reading = machine.read()
    assert reading.module is None
    assert "not visible" in reasons(reading)


def test_a_preloaded_library_is_listed(machine: Machine) -> None:
    machine.environment = {"LD_PRELOAD": "/tmp/libfake.so", "LD_AUDIT": "", "HOME": "/root"}
    assert machine.read().preloaded == ("LD_PRELOAD=/tmp/libfake.so",)


def test_a_search_path_with_a_driver_library_is_listed_and_asked_for_first(machine: Machine) -> None:
    machine.write("/opt/fake/libnvidia-ml.so.1", b"fake")
    machine.environment = {"LD_LIBRARY_PATH": "/opt/none:/opt/fake:/usr/lib/x86_64-linux-gnu"}
    reading = machine.read()
    assert reading.preloaded == ("LD_LIBRARY_PATH=/opt/fake (holds libnvidia-ml.so.1)",)
    assert [(file.path, file.state) for file in reading.libraries] == [
        ("/opt/fake/libnvidia-ml.so.1", "unvouched"),
        (LIBRARY, "vouched"),
    ]


@pytest.mark.parametrize(
    ("value", "listed"),
    [
        pytest.param(".", ["LD_LIBRARY_PATH=. (not one fixed folder)"], id="current-folder"),
        pytest.param(":", ["LD_LIBRARY_PATH=(empty) (not one fixed folder)"], id="empty-entries"),
        pytest.param("/opt/none:", ["LD_LIBRARY_PATH=(empty) (not one fixed folder)"], id="empty-at-the-end"),
        pytest.param("lib;/opt/none", ["LD_LIBRARY_PATH=lib (not one fixed folder)"], id="relative"),
        pytest.param("/opt/$LIB", ["LD_LIBRARY_PATH=/opt/$LIB (not one fixed folder)"], id="a-word-of-the-loader"),
        pytest.param("/a:" * 1000 + "/a", ["LD_LIBRARY_PATH (more than 1000 folders)"], id="endless"),
        pytest.param("", [], id="unset"),
        pytest.param("/opt/none", [], id="absolute"),
    ],
)
def test_a_search_path_that_is_not_made_of_fixed_folders(machine: Machine, value: str, listed: list[str]) -> None:
    machine.environment = {"LD_LIBRARY_PATH": value}
    assert list(machine.read().preloaded) == listed


@pytest.mark.parametrize("inner", ["glibc-hwcaps/x86-64-v3", "haswell", "tls/haswell/x86_64"])
def test_a_driver_library_for_one_kind_of_processor_is_found(machine: Machine, inner: str) -> None:
    machine.write(f"/opt/fake/{inner}/libnvidia-ml.so.1", b"fake")
    machine.environment = {"LD_LIBRARY_PATH": "/opt/fake"}
    reading = machine.read()
    assert reading.preloaded == (f"LD_LIBRARY_PATH=/opt/fake (holds {inner}/libnvidia-ml.so.1)",)
    assert reading.libraries[0].state == "unvouched"


def test_a_library_for_one_kind_of_processor_in_the_system_s_folders_is_asked_for(machine: Machine) -> None:
    forged = "/usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v3/libnvidia-ml.so.1"
    machine.write(forged, b"fake")
    reading = machine.read()
    assert [(file.path, file.state) for file in reading.libraries] == [(forged, "unvouched"), (LIBRARY, "vouched")]
    assert reading.preloaded == ()


def test_the_library_that_is_loaded_into_this_process_is_asked_for(machine: Machine) -> None:
    machine.write("/opt/a b/libnvidia-ml.so.9", b"fake")
    head = "7f0000000000-7f0000001000 r-xp 00000000 08:01 1234 "
    paths = ("/opt/a b/libnvidia-ml.so.9", LIBRARY, LIBRARY, "/opt/libcudart.so.12", "[heap]", f"{LIBRARY} (deleted)")
    machine.write("/proc/self/maps", "".join(f"{head}   {path}\n" for path in paths) + "7f-80 rw-p 0 0:0 0\n")
    assert [(file.path, file.state) for file in machine.read().libraries] == [
        (f"{LIBRARY} (deleted)", "unknown"),
        ("/opt/a b/libnvidia-ml.so.9", "unvouched"),
        (LIBRARY, "vouched"),
    ]


def test_ld_so_preload_is_listed_without_its_comments(machine: Machine) -> None:
    machine.write("/etc/ld.so.preload", "# a comment\n/opt/a.so /opt/b.so # c.so\n")
    assert machine.read().preloaded == ("ld.so.preload: /opt/a.so", "ld.so.preload: /opt/b.so")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("NVRM: GPU0 kgspBoot: SEC2_DEBUG: WPR meta updated fbSize=0x1000000000", id="cmp-170hx"),
        pytest.param("NVRM: SEC2_DEBUG_LATE_PMA: registering candidate", id="cmp-170hx-late-pma"),
        pytest.param("NVRM: GPU0 x: CMP90HX: V67 attempt=0 status=0x0 PLM=0xffffffff", id="cmp-90hx"),
        pytest.param("NVRM: CMP50_STOCKFLOW_V551: SCRUBBER_UNSUPPORTED_SKIP needed=0x0", id="cmp-50hx"),
        pytest.param("NVRM: name string overridden to 'NVIDIA A100-PCIE-40GB' (devId=0x20c2)", id="name-override"),
    ],
)
def test_a_line_of_a_known_patch_is_a_sign(machine: Machine, line: str) -> None:
    machine.commands["dmesg",] = f"{DMESG}[   12.5] {line}\n{STOCK_NOISE}"
    (sign,) = machine.read().patch_signs
    assert line in sign


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("audit: type=1309 argc=3 a0=grep a1=SEC2_DEBUG", id="somebody-searched-for-it"),
        pytest.param("NVRM: GPU at PCI:0000:01:00: NVIDIA CMP 170HX", id="a-genuine-cmp-card"),
        pytest.param("nvidia: module verification failed: signature and/or required key missing", id="unsigned"),
        pytest.param("nvidia: loading out-of-tree module taints kernel.", id="out-of-tree"),
    ],
)
def test_a_stock_line_is_no_sign(line: str) -> None:
    assert scan_log(f"{DMESG}[ 5.0] {line}\n") == ()


def test_a_flood_of_one_sign_is_cut() -> None:
    assert len(scan_log("SEC2_DEBUG: x\n" * 500)) == 3


def test_options_of_a_known_patch_are_signs_and_stock_ones_are_not(machine: Machine) -> None:
    machine.write("/etc/modprobe.d/cmp50hx-unlock.conf", "options nvidia cmp50_rebar_size=8\n")
    machine.write(
        "/etc/modprobe.d/nvidia.conf",
        "# options nvidia cmp50_rebar_size=8\n"
        'options nvidia NVreg_DynamicPowerManagement=0x02 NVreg_RegistryDwords="PowerMizerEnable=0x1"\n'
        "options nvidia-drm modeset=1\n",
    )
    (sign,) = machine.read().patch_signs
    assert "/etc/modprobe.d/cmp50hx-unlock.conf" in sign
    assert "cmp50_rebar_size=8" in sign


def test_a_log_that_may_not_be_read_is_a_gap(machine: Machine) -> None:
    machine.commands["dmesg",] = ""
    reading = machine.read()
    assert not reading.kernel_log_read
    assert [gap for gap in reading.gaps if gap.source == "kernel log" and gap.advice]


def test_a_log_without_its_beginning_clears_nobody_but_its_signs_count(machine: Machine) -> None:
    machine.commands["dmesg",] = "[ 9000.1] NVRM: SEC2_DEBUG: PLM\n"
    reading = machine.read()
    assert not reading.kernel_log_read
    assert len(reading.patch_signs) == 1
    assert "start of the machine" in reasons(reading)


def test_a_log_that_reaches_back_to_the_module_s_loading_is_read(machine: Machine) -> None:
    machine.commands["dmesg",] = f"[ 8.0] usb 1-1: new device\n{STOCK_NOISE}"
    reading = machine.read()
    assert reading.kernel_log_read
    assert "start of the machine" not in reasons(reading)


def test_a_quoted_loading_line_is_not_the_module_s_loading(machine: Machine) -> None:
    line = "audit: type=1309 a1=NVRM: loading NVIDIA UNIX x86_64 Kernel Module"
    machine.commands["dmesg",] = f"[ 9000.1] {line}\n"
    assert not machine.read().kernel_log_read


def test_a_log_file_that_was_cut_may_end_before_this_start(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gpu_inspector.probes.kernel_log.LARGE", 200)
    del machine.commands["dmesg",]
    machine.write("/var/log/kern.log", DMESG + "x\n" * 200)
    assert not machine.read().kernel_log_read


def test_only_this_start_of_a_log_file_counts(machine: Machine) -> None:
    del machine.commands["dmesg",]
    machine.write("/var/log/kern.log", f"{DMESG}SEC2_DEBUG: an old driver\n{DMESG}{STOCK_NOISE}")
    reading = machine.read()
    assert (reading.kernel_log_read, reading.patch_signs) == (True, ())


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"/sys/class/dmi/id/product_name": "KVM\n"}, "KVM", id="kvm"),
        pytest.param({"/sys/class/dmi/id/sys_vendor": "VMware, Inc.\n"}, "VMware", id="vmware"),
        pytest.param({"/sys/hypervisor/type": "xen\n"}, "Xen", id="xen"),
        pytest.param({"/proc/sys/kernel/osrelease": "5.15.153.1-microsoft-standard-WSL2\n"}, "WSL", id="wsl"),
        pytest.param({"/proc/cpuinfo": "flags : fpu hypervisor\n"}, "a hypervisor without a name", id="flag-only"),
        pytest.param({"/sys/class/dmi/id/sys_vendor": "Amazon EC2\n"}, "", id="a-cloud-s-bare-machine"),
        pytest.param(
            {"/sys/class/dmi/id/sys_vendor": "Amazon EC2\n", "/proc/cpuinfo": "flags : hypervisor\n"},
            "Amazon EC2",
            id="a-cloud-s-virtual-machine",
        ),
    ],
)
def test_virtual_machine(machine: Machine, files: Mapping[str, str], expected: str) -> None:
    for path, text in files.items():
        machine.write(path, text)
    assert machine.read().virtual_machine == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("/.dockerenv", "", "docker", id="docker"),
        pytest.param("/run/.containerenv", "", "podman", id="podman"),
        pytest.param("/proc/1/cgroup", "0::/kubepods.slice/pod1\n", "kubernetes", id="kubernetes"),
        pytest.param("/run/systemd/container", "systemd-nspawn\n", "systemd-nspawn", id="nspawn"),
        pytest.param("/etc/hostname", "bench\n", "", id="none"),
    ],
)
def test_container(machine: Machine, path: str, text: str, expected: str) -> None:
    machine.write(path, text)
    assert machine.read().container == expected


def test_a_hidden_group_on_an_overlay_cannot_be_told(machine: Machine) -> None:
    machine.write("/proc/1/cgroup", "0::/\n")
    machine.write("/proc/self/mountinfo", "790 700 0:51 / / rw,relatime - overlay overlay rw\n")
    assert machine.read().container is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"\x06\x00\x00\x00\x01", True, id="on"),
        pytest.param(b"\x06\x00\x00\x00\x00", False, id="off"),
        pytest.param(b"\x06\x00", None, id="cut"),
        pytest.param(None, None, id="no-efi"),
    ],
)
def test_secure_boot(machine: Machine, data: bytes | None, expected: bool | None) -> None:
    if data is not None:
        machine.write(SECURE_BOOT, data)
    assert machine.read().secure_boot is expected


@pytest.mark.parametrize(
    ("command", "answer", "expected"),
    [
        pytest.param(("timedatectl", "show", "-p", "NTPSynchronized", "--value"), "yes\n", True, id="systemd-yes"),
        pytest.param(("timedatectl", "show", "-p", "NTPSynchronized", "--value"), "no\n", False, id="systemd-no"),
        pytest.param(("chronyc", "-n", "tracking"), "Leap status     : Normal\n", True, id="chrony-yes"),
        pytest.param(("chronyc", "-n", "tracking"), "Leap status     : Not synchronised\n", False, id="chrony-no"),
        pytest.param(("true",), "", None, id="nobody-says"),
    ],
)
def test_clock(machine: Machine, command: tuple[str, ...], answer: str, expected: bool | None) -> None:
    machine.commands[command] = answer
    assert machine.read().clock_synchronised is expected


def test_links_of_the_tree_never_lead_out_of_it(machine: Machine, tmp_path: Path) -> None:
    outside = tmp_path.parent / "outside-of-the-bench"
    outside.write_text("7\n")
    (machine.root / "proc/sys/kernel/tainted").unlink()
    machine.link("/proc/sys/kernel/tainted", str(outside))
    assert machine.read().taint is None


def test_a_pipe_or_a_ring_of_links_in_a_file_s_place_does_not_hang(machine: Machine) -> None:
    os.mkfifo(machine.root / "etc/ld.so.preload")
    machine.link("/proc/driver/a", "b")
    machine.link("/proc/driver/b", "a")
    (machine.root / "proc/cpuinfo").unlink()
    machine.link("/proc/cpuinfo", "/proc/driver/a")
    assert machine.read().preloaded == ()
    bench = Bench(machine.root, {}, machine.run)
    assert bench.data("/etc/ld.so.preload") is None
    assert bench.digest("/etc") is None


def test_an_empty_machine_gives_a_reading_with_gaps(tmp_path: Path) -> None:
    reading = host.read(tmp_path, {})
    assert reading.module is None
    assert (reading.virtual_machine, reading.container, reading.secure_boot, reading.taint) == (None,) * 4
    assert not reading.kernel_log_read
    assert {gap.source for gap in reading.gaps} == {"host", "kernel log"}
    assert all(gap.advice for gap in reading.gaps)


def test_another_system_says_that_it_cannot_look_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    reading = host.read()
    assert reading.system.startswith("Windows")
    assert "Windows" in reasons(reading)


def test_commands_run_without_what_is_preloaded_into_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPU_INSPECTOR_TEST_MARK", "seen")
    assert run_command(["env"]).splitlines() == [
        "LC_ALL=C",
        "PATH=/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin",
    ]


def test_a_flooding_command_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gpu_inspector.probes.bench.LARGE", 100_000)
    assert len(run_command(["yes"])) == 100_000


def test_a_hanging_command_is_no_answer(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gpu_inspector.probes.bench.COMMAND_TIMEOUT_S", 0.05)

    def hang(arguments: list[str]) -> str:
        return run_command(["sleep", "60"]) if arguments[0] == "dmesg" else ""

    assert not host.read(machine.root, {}, hang).kernel_log_read


READ = (
    "/etc/os-release",
    "/etc/ld.so.conf",
    "/etc/ld.so.preload",
    "/etc/modprobe.d/nvidia.conf",
    "/proc/sys/kernel/osrelease",
    "/proc/sys/kernel/tainted",
    "/proc/driver/nvidia/version",
    "/proc/cpuinfo",
    "/proc/1/cgroup",
    "/proc/self/mountinfo",
    "/proc/self/maps",
    "/proc/modules",
    "/sys/class/dmi/id/sys_vendor",
    "/var/lib/dpkg/status",
    "/var/lib/dpkg/info/libnvidia-ml1:amd64.list",
    "/var/lib/dpkg/info/libnvidia-ml1:amd64.md5sums",
    "/var/log/kern.log",
    SECURE_BOOT,
)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(READ), st.binary(max_size=300), max_size=6), st.text(max_size=100))
def test_any_bytes_in_any_file_and_any_words_of_any_command_give_a_reading(
    machine: Machine, files: dict[str, bytes], words: str
) -> None:
    for path, data in files.items():
        machine.write(path, data)
    reading = host.read(machine.root, {"LD_LIBRARY_PATH": words}, lambda _: words)
    assert reading.system
    assert all(text.isprintable() for text in (reading.system, reading.kernel, *reading.preloaded))
