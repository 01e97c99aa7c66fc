"""The build's digest: whatever decides or is printed by every report is in it."""

import re

import pytest

from gpu_inspector import resources, version


def test_a_build_is_a_number_and_a_digest() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\+[0-9a-f]{8}", version.build())


def test_other_counts_of_trials_make_another_build(monkeypatch: pytest.MonkeyPatch) -> None:
    assert resources.read(version._PRINTED)
    monkeypatch.setattr(version, "_PRINTED", "no such file")
    assert version.build.__wrapped__() != version.build()
