"""A running check: what it is at, how far it is, and a way out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from audit.messages import Gettext, part
from audit.model import Part
from audit.progress import Progress
from gui.ui import Ui
from gui.widgets.basics import button, column, label, row

#: Reading is most of the work; saving and comparing come after the last part.
_READING, _SAVING, _COMPARING = 900, 930, 970


def told(progress: Progress, _: Gettext) -> tuple[int, str]:
    """How far it is, in thousandths, and what it is at."""
    if progress.what == "acting":
        return 0, _("Changing the phone…")
    if progress.what == "saving":
        return _SAVING, _("Saving…")
    if progress.what == "comparing":
        return _COMPARING, _("Comparing…")
    value = _READING * progress.step // max(progress.steps, 1)
    return value, _("Reading {part}…").format(part=part(Part(progress.what), _))


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
        value, text = told(progress, self._ui.wording.gettext)
        # A phone that lacks a part makes the count jump; it never goes back.
        self.bar.setValue(max(self.bar.value(), value))
        self.step.setText(text)

    def _on_cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.step.setText(self._ui.wording.gettext("Cancelling…"))
        self.cancelled.emit()
