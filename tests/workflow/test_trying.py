"""Keys and services are tried before they are needed; what does not serve is a sentence, and nothing is kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from report.authorities import court
from report.services import Site, served

from gpu_inspector import preferences
from gpu_inspector.errors import ReportError, TimeStampError
from gpu_inspector.workflow import identities, keys, trying

SECRET = "correct horse battery"


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as one:
        one.service = court().service
        yield one


def test_the_own_key_is_made_and_signs() -> None:
    tried = trying.signer()
    assert tried.known == identities.signing()
    assert tried.algorithm == "P-256" and tried.remarks


def test_a_file_is_opened_with_the_passphrase_and_shows_its_own_certificate(tmp_path: Path) -> None:
    path = tmp_path / "office.p12"
    keys.new_file(path, SECRET)
    shown = keys.import_file(path, lambda wanted: SECRET)
    wanted: list[str] = []

    def ask(sentence: str) -> str:
        wanted.append(sentence)
        return SECRET

    assert trying.signer(ask).known.fingerprint == shown.fingerprint
    assert len(wanted) == 1
    with pytest.raises(ReportError, match="does not open") as caught:
        trying.signer(lambda sentence: "wrong secret")
    assert "wrong secret" not in str(caught.value)


def test_a_card_that_is_not_there_is_a_sentence() -> None:
    preferences.change({"signer": "card", "card_module": "/nowhere/card.so"})
    with pytest.raises(ReportError, match="no such file"):
        trying.signer()


def test_a_service_answers_with_its_certificate_and_clock(site: Site) -> None:
    answered = trying.service(f"{site.url}/tsa")
    assert answered.name == "Test Time Stamps" and len(answered.fingerprint) == 64
    assert answered.at.tzinfo is not None and answered.remark == ""
    assert site.asked == ["/tsa"]


@pytest.mark.parametrize("mode", ["error", "garbage", "empty", "down"])
def test_a_service_that_does_not_serve_is_a_sentence_after_one_try(site: Site, mode: str) -> None:
    site.mode = mode
    with pytest.raises(TimeStampError):
        trying.service(f"{site.url}/tsa")
    assert len(site.asked) == 1
