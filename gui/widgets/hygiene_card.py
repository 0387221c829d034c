"""After a check: how to leave the phone as closed as it was."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from gui.ui import Ui
from gui.widgets.basics import Card, button, label


class HygieneCard(Card):
    """``asked``: the phone shall show where debugging is turned off."""

    asked = Signal()

    def __init__(self, ui: Ui) -> None:
        super().__init__(spacing=8)
        _ = ui.wording.gettext
        text = _(
            "While USB debugging is on, this computer can examine the phone. Turn it off in the "
            "phone's developer options. The phone remembers every computer that you allowed: "
            "“Revoke USB debugging authorizations” there makes it forget them all."
        )
        self.open_page = button(_("Turn debugging off on phone…"), "small")
        self.open_page.clicked.connect(self.asked)
        self.box.addWidget(label(_("When you are done"), size="heading", bold=True, wrap=True))
        self.box.addWidget(label(text, size="small", tone="muted", wrap=True))
        self.box.addWidget(self.open_page, 0, Qt.AlignmentFlag.AlignLeft)
