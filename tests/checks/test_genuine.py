"""No genuine card of the reference data may be accused: every row, every id, with its own total, in every honest state.

The states are those of tools/genuine_variants.py: a seeded sample of them here, all of them in `make prove`.
"""

import pytest
from cards import claims_of, genuine
from sampling import sampled

from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Condition, Identity, Outcome, Role
from gpu_inspector.records.product import Product
from gpu_inspector.workflow.judging import judge
from tools import self_consistency
from tools.genuine_variants import Card, Look, looks

_ACCUSING = (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)
_FORGED = {row.device_id for row in load().counterfeits}
_ROWS = [
    (row, device)
    for row in load().products
    for device in row.device_ids
    if row.die in load().dies and device not in _FORGED
]


@pytest.mark.parametrize(
    ("row", "device"),
    sampled(_ROWS, 80, kind=lambda case: case[0].die, names=2),
    ids=[f"{row.name}-{device}-{row.memory_mib}" for row, device in _ROWS],
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
    assert card.control == "3A090.a", "its figures are published; nobody has to measure them"
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


_SEEDS = range(8)
_EACH = 40


@pytest.mark.parametrize("seed", _SEEDS)
def test_no_genuine_card_is_accused_in_a_sample_of_its_honest_states(seed: int, catalogue: Catalogue) -> None:
    seen = [self_consistency.see(one, catalogue) for one in self_consistency.some_cards(_EACH, seed)]
    assert [(one.words, one.accusations) for one in seen if one.accusations] == []


def _card(catalogue: Catalogue, device: str) -> Card:
    row = catalogue.by_device(device)[0]
    return Card(row, catalogue.dies[row.die])


def test_a_state_that_is_not_honest_is_seen_by_the_same_way(catalogue: Catalogue) -> None:
    """Else the absence of accusations would say nothing."""
    forged = Look("forged", change={"fb_memory_usage/total": "49140 MiB"})
    seen = self_consistency.see(self_consistency.Genuine(_card(catalogue, "2684"), forged), catalogue)
    assert any(one.startswith("memory-total: ") for one in seen.accusations)


@pytest.mark.parametrize(
    ("device", "states"),
    [
        ("20B2", {"MIG on", "guest of a virtual GPU", "ECC enabled", "driver: R460"}),
        ("2717", {"laptop without power limits", "masked: all as [REDACTED]", "driver: R535"}),
        ("2204", {"driver: R460", "on a riser with one lane", "old driver keeps back memory: 4.5 %"}),
    ],
)
def test_a_card_is_seen_in_the_states_of_its_class(device: str, states: set[str], catalogue: Catalogue) -> None:
    found = {look.name for look in looks(_card(catalogue, device))}
    assert states <= found
    assert not any(look.driver < 525 for look in looks(_card(catalogue, "2717"))), "no such driver knew it"


@pytest.mark.prove
def test_no_genuine_card_is_accused_in_any_honest_state(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = self_consistency.whole()
    with capsys.disabled():
        print("\n" + "\n".join(found.lines))
    assert found.accused == ()
    assert found.judged > 45_000
