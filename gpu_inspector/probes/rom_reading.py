"""A card's vBIOS out of the card itself, through the system's file `rom`: the one step that needs root.

As root the file is read here; else a helper of one file is run by polkit's `pkexec` (packaging/polkit), never this
program. Sources: the kernel's drivers/pci/pci-sysfs.c (the file gives nothing until "1" is written, and is off again
with "0" and an end of line at its start) and drivers/pci/rom.c (how far it reads; the copy in place of the ROM).
"""

import errno
import os
import re
import selectors
import signal
import stat
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes.untrusted import clean

HELPER = Path("/usr/libexec/gpu-inspector-read-rom")
PKEXEC = Path("/usr/bin/pkexec")
"""Both at fixed places: a search path could lead to other programs."""
LARGEST = 2 * 1024 * 1024
"""Bytes; an EEPROM of a card has 1 or 2 MiB."""
SMALLEST = 512
TIMEOUT_S = 180.0
"""For a person to find the administrator's password; the helper itself ends after a minute."""
_ADDRESS = re.compile(r"([0-9A-Fa-f]{4,8}):([0-9A-Fa-f]{2}):([01][0-9A-Fa-f])\.([0-7])")
_ROM_ROW = 6
"""Row of the file `resource` after the six of the base address registers."""
_SHADOW = 0x2
"""IORESOURCE_ROM_SHADOW of include/linux/ioport.h: "use RAM image, not ROM BAR"."""
_SHADOW_START = 0xC0000
_LONGEST_COMPLAINT = 4096
_PIECE = 65536
_ALTERNATIVE = N_("Save the vBIOS with nvflash or GPU-Z and hand that file in (--vbios FILE).")
_NOT_AUTHORISED, _NOT_ASKED = 126, 127
"""Exit statuses of pkexec(1): the question was refused; the answer could not be had."""


def read(address: str, sysfs: Path = Path("/sys")) -> bytes:
    """The bytes that the system gives of a card's ROM, at most 2 MiB.

    Raises ProbeError where there is no ROM, where the system gives a copy in its place, where it may not be read, and
    where what comes is no image.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ProbeError("The card has no PCI address under which its vBIOS could be read.", _ALTERNATIVE)
    name = f"{int(match[1], 16):04x}:{match[2]}:{match[3]}.{match[4]}".lower()
    place = sysfs / "bus" / "pci" / "devices" / name
    if not _is_there(place / "rom"):
        raise ProbeError(
            "The system gives no ROM of this card: on laptops, in virtual machines and containers it may have none.",
            _ALTERNATIVE,
        )
    if _is_shadowed(place / "resource"):
        raise _shadowed()
    try:
        content = _directly(place / "rom")
    except PermissionError:
        content = _through_helper(name)
    except OSError as error:
        raise ProbeError(f"The card's ROM could not be read ({_reason(error)}).", _ALTERNATIVE) from error
    return _checked(content)


def _is_there(path: Path) -> bool:
    try:
        path.lstat()
    except OSError:
        return False
    return True


def _is_shadowed(resource: Path) -> bool:
    """Whether the kernel gives, in place of the ROM, what the machine's firmware left of it in memory."""
    try:
        with resource.open("rb") as stream:
            rows = stream.read(_PIECE).decode("ascii", errors="replace").splitlines()
        numbers = [int(word, 16) for word in rows[_ROM_ROW].split()]
        return len(numbers) == 3 and (bool(numbers[2] & _SHADOW) or numbers[0] == _SHADOW_START)
    except (OSError, IndexError, ValueError):
        return False


def _shadowed() -> ProbeError:
    return ProbeError(
        N_("The system gives a copy that its firmware made for the primary display, not the card's own ROM."),
        N_(f"Make another card the primary display, or read it elsewhere. {_ALTERNATIVE}"),
    )


