"""Whether the file of the saved checks is whole: looked at once it is open, beside all else."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from db.errors import DamagedError
from gui.services import Services

#: What is shown first shall not wait for it.
_LATER_MS = 2_000


class Soundness(QObject):
    """``damaged`` tells that SQLite finds pages or rows of the open database broken."""

    damaged = Signal()

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LATER_MS)
        self._timer.timeout.connect(self.look)
        services.opened.connect(self._on_opened)

    def _on_opened(self, _demo: bool) -> None:
        self._timer.start()

    def look(self) -> None:
        task = self._services.work(lambda store, _report, cancel: store.is_sound(cancel))
        if task is not None:
            task.done.connect(self._on_looked)
            task.failed.connect(self._on_failed)

    def _on_looked(self, sound: bool) -> None:
        if not sound:
            self.damaged.emit()

    def _on_failed(self, error: Exception) -> None:
        # Whatever else keeps it from being read was told when it was opened.
        if isinstance(error, DamagedError):
            self.damaged.emit()
