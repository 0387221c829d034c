"""The phone's own words about an app, folded up until somebody wants to see them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from gui.ui import Ui
from gui.widgets.basics import button, column


class Technical(QWidget):
    """Signals:
    opened: whether it was unfolded or folded up.
    lines_asked: the lines of the phone's answers are wanted, for ``show_lines``.
    """

    opened = Signal(bool)
    lines_asked = Signal()

    def __init__(self, ui: Ui, text: str, *, opened: bool) -> None:
        super().__init__()
        _ = ui.wording.gettext
        self.toggle = button(_("Technical details"), "link")
        self.toggle.setCheckable(True)
        self.toggle.setChecked(opened)
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setMinimumHeight(240)
        self.text.setAccessibleName(_("Technical details"))
        self.text.setTabChangesFocus(True)
        self.lines = button(_("Show the phone's own lines"), "link")
        box = column(spacing=10)
        box.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(self.text)
        box.addWidget(self.lines, 0, Qt.AlignmentFlag.AlignLeft)
        self.setLayout(box)
        self._on_toggled(opened)
        self.toggle.toggled.connect(self._on_toggled)
        self.toggle.toggled.connect(self.opened)
        self.lines.clicked.connect(self._on_lines)

    @property
    def order(self) -> tuple[QWidget, ...]:
        """For the Tab key."""
        return self.toggle, self.text, self.lines

    def _on_toggled(self, opened: bool) -> None:
        self.text.setVisible(opened)
        self.lines.setVisible(opened)

    def _on_lines(self) -> None:
        self.lines.setEnabled(False)
        self.lines_asked.emit()

    def show_lines(self, lines: str) -> None:
        self.text.setPlainText(lines)
        self.text.setFocus()
