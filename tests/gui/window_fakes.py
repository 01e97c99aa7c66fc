"""Work that needs no card, no ledger and no report, for windows under test; and hands on mouse and keys."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import firmware_by_hand
import lot_cards
from cards import genuine, row_of
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from gpu_inspector import preferences
from gpu_inspector.gui.asking import Ask
from gpu_inspector.gui.doors.about import AboutDoors
from gpu_inspector.gui.doors.bench import BenchDoors
from gpu_inspector.gui.doors.case import CaseDoors
from gpu_inspector.gui.doors.history import HistoryDoors
from gpu_inspector.gui.doors.look import LookDoors
from gpu_inspector.gui.doors.lots import Filled, LotsDoors, NewLot
from gpu_inspector.gui.doors.run import RunDoors, Watch
from gpu_inspector.gui.doors.settings import SettingsDoors
from gpu_inspector.gui.doors.verdict import VerdictDoors
from gpu_inspector.gui.doors.verify import VerifyDoors
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.subject import Subject
from gpu_inspector.gui.work import Work
from gpu_inspector.gui.worker import Job
from gpu_inspector.ledger import query as asked
from gpu_inspector.records import drift, lot_statistics, selftest
from gpu_inspector.records.appearance import Appearance, Sure
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Case, Declaration, Photograph
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.inspection import LedgerEntry
from gpu_inspector.records.lot import Lot, LotSummary, Member, Plan, Reason, Rule
from gpu_inspector.records.registry_found import RegistryPage
from gpu_inspector.records.selftest import SelfTested
from gpu_inspector.records.server import ServerReading
from gpu_inspector.workflow import sensor_table, tagging
from gpu_inspector.workflow.about import Package, Portrait
from gpu_inspector.workflow.comparing import Earlier
from gpu_inspector.workflow.countersigning import Countersigned
from gpu_inspector.workflow.drafts import Found
from gpu_inspector.workflow.glancing import Glance, Look, Standing, of_card
from gpu_inspector.workflow.identities import Known
from gpu_inspector.workflow.inspecting import Done, inspection_of
from gpu_inspector.workflow.kept import Kept
from gpu_inspector.workflow.keys import Shown as ShownKey
from gpu_inspector.workflow.lot_filling import Added
from gpu_inspector.workflow.lot_summing import Summed
from gpu_inspector.workflow.lots import LotState
from gpu_inspector.workflow.photographs import Taken
from gpu_inspector.workflow.progress import Progress
from gpu_inspector.workflow.signed import SignedBy
from gpu_inspector.workflow.templates import Shelf
from gpu_inspector.workflow.topics import Topic
from gpu_inspector.workflow.trying import Answered, Tried
from gpu_inspector.workflow.upgrading import Outcome, Stamped
from gpu_inspector.workflow.verified import Verified
from gpu_inspector.workflow.verifying import State, Verification
from gpu_inspector.workflow.vouching import Vouched

OpenWindow = Callable[[Work], MainWindow]
_CONTROL = Qt.KeyboardModifier.ControlModifier


def jobs_of(window: MainWindow) -> list[Job]:
    """The jobs that run."""
    return [job for job in window.findChildren(Job) if job.running]


def click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def press(widget: QWidget, key: Qt.Key, *, control: bool = False) -> None:
    QTest.keyClick(widget, key, _CONTROL if control else Qt.KeyboardModifier.NoModifier)


def write(widget: QWidget, text: str) -> None:
    QTest.keyClicks(widget, text)


def drop(window: MainWindow, *paths: Path) -> None:
    """Files that are dragged onto the window and let go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    nothing, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(10, 10), Qt.DropAction.CopyAction, data, left, nothing)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, data, left, nothing))


def card_evidence() -> Evidence:
    """A genuine RTX 4090 in this machine."""
    return genuine(row_of("NVIDIA GeForce RTX 4090"))


def two_cards() -> Evidence:
    """Two cards of this machine."""
    one = card_evidence()
    return replace(one, cards=(*one.cards, replace(one.cards[0], label="0000:02:00.0")))


