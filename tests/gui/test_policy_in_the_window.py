"""An office's policy as an inspector meets it: marked fields, what is missing, the least profile, a refused run."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from gui.window_fakes import WORK, OpenWindow, card_evidence, done_of, jobs_of, with_run
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gpu_inspector.gui.case_policy import MARK
from gpu_inspector.gui.doors.run import origin_of
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.run_jobs import Stage
from gpu_inspector.gui.subject import Subject
from gpu_inspector.preferences import Preferences
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.policy import FIELDS, Bounds, PolicyNamed
from gpu_inspector.workflow.policy import PolicyError, PolicyNotMet

CARD = Subject("NVIDIA GeForce RTX 4090", "upper slot", card="0000:01:00.0")
NORTH = "policy No. 3 of Customs Office North"


def bound_by(bounds: Bounds) -> Callable[[], Bounds]:
    return lambda: bounds


def case_under(open_window: OpenWindow, qtbot: QtBot, bounds: Bounds) -> MainWindow:
    window = open_window(replace(WORK, case=replace(WORK.case, bounds=bound_by(bounds))))
    window.go_to(window.case)
    window.case.show_subjects((CARD,))
    qtbot.waitUntil(lambda: not jobs_of(window))
    return window


def marked(window: MainWindow) -> set[str]:
    labels = {one.buddy(): one.text() for one in window.case.findChildren(QLabel) if one.buddy() is not None}
    return {name for name, field in window.case.policy._fields.items() if labels[field].endswith(MARK)}


def test_mandatory_fields_are_marked_and_the_missing_ones_named_as_one_types(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = case_under(open_window, qtbot, Bounds(NORTH, mandatory=("case", "declared-memory", "exhibit")))
    page = window.case
    assert marked(window) == {"case", "declared-memory", "exhibit"}
    assert page.case.number.accessibleDescription() == "mandatory by the office's policy"
    assert page.case.place.accessibleDescription() == ""
    assert not page.policy.isHidden()
    assert NORTH in page.policy.says.text()
    page.case.number.setText("17")
    assert set(page.policy.missing) == {"declared-memory", "exhibit"}
    assert "Still missing: declared memory, exhibit tag." in page.policy.says.text()
    page.declared.memory.setValue(24)
    page.objects.form.exhibit.setText("E 1")
    assert not page.policy.missing
    assert "None of them is empty." in page.policy.says.text()


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_every_field_that_can_be_mandatory_stands_on_the_page(name: str, open_window: OpenWindow, qtbot: QtBot) -> None:
    assert marked(case_under(open_window, qtbot, Bounds(NORTH, mandatory=(name,)))) == {name}


def test_without_a_policy_nothing_is_marked(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = case_under(open_window, qtbot, Bounds())
    assert marked(window) == set()
    assert window.case.policy.isHidden()


def test_a_policy_that_is_taken_away_takes_its_marks_along(open_window: OpenWindow, qtbot: QtBot) -> None:
    said = [Bounds(NORTH, mandatory=("case",))]
    window = open_window(replace(WORK, case=replace(WORK.case, bounds=lambda: said[-1])))
    for bounds, names in ((said[0], {"case"}), (Bounds(), set())):
        said.append(bounds)
        window.go_to(window.case)
        qtbot.waitUntil(lambda: not jobs_of(window))
        assert marked(window) == names


def refusing(error: Exception) -> Callable[..., NoReturn]:
    def refuse(*_given: object) -> NoReturn:
        raise error

    return refuse


def test_a_policy_that_cannot_be_used_is_told_on_both_pages(open_window: OpenWindow, qtbot: QtBot) -> None:
    broken = refusing(PolicyError("The office's policy was changed after it was installed.", "Install it anew."))
    window = open_window(replace(WORK, case=replace(WORK.case, bounds=broken), run=replace(WORK.run, bounds=broken)))
    window.go_to(window.case)
    window.go_to(window.run)
    qtbot.waitUntil(lambda: not jobs_of(window))
    assert "was changed" in window.case.policy.says.text()
    assert "was changed" in window.run.notice.text


def choices(window: MainWindow) -> dict[str | None, bool]:
    box = window.run.profile.profile
    model = box.model()
    usable = Qt.ItemFlag.ItemIsEnabled
    return {box.itemData(row): bool(model.flags(model.index(row, 0)) & usable) for row in range(box.count())}


@pytest.mark.parametrize(
    ("preferred", "bounds", "chosen", "offered"),
    [
        ("quick", Bounds(NORTH, "standard", False), "standard", {"standard", "deep"}),
        ("none", Bounds(NORTH, "standard", False), "standard", {"standard", "deep"}),
        ("none", Bounds(NORTH, "deep", True), None, {"deep", None}),
        ("deep", Bounds(NORTH, "standard", False), "deep", {"standard", "deep"}),
        ("quick", Bounds(), "quick", {"quick", "standard", "deep", None}),
    ],
    ids=["raised", "measured after all", "unmeasured is allowed", "more is kept", "no policy"],
)
def test_the_choice_of_profiles_begins_at_the_policys_least(
    preferred: str, bounds: Bounds, chosen: str | None, offered: set[str | None], open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window(with_run(bounds=bound_by(bounds)))
    window.run.use(Preferences(profile=preferred))
    window.go_to(window.run)
    qtbot.waitUntil(lambda: not jobs_of(window))
    assert window.run.profile.chosen() == chosen
    assert {name for name, usable in choices(window).items() if usable} == offered
    window.run.use(Preferences(profile="quick" if preferred != "quick" else "none"))
    assert window.run.profile.chosen() in offered  # a later choice in the settings is bound as well


def test_a_run_that_does_not_fulfil_the_policy_collects_nothing_and_says_what_is_missing(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    asked: list[Origin] = []

    def require(case: Case, declaration: Declaration, profile: str | None, origin: Origin) -> PolicyNamed | None:
        asked.append(origin)
        raise PolicyNotMet("By the policy nothing is inspected without: inspector.", "Fill it in.")

    window = open_window(with_run(require=require, collect_machine=refusing(AssertionError("it was collected"))))
    window.case.show_subjects((CARD,))
    window.go_to(window.run)
    window.run.begin(window.case.orders())
    qtbot.waitUntil(lambda: not jobs_of(window))
    assert [ride.stage for ride in window.run.runs.rides] == [Stage.FAILED]
    assert "without: inspector" in window.run.notice.text
    assert asked == [Origin.MACHINE]


def test_a_run_is_finished_under_the_policy_that_was_asked(open_window: OpenWindow, qtbot: QtBot) -> None:
    named = PolicyNamed(
        office="North",
        number=3,
        made_at=card_evidence().collected_at,
        digest="ab" * 32,
        signer="Office key",
        fingerprint="cd" * 32,
    )
    under: list[PolicyNamed] = []

    def finish_under(one: PolicyNamed) -> object:
        under.append(one)
        return lambda evidence, declaration, case, progress, ask: done_of(evidence)

    window = open_window(with_run(require=lambda *given: named, finish_under=finish_under))
    window.case.show_subjects((CARD,))
    window.go_to(window.run)
    window.run.begin(window.case.orders())
    qtbot.waitUntil(lambda: not jobs_of(window))
    assert under == [named]


def test_where_the_evidence_will_come_from_is_told_before_there_is_any() -> None:
    assert origin_of(CARD) is Origin.MACHINE
    assert origin_of(Subject("x", file=Path("x"))) is Origin.FILE
    assert origin_of(Subject("x", simulation="x")) is Origin.SIMULATION
    assert origin_of(Subject("x", unpowered=True)) is Origin.SEEN
