"""Work off the main thread. A ``Task`` lives on the main thread, its work in a ``Lane``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QObject, Signal

from audit.export.errors import ExportError
from audit.named import BadListError
from audit.progress import Cancel, Report
from db.errors import StoreError
from device.errors import DeviceError

Work = Callable[[Report, Cancel], object]
#: Trouble that has a sentence of its own; anything else is a fault of the program.
EXPECTED = (DeviceError, StoreError, ExportError, BadListError)


class Lane:
    """One thread that does one thing after the other: a phone, or the store."""

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    def submit(self, work: Callable[[], None]) -> None:
        self._executor.submit(work).add_done_callback(_surface)

    def close(self, *, drop: bool = True) -> None:
        """Waits for what runs; what has not begun is dropped, or done first."""
        self._executor.shutdown(wait=True, cancel_futures=drop)

    def leave(self) -> None:
        """Waits for nothing: what runs ends by itself, and nobody asks what came of it."""
        self._executor.shutdown(wait=False, cancel_futures=True)


def _surface(future: Future[None]) -> None:
    """Nobody asks for the results, so what went wrong has to speak up by itself."""
    error = None if future.cancelled() else future.exception()
    if error is not None:
        sys.excepthook(type(error), error, error.__traceback__)


class Task(QObject):
    """One piece of work. Its signals come from the main thread, where nothing is missed by who
    connects right after the start.

    ``failed`` gets an error of ``EXPECTED``; any other exception goes to
    ``sys.excepthook``, on the main thread. Exactly one of ``done``, ``failed`` and that happens,
    then ``finished``.
    """

    done = Signal(object)
    failed = Signal(object)
    progressed = Signal(object)
    finished = Signal()
    _reported = Signal(object)
    _ended = Signal(object, object)

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self.cancel = Cancel()
        self._reported.connect(self.progressed)
        self._ended.connect(self._tell)

    def start(self, lane: Lane) -> None:
        lane.submit(self._run)

    def _run(self) -> None:
        try:
            result = self._work(self._reported.emit, self.cancel)
        except BaseException as error:  # noqa: BLE001 -- handed to the main thread whole
            self._ended.emit(None, error)
        else:
            self._ended.emit(result, None)

    def _tell(self, result: object, error: BaseException | None) -> None:
        if error is None:
            self.done.emit(result)
        elif isinstance(error, EXPECTED):
            self.failed.emit(error)
        else:
            sys.excepthook(type(error), error, error.__traceback__)
        self.finished.emit()
