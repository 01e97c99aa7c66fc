"""What goes into the portable folder, for every spec file: what no import names; what of Qt and the system stays out.

Only PyInstaller runs this. Left out on Linux is whatever the machine must bring anyhow, because it belongs to its
drivers or its desktop: a copy of ours ahead of it breaks them when they are newer (a C++ library under a graphics
driver, a font library under the machine's settings).
"""

import os
import re
import sys
from importlib import metadata
from pathlib import Path, PurePosixPath

PROGRAM = "gpu-inspector"
Entry = tuple[str, str, str]
"""PyInstaller's: the place in the folder, the file it comes from, its kind."""

KEYRINGS = ("SecretService", "kwallet", "libsecret", "chainer", "fail", "null", "Windows", "macOS")
HIDDEN = [
    # Found through entry points, which no import names.
    *(f"keyring.backends.{name}" for name in KEYRINGS),
    *("secretstorage", "jeepney.io.blocking"),
    # Asked for by name while the program runs.
    *("reportlab.graphics.barcode", "PySide6.QtSvg", "PySide6.QtPrintSupport"),
    "psycopg_binary",  # psycopg looks for it when it is loaded
    "justmytype_intl_cjk",  # looked up for its place alone: the fonts beside it
    *("PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets"),  # pyqtgraph cannot be loaded without them
]
REPLACEABLE = ("psycopg", "psycopg_binary")
"""Modules that lie in the folder file by file, outside of PyInstaller's archive: their licence, LGPL 3, lets everybody
put other versions in their place (as that of Qt does, whose libraries are files anyhow)."""
FOR_CUDA = [
    # What CuPy, which comes as a second download, takes from Python and NumPy and nothing else here may take.
    *("numpy.typing", "numpy.rec", "numpy.exceptions", "numpy.lib.stride_tricks", "numpy.lib.introspect"),
    *(
        "ctypes.util",
        "importlib.metadata",
        "importlib.resources",
        "site",
        "sysconfig",
        "ipaddress",
        "fractions",
        "graphlib",
    ),
]
EXCLUDED = [
    *("cupy", "cupy_backends", "cupyx", "cuda", "nvidia"),
    *("tkinter", "test", "lib2to3", "idlelib", "ensurepip", "pip", "setuptools", "pkg_resources", "readline"),
    *("pytest", "hypothesis", "mypy", "ruff", "matplotlib", "scipy", "IPython", "PyQt5", "PyQt6", "PySide2"),
    *("PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtQuickWidgets"),
    *("PySide6.QtTest", "PySide6.QtSql", "PySide6.QtNetwork", "PySide6.QtDesigner", "PySide6.QtHelp"),
    *("PySide6.QtUiTools", "PySide6.QtConcurrent", "PySide6.QtXml", "PySide6.QtSvgWidgets"),
    *("pyqtgraph.opengl", "pyqtgraph.examples", "pyqtgraph.jupyter"),
    # The audit of many machines: each of its workers needs an environment of its own anyway.
    *("dask", "distributed", "dask_jobqueue", "asyncssh", "tornado", "cloudpickle", "fsspec", "psutil", "zict"),
]
SYSTEM_FOLDERS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")
FROM_SYSTEM = re.compile(
    r"lib(ssl|crypto|sqlite3|ffi|lzma|bz2|z|xcb-(cursor|icccm|image|keysyms|render-util|util))\.so(\.|$)"
)
"""What of the builder's own system is taken along: what Python's modules need, and the small helpers of X that many
desktops lack."""
_PLUGINS = {
    "platforms": r"(offscreen|xcb|wayland|windows)",
    "platformthemes": r"xdgdesktopportal",
    "imageformats": r"(gif|ico|jpeg|svg|webp)",
    "iconengines": r".*",
    "platforminputcontexts": r"(compose|ibus)platforminputcontextplugin",
    "printsupport": r".*",
    "styles": r".*",
    "wayland-decoration-client": r".*",
    "wayland-graphics-integration-client": r"qt-plugin-wayland-egl",
    "wayland-shell-integration": r"xdg-shell",
    "xcbglintegrations": r".*",
}
"""Folders of Qt's plugins -> the names that stay; whole folders that are not here stay out."""
STARTS = ("start", "pyi_rth_cryptography_openssl")
"""Scripts that run at every start: the program's own, and one that tells a library where its modules lie."""
_UNWANTED = re.compile(
    r"(PySide6/(Qt/)?(translations|qml|metatypes)/|(^|/)(lib)?Qt6(EglFS|EglFs|WlShell|Qml|Quick|Network)"
    r"|(^|/)__pycache__/|\.(pyi|pxd|pyx|a|lib)$|^pyqtgraph/(examples|icons/(peegee|dark))|(^|/)tests?/"
    r"|^babel/locale-data/(?!(root|en|de|es|fr|ja|zh|zh_Hans)\.)[^/]*\.dat$)"
)


