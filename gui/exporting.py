"""Exports from the window: a page offers, the dialog asks, a lane writes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from audit.export.errors import ExportError, sentence
from audit.export.pack import PackRequest, write_pack
from audit.export.request import Request, Writer, write_export
from audit.progress import Cancel, Progress, Report
from audit.wording import Wording
from gui.models.offers import COMPLAINT, Offer
from gui.services import Services
from gui.tasks import Task
from gui.ui import Ui
from gui.views.export_dialog import App, ExportDialog

if TYPE_CHECKING:
    from db.store import Store

#: Where it is, and sentences about what it lacks.
_Written = tuple[Path, list[str]]


class Exporter(QObject):
    """One dialog at a time; the chosen format and folder are where the next one starts."""

    def __init__(self, ui: Ui, services: Services, window: QWidget) -> None:
        super().__init__(window)
        self._ui = ui
        self._services = services
        self._window = window
        self._format = "pdf"
        self._task: Task | None = None
        self.dialog: ExportDialog | None = None
        services.opened.connect(self._on_opened)

    def offer(self, offer: Offer) -> None:
        """Opens the dialog with what a page offers."""
        if self.dialog is not None:
            return
        dialog = self.dialog = ExportDialog(self._ui, offer, self._apps(offer), self._window)
        dialog.choose_format(self._format)
        dialog.save_asked.connect(self._on_save)
        dialog.cancel_asked.connect(self.cancel)
        dialog.finished.connect(self._on_closed)
        dialog.open()

    def _apps(self, offer: Offer) -> list[App]:
        """The apps of the phone, as far as they are shown somewhere in the window."""
        shown = self._services.shown
        if shown is None or shown.info.key != offer.new.key:
            return []
        rows = sorted(shown.rows, key=lambda one: (one.app.system, one.label.lower()))
        return [
            (f"{one.label} ({one.profile})" if one.profile else one.label, one.key) for one in rows
        ]

    def _on_save(self, request: Request, name: str, path: Path) -> None:
        if request.what != COMPLAINT:
            self._format = name
        order = _Order(request, name, path, path.exists(), self._ui.wording)
        work = order.pack if request.what == COMPLAINT else order.table
        task = self._task = self._services.work(work)
        if task is None or self.dialog is None:
            return
        task.progressed.connect(self._on_progress)
        task.done.connect(self._on_done)
        task.failed.connect(self._on_failed)
        self.dialog.show_running()

    def cancel(self) -> None:
        """Stops the running export; nothing of it stays on the disk."""
        if self._task is not None:
            self._task.cancel.set()

    def _on_opened(self, _demo: bool) -> None:
        if self.dialog is not None:
            self.dialog.reject()

    def _on_closed(self) -> None:
        dialog, self.dialog, self._task = self.dialog, None, None
        if dialog is not None:
            dialog.deleteLater()

    def _current(self) -> ExportDialog | None:
        """The dialog, where it waits for the task that just told something."""
        return self.dialog if self.sender() is self._task else None

    def _on_progress(self, progress: Progress) -> None:
        if dialog := self._current():
            dialog.show_rows(progress.step)

    def _on_done(self, written: _Written) -> None:
        if dialog := self._current():
            dialog.show_written(*written)

    def _on_failed(self, error: Exception) -> None:
        if dialog := self._current():
            wording = self._ui.wording
            if isinstance(error, ExportError):
                dialog.show_error(sentence(error, wording.gettext))
            else:
                dialog.show_error(wording.error(error))


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be written where; its methods run in a lane.

    ``force``: the file is there, and the person said that it may be replaced.
    """

    request: Request
    format: str
    path: Path
    force: bool
    wording: Wording

    def table(self, store: Store, report: Report, cancel: Cancel) -> _Written:
        write_export(
            store,
            self.request,
            self.wording,
            _writer(self.format),
            self.path,
            force=self.force,
            report=report,
            cancel=cancel,
        )
        return self.path, []

    def pack(self, store: Store, _report: Report, cancel: Cancel) -> _Written:
        from gui import letter  # noqa: PLC0415 -- only when somebody wants one

        request, wording = self.request, self.wording
        user, package = request.scope.user, request.scope.package
        if user is None or package is None:
            raise ValueError("a complaint is about one app of one user")
        wanted = PackRequest(request.phone_key, user, package, request.personal_details)
        pack = write_pack(
            store, wanted, wording, letter.write, self.path, force=self.force, cancel=cancel
        )
        return self.path, pack.lacks(wording.gettext)


def _writer(name: str) -> Writer:
    if name == "pdf":
        from gui import pdf  # noqa: PLC0415 -- only when somebody wants one

        return pdf.write
    from audit.export.formats import writer  # noqa: PLC0415

    return writer(name)
