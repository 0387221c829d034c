"""A strip that says what went wrong, or what is special right now, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from gui.ui import Ui
from gui.widgets.basics import IconLabel, button, label, row


class Notice(QFrame):
    """One sentence with an icon, at most one action, and maybe a way to close it.

    ``tone`` is ``red``, ``amber`` or ``accent``.
    """

    acted = Signal()
    closed = Signal()

    def __init__(
        self, ui: Ui, tone: str, text: str, *, action: str = "", closable: bool = False
    ) -> None:
        super().__init__()
        self._theme = ui.theme
        _ = ui.wording.gettext
        self.setObjectName("banner")
        self.setProperty("tone", tone)
        self.setAccessibleName(text)
        box = row(spacing=10, margins=(14, 8, 8, 8))
        box.addWidget(IconLabel(ui.theme, "info" if tone == "accent" else "warning", tone, 18))
        self.text = label(text, wrap=True, select=True)
        box.addWidget(self.text, 1)
        if action:
            self.action = button(action, "small")
            self.action.clicked.connect(self.acted)
            box.addWidget(self.action)
        if closable:
            self.close_button = button("", "link", name=_("Close this message"))
            self.close_button.clicked.connect(self.closed)
            box.addWidget(self.close_button)
            self._dress()
            ui.theme.changed.connect(self._dress)
        self.setLayout(box)

    def _dress(self) -> None:
        self.close_button.setIcon(self._theme.icon("close", "muted"))
