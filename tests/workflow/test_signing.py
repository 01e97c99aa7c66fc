"""Which key signs: the one that the settings name, examined first, and never another one without a word."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cards import genuine, row_of
from report.authorities import Party, party, revocation_list
from report.soft_card import PIN, SoftCard, with_card
from report.test_identity_file import packed

from gpu_inspector import preferences, settings
from gpu_inspector.errors import ReportError
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.report import cms, identity
from gpu_inspector.workflow import examining, identities, inspecting, keys, signing
from gpu_inspector.workflow.topics import Topic

PASSPHRASE = "Ein Satz mit Ümlaut 26"
ROOT = party("Root", authority=True)
ISSUING = party("Issuing", ROOT, authority=True)
OFFICER = party("Officer One", ISSUING)
DIGEST = bytes(range(32))


def ask(_wanted: str) -> str:
    return PASSPHRASE


def on_file(tmp_path: Path, officer: Party = OFFICER) -> Path:
    path = tmp_path / "own" / "officer.p12"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(packed(officer, others=(ROOT, ISSUING)))
    path.chmod(0o600)
    preferences.change({"signer": "file", "signer_file": str(path)})
    return path


def listed(data: bytes, name: str = "issuing.crl") -> Path:
    settings.revocation_folder().mkdir(parents=True, exist_ok=True)
    path = settings.revocation_folder() / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("chosen", ["", "own"])
def test_without_a_choice_the_bench_signs_with_its_own_key(chosen: str) -> None:
    preferences.change({"signer": chosen})
    assert signing.signer() == signing.signer() or signing.signer().fingerprint == signing.signer().fingerprint
    assert signing.signer().fingerprint == identity.load_or_make(settings.identity_folder()).fingerprint


def test_the_file_that_was_chosen_signs(tmp_path: Path) -> None:
    on_file(tmp_path)
    found, remarks = signing.examined(ask)
    assert (found.certificate, found.chain) == (OFFICER.der, (ISSUING.der, ROOT.der))
    assert len(remarks) == 2 and all("could not be asked" in one for one in remarks)
    assert not settings.identity_folder().exists()


def test_a_report_is_signed_with_the_key_that_was_chosen(tmp_path: Path) -> None:
    on_file(tmp_path)
    record = inspecting.inspection_of(genuine(row_of("NVIDIA GeForce RTX 4090")), Declaration(), Case(), load())
    done = inspecting.store_and_report(record, tmp_path / "l.sqlite", tmp_path / "r.pdf", ask=ask)
    assert done.failure == "" and done.report is not None
    assert OFFICER.der.hex().upper().encode() in done.report.read_bytes().upper()


def test_a_key_that_cannot_be_used_loses_no_inspection(tmp_path: Path) -> None:
    on_file(tmp_path).unlink()
    record = inspecting.inspection_of(genuine(row_of("NVIDIA GeForce RTX 4090")), Declaration(), Case(), load())
    done = inspecting.store_and_report(record, tmp_path / "l.sqlite", tmp_path / "r.pdf", ask=ask)
    assert done.entry.seq == 1 and done.report is None and "cannot be read" in done.failure


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        pytest.param({"signer": "file"}, r"name no file.*key import", id="no file named"),
        pytest.param({"signer": "file", "signer_file": "/none/officer.p12"}, "cannot be read", id="file gone"),
        pytest.param({"signer": "card"}, r"name no library.*key import --card", id="no library named"),
        pytest.param({"signer": "card", "card_module": "/none/lib.so"}, "cannot be loaded", id="library gone"),
    ],
)
def test_a_choice_that_does_not_hold_is_a_sentence(choices: dict[str, str], sentence: str) -> None:
    preferences.change(choices)
    with pytest.raises(ReportError, match=sentence):
        signing.signer(ask)
    assert not settings.identity_folder().exists()


def test_broken_settings_do_not_hand_the_signing_to_another_key_without_a_word(tmp_path: Path) -> None:
    on_file(tmp_path)
    preferences.path().write_text('signer = "nobody"')
    with pytest.raises(ReportError, match="kept as"):
        signing.signer(ask)
    assert not settings.identity_folder().exists()


def test_a_revoked_officer_is_refused_before_anything_is_signed(tmp_path: Path) -> None:
    issuing = party("Issuing", ROOT, authority=True)
    officer = party("Officer Two", issuing)
    on_file(tmp_path, officer)
    path = tmp_path / "own" / "officer.p12"
    path.write_bytes(packed(officer, others=(ROOT, issuing)))
    listed(revocation_list(issuing))
    signing.signer(ask)
    issuing.revoked[officer.certificate.serial_number] = datetime.now(UTC) - timedelta(hours=1)
    listed(revocation_list(issuing), "newer.crl")
    with pytest.raises(ReportError, match="“Officer Two” was revoked"):
        signing.signer(ask)


def test_an_officer_whose_time_is_over_is_refused(tmp_path: Path) -> None:
    on_file(tmp_path, party("Late", ISSUING, begin=datetime.now(UTC) - timedelta(days=9), days=5))
    with pytest.raises(ReportError, match="has run out"):
        signing.signer(ask)


def test_fresh_lists_leave_no_remark_and_odd_files_beside_them_leave_one(tmp_path: Path) -> None:
    on_file(tmp_path)
    listed(revocation_list(ISSUING))
    listed(revocation_list(ROOT), "root.crl")
    listed(b"", ".hidden")
    assert signing.examined(ask)[1] == ()
    listed(b"no list", "readme.txt")
    (settings.revocation_folder() / "folder").mkdir()
    remarks = signing.examined(ask)[1]
    assert len(remarks) == 2
    assert any("readme.txt holds no revocation list" in one for one in remarks)
    assert any("folder cannot be read" in one for one in remarks)


def test_who_would_sign_is_shown_without_a_passphrase_once_the_file_was_used(tmp_path: Path) -> None:
    path = on_file(tmp_path)
    assert identities.signing() is None
    signing.signer(ask)
    shown = keys.show()
    assert (shown.kind, shown.name, shown.algorithm, shown.refusal) == ("file", "Officer One", "P-256", "")
    assert [one.name for one in shown.authorities] == ["Issuing", "Root"]
    known = identities.signing()
    assert known is not None and known.name == "Officer One"
    identities.export(tmp_path / "c.pem")
    assert (tmp_path / "c.pem").read_bytes().count(b"BEGIN CERTIFICATE") == 1
    path.write_bytes(packed(party("Officer New", ISSUING), others=(ROOT, ISSUING)))
    assert keys.show(ask).name == "Officer New"


def test_a_certificate_that_cannot_be_kept_for_showing_hinders_no_signing(tmp_path: Path) -> None:
    on_file(tmp_path)
    settings.signers_folder().parent.mkdir(parents=True, exist_ok=True)
    settings.signers_folder().write_bytes(b"a file in the folder's place")
    assert signing.signer(ask).fingerprint


@with_card
def test_the_card_that_was_chosen_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soft = SoftCard(tmp_path / "card", monkeypatch=monkeypatch)
    soft.put(OFFICER)
    card = soft.card()
    preferences.change({"signer": "card", "card_module": str(card.module), "card_token": "office", "card_key": "sign"})
    found = signing.signer(lambda wanted: PIN)
    certificate, chain, value = cms.parts(cms.sign(found.certificate, found.key, DIGEST, found.chain))
    assert cms.signature_fits(certificate, DIGEST, value, chain) and certificate == OFFICER.der


def test_a_card_library_is_loaded_only_where_a_card_is_chosen(tmp_path: Path) -> None:
    import subprocess

    program = (
        "import sys; from gpu_inspector.workflow import signing; signing.signer(); "
        "from gpu_inspector.report import identity_card, identity_file; assert 'pkcs11' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])


def test_doctor_says_who_signs_and_when_nobody_may(tmp_path: Path) -> None:
    def topic() -> Topic:
        places = examining.examine_places(tmp_path / "l.sqlite")
        return next(one for one in places if one.title == "signing identity")

    assert topic().well and "first report" in topic().says
    signing.signer()
    assert topic().well and "bench key" in topic().says
    on_file(tmp_path)
    assert topic().well and "a file" in topic().says
    signing.signer(ask)
    assert topic().well and "Officer One" in topic().says
    on_file(tmp_path, party("Late", ISSUING, begin=datetime.now(UTC) - timedelta(days=9), days=5))
    keys.certificates(preferences.load()[0], ask)
    assert not topic().well and "has run out" in topic().says
