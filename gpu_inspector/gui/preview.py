"""Paper of what the verdict page shows, with a preview: for the file on the desk, never in place of the signed report.

The pages of the signed PDF are not printed here: Qt's own PDF reader is not part of PySide6-Essentials, and the
system's reader prints them well ("View report"). What is printed here is the verdict itself, drawn again by Qt, and
each page says at its foot that it bears no signature. Everything goes in as plain text, never as HTML.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPagedPaintDevice,
    QPageLayout,
    QPainter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTable,
    QTextTableFormat,
)
from PySide6.QtWidgets import QWidget

from gpu_inspector.gui.control_view import two_lines
from gpu_inspector.gui.findings import Node
from gpu_inspector.gui.firmware_view import tree_of
from gpu_inspector.gui.inspections import Shown, time_of
from gpu_inspector.gui.ranking import cells_of, fact
from gpu_inspector.gui.text import retold, safe
from gpu_inspector.language import _, sentences
from gpu_inspector.records import columns, next_steps, ranked, words
from gpu_inspector.records.finding import Finding
from gpu_inspector.records.inspection import RankedProduct
from gpu_inspector.records.reserve import answers_of

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrintPreviewDialog

POINTS = 9.0
"""Size of plain text; 2.5 mm is the least that is read without pains (research note, 6.2)."""
MARGIN_MM = 15.0
_BAND_POINTS = 30.0
"""Height of the head's and the foot's room."""
_INK = QColor("black")
_PALE = QColor(0, 0, 0, 34)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands on every page."""

    head: str
    foot: str
    mark: str
    """Across the page, "" where a real card was inspected."""


def frame_of(shown: Shown) -> Frame:
    inspection, entry = shown.done.inspection, shown.done.entry
    origin = inspection.evidence.origin
    head = _("GPU Inspector · {title} No. {number} · {time}").format(
        title=_(words.TITLES[origin]), number=entry.seq, time=time_of(inspection)
    )
    foot = _("A print-out bears no signature; the signed file does. Digest of the row: {digest}…").format(
        digest=entry.digest[:16]
    )
    return Frame(head, foot, _(words.WATERMARKS.get(origin, "")))


def document_of(shown: Shown, number: int) -> QTextDocument:
    """One card's verdict as a document of plain text."""
    document = QTextDocument()
    font = QFont(document.defaultFont())
    font.setPointSizeF(POINTS)
    document.setDefaultFont(font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(option)
    _Writer(document, shown, number).write()
    return document


def print_on(device: QPagedPaintDevice, document: QTextDocument, frame: Frame) -> int:
    """Draw all pages with head and foot; how many there are."""
    painter = QPainter(device)
    layout = document.documentLayout()
    layout.setPaintDevice(device)
    area = QRectF(painter.viewport())
    band = _BAND_POINTS * device.logicalDpiY() / 72
    body = QSizeF(area.width(), area.height() - 2 * band)
    document.setDocumentMargin(0)
    document.setPageSize(body)
    pages = document.pageCount()
    for page in range(pages):
        if page:
            device.newPage()
        _draw_frame(painter, area, band, frame, page + 1, pages)
        painter.save()
        painter.translate(0, band - page * body.height())
        document.drawContents(painter, QRectF(0, page * body.height(), body.width(), body.height()))
        painter.restore()
    painter.end()
    return pages


def _draw_frame(painter: QPainter, area: QRectF, band: float, frame: Frame, page: int, pages: int) -> None:
    font = QFont(painter.font())
    if frame.mark:
        font.setPointSizeF(60)
        font.setBold(True)
        painter.setFont(font)
        painter.save()
        painter.setPen(_PALE)
        painter.translate(area.center())
        painter.rotate(-50)
        width = QFontMetricsF(font, painter.device()).horizontalAdvance(frame.mark)
        times = min(1.0, 0.95 * area.height() / width) if width else 1.0
        painter.scale(times, times)
        painter.drawText(QRectF(-width, -band * 3, 2 * width, band * 6), Qt.AlignmentFlag.AlignCenter, frame.mark)
        painter.restore()
    font.setPointSizeF(POINTS * 0.9)
    font.setBold(False)
    painter.setFont(font)
    painter.setPen(_INK)
    above = QRectF(area.left(), area.top(), area.width(), band * 0.7)
    below = QRectF(area.left(), area.bottom() - band * 0.7, area.width(), band * 0.7)
    count = _("page {page} of {pages}").format(page=page, pages=pages)
    painter.drawText(above, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, frame.head)
    painter.drawText(above, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, count)
    painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, frame.foot)


