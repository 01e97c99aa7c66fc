"""One signed report for all tests of examination: drawing and signing are pure enough to be done once."""

import pytest
from report.report_records import entry_of, suspicious

from gpu_inspector.records import canonical
from gpu_inspector.report.document import draw
from gpu_inspector.report.identity import SigningIdentity, load_or_make
from gpu_inspector.report.signature import sign


@pytest.fixture(autouse=True)
def no_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test asks the developer's own key ring or environment."""
    for name in ("GPU_INSPECTOR_PASSPHRASE", "DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nonexistent")


@pytest.fixture(scope="session")
def identity(tmp_path_factory: pytest.TempPathFactory) -> SigningIdentity:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", "/nonexistent")
        for name in ("GPU_INSPECTOR_PASSPHRASE", "DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND"):
            patch.delenv(name, raising=False)
        return load_or_make(tmp_path_factory.mktemp("home") / "identity")


@pytest.fixture(scope="session")
def drawn(identity: SigningIdentity) -> bytes:
    record = suspicious()
    return draw(record, entry_of(record), signer=identity.fingerprint)


@pytest.fixture(scope="session")
def signed(identity: SigningIdentity, drawn: bytes) -> bytes:
    record = suspicious()
    return sign(
        drawn, canonical.encode(record), entry_of(record), identity, reason="Inspection report No. 17", place="Köln"
    )
