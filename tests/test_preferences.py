"""What the user chose: written whole or not at all, read with care, kept aside where it is broken."""

import errno
import os
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector import preferences, settings
from gpu_inspector.cli.main import main
from gpu_inspector.errors import SettingsError
from gpu_inspector.preferences import Preferences

ALL = Preferences(
    office="Zollamt Köln-Süd",
    inspector="Żofia Кузнецова",
    place='Hall "7" \\ ramp',
    profile="deep",
    theme="dark",
    keep_location=True,
    ledger="/data/ledger.sqlite",
    trusted=("/data/a.pem", "/data/b.pem"),
    welcomed=True,
    window="01d9d0cb",
    signer="card",
    signer_file="/keys/officer.p12",
    card_module="/usr/lib/opensc-pkcs11.so",
    card_token="Zoll Köln",
    card_key="id:0a1b",
    timestamp_url="https://tsa.example:8443/tsr?x=1",
    countersigned=True,
    registry="postgresql:///?service=registry",
    registry_leaves="digests",
    registry_numbers_keyed=True,
)


def written(text: str) -> Path:
    preferences.path().parent.mkdir(parents=True, exist_ok=True)
    preferences.path().write_text(text, encoding="utf-8")
    return preferences.path()


def test_without_a_file_the_usual_holds_and_nothing_is_said() -> None:
    assert preferences.load() == (Preferences(), "")
    assert not preferences.path().exists()


def test_all_choices_come_back() -> None:
    preferences.save(ALL)
    assert preferences.load() == (ALL, "")


@tries(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(12), deadline=None)
@given(office=st.text(max_size=300), keep=st.booleans())
def test_any_typed_text_comes_back_or_is_refused_with_a_sentence(office: str, keep: bool) -> None:
    wanted = Preferences(office=office, keep_location=keep)
    try:
        preferences.save(wanted)
    except SettingsError as error:
        assert "cannot be kept" in str(error)
        return
    assert preferences.load() == (wanted, "")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("office = ", id="no TOML"),
        pytest.param("office = 7", id="a number for a text"),
        pytest.param("keep_location = 1", id="a number for a switch"),
        pytest.param('theme = "pink"', id="no theme"),
        pytest.param('profile = "all"', id="no profile"),
        pytest.param('office = "a\\nb"', id="two lines"),
        pytest.param('office = "a\\u202Eb"', id="a mark that reorders"),
        pytest.param(f'office = "{"x" * 5000}"', id="endless"),
        pytest.param('ledger = "ledger.sqlite"', id="a place that depends on the folder"),
        pytest.param('ledger = "/a\\u0000b"', id="a zero in a path"),
        pytest.param('trusted = ["a.pem"]', id="a relative certificate"),
        pytest.param('registry_leaves = "all"', id="no step of what leaves"),
        pytest.param('registry = "mysql://h/r"', id="no registry"),
        pytest.param('registry = "postgresql://o:p@h/r"', id="a registry with a password"),
        pytest.param("trusted = [" + '"/a",' * 300 + "]", id="too many certificates"),
        pytest.param('signer = "anybody"', id="no signer"),
        pytest.param('signer_file = "officer.p12"', id="a relative key"),
        pytest.param('card_module = "lib.so"', id="a relative library"),
        pytest.param('card_key = "id:0"', id="half a byte of an id"),
        pytest.param('card_key = "id:0A"', id="an id in capitals"),
        pytest.param('card_key = "id:"', id="no id"),
        pytest.param('timestamp_url = "tsa.example"', id="no address"),
        pytest.param('timestamp_url = "ftp://tsa.example/"', id="another protocol"),
        pytest.param('timestamp_url = "file:///etc/passwd"', id="a file for a service"),
        pytest.param('timestamp_url = "https:///tsr"', id="no host"),
        pytest.param('timestamp_url = "https://tsa.example:99999/"', id="no port"),
        pytest.param('timestamp_url = "https://[::1/"', id="half an address"),
        pytest.param('timestamp_url = "https://tsa.example/ x"', id="a blank in an address"),
        pytest.param('timestamp_url = "https://me:secret@tsa.example/"', id="a password in an address"),
        pytest.param("countersigned = 1", id="a number for a second switch"),
        pytest.param('window = "no digits"', id="no place of a window"),
        pytest.param('window = "abc"', id="half a byte"),
        pytest.param("office = " + "[" * 5000, id="endlessly nested"),
        pytest.param("#" + "x" * (1024 * 1024), id="too large"),
    ],
)
def test_a_broken_file_is_named_and_kept_aside(text: str) -> None:
    path = written(text)
    found, trouble = preferences.load()
    assert found == Preferences()
    aside = path.with_name("settings.broken.toml")
    assert str(aside) in trouble
    assert aside.read_text(encoding="utf-8") == text
    assert preferences.load() == (Preferences(), "")


