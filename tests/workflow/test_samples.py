"""Whole line, dump to judgement: samples of all products are not accused, and lies that show in the claims are found.

Self-consistency, not accuracy: samples and checks share the reference data.
"""

import random
from dataclasses import replace

import pytest
from dumps import dump_of

from gpu_inspector.language import fill
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Outcome
from gpu_inspector.records.inspection import Judgement
from gpu_inspector.records.product import Product
from gpu_inspector.workflow.collecting import collect_bytes
from gpu_inspector.workflow.judging import judge

_ACCUSING = (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)
_FORGED = {row.device_id for row in load().counterfeits}
_ROWS = [
    (row, device)
    for row in load().products
    for device in row.device_ids
    if row.memory_mib is not None and row.die in load().dies and device not in _FORGED
]
_SOME = random.Random(20261124).sample(_ROWS, 60)
_COUNTS = [pytest.param(_SOME, id="sample"), pytest.param(_ROWS, marks=pytest.mark.prove, id="all")]


def judged(data: bytes, catalogue: Catalogue) -> Judgement:
    return judge(collect_bytes(data, "dump", catalogue), Declaration(), catalogue)


@pytest.mark.parametrize("rows", _COUNTS)
@pytest.mark.parametrize("form", ["xml", "text"])
def test_no_sample_is_accused(form: str, rows: list[tuple[Product, str]], catalogue: Catalogue) -> None:
    for row, device in rows:
        (card,) = judged(dump_of(replace(row, device_ids=(device,)), form), catalogue).cards
        accusing = [fill(one.text, one.values) for one in card.findings if one.outcome in _ACCUSING]
        assert not accusing, f"{row.name} {device}"


@pytest.mark.parametrize("rows", _COUNTS)
def test_three_times_the_memory_is_never_a_pass(rows: list[tuple[Product, str]], catalogue: Catalogue) -> None:
    """No product has a variant of three times its size, so nothing honest explains it."""
    called_out = 0
    for row, device in rows:
        total = f"{(row.memory_mib or 0) * 3} MiB"
        (card,) = judged(dump_of(replace(row, device_ids=(device,)), fb_memory_usage__total=total), catalogue).cards
        (found,) = [one for one in card.findings if one.check == "memory-total"]
        assert found.outcome is not Outcome.CONSISTENT, f"{row.name} {device}"
        called_out += found.outcome in _ACCUSING
    # Laptop parts of the DDR3 and GDDR5 age are only noted: their makers ordered sizes that no table lists.
    assert called_out > len(rows) * 0.6


@pytest.mark.parametrize("rows", _COUNTS)
def test_the_name_of_a_card_of_another_architecture_is_contradicted(
    rows: list[tuple[Product, str]], catalogue: Catalogue
) -> None:
    lies = {"Ada Lovelace": "NVIDIA GeForce RTX 3090"}
    for row, device in rows:
        family = catalogue.dies[row.die].architecture
        lie = lies.get(family, "NVIDIA GeForce RTX 4090")
        dump = dump_of(replace(row, device_ids=(device,)), product_name=lie)
        (card,) = judged(dump, catalogue).cards
        found = {one.check: one.outcome for one in card.findings}
        assert found["die-architecture"] is Outcome.CONTRADICTED, f"{row.name} {device}"
        assert found["identity-name"] is Outcome.SUSPICIOUS, f"{row.name} {device}"
