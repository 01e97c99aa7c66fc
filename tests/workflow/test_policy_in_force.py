"""The office policy in force: kept as it came, examined at every use, refused where it is not as it was signed."""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cards import forged, genuine, row_of
from policy_files import certificate, in_force, policy_of, written

from gpu_inspector import settings
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.custody import What
from gpu_inspector.records.declaration import NO_CASE, UNDECLARED, Binding, Case, Declaration
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.lot import Plan
from gpu_inspector.records.policy import FIELDS
from gpu_inspector.records.watching import WatchItem
from gpu_inspector.workflow import (
    checkpoints,
    examining,
    inspecting,
    lot_filling,
    lots,
    policy,
    policy_keeping,
    policy_writing,
    rejudging,
    sighting,
    signing,
    statements,
    watching,
)
from gpu_inspector.workflow.policy import PolicyAltered, PolicyError, PolicyNotMet
from gpu_inspector.workflow.policy_file import Held, read_policy, signed_policy
from gpu_inspector.workflow.verifying import State, verify

SERIAL = "1324520012345"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.json"


def other_office(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """From here on another bench's key signs, and another data folder is used."""
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(home))


def kept() -> Path:
    (found,) = policy.files()
    return found


def elsewhere_signed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> tuple[Path, bytes]:
    """A policy of another office, and its signer's certificate; this data folder is used again afterwards."""
    here = os.environ["GPU_INSPECTOR_HOME"]
    other_office(monkeypatch, tmp_path / "elsewhere")
    path, theirs = written(tmp_path / "theirs.json", **changes), certificate()
    other_office(monkeypatch, Path(here))
    return path, theirs


# --- the file


def test_what_is_written_is_what_is_read(file: Path) -> None:
    made = policy_of(profile="deep", no_measure=False, mandatory=("case",), trusted=(certificate().decode(),))
    held = read_policy(signed_policy(made), (certificate(),))
    assert held.policy == made
    assert held.signer.known
    assert held.named.number == 1


def test_of_any_byte_that_is_changed_nothing_is_read(file: Path) -> None:
    sound = written(file, mandatory=("case", "inspector"), note="Ask first.").read_bytes()
    mine = certificate()
    randomly = random.Random(10)
    for place in {0, 1, len(sound) - 1, *randomly.sample(range(len(sound)), 60)}:
        touched = bytearray(sound)
        touched[place] ^= 1 << randomly.randrange(8)
        with pytest.raises(PolicyError):
            read_policy(bytes(touched), (mine,))


@pytest.mark.prove
def test_of_every_byte_that_is_changed_nothing_is_read(file: Path) -> None:
    sound = written(file, mandatory=("case",)).read_bytes()
    mine = certificate()
    for place in range(len(sound)):
        for bit in range(8):
            touched = bytearray(sound)
            touched[place] ^= 1 << bit
            with pytest.raises(PolicyError):
                read_policy(bytes(touched), (mine,))


@pytest.mark.parametrize("cut", [0, 1, 30, -1])
def test_a_file_that_is_cut_or_goes_on_is_refused(file: Path, cut: int) -> None:
    sound = written(file).read_bytes()
    with pytest.raises(PolicyAltered):
        read_policy(sound[:cut], ())
    with pytest.raises(PolicyAltered):
        read_policy(sound + b"\n", ())


def test_signed_statements_of_other_kinds_are_no_policy(tmp_path: Path, catalogue: Catalogue) -> None:
    a_list = watching.signed_list([WatchItem(kind="serial", value=SERIAL)], "North")
    ledger = tmp_path / "l.sqlite"
    inspecting.store_and_report(
        inspecting.inspection_of(genuine(row_of("Tesla T4")), UNDECLARED, NO_CASE, catalogue), ledger
    )
    with Ledger(ledger, readonly=True):
        a_checkpoint = checkpoints.make(ledger, signing.signer()).data
    for data in (a_list, a_checkpoint):
        with pytest.raises(PolicyAltered):
            read_policy(data, (certificate(),))
    with pytest.raises(watching.WatchListError):
        watching.read_list(signed_policy(policy_of()), (certificate(),))


