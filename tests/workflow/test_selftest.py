"""The self-test: it passes here, names each planted fault of the program, and reads its own results as untrusted."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from in_process_child import measured_here

from gpu_inspector import resources, settings
from gpu_inspector.errors import SettingsError
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.measure import memory
from gpu_inspector.probes import cuda
from gpu_inspector.records import canonical, selftest
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.selftest import SelfTested, Tried
from gpu_inspector.report import cms, fonts
from gpu_inspector.workflow import collecting, inspecting, keys, known_answers, selftest_parts, signing
from gpu_inspector.workflow import selftest as testing
from gpu_inspector.workflow.judging import judge
from gpu_inspector.workflow.progress import Cancelled, silent
from gpu_inspector.workflow.sighting import informed
from tools import make_known_answers

Part = Callable[[selftest_parts.Bench], selftest_parts.Answer]
RESULT = SelfTested(
    made_at=datetime(2026, 11, 26, 8, tzinfo=UTC),
    tool_version="1+ab",
    reference_version="2026-11-23+cd",
    tried=(Tried(what="fonts", passed=True, text="well", seconds=0.1),),
)


@pytest.fixture
def bench(tmp_path: Path, catalogue: Catalogue) -> selftest_parts.Bench:
    return selftest_parts.Bench(tmp_path / "l.sqlite", catalogue, True, signing.nobody, silent)


def only(monkeypatch: pytest.MonkeyPatch, **parts: Part) -> None:
    """No part but these does its work."""
    whole = {what: lambda bench: (True, "not looked at") for what in selftest.TRIED}
    named = {what.replace("_", " "): part for what, part in parts.items()}
    monkeypatch.setattr(selftest_parts, "PARTS", {**whole, **named})


@pytest.mark.parametrize("quick", [True, pytest.param(False, marks=pytest.mark.prove)])
def test_everything_is_as_it_must_be_here_and_the_result_is_kept(
    quick: bool, tmp_path: Path, catalogue: Catalogue
) -> None:
    """The one run through the real child processes."""
    steps: list[tuple[str, float]] = []
    found = testing.run(tmp_path / "l.sqlite", catalogue, quick=quick, progress=lambda *step: steps.append(step))
    assert found.quick is quick
    assert [one.what for one in found.tried] == list(selftest.TRIED)
    assert found.failed == ()
    assert {one.what for one in found.untried} <= {"key", "kernels"}, "no key is made for it; CuPy is an extra"
    assert all(one.text and one.seconds >= 0 for one in found.tried)
    assert testing.last() == found
    assert [share for _step, share in steps] == sorted(share for _step, share in steps)
    assert not (tmp_path / "l.sqlite").exists()
    evidence = collecting.collect_simulation("genuine-rtx-4090", 0, None, catalogue)
    assert informed(evidence, tmp_path / "l.sqlite").self_test == found


def test_the_recorded_answers_are_those_of_this_program() -> None:
    assert (resources.root() / known_answers.FILE).read_bytes() == make_known_answers.text(), (
        "run: python -m tools.make_known_answers, and read the difference as one of judging"
    )


def test_claims_alone_never_clear_a_card() -> None:
    assert 0 not in known_answers.load().claims.values()


def test_the_simulations_that_are_measured_are_there_and_of_both_kinds() -> None:
    exits = known_answers.single_cards()
    assert set(selftest_parts.MEASURED_QUICKLY) <= set(selftest_parts.MEASURED) <= set(exits)
    for chosen in (selftest_parts.MEASURED_QUICKLY, selftest_parts.MEASURED):
        assert {0, 12, 13} <= {exits[name] for name in chosen}


# --- planted faults of the program


def test_a_comparator_that_never_finds_anything_is_named(
    bench: selftest_parts.Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cuda, "measure", measured_here)
    monkeypatch.setattr(memory, "prove", lambda *_everything: (8, 0))
    selftest_parts.simulations(bench)
    passed, text = selftest_parts.comparator(bench)
    assert passed is False
    assert "0 of 8 planted wrong words" in text and "Install" in text


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        (selftest_parts.SOUND, {"bad_words": 3}, "which has none"),
        (selftest_parts.FOLDED, {"fold": None}, "was not seen"),
        (selftest_parts.LANE, {"lanes": ()}, "dead data lane"),
        (selftest_parts.LANE, {"injected": 0, "found": 0}, "0 of 0"),
    ],
)
def test_a_memory_test_that_sees_too_much_or_too_little_is_named(
    name: str, changes: dict[str, Any], said: str, memories: dict[str, Any], bench: selftest_parts.Bench
) -> None:
    bench.memories = {**memories, name: replace(memories[name], **changes)}
    passed, text = selftest_parts.comparator(bench)
    assert passed is False and said in text
    bench.memories = memories
    assert selftest_parts.comparator(bench)[0] is True


@pytest.fixture(scope="module")
def memories(catalogue: Catalogue) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cuda, "measure", measured_here)
        cards = {
            name: collecting.collect_simulation(name, 0, "quick", catalogue).cards[0]
            for name in selftest_parts.MEASURED_QUICKLY
        }
    return {name: card.silicon.memory if card.silicon is not None else None for name, card in cards.items()}


def test_a_comparator_that_was_not_run_is_not_proved(bench: selftest_parts.Bench) -> None:
    passed, text = selftest_parts.comparator(bench)
    assert passed is False and "not tested" in text


def test_a_simulation_that_comes_to_something_else_is_named(
    bench: selftest_parts.Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cuda, "measure", measured_here)
    monkeypatch.setattr(selftest_parts, "MEASURED_QUICKLY", (selftest_parts.FOLDED,))
    monkeypatch.setattr(selftest_parts, "exit_status", lambda _judgement: 0)
    passed, text = selftest_parts.simulations(bench)
    assert passed is False and "gtx-1050-ti-folded came to 0 and must come to 12" in text


@pytest.mark.parametrize("name", list(fonts.DIGESTS))
@pytest.mark.parametrize("how", ["changed", "gone"])
def test_a_font_that_is_another_file_is_named(
    name: str, how: str, bench: selftest_parts.Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.ttf"
    if how == "changed":
        data = bytearray(fonts._FILES[name].read_bytes())
        data[-1] ^= 1
        other.write_bytes(data)
    monkeypatch.setitem(fonts._FILES, name, other)
    passed, text = selftest_parts.fonts(bench)
    assert passed is False and name in text and "Install" in text


def test_a_changed_row_of_the_reference_data_is_named(
    bench: selftest_parts.Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    copy = tmp_path / "data"
    shutil.copytree(resources.root(), copy)
    ada = copy / "products" / "ada.jsonl"
    ada.write_bytes(ada.read_bytes().replace(b"24576", b"49152", 1))
    monkeypatch.setattr(resources, "root", lambda: copy)
    passed, text = selftest_parts.reference_data(bench)
    assert passed is False and "products/ada.jsonl" in text


def test_another_judgement_of_the_sample_is_named(bench: selftest_parts.Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def lenient(*given: Any) -> Any:
        found = judge(*given)
        cards = tuple(replace(card, findings=card.findings[1:]) for card in found.cards)
        return replace(found, cards=cards)

    monkeypatch.setattr(known_answers, "judge", lenient)
    passed, text = selftest_parts.judging(bench)
    assert passed is False and "not judged as by the released program" in text


def test_a_judgement_by_chance_is_named(bench: selftest_parts.Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(("a", "b"))
    monkeypatch.setattr(known_answers, "sample_digest", lambda _catalogue: next(answers))
    passed, text = selftest_parts.judging(bench)
    assert passed is False and "two ways" in text


def test_a_broken_key_is_named_and_a_sound_one_signs(bench: selftest_parts.Bench) -> None:
    assert selftest_parts.key(bench) == (None, "There is no signing key yet: it is made at the first report.")
    assert not settings.identity_folder().exists(), "looking makes no key"
    signing.signer()
    assert selftest_parts.key(bench)[0] is True
    (settings.identity_folder() / "key.pem").write_text("-----BEGIN PRIVATE KEY-----\nnone\n")
    passed, text = selftest_parts.key(bench)
    assert passed is False and "damaged" in text and "backup" in text


def test_a_key_that_does_not_belong_to_its_certificate_is_named(bench: selftest_parts.Bench) -> None:
    signing.signer()
    kept = (settings.identity_folder() / "certificate.pem").read_bytes()
    keys.new()
    (settings.identity_folder() / "certificate.pem").write_bytes(kept)
    assert selftest_parts.key(bench)[0] is False


@pytest.mark.parametrize("fits", [True, False])
def test_an_examiner_that_always_says_the_same_is_named(
    fits: bool, bench: selftest_parts.Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    signing.signer()
    monkeypatch.setattr(cms, "signature_fits", lambda *_everything: fits)
    assert selftest_parts.key(bench)[0] is False


def test_a_locked_key_is_not_tried_and_not_broken(bench: selftest_parts.Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPU_INSPECTOR_PASSPHRASE", "open sesame")
    signing.signer()
    monkeypatch.delenv("GPU_INSPECTOR_PASSPHRASE")
    passed, text = selftest_parts.key(bench)
    assert passed is None and "passphrase" in text
    bench.ask = lambda _wanted: "open sesame"
    assert selftest_parts.key(bench)[0] is True
    bench.ask = lambda _wanted: "wrong"
    assert selftest_parts.key(bench)[0] is False


def rows(path: Path, catalogue: Catalogue, count: int) -> None:
    evidence = collecting.collect_simulation("genuine-rtx-4090", 0, None, catalogue)
    with Ledger(path) as ledger:
        for _number in range(count):
            ledger.append(inspecting.inspection_of(evidence, Declaration(), Case(), catalogue))


def test_the_end_of_a_sound_ledger_is_read_and_a_changed_row_named(
    bench: selftest_parts.Bench, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows(bench.ledger, catalogue, 5)
    monkeypatch.setattr(selftest_parts, "MOST_ROWS", 3)
    passed, text = selftest_parts.ledger(bench)
    assert passed is True and "the last 3 rows of 5" in text and "the 2 before them" in text
    before = bench.ledger.read_bytes()
    with closing(sqlite3.connect(bench.ledger)) as file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f'DROP TRIGGER "{name}"')
        file.execute("UPDATE inspection SET body = CAST(body || x'20' AS BLOB) WHERE seq = 4")
        file.commit()
    only(monkeypatch, ledger=selftest_parts.ledger)
    (failed,) = testing.run(bench.ledger, catalogue).failed
    assert failed.what == "ledger" and "ledger verify" in failed.text
    assert bench.ledger.read_bytes() != before


def test_a_full_disk_is_named(bench: selftest_parts.Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: usage._replace(free=5 * 2**20))
    passed, text = selftest_parts.disk(bench)
    assert passed is False and "5 MiB" in text


@pytest.mark.parametrize("error", [ImportError("no module named x"), OSError(5, "input/output error"), ValueError("y")])
def test_a_part_that_raises_has_failed_and_the_others_go_on(
    error: Exception, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_bench: selftest_parts.Bench) -> selftest_parts.Answer:
        raise error

    only(monkeypatch, fonts=broken)
    found = testing.run(tmp_path / "l.sqlite", catalogue)
    assert [one.what for one in found.failed] == ["fonts"]
    assert type(error).__name__ in found.failed[0].text or "Error" in found.failed[0].text
    assert len(found.tried) == len(selftest.TRIED)


def test_who_stops_it_keeps_no_result(catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_bench: selftest_parts.Bench) -> selftest_parts.Answer:
        raise Cancelled("stopped")

    only(monkeypatch, judging=stopped)
    with pytest.raises(Cancelled):
        testing.run(tmp_path / "l.sqlite", catalogue)
    assert testing.last() is None


# --- what is kept


def test_the_newest_result_of_this_machine_and_user_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert testing.last() is None
    for day in range(1, 4):
        testing._keep(replace(RESULT, made_at=datetime(2026, 11, day, tzinfo=UTC)))
    assert testing.last() == replace(RESULT, made_at=datetime(2026, 11, 3, tzinfo=UTC))
    monkeypatch.setattr(testing, "_here", lambda: ("another machine", "root"))
    assert testing.last() is None
    testing._keep(RESULT)
    assert testing.last() == RESULT


def test_only_so_many_results_are_kept() -> None:
    for day in range(testing.MOST_KEPT + 5):
        testing._keep(replace(RESULT, tool_version=str(day)))
    kept = testing._read()
    assert len(kept) == testing.MOST_KEPT
    assert kept[-1].result.tool_version == str(testing.MOST_KEPT + 4)


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(replace(RESULT, made_at=datetime(2026, 11, 26)), id="no zone"),  # noqa: DTZ001 - the case
        pytest.param(replace(RESULT, tried=()), id="nothing tried"),
        pytest.param(replace(RESULT, tried=RESULT.tried * 65), id="too many"),
        pytest.param(replace(RESULT, tool_version="x" * 5000), id="too long"),
    ],
)
def test_a_result_that_makes_no_sense_is_none(result: SelfTested) -> None:
    machine, user = testing._here()
    whole = testing.History(tests=(testing.Kept(machine=machine, user=user, result=result),))
    testing.path().write_bytes(canonical.encode(whole))
    assert testing.last() is None


def test_a_damaged_file_is_as_none_and_is_written_anew() -> None:
    testing._keep(RESULT)
    sound = testing.path().read_bytes()
    chance = random.Random(9)
    for _try in range(200):
        data = bytearray(sound)
        for _change in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        testing.path().write_bytes(bytes(data[: chance.randrange(len(data))] if chance.random() < 0.5 else data))
        last = testing.last()
        assert last is None or last.tried
    for nonsense in (b"", b"{}", b"[" * 10_000, b"\xff" * 64, b" " * (testing.LARGEST + 1)):
        testing.path().write_bytes(nonsense)
        assert testing.last() is None
    testing._keep(RESULT)
    assert testing.last() == RESULT


def test_a_result_that_cannot_be_kept_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    testing.path().mkdir(parents=True)
    assert testing.last() is None
    with pytest.raises(SettingsError, match=r"self-tests\.json"):
        testing._keep(RESULT)