def from_file(name: str, origin: Origin = Origin.FILE) -> Evidence:
    """The same card, as a file tells of it."""
    return replace(card_evidence(), origin=origin, file_name=name, host=None)


def done_of(
    evidence: Evidence,
    declaration: Declaration | None = None,
    case: Case | None = None,
    *,
    report: Path | None = None,
    failure: str = "",
) -> Done:
    """A finished inspection that no ledger knows."""
    inspection = inspection_of(evidence, declaration or Declaration(), case or Case(), load())
    return Done(inspection, LedgerEntry(seq=7, previous="0" * 64, digest="1" * 64), report, failure)


TOPICS = (
    Topic("NVML", False, "The driver does not answer.", "Restart the machine."),
    Topic("ledger", True, "4 inspections"),
)
"""What the doctor says: one thing needs a look."""


def look_of(evidence: Evidence | None, absence: str = "No NVIDIA card was found in this machine.") -> Look:
    """A look at a sound bench with these cards."""
    bench = (Topic("Preloaded libraries", True, "Nothing is preloaded."), Topic("Clock", True, "It is synchronised."))
    if evidence is None:
        return Look(bench=bench, absence=absence)
    return Look(evidence=evidence, glances=tuple(of_card(card, load()) for card in evidence.cards), bench=bench)


def _glance(subjects: tuple[Subject, ...], progress: Progress) -> tuple[Glance, ...]:
    return tuple(Glance(name="NVIDIA A", where=one.title, state="read", standing=Standing.FILE) for one in subjects)


def _save_facts(
    seen: Evidence | None, subjects: tuple[Subject, ...], target: Path, masked: bool, progress: Progress
) -> Path:
    target.write_text("{}")
    return target


def _collect_machine(card: str | None, progress: Progress) -> Evidence:
    progress("collecting", 0.5)
    return card_evidence()


def _collect_file(path: Path, progress: Progress) -> Evidence:
    progress("reading", 0.5)
    return from_file(path.name)


def _collect_simulation(name: str, seed: int, profile: str | None, progress: Progress, watch: Watch) -> Evidence:
    progress(f"measuring {name}", 0.5)
    return replace(card_evidence(), origin=Origin.SIMULATION, notes=(f"SIMULATION {name}, seed {seed}",))


def _collect_seen(seen: Appearance, label: str) -> Evidence:
    return replace(
        card_evidence(), origin=Origin.SEEN, host=None, cards=(CardEvidence(label=label, seen=seen),), bystanders=()
    )


def _measure(evidence: Evidence, profile: str, progress: Progress, watch: Watch) -> Evidence:
    progress("measuring", 0.5)
    return evidence


def _finish(evidence: Evidence, declaration: Declaration, case: Case, progress: Progress, ask: Ask) -> Done:
    progress("judging", 0.5)
    return done_of(evidence, declaration, case, report=Path("/nowhere/report.pdf"))


def _save_report(done: Done, target: Path, ask: Ask) -> Path:
    target.write_bytes(b"%PDF-")
    return target


def known(name: str = "Customs office of Köln", file: Path = Path("/data/certificate.pem")) -> Known:
    """A certificate of an office."""
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    return Known(name=name, fingerprint="ab12" * 16, begin=begin, end=begin + timedelta(days=3650), file=file)


def shown_key(kind: str, place: str) -> ShownKey:
    """A key that was taken in."""
    office = known()
    return ShownKey(
        kind=kind,
        place=place,
        name=office.name,
        fingerprint=office.fingerprint,
        algorithm="ECDSA with P-256",
        begin=office.begin,
        end=office.end,
        authorities=(),
        refusal="",
        advice="",
        remarks=("Whether it was revoked could not be asked.",),
    )


def verified(path: Path, state: State = State.UNKNOWN_SIGNER, **changes: object) -> Verified:
    """An answer on a report of a genuine card."""
    done = done_of(card_evidence())
    found = Verification(
        state=state,
        signer="Common Name: Customs office of Köln",
        fingerprint="ab12" * 16,
        signed_at="2025-11-25T10:00:00+00:00",
        entry=done.entry,
        inspection=done.inspection,
        judged_again=done.inspection.judgement.verdict.value,
        printed="Inspection report\nNVIDIA GeForce RTX 4090",
    )
    return Verified(path, replace(found, **changes))  # type: ignore[arg-type]


