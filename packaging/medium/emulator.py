"""One machine in QEMU, started from the medium: its keys, its serial line and its screen, by QEMU's own protocol (QMP).

Software emulation alone (TCG): it runs wherever QEMU is installed, and measures the same everywhere but for speed.
"""

import contextlib
import json
import socket
import struct
import subprocess
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

OVMF = Path("/usr/share/OVMF")
KEYS = {" ": "spc", "/": "slash", "-": "minus", ".": "dot", "\n": "ret"}


class Refused(Exception):
    """A sentence: which step this machine did not do."""


class Machine:
    """A machine that starts from `image`: by UEFI with Secure Boot from a USB stick, by BIOS from a DVD."""

    def __init__(self, folder: Path, image: Path, *, uefi: bool, stick: Path | None, memory_mib: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.serial = folder / "serial.txt"
        self._socket = folder / "qmp"
        self._socket.unlink(missing_ok=True)
        command = [
            # The machine's time follows its instructions: on a busy host its timer would else interrupt it more often
            # than it gets on (seen here: a kernel that is for ever clearing one page, byte by byte).
            *("qemu-system-x86_64", "-S", "-accel", "tcg,thread=single", "-icount", "shift=3"),
            *("-cpu", "max,la57=off,erms=off,fsrm=off", "-smp", "1"),
            *("-m", str(memory_mib), "-display", "none", "-vga", "std", "-no-reboot", "-rtc", "base=utc"),
            *("-serial", f"file:{self.serial}", "-qmp", f"unix:{self._socket},server=on,wait=off"),
            *("-drive", f"file={image},format=raw,if=none,id=medium,readonly=on"),
            # A network card that the image must not know what to do with; it leads nowhere either.
            *("-nic", "user,model=e1000,restrict=on"),
        ]
        command += self._uefi() if uefi else self._bios()
        if stick is not None:
            command += ["-drive", f"file={stick},format=raw,if=none,id=data", "-device", "virtio-blk-pci,drive=data"]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=(folder / "qemu.txt").open("wb"))
        try:
            self._talk = self._connect()
        except BaseException:
            self._process.kill()
            raise
        self._lines = self._talk.makefile("rb")
        self._lines.readline()
        self.ask("qmp_capabilities")
        self.started = time.monotonic()
        self.ask("cont")

    def _uefi(self) -> list[str]:
        """Firmware with the keys of Microsoft and Secure Boot on, as a machine is sold; the medium is a USB stick."""
        code, kept = OVMF / "OVMF_CODE_4M.secboot.fd", OVMF / "OVMF_VARS_4M.ms.fd"
        if not code.is_file() or not kept.is_file():
            raise Refused("The firmware OVMF is not installed here (Debian: apt install ovmf).")
        variables = self.folder / "variables.fd"
        variables.write_bytes(kept.read_bytes())
        return [
            *("-machine", "q35,smm=on", "-global", "driver=cfi.pflash01,property=secure,value=on"),
            *("-drive", f"if=pflash,format=raw,readonly=on,file={code}"),
            *("-drive", f"if=pflash,format=raw,file={variables}"),
            *("-device", "qemu-xhci", "-device", "usb-storage,drive=medium,bootindex=1"),
        ]

    def _bios(self) -> list[str]:
        return ["-machine", "pc", "-device", "ide-cd,drive=medium,bootindex=1"]

    def _connect(self) -> socket.socket:
        talk = socket.socket(socket.AF_UNIX)
        for _ in range(100):
            with contextlib.suppress(OSError):
                talk.connect(str(self._socket))
                return talk
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        raise Refused(f"QEMU did not start: {(self.folder / 'qemu.txt').read_text(errors='replace')[:500]}")

    def ask(self, name: str, **arguments: Any) -> Any:
        """One command of QMP, and its answer. Raises Refused."""
        with contextlib.suppress(OSError):
            self._talk.sendall(json.dumps({"execute": name, "arguments": arguments}).encode() + b"\n")
            while line := self._lines.readline():
                answer = json.loads(line)
                if "error" in answer:
                    raise Refused(f"QEMU refused {name}: {answer['error'].get('desc')}")
                if "return" in answer:
                    return answer["return"]
        raise Refused("QEMU ended.")

    @property
    def seconds(self) -> float:
        """Since the power button."""
        return time.monotonic() - self.started

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def press(self, *keys: str) -> None:
        """Keys together, by QEMU's names for them."""
        self.ask("send-key", keys=[{"type": "qcode", "data": key} for key in keys])

    def type(self, text: str) -> None:
        """A line as a person types it on a keyboard of the layout `us`."""
        for letter in text:
            keys = [KEYS.get(letter, letter.lower())]
            self.press(*(["shift", *keys] if letter.isupper() else keys))
            time.sleep(0.25)

    def told(self) -> str:
        """All that came over the serial line."""
        with contextlib.suppress(OSError):
            return self.serial.read_text(encoding="utf-8", errors="replace")
        return ""

    def wait(self, ready: Callable[[], bool], what: str, within_s: float, pause_s: float = 0.5) -> float:
        """The seconds since the power button at which it was so. Raises Refused after `within_s` more."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            if ready():
                return self.seconds
            if not self.running and not ready():
                raise Refused(f"The machine went off before this: {what}.")
            time.sleep(pause_s)
        self.picture(self.folder / "refused.png")
        raise Refused(f"Not within {within_s:.0f} s: {what}. The screen is in {self.folder / 'refused.png'}.")

    def wait_for(self, line: str, within_s: float, times: int = 1) -> float:
        """Until a line of the medium's scripts came over the serial line, `times` times in all."""
        return self.wait(lambda: self.told().count(f"GPUI: {line}") >= times, line, within_s)

    def choose(self, key: str, within_s: float) -> None:
        """An entry of the boot menu by its key, pressed until the kernel speaks."""

        def chosen() -> bool:
            told = self.told()
            if "Linux version" in told or "GPUI:" in told:
                return True
            self.press(key)
            return False

        self.wait(chosen, "the boot menu and the kernel's start", within_s)

    def screen(self) -> tuple[int, int, bytes]:
        """Width, height and pixels (three bytes each) of the screen. Raises Refused."""
        place = self.folder / "screen.ppm"
        self.ask("screendump", filename=str(place))
        return pixels(place.read_bytes())

    def picture(self, place: Path) -> None:
        """The screen as PNG."""
        with contextlib.suppress(Refused, OSError):
            place.write_bytes(png(*self.screen()))

    def end(self) -> None:
        """The machine off, whatever it does."""
        with contextlib.suppress(OSError):
            self._talk.close()
        if self.running:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
            self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def machine(folder: Path, image: Path, **options: Any) -> Iterator[Machine]:
    """A machine that is off again afterwards."""
    one = Machine(folder, image, **options)
    try:
        yield one
    finally:
        one.end()


def pixels(data: bytes) -> tuple[int, int, bytes]:
    """Width, height and pixels of a picture in the format PPM (P6, 8 bits). Raises Refused."""
    parts = data.split(maxsplit=4)
    if len(parts) < 4 or parts[0] != b"P6" or parts[3] != b"255":
        raise Refused("QEMU's picture of the screen is not in the expected format.")
    width, height = int(parts[1]), int(parts[2])
    whole = data[len(data) - width * height * 3 :]
    if len(whole) != width * height * 3:
        raise Refused("QEMU's picture of the screen is cut short.")
    return width, height, whole


def png(width: int, height: int, rgb: bytes) -> bytes:
    """A PNG of pixels of three bytes (ISO/IEC 15948: signature, IHDR, IDAT, IEND)."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        whole = kind + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    rows = b"".join(b"\0" + rgb[at : at + width * 3] for at in range(0, len(rgb), width * 3))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 6)) + chunk(b"IEND", b"")


def bright(rgb: bytes) -> float:
    """The share of pixels that are light in green, of a sample: a window's paper, not a console's black."""
    greens = rgb[1 :: 3 * 7]
    return sum(value > 128 for value in greens) / max(1, len(greens))
