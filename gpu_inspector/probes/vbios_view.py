"""A vBIOS file as numbers: little endian, never outside of the images, whatever a pointer says.

Pointers in an image count from the first image's start, as though the x86 part and NVIDIA's extensions stood side by
side: what lies behind the x86 part is moved by what stands between (open-gpu-doc, BIOS Information Table, "Overview";
nouveau's `bios/base.c`; open-gpu-kernel-modules, `kernel_gsp_vbios_tu102.c`: `expansionRomOffset`).
"""

from dataclasses import dataclass

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes.untrusted import clean


class OutsideError(ProbeError):
    """A pointer or a length leads out of the images."""

    def __init__(self) -> None:
        super().__init__(N_("A pointer of the vBIOS image leads out of it."), N_("Read the image again."))


@dataclass(frozen=True, slots=True)
class View:
    """The bytes of a file from `start` to `end`; places are offsets from the file's start."""

    data: bytes
    start: int
    end: int
    x86_bytes: int = 0
    """Length of the x86 part; 0 where there is none."""
    shift: int = 0
    """Bytes between the end of the x86 part and the first extension."""
    whole: bool = True
    """False where images are missing: what leads out of those that are there then contradicts nothing."""

    def place(self, pointer: int) -> int:
        """Where a pointer of the image leads to. Raises OutsideError where that is no place in it."""
        at = self.start + pointer
        if self.x86_bytes and pointer >= self.x86_bytes:
            at += self.shift
        self._within(at, 1)
        return at

    def u8(self, at: int) -> int:
        return self._number(at, 1)

    def u16(self, at: int) -> int:
        return self._number(at, 2)

    def u32(self, at: int) -> int:
        return self._number(at, 4)

    def bytes(self, at: int, size: int) -> bytes:
        self._within(at, size)
        return self.data[at : at + size]

    def text(self, at: int, longest: int) -> str:
        """The text that stands there, until its end mark, its greatest length or the end of the images."""
        self._within(at, 1)
        return clean(self.data[at : min(at + longest, self.end)].decode("latin-1"))

    def outside(self, what: str, remarks: list[str]) -> None:
        """Say that something lies outside, unless that is because the file does not hold all images."""
        if self.whole:
            remarks.append(N_(f"{what} lies outside of the image."))

    def _number(self, at: int, size: int) -> int:
        self._within(at, size)
        return int.from_bytes(self.data[at : at + size], "little")

    def _within(self, at: int, size: int) -> None:
        if at < self.start or at + size > self.end:
            raise OutsideError
