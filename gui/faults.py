"""Faults of the program itself: shown to the person on the main thread, and sent to nobody."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QBoxLayout, QDialog, QFileDialog, QPlainTextEdit

from gui.crashes import Crash, CrashFile, crashes
from gui.report import program_and_system, redacted, report, words_of_computer
from gui.ui import Ui
from gui.widgets.basics import button, column, label, row


class ReportDialog(QDialog):
    """A report to copy or to save; fill ``buttons`` with how it is left."""

    def __init__(self, ui: Ui, text: str, told: str) -> None:
        super().__init__()
        self._ui = ui
        _ = ui.wording.gettext
        self.setWindowTitle(_("Something went wrong"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(680, 460)
        self.report = QPlainTextEdit(told)
        self.report.setReadOnly(True)
        self.report.setTabChangesFocus(True)
        self.report.setAccessibleName(_("Report"))
        self.told = label("", size="small", tone="muted", wrap=True, select=True)
        self.told.hide()
        self.buttons = row(spacing=10)
        box = column(spacing=12, margins=(22, 20, 22, 18))
        box.addWidget(label(text, size="title", wrap=True))
        text = _(
            "Your saved checks are safe. If you report it, this text helps to find the fault. "
            "Names, serial numbers and the apps on your phone were taken out of it; nothing is "
            "sent by itself."
        )
        box.addWidget(label(text, tone="muted", wrap=True))
        box.addWidget(self.report, 1)
        box.addWidget(self.told)
        box.addLayout(self._lay_out_buttons())
        self.setLayout(box)

    def _lay_out_buttons(self) -> QBoxLayout:
        _ = self._ui.wording.gettext
        copy, save = button(_("Copy")), button(_("Save…"))
        copy.clicked.connect(self._on_copy)
        save.clicked.connect(self._on_save)
        across = row(spacing=10)
        across.addWidget(copy)
        across.addWidget(save)
        across.addStretch(1)
        across.addLayout(self.buttons)
        return across

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())
        self._tell(self._ui.wording.gettext("Copied"))

    def _on_save(self) -> None:
        asking = QFileDialog(self, self._ui.wording.gettext("Save the report"))
        asking.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        asking.setDefaultSuffix("txt")
        asking.selectFile("permission-checkup-report.txt")
        asking.fileSelected.connect(self.save)
        asking.open()

    def save(self, path: str) -> None:
        _ = self._ui.wording.gettext
        try:
            with open(path, "w", encoding="utf-8") as file:
                file.write(self.report.toPlainText() + "\n")
        except OSError as error:
            text = _("{path} could not be written: {detail}")
            self._tell(text.format(path=path, detail=error.strerror or error))
        else:
            self._tell(_("Written: {path}").format(path=path))

    def _tell(self, text: str) -> None:
        self.told.setText(text)
        self.told.show()


class FaultDialog(ReportDialog):
    """A fault that happened just now."""

    def __init__(self, ui: Ui, told: str) -> None:
        _ = ui.wording.gettext
        super().__init__(ui, _("Something went wrong in this program"), told)
        close = button(_("Close"), "primary")
        close.clicked.connect(self.accept)
        self.buttons.addWidget(close)


class CrashDialog(ReportDialog):
    """What ended the program last time. Its report is kept until the person says otherwise."""

    def __init__(self, ui: Ui, told: str) -> None:
        _ = ui.wording.gettext
        super().__init__(ui, _("This program broke down last time"), told)
        later, remove = button(_("Ask me again")), button(_("Remove this report"), "primary")
        later.clicked.connect(self.reject)
        remove.clicked.connect(self.accept)
        self.buttons.addWidget(later)
        self.buttons.addWidget(remove)


class Faults(QObject):
    """Catches what nobody else caught, on any thread; one dialog at a time.

    ``personal`` tells what must not stand in a report, with what stands there instead.
    """

    _caught = Signal(str)

    def __init__(
        self,
        ui: Callable[[], Ui],
        personal: Callable[[], Mapping[str, str]] = dict,
        file: CrashFile | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._ui = ui
        self._personal = personal
        self._file = file
        self._crashes: Iterator[Crash] = iter(())
        self._crash: Crash | None = None
        self._waiting = ""  # a fault that happened while an older report is being shown
        self.dialog: ReportDialog | None = None
        self._before = sys.excepthook, threading.excepthook
        # Queued even on the main thread: the fault may have happened in the middle of a paint.
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        sys.excepthook = self._on_fault
        threading.excepthook = self._on_thread_fault

    def remove(self) -> None:
        sys.excepthook, threading.excepthook = self._before
        if self._crash is not None:
            self._crash.keep()

    # What happens now.

    def _on_fault(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QGuiApplication.quit()
            return
        sys.__excepthook__(kind, error, trace)
        told = redacted(report(error, trace), words_of_computer() | dict(self._personal()))
        if self._file is not None:
            self._file.write(told)
        self._caught.emit(told)

    def _on_thread_fault(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._on_fault(args.exc_type, args.exc_value, args.exc_traceback)

    def _show(self, told: str) -> None:
        if isinstance(self.dialog, CrashDialog):
            self._waiting = self._waiting or told
        elif self.dialog is None:
            self._open(FaultDialog(self._ui(), told))

    def _open(self, dialog: ReportDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(self._on_closed)
        dialog.open()

    def _on_closed(self, result: int) -> None:
        self.dialog = None
        if self._crash is None:
            if self._file is not None:
                self._file.answered()
        elif result == QDialog.DialogCode.Accepted:
            self._crash.remove()
        else:
            self._crash.keep()
        self._crash = None
        self._offer_next()

    # What happened before.

    def offer_crashes(self) -> None:
        """Shows what earlier programs left behind; called once the window is painted."""
        if self._file is not None:
            self._file.describe(program_and_system())
        self._crashes = crashes()
        self._offer_next()

    def _offer_next(self) -> None:
        if self._waiting:
            told, self._waiting = self._waiting, ""
            self._open(FaultDialog(self._ui(), told))
        elif self.dialog is None and (crash := next(self._crashes, None)) is not None:
            self._crash = crash
            self._open(CrashDialog(self._ui(), redacted(crash.report, words_of_computer())))