def test_a_policy_that_calls_itself_something_else_is_none() -> None:
    statement = canonical.encode(replace(policy_of(), kind="watch-list"))
    data = statements.framed(statement, statements.sign(statement, signing.signer()))
    with pytest.raises(PolicyAltered, match="no office policy"):
        read_policy(data, (certificate(),))


def test_a_demand_that_this_version_does_not_know_is_not_passed_over(file: Path) -> None:
    plain = {**canonical.plain(policy_of()), "two_officers": True}
    statement = canonical.encode(plain)
    file.write_bytes(statements.framed(statement, statements.sign(statement, signing.signer())))
    with pytest.raises(PolicyError, match=r"does not know.*Update") as told:
        policy_keeping.install(file, (certificate(),))
    assert not told.value.altered
    assert policy.in_force() is None


def test_a_policy_of_a_newer_format_is_refused_with_a_sentence() -> None:
    statement = canonical.encode({**canonical.plain(policy_of()), "format": 2})
    data = statements.framed(statement, statements.sign(statement, signing.signer()))
    with pytest.raises(PolicyError, match="newer GPU Inspector"):
        read_policy(data, ())


def test_a_certificate_or_list_inside_that_is_none_is_refused() -> None:
    hollow = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    for changes in ({"trusted": (hollow,)}, {"data_authority": hollow}, {"watch_lists": ("{}",)}):
        with pytest.raises(PolicyError, match="cannot be read"):
            signed_policy(policy_of(**changes))


# --- in force, and out of it


def test_without_a_policy_nothing_is_demanded() -> None:
    assert policy.in_force() is None
    assert policy.require(NO_CASE, UNDECLARED, "quick", Origin.MACHINE) is None
    assert policy.require(NO_CASE, UNDECLARED, None, Origin.MACHINE) is None
    assert policy.profile_for("standard", named=False) == "standard"
    assert policy.trusted_here() == policy.data_authorities() == ()
    assert policy.in_use() == "none"
    assert not policy.folder().exists()


def test_the_first_policy_needs_its_signers_certificate_and_later_ones_do_not(file: Path) -> None:
    with pytest.raises(PolicyError, match=r"not known here.*nothing was installed"):
        policy_keeping.install(written(file), ())
    assert policy.in_force() is None
    policy_keeping.install(file, (certificate(),))
    later = policy_keeping.install(written(file, number=2), ())
    assert policy.in_force() == later
    assert kept().name == f"{hashlib.sha256(file.read_bytes()).hexdigest()}.json"
    assert kept().read_bytes() == file.read_bytes()


def test_a_later_policy_of_another_signer_needs_that_ones_certificate(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = in_force(file)
    path, theirs = elsewhere_signed(tmp_path, monkeypatch, number=2)
    with pytest.raises(PolicyError, match="not known here"):
        policy_keeping.install(path, ())
    with pytest.raises(PolicyError, match="not known here"):
        policy_keeping.install(path, (certificate(),))
    assert policy.in_force() == mine
    assert policy_keeping.install(path, (theirs,)).policy.number == 2
    with pytest.raises(PolicyError, match="not known here"):  # whoever was known before is not any more
        policy_keeping.install(written(file, number=3), ())


@pytest.mark.parametrize("number", [1, 2])
def test_a_policy_that_is_not_newer_is_refused_unless_it_is_meant(file: Path, number: int) -> None:
    before = in_force(file, number=2)
    other = written(file, number=number, note="another")
    with pytest.raises(PolicyError, match=r"No. 2 of Customs Office North is in force"):
        policy_keeping.install(other, ())
    with pytest.raises(PolicyError, match="not newer"):
        policy_keeping.install(other, (certificate(),))
    assert policy.in_force() == before
    after = policy_keeping.install(other, (), older=True)
    assert policy.in_force() == after
    assert len(policy.files()) == 1


def test_the_same_file_again_changes_nothing(file: Path) -> None:
    before = in_force(file)
    assert policy_keeping.install(file, ()) == before
    assert len(list(policy.folder().iterdir())) == 2


def test_removal_leaves_nothing_and_is_told(file: Path) -> None:
    with pytest.raises(PolicyError, match="no office policy to be removed"):
        policy_keeping.remove()
    in_force(file, number=7)
    assert policy_keeping.remove().startswith("No. 7 of Customs Office North, ")
    assert policy.in_force() is None
    assert list(policy.folder().iterdir()) == []


def spoil_bytes(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"North", b"South"))


