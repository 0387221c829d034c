"""A running check, or another long work: what it is at, how far it is, and a way out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

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
    if progress.what == "verifying":
        share = progress.step / max(progress.steps, 1)
        text = _("Looking through everything that was saved: {percent} %")
        return int(1000 * share), text.format(percent=int(100 * share))
    if progress.what == "saving":
        return _SAVING, _("Saving…")
    if progress.what == "comparing":
        return _COMPARING, _("Comparing…")
    value = _READING * progress.step // max(progress.steps, 1)
    return value, _("Reading {part}…").format(part=part(Part(progress.what), _))


class CheckProgress(QWidget):
    """One work; ``name`` is the phone's, which is told where several are checked."""

    cancelled = Signal()

    def __init__(self, ui: Ui, name: str = "") -> None:
        super().__init__()
        self._ui = ui
        self._name = name
        self._named = False
        self._text = ""
        _ = ui.wording.gettext
        self.step = label("", size="small", tone="muted")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("How far the check is"))
        self.bar.setAccessibleDescription(name)
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
        self._tell(self._ui.wording.gettext("Looking for the phone…"))

    def tell_name(self, *, told: bool) -> None:
        self._named = told and bool(self._name)
        self._tell(self._text)

    def _tell(self, text: str) -> None:
        self._text = text
        self.step.setText(f"{self._name} · {text}" if self._named else text)

    def show_progress(self, progress: Progress) -> None:
        value, text = told(progress, self._ui.wording.gettext)
        # A phone that lacks a part makes the count jump; it never goes back.
        self.bar.setValue(max(self.bar.value(), value))
        self._tell(text)

    def _on_cancel(self) -> None:
        self.cancel.setEnabled(False)
        self._tell(self._ui.wording.gettext("Cancelling…"))
        self.cancelled.emit()


class ChecksProgress(QWidget):
    """All checks that run, by the phone's serial number; ``cancelled`` tells one of these."""

    cancelled = Signal(object)

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self._ui = ui
        self.bars: dict[str | None, CheckProgress] = {}
        self._box = column(spacing=10)
        self.setLayout(self._box)
        self.hide()

    def show_checks(self, running: Mapping[str | None, str]) -> None:
        """``running`` are the phones' names by their serial numbers."""
        for serial in [one for one in self.bars if one not in running]:
            bar = self.bars.pop(serial)
            self._box.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
        for serial, name in running.items():
            if serial not in self.bars:
                bar = self.bars[serial] = CheckProgress(self._ui, name)
                bar.cancelled.connect(partial(self.cancelled.emit, serial))
                self._box.addWidget(bar)
        for bar in self.bars.values():
            bar.tell_name(told=len(running) > 1)
        self.setVisible(bool(running))

    def show_progress(self, progress: Progress, serial: str | None) -> None:
        if serial in self.bars:
            self.bars[serial].show_progress(progress)
