"""Faults of the program itself: shown to the person on the main thread, and sent to nobody."""

from __future__ import annotations

import sys
import threading
from types import TracebackType

import PySide6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit

from gui.ui import Ui
from gui.widgets.basics import button, column, label, row


class FaultDialog(QDialog):
    def __init__(self, ui: Ui, report: str) -> None:
        super().__init__()
        _ = ui.wording.gettext
        self.setWindowTitle(_("Something went wrong"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 420)
        box = column(spacing=12, margins=(22, 20, 22, 18))
        box.addWidget(label(_("Something went wrong in this program"), size="title", wrap=True))
        text = _(
            "Your saved checks are safe. If you report it, this text helps to find the fault; "
            "nothing is sent by itself."
        )
        box.addWidget(label(text, tone="muted", wrap=True))
        self.report = QPlainTextEdit(report)
        self.report.setReadOnly(True)
        self.report.setAccessibleName(_("Report"))
        box.addWidget(self.report, 1)
        copy, close = button(_("Copy"), ""), button(_("Close"), "primary")
        copy.clicked.connect(self._on_copy)
        close.clicked.connect(self.accept)
        buttons = row(spacing=10)
        buttons.addStretch(1)
        buttons.addWidget(copy)
        buttons.addWidget(close)
        box.addLayout(buttons)
        self.setLayout(box)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())


class Faults(QObject):
    """Catches what nobody else caught, on any thread; one dialog at a time."""

    _caught = Signal(str)

    def __init__(self, ui: Ui, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ui = ui
        self.dialog: FaultDialog | None = None
        self._before = sys.excepthook, threading.excepthook
        # Queued even on the main thread: the fault may have happened in the middle of a paint.
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        sys.excepthook = self._on_fault
        threading.excepthook = self._on_thread_fault

    def remove(self) -> None:
        sys.excepthook, threading.excepthook = self._before

    def _on_fault(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QGuiApplication.quit()
            return
        sys.__excepthook__(kind, error, trace)
        self._caught.emit(_report(error, trace))

    def _on_thread_fault(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._on_fault(args.exc_type, args.exc_value, args.exc_traceback)

    def _show(self, report: str) -> None:
        if self.dialog is not None:
            return
        self.dialog = FaultDialog(self._ui, report)
        self.dialog.finished.connect(self._on_closed)
        self.dialog.open()

    def _on_closed(self) -> None:
        self.dialog = None


def _report(error: BaseException, trace: TracebackType | None) -> str:
    # Only a fault pays for these; the first paint does not.
    import platform  # noqa: PLC0415
    import traceback  # noqa: PLC0415
    from importlib import metadata  # noqa: PLC0415

    try:
        version = metadata.version("permission-checkup")
    except metadata.PackageNotFoundError:
        version = "from source"
    lines = (
        f"Permission Checkup {version}",
        f"Python {platform.python_version()}, PySide6 {PySide6.__version__}, {platform.platform()}",
        "",
        *traceback.format_exception(type(error), error, trace),
    )
    return "\n".join(line.rstrip("\n") for line in lines)
