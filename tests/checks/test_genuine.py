"""No genuine card of the reference data may be accused: every row, every id, with its own total."""

import pytest
from cards import claims_of, genuine

from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Condition, Identity, Outcome, Role
from gpu_inspector.records.product import Product
from gpu_inspector.workflow.judging import judge

_ACCUSING = (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)
_FORGED = {row.device_id for row in load().counterfeits}
_ROWS = [
    (row, device)
    for row in load().products
    for device in row.device_ids
    if row.die in load().dies and device not in _FORGED
]


@pytest.mark.parametrize(
    ("row", "device"), _ROWS, ids=[f"{row.name}-{device}-{row.memory_mib}" for row, device in _ROWS]
)
def test_no_row_of_the_reference_data_is_accused(row: Product, device: str, catalogue: Catalogue) -> None:
    judgement = judge(genuine(row, device), Declaration(), catalogue)
    accusing = [
        f"{finding.check}: {finding.text} {finding.values}"
        for finding in judgement.cards[0].findings
        if finding.outcome in _ACCUSING
    ]
    assert not accusing
    assert judgement.verdict is Identity.INCONCLUSIVE, "nothing was measured yet"


def test_headlines_that_nobody_looked_at_say_so(catalogue: Catalogue) -> None:
    (card,) = judge(genuine(catalogue.by_device("2684")[0]), Declaration(), catalogue).cards
    assert card.condition is Condition.NOT_EXAMINED
    assert card.control == "not assessed"
    assert card.compatible == ("NVIDIA GeForce RTX 4090 24 GB (AD102)",)


def test_what_was_not_measured_is_named(catalogue: Catalogue) -> None:
    (card,) = judge(genuine(catalogue.by_device("2684")[0]), Declaration(), catalogue).cards
    waiting = {
        finding.check
        for finding in card.findings
        if finding.outcome is Outcome.INCONCLUSIVE and finding.role is Role.CORE
    }
    assert waiting == {"memory-measured", "die-measured"}


def test_the_genuine_card_of_these_tests_says_something_in_every_field(catalogue: Catalogue) -> None:
    claims = claims_of(catalogue.by_device("20B2")[0])
    assert {field for field, value in claims.items() if value is None} == set()