def _verify(path: Path, trust: tuple[Path, ...], at: datetime | None, progress: Progress) -> Verified:
    progress("examining", 0.5)
    return verified(path, State.TRUSTED if trust else State.UNKNOWN_SIGNER)


def _certificates(path: Path) -> tuple[Known, ...]:
    return (known(file=path),)


def _save_list(results: tuple[Verified, ...], target: Path) -> Path:
    target.write_text("\n".join(one.state for one in results), encoding="utf-8")
    return target


_DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000"
    "000049454e44ae426082"
)
"""A picture of one dot, as PNG."""


def taken_of(
    name: str, *, shows: str = "other", codes: tuple[str, ...] = (), codes_sure: tuple[Sure, ...] = ()
) -> Taken:
    """A photograph of that name, as if it had been taken in; its digest is the name's."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    photograph = Photograph(sha256=digest, name=name, size_bytes=1, shows=shows, codes=codes, codes_sure=codes_sure)
    return Taken(photograph, _DOT)


def state_of(lot: Lot, members: tuple[Member, ...]) -> LotState:
    """A lot with these cards, as it stands."""
    return LotState(lot, members, lot_statistics.twice_of(members), lot_statistics.statement_of(lot, members))


_PLANNED = lot_cards.lot(169, Plan(rule=Rule.SQUARE_ROOT))
_BAD = replace(
    lot_cards.member(3, Identity.CONTRADICTED),
    piece=12,
    origin=Origin.SIMULATION.value,
    reasons=(Reason(check="declaration-memory", outcome="CONTRADICTED", text="The paper says 24 GB; it has 12."),),
)
LOT = state_of(
    replace(_PLANNED, drawn=(4, 12, 30, 41, 57, 77, 90, 101, 120, 133, 140, 155, 169)),
    (
        replace(lot_cards.member(1, numbers=(("serial", "1324520000001"),)), piece=4),
        lot_cards.member(2, numbers=(("serial", "1324520000001"),)),
        _BAD,
    ),
)
"""A lot of 169 pieces: two cards with one serial, and one that the paper contradicts."""
EMPTY_LOT = state_of(replace(lot_cards.lot(9), id="1f0e0d0c-0000-4000-8000-000000000002", name="crate 9"), ())


def _lot_of(new: NewLot) -> Lot:
    lot = lot_cards.lot(new.declared, new.plan)
    return replace(lot, id="2" * 36, name=new.name, case=new.case, declaration=new.declaration)


def _with_members(lot: str, count: int, piece: int | None) -> LotState:
    state = next((one for one in (LOT, EMPTY_LOT) if one.lot.id == lot), EMPTY_LOT)
    first = len(state.members) + 1
    new = tuple(replace(lot_cards.member(first + more), piece=piece) for more in range(count))
    return state_of(state.lot, (*state.members, *new))


def _add_files(lot: str, paths: tuple[Path, ...], piece: int | None, progress: Progress, ask: Ask) -> Filled:
    progress("reviewing", 0.5)
    state = _with_members(lot, len(paths), piece)
    new = state.members[-len(paths) :]
    return Filled(state, tuple(Added(path.name, (one,)) for path, one in zip(paths, new, strict=True)), len(paths))


def _save_summary(lot: str, target: Path, ask: Ask) -> Summed:
    target.write_bytes(b"%PDF-")
    summary = LotSummary(
        id="3" * 36,
        lot=LOT.lot,
        members=LOT.members,
        twice=LOT.twice,
        statement=LOT.statement,
        made_at=lot_cards.WHEN,
        utc_offset_minutes=0,
        tool_version="0.1.0",
        reference_version="2026.11",
        ledger_rows=3,
        ledger_digest="1" * 64,
    )
    return Summed(summary, target, level="B-B")


def self_tested(*failed: str) -> SelfTested:
    """A quick self-test in which these parts failed, and the key was not tried."""
    tried = tuple(
        selftest.Tried(what=what, passed=None if what == selftest.KEY else what not in failed, text=f"{what}.")
        for what in selftest.TRIED
    )
    return SelfTested(
        made_at=datetime.now(UTC) - timedelta(hours=3),
        tool_version="0.1.0",
        reference_version="2026.11",
        tried=tried,
        quick=True,
    )


def _self_test(progress: Progress, ask: Ask) -> SelfTested:
    progress("simulations", 0.1)
    return self_tested()


CONTROL_CARD = drift.control_card(
    "the office's RTX 4090",
    drift.Taken(3, lot_cards.WHEN, {"copy": 900.0, "l2-latency": 200.0, "link-width": 16.0}),
    [
        drift.Taken(
            row,
            lot_cards.WHEN + timedelta(days=row),
            {"copy": 900.0 - 4 * row, "l2-latency": 201.0, "link-width": 16.0 if row < 9 else 8.0},
        )
        for row in (5, 7, 9)
    ],
    {
        "copy": drift.Allowed(0.1, "made up"),
        "l2-latency": drift.Allowed(0.05, "made up"),
        "link-width": drift.Allowed(0.0, "made up"),
    },
)
"""Four inspections; the last one had half of the lanes."""


NO_CHOICE = asked.Standing(asked.Choices(offices=(), products=(), controls=()), "")
"""An empty ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeWork:
    """A `Work` of which tests replace one group."""

    bench: BenchDoors
    case: CaseDoors
    look: LookDoors
    run: RunDoors
    verdict: VerdictDoors
    history: HistoryDoors
    lots: LotsDoors
    verify: VerifyDoors
    settings: SettingsDoors
    about: AboutDoors


