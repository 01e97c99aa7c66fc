"""Whether a window can open at all, asked before Qt is: where no platform plugin loads, Qt aborts the whole process.

Needs no rights. Only Linux and its kin are asked; elsewhere the system always has a display.
"""

import ctypes
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

HINT = "The commands work without a window: gpu-inspector --help"

LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What Qt's plugin for X needs beyond a bare system -> the Debian package that brings it."""


def why_not(environment: Mapping[str, str], platform: str = sys.platform) -> str:
    """One line that says why no window can open and what to do; "" where one can."""
    if platform in ("win32", "darwin") or environment.get("QT_QPA_PLATFORM"):
        return ""
    wayland, screen = environment.get("WAYLAND_DISPLAY"), environment.get("DISPLAY")
    if not wayland and not screen:
        return f"There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set). {HINT}"
    if wayland and _compositor_answers(wayland, environment):
        return ""
    if not screen:
        return f"The Wayland display {wayland} does not answer. {HINT}"
    missing = [package for library, package in LIBRARIES.items() if not _loads(library)]
    if missing:
        return (
            f"System libraries for the window are missing. On Debian and Ubuntu: apt install {' '.join(missing)}."
            f" {HINT}"
        )
    if not _server_answers(screen):
        return f"The display {screen} does not answer. {HINT}"
    return ""


def _compositor_answers(name: str, environment: Mapping[str, str]) -> bool:
    path = Path(environment.get("XDG_RUNTIME_DIR", os.sep)) / name
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(2)
            link.connect(str(path))
    except OSError:
        return False
    return True


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _server_answers(screen: str) -> bool:
    """Connect once, as Qt will: a display that is named but gone (a closed ssh, say) would abort the process."""
    xcb = ctypes.CDLL("libxcb.so.1")  # libxcb-cursor, which was loaded before, brings it
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    link = xcb.xcb_connect(screen.encode(), None)
    answers: bool = xcb.xcb_connection_has_error(link) == 0
    xcb.xcb_disconnect(link)
    return answers
