"""The window in other languages: every text goes through the catalogue, and nothing has too little room for its words.

The pseudo-language marks each text that was translated and makes it longer; what bears no mark was forgotten.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from gui.test_everybody import brought, cut_off
from gui.window_fakes import WORK, OpenWindow, done_of, jobs_of, two_cards
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from gpu_inspector.gui import speech
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.page import Page
from gpu_inspector.gui.pages import PAGES
from gpu_inspector.language import ENGLISH, NAMES, PSEUDO, catalogues, speak
from gpu_inspector.language.pseudo import Pseudo

HERE = Path(__file__).resolve().parents[2]
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
A_VALUE = re.compile(
    r"\S*[\d/\\@_.…]\S*|[A-Z]{1,5}s?|0x\w+|GPU-\S+|[a-z]+-[a-z-]+|"  # numbers, paths, short names, names of simulations
    r"NVIDIA|GeForce|Tesla|Quadro|GDDR\w*|nvidia|MiB|GiB|GB|MHz|W|bit|Ti|Ada|Jan|May|Dec|Doc"
)
"""What is the same in every language, or a card's or a person's own word."""


def _texts_in(data: object) -> Iterator[str]:
    if isinstance(data, dict | list):
        for one in data.values() if isinstance(data, dict) else data:
            yield from _texts_in(one)
    elif isinstance(data, str):
        yield from (data, *data.split("; "), *data.split(". "))


LAW = tuple(
    one.rstrip(".")
    for one in _texts_in(json.loads((HERE / "resources" / "export" / "rules.json").read_text(encoding="utf-8")))
    if " " in one
)
"""Names, words and citations of provisions stay as the reference data quote them."""
OF_OTHERS = (
    *(
        "Customs office of Köln",
        "Common Name",
        "waybill",
        "crate",
        "Debian",
        "Wikipedia",
        "TechPowerUp",
        "Ada Lovelace",
    ),
    *("The text of LICENSE.", "The driver does not answer.", "The paper says 24 GB; it has 12.", "GPU Inspector"),
    *("Scroll Left", "Scroll Right", "Generation", "Inspection report\nNVIDIA GeForce RTX 4090"),
)
"""What the case, a paper, the system or the test's own stand-ins say; and Qt's arrows beside tabs."""
SCROLLS = ("Scroll Left", "Scroll Right")
"""Qt's own arrows beside tabs that are too many for a line; the tabs stay in reach."""
OWN = frozenset(NAMES.values())
READ = ("text", "title", "placeholderText", "toolTip", "accessibleName", "accessibleDescription", "toPlainText")


@pytest.fixture
def spoken(request: pytest.FixtureRequest, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The language of the test, spoken while it runs."""
    tag: str = request.param
    font = qapp.font()
    if tag == PSEUDO:
        from tools.languages import harvest

        texts = tuple(form for one in harvest.messages().values() for form in (one.text, one.plural) if form)
        real = catalogues.load
        monkeypatch.setattr(catalogues, "load", lambda asked: Pseudo(texts) if asked == PSEUDO else real(asked))
    speak(tag)
    speech.dress(qapp)
    yield tag
    speak(ENGLISH)
    speech.dress(qapp)
    qapp.setFont(font)


@pytest.fixture
def filled(spoken: str, qtbot: QtBot, open_window: OpenWindow) -> MainWindow:
    """A window in that language in which every page has something to show."""
    window = open_window(WORK)
    window.verdict.show_done(done_of(two_cards(), report=Path("/r.pdf")))
    window.verify.take((Path("/reports/one.pdf"), Path("/reports/two.pdf")))
    qtbot.waitUntil(lambda: not jobs_of(window))
    return window


def unmarked(page: QWidget) -> set[str]:
    """Words of a page that no catalogue gave, and that are no values."""
    found = set()
    for text in texts_of(page):
        bare = text
        while MARKED.search(bare):
            bare = MARKED.sub(" ", bare)
        for quoted in sorted((*LAW, *OF_OTHERS), key=len, reverse=True):
            bare = bare.replace(quoted, " ")
        left = [word for word in re.split(r"[\s,;:()“”\"'=·–|]+", bare) if re.search(r"[A-Za-z]{3}", word)]
        if forgotten := [word for word in left if not A_VALUE.fullmatch(word)]:
            found |= {f"{' '.join(forgotten[:8])} in {text[:200]!r}"} if text not in OWN else set()
    return found


def texts_of(page: QWidget) -> Iterator[str]:
    for one in [page, *page.findChildren(QWidget)]:
        for name in READ:
            value = getattr(one, name, lambda: "")
            text = value() if callable(value) else ""
            yield from [text] if isinstance(text, str) else []
        if isinstance(one, QAbstractItemView) and one.model() is not None:
            yield from items_of(one.model(), QModelIndex())
        if isinstance(one, QTabBar):
            yield from map(one.tabText, range(one.count()))
        if isinstance(one, QComboBox):
            yield from map(one.itemText, range(one.count()))


def items_of(model: QAbstractItemModel, parent: QModelIndex, depth: int = 0) -> Iterator[str]:
    columns = model.columnCount(parent) if callable(getattr(model, "headerData", None)) and _is_table(model) else 1
    for row in range(min(model.rowCount(parent), 40)):
        for column in range(columns):
            index = model.index(row, column, parent)
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                value = model.data(index, role)
                yield from [value] if isinstance(value, str) else []
            if column == 0 and depth < 4 and _is_table(model):
                yield from items_of(model, index, depth + 1)
    if depth == 0:
        for column in range(columns):
            value = model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole)
            yield from [value] if isinstance(value, str) else []


def _is_table(model: QAbstractItemModel) -> bool:
    """A list's own model keeps its count of columns to itself."""
    from PySide6.QtCore import QAbstractListModel

    return not isinstance(model, QAbstractListModel)


@pytest.mark.parametrize("spoken", [PSEUDO], indirect=True)
def test_every_text_of_every_page_goes_through_the_catalogue(qtbot: QtBot, filled: MainWindow) -> None:
    forgotten: dict[str, set[str]] = {}
    for page in filled.pages:
        found = unmarked(brought(qtbot, filled, page))
        if found:
            forgotten[page.title] = found
    print("\n".join(f"{t}: {x!r}" for t, xs in forgotten.items() for x in xs))
    assert forgotten == {}


@pytest.mark.parametrize("spoken", [PSEUDO, *(tag for tag in NAMES if tag != ENGLISH)], indirect=True)
def test_nothing_is_cut_off(qtbot: QtBot, filled: MainWindow) -> None:
    filled.resize(1280, 720)
    cut: dict[str, list[str]] = {}
    for page in filled.pages:
        assert isinstance(page, Page)
        brought(qtbot, filled, page)
        qtbot.wait(60)  # heights that follow from widths are known last
        cut[page.title] = [one for one in cut_off(page) if not one.startswith(SCROLLS)]
    assert (filled.width(), filled.height()) == (1280, 720)
    assert {title: found for title, found in cut.items() if found} == {}
    assert len(cut) == len(PAGES)


@pytest.mark.parametrize("spoken", [tag for tag in NAMES if tag != ENGLISH], indirect=True)
def test_the_window_speaks_the_language(spoken: str, filled: MainWindow) -> None:
    assert filled.rail.item(0).text() not in ("", "Bench")
    language = filled.settings.choices.language
    assert [language.itemText(row) for row in range(1, language.count())] == list(NAMES.values())