WORK = FakeWork(
    bench=BenchDoors(
        look=lambda progress: look_of(card_evidence()),
        glance=_glance,
        simulations=lambda: (("genuine-one", "A genuine card."), ("folded-one", "Half of its memory is not there.")),
        save_facts=_save_facts,
        recall=lambda: (),
        remember=lambda chosen: None,
    ),
    case=CaseDoors(
        product_names=lambda: ("NVIDIA GeForce RTX 4090", "NVIDIA GeForce RTX 4090 D"),
        load_draft=Found,
        save_draft=lambda draft: None,
        drop_draft=lambda: None,
        take_file=lambda path, keep: taken_of(path.name),
        take_bytes=lambda data, name, keep: taken_of(name),
        thumbnail=lambda photograph: taken_of(photograph.name).thumbnail,
        read_image=lambda path: replace(firmware_by_hand.FILE, file_name=path.name),
        labels_in=lambda path: ("0000:01:00.0",),
        templates=Shelf,
        save_template=lambda template: Shelf((template,)),
        delete_template=lambda name: Shelf(),
    ),
    look=LookDoors(
        explain_die=lambda lines: f"A die of {len(lines)} lines.",
        explain_memory=lambda marking: f"Memory {marking}.",
    ),
    run=RunDoors(
        collect_machine=_collect_machine,
        collect_file=_collect_file,
        collect_simulation=_collect_simulation,
        add_firmware=lambda evidence, wish, progress: evidence,
        collect_seen=_collect_seen,
        add_seen=lambda evidence, seen: replace(evidence, cards=(replace(evidence.cards[0], seen=seen),)),
        measure=_measure,
        together=lambda evidence, profile, progress, watch: replace(evidence, server=ServerReading()),
        read_lists=lambda wish, ask: (),
        finish=_finish,
        save_sensors=sensor_table.write,
        prepare=lambda: None,
    ),
    verdict=VerdictDoors(
        save_report=_save_report,
        signed_by=lambda report, entry: SignedBy("Bench 7", "ab" * 32, "2026-11-23T14:03:22+00:00"),
        stamp=lambda report: Outcome(report, "B-LTA"),
        countersign=lambda report, file, ask: Countersigned("A. Second", "ef" * 32, 7, Stamped("B-B")),
        note=lambda what, seq, detail: "",
        earlier_of=lambda inspection, card: Earlier(()),
        tags=lambda done, wish: tagging.draw(done.inspection, done.entry, wish),
        save_tags=lambda done, wish, target: "",
    ),
    history=HistoryDoors(
        look=lambda query, afresh, progress: asked.Look(
            query=query,
            head=0,
            rows=(),
            standing=asked.Standing(asked.Choices(offices=(), products=(), controls=()), ""),
        ),
        stock=lambda query, head, progress: asked.Stock(0, ()),
        page=lambda query, head, after, progress: (),
        repeats=lambda seq: (),
        kept=lambda seq: Kept(done_of(card_evidence()), f"Row {seq} of the ledger stands as it was written."),
        report_again=lambda seq, ask: Path(f"/nowhere/report-{seq}-2.pdf"),
        export=lambda target, rows, progress: 0,
        prove=lambda seq, target: Vouched(target, seq),
        checkpoint=lambda target, ask: Vouched(target, 3),
        log=lambda seq, progress: (),
        by_text=lambda text: tagging.Opened(Kept(done_of(two_cards()), "Row 7 stands as it was written."), 2),
        by_photograph=lambda path: tagging.Opened(Kept(done_of(two_cards()), "Row 7 stands as it was written."), 1),
        check=lambda progress: asked.Checked("The ledger is whole.", whole=True),
        has_registry=lambda: False,
        registry_offices=lambda progress: ("Köln-Bonn", "Le Havre"),
        notices=lambda: (),
        registry_page=lambda query, after, progress: RegistryPage(rows=(), after=None),
    ),
    lots=LotsDoors(
        every=lambda: (LOT, EMPTY_LOT),
        open=lambda new: state_of(_lot_of(new), ()),
        add_files=_add_files,
        add_rows=lambda lot, rows, piece: _with_members(lot, len(rows), piece),
        save_summary=_save_summary,
    ),
    verify=VerifyDoors(verify=_verify, certificates=_certificates, save_list=_save_list),
    settings=SettingsDoors(
        load=preferences.load,  # each test has a home of its own
        change=preferences.change,
        ledger=lambda: (Path("/data/ledger.sqlite"), "/data/ledger.sqlite, 3 inspections"),
        try_ledger=lambda path: f"{path}, made at the first inspection",
        identity=lambda: known(),
        import_file=lambda path, ask: shown_key("file", str(path)),
        import_card=lambda module, token, key, ask: shown_key("card", str(module)),
        try_signer=lambda ask: Tried(known=known(), algorithm="ECDSA with P-256"),
        try_service=lambda url: Answered(
            name="Stamp Service", fingerprint="cd34" * 16, at=datetime(2026, 11, 24, tzinfo=UTC)
        ),
        data=lambda: ("2026-11-20+0123456789ab: the program's own",),
        install_data=lambda path, certificate: "The reference data 2026-12-01+1 are installed.",
        own_data=lambda: "The program's own reference data are chosen.",
        policy=lambda: ("no office policy was in force",),
        install_policy=lambda path, certificate: "In force now: No. 3 of Customs Office North",
        export_certificate=lambda target: target,
        export_diagnostics=lambda target, progress: target,
    ),
    about=AboutDoors(
        examine=lambda progress: TOPICS,
        portrait=lambda: Portrait((("GPU Inspector", "0.1.0+test"),), (Package("some-library", "1.2", "MIT"),)),
        licence_text=lambda name: f"The text of {name}.",
        self_test=_self_test,
        last_self_test=lambda: None,
        control_card=lambda: CONTROL_CARD,
    ),
)
"""All goes well, with one card in the machine; tests replace one function of one page."""


def with_run(**doors: object) -> Work:
    """The work in which some doors of the run are others."""
    return replace(WORK, run=replace(WORK.run, **doors))  # type: ignore[arg-type]


def with_case(**doors: object) -> Work:
    """The work in which some doors of the case are others."""
    return replace(WORK, case=replace(WORK.case, **doors))  # type: ignore[arg-type]
