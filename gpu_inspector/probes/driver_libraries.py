"""The driver's libraries as a program on the bench would load them, and what is pushed in before them.

A library that is loaded ahead of NVML answers in its place, and no kernel and no card has a part in that.
"""

import fnmatch
import re
from dataclasses import replace

from gpu_inspector.probes.bench import Bench
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
MOST_LIBRARIES = 16
PRELOADING = ("LD_PRELOAD", "LD_AUDIT", "CUDA_INJECTION64_PATH")
"""Variables that put a library into every program: two of the loader (ld.so(8)), one of CUDA's own."""


def preloaded(bench: Bench) -> tuple[tuple[str, ...], tuple[Gap, ...]]:
    """Everything that is loaded ahead of the driver's libraries, as found, and a gap where it cannot be told."""
    found = [f"{name}={clean(bench.environment[name])}" for name in PRELOADING if bench.environment.get(name)]
    standard = standard_libraries(bench)
    for folder in search_path_folders(bench):
        for name in LIBRARIES:
            path = f"{folder.rstrip('/')}/{name}"
            if bench.is_file(path) and bench.real(path) not in standard:
                found.append(f"LD_LIBRARY_PATH={clean(folder)} (holds {name})")
    text = bench.text("/etc/ld.so.preload")
    for line in (text or "").splitlines():
        # Separated by blanks or colons, with comments from "#" on (ld.so(8)).
        found += [f"ld.so.preload: {clean(word)}" for word in re.split(r"[\s:]+", line.partition("#")[0]) if word]
    if text is None and "/etc/ld.so.preload" in bench.refused:
        reason = "The list of preloaded libraries, /etc/ld.so.preload, may not be read."
        return tuple(found[:50]), (Gap("host", reason, "Run GPU Inspector as root."),)
    return tuple(found[:50]), ()


def libraries(bench: Bench, known: tuple[Database, ...]) -> tuple[VouchedFile, ...]:
    """The driver's libraries that a program would load here, each real file once, and who answers for it."""
    found: list[str] = []
    for folder in (*search_path_folders(bench), *_configured_folders(bench), *LIBRARY_FOLDERS):
        for name in LIBRARIES:
            path = f"{folder.rstrip('/')}/{name}"
            if bench.is_file(path) and (real := bench.real(path)) not in found:
                found.append(real)
    files = [vouch(bench, known, path) for path in found[:MOST_LIBRARIES]]
    return tuple(
        replace(file, state=UNKNOWN) if file.state == UNVOUCHED and file.path.startswith(WINDOWS_FOLDER) else file
        for file in files
    )


def standard_libraries(bench: Bench) -> frozenset[str]:
    """The real files that the system's own folders give for the driver's libraries."""
    folders = (*_configured_folders(bench), *LIBRARY_FOLDERS)
    return frozenset(
        bench.real(f"{folder}/{name}") for folder in folders for name in LIBRARIES if bench.is_file(f"{folder}/{name}")
    )


def search_path_folders(bench: Bench) -> tuple[str, ...]:
    """The absolute folders of LD_LIBRARY_PATH, which the loader looks into first."""
    value = bench.environment.get("LD_LIBRARY_PATH", "")
    return tuple(folder for folder in re.split("[:;]", value) if folder.startswith("/"))[:100]


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
    return tuple(dict.fromkeys(folders))[:1000]
