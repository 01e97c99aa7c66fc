"""The findings as a tree: groups, findings, and what stands behind each; at the end, what was not examined.

Each finding bears its outcome as a sign and as a word, and opens to expected, observed, source, strength, the innocent
explanations that remain, and what to do.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication

from gpu_inspector.gui import answers, signs, theme
from gpu_inspector.gui.text import LONGEST, retold, safe
from gpu_inspector.language import N_, _, ngettext, told_source
from gpu_inspector.records import words
from gpu_inspector.records.evidence import Gap
from gpu_inspector.records.finding import Finding, Outcome
from gpu_inspector.records.inspection import CardJudgement

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
DISPLAY = Qt.ItemDataRole.DisplayRole


CHECK = N_("Check")


class Show(Enum):
    """Which findings are shown."""

    ALL = N_("&All")
    DEVIATING = N_("What &deviates or was noted")
    UNSEEN = N_("&Not examined")


_DEVIATING = (*words.GRAVE, Outcome.NOTED)


@dataclass(slots=True)
class Node:
    """One row of the tree."""

    label: str
    word: str = ""
    text: str = ""
    outcome: Outcome | None = None
    bold: bool = False
    check: str = ""
    """The id of the check, of a finding's row."""
    children: list["Node"] = field(default_factory=list)
    parent: "Node | None" = None
    row: int = 0
    number: int = 0
    """Its place in the model's list: Qt keeps numbers, which can go stale without harm, and no pointers."""

    def add(self, child: "Node") -> "Node":
        child.parent, child.row = self, len(self.children)
        self.children.append(child)
        return child


def count_of(card: CardJudgement, gaps: tuple[Gap, ...], show: Show) -> int:
    """How many findings, and sources not read, the tree has for this choice."""
    if show is Show.ALL:
        return len(card.findings)
    if show is Show.DEVIATING:
        return sum(finding.outcome in _DEVIATING for finding in card.findings)
    return len(words.unanswered(card.findings)) + len(gaps)


def tree_of(card: CardJudgement, gaps: tuple[Gap, ...], show: Show = Show.ALL) -> Node:
    """The whole tree of one card, or the chosen part of it; its root is not shown."""
    root = Node("")
    chosen = card.findings
    if show is Show.DEVIATING:
        chosen = tuple(finding for finding in card.findings if finding.outcome in _DEVIATING)
        if not chosen:
            root.add(Node(_("Nothing deviates, and nothing was noted."), text=_("This is no clearance.")))
    for heading, members in words.groups(chosen) if show is not Show.UNSEEN else ():
        # A group bears the sign of its gravest finding, which stands first.
        gravest = members[0].outcome
        group = root.add(Node(heading, _(words.OUTCOMES[gravest]), words.tally(members), gravest, bold=True))
        for finding in members:
            group.add(_finding(finding))
    if show is not Show.DEVIATING:
        _add_unseen(root, words.unanswered(card.findings), gaps)
    return root


def _add_unseen(root: Node, unseen: tuple[Finding, ...], gaps: tuple[Gap, ...]) -> None:
    last = root.add(Node(_(words.NOT_EXAMINED), bold=True))
    last.text = _(words.ALL_EXAMINED)
    if unseen or gaps:
        last.word, last.outcome = _(words.OUTCOMES[Outcome.INCONCLUSIVE]), Outcome.INCONCLUSIVE
        checks = ngettext("{n} check without an answer", "{n} checks without an answer", len(unseen))
        sources = ngettext("{n} source that could not be read", "{n} sources that could not be read", len(gaps))
        last.text = f"{checks.format(n=len(unseen))}, {sources.format(n=len(gaps))}"
    for finding in unseen:
        last.add(_finding(finding))
    for gap in gaps:
        reason = last.add(
            Node(safe(words.source_words(gap.source)), _("Not read"), retold(gap.reason), Outcome.INCONCLUSIVE)
        )
        if gap.advice:
            reason.add(Node(_(words.ADVICE), text=retold(gap.advice)))


def _finding(finding: Finding) -> Node:
    node = Node(
        retold(finding.title),
        _(words.OUTCOMES[finding.outcome]),
        _filled(finding.text, finding),
        finding.outcome,
        bold=finding.outcome in words.GRAVE,
        check=safe(finding.check, 60),
    )
    details = [
        (words.EXPECTED, _filled(finding.expected, finding)),
        (words.OBSERVED, _filled(finding.observed, finding)),
        (words.SOURCE, safe(told_source(finding.source))),
        (words.INNOCENT, "\n".join(f"– {safe(reason)}" for reason in words.innocent_of(finding, safe))),
        (words.ADVICE, _filled(finding.advice, finding)),
        (CHECK, words.weight(finding, safe)),
    ]
    for label, text in details:
        if text:
            node.add(Node(_(label), text=text))
    return node


def _filled(template: str, finding: Finding) -> str:
    return safe(words.filled(template, finding, safe), 2 * LONGEST)


def text_of(node: Node) -> str:
    """A row as text for the clipboard: a finding with all that stands behind it, a group with its findings."""
    if node.outcome is None and not node.bold and node.parent is not None and node.parent.label:
        node = node.parent  # a detail says nothing without its finding
    return "\n".join(_text_lines(node, 0))


def _text_lines(node: Node, depth: int) -> list[str]:
    check = f" [{node.check}]" if node.check else ""
    head = ": ".join(part for part in (f"{node.label}{check}", node.word, node.text) if part)
    indent = "  " * depth
    lines = [f"{indent}{line}" for line in head.split("\n")]
    return lines + [line for child in node.children for line in _text_lines(child, depth + 1)]


class FindingsModel(QAbstractItemModel):
    """A tree of four columns: what was looked at, the outcome, the sentence, the check's id."""

    HEADINGS: tuple[str, ...] = (N_("What was looked at"), N_("Outcome"), N_("What was found"), CHECK)

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
            return (node.label, node.word, node.text, node.check)[column]
        if role == Qt.ItemDataRole.DecorationRole and column == 1 and node.outcome is not None:
            return signs.icon(answers.OUTCOMES[node.outcome], theme.of(QGuiApplication.palette()))
        muted = column == 3 or (column == 0 and node.outcome is None and not node.bold)
        if role == Qt.ItemDataRole.ForegroundRole and muted:
            return QColor(theme.of(QGuiApplication.palette()).muted)
        if role == Qt.ItemDataRole.FontRole and node.bold and column < 2:
            font = QFont()
            font.setBold(True)
            return font
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if role == DISPLAY and orientation is Qt.Orientation.Horizontal and 0 <= section < len(self.HEADINGS):
            return _(self.HEADINGS[section])
        return None
