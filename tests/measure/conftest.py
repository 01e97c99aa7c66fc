"""Kernels are compiled once, not once for each run of the tests."""

import pytest
from measure.keeping import Keeper


@pytest.fixture(scope="session")
def keeper(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Keeper:
    """In pytest's cache; where that is switched off, in a folder of this run."""
    cache = getattr(pytestconfig, "cache", None)
    return Keeper(tmp_path_factory.mktemp("compiled") if cache is None else cache.mkdir("compiled"))
