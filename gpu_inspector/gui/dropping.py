"""Files that are let go over the window, each handed to the page that knows what to do with its kind."""

from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector.gui.pictures import PICTURES

if TYPE_CHECKING:
    from gpu_inspector.gui.main_window import MainWindow

FIRMWARE = (".rom", ".bin", ".vbios")
"""Endings of dropped files that are vBIOS images, where an object is in sight that could have them."""


def deliver(window: "MainWindow", paths: tuple[Path, ...]) -> None:
    """Reports go to Verify, pictures to the case or the answer in front, firmware to the object in sight on the Case
    page; all else is a card of the lot in front, or goes to the bench."""
    reports = tuple(path for path in paths if path.suffix.casefold() == ".pdf")
    pictures = tuple(path for path in paths if path.suffix.casefold() in PICTURES)
    images = tuple(path for path in paths if path.suffix.casefold() in FIRMWARE) if _takes_firmware(window) else ()
    others = tuple(path for path in paths if path not in (*reports, *pictures, *images))
    if reports:
        window.verify.take(reports)
        window.go_to(window.verify)
    if pictures and window.is_front("look"):
        window.look.take(pictures)
    elif pictures:
        window.case.take(pictures)
        window.go_to(window.case)
    if images:
        window.case.notice.clear()
        window.case.objects.images.take_dropped(images)
    if others and window.is_front("lots"):
        window.lots.take(others)
    elif others:
        window.bench.open_files(others)
        window.go_to(window.bench)


def _takes_firmware(window: "MainWindow") -> bool:
    """Whether the case of a chosen object is in front: elsewhere an image is a file to be reviewed by itself."""
    return window.is_front("case") and window.case.objects.holds_firmware
