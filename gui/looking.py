"""Looking into an app's code from the window: one app at a time, and only when asked for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from audit.progress import Progress
from device.errors import CancelledError
from gui.models.acting import AppKey
from gui.models.look import Look
from gui.reach import out_of_reach, when_reach_may_change
from gui.services import Services
from gui.tasks import Task
from gui.ui import Ui
from gui.widgets.notices import Notices


class Looking(QObject):
    """``changed`` tells a ``Look``."""

    changed = Signal(object)

    def __init__(self, ui: Ui, services: Services, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._ui = ui
        self._services = services
        self._notices = notices
        self._task: Task | None = None
        self._app: AppKey | None = None
        self._text = ""
        when_reach_may_change(services, self._tell)

    @property
    def look(self) -> Look:
        _ = self._ui.wording.gettext
        reason = out_of_reach(
            self._services,
            _("This was read from files, which hold no code. Connect the phone and check it."),
            _("Connect the phone to look into its apps."),
            _,
        )
        return Look(self._app, self._text, reason)

    def look_into(self, user: int, package: str) -> None:
        shown, key = self._services.shown, (user, package)
        row = next((row for row in shown.rows if row.key == key), None) if shown else None
        if row is None or self._task is not None or self.look.reason:
            return
        task = self._task = self._services.look_into(row.app)
        if task is None:
            return
        self._app = key
        self._say(self._ui.wording.gettext("Looking into its code…"))
        task.progressed.connect(self._on_progress)
        task.failed.connect(self._on_failed)
        task.finished.connect(self._on_finished)

    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel.set()

    def _on_progress(self, progress: Progress) -> None:
        text = self._ui.wording.gettext("Looking into its code: file {n} of {all}…")
        self._say(text.format(n=progress.step + 1, all=progress.steps))

    def _say(self, text: str) -> None:
        self._text = text
        self._tell()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, CancelledError):
            self._notices.say("amber", self._ui.wording.error(error))

    def _on_finished(self) -> None:
        self._task = self._app = None
        self._say("")

    def _tell(self) -> None:
        self.changed.emit(self.look)
