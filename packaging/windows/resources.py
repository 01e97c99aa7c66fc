"""What Windows shows of an executable: its icon, drawn from the program's own drawing, and its version's table."""

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DRAWING = ROOT / "resources" / "icons" / "gpu-inspector.svg"
SIDES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
"""Pixels: what Explorer, task bar and title bar ask for at 100 to 200 %."""
TABLE = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0x0, OS=0x40004, fileType=0x1),
  kids=[
    StringFileInfo([StringTable('040904B0', [
      StringStruct('CompanyName', 'GPU Inspector'),
      StringStruct('FileDescription', 'GPU Inspector: is this NVIDIA card what it is said to be?'),
      StringStruct('FileVersion', '{version}'),
      StringStruct('InternalName', '{name}'),
      StringStruct('LegalCopyright', 'MIT licence'),
      StringStruct('OriginalFilename', '{name}.exe'),
      StringStruct('ProductName', 'GPU Inspector'),
      StringStruct('ProductVersion', '{version}')])]),
    VarFileInfo([VarStruct('Translation', [0x409, 1200])])
  ]
)
"""
"""In PyInstaller's form; the numbers' meanings are VS_FIXEDFILEINFO's (verrsrc.h): NT, an application."""


def write_icon(target: Path) -> Path:
    """One file with every size, each drawn and not shrunk. Raises ValueError where the drawing is no SVG, OSError."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PIL import Image
    from PySide6.QtGui import QImage, QPainter  # noqa: TID251 - it draws the icon
    from PySide6.QtSvg import QSvgRenderer  # noqa: TID251

    renderer = QSvgRenderer(str(DRAWING))
    if not renderer.isValid():
        raise ValueError(f"{DRAWING.name} cannot be drawn.")
    pictures = []
    for side in SIDES:
        drawn = QImage(side, side, QImage.Format.Format_RGBA8888)
        drawn.fill(0)
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        renderer.render(painter)
        painter.end()
        pictures.append(Image.frombytes("RGBA", (side, side), bytes(drawn.constBits())))
    pictures[-1].save(target, format="ICO", sizes=[(side, side) for side in SIDES], append_images=pictures[:-1])
    return target


def write_version(target: Path, name: str) -> Path:
    """The table of one executable. Raises OSError."""
    target.write_text(table(name), encoding="utf-8")
    return target


def table(name: str) -> str:
    """The table as text, with the program's own version as four numbers."""
    text = (ROOT / "gpu_inspector" / "__init__.py").read_text(encoding="utf-8")
    version = text.partition('__version__ = "')[2].partition('"')[0]
    numbers = [int(number) for number in re.findall(r"\d+", version)[:4]]
    return TABLE.format(numbers=tuple(numbers + [0] * (4 - len(numbers))), version=version, name=name)
