"""Names and icons for the window: read once the findings are shown, beside all else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from audit.progress import Cancel, Report
from gui.app_icons import IconShelf
from gui.running import Running
from gui.tasks import Task, Work

if TYPE_CHECKING:
    from audit.checkup import Checkup
    from audit.wording import Wording
    from gui.models.rows import Shown


def shown_of(checkup: Checkup, wording: Wording) -> Shown:
    """For a lane: the check as the window shows it."""
    from gui.models.rows import build_shown  # noqa: PLC0415 -- not before the first paint

    return build_shown(checkup, wording)


class Naming(QObject):
    """Asks the apps of a phone for their names, and draws their icons.

    Signals, each with the ``Running`` that it is about first:
        named: the ``Shown`` of a check with the names that its apps have now.
        drawn: images of the apps' icons, by package.
        failed: the error that kept icons from being drawn.
    """

    named = Signal(object, object)
    drawn = Signal(object, object)
    failed = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._shelf = IconShelf()
        self._running: dict[Task, Running] = {}
        self._reading: Task | None = None

    def read(
        self, running: Running, serial: str | None, shown: Shown, speech: Callable[[], Wording]
    ) -> None:
        """Asks for what is new since the last time; ``cancel`` puts an end to it.

        ``speech`` is what the window says by the time that the names are read.

        Where the phone breaks off, names stay unknown, and the next check asks for them again.
        """
        server, source = running.server, running.source
        if server is None:
            return

        def work(_report: Report, cancel: Cancel) -> Shown | None:
            from audit.names import read_names  # noqa: PLC0415 -- not before the first paint

            store, found = source.store(), shown.checkup
            if not read_names(source.names(server, serial), store, found.snapshot, cancel):
                return None
            wording = speech()
            wording.call_apps(store.names(shown.info.key))
            return shown_of(found, wording)

        self._reading = self._start(running, work)
        self._reading.done.connect(self._on_read)

    def draw(self, running: Running, shown: Shown) -> None:
        def work(_report: Report, _cancel: Cancel) -> object:
            names = running.source.store().names(shown.info.key, icons=True)
            return self._shelf.images(names)

        task = self._start(running, work)
        task.done.connect(self._on_drawn)
        task.failed.connect(self._on_failed)

    def cancel(self) -> None:
        """Ends the reading; drawing goes on."""
        if self._reading is not None:
            self._reading.cancel.set()

    def _start(self, running: Running, work: Work) -> Task:
        task = Task(work, self)
        running.tasks.add(task)
        self._running[task] = running
        task.finished.connect(self._on_finished)
        task.start(running.names_lane)
        return task

    def _of_sender(self) -> Running | None:
        task = self.sender()
        return self._running.get(task) if isinstance(task, Task) else None

    def _on_read(self, shown: Shown | None) -> None:
        if shown is not None:
            self.named.emit(self._of_sender(), shown)

    def _on_drawn(self, images: object) -> None:
        self.drawn.emit(self._of_sender(), images)

    def _on_failed(self, error: object) -> None:
        self.failed.emit(self._of_sender(), error)

    def _on_finished(self) -> None:
        task = self.sender()
        if isinstance(task, Task):
            self._running.pop(task).tasks.discard(task)
            if task is self._reading:
                self._reading = None
            task.deleteLater()
