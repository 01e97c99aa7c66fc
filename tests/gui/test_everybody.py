"""The window for everybody: by keyboard alone, read aloud, in both themes, on a small screen and at 200 %."""

import ast
import gc
import itertools
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from gui.window_fakes import card_evidence, done_of, jobs_of, press, two_cards
from PySide6 import QtGui
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QPalette, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

import gpu_inspector.gui
from gpu_inspector import settings
from gpu_inspector.gui import signs, theme
from gpu_inspector.gui.main_window import SMALLEST, MainWindow
from gpu_inspector.gui.page import Page
from gpu_inspector.gui.pages import PAGES

GUI = Path(gpu_inspector.gui.__file__).parent
READABLE = 4.5
"""The contrast of WCAG 2.2, level AA, for texts of any size."""


@pytest.fixture
def filled(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """A window in which every page has something to show."""
    window.verdict.show_done(done_of(two_cards(), report=Path("/r.pdf")))
    window.verify.take((Path("/reports/one.pdf"), Path("/reports/two.pdf")))
    qtbot.waitUntil(lambda: not jobs_of(window))
    return window


def brought(qtbot: QtBot, window: MainWindow, page: Page) -> Page:
    """The page, in front and at rest."""
    window.go_to(page)
    qtbot.waitUntil(lambda: not jobs_of(window))
    QApplication.processEvents()
    return page


def each(qtbot: QtBot, window: MainWindow) -> Iterator[Page]:
    """Every page, brought to the front one after the other."""
    assert len(window.pages) == len(PAGES) == 10
    for page in window.pages:
        yield brought(qtbot, window, page)


def ours(page: QWidget) -> Iterator[QWidget]:
    """The page's own widgets, without those that Qt puts inside of its own ones."""
    for one in page.findChildren(QWidget):
        if not one.objectName().startswith("qt_") and not isinstance(one.parentWidget(), QComboBox):
            yield one


# --- heard, and reached by keys


def test_every_control_has_a_name_for_screen_readers(qtbot: QtBot, filled: MainWindow) -> None:
    nameless = []
    for page in each(qtbot, filled):
        controls = [one for one in ours(page) if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
        assert controls
        nameless += [
            (page.title, one)
            for one in controls
            if one.focusProxy() is None
            and not QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name).strip()
        ]
    assert nameless == []


def test_every_page_has_a_name_and_says_what_it_is_for(filled: MainWindow) -> None:
    for number, page in enumerate(filled.pages):
        assert page.accessibleName() == page.title
        assert page.accessibleDescription() == page.lead
        item = filled.rail.item(number)
        assert f"Ctrl+{(number + 1) % 10}" in item.toolTip()
        assert not item.icon().isNull()


def test_no_two_controls_of_a_page_share_a_mnemonic(filled: MainWindow) -> None:
    twice = []
    for page in filled.pages:
        texts = [one.text() for one in page.findChildren(QAbstractButton)]
        texts += [one.text() for one in page.findChildren(QLabel) if one.buddy() is not None]
        for bar in page.findChildren(QTabBar):
            texts += [bar.tabText(tab) for tab in range(bar.count())]
        keys = [text[text.index("&") + 1].casefold() for text in texts if "&" in text]
        twice += [(page.title, key, texts) for key in set(keys) if keys.count(key) > 1]
    assert twice == []


def test_a_key_brings_each_page_to_the_front(qtbot: QtBot, filled: MainWindow) -> None:
    for number, page in reversed(list(enumerate(filled.pages))):
        press(filled, Qt.Key(Qt.Key.Key_0.value + (number + 1) % 10), control=True)
        assert filled.stack.currentWidget() is page
        assert filled.rail.currentRow() == number
        assert page.title in filled.windowTitle()
    qtbot.waitUntil(lambda: not jobs_of(filled))


def test_arrow_keys_in_the_rail_go_from_page_to_page(qtbot: QtBot, filled: MainWindow) -> None:
    press(filled.rail, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: not jobs_of(filled))
    assert filled.stack.currentWidget() is filled.pages[1]


def tabbed(window: MainWindow) -> list[QWidget]:
    """What the Tab key passes from the rail on, until it comes back to it."""
    window.activateWindow()
    window.rail.setFocus()
    passed: list[QWidget] = []
    for _ in range(200):
        press(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is window.rail:
            return passed
        assert now is not None
        passed.append(now)
    raise AssertionError(f"the Tab key is caught: {passed[-3:]}")


def test_tab_goes_from_the_rail_over_each_page_and_out_again(qtbot: QtBot, filled: MainWindow) -> None:
    for page in each(qtbot, filled):
        page.notice.warn(f"A defect of the program stopped this; its trace is in {settings.log_path()}.")
        passed = tabbed(filled)
        assert all(page.isAncestorOf(one) for one in passed), page.title
        assert len(set(passed)) == len(passed), page.title
        assert passed[-1] is page.notice.log_button, page.title
        missed = [
            one
            for one in ours(page)
            if one.focusPolicy() & Qt.FocusPolicy.TabFocus
            and one.isVisible()
            and one.isEnabled()
            and one.focusProxy() is None
            and one not in passed
        ]
        assert missed == [], page.title


def test_f1_shows_the_help_of_the_page_in_front_and_closes_it(qtbot: QtBot, filled: MainWindow) -> None:
    for page in each(qtbot, filled):
        assert len(page.help) > 80, page.title
        press(filled, Qt.Key.Key_F1)
        assert filled.help.isVisible()
        assert filled.help.text.text() == page.help
        assert filled.help.title.text() == page.title
        press(filled, Qt.Key.Key_F1)
        assert not filled.help.isVisible()


def test_the_help_follows_the_page_and_escape_closes_it(qtbot: QtBot, filled: MainWindow) -> None:
    press(filled, Qt.Key.Key_F1)
    brought(qtbot, filled, filled.pages[5])
    assert filled.help.text.text() == filled.pages[5].help
    press(filled, Qt.Key.Key_Escape)
    assert not filled.help.isVisible()


def test_every_key_of_the_window_is_named_in_a_tooltip(qtbot: QtBot, filled: MainWindow) -> None:
    shortcuts = [one for one in filled.children() if isinstance(one, QShortcut)]
    assert len(shortcuts) >= 15
    tips = [one.toolTip() for one in filled.findChildren(QWidget)]
    tips += [str(filled.rail.item(row).toolTip()) for row in range(filled.rail.count())]
    everywhere = {"F1", "Ctrl+Q", "Esc"}  # in the foot of every page's help
    keys = {one.key().toString() for one in shortcuts}
    unnamed = {key for key in keys - everywhere if not any(key in tip for tip in tips)}
    assert unnamed == set()
    assert all(key in filled.help.keys.text() for key in everywhere)


# --- seen


def test_no_label_takes_a_text_for_html(filled: MainWindow) -> None:
    guessing = [one for one in filled.findChildren(QLabel) if one.textFormat() is Qt.TextFormat.AutoText]
    assert [one for one in guessing if QtGui.Qt.mightBeRichText(one.text())] == []
    assert [one for one in filled.findChildren(QLabel) if one.textFormat() is Qt.TextFormat.RichText] == []


@pytest.mark.parametrize("colours", [pytest.param(theme.LIGHT, id="light"), pytest.param(theme.DARK, id="dark")])
def test_texts_can_be_read(qapp: QApplication, qtbot: QtBot, filled: MainWindow, colours: theme.Colours) -> None:
    theme.wear(qapp, colours)
    pale = []
    for page in each(qtbot, filled):
        seen = [one for one in ours(page) if isinstance(one, QLabel | QAbstractButton | QLineEdit | QAbstractItemView)]
        assert len(seen) >= 3
        for one, group in itertools.product(seen, (QPalette.ColorGroup.Active, QPalette.ColorGroup.Disabled)):
            text = one.palette().color(group, one.foregroundRole()).name()
            ground = one.palette().color(group, one.backgroundRole()).name()
            if theme.contrast(text, ground) < READABLE:
                pale.append((page.title, one, group, text, ground))
    assert pale == []


def cut_off(page: QWidget) -> list[str]:
    """The controls and wrapped texts of a page that have less room than they need."""
    found = []
    for one in ours(page):
        if not one.isVisible() or isinstance(one, QScrollArea):
            continue
        if isinstance(one, QLabel) and one.wordWrap() and one.text():
            if one.height() < one.heightForWidth(one.width()):
                found.append(f"{one.text()[:40]!r}: {one.height()} of {one.heightForWidth(one.width())} high")
        elif isinstance(one, QAbstractButton | QLineEdit | QComboBox | QAbstractSpinBox):
            least = one.minimumSizeHint()
            if one.width() < least.width() or one.height() < least.height():
                found.append(f"{one.accessibleName() or one}: {one.size()} of {least}")
    return found


@pytest.mark.parametrize("size", [SMALLEST, (1280, 720)], ids=["smallest", "1280x720"])
def test_nothing_is_cut_off_on_a_small_screen(qtbot: QtBot, filled: MainWindow, size: tuple[int, int]) -> None:
    filled.resize(*size)
    cut = {}
    for page in each(qtbot, filled):
        qtbot.wait(60)  # heights that follow from widths are known last
        cut[page.title] = cut_off(page)
    assert (filled.width(), filled.height()) == size
    least = filled.minimumSizeHint()
    assert least.width() <= SMALLEST[0] and least.height() <= SMALLEST[1]
    assert {title: found for title, found in cut.items() if found} == {}


_AT_TWICE = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from PySide6.QtTest import QTest
from gpu_inspector.gui import theme
from gpu_inspector.gui.main_window import MainWindow
from gui.test_everybody import cut_off
from gui.window_fakes import WORK, done_of, jobs_of, two_cards
application = QApplication([])
theme.wear(application, theme.LIGHT)
window = MainWindow(WORK)
window.resize(1280, 720)
window.show()
window._start()
window.verdict.show_done(done_of(two_cards(), report=Path("/r.pdf")))
window.verify.take((Path("/reports/one.pdf"),))
while jobs_of(window):
    QTest.qWait(20)
for page in window.pages:
    window.go_to(page)
    while jobs_of(window):
        QTest.qWait(20)
    QTest.qWait(60)
    picture = page.grab()
    assert picture.devicePixelRatio() == 2.0 and picture.width() == 2 * page.width()
    if cut_off(page):
        print(type(page).__name__, cut_off(page))
assert (window.width(), window.height()) == (1280, 720), window.size()
"""


def test_nothing_is_cut_off_at_200_percent() -> None:
    tests = Path(__file__).parents[1]
    environment = {**os.environ, "QT_SCALE_FACTOR": "2", "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(tests)}
    done = subprocess.run(
        [sys.executable, "-c", _AT_TWICE], capture_output=True, text=True, timeout=120, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == ""


def test_two_hundred_calls_of_qt_lose_no_reference_to_none(qapp: QApplication, filled: MainWindow) -> None:
    headline, label = filled.verify.detail.state, filled.verify.summary

    def call() -> int:
        for number in range(200):
            label.setText(str(number))
            label.setToolTip("tip")
            label.update()
            filled.setWindowTitle("GPU Inspector")
            filled.verify.list.viewport().update()
            headline.say(signs.NOTE, "WORD", "meaning")
            qapp.processEvents()
        gc.collect()
        return sys.getrefcount(None)

    first = call()
    assert first - call() < 100


def test_headlines_are_heard_as_question_word_and_meaning(filled: MainWindow) -> None:
    filled.verdict.show_done(done_of(card_evidence()))
    heard = filled.verdict.control.accessibleName()
    assert heard.startswith(
        "Export-control class: 3A090.a. RTX 4090 24GB meets the performance parameters of 3A090.a.1"
    )


# --- in every language

SHOWING = {
    *("QLabel", "QPushButton", "QToolButton", "QCheckBox", "QRadioButton", "QGroupBox", "QAction", "QTableWidgetItem"),
    *("QListWidgetItem", "Headline", "plain_label", "reading_label", "push", "line", "named"),
    *("setText", "setToolTip", "setAccessibleName", "setAccessibleDescription", "setWindowTitle", "setTitle"),
    *("setPlaceholderText", "setSpecialValueText", "setPrefix", "setSuffix", "setStatusTip", "setWhatsThis"),
    *("setPlainText", "setLabelText", "warn", "tell", "say", "addRow", "addTab", "setTabText", "addAction", "addMenu"),
    *("getOpenFileName", "getOpenFileNames", "getSaveFileName", "getExistingDirectory"),
}
"""Functions that put their texts before a person's eyes or ears."""
NOT_WORDS = re.compile(r" ?(GB|s|°C|W|MHz|MiB|GB/s)|SHA-256|[A-Z]{3,4} \(\*\.[a-z]+\)|[a-z-]+\.[a-z]{3,6}|\d+pt")
"""Units, names of file types, names that are proposed for files, sizes: the same in every language."""


def spoken(call: ast.Call) -> Iterator[str]:
    """Literal texts with letters that a call shows as they stand, also inside of f-strings and conditions."""
    waiting: list[ast.expr] = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg != "objectName")]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            if any(letter.isalpha() for letter in one.value) and not NOT_WORDS.fullmatch(one.value):
                yield one.value
        elif isinstance(one, ast.JoinedStr):
            waiting += [part for part in one.values if isinstance(part, ast.Constant)]
        elif isinstance(one, ast.IfExp):
            waiting += [one.body, one.orelse]
        elif isinstance(one, ast.BinOp):
            waiting += [one.left, one.right]
        elif isinstance(one, ast.BoolOp):
            waiting += one.values


