"""What a card, a file or a paper says stands in a tooltip as it is: Qt would take it for HTML and load its pictures."""

from dataclasses import replace
from pathlib import Path

import pytest
from gui.window_fakes import card_evidence, done_of
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, Qt

from gpu_inspector.gui.bench_models import BenchModel
from gpu_inspector.gui.inspections import InspectionsModel, Shown
from gpu_inspector.gui.text import tip

HOSTILE = '<img src="file:///etc/passwd">'


def tips(model: QAbstractItemModel) -> list[str]:
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    found = [
        model.index(row, column).data(Qt.ItemDataRole.ToolTipRole)
        for row in range(model.rowCount())
        for column in range(columns)
    ]
    return [text for text in found if text]


@pytest.mark.parametrize("text", [HOSTILE, f"a\n{HOSTILE}", "<b>x</b>"])
def test_a_tip_shows_signs_as_they_are(text: str) -> None:
    assert "<img" not in tip(text) and "<b>" not in tip(text)


def test_a_plain_text_stays_as_it_is() -> None:
    assert tip("1 & 2") == "1 & 2"


def test_a_name_of_a_file_is_no_html_on_the_bench() -> None:
    model = BenchModel()
    model.add_files((Path("/nowhere") / "<img src=x>.xml",))
    assert tips(model) and all("<img" not in one for one in tips(model))


def test_a_name_of_a_card_is_no_html_on_the_list_of_inspections() -> None:
    evidence = card_evidence()
    (card,) = evidence.cards
    assert card.nvml is not None and card.nvidia_smi is not None
    named = replace(
        card, nvml=replace(card.nvml, name=HOSTILE), nvidia_smi=replace(card.nvidia_smi, name=HOSTILE), pci=None
    )
    model = InspectionsModel()
    model.put(Shown(done_of(replace(evidence, cards=(named,)))))
    assert tips(model) and all("<img" not in one for one in tips(model))
