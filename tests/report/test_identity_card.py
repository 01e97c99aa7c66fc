"""The key of a card, with a card made of software: it signs, and each trouble is a sentence of its own."""

import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from report.authorities import Key, party
from report.soft_card import MODULE, PIN, SoftCard, with_card

from gpu_inspector.errors import ReportError
from gpu_inspector.report import cms, identity_card
from gpu_inspector.report.card import Card, Pin, session
from gpu_inspector.report.certificate import SigningIdentity
from gpu_inspector.report.secret import Ask

pytestmark = with_card

ROOT = party("Test Root", authority=True)
ISSUING = party("Test Issuing", ROOT, authority=True)
OFFICER = party("Officer One", ISSUING)
RSA = party("Officer RSA", ISSUING, key=rsa.generate_private_key(65537, 2048))
DIGEST = bytes(range(32))


def answering(secret: str | None) -> Ask:
    return lambda wanted: secret


@pytest.fixture
def soft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftCard:
    monkeypatch.delenv("GPU_INSPECTOR_PIN", raising=False)
    return SoftCard(tmp_path / "card", monkeypatch=monkeypatch)


def _fits(identity: SigningIdentity) -> bool:
    envelope = cms.sign(identity.certificate, identity.key, DIGEST, identity.chain)
    certificate, chain, value = cms.parts(envelope)
    return cms.signature_fits(certificate, DIGEST, value, chain)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(OFFICER.key, id="P-256"),
        pytest.param(ec.generate_private_key(ec.SECP384R1()), id="P-384"),
        pytest.param(ec.generate_private_key(ec.SECP521R1()), id="P-521"),
        pytest.param(RSA.key, id="RSA-2048"),
    ],
)
def test_a_card_signs_and_brings_its_authorities_in_order(key: Key, soft: SoftCard) -> None:
    officer = party("Officer", ISSUING, key=key)
    soft.put(officer)
    loaded = identity_card.load(soft.card(), answering(PIN))
    assert (loaded.certificate, loaded.chain) == (officer.der, (ISSUING.der, ROOT.der))
    assert _fits(loaded)


def test_a_card_that_hashes_not_gets_the_framed_digest(soft: SoftCard, monkeypatch: pytest.MonkeyPatch) -> None:
    soft.put(RSA)
    loaded = identity_card.load(soft.card(), answering(PIN))
    used: list[str] = []

    def without(key: Any, token: Any, data: bytes, again: dict[str, str]) -> bytes:
        class Plain:
            class slot:  # noqa: N801
                @staticmethod
                def get_mechanisms() -> set[object]:
                    return set()

        used.append("framed")
        return real(key, Plain, data, again)  # type: ignore[arg-type]

    real = identity_card._signed_rsa
    monkeypatch.setattr(identity_card, "_signed_rsa", without)
    assert _fits(loaded)
    assert used == ["framed"]


@pytest.mark.parametrize("key", ["signing", "id:02"])
def test_the_key_is_found_by_label_or_id_among_several(key: str, soft: SoftCard) -> None:
    soft.put(OFFICER, "other", "01")
    second = party("Officer Two", ISSUING)
    soft.put(second, "signing", "02", chain=False)
    loaded = identity_card.load(soft.card(key), answering(PIN))
    assert loaded.certificate == second.der and _fits(loaded)
    with pytest.raises(ReportError, match=r"Several certificates.*signing.*id:02"):
        identity_card.load(soft.card(), answering(PIN))
    with pytest.raises(ReportError, match=r"No certificate “none”.*“other” \(id:01, Officer One\)"):
        identity_card.load(soft.card("none"), answering(PIN))


def test_the_certificate_is_read_without_a_pin(soft: SoftCard) -> None:
    soft.put(OFFICER)

    def ask(wanted: str) -> str:
        raise AssertionError(wanted)

    assert identity_card.load(soft.card(), ask).certificate == OFFICER.der


def test_a_certificate_that_the_card_hides_is_read_with_the_pin_asked_once(soft: SoftCard) -> None:
    soft.put_key(OFFICER)
    soft.put_certificate(OFFICER.der, "sign", "01", "--private")
    asked: list[str] = []

    def ask(wanted: str) -> str:
        asked.append(wanted)
        return PIN

    loaded = identity_card.load(soft.card(), ask)
    assert _fits(loaded) and _fits(loaded)
    assert asked == ["PIN of the card “office”"]


def test_the_pin_is_asked_once_for_what_is_signed_in_one_go(soft: SoftCard) -> None:
    soft.put(OFFICER)
    asked: list[str] = []

    def ask(wanted: str) -> str:
        asked.append(wanted)
        return PIN

    loaded = identity_card.load(soft.card(), ask)
    assert all(_fits(loaded) for _ in range(3))
    assert len(asked) == 1


