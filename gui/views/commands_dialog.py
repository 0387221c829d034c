"""Every command that the phone was sent for a check."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from gui.ui import Ui
from gui.widgets.basics import button, column, label

_WIDTH, _HEIGHT = 640, 460


class CommandsDialog(QDialog):
    def __init__(self, ui: Ui, commands: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        _ = ui.wording.gettext
        self.setWindowTitle(_("What was asked of the phone"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if commands:
            text = _(
                "A check reads and changes nothing: these are all the commands that it sent. Then "
                "the names and icons of apps are read, with “pm list packages”, “stat” and “dd”."
            )
        else:
            text = _("The phone's raw answers of this check were not kept, or were dropped since.")
        self.lines = QPlainTextEdit("\n".join(commands))
        self.lines.setReadOnly(True)
        self.lines.setAccessibleName(_("What was asked of the phone"))
        self.lines.setTabChangesFocus(True)
        self.lines.setVisible(bool(commands))
        close = button(_("Close"))
        close.clicked.connect(self.accept)
        box = column(spacing=12, margins=(22, 18, 22, 18))
        box.addWidget(label(text, tone="muted", wrap=True))
        box.addWidget(self.lines, 1)
        box.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.setLayout(box)
        self.resize(ui.theme.scaled(_WIDTH), ui.theme.scaled(_HEIGHT) if commands else 0)