def test_bytes_that_are_no_text_are_kept_aside() -> None:
    written("").write_bytes(b"office = '\xff\xfe'")
    assert "settings.broken.toml" in preferences.load()[1]


def test_a_second_broken_file_does_not_overwrite_the_first() -> None:
    for number in (1, 2, 3):
        written(f"broken {number}")
        preferences.load()
    names = sorted(one.name for one in settings.data_folder().iterdir())
    assert names == ["settings.broken-2.toml", "settings.broken-3.toml", "settings.broken.toml"]


def test_what_a_newer_program_wrote_stays_in_the_file() -> None:
    written('nation = "fr"\noffice = "old"\n[future]\na = 1\n')
    assert preferences.change({"office": "new"}) == Preferences(office="new")
    text = preferences.path().read_text(encoding="utf-8")
    assert 'nation = "fr"' in text and "[future]" in text and 'office = "new"' in text


def test_two_windows_keep_each_others_choices() -> None:
    preferences.change({"office": "one"})
    preferences.change({"inspector": "two"})
    assert preferences.load()[0] == Preferences(office="one", inspector="two")


def test_a_choice_that_is_none_is_refused_and_nothing_is_written() -> None:
    preferences.save(ALL)
    with pytest.raises(SettingsError, match="theme must be one of"):
        preferences.change({"theme": "pink"})
    assert preferences.load() == (ALL, "")


def test_a_change_over_a_broken_file_says_so_and_loses_nothing() -> None:
    written("broken")
    with pytest.raises(SettingsError, match="kept as"):
        preferences.change({"office": "new"})
    assert preferences.change({"office": "new"}).office == "new"


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_is_a_sentence_and_the_old_file_stays(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    preferences.save(ALL)

    def full(*arguments: object) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os if call == "fsync" else Path, call, full)
    with pytest.raises(SettingsError, match=r"No space left on device.*Free some space"):
        preferences.save(Preferences())
    assert preferences.load() == (ALL, "")
    assert [one.name for one in settings.data_folder().iterdir()] == ["settings.toml"]


@pytest.mark.parametrize("place", ["folder", "file in the folder's place"])
def test_a_place_that_cannot_be_written_is_a_sentence(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if place == "folder":
        preferences.path().mkdir(parents=True)
        assert "cannot be read" in preferences.load()[1]
    else:
        monkeypatch.setenv("GPU_INSPECTOR_HOME", str(written("") / "below"))
        assert preferences.load() == (Preferences(), "")
    with pytest.raises(SettingsError, match="cannot be written"):
        preferences.save(ALL)


def test_the_usual_ledger_where_nothing_was_chosen() -> None:
    assert preferences.ledger_path() == settings.data_folder() / "ledger.sqlite"


def test_the_chosen_ledger_and_the_environments_before_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    preferences.change({"ledger": str(tmp_path / "chosen.sqlite")})
    assert preferences.ledger_path() == tmp_path / "chosen.sqlite"
    monkeypatch.setenv("GPU_INSPECTOR_LEDGER", str(tmp_path / "named.sqlite"))
    assert preferences.ledger_path() == tmp_path / "named.sqlite"


def test_a_broken_file_does_not_send_a_row_to_another_ledger_without_a_word() -> None:
    written('ledger = "relative"')
    with pytest.raises(SettingsError, match="kept as"):
        preferences.ledger_path()
    assert preferences.ledger_path() == settings.data_folder() / "ledger.sqlite"


def test_the_command_line_follows_the_chosen_ledger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    preferences.change({"ledger": str(folder)})
    assert main(["history"]) == 1
    assert str(folder) in capsys.readouterr().err


def test_the_command_line_names_broken_settings_once(capsys: pytest.CaptureFixture[str]) -> None:
    written("broken")
    assert main(["ledger", "verify"]) == 1
    assert "settings.broken.toml" in capsys.readouterr().err
    main(["ledger", "verify"])
    assert "settings" not in capsys.readouterr().err


def test_another_ledger_moves_and_deletes_nothing(tmp_path: Path) -> None:
    usual = preferences.ledger_path()
    usual.parent.mkdir(parents=True, exist_ok=True)
    usual.write_bytes(b"rows")
    preferences.change({"ledger": str(tmp_path / "other.sqlite")})
    preferences.change({"ledger": ""})
    assert usual.read_bytes() == b"rows"
    assert not (tmp_path / "other.sqlite").exists()


def test_no_door_asks_for_the_usual_ledger_instead_of_the_chosen_one() -> None:
    package = Path(preferences.__file__).parent
    asking = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "settings.ledger_path" in path.read_text(encoding="utf-8")
    }
    assert asking == {"preferences.py"}