def name_of(call: ast.Call) -> str:
    target = call.func
    return target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else ""


def untranslated(source: str) -> list[str]:
    """Where a module shows a text that does not go through the one function for texts."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and name_of(node) in SHOWING:
            found += [f"line {node.lineno}: {text!r}" for text in spoken(node)]
        if isinstance(node, ast.Call) and name_of(node) == "_" and isinstance(node.args[0], ast.JoinedStr | ast.BinOp):
            found.append(f"line {node.lineno}: a text that no catalogue can hold")
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                match part:
                    case ast.Assign(targets=[ast.Name(id="title" | "lead" | "help")], value=ast.Constant()):
                        found.append(f"line {part.lineno}: not marked with N_")
    return found


@pytest.mark.parametrize(
    "path",
    sorted(GUI.rglob("*.py")),
    ids=lambda path: path.relative_to(GUI).as_posix(),
)
def test_every_text_of_the_window_can_be_translated(path: Path) -> None:
    assert untranslated(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        'QLabel("Hello")',
        'self.notice.warn(f"No file {path}")',
        'label.setText("a" if x else _("b"))',
        '_(f"No {file}")',
        'class A:\n    title = "Bench"',
        'button.setToolTip("Open " + name)',
    ],
)
def test_a_text_that_cannot_be_translated_is_found(source: str) -> None:
    assert len(untranslated(source)) == 1


@pytest.mark.parametrize("source", ['QLabel(_("Hello"))', 'QLabel("–")', 'spin.setSuffix(" GB")', 'tell(f"{a}: {b}")'])
def test_what_is_the_same_in_every_language_is_left(source: str) -> None:
    assert untranslated(source) == []
