"""The driver's libraries as a program on the bench would load them, and what is pushed in before them.

A library that is loaded ahead of NVML answers in its place, and no kernel and no card has a part in that. Where
NVML has been loaded into this very process, the kernel says which file that was.
"""

import fnmatch
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gpu_inspector import platforms
from gpu_inspector.language import N_
from gpu_inspector.probes.bench import LARGE, Bench
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.probes.vouching import UNKNOWN, UNVOUCHED, Database, vouch
from gpu_inspector.records.evidence import Gap, VouchedFile

LIBRARIES = ("libnvidia-ml.so.1", "libcuda.so.1")
LIBRARY_FOLDERS = (
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/usr/lib/x86_64-linux-gnu/nvidia/current",
    "/usr/lib/wsl/lib",
    "/run/opengl-driver/lib",
)
"""After the folders of /etc/ld.so.conf, the built-in ones of the loader and those of distributions."""
WINDOWS_FOLDER = "/usr/lib/wsl/"
"""Files of the Windows driver, mounted into WSL: no Linux package can list them."""
HARDWARE_FOLDERS = ("tls", "haswell", "xeon_phi", "avx512_1", "x86_64", "aarch64", "atomics")
"""Folders within each of its folders that the loader looked into first until glibc 2.36, also one in another."""
HARDWARE_DEPTH = 3
MOST_LIBRARIES = 64
MOST_ENTRIES = 1000
"""Of LD_LIBRARY_PATH and of ld.so.conf."""
PRELOADING = (
    *("LD_PRELOAD", "LD_AUDIT"),
    *("CUDA_INJECTION64_PATH", "CUDA_INJECTION32_PATH", "NVTX_INJECTION64_PATH", "NVTX_INJECTION32_PATH"),
)
"""Variables that put a library into every program: two of the loader (ld.so(8)), the others of CUDA and of its
markers, by which profilers get in."""
SPEAKING = ("sitecustomize.py", "usercustomize.py", "pynvml.py", "cupy", "cupy_backends", "numpy", "gpu_inspector")
"""Modules that would run ahead of this program, or speak for the card in it."""

_DRIVER_LIBRARY = re.compile(r"libnvidia-ml|libcuda(?![a-z])")
"""How names of the driver's libraries begin; not libcudart and its kin, which come with programs."""
_DELETED = " (deleted)"


def preloaded(bench: Bench) -> tuple[tuple[str, ...], tuple[Gap, ...]]:
    """Everything that is loaded ahead of the driver's libraries, as found, and a gap where it cannot be told."""
    found = [f"{name}={clean(bench.environment[name])}" for name in PRELOADING if bench.environment.get(name)]
    standard = standard_libraries(bench)
    entries = _search_path(bench)
    # To the loader, an empty entry is the current folder, and "$" begins a word that it replaces (ld.so(8)).
    vague = [entry for entry in entries if not entry.startswith("/") or "$" in entry]
    found += [
        N_(f"LD_LIBRARY_PATH={clean(entry) or '(empty)'} (not one fixed folder)") for entry in dict.fromkeys(vague)
    ]
    if len(entries) > MOST_ENTRIES:
        found.append(N_(f"LD_LIBRARY_PATH (more than {MOST_ENTRIES} folders)"))
    for folder in search_path_folders(bench):
        for path in _within(bench, folder):
            if bench.real(path) not in standard:
                name = path.removeprefix(folder.rstrip("/") + "/")
                found.append(N_(f"LD_LIBRARY_PATH={clean(folder)} (holds {clean(name)})"))
    found += _python_modules(bench)
    text = bench.text("/etc/ld.so.preload")
    for line in (text or "").splitlines():
        # Separated by blanks or colons, with comments from "#" on (ld.so(8)).
        found += [N_(f"ld.so.preload: {clean(word)}") for word in re.split(r"[\s:]+", line.partition("#")[0]) if word]
    if text is None and "/etc/ld.so.preload" in bench.refused:
        reason = N_("The list of preloaded libraries, /etc/ld.so.preload, may not be read.")
        return tuple(found[:50]), (Gap("host", reason, N_("Run GPU Inspector as root.")),)
    return tuple(found[:50]), ()


def _python_modules(bench: Bench) -> list[str]:
    """Modules that PYTHONPATH puts ahead of the installed ones; the folder of this very program is none of them.

    A program that was packed into one file does not look there.
    """
    if getattr(sys, "frozen", False):
        return []
    value = bench.environment.get("PYTHONPATH", "")
    entries = list(dict.fromkeys(value.split(":")))[:MOST_ENTRIES] if value else []
    own = str(Path(__file__).resolve().parents[2])
    places = {entry: entry if entry.startswith("/") else f"/proc/self/cwd/{entry}" for entry in entries}
    return [
        N_(f"PYTHONPATH={clean(entry) or '(empty)'} (holds {name})")
        for entry, place in places.items()
        if bench.real(place) != own
        for name in SPEAKING
        if bench.is_file(f"{place}/{name}") or bench.is_file(f"{place}/{name}/__init__.py")
    ]


