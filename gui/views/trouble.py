"""What is shown when the saved checks cannot be opened."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from gui.ui import Ui
from gui.widgets.basics import Card, IconLabel, ScrollPage, button, label, row
from gui.widgets.flow import FlowLayout

_WIDTH = 640


class TroubleView(ScrollPage):
    retry_asked = Signal()
    other_asked = Signal()

    def __init__(self, ui: Ui) -> None:
        super().__init__(margins=(28, 28, 28, 28), spacing=0)
        _ = ui.wording.gettext
        title = label(_("Your checks could not be opened"), size="title", wrap=True)
        self.setAccessibleName(title.text())
        self.text = label("", size="lead", wrap=True, select=True)
        note = label(_("Nothing was changed or deleted."), tone="muted", wrap=True)
        self.retry = button(_("Try again"), "primary")
        self.retry.clicked.connect(self.retry_asked)
        self.other = button(_("Choose another file…"))
        self.other.clicked.connect(self.other_asked)
        head = row(spacing=12)
        head.addWidget(IconLabel(ui.theme, "warning", "red", 26), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(title, 1)
        buttons = FlowLayout(spacing=10)
        for made in (self.retry, self.other):
            buttons.addWidget(made)
        card = Card(margins=(24, 22, 24, 22), spacing=14)
        card.box.addLayout(head)
        card.box.addWidget(self.text)
        card.box.addWidget(note)
        card.box.addLayout(buttons)
        card.setMaximumWidth(ui.theme.widened(_WIDTH))
        across = row(spacing=0)
        across.addStretch(1)
        across.addWidget(card, 1000)
        across.addStretch(1)
        self.box.addStretch(2)
        self.box.addLayout(across)
        self.box.addStretch(3)

    def show_error(self, sentence: str) -> None:
        self.text.setText(sentence)
