"""What is shown when the saved checks cannot be opened."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

from gui.ui import Ui
from gui.widgets.basics import Card, IconLabel, ScrollPage, button, label, row
from gui.widgets.flow import FlowLayout

_WIDTH = 640


class TroubleView(ScrollPage):
    """Signals:
    passphrase_given: what shall open a file that is encrypted.
    """

    retry_asked = Signal()
    other_asked = Signal()
    restore_asked = Signal()
    passphrase_given = Signal(str)

    def __init__(self, ui: Ui) -> None:
        super().__init__(margins=(28, 28, 28, 28), spacing=0)
        _ = ui.wording.gettext
        self._ui = ui
        self.title = label("", size="title", wrap=True)
        self.text = label("", size="lead", wrap=True, select=True)
        self.note = label("", tone="muted", wrap=True)
        self.passphrase = QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setAccessibleName(_("Passphrase"))
        self.passphrase.setPlaceholderText(_("Passphrase"))
        self.passphrase.returnPressed.connect(self._on_passphrase)
        self.unlock = button(_("Open"), "primary")
        self.unlock.clicked.connect(self._on_passphrase)
        self.retry = button(_("Try again"), "primary")
        self.retry.clicked.connect(self.retry_asked)
        self.other = button(_("Choose another file…"))
        self.other.clicked.connect(self.other_asked)
        self.restore = button(_("Restore a backup…"))
        self.restore.clicked.connect(self.restore_asked)
        head = row(spacing=12)
        head.addWidget(IconLabel(ui.theme, "warning", "red", 26), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.title, 1)
        buttons = FlowLayout(spacing=10)
        for made in (self.unlock, self.retry, self.other, self.restore):
            buttons.addWidget(made)
        card = Card(margins=(24, 22, 24, 22), spacing=14)
        card.box.addLayout(head)
        card.box.addWidget(self.text)
        card.box.addWidget(self.passphrase)
        card.box.addWidget(self.note)
        card.box.addLayout(buttons)
        card.setMaximumWidth(ui.theme.widened(_WIDTH))
        across = row(spacing=0)
        across.addStretch(1)
        across.addWidget(card, 1000)
        across.addStretch(1)
        self.box.addStretch(2)
        self.box.addLayout(across)
        self.box.addStretch(3)

    def show_error(self, sentence: str, *, locked: bool = False) -> None:
        """``locked``: a passphrase is all that is missing."""
        _ = self._ui.wording.gettext
        unopened = _("Your checks could not be opened")
        self.title.setText(_("Your checks are encrypted") if locked else unopened)
        self.setAccessibleName(self.title.text())
        self.text.setText(sentence)
        lost = _("Whoever forgets it has lost the history for good: nobody can bring it back.")
        self.note.setText(lost if locked else _("Nothing was changed or deleted."))
        for made in (self.passphrase, self.unlock):
            made.setVisible(locked)
        self.retry.setVisible(not locked)
        self.passphrase.clear()
        if locked:
            self.passphrase.setFocus()

    def _on_passphrase(self) -> None:
        if self.passphrase.text():
            self.passphrase_given.emit(self.passphrase.text())
