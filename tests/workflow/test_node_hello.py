"""A node counts where its program, its data, its clock and its key are in order, and its machine answers once."""

import platform
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import util
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from node_cards import counting, greeting, key_of_node, wish
from sampling import examples

from gpu_inspector import resources
from gpu_inspector.errors import DataError
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.node import CLOCK_MAY_DIFFER_S, Hello, Lack, Machine, NodeGap, Wish
from gpu_inspector.report.certificate import fingerprint_of
from gpu_inspector.version import build
from gpu_inspector.workflow import node_envelope, node_hello, node_key, node_program

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SERVER = "hgx-h100-8"


def said(asked: Wish) -> Hello:
    data = node_hello.hello(node_envelope.wish_bytes(asked))
    return canonical.decode(data, Hello, "greeting")


def heard(hello: Hello, asked: Wish, sent: datetime = NOW, received: datetime = NOW) -> object:
    return node_hello.greeted(canonical.encode(hello), asked, node_hello.mine(), sent, received)


def lacking(found: object, lack: Lack, words: str) -> None:
    assert isinstance(found, NodeGap), found
    assert (found.lack, found.node) == (lack, "n001")
    assert words in found.reason


def test_a_greeting_says_which_program_which_data_and_which_machine() -> None:
    found = said(wish())
    assert found.program == node_hello.mine()
    assert (found.program.build, found.program.reference_version) == (build(), load().version)
    assert found.program.reference_version.endswith(found.program.reference_sha256[:12])
    assert found.machine.host == platform.node()[:120]
    assert found.key == "" and found.python == platform.python_version()
    assert abs((found.clock - datetime.now(UTC)).total_seconds()) < 60


def test_a_machines_own_id_never_leaves_it() -> None:
    own = Path("/etc/machine-id")
    if not own.exists() or not own.read_text().strip():
        pytest.skip("this system has no machine id")
    found = said(wish())
    assert len(found.machine.id) == 64
    assert own.read_text().strip() not in canonical.encode(found).decode()


def test_the_digest_is_over_what_lies_on_the_disk(tmp_path: Path) -> None:
    package, data = tmp_path / "package", tmp_path / "resources"
    for place in (package / "checks", data / "products", data / "languages"):
        place.mkdir(parents=True)
    (package / "checks" / "one.py").write_text("1")
    (data / "products" / "a.jsonl").write_text("{}")
    first = node_program.digest_of(package, data)
    (data / "languages" / "de.po").write_text("x")
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "one.pyc").write_text("x")
    assert node_program.digest_of(package, data) == first
    inside = package / "data"
    data.rename(inside)
    assert node_program.digest_of(package, inside) == first, "a wheel and a checkout must agree"
    (package / "checks" / "two.py").write_text("")
    more = node_program.digest_of(package, inside)
    assert more != first
    (package / "checks" / "two.py").unlink()
    (package / "checks" / "one.py").write_text("2")
    assert node_program.digest_of(package, inside) not in (first, more)


def test_a_file_that_cannot_be_read_is_told_and_not_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.py").write_text("1")

    def refuse(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DataError, match="cannot be read"):
        node_program.digest_of(tmp_path, tmp_path / "none")


def test_another_program_is_a_gap_with_both_versions() -> None:
    lacking(greeting(wish(simulate=SERVER, trouble="other-version")), Lack.OTHER_PROGRAM, "-simulated")
    asked = wish()
    ours = said(asked)
    mended = replace(ours, program=replace(ours.program, sha256="0" * 64))
    lacking(heard(mended, asked, ours.clock, ours.clock), Lack.OTHER_PROGRAM, "some were changed")


def test_other_reference_data_are_a_gap() -> None:
    asked = wish()
    ours = said(asked)
    other = replace(ours, program=replace(ours.program, reference_version="2020-01-01+000000000000"))
    lacking(heard(other, asked, ours.clock, ours.clock), Lack.OTHER_DATA, "2020-01-01")


def test_another_clock_is_a_gap_and_a_slow_answer_is_none() -> None:
    lacking(greeting(wish(simulate=SERVER, trouble="other-clock")), Lack.OTHER_CLOCK, "7200 seconds")
    asked = wish()
    ours = said(asked)
    near, far = CLOCK_MAY_DIFFER_S - 1, CLOCK_MAY_DIFFER_S + 1
    for seconds, counts in ((near, True), (-near, True), (far, False), (-far, False)):
        found = heard(replace(ours, clock=NOW + timedelta(seconds=seconds)), asked)
        assert isinstance(found, node_hello.Greeted) == counts, seconds
    # The answer waited behind another measurement: all that is known is that the clock showed a time in between.
    for seconds in (-near, 0, 300, 600, 600 + near):
        clock = NOW + timedelta(seconds=seconds)
        slow = heard(replace(ours, clock=clock), asked, NOW, NOW + timedelta(seconds=600))
        assert isinstance(slow, node_hello.Greeted), seconds
        assert slow.unsure_s == 300
    lost = heard(replace(ours, clock=NOW + timedelta(hours=2)), asked, NOW, NOW + timedelta(seconds=600))
    lacking(lost, Lack.OTHER_CLOCK, "seconds away")