def spoil_trust(path: Path) -> None:
    policy.trust_of(path.stem).unlink()


def spoil_other_trust(path: Path) -> None:
    policy.trust_of(path.stem).write_bytes(b"no certificate")


def spoil_empty(path: Path) -> None:
    path.write_bytes(b"")


def spoil_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def spoil_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def spoil_renamed(path: Path) -> None:
    path.rename(path.with_name("ab" * 32 + ".json"))


def spoil_place(path: Path) -> None:
    shutil.rmtree(path.parent)
    path.parent.write_text("no folder")


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(spoil_bytes, id="changed"),
        pytest.param(spoil_trust, id="its certificate gone"),
        pytest.param(spoil_other_trust, id="its certificate another"),
        pytest.param(spoil_empty, id="empty"),
        pytest.param(spoil_folder, id="a folder in its place"),
        pytest.param(spoil_link, id="a link to nowhere"),
        pytest.param(spoil_renamed, id="under another name"),
        pytest.param(spoil_place, id="no folder of policies"),
    ],
)
def test_no_inspection_is_made_as_if_there_were_no_policy(
    spoil: Callable[[Path], None], file: Path, tmp_path: Path
) -> None:
    in_force(file)
    spoil(kept())
    case, declaration = Case(number="1"), UNDECLARED
    for origin in Origin:
        with pytest.raises(PolicyError) as told:
            policy.require(case, declaration, "deep", origin)
        assert told.value.advice
    with pytest.raises(PolicyError):
        sighting.informed(genuine(row_of("Tesla T4")), tmp_path / "l.sqlite")
    assert policy_keeping.standing().trouble
    assert not policy_keeping.topic().well
    assert policy.in_use() == "unusable"


@pytest.mark.parametrize("spoil", [spoil_bytes, spoil_trust, spoil_empty, spoil_renamed, spoil_link])
def test_a_spoiled_policy_is_mended_by_installing_it_anew_or_by_removing_it(
    spoil: Callable[[Path], None], file: Path
) -> None:
    held = in_force(file)
    spoil(kept())
    with pytest.raises(PolicyError):
        policy_keeping.install(file, ())
    assert policy_keeping.install(file, (certificate(),)) == held
    assert policy.in_force() == held
    spoil(kept())
    assert policy_keeping.remove() == "a policy that could not be used"
    assert policy.in_force() is None


def test_a_folder_that_may_not_be_read_is_not_taken_for_an_empty_one(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_force(file)

    def denied(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", denied)
    with pytest.raises(PolicyError, match="cannot be told"):
        policy.in_force()


def test_of_two_that_are_kept_the_newer_one_counts_and_two_of_one_number_are_refused(file: Path) -> None:
    in_force(file, number=1)
    newer = written(file, number=2)
    put = policy.folder() / f"{hashlib.sha256(newer.read_bytes()).hexdigest()}.json"
    policy.trust_of(put.stem).write_bytes(certificate())
    put.write_bytes(newer.read_bytes())  # as an installation leaves it that was killed before it took the old one away
    found = policy.in_force()
    assert found is not None
    assert found.policy.number == 2
    twin = written(file, number=2, note="another")
    put = policy.folder() / f"{hashlib.sha256(twin.read_bytes()).hexdigest()}.json"
    policy.trust_of(put.stem).write_bytes(certificate())
    put.write_bytes(twin.read_bytes())
    with pytest.raises(PolicyError, match="Two office policies of the same number"):
        policy.in_force()


INSTALLER = """
import sys
from pathlib import Path
from gpu_inspector.workflow import policy_keeping
print("ready", flush=True)
for number in range(2, 10_000):
    policy_keeping.install(Path(sys.argv[1 + number % 2]), (Path(sys.argv[3]).read_bytes(),), older=True)
"""


@pytest.mark.parametrize("kills", [4, pytest.param(100, marks=pytest.mark.prove)])
def test_a_kill_while_one_is_installed_leaves_the_old_or_the_new_one_whole(kills: int, tmp_path: Path) -> None:
    one, two = written(tmp_path / "one.json", number=1), written(tmp_path / "two.json", number=2)
    trust = tmp_path / "trust.pem"
    trust.write_bytes(certificate())
    policy_keeping.install(one, (certificate(),))
    known = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (one, two)}
    randomly = random.Random(10)
    for _kill in range(kills):
        arguments = [sys.executable, "-c", INSTALLER, str(one), str(two), str(trust)]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.05 + randomly.random() * 0.2)
            process.send_signal(signal.SIGKILL)
        found = policy.in_force()
        assert found is not None
        assert found.digest in known


