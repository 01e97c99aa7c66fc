"""`verify` on the summary of a lot: what is honest is intact, whatever was changed is altered, whoever signed it."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from report.forgery import flipped
from report.lot_records import ALTERED, LANE, PAPER, lot, member, of_64, sampled, summary
from report.sealed import countersigned, office, stamped
from report.test_examine_attacks import ATTACKS

from gpu_inspector.cli.main import main
from gpu_inspector.errors import CaptureError, ReportError
from gpu_inspector.records import canonical, lot_words
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.chain import GENESIS, entry_for
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Condition, Identity
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.records.lot import LotSummary, Member, Plan, Rule
from gpu_inspector.report import lot_document, signature
from gpu_inspector.workflow import (
    collecting,
    inspecting,
    lot_members,
    lot_papers,
    lot_reports,
    reviewing,
    verified,
    verifying,
)
from gpu_inspector.workflow.verifying import EXITS, State, Verification, verify

SHARED: dict[str, object] = {"digest": "ab" * 32, "inspection": "0b7c9a52-30c8-4b8c-8a43-0123456789ab"}
"""Three cards of one inspection."""


def signed(
    of: LotSummary,
    *,
    body: bytes | None = None,
    drawn: LotSummary | None = None,
    reason: str | None = None,
    place: str | None = None,
) -> bytes:
    """As the program signs a summary, or with other pages, another record or other words beside the signature."""
    identity = office().identity(office().officer)
    pages = lot_document.draw(drawn or of, signer=identity.fingerprint)
    files = (signature.own_attachment(signature.LOT_NAME, body or canonical.encode(of)),)
    return signature.seal(
        pages,
        files,
        identity,
        reason=lot_papers.reason_of(of) if reason is None else reason,
        place=of.lot.case.place if place is None else place,
    )


@cache
def honest() -> bytes:
    return lot_papers.signed(of_64(), "a4", office().identity(office().officer))


def looked_at(data: bytes) -> Verification:
    return verify(data, office().roots, load())


def test_an_honest_summary_is_intact_trusted_and_its_statement_comes_out_the_same() -> None:
    found = looked_at(honest())
    assert found.state is State.TRUSTED, found.problems
    assert found.lot == of_64() and found.inspection is None and found.entry is None
    assert "The statement was made again from the cards of the record, and came out the same." in found.notes
    assert "In part" not in found.notes[1] and "SIMULATION" in found.notes[1]
    assert any("each card's own report" in note for note in found.notes)
    assert verify(honest(), (), load()).state is State.UNKNOWN_SIGNER
    assert signed(of_64())[:200] == honest()[:200]


@pytest.mark.parametrize("page", ["a4", "letter"])
@pytest.mark.parametrize(
    "make",
    [
        sampled,
        lambda: summary((), lot(10)),
        lambda: summary(
            (member(1, identity=Identity.CONTRADICTED, reasons=(PAPER,)),), lot(100, Plan(stop_at_first=True))
        ),
        lambda: summary(tuple(member(one) for one in range(1, 6)), lot(2)),
        lambda: summary(tuple(member(one, piece=one * 3) for one in range(1, 4)), lot(20, drawn=(3, 6, 9, 12, 15))),
        lambda: summary(tuple(member(1 + one, seq=7, card=one, **SHARED) for one in range(3)), lot(3)),
    ],
    ids=["sampled", "none", "stopped", "more than declared", "drawn", "several of one report"],
)
def test_every_honest_kind_of_lot_is_intact(make: Callable[[], LotSummary], page: str) -> None:
    found = looked_at(lot_papers.signed(make(), page, office().identity(office().officer)))
    assert found.state is State.TRUSTED, found.problems


def test_a_stamped_and_a_countersigned_summary_stay_intact(monkeypatch: pytest.MonkeyPatch) -> None:
    assert looked_at(stamped(honest())).state is State.TRUSTED
    identity = office().identity(office().officer)
    of = of_64()
    prepared = signature.seal(
        lot_document.draw(of, signer=identity.fingerprint),
        (signature.own_attachment(signature.LOT_NAME, canonical.encode(of)),),
        identity,
        reason=lot_papers.reason_of(of),
        place=of.lot.case.place,
        reviewer=True,
    )
    assert looked_at(prepared).state is State.TRUSTED
    twice = looked_at(stamped(countersigned(prepared)))
    assert twice.state is State.TRUSTED and [one.kind.value for one in twice.seals][1:] == [
        "countersignature",
        "time stamp",
    ]


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_a_changed_file_is_altered(attack: Callable[[bytes], bytes]) -> None:
    found = looked_at(attack(honest()))
    assert found.state is State.ALTERED and found.problems and found.lot is None


def test_one_changed_bit_anywhere_is_found() -> None:
    whole = honest()
    for number in range(40):
        place = (number * 7919 * 31 + 13) % len(whole)
        assert looked_at(flipped(whole, place, number % 8)).state is State.ALTERED, place


def _with(number: int, **changes: object) -> tuple[Member, ...]:
    of = of_64()
    return tuple(replace(one, **changes) if one.number == number else one for one in of.members)  # type: ignore[arg-type]


def _only_the_members(members: tuple[Member, ...]) -> LotSummary:
    return replace(of_64(), members=members)


LIES: dict[str, LotSummary] = {
    "a deviation is taken away": _only_the_members(_with(7, identity=Identity.CONSISTENT, reasons=())),
    "a deviation is taken away, its reasons left": _only_the_members(_with(7, identity=Identity.CONSISTENT)),
    "the same, with a new statement": summary(_with(7, identity=Identity.CONSISTENT)),
    "a contradiction without a reason": summary(_with(8, identity=Identity.CONTRADICTED)),
    "a deviation is called a contradiction": summary(_with(19, identity=Identity.CONTRADICTED)),
    "a reason of no outcome": summary(_with(8, reasons=(replace(PAPER, outcome="GUILTY"),))),
    "a defect without a reason": summary(_with(8, condition=Condition.FAULTY)),
    "a card is left out": _only_the_members(of_64().members[:-1]),
    "a card in the middle is left out": summary(tuple(one for one in of_64().members if one.number != 7)),
    "a card is counted twice": summary(
        (*of_64().members, replace(of_64().members[0], number=65)), lot(65), ledger_rows=200
    ),
    "a better statement": replace(of_64(), statement=replace(of_64().statement, deviating=4)),
    "other words": replace(of_64(), statement=replace(of_64().statement, text="All 64 cards are genuine.")),
    "a lower bound": replace(of_64(), statement=replace(of_64().statement, most_deviating=0)),
    "a smaller lot": replace(of_64(), lot=lot(60)),
    "another plan": replace(of_64(), lot=lot(64, Plan(rule=Rule.SQUARE_ROOT))),
    "one number twice is hidden": replace(sampled(), twice=()),
    "a digest that is none": summary(_with(3, digest="0" * 63)),
    "an id that is none": summary(_with(3, inspection="17")),
    "a row that the ledger has not": summary(_with(64, seq=100_000)),
    "a negative card": summary(_with(3, card=-1)),
    "one report's number for two inspections": summary(_with(3, seq=104)),
    "no pieces": replace(of_64(), lot=lot(0)),
    "a lot beyond every shipment": replace(of_64(), lot=lot(2**52)),
    "a plan without its figures": replace(of_64(), lot=lot(64, Plan(rule=Rule.HYPERGEOMETRIC))),
    "a plan of impossible figures": replace(
        of_64(), lot=lot(64, Plan(rule=Rule.HYPERGEOMETRIC, confidence=1.5, share=0.1))
    ),
    "a piece beyond the lot": summary(_with(3, piece=65)),
    "one piece twice": summary(tuple(replace(one, piece=5) for one in of_64().members)),
    "drawn pieces beyond the lot": summary(of_64().members, lot(64, drawn=(3, 99))),
    "drawn pieces out of order": summary(of_64().members, lot(64, drawn=(9, 3))),
    "an offset of no clock": replace(of_64(), utc_offset_minutes=5000),
    "a time without an offset": replace(of_64(), made_at=of_64().made_at.replace(tzinfo=None)),
    "an id of the summary that is none": replace(of_64(), id="1"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_record_that_does_not_add_up_is_altered_though_the_true_key_signed_it(lie: str) -> None:
    found = looked_at(signed(LIES[lie]))
    assert found.state is State.ALTERED and EXITS[found.state] == 4
    assert found.problems and all(sentence.endswith(".") for sentence in found.problems), found.problems


def test_pages_of_another_record_are_altered_though_the_true_key_signed_them() -> None:
    milder = summary(_with(7, identity=Identity.CONSISTENT, reasons=()))
    assert looked_at(signed(milder)).state is State.TRUSTED  # it adds up: only the card's own report can tell
    for of, drawn in ((of_64(), milder), (milder, of_64())):
        found = looked_at(signed(of, drawn=drawn))
        assert found.problems == ("The printed pages are not those that belong to the attached record.",)


def test_other_words_beside_the_signature_are_altered() -> None:
    assert looked_at(signed(of_64(), reason="GPU Inspector report 17")).state is State.ALTERED
    assert looked_at(signed(of_64(), place="Hamburg")).state is State.ALTERED


def test_a_record_in_another_form_is_altered() -> None:
    body = canonical.encode(of_64())
    for changed in (body + b"\n", body.replace(b'"card":0', b'"card":0.0', 1), b"{}", b"\xff" * 40, b'{"format":9}'):
        found = looked_at(signed(of_64(), body=changed))
        assert found.state is State.ALTERED and found.problems, changed[:20]


def test_a_summary_of_another_version_is_counted_again_and_its_pages_are_not_drawn() -> None:
    other = replace(of_64(), tool_version="0.0.9+00000000")
    found = looked_at(signed(other))
    assert found.state is State.TRUSTED, found.problems
    assert any("Another version made the pages" in note for note in found.notes)
    reworded = replace(other, statement=replace(other.statement, text="5 of 64 deviate."))
    assert any("give another statement" in note for note in looked_at(signed(reworded)).notes)
    miscounted = replace(other, statement=replace(other.statement, deviating=4))
    assert looked_at(signed(miscounted)).state is State.ALTERED
    assert looked_at(signed(other, drawn=replace(other, id=other.lot.id))).state is State.ALTERED


def test_it_is_written_and_found_again_by_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, certificate = tmp_path / "lot.pdf", tmp_path / "root.der"
    certificate.write_bytes(office().roots[0])
    stamped_as = lot_papers.write(of_64(), path, identity=office().identity(office().officer))
    assert stamped_as.level == "B-B" and not stamped_as.remark
    assert main(["verify", str(path), "--trust", str(certificate)]) == 0
    told = capsys.readouterr().out
    for number in ALTERED:
        assert f"card No. {number}, NVIDIA GeForce RTX 4090, simulated card {number}: " in told
    assert of_64().statement.text in told and lot_words.TITLE in told
    assert main(["verify", str(path), "--json"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert found["lot"]["deviating"] == sorted(ALTERED, key=lambda one: (one in (19, 41), one))
    assert found["verdict"] is None and found["number"] is None and not found["problems"]
    path.write_bytes(path.read_bytes().replace(b"/Contents <30", b"/Contents <31", 1))
    assert main(["verify", str(path)]) == 4


def test_a_page_of_another_size_is_refused() -> None:
    with pytest.raises(ReportError, match="no page size"):
        lot_papers.signed(of_64(), "a5", office().identity(office().officer))


def test_the_list_of_verified_files_names_it_and_judging_again_refuses_it(tmp_path: Path) -> None:
    path, certificate = tmp_path / "lot.pdf", tmp_path / "root.der"
    path.write_bytes(honest())
    certificate.write_bytes(office().roots[0])
    one = verified.verify_file(path, (certificate,), load())
    assert one.found is not None and one.found.lot is not None and one.found.printed
    saved = verified.save_list((one,), tmp_path / "list.csv").read_text()
    assert f"lot summary {of_64().id}" in saved
    with pytest.raises(CaptureError, match="the summary of a lot"):
        reviewing.review(path, None, load())


# Held against the reports of its cards


@cache
def report(number: int) -> tuple[Inspection, LedgerEntry, bytes]:
    name = "rtx-4090-48gb" if number == 2 else "genuine-rtx-4090"
    evidence = collecting.collect_simulation(name, number, None, load())
    inspection = inspecting.inspection_of(evidence, Declaration(memory_gb=24), Case(number="C", place="Köln"), load())
    return inspection, (entry := entry_for(number, GENESIS, canonical.encode(inspection))), _written(inspection, entry)


def _written(inspection: Inspection, entry: LedgerEntry) -> bytes:
    from gpu_inspector.report import document

    identity = office().identity(office().officer)
    pages = document.draw(inspection, entry, signer=identity.fingerprint)
    body, place = canonical.encode(inspection), inspection.case.place
    return signature.sign(pages, body, entry, identity, reason=inspecting.reason_of(entry), place=place)


@cache
def of_reports() -> LotSummary:
    from gpu_inspector.workflow import lot_members

    members: list[Member] = []
    for number in (1, 2, 3):
        inspection, entry, _pdf = report(number)
        members += lot_members.members_of(entry, inspection, number, inspection.made_at, None)
    return summary(tuple(members), lot(3))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in (1, 2, 3):
        (tmp_path / f"report-{number}.pdf").write_bytes(report(number)[2])
    (tmp_path / "lot.pdf").write_bytes(signed(of_reports()))
    (tmp_path / "notes.txt").write_text("not a report")
    return tmp_path


def _held(of: LotSummary, folder: Path) -> Verification:
    return lot_reports.held_against(looked_at(signed(of)), folder, office().roots, load())


def test_every_row_is_what_its_own_report_says(folder: Path) -> None:
    found = _held(of_reports(), folder)
    assert found.state is State.TRUSTED, found.problems
    assert "3 of 3 cards were held against their own reports." in found.notes
    assert not any("not used" in note or "No intact report" in note for note in found.notes)


def test_a_card_made_milder_or_graver_than_its_report_is_altered_though_everything_adds_up(folder: Path) -> None:
    of = of_reports()
    bad = next(one for one in of.members if one.identity in lot_words.DEVIATING)
    good = next(one for one in of.members if one.identity not in lot_words.DEVIATING)
    changes: tuple[tuple[Member, dict[str, Any]], ...] = (
        (bad, {"identity": Identity.CONSISTENT, "reasons": ()}),
        (good, {"identity": Identity.CONTRADICTED, "reasons": (PAPER,)}),
        (good, {"control": "none" if good.control != "none" else "3A090.a"}),
        (good, {"product": "NVIDIA GeForce RTX 4060"}),
        (good, {"condition": Condition.FAULTY, "reasons": (LANE,)}),
        (good, {"origin": "this machine"}),
        (good, {"card": 1}),
        (good, {"file_sha256": "ab" * 32}),
        (good, {"numbers": (("serial", "1320221011842"),)}),
    )
    for which, changed in changes:
        members = tuple(replace(one, **changed) if one is which else one for one in of.members)
        lie = summary(members, lot(3))
        assert looked_at(signed(lie)).state is State.TRUSTED
        found = _held(lie, folder)
        assert found.state is State.ALTERED, changed
        assert f"No. {which.number}" in found.problems[0]


def test_numbers_that_were_left_out_so_that_one_card_counts_twice_are_found_by_its_reports(folder: Path) -> None:
    evidence = collecting.collect_simulation("genuine-rtx-4090", 9, None, load())
    card = evidence.cards[0]
    assert card.nvml is not None
    named = replace(card.nvml, uuid="GPU-1f3c9a7b-7a2e-4c1d-9b8f-3e5a6d7c8b90")
    inspection = report(1)[0]
    real = replace(evidence, origin=Origin.FILE, cards=(replace(card, nvml=named, nvidia_smi=None),))
    said = lot_members.numbers_of(replace(inspection, evidence=real), 0)
    assert ("uuid", named.uuid) in said
    assert lot_members.numbers_of(replace(inspection, evidence=replace(real, masked=True)), 0) == ()


def test_reports_that_are_missing_or_altered_are_named_and_nothing_is_said_of_them(folder: Path) -> None:
    (folder / "report-1.pdf").unlink()
    (folder / "report-2.pdf").write_bytes(report(2)[2] + b"\n")
    found = _held(of_reports(), folder)
    assert found.state is State.TRUSTED
    assert "1 of 3 cards were held against their own reports." in found.notes
    assert any("card No. 1–2: nothing is said" in note for note in found.notes)
    assert any("not used: report-2.pdf" in note for note in found.notes)


def test_only_a_summary_is_held_against_reports_and_an_altered_one_stays_altered(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CaptureError, match="Only the summary"):
        lot_reports.held_against(looked_at(report(1)[2]), folder, (), load())
    altered = verifying.verify(honest() + b"\n", (), load())
    assert lot_reports.held_against(altered, folder, (), load()) is altered
    with pytest.raises(CaptureError, match="cannot be read"):
        lot_reports.held_against(looked_at(honest()), folder / "nowhere", (), load())
    assert main(["verify", str(folder / "lot.pdf"), "--reports", str(folder)]) == 3
    assert "3 of 3 cards were held" in capsys.readouterr().out
