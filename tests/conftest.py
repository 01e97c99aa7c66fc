"""What every test has: the catalogue, a home of its own, and folders that cost next to nothing.

There are many thousands of tests. pytest numbers a folder by reading the names of all that are there, which costs more
with every test, and a ledger waits for the disk at every row: so folders are counted here, lie in memory where there
is room, and go with a test that passed.
"""

import gc
import itertools
import os
import re
import shutil
import sys
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gpu_inspector import log
from gpu_inspector.records.catalogue import Catalogue, load

if TYPE_CHECKING:
    from registry_server import Server, Urls

_MEMORY = Path("/dev/shm")
_ROOM = 3 * 1024**3
_FAILED = pytest.StashKey[bool]()
_OWN = pytest.StashKey[list[Path]]()
_numbers = itertools.count()

with suppress(ModuleNotFoundError):  # a machine with a card may have no more than tests/gpu needs
    from hypothesis import settings
    from sampling import PROVE, SAMPLE

    # No deadline: how long an example takes is the machine's load, not the program's fault.
    # The sample is seeded: what fails, fails in every run. `make prove` draws anew.
    settings.register_profile(SAMPLE, deadline=None, max_examples=20, derandomize=True)
    settings.register_profile(PROVE, deadline=None)
    settings.load_profile(SAMPLE)


def pytest_sessionstart() -> None:
    # It is not there where Hypothesis is missing, or where this file was copied without its neighbours.
    if (sampling := sys.modules.get("sampling")) is not None:
        sampling.draw_alike()


def _in_memory() -> bool:
    try:
        place = os.statvfs(_MEMORY)
    except (OSError, AttributeError):
        return False
    # Tests write programs into their folders and run them.
    return place.f_bavail * place.f_frsize > _ROOM and not place.f_flag & os.ST_NOEXEC and os.access(_MEMORY, os.W_OK)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("basetemp") is None and _in_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


def pytest_collection_finish() -> None:
    """What was collected stays to the end: no sweep of garbage need walk through it again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """After all of it is undone: what a test put in place of the system's own calls would be asked else."""
    yield
    if not item.stash.get(_FAILED, False):
        for path in item.stash.get(_OWN, []):
            shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def _folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("own")


def _own(folders: Path, name: str, item: pytest.Item) -> Path:
    """A new folder, which goes with a test that passed."""
    path = folders / f"{name}{next(_numbers)}"
    path.mkdir(mode=0o700)
    item.stash.setdefault(_OWN, []).append(path)
    return path


@pytest.fixture
def tmp_path(_folders: Path, request: pytest.FixtureRequest) -> Path:
    """As pytest's own, but kept for a test that failed alone."""
    return _own(_folders, re.sub(r"[^a-zA-Z0-9_]", "_", request.node.name)[:30], request.node)


@pytest.fixture(autouse=True)
def _home(_folders: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test may touch the user's own ledger, key or log."""
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(_own(_folders, "home", request.node)))
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
