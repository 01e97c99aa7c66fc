"""Colours: readable in both themes, never green, following the system; signs that differ without any colour."""

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication

from gpu_inspector.gui import signs, theme
from gpu_inspector.gui.signs import Shape

_THEMES = [pytest.param(theme.LIGHT, id="light"), pytest.param(theme.DARK, id="dark")]


@pytest.mark.parametrize("colours", _THEMES)
@pytest.mark.parametrize(("text", "ground"), theme.PAIRS, ids=[f"{text}-on-{ground}" for text, ground in theme.PAIRS])
def test_texts_can_be_read(colours: theme.Colours, text: str, ground: str) -> None:
    assert theme.contrast(getattr(colours, text), getattr(colours, ground)) >= 4.5


def test_contrast_is_that_of_wcag() -> None:
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colours", _THEMES)
@pytest.mark.parametrize("name", theme.names())
def test_no_colour_is_green(colours: theme.Colours, name: str) -> None:
    colour = QColor(getattr(colours, name))
    assert colour.hslSaturationF() < 0.15 or not 70 <= colour.hslHue() <= 175


@pytest.mark.parametrize("colours", _THEMES)
def test_a_dressed_program_is_known_by_its_palette(qapp: QApplication, colours: theme.Colours) -> None:
    theme.wear(qapp, colours)
    assert theme.of(qapp.palette()) == colours
    assert qapp.palette().color(QPalette.ColorRole.WindowText) == QColor(colours.text)


@pytest.mark.parametrize(
    ("scheme", "colours"),
    [
        pytest.param(Qt.ColorScheme.Dark, theme.DARK, id="dark"),
        pytest.param(Qt.ColorScheme.Light, theme.LIGHT, id="light"),
    ],
)
def test_the_window_follows_the_system(qapp: QApplication, scheme: Qt.ColorScheme, colours: theme.Colours) -> None:
    theme.follow(qapp)
    qapp.styleHints().colorSchemeChanged.emit(scheme)
    assert theme.of(qapp.palette()) == colours


def _drawn(shape: Shape) -> bytes:
    picture = QImage(32, 32, QImage.Format.Format_Grayscale8)
    picture.fill(QColor("white"))
    painter = QPainter(picture)
    signs.paint(painter, QRectF(0, 0, 32, 32), shape, QColor("black"))
    painter.end()
    return bytes(picture.constBits())


def test_signs_differ_in_grey() -> None:
    pictures = {shape: _drawn(shape) for shape in Shape}
    assert len(set(pictures.values())) == len(Shape)
    blank = bytes([255]) * len(pictures[Shape.DASH])
    assert blank not in pictures.values()


def test_a_sign_that_is_chosen_stands_out_from_the_chosen_row(qapp: QApplication) -> None:
    made = signs.icon(signs.WARNING, theme.LIGHT)
    sizes = made.availableSizes()
    assert len(sizes) == 3
    assert made.pixmap(16).toImage() != made.pixmap(16, made.Mode.Selected).toImage()
