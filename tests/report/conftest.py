"""One signed report for all tests of examination: drawing and signing are pure enough to be done once."""

from datetime import UTC, datetime

import pytest
from report.authorities import Court, court
from report.report_records import entry_of, suspicious

from gpu_inspector.records import canonical
from gpu_inspector.report import archive, tsa
from gpu_inspector.report.document import draw
from gpu_inspector.report.identity import SigningIdentity, load_or_make
from gpu_inspector.report.proofs import Proofs
from gpu_inspector.report.revocation import Sources
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


@pytest.fixture(scope="session")
def bench_court() -> Court:
    """The authorities of the reports below; the officers' certificates are good for a year."""
    return court()


@pytest.fixture(scope="session")
def issued_report(bench_court: Court) -> bytes:
    """A report that an officer with a certificate of an authority signed, with a field for the second one; B-B."""
    officer = bench_court.officer
    own = SigningIdentity(officer.der, officer.key, officer.chain)
    record = suspicious()
    pages = draw(record, entry_of(record), signer=own.fingerprint)
    return sign(
        pages,
        canonical.encode(record),
        entry_of(record),
        own,
        reason="GPU Inspector report 17",
        place="Köln",
        reviewer=True,
    )


@pytest.fixture(scope="session")
def lta_report(bench_court: Court, issued_report: bytes) -> bytes:
    """The same at B-LTA: one time stamp, all certificates and revocation lists; trust `bench_court.root.der`."""
    stamp = tsa.stamper(
        "http://stamps.test", fetch=lambda _url, body, _media: bench_court.service.answered(body or b"")
    )
    done = archive.upgraded(issued_report, stamp, datetime.now(UTC), Sources(proofs=Proofs(bench_court.lists)))
    assert done.level == "B-LTA", done.remarks
    return done.pdf
