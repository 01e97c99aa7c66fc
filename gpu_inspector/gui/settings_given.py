"""What others give to this program as signed files: the reference data that judge, and the office's policy.

Both are shown and installed here, and neither is written here: who may change what is judged signs it elsewhere. What
was installed, or why it was not, is the workflow's own sentence.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QGroupBox, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from gpu_inspector.gui.doors.settings import SettingsDoors
from gpu_inspector.gui.settings_panels import push, reading_label
from gpu_inspector.gui.text import breakable, retold, safe
from gpu_inspector.gui.worker import Job, Task
from gpu_inspector.language import _

Install = Callable[[Path, Path | None], str]
_MOST_LINES = 40


class GivenPanel(QGroupBox):
    """What is in force, in sentences, and the way to another one."""

    def __init__(self, title: str, install: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.says = reading_label(title)
        self.says.setText(_("Not looked at yet."))
        self.install = push(install, tip)
        menu = QMenu(self)
        menu.setAccessibleName(title)
        self.known = menu.addAction(_("Signed by who is known here…"))
        self.new = menu.addAction(_("Signed by somebody new, with the certificate…"))
        self.install.setMenu(menu)
        self.buttons = QHBoxLayout()
        self.buttons.addWidget(self.install)
        self.buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.says)
        layout.addLayout(self.buttons)

    def show_lines(self, lines: tuple[str, ...]) -> None:
        """Each a sentence or a fact, from whoever signed it."""
        shown = [retold(line, 1000) for line in lines[:_MOST_LINES] if line]
        if len(lines) > _MOST_LINES:
            shown.append(_("… and {count} more lines").format(count=len(lines) - _MOST_LINES))
        self.says.setText(breakable("\n".join(shown)))


class SettingsGiven(QObject):
    """Two panels and the work behind them; one file is installed at a time."""

    said = Signal(str, bool)
    """A sentence for the page's own line, and whether it tells of trouble; "" clears the line."""

    def __init__(self, doors: SettingsDoors) -> None:
        super().__init__()
        self._doors: Final = doors
        self._busy: Job | None = None
        self._locked = False
        self.data = GivenPanel(
            _("Reference data"), _("Install data…"), _("Judge with the reference data of a signed file from now on")
        )
        self.policy = GivenPanel(
            _("Office policy"), _("Install policy…"), _("Hold inspections to the policy of a signed file from now on")
        )
        self.setParent(self.data)
        self.own = push(_("The program's own data"), _("Judge with the data that came with the program again"))
        self.data.buttons.insertWidget(1, self.own)
        self.own.clicked.connect(lambda: self._begin(lambda progress: doors.own_data()))
        for panel, install in ((self.data, doors.install_data), (self.policy, doors.install_policy)):
            panel.known.triggered.connect(partial(self.choose, install, False))
            panel.new.triggered.connect(partial(self.choose, install, True))

    def lock(self, busy: bool) -> None:
        """Data and policy stay what they are while an inspection is made with them."""
        self._locked = busy
        self._renew()

    def look(self) -> None:
        """Show what is in force."""
        for look, panel in ((self._doors.data, self.data), (self._doors.policy, self.policy)):
            job = Job(lambda progress, look=look: look(), self)  # type: ignore[misc]
            job.done.connect(partial(self._show, panel))
            job.failed.connect(lambda sentence: self.said.emit(sentence, True))
            job.start()

    def choose(self, install: Install, new: bool) -> None:
        """Ask for a file, and for its signer's certificate where that is not known here yet."""
        kinds = _("Signed files (*.json);;All files (*)")
        path = self._ask(_("Signed file"), kinds)
        if path is None:
            return
        kinds = _("Certificate (*.pem *.crt *.der);;All files (*)")
        certificate = self._ask(_("The signer's certificate"), kinds) if new else None
        if certificate is not None or not new:
            self.take(install, path, certificate)

    def take(self, install: Install, path: Path, certificate: Path | None) -> None:
        """Install a signed file."""
        self._begin(lambda progress: install(path, certificate))

    def _ask(self, title: str, kinds: str) -> Path | None:
        name, _kind = QFileDialog.getOpenFileName(self.data, title, str(Path.home()), kinds)
        return Path(name).absolute() if name else None

    def _begin(self, task: Task) -> None:
        if self._busy is not None:
            return
        self.said.emit("", False)
        self._busy = job = Job(task, self)
        job.done.connect(lambda sentence: self.said.emit(breakable(safe(str(sentence), 2000)), False))
        job.failed.connect(lambda sentence: self.said.emit(sentence, True))
        job.ended.connect(self._ended)
        self._renew()
        job.start()

    @Slot()
    def _ended(self) -> None:
        self._busy = None
        self._renew()
        self.look()

    def _renew(self) -> None:
        for button in (self.data.install, self.own, self.policy.install):
            button.setEnabled(self._busy is None and not self._locked)

    def _show(self, panel: GivenPanel, lines: object) -> None:
        assert isinstance(lines, tuple)
        panel.show_lines(lines)
