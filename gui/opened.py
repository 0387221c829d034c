"""What is open: a source of phones with its database, and the tasks that work for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from audit.progress import Cancel, Report
from gui.running import Running
from gui.sources import OwnSource
from gui.tasks import Lane, Task, Work

if TYPE_CHECKING:
    from db.store import Store

Answer = Callable[[Any], None]


class Opened(QObject):
    """One source at a time; tasks of one that was left tell nothing any more.

    Signals:
        retired: what was open is left; nothing that belongs to it goes on.
        failed: the error that ended a task.
    """

    retired = Signal()
    failed = Signal(object)

    def __init__(
        self, make_source: Callable[[bool], OwnSource], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._make_source = make_source
        self._running: Running | None = None
        self._closing = Lane("closing")
        self._apart: Task | None = None
        self._passphrases: dict[str, str] = {}  # by the place that each opens
        self._answers: dict[Task, Answer] = {}

    def open(self, *, demo: bool) -> None:
        """Turns to the demo or to the person's own phones."""
        raise NotImplementedError

    def _turn_to(self, *, demo: bool) -> Running:
        """Leaves what was open before."""
        if self._running is not None:
            self._retire(self._running)
        running = self._running = Running(self._make_source(demo))
        source = running.source
        source.passphrase = self._passphrases.get(source.place, source.passphrase)
        return running

    def reload(self, phone_key: str | None = None) -> None:
        """Opens the database, if that is still to be done, and shows the last check."""
        raise NotImplementedError

    @property
    def demo(self) -> bool:
        return self._running is not None and self._running.source.demo

    @property
    def busy(self) -> bool:
        """Whether anything is still being worked on, names and icons among it."""
        return self._running is not None and bool(self._running.tasks)

    @property
    def place(self) -> str:
        """Where the person's own checks are kept: a path, or a URL without its password."""
        return self._make_source(False).place

    @property
    def file(self) -> str | Path:
        """The person's own database: a path or a URL."""
        return self._make_source(False).file

    @property
    def encrypted(self) -> bool | None:
        """Whether the person's own database is, once it is open; None: not known, or no file."""
        return self._running.source.encrypted if self._running and not self.demo else None

    def _retire(self, running: Running) -> None:
        running.cancel()
        self.retired.emit()
        self._closing.submit(running.end)

    def stop(self) -> None:
        """Ends every thread; waits until they have ended."""
        running, self._running, self._apart = self._running, None, None
        if running is not None:
            running.cancel()
            running.end()
        self.retired.emit()
        self._closing.close(drop=False)

    def unlock(self, passphrase: str) -> None:
        """Tries once more to open what is open, which is encrypted."""
        if self._running is not None:
            source = self._running.source
            self._passphrases[source.place] = source.passphrase = passphrase
            self.reload()

    def apart(
        self,
        work: Callable[[str | Path, str | None], object],
        then: Answer,
        passphrase: str | None = None,
    ) -> bool:
        """Closes the database, lets ``work`` do something with its file, and opens it again.

        ``work`` is given the place and the passphrase, ``then`` what came of it: its answer, or an
        error that has a sentence. ``passphrase`` is what opens the file if it did not fail. False
        while nothing is open.
        """
        running = self._running
        if running is None:
            return False
        source, self._running = running.source, None
        self._retire(running)
        task = self._apart = Task(
            lambda _report, _cancel: work(source.file, source.passphrase), self
        )
        task.done.connect(partial(self._on_apart, source, then, passphrase))
        task.failed.connect(partial(self._on_apart, source, then, None))
        task.start(self._closing)
        return True

    def _on_apart(
        self, source: OwnSource, then: Answer, passphrase: str | None, outcome: object
    ) -> None:
        if self._apart is None:
            return  # the program ends
        self._apart.deleteLater()
        self._apart = None
        if passphrase is not None:
            self._passphrases[source.place] = passphrase
        self.open(demo=source.demo)
        then(outcome)

    # Tasks.

    def _task(self, running: Running, work: Work) -> Task:
        task = Task(work, self)
        running.tasks.add(task)
        task.finished.connect(self._on_finished)
        return task

    def _on_finished(self) -> None:
        task = self.sender()
        if isinstance(task, Task):
            self._answers.pop(task, None)
            if self._running is not None:
                self._running.tasks.discard(task)
            task.deleteLater()

    def _is_current(self) -> bool:
        """Whether the task that just told something belongs to what is open now."""
        return self._running is not None and self.sender() in self._running.tasks

    def _on_failed(self, error: Exception) -> None:
        if self._is_current():
            self.failed.emit(error)

    def work(self, work: Callable[[Store, Report, Cancel], object]) -> Task | None:
        """Starts long work on the open database, beside all else; None where nothing is open.

        Connect to the task at once: it tells nothing before the event loop's next turn. It is
        cancelled when another database is opened.
        """
        running = self._running
        if running is None:
            return None
        source = running.source
        task = self._task(running, lambda report, cancel: work(source.store(), report, cancel))
        task.start(running.export_lane)
        return task

    def ask(self, question: Callable[[Store], object], then: Answer) -> None:
        """Puts a question to the open database in its thread; ``then`` is given the answer.

        An error is told by ``failed``. No answer comes once another database was opened.
        """
        running = self._running
        if running is None:
            return
        task = self._task(running, lambda _report, _cancel: question(running.source.store()))
        self._answers[task] = then
        task.done.connect(self._on_answered)
        task.failed.connect(self._on_failed)
        task.start(running.store_lane)

    @property
    def asking(self) -> bool:
        """Whether the database still owes an answer."""
        return bool(self._answers)

    def _on_answered(self, answer: object) -> None:
        task = self.sender()
        if isinstance(task, Task) and self._is_current() and task in self._answers:
            self._answers[task](answer)
