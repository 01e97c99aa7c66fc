"""Where systems differ, and how the program was packed: the few named places, so that the rest need not ask.

Windows is written for and unit-tested with a pretended system; it is not yet run there (docs/windows.md).
"""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from gpu_inspector import __version__


def N_(text: str) -> str:  # noqa: N802 - the name by which texts are found in the source
    """Mark a text that is translated when it is shown; language's own mark is on a floor above this one."""
    return text


CUDA_VARIABLE = "GPU_INSPECTOR_CUDA"
"""Names the folder of the CUDA parts of a packed program, where it is not `cuda` beside the executable."""
CUDA_MODULE = "cupy"
NOT_RUN = N_("GPU Inspector is written for Windows, but it is not yet run there.")
"""Said by doctor wherever the program is run on Windows."""
DISPLAY_DRIVER = (
    (N_("Display driver model"), N_("Windows shares the card (WDDM): memory that the desktop holds cannot be tested.")),
    (
        N_("Watchdog"),
        N_("Windows ends a kernel that runs too long (TDR, about 2 seconds); that measurement is then missing."),
    ),
    (N_("Driver's answers"), N_("Under WDDM the driver leaves persistence, processes and some counters unanswered.")),
    (N_("PCI facts"), N_("Windows gives this program no PCI registers: what the card says there is not examined.")),
)
"""What the display driver model of Windows (WDDM) takes away from an inspection: (title, sentence). The watchdog's
time is Microsoft's documented default of TdrDelay."""


def is_windows() -> bool:
    """Asked anew each time: a test pretends."""
    return sys.platform == "win32"


def system_languages() -> tuple[str, ...]:
    """The tags of the languages that this system's user reads, the best first, as the system writes them; or ()."""
    if is_windows():
        return _windows_languages()
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    if not named or named.partition(".")[0] in ("C", "POSIX"):
        return ()
    return (*os.environ.get("LANGUAGE", "").split(":"), named)


def _windows_languages() -> tuple[str, ...]:
    """The language of Windows' own menus: the C library's locale says how numbers are written, no more."""
    import ctypes
    import locale

    library = getattr(ctypes, "windll", None)
    if library is None:
        return ()
    tag = locale.windows_locale.get(library.kernel32.GetUserDefaultUILanguage(), "")
    return (tag,) if tag else ()


def is_packed() -> bool:
    """Whether this is the portable folder (or the Debian package made of it), not an installed or a source package."""
    return bool(getattr(sys, "frozen", False))


def packed_libraries() -> str:
    """The folder of a packed program's own libraries, which the loader looks into first; "" elsewhere."""
    return str(getattr(sys, "_MEIPASS", "")) if is_packed() else ""


def named_cuda_folder() -> Path | None:
    """Where a packed program looks for its CUDA parts, there or not; None where packages are installed instead.

    A relative name is none: a folder in reach by chance is not taken.
    """
    if not is_packed():
        return None
    named = os.environ.get(CUDA_VARIABLE, "")
    if named and Path(named).is_absolute():
        return Path(named)
    return Path(sys.executable).resolve().parent / "cuda"


def cuda_folder() -> Path | None:
    """The CUDA parts of a packed program, where they are in place."""
    folder = named_cuda_folder()
    return folder if folder is not None and (folder / CUDA_MODULE).is_dir() else None


def how_to_add_cuda(number: str = "12") -> str:
    """What to do so that cards can be measured, as a sentence."""
    folder = named_cuda_folder()
    if folder is None:
        return N_(
            f"pip install 'gpu-inspector[cuda{number}]'; cuda12 serves drivers from 525 on, cuda13 (the newest cards)"
            " from 580 on."
        )
    if is_windows():
        return N_("there is no second download with CUDA for Windows yet; the wheel with pip measures.")
    return N_(
        f"unpack gpu-inspector-cuda-{__version__}-linux-x86_64.tar.xz so that its folder cuda becomes {folder}, or name"
        f" that folder in {CUDA_VARIABLE}."
    )


def open_cuda() -> None:
    """Make a packed program's CUDA parts importable, in the measuring child alone. Raises OSError.

    NVIDIA's compiler is loaded by its path: CuPy looks for it in places that a packed program does not have.
    """
    folder = cuda_folder()
    if folder is None or str(folder) in sys.path:
        return
    import ctypes

    sys.path.append(str(folder))
    for library in sorted((folder / "nvidia" / "cuda_nvrtc" / "lib").glob("libnvrtc.so.*")):
        ctypes.CDLL(str(library))


def nvml_places() -> tuple[Path, ...]:
    """Where Windows has NVML's library, the newer drivers' place first; () elsewhere, where the loader knows it.

    Source: NVIDIA's NVML API Reference, "NVML is installed in %ProgramW6432%\\\\NVIDIA Corporation\\\\NVSMI" (older
    drivers), and System32 for the drivers of the DCH kind.
    """
    if not is_windows():
        return ()
    system = Path(os.environ.get("SystemRoot") or r"C:\Windows") / "System32"  # noqa: SIM112 - Windows' own spelling
    programs = Path(os.environ.get("ProgramW6432") or r"C:\Program Files")  # noqa: SIM112
    return system / "nvml.dll", programs / "NVIDIA Corporation" / "NVSMI" / "nvml.dll"


def search_path(usual: str) -> str:
    """Where the system's own commands are looked for: never the caller's PATH, which may put a changed one first."""
    return os.pathsep.join(dict.fromkeys(str(place.parent) for place in nvml_places())) or usual


def command_environment(path: str) -> dict[str, str]:
    """The whole environment of a command of the system; Windows starts none without its own folder's name."""
    if is_windows():
        return {"PATH": path, "SystemRoot": os.environ.get("SystemRoot") or r"C:\Windows"}  # noqa: SIM112
    return {"LC_ALL": "C", "PATH": path}


def keeps_modes() -> bool:
    """Whether a file's mode says who may read it; on Windows the folder of the user's profile does, by its list."""
    return not is_windows()


def make_durable(folder: Path) -> None:
    """Make a folder's list of names durable. Raises OSError. Windows opens no folder for that, and writes it itself."""
    if is_windows():
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def lock(descriptor: int, *, wait: bool = True) -> None:
    """Wait until no other program holds this file; the system lets go where one dies. Raises OSError.

    Without `wait` one that is held raises it at once.
    """
    if is_windows():
        import msvcrt

        module: Any = msvcrt
        module.locking(descriptor, module.LK_LOCK if wait else module.LK_NBLCK, 1)
        return
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


def of_its_own_group() -> dict[str, Any]:
    """Arguments of Popen with which Ctrl-C reaches us alone, and not the child that is started."""
    if is_windows():
        return {"creationflags": 0x00000200 | 0x08000000}  # CREATE_NEW_PROCESS_GROUP, CREATE_NO_WINDOW (winbase.h)
    return {"start_new_session": True}


def settle_console() -> None:
    """What is printed is UTF-8, and no letter that a console lacks ends a command. Linux is left as it is set up."""
    if not is_windows():
        return
    for stream in (sys.stdout, sys.stderr):
        again = getattr(stream, "reconfigure", None)
        if again is not None:
            with suppress(OSError, ValueError):
                again(encoding="utf-8", errors="replace")
