"""A session with the driver's resource manager, through its device files: opened, asked, and in any case closed.

`Driver` is the one thin interface to the kernel; tests put their own in its place. The flow is that of the open kernel
module's nv.c and escape.c (version 595.45.04): the control file tells its version and its cards; the card's own file,
held open, attaches the card and shows that this user may use it (osIsGpuAccessible in device.c); then objects are
allocated from client to device to subdevice, calls made, and everything freed in the reverse order. Nothing is
written to the card, and no call is made that only root may make.
"""

import ctypes
import os
from contextlib import ExitStack, suppress
from typing import Any, Protocol, TypeAlias

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import rm_layout as layout
from gpu_inspector.probes.untrusted import clean

CONTROL_FILE = "/dev/nvidiactl"
CARD_FILE = "/dev/nvidia"
MOST_MINORS = 255
"""Cards have lower numbers; this one is the control file's."""

STATUSES = {
    0x0F: N_("the card has fallen off the bus"),
    0x1B: N_("no permission"),
    0x1F: N_("invalid argument"),
    0x24: N_("the driver does not know this call"),
    0x26: N_("no such device"),
    0x38: N_("invalid operation"),
    0x39: N_("not this user's to ask"),
    0x3A: N_("the driver has another structure for this call"),
    0x40: N_("invalid state"),
    0x51: N_("out of memory"),
    0x55: N_("not ready"),
    0x56: N_("not supported"),
    0x57: N_("nothing of the kind is there"),
    0x62: N_("the card must be reset"),
    0x65: N_("no answer in time"),
    0xFFFF: N_("failed without a reason"),
}
"""NV_STATUS of nvstatuscodes.h in words, of those that may be met here."""

Argument: TypeAlias = "ctypes.Structure | ctypes.Array[Any]"


class Driver(Protocol):
    """The kernel's side. Each method raises OSError; `ioctl` writes the answer into its argument."""

    def open(self, path: str) -> int: ...

    def close(self, file: int) -> None: ...

    def ioctl(self, file: int, request: int, argument: Argument) -> None: ...


class Kernel:
    """The real one."""

    def open(self, path: str) -> int:
        return os.open(path, os.O_RDWR | os.O_CLOEXEC)

    def close(self, file: int) -> None:
        os.close(file)

    def ioctl(self, file: int, request: int, argument: Argument) -> None:
        import fcntl  # Linux alone has it, and only there is the driver asked

        fcntl.ioctl(file, request, argument)


def status_words(status: int) -> str:
    """ "status 0x56: not supported"."""
    known = STATUSES.get(status)
    return f"status 0x{status:X}" + (f": {known}" if known else "")


class Session:
    """The files and objects of one inquiry, which leave nothing behind: what was opened last is closed first.

    Methods raise ProbeError, but for `control`, whose refusals are answers.
    """

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._stack = ExitStack()
        self._file = -1
        self._client = 0

    def __enter__(self) -> "Session":
        self._stack.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def open(self) -> None:
        """The control file."""
        self._file = self._open(CONTROL_FILE)

    def driver_version(self) -> str:
        """The version as the loaded driver itself names it."""
        asked = layout.Version(cmd=layout.QUERY_VERSION)
        self._ask(layout.CHECK_VERSION, asked, N_("The driver does not tell its version"))
        if asked.reply != layout.RECOGNIZED:
            raise ProbeError("The driver does not understand the question for its version; it was asked nothing else.")
        return clean(bytes(asked.versionString))

    def cards(self) -> tuple[Any, ...]:
        """A CardInfo of each card that the driver has."""
        cards = layout.CardList()
        self._ask(layout.CARD_INFO, cards, N_("The driver does not list its cards"))
        return tuple(card for card in cards if card.valid)

    def attach(self, minor: int) -> None:
        """Hold the card's own file open, so that the driver keeps the card attached and lets this user ask of it."""
        if not 0 <= minor < MOST_MINORS:
            raise ProbeError(f"The driver gives the card a number that no card has ({minor}); it was not asked.")
        self._open(f"{CARD_FILE}{minor}")

    def allocate(self, kind: int, parent: int, parameters: ctypes.Structure | None) -> int:
        """The handle of a new object below `parent`; the client is the first, with no parent."""
        asked = layout.Allocated(hRoot=self._client, hObjectParent=parent, hClass=kind)
        if parameters is not None:
            asked.pAllocParms = ctypes.addressof(parameters)
            asked.paramsSize = ctypes.sizeof(parameters)
        refused = N_("The driver refuses to be asked about the card")
        self._ask(layout.ALLOCATE, asked, refused)
        if asked.status:
            raise ProbeError(
                f"{refused} ({status_words(asked.status)}).",
                "The other sources are asked all the same; this one can be left out.",
            )
        handle = int(asked.hObjectNew)
        if not handle:
            raise ProbeError(f"{refused} (it gave nothing to ask by).")
        if not self._client:
            self._client = handle
        self._stack.callback(self._free, parent, handle)
        return handle

    def control(self, target: int, command: int, parameters: ctypes.Structure) -> tuple[int | None, str]:
        """Make one call, whose answer lies in `parameters` then: its status, and why there is no answer, or ""."""
        asked = layout.Control(
            hClient=self._client,
            hObject=target,
            cmd=command,
            params=ctypes.addressof(parameters),
            paramsSize=ctypes.sizeof(parameters),
        )
        try:
            self._driver.ioctl(self._file, layout.request(layout.CONTROL, ctypes.sizeof(asked)), asked)
        except OSError as error:
            return None, _reason(error)
        status = int(asked.status)
        return status, status_words(status) if status else ""

    def _open(self, path: str) -> int:
        try:
            file = self._driver.open(path)
        except FileNotFoundError as error:
            raise ProbeError(
                f"The driver's device file {path} is not there.",
                "Load NVIDIA's driver; in a container, pass its device files through.",
            ) from error
        except OSError as error:
            raise ProbeError(
                f"The driver's device file {path} cannot be opened ({_reason(error)}).",
                "Give this user access to /dev/nvidia*.",
            ) from error
        self._stack.callback(self._close, file)
        return file

    def _close(self, file: int) -> None:
        with suppress(OSError):
            self._driver.close(file)

    def _free(self, parent: int, handle: int) -> None:
        """Best effort: what cannot be freed, the driver frees when the control file is closed."""
        asked = layout.Freed(hRoot=self._client, hObjectParent=parent, hObjectOld=handle)
        with suppress(OSError):
            self._driver.ioctl(self._file, layout.request(layout.FREE, ctypes.sizeof(asked)), asked)

    def _ask(self, number: int, argument: Argument, refused: str) -> None:
        try:
            self._driver.ioctl(self._file, layout.request(number, ctypes.sizeof(argument)), argument)
        except OSError as error:
            raise ProbeError(
                f"{refused} ({_reason(error)}).",
                "The other sources are asked all the same; this one can be left out.",
            ) from error


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