def test_a_greeting_on_another_asking_is_refused() -> None:
    asked = wish()
    ours = said(asked)
    for other in ({"nonce": "0" * 32}, {"node": "n002"}, {"audit": "another"}):
        lacking(heard(replace(ours, **other), asked, ours.clock, ours.clock), Lack.REFUSED, "another asking")  # type: ignore[arg-type]


def test_a_greeting_with_texts_that_are_none_is_refused() -> None:
    asked = wish()
    ours = said(asked)
    for host in ("two\nlines", "x" * 500, "a\u202eb"):
        forged = replace(ours, machine=Machine(host=host))
        lacking(heard(forged, asked, ours.clock, ours.clock), Lack.REFUSED, "a text that no greeting has")
    bare = msgspec.json.encode(ours)
    found = node_hello.greeted(bare + b" ", asked, node_hello.mine(), ours.clock, ours.clock)
    lacking(found, Lack.REFUSED, "form")


@given(st.binary(max_size=300))
@settings(max_examples=examples(100), deadline=None)
def test_no_bytes_of_a_node_break_the_collector(data: bytes) -> None:
    asked = wish(simulate=SERVER)
    assert isinstance(node_hello.greeted(data, asked, node_hello.mine(), NOW, NOW), NodeGap)


@given(st.binary(max_size=300))
@settings(max_examples=examples(100), deadline=None)
def test_no_bytes_of_a_scheduler_break_the_node(data: bytes) -> None:
    found = canonical.decode(node_hello.hello(data), Hello, "greeting")
    assert found.trouble


def test_a_wish_that_is_none_is_answered_with_the_reason() -> None:
    asked = wish()
    data = node_hello.hello(b"{}")
    lacking(node_hello.greeted(data, asked, node_hello.mine(), NOW, NOW), Lack.REFUSED, "could not read")


def test_the_nodes_key_is_named_in_its_greeting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = key_of_node(tmp_path / "own" / "key")
    monkeypatch.setenv(node_key.VARIABLE, str(tmp_path / "own" / "key"))
    assert counting(wish()).hello.key == fingerprint_of(certificate)


def test_a_service_hands_its_key_in_as_a_credential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = key_of_node(tmp_path / "credentials" / node_key.CREDENTIAL)
    monkeypatch.setenv(node_key.CREDENTIALS, str(tmp_path / "credentials"))
    assert counting(wish()).hello.key == fingerprint_of(certificate)


@pytest.mark.parametrize("place", ["gone", "empty", "relative"])
def test_a_key_that_is_named_and_cannot_be_used_is_not_as_if_there_were_none(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv(node_key.VARIABLE, place if place == "relative" else str(tmp_path / place))
    lacking(greeting(wish()), Lack.FAILED, "key of the node cannot be used")
    assert not list((tmp_path / "empty").iterdir()), "no key is made on the way"


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key_of_node(tmp_path / "own" / "key")
    (tmp_path / "own" / "key" / "key.pem").chmod(0o644)
    monkeypatch.setenv(node_key.VARIABLE, str(tmp_path / "own" / "key"))
    lacking(greeting(wish()), Lack.FAILED, "Other users")


def test_one_machine_under_two_names_counts_once() -> None:
    known: dict[str, str] = {}
    first, second = counting(wish("n001")), counting(wish("n002"))
    assert node_hello.twin(first, known) is None
    assert node_hello.twin(first, known) is None, "asked again, it is no other one"
    found = node_hello.twin(second, known)
    assert found is not None and (found.lack, found.node) == (Lack.TWICE, "n002") and "n001" in found.reason
    simulated = [counting(wish(name, simulate=SERVER)) for name in ("s1", "s2")]
    assert [node_hello.twin(one, known) for one in simulated] == [None, None]


def test_nothing_can_be_measured_without_cupy_and_that_is_said_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(util, "find_spec", lambda name: None)
    lacking(greeting(wish(profile="quick")), Lack.FAILED, "CuPy")
    assert counting(wish()).hello.trouble == ""
    assert counting(wish(profile="quick", simulate=SERVER)).hello.trouble == ""


def test_a_wheel_and_a_checkout_hash_the_same_files() -> None:
    package = Path(node_program.__file__).resolve().parents[1]
    names = {name for name, _path in node_program._files(package, resources.root())}
    assert {"checks/bench.py", "data/products/ada.jsonl", "data/known_answers.json"} <= names
    assert any(name.endswith(".cu") for name in names)
    assert not any("__pycache__" in name or name.startswith("data/languages") for name in names)
