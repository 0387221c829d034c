"""A dialog whose work takes a while: it shows how far that is, and can be told to stop."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QProgressBar, QWidget

from gui.ui import Ui
from gui.widgets.basics import button, clear, column, label


class WorkDialog(QDialog):
    """Lay out ``bar``, ``step``, ``outcome`` and ``cancel``, the button that closes it, too.

    Signals:
        cancel_asked: what runs shall stop.
    """

    cancel_asked = Signal()

    def __init__(self, ui: Ui, parent: QWidget) -> None:
        super().__init__(parent)
        self._ui = ui
        self.running = False
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.hide()
        self.step = label("", size="small", tone="muted", wrap=True)
        self.outcome = column(spacing=8)
        self.cancel = button(ui.wording.gettext("Cancel"))
        self.cancel.clicked.connect(self._on_cancel)

    def set_running(self, running: bool) -> None:
        self.running = running
        clear(self.outcome)
        self.cancel.setEnabled(True)
        self._call_cancel(self._ui.wording.gettext("Cancel"))
        self.bar.setVisible(running)
        self.step.setText("")

    def set_over(self) -> None:
        """There is nothing left that could be cancelled."""
        self._call_cancel(self._ui.wording.gettext("Close"))

    def _call_cancel(self, text: str) -> None:
        self.cancel.setText(text)
        self.cancel.setAccessibleName(text)

    def _on_cancel(self) -> None:
        if not self.running:
            self.reject()
            return
        self.cancel.setEnabled(False)
        self.step.setText(self._ui.wording.gettext("Cancelling…"))
        self.cancel_asked.emit()

    def reject(self) -> None:
        """Escape and the window's cross: whatever runs is stopped, the dialog closes."""
        if self.running:
            self.cancel_asked.emit()
        super().reject()
