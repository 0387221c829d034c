"""Files that are dragged onto the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget


class Drops(QObject):
    """Signals:
    dropped: the path of the one file or folder that was dropped.
    refused: something else was dropped.
    """

    dropped = Signal(object)
    refused = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 -- Qt's name
        if isinstance(event, QDragEnterEvent):
            # Whatever it is, the drop says why it is not taken; a forbidding cursor would not.
            event.acceptProposedAction()
            return True
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            event.acceptProposedAction()
            self._tell(event.mimeData())
            return True
        return False

    def _tell(self, data: QMimeData) -> None:
        paths = [url.toLocalFile() for url in data.urls()]
        if len(paths) == 1 and paths[0]:
            self.dropped.emit(Path(paths[0]))
        else:
            self.refused.emit()