def preview(shown: Shown, number: int, parent: QWidget) -> "QPrintPreviewDialog":
    """A window with the pages, from which they are printed, or kept as PDF where there is no printer; not shown yet.

    Qt asks the system for its printers here, which takes its time: only when somebody wants to print.
    """
    from PySide6.QtPrintSupport import QPrintPreviewDialog

    dialog = QPrintPreviewDialog(parent)
    dialog.printer().setPageMargins(QMarginsF(*(4 * [MARGIN_MM])), QPageLayout.Unit.Millimeter)
    dialog.printer().setDocName(_("GPU Inspector, inspection {number}").format(number=shown.done.entry.seq))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(_("Print the verdict: a print-out bears no signature"))
    dialog.resize(parent.window().size() * 0.9)
    dialog.paintRequested.connect(lambda target: print_on(target, document_of(shown, number), frame_of(shown)))
    return dialog


class _Writer:
    """Writes one card into a document."""

    def __init__(self, document: QTextDocument, shown: Shown, number: int) -> None:
        self._cursor = QTextCursor(document)
        self._inspection = shown.done.inspection
        self._number = number
        self._proof = shown.proof

    def write(self) -> None:
        inspection, number = self._inspection, self._number
        evidence, case = inspection.evidence, inspection.case
        card = inspection.judgement.cards[number]
        seen = evidence.cards[number] if number < len(evidence.cards) else None
        self._line(f"{safe(card.product, 120)}, {safe(card.label, 60)}", 1.5, bold=True)
        if len(inspection.judgement.cards) > 1:
            self._line(_("Card {n} of {m}").format(n=number + 1, m=len(inspection.judgement.cards)))
        title = _("{title}.").format(title=_(words.TITLES[evidence.origin]))
        self._line(sentences(title, _(words.NATURES[evidence.origin])), bold=True)
        for label, value in ((_("Case"), case.number), (_("Inspector"), case.inspector), (_("Office"), case.office)):
            if value:
                self._line(f"{label}: {safe(value)}")
        if self._proof:
            self._line(safe(self._proof))
        for answer in answers_of(card, evidence.origin, lambda text: safe(text, 100)):
            self._line(_(answer.asked), space=True)
            self._line(_(answer.word), 1.3, bold=True)
            self._line(answer.meaning)
        if both := two_lines(card):
            self._line(both)
        for sentence in next_steps.modifications_of(card, safe):
            self._line(sentence, bold=True, space=True)
        gaps = words.missing_of(evidence, seen)
        self._line(_(next_steps.HEADING), 1.2, bold=True, space=True)
        steps = next_steps.steps_of(card, gaps, safe)
        for step in steps:
            self._line(f"– {safe(step.text)} ({safe(', '.join(step.because))})")
        if not steps:
            self._line(_(next_steps.NOTHING))
        self._columns(columns.lines_of(seen, inspection.declaration, _value, evidence.origin))
        self._ranking(card.ranking)
        if seen is not None and (seen.vbios or seen.rm is not None or seen.attestation is not None):
            self._line(_("Firmware"), 1.2, bold=True, space=True)
            self._tree(tree_of(seen))
        self._findings(card.findings)
        self._line(_(words.NOT_EXAMINED), 1.2, bold=True, space=True)
        for gap in gaps:
            self._line(f"{safe(words.source_words(gap.source))}: {retold(gap.reason)}")
        for finding in words.unanswered(card.findings):
            self._line(f"{retold(finding.title)}: {safe(words.filled(finding.text, finding, safe))}")

    def _columns(self, lines: tuple[columns.Line, ...]) -> None:
        table = self._table(len(lines) + 1, (22, 18, 32, 28), [_("Fact"), *(_(one) for one, _who in columns.HEADINGS)])
        for row, line in enumerate(lines, 1):
            differ = f"\n({_(columns.DIFFER)})" if line.differ else ""
            cells = (_(line.label), line.declared, "\n".join(line.claimed) + differ, line.measured)
            for column, text in enumerate(cells):
                self._cell(table, row, column, text, bold=(line.differ and column == 2) or (line.amiss and column == 3))
        self._leave()

    def _ranking(self, ranking: tuple[RankedProduct, ...]) -> None:
        if not (lines := ranked.lines_of(ranking, fact)):
            return
        self._line(_(ranked.HEADING), 1.2, bold=True, space=True)
        self._line(_(ranked.RULE))
        table = self._table(len(lines) + 1, (26, 38, 36), [_(one) for one in ranked.COLUMNS])
        for row, line in enumerate(lines, 1):
            for column, text in enumerate(cells_of(line)):
                self._cell(table, row, column, text, bold=row == 1 and not column)
        self._leave()

    def _tree(self, node: Node, depth: int = 0) -> None:
        for child in node.children:
            self._line(f"{child.label}: {child.word}" if child.word else child.label, bold=child.bold, depth=depth)
            self._tree(child, depth + 1)

    def _findings(self, findings: tuple[Finding, ...]) -> None:
        rows = [finding for _heading, members in words.groups(findings) for finding in members]
        headings = [_("What was looked at"), _("Outcome"), _("What was found")]
        table = self._table(len(rows) + 1, (26, 18, 56), headings)
        for row, finding in enumerate(rows, 1):
            grave = finding.outcome in words.GRAVE
            found = [safe(words.filled(finding.text, finding, safe))]
            if grave:
                found += [
                    f"{_(label)}: {safe(text)}"
                    for label, text in (
                        (words.EXPECTED, finding.expected),
                        (words.OBSERVED, finding.observed),
                        (words.SOURCE, finding.source),
                        (words.INNOCENT, "; ".join(words.innocent_of(finding, safe))),
                    )
                    if text
                ]
            cells = (f"{retold(finding.title)}\n[{safe(finding.check, 60)}]", _(words.OUTCOMES[finding.outcome]))
            for column, text in enumerate((*cells, "\n".join(found))):
                self._cell(table, row, column, text, bold=grave and column < 2)
        self._leave()

    def _line(self, text: str, times: float = 1.0, *, bold: bool = False, space: bool = False, depth: int = 0) -> None:
        block = QTextBlockFormat()
        block.setIndent(depth)
        block.setTopMargin(POINTS if space else 2)
        if self._cursor.position():
            self._cursor.insertBlock(block)
        else:
            self._cursor.setBlockFormat(block)  # the document has its first block already
        self._cursor.insertText(text, _style(times, bold=bold))

    def _table(self, rows: int, shares: tuple[int, ...], headings: list[str]) -> QTextTable:
        form = QTextTableFormat()
        form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        form.setColumnWidthConstraints([QTextLength(QTextLength.Type.PercentageLength, share) for share in shares])
        form.setHeaderRowCount(1)
        form.setCellPadding(2)
        form.setCellSpacing(0)
        form.setBorder(1)
        form.setBorderCollapse(True)
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setTopMargin(POINTS)
        table = self._cursor.insertTable(rows, len(shares), form)
        for column, heading in enumerate(headings):
            self._cell(table, 0, column, heading, bold=True)
        return table

    def _cell(self, table: QTextTable, row: int, column: int, text: str, *, bold: bool = False) -> None:
        table.cellAt(row, column).firstCursorPosition().insertText(text, _style(1.0, bold=bold))

    def _leave(self) -> None:
        self._cursor.movePosition(QTextCursor.MoveOperation.End)


def _style(times: float, *, bold: bool) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setFontPointSize(POINTS * times)
    form.setFontWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    form.setForeground(_INK)
    return form


def _value(text: str) -> str:
    return safe(text, 160)
