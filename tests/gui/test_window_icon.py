"""The program's windows bear its own drawing where no desktop file gives them one."""

from unittest.mock import Mock

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from gpu_inspector.gui import app, icons


@pytest.mark.parametrize("side", [16, 32, 48, 128])
def test_the_drawing_is_whole_in_every_size_that_a_desktop_asks_for(qtbot: object, side: int) -> None:
    picture = icons.of_program().pixmap(side).toImage()
    assert (picture.width(), picture.height()) == (side, side)
    assert picture.pixelColor(0, 0).alpha() < 128, "the corner outside of the rounded ground"
    ground = picture.pixelColor(side // 2, round(side * 0.12))
    assert ground == QColor("#1c4163")


def test_the_program_gives_its_drawing_to_all_of_its_windows() -> None:
    application = Mock(spec=QApplication)
    app.present(application)
    (icon,) = application.setWindowIcon.call_args.args
    assert not icon.isNull()
    assert application.setDesktopFileName.call_args.args == ("gpu-inspector",)
