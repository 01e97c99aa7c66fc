"""Either side of a push is killed at random; nothing is lost, nothing comes twice: a few times here, 200 to prove."""

from pathlib import Path

import pytest
import registry_server

from tools import registry_trial


def _agrees(folder: Path, kills: int, seed: int, *, durable: bool) -> None:
    told: list[str] = []
    faults = registry_trial.trial(folder, kills, seed, durable=durable, told=told.append)
    print("\n".join(told))
    assert faults == []


@pytest.mark.skipif(bool(registry_server.why_not()), reason=registry_server.why_not() or "there is a PostgreSQL")
def test_registry_and_ledgers_agree_after_a_few_kills(tmp_path: Path) -> None:
    _agrees(tmp_path, 5, 11, durable=False)


@pytest.mark.prove
@pytest.mark.skipif(bool(registry_server.why_not()), reason=registry_server.why_not() or "there is a PostgreSQL")
def test_registry_and_ledgers_agree_after_two_hundred_kills(tmp_path: Path) -> None:
    _agrees(tmp_path, registry_trial.KILLS, 1, durable=True)
