"""What every test has: the catalogue, and a home of its own."""

from collections.abc import Iterator

import pytest

from gpu_inspector import log
from gpu_inspector.records.catalogue import Catalogue, load


@pytest.fixture(autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test may touch the user's own ledger, key or log."""
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.delenv("GPU_INSPECTOR_LEDGER", raising=False)
    # Nor does the developer's own language decide what a test reads.
    for name in ("GPU_INSPECTOR_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    log.forget()
    yield


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load()