def test_the_pin_comes_from_the_environment_then_from_the_key_rings_own_entry(
    soft: SoftCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyring

    soft.put(OFFICER)
    monkeypatch.setenv("GPU_INSPECTOR_PIN", PIN)
    assert _fits(identity_card.load(soft.card()))
    monkeypatch.delenv("GPU_INSPECTOR_PIN")
    asked: list[str] = []
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")

    def get_password(service: str, entry: str) -> str:
        asked.append(f"{service} {entry}")
        return PIN

    monkeypatch.setattr(keyring, "get_password", get_password)
    assert _fits(identity_card.load(soft.card()))
    assert asked == ["gpu-inspector card:office"]


def test_a_wrong_pin_is_tried_once_and_a_stored_one_never_again(
    soft: SoftCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    soft.put(OFFICER)
    tried: list[int] = []

    def counting(token: Any, pin: Pin | None = None) -> Any:
        tried.append(pin is not None)
        return session(token, pin)

    monkeypatch.setattr(identity_card, "session", counting)
    monkeypatch.setenv("GPU_INSPECTOR_PIN", "9999-falsch")
    for _ in range(3):
        with pytest.raises(ReportError) as refused:
            _fits(identity_card.load(soft.card()))
        assert "9999-falsch" not in str(refused.value) + repr(refused.value) + str(refused.value.__cause__)
    assert "A wrong PIN was given" in str(refused.value)
    assert sum(tried) == 1
    asked: list[str] = []

    def ask(wanted: str) -> str:
        asked.append(wanted)
        return PIN

    assert _fits(identity_card.load(soft.card(), ask))
    assert asked == ["PIN of the card “office” (it was given wrong before)"]
    monkeypatch.setenv("GPU_INSPECTOR_PIN", PIN)
    assert _fits(identity_card.load(soft.card()))


def test_what_was_refused_once_is_refused_again_without_a_question(soft: SoftCard) -> None:
    """A report and the ledger's checkpoint are signed by one identity: one mistake spends one try."""
    soft.put(OFFICER)
    asked: list[str] = []

    def ask(wanted: str) -> str:
        asked.append(wanted)
        return "0000"

    loaded = identity_card.load(soft.card(), ask)
    said = set()
    for _ in range(3):
        with pytest.raises(ReportError) as refused:
            _fits(loaded)
        said.add(str(refused.value))
    assert len(asked) == 1 and len(said) == 1 and "tried once" in said.pop()


def test_without_a_pin_the_sentence_names_the_ways(soft: SoftCard) -> None:
    soft.put(OFFICER)
    with pytest.raises(ReportError, match=r"PIN is wanted.*GPU_INSPECTOR_PIN.*card:office"):
        _fits(identity_card.load(soft.card()))


def _key_alone(soft: SoftCard) -> Card:
    soft.put_key(OFFICER)
    return soft.card()


def _certificate_alone(soft: SoftCard) -> Card:
    soft.put_certificate(OFFICER.der, "sign", "01")
    return soft.card()


def _other_key(soft: SoftCard) -> Card:
    soft.put_key(party("Another", ISSUING))
    soft.put_certificate(OFFICER.der, "sign", "01")
    return soft.card()


def _not_for_signing(soft: SoftCard) -> Card:
    import pkcs11

    soft.put(OFFICER)
    library = pkcs11.lib(str(MODULE))
    try:
        with library.get_token(token_label="office").open(rw=True, user_pin=PIN) as session:
            for key in list(session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY})):
                key[pkcs11.Attribute.SIGN] = False
    finally:
        library.finalize()
    return soft.card()


@pytest.mark.parametrize(
    ("arrange", "sentence"),
    [
        pytest.param(lambda soft: soft.card(label="lost"), "No card “lost” is there.*“office”", id="no such card"),
        pytest.param(
            _key_alone, "No certificate to sign with is on the card “office”; found: none", id="no certificate"
        ),
        pytest.param(_certificate_alone, "“Officer One” is on the card “office”, and no key for it", id="no key"),
        pytest.param(_other_key, "does not fit its certificate", id="another key"),
        pytest.param(_not_for_signing, "may not sign", id="no right to sign"),
    ],
)
def test_each_trouble_is_a_sentence(arrange: Callable[[SoftCard], Card], sentence: str, soft: SoftCard) -> None:
    with pytest.raises(ReportError, match=sentence):
        _fits(identity_card.load(arrange(soft), answering(PIN)))


