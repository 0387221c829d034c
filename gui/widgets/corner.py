"""Where there is no check yet there is no sidebar: these lead to the pages that need none."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from gui.ui import Ui
from gui.widgets.basics import button, row


class Corner(QWidget):
    """Quiet buttons on top right. ``chosen`` tells the name of the page that was asked for."""

    chosen = Signal(str)

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self.setObjectName("page")
        self._buttons: dict[str, QPushButton] = {}
        self._box = row(spacing=4, margins=(26, 8, 20, 0))
        self._box.addStretch(1)
        self.setLayout(self._box)
        self.add_page("connect", ui.wording.gettext("Connect a phone"), "")

    def add_page(self, name: str, title: str, keys: str) -> None:
        made = button(title, "link")
        made.setToolTip(keys)
        made.setProperty("page", name)
        made.clicked.connect(self._on_clicked)
        self._buttons[name] = made
        self._box.addWidget(made)

    def select(self, name: str) -> None:
        """The page that is open needs no button."""
        for other, made in self._buttons.items():
            made.setVisible(other != name)

    def _on_clicked(self) -> None:
        self.chosen.emit(self.sender().property("page"))
