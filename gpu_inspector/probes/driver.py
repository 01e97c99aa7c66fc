"""The driver on the bench: which module is loaded, from which file, built by whom, and which libraries go with it.

A patched driver can give a card any name and any size, so all that NVML says is worth what its driver is worth.
The known patches are kernel modules in /lib/modules/<kernel>/updates that no package lists
(amoghmunikote/cmpunlocker, xrip/cmp50hx-unlock, WildFlash1st/cmp90hx-unlock).
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gpu_inspector.language import N_
from gpu_inspector.probes.bench import LARGE, Bench
from gpu_inspector.probes.driver_libraries import standard_libraries
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.probes.vouching import (
    ALTERED,
    BUILT,
    UNKNOWN,
    UNVOUCHED,
    VOUCHED,
    Database,
    vouch,
    vouch_tree,
)
from gpu_inspector.records.evidence import Gap, VouchedFile

MODULE_FOLDERS = ("updates", "extra", "weak-updates", "kernel", "")
"""Below /lib/modules/<kernel>, in the order in which depmod prefers them."""
SIGNATURE_END = b"~Module signature appended~\n"
SIGNATURE_HEAD = 12
"""Bytes of `struct module_signature` ahead of that mark; its last four are the signature's size, big-endian
(include/linux/module_signature.h of the kernel)."""
SHORTEST_NOTE = 24
"""Bytes of a build-id note: four words of head and name, and eight of the identifier at least."""
LARGEST_MODULE = 1 << 29
"""Bytes; the largest module of the driver has about a quarter of that."""

_MODULE = re.compile(r"nvidia(-current|-open|-current-open|-tesla(-\d+)?|-legacy-\d+xx)?\.ko(\.(xz|zst|gz))?")
"""Debian gives the module's file another name, so that several drivers can lie side by side."""
_RELEASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+~-]{0,127}")
_KERNEL_FOLDER = re.compile(r"(?:/usr)?/lib/modules/([^/]+)/")
_VERSION = re.compile(r"\s(\d{2,4}(?:\.\d{1,4}){1,3})\s")