def test_no_card_at_all_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "conf").write_text(f"directories.tokendir = {tmp_path / 'none'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "conf"))
    assert MODULE is not None
    with pytest.raises(ReportError, match=r"No card is there; seen through libsofthsm2.so: none"):
        identity_card.load(Card(MODULE))


def test_two_cards_of_one_name_are_not_guessed_between(soft: SoftCard) -> None:
    soft._run("softhsm2-util", "--init-token", "--free", "--label", "office", "--so-pin", "12345678", "--pin", PIN)
    with pytest.raises(ReportError, match="2 cards could be meant"):
        identity_card.load(soft.card())


def test_a_library_that_is_missing_or_none_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"cannot be loaded \(there is no such file\)"):
        identity_card.load(Card(tmp_path / "none.so"))
    (tmp_path / "text.so").write_text("no library")
    with pytest.raises(ReportError, match="cannot be loaded"):
        identity_card.load(Card(tmp_path / "text.so"))
    libc = next(Path("/usr/lib").rglob("libz.so.1"), None)
    if libc is not None:
        with pytest.raises(ReportError, match="cannot be loaded"):
            identity_card.load(Card(libc))


def test_a_card_that_is_pulled_out_in_the_middle_is_a_sentence(soft: SoftCard) -> None:
    soft.put(OFFICER)
    loaded = identity_card.load(soft.card(), answering(PIN))
    assert _fits(loaded)
    shutil.rmtree(soft.folder / "tokens")
    (soft.folder / "tokens").mkdir()
    with pytest.raises(ReportError, match="No card “office” is there"):
        _fits(loaded)


@pytest.mark.parametrize("name", ["DeviceRemoved", "TokenNotPresent", "SessionHandleInvalid", "DeviceError"])
def test_what_the_card_answers_in_the_middle_is_a_sentence_and_the_next_try_works(
    name: str, soft: SoftCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pkcs11

    soft.put(OFFICER)
    loaded = identity_card.load(soft.card(), answering(PIN))

    def gone(key: Any, data: bytes, again: dict[str, str]) -> bytes:
        raise getattr(pkcs11, name)

    with monkeypatch.context() as patch:
        patch.setattr(identity_card, "_signed_ecdsa", gone)
        with pytest.raises(ReportError, match="DeviceError" if name == "DeviceError" else "pulled out"):
            _fits(loaded)
    assert _fits(loaded)


def test_the_session_is_closed_in_every_case(soft: SoftCard, monkeypatch: pytest.MonkeyPatch) -> None:
    import pkcs11

    soft.put(OFFICER)
    assert MODULE is not None
    library = pkcs11.lib(str(MODULE))
    library.finalize()
    with pytest.raises(ReportError, match="is wrong"):
        _fits(identity_card.load(soft.card(), answering("falsch-1")))
    assert not library.initialized
    assert _fits(identity_card.load(soft.card(), answering(PIN)))
    assert not library.initialized


class _Token:
    """What `pin_for` asks of a token."""

    def __init__(self, flags: object) -> None:
        self.flags, self.label, self.serial = flags, "office", b"\1"


def test_a_locked_card_is_not_tried_and_the_last_try_is_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    from pkcs11 import TokenFlag

    from gpu_inspector.report import card

    here = Card(Path("/lib.so"), "office")
    monkeypatch.setenv("GPU_INSPECTOR_PIN", PIN)
    with pytest.raises(ReportError, match=r"is locked.*PUK"):
        card.pin_for(_Token(TokenFlag.USER_PIN_LOCKED), here, answering(PIN))  # type: ignore[arg-type]
    asked: list[str] = []

    def ask(wanted: str) -> str:
        asked.append(wanted)
        return PIN

    card.pin_for(_Token(TokenFlag.USER_PIN_FINAL_TRY), here, ask)  # type: ignore[arg-type]
    assert asked == ["PIN of the card “office” (the last try before it locks)"]
    at_reader = card.pin_for(_Token(TokenFlag.PROTECTED_AUTHENTICATION_PATH), here, ask)  # type: ignore[arg-type]
    assert at_reader.text is None and len(asked) == 1


@pytest.mark.parametrize(
    "name", ["PinLocked", "PinExpired", "UserPinNotInitialized", "MechanismInvalid", "GeneralError"]
)
def test_what_has_no_text_of_its_own_gets_a_sentence(name: str) -> None:
    import pkcs11

    from gpu_inspector.report import card

    said = str(card._trouble(getattr(pkcs11, name)(), Card(Path("/lib.so"), "office")))
    assert "the card “office”" in said and said.endswith(".")


def test_the_pin_shows_in_no_text_of_the_identity(soft: SoftCard) -> None:
    soft.put(OFFICER)
    loaded = identity_card.load(soft.card(), answering(PIN))
    assert _fits(loaded)
    assert PIN not in repr(loaded) + repr(loaded.key) + str(loaded.key) + repr(getattr(loaded.key, "_pin", None))
    with pytest.raises(TypeError):
        pickle.dumps(loaded.key)
