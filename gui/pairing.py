"""Pairs with phones while the window goes on: one attempt at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from audit.progress import Cancel, Report
from device.adb import AdbServer
from gui.services import Services
from gui.tasks import Task

if TYPE_CHECKING:
    from device.pairing import Linked, Ticket


class Pairing(QObject):
    """Signals:
    progressed: ``audit.progress.Progress`` of the attempt.
    linked: the ``device.pairing.Linked`` that came of it.
    failed: the error that ended it; none when it was given up.
    """

    progressed = Signal(object)
    linked = Signal(object)
    failed = Signal(object)

    def __init__(self, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._task: Task | None = None

    def scan(self, ticket: Ticket) -> None:
        """Waits for the phone that scans the ticket's QR code."""
        from device.pairing import pair_by_scan  # noqa: PLC0415 -- for nobody who has a cable

        self._begin(lambda server, report, cancel: pair_by_scan(server, ticket, cancel, report))

    def pair(self, address: str, code: str) -> None:
        """Pairs with the phone that shows these."""
        from device.pairing import pair_by_code  # noqa: PLC0415

        self._begin(
            lambda server, report, cancel: pair_by_code(server, address, code, cancel, report)
        )

    def connect_to(self, address: str) -> None:
        """Connects to a phone that is paired already."""
        from device.pairing import connect  # noqa: PLC0415

        self._begin(lambda server, _report, cancel: connect(server, address, cancel))

    def give_up(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel.set()

    def _begin(self, work: Callable[[AdbServer, Report, Cancel], Linked]) -> None:
        self.give_up()

        def begin(server: AdbServer, report: Report, cancel: Cancel) -> Linked:
            server.ensure_running()
            return work(server, report, cancel)

        task = self._task = self._services.beside(begin)
        if task is not None:
            task.progressed.connect(self._on_progress)
            task.done.connect(self._on_done)
            task.failed.connect(self._on_failed)

    def _on_progress(self, progress: object) -> None:
        if self.sender() is self._task:
            self.progressed.emit(progress)

    def _on_done(self, linked: Linked) -> None:
        if self.sender() is self._task:
            self._task = None
            self.linked.emit(linked)

    def _on_failed(self, error: Exception) -> None:
        if self.sender() is self._task:
            self._task = None
            self.failed.emit(error)