def own_modules(site: Path) -> list[str]:
    """Every module of the package, so that what they import is found."""
    names = []
    for path in sorted((site / "gpu_inspector").rglob("*.py")):
        parts = path.relative_to(site).with_suffix("").parts
        names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


def own_files(site: Path) -> list[Entry]:
    """The installed package and its metadata, file by file."""
    return [(str(path.relative_to(site)), str(path), "DATA") for path in sorted(site.rglob("*")) if path.is_file()]


def metadata_and_data() -> list[tuple[str, str]]:
    """The metadata of every library, with the licences in it, and the data that no hook collects."""
    from PyInstaller.utils.hooks import collect_data_files, copy_metadata

    found: list[tuple[str, str]] = []
    for name in distributions():
        found += copy_metadata(name)
    fonts = [f"fonts/ofl/{folder}/{name}" for folder in ("notosanssc", "notosansjp") for name in ("*.ttf", "OFL.txt")]
    return found + collect_data_files("ttf_opensans") + collect_data_files("justmytype_intl_cjk", includes=fonts)


def distributions() -> tuple[str, ...]:
    """The libraries that the program requires, and those that they require, with the extras that are asked for there.

    `psycopg[binary]` brings psycopg-binary, whose licence has to come along; of the program itself no extra is asked.
    """
    from packaging.requirements import Requirement

    found: dict[str, set[str]] = {}
    waiting: list[tuple[str, set[str]]] = [(PROGRAM, set())]
    while waiting:
        name, asked = waiting.pop()
        name = re.sub(r"[-_.]+", "-", name).lower()
        if name in found and asked <= found[name]:
            continue
        found.setdefault(name, set()).update(asked)
        for line in metadata.requires(name) or ():
            wanted = Requirement(line)
            if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in ("", *asked)):
                waiting.append((wanted.name, set(wanted.extras)))
    return tuple(sorted(found.keys() - {PROGRAM, "pip"}))


def runs_at_start(name: str) -> bool:
    """Whether a script that PyInstaller would run before the program is needed.

    Of PyInstaller's own, one loads Qt into every command and into the measuring child, to tell Qt where it lies, which
    Qt's libraries find by themselves where they lie as in their wheel; others serve multiprocessing, which nothing here
    uses, and tools that read sources. On Windows, where nobody has looked yet, Qt's stays.
    """
    return name in STARTS or (name == "pyi_rth_pyside6" and os.name == "nt")


def wanted(entry: Entry) -> bool:
    """Whether a file that PyInstaller found belongs into the folder."""
    place, source = PurePosixPath(entry[0].replace("\\", "/")), entry[1]
    parts = place.parts
    if "plugins" in parts and "PySide6" in parts:
        folder, name = parts[-2], re.sub(r"^lib|\.(so|dll|dylib)$", "", parts[-1])
        return folder in _PLUGINS and re.fullmatch(r"q?" + _PLUGINS[folder], name) is not None
    if _UNWANTED.search(str(place)):
        return False
    if os.name == "posix" and entry[2] in ("BINARY", "SYMLINK") and source.startswith(SYSTEM_FOLDERS):
        return FROM_SYSTEM.match(place.name) is not None
    return True


def dangling(entries: list[Entry]) -> set[str]:
    """Links whose target is not among the files."""
    places = {place for place, _source, _kind in entries}
    found = set()
    for place, target, kind in entries:
        if kind == "SYMLINK" and os.path.normpath(PurePosixPath(place).parent / target) not in places:
            found.add(place)
    return found


def narrowed(entries: list[Entry]) -> list[Entry]:
    """The wanted ones, in a fixed order, without links that would lead nowhere."""
    kept = sorted(entry for entry in entries if wanted(entry))
    lost = dangling(kept)
    return [entry for entry in kept if entry[0] not in lost]


def foreign(entries: list[Entry]) -> list[str]:
    """Files that come from no place that was expected: neither the locked packages, nor Python, nor the system."""
    allowed = tuple(str(Path(folder).resolve()) for folder in (sys.prefix, sys.base_prefix, os.environ["BUNDLE_SITE"]))
    known = (*allowed, sys.prefix, sys.base_prefix, *SYSTEM_FOLDERS, os.environ["BUNDLE_WORK"])
    return [
        f"{place} ({source})"
        for place, source, kind in entries
        if kind != "SYMLINK" and Path(source).is_absolute() and not source.startswith(known)
    ]