def test_of_two_programs_that_install_at_once_one_policy_stays_and_a_reader_always_finds_one(tmp_path: Path) -> None:
    one, two = written(tmp_path / "one.json", number=1), written(tmp_path / "two.json", number=2)
    trust = tmp_path / "trust.pem"
    trust.write_bytes(certificate())
    policy_keeping.install(one, (certificate(),))
    code = INSTALLER.replace("10_000", "10")
    programs = [subprocess.Popen([sys.executable, "-c", code, str(one), str(two), str(trust)]) for _ in range(2)]
    found = 0
    while any(program.poll() is None for program in programs):
        assert policy.in_force() is not None
        found += 1
    assert [program.returncode for program in programs] == [0, 0]
    assert found
    assert len(policy.files()) == 1


def test_a_full_disk_leaves_the_old_one_in_force(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = in_force(file)
    newer = written(file, number=2)

    def full(target: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(policy_keeping, "write_whole", full)
    with pytest.raises(PolicyError, match="No space left"):
        policy_keeping.install(newer, ())
    assert policy.in_force() == before


# --- what it demands


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_each_mandatory_field_is_named_with_its_option(name: str, file: Path) -> None:
    in_force(file, mandatory=(name,))
    with pytest.raises(PolicyNotMet, match=f"--{name}") as told:
        policy.require(NO_CASE, UNDECLARED, "standard", Origin.MACHINE)
    assert FIELDS[name].words in told.value.message


def test_all_that_is_missing_is_named_at_once(file: Path) -> None:
    in_force(file, mandatory=("case", "place", "declared-memory"))
    with pytest.raises(PolicyNotMet, match=r"number of the case, declared memory.*--case --declared-memory"):
        policy.require(Case(place="Quay 4"), UNDECLARED, "standard", Origin.MACHINE)
    named = policy.require(Case(number="1", place="Quay 4"), Declaration(memory_gb=24), "quick", Origin.MACHINE)
    assert named is not None


@pytest.mark.parametrize("origin", list(Origin))
def test_simulations_and_samples_are_for_practice_and_all_else_is_bound(origin: Origin, file: Path) -> None:
    held = in_force(file, mandatory=("case",), profile="deep", no_measure=False)
    if origin in (Origin.SIMULATION, Origin.SAMPLE):
        assert policy.require(NO_CASE, UNDECLARED, "quick", origin) == held.named
    else:
        with pytest.raises(PolicyNotMet):
            policy.require(NO_CASE, UNDECLARED, "deep", origin)


@pytest.mark.parametrize(
    ("profile", "least", "no_measure", "word"),
    [
        pytest.param("quick", "standard", True, "quick is less", id="less than the least"),
        pytest.param("standard", "standard", True, "", id="the least"),
        pytest.param("deep", "standard", False, "", id="more than the least"),
        pytest.param(None, "standard", False, "is measured", id="not measured"),
        pytest.param(None, "standard", True, "", id="not measured, which is allowed"),
        pytest.param(None, "", False, "--profile quick", id="not measured, any profile would do"),
        pytest.param("quick", "", False, "", id="any profile"),
    ],
)
def test_the_least_profile_of_a_card(profile: str | None, least: str, no_measure: bool, word: str, file: Path) -> None:
    in_force(file, profile=least, no_measure=no_measure)
    if not word:
        assert policy.require(NO_CASE, UNDECLARED, profile, Origin.MACHINE) is not None
        return
    with pytest.raises(PolicyNotMet, match=word):
        policy.require(NO_CASE, UNDECLARED, profile, Origin.MACHINE)


def test_a_file_and_an_object_without_power_hold_nothing_to_measure(file: Path) -> None:
    in_force(file, profile="deep", no_measure=False)
    for origin in (Origin.FILE, Origin.SEEN):
        assert policy.require(NO_CASE, UNDECLARED, None, origin) is not None


@pytest.mark.parametrize(
    ("least", "profile", "named", "taken"),
    [
        ("deep", "standard", False, "deep"),
        ("quick", "standard", False, "standard"),
        ("deep", "quick", True, "quick"),
        ("deep", None, True, None),
        ("", "standard", False, "standard"),
    ],
)
def test_where_no_profile_was_named_the_policys_is_taken(
    least: str, profile: str | None, named: bool, taken: str | None, file: Path
) -> None:
    in_force(file, profile=least)
    assert policy.profile_for(profile, named=named) == taken


def test_a_lot_is_not_opened_without_what_is_common_to_its_cards(file: Path, tmp_path: Path) -> None:
    in_force(file, mandatory=("case", "exhibit"))
    given: dict[str, Any] = {"name": "L1", "declared": 3, "plan": Plan(), "declaration": UNDECLARED}
    with pytest.raises(PolicyNotMet, match=r"without: number of the case\."):
        lots.open_lot(tmp_path / "l.sqlite", case=NO_CASE, **given)
    assert not (tmp_path / "l.sqlite").exists()
    lots.open_lot(tmp_path / "l.sqlite", case=Case(number="1"), **given)


def test_a_measured_card_goes_into_a_lot_with_the_profile_that_it_was_measured_with(file: Path, tmp_path: Path) -> None:
    in_force(file, profile="standard", no_measure=False)
    ledger = tmp_path / "l.sqlite"
    state = lots.open_lot(ledger, name="L1", declared=3, plan=Plan(), case=NO_CASE, declaration=UNDECLARED)
    with pytest.raises(PolicyNotMet, match="quick is less"):
        lot_filling.one_more(ledger, state, card(), "1", profile="quick")
    with pytest.raises(PolicyNotMet, match="is measured"):
        lot_filling.one_more(ledger, state, card(), "1")
    after, _added = lot_filling.one_more(ledger, state, card(), "1", profile="standard")
    assert len(after.members) == 1


# --- what it brings


def reported(tmp_path: Path, catalogue: Catalogue) -> Path:
    """A report that is signed with this data folder's key, under its policy."""
    case = Case(number="1", binding=Binding(exhibit="E"))
    named = policy.require(case, UNDECLARED, None, Origin.FILE)
    made = inspecting.inspection_of(genuine(row_of("Tesla T4")), UNDECLARED, case, catalogue, named)
    path = tmp_path / "report.pdf"
    done = inspecting.store_and_report(made, tmp_path / "l.sqlite", path)
    assert done.report == path
    return path


def test_a_report_names_its_policy_and_verifies(file: Path, tmp_path: Path, catalogue: Catalogue) -> None:
    held = in_force(file)
    found = verify(reported(tmp_path, catalogue).read_bytes(), (), catalogue, words=True)
    assert found.state is State.UNKNOWN_SIGNER
    assert found.inspection is not None
    assert found.inspection.policy == held.named
    assert "No.1ofCustomsOfficeNorth" in "".join(found.printed.split())
    assert any("It is the one in force here" in note for note in found.notes)
    in_force(file, number=2)
    assert any("In force here is another" in note for note in verify_notes(tmp_path, catalogue))
    policy_keeping.remove()
    notes = verify_notes(tmp_path, catalogue)
    assert any(note.startswith("Made under an office policy: No. 1") for note in notes)


def verify_notes(tmp_path: Path, catalogue: Catalogue) -> tuple[str, ...]:
    return verify((tmp_path / "report.pdf").read_bytes(), (), catalogue).notes


def test_a_report_without_a_policy_says_so(file: Path, tmp_path: Path, catalogue: Catalogue) -> None:
    found = verify(reported(tmp_path, catalogue).read_bytes(), (), catalogue, words=True)
    assert "noofficepolicywasinforce" in "".join(found.printed.split())
    assert not any("policy" in note for note in found.notes)
    in_force(file)
    assert any("It names no office policy" in note for note in verify_notes(tmp_path, catalogue))


def test_a_signer_whom_the_policy_vouches_for_is_trusted_and_the_answer_says_by_whom(
    file: Path, tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = reported(tmp_path, catalogue).read_bytes()
    bench = certificate()
    other_office(monkeypatch, tmp_path / "head office")
    assert verify(data, (), catalogue).state is State.UNKNOWN_SIGNER
    in_force(file, trusted=(bench.decode(),))
    found = verify(data, (), catalogue)
    assert found.state is State.TRUSTED
    assert sum("that vouches for" in note for note in found.notes) == 1
    offered = verify(data, (bench,), catalogue)
    assert offered.state is State.TRUSTED
    assert not any("vouches for" in note for note in offered.notes)
    spoil_bytes(kept())
    spoiled = verify(data, (), catalogue)
    assert spoiled.state is State.UNKNOWN_SIGNER
    assert any("were not used" in note for note in spoiled.notes)


def card() -> Evidence:
    return replace(forged(genuine(row_of("NVIDIA A100-PCIE-40GB")), serial=SERIAL), origin=Origin.MACHINE)


def test_a_watch_list_inside_the_policy_is_asked_like_a_kept_one(file: Path, tmp_path: Path) -> None:
    a_list = watching.signed_list([WatchItem(kind="serial", value=SERIAL, reason="stolen")], "Rotterdam")
    in_force(file, watch_lists=(a_list.decode(),))
    found = sighting.informed(card(), tmp_path / "l.sqlite")
    assert [(one.value, one.office, one.known) for one in found.watched] == [(SERIAL, "Rotterdam", True)]
    assert len(found.lists_asked) == 1
    (tmp_path / "list.json").write_bytes(a_list)
    watching.take_in(tmp_path / "list.json", ())
    assert len(sighting.informed(card(), tmp_path / "l.sqlite").lists_asked) == 1  # one list, twice there
    policy_keeping.remove()
    watching.remove(hashlib.sha256(a_list).hexdigest())
    assert sighting.informed(card(), tmp_path / "l.sqlite").watched == ()


def test_a_watch_list_that_must_be_asked_and_is_not_here_is_a_gap(file: Path, tmp_path: Path) -> None:
    a_list = watching.signed_list([WatchItem(kind="serial", value="1")], "Rotterdam")
    in_force(file, lists_asked=(hashlib.sha256(a_list).hexdigest(),))
    gaps = sighting.informed(card(), tmp_path / "l.sqlite").gaps
    assert any(gap.source == watching.SOURCE and "not kept here" in gap.reason for gap in gaps)
    (tmp_path / "list.json").write_bytes(a_list)
    watching.take_in(tmp_path / "list.json", ())
    assert not any("not kept here" in gap.reason for gap in sighting.informed(card(), tmp_path / "l.sqlite").gaps)


def test_what_is_replaced_later_keeps_the_policy_that_it_was_made_under(
    file: Path, tmp_path: Path, catalogue: Catalogue
) -> None:
    held = in_force(file)
    reported(tmp_path, catalogue)
    policy_keeping.remove()
    again = rejudging.superseding("1", "a table was wrong", tmp_path / "l.sqlite", catalogue)
    assert again.policy == held.named


def test_the_doctor_names_the_policy(file: Path, tmp_path: Path) -> None:
    def topic() -> str:
        return next(one.says for one in examining.examine_places(tmp_path / "l.sqlite") if one.title == "office policy")

    assert topic() == "none is in force"
    in_force(file, number=3)
    assert topic().startswith("No. 3 of Customs Office North, ")


def test_installing_and_removing_are_noted_in_a_ledger_that_is_there(
    file: Path, tmp_path: Path, catalogue: Catalogue
) -> None:
    held = in_force(file)
    ledger = tmp_path / "l.sqlite"
    assert policy_keeping.noted(ledger, "installed", "x") == ""
    assert not ledger.exists()
    reported(tmp_path, catalogue)
    assert policy_keeping.noted(ledger, "installed", policy_keeping.described(held)) == ""
    with Ledger(ledger, readonly=True) as opened:
        last = opened.custody.lines(None)[-1].event
    assert last.what is What.POLICY
    assert last.detail == f"installed: {policy_keeping.described(held)}"


# --- written from a file of wishes


def test_places_are_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "office.pem").write_bytes(certificate())
    toml = tmp_path / "office.toml"
    toml.write_text('office = "North"\nnumber = 2\nprofile = "deep"\ntrusted = ["office.pem"]\n')
    made = policy_writing.policy_of(policy_writing.from_toml(toml))
    assert (made.office, made.number, made.profile, made.no_measure) == ("North", 2, "deep", False)
    assert made.trusted[0].startswith("-----BEGIN CERTIFICATE-----")


def test_options_say_more_than_the_file_or_in_its_place(tmp_path: Path) -> None:
    first = policy_writing.Wish(office="North", number=2, mandatory=("case",), beside=tmp_path)
    then = policy_writing.Wish(number=3, mandatory=("place",), no_measure=True)
    made = policy_writing.policy_of(policy_writing.both(first, then))
    assert (made.office, made.number, made.mandatory, made.no_measure) == ("North", 3, ("case", "place"), True)


@pytest.mark.parametrize(
    ("toml", "word"),
    [
        pytest.param("office = ", "no TOML", id="no TOML"),
        pytest.param("number = 1", "names its office", id="no office"),
        pytest.param('office = "N"', "number", id="no number"),
        pytest.param('office = "N"\nnumber = "1"', "int", id="a number that is a text"),
        pytest.param('office = "N"\nnumber = 1\ntwo-officers = true', "two-officers", id="an unknown name"),
        pytest.param('office = "N"\nnumber = 1\nmandatory = ["shoe-size"]', "shoe-size", id="an unknown field"),
        pytest.param('office = "N"\nnumber = 1\nprofile = "none"', "no profile", id="an unknown profile"),
        pytest.param('office = "N"\nnumber = 1\ntrusted = ["gone.pem"]', "gone.pem", id="a file that is not there"),
        pytest.param('office = "N"\nnumber = 1\ntrusted = ["office.toml"]', "no certificate", id="no certificate"),
        pytest.param('office = "N"\nnumber = 1\nwatch-lists = ["."]', "cannot be read", id="a folder"),
    ],
)
def test_wishes_that_cannot_be_granted_are_told(toml: str, word: str, tmp_path: Path) -> None:
    path = tmp_path / "office.toml"
    path.write_text(toml)
    with pytest.raises(PolicyError, match=word):
        signed_policy(policy_writing.policy_of(policy_writing.from_toml(path)))


def test_nothing_of_a_private_key_comes_along_with_a_certificate(tmp_path: Path) -> None:
    key = (settings.identity_folder() / "key.pem") if certificate() else Path()
    (tmp_path / "both.pem").write_bytes(key.read_bytes() + certificate())
    wish = policy_writing.Wish(office="N", number=1, trusted=(str(tmp_path / "both.pem"),))
    (inside,) = policy_writing.policy_of(wish).trusted
    assert "PRIVATE" not in inside


def test_a_policy_is_one_line_of_json(file: Path) -> None:
    data = written(file).read_bytes()
    assert b"\n" not in data
    assert set(json.loads(data)) == {"format", "signature", "statement"}
    assert isinstance(read_policy(data, ()), Held)
    assert datetime.fromisoformat(json.loads(data)["statement"]["made_at"]) <= datetime.now(UTC)