UNTOLD = "unknown"
"""The version of a driver that is loaded and does not say which it is: not the same as no driver."""
ADVICE = N_("Inspect from your own start medium with a driver that comes from the system's packages.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """What the host reading says of the driver."""

    version: str | None = None
    kind: str | None = None
    module: VouchedFile | None = None
    signer: str | None = None
    in_use_matches: bool | None = None
    gaps: tuple[Gap, ...] = ()


def read(bench: Bench, known: tuple[Database, ...]) -> Driver:
    """The loaded driver, and who answers for the module's file."""
    banner = clean((bench.text("/proc/driver/nvidia/version") or "").partition("\n")[0])
    match = _VERSION.search(f" {banner} ")
    kind = None if not banner else "open" if "Open Kernel Module" in banner else "proprietary"
    driver = Driver(version=match[1] if match else UNTOLD if _is_loaded(bench) else None, kind=kind)
    path = module_path(bench)
    if path is None:
        return replace(driver, gaps=(_no_module(loaded=driver.version is not None),))
    module, gaps = examine_module(bench, known, path)
    return replace(
        driver,
        module=module,
        signer=clean(bench.ask("modinfo", "-F", "signer", path) or "") or None,
        in_use_matches=_in_use_matches(bench, path),
        gaps=gaps,
    )


def _is_loaded(bench: Bench) -> bool:
    """Whether an NVIDIA driver is there, by any of the traces that one leaves."""
    version = "/proc/driver/nvidia/version"
    if bench.is_file(version) or version in bench.refused or bench.is_folder("/sys/module/nvidia"):
        return True
    if any(line.split(" ")[0] == "nvidia" for line in (bench.text("/proc/modules", LARGE) or "").splitlines()):
        return True
    # In WSL the driver is the one of Windows, behind this device, and no module of Linux.
    through_windows = "dxg" in bench.names("/dev")
    return through_windows and any("/libcuda" in path for path in standard_libraries(bench))


def _no_module(loaded: bool) -> Gap:
    if loaded:
        return Gap(
            "host",
            N_("An NVIDIA driver is loaded, but the file of its module is not visible from here."),
            N_("Run GPU Inspector on the machine itself, not in a container."),
        )
    return Gap(
        "host",
        N_("No NVIDIA driver is installed on this machine."),
        N_("Install the NVIDIA driver from the system's packages to read what the card claims through it."),
    )


def release(bench: Bench) -> str:
    """The running kernel's release, "" where it cannot be read or is no name of a folder."""
    text = (bench.text("/proc/sys/kernel/osrelease") or "").strip()
    return text if _RELEASE.fullmatch(text) else ""


def module_path(bench: Bench) -> str | None:
    """The file of the module that would be loaded now; None where there is none."""
    named = (bench.ask("modinfo", "-n", "nvidia") or "").strip()
    if named.startswith("/") and bench.is_file(named):
        return bench.real(named)
    kernel = release(bench)
    if not kernel:
        return None
    for folder in MODULE_FOLDERS:
        for path in bench.files(f"/lib/modules/{kernel}/{folder}"):
            if _MODULE.fullmatch(path.rpartition("/")[2]):
                return bench.real(path)
    return None


def _in_use_matches(bench: Bench, path: str) -> bool | None:
    """By the sources' digest and the linker's build-id; None where neither can be compared."""
    loaded = (bench.text("/sys/module/nvidia/srcversion") or "").strip()
    on_disk = (bench.ask("modinfo", "-F", "srcversion", path) or "").strip()
    answers = {loaded == on_disk if loaded and on_disk else None, _same_build(bench, path)}
    return False if False in answers else True if True in answers else None


def _same_build(bench: Bench, path: str) -> bool | None:
    """Whether the file holds the loaded module's build-id note, which the kernel shows byte for byte (elf(5))."""
    note = bench.data("/sys/module/nvidia/notes/.note.gnu.build-id") or b""
    if len(note) < SHORTEST_NOTE or note[12:16] != b"GNU\0":
        return None
    # A compressed file does not show it.
    return bench.holds(path, note) if bench.data(path, 4) == b"\x7fELF" else None


def examine_module(bench: Bench, known: tuple[Database, ...], path: str) -> tuple[VouchedFile, tuple[Gap, ...]]:
    """Who answers for the module's file: a package, or the sources that DKMS or the distribution built it from."""
    module = vouch(bench, known, path)
    if module.state != UNVOUCHED:
        return module, _explain(module)
    built = _from_dkms(bench, known, path) or _from_bits(bench, known, path)
    return built if built is not None else (module, _explain(module))


def _explain(module: VouchedFile) -> tuple[Gap, ...]:
    if module.state == ALTERED:
        reason = N_(f"The driver's module differs from the one of the package {module.package}: {module.path}.")
        return (Gap("host", reason, ADVICE),)
    if module.state == UNVOUCHED:
        return (Gap("host", N_(f"No package lists the driver's module {module.path}."), ADVICE),)
    if module.state == UNKNOWN:
        return (Gap("host", N_(f"Nothing on this system can vouch for the driver's module {module.path}."), ADVICE),)
    return ()


Built = tuple[VouchedFile, tuple[Gap, ...]]


def _from_dkms(bench: Bench, known: tuple[Database, ...], path: str) -> Built | None:
    """The answer where DKMS recorded this very file; None where DKMS knows nothing of it."""
    digest = bench.digest(path)
    recorded = False
    for package, version, built in _dkms_modules(bench, path):
        recorded = True
        if digest is None or bench.digest(built) != digest:
            continue
        source = bench.real(f"/var/lib/dkms/{package}/{version}/source")
        reason = _not_the_source(bench, known, source, package, version)
        if reason:
            return VouchedFile(clean(path), UNVOUCHED if known else UNKNOWN), (Gap("host", reason, ADVICE),)
        return _built(bench, known, path, [source, *_dkms_settings(bench, package)])
    if recorded and "/updates/dkms/" in path:
        module = VouchedFile(clean(path), ALTERED)
        reason = N_(f"The driver's module is not the one that DKMS built: {module.path}.")
        return module, (Gap("host", reason, ADVICE),)
    return None


def _not_the_source(bench: Bench, known: tuple[Database, ...], source: str, package: str, version: str) -> str:
    """Why a folder is not what DKMS builds this module from, "" where it is.

    Any folder of any package would do otherwise: DKMS's own record is a link that its owner can point anywhere.
    """
    if source != f"/usr/src/{package}-{version}":
        return N_(
            f"DKMS says that it built the driver's module from {clean(source)}, which is not the place of its sources."
        )
    settings = bench.text(f"{source}/dkms.conf") or ""
    for key, expected in (("PACKAGE_NAME", package), ("PACKAGE_VERSION", version)):
        told = re.findall(rf"^[ \t]*{key}[ \t]*=[ \t]*[\"']?([^\"'#\s]*)", settings, re.MULTILINE)
        if set(told) != {expected}:
            return N_(
                f"The driver's sources in {clean(source)} do not say that they are {clean(f'{package} {version}')}."
            )
    owner = vouch(bench, known, f"{source}/dkms.conf").package
    if known and owner and "nvidia" not in owner:
        return N_(
            f"The driver's sources in {clean(source)} are from the package {owner}, which is not NVIDIA's driver."
        )
    return ""


def _dkms_settings(bench: Bench, package: str) -> list[str]:
    """Files that DKMS reads beside the sources' own dkms.conf and that set anything: patches, commands, a compiler."""
    folder, shared = "/etc/dkms", "/etc/dkms/framework.conf.d"
    found = [f"{shared}/{name}" for name in bench.names(shared)]
    for name in bench.names(folder):
        if name == "framework.conf" or (name.startswith(package) and name.endswith(".conf")):
            found.append(f"{folder}/{name}")
    # What cannot be read may set anything, and so stays in the list.
    hidden = [place for place in (folder, shared) if place in bench.refused]
    return [*hidden, *(bench.real(path) for path in found if _sets_anything(bench.text(path, LARGE)))]


def _sets_anything(text: str | None) -> bool:
    return text is None or any(line.strip() and not line.strip().startswith("#") for line in text.splitlines())


def _dkms_modules(bench: Bench, path: str) -> Iterator[tuple[str, str, str]]:
    """Name, version and file of every NVIDIA module that DKMS built for the kernel of this module's folder.

    That is not always the running kernel: RHEL links one kernel's modules into the folders of the next.
    """
    root = "/var/lib/dkms"
    match = _KERNEL_FOLDER.match(path)
    kernel = match[1] if match else ""
    for package in bench.names(root) if kernel else ():
        if not package.startswith("nvidia"):
            continue
        for version in bench.names(f"{root}/{package}"):
            for machine in bench.names(f"{root}/{package}/{version}/{kernel}"):
                folder = f"{root}/{package}/{version}/{kernel}/{machine}/module"
                for name in bench.names(folder):
                    yield package, version, f"{folder}/{name}"


def _from_bits(bench: Bench, known: tuple[Database, ...], path: str) -> Built | None:
    """Ubuntu's precompiled drivers: the package ships objects beside the module, in `bits`, and links them here.

    The list of digests among the objects says what the linked module must be, before its signature.
    """
    folder, _, name = path.rpartition("/")
    bits = f"{folder}/bits"
    if not bench.is_folder(bits):
        return None
    expected = ""
    for line in (bench.text(f"{bits}/SHA256SUMS") or "").splitlines():
        digest, _, listed = line.partition(" ")
        if listed.strip(" *") == name:
            expected = digest.lower()
    # Not "altered" where it differs: how the objects are linked is the distribution's own affair and may change.
    if not expected or expected != _digest_unsigned(bench, path):
        module = VouchedFile(clean(path), UNKNOWN)
        return module, _explain(module)
    return _built(bench, known, path, [bits])


def _digest_unsigned(bench: Bench, path: str) -> str:
    """SHA-256 of a module without the signature that may stand at its end."""
    data = bench.data(path, LARGEST_MODULE) or b""
    if data.endswith(SIGNATURE_END):
        data = data.removesuffix(SIGNATURE_END)
        size = int.from_bytes(data[-4:], "big")
        data = data[: max(0, len(data) - SIGNATURE_HEAD - size)]
    return hashlib.sha256(data).hexdigest()


def _built(bench: Bench, known: tuple[Database, ...], path: str, sources: list[str]) -> Built:
    """The state of a module that was built from these folders and files."""
    package = version = ""
    for source in sources:
        if bench.is_folder(source):
            tree = vouch_tree(bench, known, source)
            state, offender = tree.state, tree.offender or source
            package, version = package or tree.package, version or tree.version
        else:
            file = vouch(bench, known, source)
            state, offender = file.state, source
        if state != VOUCHED:
            words = {
                ALTERED: N_("was changed after its package was installed"),
                UNVOUCHED: N_("is listed by no package"),
            }
            reason = N_(
                f"A source of the driver's module {words.get(state, 'cannot be vouched for')}: {clean(offender)}."
            )
            return VouchedFile(clean(path), state, package, version), (Gap("host", reason, ADVICE),)
    return VouchedFile(clean(path), BUILT, package, version), ()