def _directly(rom: Path) -> bytes:
    """Read here, as root. The ROM is switched off again in every case. Raises OSError."""
    descriptor = os.open(rom, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0))
    try:
        try:
            os.pwrite(descriptor, b"1\n", 0)
            content = bytearray()
            while len(content) < LARGEST:
                piece = os.pread(descriptor, min(_PIECE, LARGEST - len(content)), len(content))
                if not piece:
                    break
                content += piece
            return bytes(content)
        finally:
            os.pwrite(descriptor, b"0\n", 0)
    finally:
        os.close(descriptor)


def _through_helper(name: str) -> bytes:
    """What the helper writes. Raises ProbeError."""
    if not _is_trusted(HELPER) or not _is_trusted(PKEXEC):
        raise ProbeError(
            "Only root may read the vBIOS out of a card.",
            f"Install the helper (packaging/polkit/README.md), or run GPU Inspector as root once. {_ALTERNATIVE}",
        )
    try:
        process = subprocess.Popen(
            [str(PKEXEC), str(HELPER), name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        )
    except OSError as error:
        raise ProbeError(f"The helper could not be started ({_reason(error)}).", _ALTERNATIVE) from error
    try:
        content, complaint = _drain(process)
        status = process.wait(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired as error:
        raise _late() from error
    finally:
        _end(process)
    if status == _NOT_AUTHORISED:
        raise ProbeError("Reading the vBIOS was not authorised.", "Try again with an administrator's password.")
    if status == _NOT_ASKED:
        raise ProbeError("Nobody could be asked for the password.", f"Run GPU Inspector as root once. {_ALTERNATIVE}")
    if status != 0:
        told = clean(complaint) or N_(f"exit status {status}")
        raise ProbeError(f"The helper could not read the card's vBIOS: {told}", _ALTERNATIVE)
    return content


def _is_trusted(program: Path) -> bool:
    """Whether it is a file of root's that nobody else may change."""
    try:
        status = program.lstat()
    except OSError:
        return False
    others = stat.S_IWGRP | stat.S_IWOTH
    return stat.S_ISREG(status.st_mode) and status.st_uid == 0 and not status.st_mode & others


def _drain(process: "subprocess.Popen[bytes]") -> tuple[bytes, bytes]:
    """Its output and its complaints, both bounded. Raises ProbeError where it is late or floods."""
    assert process.stdout is not None and process.stderr is not None
    deadline = time.monotonic() + TIMEOUT_S
    content, complaint = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ, content)
        selector.register(process.stderr, selectors.EVENT_READ, complaint)
        while selector.get_map():
            left = deadline - time.monotonic()
            ready = selector.select(left) if left > 0 else []
            if not ready:
                raise _late()
            for key, _events in ready:
                piece = os.read(key.fd, _PIECE)
                if not piece:
                    selector.unregister(key.fileobj)
                key.data.extend(piece)
            del complaint[_LONGEST_COMPLAINT:]
            if len(content) > LARGEST:
                raise ProbeError(f"The helper gave more than {LARGEST:,} bytes.", _ALTERNATIVE)
    return bytes(content), bytes(complaint)


def _late() -> ProbeError:
    return ProbeError(N_(f"The helper did not end in {TIMEOUT_S:g} seconds."), N_(f"Try again. {_ALTERNATIVE}"))


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Let go of it: what runs as root cannot be killed from here, but ends by its own alarm."""
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        with suppress(OSError):
            process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=2.0)


def _checked(content: bytes) -> bytes:
    """The content, where it can be an image. Raises ProbeError."""
    if len(content) < SMALLEST or content.startswith(b"\xff\xff") or not any(content[:SMALLEST]):
        found = N_(f"{len(content):,} bytes") if len(content) < SMALLEST else N_("an empty bus")
        raise ProbeError(
            f"The card gave no image of its vBIOS ({found}): it may sleep, or its driver may keep the ROM shut.",
            f"Use the card for a moment and try again. {_ALTERNATIVE}",
        )
    return content


def _reason(error: OSError) -> str:
    return error.strerror or errno.errorcode.get(error.errno or 0, "no reason given")