def libraries(bench: Bench, known: tuple[Database, ...]) -> tuple[VouchedFile, ...]:
    """The driver's libraries that are loaded here or would be, each real file once, and who answers for it."""
    mapped = mapped_libraries(bench)
    found = {path: None for path in mapped if not path.endswith(_DELETED)}
    for folder in (*search_path_folders(bench), *_configured_folders(bench), *LIBRARY_FOLDERS):
        found.update((bench.real(path), None) for path in _within(bench, folder))
    # What was loaded and then deleted can no longer be compared, whatever lies in its place now.
    files = [VouchedFile(clean(path), UNKNOWN) for path in mapped if path.endswith(_DELETED)]
    files += [vouch(bench, known, path) for path in list(found)[:MOST_LIBRARIES]]
    return tuple(
        replace(file, state=UNKNOWN) if file.state == UNVOUCHED and file.path.startswith(WINDOWS_FOLDER) else file
        for file in files
    )


def mapped_libraries(bench: Bench) -> tuple[str, ...]:
    """The files of the driver's libraries in this process's own memory (proc_pid_maps(5)), as the kernel names them.

    NVML stays there once it has been asked, so this is the file that answered and not one that might.
    """
    found: list[str] = []
    for line in (bench.text("/proc/self/maps", LARGE) or "").split("\n"):
        words = line.split(None, 5)
        path = words[5].replace("\\012", "\n") if len(words) == 6 else ""
        if path.startswith("/") and path not in found and _DRIVER_LIBRARY.match(path.rpartition("/")[2]):
            found.append(path)
    return tuple(found[:MOST_LIBRARIES])


def _within(bench: Bench, folder: str) -> Iterator[str]:
    """The driver's libraries that the loader would find by one folder of its list, in its own order."""
    folder = folder.rstrip("/")
    inner = [f"{folder}/glibc-hwcaps/{name}" for name in bench.names(f"{folder}/glibc-hwcaps")]
    waiting = [(folder, 0)]
    while waiting:
        place, depth = waiting.pop()
        deeper = [f"{place}/{name}" for name in HARDWARE_FOLDERS if bench.is_folder(f"{place}/{name}")]
        inner += deeper
        if depth + 1 < HARDWARE_DEPTH:
            waiting += [(path, depth + 1) for path in deeper]
    for place in inner:
        for name in bench.names(place):
            if _DRIVER_LIBRARY.match(name) and bench.is_file(f"{place}/{name}"):
                yield f"{place}/{name}"
    for name in LIBRARIES:
        if bench.is_file(f"{folder}/{name}"):
            yield f"{folder}/{name}"


def standard_libraries(bench: Bench) -> frozenset[str]:
    """The real files that the system's own folders give for the driver's libraries."""
    folders = (*_configured_folders(bench), *LIBRARY_FOLDERS)
    return frozenset(bench.real(path) for folder in folders for path in _within(bench, folder))


def search_path_folders(bench: Bench) -> tuple[str, ...]:
    """The absolute folders of LD_LIBRARY_PATH, which the loader looks into first."""
    entries = _search_path(bench)[:MOST_ENTRIES]
    return tuple(dict.fromkeys(entry for entry in entries if entry.startswith("/") and "$" not in entry))


def _search_path(bench: Bench) -> list[str]:
    """With the folder of a packed program's own libraries in front, which its starter put there for the loader."""
    value = bench.environment.get("LD_LIBRARY_PATH", "")
    own = platforms.packed_libraries() if bench.root == Path("/") else ""
    return [*([own] if own else []), *(re.split("[:;]", value) if value else [])]


def _configured_folders(bench: Bench) -> tuple[str, ...]:
    """The folders of /etc/ld.so.conf and of the files that it includes."""
    folders: list[str] = []
    texts = [bench.text("/etc/ld.so.conf") or ""]
    for line in texts[0].splitlines():
        if line.startswith("include ") and (pattern := line.split(None, 1)[1].strip()):
            place, _, names = f"/etc/{pattern}".replace("/etc//", "/").rpartition("/")
            texts += [
                bench.text(f"{place}/{name}") or "" for name in bench.names(place) if fnmatch.fnmatchcase(name, names)
            ]
    for text in texts:
        folders += [line.strip().rstrip("/") for line in text.splitlines() if line.startswith("/")]
    return tuple(dict.fromkeys(folders))[:MOST_ENTRIES]
