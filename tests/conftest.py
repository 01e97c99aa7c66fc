"""What every test has: the catalogue, and a home of its own."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from gpu_inspector import log
from gpu_inspector.records.catalogue import Catalogue, load

if TYPE_CHECKING:
    from registry_server import Server, Urls


@pytest.fixture(autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test may touch the user's own ledger, key or log."""
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(tmp_path_factory.mktemp("home")))
    for name in ("GPU_INSPECTOR_LEDGER", "GPU_INSPECTOR_REGISTRY", "GPU_INSPECTOR_REGISTRY_KEY"):
        monkeypatch.delenv(name, raising=False)
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


@pytest.fixture(scope="session")
def postgres() -> Iterator["Server"]:
    """A PostgreSQL of this run's own; nothing of it is loaded by a run that does not ask for it."""
    import registry_server

    if reason := registry_server.why_not():
        pytest.skip(reason)
    with registry_server.running() as server:
        yield server


@pytest.fixture(scope="session")
def _migrated(postgres: "Server") -> str:
    import registry_server

    return registry_server.migrated(postgres)


@pytest.fixture
def registry_urls(postgres: "Server", _migrated: str) -> Iterator["Urls"]:
    """A registry of the test's own, with three offices and a registrar."""
    import registry_server

    database = postgres.new_database(template=_migrated, owner=registry_server.OWNER)
    yield registry_server.enrolled(postgres, database)
    postgres.drop_database(database)
