"""The products that a card fits best, as a compact table: product, what speaks for it, what against it."""

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.tables import wrap_rows
from gpu_inspector.gui.text import breakable, safe
from gpu_inspector.language import _
from gpu_inspector.records import ranked
from gpu_inspector.records.inspection import RankedProduct

LONGEST_FACT = 200
"""Characters of one fact on the screen."""


class RankingView(QWidget):
    """Shows what it is given; a record that was made before products were ranked has none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rule = plain_label()
        self.rule.setText(_(ranked.RULE))
        self.table = QTableWidget(0, len(ranked.COLUMNS))
        self.table.setHorizontalHeaderLabels([_(one) for one in ranked.COLUMNS])
        self.table.setAccessibleName(_(ranked.HEADING))
        self.table.verticalHeader().setVisible(False)
        wrap_rows(self.table, {0: 240})
        layout = QVBoxLayout(self)
        layout.addWidget(self.rule)
        layout.addWidget(self.table, 1)

    def show_ranking(self, ranking: tuple[RankedProduct, ...]) -> None:
        """Show the products in their order, or that there is none."""
        lines = ranked.lines_of(ranking, fact)
        self.rule.setText(_(ranked.RULE) if lines else _(ranked.NO_PRODUCT))
        self.table.setVisible(bool(lines))
        self.table.setRowCount(len(lines))
        for row, line in enumerate(lines):
            for column, text in enumerate(cells_of(line)):
                cell = QTableWidgetItem(breakable(text))
                cell.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
                self.table.setItem(row, column, cell)
        if lines:
            first = self.table.model().index(0, 0)
            self.table.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)


def cells_of(line: ranked.Line) -> tuple[str, str, str]:
    """The three cells of a product."""
    unknown = (f"{_(ranked.UNKNOWN)}: {line.unknown}",) if line.unknown else ()
    against = line.against or (_(ranked.NOTHING),)
    return f"{line.place}. {line.product}", "\n".join((*line.fits, *unknown)), "\n".join(against)


def fact(text: str) -> str:
    """One fact of a record, safe and bounded."""
    return safe(text, LONGEST_FACT)
