"""The forms of other people's programs, each known by its content: one line a form, one file in this folder a reader.

A reader's module is imported only for a file that holds the form's own words, so that the usual dump costs nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from gpu_inspector.probes.handed import Handed

_HEAD = 256 * 1024
"""Bytes of a file in which the words of its form are looked for."""


class Reader(Protocol):
    """What a reader's module offers; both are pure."""

    def looks_like(self, data: bytes) -> bool:
        """Whether the file has this form, told cheaply and strictly by its content alone; never raises."""

    def to_cards(self, data: bytes, name: str) -> Handed:
        """What the file holds; `name` is the file's own. Raises ProbeError where that is nothing."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its name in records, the words that such a file holds, and its reader."""

    name: str
    words: tuple[bytes, ...]
    """In lower case; at least one stands in the first 256 KiB of each such file (zero bytes of UTF-16 left out)."""
    load: Callable[[], Reader]
    before_dumps: bool = False
    """Asked before the program's own forms: it holds an output of nvidia-smi among other things, or is JSON."""


def _bug_report() -> Reader:
    from gpu_inspector.probes import bug_report

    return bug_report


def _gpu_z() -> Reader:
    from gpu_inspector.probes import gpu_z

    return gpu_z


def _gpu_z_xml() -> Reader:
    from gpu_inspector.probes import gpu_z_xml

    return gpu_z_xml


def _hwinfo() -> Reader:
    from gpu_inspector.probes import hwinfo

    return hwinfo


def _hwinfo_text() -> Reader:
    from gpu_inspector.probes import hwinfo_text

    return hwinfo_text


def _lspci() -> Reader:
    from gpu_inspector.probes import lspci

    return lspci


def _dmesg() -> Reader:
    from gpu_inspector.probes import dmesg

    return dmesg


def _dcgm() -> Reader:
    from gpu_inspector.probes import dcgm_json

    return dcgm_json


def _memtest() -> Reader:
    from gpu_inspector.probes import memtest_log

    return memtest_log


def _mats() -> Reader:
    from gpu_inspector.probes import mats_report

    return mats_report


FORMS: tuple[Form, ...] = (
    Form("bug-report", (b"\x1f\x8b", b"nvidia bug report"), _bug_report, before_dumps=True),
    Form("dcgm-json", (b'"dcgm diagnostic"', b'"dcgm gpu diagnostic"'), _dcgm, before_dumps=True),
    Form("memtest-vulkan", (b"devid=0x", b"memtest_vulkan", b"error found. mode"), _memtest),
    Form("mats", (b"mats version", b"memory errors by"), _mats),
    Form("gpu-z-xml", (b"<gpuz", b"<gpu-z", b"<gpu_z"), _gpu_z_xml),
    Form("hwinfo-text", (b"video chipset:",), _hwinfo_text),
    Form("gpu-z-text", (b"bios version", b"subvendor", b"bus interface", b"fill"), _gpu_z),
    Form("hwinfo-csv", (b"date",), _hwinfo),
    Form("lspci", (b" bridge", b" controller", b"10de:"), _lspci),
    Form("dmesg", (b"nvrm", b"[10de:"), _dmesg),
)
"""From the form that is told most surely to the one that is told least: the first that knows a file reads it."""


def find(data: bytes, *, before_dumps: bool) -> tuple[str, Reader] | None:
    """The name and the reader of the file's form; None where it has none of those that are asked at this place."""
    head = data[:_HEAD].replace(b"\0", b"").lower()
    for form in FORMS:
        if form.before_dumps is before_dumps and any(word in head for word in form.words):
            reader = form.load()
            if reader.looks_like(data):
                return form.name, reader
    return None
