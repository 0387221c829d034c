"""A running check: what it is at, how far it is, and a way out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from audit.messages import part
from audit.model import Part
from audit.progress import Progress
from gui.ui import Ui
from gui.widgets.basics import button, column, label, row

#: Reading is most of the work; saving and comparing come after the last part.
_READING, _SAVING, _COMPARING = 900, 930, 970


class CheckProgress(QWidget):
    cancelled = Signal()

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self._ui = ui
        _ = ui.wording.gettext
        self.step = label("", size="small", tone="muted")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("How far the check is"))
        self.cancel = button(_("Cancel"), "small")
        self.cancel.clicked.connect(self._on_cancel)
        left = column(spacing=6)
        left.addWidget(self.step)
        left.addWidget(self.bar)
        box = row(spacing=14)
        box.addLayout(left, 1)
        box.addWidget(self.cancel)
        self.setLayout(box)
        self.restart()

    def restart(self) -> None:
        self.bar.setValue(0)
        self.cancel.setEnabled(True)
        self.step.setText(self._ui.wording.gettext("Looking for the phone…"))

    def show_progress(self, progress: Progress) -> None:
        _ = self._ui.wording.gettext
        if progress.what == "saving":
            value, text = _SAVING, _("Saving…")
        elif progress.what == "comparing":
            value, text = _COMPARING, _("Comparing…")
        else:
            value = _READING * progress.step // max(progress.steps, 1)
            text = _("Reading {part}…").format(part=part(Part(progress.what), _))
        # A phone that lacks a part makes the count jump; it never goes back.
        self.bar.setValue(max(self.bar.value(), value))
        self.step.setText(text)

    def _on_cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.step.setText(self._ui.wording.gettext("Cancelling…"))
        self.cancelled.emit()
