"""What the pages ask to have done, as functions that are handed in, a group for each page: tests hand in others.

Everything behind these doors is called in a worker's thread and passes frozen records only. A group is loaded when its
page is: the window stands before the workflow does.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from gpu_inspector.gui.doors.about import AboutDoors
    from gpu_inspector.gui.doors.bench import BenchDoors
    from gpu_inspector.gui.doors.case import CaseDoors
    from gpu_inspector.gui.doors.history import HistoryDoors
    from gpu_inspector.gui.doors.look import LookDoors
    from gpu_inspector.gui.doors.lots import LotsDoors
    from gpu_inspector.gui.doors.run import RunDoors
    from gpu_inspector.gui.doors.settings import SettingsDoors
    from gpu_inspector.gui.doors.verdict import VerdictDoors
    from gpu_inspector.gui.doors.verify import VerifyDoors


class Work(Protocol):
    """The doors into the workflow. All raise GpuInspectorError with a sentence."""

    @property
    def bench(self) -> "BenchDoors": ...
    @property
    def case(self) -> "CaseDoors": ...
    @property
    def look(self) -> "LookDoors": ...
    @property
    def run(self) -> "RunDoors": ...
    @property
    def verdict(self) -> "VerdictDoors": ...
    @property
    def history(self) -> "HistoryDoors": ...
    @property
    def lots(self) -> "LotsDoors": ...
    @property
    def verify(self) -> "VerifyDoors": ...
    @property
    def settings(self) -> "SettingsDoors": ...
    @property
    def about(self) -> "AboutDoors": ...


class RealWork:
    """The program's own workflow, on the user's own ledger."""

    @cached_property
    def bench(self) -> "BenchDoors":
        from gpu_inspector.gui.doors import bench

        return bench.real()

    @cached_property
    def case(self) -> "CaseDoors":
        from gpu_inspector.gui.doors import case

        return case.real()

    @cached_property
    def look(self) -> "LookDoors":
        from gpu_inspector.gui.doors import look

        return look.real()

    @cached_property
    def run(self) -> "RunDoors":
        from gpu_inspector.gui.doors import run

        return run.real()

    @cached_property
    def verdict(self) -> "VerdictDoors":
        from gpu_inspector.gui.doors import verdict

        return verdict.real()

    @cached_property
    def history(self) -> "HistoryDoors":
        from gpu_inspector.gui.doors import history

        return history.real()

    @cached_property
    def lots(self) -> "LotsDoors":
        from gpu_inspector.gui.doors import lots

        return lots.real()

    @cached_property
    def verify(self) -> "VerifyDoors":
        from gpu_inspector.gui.doors import verify

        return verify.real()

    @cached_property
    def settings(self) -> "SettingsDoors":
        from gpu_inspector.gui.doors import settings

        return settings.real()

    @cached_property
    def about(self) -> "AboutDoors":
        from gpu_inspector.gui.doors import about

        return about.real()


def real_work() -> Work:
    """The program's own."""
    return RealWork()
