"""The findings as a tree: groups, findings, and what stands behind each; at the end, what was not examined.

Each finding bears its outcome as a sign and as a word, and opens to expected, observed, source, strength, the innocent
explanations that remain, and what to do.
"""

from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication

from gpu_inspector.gui import signs, theme
from gpu_inspector.gui.text import LONGEST, safe
from gpu_inspector.records import words
from gpu_inspector.records.evidence import Gap
from gpu_inspector.records.finding import Finding, Outcome
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.records.measured_words import counted

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
DISPLAY = Qt.ItemDataRole.DisplayRole


@dataclass(slots=True)
class Node:
    """One row of the tree."""

    label: str
    word: str = ""
    text: str = ""
    outcome: Outcome | None = None
    bold: bool = False
    children: list["Node"] = field(default_factory=list)
    parent: "Node | None" = None
    row: int = 0
    number: int = 0
    """Its place in the model's list: Qt keeps numbers, which can go stale without harm, and no pointers."""

    def add(self, child: "Node") -> "Node":
        child.parent, child.row = self, len(self.children)
        self.children.append(child)
        return child


def tree_of(card: CardJudgement, gaps: tuple[Gap, ...]) -> Node:
    """The whole tree of one card; its root is not shown."""
    root = Node("")
    for heading, members in words.groups(card.findings):
        # A group bears the sign of its gravest finding, which stands first.
        gravest = members[0].outcome
        group = root.add(Node(heading, words.OUTCOMES[gravest], words.tally(members), gravest, bold=True))
        for finding in members:
            group.add(_finding(finding))
    unseen = words.unanswered(card.findings)
    last = root.add(Node(words.NOT_EXAMINED, bold=True))
    last.text = words.ALL_EXAMINED
    if unseen or gaps:
        last.word, last.outcome = words.OUTCOMES[Outcome.INCONCLUSIVE], Outcome.INCONCLUSIVE
        checks = counted(len(unseen), "check without an answer", "checks without an answer")
        sources = counted(len(gaps), "source that could not be read", "sources that could not be read")
        last.text = f"{checks}, {sources}"
    for finding in unseen:
        last.add(_finding(finding))
    for gap in gaps:
        reason = last.add(
            Node(safe(words.source_words(gap.source)), "Not read", safe(gap.reason), Outcome.INCONCLUSIVE)
        )
        if gap.advice:
            reason.add(Node(words.ADVICE, text=safe(gap.advice)))
    return root


def _finding(finding: Finding) -> Node:
    node = Node(
        safe(finding.title),
        words.OUTCOMES[finding.outcome],
        _filled(finding.text, finding),
        finding.outcome,
        bold=finding.outcome in words.GRAVE,
    )
    details = [
        (words.EXPECTED, safe(finding.expected)),
        (words.OBSERVED, safe(finding.observed)),
        (words.SOURCE, safe(finding.source)),
        (words.INNOCENT, "\n".join(f"– {safe(reason)}" for reason in words.innocent_of(finding, safe))),
        (words.ADVICE, _filled(finding.advice, finding)),
        ("Check", words.weight(finding, safe)),
    ]
    for label, text in details:
        if text:
            node.add(Node(label, text=text))
    return node


def _filled(template: str, finding: Finding) -> str:
    return safe(words.filled(template, finding, safe), 2 * LONGEST)


class FindingsModel(QAbstractItemModel):
    """A tree of three columns: what was looked at, the outcome, the sentence."""

    HEADINGS = ("What was looked at", "Outcome", "What was found")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._nodes = [Node("")]

    def show_tree(self, root: Node) -> None:
        self.beginResetModel()
        self._nodes = [root]
        for node in self._nodes:  # grows while it is walked, so that all of the tree is numbered
            for child in node.children:
                child.number = len(self._nodes)
                self._nodes.append(child)
        self.endResetModel()

    def node(self, index: Index) -> Node:
        """The row's node; the root where the index is none."""
        number = index.internalId() if index.isValid() else 0
        return self._nodes[number if number < len(self._nodes) else 0]

    def index_of(self, node: Node) -> QModelIndex:
        return self.createIndex(node.row, 0, node.number) if node.parent is not None else QModelIndex()

    def index(self, row: int, column: int, parent: Index = ROOT) -> QModelIndex:
        children = self.node(parent).children
        if parent.isValid() and parent.column() != 0:
            return QModelIndex()
        if not (0 <= row < len(children) and 0 <= column < len(self.HEADINGS)):
            return QModelIndex()
        return self.createIndex(row, column, children[row].number)

    def parent(self, index: Index = ROOT) -> Any:  # Any: Qt overloads it with QObject.parent()
        above = self.node(index).parent if index.isValid() else None
        return self.index_of(above) if above is not None else QModelIndex()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() and parent.column() != 0 else len(self.node(parent).children)

    def columnCount(self, parent: Index = ROOT) -> int:
        return len(self.HEADINGS)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if not index.isValid():
            return None
        node, column = self.node(index), index.column()
        if role in (DISPLAY, Qt.ItemDataRole.AccessibleTextRole):
            return (node.label, node.word, node.text)[column]
        if role == Qt.ItemDataRole.DecorationRole and column == 1 and node.outcome is not None:
            return signs.icon(signs.OUTCOMES[node.outcome], theme.of(QGuiApplication.palette()))
        if role == Qt.ItemDataRole.ForegroundRole and column == 0 and node.outcome is None and not node.bold:
            return QColor(theme.of(QGuiApplication.palette()).muted)
        if role == Qt.ItemDataRole.FontRole and node.bold and column < 2:
            font = QFont()
            font.setBold(True)
            return font
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if role == DISPLAY and orientation is Qt.Orientation.Horizontal and 0 <= section < len(self.HEADINGS):
            return self.HEADINGS[section]
        return None
